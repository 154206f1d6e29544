//! The rules, and the keys by which schemas ask for them: one file per rule, one line in [`ALL`].
//!
//! A rule reads a schema, a document and their [`Conformance`]. It must not search: binding has found everything before.

mod core;

pub mod duplicate_section;
pub mod forbidden_section;
pub mod front_matter;
pub mod incident;
pub mod missing_section;
pub mod missing_topic;
pub mod naming;
pub mod referenced_by;
pub mod relations;
pub mod section_content;
pub mod section_count;
pub mod section_level;
pub mod section_nesting;
pub mod section_order;
pub mod unclosed;
pub mod unfinished_section;
pub mod unfinished_topic;
pub mod unknown_section;

use super::bind::{Conformance, SectionBinding};
use super::model::{Origin, Schema, SectionDemand, TopicDemand};
use super::settings::Settings;
use crate::blocks::Blocks;
use crate::data::{Fields, KeyDocs, Shape};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::document::Document;
use crate::registry::Registry;
use crate::text::Span;

/// One rule: what it finds, the keys it reads and how it judges.
pub struct RuleKind {
    /// Its name, for tests and lists.
    pub name: &'static str,
    /// The kinds of findings that it makes.
    pub kinds: &'static [&'static Kind],
    /// The schema keys that belong to it.
    pub keys: &'static [Key],
    /// Adds its findings.
    pub judge: fn(&Case<'_>, &mut Vec<Diagnostic>),
}

/// A key of the schema language.
pub struct Key {
    /// The key and what it means.
    pub docs: KeyDocs,
    /// How its value is read, and where the key may stand.
    pub read: Read,
}

/// Where a key may stand and how its value is read into the demand.
#[derive(Clone, Copy)]
pub enum Read {
    /// At the top of the file.
    Schema(fn(&mut Fields<'_>, &mut Schema)),
    /// In a section.
    Section(fn(&mut Fields<'_>, &mut SectionDemand)),
    /// In a topic.
    Topic(fn(&mut Fields<'_>, &mut TopicDemand)),
}

/// Where a key may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the top of the file.
    Schema,
    /// In a section.
    Section,
    /// In a topic.
    Topic,
}

impl Key {
    /// A key and how it is read.
    #[must_use]
    pub const fn new(key: &'static str, docs: &'static str, shape: Shape, read: Read) -> Self {
        Self { docs: KeyDocs::new(key, docs, shape), read }
    }

    /// Where the key may stand.
    #[must_use]
    pub const fn place(&self) -> Place {
        match self.read {
            Read::Schema(_) => Place::Schema,
            Read::Section(_) => Place::Section,
            Read::Topic(_) => Place::Topic,
        }
    }
}

/// Every rule, in the order in which its keys are listed.
pub const ALL: &[RuleKind] = &[
    core::RULE,
    missing_section::RULE,
    unfinished_section::RULE,
    missing_topic::RULE,
    unfinished_topic::RULE,
    section_order::RULE,
    section_level::RULE,
    section_nesting::RULE,
    duplicate_section::RULE,
    section_count::RULE,
    forbidden_section::RULE,
    unknown_section::RULE,
    relations::RULE,
    section_content::RULE,
    front_matter::RULE,
    naming::RULE,
    referenced_by::RULE,
    incident::RULE,
    unclosed::RULE,
];

/// Every key of the schema language.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    ALL.iter().flat_map(|rule| rule.keys)
}

/// The keys that may stand at a place.
#[must_use]
pub fn keys_of(place: Place) -> Vec<KeyDocs> {
    keys().filter(|key| key.place() == place).map(|key| key.docs).collect()
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// What is demanded.
    pub schema: &'a Schema,
    /// The document.
    pub document: &'a Document,
    /// What meets what.
    pub conformance: &'a Conformance,
    /// The document's processes, matrices and flows.
    pub blocks: &'a Blocks,
    /// The roles and platforms of the handbook.
    pub registry: &'a Registry,
}

/// A demanded section, what meets it, and whose part it is.
#[derive(Clone, Copy)]
pub struct Demanded<'a> {
    /// The demand.
    pub demand: &'a SectionDemand,
    /// What meets it.
    pub binding: &'a SectionBinding,
    /// The section that must hold it.
    pub parent: Option<(&'a SectionDemand, &'a SectionBinding)>,
    /// The demands beside it, itself included.
    pub siblings: &'a [SectionDemand],
    /// What meets those.
    pub bindings: &'a [SectionBinding],
    /// Its place among them.
    pub index: usize,
}

/// The demands that stand beside each other, and what meets them.
#[derive(Clone, Copy)]
pub struct Level<'a> {
    /// The demands.
    pub demands: &'a [SectionDemand],
    /// What meets them.
    pub bindings: &'a [SectionBinding],
    /// What the keys beside the demands say.
    pub settings: &'a Settings,
    /// The heading of the section that holds them; none for those of the document.
    pub holder: Option<Span>,
}

impl<'a> Case<'a> {
    /// The demands of the document, then those inside each section that is there and finished.
    #[must_use]
    pub fn levels(&self) -> Vec<Level<'a>> {
        let mut levels =
            vec![Level { demands: &self.schema.sections, bindings: &self.conformance.sections, settings: &self.schema.settings, holder: None }];
        levels.extend(self.sections().into_iter().filter(|demanded| demanded.binding.status.is_met()).map(|demanded| Level {
            demands: &demanded.demand.sections,
            bindings: &demanded.binding.sections,
            settings: &demanded.demand.settings,
            holder: demanded.binding.place.as_ref().map(|place| place.title_span),
        }));
        levels
    }

    /// Every demanded section that can be judged on its own: those inside a missing or unfinished section go with it.
    #[must_use]
    pub fn sections(&self) -> Vec<Demanded<'a>> {
        let mut found = Vec::new();
        collect(&self.schema.sections, &self.conformance.sections, None, &mut found);
        found
    }

    /// A finding in the document with the severity that the demand, else the schema, else the kind has.
    #[must_use]
    pub fn finding(&self, kind: &'static Kind, severity: Option<Severity>, span: Span, message: String) -> Diagnostic {
        let finding = Diagnostic::new(kind, &self.document.path, span, message);
        match severity.or(self.schema.severity) {
            Some(severity) => finding.severity(severity),
            None => finding,
        }
    }
}

/// Tells where a finding is demanded.
pub(super) trait Demanding {
    /// Adds the line of the schema that demands it.
    fn demanded(self, origin: &Origin) -> Self;
}

impl Demanding for Diagnostic {
    fn demanded(self, origin: &Origin) -> Self {
        self.related(&origin.path, origin.span, "demanded here")
    }
}

fn collect<'a>(
    siblings: &'a [SectionDemand],
    bindings: &'a [SectionBinding],
    parent: Option<(&'a SectionDemand, &'a SectionBinding)>,
    found: &mut Vec<Demanded<'a>>,
) {
    for (index, (demand, binding)) in siblings.iter().zip(bindings).enumerate() {
        for binding in binding.instances() {
            found.push(Demanded { demand, binding, parent, siblings, bindings, index });
            if binding.status.is_met() {
                collect(&demand.sections, &binding.sections, Some((demand, binding)), found);
            }
        }
    }
}

/// Names in a list beyond which the rest is only counted: a finding is read, and a schema may have thousands of sections.
const MOST_NAMES: usize = 20;

/// `'A', 'B' and 'C'`; of many names the first, and the number of the others.
#[must_use]
pub(super) fn quoted_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let mut quoted: Vec<String> = names.by_ref().take(MOST_NAMES).map(|name| format!("'{name}'")).collect();
    let others = names.count();
    if others > 0 {
        quoted.push(crate::text::count(others, "other"));
    }
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn keys_are_unique_and_documented() {
        for place in [Place::Schema, Place::Section, Place::Topic] {
            let keys = keys_of(place);
            let names: BTreeSet<_> = keys.iter().map(|docs| docs.key).collect();
            assert_eq!(names.len(), keys.len(), "{place:?}");
            assert!(keys.iter().all(|docs| docs.docs.len() > 15 && docs.docs.trim_end_matches('`').ends_with('.')), "{place:?}");
        }
    }

    #[test]
    fn kinds_are_unique_documented_and_in_the_catalogue() {
        let codes: BTreeSet<_> = crate::schema::kinds().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), crate::schema::kinds().count());
        for kind in ALL.iter().flat_map(|rule| rule.kinds) {
            assert!(codes.contains(kind.code), "{}", kind.code);
        }
        for kind in crate::schema::kinds() {
            assert!(kind.docs.len() > 150 && kind.docs.contains("\n\n    "), "{}", kind.code);
            assert!(!kind.summary.ends_with('.'), "{}", kind.code);
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test looks for files that the list forgot")]
    fn every_file_is_a_rule() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema/rules");
        let files = std::fs::read_dir(folder).unwrap().filter(|file| file.as_ref().unwrap().file_name() != "mod.rs").count();
        assert_eq!(files, ALL.len());
        assert_eq!(ALL.iter().map(|rule| rule.name).collect::<BTreeSet<_>>().len(), ALL.len());
    }

    #[test]
    fn lists_read_as_sentences() {
        for (names, expected) in [(vec![], ""), (vec!["A"], "'A'"), (vec!["A", "B"], "'A' and 'B'"), (vec!["A", "B", "C"], "'A', 'B' and 'C'")] {
            assert_eq!(quoted_list(names), expected);
        }
        assert!(quoted_list(vec!["A"; 25]).ends_with(", 'A' and 5 others"));
    }
}
