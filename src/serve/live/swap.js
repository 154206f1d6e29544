// Puts a new version of the page into the open one. What didn't change stays what it is: its scroll, its open details, what was typed into it.
// Two versions as the server sent them are compared, and only their differences are carried over: what scripts have added or changed since stays.
(function (doc, live) {
  "use strict";
  var HIGHLIGHTED = 20, LOAD_LIMIT_MS = 2000;

  // The page as it was sent, before any script touched it, and the node of the open page that stands for each of its nodes.
  var page = doc.documentElement.cloneNode(true), shown = new WeakMap();
  pair(page, doc.documentElement);
  function pair(source, node) {
    shown.set(source, node);
    for (var i = 0; i < source.childNodes.length; i++) pair(source.childNodes[i], node.childNodes[i]);
  }
  function copied(source) { return doc.importNode(source, true); }
  function made(source) {
    var node = copied(source);
    pair(source, node);
    return node;
  }

  // ---- Changes ----

  // Makes one version into another, and the open page with it: what costs time is what differs, not what there is.
  function Change(matched) {
    var touched = new Set();
    function attributes(before, after, node) {
      var names = new Set(before.getAttributeNames().concat(after.getAttributeNames()));
      names.forEach(function (name) {
        var old = before.getAttribute(name), next = after.getAttribute(name);
        if (old === next) return;
        if (next === null) before.removeAttribute(name);
        else before.setAttribute(name, next);
        // The choice of colours stands there.
        if (node === doc.documentElement && name !== "lang" && name !== "dir") return;
        if (name === "class") classes(old || "", next || "", node);
        else if (next === null) node.removeAttribute(name);
        else node.setAttribute(name, next);
        if (name !== "data-line") touched.add(node);
      });
    }
    // Scripts have classes of their own.
    function classes(old, next, node) {
      function split(text) { return text.split(/\s+/).filter(Boolean); }
      node.classList.remove.apply(node.classList, split(old));
      node.classList.add.apply(node.classList, split(next));
      if (!node.classList.length) node.removeAttribute("class");
    }
    function patch(before, after) {
      if (before.isEqualNode(after)) return;
      var node = shown.get(before);
      if (after.nodeType === 1) {
        attributes(before, after, node);
        children(before, after, node);
      } else {
        if (!live.isBlank(before) || !live.isBlank(after)) touched.add(node.parentNode);
        before.data = node.data = after.data;
      }
    }
    function children(before, after, node) {
      var old = parts(before), next = parts(after);
      function isThere(source) { return shown.get(source).parentNode === node; }
      // A script has put words of its own in the place of the author's: a value into a command.
      if (!before.firstElementChild && !old.every(isThere)) {
        if (next.length === old.length && next.every(function (source, index) { return source.isEqualNode(old[index]); })) return;
        before.replaceChildren.apply(before, next.map(copied));
        node.replaceChildren.apply(node, Array.from(before.childNodes, made));
        touched.add(node);
        return;
      }
      var last = old.filter(isThere).pop(), pairs = matched(old, next), kept = new Set(pairs);
      // Behind what the author wrote last may stand what a script has added.
      var place = last ? shown.get(last).nextSibling : null, sourcePlace = null;
      old.forEach(function (source) {
        if (kept.has(source)) return;
        if (isThere(source)) shown.get(source).remove();
        source.remove();
        if (!live.isBlank(source)) touched.add(node);
      });
      for (var i = next.length - 1; i >= 0; i--) {
        var source = pairs[i], isKept = source && isThere(source) && (source.nodeName !== "svg" || source.isEqualNode(next[i]));
        if (isKept) patch(source, next[i]);
        else {
          var fresh = copied(next[i]);
          before.insertBefore(fresh, source || sourcePlace);
          if (source) {
            if (isThere(source)) place = shown.get(source);
            source.remove();
          }
          node.insertBefore(made(fresh), place);
          if (source && place && place === shown.get(source)) place.remove();
          source = fresh;
          if (!live.isBlank(fresh)) touched.add(fresh.nodeType === 1 ? shown.get(fresh) : node);
        }
        sourcePlace = source;
        place = shown.get(source);
      }
    }
    return { patch: patch, touched: touched };
  }
  // Style sheets and scripts are not swapped like other nodes.
  function isLoaded(node) {
    return node.nodeType === 1 && (node.localName === "script" || node.localName === "style" || (node.localName === "link" && /\bstylesheet\b/.test(node.rel)));
  }
  function parts(source) {
    return Array.from(source.childNodes).filter(function (node) { return source.localName !== "head" || !isLoaded(node); });
  }

  // ---- Style sheets and scripts ----

  function all(root, name) {
    return Array.from(root.querySelectorAll("head > " + name));
  }
  function head() { return page.querySelector("head"); }
  function address(element) { return element.getAttribute("href") || element.getAttribute("src"); }
  // The name of a script without the version that stands in it.
  function scriptName(src) { return src.replace(/-[0-9a-f]{8,}(?=\.js$)/, ""); }
  // What has run can't be made undone: if a script that runs has another version, the page is loaded anew. One that the page needs no longer
  // stays, and is there when it is needed again. What stands inside the page is allowed by its hash.
  function needsReload(next) {
    function inside(root, what) { return Array.from(root.querySelectorAll(what), function (element) { return element.textContent; }); }
    var scripts = inside(page, "script:not([src])"), running = all(page, "script[src]").map(address), there = all(next, "script[src]").map(address);
    return inside(page, "head > style").join("\n") !== inside(next, "head > style").join("\n") ||
      inside(next, "script:not([src])").some(function (text) { return scripts.indexOf(text) < 0; }) ||
      there.some(function (src) {
        return running.indexOf(src) < 0 && running.some(function (old) { return there.indexOf(old) < 0 && scriptName(old) === scriptName(src); });
      });
  }
  function addScripts(next) {
    var known = all(page, "script[src]").map(address);
    all(next, "script[src]").forEach(function (script) {
      if (known.indexOf(address(script)) >= 0) return;
      var element = doc.createElement("script");
      element.src = address(script);
      element.async = false;
      doc.head.append(element);
      head().append(copied(script));
    });
  }
  // New style sheets are loaded beside the old ones, which go when the page has changed: nothing flashes.
  function loadStyles(next) {
    var old = new Map(), waits = [], last = null;
    all(page, "link[rel~=stylesheet]").forEach(function (link) { old.set(address(link), link); });
    all(next, "link[rel~=stylesheet]").forEach(function (link) {
      var source = old.get(address(link));
      old.delete(address(link));
      if (!source) {
        source = copied(link);
        var element = made(source);
        waits.push(loaded(element));
        if (last) {
          last.after(source);
          shown.get(last).after(element);
        } else {
          head().append(source);
          doc.head.append(element);
        }
      }
      last = source;
    });
    return Promise.all(waits).then(function () {
      return function () {
        old.forEach(function (link) {
          shown.get(link).remove();
          link.remove();
        });
      };
    });
  }
  function loaded(element) {
    return new Promise(function (resolve) {
      element.onload = element.onerror = resolve;
      setTimeout(resolve, LOAD_LIMIT_MS);
    });
  }

  // ---- What a reader looks at stays where it is ----

  live.keepPlace = function (action) {
    var root = doc.documentElement, marks = [], bar = doc.querySelector(".bar"), focus = doc.activeElement;
    var edge = bar && getComputedStyle(bar).position === "sticky" ? bar.getBoundingClientRect().bottom : 0;
    if (scrollY > 0) {
      var main = doc.querySelector("main") || doc.body, begins = [], reaches = [], later = [], read = [];
      var blocks = main.querySelectorAll("[data-line]");
      for (var block of blocks.length ? blocks : main.querySelectorAll("*")) {
        var box = block.getBoundingClientRect(), mark = { block: block, top: box.top };
        if (!box.height) continue;
        (box.bottom <= edge ? read : box.top < edge ? reaches : box.top < innerHeight ? begins : later).push(mark);
      }
      // The eye holds on to the first that begins in sight; if that goes, to the next that stays. What has been read comes last.
      marks = begins.concat(reaches.reverse(), later, read.reverse());
    }
    // The browser would do the same once more.
    root.style.overflowAnchor = "none";
    action();
    var held = marks.find(function (mark) { return mark.block.isConnected && mark.block.getBoundingClientRect().height; });
    if (held) scrollBy({ top: held.block.getBoundingClientRect().top - held.top, behavior: "instant" });
    if (focus && !focus.isConnected && focus.id && doc.getElementById(focus.id)) doc.getElementById(focus.id).focus({ preventScroll: true });
    requestAnimationFrame(function () { requestAnimationFrame(function () {
      root.style.overflowAnchor = "";
      if (!root.getAttribute("style")) root.removeAttribute("style");
    }); });
  };

  live.highlight = function (elements) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    elements.slice(0, HIGHLIGHTED).forEach(function (element) {
      var color = "color-mix(in srgb, var(--accent, Highlight) 22%, transparent)";
      element.animate([{ backgroundColor: color, boxShadow: "0 0 0 .25rem " + color }, {}], { duration: 1600, easing: "ease-out" });
    });
  };
  function changedBlocks(touched) {
    var blocks = new Set();
    touched.forEach(function (node) {
      var block = node.isConnected && node.closest("main [data-line], main :is(p, li, tr, h1, h2, h3, h4, h5, h6, pre, figure)");
      if (block) blocks.add(block);
    });
    return Array.from(blocks);
  }

  // ---- The whole ----

  // Shows another version of the page. `then` is done in the same moment.
  live.swap = function (html, then) {
    var next = new DOMParser().parseFromString(html, "text/html").documentElement;
    if (needsReload(next)) {
      location.reload();
      return new Promise(function () {});
    }
    return loadStyles(next).then(function (removeOldStyles) {
      var change = Change(live.aligner());
      live.keepPlace(function () {
        change.patch(page, next);
        removeOldStyles();
        addScripts(next);
        doc.dispatchEvent(new CustomEvent("opsbook:swapped"));
        then();
      });
      live.highlight(changedBlocks(change.touched));
    });
  };
})(document, window.opsbookLive);
