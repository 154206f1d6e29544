"""What checks cost: opsbook with and without schemas, other linters on the same documents, and opsbook on ten documents. Must not know how figures are
printed.

What each is asked:

- opsbook: the built-in schemas of the handbook's documents, and every link and anchor.
- opsbook, no schema: the same without types; the difference is what the schemas cost.
- opsbook, rich schema: one schema that uses the whole language, bound to every page.
- outlint: schemas with the same sections, one run for each type and one for the pages without; it has no links.
- rumdl: the rules on headings that need no schema (levels, one title, duplicates), with all its rules, and with what it remembers of an earlier run. It has
  no schemas by document type.
"""

import re
import shutil
import subprocess

import layouts
import measure
from tools import TARGET

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


def rows(place, source, tools):
    """Name and commands of each, with the exit codes that they may end with."""
    bare, rich = place / "bare", place / "rich"
    documents = layouts.documents(source / "content")
    # The same pages without their types, with no schema and with one for all of them.
    for copy in (bare, rich):
        shutil.copytree(source, copy)
        for path in copy.rglob("*.md"):
            path.write_text(re.sub(r"^type: \S+\n", "", path.read_text(), count=1, flags=re.M))
    (rich / "schemas").mkdir()
    (rich / "schemas/rich.yaml").write_text(RICH)
    opsbook = TARGET / "opsbook"
    found = {"opsbook": [[opsbook, "check", source]], "opsbook, no schema": [[opsbook, "check", bare]], "opsbook, rich schema": [[opsbook, "check", rich]]}
    if outlint := tools.path("outlint"):
        kinds = {path: kind(path) for path in documents}
        found["outlint"] = []
        for number, (name, sections) in enumerate(SECTIONS.items()):
            schema = place / f"outlint-{number}.yml"
            schema.write_text(outlint_schema(sections))
            # Relative names: 10,000 of them have to fit into one command.
            files = [path.relative_to(source / "content") for path in documents if kinds[path] == name]
            found["outlint"] += [
                ["env", "-C", source / "content", outlint, "check", "--schema", schema, *files[at : at + 20_000]] for at in range(0, len(files), 20_000)
            ]
    if rumdl := tools.path("rumdl"):
        cache = place / "rumdl-cache"
        found["rumdl, headings"] = [[rumdl, "check", "--no-cache", "--enable", "MD001,MD003,MD024,MD025,MD043", source / "content"]]
        found["rumdl, all rules"] = [[rumdl, "check", "--no-cache", source / "content"]]
        found["rumdl, all rules, known"] = [[rumdl, "check", "--cache-dir", cache, source / "content"]]
        # What it remembers is there before the first round.
        subprocess.run(list(map(str, found["rumdl, all rules, known"][0])), capture_output=True)
    return found


def costs(place, source, tools, rounds, bench):
    """Medians by name."""
    commands = rows(place, source, tools)
    runs = {name: [] for name in commands}
    for _ in range(rounds):
        for name in list(runs):
            parts = [bench.run(f"check by {name}", command, codes=(0, 1)) for command in commands[name]]
            if None in parts:
                del runs[name]
                continue
            runs[name].append((sum(cpu for cpu, _, _ in parts), sum(wall for _, wall, _ in parts), max(peak for _, _, peak in parts)))
    return {name: measure.medians(figures) for name, figures in runs.items() if figures}


def start_up(source, runs, bench):
    """What a check of ten documents costs, as a whole process: medians, and the longest by the clock."""
    figures = [bench.run("start-up", [TARGET / "opsbook", "check", source]) for _ in range(runs)]
    return measure.medians(figures), max(wall for _, wall, _ in figures)
