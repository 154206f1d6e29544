//! Sections that are numbered instead of named: `Option 1`, `Option 2: queues`, `Appendix B`.

/// The words before the number, in lower case, if a title is such a one: `option`.
pub(super) fn stem(title: &str) -> Option<String> {
    let lowered = title.to_lowercase();
    let words: Vec<&str> = lowered.split_whitespace().collect();
    let place = words.iter().take(3).skip(1).position(|word| is_number(word, words.len() == 2))? + 1;
    let (before, _) = words.split_at_checked(place)?;
    let is_word = |word: &&str| word.len() > 2 && word.chars().all(char::is_alphabetic);
    before.iter().all(is_word).then(|| before.join(" "))
}

/// The expression that the titles of a family match.
pub(super) fn pattern(stem: &str) -> String {
    format!("^{} (\\d+|[a-z])\\b", regex::escape(stem))
}

/// Whether a word is a number, or a letter that stands for one: by itself at the end, or with a mark behind it.
fn is_number(word: &str, last: bool) -> bool {
    let bare = word.trim_end_matches([':', '.', ')', ',']);
    let is_digits = !bare.is_empty() && bare.len() <= 3 && bare.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter = bare.len() == 1 && bare.bytes().all(|byte| byte.is_ascii_lowercase());
    is_digits || (is_letter && (last || bare.len() < word.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::HeadingPattern;

    #[test]
    fn numbered_titles_have_a_stem() {
        for (title, expected) in [
            ("Option 1", Some("option")),
            ("Option 2: queues", Some("option")),
            ("Appendix B", Some("appendix")),
            ("Option A: do nothing", Some("option")),
            ("Recovery step 12 - restart", Some("recovery step")),
            ("Impact", None),
            ("1. Impact", None),
            ("Create a role", None),
            ("Version 1.2", None),
            ("Plan", None),
        ] {
            let found = stem(title);
            assert_eq!(found.as_deref(), expected, "{title}");
            if let Some(stem) = found {
                assert!(HeadingPattern::new(&pattern(&stem)).unwrap().is_match(title), "{title}");
            }
        }
    }
}
