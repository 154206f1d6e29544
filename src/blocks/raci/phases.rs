//! Responsibilities by phase: headings of phases, and below them bullets that begin with a role.
//!
//! A role is one of the registry, or words that end in what roles are called (`Product owners`) and begin bullets of two phases. Letters are
//! never inferred. Knows headings and bullets; must not know tables.

use std::collections::{BTreeMap, BTreeSet};

use super::super::names::named;
use super::{Phase, Responsibilities};
use crate::document::{Block, BlockKind, Document, Section};
use crate::registry::Registry;
use crate::text::{Span, collapse, fold_title};

/// Number of words that the name of a role may have.
const LONGEST_NAME: usize = 4;
/// What roles are called, the last word of their names, in the singular.
const NOUNS: [&str; 30] = [
    "administrator",
    "analyst",
    "approver",
    "architect",
    "board",
    "commander",
    "committee",
    "coordinator",
    "designer",
    "developer",
    "director",
    "engineer",
    "engineering",
    "executive",
    "lead",
    "leadership",
    "maintainer",
    "management",
    "manager",
    "officer",
    "operator",
    "ops",
    "owner",
    "qa",
    "responder",
    "reviewer",
    "sre",
    "stakeholder",
    "team",
    "tester",
];
/// Words that no name of a role holds: the bullet is a sentence about something else.
const NOT_IN_NAMES: [&str; 24] = [
    "a", "all", "an", "and", "any", "as", "ask", "at", "by", "each", "every", "for", "from", "if", "in", "of", "on", "or", "our", "that", "the",
    "to", "with", "your",
];

/// A bullet, and how its text may name a role: lengths in bytes with the folded name.
struct Bullet<'a> {
    block: &'a Block,
    item: Span,
    names: Vec<Name>,
}

struct Name {
    length: usize,
    folded: String,
    declared: bool,
}

/// Reads the responsibilities of a document.
pub(super) fn read(document: &Document, registry: &Registry) -> Vec<Responsibilities> {
    let mut siblings: BTreeMap<(Option<usize>, u8), Vec<usize>> = BTreeMap::new();
    for (index, section) in document.sections.iter().enumerate() {
        siblings.entry((section.parent, section.level)).or_default().push(index);
    }
    let groups = siblings.into_iter().filter(|(_, sections)| sections.len() > 1);
    let mut found: Vec<_> = groups.filter_map(|((parent, _), sections)| group(document, registry, parent, &sections)).collect();
    found.sort_by_key(|group| group.span);
    found
}

/// The responsibilities of sections that stand side by side.
fn group(document: &Document, registry: &Registry, parent: Option<usize>, sections: &[usize]) -> Option<Responsibilities> {
    let with_bullets = sections.iter().filter_map(|index| Some((*index, document.sections.get(*index)?)));
    let candidates: Vec<(usize, &Section, Vec<Bullet<'_>>)> = with_bullets
        .map(|(index, section)| (index, section, bullets(document, section, registry)))
        .filter(|(.., bullets)| bullets.len() > 1)
        .collect();
    if candidates.len() < 2 {
        return None;
    }
    // In how many of the sections each name begins a bullet.
    let mut often: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (index, _, bullets) in &candidates {
        for name in bullets.iter().flat_map(|bullet| &bullet.names) {
            often.entry(name.folded.clone()).or_default().insert(*index);
        }
    }
    let times = |name: &Name| often.get(&name.folded).map_or(0, BTreeSet::len);
    let best = |bullet: &'_ Bullet<'_>| -> Option<usize> {
        let ranked = bullet.names.iter().enumerate().max_by_key(|(_, name)| (name.declared, times(name), name.length));
        ranked.map(|(index, _)| index)
    };
    let is_certain = |name: &Name| name.declared || times(name) > 1;
    let (mut certain, mut again) = (BTreeSet::new(), false);
    let mut phases = Vec::new();
    for (index, section, bullets) in candidates {
        let named: Vec<(Bullet<'_>, Option<usize>)> = bullets
            .into_iter()
            .map(|bullet| {
                let name = best(&bullet);
                (bullet, name)
            })
            .collect();
        let leads = || named.iter().filter_map(|(bullet, name)| bullet.names.get((*name)?));
        if leads().count() * 2 < named.len() || !leads().any(is_certain) {
            continue;
        }
        for name in leads().filter(|name| is_certain(name)) {
            certain.insert(name.folded.clone());
            again |= times(name) > 1;
        }
        phases.push((index, section, named));
    }
    if phases.len() < 2 || certain.len() < 2 || !again {
        return None;
    }
    Some(build(document, registry, parent, phases))
}

type Found<'a> = (usize, &'a Section, Vec<(Bullet<'a>, Option<usize>)>);

fn build(document: &Document, registry: &Registry, parent: Option<usize>, found: Vec<Found<'_>>) -> Responsibilities {
    let mut index_of: BTreeMap<String, usize> = BTreeMap::new();
    let (mut roles, mut phases) = (Vec::new(), Vec::new());
    let mut span: Option<Span> = None;
    for (index, section, bullets) in found {
        let extent = Span::new(section.span.start(), section.body.end());
        span = Some(span.map_or(extent, |span| Span::new(span.start(), extent.end())));
        let mut phase = Phase { name: section.title.to_string(), section: index, duties: Vec::new(), items: Vec::new(), names: Vec::new() };
        for (bullet, name) in bullets {
            let text = bullet.block.text(document);
            let text = text.trim();
            let length = name.and_then(|name| bullet.names.get(name)).map_or(0, |name| name.length);
            let (words, duty) = text.split_at_checked(length).unwrap_or(("", text));
            let role = (length > 0).then(|| {
                let role = named(words, bullet.block.span, registry);
                *index_of.entry(fold_title(&role.name)).or_insert_with(|| {
                    roles.push(role);
                    roles.len() - 1
                })
            });
            phase.duties.push((role, collapse(duty.trim_start().trim_start_matches([':', ',', '-', '–', '—']))));
            phase.items.push(bullet.item);
            phase.names.push(words.to_owned());
        }
        phases.push(phase);
    }
    let title = parent.and_then(|index| document.sections.get(index)).map_or_else(|| document.title(), |section| section.title.to_string());
    Responsibilities { title, span: span.unwrap_or_default(), roles, phases }
}

/// The bullets of a section's own text, those inside of others left out.
fn bullets<'a>(document: &'a Document, section: &Section, registry: &Registry) -> Vec<Bullet<'a>> {
    let opens = |block: &&Block| block.kind == BlockKind::Paragraph && block.item.is_some_and(|item| item.opens && item.depth == 1 && !item.ordered);
    let blocks = document.blocks_in(section.body).filter(opens);
    blocks.filter_map(|block| Some(Bullet { block, item: block.item?.span, names: names(block.text(document).trim(), registry) })).collect()
}

/// The ways in which a text may begin with the name of a role, with something said after it.
fn names(text: &str, registry: &Registry) -> Vec<Name> {
    let mut found = Vec::new();
    let mut end = 0;
    for word in text.split_whitespace().take(LONGEST_NAME) {
        let Some(at) = text.get(end..).and_then(|rest| rest.find(word)) else { break };
        let plain = word.trim_end_matches([':', ',']);
        end += at + plain.len();
        let (Some(name), Some(rest)) = (text.get(..end), text.get(end..)) else { break };
        let lowered = plain.to_lowercase();
        let after = rest.trim_start();
        let role = registry.role(name);
        if !after.chars().any(char::is_alphanumeric) {
            // Nothing is said of it: the name alone is no duty of a role whose name it begins with.
            if role.is_some() {
                found.clear();
            }
            break;
        }
        let declared = role.is_some();
        let is_noun = NOUNS.contains(&lowered.as_str()) || lowered.strip_suffix('s').is_some_and(|singular| NOUNS.contains(&singular));
        let begins_name = text.chars().next().is_some_and(char::is_uppercase);
        let goes_on = after.chars().next().is_some_and(|c| c.is_lowercase() || matches!(c, '(' | ':' | '-' | '–' | '—'));
        if declared || (is_noun && begins_name && goes_on) {
            found.push(Name { length: end, folded: fold_title(role.map_or(name, |role| &role.names.name)), declared });
        }
        if plain.len() < word.len() || (!declared && NOT_IN_NAMES.contains(&lowered.as_str())) {
            break;
        }
    }
    found
}
