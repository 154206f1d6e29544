//! `opsbook freeze`: whether something is frozen at a moment, until when, and by which rule.
//!
//! The exit code answers too. Must not know how windows are reckoned.

mod prose;

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::compiled::Compiled;
use super::output::{Stream, print};

use super::today::{moment, today};
use super::{Failure, Verdict};
use crate::compile::Cache;
use crate::diagnostic::Severity;
use crate::project::Project;
use crate::registry::calendar::{self, Status, status};
use crate::registry::{Freeze as Rule, Registry};
use crate::source::{REGISTRY, SitePath};
use crate::text::{fold_title, nearest};

/// Say whether something may be released: open or frozen, until when, and by which rule
///
/// The rules are the freezes of registry.yaml; where that has none, what sentences of pages say. The exit code says it too: 0 open, 1 frozen, 2 could not say.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook freeze                     is anything frozen now?
  opsbook freeze --environment production --scope 'Member Cloud'
  opsbook freeze --at 2026-11-20T10:00+01:00
  opsbook freeze --at 2026-11-20T10:00 --zone Europe/Brussels
  opsbook freeze --environment mainnet && ./release.sh")]
pub(super) struct Freeze {
    /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
    folder: Option<PathBuf>,
    /// The moment to ask for, with its offset or with --zone; without it now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// The time zone of --at where that has no offset, and of the times that are shown
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Only what holds for this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Only what holds for this part of the organisation
    #[arg(long, value_name = "NAME")]
    scope: Option<String>,
    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

/// How to write the answer.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
}

/// The answer.
#[derive(Debug, Serialize)]
struct Answer {
    at: String,
    frozen: bool,
    /// When it is open again; none where that is not within a year, or where it is open.
    until: Option<String>,
    /// The freezes that hold.
    rules: Vec<Named>,
    /// The freeze that begins next, where none holds.
    next: Option<Named>,
}

/// A freeze and the stretch in which it holds.
#[derive(Debug, Serialize)]
struct Named {
    id: String,
    what: String,
    from: String,
    until: String,
    zone: String,
    environments: Vec<String>,
    scope: Option<String>,
    except: Option<String>,
    source: Option<String>,
    /// Whether it was read in a sentence of a page rather than in registry.yaml.
    in_prose: bool,
}

impl Freeze {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let zone = self.zone.as_deref().map(zone).transpose()?;
        let at = match &self.at {
            Some(text) => read(text, zone.as_ref())?,
            None => moment()?,
        };
        let project = Project::open(self.folder.as_deref(), None)?;
        let registry = registry(&project)?;
        let answer = if registry.freezes.is_empty() {
            let compiled = Compiled::of_documents(&project, &mut Cache::default())?;
            prose::answer(&self, &compiled, &project.prefix, at, zone.as_ref())?
        } else {
            let rules = self.rules(&registry)?;
            let zones: Vec<(&Rule, TimeZone)> =
                rules.iter().map(|rule| (*rule, calendar::zone(&registry.zone_of(rule)).unwrap_or(TimeZone::UTC))).collect();
            answer(&registry, &zones, &status(&zones, at), at, zone.as_ref())
        };
        let text = match self.format {
            Format::Human => self.human(&answer),
            Format::Json => serde_json::to_string_pretty(&answer).map_or_else(|_| String::new(), |text| text + "\n"),
        };
        print(Stream::Out, &text);
        Ok(if answer.frozen { Verdict::Findings } else { Verdict::Clean })
    }

    /// The freezes that are asked for.
    fn rules<'a>(&self, registry: &'a Registry) -> Result<Vec<&'a Rule>, Failure> {
        let scopes = || {
            registry
                .freezes
                .iter()
                .filter_map(|rule| rule.scope.as_deref())
                .chain(registry.environments.iter().filter_map(|environment| environment.scope.as_deref()))
        };
        if let Some(scope) = &self.scope
            && !scopes().any(|known| fold_title(known) == fold_title(scope))
        {
            return Err(unknown("scope", scope, scopes()));
        }
        let of_scope = |rule: &&Rule| match (&self.scope, &rule.scope) {
            (Some(wanted), Some(own)) => fold_title(wanted) == fold_title(own),
            _ => true,
        };
        let mut rules: Vec<&Rule> = registry.freezes.iter().filter(of_scope).collect();
        if let Some(name) = &self.environment {
            let known = self.scope.as_deref().and_then(|scope| scopes().find(|known| fold_title(known) == fold_title(scope)));
            let environments = registry.environments_named(name, known);
            if environments.is_empty() {
                return Err(unknown("environment", name, registry.environments.iter().flat_map(|environment| environment.names.all())));
            }
            rules.retain(|rule| environments.iter().any(|environment| registry.covers(rule, *environment)));
        }
        Ok(rules)
    }

    fn human(&self, answer: &Answer) -> String {
        let mut asked = String::new();
        for (word, name) in [("environment", &self.environment), ("scope", &self.scope)] {
            if let Some(name) = name {
                let _ = write!(asked, ", {word} {name}");
            }
        }
        let mut text = match (answer.frozen, &answer.until) {
            (true, Some(until)) => format!("frozen until {until}{asked}\n"),
            (true, None) => format!("frozen, with no end within a year{asked}\n"),
            (false, _) => format!("open{asked}\n"),
        };
        for rule in &answer.rules {
            line(&mut text, rule, "until", &rule.until);
        }
        match &answer.next {
            Some(rule) => line(&mut text, rule, "next: from", &rule.from),
            None if !answer.frozen => text.push_str("  no freeze begins within a year\n"),
            None => {}
        }
        text
    }
}

fn line(text: &mut String, rule: &Named, word: &str, time: &str) {
    if rule.in_prose {
        let _ = writeln!(text, "  {word} {time}: {} (read in prose, {})", rule.what, rule.id);
        return;
    }
    let _ = write!(text, "  {word} {time}: {} [{}]", rule.what, rule.id);
    let places = if rule.environments.is_empty() { "all environments".to_owned() } else { rule.environments.join(", ") };
    let _ = write!(text, " on {places}");
    for (word, said) in [("of", &rule.scope), ("except", &rule.except), ("see", &rule.source)] {
        if let Some(said) = said {
            let _ = write!(text, "; {word} {said}");
        }
    }
    text.push('\n');
}

fn zone(name: &str) -> Result<TimeZone, Failure> {
    calendar::zone(name).ok_or_else(|| {
        let help = match calendar::nearest_zone(name) {
            Some(near) => format!("did you mean '{near}'?"),
            None => "write a name of the IANA database, as Europe/Brussels or UTC".to_owned(),
        };
        Failure::new(format!("there is no time zone '{name}'"), help)
    })
}

/// A moment as people and programs write it.
fn read(text: &str, zone: Option<&TimeZone>) -> Result<Timestamp, Failure> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let local = text.parse::<DateTime>().map_err(|_| {
        Failure::new(format!("'{text}' is no time"), "write a date, a time and an offset, as 2026-11-20T10:00+01:00 or 2026-11-20T09:00Z")
    })?;
    let Some(zone) = zone else {
        let help = "add an offset, as in +01:00 or Z, or name the time zone with --zone";
        return Err(Failure::new(format!("'{text}' says no offset, so it is another moment in every time zone"), help));
    };
    zone.to_ambiguous_timestamp(local).compatible().map_err(|_| Failure::new(format!("'{text}' is no time"), "write a year from 0 to 9999"))
}

/// The registry, and nothing that only looks like one: a freeze that can't be read must not count as open.
fn registry(project: &Project) -> Result<Registry, Failure> {
    let sources = project.sources(today()?)?;
    let source = SitePath::new(REGISTRY).and_then(|path| sources.text(path.below(&sources.content)?.as_str()));
    let mut found = Vec::new();
    let registry = Registry::parse(source, &mut found);
    if found.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(Failure::new("registry.yaml has faults, so a freeze may be missing from it", "mend what `opsbook check` says about it"));
    }
    Ok(registry)
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    known.dedup();
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean '{near}'?"),
        None if known.is_empty() => format!("registry.yaml declares no {what}"),
        None => format!("name one of: {}", known.iter().take(20).copied().collect::<Vec<_>>().join(", ")),
    };
    Failure::new(format!("no {what} is called '{name}'"), help)
}

fn answer(registry: &Registry, rules: &[(&Rule, TimeZone)], status: &Status, at: Timestamp, shown: Option<&TimeZone>) -> Answer {
    let first = status.active.first().map(|(index, _)| *index).or(status.next.map(|(index, _)| index));
    let utc = TimeZone::UTC;
    let common = shown.or_else(|| first.and_then(|index| rules.get(index)).map(|(_, zone)| zone)).unwrap_or(&utc);
    let named = |(index, stretch): &(usize, calendar::Interval)| {
        let (rule, zone) = rules.get(*index)?;
        let zone = shown.unwrap_or(zone);
        Some(Named {
            id: rule.id.clone(),
            what: rule.what.clone(),
            from: written(stretch.from, zone),
            until: written(stretch.until, zone),
            zone: registry.zone_of(rule),
            environments: rule.environments.iter().map(|reference| reference.name.clone()).collect(),
            scope: rule.scope.clone(),
            except: rule.except.clone(),
            source: rule.source.as_ref().map(|source| source.name.clone()),
            in_prose: false,
        })
    };
    Answer {
        at: written(at, common),
        frozen: !status.active.is_empty(),
        until: status.until.map(|until| written(until, common)),
        rules: status.active.iter().filter_map(named).collect(),
        next: status.next.as_ref().and_then(named),
    }
}

/// A moment with its day of the week, which people reckon by, and its offset: `2026-11-22T00:00+01:00`.
fn written(moment: Timestamp, zone: &TimeZone) -> String {
    moment.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M%:z").to_string()
}
