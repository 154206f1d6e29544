//! Where words go: findings, status lines, complaints.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;

use crate::report::{Options, Report};

/// Columns of a report that doesn't go to a terminal.
const WIDTH: usize = 140;

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// One of the two streams that a process prints on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    Out,
    Err,
}

/// How a report looks on a stream.
pub(super) fn options(stream: Stream, color: Color, prefix: &str) -> Options {
    let is_terminal = match stream {
        Stream::Out => io::stdout().is_terminal(),
        Stream::Err => io::stderr().is_terminal(),
    };
    let color = match color {
        Color::Auto => is_terminal && !is_set("NO_COLOR") && !is_dumb(),
        Color::Always => true,
        Color::Never => false,
    };
    let width = if is_terminal { width() } else { WIDTH };
    Options { color, width, wrap: is_terminal, prefix: prefix.to_owned(), ..Options::default() }
}

/// Columns of the terminal as it is now.
pub(super) fn width() -> usize {
    terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0))
}

/// Whether lines on a stream can be taken back.
pub(super) fn can_redraw(stream: Stream) -> bool {
    let is_terminal = match stream {
        Stream::Out => io::stdout().is_terminal(),
        Stream::Err => io::stderr().is_terminal(),
    };
    is_terminal && !is_dumb()
}

/// How a report looks in a file.
pub(super) fn file_options(color: Color, prefix: &str) -> Options {
    Options { color: matches!(color, Color::Always), width: WIDTH, wrap: false, prefix: prefix.to_owned(), ..Options::default() }
}

/// Writes a report as people read it.
pub(super) fn report(stream: Stream, report: &Report<'_>, options: &Options) {
    // The first format is the one for people.
    if let Some(format) = crate::report::FORMATS.first() {
        print(stream, &(format.write)(report, options));
    }
}

/// Findings alone as people read them, without the line that sums up.
pub(super) fn findings(report: &Report<'_>, options: &Options) -> String {
    let mut text = crate::report::FORMATS.first().map_or_else(String::new, |format| (format.write)(report, options));
    text.truncate(text.trim_end().rfind('\n').map_or(0, |line| line + 1));
    text
}

/// Prints a text. That nobody reads any more (`opsbook check | head`) is no fault.
pub(super) fn print(stream: Stream, text: &str) {
    let _ = match stream {
        Stream::Out => io::stdout().lock().write_all(text.as_bytes()),
        Stream::Err => io::stderr().lock().write_all(text.as_bytes()),
    };
}

/// Says why a command could not run.
pub(super) fn complain(text: &str) {
    print(Stream::Err, &format!("{text}\n"));
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| !value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn is_dumb() -> bool {
    std::env::var("TERM").is_ok_and(|term| term == "dumb")
}
