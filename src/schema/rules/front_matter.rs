//! Front matter keys that a schema demands.

use super::missing_section::conditional;
use super::{Case, Demanding, Read, RuleKind};
use crate::data::{Fields, Key, Node, Shape, Value};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::FRONT_MATTER_KEYS;
use crate::schema::field::FieldDemand;
use crate::schema::load::INVALID_SCHEMA;
use crate::schema::model::{Presence, Schema};
use crate::schema::settings::Settings;
use crate::schema::values::ValueType;
use crate::text::{Span, count, nearest};

/// A key that the front matter lacks.
pub const MISSING_FRONT_MATTER: Kind = Kind {
    code: "missing-front-matter",
    severity: Severity::Error,
    subject: Subject::Types,
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
    subject: Subject::Types,
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

/// A key of the front matter that must not be there.
pub const FORBIDDEN_FRONT_MATTER: Kind = Kind {
    code: "forbidden-front-matter",
    severity: Severity::Error,
    subject: Subject::Types,
    summary: "the front matter has a key that the schema forbids",
    docs: "A schema may forbid a key, always or where other keys say so: a record that is active isn't superseded by another.

    # schema: front_matter: { superseded_by: { forbidden: true, when: { status: active } } }
    ---
    status: active
    superseded_by: 0012-new-queue.md
    ---

Take the key out, or change the one that forbids it:

    ---
    status: superseded
    superseded_by: 0012-new-queue.md
    ---",
};

/// A key of the front matter that the schema doesn't know, where it says that there must be none.
pub const UNKNOWN_FRONT_MATTER: Kind = Kind {
    code: "unknown-front-matter",
    severity: Severity::Error,
    subject: Subject::Types,
    summary: "the front matter has a key that the schema doesn't know",
    docs: "A key that nobody reads does nothing, and one that is misspelt does nothing where it should. A schema with \
`other_front_matter: forbid` (or `warn`) lists every key that its documents may have beside those that all documents may have.

    # schema: other_front_matter: forbid, front_matter: { severity: { values: [minor, major] } }
    ---
    severty: major
    ---

Mend the spelling, take the key out, or add it to the schema:

    ---
    severity: major
    ---",
};

/// The rule.
pub const RULE: RuleKind = RuleKind {
    name: "front-matter",
    kinds: &[&MISSING_FRONT_MATTER, &FRONT_MATTER_VALUE, &FORBIDDEN_FRONT_MATTER, &UNKNOWN_FRONT_MATTER],
    keys: KEYS,
    judge,
};

const KEYS: &[super::Key] = &[
    super::Key::new(
        "front_matter",
        "What the front matter says, key by key: `{ owner: { type: role, required: true } }`.",
        Shape::Map(&Shape::Named("field")),
        Read::Schema(read),
    ),
    super::Key::new(
        "other_front_matter",
        "Whether keys that neither the schema nor every document knows are welcome: `allow`, `warn`, `forbid`.",
        Shape::Choice(&["allow", "warn", "forbid"]),
        Read::Schema(|fields, schema| {
            if let Some(choice) = fields.choice("other_front_matter", &["allow", "warn", "forbid"]) {
                schema.settings.set(OtherKeys([None, Some(Severity::Warning), Some(Severity::Error)].get(choice).copied().flatten()));
            }
        }),
    ),
];

/// What unknown keys are: nothing, warnings or errors.
struct OtherKeys(Option<Severity>);

/// What other keys are, in a sentence for outlines.
pub(crate) fn words(settings: &Settings) -> Option<&'static str> {
    match settings.get::<OtherKeys>()?.0? {
        Severity::Error => Some("No other keys in the front matter."),
        Severity::Warning => Some("Other keys in the front matter are warnings."),
    }
}

fn read(fields: &mut Fields<'_>, schema: &mut Schema) {
    let path = fields.path();
    let Some(node) = fields.get("front_matter") else { return };
    // Reports a value that is no mapping.
    let _mapping = Fields::new(node, "'front_matter'", &INVALID_SCHEMA, path, fields.diagnostics());
    for (key, node) in node.entries() {
        let place = schema.front_matter.iter().position(|demand| demand.key == key.name);
        let inherited = place.and_then(|place| schema.front_matter.get(place)).cloned();
        let demand = FieldDemand::read(key, node, inherited, path, fields.diagnostics());
        match place.and_then(|place| schema.front_matter.get_mut(place)) {
            Some(slot) => *slot = demand,
            None => schema.front_matter.push(demand),
        }
    }
}

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let document = case.document;
    if document.has_unreadable_front_matter() {
        return;
    }
    let entries = document.front_matter.as_ref().map_or(&[][..], Node::entries);
    for demand in &case.schema.front_matter {
        let holds = demand.when.as_ref().is_none_or(|when| when.holds(document));
        let entry = entries.iter().find(|(key, _)| key.name == demand.key);
        match entry.filter(|(_, node)| !node.is_blank()) {
            Some((key, _)) if holds && demand.presence == Presence::Forbidden => diagnostics.push(forbidden(case, demand, key)),
            Some((_, node)) => diagnostics.extend(faults(case, demand, node)),
            None if holds && demand.is_required() => diagnostics.push(missing(case, demand, entry)),
            None => {}
        }
    }
    unknown(case, entries, diagnostics);
}

fn missing(case: &Case<'_>, demand: &FieldDemand, entry: Option<&(Key, Node)>) -> Diagnostic {
    let key = &demand.key;
    let document = case.document;
    let misspelt = if entry.is_none() { look_alike(case, key) } else { None };
    let span = match (entry, misspelt) {
        (Some((found, _)), _) | (None, Some(found)) => found.span,
        (None, None) => Span::at(document.body.start().min(3)),
    };
    let (message, label) = match (entry, misspelt) {
        (Some(_), _) => (format!("front matter key '{key}' is empty"), "no value".to_owned()),
        (None, Some(_)) => (format!("{} has no '{key}' in its front matter", case.schema.noun()), format!("did you mean '{key}'?")),
        (None, None) => (format!("{} has no '{key}' in its front matter", case.schema.noun()), format!("'{key}' is missing here")),
    };
    let example = example(demand);
    let help = match misspelt {
        Some(found) => format!("write '{key}' instead of '{}'", found.name),
        None if document.front_matter.is_some() => format!("write `{key}: {example}`"),
        None => format!("begin the document with front matter: a line `---`, `{key}: {example}`, a line `---`"),
    };
    let mut finding = case.finding(&MISSING_FRONT_MATTER, demand.severity, span, message).label(label).help(help);
    // Of short keys any two are alike.
    let is_sure = |found: &&Key| found.span.of(&document.text) == found.name && key.chars().count() >= 4 && found.name.chars().count() >= 4;
    if let Some(found) = misspelt.filter(is_sure) {
        finding = finding.edit(found.span, key.as_str());
    }
    conditional(guided(finding, demand), demand.when.as_ref()).demanded(&demand.origin)
}

/// A key that nobody knows and that looks like the one that is missing.
fn look_alike<'a>(case: &Case<'a>, wanted: &str) -> Option<&'a Key> {
    let entries = case.document.front_matter.as_ref().map_or(&[][..], Node::entries);
    let unknown: Vec<&Key> = entries.iter().map(|(key, _)| key).filter(|key| !is_known(case, &key.name)).collect();
    let near = nearest(wanted, unknown.iter().map(|key| key.name.as_str()))?;
    unknown.into_iter().find(|key| key.name == near)
}

fn is_known(case: &Case<'_>, key: &str) -> bool {
    FRONT_MATTER_KEYS.iter().any(|docs| docs.key == key) || case.schema.front_matter.iter().any(|demand| demand.key == key)
}

fn guided(finding: Diagnostic, demand: &FieldDemand) -> Diagnostic {
    if demand.guidance.is_empty() { finding } else { finding.note(format!("what belongs there: {}", demand.guidance)) }
}

/// A value that the key may have, to show.
fn example(demand: &FieldDemand) -> String {
    demand.values.first().cloned().unwrap_or_else(|| demand.value_type.unwrap_or(ValueType::String).example().to_owned())
}

fn forbidden(case: &Case<'_>, demand: &FieldDemand, key: &Key) -> Diagnostic {
    let message = format!("{} must not have '{}' in its front matter", case.schema.noun(), demand.key);
    let finding = case.finding(&FORBIDDEN_FRONT_MATTER, demand.severity, key.span, message).label("forbidden here").help("take the key out");
    let finding = if demand.guidance.is_empty() { finding } else { finding.note(format!("why: {}", demand.guidance)) };
    conditional(finding, demand.when.as_ref()).demanded(&demand.origin)
}

/// Whether a schema says of keys that it doesn't know that they don't belong.
#[must_use]
pub fn judges_other_keys(schema: &Schema) -> bool {
    matches!(schema.settings.get::<OtherKeys>(), Some(OtherKeys(Some(_))))
}

fn unknown(case: &Case<'_>, entries: &[(Key, Node)], diagnostics: &mut Vec<Diagnostic>) {
    let Some(OtherKeys(Some(severity))) = case.schema.settings.get::<OtherKeys>() else { return };
    let missing = |key: &str| {
        case.schema.front_matter.iter().any(|demand| {
            demand.is_required()
                && look_alike(case, &demand.key).is_some_and(|found| found.name == *key)
                && !entries.iter().any(|(key, _)| key.name == demand.key)
        })
    };
    for (key, _) in entries.iter().filter(|(key, _)| !is_known(case, &key.name)) {
        // What looks like a missing key is named there.
        if missing(&key.name) {
            continue;
        }
        let known = || FRONT_MATTER_KEYS.iter().map(|docs| docs.key).chain(case.schema.front_matter.iter().map(|demand| demand.key.as_str()));
        let message = format!("{} has a key '{}' in its front matter that its schema doesn't know", case.schema.noun(), key.name);
        let finding = Diagnostic::new(&UNKNOWN_FRONT_MATTER, &case.document.path, key.span, message).severity(*severity);
        let finding = match nearest(&key.name, known()) {
            Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or take the key out")),
            None => finding.label("not in the schema").help("take the key out, or add it to the schema's `front_matter`"),
        };
        diagnostics.push(finding.related(&case.schema.path, case.schema.span, "schema of this type"));
    }
}

/// What is wrong with a value: its type, its limits, each of its items.
fn faults(case: &Case<'_>, demand: &FieldDemand, node: &Node) -> Vec<Diagnostic> {
    let key = &demand.key;
    let finding = |node: &Node, message: String| {
        guided(case.finding(&FRONT_MATTER_VALUE, demand.severity, node.span, message), demand).demanded(&demand.origin)
    };
    if let Some(wanted) = demand.value_type
        && !wanted.accepts(node)
    {
        let message = format!("front matter key '{key}' must be {}", wanted.words());
        return vec![finding(node, message).label(format!("not {}", wanted.words())).help(format!("write `{key}: {}`", example(demand)))];
    }
    let items = if let Value::List(items) = &node.value { items.as_slice() } else { std::slice::from_ref(node) };
    let mut found: Vec<Diagnostic> = Vec::new();
    for item in items {
        let Some(value) = item.scalar() else {
            if demand.each.is_some() || demand.pattern.is_some() || !demand.values.is_empty() {
                let message = format!("front matter key '{key}' can't hold {}", item.kind());
                found.push(finding(item, message).label("not a single value").help(format!("write a value such as `{}`", example(demand))));
            }
            continue;
        };
        if let Some(each) = demand.each.filter(|each| !each.accepts(item)) {
            let message = format!("each item of front matter key '{key}' must be {}", each.words());
            found.push(finding(item, message).label(format!("not {}", each.words())).help(format!("write an item such as `{}`", each.example())));
        } else if !demand.values.is_empty() && !demand.values.contains(&value) {
            let wrong =
                finding(item, format!("front matter key '{key}' can't be '{value}'")).help(format!("write one of: {}", demand.values.join(", ")));
            found.push(match nearest(&value, demand.values.iter().map(String::as_str)) {
                Some(near) => wrong.label(format!("did you mean '{near}'?")),
                None => wrong.label("not one of the allowed values"),
            });
        } else if let Some(pattern) = demand.pattern.as_ref().filter(|pattern| !pattern.is_match(&value)) {
            let message = format!("front matter key '{key}' doesn't match the pattern of the schema");
            found.push(finding(item, message).label(format!("must match `{pattern}`")).help("write a value of that form"));
        }
    }
    found.extend(beyond(demand, node).map(|(message, help)| finding(node, message).help(help)));
    found
}

/// A value beyond its limits, in words, and the mend.
fn beyond(demand: &FieldDemand, node: &Node) -> Option<(String, String)> {
    let value_type = demand.value_type?;
    let value = value_type.measure(node)?;
    let what = match value_type {
        ValueType::List => format!("front matter key '{}' has {}", demand.key, count(items(node), "item")),
        ValueType::String => format!("front matter key '{}' has {}", demand.key, count(node.scalar()?.chars().count(), "character")),
        _ => format!("front matter key '{}' is {}", demand.key, node.scalar()?),
    };
    let limit = |limit: &Option<String>| limit.as_ref().and_then(|limit| Some((limit.clone(), value_type.limit(limit)?)));
    let low = limit(&demand.at_least).filter(|(_, least)| value < *least);
    let high = limit(&demand.at_most).filter(|(_, most)| value > *most);
    match (low, high) {
        (Some((least, _)), _) => Some((format!("{what}, at least {least} is demanded"), format!("write {least} or more"))),
        (None, Some((most, _))) => Some((format!("{what}, at most {most} is allowed"), format!("write {most} or less"))),
        (None, None) => None,
    }
}

fn items(node: &Node) -> usize {
    if let Value::List(items) = &node.value { items.len() } else { 1 }
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{apply, findings, judged, schema, schema_faults};

    fn found(demand: &str, front: &str) -> Vec<String> {
        findings(&schema(&format!("type: t\nfront_matter: {{ {demand} }}\nsections: [A]\n")), &format!("---\n{front}\n---\n# A\n\nx\n"))
    }

    #[test]
    fn keys_are_demanded_and_checked() {
        for (demand, front, expected) in [
            ("owner: { required: true }", "owner: me", None),
            ("owner: { required: true }", "owner:", Some("missing-front-matter | owner | front matter key 'owner' is empty")),
            ("owner: { required: true }", "title: x", Some("missing-front-matter |  | t has no 'owner' in its front matter")),
            ("ticket: { required: true }", "tikcet: x", Some("missing-front-matter | tikcet | t has no 'ticket' in its front matter")),
            ("d: { type: date }", "d: 2026-11-20", None),
            (
                "d: { type: date }",
                "d: last spring",
                Some("front-matter-value | last spring | front matter key 'd' must be a date such as 2026-11-20"),
            ),
            ("s: { values: [active, draft] }", "s: draft", None),
            ("s: { values: [active, draft] }", "s: actve", Some("front-matter-value | actve | front matter key 's' can't be 'actve'")),
            ("s: { type: enum, values: [1, 2] }", "s: 3", Some("front-matter-value | 3 | front matter key 's' can't be '3'")),
            ("s: { values: [a, b] }", "s: [a, c]", Some("front-matter-value | c | front matter key 's' can't be 'c'")),
            ("u: { type: url }", "u: https://a.example", None),
            (
                "u: { type: url }",
                "u: a.example",
                Some("front-matter-value | a.example | front matter key 'u' must be an absolute URL such as https://status.example.org"),
            ),
            ("l: { type: list, each: date }", "l: [2026-11-20]", None),
            (
                "l: { type: list, each: date }",
                "l: [x]",
                Some("front-matter-value | x | each item of front matter key 'l' must be a date such as 2026-11-20"),
            ),
            ("l: { type: list, at_least: 2 }", "l: [x]", Some("front-matter-value | [ | front matter key 'l' has 1 item, at least 2 is demanded")),
            ("d: { type: duration, at_most: 180d }", "d: 6 months", None),
            (
                "d: { type: duration, at_most: 180d }",
                "d: 1 year",
                Some("front-matter-value | 1 year | front matter key 'd' is 1 year, at most 180d is allowed"),
            ),
            ("n: { type: number, at_least: 1, at_most: 5 }", "n: 5", None),
            (
                "n: { type: number, at_least: 1, at_most: 5 }",
                "n: 0",
                Some("front-matter-value | 0 | front matter key 'n' is 0, at least 1 is demanded"),
            ),
            ("i: { pattern: '^OPS-\\d+$' }", "i: OPS-12", None),
            (
                "i: { pattern: '^OPS-\\d+$' }",
                "i: ops 12",
                Some("front-matter-value | ops 12 | front matter key 'i' doesn't match the pattern of the schema"),
            ),
            ("o: { when: { status: active } }", "status: draft", None),
            ("o: { when: { status: active } }", "status: active", Some("missing-front-matter |  | t has no 'o' in its front matter")),
            ("o: { forbidden: true, when: { status: active } }", "status: draft\no: x", None),
            (
                "o: { forbidden: true, when: { status: active } }",
                "status: active\no: x",
                Some("forbidden-front-matter | o | t must not have 'o' in its front matter"),
            ),
        ] {
            assert_eq!(found(demand, front), expected.into_iter().collect::<Vec<_>>(), "{demand} on {front}");
        }
    }

    #[test]
    fn documents_without_front_matter_lack_every_key() {
        let schema = schema("type: t\nfront_matter: { owner: { required: true } }\nsections: [A]\n");
        assert_eq!(findings(&schema, "# A\n\nx\n"), ["missing-front-matter |  | t has no 'owner' in its front matter"]);
        assert_eq!(findings(&schema, "---\n\n# A\n\nx\n").len(), 1);
        assert_eq!(findings(&schema, "---\nowner: me\n# A\n\nx\n"), [""; 0]);
        assert_eq!(findings(&schema, "---\nowner: a: b\n---\n# A\n\nx\n"), [""; 0]);
    }

    #[test]
    fn unknown_keys_count_where_the_schema_says_so() {
        let text = "type: t\nother_front_matter: forbid\nfront_matter: { severity: {}, ticket: { required: true } }\nsections: [A]\n";
        let front = "---\ntitle: x\nseverty: 1\nfoo: 2\ntiket: 3\n---\n# A\n\nx\n";
        let found = judged(&schema(text), front);
        let lines: Vec<_> = found.iter().map(|found| (found.kind.code, found.span.of(front), found.label.as_str())).collect();
        assert_eq!(
            lines,
            [
                ("unknown-front-matter", "severty", "did you mean 'severity'?"),
                ("unknown-front-matter", "foo", "not in the schema"),
                ("missing-front-matter", "tiket", "did you mean 'ticket'?"),
            ]
        );
        assert!(apply(front, &found).contains("\nticket: 3\n"));
        assert_eq!(judged(&schema(&text.replace("forbid", "allow")), front).len(), 1);
    }

    #[test]
    fn faults_of_a_demand_are_named() {
        for (demand, expected) in [
            ("{ requird: true }", "requird | unknown key 'requird' in a front matter key"),
            ("{ type: dat }", "dat | 'type' of a front matter key can't be 'dat'"),
            ("{ type: enum }", "enum | an enum has no values"),
            ("{ pattern: '(' }", "'(' | 'pattern' is no regular expression: unclosed group"),
            ("{ type: date, at_most: soon }", "soon | 'soon' is no limit for a date such as 2026-11-20"),
            ("{ at_most: 3 }", "3 | 'at_most' needs to know what the value is"),
            ("{ type: number, at_least: 3, at_most: 2 }", "2 | no value can meet both limits: 'at_least' is more than 'at_most'"),
            ("{ required: true, forbidden: true }", "true | a front matter key can't be both required and forbidden"),
            ("{ type: date, back: x }", "x | 'back' is for keys that lead to documents"),
            ("{ each: date }", "date | 'each' is for lists"),
            ("{ type: date, values: [soon] }", "[ | 'soon' among the values isn't a date such as 2026-11-20"),
            (
                "{ when: { x: y }, required: false }",
                "{ | 'when' says on which front matter the key is demanded, and `required: false` that it never is",
            ),
            ("required", "required | a front matter key must be a mapping, not text"),
        ] {
            assert_eq!(schema_faults(&format!("type: t\nfront_matter: {{ k: {demand} }}\n")), [expected], "{demand}");
        }
    }
}
