//! The keys that name demands; they make no findings of their own.

use super::{Case, Key, Read, RuleKind};
use crate::data::{Fields, Shape};
use crate::diagnostic::Diagnostic;
use crate::schema::condition::{self, Condition};
use crate::schema::field::severity;
use crate::schema::model::{Guidance, HeadingForms, Pattern, Presence, Schema, SectionDemand};
use crate::schema::names::HeadingPattern;
use crate::schema::read;

/// The keys that name demands.
pub(super) const RULE: RuleKind = RuleKind { name: "core", kinds: &[], keys: KEYS, judge: nothing };

const KEYS: &[Key] = &[
    Key::new(
        "type",
        "The type that documents name in their front matter, of letters, digits and '-': `service-runbook`.",
        Shape::Text,
        Read::Schema(check_type),
    ),
    Key::new(
        "title",
        "What such a document is called: `Disaster recovery guide`.",
        Shape::Text,
        Read::Schema(|fields, schema| set(fields, "title", &mut schema.title)),
    ),
    Key::new(
        "description",
        "What such a document is for, in a sentence or two: `How the service is kept running`.",
        Shape::Text,
        Read::Schema(|fields, schema| set(fields, "description", &mut schema.description)),
    ),
    Key::new(
        "extends",
        "The type of a schema to begin with: `alert-runbook`. Keys and sections that stand here change or join those; its `match` isn't inherited.",
        Shape::Text,
        // The loader has found the schema before any key is read; what is left is a value of the wrong type.
        Read::Schema(|fields, _| drop(fields.text("extends"))),
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
        "severity",
        "How much faults of these documents matter, where a demand says nothing else: `error` or `warning`.",
        Shape::Choice(&["error", "warning"]),
        Read::Schema(|fields, schema| schema.severity = severity(fields).or(schema.severity)),
    ),
    Key::new(
        "sections",
        "The sections, in their order: `[Impact, { title: Changes, aliases: Releases }]`.",
        Shape::List(&Shape::Named("section")),
        Read::Schema(|fields, schema| read::sections(fields, &mut schema.sections)),
    ),
    // Id, title and aliases are what no demand can do without: the reader takes them first.
    Key::new("id", "A name for machines: `recovery`. Without it, it is the title's anchor.", Shape::Text, Read::Section(|_, _| {})),
    Key::new("title", "The words of the heading: `Recovery`.", Shape::Text, Read::Section(|_, _| {})),
    Key::new(
        "aliases",
        "Other words that the heading may have: `[Restore, How to recover]`.",
        Shape::OneOrMore(&Shape::Text),
        Read::Section(|_, _| {}),
    ),
    Key::new(
        "pattern",
        "A regular expression for other words that the heading may have, case aside: `^step \\d+`. `title` stays its name and the heading in a skeleton.",
        Shape::Regex,
        Read::Section(read_pattern),
    ),
    Key::new("required", "`false` for a section that a document may leave out.", Shape::Flag, Read::Section(read_required)),
    Key::new(
        "when",
        "On which front matter the section is demanded (or forbidden): `{ status: active }`. Elsewhere a document may leave it out.",
        condition::NAMED,
        Read::Section(|fields, demand| demand.when = Condition::read(fields).or(demand.when.take())),
    ),
    Key::new(
        "guidance",
        "What to write there, for `opsbook new` and for the help of findings: `Who notices, and what stops working`.",
        Shape::Text,
        Read::Section(|fields, demand| guidance(fields, &mut demand.guidance)),
    ),
    Key::new(
        "severity",
        "How much faults of this section matter: `error` or `warning`.",
        Shape::Choice(&["error", "warning"]),
        Read::Section(|fields, demand| demand.severity = severity(fields).or(demand.severity)),
    ),
    Key::new(
        "sections",
        "Sections that must lie inside this one: `[Failover, Failback]`.",
        Shape::List(&Shape::Named("section")),
        Read::Section(|fields, demand| read::sections(fields, &mut demand.sections)),
    ),
    Key::new(
        "topics",
        "Points that the section must cover: `[Credentials, Time needed]`.",
        Shape::List(&Shape::Named("topic")),
        Read::Section(|fields, demand| read::topics(fields, &mut demand.topics)),
    ),
    Key::new("id", "A name for machines: `recovery`. Without it, it is the title's anchor.", Shape::Text, Read::Topic(|_, _| {})),
    Key::new("title", "The words of the sub-heading or label: `Time needed`.", Shape::Text, Read::Topic(|_, _| {})),
    Key::new("aliases", "Other words that it may have: `[Duration, How long it takes]`.", Shape::OneOrMore(&Shape::Text), Read::Topic(|_, _| {})),
    Key::new(
        "required",
        "`false` for a topic that a document may leave out.",
        Shape::Flag,
        Read::Topic(|fields, demand| demand.required = fields.flag("required").unwrap_or(demand.required)),
    ),
    Key::new(
        "when",
        "On which front matter the topic is demanded: `{ status: active }`.",
        condition::NAMED,
        Read::Topic(|fields, demand| demand.when = Condition::read(fields).or(demand.when.take())),
    ),
    Key::new(
        "guidance",
        "What to write there, for `opsbook new` and for the help of findings: `Who notices, and what stops working`.",
        Shape::Text,
        Read::Topic(|fields, demand| guidance(fields, &mut demand.guidance)),
    ),
    Key::new(
        "severity",
        "How much faults of this topic matter: `error` or `warning`; without it as for the section.",
        Shape::Choice(&["error", "warning"]),
        Read::Topic(|fields, demand| demand.severity = severity(fields).or(demand.severity)),
    ),
];

fn nothing(_: &Case<'_>, _: &mut Vec<Diagnostic>) {}

fn set(fields: &mut Fields<'_>, key: &str, field: &mut String) {
    if let Some(text) = fields.text(key) {
        text.trim().clone_into(field);
    }
}

fn guidance(fields: &mut Fields<'_>, guidance: &mut Guidance) {
    if let Some(text) = fields.text("guidance") {
        *guidance = Guidance::new(&text);
    }
}

fn check_type(fields: &mut Fields<'_>, schema: &mut Schema) {
    let name = &schema.document_type;
    if !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
        let mend = crate::text::slug(name);
        fields.report(schema.span, format!("type '{name}' must consist of letters, digits and '-'"), format!("write `type: {mend}`"));
    }
}

fn read_match(fields: &mut Fields<'_>, schema: &mut Schema) {
    schema.patterns = fields.texts("match").into_iter().map(|(glob, span)| Pattern { glob, span }).collect();
}

fn read_headings(fields: &mut Fields<'_>, schema: &mut Schema) {
    if fields.get("headings").is_none() {
        return;
    }
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

fn read_required(fields: &mut Fields<'_>, demand: &mut SectionDemand) {
    if let Some(required) = fields.flag("required") {
        demand.presence = if required { Presence::Required } else { Presence::Optional };
        if fields.get("when").is_none() {
            // What is written here is meant without the condition of the extended schema.
            demand.when = None;
        }
    }
}

fn read_pattern(fields: &mut Fields<'_>, demand: &mut SectionDemand) {
    let Some(written) = fields.text("pattern") else { return };
    match HeadingPattern::new(&written) {
        Ok(pattern) => demand.names.pattern = Some(pattern),
        Err(error) => {
            let span = fields.get("pattern").map_or(demand.origin.span, |node| node.span);
            fields.report(span, format!("'pattern' is no regular expression: {error}"), "mend the expression; `\\` takes the meaning from a mark");
        }
    }
}
