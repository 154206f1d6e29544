//! How the blocks of a document look: what the writer of a page's body asks while it goes through the Markdown.
//!
//! Knows blocks and HTML. Must not know Markdown.

pub(super) mod raci;
