// What pages and incident views share: copying, the buttons of code blocks, folds on paper. Needs nothing but the page.
window.opsbookCopy = (function (doc) {
  "use strict";
  // Plain http has no clipboard API, and some browsers forbid it to files; the old command still works there.
  function oldCopy(text) {
    var area = doc.createElement("textarea"), before = doc.activeElement;
    area.className = "hidden";
    area.value = text;
    doc.body.appendChild(area);
    area.select();
    var done = doc.execCommand("copy");
    area.remove();
    if (before) before.focus();
    if (!done) throw new Error("not copied");
  }
  function copy(text) {
    var copied = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject();
    return copied.catch(function () { oldCopy(text); });
  }
  // A key that is held down presses a button again and again, and would answer what the button asks.
  function onePressEach(button) {
    button.addEventListener("keydown", function (event) {
      if (event.repeat && event.key === "Enter") event.preventDefault();
    });
  }
  return { copy: copy, onePressEach: onePressEach };
})(document);

(function (doc) {
  "use strict";
  var ASKS = 5000, SAYS = 2500, DOUBLE_CLICK = 500;

  // One place that says the outcome aloud.
  var status = doc.createElement("p");
  status.className = "hidden";
  status.setAttribute("role", "status");

  // The commands alone: no prompts, no output, and no last line end, which would run the command when pasted.
  function commands(block) {
    var code = block.querySelector("pre code").cloneNode(true);
    code.querySelectorAll(".prompt, .output").forEach(function (part) { part.remove(); });
    return code.textContent.replace(/\s+$/, "");
  }
  function stillOpen(block) {
    var names = [];
    block.querySelectorAll(".placeholder:not(.filled)").forEach(function (part) {
      if (names.indexOf(part.dataset.placeholder) < 0) names.push(part.dataset.placeholder);
    });
    return names;
  }
  // Which code a button copies, for whom the blocks around it are out of sight: its file, or how it begins.
  function subject(block) {
    var caption = block.querySelector("figcaption"), text = caption ? caption.textContent : commands(block);
    return text.trim().split(/\s+/).slice(0, 4).join(" ").slice(0, 60);
  }

  function addButton(block) {
    var button = doc.createElement("button"), label = doc.createElement("span"), of = doc.createElement("span"), timer, asked = 0;
    button.type = "button";
    button.className = "copy";
    label.textContent = "Copy";
    of.className = "hidden";
    button.append(label, of);
    // The values of placeholders change how it begins.
    function name() { of.textContent = ": " + subject(block); }
    name();
    button.addEventListener("focus", name);
    opsbookCopy.onePressEach(button);
    function show(text, aloud, time) {
      label.textContent = text;
      status.textContent = aloud;
      clearTimeout(timer);
      timer = setTimeout(function () {
        asked = 0;
        button.classList.remove("asks");
        label.textContent = "Copy";
        status.textContent = "";
      }, time);
    }
    button.addEventListener("click", function (event) {
      // What destroys asks first. A double click is no answer.
      if (block.classList.contains("danger")) {
        if (!asked) {
          asked = event.timeStamp;
          button.classList.add("asks");
          var danger = block.querySelector(".danger-label");
          show("Copy anyway?", (danger ? danger.textContent : "Dangerous") + ". Press again to copy it anyway.", ASKS);
          return;
        }
        if (event.timeStamp - asked < DOUBLE_CLICK) return;
        asked = 0;
        button.classList.remove("asks");
      }
      var open = stillOpen(block);
      opsbookCopy.copy(commands(block)).then(function () {
        var says = open.length ? "Copied, " + open.join(", ") + " still open" : "Copied";
        show(says, says, open.length ? ASKS : SAYS);
      }, function () { show("Not copied", "Not copied", SAYS); });
    });
    block.appendChild(button);
  }
  // All that have none: a preview swaps parts of the page.
  function addButtons() {
    doc.querySelectorAll(".code-block").forEach(function (block) {
      if (!block.querySelector("pre code") || block.querySelector(".copy")) return;
      addButton(block);
      if (!status.isConnected) (doc.querySelector("footer") || doc.body).appendChild(status);
    });
  }
  addButtons();
  doc.addEventListener("opsbook:swapped", addButtons);
})(document);

// On paper nothing is folded, in browsers too whose style sheets can't say so.
(function (doc) {
  "use strict";
  var opened = [];
  addEventListener("beforeprint", function () {
    opened = Array.from(doc.querySelectorAll("details:not([open])"));
    opened.forEach(function (details) { details.open = true; });
  });
  addEventListener("afterprint", function () {
    opened.forEach(function (details) { details.open = false; });
    opened = [];
  });
})(document);
