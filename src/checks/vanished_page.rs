use std::collections::HashMap;

use super::{Check, Run, vanished_anchor};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::promises::vanished;
use crate::handbook::{Handbook, Page};
use crate::source::{LOCK, SitePath};
use crate::text::nearest;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "vanished-page",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "a page that was published is gone, and no document says that it lay there",
    docs:
        "urls.lock records the pages that were published. Tickets, alerts and bookmarks lead to them, and nobody can mend those. A page that is gone \
without a redirect is an error in the middle of the night.

    # urls.lock: guides/restore.html
    # content/guides/restore.md is now content/recovery/restore.md

Let the document say where it lay; `opsbook mv` does that by itself:

    # content/recovery/restore.md
    ---
    aliases: [guides/restore.html]
    ---

If what it said is gone for good, let another document take its readers in, or take the address out: `opsbook urls forget guides/restore.html`.",
};

/// Suggestions cost a look at every page of a folder, so only so many are made.
const SUGGESTIONS: usize = 100;

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    let (Some(lock), Some(path)) = (&handbook.lock, SitePath::new(LOCK)) else { return };
    vanished_anchor::of_glossary(handbook, lock, &path, found);
    let vanished = vanished(handbook, lock);
    if vanished.is_empty() {
        return;
    }
    let mut pages = Pages::new(handbook);
    for (place, promise) in vanished {
        let finding = Diagnostic::new(&KIND, &path, promise.span, format!("the page '{place}' was published and is gone"));
        if let Some(alert) = place.as_str().strip_prefix("alert/").and_then(|name| name.strip_suffix(".html")) {
            // A redirect to the page would miss the incident view, which an alert leads to.
            let help = format!("write `alerts: [{alert}]` into the front matter of the runbook that answers for it");
            found.push(finding.help(help).help(format!("or, if nothing links to it: `opsbook urls forget {place}`")));
            continue;
        }
        let finding = match pages.likely(place) {
            Some(page) => finding
                .label(format!("is it '{}' now?", page.path))
                .help(format!("write `aliases: [{place}]` into the front matter of '{}'", page.path)),
            None => finding.help(format!("write `aliases: [{place}]` into the front matter of the document that has its readers now")),
        };
        found.push(finding.help(format!("or, if nobody links to it: `opsbook urls forget {place}`")));
    }
}

/// What there is instead.
struct Pages<'a> {
    /// The pages by their names without ending; none where several have one name.
    by_name: HashMap<&'a str, Option<&'a Page>>,
    by_folder: HashMap<&'a str, Vec<&'a Page>>,
    /// How many suggestions may still be made that cost something.
    suggestions: usize,
}

impl<'a> Pages<'a> {
    fn new(handbook: &'a Handbook) -> Self {
        let mut pages = Self { by_name: HashMap::new(), by_folder: HashMap::new(), suggestions: SUGGESTIONS };
        for page in &*handbook.pages {
            pages.by_name.entry(page.address.stem()).and_modify(|only| *only = None).or_insert(Some(page));
            pages.by_folder.entry(page.address.folder()).or_default().push(page);
        }
        pages
    }

    /// The page that this one has probably become: of the same name elsewhere, if there is one alone, or of nearly the same name in its folder.
    fn likely(&mut self, place: &SitePath) -> Option<&'a Page> {
        // A runbook's own page takes its incident view along.
        let stem = place.stem().strip_suffix(".incident").unwrap_or_else(|| place.stem());
        if let Some(Some(only)) = self.by_name.get(stem).filter(|_| stem != "index") {
            return Some(only);
        }
        let beside = self.by_folder.get(place.folder()).filter(|_| self.suggestions > 0)?;
        self.suggestions -= 1;
        let near = nearest(stem, beside.iter().map(|page| page.address.stem()))?;
        beside.iter().find(|page| page.address.stem() == near).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::SUGGESTIONS;
    use crate::checks::test::{diagnostics, findings};

    #[test]
    fn what_was_published_stays_or_leads_on() {
        let files = [
            ("content/new/a.md", "---\naliases: [old/a.html]\n---\n# A\n"),
            ("content/guides/restore.md", "# R\n"),
            ("content/runbooks/down.md", "---\nalerts: [ApiDown]\naliases: [runbooks/api.html]\n---\n# Down\n"),
            ("content/registry.yaml", "roles: { ops: { name: Ops } }\n"),
            (
                "urls.lock",
                "new/a.html\nold/a.html\nnew/index.html\nregistry/roles/ops.html\nrunbooks/down.incident.html\nrunbooks/api.incident.html\n\
alert/ApiDown.html\nalert/Gone.html\nguides/restroe.html\nelsewhere/a.html\nnowhere/x.html\n",
            ),
        ];
        assert_eq!(
            findings(&files, "vanished-page"),
            ["alert/Gone.html", "guides/restroe.html", "elsewhere/a.html", "nowhere/x.html"]
                .map(|gone| format!("urls.lock | {gone} | the page '{gone}' was published and is gone"))
        );
        let labels: Vec<String> = diagnostics(&files, "vanished-page").into_iter().map(|finding| finding.label).collect();
        let is = |page: &str| format!("is it '{page}' now?");
        assert_eq!(labels, [String::new(), is("guides/restore.md"), is("new/a.md"), String::new()]);
    }

    #[test]
    fn only_so_many_suggestions_are_made() {
        let gone = (0..SUGGESTIONS + 5).map(|number| format!("guides/page-{number:03}.html\n")).collect::<Vec<_>>().concat();
        let files = [("content/guides/page-0.md", "# A\n"), ("content/guides/same.md", "# B\n"), ("urls.lock", &format!("{gone}old/same.html\n"))];
        let found = diagnostics(&files, "vanished-page");
        let labelled = found.iter().filter(|finding| !finding.label.is_empty()).count();
        assert_eq!((found.len(), labelled), (SUGGESTIONS + 6, SUGGESTIONS + 1), "the same name is found in any case");
    }
}
