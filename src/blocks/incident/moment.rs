//! Times, days and time zones as people write them.
//!
//! Knows plain text. Must not know what the times are of.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use super::zones::zone_after;
use crate::text::Span;

/// A moment, how far its zone was from UTC then, and where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub at: Timestamp,
    /// Seconds that local clocks were ahead of UTC.
    pub ahead: i32,
    /// Where it is written.
    pub span: Span,
}

impl Moment {
    /// The time as clocks showed it there.
    #[must_use]
    pub fn local(&self) -> DateTime {
        local(self.at, self.ahead)
    }
}

/// The time as clocks showed it that were so many seconds ahead of UTC.
#[must_use]
pub fn local(at: Timestamp, ahead: i32) -> DateTime {
    Offset::from_seconds(ahead).unwrap_or(Offset::UTC).to_datetime(at)
}

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFault {
    /// It says no zone, so it is another moment in every zone.
    NoZone,
    /// It says a day and no time.
    NoTime,
    /// Clocks of its zone were put forward past it.
    Skipped,
    /// Clocks of its zone showed it twice, first and then so many seconds ahead of UTC.
    Twice(i32, i32),
    /// It is this instead of text.
    NotText(&'static str),
    /// It is no time at all.
    Unreadable,
}

/// The moment that a text names: with an offset, or in `zone`.
pub(super) fn moment(text: &str, zone: Option<&TimeZone>, span: Span) -> Result<Moment, TimeFault> {
    let text = text.trim();
    let Some(found) = leading(text, None).filter(|found| found.rest.is_empty()) else {
        return Err(if text.parse::<Date>().is_ok() { TimeFault::NoTime } else { TimeFault::Unreadable });
    };
    let date = found.date.ok_or(TimeFault::Unreadable)?;
    let zone = found.zone.as_ref().or(zone).ok_or(TimeFault::NoZone)?;
    let local = date.to_datetime(found.time);
    unclear(local, zone).map_or_else(|| at(local, zone, span, None).ok_or(TimeFault::Unreadable), Err)
}

/// The moment at which clocks of a zone show a time. Where they show it twice that is the first time, unless something before it was later.
pub(super) fn at(local: DateTime, zone: &TimeZone, span: Span, before: Option<Timestamp>) -> Option<Moment> {
    let found = zone.to_ambiguous_timestamp(local);
    let first = found.compatible().ok()?;
    let is_second = found.is_ambiguous() && before.is_some_and(|before| first < before);
    let at = if is_second { found.later().ok()? } else { first };
    Some(Moment { at, ahead: zone.to_offset(at).seconds(), span })
}

/// Why clocks of a zone don't say which moment a time is, if they don't.
pub(super) fn unclear(local: DateTime, zone: &TimeZone) -> Option<TimeFault> {
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Gap { .. } => Some(TimeFault::Skipped),
        AmbiguousOffset::Fold { before, after } => Some(TimeFault::Twice(before.seconds(), after.seconds())),
    }
}

/// A time at the beginning of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leading<'a> {
    pub date: Option<Date>,
    pub time: Time,
    pub zone: Option<TimeZone>,
    /// What follows.
    pub rest: &'a str,
}

/// The time that opens a text: `09:42`, `**2026-10-06 09:42 UTC**`, `6 October 2026, 9:42 am`. `year` is that of days without one.
pub(super) fn leading(text: &str, year: Option<i16>) -> Option<Leading<'_>> {
    let rest = opening(text);
    let (date, after) = match date(rest, year) {
        Some((date, after)) => (Some(date), separated(after)),
        None => (None, rest),
    };
    let (time, after) = clock(after)?;
    let (zone, after) = zone_after(after);
    let after = second_of_range(after);
    let (late, after) = zone_after(after);
    let rest = after.trim_start_matches(|c: char| c.is_whitespace() || "*_~`:;,.|)]–—-".contains(c));
    Some(Leading { date, time, zone: zone.or(late), rest })
}

/// A text without marks and words that may stand before a time.
fn opening(text: &str) -> &str {
    let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || "*_~`([≈".contains(c));
    while let Some((word, after)) = rest.split_once(' ')
        && is_filler(word)
    {
        rest = after.trim_start();
    }
    rest
}

/// Whether a text begins with what is written like a day or a time and is none: `99:00`, `2026-13-06 04:10`.
pub(super) fn is_impossible(text: &str, year: Option<i16>) -> bool {
    let rest = opening(text);
    let after = match date(rest, year) {
        Some((_, after)) => separated(after),
        None if is_written_like(rest, "dddd-dd-dd") => return true,
        None => rest,
    };
    (is_written_like(after, "dd:dd") || is_written_like(after, "d:dd")) && clock(after).is_none()
}

/// Whether a text begins with digits where the pattern has a `d`, and with its other characters, and no digit follows.
fn is_written_like(text: &str, pattern: &str) -> bool {
    let bytes = text.as_bytes();
    let fits = |(byte, wanted): (&u8, u8)| if wanted == b'd' { byte.is_ascii_digit() } else { *byte == wanted };
    bytes.len() >= pattern.len() && bytes.iter().zip(pattern.bytes()).all(fits) && !bytes.get(pattern.len()).is_some_and(u8::is_ascii_digit)
}

/// Words that may stand before a time.
fn is_filler(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    is_weekday(&word) || matches!(word.as_str(), "at" | "around" | "about" | "approx" | "approximately" | "ca" | "circa" | "on")
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    DAYS.iter().any(|day| *day == word || (word.len() == 3 && day.starts_with(word)))
}

fn separated(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || ",–—-".contains(c));
    let after = text.strip_prefix(['T', 't']).unwrap_or(text);
    after.strip_prefix("at ").unwrap_or(after)
}

/// A clock time at the beginning, and what follows.
fn clock(text: &str) -> Option<(Time, &str)> {
    let (hour, after) = number(text, 2)?;
    let (minute, after) = number(after.strip_prefix(':')?, 2).filter(|(_, after)| !after.starts_with(|c: char| c.is_ascii_digit()))?;
    let (second, after) = after.strip_prefix(':').and_then(|after| number(after, 2)).unwrap_or((0, after));
    // Parts of a second change nothing that anybody reads.
    let after = after
        .strip_prefix('.')
        .filter(|after| after.starts_with(|c: char| c.is_ascii_digit()))
        .map_or(after, |after| after.trim_start_matches(|c: char| c.is_ascii_digit()));
    let half = after.trim_start().get(..2).map(str::to_ascii_lowercase);
    let ends = |after: &str| !after.starts_with(char::is_alphanumeric);
    let (hour, after) = match (half.as_deref(), after.trim_start().get(2..)) {
        (Some("am"), Some(rest)) if ends(rest) && (1..=12).contains(&hour) => (hour % 12, rest),
        (Some("pm"), Some(rest)) if ends(rest) && (1..=12).contains(&hour) => (hour % 12 + 12, rest),
        _ => (hour, after),
    };
    let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second.min(59)).ok()?, 0).ok()?;
    Some((time, after))
}

/// A number of at most so many digits at the beginning, and what follows.
pub(super) fn number(text: &str, digits: usize) -> Option<(u16, &str)> {
    let end = text.bytes().take(digits).take_while(u8::is_ascii_digit).count();
    let (number, after) = text.split_at_checked(end)?;
    Some((number.parse().ok()?, after))
}

/// What follows the end of a range: `–13:20`.
fn second_of_range(text: &str) -> &str {
    let Some(after) = text.trim_start().strip_prefix(['-', '–', '—']) else { return text };
    let after = after.trim_start();
    // An end may have a date too.
    let after = date(after, None).map_or(after, |(_, after)| separated(after));
    clock(after).map_or(text, |(_, after)| after)
}

const MONTHS: [&str; 12] = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches(['.', ',']).to_ascii_lowercase();
    let is_one = |month: &str| {
        month == word || (word.len() >= 3 && word.len() <= 4 && month.starts_with(&word)) || (word == "sept" && month.starts_with("sep"))
    };
    i8::try_from(MONTHS.iter().position(|month| is_one(month))? + 1).ok()
}

/// The day of a month, with or without its ending: `6`, `6th`.
fn day_of_month(word: &str) -> Option<i8> {
    let bare = word.trim_end_matches([',', '.']);
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|ending| bare.strip_suffix(ending)).unwrap_or(bare);
    if bare.len() > 2 { None } else { bare.parse().ok() }
}

/// A date at the beginning of a text, and what follows. Where it says no year it is of `year`.
fn date(text: &str, year: Option<i16>) -> Option<(Date, &str)> {
    if let Some((iso, after)) = text.split_at_checked(10)
        && iso.as_bytes().get(4) == Some(&b'-')
        && let Ok(date) = iso.parse::<Date>()
    {
        return (!after.starts_with(|c: char| c.is_ascii_digit())).then_some((date, after));
    }
    let (first, after) = word(text)?;
    let (second, after) = word(after)?;
    let (day, month) = match (day_of_month(first), month(second)) {
        (Some(day), Some(month)) => (day, month),
        _ => (day_of_month(second)?, month(first)?),
    };
    let written = word(after).and_then(|(third, after)| {
        let year = third.trim_end_matches([',', ':', '.']);
        Some((year.parse::<i16>().ok().filter(|_| year.len() == 4)?, after))
    });
    let (year, after) = match written {
        Some((year, after)) => (year, after),
        None => (year?, after),
    };
    Some((Date::new(year, month, day).ok()?, after))
}

fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(word, _)| !word.is_empty())
}

/// The first day that a text names: `2026-12-01`, `1 December 2026`, `December 1, 2026`. `year` is that of days without one.
pub(super) fn day_in(text: &str, year: Option<i16>) -> Option<Date> {
    let mut rest = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    for _ in 0..40 {
        if let Some((date, _)) = date(rest, year) {
            return Some(date);
        }
        rest = word(rest)?.1.trim_start_matches(|c: char| !c.is_alphanumeric());
    }
    None
}

/// The day that a due date names; none of `next week` and the like.
#[must_use]
pub fn day(text: &str) -> Option<Date> {
    day_in(text, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::calendar;

    #[test]
    fn moments_have_a_zone() {
        let brussels = calendar::zone("Europe/Brussels");
        for (text, zone, expected) in [
            ("2026-10-06T04:10:00Z", false, Ok("2026-10-06T04:10:00Z")),
            ("2026-10-06T04:10Z", false, Ok("2026-10-06T04:10:00Z")),
            ("2026-10-06 04:10 UTC", false, Ok("2026-10-06T04:10:00Z")),
            ("2026-10-06T04:10:30.5+02:00", false, Ok("2026-10-06T02:10:30Z")),
            ("2026-10-06 04:10 +0200", false, Ok("2026-10-06T02:10:00Z")),
            ("2026-10-06 04:10 Europe/Brussels", false, Ok("2026-10-06T02:10:00Z")),
            ("2026-10-06 04:10", true, Ok("2026-10-06T02:10:00Z")),
            ("2026-12-06T04:10:00", true, Ok("2026-12-06T03:10:00Z")),
            ("6 October 2026, 4:10 pm GMT", false, Ok("2026-10-06T16:10:00Z")),
            ("2026-10-06T04:10:00", false, Err(TimeFault::NoZone)),
            ("2026-10-06", true, Err(TimeFault::NoTime)),
            ("04:10 UTC", false, Err(TimeFault::Unreadable)),
            ("2026-13-06 04:10 UTC", false, Err(TimeFault::Unreadable)),
            ("2026-10-06 24:10 UTC", false, Err(TimeFault::Unreadable)),
            ("yesterday", false, Err(TimeFault::Unreadable)),
            ("", false, Err(TimeFault::Unreadable)),
        ] {
            let found = moment(text, brussels.as_ref().filter(|_| zone), Span::at(0)).map(|moment| moment.at.to_string());
            assert_eq!(found.as_deref(), expected.as_ref().map(|text: &&str| *text), "{text}");
        }
    }

    #[test]
    fn what_clocks_show_never_or_twice_is_no_moment() {
        let brussels = calendar::zone("Europe/Brussels");
        for (text, expected) in [
            ("2026-03-29 02:30", Err(TimeFault::Skipped)),
            ("2026-10-25 02:30 Europe/Brussels", Err(TimeFault::Twice(7200, 3600))),
            ("2026-10-25 02:30 +02:00", Ok("2026-10-25T00:30:00Z")),
            ("2026-10-25 03:00", Ok("2026-10-25T02:00:00Z")),
        ] {
            let found = moment(text, brussels.as_ref(), Span::at(0)).map(|moment| moment.at.to_string());
            assert_eq!(found.as_deref(), expected.as_ref().map(|text: &&str| *text), "{text}");
        }
    }

    #[test]
    fn times_that_cannot_be_are_told_from_words() {
        for text in ["99:00 looked", "**24:10** looked", "9:60", "2026-10-06 25:00 UTC", "2026-13-06 04:10", "2026-02-30"] {
            assert!(is_impossible(text, None), "{text}");
        }
        for text in ["09:42 looked", "10:300 looked", "3 pods", "looked at 99:00", "2026-10-06", "", "1:2", "99:0", "12345-67-89"] {
            assert!(!is_impossible(text, None), "{text}");
        }
    }

    #[test]
    fn times_open_lines() {
        for (text, expected) in [
            ("09:42 looked", Some("- 09:42:00 - looked")),
            ("**09:42 UTC** – looked", Some("- 09:42:00 UTC looked")),
            ("2026-10-05 13:00: looked", Some("2026-10-05 13:00:00 - looked")),
            ("Tuesday 6 October 2026 at 9:05 PM CET looked", Some("2026-10-06 21:05:00 +01 looked")),
            ("13:00–13:20 looked", Some("- 13:00:00 - looked")),
            ("13:00 - 13:20 UTC looked", Some("- 13:00:00 UTC looked")),
            ("~ 7:05 looked", Some("- 07:05:00 - looked")),
            ("Oct 5 13:00 looked", Some("2025-10-05 13:00:00 - looked")),
            ("1:2 looked", Some("- 01:02:00 - looked")),
            ("10:300 looked", None),
            ("25:00 looked", None),
            ("looked at 09:42", None),
            ("3 pods", None),
            ("", None),
        ] {
            let shown = leading(text, Some(2025)).map(|found| {
                let date = found.date.map_or("-".to_owned(), |date| date.to_string());
                let zone = found.zone.map_or("-".to_owned(), |zone| zone.to_offset(Timestamp::UNIX_EPOCH).to_string());
                format!("{date} {} {} {}", found.time, zone.replace("+00", "UTC"), found.rest)
            });
            assert_eq!(shown.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn days_stand_in_sentences() {
        for (text, expected) in [
            ("2026-12-01", Some("2026-12-01")),
            ("by 1 December 2026 at the latest", Some("2026-12-01")),
            ("December 1st, 2026", Some("2026-12-01")),
            ("1 December", None),
            ("Friday", None),
            ("2026-12-011", None),
        ] {
            assert_eq!(day(text).map(|day| day.to_string()).as_deref(), expected, "{text}");
        }
    }
}
