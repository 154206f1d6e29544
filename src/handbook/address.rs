use std::collections::{BTreeMap, HashMap};

use super::{Checked, Clash, Holder, NodeId, Occupied, Page};
use crate::source::{Asset, FOLDER_PAGES, SitePath};

/// Pages and assets with their places in the site.
pub(super) struct Placed {
    pub pages: Vec<Page>,
    /// Where each asset lies from the handbook's root, by place in the site.
    pub assets: BTreeMap<SitePath, (SitePath, Asset)>,
    pub clashes: Vec<Clash>,
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
pub(super) fn place(documents: Vec<Checked>, assets: &BTreeMap<SitePath, Asset>, content: &str) -> Placed {
    let paths: Vec<SitePath> =
        documents.iter().map(|checked| checked.document.path.strip(content).unwrap_or_else(|| checked.document.path.clone())).collect();
    let addresses = addresses(&paths);
    let mut occupied = Occupied::default();
    let mut placed = Placed { pages: Vec::with_capacity(documents.len()), assets: BTreeMap::new(), clashes: Vec::new() };
    for ((checked, path), address) in documents.into_iter().zip(paths).zip(addresses) {
        if let Some(clash) = claim(&mut occupied, &address, &checked.document.path) {
            placed.clashes.push(clash);
            continue;
        }
        let title = checked.document.title();
        placed.pages.push(Page {
            document: checked.document,
            blocks: checked.blocks,
            binding: checked.binding,
            path,
            address,
            title,
            links: Vec::new(),
            backlinks: Vec::new(),
            node: NodeId::default(),
        });
    }
    for (from, asset) in assets {
        let Some(address) = from.strip(content) else { continue };
        match claim(&mut occupied, &address, from) {
            Some(clash) => placed.clashes.push(clash),
            None => {
                placed.assets.insert(address, (from.clone(), asset.clone()));
            }
        }
    }
    placed
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
