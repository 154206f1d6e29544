//! Flows: a diagram as code, a line with arrows, or a block with a ↓ between lines.

use super::{Content, ContentKind, Found, Part, plural};
use crate::data::{KeyDocs, Shape};
use crate::document::{Block, BlockKind, Fence};

/// A flow.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new(
        "flow",
        "A flow: a fence in `mermaid`, a line of steps with arrows (`Lint → Test → Build`), or a fence with ↓ between its lines.",
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
        let fences = part.document.fences.iter().filter(|fence| part.holds(fence.span) && is_flow(fence)).map(|fence| fence.span);
        let lines = part.blocks().filter(|block| is_arrow_line(block)).map(|block| block.span.trimmed(&part.document.text));
        Found::at(fences.chain(lines).collect())
    }

    fn nouns(&self) -> (String, String) {
        plural("flow")
    }
}

fn is_flow(fence: &Fence) -> bool {
    let is_diagram = || {
        let first = fence.content.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("%%") && !line.starts_with("---"));
        first.is_some_and(|first| first.starts_with("flowchart") || first.starts_with("graph"))
    };
    let is_downward = || fence.content.lines().filter(|line| line.trim() == "↓").count() > 0 && fence.content.lines().count() > 2;
    (fence.language == "mermaid" && is_diagram()) || (matches!(fence.language.as_str(), "" | "text") && is_downward())
}

/// Whether a paragraph is steps with arrows between them: two arrows at least, and a few words between each.
fn is_arrow_line(block: &Block) -> bool {
    if block.kind != BlockKind::Paragraph {
        return false;
    }
    let steps: Vec<&str> = block.text.split('→').flat_map(|part| part.split("->")).map(str::trim).collect();
    let is_step = |step: &&str| !step.is_empty() && step.split_whitespace().count() <= 8;
    steps.len() > 2 && steps.iter().all(is_step)
}
