//! What mends findings: one at a time, or all in a file.
//!
//! Knows findings and their fixes. Must not know how a fix was found.

use crate::diagnostic::{Diagnostic, Edit};
use crate::mend;
use crate::source::SitePath;
use crate::text::{Span, count};

use super::view::View;

/// Something to do at a place.
#[derive(Debug, PartialEq)]
pub struct Action<'a> {
    /// What it does, for a menu.
    pub title: String,
    /// The finding that it mends; none if it mends all.
    pub finding: Option<&'a Diagnostic>,
    /// The edits, sorted.
    pub edits: Vec<Edit>,
}

/// The fixes of the findings in a span of a file.
#[must_use]
pub fn fixes<'a>(view: View<'a>, path: &SitePath, span: Span) -> Vec<Action<'a>> {
    let here = of_file(view, path).filter(|finding| finding.span.start <= span.end && span.start <= finding.span.end);
    here.map(|finding| {
        let mut edits = finding.fix.clone();
        edits.sort_by_key(|edit| edit.span.start);
        Action { title: title(finding), finding: Some(finding), edits }
    })
    .collect()
}

/// What mends all that can be mended in a file at once; none if nothing can.
#[must_use]
pub fn fix_all<'a>(view: View<'a>, path: &SitePath) -> Option<Action<'a>> {
    let fixes: Vec<&[Edit]> = of_file(view, path).map(|finding| finding.fix.as_slice()).collect();
    let plan = mend::plan(view.text(path)?, &fixes);
    (plan.count > 0).then(|| Action { title: format!("Mend all in this file ({})", count(plan.count, "edit")), finding: None, edits: plan.edits })
}

fn of_file<'a>(view: View<'a>, path: &SitePath) -> impl Iterator<Item = &'a Diagnostic> {
    let findings = &view.build.diagnostics;
    let first = findings.partition_point(|finding| finding.path < *path);
    let path = path.clone();
    findings.iter().skip(first).take_while(move |finding| finding.path == path).filter(|finding| !finding.fix.is_empty())
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
}
