// What writers see in previewed pages: changes come in and nothing is lost, findings stand where they belong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addServer, DESK, eventually, PHONE, withPage } from "./support/browser.mjs";
import { violations } from "./support/axe.mjs";
import { preview } from "./support/preview.mjs";
import { folderOf } from "./support/sites.mjs";

const RUNBOOK = "runbooks/queue-backlog.html";
const ELEMENTS = "notes/elements.html";

const finding = (more) => ({
  severity: "error", code: "broken-link", message: "there is no page 'nowhere.md'", label: "", helps: ["did you mean 'index.md'?"], path: "content/runbooks/queue-backlog.md",
  line: 42, column: 3, here: true, page: RUNBOOK, editor: "vscode://file/handbook/content/runbooks/queue-backlog.md:42:3", ...more,
});

// A test with a site of its own to change.
function liveTest(name, options, body) {
  test(name, async () => {
    const site = addServer(await preview(folderOf("fixture")));
    await withPage(options, (page, faults) => body(page, site, faults));
  });
}
const pill = (page) => page.locator("opsbook-live .pill");
const notes = (page) => page.locator("opsbook-finding");
const connected = (site) => eventually(() => site.clients.size > 0, true);

liveTest("a changed sentence comes in, and all else is the element that it was", {}, async (page, site) => {
  await page.goto(site.url + RUNBOOK);
  await connected(site);
  await page.evaluate(() => {
    window.stays = true;
    window.all = new Set(document.querySelectorAll("main *"));
  });
  site.change(RUNBOOK, (html) => html.replace(/(<h2[^>]*>)/, '<p data-line="1">Another sentence.</p>$1'));
  await page.getByText("Another sentence.").waitFor();
  const added = await page.evaluate(() => [...document.querySelectorAll("main *")].filter((element) => !window.all.has(element)).map((element) => element.textContent));
  assert.deepEqual(added, ["Another sentence."]);
  assert.equal(await page.evaluate(() => window.stays), true, "the page was not loaded anew");
});

liveTest("scroll, open details, typed values, ticks, focus, selection, theme and an open search stay", {}, async (page, site) => {
  site.change(RUNBOOK, (html) => html.replace("</article>", `<details data-line="900"><summary>More</summary><p data-line="901">Inside.</p></details>${"<p>Filler.</p>".repeat(60)}</article>`));
  await page.goto(site.url + RUNBOOK);
  await connected(site);
  await page.locator("[data-name]").first().fill("a-value");
  await page.locator("main input[type=checkbox]").first().check();
  await page.getByText("More", { exact: true }).click();
  await page.locator(".theme-switch").click();
  await page.getByText("Inside.").evaluate((element) => {
    scrollTo(0, element.getBoundingClientRect().top + scrollY - innerHeight / 2);
    getSelection().selectAllChildren(element);
  });
  await page.locator("[data-name]").first().evaluate((input) => {
    input.focus({ preventScroll: true });
    input.setSelectionRange(2, 4);
  });
  const standing = () =>
    page.evaluate(() => ({
      top: Math.round(document.querySelector("article > details p").getBoundingClientRect().top),
      open: document.querySelector("article > details").open,
      value: document.querySelector("[data-name]").value,
      filled: document.querySelectorAll(".placeholder.filled").length > 0,
      ticks: [...document.querySelectorAll("main input[type=checkbox]")].map((box) => box.checked),
      focus: document.activeElement.id,
      selection: [document.activeElement.selectionStart, document.activeElement.selectionEnd],
      theme: document.documentElement.dataset.theme,
      buttons: document.querySelectorAll(".copy").length - document.querySelectorAll(".code-block").length,
      bars: document.querySelectorAll(".checklist").length,
      clears: document.querySelectorAll(".placeholders-title button").length,
    }));
  const was = await standing();
  assert.ok(was.open && was.filled && was.value === "a-value" && was.ticks[0] && was.bars === 1 && was.clears === 1 && was.buttons === 0, JSON.stringify(was));
  site.change(RUNBOOK, (html) => html.replace(/(<h2[^>]*>)/, "<p>First.</p><p>Second.</p><p>Third.</p>$1").replaceAll("Filler.", "Filled."));
  await page.getByText("Second.", { exact: true }).waitFor({ state: "attached" });
  assert.deepEqual(await standing(), was);
  await page.locator(".search-open").click();
  await page.locator("dialog[open] input").fill("queue");
  site.change(RUNBOOK, (html) => html.replace("Second.", "Fourth."));
  await page.getByText("Fourth.", { exact: true }).waitFor({ state: "attached" });
  assert.equal(await page.locator("dialog[open] input").inputValue(), "queue");
});

liveTest("what the theme does works on what is new, once", { permissions: ["clipboard-read", "clipboard-write"] }, async (page, site) => {
  await page.goto(site.url + RUNBOOK);
  await connected(site);
  const boxes = await page.locator("main input[type=checkbox]").count();
  await page.locator("main input[type=checkbox]").first().check();
  site.change(RUNBOOK, (html) =>
    html
      .replace("</article>", '<h2 id="new">New</h2><div class="code-block" data-language="bash"><pre tabindex="0"><code>echo new</code></pre></div></article>')
      .replace(/<ul class="task-list"[^>]*>/, '$&<li class="task"><input type="checkbox" disabled aria-label="Brand new"> Brand new</li>')
      .replace(/(<nav id=":toc"[\s\S]*?)<\/ol>/, '$1<li><a href="#new">New</a></li></ol>'),
  );
  await page.getByRole("heading", { name: "New", exact: true }).waitFor();
  assert.equal(await page.locator("main input[type=checkbox]:enabled").count(), boxes + 1);
  assert.equal(await page.locator(".checklist p").first().textContent(), `2 of ${boxes + 1} done`);
  assert.deepEqual(await page.locator("main input[type=checkbox]").evaluateAll((all) => all.slice(0, 2).map((box) => box.checked)), [false, true]);
  await page.getByText("Brand new").click();
  assert.equal(await page.locator("main input[type=checkbox]").first().isChecked(), true, "one press ticks once");
  const block = page.locator(".code-block", { hasText: "echo new" });
  assert.equal(await block.locator(".copy").count(), 1);
  await block.hover();
  await block.locator(".copy").click();
  await eventually(() => page.evaluate(() => navigator.clipboard.readText()), "echo new");
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await eventually(() => page.locator(".toc [aria-current]").evaluateAll((all) => all.map((link) => link.textContent)), ["New"]);
});

liveTest("any edit ends in the page that a fresh load shows", {}, async (page, site) => {
  await page.goto(site.url + ELEMENTS);
  await connected(site);
  // A small generator of pseudo-random numbers, the same sequence on every run.
  let seed = 7;
  const below = (limit) => (seed = (seed * 48271) % 2147483647) % limit;
  const blocks = /<(p|h2|h3|li|tr|blockquote)( [^>]*)?>(?:(?!<\/?\1\b)[\s\S])*?<\/\1>/g;
  for (let step = 0; step < 40; step++) {
    site.change(ELEMENTS, (html) => {
      const [head, body] = html.split("<article>");
      const [article, foot] = body.split("</article>");
      const found = [...article.matchAll(blocks)];
      const one = found[below(found.length)];
      const other = found[below(found.length)][0];
      const edits = [
        () => "",
        () => one[0] + one[0].replaceAll(/ id="[^"]*"/g, ""),
        () => one[0].replace(/>[^<]+/, `> Step ${step} <em>here</em> `),
        () => (one[1] === "li" || one[1] === "tr" ? one[0] : other.replaceAll(/ id="[^"]*"/g, "").replace(/^<(li|tr)[\s\S]*$/, "<p>None</p>") + one[0]),
        () => one[0].replace(/^<\w+/, `$& class="edited-${step}"`),
      ];
      const edited = article.slice(0, one.index) + edits[below(edits.length)]() + article.slice(one.index + one[0].length);
      return `${head}<article>${edited.replace(/data-line="\d+"/g, () => `data-line="${1 + below(500)}"`)}</article><!--${step}-->${foot}`;
    });
    await page.waitForFunction((step) => [...document.querySelector("main").childNodes].some((node) => node.nodeType === 8 && node.data === String(step)), step);
    const differs = await page.evaluate(async () => {
      const text = await (await fetch(location.href)).text();
      const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("article");
      const open = document.querySelector("article").cloneNode(true);
      for (const button of open.querySelectorAll(".copy, .checklist")) button.remove();
      for (const box of open.querySelectorAll("input")) box.setAttribute("disabled", "");
      for (const scrolled of open.querySelectorAll("[class='']")) scrolled.removeAttribute("class");
      open.normalize();
      fresh.normalize();
      return open.isEqualNode(fresh) ? "" : `${open.outerHTML}\n\nis not\n\n${fresh.outerHTML}`;
    });
    assert.equal(differs, "", `after step ${step}`);
  }
});

liveTest("an edit elsewhere moves nothing and asks for nothing", {}, async (page, site) => {
  await page.goto(site.url + RUNBOOK);
  await connected(site);
  const pages = site.counts.pages;
  await page.evaluate(() => {
    window.changes = 0;
    new MutationObserver((list) => (window.changes += list.length)).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  site.change(ELEMENTS, (html) => html.replace("<h1", "<p>New</p><h1"));
  site.say({ warnings: 1, findings: [finding({ here: false, severity: "warning", page: ELEMENTS })] });
  await pill(page).waitFor();
  assert.equal(await page.evaluate(() => window.changes), 0);
  assert.equal(site.counts.pages, pages);
});

liveTest("a changed style sheet is swapped without a moment without any", {}, async (page, site) => {
  await page.goto(site.url + RUNBOOK);
  await connected(site);
  const href = await page.locator("head link[rel=stylesheet]").nth(1).evaluate((link) => new URL(link.href).pathname.slice(1));
  const next = href.replace(/[^/]*$/, "next.css");
  await page.evaluate(() => {
    window.stays = true;
    window.bare = 0;
    const watch = () => {
      if (getComputedStyle(document.querySelector(".bar")).display !== "flex") window.bare++;
      requestAnimationFrame(watch);
    };
    watch();
  });
  site.change(next, () => `${site.read(href)}\nmain h1 { color: rgb(1, 2, 3); }`);
  site.change(RUNBOOK, (html) => html.replace(href.split("/").pop(), "next.css"));
  await eventually(() => page.locator("main h1").evaluate((heading) => getComputedStyle(heading).color), "rgb(1, 2, 3)");
  await eventually(() => page.locator(`head link[href$="${href.split("/").pop()}"]`).count(), 0);
  assert.deepEqual(await page.evaluate(() => [window.stays, window.bare]), [true, 0]);
});

liveTest("another title and another script come in; a script that is gone loads the page anew", {}, async (page, site) => {
  await page.goto(site.url + ELEMENTS);
  await connected(site);
  await page.evaluate(() => (window.stays = true));
  site.change("extra.js", () => "window.extra = (window.extra || 0) + 1;");
  site.change(ELEMENTS, (html) => html.replace(/<title>.*<\/title>/, "<title>Renamed</title>").replace("</head>", '<script src="../extra.js" defer></script></head>'));
  await eventually(() => page.evaluate(() => [document.title, window.extra, window.stays]), ["Renamed", 1, true]);
  site.change(ELEMENTS, (html) => html.replace(/<script src="..\/extra.js"[^>]*><\/script>/, ""));
  await page.waitForFunction(() => window.extra === undefined && window.stays === undefined);
});

liveTest("findings stand behind the block that they speak of, and go when they are mended", {}, async (page, site) => {
  await page.goto(site.url + ELEMENTS);
  await connected(site);
  const places = await page.evaluate(() => {
    const line = (selector) => Number(document.querySelector(selector).dataset.line);
    return { paragraph: line("article > p[data-line]"), row: line("article tbody tr"), item: line("article > ul > li") };
  });
  const all = [finding({ line: 1, message: "at the top" }), finding({ line: places.paragraph + 1, message: "behind a paragraph" }), finding({ line: places.row, message: "of a table", editor: null }), finding({ line: places.item, severity: "warning", message: "in a list" })];
  site.say({ errors: 3, warnings: 1, findings: all });
  await eventually(() => notes(page).count(), 4);
  const where = () =>
    notes(page).evaluateAll((hosts) =>
      hosts.map((host) => [host.shadowRoot.querySelector(".what").lastChild.textContent, host.parentElement.localName, host.previousElementSibling?.className || host.previousElementSibling?.localName || null]),
    );
  assert.deepEqual(new Set((await where()).map(String)), new Set([["at the top", "main", "breadcrumbs"], ["behind a paragraph", "article", "p"], ["of a table", "article", "table-scroll"], ["in a list", "li", "input"]].map(String)));
  // What reads the page's words doesn't read ours.
  assert.ok(!(await page.locator("main").evaluate((main) => main.textContent)).includes("behind a paragraph"));
  site.change(ELEMENTS, (html) => html.replace(/<h2/, "<p>More</p><h2"));
  await page.getByText("More", { exact: true }).waitFor();
  assert.equal(await notes(page).count(), 4, "they stay over a change");
  await page.emulateMedia({ media: "print" });
  assert.equal(await notes(page).first().isVisible(), false);
  await page.emulateMedia({ media: "screen" });
  site.say({ errors: 0, warnings: 0, findings: [] });
  await eventually(() => notes(page).count(), 0);
  await eventually(() => pill(page).isVisible(), false);
});

liveTest("a finding leads to the editor, or is copied as path, line and column", { permissions: ["clipboard-read", "clipboard-write"] }, async (page, site) => {
  site.say({ errors: 3, findings: [finding(), finding({ line: 43, editor: null }), finding({ line: 44, editor: "javascript:alert(1)" })] });
  await page.goto(site.url + RUNBOOK);
  assert.equal(await notes(page).getByRole("link", { name: /^line 42: open content/ }).getAttribute("href"), finding().editor);
  await notes(page).getByRole("button", { name: "line 43: copy content/runbooks/queue-backlog.md:43:3" }).click();
  await eventually(() => page.evaluate(() => navigator.clipboard.readText()), "content/runbooks/queue-backlog.md:43:3");
  assert.equal(await notes(page).locator("a[href^=javascript]").count(), 0);
});

liveTest("the panel lists all findings by file, opens and closes by key, and stays open over a change", {}, async (page, site) => {
  const other = finding({ here: false, path: "content/notes/elements.md", page: ELEMENTS, line: 20, severity: "warning", code: "orphan-page", message: "nothing leads here" });
  site.say({ errors: 1, warnings: 1, publishable: false, stale: "book.toml can't be read", findings: [finding(), other] });
  await page.goto(site.url + RUNBOOK);
  await eventually(() => pill(page).textContent(), "Out of date, 1 error, 1 warning");
  await pill(page).focus();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: "Findings" });
  await panel.waitFor();
  assert.equal(await pill(page).getAttribute("aria-expanded"), "true");
  const text = await panel.innerText();
  for (const words of ["Shown as it was before: book.toml can't be read.", "opsbook build would publish nothing.", "content/runbooks/queue-backlog.md this page", "content/notes/elements.md", "nothing leads here"]) {
    assert.ok(text.includes(words), `'${words}' is not in: ${text}`);
  }
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  const focused = () => page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.textContent);
  assert.equal(await focused(), finding().message);
  site.say({ stale: null, warnings: 2, findings: [finding(), other, finding({ ...other, line: 30, message: "nothing leads there" })] });
  await panel.getByText("nothing leads there").waitFor();
  assert.equal(await focused(), finding().message);
  await page.keyboard.press("Escape");
  await eventually(() => panel.isVisible(), false);
  assert.equal(await pill(page).evaluate((button) => button.getRootNode().activeElement === button), true);
  await pill(page).click();
  await panel.getByRole("link", { name: "nothing leads here" }).click();
  await page.waitForURL(/elements\.html#:line-20$/);
});

liveTest("a server that is gone is named, and what changed meanwhile comes in when it is back", { expected: [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/] }, async (page, site) => {
  await page.goto(site.url + RUNBOOK);
  await connected(site);
  await site.stop();
  await eventually(() => pill(page).textContent(), "Preview stopped");
  assert.equal(await page.getByRole("status").filter({ hasText: "Preview stopped" }).count(), 1);
  site.change(RUNBOOK, (html) => html.replace(/<h2/, "<p>Meanwhile.</p><h2"));
  await site.start();
  await page.getByText("Meanwhile.").waitFor();
  await eventually(() => pill(page).isVisible(), false);
});

liveTest("a page that is gone stays, and says where to go; when it is back it goes on", { expected: [/404/] }, async (page, site) => {
  await page.goto(site.url + ELEMENTS);
  await connected(site);
  const html = site.read(ELEMENTS);
  site.change(ELEMENTS, () => null);
  await eventually(() => pill(page).textContent(), "Page gone");
  await pill(page).click();
  assert.equal(await page.getByRole("link", { name: "Front page" }).getAttribute("href"), site.url);
  assert.ok(await page.locator("main h1").isVisible());
  site.change(ELEMENTS, () => html.replace(/<h2/, "<p>Back again.</p><h2"));
  await page.getByText("Back again.").waitFor();
  // Who asks for a page before it is written sees it once it is.
  await page.goto(`${site.url}notes/later.html`);
  await connected(site);
  site.change("notes/later.html", () => html.replace(/<h2/, "<p>Back again.</p><h2"));
  await page.getByText("Back again.").waitFor();
});

liveTest("two tabs of a page and one of another each show what is theirs", {}, async (page, site) => {
  const tabs = [page, await page.context().newPage(), await page.context().newPage()];
  for (const [index, address] of [RUNBOOK, RUNBOOK, ELEMENTS].entries()) await tabs[index].goto(site.url + address);
  await eventually(() => site.clients.size, 3);
  site.change(RUNBOOK, (html) => html.replace(/<h2/, "<p>For two.</p><h2"));
  for (const tab of tabs.slice(0, 2)) await tab.getByText("For two.").waitFor();
  assert.equal(await tabs[2].getByText("For two.").count(), 0);
});

test("axe finds nothing in notes, sign and panel, light and dark, at a desk and on a phone", async () => {
  const site = addServer(await preview(folderOf("fixture")));
  site.say({ errors: 2, warnings: 1, publishable: false, findings: [finding({ line: 1 }), finding({ line: 60, editor: null }), finding({ severity: "warning", line: 100 })] });
  for (const viewport of [DESK, PHONE, { width: 320, height: 640 }]) {
    await withPage({ viewport }, async (page) => {
      await page.goto(site.url + RUNBOOK);
      await pill(page).click();
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await violations(page), [], `${viewport.width} ${colorScheme}`);
      }
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing scrolls sideways");
    });
  }
});
