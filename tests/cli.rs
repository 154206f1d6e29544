//! The command line as people use it: each folder in tests/cli is a case.
//!
//! A case holds the handbook it starts from, and `command`: lines that begin with `$ opsbook` are run one after the other in a copy of
//! the folder, and what each prints stands in `expected`, with its exit code. Lines that begin with `> ` change files between the runs:
//! `> write PATH TEXT`, `> append PATH TEXT` (with `\n`), `> remove PATH`, `> link PATH TARGET`, `> folder PATH`, `> in PATH` (go there), `> show PATH`,
//! `> git ARGUMENTS`,
//! `> same PATH` (holds if the folder is, byte for byte, what it was when the case first said so).
//! To write what is expected anew: `OPSBOOK_WRITE_CASES=1 cargo test --test cli`, then read the difference.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking; it reads and, when asked, writes its cases"
)]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use common::program::{Book, git, run};
use common::root;

/// The files of a case that are no part of its handbook.
const OWN_FILES: [&str; 2] = ["command", "expected"];

#[test]
fn every_case_prints_what_is_expected() {
    let write = std::env::var("OPSBOOK_WRITE_CASES").is_ok();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root().join("tests/cli")).expect("the cases are there").map(|entry| entry.expect("a folder can be read").path()).collect();
    folders.sort();
    assert!(folders.len() >= 15, "the cases are where they were");
    let mut wrong = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let found = play(&folder);
        let file = folder.join("expected");
        if write {
            fs::write(&file, &found).expect("the case can be written");
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if found != expected {
            wrong.push(difference(&name, &expected, &found));
        }
    }
    assert!(wrong.is_empty(), "{}\nif this is right: OPSBOOK_WRITE_CASES=1 cargo test --test cli", wrong.join("\n"));
}

/// Runs a case in a copy of its folder; returns all that was printed.
fn play(folder: &Path) -> String {
    let book = Book::new(&[]);
    copy(folder, &book.path(""));
    let script = fs::read_to_string(folder.join("command")).unwrap_or_else(|error| panic!("{}: {error}", folder.join("command").display()));
    let mut place = book.path("");
    let mut kept: BTreeMap<String, BTreeMap<PathBuf, Vec<u8>>> = BTreeMap::new();
    let mut log = String::new();
    for line in script.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        writeln!(log, "{line}").expect("writing to a string can't fail");
        if let Some(arguments) = line.strip_prefix("$ opsbook") {
            let ran = run(&place, &words(arguments));
            for (mark, text) in [("", &ran.out), ("! ", &ran.err)] {
                for line in normal(text, &book.path("")).lines() {
                    writeln!(log, "{}", format!("{mark}{line}").trim_end()).expect("writing to a string can't fail");
                }
            }
            writeln!(log, "exit code {}\n", ran.code).expect("writing to a string can't fail");
            continue;
        }
        let mut parts = line.strip_prefix("> ").unwrap_or_else(|| panic!("neither a command nor a change: {line}")).splitn(3, ' ');
        let (action, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let text = parts.next().unwrap_or_default().replace("\\n", "\n");
        let target = place.join(path);
        match action {
            "write" => {
                fs::create_dir_all(target.parent().expect("a file lies in a folder")).expect("the folder can be made");
                fs::write(&target, text).expect("the file can be written");
            }
            "append" => fs::write(&target, fs::read_to_string(&target).expect("a file to append to") + &text).expect("the file can be written"),
            "replace" => {
                let (from, to) = text.split_once(" => ").expect("a replacement: FROM => TO");
                let old = fs::read_to_string(&target).expect("a file to change");
                assert!(old.contains(from), "'{path}' holds no '{from}'");
                fs::write(&target, old.replacen(from, to, 1)).expect("the file can be written");
            }
            "git" => git(&place, &words(line.strip_prefix("> git").unwrap_or_default())),
            "remove" => fs::remove_file(&target).expect("the file can be removed"),
            "link" => std::os::unix::fs::symlink(&text, &target).expect("the link can be made"),
            "folder" => fs::create_dir_all(&target).expect("the folder can be made"),
            "in" => place = target,
            "show" => {
                let text = fs::read_to_string(&target).expect("a file to show");
                let normal = normal(&text, &book.path(""));
                let shown = if text.ends_with('\n') { normal.as_str() } else { normal.trim_end_matches('\n') };
                writeln!(log, "{shown}").expect("writing to a string can't fail");
            }
            "list" => {
                let mut files: Vec<String> = contents(&target).keys().map(|file| file.display().to_string()).collect();
                files.retain(|file| !file.starts_with("assets/"));
                writeln!(log, "{}\n", files.join("\n")).expect("writing to a string can't fail");
            }
            "same" => {
                let now = contents(&target);
                let before = kept.entry(path.to_owned()).or_insert_with(|| now.clone());
                assert!(*before == now, "{}: '{path}' is no longer what it was", folder.display());
                writeln!(log, "{}\n", if before.is_empty() { "nothing is there" } else { "byte for byte" }).expect("writing to a string can't fail");
            }
            _ => panic!("unknown change: {line}"),
        }
    }
    log
}

/// The arguments, in single quotes where they hold spaces.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 0 { words.extend(part.split_whitespace()) } else { words.push(part) }
    }
    words
}

/// What differs from run to run, replaced: times and the name of the temporary folder.
fn normal(text: &str, folder: &Path) -> String {
    let mut normal = String::new();
    for line in text.replace(&*folder.to_string_lossy(), "FOLDER/").replace("FOLDER//", "FOLDER/").lines() {
        match line.rsplit_once(" · ") {
            Some((start, time)) if time.strip_suffix(" ms").is_some_and(|number| number.parse::<u64>().is_ok()) => {
                writeln!(normal, "{start} · TIME ms").expect("writing to a string can't fail");
            }
            _ => writeln!(normal, "{line}").expect("writing to a string can't fail"),
        }
    }
    normal
}

/// Every file below a folder with its bytes; opsbook's own files hold times and are left out.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    let inside = files.filter_map(|entry| Some((entry.path().strip_prefix(folder).ok()?.to_path_buf(), fs::read(entry.path()).ok()?)));
    inside.filter(|(path, _)| !path.starts_with(".opsbook")).collect()
}

fn copy(from: &Path, to: &Path) {
    for (path, bytes) in contents(from) {
        if OWN_FILES.iter().any(|own| path == Path::new(own)) {
            continue;
        }
        let target = to.join(path);
        fs::create_dir_all(target.parent().expect("a file lies in a folder")).expect("the folder can be made");
        fs::write(target, bytes).expect("the file can be written");
    }
}

fn difference(name: &str, expected: &str, found: &str) -> String {
    let same = expected.lines().zip(found.lines()).take_while(|(expected, found)| expected == found).count();
    let excerpt = |text: &str| text.lines().skip(same.saturating_sub(2)).take(12).collect::<Vec<_>>().join("\n");
    format!("== {name}, line {}: expected\n{}\n== found\n{}", same + 1, excerpt(expected), excerpt(found))
}
