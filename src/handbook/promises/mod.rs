//! Addresses that others may link to: those that urls.lock records, and those that the handbook has.
//!
//! Knows pages, what else has a place, and former places. Must not know what is said where one is missing.

mod former;
mod lock;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use former::among;
pub use former::{Landing, landings};
pub use lock::{INVALID_URLS_LOCK, Lock, Promise};

use super::{Handbook, Page};
use crate::source::SitePath;
use crate::text::Span;

/// What the handbook offers: each page that others may link to, with its anchors.
///
/// Drafts aren't among them. Neither is what opsbook makes about the handbook as a whole, such as the list of all pages, which stays where it is;
/// nor lists of folders, which come and go with them.
#[must_use]
pub fn offered(handbook: &Handbook) -> BTreeMap<SitePath, BTreeSet<&str>> {
    let is_draft = |page: &Page| page.document.meta.status.as_ref().is_some_and(|(status, _)| status.trim().eq_ignore_ascii_case("draft"));
    let mut offered: BTreeMap<SitePath, BTreeSet<&str>> = BTreeMap::new();
    for (index, page) in handbook.pages.iter().enumerate().filter(|(_, page)| !is_draft(page)) {
        // Anchors with a colon are the frame's own or were escaped.
        offered.insert(page.address.clone(), page.anchors().filter(|anchor| lock::can_stand(anchor)).collect());
        if let Some(runbook) = handbook.runbooks.of_page(index) {
            offered.insert(runbook.address.clone(), BTreeSet::new());
        }
    }
    for place in made(handbook) {
        offered.entry(place.clone()).or_default();
    }
    if let Some((place, terms)) = glossary(handbook) {
        offered.entry(place.clone()).or_default().extend(terms);
    }
    offered
}

/// The page of the glossary, and the places of its terms.
fn glossary(handbook: &Handbook) -> Option<(&SitePath, impl Iterator<Item = &str>)> {
    let entities = handbook.entities.as_ref()?;
    Some((entities.glossary.as_ref()?, entities.anchors()))
}

/// The recorded terms that the glossary doesn't have any more, each with its line, and where the glossary lies. If all of it is gone, so is its page.
pub fn vanished_terms<'a>(handbook: &'a Handbook, lock: &'a Lock) -> impl Iterator<Item = (&'a SitePath, &'a str, Span)> {
    let promised = glossary(handbook).and_then(|(place, terms)| Some((place, terms.collect::<BTreeSet<_>>(), lock.pages.get(place)?)));
    promised.into_iter().flat_map(|(place, terms, promise)| {
        let gone = promise.anchors.iter().filter(move |(anchor, _)| !terms.contains(anchor.as_str()));
        gone.map(move |(anchor, span)| (place, anchor.as_str(), *span))
    })
}

/// Pages that opsbook makes of what the handbook says: of names and of alerts.
fn made(handbook: &Handbook) -> impl Iterator<Item = &SitePath> {
    let named = handbook.entities.iter().flat_map(|entities| entities.addresses());
    let alerts = handbook.runbooks.alerts.values().filter_map(|alert| alert.address.as_ref());
    named.chain(alerts)
}

/// The recorded pages at whose address nothing lies any more, in the order of their addresses.
#[must_use]
pub fn vanished<'a>(handbook: &Handbook, lock: &'a Lock) -> Vec<(&'a SitePath, &'a Promise)> {
    let is_page = |place: &SitePath| handbook.by_address.contains_key(place) || handbook.aliases.all.contains_key(place);
    let mut missing: Vec<(&SitePath, &Promise)> = lock.pages.iter().filter(|(place, _)| !is_page(place)).collect();
    if missing.is_empty() {
        return missing;
    }
    let views = handbook.runbooks.all.iter().map(|runbook| &runbook.address);
    let lists = handbook.tree.iter().filter_map(|(_, node)| node.address.as_ref());
    let others: BTreeSet<&SitePath> =
        made(handbook).chain(views).chain(lists).chain(&handbook.runbooks.index).chain(handbook.assets.keys()).collect();
    missing.retain(|(place, _)| !others.contains(place));
    missing
}

/// What urls.lock records once the handbook is published: what it records already and what is offered. What has vanished stays, unless it is in
/// `forgotten`: pages, or anchors as `page.html#anchor`.
#[must_use]
pub fn recorded(handbook: &Handbook, lock: Option<&Lock>, forgotten: &BTreeSet<String>) -> BTreeMap<SitePath, BTreeSet<String>> {
    let mut all: BTreeMap<SitePath, BTreeSet<String>> = BTreeMap::new();
    let before = lock.into_iter().flat_map(|lock| &lock.pages);
    for (place, promise) in before.filter(|(place, _)| !forgotten.contains(place.as_str())) {
        let kept = promise.anchors.iter().map(|(anchor, _)| anchor).filter(|anchor| !forgotten.contains(&format!("{place}#{anchor}")));
        all.entry(place.clone()).or_default().extend(kept.cloned());
    }
    for (place, anchors) in offered(handbook) {
        all.entry(place).or_default().extend(anchors.into_iter().map(str::to_owned));
    }
    all
}
