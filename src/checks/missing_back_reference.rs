use super::broken_reference::document_values;
use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::handbook::{Handbook, Page};
use crate::source::SitePath;
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Page(run) };

const KIND: Kind = Kind {
    code: "missing-back-reference",
    severity: Severity::Error,
    summary: "a document doesn't point back to one that names it",
    docs: "Where one document replaces another, readers of either must find the other. A schema says by which key a document must point back.

    # schema: front_matter: { superseded_by: { type: document, back: supersedes }, supersedes: { type: document } }
    # decisions/0003-cron.md says superseded_by: 0012-queues.md; decisions/0012-queues.md:
    ---
    title: Use queues
    ---

Let the other document point back; `opsbook check --fix` adds the key where it is missing:

    ---
    title: Use queues
    supersedes: 0003-cron.md
    ---",
};

fn run(handbook: &Handbook, page: &Page, found: &mut Vec<Diagnostic>) {
    for (field, value, span) in document_values(page) {
        let (Some(back), Some(target)) = (&field.back, handbook.reference(page, &value)) else { continue };
        let points_back = target.values(back).iter().any(|(value, _)| handbook.reference(target, value).is_some_and(|other| other.path == page.path));
        // A document that names itself is a fault of its own kind, and not this one.
        if points_back || target.path == page.path {
            continue;
        }
        let path = path_between(&target.path, &page.path);
        let entry = target.document.front_matter.as_ref().and_then(|node| node.entries().iter().find(|(key, _)| key.name == *back));
        let place = entry.map_or(Span::at(target.document.body.start.min(3)), |(key, _)| key.span);
        let message = format!("'{}' names this document as '{}', and this one doesn't point back", page.path, field.key);
        let mut finding = Diagnostic::new(&KIND, &target.document.path, place, message)
            .severity(field.severity.unwrap_or(KIND.severity))
            .label(format!("'{back}' must name it"))
            .help(format!("write `{back}: {path}` in the front matter"));
        if let Some(at) = end_of_front_matter(target).filter(|_| entry.is_none()) {
            finding = finding.edit(Span::at(at), format!("{back}: {path}\n"));
        }
        let finding = finding.related(&page.document.path, span, "it is named here");
        found.push(finding.related(&field.origin.path, field.origin.span, "demanded here"));
    }
}

/// Where a key can be added: before the line that closes YAML front matter.
fn end_of_front_matter(page: &Page) -> Option<usize> {
    let document = &page.document;
    document.front_matter.as_ref().filter(|node| !node.entries().is_empty())?;
    let front = document.text.get(..document.body.start)?;
    let closing = front.trim_end_matches(['\r', '\n']);
    let at = closing.rfind('\n')? + 1;
    // In flow style, or in TOML, a line of block YAML would be wrong.
    let is_block = closing.get(at..)?.trim_end() == "---" && !front.lines().nth(1)?.trim_start().starts_with('{') && !front.contains("\r\n");
    is_block.then_some(at)
}

/// The path to a document as front matter of another writes it: the file's name in the same folder, else the path in the content folder.
fn path_between(from: &SitePath, to: &SitePath) -> String {
    if from.folder() == to.folder() { to.file_name().to_owned() } else { to.to_string() }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::{diagnostics, findings};

    const SCHEMA: (&str, &str) =
        ("schemas/t.yaml", "type: t\nmatch: ['d/*.md']\nfront_matter: { by: { type: document, back: of }, of: { type: list, each: document } }\n");

    #[test]
    fn documents_point_back() {
        for (front, expected) in [
            ("of: [a.md]", None),
            ("of: a", None),
            ("title: B", Some("content/d/b.md |  | 'd/a.md' names this document as 'by', and this one doesn't point back")),
            ("of: [c.md]", Some("content/d/b.md | of | 'd/a.md' names this document as 'by', and this one doesn't point back")),
        ] {
            let second = format!("---\n{front}\n---\n# B\n");
            let files = [SCHEMA, ("content/d/a.md", "---\nby: b.md\n---\n# A\n"), ("content/d/b.md", &second), ("content/d/c.md", "# C\n")];
            assert_eq!(findings(&files, "missing-back-reference"), expected.into_iter().collect::<Vec<_>>(), "{front}");
        }
    }

    #[test]
    fn the_key_is_added_where_it_is_missing() {
        let files = [SCHEMA, ("content/d/a.md", "---\nby: b.md\n---\n# A\n"), ("content/d/b.md", "---\ntitle: B\n---\n# B\n")];
        let found = diagnostics(&files, "missing-back-reference");
        assert_eq!((found[0].fix[0].span.start, found[0].fix[0].replacement.as_str()), ("---\ntitle: B\n".len(), "of: a.md\n"));
    }
}
