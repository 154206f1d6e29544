//! Lists for one page: its chapter, its way up, all pages. Never longer than a reader can use.

use super::escape::href;
use super::registry::INDEX_TITLE;
use super::view::{ContentsPage, ContentsSection, Link};
use crate::handbook::{Entity, Handbook, NodeId, Tree};
use crate::source::SitePath;

/// A list of so many entries is shown whole. Of a longer one each page shows the nearest: a folder of thousands would outweigh its pages.
const WHOLE: usize = 40;
const NEAREST: usize = 20;
/// The same for chapters, which stand on every page of the handbook.
const WHOLE_CHAPTERS: usize = 24;
const NEAREST_CHAPTERS: usize = 12;

/// An entry of the chapter's navigation.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(super) struct NavigationItem<'a> {
    pub title: &'a str,
    pub href: Option<String>,
    pub current: bool,
    pub open: bool,
    pub children: Vec<NavigationItem<'a>>,
}

/// The entries of a chapter as a page shows them, open along the way to the page. Says whether entries were left out.
pub(super) fn chapter<'a>(tree: &'a Tree, chapter: NodeId, page: NodeId, address: &SitePath) -> (Vec<NavigationItem<'a>>, bool) {
    let way: Vec<NodeId> = tree.ancestry(page).collect();
    let mut cut = false;
    let items = level(tree, chapter, &way, address, &mut cut);
    (items, cut)
}

fn level<'a>(tree: &'a Tree, parent: NodeId, way: &[NodeId], address: &SitePath, cut: &mut bool) -> Vec<NavigationItem<'a>> {
    let here = way.iter().copied().find(|id| tree.node(*id).is_some_and(|node| node.parent == Some(parent)));
    let count = tree.node(parent).map_or(0, |node| node.children.len());
    let (children, more) = tree.window(parent, here, if count > WHOLE { NEAREST } else { WHOLE });
    *cut |= more;
    let mut items = Vec::new();
    for (id, node) in children {
        let open = way.contains(&id);
        // Below a closed entry that leads to a page nothing is listed: the page does. One that leads nowhere opens in place.
        let children = if open || node.address.is_none() { level(tree, id, way, address, cut) } else { Vec::new() };
        items.push(NavigationItem {
            title: &node.title,
            href: node.address.as_ref().map(|to| href(address, to)),
            current: way.first() == Some(&id),
            open,
            children,
        });
    }
    items
}

/// The chapters that a page lists, and whether there are others.
pub(super) fn chapters_around<'a>(tree: &Tree, all: &'a [NodeId], current: Option<NodeId>) -> (&'a [NodeId], bool) {
    if all.len() <= WHOLE_CHAPTERS {
        return (all, false);
    }
    let position = |id: NodeId| tree.node(id).map(|node| node.position);
    // What isn't listed has no place among them.
    let current = current.filter(|id| tree.node(*id).is_some_and(|node| node.listed));
    let here = current.map_or(0, |current| all.partition_point(|id| position(*id) < position(current)));
    let first = here.saturating_sub(NEAREST_CHAPTERS / 2).min(all.len() - NEAREST_CHAPTERS);
    (all.get(first..first + NEAREST_CHAPTERS).unwrap_or_default(), true)
}

/// The way from the front page down to the page, without the page itself.
pub(super) fn breadcrumbs(tree: &Tree, page: NodeId, address: &SitePath) -> Vec<Link> {
    let mut above: Vec<NodeId> = tree.ancestry(page).skip(1).collect();
    above.reverse();
    let crumb = |id: NodeId| {
        let node = tree.node(id)?;
        Some(Link { title: node.title.clone(), href: node.address.as_ref().map(|to| href(address, to)) })
    };
    above.into_iter().filter_map(crumb).collect()
}

/// Where an entry leads: to its page, or to the first below it that has one.
pub(super) fn entrance(tree: &Tree, id: NodeId) -> Option<&SitePath> {
    let mut node = id;
    loop {
        let found = tree.node(node)?;
        if let Some(address) = &found.address {
            return Some(address);
        }
        node = tree.children(node).next()?.0;
    }
}

/// All pages, chapter by chapter; last those that the navigation leaves out.
pub(super) fn contents(handbook: &Handbook, address: &SitePath) -> Vec<ContentsSection> {
    let tree = &handbook.tree;
    let mut sections = Vec::new();
    for (id, node) in tree.children(Tree::ROOT) {
        let mut pages = Vec::new();
        let mut stack: Vec<(NodeId, usize)> = tree.children(id).map(|(child, _)| (child, 1)).collect();
        stack.reverse();
        while let Some((id, depth)) = stack.pop() {
            let Some(node) = tree.node(id) else { continue };
            if let Some(to) = &node.address {
                pages.push(ContentsPage { title: node.title.clone(), href: href(address, to), depth });
            }
            let below: Vec<_> = tree.children(id).map(|(child, _)| (child, depth + 1)).collect();
            stack.extend(below.into_iter().rev());
        }
        sections.push(ContentsSection { title: node.title.clone(), href: node.address.as_ref().map(|to| href(address, to)), pages });
    }
    let unlisted: Vec<ContentsPage> = tree
        .iter()
        .filter(|(_, node)| !node.listed)
        .filter_map(|(_, node)| Some(ContentsPage { title: node.title.clone(), href: href(address, node.address.as_ref()?), depth: 1 }))
        .collect();
    sections.extend(names(handbook, address));
    if !unlisted.is_empty() {
        sections.push(ContentsSection { title: "Not in the navigation".to_owned(), href: None, pages: unlisted });
    }
    sections
}

/// Roles and the glossary: they have pages that no document makes.
fn names(handbook: &Handbook, address: &SitePath) -> Option<ContentsSection> {
    let places = handbook.entities.as_ref()?;
    let glossary = places.glossary.iter().map(|to| ContentsPage { title: "Glossary".to_owned(), href: href(address, to), depth: 1 });
    let roles = handbook.registry.roles().iter().enumerate().filter_map(|(index, role)| {
        Some(ContentsPage { title: role.names.name.clone(), href: href(address, places.get(Entity::Role(index))?.address), depth: 1 })
    });
    Some(ContentsSection { title: INDEX_TITLE.to_owned(), href: Some(href(address, &places.index)), pages: glossary.chain(roles).collect() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::document::Document;
    use crate::handbook::{Checked, Known, Parts};
    use crate::source::Source;

    /// A handbook of so many chapters, each a page, in the order of their names.
    fn handbook(chapters: usize) -> Handbook {
        let document = |number: usize| {
            let path = SitePath::new(&format!("c{number:02}.md")).unwrap();
            let (document, _) = Document::parse(&Source::new(path, format!("# C{number:02}\n")));
            Checked::new(Arc::new(document), Arc::default(), None)
        };
        let parts = Parts {
            config: Arc::default(),
            registry: Arc::default(),
            rules: Arc::default(),
            content: String::new(),
            documents: (0..chapters).map(document).collect(),
            summary: None,
            lock: None,
            assets: &BTreeMap::new(),
            unreadable: &BTreeMap::new(),
        };
        Handbook::resolve(parts, &mut Known::default())
    }

    /// The first and the last chapter that a page lists, how many those are, and whether there are others.
    fn listed(chapters: usize, current: Option<usize>) -> (String, String, usize, bool) {
        let handbook = handbook(chapters);
        let tree = &handbook.tree;
        let all: Vec<NodeId> = tree.children(Tree::ROOT).map(|(id, _)| id).collect();
        let (shown, is_cut) = chapters_around(tree, &all, current.map(|number| all[number]));
        let title = |id: Option<&NodeId>| tree.node(*id.unwrap()).unwrap().title.clone();
        (title(shown.first()), title(shown.last()), shown.len(), is_cut)
    }

    #[test]
    fn of_many_chapters_the_nearest_are_listed() {
        for (chapters, current, first, last, count, is_cut) in [
            (24, Some(23), "C00", "C23", 24, false),
            (25, Some(0), "C00", "C11", 12, true),
            (25, None, "C00", "C11", 12, true),
            (25, Some(12), "C06", "C17", 12, true),
            (25, Some(24), "C13", "C24", 12, true),
        ] {
            assert_eq!(listed(chapters, current), (first.to_owned(), last.to_owned(), count, is_cut), "{chapters} {current:?}");
        }
    }
}
