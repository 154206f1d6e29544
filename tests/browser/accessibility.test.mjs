// WCAG 2.2 AA as far as axe sees it: on every kind of page, in light and dark, at a desk and on a phone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, DESK, PHONE, withPage } from "./support/browser.mjs";
import { violations } from "./support/axe.mjs";
import { pagesToLookAt } from "./support/sites.mjs";

for (const [device, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
  test(`axe finds nothing on any kind of page, light and dark (${device})`, () =>
    withPage({ viewport }, async (page) => {
      const found = [];
      for (const { kind, handbook, file } of pagesToLookAt()) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme: "light" });
        await page.goto(address(handbook, file));
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          // The bar below an incident view lies over whatever is there at the moment: axe looks at the page as if it were all in sight.
          if (kind === "incident") await page.setViewportSize({ ...viewport, height: await page.evaluate(() => document.documentElement.scrollHeight) });
          // Only rules about colours can answer differently in the dark.
          const rules = colorScheme === "dark" ? ["color-contrast", "link-in-text-block"] : undefined;
          found.push(...(await violations(page, rules)).map((line) => `${kind} ${handbook}/${file} ${colorScheme}: ${line}`));
        }
      }
      assert.deepEqual(found, []);
    }));
}

test("axe finds what is taken away: a label, a language, a contrast", () =>
  withPage({}, async (page) => {
    const faults = {
      "button-name": () => document.querySelector(".theme-switch").removeAttribute("aria-label"),
      "html-has-lang": () => document.documentElement.removeAttribute("lang"),
      "color-contrast": () => (document.querySelector("main p").style.color = "color-mix(in srgb, var(--fg) 30%, var(--bg))"),
    };
    for (const [rule, spoil] of Object.entries(faults)) {
      await page.goto(address("fixture", "notes/elements.html"));
      await page.evaluate(spoil);
      const found = await violations(page);
      assert.ok(found.some((line) => line.startsWith(`${rule}:`)), `${rule} not in ${found}`);
    }
  }));
