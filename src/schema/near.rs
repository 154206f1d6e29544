//! Look-alikes: what in a document probably was meant to meet a missing demand, and how it differs. Named in findings, never accepted.

use std::collections::HashMap;

use super::bind::{SectionBinding, Status, TopicBinding};
use super::candidates::{Candidates, is_bold_line};
use super::likeness::{self, Shape};
use super::model::SectionDemand;
use super::names::Names;
use super::swallow::{Burial, Buried};
use crate::document::{Document, LabelStyle};
use crate::text::{Span, fold_title};

/// What looks like a missing section or topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// How it differs.
    pub kind: NearKind,
    /// Its words.
    pub title: String,
    /// Where it stands.
    pub span: Span,
    /// The whole heading, line or block that the words stand in.
    pub whole: Span,
    /// Index of the document's section, if it is a heading.
    pub section: Option<usize>,
}

/// How a look-alike differs from what is demanded; the nearest kinds first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NearKind {
    /// The marks of a heading without a space: `##Impact`.
    NoSpace,
    /// Hyphens, spaces, quotes or other marks: `Set-up` for `Setup`.
    Spelling,
    /// Singular for plural or the reverse.
    Plural,
    /// The right words, in another part of the document than the one that must hold them.
    Elsewhere,
    /// A bold line instead of a heading.
    BoldLine,
    /// A bold line that is a list item.
    ListBoldLine,
    /// A label that opens a list item or paragraph.
    Label,
    /// In a code block.
    Code,
    /// In a comment.
    Comment,
    /// In raw HTML.
    Html,
    /// A few letters differ.
    Typo,
    /// One heading for two sections: `Diagnosis and mitigation`.
    Combined,
    /// More words: `Impact on users`.
    Longer,
    /// Other words around some of the same.
    Reworded,
    /// Fewer words.
    Shorter,
}

impl NearKind {
    /// How it differs, to follow 'looks like it: '.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NoSpace => "a space is missing after the '#' marks, so this is no heading",
            Self::Spelling => "it differs in hyphens, spaces or other marks",
            Self::Plural => "singular and plural differ",
            Self::Elsewhere => "it stands outside the section that must hold it",
            Self::BoldLine => "a bold line, not a heading",
            Self::ListBoldLine => "a bold list item, not a heading",
            Self::Label => "a label, not a heading",
            Self::Code => "it lies in a code block, so it is no heading",
            Self::Comment => "it lies in a comment, so nobody sees it",
            Self::Html => "it lies in raw HTML, so it is no heading",
            Self::Typo => "a few letters differ",
            Self::Combined => "one heading for two sections",
            Self::Longer => "it says more",
            Self::Reworded => "other words",
            Self::Shorter => "it says less",
        }
    }

    /// Whether the look-alike means the demand beyond doubt, so that renaming it is the mend.
    #[must_use]
    pub fn is_certain(self) -> bool {
        matches!(self, Self::NoSpace | Self::Spelling | Self::Plural | Self::Typo | Self::BoldLine)
    }
}

/// A text that a missing demand may have meant.
struct Lookalike {
    words: Words,
    near: NearMiss,
    taken: bool,
}

/// How near the words of a look-alike must come.
enum Words {
    /// They may differ: the difference is the kind of the near miss.
    Any(Shape),
    /// They must be right, in this folded form: what is no heading is too often something else.
    Exact(String),
}

impl Words {
    fn folded(&self) -> &str {
        match self {
            Self::Any(shape) => shape.folded(),
            Self::Exact(folded) => folded,
        }
    }
}

/// Finds the look-alike of each missing demand. Nothing is the look-alike of two demands, but for combined headings, and nothing that
/// meets a demand looks like another.
pub(super) fn find(demands: &[SectionDemand], bindings: &mut [SectionBinding], document: &Document, candidates: &Candidates<'_>, buried: &[Buried]) {
    let mut covered = Vec::new();
    topic_spans(bindings, &mut covered);
    find_level(demands, bindings, None, &Found { document, candidates, buried, covered });
}

fn topic_spans(bindings: &[SectionBinding], covered: &mut Vec<Span>) {
    for binding in bindings {
        for binding in binding.instances() {
            covered.extend(binding.topics.iter().filter_map(|topic| topic.span));
            topic_spans(&binding.sections, covered);
        }
    }
}

/// What was found in the document before.
struct Found<'a> {
    document: &'a Document,
    candidates: &'a Candidates<'a>,
    buried: &'a [Buried],
    /// Where topics are met.
    covered: Vec<Span>,
}

fn find_level(demands: &[SectionDemand], bindings: &mut [SectionBinding], region: Option<Span>, found: &Found<'_>) {
    let Found { document, candidates, buried, covered } = found;
    let missing = |binding: &SectionBinding| binding.is_required() && binding.place.is_none() && !binding.swallowed;
    if bindings.iter().any(missing) {
        let mut pool = headings(document, candidates, region);
        pool.extend(bold_and_labels(document, region));
        pool.extend(buried.iter().filter(|line| region.is_none_or(|region| region.encloses(line.line))).map(from_buried));
        pool.retain(|other| !covered.contains(&other.near.span));
        let open: Vec<usize> = bindings.iter().enumerate().filter(|(_, binding)| missing(binding)).map(|(index, _)| index).collect();
        let names: Vec<&Names> = demands.iter().map(|demand| &demand.names).collect();
        for (index, near) in assign(&names, &open, &mut pool) {
            if let Some(binding) = bindings.get_mut(index) {
                binding.near = Some(Box::new(near));
            }
        }
    }
    for (demand, binding) in demands.iter().zip(bindings) {
        nested(demand, binding, found);
        for again in &mut binding.more {
            nested(demand, again, found);
        }
    }
}

fn nested(demand: &SectionDemand, binding: &mut SectionBinding, found: &Found<'_>) {
    let Some(place) = &binding.place else { return };
    let extent = place.extent;
    topics(demand, binding, extent, found);
    find_level(&demand.sections, &mut binding.sections, Some(extent), found);
}

fn topics(demand: &SectionDemand, binding: &mut SectionBinding, extent: Span, found: &Found<'_>) {
    let Found { document, candidates, covered, .. } = found;
    let is_open = |topic: &TopicBinding| topic.required && topic.status == Status::Missing && !topic.swallowed;
    let open: Vec<usize> = binding.topics.iter().enumerate().filter(|(_, topic)| is_open(topic)).map(|(index, _)| index).collect();
    if open.is_empty() {
        return;
    }
    let mut pool = headings(document, candidates, Some(extent));
    pool.extend(labels_as_words(document, extent));
    pool.retain(|other| !covered.contains(&other.near.span));
    let names: Vec<&Names> = demand.topics.iter().map(|topic| &topic.names).collect();
    for (index, near) in assign(&names, &open, &mut pool) {
        if let Some(topic) = binding.topics.get_mut(index) {
            topic.near = Some(Box::new(near));
        }
    }
    // The same words outside the section.
    let mut elsewhere: HashMap<String, NearMiss> = HashMap::new();
    for other in headings(document, candidates, None).into_iter().rev() {
        elsewhere.insert(other.words.folded().to_owned(), NearMiss { kind: NearKind::Elsewhere, ..other.near });
    }
    for (wanted, topic) in demand.topics.iter().zip(&mut binding.topics).filter(|(_, topic)| is_open(topic)) {
        if topic.near.is_none() {
            let found = wanted.names.folded.iter().filter_map(|name| elsewhere.get(name));
            topic.near = found.min_by_key(|near| near.span).cloned().map(Box::new);
        }
    }
}

/// Comparisons of a demand with a look-alike in one section. A document that lacks thousands of sections and has thousands of others gets
/// its findings at once, without a look-alike for each.
const MOST_COMPARISONS: usize = 200_000;

/// Demands beside one that a combined heading is held against.
const MOST_NAMES: usize = 200;

/// Gives each open demand its nearest look-alike, the surest pairs first.
fn assign(names: &[&Names], open: &[usize], pool: &mut [Lookalike]) -> Vec<(usize, NearMiss)> {
    let mut pairs: Vec<(NearKind, usize, usize)> = Vec::new();
    let searched = MOST_COMPARISONS / pool.len().max(1);
    for &demand in open.iter().take(searched) {
        let Some(wanted) = names.get(demand) else { continue };
        let is_other = |part: &str| {
            names
                .iter()
                .enumerate()
                .take(MOST_NAMES)
                .any(|(index, other)| index != demand && other.shapes.iter().any(|name| likeness::same_words(part, name)))
        };
        for (index, other) in pool.iter().enumerate() {
            let kind = match &other.words {
                Words::Any(shape) => likeness::kind(wanted, shape, &is_other),
                Words::Exact(folded) => wanted.has(folded).then_some(other.near.kind),
            };
            pairs.extend(kind.map(|kind| (kind, demand, index)));
        }
    }
    pairs.sort_unstable();
    let mut found: Vec<(usize, NearMiss)> = Vec::new();
    for (kind, demand, index) in pairs {
        let Some(other) = pool.get_mut(index) else { continue };
        let free = !other.taken || (kind == NearKind::Combined && found.iter().any(|(_, near)| near.span == other.near.span && near.kind == kind));
        if free && found.iter().all(|(done, _)| *done != demand) {
            other.taken = true;
            found.push((demand, NearMiss { kind, ..other.near.clone() }));
        }
    }
    found
}

/// Headings that meet no demand. Their kind is worked out against each demand; until then it is [`NearKind::Reworded`].
fn headings(document: &Document, candidates: &Candidates<'_>, region: Option<Span>) -> Vec<Lookalike> {
    let free = candidates.headings().iter().filter(|candidate| !candidate.used);
    let inside = free.filter(|candidate| region.is_none_or(|region| region.encloses(candidate.place.title_span)));
    inside
        .filter_map(|candidate| {
            let index = candidate.place.section?;
            let section = document.sections.get(index)?;
            let near = NearMiss {
                kind: NearKind::Reworded,
                title: section.title.to_string(),
                span: section.title_span,
                whole: section.span,
                section: Some(index),
            };
            Some(Lookalike { words: Words::Any(Shape::new(&candidate.folded)), near, taken: false })
        })
        .collect()
}

fn bold_and_labels(document: &Document, region: Option<Span>) -> impl Iterator<Item = Lookalike> {
    let inside = move |span: Span| region.is_none_or(|region| region.encloses(span));
    document.blocks().iter().filter(move |block| inside(block.span)).filter_map(|block| {
        let label = block.label.as_ref()?;
        let kind = match (is_bold_line(block), block.item.is_some()) {
            (true, false) => NearKind::BoldLine,
            (_, true) if label.style == LabelStyle::Bold && is_alone_on_line(document, label.span) => NearKind::ListBoldLine,
            _ => NearKind::Label,
        };
        let near = NearMiss { kind, title: label.text.clone(), span: label.span, whole: block.span.trimmed(&document.text), section: None };
        Some(Lookalike { words: Words::Exact(fold_title(&label.text)), near, taken: false })
    })
}

/// Whether nothing but marks follows on the line.
fn is_alone_on_line(document: &Document, label: Span) -> bool {
    let rest = document.text.get(label.end()..).unwrap_or_default();
    rest.lines().next().unwrap_or_default().trim_matches([':', '*', '_', ' ', '\t']).is_empty()
}

/// The labels of a section as look-alikes of its topics: they may differ as headings may.
fn labels_as_words(document: &Document, region: Span) -> impl Iterator<Item = Lookalike> {
    document.blocks_in(region).filter_map(|block| {
        let label = block.label.as_ref().filter(|label| label.style != LabelStyle::Plain || block.item.is_some())?;
        let near = NearMiss {
            kind: NearKind::Reworded,
            title: label.text.clone(),
            span: label.span,
            whole: block.span.trimmed(&document.text),
            section: None,
        };
        Some(Lookalike { words: Words::Any(Shape::new(&fold_title(&label.text))), near, taken: false })
    })
}

fn from_buried(line: &Buried) -> Lookalike {
    let kind = match line.burial {
        Burial::Code => NearKind::Code,
        Burial::Comment => NearKind::Comment,
        Burial::Html => NearKind::Html,
        Burial::NoSpace => NearKind::NoSpace,
    };
    let near = NearMiss { kind, title: line.title.clone(), span: line.line, whole: line.line, section: None };
    Lookalike { words: Words::Exact(line.folded.clone()), near, taken: false }
}
