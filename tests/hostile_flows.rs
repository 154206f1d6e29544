//! Flows by those who mean harm, and by chance: nothing panics, nothing takes long, and no drawing runs or leads astray.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, and reads from the environment how long to run"
)]

use opsbook::compile::{Cache, compile};
use opsbook::site::SiteFile;
use opsbook::source::{SitePath, Sources};

/// Sources to try; more with `OPSBOOK_FLOW_CASES=100000 cargo test --test hostile_flows`.
const CASES: u64 = 20_000;
/// Sources on one page.
const PER_PAGE: usize = 50;

/// What the mutations begin with: every kind of diagram that is drawn, and what those who mean harm write.
const SEEDS: &[&str] = &[
    "flowchart TD\n  a[Start] -->|yes| b{Is it?}\n  b -. no .-> c((End))\n  subgraph s [Frame]\n    c ==> d[(db)]\n  end\n  click a href \"b.md#x\" \"tip\"\n",
    "flowchart LR\n  a@{ shape: doc, label: \"x\" } --> b\n  classDef hot fill:#f00,stroke:url(#x),background:url(javascript:x)\n  class a hot\n  style b color:red\n",
    "flowchart TD\n  a[\"<script>alert(1)</script><img src=x onerror=alert(1)>\"] --> b[\"</svg><script>x</script>\"]\n  click a \"javascript:alert(1)\"\n  click b call alert(1)\n",
    "%%{init: {'theme': 'base', 'securityLevel': 'loose', 'themeVariables': {'fontFamily': '\"><script>x</script>'}, 'themeCSS': '* { background: url(javascript:x) }'}}%%\nflowchart TD\n  a --> b\n  click b \"data:text/html,x\"\n",
    "---\ntitle: \"</title><script>x</script>\"\nconfig:\n  themeCSS: \"@import url(https://example.org)\"\n---\nflowchart TD\n  a[#lt;script#gt; &lt;b&gt; #quot;] --> b\n",
    "sequenceDiagram\n  participant A as <b>Alice</b>\n  A->>B: hello <script>x</script>\n  link A: Board @ javascript:alert(1)\n  loop every day\n    B-->>A: x\n  end\n  rect rgb(1,2,3)\n  Note over A,B: url(x)\n  end\n",
    "stateDiagram-v2\n  [*] --> Open\n  state Open {\n    a --> b\n  }\n  Open --> [*] : done\n",
    "classDiagram\n  class A {\n    +int x\n    run() bool\n  }\n  A <|-- B\n  link A \"javascript:x\"\n  click B href \"https://example.org\" \"tip\"\n",
    "erDiagram\n  CUSTOMER ||--o{ ORDER : places\n  ORDER {\n    int id PK \"note\"\n  }\n",
    "gantt\n  dateFormat YYYY-MM-DD\n  section S\n  One :a, 2026-01-01, 3d\n  Two :crit, after a, 2d\n  click a href \"javascript:x\"\n",
    "pie title P\n  \"a\" : 30\n  \"b <script>\" : 70\n",
    "timeline\n  title T\n  2026 : one : two\n",
    "journey\n  title J\n  section S\n    Do it: 3: Me, You\n",
    "gitGraph\n  commit\n  branch b\n  commit id: \"x\"\n  checkout main\n  merge b\n",
    "mindmap\n  root((m))\n    a\n      b\n",
    "quadrantChart\n  x-axis Low --> High\n  A: [0.3, 0.6]\n",
    "C4Context\n  Person(a, \"A\", \"x\", $link=\"javascript:x\")\n  System(b, \"B\")\n  Rel(a, b, \"uses\")\n",
];

/// What mutations put in.
const PIECES: &[&str] = &[
    "-->",
    "---",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "|",
    "\"",
    "'",
    "`",
    "\n",
    " ",
    ";",
    ":",
    "%%",
    "%%{init: {}}%%",
    "&",
    "&amp;",
    "#quot;",
    "<",
    ">",
    "end",
    "subgraph x",
    "click a href \"javascript:x\"",
    "style a fill:url(x)",
    "<script>",
    "</svg>",
    "onload=x",
    "\u{0}",
    "\u{202e}",
    "ü",
    "🚀",
    "@{ shape: diam }",
    "~~~",
    "==>",
    "1e308",
    "-1",
    "\t",
    "a",
    "b",
    "\\",
    "$$x$$",
    "fa:fa-car",
    "direction LR",
    "<br/>",
    "**x**",
    "↓",
    "→",
];

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).expect("fits")).expect("fits")
    }
}

fn mutated(random: &mut Random) -> String {
    let mut letters: Vec<char> = SEEDS[random.below(SEEDS.len())].chars().collect();
    for _ in 0..=random.below(6) {
        let at = random.below(letters.len() + 1);
        match random.below(5) {
            0 => {
                let end = (at + random.below(12)).min(letters.len());
                letters.drain(at..end);
            }
            1 => {
                let end = (at + random.below(40)).min(letters.len());
                let copy: Vec<char> = letters[at..end].to_vec();
                let to = random.below(letters.len() + 1);
                letters.splice(to..to, copy);
            }
            2 => {
                let other: Vec<char> = SEEDS[random.below(SEEDS.len())].chars().collect();
                let from = random.below(other.len());
                letters.splice(at..at, other[from..].iter().copied());
            }
            _ => drop(letters.splice(at..at, PIECES[random.below(PIECES.len())].chars())),
        }
    }
    letters.into_iter().collect()
}

#[test]
fn mutated_sources_are_drawn_safely_or_not_at_all() {
    let cases = std::env::var("OPSBOOK_FLOW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let mut random = Random(0x000F_1035);
    let mut drawn = 0;
    let pages = usize::try_from(cases).expect("fits") / PER_PAGE;
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    for page in 0..pages {
        let mut text = format!("# Page {page}\n\n<p>raw</p>\n\n");
        for _ in 0..PER_PAGE {
            // Longer than any row of backticks that a mutation makes.
            text.extend(["``````````mermaid\n", &mutated(&mut random), "\n``````````\n\n"]);
        }
        sources.insert(SitePath::new(&format!("content/p{page}.md")).expect("a path"), text);
    }
    sources.insert(SitePath::new("content/b.md").expect("a path"), "# B\n\n## X\n");
    let mut cache = Cache::default();
    let site = compile(&sources, &mut cache).site(&sources, &mut cache).expect("a site");
    for (path, file) in &site.files {
        let (SiteFile::Bytes(bytes), Some(_)) = (file, path.as_str().strip_suffix(".html")) else { continue };
        let page = std::str::from_utf8(bytes).expect("text");
        drawn += drawings(page).inspect(|svg| assert_harmless(svg)).count();
    }
    assert!(drawn > pages, "{drawn} of {cases} were drawn");
}

/// The drawings on a page that stand in figures: those of the theme's buttons are no matter of authors.
fn drawings(page: &str) -> impl Iterator<Item = &str> {
    page.split("class=\"diagram-scroll\"").skip(1).map(|rest| {
        let start = rest.find("<svg").expect("a drawing in its figure");
        let end = rest.find("</svg>").expect("its end") + "</svg>".len();
        rest.get(start..end).expect("tags are ASCII")
    })
}

fn assert_harmless(svg: &str) {
    let parsed = roxmltree::Document::parse(svg).unwrap_or_else(|fault| panic!("{fault}\n{svg}"));
    for element in parsed.descendants().filter(roxmltree::Node::is_element) {
        let name = element.tag_name().name();
        let allowed = [
            "svg", "g", "a", "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "text", "tspan", "title", "desc", "defs", "marker",
            "use",
        ];
        assert!(allowed.contains(&name), "<{name}>\n{svg}");
        for attribute in element.attributes() {
            let (key, value) = (attribute.name(), attribute.value());
            assert!(key != "style" && !key.starts_with("on"), "{key}\n{svg}");
            if key == "href" {
                let scheme = value.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
                let is_relative = scheme.as_ref().is_none_or(|scheme| scheme.contains(['/', '#', '.', '?']));
                assert!(is_relative || matches!(scheme.as_deref(), Some("http" | "https" | "mailto")), "{value}\n{svg}");
            } else if !key.starts_with("aria-") {
                assert!(!value.contains("javascript:") && (!value.contains("url(") || value.starts_with("url(#")), "{key}={value}\n{svg}");
            }
        }
    }
}
