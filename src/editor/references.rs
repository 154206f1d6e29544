//! Everything that speaks of something: links to a page or a heading, mentions of a name.
//!
//! Knows what stands at a place, and the handbook's links. Must not know messages.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::definition::entry;
use super::names;
use super::place::{self, Thing};
use super::view::{Spot, View, title_spot};
use crate::handbook::{Page, Resolved};
use crate::registry::Entity;
use crate::source::SitePath;

/// Every place that speaks of what stands at an offset, sorted; with `declaration` also the place that makes it.
#[must_use]
pub fn references(view: View<'_>, path: &SitePath, offset: usize, declaration: bool) -> Vec<Spot> {
    let Some(found) = place::at(view, path, offset) else { return Vec::new() };
    let own = || view.page(path).map(|(index, _)| index);
    let (mut spots, made) = match found.thing {
        Thing::Name(entity) => (of_entity(view, entity), entry(view, entity)),
        Thing::Heading(section) => {
            let Some((index, page)) = view.page(path) else { return Vec::new() };
            let Some(heading) = page.document.sections.get(section) else { return Vec::new() };
            let is_title = heading.level == 1 && page.document.sections.iter().position(|other| other.level == 1) == Some(section);
            let spots = if is_title { of_page(view, index) } else { of_anchor(view, index, &heading.id) };
            (spots, Some(Spot { path: path.clone(), span: heading.title_span }))
        }
        Thing::Title => {
            let Some(index) = own() else { return Vec::new() };
            (of_page(view, index), view.page_of(index).map(title_spot))
        }
        Thing::Document(index) => (of_page(view, index), view.page_of(index).map(title_spot)),
        Thing::Link(_, Resolved::Page { page, fragment: None }) => (of_page(view, *page), view.page_of(*page).map(title_spot)),
        Thing::Link(_, resolved @ Resolved::Page { page, fragment: Some(id) }) => {
            (of_anchor(view, *page, id), super::definition::target(view, resolved))
        }
        Thing::Link(_, Resolved::Asset { address, .. }) => (of_asset(view, address), None),
        Thing::Link(..) | Thing::Key(_) | Thing::Type(_) | Thing::Code(_) => return Vec::new(),
    };
    match made {
        Some(made) if declaration => drop(spots.insert(made)),
        Some(made) => drop(spots.remove(&made)),
        None => {}
    }
    spots.into_iter().collect()
}

/// Every link to a page, whichever part of it. Links of a page to itself are about its parts.
fn of_page(view: View<'_>, index: usize) -> BTreeSet<Spot> {
    let Some(page) = view.page_of(index) else { return BTreeSet::new() };
    let from = page.backlinks.iter().filter_map(|from| view.page_of(*from));
    from.flat_map(|from| links(from, |resolved| matches!(resolved, Resolved::Page { page, .. } if *page == index))).collect()
}

/// Every link to a place on a page.
fn of_anchor(view: View<'_>, index: usize, id: &str) -> BTreeSet<Spot> {
    let Some(page) = view.page_of(index) else { return BTreeSet::new() };
    let is_meant = |resolved: &Resolved| matches!(resolved, Resolved::Page { page, fragment: Some(fragment) } if *page == index && fragment == id);
    let from = page.backlinks.iter().filter_map(|from| view.page_of(*from)).chain(std::iter::once(page));
    from.flat_map(|from| links(from, is_meant)).collect()
}

fn of_asset(view: View<'_>, place: &SitePath) -> BTreeSet<Spot> {
    let is_meant = |resolved: &Resolved| matches!(resolved, Resolved::Asset { address, .. } if address == place);
    view.build.handbook.pages.iter().flat_map(|from| links(from, is_meant)).collect()
}

fn links(page: &Page, is_meant: impl Fn(&Resolved) -> bool) -> Vec<Spot> {
    let meant = page.written_links().filter(|(_, resolved)| is_meant(resolved));
    meant.map(|(link, _)| Spot::on(page, link.span)).collect()
}

/// Every mention of an entry of the registry, in documents and in the registry itself.
fn of_entity(view: View<'_>, entity: Entity) -> BTreeSet<Spot> {
    let mentions = |page: &Page| -> Vec<Spot> {
        let named = names::of_page(view, page).into_iter().filter(|named| named.entity == entity);
        named.map(|named| Spot::on(page, named.span)).collect()
    };
    let mut spots: BTreeSet<Spot> = view.build.handbook.pages.par_iter().flat_map_iter(|page| mentions(page)).collect();
    if let Some(path) = view.registry_path() {
        let named = names::of_registry(view).into_iter().filter(|named| named.entity == entity);
        spots.extend(named.map(|named| Spot { path: path.clone(), span: named.span }));
    }
    spots
}

#[cfg(test)]
mod tests {
    use super::super::test::{Desk, cursor};
    use super::*;

    #[test]
    fn everything_that_speaks_of_it_is_found() {
        let others = [
            ("b.md", "# B\n\n[a](a.md) and [there](a.md#there)\n\nThe Ops lead.\n"),
            ("c.md", "---\nowner: Ops lead\n---\n# C\n\n[a][x]\n\n[x]: a.md#there\n"),
        ];
        let all_links = "b.md [a](a.md), b.md [there](a.md#there), c.md [a][x]";
        let anchors = "a.md [t](#there), b.md [there](a.md#there), c.md [a][x]";
        for (marked, expected) in [
            ("# ¦A\n\n## There\n\n[t](#there)\n", all_links),
            ("---\ntitle: ¦A\n---\n## There\n", all_links),
            ("# A\n\n## The¦re\n\n[t](#there)\n", anchors),
            ("# A\n\n## There\n\n[t](#the¦re)\n", anchors),
            ("# A\n\n## There\n\nThe Ops l¦ead.\n", "a.md Ops lead, b.md Ops lead, c.md Ops lead, registry.yaml Ops lead, registry.yaml ops-lead"),
            ("# A\n\n## There\n\nx¦\n", ""),
        ] {
            let (text, offset) = cursor(marked);
            let desk = Desk::new(&[("a.md", &text), others[0], others[1]]);
            let found = references(desk.view(), &SitePath::new("content/a.md").unwrap(), offset, false);
            let words = |spot: &Spot| format!("{} {}", spot.path.file_name(), spot.span.of(desk.view().text(&spot.path).unwrap()));
            assert_eq!(found.iter().map(words).collect::<Vec<_>>().join(", "), expected, "{marked}");
            let with_own = references(desk.view(), &SitePath::new("content/a.md").unwrap(), offset, true);
            assert_eq!(with_own.len(), if expected.is_empty() { 0 } else { found.len() + 1 });
        }
    }
}
