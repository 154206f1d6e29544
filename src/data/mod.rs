//! Structured data that people write (YAML, TOML) as one tree of values that know where they stand.
//!
//! Knows values, spans and how to read a mapping whose keys are declared. Must not know what the keys mean.

mod fields;
mod node;
mod shape;
pub mod toml;
pub mod yaml;

pub use fields::{Fields, KeyDocs};
pub use node::{Key, Node, Value};
pub use shape::{DefinedShape, Definition, Shape, json_schema};

use crate::text::Span;

/// Why a text isn't valid YAML or TOML, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where in the text that was parsed.
    pub span: Span,
    /// What is wrong, in lower case without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
}
