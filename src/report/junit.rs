use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Entry, Format, Options, Report, Texts, harmless, harmless_line, remarks};
use crate::diagnostic::{Severity, Suppression};
use crate::source::SitePath;
use crate::text::count;

pub(super) const FORMAT: Format = Format {
    name: "junit",
    summary: "JUnit XML, for the test reports of GitLab, Jenkins and others",
    docs: "JUnit XML. Each document is a test case, and so is each other file with findings. One with errors fails, and says all of them. Warnings
and findings that don't count stand in its output and fail nothing. A document that was mended passes under the same name, so that a
history of tests shows when. There is no time in it: the same handbook gives the same bytes.
",
    write,
};

fn write(report: &Report<'_>, options: &Options) -> String {
    let entries = report.entries();
    let mut files: BTreeMap<&SitePath, Vec<&Entry<'_>>> = report.summary.checked.iter().map(|path| (path, Vec::new())).collect();
    for entry in &entries {
        files.entry(&entry.diagnostic.path).or_default().push(entry);
    }
    let mut texts = Texts::new(report);
    let mut cases = String::new();
    let mut failures = 0;
    for (path, findings) in &files {
        let lines = Lines::of(findings, &mut texts, options);
        failures += usize::from(lines.errors > 0);
        cases.push_str(&case(&options.in_repository(path), &lines));
    }
    if files.is_empty() {
        // Servers take a report without test cases for a mistake.
        cases.push_str(&case("handbook", &Lines::default()));
    }
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\"", files.len().max(1));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"opsbook\" {counts}>\n  \
         <testsuite name=\"opsbook\" {counts} skipped=\"0\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

/// What is said of one file.
#[derive(Default)]
struct Lines {
    errors: usize,
    /// The message of the first error.
    first: String,
    /// The errors in full.
    failure: String,
    /// The rest.
    output: String,
}

impl Lines {
    fn of(findings: &[&Entry<'_>], texts: &mut Texts<'_>, options: &Options) -> Self {
        let mut lines = Self::default();
        for Entry { diagnostic, suppression, .. } in findings {
            let place =
                texts.place(&diagnostic.path, diagnostic.span).map_or(String::new(), |(start, _)| format!(":{}:{}", start.line, start.column));
            let (path, severity, code) = (options.in_repository(&diagnostic.path), diagnostic.severity.name(), diagnostic.kind.code);
            let text = format!("{path}{place}: {severity}[{code}]: {}\n", diagnostic.message);
            let remarks = remarks(diagnostic, texts, options).join("\n").replace('\n', "\n  ");
            let remarks = if remarks.is_empty() { remarks } else { format!("  {remarks}\n") };
            // Writing to a string can't fail.
            let _ = match (suppression, diagnostic.severity) {
                (Some(Suppression::Waiver { reason, until }), _) => write!(lines.output, "waived until {until}, {reason}: {text}"),
                (Some(Suppression::Baseline), _) => write!(lines.output, "in the baseline: {text}"),
                (None, Severity::Warning) => write!(lines.output, "{text}{remarks}"),
                (None, Severity::Error) => {
                    if lines.errors == 0 {
                        lines.first.clone_from(&diagnostic.message);
                    }
                    lines.errors += 1;
                    write!(lines.failure, "{text}{remarks}")
                }
            };
        }
        lines
    }
}

fn case(name: &str, lines: &Lines) -> String {
    let name = attribute(name);
    let mut case = format!("    <testcase classname=\"opsbook\" name=\"{name}\" file=\"{name}\"");
    if lines.errors == 0 && lines.output.is_empty() {
        case.push_str("/>\n");
        return case;
    }
    case.push_str(">\n");
    if lines.errors > 0 {
        let message = if lines.errors == 1 { lines.first.clone() } else { format!("{}, the first: {}", count(lines.errors, "error"), lines.first) };
        let _ = writeln!(case, "      <failure type=\"error\" message=\"{}\">{}</failure>", attribute(&message), text(&lines.failure));
    }
    if !lines.output.is_empty() {
        let _ = writeln!(case, "      <system-out>{}</system-out>", text(&lines.output));
    }
    case.push_str("    </testcase>\n");
    case
}

/// A text as XML holds it. Characters that XML 1.0 has no way to write are replaced.
fn text(text: &str) -> String {
    let text = harmless(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn attribute(value: &str) -> String {
    text(&harmless_line(value)).replace('"', "&quot;")
}
