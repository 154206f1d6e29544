//! Names of several words, found in a text at once, the longest first.
//!
//! Knows names and tokens. Must not know what the names stand for.

use std::collections::HashMap;

use super::plain::{Plain, Token};
use crate::text::Span;

/// Names, each with the index of what it stands for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By their first word, folded. The longest come first.
    by_word: HashMap<String, Vec<Name>>,
}

/// One name.
#[derive(Debug)]
pub(super) struct Name {
    /// Its words, folded.
    words: Vec<String>,
    /// The index of what it stands for; none where that isn't listed, or where it stands for several things.
    pub entry: Option<usize>,
}

impl Names {
    /// Adds a name. Of two that are alike the first counts; where they stand for different things `None` does.
    pub(super) fn add(&mut self, name: &str, entry: Option<usize>) {
        let words = folded(&Plain::read(name, Span::new(0, name.len())).tokens);
        let Some(first) = words.first().cloned() else { return };
        let named = self.by_word.entry(first).or_default();
        if named.iter().any(|known| known.words == words) {
            return;
        }
        let at = named.partition_point(|known| known.words.len() >= words.len());
        named.insert(at, Name { words, entry });
    }

    /// The same name for two things says which of them only where a reader can tell: it stands for neither.
    pub(super) fn add_ambiguous(&mut self, name: &str, entry: usize) {
        let words = folded(&Plain::read(name, Span::new(0, name.len())).tokens);
        let known = words.first().and_then(|first| self.by_word.get_mut(first)).and_then(|named| named.iter_mut().find(|known| known.words == words));
        match known {
            Some(known) if known.entry != Some(entry) => known.entry = None,
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
        named.iter().find(|name| matches(&name.words)).map(|name| (at + name.words.len(), name.entry))
    }

    /// The name that consists of these words.
    pub(super) fn get(&self, words: &[String]) -> Option<&Name> {
        let named = self.by_word.get(words.first()?)?;
        named.iter().find(|known| known.words == words)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_word.is_empty()
    }
}

/// Tokens as names are compared.
pub(super) fn folded(tokens: &[Token]) -> Vec<String> {
    tokens.iter().map(|token| token.folded.clone()).collect()
}
