//! A section whose heading has another level than the schema demands.

use super::{Case, Demanding, Key, Read, RuleKind};
use crate::data::{Fields, Shape};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::schema::candidates::LABEL_LEVEL;
use crate::schema::moves;
use crate::text::Span;

/// A section whose heading has another level than the schema demands.
pub const SECTION_LEVEL: Kind = Kind {
    code: "section-level",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a section's heading has another level than its schema demands",
    docs: "Sections are found at any level. Where a schema says `level: 2`, because a tool or a template relies on it, another level is a fault.

    # schema: title: Impact, level: 2
    ### Impact

Give the heading the level that is demanded: `## Impact`.",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "section-level", kinds: &[&SECTION_LEVEL], keys: KEYS, judge };

const KEYS: &[Key] = &[Key::new(
    "level",
    "The level that the heading must have, 1 to 6; without it any.",
    Shape::Number,
    Read::Section(|fields, demand| demand.level = level(fields).or(demand.level)),
)];

fn level(fields: &mut Fields<'_>) -> Option<u8> {
    let number = fields.number("level")?;
    let level = u8::try_from(number).ok().filter(|level| (1..=6).contains(level));
    if level.is_none() {
        let span = fields.get("level").map_or(Span::at(0), |node| node.span);
        fields.report(span, format!("no heading has the level {number}"), "write a number from 1 to 6");
    }
    level
}

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for demanded in case.sections() {
        let (Some(level), Some(place)) = (demanded.demand.level, &demanded.binding.place) else { continue };
        if place.level == level || place.level == LABEL_LEVEL {
            continue;
        }
        let title = &demanded.demand.title;
        let message = format!("section '{title}' has level {}, not {level}", place.level);
        let mut finding = case
            .finding(&SECTION_LEVEL, demanded.demand.severity, place.title_span, message)
            .label(format!("level {}", place.level))
            .help(format!("write the heading as `{} {title}`", "#".repeat(usize::from(level))))
            .demanded(&demanded.demand.origin);
        // What else is demanded must not end up elsewhere.
        let holds_others =
            demanded.bindings.iter().any(|other| other.place.as_ref().is_some_and(|other| other != place && place.extent.encloses(other.span)));
        // Nor may the sections behind it end up inside it, unless they rise with it.
        let rises = |at: usize| {
            let of_level = demanded.siblings.iter().zip(demanded.bindings).filter(|(demand, _)| demand.level == Some(level));
            of_level.filter_map(|(_, binding)| binding.place.as_ref()).any(|other| other.span.start() <= at && at < other.extent.end())
        };
        let behind = case.document.sections.iter().filter(|section| section.span.start() >= place.extent.end());
        let swallows = behind.take_while(|section| section.level > level).any(|section| !rises(section.span.start()));
        if let Some(edits) = moves::shift(case.document, place, level).filter(|_| !holds_others && !swallows) {
            finding = edits
                .into_iter()
                .fold(finding.help("`opsbook check --fix` does so, and shifts its sub-headings with it"), |finding, (span, text)| {
                    finding.edit(span, text)
                });
        }
        diagnostics.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{apply, findings, judged, schema};

    #[test]
    fn a_fix_shifts_the_section_with_its_sub_headings() {
        let leveled = schema("type: t\nsections: [{ title: A, level: 2 }, { title: B, level: 2 }]\n");
        for (text, mended) in [
            ("### A\n\nx\n\n#### Sub #\n\ny\n\n## B\n\nz\n", "## A\n\nx\n\n### Sub #\n\ny\n\n## B\n\nz\n"),
            ("### A\n\nx\n\n### O\n\ny\n\n## B\n\nz\n", "### A\n\nx\n\n### O\n\ny\n\n## B\n\nz\n"),
            ("### A\n\nx\n\n### B\n\nz\n", "## A\n\nx\n\n## B\n\nz\n"),
            ("# A\n\n## B\n\nz\n", "# A\n\n## B\n\nz\n"),
            ("A\n=\n\nx\n\n# Other\n\n## B\n\nz\n", "A\n=\n\nx\n\n# Other\n\n## B\n\nz\n"),
            ("# A\n\nx\n\n###### Deep\n\ny\n\n# O\n\n## B\n\nz\n", "# A\n\nx\n\n###### Deep\n\ny\n\n# O\n\n## B\n\nz\n"),
        ] {
            assert_eq!(apply(text, &judged(&leveled, text)), mended);
        }
    }

    #[test]
    fn a_level_counts_where_it_is_demanded() {
        let leveled = schema("type: t\nsections: [{ title: A, level: 2 }, B]\n");
        assert_eq!(findings(&leveled, "### A\n\nx\n\n##### B\n\nx\n"), ["section-level | A | section 'A' has level 3, not 2"]);
        assert_eq!(findings(&leveled, "## A\n\nx\n\n# B\n\nx\n"), [""; 0]);
    }
}
