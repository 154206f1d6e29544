// Light and dark: the system's choice holds until the reader makes one, and that one is remembered.
import assert from "node:assert/strict";
import { address, eventually, pageTest } from "./support/browser.mjs";

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const button = (page) => page.getByRole("button", { name: "Dark colours" });

for (const from of ["http", "file"]) {
  pageTest(`the choice of dark colours is remembered over a reload and on other pages (${from})`, { colorScheme: "light" }, async (page) => {
    await page.goto(address("fixture", "index.html", from));
    const light = await background(page);
    assert.equal(await button(page).getAttribute("aria-pressed"), "false");

    await button(page).click();
    const dark = await background(page);
    assert.notEqual(dark, light);
    assert.equal(await button(page).getAttribute("aria-pressed"), "true");

    await page.reload();
    assert.equal(await background(page), dark);
    await page.goto(address("fixture", "notes/elements.html", from));
    assert.equal(await background(page), dark);
    assert.equal(await button(page).getAttribute("aria-pressed"), "true");

    await button(page).click();
    assert.equal(await background(page), light);
    await page.reload();
    assert.equal(await background(page), light);
  });
}

pageTest("a choice that equals the system's is forgotten: the page follows the system again", { colorScheme: "light" }, async (page) => {
  await page.goto(address("fixture", "index.html"));
  const light = await background(page);
  await button(page).click();
  await button(page).click();
  await page.emulateMedia({ colorScheme: "dark" });
  await eventually(() => button(page).getAttribute("aria-pressed"), "true");
  assert.notEqual(await background(page), light);
});

pageTest("the remembered choice holds before the first paint", { colorScheme: "light" }, async (page) => {
  await page.addInitScript(() => localStorage.setItem("opsbook-theme", "dark"));
  // The style sheet is held back: if the choice were made later than it, the attribute would be missing here.
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/*.css", async (route) => {
    await held;
    await route.continue();
  });
  const loaded = page.goto(address("fixture", "index.html"));
  // Without a style sheet nothing is painted, so nothing can wait for the next frame.
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark", undefined, { polling: 20 });
  release();
  await loaded;
});

pageTest("without JavaScript there is no switch, and the system's choice holds", { javaScriptEnabled: false, colorScheme: "dark" }, async (page) => {
  await page.goto(address("fixture", "index.html"));
  assert.equal(await button(page).count(), 0);
  const dark = await background(page);
  await page.emulateMedia({ colorScheme: "light" });
  assert.notEqual(await background(page), dark);
});

pageTest("storage that is forbidden breaks nothing", { colorScheme: "light" }, async (page) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("forbidden", "SecurityError"); } });
  });
  await page.goto(address("fixture", "runbooks/queue-backlog.html"));
  const light = await background(page);
  await button(page).click();
  assert.notEqual(await background(page), light);
});
