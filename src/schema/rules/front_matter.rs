//! Front matter keys that a schema demands.

use super::{Case, Key, Read, RuleKind};
use crate::data::{Fields, KeyDocs, Node, Shape, Value};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::document::Document;
use crate::schema::load::INVALID_SCHEMA;
use crate::schema::model::{FieldDemand, Schema, ValueType};
use crate::text::{Span, nearest};

/// A key that the front matter lacks.
pub const MISSING_FRONT_MATTER: Kind = Kind {
    code: "missing-front-matter",
    severity: Severity::Error,
    summary: "the front matter lacks a key that the schema demands",
    docs: "A schema may demand keys in the front matter: who owns a document, when it was reviewed. A key without a value counts as missing.

    # schema: front_matter: { owner: { required: true } }
    ---
    type: runbook
    owner:
    ---

Give the key its value:

    ---
    type: runbook
    owner: ops-team
    ---",
};

/// A key of the front matter whose value the schema doesn't allow.
pub const FRONT_MATTER_VALUE: Kind = Kind {
    code: "front-matter-value",
    severity: Severity::Error,
    summary: "a front matter key has a value that the schema doesn't allow",
    docs: "A schema may say what the value of a key must be: a date, a length of time, or one of several words.

    # schema: front_matter: { reviewed: { type: date } }
    ---
    reviewed: last spring
    ---

Write a value of that kind:

    ---
    reviewed: 2026-04-12
    ---",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "front-matter", kinds: &[&MISSING_FRONT_MATTER, &FRONT_MATTER_VALUE], keys: KEYS, judge };

const KEYS: &[Key] = &[Key::new(
    "front_matter",
    "Keys that the front matter must have: `owner: { required: true, type: string, values: [...] }`.",
    Shape::Map(&Shape::Table(FIELD_KEYS)),
    Read::Schema(read),
)];

const FIELD_KEYS: &[KeyDocs] = &[
    KeyDocs::new("required", "Whether the key must be there.", Shape::Flag),
    KeyDocs::new("type", "What its value must be: string, date, duration, number, bool, list.", Shape::Choice(&ValueType::WORDS)),
    KeyDocs::new("values", "The values that it may have.", Shape::OneOrMore(&Shape::Text)),
];

fn read(fields: &mut Fields<'_>, schema: &mut Schema) {
    let path = fields.path();
    let Some(node) = fields.get("front_matter") else { return };
    // Reports a value that is no mapping.
    let _mapping = Fields::new(node, "'front_matter'", &INVALID_SCHEMA, path, fields.diagnostics());
    for (key, node) in node.entries() {
        let mut entry = Fields::new(node, "a front matter key", &INVALID_SCHEMA, path, fields.diagnostics());
        entry.only(FIELD_KEYS);
        schema.front_matter.push(FieldDemand {
            key: key.name.clone(),
            required: entry.flag("required").unwrap_or(false),
            value_type: entry.choice("type", &ValueType::WORDS).and_then(|index| ValueType::ALL.get(index).copied()),
            values: entry.texts("values").into_iter().map(|(value, _)| value).collect(),
            span: key.span,
        });
    }
}

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let document = case.document;
    if is_unreadable(document) {
        return;
    }
    for demand in &case.schema.front_matter {
        let value = document.front_matter.as_ref().and_then(|node| node.get(&demand.key));
        match value.filter(|node| !is_blank(node)) {
            Some(node) => diagnostics.extend(fault(case, demand, node)),
            None if demand.required => diagnostics.push(missing(case, demand, value)),
            None => {}
        }
    }
}

/// Whether there is front matter that can't be read: that is a finding of its own.
fn is_unreadable(document: &Document) -> bool {
    let text = document.text.trim_start_matches('\u{FEFF}');
    let begins = text.starts_with("---") || text.starts_with("+++");
    let has_keys = || text.lines().nth(1).is_some_and(|line| line.contains([':', '=']));
    document.front_matter.is_none() && begins && (document.body.start > 3 || has_keys())
}

fn is_blank(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}

fn missing(case: &Case<'_>, demand: &FieldDemand, value: Option<&Node>) -> Diagnostic {
    let key = &demand.key;
    let document = case.document;
    let place = document.front_matter.as_ref().and_then(|node| node.entries().iter().find(|(found, _)| found.name == *key));
    let span = place.map_or(Span::new(document.body.start.min(3), document.body.start.min(3)), |(found, _)| found.span);
    let (message, label) = match value {
        Some(_) => (format!("front matter key '{key}' is empty"), "no value".to_owned()),
        None => (format!("{} has no '{key}' in its front matter", case.schema.noun()), format!("'{key}' is missing here")),
    };
    let example = example(demand);
    let help = if document.front_matter.is_some() {
        format!("write `{key}: {example}`")
    } else {
        format!("begin the document with front matter: a line `---`, `{key}: {example}`, a line `---`")
    };
    Diagnostic::new(&MISSING_FRONT_MATTER, &document.path, span, message).label(label).help(help).related(
        &case.schema.path,
        demand.span,
        "demanded here",
    )
}

/// A value that the key may have, to show.
fn example(demand: &FieldDemand) -> String {
    demand.values.first().cloned().unwrap_or_else(|| match demand.value_type {
        Some(ValueType::Date) => "2026-11-20".to_owned(),
        Some(ValueType::Duration) => "90d".to_owned(),
        Some(ValueType::Number) => "1".to_owned(),
        Some(ValueType::Bool) => "true".to_owned(),
        Some(ValueType::List) => "[…]".to_owned(),
        Some(ValueType::String) | None => "…".to_owned(),
    })
}

fn fault(case: &Case<'_>, demand: &FieldDemand, node: &Node) -> Option<Diagnostic> {
    let finding = |message: String| {
        Diagnostic::new(&FRONT_MATTER_VALUE, &case.document.path, node.span, message).related(&case.schema.path, demand.span, "demanded here")
    };
    if let Some(wanted) = demand.value_type
        && !fits(wanted, node)
    {
        let message = format!("front matter key '{}' must be {}", demand.key, wanted.words());
        return Some(finding(message).label(format!("not {}", wanted.words())).help(format!("write `{}: {}`", demand.key, example(demand))));
    }
    if demand.values.is_empty() {
        return None;
    }
    let items = if let Value::List(items) = &node.value { items.as_slice() } else { std::slice::from_ref(node) };
    let wrong = items.iter().filter_map(Node::scalar).find(|value| !demand.values.contains(value))?;
    let finding =
        finding(format!("front matter key '{}' can't be '{wrong}'", demand.key)).help(format!("write one of: {}", demand.values.join(", ")));
    Some(match nearest(&wrong, demand.values.iter().map(String::as_str)) {
        Some(near) => finding.label(format!("did you mean '{near}'?")),
        None => finding.label("not one of the allowed values"),
    })
}

fn fits(wanted: ValueType, node: &Node) -> bool {
    match wanted {
        ValueType::String => node.scalar().is_some(),
        ValueType::Number => matches!(node.value, Value::Integer(_) | Value::Float(_)),
        ValueType::Bool => matches!(node.value, Value::Bool(_)),
        ValueType::List => matches!(node.value, Value::List(_)),
        ValueType::Date => node.as_str().is_some_and(is_date),
        ValueType::Duration => node.scalar().is_some_and(|text| is_duration(&text)),
    }
}

/// Whether a text is a day of the Gregorian calendar, `2026-11-20`, with or without a time of day behind it.
fn is_date(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number =
        |part: &str, digits: usize| if part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()) { part.parse::<u32>().ok() } else { None };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else { return false };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Whether a text is a number and a unit of time: `90d`, `6 months`, `2 business days`.
fn is_duration(text: &str) -> bool {
    const UNITS: [&str; 20] = [
        "s",
        "min",
        "h",
        "d",
        "w",
        "m",
        "y",
        "second",
        "minute",
        "hour",
        "day",
        "week",
        "month",
        "quarter",
        "year",
        "business day",
        "working day",
        "mo",
        "yr",
        "sprint",
    ];
    let text = text.trim().to_lowercase();
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = unit.len() < text.len();
    let unit = unit.trim();
    numbered && (UNITS.contains(&unit) || unit.strip_suffix('s').is_some_and(|one| UNITS.contains(&one)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::test::{findings, schema};

    #[test]
    fn dates_and_durations() {
        for (text, date) in
            [("2026-11-20", true), ("2024-02-29", true), ("2026-02-29", false), ("2026-13-01", false), ("26-1-1", false), ("2026-11-20T10:00", true)]
        {
            assert_eq!(is_date(text), date, "{text}");
        }
        for (text, duration) in [("90d", true), ("6 months", true), ("2 business days", true), ("soon", false), ("90", false), ("d", false)] {
            assert_eq!(is_duration(text), duration, "{text}");
        }
    }

    #[test]
    fn keys_are_demanded_and_checked() {
        let schema = schema(
            "type: t\nfront_matter:\n  owner: { required: true }\n  reviewed: { type: date }\n  status: { values: [active, draft] }\nsections: [A]\n",
        );
        for (front, expected) in [
            ("owner: me\n", vec![]),
            ("owner:\n", vec!["missing-front-matter | owner | front matter key 'owner' is empty"]),
            ("title: x\n", vec!["missing-front-matter |  | t has no 'owner' in its front matter"]),
            (
                "owner: me\nreviewed: last spring\n",
                vec!["front-matter-value | last spring | front matter key 'reviewed' must be a date such as 2026-11-20"],
            ),
            ("owner: me\nstatus: actve\n", vec!["front-matter-value | actve | front matter key 'status' can't be 'actve'"]),
        ] {
            assert_eq!(findings(&schema, &format!("---\n{front}---\n# A\n\nx\n")), expected, "{front}");
        }
        assert_eq!(findings(&schema, "# A\n\nx\n"), ["missing-front-matter |  | t has no 'owner' in its front matter"]);
        assert_eq!(findings(&schema, "---\n\n# A\n\nx\n").len(), 1);
        assert_eq!(findings(&schema, "---\nowner: me\n# A\n\nx\n"), [""; 0]);
        assert_eq!(findings(&schema, "---\nowner: a: b\n---\n# A\n\nx\n"), [""; 0]);
    }
}
