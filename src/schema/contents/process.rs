//! Processes: a numbered list of steps that say who acts.

use super::{Content, ContentKind, Found, Part};
use crate::data::{KeyDocs, Shape};
use crate::document::NumberedList;
use crate::text::Span;

/// A process.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new(
        "process",
        "A process: a numbered list most of whose steps begin with who acts, set bold or followed by a colon; its limits count the steps.",
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

/// Whether more than half of the steps begin with a label.
fn has_actors(list: &NumberedList, part: &Part<'_>) -> bool {
    let begins_with_actor = |span: &Span| {
        part.document.blocks_in(*span).next().is_some_and(|block| block.item.is_some_and(|item| item.opens) && begins_bold(block.span, part))
    };
    let with_actor = list.items.iter().filter(|(_, span)| begins_with_actor(span)).count();
    with_actor * 2 > list.items.len()
}

/// Whether the text of a step begins with something bold, or with a few words and a colon.
fn begins_bold(span: Span, part: &Part<'_>) -> bool {
    let text = span.of(&part.document.text).trim_start();
    let words = text.split(':').next().unwrap_or_default();
    text.starts_with("**")
        || text.starts_with("__")
        || (words.len() < text.lines().next().unwrap_or_default().len() && words.split_whitespace().count() <= 4)
}
