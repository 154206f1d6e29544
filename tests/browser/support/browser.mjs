// Tests in Chromium. Each gets a page that is watched: whatever goes wrong on it fails the test, asked for or not.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import path from "node:path";
import { DESK, launch, PHONE } from "./chromium.mjs";
import { folderOf, HANDBOOKS } from "./sites.mjs";
import { serve } from "./server.mjs";

export { DESK, PHONE };

let browser;
const servers = {};

before(async () => {
  browser = await launch();
  for (const [name, { prefix }] of Object.entries(HANDBOOKS)) servers[name] = await serve(folderOf(name), prefix);
});

after(async () => {
  await browser?.close();
  for (const server of Object.values(servers)) await server.close();
});

// The address of a file of a handbook's site, as a server shows it or in the folder itself.
export function address(handbook, file, from = "http") {
  return from === "file" ? pathToFileURL(path.join(folderOf(handbook), file)).href : servers[handbook].url + file;
}

// Another server that pages may be asked from; it is closed with the others.
export function addServer(server) {
  servers[server.origin] = server;
  return server;
}

export function requestsTo(handbook) {
  return servers[handbook].requests;
}

// What a reader must never meet. The list is filled while the page lives; `expected` are patterns of faults that the
// test itself causes.
function watch(context, page, faults) {
  const origins = Object.values(servers).map((server) => server.origin);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error in a script: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    const known = ["data:", "blob:", "file:", "about:"].some((scheme) => url.startsWith(scheme));
    if (!known && !origins.some((origin) => url.startsWith(`${origin}/`))) faults.push(`request to another host: ${url}`);
    if (url.startsWith("http") && page.url().startsWith("file:") && !request.isNavigationRequest()) {
      faults.push(`request from a file to the network: ${url}`);
    }
  });
  page.on("requestfailed", (request) => {
    // Not a failure: the test went on to another page, or a download took the place of the answer.
    if (request.failure()?.errorText === "net::ERR_ABORTED") return;
    faults.push(`request failed: ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`status ${response.status()}: ${response.url()}`);
  });
  // Nothing leaves the machine, even when a page asks for it.
  return context.route(
    (url) => url.protocol.startsWith("http") && !origins.includes(url.origin),
    (route) => route.abort(),
  );
}

async function watchPolicy(context, faults) {
  await context.exposeBinding("reportViolation", (_, text) => faults.push(`policy violated: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.reportViolation(`${event.effectiveDirective} by ${event.blockedURI} (${event.sourceFile}:${event.lineNumber})`);
    });
  });
}

// Runs `body` with a watched page, then fails if anything was reported. `options` are those of a browser context and
//   expected: patterns of faults that the test causes on purpose
//   permissions: such as clipboard-read
export async function withPage(options, body) {
  const { expected = [], ...contextOptions } = options;
  const context = await browser.newContext({ viewport: DESK, reducedMotion: "reduce", ...contextOptions });
  const faults = [];
  try {
    if (contextOptions.javaScriptEnabled !== false) await watchPolicy(context, faults);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await watch(context, page, faults);
    const result = await body(page, faults);
    const unexpected = faults.filter((fault) => !expected.some((pattern) => pattern.test(fault)));
    assert.deepEqual(unexpected, [], "faults on the page");
    return result;
  } finally {
    await context.close();
  }
}

// A test that has a watched page.
export function pageTest(name, options, body) {
  test(name, () => withPage(options, body));
}

// Waits until `check` answers what is expected, and says what it answered instead.
export async function eventually(check, expected, message) {
  const end = Date.now() + 15_000;
  let answer;
  do {
    answer = await check();
    try {
      assert.deepEqual(answer, expected);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } while (Date.now() < end);
  assert.deepEqual(answer, expected, message);
}
