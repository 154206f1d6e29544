//! When rules hold: freezes as stretches of real time, business time with its holidays.
//!
//! Knows time zones from the database that is built in, so that every machine says the same. Knows no clock: who asks says when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use jiff::civil::{self, DateTime};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};

use super::model::{Calendar, Freeze};
use super::time::{Date, Length, Moment, TimeOfDay, Unit, Weekday};
use super::{Reference, Registry};
use crate::text::{fold_title, nearest};

/// So many weeks ahead are looked at. What is closed for longer is said to have no end.
pub const WEEKS_AHEAD: i64 = 54;

/// Deadlines further away than this, in days, are not reckoned.
const DAYS_AHEAD: u32 = 3660;

const DAY: u16 = 24 * 60;

/// The time zone of this name, as the IANA database has it. No zone of the machine counts.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// The name of a time zone that is nearest to one that doesn't exist.
#[must_use]
pub fn nearest_zone(name: &str) -> Option<String> {
    let names: Vec<String> = TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect();
    nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
}

/// A stretch of time; its end is no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// When it begins.
    pub from: Timestamp,
    /// When it is over.
    pub until: Timestamp,
}

impl Interval {
    /// Whether a moment lies in it.
    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// What holds at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The freezes that hold, by their place in the list, each with the stretch in which it does.
    pub active: Vec<(usize, Interval)>,
    /// When none of them holds any more; none if that is not within a year.
    pub until: Option<Timestamp>,
    /// The freeze that begins next, where none holds.
    pub next: Option<(usize, Interval)>,
}

/// What holds at `at`, of freezes with the time zones that they are in.
#[must_use]
pub fn status(freezes: &[(&Freeze, TimeZone)], at: Timestamp) -> Status {
    let horizon = at.checked_add((WEEKS_AHEAD * 7 * 24).hours()).unwrap_or(Timestamp::MAX);
    let mut all: BinaryHeap<Reverse<(Interval, usize)>> = BinaryHeap::new();
    for (index, (freeze, zone)) in freezes.iter().enumerate() {
        all.extend(intervals(freeze, zone, at).into_iter().filter(|stretch| stretch.until > at).map(|stretch| Reverse((stretch, index))));
    }
    let mut status = Status { active: Vec::new(), until: None, next: None };
    let mut end = at;
    while let Some(Reverse((stretch, index))) = all.pop() {
        if stretch.contains(at) {
            status.active.push((index, stretch));
        } else if status.active.is_empty() {
            status.next = Some((index, stretch));
            break;
        } else if stretch.from > end {
            break;
        }
        end = end.max(stretch.until);
    }
    status.active.sort_by_key(|(index, _)| *index);
    status.until = (!status.active.is_empty() && end < horizon).then_some(end);
    status
}

/// The stretches of a freeze from a fortnight before `at` on: of a weekly one those of about a year.
#[must_use]
pub fn intervals(freeze: &Freeze, zone: &TimeZone, at: Timestamp) -> Vec<Interval> {
    match (freeze.from, freeze.until) {
        (Moment::Once(from, from_time), Moment::Once(until, until_time)) => {
            let moment = |date, time| instant(local(civil_date(date)?, time)?, zone);
            stretch(moment(from, from_time), moment(until, until_time)).into_iter().collect()
        }
        (Moment::Weekly(from, from_time), Moment::Weekly(until, until_time)) => {
            let begin = week_minute(from, from_time) % (7 * i64::from(DAY));
            let length = (week_minute(until, until_time) - begin).rem_euclid(7 * i64::from(DAY));
            let today = zone.to_datetime(at).date();
            let Ok(monday) = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days()) else { return Vec::new() };
            let place = |week: i64, minute: i64| {
                let day = monday.checked_add((week * 7 + minute / i64::from(DAY)).days()).ok()?;
                instant(local(day, TimeOfDay { minutes: u16::try_from(minute % i64::from(DAY)).ok()? })?, zone)
            };
            (-2..=WEEKS_AHEAD).filter_map(|week| stretch(place(week, begin), place(week, begin + length))).collect()
        }
        _ => Vec::new(),
    }
}

fn stretch(from: Option<Timestamp>, until: Option<Timestamp>) -> Option<Interval> {
    let (from, until) = (from?, until?);
    (from < until).then_some(Interval { from, until })
}

/// Minutes since the beginning of Monday.
#[must_use]
pub fn week_minute(day: Weekday, time: TimeOfDay) -> i64 {
    let days = Weekday::ALL.iter().position(|other| *other == day).unwrap_or(0);
    i64::try_from(days).unwrap_or(0) * i64::from(DAY) + i64::from(time.minutes)
}

fn civil_date(date: Date) -> Option<civil::Date> {
    civil::Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

fn local(date: civil::Date, time: TimeOfDay) -> Option<DateTime> {
    let midnight = date.to_datetime(civil::Time::midnight());
    midnight.checked_add(i64::from(time.minutes).minutes()).ok()
}

/// The instant of a local time. One that a change of clocks leaves out is as long after the change; of one that comes twice the first
/// counts: what RFC 5545 says.
fn instant(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(local).compatible().ok()
}

impl Registry {
    /// The time zone of a freeze: its own, else that of the calendar of its scope, else that of the only calendar, else UTC.
    #[must_use]
    pub fn zone_of(&self, freeze: &Freeze) -> String {
        let own = freeze.zone.clone();
        own.or_else(|| self.calendar_of(freeze.scope.as_deref())?.zone.clone()).unwrap_or_else(|| "UTC".to_owned())
    }

    /// The calendar of a scope: the one of its name, else the only one, unless that is called like another scope.
    #[must_use]
    pub fn calendar_of(&self, scope: Option<&str>) -> Option<&Calendar> {
        let is_called = |calendar: &Calendar, scope: &str| calendar.names.all().any(|name| fold_title(name) == fold_title(scope));
        let own = scope.and_then(|scope| self.calendars.iter().find(|calendar| is_called(calendar, scope)));
        let [only] = self.calendars.as_slice() else { return own };
        let scopes = self.roles().iter().filter_map(|role| role.scope.as_deref());
        let mut others = scopes.chain(self.environments.iter().filter_map(|environment| environment.scope.as_deref()));
        own.or_else(|| (scope.is_none() || !others.any(|other| is_called(only, other))).then_some(only))
    }

    /// The environments that a name can mean for a part of the organisation: the one of this id, else all of this name, those of the
    /// part before those of others.
    #[must_use]
    pub fn environments_named(&self, name: &str, scope: Option<&str>) -> Vec<usize> {
        let wanted = fold_title(name);
        if let Some(index) = self.environments.iter().position(|environment| fold_title(&environment.names.id) == wanted) {
            return vec![index];
        }
        let named = self.environments.iter().enumerate().filter(|(_, environment)| environment.names.all().any(|name| fold_title(name) == wanted));
        let all: Vec<usize> = named.map(|(index, _)| index).collect();
        let of_scope = |index: &usize| scope.is_some() && self.environments.get(*index).is_some_and(|found| found.scope.as_deref() == scope);
        let own: Vec<usize> = all.iter().copied().filter(of_scope).collect();
        if own.is_empty() { all } else { own }
    }

    /// Whether a freeze is about an environment.
    #[must_use]
    pub fn covers(&self, freeze: &Freeze, environment: usize) -> bool {
        if freeze.environments.is_empty() {
            let scope = self.environments.get(environment).and_then(|environment| environment.scope.as_deref());
            return freeze.scope.is_none() || scope.is_none() || freeze.scope.as_deref() == scope;
        }
        let named = |reference: &Reference| self.environments_named(&reference.name, freeze.scope.as_deref()).contains(&environment);
        freeze.environments.iter().any(named)
    }
}

impl Calendar {
    /// Whether a day is one of work.
    #[must_use]
    pub fn is_business_day(&self, date: Date) -> bool {
        let Some(day) = civil_date(date) else { return false };
        let weekday = Weekday::ALL.get(usize::from(day.weekday().to_monday_zero_offset().unsigned_abs()));
        weekday.is_some_and(|day| self.business_days.contains(day)) && self.holidays.iter().all(|holiday| holiday.date != date)
    }

    /// The hours of a day of work, in minutes since midnight.
    #[must_use]
    pub fn hours(&self) -> (u16, u16) {
        let from = self.from.map_or(0, |time| time.minutes);
        let until = self.until.map_or(DAY, |time| time.minutes);
        if from < until { (from, until) } else { (0, DAY) }
    }

    /// When what was asked for at a local moment is due: business days and hours leave out what is no time of work, other lengths don't.
    /// None for lengths that have no fixed end, as a sprint, and for those of more than ten years.
    #[must_use]
    pub fn due(&self, date: Date, time: TimeOfDay, within: Length) -> Option<(Date, TimeOfDay)> {
        let count = u64::from(within.count);
        let minutes = |each: u64| Some(count.checked_mul(each)?).filter(|minutes| *minutes <= u64::from(DAYS_AHEAD) * u64::from(DAY));
        match within.unit {
            Unit::BusinessDay => self.after_days(date, time, within.count),
            Unit::BusinessHour => self.after_minutes(date, time, minutes(60)?),
            Unit::Minute => plain(date, time, minutes(1)?),
            Unit::Hour => plain(date, time, minutes(60)?),
            Unit::Day => plain(date, time, minutes(u64::from(DAY))?),
            Unit::Week => plain(date, time, minutes(7 * u64::from(DAY))?),
            Unit::Sprint | Unit::Month | Unit::Quarter | Unit::Year => None,
        }
    }

    /// So many days of work on: at the same time of day, or at the end of the last one for what came outside of the hours.
    fn after_days(&self, date: Date, time: TimeOfDay, count: u32) -> Option<(Date, TimeOfDay)> {
        let (from, until) = self.hours();
        let is_open = self.is_business_day(date);
        // What comes before work begins counts from its beginning; what comes after it ends, from the next day of work.
        let (mut day, minutes) = match time.minutes {
            early if is_open && early < from => (date, from),
            open if is_open && open < until => (date, open),
            _ => (self.next_business_day(date)?, from),
        };
        for _ in 0..count.min(DAYS_AHEAD) {
            day = self.next_business_day(day)?;
        }
        (count <= DAYS_AHEAD).then_some((day, TimeOfDay { minutes }))
    }

    fn after_minutes(&self, date: Date, time: TimeOfDay, mut left: u64) -> Option<(Date, TimeOfDay)> {
        let (from, until) = self.hours();
        let (mut day, mut minute) = (date, time.minutes.max(from));
        if !self.is_business_day(day) || minute >= until {
            (day, minute) = (self.next_business_day(day)?, from);
        }
        for _ in 0..DAYS_AHEAD {
            let room = u64::from(until - minute);
            if left <= room {
                return Some((day, TimeOfDay { minutes: minute + u16::try_from(left).ok()? }));
            }
            left -= room;
            (day, minute) = (self.next_business_day(day)?, from);
        }
        None
    }

    fn next_business_day(&self, date: Date) -> Option<Date> {
        let mut day = civil_date(date)?;
        // A year without a day of work has none.
        for _ in 0..366 {
            day = day.tomorrow().ok()?;
            let date = own_date(day)?;
            if self.is_business_day(date) {
                return Some(date);
            }
        }
        None
    }
}

fn own_date(day: civil::Date) -> Option<Date> {
    Some(Date { year: u16::try_from(day.year()).ok()?, month: u8::try_from(day.month()).ok()?, day: u8::try_from(day.day()).ok()? })
}

fn plain(date: Date, time: TimeOfDay, minutes: u64) -> Option<(Date, TimeOfDay)> {
    let end = local(civil_date(date)?, time)?.checked_add(i64::try_from(minutes).ok()?.minutes()).ok()?;
    let minutes = u16::from(end.hour().unsigned_abs()) * 60 + u16::from(end.minute().unsigned_abs());
    Some((own_date(end.date())?, TimeOfDay { minutes }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::Span;

    fn freeze(from: &str, until: &str, zone: &str) -> Freeze {
        Freeze {
            id: "f".into(),
            what: "Releases".into(),
            from: Moment::parse(from).unwrap(),
            until: Moment::parse(until).unwrap(),
            zone: Some(zone.into()),
            environments: Vec::new(),
            except: None,
            scope: None,
            source: None,
            span: Span::default(),
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn windows_wrap_around_the_week_join_and_end() {
        let zone_of = |name: &str| zone(name).unwrap();
        let weekend = freeze("Friday 18:00", "Monday 08:00", "Europe/Brussels");
        let monday = freeze("Monday 08:00", "Monday 12:00", "Europe/Brussels");
        let brussels = zone_of("Europe/Brussels");
        let both = [(&weekend, brussels.clone()), (&monday, brussels.clone())];
        let state = status(&both, at("2026-11-22T10:00+01:00"));
        assert_eq!(state.active.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0]);
        // The one begins as the other ends.
        assert_eq!(state.until, Some(at("2026-11-23T12:00+01:00")));
        let open = status(&both, at("2026-11-24T10:00+01:00"));
        assert!(open.active.is_empty() && open.until.is_none());
        assert_eq!(open.next.map(|(index, stretch)| (index, stretch.from)), Some((0, at("2026-11-27T18:00+01:00"))));
        let always = [(&freeze("Monday", "Friday", "UTC"), TimeZone::UTC), (&freeze("Friday", "Monday", "UTC"), TimeZone::UTC)];
        assert_eq!(status(&always, at("2026-11-24T10:00Z")).until, None);
        let once = [(&freeze("2026-12-24 12:00", "2027-01-02", "UTC"), TimeZone::UTC)];
        assert_eq!(status(&once, at("2026-12-31T00:00Z")).until, Some(at("2027-01-02T00:00Z")));
        assert_eq!(status(&once, at("2027-01-02T00:00Z")).next, None);
        assert_eq!(status(&once, Timestamp::MAX).active, []);
        assert_eq!(status(&always, Timestamp::MIN).until, None);
    }

    #[test]
    fn a_change_of_clocks_moves_what_it_leaves_out() {
        let brussels = zone("Europe/Brussels").unwrap();
        // 2026-03-29 02:30 doesn't exist, 2026-10-25 02:30 comes twice.
        let spring = [(&freeze("Sunday 02:30", "Sunday 04:00", "Europe/Brussels"), brussels)];
        let begins = |moment: &str| status(&spring, at(moment)).next.map(|(_, stretch)| stretch.from);
        assert_eq!(begins("2026-03-29T00:00Z"), Some(at("2026-03-29T03:30+02:00")));
        assert_eq!(begins("2026-10-24T22:00Z"), Some(at("2026-10-25T02:30+02:00")));
    }

    #[test]
    fn zones_come_from_the_built_in_database() {
        assert!(zone("Europe/Brussels").is_some() && zone("Mars/Olympus").is_none());
        assert_eq!(nearest_zone("Europe/Brusels").as_deref(), Some("Europe/Brussels"));
    }

    #[test]
    fn business_time_leaves_out_what_is_no_time_of_work() {
        let text = "calendars: { be: { zone: UTC, from: '09:00', until: '17:00', holidays: [2026-12-25] } }\n";
        let path = crate::source::SitePath::new("registry.yaml").unwrap();
        let registry = Registry::parse(Some(&crate::source::Source::new(path, text)), &mut Vec::new());
        let due = |asked: &str, within: &str| {
            let Some(Moment::Once(date, time)) = Moment::parse(asked) else { return String::new() };
            let due = registry.calendars[0].due(date, time, Length::parse(within).unwrap());
            due.map_or_else(String::new, |(date, time)| format!("{date} {:02}:{:02}", time.minutes / 60, time.minutes % 60))
        };
        for (asked, within, expected) in [
            ("2026-12-24 15:00", "4 business hours", "2026-12-28 11:00"),
            ("2026-12-24 15:00", "1 business day", "2026-12-28 15:00"),
            ("2026-12-24 18:00", "1 business day", "2026-12-29 09:00"),
            ("2026-12-24 07:00", "8 business hours", "2026-12-24 17:00"),
            ("2026-12-26 12:00", "0 business hours", "2026-12-28 09:00"),
            ("2026-12-24 15:00", "24h", "2026-12-25 15:00"),
            ("2026-12-24 15:00", "4000000000 business days", ""),
            ("2026-12-24 15:00", "4000000000 hours", ""),
            ("2026-12-24 15:00", "1 sprint", ""),
        ] {
            assert_eq!(due(asked, within), expected, "{asked} {within}");
        }
    }

    /// Whether a weekly window holds at a local time, by walking the minutes of the week; knows nothing of instants.
    fn naive(begin: i64, end: i64, local: DateTime) -> bool {
        let day = i64::from(local.weekday().to_monday_zero_offset());
        let now = day * 1440 + i64::from(local.hour()) * 60 + i64::from(local.minute());
        if begin < end { begin <= now && now < end } else { now >= begin || now < end }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// Minute by minute over two weeks, one of them with a change of clocks. Bounds that fall into the change itself are for the test above.
        #[test]
        fn every_minute_is_as_a_naive_reader_of_the_clock_says(
            from in 0u8..7, until in 0u8..7, from_hour in 4u16..24, until_hour in 4u16..24,
            name in prop::sample::select(vec!["UTC", "Europe/Brussels", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]),
            start in prop::sample::select(vec!["2026-03-23T00:00Z", "2026-10-19T00:00Z", "2026-03-02T00:00Z", "2026-11-16T00:00Z"]),
        ) {
            let day = |index: u8| Weekday::ALL[usize::from(index)];
            let (begin, end) = (TimeOfDay { minutes: from_hour * 60 + 7 }, TimeOfDay { minutes: until_hour * 60 });
            let mut window = freeze("Monday", "Tuesday", name);
            window.from = Moment::Weekly(day(from), begin);
            window.until = Moment::Weekly(day(until), end);
            let zone = zone(name).unwrap();
            let list = [(&window, zone.clone())];
            let (begin, end) = (week_minute(day(from), begin), week_minute(day(until), end) % (7 * 1440));
            let mut now = at(start);
            let mut known: Option<Status> = None;
            let mut checked_until = now;
            for _ in 0..(14 * 1440) {
                // One answer holds until it says that it ends.
                if now >= checked_until || known.is_none() {
                    let state = status(&list, now);
                    checked_until = state.until.or(state.next.map(|(_, stretch)| stretch.from)).unwrap_or(Timestamp::MAX);
                    prop_assert!(checked_until > now);
                    known = Some(state);
                }
                let is_frozen = known.as_ref().is_some_and(|state| !state.active.is_empty());
                prop_assert_eq!(is_frozen, naive(begin, end, zone.to_datetime(now)), "{} {}", now, name);
                now = now.checked_add(1.minute()).unwrap();
            }
        }
    }
}
