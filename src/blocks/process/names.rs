//! Names of several words, found in a text at once, the longest first.
//!
//! Knows names and tokens. Must not know what the names stand for.

use std::collections::HashMap;

use super::plain::{Plain, Token};
use crate::text::Span;

/// Names, each with the index of what it stands for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By their first word, folded: all words, folded, and the index. The longest come first.
    by_word: HashMap<String, Vec<(Vec<String>, Option<usize>)>>,
}

impl Names {
    /// Adds a name. Of two that are alike the first counts; where they stand for different things `None` does.
    pub(super) fn add(&mut self, name: &str, entry: Option<usize>) {
        let words = folded(&Plain::read(name, Span::new(0, name.len())).tokens);
        let Some(first) = words.first().cloned() else { return };
        let named = self.by_word.entry(first).or_default();
        if named.iter().any(|(known, _)| *known == words) {
            return;
        }
        let at = named.partition_point(|(known, _)| known.len() >= words.len());
        named.insert(at, (words, entry));
    }

    /// The same name for two things says which of them only where a reader can tell: it stands for neither.
    pub(super) fn add_ambiguous(&mut self, name: &str, entry: usize) {
        let words = folded(&Plain::read(name, Span::new(0, name.len())).tokens);
        let known = words.first().and_then(|first| self.by_word.get_mut(first)).and_then(|named| named.iter_mut().find(|(known, _)| *known == words));
        match known {
            Some(known) if known.1 != Some(entry) => known.1 = None,
            Some(_) => {}
            None => self.add(name, Some(entry)),
        }
    }

    /// The longest name that begins at a token: where it ends, and what it stands for.
    pub(super) fn longest(&self, plain: &Plain, at: usize) -> Option<(usize, Option<usize>)> {
        let first = plain.tokens.get(at)?;
        let named = self.by_word.get(&first.folded)?;
        let matches = |words: &[String]| {
            let tokens = plain.tokens.get(at..at + words.len());
            tokens.is_some_and(|tokens| tokens.iter().zip(words).all(|(token, word)| token.folded == *word))
        };
        named.iter().find(|(words, _)| matches(words)).map(|(words, entry)| (at + words.len(), *entry))
    }

    /// What these words stand for.
    pub(super) fn get(&self, words: &[String]) -> Option<Option<usize>> {
        let named = self.by_word.get(words.first()?)?;
        named.iter().find(|(known, _)| known == words).map(|(_, entry)| *entry)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_word.is_empty()
    }
}

/// Tokens as names are compared.
pub(super) fn folded(tokens: &[Token]) -> Vec<String> {
    tokens.iter().map(|token| token.folded.clone()).collect()
}
