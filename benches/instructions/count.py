#!/usr/bin/env python3
"""Counts the processor instructions of `opsbook check` and `opsbook build`, phase by phase, and compares them with those on record.

    cargo build --bin opsbook --example generate
    python3 benches/instructions/count.py              # compares; exit code 1 if a phase grew beyond the tolerance
    python3 benches/instructions/count.py --record     # writes the counts into baseline.json

Instructions are the same on a busy machine as on an idle one, so this can stand in CI where seconds can't. Valgrind counts them, on one thread. What is
counted is the test build: it is there anyway, and what grows in it grows in a release. Counts belong to a version of the compiler: with another one
nothing is compared, and that is said.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
PAGES = 60
TOLERANCE = 0.05

# The functions in which each phase of a command spends its instructions, by the end of their names. A function that hands its work to other threads
# counts for little: those that do the work are named.
PHASES = {
    "check": {
        "read": ["disk::scan::scan"],
        "schemas": ["schema::load::load"],
        "parse": ["compile::parse_source"],
        "blocks": ["compile::Grounds::blocks"],
        "bind": ["compile::Grounds::bind"],
        "resolve": ["Handbook>::resolve"],
        "judge": ["checks::run", "checks::alone"],
    },
    "build": {
        "theme": ["theme::Theme::load"],
        "highlight": ["Highlighter::pieces"],
        "views": ["plan::Views>::view"],
        "pages": ["Press::render"],
        "print": ["print::write::written"],
        "search": ["search::block::Block::of", "render::search::files"],
        "write": ["Shelf>::keep", "disk::publish::publish_from"],
    },
}


def counted(command, folder):
    """Instructions of the whole command, and of each function with all that it calls."""
    profile = folder / "profile"
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", "--quiet"]
    environment = os.environ | {"RAYON_NUM_THREADS": "1"}
    ran = subprocess.run([*valgrind, *map(str, command)], env=environment, capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {ran.returncode}:\n{ran.stderr[-2000:]}")
    text = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", profile], capture_output=True, text=True, check=True).stdout
    functions = {}
    for count, name in re.findall(r"^ *([\d,]+) \([^)]*\) +\S*?:(.+?)(?: \[[^\]]*\])?$", text, re.M):
        name = re.sub(r"'\d+$", "", name)
        functions[name] = max(functions.get(name, 0), int(count.replace(",", "")))
    total = int(re.search(r"^ *([\d,]+) \(100", text, re.M).group(1).replace(",", ""))
    return total, functions


def count_all():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        book = folder / "book"
        subprocess.run([TARGET / "examples/generate", book, str(PAGES)], check=True)
        commands = {
            "check": [TARGET / "opsbook", "check", book, "--quiet"],
            "build": [TARGET / "opsbook", "build", book, "--quiet", "-d", folder / "site"],
        }
        found = {}
        for name, command in commands.items():
            total, functions = counted(command, folder)
            found[name] = {"all": total}
            for phase, ends in PHASES[name].items():
                counts = [count for function, count in functions.items() if any(function.endswith(end) for end in ends)]
                if not counts:
                    sys.exit(f"no function of the phase '{phase}' was called: name the new one in {pathlib.Path(__file__).name}")
                found[name][phase] = sum(counts)
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    compiler = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    on_record = HERE / "baseline.json"
    found = count_all()
    if options.record:
        on_record.write_text(json.dumps({"compiler": compiler, "pages": PAGES, "millions": {
            command: {phase: round(count / 1e6, 1) for phase, count in phases.items()} for command, phases in found.items()
        }}, indent=2) + "\n")
        print(f"{on_record.name} is written")
        return
    before = json.loads(on_record.read_text())
    is_comparable = before["compiler"] == compiler and before["pages"] == PAGES
    print(f"millions of instructions for {PAGES} pages; {compiler}")
    grown = []
    for command, phases in found.items():
        for phase, count in phases.items():
            known = before["millions"][command].get(phase)
            change = count / 1e6 / known - 1 if known else 0
            print(f"  {command:5} {phase:9} {count / 1e6:9.1f}  {change:+7.1%}")
            # Half a million is what one run differs from the next.
            if is_comparable and known and change > TOLERANCE and count / 1e6 - known > 0.5:
                grown.append(f"{command} {phase}: {known} to {count / 1e6:.1f} million")
    if not is_comparable:
        print(f"not compared: those on record are of {before['compiler']}")
    if grown:
        sys.exit("grew by more than 5 %:\n  " + "\n  ".join(grown) + "\nif that is meant, record the counts anew and say why in the commit")


if __name__ == "__main__":
    main()
