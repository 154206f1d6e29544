// Conveniences only: every page works without this file.
(function (doc, root) {
  "use strict";

  // Does something now, and again when a preview has swapped parts of the page: then with what is new only.
  function onPage(action) {
    action();
    doc.addEventListener("opsbook:swapped", action);
  }

  // A drawing that is wider than its frame begins where it begins: a tree in its middle.
  var trees = new WeakSet();
  onPage(function () {
    doc.querySelectorAll(".diagram-scroll > svg.tree").forEach(function (tree) {
      if (!trees.has(tree)) tree.parentElement.scrollLeft = (tree.parentElement.scrollWidth - tree.parentElement.clientWidth) / 2;
      trees.add(tree);
    });
  });

  // Light or dark. A choice that equals the system's is forgotten, so that the page follows the system again.
  var button = doc.querySelector(".theme-switch");
  var system = matchMedia("(prefers-color-scheme: dark)");
  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  }
  function showTheme() {
    button.setAttribute("aria-pressed", isDark());
  }
  if (button && window.CSS && CSS.supports("color", "light-dark(red, red)")) {
    button.hidden = false;
    showTheme();
    system.addEventListener("change", showTheme);
    button.addEventListener("click", function () {
      var dark = !isDark();
      if (dark === system.matches) delete root.dataset.theme;
      else root.dataset.theme = dark ? "dark" : "light";
      try {
        if (root.dataset.theme) localStorage.setItem("opsbook-theme", root.dataset.theme);
        else localStorage.removeItem("opsbook-theme");
      } catch (e) {}
      showTheme();
    });
  }

  // Whether a review is overdue is known only today: dates of ISO 8601 compare as text.
  onPage(function () {
    var due = doc.querySelector("[data-due]"), actions = doc.querySelectorAll("[data-overdue]"), rows = doc.querySelectorAll("[data-review]:not(.is-overdue)");
    if (!due && !actions.length && !rows.length) return;
    var now = new Date();
    var today = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
    if (due) due.hidden = due.dataset.due >= today;
    actions.forEach(function (mark) { mark.hidden = mark.dataset.overdue >= today; });
    // The list of reviews says which of them are late, and how many.
    rows.forEach(function (row) {
      if (row.dataset.review >= today) return;
      var days = Math.round((Date.parse(today) - Date.parse(row.dataset.review)) / 864e5);
      var late = doc.createElement("span");
      late.className = "late";
      late.textContent = days + (days === 1 ? " day ago" : " days ago");
      row.cells[0].appendChild(late);
      row.className = "is-overdue";
    });
    var count = doc.querySelector("[data-overdue-count]"), late = doc.querySelectorAll(".is-overdue[data-review]").length;
    if (!count || !late) return;
    count.textContent = late === 1 ? "One review is overdue today." : late + " reviews are overdue today.";
    count.hidden = false;
  });

  // Where `/` is a letter.
  var FIELDS = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";

  // The search is loaded when it is first asked for.
  var opener = doc.querySelector(".search-open"), searchWanted;
  function loadSearch() {
    searchWanted = searchWanted || Promise.all([["link", "href", opener.dataset.sheet], ["script", "src", opener.dataset.script]].map(function (file) {
      return new Promise(function (resolve, reject) {
        var element = doc.createElement(file[0]);
        if (file[0] === "link") element.rel = "stylesheet";
        element[file[1]] = file[2];
        element.onload = resolve;
        element.onerror = reject;
        doc.head.appendChild(element);
      });
    }));
    searchWanted.catch(function () { searchWanted = null; });
    return searchWanted;
  }
  // Who knows the key types on at once: what comes before the window is there goes into its field.
  function openSearch() {
    if (opener.getAttribute("aria-busy")) return;
    var typed = { words: "", enter: false };
    function keep(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typed.enter) return;
      if (event.key.length === 1) typed.words += event.key;
      else if (event.key === "Backspace") typed.words = typed.words.slice(0, -1);
      else if (event.key === "Enter") typed.enter = true;
      else return;
      event.preventDefault();
      event.stopPropagation();
    }
    opener.setAttribute("aria-busy", "true");
    addEventListener("keydown", keep, true);
    loadSearch().then(function () { opsbookSearch.show(opener, typed); }, function () { opener.querySelector("span").textContent = "Search failed to load"; })
      .then(function () {
        opener.removeAttribute("aria-busy");
        removeEventListener("keydown", keep, true);
      });
  }
  if (opener && window.HTMLDialogElement) {
    onPage(function () {
      doc.querySelectorAll(".search-open[hidden], .search-field[hidden]").forEach(function (button) {
        button.hidden = false;
        button.addEventListener("click", openSearch);
      });
    });
    opener.addEventListener("pointerenter", function () { loadSearch().catch(function () {}); });
    addEventListener("keydown", function (event) {
      function isIn(places) {
        return event.target.closest && event.target.closest(places);
      }
      var isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isIn(FIELDS);
      var isK = /^k$/i.test(event.key) && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (event.isComposing || isIn("dialog") || !(isSlash || isK)) return;
      event.preventDefault();
      openSearch();
    });
  }

  // The current entry of the navigation is in sight, however long the list.
  var nav = doc.querySelector(".nav");
  var here = nav && nav.querySelector("[aria-current=page]");
  function reveal() {
    nav.scrollTop += here.getBoundingClientRect().top - nav.getBoundingClientRect().top - nav.clientHeight / 3;
  }
  if (here) {
    reveal();
    nav.addEventListener("toggle", reveal); // A drawer has no height before it opens.
  }

  // The contents of the page follow the scroll; on a phone they close when used.
  var toc, entries, current, waiting;
  doc.addEventListener("click", function (event) {
    if (toc && toc.hidePopover && toc.matches(":popover-open") && event.target.closest(".toc a")) toc.hidePopover();
  });
  function mark(entry) {
    if (current) current.link.removeAttribute("aria-current");
    current = entry;
    current.link.setAttribute("aria-current", "true");
  }
  function follow() {
    waiting = false;
    var line = innerHeight / 4, found = entries[0];
    entries.forEach(function (entry) {
      if (entry.heading.getBoundingClientRect().top <= line) found = entry;
    });
    if (innerHeight + scrollY >= root.scrollHeight - 2 && scrollY > 0) found = entries[entries.length - 1];
    if (!found || found === current) return;
    mark(found);
    var top = found.link.getBoundingClientRect().top - toc.getBoundingClientRect().top;
    if (top < 32 || top + 64 > toc.clientHeight) toc.scrollTop += top - toc.clientHeight / 2;
  }
  onPage(function () {
    toc = doc.querySelector(".toc");
    entries = [];
    if (!toc) return;
    toc.querySelectorAll("a").forEach(function (link) {
      var heading = doc.getElementById(link.getAttribute("href").slice(1));
      if (heading) entries.push({ link: link, heading: heading });
    });
    follow();
  });
  addEventListener("scroll", function () {
    if (!waiting && toc) waiting = requestAnimationFrame(follow);
  }, { passive: true });
})(document, document.documentElement);
