use serde::Serialize;

use super::{Entry, Format, Options, Position, Report, Texts, harmless_json};
use crate::diagnostic::{Diagnostic, Edit, Related, Severity, Suppression};
use crate::source::SitePath;
use crate::text::Span;

pub(super) const FORMAT: Format = Format {
    name: "json",
    summary: "everything that is known, for programs",
    docs: "One JSON object for programs. The same handbook gives the same bytes: there is no time in it. A JSON Schema describes it.

- `version`: 1. It changes when a key changes its meaning or goes; new keys may come at any time.
- `summary`: `errors`, `warnings`, `waived`, `baselined`, `documents`, `typed`, `complete`, `topics`, `topicsCovered`, all numbers.
- `diagnostics`: a list, sorted by path and place. Each has
    - `code`: the name of the check, as `opsbook explain` takes it; `severity`: `error` or `warning`
    - `fingerprint`: 32 hexadecimal digits, unique in the report, the same when lines move
    - `path`: from the handbook's root, with `/`
    - `file`: where the file really lies, from the working folder, if it comes from a source of book.toml
    - `span`: `start` and `end` in bytes, end excluded
    - `line`, `column`, `endLine`, `endColumn`: 1-based, columns in characters, end excluded; null for a file without text
    - `message`, and `label`, which is said of the marked text and may be empty
    - `helps`, `notes`: lists of strings
    - `related`: other places, each with `path`, `span`, lines and columns as above, and `label`
    - `fix`: edits of this file that mend the fault, each with `span`, lines and columns, and `replacement`
- `suppressed`: findings that don't count, with the same keys and `suppression`: its `kind` is `waiver`, with `reason` and
  `until`, or `baseline`
",
    write,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Root<'a> {
    version: u32,
    summary: Counts,
    diagnostics: Vec<Finding<'a>>,
    suppressed: Vec<Finding<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    errors: usize,
    warnings: usize,
    waived: usize,
    baselined: usize,
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
    fingerprint: String,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(flatten)]
    place: Place,
    message: &'a str,
    label: &'a str,
    helps: &'a [String],
    notes: &'a [String],
    related: Vec<Other<'a>>,
    fix: Vec<Change<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppression: Option<Why<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum Why<'a> {
    Waiver { reason: &'a str, until: &'a str },
    Baseline,
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

fn write(report: &Report<'_>, options: &Options) -> String {
    let mut texts = Texts::new(report);
    let summary = Counts {
        errors: report.count(Severity::Error),
        warnings: report.count(Severity::Warning),
        waived: report.waived(),
        baselined: report.baselined(),
        documents: report.summary.documents,
        typed: report.summary.typed,
        complete: report.summary.complete,
        topics: report.summary.topics,
        topics_covered: report.summary.topics_covered,
    };
    let findings = report.entries().into_iter().map(|entry| finding(entry, &mut texts, options));
    let (suppressed, diagnostics) = findings.partition(|finding| finding.suppression.is_some());
    let root = Root { version: 1, summary, diagnostics, suppressed };
    // Plain strings and numbers: writing them can't fail.
    let mut json = serde_json::to_string_pretty(&root).unwrap_or_default();
    json.push('\n');
    harmless_json(&json)
}

fn finding<'a>(Entry { diagnostic, suppression, fingerprint }: Entry<'a>, texts: &mut Texts<'_>, options: &Options) -> Finding<'a> {
    let Diagnostic { kind, severity, path, span, message, label, helps, notes, related, fix } = diagnostic;
    let others = related.iter().map(|Related { path, span, label }| Other { path: path.as_str(), place: place(texts, path, *span), label });
    let related = others.collect();
    let edits = fix.iter().map(|Edit { span, replacement }| Change { place: place(texts, path, *span), replacement });
    let fix = edits.collect();
    let place = place(texts, path, *span);
    let suppression = suppression.map(|suppression| match suppression {
        Suppression::Waiver { reason, until } => Why::Waiver { reason, until },
        Suppression::Baseline => Why::Baseline,
    });
    let file = options.mounts.shown(path);
    let (code, severity, path) = (kind.code, severity.name(), path.as_str());
    Finding { code, severity, fingerprint, path, file, place, message, label, helps, notes, related, fix, suppression }
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
