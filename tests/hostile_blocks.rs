//! Mutated processes, tables, flows and rules: no panic, and nothing that runs on the page.
//!
//! The fuzz target in tests/fuzz does the same for as long as one likes: `cargo +nightly fuzz run --fuzz-dir tests/fuzz blocks`.
#![allow(
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and reads how long to run from the environment"
)]

mod common;

use common::safety;
use opsbook::compile::{Cache, compile};
use opsbook::site::SiteFile;
use opsbook::source::{SitePath, Sources};

/// Mutated documents in one run; more with `OPSBOOK_MUTATIONS=20000 cargo test --test hostile_blocks`.
const MUTATIONS: usize = 20_000;
/// Documents in one handbook: the theme is loaded once for all.
const AT_ONCE: usize = 100;

const REGISTRY: &str = include_str!("hostile/registry.yaml");
/// Documents to start from.
const DOCUMENTS: &[&str] = &[
    include_str!("hostile/process.md"),
    include_str!("hostile/matrix.md"),
    include_str!("hostile/flows.md"),
    include_str!("hostile/kinds.md"),
    include_str!("hostile/policy.md"),
];
/// What to put in between.
const FRAGMENTS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "</svg><style>*{}</style>",
    "]]>",
    "&#x6a;avascript:",
    "click A href \"javascript:alert(1)\"",
    "style A fill:url(javascript:alert(1))",
    "%%{init: {\"themeCSS\": \"*{}\"}}%%",
    "-->|",
    "```",
    "~~~",
    "→",
    "↓",
    " → 99999999999999999999",
    "18446744073709551615. ",
    "- no → 1\n",
    "| A | R |",
    "|---|",
    "\u{202E}",
    "\u{0}",
    "\u{E000}",
    "\u{FFFF}",
    "e\u{301}\u{301}\u{301}",
    "漢字",
    "مرحبا",
    "**",
    "(",
    ")",
    ":",
    "\t\t\t\t",
    "\r",
    "\n\n",
    "> ",
    "    ",
    "subgraph x[",
    "end",
    "Thursday 25:00 until Blursday",
];

#[test]
fn mutated_blocks_make_safe_pages() {
    let mutations = std::env::var("OPSBOOK_MUTATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(MUTATIONS);
    let mut random = Random(0x0b5_b00c);
    let mut cache = Cache::default();
    for batch in 0..mutations / AT_ONCE {
        let mut sources = Sources { content: "content".into(), ..Sources::default() };
        sources.insert(SitePath::new("content/registry.yaml").expect("a path"), REGISTRY);
        for index in 0..AT_ONCE {
            let start = DOCUMENTS[index % DOCUMENTS.len()];
            let path = SitePath::new(&format!("content/d{index}.md")).expect("a path");
            sources.insert(path, mutated(start, &mut random));
        }
        let mut build = compile(&sources, &mut cache);
        let site = build.site(&sources, &mut cache).expect("no template fails");
        for (path, file) in &site.files {
            let (SiteFile::Bytes(bytes), Some(page)) = (file, path.as_str().strip_suffix(".html")) else { continue };
            let faults = safety::faults(std::str::from_utf8(bytes).expect("pages are UTF-8"));
            let source = sources.text(&format!("content/{page}.md")).map_or("", |source| &*source.text);
            assert!(faults.is_empty(), "batch {batch}, {path}: {faults:#?}\n{source}");
        }
    }
}

#[test]
fn what_is_unsafe_is_seen() {
    for html in [
        "<main><script>x</script>",
        "<main><svg><style>x</style></svg>",
        "<main><p onclick=\"x\">",
        "<main><p style=\"x\">",
        "<main><a href=\" java\nscript:x\"></a>",
        "<main><svg><a xlink:href=\"data:text/html,x\"></a>",
        "<main><a href=\"x\">",
        "<main></a>",
        "<main><a href=\"x\"><a href=\"y\"></a></a>",
        "<main><svg><foreignObject>",
        "<main><path fill=\"url(#x)\">",
    ] {
        assert_eq!(safety::faults(html).len(), 1, "{html}");
    }
    assert!(safety::faults("<main><a href=\"a.html#b\"></a><a href=\"mailto:x@y.org\"></a><a href=\"https://x.org/a:b\"></a>").is_empty());
}

/// A document with a few changes.
fn mutated(start: &str, random: &mut Random) -> String {
    let mut characters: Vec<char> = start.chars().collect();
    for _ in 0..=random.below(6) {
        let at = random.below(characters.len() + 1);
        let end = (at + random.below(40)).min(characters.len());
        match random.below(7) {
            0 => drop(characters.drain(at..end)),
            1 => {
                let copy: Vec<char> = characters[at..end].to_vec();
                let to = random.below(characters.len() + 1);
                characters.splice(to..to, copy);
            }
            2 => characters.truncate(at.max(10)),
            3 => {
                let line: Vec<char> = characters[at..end].to_vec();
                let many = line.repeat(random.below(30));
                characters.splice(at..at, many);
            }
            _ => {
                let fragment = FRAGMENTS[random.below(FRAGMENTS.len())];
                characters.splice(at..at, fragment.chars());
            }
        }
    }
    characters.into_iter().collect()
}

/// Numbers that are the same on every run (xorshift, Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}
