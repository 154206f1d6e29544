// What a reader's browser loads of one page and for one search, and what can be done with the site: all by trying.
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { POLICY } from "../../tests/browser/support/server.mjs";
import { violations } from "../../tests/browser/support/axe.mjs";
import { serve } from "./serve.mjs";

const WORD = "certificate";
const sum = (list, key) => list.reduce((total, item) => total + item[key], 0);

// A page with an empty cache on which nothing reaches the network; `foreign` holds the hosts that it asked for.
async function fresh(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const foreign = new Set();
  await context.route((url) => url.protocol.startsWith("http") && url.hostname !== "127.0.0.1", (route) => {
    foreign.add(new URL(route.request().url()).hostname);
    return route.abort();
  });
  const page = await context.newPage();
  const blocked = [];
  page.on("console", (message) => /Content Security Policy/.test(message.text()) && blocked.push(message.text()));
  return { page, foreign, blocked, close: () => context.close() };
}

// Types a word and waits for the first result. False if none comes.
async function search(page, peer) {
  try {
    await peer.search.open(page);
    await page.locator(peer.search.input).first().waitFor({ timeout: 15_000 });
    if (await page.locator(peer.search.result).filter({ hasText: new RegExp(WORD, "i"), visible: true }).count()) throw new Error("results before the search");
    await page.locator(peer.search.input).first().pressSequentially(WORD);
    // A result holds the word: not a link that stood there before.
    await page.locator(peer.search.result).filter({ hasText: new RegExp(WORD, "i"), visible: true }).first().waitFor({ timeout: 15_000 });
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${peer.name}-${new URL(page.url()).protocol.slice(0, 4)}.png` });
    return true;
  } catch (error) {
    if (!/Timeout/.test(error.message)) console.error(`${peer.name}: ${error.message}`);
    return false;
  }
}

// Bytes, requests and times of a first visit to `address`.
export async function load(browser, peer, site, address) {
  const server = await serve(site);
  const { page, foreign, close } = await fresh(browser);
  await page.goto(server.url + address, { waitUntil: "networkidle" });
  const { blocking, paint } = await page.evaluate(() => ({
    blocking: performance.getEntriesByType("resource").filter((entry) => entry.renderBlockingStatus === "blocking").map((entry) => new URL(entry.name).pathname),
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  }));
  const before = [...server.sent];
  const html = before[0];
  const held = before.filter((request) => blocking.includes(request.path));
  const scripts = before.filter((request) => /\.m?js$/.test(request.suffix));
  const found = await search(page, peer);
  const result = {
    html_gz: html.bytes, html_raw: html.raw,
    paint_requests: 1 + held.length, paint_bytes: html.bytes + sum(held, "bytes"), paint_ms: Math.round(paint),
    page_requests: before.length, page_bytes: sum(before, "bytes"), js_bytes: sum(scripts, "bytes"),
    search_requests: found ? server.sent.length : null, search_bytes: found ? sum(server.sent, "bytes") : null,
    foreign: [...foreign],
  };
  await close();
  server.close();
  return result;
}

// What works where: under the strictest policy, from a folder, without JavaScript.
export async function features(browser, peer, site, address) {
  const strict = await serve(site, POLICY);
  const policy = await fresh(browser);
  await policy.page.goto(strict.url + address, { waitUntil: "load" });
  await policy.page.waitForLoadState("networkidle");
  const policySearch = await search(policy.page, peer);
  const blocked = policy.blocked.length;
  await policy.close();

  const file = path.join(site, address.endsWith("/") ? `${address}index.html` : address);
  const folder = await fresh(browser);
  await folder.page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  const fileSearch = await search(folder.page, peer);
  await folder.page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  const fileStyled = await folder.page.evaluate(() => [...document.styleSheets].some((sheet) => sheet.ownerNode?.localName === "link"));
  // Whether the links of the page lead to files, or to folders that a browser only lists.
  const links = await folder.page.locator("a[href]").evaluateAll((all) => all.map((link) => new URL(link.getAttribute("href"), document.baseURI).href).filter((href) => href.startsWith("file:")));
  const dead = links.filter((href) => !statSync(new URL(href.split("#")[0]), { throwIfNoEntry: false })?.isFile()).length;
  await folder.close();

  const still = await fresh(browser, { javaScriptEnabled: false });
  await still.page.goto(strict.url + address, { waitUntil: "load" });
  const navigation = await still.page.locator("nav a[href]:visible").count();
  await still.close();

  const plain = await serve(site);
  const axe = await fresh(browser);
  await axe.page.goto(plain.url + address, { waitUntil: "networkidle" });
  const faults = await violations(axe.page);
  await axe.close();
  strict.close();
  plain.close();
  return { policy_blocked: blocked, policy_search: policySearch, file_search: fileSearch, file_styled: fileStyled, file_dead_links: `${dead} of ${links.length}`, nojs_navigation: navigation, axe: faults.length };
}

// Files and bytes of the whole site, and bytes of HTML a page.
export function weigh(site) {
  const files = readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  const html = files.filter((file) => file.endsWith(".html")).map((file) => readFileSync(file).length).sort((a, b) => a - b);
  return { files: files.length, bytes: files.reduce((total, file) => total + statSync(file).size, 0), html_median: html[html.length >> 1] };
}
