// Small screens, large letters, fingers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, DESK, PHONE, withPage } from "./support/browser.mjs";
import { HANDBOOKS, htmlFiles, kindOf, pagesToLookAt } from "./support/sites.mjs";

// The widths of WCAG 1.4.10 and 1.4.4: a phone of 320 px, the page at 200 %, and twice as large letters.
const NARROW = {
  "320 px": { viewport: { width: 320, height: 640 } },
  "200 % zoom": { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
  "letters of 200 %": { viewport: DESK, text: "200%" },
};

for (const [name, { text, ...options }] of Object.entries(NARROW)) {
  test(`no page scrolls sideways: ${name}`, () =>
    withPage(options, async (page) => {
      const wide = [];
      // At 320 px every page of both handbooks; the other two on each kind of page.
      const all = Object.keys(HANDBOOKS).flatMap((handbook) => htmlFiles(handbook).map((file) => ({ handbook, file })));
      for (const { handbook, file } of name === "320 px" ? all : pagesToLookAt()) {
        if (kindOf(handbook, file) === "other") continue;
        await page.goto(address(handbook, file), { waitUntil: "domcontentloaded" });
        if (text) await page.evaluate((size) => (document.documentElement.style.fontSize = size), text);
        const over = await page.evaluate(() => {
          const room = document.documentElement.clientWidth;
          if (document.scrollingElement.scrollWidth <= room) return null;
          const first = [...document.querySelectorAll("body *")].find((element) => element.getBoundingClientRect().right > room + 1);
          return `${document.scrollingElement.scrollWidth} px wide, by <${first?.localName} class="${first?.getAttribute("class")}">`;
        });
        if (over) wide.push(`${handbook}/${file}: ${over}`);
      }
      assert.deepEqual(wide, []);
    }));
}

test("on a phone the lists of alerts and of incidents lie within the page", () =>
  withPage({ viewport: PHONE }, async (page) => {
    for (const file of ["incidents.html", "alert/index.html"]) {
      await page.goto(address("content", file));
      const cells = page.locator("table.stacked tbody :is(th, td):visible");
      assert.ok((await cells.count()) > 4, file);
      const over = await cells.evaluateAll((all) => all.filter((cell) => cell.getBoundingClientRect().right > innerWidth).map((cell) => cell.textContent));
      assert.deepEqual(over, [], file);
    }
  }));

test("fingers find what they are meant to touch: 44 px in the bar", () =>
  withPage({ viewport: PHONE, hasTouch: true, isMobile: true }, async (page) => {
    await page.goto(address("fixture", "runbooks/queue-backlog.html"));
    const controls = page.locator("header.bar button:visible, header.bar a:visible");
    assert.ok((await controls.count()) >= 4, "menu, title, contents, colours");
    // What counts is where a touch arrives, not where the border is drawn.
    const small = await controls.evaluateAll((elements) =>
      elements.flatMap((element) => {
        const box = element.getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        const hit = (dx, dy) => element.contains(document.elementFromPoint(x + dx, y + dy));
        const reach = box.width >= 44 ? 0 : 21.5;
        return hit(0, -21.5) && hit(0, 21.5) && hit(-reach, 0) && hit(reach, 0) ? [] : [`${element.className}: ${box.width} x ${box.height}`];
      }),
    );
    assert.deepEqual(small, []);
  }));
