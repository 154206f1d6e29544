// Task lists: the device remembers what was ticked, and gives it out as a record.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { address, eventually, pageTest, withPage } from "./support/browser.mjs";
import { test } from "node:test";

const RUNBOOK = "runbooks/queue-backlog.html";
const boxes = (page) => page.locator("main input[type=checkbox]");
const ticks = (page) => boxes(page).evaluateAll((all) => all.map((box) => box.checked));

for (const from of ["http", "file"]) {
  pageTest(`ticks are remembered over a reload, and Reset asks, then brings back the author's (${from})`, {}, async (page) => {
    await page.goto(address("fixture", RUNBOOK, from));
    assert.deepEqual(await ticks(page), [false, false, true, false]);
    assert.equal(await boxes(page).first().isEnabled(), true);
    await boxes(page).nth(0).check();
    await boxes(page).nth(2).uncheck();
    await page.reload();
    assert.deepEqual(await ticks(page), [true, false, false, false]);
    const reset = page.getByRole("button", { name: /^reset/i });
    await reset.dblclick();
    assert.deepEqual(await ticks(page), [true, false, false, false], "a double click is no answer");
    const start = await page.evaluate(() => performance.now());
    await page.waitForFunction((start) => performance.now() > start + 600, start);
    await reset.click();
    await eventually(() => ticks(page), [false, false, true, false]);
    await page.reload();
    assert.deepEqual(await ticks(page), [false, false, true, false]);
  });
}

pageTest("holding Enter down resets nothing", {}, async (page) => {
  await page.goto(address("fixture", RUNBOOK));
  await boxes(page).nth(0).check();
  const reset = page.getByRole("button", { name: /^reset/i });
  await reset.focus();
  await page.keyboard.down("Enter");
  await page.waitForFunction((start) => performance.now() > start + 600, await page.evaluate(() => performance.now()));
  await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  assert.deepEqual(await ticks(page), [true, false, true, false]);
  await page.keyboard.press("Enter");
  await eventually(() => ticks(page), [false, false, true, false]);
});

pageTest("how many are done stands beside the list and follows", {}, async (page) => {
  await page.goto(address("fixture", RUNBOOK));
  await page.getByText(/1 of 4 done/i).waitFor();
  await boxes(page).nth(0).check();
  await page.getByText(/2 of 4 done/i).waitFor();
});

pageTest("a box has its item as its name, and a key ticks it", {}, async (page) => {
  await page.goto(address("fixture", RUNBOOK));
  const box = page.getByRole("checkbox", { name: "Restart the worker" });
  await box.focus();
  await page.keyboard.press("Space");
  assert.deepEqual(await ticks(page), [false, true, true, false]);
});

pageTest("ticks of one page are not those of another", {}, async (page) => {
  await page.goto(address("fixture", RUNBOOK));
  await boxes(page).nth(0).check();
  await page.goto(address("fixture", "notes/elements.html"));
  assert.deepEqual(await ticks(page), [false, true]);
});

for (const from of ["http", "file"]) {
  test(`the record is Markdown with title, day and every item (${from})`, () =>
    withPage({ acceptDownloads: true }, async (page) => {
      await page.clock.setFixedTime(new Date("2026-11-21T03:04:05Z"));
      await page.goto(address("fixture", RUNBOOK, from));
      await boxes(page).nth(0).check();
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: /record/i }).or(page.getByRole("link", { name: /record/i })).first().click();
      const file = await download;
      assert.match(file.suggestedFilename(), /\.md$/);
      const record = readFileSync(await file.path(), "utf8");
      assert.match(record, /QueueBacklog/);
      assert.match(record, /2026-11-21/);
      assert.match(record, /- \[x\] .*Tell the customers' desk/);
      assert.match(record, /- \[ \] .*Restart the worker/);
      assert.match(record, /- \[x\] .*Silence the alert/);
      assert.equal(record.match(/^- \[[ x]\]/gm).length, 4);
    }));
}

pageTest("without JavaScript the list shows as the author left it", { javaScriptEnabled: false }, async (page) => {
  await page.goto(address("fixture", RUNBOOK));
  assert.equal(await boxes(page).count(), 4);
  assert.equal(await boxes(page).nth(2).isChecked(), true);
  assert.equal(await boxes(page).nth(0).isEnabled(), false);
  assert.equal(await page.getByRole("button", { name: /record|reset/i }).count(), 0);
});
