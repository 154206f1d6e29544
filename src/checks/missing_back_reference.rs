use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Handbook, Page};
use crate::schema::derive::quote;
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Page(may_find, run) };

const KIND: Kind = Kind {
    code: "missing-back-reference",
    severity: Severity::Error,
    subject: Subject::Types,
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

fn may_find(page: &Page) -> bool {
    page.binding.as_ref().is_some_and(|(schema, _)| schema.front_matter.iter().any(|field| field.back.is_some()))
}

fn run(handbook: &Handbook, page: &Page, found: &mut Vec<Diagnostic>) {
    for (field, value, span) in page.document_values() {
        let (Some(back), Some(target)) = (&field.back, handbook.reference(page, &value)) else { continue };
        // A document of the wrong type is a finding of its own, and needn't point back.
        let has_type = |wanted: &String| target.binding.as_ref().is_some_and(|(schema, _)| schema.document_type == *wanted);
        if !field.to.as_ref().is_none_or(has_type) {
            continue;
        }
        let points_back = target.values(back).iter().any(|(value, _)| handbook.reference(target, value).is_some_and(|other| other.path == page.path));
        // A document that names itself is a broken reference, and not this.
        if points_back || target.path == page.path {
            continue;
        }
        let path = path_between(handbook, target, page);
        let entry = target.document.front_matter.as_ref().and_then(|node| node.entries().iter().find(|(key, _)| key.name == *back));
        let place = entry.map_or(Span::at(target.document.body.start().min(3)), |(key, _)| key.span);
        let schema_severity = page.binding.as_ref().and_then(|(schema, _)| schema.severity);
        let message = format!("'{}' names this document as '{}', and this one doesn't point back", page.path, field.key);
        let mut finding = Diagnostic::new(&KIND, &target.document.path, place, message)
            .severity(field.severity.or(schema_severity).unwrap_or(KIND.severity))
            .label(format!("'{back}' must name it"));
        finding = match &path {
            Some(path) => finding.help(format!("write `{back}: {path}` in the front matter")),
            None => finding.help(format!("name '{}' by '{back}' in the front matter; rename one of the two if no path leads there", page.path)),
        };
        if let (Some(path), Some((at, indent)), None) = (path, end_of_front_matter(target), entry) {
            finding = finding.edit(Span::at(at), format!("{indent}{}: {path}\n", quote(back)));
        }
        let finding = finding.related(&page.document.path, span, "it is named here");
        found.push(finding.related(&field.origin.path, field.origin.span, "demanded here"));
    }
}

/// Where a key can be added, and how far its line is indented: before the line that closes YAML front matter, like the last key.
fn end_of_front_matter(page: &Page) -> Option<(usize, &str)> {
    let document = &page.document;
    let (last, _) = document.front_matter.as_ref()?.entries().last()?;
    let front = document.text.get(..document.body.start())?;
    let closing = front.trim_end_matches(['\r', '\n']);
    let at = closing.rfind('\n')? + 1;
    // In flow style, or in TOML, a line of block YAML would be wrong.
    let is_block = closing.get(at..)?.trim_end() == "---" && !front.lines().any(|line| line.trim_start().starts_with('{')) && !front.contains("\r\n");
    let line = front.get(..last.span.start())?.rfind('\n')? + 1;
    // The place of a key in quotes may begin behind them.
    let indent = front.get(line..last.span.start())?.trim_end_matches(['"', '\'']);
    (is_block && indent.chars().all(|character| character == ' ')).then_some((at, indent))
}

/// The path to a document as front matter of another writes it: the file's name in the same folder, else the path in the content folder, else,
/// where that leads to a document beside the other, the path from there. None if no path leads to it.
fn path_between(handbook: &Handbook, from: &Page, to: &Page) -> Option<String> {
    let is_beside = from.path.folder() == to.path.folder();
    let usual = if is_beside { to.path.file_name().to_owned() } else { to.path.to_string() };
    let leads_there = |path: &String| handbook.reference(from, path).is_some_and(|found| found.path == to.path);
    [usual, to.path.relative_to(from.path.folder())].into_iter().find(leads_there).map(|path| quote(&path))
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
        assert_eq!((found[0].fix[0].span.start(), found[0].fix[0].replacement.as_str()), ("---\ntitle: B\n".len(), "of: a.md\n"));
    }

    /// The edits that are offered for a document that 'd/a.md' names, as texts that are written in.
    fn offered(name: &str, files: &[(&str, &str)]) -> Vec<String> {
        let schema = (SCHEMA.0, SCHEMA.1.replace("d/*.md", "**/*.md"));
        let files: Vec<(&str, &str)> =
            [(schema.0, schema.1.as_str()), (name, "---\nby: x/b.md\n---\n# A\n")].into_iter().chain(files.iter().copied()).collect();
        let found = diagnostics(&files, "missing-back-reference");
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].fix.iter().map(|edit| edit.replacement.clone()).collect()
    }

    #[test]
    fn what_is_added_leads_back_and_is_yaml() {
        const PLAIN: &str = "---\ntitle: B\n---\n# B\n";
        for (name, others, expected) in [
            ("content/a.md", &[("content/x/b.md", "---\n  title: B\n  \"k\": 1\n---\n# B\n")][..], Some("  of: a.md\n")),
            ("content/a.md", &[("content/x/b.md", "---\n# flow\n{ title: B,\n  k: 1\n}\n---\n# B\n")], None),
            ("content/a.md", &[("content/x/b.md", PLAIN), ("content/x/a.md", "# Other\n")], Some("of: \"../a.md\"\n")),
            ("content/a: b.md", &[("content/x/b.md", PLAIN)], Some("of: \"a: b.md\"\n")),
            ("content/a #1.md", &[("content/x/b.md", PLAIN)], None),
        ] {
            assert_eq!(offered(name, others), expected.into_iter().collect::<Vec<_>>(), "{name} {others:?}");
        }
    }

    #[test]
    fn the_severity_of_the_schema_counts() {
        let schema = format!("{}severity: warning\n", SCHEMA.1);
        let files = [(SCHEMA.0, schema.as_str()), ("content/d/a.md", "---\nby: b.md\n---\n# A\n"), ("content/d/b.md", "# B\n")];
        assert_eq!(diagnostics(&files, "missing-back-reference")[0].severity, crate::diagnostic::Severity::Warning);
    }
}
