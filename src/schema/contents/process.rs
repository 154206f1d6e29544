//! Processes: a numbered list of steps that say who acts.

use super::{Content, ContentKind, Found, Part};
use crate::data::{KeyDocs, Shape};
use crate::document::{Block, NumberedList};
use crate::text::Span;

/// Number of words that the name of a role may have.
const LONGEST_NAME: usize = 4;

/// A process.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new(
        "process",
        "A process: a numbered list most of whose steps begin with who acts: a role of registry.yaml, or words in bold or before a colon; its limits count the steps.",
        Shape::Named("amount"),
    ),
    keys: &[],
    read: |_| vec![Box::new(Process)],
    usual: (2, None),
};

#[derive(Debug)]
struct Process;

impl Content for Process {
    fn count(&self, part: &Part<'_>) -> Found {
        let lists = part.document.numbered_lists.iter().filter(|list| is_inside(list, part) && has_actors(list, part));
        let longest = lists.max_by_key(|list| list.items.len());
        Found { number: longest.map_or(0, |list| list.items.len()), places: longest.and_then(first_step).into_iter().collect() }
    }

    fn nouns(&self) -> (String, String) {
        ("step of a process".to_owned(), "steps of a process".to_owned())
    }

    fn near(&self, part: &Part<'_>) -> Option<(Span, String)> {
        let list = part.document.numbered_lists.iter().find(|list| is_inside(list, part) && !has_actors(list, part))?;
        let step = first_step(list)?;
        let line = step.of(&part.document.text).lines().next().unwrap_or_default();
        Some((Span::new(step.start, step.start + line.len()), "a step that doesn't begin with who acts: `**Ops lead** …`".to_owned()))
    }
}

fn first_step(list: &NumberedList) -> Option<Span> {
    list.items.first().map(|(_, span)| *span)
}

fn is_inside(list: &NumberedList, part: &Part<'_>) -> bool {
    first_step(list).is_some_and(|span| part.holds(span))
}

/// Whether more than half of the steps begin with who acts.
fn has_actors(list: &NumberedList, part: &Part<'_>) -> bool {
    let first = |span: Span| part.document.blocks_in(span).next().filter(|block| block.item.is_some_and(|item| item.opens));
    let with_actor = list.items.iter().filter(|(_, span)| first(*span).is_some_and(|block| begins_with_actor(block, part))).count();
    with_actor * 2 > list.items.len()
}

/// Whether the text of a step begins with a role of the registry, with something bold, or with a few words and a colon.
fn begins_with_actor(block: &Block, part: &Part<'_>) -> bool {
    let source = block.span.of(&part.document.text).trim_start();
    if source.starts_with("**") || source.starts_with("__") {
        return true;
    }
    let line = block.text.trim_start().lines().next().unwrap_or_default();
    let before_colon = line.split(':').next().unwrap_or_default();
    if before_colon.len() < line.len() && before_colon.split_whitespace().count() <= LONGEST_NAME {
        return true;
    }
    let words: Vec<&str> =
        line.split(|c: char| c.is_whitespace() || matches!(c, '/' | ',')).filter(|word| !word.is_empty()).take(LONGEST_NAME).collect();
    (1..=words.len()).any(|length| words.get(..length).is_some_and(|name| part.registry.role(&name.join(" ")).is_some()))
}
