//! A schema in the making: demands with the comments that explain them, each of which can be relaxed.

use crate::source::SitePath;
use crate::text::{collapse, count};

/// A schema in the making.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub document_type: String,
    pub title: String,
    /// Number of documents that it is made from.
    pub documents: usize,
    /// The folder that holds them all; comments name them from there.
    pub folder: String,
    /// Documents that were left aside, and why.
    pub aside: Vec<String>,
    /// The globs and what they catch besides; none if the documents lie in no handbook.
    pub globs: Option<Globs>,
    pub file_name: Option<FileName>,
    pub order: Order,
    /// Whether every fault is a warning: the last way out.
    pub lenient: bool,
    pub fields: Vec<Field>,
    pub sections: Vec<Section>,
    /// Headings that are too rare, in how many documents each stands, the most frequent first.
    pub left_out: Vec<(String, usize)>,
    /// What says nothing yet, and where.
    pub unfinished: Vec<(String, Vec<SitePath>)>,
}

/// The globs for the documents.
#[derive(Debug, Clone, Default)]
pub(super) struct Globs {
    pub globs: Vec<String>,
    /// Documents that they catch though they weren't among those given.
    pub others: Vec<SitePath>,
}

/// The form of the files' names.
#[derive(Debug, Clone)]
pub(super) struct FileName {
    pub pattern: String,
    pub unique: bool,
    pub note: String,
}

/// Whether all documents have their sections in one order.
#[derive(Debug, Clone, Default)]
pub(super) struct Order {
    pub strict: bool,
    pub note: String,
}

/// A key of the front matter.
#[derive(Debug, Clone, Default)]
pub(super) struct Field {
    pub key: String,
    pub required: bool,
    pub value_type: Option<&'static str>,
    /// What each item of a list is.
    pub each: Option<&'static str>,
    pub values: Vec<String>,
    pub pattern: Option<String>,
    pub unique: bool,
    pub notes: Vec<String>,
    pub dropped: bool,
}

/// A section.
#[derive(Debug, Clone, Default)]
pub(super) struct Section {
    pub title: String,
    pub aliases: Vec<String>,
    pub pattern: Option<String>,
    pub at_least: Option<usize>,
    pub required: bool,
    pub warning: bool,
    pub notes: Vec<String>,
    pub contains: Vec<Contains>,
    pub topics: Vec<Topic>,
    pub sections: Vec<Section>,
    pub dropped: bool,
}

/// What a section holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Contains {
    pub key: &'static str,
    /// The value as YAML.
    pub value: String,
    pub note: String,
    pub dropped: bool,
}

/// A point that a section covers.
#[derive(Debug, Clone, Default)]
pub(super) struct Topic {
    pub title: String,
    pub warning: bool,
    pub notes: Vec<String>,
    pub dropped: bool,
}

/// A place in a draft: the indices of a section and of those that hold it, outermost first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Top,
    FileName,
    Field(usize),
    Section(Vec<usize>),
    Contains(Vec<usize>, usize),
    Topic(Vec<usize>, usize),
}

impl Draft {
    /// Number of sections that are required and that aren't, nested ones included.
    pub(super) fn size(&self) -> (usize, usize) {
        fn add(sections: &[Section], size: &mut (usize, usize)) {
            for section in sections {
                *(if section.required { &mut size.0 } else { &mut size.1 }) += 1;
                add(&section.sections, size);
            }
        }
        let mut size = (0, 0);
        add(&self.sections, &mut size);
        size
    }

    /// Makes a demand milder, because these documents don't meet it: `code` is what they were found to do. Each call takes something away.
    pub(super) fn relax(&mut self, part: &Part, code: &str, documents: &[&SitePath]) {
        match part {
            _ if code == "section-order" && self.order.strict => {
                self.order.strict = false;
                self.order.note = format!("any order: it differs in {}", listed(documents));
            }
            Part::Top => self.lenient = true,
            Part::FileName => self.file_name = None,
            Part::Field(index) => {
                if let Some(field) = self.fields.get_mut(*index) {
                    field.relax(code, documents);
                }
            }
            Part::Section(path) => {
                let said = section_at(&mut self.sections, path).and_then(|section| section.relax(code, documents).then(|| section.title.clone()));
                self.unfinished.extend(said.map(|title| (format!("section '{title}'"), owned(documents))));
            }
            Part::Contains(path, index) => {
                let found = section_at(&mut self.sections, path).and_then(|section| section.contains.get_mut(*index));
                if let Some(contains) = found {
                    contains.dropped = true;
                }
            }
            Part::Topic(path, index) => {
                let Some(section) = section_at(&mut self.sections, path) else { return };
                let within = section.title.clone();
                let Some(topic) = section.topics.get_mut(*index) else { return };
                if code == "unfinished-topic" && !topic.warning {
                    topic.warning = true;
                    topic.notes.push(unfinished_note(documents));
                    self.unfinished.push((format!("topic '{}' of section '{within}'", topic.title), owned(documents)));
                } else {
                    topic.dropped = true;
                }
            }
        }
    }

    /// Takes out what was dropped.
    pub(super) fn prune(&mut self) {
        fn prune(sections: &mut Vec<Section>) {
            sections.retain(|section| !section.dropped);
            for section in sections {
                section.contains.retain(|contains| !contains.dropped);
                section.topics.retain(|topic| !topic.dropped);
                prune(&mut section.sections);
            }
        }
        self.fields.retain(|field| !field.dropped);
        prune(&mut self.sections);
    }
}

impl Field {
    fn relax(&mut self, code: &str, documents: &[&SitePath]) {
        let has_form = self.value_type.is_some() || self.pattern.is_some() || !self.values.is_empty();
        if code == "missing-front-matter" && self.required {
            self.required = false;
            self.notes.push(format!("optional: not in {}", listed(documents)));
        } else if has_form && code != "invalid-schema" {
            (self.value_type, self.each, self.pattern) = (None, None, None);
            self.values.clear();
            self.notes.push(format!("any value: the others don't agree with {}", listed(documents)));
        } else {
            self.dropped = true;
        }
    }
}

impl Section {
    /// Whether the section is now one that is known to be unfinished.
    fn relax(&mut self, code: &str, documents: &[&SitePath]) -> bool {
        match code {
            "missing-section" if self.required => {
                self.required = false;
                self.notes.push(format!("optional: not found in {}", listed(documents)));
            }
            "unfinished-section" if !self.warning => {
                self.warning = true;
                self.notes.push(unfinished_note(documents));
                return true;
            }
            "duplicate-section" if self.at_least.is_none() => {
                self.at_least = Some(1);
                self.notes.push(format!("more than once in {}", listed(documents)));
            }
            "section-count" if self.at_least.is_some_and(|least| least > 1) => self.at_least = Some(1),
            _ => self.dropped = true,
        }
        false
    }
}

fn owned(documents: &[&SitePath]) -> Vec<SitePath> {
    documents.iter().map(|path| (*path).clone()).collect()
}

fn unfinished_note(documents: &[&SitePath]) -> String {
    format!("a warning, because it is unfinished in {}: take `severity` out once that is written", listed(documents))
}

fn section_at<'a>(sections: &'a mut [Section], path: &[usize]) -> Option<&'a mut Section> {
    let (first, rest) = path.split_first()?;
    let section = sections.get_mut(*first)?;
    if rest.is_empty() { Some(section) } else { section_at(&mut section.sections, rest) }
}

/// `a.md, b.md, c.md and 2 more`.
pub(super) fn listed(documents: &[&SitePath]) -> String {
    let shown: Vec<&str> = documents.iter().take(3).map(|path| path.as_str()).collect();
    let more = documents.len().saturating_sub(shown.len());
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// `in all 12 documents`, or `in 11 of 12 documents`.
pub(super) fn share(there: usize, all: usize) -> String {
    match (there, all) {
        (1, 1) => "in the one document".to_owned(),
        (2, 2) => "in both documents".to_owned(),
        _ if there == all => format!("in all {all} documents"),
        _ => format!("in {there} of {}", count(all, "document")),
    }
}

/// A title less its numbering and marks at the ends, as far as it still folds to the same words.
pub(super) fn bare(title: &str, folded: &str) -> String {
    let title = collapse(title);
    let trimmed = title.trim_end_matches([':', '.', ' ']);
    let skip = trimmed.chars().count().saturating_sub(folded.chars().count());
    let tail: String = trimmed.chars().skip(skip).collect();
    let tail = tail.trim().to_owned();
    if crate::text::fold_title(&tail) == folded { tail } else { title }
}
