"""How long it takes from the write of a document to the new page being served. Must not know how figures are printed.

Each program serves its own copy of one generated handbook, in its own layout, one program at a time. For each edit one sentence of a page is
replaced by one that was never there, in one write; then the page is asked for again and again until it holds the sentence. Pages are taken in the
same order for all.
"""

import http.client
import os
import pathlib
import random
import re
import socket
import statistics
import subprocess
import time

import layouts
import measure
from tools import TARGET

# Edits of each program at most.
EDITS = 200
# Seconds between the first page and the first edit, and between edits.
SETTLE, PAUSE = 2, 0.05


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


PORT = free_port()


def programs(tools):
    """Name: the layout, the command that serves a folder, the address of a page."""
    port = ["--port", str(PORT)]
    html, folder_page = (lambda name: f"/{name}.html"), (lambda name: f"/{name}/")
    found = {"opsbook": (layouts.for_opsbook, lambda folder: [TARGET / "opsbook", "serve", folder, *port, "--quiet"], html)}
    if hugo := tools.path("hugo"):
        found["Hugo"] = (layouts.for_hugo, lambda folder: [hugo, "server", "--source", folder, *port], folder_page)
        found["Hugo, full render"] = (layouts.for_hugo, lambda folder: [hugo, "server", "--source", folder, "--disableFastRender", *port], folder_page)
    if zola := tools.path("zola"):
        found["Zola"] = (layouts.for_zola, lambda folder: [zola, "--root", folder, "serve", *port], folder_page)
        found["Zola --fast"] = (layouts.for_zola, lambda folder: [zola, "--root", folder, "serve", "--fast", *port], folder_page)
    if mdbook := tools.path("mdbook"):
        found["mdBook"] = (layouts.for_mdbook, lambda folder: [mdbook, "serve", folder, *port], html)
    if zensical := tools.path("zensical"):
        command = 'cd "$1" && exec "$2" serve --dev-addr "127.0.0.1:$3"'
        found["Zensical"] = (layouts.for_zensical, lambda folder: ["sh", "-c", command, "sh", folder, zensical, PORT], folder_page)
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


def latency(name, program, source, folder, bench):
    """Seconds to the first page; median, 99th percentile and maximum of the edits in ms; their number; processor ms for one."""
    make, command, address = program
    content = make(source, folder)
    with folder.with_suffix(".log").open("wb") as output:
        begun = time.monotonic()
        server = subprocess.Popen([str(part) for part in command(folder)], stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        try:
            pages = layouts.pages(content)
            random.Random(6).shuffle(pages)
            client = Client()
            first = str(pages[0].relative_to(content).with_suffix(""))
            if not wait_for(client, address(first), b"<", bench.longest):
                bench.leave_out(f"edits with {name}", f"no page within {bench.longest} s")
                return None
            ready = time.monotonic() - begun
            time.sleep(SETTLE)
            took, used = [], 0
            end = time.monotonic() + bench.seconds
            # Whatever a program does only once isn't counted: the first two edits.
            for edit in range(-2, EDITS):
                if time.monotonic() > end and edit >= 3:
                    break
                if edit == 0:
                    took, used = [], processor_seconds(server.pid)
                page = pages[edit % len(pages)]
                marker = f"Sentence{edit + 2}x{random.Random(edit).randrange(10**9)}"
                changed = re.sub(r"Sentence\d+x\d+\. ", "", page.read_text())
                at = changed.find(". ") + 2
                begun = time.perf_counter()
                page.write_text(changed[:at] + marker + ". " + changed[at:])
                if not wait_for(client, address(str(page.relative_to(content).with_suffix(""))), marker.encode(), bench.longest):
                    bench.leave_out(f"edits with {name}", f"an edit wasn't served within {bench.longest} s")
                    return None
                took.append((time.perf_counter() - begun) * 1000)
                time.sleep(PAUSE)
            used = (processor_seconds(server.pid) - used) / len(took)
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    took.sort()
    return ready, statistics.median(took), took[min(len(took) - 1, int(len(took) * 0.99))], took[-1], len(took), used * 1000


def all_latencies(place, source, tools, bench):
    """Name, figures and the load of the machine, one after the other."""
    for name, program in programs(tools).items():
        if not bench.wants(name):
            continue
        folder = place / ("edits-" + re.sub(r"\W+", "-", name))
        before = measure.load()
        figures = latency(name, program, source, folder, bench)
        bench.aside.put(folder)
        if figures:
            yield name, figures, f"{before} to {measure.load()}"
