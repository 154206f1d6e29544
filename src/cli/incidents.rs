//! `opsbook incidents`: every incident with its times, as a table for people or for programs.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::compiled::Compiled;
use super::output::{Stream, complain, print};
use super::{Failure, Verdict};
use crate::blocks::incident::{Stage, Task};
use crate::compile::Cache;
use crate::disk::ReportFile;
use crate::handbook::Handbook;
use crate::handbook::incidents::Report;
use crate::project::Project;
use crate::source::SitePath;
use crate::text::{count, harmless_cell, shorten};

/// The JSON Schema of what `--format json` prints.
pub(super) const JSON_SCHEMA: &str = include_str!("incidents.schema.json");

/// Changes when a key changes its meaning or goes.
const VERSION: u32 = 1;
/// Columns of the title in the table for people.
const TITLE: usize = 44;

/// List the incidents of the handbook with their times, causes and actions, the newest first
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook incidents                  as a table
  opsbook incidents --format csv --output incidents.csv
  opsbook incidents --format json | jq '.incidents[] | select(.severity == \"major\") | .minutesToResolve'
  opsbook incidents handbook         in the handbook of another folder")]
pub(super) struct Incidents {
    /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
    folder: Option<PathBuf>,
    /// How to write them
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write them to this file instead of printing them; folders above it are made
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How incidents are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// A row for each, for spreadsheets
    Csv,
    /// One object for programs
    Json,
}

#[derive(Serialize)]
struct File<'a> {
    version: u32,
    incidents: Vec<Row<'a>>,
}

/// An incident.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    path: String,
    title: &'a str,
    severity: Option<&'a str>,
    /// Whether it must have a report and actions.
    major: bool,
    status: Option<&'a str>,
    owner: Option<&'a str>,
    services: &'a [String],
    alerts: &'a [String],
    runbooks: Vec<String>,
    started: Option<String>,
    detected: Option<String>,
    acknowledged: Option<String>,
    mitigated: Option<String>,
    resolved: Option<String>,
    minutes_to_detect: Option<f64>,
    minutes_to_acknowledge: Option<f64>,
    minutes_to_mitigate: Option<f64>,
    minutes_to_resolve: Option<f64>,
    causes: &'a [String],
    actions: Vec<Action<'a>>,
}

/// Something that is done about it.
#[derive(Serialize)]
struct Action<'a> {
    #[serde(rename = "action")]
    text: &'a str,
    owners: &'a [String],
    /// The day, or what is written where that is none.
    due: Option<String>,
    ticket: Option<&'a str>,
    state: Option<&'a str>,
    done: bool,
    /// Whether it is open and its day is past.
    overdue: bool,
}

/// The columns of the table, in their order. New ones come last.
const COLUMNS: [&str; 22] = [
    "path",
    "title",
    "severity",
    "major",
    "status",
    "owner",
    "services",
    "alerts",
    "runbooks",
    "started",
    "detected",
    "acknowledged",
    "mitigated",
    "resolved",
    "minutes_to_detect",
    "minutes_to_acknowledge",
    "minutes_to_mitigate",
    "minutes_to_resolve",
    "causes",
    "actions",
    "actions_open",
    "actions_overdue",
];

impl Incidents {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let project = Project::open(self.folder.as_deref(), None)?;
        let file = self.output.as_deref().filter(|path| path.as_os_str() != "-");
        let file = file.map(|path| ReportFile::new(path, &project.root, &project.layout())).transpose()?;
        let compiled = Compiled::whole(&project, &mut Cache::default())?;
        let handbook = &compiled.build.handbook;
        let today = compiled.sources.today;
        let mounts = &compiled.sources.mounts;
        let place = |path: &SitePath| mounts.shown(path).unwrap_or_else(|| format!("{}{path}", project.prefix));
        let rows: Vec<Row<'_>> = handbook.incidents.all.iter().filter_map(|report| row(handbook, report, &place, today)).collect();
        if rows.is_empty() {
            complain("no document reports an incident: reports have the type 'incident-report'");
        }
        let text = match self.format {
            Format::Human => human(&rows),
            Format::Csv => csv(&rows)?,
            // Plain texts and numbers: writing them can't fail.
            Format::Json => format!("{}\n", serde_json::to_string_pretty(&File { version: VERSION, incidents: rows }).unwrap_or_default()),
        };
        match file {
            Some(file) => file.write(&text)?,
            None => print(Stream::Out, &text),
        }
        Ok(Verdict::Clean)
    }
}

fn row<'a>(handbook: &'a Handbook, report: &'a Report, place: &dyn Fn(&SitePath) -> String, today: Option<Date>) -> Option<Row<'a>> {
    let page = handbook.pages.get(report.page)?;
    let record = &report.record;
    let time = |stage| record.times.at(stage).map(|at| at.to_string());
    let to = |stage| record.times.seconds_to(stage).map(minutes);
    let text = |said: &'a Option<(String, crate::text::Span)>| said.as_ref().map(|(text, _)| text.as_str());
    let runbooks = report.runbooks.iter().filter_map(|index| handbook.pages.get(*index));
    Some(Row {
        path: place(&page.document.path),
        title: &page.title,
        severity: record.severity.as_ref().map(|severity| severity.name.as_str()),
        major: record.severity.as_ref().is_some_and(crate::blocks::incident::Severity::is_major),
        status: text(&page.document.meta.status),
        owner: text(&page.document.meta.owner),
        services: &record.services,
        alerts: &record.alerts,
        runbooks: runbooks.map(|page| place(&page.document.path)).collect(),
        started: time(Stage::Started),
        detected: time(Stage::Detected),
        acknowledged: time(Stage::Acknowledged),
        mitigated: time(Stage::Mitigated),
        resolved: time(Stage::Resolved),
        minutes_to_detect: to(Stage::Detected),
        minutes_to_acknowledge: to(Stage::Acknowledged),
        minutes_to_mitigate: to(Stage::Mitigated),
        minutes_to_resolve: to(Stage::Resolved),
        causes: &record.causes,
        actions: record.tasks.iter().map(|task| action(task, today)).collect(),
    })
}

fn action(task: &Task, today: Option<Date>) -> Action<'_> {
    Action {
        text: &task.text,
        owners: &task.owners,
        due: task.day.map(|day| day.to_string()).or_else(|| task.due.clone()),
        ticket: task.ticket.as_deref(),
        state: task.state.as_deref(),
        done: task.done,
        overdue: !task.done && task.day.zip(today).is_some_and(|(day, today)| day < today),
    }
}

/// Minutes with two decimals.
#[expect(clippy::cast_precision_loss, reason = "years in seconds are far below 2^52")]
fn minutes(seconds: i64) -> f64 {
    (seconds as f64 / 0.6).round() / 100.0
}

fn csv(rows: &[Row<'_>]) -> Result<String, Failure> {
    let fail = |error: String| Failure::new(format!("the table can't be written: {error}"), "report this as a fault of opsbook");
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(|error| fail(error.to_string()))?;
    for row in rows {
        let or_none = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let number = |minutes: Option<f64>| minutes.map_or_else(String::new, |minutes| minutes.to_string());
        let cells: [String; COLUMNS.len()] = [
            row.path.clone(),
            row.title.to_owned(),
            or_none(row.severity),
            if row.major { "yes" } else { "no" }.to_owned(),
            or_none(row.status),
            or_none(row.owner),
            row.services.join("; "),
            row.alerts.join("; "),
            row.runbooks.join("; "),
            or_none(row.started.as_deref()),
            or_none(row.detected.as_deref()),
            or_none(row.acknowledged.as_deref()),
            or_none(row.mitigated.as_deref()),
            or_none(row.resolved.as_deref()),
            number(row.minutes_to_detect),
            number(row.minutes_to_acknowledge),
            number(row.minutes_to_mitigate),
            number(row.minutes_to_resolve),
            row.causes.join("; "),
            row.actions.len().to_string(),
            row.actions.iter().filter(|action| !action.done).count().to_string(),
            row.actions.iter().filter(|action| action.overdue).count().to_string(),
        ];
        writer.write_record(cells.iter().map(|cell| harmless_cell(cell).into_owned())).map_err(|error| fail(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| fail(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| fail(error.to_string()))
}

/// A line for each incident, and one that counts.
fn human(rows: &[Row<'_>]) -> String {
    let length = |minutes: Option<f64>| minutes.map_or_else(|| "-".to_owned(), words);
    let cells = |row: &Row<'_>| {
        let day = row.started.as_ref().or(row.detected.as_ref()).and_then(|time| time.get(..10)).unwrap_or("-").to_owned();
        let severity = row.severity.unwrap_or("-").to_owned();
        let open = row.actions.iter().filter(|action| !action.done).count();
        let overdue = row.actions.iter().filter(|action| action.overdue).count();
        let actions = if overdue > 0 { format!("{open} open, {overdue} overdue") } else { format!("{open} open") };
        [
            day,
            shown(&shorten(row.title, TITLE)),
            shown(&severity),
            length(row.minutes_to_detect),
            length(row.minutes_to_mitigate),
            length(row.minutes_to_resolve),
            actions,
        ]
    };
    let head = ["Date", "Incident", "Severity", "Detect", "Mitigate", "Resolve", "Actions"].map(str::to_owned);
    let table: Vec<[String; 7]> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    let mut text = String::new();
    if rows.is_empty() {
        return text;
    }
    for row in &table {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = table.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0);
            line.push_str(cell);
            line.push_str(&" ".repeat(width - cell.width() + 2));
        }
        // Writing to a string can't fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let open: usize = rows.iter().flat_map(|row| &row.actions).filter(|action| !action.done).count();
    let _ = writeln!(text, "\n{}, {} open. Times count from the start.", count(rows.len(), "incident"), count(open, "action"));
    text
}

/// What a terminal can show of a text.
fn shown(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}

fn words(minutes: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "minutes of years are far below the limit")]
    let whole = minutes.round() as i64;
    match whole {
        ..60 => format!("{whole} min"),
        60..1440 => format!("{} h {:02} min", whole / 60, whole % 60),
        _ => format!("{} d {} h", whole / 1440, whole / 60 % 24),
    }
}
