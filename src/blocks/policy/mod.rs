//! Policy in prose and tables: freezes, hours of support, labels, approvals, rights, decisions, reviews, channels, naming.
//!
//! Reads sentences that operations handbooks write anyway, in English. What isn't certain is left alone: a statement that nobody made
//! would do more harm than one that is missed. Knows one document. Must not know what the registry's rules say, only its roles.

mod days;
mod lists;
mod prose;
mod tables;
mod words;

#[cfg(test)]
mod tests;

pub use days::Week;

use super::Named;
use crate::diagnostic::{Diagnostic, Kind};
use crate::document::{Document, Section};
use crate::registry::{Length, Registry, Weekday};
use crate::text::Span;

/// Every kind of fault that reading policy can find. What contradicts each other is for the checks of the whole handbook.
pub const KINDS: &[&Kind] = &[];

/// A rule as a document says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Where it is written: the block that says it.
    pub span: Span,
    /// What it says.
    pub statement: Statement,
}

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// Nothing is released on some days of the week.
    Freeze(Week),
    /// A role can be reached on some days.
    Support {
        /// The days.
        days: Vec<Weekday>,
        /// Whether it is on call rather than at work.
        on_call: bool,
    },
    /// How soon what has a label is answered or resolved.
    Label {
        /// The label.
        name: String,
        /// How soon; none where it is at once.
        within: Option<Length>,
    },
    /// How soon an approval or a review is given.
    Approval {
        /// The longest time that is named.
        within: Length,
    },
    /// What a role may do, or may not.
    Permission {
        /// Who: the heading's words, or the role that they name.
        role: Option<Named>,
        /// Whether it may.
        allowed: bool,
        /// What.
        actions: Vec<String>,
    },
    /// Who decides in a domain.
    Decision {
        /// The domain.
        domain: String,
        /// Who; none where a conflict is only handed on.
        by: Option<Named>,
        /// What is decided.
        what: String,
    },
    /// Something that is looked at again and again.
    Review {
        /// What.
        what: String,
        /// How often.
        every: Length,
    },
    /// Where to turn to.
    Channel {
        /// How urgent the matter is, as it is written.
        urgency: String,
        /// What to do.
        steps: Vec<String>,
    },
    /// How things are named.
    Naming {
        /// The pattern with its placeholders.
        pattern: String,
        /// A name that is to follow it.
        example: Option<String>,
    },
}

/// Reads the rules of a document.
pub(super) fn read(document: &Document, registry: &Registry, _found: &mut Vec<Diagnostic>) -> Vec<Policy> {
    let mut policies = Vec::new();
    prose::read(document, &mut policies);
    tables::read(document, registry, &mut policies);
    lists::read(document, registry, &mut policies);
    policies.sort_by_key(|policy| policy.span);
    policies
}

/// The section that a place stands in, the innermost one.
fn section_of(document: &Document, at: usize) -> Option<&Section> {
    let after = document.sections.partition_point(|section| section.span.start() <= at);
    document.sections.get(after.checked_sub(1)?)
}

/// The role that words name, or the words where nobody declared one.
fn named(words: &str, span: Span, registry: &Registry) -> Option<Named> {
    let words = words.trim();
    if words.is_empty() {
        return None;
    }
    let entry = registry.role_index(words).or_else(|| registry.role_index(&format!("{words}s")));
    let name = entry.and_then(|index| registry.roles().get(index)).map_or_else(|| words.to_owned(), |role| role.names.name.clone());
    Some(Named { name, entry, span })
}
