// Conveniences only: every page works without this file.
(function (doc, root) {
  "use strict";

  // A drawing that is wider than its frame begins where it begins: a tree in its middle.
  doc.querySelectorAll(".diagram-scroll > svg.tree").forEach(function (tree) {
    tree.parentElement.scrollLeft = (tree.parentElement.scrollWidth - tree.parentElement.clientWidth) / 2;
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
  var due = doc.querySelector("[data-due]");
  if (due) {
    var now = new Date();
    var today = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
    due.hidden = due.dataset.due >= today;
  }

  // Copy buttons, and one place that says the outcome aloud.
  var status = doc.createElement("p");
  status.className = "hidden";
  status.setAttribute("role", "status");
  function copy(code) {
    // Plain http has no clipboard API; the old command still works there.
    if (navigator.clipboard) return navigator.clipboard.writeText(code.textContent);
    var selection = getSelection();
    selection.selectAllChildren(code);
    var done = doc.execCommand("copy");
    selection.removeAllRanges();
    return done ? Promise.resolve() : Promise.reject();
  }
  var blocks = doc.querySelectorAll(".code-block");
  if (blocks.length) (doc.querySelector("footer") || doc.body).appendChild(status);
  blocks.forEach(function (block) {
    var code = block.querySelector("code");
    var button = doc.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", function () {
      function say(text) {
        status.textContent = button.textContent = text;
        setTimeout(function () {
          button.textContent = "Copy";
          status.textContent = "";
        }, 2000);
      }
      copy(code).then(function () { say("Copied"); }, function () { say("Not copied"); });
    });
    block.appendChild(button);
  });

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
  var toc = doc.querySelector(".toc");
  if (!toc) return;
  toc.addEventListener("click", function (event) {
    if (event.target.closest("a") && toc.matches(":popover-open")) toc.hidePopover();
  });
  var entries = [];
  toc.querySelectorAll("a").forEach(function (link) {
    var heading = doc.getElementById(link.getAttribute("href").slice(1));
    if (heading) entries.push({ link: link, heading: heading });
  });
  var current, waiting;
  function follow() {
    waiting = false;
    var line = innerHeight / 4, found = entries[0];
    entries.forEach(function (entry) {
      if (entry.heading.getBoundingClientRect().top <= line) found = entry;
    });
    if (innerHeight + scrollY >= root.scrollHeight - 2 && scrollY > 0) found = entries[entries.length - 1];
    if (!found || found === current) return;
    if (current) current.link.removeAttribute("aria-current");
    current = found;
    found.link.setAttribute("aria-current", "true");
    var top = found.link.getBoundingClientRect().top - toc.getBoundingClientRect().top;
    if (top < 32 || top + 64 > toc.clientHeight) toc.scrollTop += top - toc.clientHeight / 2;
  }
  addEventListener("scroll", function () {
    if (!waiting) waiting = requestAnimationFrame(follow);
  }, { passive: true });
  follow();
})(document, document.documentElement);
