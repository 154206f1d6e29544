//! The calendars of the site by a parser that is not ours.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use opsbook::compile::{Cache, compile};
use opsbook::site::SiteFile;
use opsbook::source::{SitePath, Sources};

const REGISTRY: &str = "roles: { ops: Ops team }
freezes:
  - { what: 'Releases; of \"all\", products', from: Thursday 22:00, until: Sunday, zone: Europe/Brussels, except: \"Repairs,\\nif urgent\" }
  - { what: Year end, from: 2026-12-24 12:00, until: 2027-01-02, zone: America/New_York }
  - { what: Nights, from: Monday 20:00, until: Tuesday 06:00 }
reviews:
  - { what: Audit, every: 2 weeks, owner: ops, source: index.md }
  - { what: Evaluation, every: quarter, owner: ops, description: Everything. }
  - { what: Queue, every: 1 business day, owner: ops, source: weekend.md }
  - { what: Costs, every: 10 business days, owner: ops, source: weekend.md }
  - { what: Odd, every: 3 business days, owner: ops }
";

fn calendar(name: &str) -> ical::parser::ical::component::IcalCalendar {
    let mut sources = Sources { content: "content".into(), ..Sources::default() };
    sources.insert(SitePath::new("content/index.md").unwrap(), "---\nreviewed: 2026-11-02\n---\n# Home\n");
    // A Saturday.
    sources.insert(SitePath::new("content/weekend.md").unwrap(), "---\nreviewed: 2026-11-07\n---\n# Weekend\n");
    let late = "---\nowner: ops\nreviewed: 2026-11-02\nreview_every: 90d\n---\n# Late; or , not\n";
    sources.insert(SitePath::new("content/late.md").unwrap(), late);
    let own = "---\nowner: Somebody\nreviewed: 2026-11-04\nreview_every: 90d\n---\n# Own\n";
    sources.insert(SitePath::new("content/own.md").unwrap(), own);
    sources.insert(SitePath::new("content/registry.yaml").unwrap(), REGISTRY);
    let mut cache = Cache::default();
    let site = compile(&sources, &mut cache).site(&sources, &mut cache).expect("a site");
    let Some(SiteFile::Bytes(bytes)) = site.files.get(&SitePath::new(name).unwrap()) else { panic!("no {name}") };
    let mut calendars = ical::IcalParser::new(&bytes[..]);
    let calendar = calendars.next().expect("a calendar").expect("which can be read");
    assert!(calendars.next().is_none());
    calendar
}

fn value(event: &ical::parser::ical::component::IcalEvent, name: &str) -> String {
    let property = event.properties.iter().find(|property| property.name == name);
    property.and_then(|property| property.value.clone()).unwrap_or_default()
}

#[test]
fn freezes_are_events_with_their_time_zones() {
    let calendar = calendar("registry/freezes.ics");
    assert_eq!(calendar.timezones.len(), 2);
    assert!(calendar.timezones.iter().all(|zone| zone.transitions.len() >= 3));
    let events: Vec<[String; 4]> = calendar.events.iter().map(|event| ["UID", "DTSTART", "DTEND", "RRULE"].map(|name| value(event, name))).collect();
    let expected = [
        ["freeze-releases-of-all-products@opsbook", "20240104T220000", "20240107T000000", "FREQ=WEEKLY"],
        ["freeze-year-end@opsbook", "20261224T120000", "20270102T000000", ""],
        ["freeze-nights@opsbook", "20240101T200000Z", "20240102T060000Z", "FREQ=WEEKLY"],
    ];
    assert_eq!(events, expected.map(|event| event.map(str::to_owned)));
    assert_eq!(value(&calendar.events[0], "SUMMARY"), "Freeze: Releases\\; of \"all\"\\, products");
}

#[test]
fn pages_are_reviewed_on_the_day_when_it_is_due() {
    let calendar = calendar("reviews.ics");
    let events: Vec<[String; 4]> =
        calendar.events.iter().map(|event| ["SUMMARY", "DTSTART", "DTSTAMP", "DESCRIPTION"].map(|name| value(event, name))).collect();
    let expected = [
        ["Review: Late\\; or \\, not", "20270131", "20261102T000000Z", "Owner: Ops team\\nLast review: 2026-11-02\\nSource: content/late.md"],
        ["Review: Own", "20270202", "20261104T000000Z", "Owner: Somebody\\nLast review: 2026-11-04\\nSource: content/own.md"],
    ];
    assert_eq!(events, expected.map(|event| event.map(str::to_owned)));
    let ids: Vec<String> = calendar.events.iter().map(|event| value(event, "UID")).collect();
    assert!(ids[0] != ids[1] && ids.iter().all(|id| id.starts_with("page-review-") && id.ends_with("@opsbook")), "{ids:?}");
    let of_one = self::calendar("reviews-somebody.ics");
    assert_eq!(of_one.events.iter().map(|event| value(event, "UID")).collect::<Vec<_>>(), ids[1..]);
}

#[test]
fn reviews_begin_on_the_day_of_the_last_one() {
    let calendar = calendar("registry/reviews.ics");
    let events: Vec<[String; 3]> = calendar.events.iter().map(|event| ["SUMMARY", "DTSTART", "RRULE"].map(|name| value(event, name))).collect();
    let expected = [
        ["Audit", "20261102", "FREQ=WEEKLY;INTERVAL=2"],
        ["Evaluation", "20240101", "FREQ=MONTHLY;INTERVAL=3"],
        ["Queue", "20261109", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR"],
        ["Costs", "20261109", "FREQ=WEEKLY;INTERVAL=2"],
    ];
    assert_eq!(events, expected.map(|event| event.map(str::to_owned)));
}
