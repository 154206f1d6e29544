// Loaded in <head>, before the style sheet: a remembered choice of colours holds from the first paint.
(function (root) {
  try {
    var theme = localStorage.getItem("opsbook-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch (e) {} // Storage may be forbidden; the system's choice then stands.
})(document.documentElement);
