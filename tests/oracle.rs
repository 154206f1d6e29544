//! The incremental oracle: whatever was edited before, a build with a warm cache equals a build from nothing, byte for byte.

#![allow(
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test fails by panicking, and reads how long to run from the environment"
)]

#[path = "common/shelf.rs"]
mod shelf;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use jiff::civil::date;
use opsbook::compile::{Build, Cache, compile};
use opsbook::diagnostic::{Diagnostic, Suppressed};
use opsbook::memo::Digest;
use opsbook::site::{Site, SiteFile};
use opsbook::source::{Asset, Copied, Mount, Mounts, SitePath, Source, Sources};
use opsbook::suppress::Baseline;
use shelf::Folder;

/// One change to a handbook.
type Edit = fn(&mut Sources);

/// Steps of the random sequence; more with `OPSBOOK_ORACLE_STEPS=10000 cargo test --test oracle`.
const STEPS: u64 = 1000;

#[test]
fn scripted_edits_equal_a_build_from_nothing() {
    let mut handbook = Edited::start();
    let edits: &[(&str, Edit)] = &[
        ("nothing", |_| {}),
        ("edit a text", |sources| put(sources, "content/guides/a.md", "# A\n\nAnother text. [b](b.md#b)\n")),
        ("rename a heading that others link to", |sources| put(sources, "content/guides/b.md", "# Bee\n\n## Two\n")),
        ("give a document a type", |sources| put(sources, "content/guides/b.md", "---\ntype: alert-runbook\n---\n# B\n\n## Meaning\n\nx\n")),
        ("add a document", |sources| put(sources, "content/guides/c.md", "# C\n\n[a](a.md)\n")),
        ("delete a document", |sources| remove(sources, "content/guides/b.md")),
        ("bring it back under another name", |sources| put(sources, "content/guides/b2.md", "# B\n")),
        ("add a schema", |sources| {
            put(sources, "schemas/alert-runbook.yaml", "type: alert-runbook\ntitle: Short\nsections:\n  - id: meaning\n    title: Meaning\n");
        }),
        ("break the schema", |sources| put(sources, "schemas/alert-runbook.yaml", "type: alert-runbook\ntitel: Short\n")),
        ("remove the schema", |sources| remove(sources, "schemas/alert-runbook.yaml")),
        ("change a template", |sources| {
            put(sources, "themes/not-found.html", "{% extends \"base.html\" %}{% block content %}<h1>Gone</h1>{% endblock content %}");
        }),
        ("break a template", |sources| put(sources, "themes/page.html", "{% if %}")),
        ("mend the template", |sources| remove(sources, "themes/page.html")),
        ("change the book's title", |sources| put(sources, "book.toml", "[book]\ntitle = \"Another\"\n")),
        ("break book.toml", |sources| put(sources, "book.toml", "[book\n")),
        ("switch a check off", |sources| put(sources, "book.toml", "[checks]\nbroken-link = \"off\"\n")),
        ("add a style sheet of its own", |sources| {
            put(sources, "themes/own.css", "a {}");
            put(sources, "themes/own.js", "b()");
            put(sources, "book.toml", "[output.html]\nadditional-css = [\"themes/own.css\"]\nadditional-js = [\"themes/own.js\"]\n");
        }),
        ("make the script a style sheet", |sources| {
            put(sources, "book.toml", "[output.html]\nadditional-css = [\"themes/own.css\", \"themes/own.js\"]\n");
        }),
        ("add the navigation", |sources| put(sources, "content/SUMMARY.md", "- [A](guides/a.md)\n")),
        ("remove the navigation", |sources| remove(sources, "content/SUMMARY.md")),
        ("remove an asset", |sources| sources.assets.clear()),
        ("add a registry", |sources| put(sources, "content/registry.yaml", "roles: { ops-lead: Ops lead }\n")),
        ("give it a fault", |sources| put(sources, "content/registry.yaml", "roles: { ops-lead: { escalates_to: nobody } }\n")),
        ("name a page in it", |sources| put(sources, "content/registry.yaml", "glossary: { Guide: { meaning: This., source: guides/a.md } }\n")),
        ("write a process", |sources| put(sources, "content/guides/b3.md", PROCESS)),
        ("declare who acts in it", |sources| {
            put(sources, "content/registry.yaml", "roles: { ops-team: { name: Operations, aliases: [Ops team] } }\n");
        }),
        ("link to one of its steps", |sources| put(sources, "content/guides/c.md", "# C\n\n[a](b3.md#step-2)\n")),
        ("take that step out", |sources| put(sources, "content/guides/b3.md", "# P\n\n1. Ops team opens\n3. QA team closes\n")),
        ("name a page once more", |sources| put(sources, "content/registry.yaml", "glossary: { Guide: { meaning: This., source: guides/a.md } }\n")),
        ("give it rules", |sources| {
            put(
                sources,
                "content/registry.yaml",
                "roles: { ops: Ops }\nfreezes: [{ what: x, from: Thursday, until: Sunday, zone: Europe/Brussels, source: guides/a.md }]\nreviews: [{ what: Audit, every: week, owner: ops, source: guides/a.md }]\n",
            );
        }),
        ("contradict them in the page that they come from", |sources| {
            put(sources, "content/guides/a.md", "---\nreviewed: 2026-11-02\n---\n# Rules\n\nNothing is released after Monday.\n");
        }),
        ("agree with them again", |sources| put(sources, "content/guides/a.md", "# Rules again\n\nNothing is released after Wednesday.\n")),
        ("mount a folder", |sources| {
            put(sources, "book.toml", MOUNT);
            mount(sources, "0123456789");
            put(sources, "content/pay/x.md", "# X\n\n[a](../guides/a.md) ![i](i.png)\n");
            put(sources, "content/guides/mine.md", "# Mine\n\n[x](../pay/x.md)\n");
            sources.assets.insert(path("content/pay/i.png"), Asset { length: 10, modified_ns: 1 });
            sources.assets.insert(path("content/pay/unused.png"), Asset { length: 10, modified_ns: 1 });
        }),
        ("fetch another commit", |sources| mount(sources, "9876543210")),
        ("give it another owner", |sources| put(sources, "book.toml", &MOUNT.replace("ops", "others"))),
        ("give it types", |sources| put(sources, "book.toml", &format!("{MOUNT}[source.types]\nalert-runbook = [\"x.md\"]\n"))),
        ("edit it elsewhere", |sources| put(sources, "book.toml", &format!("{MOUNT}edit-url-template = \"https://x/{{path}}\"\n"))),
        ("hide one of its files", |sources| {
            sources.mounts.own.insert(path("content/pay/x.md"));
            sources.mounts.clashes.insert(path("content/pay/x.md"));
        }),
        ("show it again", |sources| {
            sources.mounts.own.clear();
            sources.mounts.clashes.clear();
        }),
        ("lose the folder", |sources| {
            remove(sources, "content/pay/x.md");
            sources.assets.clear();
            sources.mounts.missing.insert(0);
        }),
        ("take the source out", |sources| {
            put(sources, "book.toml", "[book]\ntitle = \"Test\"\n");
            remove(sources, "content/guides/mine.md");
            sources.mounts = Mounts::default();
            sources.assets.insert(path("content/images/i.png"), Asset { length: 10, modified_ns: 1 });
        }),
        ("say rights and decisions in prose", |sources| {
            put(
                sources,
                "content/guides/rights.md",
                "# Rights\n\n## Ops actions\n\n**Allowed**:\n\n- look\n\n**Not allowed**:\n\n- touch\n\n## Decisions\n\n- **Scope**: Ops has authority on it\n",
            );
        }),
        ("move them down the page", |sources| {
            put(
                sources,
                "content/guides/rights.md",
                "# Rights\n\nFirst.\n\n## Ops actions\n\n**Allowed**:\n\n- touch\n\n**Not allowed**:\n\n- look\n",
            );
        }),
        ("say them in the registry", |sources| {
            put(
                sources,
                "content/registry.yaml",
                "roles: { ops: Ops }\npermissions: [{ role: ops, allowed: look, not_allowed: touch, source: guides/rights.md }]\ncalendars: { office: { holidays: [2026-12-25] } }\n",
            );
        }),
        ("give them a word and a page again", |sources| {
            put(sources, "content/registry.yaml", "glossary: { Guide: { meaning: This., source: guides/a.md } }\n");
        }),
        ("remove that page", |sources| remove(sources, "content/guides/a.md")),
        ("break the registry", |sources| put(sources, "content/registry.yaml", "roles: [\n")),
        ("write a matrix and what each role does", |sources| put(sources, "content/guides/raci.md", RACI)),
        ("declare its roles", |sources| put(sources, "content/registry.yaml", "roles: { ops-lead: Ops lead, developers: { aliases: [Wizards] } }\n")),
        ("give one another name", |sources| put(sources, "content/registry.yaml", "roles: { ops-lead: Head of ops, developers: Developers }\n")),
        ("use another model", |sources| put(sources, "content/guides/raci.md", &format!("---\nraci_model: daci\n---\n{RACI}"))),
        ("write no matrix", |sources| remove(sources, "content/guides/raci.md")),
        ("leave the content folder without it", |sources| remove(sources, "content/registry.yaml")),
        ("bring it back", |sources| put(sources, "content/registry.yaml", "roles: { ops-team: Ops team }\n")),
        ("let a role own a page and be named on it", |sources| {
            put(sources, "content/guides/named.md", "---\nowner: Ops team\n---\n# Named\n\nAsk the Ops team about the ADR.\n");
        }),
        ("describe the role", |sources| put(sources, "content/registry.yaml", "roles: { ops-team: { name: Ops team, description: Runs it. } }\n")),
        ("declare a term", |sources| put(sources, "content/registry.yaml", "roles: { ops-team: Ops team }\nglossary: { ADR: A record. }\n")),
        ("link terms only", |sources| put(sources, "book.toml", "[output.html]\nlink-names = \"glossary\"\n")),
        ("link no names", |sources| put(sources, "book.toml", "[output.html]\nlink-names = false\n")),
        ("link all names", |sources| put(sources, "book.toml", "[output.html]\nlink-names = true\n")),
        ("write a page where those of the registry would lie", |sources| put(sources, "content/registry/roles.md", "# Mine\n")),
        ("switch the links of one page off", |sources| {
            put(sources, "content/guides/named.md", "---\nlink_names: false\n---\n# Named\n\nAsk the Ops team about the ADR.\n");
        }),
        ("take that page away", |sources| remove(sources, "content/registry/roles.md")),
        ("write a page where the one about completeness would lie", |sources| put(sources, "content/completeness.md", "# Mine\n")),
        ("finish a section", |sources| {
            put(
                sources,
                "content/runbooks/down.md",
                "# Down\n\n## Meaning\n\nx\n\n## Impact\n\ny\n\n## Diagnosis\n\nz\n\n## Mitigation\n\nRestart it.\n",
            );
        }),
        ("waive a finding", |sources| put(sources, "content/runbooks/down.md", WAIVING)),
        ("say from which lines blocks come", |sources| sources.lines = true),
        ("move them down", |sources| put(sources, "content/guides/b3.md", &format!("\n\n{PROCESS}"))),
        ("edit a runbook", |sources| put(sources, "content/runbooks/down.md", &format!("{WAIVING}\nMore <b>raw</b> text.\n"))),
        ("say it no longer", |sources| sources.lines = false),
        ("let one waiver expire", |sources| sources.today = Some(date(2026, 11, 26))),
        ("let the other expire", |sources| sources.today = Some(date(2026, 12, 2))),
        ("go back in time", |sources| sources.today = Some(date(2026, 11, 20))),
        ("forget the day", |sources| sources.today = None),
        ("name a baseline that isn't there", |sources| put(sources, "book.toml", "[checks]\nbaseline = \"baseline.jsonl\"\n")),
        ("write the baseline", |sources| put(sources, "baseline.jsonl", BASELINE)),
        ("mend what it lists", |sources| put(sources, "content/guides/a.md", "# A\n")),
        ("break the baseline", |sources| put(sources, "baseline.jsonl", "{}\n")),
        ("take another baseline", |sources| {
            put(sources, "other.jsonl", BASELINE);
            sources.baseline = Some(path("other.jsonl"));
        }),
        ("give levels to some paths", |sources| put(sources, "book.toml", "[checks.paths.\"guides/**\"]\nbroken-link = \"off\"\n")),
        ("include a script and a part", |sources| {
            include(sources, "scripts/x.sh", "# ANCHOR: r\necho 1\n# ANCHOR_END: r\n");
            put(sources, "content/parts.md", "# Parts\n\nMore.\n");
            put(
                sources,
                "content/includes.md",
                "# I\n\n```bash\n{{#include ../scripts/x.sh:r}}\n```\n\n{{#include parts.md}}\n\n<!-- opsbook: waive broken-link until 2026-12-01: a reason -->\n\n[x](nowhere.md)\n",
            );
        }),
        ("write another script", |sources| include(sources, "scripts/x.sh", "# ANCHOR: r\necho 2\n# ANCHOR_END: r\n")),
        ("move its region down", |sources| include(sources, "scripts/x.sh", "#!/bin/sh\n# ANCHOR: r\necho 2\n# ANCHOR_END: r\n")),
        ("leave the region open", |sources| include(sources, "scripts/x.sh", "# ANCHOR: r\necho 2\n")),
        ("give it another name", |sources| include(sources, "scripts/x.sh", "# ANCHOR: s\necho 2\n# ANCHOR_END: s\n")),
        ("let the part have a fault", |sources| put(sources, "content/parts.md", "# Parts\n\n## More\n\n[x](gone.md)\n")),
        ("let it include the page", |sources| put(sources, "content/parts.md", "# Parts\n\n{{#include includes.md}}\n")),
        ("take the script away", |sources| drop(sources.included.remove(&path("scripts/x.sh")))),
        ("take the part away", |sources| remove(sources, "content/parts.md")),
        ("empty that folder", |sources| sources.texts.retain(|path, _| path.strip("content/guides").is_none())),
        ("draw a flow that leads to another page", |sources| {
            put(
                sources,
                "content/flow.md",
                "# F\n\n```mermaid\npie\n  \"a\": 1\n```\n\n```mermaid\nclassDiagram\n  class A\n  click A href \"other.md\"\n```\n\nLint → Test → Build\n",
            );
        }),
        ("write that page", |sources| put(sources, "content/other.md", "# O\n")),
        ("break the flow", |sources| put(sources, "content/flow.md", "# F\n\n```mermaid\npy\n  \"a\": 1\n```\n")),
        ("write a runbook", |sources| put(sources, "content/guides/run.md", RUNBOOK)),
        ("declare one placeholder less", |sources| put(sources, "content/guides/run.md", &RUNBOOK.replace("  bare: Bare\n", ""))),
        ("give a placeholder another example", |sources| put(sources, "content/guides/run.md", &RUNBOOK.replace("example: a", "example: b"))),
        ("declare none", |sources| put(sources, "content/guides/run.md", RUNBOOK.rsplit("---\n").next().unwrap_or_default())),
        ("call a command safe", |sources| put(sources, "content/guides/run.md", &RUNBOOK.replace("```bash", "```bash safe"))),
        ("point out other lines", |sources| put(sources, "content/guides/run.md", &RUNBOOK.replace("{1}", "{2,9}"))),
        ("tick an item", |sources| put(sources, "content/guides/run.md", &RUNBOOK.replace("[ ]", "[x]"))),
        ("let a runbook answer for an alert and show an image", |sources| {
            put(sources, "content/runbooks/down.md", ALERTING);
            put(sources, "content/registry.yaml", "roles: { ops: { name: Ops, contact: '+32 2 555 01 02', escalates_to: lead }, lead: Lead }\n");
            sources.assets.insert(path("content/images/i.png"), Asset { length: 3, modified_ns: 2 });
        }),
        ("read the image", |sources| drop(sources.pictures.insert(path("content/images/i.png"), [1, 2, 3].into()))),
        ("change its bytes", |sources| drop(sources.pictures.insert(path("content/images/i.png"), [1, 2, 4].into()))),
        ("write the alert in capitals", |sources| put(sources, "content/runbooks/down.md", &ALERTING.replace("[Down]", "[DOWN]"))),
        ("let it grow beyond the limit", |sources| {
            sources.assets.insert(path("content/images/i.png"), Asset { length: 3_000_000, modified_ns: 3 });
        }),
        ("give the escalation another contact", |sources| {
            put(sources, "content/registry.yaml", "roles: { ops: { name: Ops, contact: a@b.example, escalates_to: lead }, lead: Lead }\n");
        }),
        ("name another alert", |sources| put(sources, "content/runbooks/down.md", &ALERTING.replace("[Down]", "[Down, Gone]"))),
        ("let another claim it", |sources| put(sources, "content/runbooks/gone.md", "---\nalerts: gone\n---\n# Gone for good\n\n## Steps\n\nx\n")),
        ("write a page where the alert's would lie", |sources| put(sources, "content/alert/down.md", "# Mine\n")),
        ("let the schema call another section the actions", |sources| {
            put(
                sources,
                "schemas/alert-runbook.yaml",
                "type: alert-runbook\nextends: alert-runbook\nsections: [{ id: diagnosis, title: Diagnosis, incident: actions }]\n",
            );
        }),
        ("take that schema away", |sources| remove(sources, "schemas/alert-runbook.yaml")),
        ("change the style of incident views", |sources| put(sources, "themes/css/incident.css", "p { color: red }")),
        ("change their template", |sources| {
            put(sources, "themes/incident.html", "{{ title }}{% for part in incident.parts %}{{ part.html | safe }}{% endfor %}");
        }),
        ("take both away", |sources| {
            remove(sources, "themes/css/incident.css");
            remove(sources, "themes/incident.html");
        }),
        ("let no document be a runbook", |sources| {
            remove(sources, "content/runbooks/down.md");
            remove(sources, "content/runbooks/gone.md");
        }),
        ("give the site an address", |sources| put(sources, "book.toml", "[output.html]\nsite-url = \"https://h.example/\"\n")),
        ("review a page, which brings the feed", |sources| {
            put(sources, "content/other.md", "---\nreviewed: 2026-11-02\n---\n# O\n\n[f](flow.md#f)\n");
        }),
        ("say when a page changed", |sources| {
            sources.changes.insert(path("content/other.md"), jiff::Timestamp::from_second(1_795_132_799).expect("a moment"));
        }),
        ("say it of a page that isn't there", |sources| {
            sources.changes.insert(path("content/none.md"), jiff::Timestamp::from_second(1_795_132_800).expect("a moment"));
        }),
        ("forget it again", |sources| sources.changes.clear()),
        ("hide something in comments", |sources| put(sources, "content/other.md", "# O\n\n<!-- x -->\n\n[f](flow.md)\n\n[//]: # (y)\n")),
        ("link to a folder's page and to an asset", |sources| {
            put(sources, "content/sub/README.md", "# Sub\n\n[o](../other.md) [i](../images/i.png) [f](/flow.md)\n");
            put(sources, "content/flow.md", "# F\n\n[s](sub/README.md#sub)[^1]\n\n[^1]: Note.\n");
        }),
        ("put a file where that page's Markdown would lie", |sources| {
            sources.assets.insert(path("content/sub/index.md/x.png"), Asset { length: 1, modified_ns: 1 });
            put(sources, "content/other.md", "# O\n\n![x](sub/index.md/x.png)\n");
        }),
        ("take it away", |sources| sources.assets.clear()),
        ("put a file where the page to print would lie", |sources| {
            sources.assets.insert(path("content/print.html"), Asset { length: 1, modified_ns: 1 });
            put(sources, "content/other.md", "# O\n\n[p](print.html)\n");
        }),
        ("make a page of it", |sources| put(sources, "content/sub/more.md", "# More\n\n[o](../other.md#o)\n")),
        ("give that page another title", |sources| put(sources, "content/sub/more.md", "# Much more\n\n[o](../other.md#o)\n")),
        ("change how a part is printed", |sources| put(sources, "themes/print-part.html", "{{ heading | safe }}{{ part.number }}")),
        ("break that template", |sources| put(sources, "themes/print-part.html", "{{ part.nothing.more }}")),
        ("mend it", |sources| remove(sources, "themes/print-part.html")),
        ("print nothing", |sources| put(sources, "book.toml", "[output.html.print]\nenable = false\n")),
        ("publish no Markdown", |sources| put(sources, "book.toml", "[output.html]\nmarkdown = false\n")),
        ("publish all again", |sources| put(sources, "book.toml", "[book]\ntitle = \"Again\"\n")),
        ("give it another name to be found by", |sources| put(sources, "content/other.md", "---\nalerts: [OtherDown]\n---\n# O\n")),
        ("leave it out of the search", |sources| put(sources, "content/other.md", "---\nsearch: false\n---\n# O\n")),
        ("write a page that is too long for one piece", |sources| {
            put(
                sources,
                "content/long.md",
                &format!("---\nowner: Ops team\n---\n# Long\n\n{}", "## Part\n\nAsk the Ops team, twice.\n\n".repeat(4000)),
            );
        }),
        ("edit its end", |sources| {
            put(
                sources,
                "content/long.md",
                &format!("---\nowner: Ops team\n---\n# Long\n\n{}New.\n", "## Part\n\nAsk the Ops team, twice.\n\n".repeat(4000)),
            );
        }),
        ("take it away", |sources| remove(sources, "content/long.md")),
        ("write pages where the search would lie", |sources| put(sources, "content/search/index.md", "# Search\n")),
        ("switch the search off", |sources| put(sources, "book.toml", "[output.html.search]\nenable = false\n")),
        ("switch it on", |sources| put(sources, "book.toml", "[output.html.search]\nenable = true\n")),
        ("say where a page was before", |sources| put(sources, "content/other.md", "---\naliases: [was/other.html, /older/]\n---\n# O\n")),
        ("give it another title", |sources| put(sources, "content/other.md", "---\naliases: [was/other.html, /older/]\n---\n# Oh\n")),
        ("link to its former place", |sources| put(sources, "content/flow.md", "# F\n\n[o](was/other.md#x)\n")),
        ("record it", |sources| put(sources, "urls.lock", "was/other.html\n  #o\n  #gone\nother.html\nflow.html\n")),
        ("say where its anchor leads", |sources| {
            put(sources, "content/other.md", "---\naliases: [was/other.html]\nformer_anchors: { gone: oh }\n---\n# Oh\n");
        }),
        ("link to the anchor that it had", |sources| put(sources, "content/flow.md", "# F\n\n[o](other.md#gone)\n")),
        ("let it lead in a circle", |sources| put(sources, "content/other.md", "---\nformer_anchors: { gone: o, o: gone }\n---\n# Oh\n")),
        ("record nothing", |sources| put(sources, "urls.lock", "=======\n")),
        ("write a page at one of its former places", |sources| put(sources, "content/was/other.md", "# Was\n\n[o](../other.md)\n")),
        ("move that page", |sources| {
            remove(sources, "content/was/other.md");
            put(sources, "content/was/this.md", "---\naliases: was/other.html\n---\n# Was\n");
        }),
        ("claim the list of a folder", |sources| put(sources, "content/other.md", "---\naliases: [was/, ../x, other.md]\n---\n# Oh\n")),
        ("forget both", |sources| {
            remove(sources, "content/was/this.md");
            put(sources, "content/other.md", "# O\n");
        }),
        ("report an incident", |sources| put(sources, "content/incidents/full.md", INCIDENT)),
        ("say that it took longer", |sources| put(sources, "content/incidents/full.md", &INCIDENT.replace("07:15", "08:15"))),
        ("say that it was worse", |sources| put(sources, "content/incidents/full.md", &INCIDENT.replace("minor", "red"))),
        ("declare that severity", |sources| {
            put(
                sources,
                "content/registry.yaml",
                "roles: { ops: Ops }\nlabels: { red: { name: Red, aliases: [critical] } }\nplatforms: { nats: NATS }\n",
            );
        }),
        ("write the runbook of its alert", |sources| put(sources, "content/runbooks/full.md", "---\nalerts: [Full]\n---\n# Full\n\nx\n")),
        ("let the alert be another one", |sources| put(sources, "content/incidents/full.md", &INCIDENT.replace("[Full]", "[Empty]"))),
        ("link to the runbook", |sources| {
            put(sources, "content/incidents/full.md", &INCIDENT.replace("[Full]", "[Empty]").replace("Disk", "[Disk](../runbooks/full.md)"));
        }),
        ("link to it from what is to be done", |sources| {
            put(sources, "content/incidents/full.md", &INCIDENT.replace("[Full]", "[Empty]").replace("Raise it", "[Raise it](../runbooks/full.md)"));
        }),
        ("do the action", |sources| put(sources, "content/incidents/full.md", &INCIDENT.replace("| open |", "| done |"))),
        ("add an event", |sources| put(sources, "content/incidents/full.md", &INCIDENT.replace("- 07:15", "- 06:00 Looked\n- 07:15"))),
        ("report another of the same cause", |sources| {
            put(sources, "content/incidents/again.md", &INCIDENT.replace("2026-10-06", "2026-11-06").replace("title: Full", "title: Full again"));
        }),
        ("call it otherwise", |sources| {
            put(sources, "content/incidents/again.md", &INCIDENT.replace("2026-10-06", "2026-11-06").replace("title: Full", "title: Full once more"));
        }),
        ("let its action be overdue", |sources| sources.today = Some(date(2026, 12, 2))),
        ("let its times run backwards", |sources| put(sources, "content/incidents/again.md", &INCIDENT.replace("07:15", "03:15"))),
        ("give the folder a page", |sources| put(sources, "content/incidents/index.md", "# Incidents\n")),
        ("write a page where the one of all incidents would lie", |sources| put(sources, "content/incidents.md", "# Mine\n")),
        ("report none", |sources| {
            remove(sources, "content/incidents/full.md");
            remove(sources, "content/incidents/again.md");
        }),
        ("name rule files that aren't there", |sources| put(sources, "book.toml", RULED)),
        ("write rules", |sources| {
            put(sources, "content/other.md", "---\nalerts: [OtherDown]\n---\n# O\n\n## Stop it\n");
            put(sources, "alerts/a.yaml", RULES);
        }),
        ("move them down by a line", |sources| put(sources, "alerts/a.yaml", &format!("# More\n{RULES}"))),
        ("let one lead to an anchor that isn't there", |sources| put(sources, "alerts/a.yaml", &RULES.replace("#stop-it", "#stop"))),
        ("give the page that anchor", |sources| put(sources, "content/other.md", "---\nalerts: [OtherDown]\n---\n# O\n\n## Stop\n")),
        ("make it as severe as can be", |sources| put(sources, "alerts/a.yaml", &RULES.replace("warning", "critical"))),
        ("break the rules", |sources| put(sources, "alerts/a.yaml", &RULES.replace("expr:", "expr: a:"))),
        ("make a template of them", |sources| put(sources, "alerts/a.yaml", &RULES.replace("  - alert: C", "  {{ if .x }}\n  - alert: C"))),
        ("add another file of rules", |sources| {
            put(sources, "alerts/b.yaml", "groups:\n- rules:\n  - alert: D\n    annotations: {runbook_url: https://h.example/flow.html}\n");
        }),
        ("move the page that a rule leads to", |sources| {
            let flow = sources.texts.remove("content/flow.md").expect("the page is there");
            put(sources, "content/flows.md", &format!("---\naliases: flow.md\n---\n{}", flow.text));
        }),
        ("write a page where the alert's would lie", |sources| put(sources, "content/alert/D.md", "# Mine\n")),
        ("say that the site is elsewhere", |sources| put(sources, "book.toml", &RULED.replace("h.example", "i.example"))),
        ("let nobody claim the alert", |sources| put(sources, "content/other.md", "# O\n\n## Stop it\n")),
        ("let other severities page", |sources| put(sources, "book.toml", &format!("{RULED}paging = ['warning']\n"))),
        ("take the rules away", |sources| {
            remove(sources, "alerts/a.yaml");
            remove(sources, "alerts/b.yaml");
            put(sources, "book.toml", "[book]\n");
        }),
        ("let a page be reviewed", |sources| {
            put(sources, "content/registry.yaml", "roles: { ops: Ops }\nreviews: [{ what: Audit, every: 2 weeks, owner: ops }]\n");
            put(sources, "content/other.md", "---\nowner: ops\nreviewed: 2026-11-02\nreview_every: 90d\n---\n# O\n");
        }),
        ("let the day pass", |sources| sources.today = Some(date(2027, 2, 1))),
        ("let the grace pass", |sources| sources.today = Some(date(2027, 3, 20))),
        ("give a longer grace", |sources| put(sources, "book.toml", "[freshness]\ngrace = '3 months'\n")),
        ("give one that is none", |sources| put(sources, "book.toml", "[freshness]\ngrace = 'soon'\n")),
        ("review it", |sources| put(sources, "content/other.md", "---\nowner: ops\nreviewed: 2027-03-20\nreview_every: 90d\n---\n# O\n")),
        ("let another own it", |sources| put(sources, "content/other.md", "---\nowner: Lead\nreviewed: 2027-03-20\nreview_every: 90d\n---\n# O\n")),
        ("review a page never", |sources| put(sources, "content/index.md", "---\nreview_every: 90d\n---\n# Home\n")),
        ("write a page where the reviews would lie", |sources| put(sources, "content/reviews.md", "# Mine\n")),
        ("retire the reviewed page", |sources| {
            put(sources, "content/other.md", "---\nstatus: retired\nreviewed: 2027-03-20\nreview_every: 90d\n---\n# O\n");
        }),
        ("delete the front page", |sources| remove(sources, "content/index.md")),
    ];
    for (what, edit) in edits {
        edit(&mut handbook.sources);
        handbook.compare(what);
    }
}

#[test]
fn random_edits_equal_a_build_from_nothing() {
    let steps = std::env::var("OPSBOOK_ORACLE_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(STEPS);
    let mut handbook = Edited::start();
    let mut random = Random(0x5EED);
    for step in 0..steps {
        let what = random_edit(&mut handbook.sources, &mut random);
        handbook.compare(&format!("step {step}: {what}"));
    }
}

/// Names rule files.
const RULED: &str = "[output.html]\nsite-url = 'https://h.example/'\n[alerts]\nrules = ['alerts/*.yaml']\n";

/// Rules that lead to a page, to a section and nowhere.
const RULES: &str = "groups:
- name: g
  rules:
  - alert: OtherDown
    expr: up == 0
    for: 5m
    labels: { severity: critical }
    annotations: { summary: It is down, runbook_url: 'https://h.example/alert/OtherDown.html' }
  - alert: B
    expr: b < 1
    labels: { severity: warning }
    annotations: { runbook_url: 'https://h.example/other.html#stop-it' }
  - alert: C
    labels: { severity: page }
";

/// A process with a branch to a step that isn't there.
const PROCESS: &str = "# P

## Steps

1. **Ops team** opens the issue (GitHub)
2. **QA team** tests: does it pass?
   - no → 1
   - yes → 4
";
/// A matrix whose rows or columns are the roles, as the registry says, and bullets that say what each does.
const RACI: &str = "# Who\n\n| | Build | Ship |\n|-|-|-|\n| Wizards | A | R |\n| Ops lead | C | A/I |\n\n\
## One\n\n- Ops lead says\n- Wizards do\n\n## Two\n\n- Ops lead looks\n- Wizards mend\n";

/// Placeholders, a command that destroys, a session, lines pointed out and a check list.
const RUNBOOK: &str = "---
placeholders:
  pod: { description: The pod, example: a, pattern: '[a-z]+' }
  bare: Bare
---
# Run

```bash
kubectl delete pod <pod> <pods> # `<bare>`
```

```console title=\"x\" {1}
$ echo <pod>
<pod>
```

- [ ] look at `<pod>`
";

/// Waives two findings.
const WAIVING: &str = "---
waivers:
  - { finding: unfinished-section, about: Mitigation, until: 2026-12-01, reason: x }
---
# Down

## Meaning

<!-- opsbook: waive broken-link until 2026-11-25: it moves -->

[gone](gone.md)

## Impact

y

## Diagnosis

z

## Mitigation

TODO
";

/// Answers for an alert, and shows an image.
const ALERTING: &str = "---
type: alert-runbook
owner: ops
reviewed: 2026-11-02
review_every: 90d
alerts: [Down]
---
# It is down

First this.

## Meaning

![what it looks like](../images/i.png)

## Impact

y

## Diagnosis

z[^1]

## Mitigation

1. **Ops** restarts it

### Verify

<b>raw</b> <img src=\"../images/i.png\" alt=\"i\">

## More

[^1]: A note.
";

/// Reports an incident with all that lists show of it.
const INCIDENT: &str = "---
title: Full
type: incident-report
severity: minor
started: 2026-10-06T04:10Z
resolved: 2026-10-06T07:15Z
services: [nats]
alerts: [Full]
causes: [Nobody looked]
---

## Timeline

All times are UTC.

- 04:10 Disk full
- 07:15 Resolved

| Action | Owner | Due | Status |
|-|-|-|-|
| Raise it | ops | 2026-12-01 | open |
";

/// Lists a finding that is there often and one that is there never.
const BASELINE: &str = "{\"opsbookBaseline\":1}
{\"path\":\"content/guides/a.md\",\"code\":\"broken-link\",\"message\":\"broken link: there is no 'guides/b.md'\"}
{\"path\":\"content/guides/never.md\",\"code\":\"broken-link\",\"message\":\"broken link: there is no 'x.md'\",\"count\":2}
";

/// A handbook being edited, with the caches that its builds have warmed.
struct Edited {
    sources: Sources,
    cache: Cache,
    /// That of a preview, which renders single files and never the whole site.
    preview: Cache,
    /// What single builds published and left, each in its turn.
    published: BTreeMap<SitePath, Arc<[u8]>>,
    pages: Vec<u8>,
    highlighting: Vec<u8>,
    steps: usize,
}

/// Of how many files a preview renders one in each step; the next step takes the next ones.
const PREVIEWED: usize = 4;

impl Edited {
    fn start() -> Self {
        let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
        put(&mut sources, "book.toml", "[book]\ntitle = \"Test\"\n\n[types]\nalert-runbook = [\"runbooks/*.md\"]\n");
        put(&mut sources, "content/index.md", "# Home\n\n[A](guides/a.md) ![i](images/i.png)\n");
        put(&mut sources, "content/guides/a.md", "# A\n\n```bash\necho a\n```\n\n[b](b.md#two)\n");
        put(&mut sources, "content/guides/b.md", "# B\n\n## Two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
        put(&mut sources, "content/runbooks/down.md", "# Down\n\n## Meaning\n\nx\n\n## Impact\n\ny\n\n## Diagnosis\n\nz\n\n## Mitigation\n\nTODO\n");
        sources.assets.insert(path("content/images/i.png"), Asset { length: 10, modified_ns: 1 });
        Self {
            sources,
            cache: Cache::default(),
            preview: Cache::default(),
            published: BTreeMap::new(),
            pages: Vec::new(),
            highlighting: Vec::new(),
            steps: 0,
        }
    }

    fn compare(&mut self, what: &str) {
        let warm = everything(&self.sources, &mut self.cache);
        let cold = everything(&self.sources, &mut Cache::default());
        assert_eq!(warm.0, cold.0, "findings differ after: {what}");
        assert_eq!(warm.2, cold.2, "suppressed findings differ after: {what}");
        assert_eq!(warm.1.is_some(), cold.1.is_some(), "only one has a site after: {what}");
        let (findings, suppressed) = (cold.0, cold.2);
        let (warm, cold) = (warm.1.unwrap_or_default().files, cold.1.unwrap_or_default().files);
        assert_eq!(warm.keys().collect::<Vec<_>>(), cold.keys().collect::<Vec<_>>(), "files differ after: {what}");
        for (path, file) in &cold {
            assert!(warm.get(path) == Some(file), "'{path}' differs after: {what}");
        }
        self.compare_preview(&cold, what);
        let lean = self.compare_build(&cold, what);
        assert_eq!(lean.diagnostics, findings, "findings of a single run differ after: {what}");
        assert_eq!(lean.suppressed, suppressed, "suppressed findings of a single run differ after: {what}");
    }

    /// Every file that a preview renders is the one that a build from nothing gives.
    fn compare_preview(&mut self, cold: &BTreeMap<SitePath, SiteFile>, what: &str) {
        let build = compile(&self.sources, &mut self.preview);
        self.steps += 1;
        for (path, file) in cold.iter().skip(self.steps % PREVIEWED).step_by(PREVIEWED) {
            let shown = build.file(&self.sources, &mut self.preview, path);
            assert!(shown.as_ref() == Ok(&Some(file.clone())), "the preview of '{path}' differs after: {what}");
        }
        for nowhere in ["nowhere.html", "guides/a.md.html", "guides", "css/nowhere.css"].map(path) {
            let shown = build.file(&self.sources, &mut self.preview, &nowhere);
            assert!(cold.is_empty() || cold.contains_key(&nowhere) || shown == Ok(None), "the preview has a '{nowhere}' after: {what}");
        }
        let not_found = build.not_found(&self.sources, &mut self.preview);
        assert!(cold.is_empty() || not_found.is_some_and(|place| cold.contains_key(&place)), "no page for what isn't there after: {what}");
    }
}

impl Edited {
    /// A build that finds what the one before published and left gives what a build from nothing gives.
    /// Its documents are lean, as those of a large handbook are.
    fn compare_build(&mut self, cold: &BTreeMap<SitePath, SiteFile>, what: &str) -> Build {
        let mut cache = Cache::for_one_lean_run();
        cache.take_in_pages(Digest::of(b"oracle"), self.pages.clone());
        cache.take_in_highlighting(self.highlighting.clone());
        let mut build = compile(&self.sources, &mut cache);
        let folder = Folder::of(std::mem::take(&mut self.published));
        let site = build.site_on(&folder, &self.sources, &mut cache);
        assert_eq!(site.is_none(), cold.is_empty(), "only one has a site after: {what}");
        let Some(site) = site else {
            self.published = folder.published;
            return build;
        };
        let bytes = folder.bytes(&site);
        assert!(site.files.keys().eq(cold.keys()), "a build that isn't the first has other files after: {what}");
        for (path, file) in cold {
            let is_same = if let SiteFile::Bytes(cold) = file { bytes.get(path) == Some(cold) } else { site.files.get(path) == Some(file) };
            assert!(is_same, "'{path}' of a build that isn't the first differs after: {what}");
        }
        self.published = bytes;
        self.pages = cache.pages().unwrap_or_else(|| std::mem::take(&mut self.pages));
        self.highlighting = cache.highlighting().unwrap_or_else(|| std::mem::take(&mut self.highlighting));
        build
    }
}

fn everything(sources: &Sources, cache: &mut Cache) -> (Vec<Diagnostic>, Option<Site>, Vec<Suppressed>) {
    let mut build = compile(sources, cache);
    let site = build.site(sources, cache);
    (build.diagnostics, site, build.suppressed)
}

fn path(path: &str) -> SitePath {
    SitePath::new(path).expect("the tests name valid paths")
}

fn put(sources: &mut Sources, name: &str, text: &str) {
    sources.insert(path(name), text);
}

fn include(sources: &mut Sources, name: &str, text: &str) {
    sources.included.insert(path(name), Ok(Source::new(path(name), text)));
}

fn remove(sources: &mut Sources, name: &str) {
    sources.texts.remove(&path(name));
}

/// A source, whose folder is mounted by [`mount`].
const MOUNT: &str = "[[source]]\nat = \"pay\"\ngit = \"../pay\"\nowner = \"ops\"\nreview_every = \"90d\"\n";

fn mount(sources: &mut Sources, commit: &str) {
    let copy = Copied { repository: "../pay".to_owned(), reference: "main".to_owned(), commit: commit.to_owned(), fetched: None };
    let (at, folder) = (path("content/pay"), "/pay".into());
    let mount = Mount { at, folder, shown: "pay".to_owned(), inside: "docs".to_owned(), copy: Some(copy), why: None, is_refused: false };
    sources.mounts = Mounts::new(vec![mount]);
}

/// A small generator of pseudo-random numbers (xorshift), the same sequence on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn document(&mut self) -> String {
        let folder = ["guides", "runbooks", "guides/deep", "processes"][self.below(4) as usize];
        format!("content/{folder}/{}.md", ["a", "b", "c", "d", "index"][self.below(5) as usize])
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        if self.below(3) == 0 {
            let kind = ["alert-runbook", "process", "decision-record", "nonsense"][self.below(4) as usize];
            let _ = writeln!(
                text,
                "---\ntype: {kind}\nowner: Team {}\nalerts: [{}{}]\nweight: {}\naliases: [guides/{}.html]\nformer_anchors: {{ was: {} }}\nplaceholders: {{ pod: {{ default: {} }} }}\nwaivers:\n  - {{ finding: missing-section, until: 2026-12-01, reason: r }}\n---",
                self.below(3),
                ["A", "a"][self.below(2) as usize],
                self.below(9),
                self.below(5),
                ["a", "b", "old", "index"][self.below(4) as usize],
                ["meaning", "impact", "step-1", "was"][self.below(4) as usize],
                ["a", "b"][self.below(2) as usize]
            );
        }
        let _ = writeln!(text, "# Title {}\n", self.below(4));
        for _ in 0..self.below(6) {
            let title = ["Meaning", "Impact", "Diagnosis", "Mitigation", "Context", "Mitigations", "Steps"][self.below(7) as usize];
            let _ = writeln!(text, "## {title}\n");
            if self.below(4) == 0 {
                let code = ["unfinished-section", "broken-link", "section-level", "nonsense"][self.below(4) as usize];
                let _ = writeln!(text, "<!-- opsbook: waive {code} until 2026-12-0{}: a reason -->\n", self.below(5));
            }
            match self.below(8) {
                0 => text.push_str("TODO\n\n"),
                6 => {
                    let part = ["x.sh", "x.sh:r", "x.sh:2", "y.sh"][self.below(4) as usize];
                    let _ = writeln!(text, "```bash\n{{{{#include /../scripts/{part}}}}}\n```\n");
                }
                7 => {
                    let _ = writeln!(text, "{{{{#include {}.md}}}}\n", ["a", "b", "../guides/c", "nowhere"][self.below(4) as usize]);
                }
                1 => {
                    let _ = writeln!(text, "[link](../{}.md#meaning)\n", ["guides/a", "runbooks/b", "index", "nowhere"][self.below(4) as usize]);
                }
                2 => {
                    let _ = writeln!(
                        text,
                        "```{}\n{} {}\n```\n",
                        ["bash", "yaml", "", "console {1}", "bash safe"][self.below(5) as usize],
                        ["echo", "$ rm -rf", "rm -r <pod>"][self.below(3) as usize],
                        self.below(3)
                    );
                }
                3 => text.push_str("```\nnever closed\n"),
                4 => text.push_str("<b>raw</b> <script>x()</script> text\n\n"),
                _ => text.push_str("1. **Ops team** does it (GitHub)\n2. **QA team** checks\n\n"),
            }
        }
        text
    }
}

/// Changes one line of a document that is there.
fn small_edit(sources: &mut Sources, random: &mut Random) -> String {
    let documents: Vec<SitePath> = sources.texts.keys().filter(|path| path.is_markdown()).cloned().collect();
    let Some(document) = documents.get(random.below(documents.len().max(1) as u64) as usize) else { return "nothing to edit".to_owned() };
    let text = sources.text(document.as_str()).map(|source| source.text.to_string()).unwrap_or_default();
    let mut lines: Vec<&str> = text.lines().collect();
    let at = random.below(lines.len() as u64 + 1) as usize;
    let line = [
        "One more sentence.",
        "## Impact",
        "# Another title",
        "",
        "[there](../guides/a.md#impact) and [here](#impact)",
        "[a step](../processes/a.md#step-1)",
        "![i](../images/i.png)",
        "1. **QA team** looks (GitHub)",
        "next: guides/b.md",
        "weight: 3",
        "Ask the Ops team, said [^1].",
        "---",
    ][random.below(12) as usize];
    if random.below(3) == 0 && at < lines.len() {
        lines[at] = line;
    } else {
        lines.insert(at, line);
    }
    let text = lines.join("\n") + "\n";
    sources.insert(document.clone(), text);
    format!("line {at} of {document}: {line}")
}

fn random_edit(sources: &mut Sources, random: &mut Random) -> String {
    match random.below(23) {
        21 => {
            if random.below(3) == 0 {
                remove(sources, "urls.lock");
            } else {
                let anchors = ["", "  #meaning\n", "  #meaning\n  #step-1\n", "  oops\n"][random.below(4) as usize];
                put(sources, "urls.lock", &format!("guides/a.html\n{anchors}runbooks/b.html\nrunbooks/b.incident.html\n{anchors}"));
            }
            "urls.lock".to_owned()
        }
        22 => {
            let text = ["echo 1\n", "# ANCHOR: r\necho 2\n# ANCHOR_END: r\n", "# ANCHOR: r\n{{#include ../content/guides/a.md:1:3}}\n"]
                [random.below(3) as usize];
            if random.below(3) == 0 {
                sources.included.remove(&path("scripts/x.sh"));
            } else {
                include(sources, "scripts/x.sh", text);
            }
            format!("included file: {text}")
        }
        15 | 16 => small_edit(sources, random),
        17 => {
            let image = path(["content/images/i.png", "content/guides/a.html", "content/x.svg"][random.below(3) as usize]);
            if random.below(3) == 0 {
                sources.assets.remove(&image);
            } else {
                sources.assets.insert(image.clone(), Asset { length: [5, 3_000_000][random.below(2) as usize], modified_ns: random.below(3) });
            }
            format!("asset {image}")
        }
        18 => {
            let (name, text) = [
                ("themes/css/base/own.css", "a { color: red }"),
                ("themes/not-found.html", "{{ title }}"),
                ("themes/page.html", "{% extends \"opsbook/page.html\" %}"),
                ("themes/page.html", "{{ nowhere.at.all }}"),
                ("themes/page.html", "{% if"),
            ][random.below(5) as usize];
            if random.below(3) == 0 {
                put(sources, name, text);
            } else {
                remove(sources, name);
            }
            format!("theme {name}")
        }
        19 => {
            let text = [
                "[build]\nassets = \"linked\"\n[output.html.print]\nenable = true\n",
                "[output.html]\nmarkdown = false\nlogo = \"content/images/i.png\"\n[output.html.print]\nenable = false\n",
                "[output.html.search]\nenable = false\n",
                "[output.html]\nsite-url = \"https://docs.example/x/\"\nraw-html = \"trust\"\n",
            ][random.below(4) as usize];
            put(sources, "book.toml", text);
            format!("book.toml: {text}")
        }
        20 => {
            let document = path(&random.document());
            sources.changes.insert(document.clone(), jiff::Timestamp::from_second(1_795_132_799 + random.below(9).cast_signed()).expect("a moment"));
            format!("git dates {document}")
        }
        0..=5 => {
            let (name, text) = (random.document(), random.text());
            put(sources, &name, &text);
            format!("write {name}:\n{text}")
        }
        6 | 7 => {
            let name = random.document();
            remove(sources, &name);
            format!("delete {name}")
        }
        8 => {
            let (from, to) = (random.document(), random.document());
            if let Some(source) = sources.texts.remove(&path(&from)) {
                put(sources, &to, &source.text);
            }
            format!("rename {from} to {to}")
        }
        9 => {
            let text =
                ["", "[book]\ntitle = \"T\"\n", "[types]\nprocess = [\"processes/**\"]\n", "[checks]\nmissing-section = \"warning\"\n", "[boo"]
                    [random.below(5) as usize];
            put(sources, "book.toml", text);
            format!("book.toml: {text}")
        }
        10 => {
            let named = "roles: { ops-team: { name: Ops team, escalates_to: QA team }, qa-team: QA team }\nplatforms: { github: GitHub }\n";
            let text = ["", named, "roles: { a: { escalates_to: b } }\n", "rols:\n", "roles: [\n"][random.below(5) as usize];
            put(sources, "content/registry.yaml", text);
            format!("registry.yaml: {text}")
        }
        11 => {
            let schema = [
                "type: alert-runbook\ntitle: R\nsections:\n  - { id: meaning, title: Meaning }\n",
                "type: alert-runbook\nextends: process\nsections: [{ title: Impact, forbidden: true }]\nother_sections: warn\n",
                "type: alert-runbook\nextends: alert-runbook\nfront_matter: { weight: { unique: folder }, next: { type: document, back: of } }\n\
                 referenced_by: [{ type: process }]\nsections: [{ title: Step, pattern: '^step', times: { at_least: 2 }, contains: { words: 9 } }]\n",
            ][random.below(3) as usize];
            if random.below(2) == 0 {
                put(sources, "schemas/alert-runbook.yaml", schema);
            } else {
                remove(sources, "schemas/alert-runbook.yaml");
            }
            "schema".to_owned()
        }
        12 => {
            sources.today = [None, Some(date(2026, 11, 20)), Some(date(2026, 12, 24))][random.below(3) as usize];
            sources.lines = random.below(2) == 0;
            format!("today: {:?}, lines: {}", sources.today, sources.lines)
        }
        13 => {
            // Part of what the handbook shows now becomes its baseline.
            let build = compile(sources, &mut Cache::default());
            let listed: Vec<Diagnostic> = build.diagnostics.into_iter().filter(|_| random.below(3) > 0).collect();
            put(sources, "baseline.jsonl", &Baseline::write(&listed, None).text);
            sources.baseline = (random.below(2) == 0).then(|| path("baseline.jsonl"));
            format!("baseline: {:?}", sources.baseline)
        }
        _ => {
            if random.below(2) == 0 {
                put(sources, "content/SUMMARY.md", "- [A](guides/a.md)\n  - [B](runbooks/b.md)\n");
            } else {
                remove(sources, "content/SUMMARY.md");
            }
            "navigation".to_owned()
        }
    }
}
