//! Which section of a document is which part of its incident view: as its schema says, else as its heading usually means.

use super::headings::part_of;
use crate::document::Document;
use crate::handbook::Page;
use crate::schema::rules::incident::IncidentPart;
use crate::schema::{SectionBinding, SectionDemand};
use crate::text::fold_title;

/// For each section of the document the part of the incident view that it is in, with the sections that it is part of.
#[must_use]
pub fn incident_parts(page: &Page) -> Vec<Option<IncidentPart>> {
    let document = &page.document;
    let mut bound = vec![None; document.sections.len()];
    if let Some((schema, conformance)) = &page.binding {
        by_schema(&schema.sections, &conformance.sections, &mut bound);
    }
    let said: Vec<IncidentPart> = bound.iter().flatten().copied().collect();
    let title = title_section(document);
    let mut parts: Vec<Option<IncidentPart>> = Vec::with_capacity(bound.len());
    for (index, section) in document.sections.iter().enumerate() {
        // What the section above is, unless that is the title, which is above all.
        let above = section.parent.filter(|parent| Some(*parent) != title);
        let inherited = above.and_then(|parent| parts.get(parent).copied().flatten());
        let usual = || {
            let part = part_of(&fold_title(&section.title)).filter(|part| !said.contains(part))?;
            let after = matches!(part, IncidentPart::Verify | IncidentPart::RollBack | IncidentPart::Escalation);
            // Inside of other sections only what comes after the actions is taken out of them.
            let fits = above.is_none() || inherited == Some(IncidentPart::Actions) && after;
            fits.then_some(part)
        };
        let own = bound.get(index).copied().flatten();
        let found = if Some(index) == title { own } else { own.or_else(usual).or(inherited) };
        parts.push(found);
    }
    parts
}

/// The section whose heading is the title: the first, if its level is 1 and, where others have that too, its words aren't those of a part.
#[must_use]
pub fn title_section(document: &Document) -> Option<usize> {
    let first = document.sections.first().filter(|section| section.level == 1)?;
    let is_alone = document.sections.iter().skip(1).all(|section| section.level > 1);
    (is_alone || part_of(&fold_title(&first.title)).is_none()).then_some(0)
}

/// Whether the words of a heading say by themselves which part of the incident view it is.
#[must_use]
pub fn says_part(title: &str, part: IncidentPart) -> bool {
    part_of(&fold_title(title)) == Some(part)
}

fn by_schema(demands: &[SectionDemand], bindings: &[SectionBinding], bound: &mut [Option<IncidentPart>]) {
    for (demand, binding) in demands.iter().zip(bindings) {
        for instance in binding.instances() {
            let section = instance.place.as_ref().and_then(|place| place.section).and_then(|index| bound.get_mut(index));
            if let (Some(part), Some(section)) = (demand.incident_part(), section) {
                *section = Some(part);
            }
            by_schema(&demand.sections, &instance.sections, bound);
        }
    }
}
