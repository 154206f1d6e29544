//! Matrices and duties as HTML: letters as badges, their legend, which cell is what.
//!
//! The table and the bullets stay what they are in Markdown; only their cells and items are dressed.

use std::collections::HashMap;
use std::fmt::Write;

use super::super::entity_href;
use super::super::escape::{attribute, text};
use crate::blocks::raci::{Form, Matrix, Model, Piece, letter_pieces};
use crate::blocks::{Blocks, Named};
use crate::handbook::{Entity, Handbook, Page};

/// Up to this many roles stand side by side; more are a list.
const SIDE_BY_SIDE: usize = 6;

/// What a cell of a matrix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) enum Cell {
    /// A cell like that of any table.
    Plain,
    /// What a row is about.
    RowHead,
    /// The name of a role above its column.
    RoleHead,
    /// A letter above its column of names.
    LetterHead(char),
    /// A cell with letters.
    Letters,
}

/// What a cell of a matrix is; `row` counts below the heading row.
pub(in crate::render) fn cell(matrix: &Matrix, row: Option<usize>, column: usize) -> Cell {
    let layout = &matrix.layout;
    let is_listed = layout.columns.binary_search(&column).is_ok();
    match (row, layout.form) {
        (Some(_), _) if column == layout.heads => Cell::RowHead,
        (None, Form::Letters) => matrix.letter_above(column).map_or(Cell::Plain, Cell::LetterHead),
        (None, _) if is_listed => Cell::RoleHead,
        (Some(_), Form::Roles | Form::Activities) if is_listed => Cell::Letters,
        _ => Cell::Plain,
    }
}

/// The matrix that a table is, by the place where it begins.
pub(in crate::render) fn matrix_at(blocks: &Blocks, start: usize) -> Option<&Matrix> {
    let index = blocks.matrices.partition_point(|matrix| matrix.span.start() < start);
    blocks.matrices.get(index).filter(|matrix| matrix.span.start() == start)
}

/// Where a role's page lies, as a link from the page being written.
pub(in crate::render) fn role_href(handbook: &Handbook, page: &Page, role: &Named) -> Option<String> {
    entity_href(handbook, page, Entity::Role(role.entry?))
}

/// What opens a matrix: its legend, and the box that it scrolls in.
pub(in crate::render) fn open(matrix: &Matrix) -> String {
    let mut html = String::new();
    if matrix.layout.form != Form::Letters {
        html.push_str("<p class=\"raci-legend broad\">");
        for (letter, word) in matrix.model.letters() {
            // Writing to a string can't fail.
            let _ = write!(html, "<span>{} {word}</span> ", sign(*letter));
        }
        html.push_str("</p>\n");
    }
    let name = attribute(&format!("{} matrix: {}", matrix.model.name(), matrix.title));
    let _ = write!(html, "<div class=\"table-scroll raci broad\" tabindex=\"0\" role=\"group\" aria-label=\"{name}\"><table>");
    html
}

/// A letter as it is drawn, for eyes only.
fn sign(letter: char) -> String {
    format!("<span class=\"letter letter-{}\" aria-hidden=\"true\">{letter}</span>", letter.to_ascii_lowercase())
}

/// A letter that a screen reader says as its word.
fn badge(letter: char, model: Model) -> String {
    let word = model.word(letter).unwrap_or_default();
    format!("<span class=\"letter-cell\" title=\"{word}\">{}<span class=\"hidden\">{word}</span></span>", sign(letter))
}

/// A text in a cell with letters.
pub(in crate::render) fn letters(words: &str, model: Model) -> String {
    let mut html = String::new();
    for piece in letter_pieces(words, model) {
        match piece {
            Piece::Letter(letter) => {
                if html.ends_with("</span>") {
                    html.push(' ');
                }
                html.push_str(&badge(letter, model));
            }
            Piece::Other(other) => html.push_str(&text(other)),
        }
    }
    html
}

/// The head of a column of names: the letter and its word, and whether what the author wrote says no more than that.
pub(in crate::render) fn letter_head(letter: char, written: &str, model: Model) -> (String, bool) {
    let word = model.word(letter).unwrap_or_default();
    let says_no_more = written.chars().count() == 1 || written.eq_ignore_ascii_case(word);
    let html = if says_no_more { format!("{} {word}", sign(letter)) } else { format!("{} ", sign(letter)) };
    (html, says_no_more)
}

/// What a role does in a phase: one bullet.
#[derive(Debug, Clone, Copy)]
pub(in crate::render) struct Duty<'a> {
    /// The role's place among those of the phases, from 1; none for what nobody in particular does.
    role: Option<usize>,
    /// How many roles there are.
    roles: usize,
    /// The words that the bullet begins with.
    pub(in crate::render) name: &'a str,
    /// The role.
    pub(in crate::render) named: Option<&'a Named>,
}

/// Every duty of a page, by the place where its bullet begins.
pub(in crate::render) fn duties(blocks: &Blocks) -> HashMap<usize, Duty<'_>> {
    let mut duties = HashMap::new();
    for group in &blocks.responsibilities {
        for phase in &group.phases {
            for (((role, _), item), name) in phase.duties.iter().zip(&phase.items).zip(&phase.names) {
                let named = role.and_then(|role| group.roles.get(role));
                duties.insert(item.start(), Duty { role: role.map(|role| role + 1), roles: group.roles.len(), name, named });
            }
        }
    }
    duties
}

impl Duty<'_> {
    /// The class of the list that this is the first item of.
    pub(in crate::render) fn list_class(&self) -> String {
        if self.roles <= SIDE_BY_SIDE { format!("duties broad roles-{}", self.roles) } else { "duties broad".to_owned() }
    }

    /// The class of the item: its column, and the hue of its role, which come round.
    pub(in crate::render) fn class(&self) -> String {
        self.role.map_or_else(|| "duty".to_owned(), |role| format!("duty duty-{}", (role - 1) % SIDE_BY_SIDE + 1))
    }

    /// The name of the role as it begins the bullet, and the rest of the text; none if the text begins otherwise.
    pub(in crate::render) fn lead<'b>(&self, handbook: &Handbook, page: &Page, words: &'b str) -> Option<(String, &'b str)> {
        let rest = words.trim_start().strip_prefix(self.name).filter(|_| !self.name.is_empty())?;
        let name = text(self.name);
        let name = match self.named.and_then(|role| role_href(handbook, page, role)) {
            Some(href) => format!("<a href=\"{}\">{name}</a>", attribute(&href)),
            None => name,
        };
        Some((format!("<span class=\"duty-role\">{name}</span> "), after_role(rest)))
    }
}

/// What follows the name of a role, less the colon or dash after it.
pub(in crate::render) fn after_role(words: &str) -> &str {
    words.trim_start().trim_start_matches([':', ',', '–', '—']).trim_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_said_as_words_and_all_else_is_escaped() {
        let html = letters("A/R <b>", Model::Raci);
        assert_eq!(
            html,
            "<span class=\"letter-cell\" title=\"Accountable\"><span class=\"letter letter-a\" aria-hidden=\"true\">A</span><span class=\"hidden\">Accountable</span></span> \
<span class=\"letter-cell\" title=\"Responsible\"><span class=\"letter letter-r\" aria-hidden=\"true\">R</span><span class=\"hidden\">Responsible</span></span> &lt;b&gt;"
        );
    }
}
