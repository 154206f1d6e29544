//! `when`: on which front matter a demand holds.
//!
//! Knows front matter as a mapping. Must not know what is demanded.

use crate::data::{Fields, KeyDocs, Node, Shape, Value};
use crate::document::Document;
use crate::text::{Span, nearest};

/// What editors know a condition by.
pub(super) const NAMED: Shape = Shape::Named("condition");

/// The shape of a condition, for editors.
pub(super) const SHAPE: Shape = Shape::OneOrMore(&Shape::Map(&Shape::Either(&[Shape::OneOrMore(&Shape::Text), Shape::Table(TEST_KEYS)])));

/// The tests that a condition may make of a key, besides comparing it.
pub const TEST_KEYS: &[KeyDocs] = &[
    KeyDocs::new("not", "Values that the key must not have; a key that isn't there has none of them.", Shape::OneOrMore(&Shape::Text)),
    KeyDocs::new("present", "`true` if the key must have a value, `false` if it must have none.", Shape::Flag),
];

/// When a demand holds: any of the alternatives, each of which asks for all of its clauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    alternatives: Vec<Vec<Clause>>,
}

/// What one key of the front matter must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// The key.
    pub key: String,
    /// What is asked of its value.
    pub test: Test,
    /// Where the clause stands in the schema.
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    OneOf(Vec<(String, Span)>),
    NoneOf(Vec<(String, Span)>),
    Present,
    Absent,
}

impl Condition {
    /// Reads the `when` of a mapping.
    pub(super) fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let node = fields.get("when")?;
        let maps = if let Value::List(items) = &node.value { items.as_slice() } else { std::slice::from_ref(node) };
        let alternatives: Vec<Vec<Clause>> = maps.iter().map(|map| clauses(map, fields)).collect();
        if alternatives.is_empty() || alternatives.iter().any(Vec::is_empty) {
            // A value of the wrong type was reported.
            if maps.iter().all(|map| map.value == Value::Map(Vec::new()) || map.value == Value::List(Vec::new())) {
                fields.report(node.span, "'when' says no condition", "write `when: { status: active }`, or take the key out");
            }
            return None;
        }
        Some(Self { alternatives })
    }

    /// Whether the front matter of a document meets the condition. Of front matter that can't be read nothing is known: it meets none.
    #[must_use]
    pub fn holds(&self, document: &Document) -> bool {
        !document.has_unreadable_front_matter() && self.holds_for(document.front_matter.as_ref())
    }

    /// Whether a mapping meets the condition.
    pub(super) fn holds_for(&self, front_matter: Option<&Node>) -> bool {
        let meets = |clause: &Clause| {
            let value = front_matter.and_then(|node| node.get(&clause.key)).filter(|node| !node.is_blank());
            match &clause.test {
                Test::Present => value.is_some(),
                Test::Absent => value.is_none(),
                Test::OneOf(wanted) => value.is_some_and(|value| has_any(value, wanted)),
                Test::NoneOf(unwanted) => !value.is_some_and(|value| has_any(value, unwanted)),
            }
        };
        self.alternatives.iter().any(|clauses| clauses.iter().all(meets))
    }

    /// The condition in words, to follow 'where ': `'status' is 'active' or 'deprecated'`.
    #[must_use]
    pub fn words(&self) -> String {
        let clause = |clause: &Clause| match &clause.test {
            Test::Present => format!("'{}' has a value", clause.key),
            Test::Absent => format!("'{}' has no value", clause.key),
            Test::OneOf(values) => format!("'{}' is {}", clause.key, either(values)),
            Test::NoneOf(values) => format!("'{}' isn't {}", clause.key, either(values)),
        };
        let alternative = |clauses: &Vec<Clause>| clauses.iter().map(clause).collect::<Vec<_>>().join(" and ");
        self.alternatives.iter().map(alternative).collect::<Vec<_>>().join(", or ")
    }

    /// Every clause, for finding those that can't hold.
    pub(super) fn clauses(&self) -> impl Iterator<Item = &Clause> {
        self.alternatives.iter().flatten()
    }
}

fn either(values: &[(String, Span)]) -> String {
    values.iter().map(|(value, _)| format!("'{value}'")).collect::<Vec<_>>().join(" or ")
}

fn has_any(value: &Node, wanted: &[(String, Span)]) -> bool {
    let items = if let Value::List(items) = &value.value { items.as_slice() } else { std::slice::from_ref(value) };
    items.iter().filter_map(Node::scalar).any(|item| wanted.iter().any(|(wanted, _)| wanted.trim().to_lowercase() == item.trim().to_lowercase()))
}

fn clauses(map: &Node, fields: &mut Fields<'_>) -> Vec<Clause> {
    if !matches!(map.value, Value::Map(_)) {
        fields.report(map.span, format!("'when' must hold conditions on front matter, not {}", map.kind()), "write `when: { status: active }`");
        return Vec::new();
    }
    map.entries().iter().filter_map(|(key, node)| Some(Clause { key: key.name.clone(), test: test(node, fields)?, span: key.span })).collect()
}

fn test(node: &Node, fields: &mut Fields<'_>) -> Option<Test> {
    let Value::Map(entries) = &node.value else {
        return values(node, fields).map(Test::OneOf);
    };
    let [(key, value)] = entries.as_slice() else {
        fields.report(node.span, "a condition on a key has one of `not` and `present`", "write `{ not: draft }` or `{ present: true }`");
        return None;
    };
    match (key.name.as_str(), &value.value) {
        ("not", _) => values(value, fields).map(Test::NoneOf),
        ("present", Value::Bool(true)) => Some(Test::Present),
        ("present", Value::Bool(false)) => Some(Test::Absent),
        ("present", _) => {
            fields.report(value.span, format!("'present' must be true or false, not {}", value.kind()), "write `present: true`");
            None
        }
        (unknown, _) => {
            let near = nearest(unknown, TEST_KEYS.iter().map(|docs| docs.key)).map_or(String::new(), |near| format!("did you mean '{near}'? "));
            fields.report(
                key.span,
                format!("unknown test '{unknown}' in a condition"),
                format!("{near}write `{{ not: draft }}` or `{{ present: true }}`"),
            );
            None
        }
    }
}

fn values(node: &Node, fields: &mut Fields<'_>) -> Option<Vec<(String, Span)>> {
    let items = if let Value::List(items) = &node.value { items.as_slice() } else { std::slice::from_ref(node) };
    let values: Vec<(String, Span)> = items.iter().filter_map(|item| Some((item.scalar()?, item.span))).collect();
    if values.is_empty() || values.len() < items.len() {
        fields.report(
            node.span,
            "a condition compares a key with a value or a list of values",
            "write `status: active` or `status: [active, deprecated]`",
        );
        return None;
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::yaml;
    use crate::diagnostic::Diagnostic;
    use crate::schema::load::INVALID_SCHEMA;
    use crate::schema::test::check_document;
    use crate::source::SitePath;

    fn read(text: &str) -> (Option<Condition>, Vec<Diagnostic>) {
        let node = yaml::parse(text).unwrap();
        let path = SitePath::new("schemas/t.yaml").unwrap();
        let mut diagnostics = Vec::new();
        let condition = Condition::read(&mut Fields::new(&node, "a section", &INVALID_SCHEMA, &path, &mut diagnostics));
        (condition, diagnostics)
    }

    #[test]
    fn conditions_hold_or_not() {
        for (condition, front, holds) in [
            ("{ status: active }", "status: active", true),
            ("{ status: active }", "status: Active", true),
            ("{ status: active }", "status: draft", false),
            ("{ status: active }", "title: x", false),
            ("{ status: [active, draft], severity: 1 }", "status: draft\nseverity: 1", true),
            ("{ status: [active, draft], severity: 1 }", "status: draft\nseverity: 2", false),
            ("[{ status: active }, { severity: 1 }]", "severity: 1", true),
            ("{ status: { not: draft } }", "title: x", true),
            ("{ status: { not: [draft, x] } }", "status: draft", false),
            ("{ by: { present: true } }", "by: x", true),
            ("{ by: { present: true } }", "by:", false),
            ("{ by: { present: false } }", "by: ''", true),
            ("{ services: api }", "services: [web, api]", true),
            ("{ urgent: true }", "urgent: true", true),
        ] {
            let (read, diagnostics) = read(&format!("when: {condition}\n"));
            assert!(diagnostics.is_empty(), "{condition}: {diagnostics:?}");
            let document = check_document("content/a.md", &format!("---\n{front}\n---\n# A\n"));
            assert_eq!(read.unwrap().holds(&document), holds, "{condition} on {front}");
        }
        let (condition, _) = read("when: { status: { not: draft } }\n");
        assert!(!condition.unwrap().holds(&check_document("content/a.md", "---\na: b: c\n---\n")), "nothing is known of it");
    }

    #[test]
    fn conditions_read_as_sentences_and_faults_are_named() {
        let (condition, _) = read("when: [{ status: [active, draft], by: { present: false } }, { x: { not: y } }]\n");
        assert_eq!(condition.unwrap().words(), "'status' is 'active' or 'draft' and 'by' has no value, or 'x' isn't 'y'");
        for (text, message) in [
            ("active", "'when' must hold conditions on front matter, not text"),
            ("{}", "'when' says no condition"),
            ("[]", "'when' says no condition"),
            ("{ a: { nto: b } }", "unknown test 'nto' in a condition"),
            ("{ a: { present: maybe } }", "'present' must be true or false, not text"),
            ("{ a: { not: b, present: true } }", "a condition on a key has one of `not` and `present`"),
            ("{ a: }", "a condition compares a key with a value or a list of values"),
            ("{ a: [b, [c]] }", "a condition compares a key with a value or a list of values"),
        ] {
            let (condition, diagnostics) = read(&format!("when: {text}\n"));
            assert_eq!(diagnostics.iter().map(|found| found.message.as_str()).collect::<Vec<_>>(), [message], "{text}");
            assert!(condition.is_none(), "{text}");
        }
    }
}
