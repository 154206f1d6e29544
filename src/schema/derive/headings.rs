//! The sections that documents share: headings grouped by their words, level by level.
//!
//! A title counts where binding would find it: at its highest heading in the part of the document that is looked at.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Order, Section, bare, listed, share};
use super::{families, order};
use crate::document::Document;
use crate::schema::likeness::{self, Shape};
use crate::schema::names::Names;
use crate::schema::near::NearKind;
use crate::source::SitePath;
use crate::text::{Span, count, fold_title, within};

/// Titles are compared with so many of the most frequent ones, to find other spellings.
const COMPARED: usize = 600;
/// An order that fewer documents agree on is chance.
const AGREEING: usize = 3;

/// What the headings of some documents say.
pub(super) struct Levels {
    pub sections: Vec<Section>,
    pub order: Order,
    /// Titles that too few documents have, and in how many each stands, the most frequent first.
    pub left_out: Vec<(String, usize)>,
}

/// The sections that documents share.
pub(super) fn sections(documents: &[&Document]) -> Levels {
    let parts: Vec<Part<'_>> = documents.iter().map(|document| Part { document, extent: document.body, above: 0, title: title(document) }).collect();
    let found = level(&parts, None, &BTreeSet::new());
    let agree = found.agree.iter().filter(|agrees| **agrees).count();
    let all = documents.len();
    let strict = agree == all && all >= AGREEING && found.sections.len() > 1;
    let differ: Vec<&SitePath> = documents.iter().zip(&found.agree).filter(|(_, agrees)| !**agrees).map(|(document, _)| &document.path).collect();
    let note = match () {
        () if found.sections.len() < 2 => String::new(),
        () if strict => {
            format!("{} have their sections in this order.", if all == 1 { "The one document".to_owned() } else { format!("All {all} documents") })
        }
        () if agree == all => format!("They stand in this order {}: too few to demand it.", share(agree, all)),
        () => format!("They stand in this order {}; another order in {}.", share(agree, all), listed(&differ)),
    };
    Levels { sections: found.sections, order: Order { strict, note }, left_out: found.left_out }
}

/// Index of the section that is the title of the document: the first, if it is the only one of level 1.
fn title(document: &Document) -> Option<usize> {
    let mut top = document.sections.iter().enumerate().filter(|(_, section)| section.level == 1);
    top.next().filter(|(index, _)| *index == 0 && top.next().is_none()).map(|(index, _)| index)
}

/// A document, or the part of it in which a section holds others.
struct Part<'a> {
    document: &'a Document,
    extent: Span,
    /// Sections above this one lie outside.
    above: usize,
    title: Option<usize>,
}

/// What one level has.
struct Level {
    sections: Vec<Section>,
    /// Of each part: whether it has the sections in the order found.
    agree: Vec<bool>,
    left_out: Vec<(String, usize)>,
}

/// Headings that mean the same section.
#[derive(Debug, Clone, Default)]
struct Group {
    /// Folded titles.
    names: BTreeSet<String>,
    /// Ways in which they are written, and how often.
    spellings: BTreeMap<String, usize>,
    /// Of each part that has it: the index of the heading, and how many of its level stand beside it, itself included.
    places: BTreeMap<usize, (usize, usize)>,
    /// Whether it is a family of numbered titles, by the words before the number.
    stem: Option<String>,
}

/// How many of these documents must have a heading that counts.
fn enough(all: usize) -> usize {
    if all < 2 { all } else { all.div_ceil(2).max(2) }
}

/// What the parts share. `within` is the section that they are parts of, `taken` are the names that sections around them answer to.
fn level(parts: &[Part<'_>], within: Option<&str>, taken: &BTreeSet<String>) -> Level {
    let all = parts.len();
    let mut groups = groups(parts);
    groups.retain(|group| group.names.is_disjoint(taken));
    let groups = joined(groups, enough(all));
    let (frequent, rare): (Vec<Group>, Vec<Group>) = groups.into_iter().partition(|group| group.places.len() >= enough(all));
    let extent = |part: usize, heading: usize| Some(parts.get(part)?.document.sections.get(heading)?.extent);
    let span = |part: usize, heading: usize| Some(parts.get(part)?.document.sections.get(heading)?.title_span);
    // Where the frequent ones lie, so that what always lies inside one of them is left to the next level.
    let mut lying: Vec<Vec<(Span, usize)>> = vec![Vec::new(); all];
    for (index, group) in frequent.iter().enumerate() {
        for (part, (heading, _)) in &group.places {
            if let (Some(lying), Some(extent)) = (lying.get_mut(*part), extent(*part, *heading)) {
                lying.push((extent, index));
            }
        }
    }
    let is_inside = |part: usize, heading: usize| {
        let Some(place) = span(part, heading) else { return false };
        lying.get(part).is_some_and(|lying| lying.iter().any(|(extent, _)| extent.encloses(place)))
    };
    let always_inside = |group: &Group| {
        let holders = |part: usize, heading: usize| -> BTreeSet<usize> {
            let Some(place) = span(part, heading) else { return BTreeSet::new() };
            lying.get(part).into_iter().flatten().filter(|(extent, _)| extent.encloses(place)).map(|(_, holder)| *holder).collect()
        };
        let mut places = group.places.iter().map(|(part, (heading, _))| holders(*part, *heading));
        let first = places.next().unwrap_or_default();
        !places.fold(first, |shared, holders| shared.intersection(&holders).copied().collect()).is_empty()
    };
    let here: Vec<&Group> = frequent.iter().filter(|group| !always_inside(group)).collect();
    let starts = |group: &&Group| (0..all).map(|part| group.places.get(&part).and_then(|(heading, _)| Some(span(part, *heading)?.start()))).collect();
    let places: Vec<Vec<Option<usize>>> = here.iter().map(starts).collect();
    let (sorted, agree) = order::sorted(&places, all);
    let taken: BTreeSet<String> = taken.iter().chain(here.iter().flat_map(|group| &group.names)).cloned().collect();
    let sections = sorted.into_iter().filter_map(|index| here.get(index)).map(|group| section(group, parts, within, &taken)).collect();
    let mut left_out: Vec<(String, usize)> = rare
        .iter()
        .filter(|group| !group.places.iter().all(|(part, (heading, _))| is_inside(*part, *heading)))
        .map(|group| (group.title(), group.places.len()))
        .collect();
    left_out.sort_by(|one, two| two.1.cmp(&one.1).then_with(|| one.0.cmp(&two.0)));
    Level { sections, agree, left_out }
}

/// The headings of the parts by their words.
fn groups(parts: &[Part<'_>]) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut families: BTreeMap<String, Group> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        let first = part.document.sections.partition_point(|section| section.title_span.start() < part.extent.start()).max(part.above);
        let inside = part.document.sections.iter().enumerate().skip(first).take_while(|(_, section)| section.title_span.start() < part.extent.end());
        let inside: Vec<usize> = inside.map(|(heading, _)| heading).filter(|heading| Some(*heading) != part.title).collect();
        let numbered = numbered(part.document, &inside);
        for heading in inside {
            let Some(section) = part.document.sections.get(heading) else { continue };
            let folded = fold_title(&section.title);
            if folded.is_empty() {
                continue;
            }
            let stem = families::stem(&section.title).filter(|stem| numbered.contains(stem));
            let group = match &stem {
                Some(stem) => families.entry(stem.clone()).or_default(),
                None => groups.entry(folded.clone()).or_default(),
            };
            group.stem.clone_from(&stem);
            group.names.insert(stem.unwrap_or_else(|| folded.clone()));
            *group.spellings.entry(bare(&section.title, &folded)).or_default() += 1;
            group.add(index, heading, part.document);
        }
    }
    groups.into_values().chain(families.into_values()).collect()
}

/// The stems of numbered titles of which there are several beside each other.
fn numbered(document: &Document, headings: &[usize]) -> BTreeSet<String> {
    let mut found: BTreeMap<(String, u8, Option<usize>), usize> = BTreeMap::new();
    for section in headings.iter().filter_map(|heading| document.sections.get(*heading)) {
        if let Some(stem) = families::stem(&section.title) {
            *found.entry((stem, section.level, section.parent)).or_default() += 1;
        }
    }
    found.into_iter().filter(|(_, number)| *number > 1).map(|((stem, ..), _)| stem).collect()
}

impl Group {
    /// Notes a heading: of several in one part, the highest counts, of those the first.
    fn add(&mut self, part: usize, heading: usize, document: &Document) {
        let Some((place, beside)) = self.places.get_mut(&part) else {
            self.places.insert(part, (heading, 1));
            return;
        };
        if let (Some(old), Some(new)) = (document.sections.get(*place), document.sections.get(heading)) {
            if new.level < old.level {
                (*place, *beside) = (heading, 1);
            } else if new.level == old.level && new.parent == old.parent {
                *beside += 1;
            }
        }
    }

    /// The most frequent way of writing it, of several the first by name; of a family the words before the number.
    fn title(&self) -> String {
        if let Some(stem) = &self.stem {
            let mut letters = stem.chars();
            return letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
        }
        let best = self.spellings.iter().max_by(|one, two| one.1.cmp(two.1).then_with(|| two.0.cmp(one.0)));
        best.map_or_else(String::new, |(title, _)| title.clone())
    }

    /// Other words for it, one for each folded title that isn't the title's own.
    fn aliases(&self, title: &str) -> Vec<String> {
        let mut seen = BTreeSet::from([fold_title(title)]);
        if self.stem.is_some() {
            return Vec::new();
        }
        self.spellings.keys().filter(|spelling| seen.insert(fold_title(spelling))).cloned().collect()
    }
}

/// Joins what is certainly the same section under another spelling: no document has both.
fn joined(mut groups: Vec<Group>, enough: usize) -> Vec<Group> {
    groups.sort_by(|one, two| two.places.len().cmp(&one.places.len()).then_with(|| one.names.cmp(&two.names)));
    let mut kept: Vec<Group> = Vec::new();
    for group in groups {
        let candidates = kept.iter_mut().take(COMPARED).filter(|other| other.places.len() > 1 || enough > 1);
        let same = candidates.into_iter().find(|other| other.stem.is_none() && group.stem.is_none() && is_same(other, &group));
        match same {
            Some(other) => {
                other.names.extend(group.names);
                other.places.extend(group.places);
                for (spelling, number) in group.spellings {
                    *other.spellings.entry(spelling).or_default() += number;
                }
            }
            None => kept.push(group),
        }
    }
    kept
}

fn is_same(one: &Group, two: &Group) -> bool {
    let alike = two.names.iter().any(|name| {
        let names = Names::new(one.names.iter().map(String::as_str));
        match likeness::kind(&names, &Shape::new(name), &|_| false) {
            Some(NearKind::Plural | NearKind::Spelling) => true,
            Some(NearKind::Typo) => one.names.iter().any(|other| is_typo(other, name)),
            _ => false,
        }
    });
    alike && two.places.keys().all(|part| !one.places.contains_key(part))
}

/// Whether two titles differ by a slip of the keys. Short words and numbers that differ are other words: `Rules` and `Roles`.
fn is_typo(one: &str, two: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let letters = one.chars().count();
    letters >= 7
        && digits(one) == digits(two)
        && one.chars().next() == two.chars().next()
        && within(one, two, if letters < 12 { 1 } else { 2 }).is_some()
}

fn section(group: &Group, parts: &[Part<'_>], within: Option<&str>, taken: &BTreeSet<String>) -> Section {
    let all = parts.len();
    let there = group.places.len();
    let title = group.title();
    let path = |part: usize| parts.get(part).map(|part| &part.document.path);
    let mut note = match within {
        Some(holder) if there == all => format!("in every '{holder}' that there is ({all})"),
        Some(holder) => format!("in {there} of the {all} sections '{holder}'"),
        None => share(there, all),
    };
    if there < all {
        let missing: Vec<&SitePath> = (0..all).filter(|part| !group.places.contains_key(part)).filter_map(path).collect();
        note.extend([", so optional: not in ", &listed(&missing)]);
    }
    let mut notes = vec![note];
    let aliases = group.aliases(&title);
    if !aliases.is_empty() {
        let written = |alias: &String| format!("'{alias}' in {}", count(group.spellings.get(alias).copied().unwrap_or(0), "document"));
        notes.push(format!("also written {}", aliases.iter().map(written).collect::<Vec<_>>().join(", ")));
    }
    let most = group.places.values().map(|(_, beside)| *beside).max().unwrap_or(1);
    let least = group.places.values().map(|(_, beside)| *beside).min().unwrap_or(1);
    let pattern = group.stem.as_deref().map(families::pattern);
    let at_least = (most > 1 || pattern.is_some()).then_some(least);
    if at_least.is_some() {
        notes.push(if least == most { format!("{least} times in each") } else { format!("{least} to {most} times in each") });
    }
    let inner: Vec<Part<'_>> = group.places.iter().filter_map(|(part, (heading, _))| part_of(parts.get(*part)?, *heading)).collect();
    // Of a family only the first of each document is looked at: what its sections share is chance too often.
    let sections = if pattern.is_some() || most > 1 || inner.len() < 2 && all > 1 { Vec::new() } else { level(&inner, Some(&title), taken).sections };
    Section { title, aliases, pattern, at_least, required: there == all, notes, sections, ..Section::default() }
}

/// The part of a document that a section holds.
fn part_of<'a>(part: &Part<'a>, heading: usize) -> Option<Part<'a>> {
    let section = part.document.sections.get(heading)?;
    Some(Part { document: part.document, extent: section.extent, above: heading + 1, title: part.title })
}
