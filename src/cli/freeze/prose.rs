//! The answer of a handbook that declares no freeze and says so in prose.

use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;

use super::super::Failure;
use super::super::compiled::Compiled;
use super::{Answer, Freeze, Named, Rule, written};
use crate::blocks::policy::Statement;
use crate::handbook::said::{Prose, Said};
use crate::registry::Weekday;
use crate::registry::calendar::{Interval, Status, status};
use crate::text::shorten;

/// The words of a rule are cut at this many characters.
const WORDS: usize = 160;

/// The answer of a handbook whose registry declares no freeze: what sentences of its pages say. `prefix` leads to the handbook.
pub(super) fn answer(asked: &Freeze, compiled: &Compiled, prefix: &str, at: Timestamp, zone: Option<&TimeZone>) -> Result<Answer, Failure> {
    let handbook = &compiled.build.handbook;
    let freezes = handbook.said().filter(|said| matches!(said.policy.statement, Statement::Freeze(week) if week.closed != 0));
    let said: Vec<Said<'_>> = freezes.collect();
    let prose = Prose::of(&said);
    if prose.freezes.is_empty() {
        return Err(Failure::new(
            "no freeze is declared and none is read on a page, so nothing says what is open",
            "list the freezes in registry.yaml under `freezes`",
        ));
    }
    for (option, value) in [("--environment", &asked.environment), ("--scope", &asked.scope)] {
        if value.is_some() {
            let help = "list the freezes in registry.yaml under `freezes`, each with what it is about";
            return Err(Failure::new(format!("freezes are read on pages only, which don't say what {option} could choose"), help));
        }
    }
    let Some(zone) = zone.cloned().or_else(|| asked.at.as_deref().and_then(offset)) else {
        let help = "name the time zone with --zone, or list the freezes in registry.yaml under `freezes`";
        return Err(Failure::new("freezes are read on pages only, which name no time zone", help));
    };
    let rules: Vec<(&Rule, TimeZone)> = prose.freezes.iter().map(|(_, rule)| (rule, zone.clone())).collect();
    let status = status(&rules, at);
    let day = usize::from(at.to_zoned(zone.clone()).weekday().to_monday_zero_offset().unsigned_abs());
    if status.active.is_empty() && prose.unclear & (1 << day) != 0 {
        let word = Weekday::WORDS.get(day).copied().unwrap_or_default();
        let place = said.first().map_or_else(String::new, |said| place(said, prefix));
        return Err(Failure::new(
            format!("the pages don't say whether {word} is frozen; see {place}"),
            "list the freezes in registry.yaml under `freezes`, with the moments at which they begin and end",
        ));
    }
    Ok(named(&prose, &said, prefix, &status, at, &zone))
}

fn named(prose: &Prose, said: &[Said<'_>], prefix: &str, status: &Status, at: Timestamp, zone: &TimeZone) -> Answer {
    let named = |(index, stretch): &(usize, Interval)| {
        let (sentence, rule) = prose.freezes.get(*index)?;
        let place = place(said.get(*sentence)?, prefix);
        Some(Named {
            id: place.clone(),
            what: shorten(&rule.what, WORDS),
            from: written(stretch.from, zone),
            until: written(stretch.until, zone),
            zone: zone.iana_name().map_or_else(|| at.to_zoned(zone.clone()).strftime("%:z").to_string(), str::to_owned),
            environments: Vec::new(),
            scope: None,
            except: None,
            source: Some(place),
            in_prose: true,
        })
    };
    Answer {
        at: written(at, zone),
        frozen: !status.active.is_empty(),
        until: status.until.map(|until| written(until, zone)),
        rules: status.active.iter().filter_map(named).collect(),
        next: status.next.as_ref().and_then(named),
    }
}

/// The file and line of a sentence.
fn place(said: &Said<'_>, prefix: &str) -> String {
    let document = &said.on.document;
    let line = document.lines().position(said.policy.span.start()).line;
    format!("{prefix}{}:{line}", document.path)
}

/// The offset that a moment is written with.
fn offset(text: &str) -> Option<TimeZone> {
    Some(TimeZone::fixed(Pieces::parse(text).ok()?.to_numeric_offset()?))
}
