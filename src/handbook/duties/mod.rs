//! What every role does, and what every platform and environment is used for, gathered over the whole handbook in one pass.
//!
//! Knows the registry, the blocks of all documents and who owns them. Must not know HTML, nor how much of it a page shows.

mod names;
mod role;
mod sheet;
mod words;

pub use role::document as document_item;
pub(super) use sheet::anchor_at;
pub use sheet::{Group, Item, Part, Piece, Sheet, Target};

use super::said::{Known, Said};
use super::{Handbook, Page};
use crate::blocks::Named;
use crate::blocks::policy::Statement;
use crate::registry::{ByName, Entity, Reference, Registry};

/// A step of a process: the page, the process among its blocks, the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepPlace {
    /// Index of the page.
    pub page: usize,
    /// Index of the process on the page.
    pub process: usize,
    /// Index of the step in the process.
    pub step: usize,
}

/// Letters of a role in a row of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterPlace {
    /// Index of the page.
    pub page: usize,
    /// Index of the matrix on the page.
    pub matrix: usize,
    /// Index of the row.
    pub row: usize,
    /// Index of the role among the columns.
    pub column: usize,
}

/// Something that a role does in a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhasePlace {
    /// Index of the page.
    pub page: usize,
    /// Index of the matrix of responsibilities on the page.
    pub matrix: usize,
    /// Index of the phase.
    pub phase: usize,
    /// Index of the duty in the phase.
    pub duty: usize,
}

/// All that a role does, as places to look it up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfRole {
    /// Steps that it takes.
    pub steps: Vec<StepPlace>,
    /// Rows of matrices in which it has a letter.
    pub letters: Vec<LetterPlace>,
    /// What it does by phase.
    pub phases: Vec<PhasePlace>,
    /// Action items that it has to do: page and index of the action.
    pub actions: Vec<(usize, usize)>,
    /// Pages that it owns.
    pub documents: Vec<usize>,
    /// Indices in the registry's lists.
    pub approvals: Vec<usize>,
    /// Decisions that it takes.
    pub decisions: Vec<usize>,
    /// What it may do and may not.
    pub permissions: Vec<usize>,
    /// What pages say that it may do or may not, and the registry doesn't: page, rule on the page, action of the rule.
    pub said_rights: Vec<(usize, usize, usize)>,
    /// What pages say that it decides, and the registry doesn't: page and rule on the page.
    pub said_decisions: Vec<(usize, usize)>,
    /// Reviews that it sees to.
    pub reviews: Vec<usize>,
    /// Labels that it sets.
    pub labels: Vec<usize>,
    /// Hours in which it can be reached.
    pub support: Vec<usize>,
    /// Channels in which it is.
    pub channels: Vec<usize>,
    /// Contacts behind which it answers.
    pub contacts: Vec<usize>,
    /// Roles that turn to it with what they can't settle.
    pub escalated_from: Vec<usize>,
}

/// What a platform or an environment is used for, as places to look it up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    /// Steps that name it.
    pub steps: Vec<StepPlace>,
    /// Labels on the platform.
    pub labels: Vec<usize>,
    /// Channels on the platform.
    pub channels: Vec<usize>,
    /// Freezes of the environment.
    pub freezes: Vec<usize>,
    /// Permissions in the environment.
    pub permissions: Vec<usize>,
}

/// What the names of the registry stand for, over the whole handbook.
#[derive(Debug, Clone, Default)]
pub struct Duties {
    roles: Vec<OfRole>,
    platforms: Vec<Uses>,
    environments: Vec<Uses>,
    platform_names: ByName,
}

impl Duties {
    /// Gathers them in one pass over registry and pages.
    #[must_use]
    pub fn of(handbook: &Handbook) -> Self {
        let registry = &handbook.registry;
        let mut duties = Self {
            roles: vec![OfRole::default(); registry.roles().len()],
            platforms: vec![Uses::default(); registry.platforms.len()],
            environments: vec![Uses::default(); registry.environments.len()],
            platform_names: ByName::of(registry.platforms.iter().map(|entry| &entry.names)),
        };
        duties.take_rules(registry);
        duties.take_names(registry);
        duties.take_said(handbook);
        for (index, page) in handbook.pages.iter().enumerate() {
            if let Some(role) = handbook.owner(page).and_then(|owner| duties.roles.get_mut(owner)) {
                role.documents.push(index);
            }
            // Templates and examples name roles that have nothing to do there.
            if page.document.meta.duties != Some(false) {
                duties.take_blocks(index, page);
            }
        }
        duties
    }

    /// What a role does.
    #[must_use]
    pub fn of_role(&self, role: usize) -> Option<&OfRole> {
        self.roles.get(role)
    }

    /// What stands on the page of an entry of the registry. Each group holds at most `limit` items and says how many it leaves out.
    #[must_use]
    pub fn sheet(&self, handbook: &Handbook, entity: Entity, limit: usize) -> Option<Sheet> {
        let sheet = match entity {
            Entity::Role(index) => role::sheet(self, handbook, index)?,
            Entity::Platform(index) => names::platform(self, handbook, index)?,
            Entity::Environment(index) => names::environment(self, handbook, index)?,
            Entity::Label(index) => names::label(self, handbook, index)?,
            Entity::Term(index) => names::term(handbook, index)?,
        };
        Some(sheet.cut(limit))
    }

    fn take_rules(&mut self, registry: &Registry) {
        for (index, rule) in registry.approvals.iter().enumerate() {
            self.each(registry, &rule.by, |role| &mut role.approvals, index);
        }
        for (index, rule) in registry.decisions.iter().enumerate() {
            self.each(registry, &rule.by, |role| &mut role.decisions, index);
        }
        for (index, rule) in registry.permissions.iter().enumerate() {
            self.each(registry, [&rule.role], |role| &mut role.permissions, index);
        }
        for (index, rule) in registry.reviews.iter().enumerate() {
            self.each(registry, [&rule.owner], |role| &mut role.reviews, index);
        }
        for (index, rule) in registry.support.iter().enumerate() {
            self.each(registry, [&rule.role], |role| &mut role.support, index);
        }
        let environments = ByName::of(registry.environments.iter().map(|entry| &entry.names));
        let mut of_each = |names: &[Reference], list: fn(&mut Uses) -> &mut Vec<usize>, index: usize| {
            for environment in names.iter().filter_map(|name| environments.index(&name.name)) {
                enter(self.environments.get_mut(environment).map(list), index);
            }
        };
        for (index, rule) in registry.freezes.iter().enumerate() {
            of_each(&rule.environments, |uses| &mut uses.freezes, index);
        }
        for (index, rule) in registry.permissions.iter().enumerate() {
            of_each(&rule.environments, |uses| &mut uses.permissions, index);
        }
    }

    fn take_names(&mut self, registry: &Registry) {
        for (index, label) in registry.labels.iter().enumerate() {
            self.each(registry, &label.set_by, |role| &mut role.labels, index);
            self.on_platform(label.platform.as_ref(), |uses| &mut uses.labels, index);
        }
        for (index, channel) in registry.channels.iter().enumerate() {
            self.each(registry, &channel.role, |role| &mut role.channels, index);
            self.on_platform(channel.platform.as_ref(), |uses| &mut uses.channels, index);
        }
        for (index, contact) in registry.contacts.iter().enumerate() {
            self.each(registry, &contact.role, |role| &mut role.contacts, index);
        }
        for (index, role) in registry.roles().iter().enumerate() {
            self.each(registry, &role.escalates_to, |role| &mut role.escalated_from, index);
        }
    }

    /// Enters something with every role that is named.
    fn each<'a>(
        &mut self,
        registry: &Registry,
        names: impl IntoIterator<Item = &'a Reference>,
        list: fn(&mut OfRole) -> &mut Vec<usize>,
        index: usize,
    ) {
        for role in names.into_iter().filter_map(|name| registry.role_index(&name.name)) {
            enter(self.roles.get_mut(role).map(list), index);
        }
    }

    fn on_platform(&mut self, name: Option<&Reference>, list: fn(&mut Uses) -> &mut Vec<usize>, index: usize) {
        let platform = name.and_then(|name| self.platform_names.index(&name.name));
        enter(platform.and_then(|platform| self.platforms.get_mut(platform)).map(list), index);
    }

    /// What pages say of roles in prose and the registry doesn't.
    fn take_said(&mut self, handbook: &Handbook) {
        let known = Known::of(&handbook.registry);
        for (page, of) in handbook.pages.iter().enumerate() {
            for (index, policy) in of.blocks.policies.iter().enumerate() {
                match &policy.statement {
                    Statement::Permission { role: Some(Named { entry: Some(role), .. }), allowed, actions } => {
                        let new = actions.iter().enumerate().filter(|(_, action)| !known.has_right(*role, *allowed, action));
                        for (action, _) in new {
                            enter(self.roles.get_mut(*role).map(|role| &mut role.said_rights), (page, index, action));
                        }
                    }
                    Statement::Decision { by: Some(Named { entry: Some(role), .. }), .. } if !known.has(&Said { page, on: of, policy }) => {
                        enter(self.roles.get_mut(*role).map(|role| &mut role.said_decisions), (page, index));
                    }
                    _ => {}
                }
            }
        }
    }

    fn take_blocks(&mut self, page: usize, of: &Page) {
        let blocks = &of.blocks;
        for (process, found) in blocks.processes.iter().enumerate() {
            for (step, taken) in found.steps.iter().enumerate() {
                let place = StepPlace { page, process, step };
                for role in taken.actors.iter().filter_map(|actor| found.actors.get(*actor)?.role) {
                    enter(self.roles.get_mut(role).map(|role| &mut role.steps), place);
                }
                for platform in taken.platforms.iter().filter_map(|named| named.entry) {
                    enter(self.platforms.get_mut(platform).map(|uses| &mut uses.steps), place);
                }
                for environment in taken.environments.iter().filter_map(|named| named.entry) {
                    enter(self.environments.get_mut(environment).map(|uses| &mut uses.steps), place);
                }
            }
        }
        for (matrix, found) in blocks.matrices.iter().enumerate() {
            for (row, activity) in found.rows.iter().enumerate() {
                let lettered = activity.letters.iter().zip(&found.roles).enumerate().filter(|(_, (letters, _))| !letters.is_empty());
                for (column, role) in lettered.filter_map(|(column, (_, named))| Some((column, named.entry?))) {
                    enter(self.roles.get_mut(role).map(|role| &mut role.letters), LetterPlace { page, matrix, row, column });
                }
            }
        }
        for (matrix, found) in blocks.responsibilities.iter().enumerate() {
            for (phase, part) in found.phases.iter().enumerate() {
                let named = part.duties.iter().enumerate().filter_map(|(duty, (role, _))| Some((duty, found.roles.get((*role)?)?.entry?)));
                for (duty, role) in named {
                    enter(self.roles.get_mut(role).map(|role| &mut role.phases), PhasePlace { page, matrix, phase, duty });
                }
            }
        }
        for (action, found) in blocks.actions.iter().enumerate() {
            for role in found.owners.iter().filter_map(|named| named.entry) {
                enter(self.roles.get_mut(role).map(|role| &mut role.actions), (page, action));
            }
        }
    }
}

/// Enters something once, even where a name stands twice.
fn enter<T: PartialEq>(list: Option<&mut Vec<T>>, place: T) {
    if let Some(list) = list
        && list.last() != Some(&place)
    {
        list.push(place);
    }
}

#[cfg(test)]
mod tests;
