// Every page of both handbooks under the strictest policy: nothing is blocked, nothing fails, nothing asks elsewhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, withPage } from "./support/browser.mjs";
import { HANDBOOKS, htmlFiles, kindOf, read } from "./support/sites.mjs";

// An incident view holds its styles and script inside, for which its own policy has the hashes: incident.test.mjs.
const framed = (handbook) => htmlFiles(handbook).filter((file) => kindOf(handbook, file) !== "incident");

for (const handbook of Object.keys(HANDBOOKS)) {
  test(`no page of ${handbook} breaks the policy, logs an error or asks for what isn't there`, () =>
    withPage({}, async (page, faults) => {
      const files = framed(handbook);
      assert.ok(files.length > 10, "the site has pages");
      for (const file of files) {
        const before = faults.length;
        await page.goto(address(handbook, file), { waitUntil: "load" });
        for (let index = before; index < faults.length; index += 1) faults[index] = `${file}: ${faults[index]}`;
      }
    }));

  test(`no page of ${handbook} holds an inline script, style or handler`, () => {
    const found = framed(handbook).flatMap((file) => inlined(read(handbook, file).toString()).map((what) => `${file}: ${what}`));
    assert.deepEqual(found, []);
  });
}

test("the finder of inline code finds it", () => {
  const cases = ['<p style="color:red">', "<style>p{}</style>", "<script>1</script>", "<a onclick='x()'>", '<a href="javascript:x">', "<p\nonload=x>"];
  for (const html of cases) assert.equal(inlined(html).length, 1, html);
  assert.deepEqual(inlined('<script src="a.js"></script><script src="b.js" defer></script><code>&lt;style></code>'), []);
});

// Whatever a policy without 'unsafe-inline' would block: read from the text, as the browser never meets what it
// doesn't run.
function inlined(html) {
  const tags = html.match(/<[a-zA-Z][^\s/>]*(?:"[^"]*"|'[^']*'|[^'">])*>/g) ?? [];
  return tags.filter((tag) => {
    const names = tag.replace(/"[^"]*"|'[^']*'/g, '""');
    const script = /^<script\b/i.test(tag) && !/\ssrc=/i.test(names);
    return script || /^<style\b/i.test(tag) || /\sstyle\s*=/i.test(names) || /\son[a-z]+\s*=/i.test(names) || /=\s*["']?\s*javascript:/i.test(tag);
  });
}
