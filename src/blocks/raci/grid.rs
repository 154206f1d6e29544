//! Matrices whose cells hold letters: roles as columns, or roles as rows.

use super::super::names::{is_nothing, named};
use super::cell::Cell;
use super::{Activity, Form, LARGEST, Layout, MOST_ROLES, Matrix, Model, Place, Reading};
use crate::document::Table;
use crate::registry::Registry;
use crate::text::{Excerpt, fold_title};

/// Heads of columns that stand beside the roles and are none.
const BESIDES: [&str; 18] = [
    "note",
    "notes",
    "comment",
    "comments",
    "remark",
    "remarks",
    "status",
    "due",
    "deadline",
    "date",
    "tool",
    "tools",
    "platform",
    "priority",
    "output",
    "deliverable",
    "reference",
    "link",
];
/// Heads of the column that says what is done.
const ACTIVITIES: [&str; 14] = [
    "activity",
    "activities",
    "task",
    "tasks",
    "decision",
    "decisions",
    "step",
    "process",
    "deliverable",
    "work",
    "item",
    "action",
    "what",
    "responsibility",
];
/// Heads of the column that says who acts, where roles are rows.
const ROLES: [&str; 10] = ["role", "roles", "team", "teams", "who", "stakeholder", "stakeholders", "person", "party", "function"];

/// How often the cells of a column say what.
#[derive(Default, Clone, Copy)]
struct Tally {
    letters: usize,
    unknown: usize,
    text: usize,
}

/// Reads a table whose cells hold letters. `declared` is the model that holds here; `certain` says that it is declared for this very table.
pub(super) fn read(table: &Table, place: &Place<'_>, registry: &Registry, declared: Option<Model>, certain: bool) -> Option<Reading> {
    let model = declared.unwrap_or_default();
    let cells: Vec<Vec<Cell>> = table.rows.iter().map(|row| row.iter().map(|cell| Cell::read(cell, model)).collect()).collect();
    let columns = letter_columns(table, &cells, registry);
    let heads = heads(table, &columns)?;
    if columns.len() < 2 || columns.len() > MOST_ROLES || columns.len().saturating_mul(table.rows.len()) > LARGEST {
        return None;
    }
    let corner = table.header.get(heads).map(|head| fold_title(head)).unwrap_or_default();
    let names_roles = names_roles(table, &columns, heads, registry);
    let looks_like_one = ACTIVITIES.contains(&corner.as_str()) || ROLES.contains(&corner.as_str()) || corner.is_empty() || names_roles;
    if !is_matrix(&cells, &columns, model, certain, (looks_like_one, names_roles), || place.speaks_of_responsibility(table)) {
        return None;
    }
    let is_group = |row: &usize| {
        let is_empty = cells.get(*row).is_some_and(|row| columns.iter().all(|column| row.get(*column).is_none_or(Cell::is_empty)));
        is_empty && is_bold(table.place(*row + 1, heads).of(&place.document.text))
    };
    let groups: Vec<usize> = (0..table.rows.len()).filter(is_group).collect();
    let roles_are_rows = roles_are_rows(table, &columns, heads, &groups, registry);
    let form = if roles_are_rows { Form::Activities } else { Form::Roles };
    let layout = Layout { form, heads, columns, letters: Vec::new(), groups };
    if roles_are_rows && table.rows.len() > MOST_ROLES {
        return None;
    }
    Some(build(table, place, registry, model, &cells, layout))
}

/// The columns that hold letters: most of what they say is one, or they say nothing and stand among those that do.
fn letter_columns(table: &Table, cells: &[Vec<Cell>], registry: &Registry) -> Vec<usize> {
    let mut tallies = vec![Tally::default(); table.header.len()];
    for (column, cell) in cells.iter().flat_map(|row| row.iter().enumerate()) {
        let Some(tally) = tallies.get_mut(column) else { continue };
        tally.letters += usize::from(cell.has_letters());
        tally.text += usize::from(cell.is_text);
        tally.unknown += usize::from(!cell.is_text && !cell.has_letters() && !cell.is_empty());
    }
    let is_certain = |tally: &Tally| tally.letters > 0 && tally.letters >= tally.text + tally.unknown;
    let Some(first) = tallies.iter().position(is_certain) else { return Vec::new() };
    let last = tallies.iter().rposition(is_certain).unwrap_or(first);
    let belongs = |(column, tally): &(usize, &Tally)| {
        let head = table.header.get(*column).map_or("", Excerpt::as_str);
        let may = *column > first && tally.text == 0 && !head.is_empty() && !BESIDES.contains(&fold_title(head).as_str());
        // Behind the last such column one that says nothing at all is a role that was forgotten; ticks and numbers are something else.
        is_certain(tally) || (may && (*column < last || registry.role(head).is_some() || tally.letters > 0 || tally.unknown == 0))
    };
    tallies.iter().enumerate().filter(belongs).map(|(column, _)| column).collect()
}

/// The column that names the rows: the one that says so, else the last before the letters that isn't a mere number.
fn heads(table: &Table, columns: &[usize]) -> Option<usize> {
    let others = || (0..table.header.len()).filter(|column| columns.binary_search(column).is_err());
    let head = |column: &usize| table.header.get(*column).map(|head| fold_title(head)).unwrap_or_default();
    let named = others().find(|column| ACTIVITIES.contains(&head(column).as_str()) || ROLES.contains(&head(column).as_str()));
    let first = columns.first().copied().unwrap_or(0);
    let says_words = |column: &usize| table.rows.iter().any(|row| row.get(*column).is_some_and(|cell| cell.chars().any(char::is_alphabetic)));
    named.or_else(|| others().rfind(|column| *column < first && says_words(column))).or_else(|| others().find(says_words))
}

/// Whether the letters of these columns are those of responsibility, and no grades or answers.
fn is_matrix(
    cells: &[Vec<Cell>],
    columns: &[usize],
    model: Model,
    certain: bool,
    (looks_like_one, names_roles): (bool, bool),
    speaks: impl Fn() -> bool,
) -> bool {
    let mut seen: Vec<char> = Vec::new();
    let (mut good, mut bad) = (0_usize, 0_usize);
    for cell in cells.iter().flat_map(|row| columns.iter().filter_map(|column| row.get(*column))) {
        good += usize::from(cell.has_letters());
        bad += usize::from(!cell.has_letters() && !cell.is_empty());
        let foreign = cell.unknown.iter().filter_map(|unknown| unknown.chars().next());
        for letter in cell.letters.iter().copied().chain(foreign) {
            if !seen.contains(&letter) && seen.len() < 12 {
                seen.push(letter);
            }
        }
    }
    if certain {
        return good > 0;
    }
    if good < 2 || (bad > 1 && bad * 3 > good) {
        return false;
    }
    let has = |letter: char| seen.contains(&letter);
    let others = "CIS".chars().filter(|letter| has(*letter)).count();
    let core = has(model.doer()) && has('A');
    // A letter that is none may be a slip in a matrix, or a grade: then all else must speak for a matrix.
    if bad > 0 && !(looks_like_one && others > 0) {
        return false;
    }
    // R and A alone may be anything, and so may columns of which nobody knows what they are. Without A or R the text around must say what
    // is meant.
    if core {
        return names_roles || (looks_like_one && others > 0) || speaks();
    }
    (has('A') || has(model.doer())) && others > 1 && speaks()
}

/// Whether at least half of the heads, of columns or rows, are roles of the registry.
fn names_roles(table: &Table, columns: &[usize], heads: usize, registry: &Registry) -> bool {
    let (in_columns, in_rows) = known(table, columns, heads, registry);
    in_columns * 2 >= columns.len() || (in_rows > 0 && in_rows * 2 >= table.rows.len())
}

/// How many heads of columns and of rows are roles of the registry.
fn known(table: &Table, columns: &[usize], heads: usize, registry: &Registry) -> (usize, usize) {
    let is_role = |name: Option<&Excerpt>| name.is_some_and(|name| registry.role(name).is_some());
    let in_columns = columns.iter().filter(|column| is_role(table.header.get(**column))).count();
    (in_columns, table.rows.iter().filter(|row| is_role(row.get(heads))).count())
}

/// Whether the rows are roles: the corner says so, or the registry does and knows no column.
fn roles_are_rows(table: &Table, columns: &[usize], heads: usize, groups: &[usize], registry: &Registry) -> bool {
    let corner = table.header.get(heads).map(|head| fold_title(head)).unwrap_or_default();
    let (in_columns, in_rows) = known(table, columns, heads, registry);
    let rows = table.rows.len() - groups.len();
    if in_columns + in_rows > 0 {
        return in_rows > in_columns && in_rows * 2 > rows && in_columns * 2 <= columns.len();
    }
    ROLES.contains(&corner.as_str())
}

/// Whether the whole of a cell is bold.
fn is_bold(source: &str) -> bool {
    let source = source.trim();
    ["**", "__"].iter().any(|mark| source.len() > 4 && source.starts_with(mark) && source.ends_with(mark))
}

fn build(table: &Table, place: &Place<'_>, registry: &Registry, model: Model, cells: &[Vec<Cell>], layout: Layout) -> Reading {
    let text = |row: usize, column: usize| {
        let cell = if row == 0 { table.header.get(column) } else { table.rows.get(row - 1).and_then(|cells| cells.get(column)) };
        cell.map(ToString::to_string).unwrap_or_default()
    };
    let columns: Vec<(usize, usize)> = layout.columns.iter().map(|column| (0, *column)).collect();
    let rows: Vec<(usize, usize)> =
        (0..table.rows.len()).filter(|row| layout.groups.binary_search(row).is_err()).map(|row| (row + 1, layout.heads)).collect();
    let is_transposed = layout.form == Form::Activities;
    let (role_heads, activity_heads) = if is_transposed { (&rows, &columns) } else { (&columns, &rows) };
    let roles: Vec<_> = role_heads.iter().map(|(row, column)| named(&text(*row, *column), table.place(*row, *column), registry)).collect();
    let mut unknown = Vec::new();
    let mut activities = Vec::with_capacity(activity_heads.len());
    for (index, (row, column)) in activity_heads.iter().enumerate() {
        let mut activity = Activity {
            name: text(*row, *column),
            span: if is_transposed { table.place(*row, *column) } else { table.row_place(*row) },
            letters: Vec::with_capacity(roles.len()),
            places: Vec::with_capacity(roles.len()),
        };
        for (role_row, role_column) in role_heads {
            let (row, column) = if is_transposed { (*role_row, *column) } else { (*row, *role_column) };
            let span = table.place(row, column);
            let cell = row.checked_sub(1).and_then(|row| cells.get(row)).and_then(|row| row.get(column));
            activity.letters.push(cell.map(|cell| cell.letters.clone()).unwrap_or_default());
            activity.places.push(span);
            let is_text = cell.is_some_and(|cell| cell.is_text);
            let whole = Some(text(row, column)).filter(|whole| is_text && !is_nothing(whole));
            let tokens = cell.map(|cell| cell.unknown.clone()).filter(|_| !is_text).unwrap_or_default();
            unknown.extend(whole.into_iter().chain(tokens).map(|token| (token, span, index)));
        }
        activities.push(activity);
    }
    let title = place.title();
    let matrix = Matrix { title, section: place.section, span: table.span, model, roles: roles.clone(), rows: activities, layout };
    Reading { matrix, unknown, uses: roles, twice: Vec::new() }
}
