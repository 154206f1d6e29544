//! Places in the site that belong to a chapter.

use crate::handbook::{NodeId, Tree};
use crate::text::slug;

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
