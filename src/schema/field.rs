//! What a schema demands of one key of the front matter, and how its mapping is read.
//!
//! Knows the schema language. What a value must look like is the matter of [`values`](super::values).

use regex::Regex;

use super::condition::{self, Condition};
use super::load::INVALID_SCHEMA;
use super::model::{Origin, Presence};
use super::regexes;
use super::values::ValueType;
use crate::data::{Fields, Key, KeyDocs, Node, Shape};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SitePath;
use crate::text::Span;

/// A key that the front matter must, may or must not have.
#[derive(Debug, Clone)]
pub struct FieldDemand {
    /// The key.
    pub key: String,
    /// Whether it must be there.
    pub presence: Presence,
    /// On which front matter the presence is demanded; always without one.
    pub when: Option<Condition>,
    /// What its value must be.
    pub value_type: Option<ValueType>,
    /// What each item must be, if the value is a list.
    pub each: Option<ValueType>,
    /// The values it may have; any if empty.
    pub values: Vec<String>,
    /// What its text must match.
    pub pattern: Option<Regex>,
    /// The least that the value may be: a number, a date, a length of time, a number of items or characters.
    pub at_least: Option<String>,
    /// The most that it may be.
    pub at_most: Option<String>,
    /// Among which documents no other may have the same value.
    pub unique: Option<Within>,
    /// The type that a document must have to which the value leads.
    pub to: Option<String>,
    /// The key by which the document that the value leads to must point back.
    pub back: Option<String>,
    /// What to write there.
    pub guidance: String,
    /// How much its faults matter, where the schema says so.
    pub severity: Option<Severity>,
    /// Where it is demanded.
    pub origin: Origin,
}

/// A set of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// Those of one folder.
    Folder,
    /// Those of one type.
    Type,
    /// All of them.
    Handbook,
}

impl Within {
    /// Every set, in the order of [`Within::WORDS`].
    pub const ALL: [Self; 3] = [Self::Folder, Self::Type, Self::Handbook];
    /// The words for them in a schema.
    pub const WORDS: [&'static str; 3] = ["folder", "type", "handbook"];

    /// The set, to follow 'no other': `in its folder`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Folder => "in its folder",
            Self::Type => "of its type",
            Self::Handbook => "in the handbook",
        }
    }

    /// The choice that a key says.
    pub(super) fn read(fields: &mut Fields<'_>, key: &str) -> Option<Self> {
        fields.choice(key, &Self::WORDS).and_then(|index| Self::ALL.get(index).copied())
    }
}

/// A limit may be written as a number or as text: `3`, `180d`, `2026-01-01`.
const LIMIT: Shape = Shape::Text;

/// The keys of a front matter demand.
pub const KEYS: &[KeyDocs] = &[
    KeyDocs::new("required", "Whether the key must be there, always or where `when` holds; `false` without it.", Shape::Flag),
    KeyDocs::new("forbidden", "`true` if the key must not be there, always or where `when` holds.", Shape::Flag),
    KeyDocs::new("when", "On which front matter the key is demanded or forbidden: `{ status: active }`. It implies `required`.", condition::NAMED),
    KeyDocs::new("type", "What its value must be.", Shape::Choice(&ValueType::WORDS)),
    KeyDocs::new("each", "What each item of a list must be.", Shape::Choice(&ValueType::WORDS)),
    KeyDocs::new("values", "The values that it, or each of its items, may have: `[draft, active]`.", Shape::OneOrMore(&Shape::Text)),
    KeyDocs::new("pattern", "A regular expression that its text, or each of its items, must match: `^OPS-\\d+$`.", Shape::Regex),
    KeyDocs::new(
        "at_least",
        "The least: a number, a date or a length of time; of a list the number of items, of text that of characters: `at_least: 7d`.",
        LIMIT,
    ),
    KeyDocs::new("at_most", "The most, in the same way: `at_most: 180d`.", LIMIT),
    KeyDocs::new("unique", "Among which documents no other may have the same value.", Shape::Choice(&Within::WORDS)),
    KeyDocs::new("to", "For `type: document`: the type of the document that it leads to: `incident-report`.", Shape::Text),
    KeyDocs::new("back", "For `type: document`: the key by which that document must point back: `supersedes`.", Shape::Text),
    KeyDocs::new(
        "guidance",
        "What to write there, for `opsbook new` and the help of findings: `the team that answers for the service`.",
        Shape::Text,
    ),
    KeyDocs::new("severity", "How much its faults matter.", Shape::Choice(&["error", "warning"])),
];

impl FieldDemand {
    fn new(key: &str, origin: Origin) -> Self {
        Self {
            key: key.to_owned(),
            presence: Presence::Optional,
            when: None,
            value_type: None,
            each: None,
            values: Vec::new(),
            pattern: None,
            at_least: None,
            at_most: None,
            unique: None,
            to: None,
            back: None,
            guidance: String::new(),
            severity: None,
            origin,
        }
    }

    /// Whether the key must be there in documents on which the condition holds.
    #[must_use]
    pub fn is_required(&self) -> bool {
        matches!(self.presence, Presence::Required | Presence::Presumed)
    }

    /// Reads the demand on one key, on top of what an extended schema said of it.
    pub(super) fn read(key: &Key, node: &Node, inherited: Option<Self>, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let origin = Origin { path: path.clone(), span: key.span };
        let mut demand = inherited.unwrap_or_else(|| Self::new(&key.name, origin.clone()));
        demand.origin = origin;
        let mut fields = Fields::new(node, "a front matter key", &INVALID_SCHEMA, path, diagnostics);
        fields.only(KEYS);
        if let Some(when) = Condition::read(&mut fields) {
            demand.when = Some(when);
            demand.presence = Presence::Required;
        }
        if let Some(required) = fields.flag("required") {
            demand.presence = if required { Presence::Required } else { Presence::Optional };
            if fields.get("when").is_none() {
                // What is written here is meant without the condition of the extended schema.
                demand.when = None;
            }
        }
        if let Some(forbidden) = fields.flag("forbidden") {
            demand.forbid(forbidden, &mut fields);
        }
        if demand.when.is_some() && demand.presence == Presence::Optional {
            let span = fields.get("when").or(fields.get("required")).map_or(demand.origin.span, |node| node.span);
            fields.report(
                span,
                "'when' says on which front matter the key is demanded, and `required: false` that it never is",
                "take one of the two out",
            );
        }
        let inherited_type = demand.value_type;
        let value_type = |fields: &mut Fields<'_>, key| fields.choice(key, &ValueType::WORDS).and_then(|index| ValueType::ALL.get(index).copied());
        demand.value_type = value_type(&mut fields, "type").or(demand.value_type);
        if demand.value_type != inherited_type {
            // Limits of another type mean nothing.
            (demand.at_least, demand.at_most) = (None, None);
        }
        demand.each = value_type(&mut fields, "each").or(demand.each);
        if fields.get("values").is_some() {
            demand.values = fields.texts("values").into_iter().map(|(value, _)| value).collect();
        }
        if let Some(pattern) = regex(&mut fields, "pattern") {
            demand.pattern = Some(pattern);
        }
        demand.unique = Within::read(&mut fields, "unique").or(demand.unique);
        demand.to = fields.text("to").or(demand.to.take());
        demand.back = fields.text("back").or(demand.back.take());
        demand.guidance = fields.text("guidance").unwrap_or(std::mem::take(&mut demand.guidance));
        demand.severity = severity(&mut fields).or(demand.severity);
        demand.limits(&mut fields);
        demand.coherent(&mut fields);
        demand
    }

    fn forbid(&mut self, forbidden: bool, fields: &mut Fields<'_>) {
        let span = fields.get("forbidden").map_or(Span::at(0), |node| node.span);
        if forbidden && fields.get("required").is_some_and(|node| node.value == crate::data::Value::Bool(true)) {
            fields.report(span, "a front matter key can't be both required and forbidden", "take one of the two out");
        } else if forbidden {
            self.presence = Presence::Forbidden;
        } else if self.presence == Presence::Forbidden {
            self.presence = Presence::Optional;
        }
    }

    /// Reads the limits; one that can't be compared with values of the type is a fault.
    fn limits(&mut self, fields: &mut Fields<'_>) {
        let value_type = self.value_type;
        for (key, limit) in [("at_least", &mut self.at_least), ("at_most", &mut self.at_most)] {
            let Some(written) = fields.text(key) else { continue };
            let span = fields.get(key).map_or(Span::at(0), |node| node.span);
            match value_type {
                Some(value_type) if value_type.limit(&written).is_some() => *limit = Some(written),
                Some(value_type) => {
                    let help = format!("write {}", value_type.limit_words());
                    fields.report(span, format!("'{written}' is no limit for {}", value_type.words()), help);
                }
                None => fields.report(
                    span,
                    format!("'{key}' needs to know what the value is"),
                    "write `type: number`, `date`, `duration`, `list` or `string`",
                ),
            }
        }
        let limit = |limit: &Option<String>| value_type.zip(limit.as_deref()).and_then(|(value_type, limit)| value_type.limit(limit));
        if let (Some(least), Some(most)) = (limit(&self.at_least), limit(&self.at_most))
            && least > most
        {
            let span = fields.get("at_most").or(fields.get("at_least")).map_or(Span::at(0), |node| node.span);
            fields.report(span, "no value can meet both limits: 'at_least' is more than 'at_most'", "exchange them, or take one out");
            self.at_most = None;
        }
    }

    /// Reports keys that say nothing for the type.
    fn coherent(&mut self, fields: &mut Fields<'_>) {
        let span = |fields: &Fields<'_>, key: &str| fields.get(key).map(|node| node.span);
        if self.value_type == Some(ValueType::Enum) && self.values.is_empty() {
            let span = span(fields, "type").unwrap_or(self.origin.span);
            fields.report(span, "an enum has no values", "list them: `values: [active, draft]`");
        }
        for key in ["to", "back"] {
            if let Some(span) = span(fields, key)
                && self.value_type != Some(ValueType::Document)
                && self.each != Some(ValueType::Document)
            {
                fields.report(span, format!("'{key}' is for keys that lead to documents"), "write `type: document` beside it, or take it out");
            }
        }
        if let Some(span) = span(fields, "each")
            && self.value_type != Some(ValueType::List)
        {
            fields.report(span, "'each' is for lists", "write `type: list` beside it, or take it out");
        }
        let odd: Vec<String> = match self.value_type.filter(|value_type| *value_type != ValueType::List).or(self.each) {
            Some(value_type) => self.values.iter().filter(|value| !value_type.accepts_text(value)).cloned().collect(),
            None => Vec::new(),
        };
        if let (Some(first), Some(span), Some(value_type)) = (odd.first(), span(fields, "values"), self.each.or(self.value_type)) {
            fields.report(span, format!("'{first}' among the values isn't {}", value_type.words()), "make values and type agree");
        }
    }
}

/// The regular expression at a key; one that can't be compiled is a fault.
pub(super) fn regex(fields: &mut Fields<'_>, key: &str) -> Option<Regex> {
    let written = fields.text(key)?;
    match regexes::compile(&written) {
        Ok(regex) => Some(regex),
        Err(error) => {
            let span = fields.get(key).map_or(Span::at(0), |node| node.span);
            fields.report(span, format!("'{key}' is no regular expression: {error}"), "mend the expression; `\\` takes the meaning from a mark");
            None
        }
    }
}

/// The severity that a demand says.
pub(super) fn severity(fields: &mut Fields<'_>) -> Option<Severity> {
    match fields.choice("severity", &["error", "warning"])? {
        0 => Some(Severity::Error),
        _ => Some(Severity::Warning),
    }
}
