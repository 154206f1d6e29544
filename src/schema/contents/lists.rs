//! Lists: numbered, with bullets, with check boxes.

use super::{Content, ContentKind, Found, Part, plural};
use crate::data::{KeyDocs, Shape};
use crate::text::Span;

const SHAPE: Shape = Shape::Named("amount");

/// A numbered list.
pub(super) const ORDERED: ContentKind = ContentKind {
    docs: KeyDocs::new("ordered_list", "A numbered list; its limits count the steps of the longest: `{ at_least: 3 }`.", SHAPE),
    keys: &[],
    read: |_| vec![Box::new(Ordered)],
    usual: (1, None),
};

/// A list with bullets.
pub(super) const BULLETS: ContentKind = ContentKind {
    docs: KeyDocs::new("bullet_list", "A list with bullets; its limits count the items of all such lists.", SHAPE),
    keys: &[],
    read: |_| vec![Box::new(Bullets)],
    usual: (1, None),
};

/// A list with check boxes.
pub(super) const TASKS: ContentKind = ContentKind {
    docs: KeyDocs::new("task_list", "A list with check boxes, `- [ ]`; its limits count the boxes.", SHAPE),
    keys: &[],
    read: |_| vec![Box::new(Tasks)],
    usual: (1, None),
};

#[derive(Debug)]
struct Ordered;

impl Content for Ordered {
    fn count(&self, part: &Part<'_>) -> Found {
        let inside = part.document.numbered_lists.iter().filter(|list| list.items.first().is_some_and(|(_, span)| part.holds(*span)));
        let longest = inside.max_by_key(|list| list.items.len());
        Found::at(longest.map_or_else(Vec::new, |list| list.items.iter().map(|(_, span)| first_line(*span, part)).collect()))
    }

    fn nouns(&self) -> (String, String) {
        ("step of a numbered list".to_owned(), "steps of a numbered list".to_owned())
    }

    fn near(&self, part: &Part<'_>) -> Option<(Span, String)> {
        let bullet = Bullets.count(part).places.into_iter().next()?;
        Some((bullet, "bullets, not numbers".to_owned()))
    }
}

#[derive(Debug)]
struct Bullets;

impl Content for Bullets {
    fn count(&self, part: &Part<'_>) -> Found {
        let opens = part.blocks().filter(|block| block.item.is_some_and(|item| item.opens && !item.ordered));
        Found::at(opens.map(|block| first_line(block.span, part)).collect())
    }

    fn nouns(&self) -> (String, String) {
        ("item of a bullet list".to_owned(), "items of a bullet list".to_owned())
    }
}

#[derive(Debug)]
struct Tasks;

impl Content for Tasks {
    fn count(&self, part: &Part<'_>) -> Found {
        let opens = part.blocks().filter(|block| block.item.is_some_and(|item| item.opens && item.task));
        Found::at(opens.map(|block| first_line(block.span, part)).collect())
    }

    fn nouns(&self) -> (String, String) {
        let (one, _) = plural("check box");
        (one, "check boxes".to_owned())
    }

    fn near(&self, part: &Part<'_>) -> Option<(Span, String)> {
        let plain = part.blocks().find(|block| block.item.is_some_and(|item| item.opens && !item.task))?;
        Some((first_line(plain.span, part), "an item without a check box: write `- [ ] …`".to_owned()))
    }
}

/// The first line of an item, to point at.
fn first_line(span: Span, part: &Part<'_>) -> Span {
    let text = span.of(&part.document.text);
    let line = text.lines().next().unwrap_or_default();
    Span::new(span.start(), span.start() + line.len())
}
