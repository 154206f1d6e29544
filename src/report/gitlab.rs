use serde::Serialize;

use super::{Format, Options, Report, Texts, harmless_json, harmless_line, remarks};
use crate::diagnostic::Severity;

pub(super) const FORMAT: Format = Format {
    name: "gitlab",
    summary: "Code Quality report, for merge requests on GitLab",
    docs: "A [Code Quality report](https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format): a JSON list with one issue a finding, which GitLab
shows in the merge request. Errors are `major`, warnings `minor`. Findings that don't count are left out, because the format can't
say so. It is an issue of Code Climate too: `content` holds what to do. The same handbook gives the same bytes.
",
    write,
};

#[derive(Serialize)]
struct Issue<'a> {
    #[serde(rename = "type")]
    of_type: &'a str,
    check_name: &'a str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
    categories: [&'a str; 1],
    severity: &'a str,
    fingerprint: String,
    location: Location,
}

#[derive(Serialize)]
struct Content {
    body: String,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

fn write(report: &Report<'_>, options: &Options) -> String {
    let mut texts = Texts::new(report);
    let counted = report.entries().into_iter().filter(|entry| entry.suppression.is_none());
    let issues = counted.map(|entry| {
        let finding = entry.diagnostic;
        let remarks = remarks(finding, &mut texts, options);
        // A file without text is shown from its first line.
        let (begin, end) = texts.place(&finding.path, finding.span).map_or((1, 1), |(start, end)| (start.line, end.line));
        Issue {
            of_type: "issue",
            check_name: finding.kind.code,
            description: harmless_line(&finding.message),
            content: (!remarks.is_empty()).then(|| Content { body: remarks.join("\n\n") }),
            categories: ["Clarity"],
            severity: match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
            },
            fingerprint: entry.fingerprint,
            location: Location { path: options.in_repository(&finding.path), lines: Lines { begin, end } },
        }
    });
    // Plain strings and numbers: writing them can't fail.
    let mut json = serde_json::to_string_pretty(&issues.collect::<Vec<_>>()).unwrap_or_default();
    json.push('\n');
    harmless_json(&json)
}
