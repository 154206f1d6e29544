//! Days, times and lengths of time as people write them. Knows no clock and no time zones.

use std::fmt;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Every day, from Monday.
    pub const ALL: [Self; 7] = [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// Their names.
    pub const WORDS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    /// The day of this name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let index = Self::WORDS.iter().position(|name| *name == word)?;
        Self::ALL.get(index).copied()
    }
}

/// A time of day in minutes since midnight: 0 to 1440, which is the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TimeOfDay {
    /// Minutes since midnight.
    pub minutes: u16,
}

impl TimeOfDay {
    /// Reads `09:00`, up to `24:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let (hours, minutes) = (number(hours, 1..=2)?, number(minutes, 2..=2)?);
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= 24 * 60).then_some(Self { minutes: u16::try_from(total).ok()? })
    }
}

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year, of four digits.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl Date {
    /// Reads `2026-11-20`; none if there is no such day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (number(parts.next()?, 4..=4)?, number(parts.next()?, 2..=2)?, number(parts.next()?, 2..=2)?);
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        let valid = parts.next().is_none() && (1..=days).contains(&day);
        valid.then_some(Self { year: u16::try_from(year).ok()?, month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// When something begins or ends: every week, or once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// Every week on this day: `Thursday 00:00`.
    Weekly(Weekday, TimeOfDay),
    /// On one day: `2026-12-24 18:00`.
    Once(Date, TimeOfDay),
}

impl Moment {
    /// Reads a day of the week or a date, with a time of day behind it or none for midnight.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // The T of ISO 8601 stands behind dates only: Thursday begins with one.
        let parts = text.split_once(' ').or_else(|| text.split_once('T').filter(|(day, _)| !day.is_empty()));
        let (day, time) = match parts {
            Some((day, time)) => (day, TimeOfDay::parse(time.trim())?),
            None => (text, TimeOfDay::default()),
        };
        Weekday::parse(day).map(|day| Self::Weekly(day, time)).or_else(|| Date::parse(day).map(|date| Self::Once(date, time)))
    }

    /// Whether it comes every week.
    #[must_use]
    pub fn is_weekly(self) -> bool {
        matches!(self, Self::Weekly(..))
    }
}

/// What lengths of time are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum Unit {
    Minute,
    Hour,
    BusinessHour,
    Day,
    BusinessDay,
    Week,
    Sprint,
    Month,
    Quarter,
    Year,
}

/// How each unit may be written; the first word is the one to suggest.
const UNITS: &[(Unit, &[&str])] = &[
    (Unit::Minute, &["minutes", "minute", "min", "m"]),
    (Unit::Hour, &["hours", "hour", "h", "hourly"]),
    (Unit::BusinessHour, &["business hours", "business hour", "working hours", "working hour"]),
    (Unit::Day, &["days", "day", "d", "daily"]),
    (Unit::BusinessDay, &["business days", "business day", "working days", "working day"]),
    (Unit::Week, &["weeks", "week", "w", "weekly"]),
    (Unit::Sprint, &["sprints", "sprint"]),
    (Unit::Month, &["months", "month", "monthly"]),
    (Unit::Quarter, &["quarters", "quarter", "quarterly"]),
    (Unit::Year, &["years", "year", "y", "yearly", "annually"]),
];

impl Unit {
    /// One of it in words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::BusinessHour => "business hour",
            Self::Day => "day",
            Self::BusinessDay => "business day",
            Self::Week => "week",
            Self::Sprint => "sprint",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// A length of time: so many of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Length {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

impl Length {
    /// Reads `90d`, `2 business days`, `week` and `weekly`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = crate::text::collapse(text).to_lowercase();
        let unit_text = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = text.strip_suffix(unit_text).unwrap_or_default();
        let count = if digits.is_empty() { 1 } else { digits.parse().ok()? };
        let (unit, _) = UNITS.iter().find(|(_, words)| words.contains(&unit_text.trim()))?;
        Some(Self { count, unit: *unit })
    }

    /// As people say it: `2 business days`.
    #[must_use]
    pub fn words(self) -> String {
        crate::text::count(self.count as usize, self.unit.word())
    }

    /// As people say how often something comes: `every week`, `every 2 weeks`.
    #[must_use]
    pub fn every(self) -> String {
        if self.count == 1 { format!("every {}", self.unit.word()) } else { format!("every {}", self.words()) }
    }
}

/// A number of this many digits and nothing else.
fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let valid = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_weekly_or_once() {
        let time = |minutes| TimeOfDay { minutes };
        for (text, expected) in [
            ("Thursday 00:00", Some(Moment::Weekly(Weekday::Thursday, time(0)))),
            ("Sunday", Some(Moment::Weekly(Weekday::Sunday, time(0)))),
            ("Sunday 24:00", Some(Moment::Weekly(Weekday::Sunday, time(1440)))),
            ("2026-12-24 18:30", Some(Moment::Once(Date { year: 2026, month: 12, day: 24 }, time(1110)))),
            ("2026-12-24T18:30", Some(Moment::Once(Date { year: 2026, month: 12, day: 24 }, time(1110)))),
            ("2024-02-29", Some(Moment::Once(Date { year: 2024, month: 2, day: 29 }, time(0)))),
            ("2026-02-29", None),
            ("2026-13-01", None),
            ("Thursday 24:01", None),
            ("Thursday 9:5", None),
            ("Thorsday", None),
            ("Thursday at noon", None),
            ("", None),
            ("٢٠٢٦-12-01", None),
        ] {
            assert_eq!(Moment::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn lengths_are_a_number_and_a_unit() {
        let length = |count, unit| Some(Length { count, unit });
        for (text, expected) in [
            ("0h", length(0, Unit::Hour)),
            ("2 business days", length(2, Unit::BusinessDay)),
            ("2  Working Days", length(2, Unit::BusinessDay)),
            ("90d", length(90, Unit::Day)),
            ("week", length(1, Unit::Week)),
            ("quarterly", length(1, Unit::Quarter)),
            ("this sprint", None),
            ("2", None),
            ("99999999999 days", None),
            ("", None),
        ] {
            assert_eq!(Length::parse(text), expected, "{text}");
        }
    }
}
