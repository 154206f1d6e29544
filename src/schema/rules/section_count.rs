//! A section that stands too seldom or too often.

use super::{Case, Demanding, Key, Read, RuleKind};
use crate::data::{Fields, KeyDocs, Shape};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::schema::model::{Presence, SectionDemand, Times};
use crate::text::{Span, count};

/// A section that stands too seldom or too often.
pub const SECTION_COUNT: Kind = Kind {
    code: "section-count",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a section stands more seldom or more often than its schema demands",
    docs: "A schema may say how often a section stands: an incident report has at least two sections 'Update', an evaluation at most five \
sections 'Option …'.

    # schema: { title: Option, pattern: '^option \\d+', times: { at_least: 2, at_most: 5 } }
    ## Option 1

Write the sections that are missing, or join those that are too many:

    ## Option 1
    ## Option 2",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "section-count", kinds: &[&SECTION_COUNT], keys: KEYS, judge };

const TIMES_KEYS: &[KeyDocs] = &[
    KeyDocs::new("at_least", "The least number of such sections.", Shape::Number),
    KeyDocs::new("at_most", "The most; without it any number.", Shape::Number),
];

const KEYS: &[Key] = &[Key::new(
    "times",
    "How often the section stands, as a number or as limits: `{ at_least: 2, at_most: 5 }`; once without it.",
    Shape::Either(&[Shape::Number, Shape::Table(TIMES_KEYS)]),
    Read::Section(read),
)];

fn read(fields: &mut Fields<'_>, demand: &mut SectionDemand) {
    let Some(node) = fields.get("times") else { return };
    let (least, most) = if node.scalar().is_some() {
        let number = fields.number("times");
        (number, number)
    } else {
        let path = fields.path();
        let mut times = Fields::new(node, "'times'", &crate::schema::INVALID_SCHEMA, path, fields.diagnostics());
        times.only(TIMES_KEYS);
        (times.number("at_least"), times.number("at_most"))
    };
    let mut impossible = |message: &str, help: &str| fields.report(node.span, message, help);
    match (least, most) {
        (_, Some(0)) => return impossible("no document can have a section zero times and meet its demands", "write `forbidden: true` instead"),
        (Some(least), Some(most)) if least > most => {
            return impossible("no document can meet both limits: 'at_least' is more than 'at_most'", "exchange them, or take one out");
        }
        (None, None) if node.value == crate::data::Value::Map(Vec::new()) => {
            return impossible("'times' says no number", "write `times: 2` or `times: { at_least: 2, at_most: 5 }`");
        }
        (Some(0), _) if demand.presence == Presence::Presumed => demand.presence = Presence::Optional,
        _ => {}
    }
    demand.times = Times { at_least: least, at_most: most, said: true };
}

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for level in case.levels() {
        for (demand, binding) in level.demands.iter().zip(level.bindings) {
            let Some(first) = binding.place.as_ref().filter(|_| demand.times.said && !binding.is_forbidden()) else { continue };
            let number = binding.instances().count() + binding.again.len();
            let title = &demand.title;
            let stands = format!("section '{title}' stands {}", count(number, "time"));
            let (span, message, label, help) = if demand.times.at_least.is_some_and(|least| number < least) {
                let least = demand.times.at_least.unwrap_or_default();
                let final_one = binding.instances().last().and_then(|instance| instance.place.as_ref()).unwrap_or(first);
                let help = format!("write {} more", count(least - number, "such section"));
                (final_one.title_span, format!("{stands}, at least {least} are demanded"), "too few", help)
            } else if let Some(again) = binding.again.first() {
                let most = demand.times.limit();
                (again.title_span, format!("{stands}, at most {most} are allowed"), "too many", "join sections, or rename some of them".to_owned())
            } else {
                continue;
            };
            let mut finding = case.finding(&SECTION_COUNT, demand.severity, span, message).label(label).help(help);
            if span != first.title_span {
                finding = finding.related(&case.document.path, first.title_span, "the first of them");
            }
            diagnostics.push(finding.demanded(&demand.origin));
        }
    }
}

/// The place of `times`, for what the verifier finds.
pub(crate) fn is_impossible(demand: &SectionDemand) -> Option<(Span, &'static str, &'static str)> {
    let forbidden = demand.presence == Presence::Forbidden && demand.times.said;
    forbidden.then_some((demand.origin.span, "a forbidden section has no number of times", "take `times` or `forbidden` out"))
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{findings, schema, schema_faults};

    const SCHEMA: &str =
        "type: t\nsections:\n- { title: Option, pattern: '^option \\d+$', times: { at_least: 2, at_most: 3 }, topics: [Cost] }\n- End\n";

    fn text(options: usize) -> String {
        let options: Vec<String> = (1..=options).map(|number| format!("## Option {number}\n\n- **Cost:** {number}\n\n")).collect();
        let options = options.concat();
        format!("{options}## End\n\nx\n")
    }

    #[test]
    fn sections_stand_as_often_as_demanded() {
        let schema = schema(SCHEMA);
        assert_eq!(findings(&schema, &text(2)), [""; 0]);
        assert_eq!(findings(&schema, &text(3)), [""; 0]);
        assert_eq!(findings(&schema, &text(0)), ["missing-section | End | t has no section 'Option'"]);
        assert_eq!(findings(&schema, &text(1)), ["section-count | Option 1 | section 'Option' stands 1 time, at least 2 are demanded"]);
        assert_eq!(findings(&schema, &text(5)), ["section-count | Option 4 | section 'Option' stands 5 times, at most 3 are allowed"]);
    }

    #[test]
    fn each_of_them_meets_the_demands_inside() {
        let text = text(3).replace("- **Cost:** 2\n", "Cheap.\n").replace("- **Cost:** 3\n", "TODO\n");
        assert_eq!(
            findings(&schema(SCHEMA), &text),
            [
                "missing-topic | Option 2 | section 'Option' doesn't cover 'Cost'",
                "unfinished-section | TODO | section 'Option' is unfinished: it says only 'TODO'"
            ]
        );
    }

    #[test]
    fn impossible_numbers_are_faults_of_the_schema() {
        for (times, expected) in [
            ("{ at_least: 3, at_most: 2 }", "{ | no document can meet both limits: 'at_least' is more than 'at_most'"),
            ("0", "0 | no document can have a section zero times and meet its demands"),
            ("{ at_last: 3 }", "at_last | unknown key 'at_last' in 'times'"),
            ("-1", "-1 | 'times' of a section must be a whole number, not one below zero"),
            ("1.5", "1.5 | 'times' of a section must be a whole number, not a fraction"),
            ("{}", "{ | 'times' says no number"),
            ("many", "many | 'times' of a section must be a whole number, not text"),
        ] {
            assert_eq!(schema_faults(&format!("type: t\nsections: [{{ title: A, times: {times} }}]\n")), [expected]);
        }
        assert_eq!(
            schema_faults("type: t\nsections: [{ title: A, forbidden: true, times: 2 }]\n"),
            ["title: A | a forbidden section has no number of times"]
        );
    }
}
