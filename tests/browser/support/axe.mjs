// axe-core on a page: what it finds, as lines that say where.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function violations(page, rules) {
  // Evaluated by the debugger, not by an element: the page's policy forbids that.
  if (!(await page.evaluate(() => Boolean(window.axe)))) await page.evaluate(source);
  return page.evaluate(
    async ([tags, only]) => {
      const runOnly = only ? { type: "rule", values: only } : { type: "tag", values: tags };
      const result = await window.axe.run(document, { runOnly, resultTypes: ["violations"] });
      return result.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary.replace(/\s+/g, " ")}`));
    },
    [TAGS, rules],
  );
}
