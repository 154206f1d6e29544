//! What is wrong between the entries of a registry: names that two have, names that none has, circles, patterns that don't hold.

use std::collections::{BTreeMap, HashMap, HashSet};

use regex::RegexBuilder;

use super::model::{Names, Naming, Reference};
use super::{INVALID_REGISTRY, Registry};
use crate::diagnostic::Diagnostic;
use crate::source::SitePath;
use crate::text::{fold_title, nearest, shorten};

/// Suggestions cost a look at every name, so a file with more unknown names than this gets none for the rest.
const SUGGESTIONS: usize = 100;

/// So many roles of a circle are named.
const SHOWN: usize = 8;

/// A compiled pattern may be as large as this, in bytes: repetitions of repetitions would fill the memory.
const PATTERN_BYTES: usize = 1 << 20;

/// Adds what is wrong between the entries.
pub(super) fn judge(registry: &Registry, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) {
    twins("role", registry.roles.iter().map(|role| ("", &role.names)), path, diagnostics);
    twins("platform", registry.platforms.iter().map(|platform| ("", &platform.names)), path, diagnostics);
    twins("calendar", registry.calendars.iter().map(|calendar| ("", &calendar.names)), path, diagnostics);
    twins("term", registry.glossary.iter().map(|term| ("", &term.names)), path, diagnostics);
    // Two parts of the organisation have a staging each, and two platforms a label of one name.
    let scope = |scope: &'_ Option<String>| scope.clone().unwrap_or_default();
    let environments = registry.environments.iter().map(|environment| (scope(&environment.scope), &environment.names));
    twins("environment", environments, path, diagnostics);
    let platform = |label: &super::Label| label.platform.as_ref().map_or_else(String::new, |platform| fold_title(&platform.name));
    twins("label", registry.labels.iter().map(|label| (platform(label), &label.names)), path, diagnostics);
    unknown(registry, path, diagnostics);
    circles(registry, path, diagnostics);
    for naming in &registry.naming {
        diagnostics.extend(pattern_fault(naming, path));
    }
}

/// Two entries of one kind and one group must not answer to the same name: nobody could say which is meant.
fn twins<'a, G: Into<String>>(what: &str, entries: impl Iterator<Item = (G, &'a Names)>, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) {
    let mut known: HashMap<(String, String), (&Names, crate::text::Span)> = HashMap::new();
    for (group, names) in entries {
        let group = group.into();
        let own = [(&names.id, names.span), (&names.name, names.span)].into_iter();
        for (name, span) in own.chain(names.aliases.iter().map(|alias| (&alias.name, alias.span))) {
            let folded = fold_title(name);
            if folded.is_empty() {
                let finding = Diagnostic::new(&INVALID_REGISTRY, path, span, format!("'{name}' can't be the name of a {what}: it has no words"));
                diagnostics.push(finding.help("write a name with letters or digits"));
                continue;
            }
            let (first, place) = *known.entry((group.clone(), folded)).or_insert((names, span));
            if !std::ptr::eq(first, names) {
                let finding = Diagnostic::new(&INVALID_REGISTRY, path, span, format!("two {what}s answer to the name '{name}'"));
                let finding = finding.label(format!("'{}' is called so too", first.id)).related(path, place, "the first of them");
                diagnostics.push(finding.help("take the name from one of the two"));
                break;
            }
        }
    }
}

/// Reports references to entries that aren't there.
fn unknown(registry: &Registry, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) {
    let mut suggestions = SUGGESTIONS;
    let mut report = |what: &str, list: &str, reference: &Reference, names: &[&str]| {
        let finding = Diagnostic::new(&INVALID_REGISTRY, path, reference.span, format!("no {what} is called '{}'", reference.name));
        let near = if suggestions > 0 { nearest(&reference.name, names.iter().copied()) } else { None };
        suggestions = suggestions.saturating_sub(1);
        diagnostics.push(match near {
            Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or add the {what} to `{list}`")),
            None => finding.help(format!("add it to `{list}`, or name one that is there")),
        });
    };
    let roles: Vec<&str> = registry.role_names().collect();
    for reference in role_references(registry) {
        if registry.role(&reference.name).is_none() {
            report("role", "roles", reference, &roles);
        }
    }
    let platforms = folded(registry.platforms.iter().map(|platform| &platform.names));
    let names: Vec<&str> = platforms.values().copied().collect();
    let of_labels = registry.labels.iter().filter_map(|label| label.platform.as_ref());
    for reference in of_labels.chain(registry.channels.iter().filter_map(|channel| channel.platform.as_ref())) {
        if !platforms.contains_key(&fold_title(&reference.name)) {
            report("platform", "platforms", reference, &names);
        }
    }
    let environments = folded(registry.environments.iter().map(|environment| &environment.names));
    let names: Vec<&str> = environments.values().copied().collect();
    let of_freezes = registry.freezes.iter().flat_map(|freeze| &freeze.environments);
    for reference in of_freezes.chain(registry.permissions.iter().flat_map(|permission| &permission.environments)) {
        if !environments.contains_key(&fold_title(&reference.name)) {
            report("environment", "environments", reference, &names);
        }
    }
}

/// The names of entries as they are written, by the form in which they are compared.
fn folded<'a>(entries: impl Iterator<Item = &'a Names>) -> BTreeMap<String, &'a str> {
    let mut names = BTreeMap::new();
    for name in entries.flat_map(Names::all) {
        // Of an id and a name that fold to the same, the id comes first: it is what to write.
        names.entry(fold_title(name)).or_insert(name);
    }
    names
}

fn role_references(registry: &Registry) -> impl Iterator<Item = &Reference> {
    let escalations = registry.roles.iter().flat_map(|role| &role.escalates_to);
    escalations
        .chain(registry.labels.iter().flat_map(|label| &label.set_by))
        .chain(registry.support.iter().map(|support| &support.role))
        .chain(registry.approvals.iter().flat_map(|approval| &approval.by))
        .chain(registry.reviews.iter().map(|review| &review.owner))
        .chain(registry.decisions.iter().flat_map(|decision| &decision.by))
        .chain(registry.permissions.iter().map(|permission| &permission.role))
        .chain(registry.channels.iter().filter_map(|channel| channel.role.as_ref()))
        .chain(registry.contacts.iter().filter_map(|contact| contact.role.as_ref()))
}

/// Reports escalations that come back to where they began: at night, nobody would ever answer.
fn circles(registry: &Registry, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) {
    let next: Vec<Vec<(usize, &Reference)>> = registry
        .roles
        .iter()
        .map(|role| role.escalates_to.iter().filter_map(|reference| Some((registry.role_index(&reference.name)?, reference))).collect())
        .collect();
    let name = |role: usize| registry.roles.get(role).map_or("", |role| role.names.name.as_str());
    let mut done = HashSet::new();
    for start in 0..next.len() {
        if done.contains(&start) {
            continue;
        }
        // A path of roles and how many of their escalations were followed; not recursive, so that no depth is too deep.
        let mut trail: Vec<(usize, usize)> = vec![(start, 0)];
        let mut place: HashMap<usize, usize> = HashMap::from([(start, 0)]);
        while let Some((role, followed)) = trail.last_mut() {
            let (current, step) = (*role, next.get(*role).and_then(|steps| steps.get(*followed)));
            *followed += 1;
            let Some((to, reference)) = step else {
                done.insert(current);
                place.remove(&current);
                trail.pop();
                continue;
            };
            if let Some(begin) = place.get(to) {
                let mut circle: Vec<&str> = trail.iter().skip(*begin).take(SHOWN).map(|(role, _)| name(*role)).collect();
                circle.extend((trail.len() - begin > SHOWN).then_some("…"));
                circle.push(name(*to));
                let message = format!("escalation goes in a circle: {}", circle.join(" → "));
                let finding = Diagnostic::new(&INVALID_REGISTRY, path, reference.span, message);
                diagnostics.push(finding.help("let one of these roles escalate to someone outside of the circle, or to nobody"));
            } else if !done.contains(to) {
                place.insert(*to, trail.len());
                trail.push((*to, 0));
            }
        }
    }
}

/// What is wrong with a pattern or its examples.
fn pattern_fault(naming: &Naming, path: &SitePath) -> Vec<Diagnostic> {
    let pattern = &naming.pattern;
    let compile = |pattern: &str| RegexBuilder::new(pattern).size_limit(PATTERN_BYTES).build();
    if let Err(error) = compile(&pattern.name) {
        let reason = match &error {
            regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
            // The last line of several says what is wrong, the others draw the pattern.
            _ => error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
        };
        let message = format!("'{}' is not a regular expression: {reason}", shorten(&pattern.name, 80));
        let help = "put a backslash before a character that stands for itself, and write the pattern in single quotes";
        return vec![Diagnostic::new(&INVALID_REGISTRY, path, pattern.span, message).help(help)];
    }
    // Fails for patterns that end in a comment: those may match a part.
    let Ok(regex) = compile(&format!("^(?:{})$", pattern.name)).or_else(|_| compile(&pattern.name)) else { return Vec::new() };
    let wrong = naming.examples.iter().filter(|example| !regex.is_match(&example.name));
    let finding = |example: &Reference| {
        let message = format!("'{}' doesn't follow the pattern of '{}'", shorten(&example.name, 80), naming.what);
        Diagnostic::new(&INVALID_REGISTRY, path, example.span, message)
            .related(path, pattern.span, "the pattern, which the whole name must match")
            .help("mend the example or the pattern")
    };
    wrong.map(finding).collect()
}
