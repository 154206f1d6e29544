// Findings beside the place that they speak of. Each stands in an element with a tree of its own: the page's styles don't reach it, and what
// copies or searches the page's text doesn't see it.
(function (doc, live) {
  "use strict";
  var notes = [], said = "";

  live.element = function (name, className, text) {
    var made = doc.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  // Text with `commands` in it.
  live.prose = function (name, className, text) {
    var made = live.element(name, className), pieces = text.split("`");
    // An odd one is a sign like any other.
    if (pieces.length % 2 === 0) pieces = [text];
    pieces.forEach(function (piece, index) { made.append(index % 2 ? live.element("code", "", piece) : piece); });
    return made;
  };
  // The rules of live.css, for the insides of our own elements.
  var sheet;
  live.inside = function (host) {
    var root = host.attachShadow({ mode: "open" });
    if (!sheet) {
      var own = Array.from(doc.styleSheets).find(function (one) { return one.href === live.base + "live.css"; });
      sheet = new CSSStyleSheet();
      if (own) sheet.replaceSync(Array.from(own.cssRules, function (rule) { return rule.cssText; }).join("\n"));
    }
    root.adoptedStyleSheets = [sheet];
    return root;
  };

  // Opens the place in the writer's editor, or copies where it is.
  live.way = function (finding) {
    var text = "line " + finding.line, where = finding.path + ":" + finding.line + ":" + finding.column;
    if (finding.editor && /^[a-z][a-z0-9+.-]*:/i.test(finding.editor) && !/^(javascript|data|vbscript):/i.test(finding.editor)) {
      var link = live.element("a", "way", text);
      link.href = finding.editor;
      link.setAttribute("aria-label", text + ": open " + where + " in the editor");
      return link;
    }
    var button = live.element("button", "way", text);
    button.type = "button";
    button.title = "Copy " + where;
    function show(words, name) {
      button.textContent = words;
      button.setAttribute("aria-label", name);
    }
    show(text, text + ": copy " + where);
    button.addEventListener("click", function () {
      function answer(words) {
        show(words, words);
        setTimeout(function () { show(text, text + ": copy " + where); }, 2000);
      }
      var copied = window.opsbookCopy ? opsbookCopy.copy(where) : navigator.clipboard ? navigator.clipboard.writeText(where) : Promise.reject();
      copied.then(function () { answer("Copied"); }, function () { answer(where); });
    });
    return button;
  };
  live.words = function (finding) {
    var what = live.element("p", "what"), isError = finding.severity === "error";
    what.append(live.element("strong", isError ? "error" : "warning", isError ? "Error" : "Warning"), " ", live.element("code", "", finding.code), " ", live.prose("span", "message", finding.message));
    return what;
  };

  // In a terminal the label stands below a place in the text. Here it is left out if it only points there, or says once more what is said.
  var POINTING = /^(a|an|the|this|that|one|is|it|no|such|here|did|you|mean|leads|nowhere)$/;
  function isSaid(finding) {
    function words(text) { return (text.toLowerCase().match(/[\p{L}\p{N}_/#]+([.-]+[\p{L}\p{N}_/#]+)*/gu) || []); }
    var known = new Set(words([finding.message].concat(finding.helps).join(" ")));
    return words(finding.label).every(function (word) { return known.has(word) || POINTING.test(word); });
  }
  function note(finding) {
    var host = doc.createElement("opsbook-finding"), root = live.inside(host);
    host.dataset.severity = finding.severity;
    var box = live.element("div", "note " + (finding.severity === "error" ? "is-error" : "is-warning"));
    box.setAttribute("role", "note");
    box.setAttribute("aria-label", "Finding: " + finding.code);
    box.append(live.words(finding));
    if (finding.label && !isSaid(finding)) box.append(live.prose("p", "label", finding.label));
    finding.helps.forEach(function (help) { box.append(live.prose("p", "help", help)); });
    box.append(live.way(finding));
    root.append(box);
    return host;
  }

  function blocks() {
    var list = [];
    doc.querySelectorAll("main [data-line]").forEach(function (element) {
      if (/^\d+$/.test(element.dataset.line)) list.push({ line: Number(element.dataset.line), element: element });
    });
    return list;
  }
  // Of those that begin on the line or before it, the last.
  function blockAt(list, line) {
    var best = null;
    list.forEach(function (block) { if (block.line <= line && (!best || block.line >= best.line)) best = block; });
    return best && best.element;
  }
  // Lists, tables and drawings hold nothing but what is theirs; a fold would hide it.
  var WHOLE = ".table-scroll, table, pre, svg, figure, .code-block, .raci-legend, details:not([open])";
  function put(host, block) {
    for (var outer = block.closest(WHOLE); outer; outer = outer.parentElement && outer.parentElement.closest(WHOLE)) block = outer;
    if (/^(ul|ol|dl)$/.test(block.localName)) block = block.querySelector("li, dt, dd") || block;
    var step = block.matches(".step") && block.querySelector(":scope > .step-text");
    if (step) step.append(host);
    else if (/^(li|dt|dd|blockquote)$/.test(block.localName) || block.matches(".alert, .process")) block.append(host);
    // What stands right below makes them cards.
    else if (block.matches(".cards")) block.before(host);
    else {
      // Several at one place stand in their order.
      while (block.nextElementSibling && block.nextElementSibling.localName === "opsbook-finding") block = block.nextElementSibling;
      block.after(host);
    }
  }
  function atTop(host) {
    var article = doc.querySelector("main article");
    if (article) return article.before(host);
    var main = doc.querySelector("main") || doc.body;
    main.insertBefore(host, main.querySelector(":scope > :not(opsbook-finding)"));
  }

  // Puts the notes of a page where they belong, if there is anything new to say or the page has changed.
  live.showNotes = function (findings, isAnew) {
    var here = findings.filter(function (finding) { return finding.here; }), words = JSON.stringify(here);
    if (words === said && !isAnew) return;
    said = words;
    notes.forEach(function (host) { host.remove(); });
    var list = blocks();
    notes = here.map(function (finding) {
      var host = note(finding), block = blockAt(list, finding.line);
      if (block) put(host, block);
      else atTop(host);
      return host;
    });
  };

  // `#:line-12` leads to the block that holds line 12.
  live.goToLine = function () {
    var found = /^#:line-(\d+)$/.exec(location.hash), block = found && blockAt(blocks(), Number(found[1]));
    if (!block) return;
    block.scrollIntoView({ block: "center" });
    live.highlight([block]);
  };
})(document, window.opsbookLive);
