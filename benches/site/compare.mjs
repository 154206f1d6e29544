// The same 100 pages as sites of opsbook and of its peers: what a reader's browser loads, measured and tried.
//
//   benches/site/install.sh TOOLS        once: the peers, outside of the repository
//   node benches/site/compare.mjs TOOLS  builds all, measures, prints JSON lines and tables
//
// OPSBOOK names the program (else target/release/opsbook), CHROMIUM the browser. `--no-lighthouse` leaves that out.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { launch } from "../../tests/browser/support/chromium.mjs";
import { build, PEERS } from "./peers.mjs";
import { features, load, weigh } from "./measure.mjs";
import { lighthouse } from "./lighthouse.mjs";

const [tools, ...options] = process.argv.slice(2);
if (!tools) {
  console.error("usage: node benches/site/compare.mjs TOOLS [--no-lighthouse] [NAME]");
  process.exit(2);
}
const root = path.resolve(import.meta.dirname, "../..");
const opsbook = process.env.OPSBOOK ?? path.join(root, "target/release/opsbook");
const source = path.join(tools, "source");
if (!existsSync(source)) execFileSync("cargo", ["run", "--quiet", "--release", "--example", "generate", "--", source, "100"], { cwd: root, stdio: "inherit" });

// The first page of the first chapter that isn't its index: prose, a table, code.
const chapter = readdirSync(path.join(source, "content"), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort()[0];
const page = `${chapter}/${readdirSync(path.join(source, "content", chapter)).filter((file) => file !== "index.md").sort()[0]}`;

const only = options.find((option) => !option.startsWith("--"));
const browser = await launch();
const results = [];
for (const peer of PEERS.filter(({ name }) => !only || name.startsWith(only))) {
  const choices = { tools, opsbook, source, work: path.join(tools, "work", peer.name.replaceAll(" ", "-")) };
  const site = build(peer, choices);
  const address = peer.page(page);
  const result = { name: peer.name, version: peer.version(choices).trim(), ...(await load(browser, peer, site, address)), ...(await features(browser, peer, site, address)), ...weigh(site) };
  if (!options.includes("--no-lighthouse")) {
    // A process of its own serves: Lighthouse is waited for.
    const server = await serveApart(site);
    result.lighthouse = lighthouse(tools, server.url + address);
    server.close();
  }
  console.log(JSON.stringify(result));
  results.push(result);
}
await browser.close();
writeFileSync(path.join(tools, "results.json"), `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), page, results }, null, 1)}\n`);

async function serveApart(site) {
  const { spawn } = await import("node:child_process");
  const program = `import { serve } from ${JSON.stringify(path.join(import.meta.dirname, "serve.mjs"))}; console.log((await serve(${JSON.stringify(site)})).url);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((resolve) => child.stdout.once("data", (data) => resolve(data.toString().trim())));
  return { url, close: () => child.kill() };
}
