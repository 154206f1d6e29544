//! Pages of previews say from which line of its file each block comes; all else in them is as it is published.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test fails by panicking")]

use std::path::Path;

use jiff::civil::date;
use opsbook::compile::{Cache, compile};
use opsbook::project::Project;
use opsbook::site::{Site, SiteFile};
use opsbook::source::{SitePath, Sources};

fn built(sources: &Sources, lines: bool) -> Site {
    let mut cache = Cache::default();
    let sources = Sources { lines, ..sources.clone() };
    compile(&sources, &mut cache).site(&sources, &mut cache).expect("the templates are right")
}

fn text(site: &Site, path: &str) -> String {
    match site.files.get(path) {
        Some(SiteFile::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    }
}

/// Takes out the marks, and gives how many there were.
fn without_marks(html: &str) -> (String, usize) {
    let mut pieces = html.split(" data-line=\"");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    let mut count = 0;
    for piece in pieces {
        let (number, rest) = piece.split_once('"').expect("an attribute is closed");
        assert!(number.parse::<usize>().is_ok_and(|number| number > 0), "'{number}' is no line");
        out.push_str(rest);
        count += 1;
    }
    (out, count)
}

#[test]
fn marks_are_all_that_changes() {
    let project = Project::open(Some(Path::new(env!("CARGO_MANIFEST_DIR"))), None).expect("this repository is a handbook");
    let sources = project.sources(date(2026, 11, 20)).expect("it can be read");
    let (plain, marked) = (built(&sources, false), built(&sources, true));
    assert_eq!(plain.files.keys().collect::<Vec<_>>(), marked.files.keys().collect::<Vec<_>>());
    let mut marks = 0;
    for (path, file) in &plain.files {
        let SiteFile::Bytes(_) = file else { continue };
        let (before, after) = (text(&plain, path.as_str()), text(&marked, path.as_str()));
        // The page about previews shows a mark as an example.
        if path.as_str() == "opsbook/preview.html" {
            continue;
        }
        if path.extension() != Some("html") || path.as_str().ends_with("print.html") {
            assert!(before == after, "{path} differs");
            continue;
        }
        assert!(!before.contains(" data-line="), "{path}");
        let (bare, count) = without_marks(&after);
        marks += count;
        // The policy of an incident view lets the preview's own files in.
        let rest = |html: &str| {
            if path.as_str().contains(".incident.") {
                html.split_once("-Policy\"").and_then(|(_, rest)| rest.split_once('>')).map(|(_, rest)| rest.to_owned())
            } else {
                Some(html.to_owned())
            }
        };
        assert!(rest(&bare) == rest(&before), "{path} differs");
    }
    assert!(marks > 1000, "{marks} marks");
}

const PAGE: &str = "---
owner: Ops team
---
# Title

One
paragraph.

- item

  > quote

```bash
echo
```

| a | b |
|---|---|
| 1 | 2 |

Lint → Test → Build

```mermaid
flowchart LR
  a --> b
```

1. **Ops team** builds
2. **QA team** tests

Term
: Meaning[^1]

[^1]: A note.
";

/// The tag and the line of each mark, in the order of the page.
fn marks(html: &str) -> Vec<String> {
    let place = |at: usize| {
        let tag = html[..at].rsplit('<').next().unwrap_or_default().split(' ').next().unwrap_or_default();
        let line = html[at..].split('"').nth(1).unwrap_or_default();
        format!("{tag} {line}")
    };
    html.match_indices(" data-line=\"").map(|(at, _)| place(at)).collect()
}

fn page(text: &str, config: &str) -> String {
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    for (path, text) in [("content/a.md", text), ("book.toml", config)] {
        sources.insert(SitePath::new(path).expect("a path"), text);
    }
    self::text(&built(&sources, true), "a.html")
}

#[test]
fn each_block_has_its_line() {
    let expected = [
        "h1 4",
        "p 6",
        "ul 9",
        "li 9",
        "p 9",
        "blockquote 11",
        "p 11",
        "div 13",
        "div 17",
        "thead 17",
        "tr 19",
        "figure 21",
        "p 21",
        "figure 23",
        "div 28",
        "ol 28",
    ];
    let marks = marks(&page(PAGE, ""));
    for mark in expected.iter().filter(|mark| **mark != "ol 28") {
        assert!(marks.iter().any(|found| found == mark), "'{mark}' is not in {marks:?}");
    }
    for mark in ["li 28", "li 29", "dl 31", "dt 31", "dd 32", "p 34"] {
        assert!(marks.iter().any(|found| found == mark), "'{mark}' is not in {marks:?}");
    }
}

#[test]
fn marks_outlive_cleaning_and_those_of_authors_do_not() {
    let text =
        "# A <b data-line=\"7\">b</b>\n\n<p data-line=\"99\">raw</p>\n\nText.\n\n<p data-line=\"0123456789abcdef0123456789abcdef:98\">raw</p>\n";
    let found = marks(&page(text, ""));
    assert_eq!(found, ["h1 1", "p 5", "p 0123456789abcdef0123456789abcdef:98"], "the last is no number, so it means nothing");
    let trusted = page(text, "[output.html]\nraw-html = \"trust\"\n");
    assert!(trusted.contains("<p data-line=\"99\">"), "trusted HTML stays as it is");
}
