use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Clash, Holder, Occupied};
use crate::source::{Asset, FOLDER_PAGES, SitePath};

/// Documents and assets with their places in the site: all that paths decide.
pub(super) struct Placed {
    /// The documents that have a page, in their order.
    pub spots: Vec<Spot>,
    /// Where each asset lies from the handbook's root, by place in the site.
    pub assets: Arc<BTreeMap<SitePath, (SitePath, Asset)>>,
    pub clashes: Vec<Clash>,
    /// The pages by the paths of their documents in the content folder, and by their addresses.
    pub by_path: HashMap<SitePath, usize>,
    pub by_address: Arc<HashMap<SitePath, usize>>,
}

/// A document and the place of its page.
pub(super) struct Spot {
    /// Which of all documents it is.
    pub document: usize,
    /// Where it lies in the content folder.
    pub path: SitePath,
    /// Where its page lies in the site.
    pub address: SitePath,
}

/// The place in the site of a document that isn't the page of its folder: `a/b.md` becomes `a/b.html`.
#[must_use]
pub fn address(path: &SitePath) -> SitePath {
    let place = SitePath::join(path.folder(), &format!("{}.html", path.stem()));
    // A stem of a valid path is valid with `.html` behind it, so the fallback is never taken.
    place.unwrap_or_else(|| path.clone())
}

/// The place in the site of each document, by its path in the content folder.
#[must_use]
pub fn addresses(paths: &[SitePath]) -> Vec<SitePath> {
    let indexes = folder_pages(paths);
    let place = |path: &SitePath| {
        let is_index = indexes.get(path.folder()).is_some_and(|index| index == path);
        if is_index { SitePath::join(path.folder(), "index.html").unwrap_or_else(|| address(path)) } else { address(path) }
    };
    paths.iter().map(place).collect()
}

/// Gives each document and asset its place; where two want the same, the first by path keeps it.
pub(super) fn place<'a>(documents: impl Iterator<Item = &'a SitePath>, assets: &BTreeMap<SitePath, Asset>, content: &str) -> Placed {
    let documents: Vec<&SitePath> = documents.collect();
    let paths: Vec<SitePath> = documents.iter().map(|path| path.strip(content).unwrap_or_else(|| (*path).clone())).collect();
    let addresses = addresses(&paths);
    let mut occupied = Occupied::default();
    let (mut spots, mut clashes, mut placed_assets) = (Vec::with_capacity(paths.len()), Vec::new(), BTreeMap::new());
    for (index, ((from, path), address)) in documents.into_iter().zip(paths).zip(addresses).enumerate() {
        match claim(&mut occupied, &address, from) {
            Some(clash) => clashes.push(clash),
            None => spots.push(Spot { document: index, path, address }),
        }
    }
    for (from, asset) in assets {
        let Some(address) = from.strip(content) else { continue };
        match claim(&mut occupied, &address, from) {
            Some(clash) => clashes.push(clash),
            None => {
                placed_assets.insert(address, (from.clone(), asset.clone()));
            }
        }
    }
    let by = |name: fn(&Spot) -> &SitePath| -> HashMap<SitePath, usize> {
        spots.iter().enumerate().map(|(index, spot)| (name(spot).clone(), index)).collect()
    };
    let (by_path, by_address) = (by(|spot| &spot.path), Arc::new(by(|spot| &spot.address)));
    Placed { spots, assets: Arc::new(placed_assets), clashes, by_path, by_address }
}

/// The document that is the page of each folder.
fn folder_pages(paths: &[SitePath]) -> HashMap<String, SitePath> {
    let mut found: HashMap<String, (usize, SitePath)> = HashMap::new();
    for path in paths {
        let Some(rank) = FOLDER_PAGES.iter().position(|name| *name == path.stem().to_lowercase()) else { continue };
        let better = found.get(path.folder()).is_none_or(|(best, _)| rank < *best);
        if better {
            found.insert(path.folder().to_owned(), (rank, path.clone()));
        }
    }
    found.into_iter().map(|(folder, (_, path))| (folder, path)).collect()
}

/// Takes a place, unless another has it, or it is a folder of another's, or lies below another.
fn claim(occupied: &mut Occupied, address: &SitePath, claimant: &SitePath) -> Option<Clash> {
    match occupied.claim(address, claimant)? {
        Holder::File(winner) => Some(Clash { address: address.clone(), winner, loser: claimant.clone() }),
        // Nothing of ours has a place yet.
        Holder::Ours => None,
    }
}
