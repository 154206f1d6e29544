//! What the body of a section can be asked to hold: one file per kind, one line in [`ALL`].
//!
//! A kind counts in a part of a document; limits, conditions and findings are the matter of the rule
//! [`section_content`](super::rules::section_content). Must not know which section it looks at.

mod code;
mod flow;
mod images;
mod links;
mod lists;
mod patterns;
mod process;
mod raci;
mod table;
mod words;

use std::fmt::Debug;

use crate::blocks::Blocks;
use crate::data::{Fields, KeyDocs, Node};
use crate::document::{Block, Document};
use crate::registry::Registry;
use crate::text::Span;

/// One kind of content: the key under `contains` and how its value is read.
pub struct ContentKind {
    /// The key, what it means and what its value looks like.
    pub docs: KeyDocs,
    /// The keys that its mapping may have besides the limits.
    pub keys: &'static [KeyDocs],
    /// Reads the value: a number, a word, a list, or a mapping. Gives what is to be counted, one or several; none if the value can't be read.
    pub read: fn(&mut Reader<'_, '_>) -> Vec<Box<dyn Content>>,
    /// The least that is demanded where the schema names no limit, and the most.
    pub usual: (usize, Option<usize>),
}

/// Every kind of content there is.
pub const ALL: &[ContentKind] = &[
    lists::ORDERED,
    lists::BULLETS,
    lists::TASKS,
    table::KIND,
    code::KIND,
    links::KIND,
    images::KIND,
    words::KIND,
    words::PARAGRAPHS,
    patterns::REQUIRED,
    patterns::FORBIDDEN,
    process::KIND,
    raci::KIND,
    flow::KIND,
];

/// Something that can be counted in a part of a document.
pub trait Content: Debug + Send + Sync {
    /// How much of it there is.
    fn count(&self, part: &Part<'_>) -> Found;

    /// What is counted, one and many: `("check box", "check boxes")`.
    fn nouns(&self) -> (String, String);

    /// What comes near and isn't it: where, and what it lacks.
    fn near(&self, _part: &Part<'_>) -> Option<(Span, String)> {
        None
    }
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// How many there are.
    pub number: usize,
    /// Where they stand, if they have places.
    pub places: Vec<Span>,
}

impl Found {
    /// Things with places.
    #[must_use]
    pub fn at(places: Vec<Span>) -> Self {
        Self { number: places.len(), places }
    }
}

/// A part of a document: a section with all below it, or the whole.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// The document.
    pub document: &'a Document,
    /// The document's processes, matrices and flows.
    pub blocks: &'a Blocks,
    /// The roles of the handbook.
    pub registry: &'a Registry,
    /// Where the part lies.
    pub extent: Span,
    /// The block before it whose text after its label belongs to it.
    pub lead: Option<&'a Block>,
}

impl<'a> Part<'a> {
    /// The blocks of the part.
    pub fn blocks(&self) -> impl Iterator<Item = &'a Block> {
        self.lead.into_iter().chain(self.document.blocks_in(self.extent))
    }

    /// Whether something that lies there belongs to the part.
    #[must_use]
    pub fn holds(&self, span: Span) -> bool {
        self.extent.contains(span.start()) || self.lead.is_some_and(|lead| lead.span.encloses(span))
    }

    /// The text of the part, as it is written.
    #[must_use]
    pub fn texts(&self) -> Vec<Span> {
        self.lead.map(|lead| lead.span).into_iter().chain([self.extent]).collect()
    }
}

/// Reads the value of one content key.
pub struct Reader<'a, 'b> {
    /// The mapping that the key stands in: for values that are no mapping themselves, and for reports.
    pub fields: &'b mut Fields<'a>,
    /// The key.
    pub key: &'static str,
    /// Its value.
    pub node: &'b Node,
}

impl Reader<'_, '_> {
    /// The texts that the value says: itself, its items, or those at `key` of its mapping.
    pub fn texts(&mut self, key: &str) -> Vec<(String, Span)> {
        if self.node.entries().is_empty() { self.fields.texts(self.key) } else { self.inside(|fields| fields.texts(key)) }
    }

    /// Reads the value as a mapping; one that is none reads as empty.
    pub fn inside<T: Default>(&mut self, read: impl FnOnce(&mut Fields<'_>) -> T) -> T {
        if self.node.entries().is_empty() {
            return T::default();
        }
        let path = self.fields.path();
        let what = format!("'{}'", self.key);
        read(&mut Fields::new(self.node, &what, &super::INVALID_SCHEMA, path, self.fields.diagnostics()))
    }
}

/// One noun and its plural by an s.
fn plural(noun: &str) -> (String, String) {
    (noun.to_owned(), format!("{noun}s"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keys_are_unique_and_documented() {
        let keys: BTreeSet<_> = ALL.iter().map(|kind| kind.docs.key).collect();
        assert_eq!(keys.len(), ALL.len());
        assert!(ALL.iter().all(|kind| kind.docs.docs.ends_with('.') && kind.docs.docs.len() > 15));
    }
}
