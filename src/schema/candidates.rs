//! What in a document may meet a demand: headings, and where a schema accepts them bold lines and labels. Each is folded once.

use std::collections::HashMap;

use super::bind::SectionBinding;
use super::model::{Schema, SectionDemand, TopicDemand};
use super::names::Names;
use crate::document::{Block, BlockKind, Document, LabelStyle};
use crate::text::{Span, fold_title};

/// Where a demand is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Index of the document's section, if a heading meets the demand.
    pub section: Option<usize>,
    /// Index of the block whose text after its label belongs to the place, if a label or bold line meets the demand.
    pub lead: Option<usize>,
    /// Heading level; 7 for what stands for a heading.
    pub level: u8,
    /// The words that meet the demand.
    pub title_span: Span,
    /// Those words with the marks around them.
    pub span: Span,
    /// What belongs to them.
    pub extent: Span,
}

/// Level of bold lines and labels that stand for headings: below every heading.
pub(super) const LABEL_LEVEL: u8 = 7;

/// Up to so many comparisons of headings with demands it is faster to look through all than to build an index.
const FEW: usize = 10_000;

/// The headings and labels of one document, folded.
pub(super) struct Candidates<'a> {
    document: &'a Document,
    headings: Vec<Candidate<'a>>,
    labels: Vec<Candidate<'a>>,
    /// Which headings fold to a name, where there are so many that looking through them takes time.
    by_name: Option<HashMap<String, Vec<usize>>>,
    sections_by_label: bool,
    /// Index of the section whose heading is the document's title: the first, if it is the only one of level 1.
    title: Option<usize>,
}

pub(super) struct Candidate<'a> {
    pub title: &'a str,
    pub folded: String,
    pub place: Place,
    pub used: bool,
    /// Whether a schema that accepts such labels lets it stand for a heading.
    accepted: bool,
    /// Whether what it introduces goes on to the next of its kind.
    open: bool,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(schema: &Schema, document: &'a Document) -> Self {
        let heading = |(index, section): (usize, &'a crate::document::Section)| Candidate {
            title: &section.title,
            folded: fold_title(&section.title),
            place: Place {
                section: Some(index),
                lead: None,
                level: section.level,
                title_span: section.title_span,
                span: section.span,
                extent: section.extent,
            },
            used: false,
            accepted: true,
            open: false,
        };
        let headings: Vec<Candidate<'a>> = document.sections.iter().enumerate().map(heading).collect();
        let by_name = (headings.len() * schema.sections.len() > FEW).then(|| {
            let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
            for (index, candidate) in headings.iter().enumerate() {
                by_name.entry(candidate.folded.clone()).or_default().push(index);
            }
            by_name
        });
        let sections_by_label = schema.headings.bold || schema.headings.label;
        let labels = if sections_by_label || schema.sections.iter().any(has_topics) { labels(schema, document) } else { Vec::new() };
        let mut top = document.sections.iter().enumerate().filter(|(_, section)| section.level == 1);
        let title = top.next().filter(|(index, _)| *index == 0 && top.next().is_none()).map(|(index, _)| index);
        Self { document, headings, labels, by_name, sections_by_label, title }
    }

    /// The document that they stand in.
    pub(super) fn document(&self) -> &'a Document {
        self.document
    }

    /// The region of the whole document.
    pub(super) fn whole(&self) -> Span {
        self.document.body
    }

    /// The headings and what they fold to.
    pub(super) fn headings(&self) -> &[Candidate<'a>] {
        &self.headings
    }

    /// Takes what meets a section demand inside `region`, and where it is met again.
    ///
    /// Of several headings the one of the highest level counts, of those the first: a sub-heading of another section rarely is the section
    /// meant. The title of the document comes last: a policy may be called 'Policy'.
    pub(super) fn take(&mut self, names: &Names, region: Span) -> (Option<Place>, Vec<Place>) {
        if region.is_empty() {
            return (None, Vec::new());
        }
        let fits = |candidate: &&mut Candidate<'_>| {
            !candidate.used && candidate.accepted && region.encloses(candidate.place.title_span) && names.meets(&candidate.folded, candidate.title)
        };
        let labels = if self.sections_by_label { self.labels.as_mut_slice() } else { &mut [] };
        let mut found: Vec<&mut Candidate<'a>> = match self.by_name.as_ref().filter(|_| names.pattern.is_none()) {
            Some(by_name) => {
                let mut indices: Vec<usize> = names.folded.iter().filter_map(|name| by_name.get(name)).flatten().copied().collect();
                indices.sort_unstable();
                let mut wanted = indices.into_iter().peekable();
                // One pass over the headings from the first that has the name.
                let first = wanted.peek().copied().unwrap_or(self.headings.len());
                let is_wanted = |(index, _): &(usize, &mut Candidate<'a>)| wanted.next_if_eq(index).is_some();
                let tail = self.headings.iter_mut().enumerate().skip(first);
                tail.filter(is_wanted).map(|(_, candidate)| candidate).chain(labels).filter(fits).collect()
            }
            None => self.headings.iter_mut().chain(labels).filter(fits).collect(),
        };
        let title = self.title;
        found.sort_by_key(|candidate| (title.is_some() && candidate.place.section == title, candidate.place.level, candidate.place.span));
        let Some((first, rest)) = found.split_first_mut() else { return (None, Vec::new()) };
        first.used = true;
        let parent = |place: &Place| place.section.and_then(|index| self.document.sections.get(index)).and_then(|section| section.parent);
        let is_top = |parent: Option<usize>| parent.and_then(|index| self.document.sections.get(index)).is_none_or(|section| section.level == 1);
        let mut again = Vec::new();
        // A label with the same words is no second section: it may be part of a sentence.
        for other in rest.iter_mut().filter(|other| other.place.section.is_some() && other.place.level == first.place.level) {
            let (one, two) = (parent(&first.place), parent(&other.place));
            if one == two || (is_top(one) && is_top(two)) {
                other.used = true;
                again.push(other.place.clone());
            }
        }
        (Some(first.place.clone()), again)
    }

    /// Takes the first heading with one of the names that meets no demand yet.
    pub(super) fn take_one(&mut self, names: &Names) -> Option<Place> {
        let title = self.title;
        let fits =
            |candidate: &&mut Candidate<'_>| !candidate.used && candidate.place.section != title && names.meets(&candidate.folded, candidate.title);
        let found = self.headings.iter_mut().find(fits)?;
        found.used = true;
        Some(found.place.clone())
    }

    /// Everything inside `region` that announces a topic: sub-headings first, then labels.
    pub(super) fn topic_places(&self, topic: &TopicDemand, section: &SectionDemand, region: Span) -> Vec<Place> {
        let fits = |candidate: &&Candidate<'_>| !candidate.used && region.encloses(candidate.place.title_span) && topic.names.has(&candidate.folded);
        let cut = |candidate: &Candidate<'_>| {
            let mut place = candidate.place.clone();
            if candidate.open {
                place.extent = self.reach(&place, section, region);
            }
            place
        };
        self.headings.iter().chain(&self.labels).filter(fits).map(cut).collect()
    }

    /// How far a topic reaches that a label opens: to the next topic, bold line or heading.
    fn reach(&self, place: &Place, section: &SectionDemand, region: Span) -> Span {
        let ends = |label: &&Candidate<'_>| {
            label.place.span.start() > place.span.start() && label.open && section.topics.iter().any(|topic| topic.names.has(&label.folded))
        };
        let next = self.labels.iter().find(ends).map_or(region.end(), |label| label.place.span.start());
        Span::new(place.extent.start(), place.extent.end().min(next).min(region.end()))
    }

    /// The sections of the document that stand where demanded ones may stand, and meet no demand.
    pub(super) fn others(&self, bindings: &[SectionBinding]) -> Vec<usize> {
        let instances = || bindings.iter().flat_map(SectionBinding::instances);
        let bound: Vec<&Place> = instances().filter_map(|binding| binding.place.as_ref()).collect();
        let again = bindings.iter().flat_map(|binding| &binding.again);
        let inside: Vec<Span> = bound.iter().copied().chain(again).map(|place| place.extent).collect();
        let holds_bound = |extent: Span| bound.iter().any(|place| extent.encloses(place.title_span));
        let mut others: Vec<usize> = Vec::new();
        for (index, section) in self.document.sections.iter().enumerate() {
            let is_title = self.title == Some(index);
            let used = self.headings.get(index).is_none_or(|candidate| candidate.used);
            let within = inside.iter().any(|extent| extent.encloses(section.span));
            let nested = section.parent.is_some_and(|parent| others.contains(&parent));
            if !is_title && !used && !within && !nested && !holds_bound(section.extent) {
                others.push(index);
            }
        }
        others
    }

    /// The sub-sections right below a section that meet no demand on it. What is deeper is its own affair.
    pub(super) fn others_in(&self, demand: &SectionDemand, binding: &SectionBinding) -> Vec<usize> {
        let Some(holder) = binding.place.as_ref().and_then(|place| place.section) else { return Vec::new() };
        let is_topic =
            |index: usize| self.headings.get(index).is_some_and(|heading| demand.topics.iter().any(|topic| topic.names.has(&heading.folded)));
        let is_free = |index: usize| self.headings.get(index).is_some_and(|heading| !heading.used) && !is_topic(index);
        let inside = self.document.sections.iter().enumerate().filter(|(_, section)| section.parent == Some(holder));
        inside.map(|(index, _)| index).filter(|index| is_free(*index)).collect()
    }
}

fn has_topics(demand: &SectionDemand) -> bool {
    !demand.topics.is_empty() || demand.sections.iter().any(has_topics)
}

/// The labels of a document as candidates.
fn labels<'a>(schema: &Schema, document: &'a Document) -> Vec<Candidate<'a>> {
    let mut found: Vec<Candidate<'a>> = Vec::new();
    let mut boundaries: Vec<usize> = Vec::new();
    for (index, block) in document.blocks().iter().enumerate() {
        let Some(label) = &block.label else { continue };
        let accepted = if is_bold_line(block) { schema.headings.bold || schema.headings.label } else { schema.headings.label };
        let open = is_open(block);
        let place = Place {
            section: None,
            lead: Some(index),
            level: LABEL_LEVEL,
            title_span: label.span,
            span: block.span,
            extent: extent(block, index, open, document),
        };
        let folded = fold_title(&label.text);
        // A bold line or a demanded label ends what an open label before it introduces.
        if is_bold_line(block) && open || schema.sections.iter().any(|demand| demand.names.has(&folded)) {
            boundaries.push(block.span.start());
        }
        found.push(Candidate { title: &label.text, folded, place, used: false, accepted, open });
    }
    for candidate in found.iter_mut().filter(|candidate| candidate.open) {
        let place = &mut candidate.place;
        let next = boundaries.partition_point(|start| *start <= place.span.start());
        let end = boundaries.get(next).copied().unwrap_or(place.extent.end());
        place.extent = Span::new(place.extent.start(), place.extent.end().min(end));
    }
    found
}

/// Whether what a label introduces has no end of its own: it opens a paragraph, or it is all that its list item holds, so that what
/// follows the list belongs to it.
fn is_open(block: &Block) -> bool {
    if block.kind == BlockKind::Term {
        return false;
    }
    block.item.is_none_or(|item| is_bold_line(block) && item.depth == 1 && item.span.end() <= block.span.end() + 2)
}

/// Whether a block is a bold line and nothing else.
pub(super) fn is_bold_line(block: &Block) -> bool {
    block.label.as_ref().is_some_and(|label| label.alone && label.style == LabelStyle::Bold)
}

/// What a label introduces: the rest of its list item, the definitions of its term, or all up to the next heading.
fn extent(block: &Block, index: usize, open: bool, document: &Document) -> Span {
    let from = block.span.end();
    if open {
        let next = document.sections.partition_point(|section| section.span.start() < from);
        return Span::new(from, document.sections.get(next).map_or(document.body.end(), |section| section.span.start()));
    }
    if let Some(item) = block.item {
        return Span::new(from, item.span.end());
    }
    let last = document.blocks().iter().skip(index + 1).take_while(|next| next.kind == BlockKind::Definition).last();
    Span::new(from, last.map_or(from, |definition| definition.span.end()))
}
