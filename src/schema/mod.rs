//! What documents of a type must hold: loads schemas, binds them to documents, judges what was bound.
//!
//! Knows one schema and one document at a time. Must not know other documents, pages, book.toml or how findings are shown.
//!
//! Binding comes before judging: [`bind()`] pairs every demand with what meets it once; the [`rules`] then only read.
//! A key of the schema language or a rule is one file in `rules/` and one line in [`rules::ALL`].

mod model;

mod load;
mod types;

mod bind;
mod candidates;
mod unfinished;

mod likeness;
mod near;
mod swallow;

mod coverage;
mod place;
pub mod rules;
mod skeleton;

mod builtin;
mod json;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod test;

pub use bind::{Conformance, SectionBinding, Status, TopicBinding, bind};
pub use candidates::Place;
pub use coverage::{Coverage, DemandState, Tally};
pub use json::json_schema;
pub use load::{INVALID_SCHEMA, load, parse};
pub use model::{
    FieldDemand, Guidance, HeadingForms, Names, Order, OtherSections, Pattern, Schema, SectionDemand, TopicDemand, ValueType, fold_prose,
};
pub use near::{NearKind, NearMiss};
pub use skeleton::{outline, skeleton};
pub use swallow::Unclosed;
pub use types::{AMBIGUOUS_TYPE, Schemas, TypePattern, UNKNOWN_TYPE};
pub use unfinished::Hollow;

use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::document::Document;

/// Every kind of fault that this floor can find.
pub const KINDS: &[&Kind] = &[
    &INVALID_SCHEMA,
    &UNKNOWN_TYPE,
    &AMBIGUOUS_TYPE,
    &rules::missing_section::MISSING_SECTION,
    &rules::unfinished_section::UNFINISHED_SECTION,
    &rules::missing_topic::MISSING_TOPIC,
    &rules::unfinished_topic::UNFINISHED_TOPIC,
    &rules::section_order::SECTION_ORDER,
    &rules::section_level::SECTION_LEVEL,
    &rules::section_nesting::SECTION_NESTING,
    &rules::duplicate_section::DUPLICATE_SECTION,
    &rules::unknown_section::UNKNOWN_SECTION,
    &rules::front_matter::MISSING_FRONT_MATTER,
    &rules::front_matter::FRONT_MATTER_VALUE,
    &rules::unclosed::UNCLOSED_FENCE,
    &rules::unclosed::UNCLOSED_COMMENT,
];

/// Judges a document that was bound to its schema; unclosed fences and comments are among the findings.
#[must_use]
pub fn judge(schema: &Schema, document: &Document, conformance: &Conformance) -> Vec<Diagnostic> {
    let case = rules::Case { schema, document, conformance };
    let mut diagnostics = Vec::new();
    for rule in rules::ALL {
        (rule.judge)(&case, &mut diagnostics);
    }
    diagnostics
}

/// The unclosed fences and comments of a document without a schema, as warnings: no section is known to be lost. [`judge`] reports them for documents with one: call one of the two.
#[must_use]
pub fn swallowed(document: &Document) -> Vec<Diagnostic> {
    swallow::unclosed(document).iter().map(|unclosed| rules::unclosed::finding(document, unclosed).severity(Severity::Warning)).collect()
}
