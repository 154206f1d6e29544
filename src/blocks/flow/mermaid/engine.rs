//! The engine: limu reads the source and lays it out. It is young, so it is pinned, and only this file and those that turn its scenes
//! into ours know it.

use std::time::SystemTime;

use limu::layout::Options;
use limu::scene::text::{Face, Measurer};
use limu::{Error, ErrorCode, ParseOptions};
use unicode_width::UnicodeWidthChar;

use super::{Engine, Fault, GRAPH_LIMIT, Picture, Reading, SOURCE_LIMIT, graph, scene};
use crate::diagram::Font;

/// The engine.
pub(super) struct Limu;

/// The size of text in diagrams that aren't laid out by us, in CSS pixels.
const TEXT_SIZE: f64 = 14.0;

impl Engine for Limu {
    fn read(&self, source: &str) -> Result<Reading, Fault> {
        let options = ParseOptions { limit: Some(SOURCE_LIMIT), max_edges: Some(GRAPH_LIMIT), ..ParseOptions::default() };
        let diagram = limu::parse(source, &options).map_err(|error| fault(&error, source))?;
        let kind = diagram.diagram_type().name().to_owned();
        let own_title = diagram.title().map(ToOwned::to_owned);
        if kind == "flowchart" {
            // Of what is narrow no line is broken: so the labels are as their author wrote them.
            let scene = diagram.layout(&layout(&Narrow)).map_err(|error| fault(&error, source))?;
            if scene.items.iter().filter(|item| matches!(item.kind, limu::scene::Kind::Node)).count() > GRAPH_LIMIT {
                return Err(Fault::Undrawn(format!("it has more than {GRAPH_LIMIT} nodes or edges")));
            }
            if let Some(graph) = graph::graph(&scene, source) {
                let title = scene.title.clone().or(own_title);
                return Ok(Reading { kind, title, picture: Picture::Graph(graph) });
            }
        }
        let scene = diagram.layout(&layout(&Widths)).map_err(|error| fault(&error, source))?;
        let title = scene.title.clone().or(own_title);
        Ok(Reading { kind, title, picture: Picture::Sketch(scene::sketch(&scene, source)) })
    }
}

/// Whether the engine reads diagrams that begin with this word.
pub(super) fn knows(word: &str) -> bool {
    limu::supports(word)
}

fn layout(measurer: &dyn Measurer) -> Options<'_> {
    Options {
        measurer,
        font_size: TEXT_SIZE,
        links: false,
        images: false,
        link_schemes: &[],
        image_schemes: &[],
        // A day of its own, or a chart would change from day to day.
        now: Some(SystemTime::UNIX_EPOCH),
        ..Options::default()
    }
}

/// Widths of text as in our own drawings.
struct Widths;

/// The width of every letter where all are as wide as each other, as a part of the size.
const MONO: f64 = 0.61;

impl Measurer for Widths {
    fn width(&self, text: &str, size: f64, face: Face) -> f64 {
        if face.contains(Face::MONO) {
            return text.chars().map(|letter| if letter.width() == Some(2) { 2.0 * MONO } else { MONO }).sum::<f64>() * size;
        }
        Font { class: "", size, bold: face.contains(Face::BOLD), leading: size }.width(text)
    }
}

/// Text that takes hardly any room.
struct Narrow;

impl Measurer for Narrow {
    fn width(&self, _: &str, size: f64, _: Face) -> f64 {
        size / 100.0
    }
}

/// What the engine complains about, in our words.
fn fault(error: &Error, source: &str) -> Fault {
    let at = error.byte_offset(source);
    let first_line = error.message.lines().next().unwrap_or_default().trim_end_matches('.');
    if error.code == ErrorCode::Limit {
        return Fault::Undrawn(format!("it has more than {GRAPH_LIMIT} edges, or sizes that can't be drawn"));
    }
    let kind = error.diagram.map_or("diagram".to_owned(), |kind| kind_name(kind.name()));
    let expected = error.message.lines().last().unwrap_or_default();
    let is_parse = first_line.starts_with("Parse error") || first_line.starts_with("Lexical error");
    if !is_parse {
        let said = first_line.strip_prefix("Front matter is not valid YAML").map_or(first_line, |_| "its front matter can't be read as YAML");
        return Fault::Invalid { at, problem: format!("this {kind} is wrong: {}", lowered(said)), help: "write it as mermaid reads it".to_owned() };
    }
    let at = at.unwrap_or(source.len());
    let rest = source.get(at..).unwrap_or_default().trim_start();
    if rest.is_empty() {
        let help = if expected.contains("'end'") { "close what is open with `end`" } else { "close what is open, or finish the last line" };
        return Fault::Invalid { at: Some(at), problem: format!("this {kind} ends too soon"), help: help.to_owned() };
    }
    let word = rest.split_whitespace().next().unwrap_or_default();
    let problem = format!("this {kind} can't be read at '{}'", crate::text::shorten(word, 30));
    let is_after_call = source.get(..at).is_some_and(|before| before.trim_end().ends_with("call"));
    let help = if is_after_call { "`call` is a word of mermaid's own: give the node another id".to_owned() } else { help(&kind, word, expected) };
    Fault::Invalid { at: Some(at), problem, help }
}

/// What most often mends it.
fn help(kind: &str, word: &str, expected: &str) -> String {
    let in_label = ["'SQE'", "'PE'", "'TEXT'", "'UNICODE_TEXT'", "'DIAMOND_STOP'"].iter().any(|token| expected.contains(token));
    let got = expected.rsplit("got ").next().unwrap_or_default();
    if kind == "flowchart" && (word == "end" || got.contains("end'")) {
        return "`end` closes a subgraph: write it once for each, and give a node another id, such as `done[End]`".to_owned();
    }
    if kind == "flowchart" && in_label {
        return "close the label; one that holds brackets or quotes stands in double quotes: `a[\"Load (high)\"]`".to_owned();
    }
    if kind == "flowchart" {
        return "write one link on a line: `a --> b`, `a -->|yes| b`, `a[Label] --> b{Question?}`".to_owned();
    }
    format!("write the line as mermaid writes a {kind}, or take it out")
}

/// The kind as people say it.
fn kind_name(name: &str) -> String {
    match name {
        "flowchart" | "timeline" | "mindmap" => name.to_owned(),
        "pie" | "gantt" | "quadrantChart" | "xychart" => format!("{} chart", name.trim_end_matches("Chart").trim_end_matches("chart")),
        "er" => "entity diagram".to_owned(),
        other => format!("{other} diagram"),
    }
}

fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
