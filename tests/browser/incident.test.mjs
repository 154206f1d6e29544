// The view for 3 a.m.: one file that needs no network, no JavaScript and no other file.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { address, eventually, PHONE, withPage } from "./support/browser.mjs";
import { folderOf, HANDBOOKS, htmlFiles, kindOf, read } from "./support/sites.mjs";

const RUNBOOK = "runbooks/queue-backlog.incident.html";
const incidents = (handbook) => htmlFiles(handbook).filter((file) => kindOf(handbook, file) === "incident");
const everyIncident = () => Object.keys(HANDBOOKS).flatMap((handbook) => incidents(handbook).map((file) => ({ handbook, file })));

// Opens a copy of the file alone in an empty folder, with no network: what a phone has kept.
async function alone(handbook, file, options, body) {
  const folder = mkdtempSync(path.join(tmpdir(), "opsbook-incident-"));
  try {
    const copy = path.join(folder, path.basename(file));
    copyFileSync(path.join(folderOf(handbook), file), copy);
    await withPage({ viewport: PHONE, offline: true, ...options }, async (page, faults) => {
      const requests = [];
      page.on("request", (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(copy).href);
      await body(page, faults);
      const others = requests.filter((url) => !url.startsWith("data:") && !url.startsWith("blob:") && url !== pathToFileURL(copy).href);
      assert.deepEqual(others, [], "no request goes out");
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("every runbook has its incident view", () => {
  assert.ok(incidents("content").length >= 4, "the runbooks of our handbook");
  assert.ok(incidents("fixture").includes(RUNBOOK));
});

for (const javaScriptEnabled of [true, false]) {
  test(`every incident view opens alone, offline, JavaScript ${javaScriptEnabled ? "on" : "off"}`, async () => {
    for (const { handbook, file } of everyIncident()) {
      await alone(handbook, file, { javaScriptEnabled }, async (page) => {
        assert.equal(await page.locator("h1").count(), 1, file);
        // Styled: not the browser's own serif.
        assert.doesNotMatch(await page.evaluate(() => getComputedStyle(document.body).fontFamily), /^"?Times/, file);
        const broken = await page.locator("img").evaluateAll((all) => all.filter((image) => !image.complete || image.naturalWidth === 0).map((image) => image.alt));
        assert.deepEqual(broken, [], `${file}: images are inside`);
        assert.equal(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), true, `${file}: no wider than the phone`);
      });
    }
  });
}

test("what it means, whom to call, what to do, how to verify, how to go back: in this order, without JavaScript", () =>
  alone("fixture", RUNBOOK, { javaScriptEnabled: false }, async (page) => {
    const text = await page.locator("body").innerText();
    const order = ["QueueBacklog", "More than 1,000 messages", "Tell the customers", "The number of waiting messages falls", "Undo it when the number rises"];
    const places = order.map((words) => text.indexOf(words));
    assert.ok(places.every((place) => place >= 0), `all there: ${places}`);
    assert.deepEqual(places, [...places].sort((a, b) => a - b));
    assert.ok(text.indexOf("Ops team") > 0 && text.indexOf("Ops team") < text.indexOf("Tell the customers"), "the owner comes before the actions");
    assert.ok(text.includes("Duty manager"), "the escalation");
    assert.equal(await page.locator('a[href^="tel:"]').count() > 0, true, "the Ops team's telephone can be called");
    assert.equal(await page.locator('a[href^="mailto:duty@harbour.example"]').count() > 0, true, "the Duty manager can be written to");
  }));

test("the images and drawings of the runbook are inside", () =>
  alone("fixture", RUNBOOK, {}, async (page) => {
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    assert.equal(await page.locator('img[src^="data:image/"]').count(), 2);
    assert.ok((await page.locator("svg text").filter({ hasText: "Workers running?" }).count()) > 0);
  }));

test("its policy allows its own style and script by their hashes, and nothing else", () => {
  for (const { handbook, file } of everyIncident()) {
    const html = read(handbook, file).toString();
    const policy = html.match(/<meta http-equiv="Content-Security-Policy" content="([^"]+)"/)?.[1].replaceAll("&#x27;", "'").replaceAll("&#39;", "'").replaceAll("&quot;", '"');
    assert.ok(policy?.startsWith("default-src 'none'"), `${file}: ${policy}`);
    assert.ok(!policy.includes("unsafe"), file);
    for (const [element, directive] of [["style", "style-src"], ["script", "script-src"]]) {
      const inside = [...html.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, "g"))];
      assert.equal(inside.length, 1, `${file}: one ${element}`);
      const hash = `'sha256-${createHash("sha256").update(inside[0][1]).digest("base64")}'`;
      assert.ok(policy.match(new RegExp(`${directive} ([^;]*)`))?.[1].includes(hash), `${file}: ${directive} has ${hash}`);
    }
    assert.doesNotMatch(html, /<(script|link|img|iframe)[^>]* (src|href)="(?!data:|#)[^"]*\.(js|css|png|jpg|svg)"/, file);
  }
});

test("without images a view is at most 30 KB compressed", () => {
  const sizes = everyIncident().map(({ handbook, file }) => [file, gzipSync(read(handbook, file).toString().replace(/data:image[^"]*/g, "")).length]);
  assert.deepEqual(sizes.filter(([, bytes]) => bytes > 30 * 1024), []);
});

test("targets for fingers are at least 44 px high", () =>
  alone("fixture", RUNBOOK, { hasTouch: true, isMobile: true }, async (page) => {
    const small = await page.locator("nav a:visible, button:visible, summary:visible").evaluateAll((all) =>
      all.map((element) => [element.textContent.trim(), element.getBoundingClientRect().height]).filter(([, height]) => height < 44),
    );
    assert.deepEqual(small, []);
  }));

test("the jumps lead to the parts", () =>
  alone("fixture", RUNBOOK, { javaScriptEnabled: false }, async (page) => {
    const jumps = page.locator('nav a[href^="#"]');
    assert.ok((await jumps.count()) >= 3);
    for (let index = 0; index < (await jumps.count()); index += 1) {
      const target = decodeURIComponent((await jumps.nth(index).getAttribute("href")).slice(1));
      assert.equal(await page.locator(`[id="${target}"]`).count(), 1, target);
    }
  }));

test("served under the site's policy it still reads well, in the same order", () =>
  // The header forbids inline styles: the browser says so, and shows plain text.
  withPage({ viewport: PHONE, expected: [/Content Security Policy|^policy violated: (style|script)-src/] }, async (page) => {
    await page.goto(`${address("fixture", RUNBOOK)}?strict`);
    assert.equal(await page.evaluate(() => document.querySelector("style").sheet), null, "the header blocks its style");
    const text = await page.locator("body").innerText();
    assert.ok(text.indexOf("More than 1,000 messages") < text.indexOf("Tell the customers"));
  }));

test("every alert's address leads to its incident view, without JavaScript and in a folder", async () => {
  for (const [from, javaScriptEnabled] of [["http", true], ["http", false], ["file", false]]) {
    await withPage({ javaScriptEnabled, expected: [/Content Security Policy|^policy violated: (style|script)-src/] }, async (page) => {
      for (const name of ["QueueBacklog", "QueueBacklogCritical"]) {
        await page.goto(address("fixture", `alert/${name}.html`, from));
        await page.waitForURL(/runbooks\/queue-backlog\.incident\.html$/);
      }
    });
  }
});

test("the runbook leads to its incident view, and the list of alerts has all", () =>
  withPage({}, async (page) => {
    await page.goto(address("fixture", "runbooks/queue-backlog.html"));
    assert.ok((await page.locator('main a[href="queue-backlog.incident.html"]').count()) > 0);
    await page.goto(address("fixture", "alert/index.html"));
    for (const name of ["QueueBacklog", "QueueBacklogCritical"]) assert.ok((await page.getByRole("link", { name, exact: true }).count()) > 0, name);
  }));

test("copy, placeholders and boxes work in it as on the page, alone and offline", () =>
  alone("fixture", RUNBOOK, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    await page.getByLabel("namespace").first().fill("orders-blue");
    const block = page.locator(".code-block", { hasText: "rollout undo" }).first();
    await eventually(async () => (await block.locator("code").textContent()).trim(), "kubectl -n orders-blue rollout undo deployment/worker");
    await block.getByRole("button").first().click();
    await eventually(async () => (await page.evaluate(() => navigator.clipboard.readText())).trim(), "kubectl -n orders-blue rollout undo deployment/worker");
    await page.getByRole("checkbox", { name: /Restart the worker/ }).first().check();
    await page.reload();
    assert.equal(await page.getByRole("checkbox", { name: /Restart the worker/ }).first().isChecked(), true);
  }));

for (const viewport of [PHONE, { width: PHONE.height, height: PHONE.width }]) {
  test(`fields and buttons are as high as a thumb, and no phone zooms into them (${viewport.width} px wide)`, () =>
    alone("fixture", RUNBOOK, { viewport, hasTouch: true, isMobile: true }, async (page) => {
      const fields = await page.locator(".placeholders :is(input, select, button):visible, .checklist button:visible").evaluateAll((all) =>
        all.map((part) => [part.dataset.name ?? part.textContent, part.getBoundingClientRect().height, parseFloat(getComputedStyle(part).fontSize)]),
      );
      assert.ok(fields.length >= 6, `${fields.length} fields and buttons`);
      assert.deepEqual(fields.filter(([, height, type]) => height < 44 || type < 16), []);
    }));
}

test("without JavaScript the values are a list, and no field that does nothing", () =>
  alone("fixture", RUNBOOK, { javaScriptEnabled: false }, async (page) => {
    await page.getByText("The namespace of the queue").waitFor();
    assert.equal(await page.locator(".placeholders :is(input, select):visible").count(), 0);
  }));

test("a command with a line pointed out wraps as others do", () =>
  alone("fixture", RUNBOOK, {}, async (page) => {
    const pre = page.locator(".code-block", { hasText: "--replicas=" }).first().locator("pre");
    assert.ok(await pre.evaluate((element) => element.scrollWidth <= element.clientWidth));
  }));
