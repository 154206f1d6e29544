//! Matrices with a column for each letter and the names of roles in the cells.

use std::collections::{BTreeMap, BTreeSet};

use super::super::names::{is_nothing, pieces, split};
use super::cell::tokens;
use super::{Activity, Form, LARGEST, Layout, MOST_ROLES, Matrix, Model, Place, Reading};
use crate::document::Table;
use crate::registry::Registry;
use crate::text::{Excerpt, fold_title};

/// Words beside the letter's own in a head: `Responsible party`.
const FILLERS: [&str; 9] = ["party", "person", "people", "role", "roles", "team", "teams", "is", "to"];
/// A name with more words than this is a sentence.
const LONGEST_NAME: usize = 6;
/// What a cell holds where columns are letters and rows are roles, so that it names nobody.
const TICKS: [&str; 10] = ["x", "✓", "✔", "✅", "yes", "y", "no", "n", "●", "•"];

/// Reads a table whose heads are the letters of a model, or their words.
pub(super) fn read(table: &Table, place: &Place<'_>, registry: &Registry, declared: Option<Model>) -> Option<Reading> {
    let (model, letters) = heads(table, declared)?;
    let is_letter = |column: &usize| letters.iter().any(|(other, _)| other == column);
    let heads = (0..table.header.len()).find(|column| !is_letter(column))?;
    let cells = || table.rows.iter().flat_map(|row| letters.iter().filter_map(|(column, _)| row.get(*column))).filter(|cell| !is_nothing(cell));
    let (mut filled, mut named) = (0_usize, 0_usize);
    for cell in cells() {
        filled += 1;
        let is_tick = cell.chars().count() == 1 || TICKS.contains(&fold_title(cell).as_str());
        named += usize::from(!is_tick && pieces(cell).all(|piece| piece.split_whitespace().count() <= LONGEST_NAME));
    }
    if filled == 0 || named * 2 < filled {
        return None;
    }
    // A name that stands alone somewhere is one where it stands with others.
    let known: BTreeSet<String> = cells().flat_map(|cell| pieces(cell)).map(fold_title).collect();
    if known.len() > MOST_ROLES || known.len().saturating_mul(table.rows.len()) > LARGEST {
        return None;
    }
    let (columns, letters) = letters.into_iter().unzip();
    let layout = Layout { form: Form::Letters, heads, columns, letters, groups: Vec::new() };
    build(table, place, registry, model, layout, &known)
}

/// The model that the heads speak of, and the letter of each column that has one.
fn heads(table: &Table, declared: Option<Model>) -> Option<(Model, Vec<(usize, char)>)> {
    let mut best: Option<(Model, Vec<(usize, char)>)> = None;
    let folded: Vec<Option<Head>> = table.header.iter().map(|head| Head::of(head)).collect();
    for model in declared.map_or_else(|| vec![Model::Raci, Model::Rasci, Model::Daci], |model| vec![model]) {
        let heads = || folded.iter().enumerate().filter_map(|(column, head)| Some((column, head.as_ref()?.letter(model)?)));
        let found: Vec<(usize, char)> = heads().map(|(column, (letter, _))| (column, letter)).take(model.letters().len() + 1).collect();
        let has = |letter: char| found.iter().filter(|(_, other)| *other == letter).count() == 1;
        let is_unique = found.iter().all(|(_, letter)| has(*letter));
        let core = has(model.doer()) && model.single().iter().all(|letter| has(*letter));
        // Letters alone may be grades: then they must be more than the two that matter, and of DACI all.
        let in_words = heads().filter(|(_, (_, in_words))| *in_words).count() > 1;
        let enough = if model == Model::Daci { found.len() == 4 } else { found.len() > 2 };
        if is_unique && core && (in_words || enough) && best.as_ref().is_none_or(|(_, other)| other.len() < found.len()) {
            best = Some((model, found));
        }
    }
    best
}

/// What a head says, in lower case: what stands in parentheses as a word of its own, and as a part of the word around it.
struct Head {
    spaced: String,
    joined: String,
}

impl Head {
    /// None for what is too long to name a letter.
    fn of(head: &str) -> Option<Self> {
        let folded = (head.len() <= 60).then(|| fold_title(head))?;
        Some(Self { spaced: folded.replace(['(', ')'], " "), joined: folded.replace(['(', ')'], "") })
    }

    /// The letter that it stands for, and whether it says the word: `R`, `Responsible`, `R – Responsible`, `(A)ccountable`.
    fn letter(&self, model: Model) -> Option<(char, bool)> {
        let mut letter = None;
        let mut in_words = false;
        let known =
            |text: &str| text.split_whitespace().all(|word| word.chars().count() == 1 || model.letter_of(word).is_some() || FILLERS.contains(&word));
        let text = if known(&self.spaced) { &self.spaced } else { &self.joined };
        for word in tokens(text).map(|word| word.trim_matches(['*', ':', '='])).filter(|word| !word.is_empty() && !FILLERS.contains(word)) {
            let by_word = model.letter_of(word);
            let alone =
                || word.chars().next().filter(|_| word.chars().count() == 1).map(|c| c.to_ascii_uppercase()).filter(|c| model.word(*c).is_some());
            let found = by_word.or_else(alone)?;
            if letter.is_some_and(|other| other != found) {
                return None;
            }
            letter = Some(found);
            in_words |= by_word.is_some();
        }
        letter.map(|letter| (letter, in_words))
    }
}

fn build(table: &Table, place: &Place<'_>, registry: &Registry, model: Model, layout: Layout, known: &BTreeSet<String>) -> Option<Reading> {
    let source = &place.document.text;
    let mut index_of: BTreeMap<String, usize> = BTreeMap::new();
    let (mut roles, mut uses, mut twice) = (Vec::new(), Vec::new(), Vec::new());
    // The letters of each row by the index of the role: how many roles there are is known at the end only.
    let mut rows = Vec::with_capacity(table.rows.len());
    for (row, cells) in table.rows.iter().enumerate() {
        let mut found: BTreeMap<usize, (Vec<char>, crate::text::Span)> = BTreeMap::new();
        for (column, letter) in layout.columns.iter().zip(&layout.letters) {
            let cell = cells.get(*column).map_or("", Excerpt::as_str);
            let mut here: BTreeMap<usize, super::Named> = BTreeMap::new();
            for named in split(cell, source, table.place(row + 1, *column), registry, known) {
                let index = *index_of.entry(fold_title(&named.name)).or_insert_with(|| {
                    roles.push(named.clone());
                    roles.len() - 1
                });
                uses.push(named.clone());
                if let Some(first) = here.get(&index) {
                    twice.push((first.clone(), named));
                    continue;
                }
                found.entry(index).or_insert_with(|| (Vec::new(), named.span)).0.push(*letter);
                here.insert(index, named);
            }
        }
        rows.push((cells.get(layout.heads).map(ToString::to_string).unwrap_or_default(), table.row_place(row + 1), found));
    }
    if roles.len() > MOST_ROLES || roles.len().saturating_mul(rows.len()) > LARGEST {
        return None;
    }
    let activity = |(name, span, mut found): (String, _, BTreeMap<usize, (Vec<char>, _)>)| {
        let (letters, places) = (0..roles.len()).map(|role| found.remove(&role).unwrap_or((Vec::new(), span))).unzip();
        Activity { name, span, letters, places }
    };
    let rows = rows.into_iter().map(activity).collect();
    let matrix = Matrix { title: place.title(), section: place.section, span: table.span, model, roles, rows, layout };
    Some(Reading { matrix, unknown: Vec::new(), uses, twice })
}
