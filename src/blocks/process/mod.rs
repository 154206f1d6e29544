//! Processes: numbered lists whose steps say who acts.
//!
//! Knows one document and the names of the registry. Must not know other documents or how a process looks.

mod actors;
mod branches;
mod conditions;
mod judge;
mod names;
mod places;
mod plain;
mod read;
mod words;

#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use super::Named;
use crate::diagnostic::{Diagnostic, Kind};
use crate::document::Document;
use crate::registry::Registry;
use crate::text::Span;

/// Every kind of fault that reading processes can find.
pub const KINDS: &[&Kind] = &[&judge::MISSING_STEP, &judge::STEP_WITHOUT_ACTOR, &judge::UNKNOWN_ACTOR, &judge::UNREACHABLE_STEP];

/// A process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// What it is called: the heading above it.
    pub title: String,
    /// Index of the section that it stands in.
    pub section: Option<usize>,
    /// Whether the section has a table of hand-offs of the author's own.
    pub has_hand_offs: bool,
    /// The list.
    pub span: Span,
    /// Who acts, in the order in which they first do: the lanes.
    pub actors: Vec<Actor>,
    /// The steps.
    pub steps: Vec<Step>,
}

/// Who acts in a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The name to show.
    pub name: String,
    /// Index of the role in the registry.
    pub role: Option<usize>,
}

/// A step of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The author's own number.
    pub number: u64,
    /// Where links lead to.
    pub anchor: Box<str>,
    /// The list item.
    pub span: Span,
    /// Who acts: indices among the process's actors.
    pub actors: Box<[usize]>,
    /// Where each of them is named, in the same order.
    pub actor_spans: Box<[Span]>,
    /// What is done, without actor, platforms and branches.
    pub text: Box<str>,
    /// What of the source the head of the step shows already: the actor, the platforms.
    pub shown: Box<[Span]>,
    /// Where it leaves its mark.
    pub platforms: Box<[Named]>,
    /// The environments that it speaks of.
    pub environments: Box<[Named]>,
    /// When it is done: `if needed`, `after review`.
    pub conditions: Box<[String]>,
    /// Where it goes on, if not to the next step only.
    pub branches: Box<[Branch]>,
}

/// A way on from a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// In which case: `no`.
    pub label: String,
    /// Where it goes.
    pub target: Target,
    /// Where it is written.
    pub span: Span,
    /// What of that says where it goes.
    pub target_span: Span,
    /// What of it says in which case, where that stands before an arrow.
    pub label_span: Option<Span>,
}

/// Where a branch goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// To the step of this number.
    Step(u64),
    /// Nowhere: the process ends.
    End,
}

impl Process {
    /// Which step follows which: the indices of both, and in which case. Ways to steps that aren't there are left out.
    #[must_use]
    pub fn passages(&self) -> Vec<(usize, usize, &str)> {
        let places: std::collections::HashMap<u64, usize> = self.steps.iter().enumerate().map(|(index, step)| (step.number, index)).collect();
        let mut passages = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            let mut has_next = step.leaves();
            for branch in &step.branches {
                let Target::Step(number) = branch.target else { continue };
                let Some(to) = places.get(&number) else { continue };
                has_next |= *to == index + 1;
                passages.push((index, *to, branch.label.as_str()));
            }
            if !has_next && index + 1 < self.steps.len() {
                passages.push((index, index + 1, ""));
            }
        }
        passages
    }
}

impl Step {
    /// Whether its branches leave no way on to the next step.
    #[must_use]
    pub fn leaves(&self) -> bool {
        branches::leave(&self.branches)
    }
}

/// The names of a registry's roles and of its places, made when the first list is read.
#[derive(Debug, Default)]
pub(super) struct Declared {
    roles: OnceLock<names::Names>,
    places: OnceLock<Arc<places::Places>>,
}

impl Declared {
    fn roles(&self, registry: &Registry) -> &names::Names {
        self.roles.get_or_init(|| read::declared(registry))
    }

    /// The places that a document may name: where the registry declares no platforms, its own list counts.
    fn places(&self, document: &Document, registry: &Registry) -> Arc<places::Places> {
        if registry.platforms.is_empty() {
            return Arc::new(places::Places::of(document, registry));
        }
        Arc::clone(self.places.get_or_init(|| Arc::new(places::Places::of(document, registry))))
    }
}

/// Reads the processes of a document. `declared` are the names of the registry.
pub(super) fn read(document: &Document, registry: &Registry, declared: &Declared, found: &mut Vec<Diagnostic>) -> Vec<Process> {
    let processes = read::read(document, registry, declared);
    for process in &processes {
        judge::judge(process, document, registry, found);
    }
    processes
}
