//! Decision trees: a list of questions, each with the answers below it and where they lead.
//!
//! Only what is certain is a tree: a list without numbers whose first level is questions, below each of which every item is an answer.

use super::{Flow, Form, heading};
use crate::diagram::{Edge, Graph, Head, Node, Shape};
use crate::document::{Block, BlockKind, Document, LinkKind};
use crate::text::{Span, collapse};

/// Answers that need no arrow: a colon or nothing after them is enough.
const ANSWERS: &[&str] = &["yes", "no", "y", "n", "otherwise", "else", "not sure", "true", "false"];
/// Arrows between an answer and what it leads to.
const ARROWS: &[&str] = &["→", "⟶", "⇒", "➔", "➜", "-->", "->", "=>"];
/// Words in an answer, at most.
const ANSWER_WORDS: usize = 6;
/// Characters in a question or in what is to be done, at most.
const LABEL_LIMIT: usize = 200;
/// Items of a tree, and levels, at most.
const ITEM_LIMIT: usize = 200;
const DEPTH_LIMIT: u32 = 16;

/// An item of a list, with those below it.
struct Entry<'a> {
    block: &'a Block,
    below: Vec<Entry<'a>>,
}

/// The decision trees of a document.
pub(super) fn trees(document: &Document) -> Vec<Flow> {
    let mut flows = Vec::new();
    let mut blocks = document.blocks();
    while let Some((first, rest)) = blocks.split_first() {
        let Some(item) = first.item.filter(|item| item.depth == 1 && item.opens) else {
            blocks = rest;
            continue;
        };
        let mut end = item.span.end();
        // The list goes on as long as nothing but blanks stands between its items.
        let mut length = 0;
        for block in blocks {
            let inside = block.span.start() < end;
            let next = block.item.filter(|next| !inside && next.depth == 1 && Span::new(end, next.span.start()).of(&document.text).trim().is_empty());
            match next {
                _ if inside => {}
                Some(next) => end = next.span.end(),
                None => break,
            }
            length += 1;
        }
        let (list, rest) = blocks.split_at(length.max(1));
        if let Some(graph) = tree(document, list) {
            let span = Span::new(item.span.start(), end);
            let title = heading(document, span);
            flows.push(Flow { span, title, form: Form::Tree, kind: "flowchart".to_owned(), graph, sketch: None, links: Vec::new() });
        }
        blocks = rest;
    }
    flows
}

/// The graph of the list that these blocks are, if it is a tree of decisions.
fn tree(document: &Document, list: &[Block]) -> Option<Graph> {
    let is_plain = |block: &Block| block.kind == BlockKind::Paragraph && block.item.is_some_and(|item| item.opens && !item.ordered && !item.task);
    let first = list.first().filter(|first| is_question(&first.text(document)))?;
    let fits = list.len() <= ITEM_LIMIT && list.iter().all(|block| is_plain(block) && block.item.is_some_and(|item| item.depth <= DEPTH_LIMIT));
    if !fits || list.len() < 3 || !is_plain(first) {
        return None;
    }
    let entries = nest(list, 1)?;
    let mut graph = Graph::default();
    for entry in &entries {
        question(document, entry, &collapse(&entry.block.text(document)), &mut graph)?;
    }
    Some(graph)
}

/// The items of a level with those below them.
fn nest(list: &[Block], depth: u32) -> Option<Vec<Entry<'_>>> {
    let mut entries = Vec::new();
    let mut list = list;
    while let Some((block, rest)) = list.split_first() {
        block.item.filter(|item| item.depth == depth)?;
        let below = rest.iter().take_while(|block| block.item.is_some_and(|item| item.depth > depth)).count();
        let (inside, after) = rest.split_at(below);
        entries.push(Entry { block, below: nest(inside, depth + 1)? });
        list = after;
    }
    Some(entries)
}

fn is_question(text: &str) -> bool {
    let text = text.trim();
    text.ends_with('?') && text.chars().count() <= LABEL_LIMIT && split_answer(text).is_none()
}

/// Adds a question with all that follows from it; none if anything isn't certain.
fn question(document: &Document, entry: &Entry<'_>, text: &str, graph: &mut Graph) -> Option<()> {
    if !text.ends_with('?') || text.chars().count() > LABEL_LIMIT || entry.below.len() < 2 {
        return None;
    }
    let node = graph.nodes.len();
    graph.nodes.push(Node { label: text.to_owned(), shape: Shape::Diamond, href: link(document, entry), ..Node::default() });
    for below in &entry.below {
        let (label, outcome) = split_answer(&collapse(&below.block.text(document)))?;
        // What the answer leads to is the next node; its line comes first, so that lines stand in the order of the text.
        let edge = Edge { from: node, to: graph.nodes.len(), label, head: Head::Arrow, ..Edge::default() };
        graph.edges.push(edge);
        match (outcome.as_str(), below.below.as_slice()) {
            ("", [only]) if only.below.is_empty() => deed(document, only, &collapse(&only.block.text(document)), graph)?,
            ("", [only]) => question(document, only, &collapse(&only.block.text(document)), graph)?,
            ("", _) => return None,
            (deed_text, []) => deed(document, below, deed_text, graph)?,
            (next, _) => question(document, below, next, graph)?,
        }
    }
    Some(())
}

/// Adds what is to be done.
fn deed(document: &Document, entry: &Entry<'_>, text: &str, graph: &mut Graph) -> Option<()> {
    let words = text.trim_end_matches('.');
    if words.is_empty() || words.ends_with('?') || words.chars().count() > LABEL_LIMIT {
        return None;
    }
    graph.nodes.push(Node { label: words.to_owned(), shape: Shape::Rounded, href: link(document, entry), ..Node::default() });
    Some(())
}

/// An answer and what it leads to: `yes → restart it`, `no: look at the log`, `no`.
fn split_answer(text: &str) -> Option<(String, String)> {
    let parted = |label: &str, outcome: &str| {
        let label = label.trim().trim_end_matches([':', ',']);
        let is_label = !label.is_empty() && label.split_whitespace().count() <= ANSWER_WORDS && !label.contains(['.', '?']);
        is_label.then(|| (label.to_owned(), outcome.trim().to_owned()))
    };
    let arrow = ARROWS.iter().filter_map(|arrow| Some((text.find(arrow)?, arrow.len()))).min();
    if let Some((at, length)) = arrow {
        return parted(text.get(..at)?, text.get(at + length..)?).filter(|(_, outcome)| !outcome.is_empty());
    }
    let (label, outcome) = text.split_once(':').unwrap_or((text, ""));
    parted(label, outcome).filter(|(label, _)| ANSWERS.contains(&label.to_lowercase().as_str()))
}

/// Where the first link of an item's own text leads.
fn link(document: &Document, entry: &Entry<'_>) -> Option<String> {
    let own = entry.block.span;
    let first = document.links.partition_point(|link| link.span.start() < own.start());
    // The text of a tight item ends before the marks of a link that it ends with.
    document.links.get(first).filter(|link| link.kind == LinkKind::Link && own.contains(link.span.start())).map(|link| link.target.to_string())
}
