// The window of the search. opsbook.js loads this file and the style sheet when the search is first asked for, and calls show().
(function (search) {
  "use strict";
  var FILTERS = [["types", "Type"], ["owners", "Owner"], ["roles", "Role"], ["platforms", "Platform"]];
  var PAGES = 20;
  var dialog, input, filters, status, list, moreButton, help, index, root, offered, state, limit, waiting;
  // Queries are counted: the last that was asked, the one that the list answers, the one whose first result is to be opened.
  var asked = 0, answered = 0, opening = -1;

  function make(name, attributes, children) {
    var element = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    (children || []).forEach(function (child) { element.append(child); });
    return element;
  }

  function pieces(parts) {
    return parts.map(function (part) { return part.mark ? make("mark", {}, [part.text]) : part.text.replace(/\n/g, "  ·  "); });
  }

  function count(number, noun) {
    var digits = String(number);
    try {
      digits = number.toLocaleString(document.documentElement.lang || undefined);
    } catch (e) {} // A theme may name a language that no browser knows.
    return digits + " " + noun + (number === 1 ? "" : "s");
  }

  function build(opener) {
    // Never empty: the name of a file may begin with what looks like a scheme.
    root = opener.dataset.root || "./";
    index = search.connect(search.scripts(opener.dataset.index.replace(/[^/]*$/, "")));
    input = make("input", { id: ":search-words", type: "search", "aria-label": "Search the handbook", placeholder: "Search", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go" });
    var close = make("button", { type: "button", class: "search-close" }, ["Close"]);
    filters = make("div", { class: "search-filters", role: "group", "aria-label": "Only pages with" });
    status = make("p", { class: "search-status", role: "status" });
    list = make("ol", { class: "search-results", "aria-label": "Results" });
    moreButton = make("button", { type: "button", class: "search-more" });
    moreButton.hidden = true;
    help = make("p", { class: "search-help" }, ["↑ ↓ to move, Enter to open, Esc to close"]);
    var results = make("div", { class: "search-body" }, [list, moreButton]);
    dialog = make("dialog", { id: ":search", class: "search", "aria-label": "Search" }, [
      make("div", { class: "search-bar", role: "search" }, [input, close]), filters, status, results, help
    ]);
    document.body.append(dialog);
    close.addEventListener("click", function () { dialog.close(); });
    input.addEventListener("input", function () { ask(); });
    moreButton.addEventListener("click", more);
    dialog.addEventListener("keydown", keys);
    dialog.addEventListener("click", function (event) {
      // A click beside the window, or on a result of this very page, which doesn't load anew.
      if (event.target === dialog || event.target.closest(".search-results a")) dialog.close();
    });
    results.addEventListener("scroll", function () {
      if (state && state.results.length > limit && results.scrollTop + results.clientHeight > results.scrollHeight - 200) grow();
    });
    index.manifest().then(function (manifest) {
      offer(manifest);
      if (!input.value) welcome(manifest);
    }, function () {
      if (!asked) failed();
    });
  }

  // What can be filtered by, again when the index is a newer one.
  function offer(manifest) {
    if (offered === manifest) return;
    offered = manifest;
    var before = chosen();
    filters.replaceChildren();
    FILTERS.forEach(function (filter) {
      var values = manifest[filter[0]];
      if (values.length < 2) return;
      var select = make("select", { name: filter[0] }, [make("option", { value: "" }, ["Any"])]);
      values.map(function (entry) {
        return { name: entry[entry.length - 3], pages: entry[entry.length - 2] };
      }).sort(function (a, b) { return a.name.localeCompare(b.name); }).forEach(function (entry) {
        select.append(make("option", { value: entry.name }, [entry.name + " (" + entry.pages + ")"]));
      });
      if (before[filter[0]]) select.value = before[filter[0]];
      if (select.selectedIndex < 0) select.selectedIndex = 0;
      select.addEventListener("change", function () { ask(); });
      filters.append(make("label", {}, [make("span", {}, [filter[1]]), select]));
    });
  }

  function chosen() {
    var values = {};
    filters.querySelectorAll("select").forEach(function (select) {
      select.classList.toggle("chosen", select.value !== "");
      if (select.value !== "") values[select.name] = select.value;
    });
    return values;
  }

  function welcome(manifest) {
    status.textContent = "Titles, text, tables and commands of " + count(manifest.pages, "page") + ". A word may be unfinished or misspelt.";
  }

  function failed() {
    clearTimeout(waiting);
    status.textContent = "The search could not be loaded. All pages are listed under “All pages”.";
    state = null;
    moreButton.hidden = true;
    list.replaceChildren();
  }

  // Answers to what was asked before are dropped.
  function ask() {
    var mine = ++asked, values = chosen();
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      if (mine === asked) status.textContent = "Searching…";
    }, 300);
    return search.find(index, input.value, values).then(function (found) {
      if (mine !== asked) return;
      answered = mine;
      state = found;
      limit = PAGES;
      offer(found.manifest);
      show();
      list.parentElement.scrollTop = 0;
      if (opening === mine) openFirst();
    }, function () {
      if (mine === asked) failed();
    });
  }

  // Opens the first result of what stands in the field, once it is there.
  function openFirst() {
    var link = list.querySelector("a");
    if (answered !== asked) opening = asked;
    else if (link) link.click();
  }

  function more() {
    if (state.results.length > limit) return grow();
    var mine = asked, before = Math.min(limit, state.results.length), hadFocus = document.activeElement === moreButton;
    limit += PAGES;
    moreButton.disabled = true;
    state.more().then(function () {
      moreButton.disabled = false;
      if (mine !== asked) return;
      show();
      // What is new may stand anywhere in the order; the reader goes on where the list was left.
      var next = list.children[before] || list.lastElementChild;
      if (next && hadFocus && [document.body, moreButton, dialog].includes(document.activeElement)) next.querySelector("a").focus();
    }, function () {
      moreButton.disabled = false;
      // The index is another by now: the query is asked anew.
      if (mine === asked) ask();
    });
  }

  function grow() {
    limit += PAGES;
    show();
  }

  function show() {
    var total = state.results.length, left = state.places - state.looked;
    clearTimeout(waiting);
    if (!input.value.trim() && !Object.keys(chosen()).length) welcome(state.manifest);
    else if (!total && !left) status.textContent = "Nothing found. Try another word for it, or fewer words.";
    else if (left) status.textContent = count(total, "page") + " found in the likeliest of " + count(state.pages, "page") + "; not all were searched.";
    else status.textContent = count(total, "page") + " found" + (state.near ? ", with similar words." : ".");
    moreButton.hidden = !left && total <= limit;
    moreButton.textContent = total > limit ? "More results" : "Search further";
    list.replaceChildren.apply(list, state.results.slice(0, limit).map(result));
  }

  function result(found) {
    var page = found.page, first = found.sections[0];
    var about = [page.way, page.kind, page.owner].filter(Boolean);
    var opening = found.sections.find(function (section) { return !section.anchor; });
    var link = make("a", { href: root + page.url, class: "search-page" }, pieces(found.title));
    var item = make("li", {}, [link]);
    if (about.length) item.append(make("p", { class: "search-about" }, about.map(function (text) { return make("span", {}, [text]); })));
    if (opening) item.append(make("p", { class: "search-excerpt" }, pieces(opening.excerpt)));
    else if (!first && page.sections[0]) item.append(make("p", { class: "search-excerpt" }, [search.opening(page.sections[0].text)]));
    var sections = found.sections.filter(function (section) { return section.anchor; });
    if (sections.length) {
      item.append(make("ul", {}, sections.map(function (section) {
        var inside = make("a", { href: root + page.url + "#" + encodeURIComponent(section.anchor) }, [make("span", { class: "search-heading" }, pieces(section.heading))]);
        if (section.excerpt.length) inside.append(make("span", { class: "search-excerpt" }, pieces(section.excerpt)));
        return make("li", {}, [inside]);
      })));
    }
    return item;
  }

  // The arrows go from the field through the links and back; typing goes on in the field.
  function keys(event) {
    var links = Array.from(list.querySelectorAll("a")), at = links.indexOf(document.activeElement), inField = document.activeElement === input;
    // AltGr is Ctrl and Alt on some systems. Safari says 229 of the Enter that ends a composition, and that nothing is composed.
    if (event.metaKey || ((event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph"))) return;
    if (at > -1 && !event.isComposing && ((event.key.length === 1 && event.key !== " ") || event.key === "Dead" || event.key === "Process")) return input.focus();
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown" && (inField || at > -1) && links[at + 1]) links[at + 1].focus();
    else if (event.key === "ArrowUp" && at > -1) (links[at - 1] || input).focus();
    else if (event.key === "Enter" && inField) openFirst();
    // The browser's own field would take the first Escape to empty itself.
    else if (event.key === "Escape") dialog.close();
    else return;
    event.preventDefault();
  }

  // `typed` is what was typed while the search was loading: its words, and whether Enter followed.
  search.show = function (opener, typed) {
    if (!dialog) build(opener);
    if (!dialog.open) dialog.showModal();
    input.focus();
    if (!typed || !typed.words) return input.select();
    input.value = typed.words;
    ask();
    if (typed.enter) openFirst();
  };
})(opsbookSearch);
