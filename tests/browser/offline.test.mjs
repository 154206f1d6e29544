// The site in a folder, with no server and no network: every link leads to a page, and all that scripts do works.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, eventually, pageTest, PHONE, withPage } from "./support/browser.mjs";
import { pagesToLookAt } from "./support/sites.mjs";

test("every kind of page opens from its folder, styled and without a fault", () =>
  withPage({ offline: true }, async (page) => {
    for (const { handbook, file, kind } of pagesToLookAt()) {
      if (kind === "not-found") continue; // It is meant for servers: its base is the path of the site.
      await page.goto(address(handbook, file, "file"));
      assert.doesNotMatch(await page.evaluate(() => getComputedStyle(document.body).fontFamily), /^"?Times/, file);
    }
  }));

pageTest("navigation leads from page to page by clicks, JavaScript off", { offline: true, javaScriptEnabled: false }, async (page) => {
  await page.goto(address("fixture", "index.html", "file"));
  const nav = page.getByRole("navigation", { name: "Handbook" });
  await nav.getByRole("link", { name: "Runbooks" }).click();
  await nav.getByRole("link", { name: "QueueBacklog" }).click();
  assert.equal(await page.locator("h1").innerText(), "QueueBacklog");
  await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "Mitigation" }).click();
  assert.match(page.url(), /#mitigation$/);
  await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link").first().click();
  assert.match(page.url(), /index\.html$/);
  await nav.getByRole("link", { name: "All pages" }).click();
  assert.match(page.url(), /contents\.html$/);
});

pageTest("a former address leads on, with what follows the '#'", { offline: true }, async (page) => {
  await page.goto(address("fixture", "old/queue.html", "file") + "#fixing");
  await eventually(() => page.url().split("/").slice(-2).join("/"), "runbooks/queue-backlog.html#fixing");
  await eventually(() => page.evaluate(() => document.querySelector("h2:target, h2:has(:target)")?.id), "mitigation");
  const top = await page.evaluate(() => document.getElementById("mitigation").getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 200, `the heading is ${top} px below the top`);
  await page.goto(address("fixture", "old/queue.incident.html", "file"));
  await eventually(() => page.url().split("/").slice(-2).join("/"), "runbooks/queue-backlog.incident.html");
});

pageTest("a former address leads on, JavaScript off", { offline: true, javaScriptEnabled: false }, async (page) => {
  await page.goto(address("fixture", "old/queue.html", "file"));
  await eventually(() => page.url().split("/").slice(-2).join("/"), "runbooks/queue-backlog.html");
});

pageTest("the menus of the phone work, JavaScript off", { offline: true, javaScriptEnabled: false, viewport: PHONE }, async (page) => {
  await page.goto(address("fixture", "runbooks/queue-backlog.html", "file"));
  await page.getByRole("button", { name: "On this page" }).click();
  await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "Mitigation" }).click();
  assert.match(page.url(), /#mitigation$/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("navigation", { name: "Handbook" }).getByRole("link", { name: "All pages" }).click();
  assert.match(page.url(), /contents\.html$/);
});

pageTest("the contents of the page follow the scroll", {}, async (page) => {
  await page.goto(address("content", "guides/developer-setup.html", "file"));
  const contents = page.getByRole("navigation", { name: "On this page" });
  const sections = await contents.getByRole("link").evaluateAll((links) => links.map((link) => [link.textContent, link.getAttribute("href")]));
  assert.ok(sections.length > 4);
  for (const [title, href] of [sections[3], sections[1]]) {
    await page.evaluate((id) => document.getElementById(id).scrollIntoView(), href.slice(1));
    await eventually(() => contents.locator("[aria-current]").allTextContents(), [title]);
  }
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await eventually(() => contents.locator("[aria-current]").allTextContents(), [sections.at(-1)[0]]);
});
