//! The timeline of a report: a table of times and events, or a list whose items begin with a time.
//!
//! Knows one document. Where it says no day, that is the day on which the incident began, and the next one after midnight.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use super::TimeFault;
use super::moment::{Leading, Moment, at, day_in, is_impossible, leading, unclear};
use super::zones::zone_in;
use crate::document::{BlockKind, Document, Section, Table};
use crate::text::{Excerpt, Span, collapse, fold_title};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Seconds that local clocks were ahead of UTC.
    pub ahead: i32,
    /// What.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

/// What happened when, in the order in which it happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// The events.
    pub events: Vec<Event>,
    /// Whether the times say of which zone they are.
    pub has_zone: bool,
    /// The first event that stands after a later one, and that one.
    pub backwards: Option<(Span, Span)>,
    /// Times that can't be, or of which nobody can say which moment they are.
    pub faults: Vec<(TimeFault, Span)>,
}

/// What sections with a timeline are called.
const TITLES: [&str; 9] = [
    "time line",
    "key events",
    "chronology",
    "sequence of events",
    "incident timeline",
    "detailed timeline",
    "chronology of events",
    "incident chronology",
    "log of events",
];
const TIME_HEADS: [&str; 5] = ["time", "when", "timestamp", "at", "clock"];
const DATE_HEADS: [&str; 2] = ["date", "day"];
/// Events that are read at most.
const LIMIT: usize = 2000;
/// A time that is so many hours before the last one is one of the next day.
const NEXT_DAY_HOURS: i64 = 6;

/// An event as it is written.
struct Raw {
    date: Option<Date>,
    time: Time,
    zone: Option<TimeZone>,
    text: String,
    span: Span,
}

/// What a timeline consists of.
enum Piece {
    /// A heading that names a day.
    Day(Date),
    Event(Raw),
}

pub(super) fn read(document: &Document, started: Option<Moment>, of_key: Option<&TimeZone>) -> Timeline {
    let Some(section) = document.sections.iter().find(|section| is_timeline(section)) else { return Timeline::default() };
    let year = started.map(|started| started.local().year());
    let mut said = zone_in(&section.title);
    let mut intro = None;
    let mut pieces: Vec<(usize, Piece)> = Vec::new();
    let mut faults = Vec::new();
    let extent = section.extent;
    for inner in document.sections.iter().filter(|inner| extent.encloses(inner.span) && inner.span != section.span) {
        pieces.extend(day_in(&inner.title, year).map(|day| (inner.span.start(), Piece::Day(day))));
    }
    for table in document.tables().iter().filter(|table| extent.encloses(table.span)) {
        said = said.or_else(|| table.header.iter().find_map(|head| zone_in(head)));
        pieces.extend(rows(table, year, &mut faults).into_iter().map(|raw| (raw.span.start(), Piece::Event(raw))));
    }
    for block in document.blocks_in(extent).filter(|block| block.kind == BlockKind::Paragraph) {
        let is_event = block.item.is_none_or(|item| item.opens);
        let text = block.text(document);
        match leading(&text, year).filter(|found| is_event && !found.rest.is_empty()) {
            Some(found) => pieces.push((block.span.start(), Piece::Event(raw(found, block.span)))),
            None if is_event && is_impossible(&text, year) => faults.push((TimeFault::Unreadable, block.span)),
            None if block.item.is_none() && pieces.is_empty() || said.is_none() => {
                said = said.or_else(|| zone_in(&text));
                intro = intro.or_else(|| day_in(&text, year));
            }
            None => {}
        }
    }
    pieces.sort_by_key(|(start, _)| *start);
    pieces.truncate(LIMIT);
    let zone = said.as_ref().or(of_key);
    let has_zone = zone.is_some() || pieces.iter().all(|(_, piece)| !matches!(piece, Piece::Event(raw) if raw.zone.is_none()));
    // Where nothing says the zone it is most likely that of the front matter; nothing is held against anybody then.
    let assumed = started.and_then(|started| Some(TimeZone::fixed(Offset::from_seconds(started.ahead).ok()?))).unwrap_or(TimeZone::UTC);
    let events = place(pieces, zone.unwrap_or(&assumed), started, intro, &mut faults);
    let mut timeline = Timeline { events, has_zone, backwards: None, faults };
    put_in_order(&mut timeline);
    timeline.faults.sort_by_key(|(_, span)| *span);
    timeline.faults.truncate(LIMIT);
    timeline
}

fn is_timeline(section: &Section) -> bool {
    let title = fold_title(&section.title);
    title.starts_with("timeline") || TITLES.contains(&title.as_str())
}

fn raw(found: Leading<'_>, span: Span) -> Raw {
    Raw { date: found.date, time: found.time, zone: found.zone, text: collapse(found.rest), span }
}

/// The rows of a table that begin with a time.
fn rows(table: &Table, year: Option<i16>, faults: &mut Vec<(TimeFault, Span)>) -> Vec<Raw> {
    let heads: Vec<String> = table.header.iter().take(20).map(|head| fold_title(head)).collect();
    let column = |words: &[&str]| {
        heads
            .iter()
            .position(|head| words.contains(&head.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()) || words.contains(&head.as_str()))
    };
    let day = column(&DATE_HEADS);
    let time = column(&TIME_HEADS).or(day).unwrap_or(0);
    let mut found = Vec::new();
    for (index, row) in table.rows.iter().enumerate().take(LIMIT) {
        let cell = |column: usize| row.get(column).map_or("", Excerpt::as_str);
        let bad = [Some(time), day].into_iter().flatten().find(|column| is_impossible(cell(*column), year));
        faults.extend(bad.map(|column| (TimeFault::Unreadable, table.place(index + 1, column))));
        let Some(leading) = leading(cell(time), year) else { continue };
        let rest = (0..row.len()).filter(|column| *column != time && Some(*column) != day).map(cell);
        let words: Vec<String> = std::iter::once(leading.rest).chain(rest).map(collapse).filter(|words| !words.is_empty()).collect();
        let date = leading.date.or_else(|| day.filter(|day| *day != time).and_then(|day| day_in(cell(day), year)));
        found.push(Raw { date, time: leading.time, zone: leading.zone, text: words.join(" · "), span: table.row_place(index + 1) });
    }
    found
}

/// Gives each event its day.
fn place(
    pieces: Vec<(usize, Piece)>,
    zone: &TimeZone,
    started: Option<Moment>,
    intro: Option<Date>,
    faults: &mut Vec<(TimeFault, Span)>,
) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut day = intro;
    let mut last: Option<Time> = None;
    let start = started.map(|started| zone.to_datetime(started.at));
    for (_, piece) in pieces {
        let raw = match piece {
            Piece::Day(date) => {
                (day, last) = (Some(date), None);
                continue;
            }
            Piece::Event(raw) => raw,
        };
        let date = match (raw.date, day) {
            (Some(date), _) => Some(date),
            (None, Some(today)) => match last {
                Some(last) if seconds(last) - seconds(raw.time) >= NEXT_DAY_HOURS * 3600 => today.tomorrow().ok(),
                _ => Some(today),
            },
            (None, None) => start.and_then(|start| nearest_day(start, raw.time)),
        };
        let Some(date) = date else { continue };
        // Where the text says on which day all was, a day of its own is an exception.
        if raw.date.is_none() || intro.is_none_or(|intro| date >= intro) {
            (day, last) = (Some(date), Some(raw.time));
        }
        let (local, zone) = (date.to_datetime(raw.time), raw.zone.as_ref().unwrap_or(zone));
        faults.extend(unclear(local, zone).map(|why| (why, raw.span)));
        let Some(moment) = at(local, zone, raw.span, events.last().map(|event| event.at)) else { continue };
        events.push(Event { at: moment.at, ahead: moment.ahead, text: raw.text, span: raw.span });
    }
    events
}

fn seconds(time: Time) -> i64 {
    i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second())
}

/// The day on which a time is nearest to the beginning.
fn nearest_day(start: DateTime, time: Time) -> Option<Date> {
    let ahead = seconds(time) - seconds(start.time());
    let shift = if ahead > 12 * 3600 { -1 } else { i64::from(ahead < -12 * 3600) };
    start.date().checked_add(shift.days()).ok()
}

/// The events in their order. A list that begins with the last one is turned round; otherwise what stands too late is noted.
fn put_in_order(timeline: &mut Timeline) {
    let events = &mut timeline.events;
    let pairs = |events: &[Event], is: fn(&Timestamp, &Timestamp) -> bool| events.iter().zip(events.iter().skip(1)).all(|(a, b)| is(&a.at, &b.at));
    if events.len() > 2 && pairs(events, |a, b| a > b) {
        events.reverse();
    }
    let later = events.iter().zip(events.iter().skip(1)).find(|(before, after)| after.at < before.at);
    timeline.backwards = later.map(|(before, after)| (after.span, before.span));
    events.sort_by_key(|event| event.at);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::{SitePath, Source};

    fn timeline(text: &str) -> (Timeline, String) {
        let document = Document::parse(&Source::new(SitePath::new("a.md").unwrap(), text)).0;
        let incident = super::super::read(&document, &crate::registry::Registry::default());
        let timeline = incident.map(|incident| incident.timeline).unwrap_or_default();
        let shown: Vec<String> = timeline.events.iter().map(|event| format!("{} {}\n", event.at, event.text)).collect();
        (timeline, shown.concat())
    }

    #[test]
    fn events_have_their_days() {
        let front = "---\nstarted: 2026-10-06T00:10:00Z\n---\n";
        for (text, has_zone, expected) in [
            (
                "## Timeline\n\nAll times are UTC.\n\n| Time | Event |\n|-|-|\n| 23:50 | A |\n| 00:10 | B |\n| 00:20:30 | C |\n",
                true,
                "2026-10-05T23:50:00Z A\n2026-10-06T00:10:00Z B\n2026-10-06T00:20:30Z C\n",
            ),
            (
                "## Timeline (UTC)\n\n- 2026-10-05 13:00: A\n- **2026-10-06 00:10** B\n- 06:10 *C*\n  - no time\n",
                true,
                "2026-10-05T13:00:00Z A\n2026-10-06T00:10:00Z B\n2026-10-06T06:10:00Z C\n",
            ),
            ("## Timeline\n\n**00:10 UTC** A\n\n**23:00 CEST** B\n", true, "2026-10-06T00:10:00Z A\n2026-10-06T21:00:00Z B\n"),
            (
                "## Timeline of events\n\n### 2026-10-06\n\n- 22:00 A\n- 23:00 B\n\n### Wednesday 7 October\n\n- 01:00 C\n",
                false,
                "2026-10-06T22:00:00Z A\n2026-10-06T23:00:00Z B\n2026-10-07T01:00:00Z C\n",
            ),
            (
                "## Timeline\n\nTimes are Europe/Brussels (UTC+2).\n\n| Date | Time | What | Who |\n|-|-|-|-|\n| 2026-10-06 | 02:10 | A | Ops |\n",
                true,
                "2026-10-06T00:10:00Z A · Ops\n",
            ),
            (
                "## Timeline\n\n| Time (UTC) | Event |\n|-|-|\n| 09:03 | C |\n| 09:02 | B |\n| 09:01 | A |\n",
                true,
                "2026-10-06T09:01:00Z A\n2026-10-06T09:02:00Z B\n2026-10-06T09:03:00Z C\n",
            ),
            (
                "## Timeline\n\nAll on 2026-10-06, in UTC.\n\n- 2026-10-05 00:55: A\n- 01:38: B\n",
                true,
                "2026-10-05T00:55:00Z A\n2026-10-06T01:38:00Z B\n",
            ),
            ("## Timeline\n\nSoon.\n\n- [x] 3 pods\n", false, ""),
            ("## Other\n\n- 09:00 A\n", false, ""),
        ] {
            let (found, shown) = timeline(&format!("{front}{text}"));
            assert_eq!(shown, expected, "{text}");
            assert!(found.backwards.is_none(), "{text}");
            assert!(found.events.is_empty() || found.has_zone == has_zone, "{text}");
        }
    }

    #[test]
    fn an_event_that_stands_too_late_is_noted() {
        let text = "---\nstarted: 2026-10-06T09:00Z\n---\n## Timeline (UTC)\n\n- 09:00 A\n- 09:30 B\n- 09:20 C\n";
        let (found, shown) = timeline(text);
        assert_eq!(shown, "2026-10-06T09:00:00Z A\n2026-10-06T09:20:00Z C\n2026-10-06T09:30:00Z B\n");
        assert_eq!(found.backwards.map(|(after, before)| (after.of(text).trim(), before.of(text).trim())), Some(("09:20 C", "09:30 B")));
    }

    #[test]
    fn times_that_nobody_can_place_are_noted() {
        let front = "---\nstarted: 2026-10-25T00:10Z\n---\n";
        for (text, expected, faults) in [
            (
                "## Timeline\n\nTimes are Europe/Brussels.\n\n- 02:10 A\n- 02:50 B\n- 02:20 C\n- 03:05 D\n",
                "2026-10-25T00:10:00Z A\n2026-10-25T00:50:00Z B\n2026-10-25T01:20:00Z C\n2026-10-25T02:05:00Z D\n",
                &["02:10 A", "02:50 B", "02:20 C"][..],
            ),
            ("## Timeline (UTC)\n\n| Time | Event |\n|-|-|\n| 00:10 | A |\n| 99:00 | B |\n", "2026-10-25T00:10:00Z A\n", &["99:00"]),
            ("## Timeline (UTC)\n\n- 00:10 A\n- 24:30 B\n", "2026-10-25T00:10:00Z A\n", &["24:30 B"]),
            ("## Timeline (UTC)\n\n| Date | Time | Event |\n|-|-|-|\n| 2026-13-25 | 00:10 | A |\n", "2026-10-25T00:10:00Z A\n", &["2026-13-25"]),
        ] {
            let text = format!("{front}{text}");
            let (found, shown) = timeline(&text);
            assert_eq!(shown, expected, "{text}");
            let noted: Vec<&str> = found.faults.iter().map(|(_, span)| span.of(&text).trim_start_matches("- ").trim()).collect();
            assert_eq!((noted.as_slice(), found.backwards), (faults, None), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, rng_seed: proptest::test_runner::RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_written_events_are_in_order_and_stand_in_the_text(
            lines in prop::collection::vec("(- |\\| |\\*\\*|### |)(2026-10-0[1-9]|Oct 5|5 October 2026|)( |T|, |)([0-9]{1,2}:[0-9]{2}|99:99|)( UTC| CET|Z|\\+02:00|–12:30| pm|)(\\*\\*|)( |: | \\| )[a-zé–]{0,5}", 0..20),
            started in "(2026-10-0[1-9]T[0-2][0-9]:[0-5][0-9]Z|9999-12-31T23:59Z|-9999-01-01T00:00Z|)",
            table in any::<bool>(),
        ) {
            let head = if table { "| Time | Event |\n|-|-|\n" } else { "" };
            let text = format!("---\nstarted: {started}\n---\n## Timeline\n\n{head}{}\n", lines.join("\n"));
            let (found, _) = timeline(&text);
            prop_assert!(found.events.windows(2).all(|pair| pair[0].at <= pair[1].at));
            for event in &found.events {
                prop_assert!(event.span.end() <= text.len() && text.is_char_boundary(event.span.start()) && text.is_char_boundary(event.span.end()));
            }
        }
    }
}
