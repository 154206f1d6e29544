// The two handbooks under test: where they come from, how they are built, which pages they have.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");

// `prefix` is where the server shows the site: that of the fixture is a sub-path, as its site-url says.
export const HANDBOOKS = {
  fixture: { source: path.join(root, "tests/browser/handbook"), prefix: "/docs/" },
  content: { source: root, prefix: "/" },
};

export function build(handbook, folder) {
  const program = process.env.OPSBOOK ?? path.join(root, "target/debug/opsbook");
  const run = spawnSync(program, ["build", "--quiet", HANDBOOKS[handbook].source, "--dest-dir", folder], {
    encoding: "utf8",
    // Reviews fall due, and an overdue one ends in an error: the tests have a day of their own.
    env: { ...process.env, SOURCE_DATE_EPOCH: "1795305600" },
  });
  if (run.status !== 0) throw new Error(`${program} build ${handbook}: ${run.error ?? run.stderr}`);
}

// Where run.mjs has built a handbook.
export function folderOf(handbook) {
  const folder = process.env.OPSBOOK_SITES;
  if (!folder) throw new Error("run the tests with `node run.mjs`: it builds the sites");
  return path.join(folder, handbook);
}

// The paths of all HTML files of a site, sorted.
export function htmlFiles(handbook) {
  return readdirSync(folderOf(handbook), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".html"))
    .map((entry) => path.relative(folderOf(handbook), path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

export function read(handbook, file) {
  return readFileSync(path.join(folderOf(handbook), file));
}

// What a page says of itself: the template's kind, or what stands outside of the frame. Former addresses are "other".
export function kindOf(handbook, file) {
  const html = read(handbook, file).toString();
  if (html.includes('<meta http-equiv="refresh"')) return "other";
  if (file.endsWith(".incident.html")) return "incident";
  if (path.basename(file) === "print.html") return "print";
  return html.match(/<body class="kind-([a-z-]+)/)?.[1] ?? "other";
}

// One page of each kind of `content`, the first in the order of paths, but documents with much on them.
export function pageOfEachKind() {
  const pages = new Map();
  for (const file of htmlFiles("content")) {
    const kind = kindOf("content", file);
    if (kind !== "other" && !pages.has(kind)) pages.set(kind, file);
  }
  pages.set("document", "processes/products.html");
  return [...pages].map(([kind, file]) => ({ kind, handbook: "content", file }));
}

// Every page that a person reads at least once in tests of looks: one of each kind, and the fixture's troublemakers.
export function pagesToLookAt() {
  const fixture = htmlFiles("fixture")
    .filter((file) => ["document", "folder", "incident", "print"].includes(kindOf("fixture", file)))
    .map((file) => ({ kind: kindOf("fixture", file), handbook: "fixture", file }));
  return [...pageOfEachKind(), ...fixture];
}
