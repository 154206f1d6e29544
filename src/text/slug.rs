use std::collections::BTreeMap;

use unicode_normalization::char::is_combining_mark;

/// The anchor that GitHub gives a heading with this text.
///
/// Lower case; letters, digits, marks, `_` and `-` are kept; each space becomes `-`; the rest is dropped.
#[must_use]
pub fn slug(text: &str) -> String {
    text.trim()
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|character| match character {
            ' ' => Some('-'),
            '_' | '-' => Some(character),
            _ if is_small_number(character) => None,
            _ if character.is_alphanumeric() || is_combining_mark(character) => Some(character),
            _ => None,
        })
        .collect()
}

/// Superscripts, subscripts, fractions and circled numbers: GitHub keeps decimal digits only.
fn is_small_number(character: char) -> bool {
    matches!(
        character,
        '\u{B2}' | '\u{B3}' | '\u{B9}' | '\u{BC}'..='\u{BE}' | '\u{2070}'..='\u{2079}' | '\u{2080}'..='\u{2089}' | '\u{2150}'..='\u{215F}' | '\u{2460}'..='\u{249B}'
    )
}

/// Gives each heading of one document its own anchor: the second `usage` becomes `usage-1`.
#[derive(Debug, Default)]
pub struct Slugger {
    taken: BTreeMap<String, usize>,
}

impl Slugger {
    /// The anchor of the next heading with this text. Never the same twice, never empty.
    pub fn next(&mut self, text: &str) -> String {
        let plain = slug(text);
        let base = if plain.is_empty() { "section".to_owned() } else { plain };
        let Some(&seen) = self.taken.get(&base) else {
            self.taken.insert(base.clone(), 0);
            return base;
        };
        let mut number = seen + 1;
        let mut candidate = format!("{base}-{number}");
        while self.taken.contains_key(&candidate) {
            number += 1;
            candidate = format!("{base}-{number}");
        }
        self.taken.insert(base, number);
        self.taken.insert(candidate.clone(), 0);
        candidate
    }

    /// Reserves an anchor that the author wrote. Returns whether it was still free.
    pub fn reserve(&mut self, id: &str) -> bool {
        self.taken.insert(id.to_owned(), 0).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_those_of_github() {
        for (text, expected) in [
            ("Post-setup verification", "post-setup-verification"),
            ("CI/CD & more", "cicd--more"),
            ("  What's new?  ", "whats-new"),
            ("snake_case `code`", "snake_case-code"),
            ("Größe → 10 %", "größe--10-"),
            ("日本語 の見出し", "日本語-の見出し"),
            ("🚀 Launch", "-launch"),
            ("10 m² in ½ h", "10-m-in--h"),
        ] {
            assert_eq!(slug(text), expected, "{text}");
        }
    }

    #[test]
    fn the_same_heading_twice_gets_two_anchors() {
        let mut slugger = Slugger::default();
        let ids: Vec<_> = ["Usage", "Usage", "Usage-1", "Usage", "!!", ""].map(|text| slugger.next(text)).into();
        assert_eq!(ids, ["usage", "usage-1", "usage-1-1", "usage-2", "section", "section-1"]);
    }
}
