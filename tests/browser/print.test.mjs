// On paper: pages, chapters and the handbook as PDF. Nothing is cut off, nothing of the screen's furniture is left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { address, pageTest, withPage } from "./support/browser.mjs";
import { htmlFiles, kindOf, pagesToLookAt, read } from "./support/sites.mjs";

// A4 at 96 dpi within margins of 15 mm: what Chromium gives a page.
const PAPER = { width: 680, height: 1009 };

const pdfOf = (page, options = {}) => page.pdf({ format: "A4", margin: { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" }, tagged: true, outline: true, ...options });

// Pages and links of a PDF, read from its objects: Chromium compresses streams but not these dictionaries.
function facts(pdf) {
  const text = pdf.toString("latin1");
  return {
    pages: (text.match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length,
    outline: (text.match(/\/Title\s*[(<]/g) ?? []).length,
    links: (text.match(/\/Subtype\s*\/Link/g) ?? []).length,
    inked: [...text.matchAll(/stream\r?\n/g)].some((match) => drawsText(pdf, match.index + match[0].length)),
  };
}

// Whether a compressed stream shows text (the operators Tj and TJ).
function drawsText(pdf, start) {
  try {
    return /T[jJ]\b/.test(inflateSync(pdf.subarray(start), { finishFlush: 2 }).toString("latin1"));
  } catch {
    return false;
  }
}

test("every kind of page prints: text on at least one sheet, nothing wider than the paper", () =>
  withPage({ viewport: PAPER }, async (page) => {
    const faults = [];
    for (const { handbook, file } of pagesToLookAt().filter(({ kind }) => kind !== "incident")) {
      const at = `${handbook}/${file}`;
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await page.goto(address(handbook, file));
      const wide = await page.evaluate(() => {
        const room = document.documentElement.clientWidth;
        const visible = [...document.querySelectorAll("main, main *")].filter((element) => element.checkVisibility());
        // Inside a drawing only its frame counts: shapes are clipped by it.
        const outer = visible.filter((element) => !element.parentElement.closest("svg"));
        // Kept off the page for those who hear it.
        const seen = outer.filter((element) => element.getBoundingClientRect().width > 1);
        const over = seen.filter((element) => element.getBoundingClientRect().right > room + 1).map((element) => `<${element.localName} class="${element.getAttribute("class")}"> ${Math.round(element.getBoundingClientRect().right)} > ${room}`);
        // A frame that scrolls shows paper only what lies in it.
        const cut = seen.filter((element) => ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + 1 && element.localName !== "svg").map((element) => `cut: <${element.localName} class="${element.getAttribute("class")}"> ${element.scrollWidth} > ${element.clientWidth}`);
        return [...over, ...cut].slice(0, 3);
      });
      faults.push(...wide.map((line) => `${at}: ${line}`));
      const { pages, inked } = facts(await pdfOf(page));
      assert.ok(pages > 0 && inked, `${at}: ${pages} sheets`);
    }
    assert.deepEqual(faults, []);
  }));

test("on paper heads of tables keep their words whole, and no table is wider than the paper", () =>
  withPage({ viewport: PAPER }, async (page) => {
    const faults = [];
    await page.emulateMedia({ media: "print" });
    const all = ["content", "fixture"].flatMap((handbook) => htmlFiles(handbook).map((file) => ({ handbook, file })));
    const tables = all.filter(({ handbook, file }) => !["other", "print"].includes(kindOf(handbook, file)) && read(handbook, file).includes("<th"));
    assert.ok(tables.some(({ file }) => file === "incidents.html") && tables.some(({ file }) => file === "notes/wide.html"));
    for (const { handbook, file } of tables) {
      await page.goto(address(handbook, file));
      const found = await page.evaluate(() => {
        const found = [];
        for (const head of document.querySelectorAll("th")) {
          const texts = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
          // A script that has no spaces breaks between any two letters.
          while (texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/[\p{L}\p{N}]+/gu)) {
            if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word[0])) continue;
            const range = new Range();
            range.setStart(texts.currentNode, word.index);
            range.setEnd(texts.currentNode, word.index + word[0].length);
            // Lines of heads that stand upright lie beside each other.
            const upright = getComputedStyle(head).writingMode !== "horizontal-tb";
            const lines = new Set([...range.getClientRects()].map(({ left, top }) => Math.round(upright ? left : top)));
            if (lines.size > 1) found.push(`'${word[0]}' on ${lines.size} lines`);
          }
        }
        const room = document.documentElement.clientWidth;
        const wide = [...document.querySelectorAll("table")].map((table) => Math.round(table.getBoundingClientRect().right)).filter((right) => right > room + 1);
        return [...found, ...wide.map((right) => `table ${right} > ${room}`)].slice(0, 3);
      });
      faults.push(...found.map((line) => `${handbook}/${file}: ${line}`));
    }
    assert.deepEqual(faults, []);
  }));

pageTest("paper is light even when the reader chose dark colours", { colorScheme: "light" }, async (page) => {
  await page.goto(address("fixture", "notes/elements.html"));
  await page.getByRole("button", { name: "Dark colours" }).click();
  await page.emulateMedia({ media: "print" });
  const [ink, paper] = await page.evaluate(() => {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const sum = (colour) => {
      context.fillStyle = "#fff";
      context.fillRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      return context.getImageData(0, 0, 1, 1).data.slice(0, 3).reduce((a, b) => a + b, 0);
    };
    const style = getComputedStyle(document.body);
    return [sum(style.color), sum(style.backgroundColor)];
  });
  assert.ok(paper > 720 && ink < 240, `ink ${ink}, paper ${paper}`);
});

pageTest("the screen's furniture stays on the screen, and what was closed is open", {}, async (page) => {
  await page.goto(address("fixture", "notes/elements.html"));
  await page.emulateMedia({ media: "print" });
  for (const furniture of ["header.bar", ".nav", ".toc", ".pager", ".skip", ".code-block button"]) {
    assert.equal(await page.locator(furniture).locator("visible=true").count(), 0, furniture);
  }
  assert.equal(await page.getByText("Hidden at first.").evaluate((element) => element.checkVisibility()), true, "closed details are printed");
});

const prints = (handbook) => htmlFiles(handbook).filter((file) => kindOf(handbook, file) === "print");

test("the whole handbook and each chapter have a print page", () => {
  assert.ok(prints("content").includes("print.html"));
  for (const chapter of ["runbooks", "guides", "processes", "policies"]) assert.ok(prints("content").includes(`${chapter}/print.html`), chapter);
});

for (const handbook of ["content", "fixture"]) {
  test(`${handbook}: on print pages no id is there twice, and every link within the page leads somewhere`, () =>
    withPage({}, async (page) => {
      assert.ok(prints(handbook).length > 0, "there are print pages");
      for (const file of prints(handbook)) {
        await page.goto(address(handbook, file));
        const faults = await page.evaluate(() => {
          const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
          const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
          const known = new Set(ids);
          const dead = [...document.querySelectorAll('a[href^="#"]')].map((link) => decodeURIComponent(link.getAttribute("href").slice(1))).filter((id) => id && !known.has(id));
          const named = [...document.querySelectorAll("[aria-labelledby], [aria-describedby]")].flatMap((element) => `${element.getAttribute("aria-labelledby") ?? ""} ${element.getAttribute("aria-describedby") ?? ""}`.trim().split(/\s+/)).filter((id) => !known.has(id));
          return { twice, dead, named };
        });
        assert.deepEqual(faults, { twice: [], dead: [], named: [] }, file);
      }
    }));
}

test("the handbook's PDF has every document, an outline and links that work", () =>
  withPage({}, async (page) => {
    await page.goto(address("fixture", "print.html"));
    const text = await page.locator("body").innerText();
    for (const words of ["QueueBacklog", "Restore a database", "日本語の手順書", "دليل التشغيل", "A page alone", "Wide content"]) assert.ok(text.includes(words), words);
    const { pages, outline, links, inked } = facts(await pdfOf(page));
    assert.ok(pages >= 10, `${pages} sheets`);
    assert.ok(outline >= 10, `${outline} entries in the outline`);
    assert.ok(links >= 10, `${links} links`);
    assert.ok(inked);
  }));

test("print pages stay out of search engines", () => {
  assert.ok(prints("content").length > 0, "there are print pages");
  for (const file of prints("content")) assert.match(read("content", file).toString(), /<meta name="robots" content="noindex/, file);
});

test("a runbook on a page to print keeps its marks and what its values mean", () =>
  withPage({}, async (page) => {
    await page.goto(address("fixture", "print.html"));
    assert.equal(await page.locator('link[href$="runbook.css"], link[href*="runbook"][rel=stylesheet]').count(), 1);
    assert.equal(await page.locator("script[src*=runbook]").count(), 0);
    assert.equal(await page.getByText("The namespace of the queue").count(), 1);
    assert.equal(await page.locator("main input:not([type=checkbox])").count(), 0);
    assert.equal(await page.locator(".code-block.danger").first().evaluate((block) => getComputedStyle(block).borderInlineStartWidth), "4px");
  }));
