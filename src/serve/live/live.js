// Follows the handbook's editions: reloads the page when what it shows has changed.
(() => {
  'use strict';
  if (!window.EventSource) return;
  const own = document.currentScript;
  const page = location.pathname;
  const events = new EventSource(new URL(`events?page=${encodeURIComponent(page)}`, own.src));
  let shown;
  events.onmessage = (event) => {
    const { digest } = JSON.parse(event.data);
    if (shown !== undefined && digest !== shown) location.reload();
    shown = digest;
  };
  addEventListener('pagehide', () => events.close());
})();
