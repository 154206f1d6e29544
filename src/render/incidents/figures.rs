//! How long incidents took: the five numbers of a spread, by severity and by quarter.

use std::collections::BTreeMap;

use super::words::{length, local};
use crate::blocks::incident::{Record, Stage};
use crate::diagram::{Caption, Spread, SpreadRow, Spreads};
use crate::handbook::incidents::Report;

/// The stages whose times are shown, with their verbs.
pub(super) const MEASURED: [(Stage, &str); 3] = [(Stage::Detected, "detect"), (Stage::Mitigated, "mitigate"), (Stage::Resolved, "resolve")];
/// Groups that a chart shows at most: the worst severities, the newest quarters.
const GROUPS: usize = 12;
/// Values that the scale of a chart names, in seconds.
const MARKS: [(u32, &str); 13] = [
    (1, "1 s"),
    (10, "10 s"),
    (60, "1 min"),
    (300, "5 min"),
    (900, "15 min"),
    (3600, "1 h"),
    (14_400, "4 h"),
    (43_200, "12 h"),
    (86_400, "1 d"),
    (259_200, "3 d"),
    (604_800, "1 wk"),
    (2_592_000, "30 d"),
    (31_536_000, "1 y"),
];

/// A chart with the data that it shows.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Chart {
    pub id: &'static str,
    pub title: &'static str,
    /// What its groups are: `Severity`.
    pub what: &'static str,
    pub svg: String,
    pub rows: Vec<Row>,
    /// Groups that are left out.
    pub more: usize,
}

/// The times of one group to one stage.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Row {
    pub group: String,
    /// How many rows the group has, on its first.
    pub span: usize,
    /// `detect`
    pub to: &'static str,
    /// Incidents of which the time is known.
    pub count: usize,
    pub least: Option<String>,
    pub lower: Option<String>,
    pub median: Option<String>,
    pub upper: Option<String>,
    pub most: Option<String>,
}

/// A group: what it is called, and the seconds to each stage that is measured.
type Group = (String, [Vec<i64>; 3]);

/// Least, lower quartile, median, upper quartile and most of some numbers, those between two of them in proportion (R's type 7).
pub(super) fn five(numbers: &[i64]) -> Option<[i64; 5]> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    let last = i64::try_from(sorted.len()).ok()? - 1;
    let at = |quarter: i64| {
        let place = last * quarter;
        let below = *sorted.get(usize::try_from(place / 4).ok()?)?;
        let above = sorted.get(usize::try_from(place / 4 + 1).ok()?).copied().unwrap_or(below);
        Some(below + (above - below) * (place % 4) / 4)
    };
    Some([at(0)?, at(1)?, at(2)?, at(3)?, at(4)?])
}

fn grouped<K: Ord>(reports: &[Report], key: impl Fn(&Record) -> Option<(K, String)>) -> Vec<Group> {
    let mut groups: BTreeMap<K, Group> = BTreeMap::new();
    for record in reports.iter().map(|report| &report.record) {
        let Some((key, name)) = key(record) else { continue };
        let (_, seconds) = groups.entry(key).or_insert_with(|| (name, Default::default()));
        for (list, (stage, _)) in seconds.iter_mut().zip(MEASURED) {
            list.extend(record.times.seconds_to(stage));
        }
    }
    groups.into_values().filter(|(_, seconds)| seconds.iter().any(|list| !list.is_empty())).collect()
}

/// The charts by severity and by quarter; none without any time.
pub(super) fn charts(reports: &[Report]) -> Vec<Chart> {
    let severity = |record: &Record| {
        let severity = record.severity.clone()?;
        let name = severity.name.clone();
        // One chart has one `Major`, however it is written.
        Some(((severity.rank(), name.to_lowercase()), name))
    };
    let quarter = |record: &Record| {
        let (at, ahead) = record.times.local(Stage::Started)?;
        let day = local(at, ahead).date();
        let quarter = (day.month() + 2) / 3;
        Some(((day.year(), quarter), format!("{} Q{quarter}", day.year())))
    };
    let by_severity = grouped(reports, severity);
    let mut by_quarter = grouped(reports, quarter);
    let old = by_quarter.len().saturating_sub(GROUPS);
    by_quarter.drain(..old);
    let mut more = by_severity.len().saturating_sub(GROUPS);
    let shown = by_severity.get(..by_severity.len().min(GROUPS)).unwrap_or_default();
    let mut charts = Vec::new();
    for (id, title, what, groups) in [("by-severity", "By severity", "Severity", shown), ("by-quarter", "By quarter", "Quarter", &by_quarter)] {
        let left_out = if id == "by-quarter" { old } else { std::mem::take(&mut more) };
        if !groups.is_empty() {
            charts.push(chart(id, title, what, groups, left_out));
        }
    }
    charts
}

fn chart(id: &'static str, title: &'static str, what: &'static str, groups: &[Group], more: usize) -> Chart {
    let mut rows = Vec::new();
    let mut drawn = Vec::new();
    for (name, seconds) in groups {
        let mut spreads = Vec::new();
        for (index, (list, (_, to))) in seconds.iter().zip(MEASURED).enumerate() {
            let five = five(list);
            let words = |place: usize| five.and_then(|five| five.get(place).copied()).map(length);
            let [least, lower, median, upper, most] = [0, 1, 2, 3, 4].map(words);
            spreads.push(five.map(|five| Spread {
                five: five.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
                label: format!("{}{}", length(five[2]), if list.len() > 1 { format!(" (n = {})", list.len()) } else { String::new() }),
            }));
            let span = if index == 0 { MEASURED.len() } else { 0 };
            rows.push(Row { group: name.clone(), span, to, count: list.len(), least, lower, median, upper, most });
        }
        drawn.push(SpreadRow { name: name.clone(), spreads });
    }
    let columns = MEASURED.iter().map(|(_, verb)| format!("Time to {verb}")).collect();
    let marks = MARKS.iter().map(|(value, label)| (*value, (*label).to_owned())).collect();
    let caption = Caption {
        prefix: &format!(":{id}"),
        title: &format!("Time to detect, to mitigate and to resolve, {}", title.to_lowercase()),
        description: "A line from the shortest to the longest time, a box from the lower to the upper quartile, a bar at the median. The table below says the same.",
    };
    let svg = Spreads { columns, rows: drawn, marks }.draw(caption).svg;
    Chart { id, title, what, svg, rows, more }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_lie_between_numbers_in_proportion() {
        for (numbers, expected) in [
            (&[][..], None),
            (&[7], Some([7, 7, 7, 7, 7])),
            (&[4, 2], Some([2, 2, 3, 3, 4])),
            (&[1, 2, 3, 4], Some([1, 1, 2, 3, 4])),
            (&[0, 10, 20, 30, 40], Some([0, 10, 20, 30, 40])),
            (&[100, 0, 0, 0], Some([0, 0, 0, 25, 100])),
        ] {
            assert_eq!(five(numbers), expected, "{numbers:?}");
        }
    }
}
