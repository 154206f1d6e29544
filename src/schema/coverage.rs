//! How complete a document is, in numbers and demand by demand.

use std::sync::Arc;

use super::bind::{Conformance, SectionBinding, Status};
use super::model::{Schema, SectionDemand};
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
        add(&schema.sections, &self.sections, 0, true, &mut coverage);
        coverage
    }
}

fn add(demands: &[SectionDemand], bindings: &[SectionBinding], depth: usize, required: bool, coverage: &mut Coverage) {
    for (demand, binding) in demands.iter().zip(bindings) {
        // What an optional section must hold is required only of documents that have the section.
        let wanted = required && demand.required;
        let counts = required && (demand.required || binding.place.is_some());
        coverage.sections.count(wanted, binding.status.is_met());
        coverage.demands.push(DemandState {
            id: Arc::clone(&demand.id),
            title: Arc::clone(&demand.title),
            topic: false,
            depth,
            required: wanted,
            status: binding.status.clone(),
            span: binding.place.as_ref().map(|place| place.title_span),
            section: binding.place.as_ref().and_then(|place| place.section),
        });
        add(&demand.sections, &binding.sections, depth + 1, counts, coverage);
        for (topic, bound) in demand.topics.iter().zip(&binding.topics) {
            let wanted = counts && topic.required;
            coverage.topics.count(wanted, bound.status.is_met());
            coverage.demands.push(DemandState {
                id: Arc::clone(&topic.id),
                title: Arc::clone(&topic.title),
                topic: true,
                depth: depth + 1,
                required: wanted,
                status: bound.status.clone(),
                span: bound.span,
                section: None,
            });
        }
    }
}

impl Tally {
    fn count(&mut self, required: bool, met: bool) {
        self.total += usize::from(required);
        self.met += usize::from(required && met);
    }
}
