//! Documents that keep what is asked of them as neighbours, and leave their blocks in the file.
//!
//! Blocks and tables are a quarter of what is known of a document, and asked for while it is judged and once more for the search. Who has a hundred
//! thousand documents has no room for all of them in between.

use std::borrow::Cow;
use std::sync::Arc;

use super::words::Words;
use super::{Block, Document, Table};
use crate::source::Source;

/// What is left of the blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lean {
    summary: Option<Box<str>>,
}

impl Lean {
    pub(super) fn summary(&self) -> Option<&str> {
        self.summary.as_deref()
    }
}

impl Document {
    /// Every paragraph, code block, table and so on, in the order in which they stand. Headings are in `sections`.
    ///
    /// None of a [lean](Self::into_lean) document: ask the [whole](Self::whole) one.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        debug_assert!(self.lean.is_none(), "the blocks of {} were put away", self.path);
        &self.blocks
    }

    /// Every table with what its cells say, in the order in which they stand.
    ///
    /// None of a [lean](Self::into_lean) document: ask the [whole](Self::whole) one.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        debug_assert!(self.lean.is_none(), "the tables of {} were put away", self.path);
        &self.tables
    }

    /// The document without its blocks and tables, and without the numbered lists that there is nothing to say of.
    #[must_use]
    pub fn into_lean(mut self) -> Self {
        if self.lean.is_none() {
            self.lean = Some(Box::new(Lean { summary: self.summary().map(|summary| Box::from(&*summary)) }));
            (self.blocks, self.words, self.tables) = (Vec::new(), Words::default(), Vec::new());
            self.numbered_lists = self.numbered_lists.into_iter().filter(super::NumberedList::has_gaps).collect();
        }
        self
    }

    /// The document with its blocks and tables. Those of a [lean](Self::into_lean) one are read again, so ask once for them.
    #[must_use]
    pub fn whole(&self) -> Cow<'_, Self> {
        if self.lean.is_none() {
            return Cow::Borrowed(self);
        }
        let source = Source {
            path: self.path.clone(),
            text: Arc::clone(&self.text),
            digest: self.digest,
            may_include: self.pieces.is_some(),
            pieces: self.pieces.clone(),
        };
        let (Self { blocks, words, tables, numbered_lists, .. }, _) = Self::parse(&source);
        Cow::Owned(Self { blocks, words, tables, numbered_lists, lean: None, ..self.clone() })
    }
}
