//! Freezes and reviews as calendars that other programs subscribe to: RFC 5545.
//!
//! The same registry gives the same bytes: what the standard wants a clock for, the stamp, is fixed, and events that come again and again
//! begin in the week of 2024-01-01 where nothing says when they began.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::civil::{self, DateTime};
use jiff::tz::{Dst, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::handbook::Handbook;
use crate::registry::calendar::zone;
use crate::registry::{Date, Freeze, Length, Moment, Reference, Registry, TimeOfDay, Unit, Weekday};
use crate::text::{Slugger, slug};

const STAMP: &str = "20240101T000000Z";

/// A Monday.
const EPOCH: civil::Date = civil::date(2024, 1, 1);

/// Changes of clocks are written out up to this year.
const LAST_YEAR: i16 = 2045;

/// Lines are folded at so many bytes.
const FOLD: usize = 75;

/// The freezes; none if there are none.
pub(super) fn freezes(registry: &Registry) -> Option<String> {
    if registry.freezes.is_empty() {
        return None;
    }
    let mut calendar = Calendar::new("Freezes");
    let mut zones: BTreeMap<String, TimeZone> = BTreeMap::new();
    for freeze in &registry.freezes {
        let name = registry.zone_of(freeze);
        if let Some(zone) = zone(&name).filter(|_| name != "UTC") {
            zones.insert(name, zone);
        }
    }
    for (name, zone) in &zones {
        calendar.zone(name, zone);
    }
    let mut ids = Slugger::default();
    for freeze in &registry.freezes {
        let name = registry.zone_of(freeze);
        calendar.freeze(freeze, &ids.next(&slug(&freeze.id)), Some(name.as_str()).filter(|name| zones.contains_key(*name)));
    }
    Some(calendar.finish())
}

/// The reviews that come after days, weeks, months or years; none if there are none.
pub(super) fn reviews(handbook: &Handbook) -> Option<String> {
    let mut calendar = Calendar::new("Reviews");
    let mut ids = Slugger::default();
    let mut any = false;
    for review in &handbook.registry.reviews {
        let id = ids.next(&slug(&review.what));
        let Some(rule) = recurrence(review.every) else { continue };
        any = true;
        calendar.line("BEGIN", "VEVENT");
        calendar.line("UID", &format!("review-{id}@opsbook"));
        calendar.line("DTSTAMP", STAMP);
        let first = reviewed(handbook, review.source.as_ref()).unwrap_or(EPOCH);
        let first = if review.every.unit == Unit::BusinessDay { weekday_from(first) } else { first };
        // A month without a 31st would be left out.
        let by_days = rule.starts_with("FREQ=W") || rule.starts_with("FREQ=D");
        let first = if by_days || first.day() <= 28 { first } else { first.with().day(28).build().unwrap_or(first) };
        calendar.line("DTSTART;VALUE=DATE", &first.strftime("%Y%m%d").to_string());
        calendar.line("RRULE", &rule);
        calendar.text("SUMMARY", &review.what);
        let owner = handbook.registry.role(&review.owner.name).map_or(review.owner.name.as_str(), |role| role.names.name.as_str());
        let about = review.description.as_ref().map_or_else(String::new, |description| format!("\n{description}"));
        calendar.text("DESCRIPTION", &format!("Owner: {owner}{about}"));
        calendar.line("TRANSP", "TRANSPARENT");
        calendar.line("END", "VEVENT");
    }
    any.then(|| calendar.finish())
}

/// The day on which the page that demands a review says that it was last looked at: reviews are counted from it.
fn reviewed(handbook: &Handbook, source: Option<&Reference>) -> Option<civil::Date> {
    let path = source?.name.split('#').next()?;
    let index = handbook.pages.binary_search_by(|page| page.path.as_str().cmp(path)).ok()?;
    let (text, _) = handbook.pages.get(index)?.document.meta.reviewed.as_ref()?;
    civil_date(Date::parse(text)?)
}

fn recurrence(every: Length) -> Option<String> {
    let (frequency, interval) = match (every.unit, every.count) {
        (_, 0) | (Unit::Minute | Unit::Hour | Unit::BusinessHour | Unit::Sprint, _) => return None,
        (Unit::Day, count) => ("DAILY", count),
        (Unit::BusinessDay, 1) => return Some("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR".to_owned()),
        // No rule skips the days between: an interval counts Saturdays and Sundays too.
        (Unit::BusinessDay, count) if count % 5 == 0 => ("WEEKLY", count / 5),
        (Unit::BusinessDay, _) => return None,
        (Unit::Week, count) => ("WEEKLY", count),
        (Unit::Month, count) => ("MONTHLY", count),
        (Unit::Quarter, count) => ("MONTHLY", count.checked_mul(3)?),
        (Unit::Year, count) => ("YEARLY", count),
    };
    Some(format!("FREQ={frequency};INTERVAL={interval}"))
}

/// The day itself, or the Monday after a Saturday or Sunday.
fn weekday_from(date: civil::Date) -> civil::Date {
    let days = match date.weekday() {
        civil::Weekday::Saturday => 2,
        civil::Weekday::Sunday => 1,
        _ => 0,
    };
    date.checked_add(days.days()).unwrap_or(date)
}

fn civil_date(date: Date) -> Option<civil::Date> {
    civil::Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

/// The lines of a calendar.
pub(in crate::render) struct Calendar {
    out: String,
}

impl Calendar {
    pub(in crate::render) fn new(name: &str) -> Self {
        let mut calendar = Self { out: String::new() };
        calendar.line("BEGIN", "VCALENDAR");
        calendar.line("VERSION", "2.0");
        calendar.line("PRODID", "-//opsbook//opsbook//EN");
        calendar.line("CALSCALE", "GREGORIAN");
        calendar.text("X-WR-CALNAME", name);
        calendar
    }

    pub(in crate::render) fn finish(mut self) -> String {
        self.line("END", "VCALENDAR");
        self.out
    }

    fn freeze(&mut self, freeze: &Freeze, id: &str, zone: Option<&str>) {
        let Some((from, until, rule)) = times(freeze) else { return };
        let parameter = zone.map_or_else(String::new, |zone| format!(";TZID={zone}"));
        let end = if zone.is_some() { "" } else { "Z" };
        self.line("BEGIN", "VEVENT");
        self.line("UID", &format!("freeze-{id}@opsbook"));
        self.line("DTSTAMP", STAMP);
        self.line(&format!("DTSTART{parameter}"), &format!("{}{end}", from.strftime("%Y%m%dT%H%M%S")));
        self.line(&format!("DTEND{parameter}"), &format!("{}{end}", until.strftime("%Y%m%dT%H%M%S")));
        if rule {
            self.line("RRULE", "FREQ=WEEKLY");
        }
        self.text("SUMMARY", &format!("Freeze: {}", freeze.what));
        let places = freeze.environments.iter().map(|reference| reference.name.as_str()).collect::<Vec<_>>().join(", ");
        let places = if places.is_empty() { String::new() } else { format!("Environments: {places}") };
        let said =
            [("Scope", &freeze.scope), ("Except", &freeze.except)].into_iter().filter_map(|(word, said)| Some(format!("{word}: {}", said.as_ref()?)));
        let lines: Vec<String> = std::iter::once(places).filter(|places| !places.is_empty()).chain(said).collect();
        if !lines.is_empty() {
            self.text("DESCRIPTION", &lines.join("\n"));
        }
        self.line("TRANSP", "TRANSPARENT");
        self.line("END", "VEVENT");
    }

    /// The changes of clocks of a time zone, each with its day: what programs that know no zones reckon with.
    fn zone(&mut self, name: &str, zone: &TimeZone) {
        self.line("BEGIN", "VTIMEZONE");
        self.line("TZID", name);
        let start = zone.to_ambiguous_timestamp(EPOCH.to_datetime(civil::Time::midnight())).compatible().unwrap_or(Timestamp::UNIX_EPOCH);
        let info = zone.to_offset_info(start);
        let is_dst = info.dst() == Dst::Yes;
        let before = offset(info.offset().seconds());
        self.observance(is_dst, (&before, &before), info.abbreviation(), &["19700101T000000".to_owned()]);
        let mut last = before;
        let mut changes: BTreeMap<(bool, String, String, String), Vec<String>> = BTreeMap::new();
        for change in zone.following(start) {
            let after = change.offset();
            let Ok(local) = change.timestamp().checked_add(i64::from(seconds(&last)).seconds()) else { break };
            let local = TimeZone::UTC.to_datetime(local);
            if local.year() > LAST_YEAR {
                break;
            }
            let after = offset(after.seconds());
            let key = (change.dst() == Dst::Yes, last, after.clone(), change.abbreviation().to_owned());
            changes.entry(key).or_default().push(local.strftime("%Y%m%dT%H%M%S").to_string());
            last = after;
        }
        for ((is_dst, from, to, name), moments) in &changes {
            self.observance(*is_dst, (from, to), name, moments);
        }
        self.line("END", "VTIMEZONE");
    }

    fn observance(&mut self, is_dst: bool, (from, to): (&str, &str), name: &str, moments: &[String]) {
        let kind = if is_dst { "DAYLIGHT" } else { "STANDARD" };
        let Some((first, more)) = moments.split_first() else { return };
        self.line("BEGIN", kind);
        self.line("DTSTART", first);
        self.line("TZOFFSETFROM", from);
        self.line("TZOFFSETTO", to);
        self.text("TZNAME", name);
        if !more.is_empty() {
            self.line("RDATE", &more.join(","));
        }
        self.line("END", kind);
    }

    /// A line whose value is a text of anybody's.
    pub(in crate::render) fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for c in value.chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                c if c.is_control() => {}
                c => escaped.push(c),
            }
        }
        self.line(name, &escaped);
    }

    pub(in crate::render) fn line(&mut self, name: &str, value: &str) {
        let line = format!("{name}:{value}");
        let mut width = 0;
        for c in line.chars() {
            if width + c.len_utf8() > FOLD {
                self.out.push_str("\r\n ");
                width = 1;
            }
            self.out.push(c);
            width += c.len_utf8();
        }
        self.out.push_str("\r\n");
    }
}

/// When a freeze first begins and ends, and whether it comes again each week.
fn times(freeze: &Freeze) -> Option<(DateTime, DateTime, bool)> {
    let at = |date: civil::Date, time: TimeOfDay| date.to_datetime(civil::Time::midnight()).checked_add(i64::from(time.minutes).minutes()).ok();
    match (freeze.from, freeze.until) {
        (Moment::Once(from, begin), Moment::Once(until, end)) => Some((at(civil_date(from)?, begin)?, at(civil_date(until)?, end)?, false)),
        (Moment::Weekly(from, begin), Moment::Weekly(until, end)) => {
            let day = |day: Weekday| EPOCH.checked_add((day as i64).days()).ok();
            let (from, mut until) = (at(day(from)?, begin)?, at(day(until)?, end)?);
            if until <= from {
                until = until.checked_add(7.days()).ok()?;
            }
            Some((from, until, true))
        }
        _ => None,
    }
}

/// `+0100`
fn offset(seconds: i32) -> String {
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs() / 60);
    let mut text = String::new();
    // Writing to a string can't fail.
    let _ = write!(text, "{sign}{:02}{:02}", minutes / 60, minutes % 60);
    text
}

fn seconds(offset: &str) -> i32 {
    let digits = |range: std::ops::Range<usize>| offset.get(range).and_then(|digits| digits.parse::<i32>().ok()).unwrap_or(0);
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    sign * (digits(1..3) * 3600 + digits(3..5) * 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Source};

    fn freezes_of(text: &str) -> String {
        let source = Source::new(SitePath::new("registry.yaml").unwrap(), text);
        let mut found = Vec::new();
        let registry = Registry::parse(Some(&source), &mut found);
        assert_eq!(found, []);
        freezes(&registry).unwrap()
    }

    #[test]
    fn lines_are_folded_escaped_and_end_as_the_standard_says() {
        let long = "Wörter; und, mehr \\ ".repeat(10);
        let text = freezes_of(&format!("freezes: [{{ what: '{long}', from: Thursday, until: Sunday, zone: Europe/Brussels }}]"));
        assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
        assert!(text.split("\r\n").all(|line| line.len() <= FOLD));
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains("Wörter\\; und\\, mehr \\\\ Wörter"));
        assert!(unfolded.contains("DTSTART;TZID=Europe/Brussels:20240104T000000\r\nDTEND;TZID=Europe/Brussels:20240107T000000\r\nRRULE:FREQ=WEEKLY"));
        assert!(
            unfolded.contains(
                "BEGIN:DAYLIGHT\r\nDTSTART:20240331T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\nRDATE:20250330T020000"
            )
        );
    }

    #[test]
    fn business_days_are_weeks_or_every_weekday_or_no_event() {
        for (length, expected) in [
            ("1 business day", Some("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR")),
            ("5 business days", Some("FREQ=WEEKLY;INTERVAL=1")),
            ("20 business days", Some("FREQ=WEEKLY;INTERVAL=4")),
            ("3 business days", None),
            ("0d", None),
            ("3d", Some("FREQ=DAILY;INTERVAL=3")),
        ] {
            assert_eq!(recurrence(Length::parse(length).unwrap()).as_deref(), expected, "{length}");
        }
        for (day, expected) in [(3, 3), (5, 5), (6, 8), (7, 8)] {
            assert_eq!(weekday_from(civil::date(2024, 1, day)), civil::date(2024, 1, expected));
        }
    }

    #[test]
    fn ids_differ_and_stay() {
        let text = freezes_of("freezes: [{ what: x, from: Friday 18:00, until: Monday }, { what: x, from: 2026-12-24, until: 2027-01-02 }]");
        let uids: Vec<&str> = text.split("\r\n").filter(|line| line.starts_with("UID")).collect();
        assert_eq!(uids, ["UID:freeze-x@opsbook", "UID:freeze-x-1@opsbook"]);
        assert!(text.contains("DTSTART:20240105T180000Z\r\nDTEND:20240108T000000Z\r\n") && !text.contains("VTIMEZONE"));
    }
}
