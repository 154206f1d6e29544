//! Which images of the handbook a runbook's incident view carries inside. Sizes decide, so nothing needs to be read for it.

use std::collections::BTreeMap;

use crate::document::LinkKind;
use crate::handbook::{Page, Resolved};
use crate::source::{Asset, SitePath};

/// The largest image that a view carries inside, in bytes.
pub const PICTURE_LIMIT: u64 = 1 << 20;
/// The most that one file carries, and the most of all files of a site.
const FILE_LIMIT: u64 = 4 << 20;
const SITE_LIMIT: u64 = 64 << 20;

/// An image of the handbook in an incident view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Where it lies, from the handbook's root.
    pub from: SitePath,
    /// What tells its versions apart.
    pub asset: Asset,
    /// Whether the file carries it; else it leads to it.
    pub inside: bool,
}

/// The media type of an image by the ending of its name; none if it is no image that browsers show.
#[must_use]
pub fn mime_type(path: &SitePath) -> Option<&'static str> {
    match path.extension()?.to_ascii_lowercase().as_str() {
        "png" => Some("image/png"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        "gif" => Some("image/gif"),
        "webp" => Some("image/webp"),
        "avif" => Some("image/avif"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

/// How much room is left for images.
pub(super) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(SITE_LIMIT)
    }
}

impl Budget {
    /// The images that a page shows, those inside that there is room for.
    pub(super) fn choose(&mut self, page: &Page, assets: &BTreeMap<SitePath, (SitePath, Asset)>) -> BTreeMap<SitePath, Picture> {
        let mut found = BTreeMap::new();
        let mut left = FILE_LIMIT;
        for (link, resolved) in page.written_links() {
            let Resolved::Asset { address, .. } = resolved else { continue };
            if !matches!(link.kind, LinkKind::Image | LinkKind::HtmlSource) {
                continue;
            }
            let Some((from, asset)) = assets.get(address) else { continue };
            // An image that is shown twice is carried twice: `data:` knows no references.
            let inside = mime_type(address).is_some() && asset.length <= PICTURE_LIMIT.min(left).min(self.0);
            if inside {
                left -= asset.length;
                self.0 -= asset.length;
            }
            let picture = found.entry(address.clone()).or_insert_with(|| Picture { from: from.clone(), asset: asset.clone(), inside });
            picture.inside &= inside;
        }
        found
    }
}
