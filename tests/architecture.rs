//! The floors of design and README as a test: each module may import only from lower floors. See `FLOORS` for the law.
//!
//! Reads the source as tokens, so comments and strings don't count. To add a module, give it a floor.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every top-level module and its floor, from the bottom.
const FLOORS: &[(&str, u32)] = &[
    ("text", 1),
    ("laps", 1),
    ("memo", 1),
    ("source", 2),
    ("diagnostic", 3),
    ("site", 3),
    ("data", 4),
    ("diagram", 4),
    ("include", 4),
    ("mend", 4),
    ("config", 5),
    ("report", 5),
    ("disk", 5),
    ("registry", 5),
    ("alerts", 6),
    ("document", 6),
    ("mounted", 6),
    ("project", 6),
    ("blocks", 7),
    ("schema", 8),
    ("handbook", 9),
    ("checks", 10),
    ("links", 10),
    ("render", 10),
    ("suppress", 10),
    ("catalogue", 11),
    ("compile", 12),
    ("moves", 13),
    ("serve", 14),
    ("editor", 14),
    ("cli", 15),
];

/// The modules that may use `std::fs`.
const READS_FILES: &[&str] = &["disk"];
/// The only folder that may use the network, and what reaches it. So `build`, `check`, `serve` and `lsp` can't ask other servers, whatever the handbook says.
const ASKS: &str = "links/ask/";
const NETWORK: &[&str] = &["lychee_lib", "reqwest", "tokio", "hyper", "ureq", "octocrab"];
/// The preview listens; nothing else of the standard library's network is used.
const LISTENS: &str = "serve/";
/// The command that asks.
const ASKED_BY: &str = "cli/links";
/// The modules that may print.
const PRINTS: &[&str] = &["cli", "main"];
const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

fn floor(module: &str) -> Option<u32> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

/// A piece of Rust: a word, `::`, or one other character.
fn tokens(source: &str) -> Vec<String> {
    let characters: Vec<char> = source.chars().collect();
    let at = |index: usize| characters.get(index).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let mut index = 0;
    while index < characters.len() {
        let character = at(index);
        if let Some(after) = skipped(&characters, index) {
            index = after;
        } else if character.is_alphanumeric() || character == '_' {
            let word: String = characters.iter().skip(index).take_while(|next| next.is_alphanumeric() || **next == '_').collect();
            index += word.chars().count();
            tokens.push(word);
        } else if character == ':' && at(index + 1) == ':' {
            tokens.push("::".to_owned());
            index += 2;
        } else {
            if !character.is_whitespace() {
                tokens.push(character.to_string());
            }
            index += 1;
        }
    }
    tokens
}

/// The index after a comment, a string or a character that begins at `index`; none if something else does.
fn skipped(characters: &[char], index: usize) -> Option<usize> {
    let at = |index: usize| characters.get(index).copied().unwrap_or('\0');
    let end = characters.len();
    match (at(index), at(index + 1)) {
        ('/', '/') => Some((index..end).find(|index| at(*index) == '\n').unwrap_or(end)),
        ('/', '*') => {
            let mut depth = 0;
            for index in index..end {
                match (at(index), at(index + 1)) {
                    ('/', '*') => depth += 1,
                    ('*', '/') if depth == 1 => return Some(index + 2),
                    ('*', '/') => depth -= 1,
                    _ => {}
                }
            }
            Some(end)
        }
        ('r', '#' | '"') if index == 0 || !at(index - 1).is_alphanumeric() || at(index - 1) == 'b' => {
            let marks = (index + 1..end).take_while(|index| at(*index) == '#').count();
            let open = index + 1 + marks;
            if at(open) != '"' {
                return None;
            }
            let closes = |start: &usize| at(*start) == '"' && (1..=marks).all(|mark| at(start + mark) == '#');
            Some((open + 1..end).find(closes).map_or(end, |close| close + 1 + marks))
        }
        ('"', _) => {
            let mut index = index + 1;
            while index < end && at(index) != '"' {
                index += if at(index) == '\\' { 2 } else { 1 };
            }
            Some(index + 1)
        }
        // A character, not a lifetime.
        ('\'', '\\') => Some((index + 3..end).find(|index| at(*index) == '\'').map_or(end, |close| close + 1)),
        ('\'', _) if at(index + 2) == '\'' => Some(index + 3),
        _ => None,
    }
}

/// A path as it is written, its groups taken apart: `crate::{a::b, c}` is `[crate, a, b]` and `[crate, c]`.
struct Written {
    segments: Vec<String>,
    /// How many inline modules (`mod tests { … }`) it stands in.
    inside: usize,
    /// Whether one of them is `mod tests`.
    in_tests: bool,
}

fn paths(tokens: &[String]) -> Vec<Written> {
    let mut found = Vec::new();
    let mut modules: Vec<(usize, bool)> = Vec::new();
    let mut depth = 0;
    let mut index = 0;
    let at = |index: usize| tokens.get(index).map_or("", String::as_str);
    while index < tokens.len() {
        match at(index) {
            "mod" if at(index + 2) == "{" => {
                modules.push((depth, at(index + 1) == "tests"));
                depth += 1;
                index += 2;
            }
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                modules.retain(|(opened, _)| *opened < depth);
            }
            _ if at(index + 1) == "::" && (index == 0 || at(index - 1) != "::") => {
                let mut lines = Vec::new();
                let after = path(tokens, index, &[], &mut lines);
                let in_tests = modules.iter().any(|(_, tests)| *tests);
                found.extend(lines.into_iter().map(|segments| Written { segments, inside: modules.len(), in_tests }));
                index = after - 1;
            }
            _ => {}
        }
        index += 1;
    }
    found
}

/// Reads one path from `index` on; returns the index after it.
fn path(tokens: &[String], mut index: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let at = |index: usize| tokens.get(index).map_or("", String::as_str);
    let mut segments = before.to_vec();
    loop {
        if at(index) == "{" {
            index += 1;
            while index < tokens.len() && at(index) != "}" {
                index = if at(index) == "," { index + 1 } else { path(tokens, index, &segments, found) };
            }
            return index + 1;
        }
        segments.push(at(index).to_owned());
        index += 1;
        if at(index) != "::" {
            // `a::b as c` inside a group.
            index += if at(index) == "as" { 2 } else { 0 };
            found.push(segments);
            return index;
        }
        index += 1;
    }
}

/// What is wrong with one file; `file` is its path below src, such as `report/human.rs`.
fn faults(file: &str, source: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let name = file.trim_end_matches(".rs").trim_end_matches("/mod");
    let modules: Vec<&str> = name.split('/').collect();
    let top = modules.first().copied().unwrap_or_default();
    let is_test_file = modules.last().is_some_and(|last| last.ends_with("tests"));
    let own = match top {
        "lib" | "main" => Some(u32::MAX),
        _ => floor(top),
    };
    let Some(own) = own else { return vec![format!("{file}: module '{top}' has no floor: give it one in tests/architecture.rs")] };
    if (!file.contains('/') || file.ends_with("/mod.rs")) && !source.starts_with("//!") {
        faults.push(format!("{file}: a module opens with '//!': what it knows and what it must not know"));
    }
    let tokens = tokens(source);
    for Written { segments, inside, in_tests } in paths(&tokens) {
        let segment = |index: usize| segments.get(index).map_or("", String::as_str);
        let written = segments.join("::");
        let climbed = segments.iter().take_while(|segment| *segment == "super").count();
        if climbed >= modules.len() + inside && own != u32::MAX {
            faults.push(format!("{file}: '{written}' climbs out of its floor"));
        }
        if segment(0) == "crate" && segment(1) != top {
            match floor(segment(1)) {
                None => faults.push(format!("{file}: '{written}' is not on any floor")),
                Some(other) if other >= own => faults.push(format!("{file}: floor {own} may not import '{written}' of floor {other}")),
                Some(_) => {}
            }
        }
        if (NETWORK.contains(&segment(0)) || (segment(0) == "links" && segment(1) == "ask")) && !file.starts_with(ASKS) && !file.starts_with(ASKED_BY)
        {
            faults.push(format!("{file}: '{written}': only src/{ASKS} uses the network, for src/{ASKED_BY} alone"));
        }
        if segment(0) == "crate" && segment(1) == "links" && segment(2) == "ask" && !file.starts_with(ASKED_BY) {
            faults.push(format!("{file}: '{written}': only src/{ASKED_BY} asks other servers"));
        }
        let connects = |name: &str| matches!(name, "TcpStream" | "UdpSocket" | "ToSocketAddrs");
        if segment(0) == "std" && segment(1) == "net" && connects(segment(2)) && !file.starts_with(LISTENS) && !in_tests {
            faults.push(format!("{file}: '{written}': only src/{ASKS} uses the network"));
        }
        if segment(0) == "std" && segment(1) == "fs" && !READS_FILES.contains(&top) && !is_test_file && !in_tests {
            faults.push(format!("{file}: '{written}': only {READS_FILES:?} use files"));
        }
    }
    for pair in tokens.windows(2) {
        if let [word, mark] = pair
            && mark == "!"
            && PRINTING.contains(&word.as_str())
            && !PRINTS.contains(&top)
        {
            faults.push(format!("{file}: '{word}!': only {PRINTS:?} print"));
        }
    }
    faults
}

/// Modules that other floors see have to say what they know, also inside a folder.
fn undocumented(files: &[(String, String)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (file, source) in files {
        let Some(folder) = file.strip_suffix("/mod.rs") else { continue };
        let tokens = tokens(source);
        for window in tokens.windows(4) {
            if let [public, module, name, end] = window
                && public == "pub"
                && module == "mod"
                && end == ";"
            {
                let inside = format!("{folder}/{name}.rs");
                if files.iter().any(|(file, source)| *file == inside && !source.starts_with("//!")) {
                    faults.push(format!("{inside}: a public module opens with '//!'"));
                }
            }
        }
    }
    faults
}

#[expect(clippy::disallowed_methods, reason = "a test that reads the source")]
fn sources(folder: &Path, prefix: &str, found: &mut Vec<(String, String)>) -> std::io::Result<()> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            sources(&path, &format!("{name}/"), found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((name, std::fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

#[test]
fn every_module_keeps_to_its_floor() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut files).unwrap();
    assert!(files.len() > 10, "the source is where it was");
    let mut found: Vec<String> = files.iter().flat_map(|(file, source)| faults(file, source)).collect();
    found.extend(undocumented(&files));
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn no_module_has_two_floors() {
    let names: BTreeSet<&str> = FLOORS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), FLOORS.len());
    assert!(FLOORS.is_sorted_by_key(|(_, floor)| floor));
}

/// Every fault that the checker is there for, in files that have exactly that one.
#[test]
fn the_checker_can_fail() {
    let bad = [
        ("text/mod.rs", "//! .\nuse crate::site::Site;", "floor 1 may not import 'crate::site::Site' of floor 3"),
        ("diagnostic.rs", "//! .\nuse crate::{text::Span, site};", "floor 3 may not import 'crate::site' of floor 3"),
        ("checks/a.rs", "fn a() { crate::render::html::page() }", "may not import 'crate::render::html::page'"),
        ("memo.rs", "//! .\nuse crate::mystery::X;", "'crate::mystery::X' is not on any floor"),
        ("mystery.rs", "//! .", "module 'mystery' has no floor"),
        ("report/human.rs", "use super::super::site::Site;", "'super::super::site::Site' climbs out of its floor"),
        ("config.rs", "//! .\nuse super::site;", "'super::site' climbs out"),
        ("config.rs", "//! .\nmod tests { use super::super::site; }", "'super::super::site' climbs out"),
        ("render/html.rs", "use std::{fmt, fs::{self, File}};", "'std::fs::self': only"),
        ("render/html.rs", "fn a() { std::fs::read(\"a\"); }", "'std::fs::read': only"),
        ("checks/b.rs", "fn a() { println!(\"a\") }", "'println!': only"),
        ("checks/b.rs", "use reqwest::Client;", "only src/links/ask/ uses the network"),
        ("links/judge.rs", "fn a() { tokio::spawn(b) }", "only src/links/ask/ uses the network"),
        ("compile.rs", "//! .\nuse crate::links::ask::ask;", "only src/cli/links asks other servers"),
        ("render/a.rs", "use std::net::TcpStream;", "only src/links/ask/ uses the network"),
        ("schema/mod.rs", "mod a;", "a module opens with '//!'"),
        ("compile.rs", "// not docs\nmod a;", "a module opens with '//!'"),
    ];
    for (file, source, expected) in bad {
        let found = faults(file, source);
        assert!(!found.is_empty() && found.iter().any(|fault| fault.contains(expected)), "{file} {source:?} gives {found:?}");
    }
    let public = [("a/mod.rs".to_owned(), "pub mod b;".to_owned()), ("a/b.rs".to_owned(), "fn c() {}".to_owned())];
    assert_eq!(undocumented(&public).len(), 1);
}

#[test]
fn the_checker_lets_pass_what_is_right() {
    let good = [
        ("report/human.rs", "use super::lines; use crate::{diagnostic::{Diagnostic, Kind as K}, text::Span}; use crate::report::Format;"),
        ("report/lines.rs", "mod tests { use super::*; use super::super::Format; } fn a() { crate::text::count(1, \"x\") }"),
        ("disk/scan.rs", "use std::fs;"),
        ("links/ask/mod.rs", "//! .\nuse reqwest::Client;"),
        ("cli/links.rs", "use crate::links::ask::ask;"),
        ("serve/http/mod.rs", "//! .\nuse std::net::{TcpListener, TcpStream};"),
        ("links/address.rs", "use std::net::Ipv4Addr;"),
        ("render/html.rs", "mod tests { use std::fs; }"),
        ("render/tests.rs", "use std::fs;"),
        ("text/a.rs", "// crate::site\n/* std::fs /* println!() */ */ fn a<'a>(x: &'a str) { \"crate::site\"; r#\"\"std::fs\"#; '\"'; '\\''; }"),
        ("main.rs", "//! .\nfn main() { println!(\"{}\", opsbook::cli::run()); }"),
        ("cli/build.rs", "use crate::serve; fn a() { eprintln!(\"a\") }"),
    ];
    for (file, source) in good {
        assert_eq!(faults(file, source), Vec::<String>::new(), "{file} {source:?}");
    }
}
