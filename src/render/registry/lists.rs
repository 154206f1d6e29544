//! The lists: everything that has a page, the glossary, the documents of a type.

use super::super::escape::href;
use super::ITEM_LIMIT;
use super::view::{Entry, GroupView, ItemView, PartView, PieceView, group, piece, place_href};
use crate::handbook::duties::{Group, Piece, document_item};
use crate::handbook::entities::TypePlace;
use crate::handbook::{Duties, Entities, Entity, Handbook};
use crate::source::SitePath;
use crate::text::count;

/// Entries that a list shows at most.
const ENTRY_LIMIT: usize = 1000;

/// Everything that has a page.
pub(super) fn index(handbook: &Handbook, places: &Entities, from: &SitePath) -> Entry {
    let registry = &handbook.registry;
    let line = |entity: Entity, notes: [Option<&String>; 2]| {
        let place = places.get(entity)?;
        let text =
            PieceView { text: registry.names(entity)?.name.clone(), href: Some(place_href(from, place.address, place.anchor)), external: false };
        let notes = notes.into_iter().flatten().map(|note| PieceView { text: note.clone(), ..PieceView::default() });
        Some(ItemView { id: None, mark: None, text, notes: notes.collect() })
    };
    let roles =
        registry.roles().iter().enumerate().filter_map(|(index, role)| line(Entity::Role(index), [role.description.as_ref(), role.scope.as_ref()]));
    let platforms = registry.platforms.iter().enumerate();
    let platforms = platforms.filter_map(|(index, platform)| line(Entity::Platform(index), [platform.description.as_ref(), platform.scope.as_ref()]));
    let environments = registry.environments.iter().enumerate();
    let environments = environments.filter_map(|(index, found)| line(Entity::Environment(index), [found.description.as_ref(), found.scope.as_ref()]));
    let labels =
        registry.labels.iter().enumerate().filter_map(|(index, label)| {
            line(Entity::Label(index), [label.meaning.as_ref(), label.platform.as_ref().map(|platform| &platform.name)])
        });
    let terms = registry.glossary.iter().enumerate().filter_map(|(index, term)| line(Entity::Term(index), [Some(&term.meaning), None]));
    let types = places.types.iter().map(|place| ItemView {
        id: None,
        mark: None,
        text: PieceView { text: place.title.clone(), href: Some(href(from, &place.address)), external: false },
        notes: vec![PieceView { text: count(place.pages.len(), "document"), ..PieceView::default() }],
    });
    let groups = [
        list("roles", "Roles", roles.collect()),
        list("platforms", "Platforms", platforms.collect()),
        list("environments", "Environments", environments.collect()),
        list("labels", "Labels", labels.collect()),
        list("glossary", "Glossary", terms.collect()),
        list("types", "Document types", types.collect()),
    ];
    Entry { groups: groups.into_iter().filter(|group| group.total > 0).collect(), ..Entry::default() }
}

fn list(id: &'static str, title: &'static str, mut items: Vec<ItemView>) -> GroupView {
    let total = items.len();
    items.truncate(ENTRY_LIMIT);
    GroupView { id, title, total, more: total - items.len(), parts: vec![PartView { title: None, items }] }
}

/// The words of the handbook and what they mean, by the alphabet.
pub(super) fn glossary(duties: &Duties, handbook: &Handbook, places: &Entities, from: &SitePath) -> Entry {
    let mut terms: Vec<(String, ItemView)> = Vec::new();
    for index in 0..handbook.registry.glossary.len() {
        let entity = Entity::Term(index);
        let Some(sheet) = duties.sheet(handbook, entity, ITEM_LIMIT) else { continue };
        let notes = sheet.facts.iter().flat_map(|(_, pieces)| pieces).map(|found| piece(handbook, found, from));
        let view = ItemView {
            id: places.get(entity).and_then(|place| place.anchor).map(str::to_owned),
            mark: Some(sheet.name.clone()).filter(|name| !name.is_empty()),
            text: PieceView { text: sheet.description.clone().unwrap_or_default(), ..PieceView::default() },
            notes: sheet.aliases.iter().map(|alias| PieceView { text: format!("also: {alias}"), ..PieceView::default() }).chain(notes).collect(),
        };
        terms.push((sheet.name.to_lowercase(), view));
    }
    terms.sort_by(|a, b| a.0.cmp(&b.0));
    let items: Vec<ItemView> = terms.into_iter().map(|(_, view)| view).collect();
    // All of them: links from other pages lead to each.
    let group = GroupView { id: "terms", title: "Glossary", total: items.len(), more: 0, parts: vec![PartView { title: None, items }] };
    Entry { groups: vec![group], ..Entry::default() }
}

/// The documents of one type.
pub(super) fn of_type(handbook: &Handbook, place: &TypePlace, from: &SitePath) -> Entry {
    let mut pages = place.pages.clone();
    pages.sort_by_cached_key(|page| handbook.pages.get(*page).map(|page| page.title.to_lowercase()));
    let owner = |page: &usize| {
        let page = handbook.pages.get(*page)?;
        match handbook.owner(page) {
            Some(role) => Some(Piece::entity(handbook, Entity::Role(role))),
            None => page.owner().map(Piece::from),
        }
    };
    let shown = pages.iter().take(ENTRY_LIMIT).filter_map(|page| {
        let mut found = document_item(handbook, *page)?;
        // That it is of this type needn't be said again.
        found.notes.retain(|note| note.text != place.title);
        found.notes.extend(owner(page));
        Some(found)
    });
    let documents = group(handbook, &Group::of("documents", "Documents", shown.collect()), from);
    let more = pages.len().saturating_sub(ENTRY_LIMIT);
    Entry {
        kind: "Document type",
        description: Some(format!("{} of this type.", count(pages.len(), "document"))),
        groups: vec![GroupView { more, total: documents.total + more, ..documents }],
        ..Entry::default()
    }
}
