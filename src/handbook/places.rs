//! Which places in the site are taken, and where else something can lie: the only place that decides it.
//!
//! Knows places and who has them. Must not know what lies there.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::Tree;
use crate::memo::{Digest, Hasher};
use crate::source::{Asset, SitePath, above};

/// Who has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A document or another file of the handbook, by its path from the handbook's root.
    File(SitePath),
    /// A page or another file that opsbook makes.
    Ours,
}

/// The places of the site that are taken. Names that differ in case only are one file on many disks.
#[derive(Debug, Clone)]
pub struct Occupied {
    /// What was taken up to each [`sealed`](Self::sealed), which copies share: a few layers.
    before: Vec<Arc<Taken>>,
    since: Taken,
    /// The number of the first folder for what finds its place taken that no file is in the way of.
    aside: u32,
    /// The hash of all that was taken, in its order.
    digest: Digest,
}

/// Places and who has them, in small letters.
#[derive(Debug, Clone, Default)]
struct Taken {
    files: HashMap<String, Holder>,
    /// Folders that hold a file or are kept for files, each with one that has something there.
    folders: HashMap<String, Holder>,
}

impl Default for Occupied {
    fn default() -> Self {
        Self { before: Vec::new(), since: Taken::default(), aside: 1, digest: Digest::default() }
    }
}

impl Occupied {
    /// The places of the handbook's own files and of the lists of its folders.
    pub(super) fn of<'a>(
        pages: impl Iterator<Item = (&'a SitePath, &'a SitePath)>,
        assets: &BTreeMap<SitePath, (SitePath, Asset)>,
        tree: &Tree,
    ) -> Self {
        let mut occupied = Self::default();
        for (address, from) in pages {
            occupied.insert(address, &Holder::File(from.clone()));
        }
        for (place, (from, _)) in assets {
            occupied.insert(place, &Holder::File(from.clone()));
        }
        // Where the handbook brings such a page along as HTML, that is the list.
        for address in tree.iter().filter_map(|(_, node)| node.address.as_ref()) {
            if occupied.holder(address).is_none() {
                occupied.insert(address, &Holder::Ours);
            }
        }
        occupied
    }

    /// Who is in the way of a file at a place: who has the place, something below it, or a file that it would lie below.
    #[must_use]
    pub fn holder(&self, place: &SitePath) -> Option<&Holder> {
        let place = place.as_str().to_lowercase();
        self.file(&place).or_else(|| self.folder(&place)).or_else(|| above(&place).find_map(|folder| self.file(folder)))
    }

    /// The same places, of which copies cost next to nothing.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        if !(self.since.files.is_empty() && self.since.folders.is_empty()) {
            self.before.push(Arc::new(std::mem::take(&mut self.since)));
        }
        self
    }

    /// Tells what is taken, and in which order it was.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    fn file(&self, place: &str) -> Option<&Holder> {
        self.since.files.get(place).or_else(|| self.before.iter().rev().find_map(|taken| taken.files.get(place)))
    }

    fn folder(&self, place: &str) -> Option<&Holder> {
        self.since.folders.get(place).or_else(|| self.before.iter().rev().find_map(|taken| taken.folders.get(place)))
    }

    /// Takes a place for a file of the handbook, unless another is in its way: that one is returned then.
    pub(super) fn claim(&mut self, place: &SitePath, file: &SitePath) -> Option<Holder> {
        let holder = self.holder(place).cloned();
        if holder.is_none() {
            self.insert(place, &Holder::File(file.clone()));
        }
        holder
    }

    /// Takes a place for a file of ours, if it is free.
    #[must_use]
    pub fn take(&mut self, place: SitePath) -> Option<SitePath> {
        if self.holder(&place).is_some() {
            return None;
        }
        self.insert(&place, &Holder::Ours);
        Some(place)
    }

    /// Takes the place that is wanted for a file of ours, or the same in the first of the folders `all`, `all-2`, … where it is free.
    #[must_use]
    pub fn free(&mut self, wanted: &SitePath) -> SitePath {
        let place = self.first_free(wanted);
        self.insert(&place, &Holder::Ours);
        place
    }

    /// A folder that nothing lies in, of the name that is wanted or aside like files. From then on no file can take its name.
    #[must_use]
    pub fn free_folder(&mut self, wanted: &SitePath) -> SitePath {
        let folder = self.first_free(wanted);
        let key = folder.as_str().to_lowercase();
        self.count(&folder, &Holder::Ours, true);
        self.hold_above(&key, &Holder::Ours);
        self.since.folders.insert(key, Holder::Ours);
        folder
    }

    /// Takes a place for a file beside another: `a/b.html` with `incident` is `a/b.incident.html`, and if that is taken `a/b.incident-2.html`.
    pub(super) fn beside(&mut self, page: &SitePath, kind: &str) -> Option<SitePath> {
        let stem = page.stem();
        let names = std::iter::once(format!("{stem}.{kind}.html")).chain((2_u32..).map(|number| format!("{stem}.{kind}-{number}.html")));
        names.map_while(|name| SitePath::join(page.folder(), &name)).find_map(|place| self.take(place))
    }

    fn first_free(&mut self, wanted: &SitePath) -> SitePath {
        if self.holder(wanted).is_none() {
            return wanted.clone();
        }
        // Files with the names of all these folders are passed once, not for each page.
        while self.file(&aside(self.aside)).is_some() {
            self.aside += 1;
        }
        let places = (self.aside..).map_while(|number| SitePath::join(&aside(number), wanted.as_str()));
        // Only so many files can be in the way, so one is free.
        places.into_iter().find(|place| self.holder(place).is_none()).unwrap_or_else(|| wanted.clone())
    }

    fn insert(&mut self, place: &SitePath, holder: &Holder) {
        let key = place.as_str().to_lowercase();
        self.count(place, holder, false);
        self.hold_above(&key, holder);
        self.since.files.insert(key, holder.clone());
    }

    /// Places count as they are written: names of alerts differ in case alone.
    fn count(&mut self, place: &SitePath, holder: &Holder, is_folder: bool) {
        let holder = if let Holder::File(file) = holder { file.as_str() } else { "" };
        self.digest = Hasher::default().digest(self.digest).text(place.as_str()).text(holder).bytes(&[u8::from(is_folder)]).finish();
    }

    fn hold_above(&mut self, place: &str, holder: &Holder) {
        for folder in above(place) {
            if self.folder(folder).is_none() {
                self.since.folders.insert(folder.to_owned(), holder.clone());
            }
        }
    }
}

/// The folder of this number for what finds its place taken.
fn aside(number: u32) -> String {
    if number == 1 { "all".to_owned() } else { format!("all-{number}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(path: &str) -> SitePath {
        SitePath::new(path).unwrap()
    }

    fn occupied(files: &[&str]) -> Occupied {
        let mut occupied = Occupied::default();
        for file in files {
            assert_eq!(occupied.claim(&path(file), &path(file)), None, "{file}");
        }
        occupied
    }

    #[test]
    fn a_place_is_taken_whole() {
        let mut occupied = occupied(&["a.html", "b/c.html", "Größe.html"]);
        for (place, holder) in [
            ("a.html", Some("a.html")),
            ("A.html", Some("a.html")),
            ("a.html/x", Some("a.html")),
            ("GRÖSSE.html", None),
            ("GRÖßE.html", Some("Größe.html")),
            ("b", Some("b/c.html")),
            ("b/c", None),
            ("b/d.html", None),
        ] {
            assert_eq!(occupied.holder(&path(place)), holder.map(|file| Holder::File(path(file))).as_ref(), "{place}");
        }
        assert!(occupied.take(path("b/d.html")).is_some());
        assert_eq!(occupied.claim(&path("b/D.html"), &path("b/D.md")), Some(Holder::Ours));
    }

    #[test]
    fn what_finds_its_place_taken_lies_aside() {
        for (files, expected) in [
            (&[][..], "alert/x.html"),
            (&["alert/X.html"], "all/alert/x.html"),
            (&["alert"], "all/alert/x.html"),
            (&["alert", "all/alert"], "all-2/alert/x.html"),
            (&["alert", "all"], "all-2/alert/x.html"),
            (&["alert", "ALL", "all-2", "all-3/alert/x.html/y"], "all-4/alert/x.html"),
        ] {
            let mut occupied = occupied(files);
            assert_eq!(occupied.free(&path("alert/x.html")).as_str(), expected, "{files:?}");
            assert_eq!(occupied.holder(&path(expected)), Some(&Holder::Ours));
        }
    }

    #[test]
    fn a_folder_is_kept_for_its_files() {
        let mut occupied = occupied(&["search/mine.js"]);
        assert_eq!(occupied.free_folder(&path("search")).as_str(), "all/search");
        assert_eq!(occupied.take(path("all/search")), None);
        assert!(occupied.take(path("all/search/print.html")).is_some());
        assert_eq!(occupied.free_folder(&path("search")).as_str(), "all-2/search");
    }

    #[test]
    fn many_files_in_the_way_are_passed_once() {
        let mut occupied = Occupied::default();
        for number in 1..100_000 {
            occupied.claim(&path(&aside(number)), &path("x"));
        }
        occupied.claim(&path("alert"), &path("x"));
        for number in 0..1000 {
            assert_eq!(occupied.free(&path(&format!("alert/{number}.html"))).as_str(), format!("all-100000/alert/{number}.html"));
        }
    }
}
