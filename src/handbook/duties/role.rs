//! The sheet of a role. First what somebody needs who looks for it at night: how to reach it, and who is next.

use std::collections::HashSet;

use super::sheet::{Group, Item, Piece, Sheet, anchor_at, section_anchor, source_of};
use super::words::hours;
use super::{Duties, OfRole, StepPlace};
use crate::blocks::policy::{Policy, Statement};
use crate::blocks::process::{Process, Step};
use crate::handbook::{Entity, Handbook, Page};
use crate::registry::{ByName, Reference, Role};

/// Steps of an escalation that are followed.
const CHAIN_LIMIT: usize = 12;

pub(super) fn sheet(duties: &Duties, handbook: &Handbook, index: usize) -> Option<Sheet> {
    let role = handbook.registry.roles().get(index)?;
    let own = duties.of_role(index)?;
    let environments = ByName::of(handbook.registry.environments.iter().map(|entry| &entry.names));
    let mut facts: Vec<(&'static str, Vec<Piece>)> = Vec::new();
    facts.extend(role.contact.iter().map(|contact| ("Contact", vec![Piece::contact(contact)])));
    facts.extend(role.scope.iter().map(|scope| ("Part of", vec![scope.as_str().into()])));
    let groups = vec![
        reach(handbook, own),
        escalation(handbook, index, role),
        steps(handbook, &own.steps, "steps", "Steps in processes"),
        letters(handbook, own),
        phases(handbook, own),
        actions(handbook, own),
        approvals(handbook, own),
        decisions(handbook, own),
        said_rights(handbook, own, permissions(handbook, &own.permissions, &environments, false)),
        reviews(handbook, own),
        labels(handbook, own, &duties.platform_names),
        documents(handbook, own),
        Group::of(
            "escalated-from",
            "Turn to it",
            own.escalated_from.iter().map(|role| Item::new(Piece::entity(handbook, Entity::Role(*role)))).collect(),
        ),
    ];
    let aliases = role.names.aliases.iter().map(|alias| alias.name.clone()).collect();
    Some(Sheet { entity: Entity::Role(index), name: role.names.name.clone(), aliases, description: role.description.clone(), facts, groups })
}

/// Hours, channels and contacts.
fn reach(handbook: &Handbook, own: &OfRole) -> Group {
    let registry = &handbook.registry;
    let mut items = Vec::new();
    for support in own.support.iter().filter_map(|index| registry.support.get(*index)) {
        let item = Item::new(hours(support)).mark(if support.on_call { "On call" } else { "Hours" });
        let item = item.note(support.purpose.as_deref().unwrap_or_default());
        items.push(item.notes(support.contact.iter().map(|contact| Piece::contact(contact))).sourced(handbook, support.source.as_ref()));
    }
    for channel in own.channels.iter().filter_map(|index| registry.channels.get(*index)) {
        let mut item = Item::new(Piece::contact(&channel.contact)).mark(&*channel.urgency).note(channel.what.as_deref().unwrap_or_default());
        let source = channel.source.as_ref().and_then(|source| source_of(handbook, source));
        item.text.target = item.text.target.or(source);
        items.push(item.note(channel.scope.as_deref().unwrap_or_default()));
    }
    for contact in own.contacts.iter().filter_map(|index| registry.contacts.get(*index)) {
        let item = Item::new(Piece::contact(&contact.contact)).mark(&*contact.names.name);
        items.push(item.note(contact.description.as_deref().unwrap_or_default()));
    }
    Group::of("reach", "How to reach it", items)
}

/// Who is next, and who after that; each role once.
fn escalation(handbook: &Handbook, index: usize, role: &Role) -> Group {
    let registry = &handbook.registry;
    let mut seen = HashSet::from([index]);
    let mut items = Vec::new();
    let next_of = |role: &Role| role.escalates_to.iter().filter_map(|name| registry.role_index(&name.name)).collect::<Vec<_>>();
    let mut level = next_of(role);
    let mut number = 1;
    while !level.is_empty() && number <= CHAIN_LIMIT {
        let mut next = Vec::new();
        for index in level.into_iter().filter(|index| seen.insert(*index)) {
            let Some(role) = registry.roles().get(index) else { continue };
            let item = Item::new(Piece::entity(handbook, Entity::Role(index))).mark(number.to_string());
            items.push(item.notes(role.contact.iter().map(|contact| Piece::contact(contact))));
            next.extend(next_of(role));
        }
        number += 1;
        level = next;
    }
    Group::of("escalation", "Escalates to", items)
}

fn step<'a>(handbook: &'a Handbook, place: &StepPlace) -> Option<(&'a Process, &'a Step)> {
    let process = handbook.pages.get(place.page)?.blocks.processes.get(place.process)?;
    Some((process, process.steps.get(place.step)?))
}

/// A section's title with that of its page before it: many pages have a section "Steps".
fn of_page(page: &Page, title: &str) -> String {
    if page.title == title { title.to_owned() } else { format!("{}: {title}", page.title) }
}

/// Steps, by process.
pub(super) fn steps(handbook: &Handbook, places: &[StepPlace], id: &'static str, title: &'static str) -> Group {
    let mut group = Group::new(id, title);
    for place in places {
        let (Some((process, step)), Some(page)) = (step(handbook, place), handbook.pages.get(place.page)) else { continue };
        let of = Piece::at(&of_page(page, &process.title), place.page, section_anchor(&page.document, process.section), process.span.start());
        let text = Piece::at(&step.text, place.page, Some(&step.anchor), step.span.start());
        let mut item = Item::new(text).mark(step.number.to_string());
        for platform in &step.platforms {
            let entity = platform.entry.map(|entry| Piece::entity(handbook, Entity::Platform(entry)));
            item = item.note(entity.unwrap_or_else(|| platform.name.as_str().into()));
        }
        group.add(&of, item);
    }
    group
}

fn letters(handbook: &Handbook, own: &OfRole) -> Group {
    let mut group = Group::new("letters", "Responsibility matrices");
    for place in &own.letters {
        let Some(page) = handbook.pages.get(place.page) else { continue };
        let Some(matrix) = page.blocks.matrices.get(place.matrix) else { continue };
        let Some(row) = matrix.rows.get(place.row) else { continue };
        let Some(letters) = row.letters.get(place.column) else { continue };
        let anchor = section_anchor(&page.document, matrix.section);
        let mark = letters.iter().map(char::to_string).collect::<Vec<_>>().join("/");
        let words = letters.iter().filter_map(|letter| matrix.model.word(*letter));
        let words = words.map(str::to_lowercase).collect::<Vec<_>>().join(", ");
        let item = Item::new(Piece::at(&row.name, place.page, anchor, row.span.start())).mark(mark);
        group.add(&Piece::at(&of_page(page, &matrix.title), place.page, anchor, matrix.span.start()), item.note(words));
    }
    group
}

fn phases(handbook: &Handbook, own: &OfRole) -> Group {
    let mut group = Group::new("responsibilities", "Responsibilities by phase");
    for place in &own.phases {
        let Some(page) = handbook.pages.get(place.page) else { continue };
        let Some(matrix) = page.blocks.responsibilities.get(place.matrix) else { continue };
        let Some(phase) = matrix.phases.get(place.phase) else { continue };
        let Some((_, text)) = phase.duties.get(place.duty) else { continue };
        let section = page.document.sections.get(phase.section);
        let at = section.map_or(matrix.span.start(), |section| section.span.start());
        let of = Piece::at(&format!("{}: {}", page.title, phase.name), place.page, section_anchor(&page.document, Some(phase.section)), at);
        group.add(&of, Item::new(text.as_str()));
    }
    group
}

/// Action items, the open ones first.
fn actions(handbook: &Handbook, own: &OfRole) -> Group {
    let mut found = Vec::new();
    for (index, action) in &own.actions {
        let Some(page) = handbook.pages.get(*index) else { continue };
        let Some(action) = page.blocks.actions.get(*action) else { continue };
        let text = Piece::at(&action.text, *index, anchor_at(&page.document, action.span.start()), action.span.start());
        let item = Item::new(text).mark(if action.done { "done" } else { "open" });
        let item = item.note(action.due.as_ref().map_or_else(String::new, |due| format!("due {due}")));
        let status = action.status.as_deref().map(str::trim).filter(|status| !status.eq_ignore_ascii_case(if action.done { "done" } else { "open" }));
        found.push((action.done, item.note(status.unwrap_or_default()).note(Piece::page(handbook, *index))));
    }
    found.sort_by_key(|(done, _)| *done);
    Group::of("actions", "Action items", found.into_iter().map(|(_, item)| item).collect())
}

fn approvals(handbook: &Handbook, own: &OfRole) -> Group {
    let found = own.approvals.iter().filter_map(|index| handbook.registry.approvals.get(*index));
    let item = |approval: &crate::registry::Approval| {
        let item =
            Item::new(approval.kind.as_str()).note(approval.within.as_ref().map_or_else(String::new, |within| format!("within {}", within.text)));
        item.note(approval.purposes.join(", ")).sourced(handbook, approval.source.as_ref())
    };
    Group::of("approvals", "Approves", found.map(item).collect())
}

fn decisions(handbook: &Handbook, own: &OfRole) -> Group {
    let found = own.decisions.iter().filter_map(|index| handbook.registry.decisions.get(*index));
    let item = |decision: &crate::registry::Decision| {
        let item = Item::new(decision.what.as_deref().unwrap_or(&decision.domain)).mark(&*decision.domain);
        item.note(decision.condition.as_deref().unwrap_or_default()).sourced(handbook, decision.source.as_ref())
    };
    let said = own.said_decisions.iter().filter_map(|(page, index)| {
        let policy = handbook.pages.get(*page)?.blocks.policies.get(*index)?;
        let Statement::Decision { domain, what, .. } = &policy.statement else { return None };
        Some(said(handbook, *page, policy, what).mark(&**domain))
    });
    Group::of("decisions", "Decides", found.map(item).chain(said).collect())
}

/// A sentence of a page as an item that leads to it.
fn said(handbook: &Handbook, page: usize, policy: &Policy, words: &str) -> Item {
    let anchor = handbook.pages.get(page).and_then(|page| anchor_at(&page.document, policy.span.start()));
    Item::new(Piece::at(words, page, anchor, policy.span.start())).note("said on a page")
}

/// The rights of the registry, and those that only pages name.
fn said_rights(handbook: &Handbook, own: &OfRole, rights: Group) -> Group {
    let mut items: Vec<Item> = rights.parts.into_iter().flat_map(|part| part.items).collect();
    items.extend(own.said_rights.iter().filter_map(|(page, index, action)| {
        let policy = handbook.pages.get(*page)?.blocks.policies.get(*index)?;
        let Statement::Permission { allowed, actions, .. } = &policy.statement else { return None };
        Some(said(handbook, *page, policy, actions.get(*action)?).mark(if *allowed { "allowed" } else { "not allowed" }))
    }));
    items.sort_by_key(|item| item.mark.as_deref() != Some("allowed"));
    Group::of(rights.id, rights.title, items)
}

/// What is allowed and what isn't; on the page of an environment with the role that it is about.
pub(super) fn permissions(handbook: &Handbook, found: &[usize], environments: &ByName, with_role: bool) -> Group {
    let registry = &handbook.registry;
    let mut items = Vec::new();
    for permission in found.iter().filter_map(|index| registry.permissions.get(*index)) {
        let place = |name: &Reference| {
            let index = environments.index(&name.name);
            index.map_or_else(|| name.name.as_str().into(), |index| environment(handbook, index))
        };
        let notes: Vec<Piece> = if with_role {
            let role = registry.role_index(&permission.role.name);
            vec![role.map_or_else(|| permission.role.name.as_str().into(), |role| Piece::entity(handbook, Entity::Role(role)))]
        } else {
            permission.environments.iter().map(place).collect()
        };
        let marked = [("allowed", &permission.allowed), ("not allowed", &permission.not_allowed)];
        for (mark, text) in marked.into_iter().flat_map(|(mark, texts)| texts.iter().map(move |text| (mark, text))) {
            items.push(Item::new(text.as_str()).mark(mark).notes(notes.iter().cloned()).sourced(handbook, permission.source.as_ref()));
        }
    }
    items.sort_by_key(|item| item.mark.as_deref() != Some("allowed"));
    Group::of("permissions", "Allowed and not allowed", items)
}

/// An environment by a name that no other has: its id where others share its name.
fn environment(handbook: &Handbook, index: usize) -> Piece {
    let mut piece = Piece::entity(handbook, Entity::Environment(index));
    let all = &handbook.registry.environments;
    if let Some(own) = all.get(index)
        && all.iter().filter(|other| other.names.name == own.names.name).count() > 1
    {
        piece.text.clone_from(&own.names.id);
    }
    piece
}

fn reviews(handbook: &Handbook, own: &OfRole) -> Group {
    let found = own.reviews.iter().filter_map(|index| handbook.registry.reviews.get(*index));
    let item = |review: &crate::registry::Review| {
        let item = Item::new(review.what.as_str()).note(review.every.every());
        item.note(review.description.as_deref().unwrap_or_default()).sourced(handbook, review.source.as_ref())
    };
    Group::of("reviews", "Reviews", found.map(item).collect())
}

fn labels(handbook: &Handbook, own: &OfRole, platforms: &ByName) -> Group {
    let item = |index: &usize| {
        let label = handbook.registry.labels.get(*index)?;
        let item = Item::new(Piece::entity(handbook, Entity::Label(*index))).note(label.meaning.as_deref().unwrap_or_default());
        let platform = label.platform.as_ref().and_then(|platform| platforms.index(&platform.name));
        Some(item.notes(platform.map(|platform| Piece::entity(handbook, Entity::Platform(platform)))))
    };
    Group::of("labels", "Labels that it sets", own.labels.iter().filter_map(item).collect())
}

/// Documents, each with when it was looked at.
fn documents(handbook: &Handbook, own: &OfRole) -> Group {
    Group::of("documents", "Documents that it owns", own.documents.iter().filter_map(|page| document(handbook, *page)).collect())
}

/// A document as an item of a list.
#[must_use]
pub fn document(handbook: &Handbook, index: usize) -> Option<Item> {
    let page = handbook.pages.get(index)?;
    let meta = &page.document.meta;
    let reviewed = match (&meta.reviewed, &meta.review_every) {
        (Some((day, _)), Some((length, _))) => format!("reviewed {day}, every {length}"),
        (Some((day, _)), None) => format!("reviewed {day}"),
        (None, Some((length, _))) => format!("never reviewed, every {length}"),
        (None, None) => String::new(),
    };
    let status = meta.status.as_ref().map(|(status, _)| status.as_str()).filter(|status| *status != "active");
    let of_type = page.binding.as_ref().map(|(schema, _)| schema.title.as_str());
    Some(Item::new(Piece::page(handbook, index)).note(of_type.unwrap_or_default()).note(status.unwrap_or_default()).note(reviewed))
}
