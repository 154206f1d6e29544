//! The pages that opsbook makes, as text to be searched: roles and other names, rules, lists.
//!
//! Knows the registry and the views of pages. Must not know words.

use std::sync::Arc;

use super::super::completeness;
use super::super::escape::encode_path;
use super::super::incident::Subject;
use super::super::incidents;
use super::super::policy::Rulebook;
use super::super::registry::INDEX_TITLE;
use super::super::reviews;
use super::super::view::{Job, Views};
use super::block::{Content, Head, Part};
use super::text::{Section, name};
use crate::handbook::{Entity, Handbook};
use crate::source::SitePath;

/// Every page that is no document's and that somebody may look for.
pub(super) fn parts(handbook: &Handbook, views: &Views<'_>) -> Vec<Part<'static>> {
    let mut found: Vec<Part<'static>> = Vec::new();
    for job in views.jobs() {
        match job {
            // Its view would hold every document.
            Job::Completeness(address) => found.push(part(address, completeness::TITLE, "", "", Vec::new(), Vec::new())),
            Job::Incidents(address) => found.push(part(address, incidents::TITLE, "", "", Vec::new(), Vec::new())),
            Job::Reviews(address) => found.push(part(address, reviews::TITLE, "", "", Vec::new(), Vec::new())),
            Job::Folder(..) | Job::Rules(_) | Job::Incident(Subject::Index, _) => {
                let view = views.view(job);
                let sections = view.rulebook.as_ref().map(rules).unwrap_or_default();
                found.push(part(views.address(job), view.title, "", "", Vec::new(), sections));
            }
            Job::Document(_)
            | Job::Contents(_)
            | Job::CompletenessType(..)
            | Job::Registry(..)
            | Job::Incident(..)
            | Job::Print(..)
            | Job::Redirect(..)
            | Job::NotFound(_) => {}
        }
    }
    let Some(places) = &handbook.entities else { return found };
    found.push(part(&places.index, INDEX_TITLE, "", "", Vec::new(), Vec::new()));
    found.extend(handbook.registry.entities().filter_map(|entity| named(handbook, entity)));
    if let Some(address) = &places.glossary {
        found.push(part(address, "Glossary", INDEX_TITLE, "", Vec::new(), terms(handbook)));
    }
    found.extend(places.types.iter().map(|place| part(&place.address, &place.title, INDEX_TITLE, "Document type", Vec::new(), Vec::new())));
    found
}

fn part(address: &SitePath, title: &str, way: &str, kind: &str, names: Vec<String>, sections: Vec<Section>) -> Part<'static> {
    let head = Head {
        url: encode_path(address.as_str()),
        title: name(title).to_owned(),
        way: way.to_owned(),
        kind: kind.to_owned(),
        names,
        ..Head::default()
    };
    Part { head: Arc::new(head), content: Content::Sections(sections) }
}

/// The page of a role, a platform, an environment or a label.
fn named(handbook: &Handbook, entity: Entity) -> Option<Part<'static>> {
    let registry = &handbook.registry;
    let names = registry.names(entity)?;
    let texts: Vec<&String> = match entity {
        Entity::Role(index) => {
            let role = registry.roles().get(index)?;
            [&role.description, &role.scope, &role.contact].into_iter().flatten().collect()
        }
        Entity::Platform(index) => {
            let platform = registry.platforms.get(index)?;
            [&platform.description, &platform.scope, &platform.url].into_iter().flatten().chain(&platform.purposes).collect()
        }
        Entity::Environment(index) => {
            let environment = registry.environments.get(index)?;
            [&environment.description, &environment.scope, &environment.url].into_iter().flatten().collect()
        }
        Entity::Label(index) => registry.labels.get(index)?.meaning.iter().collect(),
        Entity::Term(_) => return None,
    };
    let text = texts.into_iter().map(|text| crate::text::collapse(text)).collect::<Vec<_>>().join("\n");
    let mut aliases: Vec<String> = names.aliases.iter().map(|alias| alias.name.clone()).collect();
    if names.id != names.name {
        aliases.push(names.id.clone());
    }
    let kind = capital(entity.kind());
    let mut part = part(handbook.entity(entity)?.address, &names.name, INDEX_TITLE, &kind, aliases, vec![Section::new("", "", text)]);
    if let Some(head) = Arc::get_mut(&mut part.head) {
        head.about.push(entity);
    }
    Some(part)
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Each term of the glossary is a section of its page.
fn terms(handbook: &Handbook) -> Vec<Section> {
    let section = |(index, term): (usize, &crate::registry::Term)| {
        let anchor = handbook.entity(Entity::Term(index)).and_then(|place| place.anchor).unwrap_or_default();
        let also = term.names.aliases.iter().map(|alias| alias.name.as_str());
        let text = std::iter::once(term.meaning.as_str()).chain(also).map(crate::text::collapse).collect::<Vec<_>>().join("\n");
        Section::new(anchor, &term.names.name, text)
    };
    handbook.registry.glossary.iter().enumerate().map(section).collect()
}

/// Each table of rules is a section of its page, each row a line.
fn rules(rulebook: &Rulebook) -> Vec<Section> {
    let tables = rulebook.tables.iter().chain(&rulebook.said);
    tables
        .map(|table| {
            let row = |row: &Vec<super::super::policy::Cell>| {
                let cells = row.iter().map(|cell| cell.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(", "));
                crate::text::collapse(&cells.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" | "))
            };
            let lead = table.lead.iter().map(|lead| crate::text::collapse(lead));
            Section::new(&table.id, &table.title, lead.chain(table.rows.iter().map(row)).collect::<Vec<_>>().join("\n"))
        })
        .collect()
}
