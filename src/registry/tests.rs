use super::*;
use crate::source::SitePath;

fn parse(text: &str) -> (Registry, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let source = Source::new(SitePath::new("content/registry.yaml").unwrap(), text);
    (Registry::parse(Some(&source), &mut diagnostics), diagnostics)
}

fn faults(text: &str) -> Vec<String> {
    let (_, diagnostics) = parse(text);
    diagnostics.iter().map(|found| format!("{} | {} | {}", found.span.of(text), found.message, found.label)).collect()
}

/// A registry that uses every key.
const FULL: &str = include_str!("../../tests/registries/full.yaml");

#[test]
fn every_part_is_read() {
    let (registry, diagnostics) = parse(FULL);
    assert_eq!(diagnostics, []);
    insta::assert_debug_snapshot!(registry.roles);
    assert_eq!(
        registry.environments.iter().map(|environment| environment.names.name.as_str()).collect::<Vec<_>>(),
        ["Devnet", "Mainnet", "Staging", "Staging"]
    );
    assert_eq!(registry.labels[0].resolve_within.as_ref().unwrap().length, Some(Length { count: 2, unit: Unit::BusinessDay }));
    assert_eq!(registry.labels[1].resolve_within.as_ref().unwrap().length, None);
    assert_eq!(registry.freezes[0].from, Moment::Weekly(Weekday::Thursday, TimeOfDay { minutes: 0 }));
    assert_eq!(registry.support[0].days, [Weekday::Friday, Weekday::Saturday]);
    assert_eq!(registry.reviews[0].every, Length { count: 1, unit: Unit::Week });
    assert_eq!(registry.calendars[0].holidays.iter().map(|day| day.date.to_string()).collect::<Vec<_>>(), ["2026-12-25", "2027-01-01"]);
    assert_eq!(registry.glossary[0].names.name, "QA label");
    for empty in [
        registry.platforms.len(),
        registry.approvals.len(),
        registry.decisions.len(),
        registry.permissions.len(),
        registry.channels.len(),
        registry.naming.len(),
        registry.contacts.len(),
    ] {
        assert!(empty > 0);
    }
    assert!(registry.has_roles() && !registry.is_empty());
}

/// The reference in `full.yaml` must not miss a key, or nobody would test how it is read.
#[test]
fn the_full_registry_uses_every_key() {
    use crate::data::{KeyDocs, Shape};
    fn unused(keys: &[KeyDocs], within: &str, found: &mut Vec<String>) {
        for key in keys {
            if !FULL.contains(&format!("{}:", key.key)) {
                found.push(format!("{within}.{}", key.key));
            }
            let (Shape::Map(of) | Shape::List(of)) = &key.shape else { continue };
            let shapes = if let Shape::Either(shapes) = of { shapes } else { std::slice::from_ref(*of) };
            for shape in shapes {
                if let Shape::Table(keys) = shape {
                    unused(keys, key.key, found);
                }
            }
        }
    }
    let mut found = Vec::new();
    unused(SECTIONS, "registry", &mut found);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_role_is_found_by_each_of_its_names() {
    let (registry, _) = parse("roles:\n  ops-lead: { name: Ops lead, aliases: [OPS lead, operations lead] }\n  qa-team:\n  architect: Architect\n");
    for name in ["ops-lead", "Ops lead", "OPS LEAD", "Operations  lead", "Ops lead:"] {
        assert_eq!(registry.role(name).map(|role| role.names.id.as_str()), Some("ops-lead"), "{name}");
    }
    assert_eq!(registry.role("QA team").map(|role| role.names.name.as_str()), Some("Qa team"));
    assert!(registry.role("ops").is_none());
    assert_eq!(
        registry.role_names().collect::<Vec<_>>(),
        ["ops-lead", "Ops lead", "OPS lead", "operations lead", "qa-team", "Qa team", "architect", "Architect"]
    );
}

#[test]
fn no_file_is_an_empty_registry() {
    let mut diagnostics = Vec::new();
    let none = Registry::parse(None, &mut diagnostics);
    assert!(none.is_empty() && !none.has_roles() && diagnostics.is_empty());
    let (empty, diagnostics) = parse("# nothing yet\n");
    assert!(empty.is_empty() && diagnostics.is_empty() && empty.digest != none.digest);
}

#[test]
fn faults_are_located_and_mended() {
    for (text, expected) in [
        ("rols:\n  a: A\n", "rols | unknown key 'rols' in the registry | did you mean 'roles'?"),
        ("roles:\n  a: { nam: A }\n", "nam | unknown key 'nam' in the role 'a' | did you mean 'name'?"),
        ("roles: [a]\n", " | 'roles' must be a mapping, not a list | "),
        ("roles:\n  a: [b]\n", " | the role 'a' must be a mapping, not a list | "),
        ("- a\n", " | the registry must be a mapping, not a list | "),
        ("just words\n", "just words | the registry must be a mapping, not text | "),
        ("roles:\n  a: { name: [x] }\n", " | 'name' of the role 'a' must be text, not a list | "),
        ("roles:\n  '🚀': { name: A }\n", "'🚀' | '🚀' can't be the name of a role: it has no words | "),
        ("roles:\n  a: { aliases: [Ops] }\n  b: { aliases: [ops] }\n", "ops | two roles answer to the name 'ops' | 'a' is called so too"),
        ("roles:\n  a: { name: X }\n  b: { name: X }\n", "b | two roles answer to the name 'X' | 'a' is called so too"),
        ("roles:\n  ops-lead:\n  b: { escalates_to: ops-led }\n", "ops-led | no role is called 'ops-led' | did you mean 'ops-lead'?"),
        ("roles:\n  a: { escalates_to: a }\n", "a | escalation goes in a circle: A → A | "),
        ("roles:\n  a: { escalates_to: b }\n  b: { escalates_to: [c, a] }\n  c:\n", "a | escalation goes in a circle: A → B → A | "),
        ("reviews: [{ what: Audit, every: week, owner: nobody }]\n", "nobody | no role is called 'nobody' | "),
        ("reviews: [{ what: Audit, every: fortnight, owner: a }]\nroles: { a: A }\n", "fortnight | 'every' of a review can't be 'fortnight' | "),
        ("reviews: [{ what: Audit, every: week }]\n", "what | a review has no 'owner' | "),
        ("reviews: [{ what: Audit, evry: week, owner: a }]\nroles: { a: A }\n", "evry | unknown key 'evry' in a review | did you mean 'every'?"),
        ("labels: { a: { resolve_within: 2 dys } }\n", "2 dys | 'resolve_within' of the label 'a' can't be '2 dys' | "),
        ("labels: { a: { platform: githb } }\nplatforms: { github: GitHub }\n", "githb | no platform is called 'githb' | did you mean 'github'?"),
        ("freezes: [{ what: x, from: Thorsday, until: Sunday }]\n", "Thorsday | 'from' of a freeze can't be 'Thorsday' | "),
        (
            "freezes: [{ what: x, from: Thursday, until: 2026-12-24 }]\n",
            "2026-12-24 | a freeze begins every week and ends once, or the other way round | ",
        ),
        ("freezes: [{ what: x, from: Monday, until: Sunday, zone: 'a b' }]\n", "'a b' | 'zone' of a freeze can't be 'a b' | "),
        (
            "freezes: [{ what: x, from: Monday, until: Sunday, environments: tesnet }]\nenvironments: [testnet]\n",
            "tesnet | no environment is called 'tesnet' | did you mean 'testnet'?",
        ),
        ("environments: [a, { id: A }]\n", "id | two environments answer to the name 'A' | 'a' is called so too"),
        ("environments: [{ id: a, name: S }, { id: b, name: S, scope: web }]\n", ""),
        ("labels: { a: { name: done, platform: x }, b: { name: done, platform: y } }\nplatforms: { x: X, y: Y }\n", ""),
        ("environments: [{ production: true }]\n", "production | an environment has no 'id' | "),
        ("environments: [[a]]\n", " | an environment must be a mapping, not a list | "),
        ("support: [{ role: a, days: [Sonday] }]\nroles: { a: A }\n", "Sonday | 'Sonday' is no day of the week | "),
        ("support: [{ role: a, from: 9 }]\nroles: { a: A }\n", "9 | 'from' of support hours can't be '9' | "),
        ("calendars: { x: { holidays: [2026-02-30] } }\n", "2026-02-30 | '2026-02-30' is no date | "),
        ("naming: [{ what: Branch, pattern: '[a', example: a }]\n", "'[a' | '[a' is not a regular expression: unclosed character class | "),
        ("naming: [{ what: Branch, pattern: 'v\\d+', example: [v1, v1.2] }]\n", "v1.2 | 'v1.2' doesn't follow the pattern of 'Branch' | "),
        (
            "naming: [{ what: Branch, pattern: '((a{99}){99}){99}', example: a }]\n",
            "'((a{99}){99}){99}' | '((a{99}){99}){99}' is not a regular expression: it is too large | ",
        ),
        ("naming: [{ what: Branch, pattern: '(?x) a b # why', example: ab }]\n", ""),
        ("naming: [{ what: Branch, pattern: a }]\n", "what | a naming pattern has no 'example' | "),
        ("glossary: { ADR: { source: x } }\n", "ADR | the term 'ADR' has no 'meaning' | "),
    ] {
        let found = faults(text);
        let expected: Vec<&str> = Some(expected).filter(|line| !line.is_empty()).into_iter().collect();
        assert!(found.len() == expected.len() && found.iter().zip(&expected).all(|(found, line)| found.ends_with(line)), "{text}: {found:?}");
    }
    assert_eq!(faults("roles: [\n").len(), 1);
}

/// Long chains and many circles are answered at once; each circle names a few roles only.
#[test]
fn thousands_of_roles_are_no_burden() {
    use std::fmt::Write;
    let mut text = "roles:\n".to_owned();
    for role in 0..4000 {
        let _ = writeln!(text, "  r{role}: {{ escalates_to: [r{}, r0, nobody{role}] }}", role + 1);
    }
    let (registry, diagnostics) = parse(&text);
    assert_eq!(registry.roles().len(), 4000);
    assert_eq!(diagnostics.len(), 1 + 4000 + 4000);
    assert!(diagnostics.iter().all(|finding| finding.message.len() < 200));
}
