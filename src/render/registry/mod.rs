//! Pages of roles, platforms, environments, labels, terms and document types, and the page that lists them.
//!
//! Shows the sheets that the handbook gathers. Must not know how duties are found.

mod lists;
mod view;

pub(super) use view::{Entry, place_href};

use std::sync::OnceLock;

use super::escape::href;
use super::view::{Kind, Link, PageView, TocItem};
use crate::handbook::{Duties, Entities, Entity, Handbook};
use crate::source::SitePath;

/// Items that a group on a page shows at most.
const ITEM_LIMIT: usize = 200;

/// The title of the page that lists all others.
pub(super) const INDEX_TITLE: &str = "Roles and names";

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// Everything that has a page.
    Index,
    /// The glossary.
    Glossary,
    /// One entry of the registry.
    Entity(Entity),
    /// A document type, by its index among the types that documents have.
    Type(usize),
}

/// The pages of one handbook's registry.
pub(super) struct Pages<'a> {
    places: &'a Entities,
    handbook: &'a Handbook,
    /// Gathered when somebody asks.
    duties: OnceLock<Duties>,
}

impl<'a> Pages<'a> {
    /// The pages; none if the registry names nothing.
    pub(super) fn of(handbook: &'a Handbook) -> Option<Self> {
        let places = handbook.entities.as_ref()?;
        Some(Self { places, handbook, duties: OnceLock::new() })
    }

    fn duties(&self) -> &Duties {
        self.duties.get_or_init(|| Duties::of(self.handbook))
    }

    /// Where the page lies that lists all others.
    pub(super) fn index(&self) -> &'a SitePath {
        &self.places.index
    }

    /// Every page with its place.
    pub(super) fn subjects(&self, handbook: &Handbook) -> Vec<(Subject, SitePath)> {
        let mut found = vec![(Subject::Index, self.places.index.clone())];
        found.extend(self.places.glossary.clone().map(|address| (Subject::Glossary, address)));
        let entities = handbook.registry.entities().filter(|entity| !matches!(entity, Entity::Term(_)));
        found.extend(entities.filter_map(|entity| Some((Subject::Entity(entity), self.places.get(entity)?.address.clone()))));
        found.extend(self.places.types.iter().enumerate().map(|(index, place)| (Subject::Type(index), place.address.clone())));
        found
    }

    /// Fills in the page at `address`.
    pub(super) fn fill(&self, view: &mut PageView<'a>, handbook: &'a Handbook, address: &SitePath, subject: Subject) {
        view.breadcrumbs = vec![Link { title: handbook.title().to_owned(), href: Some(view.home.clone()) }];
        let entry = match subject {
            Subject::Index => {
                view.kind = Kind::Registry;
                view.title = INDEX_TITLE;
                lists::index(handbook, self.places, address)
            }
            Subject::Glossary => {
                view.kind = Kind::Glossary;
                view.title = "Glossary";
                lists::glossary(self.duties(), handbook, self.places, address)
            }
            Subject::Type(index) => {
                let Some(place) = self.places.types.get(index) else { return };
                view.kind = Kind::Type;
                view.title = &place.title;
                lists::of_type(handbook, place, address)
            }
            Subject::Entity(entity) => {
                let (Some(names), Some(sheet)) = (handbook.registry.names(entity), self.duties().sheet(handbook, entity, ITEM_LIMIT)) else { return };
                view.kind = if matches!(entity, Entity::Role(_)) { Kind::Role } else { Kind::Name };
                view.title = &names.name;
                view.description.clone_from(&sheet.description);
                view::entry(handbook, &sheet, address)
            }
        };
        if subject != Subject::Index {
            view.breadcrumbs.push(Link { title: INDEX_TITLE.to_owned(), href: Some(href(address, self.index())) });
        }
        // A list that fits on a screen needs no table of contents.
        if entry.groups.len() > 2 {
            view.toc = entry.groups.iter().map(|group| TocItem { title: group.title, id: group.id, children: Vec::new() }).collect();
        }
        view.entry = Some(entry);
    }
}
