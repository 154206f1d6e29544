//! What mends findings: one at a time, or all in a file.
//!
//! Knows findings and their fixes. Must not know how a fix was found.

use crate::diagnostic::{Diagnostic, Edit};
use crate::mend;
use crate::source::{SitePath, in_target};
use crate::text::{Span, count};

use super::view::View;
use crate::handbook::Fault;

/// Something to do at a place.
#[derive(Debug, PartialEq)]
pub struct Action<'a> {
    /// What it does, for a menu.
    pub title: String,
    /// The finding that it mends; none if it mends all.
    pub finding: Option<&'a Diagnostic>,
    /// The edits, sorted.
    pub edits: Vec<Edit>,
    /// Whether nobody needs to think twice.
    pub is_certain: bool,
}

/// The fixes of the findings in a span of a file.
#[must_use]
pub fn fixes<'a>(view: View<'a>, path: &SitePath, span: Span) -> Vec<Action<'a>> {
    // A copy of a repository's file is mended where it comes from.
    if view.sources.mounts.is_copy(path) {
        return Vec::new();
    }
    let here = of_file(view, path).filter(|finding| finding.span.start() <= span.end() && span.start() <= finding.span.end());
    let certain = here.map(|finding| {
        let mut edits = finding.fix.clone();
        edits.sort_by_key(|edit| edit.span.start());
        Action { title: title(finding), finding: Some(finding), edits, is_certain: true }
    });
    certain.chain(suggestions(view, path, span)).collect()
}

/// The nearest targets of broken links: findings name them, and their author knows whether they were meant.
fn suggestions<'a>(view: View<'a>, path: &SitePath, span: Span) -> Vec<Action<'a>> {
    let Some((_, page)) = view.page(path) else { return Vec::new() };
    let text = &page.document.text;
    let findings: Vec<&Diagnostic> = of_path(view, path).collect();
    let mut suggestions = Vec::new();
    for (link, resolved) in page.written_links() {
        let written = link.target_span.of(text);
        // What stands in an included file is mended there.
        let own = page.document.pieces.as_ref().map_or(Some(link.target_span), |pieces| pieces.editable(link.target_span));
        let Some(place) = own else { continue };
        let Some(fault) = resolved.fault() else { continue };
        // Where escapes or entities hide the target, nobody but its author replaces it.
        if place.start() > span.end() || span.start() > place.end() || written != &*link.target {
            continue;
        }
        let (file, fragment) = written.split_once('#').map_or((written, None), |(file, fragment)| (file, Some(fragment)));
        let (gone, instead) = match fault {
            Fault::NoFile { nearest: Some(near), .. } => (Span::new(place.start(), place.start() + file.len()), in_target(near)),
            Fault::NoAnchor { nearest: Some(near), .. } if fragment.is_some() => {
                (Span::new(place.start() + file.len() + 1, place.end()), near.clone())
            }
            _ => continue,
        };
        let first = findings.partition_point(|finding| finding.span.start() < place.start());
        let mut near = findings.iter().skip(first).take_while(|finding| finding.span.start() <= place.end());
        let finding = near.find(|finding| place.encloses(finding.span) && finding.fix.is_empty()).copied();
        if finding.is_some() {
            let title = format!("Write '{instead}'");
            suggestions.push(Action { title, finding, edits: vec![Edit { span: gone, replacement: instead }], is_certain: false });
        }
    }
    suggestions
}

/// What mends all that can be mended in a file at once; none if nothing can.
#[must_use]
pub fn fix_all<'a>(view: View<'a>, path: &SitePath) -> Option<Action<'a>> {
    let fixes: Vec<&[Edit]> = of_file(view, path).map(|finding| finding.fix.as_slice()).collect();
    let plan = mend::plan(view.text(path)?, &fixes);
    (plan.count > 0).then(|| Action {
        title: format!("Mend all in this file ({})", count(plan.count, "edit")),
        finding: None,
        edits: plan.edits,
        is_certain: true,
    })
}

/// The findings of a file that can be mended without a second thought.
fn of_file<'a>(view: View<'a>, path: &SitePath) -> impl Iterator<Item = &'a Diagnostic> {
    of_path(view, path).filter(|finding| !finding.fix.is_empty())
}

fn of_path<'a>(view: View<'a>, path: &SitePath) -> impl Iterator<Item = &'a Diagnostic> {
    let findings = &view.build.diagnostics;
    let first = findings.partition_point(|finding| finding.path < *path);
    let path = path.clone();
    findings.iter().skip(first).take_while(move |finding| finding.path == path)
}

/// What a fix does. Of one that replaces words within a line these are named.
fn title(finding: &Diagnostic) -> String {
    match finding.fix.as_slice() {
        [edit] if !edit.replacement.trim().is_empty() && !edit.replacement.contains('\n') && edit.replacement.len() < 60 => {
            let verb = if edit.span.is_empty() { "Insert" } else { "Write" };
            format!("{verb} '{}'", edit.replacement.trim())
        }
        [edit] if edit.span.is_empty() => {
            let first = edit.replacement.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            format!("Insert '{}'", crate::text::shorten(first.trim(), 60))
        }
        _ => format!("Mend: {}", crate::text::shorten(&finding.message, 80)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::Desk;
    use super::*;

    #[test]
    fn a_fix_is_offered_where_its_finding_is() {
        let text = "---\ntype: guide\nowner: Ops lead\n---\n# A\n\n## Before you begin\n\nx\n\n## Step\n\nx\n";
        let desk = Desk::new(&[("a.md", text)]);
        let path = SitePath::new("content/a.md").unwrap();
        let at = |words: &str| Span::at(text.find(words).unwrap());
        let titles = |span| fixes(desk.view(), &path, span).into_iter().map(|action| action.title).collect::<Vec<_>>();
        assert_eq!(titles(at("Step")), ["Write 'Steps'"]);
        assert_eq!(titles(at("# A")), [""; 0]);
        let all = fix_all(desk.view(), &path).unwrap();
        assert_eq!(all.title, "Mend all in this file (1 edit)");
        assert!(mend::apply(text, &all.edits).contains("## Steps\n"));
        assert_eq!(fix_all(desk.view(), &SitePath::new("content/b.md").unwrap()), None);
    }

    #[test]
    fn what_was_hardly_meant_is_offered_and_never_made_unasked() {
        let text = "# A\n\n[b](set-ap.md#x) [c](set-up.md#frist)\n";
        let desk = Desk::new(&[("a.md", text), ("set-up.md", "# B\n\n## First\n")]);
        let path = SitePath::new("content/a.md").unwrap();
        let found = fixes(desk.view(), &path, Span::new(0, text.len()));
        let made: Vec<String> = found.iter().map(|action| mend::apply(text, &action.edits)).collect();
        assert_eq!(made, [text.replace("set-ap.md#x", "set-up.md#x"), text.replace("frist", "first")]);
        assert!(found.iter().all(|action| !action.is_certain));
        assert_eq!(fix_all(desk.view(), &path), None);
    }
}
