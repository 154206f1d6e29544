// How the handbook stands, in a corner: a sign when there is something to say, and behind it the list of all findings.
(function (doc, live) {
  "use strict";
  var element = live.element, prose = live.prose;
  var host = doc.createElement("opsbook-live"), root, pill, panel, list, said = "";

  function count(number, word) { return number + " " + word + (number === 1 ? "" : "s"); }

  function build() {
    root = live.inside(host);
    var section = element("section", "corner"), says = element("p", "says");
    section.setAttribute("aria-label", "Preview");
    pill = element("button", "pill");
    pill.type = "button";
    pill.hidden = true;
    pill.setAttribute("aria-expanded", "false");
    pill.addEventListener("click", function () { if (panel.open) close(); else open(); });
    panel = element("dialog", "panel");
    panel.setAttribute("aria-label", "Findings");
    panel.tabIndex = -1;
    list = element("div", "list");
    var shut = element("button", "shut", "Close");
    shut.type = "button";
    shut.addEventListener("click", close);
    var head = element("div", "head");
    head.append(element("h2", "", "Preview"), shut);
    panel.append(head, list);
    section.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || !panel.open) return;
      event.preventDefault();
      event.stopPropagation();
      close();
    });
    // Said aloud: what stops the preview, not each count.
    says.setAttribute("role", "status");
    section.append(panel, pill, says);
    root.append(section);
    live.says = says;
    doc.body.append(host);
  }
  function open() {
    panel.show();
    pill.setAttribute("aria-expanded", "true");
    panel.focus();
  }
  function close() {
    panel.close();
    pill.setAttribute("aria-expanded", "false");
    if (!pill.hidden) pill.focus();
  }

  // What to say first, in few words, and what to say about it.
  function trouble(state, problem) {
    var all = [];
    if (problem === "gone") all.push({ brief: "Preview stopped", text: "The server doesn’t answer. The page stays as it was last; it goes on when `opsbook serve` runs again." });
    if (problem === "vanished") all.push({ brief: "Page gone", text: "This page is no longer in the handbook: it was moved, renamed or deleted.", link: { href: live.root, text: "Front page" } });
    if (state && state.stale) all.push({ brief: "Out of date", text: "Shown as it was before: " + state.stale + "." });
    if (state && !state.publishable) all.push({ brief: "Not publishable", text: "`opsbook build` would publish nothing.", isMinor: state.errors > 0 });
    return all;
  }
  function item(finding) {
    var made = element("li"), words = live.words(finding);
    if (finding.page) {
      var link = prose("a", "to", finding.message);
      link.href = new URL(finding.page.split("/").map(encodeURIComponent).join("/"), live.root).pathname + "#:line-" + finding.line;
      words.lastChild.replaceWith(link);
    }
    made.append(words);
    finding.helps.forEach(function (help) { made.append(prose("p", "help", help)); });
    made.append(live.way(finding));
    return made;
  }
  function fill(state, troubles) {
    list.replaceChildren();
    troubles.forEach(function (one) {
      var words = prose("p", "trouble", one.text);
      if (one.link) {
        var link = element("a", "", one.link.text);
        link.href = one.link.href;
        words.append(" ", link);
      }
      list.append(words);
    });
    if (!state) return;
    var files = new Map(), total = state.errors + state.warnings;
    state.findings.forEach(function (finding) {
      if (!files.has(finding.path)) files.set(finding.path, []);
      files.get(finding.path).push(finding);
    });
    // What holds everything else up comes first.
    function isFirst(path) { return Boolean(state.stale) && /(^|\/)book\.toml$/.test(path); }
    Array.from(files.keys()).sort(function (a, b) { return isFirst(b) - isFirst(a); }).forEach(function (path) {
      var findings = files.get(path);
      var heading = element("h3", "", path), items = element("ul");
      if (findings[0].here) heading.append(" ", element("span", "here", "this page"));
      items.append.apply(items, findings.map(item));
      list.append(heading, items);
    });
    if (total > state.findings.length) list.append(prose("p", "more", total - state.findings.length + " more; `opsbook check` lists them all."));
    if (!total) list.append(element("p", "more", "No findings."));
  }

  // Shows a state. `problem` is `gone` or `vanished`, or nothing.
  live.showState = function (state, problem) {
    // Reading takes a different time each time, and says nothing new.
    var words = JSON.stringify([problem, state && Object.assign({}, state, { edition: 0, took_ms: 0, digest: "" })]);
    if (words === said) return;
    said = words;
    var troubles = trouble(state, problem), first = troubles.find(function (one) { return !one.isMinor; });
    var counts = !state ? [] : [state.errors && count(state.errors, "error"), state.warnings && count(state.warnings, "warning")].filter(Boolean);
    pill.textContent = [first && first.brief].concat(counts).filter(Boolean).join(", ");
    pill.className = "pill " + (first || (state && state.errors) ? "is-error" : "is-warning") + (problem === "gone" ? " is-gone" : "");
    pill.hidden = !pill.textContent && !panel.open;
    host.toggleAttribute("data-shown", !pill.hidden);
    if (!pill.textContent) pill.textContent = "No findings";
    if (live.says.textContent !== (first ? first.brief : "")) live.says.textContent = first ? first.brief : "";
    // Whoever reads the list goes on where they were.
    var top = panel.scrollTop, active = root.activeElement, ways = Array.from(list.querySelectorAll("a, button")), at = ways.indexOf(active);
    fill(state, troubles);
    panel.scrollTop = top;
    if (at >= 0) {
      var now = list.querySelectorAll("a, button");
      (now[Math.min(at, now.length - 1)] || panel).focus({ preventScroll: true });
    }
  };
  live.startPanel = build;
})(document, window.opsbookLive);
