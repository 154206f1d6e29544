//! Days of the week in a sentence, and what is said of them.

use super::words::words;
use crate::registry::Weekday;

/// What a statement says of each day of the week: closed, open, or nothing.
///
/// "From Thursday until Sunday" closes Thursday to Saturday, says nothing of Sunday, which may or may not be meant, and leaves the others open.
/// "After Wednesday" closes Thursday, leaves Wednesday open and says nothing of the rest: weeks end on different days. Two statements agree
/// unless one closes a day that the other leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Week {
    /// Days on which nothing is done, as bits from Monday.
    pub closed: u8,
    /// Days on which it is.
    pub open: u8,
}

impl Week {
    /// Whether no day is closed in one and open in the other.
    #[must_use]
    pub fn agrees(self, other: Self) -> bool {
        self.closed & other.open == 0 && self.open & other.closed == 0
    }

    /// The names of the closed days.
    #[must_use]
    pub fn closed_days(self) -> Vec<&'static str> {
        names(self.closed)
    }
}

fn names(bits: u8) -> Vec<&'static str> {
    Weekday::WORDS.iter().enumerate().filter(|(index, _)| bits & (1 << index) != 0).map(|(_, name)| *name).collect()
}

/// The bit of a day.
pub(super) fn bit(day: usize) -> u8 {
    1 << (day % 7)
}

/// The days from one to another, both included, around the end of the week if need be.
fn range(from: usize, until: usize) -> u8 {
    let length = (until + 7 - from) % 7;
    (0..=length).fold(0, |bits, day| bits | bit(from + day))
}

/// The place in the week of a day's name: `Friday`, `fridays`.
fn day(word: &str) -> Option<usize> {
    Weekday::WORDS.iter().position(|name| {
        let rest = word.len().checked_sub(name.len()).and_then(|_| word.get(name.len()..));
        word.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) && rest.is_some_and(|rest| rest.is_empty() || rest == "s")
    })
}

/// Whether a day of the week is one of the calendar: `Wednesday 21 October`, `Monday, May 4th`. What happened on it is no rule.
pub(super) fn is_dated(words: &[String]) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let is_date = |word: &String| word.starts_with(|c: char| c.is_ascii_digit()) || MONTHS.iter().any(|month| word.starts_with(month));
    words.windows(2).any(|pair| matches!(pair, [name, next] if day(name).is_some() && is_date(next)))
}

/// The first mention of days in a text, with the word before it and how they are joined.
struct Mention {
    before: String,
    first: usize,
    /// The second day, and whether the two are the ends of a range.
    second: Option<(usize, bool)>,
}

fn mention(text: &str) -> Option<Mention> {
    let spaced: String = text.replace(['–', '—'], " - ").replace(',', " and ");
    let marked = spaced.replace(" - ", " until ");
    let words = words(&marked);
    let at = words.iter().position(|word| day(word).is_some())?;
    let word = |index: usize| words.get(index).map(String::as_str).unwrap_or_default();
    let before = at.checked_sub(1).map_or_else(String::new, |index| word(index).to_owned());
    let first = day(word(at))?;
    let next = (at + 1..at + 4).find(|index| !matches!(word(*index), "evening" | "night" | "noon" | "midnight" | "morning"))?;
    let second = match word(next) {
        "until" | "till" | "til" | "through" | "thru" | "to" => day(word(next + 1)).map(|second| (second, true)),
        "and" if before == "between" => day(word(next + 1)).map(|second| (second, true)),
        "and" | "or" => day(word(next + 1)).map(|second| (second, false)),
        _ => None,
    };
    Some(Mention { before, first, second })
}

/// The days that a sentence closes.
pub(super) fn closed(text: &str) -> Option<Week> {
    let Mention { before, first, second } = mention(text)?;
    let all = 0x7f;
    match (before.as_str(), second) {
        // Neither end is certain.
        ("between", Some((until, true))) if until != first => {
            Some(Week { closed: range(first, until) & !bit(first) & !bit(until), open: all & !range(first, until) })
        }
        (_, Some((until, true))) if until != first => Some(Week { closed: range(first, until) & !bit(until), open: all & !range(first, until) }),
        ("after", None) => Some(Week { closed: bit(first + 1), open: bit(first) }),
        ("on" | "every" | "a" | "deploys" | "releases" | "deployments", None) => Some(Week { closed: bit(first), open: 0 }),
        ("on" | "every", Some((other, false))) => Some(Week { closed: bit(first) | bit(other), open: 0 }),
        _ => None,
    }
}

/// The last day on which something is done: `by Wednesday`.
pub(super) fn deadline(text: &str) -> Option<Week> {
    let Mention { before, first, second } = mention(text)?;
    (before == "by" && second.is_none()).then(|| Week { closed: 0, open: bit(first) })
}

/// The days that a text lists or spans, both ends included.
pub(super) fn listed(text: &str) -> Vec<Weekday> {
    let bits = match mention(text) {
        // From Monday to Monday is a week, and says nothing of days.
        Some(Mention { first, second: Some((until, true)), .. }) if first == until => 0,
        Some(Mention { first, second: Some((until, true)), .. }) => range(first, until),
        Some(Mention { first, second: Some((other, false)), .. }) => {
            // Three and more, one after another.
            words(text).iter().filter_map(|word| day(word)).fold(bit(first) | bit(other), |bits, day| bits | bit(day))
        }
        Some(Mention { first, second: None, .. }) => bit(first),
        None => 0,
    };
    Weekday::ALL.into_iter().enumerate().filter(|(index, _)| bits & bit(*index) != 0).map(|(_, day)| day).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_closed_open_or_not_spoken_of() {
        for (text, shut, open) in [
            ("from Thursday until Sunday", "Thursday Friday Saturday", "Monday Tuesday Wednesday"),
            ("FROM THURSDAY UNTIL SUNDAY", "Thursday Friday Saturday", "Monday Tuesday Wednesday"),
            ("from Friday evening to Monday", "Friday Saturday Sunday", "Tuesday Wednesday Thursday"),
            ("after Wednesday", "Thursday", "Wednesday"),
            ("between Friday and Monday", "Saturday Sunday", "Tuesday Wednesday Thursday"),
            ("on Fridays", "Friday", ""),
            ("on Friday or Saturday", "Friday Saturday", ""),
            ("Thursday – Sunday", "Thursday Friday Saturday", "Monday Tuesday Wednesday"),
        ] {
            let week = closed(text).unwrap_or_default();
            assert_eq!((names(week.closed).join(" ").as_str(), names(week.open).join(" ").as_str()), (shut, open), "{text}");
        }
        for text in ["", "Friday", "before Friday", "by Friday", "Sundays are fine", "from Thursday until Thursday"] {
            assert_eq!(closed(text), None, "{text}");
        }
        let week = |text: &str| closed(text).or_else(|| deadline(text)).unwrap();
        assert!(week("from Thursday until Sunday").agrees(week("after Wednesday")));
        assert!(week("from Thursday until Sunday").agrees(week("by Wednesday")));
        assert!(!week("from Thursday until Sunday").agrees(week("by Friday")));
        assert!(!week("from Thursday until Sunday").agrees(week("after Thursday")));
    }

    #[test]
    fn lists_and_ranges_of_days() {
        let days = |text: &str| listed(text).iter().map(|day| Weekday::WORDS[*day as usize]).collect::<Vec<_>>().join(" ");
        assert_eq!(days("from Sunday until Thursday"), "Monday Tuesday Wednesday Thursday Sunday");
        assert_eq!(days("Friday - Saturday"), "Friday Saturday");
        assert_eq!(days("Monday, Wednesday and Friday"), "Monday Wednesday Friday");
        assert_eq!(days("any day"), "");
    }
}
