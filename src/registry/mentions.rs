//! Finds the names of roles, platforms, environments, labels and terms in running text. A false find is worse than a missed one.
//!
//! Knows names and words. Must not know Markdown, nor what becomes of a find.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::words::{ACTIVITIES, COMMON, LABEL_WORDS, PLACES, PREPOSITIONS};
use super::{Entity, Registry};

/// Names longer than this, in bytes, are sentences.
const NAME_LIMIT: usize = 200;
/// How far around a name the end of its word is sought, in bytes.
const WORD_LIMIT: usize = 100;
/// Slashes in a row of alternatives; more are a path.
const ALTERNATIVES: usize = 4;
/// What stands in a text for something that is no text: a link, a piece of code.
pub const GAP: char = '\u{FFFC}';

/// An entry of the registry, named in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where the name stands, with the `s` of a plural.
    pub range: Range<usize>,
    /// What is named.
    pub entity: Entity,
}

/// When a name means its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Always.
    Always,
    /// Not where a sentence begins: there every word has a capital.
    InSentence,
    /// Behind `in`, `on`, `to`, or before `environment`.
    Place,
    /// Before `environment`.
    Environment,
    /// In quotes, or beside `label` or `status`.
    Label,
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// None: several entries of one kind have this name.
    entity: Option<Entity>,
    rule: Rule,
}

/// Finds the names of one registry.
#[derive(Debug, Clone, Default)]
pub struct Mentions {
    finder: Option<AhoCorasick>,
    /// What each name can mean, the likeliest first.
    candidates: Vec<Vec<Candidate>>,
}

impl Mentions {
    /// Takes the names of the entries that `wanted` lets through.
    #[must_use]
    pub fn of(registry: &Registry, wanted: impl Fn(Entity) -> bool) -> Self {
        let mut names: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
        // Labels need a sign that they are meant, so they come first; a term is often the name of what has a page already.
        let (labels, others): (Vec<Entity>, Vec<Entity>) = registry.entities().partition(|entity| matches!(entity, Entity::Label(_)));
        for entity in labels.into_iter().chain(others).filter(|entity| wanted(*entity)) {
            let Some(found) = registry.names(entity) else { continue };
            // `testnet` without a name is called Testnet; its id is what people write.
            let is_listed = matches!(entity, Entity::Environment(_) | Entity::Label(_)) && found.id.eq_ignore_ascii_case(&found.name);
            let id = Some(&found.id).filter(|id| is_listed && **id != found.name);
            let written = std::iter::once(&found.name).chain(id).chain(found.aliases.iter().map(|alias| &alias.name));
            for (name, rule) in written.filter_map(|name| Some((name.trim(), rule(entity, name.trim())?))) {
                enter(&mut names, name.to_owned(), entity, rule);
                if let Some(other) = other_case(name) {
                    enter(&mut names, other, entity, rule);
                }
            }
        }
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names.keys()).ok().filter(|_| !names.is_empty());
        Self { finder, candidates: names.into_values().collect() }
    }

    /// Whether there is nothing to find.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.finder.is_none()
    }

    /// Every mention in a text, in the order in which they stand.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Mention> + 'a {
        let found = self.finder.iter().flat_map(move |finder| finder.find_iter(text));
        found.filter_map(move |found| {
            let range = whole_word(text, found.range())?;
            let candidates = self.candidates.get(found.pattern().as_usize())?;
            let entity = candidates.iter().find(|candidate| candidate.entity.is_some() && holds(candidate.rule, text, &range))?.entity?;
            Some(Mention { range, entity })
        })
    }
}

fn enter(names: &mut BTreeMap<String, Vec<Candidate>>, name: String, entity: Entity, rule: Rule) {
    let candidates = names.entry(name).or_default();
    let same_kind =
        candidates.iter_mut().find(|candidate| candidate.entity.is_none_or(|other| other.kind() == entity.kind()) && candidate.rule == rule);
    match same_kind {
        Some(candidate) if candidate.entity != Some(entity) => candidate.entity = None,
        Some(_) => {}
        None => candidates.push(Candidate { entity: Some(entity), rule }),
    }
}

/// When a name means its entry; none if it is too common to say so ever.
fn rule(entity: Entity, name: &str) -> Option<Rule> {
    if name.len() > NAME_LIMIT || name.chars().count() < 2 || !name.contains(char::is_alphabetic) || name.contains(['\n', GAP]) {
        return None;
    }
    if matches!(entity, Entity::Label(_)) {
        return Some(Rule::Label);
    }
    if name.contains(' ') {
        return Some(Rule::Always);
    }
    let folded = name.to_lowercase();
    if matches!(entity, Entity::Environment(_)) {
        if PLACES.contains(&folded.as_str()) {
            return Some(Rule::Place);
        }
        if ACTIVITIES.contains(&folded.as_str()) {
            return Some(Rule::Environment);
        }
    } else if is_common(&folded) {
        return None;
    }
    let has_inner_capital = name.chars().skip(1).any(char::is_uppercase);
    let is_role = matches!(entity, Entity::Role(_));
    if has_inner_capital {
        // Letters such as QA name what is done as often as who does it.
        let is_acronym = !name.contains(char::is_lowercase);
        return (!is_role || !is_acronym).then_some(Rule::Always);
    }
    if name.starts_with(char::is_uppercase) {
        return Some(Rule::InSentence);
    }
    (!is_role).then_some(Rule::Always)
}

fn is_common(folded: &str) -> bool {
    let singular = folded.strip_suffix('s').unwrap_or(folded);
    COMMON.iter().chain(PLACES).chain(ACTIVITIES).any(|common| *common == folded || *common == singular)
}

/// A name of several words with its first letter in the other case: `ops lead`. Not that of `QA team`.
fn other_case(name: &str) -> Option<String> {
    let (first_word, _) = name.split_once(' ')?;
    let mut letters = first_word.chars();
    let first = letters.next()?;
    if letters.as_str().contains(char::is_uppercase) {
        return None;
    }
    let other: String = if first.is_uppercase() { first.to_lowercase().collect() } else { first.to_uppercase().collect() };
    let rest = name.get(first.len_utf8()..)?;
    (!other.starts_with(first)).then(|| format!("{other}{rest}"))
}

/// The range of a name with the `s` of its plural, if it is no part of a longer word, a path or an address.
fn whole_word(text: &str, found: Range<usize>) -> Option<Range<usize>> {
    let before = text.get(..found.start)?;
    let name = text.get(found.clone())?;
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '\u{2010}' | '\u{2011}');
    if before.ends_with(|c: char| joins(c) || matches!(c, '@' | '#' | '$' | '\\' | '.' | '=')) {
        return None;
    }
    let mut end = found.end;
    let mut after = text.get(end..)?;
    if let Some(rest) = after.strip_prefix('s').filter(|_| name.ends_with(|c: char| c.is_alphabetic() && c != 's')) {
        end += 1;
        after = rest;
    }
    let mut next = after.chars();
    let (first, second) = (next.next(), next.next());
    let is_inside = first.is_some_and(joins) || (matches!(first, Some('.' | ':' | '@' | '=' | '\\')) && second.is_some_and(char::is_alphanumeric));
    (!is_inside && first != Some('(') && !is_in_path(before, after)).then_some(found.start..end)
}

/// Whether a slash beside a name is one of a path or address, rather than of an alternative such as `devnet/testnet`.
fn is_in_path(before: &str, after: &str) -> bool {
    if !before.ends_with('/') && !after.starts_with('/') {
        return false;
    }
    let start = before.floor_char_boundary(before.len().saturating_sub(WORD_LIMIT));
    let word_before = before.get(start..).unwrap_or_default().rsplit(char::is_whitespace).next().unwrap_or_default();
    let end = after.floor_char_boundary(WORD_LIMIT);
    let word_after = after.get(..end).unwrap_or_default().split(char::is_whitespace).next().unwrap_or_default();
    let is_file = |word: &str| word.contains("//") || word.trim_end_matches(['.', ',', ')']).contains('.');
    let is_long = word_before.matches('/').count() + word_after.matches('/').count() > ALTERNATIVES;
    is_long || word_before.starts_with(['/', '~']) || word_after.ends_with('/') || is_file(word_before) || is_file(word_after)
}

fn holds(rule: Rule, text: &str, range: &Range<usize>) -> bool {
    let (Some(before), Some(after)) = (text.get(..range.start), text.get(range.end..)) else { return false };
    match rule {
        Rule::Always => true,
        Rule::InSentence => !begins_sentence(before),
        Rule::Place => is_one_of(last_word(before), PREPOSITIONS) || is_environment(after),
        Rule::Environment => is_environment(after),
        Rule::Label => is_quoted(before, after) || is_one_of(last_word(before), LABEL_WORDS) || is_one_of(first_word(after), LABEL_WORDS),
    }
}

/// Whether what follows begins a sentence, a cell, an item.
fn begins_sentence(before: &str) -> bool {
    let trimmed = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '“' | '‘' | '«' | '(' | '['));
    trimmed.is_empty() || trimmed.ends_with(['.', '!', '?', ':', ';', '…', '–', '—', '|', '•']) || before.trim_end_matches(' ').ends_with('\n')
}

fn is_quoted(before: &str, after: &str) -> bool {
    [("'", "'"), ("\"", "\""), ("‘", "’"), ("“", "”"), ("«", "»"), ("„", "“")]
        .iter()
        .any(|(open, close)| before.ends_with(open) && after.starts_with(close))
}

fn is_environment(after: &str) -> bool {
    is_one_of(first_word(after), &["environment", "environments"])
}

/// The word right before a name, and nothing but space between.
fn last_word(before: &str) -> &str {
    let trimmed = before.trim_end_matches(' ');
    if trimmed.len() == before.len() {
        return "";
    }
    let start = trimmed.floor_char_boundary(trimmed.len().saturating_sub(WORD_LIMIT));
    let near = trimmed.get(start..).unwrap_or_default();
    near.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// The word right behind a name, and nothing but space between.
fn first_word(after: &str) -> &str {
    let trimmed = after.trim_start_matches(' ');
    if trimmed.len() == after.len() {
        return "";
    }
    let near = trimmed.get(..trimmed.floor_char_boundary(WORD_LIMIT)).unwrap_or_default();
    near.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Source};

    const REGISTRY: &str = "roles:
  ops-team: { name: Ops team, aliases: [OPS, Operations team] }
  qa: { name: QA team, aliases: [QA] }
  developers: { name: Developers, aliases: [Developer] }
  lead: { name: Ops team lead }
  bizdev: BizDev
  owner: { name: Owner }
  tester: { name: tester }
platforms: { github: GitHub, circles: Circles, email: { name: email }, pulumi: { name: pulumi }, dup: { name: Kiosk } }
environments:
  - { id: testnet, name: testnet }
  - { id: a, name: staging, scope: A }
  - { id: b, name: staging, scope: B }
  - { id: production, name: production }
  - { id: dev, name: development }
labels: { done: { name: done, meaning: x }, start: { name: Start, meaning: x }, qa-project: { name: QA project, meaning: x } }
glossary: { ADR: x, Product: x, Hotfix: x, Release window: x, runbook: x, staging: x, Kiosk: x, Größe: x }
";

    fn marked(text: &str) -> String {
        let source = Source::new(SitePath::new("registry.yaml").unwrap(), REGISTRY);
        let registry = Registry::parse(Some(&source), &mut Vec::new());
        let mentions = Mentions::of(&registry, |_| true);
        let found = mentions.find(text).map(|mention| format!("{}: {}", mention.entity.kind(), &text[mention.range]));
        found.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn names_are_found_where_they_are_meant() {
        for (text, expected) in [
            // Several words: the first letter in either case, the rest as declared; longest first; plurals.
            ("the Ops team, the ops team and Ops teams", "Role: Ops team, Role: ops team, Role: Ops teams"),
            ("Ask the Ops team lead.", "Role: Ops team lead"),
            ("the Ops team's pager", "Role: Ops team"),
            ("the Ops Team, the OPS TEAM", ""),
            ("Ops teammates, backOps team, Ops team-led", ""),
            ("a qA team, a QA team", "Role: QA team"),
            // Letters that name what is done too.
            ("QA passes, OPS too, by ADR", "Term: ADR"),
            // One word.
            ("Developers ask. The Developers answer. 'Developers", "Role: Developers"),
            ("developers ask an Owner and a tester and BizDev", "Role: BizDev"),
            ("GitHub and Circles, github and circles", "Platform: GitHub, Platform: Circles"),
            ("Circles are round. They are: Circles", ""),
            ("by email with pulumi", "Platform: pulumi"),
            ("the Product has a Hotfix; see the runbooks", "Term: Hotfix, Term: runbooks"),
            ("Release window", "Term: Release window"),
            ("die Größe, Übergröße, Größen", "Term: Größe"),
            // A platform and a term of one name: what has a page of its own.
            ("at the Kiosk", "Platform: Kiosk"),
            // Environments.
            ("testnet, devnet/testnet, testnet-only", "Environment: testnet, Environment: testnet"),
            ("push to production, production releases", "Environment: production"),
            ("in development, the development environment", "Environment: development"),
            // Two environments of one name: neither is certain, and the term is the next best.
            ("on staging", ""),
            // Labels need a sign.
            ("done, is done, 'done', the label done, status Start, a Start column", "Label: done, Label: done, Label: Start, Label: Start"),
            ("the QA project label, a QA project", "Label: QA project"),
            // Paths and addresses.
            ("docs/GitHub/a.md, https://x.org/GitHub, @GitHub, #GitHub, GitHub.com, ~/x/GitHub, GitHub()", ""),
            ("GitHub/Circles", "Platform: GitHub, Platform: Circles"),
            ("", ""),
        ] {
            assert_eq!(marked(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_is_sought_where_nothing_is_named() {
        let mentions = Mentions::of(&Registry::default(), |_| true);
        assert!(mentions.is_empty());
        assert_eq!(mentions.find("Ops team").count(), 0);
    }

    #[test]
    fn a_long_text_takes_no_more_than_its_length() {
        let text = "/Circles".repeat(200_000);
        assert_eq!(marked(&text), "");
    }
}
