#!/usr/bin/env python3
"""Counts the processor instructions of `opsbook check` and `opsbook build`, phase by phase, and judges them.

    cargo build --bin opsbook --example generate       # CI's own: the tests have built them
    python3 benches/instructions/count.py              # exit code 1 if something grew
    python3 benches/instructions/count.py --record     # writes the counts into baseline.json

Instructions are the same on a busy machine as on an idle one, so this can stand in CI where seconds can't. Valgrind counts them, on one thread. What is
counted is the test build: it is there anyway, and what grows in it grows in a release. Three things are judged:

1. No phase needs more instructions than are on record, beyond the tolerance; nor does what is outside of all phases, nor the whole.
2. No phase needs more for a page because the handbook has more pages: what a further page costs may not grow with their number. What a command costs
   before its first page drops out of this.
3. `check` never calls the grammars, the templates or the search.

A phase is named by the function that does its work. One that isn't called any more is an error: the phase has to be named anew.

Counts on record belong to a version of the compiler, of libc and of Valgrind. With another one, on another architecture or without AVX2, 1. is left out,
2. and 3. are judged all the same, and the exit code is 3. Valgrind shows every program the same processor if the real one has AVX2, so the variants that
libc, memchr and blake3 choose when they run are the same everywhere. Some 5 % of all instructions are libc's own: with the variants of memcpy and its like
for a processor without AVX the whole differs by 0.6 %, and parsing, which uses them most, by 3.6 %. That and hash seeds, by less than half a million a
phase, are why the tolerance is no smaller.

Counts on record are those of a program that was compiled as a whole. One that was compiled step by step, edit by edit, puts other functions into one
another: of the same source it needed up to 14 % more in some phases. So before a rise is believed, and before counts are recorded:
`cargo clean --package opsbook`, and build again.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

import callgrind

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
BASELINE = HERE / "baseline.json"
TOLERANCE = 0.05
# Millions of instructions by which one run differs from the next.
NOISE = 0.5
# By how much what a further page costs may grow from the first two sizes to the last two.
GROWTH = 0.15
CANNOT_COMPARE = 3

# Whole chapters of 50 pages each: a page lists its chapter, so within one the cost of a page does grow. Pages to print are half of the work of a small
# build, and large handbooks have none: they have a count of their own.
SIZES = {"check": [100, 200, 1600], "build": [50, 100, 400], "print": [50]}
SETTINGS = {"check": "", "build": "[output.html.print]\nenable = false\n", "print": "[output.html.print]\nenable = true\n"}

# The functions in which each phase of a command spends its instructions, by the end of their names. A function that hands its work to other threads
# counts for little, or for much where there are so few pieces that it does them itself: those that do the work are named. None of them may call another.
CHECK = {
    "read": ["disk::scan::scan"],
    "schemas": ["schema::load::load"],
    "parse": ["judge::parse_source"],
    "blocks": ["judge::Grounds::blocks"],
    "bind": ["judge::Grounds::bind"],
    "resolve": ["Handbook>::resolve"],
    "judge": ["checks::run", "checks::alone"],
}
BUILD = CHECK | {
    "theme": ["theme::Theme::load"],
    "highlight": ["Highlighter::pieces"],
    "views": ["plan::Views>::view"],
    "pages": ["Press::render"],
    "search text": ["search::block::Block::of"],
    "search index": ["search::shard::encode", "search::manifest::script"],
    "write": ["Shelf>::keep", "disk::publish::publish_from"],
}
PHASES = {"check": CHECK, "build": BUILD, "print": BUILD | {"print": ["print::write::written"]}}
# What a check must do without.
NOT_FOR_CHECKS = ["syntect::", "two_face::", "tera::", "onig", "render::theme::Theme::", "render::highlight::", "render::search::"]


def phases_of(command, counts, complain):
    """Millions of instructions: of the whole, of each phase, and of the rest."""
    found = {"all": counts.total}
    for phase, ends in PHASES[command].items():
        found[phase] = 0
        for end in ends:
            functions = [count for function, count in counts.functions.items() if function.endswith(end)]
            if not functions:
                complain(f"{command} {phase}: no function '{end}' was called; name the one that does its work in {pathlib.Path(__file__).name}")
            found[phase] += sum(functions)
    found["rest"] = found["all"] - sum(count for phase, count in found.items() if phase != "all")
    if found["rest"] < 0:
        complain(f"{command}: the phases are more than the whole; one of them calls another")
    return {phase: round(count / 1e6, 1) for phase, count in found.items()}


def count_all(complain):
    """Counts by command and size. Two commands at a time."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        runs = sorted(((command, size) for command, sizes in SIZES.items() for size in sizes), key=lambda run: (run[0] == "check", -run[1]))

        def one(run):
            command, size = run
            place = folder / f"{command}-{size}"
            subprocess.run([TARGET / "examples/generate", place / "book", str(size)], check=True)
            with (place / "book/book.toml").open("a") as settings:
                settings.write(SETTINGS[command])
            words = ["check"] if command == "check" else ["build", "-d", place / "site"]
            counts = callgrind.run([TARGET / "opsbook", *words, place / "book", "--quiet"], place / "run")
            # The generated books are small, but the sites would add up.
            shutil.rmtree(place, ignore_errors=True)
            return counts

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as threads:
            counted = dict(zip(runs, threads.map(one, runs)))
    found = {command: {str(size): phases_of(command, counted[command, size], complain) for size in sizes} for command, sizes in SIZES.items()}
    for function in sorted(counted["check", SIZES["check"][0]].functions):
        # Where a name stands further back it is a type, in a function that merely hands it on.
        if function.lstrip("<&").startswith(tuple(prefix + name for name in NOT_FOR_CHECKS for prefix in ("", "opsbook::"))):
            complain(f"check: '{function}' was called, which a check must do without")
    return found


def judge_record(found, before, complain, tell):
    """Nothing needs more than is on record."""
    for command, sizes in found.items():
        known_sizes = before["millions"].get(command, {})
        for size, phases in sizes.items():
            known_phases = known_sizes.get(size, {})
            for phase in known_phases.keys() | phases.keys():
                known, count = known_phases.get(phase), phases.get(phase)
                place = f"{command} of {size} pages, {phase}"
                if known is None or count is None:
                    complain(f"{place}: {'not on record' if known is None else 'on record, but no phase'}; record the counts anew")
                elif abs(count - known) > max(NOISE, known * TOLERANCE):
                    change = f"{place}: {known} to {count} million" + (f" ({count / known - 1:+.1%})" if known else "")
                    (complain if count > known else tell)(change)


def further(sizes, phases, phase):
    """What a further page costs, in millions: from each size to the next."""
    counts = [phases[str(size)][phase] for size in sizes]
    return [(counts[at + 1] - counts[at]) / (sizes[at + 1] - sizes[at]) for at in range(len(sizes) - 1)]


def judge_growth(found, complain):
    """What a further page costs doesn't grow with their number."""
    for command, sizes in SIZES.items():
        for phase in found[command][str(sizes[0])] if len(sizes) > 1 else []:
            few, many = further(sizes, found[command], phase)
            # What the noise of one run can make of the first step.
            noise = 2 * NOISE / (sizes[1] - sizes[0])
            if many > few * (1 + GROWTH) + noise:
                complain(f"{command} {phase}: a further page costs {few * 1000:.0f} thousand up to {sizes[1]} pages, {many * 1000:.0f} from there to {sizes[2]}")


def show(found, before):
    for command, sizes in SIZES.items():
        known = (before or {}).get("millions", {}).get(command, {})
        steps = [f"{sizes[at]}-{sizes[at + 1]}" for at in range(len(sizes) - 1)]
        print(f"\n{command}: millions of instructions{', and thousands for a further page' if steps else ''}\n")
        print(f"  {'pages':12}" + "".join(f"{size:>10}{'':8}" for size in sizes) + "".join(f"{step:>10}" for step in steps))
        for phase in found[command][str(sizes[0])]:
            line = f"  {phase:12}"
            for size in map(str, sizes):
                count, old = found[command][size][phase], known.get(size, {}).get(phase)
                line += f"{count:10.1f}" + (f" {count / old - 1:+6.1%} " if old else " " * 8)
            print(line + "".join(f"{cost * 1000:10.0f}" for cost in further(sizes, found[command], phase)))


def machine():
    """What the counts depend on: all of it must be the same."""

    def said(*command):
        try:
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            return ""

    cpu = pathlib.Path("/proc/cpuinfo")
    has_avx2 = cpu.exists() and " avx2 " in cpu.read_text()
    processor = platform.machine() + (" with AVX2" if has_avx2 else "")
    return {"compiler": said("rustc", "--version"), "processor": processor, "libc": " ".join(platform.libc_ver()), "valgrind": said("valgrind", "--version")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write the counts into baseline.json")
    options = parser.parse_args()
    faults, fallen = [], []
    here = machine()
    found = count_all(faults.append)
    before = json.loads(BASELINE.read_text()) if BASELINE.exists() else None
    differs = [key for key in here if before and before["machine"][key] != here[key]]
    is_comparable = before is not None and not differs
    show(found, before if is_comparable else None)
    judge_growth(found, faults.append)
    if options.record:
        if not faults:
            BASELINE.write_text(json.dumps({"machine": here, "millions": found}, indent=2) + "\n")
            print(f"\n{BASELINE.name} is written")
    elif is_comparable:
        judge_record(found, before, faults.append, fallen.append)
    print()
    for key in differs:
        print(f"on record: {before['machine'][key]}; here: {here[key]}")
    if fallen:
        print("needs less than is on record. Record the counts anew, or what is won can be lost again unseen:\n  " + "\n  ".join(fallen))
    if faults:
        sys.exit("faults:\n  " + "\n  ".join(faults) + "\nAfter edits, `cargo clean --package opsbook`, build and count again first. If more instructions are meant, record the counts anew (--record) and say why in the commit.")
    if not is_comparable and not options.record:
        print("not compared with those on record: that needs a record by the same compiler, libc, Valgrind and processor. `--record` would write new ones.")
        sys.exit(CANNOT_COMPARE)


if __name__ == "__main__":
    main()
