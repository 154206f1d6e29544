//! What can only be seen once a schema is read as a whole: relations to sections that there are not, demands that nobody can meet.

use super::condition::{Condition, Test};
use super::field::FieldDemand;
use super::load::INVALID_SCHEMA;
use super::model::{Origin, Schema, SectionDemand};
use super::rules::referenced_by::ReferencedBy;
use super::rules::relations::{self, Relations};
use super::rules::{section_content, section_count};
use super::settings::Settings;
use crate::diagnostic::Diagnostic;
use crate::source::SitePath;
use crate::text::{Span, nearest};

/// Settles what demands say of each other, and reports what can't be.
///
/// What was inherited was reported in its own file.
pub(super) fn settle(schema: &mut Schema, diagnostics: &mut Vec<Diagnostic>) {
    let path = schema.path.clone();
    let mut report = |origin: &Origin, span: Span, message: String, help: String| {
        if origin.path == path {
            diagnostics.push(Diagnostic::new(&INVALID_SCHEMA, &path, span, message).help(help));
        }
    };
    relations::settle(&mut schema.settings, &mut schema.sections, &mut report);
    sections(&mut schema.sections, &mut report);
    conditions(schema, &path, &mut report);
}

/// Takes the place of the demand, that of the fault, what is wrong and what to do.
type Report<'a> = dyn FnMut(&Origin, Span, String, String) + 'a;

fn sections(demands: &mut [SectionDemand], report: &mut Report<'_>) {
    for demand in demands {
        if let Some((span, message, help)) = section_count::is_impossible(demand) {
            report(&demand.origin, span, message.to_owned(), help.to_owned());
        }
        relations::settle(&mut demand.settings, &mut demand.sections, report);
        sections(&mut demand.sections, report);
    }
}

/// Reports conditions that never hold, because the schema allows no such value.
fn conditions(schema: &Schema, path: &SitePath, report: &mut Report<'_>) {
    let mut all: Vec<(&Origin, &Condition)> = Vec::new();
    gather(&schema.sections, &mut all);
    all.extend(beside(&schema.settings));
    if let Some(ReferencedBy(references)) = schema.settings.get() {
        all.extend(references.iter().filter_map(|reference| Some((&reference.origin, reference.when.as_ref()?))));
    }
    all.extend(schema.front_matter.iter().filter_map(|field| Some((&field.origin, field.when.as_ref()?))));
    for (origin, condition) in all.into_iter().filter(|(origin, _)| origin.path == *path) {
        for clause in condition.clauses() {
            let Some(field) = schema.front_matter.iter().find(|field| field.key == clause.key) else { continue };
            let (Test::OneOf(values) | Test::NoneOf(values)) = &clause.test else { continue };
            for (value, span) in values.iter().filter(|(value, _)| !allows(field, value)) {
                let help = match nearest(value, field.values.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => format!("its values are: {}", field.values.join(", ")),
                };
                report(origin, *span, format!("'{}' is never '{value}': the schema doesn't allow that value", clause.key), help);
            }
        }
    }
}

fn gather<'a>(demands: &'a [SectionDemand], all: &mut Vec<(&'a Origin, &'a Condition)>) {
    for demand in demands {
        all.extend(demand.when.as_ref().map(|when| (&demand.origin, when)));
        all.extend(demand.topics.iter().filter_map(|topic| Some((&topic.origin, topic.when.as_ref()?))));
        all.extend(beside(&demand.settings));
        gather(&demand.sections, all);
    }
}

/// The conditions of relations and bodies.
fn beside(settings: &Settings) -> Vec<(&Origin, &Condition)> {
    let relations = settings.get::<Relations>().map_or(&[][..], |relations| &relations.0);
    let of_relations = relations.iter().filter_map(|relation| Some((&relation.origin, relation.when.as_ref()?)));
    of_relations.chain(section_content::conditions(settings)).collect()
}

fn allows(field: &FieldDemand, value: &str) -> bool {
    field.values.is_empty() || field.values.iter().any(|allowed| allowed.trim().to_lowercase() == value.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::test::schema_faults;

    #[test]
    fn a_condition_that_never_holds_is_a_fault() {
        let text = "type: t\nfront_matter: { status: { values: [active, draft] } }\nsections: [{ title: A, when: { status: actve } }]\n";
        assert_eq!(schema_faults(text), ["actve | 'status' is never 'actve': the schema doesn't allow that value"]);
        assert_eq!(schema_faults(&text.replace("actve", "Active")), [""; 0]);
        let head = "type: t\nfront_matter: { status: { values: [active] } }\nsections: [A, B]\n";
        for rest in [
            "relations: [{ conflicts: [a, b], when: { status: actve } }]",
            "contains: { code: { at_least: 1, when: { status: actve } } }",
            "referenced_by: [{ type: t, when: { status: actve } }]",
        ] {
            assert_eq!(
                schema_faults(&format!("{head}{rest}\n")),
                ["actve | 'status' is never 'actve': the schema doesn't allow that value"],
                "{rest}"
            );
        }
    }
}
