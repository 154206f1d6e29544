// Pictures of every kind of page to look at: `node screenshots.mjs FOLDER [PART OF A PATH...]`.
//
// Each at a desk and on a phone, in light and dark, and as it prints. Not a test: nobody but a person can judge them.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build, folderOf, HANDBOOKS, pagesToLookAt } from "./support/sites.mjs";
import { DESK, launch, PHONE } from "./support/chromium.mjs";
import { serve } from "./support/server.mjs";

const [out, ...parts] = process.argv.slice(2);
if (!out) {
  console.error("usage: node screenshots.mjs FOLDER [PART OF A PATH...]");
  process.exit(2);
}
mkdirSync(out, { recursive: true });

const sites = mkdtempSync(path.join(tmpdir(), "opsbook-screenshots-"));
process.env.OPSBOOK_SITES = sites;
const servers = {};
for (const [name, { prefix }] of Object.entries(HANDBOOKS)) {
  build(name, folderOf(name));
  // Without the policy: an incident view has its own, and is looked at as its reader has it.
  servers[name] = await serve(folderOf(name), prefix, {});
}

const browser = await launch();
const SIZES = { desk: DESK, phone: PHONE };
for (const { handbook, file } of pagesToLookAt()) {
  if (parts.length > 0 && !parts.some((part) => `${handbook}/${file}`.includes(part))) continue;
  const name = `${handbook}-${file.replace(/\.html$/, "").replaceAll("/", "-")}`;
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
      await page.goto(servers[handbook].url + file, { waitUntil: "networkidle" });
      // A print page is as long as the handbook: its beginning will do.
      const long = (await page.evaluate(() => document.documentElement.scrollHeight)) > 12_000;
      if (long) await page.setViewportSize({ width: viewport.width, height: 12_000 });
      await page.screenshot({ path: path.join(out, `${name}-${size}-${colorScheme}.png`), fullPage: !long });
      if (size === "desk" && colorScheme === "dark") await page.pdf({ path: path.join(out, `${name}.pdf`), format: "A4", preferCSSPageSize: true, tagged: true, outline: true });
      await page.close();
    }
  }
  console.log(name);
}
await browser.close();
for (const server of Object.values(servers)) await server.close();
rmSync(sites, { recursive: true, force: true });
