//! registry.yaml: the roles, platforms, environments, calendars and other names that a handbook's pages use.
//!
//! Knows one file. Must not know documents, schemas, pages or what becomes of the names.

pub mod calendar;
mod contradiction;
mod entity;
mod judge;
mod keys;
mod mentions;
mod model;
mod read;
mod section;
mod time;
mod words;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use contradiction::CONTRADICTING_RULES;
pub use entity::{ByName, Entity};
pub use keys::{SECTIONS, json_schema};
pub use mentions::{GAP, Mention, Mentions};
pub use model::{
    Approval, Calendar, Channel, Contact, Decision, Environment, Freeze, Holiday, Label, Names, Naming, Permission, Platform, Reference, Review,
    Role, Support, Term, Within,
};
pub use time::{Date, Length, Moment, TimeOfDay, Unit, Weekday};

use crate::data::yaml;
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::memo::Digest;
use crate::source::Source;
use crate::text::fold_title;

/// Every kind of fault that reading the registry can find.
pub const KINDS: &[&Kind] = &[&INVALID_REGISTRY, &CONTRADICTING_RULES];

/// registry.yaml isn't YAML, or says something that can't be.
pub const INVALID_REGISTRY: Kind = Kind {
    code: "invalid-registry",
    severity: Severity::Error,
    subject: Subject::Registry,
    summary: "registry.yaml can't be read, or says something that can't be",
    docs: "`registry.yaml`, at the top of the content folder, names the roles, platforms, environments and rules that pages refer to. A \
key that opsbook doesn't know, a role that nobody declared, two roles with one name, an escalation that goes in a circle, or a pattern \
that its own example breaks would mislead whoever relies on it.

    roles:
      ops-team: { name: Ops team, escalates_to: ops-led }
      ops-lead: { name: Ops lead }

Write the name that was meant:

    roles:
      ops-team: { name: Ops team, escalates_to: ops-lead }
      ops-lead: { name: Ops lead }",
};

/// What registry.yaml says. A handbook without one has an empty registry.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    /// The hash of the file.
    pub digest: Digest,
    roles: Vec<Role>,
    /// The place of each role in the list, by every name that it answers to, folded.
    by_name: HashMap<String, usize>,
    /// The platforms, in the order of the file.
    pub platforms: Vec<Platform>,
    /// The environments, in the order of the file.
    pub environments: Vec<Environment>,
    /// The labels.
    pub labels: Vec<Label>,
    /// The freezes.
    pub freezes: Vec<Freeze>,
    /// The hours of support.
    pub support: Vec<Support>,
    /// The kinds of approval.
    pub approvals: Vec<Approval>,
    /// The reviews.
    pub reviews: Vec<Review>,
    /// Who decides what.
    pub decisions: Vec<Decision>,
    /// Who may do what.
    pub permissions: Vec<Permission>,
    /// Where to turn to.
    pub channels: Vec<Channel>,
    /// How things are named.
    pub naming: Vec<Naming>,
    /// Business days and holidays.
    pub calendars: Vec<Calendar>,
    /// What words mean.
    pub glossary: Vec<Term>,
    /// How to reach others.
    pub contacts: Vec<Contact>,
}

impl Registry {
    /// Reads registry.yaml. What can't be read is a finding, and the rest counts.
    #[must_use]
    pub fn parse(source: Option<&Source>, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let Some(source) = source else { return Self::default() };
        let root = match yaml::parse(&source.text) {
            Ok(root) => root,
            Err(error) => {
                let message = format!("registry is not valid YAML: {}", error.message);
                let finding = Diagnostic::new(&INVALID_REGISTRY, &source.path, error.span, message);
                diagnostics.push(finding.help(error.help));
                return Self { digest: source.digest, ..Self::default() };
            }
        };
        let mut registry = read::read(&root, &source.path, diagnostics);
        registry.digest = source.digest;
        for (index, role) in registry.roles.iter().enumerate() {
            for name in role.names.all() {
                registry.by_name.entry(fold_title(name)).or_insert(index);
            }
        }
        judge::judge(&registry, &source.path, diagnostics);
        contradiction::judge(&registry, &source.path, diagnostics);
        registry
    }

    /// The roles, in the order of the file.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The role of this id, name or alias; case, numbering and typographic variants are ignored.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(self.role_index(name)?)
    }

    /// Every id, name and alias of roles, for suggestions.
    pub fn role_names(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().flat_map(|role| role.names.all())
    }

    /// The pages that entries name as their source, from the content folder, each with its place in the file.
    pub fn sources(&self) -> impl Iterator<Item = &Reference> {
        let times = self.freezes.iter().map(|freeze| &freeze.source).chain(self.support.iter().map(|support| &support.source));
        let rules = self.approvals.iter().map(|approval| &approval.source).chain(self.reviews.iter().map(|review| &review.source));
        let rights = self.decisions.iter().map(|decision| &decision.source).chain(self.permissions.iter().map(|permission| &permission.source));
        let words = self.naming.iter().map(|naming| &naming.source).chain(self.glossary.iter().map(|term| &term.source));
        times.chain(rules).chain(rights).chain(words).chain(self.channels.iter().map(|channel| &channel.source)).flatten()
    }

    /// Whether any role is declared. Where none is, any name may be one.
    #[must_use]
    pub fn has_roles(&self) -> bool {
        !self.roles.is_empty()
    }

    /// Whether nothing at all is declared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let named = self.roles.is_empty() && self.platforms.is_empty() && self.environments.is_empty() && self.labels.is_empty();
        let times = self.freezes.is_empty() && self.support.is_empty() && self.reviews.is_empty() && self.calendars.is_empty();
        let rules = self.approvals.is_empty() && self.decisions.is_empty() && self.permissions.is_empty() && self.naming.is_empty();
        named && times && rules && self.channels.is_empty() && self.glossary.is_empty() && self.contacts.is_empty()
    }

    /// The place in the list of the role of this id, name or alias.
    #[must_use]
    pub fn role_index(&self, name: &str) -> Option<usize> {
        let folded = fold_title(name);
        // One of several is still the role: `Developers` for `Developer`, `EHR analyst` for `EHR analysts`.
        let singular = || self.by_name.get(folded.strip_suffix('s')?);
        let plural = || self.by_name.get(&format!("{folded}s"));
        self.by_name.get(&folded).or_else(singular).or_else(plural).copied()
    }
}

impl Names {
    /// Id, name and aliases; a name that equals the id comes once.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let name = (self.name != self.id).then_some(self.name.as_str());
        std::iter::once(self.id.as_str()).chain(name).chain(self.aliases.iter().map(|alias| alias.name.as_str()))
    }
}
