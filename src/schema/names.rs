//! The names under which a section or topic is found, folded once.

use regex::Regex;

use super::likeness::Shape;
use super::regexes;
use crate::text::{collapse, fold_title};

/// The names under which a section or topic is found, folded once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Title first, then the aliases, in the form in which titles are compared.
    pub folded: Vec<String>,
    /// The same names in the forms in which look-alikes are compared.
    pub(super) shapes: Vec<Shape>,
    /// What the heading may also read as.
    pub pattern: Option<HeadingPattern>,
}

/// A regular expression for headings; upper and lower case are the same to it.
#[derive(Debug, Clone)]
pub struct HeadingPattern(Regex);

impl Names {
    /// The names of a title and its aliases.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut folded: Vec<String> = Vec::new();
        for name in names.into_iter().map(fold_title) {
            if !name.is_empty() && !folded.contains(&name) {
                folded.push(name);
            }
        }
        let shapes = folded.iter().map(|name| Shape::new(name)).collect();
        Self { folded, shapes, pattern: None }
    }

    /// Whether a folded title is one of the names.
    #[must_use]
    pub fn has(&self, folded: &str) -> bool {
        self.folded.iter().any(|name| name == folded)
    }

    /// Whether a heading has one of the names, or reads as the pattern wants.
    #[must_use]
    pub fn meets(&self, folded: &str, title: &str) -> bool {
        self.has(folded) || self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(title))
    }
}

impl HeadingPattern {
    /// The pattern, or why it is none.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in lower case without a full stop.
    pub fn new(pattern: &str) -> Result<Self, String> {
        regexes::compile(&format!("(?i:{pattern})")).map(Self)
    }

    /// The pattern as the schema has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().strip_prefix("(?i:").and_then(|rest| rest.strip_suffix(')')).unwrap_or(self.0.as_str())
    }

    /// Whether the words of a heading read as the pattern wants.
    #[must_use]
    pub fn is_match(&self, title: &str) -> bool {
        self.0.is_match(&collapse(title))
    }
}

impl PartialEq for HeadingPattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for HeadingPattern {}
