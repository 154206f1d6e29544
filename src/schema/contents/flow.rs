//! Flows: a diagram as code, a line with arrows, a block with a ↓ between lines, questions with answers.

use super::{Content, ContentKind, Found, Part, plural};
use crate::data::{KeyDocs, Shape};

/// A flow.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new(
        "flow",
        "A flow: a fence in `mermaid` that shows steps, a line of steps with arrows (`Lint → Test → Build`), a fence with ↓ between its lines, \
or a list of questions with answers.",
        Shape::Named("amount"),
    ),
    keys: &[],
    read: |_| vec![Box::new(Flow)],
    usual: (1, None),
};

#[derive(Debug)]
struct Flow;

impl Content for Flow {
    fn count(&self, part: &Part<'_>) -> Found {
        let flows = part.blocks.flows.iter().filter(|flow| flow.is_of_steps() && part.holds(flow.span));
        Found::at(flows.map(|flow| flow.span.trimmed(&part.document.text)).collect())
    }

    fn nouns(&self) -> (String, String) {
        plural("flow")
    }
}
