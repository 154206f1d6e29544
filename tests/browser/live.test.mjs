// What writers see in previewed pages: changes come in and nothing is lost, findings stand where they belong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addServer, DESK, eventually, PHONE, withPage } from "./support/browser.mjs";
import { violations } from "./support/axe.mjs";
import { marked, preview } from "./support/preview.mjs";
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
    new MutationObserver((list) => (window.changes += list.filter((change) => change.target.localName !== "opsbook-live").length)).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
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

liveTest("another title and another script come in; a script that isn't needed stays, and its next version loads the page anew", {}, async (page, site) => {
  await page.goto(site.url + ELEMENTS);
  await connected(site);
  await page.evaluate(() => (window.stays = true));
  const first = '<script src="../extra-0123abcd.js" defer></script>';
  site.change("extra-0123abcd.js", () => "window.extra = (window.extra || 0) + 1;");
  site.change("extra-4567abcd.js", () => "window.extra = 40;");
  const standing = () => page.evaluate(() => [document.title, window.extra, window.stays]);
  site.change(ELEMENTS, (html) => html.replace(/<title>.*<\/title>/, "<title>Renamed</title>").replace("</head>", `${first}</head>`));
  await eventually(standing, ["Renamed", 1, true]);
  site.change(ELEMENTS, (html) => html.replace(first, "").replace("Renamed", "Without"));
  await eventually(standing, ["Without", 1, true]);
  site.change(ELEMENTS, (html) => html.replace("</head>", `${first}</head>`).replace("Without", "Again"));
  await eventually(standing, ["Again", 1, true]);
  site.change(ELEMENTS, (html) => html.replace("extra-0123abcd", "extra-4567abcd"));
  await page.waitForFunction(() => window.extra === 40 && window.stays === undefined);
});

liveTest("a page that is empty for a moment is not loaded anew, and works when it is full again", {}, async (page, site) => {
  await page.goto(site.url + RUNBOOK);
  await connected(site);
  await page.evaluate(() => (window.stays = true));
  const ticks = () => page.locator("main input[type=checkbox]").evaluateAll((all) => all.map((box) => box.checked));
  await page.locator("main input[type=checkbox]").first().check();
  const [, , ...rest] = await ticks();
  const full = site.read(RUNBOOK);
  const bars = await page.locator(".checklist").count();
  site.change(RUNBOOK, (html) => html.replace(/<article>[\s\S]*<\/article>/, "<article></article>").replace(/<script src="[^"]*runbook[^"]*"[^>]*><\/script>/, ""));
  await eventually(() => page.locator("article > *").count(), 0);
  site.change(RUNBOOK, () => full);
  await page.locator("main input[type=checkbox]:enabled").first().waitFor();
  assert.equal(await page.evaluate(() => window.stays), true);
  assert.equal(await page.locator("main input[type=checkbox]").first().isChecked(), true);
  assert.equal(await page.locator(".checklist").count(), bars);
  await page.locator("main input[type=checkbox]").nth(1).check();
  assert.deepEqual(await ticks(), [true, true, ...rest]);
});

// ---- Text that goes ----

const many = (count, write) => Array.from({ length: count }, (_, index) => write(index + 1)).join("\n");
const item = (n) => `<li>Valve ${n} is shut by hand ${n * 7}</li>`;
const fold = (n) => `<details><summary>Fold ${n}</summary>\n<p>Inside of fold ${n}: ${"depth ".repeat(n)}</p>\n</details>`;
const LONG = [
  '<h1 id="long">Long</h1>', many(14, (n) => `<p>Early paragraph ${n} tells of pump ${n * 3} and of what it did.</p>`),
  '<h2 id="list">A list</h2>', `<ul>\n${many(12, item)}\n</ul>`, '<h2 id="folds">Folds</h2>', many(3, fold),
  '<h2 id="table">A table</h2>', `<table><tbody>\n${many(8, (n) => `<tr><td>Row ${n}</td><td>—</td></tr>`)}\n</tbody></table>`,
  '<h2 id="late">Late</h2>', many(60, (n) => `<p${n === 20 ? ' id="held"' : ""}>Late paragraph ${n} tells of tank ${n * 5}.</p>`),
].join("\n");
// The article of a page, its lines counted anew as after each save.
const articleOf = (html) => html.match(/<article>([\s\S]*)<\/article>/)[1].replace(/ data-line="\d+"/g, "");
const withArticle = (html, article) => marked(html.replace(/ data-line="\d+"/g, "").replace(/<article>[\s\S]*<\/article>/, () => `<article>${article}</article>`));

// Each: what is there, what is left of it, and how many blocks may light up when it goes and when it comes back.
const MOVING = { reducedMotion: "no-preference" };
const GOES = [
  ["one paragraph", /<p>Early paragraph 4 .*\n/, "", 0, 1],
  ["ten paragraphs", /<p>Early paragraph 3 [\s\S]*(?=<p>Early paragraph 13 )/, "", 0, 10],
  ["every second paragraph", /<p>Early paragraph \d*[02468] .*\n/g, "", 0, 7],
  ["a paragraph, and a heading is renamed", /<p>Early paragraph 4 .*\n([\s\S]*)<h2 id="list">A list/, '$1<h2 id="lists">Lists', 1, 2],
  ["a paragraph, and its neighbour is edited", /<p>Early paragraph 4 .*\n<p>Early paragraph 5/, "<p>Edited paragraph 5", 1, 2],
  ["three items of a list", /<li>Valve 2 [\s\S]*(?=<li>Valve 5 )/, "", 1, 3],
  ["a fold", /<details><summary>Fold 1[\s\S]*?<\/details>\n/, "", 0, 1],
  ["rows of a table", /<tr><td>Row 2<[\s\S]*(?=<tr><td>Row 5<)/, "", 1, 3],
  ["nearly all above", /<p>Early paragraph 1 [\s\S]*(?=<h2 id="late">)/, "", 0, 20],
  ["the paragraphs right above", /<p>Late paragraph 3 [\s\S]*(?=<p id="held">)/, "", 0, 17],
];
for (const hasFindings of [false, true]) {
  liveTest(`text that goes above moves nothing, nor does its return, ${hasFindings ? "with" : "without"} findings`, MOVING, async (page, site) => {
    site.change(RUNBOOK, (html) => withArticle(html, LONG));
    await page.goto(site.url + RUNBOOK);
    await connected(site);
    await page.evaluate(() => {
      for (const fold of document.querySelectorAll("details")) fold.open = true;
      window.held = document.getElementById("held");
      scrollTo({ top: held.getBoundingClientRect().top + scrollY - document.querySelector(".bar").offsetHeight - 10, behavior: "instant" });
      window.lit = 0;
      const animate = Element.prototype.animate;
      Element.prototype.animate = function (...all) {
        window.lit++;
        return animate.apply(this, all);
      };
    });
    const standing = () => page.evaluate(() => [held.isConnected, held.textContent, held.getBoundingClientRect().top]);
    const was = await standing();
    for (const [name, there, left, litOff, litOn] of GOES) {
      for (const [what, article, lit] of [["goes", LONG.replace(there, left), litOff], ["comes back", LONG, litOn]]) {
        assert.ok(what === "comes back" || article !== LONG, name);
        await page.evaluate(() => (window.lit = 0));
        const findings = hasFindings && what === "comes back" ? [20, 50, 90].map((line) => finding({ line, message: `of line ${line}` })) : [];
        await page.evaluate(() => {
          window.swapped = new Promise((resolve) => document.addEventListener("opsbook:swapped", () => setTimeout(resolve, 50), { once: true }));
        });
        site.say({ errors: findings.length, findings });
        site.change(RUNBOOK, (html) => withArticle(html, article));
        await page.evaluate(() => window.swapped);
        const [isConnected, text, top] = await standing();
        assert.deepEqual([isConnected, text], was.slice(0, 2), `${name} ${what}`);
        assert.ok(Math.abs(top - was[2]) <= 2, `${name} ${what}: ${top} is not ${was[2]}`);
        assert.ok((await page.evaluate(() => window.lit)) <= lit, `${name} ${what}: ${await page.evaluate(() => window.lit)} blocks light up`);
      }
    }
  });
}

liveTest("where the text that one reads goes itself, what followed it takes its place", {}, async (page, site) => {
  site.change(RUNBOOK, (html) => withArticle(html, LONG));
  await page.goto(site.url + RUNBOOK);
  await connected(site);
  const top = (number) => page.evaluate((number) => [...document.querySelectorAll("article > p")].find((one) => one.textContent.startsWith(`Late paragraph ${number} `)).getBoundingClientRect().top, number);
  await page.evaluate(() => scrollTo({ top: document.getElementById("held").getBoundingClientRect().top + scrollY - 70, behavior: "instant" }));
  const was = await top(45);
  site.change(RUNBOOK, (html) => withArticle(html, LONG.replace(/<p>Early paragraph 3 [\s\S]*(?=<p>Early paragraph 9 )/, "").replace(/<p>Late paragraph 18 [\s\S]*(?=<p>Late paragraph 45 )/, "")));
  await eventually(() => page.locator("#held").count(), 0);
  assert.ok(Math.abs((await top(45)) - was) <= 2, `${await top(45)} is not ${was}`);
});

liveTest("ticks, open folds and typed values stay with what they belong to when others go", {}, async (page, site) => {
  const task = (n) => `<li class="task"><input type="checkbox" disabled aria-label="Task ${n}"> Task ${n} closes valve ${n}</li>`;
  const field = (n) => `<p><label>Field ${n} <input type="text" name="field-${n}"></label></p>`;
  const article = (numbers) => `<h1>Long</h1>\n<ul class="task-list">\n${numbers.map(task).join("\n")}\n</ul>\n${numbers.map(fold).join("\n")}\n${numbers.map(field).join("\n")}`;
  site.change(RUNBOOK, (html) => withArticle(html, article([1, 2, 3, 4, 5, 6])));
  await page.goto(site.url + RUNBOOK);
  await connected(site);
  await page.getByLabel("Task 4", { exact: true }).check();
  await page.getByLabel("Task 6", { exact: true }).check();
  await page.locator("article > details").nth(3).evaluate((one) => (one.open = true));
  await page.getByLabel("Field 4").fill("four");
  const standing = () =>
    page.evaluate(() => ({
      ticks: [...document.querySelectorAll("article li input:checked")].map((box) => box.getAttribute("aria-label")),
      open: [...document.querySelectorAll("article > details[open] summary")].map((one) => one.textContent),
      typed: [...document.querySelectorAll("article input[type=text]")].filter((one) => one.value).map((one) => one.name + one.value),
    }));
  const was = await standing();
  assert.deepEqual(was, { ticks: ["Task 4", "Task 6"], open: ["Fold 4"], typed: ["field-4four"] });
  for (const numbers of [[2, 3, 4, 5, 6], [4, 6], [7, 8, 4, 9, 6], [1, 2, 3, 4, 5, 6], [6, 5, 4].reverse(), [10, 4, 11, 12, 6]]) {
    site.change(RUNBOOK, (html) => withArticle(html, article(numbers)));
    await eventually(() => page.locator("article > details summary").allTextContents(), numbers.map((n) => `Fold ${n}`));
    assert.deepEqual(await standing(), was, numbers.join());
  }
});

liveTest("lines that move are told and light up nothing; a page of thousands of blocks is soon aligned", MOVING, async (page, site) => {
  const big = (from) => many(6000, (n) => `<p>Block ${n % 50} of ${n % 3 ? "many" : n + from}</p>`);
  site.change(RUNBOOK, (html) => withArticle(html, big(0)));
  await page.goto(site.url + RUNBOOK);
  await connected(site);
  await page.evaluate(() => {
    window.lit = 0;
    Element.prototype.animate = () => window.lit++;
    window.first = document.querySelector("article > p");
  });
  const line = Number(await page.evaluate(() => window.first.dataset.line));
  site.change(RUNBOOK, (html) => html.replace(/data-line="(\d+)"/g, (_, line) => `data-line="${Number(line) + 3}"`));
  await eventually(() => page.evaluate(() => [window.first.isConnected, window.first.dataset.line]), [true, String(line + 3)]);
  assert.equal(await page.evaluate(() => window.lit), 0);
  await page.evaluate(() => {
    window.took = null;
    const swap = opsbookLive.keepPlace;
    opsbookLive.keepPlace = (action) => {
      const begun = performance.now();
      swap(action);
      window.took ??= performance.now() - begun;
    };
  });
  site.change(RUNBOOK, (html) => withArticle(html, big(3000).replace(/<p>Block 7 of many<\/p>\n/g, "")));
  await eventually(() => page.locator("article > p").count(), 5920);
  assert.ok((await page.evaluate(() => window.took)) < 4000, `${await page.evaluate(() => window.took)} ms`);
});

liveTest("a frame doesn't say twice what is wrong, and book.toml comes first while it holds things up", {}, async (page, site) => {
  const all = [
    finding({ line: 10, label: "leads nowhere", message: "broken link: there is no 'nowhere.md'" }),
    finding({ line: 20, label: "did you mean 'index.md'?", helps: ["write 'index.md', or create the file"] }),
    finding({ line: 30, label: "this one is '#steps-1'", message: "two headings have the anchor 'steps'", helps: [] }),
  ];
  const own = finding({ here: false, path: "book.toml", page: null, code: "invalid-toml", message: "unclosed table" });
  site.say({ errors: 4, stale: "book.toml can't be read", findings: [...all, own] });
  await page.goto(site.url + RUNBOOK);
  await eventually(() => notes(page).count(), 3);
  assert.deepEqual(await notes(page).locator(".label").allTextContents(), ["this one is '#steps-1'"]);
  await pill(page).click();
  const files = () => page.locator("opsbook-live h3").evaluateAll((all) => all.map((one) => one.firstChild.data));
  assert.deepEqual(await files(), ["book.toml", "content/runbooks/queue-backlog.md"]);
  site.say({ stale: null });
  await eventually(files, ["content/runbooks/queue-backlog.md", "book.toml"]);
});

liveTest("on a phone the page's last links can be reached beside the sign", { viewport: PHONE }, async (page, site) => {
  site.say({ errors: 1, findings: [finding()] });
  await page.goto(site.url + RUNBOOK);
  await eventually(() => pill(page).isVisible(), true);
  await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" }));
  const [link, sign] = [await page.locator("footer a:visible, main a:visible, a:visible").evaluateAll((all) => Math.max(...all.map((one) => one.getBoundingClientRect().bottom).filter((bottom) => bottom > 0))), await pill(page).boundingBox()];
  assert.ok(link <= sign.y, `${link} is not above ${sign.y}`);
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
