//! Reads lists and mappings of entries that all have the same keys, and the values that several kinds of entries share.

use super::model::{Names, Reference, Within};
use super::time::{Length, Moment, TimeOfDay, Weekday};
use super::{INVALID_REGISTRY, calendar};
use crate::data::{Fields, Key, KeyDocs, Node, Value};
use crate::diagnostic::Diagnostic;
use crate::source::SitePath;
use crate::text::{Span, nearest};

/// One part of the registry: a mapping from ids, or a list.
pub(super) struct Section {
    key: &'static str,
    what: &'static str,
    keys: &'static [KeyDocs],
    short: Option<&'static str>,
}

/// The part under `key`, whose entries have these keys and are each `what`: "role" in a mapping, "a review" in a list.
pub(super) fn section(key: &'static str, what: &'static str, keys: &'static [KeyDocs]) -> Section {
    Section { key, what, keys, short: None }
}

/// The entry being read.
pub(super) struct Item {
    /// Its key, in a mapping.
    key: Option<String>,
    /// What it is, for messages: `the role 'ops-lead'`.
    pub(super) what: String,
    /// Where it begins.
    pub(super) span: Span,
}

type Read<T> = fn(&Item, &mut Fields<'_>) -> Option<T>;

impl Section {
    /// Lets a plain text stand for an entry that has this key alone.
    pub(super) fn short(self, key: &'static str) -> Self {
        Self { short: Some(key), ..self }
    }

    /// Reads a mapping from ids to entries.
    pub(super) fn named<T>(&self, (root, path): (&Node, &SitePath), diagnostics: &mut Vec<Diagnostic>, read: Read<T>) -> Vec<T> {
        let Some(node) = root.get(self.key) else { return Vec::new() };
        let what = format!("'{}'", self.key);
        // Reports a value that is no mapping.
        let _mapping = Fields::new(node, &what, &INVALID_REGISTRY, path, diagnostics);
        node.entries().iter().filter_map(|(key, node)| self.entry(Some(key), node, path, diagnostics, read)).collect()
    }

    /// Reads a list of entries.
    pub(super) fn listed<T>(&self, (root, path): (&Node, &SitePath), diagnostics: &mut Vec<Diagnostic>, read: Read<T>) -> Vec<T> {
        // A top level that is no mapping has been reported.
        if !matches!(root.value, Value::Map(_)) {
            return Vec::new();
        }
        self.nested(&mut Fields::new(root, "the registry", &INVALID_REGISTRY, path, diagnostics), read)
    }

    /// Reads a list of entries inside of another entry.
    pub(super) fn nested<T>(&self, fields: &mut Fields<'_>, read: Read<T>) -> Vec<T> {
        let path = fields.path();
        let nodes = fields.list(self.key);
        nodes.iter().filter_map(|node| self.entry(None, node, path, fields.diagnostics(), read)).collect()
    }

    fn entry<T>(&self, key: Option<&Key>, node: &Node, path: &SitePath, diagnostics: &mut Vec<Diagnostic>, read: Read<T>) -> Option<T> {
        let long;
        let node = match self.short {
            Some(short) if node.scalar().is_some() => {
                long = Node { value: Value::Map(vec![(Key { name: short.to_owned(), span: node.span }, node.clone())]), span: node.span };
                &long
            }
            _ => node,
        };
        let what = match key {
            Some(key) => format!("the {} '{}'", self.what, key.name),
            None => self.what.to_owned(),
        };
        let first = node.entries().first().map_or(node.span, |(key, _)| key.span);
        let item = Item { key: key.map(|key| key.name.clone()), what, span: key.map_or(first, |key| key.span) };
        let mut fields = Fields::new(node, &item.what, &INVALID_REGISTRY, path, diagnostics);
        if !matches!(node.value, Value::Map(_) | Value::Null) {
            return None;
        }
        fields.only(self.keys);
        read(&item, &mut fields)
    }
}

/// A text and where it stands.
pub(super) fn located(fields: &mut Fields<'_>, key: &str) -> Option<Reference> {
    let name = fields.text(key)?;
    let span = fields.get(key)?.span;
    Some(Reference { name, span })
}

/// Texts and where they stand.
pub(super) fn located_all(fields: &mut Fields<'_>, key: &str) -> Vec<Reference> {
    fields.texts(key).into_iter().map(|(name, span)| Reference { name, span }).collect()
}

impl Item {
    /// What the entry is called. An entry of a list has its id among its keys.
    pub(super) fn names(&self, fields: &mut Fields<'_>) -> Option<Names> {
        let id = match &self.key {
            Some(key) => key.clone(),
            None => self.text(fields, "id")?,
        };
        let name = fields.text("name").unwrap_or_else(|| in_words(&id));
        Some(Names { id, name, aliases: located_all(fields, "aliases"), span: self.span })
    }

    /// A text that the entry can't do without.
    pub(super) fn text(&self, fields: &mut Fields<'_>, key: &str) -> Option<String> {
        self.reference(fields, key).map(|reference| reference.name)
    }

    /// A text that the entry can't do without, and its place.
    pub(super) fn reference(&self, fields: &mut Fields<'_>, key: &str) -> Option<Reference> {
        if self.is_absent(fields, key) {
            return None;
        }
        located(fields, key)
    }

    /// Texts that the entry can't do without.
    pub(super) fn references(&self, fields: &mut Fields<'_>, key: &str) -> Option<Vec<Reference>> {
        if self.is_absent(fields, key) {
            return None;
        }
        Some(located_all(fields, key))
    }

    /// Reports a key that is demanded and absent. One that is spelt wrongly was reported already.
    fn is_absent(&self, fields: &mut Fields<'_>, key: &str) -> bool {
        let absent = fields.get(key).is_none();
        let misspelt = fields.entries().iter().any(|(other, _)| other.name != key && nearest(&other.name, [key]).is_some());
        if absent && !misspelt {
            fields.report(self.span, format!("{} has no '{key}'", self.what), format!("write `{key}: …`"));
        }
        absent
    }

    /// A day of the week or a date, with a time or without.
    pub(super) fn moment(&self, fields: &mut Fields<'_>, key: &str) -> Option<Moment> {
        let Reference { name: written, span } = self.reference(fields, key)?;
        let moment = Moment::parse(&written);
        if moment.is_none() {
            let day = written.split(' ').next().unwrap_or_default();
            let help = match nearest(day, Weekday::WORDS).filter(|near| *near != day) {
                Some(near) => format!("did you mean '{near}'?"),
                None => "write a day of the week or a date, then the time: `Thursday 00:00`, `2026-12-24 18:00`".to_owned(),
            };
            fields.report(span, format!("'{key}' of {} can't be '{written}'", self.what), help);
        }
        moment
    }

    /// A time of day.
    pub(super) fn time(&self, fields: &mut Fields<'_>, key: &str) -> Option<TimeOfDay> {
        let Reference { name: written, span } = located(fields, key)?;
        let time = TimeOfDay::parse(&written);
        if time.is_none() {
            fields.report(span, format!("'{key}' of {} can't be '{written}'", self.what), "write a time of day, as `09:00`");
        }
        time
    }

    /// A time zone of the IANA database.
    pub(super) fn zone(&self, fields: &mut Fields<'_>) -> Option<String> {
        let Reference { name: zone, span } = located(fields, "zone")?;
        let valid = zone.starts_with(|c: char| c.is_ascii_alphabetic()) && zone.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c));
        if !valid {
            fields.report(span, format!("'zone' of {} can't be '{zone}'", self.what), "write a time zone, as `Europe/Brussels` or `UTC`");
        }
        if valid && calendar::zone(&zone).is_none() {
            let help = match calendar::nearest_zone(&zone) {
                Some(near) => format!("did you mean '{near}'?"),
                None => "write a name of the IANA database, as `Europe/Brussels` or `UTC`".to_owned(),
            };
            fields.report(span, format!("there is no time zone '{zone}'"), help);
            return None;
        }
        valid.then_some(zone)
    }

    /// How often, which the entry can't do without.
    pub(super) fn every(&self, fields: &mut Fields<'_>, key: &str) -> Option<Length> {
        let Reference { name: written, span } = self.reference(fields, key)?;
        let length = Length::parse(&written).filter(|length| length.count > 0);
        if length.is_none() {
            let help = "write a number and a unit, as `week`, `2 weeks`, `quarter` or `90d`";
            fields.report(span, format!("'{key}' of {} can't be '{written}'", self.what), help);
        }
        length
    }

    /// How soon: a length of time, or words such as `this sprint`.
    pub(super) fn within(&self, fields: &mut Fields<'_>, key: &str) -> Option<Within> {
        let Reference { name: text, span } = located(fields, key)?;
        let length = Length::parse(&text);
        // What begins with a digit is meant to be a length.
        if length.is_none() && text.starts_with(|c: char| c.is_ascii_digit()) {
            let help = "write a number and a unit, as `0h`, `2 business days` or `90d`";
            fields.report(span, format!("'{key}' of {} can't be '{text}'", self.what), help);
            return None;
        }
        Some(Within { text, length, span })
    }
}

/// An id as a name: `ops-lead` becomes `Ops lead`.
fn in_words(id: &str) -> String {
    let words = id.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters.as_str().chars()).collect())
}
