//! What holds for any text whatever: nothing panics, every place lies in its text, and no page runs or leads astray.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, and reads from the environment how long to run"
)]

mod common;

use common::links;
use common::program::{Book, text};
use common::root;
use opsbook::compile::{Build, Cache, compile};
use opsbook::diagnostic::Diagnostic;
use opsbook::disk::{Layout, scan};
use opsbook::document::{Document, Link, LinkKind};
use opsbook::handbook::Resolved;
use opsbook::site::{Site, SiteFile};
use opsbook::source::{Asset, SitePath, Source, Sources};
use opsbook::suppress::{Baseline, NEVER_LISTED};
use opsbook::text::Span;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Documents to try; more with `OPSBOOK_PROPERTY_CASES=100000 cargo test --test properties`.
const CASES: u32 = 384;

/// What documents consist of, and what those who mean harm write.
const PIECES: &[&str] = &[
    "# ",
    "## ",
    "### A\n",
    "###### ",
    "\n===\n",
    "\n---\n",
    "\n\n",
    "\n",
    " ",
    "    ",
    "\t",
    "- ",
    "1. ",
    "7) ",
    "9999999999. ",
    "> ",
    ">",
    "* ",
    "- [ ] ",
    "- [x] ",
    "+ ",
    "word",
    "Ünïcödé",
    "日本",
    "🚀",
    "e\u{301}",
    "\u{200b}",
    "\u{202e}",
    "\0",
    "\r\n",
    "\r",
    "\u{feff}",
    "**",
    "*",
    "_",
    "__",
    "~~",
    "~",
    "`",
    "``",
    "```\n",
    "```bash\n",
    "```console title=\"x\" {1,3-2} danger\n",
    "$ rm -rf <pod>\n",
    "---\nplaceholders: { pod: { pattern: 'a+' } }\n---\n",
    "~~~\n",
    "|",
    "|-|-|\n",
    "| a | b |\n",
    "|:-:|",
    "[",
    "]",
    "(",
    ")",
    "](",
    "![",
    "[l](b.md)",
    "[l](b.md#two)",
    "[l](#a)",
    "[l](nowhere.md)",
    "![i](i.png)",
    "![i](x)",
    "[l](/b.md)",
    "[l](../..)",
    "[l](?x#y)",
    "[l](.)",
    "[l](b.html)",
    "[r][ref]",
    "\n[ref]: b.md\n",
    "[ref]",
    "[^1]",
    "\n[^1]: note\n",
    "<javascript:alert(1)>",
    "[l](javascript:alert(1))",
    "[l](JAVA&#x53;cript:x)",
    "[l](<java\u{1}script:x>)",
    "[l](\u{1}javascript:x)",
    "[l](data:text/html,x)",
    "![i](data:image/png;base64,AA)",
    "[l](https://x.org \"t\")",
    "https://x.org/a_b",
    "<a@x.org>",
    "[l](//x.org)",
    "[l](\\\\x.org)",
    "[l](C:\\x)",
    "[l](x:y)",
    "[l](1:2)",
    "{{ x }}",
    "{% x %}",
    "[l](<{{ x }}>)",
    "<",
    ">",
    "</",
    "/>",
    "<b>",
    "</b>",
    "<div>\n",
    "</div>\n",
    "<p onclick=x>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x",
    "?>",
    "<!DOCTYPE",
    "<svg onload=x>",
    "<math>",
    "<img src=x onerror=y>",
    "<a href=\"javascript:x\">",
    "<a href='b.md'>",
    "<a href=b.md#two>",
    "<a href=\"\">",
    "<a name=\"n\">",
    "<i id=\"i\">",
    "<iframe srcdoc=x>",
    "<base href=\"https://x.org\">",
    "<form action=x>",
    "<textarea>",
    "<title>",
    "<template>",
    "<noscript>",
    "<main>",
    "</main>",
    "</body>",
    "</article>",
    "<table>",
    "</table>",
    "<td>",
    "<input>",
    "<details>",
    "<h2 id=\"a\">",
    "</h2>",
    "<h3>",
    "<plaintext>",
    "<xmp>",
    "<select>",
    "style=\"x\"",
    " onload=\"x\" ",
    "&lt;script&gt;",
    "&amp;",
    "&#0;",
    "&#x3c;",
    "&nbsp",
    "\"",
    "'",
    "=",
    "\\",
    "{#id}",
    "{.class}",
    "{onclick=x}",
    "{style=x}",
    "{#\"'><script>}",
    "# H {#a b onclick=x}\n",
    "---\n",
    "+++\n",
    "...\n",
    "type: alert-runbook\n",
    "title: x\n",
    "title: \"<script>\"\n",
    "weight: 1\n",
    "a: [\n",
    "TODO",
    "Meaning\n",
    "## Meaning\n",
    "\n: definition\n",
    "> [!NOTE]\n",
    "$x$",
    "1. a\n5. b\n9. c\n",
    "[a] (b.md)",
    "**Label**: ",
    "<!-- opsbook: waive broken-link until 2026-12-01: it moves -->",
    "<!-- opsbook: waive unfinished-section about 'Meaning' until 2026-11-01: later -->",
    "<!-- opsbook: waive ",
    "waivers: [{ finding: missing-section, until: 2026-12-01, reason: x }]\n",
    "Label: ",
];

fn documents() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        20 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => "\\PC{0,8}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn path(path: &str) -> SitePath {
    SitePath::new(path).expect("the tests name valid paths")
}

fn handbook(document: &str, book: &str) -> (Sources, Build, Site) {
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    sources.insert(path("book.toml"), book);
    sources.insert(path("content/index.md"), "# Home\n\n[b](b.md#two) ![i](i.png)\n");
    sources.insert(path("content/b.md"), "# B\n\n## Two\n");
    sources.insert(path("content/x/a.md"), document);
    sources.insert(path("content/a.md"), document);
    sources.assets.insert(path("content/i.png"), Asset { length: 10, modified_ns: 1 });
    let mut cache = Cache::default();
    let mut build = compile(&sources, &mut cache);
    let site = build.site(&sources, &mut cache).expect("the embedded theme renders");
    (sources, build, site)
}

/// Every place of a document that the rest of the program cuts out of its text.
fn spans(document: &Document) -> Vec<Span> {
    let sections = document.sections.iter().flat_map(|section| [section.span, section.title_span, section.body, section.extent]);
    let blocks = document.blocks().iter().flat_map(|block| {
        let label = block.label.as_ref().map(|label| label.span);
        [Some(block.span), label, block.item.map(|item| item.span)].into_iter().flatten()
    });
    let links = document.links.iter().flat_map(|link| [link.span, link.target_span]);
    let lists = document.numbered_lists.iter().flat_map(|list| list.items.iter().map(|(_, span)| *span));
    let rest = document.anchors.iter().map(|anchor| anchor.span).chain(document.fences.iter().map(|fence| fence.span));
    let waivers = document.waivers.iter().flat_map(|waiver| [Some(waiver.code.1), Some(waiver.until_span), waiver.covers].into_iter().flatten());
    let rest = rest.chain(waivers);
    let faults = document.split_links.iter().chain(&document.unclosed_comments).copied();
    std::iter::once(document.body).chain(sections).chain(blocks).chain(links).chain(lists).chain(rest).chain(faults).collect()
}

/// Whether a span can be cut out of a text.
fn lies_in(span: Span, text: &str) -> bool {
    span.start() <= span.end() && text.get(span.start()..span.end()).is_some()
}

fn spans_of(finding: &Diagnostic) -> Vec<(&SitePath, Span)> {
    let related = finding.related.iter().map(|related| (&related.path, related.span));
    let fix = finding.fix.iter().map(|edit| (&finding.path, edit.span));
    std::iter::once((&finding.path, finding.span)).chain(related).chain(fix).collect()
}

/// Whether a fault is the author's and was found: links in raw HTML are left as they are written, and so are ids.
fn was_reported(build: &Build, fault: &str) -> bool {
    if fault.contains("is there twice") {
        // Browsers and the sanitizer open again what raw HTML left open, with its id.
        let raw = build.handbook.pages.iter().any(|page| page.document.has_html);
        return raw || build.diagnostics.iter().any(|finding| finding.kind.code == "duplicate-anchor");
    }
    let links = build.handbook.pages.iter().flat_map(|page| page.document.links.iter().zip(page.links.iter()));
    let broken = |(link, resolved): (&Link, &Resolved)| {
        let raw = matches!(link.kind, LinkKind::HtmlLink | LinkKind::HtmlSource);
        // A page to print lies elsewhere than the page that it shows, so it has another way there.
        let is_print = fault.starts_with("print.html") || fault.contains("/print.html: ");
        let ends = |start: &str| fault.contains(&format!("{start}{}\"> leads to no", link.target));
        raw && matches!(resolved, Resolved::Broken(_)) && (ends("=\"") || is_print && ends("/"))
    };
    links.into_iter().any(broken)
}

fn config() -> ProptestConfig {
    let given: Option<u32> = std::env::var("OPSBOOK_PROPERTY_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = given.unwrap_or(CASES);
    // The usual run is the same every time; one with its own number of cases looks for new ones.
    let rng_seed = if given.is_some() { RngSeed::Random } else { RngSeed::Fixed(1) };
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_place_lies_in_its_text(text in documents()) {
        let (document, findings) = Document::parse(&Source::new(path("content/a.md"), text.as_str()));
        for span in spans(&document) {
            prop_assert!(lies_in(span, &text), "{span:?} in {text:?}");
        }
        for finding in &findings {
            prop_assert!(lies_in(finding.span, &text), "{finding:?} in {text:?}");
        }
    }

    #[test]
    fn no_page_runs_or_leads_astray(text in documents(), book in prop::sample::select(vec!["", "[types]\nalert-runbook = [\"*.md\"]\n"])) {
        let (sources, build, site) = handbook(&text, book);
        for finding in &build.diagnostics {
            for (path, span) in spans_of(finding) {
                let text = sources.text(path.as_str()).map(|source| &source.text).or_else(|| build.schemas.source(path));
                prop_assert!(text.is_none_or(|text| lies_in(span, text)), "{finding:?}");
            }
        }
        let mut faults = links::faults(&site);
        faults.retain(|fault| !was_reported(&build, fault));
        prop_assert!(faults.is_empty(), "{faults:#?}\n{text:?}");
        let (_, _, again) = handbook(&text, book);
        prop_assert!(site == again, "the same text gives two sites: {text:?}");
    }

    #[test]
    fn what_is_suppressed_is_neither_lost_nor_counted(text in documents()) {
        let book = "[types]\nalert-runbook = [\"*.md\"]\n";
        let (mut sources, build, _) = handbook(&text, book);
        let listed = Baseline::write(&build.diagnostics, None);
        sources.insert(path("baseline.jsonl"), listed.text.as_str());
        sources.baseline = Some(path("baseline.jsonl"));
        let with_baseline = compile(&sources, &mut Cache::default());
        let left: Vec<_> = with_baseline.diagnostics.iter().map(|finding| finding.kind.code).collect();
        prop_assert!(left.iter().all(|code| NEVER_LISTED.contains(code)), "{left:?} in {text:?}");
        prop_assert_eq!(with_baseline.suppressed.len(), build.suppressed.len() + listed.listed);
        prop_assert_eq!(left.len() + listed.listed, build.diagnostics.len());
        // Long after the last day, each waived finding stands again, by itself or in the finding about its waiver.
        sources.baseline = None;
        sources.today = Some(jiff::civil::date(2030, 1, 1));
        let late = compile(&sources, &mut Cache::default());
        let named: usize = late.diagnostics.iter().filter(|finding| finding.kind.code == "expired-waiver").map(|finding| finding.related.len()).sum();
        prop_assert_eq!(named, build.suppressed.len(), "{:?}", text);
    }

    #[test]
    fn no_text_is_a_baseline_by_accident(text in documents()) {
        for text in [text.clone(), format!("{{\"opsbookBaseline\":1}}\n{text}")] {
            let mut findings = Vec::new();
            let baseline = Baseline::parse(&Source::new(path("baseline.jsonl"), text.as_str()), &["broken-link"], &mut findings);
            prop_assert!(Baseline::write([], Some(&baseline)).gone == 0, "{text:?}");
            prop_assert!(findings.iter().all(|finding| lies_in(finding.span, &text)), "{findings:?}");
        }
    }
}

/// A schema of which documents break everything that can be mended.
const MENDED: &str = "type: own\nmatch: ['**/d*.md']\norder: strict\n\
relations: [{ requires: { if: notes, then: updates } }]\nsections:\n- { title: Impact, guidance: Who can't work. }\n\
- { title: Set-up, level: 2, topics: [Tools, { title: Access, guidance: Who may. }] }\n- { title: Recovery, level: 3, sections: [Failover, Failback] }\n\
- { title: Notes, required: false }\n- { title: Updates, times: { at_least: 1, at_most: 2 } }\n";

/// Headings as they should be and as people write them.
const HEADINGS: &[&str] = &[
    "## Impact",
    "##Impact",
    "## Impacts",
    "**Impact**",
    "# Impact",
    "## Set up",
    "#### Setup",
    "Set-up\n======",
    "### Set-up ###",
    "### Tools",
    "- **Tool**: x",
    "## Recovery",
    "### Recovry",
    "###### Recovery",
    "#### Failover",
    "## Failback",
    "### Fail-over",
    "## Notes",
    "## Updates",
    "## Update",
    "## Updates",
    "## Other",
    "- **Recovery**: soon",
    "```\n## Impact\n```",
    "```\nnever closed",
    "<!-- never closed",
    "> ## Recovery",
];

/// Documents of headings in any order, each with lines of its own: 'p7' stands once in the whole text.
fn disordered() -> impl Strategy<Value = String> {
    let body = prop::sample::select(vec![
        "",
        "",
        "  two spaces at the end  ",
        "\ttabbed",
        "no\u{a0}break",
        "TODO",
        "- item\n- item",
        "| a |\n|---|",
        "\u{feff}x",
    ]);
    let part = (prop::sample::select(HEADINGS), body, 0_usize..3);
    (prop::collection::vec(part, 0..9), any::<bool>(), any::<bool>()).prop_map(|(parts, windows, ends)| {
        let mut text = "---\nowner: Ops  # kept\n---\n\n# Title\n".to_owned();
        for (index, (heading, body, lines)) in parts.into_iter().enumerate() {
            text.push_str(&"\n".repeat(lines));
            text.extend([heading, "\n\nText p", &index.to_string(), " of it.\n", body, "\n"]);
        }
        let text = if ends { text } else { text.trim_end_matches('\n').to_owned() };
        if windows { text.replace('\n', "\r\n") } else { text }
    })
}

/// The lines that no mend may touch: all but headings, what stands for them, and empty ones. A fence that was open may be closed.
fn kept(text: &str) -> Vec<&str> {
    let heading = |line: &str| HEADINGS.iter().flat_map(|heading| heading.lines()).any(|written| line.trim() == written);
    let mut lines: Vec<&str> =
        text.split('\n').map(|line| line.trim_end_matches('\r')).filter(|line| !line.trim().is_empty() && !heading(line)).collect();
    lines.sort_unstable();
    lines
}

proptest! {
    // Each case is two runs of the program over forty documents.
    #![proptest_config(ProptestConfig { cases: config().cases / 32, max_shrink_iters: 64, ..config() })]

    #[test]
    fn mending_twice_is_mending_once(texts in prop::collection::vec(prop_oneof![4 => disordered(), 1 => documents()], 40)) {
        let book = Book::new(&[("content/index.md", text("# Home\n")), ("schemas/own.yaml", text(MENDED))]);
        for (number, content) in texts.iter().enumerate() {
            book.put(&format!("content/d{number}.md"), &text(content.as_str()));
        }
        let read = || (0..texts.len()).map(|number| book.read(&format!("content/d{number}.md"))).collect::<Vec<_>>();
        prop_assert!(matches!(book.run(&["check", "--fix"]).code, 0 | 1));
        let once = read();
        prop_assert!(once != texts, "a test that mends nothing proves nothing");
        prop_assert!(matches!(book.run(&["check", "--fix"]).code, 0 | 1));
        for ((before, first), second) in texts.iter().zip(&once).zip(read()) {
            prop_assert_eq!(first, &second, "mended twice, of\n{}", before);
            // Text of any kind may hold faults whose mend is a change of the line.
            if !before.contains("owner: Ops  # kept") {
                continue;
            }
            let after = kept(first);
            let mut rest = after.iter();
            for line in kept(before) {
                prop_assert!(rest.any(|found| *found == line), "{:?} was lost or changed: of\n{}\ncame\n{}", line, before, first);
            }
            prop_assert!(before.contains('\r') || !first.contains('\r'), "line ends changed:\n{:?}", first);
        }
    }
}

#[test]
fn no_link_of_our_own_handbook_leads_astray() {
    let layout = Layout { content: "content".to_owned(), ..Layout::default() };
    let sources = scan(&root(), &layout).expect("our own handbook can be read");
    let mut cache = Cache::default();
    let site = compile(&sources, &mut cache).site(&sources, &mut cache).expect("the embedded theme renders");
    assert!(site.files.len() > 20, "the handbook is where it was");
    let faults = links::faults(&site);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// An audit that finds nothing is worth nothing.
#[test]
fn the_audit_finds_every_fault() {
    for (body, expected) in [
        ("<a href=\"nowhere.html\">", "leads to no file"),
        ("<a href=\"#nothing\">", "leads to no id"),
        ("<a href=\"b.html#nothing\">", "leads to no id of 'b.html'"),
        ("<a href=\"/b.html\">", "begins at the root"),
        ("<a href=\" java\nscript:x\">", "has the scheme 'javascript'"),
        ("<img src=\"data:text/html,x\">", "has the scheme 'data'"),
        ("<a href=\"../b.html\">", "leads to no file"),
        ("<main><script src=\"b.html\"></script></main>", "<script> in the main part"),
        ("<main><p onclick=\"x\"></main>", "onclick"),
        ("<main><p style=\"x\"></main>", "style"),
        ("<p id=\"a\"><p id=\"a\">", "the id 'a' is there twice"),
    ] {
        let mut site = Site::default();
        site.files.insert(path("a.html"), SiteFile::Bytes(body.as_bytes().into()));
        site.files.insert(path("b.html"), SiteFile::Bytes(b"<p id=\"x\">"[..].into()));
        let faults = links::faults(&site);
        assert!(matches!(faults.as_slice(), [fault] if fault.contains(expected)), "{body}: {faults:?}");
    }
    let mut site = Site::default();
    let good = "<a id=\"é\" href=\"#%C3%A9\"><a href=\"b%20c.html#x\"><a href=\"?q\"><a href=\"mailto:a@x.org\"><img src=\"data:image/png,x\">";
    site.files.insert(path("a.html"), SiteFile::Bytes(good.as_bytes().into()));
    site.files.insert(path("b c.html"), SiteFile::Bytes(b"<p id=\"x\">"[..].into()));
    assert_eq!(links::faults(&site), Vec::<String>::new());
}
