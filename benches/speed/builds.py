"""What a site costs: opsbook in several ways, the floor, and other programs; and which files an edit changes. Must not know how figures are printed."""

import hashlib
import shutil
import subprocess

import layouts
import measure
from tools import TARGET


class Row:
    """One way of building: what is run, what is done before, and where the site is."""

    def __init__(self, name, command, folder, output, prepare=None, codes=(0,)):
        self.name, self.command, self.folder, self.output, self.codes = name, command, folder, output, codes
        self.prepare = prepare
        self.kept = {entry.name for entry in folder.iterdir()} if folder else set()
        self.runs = []


class Builds:
    """All ways of building one handbook."""

    def __init__(self, place, source, tools, bench):
        self.place, self.source, self.bench = place, source, bench
        self.cache = place / "cache"
        self.environment = {"XDG_CACHE_HOME": str(self.cache)}
        self.edits = 0
        self.rows = [row for row in self.own() if bench.wants(row.name) or row.name in ("opsbook", "floor")] + list(self.others(tools))

    def own(self):
        opsbook, out = TARGET / "opsbook", self.place / "opsbook-out"
        ways = {
            "opsbook": (True, True),
            "opsbook, no highlighting": (False, True),
            "opsbook, no search": (True, False),
            "opsbook, neither": (False, False),
        }
        self.site = None
        for name, (highlights, searches) in ways.items():
            folder = self.place / name.replace(", ", "-").replace(" ", "-")
            layouts.for_opsbook(self.source, folder, highlights, searches)
            if not highlights and subprocess.run([opsbook, "check", folder, "--quiet"], capture_output=True).returncode != 0:
                self.bench.leave_out(name, "this opsbook can't build without highlighting")
                shutil.rmtree(folder)
                continue
            row = Row(name, [opsbook, "build", folder, "-d", out], folder, out)
            yield row
            if name == "opsbook":
                # Into a site of its own that stays: the next rows begin with it.
                self.book, self.site = folder, self.place / "site"
                command = [opsbook, "build", folder, "-d", self.site]
                yield Row("opsbook, site gone, code known", command, folder, self.site, lambda: self.bench.aside.put(self.site))
                yield Row("opsbook, nothing changed", command, folder, self.site, lambda: None)
                yield Row("opsbook, one sentence changed", command, folder, self.site, self.edit)
        yield Row("floor", [TARGET / "examples/floor", self.book, self.place / "floor"], self.book, self.place / "floor", prepare=lambda: self.bench.aside.put(self.place / "floor"))
        copy = self.place / "copy"
        yield Row("cp -r of opsbook's site", ["cp", "-r", self.site, copy], self.book, copy, prepare=lambda: self.bench.aside.put(copy))

    def others(self, tools):
        def make(name, maker, command, output, **flags):
            program = name.split(",")[0].lower()
            if not tools.path(program) or not self.bench.wants(name):
                return
            folder = self.place / name.replace(", ", "-").replace(" ", "-")
            maker(self.source, folder, **flags)
            out = folder / output
            yield Row(name, command(tools.path(program), folder, out), folder, out)

        hugo = lambda program, folder, out: [program, "--quiet", "--source", folder, "--destination", out]  # noqa: E731
        zola = lambda program, folder, out: [program, "--root", folder, "build", "--force", "--output-dir", out]  # noqa: E731
        mdbook = lambda program, folder, out: [program, "build", folder, "--dest-dir", out]  # noqa: E731
        zensical = lambda program, folder, out: ["sh", "-c", 'cd "$1" && "$2" build', "sh", folder, program]  # noqa: E731
        for name, maker, command in [("Hugo", layouts.for_hugo, hugo), ("Zola", layouts.for_zola, zola)]:
            yield from make(name, maker, command, "out")
            yield from make(f"{name}, no highlighting", maker, command, "out", highlights=False)
            yield from make(f"{name}, search", maker, command, "out", searches=True)
        yield from make("mdBook", layouts.for_mdbook, mdbook, "out")
        yield from make("mdBook, no search", layouts.for_mdbook, mdbook, "out", searches=False)
        yield from make("Zensical", layouts.for_zensical, zensical, "site")
        yield from make("Zensical, no highlighting", layouts.for_zensical, zensical, "site", highlights=False)

    def edit(self):
        self.edits += 1
        page = layouts.pages(self.book / "content")[self.edits]
        page.write_text(page.read_text().replace(". ", f". Sentence {self.edits}. ", 1))

    def make_cold(self, row):
        """Nothing that an earlier run left may help: what lies in the row's folder beside its sources, its site, and all caches."""
        self.bench.aside.fresh(row.folder, row.kept)
        self.bench.aside.put(row.output)
        self.bench.aside.put(self.cache)

    def measure(self, rounds):
        """Medians of each row that could be measured, in order, and what its site weighs."""
        weights = {}
        for _ in range(rounds):
            for row in list(self.rows):
                self.bench.aside.make_room(1.5 * weights.get("opsbook", (0, 0, 0))[1] + 2e9)
                (row.prepare or (lambda row=row: self.make_cold(row)))()
                figures = self.bench.run(row.name, row.command, self.environment, row.codes)
                if figures is None:
                    self.rows.remove(row)
                    continue
                row.runs.append(figures)
                if row.name not in weights:
                    weights[row.name] = measure.weigh(row.output)
        return [(row, measure.medians(row.runs), weights[row.name]) for row in self.rows if row.runs]

    def changes(self):
        """For each program: the number of files in its site, and how many of them another sentence and a new page change."""
        for row in self.rows:
            if row.name not in ("opsbook", "Hugo", "Zola", "mdBook", "Zensical"):
                continue
            content = next(row.folder / name for name in ("content", "src", "docs") if (row.folder / name).is_dir())
            page = layouts.pages(content)[0]
            self.make_cold(row)
            steps = [lambda: None, lambda: another_sentence(page), lambda: another_page(page, content)]
            states = []
            for step in steps:
                step()
                if self.bench.run(f"{row.name} for changes", row.command, self.environment, row.codes) is None:
                    break
                states.append(digests(row.output))
            else:
                yield row.name, len(states[0]), *(different(one, other) for one, other in zip(states, states[1:]))


def another_sentence(page):
    page.write_text(page.read_text().replace(". ", ". Another sentence stands here. ", 1))


def another_page(page, content):
    text = page.read_text()
    title = layouts.title_of(text, page)
    page.with_name("a-new-page.md").write_text(text.replace(title, "A new page"))
    if (content / "SUMMARY.md").exists():
        (content / "SUMMARY.md").write_text(layouts.summary(content))


def digests(folder):
    files = (path for path in folder.rglob("*") if path.is_file() and ".opsbook" not in path.parts)
    return {path.relative_to(folder): (hashlib.blake2b(path.read_bytes()).digest(), path.stat().st_size) for path in files}


def different(one, other):
    """How many files are new, gone or changed, and the bytes of those that there are now."""
    paths = {path for path in one.keys() | other.keys() if one.get(path) != other.get(path)}
    return len(paths), sum(other[path][1] for path in paths if path in other)
