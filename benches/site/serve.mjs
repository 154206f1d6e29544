// One server for all: compresses with gzip as production does, and keeps account of every byte that it sends.
import { createServer } from "node:http";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".xml": "application/xml", ".png": "image/png", ".woff2": "font/woff2", ".wasm": "application/wasm", ".txt": "text/plain" };
const COMPRESSED = new Set([".html", ".css", ".js", ".mjs", ".json", ".svg", ".xml", ".txt", ".wasm"]);

export async function serve(folder, policy) {
  const sent = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    let file = path.join(folder, decodeURIComponent(pathname));
    try {
      if (statSync(file).isDirectory()) file = path.join(file, "index.html");
      const suffix = path.extname(file);
      const raw = readFileSync(file);
      const small = COMPRESSED.has(suffix) && /gzip/.test(request.headers["accept-encoding"] ?? "");
      const bytes = small ? gzipSync(raw, { level: 6 }) : raw;
      sent.push({ path: pathname, suffix, bytes: bytes.length, raw: raw.length });
      const headers = { "Content-Type": TYPES[suffix] ?? "application/octet-stream", "Cache-Control": "max-age=3600", ...(small ? { "Content-Encoding": "gzip" } : {}), ...(policy ? { "Content-Security-Policy": policy } : {}) };
      response.writeHead(200, headers).end(bytes);
    } catch {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, sent, close: () => server.close().closeAllConnections() };
}
