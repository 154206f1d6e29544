//! How complete a document is, in numbers and demand by demand.

use std::sync::Arc;

use super::bind::{Conformance, SectionBinding, Status, TopicBinding};
use super::model::{Schema, SectionDemand};
use crate::memo::snug;
use crate::text::Span;

/// How complete one document is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Sections that the document must have.
    pub sections: Tally,
    /// Topics that they must cover.
    pub topics: Tally,
    /// Every demand in the order of the schema, each section before its nested sections and topics.
    pub demands: Vec<DemandState>,
}

/// How many demands are met, of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Required demands.
    pub total: usize,
    /// Required demands that are met.
    pub met: usize,
}

/// How one demand is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandState {
    /// Its name for machines.
    pub id: Arc<str>,
    /// Its title for people.
    pub title: Arc<str>,
    /// Whether it is a topic; else it is a section.
    pub topic: bool,
    /// 0 for the sections of a schema, 1 for what is nested in them.
    pub depth: usize,
    /// Whether the document must meet it.
    pub required: bool,
    /// How far it is met.
    pub status: Status,
    /// The words in the document that meet it.
    pub span: Option<Span>,
    /// Index of the document's section whose heading meets it.
    pub section: Option<usize>,
}

impl Coverage {
    /// Whether every required demand is met.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.sections.met == self.sections.total && self.topics.met == self.topics.total
    }
}

impl Conformance {
    /// Counts what is met. `schema` is the one that was bound.
    #[must_use]
    pub fn coverage(&self, schema: &Schema) -> Coverage {
        let mut coverage = Coverage::default();
        for (demand, binding) in schema.sections.iter().zip(&self.sections) {
            add(demand, &binding.instances().collect::<Vec<_>>(), 0, true, &mut coverage);
        }
        // A report holds those of all documents.
        coverage.demands = snug(coverage.demands);
        coverage
    }
}

/// Adds a demand and what lies in it. Where a section may stand more than once, each part is as far as the section that is least far.
fn add(demand: &SectionDemand, bindings: &[&SectionBinding], depth: usize, required: bool, coverage: &mut Coverage) {
    let Some(first) = bindings.first() else { return };
    if first.is_forbidden() {
        return;
    }
    let place = first.place.as_ref();
    // What an optional section must hold is required only of documents that have the section.
    let wanted = required && first.is_required();
    let counts = required && (first.is_required() || place.is_some());
    let too_few = place.is_some() && bindings.len() < demand.times.at_least.unwrap_or(0);
    let status = if too_few { Status::Missing } else { least_far(bindings.iter().map(|binding| &binding.status)) };
    coverage.sections.count(wanted, status.is_met());
    coverage.demands.push(DemandState {
        id: Arc::clone(&demand.id),
        title: Arc::clone(&demand.title),
        topic: false,
        depth,
        required: wanted,
        status,
        span: place.map(|place| place.title_span),
        section: place.and_then(|place| place.section),
    });
    for (index, nested) in demand.sections.iter().enumerate() {
        let inside = bindings.iter().filter_map(|binding| binding.sections.get(index)).flat_map(SectionBinding::instances);
        add(nested, &inside.collect::<Vec<_>>(), depth + 1, counts, coverage);
    }
    for (index, topic) in demand.topics.iter().enumerate() {
        let bound: Vec<&TopicBinding> = bindings.iter().filter_map(|binding| binding.topics.get(index)).collect();
        let wanted = counts && bound.iter().any(|topic| topic.required);
        let status = least_far(bound.iter().map(|topic| &topic.status));
        coverage.topics.count(wanted, status.is_met());
        coverage.demands.push(DemandState {
            id: Arc::clone(&topic.id),
            title: Arc::clone(&topic.title),
            topic: true,
            depth: depth + 1,
            required: wanted,
            status,
            span: bound.first().and_then(|topic| topic.span),
            section: None,
        });
    }
}

/// The first state that isn't met, missing before unfinished.
fn least_far<'a>(states: impl Iterator<Item = &'a Status>) -> Status {
    let rank = |status: &&Status| match status {
        Status::Missing => 0,
        Status::Unfinished(_) => 1,
        Status::Met => 2,
    };
    states.min_by_key(rank).cloned().unwrap_or(Status::Met)
}

impl Tally {
    fn count(&mut self, required: bool, met: bool) {
        self.total += usize::from(required);
        self.met += usize::from(required && met);
    }
}
