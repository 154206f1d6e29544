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
}

impl SiteFile {
    /// What tells one version of the file from another.
    #[must_use]
    pub fn digest(&self) -> Digest {
        match self {
            Self::Bytes(bytes) => Digest::of(bytes),
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
