//! What is done about an incident: the actions of the front matter and those of the text as one list.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Incident, moment};
use crate::blocks::actions::{Action, is_done};
use crate::blocks::names::split;
use crate::blocks::{Blocks, Named};
use crate::data::{Node, Value};
use crate::document::Document;
use crate::registry::Registry;
use crate::text::{Span, collapse, fold_title};

/// An action as the front matter says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owners: Vec<Named>,
    /// By when, as it is written.
    pub due: Option<String>,
    /// Where it is followed up: a key or an address.
    pub ticket: Option<String>,
    /// How far it is, as it is written.
    pub state: Option<String>,
    /// Whether it is done.
    pub done: bool,
    /// Where it is written.
    pub span: Span,
}

/// An action, wherever it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Task {
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owners: Vec<String>,
    /// By when, as it is written.
    pub due: Option<String>,
    /// The day of it, if it names one.
    pub day: Option<Date>,
    /// Where it is followed up: a key or an address.
    pub ticket: Option<String>,
    /// How far it is, as it is written.
    pub state: Option<String>,
    /// Whether it is done.
    pub done: bool,
}

/// What front matter and text say of the same action, where they don't agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What they differ in: `owner`, `due` or `state`; none if the action is in one of the two only.
    pub what: Option<&'static str>,
    /// What is to be done.
    pub text: String,
    /// Where the front matter says it.
    pub front: Option<Span>,
    /// Where the text says it.
    pub body: Option<Span>,
}

/// A fault and where it is.
type FaultAt = (&'static str, Span);

/// Reads an action of the front matter: a text, or a mapping. What can't be used of it is named beside it.
pub(super) fn written(node: &Node, document: &Document, registry: &Registry) -> Result<(Written, Vec<FaultAt>), FaultAt> {
    let plain = |text: &str| Written {
        text: collapse(text),
        owners: Vec::new(),
        due: None,
        ticket: ticket_in(text),
        state: None,
        done: false,
        span: node.span,
    };
    match &node.value {
        Value::String(text) if !text.trim().is_empty() => return Ok((plain(text), Vec::new())),
        Value::Map(_) => {}
        _ => return Err(("an action is a text or a mapping", node.span)),
    }
    let get = |keys: &[&str]| keys.iter().find_map(|key| node.get(key)).filter(|node| !node.is_blank());
    let text = |keys: &[&str]| get(keys).and_then(Node::scalar);
    let span = node.entries().first().map_or(node.span, |(key, _)| key.span);
    let Some(what) = text(&["action", "what", "text", "title", "summary"]) else {
        return Err(("an action says what is to be done", span));
    };
    let mut faults = Vec::new();
    let due = get(&["due", "by", "until", "deadline"]);
    if let Some(due) = due
        && due.scalar().is_none_or(|text| moment::day(&text).is_none())
    {
        faults.push(("the day by which an action is due is a date", due.span));
    }
    let owner = get(&["owner", "owners", "assignee", "who"]);
    let owners = owner.map_or_else(Vec::new, |node| {
        let items = if let Value::List(items) = &node.value { items.as_slice() } else { std::slice::from_ref(node) };
        items
            .iter()
            .filter_map(|item| Some(split(&item.scalar()?, &document.text, item.span, registry, &std::collections::BTreeSet::new())))
            .flatten()
            .collect()
    });
    let state = text(&["state", "status"]);
    let done = get(&["done"]).is_some_and(|node| node.value == Value::Bool(true));
    let action = Written {
        done: done || state.as_deref().is_some_and(is_done),
        ticket: text(&["ticket", "issue", "link"]).or_else(|| ticket_in(&what)),
        due: due.and_then(Node::scalar),
        state,
        owners,
        span,
        ..plain(&what)
    };
    Ok((action, faults))
}

/// The ticket that a text names: `MC-344`, `#412`, at its end or in parentheses.
fn ticket_in(text: &str) -> Option<String> {
    let is_ticket = |word: &&str| {
        let number = |digits: &str| !digits.is_empty() && digits.len() < 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let key = |key: &str| {
            (1..=12).contains(&key.len())
                && key.starts_with(|c: char| c.is_ascii_uppercase())
                && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        word.strip_prefix('#').is_some_and(number) || word.rsplit_once('-').is_some_and(|(name, digits)| key(name) && number(digits))
    };
    // `ADR-0003` in the middle of a sentence is what it is about; what it is followed up by stands in parentheses.
    let inside = text.rsplit_once('(')?.1.split_once(')')?.0;
    inside.split([' ', ',', ';']).map(|word| word.trim_end_matches('.')).find(is_ticket).map(str::to_owned)
}

impl Task {
    fn of_front(action: &Written) -> Self {
        Self {
            text: action.text.clone(),
            owners: action.owners.iter().map(|owner| owner.name.clone()).collect(),
            due: action.due.clone(),
            day: action.due.as_deref().and_then(moment::day),
            ticket: action.ticket.clone(),
            state: action.state.clone(),
            done: action.done,
        }
    }

    fn of_body(action: &Action) -> Self {
        Self {
            text: action.text.clone(),
            owners: action.owners.iter().map(|owner| owner.name.clone()).collect(),
            due: action.due.clone(),
            day: action.due.as_deref().and_then(moment::day),
            ticket: ticket_in(&action.text),
            state: action.status.clone(),
            done: action.done,
        }
    }

    /// Whether somebody is to do it by a day.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        !self.owners.is_empty() && self.day.is_some()
    }

    /// What makes it the same action elsewhere.
    fn keys(&self) -> impl Iterator<Item = String> {
        let words = fold_title(self.text.rsplit_once('(').filter(|(before, _)| !before.trim().is_empty()).map_or(&self.text, |(before, _)| before));
        self.ticket.iter().map(|ticket| format!("#{}", ticket.to_lowercase())).chain([words]).collect::<Vec<_>>().into_iter()
    }

    fn differs(&self, other: &Self) -> Option<&'static str> {
        let owners = |task: &Self| task.owners.iter().map(|owner| fold_title(owner)).collect::<std::collections::BTreeSet<_>>();
        if !self.owners.is_empty() && !other.owners.is_empty() && owners(self) != owners(other) {
            Some("owner")
        } else if self.day.is_some() && other.day.is_some() && self.day != other.day {
            Some("due")
        } else if self.done != other.done && (self.state.is_some() || self.done) && (other.state.is_some() || other.done) {
            Some("state")
        } else {
            None
        }
    }

    /// What another place says beside this one.
    fn completed(mut self, other: Self) -> Self {
        if self.owners.is_empty() {
            self.owners = other.owners;
        }
        if self.day.is_none() {
            (self.due, self.day) = (other.due, other.day);
        }
        self.ticket = self.ticket.or(other.ticket);
        self.done |= other.done;
        self.state = self.state.or(other.state);
        self
    }
}

/// The actions of a report, each with its place, and where front matter and text say different things of them.
#[must_use]
pub fn tasks(incident: Option<&Incident>, blocks: &Blocks) -> (Vec<(Task, Span)>, Vec<Difference>) {
    let mut body: Vec<Option<(Task, Span)>> = blocks.actions.iter().map(|action| Some((Task::of_body(action), action.span))).collect();
    let front = incident.map_or(&[][..], |incident| &incident.actions);
    let mut by_key: BTreeMap<String, usize> = BTreeMap::new();
    for (index, (task, _)) in body.iter().enumerate().filter_map(|(index, found)| Some((index, found.as_ref()?))) {
        for key in task.keys() {
            by_key.entry(key).or_insert(index);
        }
    }
    let (mut found, mut differences) = (Vec::new(), Vec::new());
    let has_both = !front.is_empty() && !body.is_empty();
    for written in front {
        let task = Task::of_front(written);
        let other = task.keys().find_map(|key| body.get_mut(*by_key.get(&key)?)?.take());
        let Some((other, span)) = other else {
            if has_both {
                differences.push(Difference { what: None, text: task.text.clone(), front: Some(written.span), body: None });
            }
            found.push((task, written.span));
            continue;
        };
        if let Some(what) = task.differs(&other) {
            differences.push(Difference { what: Some(what), text: task.text.clone(), front: Some(written.span), body: Some(span) });
        }
        found.push((task.completed(other), written.span));
    }
    for (task, span) in body.into_iter().flatten() {
        if has_both {
            differences.push(Difference { what: None, text: task.text.clone(), front: None, body: Some(span) });
        }
        found.push((task, span));
    }
    (found, differences)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Source};

    fn read(text: &str) -> (Vec<String>, Vec<String>) {
        let document = Document::parse(&Source::new(SitePath::new("a.md").unwrap(), text)).0;
        let (blocks, _) = Blocks::read(&document, &Registry::default());
        let (tasks, differences) = tasks(blocks.incident.as_deref(), &blocks);
        let or = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
        let line = |(task, span): &(Task, Span)| {
            let day = task.day.map_or("-".to_owned(), |day| day.to_string());
            let state = if task.done { "done" } else { "open" };
            format!(
                "{} | {} | {day} | {} | {state} @ {}",
                task.text,
                task.owners.join("+"),
                or(&task.ticket),
                span.of(text).split('\n').next().unwrap_or("")
            )
        };
        let difference = |found: &Difference| format!("{}: {}", found.text, found.what.unwrap_or("in one place only"));
        (tasks.iter().map(line).collect(), differences.iter().map(difference).collect())
    }

    #[test]
    fn front_matter_and_text_are_one_list() {
        let front = "---\nactions:\n  - { action: Raise it, owner: Ops, due: 2026-12-01, ticket: MC-1 }\n  - Test it (MC-2)\n---\n";
        let table = "| Action | Owner | Due | Status |\n|-|-|-|-|\n";
        let (found, differences) = read(front);
        assert_eq!(found, ["Raise it | Ops | 2026-12-01 | MC-1 | open @ action", "Test it (MC-2) |  | - | MC-2 | open @ Test it (MC-2)"]);
        assert!(differences.is_empty());
        let (found, differences) = read(&format!("{front}{table}| Raise it! (MC-1) | Ops | 2026-12-02 | done |\n| test it | Dev | | |\n"));
        assert_eq!(found, ["Raise it | Ops | 2026-12-01 | MC-1 | done @ action", "Test it (MC-2) | Dev | - | MC-2 | open @ Test it (MC-2)"]);
        assert_eq!(differences, ["Raise it: due"]);
        let (_, differences) = read(&format!("{front}{table}| Raise it | Dev | | |\n| Sleep | Dev | | |\n"));
        assert_eq!(differences, ["Raise it: owner", "Test it (MC-2): in one place only", "Sleep: in one place only"]);
        let (found, _) = read(&format!("{table}| See ADR-0003, then raise it (PE-150) | Ops | soon | |\n"));
        assert_eq!(found, ["See ADR-0003, then raise it (PE-150) | Ops | - | PE-150 | open @ See ADR-0003, then raise it (PE-150) | Ops | soon | "]);
    }
}
