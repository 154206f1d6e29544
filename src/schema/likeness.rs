//! How a title differs from the names of a demand, in words. Knows folded titles only.

use super::names::Names;
use super::near::NearKind;
use crate::text::within;

/// A folded title in the forms in which two titles are compared, worked out once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shape {
    folded: String,
    letters: usize,
    squeezed: String,
    words: Vec<String>,
    /// The words with those that hyphens join taken apart: 'set-up' is two.
    pieces: Vec<String>,
}

impl Shape {
    /// The shape of a folded title.
    #[must_use]
    pub(super) fn new(folded: &str) -> Self {
        Self {
            folded: folded.to_owned(),
            letters: folded.chars().count(),
            squeezed: squeeze(folded),
            words: words(folded),
            pieces: words(&folded.replace('-', " ")),
        }
    }

    /// The folded title itself.
    #[must_use]
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }
}

/// How a title differs from a demand's names, if it is like one of them. `is_other` knows the names of other demands.
pub(super) fn kind(names: &Names, title: &Shape, is_other: &dyn Fn(&str) -> bool) -> Option<NearKind> {
    if title.squeezed.is_empty() {
        return None;
    }
    names.shapes.iter().filter_map(|name| compare(name, title, is_other)).min()
}

fn compare(name: &Shape, title: &Shape, is_other: &dyn Fn(&str) -> bool) -> Option<NearKind> {
    if name.folded == title.folded {
        return Some(NearKind::Elsewhere);
    }
    if name.squeezed == title.squeezed {
        return Some(NearKind::Spelling);
    }
    let (wanted, found) = (&name.words, &title.words);
    if wanted == found {
        return Some(NearKind::Plural);
    }
    let limit = (name.letters / 4).clamp(1, 3);
    // The distance is never less than the difference in length: most titles fall here, cheaply.
    if name.letters >= 4 && name.letters.abs_diff(title.letters) <= limit && within(&name.folded, &title.folded, limit).is_some() {
        return Some(NearKind::Typo);
    }
    if !wanted.iter().any(|word| found.contains(word)) {
        return None;
    }
    let parts = parts(&title.folded);
    if parts.len() > 1 && parts.iter().any(|part| same_words(part, name)) && parts.iter().any(|part| is_other(part)) {
        return Some(NearKind::Combined);
    }
    if holds(found, wanted) && found.len() <= wanted.len() + 6 {
        return Some(NearKind::Longer);
    }
    let (wanted, found) = (significant(&name.pieces), significant(&title.pieces));
    let shared = wanted.iter().filter(|word| found.contains(word)).count();
    if wanted.len() > 1 && shared * 5 >= wanted.len().max(found.len()) * 3 {
        return Some(NearKind::Reworded);
    }
    (wanted.len() > 1 && holds(&wanted, &found)).then_some(NearKind::Shorter)
}

/// Whether a folded title has the same words as a name but for singular and plural.
pub(super) fn same_words(title: &str, name: &Shape) -> bool {
    words(title) == name.words
}

/// The letters and digits of a title.
fn squeeze(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The words of a title in the singular, hyphens inside words dropped.
fn words(title: &str) -> Vec<String> {
    let pieces = title.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '\'');
    pieces.map(|word| singular(&squeeze(word))).filter(|word| !word.is_empty()).collect()
}

/// An English word less its plural ending; near enough to compare two words.
fn singular(word: &str) -> String {
    if word.len() < 4 {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let hissing = ["ses", "xes", "zes", "ches", "shes"].iter().any(|ending| word.ends_with(ending));
    let ending = if hissing { "es" } else { "s" };
    match word.strip_suffix(ending) {
        Some(stem) if !stem.ends_with('s') || hissing => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// The titles that a combined title joins.
fn parts(title: &str) -> Vec<&str> {
    let mut parts = vec![title];
    for joint in [" and ", " & ", " + ", "/", ", "] {
        parts = parts.into_iter().flat_map(|part| part.split(joint)).collect();
    }
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Whether the words of `inner` stand side by side in `outer`.
fn holds<T: PartialEq>(outer: &[T], inner: &[T]) -> bool {
    !inner.is_empty() && outer.windows(inner.len()).any(|window| window == inner)
}

fn significant(words: &[String]) -> Vec<&str> {
    const SMALL: [&str; 12] = ["a", "an", "and", "the", "of", "for", "to", "in", "on", "or", "with", "by"];
    words.iter().map(String::as_str).filter(|word| !SMALL.contains(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold_title;

    #[test]
    fn differences_have_names() {
        use NearKind as K;
        for (name, title, expected) in [
            ("Mitigation", "Mitigations", Some(K::Plural)),
            ("Policy", "Policies", Some(K::Plural)),
            ("Environment set-up", "Environment setup", Some(K::Spelling)),
            ("Environment set-up", "Environment set up", Some(K::Spelling)),
            ("Lint -> Test", "Lint → Test", Some(K::Spelling)),
            ("Impact", "\"Impact", Some(K::Spelling)),
            ("Consequences", "Consequenses", Some(K::Typo)),
            ("Diagnosis", "Diagnosys", Some(K::Typo)),
            ("Diagnosis", "Diagnosis and mitigation", Some(K::Combined)),
            ("Mitigation", "Diagnosis & Mitigations", Some(K::Combined)),
            ("Impact", "Impact on users", Some(K::Longer)),
            ("Impact", "Impact [optional]", Some(K::Longer)),
            ("Decision", "Factors in the decision", Some(K::Longer)),
            ("Impact", "Impact and scope", Some(K::Longer)),
            ("Post-setup verification", "Verification after set-up", None),
            ("Post-setup verification", "Setup verification", Some(K::Reworded)),
            ("Environment setup steps", "Steps of environment setup", Some(K::Reworded)),
            ("Monitoring tools overview", "Monitoring tools", Some(K::Reworded)),
            ("Code development", "Development", Some(K::Shorter)),
            ("Impact", "Import", None),
            ("Impact", "Status", None),
            ("Rules", "Roles", Some(K::Typo)),
            ("Impact", "—", None),
        ] {
            let others = [Shape::new("diagnosis"), Shape::new("mitigation")];
            let is_other = |part: &str| others.iter().any(|other| same_words(part, other));
            let is_other = |part: &str| part != fold_title(name) && is_other(part);
            let found = kind(&Names::new([name]), &Shape::new(&fold_title(title)), &is_other);
            assert_eq!(found, expected, "{name} / {title}");
        }
    }
}
