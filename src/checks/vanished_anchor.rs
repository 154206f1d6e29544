use std::collections::HashSet;

use super::{Check, Grounds, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::promises::{Landing, Lock, Promise, landings, vanished_terms};
use crate::handbook::{Handbook, Page, alias_place};
use crate::source::{LOCK, SitePath};
use crate::text::{nearest, shorten};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "vanished-anchor",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "an anchor that was published is gone, and the document doesn't say where it leads now",
    docs: "urls.lock records the anchors that were published. Tickets, alerts and chats link to them, and nobody can mend those links. When a heading gets \
another text, its anchor changes, and whoever follows an old link comes to the top of the page and has to search.

    # urls.lock: guides/restore.html with #check-the-backup
    ## Verify the backup

Say where the old anchor leads, or give the heading its old anchor back:

    ---
    former_anchors: { check-the-backup: verify-the-backup }
    ---
    ## Verify the backup

If nobody has ever seen it, or what it led to is gone for good, take it out: `opsbook urls forget 'guides/restore.html#check-the-backup'`.",
};

/// Suggestions cost a look at every anchor of the page, so only so many are made for each page.
const SUGGESTIONS: usize = 100;

fn run(grounds: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let (Some(lock), Some(path)) = (grounds.lock, SitePath::new(LOCK)) else { return };
    let aliases = page.document.meta.aliases.iter().filter_map(|(written, _)| alias_place(written).ok());
    let places: HashSet<SitePath> = std::iter::once(page.address.clone()).chain(aliases).collect();
    let mut promised: Vec<_> =
        places.iter().filter_map(|place| Some((place, lock.pages.get(place)?))).filter(|(_, page)| !page.anchors.is_empty()).collect();
    if promised.is_empty() {
        return;
    }
    promised.sort_by_key(|(place, _)| *place);
    let mut anchors: HashSet<&str> = page.anchors().collect();
    // What is wrong with where one leads is said there.
    anchors.extend(landings(page).into_iter().filter(|(_, landing)| *landing != Landing::Here).map(|(former, _)| former.id.as_str()));
    let mut suggestions = SUGGESTIONS;
    for (place, promise) in promised {
        let mut new = None;
        for (anchor, span) in promise.anchors.iter().filter(|(anchor, _)| !anchors.contains(anchor.as_str())) {
            let shown = shorten(anchor, 80);
            let finding = Diagnostic::new(&KIND, &path, *span, format!("'{place}#{shown}' was published, and '{}' has no such anchor", page.path));
            let entry = |new: &str| format!("`former_anchors: {{ {anchor}: {new} }}` in the front matter of '{}'", page.path);
            let new = new.get_or_insert_with(|| unpublished(promise, page));
            let near = if suggestions > 0 { nearest(anchor, new.iter().copied()) } else { None };
            suggestions = suggestions.saturating_sub(1);
            let only = if let [only] = new.as_slice() { Some(*only) } else { None };
            let finding = match near.or(only) {
                Some(near) => finding.label(format!("is it '#{near}' now?")).help(format!("write {}", entry(near))),
                None => finding.help(format!("say where it leads now: {}", entry("NEW"))),
            };
            found.push(finding.help(format!("or, if nobody links to it: `opsbook urls forget '{place}#{shown}'`")));
        }
    }
}

/// The same of terms of the glossary, which no document answers for.
pub(super) fn of_glossary(handbook: &Handbook, lock: &Lock, path: &SitePath, found: &mut Vec<Diagnostic>) {
    for (place, anchor, span) in vanished_terms(handbook, lock) {
        let shown = shorten(anchor, 80);
        let finding = Diagnostic::new(&KIND, path, span, format!("'{place}#{shown}' was published, and the glossary has no such term"));
        let finding = finding.help("declare the term again under `glossary` of registry.yaml");
        found.push(finding.help(format!("or, if nobody links to it: `opsbook urls forget '{place}#{shown}'`")));
    }
}

/// What a vanished anchor has probably become: the anchors that weren't published before. Of these it is the one of nearly the same name, or
/// the only one.
fn unpublished<'a>(promise: &Promise, page: &'a Page) -> Vec<&'a str> {
    let published: HashSet<&str> = promise.anchors.iter().map(|(anchor, _)| anchor.as_str()).collect();
    page.anchors().filter(|anchor| !published.contains(anchor)).collect()
}

#[cfg(test)]
mod tests {
    use super::SUGGESTIONS;
    use crate::checks::test::{diagnostics, findings};

    #[test]
    fn what_was_published_stays() {
        let lock = |anchors: &str| {
            format!("guides/a.html\n{}", anchors.split_whitespace().map(|anchor| format!("  #{anchor}\n")).collect::<Vec<_>>().concat())
        };
        let text = "---\naliases: [old/a.html]\nformer_anchors: { gone: new }\n---\n# T\n\n## New\n\n<a id=\"own\"></a>\n";
        for (anchors, expected) in [
            ("t new own gone", &[][..]),
            ("nwe", &["#nwe | 'guides/a.html#nwe' was published, and 'guides/a.md' has no such anchor"]),
            (
                "x gone y",
                &[
                    "#x | 'guides/a.html#x' was published, and 'guides/a.md' has no such anchor",
                    "#y | 'guides/a.html#y' was published, and 'guides/a.md' has no such anchor",
                ],
            ),
        ] {
            let found = findings(&[("content/guides/a.md", text), ("urls.lock", &lock(anchors))], "vanished-anchor");
            assert_eq!(found, expected.iter().map(|line| format!("urls.lock | {line}")).collect::<Vec<_>>(), "{anchors}");
        }
    }

    #[test]
    fn terms_of_the_glossary_stay() {
        let registry = "glossary: { ADR: A record., Playbook: A book. }\n";
        let lock = "registry/glossary.html\n  #adr\n  #runbook\n";
        let files = [("content/a.md", "# A\n"), ("content/registry.yaml", registry), ("urls.lock", lock)];
        let found = diagnostics(&files, "vanished-anchor");
        let shown: Vec<_> = found.iter().map(|finding| (finding.kind.code, finding.span.of(lock), finding.message.as_str())).collect();
        assert_eq!(shown, [("vanished-anchor", "#runbook", "'registry/glossary.html#runbook' was published, and the glossary has no such term")]);
    }

    #[test]
    fn anchors_move_with_their_document() {
        let text = ("content/new/b.md", "---\naliases: [old/b.html]\n---\n# B\n\n## Steps\n");
        let found = findings(&[text, ("urls.lock", "new/b.html\n  #steps\nold/b.html\n  #steps\n  #lost\n")], "vanished-anchor");
        assert_eq!(found, ["urls.lock | #lost | 'old/b.html#lost' was published, and 'new/b.md' has no such anchor"]);
    }

    #[test]
    fn only_so_many_suggestions_are_made() {
        let gone = (0..SUGGESTIONS + 5).map(|number| format!("  #section-{number:03}\n")).collect::<Vec<_>>().concat();
        let files = [("content/a.md", "# Section 1000\n\n## Else\n"), ("urls.lock", &format!("a.html\n{gone}"))];
        let found = diagnostics(&files, "vanished-anchor");
        assert_eq!((found.len(), found.iter().filter(|finding| !finding.label.is_empty()).count()), (SUGGESTIONS + 5, SUGGESTIONS));
    }
}
