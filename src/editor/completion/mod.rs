//! What can stand at the cursor: links, anchors, keys and values, missing sections, names, languages.
//!
//! Knows the text around the cursor. What can be written comes from the handbook, its schemas and its registry.

mod front_matter;
pub(super) mod links;
mod sections;
mod words;

use super::view::View;
use crate::document::Fence;
use crate::source::SitePath;
use crate::text::Span;

/// Items of one list at most. With more, the editor asks again as the writer types on.
const ITEMS: usize = 300;

/// What kind of thing an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A document.
    Page,
    /// A file that is no document.
    File,
    /// A heading that a link can lead to.
    Anchor,
    /// A key.
    Key,
    /// A value.
    Value,
    /// A missing section.
    Section,
    /// A role, a platform or another name.
    Name,
    /// A word of code: a language, a placeholder.
    Word,
}

/// Something that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// What the list shows.
    pub label: String,
    /// What the list shows beside it.
    pub detail: String,
    /// What it means, as Markdown.
    pub docs: String,
    /// What the writer's letters are compared with.
    pub filter: String,
    /// What is written.
    pub text: String,
    /// Whether `text` has places to fill in, in the editor's own language.
    pub is_snippet: bool,
}

impl Item {
    /// An item that writes its label.
    pub(super) fn new(kind: Kind, label: impl Into<String>) -> Self {
        let label = label.into();
        Self { kind, filter: label.clone(), text: label.clone(), label, detail: String::new(), docs: String::new(), is_snippet: false }
    }

    pub(super) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    pub(super) fn docs(mut self, docs: impl Into<String>) -> Self {
        self.docs = docs.into();
        self
    }

    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    pub(super) fn filter(mut self, filter: impl Into<String>) -> Self {
        self.filter = filter.into();
        self
    }
}

/// What can be written at a place, the likeliest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// What is replaced.
    pub span: Span,
    /// The items.
    pub items: Vec<Item>,
    /// Whether there are more than these.
    pub is_cut: bool,
}

impl List {
    /// A list of at most as many items as anybody reads.
    pub(super) fn new(span: Span, items: impl IntoIterator<Item = Item>) -> Self {
        let mut items: Vec<Item> = items.into_iter().take(ITEMS + 1).collect();
        let is_cut = items.len() > ITEMS;
        items.truncate(ITEMS);
        Self { span, items, is_cut }
    }
}

/// Where the cursor stands.
pub(super) struct Cursor<'a> {
    pub view: View<'a>,
    pub path: &'a SitePath,
    pub text: &'a str,
    pub offset: usize,
    /// Where the cursor's line begins.
    pub line_start: usize,
}

impl Cursor<'_> {
    /// The line up to the cursor.
    pub(super) fn before(&self) -> &str {
        Span::new(self.line_start, self.offset).of(self.text)
    }

    /// The line from the cursor on.
    pub(super) fn after(&self) -> &str {
        let rest = self.text.get(self.offset..).unwrap_or_default();
        rest.split(['\n', '\r']).next().unwrap_or_default()
    }

    /// The span of what was typed last, this many bytes.
    pub(super) fn last(&self, length: usize) -> Span {
        Span::new(self.offset.saturating_sub(length), self.offset)
    }
}

/// What can be written at an offset of a document.
#[must_use]
pub fn complete(view: View<'_>, path: &SitePath, offset: usize, snippets: bool) -> List {
    let Some(text) = view.text(path).filter(|_| path.is_markdown()) else { return List::default() };
    let offset = text.floor_char_boundary(offset);
    let line_start = text.get(..offset).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |at| at + 1);
    let cursor = Cursor { view, path, text, offset, line_start };
    if let Some(list) = front_matter::complete(&cursor) {
        return list;
    }
    if let Some(fence) = fence(&cursor) {
        return words::in_code(&cursor, fence).unwrap_or_default();
    }
    let found = words::language(&cursor).or_else(|| links::complete(&cursor)).or_else(|| sections::complete(&cursor, snippets));
    found.or_else(|| words::names(&cursor)).unwrap_or_default()
}

/// The code block that the cursor stands in, behind its opening line.
fn fence<'a>(cursor: &Cursor<'a>) -> Option<&'a Fence> {
    let (_, page) = cursor.view.page(cursor.path)?;
    let spot = |fence: &Fence| page.document.spot(fence.span);
    let holds = |fence: &&Fence| spot(fence).start() < cursor.line_start && cursor.offset <= spot(fence).end();
    let fence = page.document.fences.iter().find(holds)?;
    // Behind the last line of a closed block the text goes on.
    let closes = fence.closed && cursor.offset == spot(fence).end() && cursor.text.get(..cursor.offset).is_some_and(|before| before.ends_with('\n'));
    (!closes).then_some(fence)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::test::{Desk, cursor};
    use super::*;

    /// The labels at the mark, and what stands there when the first is taken.
    pub(super) fn labels(marked: &str, others: &[(&str, &str)]) -> (Vec<String>, String) {
        let (text, offset) = cursor(marked);
        let documents: Vec<(&str, &str)> = std::iter::once(("guides/a.md", text.as_str())).chain(others.iter().copied()).collect();
        let desk = Desk::new(&documents);
        let list = complete(desk.view(), &SitePath::new("content/guides/a.md").unwrap(), offset, false);
        let mut taken = text.clone();
        if let Some(first) = list.items.first() {
            taken.replace_range(list.span.start()..list.span.end(), &first.text);
        }
        (list.items.iter().map(|item| item.label.clone()).collect(), taken)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_place_of_any_text_has_a_list(text in "(---\n|type: guide\n|owner: |\\[a\\]\\(|#|## |```\n|é😀|<|- |\\||`|: |\n){0,20}", at in 0_usize..100) {
            let desk = Desk::new(&[("a.md", &text)]);
            let list = complete(desk.view(), &SitePath::new("content/a.md").unwrap(), at, true);
            prop_assert!(text.get(list.span.start()..list.span.end()).is_some());
        }
    }
}
