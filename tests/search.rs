//! The search as its readers use it: the scripts of the theme over the index of our own handbook, in Node.js.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, says what it skips, and writes files"
)]

mod common;

use std::fs;
use std::process::Command;

use common::root;
use opsbook::compile::{Cache, compile};
use opsbook::disk::{Layout, scan};
use opsbook::site::{Site, SiteFile};
use opsbook::source::{SitePath, Sources};

fn site(sources: &Sources) -> Site {
    let mut cache = Cache::default();
    compile(sources, &mut cache).site(sources, &mut cache).expect("the embedded theme renders")
}

fn small(book: &str, documents: &[(&str, &str)]) -> Site {
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    for (name, text) in documents.iter().chain([&("book.toml", book)]) {
        sources.insert(SitePath::new(name).expect("the tests name valid paths"), *text);
    }
    site(&sources)
}

fn scripts(site: &Site) -> Vec<(&str, String)> {
    let text = |file: &SiteFile| if let SiteFile::Bytes(bytes) = file { String::from_utf8_lossy(bytes).into_owned() } else { String::new() };
    site.files.iter().filter(|(path, _)| path.as_str().starts_with("search/")).map(|(path, file)| (path.as_str(), text(file))).collect()
}

#[test]
fn our_own_handbook_is_found_in() {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("skipped: Node.js is missing");
        return;
    }
    let layout = Layout { content: "content".to_owned(), ..Layout::default() };
    let site = site(&scan(&root(), &layout).expect("our own handbook can be read"));
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::create_dir(folder.path().join("search")).expect("a folder can be made");
    for (path, text) in scripts(&site) {
        fs::write(folder.path().join(path), text).expect("a file can be written");
    }
    let run = Command::new("node").arg(root().join("tests/search/search.test.mjs")).arg(folder.path()).output().expect("node runs");
    assert!(run.status.success(), "{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
}

#[test]
fn what_is_switched_off_is_gone() {
    let documents = [("content/index.md", "# Home\n")];
    let with = small("", &documents);
    let without = small("[output.html.search]\nenable = false\n", &documents);
    let gone: Vec<&str> = with.files.keys().filter(|path| !without.files.contains_key(*path)).map(SitePath::as_str).collect();
    let names: Vec<String> = gone.iter().map(|path| path.split('-').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(names, ["assets/search", "assets/search", "search/index.js", "search/text", "search/words"], "{gone:?}");
    let page = |site: &Site| match site.files.get(&SitePath::new("index.html").expect("a path")) {
        Some(SiteFile::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    };
    assert!(page(&with).contains("search-open") && !page(&without).contains("search"));
}

#[test]
fn a_document_can_stay_out() {
    let site = small("", &[("content/index.md", "# Home\n"), ("content/a.md", "---\nsearch: false\n---\n# Hidden\n\nword\n")]);
    assert!(scripts(&site).iter().all(|(_, text)| !text.to_lowercase().contains("hidden") && !text.contains("word,")));
}

/// A preview that runs for long sees words come and go, more of them than it keeps.
#[test]
fn words_that_are_gone_leave_no_trace() {
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    let mut cache = Cache::default();
    for first in (0..5).map(|edit| edit * 45_000) {
        let words: Vec<String> = (first..first + 45_000).map(|number| format!("w{number}")).collect();
        sources.insert(SitePath::new("content/index.md").expect("a path"), format!("# Home\n\n{}\n", words.join(" ")));
        let after = compile(&sources, &mut cache).site(&sources, &mut cache).expect("the embedded theme renders");
        assert!(after == site(&sources), "as if it were the first build, from word {first} on");
    }
}

#[test]
fn an_edited_sentence_changes_its_page_its_block_and_its_words() {
    let documents: Vec<(String, String)> =
        (0..40).map(|number| (format!("content/p{number:02}.md"), format!("# Page {number}\n\nFirst.\n\nSome text of many words.\n"))).collect();
    let with = |text: &str| {
        let mut documents: Vec<(&str, &str)> = documents.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        documents[7].1 = text;
        small("", &documents)
    };
    let (before, after) = (with("# Page 7\n\nFirst.\n\nSome text of many words.\n"), with("# Page 7\n\nFirst.\n\nSome text of few words.\n"));
    let changed: Vec<&str> = after.files.iter().filter(|(path, file)| before.files.get(*path) != Some(file)).map(|(path, _)| path.as_str()).collect();
    assert_eq!(changed.iter().filter(|path| !path.starts_with("search/")).collect::<Vec<_>>(), [&"p07.html", &"p07.md", &"print.html"]);
    assert!(changed.len() <= 6 && changed.iter().any(|path| path.starts_with("search/text-")), "{changed:?}");
}

#[test]
fn an_alert_that_only_a_file_name_says_is_found() {
    let runbook = "---\ntype: alert-runbook\naliases: [frobnication]\n---\n# Something else\n\nText.\n";
    let site = small("", &[("content/index.md", "# Home\n"), ("content/runbooks/KubeFooBar.md", runbook)]);
    let text: String = scripts(&site).into_iter().filter(|(path, _)| path.starts_with("search/text-")).map(|(_, text)| text).collect();
    assert!(text.contains("[\"KubeFooBar\",\"frobnication\"]"), "{text}");
}

#[test]
fn a_heading_without_end_can_be_indexed() {
    let text = format!("# Home\n\n## {}\n\n{}\n", "aB".repeat(200_000), "cD".repeat(200_000));
    let site = small("", &[("content/index.md", &text)]);
    assert!(scripts(&site).iter().filter(|(path, _)| path.starts_with("search/words-")).map(|(_, text)| text.len()).sum::<usize>() < 5_000);
}

/// A new page renames no block but its own, so that a browser's old file can't be taken for another.
#[test]
fn a_new_page_leaves_the_names_of_other_blocks() {
    let mut documents: Vec<(String, String)> =
        (0..60).map(|number| (format!("content/p{number:02}.md"), format!("# Page {number}\n\nText.\n"))).collect();
    let names = |documents: &[(String, String)]| {
        let documents: Vec<(&str, &str)> = documents.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let site = small("", &documents);
        let texts = scripts(&site).into_iter().filter(|(path, _)| path.starts_with("search/text-"));
        texts.map(|(path, text)| (path.to_owned(), text)).collect::<std::collections::BTreeMap<String, String>>()
    };
    let before = names(&documents);
    documents.push(("content/p07a.md".to_owned(), "# New\n\nText.\n".to_owned()));
    let after = names(&documents);
    let kept = before.iter().filter(|(name, text)| after.get(*name) == Some(*text)).count();
    assert!(kept + 2 >= before.len(), "{kept} of {} blocks are kept", before.len());
}
