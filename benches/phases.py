#!/usr/bin/env python3
"""Says in which phases a build and a check spend their processor time, beside the floor, phase by phase. Needs perf, and a program with its symbols:

    export CARGO_PROFILE_RELEASE_STRIP=none CARGO_PROFILE_RELEASE_DEBUG=line-tables-only CARGO_TARGET_DIR=/tmp/symbols
    cargo build --release --bin opsbook --example generate --example floor
    python3 benches/phases.py [--sizes 100,1000,10000] [--inside PHASE] [--into content/opsbook/speed.md]

perf looks many times a second at what runs, on all threads. Each look counts for the first phase of the list below whose function is on the stack;
a look at no listed function is `other`. Prints processor seconds. `--inside` lists the functions of one phase.
"""

import argparse
import collections
import pathlib
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "speed"))
import tables  # noqa: E402
from tools import TARGET  # noqa: E402

# Looks at one run: more make larger files, not better figures.
LOOKS = 8000

# Phase, and parts of the names of functions that do its work. What calls others stands below them.
OPSBOOK = [
    ("write", ["Shelf>::keep", "disk::spool", "disk::publish", "publish_from", "disk::manifest"]),
    ("highlight", ["Highlighter::pieces"]),
    ("incident views", ["render::incident::"]),
    ("drawings", ["diagram::", "render::drawn", "process::drawing"]),
    ("template", ["theme::Theme::render", "tera::"]),
    ("search blocks", ["search::block"]),
    ("search index", ["render::search::"]),
    ("theme", ["theme::Theme::load"]),
    ("read", ["disk::scan", "disk::walk", "Project::open"]),
    ("schemas", ["schema::load"]),
    ("blocks", ["Grounds::blocks", "blocks::Reader::read"]),
    ("bind", ["Grounds::bind"]),
    ("parse", ["judge::parse_source", "Document::parse"]),
    ("resolve", ["Handbook>::resolve", "Handbook::resolve"]),
    ("check", ["checks::", "catalogue::", "suppress::"]),
    ("prints", ["render::print::"]),
    ("views", ["plan::Views", "render::view::"]),
    ("pages", ["render::"]),
    ("free memory", ["drop_in_place"]),
]
FLOOR = [
    ("write", ["fs::write", "create_dir"]),
    ("read", ["read_to_string", "walkdir"]),
    ("parse", ["pulldown_cmark"]),
]


def look(command, phases, seconds, folder):
    """Processor seconds by phase, and the looks themselves."""
    frequency = max(11, min(997, int(LOOKS / max(seconds, 0.01))))
    data = folder / "perf.data"
    subprocess.run(["perf", "record", "-q", "-F", str(frequency), "--call-graph", "dwarf,16384", "-o", data, "--", *command], check=True, capture_output=True)
    text = subprocess.run(["perf", "script", "-i", data, "--no-inline", "-F", "ip,sym"], capture_output=True, text=True, errors="replace").stdout
    data.unlink()
    spent, stacks = collections.Counter(), collections.defaultdict(list)
    for stack in text.split("\n\n"):
        functions = [line.strip().split(" ", 1)[1] for line in stack.splitlines() if " " in line.strip()]
        if functions:
            phase = next((phase for phase, names in phases if any(name in function for name in names for function in functions)), "other")
            spent[phase] += 1 / frequency
            stacks[phase].append(functions)
    return spent, stacks


def show_inside(phase, stacks):
    total = sum(map(len, stacks.values()))
    own = collections.Counter(stack[0] for stack in stacks[phase])
    called = collections.Counter(function for stack in stacks[phase] for function in set(stack))
    for title, counts, number in [("by themselves", own, 25), ("with all that they call", called, 50)]:
        print(f"\n% of all, {phase}, {title}\n")
        for function, count in counts.most_common(number):
            print(f"{100 * count / total:6.2f}  {function[:150]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--inside", help="a phase of the build whose functions are listed")
    parser.add_argument("--place", help="the folder for handbooks and sites while it runs")
    parser.add_argument("--into", type=pathlib.Path, help="a document whose tables are replaced")
    options = parser.parse_args()
    if options.into and not options.into.is_file():
        parser.error(f"there is no file {options.into}")
    # Whoever is told to stop clears up too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    found, builds = {}, {}
    for pages in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory(dir=options.place) as place:
            place = pathlib.Path(place)
            book = place / "book"
            subprocess.run([TARGET / "examples/generate", book, str(pages)], check=True)
            # A guess at the seconds of each: it only sets how often perf looks.
            floor, _ = look([TARGET / "examples/floor", book, place / "floor"], FLOOR, pages * 1e-4, place)
            check, _ = look([TARGET / "opsbook", "check", "--quiet", book], OPSBOOK, pages * 3e-4, place)
            build, stacks = look([TARGET / "opsbook", "build", "--quiet", book, "-d", place / "site"], OPSBOOK, pages * 2e-3, place)
        for spent in (floor, check, build):
            spent["all"] = sum(spent.values())
        order = ["all", *dict.fromkeys([phase for phase, _ in OPSBOOK]), "other"]
        digits = 3 if pages < 10_000 else 2
        rows = []
        for phase in sorted((phase for phase in order if build[phase] or check[phase]), key=lambda phase: -build[phase]):
            figures = [f"{spent[phase]:.{digits}f}" if spent[phase] else "" for spent in (build, check, floor)]
            rows.append([phase, figures[0], f"{100 * build[phase] / build['all']:.0f}", *figures[1:]])
        found[f"phases {pages}"] = tables.table(["phase", "build", "%", "check", "floor"], rows)
        print(f"\nprocessor seconds by phase, {pages} pages\n\n{found[f'phases {pages}']}", flush=True)
        if options.inside:
            show_inside(options.inside, stacks)
        builds[pages] = build
    if len(builds) > 1:
        shown = sorted(set().union(*builds.values()), key=lambda phase: -builds[max(builds)][phase])
        rows = [[phase, *(f"{1000 * build[phase] / pages:.3f}" for pages, build in builds.items())] for phase in shown]
        found["phases"] = tables.table(["phase", *(f"{pages:,} pages" for pages in builds)], rows)
        print(f"\nprocessor milliseconds of a build for a page, by phase\n\n{found['phases']}")
    if options.into:
        tables.put_into(options.into, found)


if __name__ == "__main__":
    main()
