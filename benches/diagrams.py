#!/usr/bin/env python3
"""Measures our drawings of eight fixed graphs beside those of Graphviz dot and mermaid-cli: time, bytes, crossings, lines through boxes.

    apt-get install graphviz                                   # for the comparison only
    npm install @mermaid-js/mermaid-cli                        # for the comparison only; PUPPETEER_EXECUTABLE_PATH names a browser
    cargo build --release --example measure
    python3 benches/diagrams.py [--mmdc PATH] [--mermaid-up-to NODES]

All three are measured by the same code, on the finished SVG: each line is flattened to straight stretches of about 2 px. A crossing is a
point where stretches of two edges cross that is not within 3 px of an end of both. A line runs through a box if a point of it is
more than 2 px inside a box at which it neither begins nor ends. Times are of one drawing: ours within the process (median of five), those of dot
and mermaid with the start of their programs, which is most of it.
"""

import argparse
import gzip
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "examples" / "measure"
TOKEN = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?")


def flatten(data):
    """The lines of a path as lists of points."""
    lines, at, command, numbers = [], (0.0, 0.0), None, []
    need = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6, "A": 7, "Z": 0}

    def run(command, v):
        nonlocal at
        base = at if command.islower() else (0.0, 0.0)
        kind = command.upper()
        if kind == "M":
            at = (base[0] + v[0], base[1] + v[1])
            lines.append([at])
            return
        if kind == "Z":
            lines[-1].append(lines[-1][0])
            at = lines[-1][0]
            return
        if kind in "QC":
            points = [at] + [(base[0] + v[i], base[1] + v[i + 1]) for i in range(0, len(v), 2)]
            for step in range(1, 17):
                t, row = step / 16, points
                while len(row) > 1:
                    row = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in zip(row, row[1:])]
                lines[-1].append(row[0])
            at = points[-1]
            return
        end = {"H": lambda: (base[0] + v[0], at[1]), "V": lambda: (at[0], base[1] + v[0])}.get(kind, lambda: (base[0] + v[-2], base[1] + v[-1]))()
        lines[-1].append(end)
        at = end

    for token in TOKEN.findall(data):
        if token.isalpha() and token != "e":
            command = token
            if need[command.upper()] == 0:
                run(command, [])
        else:
            numbers.append(float(token))
            if len(numbers) == need[command.upper()]:
                run(command, numbers)
                numbers = []
                command = {"M": "L", "m": "l"}.get(command, command)
    return lines


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def read(svg, program):
    """Lines of edges, and boxes, of one program's SVG."""
    root = ET.fromstring(svg)
    edges, boxes = [], []

    def shift(transform):
        found = re.search(r"translate\(\s*(-?[\d.]+)[ ,]*(-?[\d.]+)?", transform or "")
        return (float(found[1]), float(found[2] or 0)) if found else (0.0, 0.0)

    def walk(element, by, inside):
        move = shift(element.get("transform"))
        by = (by[0] + move[0], by[1] + move[1])
        kinds = (element.get("class") or "").split()
        kind, inside = local(element), inside | set(kinds)
        add = lambda lines: [[(x + by[0], y + by[1]) for x, y in line] for line in lines]
        if program == "ours":
            if kind == "path" and "d-edge" in kinds:
                edges.append(add(flatten(element.get("d"))))
            elif kind == "path" and "d-box" in kinds:
                boxes.append(add(flatten(element.get("d")))[0])
        elif program == "dot":
            if kind == "path" and "edge" in inside:
                edges.append(add(flatten(element.get("d"))))
            elif kind == "polygon" and "node" in inside:
                points = [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]
                boxes.append(add([points])[0])
        else:
            if kind == "path" and "flowchart-link" in kinds:
                edges.append(add(flatten(element.get("d"))))
            elif kind == "rect" and "node" in inside and "label-container" in kinds:
                x, y, w, h = (float(element.get(name) or 0) for name in ("x", "y", "width", "height"))
                boxes.append(add([[(x, y), (x + w, y), (x + w, y + h), (x, y + h)]])[0])
        for child in element:
            walk(child, by, inside)

    walk(root, (0.0, 0.0), set())
    return edges, boxes


def measure(svg, program):
    edges, boxes = read(svg, program)
    rects = [(min(x for x, _ in box), min(y for _, y in box), max(x for x, _ in box), max(y for _, y in box)) for box in boxes]
    stretches = []
    through = 0
    for index, lines in enumerate(edges):
        points = [point for line in lines for point in line]
        ends = [line[0] for line in lines] + [line[-1] for line in lines]
        own = [i for i, (a, b, c, d) in enumerate(rects) if any(a - 12 <= x <= c + 12 and b - 12 <= y <= d + 12 for x, y in ends)]
        hit = set()
        for line in lines:
            for (x0, y0), (x1, y1) in zip(line, line[1:]):
                stretches.append((index, x0, y0, x1, y1))
                steps = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) / 2))
                for step in range(steps + 1):
                    x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
                    hit |= {i for i, (a, b, c, d) in enumerate(rects) if i not in own and a + 2 < x < c - 2 and b + 2 < y < d - 2}
        through += len(hit)
        del points
    places = set()
    stretches.sort(key=lambda s: min(s[1], s[3]))
    for i, (e, ax, ay, bx, by) in enumerate(stretches):
        right = max(ax, bx)
        for f, cx, cy, dx, dy in stretches[i + 1:]:
            if min(cx, dx) > right:
                break
            if e == f or max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by):
                continue
            cross = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
            if abs(cross) < 1e-9:
                continue
            t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / cross
            u = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / cross
            if 0 <= t <= 1 and 0 <= u <= 1:
                x, y = ax + t * (bx - ax), ay + t * (by - ay)
                near = lambda lines: min(abs(x - px) + abs(y - py) for line in lines for px, py in (line[0], line[-1])) < 3
                if not (near(edges[e]) or near(edges[f])):
                    places.add((min(e, f), max(e, f), round(x / 3), round(y / 3)))
    return len(places), through, len(edges), len(boxes)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mmdc", help="the program of mermaid-cli")
    parser.add_argument("--mermaid-up-to", type=int, default=120, help="the largest graph that mermaid-cli draws")
    parser.add_argument("--measure", default=str(TARGET), help="the built example `measure`")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "puppeteer.json").write_text(json.dumps({"args": ["--no-sandbox"]}))
        ours = subprocess.run([arguments.measure, folder], check=True, capture_output=True, text=True).stdout
        print("graph, nodes, edges | program | ms | bytes (gzip) | crossings | through boxes")
        for line in ours.splitlines():
            name, nodes, edges, milliseconds = line.split()[:4]
            rows = [("ours", (folder / f"{name}.svg").read_text(), float(milliseconds))]
            for kind in ("true", "ortho"):
                source = (folder / f"{name}.dot").read_text().replace("SPLINES", kind)
                start = time.perf_counter()
                run = subprocess.run(["dot", "-Tsvg"], input=source, capture_output=True, text=True)
                rows.append((f"dot {kind}", run.stdout, (time.perf_counter() - start) * 1000))
            if arguments.mmdc and int(nodes) <= arguments.mermaid_up_to:
                start = time.perf_counter()
                out = folder / f"{name}.mermaid.svg"
                subprocess.run([arguments.mmdc, "-q", "-p", folder / "puppeteer.json", "-i", folder / f"{name}.mmd", "-o", out], capture_output=True, check=False)
                if out.exists():
                    rows.append(("mermaid", out.read_text(), (time.perf_counter() - start) * 1000))
            for program, svg, taken in rows:
                crossings, through, lines, boxes = measure(svg, program.split()[0])
                size, packed = len(svg.encode()), len(gzip.compress(svg.encode(), mtime=0))
                print(f"{name}, {nodes}, {edges} | {program} | {taken:.1f} | {size} ({packed}) | {crossings} | {through}   [{lines} lines, {boxes} boxes]", flush=True)


main()
