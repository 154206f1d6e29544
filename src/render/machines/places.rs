//! Places in the site that are taken, and those that belong to a chapter.

use std::collections::BTreeSet;

use crate::handbook::{Handbook, NodeId, Tree};
use crate::source::SitePath;
use crate::text::slug;

/// What lies in the site besides files of ours. Names that differ in case only are one file on many disks.
pub(in crate::render) struct Occupied {
    places: BTreeSet<String>,
}

impl Occupied {
    pub(in crate::render) fn of(handbook: &Handbook) -> Self {
        let places = handbook.assets.keys().chain(handbook.pages.iter().map(|page| &page.address));
        Self { places: places.map(|place| place.as_str().to_lowercase()).collect() }
    }

    /// Whether nothing lies at a place, nor below it, and no folder of it is a file.
    pub(in crate::render) fn is_free(&self, place: &SitePath) -> bool {
        let place = place.as_str().to_lowercase();
        let below = format!("{place}/");
        let has_inside = self.places.range(below.clone()..).next().is_some_and(|found| found.starts_with(&below));
        let mut folders = place.match_indices('/').filter_map(|(slash, _)| place.get(..slash));
        !has_inside && !self.places.contains(&place) && !folders.any(|folder| self.places.contains(folder))
    }

    /// Takes a place for a file of ours, if it is free.
    pub(in crate::render) fn take(&mut self, place: SitePath) -> Option<SitePath> {
        let is_free = self.is_free(&place);
        is_free.then(|| self.places.insert(place.as_str().to_lowercase()))?;
        Some(place)
    }
}

/// The folder for files about a chapter: its own, else one that is named like its page, else like its title.
pub(in crate::render) fn chapter_folder(tree: &Tree, chapter: NodeId) -> String {
    let node = tree.node(chapter);
    let Some(address) = node.and_then(|node| node.address.as_ref()) else {
        return node.map(|node| slug(&node.title)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "chapter".to_owned());
    };
    match (address.folder(), address.stem()) {
        ("", stem) => stem.to_owned(),
        (folder, "index") => folder.to_owned(),
        (folder, stem) => format!("{folder}/{stem}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_taken_whole() {
        let mut occupied = Occupied { places: ["a.html".to_owned(), "b/c.html".to_owned()].into() };
        let free = |occupied: &Occupied, path: &str| occupied.is_free(&SitePath::new(path).unwrap());
        for (path, expected) in [("a.html", false), ("A.html", false), ("a.html/x", false), ("b", false), ("b/c", true), ("b/d.html", true)] {
            assert_eq!(free(&occupied, path), expected, "{path}");
        }
        assert!(occupied.take(SitePath::new("b/d.html").unwrap()).is_some());
        assert!(!free(&occupied, "b/D.html"));
    }
}
