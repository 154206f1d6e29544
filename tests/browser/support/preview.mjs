// A stand-in for `opsbook serve`, as far as a page sees it: a built site whose pages the test changes as it likes, the script and the style
// sheet of the preview in each, and the events that tell of changes.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import path from "node:path";
import { POLICY, policyOf } from "./server.mjs";

const live = path.resolve(import.meta.dirname, "../../../src/serve/live");
// The parts in the order in which the program joins them.
const parts = [...readFileSync(path.join(live, "mod.rs"), "utf8").matchAll(/include_str!\("([a-z]+\.js)"\)/g)].map(([, name]) => name);
const SCRIPT = parts.map((name) => readFileSync(path.join(live, name), "utf8")).join("");
const STYLE = readFileSync(path.join(live, "live.css"), "utf8");
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png" };

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 32);

// Marks blocks with lines as previews have them: ten lines apart, the first on line 10.
export function marked(html) {
  const [before, after] = html.split(/(?<=<main[^>]*>)/);
  let line = 0;
  return before + (after ?? "").replace(/<(p|h[1-6]|li|tr|blockquote|dt|dd)(?=[ >])/g, (tag) => `${tag} data-line="${(line += 10)}"`);
}

// `script` takes the place of the preview's own, to compare.
export async function preview(folder, { script = SCRIPT } = {}) {
  const changed = new Map();
  const clients = new Map();
  const said = { edition: 1, publishable: true, stale: null, errors: 0, warnings: 0, findings: [], took_ms: 4 };
  const counts = { pages: 0, connections: 0 };
  const read = (address) => {
    if (changed.has(address)) return changed.get(address);
    try {
      const bytes = readFileSync(path.join(folder, address));
      return address.endsWith(".html") ? marked(bytes.toString()) : bytes;
    } catch {
      return null;
    }
  };
  const state = (address) => {
    const bytes = read(address);
    return JSON.stringify({ ...said, digest: bytes === null ? null : digest(bytes) });
  };
  const withTags = (html) =>
    html.replace(
      /<meta charset="utf-8">/,
      `$&\n<link rel="stylesheet" href="/-/opsbook/live.css">\n<script src="/-/opsbook/live.js" data-digest="${digest(html)}" defer></script>`,
    );
  const answer = async (request, response) => {
    const url = new URL(request.url, "http://localhost");
    const own = await policyOf(folder, url.pathname);
    const send = (status, type, bytes) => {
      response.writeHead(status, { "Content-Type": type, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache", "Content-Security-Policy": POLICY, ...own });
      response.end(bytes);
    };
    if (url.pathname === "/-/opsbook/live.js") return send(200, TYPES[".js"], script);
    if (url.pathname === "/-/opsbook/live.css") return send(200, TYPES[".css"], STYLE);
    if (url.pathname === "/-/opsbook/events") {
      const address = url.searchParams.get("page");
      counts.connections++;
      response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
      response.write(`data: ${state(address)}\n\n`);
      clients.set(response, address);
      response.on("close", () => clients.delete(response));
      return;
    }
    const address = decodeURIComponent(url.pathname.slice(1)).replace(/(^|\/)$/, "$1index.html");
    const found = read(address);
    // The page for what is not there has the base of the published site.
    if (found === null) return send(404, TYPES[".html"], withTags((read("404.html") ?? "not found").replace(/<base href="[^"]*">/, '<base href="/">')));
    if (address.endsWith(".html")) counts.pages++;
    send(200, TYPES[path.extname(address)] ?? "application/octet-stream", address.endsWith(".html") ? withTags(found) : found);
  };
  let server;
  const listen = (port) =>
    new Promise((resolve) => {
      server = createServer(answer);
      server.listen(port, "127.0.0.1", resolve);
    });
  const stop = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  await listen(0);
  const port = server.address().port;
  const origin = `http://127.0.0.1:${port}`;
  const tell = () => {
    said.edition++;
    for (const [response, address] of clients) response.write(`data: ${state(address)}\n\n`);
  };
  return {
    origin,
    url: `${origin}/`,
    counts,
    clients,
    read,
    // Changes a file: `edit` gets what it was and gives what it is, or null for a file that is gone.
    change(address, edit) {
      changed.set(address, edit(read(address)));
      tell();
    },
    // Changes what is said of the handbook.
    say(news) {
      Object.assign(said, news);
      tell();
    },
    stop,
    start: () => listen(port),
    close: stop,
  };
}
