// Search by keyboard, over HTTP and from a folder: what an operator types at 3 a.m., and what must come first.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, eventually, pageTest, PHONE, requestsTo, withPage } from "./support/browser.mjs";
import { violations } from "./support/axe.mjs";

const dialog = (page) => page.getByRole("dialog");
const field = (page) => dialog(page).locator("input").first();
const links = (page) => dialog(page).locator("a[href]:visible");

async function open(page, key = "/") {
  await page.keyboard.press(key);
  await dialog(page).waitFor();
  await eventually(() => field(page).evaluate((element) => element === document.activeElement), true, "the field has the focus");
}

// The paths of the results, in their order, from the site's root.
async function found(page, words, handbook = "fixture", from = "http") {
  await field(page).fill(words);
  const root = new URL(address(handbook, "index.html", from)).pathname.replace(/index\.html$/, "");
  const paths = () => links(page).evaluateAll((all) => all.map((link) => new URL(link.href).pathname + new URL(link.href).hash));
  return async () => (await paths()).map((href) => decodeURIComponent(href.slice(root.length)));
}

// Waits until the first result leads to `file`.
async function first(page, words, file, handbook, from) {
  const results = await found(page, words, handbook, from);
  await eventually(async () => (await results())[0]?.split("#")[0], file, `first result of '${words}'`);
}

for (const from of ["http", "file"]) {
  pageTest(`from '/' to the page without a mouse (${from})`, {}, async (page) => {
    await page.goto(address("fixture", "languages/arabic.html", from));
    await open(page);
    await page.keyboard.type("queuebacklog");
    await eventually(async () => (await links(page).count()) > 0, true);
    await first(page, "queuebacklog", "runbooks/queue-backlog.html", "fixture", from);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/runbooks\/queue-backlog\.html/);
  });

  // Each in words as people type them: a prefix, a typo, two swapped letters, an identifier, its part, another ending, CJK.
  const QUESTIONS = {
    restor: "runbooks/restore-database.html",
    "restore databse": "runbooks/restore-database.html",
    relaese: "processes/release.html",
    ERR_CONN_42: "runbooks/queue-backlog.html",
    err_conn: "runbooks/queue-backlog.html",
    pg_restore: "runbooks/restore-database.html",
    "wide code": "notes/wide.html",
    "復旧手順": "languages/japanese.html",
    "手順": "languages/japanese.html",
    "قائمة": "languages/arabic.html",
  };
  test(`the page that was meant comes first (${from})`, () =>
    withPage({}, async (page) => {
      await page.goto(address("fixture", "index.html", from));
      await open(page);
      for (const [words, file] of Object.entries(QUESTIONS)) await first(page, words, file, "fixture", from);
    }));
}

pageTest("titles come before headings, headings before text", {}, async (page) => {
  await page.goto(address("content", "index.html"));
  await open(page);
  await first(page, "disaster recovery", "guides/disaster-recovery.html", "content");
  await first(page, "expedited approval", "policies/expedited-approval.html", "content");
  await first(page, "memberapilatencyhigh", "runbooks/member-api-latency-high.html", "content");
  await first(page, "devops team", "registry/roles/devops-team.html", "content");
});

pageTest("a result names its section, marks the words, and leads to the section", {}, async (page) => {
  await page.goto(address("fixture", "index.html"));
  await open(page);
  const results = await found(page, "undo");
  await eventually(async () => (await results()).some((href) => href === "runbooks/queue-backlog.html#roll-back"), true);
  assert.ok((await dialog(page).locator("mark").allTextContents()).some((text) => /undo/i.test(text)), "words are marked");
  await dialog(page).locator('a[href$="#roll-back"]').first().click();
  await page.waitForURL(/queue-backlog\.html#roll-back$/);
  await eventually(() => dialog(page).isVisible(), false);
});

pageTest("Ctrl-K opens from anywhere; '/' in a field is a letter; Escape closes and gives the focus back", {}, async (page) => {
  await page.goto(address("fixture", "notes/elements.html"));
  await page.locator("main a[href]").first().focus();
  const before = await page.evaluate(() => document.activeElement.outerHTML);
  await open(page, "Control+k");
  await page.keyboard.type("a/b");
  assert.equal(await field(page).inputValue(), "a/b");
  await page.keyboard.press("Escape");
  await eventually(() => dialog(page).isVisible(), false);
  assert.equal(await page.evaluate(() => document.activeElement.outerHTML), before);
});

pageTest("what is typed while the search loads is not lost", {}, async (page) => {
  await page.goto(address("fixture", "notes/elements.html"));
  await page.route(/assets\/search-/, async (route) => {
    await page.keyboard.type("queue bak");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("cklog");
    await route.continue();
  }, { times: 1 });
  await page.keyboard.press("/");
  await eventually(() => dialog(page).isVisible(), true);
  await eventually(() => field(page).inputValue(), "queue backlog");
});

pageTest("the button in the bar opens it too", {}, async (page) => {
  await page.goto(address("fixture", "index.html"));
  await page.locator("header.bar").getByRole("button", { name: /search/i }).click();
  await dialog(page).waitFor();
});

pageTest("a filter keeps documents of its kind only", {}, async (page) => {
  await page.goto(address("content", "index.html"));
  await open(page);
  const results = await found(page, "connection", "content");
  await eventually(async () => (await results()).some((href) => href.startsWith("incidents/")), true, "more than one kind without a filter");
  const select = dialog(page).locator("select").filter({ has: page.locator("option", { hasText: "Alert runbook" }) });
  const value = await select.locator("option", { hasText: "Alert runbook" }).first().getAttribute("value");
  await select.selectOption(value);
  await eventually(async () => {
    const all = await results();
    return all.length > 0 && all.every((href) => href.startsWith("runbooks/"));
  }, true, "only runbooks");
});

pageTest("nothing found is said, on the page and aloud", {}, async (page) => {
  await page.goto(address("fixture", "index.html"));
  await open(page);
  await field(page).fill("qqqxyzzy");
  await eventually(async () => /no |nothing/i.test(await dialog(page).locator("[role=status], [aria-live]").first().textContent()), true);
  assert.equal(await links(page).count(), 0);
});

pageTest("words that look like HTML or a pattern are words", {}, async (page) => {
  await page.goto(address("fixture", "index.html"));
  await open(page);
  for (const words of ["<img src=x onerror=alert(1)>", "(.*", "\\", "'\"", "__proto__", "constructor", "toString"]) {
    await field(page).fill(words);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await first(page, "queuebacklog", "runbooks/queue-backlog.html");
});

test("nothing of the search is loaded before somebody searches; then it is, once", () =>
  withPage({}, async (page) => {
    const asked = () => requestsTo("content").filter((request) => request.includes("search"));
    const before = asked().length;
    await page.goto(address("content", "index.html"));
    await page.evaluate(() => new Promise(requestIdleCallback));
    assert.deepEqual(asked().slice(before), []);
    await open(page);
    await first(page, "disaster", "guides/disaster-recovery.html", "content");
    await first(page, "disaster recovery", "guides/disaster-recovery.html", "content");
    const loaded = asked().slice(before);
    assert.ok(loaded.length > 0);
    assert.deepEqual(loaded, [...new Set(loaded)], "no file twice");
  }));

for (const [device, viewport] of Object.entries({ desk: { width: 1280, height: 900 }, phone: PHONE, narrow: { width: 320, height: 568 } })) {
  test(`axe finds nothing on the dialog, and nothing is too wide (${device})`, () =>
    withPage({ viewport }, async (page) => {
      await page.goto(address("content", "index.html"));
      await open(page);
      await first(page, "approval", "policies/approvals.html", "content").catch(() => undefined);
      await eventually(async () => (await links(page).count()) > 0, true);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await violations(page), [], colorScheme);
      }
      assert.equal(await dialog(page).evaluate((element) => element.scrollWidth <= element.clientWidth && element.getBoundingClientRect().right <= innerWidth), true);
    }));
}

pageTest("without JavaScript there is no button that does nothing", { javaScriptEnabled: false }, async (page) => {
  await page.goto(address("fixture", "index.html"));
  assert.equal(await page.getByRole("button", { name: /search/i }).count(), 0);
  assert.equal(await page.getByRole("navigation", { name: "Handbook" }).getByRole("link", { name: /all pages/i }).count(), 1);
});

pageTest("the name of a file is never a scheme", {}, async (page) => {
  // As if a document of the content folder were called so. Not every disk can hold one.
  await page.route(/\/search\/text-/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replaceAll('"runbooks/queue-backlog.html"', '"javascript:alert(1).html"') });
  });
  await page.goto(address("fixture", "index.html"));
  await open(page);
  await first(page, "queuebacklog", "javascript:alert(1).html");
  const hrefs = await links(page).evaluateAll((all) => all.map((link) => link.href));
  assert.ok(hrefs.length > 1 && hrefs.every((href) => href.startsWith("http")), hrefs.join());
});

pageTest("Enter opens the answer to what stands in the field, not to what stood there", {}, async (page) => {
  await page.goto(address("fixture", "index.html"));
  await open(page);
  await first(page, "queuebacklog", "runbooks/queue-backlog.html");
  await page.evaluate(() => {
    const field = document.querySelector("dialog input");
    field.value = "restore databse";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  });
  await page.waitForURL(/runbooks\/restore-database\.html/);
});

pageTest("the Enter that ends a composition opens nothing; what is typed on a result goes on in the field", {}, async (page) => {
  await page.goto(address("fixture", "index.html"));
  await open(page);
  await first(page, "queuebacklog", "runbooks/queue-backlog.html");
  const press = (init) => page.evaluate((init) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init })), init);
  const inField = () => field(page).evaluate((element) => element === document.activeElement);
  await press({ key: "Enter", keyCode: 229 });
  assert.equal(await dialog(page).isVisible(), true);
  for (const init of [{ key: "Dead" }, { key: "Process", keyCode: 229 }, { key: "@", ctrlKey: true, altKey: true, modifierAltGraph: true }]) {
    await page.keyboard.press("ArrowDown");
    assert.equal(await inField(), false);
    await press(init);
    assert.equal(await inField(), true, init.key);
  }
});

pageTest("a language that no browser knows doesn't end the search", {}, async (page) => {
  await page.goto(address("fixture", "index.html"));
  await page.evaluate(() => { document.documentElement.lang = "en_US"; });
  await open(page);
  await first(page, "queuebacklog", "runbooks/queue-backlog.html");
  assert.match(await dialog(page).getByRole("status").textContent(), /^\d+ pages? found/);
});

pageTest("Ctrl-K opens from a field, '/' from a box that can be ticked", {}, async (page) => {
  await page.goto(address("fixture", "index.html"));
  await page.evaluate(() => document.querySelector("main").insertAdjacentHTML("afterbegin", "<input id=words><input id=box type=checkbox>"));
  await page.locator("#words").focus();
  await page.keyboard.press("/");
  assert.equal(await page.locator("#words").inputValue(), "/");
  await page.keyboard.press("Control+k");
  await dialog(page).waitFor();
  await page.keyboard.press("Escape");
  await eventually(() => dialog(page).isVisible(), false);
  await page.locator("#box").focus();
  await open(page, "/");
});

const FAILS = { expected: [/.*/] };
pageTest("when the index can't be loaded, that is said, no old answer stays, and filters come with the next one", FAILS, async (page) => {
  await page.goto(address("content", "index.html"));
  let broken = true;
  await page.route(/\/search\/(index|words)/, (route) => (broken ? route.abort() : route.continue()));
  await open(page);
  await eventually(async () => /could not be loaded/.test(await dialog(page).getByRole("status").textContent()), true);
  broken = false;
  await first(page, "disaster recovery", "guides/disaster-recovery.html", "content");
  assert.ok((await dialog(page).locator("select").count()) > 0);
  broken = true;
  await field(page).fill("qqqxyzzy");
  await eventually(async () => /could not be loaded/.test(await dialog(page).getByRole("status").textContent()), true);
  assert.equal(await links(page).count(), 0);
});

pageTest("filters stand side by side on a phone, none cut", { viewport: PHONE }, async (page) => {
  await page.goto(address("content", "index.html"));
  await open(page);
  await dialog(page).locator("select").first().waitFor();
  const boxes = await dialog(page).locator("select").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map((box) => [box.left >= 0, box.right <= innerWidth]));
  assert.ok(boxes.length > 2 && boxes.flat().every(Boolean), JSON.stringify(boxes));
});
