//! A topic that a section doesn't cover.

use super::missing_section::conditional;
use super::{Case, Demanding, RuleKind};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::schema::bind::Status;
use crate::schema::near::NearKind;
use crate::schema::skeleton;
use crate::text::Span;

/// A topic that a section doesn't cover.
pub const MISSING_TOPIC: Kind = Kind {
    code: "missing-topic",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a section doesn't cover a topic that its schema demands",
    docs: "A topic is a point that a section must cover. A sub-heading, a bold or plain label that opens a paragraph or list item, or the term \
of a definition shows that it does, so that readers find the point and not only the section.

    ## Prerequisites

    - **Required infrastructure:** a project, a network, two node pools

If the schema also demands 'Credentials and permissions', say who must have which, under those words:

    ## Prerequisites

    - **Required infrastructure:** a project, a network, two node pools
    - **Credentials and permissions:** an owner token of the project",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "missing-topic", kinds: &[&MISSING_TOPIC], keys: &[], judge };

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for demanded in case.sections() {
        let Some(place) = demanded.binding.place.as_ref().filter(|_| demanded.binding.status.is_met()) else { continue };
        let section = demanded.demand;
        for (topic, binding) in section.topics.iter().zip(&demanded.binding.topics) {
            if !binding.required || binding.status != Status::Missing || binding.swallowed {
                continue;
            }
            let message = format!("section '{}' doesn't cover '{}'", section.title, topic.title);
            let mut finding = case.finding(&MISSING_TOPIC, topic.severity.or(section.severity), place.title_span, message);
            let level = if place.level >= 6 { 6 } else { place.level + 1 };
            let heading = format!("{} {}", "#".repeat(usize::from(level)), topic.title);
            if let Some(near) = &binding.near {
                finding.span = near.span;
                finding =
                    finding.label(format!("looks like it: {}", near.kind.words())).related(&case.document.path, place.title_span, "in this section");
                finding = if near.kind == NearKind::Elsewhere {
                    finding.help(format!("move it into the section '{}'", section.title))
                } else {
                    finding.help(format!("rename it to '{}'", topic.title)).help(format!(
                        "or add '{}' to the topic's aliases in {}",
                        near.title,
                        case.schema.to_edit()
                    ))
                };
                if let Some((span, text)) = crate::schema::place::rename(near, &topic.title, level, &case.document.text) {
                    finding = finding.edit(span, text);
                }
            } else {
                let insert = place.extent.end();
                finding = finding
                    .label(format!("nothing here is called '{}'", topic.title))
                    .help(format!("write it under `{heading}`, or after a label `**{}:**`", topic.title));
                // A heading would end a section that a bold line opens.
                if place.level <= 6 && crate::schema::place::is_free(&case.document.text, insert) {
                    finding = finding.edit(Span::at(insert), skeleton::topic_insertion(topic, level, &case.document.text, insert));
                }
            }
            if !topic.guidance.text.is_empty() {
                finding = finding.note(format!("what belongs there: {}", topic.guidance.text));
            }
            diagnostics.push(conditional(finding.demanded(&topic.origin), topic.when.as_ref()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{apply, findings, judged, schema};

    const SCHEMA: &str =
        "type: t\nsections:\n- title: Prerequisites\n  topics:\n  - { title: Required tools, aliases: [Tools] }\n  - Access\n- Other\n";

    #[test]
    fn topics_are_covered_in_every_form() {
        for body in [
            "### Required tools\n\nx\n\n### Access\n\nx",
            "- **Tools:** x\n- **Access**: y",
            "- Tools: x\n- Access: y",
            "1. **Tools** – x\n2. **Access** x",
            "**Tools**\n\nx\n\n**Access**\n\ny",
            "Tools: x\n\nAccess: y",
            "Tools\n: x\n\nAccess\n: y",
            "- **Tools**\n  - x\n- **Access**\n\n  y",
            "- **Tools**:\n\nx\n\n- **Access**:\n\ny",
            "### 1. TOOLS:\n\nx\n\n#### Access\n\ny",
        ] {
            let found = findings(&schema(SCHEMA), &format!("## Prerequisites\n\n{body}\n\n## Other\n\nx\n"));
            assert_eq!(found, [""; 0], "{body}");
        }
    }

    #[test]
    fn what_is_lacking_is_named_once() {
        for (body, expected) in [
            (
                "Some prose.",
                vec![
                    "missing-topic | Prerequisites | section 'Prerequisites' doesn't cover 'Required tools'",
                    "missing-topic | Prerequisites | section 'Prerequisites' doesn't cover 'Access'",
                ],
            ),
            ("### Tool\n\nx\n\n- Access: y", vec!["missing-topic | Tool | section 'Prerequisites' doesn't cover 'Required tools'"]),
            (
                "### Tools\n\nTODO\n\n- Access: y",
                vec!["unfinished-topic | TODO | topic 'Required tools' of section 'Prerequisites' is unfinished: it says only 'TODO'"],
            ),
            (
                "- **Tools**\n- **Access**: y",
                vec!["unfinished-topic | **Tools** | topic 'Required tools' of section 'Prerequisites' is unfinished: nothing is written yet"],
            ),
            ("### Tools\n\n### Access\n", vec!["unfinished-section | Prerequisites | section 'Prerequisites' is unfinished: nothing is written yet"]),
            (
                "- **Tools**: TODO\n- **Access**: TBD\n",
                vec!["unfinished-section | **Tools**: TODO | section 'Prerequisites' is unfinished: it says only 'TODO'"],
            ),
            ("", vec!["unfinished-section | Prerequisites | section 'Prerequisites' is unfinished: nothing is written yet"]),
        ] {
            let found = findings(&schema(SCHEMA), &format!("## Prerequisites\n\n{body}\n\n## Other\n\nx\n"));
            assert_eq!(found, expected, "{body}");
        }
    }

    #[test]
    fn a_topic_elsewhere_is_named_and_a_fix_inserts() {
        let text = "## Prerequisites\n\n- Tools: x\n\n## Other\n\n### Access\n\nx\n";
        let found = judged(&schema(SCHEMA), text);
        assert_eq!((found.len(), found[0].span.of(text)), (1, "Access"));
        assert_eq!(found[0].helps, ["move it into the section 'Prerequisites'"]);
        let text = "## Prerequisites\n\n- Tools: x\n\n## Other\n\nx\n";
        assert_eq!(apply(text, &judged(&schema(SCHEMA), text)), "## Prerequisites\n\n- Tools: x\n\n### Access\n\n## Other\n\nx\n");
    }
}
