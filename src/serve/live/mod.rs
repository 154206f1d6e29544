//! What the preview adds to each page: a script and a style sheet. One file of the script for each thing that it does.
//!
//! Knows the head of a page. Must not know where pages come from.

use crate::memo::Digest;

/// Where these files lie. What a handbook has in a folder of this name is not shown in previews.
pub const FOLDER: &str = "/-/opsbook/";

/// The script, and its parts in their order.
pub const SCRIPT: &str =
    concat!(include_str!("align.js"), include_str!("swap.js"), include_str!("notes.js"), include_str!("panel.js"), include_str!("live.js"));

/// The style sheet.
pub const STYLE: &str = include_str!("live.css");

/// What is added to the head of a page. The version that the page has stands beside the script, so that a newer one is known as such.
#[must_use]
pub fn tags(version: Option<Digest>) -> String {
    let version = version.map_or(String::new(), |version| format!(" data-digest=\"{}\"", version.hex(32)));
    format!("\n<link rel=\"stylesheet\" href=\"{FOLDER}live.css\">\n<script src=\"{FOLDER}live.js\"{version} defer></script>")
}

/// A page with both in its head. They stand before all other scripts, so that the page is seen before those change it.
#[must_use]
pub fn insert(page: &[u8], version: Digest) -> Vec<u8> {
    let at = place(page);
    [page.get(..at).unwrap_or_default(), tags(Some(version)).as_bytes(), page.get(at..).unwrap_or_default()].concat()
}

/// How far into a page its head is looked for. Browsers look for the character set in the first 1,024 bytes.
const HEAD_BYTES: usize = 4096;

/// Behind the character set, which must stand first; else behind what opens the head, else at the beginning.
fn place(page: &[u8]) -> usize {
    let head = page.get(..HEAD_BYTES.min(page.len())).unwrap_or_default().to_ascii_lowercase();
    let find = |wanted: &[u8], from: usize| head.get(from..)?.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at);
    let end = |start: usize| find(b">", start).map(|at| at + 1);
    let charset = find(b"<meta charset", 0).and_then(end);
    let opening = || [&b"<head>"[..], b"<head "].into_iter().find_map(|tag| find(tag, 0)).and_then(end);
    let doctype = || find(b"<!doctype", 0).and_then(end);
    charset.or_else(opening).or_else(doctype).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_both_behind_its_character_set() {
        for (before, after) in [
            ("<!doctype html>\n<head>\n<meta charset=\"utf-8\">", "\n<script src=\"a.js\"></script></head>"),
            ("<!DOCTYPE html><HEAD lang=\"a\">", "<title>A</title>"),
            ("<!doctype html>", "<p>No head"),
            ("", "<p>Nothing"),
            ("", ""),
        ] {
            let version = Digest::of(before.as_bytes());
            let inserted = insert(format!("{before}{after}").as_bytes(), version);
            assert_eq!(String::from_utf8_lossy(&inserted), format!("{before}{}{after}", tags(Some(version))));
        }
    }

    #[test]
    fn the_script_runs_nothing_from_text() {
        for word in ["eval(", "innerHTML", "insertAdjacentHTML", "document.write", "new Function", "setAttribute(\"style\""] {
            assert!(!SCRIPT.contains(word), "'{word}' in the script");
        }
    }
}
