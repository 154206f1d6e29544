//! What paths lead to once files have moved, by the rules by which the handbook resolves its links.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::handbook::Handbook;
use crate::source::{self, SitePath, Sources};

/// Where every document and asset lies after the move. Paths lie in the content folder.
pub(super) struct Names {
    /// The path of each page, by the page's index now.
    pub paths: Vec<SitePath>,
    /// The place in the site of each page, likewise.
    pub addresses: Vec<SitePath>,
    by_path: HashMap<String, usize>,
    by_address: HashMap<String, usize>,
    /// Where each asset lies, published or not, by where it lies now.
    pub assets: BTreeMap<SitePath, SitePath>,
    asset_places: HashSet<String>,
    /// The places of pages, in small letters.
    page_places: HashSet<String>,
    /// Whether folders without a page of their own get a list.
    has_lists: bool,
    /// Every folder that holds a document, in small letters.
    folders: BTreeSet<String>,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// The page of this index.
    Page(usize),
    /// The asset that now lies here.
    Asset(&'a SitePath),
}

impl Names {
    /// `moved` says where what moves lies afterwards, all in the content folder.
    pub(super) fn new(handbook: &Handbook, sources: &Sources, moved: &HashMap<SitePath, SitePath>) -> Self {
        let after = |path: &SitePath| moved.get(path).unwrap_or(path).clone();
        let paths: Vec<SitePath> = handbook.pages.iter().map(|page| after(&page.path)).collect();
        // Which document is the page of a folder is decided in the order of paths.
        let mut order: Vec<usize> = (0..paths.len()).collect();
        order.sort_by_key(|index| paths.get(*index));
        let sorted: Vec<SitePath> = order.iter().filter_map(|index| paths.get(*index).cloned()).collect();
        let mut addresses = paths.clone();
        for (index, address) in order.iter().zip(crate::handbook::addresses(&sorted)) {
            if let Some(place) = addresses.get_mut(*index) {
                *place = address;
            }
        }
        // An asset that no page shows is not published, until one does.
        let inside = sources.assets.keys().filter_map(|path| path.strip(&handbook.content));
        let assets: BTreeMap<SitePath, SitePath> = inside.map(|path| (path.clone(), after(&path))).collect();
        let by = |paths: &[SitePath]| paths.iter().enumerate().map(|(index, path)| (path.as_str().to_owned(), index)).collect();
        let above = |path: &SitePath| {
            let path = path.as_str().to_lowercase();
            source::above(&path).map(str::to_owned).collect::<Vec<_>>()
        };
        Self {
            by_path: by(&paths),
            by_address: by(&addresses),
            asset_places: assets.values().map(|path| path.as_str().to_lowercase()).collect(),
            page_places: addresses.iter().map(|address| address.as_str().to_lowercase()).collect(),
            has_lists: handbook.summary.is_none(),
            folders: paths.iter().flat_map(above).collect(),
            assets,
            paths,
            addresses,
        }
    }

    /// Where an asset lies afterwards.
    pub(super) fn asset<'a>(&'a self, before: &'a SitePath) -> &'a SitePath {
        self.assets.get(before).unwrap_or(before)
    }

    /// The page of the document at a path.
    pub(super) fn document(&self, path: &SitePath) -> Option<usize> {
        self.by_path.get(path.as_str()).copied()
    }

    /// Whether a path leads to this and nothing else.
    pub(super) fn leads_to(&self, path: &str, target: Target<'_>) -> bool {
        let page = |path: &str| self.by_path.get(path).or_else(|| self.by_address.get(path)).copied();
        let index = if path.is_empty() { "index.html".to_owned() } else { format!("{path}/index.html") };
        let is_asset = || self.asset_places.contains(&path.to_lowercase());
        match target {
            Target::Asset(before) => page(path).is_none() && self.asset(before).as_str() == path,
            Target::Page(wanted) => {
                let found = page(path).or_else(|| if is_asset() { None } else { page(&format!("{path}.md")).or_else(|| page(&index)) });
                found == Some(wanted)
            }
        }
    }

    /// Whether something lies at a place of the site that no redirect can have then: a page, an asset, or the list of a folder.
    pub(super) fn is_taken(&self, place: &SitePath) -> bool {
        let key = place.as_str().to_lowercase();
        let is_listed = place.folder().is_empty() || (self.has_lists && self.folders.contains(&place.folder().to_lowercase()));
        let is_list = place.file_name() == "index.html" && is_listed;
        is_list || self.page_places.contains(&key) || self.asset_places.contains(&key)
    }
}
