//! Where opsbook's own files lie when the handbook has their places.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;

use common::links;
use opsbook::compile::{Build, Cache, compile};
use opsbook::site::{Site, SiteFile};
use opsbook::source::{Asset, SitePath, Sources};

const RUNBOOK: &str = "---\ntype: alert-runbook\nalerts: [Down]\n---\n# Two words\n\n## Meaning\n\nx\n";
const REGISTRY: &str =
    "roles: { ops: Ops }\nfreezes: [{ what: x, from: Thursday, until: Sunday, zone: Europe/Brussels }]\nglossary: { ADR: A record. }\n";

/// The site of a handbook with a runbook, a registry and these files: documents by their endings, else as they are.
fn build(files: &[&str]) -> (Build, Site) {
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    let path = |path: &str| SitePath::new(path).expect("the tests name valid paths");
    sources.insert(path("book.toml"), "[output.html]\nsite-url = \"https://h.example/\"\n");
    sources.insert(path("content/registry.yaml"), REGISTRY);
    sources.insert(path("content/r/down.md"), RUNBOOK);
    for file in files {
        let place = path(&format!("content/{file}"));
        if place.is_markdown() {
            sources.insert(place, "# Mine\n");
        } else {
            sources.assets.insert(place, Asset { length: 1, modified_ns: 1 });
        }
    }
    let mut cache = Cache::default();
    let mut build = compile(&sources, &mut cache);
    let site = build.site(&sources, &mut cache).unwrap_or_else(|| panic!("no site: {:?}", build.diagnostics));
    (build, site)
}

/// Files that no disk can hold beside each other.
fn impossible(site: &Site) -> Vec<String> {
    let places: Vec<String> = site.files.keys().map(|place| place.as_str().to_lowercase()).collect();
    let mut files = BTreeSet::new();
    let twice: Vec<String> = places.iter().filter(|place| !files.insert(place.as_str())).cloned().collect();
    let inside = places.iter().filter(|place| place.match_indices('/').any(|(at, _)| place.get(..at).is_some_and(|folder| files.contains(folder))));
    twice.into_iter().chain(inside.cloned()).collect()
}

fn text<'a>(site: &'a Site, place: &str) -> &'a str {
    match site.files.get(place) {
        Some(SiteFile::Bytes(bytes)) => std::str::from_utf8(bytes).expect("pages are UTF-8"),
        _ => panic!("the site has no '{place}' of ours: {:?}", site.files.keys().collect::<Vec<_>>()),
    }
}

#[test]
fn whatever_the_handbook_has_the_site_can_be_written() {
    let of_ours: Vec<String> =
        build(&[]).1.files.keys().map(|place| place.as_str().to_owned()).filter(|place| !place.starts_with("assets/")).collect();
    let mut cases: Vec<Vec<&str>> = vec![
        vec!["all", "alert"],
        vec!["all", "all-2", "alert", "contents.md", "completeness.md", "registry", "search", "print.md", "404.md"],
        vec!["ALL", "Contents.md", "Alert/x.md", "Registry/x.md", "Search/x.md", "R/Down.Incident.HTML"],
        vec!["alert/x.md", "registry/x.md", "search/x.md", "all/x.md", "r/print.md"],
        vec!["search.md", "search/index.md", "index.html", "alert/index.html"],
        vec!["all/alert/down.html/x", "alert/down.html/x", "all-2/alert/index.html", "alert/index.html/x"],
    ];
    // One by one, as a file and as a folder.
    let folders: Vec<String> = of_ours.iter().map(|place| format!("{place}/x")).collect();
    cases.extend(
        of_ours
            .iter()
            .chain(&folders)
            .filter(|place| !place.starts_with("r/down.") && !place.starts_with("r/index.html/") && *place != "index.html/x")
            .map(|place| vec![place.as_str()]),
    );
    for case in cases {
        let (build, site) = build(&case);
        assert_eq!(impossible(&site), Vec::<String>::new(), "{case:?}");
        assert_eq!(build.handbook.clashes, [], "{case:?}");
        let copies = site.files.values().filter(|file| matches!(file, SiteFile::Copy { .. })).count();
        assert_eq!(
            copies,
            case.iter().filter(|file| !SitePath::new(file).is_some_and(|file| file.is_markdown())).count(),
            "the handbook's own files are there: {case:?}"
        );
        let faults = links::faults(&site);
        assert!(faults.is_empty(), "{case:?}: {}", faults.join("\n"));
    }
}

#[test]
fn a_file_called_all_is_no_folder() {
    let (build, site) = build(&["all", "alert", "contents.md"]);
    let alert = build.handbook.runbooks.alert("down").expect("the alert has a page");
    assert_eq!(alert.address, SitePath::new("all-2/alert/Down.html"));
    assert!(text(&site, "all-2/contents.html").contains("All pages"));
}

#[test]
fn a_folder_keeps_its_list() {
    let (_, site) = build(&["alert/x.md"]);
    assert!(text(&site, "alert/index.html").contains("href=\"x.html\""));
    assert!(text(&site, "all/alert/index.html").contains("Down"));
    assert!(text(&site, "alert/Down.html").contains("url=../r/down.incident.html"));
}
