// Everything by keyboard: what Tab reaches, in which order, and whether the focus can be seen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, PHONE, withPage } from "./support/browser.mjs";
import { pageOfEachKind, pagesToLookAt } from "./support/sites.mjs";

// What Tab must stop at, in the order of the page.
const controls = () =>
  [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((element) => element.tabIndex >= 0 && !element.disabled)
    .filter((element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
    .map((element, index) => {
      element.dataset.stop = index;
      return index;
    });

// Where the focus is, and what can be said against how it shows.
const focus = () => {
  const element = document.activeElement;
  if (element === document.body) return { stop: null, name: "<body>", faults: [] };
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const name = `<${element.localName} class="${element.getAttribute("class") ?? ""}"> '${element.textContent.trim().slice(0, 30)}'`;
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 && style.outlineColor !== "rgba(0, 0, 0, 0)";
  const shadowed = style.boxShadow !== "none";
  const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  // WCAG 2.4.11: not wholly behind something that stays in place, such as the bar.
  const points = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [box.left + box.width * x, box.top + box.height * y]));
  const boxes = [...element.getClientRects()].map((part) => [part.left + part.width / 2, part.top + part.height / 2]);
  const uncovered = [...points, ...boxes].some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (element.contains(top) || top.contains(element));
  });
  const faults = [];
  if (!outlined && !shadowed) faults.push("focus does not show");
  if (!seen) faults.push("out of sight");
  else if (!uncovered) faults.push("covered");
  return { stop: element.dataset?.stop === undefined ? null : Number(element.dataset.stop), name, faults };
};

test("Tab reaches every control in the order of the page, and each shows that it has the focus", () =>
  withPage({}, async (page) => {
    const kinds = pageOfEachKind().filter(({ kind }) => ["contents", "rules", "role", "registry"].includes(kind));
    for (const { handbook, file } of [...kinds, ...pagesToLookAt().filter((page) => page.handbook === "fixture")]) {
      await page.goto(address(handbook, file));
      const expected = await page.evaluate(controls);
      const at = `${handbook}/${file}`;
      assert.ok(expected.length > 2, `${at} has controls`);
      // A long list of links is the same over and over: its first hundred will do.
      const wanted = expected.slice(0, 100);
      const reached = [];
      while (reached.length < wanted.length) {
        await page.keyboard.press("Tab");
        const { stop, name, faults } = await page.evaluate(focus);
        assert.deepEqual(faults, [], `${at}: ${name}`);
        // The browser itself stops at what scrolls. At the end of the page the focus leaves it.
        if (stop !== null) reached.push(stop);
        else if (name.startsWith("<body")) break;
      }
      assert.deepEqual(reached, wanted, `${at}: the stops of Tab`);
    }
  }));

test("the skip link shows itself first and leads past the navigation", () =>
  withPage({}, async (page) => {
    await page.goto(address("fixture", "runbooks/queue-backlog.html"));
    await page.keyboard.press("Tab");
    const skip = page.locator(":focus");
    assert.equal(await skip.textContent(), "Skip to content");
    assert.ok((await skip.boundingBox()).y >= 0, "in sight");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => Boolean(document.activeElement.closest("main"))), true);
  }));

test("the menus of the phone open, close on Escape, and give the focus back", () =>
  withPage({ viewport: PHONE }, async (page) => {
    await page.goto(address("fixture", "runbooks/queue-backlog.html"));
    for (const name of ["Menu", "On this page"]) {
      const button = page.getByRole("button", { name });
      const panel = page.getByRole("navigation", { name: name === "Menu" ? "Handbook" : name });
      assert.equal(await panel.isVisible(), false);
      await button.focus();
      await page.keyboard.press("Enter");
      assert.equal(await panel.isVisible(), true);
      await page.keyboard.press("Tab");
      assert.equal(await panel.evaluate((element) => element.contains(document.activeElement)), true, "Tab goes into it");
      await page.keyboard.press("Escape");
      assert.equal(await panel.isVisible(), false);
      assert.equal(await button.evaluate((element) => element === document.activeElement), true);
    }
  }));
