//! Replays the tutorial in an empty folder: what the page shows is what the program prints.
//!
//! A fence below a line that is nothing but a path in code and a colon is that file. In `console` fences each `$ opsbook …` is run, and `$ cat FILE`
//! prints a file; what follows is its output, where a line `…` stands for any number of lines. Times are no part of it.
//!
//! To write the output of commands that have none on the page: `OPSBOOK_WRITE_TUTORIAL=1 cargo test --test tutorial`.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic, reason = "a test fails by panicking; it reads the page and makes files")]

mod common;

use std::fs;
use std::path::Path;

use common::program::{Book, run};
use common::root;

#[test]
fn the_tutorial_shows_what_the_program_prints() {
    let file = root().join("content/opsbook/tutorial.md");
    let page = fs::read_to_string(&file).expect("the tutorial is there");
    let book = Book::new(&[]);
    let played = play(&page, &book.path(""));
    if std::env::var("OPSBOOK_WRITE_TUTORIAL").is_ok() {
        fs::write(&file, &played).expect("the page can be written");
        return;
    }
    assert!(played == page, "the tutorial is stale; the program gives:\n{played}");
}

/// The page with the output that the program gives: the same page, if it is right.
fn play(page: &str, folder: &Path) -> String {
    let mut played: Vec<String> = Vec::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        let path = played.iter().rev().find(|line| !line.is_empty()).and_then(|line| line.strip_prefix('`')?.strip_suffix("`:").map(str::to_owned));
        played.push(line.to_owned());
        let marks = line.len() - line.trim_start_matches('`').len();
        if marks < 3 {
            continue;
        }
        let end = "`".repeat(marks);
        let mut inside = Vec::new();
        while let Some(line) = lines.next_if(|line| *line != end) {
            inside.push(line);
        }
        match path {
            Some(path) => {
                write(&folder.join(path), &inside);
                played.extend(inside.into_iter().map(str::to_owned));
            }
            None if line.trim_start_matches('`') == "console" => played.extend(console(&inside, folder)),
            None => played.extend(inside.into_iter().map(str::to_owned)),
        }
        played.extend(lines.next().map(str::to_owned));
    }
    played.join("\n") + "\n"
}

fn write(file: &Path, lines: &[&str]) {
    fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("the folder can be made");
    fs::write(file, lines.join("\n") + "\n").expect("the file can be written");
}

/// The lines of a console with the output that the commands give; output that the page abridges rightly stays abridged.
fn console(lines: &[&str], folder: &Path) -> Vec<String> {
    let mut played = Vec::new();
    let mut lines = lines.iter().peekable();
    while let Some(line) = lines.next() {
        played.push((*line).to_owned());
        let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("output without a command: {line}"));
        let mut shown = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
            shown.push(*line);
        }
        let given = if let Some(arguments) = command.strip_prefix("opsbook ") {
            let ran = run(folder, &arguments.split_whitespace().collect::<Vec<_>>());
            ran.err + &ran.out
        } else if let Some(path) = command.strip_prefix("cat ") {
            fs::read_to_string(folder.join(path)).unwrap_or_else(|error| format!("{command}: {error}"))
        } else {
            String::new()
        };
        let given: Vec<&str> = given.lines().map(str::trim_end).collect();
        if fits(&shown, &given) {
            played.extend(shown.into_iter().map(str::to_owned));
        } else {
            played.extend(given.into_iter().map(str::to_owned));
        }
    }
    played
}

/// Whether what is shown is what was given, abridged where a line says `…`.
fn fits(shown: &[&str], given: &[&str]) -> bool {
    match shown.split_first() {
        None => given.is_empty(),
        Some((&"…", rest)) => (0..=given.len()).any(|skipped| given.get(skipped..).is_some_and(|given| fits(rest, given))),
        Some((line, rest)) => given.split_first().is_some_and(|(first, given)| timeless(line) == timeless(first) && fits(rest, given)),
    }
}

/// The line without the time that a run took.
fn timeless(line: &str) -> &str {
    match line.rsplit_once(" · ") {
        Some((start, time)) if time.ends_with(" ms") => start,
        _ => line,
    }
}
