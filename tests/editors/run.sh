#!/usr/bin/env bash
# Makes a small handbook and lets Neovim work on it with `opsbook lsp`. Exit code 0 if all is well.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${OPSBOOK_PROGRAM:-$here/../../target/debug/opsbook}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mkdir -p "$folder/home" "$folder/book/content/guides"
printf '[book]\ntitle = "Handbook"\n' > "$folder/book/book.toml"
printf '# Home\n\nWelcome.\n' > "$folder/book/content/index.md"
printf '# Set up\n\n## First step\n\nBegin.\n\nBack to [the first](#first-step).\n' > "$folder/book/content/guides/set-up.md"
printf '# Clean up\n\nAs in [step one](set-up.md#first-step).\n' > "$folder/book/content/guides/after.md"

# A home of its own: neither settings nor logs of whoever runs this.
HOME=$folder/home XDG_CONFIG_HOME=$folder/home XDG_STATE_HOME=$folder/home XDG_DATA_HOME=$folder/home XDG_CACHE_HOME=$folder/home \
    OPSBOOK_HANDBOOK=$folder/book OPSBOOK_PROGRAM=$program \
    timeout 180 nvim --headless --clean -n -c "luafile $here/neovim.lua" 2>&1
