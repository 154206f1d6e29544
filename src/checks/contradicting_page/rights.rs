//! Rights, decisions and channels of a page beside those of the registry, and examples of names beside their patterns.

use std::collections::BTreeMap;

use super::{Clash, is_from};
use crate::blocks::Named;
use crate::blocks::policy::{Policy, Statement};
use crate::checks::Grounds;
use crate::handbook::Page;
use crate::registry::{Channel, Decision, Registry};
use crate::text::{Span, fold_title};

/// What the registry has from one page, by what it is about.
pub(super) struct Own<'a> {
    registry: &'a Registry,
    /// By role and action: where it is allowed and where it is forbidden.
    rights: BTreeMap<(usize, String), [Option<Span>; 2]>,
    decisions: BTreeMap<String, Vec<&'a Decision>>,
    channels: BTreeMap<String, Vec<&'a Channel>>,
}

impl<'a> Own<'a> {
    pub(super) fn of(grounds: &Grounds<'a>, page: &Page) -> Self {
        let registry = grounds.registry;
        let mut own = Self { registry, rights: BTreeMap::new(), decisions: BTreeMap::new(), channels: BTreeMap::new() };
        for permission in registry.permissions.iter().filter(|permission| is_from(permission.source.as_ref(), page)) {
            let Some(role) = registry.role_index(&permission.role.name) else { continue };
            let marked = permission.allowed.iter().map(|action| (action, 0)).chain(permission.not_allowed.iter().map(|action| (action, 1)));
            for (action, mark) in marked {
                let marks = own.rights.entry((role, fold_title(action))).or_default();
                if let Some(mark) = marks.get_mut(mark) {
                    *mark = Some(permission.role.span);
                }
            }
        }
        for decision in registry.decisions.iter().filter(|decision| is_from(decision.source.as_ref(), page)) {
            own.decisions.entry(fold_title(&decision.domain)).or_default().push(decision);
        }
        for channel in registry.channels.iter().filter(|channel| is_from(channel.source.as_ref(), page)) {
            own.channels.entry(fold_title(&channel.urgency)).or_default().push(channel);
        }
        own
    }

    /// What a statement contradicts.
    pub(super) fn clashes(&self, policy: &Policy) -> Vec<Clash> {
        match &policy.statement {
            Statement::Permission { role: Some(role), allowed, actions } => self.permission(role, *allowed, actions),
            Statement::Decision { domain, by: Some(by), .. } => self.decision(domain, by).into_iter().collect(),
            Statement::Channel { urgency, steps } => self.channel(urgency, steps).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// A role that may do on the page what the registry forbids it, or the other way round. What the registry has both ways, for
    /// different environments, contradicts nothing.
    fn permission(&self, role: &Named, allowed: bool, actions: &[String]) -> Vec<Clash> {
        let Some(entry) = role.entry else { return Vec::new() };
        let (word, other) = if allowed { ("allows", "forbids") } else { ("forbids", "allows") };
        let clash = |action: &String| {
            let [yes, no] = self.rights.get(&(entry, fold_title(action))).copied()?;
            let (same, opposite) = if allowed { (yes, no) } else { (no, yes) };
            let span = opposite.filter(|_| same.is_none())?;
            Some(Clash { message: format!("the page {word} '{}' to '{action}', registry.yaml {other} it", role.name), span })
        };
        actions.iter().filter_map(clash).collect()
    }

    /// A domain in which the page lets another declared role decide.
    fn decision(&self, domain: &str, by: &Named) -> Option<Clash> {
        let entry = by.entry?;
        let own = self.decisions.get(&fold_title(domain))?;
        let first = own.first().filter(|first| !first.by.is_empty())?;
        if own.iter().flat_map(|decision| &decision.by).any(|name| self.registry.role_index(&name.name) == Some(entry)) {
            return None;
        }
        let roles = first.by.iter().map(|name| self.registry.role(&name.name).map_or(&*name.name, |role| &*role.names.name));
        let roles = roles.collect::<Vec<_>>().join(", ");
        Some(Clash { message: format!("the page says that '{}' decides on '{domain}', registry.yaml '{roles}'", by.name), span: first.span })
    }

    /// An urgency for which the page names other channels, `#chat`, than the registry does.
    fn channel(&self, urgency: &str, steps: &[String]) -> Option<Clash> {
        // Only a single channel by its name can be told from others.
        let [only] = self.channels.get(&fold_title(urgency))?.as_slice() else { return None };
        if !is_channel(&only.contact) {
            return None;
        }
        let words = steps.iter().flat_map(|step| step.split_whitespace()).map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#'));
        let named: Vec<&str> = words.filter(|word| is_channel(word)).collect();
        let first = named.first()?;
        let agrees = named.iter().any(|name| name.eq_ignore_ascii_case(&only.contact));
        let message = format!("the page names '{first}' for '{urgency}', registry.yaml '{}'", only.contact);
        (!agrees).then_some(Clash { message, span: only.span })
    }
}

/// `#ops`, and not `#12`, which is an issue.
fn is_channel(word: &str) -> bool {
    word.strip_prefix('#').is_some_and(|name| name.starts_with(char::is_alphabetic) && !name.contains(char::is_whitespace))
}

/// What an example certainly lacks of its pattern: a joint, or the ending. Words in a pattern may stand for others, so they are not compared.
pub(super) fn lack(pattern: &str, example: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut fixed = String::new();
    for character in pattern.chars() {
        match character {
            '<' | '{' | '[' => depth += 1,
            '>' | '}' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => fixed.push(character),
            _ => {}
        }
    }
    let count = |text: &str, joint: char| text.chars().filter(|character| *character == joint).count();
    if let Some(joint) = ['/', ':'].into_iter().find(|joint| count(example, *joint) < count(&fixed, *joint)) {
        return Some(format!("it has fewer '{joint}'"));
    }
    let ending = pattern.rsplit_once(['>', '}', ']']).map(|(_, ending)| ending)?;
    let is_extension =
        ending.strip_prefix('.').is_some_and(|name| (1..6).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    (is_extension && !example.ends_with(ending)).then(|| format!("it doesn't end in '{ending}'"))
}
