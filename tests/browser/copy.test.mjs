// Copy buttons: what lands in the clipboard is what can be run.
import assert from "node:assert/strict";
import { address, eventually, pageTest } from "./support/browser.mjs";

const allowed = { permissions: ["clipboard-read", "clipboard-write"] };
// Whether a line end is copied with the last line is of no matter here: without it a shell waits for Enter.
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText().then((text) => text.trimEnd()));

// The block whose code holds `text`, and its button.
function block(page, text) {
  const found = page.locator(".code-block", { hasText: text });
  return { found, button: found.getByRole("button", { name: /^Copy/ }) };
}

pageTest("the code of a block is copied whole, and the outcome is said aloud", allowed, async (page) => {
  await page.goto(address("fixture", "notes/elements.html"));
  const { found, button } = block(page, "Plain, without a language");
  await found.hover();
  await button.click();
  await eventually(() => clipboard(page), "Plain, without a language <tag> & entity.");
  await eventually(() => found.getByRole("button").locator("span").first().textContent(), "Copied");
  await eventually(() => page.getByRole("status").filter({ hasText: "Copied" }).count(), 1);
});

pageTest("the highlighter loses no character", allowed, async (page) => {
  await page.goto(address("fixture", "notes/elements.html"));
  const { found, button } = block(page, "fn main");
  await found.hover();
  await button.click();
  const rust = '/// A comment.\nfn main() {\n    let text: &str = "text"; // and another\n    println!("{text} {}", 42);\n}';
  await eventually(() => clipboard(page), rust);
});

pageTest("the button is reached and pressed by keyboard", allowed, async (page) => {
  await page.goto(address("fixture", "notes/elements.html"));
  const { button } = block(page, '"replicas": 4');
  await button.focus();
  await page.keyboard.press("Enter");
  await eventually(() => clipboard(page), '{ "name": "worker", "replicas": 4, "ready": true }');
});

pageTest("prompts and output of a console session are left out", allowed, async (page) => {
  await page.goto(address("fixture", "runbooks/queue-backlog.html"));
  const { found, button } = block(page, "CrashLoopBackOff");
  await found.hover();
  await button.click();
  const copied = "kubectl -n <namespace> get pods \\\n    --selector app=worker\nkubectl -n <namespace> logs <pod>";
  await eventually(() => clipboard(page), copied);
});

pageTest("a block with a file name shows it and copies without it", allowed, async (page) => {
  await page.goto(address("fixture", "runbooks/queue-backlog.html"));
  const { found, button } = block(page, "memory: 512Mi");
  await assert.doesNotReject(page.getByText("deploy/values.yaml").first().waitFor());
  await found.hover();
  await button.click();
  await eventually(() => clipboard(page), "worker:\n  replicas: 4\n  memory: 512Mi");
});

pageTest("without a clipboard the button says that nothing was copied", {}, async (page) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject(new Error("denied")) } });
    document.execCommand = () => false;
  });
  await page.goto(address("fixture", "notes/elements.html"));
  const { found, button } = block(page, "fn main");
  await found.hover();
  await button.click();
  await eventually(() => found.getByRole("button").locator("span").first().textContent(), "Not copied");
});

pageTest("buttons are told apart by what they copy", {}, async (page) => {
  await page.goto(address("fixture", "runbooks/queue-backlog.html"));
  const names = await page.locator(".code-block button").evaluateAll((all) => all.map((button) => button.textContent));
  assert.ok(names.includes("Copy: restart.sh") && names.includes("Copy: kubectl -n <namespace> rollout"), names.join());
  assert.equal(new Set(names).size, names.length, names.join());
});

pageTest("output can be selected, a prompt can't", {}, async (page) => {
  await page.goto(address("fixture", "runbooks/queue-backlog.html"));
  const selects = (name) => page.locator(name).first().evaluate((part) => getComputedStyle(part).userSelect);
  assert.deepEqual([await selects(".code-block .prompt"), await selects(".code-block .output")], ["none", "auto"]);
});

pageTest("what is folded is open on paper, and folded again after it", {}, async (page) => {
  await page.goto(address("fixture", "notes/elements.html"));
  const open = () => page.locator("main details").evaluateAll((all) => all.map((part) => part.open));
  const before = await open();
  assert.ok(before.includes(false));
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.ok(!(await open()).includes(false));
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.deepEqual(await open(), before);
});

pageTest("a link of the contents works where popovers are unknown", {}, async (page) => {
  await page.addInitScript(() => {
    delete HTMLElement.prototype.hidePopover;
    const matches = Element.prototype.matches;
    Element.prototype.matches = function (selector) {
      if (selector.includes(":popover-open")) throw new SyntaxError("unknown");
      return matches.call(this, selector);
    };
  });
  await page.goto(address("fixture", "notes/elements.html"));
  // At this width it is a popover, and closed.
  await page.locator(".toc a").last().evaluate((link) => link.click());
  assert.ok(page.url().includes("#"));
});
