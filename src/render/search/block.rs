//! Some pages as one script that holds their text, and the words in it.
//!
//! The text is its own index: the browser reads the few blocks that the words lead to. Must not know where blocks lie.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use ahash::AHashMap;
use serde::Serialize;

use super::lexicon::{Filed, Lexicon};
use super::text::{Section, sections};
use super::{script, words};
use crate::document::Document;
use crate::handbook::Entity;
use crate::memo::{Digest, Hasher};
use crate::registry::Mentions;
use crate::site::{Shelf, SiteFile};
use crate::source::SitePath;

/// Where a word stands at best.
const IN_TEXT: u8 = 0;
const IN_HEADING: u8 = 1;
const IN_TITLE: u8 = 2;

/// What is said of a page beside its text.
#[derive(Debug, Clone, Default, Hash)]
pub(super) struct Head {
    /// Where it lies in the site, as a URL.
    pub url: String,
    pub title: String,
    /// The chapters above it.
    pub way: String,
    /// Its type in words, or what it is: `Role`.
    pub kind: String,
    /// The role or whoever answers for it.
    pub owner: String,
    /// Other names that it is found by as by its title: alerts, aliases.
    pub names: Vec<String>,
    /// The roles and platforms that it is about, besides those that its text names.
    pub about: Vec<Entity>,
}

/// A page, or a piece of one that is too long for one block.
pub(super) struct Part<'a> {
    pub head: Arc<Head>,
    pub content: Content<'a>,
}

/// Where the text of a page comes from.
pub(super) enum Content<'a> {
    /// A document, read when its block is made.
    Document(&'a Document),
    /// Text that is there already.
    Sections(Vec<Section>),
}

impl Part<'_> {
    /// Everything that the text of this part depends on.
    pub(super) fn add_to(&self, hasher: Hasher) -> Hasher {
        let hasher = hasher.digest(Digest::of_value(&*self.head));
        match &self.content {
            Content::Document(document) => hasher.digest(document.digest),
            Content::Sections(sections) => hasher.digest(Digest::of_value(sections)),
        }
    }

    /// About how many bytes its text has.
    pub(super) fn size(&self) -> usize {
        match &self.content {
            Content::Document(document) => document.body.of(&document.text).len(),
            Content::Sections(sections) => sections.iter().map(|section| section.heading.len() + section.text.len()).sum(),
        }
    }
}

/// What a filter can ask of a page.
#[derive(Debug, Clone, Default)]
pub(super) struct Traits {
    /// The page.
    pub head: Arc<Head>,
    pub roles: Vec<usize>,
    pub platforms: Vec<usize>,
}

/// Pages that are loaded together.
pub(super) struct Block {
    /// The script.
    pub script: SiteFile,
    /// Its number of bytes.
    pub length: usize,
    /// What filters can ask of each page.
    pub pages: Vec<Traits>,
    /// The words, and where each stands at best: 0 in the text, 1 in a heading, 2 in a title.
    pub words: Filed,
}

/// A page as the script holds it: address, title, chapters, kind, owner, roles, platforms, names, sections.
#[derive(Serialize)]
struct Record<'a>(&'a str, &'a str, &'a str, &'a str, &'a str, &'a [usize], &'a [usize], &'a [String], Vec<Said<'a>>);

/// A section as the script holds it: anchor, heading, text, and where code stands in it, if it holds any.
#[derive(Serialize)]
#[serde(untagged)]
enum Said<'a> {
    Prose(&'a str, &'a str, &'a str),
    WithCode(&'a str, &'a str, &'a str, Vec<usize>),
}

impl Block {
    /// Reads the text of some pages. `finder` finds the names of roles and platforms in the text.
    pub(super) fn of(parts: &[Part<'_>], finder: &Mentions, lexicon: &Lexicon) -> Self {
        let texts: Vec<Vec<Section>> = parts
            .iter()
            .map(|part| match &part.content {
                Content::Document(document) => sections(document, &part.head.title),
                Content::Sections(sections) => sections.clone(),
            })
            .collect();
        let mut gathered = Gathered::default();
        let mut pages = Vec::with_capacity(parts.len());
        for (part, sections) in parts.iter().zip(&texts) {
            let head = &*part.head;
            gathered.add(&head.title, IN_TITLE);
            head.names.iter().for_each(|name| gathered.add(name, IN_TITLE));
            for text in [&head.way, &head.kind, &head.owner] {
                gathered.add(text, IN_TEXT);
            }
            for section in sections {
                gathered.add(&section.heading, IN_HEADING);
                gathered.add(&section.text, IN_TEXT);
            }
            pages.push(traits(&part.head, sections, finder));
        }
        let records: Vec<Record<'_>> =
            parts.iter().zip(&texts).zip(&pages).map(|((part, sections), traits)| record(&part.head, sections, traits)).collect();
        let script = script::call(&records);
        let words = lexicon.file(gathered.levels.into_iter());
        let length = script.len();
        Self { script: SiteFile::Bytes(script), length, pages, words }
    }

    /// The same with its script on a shelf.
    pub(super) fn on(self, onto: &dyn Shelf, place: &SitePath) -> Self {
        let script = if let SiteFile::Bytes(script) = self.script { onto.keep(place, script) } else { self.script };
        Self { script, ..self }
    }
}

fn record<'a>(head: &'a Head, sections: &'a [Section], traits: &'a Traits) -> Record<'a> {
    // A heading leads to what stands below it, so it is kept even without a text; an empty opening says nothing.
    let said = sections.iter().filter(|section| !section.anchor.is_empty() || !section.text.is_empty());
    let sections = said.map(|section| {
        let (anchor, heading, text) = (section.anchor.as_str(), section.heading.as_str(), section.text.as_str());
        let code = steps(section);
        if code.is_empty() { Said::Prose(anchor, heading, text) } else { Said::WithCode(anchor, heading, text, code) }
    });
    let sections = sections.collect();
    Record(&head.url, &head.title, &head.way, &head.kind, &head.owner, &traits.roles, &traits.platforms, &head.names, sections)
}

/// How many characters, as scripts count them, are no code, then how many are, and so on.
fn steps(section: &Section) -> Vec<usize> {
    let mut last = 0;
    let places = section.code.iter().filter(|(from, to)| from < to).flat_map(|(from, to)| [*from, *to]);
    let step = |at: usize| {
        let between = section.text.get(last..at).unwrap_or_default();
        last = at;
        if between.is_ascii() { between.len() } else { between.chars().map(char::len_utf16).sum() }
    };
    places.map(step).collect()
}

/// The roles and platforms that a page names outside of code, and those that it is about anyway.
fn traits(head: &Arc<Head>, sections: &[Section], finder: &Mentions) -> Traits {
    let mut found: Vec<Entity> = head.about.clone();
    for section in sections.iter().filter(|_| !finder.is_empty()) {
        let mut from = 0;
        for (start, end) in section.code.iter().copied().chain([(section.text.len(), section.text.len())]) {
            found.extend(finder.find(section.text.get(from..start).unwrap_or_default()).map(|mention| mention.entity));
            from = end;
        }
    }
    let indices = |of: fn(&Entity) -> Option<usize>| {
        let mut indices: Vec<usize> = found.iter().filter_map(of).collect();
        indices.sort_unstable();
        indices.dedup();
        indices
    };
    let roles = indices(|entity| if let Entity::Role(index) = entity { Some(*index) } else { None });
    let platforms = indices(|entity| if let Entity::Platform(index) = entity { Some(*index) } else { None });
    Traits { head: Arc::clone(head), roles, platforms }
}

/// Words while they are gathered, each with where it stands at best.
#[derive(Default)]
struct Gathered<'a> {
    /// Pieces of text that were split already: most of a text is words that stood there before.
    seen: AHashMap<&'a str, u8>,
    levels: AHashMap<String, u8>,
}

impl<'a> Gathered<'a> {
    fn add(&mut self, text: &'a str, level: u8) {
        for chunk in words::chunks(text) {
            match self.seen.entry(chunk) {
                Entry::Occupied(known) if *known.get() >= level => continue,
                Entry::Occupied(mut known) => drop(known.insert(level)),
                Entry::Vacant(free) => drop(free.insert(level)),
            }
            words::of_chunk(chunk, &mut |word| match self.levels.get_mut(word) {
                Some(known) => *known = level.max(*known),
                None => drop(self.levels.insert(word.to_owned(), level)),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_counted_as_scripts_count() {
        let section = Section { code: vec![(0, 0), (7, 9), (10, 12)], ..Section::new("", "", "ä😀 ls\nab".to_owned()) };
        assert_eq!(steps(&section), [4, 2, 1, 2]);
    }
}
