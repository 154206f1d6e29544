//! Words and paragraphs of prose; code isn't prose.

use super::{Content, ContentKind, Found, Part, plural};
use crate::data::{KeyDocs, Shape};
use crate::document::{Block, BlockKind};

/// Words.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new("words", "Words of prose, lists and tables: `{ at_least: 30, at_most: 400 }`. Code doesn't count.", Shape::Named("amount")),
    keys: &[],
    read: |_| vec![Box::new(Words)],
    usual: (1, None),
};

/// Paragraphs.
pub(super) const PARAGRAPHS: ContentKind = ContentKind {
    docs: KeyDocs::new("paragraphs", "Paragraphs outside lists and tables.", Shape::Named("amount")),
    keys: &[],
    read: |_| vec![Box::new(Paragraphs)],
    usual: (1, None),
};

#[derive(Debug)]
struct Words;

impl Content for Words {
    fn count(&self, part: &Part<'_>) -> Found {
        let is_prose = |block: &&Block| !matches!(block.kind, BlockKind::Code | BlockKind::Comment | BlockKind::Html);
        Found { number: part.blocks().filter(is_prose).map(|block| words(&block.text(part.document))).sum(), places: Vec::new() }
    }

    fn nouns(&self) -> (String, String) {
        plural("word")
    }
}

/// Number of words. Where a script has no spaces between them, each of its signs counts as one.
fn words(text: &str) -> usize {
    let is_sign = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}');
    let signs = text.chars().filter(|c| is_sign(*c)).count();
    let spaced = text.split(|c: char| c.is_whitespace() || is_sign(c)).filter(|word| word.contains(char::is_alphanumeric)).count();
    signs + spaced
}

#[derive(Debug)]
struct Paragraphs;

impl Content for Paragraphs {
    fn count(&self, part: &Part<'_>) -> Found {
        let paragraphs =
            part.blocks().filter(|block| block.kind == BlockKind::Paragraph && block.item.is_none() && !block.text(part.document).trim().is_empty());
        Found::at(paragraphs.map(|block| block.span.trimmed(&part.document.text)).collect())
    }

    fn nouns(&self) -> (String, String) {
        plural("paragraph")
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_counted_in_every_script() {
        for (text, number) in [("", 0), ("Stop the queue – now.", 4), ("キューを止める", 7), ("run `make` 停止", 4), ("* - *", 0)] {
            assert_eq!(words(text), number, "{text}");
        }
    }
}
