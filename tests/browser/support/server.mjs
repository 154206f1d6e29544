// A static server on a free port of the loopback interface, with the strictest policy, that remembers what was asked.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";

// The policy of the issue, and of the page about themes. Nothing may need more.
export const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".csv": "text/csv; charset=utf-8",
  ".ics": "text/calendar; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

// The header that the site itself asks for where incident views are served: the same, with the hashes of their style and script.
export async function policyOf(folder, file) {
  if (!/\.incident(-\d+)?\.html$/.test(file)) return {};
  const own = await readFile(path.join(folder, "alert/content-security-policy.txt"), "utf8").catch(() => "");
  return own ? { "Content-Security-Policy": own.trim() } : {};
}

// Serves `folder` under `prefix`. `requests` holds the paths asked for, `origin` is where.
export async function serve(folder, prefix = "/", headers) {
  const strict = headers ?? { "Content-Security-Policy": POLICY };
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    requests.push(pathname);
    const send = async (status, file, bytes) => {
      // Without nosniff a browser would run a file of the wrong type, and the test would not see it.
      const type = TYPES[path.extname(file)] ?? "application/octet-stream";
      response.writeHead(status, { "Content-Type": type, "X-Content-Type-Options": "nosniff", ...strict, ...(headers || searchParams.has("strict") ? {} : await policyOf(folder, file)) });
      response.end(bytes);
    };
    const inside = pathname.startsWith(prefix) ? decodeURIComponent(pathname.slice(prefix.length)) : "";
    const wanted = inside === "" || inside.endsWith("/") ? `${inside}index.html` : inside;
    const file = path.join(folder, wanted);
    const found = pathname.startsWith(prefix) && file.startsWith(folder + path.sep);
    const bytes = found ? await readFile(file).catch(() => null) : null;
    if (bytes) await send(200, file, bytes);
    else await send(404, "404.html", await readFile(path.join(folder, "404.html")).catch(() => "not found"));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, url: origin + prefix, requests, close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) };
}
