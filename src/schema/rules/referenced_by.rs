//! Documents that another document must refer to. The checks of the whole handbook judge: one document doesn't know the others.

use super::{Case, Key, Read, RuleKind};
use crate::data::{Fields, KeyDocs, Shape};
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::INVALID_SCHEMA;
use crate::schema::condition::{self, Condition};
use crate::schema::field::severity;
use crate::schema::model::{Origin, Schema, demand_span};
use crate::schema::settings::Settings;

/// The rule.
pub(super) const RULE: RuleKind = RuleKind { name: "referenced-by", kinds: &[], keys: KEYS, judge: nothing };

const ENTRY_KEYS: &[KeyDocs] = &[
    KeyDocs::new("type", "The type of the document that must refer to this one.", Shape::Text),
    KeyDocs::new("key", "The key of its front matter that does; without it a link in its text does.", Shape::Text),
    KeyDocs::new("when", "On which front matter of this document it is demanded: `{ severity: [major, critical] }`.", condition::NAMED),
    KeyDocs::new("severity", "How much it matters.", Shape::Choice(&["error", "warning"])),
    KeyDocs::new("guidance", "Why, for the help of the finding.", Shape::Text),
];

const KEYS: &[Key] = &[Key::new(
    "referenced_by",
    "Documents that must refer to each document of this type: `[{ type: incident-report, key: incident, when: { severity: major } }]`.",
    Shape::List(&Shape::Table(ENTRY_KEYS)),
    Read::Schema(read),
)];

/// What must refer to a document, those demands that were inherited first.
#[derive(Debug, Clone, Default)]
pub struct ReferencedBy(pub Vec<Reference>);

/// A document that must refer to another.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Its type.
    pub document_type: String,
    /// The key of its front matter that refers; a link in its text if there is none.
    pub key: Option<String>,
    /// On which front matter it is demanded.
    pub when: Option<Condition>,
    /// How much it matters.
    pub severity: Option<Severity>,
    /// Why.
    pub guidance: String,
    /// Where it is demanded.
    pub origin: Origin,
}

/// What must refer to such a document, in sentences for outlines.
pub(crate) fn words(settings: &Settings) -> Vec<String> {
    let sentence = |reference: &Reference| {
        let by = reference.key.as_ref().map_or_else(|| "with a link".to_owned(), |key| format!("with '{key}'"));
        let when = reference.when.as_ref().map_or_else(String::new, |when| format!(" where {}", when.words()));
        format!("A document of type '{}' refers to it {by}{when}.", reference.document_type)
    };
    settings.get::<ReferencedBy>().into_iter().flat_map(|all| &all.0).map(sentence).collect()
}

fn read(fields: &mut Fields<'_>, schema: &mut Schema) {
    let path = fields.path();
    let mut found = schema.settings.get::<ReferencedBy>().cloned().unwrap_or_default();
    for node in fields.list("referenced_by") {
        let mut entry = Fields::new(node, "an entry of 'referenced_by'", &INVALID_SCHEMA, path, fields.diagnostics());
        entry.only(ENTRY_KEYS);
        let Some(document_type) = entry.text("type") else {
            if entry.get("type").is_none() && !node.entries().is_empty() {
                entry.report(demand_span(node), "an entry of 'referenced_by' names no type", "write `type: incident-report`");
            }
            continue;
        };
        found.0.push(Reference {
            document_type,
            key: entry.text("key"),
            when: Condition::read(&mut entry),
            severity: severity(&mut entry),
            guidance: entry.text("guidance").unwrap_or_default(),
            origin: Origin { path: path.clone(), span: demand_span(node) },
        });
    }
    if !found.0.is_empty() {
        schema.settings.set(found);
    }
}

fn nothing(_: &Case<'_>, _: &mut Vec<Diagnostic>) {}

#[cfg(test)]
mod tests {
    use crate::schema::test::schema_faults;

    #[test]
    fn faults_of_an_entry_are_named() {
        for (entry, expected) in [
            ("{ key: x }", "key: x | an entry of 'referenced_by' names no type"),
            ("{ type: a, kee: x }", "kee | unknown key 'kee' in an entry of 'referenced_by'"),
            ("a", "a | an entry of 'referenced_by' must be a mapping, not text"),
        ] {
            assert_eq!(schema_faults(&format!("type: t\nreferenced_by: [{entry}]\n")), [expected]);
        }
    }
}
