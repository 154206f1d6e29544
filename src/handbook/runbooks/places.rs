//! Places in the site for what opsbook adds for runbooks: none that a document or an asset has. Names that differ in case only are one file on many disks.

use std::collections::{BTreeMap, HashSet};

use crate::handbook::{Entities, Page};
use crate::source::{Asset, SitePath};

/// The places that are taken, in small letters.
pub(super) struct Taken {
    files: HashSet<String>,
    folders: HashSet<String>,
}

impl Taken {
    pub(super) fn of(pages: &[Page], assets: &BTreeMap<SitePath, (SitePath, Asset)>, entities: Option<&Entities>) -> Self {
        let mut taken = Self { files: HashSet::new(), folders: HashSet::new() };
        let places = pages.iter().map(|page| &page.address).chain(assets.keys());
        for place in places.chain(entities.into_iter().flat_map(Entities::addresses)) {
            taken.take(place.as_str());
        }
        taken
    }

    /// A place for a file beside another: `a/b.html` with `incident` is `a/b.incident.html`, and if that is taken `a/b.incident-2.html`.
    pub(super) fn beside(&mut self, page: &SitePath, kind: &str) -> Option<SitePath> {
        let stem = page.stem();
        let names = std::iter::once(format!("{stem}.{kind}.html")).chain((2_u32..).map(|number| format!("{stem}.{kind}-{number}.html")));
        let place = names.filter_map(|name| SitePath::join(page.folder(), &name)).find(|place| self.is_free(place.as_str()))?;
        self.take(place.as_str());
        Some(place)
    }

    /// The place that is wanted, or the first below folders called `all` that is free.
    pub(super) fn free(&mut self, wanted: &str) -> Option<SitePath> {
        let mut place = wanted.to_owned();
        while !self.is_free(&place) {
            place = format!("all/{place}");
        }
        self.take(&place);
        SitePath::new(&place)
    }

    fn take(&mut self, place: &str) {
        let place = place.to_lowercase();
        self.folders.extend(above(&place).map(str::to_owned));
        self.files.insert(place);
    }

    fn is_free(&self, place: &str) -> bool {
        let place = place.to_lowercase();
        !self.files.contains(&place) && !self.folders.contains(&place) && !above(&place).any(|folder| self.files.contains(folder))
    }
}

/// The folders that a place lies in.
fn above(place: &str) -> impl Iterator<Item = &str> {
    place.match_indices('/').filter_map(|(at, _)| place.get(..at))
}
