use std::fmt::Write;

use serde::Serialize;

use super::{Format, Options, Position, Report, Texts};
use crate::diagnostic::{Diagnostic, Edit, Related, Severity};
use crate::source::SitePath;
use crate::text::Span;

pub(super) const FORMAT: Format = Format {
    name: "json",
    docs: "One JSON object for programs. The same handbook gives the same bytes: there is no time in it.

- `version`: 1. It changes when a key changes its meaning or goes; new keys may come at any time.
- `summary`: `errors`, `warnings`, `documents`, `typed`, `complete`, `topics`, `topicsCovered`, all numbers.
- `diagnostics`: a list, sorted by path and place. Each has
    - `code`: the name of the check, as `opsbook explain` takes it; `severity`: `error` or `warning`
    - `path`: from the handbook's root, with `/`
    - `span`: `start` and `end` in bytes, end excluded
    - `line`, `column`, `endLine`, `endColumn`: 1-based, columns in characters, end excluded; null for a file without text
    - `message`, and `label`, which is said of the marked text and may be empty
    - `helps`, `notes`: lists of strings
    - `related`: other places, each with `path`, `span`, lines and columns as above, and `label`
    - `fix`: edits of this file that mend the fault, each with `span`, lines and columns, and `replacement`
",
    write,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Root<'a> {
    version: u32,
    summary: Counts,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    errors: usize,
    warnings: usize,
    documents: usize,
    typed: usize,
    complete: usize,
    topics: usize,
    topics_covered: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    code: &'a str,
    severity: &'a str,
    path: &'a str,
    #[serde(flatten)]
    place: Place,
    message: &'a str,
    label: &'a str,
    helps: &'a [String],
    notes: &'a [String],
    related: Vec<Other<'a>>,
    fix: Vec<Change<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Other<'a> {
    path: &'a str,
    #[serde(flatten)]
    place: Place,
    label: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    #[serde(flatten)]
    place: Place,
    replacement: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    span: Span,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

fn write(report: &Report<'_>, _options: &Options) -> String {
    let mut texts = Texts::new(report);
    let summary = Counts {
        errors: report.count(Severity::Error),
        warnings: report.count(Severity::Warning),
        documents: report.summary.documents,
        typed: report.summary.typed,
        complete: report.summary.complete,
        topics: report.summary.topics,
        topics_covered: report.summary.topics_covered,
    };
    let diagnostics = report.diagnostics.iter().map(|diagnostic| finding(diagnostic, &mut texts)).collect();
    // Plain strings and numbers: writing them can't fail.
    let mut json = serde_json::to_string_pretty(&Root { version: 1, summary, diagnostics }).unwrap_or_default();
    json.push('\n');
    escape(&json)
}

fn finding<'a>(diagnostic: &'a Diagnostic, texts: &mut Texts<'_>) -> Finding<'a> {
    let Diagnostic { kind, severity, path, span, message, label, helps, notes, related, fix } = diagnostic;
    let others = related.iter().map(|Related { path, span, label }| Other { path: path.as_str(), place: place(texts, path, *span), label });
    let related = others.collect();
    let edits = fix.iter().map(|Edit { span, replacement }| Change { place: place(texts, path, *span), replacement });
    let fix = edits.collect();
    let place = place(texts, path, *span);
    Finding { code: kind.code, severity: severity.name(), path: path.as_str(), place, message, label, helps, notes, related, fix }
}

fn place(texts: &mut Texts<'_>, path: &SitePath, span: Span) -> Place {
    let (start, end) = texts.place(path, span).unzip();
    Place {
        span,
        line: start.map(|position: Position| position.line),
        column: start.map(|position| position.column),
        end_line: end.map(|position: Position| position.line),
        end_column: end.map(|position| position.column),
    }
}

/// Writes characters that turn or command a terminal as `\u`: they stand only inside strings, where that means the same.
fn escape(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if super::replacement(character).is_some() {
            let _ = write!(escaped, "\\u{:04x}", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    escaped
}
