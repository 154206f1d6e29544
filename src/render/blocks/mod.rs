//! Blocks of operations handbooks as HTML: one file per kind.
//!
//! Knows what was read and how it looks. Must not know Markdown: the text around a block is the writer's.

pub(super) mod flow;
pub(super) mod process;
pub(super) mod raci;
