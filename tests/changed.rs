//! `check --changed-since` where names, links and the surroundings are odd; tests/cli/changed-since has the usual.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use common::program::{Book, Entry, git, run_with, text};

/// A repository whose only commit holds `index.md`, a page and a link in a folder that is linked into the content.
fn repository() -> Book {
    let book = Book::new(&[
        ("book.toml", text("")),
        ("content/index.md", text("# Home\n\n[gone](gone.md)\n")),
        ("content/linked.md", Entry::Link("../shared/real.md".to_owned())),
        ("shared/real.md", text("# Real\n\n[gone](gone.md)\n")),
    ]);
    for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message=One"]] {
        git(&book.path(""), arguments);
    }
    book
}

/// The files of the findings that are reported, and what is said besides.
fn reported(book: &Book, variables: &[(&str, &str)]) -> (Vec<String>, String) {
    let run = run_with(&book.path(""), &["check", "--changed-since", "HEAD", "--format", "json"], variables);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap_or_default();
    let findings = report["diagnostics"].as_array().cloned().unwrap_or_default();
    let broken = findings.iter().filter(|finding| finding["code"] == "broken-link");
    (broken.map(|finding| finding["path"].as_str().unwrap_or_default().to_owned()).collect(), run.err)
}

#[test]
fn names_are_taken_as_they_are() {
    let book = repository();
    let names = ["content/a b.md", "content/-x.md", "content/line\nbreak.md", "content/\"quoted\".md", "content/gr\u{fc}n.md", "content/\t.md"];
    for name in names {
        book.put(name, &text("# New\n\n[gone](gone.md)\n"));
    }
    let mut expected = names.map(str::to_owned);
    expected.sort();
    assert_eq!(reported(&book, &[]).0, expected);
    git(&book.path(""), &["add", "."]);
    assert_eq!(reported(&book, &[]).0, expected);
}

#[test]
fn a_document_is_touched_by_way_of_a_link_too() {
    let book = repository();
    assert_eq!(reported(&book, &[]), (vec![], "not shown: 2 errors, 0 warnings in documents that are as they were at 'HEAD'\n".to_owned()));
    book.put("shared/real.md", &text("# Real\n\nMore. [gone](gone.md)\n"));
    assert_eq!(reported(&book, &[]).0, ["content/linked.md"]);
}

#[test]
fn what_a_hook_says_about_the_repository_is_left_aside() {
    let book = repository();
    book.put("content/new.md", &text("# New\n\n[gone](gone.md)\n"));
    let index = book.path(".git/other-index").display().to_string();
    assert_eq!(reported(&book, &[("GIT_DIR", ".git/nowhere"), ("GIT_INDEX_FILE", &index)]).0, ["content/new.md"]);
}

#[test]
fn without_git_it_says_so() {
    let book = repository();
    let run = run_with(&book.path(""), &["check", "--changed-since", "HEAD"], &[("PATH", "/nowhere")]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.starts_with("error: there is no git here to ask what changed\n  = help: install git"), "{}", run.err);
}

#[test]
fn a_day_that_is_none_is_refused() {
    let book = repository();
    let run = run_with(&book.path(""), &["check"], &[("SOURCE_DATE_EPOCH", "today")]);
    assert_eq!(run.code, 2);
    assert!(run.err.starts_with("error: SOURCE_DATE_EPOCH is 'today', which is no time"), "{}", run.err);
}
