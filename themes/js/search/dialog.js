// The window of the search. opsbook.js loads this file and the style sheet when the search is first asked for, and calls show().
(function (search) {
  "use strict";
  var FILTERS = [["types", "Type"], ["owners", "Owner"], ["roles", "Role"], ["platforms", "Platform"]];
  var PAGES = 20;
  var dialog, input, filters, status, list, moreButton, help, index, root, state, asked = 0, limit, waiting;

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
    return number.toLocaleString(document.documentElement.lang || undefined) + " " + noun + (number === 1 ? "" : "s");
  }

  function build(opener) {
    root = opener.dataset.root;
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
    index.manifest().then(offer, failed);
  }

  function offer(manifest) {
    FILTERS.forEach(function (filter) {
      var values = manifest[filter[0]];
      if (values.length < 2) return;
      var select = make("select", { name: filter[0] }, [make("option", { value: "" }, ["Any"])]);
      values.map(function (entry) {
        return { value: entry[0], name: entry[entry.length - 3], pages: entry[entry.length - 2] };
      }).sort(function (a, b) { return a.name.localeCompare(b.name); }).forEach(function (entry) {
        select.append(make("option", { value: entry.value }, [entry.name + " (" + entry.pages + ")"]));
      });
      select.addEventListener("change", function () { ask(); });
      filters.append(make("label", {}, [make("span", {}, [filter[1]]), select]));
    });
    if (!input.value) welcome(manifest);
  }

  function chosen() {
    var values = {};
    filters.querySelectorAll("select").forEach(function (select) {
      select.classList.toggle("chosen", select.value !== "");
      if (select.value !== "") values[select.name] = /^(roles|platforms)$/.test(select.name) ? Number(select.value) : select.value;
    });
    return values;
  }

  function welcome(manifest) {
    status.textContent = "Titles, text, tables and commands of " + count(manifest.pages, "page") + ". A word may be unfinished or misspelt.";
  }

  function failed() {
    status.textContent = "The search could not be loaded. All pages are listed under “All pages”.";
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
      state = found;
      limit = PAGES;
      show();
      list.parentElement.scrollTop = 0;
    }, function () {
      if (mine === asked) settled(failed);
    });
  }

  function settled(say) {
    clearTimeout(waiting);
    say();
  }

  function more() {
    if (state.results.length > limit) return grow();
    var mine = asked, before = Math.min(limit, state.results.length);
    limit += PAGES;
    moreButton.disabled = true;
    state.more().then(function () {
      moreButton.disabled = false;
      if (mine !== asked) return;
      show();
      // What is new may stand anywhere in the order; the reader goes on where the list was left.
      var next = list.children[before] || list.lastElementChild;
      if (next && document.activeElement === document.body) next.querySelector("a").focus();
    }, function () {
      moreButton.disabled = false;
      failed();
    });
  }

  function grow() {
    limit += PAGES;
    show();
  }

  function show() {
    settled(function () {
      var total = state.results.length, left = state.places - state.looked;
      if (!input.value.trim() && !Object.keys(chosen()).length) index.manifest().then(welcome);
      else if (!total && !left) status.textContent = "Nothing found. Try another word for it, or fewer words.";
      else if (left) status.textContent = count(total, "page") + " found in the likeliest of " + count(state.pages, "page") + "; not all were searched.";
      else status.textContent = count(total, "page") + " found" + (state.near ? ", with similar words." : ".");
      moreButton.hidden = !left && total <= limit;
      moreButton.textContent = total > limit ? "More results" : "Search further";
      list.replaceChildren.apply(list, state.results.slice(0, limit).map(result));
    });
  }

  function result(found) {
    var page = found.page, first = found.sections[0];
    var about = [page.way, page.kind, page.owner].filter(Boolean);
    var opening = found.sections.find(function (section) { return !section.anchor; });
    var link = make("a", { href: root + page.url, class: "search-page" }, pieces(found.title));
    var item = make("li", {}, [link]);
    if (about.length) item.append(make("p", { class: "search-about" }, about.map(function (text) { return make("span", {}, [text]); })));
    if (opening) item.append(make("p", { class: "search-excerpt" }, pieces(opening.excerpt)));
    else if (!first && page.sections[0]) item.append(make("p", { class: "search-excerpt" }, [page.sections[0].text.slice(0, 120)]));
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
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" && (inField || at > -1) && links[at + 1]) links[at + 1].focus();
    else if (event.key === "ArrowUp" && at > -1) (links[at - 1] || input).focus();
    else if (event.key === "Enter" && inField && links[0]) links[0].click();
    else if (at > -1 && event.key.length === 1 && event.key !== " ") return input.focus();
    else return;
    event.preventDefault();
  }

  search.show = function (opener) {
    if (!dialog) build(opener);
    if (!dialog.open) dialog.showModal();
    input.focus();
    input.select();
  };
})(opsbookSearch);
