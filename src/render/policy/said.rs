//! Rules that pages say in prose and the registry doesn't: the same tables, each row with a link to where it stands.

use std::collections::{BTreeMap, BTreeSet};

use super::super::escape::{encode_fragment, href};
use super::calendar;
use super::tables::{CELLS, Cell, Part, Table, list, plain, table, word};
use crate::blocks::Named;
use crate::blocks::policy::Statement;
use crate::handbook::said::{Known, Said};
use crate::handbook::{Entity, Handbook};
use crate::registry::{Length, Weekday};
use crate::source::SitePath;
use crate::text::{fold_title, shorten};

/// Rows that a table shows at most.
const ROWS: usize = 500;
/// Weeks that are drawn at most, and the length of their words.
const WEEKS: usize = 20;
const WORDS: usize = 160;

/// What pages say and the registry doesn't.
pub(super) struct Prose<'a> {
    handbook: &'a Handbook,
    said: Vec<Said<'a>>,
}

impl<'a> Prose<'a> {
    pub(super) fn of(handbook: &'a Handbook) -> Self {
        let known = Known::of(&handbook.registry);
        Self { handbook, said: handbook.said().filter(|said| !known.has(said)).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// The days that sentences close, and those on which somebody can be reached: each week once.
    pub(super) fn week(&self) -> Option<calendar::Week> {
        let mut seen = BTreeSet::new();
        let mut rows = Vec::new();
        for said in &self.said {
            let (kind, word, days) = match &said.policy.statement {
                Statement::Freeze(week) => {
                    ("freeze", "Frozen", Weekday::ALL.into_iter().filter(|day| week.closed & (1 << *day as u8) != 0).collect())
                }
                Statement::Support { days, on_call: true } => ("on-call", "On call", days.clone()),
                Statement::Support { days, .. } => ("support", "Available", days.clone()),
                _ => continue,
            };
            if days.is_empty() || !seen.insert((kind, days.clone())) || rows.len() >= WEEKS {
                continue;
            }
            rows.push(calendar::whole_days(kind, word, shorten(&said.words(), WORDS), &days));
        }
        (!rows.is_empty()).then(|| calendar::Week { scope: "Said on pages".to_owned(), rows })
    }

    /// A table for each kind of rule.
    pub(super) fn tables(&self, at: &SitePath) -> Vec<Table> {
        let mut tables = vec![
            self.table(at, "freezes", "Freezes", &["What is said", "Closed"], |said, statement| match statement {
                Statement::Freeze(week) => Some(vec![plain(said.words()), plain(week.closed_days().join(", "))]),
                _ => None,
            }),
            self.table(at, "support", "Support hours", &["What is said", "How", "Days"], |said, statement| match statement {
                Statement::Support { days, on_call } => {
                    let days: Vec<&str> = days.iter().map(|day| word(*day)).collect();
                    Some(vec![plain(said.words()), plain(if *on_call { "On call" } else { "Available" }), plain(days.join(", "))])
                }
                _ => None,
            }),
            self.table(at, "labels", "Labels with times", &["Label", "Within"], |_, statement| match statement {
                Statement::Label { name, within } => Some(vec![code(name), plain(within.map_or_else(|| "at once".to_owned(), Length::words))]),
                _ => None,
            }),
            self.table(at, "approvals", "Approvals", &["What is said", "Within"], |said, statement| match statement {
                Statement::Approval { within } => Some(vec![plain(said.words()), plain(within.words())]),
                _ => None,
            }),
            self.rights(at),
            self.table(at, "decisions", "Who decides", &["Domain", "Who", "What"], |_, statement| match statement {
                Statement::Decision { domain, by, what } => {
                    let by = by.as_ref().map_or_else(Cell::default, |by| Cell { parts: vec![self.role(by, at)], ..Cell::default() });
                    Some(vec![plain(domain), by, plain(what)])
                }
                _ => None,
            }),
            self.table(at, "reviews", "Reviews", &["What", "How often"], |_, statement| match statement {
                Statement::Review { what, every: length } => Some(vec![plain(what), plain(length.every())]),
                _ => None,
            }),
            self.table(at, "channels", "Where to turn to", &["Urgency", "What to do"], |_, statement| match statement {
                Statement::Channel { urgency, steps } => Some(vec![plain(urgency), list(steps)]),
                _ => None,
            }),
            self.table(at, "naming", "Names", &["Pattern", "Example"], |_, statement| match statement {
                Statement::Naming { pattern, example } => Some(vec![code(pattern), example.as_deref().map_or_else(Cell::default, code)]),
                _ => None,
            }),
        ];
        tables.retain(|table| !table.rows.is_empty());
        tables
    }

    /// The rows that `row` makes of statements, each with its page. The same said twice on a page stands once.
    fn table(&self, at: &SitePath, id: &str, title: &str, columns: &[&str], row: impl Fn(&Said<'_>, &Statement) -> Option<Vec<Cell>>) -> Table {
        let mut seen = BTreeSet::new();
        let mut rows = Vec::new();
        let mut more = 0;
        for said in &self.said {
            let Some(mut cells) = row(said, &said.policy.statement) else { continue };
            let words: Vec<String> = cells.iter().flat_map(|cell| &cell.parts).map(|part| part.text.clone()).collect();
            if !seen.insert((said.page, words)) {
                continue;
            }
            if rows.len() >= ROWS {
                more += 1;
                continue;
            }
            cells.push(Cell { parts: vec![page(said, at)], ..Cell::default() });
            rows.push(cells);
        }
        let columns: Vec<&str> = columns.iter().copied().chain(["Page"]).collect();
        let mut table = table(&format!("said-{id}"), title, &columns, rows);
        table.lead = (more > 0).then(|| format!("The first {ROWS}; there are {more} more."));
        table
    }

    /// Actions × roles.
    fn rights(&self, at: &SitePath) -> Table {
        let mut roles: Vec<(String, Part)> = Vec::new();
        let mut actions: Vec<(&String, Part)> = Vec::new();
        let mut marks: BTreeMap<(String, String), &'static str> = BTreeMap::new();
        let (mut known_roles, mut known_actions) = (BTreeSet::new(), BTreeSet::new());
        for said in &self.said {
            let Statement::Permission { role, allowed, actions: named } = &said.policy.statement else { continue };
            let column = role.as_ref().map_or_else(|| Part { text: said.on.title.clone(), href: None, code: false }, |role| self.role(role, at));
            let key = fold_title(&column.text);
            if known_roles.insert(key.clone()) {
                roles.push((key.clone(), column));
            }
            for action in named {
                if known_actions.insert(fold_title(action)) {
                    actions.push((action, page(said, at)));
                }
                // What is forbidden anywhere counts.
                let mark = marks.entry((key.clone(), fold_title(action))).or_insert("yes");
                *mark = if *allowed { *mark } else { "no" };
            }
        }
        let fitting = (CELLS / roles.len().max(1)).min(ROWS);
        let more = actions.len().saturating_sub(fitting);
        let rows = actions.into_iter().take(fitting).map(|(action, page)| {
            let mark = |(key, _): &(String, Part)| Cell { mark: marks.get(&(key.clone(), fold_title(action))).copied(), ..Cell::default() };
            let marks = roles.iter().map(mark).collect::<Vec<_>>();
            std::iter::once(plain(action)).chain(marks).chain([Cell { parts: vec![page], ..Cell::default() }]).collect()
        });
        let rows = rows.collect();
        let heads = roles.iter().map(|(_, part)| Cell { parts: vec![part.clone()], ..Cell::default() });
        Table {
            id: "said-permissions".to_owned(),
            title: "Allowed and not allowed".to_owned(),
            lead: (more > 0).then(|| format!("There are {more} more.")),
            columns: std::iter::once(plain("Action")).chain(heads).chain([plain("Page")]).collect(),
            rows,
        }
    }

    fn role(&self, named: &Named, at: &SitePath) -> Part {
        let place = named.entry.and_then(|entry| self.handbook.entity(Entity::Role(entry)));
        Part { text: named.name.clone(), href: place.map(|place| href(at, place.address)), code: false }
    }
}

/// The page that says so, with the section in which it does.
fn page(said: &Said<'_>, at: &SitePath) -> Part {
    let anchor = said.anchor().map_or_else(String::new, |anchor| format!("#{}", encode_fragment(anchor)));
    Part { text: said.on.title.clone(), href: Some(format!("{}{anchor}", href(at, &said.on.address))), code: false }
}

fn code(text: &str) -> Cell {
    Cell { parts: vec![Part { text: text.to_owned(), href: None, code: true }], ..Cell::default() }
}
