//! Tables: labels with their times, days of support, rights.

use std::collections::BTreeSet;

use super::days::listed;
use super::prose::within;
use super::{Policy, Statement, named, section_of};
use crate::document::{Document, Table};
use crate::registry::Registry;
use crate::text::Excerpt;

pub(super) fn read(document: &Document, registry: &Registry, policies: &mut Vec<Policy>) {
    for table in document.tables() {
        let mut add = |statement: Statement| policies.push(Policy { span: table.span, statement });
        labels(table).into_iter().for_each(&mut add);
        support(table).into_iter().for_each(&mut add);
        rights(document, table, registry).into_iter().for_each(&mut add);
    }
}

/// The first column whose heading holds one of these words.
fn column(table: &Table, words: &[&str]) -> Option<usize> {
    table.header.iter().position(|cell| {
        let cell = cell.to_lowercase();
        words.iter().any(|word| cell.contains(word))
    })
}

fn cell(row: &[Excerpt], column: usize) -> &str {
    row.get(column).map(|cell| cell.trim()).unwrap_or_default()
}

/// Labels and how soon they are resolved, else answered.
fn labels(table: &Table) -> Vec<Statement> {
    let (Some(name), Some(time)) = (column(table, &["label", "severity", "priority"]), column(table, &["resol", "respon", "sla"])) else {
        return Vec::new();
    };
    // A table of what happened says how long things took, and has a label in many rows: it promises nothing.
    let mut distinct = BTreeSet::new();
    let repeats = table.rows.iter().any(|row| !distinct.insert(cell(row, name).to_lowercase()));
    if name == time || repeats || column(table, &["time to", "date", "incident"]).is_some() {
        return Vec::new();
    }
    let rows = table.rows.iter().filter(|row| !cell(row, name).is_empty());
    let promises = rows.filter_map(|row| Some((cell(row, name), within(cell(row, time))?)));
    promises.map(|(name, within)| Statement::Label { name: name.to_owned(), within: Some(within) }).collect()
}

/// Days and who is reachable on them.
fn support(table: &Table) -> Vec<Statement> {
    let Some(days) = table.header.iter().position(|cell| matches!(cell.trim().to_lowercase().as_str(), "days" | "day")) else { return Vec::new() };
    // Days of what, the other columns must say.
    if column(table, &["support", "availab", "coverage", "role", "team", "who", "contact", "hours"]).is_none() {
        return Vec::new();
    }
    let rows = table.rows.iter().filter_map(|row| {
        let said = row.join(" ").to_lowercase();
        let on_call = said.contains("on call") || said.contains("on-call");
        let reachable = on_call || said.contains("available") || said.contains("reachable");
        let negated = said.contains("not available") || said.contains("unavailable") || said.contains("not reachable");
        let days = listed(cell(row, days));
        (reachable && !negated && !days.is_empty()).then_some(Statement::Support { days, on_call })
    });
    rows.collect()
}

/// Actions and whether the role of the heading may do them.
fn rights(document: &Document, table: &Table, registry: &Registry) -> Vec<Statement> {
    let Some(right) = column(table, &["permission", "allowed"]) else { return Vec::new() };
    if right == 0 {
        return Vec::new();
    }
    let heading = section_of(document, table.span.start());
    let role = heading.and_then(|section| named(super::lists::without_actions(&section.title), section.title_span, registry));
    [true, false]
        .into_iter()
        .filter_map(|allowed| {
            let said = |row: &&Vec<Excerpt>| super::lists::right(cell(row, right)) == Some(allowed);
            let actions: Vec<String> = table.rows.iter().filter(said).map(|row| cell(row, 0).to_owned()).collect();
            (!actions.is_empty()).then(|| Statement::Permission { role: role.clone(), allowed, actions })
        })
        .collect()
}
