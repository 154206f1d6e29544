use std::collections::{HashMap, HashSet};

use super::{Check, Grounds, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::Document;
use crate::handbook::Page;
use crate::schema::SectionBinding;
use crate::text::{Span, slug};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "duplicate-anchor",
    severity: Severity::Warning,
    subject: Subject::Links,
    summary: "two places of a document have the same anchor, so links reach only the first",
    docs: "Links to a heading use its anchor. Two headings with the same text under the same parent, or the same id set twice, make one \
anchor for two places: the second gets a number (`#usage-1`) that changes when headings are moved, or can't be reached at all. \
Headings with the same text under different parents are common and aren't reported.

    ## Roll back
    ## Roll back

Say in the heading what differs, or name the anchors:

    ## Roll back the API
    ## Roll back the database {#roll-back-database}",
};

fn run(_: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let document = &page.document;
    let repeated = repeated(page);
    let mut first_of: HashMap<(Option<usize>, String), Span> = HashMap::new();
    for section in document.sections.iter().filter(|section| !section.explicit_id && !repeated.contains(&section.title_span)) {
        let key = (section.parent, slug(&section.title));
        match first_of.get(&key) {
            Some(first) => {
                let message = format!("heading '{}' stands twice here, so '#{}' leads to the first only", section.title, key.1);
                found.push(duplicate(document, *first, section.title_span, message, &section.id));
            }
            None => {
                first_of.insert(key, section.title_span);
            }
        }
    }
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for anchor in &document.anchors {
        match seen.get(&*anchor.id) {
            Some(first) => found.push(duplicate(document, *first, anchor.span, format!("anchor '#{}' is set twice", anchor.id), &anchor.id)),
            None => {
                seen.insert(&anchor.id, anchor.span);
            }
        }
    }
}

/// The headings of sections that the schema lets stand more than once: their anchors are numbered, as everybody expects.
fn repeated(page: &Page) -> HashSet<Span> {
    fn add(bindings: &[SectionBinding], found: &mut HashSet<Span>) {
        for binding in bindings {
            found.extend(binding.more.iter().filter_map(|again| again.place.as_ref()).map(|place| place.title_span));
            binding.instances().for_each(|instance| add(&instance.sections, found));
        }
    }
    let mut found = HashSet::new();
    if let Some((_, conformance)) = &page.binding {
        add(&conformance.sections, &mut found);
    }
    found
}

fn duplicate(document: &Document, first: Span, second: Span, message: String, id: &str) -> Diagnostic {
    Diagnostic::new(&KIND, &document.path, second, message)
        .label(format!("this one is '#{id}'"))
        .related(&document.path, first, "the first is here")
        .help("give one of them another text, or an anchor of its own: `## Title {#anchor}`")
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn sections_that_may_stand_more_than_once_are_no_fault() {
        let text = ("content/a.md", "# T\n\n## Update\n\nx\n\n## Update\n\ny\n");
        let schema = ("schemas/t.yaml", "type: t\nmatch: ['*.md']\nsections: [{ title: Update, times: { at_least: 1 } }]\n");
        assert_eq!(findings(&[schema, text], "duplicate-anchor"), [""; 0]);
        assert_eq!(findings(&[text], "duplicate-anchor").len(), 1);
    }
}
