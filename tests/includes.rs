//! Parts of other files in pages: findings stand where their authors wrote what they are about, pages hold what they include, and an edit of an
//! included file changes the pages that include it and no other.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

use common::program::{Book, run, text};
use opsbook::compile::{Build, Cache, compile};
use opsbook::mend;
use opsbook::site::{Site, SiteFile};
use opsbook::source::{SitePath, Source, Sources};
use proptest::prelude::*;

fn path(name: &str) -> SitePath {
    SitePath::new(name).unwrap()
}

fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources { content: "content".into(), today: "2026-11-20".parse().ok(), ..Sources::default() };
    sources.insert(path("book.toml"), "[book]\ntitle = \"Book\"\n[output.html.print]\nenable = false\n");
    for (name, text) in files {
        let source = Source::new(path(name), *text);
        if name.starts_with("content/") || name.starts_with("schemas/") {
            sources.texts.insert(path(name), source);
        } else {
            sources.included.insert(path(name), Ok(source));
        }
    }
    sources
}

fn built(sources: &Sources) -> Build {
    compile(sources, &mut Cache::default())
}

/// Each finding: its code, its line, what is marked, and the files and marked texts that belong to it.
fn said(sources: &Sources) -> Vec<String> {
    let text = |path: &SitePath| sources.text(path.as_str()).unwrap().text.to_string();
    let build = built(sources);
    let line = |path: &SitePath, at: usize| text(path)[..at].matches('\n').count() + 1;
    build
        .diagnostics
        .iter()
        .map(|finding| {
            let related = finding.related.iter().map(|other| {
                let marked = &text(&other.path)[other.span.start()..other.span.end()];
                format!(", {}:{} {marked}", other.path, line(&other.path, other.span.start()))
            });
            let marked = &text(&finding.path)[finding.span.start()..finding.span.end()];
            format!(
                "{}:{} {} {marked}{}",
                finding.path.file_name(),
                line(&finding.path, finding.span.start()),
                finding.kind.code,
                related.collect::<String>()
            )
        })
        .collect()
}

fn page(site: &Site, name: &str) -> String {
    match &site.files[&path(name)] {
        SiteFile::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        SiteFile::Copy { .. } | SiteFile::Shelved { .. } => panic!("{name} is made"),
    }
}

#[test]
fn findings_stand_where_they_were_written() {
    let part = "---\nowner: x\n---\n\n## Part\n\n[gone](gone.md)\n\n[here](#part)\n";
    let found = said(&sources(&[
        ("content/a.md", "# A\n\n[one](one.md)\n\n{{#include ../part.md}}\n\n[two](two.md)\n\n> - {{#include ../x:r}}\n\n[three](three.md)\n"),
        ("part.md", part),
        ("x", "[four](four.md)\n# ANCHOR: r\n[five](five.md)\n[six](six.md)\n"),
    ]));
    assert_eq!(
        found,
        [
            "a.md:3 broken-link one.md",
            "a.md:5 broken-link {{#include ../part.md}}, part.md:7 gone.md",
            "a.md:7 broken-link two.md",
            "a.md:9 broken-link {{#include ../x:r}}, x:3 five.md",
            "a.md:9 broken-link {{#include ../x:r}}, x:4 six.md",
            "a.md:9 unclosed-region {{#include ../x:r}}, x:3 [five](five.md)\n[six](six.md)",
            "a.md:11 broken-link three.md",
        ]
    );
}

#[test]
fn waivers_cover_what_is_included() {
    let waiver = "<!-- opsbook: waive broken-link until 2026-12-01: it moves -->";
    let include = "{{#include ../x}}";
    let with = |page: &str, part: &str| said(&sources(&[("content/a.md", &format!("# A\n\n{page}\n")), ("x", part)]));
    assert_eq!(with(&format!("{waiver}\n\n{include}"), "[x](x.md)"), [""; 0]);
    assert_eq!(with(include, &format!("{waiver}\n\n[x](x.md)")), [""; 0]);
    assert_eq!(with(&format!("{include}\n\n[y](y.md)"), &format!("{waiver}\n\n[x](x.md)")), ["a.md:5 broken-link y.md"]);
    assert_eq!(with(include, waiver), [format!("a.md:3 unused-waiver {include}, x:1 broken-link")]);
    let baseline = "{\"opsbookBaseline\":1}\n{\"path\":\"content/a.md\",\"code\":\"broken-link\",\"message\":\"broken link: there is no 'x.md'\"}\n";
    let mut sources = sources(&[("content/a.md", "# A\n\n{{#include ../x}}\n"), ("x", "[x](x.md)")]);
    sources.insert(path("baseline.jsonl"), baseline);
    sources.baseline = Some(path("baseline.jsonl"));
    let build = built(&sources);
    assert_eq!((build.diagnostics.len(), build.suppressed.len()), (0, 1));
    assert_eq!(build.suppressed[0].diagnostic.span.of(&sources.text("content/a.md").unwrap().text), "{{#include ../x}}");
}

#[test]
fn fixes_never_touch_what_is_included() {
    let schema = "type: note\ntitle: Note\nmatch: ['**']\nsections:\n- { title: First, level: 2 }\n- { title: Second, level: 2 }\n- { title: Third, level: 2 }\norder: strict\n";
    let page = "# N\n\n{{#include ../intro}}\n\n## Frist\n\ntext\n\n{{#include ../second}}\n";
    let sources =
        sources(&[("schemas/note.yaml", schema), ("content/a.md", page), ("intro", "[x](gone.md)\n\nWords\n"), ("second", "### Sceond\n\nmore\n")]);
    let build = built(&sources);
    let fixes: Vec<_> = build.diagnostics.iter().filter(|finding| !finding.fix.is_empty()).map(|finding| finding.fix.as_slice()).collect();
    assert!(!fixes.is_empty(), "{:?}", build.diagnostics);
    let text = mend::apply(page, &mend::plan(page, &fixes).edits);
    assert!(text.contains("## First") && text.contains("{{#include ../intro}}\n") && text.contains("{{#include ../second}}\n"), "{text}");
}

#[test]
fn pages_hold_what_they_include() {
    let mut sources = sources(&[
        (
            "content/a.md",
            "# A\n\n1. Run\n\n   ```bash\n   {{#include ../x.sh:r}}\n   ```\n2. Done\n\n{{#include gone}}\n\n`\\{{#include y}}`\n\nLast.\n",
        ),
        ("content/b.md", "# B\n"),
        ("x.sh", "# ANCHOR: r\nkubectl drain node\nsleep 1\n# ANCHOR_END: r\n"),
    ]);
    sources.lines = true;
    let mut cache = Cache::default();
    let site = compile(&sources, &mut cache).site(&sources, &mut cache).unwrap();
    let html = page(&site, "a.html");
    for expected in
        ["kubectl", "<p data-line=\"10\">{{#include gone}}", "<code>{{#include y}}</code>", "<p data-line=\"14\">Last.", "<li data-line=\"8\">"]
    {
        assert!(html.contains(expected), "{expected} in {html}");
    }
    assert!(!html.contains("ANCHOR"));
    assert!(page(&site, "a.md").contains("   kubectl drain node\n   sleep 1\n   ```\n"), "{}", page(&site, "a.md"));
    let search: String = site.files.iter().filter(|(name, _)| name.as_str().contains("search")).map(|(name, _)| page(&site, name.as_str())).collect();
    assert!(search.contains("drain"));
    sources.included.insert(path("x.sh"), Ok(Source::new(path("x.sh"), "# ANCHOR: r\nkubectl cordon node\n# ANCHOR_END: r\n")));
    let mut build = compile(&sources, &mut cache);
    let after = build.site(&sources, &mut cache).unwrap();
    let changed: Vec<&str> = site.files.iter().filter(|(name, file)| after.files.get(*name) != Some(*file)).map(|(name, _)| name.as_str()).collect();
    assert!(changed.contains(&"a.html") && changed.contains(&"a.md") && !changed.contains(&"b.html"), "{changed:?}");
    let others: Vec<&&str> = changed.iter().filter(|name| !name.starts_with("a.") && !name.contains("search") && !name.starts_with("llms")).collect();
    assert_eq!(others, [&""; 0], "{changed:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_fault_behind_includes_is_found_at_its_own_line(
        before in proptest::collection::vec(prop_oneof![
            "[a-zé# >*`-]{0,12}",
            Just("{{#include ../x}}".to_owned()),
            Just("> {{#include ../x:r}}".to_owned()),
            Just("{{#include ../x:1}} and {{#include gone}}".to_owned()),
            Just("{{#include b.md}}".to_owned()),
            Just("\\{{#include b.md}}".to_owned()),
            Just("# Réd\n\n[x](nowhere.md)".to_owned()),
        ], 0..8),
        part in "[a-zé#> \r\n]{0,30}",
    ) {
        let part = format!("ANCHOR: r\n{part}\nANCHOR_END: r\n");
        // What was opened before must not swallow it.
        let page = format!("{}\n\n[fault](not-there.md)\n", before.join("\n").replace('`', ""));
        let sources = sources(&[("content/a.md", &page), ("content/b.md", "See {{#include ../x:r}}\n\n[y](nowhere.md)"), ("x", &part.replace('`', ""))]);
        let build = built(&sources);
        for finding in &build.diagnostics {
            let places = finding.related.iter().map(|other| (&other.path, other.span)).chain([(&finding.path, finding.span)]);
            let edits = finding.fix.iter().map(|edit| (&finding.path, edit.span));
            for (path, span) in places.chain(edits) {
                let text = &sources.text(path.as_str()).unwrap().text;
                prop_assert!(text.get(span.start()..span.end()).is_some(), "{:?}", finding);
            }
        }
        let fault = build.diagnostics.iter().find(|finding| finding.path.as_str() == "content/a.md" && finding.message.contains("not-there.md"));
        let at = page.find("not-there.md").unwrap();
        prop_assert_eq!(fault.map(|finding| finding.span.start()), Some(at), "{}", page);
    }
}

#[test]
fn parts_outside_of_the_content_folder_move_and_stay_parts() {
    let book = Book::new(&[
        ("book.toml", text("")),
        ("content/a.md", text("# A\n\n{{#include ../parts/contacts.md}}\n")),
        ("content/b/b.md", text("# B\n\n{{#include ../../parts/contacts.md}} {{#include ../../parts/x.sh:1}}\n")),
        ("parts/contacts.md", text("Call us.\n")),
        ("parts/x.sh", text("ls\n")),
        ("parts/unused.md", text("Nobody includes this.\n")),
    ]);
    let mv = |arguments: &[&str]| run(&book.path(""), &[&["mv"], arguments].concat());
    let moved = mv(&["parts/contacts.md", "shared/people.md"]);
    assert_eq!(moved.code, 0, "{}", moved.err);
    assert!(moved.err.contains("moved parts/contacts.md to shared/people.md") && moved.err.contains("2 links mended in 2 files"), "{}", moved.err);
    assert_eq!(book.read("shared/people.md"), "Call us.\n");
    assert_eq!(book.read("content/b/b.md"), "# B\n\n{{#include ../../shared/people.md}} {{#include ../../parts/x.sh:1}}\n");
    for (arguments, said) in [
        (["parts/x.sh", "content/x.sh"], "'content/x.sh' would be published for itself"),
        (["parts/x.sh", "shared/people.md"], "exists already and is never overwritten"),
        (["parts/x.sh", "parts/.x.sh"], "is hidden, and nothing hidden is included"),
        (["parts/unused.md", "shared/unused.md"], "is no document and no other file of the handbook"),
        (["content/a.md", "shared/a.md"], "lies outside the content folder"),
    ] {
        let refused = mv(&arguments);
        assert!(refused.code == 2 && refused.err.contains(said), "{arguments:?}: {}", refused.err);
    }
    let moved = mv(&["parts", "bits"]);
    assert!(moved.code == 0 && moved.err.contains("stayed parts/unused.md"), "{}", moved.err);
    assert_eq!((book.read("bits/x.sh").as_str(), run(&book.path(""), &["check"]).code), ("ls\n", 0));
}

#[test]
fn what_is_broken_in_a_part_is_said_once() {
    let pages: Vec<String> = (0..9).map(|number| format!("content/{number}.md")).collect();
    let mut files = vec![("book.toml", text("")), ("parts/p.md", text("{{#include gone.md}}\n\n{{#include gone.md}}\n"))];
    files.extend(pages.iter().map(|page| (page.as_str(), text("# A\n\n{{#include ../parts/p.md}}\n"))));
    let book = Book::new(&files);
    let checked = run(&book.path(""), &["check"]);
    assert_eq!((checked.code, checked.out.matches("error[broken-include]").count()), (1, 2), "one for each directive: {}", checked.out);
    assert_eq!(checked.out.matches("8 more pages include it").count(), 2, "{}", checked.out);
    assert!(checked.out.contains("2 errors, "), "{}", checked.out);
}
