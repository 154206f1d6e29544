//! Whom to call: the owner of a document, and who is next.

use std::collections::HashSet;

use crate::handbook::{Handbook, Page};
use crate::registry::Role;

/// Steps of an escalation that are shown. Whoever needs more has the page of the role.
const CHAIN_LIMIT: usize = 4;

/// A role to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its name.
    pub name: String,
    /// How it can be reached: channels, addresses, numbers.
    pub contacts: Vec<String>,
    /// 0 for the owner, then as it is turned to.
    pub step: usize,
}

/// The owner of a document and the roles that take over what it can't settle. An owner that the registry doesn't know is alone.
#[must_use]
pub fn escalation(handbook: &Handbook, page: &Page) -> Vec<Person> {
    let Some(owner) = page.owner() else { return Vec::new() };
    let registry = &handbook.registry;
    let Some(index) = registry.role_index(owner) else {
        return vec![Person { name: owner.to_owned(), contacts: Vec::new(), step: 0 }];
    };
    let next_of = |role: &Role| role.escalates_to.iter().filter_map(|name| registry.role_index(&name.name)).collect::<Vec<_>>();
    let mut seen = HashSet::new();
    let mut people = Vec::new();
    let mut level = vec![index];
    for step in 0..=CHAIN_LIMIT {
        let mut next = Vec::new();
        for index in level {
            let Some(role) = registry.roles().get(index).filter(|_| seen.insert(index)) else { continue };
            people.push(Person { name: role.names.name.clone(), contacts: contacts(handbook, index, role), step });
            next.extend(next_of(role));
        }
        level = next;
    }
    people
}

/// How a role can be reached: its own contact first, then those of its hours on call.
fn contacts(handbook: &Handbook, index: usize, role: &Role) -> Vec<String> {
    let registry = &handbook.registry;
    let on_call = registry.support.iter().filter(|support| support.on_call && registry.role_index(&support.role.name) == Some(index));
    let mut found: Vec<String> = Vec::new();
    for contact in role.contact.iter().chain(on_call.filter_map(|support| support.contact.as_ref())) {
        if !found.contains(contact) {
            found.push(contact.clone());
        }
    }
    found
}
