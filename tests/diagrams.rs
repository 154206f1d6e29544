//! Drawings, measured: nothing overlaps, nothing is cut off, no line runs through a box; the same bytes on every run.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "a test fails by panicking, measures with floats, and says what it saw"
)]

mod common;
#[path = "common/geometry.rs"]
mod geometry;
#[path = "../benches/random.rs"]
mod random;

use std::collections::BTreeMap;

use common::root;
use geometry::measure;
use opsbook::compile::{Cache, compile};
use opsbook::diagram::{Caption, Edge, FONTS, Graph, Node, Step, Swimlane};
use opsbook::disk::{Layout, scan};
use opsbook::site::SiteFile;
use random::{graph, process};

const CAPTION: Caption<'static> = Caption { prefix: "d", title: "A drawing", description: "" };
/// How many of each kind are drawn.
const EACH: u64 = 250;

#[test]
fn random_drawings_have_no_faults() {
    let mut faults: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut edges, mut texts, mut boxes) = (0, 0, 0);
    for seed in 0..EACH {
        for (kind, drawing) in [("process", process(seed).draw(CAPTION)), ("graph", graph(seed).draw(CAPTION))] {
            let measured = measure(&drawing.svg);
            edges += measured.edges;
            texts += measured.texts;
            boxes += measured.boxes;
            for fault in measured.faults {
                let what = fault.split(':').next().unwrap_or_default().to_owned();
                faults.entry(format!("{kind}, {what}")).or_default().push(format!("{kind} {seed}: {fault}"));
            }
        }
    }
    let counts: Vec<String> = faults.iter().map(|(what, faults)| format!("{what}: {}", faults.len())).collect();
    let first: Vec<String> = faults.values().flat_map(|faults| faults.iter().take(4).cloned()).collect();
    assert!(faults.is_empty(), "{}\n{}", counts.join("\n"), first.join("\n"));
    eprintln!("{} drawings with {boxes} boxes, {edges} lines and {texts} texts", 2 * EACH);
    assert!(boxes > 5000 && edges > 5000 && texts > 10_000, "the drawings are too small to prove anything: {boxes}, {edges}, {texts}");
}

/// Few of the graphs may need the plain form in which all stand below each other.
#[test]
fn few_graphs_fall_back() {
    let is_ladder = |seed: &u64| graph(*seed).draw(CAPTION).svg.contains("class=\"diagram flow ladder\"");
    let ladders: Vec<u64> = (0..EACH).filter(is_ladder).collect();
    eprintln!("{} of {EACH} graphs are drawn as ladders: {ladders:?}", ladders.len());
    assert!(ladders.len() * 10 < EACH as usize, "{ladders:?}");
}

#[test]
fn drawings_of_our_own_handbook_have_no_faults() {
    let layout = Layout { content: "content".to_owned(), ..Layout::default() };
    let sources = scan(&root(), &layout).expect("our own handbook can be read");
    let mut cache = Cache::default();
    let site = compile(&sources, &mut cache).site(&sources, &mut cache).expect("the embedded theme renders");
    let mut count = 0;
    for (path, file) in &site.files {
        let SiteFile::Bytes(bytes) = file else { continue };
        let Ok(html) = std::str::from_utf8(bytes) else { continue };
        for (start, _) in html.match_indices("<svg class=\"diagram") {
            let end = html[start..].find("</svg>").expect("it ends") + start + "</svg>".len();
            let measured = measure(&html[start..end]);
            assert!(measured.faults.is_empty(), "{path}: {}", measured.faults.join("\n"));
            count += 1;
        }
    }
    eprintln!("{count} drawings in our own handbook");
}

/// The measure itself, on drawings that are wrong.
#[test]
fn faults_are_found() {
    let drawn = |inner: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 300 200\">{inner}</svg>");
    let node = r#"<rect class="d-box" x="100" y="80" width="80" height="40"/>"#;
    for (inner, expected) in [
        ("", ""),
        (node, ""),
        (r#"<text class="d-text" x="50" y="50">here</text>"#, ""),
        (r#"<text class="d-text" x="4" y="50">here</text>"#, "text outside"),
        (r#"<text class="d-text" x="50" y="199">here</text>"#, "text outside"),
        (r#"<text class="d-text" x="50" y="50">here</text><text class="d-note" x="60" y="52">there</text>"#, "text over text"),
        (r#"<text class="d-text"><tspan x="50" y="50">here</tspan><tspan x="50" y="55">there</tspan></text>"#, "text over text"),
        (
            r#"<rect class="d-box" x="100" y="80" width="80" height="40"/><text class="d-text" x="140" y="104">too long for its box</text>"#,
            "text over line",
        ),
        (r#"<rect class="d-box" x="100" y="80" width="80" height="40"/><text class="d-text" x="140" y="104">fits</text>"#, ""),
        (r#"<rect class="d-box" x="100" y="80" width="80" height="40"/><path class="d-edge" d="M100 100H60V20H250V100H180"/>"#, ""),
        (r#"<rect class="d-box" x="100" y="80" width="80" height="40"/><path class="d-edge" d="M180 100H100"/>"#, "line through box"),
        (r#"<rect class="d-box" x="100" y="80" width="80" height="40"/><path class="d-edge" d="M100 100H20"/>"#, "line ends nowhere"),
        (r#"<path class="d-edge" d="M20 100H80"/><text class="d-label" x="50" y="104">yes</text>"#, "text over line"),
        (
            r#"<path class="d-edge" d="M20 100H80"/><rect class="d-plate" x="30" y="90" width="40" height="20"/><text class="d-label" x="50" y="104">yes</text>"#,
            "text over line",
        ),
        (r#"<path class="d-box" d="M100 100L140 80L180 100L140 120Z"/><text class="d-text" x="140" y="104">is it more?</text>"#, "text over line"),
        (
            r#"<rect class="d-box" x="100" y="80" width="80" height="40"/><rect class="d-box" x="170" y="110" width="80" height="40"/>"#,
            "box over box",
        ),
        (
            r#"<rect class="d-head" x="0" y="0" width="300" height="30"/><rect class="d-box" x="100" y="80" width="80" height="40"/><path class="d-edge" d="M140 80V20H110V80"/>"#,
            "line through d-head",
        ),
        (r#"<path class="d-edge" d="M10 10H400"/>"#, "shape outside"),
        (
            r#"<rect class="d-box" x="100" y="80" width="80" height="40"/><path class="d-box" d="M110 90a20 20 0 0 1 40 0a20 20 0 0 1-40 0Z"/>"#,
            "box over box",
        ),
        ("<style>x</style>", "forbidden"),
        (r#"<g onclick="x"/>"#, "forbidden"),
        ("<g>", "not XML"),
    ] {
        let faults = measure(&drawn(inner)).faults;
        let found = if expected.is_empty() { faults.is_empty() } else { faults.iter().any(|fault| fault.starts_with(expected)) };
        assert!(found, "{inner}: expected '{expected}', found {faults:?}");
    }
}

#[test]
fn the_same_bytes_on_ten_runs() {
    for seed in 0..8 {
        let (first_process, first_graph) = (process(seed).draw(CAPTION), graph(seed).draw(CAPTION));
        for _ in 1..10 {
            assert_eq!(process(seed).draw(CAPTION), first_process);
            assert_eq!(graph(seed).draw(CAPTION), first_graph);
        }
    }
}

/// Boxes are as large as their text in the sizes of `metrics`; the style sheet must give it the same.
#[test]
fn the_style_sheet_has_the_sizes_that_are_measured() {
    let css = std::fs::read_to_string(root().join("themes/css/blocks/diagram.css")).expect("the style sheet can be read");
    for font in FONTS {
        let rule = format!("svg.diagram .{} {{ font-size: {}px;", font.class, font.size);
        let (_, rest) = css.split_once(&rule).unwrap_or_else(|| panic!("no rule begins with {rule}"));
        let rest = rest.split('}').next().unwrap_or_default();
        assert_eq!(font.bold, rest.contains("font-weight: 700"), "{}", font.class);
    }
}

/// Ids begin with the prefix; links lead only where they may; what the author wrote is text.
#[test]
fn drawings_are_safe() {
    let hostile = "<script>alert(1)</script>\" onload=\"x";
    let step = |href: &str| Step {
        number: hostile.to_owned(),
        text: hostile.to_owned(),
        note: hostile.to_owned(),
        href: Some(href.to_owned()),
        lanes: vec![0],
        ..Step::default()
    };
    let process = Swimlane { steps: vec![step("javascript:alert(1)"), step("#a\"b")], ..Swimlane::default() };
    let node = Node { label: hostile.to_owned(), href: Some("data:text/html,x".to_owned()), ..Node::default() };
    let graph = Graph { nodes: vec![node], ..Graph::default() };
    let caption = Caption { prefix: "p7", title: hostile, description: hostile };
    for svg in [process.draw(caption).svg, graph.draw(caption).svg] {
        let document = roxmltree::Document::parse(&svg).expect("it is XML");
        for node in document.descendants() {
            assert_ne!(node.tag_name().name(), "script");
            assert!(!node.has_attribute("onload"));
            assert!(node.attribute("id").is_none_or(|id| id.starts_with("p7-")));
            assert!(node.attribute("href").is_none_or(|href| href == "#a\"b"), "{svg}");
        }
    }
}

/// A node with hundreds of lines and a tangle are drawn plainly: in layers they would take minutes.
#[test]
fn hubs_and_tangles_are_drawn_plainly() {
    let graph = |ends: Vec<(usize, usize)>| Graph {
        nodes: vec![Node { label: "a".to_owned(), ..Node::default() }; Graph::LIMIT],
        edges: ends.into_iter().map(|(from, to)| Edge { from, to, ..Edge::default() }).collect(),
        ..Graph::default()
    };
    let few = Graph { nodes: vec![Node { label: "a".to_owned(), ..Node::default() }; 30], ..graph((0..200).map(|n| (n % 30, n * 7 % 29)).collect()) };
    for graph in [graph((1..500).map(|n| (0, n)).collect()), graph((1..500).map(|n| (n, 0)).collect()), few] {
        let drawing = graph.draw(CAPTION);
        assert!(drawing.svg.contains("class=\"diagram flow ladder\""));
        // The measure compares each with each: the smallest is enough.
        assert!(graph.nodes.len() == Graph::LIMIT || measure(&drawing.svg).faults.is_empty());
    }
}

/// What is too large isn't drawn, and what is empty neither; the largest that is drawn has no fault.
#[test]
fn limits_hold() {
    assert!(Graph::default().draw(CAPTION).svg.is_empty() && Swimlane::default().draw(CAPTION).svg.is_empty());
    let nodes = |count: usize| Graph { nodes: vec![Node { label: "a".to_owned(), ..Node::default() }; count], ..Graph::default() };
    assert!(nodes(Graph::LIMIT + 1).draw(CAPTION).svg.is_empty());
    assert!(measure(&nodes(Graph::LIMIT).draw(CAPTION).svg).faults.is_empty());
    let steps = |count: usize| Swimlane { steps: vec![Step { text: "a".to_owned(), ..Step::default() }; count], ..Swimlane::default() };
    assert!(steps(Swimlane::LIMIT + 1).draw(CAPTION).svg.is_empty());
    assert!(measure(&steps(Swimlane::LIMIT).draw(CAPTION).svg).faults.is_empty());
}
