//! What one edit changes of the published site, and what programs read of it.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fmt::Write;

use common::program::{Book, git, run_with, text as file};
use jiff::Timestamp;
use opsbook::compile::{Cache, compile};
use opsbook::site::{Site, SiteFile};
use opsbook::source::{SitePath, Sources};

const CHAPTERS: usize = 3;
const PAGES: usize = 30;

fn path(path: &str) -> SitePath {
    SitePath::new(path).expect("the tests name valid paths")
}

fn put(sources: &mut Sources, name: &str, text: &str) {
    sources.insert(path(name), text);
}

/// A handbook of three chapters of thirty pages. Each page leads to the next but one.
fn handbook(settings: &str) -> Sources {
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    put(&mut sources, "book.toml", &format!("[book]\ntitle = \"Test\"\n[output.html]\nsite-url = \"https://h.example/\"\n{settings}"));
    put(&mut sources, "content/index.md", "# Home\n\nWelcome.\n");
    for chapter in 1..=CHAPTERS {
        put(&mut sources, &format!("content/c{chapter}/index.md"), &format!("# Chapter {chapter}\n\nIts pages.\n"));
        for page in 1..=PAGES {
            put(&mut sources, &format!("content/c{chapter}/p{page}.md"), &text(page, &format!("Page {page}"), "A sentence."));
        }
    }
    sources
}

fn text(page: usize, title: &str, sentence: &str) -> String {
    format!("# {title}\n\nWhat it is about.\n\n{sentence} See [another](p{}.md).\n\n## Steps\n\n1. One\n2. Two\n", (page + 1) % PAGES + 1)
}

fn site(sources: &Sources) -> Site {
    let mut cache = Cache::default();
    let mut build = compile(sources, &mut cache);
    build.site(sources, &mut cache).unwrap_or_else(|| panic!("no site: {:?}", build.diagnostics))
}

fn read(site: &Site, name: &str) -> String {
    match site.files.get(&path(name)) {
        Some(SiteFile::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => panic!("there is no {name}"),
    }
}

/// The files that an edit changes, adds or takes away, less those that search is made of.
fn changed(settings: &str, edit: impl Fn(&mut Sources)) -> Vec<String> {
    let mut sources = handbook(settings);
    let before = site(&sources);
    edit(&mut sources);
    let after = site(&sources);
    let mut changed: Vec<String> = after
        .files
        .iter()
        .filter(|(place, file)| before.files.get(*place) != Some(file))
        .map(|(place, _)| place)
        .chain(before.files.keys().filter(|place| !after.files.contains_key(*place)))
        .map(ToString::to_string)
        .filter(|place| !place.contains("search"))
        .collect();
    changed.sort();
    changed
}

fn sorted(names: &[&str], of_chapter: Option<usize>) -> Vec<String> {
    let pages = of_chapter.into_iter().flat_map(|chapter| (1..=PAGES).map(move |page| format!("c{chapter}/p{page}.html")));
    let mut names: Vec<String> = names.iter().map(ToString::to_string).chain(pages).collect();
    names.sort();
    names.dedup();
    names
}

const NO_PRINT: &str = "[output.html.print]\nenable = false\n";

#[test]
fn a_sentence_changes_its_page() {
    let edit = |sources: &mut Sources| put(sources, "content/c2/p7.md", &text(7, "Page 7", "Another sentence."));
    assert_eq!(changed(NO_PRINT, edit), ["c2/p7.html", "c2/p7.md"]);
    assert_eq!(changed("", edit), ["c2/p7.html", "c2/p7.md", "c2/print.html", "print.html"]);
}

#[test]
fn a_title_changes_its_chapter() {
    let edit = |sources: &mut Sources| put(sources, "content/c2/p7.md", &text(7, "Seventh", "A sentence."));
    let expected = sorted(&["c2/index.html", "c2/p7.md", "contents.html", "llms.txt"], Some(2));
    assert_eq!(changed(NO_PRINT, edit), expected);
}

#[test]
fn a_title_changes_what_shows_it_in_other_chapters() {
    let edit = |sources: &mut Sources| {
        put(sources, "content/c2/p7.md", "# Seventh\n\nWhat it is about. See [another](../c1/p3.md).\n");
    };
    let before = handbook(&format!("{NO_PRINT}markdown = true\n"));
    assert!(!before.texts.is_empty());
    // The first chapter's page tells who links to it.
    let expected = sorted(&["c1/p3.html", "c2/index.html", "c2/p7.md", "contents.html", "llms.txt"], Some(2));
    assert_eq!(changed(NO_PRINT, edit), expected);
}

#[test]
fn a_page_more_changes_its_chapter() {
    let edit = |sources: &mut Sources| put(sources, "content/c2/p31.md", "# New\n\nNew.\n");
    let expected = sorted(&["c2/index.html", "c2/p31.html", "c2/p31.md", "contents.html", "llms.txt", "sitemap.xml"], Some(2));
    assert_eq!(changed(NO_PRINT, edit), expected);
    let with_print = changed("", edit);
    assert_eq!(with_print.len(), expected.len() + 2, "and the pages to print: {with_print:?}");
}

#[test]
fn a_date_changes_its_page_and_the_lists_of_dates() {
    let edit = |sources: &mut Sources| {
        sources.changes.insert(path("content/c2/p7.md"), Timestamp::from_second(1_795_132_799).expect("a moment"));
    };
    let mut first = changed(NO_PRINT, edit);
    // The first date of all brings the feed, which every page names.
    assert!(first.contains(&"feed.xml".to_owned()));
    first.retain(|name| name == "c2/p7.md" || name == "sitemap.xml");
    assert_eq!(first.len(), 2);
    let mut sources = handbook(NO_PRINT);
    edit(&mut sources);
    let site = site(&sources);
    assert!(read(&site, "c2/p7.html").contains("Changed <time datetime=\"2026-11-19\">2026-11-19</time>"));
    assert!(read(&site, "sitemap.xml").contains("<loc>https://h.example/c2/p7.html</loc><lastmod>2026-11-19</lastmod>"));
}

#[test]
fn feed_readers_read_the_feed() {
    let mut sources = handbook("");
    for page in 1..=PAGES {
        for chapter in 1..=CHAPTERS {
            let moment = Timestamp::from_second(1_795_000_000 + i64::try_from(page * 60 + chapter).expect("small")).expect("a moment");
            sources.changes.insert(path(&format!("content/c{chapter}/p{page}.md")), moment);
        }
    }
    put(&mut sources, "content/c1/p30.md", "# `<b>` & \"quotes\"\n\nLess < more ]]> & \u{1b}[31mred\u{1b}[0m.\n");
    let text = read(&site(&sources), "feed.xml");
    let feed: atom_syndication::Feed = text.parse().unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!((feed.title.as_str(), feed.entries.len(), feed.authors.len()), ("Test", 50, 1));
    assert_eq!(feed.id, "https://h.example/feed.xml");
    assert!(feed.links.iter().any(|link| link.rel == "self" && link.href == feed.id));
    assert_eq!(feed.updated, feed.entries[0].updated);
    assert!(feed.entries.windows(2).all(|pair| pair[0].updated >= pair[1].updated));
    assert_eq!(feed.entries[0].links[0].href, "https://h.example/c3/p30.html");
    let odd = feed.entries.iter().find(|entry| entry.id.ends_with("c1/p30.html")).expect("it changed late");
    assert_eq!(odd.title.as_str(), "<b> & \"quotes\"");
    assert_eq!(odd.summary.as_ref().map(atom_syndication::Text::as_str), Some("Less < more ]]> & [31mred[0m."));
    let ids: std::collections::BTreeSet<&str> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids.len(), 50, "every id is one of its own");
}

#[test]
fn without_an_address_or_a_date_there_is_no_feed() {
    let no_date = handbook("");
    assert!(!site(&no_date).files.contains_key("feed.xml"));
    let mut reviewed = handbook("");
    put(&mut reviewed, "content/c1/p1.md", "---\nreviewed: 2026-11-20\n---\n# A\n");
    assert!(read(&site(&reviewed), "feed.xml").contains("<updated>2026-11-20T00:00:00Z</updated>"));
    put(&mut reviewed, "book.toml", "[book]\ntitle = \"Test\"\n");
    let site = site(&reviewed);
    assert!(!site.files.contains_key("feed.xml"));
    assert!(!read(&site, "index.html").contains("atom+xml"));
}

#[test]
fn what_is_published_of_a_source_is_what_the_page_shows() {
    let mut sources = handbook("");
    put(
        &mut sources,
        "content/c1/README.md",
        "---\ntitle: \"Quoted: 'x'\"\nowner: Ops\nsecret_key: hidden\nwaivers: [{ finding: orphan-page, reason: hidden, until: 2027-01-01 }]\n---\n# T\n\n\
<!-- hidden -->\n\nSee [the chapter](index.md), [a page](./p1.md#steps), [by reference][r] and <!-- hidden --> [home](/index.md).\n\n\
[r]: ../c2/index.md \"Title\"\n\n[//]: # (hidden)\n",
    );
    put(&mut sources, "content/c2/p1.md", "# A\n\nSee [it](../c1/README.md).\n\n<div>\n<!-- hidden\n\nhidden\n");
    let built = site(&sources);
    let text = read(&built, "c1/README.md");
    assert!(!text.contains("hidden"), "{text}");
    assert!(text.starts_with("---\ntitle: \"Quoted: 'x'\"\n"), "{text}");
    assert!(text.contains("owner: \"Ops\"\nurl: \"https://h.example/c1/README.html\"\n---\n\n# T\n"), "{text}");
    assert!(
        text.contains(
            "See [the chapter](index.md), [a page](./p1.md#steps), [by reference][r] and  [home](../index.md).\n\n[r]: ../c2/index.md \"Title\""
        ),
        "{text}"
    );
    let cut = read(&built, "c2/p1.md");
    assert!(!cut.contains("hidden") && cut.contains("[it](../c1/README.md)"), "{cut}");
    let mut off = sources;
    put(&mut off, "book.toml", "[output.html]\nmarkdown = false\n");
    let site = site(&off);
    assert!(!site.files.keys().any(|place| place.is_markdown() || place.as_str() == "llms.txt"));
}

#[test]
fn the_list_for_programs_stays_small() {
    let small = read(&site(&handbook("")), "llms.txt");
    assert!(small.starts_with("# Test\n\n- [Test](https://h.example/index.md): Welcome.\n\n## Chapter 1\n"), "{small}");
    assert!(small.contains("- [Page 3](https://h.example/c1/p3.md): What it is about.\n"), "{small}");
    let mut large = handbook("");
    for page in 0..500 {
        put(&mut large, &format!("content/many/m{page}.md"), "# Many\n\nOne of many.\n");
    }
    let built = site(&large);
    let list = read(&built, "llms.txt");
    assert!(list.ends_with("- [many](https://h.example/many/llms.txt): 500 pages\n"), "{list}");
    assert!(list.lines().count() < 12, "{list}");
    assert_eq!(read(&built, "many/llms.txt").matches("\n- [").count(), 500);
    assert!(!built.files.contains_key("print.html"), "so large a handbook is printed only when asked");
}

#[test]
fn a_page_to_print_holds_all_and_no_id_twice() {
    let mut sources = handbook("");
    let mut text =
        String::from("# One\n\nA note.[^1] See [there](../c2/p1.md#steps) and [here](#part) and [role](../c3/index.md).\n\n## Part\n\n[^1]: Text.\n");
    let _ = write!(
        text,
        "\n## Flow\n\n```mermaid\nflowchart LR\n  A[Start] --> B[End]\n  click B href \"p2.md\"\n```\n\n<p id=\"raw\">x</p><a href=\"#raw\">y</a>\n"
    );
    put(&mut sources, "content/c1/p1.md", &text);
    put(&mut sources, "content/c2/p1.md", &text.replace("../c2", "../c1").replace("#steps", "#part"));
    let built = site(&sources);
    for (name, parts) in [("print.html", 94), ("c1/print.html", 31)] {
        let page = read(&built, name);
        assert_eq!(page.matches("<article class=\"print-part").count(), parts, "{name}");
        let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name} has an id twice");
        let targets = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next());
        let broken: Vec<&str> = targets.filter(|target| !unique.contains(target)).collect();
        assert!(broken.is_empty(), "{name}: {broken:?}");
    }
    let whole = read(&built, "print.html");
    assert!(whole.contains("<a href=\"#s2.1-steps\">") || whole.contains("<a href=\"#s2.1\">"), "links lead to parts");
    assert!(whole.contains("<h3 data-level=\"1\" id=\"s1.1-one\"><span class=\"print-number\">1.1</span> One</h3>"));
    let chapter = read(&built, "c1/print.html");
    assert!(chapter.contains("href=\"https://h.example/c3/index.html\" class=\"external\""), "what isn't printed has its address");
    assert!(!read(&built, "sitemap.xml").contains("print"));
}

#[test]
fn the_name_of_a_folder_is_no_pattern() {
    for folder in ["docs[1]", ":x", "*"] {
        let settings = format!("[book]\nsrc = \"{folder}\"\n");
        let book = Book::new(&[("book.toml", file(settings)), (&format!("{folder}/index.md"), file("# Home\n"))]);
        for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message=One"]] {
            git(&book.path(""), arguments);
        }
        for variables in [&[][..], &[("GIT_GLOB_PATHSPECS", "1")], &[("GIT_ICASE_PATHSPECS", "1")], &[("GIT_NOGLOB_PATHSPECS", "1")]] {
            let run = run_with(&book.path(""), &["build"], variables);
            assert_eq!(run.code, 0, "{folder}: {}", run.err);
            let page = book.read("book/index.html");
            assert!(page.contains("Changed <time datetime="), "{folder} {variables:?}: {page}");
        }
    }
}
