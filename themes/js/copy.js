// Copy buttons of code blocks. Needs nothing but the blocks: a self-contained page can hold it as it is.
(function (doc) {
  "use strict";
  var blocks = Array.from(doc.querySelectorAll(".code-block")).filter(function (block) { return block.querySelector("pre code"); });
  if (!blocks.length) return;
  var ASKS = 5000, SAYS = 2500, DOUBLE_CLICK = 500;

  // One place that says the outcome aloud.
  var status = doc.createElement("p");
  status.className = "hidden";
  status.setAttribute("role", "status");
  (doc.querySelector("footer") || doc.body).appendChild(status);

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

  blocks.forEach(function (block) {
    var button = doc.createElement("button"), timer, asked = 0;
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    function show(text, aloud, time) {
      button.textContent = text;
      status.textContent = aloud;
      clearTimeout(timer);
      timer = setTimeout(function () {
        asked = 0;
        button.classList.remove("asks");
        button.textContent = "Copy";
        status.textContent = "";
      }, time);
    }
    button.addEventListener("click", function (event) {
      // What destroys asks first. A double click, or a key that is held down, is no answer.
      if (block.classList.contains("danger")) {
        if (!asked) {
          asked = event.timeStamp;
          button.classList.add("asks");
          var label = block.querySelector(".danger-label");
          show("Copy anyway?", (label ? label.textContent : "Dangerous") + ". Press again to copy it anyway.", ASKS);
          return;
        }
        if (event.timeStamp - asked < DOUBLE_CLICK) return;
        asked = 0;
        button.classList.remove("asks");
      }
      var open = stillOpen(block);
      copy(commands(block)).then(function () {
        var says = open.length ? "Copied, " + open.join(", ") + " still open" : "Copied";
        show(says, says, open.length ? ASKS : SAYS);
      }, function () { show("Not copied", "Not copied", SAYS); });
    });
    block.appendChild(button);
  });
})(document);
