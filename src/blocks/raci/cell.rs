//! The letters in one cell of a matrix.
//!
//! Knows plain text. Must not know tables.

use super::super::names::is_nothing;
use super::Model;

/// The letters that any model has.
const ANY: &str = "RASCID";
/// Words longer than this in characters are no letters that somebody got wrong.
const LONGEST_UNKNOWN: usize = 3;

/// What a cell of a matrix says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// The letters, each once, as they are written.
    pub letters: Vec<char>,
    /// What stands where letters should and is none.
    pub unknown: Vec<String>,
    /// Whether it holds words rather than letters.
    pub is_text: bool,
}

impl Cell {
    /// Reads what a cell says: `R`, `a/r`, `A, R`, `AR`, `R*`, `R (on call)`, `Responsible`.
    pub(super) fn read(text: &str, model: Model) -> Self {
        let mut cell = Self::default();
        if is_nothing(text) {
            return cell;
        }
        for token in tokens(&without_parentheses(text)) {
            cell.token(token, model);
        }
        cell
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        !self.is_text && self.letters.is_empty() && self.unknown.is_empty()
    }

    /// Whether it holds nothing but what is or could be letters of some model, and at least one of those.
    pub(super) fn has_letters(&self) -> bool {
        !self.is_text && (!self.letters.is_empty() || self.unknown.iter().any(|unknown| unknown.chars().all(|c| ANY.contains(c))))
    }

    fn token(&mut self, token: &str, model: Model) {
        let token = token.trim_matches(is_mark);
        if let Some(letter) = model.letter_of(&token.to_lowercase()) {
            self.push(letter, model);
            return;
        }
        if token.eq_ignore_ascii_case("and") {
            return;
        }
        let letters = token.trim_end_matches(|c: char| c.is_numeric());
        if letters.is_empty() {
            // A mark or a number of a note that is all of the token; a number alone is none.
            self.is_text |= !token.is_empty() && self.letters.is_empty();
            return;
        }
        let upper = letters.to_uppercase();
        let single = letters.chars().count() == 1;
        let is_upper = letters == upper || matches!(letters, "ra" | "ar");
        if upper.chars().all(|c| ANY.contains(c)) && (single || is_upper) && upper.len() <= ANY.len() {
            upper.chars().for_each(|letter| self.push(letter, model));
        } else if letters.chars().count() <= LONGEST_UNKNOWN {
            self.unknown.push(letters.to_owned());
        } else {
            self.is_text = true;
        }
    }

    fn push(&mut self, letter: char, model: Model) {
        if model.word(letter).is_none() {
            self.unknown.push(letter.to_string());
        } else if !self.letters.contains(&letter) {
            self.letters.push(letter);
        }
    }
}

/// The words of a cell: what stands between spaces, slashes, commas and the like.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_separator).filter(|token| !token.is_empty())
}

/// What may stand between two letters.
pub(super) fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '/' | ',' | ';' | '+' | '&' | '|' | '\\' | '·' | '-' | '–' | '—')
}

/// What marks a letter for a note, or sets it off.
fn is_mark(character: char) -> bool {
    matches!(character, '*' | '†' | '‡' | '§' | '_' | '`' | '.' | ':' | '"' | '\'' | '[' | ']' | '^')
}

/// A cell less what it says in parentheses: that is a note.
fn without_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(character),
            _ => {}
        }
    }
    // `(R)`, `(A)`: letters in parentheses are letters.
    if kept.trim().is_empty() { text.replace(['(', ')'], " ") } else { kept }
}

/// A piece of what a cell says, for those who show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A letter of the model.
    Letter(char),
    /// Anything else but what stands between letters: a mark of a note, words in parentheses.
    Other(&'a str),
}

/// The pieces of a text in a cell, with nothing lost but what stands between letters.
#[must_use]
pub fn letter_pieces(text: &str, model: Model) -> Vec<Piece<'_>> {
    // Parentheses around everything hold the letters; others hold a note.
    let has_outside = text.split('(').next().is_some_and(|outside| !outside.trim().is_empty());
    let note = text.find('(').filter(|_| has_outside).unwrap_or(text.len());
    let (letters, note) = text.split_at_checked(note).unwrap_or((text, ""));
    let mut pieces = Vec::new();
    let mut rest = letters;
    while !rest.is_empty() {
        let start = rest.find(|c| !is_separator(c)).unwrap_or(rest.len());
        let (between, after) = rest.split_at_checked(start).unwrap_or((rest, ""));
        let end = after.find(is_separator).unwrap_or(after.len());
        let (token, further) = after.split_at_checked(end).unwrap_or((after, ""));
        push_token(between, token, model, &mut pieces);
        rest = further;
    }
    if !note.is_empty() {
        pieces.push(Piece::Other(note));
    }
    pieces
}

/// Adds a token and what stands before it, which is left out before a letter.
fn push_token<'a>(between: &'a str, token: &'a str, model: Model, pieces: &mut Vec<Piece<'a>>) {
    let is_around = |c: char| is_mark(c) || matches!(c, '(' | ')');
    let bare = token.trim_start_matches(is_around);
    let end = bare.find(|c: char| !c.is_alphabetic()).unwrap_or(bare.len());
    let (word, mark) = bare.split_at_checked(end).unwrap_or((bare, ""));
    let cell = Cell::read(word, model);
    if cell.letters.is_empty() || !cell.unknown.is_empty() || cell.is_text {
        pieces.extend([between, token].into_iter().filter(|other| !other.is_empty()).map(Piece::Other));
        return;
    }
    pieces.extend(cell.letters.into_iter().map(Piece::Letter));
    let mark = mark.trim_matches(['(', ')', '[', ']']);
    if !mark.is_empty() {
        pieces.push(Piece::Other(mark));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_loses_nothing_but_separators() {
        let shown = |text: &str| {
            let piece = |piece: &Piece<'_>| match piece {
                Piece::Letter(letter) => format!("<{letter}>"),
                Piece::Other(other) => (*other).to_owned(),
            };
            letter_pieces(text, Model::Raci).iter().map(piece).collect::<String>()
        };
        for (text, expected) in [
            ("A/R", "<A><R>"),
            ("a, r", "<A><R>"),
            ("RA", "<R><A>"),
            ("R*", "<R>*"),
            ("R1 / C²", "<R>1<C>²"),
            ("(R)", "<R>"),
            ("R (a note)", "<R> (a note)"),
            ("R/X", "<R>/X"),
            ("–", "–"),
            ("Responsible", "<R>"),
            ("see below", "see below"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn letters_are_read_however_they_are_written() {
        for (text, model, letters, unknown, is_text) in [
            ("R", Model::Raci, "R", "", false),
            ("a", Model::Raci, "A", "", false),
            ("A/R", Model::Raci, "AR", "", false),
            ("A, R", Model::Raci, "AR", "", false),
            ("r a", Model::Raci, "RA", "", false),
            ("AR", Model::Raci, "AR", "", false),
            ("ra", Model::Raci, "RA", "", false),
            ("R*", Model::Raci, "R", "", false),
            ("R1", Model::Raci, "R", "", false),
            ("R¹", Model::Raci, "R", "", false),
            ("R (on call)", Model::Raci, "R", "", false),
            ("(R)", Model::Raci, "R", "", false),
            ("A & A", Model::Raci, "A", "", false),
            ("Accountable / Responsible", Model::Raci, "AR", "", false),
            ("–", Model::Raci, "", "", false),
            ("n/a", Model::Raci, "", "", false),
            ("X", Model::Raci, "", "X", false),
            ("R/X", Model::Raci, "R", "X", false),
            ("S", Model::Raci, "", "S", false),
            ("S", Model::Rasci, "S", "", false),
            ("D/A", Model::Daci, "DA", "", false),
            ("R", Model::Daci, "", "R", false),
            ("✓", Model::Raci, "", "✓", false),
            ("12", Model::Raci, "", "", true),
            ("is", Model::Raci, "", "is", false),
            ("said", Model::Raci, "", "", true),
            ("the Ops lead", Model::Raci, "", "the|Ops", true),
        ] {
            let cell = Cell::read(text, model);
            assert_eq!(
                (cell.letters.iter().collect::<String>().as_str(), cell.unknown.join("|").as_str(), cell.is_text),
                (letters, unknown, is_text),
                "{text}"
            );
        }
    }
}
