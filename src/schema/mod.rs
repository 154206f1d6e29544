//! What documents of a type must hold: loads schemas, binds them to documents, judges what was bound.
//!
//! Knows one schema and one document at a time. Must not know other documents, pages, book.toml or how findings are shown.
//!
//! Binding comes before judging: [`bind()`] pairs every demand with what meets it once; the [`rules`] then only read.
//! A key of the schema language or a rule is one file in `rules/` and one line in [`rules::ALL`].

mod condition;
pub mod contents;
mod field;
mod model;
mod names;
mod regexes;
mod settings;
mod values;

mod load;
mod read;
mod types;
mod verify;

mod bind;
mod candidates;
mod unfinished;

mod likeness;
mod near;
mod swallow;

mod coverage;
pub mod derive;
mod moves;
mod outline;
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
pub use condition::{Condition, TEST_KEYS as CONDITION_KEYS};
pub use coverage::{Coverage, DemandState, Tally};
pub use field::{FieldDemand, KEYS as FIELD_KEYS, Within};
pub use json::json_schema;
pub use load::{INVALID_SCHEMA, load, parse};
pub use model::{Guidance, HeadingForms, Order, Origin, OtherSections, Pattern, Presence, Schema, SectionDemand, Times, TopicDemand, fold_prose};
pub use names::{HeadingPattern, Names};
pub use near::{NearKind, NearMiss};
pub use outline::outline;
pub use settings::Settings;
pub use skeleton::{escape as escaped, section_skeleton, skeleton, topic_skeleton};
pub use swallow::Unclosed;
pub use types::{AMBIGUOUS_TYPE, Schemas, TypePattern, UNKNOWN_TYPE, UNMATCHED_GLOB};
pub use unfinished::Hollow;
pub use values::ValueType;

use crate::blocks::Blocks;
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::document::{BlockKind, Document};
use crate::registry::Registry;

/// Every kind of fault that this floor can find: those of the loader, and those of each rule.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    [&INVALID_SCHEMA, &UNKNOWN_TYPE, &AMBIGUOUS_TYPE, &UNMATCHED_GLOB]
        .into_iter()
        .chain(rules::ALL.iter().flat_map(|rule| rule.kinds.iter().copied()))
}

/// Judges a document that was bound to its schema; unclosed fences and comments are among the findings. `registry` knows who may act.
#[must_use]
pub fn judge(schema: &Schema, document: &Document, conformance: &Conformance, blocks: &Blocks, registry: &Registry) -> Vec<Diagnostic> {
    let case = rules::Case { schema, document, conformance, blocks, registry };
    let mut diagnostics = Vec::new();
    for rule in rules::ALL {
        (rule.judge)(&case, &mut diagnostics);
    }
    // What is inserted behind a fence or comment that is never closed would be swallowed too. That fault is mended first.
    let lies_in = |at: usize, unclosed: &Unclosed| {
        let between = document.text.get(unclosed.whole.end().min(at)..at);
        unclosed.opening.end() <= at && between.is_some_and(|between| between.trim().is_empty())
    };
    let open_html = document.blocks().iter().filter(|block| block.kind == BlockKind::Html && is_open_html(block.span.of(&document.text)));
    let open_html: Vec<usize> = open_html.map(|block| block.span.start()).collect();
    let swallows = |at: usize| conformance.unclosed.iter().any(|unclosed| lies_in(at, unclosed)) || open_html.iter().any(|start| *start < at);
    for finding in &mut diagnostics {
        let of_fence = [&rules::unclosed::UNCLOSED_FENCE, &rules::unclosed::UNCLOSED_COMMENT].contains(&finding.kind);
        if !of_fence && finding.fix.iter().any(|edit| edit.span.is_empty() && swallows(edit.span.start())) {
            finding.fix.clear();
        }
    }
    diagnostics
}

/// Whether raw HTML goes on to the end of the text, because what it opens is never closed.
fn is_open_html(raw: &str) -> bool {
    const PAIRS: [(&str, &str); 7] = [
        ("<pre", "</pre>"),
        ("<script", "</script>"),
        ("<style", "</style>"),
        ("<textarea", "</textarea>"),
        ("<![cdata[", "]]>"),
        ("<?", "?>"),
        ("<!", ">"),
    ];
    let raw = raw.trim_start().to_lowercase();
    PAIRS.iter().find(|(opening, _)| raw.starts_with(opening)).is_some_and(|(_, closing)| !raw.contains(closing))
}

/// The unclosed fences and comments of a document without a schema, as warnings: no section is known to be lost. [`judge`] reports them for documents with one: call one of the two.
#[must_use]
pub fn swallowed(document: &Document) -> Vec<Diagnostic> {
    swallow::unclosed(document).iter().map(|unclosed| rules::unclosed::finding(document, unclosed).severity(Severity::Warning)).collect()
}
