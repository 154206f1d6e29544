// What axe leaves alone: the words of drawings, forced colours, motion.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, withPage } from "./support/browser.mjs";
import { pagesToLookAt } from "./support/sites.mjs";

test("who asks for less motion gets none", () =>
  withPage({ reducedMotion: "reduce" }, async (page) => {
    for (const { handbook, file } of pagesToLookAt()) {
      await page.goto(address(handbook, file));
      const moving = await page.evaluate(() => {
        const seconds = (list) => Math.max(...list.split(",").map(parseFloat));
        return [document.documentElement, ...document.querySelectorAll("body *")].filter((element) => {
          const style = getComputedStyle(element);
          const moves = style.transitionProperty !== "none" && seconds(style.transitionDuration) > 0.01;
          const animated = style.animationName !== "none" && seconds(style.animationDuration) > 0.01;
          return moves || animated || style.scrollBehavior === "smooth";
        }).map((element) => `${element.localName}.${element.getAttribute("class")}`);
      });
      assert.deepEqual([...new Set(moving)], [], file);
    }
  }));

// axe leaves SVG alone: the contrast of a drawing's words with the shape or page below them.
const faintWords = () => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  // Paints colours over one another, and reads what comes out.
  const mix = (...colours) => {
    context.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = getComputedStyle(document.body).backgroundColor;
  const found = [];
  for (const drawing of document.querySelectorAll("main svg[viewBox]")) {
    const shapes = [...drawing.querySelectorAll("rect, path, polygon, circle, ellipse")].filter((shape) => !["none", "rgba(0, 0, 0, 0)"].includes(getComputedStyle(shape).fill));
    for (const words of drawing.querySelectorAll("text")) {
      const style = getComputedStyle(words);
      const box = words.getBoundingClientRect();
      if (box.width === 0 || style.visibility !== "visible") continue;
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const below = shapes.filter((shape) => {
        const around = shape.getBoundingClientRect();
        return around.left <= x && around.right >= x && around.top <= y && around.bottom >= y && shape.compareDocumentPosition(words) & Node.DOCUMENT_POSITION_FOLLOWING;
      });
      const paper = below.map((shape) => getComputedStyle(shape).fill);
      const ground = mix(page, ...paper);
      const ink = mix(page, ...paper, style.fill);
      const [light, dark] = [luminance(ground), luminance(ink)].sort((a, b) => b - a);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < 4.5) found.push(`'${words.textContent.trim()}' ${style.fill} on ${paper.at(-1) ?? page}: ${contrast.toFixed(2)}`);
    }
  }
  return [...new Set(found)];
};

for (const [name, media] of Object.entries({
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "forced light colours": { colorScheme: "light", forcedColors: "active" },
  "forced dark colours": { colorScheme: "dark", forcedColors: "active" },
})) {
  test(`the words of drawings can be read: ${name}`, () =>
    withPage(media, async (page) => {
      let drawings = 0;
      const faint = [];
      for (const [handbook, file] of [["fixture", "runbooks/queue-backlog.html"], ["fixture", "processes/release.html"], ["fixture", "notes/elements.html"], ["content", "opsbook/flows.html"], ["content", "processes/products.html"]]) {
        await page.goto(address(handbook, file));
        drawings += await page.locator("main svg text").count();
        faint.push(...(await page.evaluate(faintWords)).map((line) => `${file}: ${line}`));
      }
      assert.ok(drawings > 100, "there are words in drawings");
      assert.deepEqual(faint, []);
    }));
}

test("in forced colours every control still shows: a border, or words", () =>
  withPage({ forcedColors: "active" }, async (page) => {
    await page.goto(address("fixture", "runbooks/queue-backlog.html"));
    const lost = await page.locator("button:visible, input:visible, select:visible").evaluateAll((elements) => {
      const page = getComputedStyle(document.body).backgroundColor;
      return elements.filter((element) => {
        const style = getComputedStyle(element);
        const bordered = parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none";
        const drawn = [...element.querySelectorAll("svg *")].some((shape) => getComputedStyle(shape).stroke !== page && getComputedStyle(shape).stroke !== "none");
        return !bordered && !drawn && style.color === page && style.appearance === "none";
      }).map((element) => element.outerHTML.slice(0, 80));
    });
    assert.deepEqual(lost, []);
  }));
