//! The calendars of business time, and the days off, as tables.

use super::tables::{Table, maybe, plain, table, word};
use crate::registry::{Calendar, Registry, TimeOfDay};

/// One table of the calendars, one of their days off.
pub(super) fn tables(registry: &Registry) -> [Table; 2] {
    let mut calendars = table(
        "calendars",
        "Business time",
        &["Calendar", "Days of work", "Hours", "Time zone", "Days off"],
        registry.calendars.iter().map(calendar).collect(),
    );
    calendars.lead = Some("Business days and business hours are reckoned by these.".to_owned());
    let mut days: Vec<_> = registry.calendars.iter().flat_map(|calendar| calendar.holidays.iter().map(move |day| (day, calendar))).collect();
    days.sort_by_key(|(day, calendar)| (day.date, &calendar.names.name));
    let rows = days.into_iter().map(|(day, calendar)| vec![plain(day.date.to_string()), maybe(day.name.as_ref()), plain(&*calendar.names.name)]);
    [calendars, table("holidays", "Days off", &["Day", "What is celebrated", "Calendar"], rows.collect())]
}

fn calendar(calendar: &Calendar) -> Vec<super::tables::Cell> {
    let clock = |time: Option<TimeOfDay>, default: &str| {
        time.map_or_else(|| default.to_owned(), |time| format!("{:02}:{:02}", time.minutes / 60, time.minutes % 60))
    };
    let hours = if calendar.from.is_none() && calendar.until.is_none() {
        "all day".to_owned()
    } else {
        format!("{} until {}", clock(calendar.from, "00:00"), clock(calendar.until, "24:00"))
    };
    let days: Vec<String> = calendar.business_days.iter().map(|day| word(*day).to_owned()).collect();
    let off = if calendar.holidays.is_empty() { String::new() } else { crate::text::count(calendar.holidays.len(), "day") };
    vec![plain(&*calendar.names.name), plain(days.join(", ")), plain(hours), maybe(calendar.zone.as_ref()), plain(off)]
}
