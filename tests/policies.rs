//! What five real documents say, held against what people read in them. They lie beside the repository.
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and says what it skips"
)]

use opsbook::blocks::policy::Statement;
use opsbook::blocks::{Blocks, Policy};
use opsbook::document::Document;
use opsbook::registry::{Length, Registry, Weekday};
use opsbook::source::{SitePath, Source};

fn statements(text: &str) -> Vec<Policy> {
    let registry = "roles: { developers: { name: Developers, aliases: Developer }, product-owner: { name: Product owner, aliases: Product owners } }";
    let registry = Registry::parse(Some(&Source::new(SitePath::new("registry.yaml").unwrap(), registry)), &mut Vec::new());
    let (document, _) = Document::parse(&Source::new(SitePath::new("a.md").unwrap(), text));
    Blocks::read(&document, &registry).0.policies
}

/// Each statement in a line, short enough to be read.
fn facts(text: &str) -> Vec<String> {
    let days = |days: &[Weekday]| days.iter().map(|day| Weekday::WORDS[*day as usize].get(..3).unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let length = |length: &Length| format!("{} {:?}", length.count, length.unit);
    let fact = |policy: Policy| match policy.statement {
        Statement::Freeze(week) => format!("freeze closed {:07b} open {:07b}", week.closed, week.open),
        Statement::Support { days: of, on_call } => format!("support {}{}", days(&of), if on_call { " on call" } else { "" }),
        Statement::Label { name, within } => format!("label {name} {}", within.as_ref().map_or("at once".into(), length)),
        Statement::Approval { within } => format!("approval {}", length(&within)),
        Statement::Permission { role, allowed, actions } => {
            format!("{} {} {}", role.map_or_else(String::new, |role| role.name), if allowed { "may" } else { "may not" }, actions.len())
        }
        Statement::Decision { domain, by, .. } => format!("decision {domain}: {}", by.map_or_else(String::new, |by| by.name)),
        Statement::Review { what, every } => format!("review {what} {}", length(&every)),
        Statement::Channel { urgency, steps } => format!("channel {urgency} {}", steps.len()),
        Statement::Naming { pattern, example } => format!("naming {pattern} {}", example.unwrap_or_default()),
    };
    statements(text).into_iter().map(fact).collect()
}

#[test]
fn the_seeds_say_what_people_read_in_them() {
    let expected: [(&str, &[&str]); 5] = [
        (
            "000_39e49fb16ca6a268.txt",
            &[
                "freeze closed 0111000 open 0000111",
                "freeze closed 0000000 open 0000100",
                "freeze closed 0111000 open 0000111",
                "freeze closed 0001000 open 0000100",
                "support Mon Tue Wed Thu Sun",
                "support Fri Sat on call",
                "label Critical at once",
                "label Major 2 Day",
                "label Minor 1 Sprint",
            ],
        ),
        (
            "001_323f86c51f3523f2.txt",
            &[
                "review 1-hour architectural review call 1 Week",
                "approval 2 BusinessDay",
                "approval 4 BusinessHour",
                "approval 24 Hour",
                "review 1-hour architectural review call 1 Week",
                "decision Product Domain: Product owner",
                "decision Technical Domain: Engineers",
                "decision Operational Domain: Platform Engineering",
                "decision Cross-functional Conflicts: ",
            ],
        ),
        ("002_c3eeba075e6ca5a5.txt", &[]),
        (
            "003_519c2e174424e4be.txt",
            &[
                "Developers may 5",
                "Developers may not 4",
                "naming registry.digitalocean.com/[project]/[service]:{GIT_SHA}-{ENV} ",
                "channel Regular Changes 4",
                "channel Urgent Issues 4",
                "review deployment audits 1 Week",
                "review security reviews 1 Month",
                "review compliance checks 1 Quarter",
                "review process evaluation 1 Year",
            ],
        ),
        (
            "004_26d641ec8ea31a4f.txt",
            &[
                "naming <repo>/<issue-id>-brief-description gateway/PE-12-bootstrap-fastapi",
                "naming release/<version> ",
                "naming hotfix/<issue-id> ",
                "review status sync 1 Week",
            ],
        ),
    ];
    for (name, expected) in expected {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds").join(name);
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is not there", path.display());
            continue;
        };
        assert_eq!(facts(&text), expected, "{name}");
    }
}
