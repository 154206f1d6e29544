//! Relations between sections: one of, any of, all or none, requires, conflicts, ordered.
//!
//! How a schema says them is here; whether a document meets them in [`judge`].

mod judge;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Key, Read, RuleKind, quoted_list};
use crate::data::{Fields, KeyDocs, Node, Shape, Value};
use crate::diagnostic::{Kind, Severity, Subject};
use crate::schema::condition::{self, Condition};
use crate::schema::field::severity;
use crate::schema::load::INVALID_SCHEMA;
use crate::schema::model::{Origin, Presence, SectionDemand};
use crate::schema::settings::Settings;
use crate::text::{Span, nearest};

/// Sections that don't stand together as the schema demands.
pub const SECTION_RELATION: Kind = Kind {
    code: "section-relation",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "sections don't stand together as their schema demands",
    docs: "A schema may relate sections: exactly one of them (`one_of`), at least one (`any_of`), all or none (`all_or_none`), one that \
requires another (`requires`), at most one (`conflicts`), an order among some (`ordered`). A section that a relation names is optional \
unless it says `required: true`.

    # schema: relations: [{ requires: { if: failover, then: failback } }]
    ## Failover

Write the section that goes with it:

    ## Failover
    ## Failback",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "relations", kinds: &[&SECTION_RELATION], keys: KEYS, judge: judge::judge };

const REQUIRES_KEYS: &[KeyDocs] = &[
    KeyDocs::new("if", "Ids of the sections that ask for others.", Shape::OneOrMore(&Shape::Text)),
    KeyDocs::new("then", "Ids of the sections that they ask for.", Shape::OneOrMore(&Shape::Text)),
];

const IDS: Shape = Shape::List(&Shape::Text);

const RELATION_KEYS: &[KeyDocs] = &[
    KeyDocs::new("one_of", "Ids of sections of which a document has exactly one.", IDS),
    KeyDocs::new("any_of", "Ids of sections of which a document has at least one.", IDS),
    KeyDocs::new("all_or_none", "Ids of sections of which a document has all or none.", IDS),
    KeyDocs::new("requires", "Sections that go with others: `{ if: failover, then: failback }`.", Shape::Table(REQUIRES_KEYS)),
    KeyDocs::new("conflicts", "Ids of sections of which a document has at most one.", IDS),
    KeyDocs::new("ordered", "Ids of sections that stand in this order; others may stand between.", IDS),
    KeyDocs::new("when", "On which front matter the relation holds.", condition::NAMED),
    KeyDocs::new("severity", "How much it matters.", Shape::Choice(&["error", "warning"])),
    KeyDocs::new("guidance", "Why, for the help of the finding.", Shape::Text),
];

const SHAPE: Shape = Shape::List(&Shape::Table(RELATION_KEYS));

const KEYS: &[Key] = &[
    Key::new(
        "relations",
        "How sections go together: `[{ one_of: [failover, restart] }, { requires: { if: failover, then: failback } }]`.",
        SHAPE,
        Read::Schema(|fields, schema| read(fields, &mut schema.settings)),
    ),
    Key::new(
        "relations",
        "How the sections inside this one go together: `[{ any_of: [failover, restart] }]`.",
        SHAPE,
        Read::Section(|fields, demand| read(fields, &mut demand.settings)),
    ),
];

/// The relations of one level, those that were inherited first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relations(pub(crate) Vec<Relation>);

/// One relation.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub kind: RelationKind,
    pub when: Option<Condition>,
    severity: Option<Severity>,
    guidance: Arc<str>,
    pub origin: Origin,
}

/// A section's id and where the relation names it.
pub(crate) type Named = (String, Span);

#[derive(Debug, Clone)]
pub(crate) enum RelationKind {
    OneOf(Vec<Named>),
    AnyOf(Vec<Named>),
    AllOrNone(Vec<Named>),
    Requires(Vec<Named>, Vec<Named>),
    Conflicts(Vec<Named>),
    Ordered(Vec<Named>),
}

impl RelationKind {
    /// The relation in a few words, to stand under the marked text.
    fn label(&self) -> &'static str {
        match self {
            Self::OneOf(_) => "one of several",
            Self::AnyOf(_) => "at least one of several",
            Self::AllOrNone(_) => "all or none",
            Self::Requires(..) => "asks for another",
            Self::Conflicts(_) => "excludes another",
            Self::Ordered(_) => "out of order",
        }
    }

    /// Every section that the relation names.
    pub(crate) fn named(&self) -> impl Iterator<Item = &Named> {
        let (first, second): (&[Named], &[Named]) = match self {
            Self::OneOf(ids) | Self::AnyOf(ids) | Self::AllOrNone(ids) | Self::Conflicts(ids) | Self::Ordered(ids) => (ids, &[]),
            Self::Requires(cause, effect) => (cause, effect),
        };
        first.iter().chain(second)
    }

    /// The sections that a document may lack because of the relation.
    fn loosens(&self) -> &[Named] {
        match self {
            Self::OneOf(ids) | Self::AnyOf(ids) | Self::AllOrNone(ids) | Self::Conflicts(ids) => ids,
            Self::Requires(_, effect) => effect,
            Self::Ordered(_) => &[],
        }
    }
}

fn read(fields: &mut Fields<'_>, settings: &mut Settings) {
    let path = fields.path();
    let mut relations = settings.get::<Relations>().cloned().unwrap_or_default();
    for node in fields.list("relations") {
        let mut entry = Fields::new(node, "a relation", &INVALID_SCHEMA, path, fields.diagnostics());
        entry.only(RELATION_KEYS);
        let Some(kind) = kind(&mut entry, node) else { continue };
        relations.0.push(Relation {
            kind,
            when: Condition::read(&mut entry),
            severity: severity(&mut entry),
            guidance: entry.text("guidance").unwrap_or_default().into(),
            origin: Origin { path: path.clone(), span: crate::schema::model::demand_span(node) },
        });
    }
    if !relations.0.is_empty() {
        settings.set(relations);
    }
}

fn kind(entry: &mut Fields<'_>, node: &Node) -> Option<RelationKind> {
    type Make = fn(Vec<Named>) -> RelationKind;
    const LISTS: [(&str, Make); 5] = [
        ("one_of", RelationKind::OneOf),
        ("any_of", RelationKind::AnyOf),
        ("all_or_none", RelationKind::AllOrNone),
        ("conflicts", RelationKind::Conflicts),
        ("ordered", RelationKind::Ordered),
    ];
    let is_relation = |key: &str| key == "requires" || LISTS.iter().any(|(name, _)| *name == key);
    let named: Vec<_> = node.entries().iter().filter(|(key, _)| is_relation(&key.name)).collect();
    let [(key, value)] = named.as_slice() else {
        // An unknown key was reported, and is what was meant.
        let all_known = node.entries().iter().all(|(key, _)| RELATION_KEYS.iter().any(|docs| docs.key == key.name));
        if matches!(node.value, Value::Map(_)) && (all_known || named.len() > 1) {
            let help = "write one of one_of, any_of, all_or_none, requires, conflicts, ordered in each entry of the list";
            entry.report(
                node.span,
                if named.is_empty() { "a relation says what it relates by no key" } else { "several relations in one entry" },
                help,
            );
        }
        return None;
    };
    if key.name == "requires" {
        let path = entry.path();
        let mut parts = Fields::new(value, "'requires'", &INVALID_SCHEMA, path, entry.diagnostics());
        parts.only(REQUIRES_KEYS);
        let (cause, effect) = (parts.texts("if"), parts.texts("then"));
        if cause.is_empty() || effect.is_empty() {
            parts.report(value.span, "'requires' needs 'if' and 'then'", "write `requires: { if: failover, then: failback }`");
            return None;
        }
        return is_sound(entry, cause.iter().chain(&effect)).then_some(RelationKind::Requires(cause, effect));
    }
    let ids = entry.texts(&key.name);
    if ids.len() < 2 {
        entry.report(value.span, format!("'{}' relates at least two sections", key.name), "name two sections or more by their ids");
        return None;
    }
    let (_, make) = LISTS.iter().find(|(name, _)| *name == key.name)?;
    is_sound(entry, ids.iter()).then(|| make(ids))
}

/// Whether no section is related to itself; reports the first that is.
fn is_sound<'a>(entry: &mut Fields<'_>, ids: impl Iterator<Item = &'a Named>) -> bool {
    let mut seen = BTreeSet::new();
    let mut ids = ids.filter(|(id, _)| !seen.insert(id));
    let Some((id, span)) = ids.next() else { return true };
    entry.report(*span, format!("a relation names the section '{id}' twice"), "name each section once");
    false
}

/// The relations in words, one sentence each, with the titles of the sections among `demands`.
pub(crate) fn words(settings: &Settings, demands: &[SectionDemand]) -> Vec<String> {
    let title = |id: &str| demands.iter().find(|demand| *demand.id == *id).map_or_else(|| id.to_owned(), |demand| demand.title.to_string());
    let ids = |ids: &[Named]| {
        let titles: Vec<String> = ids.iter().map(|(id, _)| title(id)).collect();
        quoted_list(titles.iter().map(String::as_str))
    };
    let sentence = |relation: &Relation| {
        let words = match &relation.kind {
            RelationKind::OneOf(list) => format!("Exactly one of {}", ids(list)),
            RelationKind::AnyOf(list) => format!("At least one of {}", ids(list)),
            RelationKind::AllOrNone(list) => format!("All or none of {}", ids(list)),
            RelationKind::Requires(cause, effect) => format!("With {} also {}", ids(cause), ids(effect)),
            RelationKind::Conflicts(list) => format!("At most one of {}", ids(list)),
            RelationKind::Ordered(list) => format!("In this order: {}", ids(list)),
        };
        let when = relation.when.as_ref().map_or(String::new(), |when| format!(" where {}", when.words()));
        format!("{words}{when}.")
    };
    settings.get::<Relations>().map_or_else(Vec::new, |relations| relations.0.iter().map(sentence).collect())
}

/// Makes the sections optional that relations let a document lack, and reports names and demands that don't fit.
pub(crate) fn settle(settings: &mut Settings, demands: &mut [SectionDemand], report: &mut dyn FnMut(&Origin, Span, String, String)) {
    let Some(mut relations) = settings.get::<Relations>().cloned() else { return };
    relations.0.retain(|relation| {
        let unknown: Vec<&Named> = relation.kind.named().filter(|(id, _)| !demands.iter().any(|demand| *demand.id == **id)).collect();
        for (id, span) in &unknown {
            let near = nearest(id, demands.iter().map(|demand| &*demand.id));
            let help = match near {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("ids here: {}", demands.iter().map(|demand| &*demand.id).collect::<Vec<_>>().join(", ")),
            };
            report(&relation.origin, *span, format!("no section beside the relation has the id '{id}'"), help);
        }
        unknown.is_empty()
    });
    for relation in &relations.0 {
        let always = |id: &str| demands.iter().any(|demand| *demand.id == *id && demand.presence == Presence::Required && demand.when.is_none());
        let required = relation.kind.named().filter(|(id, _)| always(id)).count();
        let impossible = match &relation.kind {
            RelationKind::OneOf(_) | RelationKind::Conflicts(_) if required > 1 => {
                Some("no document can have one of these sections: more of them are required")
            }
            _ => None,
        };
        if let Some(message) = impossible {
            report(&relation.origin, relation.origin.span, message.to_owned(), "take `required: true` from all but one of them".to_owned());
        }
        for (id, _) in relation.kind.loosens() {
            for demand in demands.iter_mut().filter(|demand| *demand.id == **id && demand.presence == Presence::Presumed) {
                demand.presence = Presence::Optional;
            }
        }
    }
    settings.set(relations);
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{apply, findings, judged, schema, schema_faults};

    fn found(relation: &str, sections: &[&str]) -> Vec<String> {
        let schema = schema(&format!("type: t\nsections: [A, B, C]\nrelations: [{relation}]\n"));
        let text = sections.iter().fold(String::new(), |text, section| text + "## " + section + "\n\nx\n\n");
        findings(&schema, &format!("---\nstatus: active\n---\n# T\n\n{text}"))
    }

    #[test]
    fn relations_are_met_or_not() {
        for (relation, sections, expected) in [
            ("{ one_of: [a, b] }", vec!["A", "C"], None),
            ("{ one_of: [a, b] }", vec!["C"], Some("T | exactly one of the sections 'A' and 'B' is demanded, and none is there")),
            ("{ one_of: [a, b] }", vec!["A", "B", "C"], Some("B | exactly one of the sections 'A' and 'B' is demanded, and 'A' and 'B' are there")),
            ("{ any_of: [a, b] }", vec!["A", "B", "C"], None),
            ("{ any_of: [a, b] }", vec!["C"], Some("T | at least one of the sections 'A' and 'B' is demanded, and none is there")),
            ("{ all_or_none: [a, b] }", vec!["C"], None),
            ("{ all_or_none: [a, b] }", vec!["A", "B", "C"], None),
            ("{ all_or_none: [a, b] }", vec!["B", "C"], Some("B | the sections 'A' and 'B' go together, and 'A' is missing")),
            ("{ requires: { if: a, then: b } }", vec!["A", "B", "C"], None),
            ("{ requires: { if: c, then: [a, b] } }", vec!["C"], Some("C | section 'C' asks for 'A' and 'B'")),
            ("{ conflicts: [a, b] }", vec!["A", "C"], None),
            ("{ conflicts: [a, b] }", vec!["C"], None),
            ("{ conflicts: [a, b] }", vec!["A", "B", "C"], Some("B | the sections 'A' and 'B' exclude each other")),
            ("{ ordered: [c, a] }", vec!["C", "B", "A"], None),
            ("{ ordered: [c, a] }", vec!["A", "B", "C"], Some("A | section 'A' must come after 'C'")),
            ("{ one_of: [a, b], when: { status: draft } }", vec!["C"], None),
            (
                "{ one_of: [a, b], when: { status: active } }",
                vec!["C"],
                Some("T | exactly one of the sections 'A' and 'B' is demanded, and none is there"),
            ),
        ] {
            let expected: Vec<String> = expected.iter().map(|expected| format!("section-relation | {expected}")).collect();
            assert_eq!(found(relation, &sections), expected, "{relation} {sections:?}");
        }
    }

    #[test]
    fn a_fix_writes_the_section_that_goes_with_another() {
        let schema = schema("type: t\nsections: [Failover, Failback, End]\nrelations: [{ requires: { if: failover, then: failback } }]\n");
        let text = "## Failover\n\nx\n\n## End\n\ny\n";
        assert_eq!(apply(text, &judged(&schema, text)), "## Failover\n\nx\n\n## Failback\n\n## End\n\ny\n");
    }

    #[test]
    fn a_fix_touches_no_other_section_and_writes_nothing_forbidden() {
        let steps = "type: t\nsections: [{ title: Step, times: { at_least: 1 }, sections: [A, B], relations: [{ all_or_none: [a, b] }] }]\n";
        let text = "## Step\n\n### A\n\nx\n\n## Step\n\ny\n";
        let mended = apply(text, &judged(&schema(steps), text));
        assert!(mended.contains("### A\n\nx\n\n### B\n\n## Step\n\ny\n") && mended.matches("###").count() == 2, "{mended}");
        let forbidden = schema("type: t\nsections: [A, { title: B, forbidden: true }]\nrelations: [{ requires: { if: a, then: b } }]\n");
        assert_eq!(findings(&forbidden, "## A\n\nx\n"), [""; 0]);
    }

    #[test]
    fn relations_stand_inside_sections_too() {
        let schema = schema("type: t\nsections: [{ title: P, sections: [A, B], relations: [{ any_of: [a, b], severity: warning }] }]\n");
        assert_eq!(findings(&schema, "## P\n\n### B\n\nx\n"), [""; 0]);
        assert_eq!(
            findings(&schema, "## P\n\nx\n"),
            ["section-relation | P | at least one of the sections 'A' and 'B' is demanded, and none is there"]
        );
        assert_eq!(findings(&schema, "## Q\n\nx\n"), ["missing-section | Q | t has no section 'P'"]);
    }

    #[test]
    fn faults_of_a_relation_are_named() {
        for (relation, expected) in [
            ("{ one_of: [a, bb] }", "bb | no section beside the relation has the id 'bb'"),
            ("{ one_of: [a] }", "[ | 'one_of' relates at least two sections"),
            ("{ one_off: [a, b] }", "one_off | unknown key 'one_off' in a relation"),
            ("{ requires: { if: a } }", "{ | 'requires' needs 'if' and 'then'"),
            ("{ one_of: [a, b], any_of: [a, b] }", "{ | several relations in one entry"),
            ("{ when: { x: y } }", "{ | a relation says what it relates by no key"),
            ("{ conflicts: [a, b, a] }", "a | a relation names the section 'a' twice"),
            ("{ requires: { if: a, then: [b, a] } }", "a | a relation names the section 'a' twice"),
            ("one_of", "one_of | a relation must be a mapping, not text"),
        ] {
            assert_eq!(schema_faults(&format!("type: t\nsections: [A, B]\nrelations: [{relation}]\n")), [expected]);
        }
        let both = "type: t\nsections: [{ title: A, required: true }, { title: B, required: true }]\nrelations: [{ conflicts: [a, b] }]\n";
        assert_eq!(schema_faults(both), ["conflicts: [ | no document can have one of these sections: more of them are required"]);
    }
}
