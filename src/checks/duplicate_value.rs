use std::collections::BTreeMap;

use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Handbook, Page};
use crate::schema::rules::naming::FileName;
use crate::schema::{Origin, Within};
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "duplicate-value",
    severity: Severity::Error,
    subject: Subject::Types,
    summary: "two documents share a value, or a number in their files' names, that must be unique",
    docs: "An id that two documents share leads readers to one of them by chance. A schema says which keys of the front matter are unique, and \
whether the number in a file's name is: in a folder, among the documents of a type, or in the whole handbook.

    # schema: front_matter: { id: { unique: folder } }
    # decisions/queues.md has id: 12, decisions/caches.md has
    ---
    id: 12
    ---

Give one of the two an id of its own:

    ---
    id: 13
    ---",
};

/// What must be unique: where, by what, and which value.
type Slot<'a> = (String, &'a str, String);

/// Where a value stands, and what demands that it is unique.
struct Use<'a> {
    page: &'a Page,
    span: Span,
    origin: &'a Origin,
    severity: Option<Severity>,
}

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    let mut slots: BTreeMap<Slot<'_>, Vec<Use<'_>>> = BTreeMap::new();
    for page in handbook.pages.iter() {
        for (slot, value) in uses(page) {
            slots.entry(slot).or_default().push(value);
        }
    }
    for ((_, key, value), uses) in &slots {
        let Some((first, again)) = uses.split_first() else { continue };
        found.extend(again.iter().filter(|other| other.page.path != first.page.path).map(|other| finding(key, value, first, other)));
    }
}

/// The values of a page that must be unique.
fn uses(page: &Page) -> Vec<(Slot<'_>, Use<'_>)> {
    let Some((schema, _)) = &page.binding else { return Vec::new() };
    let place = |within: Within| match within {
        Within::Folder => format!("folder {}", page.path.folder()),
        Within::Type => format!("type {}", schema.document_type),
        Within::Handbook => "handbook".to_owned(),
    };
    let mut found = Vec::new();
    for field in &schema.front_matter {
        let Some(within) = field.unique else { continue };
        for (value, span) in page.values(&field.key) {
            let slot = (place(within), field.key.as_str(), value.trim().to_owned());
            found.push((slot, Use { page, span, origin: &field.origin, severity: field.severity }));
        }
    }
    if let Some(name) = schema.settings.get::<FileName>()
        && let (Some(within), Some(key)) = (name.unique, name.key(page.path.stem()))
    {
        let value = Use { page, span: Span::at(page.document.body.start()), origin: &name.origin, severity: None };
        found.push(((place(within), "", key.to_owned()), value));
    }
    found
}

fn finding(key: &str, value: &str, first: &Use<'_>, other: &Use<'_>) -> Diagnostic {
    let message = match key {
        "" => format!("'{value}' opens the names of two files, '{}' and '{}'", first.page.path, other.page.path),
        key => format!("front matter key '{key}' is '{value}', as in '{}'", first.page.path),
    };
    let schema_severity = other.page.binding.as_ref().and_then(|(schema, _)| schema.severity);
    let finding = Diagnostic::new(&KIND, &other.page.document.path, other.span, message)
        .severity(other.severity.or(schema_severity).unwrap_or(KIND.severity))
        .label(if key.is_empty() { "its name isn't its own" } else { "not its own" })
        .help(if key.is_empty() { "give one of the files another name" } else { "give one of the documents another value" })
        .related(&first.page.document.path, first.span, "the first that has it");
    finding.related(&other.origin.path, other.origin.span, "demanded here")
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn values_are_unique_where_the_schema_says_so() {
        let schema = (
            "schemas/t.yaml",
            "type: t\nmatch: ['**/*.md']\nfront_matter: { id: { unique: folder } }\nfile_name: { pattern: '^(\\d+)-', unique: type }\n",
        );
        let found = findings(
            &[
                schema,
                ("content/a/1-x.md", "---\nid: 7\n---\n# X\n"),
                ("content/a/2-y.md", "---\nid: 7\n---\n# Y\n"),
                ("content/b/3-z.md", "---\nid: 7\n---\n# Z\n"),
                ("content/b/1-w.md", "# W\n"),
            ],
            "duplicate-value",
        );
        assert_eq!(
            found,
            [
                "content/a/2-y.md | 7 | front matter key 'id' is '7', as in 'a/1-x.md'",
                "content/b/1-w.md |  | '1' opens the names of two files, 'a/1-x.md' and 'b/1-w.md'"
            ]
        );
    }
}
