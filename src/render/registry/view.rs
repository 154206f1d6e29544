//! What templates see of a sheet: the same with hrefs in place of targets.

use serde::Serialize;

use super::super::escape::{encode_fragment, href};
use crate::handbook::Handbook;
use crate::handbook::duties::{Group, Item, Piece, Sheet, Target};
use crate::source::SitePath;

/// What a page of the registry shows.
#[derive(Debug, Clone, Default, Hash, Serialize)]
pub(in crate::render) struct Entry {
    /// What it is, in a word.
    pub kind: &'static str,
    pub aliases: Vec<String>,
    pub description: Option<String>,
    pub facts: Vec<FactView>,
    pub groups: Vec<GroupView>,
}

#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct FactView {
    pub name: &'static str,
    pub pieces: Vec<PieceView>,
}

#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct GroupView {
    pub id: &'static str,
    pub title: &'static str,
    pub total: usize,
    pub parts: Vec<PartView>,
    pub more: usize,
}

#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct PartView {
    pub title: Option<PieceView>,
    pub items: Vec<ItemView>,
}

#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct ItemView {
    pub id: Option<String>,
    pub mark: Option<String>,
    pub text: PieceView,
    pub notes: Vec<PieceView>,
}

#[derive(Debug, Clone, Default, Hash, Serialize)]
pub(in crate::render) struct PieceView {
    pub text: String,
    pub href: Option<String>,
    /// Whether it leads to another site.
    pub external: bool,
}

pub(super) fn entry(handbook: &Handbook, sheet: &Sheet, from: &SitePath) -> Entry {
    let facts = sheet.facts.iter().map(|(name, pieces)| FactView { name, pieces: all(handbook, pieces, from) });
    Entry {
        kind: sheet.entity.kind(),
        aliases: sheet.aliases.clone(),
        description: sheet.description.clone(),
        facts: facts.collect(),
        groups: sheet.groups.iter().map(|found| group(handbook, found, from)).collect(),
    }
}

pub(super) fn group(handbook: &Handbook, group: &Group, from: &SitePath) -> GroupView {
    let part = |part: &crate::handbook::duties::Part| PartView {
        title: part.title.as_ref().map(|title| piece(handbook, title, from)),
        items: part.items.iter().map(|found| item(handbook, found, from)).collect(),
    };
    GroupView { id: group.id, title: group.title, total: group.total(), parts: group.parts.iter().map(part).collect(), more: group.more }
}

pub(super) fn item(handbook: &Handbook, item: &Item, from: &SitePath) -> ItemView {
    ItemView { id: None, mark: item.mark.clone(), text: piece(handbook, &item.text, from), notes: all(handbook, &item.notes, from) }
}

fn all(handbook: &Handbook, pieces: &[Piece], from: &SitePath) -> Vec<PieceView> {
    pieces.iter().map(|found| piece(handbook, found, from)).collect()
}

pub(super) fn piece(handbook: &Handbook, piece: &Piece, from: &SitePath) -> PieceView {
    let href = piece.target.as_ref().and_then(|target| target_href(handbook, target, from));
    let external = matches!(&piece.target, Some(Target::Url(url)) if url.contains("://"));
    PieceView { text: piece.text.clone(), href, external }
}

fn target_href(handbook: &Handbook, target: &Target, from: &SitePath) -> Option<String> {
    let (address, anchor) = match target {
        Target::Url(url) => return Some(url.clone()),
        Target::Entity(entity) => {
            let place = handbook.entity(*entity)?;
            (place.address, place.anchor)
        }
        Target::Page { page, anchor, .. } => (&handbook.pages.get(*page)?.address, anchor.as_deref()),
    };
    Some(place_href(from, address, anchor))
}

/// How the page at `from` refers to a place on another page.
pub(in crate::render) fn place_href(from: &SitePath, to: &SitePath, anchor: Option<&str>) -> String {
    let mut place = href(from, to);
    if let Some(anchor) = anchor {
        place.extend(["#", &encode_fragment(anchor)]);
    }
    place
}
