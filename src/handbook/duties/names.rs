//! The sheets of platforms, environments, labels and terms.

use super::Duties;
use super::role::{permissions, steps};
use super::sheet::{Group, Item, Piece, Sheet, source_of};
use super::words::moment;
use crate::handbook::{Entity, Handbook};
use crate::registry::{ByName, Names};

type Facts = Vec<(&'static str, Vec<Piece>)>;

fn sheet(entity: Entity, names: &Names, description: Option<&String>, facts: Facts, groups: Vec<Group>) -> Sheet {
    let aliases = names.aliases.iter().map(|alias| alias.name.clone()).collect();
    Sheet { entity, name: names.name.clone(), aliases, description: description.cloned(), facts, groups }
}

pub(super) fn platform(duties: &Duties, handbook: &Handbook, index: usize) -> Option<Sheet> {
    let registry = &handbook.registry;
    let platform = registry.platforms.get(index)?;
    let uses = duties.platforms.get(index)?;
    let mut facts = Facts::new();
    facts.extend(platform.url.iter().map(|url| ("Address", vec![Piece::contact(url)])));
    facts.extend((!platform.purposes.is_empty()).then(|| ("For", vec![platform.purposes.join(", ").into()])));
    facts.extend(platform.scope.iter().map(|scope| ("Part of", vec![scope.as_str().into()])));
    let label = |index: &usize| {
        let label = registry.labels.get(*index)?;
        Some(Item::new(Piece::entity(handbook, Entity::Label(*index))).note(label.meaning.as_deref().unwrap_or_default()))
    };
    let channel = |index: &usize| {
        let channel = registry.channels.get(*index)?;
        let item = Item::new(Piece::contact(&channel.contact)).mark(&*channel.urgency).note(channel.what.as_deref().unwrap_or_default());
        let role = channel.role.as_ref().and_then(|role| registry.role_index(&role.name));
        Some(item.notes(role.map(|role| Piece::entity(handbook, Entity::Role(role)))).note(channel.scope.as_deref().unwrap_or_default()))
    };
    let groups = vec![
        Group::of("channels", "Where to turn to", uses.channels.iter().filter_map(channel).collect()),
        Group::of("labels", "Labels", uses.labels.iter().filter_map(label).collect()),
        steps(handbook, &uses.steps, "steps", "Steps that leave their mark here"),
    ];
    Some(sheet(Entity::Platform(index), &platform.names, platform.description.as_ref(), facts, groups))
}

pub(super) fn environment(duties: &Duties, handbook: &Handbook, index: usize) -> Option<Sheet> {
    let registry = &handbook.registry;
    let environment = registry.environments.get(index)?;
    let uses = duties.environments.get(index)?;
    let mut facts = Facts::new();
    facts.extend(environment.url.iter().map(|url| ("Address", vec![Piece::contact(url)])));
    facts.push(("Users depend on it", vec![if environment.production { "yes" } else { "no" }.into()]));
    facts.extend(environment.scope.iter().map(|scope| ("Part of", vec![scope.as_str().into()])));
    let freeze = |index: &usize| {
        let freeze = registry.freezes.get(*index)?;
        let zone = freeze.zone.as_ref().map_or_else(String::new, |zone| format!(" ({zone})"));
        let item = Item::new(freeze.what.as_str()).note(format!("from {} until {}{zone}", moment(freeze.from), moment(freeze.until)));
        let except = freeze.except.as_ref().map_or_else(String::new, |except| format!("except: {except}"));
        Some(item.note(except).sourced(handbook, freeze.source.as_ref()))
    };
    let environments = ByName::of(registry.environments.iter().map(|entry| &entry.names));
    let groups = vec![
        Group::of("freezes", "Freezes", uses.freezes.iter().filter_map(freeze).collect()),
        permissions(handbook, &uses.permissions, &environments, true),
        steps(handbook, &uses.steps, "steps", "Steps that speak of it"),
    ];
    Some(sheet(Entity::Environment(index), &environment.names, environment.description.as_ref(), facts, groups))
}

pub(super) fn label(duties: &Duties, handbook: &Handbook, index: usize) -> Option<Sheet> {
    let registry = &handbook.registry;
    let label = registry.labels.get(index)?;
    let mut facts = Facts::new();
    facts.extend(label.respond_within.iter().map(|within| ("Answered within", vec![within.text.as_str().into()])));
    facts.extend(label.resolve_within.iter().map(|within| ("Resolved within", vec![within.text.as_str().into()])));
    let roles = label.set_by.iter().filter_map(|role| registry.role_index(&role.name));
    let set_by: Vec<Piece> = roles.map(|role| Piece::entity(handbook, Entity::Role(role))).collect();
    facts.extend((!set_by.is_empty()).then_some(("Set by", set_by)));
    let platform = label.platform.as_ref().and_then(|platform| duties.platform_names.index(&platform.name));
    facts.extend(platform.map(|platform| ("On", vec![Piece::entity(handbook, Entity::Platform(platform))])));
    Some(sheet(Entity::Label(index), &label.names, label.meaning.as_ref(), facts, Vec::new()))
}

pub(super) fn term(handbook: &Handbook, index: usize) -> Option<Sheet> {
    let term = handbook.registry.glossary.get(index)?;
    let source = term.source.as_ref().and_then(|source| {
        let target = source_of(handbook, source)?;
        let text = match &target {
            super::Target::Page { page, .. } => Piece::page(handbook, *page).text,
            _ => source.name.clone(),
        };
        Some(Piece { text, target: Some(target) })
    });
    let facts = source.into_iter().map(|source| ("More", vec![source])).collect();
    Some(sheet(Entity::Term(index), &term.names, Some(&term.meaning), facts, Vec::new()))
}
