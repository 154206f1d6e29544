use proptest::prelude::*;

use super::*;
use crate::compile::{Build, Cache, compile};
use crate::diagnostic::Severity;
use crate::handbook::{Fault, Resolved};
use crate::source::{Asset, Sources};

fn path(path: &str) -> SitePath {
    SitePath::new(path).unwrap()
}

fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources { content: "content".into(), ..Sources::default() };
    for (name, text) in files {
        if path(name).extension() == Some("png") {
            sources.assets.insert(path(name), Asset { length: 1, modified_ns: 1 });
        } else {
            sources.insert(path(name), *text);
        }
    }
    sources
}

fn build(sources: &Sources) -> Build {
    compile(sources, &mut Cache::default())
}

fn moves(pairs: &[(&str, &str)]) -> BTreeMap<SitePath, SitePath> {
    pairs.iter().map(|(from, to)| (path(&format!("content/{from}")), path(&format!("content/{to}")))).collect()
}

/// The handbook after a move.
fn after(sources: &Sources, changes: &Changes) -> Sources {
    let mut moved = Sources { content: sources.content.clone(), baseline: sources.baseline.clone(), ..Sources::default() };
    let place = |path: &SitePath| changes.renames.get(path).unwrap_or(path).clone();
    for (path, source) in &sources.texts {
        moved.insert(place(path), changes.applied(path, &source.text));
    }
    moved.assets = sources.assets.iter().map(|(path, asset)| (place(path), asset.clone())).collect();
    moved
}

/// The texts after a move, for those that changed.
fn moved(files: &[(&str, &str)], pairs: &[(&str, &str)]) -> Result<BTreeMap<String, String>, String> {
    let sources = sources(files);
    let changes = move_files(&build(&sources).handbook, &sources, &moves(pairs), true).map_err(|refused| refused.message)?;
    assert_eq!(changes.left, []);
    let after = after(&sources, &changes);
    let is_new = |(path, source): &(&SitePath, &crate::source::Source)| sources.text(path.as_str()).is_none_or(|old| old.text != source.text);
    Ok(after.texts.iter().filter(is_new).map(|(path, source)| (path.as_str().to_owned(), source.text.to_string())).collect())
}

#[test]
fn links_keep_the_way_in_which_they_are_written() {
    // What is written in content/guides/a.md, and after content/guides/b.md has moved to content/new place/c.md.
    for (written, expected) in [
        ("[x](b.md)", "[x](../new%20place/c.md)"),
        ("[x](./b.md#two)", "[x](../new%20place/c.md#two)"),
        ("[x](b)", "[x](../new%20place/c)"),
        ("[x](b.html?q=1#two 'title')", "[x](../new%20place/c.html?q=1#two 'title')"),
        ("[x](/guides/b.md)", "[x](/new%20place/c.md)"),
        ("[x](/content/guides/b.md)", "[x](/content/new%20place/c.md)"),
        ("[x](<b.md>)", "[x](<../new%20place/c.md>)"),
        ("[x][b.md]\n\n[b.md]: b.md 'b.md'", "[x][b.md]\n\n[b.md]: ../new%20place/c.md 'b.md'"),
        ("[b.md][] [y][b.md]\n\n[b.md]: <b.md>", "[b.md][] [y][b.md]\n\n[b.md]: <../new%20place/c.md>"),
        ("[![b.md](i.png)](b.md \"](b.md\")", "[![b.md](i.png)](../new%20place/c.md \"](b.md\")"),
        ("<a href=\"b.md\">b.md</a>", "<a href=\"../new%20place/c.md\">b.md</a>"),
        ("<a href='b.md?a&amp;b'>b</a>", "<a href='../new%20place/c.md?a&amp;b'>b</a>"),
        ("[x](b\\.md#two)", "[x](../new%20place/c.md#two)"),
        ("[x](b.md#none)", "[x](../new%20place/c.md#none)"),
        ("| a |\n|---|\n| [x](b.md) |", "| a |\n|---|\n| [x](../new%20place/c.md) |"),
        (
            "```mermaid\nflowchart TD\n  a --> b\n  click a href \"b.md\"\n```",
            "```mermaid\nflowchart TD\n  a --> b\n  click a href \"../new%20place/c.md\"\n```",
        ),
        ("[x](gone.md) `[x](b.md)` [y](https://a.example/b.md) [z](i.png)", ""),
    ] {
        let text = format!("# A\n\n{written}\n");
        let files = [("content/guides/a.md", text.as_str()), ("content/guides/b.md", "# B\n\n## Two\n"), ("content/guides/i.png", "")];
        let found = moved(&files, &[("guides/b.md", "new place/c.md")]).unwrap();
        let expected = if expected.is_empty() { None } else { Some(format!("# A\n\n{expected}\n")) };
        assert_eq!(found.get("content/guides/a.md"), expected.as_ref(), "{written}");
    }
}

#[test]
fn what_moves_takes_its_links_along() {
    for (written, expected) in [
        ("[x](b.md) [y](../top.md#t)", "[x](../../guides/b.md) [y](../../top.md#t)"),
        ("![i](./i.png) [f](../guides/)", "![i](../../guides/i.png) [f](../../guides/)"),
        ("[self](a.md#a) [own](#a)", "[self](z.md#a) [own](#a)"),
        ("[gone](gone.md) [root](/top.md)", "[gone](gone.md) [root](/top.md)"),
        ("[front](..)", "[front](../../)"),
    ] {
        let text = format!("---\ntitle: A\n---\n# A\n\n{written}\n");
        let files = [
            ("content/guides/a.md", text.as_str()),
            ("content/guides/b.md", "# B\n"),
            ("content/guides/i.png", ""),
            ("content/top.md", "# Top\n\n## T\n"),
            ("content/index.md", "# Front\n"),
        ];
        let found = moved(&files, &[("guides/a.md", "x/y/z.md")]).unwrap();
        assert_eq!(
            found.get("content/x/y/z.md").unwrap(),
            &format!("---\ntitle: A\naliases:\n  - guides/a.html\n---\n# A\n\n{expected}\n"),
            "{written}"
        );
    }
}

#[test]
fn a_folder_moves_with_its_page_and_its_list() {
    let files = [
        ("content/index.md", "# Front\n\n[g](guides/) [l](lists/) [g](guides/index.md) [l](lists/index.html)\n"),
        ("content/guides/README.md", "# Guides\n\n[one](one.md)\n"),
        ("content/guides/one.md", "# One\n\n[g](README.md) [l](../lists/)\n"),
        ("content/lists/x.md", "# X\n"),
    ];
    let found = moved(&files, &[("guides/README.md", "m/README.md"), ("guides/one.md", "m/one.md"), ("lists/x.md", "m/l/x.md")]).unwrap();
    assert_eq!(
        found["content/index.md"],
        "# Front\n\n[g](m/) [l](m/l/) [g](m/index.html) [l](m/l/index.html)\n".replace("m/index.html", "guides/index.md")
    );
    assert_eq!(found["content/m/one.md"], "---\naliases:\n  - guides/one.html\n---\n\n# One\n\n[g](README.md) [l](l/)\n");
    assert!(found["content/m/README.md"].contains("  - guides/index.html\n"), "the address, not the path: {found:?}");
}

#[test]
fn settings_and_front_matter_follow() {
    let mut given = sources(&[
        (
            "book.toml",
            "[output.html]\nlogo = \"content/i.png\"\n[types]\nt = [\"d/1.md\", 'd/2.md']\n[checks.paths.\"d/1.md\"]\nbroken-link = \"off\"\n",
        ),
        ("schemas/t.yaml", "type: t\nfront_matter: { next: { type: document }, all: { type: list, each: document } }\n"),
        ("content/registry.yaml", "glossary: { A: { meaning: x, source: 'd/1.md#one' } }\n"),
        ("content/SUMMARY.md", "# Summary\n\n- [One](d/1.md)\n  - [Two](./d/2.md)\n"),
        ("content/d/1.md", "---\nnext: 2\n---\n# One\n\n[gone](gone.md)\n"),
        ("content/d/2.md", "---\nnext: d/1.md\nall: [1.md, '1', \"d/1#x\"]\n---\n# Two\n"),
        ("content/i.png", ""),
        ("b.jsonl", "{\"opsbookBaseline\":1}\n{\"path\":\"content/d/1.md\",\"code\":\"broken-link\",\"message\":\"m\"}\n"),
    ]);
    given.baseline = Some(path("b.jsonl"));
    let changes = move_files(&build(&given).handbook, &given, &moves(&[("d/1.md", "e/one.md"), ("i.png", "img/i.png")]), true).unwrap();
    assert_eq!(changes.left, []);
    let found = after(&given, &changes);
    let text = |name: &str| found.text(name).unwrap().text.to_string();
    assert!(
        text("book.toml").contains("logo = \"content/img/i.png\"") && text("book.toml").contains("[\"e/one.md\", 'd/2.md']"),
        "{}",
        text("book.toml")
    );
    assert!(text("book.toml").contains("[checks.paths.\"e/one.md\"]"));
    assert!(text("content/registry.yaml").contains("source: 'e/one.md#one'"));
    assert_eq!(text("content/SUMMARY.md"), "# Summary\n\n- [One](e/one.md)\n  - [Two](./d/2.md)\n");
    assert_eq!(text("content/e/one.md"), "---\nnext: ../d/2\naliases:\n  - d/1.html\n---\n# One\n\n[gone](gone.md)\n");
    assert_eq!(text("content/d/2.md"), "---\nnext: e/one.md\nall: [../e/one.md, '../e/one', \"e/one#x\"]\n---\n# Two\n");
    assert!(text("b.jsonl").contains("\"path\":\"content/e/one.md\""));
}

#[test]
fn former_places_are_written_into_any_front_matter() {
    for (before, expected) in [
        ("# A\n", "---\naliases:\n  - a.html\n---\n\n# A\n"),
        ("\u{FEFF}# A\r\n", "\u{FEFF}---\r\naliases:\r\n  - a.html\r\n---\r\n\r\n# A\r\n"),
        ("---\n---\n# A\n", "---\naliases:\n  - a.html\n---\n# A\n"),
        ("---\ntitle: A # why\ntags:\n  - x\n---\n", "---\ntitle: A # why\ntags:\n  - x\naliases:\n  - a.html\n---\n"),
        ("+++\ntitle = 'A'\n[extra]\nx = 1\n+++\n", "+++\naliases = [\"a.html\"]\ntitle = 'A'\n[extra]\nx = 1\n+++\n"),
        ("+++\naliases = ['x.html']\n+++\n", "+++\naliases = ['x.html', \"a.html\"]\n+++\n"),
        ("---\naliases: x.html\n---\n", "---\naliases: [x.html, a.html]\n---\n"),
        ("---\naliases: [x.html, 'y.html'] # z\n---\n", "---\naliases: [x.html, 'y.html', a.html] # z\n---\n"),
        ("---\naliases:\n- x.html # why\n- 'y.html'\ntitle: A\n---\n", "---\naliases:\n- x.html # why\n- 'y.html'\n- a.html\ntitle: A\n---\n"),
        ("---\naliases:\ntitle: A\n---\n", "---\naliases: [a.html]\ntitle: A\n---\n"),
        ("---\naliases: [b.html]\ntitle: A\n---\n", "---\naliases: [a.html]\ntitle: A\n---\n"),
    ] {
        let found = moved(&[("content/a.md", before)], &[("a.md", "b.md")]).unwrap();
        assert_eq!(found["content/b.md"], expected, "{before:?}");
    }
    for before in ["---\ntitle: [\n---\n# A\n", "---\n{ title: A }\n---\n# A\n"] {
        assert!(moved(&[("content/a.md", before)], &[("a.md", "b.md")]).unwrap_err().contains("can't take an alias"), "{before}");
    }
}

#[test]
fn a_former_place_is_written_so_that_it_leads_there() {
    for (from, alias, kept) in [
        ("issue #1.md", "issue %231.html", "issue #1.html"),
        ("a%20b.md", "a%2520b.html", "a%20b.html"),
        ("why?.md", "why%3F.html", "why?.html"),
        ("100%.md", "100%25.html", "100%.html"),
    ] {
        let given = sources(&[(&format!("content/{from}"), "# A\n"), ("content/z.md", "# Z\n")]);
        let step = |given: &Sources, from: &str, to: &str| {
            let changes = move_files(&build(given).handbook, given, &moves(&[(from, to)]), true).unwrap();
            assert_eq!((changes.left.as_slice(), changes.redirects), (&[][..], 1), "{from}");
            after(given, &changes)
        };
        let moved = step(&given, from, "x.md");
        let built = build(&moved);
        let aliases: Vec<(&str, &str)> = built.handbook.aliases.all.values().map(|alias| (alias.written.as_str(), alias.place.as_str())).collect();
        assert_eq!((aliases.as_slice(), built.handbook.aliases.refused.len()), (&[(alias, kept)][..], 0));
        let back = step(&moved, "x.md", from);
        assert_eq!(&*back.text(&format!("content/{from}")).unwrap().text, "---\naliases:\n  - x.html\n---\n\n# A\n", "the other way too");
    }
    // No name in an alias is longer than a file's may be once it is written.
    let long = format!("{}.md", "l".repeat(210));
    let given = sources(&[(&format!("content/{long}"), "# A\n")]);
    let changes = move_files(&build(&given).handbook, &given, &moves(&[(&long, "x.md")]), true).unwrap();
    assert_eq!((changes.redirects, changes.edits.len(), changes.left.len()), (0, 0, 1));
    assert!(changes.left[0].message.starts_with("no redirect is kept: none can lie at 'l"));
}

#[test]
fn an_alias_is_taken_out_and_nothing_else() {
    let back = |text: &str| {
        let given = sources(&[("content/a.md", text)]);
        let changes = move_files(&build(&given).handbook, &given, &moves(&[("a.md", "b.md")]), false).map_err(|refused| refused.message)?;
        Ok::<_, String>(after(&given, &changes).text("content/b.md").unwrap().text.to_string())
    };
    for (before, expected) in [
        ("---\naliases: [b.html]\n---\n\n# A\n", "# A\n"),
        ("---\n\naliases:\n  - b.html\n\n---\n# A\n", "# A\n"),
        ("---\n# of old\naliases: b.html\n---\n# A\n", "---\n# of old\n---\n# A\n"),
        ("---\ntitle: A\naliases: [b.html] # why\nowner: O\n---\n", "---\ntitle: A\nowner: O\n---\n"),
        ("---\naliases:\n  - b.html\n  - c.html\ntitle: A\n---\n", "---\naliases:\n  - c.html\ntitle: A\n---\n"),
        ("+++\naliases = [\n  'b.html',\n]\ntitle = 'A'\n+++\n", "+++\ntitle = 'A'\n+++\n"),
        ("---\n{ title: A, aliases: [b.html, c.html] }\n---\n", "---\n{ title: A, aliases: [c.html] }\n---\n"),
    ] {
        assert_eq!(back(before).as_deref(), Ok(expected), "{before:?}");
    }
    for before in ["---\n{ title: A, aliases: [b.html] }\n---\n# A\n", "---\n{ aliases: [b.html], title: A }\n---\n# A\n"] {
        assert!(back(before).unwrap_err().contains("can't be taken out of its front matter"), "{before}");
    }
}

#[test]
fn a_name_that_no_value_can_name_is_left_and_said() {
    let given = sources(&[
        ("schemas/t.yaml", "type: t\nfront_matter: { by: { type: document } }\n"),
        ("book.toml", "[types]\nt = [\"a.md\"]\n"),
        ("content/registry.yaml", "glossary: { A: { meaning: x, source: b.md } }\n"),
        ("content/a.md", "---\nby: b.md\n---\n# A\n\n[b](b.md)\n"),
        ("content/b.md", "# B\n"),
    ]);
    let changes = move_files(&build(&given).handbook, &given, &moves(&[("b.md", "b #2.md")]), true).unwrap();
    let left: Vec<String> = changes.left.iter().map(|left| format!("{} {}", left.path, left.message)).collect();
    let message = "no value leads to 'b #2.md' instead of 'b.md': take the '#' out of its name";
    assert_eq!(left, [format!("content/a.md {message}"), format!("content/registry.yaml {message}")]);
    assert_eq!(changes.links, 1, "what can't be mended isn't counted");
    let found = after(&given, &changes);
    assert_eq!(&*found.text("content/a.md").unwrap().text, "---\nby: b.md\n---\n# A\n\n[b](b%20%232.md)\n");
}

#[test]
fn there_and_back_again_changes_nothing() {
    for text in ["# A\n\n[b](b.md)\n", "---\ntitle: x\n---\n# A\n", "---\naliases: [old.html]\n---\n# A\n"] {
        let start = sources(&[("content/a.md", text), ("content/b.md", "# B\n\n[a](a.md)\n")]);
        let step = |given: &Sources, from: &str, to: &str, keep| {
            let changes = move_files(&build(given).handbook, given, &moves(&[(from, to)]), keep).unwrap();
            after(given, &changes)
        };
        let there = step(&start, "a.md", "x/c.md", true);
        let on = step(&there, "x/c.md", "d.md", true);
        let aliases: Vec<SitePath> = build(&on).handbook.aliases.all.keys().cloned().collect();
        assert!(aliases.contains(&path("a.html")) && aliases.contains(&path("x/c.html")), "{text}: {aliases:?}");
        assert_eq!(
            build(&on).handbook.pages.iter().find(|page| page.path == path("d.md")).unwrap().document.meta.aliases.last().unwrap().0,
            "x/c.html"
        );
        let silent = step(&step(&start, "a.md", "x/c.md", false), "x/c.md", "a.md", false);
        assert_eq!(
            silent.texts.values().map(|source| &source.text).collect::<Vec<_>>(),
            start.texts.values().map(|source| &source.text).collect::<Vec<_>>()
        );
    }
}

#[test]
fn what_clashes_already_hinders_no_move() {
    let files = [("content/a.md", "# A\n"), ("content/b.md", "# B\n"), ("content/b.markdown", "# B\n")];
    assert!(moved(&files, &[("a.md", "c.md")]).is_ok());
    assert!(moved(&files, &[("b.markdown", "c.md")]).is_ok(), "nor one that mends it");
}

#[test]
fn moves_that_would_lose_something_are_refused() {
    let files = [
        ("content/a.md", "# A\n"),
        ("content/b.md", "---\naliases: old.html\n---\n# B\n"),
        ("content/B/index.md", "# B\n"),
        ("content/i.png", ""),
        ("content/SUMMARY.md", "- [A](a.md)\n"),
    ];
    for (from, to, expected) in [
        ("a.md", "b.md", "'content/b.md' exists already"),
        ("a.md", "B.MD", "exists already"),
        ("a.md", "i.png", "'content/a.md' is a document"),
        ("i.png", "i.md", "'content/i.png' is no document"),
        ("a.md", "old.md", "would lie where 'content/b.md' was before"),
        ("i.png", "b.html", "would both be published at 'b.html'"),
        ("a.md", "b.markdown", "would both be published at 'b.html'"),
        ("SUMMARY.md", "x.md", "'content/SUMMARY.md' is no document"),
        ("gone.md", "x.md", "is no document"),
        ("a.md", ".x/a.md", "no document can lie"),
    ] {
        let refused = moved(&files, &[(from, to)]).unwrap_err();
        assert!(refused.contains(expected), "{from} {to}: {refused}");
    }
}

#[test]
fn a_heading_takes_its_links_along() {
    let text =
        "# A\n\n[1](#usage) [2](a.md#usage-1)\n\n## Usage\n\n## *Usage* `x` ##\n\n## Usage\n\nMore\n----\n\n## Fixed {#fixed}\n\n> ### Quoted\n";
    let other = "# B\n\n[1](a.md#usage) [2](a.md#usage-1) [3](<a.md#more>) <a href=\"a.md?q#usage\">x</a> [4](b.md#b)\n";
    let sources = sources(&[("content/a.md", text), ("content/b.md", other)]);
    let built = build(&sources);
    let rename = |section: usize, title: &str| {
        let changes = rename_heading(&built.handbook, 0, section, title).map_err(|refused| refused.message)?;
        assert_eq!(changes.left, []);
        let text = |name: &str| changes.applied(&path(name), &sources.text(name).unwrap().text);
        Ok::<_, String>((text("content/a.md"), text("content/b.md")))
    };
    let (own, others) = rename(1, "Größe & *more*").unwrap();
    assert!(own.contains("[1](#größe--more) [2](a.md#usage)") && own.contains("\n## Größe & *more*\n\n## *Usage*"), "{own}");
    assert!(others.contains("[1](a.md#größe--more) [2](a.md#usage) [3](<a.md#more>) <a href=\"a.md?q#größe--more\">x</a> [4](b.md#b)"), "{others}");
    assert!(rename(2, "Y").unwrap().0.contains("\n## Y ##\n"));
    assert!(rename(4, "Less").unwrap().0.contains("\nLess\n----\n"));
    let (own, others) = rename(5, "Changed").unwrap();
    assert!(own.contains("\n## Changed {#fixed}\n") && others == other);
    assert!(rename(6, "Cited").unwrap().0.contains("> ### Cited\n"));
    for (section, title) in [(1, ""), (1, "a\nb"), (99, "x"), (1, "x {#y}")] {
        assert!(rename(section, title).is_err(), "{title}");
    }
}

/// Where every link leads, by the place that the target had before: (page, number of the link, target).
fn led(build: &Build, before: impl Fn(&SitePath) -> SitePath) -> Vec<(SitePath, usize, String)> {
    let handbook = &build.handbook;
    let mut found = Vec::new();
    for page in handbook.pages.iter() {
        for (number, (_, resolved)) in page.written_links().enumerate() {
            let target = match resolved {
                Resolved::Page { page, fragment } => format!("{} {fragment:?}", before(&handbook.pages[*page].path)),
                Resolved::Asset { address, suffix } => format!("{} {suffix}", before(address)),
                Resolved::Folder { suffix, .. } => format!("a list {suffix}"),
                Resolved::Broken(fault) => match &**fault {
                    Fault::NoAnchor { page, .. } => format!("no anchor in {}", before(&handbook.pages[*page].path)),
                    _ => "nothing".to_owned(),
                },
                Resolved::External => "outside".to_owned(),
            };
            found.push((before(&page.path), number, target));
        }
    }
    found.sort();
    found
}

const FILES: [&str; 6] = ["a.md", "index.md", "d/b.md", "d/README.md", "d/e/c d.md", "d/i.png"];
const PLACES: [&str; 6] = ["x.md", "d/x.md", "d/e/ü.md", "n/x.md", "n/index.md", "d/e/z.md"];
const LINKS: [&str; 12] = [
    "[l](a.md#t)",
    "[l](/d/b.md)",
    "[l](../a)",
    "[l](d/)",
    "[l](.)",
    "![l](i.png)",
    "[l](../d/e/c%20d.md)",
    "[l](<e/c d.md#none>)",
    "[l](README.md)",
    "[l][r]\n\n[r]: ./b.html?x#t\n",
    "<a href=\"../index.html\">l</a>",
    "[l](nowhere.md)",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn every_link_leads_where_it_led(links in proptest::collection::vec((0..5_usize, 0..LINKS.len()), 0..24), from in 0..FILES.len(), to in 0..PLACES.len(), keep: bool) {
        let mut texts: Vec<String> = FILES.iter().map(|name| format!("# {name}\n\n## T\n\n")).collect();
        for (file, link) in links {
            texts[file].push_str(LINKS[link]);
            texts[file].push_str("\n\n");
        }
        let names: Vec<String> = FILES.iter().map(|name| format!("content/{name}")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
        let given = sources(&files);
        let place = if path(FILES[from]).extension() == Some("png") { "n/j k.png" } else { PLACES[to] };
        let built = build(&given);
        let Ok(changes) = move_files(&built.handbook, &given, &moves(&[(FILES[from], place)]), keep) else { return Ok(()) };
        let moved = build(&after(&given, &changes));
        let back = |path: &SitePath| if path.as_str() == place { self::path(FILES[from]) } else { path.clone() };
        // The list of a folder that is empty now is gone: its links are left, and said.
        let gone: Vec<&SitePath> = changes.left.iter().filter(|left| left.message.starts_with("no document is left")).map(|left| &left.path).collect();
        // What led nowhere is left as it is, and may lead somewhere from another folder.
        for (before, after) in led(&built, SitePath::clone).into_iter().zip(led(&moved, back)) {
            let is_left = before.2 == "nothing" || before.2.starts_with("a list") && gone.iter().any(|path| path.strip("content").as_ref() == Some(&before.0));
            prop_assert!(before == after || is_left && (&before.0, before.1) == (&after.0, after.1), "{before:?} {after:?}");
        }
        // A link that led nowhere may lead to a document without its heading now: the fault has another name.
        let errors = |build: &Build| build.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
        prop_assert!(errors(&moved) <= errors(&built) + gone.len());
    }
}

#[test]
fn directives_follow_files_and_nothing_is_edited_in_what_they_include() {
    let page =
        "# A\n\n[b](b.md)\n\n{{#include parts/p.md}}\n\n{{#include ../x.sh:r}} {{#include /parts/p.md:1}} \\{{#include parts/p.md}}\n\n[b](b.md#b)\n";
    let files = [
        ("content/a.md", page),
        ("content/b.md", "# B\n"),
        ("content/parts/p.md", "See [b](b.md) or [the same](../b.md).\n"),
        ("x.sh", "# ANCHOR: r\n# ANCHOR_END: r\n"),
    ];
    let sources = sources(&files);
    let moved = |pairs: &[(&str, &str)]| {
        let changes = move_files(&build(&sources).handbook, &sources, &moves(pairs), false).unwrap();
        let left: Vec<String> = changes.left.iter().map(|left| format!("{} {}: {}", left.path, left.span.of(page), left.message)).collect();
        (changes.applied(&path("content/a.md"), page), left)
    };
    let (text, left) = moved(&[("parts/p.md", "deep/er/q.md")]);
    assert_eq!(text, page.replace("{{#include parts/p.md}}\n\n{{", "{{#include deep/er/q.md}}\n\n{{").replace("/parts/p.md:1", "/deep/er/q.md:1"));
    assert_eq!(left, [""; 0]);
    let (text, left) = moved(&[("a.md", "new/a.md")]);
    assert_eq!(text, page.replace("(b.md", "(../b.md").replacen("parts/p.md", "../parts/p.md", 1).replace("../x.sh", "../../x.sh"));
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[0].starts_with("content/a.md {{#include parts/p.md}}: see to a link in 'content/parts/p.md'"), "{left:?}");
    let (text, left) = moved(&[("b.md", "c.md")]);
    assert_eq!(text, page.replace("(b.md", "(c.md"));
    assert_eq!(left.len(), 2, "{left:?}");
    let built = build(&sources);
    let refused = |page: usize, section: usize| rename_heading(&built.handbook, page, section, "X").map(|_| ()).map_err(|refused| refused.message);
    assert_eq!(refused(0, 0), Ok(()));
    let sources = self::sources(&[("content/a.md", "# A\n\n{{#include p.md}}\n\n## Own\n\n[o](#own)\n"), ("content/p.md", "## Theirs\n")]);
    let built = build(&sources);
    let named = |section: usize| {
        rename_heading(&built.handbook, 0, section, "New")
            .map(|changes| changes.applied(&path("content/a.md"), &sources.text("content/a.md").unwrap().text))
    };
    assert_eq!(named(1).map_err(|refused| refused.message), Err("this heading stands in an included file".into()));
    assert_eq!(named(2).unwrap(), "# A\n\n{{#include p.md}}\n\n## New\n\n[o](#new)\n");
}
