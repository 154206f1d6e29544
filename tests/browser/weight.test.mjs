// What a reader waits for: bytes before the first paint, compressed as a server does it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import path from "node:path";
import { HANDBOOKS, htmlFiles, kindOf, pagesToLookAt, read } from "./support/sites.mjs";
import { address, withPage } from "./support/browser.mjs";

const KILOBYTE = 1024;
const BEFORE_PAINT = 14 * KILOBYTE;
const PAGE = 30 * KILOBYTE;

const compressed = (bytes) => gzipSync(bytes, { level: 6 }).length;

// The style sheets and the scripts in the head that hold back the first paint, then the rest of the scripts.
function assets(handbook, file) {
  const html = read(handbook, file).toString();
  const links = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, href]) => href);
  const scripts = [...html.matchAll(/<script src="([^"]+)"( defer)?/g)];
  const blocking = [...links, ...scripts.filter(([, , defer]) => !defer).map(([, src]) => src)];
  const deferred = scripts.filter(([, , defer]) => defer).map(([, src]) => src);
  const size = (list) => list.map((href) => compressed(resolve(handbook, file, href))).reduce((sum, bytes) => sum + bytes, 0);
  // Drawings are images, though they stand in the page.
  const drawings = /<svg class="diagram[\s\S]*?<\/svg>/g;
  return { html: compressed(html.replace(drawings, "")), blocking: size(blocking), deferred: size(deferred), count: blocking.length };
}

function resolve(handbook, file, href) {
  // Only the 404 page names its files from the site's root: it has a base.
  const from = file === "404.html" ? "" : path.dirname(file);
  return read(handbook, path.join(from, href));
}

for (const handbook of Object.keys(HANDBOOKS)) {
  // Print pages hold many documents: they have no bound of their own.
  const files = () => htmlFiles(handbook).filter((file) => kindOf(handbook, file) !== "print");

  test(`${handbook}: at most 14 KB of style and script before the first paint`, () => {
    const heavy = files().map((file) => [file, assets(handbook, file).blocking]).filter(([, bytes]) => bytes > BEFORE_PAINT);
    assert.deepEqual(heavy, []);
  });
}

// Guides of 17 to 29 KB of Markdown: with 20 KB of styles and scripts, more content than the bound leaves room for.
const LONG = ["guides/disaster-recovery.html", "guides/feature-release.html", "guides/troubleshooting.html", "opsbook/writing.html"];

test("a page with its styles and scripts is at most 30 KB, without images", () => {
  const whole = (file) => {
    const { html, blocking, deferred } = assets("content", file);
    return html + blocking + deferred;
  };
  const files = htmlFiles("content").filter((file) => !["print", "incident"].includes(kindOf("content", file)));
  const heavy = files.map((file) => [file, whole(file)]).filter(([, bytes]) => bytes > PAGE);
  assert.deepEqual(heavy.filter(([file]) => !LONG.includes(file)), []);
  for (const file of LONG) assert.ok(assets("content", file).html <= PAGE, file);
});

test("the browser loads what the page names and nothing else", async () => {
  for (const { handbook, file } of pagesToLookAt().filter(({ kind }) => kind === "document")) {
    await withPage({}, async (page) => {
      const loaded = [];
      page.on("request", (request) => {
        if (["stylesheet", "script", "fetch", "xhr", "font"].includes(request.resourceType())) loaded.push(new URL(request.url()).pathname);
      });
      await page.goto(address(handbook, file));
      await page.evaluate(() => new Promise(requestIdleCallback));
      const named = await page.locator('head link[rel="stylesheet"], head script[src]').evaluateAll((elements) => elements.map((element) => new URL(element.href ?? element.src).pathname));
      assert.deepEqual(loaded.sort(), named.sort(), file);
    });
  }
});
