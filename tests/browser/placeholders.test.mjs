// Placeholders: one form fills every block of the page. Dangerous commands: marked, and asked about before they are copied.
import assert from "node:assert/strict";
import { address, eventually, pageTest } from "./support/browser.mjs";

const RUNBOOK = "runbooks/queue-backlog.html";
const allowed = { permissions: ["clipboard-read", "clipboard-write"] };
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
// The button takes an answer only after the time of a double click.
const calm = (page) => page.evaluate(() => performance.now()).then((start) => page.waitForFunction((start) => performance.now() > start + 600, start));
const input = (page, name) => page.getByLabel(name, { exact: false }).first();
const block = (page, text) => page.locator(".code-block", { hasText: text });
const code = (page, text) => block(page, text).locator("pre code").textContent();

for (const from of ["http", "file"]) {
  pageTest(`what is typed stands in every block at once, and after a reload (${from})`, {}, async (page) => {
    await page.goto(address("fixture", RUNBOOK, from));
    assert.match(await code(page, "rollout undo"), /-n <namespace> /);
    await input(page, "namespace").fill("orders-blue");
    await eventually(async () => /-n orders-blue /.test(await code(page, "rollout undo")), true);
    assert.match(await code(page, "CrashLoopBackOff"), /-n orders-blue get pods/);
    assert.doesNotMatch(await page.locator("main pre").allTextContents().then((all) => all.join()), /<namespace>/);
    await page.reload();
    await eventually(async () => /-n orders-blue /.test(await code(page, "rollout undo")), true);
    await page.getByRole("button", { name: /^clear/i }).click();
    await eventually(async () => /-n <namespace> /.test(await code(page, "rollout undo")), true);
    assert.equal(await input(page, "namespace").inputValue(), "");
  });
}

pageTest("Copy takes what was filled in, and says what is still open", allowed, async (page) => {
  await page.goto(address("fixture", RUNBOOK));
  await input(page, "namespace").fill("orders-blue");
  const found = block(page, "rollout undo");
  await found.hover();
  await found.getByRole("button").first().click();
  await eventually(async () => (await clipboard(page)).trim(), "kubectl -n orders-blue rollout undo deployment/worker");

  const open = block(page, "CrashLoopBackOff");
  await open.hover();
  await open.getByRole("button").first().click();
  await eventually(async () => /<pod>/.test(await clipboard(page)), true);
  await eventually(async () => (await page.getByRole("status").filter({ hasText: /pod.*open/i }).count()) > 0, true, "the open placeholder is named");
});

pageTest("a value against its pattern is named as wrong; values to choose from are a list", {}, async (page) => {
  await page.goto(address("fixture", RUNBOOK));
  await input(page, "namespace").fill("Orders Blue!");
  await eventually(() => input(page, "namespace").evaluate((element) => element.matches(":invalid, [aria-invalid=true]")), true);
  const replicas = input(page, "replicas");
  assert.equal(await replicas.evaluate((element) => element.localName), "select");
  await replicas.selectOption("8");
  await eventually(async () => /--replicas=8/.test(await code(page, "scale deployment/worker")), true);
});

pageTest("what is typed is text, whatever it looks like", {}, async (page) => {
  await page.goto(address("fixture", RUNBOOK));
  await input(page, "pod").fill("<img src=x onerror=alert(1)>&amp;");
  await eventually(async () => (await code(page, "delete pod")).includes("delete pod <img src=x onerror=alert(1)>&amp;"), true);
  assert.equal(await page.locator("main pre img").count(), 0);
});

pageTest("without JavaScript the names and what they mean are there, and no form that does nothing", { javaScriptEnabled: false }, async (page) => {
  await page.goto(address("fixture", RUNBOOK));
  await page.getByText("The namespace of the queue").waitFor();
  assert.equal(await page.locator("main input:visible:not([type=checkbox]), main select:visible").count(), 0);
});

pageTest("a command that destroys is marked in words, and Copy asks before it copies", allowed, async (page) => {
  await page.goto(address("fixture", "runbooks/restore-database.html"));
  await page.evaluate(() => navigator.clipboard.writeText("before"));
  const found = block(page, "DROP DATABASE");
  // The label stands beside the block, or in it.
  await page.getByText(/destroys/i).first().waitFor();
  const button = found.getByRole("button").first();
  await found.hover();
  // The second press of a double click is no answer.
  await button.dblclick();
  await eventually(async () => /anyway/i.test(await button.textContent()), true);
  assert.equal(await clipboard(page), "before", "nothing is copied yet");
  await calm(page);
  await button.click();
  await eventually(async () => (await clipboard(page)).trim(), "DROP DATABASE orders;");

  const safe = block(page, "pg_restore");
  await safe.hover();
  await safe.getByRole("button").first().click();
  await eventually(async () => (await clipboard(page)).trim(), "pg_restore --dbname orders latest.dump");
});

pageTest("the mark of a dangerous command needs no JavaScript", { javaScriptEnabled: false }, async (page) => {
  await page.goto(address("fixture", "runbooks/restore-database.html"));
  assert.equal(await page.getByText(/destroys/i).first().isVisible(), true);
});

pageTest("holding Enter down answers nothing", allowed, async (page) => {
  await page.goto(address("fixture", "runbooks/restore-database.html"));
  await page.evaluate(() => navigator.clipboard.writeText("before"));
  const button = block(page, "DROP DATABASE").getByRole("button").first();
  await button.focus();
  await page.keyboard.down("Enter");
  await calm(page);
  await page.keyboard.down("Enter");
  await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  assert.match(await button.textContent(), /anyway/i);
  assert.equal(await clipboard(page), "before");
  await page.keyboard.press("Enter");
  await eventually(async () => (await clipboard(page)).trim(), "DROP DATABASE orders;");
});

pageTest("a value of any length leaves the page alive", {}, async (page) => {
  await page.goto(address("fixture", RUNBOOK));
  await input(page, "namespace").fill("a".repeat(201));
  await eventually(() => input(page, "namespace").getAttribute("aria-invalid"), "true");
  await input(page, "namespace").fill("a".repeat(200));
  await eventually(() => input(page, "namespace").getAttribute("aria-invalid"), "false");
});

pageTest("two tabs keep each other's values and ticks", {}, async (page) => {
  const other = await page.context().newPage();
  for (const tab of [page, other]) await tab.goto(address("fixture", RUNBOOK));
  await input(page, "namespace").fill("orders-blue");
  await eventually(() => input(other, "namespace").inputValue(), "orders-blue");
  await input(other, "pod").fill("worker-1");
  await eventually(() => input(page, "pod").inputValue(), "worker-1");
  await page.locator("main input[type=checkbox]").nth(0).check();
  await eventually(() => other.locator("main input[type=checkbox]").nth(0).isChecked(), true);
  await page.reload();
  assert.deepEqual([await input(page, "namespace").inputValue(), await input(page, "pod").inputValue()], ["orders-blue", "worker-1"]);
  // All is cleared elsewhere: the event names no key.
  await other.evaluate(() => localStorage.clear());
  await eventually(() => input(page, "pod").inputValue(), "");
  await eventually(() => page.locator("main input[type=checkbox]").nth(0).isChecked(), false);
});

pageTest("a tab that heard nothing of another's write keeps it all the same", {}, async (page) => {
  await page.addInitScript(() => addEventListener("storage", (event) => event.stopImmediatePropagation(), true));
  const other = await page.context().newPage();
  for (const tab of [page, other]) await tab.goto(address("fixture", RUNBOOK));
  await input(other, "namespace").fill("orders-blue");
  await input(page, "pod").fill("worker-1");
  await page.reload();
  assert.deepEqual([await input(page, "namespace").inputValue(), await input(page, "pod").inputValue()], ["orders-blue", "worker-1"]);
});
