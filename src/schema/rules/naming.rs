//! How documents of a type are called: the file's name and the title.

use regex::Regex;

use super::{Case, Demanding, Key, Read, RuleKind};
use crate::data::{Fields, KeyDocs, Shape};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::schema::INVALID_SCHEMA;
use crate::schema::field::{Within, regex};
use crate::schema::model::{Origin, Schema};
use crate::schema::settings::Settings;
use crate::text::Span;

/// A document whose file or title is called otherwise than its schema demands.
pub const DOCUMENT_NAME: Kind = Kind {
    code: "document-name",
    severity: Severity::Error,
    subject: Subject::Types,
    summary: "a file's name or a document's title hasn't the form that its schema demands",
    docs: "Records that are numbered sort and are cited by their numbers. A schema says which form the name of the file or the title has.

    # schema: file_name: { pattern: '^(\\d{4})-[a-z0-9-]+$', unique: folder }
    decisions/use-queues.md

Rename the file, and what links to it:

    decisions/0012-use-queues.md",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "naming", kinds: &[&DOCUMENT_NAME], keys: KEYS, judge };

const FILE_KEYS: &[KeyDocs] = &[
    KeyDocs::new("pattern", "A regular expression for the file's name without its extension.", Shape::Regex),
    KeyDocs::new(
        "unique",
        "Among which documents no other file may have the same name, or the same text in the first group of the pattern.",
        Shape::Choice(&Within::WORDS),
    ),
];

const KEYS: &[Key] = &[
    Key::new(
        "file_name",
        "The form of the file's name, such as a number that no other file of the folder has: `{ pattern: '^(\\d{4})-', unique: folder }`.",
        Shape::Table(FILE_KEYS),
        Read::Schema(read_file_name),
    ),
    Key::new(
        "page_title",
        "A regular expression for the title, which is the `title` of the front matter or else the first heading: `^ADR-\\d{4}: `.",
        Shape::Regex,
        Read::Schema(|fields, schema| {
            if let Some(pattern) = regex(fields, "page_title") {
                let span = fields.get("page_title").map_or(schema.span, |node| node.span);
                schema.settings.set(PageTitle { pattern, origin: Origin { path: fields.path().clone(), span } });
            }
        }),
    ),
];

/// The form of the title.
struct PageTitle {
    pattern: Regex,
    origin: Origin,
}

/// The form of the file's name.
#[derive(Debug, Clone)]
pub struct FileName {
    pattern: Option<Regex>,
    /// Among which documents no other may have the same name.
    pub unique: Option<Within>,
    /// Where it is demanded.
    pub origin: Origin,
}

impl FileName {
    /// What no other file may share: the first group of the pattern, else what the pattern matches, else the name.
    #[must_use]
    pub fn key<'a>(&self, stem: &'a str) -> Option<&'a str> {
        let Some(pattern) = &self.pattern else { return Some(stem) };
        let captures = pattern.captures(stem)?;
        captures.get(1).or(captures.get(0)).map(|found| found.as_str())
    }
}

/// How documents are called, in sentences for outlines.
pub(crate) fn words(settings: &Settings) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(FileName { pattern, unique, .. }) = settings.get() {
        let matches = pattern.as_ref().map(|pattern| format!("matches {pattern}"));
        let differs = unique.map(|within| format!("is like no other {}", within.words()));
        let words: Vec<String> = matches.into_iter().chain(differs).collect();
        found.extend((!words.is_empty()).then(|| format!("The file's name {}.", words.join(" and "))));
    }
    if let Some(PageTitle { pattern, .. }) = settings.get() {
        found.push(format!("The title matches {pattern}."));
    }
    found
}

fn read_file_name(fields: &mut Fields<'_>, schema: &mut Schema) {
    let path = fields.path();
    let Some(node) = fields.get("file_name") else { return };
    let mut entry = Fields::new(node, "'file_name'", &INVALID_SCHEMA, path, fields.diagnostics());
    entry.only(FILE_KEYS);
    let before = schema.settings.get::<FileName>().cloned();
    let (pattern, unique) = (regex(&mut entry, "pattern"), Within::read(&mut entry, "unique"));
    schema.settings.set(FileName {
        pattern: pattern.or_else(|| before.as_ref()?.pattern.clone()),
        unique: unique.or_else(|| before.as_ref()?.unique),
        origin: Origin { path: path.clone(), span: node.entries().first().map_or(node.span, |(key, _)| key.span) },
    });
}

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let document = case.document;
    if let Some(FileName { pattern: Some(pattern), origin, .. }) = case.schema.settings.get()
        && !pattern.is_match(document.path.stem())
    {
        let message = format!("the file's name '{}' hasn't the form that its type demands", document.path.file_name());
        diagnostics.push(
            case.finding(&DOCUMENT_NAME, None, Span::at(document.body.start().min(document.text.len())), message)
                .label(format!("its name must match `{pattern}`"))
                .help("rename the file, and what links to it")
                .demanded(origin),
        );
    }
    let Some(PageTitle { pattern, origin }) = case.schema.settings.get() else { return };
    let first = document.sections.first();
    let title = document.title();
    if !pattern.is_match(&title) {
        let heading = first.map_or(Span::at(document.body.start()), |first| first.title_span);
        let span = document.meta.title.as_ref().map_or(heading, |(_, span)| *span);
        diagnostics.push(
            case.finding(&DOCUMENT_NAME, None, span, format!("the title '{title}' hasn't the form that its type demands"))
                .label(format!("it must match `{pattern}`"))
                .help("write a title of that form")
                .demanded(origin),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{findings, schema, schema_faults};

    #[test]
    fn files_and_titles_have_the_form_that_is_demanded() {
        let titled = schema("type: t\npage_title: '^ADR-\\d+: '\n");
        assert_eq!(findings(&titled, "# ADR-12: Queues\n"), [""; 0]);
        assert_eq!(findings(&titled, "# Queues\n"), ["document-name | Queues | the title 'Queues' hasn't the form that its type demands"]);
        assert_eq!(findings(&titled, "---\ntitle: 'ADR-1: X'\n---\n# X\n"), [""; 0]);
        let named = |pattern: &str| schema(&format!("type: t\nfile_name: {{ pattern: '{pattern}' }}\n"));
        assert_eq!(findings(&named("^[a-z]+$"), "# A\n"), [""; 0]);
        assert_eq!(findings(&named("^\\d+"), "# A\n"), ["document-name |  | the file's name 'a.md' hasn't the form that its type demands"]);
    }

    #[test]
    fn faults_of_the_form_are_named() {
        assert_eq!(schema_faults("type: t\npage_title: '('\n"), ["'(' | 'page_title' is no regular expression: unclosed group"]);
        assert_eq!(schema_faults("type: t\nfile_name: { patern: x }\n"), ["patern | unknown key 'patern' in 'file_name'"]);
        assert_eq!(schema_faults("type: t\nfile_name: { unique: chapter }\n"), ["chapter | 'unique' of 'file_name' can't be 'chapter'"]);
    }
}
