//! An output folder in memory: what a build published, as the next one finds it.
#![allow(dead_code, clippy::expect_used, clippy::indexing_slicing, reason = "each test file uses a part of it; a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use opsbook::memo::Digest;
use opsbook::site::{Shelf, Site, SiteFile};
use opsbook::source::SitePath;

/// What an earlier build published, and what this one puts beside it.
#[derive(Default)]
pub(crate) struct Folder {
    pub(crate) published: BTreeMap<SitePath, Arc<[u8]>>,
    new: Mutex<BTreeMap<SitePath, Arc<[u8]>>>,
    made: AtomicUsize,
}

impl Folder {
    pub(crate) fn of(published: BTreeMap<SitePath, Arc<[u8]>>) -> Self {
        Self { published, ..Self::default() }
    }

    /// The number of files that were made, new or not.
    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// The bytes of every file of a site that was made on this shelf; of files that are copied none.
    pub(crate) fn bytes(&self, site: &Site) -> BTreeMap<SitePath, Arc<[u8]>> {
        let new = self.new.lock().expect("nothing panics while it holds the lock");
        let bytes = |(place, file): (&SitePath, &SiteFile)| match file {
            SiteFile::Bytes(bytes) => Some((place.clone(), Arc::clone(bytes))),
            SiteFile::Shelved { number: Some(_), .. } => Some((place.clone(), Arc::clone(&new[place]))),
            SiteFile::Shelved { number: None, .. } => Some((place.clone(), Arc::clone(&self.published[place]))),
            SiteFile::Copy { .. } => None,
        };
        site.files.iter().filter_map(bytes).collect()
    }
}

impl Shelf for Folder {
    fn keep(&self, place: &SitePath, bytes: Arc<[u8]>) -> SiteFile {
        self.made.fetch_add(1, Ordering::Relaxed);
        let (digest, length) = (Digest::of(&bytes), bytes.len() as u64);
        self.published(place, digest, length).unwrap_or_else(|| {
            self.new.lock().expect("nothing panics while it holds the lock").insert(place.clone(), bytes);
            SiteFile::Shelved { digest, length, number: Some(0) }
        })
    }

    fn published(&self, place: &SitePath, digest: Digest, length: u64) -> Option<SiteFile> {
        let known = self.published.get(place)?;
        (Digest::of(known) == digest).then_some(SiteFile::Shelved { digest, length, number: None })
    }
}
