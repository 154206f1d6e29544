//! The week of each part of the organisation: when something is frozen, and who can be reached when.

use std::collections::BTreeMap;

use crate::registry::calendar::week_minute;
use crate::registry::{Freeze, Moment, Registry, Support, Weekday};

const DAY: i64 = 24 * 60;
const WEEK: i64 = 7 * DAY;

/// The week of one part of the organisation.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Week {
    pub scope: String,
    pub rows: Vec<Row>,
}

/// One rule, or several that are about the same, day by day.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Row {
    /// `freeze`, `support` or `on-call`: how its bars look.
    pub kind: &'static str,
    /// The same in a word.
    pub word: &'static str,
    pub title: String,
    pub zone: String,
    pub days: Vec<Day>,
}

/// A day of a row.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Day {
    /// In words: `all day`, `15:00–24:00`; nothing where the rule doesn't hold.
    pub words: String,
    /// Where the bars begin and how long they are, in minutes of the day.
    pub bars: Vec<(i64, i64)>,
}

/// The weeks, by scope; what has no scope comes first.
pub(super) fn weeks(registry: &Registry) -> Vec<Week> {
    let mut scopes: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let mut freezes: BTreeMap<(String, usize), Vec<&Freeze>> = BTreeMap::new();
    let mut first: BTreeMap<(String, String, Vec<&str>, String), usize> = BTreeMap::new();
    for (index, freeze) in registry.freezes.iter().enumerate().filter(|(_, freeze)| freeze.from.is_weekly()) {
        let scope = freeze.scope.clone().unwrap_or_default();
        let places = freeze.environments.iter().map(|reference| reference.name.as_str()).collect();
        let place = *first.entry((scope.clone(), freeze.what.clone(), places, registry.zone_of(freeze))).or_insert(index);
        freezes.entry((scope, place)).or_default().push(freeze);
    }
    for ((scope, _), group) in freezes {
        let Some(freeze) = group.first() else { continue };
        let title = freeze.environments.iter().map(|reference| reference.name.as_str()).collect::<Vec<_>>().join(", ");
        let title = if title.is_empty() { freeze.what.clone() } else { format!("{}: {title}", freeze.what) };
        let stretches = group.iter().filter_map(|freeze| weekly(freeze)).collect();
        let row = Row { kind: "freeze", word: "Frozen", title, zone: registry.zone_of(freeze), days: days(stretches) };
        scopes.entry(scope).or_default().push(row);
    }
    for support in &registry.support {
        let role = registry.role(&support.role.name);
        let scope = role.and_then(|role| role.scope.clone()).unwrap_or_default();
        let name = role.map_or(support.role.name.as_str(), |role| role.names.name.as_str());
        let title = support.purpose.as_ref().map_or_else(|| name.to_owned(), |purpose| format!("{name}: {purpose}"));
        let (kind, word) = if support.on_call { ("on-call", "On call") } else { ("support", "Available") };
        let zone = support.zone.clone().unwrap_or_default();
        scopes.entry(scope).or_default().push(Row { kind, word, title, zone, days: days(hours(support)) });
    }
    scopes.into_iter().map(|(scope, rows)| Week { scope, rows }).collect()
}

/// Where a weekly freeze begins and how long it is, in minutes of the week.
fn weekly(freeze: &Freeze) -> Option<(i64, i64)> {
    let (Moment::Weekly(from, begin), Moment::Weekly(until, end)) = (freeze.from, freeze.until) else { return None };
    let begin = week_minute(from, begin) % WEEK;
    Some((begin, (week_minute(until, end) - begin).rem_euclid(WEEK)))
}

fn hours(support: &Support) -> Vec<(i64, i64)> {
    let from = support.from.map_or(0, |time| i64::from(time.minutes));
    let until = support.until.map_or(DAY, |time| i64::from(time.minutes));
    // Hours until before they begin end on the next day.
    let length = if until > from { until - from } else { until + DAY - from };
    let days = if support.days.is_empty() { &Weekday::ALL[..] } else { &support.days };
    days.iter().map(|day| (week_minute(*day, crate::registry::TimeOfDay::default()) + from, length)).collect()
}

/// A row of days that are whole.
pub(super) fn whole_days(kind: &'static str, word: &'static str, title: String, of: &[Weekday]) -> Row {
    let stretches = of.iter().map(|day| (week_minute(*day, crate::registry::TimeOfDay::default()), DAY)).collect();
    Row { kind, word, title, zone: String::new(), days: days(stretches) }
}

/// Stretches of the week, day by day.
fn days(mut stretches: Vec<(i64, i64)>) -> Vec<Day> {
    stretches.sort_unstable();
    let day = |index: i64| {
        let mut bars: Vec<(i64, i64)> = Vec::new();
        // Once more a week earlier, for what goes on from Sunday into Monday.
        for (begin, length) in stretches.iter().map(|(begin, length)| (begin - WEEK, *length)).chain(stretches.iter().copied()) {
            let (from, until) = ((begin - index * DAY).max(0), (begin + length - index * DAY).min(DAY));
            match bars.last_mut() {
                _ if from >= until => {}
                Some((start, long)) if from <= *start + *long => *long = (*long).max(until - *start),
                _ => bars.push((from, until - from)),
            }
        }
        let words =
            bars.iter().map(|(from, long)| if *long == DAY { "all day".to_owned() } else { format!("{}–{}", clock(*from), clock(from + long)) });
        Day { words: words.collect::<Vec<_>>().join(", "), bars }
    };
    (0..7).map(day).collect()
}

fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_cut_into_days_and_go_around_the_week() {
        let words = |stretches: Vec<(i64, i64)>| days(stretches).into_iter().map(|day| day.words).collect::<Vec<_>>();
        assert_eq!(words(vec![(3 * DAY, 3 * DAY)]), ["", "", "", "all day", "all day", "all day", ""]);
        assert_eq!(words(vec![(6 * DAY + 22 * 60, 10 * 60), (15 * 60, 60)]), ["00:00–08:00, 15:00–16:00", "", "", "", "", "", "22:00–24:00"]);
        assert_eq!(words(vec![(0, 12 * 60), (12 * 60, 12 * 60)])[0], "all day");
    }
}
