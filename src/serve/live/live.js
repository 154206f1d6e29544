// The preview's ear: hears how the handbook stands, and has the page, the notes and the panel show it.
// Stands before the scripts of the page, so that it sees the page before they change it.
(function (doc, live) {
  "use strict";
  var FIRST_WAIT_MS = 500, LONGEST_WAIT_MS = 10000;
  var script = doc.currentScript, own = new URL(script.src);
  live.base = new URL("./", own).href;
  live.root = new URL("../../", own).href;

  // Where the page lies, from the root of the site.
  function address() {
    var path = location.pathname.slice(new URL(live.root).pathname.length);
    try { path = decodeURIComponent(path); } catch (e) {} // No page has such a name.
    return path === "" || path.endsWith("/") ? path + "index.html" : path;
  }
  function isNotFound() {
    var entry = performance.getEntriesByType("navigation")[0];
    return doc.body.classList.contains("kind-not-found") || (entry && entry.responseStatus === 404);
  }

  // The version of the page that is shown; the server writes it beside the name of this script.
  var shown = script.dataset.digest || null, missing = isNotFound();
  var state = null, problem = null, refused = null, source = null, timer = null, wait = FIRST_WAIT_MS, isFetching = false;

  function say() { live.showState(state, problem); }
  function notes(isAnew) { live.showNotes(problem === "vanished" ? [] : state.findings, isAnew); }

  function heard(event) {
    state = JSON.parse(event.data);
    wait = FIRST_WAIT_MS;
    problem = state.digest === null && !missing ? "vanished" : null;
    if (state.digest !== null && missing) location.reload();
    else if (isNew()) fetchPage();
    else if (!isFetching) live.keepPlace(function () { notes(false); });
    say();
  }
  function isNew() { return state.digest !== null && state.digest !== shown && state.digest !== refused; }
  // One page is on its way at a time; if another version is there when it comes, that one is asked for.
  function fetchPage() {
    if (isFetching) return;
    isFetching = true;
    var wanted = state.digest;
    fetch(location.pathname + location.search, { cache: "no-cache" }).then(function (answer) {
      // The last good page stays; asking for the same once more would give the same.
      if (!answer.ok) {
        refused = wanted;
        return null;
      }
      return answer.text();
    }).then(function (html) {
      return html !== null && live.swap(html, function () {
        shown = wanted;
        notes(true);
      });
    }).then(function () {
      isFetching = false;
      if (isNew()) fetchPage();
    }, function () {
      // The next connection tries again.
      isFetching = false;
      lost();
    });
  }

  // ---- The connection ----

  function connect() {
    disconnect();
    source = new EventSource(live.base + "events?page=" + encodeURIComponent(address()));
    source.onmessage = heard;
    source.onerror = lost;
  }
  function disconnect() {
    clearTimeout(timer);
    if (source) source.close();
    source = null;
  }
  function lost() {
    disconnect();
    timer = setTimeout(connect, wait);
    // A server that begins anew is back before anybody needs to know.
    if (wait > FIRST_WAIT_MS) {
      problem = "gone";
      say();
    }
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
  // A browser has six connections to a server: pages that nobody sees leave them to others.
  function attend() {
    if (doc.visibilityState === "visible") {
      wait = FIRST_WAIT_MS;
      connect();
    } else disconnect();
  }

  live.startPanel();
  doc.addEventListener("visibilitychange", attend);
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", function (event) { if (event.persisted) attend(); });
  addEventListener("hashchange", live.goToLine);
  attend();
  live.goToLine();
})(document, window.opsbookLive);
