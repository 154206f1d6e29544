//! Days, hours and lengths in words.

use crate::registry::{Moment, Support, TimeOfDay, Weekday};

/// `09:00`.
fn time(time: TimeOfDay) -> String {
    format!("{:02}:{:02}", time.minutes / 60, time.minutes % 60)
}

/// `Thursday 00:00`, `2026-12-24 18:00`.
pub(super) fn moment(moment: Moment) -> String {
    match moment {
        Moment::Weekly(day, at) => format!("{} {}", name(day), time(at)),
        Moment::Once(date, at) => format!("{date} {}", time(at)),
    }
}

fn name(day: Weekday) -> &'static str {
    Weekday::WORDS.get(day as usize).copied().unwrap_or_default()
}

/// `Monday to Friday`, `Friday, Saturday`, `every day`.
pub(super) fn days(days: &[Weekday]) -> String {
    let mut sorted: Vec<usize> = days.iter().map(|day| *day as usize).collect();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.is_empty() || sorted.len() == 7 {
        return "every day".to_owned();
    }
    let word = |day: usize| Weekday::WORDS.get(day % 7).copied().unwrap_or_default();
    // Days in a row are a range, over the end of the week too: Sunday to Thursday.
    let first = sorted.iter().copied().find(|day| !sorted.contains(&((day + 6) % 7))).unwrap_or_default();
    let in_row = (0..sorted.len()).all(|offset| sorted.contains(&((first + offset) % 7)));
    if in_row && sorted.len() > 2 {
        return format!("{} to {}", word(first), word(first + sorted.len() - 1));
    }
    let order = (0..7).map(|offset| (first + offset) % 7).filter(|day| sorted.contains(day));
    order.map(word).collect::<Vec<_>>().join(", ")
}

/// `Sunday to Thursday, 09:00 to 17:00 (Europe/Brussels)`.
pub(super) fn hours(support: &Support) -> String {
    let from_until = match (support.from, support.until) {
        (Some(from), Some(until)) => format!("{} to {}", time(from), time(until)),
        (Some(from), None) => format!("from {}", time(from)),
        (None, Some(until)) => format!("until {}", time(until)),
        (None, None) => "at any hour".to_owned(),
    };
    let zone = support.zone.as_ref().map_or_else(String::new, |zone| format!(" ({zone})"));
    let text = format!("{}, {from_until}{zone}", days(&support.days));
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters.as_str().chars()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_a_row_are_a_range() {
        use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
        for (given, expected) in [
            (&[][..], "every day"),
            (&[Monday, Tuesday, Wednesday, Thursday, Friday], "Monday to Friday"),
            (&[Sunday, Monday, Tuesday, Wednesday, Thursday], "Sunday to Thursday"),
            (&[Friday, Saturday], "Friday, Saturday"),
            (&[Sunday, Monday], "Sunday, Monday"),
            (&[Monday, Wednesday, Friday], "Monday, Wednesday, Friday"),
            (&[Thursday], "Thursday"),
        ] {
            assert_eq!(days(given), expected);
        }
    }
}
