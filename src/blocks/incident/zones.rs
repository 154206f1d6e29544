//! Time zones as people write them.
//!
//! Knows plain text. Must not know what the times are of.

use jiff::tz::{Offset, TimeZone};

use super::moment::number;
use crate::registry::calendar;

/// A zone at the beginning, and what follows.
pub(super) fn zone_after(text: &str) -> (Option<TimeZone>, &str) {
    let trimmed = text.trim_start_matches([' ', '(', '[']);
    let end = trimmed.find(|c: char| c.is_whitespace() || ",;)]*|–—".contains(c)).unwrap_or(trimmed.len());
    let (word, after) = trimmed.split_at_checked(end).unwrap_or((trimmed, ""));
    let bare = word.trim_end_matches([':', '.', '-']);
    match zone_word(bare) {
        Some(zone) => (Some(zone), trimmed.get(bare.len()..).unwrap_or(after)),
        None => (None, text),
    }
}

/// A zone as one word: `Z`, `UTC`, `+01:00`, `UTC+1`, `Europe/Brussels`.
fn zone_word(word: &str) -> Option<TimeZone> {
    if word.len() > 60 {
        return None;
    }
    if let Some(hours) = abbreviated(word) {
        return Some(TimeZone::fixed(Offset::from_hours(hours).ok()?));
    }
    let bare = ["UTC", "GMT", "utc", "gmt"].iter().find_map(|name| word.strip_prefix(name)).unwrap_or(word);
    if bare.starts_with(['+', '-', '−']) {
        return offset(bare).map(TimeZone::fixed);
    }
    (word.contains('/') && word.starts_with(|c: char| c.is_ascii_uppercase())).then(|| calendar::zone(word))?
}

/// Abbreviations that mean one thing wherever incidents are written about.
fn abbreviated(word: &str) -> Option<i8> {
    Some(match word {
        "Z" | "z" | "UTC" | "utc" | "GMT" | "gmt" => 0,
        "CET" => 1,
        "CEST" | "EET" => 2,
        "EEST" => 3,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "MDT" => -6,
        "PDT" => -7,
        "PST" => -8,
        _ => return None,
    })
}

fn offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.chars().next()? {
        '+' => (1, text.strip_prefix('+')?),
        _ => (-1, text.strip_prefix(['-', '−'])?),
    };
    let (hours, after) = number(rest, 2)?;
    let after = after.strip_prefix(':').unwrap_or(after);
    let (minutes, after) = if after.is_empty() { (0, after) } else { number(after, 2)? };
    if !after.is_empty() || minutes > 59 || hours > 18 {
        return None;
    }
    Offset::from_seconds(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)).ok()
}

/// The zone that a sentence names: `All times are UTC.`, `Times are Europe/Brussels (UTC+1)`.
pub(super) fn zone_in(text: &str) -> Option<TimeZone> {
    let words = text.split(|c: char| c.is_whitespace() || "(),;|[]".contains(c)).take(400).map(|word| word.trim_end_matches(['.', ':']));
    let mut first = None;
    // `Z` and small letters are words like others in a sentence.
    for word in words.filter(|word| word.len() > 2) {
        let Some(zone) = zone_word(word) else { continue };
        if word.contains('/') {
            return Some(zone);
        }
        first = first.or(Some(zone));
    }
    first
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn zones_stand_in_sentences() {
        for (text, ahead) in [
            ("All times are UTC.", Some(0)),
            ("Times are Europe/Brussels (UTC+1).", Some(3600)),
            ("Times (UTC-05:30)", Some(-19800)),
            ("Time (CET)", Some(3600)),
            ("We are on it", None),
        ] {
            assert_eq!(zone_in(text).map(|zone| zone.to_offset(Timestamp::UNIX_EPOCH).seconds()), ahead, "{text}");
        }
    }
}
