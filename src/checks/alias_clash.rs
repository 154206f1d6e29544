use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{AliasFault, Handbook, Holder};
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "alias-clash",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "something else lies at a former place of a document, or another document claims it too",
    docs: "Each place in `aliases` becomes a page that leads to the document. Where a document, another file or the list of a folder lies, no such page \
can lie, and of two documents that claim one place only the first by path gets it. Readers who follow the old address then come to something else.

    # content/guides/restore.md, beside content/guides/recover.md
    ---
    aliases: [guides/recover.html]
    ---

Take the alias out, or move the file that lies there:

    # content/guides/restore.md
    ---
    aliases: [guides/old-restore.html]
    ---

An alias that is the document's own place, or that of a folder's list, is a warning.",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    for alias in &handbook.aliases.refused {
        let Some(page) = handbook.pages.get(alias.page) else { continue };
        let written = alias.written.trim();
        let finding = |message: String| Diagnostic::new(&KIND, &page.document.path, alias.span, message).help("take the alias out");
        found.extend(match &alias.why {
            AliasFault::Invalid(_) => None,
            AliasFault::Own => Some(finding(format!("the alias '{written}' is the place of the document itself")).severity(Severity::Warning)),
            AliasFault::Claimed(other, span) => handbook.pages.get(*other).map(|other| {
                finding(format!("the alias '{written}' already leads to '{}'", other.document.path)).related(
                    &other.document.path,
                    *span,
                    "this document has it",
                )
            }),
            AliasFault::Taken(place, Holder::File(file)) => Some(
                finding(format!("the alias '{written}' can't lie at '{place}', which belongs to '{file}'"))
                    .related(file, Span::at(0), "this file has the place")
                    .help("or give that file another name"),
            ),
            AliasFault::Taken(place, Holder::Ours) => {
                Some(finding(format!("the alias '{written}' can't lie at '{place}', where the list of a folder lies")).severity(Severity::Warning))
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn each_alias_has_a_place_of_its_own() {
        let files = [
            ("content/a.md", "---\naliases: [B.md, old/, a.html, 'd/index.html', old/index.html, free.html]\n---\n# A\n"),
            ("content/b.md", "---\naliases: /old\n---\n# B\n"),
            ("content/c.md", "---\naliases: [d/x.html/y]\n---\n# C\n"),
            ("content/d/x.md", "# X\n"),
        ];
        assert_eq!(
            findings(&files, "alias-clash"),
            [
                "content/a.md | B.md | the alias 'B.md' can't lie at 'B.html', which belongs to 'content/b.md'",
                "content/a.md | a.html | the alias 'a.html' is the place of the document itself",
                "content/a.md | 'd/index.html' | the alias 'd/index.html' can't lie at 'd/index.html', where the list of a folder lies",
                "content/b.md | /old | the alias '/old' already leads to 'content/a.md'",
                "content/c.md | d/x.html/y | the alias 'd/x.html/y' can't lie at 'd/x.html/y/index.html', which belongs to 'content/d/x.md'",
            ]
        );
        let free = [("content/a.md", "---\naliases: [b.html, /c]\n---\n# A\n"), ("content/x.md", "---\naliases: d\n---\n")];
        assert!(findings(&free, "alias-clash").is_empty());
    }

    #[test]
    fn a_link_to_a_former_place_is_mended() {
        let files = [
            ("content/a.md", "# A\n\n[1](old/b.md#x) [2](/old/b.html?q) [3](old/b) [4](gone.md)\n"),
            ("content/new/b c.md", "---\naliases: [old/b.html, old/b/]\n---\n# B\n"),
        ];
        let found = crate::checks::test::diagnostics(&files, "broken-link");
        let edits: Vec<&str> = found.iter().flat_map(|finding| &finding.fix).map(|edit| edit.replacement.as_str()).collect();
        assert_eq!(edits, ["new/b%20c.md#x", "new/b%20c.html?q", "new/b%20c.md"]);
        assert_eq!(found.len(), 4);
    }
}
