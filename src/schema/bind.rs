//! Pairs every demand of a schema with what meets it in one document. Finds; judges nothing.
//!
//! Each heading is folded once. Look-alikes and swallowed headings are searched only where something is missing.

use super::candidates::{Candidates, Place};
use super::model::{OtherSections, Presence, Schema, SectionDemand, TopicDemand};
use super::near::{self, NearMiss};
use super::swallow::{self, Unclosed};
use super::unfinished::{self, Hollow, Part};
use crate::document::Document;
use crate::text::Span;

/// What meets each demand of a schema in one document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conformance {
    /// One for each section of the schema, in its order.
    pub sections: Vec<SectionBinding>,
    /// Fences and comments that are never closed, with the demanded sections and topics that they swallow.
    pub unclosed: Vec<Unclosed>,
    /// Indices of the document's sections that stand beside the demanded ones and meet no demand, where the schema asks for them.
    pub others: Vec<usize>,
}

/// How far a document meets a demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It is there and says something.
    Met,
    /// It is there and says nothing yet.
    Unfinished(Hollow),
    /// It isn't there.
    Missing,
}

impl Status {
    /// Whether the demand is met.
    #[must_use]
    pub fn is_met(&self) -> bool {
        *self == Self::Met
    }
}

/// What meets a demanded section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionBinding {
    /// How far it is met.
    pub status: Status,
    /// What is asked of this document: a demand whose condition doesn't hold leaves it free.
    pub asked: Presence,
    /// What meets it.
    pub place: Option<Place>,
    /// The same section again, where it may stand more than once.
    pub more: Box<[SectionBinding]>,
    /// The same section once too often.
    pub again: Box<[Place]>,
    /// A nested section that stands outside the section that must hold it.
    pub outside: bool,
    /// What looks like it, if it is missing.
    pub near: Option<Box<NearMiss>>,
    /// Whether a fence or comment that is never closed swallowed it.
    pub swallowed: bool,
    /// Indices of the document's sections right below it that meet no demand, where the schema asks for them.
    pub others: Box<[usize]>,
    /// The sections that it must hold.
    pub sections: Box<[SectionBinding]>,
    /// The points that it must cover.
    pub topics: Box<[TopicBinding]>,
}

impl SectionBinding {
    /// Whether this document must have it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.asked == Presence::Required
    }

    /// Whether this document must not have it.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.asked == Presence::Forbidden
    }

    /// The binding of each section that answers to the demand; of one that is missing this one.
    pub fn instances(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.more)
    }
}

/// What meets a demanded topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicBinding {
    /// How far it is met.
    pub status: Status,
    /// Whether the section must cover it: the schema demands it and its condition holds.
    pub required: bool,
    /// The words that introduce it.
    pub span: Option<Span>,
    /// What looks like it, if it is missing.
    pub near: Option<Box<NearMiss>>,
    /// Whether a fence or comment that is never closed swallowed it.
    pub swallowed: bool,
}

/// Pairs demands and document. Pure: what it gives depends on these two only.
#[must_use]
pub fn bind(schema: &Schema, document: &Document) -> Conformance {
    let mut candidates = Candidates::new(schema, document);
    let mut sections = bind_sections(&schema.sections, document.body, &mut candidates);
    bind_strays(&schema.sections, &mut sections, &mut candidates);
    finish_sections(&schema.sections, &mut sections, document, &candidates);
    let mut unclosed = swallow::unclosed(document);
    let missing = sections.iter().zip(&schema.sections).any(|(binding, demand)| lacks_something(demand, binding));
    if missing {
        let buried = swallow::buried(document);
        swallow::claim(&schema.sections, &mut sections, document, &buried, &mut unclosed);
        near::find(&schema.sections, &mut sections, document, &candidates, &buried);
    }
    others_inside(&schema.sections, &mut sections, &candidates);
    let others = if schema.other_sections == OtherSections::Allow { Vec::new() } else { candidates.others(&sections) };
    Conformance { sections, unclosed, others }
}

/// Finds what else stands in the sections that care.
fn others_inside(demands: &[SectionDemand], bindings: &mut [SectionBinding], candidates: &Candidates<'_>) {
    for (demand, binding) in demands.iter().zip(bindings) {
        if demand.other_sections != OtherSections::Allow {
            binding.others = candidates.others_in(demand, binding).into_boxed_slice();
            for again in &mut binding.more {
                again.others = candidates.others_in(demand, again).into_boxed_slice();
            }
        }
        others_inside(&demand.sections, &mut binding.sections, candidates);
        for again in &mut binding.more {
            others_inside(&demand.sections, &mut again.sections, candidates);
        }
    }
}

fn lacks_something(demand: &SectionDemand, binding: &SectionBinding) -> bool {
    (binding.is_required() && binding.place.is_none())
        || binding.instances().any(|binding| {
            binding.topics.iter().any(|topic| topic.required && topic.status == Status::Missing)
                || binding.sections.iter().zip(&demand.sections).any(|(section, wanted)| lacks_something(wanted, section))
        })
}

/// Binds the demands of one level inside `region`, then what is nested in each.
fn bind_sections(demands: &[SectionDemand], region: Span, candidates: &mut Candidates<'_>) -> Vec<SectionBinding> {
    let mut bindings: Vec<SectionBinding> = demands.iter().map(|demand| bind_section(demand, region, candidates)).collect();
    for (binding, demand) in bindings.iter_mut().zip(demands) {
        bind_nested(demand, binding, candidates);
        for again in &mut binding.more {
            bind_nested(demand, again, candidates);
        }
    }
    bindings
}

fn bind_section(demand: &SectionDemand, region: Span, candidates: &mut Candidates<'_>) -> SectionBinding {
    let (place, mut again) = candidates.take(&demand.names, region);
    let document = candidates.document();
    let holds = demand.when.as_ref().is_none_or(|when| when.holds(document));
    let binding = |place: Option<Place>| SectionBinding {
        status: Status::Missing,
        asked: match demand.presence {
            Presence::Presumed | Presence::Required if holds => Presence::Required,
            Presence::Forbidden if holds => Presence::Forbidden,
            _ => Presence::Optional,
        },
        place,
        more: Box::default(),
        again: Box::default(),
        outside: false,
        near: None,
        swallowed: false,
        others: Box::default(),
        sections: Box::default(),
        topics: Box::default(),
    };
    // Each that is one too many of a forbidden section is as forbidden as the first.
    let limit = if demand.presence == Presence::Forbidden { usize::MAX } else { demand.times.limit() };
    let excess = again.split_off(again.len().min(limit.saturating_sub(1)));
    let mut first = binding(place);
    first.more = again.into_iter().map(|place| binding(Some(place))).collect();
    first.again = excess.into_boxed_slice();
    first
}

fn bind_nested(demand: &SectionDemand, binding: &mut SectionBinding, candidates: &mut Candidates<'_>) {
    // Nothing can lie inside a section that isn't there: an empty region finds nothing.
    let inside = binding.place.as_ref().map_or(Span::at(candidates.whole().end()), |place| place.extent);
    binding.sections = bind_sections(&demand.sections, inside, candidates).into_boxed_slice();
}

/// Looks for nested sections that are missing anywhere else, among the headings that met no demand. An optional one may stand where it likes.
fn bind_strays(demands: &[SectionDemand], bindings: &mut [SectionBinding], candidates: &mut Candidates<'_>) {
    for (binding, demand) in bindings.iter_mut().zip(demands) {
        strays_of(demand, binding, candidates);
        for again in &mut binding.more {
            strays_of(demand, again, candidates);
        }
    }
}

fn strays_of(demand: &SectionDemand, binding: &mut SectionBinding, candidates: &mut Candidates<'_>) {
    if binding.place.is_none() {
        return;
    }
    bind_strays(&demand.sections, &mut binding.sections, candidates);
    for (nested, wanted) in binding.sections.iter_mut().zip(&demand.sections).filter(|(nested, _)| nested.place.is_none() && nested.is_required()) {
        nested.place = candidates.take_one(&wanted.names);
        nested.outside = nested.place.is_some();
    }
}

/// Works out topics and what is finished, once every section has its place.
///
/// A section whose sub-sections say something is finished, even if those meet demands of their own.
fn finish_sections(demands: &[SectionDemand], bindings: &mut [SectionBinding], document: &Document, candidates: &Candidates<'_>) {
    for (binding, demand) in bindings.iter_mut().zip(demands) {
        finish_section(demand, binding, document, candidates);
        for again in &mut binding.more {
            finish_section(demand, again, document, candidates);
        }
    }
}

fn finish_section(demand: &SectionDemand, binding: &mut SectionBinding, document: &Document, candidates: &Candidates<'_>) {
    finish_sections(&demand.sections, &mut binding.sections, document, candidates);
    let Some(place) = &binding.place else {
        binding.topics = demand.topics.iter().map(|topic| unbound(topic, document)).collect();
        return;
    };
    let part = Part { extent: place.extent, lead: place.lead, excluded: &[] };
    let is_guidance = |text: &str| demand_guides(demand, text);
    let is_topic = |folded: &str| demand.topics.iter().any(|topic| topic.names.has(folded));
    binding.status = unfinished::status(document, part, &is_guidance, &is_topic);
    binding.topics = bind_topics(demand, place.extent, document, candidates).into_boxed_slice();
}

/// A topic that nothing meets yet.
fn unbound(topic: &TopicDemand, document: &Document) -> TopicBinding {
    let required = topic.required && topic.when.as_ref().is_none_or(|when| when.holds(document));
    TopicBinding { status: Status::Missing, required, span: None, near: None, swallowed: false }
}

/// Binds the topics of a section that lies in `region`.
fn bind_topics(section: &SectionDemand, region: Span, document: &Document, candidates: &Candidates<'_>) -> Vec<TopicBinding> {
    let places: Vec<Vec<Place>> = section.topics.iter().map(|topic| candidates.topic_places(topic, section, region)).collect();
    // A label below the sub-heading of one topic may announce the next: what it introduces says nothing for the first.
    let label =
        |places: &Vec<Place>| places.first().filter(|place| place.section.is_none()).map(|place| Span::new(place.span.start(), place.extent.end()));
    let labels: Vec<Option<Span>> = places.iter().map(label).collect();
    let bind = |(index, (topic, places)): (usize, (&TopicDemand, &Vec<Place>))| {
        let others: Vec<Span> = labels.iter().enumerate().filter(|(other, _)| *other != index).filter_map(|(_, label)| *label).collect();
        bind_topic(topic, places, &others, document)
    };
    section.topics.iter().zip(&places).enumerate().map(bind).collect()
}

fn bind_topic(topic: &TopicDemand, places: &[Place], others: &[Span], document: &Document) -> TopicBinding {
    let mut bound = unbound(topic, document);
    let is_guidance = |text: &str| topic.guidance.is(text);
    // A topic that is announced in one place and written in another is written.
    for place in places {
        let excluded: Vec<Span> = others.iter().copied().filter(|other| place.extent.encloses(*other)).collect();
        let part = Part { extent: place.extent, lead: place.lead, excluded: &excluded };
        let status = unfinished::status(document, part, &is_guidance, &|_| false);
        let met = status.is_met();
        if met || bound.span.is_none() {
            bound.status = status;
            bound.span = Some(place.title_span);
        }
        if met {
            break;
        }
    }
    bound
}

/// Whether a folded text is the guidance of a demand or of anything inside it.
fn demand_guides(demand: &SectionDemand, text: &str) -> bool {
    demand.guidance.is(text)
        || demand.topics.iter().any(|topic| topic.guidance.is(text))
        || demand.sections.iter().any(|section| demand_guides(section, text))
}
