//! Sections in another order than a strict schema's.

use super::{Case, Key, Read, RuleKind};
use crate::data::{Fields, Shape};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::schema::bind::SectionBinding;
use crate::schema::candidates::Place;
use crate::schema::model::{Order, SectionDemand};
use crate::schema::moves;

/// A section that stands in another place than a strict schema wants.
pub const SECTION_ORDER: Kind = Kind {
    code: "section-order",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a section stands in another order than its schema demands",
    docs: "A schema may say `order: strict`, so that readers find the same sections in the same order in each document. Other sections may \
stand between.

    # schema: order: strict, sections Meaning, Impact, Diagnosis
    ## Impact
    ## Meaning
    ## Diagnosis

Move the section to its place. If the order doesn't matter to readers, write `order: any` in the schema.",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "section-order", kinds: &[&SECTION_ORDER], keys: KEYS, judge };

const KEYS: &[Key] = &[
    Key::new(
        "order",
        "`any`, or `strict` if the sections must stand in the order of the schema.",
        Shape::Choice(&["any", "strict"]),
        Read::Schema(|fields, schema| schema.order = order(fields, schema.order)),
    ),
    Key::new(
        "order",
        "`any`, or `strict` if the nested sections must stand in the order of the schema.",
        Shape::Choice(&["any", "strict"]),
        Read::Section(|fields, demand| demand.order = order(fields, demand.order)),
    ),
];

fn order(fields: &mut Fields<'_>, before: Order) -> Order {
    match fields.choice("order", &["any", "strict"]) {
        Some(0) => Order::Any,
        Some(_) => Order::Strict,
        None => before,
    }
}

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if case.schema.order == Order::Strict {
        level(case, &case.schema.sections, &case.conformance.sections, diagnostics);
    }
    for demanded in case.sections().iter().filter(|demanded| demanded.demand.order == Order::Strict && demanded.binding.status.is_met()) {
        level(case, &demanded.demand.sections, &demanded.binding.sections, diagnostics);
    }
}

/// Reports the fewest sections that have to move.
fn level(case: &Case<'_>, demands: &[SectionDemand], bindings: &[SectionBinding], diagnostics: &mut Vec<Diagnostic>) {
    // Every section with its demand: those of one demand as they stand, each demand's behind those of the one before it.
    let mut there: Vec<(&SectionDemand, &Place)> = Vec::new();
    for (demand, binding) in demands.iter().zip(bindings) {
        let instances = binding.instances().filter(|instance| !instance.outside && !instance.is_forbidden());
        let mut places: Vec<&Place> = instances.filter_map(|instance| instance.place.as_ref()).collect();
        places.sort_by_key(|place| place.span.start());
        there.extend(places.into_iter().map(|place| (demand, place)));
    }
    let starts: Vec<usize> = there.iter().map(|(_, place)| place.span.start()).collect();
    let stays = longest_rising(&starts);
    for (index, (demand, place)) in there.iter().enumerate() {
        if stays.contains(&index) {
            continue;
        }
        let finding = case.finding(&SECTION_ORDER, demand.severity, place.title_span, format!("section '{}' stands out of order", demand.title));
        let before = there.iter().enumerate().take(index).rev().find(|(other, _)| stays.contains(other));
        let after = there.iter().enumerate().skip(index).find(|(other, _)| stays.contains(other));
        let (side, neighbour) = match (before, after) {
            (Some((_, (neighbour, place))), _) => ("after", Some((neighbour, place))),
            (None, Some((_, (neighbour, place)))) => ("before", Some((neighbour, place))),
            (None, None) => continue,
        };
        let Some((neighbour, spot)) = neighbour else { continue };
        let mut finding = finding
            .label(format!("it belongs {side} '{}'", neighbour.title))
            .help(format!("move the section so that it comes {side} '{}'", neighbour.title))
            .related(&case.document.path, spot.title_span, format!("it belongs {side} this section"))
            .related(&demand.origin.path, demand.origin.span, "demanded in this order");
        if let Some(edits) = moves::relocate(case.document, place, spot, side == "after") {
            finding = edits.into_iter().fold(finding, |finding, (span, text)| finding.edit(span, text));
        }
        diagnostics.push(finding);
    }
}

/// Indices of a longest rising run of numbers, gaps allowed, in n·log n steps: the last number of the shortest such run of each length is kept.
fn longest_rising(numbers: &[usize]) -> Vec<usize> {
    let number = |index: &usize| numbers.get(*index).copied().unwrap_or_default();
    // Of each length: where the run ends that ends lowest; and of each number, which number comes before it in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (index, wanted) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| number(end) < *wanted);
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut run: Vec<usize> = std::iter::successors(ends.last().copied(), |index| before.get(*index).copied().flatten()).collect();
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::longest_rising;
    use crate::schema::test::{apply, findings, judged, schema};

    #[test]
    fn a_fix_moves_the_section_and_leaves_the_rest() {
        let strict = schema("type: t\norder: strict\nsections: [A, B, C]\n");
        for (text, mended) in [
            ("# T\n\n## B\n\nb\n\n## C\n\nc\n\n## A\n\na\n", "# T\n\n## A\n\na\n\n## B\n\nb\n\n## C\n\nc\n"),
            ("# T\n\n## C\n\n### c\n\nc\n\n## A\n\na\n\n## B\n\nb", "# T\n\n## A\n\na\n\n## B\n\nb\n\n## C\n\n### c\n\nc"),
            ("## A\r\n\r\na\r\n\r\n## C\r\n\r\nc\r\n\r\n## B\r\n\r\nb\r\n", "## A\r\n\r\na\r\n\r\n## B\r\n\r\nb\r\n\r\n## C\r\n\r\nc\r\n"),
            ("## A\n\na\n\n## X\n\n### C\n\nc\n\n## B\n\nb\n", "## A\n\na\n\n## B\n\nb\n\n## X\n\n### C\n\nc\n"),
            ("> ## B\n> b\n\n## A\n\na\n\n## C\n\nc\n", "> ## B\n> b\n\n## A\n\na\n\n## C\n\nc\n"),
        ] {
            assert_eq!(apply(text, &judged(&strict, text)), mended);
        }
        let close = "B\n---\n\nb\n\n## A\na\n## C\n\nc\n";
        assert_eq!(apply(close, &judged(&strict, close)), close, "what is moved would run into the line before it");
    }

    #[test]
    fn the_fewest_sections_are_out_of_order() {
        for (numbers, stays) in [
            (vec![1, 2, 3], vec![0, 1, 2]),
            (vec![3, 1, 2], vec![1, 2]),
            (vec![2, 3, 1], vec![0, 1]),
            (vec![5, 1, 6, 2, 3], vec![1, 3, 4]),
            (vec![], vec![]),
        ] {
            assert_eq!(longest_rising(&numbers), stays, "{numbers:?}");
        }
    }

    #[test]
    fn every_one_of_repeated_sections_has_its_place() {
        let steps = schema("type: t\norder: strict\nsections: [Intro, { title: Step, times: { at_least: 1 } }, End]\n");
        let text = |titles: &[&str]| titles.iter().fold(String::new(), |text, title| text + "## " + title + "\n\nx\n\n");
        assert_eq!(findings(&steps, &text(&["Intro", "Step", "Step", "End"])), [""; 0]);
        assert_eq!(findings(&steps, &text(&["Intro", "Step", "End", "Step"])).len(), 1);
    }

    #[test]
    fn only_strict_schemas_care() {
        let text = "## C\n\nx\n\n## Other\n\n## A\n\nx\n\n## B\n\nx\n";
        assert_eq!(findings(&schema("type: t\nsections: [A, B, C]\n"), text), [""; 0]);
        assert_eq!(findings(&schema("type: t\norder: strict\nsections: [A, B, C]\n"), text), ["section-order | C | section 'C' stands out of order"]);
        let nested = schema("type: t\nsections: [{ title: P, order: strict, sections: [A, B] }]\n");
        assert_eq!(findings(&nested, "# P\n## B\nx\n## A\nx\n").len(), 1);
    }
}
