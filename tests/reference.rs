//! The pages of findings and of schema keys, and the keys of the registry, are made from the program's own lists; these tests fail when they are stale.
//!
//! To write them anew: `OPSBOOK_WRITE_REFERENCE=1 cargo test --test reference`.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking; it reads and, when asked, writes pages"
)]

mod common;
#[path = "reference/findings.rs"]
mod findings;
#[path = "reference/schema_keys.rs"]
mod schema_keys;

use std::fmt::Write;

use common::root;
use opsbook::data::{KeyDocs, Shape};
use opsbook::registry;

#[test]
fn the_pages_of_findings_are_fresh() {
    let folder = root().join("content/opsbook");
    let pages = findings::pages();
    std::fs::create_dir_all(folder.join("findings")).expect("the folder can be made");
    let names = std::fs::read_dir(folder.join("findings")).expect("the folder is there");
    let names = names.map(|entry| entry.expect("the folder can be read").file_name().into_string().expect("names are plain"));
    let superfluous: Vec<String> = names.map(|name| format!("findings/{name}")).filter(|name| !pages.contains_key(name)).collect();
    if std::env::var("OPSBOOK_WRITE_REFERENCE").is_ok() {
        for name in &superfluous {
            std::fs::remove_file(folder.join(name)).expect("the page can be deleted");
        }
        for (name, text) in &pages {
            std::fs::write(folder.join(name), text).expect("the page can be written");
        }
        return;
    }
    let stale = pages.iter().filter(|(name, text)| std::fs::read_to_string(folder.join(name)).ok().as_ref() != Some(*text));
    let wrong: Vec<&String> = stale.map(|(name, _)| name).chain(&superfluous).collect();
    assert_eq!(wrong, [""; 0], "stale, missing or superfluous: run `OPSBOOK_WRITE_REFERENCE=1 cargo test --test reference`");
}

/// Readers look for one kind, and wait for the whole page that explains it.
#[test]
fn no_page_of_findings_is_long() {
    for (name, text) in findings::pages() {
        let is_entry = name == "findings.md";
        assert!(is_entry || text.len() <= 12_000, "{name} has {} bytes: give some of its kinds another subject", text.len());
    }
}

/// What begins the part of the registry's page that is made.
const KEYS: &str = "## All keys\n";

/// The keys of an entry, whether it stands in a list, in a mapping, or in either of both with a plain text.
fn entry_keys(shape: &Shape) -> &'static [KeyDocs] {
    match shape {
        Shape::Table(keys) => keys,
        Shape::Map(of) | Shape::List(of) => entry_keys(of),
        Shape::Either(shapes) => shapes.iter().map(entry_keys).find(|keys| !keys.is_empty()).unwrap_or_default(),
        _ => &[],
    }
}

fn keys_of_the_registry() -> String {
    let mut text = String::new();
    for section in registry::SECTIONS {
        let form = if matches!(section.shape, Shape::Map(_)) { "A mapping from ids" } else { "A list" };
        write!(text, "\n### `{0}` {{#{0}}}\n\n{1} {form}.\n\n| Key | Value | What it says |\n|---|---|---|\n", section.key, section.docs)
            .expect("writing to a string can't fail");
        for key in entry_keys(&section.shape) {
            let value = match entry_keys(&key.shape) {
                [] => key.shape.words(),
                keys => format!("list of dates, or of mappings: {}", keys.iter().map(|key| format!("`{}`", key.key)).collect::<Vec<_>>().join(", ")),
            };
            writeln!(text, "| `{}` | {value} | {} |", key.key, key.docs.trim_end_matches('.')).expect("writing to a string can't fail");
        }
    }
    text
}

#[test]
fn the_keys_of_the_registry_are_fresh() {
    let file = root().join("content/opsbook/registry.md");
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    let (head, keys) = written.split_once(KEYS).expect("the page has a part with all keys");
    let expected = keys_of_the_registry();
    if std::env::var("OPSBOOK_WRITE_REFERENCE").is_ok() {
        std::fs::write(&file, format!("{head}{KEYS}{expected}")).expect("the page can be written");
        return;
    }
    assert!(keys == expected, "content/opsbook/registry.md is stale: run `OPSBOOK_WRITE_REFERENCE=1 cargo test --test reference`");
}

#[test]
fn the_page_of_schema_keys_is_fresh() {
    let file = root().join("content/opsbook/schema-keys.md");
    let expected = schema_keys::page();
    if std::env::var("OPSBOOK_WRITE_REFERENCE").is_ok() {
        std::fs::write(&file, &expected).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == expected, "content/opsbook/schema-keys.md is stale: run `OPSBOOK_WRITE_REFERENCE=1 cargo test --test reference`");
}

/// Every YAML fence of the guide is a schema without a fault; one that names no type is a part of a schema.
#[test]
fn every_schema_of_the_guide_can_be_read() {
    for page in ["schemas.md", "tutorial.md"] {
        let text = std::fs::read_to_string(root().join("content/opsbook").join(page)).expect("the page is there");
        let fences = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("\n```").next());
        // Files that name themselves stand together, for some extend others.
        let (files, parts): (Vec<&str>, Vec<&str>) =
            fences.filter(|fence| !fence.starts_with("---")).partition(|fence| fence.starts_with("# schemas/"));
        assert_eq!(schema_keys::faults_of_files(&files), [""; 0], "{page}");
        let mut found = files.len();
        for fence in parts {
            let has_type = fence.lines().any(|line| line.starts_with("type: "));
            let file = if has_type { fence.to_owned() } else { format!("type: example\n{fence}\n") };
            assert_eq!(schema_keys::faults(&file), [""; 0], "{page}:\n{file}");
            found += 1;
        }
        assert!(found > 0, "{page} shows no schema");
    }
}
