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

  // Gives nodes that say the same the same number. A line further up moves every mark of a line, and says nothing new.
  function counter() {
    var known = new Map(), numbers = new WeakMap();
    return function number(node) {
      var found = numbers.get(node);
      if (found !== undefined) return found;
      var sign = node.nodeType + ":" + node.nodeName;
      if (node.nodeType !== 1) sign += "\n" + node.data;
      else {
        for (var attribute of node.attributes) if (attribute.name !== "data-line") sign += "\n" + attribute.name + "=" + JSON.stringify(attribute.value);
        sign += "\n>" + Array.from(node.childNodes, number).join();
      }
      found = known.get(sign);
      if (found === undefined) known.set(sign, found = known.size);
      numbers.set(node, found);
      return found;
    };
  }

  // ---- Differences ----

  // For each new node the old one that it takes the place of, or none; in their order.
  function matched(old, next, number) {
    var found = new Array(next.length), from = 0, oldEnd = old.length, end = next.length;
    // Most of a page is equal to the letter, which the browser sees much faster than we do.
    while (from < end && from < oldEnd && old[from].isEqualNode(next[from])) found[from] = old[from++];
    while (end > from && oldEnd > from && old[oldEnd - 1].isEqualNode(next[end - 1])) found[--end] = old[--oldEnd];
    if (end - from === 1 && oldEnd - from === 1) {
      if (old[from].nodeName === next[from].nodeName) found[from] = old[from];
      return found;
    }
    // In between: the longest run of equal nodes whose order is the same.
    var places = new Map(), i, candidates = [];
    for (i = from; i < oldEnd; i++) {
      var list = places.get(number(old[i]));
      if (list) list.push(i);
      else places.set(number(old[i]), [i]);
    }
    for (i = from; i < end; i++) {
      var queue = places.get(number(next[i]));
      if (queue && queue.length) candidates.push({ next: i, old: queue.shift() });
    }
    var kept = rising(candidates);
    kept.push({ next: end, old: oldEnd });
    // Between those, what is of one kind is taken for the same, edited.
    var at = from, oldAt = from;
    kept.forEach(function (stop) {
      for (; at < stop.next; at++) {
        for (var j = oldAt; j < stop.old && j < oldAt + 50; j++) {
          if (old[j].nodeName !== next[at].nodeName) continue;
          found[at] = old[j];
          oldAt = j + 1;
          break;
        }
      }
      if (stop.next < end) found[stop.next] = old[stop.old];
      at = stop.next + 1;
      oldAt = stop.old + 1;
    });
    return found;
  }
  // The longest of the sequences in which `old` rises, by patience sorting.
  function rising(candidates) {
    var tails = [], before = [];
    candidates.forEach(function (candidate, index) {
      var low = 0, high = tails.length;
      while (low < high) {
        var middle = (low + high) >> 1;
        if (candidates[tails[middle]].old < candidate.old) low = middle + 1;
        else high = middle;
      }
      before[index] = low ? tails[low - 1] : -1;
      tails[low] = index;
    });
    var list = [], last = tails.length ? tails[tails.length - 1] : -1;
    for (; last >= 0; last = before[last]) list.push(candidates[last]);
    return list.reverse();
  }

  // ---- Changes ----

  // Makes one version into another, and the open page with it: what costs time is what differs, not what there is.
  function Change(number) {
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
        before.data = node.data = after.data;
        touched.add(node.parentNode);
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
      var last = old.filter(isThere).pop(), pairs = matched(old, next, number), kept = new Set(pairs);
      // Behind what the author wrote last may stand what a script has added.
      var place = last ? shown.get(last).nextSibling : null, sourcePlace = null;
      old.forEach(function (source) {
        if (kept.has(source)) return;
        if (isThere(source)) shown.get(source).remove();
        source.remove();
        touched.add(node);
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
          touched.add(fresh.nodeType === 1 ? shown.get(fresh) : node);
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
  // What has run can't be made undone, and what stands inside the page is allowed by its hash: then the page is loaded anew.
  function needsReload(next) {
    function inside(root) { return all(root, "style").concat(Array.from(root.querySelectorAll("script:not([src])"))).map(function (element) { return element.textContent; }).join("\n"); }
    var there = all(next, "script[src]").map(address);
    return inside(page) !== inside(next) || all(page, "script[src]").map(address).some(function (src) { return there.indexOf(src) < 0; });
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
      var main = doc.querySelector("main") || doc.body;
      var blocks = main.querySelectorAll("[data-line]");
      for (var block of blocks.length ? blocks : main.querySelectorAll("*")) {
        var box = block.getBoundingClientRect();
        if (box.height && box.bottom > edge && marks.push({ block: block, top: box.top }) === 12) break;
      }
      // What has been read is out of sight; of the rest the first that begins in sight is what the eye holds on to.
      marks.sort(function (a, b) { return (a.top < edge) - (b.top < edge); });
    }
    // The browser would do the same once more.
    root.style.overflowAnchor = "none";
    action();
    var mark = marks.find(function (mark) { return mark.block.isConnected && mark.block.getBoundingClientRect().height; });
    if (mark) scrollBy({ top: mark.block.getBoundingClientRect().top - mark.top, behavior: "instant" });
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
      var change = Change(counter());
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
})(document, window.opsbookLive = {});
