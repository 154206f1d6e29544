//! Rights, decisions and channels of a page beside those of the registry, and examples of names beside their patterns.

use super::{Clash, is_from};
use crate::blocks::Named;
use crate::blocks::policy::{Policy, Statement};
use crate::handbook::{Handbook, Page};
use crate::registry::Registry;
use crate::text::fold_title;

/// What a statement contradicts that the registry has from this page.
pub(super) fn clashes(handbook: &Handbook, page: &Page, policy: &Policy) -> Vec<Clash> {
    let registry = &handbook.registry;
    match &policy.statement {
        Statement::Permission { role: Some(role), allowed, actions } => permission(registry, page, role, *allowed, actions),
        Statement::Decision { domain, by: Some(by), .. } => decision(registry, page, domain, by).into_iter().collect(),
        Statement::Channel { urgency, steps } => channel(registry, page, urgency, steps).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A role that may do on the page what the registry forbids it, or the other way round. What the registry has both ways, for different
/// environments, contradicts nothing.
fn permission(registry: &Registry, page: &Page, role: &Named, allowed: bool, actions: &[String]) -> Vec<Clash> {
    let Some(entry) = role.entry else { return Vec::new() };
    let own = registry.permissions.iter().filter(|permission| is_from(permission.source.as_ref(), page));
    let mut same = std::collections::BTreeSet::new();
    let mut opposite = std::collections::BTreeMap::new();
    for permission in own.filter(|permission| registry.role_index(&permission.role.name) == Some(entry)) {
        let (agreeing, other) = if allowed { (&permission.allowed, &permission.not_allowed) } else { (&permission.not_allowed, &permission.allowed) };
        same.extend(agreeing.iter().map(|action| fold_title(action)));
        opposite.extend(other.iter().map(|action| (fold_title(action), permission.role.span)));
    }
    let (word, other) = if allowed { ("allows", "forbids") } else { ("forbids", "allows") };
    let clash = |action: &String| {
        let key = fold_title(action);
        let span = *opposite.get(&key).filter(|_| !same.contains(&key))?;
        Some(Clash { message: format!("the page {word} '{}' to '{action}', registry.yaml {other} it", role.name), span })
    };
    actions.iter().filter_map(clash).collect()
}

/// A domain in which the page lets another declared role decide.
fn decision(registry: &Registry, page: &Page, domain: &str, by: &Named) -> Option<Clash> {
    let entry = by.entry?;
    let of_domain = |name: &str| fold_title(name) == fold_title(domain);
    let mut own = registry.decisions.iter().filter(|decision| is_from(decision.source.as_ref(), page) && of_domain(&decision.domain));
    let first = own.next()?;
    let names = |decision: &crate::registry::Decision| decision.by.iter().any(|name| registry.role_index(&name.name) == Some(entry));
    if names(first) || first.by.is_empty() || own.any(names) {
        return None;
    }
    let roles = first.by.iter().map(|name| registry.role(&name.name).map_or(&*name.name, |role| &*role.names.name));
    let roles = roles.collect::<Vec<_>>().join(", ");
    Some(Clash { message: format!("the page says that '{}' decides on '{domain}', registry.yaml '{roles}'", by.name), span: first.span })
}

/// An urgency for which the page names other channels, `#chat`, than the registry does.
fn channel(registry: &Registry, page: &Page, urgency: &str, steps: &[String]) -> Option<Clash> {
    let is_own = |channel: &&crate::registry::Channel| is_from(channel.source.as_ref(), page) && fold_title(&channel.urgency) == fold_title(urgency);
    let own: Vec<_> = registry.channels.iter().filter(is_own).collect();
    // Only a single channel by its name can be told from others.
    let [only] = own.as_slice() else { return None };
    if !is_channel(&only.contact) {
        return None;
    }
    let words = || steps.iter().flat_map(|step| step.split_whitespace()).map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#'));
    let named: Vec<&str> = words().filter(|word| is_channel(word)).collect();
    let first = named.first()?;
    let agrees = named.iter().any(|name| name.eq_ignore_ascii_case(&only.contact));
    let message = format!("the page names '{first}' for '{urgency}', registry.yaml '{}'", only.contact);
    (!agrees).then_some(Clash { message, span: only.span })
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
