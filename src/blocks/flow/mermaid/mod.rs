//! Mermaid: diagrams as code, as Git hosts draw them too.
//!
//! Knows what a diagram's source says and what its faults are. The engine that reads it stands behind [`Engine`]; nothing outside of
//! `engine` and what lies below it knows which one it is.

mod clicks;
mod engine;
mod graph;
mod scene;

pub(super) use clicks::{Click, clicks};

use crate::diagram::{Graph, Sketch};
use crate::text::nearest;

/// Sources longer than this in bytes aren't drawn: Git hosts stop there too.
pub(super) const SOURCE_LIMIT: usize = 50_000;
/// Flowcharts with more nodes or more edges than this aren't drawn: Git hosts stop there too, and nobody reads them.
pub(super) const GRAPH_LIMIT: usize = 500;
/// Diagrams of another kind with more shapes and texts than this aren't drawn.
const PIECE_LIMIT: usize = 5_000;

/// What reads diagrams and lays them out.
trait Engine {
    /// Reads a source that is no longer than [`SOURCE_LIMIT`].
    fn read(&self, source: &str) -> Result<Reading, Fault>;
}

/// A diagram that could be read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// What kind of diagram it is, in one word: `flowchart`.
    pub kind: String,
    /// The title that the source gives it.
    pub title: Option<String>,
    /// What it shows.
    pub picture: Picture,
}

/// What a diagram shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Picture {
    /// A flowchart.
    Graph(Graph),
    /// Anything else.
    Sketch(Sketch),
}

/// Why a diagram isn't drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is wrong.
    Invalid {
        /// The place in the source; none if it is wrong as a whole.
        at: Option<usize>,
        /// What is wrong, as a finding says it.
        problem: String,
        /// What to do.
        help: String,
    },
    /// It may be right, but can't be drawn: why, as a finding says it.
    Undrawn(String),
}

/// The words that diagrams begin with.
const KINDS: &[&str] = &[
    "flowchart",
    "graph",
    "sequenceDiagram",
    "stateDiagram-v2",
    "stateDiagram",
    "classDiagram",
    "erDiagram",
    "gantt",
    "pie",
    "timeline",
    "journey",
    "gitGraph",
    "mindmap",
    "quadrantChart",
    "requirementDiagram",
    "kanban",
    "xychart-beta",
    "xychart",
    "sankey-beta",
    "sankey",
    "block-beta",
    "block",
    "packet-beta",
    "packet",
    "architecture-beta",
    "radar-beta",
    "treemap-beta",
    "C4Context",
    "C4Container",
    "C4Component",
    "C4Dynamic",
    "C4Deployment",
];
/// Words that diagrams begin with which mermaid reads and the engine doesn't.
const OTHER_KINDS: &[&str] = &["zenuml"];

/// Reads a diagram.
pub(super) fn read(source: &str) -> Result<Reading, Fault> {
    if source.len() > SOURCE_LIMIT {
        return Err(Fault::Undrawn(format!("it is longer than {SOURCE_LIMIT} bytes")));
    }
    let whole = |problem: &str, help: &str| Fault::Invalid { at: None, problem: problem.to_owned(), help: help.to_owned() };
    let Some((at, word)) = first_word(source) else {
        return Err(whole("a diagram with nothing in it", "write what kind of diagram it is and what it shows: `flowchart TD`, then `a --> b`"));
    };
    if OTHER_KINDS.contains(&word) {
        return Err(Fault::Undrawn(format!("opsbook can't draw diagrams of the kind '{word}'")));
    }
    if is_unknown(word) {
        return Err(unknown(at, word));
    }
    let reading = engine::Limu.read(source)?;
    let count = match &reading.picture {
        Picture::Graph(graph) => graph.nodes.len(),
        Picture::Sketch(sketch) => sketch.pieces.len(),
    };
    match &reading.picture {
        _ if count == 0 => Err(whole("a diagram with nothing in it", "write what it shows below its first line: `a --> b`")),
        Picture::Graph(graph) if graph.nodes.len() > GRAPH_LIMIT || graph.edges.len() > GRAPH_LIMIT => {
            Err(Fault::Undrawn(format!("it has more than {GRAPH_LIMIT} nodes or edges")))
        }
        Picture::Sketch(_) if count > PIECE_LIMIT => Err(Fault::Undrawn(format!("it has more than {PIECE_LIMIT} shapes and texts"))),
        _ => Ok(reading),
    }
}

/// The word that says what kind of diagram it is, with its place: the first one after front matter, comments and directives.
fn first_word(source: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    let mut in_front_matter = false;
    let mut in_directive = false;
    for (index, line) in source.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let words = line.trim();
        if words == "---" && (index == 0 || in_front_matter) {
            in_front_matter = !in_front_matter;
            continue;
        }
        if words.starts_with("%%{") {
            in_directive = true;
        }
        let skips = in_front_matter || in_directive || words.is_empty() || words.starts_with("%%");
        if in_directive && words.contains("}%%") {
            in_directive = false;
        }
        if !skips {
            let word = words.split(|letter: char| letter.is_whitespace() || matches!(letter, ';' | ':' | '{' | '[' | '(')).next().unwrap_or_default();
            let indent = line.len() - line.trim_start().len();
            return Some((start + indent, if word.is_empty() { words } else { word }));
        }
    }
    None
}

/// Whether no diagram begins so. Mermaid's own rule is the beginning of the word, so `graphTD` is one.
fn is_unknown(word: &str) -> bool {
    !engine::knows(word)
}

fn unknown(at: usize, word: &str) -> Fault {
    let shown = crate::text::shorten(word, 40);
    let problem = format!("there is no kind of diagram called '{shown}'");
    // One that is written in other letters, or as a word of its own, is as near as can be.
    let same = |kind: &&&str| kind.eq_ignore_ascii_case(word) || kind.to_ascii_lowercase().trim_end_matches("diagram") == word.to_ascii_lowercase();
    let near = KINDS.iter().find(same).copied().or_else(|| nearest(word, KINDS.iter().copied()));
    let help = match near {
        Some(near) => format!("write '{near}'"),
        None => "begin with the kind of diagram, such as `flowchart TD` or `sequenceDiagram`".to_owned(),
    };
    Fault::Invalid { at: Some(at), problem, help }
}

#[cfg(test)]
mod tests;
