//! Action items: tables with an owner and a day by which something is done, as incident reports have them, and check boxes in sections
//! about actions.
//!
//! Knows tables and lists; must not know matrices or what day it is.

use std::collections::BTreeSet;

use super::Named;
use super::names::{is_nothing, split};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::{Document, Table};
use crate::registry::Registry;
use crate::text::{Excerpt, Span, collapse, fold_title, nearest};

/// Every kind of fault that reading action items can find.
pub const KINDS: &[&Kind] = &[&UNKNOWN_OWNER];

/// An owner that is nearly a role.
const UNKNOWN_OWNER: Kind = Kind {
    code: "unknown-owner",
    severity: Severity::Warning,
    subject: Subject::Registry,
    summary: "an action item names an owner that is nearly a role of registry.yaml",
    docs: "An action with a misspelt owner stands on nobody's page. Reported only where a role of registry.yaml is nearly the same: action items may well \
name somebody outside of the handbook.

    # registry.yaml: roles: { ops-lead: { name: Ops lead } }
    | Action | Owner | Due |
    |---|---|---|
    | Raise the limit | Ops led | 2026-12-01 |

Write the name, the id or an alias of the role:

    | Action | Owner | Due |
    |---|---|---|
    | Raise the limit | Ops lead | 2026-12-01 |",
};

const ACTION_HEADS: [&str; 14] = [
    "action",
    "actions",
    "action item",
    "action items",
    "task",
    "tasks",
    "item",
    "items",
    "what",
    "follow-up",
    "follow-ups",
    "corrective action",
    "to do",
    "todo",
];
const OWNER_HEADS: [&str; 11] =
    ["owner", "owners", "responsible", "assignee", "assignees", "assigned to", "who", "by whom", "role", "owned by", "lead"];
const DUE_HEADS: [&str; 12] = ["due", "due date", "due by", "deadline", "by", "by when", "when", "until", "target date", "target", "eta", "date"];
const STATUS_HEADS: [&str; 5] = ["status", "state", "done", "progress", "completed"];
/// What sections about actions are called.
const SECTIONS: [&str; 16] = [
    "action",
    "actions",
    "action items",
    "action item",
    "action points",
    "actions taken and to be taken",
    "follow-up",
    "follow-ups",
    "follow up",
    "follow ups",
    "follow-up actions",
    "follow up actions",
    "corrective actions",
    "remediation items",
    "next actions",
    "open actions",
];
/// What a status begins with that says that nothing is left to do.
const DONE: [&str; 18] = [
    "done",
    "closed",
    "complete",
    "completed",
    "resolved",
    "fixed",
    "finished",
    "shipped",
    "merged",
    "released",
    "yes",
    "x",
    "[x]",
    "✅",
    "✓",
    "✔",
    "☑",
    "100",
];

/// What somebody has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owners: Vec<Named>,
    /// By when, as it is written.
    pub due: Option<String>,
    /// How far it is, as it is written.
    pub status: Option<String>,
    /// Whether it is done, as far as its status or its check box says so.
    pub done: bool,
    /// Where it is written.
    pub span: Span,
}

/// Reads the action items of a document.
pub(super) fn read(document: &Document, registry: &Registry, found: &mut Vec<Diagnostic>) -> Vec<Action> {
    let mut actions: Vec<Action> = document.tables().iter().flat_map(|table| in_table(document, table, registry)).collect();
    let about_actions = sections_about_actions(document);
    for block in document.blocks().iter().filter(|block| block.item.is_some_and(|item| item.task && item.opens)) {
        let section = section_at(document, block.span);
        if let Some(item) = block.item.filter(|_| section.is_some_and(|index| about_actions.get(index) == Some(&true))) {
            actions.push(of_check_box(document, &block.text(document), block.span, item.span, registry));
        }
    }
    actions.sort_by_key(|action| action.span);
    misspelt(document, registry, &actions, found);
    actions
}

/// Whether each section is about actions: it or one that it is part of says so.
fn sections_about_actions(document: &Document) -> Vec<bool> {
    let mut about: Vec<bool> = Vec::with_capacity(document.sections.len());
    for section in &document.sections {
        let inherited = section.parent.and_then(|parent| about.get(parent)).copied().unwrap_or(false);
        about.push(inherited || SECTIONS.contains(&fold_title(&section.title).as_str()));
    }
    about
}

fn section_at(document: &Document, span: Span) -> Option<usize> {
    document.sections.partition_point(|section| section.span.start() <= span.start()).checked_sub(1)
}

/// The actions of a table with columns for what is done, by whom, and by when or how far it is.
fn in_table(document: &Document, table: &Table, registry: &Registry) -> Vec<Action> {
    let heads: Vec<String> = table.header.iter().take(40).map(|head| fold_title(head)).collect();
    let column = |names: &[&str]| heads.iter().position(|head| names.contains(&head.as_str()));
    let (Some(what), Some(who)) = (column(&ACTION_HEADS), column(&OWNER_HEADS)) else { return Vec::new() };
    let (due, status) = (column(&DUE_HEADS), column(&STATUS_HEADS));
    // Who answers for what, and no more, is no list of things to do.
    if (due.is_none() && status.is_none()) || heads.iter().any(|head| head == "accountable") {
        return Vec::new();
    }
    let known: BTreeSet<String> = table.rows.iter().filter_map(|row| row.get(who)).map(|cell| fold_title(cell)).collect();
    let mut actions = Vec::new();
    for (index, row) in table.rows.iter().enumerate() {
        let cell = |column: usize| row.get(column).map(Excerpt::as_str).filter(|text| !is_nothing(text));
        let Some(text) = cell(what) else { continue };
        let owners = cell(who).map(|cell| split(cell, &document.text, table.place(index + 1, who), registry, &known)).unwrap_or_default();
        let status = status.and_then(cell).map(str::to_owned);
        actions.push(Action {
            text: text.to_owned(),
            owners,
            due: due.and_then(cell).map(str::to_owned),
            done: status.as_deref().is_some_and(is_done),
            status,
            span: table.row_place(index + 1),
        });
    }
    actions
}

pub(super) fn is_done(status: &str) -> bool {
    // Other signs may stand before the word, such as a green circle; an empty box says that it is open.
    let folded = status.trim_start_matches(|c: char| !c.is_alphanumeric() && !"[✅✓✔☑☐❌".contains(c)).to_lowercase();
    // Some signs end in a character that only says how to draw them.
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | ';' | '!' | '(' | '.' | '%' | '\u{fe0f}');
    folded.split(ends).next().is_some_and(|word| DONE.contains(&word))
}

/// The action of a check box: `- [ ] Raise the limit (Ops lead, 2026-12-01)`.
fn of_check_box(document: &Document, text: &str, place: Span, item: Span, registry: &Registry) -> Action {
    let text = collapse(text);
    let inside = text.strip_suffix('.').unwrap_or(&text).strip_suffix(')').and_then(|open| open.rsplit_once('('));
    let (mut owners, mut due) = (Vec::new(), None);
    let mut said = text.as_str();
    if let Some((before, inside)) = inside {
        for part in inside.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            match part.strip_prefix("due ").or_else(|| part.strip_prefix("by ")).unwrap_or(part) {
                day if day.chars().any(|c| c.is_ascii_digit()) && registry.role(day).is_none() => due = Some(day.to_owned()),
                name => owners.extend(split(name, &document.text, place, registry, &BTreeSet::new())),
            }
        }
        // Parentheses without a day or a role are part of what is said.
        if due.is_some() || owners.iter().any(|owner| owner.entry.is_some()) {
            said = before.trim_end();
        } else {
            owners.clear();
        }
    }
    let marker = item.of(&document.text);
    let done = marker.get(..marker.find(']').unwrap_or(0)).is_some_and(|open| open.ends_with(['x', 'X']));
    Action { text: said.to_owned(), owners, due, status: None, done, span: item.trimmed(&document.text) }
}

/// Owners that are nearly roles, each name once.
fn misspelt(document: &Document, registry: &Registry, actions: &[Action], found: &mut Vec<Diagnostic>) {
    if !registry.has_roles() {
        return;
    }
    let mut seen = BTreeSet::new();
    for owner in actions.iter().flat_map(|action| &action.owners).filter(|owner| owner.entry.is_none()) {
        if !seen.insert(fold_title(&owner.name)) {
            continue;
        }
        let Some(near) = nearest(&owner.name, registry.role_names()) else { continue };
        let message = format!("action item names '{}', and registry.yaml knows no such role", owner.name);
        let finding = Diagnostic::new(&UNKNOWN_OWNER, &document.path, owner.span, message).label(format!("did you mean '{near}'?"));
        found.push(finding.help(format!("write '{near}', or add the role to registry.yaml")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Source};

    const REGISTRY: &str = "roles: { ops-lead: { name: Ops lead }, qa-team: { name: QA team } }\n";

    fn read_text(text: &str) -> (Vec<String>, Vec<String>) {
        let source = |path: &str, text: &str| Source::new(SitePath::new(path).unwrap(), text);
        let registry = Registry::parse(Some(&source("registry.yaml", REGISTRY)), &mut Vec::new());
        let mut found = Vec::new();
        let actions = read(&Document::parse(&source("a.md", text)).0, &registry, &mut found);
        let line = |action: &Action| {
            let owners: Vec<&str> = action.owners.iter().map(|owner| owner.name.as_str()).collect();
            let [due, status] = [&action.due, &action.status].map(|value| value.as_deref().unwrap_or("-"));
            let state = if action.done { "done" } else { "open" };
            format!("{} | {} | {due} | {status} | {state}", action.text, owners.join(", "))
        };
        let place = |found: &Diagnostic| format!("{}: {}", found.span.of(text), found.label);
        (actions.iter().map(line).collect(), found.iter().map(place).collect())
    }

    #[test]
    fn tables_with_owner_and_day_hold_actions() {
        for (text, expected) in [
            (
                "| Action | Owner | Due | Status |\n|-|-|-|-|\n| Raise it | ops-lead, QA team | 2026-12-01 | Done on Monday |\n| Test it | Vendor | | open |\n",
                &["Raise it | Ops lead, QA team | 2026-12-01 | Done on Monday | done", "Test it | Vendor | - | open | open"][..],
            ),
            ("| Task | Who | Deadline |\n|-|-|-|\n| A | QA team | Friday |\n| | | |\n", &["A | QA team | Friday | - | open"]),
            ("| Item | Assignee | State |\n|-|-|-|\n| A | - | ✅ |\n", &["A |  | - | ✅ | done"]),
            ("| Task | Responsible | Accountable | Due |\n|-|-|-|-|\n| A | QA team | Ops lead | x |\n", &[]),
            ("| Task | Owner |\n|-|-|\n| A | QA team |\n", &[]),
            (
                "## Follow-ups\n\n### Prevent\n\n- [x] Raise it (Ops lead, 2026-12-01)\n- [ ] Test it (again)\n- plain\n",
                &["Raise it | Ops lead | 2026-12-01 | - | done", "Test it (again) |  | - | - | open"],
            ),
            ("## Steps\n\n- [ ] Raise it (Ops lead, 2026-12-01)\n", &[]),
        ] {
            assert_eq!(read_text(text).0, expected, "{text}");
        }
    }

    #[test]
    fn done_is_said_in_many_words() {
        for (status, expected) in [
            ("Done", true),
            ("done!", true),
            ("✅ closed 2026-01-02", true),
            ("🟢 Closed", true),
            ("☑", true),
            ("✔\u{fe0f} Monday", true),
            ("100%", true),
            ("open", false),
            ("not done", false),
            ("Donation", false),
            ("in progress", false),
            ("☐ done", false),
            ("", false),
        ] {
            assert_eq!(is_done(status), expected, "{status}");
        }
    }

    #[test]
    fn an_owner_that_is_nearly_a_role_is_reported_once() {
        let row = |owner: &str| format!("| A | {owner} | x |\n");
        for (owners, expected) in
            [(["Ops led", "Ops led"], &["Ops led: did you mean 'Ops lead'?"][..]), (["Ops lead", "qa-team"], &[]), (["Our vendor", "-"], &[])]
        {
            let text = format!("| Action | Owner | Due |\n|-|-|-|\n{}", owners.map(row).concat());
            assert_eq!(read_text(&text).1, expected, "{owners:?}");
        }
    }
}
