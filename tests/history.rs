//! When documents were last changed, by real repositories: moves, branches, merges, shallow clones.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use common::program::{Book, git, run, text};

/// A day in November 2026, at noon.
fn day(number: u32) -> String {
    format!("2026-11-{number:02}T12:00:00Z")
}

/// Commits all that is there, on a day.
fn commit(book: &Book, number: u32) {
    git(&book.path(""), &["add", "--all"]);
    at(book, number, &["commit", "--quiet", "--message=x"]);
}

/// Runs git on a day.
fn at(book: &Book, number: u32, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Tests", "-c", "user.email=tests@example.org", "-c", "commit.gpgsign=false"]).args(arguments);
    command.current_dir(book.path("")).env("GIT_COMMITTER_DATE", day(number)).env("GIT_AUTHOR_DATE", day(number));
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").stdin(Stdio::null());
    let answer = command.output().expect("the tests need git");
    assert!(answer.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&answer.stderr));
}

/// Builds and gives the day of change of each document that has one, as `a.md 03`.
fn days(folder: &Path, documents: &[&str]) -> Vec<String> {
    let built = run(folder, &["build", "--quiet"]);
    assert_eq!(built.code, 0, "{}{}", built.out, built.err);
    let changed = |document: &&str| {
        let text = std::fs::read_to_string(folder.join("book").join(document)).expect("the page is there as Markdown");
        let day = text.lines().find_map(|line| line.strip_prefix("changed: \"2026-11-")).map_or("-", |rest| rest.trim_end_matches('"'));
        format!("{document} {day}")
    };
    documents.iter().map(changed).collect()
}

fn start() -> Book {
    let book = Book::new(&[
        ("book.toml", text("[build]\ncache = false\n[checks]\norphan-page = \"off\"\n")),
        (".gitignore", text("book\n")),
        ("content/index.md", text("# Home\n")),
        ("docs/a.md", text("# A\n\nThe first text.\n")),
        ("content/b.md", text("# B\n\nAnother text.\n")),
    ]);
    git(&book.path(""), &["init", "--quiet"]);
    commit(&book, 1);
    book
}

#[test]
fn moves_are_no_changes_and_edits_are() {
    let book = start();
    book.put("content/b.md", &text("# B\n\nEdited.\n"));
    commit(&book, 2);
    git(&book.path(""), &["mv", "docs/a.md", "content/a.md"]);
    git(&book.path(""), &["mv", "content/b.md", "content/c.md"]);
    commit(&book, 3);
    git(&book.path(""), &["mv", "content/c.md", "content/d d.md"]);
    book.put("content/b.md", &text("# B again\n"));
    commit(&book, 4);
    assert_eq!(days(&book.path(""), &["index.md", "a.md", "b.md", "d d.md"]), ["index.md 01", "a.md 01", "b.md 04", "d d.md 02"]);
    // Moved and edited at once.
    git(&book.path(""), &["mv", "content/a.md", "content/z.md"]);
    book.put("content/z.md", &text("# A\n\nThe first text, and more.\n"));
    commit(&book, 5);
    assert_eq!(days(&book.path(""), &["z.md", "d d.md"]), ["z.md 05", "d d.md 02"]);
}

#[test]
fn branches_are_followed() {
    let book = start();
    git(&book.path(""), &["checkout", "--quiet", "-b", "work"]);
    git(&book.path(""), &["mv", "content/b.md", "content/c.md"]);
    commit(&book, 2);
    git(&book.path(""), &["checkout", "--quiet", "-"]);
    book.put("content/b.md", &text("# B\n\nAnother text.\n\nOn the main branch.\n"));
    commit(&book, 3);
    at(&book, 4, &["merge", "--quiet", "--no-edit", "work"]);
    assert_eq!(days(&book.path(""), &["index.md", "c.md"]), ["index.md 01", "c.md 03"]);
}

#[test]
fn a_shallow_clone_says_what_it_knows() {
    let book = start();
    book.put("content/b.md", &text("# B\n\nEdited.\n"));
    commit(&book, 2);
    git(&book.path(""), &["mv", "content/b.md", "content/c.md"]);
    book.put("content/new.md", &text("# New\n"));
    commit(&book, 3);
    let clone = |depth: &str| {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let from = format!("file://{}", book.path("").canonicalize().expect("it is there").display());
        git(folder.path(), &["clone", "--quiet", "--depth", depth, &from, "."]);
        days(folder.path(), &["index.md", "c.md", "new.md"])
    };
    assert_eq!(clone("1"), ["index.md -", "c.md -", "new.md -"]);
    assert_eq!(clone("2"), ["index.md -", "c.md -", "new.md 03"]);
    // Now the first commit is there, but whether it is the first nobody can tell.
    assert_eq!(clone("9"), ["index.md 01", "c.md 02", "new.md 03"]);
}

#[test]
fn files_of_repositories_that_are_fetched_are_followed_too() {
    let book = start();
    git(&book.path(""), &["mv", "docs/a.md", "content/a.md"]);
    git(&book.path(""), &["mv", "content/b.md", "content/c.md"]);
    commit(&book, 3);
    book.put("content/b.md", &text("# B again\n"));
    commit(&book, 4);
    book.put(
        "handbook/book.toml",
        &text("[checks]\norphan-page = \"off\"\n[[source]]\nat = \"s\"\ngit = \"..\"\nfolder = \"content\"\nhistory = true\n"),
    );
    book.put("handbook/content/index.md", &text("# Handbook\n"));
    let days = days(&book.path("handbook"), &["s/index.md", "s/a.md", "s/b.md", "s/c.md"]);
    assert_eq!(days, ["s/index.md 01", "s/a.md 01", "s/b.md 04", "s/c.md 01"]);
}
