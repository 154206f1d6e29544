use std::collections::HashMap;

use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Handbook, Page};
use crate::text::nearest;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "broken-reference",
    severity: Severity::Error,
    subject: Subject::Types,
    summary: "a front matter key names a document that there is not, one of another type, or its own",
    docs: "A key of `type: document` leads to another document: by its path from this one, by its path in the content folder, or by the name of \
a file in the same folder. `to` says which type that document has. No document names itself.

    # schema: front_matter: { superseded_by: { type: document, to: decision-record } }
    ---
    superseded_by: 0012-queue.md
    ---

The file is called otherwise. Name the one that there is:

    ---
    superseded_by: 0012-queues.md
    ---",
};

/// Names of a folder that are held against one that is misspelt: those beside it in their order.
const NEIGHBOURS: usize = 256;

/// Names that are looked at in all; where so many references are broken, no list of look-alikes mends them.
const LOOKED_AT: usize = 400_000;

/// The names of the files in each folder, sorted.
struct Names<'a> {
    by_folder: HashMap<&'a str, Vec<&'a str>>,
    /// How many more may be looked at.
    left: usize,
}

impl<'a> Names<'a> {
    fn new(handbook: &'a Handbook) -> Self {
        let mut by_folder: HashMap<&str, Vec<&str>> = HashMap::new();
        for page in handbook.pages.iter() {
            by_folder.entry(page.path.folder()).or_default().push(page.path.file_name());
        }
        for names in by_folder.values_mut() {
            names.sort_unstable();
        }
        Self { by_folder, left: LOOKED_AT }
    }

    /// The name in a folder that was most likely meant.
    fn nearest(&mut self, folder: &str, value: &str) -> Option<&'a str> {
        let names = self.by_folder.get(folder)?;
        let place = names.partition_point(|name| *name < value);
        let end = names.len().min(place.saturating_add(NEIGHBOURS / 2).max(NEIGHBOURS));
        let near = names.get(end.saturating_sub(NEIGHBOURS)..end)?;
        self.left = self.left.checked_sub(near.len())?;
        nearest(value, near.iter().copied())
    }
}

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    let mut names = None;
    for page in handbook.pages.iter() {
        judge(handbook, page, &mut names, found);
    }
}

fn judge<'a>(handbook: &'a Handbook, page: &Page, names: &mut Option<Names<'a>>, found: &mut Vec<Diagnostic>) {
    for (field, value, span) in page.document_values() {
        let finding = |message: String| {
            let schema_severity = page.binding.as_ref().and_then(|(schema, _)| schema.severity);
            let finding = Diagnostic::new(&KIND, &page.document.path, span, message);
            let finding = finding.severity(field.severity.or(schema_severity).unwrap_or(KIND.severity));
            finding.related(&field.origin.path, field.origin.span, "demanded here")
        };
        let Some(target) = handbook.reference(page, &value) else {
            let unknown = finding(format!("front matter key '{}' names '{value}', and there is no such document", field.key));
            found.push(match names.get_or_insert_with(|| Names::new(handbook)).nearest(page.path.folder(), &value) {
                Some(near) => unknown.label(format!("did you mean '{near}'?")).help(format!("write '{near}'")),
                None => unknown.label("no document here").help("write its path from this document, or its path in the content folder"),
            });
            continue;
        };
        if target.path == page.path {
            let itself = finding(format!("front matter key '{}' names itself: '{value}' is this document", field.key));
            found.push(itself.label("this document").help("name another document, or take the value out"));
            continue;
        }
        let target_type = target.binding.as_ref().map(|(schema, _)| schema);
        if let Some(wanted) = &field.to
            && target_type.is_none_or(|schema| schema.document_type != *wanted)
        {
            let is =
                target_type.map_or("a document without a type".to_owned(), |schema| format!("a document of the type '{}'", schema.document_type));
            let wrong = finding(format!("front matter key '{}' leads to {is}, not of the type '{wanted}'", field.key));
            found.push(wrong.label(format!("this is '{}'", target.title)).help(format!("name a document of the type '{wanted}'")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LOOKED_AT, NEIGHBOURS, Names};
    use crate::checks::test::{findings, handbook};

    const SCHEMA: (&str, &str) =
        ("schemas/t.yaml", "type: t\nmatch: ['d/*.md']\nfront_matter: { next: { type: document, to: t }, all: { type: list, each: document } }\n");

    #[test]
    fn references_lead_to_documents_of_their_type() {
        for (front, expected) in [
            ("next: 2-b.md", None),
            ("next: 2-b", None),
            ("next: ../d/2-b.md#part", None),
            ("next: d/2-b.md", None),
            ("all: [2-b.md, other]", None),
            ("next: 2-c.md", Some("2-c.md | front matter key 'next' names '2-c.md', and there is no such document")),
            ("all: [2-b.md, nowhere/x]", Some("nowhere/x | front matter key 'all' names 'nowhere/x', and there is no such document")),
            ("next: other.md", Some("other.md | front matter key 'next' leads to a document without a type, not of the type 't'")),
            ("next: 1-a", Some("1-a | front matter key 'next' names itself: '1-a' is this document")),
            ("next: ../../etc/passwd", Some("../../etc/passwd | front matter key 'next' names '../../etc/passwd', and there is no such document")),
        ] {
            let first = format!("---\n{front}\n---\n# A\n");
            let found =
                findings(&[SCHEMA, ("content/d/1-a.md", &first), ("content/d/2-b.md", "# B\n"), ("content/other.md", "# O\n")], "broken-reference");
            let expected: Vec<String> = expected.iter().map(|line| format!("content/d/1-a.md | {line}")).collect();
            assert_eq!(found, expected, "{front}");
        }
    }

    #[test]
    fn few_names_are_looked_at_in_a_large_folder() {
        let files: Vec<String> = (0..NEIGHBOURS * 2).map(|number| format!("content/d/{number:04}-page.md")).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|file| (file.as_str(), "# A\n")).collect();
        let handbook = handbook(&files);
        let mut names = Names::new(&handbook);
        assert_eq!(names.nearest("d", "0300-pge.md"), Some("0300-page.md"));
        assert_eq!(LOOKED_AT - names.left, NEIGHBOURS);
        assert_eq!(names.nearest("d", "0511-pages.md"), Some("0511-page.md"));
        assert_eq!(names.nearest("d", "0000-pages.md"), Some("0000-page.md"));
        names.left = NEIGHBOURS - 1;
        assert_eq!(names.nearest("d", "0300-pge.md"), None);
    }
}
