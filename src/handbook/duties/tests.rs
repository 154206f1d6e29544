use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use super::*;
use crate::blocks::Blocks;
use crate::document::Document;
use crate::handbook::{Checked, Known, Parts};
use crate::source::{SitePath, Source};

const REGISTRY: &str = "roles:
  ops-team: { name: Ops team, aliases: [OPS], description: Runs it., escalates_to: ops-lead, contact: ops@x.example }
  ops-lead: { name: Ops lead, escalates_to: board, contact: '#lead' }
  board: Board
platforms: { github: GitHub }
environments: [testnet, { id: web, name: production, production: true }, { id: api, name: production, scope: API }]
labels: { done: { meaning: Verified, set_by: OPS, platform: github } }
freezes: [{ what: releases, from: Thursday, until: Sunday, environments: testnet, source: a.md }]
support: [{ role: ops-team, days: [Friday, Saturday], from: 09:00, until: 21:00, zone: UTC, on_call: true, for: Critical matters }]
approvals: [{ kind: Standard approval, by: [ops-team, OPS], within: 2 days, for: pipelines, source: 'a.md#steps' }]
reviews: [{ what: Audit, every: 2 weeks, owner: ops-team }]
decisions: [{ domain: Operational, by: ops-team, what: Provisioning }]
permissions: [{ role: ops-team, allowed: push, not_allowed: edit by hand, environments: [web, testnet] }]
channels: [{ urgency: now, what: It is down, contact: '#down', platform: github, role: ops-team }]
glossary: { ADR: { meaning: A record., source: a.md } }
contacts: { pager: { name: Pager, contact: 'https://pager.example', role: ops-team } }
";

const TEXT: &str = "---
owner: OPS
reviewed: 2026-01-02
---
# A

## Launch

1. **Ops team** opens the issue (GitHub, testnet)
9. **Ops lead** looks at it
10. **Ops lead and OPS** close the issue (GitHub)

## Who

| Activity | Ops team | Ops lead |
|---|---|---|
| Deploy | A/R | C |
| Rest | | A/R |

## Before

- Ops team prepares
- Ops lead looks

## After

- OPS cleans up
- Ops lead tells everybody

## Action items

| Action | Owner | Due | Status |
|---|---|---|---|
| Alert earlier | Ops team | | Done |
| Add a test | OPS | 2026-05-01 | open |
";

fn handbook() -> Handbook {
    handbook_of(TEXT)
}

fn handbook_of(text: &str) -> Handbook {
    let source = |path: &str, text: &str| Source::new(SitePath::new(path).unwrap(), text);
    let mut faults = Vec::new();
    let registry = Registry::parse(Some(&source("registry.yaml", REGISTRY)), &mut faults);
    assert!(faults.is_empty(), "{faults:?}");
    let document = Document::parse(&source("a.md", text)).0;
    let blocks = Blocks::read(&document, &registry).0;
    Handbook::resolve(
        Parts {
            config: Arc::default(),
            registry: Arc::new(registry),
            rules: Arc::default(),
            content: String::new(),
            documents: vec![Checked::new(Arc::new(document), Arc::new(blocks), None)],
            summary: None,
            lock: None,
            assets: &BTreeMap::new(),
            unreadable: &BTreeMap::new(),
        },
        &mut Known::default(),
    )
}

fn shown(sheet: &Sheet) -> String {
    let piece = |piece: &Piece| match &piece.target {
        None => piece.text.clone(),
        Some(Target::Entity(entity)) => format!("{}→{entity:?}", piece.text),
        Some(Target::Page { page, anchor, .. }) => format!("{}→{page}#{}", piece.text, anchor.as_deref().unwrap_or_default()),
        Some(Target::Url(url)) => format!("{}→{url}", piece.text),
    };
    let pieces = |pieces: &[Piece]| pieces.iter().map(piece).collect::<Vec<_>>().join(" | ");
    let mut text = format!("{} ({}): {}\n", sheet.name, sheet.aliases.join(", "), sheet.description.as_deref().unwrap_or("-"));
    for (name, fact) in &sheet.facts {
        writeln!(text, "{name}: {}", pieces(fact)).unwrap();
    }
    for group in &sheet.groups {
        writeln!(text, "{} ({})", group.title, group.total()).unwrap();
        for part in &group.parts {
            part.title.iter().for_each(|title| writeln!(text, "  {}", piece(title)).unwrap());
            for item in &part.items {
                writeln!(text, "  - [{}] {} || {}", item.mark.as_deref().unwrap_or(""), piece(&item.text), pieces(&item.notes)).unwrap();
            }
        }
        if group.more > 0 {
            writeln!(text, "  and {} more", group.more).unwrap();
        }
    }
    text
}

#[test]
fn the_sheet_of_a_role_says_all_that_it_does() {
    let handbook = handbook();
    let duties = Duties::of(&handbook);
    insta::assert_snapshot!(shown(&duties.sheet(&handbook, Entity::Role(0), 100).unwrap()));
}

#[test]
fn other_names_have_sheets_too() {
    let handbook = handbook();
    let duties = Duties::of(&handbook);
    let entities = [Entity::Platform(0), Entity::Environment(0), Entity::Environment(2), Entity::Label(0), Entity::Term(0), Entity::Role(2)];
    let sheets: Vec<String> = entities.into_iter().map(|entity| shown(&duties.sheet(&handbook, entity, 100).unwrap())).collect();
    insta::assert_snapshot!(sheets.join("\n"));
    assert_eq!(duties.sheet(&handbook, Entity::Role(3), 100), None);
}

#[test]
fn examples_are_left_out() {
    let handbook = handbook_of(&TEXT.replace("owner: OPS\n", "owner: OPS\nduties: false\n"));
    let sheet = Duties::of(&handbook).sheet(&handbook, Entity::Role(0), 100).unwrap();
    let groups: Vec<&str> = sheet.groups.iter().map(|group| group.id).collect();
    assert!(!groups.contains(&"steps") && !groups.contains(&"actions"), "{groups:?}");
    assert!(groups.contains(&"documents") && groups.contains(&"approvals"), "{groups:?}");
}

#[test]
fn ticked_check_boxes_are_done() {
    let handbook = handbook_of("# A\n\n## Follow-ups\n\n- [x] Alert earlier (Ops team)\n- [ ] Add a test (Ops team)\n");
    let sheet = Duties::of(&handbook).sheet(&handbook, Entity::Role(0), 100).unwrap();
    let items = sheet.groups.iter().filter(|group| group.id == "actions").flat_map(|group| &group.parts).flat_map(|part| &part.items);
    let marks: Vec<String> = items.map(|item| format!("{} {}", item.mark.as_deref().unwrap_or_default(), item.text.text)).collect();
    assert_eq!(marks, ["open Add a test", "done Alert earlier"]);
}

#[test]
fn each_model_has_its_own_words() {
    let text = "---\nraci_model: DACI\n---\n# A\n\n| Activity | Ops team | Ops lead | Board |\n|---|---|---|---|\n| Choose | D | A | I |\n| Pay | C | D/A | I |\n";
    let handbook = handbook_of(text);
    let duties = Duties::of(&handbook);
    let notes = |role: usize| {
        let sheet = duties.sheet(&handbook, Entity::Role(role), 100).unwrap();
        let parts = sheet.groups.into_iter().filter(|group| group.id == "letters").flat_map(|group| group.parts);
        parts.flat_map(|part| part.items).flat_map(|item| item.notes).map(|note| note.text).collect::<Vec<_>>().join("; ")
    };
    assert_eq!([0, 1].map(notes), ["driver; contributor", "approver; driver, approver"]);
}

#[test]
fn what_is_cut_is_counted() {
    let handbook = handbook();
    let sheet = Duties::of(&handbook).sheet(&handbook, Entity::Role(0), 1).unwrap();
    let group = |id: &str| sheet.groups.iter().find(|group| group.id == id).map(|group| (group.total(), group.more)).unwrap();
    assert_eq!(group("steps"), (2, 1));
    assert_eq!(group("actions"), (2, 1));
    assert_eq!(group("approvals"), (1, 0));
}

#[test]
fn ways_to_reach_somebody_are_links_where_they_are_addresses() {
    for (contact, url) in [
        ("ops@x.example", Some("mailto:ops@x.example")),
        ("https://x.example/a", Some("https://x.example/a")),
        ("javascript:alert(1)@x.y", None),
        ("#ops", None),
        ("ask ops@x.example first", None),
    ] {
        assert_eq!(Piece::contact(contact).target, url.map(|url| Target::Url(url.to_owned())), "{contact}");
    }
}
