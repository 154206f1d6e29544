use std::sync::Arc;

use super::*;
use crate::blocks::Blocks;
use crate::document::Document;
use crate::handbook::{Checked, Handbook, Known, Parts};
use crate::registry::Registry;
use crate::schema::rules::incident::IncidentPart;
use crate::schema::{self, Schemas};
use crate::source::{Asset, Source, Sources};

fn handbook(files: &[(&str, &str)], assets: &[(&str, u64)]) -> Handbook {
    let schemas: Schemas = schema::load(&Sources::default(), &mut Vec::new());
    let source = |path: &str, text: &str| Source::new(SitePath::new(path).unwrap(), text);
    let registry = files.iter().find(|(path, _)| *path == "registry.yaml").map(|(path, text)| source(path, text));
    let registry = Registry::parse(registry.as_ref(), &mut Vec::new());
    let mut documents: Vec<Arc<Checked>> = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| *path != "registry.yaml") {
        let document = Arc::new(Document::parse(&source(path, text)).0);
        let schema = schemas.type_of(&document, &document.path, &mut Vec::new());
        let binding = schema.map(|schema| {
            let conformance = Arc::new(schema::bind(&schema, &document));
            (schema, conformance)
        });
        let blocks = Arc::new(Blocks::read(&document, &registry).0);
        documents.push(Checked::new(document, blocks, binding));
    }
    Handbook::resolve(
        Parts {
            config: Arc::default(),
            registry: Arc::new(registry),
            rules: Arc::default(),
            content: String::new(),
            documents,
            summary: None,
            lock: None,
            assets: &assets.iter().map(|(path, length)| (SitePath::new(path).unwrap(), Asset { length: *length, modified_ns: 1 })).collect(),
            unreadable: &BTreeMap::new(),
        },
        &mut Known::default(),
    )
}

#[test]
fn places_are_those_that_nobody_has() {
    let runbook = "---\nalerts: [Down]\n---\n# Two words\n";
    let handbook = handbook(&[("a.md", runbook), ("a.Incident.md", "# X\n"), ("alert/down.md", "# Mine\n"), ("alert/index.md", "# Mine\n")], &[]);
    let runbooks = &handbook.runbooks;
    assert_eq!(runbooks.all[0].address.as_str(), "a.incident-2.html");
    assert_eq!(runbooks.alert("DOWN").unwrap().address, SitePath::new("all/alert/Down.html"));
    assert_eq!(runbooks.index.as_ref().unwrap().as_str(), "all/alert/index.html");
}

#[test]
fn a_document_is_a_runbook_by_its_type_or_its_alerts() {
    let handbook = handbook(
        &[
            ("a.md", "---\ntype: alert-runbook\n---\n# KubeDown\n"),
            ("b.md", "---\ntype: alert-runbook\n---\n# Two words\n"),
            ("c.md", "---\ntype: decision-record\n---\n# C\n"),
            ("d.md", "---\ntype: troubleshooting\n---\n# D\n"),
            ("e.md", "# E\n"),
            ("f.md", "---\nalerts: F\n---\n# Two words\n"),
            ("index.md", "---\ntype: alert-runbook\n---\n# Runbooks\n"),
        ],
        &[],
    );
    let runbooks = handbook.runbooks.all.iter();
    let all: Vec<String> = runbooks.map(|runbook| format!("{}: {}", handbook.pages[runbook.page].path, runbook.alerts.join(", "))).collect();
    assert_eq!(all, ["a.md: KubeDown", "b.md: b", "d.md: ", "f.md: F", "index.md: "]);
}

/// The sections of a document with their parts.
fn parts(text: &str) -> Vec<(String, &'static str)> {
    let handbook = handbook(&[("a.md", text)], &[]);
    let page = &handbook.pages[0];
    let titles = page.document.sections.iter().map(|section| section.title.to_string());
    titles.zip(incident_parts(page)).map(|(title, part)| (title, part.map_or("-", IncidentPart::word))).collect()
}

#[test]
fn sections_are_parts_by_their_schema_and_else_by_their_words() {
    let typed = "---\ntype: alert-runbook\n---\n# Down\n## What it means\n## Impact\n## Background\n### Steps\n## Mitigation\n### Rollback\n### Detail\n#### Verify\n## Steps\n";
    assert_eq!(
        parts(typed).iter().map(|(title, part)| (title.as_str(), *part)).collect::<Vec<_>>(),
        [
            ("Down", "-"),
            ("What it means", "meaning"),
            ("Impact", "impact"),
            ("Background", "-"),
            ("Steps", "-"),
            ("Mitigation", "actions"),
            ("Rollback", "roll-back"),
            ("Detail", "actions"),
            ("Verify", "verify"),
            // The schema has said what the actions are.
            ("Steps", "-"),
        ]
    );
    let free = "# Meaning\nx\n# Fix\n## Escalation\n# Notes\n";
    assert_eq!(parts(free).iter().map(|(_, part)| *part).collect::<Vec<_>>(), ["meaning", "actions", "escalation", "-"]);
}

#[test]
fn images_are_carried_as_far_as_there_is_room() {
    let text = "---\nalerts: A\n---\n# A\n![1](1.png) ![2](2.svg) ![3](big.png) ![4](4.zip) ![5](5.jpg) ![5](5.jpg) ![6](6.png) ![7](7.png) ![8](8.png) [9](9.png)\n";
    let megabyte = 1 << 20;
    let assets = [
        ("1.png", megabyte),
        ("2.svg", 10),
        ("big.png", megabyte + 1),
        ("4.zip", 1),
        ("5.jpg", megabyte),
        ("6.png", megabyte),
        ("7.png", megabyte - 10),
        ("8.png", 0),
        ("9.png", 1),
    ];
    let handbook = handbook(&[("a.md", text)], &assets);
    let inside: Vec<(&str, bool)> = handbook.runbooks.all[0].pictures.iter().map(|(place, picture)| (place.as_str(), picture.inside)).collect();
    assert_eq!(
        inside,
        [("1.png", true), ("2.svg", true), ("4.zip", false), ("5.jpg", true), ("6.png", false), ("7.png", true), ("8.png", true), ("big.png", false)]
    );
}

#[test]
fn whoever_is_called_has_a_contact_and_a_next() {
    let registry = "roles:\n  ops: { name: Ops, contact: '+32 2 555', escalates_to: [lead, ops] }\n  lead: { name: Lead, escalates_to: ops }\n";
    let handbook =
        handbook(&[("registry.yaml", registry), ("a.md", "---\nalerts: A\nowner: ops\n---\n# A\n"), ("b.md", "---\nowner: Nobody\n---\n# B\n")], &[]);
    let of = |page: usize| {
        escalation(&handbook, &handbook.pages[page]).into_iter().map(|person| (person.step, person.name, person.contacts)).collect::<Vec<_>>()
    };
    assert_eq!(of(0), [(0, "Ops".to_owned(), vec!["+32 2 555".to_owned()]), (1, "Lead".to_owned(), Vec::new())]);
    assert_eq!(of(1), [(0, "Nobody".to_owned(), Vec::new())]);
}
