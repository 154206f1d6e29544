//! What the terminal shows while a preview runs. Knows how lines look and which of them can be taken back; must not know how pages are made.

use std::fmt::Write;
use std::time::Duration;

use jiff::Zoned;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::open::Open;
use crate::cli::output::{self, Stream};
use crate::diagnostic::Severity;
use crate::report::{Options, Report, Summary};
use crate::serve::engine::{Edition, Event};
use crate::text::count;

/// Changed files that are named in a line.
const NAMED: usize = 2;

/// New findings that are printed at one time: more would only scroll away.
const SHOWN: usize = 50;

/// What the terminal shows while a preview runs: one line for each edition, findings when they come.
pub(super) struct Lines {
    options: Options,
    is_quiet: bool,
    has_timings: bool,
    /// Until the address is known, the first edition waits.
    first: Option<String>,
    is_started: bool,
    /// What changed in the last line, if nothing else was printed since: the next line about the same goes over it.
    last: Option<Vec<String>>,
    /// Findings that stay in sight under all that is printed; none where lines can't be taken back.
    open: Option<Open>,
}

impl Lines {
    pub(super) fn new(options: Options, is_quiet: bool, has_timings: bool) -> Self {
        Self { options, is_quiet, has_timings, first: None, is_started: false, last: None, open: output::can_redraw(Stream::Err).then(Open::default) }
    }

    /// Prints the first line, with the address.
    pub(super) fn start(&mut self, url: &str) {
        self.is_started = true;
        let status = self.first.take().unwrap_or_default();
        // Without the address nobody can go there, however quiet it should be.
        self.print(&if self.is_quiet { format!("{url}\n") } else { format!("{url}  {status}\n") });
    }

    pub(super) fn hear(&mut self, event: &Event<'_>) {
        match event {
            Event::Said(text) => self.print(&format!("{text}\n")),
            Event::Rendered { stages } if self.has_timings => self.print(&table("page", stages)),
            Event::Rendered { .. } => {}
            Event::Edition(edition) => self.edition(edition),
        }
    }

    /// Leaves the terminal as it was.
    pub(super) fn end(&mut self) {
        self.open = None;
        if !self.is_quiet {
            self.print("\n");
        }
    }

    fn edition(&mut self, edition: &Edition<'_>) {
        let errors = edition.build.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).count();
        let warnings = edition.build.diagnostics.len() - errors;
        let counts = format!("{}, {}", count(errors, "error"), count(warnings, "warning"));
        self.options.mounts.clone_from(&edition.sources.mounts);
        // What is printed in full now needn't stand under it as well.
        let (prefix, width) = (self.options.prefix.as_str(), output::width());
        let next = self.open.as_ref().map(|_| Open::of(edition, prefix));
        if !edition.fresh.is_empty() {
            let source = |path: &_| edition.text(path);
            let summary = Summary { documents: edition.build.handbook.pages.len(), ..Summary::default() };
            let shown = edition.fresh.get(..SHOWN).unwrap_or(edition.fresh);
            let report = Report { diagnostics: shown, suppressed: &[], source: &source, summary };
            let report = output::findings(&report, &self.options);
            self.print(&report);
            if edition.fresh.len() > shown.len() {
                self.print(&format!("and {} more; `opsbook check` lists them all\n", count(edition.fresh.len() - shown.len(), "finding")));
            }
        }
        if !self.is_started {
            let documents = count(edition.build.handbook.pages.len(), "document");
            self.first = Some(format!("{documents}, {counts} ({} ms)", edition.took.as_millis()));
        } else if !self.is_quiet {
            self.status(edition, &counts);
        }
        if self.has_timings {
            self.print(&table(&format!("edition {}", edition.number), edition.stages));
        }
        self.stay(next, width);
    }

    /// Puts the findings that are open under what was printed.
    fn stay(&mut self, next: Option<Open>, width: usize) {
        let Some(open) = &mut self.open else { return };
        let before = open.erase();
        *open = next.unwrap_or_default();
        let text = format!("{before}{}", open.draw(width, self.options.color));
        output::print(Stream::Err, &text);
    }

    /// `12:03:04 content/guides/a.md → 0 errors, 2 warnings, 11 ms`
    fn status(&mut self, edition: &Edition<'_>, counts: &str) {
        let mended = if edition.mended == 0 { String::new() } else { format!(", {} mended", count(edition.mended, "finding")) };
        let stale = edition.stale.map_or(String::new(), |why| format!("; {why}"));
        let line = format!("{} {} → {counts}{mended}, {} ms{stale}\n", time(), named(edition.changed), edition.took.as_millis());
        let line = if self.open.is_some() { cut(&line, output::width()) } else { line };
        let again = self.last.as_deref() == Some(edition.changed) && edition.mended == 0 && self.open.is_some();
        // Up one line, and clear it: no line is longer than the terminal is wide.
        let over = if again { "\x1b[1A\x1b[2K" } else { "" };
        self.print(&format!("{over}{line}"));
        self.last = Some(edition.changed.to_vec());
    }

    fn print(&mut self, text: &str) {
        self.last = None;
        let Some(open) = &mut self.open else { return output::print(Stream::Err, text) };
        // In one piece, so that nothing flickers.
        let before = open.erase();
        let text = format!("{before}{text}{}", open.draw(output::width(), self.options.color));
        output::print(Stream::Err, &text);
    }
}

/// A line that takes one row of the terminal.
pub(super) fn cut(line: &str, width: usize) -> String {
    let text = line.trim_end_matches('\n');
    if text.width() < width {
        return format!("{text}\n");
    }
    let mut columns = 0;
    let fits = |character: &char| {
        columns += character.width().unwrap_or(0);
        columns + 1 < width
    };
    format!("{}…\n", text.chars().take_while(fits).collect::<String>())
}

/// The changed files in a few words.
fn named(changed: &[String]) -> String {
    match changed {
        [] => "pages".to_owned(),
        few if few.len() <= NAMED => few.join(", "),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

/// The time of day where the writer is.
fn time() -> String {
    let now = Zoned::now();
    format!("{:02}:{:02}:{:02}", now.hour(), now.minute(), now.second())
}

/// How long each stage took, and all of them.
fn table(title: &str, stages: &[(&'static str, Duration)]) -> String {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let total: Duration = stages.iter().map(|(_, time)| *time).sum();
    let mut text = format!("  {title:<12} {:>9.2} ms\n", milliseconds(total));
    // One stage is the whole.
    for (stage, time) in stages.iter().filter(|_| stages.len() > 1) {
        // Writing into a text never fails.
        let _ = writeln!(text, "    {stage:<10} {:>9.2} ms", milliseconds(*time));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_files_are_named_and_many_are_counted() {
        let names = |names: &[&str]| named(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(names(&[]), "pages");
        assert_eq!(names(&["a.md", "b.md"]), "a.md, b.md");
        assert_eq!(names(&["a.md", "b.md", "c.md"]), "a.md and 2 more");
    }

    #[test]
    fn a_line_takes_one_row() {
        for (line, width, expected) in [("abcd\n", 5, "abcd\n"), ("abcde\n", 5, "abc…\n"), ("日本語\n", 5, "日…\n"), ("a", 0, "…\n")] {
            assert_eq!(cut(line, width), expected, "{line:?}");
        }
    }

    #[test]
    fn stages_are_added_up() {
        let stages = [("read", Duration::from_micros(1500)), ("parse", Duration::from_millis(2))];
        assert_eq!(table("edition 2", &stages), "  edition 2         3.50 ms\n    read            1.50 ms\n    parse           2.00 ms\n");
    }
}
