#!/usr/bin/env python3
"""Makes the tables of src/diagram/widths.rs and says how far each font differs from them. A one-off: run it when the table is to change.

    pip install fonttools brotli; npm install @fontsource/noto-sans @fontsource/roboto
    python3 benches/widths.py make BOOK.ttf... -- BOLD.ttf... > src/diagram/widths.rs
    python3 benches/widths.py compare BOOK.ttf... -- BOLD.ttf...

Widths are in thousandths of the font size. Each is the widest of all fonts given: those that the theme's stack can fall on.
"""

import pathlib
import sys

from fontTools.ttLib import TTFont

# ASCII, Latin-1, Latin Extended-A; Greek; Cyrillic; dashes, quotes, bullets, the euro; arrows and common signs.
RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x386, 0x3CE), (0x400, 0x45F), (0x2010, 0x2026), (0x20AC, 0x20AC), (0x2190, 0x2195), (0x2260, 0x2265)]


def widths(path):
    font = TTFont(path)
    scale = 1000 / font["head"].unitsPerEm
    cmap, metrics = font.getBestCmap(), font["hmtx"]
    return {code: round(metrics[cmap[code]][0] * scale) for first, last in RANGES for code in range(first, last + 1) if code in cmap}


def envelope(paths):
    widest = {}
    for path in paths:
        for code, width in widths(path).items():
            widest[code] = max(width, widest.get(code, 0))
    return widest


def table(name, doc, values):
    fallback = max(values.values())
    print(f"/// {doc}")
    print("#[rustfmt::skip]")
    print(f"pub(super) const {name}: &[(u32, &[u16])] = &[")
    for first, last in RANGES:
        numbers = [values.get(code, fallback) for code in range(first, last + 1)]
        print(f"    (0x{first:04X}, &[")
        for start in range(0, len(numbers), 24):
            print("        " + " ".join(f"{number}," for number in numbers[start:start + 24]))
        print("    ]),")
    print("];")


TEXT = "the quick brown fox jumps over the lazy dog Deploys to testnet, adds monitoring and documents both MAINNET 0123456789"


def main():
    paths = sys.argv[2:]
    fonts = {"BOOK": paths[:paths.index("--")], "BOLD": paths[paths.index("--") + 1:]}
    if sys.argv[1] == "make":
        names = sorted({TTFont(path)["name"].getDebugName(1) + "`, " + TTFont(path)["name"].getDebugName(5).split(";")[0] for path in fonts["BOOK"]})
        print("//! Advance widths in thousandths of the font size: ranges of code points by their first.")
        print("//!")
        print("//! Knows numbers. Made by benches/widths.py; each is the widest of these fonts:")
        for name in names:
            print(f"//! - `{name}")
        for kind, doc in [("BOOK", "Regular text."), ("BOLD", "Bold text.")]:
            print()
            table(kind, doc, envelope(fonts[kind]))
        return
    for kind, files in fonts.items():
        ours = envelope(files)
        for path in files:
            theirs = widths(path)
            common = [character for character in TEXT if ord(character) in theirs]
            ratio = sum(theirs[ord(c)] for c in common) / max(1, sum(ours[ord(c)] for c in common))
            others = envelope([other for other in files if other != path])
            wider = sorted(((theirs[code] / others[code] - 1, chr(code)) for code in theirs if others.get(code) and theirs[code] > others[code]), reverse=True)
            worst = ", ".join(f"{character} +{share:.0%}" for share, character in wider[:5])
            print(f"{kind} {pathlib.Path(path).name}: {ratio:.0%} of the table's width in {len(common)} characters; the widest in {len(wider)} of {len(theirs)} ({worst})")


main()
