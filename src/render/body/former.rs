//! Anchors that a document had before, put where links to them shall end: with scripts and without, from a file as from a server.

use std::collections::{HashMap, HashSet};

use super::super::escape::attribute;
use super::Writer;
use crate::handbook::Page;
use crate::handbook::promises::{Landing, landings};

/// The former anchors of a document.
#[derive(Default)]
pub(super) struct Former {
    /// By the anchor of the heading or the step that they are put into.
    by_place: HashMap<String, Vec<String>>,
    /// Those that lead to something above the first heading.
    top: Vec<String>,
}

impl Former {
    pub(super) fn of(page: &Page) -> Self {
        let found = landings(page);
        if found.is_empty() {
            return Self::default();
        }
        let sections = &page.document.sections;
        let places: HashSet<&str> = sections.iter().map(|section| &*section.id).chain(steps(page)).collect();
        let anchors: HashMap<&str, usize> = page.document.anchors.iter().map(|anchor| (&*anchor.id, anchor.span.start())).collect();
        let mut former = Self::default();
        let mut seen = HashSet::new();
        for (anchor, landing) in found {
            let Landing::At(target) = landing else { continue };
            if !seen.insert(&anchor.id) {
                continue;
            }
            // What raw HTML sets an id on may be no place for more: the section that it lies in is.
            let section = || {
                let start = anchors.get(target)?;
                let next = sections.partition_point(|section| section.span.start() <= *start);
                sections.get(next.checked_sub(1)?).map(|section| &*section.id)
            };
            match places.get(target).copied().or_else(section) {
                Some(place) => former.by_place.entry(place.to_owned()).or_default().push(anchor.id.clone()),
                None => former.top.push(anchor.id.clone()),
            }
        }
        former
    }
}

fn steps(page: &Page) -> impl Iterator<Item = &str> {
    page.blocks.processes.iter().flat_map(|process| &process.steps).map(|step| &*step.anchor)
}

impl Writer<'_> {
    /// Puts the former anchors that lead to the one with this id here.
    pub(super) fn former_anchors(&mut self, id: &str) {
        let anchors = self.former.by_place.get(id);
        self.out.extend(anchors.into_iter().flatten().flat_map(|anchor| ["<span id=\"".to_owned(), attribute(anchor), "\"></span>".to_owned()]));
    }

    /// Puts those that lead to what stands above the first heading here.
    pub(super) fn former_anchors_of_top(&mut self) {
        let html = self.former.top.iter().map(|anchor| format!("<span id=\"{}\"></span>", attribute(anchor))).collect::<Vec<_>>().concat();
        if !html.is_empty() {
            self.out.push_str(&html);
            self.out.push('\n');
        }
    }
}
