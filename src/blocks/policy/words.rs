//! Words and lengths of time in a sentence.

use crate::registry::{Length, Unit};

/// The words of a text in lower case, without the marks around them.
pub(super) fn words(text: &str) -> Vec<String> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    text.split(|c: char| c.is_whitespace() || matches!(c, '/' | '–' | '—' | '=')).map(bare).filter(|word| !word.is_empty()).collect()
}

/// What stands between full stops, semicolons and parentheses.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    // A full stop inside of a word, as in `1.5`, ends no sentence.
    text.split(['(', ')', ';', '!', '?', '|']).flat_map(|part| part.split(". "))
}

/// The longest length of time in a sentence, as `1-2 business days`, `4 hours during business hours` and `max 2 days` say it.
pub(super) fn length(text: &str) -> Option<Length> {
    let words = words(text);
    let mut longest = None;
    for (index, word) in words.iter().enumerate() {
        let Some(count) = upper_bound(word) else { continue };
        let next = |ahead: usize| words.get(index + ahead).map(String::as_str).unwrap_or_default();
        let two = format!("{} {}", next(1), next(2));
        let unit = |words: &str| Length::parse(&format!("1 {words}")).map(|length| length.unit);
        let Some(mut unit) = unit(&two).or_else(|| unit(next(1)).filter(|_| next(1).len() > 1)) else { continue };
        if unit == Unit::Hour && [2, 3].iter().any(|from| during_business(&words, index + from)) {
            unit = Unit::BusinessHour;
        }
        longest = Some(Length { count, unit });
    }
    longest
}

/// `2` of `2`, `1-2` and `1–2`.
fn upper_bound(word: &str) -> Option<u32> {
    let last = word.rsplit(['-', '–']).next().unwrap_or_default();
    (word.len() < 12 && word.starts_with(|c: char| c.is_ascii_digit()) && last.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| last.parse().ok())?
}

fn during_business(words: &[String], at: usize) -> bool {
    let word = |ahead: usize| words.get(at + ahead).map(String::as_str).unwrap_or_default();
    matches!(word(0), "during" | "of" | "in") && matches!(word(1), "business" | "working" | "businesshours")
}

/// How often an adjective says: `weekly`.
pub(super) fn cadence(word: &str) -> Option<Length> {
    let (count, unit) = match word {
        "daily" => (1, Unit::Day),
        "weekly" => (1, Unit::Week),
        "biweekly" | "fortnightly" => (2, Unit::Week),
        "monthly" => (1, Unit::Month),
        "quarterly" => (1, Unit::Quarter),
        "annual" | "yearly" => (1, Unit::Year),
        _ => return None,
    };
    Some(Length { count, unit })
}
