use std::sync::Arc;

use std::collections::BTreeSet;

use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Handbook, Page, Resolved};
use crate::schema::rules::referenced_by::{Reference, ReferencedBy};
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "missing-reference",
    severity: Severity::Error,
    subject: Subject::Types,
    summary: "no document of the type that its schema names refers to a document",
    docs: "Some documents are complete only with another: an incident of major severity with its report, a service with its recovery guide. \
A schema says which type of document must refer to its own, by which key or by a link, and on which front matter.

    # schemas/incident.yaml: referenced_by: [{ type: incident-report, key: incident, when: { severity: major } }]
    # incidents/2026-03-api.md
    ---
    type: incident
    severity: major
    ---

Write the report, and let it name the incident:

    ---
    type: incident-report
    incident: 2026-03-api.md
    ---",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    let demands = |page: &Page| page.binding.as_ref().is_some_and(|(schema, _)| schema.settings.get::<ReferencedBy>().is_some());
    // Who refers to whom is worked out once for each demand, and only where there is one.
    let mut known: Vec<(&str, Option<&str>, BTreeSet<usize>)> = Vec::new();
    for page in handbook.pages.iter().filter(|page| demands(page)) {
        let Some((schema, _)) = &page.binding else { continue };
        let Some(ReferencedBy(references)) = schema.settings.get() else { continue };
        for reference in references.iter().filter(|reference| reference.when.as_ref().is_none_or(|when| when.holds(&page.document))) {
            let wanted = (reference.document_type.as_str(), reference.key.as_deref());
            let place = known.iter().position(|(document_type, key, _)| (*document_type, *key) == wanted).unwrap_or_else(|| {
                known.push((wanted.0, wanted.1, referenced(handbook, wanted.0, wanted.1)));
                known.len() - 1
            });
            let is_referenced = known.get(place).is_some_and(|(.., pages)| handbook.index_of(page).is_some_and(|index| pages.contains(&index)));
            if !is_referenced {
                found.push(finding(page, reference, schema.severity));
            }
        }
    }
}

/// The pages that documents of a type refer to, by a key of their front matter or by links.
fn referenced(handbook: &Handbook, document_type: &str, key: Option<&str>) -> BTreeSet<usize> {
    let is_type = |page: &&Arc<Page>| page.binding.as_ref().is_some_and(|(schema, _)| schema.document_type == document_type);
    let targets = |page: &Arc<Page>| -> Vec<usize> {
        match key {
            Some(key) => page.values(key).iter().filter_map(|(value, _)| handbook.index_of(handbook.reference(page, value)?)).collect(),
            None => page.links.iter().filter_map(|link| if let Resolved::Page { page, .. } = link { Some(*page) } else { None }).collect(),
        }
    };
    handbook.pages.iter().filter(is_type).flat_map(targets).collect()
}

fn finding(page: &Page, reference: &Reference, schema_severity: Option<Severity>) -> Diagnostic {
    let wanted = &reference.document_type;
    let document = &page.document;
    let message = format!("no document of the type '{wanted}' refers to this one");
    let span = document.sections.first().map_or(Span::at(document.body.start()), |first| first.title_span);
    let by = match &reference.key {
        Some(key) => format!("`{key}: {}` in its front matter", page.path),
        None => "a link to this document".to_owned(),
    };
    let mut finding = Diagnostic::new(&KIND, &document.path, span, message)
        .severity(reference.severity.or(schema_severity).unwrap_or(KIND.severity))
        .label(format!("a document of the type '{wanted}' must refer to it"))
        .help(format!("write it (`opsbook new {wanted}`), with {by}"));
    if let Some(when) = &reference.when {
        finding = finding.note(format!("demanded where {}", when.words()));
    }
    if !reference.guidance.is_empty() {
        finding = finding.note(format!("why: {}", reference.guidance));
    }
    finding.related(&reference.origin.path, reference.origin.span, "demanded here")
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn major_incidents_have_a_report() {
        for (by, report, expected) in [
            ("key: incident, ", "---\nincident: ../i/a.md\n---\n# R\n", 1),
            ("key: incident, ", "# R\n\n[a](../i/a.md)\n", 2),
            ("", "# R\n\n[a](../i/a.md)\n", 1),
        ] {
            let schema = format!("type: incident\nmatch: ['i/*.md']\nreferenced_by: [{{ type: report, {by}when: {{ severity: major }} }}]\n");
            let found = findings(
                &[
                    ("schemas/i.yaml", &schema),
                    ("schemas/r.yaml", "type: report\nmatch: ['r/*.md']\n"),
                    ("content/i/a.md", "---\nseverity: major\n---\n# A\n"),
                    ("content/i/b.md", "---\nseverity: minor\n---\n# B\n"),
                    ("content/i/c.md", "---\nseverity: major\n---\n# C\n"),
                    ("content/r/a.md", report),
                ],
                "missing-reference",
            );
            assert_eq!(found.len(), expected, "{found:?}");
            assert_eq!(found.last().unwrap(), "content/i/c.md | C | no document of the type 'report' refers to this one");
        }
    }
}
