// Builds the two handbooks that the tests look at, then runs the tests with node's own runner.
//
//   node run.mjs                       everything
//   node run.mjs search theme          the files whose names begin so
//   node run.mjs search -- NAME        of these, the tests whose names hold NAME
//
// OPSBOOK names the program (else target/debug/opsbook), CHROMIUM the browser.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build, HANDBOOKS } from "./support/sites.mjs";

const here = import.meta.dirname;
const words = process.argv.slice(2);
const split = words.includes("--") ? words.indexOf("--") : words.length;
const wanted = words.slice(0, split);
const name = words[split + 1];

const files = readdirSync(here)
  .filter((file) => file.endsWith(".test.mjs"))
  .filter((file) => wanted.length === 0 || wanted.some((start) => file.startsWith(start)))
  .sort();
if (files.length === 0) {
  console.error(`no test file begins with '${wanted.join("' or '")}'`);
  process.exit(2);
}

const folder = mkdtempSync(path.join(tmpdir(), "opsbook-browser-"));
let code = 2;
try {
  for (const handbook of Object.keys(HANDBOOKS)) build(handbook, path.join(folder, handbook));
  // Files that look at every page take minutes on a slow machine: the limit is for a browser that hangs.
  const options = ["--test", "--test-concurrency=2", "--test-timeout=600000"];
  if (name) options.push(`--test-name-pattern=${name}`);
  const env = { ...process.env, OPSBOOK_SITES: folder };
  const run = spawnSync(process.execPath, [...options, ...files.map((file) => path.join(here, file))], { stdio: "inherit", env });
  code = run.status ?? 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);
