#!/usr/bin/env python3
"""Measures `opsbook check` of a large handbook against outlint and rumdl on the same files, in alternating runs.

    cargo build --release --bin opsbook --example generate
    cargo install outlint --version 0.2.0      # a public tool that checks headings against a schema
    pip install rumdl                          # a public Markdown linter
    python3 benches/compare.py [--pages 10000] [--rounds 5] [--outlint PATH] [--rumdl PATH]

Prints the median of CPU-seconds, wall seconds and peak memory of each, and its CPU-seconds as a multiple of opsbook's. The handbook is
made in a temporary folder. Each tool sees the same documents from a warm disk cache. What each is asked:

- opsbook: the two built-in schemas of the handbook's documents, and every link and anchor.
- opsbook, no schema: the same without types; the difference is what the schemas cost.
- opsbook, rich schema: one schema that uses the whole language, bound to every page.
- outlint: schemas with the same sections, one run for each type and one for the pages without; it has no links.
- rumdl: the rules on headings that need no schema (levels, one title, duplicates), and with all its rules. It has no schemas by document type.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"

# Demands the same sections as the built-in schemas alert-runbook and process.
SECTIONS = {
    "alert-runbook": ["Meaning", "Impact", "Diagnosis", "Mitigation"],
    "process": ["Purpose", "Scope", "Roles", "Steps", "Exceptions", "Records"],
    "": [],
}

# Sections of the three kinds of pages, as relations: each page has one kind's, and the bodies hold what the generator writes.
RICH = """\
type: rich
match: ["*/*.md"]
front_matter:
  title: { required: true, type: string, at_least: 3, at_most: 200, pattern: '^[A-Z]' }
  owner: { required: true, type: string, pattern: '^[A-Z][A-Za-z ]+$' }
  reviewed: { type: date, when: { status: active } }
  status: { type: enum, values: [draft, active, retired] }
  review_every: { type: duration, at_most: 365d }
contains: { words: { at_least: 20 }, forbidden_patterns: ['(?i)lorem ipsum', 'password=\\S+'] }
relations:
  - one_of: [meaning, purpose, overview]
  - all_or_none: [meaning, impact, diagnosis, mitigation]
  - all_or_none: [purpose, scope, roles, steps, exceptions, records]
  - requires: { if: overview, then: [configuration, operation, capacity, limits] }
  - conflicts: [meaning, steps]
  - ordered: [meaning, impact, diagnosis, mitigation]
  - ordered: [purpose, scope, roles, steps]
sections:
  - { title: Meaning, contains: { words: 5, paragraphs: 1 } }
  - { title: Impact, aliases: [Effects], contains: { words: 5 }, when: { owner: { present: true } } }
  - { title: Diagnosis, pattern: '^diagnos(is|tics)( of .+)?$', contains: { words: 10 }, topics: [{ title: Dashboards, required: false }] }
  - { title: Mitigation, contains: { words: 10, patterns: ['\\w+'], images: { at_most: 5 } } }
  - { title: Purpose, contains: { words: 5 } }
  - { title: Scope, level: 2 }
  - { title: Roles, contains: { words: 5, links: { at_most: 50 } } }
  - { title: Steps, contains: { words: 5 } }
  - { title: Exceptions, contains: { words: 5 } }
  - { title: Records, contains: { words: 5 } }
  - { title: Overview, contains: { words: 5 } }
  - { title: Configuration, required: false }
  - { title: Operation, contains: { words: 5 } }
  - { title: Capacity, times: { at_least: 1, at_most: 2 } }
  - { title: Limits, required: false }
  - { title: Draft notes, forbidden: true }
"""


def kind(path):
    found = re.search(r"^type: (\S+)$", path.read_text(), re.M)
    return found.group(1) if found else ""


def outlint_schema(sections):
    rules = "".join(f"  - {{ id: {title.lower()}, match: {title}, required: true }}\n" for title in sections)
    return f'version: 1\ntitle: "*"\nextras: anywhere\nsections:\n{rules}' if rules else 'version: 1\ntitle: "*"\n'


def run(commands):
    """CPU-seconds, wall seconds and peak MB of commands that run one after the other; of memory the largest."""
    cpu, memory, begin = 0.0, 0.0, time.monotonic()
    for command in commands:
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            sys.exit(f"{command[0]} ended with {process.returncode}: run it by hand to see why")
        cpu += usage.ru_utime + usage.ru_stime
        memory = max(memory, usage.ru_maxrss / 1024)
    return cpu, time.monotonic() - begin, memory


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", default=10000, type=int)
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--opsbook", default=TARGET / "opsbook")
    parser.add_argument("--outlint", default=shutil.which("outlint"))
    parser.add_argument("--rumdl", default=shutil.which("rumdl"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(options, pathlib.Path(folder))


def measure(options, folder):
    book, bare, rich = folder / "book", folder / "bare", folder / "rich"
    subprocess.run([TARGET / "examples" / "generate", book, str(options.pages)], check=True)
    pages = [path for path in sorted((book / "content").rglob("*.md"))]
    kinds = {path: kind(path) for path in pages}
    # The same pages without their types, with no schema and with one for all of them.
    for copy in (bare, rich):
        shutil.copytree(book, copy)
        for path in copy.rglob("*.md"):
            path.write_text(re.sub(r"^type: \S+\n", "", path.read_text(), count=1, flags=re.M))
    (rich / "schemas").mkdir()
    (rich / "schemas" / "rich.yaml").write_text(RICH)

    tools = {
        "opsbook": [[options.opsbook, "check", book]],
        "opsbook, no schema": [[options.opsbook, "check", bare]],
        "opsbook, rich schema": [[options.opsbook, "check", rich]],
    }
    if options.outlint:
        tools["outlint"] = []
        for number, (name, sections) in enumerate(SECTIONS.items()):
            schema = folder / f"outlint-{number}.yml"
            schema.write_text(outlint_schema(sections))
            tools["outlint"].append([options.outlint, "check", "--schema", schema, *(path for path in pages if kinds[path] == name)])
    if options.rumdl:
        tools["rumdl, headings"] = [[options.rumdl, "check", "--no-cache", "--enable", "MD001,MD003,MD024,MD025,MD043", book / "content"]]
        tools["rumdl, all rules"] = [[options.rumdl, "check", "--no-cache", book / "content"]]

    for name, commands in tools.items():
        codes = [subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode for command in commands]
        print(f"{name}: exit codes {codes}", file=sys.stderr)
    results = {name: [] for name in tools}
    for _ in range(options.rounds):
        for name, commands in tools.items():
            results[name].append(run(commands))
    base = statistics.median(cpu for cpu, _, _ in results["opsbook"])
    print(f"{len(pages)} documents, {options.rounds} rounds, medians\n")
    print("| Tool | CPU s | CPU, times opsbook's | Wall s | Peak MB |\n|---|--:|--:|--:|--:|")
    for name, runs in results.items():
        cpu, wall, memory = (statistics.median(values) for values in zip(*runs))
        print(f"| {name} | {cpu:.2f} | {cpu / base:.2f} | {wall:.2f} | {memory:.0f} |")


main()
