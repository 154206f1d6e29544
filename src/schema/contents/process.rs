//! Processes: a numbered list of steps that say who acts.

use super::{Content, ContentKind, Found, Part};
use crate::data::{KeyDocs, Shape};
use crate::text::Span;

/// A process.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new("process", "A process: a numbered list most of whose steps say who acts; its limits count the steps.", Shape::Named("amount")),
    keys: &[],
    read: |_| vec![Box::new(Process)],
    usual: (2, None),
};

#[derive(Debug)]
struct Process;

impl Content for Process {
    fn count(&self, part: &Part<'_>) -> Found {
        let processes = part.blocks.processes.iter().filter(|process| part.holds(process.span));
        let longest = processes.max_by_key(|process| process.steps.len());
        Found { number: longest.map_or(0, |process| process.steps.len()), places: longest.map(|process| process.span).into_iter().collect() }
    }

    fn nouns(&self) -> (String, String) {
        ("step of a process".to_owned(), "steps of a process".to_owned())
    }

    fn near(&self, part: &Part<'_>) -> Option<(Span, String)> {
        let is_process = |span: Span| part.blocks.processes.iter().any(|process| process.span.encloses(span));
        let lists = part.document.numbered_lists.iter().filter_map(|list| list.items.first().map(|(_, span)| *span));
        let step = lists.into_iter().find(|span| part.holds(*span) && !is_process(*span))?;
        let line = step.of(&part.document.text).lines().next().unwrap_or_default();
        Some((Span::new(step.start(), step.start() + line.len()), "a list whose steps don't begin with who acts: `**Ops lead** …`".to_owned()))
    }
}
