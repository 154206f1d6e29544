//! Flows: mermaid fences, lines with arrows, fences with ↓ between their lines, questions with answers.
//!
//! One file for each form. Knows what a flow says; must not know how it is drawn.

mod arrows;
mod mermaid;
mod tree;

use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::diagram::{Edge, Graph, Head, Node, Sketch};
use crate::document::{Document, Fence, Link, LinkKind};
use crate::registry::Registry;
use crate::text::Span;

/// Every kind of fault that reading flows can find.
pub const KINDS: &[&Kind] = &[&INVALID_DIAGRAM, &UNDRAWN_DIAGRAM];

/// A diagram that can't be read.
const INVALID_DIAGRAM: Kind = Kind {
    code: "invalid-diagram",
    severity: Severity::Error,
    subject: Subject::Processes,
    summary: "a fence says that it is a diagram and can't be read as one",
    docs: "A fence in `mermaid` is drawn when the page is built. One with a mistake in it is shown as its text, here and on Git hosts, and readers \
lose the picture that the text around it speaks of.

    ```mermaid
    flowchat TD
      alert --> page[Page the on-call
    ```

The finding stands at the line and column inside the fence. Write the kind of diagram as mermaid knows it, and close what is open:

    ```mermaid
    flowchart TD
      alert --> page[Page the on-call]
    ```",
};

/// A diagram that opsbook doesn't draw.
const UNDRAWN_DIAGRAM: Kind = Kind {
    code: "undrawn-diagram",
    severity: Severity::Warning,
    subject: Subject::Processes,
    summary: "a diagram is too large to be drawn, or of a kind that opsbook can't draw",
    docs: "opsbook draws fences in `mermaid` of up to 50,000 bytes, with up to 500 nodes and 500 edges: Git hosts stop there too. A few kinds of \
diagram it can't draw at all. Such a fence stays on the page as its text.

    ```mermaid
    zenuml
      Client->Server: request
    ```

Split a large diagram into several that a reader can take in, or say the same as another kind:

    ```mermaid
    sequenceDiagram
      Client->>Server: request
    ```",
};

/// A diagram.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The fence, the paragraph or the list.
    pub span: Span,
    /// What it is called: its own title, or the heading above it.
    pub title: String,
    /// How it is written.
    pub form: Form,
    /// What kind of diagram it is, in mermaid's word: `flowchart`, `sequence`, `pie`.
    pub kind: String,
    /// What it shows, if it is nodes with lines between them; else empty.
    pub graph: Graph,
    /// What it shows, if it is anything else.
    pub sketch: Option<Sketch>,
    /// Its links that are none of the document's own: those of mermaid fences.
    pub links: Vec<Link>,
}

/// How a flow is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A fence in `mermaid`.
    Mermaid,
    /// A paragraph of steps with arrows between them, and nothing else.
    Line,
    /// The same with a few words before it: `Stages: Lint → Test → Build`.
    LabelledLine,
    /// A fence of steps with arrows between or before its lines.
    Column,
    /// A list of questions with answers.
    Tree,
}

impl Flow {
    /// Whether it shows what follows on what, rather than amounts or things.
    #[must_use]
    pub fn is_of_steps(&self) -> bool {
        matches!(self.kind.as_str(), "flowchart" | "state" | "sequence" | "swimlane" | "agentflow")
    }
}

/// Reads the flows of a document, in the order in which they stand.
pub(super) fn read(document: &Document, _registry: &Registry, found: &mut Vec<Diagnostic>) -> Vec<Flow> {
    let mut flows = Vec::new();
    for fence in &document.fences {
        match fence.language.as_str() {
            // What an unclosed fence swallowed is no diagram, and the fence is the fault.
            "mermaid" if fence.closed => flows.extend(diagram(document, fence, found)),
            "" | "text" | "txt" | "plain" | "plaintext" => flows.extend(arrows::column(document, fence)),
            _ => {}
        }
    }
    flows.extend(document.blocks().iter().filter_map(|block| arrows::line(document, block)));
    flows.extend(tree::trees(document));
    flows.sort_by_key(|flow| flow.span);
    flows
}

/// Reads a fence in `mermaid`.
fn diagram(document: &Document, fence: &Fence, found: &mut Vec<Diagnostic>) -> Option<Flow> {
    let flow = |kind: String, title: Option<String>, graph: Graph, sketch: Option<Sketch>, links: Vec<Link>| Flow {
        span: fence.span,
        title: title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| heading(document, fence.span)),
        form: Form::Mermaid,
        kind,
        graph,
        sketch,
        links,
    };
    match mermaid::read(&fence.content) {
        Ok(reading) => {
            let links = links(document, fence);
            let (graph, sketch) = match reading.picture {
                mermaid::Picture::Graph(graph) => (graph, None),
                mermaid::Picture::Sketch(sketch) => (Graph::default(), Some(sketch)),
            };
            Some(flow(reading.kind, reading.title, graph, sketch, links))
        }
        Err(mermaid::Fault::Invalid { at, problem, help }) => {
            let span = at.map_or_else(|| first_line(document, fence), |at| place(document, fence, at));
            found.push(Diagnostic::new(&INVALID_DIAGRAM, &document.path, span, problem).label("not drawn").help(help));
            None
        }
        Err(mermaid::Fault::Undrawn(reason)) => {
            let message = format!("this diagram isn't drawn: {reason}");
            let finding = Diagnostic::new(&UNDRAWN_DIAGRAM, &document.path, first_line(document, fence), message);
            found.push(finding.label("stays text").help("split it into smaller diagrams, or draw it as another kind"));
            // It is a flow all the same, for those who ask whether there is one.
            let is_flowchart = fence.content.trim_start().starts_with("flowchart") || fence.content.trim_start().starts_with("graph");
            is_flowchart.then(|| flow("flowchart".to_owned(), None, Graph::default(), None, Vec::new()))
        }
    }
}

/// The links of a fence in `mermaid`, where they are written.
fn links(document: &Document, fence: &Fence) -> Vec<Link> {
    let clicks = mermaid::clicks(&fence.content);
    if clicks.is_empty() {
        return Vec::new();
    }
    let lines = Lines::of(document, fence);
    let link = |click: mermaid::Click| {
        let start = lines.source(click.span.start());
        let span = Span::new(start, start + click.span.end().saturating_sub(click.span.start())).clamped(&document.text);
        Link { kind: LinkKind::Link, target: click.target.into(), span, target_span: span }
    };
    clicks.into_iter().map(link).collect()
}

/// The place in the document of what stands at a place of a fence's content: up to the next gap.
fn place(document: &Document, fence: &Fence, at: usize) -> Span {
    let start = Lines::of(document, fence).source(at);
    let rest = Span::new(start, fence.span.end()).clamped(&document.text);
    let word = rest.of(&document.text).split_whitespace().next().filter(|_| !rest.of(&document.text).starts_with(char::is_whitespace));
    Span::new(rest.start(), rest.start() + word.map_or(0, str::len))
}

/// The fence's opening line.
fn first_line(document: &Document, fence: &Fence) -> Span {
    let line = fence.span.of(&document.text).lines().next().unwrap_or_default();
    Span::new(fence.span.start(), fence.span.start() + line.len())
}

/// Where the lines of a fence begin, in its content and in the document.
struct Lines {
    content: Vec<usize>,
    source: Vec<usize>,
}

impl Lines {
    fn of(document: &Document, fence: &Fence) -> Self {
        let ends = fence.content.match_indices('\n').map(|(at, _)| at + 1);
        Self { content: std::iter::once(0).chain(ends).collect(), source: fence.line_starts(&document.text) }
    }

    /// The place in the document of a place in the content.
    fn source(&self, at: usize) -> usize {
        let last = self.source.len().saturating_sub(1);
        let line = self.content.partition_point(|start| *start <= at).saturating_sub(1).min(last);
        let start = self.content.get(line).copied().unwrap_or_default();
        self.source.get(line).copied().unwrap_or_default() + at.saturating_sub(start)
    }
}

/// The heading above a place; the document's title where there is none.
fn heading(document: &Document, span: Span) -> String {
    let above = document.sections.partition_point(|section| section.span.start() <= span.start());
    let sections = document.sections.get(..above).unwrap_or_default();
    let section = sections.iter().rev().find(|section| !section.title.trim().is_empty());
    section.map_or_else(|| document.title(), |section| section.title.to_string())
}

/// Steps, one after the other.
fn chain(steps: Vec<Node>) -> Graph {
    let edges = (1..steps.len()).map(|to| Edge { from: to - 1, to, head: Head::Arrow, ..Edge::default() });
    Graph { edges: edges.collect(), nodes: steps, ..Graph::default() }
}

#[cfg(test)]
mod tests;
