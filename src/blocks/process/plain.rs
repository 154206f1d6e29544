//! The text of a step without inline markup, each piece with its place in the source, cut into words.
//!
//! Knows Markdown's inline marks. Must not know what the words mean.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::document::markdown::OPTIONS;
use crate::text::Span;

/// What a step says beyond this many bytes is no longer read for what it means.
const LONGEST: usize = 8_000;

/// A remark in brackets has at most so many words.
const REACH: usize = 100;

/// A text as readers see it.
#[derive(Debug, Default)]
pub(super) struct Plain {
    /// The text.
    pub text: String,
    /// Pieces of it: where each begins in the text, where it stands in the source, and whether the two are alike byte for byte.
    pieces: Vec<(usize, Span, bool)>,
    /// What stands in bold: ranges of the text.
    pub bold: Vec<(usize, usize)>,
    /// The bold runs in the source, with their marks.
    bold_marks: Vec<Span>,
    /// Its words and marks.
    pub tokens: Vec<Token>,
}

/// A word or a mark.
#[derive(Debug)]
pub(super) struct Token {
    /// Where it begins in the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The word in lower case; the mark itself.
    pub lower: String,
    /// The word as names are compared: in lower case and in the singular.
    pub folded: String,
    /// Whether it is a word.
    pub is_word: bool,
    /// Whether it begins with a capital.
    pub is_capital: bool,
    /// Whether it is code.
    pub is_code: bool,
}

impl Plain {
    /// Reads the paragraph at `span` of the source.
    pub(super) fn read(source: &str, span: Span) -> Self {
        // The text of a paragraph ends after its line, that of an item before the marks that close its last words.
        let span = span.trimmed(source);
        let line = source.get(span.end()..).map_or(0, |rest| rest.find('\n').unwrap_or(rest.len()));
        let span = Span::new(span.start(), (span.end() + line).min(span.start() + LONGEST)).clamped(source);
        let mut plain = Self::default();
        let mut open_bold: Option<(usize, usize)> = None;
        let mut code = Vec::new();
        for (event, range) in Parser::new_ext(span.of(source), OPTIONS).into_offset_iter() {
            let at = Span::new(span.start() + range.start, span.start() + range.end);
            match event {
                Event::Text(words) => plain.push(&words, at),
                Event::Code(words) => {
                    let from = plain.text.len();
                    plain.push(&words, at);
                    code.push((from, plain.text.len()));
                }
                Event::SoftBreak | Event::HardBreak => plain.push(" ", at),
                Event::Start(Tag::Strong) => open_bold = open_bold.or(Some((plain.text.len(), at.start()))),
                Event::End(TagEnd::Strong) => {
                    if let Some((from, start)) = open_bold.take() {
                        plain.bold.push((from, plain.text.len()));
                        plain.bold_marks.push(Span::new(start, at.end()));
                    }
                }
                _ => {}
            }
        }
        plain.tokens = tokens(&plain.text, &code);
        plain
    }

    fn push(&mut self, words: &str, at: Span) {
        self.pieces.push((self.text.len(), at, words.len() == at.end() - at.start()));
        self.text.push_str(words);
    }

    /// Where a range of the text stands in the source. Bold that the range holds whole is taken with its marks.
    pub(super) fn place(&self, start: usize, end: usize) -> Span {
        let from = self.offset(start, false);
        let to = self.offset(end, true).max(from);
        let whole = self.bold.iter().zip(&self.bold_marks).filter(|((bold_start, bold_end), _)| start <= *bold_start && *bold_end <= end);
        whole.fold(Span::new(from, to), |span, (_, marks)| Span::new(span.start().min(marks.start()), span.end().max(marks.end())))
    }

    fn offset(&self, at: usize, is_end: bool) -> usize {
        let index = self.pieces.partition_point(|(from, ..)| if is_end { *from < at } else { *from <= at });
        let Some((from, span, alike)) = index.checked_sub(1).and_then(|index| self.pieces.get(index)) else { return 0 };
        match (alike, is_end) {
            (true, _) => span.start() + (at - from).min(span.end() - span.start()),
            (false, true) => span.end(),
            (false, false) => span.start(),
        }
    }

    /// The text of some tokens.
    pub(super) fn words(&self, from: usize, to: usize) -> &str {
        let start = self.tokens.get(from).map_or(self.text.len(), |token| token.start);
        let end = to.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |token| token.end);
        self.text.get(start..end.max(start)).unwrap_or_default()
    }

    /// Where some tokens stand in the source.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        let start = self.tokens.get(from).map_or(self.text.len(), |token| token.start);
        let end = to.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |token| token.end);
        self.place(start, end.max(start))
    }

    /// The token, in lower case; nothing beyond the end.
    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.lower.as_str())
    }

    /// The token after the closing bracket that belongs to the opening one at `open`.
    pub(super) fn after_bracket(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(open).take(REACH) {
            match token.lower.as_str() {
                "(" => depth += 1,
                ")" if depth <= 1 => return Some(index + 1),
                ")" => depth -= 1,
                _ => {}
            }
        }
        None
    }
}

/// Words are letters and digits, with the marks that stand inside of them; every other mark but white space is a token of its own.
fn tokens(text: &str, code: &[(usize, usize)]) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut push = |start: usize, end: usize, is_word: bool| {
        let word = text.get(start..end).unwrap_or_default();
        let lower = word.to_lowercase();
        found.push(Token {
            start,
            end,
            folded: singular(&lower).to_owned(),
            lower,
            is_word,
            is_capital: word.starts_with(char::is_uppercase),
            is_code: code.iter().any(|(from, to)| *from <= start && end <= *to),
        });
    };
    let mut word: Option<usize> = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next_is_letter = characters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        let joins = matches!(character, '-' | '_' | '\'' | '’' | '.' | '@' | '#') && next_is_letter;
        if character.is_alphanumeric() || character == '_' || (word.is_some() && joins) {
            word = word.or(Some(at));
            continue;
        }
        if let Some(start) = word.take() {
            push(start, at, true);
        }
        if !character.is_whitespace() {
            push(at, at + character.len_utf8(), false);
        }
    }
    if let Some(start) = word {
        push(start, text.len(), true);
    }
    found
}

/// A word in lower case as names are compared: `leads` is `lead`, `stories` is `story`-like.
pub(super) fn singular(word: &str) -> &str {
    let plain = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
    match plain.strip_suffix('s') {
        Some(stem) if plain.len() > 3 && !stem.ends_with(['s', 'u', 'i']) => stem,
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_to_the_source() {
        let source = "**QA *team*** tests\n   `x` &amp; more";
        let plain = Plain::read(source, Span::new(0, source.len()));
        assert_eq!(plain.text, "QA team tests x & more");
        assert_eq!(plain.place(0, 7).of(source), "**QA *team***");
        let place = |word: &str| plain.tokens.iter().position(|token| token.lower == word).map(|at| plain.span(at, at + 1).of(source)).unwrap();
        assert_eq!((place("tests"), place("&"), place("more")), ("tests", "&amp;", "more"));
        assert_eq!(plain.tokens.iter().filter(|token| token.is_code).count(), 1);
    }

    #[test]
    fn words_keep_the_marks_inside_of_them() {
        let plain = Plain::read("on-call leads' tf_ops - A/B (x).", Span::new(0, 32));
        let words: Vec<&str> = plain.tokens.iter().map(|token| token.lower.as_str()).collect();
        assert_eq!(words, ["on-call", "leads", "'", "tf_ops", "-", "a", "/", "b", "(", "x", ")", "."]);
        assert_eq!(["leads", "ops", "process", "status"].map(singular), ["lead", "ops", "process", "status"]);
    }
}
