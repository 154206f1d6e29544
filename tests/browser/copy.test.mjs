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
  await eventually(() => found.getByRole("button").textContent(), "Copied");
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
  await eventually(() => found.getByRole("button").textContent(), "Not copied");
});
