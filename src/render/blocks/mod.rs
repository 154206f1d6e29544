//! Blocks as HTML: one file for each kind.
//!
//! Knows blocks and pages. Must not know Markdown.

pub(super) mod flow;
