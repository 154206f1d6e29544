// Inside of incident views, after runbook.js: all of it works without. Must hold no word of any page, so that its hash is the same in all of a site.
(function (doc) {
  "use strict";

  // A review that is overdue: the file can't know the day on which it is read.
  function onPage(action) {
    action();
    doc.addEventListener("opsbook:swapped", action);
  }
  onPage(function () {
    var review = doc.querySelector("[data-due]:not(.is-overdue)");
    if (!review) return;
    var due = new Date(review.dataset.due + "T23:59:59");
    var days = Math.ceil((Date.now() - due) / 864e5);
    if (days > 0) {
      var late = doc.createElement("strong");
      late.textContent = " Overdue by " + days + (days === 1 ? " day" : " days");
      review.appendChild(late);
      review.className += " is-overdue";
    }
  });

  // The way to the part that is being read is marked.
  var ways = {};
  if (!window.IntersectionObserver) return;
  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      Object.keys(ways).forEach(function (id) { ways[id].removeAttribute("aria-current"); });
      if (ways[entry.target.id]) ways[entry.target.id].setAttribute("aria-current", "true");
    });
  }, { rootMargin: "-20% 0px -70% 0px" });
  onPage(function () {
    seen.disconnect();
    ways = {};
    doc.querySelectorAll(".jumps a").forEach(function (way) { ways[way.getAttribute("href").slice(1)] = way; });
    Object.keys(ways).forEach(function (id) {
      var part = doc.getElementById(id);
      if (part) seen.observe(part);
    });
  });
})(document);
