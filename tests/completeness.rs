//! How complete a handbook is, as its site and the report of `opsbook check --report` say it.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use common::links;
use opsbook::compile::{Cache, compile};
use opsbook::handbook::Completeness;
use opsbook::render::completeness::{FILES, JSON_SCHEMA, MARK, report};
use opsbook::site::{Site, SiteFile};
use opsbook::source::{Asset, SitePath, Sources};
use serde_json::Value;

const SCHEMA: &str = "type: guide
title: Guide
sections:
  - title: Recovery
    topics: [Backup, Restore]
    sections:
      - title: Failback
  - title: Notes
    required: false
    topics: [Author]
";

/// Four documents counted by hand: 4 of 4 demands, 2 of 5, 0 of 4, 3 of 4; and two without a type.
const HANDBOOK: &[(&str, &str)] = &[
    ("book.toml", "[book]\ntitle = \"Test\"\n[types]\nguide = [\"guides/*.md\"]\n"),
    ("schemas/guide.yaml", SCHEMA),
    ("content/index.md", "# Home\n"),
    ("content/free/note.md", "# A note\n"),
    ("content/guides/whole.md", "---\nowner: Ops lead\n---\n# Whole\n\n## Recovery\n\n**Backup**: a\n\n**Restore**: b\n\n### Failback\n\nc\n"),
    ("content/guides/part.md", "# Part\n\n## Recovery\n\n**Backup**: a\n\n### Failback\n\nTODO\n\n## Notes\n\nx\n"),
    ("content/guides/none.md", "---\nowner: \"=Ops, \\\"lead\\\"\"\n---\n# \\<None\\> & “none”\n"),
    ("content/free/typed.md", "---\ntype: guide\nowner: Ops lead\n---\n# Typed\n\n## Recovery\n\n**Backup**: a\n\n**Restore**: b\n"),
];

fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    for (name, text) in files {
        sources.insert(path(name), *text);
    }
    sources
}

fn path(path: &str) -> SitePath {
    SitePath::new(path).expect("the tests name valid paths")
}

fn site(sources: &Sources) -> Site {
    let mut cache = Cache::default();
    compile(sources, &mut cache).site(sources, &mut cache).expect("the embedded theme renders")
}

fn text(site: &Site, place: &str) -> String {
    match &site.files[place] {
        SiteFile::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => panic!("{place} is {other:?}"),
    }
}

/// The files of the report, by name.
fn written(sources: &Sources) -> BTreeMap<&'static str, String> {
    let build = compile(sources, &mut Cache::default());
    let report = report(&build.handbook, "book/").expect("the report can be written");
    report.files.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).expect("reports are text"))).collect()
}

#[test]
fn the_figures_are_those_counted_by_hand() {
    let build = compile(&sources(HANDBOOK), &mut Cache::default());
    let facts = Completeness::of(&build.handbook);
    assert_eq!((facts.total.met, facts.total.required, facts.total.complete, facts.total.documents), (9, 17, 1, 4));
    assert_eq!((facts.total.percent(), facts.untyped.len()), (Some(52), 2));
    let rows: Vec<(usize, usize)> = facts.rows.iter().map(|row| (row.score.met, row.score.required)).collect();
    assert_eq!(rows, [(3, 4), (0, 4), (2, 5), (4, 4)]);
    assert_eq!(report(&build.handbook, "").expect("a report").headline, "52 % complete: 9 of 17 demands met, 1 of 4 typed documents complete");
}

#[test]
fn the_report_for_programs() {
    let files = written(&sources(HANDBOOK));
    assert_eq!(files.keys().copied().collect::<Vec<_>>(), ["badge.svg", "completeness.csv", "completeness.json", "index.html"]);
    insta::assert_snapshot!("csv", files["completeness.csv"]);
    let json: Value = serde_json::from_str(&files["completeness.json"]).expect("it is JSON");
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&json).expect("it is JSON"));
    insta::assert_snapshot!("badge", files["badge.svg"]);
}

/// A spreadsheet reads back what was written: quotes, commas, line breaks.
#[test]
fn every_row_of_the_table_has_its_cells() {
    let files = written(&sources(HANDBOOK));
    let mut reader = csv::Reader::from_reader(files["completeness.csv"].as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("every row has as many cells")).collect();
    assert_eq!(rows.len(), 4 * 6);
    let required = rows.iter().filter(|row| &row[7] == "yes").count();
    let met = rows.iter().filter(|row| &row[7] == "yes" && &row[8] == "met").count();
    assert_eq!((met, required), (9, 17));
    assert_eq!(&rows[6][4], "'=Ops, \"lead\"");
}

/// Every key that is written is one that the schema knows, and the schema asks for no other.
#[test]
fn the_json_is_what_its_schema_says() {
    fn check(value: &Value, schema: &Value, root: &Value, place: &str) {
        let reference = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        let schema = reference.map_or(schema, |pointer| root.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is nowhere")));
        let name = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let allowed = &schema["type"];
        let fits = allowed.as_str() == Some(name) || allowed.as_array().is_some_and(|types| types.iter().any(|allowed| allowed == name));
        let is_listed = schema["const"] == *value || schema["enum"].as_array().is_some_and(|values| values.contains(value));
        assert!(fits || is_listed, "{place}: {value} is not {schema}");
        match value {
            Value::Object(entries) => {
                let keys: Vec<&String> = entries.keys().collect();
                let mut required: Vec<&str> = schema["required"].as_array().expect("keys").iter().filter_map(Value::as_str).collect();
                required.sort_unstable();
                let mut sorted = keys.clone();
                sorted.sort();
                assert_eq!(sorted, required, "{place}");
                for (key, value) in entries {
                    check(value, &schema["properties"][key], root, &format!("{place}.{key}"));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| check(item, &schema["items"], root, &format!("{place}[]"))),
            _ => {}
        }
    }
    let schema: Value = serde_json::from_str(JSON_SCHEMA).expect("the schema is JSON");
    for handbook in [HANDBOOK, &[("content/index.md", "# Home\n")]] {
        let json: Value = serde_json::from_str(&written(&sources(handbook))["completeness.json"]).expect("it is JSON");
        check(&json, &schema, &schema, "");
    }
}

/// It is opened alone, from a list of artifacts: it asks for nothing, runs nothing, and every link stays on it.
#[test]
fn the_report_for_people_lies_alone() {
    let page = written(&sources(HANDBOOK)).remove(FILES[0]).expect("it has a page");
    assert!(page.contains(MARK) && page.contains("&lt;None&gt; &amp; “none”") && page.contains("book/content/guides/none.md"), "{page}");
    for foreign in ["<script", "<link", " src=", "@import", " style=", "url("] {
        assert!(!page.contains(foreign), "it holds '{foreign}'");
    }
    let mut alone = Site::default();
    alone.files.insert(path("index.html"), SiteFile::Bytes(page.into_bytes().into()));
    assert_eq!(links::faults(&alone), Vec::<String>::new());
}

#[test]
fn the_site_says_how_complete_it_is() {
    let site = site(&sources(HANDBOOK));
    assert_eq!(links::faults(&site), Vec::<String>::new());
    let (overview, guides) = (text(&site, "completeness.html"), text(&site, "completeness-guide.html"));
    assert!(overview.contains("9 of 17 required sections and topics are there. Complete documents: 1 of 4."), "{overview}");
    assert!(overview.contains("href=\"completeness-guide.html\">Guide</a>"), "{overview}");
    for cell in [
        "<a href=\"guides/part.html#recovery\"><span class=\"mark mark-partly\">",
        "<a href=\"guides/part.html#failback\">Failback</a>",
        "<a href=\"guides/whole.html#recovery\"><span class=\"mark mark-met\">",
        "<td class=\"cell-not-asked\">",
    ] {
        assert!(guides.contains(cell), "{cell} is not in {guides}");
    }
    assert!(text(&site, "index.html").contains("<a href=\"completeness.html\">Completeness</a>"));
    assert!(text(&site, "completeness.svg").contains("<title>completeness: 52 %</title>"));
}

#[test]
fn a_handbook_without_types_says_nothing_of_completeness() {
    let site = site(&sources(&[("content/index.md", "# Home\n")]));
    assert!(!site.files.keys().any(|place| place.as_str().contains("completeness")));
    assert!(!text(&site, "index.html").contains("Completeness"));
}

/// What the handbook brings along keeps its place, in any case of letters; our pages move and everything leads to them.
#[test]
fn pages_of_the_handbook_keep_their_places() {
    let mut sources = sources(HANDBOOK);
    sources.insert(path("content/Completeness.md"), "# Mine\n");
    sources.insert(path("content/completeness-guide.md"), "# Mine too\n");
    sources.assets.insert(path("content/completeness.svg/x.png"), Asset { length: 1, modified_ns: 1 });
    let site = site(&sources);
    assert!(text(&site, "Completeness.html").contains("Mine") && text(&site, "completeness-guide.html").contains("Mine too"));
    assert!(text(&site, "all/completeness.html").contains("href=\"completeness-guide.html\""));
    assert!(site.files.contains_key("all/completeness-guide.html") && site.files.contains_key("all/completeness.svg"));
    assert_eq!(links::faults(&site), Vec::<String>::new());
}

/// Pages that differ after one more edit.
fn changed(before: &Site, sources: &mut Sources, cache: &mut Cache, name: &str, text: &str) -> Vec<String> {
    sources.insert(path(name), text);
    let after = compile(sources, cache).site(sources, cache).expect("the embedded theme renders");
    after.files.iter().filter(|(place, file)| before.files.get(*place) != Some(file)).map(|(place, _)| place.to_string()).collect()
}

#[test]
fn one_edit_changes_one_page_unless_it_completes_something() {
    let mut sources = sources(HANDBOOK);
    let mut cache = Cache::default();
    let before = compile(&sources, &mut cache).site(&sources, &mut cache).expect("the embedded theme renders");
    let part = "content/guides/part.md";
    let longer = "# Part\n\n## Recovery\n\n**Backup**: a\n\nOne line\nand another.\n\n### Failback\n\nTODO\n\n## Notes\n\nx\n";
    assert_eq!(
        changed(&before, &mut sources, &mut cache, part, longer),
        ["guides/part.html", "guides/part.md", "guides/print.html", "print.html", "search/text-073fc2.js", "search/words-0.js"]
    );
    let finished = longer.replace("TODO", "Back to the first region.");
    assert_eq!(
        changed(&before, &mut sources, &mut cache, part, &finished),
        [
            "completeness-guide.html",
            "completeness.html",
            "completeness.svg",
            "guides/part.html",
            "guides/part.md",
            "guides/print.html",
            "print.html",
            "search/text-073fc2.js",
            "search/words-0.js"
        ]
    );
}

/// Thousands of documents, of many owners, with a schema of many sections: the pages show the worst and count the rest.
#[test]
fn pages_stay_small_whatever_the_handbook() {
    let mut schema = "type: guide\nsections:\n".to_owned();
    for number in 0..200 {
        writeln!(schema, "  - title: Section {number}").expect("writing to a string can't fail");
    }
    let mut sources = sources(&[("schemas/guide.yaml", &schema), ("content/index.md", "# Home\n")]);
    for number in 0..600 {
        let text = format!("---\ntype: guide\nowner: Team {number}\n---\n# Document {number}\n\n## Section 1\n\nx\n");
        sources.insert(path(&format!("content/c{}/{number}.md", number % 300)), Arc::<str>::from(text));
    }
    let build = compile(&sources, &mut Cache::default());
    let page = report(&build.handbook, "").expect("a report").files.remove(0).1;
    assert!(page.len() < 400_000, "{} bytes", page.len());
    let page = String::from_utf8(page).expect("it is text");
    for words in [
        "575 more incomplete documents",
        "200 more that are nearer to complete",
        "500 more that are nearer",
        "176 more sections",
        "580 more incomplete documents of this type",
    ] {
        assert!(page.contains(words), "it doesn't say '{words}'");
    }
}
