//! The keys that name demands; they make no findings of their own.

use super::{Case, Key, Read, RuleKind};
use crate::data::{Fields, Shape};
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::load;
use crate::schema::model::{Guidance, HeadingForms, Pattern, Schema};

/// The keys that name demands.
pub(super) const RULE: RuleKind = RuleKind { name: "core", kinds: &[], keys: KEYS, judge: nothing };

const KEYS: &[Key] = &[
    Key::new("type", "The type that documents name in their front matter; letters, digits and '-'.", Shape::Text, Read::Schema(read_type)),
    Key::new(
        "title",
        "What such a document is called: `Disaster recovery guide`.",
        Shape::Text,
        Read::Schema(|fields, schema| set(fields, "title", &mut schema.title)),
    ),
    Key::new(
        "description",
        "What such a document is for, in a sentence or two.",
        Shape::Text,
        Read::Schema(|fields, schema| set(fields, "description", &mut schema.description)),
    ),
    Key::new(
        "match",
        "Globs for the documents of this type, from the content folder: `recovery/**/*.md`.",
        Shape::OneOrMore(&Shape::Glob),
        Read::Schema(read_match),
    ),
    Key::new(
        "headings",
        "What counts as a heading besides headings: `bold` (a bold line of its own), `label` (a label that opens a paragraph or list item).",
        Shape::OneOrMore(&Shape::Choice(&["heading", "bold", "label"])),
        Read::Schema(read_headings),
    ),
    Key::new(
        "sections",
        "The sections, in their order.",
        Shape::List(&Shape::Named("section")),
        Read::Schema(|fields, schema| schema.sections = load::sections(fields)),
    ),
    // Id, title and aliases are what no demand can do without: the loader reads them first.
    Key::new("id", "A name for machines; without it the title's anchor.", Shape::Text, Read::Section(|_, _| {})),
    Key::new("title", "The words of the heading.", Shape::Text, Read::Section(|_, _| {})),
    Key::new("aliases", "Other words that the heading may have.", Shape::OneOrMore(&Shape::Text), Read::Section(|_, _| {})),
    Key::new(
        "required",
        "`false` for a section that a document may leave out.",
        Shape::Flag,
        Read::Section(|fields, demand| demand.required = fields.flag("required").unwrap_or(true)),
    ),
    Key::new(
        "guidance",
        "What to write there, for `opsbook new` and for the help of findings.",
        Shape::Text,
        Read::Section(|fields, demand| demand.guidance = Guidance::new(&fields.text("guidance").unwrap_or_default())),
    ),
    Key::new(
        "severity",
        "How much faults of this section matter: `error` or `warning`.",
        Shape::Choice(&["error", "warning"]),
        Read::Section(|fields, demand| demand.severity = severity(fields)),
    ),
    Key::new(
        "sections",
        "Sections that must lie inside this one.",
        Shape::List(&Shape::Named("section")),
        Read::Section(|fields, demand| demand.sections = load::sections(fields)),
    ),
    Key::new(
        "topics",
        "Points that the section must cover.",
        Shape::List(&Shape::Named("topic")),
        Read::Section(|fields, demand| demand.topics = load::topics(fields)),
    ),
    Key::new("id", "A name for machines; without it the title's anchor.", Shape::Text, Read::Topic(|_, _| {})),
    Key::new("title", "The words of the sub-heading or label.", Shape::Text, Read::Topic(|_, _| {})),
    Key::new("aliases", "Other words that it may have.", Shape::OneOrMore(&Shape::Text), Read::Topic(|_, _| {})),
    Key::new(
        "required",
        "`false` for a topic that a document may leave out.",
        Shape::Flag,
        Read::Topic(|fields, demand| demand.required = fields.flag("required").unwrap_or(true)),
    ),
    Key::new(
        "guidance",
        "What to write there, for `opsbook new` and for the help of findings.",
        Shape::Text,
        Read::Topic(|fields, demand| demand.guidance = Guidance::new(&fields.text("guidance").unwrap_or_default())),
    ),
];

fn nothing(_: &Case<'_>, _: &mut Vec<Diagnostic>) {}

fn set(fields: &mut Fields<'_>, key: &str, field: &mut String) {
    fields.text(key).unwrap_or_default().trim().clone_into(field);
}

fn read_type(fields: &mut Fields<'_>, schema: &mut Schema) {
    let Some(name) = fields.text("type") else { return };
    let Some(node) = fields.get("type") else { return };
    schema.span = node.span;
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
        let mend = crate::text::slug(&name);
        fields.report(node.span, format!("type '{name}' must consist of letters, digits and '-'"), format!("write `type: {mend}`"));
    }
    schema.document_type = name;
}

fn read_match(fields: &mut Fields<'_>, schema: &mut Schema) {
    schema.patterns = fields.texts("match").into_iter().map(|(glob, span)| Pattern { glob, span }).collect();
}

fn read_headings(fields: &mut Fields<'_>, schema: &mut Schema) {
    let mut forms = HeadingForms::default();
    for (word, span) in fields.texts("headings") {
        match word.as_str() {
            "heading" => {}
            "bold" => forms.bold = true,
            "label" => forms.label = true,
            _ => fields.report(span, format!("'headings' of the schema can't hold '{word}'"), "write one or more of: heading, bold, label"),
        }
    }
    schema.headings = forms;
}

fn severity(fields: &mut Fields<'_>) -> Option<Severity> {
    match fields.choice("severity", &["error", "warning"])? {
        0 => Some(Severity::Error),
        _ => Some(Severity::Warning),
    }
}
