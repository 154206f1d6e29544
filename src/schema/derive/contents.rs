//! What the sections that answer to a demand all hold: labels and sub-headings, lists, tables, code.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Contains, Section, Topic, bare};
use super::yaml::list;
use crate::document::{Document, Label, LabelStyle};
use crate::schema::{Conformance, Place, SectionBinding};
use crate::text::{Span, count, fold_title};

/// Labels that set off a remark, not a point.
const REMARKS: &[&str] =
    &["note", "notes", "warning", "tip", "important", "caution", "info", "hint", "example", "examples", "e.g", "attention", "danger", "nb", "n.b"];
/// A number of steps or boxes is demanded only if so many documents have as many.
const SEVERAL: usize = 3;

/// A section of a document that answers to a demand and says something.
struct Part<'a> {
    document: &'a Document,
    place: &'a Place,
    binding: &'a SectionBinding,
}

/// Adds to each section what all that answer to it hold. `bound` is what meets the sections in each document.
pub(super) fn fill(sections: &mut [Section], documents: &[&Document], bound: &[Conformance]) {
    let parts: Vec<(&Document, &[SectionBinding])> =
        documents.iter().zip(bound).map(|(document, bound)| (*document, bound.sections.as_slice())).collect();
    fill_level(sections, &parts);
}

fn fill_level(sections: &mut [Section], holders: &[(&Document, &[SectionBinding])]) {
    for (index, section) in sections.iter_mut().enumerate() {
        let instances = holders.iter().filter_map(|(document, bindings)| Some((*document, bindings.get(index)?)));
        let instances: Vec<(&Document, &SectionBinding)> =
            instances.flat_map(|(document, binding)| binding.instances().map(move |binding| (document, binding))).collect();
        let said = instances.iter().filter(|(_, binding)| binding.status.is_met());
        let parts: Vec<Part<'_>> = said.filter_map(|(document, binding)| Some(Part { document, place: binding.place.as_ref()?, binding })).collect();
        // What a numbered section holds is too often chance.
        if section.pattern.is_none() && (parts.len() > 1 || holders.len() == 1) {
            section.topics = topics(&parts);
            section.contains = contains(&parts);
        }
        let inner: Vec<(&Document, &[SectionBinding])> = instances.iter().map(|(document, binding)| (*document, &*binding.sections)).collect();
        fill_level(&mut section.sections, &inner);
    }
}

impl Part<'_> {
    /// Whether something belongs to the section and to none of those demanded inside it.
    fn holds(&self, span: Span) -> bool {
        let nested = |binding: &SectionBinding| binding.place.as_ref().is_some_and(|place| place.extent.encloses(span) || place.title_span == span);
        self.place.extent.encloses(span) && !self.binding.sections.iter().flat_map(SectionBinding::instances).any(nested)
    }

    /// The labels and sub-headings by their folded words, each as it is written first.
    fn labels(&self) -> BTreeMap<String, (String, usize)> {
        let mut found: BTreeMap<String, (String, usize)> = BTreeMap::new();
        let mut add = |text: &str, span: Span| {
            let folded = fold_title(text);
            if !folded.is_empty() && folded.chars().any(char::is_alphabetic) && folded.chars().count() <= 60 && !REMARKS.contains(&folded.as_str()) {
                let written = bare(text, &folded);
                found.entry(folded).or_insert((written, span.start()));
            }
        };
        for block in self.document.blocks_in(self.place.extent).filter(|block| self.holds(block.span)) {
            let sets_off = |label: &&Label| label.style != LabelStyle::Plain || block.item.is_some();
            if let Some(label) = block.label.as_deref().filter(sets_off) {
                add(&label.text, label.span);
            }
        }
        let extent = self.place.extent;
        let first = self.document.sections.partition_point(|section| section.title_span.start() < extent.start());
        let inside = self.document.sections.iter().skip(first).take_while(|section| section.title_span.start() < extent.end());
        for section in inside.filter(|section| self.holds(section.title_span)) {
            add(&section.title, section.title_span);
        }
        found
    }
}

/// The points that all parts cover.
fn topics(parts: &[Part<'_>]) -> Vec<Topic> {
    let Some((first, rest)) = parts.split_first() else { return Vec::new() };
    let mut shared = first.labels();
    for part in rest {
        let labels = part.labels();
        shared.retain(|folded, _| labels.contains_key(folded));
    }
    let mut shared: Vec<(String, usize)> = shared.into_values().collect();
    shared.sort_by_key(|(_, start)| *start);
    let note = if parts.len() == 1 { "a label".to_owned() } else { format!("a label or sub-heading in all {}", parts.len()) };
    shared.into_iter().map(|(title, _)| Topic { title, notes: vec![note.clone()], ..Topic::default() }).collect()
}

fn contains(parts: &[Part<'_>]) -> Vec<Contains> {
    let mut found = Vec::new();
    let number = parts.len();
    let least = |count_in: &dyn Fn(&Part<'_>) -> usize| parts.iter().map(count_in).min().unwrap_or(0);
    let amount = |least: usize| if number >= SEVERAL { format!("{{ at_least: {least} }}") } else { "true".to_owned() };
    let all = if number == 1 { "it has".to_owned() } else { format!("all {number} have") };
    let steps = least(&|part| {
        let inside = part.document.numbered_lists.iter().filter(|list| list.items.first().is_some_and(|(_, span)| part.holds(*span)));
        inside.map(|list| list.items.len()).max().unwrap_or(0)
    });
    if steps > 1 {
        found.push(demand("ordered_list", amount(steps), format!("{all} a numbered list of at least {}", count(steps, "step"))));
    }
    let boxes = least(&|part| {
        let opens = part.document.blocks_in(part.place.extent).filter(|block| block.item.is_some_and(|item| item.opens && item.task));
        opens.filter(|block| part.holds(block.span)).count()
    });
    if boxes > 0 {
        found.push(demand("task_list", amount(boxes), format!("{all} check boxes, at least {boxes}")));
    }
    let columns = columns(parts);
    if !columns.is_empty() {
        found.push(demand("table", format!("{{ columns: {} }}", list(&columns)), format!("{all} a table with these columns")));
    }
    found.extend(code(parts, &all));
    found
}

fn demand(key: &'static str, value: String, note: String) -> Contains {
    Contains { key, value, note, dropped: false }
}

/// The columns that one table of each part has; none if they share fewer than two.
fn columns(parts: &[Part<'_>]) -> Vec<String> {
    let headers = |part: &Part<'_>| -> Vec<Vec<String>> {
        part.document
            .tables()
            .iter()
            .filter(|table| part.holds(table.span))
            .map(|table| table.header.iter().map(ToString::to_string).collect())
            .collect()
    };
    let Some((first, rest)) = parts.split_first() else { return Vec::new() };
    let others: Vec<Vec<BTreeSet<String>>> =
        rest.iter().map(|part| headers(part).iter().map(|header| header.iter().map(|title| fold_title(title)).collect()).collect()).collect();
    let mut best: Vec<String> = Vec::new();
    for header in headers(first) {
        let mut shared: Vec<String> = header.iter().filter(|title| !fold_title(title).is_empty()).cloned().collect();
        for tables in &others {
            let in_table = |table: &BTreeSet<String>| shared.iter().filter(|title| table.contains(&fold_title(title))).cloned().collect::<Vec<_>>();
            shared = tables.iter().map(in_table).max_by_key(Vec::len).unwrap_or_default();
        }
        if shared.len() > best.len().max(1) {
            best = shared;
        }
    }
    best
}

/// The languages of the code blocks of a part; empty for those that name none.
fn languages<'a>(part: &Part<'a>) -> BTreeSet<&'a str> {
    let inside = part.document.fences.iter().filter(|fence| part.holds(fence.span) && !fence.content.trim().is_empty());
    inside.map(|fence| fence.language.as_str()).collect()
}

/// Code blocks, in the languages that they have if those are few.
fn code(parts: &[Part<'_>], all: &str) -> Option<Contains> {
    let sets: Vec<BTreeSet<&str>> = parts.iter().map(languages).collect();
    if sets.is_empty() || sets.iter().any(BTreeSet::is_empty) {
        return None;
    }
    // The fewest languages, the most frequent first, of which every part has one.
    let mut often: BTreeMap<&str, usize> = BTreeMap::new();
    for language in sets.iter().flatten().filter(|language| !language.is_empty()) {
        *often.entry(language).or_default() += 1;
    }
    let mut often: Vec<(&str, usize)> = often.into_iter().collect();
    often.sort_by_key(|(language, number)| (std::cmp::Reverse(*number), *language));
    let mut chosen: Vec<String> = Vec::new();
    let covers = |chosen: &[String]| sets.iter().all(|set| chosen.iter().any(|language| set.contains(language.as_str())));
    for (language, _) in often.into_iter().take(3) {
        if !covers(&chosen) {
            chosen.push(language.to_owned());
        }
    }
    Some(if covers(&chosen) {
        demand("code", format!("{{ language: {} }}", list(&chosen)), format!("{all} code in {}", chosen.join(" or ")))
    } else {
        demand("code", "true".to_owned(), format!("{all} a code block"))
    })
}
