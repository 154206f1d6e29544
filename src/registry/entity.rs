//! Entries that pages can name: which one is meant, and by which names it is found.

use std::collections::HashMap;

use super::{Names, Registry};
use crate::text::fold_title;

/// An entry of the registry that has a place of its own in the site, by its index in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// Who acts.
    Role(usize),
    /// A tool.
    Platform(usize),
    /// Where software runs.
    Environment(usize),
    /// A label or status.
    Label(usize),
    /// A word of the glossary.
    Term(usize),
}

impl Entity {
    /// The part of registry.yaml that it stands in.
    #[must_use]
    pub fn section(self) -> &'static str {
        match self {
            Self::Role(_) => "roles",
            Self::Platform(_) => "platforms",
            Self::Environment(_) => "environments",
            Self::Label(_) => "labels",
            Self::Term(_) => "glossary",
        }
    }

    /// What kind of entry it is, in a word.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Role(_) => "Role",
            Self::Platform(_) => "Platform",
            Self::Environment(_) => "Environment",
            Self::Label(_) => "Label",
            Self::Term(_) => "Term",
        }
    }
}

impl Registry {
    /// Every entry that has a place of its own: roles, platforms, environments, labels, terms, each in the order of the file.
    pub fn entities(&self) -> impl Iterator<Item = Entity> {
        let roles = (0..self.roles().len()).map(Entity::Role);
        let platforms = (0..self.platforms.len()).map(Entity::Platform);
        let environments = (0..self.environments.len()).map(Entity::Environment);
        let labels = (0..self.labels.len()).map(Entity::Label);
        roles.chain(platforms).chain(environments).chain(labels).chain((0..self.glossary.len()).map(Entity::Term))
    }

    /// What an entry is called.
    #[must_use]
    pub fn names(&self, entity: Entity) -> Option<&Names> {
        match entity {
            Entity::Role(index) => self.roles().get(index).map(|entry| &entry.names),
            Entity::Platform(index) => self.platforms.get(index).map(|entry| &entry.names),
            Entity::Environment(index) => self.environments.get(index).map(|entry| &entry.names),
            Entity::Label(index) => self.labels.get(index).map(|entry| &entry.names),
            Entity::Term(index) => self.glossary.get(index).map(|entry| &entry.names),
        }
    }
}

/// Finds entries of one kind by id, name or alias.
#[derive(Debug, Clone, Default)]
pub struct ByName(HashMap<String, usize>);

impl ByName {
    /// Takes the names of a list of entries. An id counts before a name: environments of different scopes may share a name, never an id.
    pub fn of<'a>(entries: impl Iterator<Item = &'a Names> + Clone) -> Self {
        let mut found = HashMap::new();
        for (index, names) in entries.clone().enumerate() {
            found.entry(fold_title(&names.id)).or_insert(index);
        }
        for (index, name) in entries.enumerate().flat_map(|(index, names)| names.all().map(move |name| (index, name))) {
            found.entry(fold_title(name)).or_insert(index);
        }
        Self(found)
    }

    /// The index of the entry of this name.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<usize> {
        self.0.get(&fold_title(name)).copied()
    }
}
