//! Times, days and time zones as people write them.
//!
//! Knows plain text. Must not know what the times are of.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use crate::registry::calendar;
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
    at(date.to_datetime(found.time), zone, span).ok_or(TimeFault::Unreadable)
}

/// The moment at which clocks of a zone show a time.
pub(super) fn at(local: DateTime, zone: &TimeZone, span: Span) -> Option<Moment> {
    let at = zone.to_ambiguous_timestamp(local).compatible().ok()?;
    Some(Moment { at, ahead: zone.to_offset(at).seconds(), span })
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
    let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || "*_~`([≈".contains(c));
    while let Some((word, after)) = rest.split_once(' ')
        && is_filler(word)
    {
        rest = after.trim_start();
    }
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
fn number(text: &str, digits: usize) -> Option<(u16, &str)> {
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

/// A zone at the beginning, and what follows.
fn zone_after(text: &str) -> (Option<TimeZone>, &str) {
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
    fn zones_and_days_stand_in_sentences() {
        for (text, ahead) in [
            ("All times are UTC.", Some(0)),
            ("Times are Europe/Brussels (UTC+1).", Some(3600)),
            ("Times (UTC-05:30)", Some(-19800)),
            ("Time (CET)", Some(3600)),
            ("We are on it", None),
        ] {
            assert_eq!(zone_in(text).map(|zone| zone.to_offset(Timestamp::UNIX_EPOCH).seconds()), ahead, "{text}");
        }
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
