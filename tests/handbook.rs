//! Our own handbook: no findings, and every fact of the five documents that the product was conceived from stands on its page.

#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic, reason = "a test fails by panicking, and reads its tables")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{page_text, root};
use opsbook::compile::{Cache, compile};
use opsbook::disk::{Layout, scan};
use opsbook::site::{Site, SiteFile};

/// With the rule files that book.toml names.
fn layout() -> Layout {
    Layout { content: "content".to_owned(), rules: vec!["content/runbooks/rules/*.yaml".to_owned()], ..Layout::default() }
}

fn build() -> (Vec<String>, Site) {
    let layout = layout();
    let sources = scan(&root(), &layout).expect("our own handbook can be read");
    let mut cache = Cache::default();
    let mut build = compile(&sources, &mut cache);
    let site = build.site(&sources, &mut cache).expect("the embedded theme renders");
    let findings = build.diagnostics.iter().map(|found| format!("{}: {}: {}", found.path, found.kind.code, found.message)).collect();
    (findings, site)
}

#[test]
fn our_own_handbook_has_no_findings() {
    let (findings, _) = build();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// A role that the registry doesn't know is one that nobody can look up.
#[test]
fn owners_are_roles_of_the_registry() {
    let layout = layout();
    let sources = scan(&root(), &layout).expect("our own handbook can be read");
    let handbook = compile(&sources, &mut Cache::default()).handbook;
    let registry = &handbook.registry;
    let owner = |page: &std::sync::Arc<opsbook::handbook::Page>| {
        page.document.front_matter.as_ref()?.get("owner")?.scalar().map(|owner| (page.path.clone(), owner))
    };
    let owners: Vec<_> = handbook.pages.iter().filter_map(owner).collect();
    assert!(owners.len() > 60);
    let unknown: Vec<_> = owners.iter().filter(|(_, owner)| registry.role(owner).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(!registry.is_empty() && registry.digest == sources.text("content/registry.yaml").expect("it is there").digest);
    assert!(registry.sources().count() > 40);
}

#[test]
fn the_same_bytes_on_one_core_and_on_many() {
    let (_, first) = build();
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        let (_, again) = pool.install(build);
        let differing: Vec<_> =
            first.files.iter().filter(|(path, file)| again.files.get(*path) != Some(file)).map(|(path, _)| path.as_str()).collect();
        assert!(differing.is_empty() && first.files.len() == again.files.len(), "on {threads} threads these differ: {differing:?}");
    }
}

#[test]
fn every_fact_stands_on_its_page() {
    let (_, site) = build();
    let texts: BTreeMap<String, String> = site
        .files
        .iter()
        .filter_map(|(path, file)| match file {
            SiteFile::Bytes(bytes) if path.extension() == Some("html") => Some((path.to_string(), page_text(bytes))),
            _ => None,
        })
        .collect();
    let mut missing = Vec::new();
    let mut facts = 0;
    for (table, least) in [("seed-000", 150), ("seed-001", 90), ("seed-002", 40), ("seed-003", 80), ("seed-004", 60)] {
        let file = root().join(format!("tests/facts/{table}.tsv"));
        let rows = read_table(&file);
        assert!(rows.len() >= least, "{table} holds {} facts only", rows.len());
        for (line, [fact, page, text]) in rows {
            facts += 1;
            let found = texts.get(&page).is_some_and(|shown| shown.contains(&text));
            if !found {
                let why = if texts.contains_key(&page) { "does not say" } else { "is no page that could say" };
                missing.push(format!("{table}.tsv:{line}: '{page}' {why} '{text}' ({fact})"));
            }
        }
    }
    assert!(missing.is_empty(), "{} of {facts} facts are missing:\n{}", missing.len(), missing.join("\n"));
}

fn read_table(file: &Path) -> Vec<(usize, [String; 3])> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<String> = line.split('\t').map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let cells: [String; 3] = cells.try_into().unwrap_or_else(|_| panic!("{}:{}: not three cells", file.display(), index + 1));
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{}:{}: an empty cell", file.display(), index + 1);
        rows.push((index + 1, cells));
    }
    rows
}
