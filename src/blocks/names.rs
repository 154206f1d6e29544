//! Names in cells and bullets: who is meant by `Ops lead, QA team and Developers`.
//!
//! Knows the registry and plain text. Must not know tables or lists.

use std::collections::BTreeSet;

use super::Named;
use crate::registry::Registry;
use crate::text::{Span, collapse, fold_title};

/// What people write where nobody is meant.
const NOBODY: [&str; 12] = ["-", "--", "---", "n/a", "na", "none", "nobody", "tbd", "todo", "?", ".", "·"];

/// Whether a cell says that there is nothing: it is empty, a dash, `n/a`.
pub(super) fn is_nothing(text: &str) -> bool {
    // What a template leaves to be filled in names nobody.
    if text.contains("{{") {
        return true;
    }
    let lowered = text.trim().to_lowercase().replace(['–', '—', '−', '‐', '‑'], "-");
    lowered.is_empty() || NOBODY.contains(&lowered.as_str())
}

/// The names that a cell lists, each with its place. `known` are other names of the same table, folded: where `Writer` stands
/// alone somewhere, `Writer/Editor` are two.
pub(super) fn split(text: &str, source: &str, span: Span, registry: &Registry, known: &BTreeSet<String>) -> Vec<Named> {
    let mut names = Vec::new();
    let mut from = span.start();
    let mut add = |piece: &str| {
        if is_nothing(piece) {
            return;
        }
        let place = source.get(from..span.end()).and_then(|rest| rest.find(piece)).map(|at| Span::new(from + at, from + at + piece.len()));
        from = place.map_or(from, Span::end);
        names.push(named(piece, place.unwrap_or(span), registry));
    };
    if registry.role(text).is_some() {
        add(text.trim());
        return names;
    }
    for piece in pieces(text) {
        let parts = parts(piece);
        let is_one = parts.len() < 2 || registry.role(piece).is_some();
        let is_known = |part: &&str| registry.role(part).is_some() || known.contains(&fold_title(part));
        if is_one || !parts.iter().any(is_known) {
            add(piece);
        } else {
            parts.into_iter().for_each(&mut add);
        }
    }
    names
}

/// The pieces between commas and the like, which never stand inside of a name.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '\n', '+']).map(str::trim).filter(|piece| !piece.is_empty())
}

/// The parts between slashes and `and`, which may stand inside of a name.
fn parts(piece: &str) -> Vec<&str> {
    let split = piece.split(['/', '&']).flat_map(|part| part.split(" and "));
    split.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// A name as the registry has it, else as it is written.
pub(super) fn named(written: &str, span: Span, registry: &Registry) -> Named {
    let plain = collapse(written.trim().trim_start_matches('@').trim_end_matches(['.', ':', '*', '†', '‡']));
    let entry = registry.role_index(&plain);
    let declared = entry.and_then(|index| registry.roles().get(index)).map(|role| role.names.name.clone());
    Named { name: declared.unwrap_or(plain), entry, span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Source};

    #[test]
    fn names_are_split_where_they_are_several() {
        let yaml = "roles: { ops-lead: { name: Ops lead }, soc: { name: SOC / Security }, qa: { name: QA team } }\n";
        let registry = Registry::parse(Some(&Source::new(SitePath::new("registry.yaml").unwrap(), yaml)), &mut Vec::new());
        let known = BTreeSet::from(["writer".to_owned()]);
        for (text, expected) in [
            ("Ops lead", "Ops lead"),
            ("Ops lead, QA team", "Ops lead|QA team"),
            ("ops-lead / QA team", "Ops lead|QA team"),
            ("SOC / Security", "SOC / Security"),
            ("Research and development", "Research and development"),
            ("Writer and editor", "Writer|editor"),
            ("Legal/Privacy; Writer", "Legal/Privacy|Writer"),
            (" – ", ""),
            ("TBD", ""),
            ("{{ owner }}", ""),
        ] {
            let names = split(text, text, Span::new(0, text.len()), &registry, &known);
            assert_eq!(names.iter().map(|named| named.name.as_str()).collect::<Vec<_>>().join("|"), expected, "{text}");
            assert!(names.iter().all(|named| !named.span.is_empty()));
        }
    }
}
