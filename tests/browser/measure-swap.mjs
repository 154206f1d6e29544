// How long a change takes from the server's word to the new text on the screen, and what is lost on the way: the preview's swap beside a
// plain reload, at a small and a large page.
//
//   OPSBOOK_SITES=FOLDER node measure-swap.mjs       FOLDER holds the built handbook 'fixture'
import { launch, DESK } from "./support/chromium.mjs";
import { preview } from "./support/preview.mjs";
import { folderOf } from "./support/sites.mjs";

const PAGE = "runbooks/queue-backlog.html";
const RUNS = 15;
const RELOAD = `(function () {
  const shown = document.currentScript.dataset.digest;
  new EventSource("/-/opsbook/events?page=" + encodeURIComponent(location.pathname.slice(1))).onmessage = (event) => {
    if (JSON.parse(event.data).digest !== shown) location.reload();
  };
})();`;

const paragraph = (index) => `<p data-line="${1000 + index}">Paragraph ${index} with <a href="#a">a link</a>, <code>code</code> and some more words.</p>\n`;
const code = '<div class="code-block"><pre><code><span class="k">kubectl</span> get pods -n <span class="s">namespace</span>\n</code></pre></div>\n';
const filler = (bytes) => {
  let html = "";
  for (let index = 0; html.length < bytes; index++) html += index % 8 ? paragraph(index) : `<h2 id="h${index}">Part ${index}</h2>\n${code}`;
  return html;
};

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const browser = await launch();
for (const [size, bytes] of [["small", 0], ["large", 185_000]]) {
  for (const [way, script] of [["swap", undefined], ["reload", RELOAD]]) {
    const site = await preview(folderOf("fixture"), script ? { script } : {});
    site.change(PAGE, (html) => html.replace("</article>", `<p id="marker">Version 0.</p><details><summary>More</summary>Inside</details>${filler(bytes)}</article>`));
    const page = await browser.newPage({ viewport: DESK });
    let seen;
    await page.exposeBinding("reportShown", (_, version, at) => seen?.(version, at));
    await page.addInitScript(() => {
      let last;
      const look = () => {
        const text = document.getElementById("marker")?.textContent;
        // The frame after the one that lays it out.
        if (text && text !== last) requestAnimationFrame(() => window.reportShown(text, performance.timeOrigin + performance.now()));
        last = text ?? last;
        requestAnimationFrame(look);
      };
      look();
    });
    await page.goto(site.url + PAGE);
    await page.waitForTimeout(500);
    await page.locator("[data-name]").first().fill("a-value");
    await page.locator("main input[type=checkbox]").first().check();
    await page.locator("article > details summary").click();
    await page.evaluate(() => scrollTo(0, 700));
    const state = () =>
      page.evaluate(() => ({
        scroll: Math.round(scrollY), details: document.querySelector("article > details").open, value: document.querySelector("[data-name]").value,
        tick: document.querySelector("main input[type=checkbox]").checked, focus: document.activeElement.tagName,
      }));
    await page.locator("article > details summary").focus();
    const before = await state();
    const times = [];
    for (let run = 1; run <= RUNS; run++) {
      const shown = new Promise((resolve) => (seen = (version, at) => version === `Version ${run}.` && resolve(at)));
      const start = performance.timeOrigin + performance.now();
      site.change(PAGE, (html) => html.replace(/Version \d+\./, `Version ${run}.`));
      times.push((await shown) - start);
      await page.waitForTimeout(150);
    }
    const html = site.read(PAGE).length;
    console.log(`${size} (${Math.round(html / 1000)} KB) ${way}: median ${median(times).toFixed(0)} ms, slowest ${Math.max(...times).toFixed(0)} ms`);
    console.log(`  before ${JSON.stringify(before)}\n  after  ${JSON.stringify(await state())}`);
    await page.close();
    await site.close();
  }
}
await browser.close();
