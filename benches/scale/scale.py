#!/usr/bin/env python3
"""Measures what builds and checks cost, how that grows with the number of pages, and how far it is from the floor.

    cargo build --release --bin opsbook --example generate --example floor
    benches/serve/install.sh TOOLS          # Hugo, Zola and mdBook by their ordinary clients, for --tools
    python3 benches/scale/scale.py [--sizes 100,1000,10000] [--rounds 3] [--tools TOOLS]

For each size one handbook is generated and each command runs in turn, round after round, so that a busy machine is as hard on one as on the other.
Prints medians of processor seconds (user and system), seconds by the clock and peak memory, the ratio to the floor, files and bytes of the output,
and the exponent by which time and memory grow from the smallest size to the largest: 1 is linear.

- build: from nothing, into a folder that isn't there
- build, no search: the same without a search index
- again: nothing has changed
- one sentence: one document has another sentence; what counts is the number of files written
- check: schema, links, anchors and everything else, no site
- floor: read, parse with pulldown-cmark and write bare HTML
- copy: `cp -r` of the built site
"""

import argparse
import math
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "serve"))
import latency  # noqa: E402: the layouts of other programs are made there

TARGET = latency.TARGET


def run(command):
    """Processor seconds, seconds by the clock, peak MB, and what was printed."""
    with tempfile.TemporaryFile() as output:
        begun = time.monotonic()
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        printed = output.read().decode(errors="replace")
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{printed[-2000:]}")
    return usage.ru_utime + usage.ru_stime, took, usage.ru_maxrss / 1024, printed


def weigh(folder):
    """Number of files and their bytes in MB."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file() and ".opsbook" not in path.parts]
    return len(sizes), sum(sizes) / 1e6


class Steps:
    """The commands for one handbook, each with what has to be done before it, which isn't measured."""

    def __init__(self, place, pages, options):
        self.place, self.book, self.site = place, place / "book", place / "site"
        subprocess.run([TARGET / "examples/generate", self.book, str(pages)], check=True)
        bare = place / "bare"
        shutil.copytree(self.book, bare)
        with (bare / "book.toml").open("a") as settings:
            settings.write("\n[build]\ncache = false\n[output.html.search]\nenable = false\n")
        opsbook = TARGET / "opsbook"
        out = place / "out"
        fresh = lambda: shutil.rmtree(out, ignore_errors=True)  # noqa: E731

        def from_nothing():
            shutil.rmtree(self.site, ignore_errors=True)
            shutil.rmtree(self.book / ".opsbook-cache", ignore_errors=True)

        self.all = {
            "build": (from_nothing, [opsbook, "build", self.book, "-d", self.site]),
            "build, no search": (fresh, [opsbook, "build", bare, "-d", out]),
            "again": (lambda: None, [opsbook, "build", self.book, "-d", self.site]),
            "one sentence": (self.edit, [opsbook, "build", self.book, "-d", self.site]),
            "check": (lambda: None, [opsbook, "check", self.book]),
            "floor": (fresh, [TARGET / "examples/floor", self.book, out]),
            "copy": (fresh, ["cp", "-r", self.site, out]),
        }
        if options.tools:
            tools = pathlib.Path(options.tools).resolve()
            latency.for_hugo(self.book, place / "hugo")
            latency.for_zola(self.book, place / "zola")
            self.all["Hugo"] = (fresh, [tools / "hugo/bin/hugo", "--quiet", "--source", place / "hugo", "--destination", out])
            self.all["Zola"] = (fresh, [tools / "zola/zola", "--root", place / "zola", "build", "--output-dir", out])
            if pages <= options.mdbook:
                latency.for_mdbook(self.book, place / "mdbook")
                self.all["mdBook"] = (fresh, [tools / "mdbook/bin/mdbook", "build", place / "mdbook", "--dest-dir", out])
        self.edits = 0
        self.out = out

    def edit(self):
        self.edits += 1
        page = sorted((self.book / "content").glob("*/*.md"))[self.edits]
        page.write_text(page.read_text().replace(". ", f". Sentence {self.edits}. ", 1))

    def measure(self, rounds):
        results = {name: [] for name in self.all}
        weights = {}
        for _ in range(rounds):
            for name, (prepare, command) in self.all.items():
                prepare()
                *figures, printed = run(command)
                results[name].append(figures)
                written = re.search(r"(\d+) (?:files )?written", printed)
                folder = self.site if name in ("build", "again", "one sentence") else self.out
                if name not in ("check", "again"):
                    weights[name] = (written.group(1), weigh(folder)[1]) if name == "one sentence" and written else weigh(folder)
        return {name: [statistics.median(values) for values in zip(*runs)] for name, runs in results.items()}, weights


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", help="where install.sh put the other programs")
    parser.add_argument("--mdbook", type=int, default=1000, help="the largest size for mdBook, whose search takes minutes and gigabytes beyond")
    options = parser.parse_args()
    growth = {}
    for pages in map(int, options.sizes.split(",")):
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory() as place:
            medians, weights = Steps(pathlib.Path(place), pages, options).measure(options.rounds)
        floor = medians["floor"][0]
        print(f"\n{pages} pages, {options.rounds} rounds, medians; load {load:.1f} to {os.getloadavg()[0]:.1f}\n")
        print("| | processor s | floors | s | peak MB | files | MB |\n|---|--:|--:|--:|--:|--:|--:|")
        for name, (cpu, wall, memory) in medians.items():
            files, size = weights.get(name, ("", ""))
            size = f"{size:.1f}" if size != "" else ""
            print(f"| {name} | {cpu:.2f} | {cpu / floor:.1f} | {wall:.2f} | {memory:.0f} | {files} | {size} |", flush=True)
            growth.setdefault(name, []).append((pages, cpu, memory))
    print("\n| grows with the power of | processor time | memory |\n|---|--:|--:|")
    for name, points in growth.items():
        if len(points) > 1:
            (few, cpu, memory), (many, more_cpu, more_memory) = points[0], points[-1]
            power = lambda one, other: math.log(other / one) / math.log(many / few) if one > 0 else float("nan")  # noqa: E731
            print(f"| {name} | {power(cpu, more_cpu):.2f} | {power(memory, more_memory):.2f} |")


if __name__ == "__main__":
    main()
