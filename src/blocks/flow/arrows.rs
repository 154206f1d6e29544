//! Steps with arrows: `Lint → Test → Build` as a paragraph, and fences whose lines have arrows between or before them.
//!
//! A sentence must never become a diagram by accident. So a line needs two arrows at least and a few words between them, and paths through
//! menus are left alone.

use super::{Flow, Form, chain, heading};
use crate::diagram::{Graph, Node, TowardsSide};
use crate::document::{Block, BlockKind, Document, Fence, LinkKind};
use crate::text::{Span, collapse};

/// Arrows that are signs of their own.
const SIGNS: &[char] = &['→', '⟶', '⇒', '⟹', '➔', '➜', '➝', '➡', '⮕'];
/// Arrows of several signs; they stand between spaces, or they are code.
const SPELT: &[&str] = &["-->", "==>", "->", "=>"];
/// What stands for an arrow downwards in a line of its own.
const DOWN: &[&str] = &["↓", "⬇", "⬇️", "⇓", "▼", "v", "V"];
/// What stands above the head of an arrow downwards.
const SHAFT: &[&str] = &["|", "│", "┃", "¦"];

/// Words in a step, at most.
const WORDS: usize = 6;
/// Words before a colon that introduce the steps, at most.
const LABEL_WORDS: usize = 4;
/// Characters in a paragraph of steps, at most.
const LINE_LIMIT: usize = 600;
/// Steps in a fence, and lines in a step of it, at most.
const STEP_LIMIT: usize = 100;
const STEP_LINES: usize = 3;
/// Characters in a line of a fence, at most.
const COLUMN_WIDTH: usize = 80;
/// Pixels that steps side by side may take, and what a character and the gap between two steps take about.
const ROOM: usize = 900;
const LETTER: usize = 8;
const GAP: usize = 70;

/// Words that paths through menus begin with, and menus that they begin in.
const MENU_VERBS: &[&str] =
    &["choose", "click", "from", "go", "in", "navigate", "open", "press", "right-click", "see", "select", "tap", "under", "use", "via", "visit"];
const MENUS: &[&str] = &[
    "account",
    "admin",
    "administration",
    "configuration",
    "edit",
    "file",
    "help",
    "home",
    "menu",
    "options",
    "preferences",
    "profile",
    "server admin",
    "settings",
    "system settings",
    "tools",
    "view",
    "window",
];

/// The flow that a paragraph is, if it is one.
pub(super) fn line(document: &Document, block: &Block) -> Option<Flow> {
    let is_numbered = block.item.is_some_and(|item| item.ordered || item.task);
    if block.kind != BlockKind::Paragraph || block.has_image || is_numbered {
        return None;
    }
    let source = block.span.of(&document.text);
    if source.contains('`') {
        return None;
    }
    let text = block.text(document);
    if text.len() > LINE_LIMIT {
        return None;
    }
    let (label, steps) = steps(&text)?;
    let mut nodes: Vec<Node> = steps.into_iter().map(|step| Node { label: step, ..Node::default() }).collect();
    let parts = split(source);
    if parts.len() == nodes.len() {
        for (node, part) in nodes.iter_mut().zip(parts) {
            let place = Span::new(block.span.start() + part.start(), block.span.start() + part.end());
            node.href = link(document, place);
        }
    }
    let form = if label.is_some() { Form::LabelledLine } else { Form::Line };
    let title = label.unwrap_or_else(|| heading(document, block.span));
    Some(flow(block.span, title, form, across(nodes)))
}

/// The flow that a fence is, if it is one.
pub(super) fn column(document: &Document, fence: &Fence) -> Option<Flow> {
    let lines: Vec<&str> = fence.content.lines().map(str::trim).filter(|line| !line.is_empty()).take(STEP_LIMIT * 4 + 1).collect();
    if let [only] = lines.as_slice() {
        // In code `a -> b -> c` is a type as often as not.
        let (label, steps) = steps(only).filter(|_| only.contains(SIGNS) && !SPELT.iter().any(|arrow| only.contains(arrow)))?;
        let nodes = steps.into_iter().map(|step| Node { label: step, ..Node::default() }).collect();
        let title = label.unwrap_or_else(|| heading(document, fence.span));
        return Some(flow(fence.span, title, Form::Column, across(nodes)));
    }
    let steps = downward(&lines).or_else(|| led(&lines))?;
    let nodes = steps.into_iter().map(|step| Node { label: step, ..Node::default() }).collect();
    Some(flow(fence.span, heading(document, fence.span), Form::Column, chain(nodes)))
}

fn flow(span: Span, title: String, form: Form, graph: Graph) -> Flow {
    Flow { span, title, form, kind: "flowchart".to_owned(), graph, sketch: None, links: Vec::new() }
}

/// Steps side by side where there is room for them, else one below the other.
fn across(nodes: Vec<Node>) -> Graph {
    let width: usize = nodes.iter().map(|node| node.label.chars().count() * LETTER + GAP).sum();
    let towards = if width > ROOM { TowardsSide::Bottom } else { TowardsSide::Right };
    Graph { towards, ..chain(nodes) }
}

/// Where the first link in a place leads.
fn link(document: &Document, place: Span) -> Option<String> {
    let first = document.links.partition_point(|link| link.span.start() < place.start());
    document.links.get(first).filter(|link| link.kind == LinkKind::Link && place.contains(link.span.start())).map(|link| link.target.to_string())
}

/// The steps of a text, and the words before them; none if it is no line of steps.
fn steps(text: &str) -> Option<(Option<String>, Vec<String>)> {
    let text = text.trim();
    let text = text.strip_suffix('.').unwrap_or(text);
    let parts: Vec<&str> = split(text).into_iter().map(|part| part.of(text).trim()).collect();
    let (first, rest) = parts.split_first()?;
    if rest.len() < 2 || rest.len() > STEP_LIMIT {
        return None;
    }
    let (label, first) = match first.split_once(": ") {
        Some((label, first)) => (Some(label.trim()), first.trim()),
        None => (None, *first),
    };
    let is_label = |label: &str| !label.is_empty() && label.split_whitespace().count() <= LABEL_WORDS && !label.contains(['.', ',', '?']);
    if !label.is_none_or(is_label) || leads_through_menus(first) || label.is_some_and(leads_through_menus) {
        return None;
    }
    let steps: Vec<&str> = std::iter::once(first).chain(rest.iter().copied()).collect();
    steps.iter().all(|step| is_step(step)).then(|| (label.map(collapse), steps.into_iter().map(collapse).collect()))
}

/// Whether it is a few words rather than a sentence or code.
fn is_step(step: &str) -> bool {
    let has_words = (1..=WORDS).contains(&step.split_whitespace().count());
    let is_prose = step.contains(". ") || step.contains(", ") || step.contains(['?', '!', ';', ':', '=', '<', '>', '{', '}', '|', '"', '\\', '$']);
    has_words && !is_prose && step.contains(char::is_alphabetic)
}

/// Whether the first step says that this is a path through menus: `Settings → Users → Add`.
fn leads_through_menus(first: &str) -> bool {
    let lower = first.to_lowercase();
    let word = lower.split_whitespace().next().unwrap_or_default();
    // Of a verb alone nobody knows what it opens: `Select → Check → Merge` is a flow.
    (MENU_VERBS.contains(&word) && lower.contains(' ')) || MENUS.contains(&lower.as_str())
}

/// The parts of a text between its arrows.
fn split(text: &str) -> Vec<Span> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some((arrow, length)) = next_arrow(text, at) {
        parts.push(Span::new(start, arrow));
        start = arrow + length;
        at = start;
    }
    parts.push(Span::new(start, text.len()));
    parts
}

/// The place and the length of the next arrow.
fn next_arrow(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    rest.char_indices().find_map(|(offset, letter)| {
        let at = from + offset;
        if SIGNS.contains(&letter) {
            return Some((at, letter.len_utf8()));
        }
        if !matches!(letter, '-' | '=') {
            return None;
        }
        let spelt = SPELT.iter().find(|spelt| text.get(at..).is_some_and(|here| here.starts_with(**spelt)))?;
        let before = text.get(..at)?.chars().next_back().is_some_and(char::is_whitespace);
        let after = text.get(at + spelt.len()..)?.chars().next().is_some_and(char::is_whitespace);
        (before && after).then_some((at, spelt.len()))
    })
}

/// The steps of lines with arrows downwards between them.
fn downward(lines: &[&str]) -> Option<Vec<String>> {
    let mut steps: Vec<Vec<&str>> = vec![Vec::new()];
    let mut shaft = false;
    for line in lines {
        if SHAFT.contains(line) {
            shaft = true;
        } else if DOWN.contains(line) {
            // An arrow has something above it, and a letter is its head only below a shaft.
            if steps.last().is_none_or(Vec::is_empty) || (line.eq_ignore_ascii_case("v") && !shaft) {
                return None;
            }
            shaft = false;
            steps.push(Vec::new());
        } else if shaft || !is_column_line(line) {
            return None;
        } else {
            steps.last_mut()?.push(line);
        }
    }
    let fits = |step: &Vec<&str>| (1..=STEP_LINES).contains(&step.len());
    ((2..=STEP_LIMIT).contains(&steps.len()) && !shaft && steps.iter().all(fits)).then(|| steps.into_iter().map(|step| step.join("\n")).collect())
}

/// The steps of lines of which all but the first begin with an arrow.
fn led(lines: &[&str]) -> Option<Vec<String>> {
    let (first, rest) = lines.split_first()?;
    let after_arrow = |line: &&str| line.strip_prefix(SIGNS).map(|step| step.trim().to_owned()).filter(|step| is_column_line(step));
    let rest: Vec<String> = rest.iter().map(after_arrow).collect::<Option<_>>()?;
    let is_flow = (2..=STEP_LIMIT).contains(&rest.len()) && is_column_line(first) && !first.contains(SIGNS);
    is_flow.then(|| std::iter::once((*first).to_owned()).chain(rest).collect())
}

/// Whether a line of a fence is the words of one step: columns side by side are something else.
fn is_column_line(line: &str) -> bool {
    line.chars().count() <= COLUMN_WIDTH && line.contains(char::is_alphanumeric) && !line.contains("   ") && !line.contains(SIGNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_steps_are_told_from_sentences_and_menus() {
        for (text, expected) in [
            ("Lint → Test → Build", Some("Lint|Test|Build")),
            ("Lint->Test->Build", None),
            ("Lint -> Test --> Build", Some("Lint|Test|Build")),
            ("Plan => Apply => Verify.", Some("Plan|Apply|Verify")),
            ("Stages: Lint → Test → Package/Deploy → Notify.", Some("Stages: Lint|Test|Package/Deploy|Notify")),
            ("First\n→ Second\n→ Third", Some("First|Second|Third")),
            ("Lint → Test", None),
            ("Settings → Users → Add", None),
            ("Go to Reports → Users → Export", None),
            ("Select → Check → Merge", Some("Select|Check|Merge")),
            ("The path is the same for everything: devnet → testnet → mainnet.", None),
            ("When it fails, restart it → wait → look again.", None),
            ("fn a(b) -> c -> d = e", None),
            ("1 → 2 → 3", None),
            ("a → → b", None),
            ("no → 5", None),
        ] {
            let found = steps(text).map(|(label, steps)| label.map_or(String::new(), |label| format!("{label}: ")) + &steps.join("|"));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn columns_are_told_from_other_text() {
        for (text, expected) in [
            ("a\n ↓\nb\n ↓\nc", Some("a|b|c")),
            ("a\nmore of a\n|\nv\nb", Some("a+more of a|b")),
            ("a\n│\n▼\nb", Some("a|b")),
            ("Alert\n→ Page\n→ Fix", Some("Alert|Page|Fix")),
            ("a\nv\nb", None),
            ("a\n↓", None),
            ("↓\na", None),
            ("a\n↓\n↓\nb", None),
            ("a      b\n↓\nc", None),
            ("a\n|\nb", None),
            ("a\nb", None),
            ("$ deploy\n→ done", None),
        ] {
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            let found = downward(&lines).or_else(|| led(&lines)).map(|steps| steps.join("|").replace('\n', "+"));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
