use std::fmt::Write;

use super::{Format, Options, Report, Texts, harmless, remarks};

pub(super) const FORMAT: Format = Format {
    name: "github",
    summary: "annotations of a pull request on GitHub",
    docs: "Annotations for GitHub Actions: one [workflow command](https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions)
a finding, which GitHub shows at the line in the pull request. The last line is the summary. GitHub shows ten errors and ten
warnings a step and keeps the rest in the log: the closing line counts them all.
",
    write,
};

fn write(report: &Report<'_>, options: &Options) -> String {
    let mut texts = Texts::new(report);
    let mut output = String::new();
    for diagnostic in report.diagnostics {
        let mut message = diagnostic.message.clone();
        message.extend(remarks(diagnostic, &mut texts, options).into_iter().map(|remark| format!("\n{remark}")));

        let place = texts.place(&diagnostic.path, diagnostic.span);
        let place = place.map_or(String::new(), |(start, _)| format!(",line={},col={}", start.line, start.column));
        let file = property(&options.in_repository(&diagnostic.path));
        let title = property(diagnostic.kind.code);
        let _ = writeln!(output, "::{} file={file}{place},title={title}::{}", diagnostic.severity.name(), data(&message));
    }
    output.push_str(&report.closing_line());
    output.push('\n');
    output
}

/// A message as the runner reads it: per cent signs and line breaks escaped.
fn data(text: &str) -> String {
    harmless(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property as the runner reads it: a message's escapes, colons and commas.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_runner_reads_is_escaped() {
        assert_eq!(data("100 %\nall: a, b\r\nc"), "100 %25%0Aall: a, b%0Ac");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
        assert_eq!(data("\u{1b}[31m"), "␛[31m");
    }
}
