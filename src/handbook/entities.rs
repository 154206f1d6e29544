//! Where the pages of roles, platforms, environments, labels, terms and document types lie in the site.
//!
//! Knows the registry and which places are taken. Must not know what stands on the pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Handbook, Occupied, Page};
use crate::registry::Registry;
use crate::schema::Schema;
use crate::source::SitePath;
use crate::text::Slugger;

pub use crate::registry::Entity;

/// The folder of the pages, where no document or asset has it.
const FOLDER: &str = "registry";

/// The places of all pages of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entities {
    /// The page that lists all others.
    pub index: SitePath,
    roles: Vec<SitePath>,
    platforms: Vec<SitePath>,
    environments: Vec<SitePath>,
    labels: Vec<SitePath>,
    /// The page of the glossary, if there are terms.
    pub glossary: Option<SitePath>,
    terms: Vec<String>,
    /// The types that documents have, by name.
    pub types: Vec<TypePlace>,
}

/// The page of a document type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypePlace {
    /// The name of the type.
    pub name: String,
    /// The same for people.
    pub title: String,
    /// Where the page lies.
    pub address: SitePath,
    /// Indices of the documents of this type.
    pub pages: Vec<usize>,
}

/// Where an entry of the registry is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityPlace<'a> {
    /// The page.
    pub address: &'a SitePath,
    /// The place on the page, for terms.
    pub anchor: Option<&'a str>,
}

impl Entities {
    /// Gives every entry its place; none if there is no entry. `schemas` are those of the pages.
    pub(super) fn place(registry: &Registry, schemas: &[Option<Arc<Schema>>], occupied: &mut Occupied) -> Option<Self> {
        registry.entities().next()?;
        let folder = occupied.free_folder(&SitePath::new(FOLDER)?);
        let index = occupied.free(&SitePath::join(folder.as_str(), "index.html")?);
        let mut places = |kind: &str, ids: &mut dyn Iterator<Item = &str>| {
            let mut slugs = Slugger::default();
            let wanted = ids.filter_map(|id| SitePath::new(&format!("{folder}/{kind}/{}.html", file_name(&mut slugs, id))));
            wanted.map(|wanted| occupied.free(&wanted)).collect::<Vec<_>>()
        };
        let mut slugs = Slugger::default();
        let terms = registry.glossary.iter().map(|term| slugs.next(&term.names.id)).collect::<Vec<_>>();
        Some(Self {
            index,
            roles: places("roles", &mut registry.roles().iter().map(|entry| entry.names.id.as_str())),
            platforms: places("platforms", &mut registry.platforms.iter().map(|entry| entry.names.id.as_str())),
            environments: places("environments", &mut registry.environments.iter().map(|entry| entry.names.id.as_str())),
            labels: places("labels", &mut registry.labels.iter().map(|entry| entry.names.id.as_str())),
            glossary: if terms.is_empty() { None } else { Some(occupied.free(&SitePath::join(folder.as_str(), "glossary.html")?)) },
            terms,
            types: types(schemas, &folder, occupied),
        })
    }

    /// The page of the document type of this name.
    #[must_use]
    pub fn of_type(&self, name: &str) -> Option<&TypePlace> {
        self.types.iter().find(|place| place.name == name)
    }

    /// Where an entry is shown.
    #[must_use]
    pub fn get(&self, entity: Entity) -> Option<EntityPlace<'_>> {
        let address = match entity {
            Entity::Role(index) => self.roles.get(index)?,
            Entity::Platform(index) => self.platforms.get(index)?,
            Entity::Environment(index) => self.environments.get(index)?,
            Entity::Label(index) => self.labels.get(index)?,
            Entity::Term(index) => {
                return Some(EntityPlace { address: self.glossary.as_ref()?, anchor: Some(self.terms.get(index)?) });
            }
        };
        Some(EntityPlace { address, anchor: None })
    }

    /// The places of terms on the page of the glossary.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(String::as_str)
    }

    /// Every page of the registry.
    pub fn addresses(&self) -> impl Iterator<Item = &SitePath> {
        let named = self.roles.iter().chain(&self.platforms).chain(&self.environments).chain(&self.labels);
        std::iter::once(&self.index).chain(named).chain(&self.glossary).chain(self.types.iter().map(|place| &place.address))
    }
}

impl Handbook {
    /// Where an entry of the registry is shown: its page, or its place on the page of the glossary.
    #[must_use]
    pub fn entity(&self, entity: Entity) -> Option<EntityPlace<'_>> {
        self.entities.as_ref()?.get(entity)
    }

    /// The role that a document names as its owner, by its index.
    #[must_use]
    pub fn owner(&self, page: &Page) -> Option<usize> {
        self.registry.role_index(page.owner()?)
    }
}

/// The types that documents have, with their documents.
fn types(schemas: &[Option<Arc<Schema>>], folder: &SitePath, occupied: &mut Occupied) -> Vec<TypePlace> {
    let mut found: BTreeMap<&str, (&str, Vec<usize>)> = BTreeMap::new();
    for (index, schema) in schemas.iter().enumerate() {
        if let Some(schema) = schema {
            found.entry(&schema.document_type).or_insert_with(|| (&schema.title, Vec::new())).1.push(index);
        }
    }
    let mut slugs = Slugger::default();
    let place = |(name, (title, pages)): (&str, (&str, Vec<usize>))| {
        let address = occupied.free(&SitePath::new(&format!("{folder}/types/{}.html", file_name(&mut slugs, name)))?);
        Some(TypePlace { name: name.to_owned(), title: title.to_owned(), address, pages })
    };
    found.into_iter().filter_map(place).collect()
}

/// Longest file name that is made of an id, in bytes: file systems stop at 255.
const NAME_LIMIT: usize = 120;

/// An id as the name of a file, which no other entry of its folder has.
fn file_name(slugs: &mut Slugger, id: &str) -> String {
    let end = id.floor_char_boundary(NAME_LIMIT);
    slugs.next(id.get(..end).unwrap_or(id))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::Document;
    use crate::handbook::{Checked, Known, Parts};
    use crate::source::Source;

    fn handbook(registry: &str, files: &[&str]) -> Handbook {
        let source = |path: &str, text: &str| Source::new(SitePath::new(path).unwrap(), text);
        let registry = Registry::parse(Some(&source("registry.yaml", registry)), &mut Vec::new());
        let document = |path: &&str| Checked::new(Arc::new(Document::parse(&source(path, "# T\n")).0), Arc::default(), None);
        Handbook::resolve(
            Parts {
                config: Arc::default(),
                registry: Arc::new(registry),
                rules: Arc::default(),
                content: String::new(),
                documents: files.iter().map(document).collect(),
                summary: None,
                lock: None,
                assets: &BTreeMap::new(),
                unreadable: &BTreeMap::new(),
            },
            &mut Known::default(),
        )
    }

    fn place(handbook: &Handbook, entity: Entity) -> String {
        let place = handbook.entity(entity).unwrap();
        format!("{}{}", place.address, place.anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default())
    }

    const REGISTRY: &str = "roles: { ops-team: Ops team, Ops Team!: Other }\nenvironments: [Größe]\nglossary: { ADR: A record. }\n";

    #[test]
    fn every_entry_has_a_place_of_its_own() {
        let handbook = handbook(REGISTRY, &["index.md"]);
        let entities = [Entity::Role(0), Entity::Role(1), Entity::Environment(0), Entity::Term(0)];
        let places: Vec<String> = entities.into_iter().map(|entity| place(&handbook, entity)).collect();
        assert_eq!(
            places,
            ["registry/roles/ops-team.html", "registry/roles/ops-team-1.html", "registry/environments/größe.html", "registry/glossary.html#adr"]
        );
        assert_eq!(handbook.entity(Entity::Platform(0)), None);
    }

    #[test]
    fn a_folder_of_the_handbook_keeps_its_place() {
        let handbook = handbook(REGISTRY, &["Registry/a.md", "all/registry/roles/b.md"]);
        assert_eq!(place(&handbook, Entity::Role(0)), "all-2/registry/roles/ops-team.html");
    }

    #[test]
    fn nothing_is_placed_where_nothing_is_named() {
        assert_eq!(handbook("freezes: []\n", &["index.md"]).entities, None);
    }
}
