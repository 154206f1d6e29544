//! Incident views: each is one file that needs nothing else, and holds all that its document says.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, and reads our own handbook"
)]

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{links, page_text, root};
use opsbook::compile::{Build, Cache, compile};
use opsbook::disk::{Layout, read_pictures, scan};
use opsbook::handbook::runbooks::PICTURE_LIMIT;
use opsbook::site::{Site, SiteFile};
use opsbook::source::{Asset, SitePath, Sources};
use sha2::{Digest, Sha256};

fn html<'a>(site: &'a Site, path: &str) -> &'a str {
    match site.files.get(path) {
        Some(SiteFile::Bytes(bytes)) => std::str::from_utf8(bytes).expect("pages are UTF-8"),
        _ => panic!("the site has no page '{path}'"),
    }
}

fn our_own() -> (Build, Site) {
    let layout = Layout { content: "content".to_owned(), ..Layout::default() };
    let mut sources = scan(&root(), &layout).expect("our own handbook can be read");
    let mut cache = Cache::default();
    let mut build = compile(&sources, &mut cache);
    sources.pictures = read_pictures(&root(), &sources.mounts, &build.pictures(), PICTURE_LIMIT);
    let site = build.site(&sources, &mut cache).expect("the embedded theme renders");
    (build, site)
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, opening: &str, closing: &str) -> Vec<&'a str> {
    text.split(opening).skip(1).map(|rest| rest.split_once(closing).map_or(rest, |(inside, _)| inside)).collect()
}

/// What a browser would load to show a page.
fn loads(html: &str) -> Vec<&str> {
    let sources = between(html, " src=\"", "\"").into_iter().filter(|source| !source.starts_with("data:image/"));
    let links = between(html, "<link ", ">").into_iter().filter(|link| *link != "rel=\"icon\" href=\"data:,\"");
    let marks = ["srcset", "@import", "url(", "<iframe", "<object", "<embed", "<audio", "<video", "http-equiv=\"refresh\""];
    sources.chain(links).chain(marks.into_iter().filter(|mark| html.contains(mark))).collect()
}

fn check(html: &str, path: &SitePath) {
    assert!(loads(html).is_empty(), "{path} loads {:?}", loads(html));
    let policy = between(html, "Content-Security-Policy\" content=\"", "\"")[0].replace("&#39;", "'").replace("&#x27;", "'");
    for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
        let inside = between(html, &format!("<{element}>"), &format!("</{element}>"));
        assert_eq!(inside.len(), 1, "{path} holds one <{element}>");
        let expected = format!("{directive} 'sha256-{}'", STANDARD.encode(Sha256::digest(inside[0])));
        assert!(policy.contains(&expected), "{path}: {policy} lacks {expected}");
    }
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
}

#[test]
fn every_view_of_our_own_handbook_is_whole_and_alone() {
    let (build, site) = our_own();
    let runbooks = &build.handbook.runbooks;
    assert!(runbooks.all.len() >= 6 && runbooks.alerts.len() >= 4);
    let mut styles = std::collections::BTreeSet::new();
    for runbook in &runbooks.all {
        let view = html(&site, runbook.address.as_str());
        check(view, &runbook.address);
        styles.insert(between(view, "<style>", "</style>")[0]);
        // Every word of the page's text is in it, however often and in whatever order.
        let page = &build.handbook.pages[runbook.page];
        let shown = page_text(view.as_bytes());
        for block in page.document.blocks() {
            let text = block.text(&page.document);
            let wanted = text.split_whitespace().filter(|word| word.chars().all(char::is_alphanumeric));
            let missing: Vec<&str> = wanted.filter(|word| !shown.contains(word)).collect();
            assert!(missing.is_empty(), "{} lacks {missing:?} of {:?}", runbook.address, text);
        }
        for section in &page.document.sections {
            assert!(view.contains(&format!("id=\"{}\"", section.id)), "{} lacks the section '{}'", runbook.address, section.title);
        }
    }
    assert_eq!(styles.len(), 1, "one pair of hashes serves a whole site");
    let header = html(&site, runbooks.policy.as_ref().expect("there are runbooks").as_str());
    let hash = STANDARD.encode(Sha256::digest(styles.first().expect("there are views")));
    assert!(header.contains(&hash) && header.lines().count() == 1, "{header}");
    let faults = links::faults(&site);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn alerts_lead_to_their_views() {
    let (build, site) = our_own();
    // Rules may lead to these, so they lie there.
    for name in ["completeness.html", "contents.html", "incidents.html", "registry/rules.html", "reviews.html"] {
        assert!(!html(&site, name).is_empty(), "{name}");
    }
    for alert in build.handbook.runbooks.alerts.values() {
        let address = alert.address.as_ref().expect("a file can have its name");
        let page = html(&site, address.as_str());
        let target = build.handbook.runbooks.all[alert.runbook.expect("a runbook")].address.relative_to(address.folder());
        assert!(page.contains(&format!("content=\"0; url={target}\"")) && page.contains(&format!("<a href=\"{target}\"")), "{page}");
        assert!(page.contains("noindex") && !page.contains("<script") && page.len() < 1500);
    }
}

fn handbook(files: &[(&str, &str)]) -> (Sources, Site) {
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    for (path, text) in files {
        sources.insert(SitePath::new(path).expect("a path"), *text);
    }
    let mut image = |path: &str, length: u64| {
        let path = SitePath::new(path).expect("a path");
        sources.assets.insert(path.clone(), Asset { length, modified_ns: 1 });
        path
    };
    let small = image("content/small.png", 3);
    image("content/large.png", 2_345_678);
    sources.pictures.insert(small, [1, 2, 3].into());
    let mut cache = Cache::default();
    let mut build = compile(&sources, &mut cache);
    let site = build.site(&sources, &mut cache).expect("the embedded theme renders");
    (sources, site)
}

#[test]
fn images_are_inside_or_links() {
    let text = "---\nalerts: A\n---\n# T\n\n![small *one*](small.png)\n\n![large](large.png) [![l](large.png)](b.md)\n\n![there](https://x.example/a.png)\n\n\
                <img src=\"small.png\" alt=\"raw\"> <img src=\"large.png\" alt=\"raw large\"> <img src=\"https://x.example/a.png\" alt=\"raw there\">\n";
    for book in ["[book]\n", "[output.html]\nraw-html = \"trust\"\n"] {
        let (_, site) = handbook(&[("book.toml", book), ("content/a.md", text), ("content/b.md", "# B\n")]);
        let view = html(&site, "a.incident.html");
        check(view, &SitePath::new("a.incident.html").expect("a path"));
        for part in [
            "<img src=\"data:image/png;base64,AQID\" alt=\"small one\">",
            "<a class=\"picture\" href=\"large.png\">large (image, 2.3 MB)</a>",
            "<a href=\"b.html\">l (image, 2.3 MB)</a>",
            "<a class=\"picture\" href=\"https://x.example/a.png\">there (image)</a>",
            "<img src=\"data:image/png;base64,AQID\" alt=\"raw\">",
            "<img alt=\"raw large\">",
            "<img alt=\"raw there\">",
        ] {
            assert!(view.contains(part), "{part} in {view}");
        }
    }
}

#[test]
fn the_order_is_that_of_need_and_nothing_is_lost() {
    let text = "---\nalerts: [A, B]\n---\n# The thing\n\nBefore.\n\n## Background\n\nOld.\n\n### Deeper\n\nDeep.\n\n## Rollback\n\nBack.[^n]\n\n## Steps\n\n\
                - item\n\n  ## Not cut\n\n> ## Nor this\n\nDo.\n\n## Meaning\n\nMeans.\n\n## Last\n\n<div>\n\n[^n]: Note.\n";
    let (_, site) = handbook(&[("content/a.md", text)]);
    let view = html(&site, "a.incident.html");
    let order = ["<h1", "Before.", "Means.", "item", "Not cut", "Nor this", "Do.", "Back.", "<details>", "Old.", "Deep.", "<details>", "Note."];
    let mut at = view.find("<main>").expect("a main part");
    for part in order.into_iter().filter(|part| *part != "<details>") {
        let found = view.get(at..).and_then(|rest| rest.find(part));
        at += found.unwrap_or_else(|| panic!("no {part} in its place: {view}"));
    }
    assert!(view.contains("<summary><h2 id=\"background\">Background</h2>") && view.contains("<h3 id=\"deeper\">"), "{view}");
    let untyped = "---\nalerts: C\n---\n# T\n\n## Notes\n\nAll there is.\n";
    let (_, site) = handbook(&[("content/a.md", untyped)]);
    assert!(html(&site, "a.incident.html").contains("<details open>"), "what is all there is must not be folded");
}

#[test]
fn nothing_in_a_document_opens_what_the_view_closes() {
    for hostile in [
        "</main></body><script>x()</script>",
        "<style>p{}</style><textarea>",
        "<!-- \n\n## Steps\n\nx",
        "</details></section><div><details>",
        "<h2>Impact</h2>\n\n<summary>s</summary>",
        "[x](javascript:x) ![y](data:text/html,z) <a href=\"data:text/html,z\">l</a>",
    ] {
        for book in ["[book]\n", "[output.html]\nraw-html = \"trust\"\n"] {
            let text = format!("---\nalerts: A\n---\n# T\n\n{hostile}\n\n## Mitigation\n\n{hostile}\n\n## Notes\n\n{hostile}\n\nend\n");
            let (_, site) = handbook(&[("book.toml", book), ("content/a.md", &text)]);
            let view = html(&site, "a.incident.html");
            check(view, &SitePath::new("a.incident.html").expect("a path"));
            assert_eq!(view.matches("</main>").count(), 1, "{hostile}: {view}");
            assert!(!view.contains("javascript:") && !view.contains("data:text"), "{hostile}: {view}");
        }
    }
}

#[test]
fn a_runbook_of_the_past_says_so_first() {
    for (status, notice, overdue) in [
        ("Retired", "This document is retired. It stays for the record: don't follow it.", false),
        ("superseded", "This document is superseded. It stays for the record: don't follow it.", false),
        ("draft", "This document is not in force yet: draft.", true),
        ("active", "", true),
    ] {
        let registry = ("content/registry.yaml", "roles: { ops: Ops }\n");
        let text = format!("---\nalerts: A\nowner: ops\nstatus: {status}\nreviewed: 2020-01-01\nreview_every: 90d\n---\n# T\n\n## Steps\n\nx\n");
        let (_, site) = handbook(&[registry, ("content/a.md", &text)]);
        let (view, page) = (html(&site, "a.incident.html"), html(&site, "a.html"));
        check(view, &SitePath::new("a.incident.html").expect("a path"));
        assert_eq!(view.contains("data-due=\"2020-03-31\""), overdue, "{status}: {view}");
        assert_eq!(view.contains("class=\"notice\""), !notice.is_empty(), "{status}: {view}");
        assert!(view.contains(notice) && page.contains(notice), "{status}: {view}");
        let before_people = view.split_once("class=\"people\"").expect("there is an owner").0;
        assert!(before_people.contains(notice), "{status}: {view}");
    }
}

#[test]
fn the_address_of_a_site_is_one_of_the_web() {
    let text = "---\nalerts: A\n---\n# T\n";
    for (url, canonical) in [("https://h.example/", "https://h.example/a.html"), ("ftp://h.example/", "../a.html"), ("/docs/", "../a.html")] {
        let book = format!("[output.html]\nsite-url = \"{url}\"\n");
        let (_, site) = handbook(&[("book.toml", &book), ("content/a.md", text)]);
        let alert = html(&site, "alert/A.html");
        assert!(alert.contains(&format!("rel=\"canonical\" href=\"{canonical}\"")), "{url}: {alert}");
    }
}

#[test]
fn alerts_of_a_report_lead_to_where_they_are_explained() {
    let rule = |name: &str, url: &str| format!("  - {{ alert: {name}, expr: a, annotations: {{ runbook_url: 'https://h.example/{url}' }} }}\n");
    let rules = format!("groups:\n- rules:\n{}{}", rule("A", "guide.html#fix-it"), rule("x/y", "guide.html"));
    let (_, site) = handbook(&[
        ("book.toml", "[output.html]\nsite-url = 'https://h.example/'\n[alerts]\nrules = 'r.yaml'\n"),
        ("r.yaml", &rules),
        ("content/guide.md", "# Guide\n\n## Fix it\n"),
        ("content/run/b.md", "---\nalerts: [B]\n---\n# B\n"),
        ("content/x/i.md", "---\ntype: incident-report\nseverity: minor\nalerts: [A, b, x/y, C]\n---\n# I\n"),
    ]);
    let page = html(&site, "x/i.html");
    for link in ["<a href=\"../guide.html#fix-it\">A</a>", "<a href=\"../run/b.html\">b</a>", "<a href=\"../guide.html\">x/y</a>"] {
        assert!(page.contains(link), "{link}: {page}");
    }
    // The list of alerts knows the runbook of a name that no file can have.
    assert!(html(&site, "alert/index.html").contains("<a href=\"../guide.html\">Guide</a>"));
}
