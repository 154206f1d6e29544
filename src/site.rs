//! The finished site as a value: paths and what lies there.
//!
//! Must not know pages, templates or the disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::memo::Digest;
use crate::source::{Asset, SitePath};

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteFile {
    /// Bytes made by the build.
    Bytes(Arc<[u8]>),
    /// A file of the handbook, published as it is.
    Copy {
        /// Where it lies, from the handbook's root.
        from: SitePath,
        /// What tells its versions apart.
        asset: Asset,
    },
    /// Bytes made by the build that a [`Shelf`] holds.
    Shelved {
        /// The hash of the bytes.
        digest: Digest,
        /// Their number.
        length: u64,
        /// Where the shelf has them; none if what was published before is the same.
        number: Option<usize>,
    },
}

/// Takes files as soon as they are made, so that a large site needn't fit into memory.
pub trait Shelf: Sync {
    /// Keeps the bytes of the file at a place. What it gives back stands for them in the site.
    fn keep(&self, place: &SitePath, bytes: Arc<[u8]>) -> SiteFile;

    /// The file at a place, if what was published there before has this hash and this length.
    fn published(&self, place: &SitePath, digest: Digest, length: u64) -> Option<SiteFile> {
        let _ = (place, digest, length);
        None
    }
}

/// Keeps everything in memory.
#[derive(Debug, Clone, Copy)]
pub struct InMemory;

impl Shelf for InMemory {
    fn keep(&self, _: &SitePath, bytes: Arc<[u8]>) -> SiteFile {
        SiteFile::Bytes(bytes)
    }
}

impl SiteFile {
    /// What tells one version of the file from another.
    #[must_use]
    pub fn digest(&self) -> Digest {
        match self {
            Self::Bytes(bytes) => Digest::of(bytes),
            Self::Shelved { digest, .. } => *digest,
            Self::Copy { from, asset } => {
                crate::memo::Hasher::default().text(from.as_str()).bytes(&asset.length.to_le_bytes()).bytes(&asset.modified_ns.to_le_bytes()).finish()
            }
        }
    }
}

/// Every file of the site by its path from the site's root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// The files.
    pub files: BTreeMap<SitePath, SiteFile>,
}
