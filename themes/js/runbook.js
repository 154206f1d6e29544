// What a reader does with a runbook: fill in the values of its commands, tick off what is done, keep a record of it.
// After copy.js. It reads the page and keeps what it knows on this device, under the path of the page.
(function (doc) {
  "use strict";
  // The incident view of a page shares its memory.
  var page = location.pathname.replace(/\.incident(-\d+)?\.html$/, ".html").replace(/\/index\.html$/, "/");

  // Storage may be forbidden, full, or hold what somebody else wrote: then the page begins anew, and remembers while it is open.
  var unsaved = {};
  function load(key) {
    if (unsaved[key]) return unsaved[key];
    try {
      var value = JSON.parse(localStorage.getItem(key));
      return value && typeof value === "object" ? value : {};
    } catch (e) { return {}; }
  }
  function save(key, value) {
    try {
      if (Object.keys(value).length) localStorage.setItem(key, JSON.stringify(value));
      else localStorage.removeItem(key);
      delete unsaved[key];
    } catch (e) { unsaved[key] = value; }
  }
  // The same page in another tab; no key: all was cleared.
  function whenChanged(key, action) {
    addEventListener("storage", function (event) {
      if (event.key === key || event.key === null) action();
    });
  }
  function element(name, className, text) {
    var made = doc.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }
  function button(text, action) {
    var made = element("button", "", text);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  }

  // ---- Values ----
  var valuesKey = "opsbook-values:" + page;
  var inputs, spans;
  // The whole value must match, as opsbook itself reads the pattern. A long one would keep the browser busy for long.
  function fits(input) {
    if (!input.dataset.pattern || !input.value) return true;
    if (input.value.length > 200) return false;
    try { return new RegExp("^(?:" + input.dataset.pattern + ")$", "u").test(input.value); } catch (e) {
      try { return new RegExp("^(?:" + input.dataset.pattern + ")$").test(input.value); } catch (e) { return true; }
    }
  }
  function fill(input) {
    var name = input.dataset.name, right = fits(input), filled = input.value !== "" && right;
    input.setAttribute("aria-invalid", !right);
    input.parentElement.classList.toggle("wrong", !right);
    (spans.get(name) || []).forEach(function (span) {
      span.textContent = filled ? input.value : "<" + name + ">";
      span.classList.toggle("filled", filled);
    });
  }
  function values() {
    return inputs.filter(function (input) { return input.value !== "" && fits(input); });
  }
  // As the author left it.
  function begin(input) {
    if (input.options) input.selectedIndex = Math.max(0, Array.from(input.options).findIndex(function (option) { return option.defaultSelected; }));
    else input.value = input.defaultValue;
  }
  function showValues() {
    var known = load(valuesKey);
    inputs.forEach(function (input) {
      var value = known[input.dataset.name];
      if (typeof value !== "string") begin(input);
      else if (value !== input.value) {
        input.value = value;
        // A choice that the page no longer offers.
        if (input.value !== value) begin(input);
      }
      fill(input);
    });
  }
  // Reads what is on the page; once more when a preview has swapped parts of it.
  function readValues() {
    var form = doc.querySelector(".placeholders");
    inputs = form ? Array.from(form.querySelectorAll("[data-name]")) : [];
    spans = new Map();
    doc.querySelectorAll(".placeholder[data-placeholder]").forEach(function (span) {
      var name = span.dataset.placeholder;
      if (!spans.has(name)) spans.set(name, []);
      spans.get(name).push(span);
    });
    inputs.filter(function (input) { return input.hidden; }).forEach(function (input) {
      input.hidden = false;
      input.addEventListener("input", function () {
        // Another tab may have written since.
        var known = load(valuesKey);
        known[input.dataset.name] = input.value;
        save(valuesKey, known);
        fill(input);
      });
    });
    if (!inputs.length) return;
    showValues();
    form.classList.add("live");
    var title = form.querySelector(".placeholders-title");
    if (!title.querySelector("button")) title.appendChild(button("Clear", function () {
      save(valuesKey, {});
      showValues();
      inputs[0].focus();
    }));
  }
  readValues();
  doc.addEventListener("opsbook:swapped", readValues);
  whenChanged(valuesKey, showValues);

  // ---- Checklists ----
  var ticksKey = "opsbook-ticks:" + page;
  function loadTicks() {
    var known = load(ticksKey);
    return known.ticks && typeof known.ticks === "object" ? known : { ticks: {} };
  }
  var state = loadTicks();

  // The words of an item, without those of the lists inside it: as the author wrote them, or with the values filled in.
  function words(item, filled) {
    var copy = item.cloneNode(true);
    copy.querySelectorAll("ul, ol, .code-block").forEach(function (part) { part.remove(); });
    copy.querySelectorAll(".placeholder").forEach(function (part) { if (!filled) part.textContent = "<" + part.dataset.placeholder + ">"; });
    return copy.textContent.trim().replace(/\s+/g, " ");
  }
  // FNV-1a: short names for texts, so that an edit elsewhere on the page moves no tick.
  function hash(text) {
    var value = 0x811c9dc5;
    for (var i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
    return (value >>> 0).toString(36);
  }
  // In the order of the page, and by their boxes.
  var items, itemOf;
  function tick(item) {
    var known = state.ticks[item.key];
    return known && typeof known === "object" ? known : null;
  }
  function now() { return new Date().toISOString(); }

  var bar = element("div", "checklist"), count = element("p"), says = element("p", "hidden");
  var actions = element("div", "checklist-actions");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Checklist");
  says.setAttribute("role", "status");
  function show() {
    var done = 0;
    items.forEach(function (item) {
      var known = tick(item);
      item.box.checked = known ? known.done === true : item.box.defaultChecked;
      if (item.box.checked) done++;
    });
    count.textContent = done + " of " + items.length + " done";
    bar.classList.toggle("complete", done === items.length);
  }
  var pressed = new WeakSet();
  function letTick(box) {
    box.disabled = false;
    box.addEventListener("change", function () {
      var at = now();
      // Another tab may have written since.
      state = loadTicks();
      if (!state.started) state.started = at;
      state.ticks[itemOf.get(box).key] = { done: box.checked, at: at };
      save(ticksKey, state);
      show();
    });
    // A finger hits the words, not the box. Links and code in them stay what they are.
    var item = box.closest("li");
    if (pressed.has(item)) return;
    pressed.add(item);
    item.addEventListener("click", function (event) {
      if (event.target.closest("li") !== item || event.target.closest("a, button, input, code, pre, summary") || String(getSelection())) return;
      var box = item.querySelector("input[type=checkbox]");
      if (itemOf.has(box)) box.click();
    });
  }
  // Reads what is on the page; once more when a preview has swapped parts of it.
  function readTasks() {
    var boxes = Array.from(doc.querySelectorAll("main .task-list input[type=checkbox]")), seen = Object.create(null);
    itemOf = new Map();
    items = boxes.map(function (box) {
      var item = box.closest("li"), key = hash(words(item, false));
      seen[key] = (seen[key] || 0) + 1;
      var made = { box: box, item: item, key: key + (seen[key] > 1 ? "-" + seen[key] : "") };
      itemOf.set(box, made);
      return made;
    });
    boxes.filter(function (box) { return box.disabled; }).forEach(letTick);
    if (!boxes.length) {
      bar.remove();
      return;
    }
    var first = boxes[0].closest(".task-list");
    while (first.parentElement.closest(".task-list")) first = first.parentElement.closest(".task-list");
    if (first.previousElementSibling !== bar) first.before(bar);
    show();
  }

  // ---- The record ----
  function two(number) { return String(number).padStart(2, "0"); }
  // Local time with its distance from UTC, so that records of two places can be laid side by side.
  function stamp(time) {
    var date = new Date(time), away = -date.getTimezoneOffset();
    if (isNaN(date)) return "unknown";
    return date.getFullYear() + "-" + two(date.getMonth() + 1) + "-" + two(date.getDate()) + " " +
      two(date.getHours()) + ":" + two(date.getMinutes()) + ":" + two(date.getSeconds()) +
      (away < 0 ? " -" : " +") + two(Math.floor(Math.abs(away) / 60)) + ":" + two(Math.abs(away) % 60);
  }
  function title() {
    var heading = doc.querySelector("main h1");
    return (heading ? heading.textContent : doc.title).trim();
  }
  function code(text) {
    var marks = "`";
    while (text.indexOf(marks) >= 0) marks += "`";
    return marks + (marks.length > 1 ? " " + text + " " : text) + marks;
  }
  function record() {
    var open = items.filter(function (item) { return !item.box.checked; }).length;
    var times = items.map(tick).filter(Boolean).map(function (known) { return known.at; }).sort();
    var lines = ["# " + title(), "", "- Page: <" + location.href.split("#")[0] + ">"];
    lines.push("- Started: " + (state.started ? stamp(state.started) : "not yet"));
    lines.push("- Ended: " + (open ? "not yet, " + open + " of " + items.length + " open" : times.length ? stamp(times[times.length - 1]) : "before this record"));
    lines.push("- Recorded: " + stamp(now()));
    if (values().length) {
      lines.push("", "## Values", "");
      values().forEach(function (input) { lines.push("- " + code(input.dataset.name) + ": " + code(input.value)); });
    }
    lines.push("", "## Checklist");
    var heading = null, begun = false;
    Array.from(doc.querySelectorAll("main h2, main h3, main h4, main .task-list input[type=checkbox]")).forEach(function (part) {
      if (part.localName !== "input") {
        heading = part;
        return;
      }
      var item = itemOf.get(part), ticked = tick(item), depth = 0;
      for (var around = item.item.parentElement.closest("li.task"); around; around = around.parentElement.closest("li.task")) depth++;
      if (heading) {
        var name = heading.cloneNode(true);
        name.querySelectorAll(".heading-anchor").forEach(function (link) { link.remove(); });
        lines.push("", "### " + name.textContent.trim(), "");
        heading = null;
      } else if (!begun) lines.push("");
      begun = true;
      lines.push("  ".repeat(depth) + "- [" + (part.checked ? "x" : " ") + "] " + words(item.item, true) + (ticked && part.checked ? " (" + stamp(ticked.at) + ")" : ""));
    });
    return lines.join("\n") + "\n";
  }
  var asking;
  var reset = button("Reset", function (event) {
    // What can't be taken back asks first. A double click is no answer.
    if (!reset.dataset.asked) {
      reset.dataset.asked = event.timeStamp;
      reset.textContent = "Reset anyway?";
      says.textContent = "All ticks of this page will be lost. Press again to reset.";
      asking = setTimeout(calm, 5000);
    } else if (event.timeStamp - reset.dataset.asked > 500) {
      state = { ticks: {} };
      save(ticksKey, {});
      show();
      calm();
      says.textContent = count.textContent;
    }
  });
  opsbookCopy.onePressEach(reset);
  function calm() {
    clearTimeout(asking);
    delete reset.dataset.asked;
    reset.textContent = "Reset";
    says.textContent = "";
  }
  function answer(button, text) {
    var before = button.dataset.name || (button.dataset.name = button.textContent);
    says.textContent = button.textContent = text;
    setTimeout(function () {
      button.textContent = before;
      says.textContent = "";
    }, 2500);
  }
  var download = button("Export record", function () {
    var link = element("a"), address = URL.createObjectURL(new Blob([record()], { type: "text/markdown;charset=utf-8" }));
    var name = title().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "") || "checklist";
    link.href = address;
    link.download = stamp(now()).slice(0, 16).replace(" ", "-").replace(":", "") + "-" + name + ".md";
    link.click();
    setTimeout(function () { URL.revokeObjectURL(address); }, 10000);
    answer(download, "Exported");
  });
  var copy = button("Copy record", function () {
    opsbookCopy.copy(record()).then(function () { answer(copy, "Copied"); }, function () { answer(copy, "Not copied"); });
  });
  actions.append(download, copy, reset);
  bar.append(count, actions, says);
  readTasks();
  doc.addEventListener("opsbook:swapped", readTasks);
  whenChanged(ticksKey, function () {
    state = loadTicks();
    show();
  });
})(document);
