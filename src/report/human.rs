use annotate_snippets::renderer::Style;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::excerpt::{Excerpt, Mark, excerpts};
use super::{Format, Options, Report, Texts, harmless, harmless_line};
use crate::diagnostic::{Diagnostic, Related, Severity};
use crate::source::SitePath;
use crate::text::count;

pub(super) const FORMAT: Format = Format {
    name: "human",
    summary: "for people: each finding with the lines that it is about",
    docs: "Each finding with the lines that it is about, in the look of the Rust compiler, then one line that sums up. For people: it may
change from version to version.
",
    write,
};

/// On a narrower terminal nothing useful can be drawn.
const NARROWEST: usize = 40;

/// More other places than this are counted, not shown.
const RELATED_SHOWN: usize = 12;

/// More findings than this are counted by kind at the end: they no longer fit on a screen.
const TALLIED: usize = 10;

fn write(report: &Report<'_>, options: &Options) -> String {
    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(options.width.max(NARROWEST));
    let mut texts = Texts::new(report);
    let mut output = String::new();
    for diagnostic in report.diagnostics {
        let files = by_file(diagnostic);
        let frames: Vec<Frame> = files.into_iter().flat_map(|(path, marks)| frames(&mut texts, options, path, &marks)).collect();
        let drawn = with_true_columns(renderer.render(&[group(diagnostic, &frames, options)]), &frames);
        // Without line numbers the renderer leaves no margin: keep the arrows of all findings below each other.
        let has_lines = frames.iter().any(|frame| frame.excerpt.is_some());
        output.push_str(&if has_lines { drawn } else { drawn.replace('\n', "\n ") });
        output.push_str("\n\n");
    }
    if report.diagnostics.len() > TALLIED {
        output.extend([report.tally().as_str(), "\n"]);
    }
    output.push_str(&emphasised(&report.closing_line(), report, options));
    output.push('\n');
    output
}

/// One piece of a file, or only its name if it has no text.
struct Frame {
    path: String,
    excerpt: Option<Excerpt>,
    /// What the marks say where there is no text to mark.
    labels: Vec<String>,
}

/// The places of a finding, file by file; the finding's own file first.
fn by_file(diagnostic: &Diagnostic) -> Vec<(&SitePath, Vec<Mark>)> {
    let own = Mark { span: diagnostic.span, label: harmless_line(&diagnostic.label), primary: true };
    let mut files = vec![(&diagnostic.path, vec![own])];
    for Related { path, span, label } in diagnostic.related.iter().take(RELATED_SHOWN) {
        let mark = Mark { span: *span, label: harmless_line(label), primary: false };
        match files.iter_mut().find(|(known, _)| *known == path) {
            Some((_, marks)) => marks.push(mark),
            None => files.push((path, vec![mark])),
        }
    }
    files
}

fn frames(texts: &mut Texts<'_>, options: &Options, path: &SitePath, marks: &[Mark]) -> Vec<Frame> {
    let shown = harmless_line(&options.shown(path));
    let Some(index) = texts.get(path) else {
        let labels = marks.iter().map(|mark| mark.label.clone()).filter(|label| !label.is_empty()).collect();
        return vec![Frame { path: shown, excerpt: None, labels }];
    };
    let excerpts = excerpts(&index, marks).into_iter();
    excerpts.map(|excerpt| Frame { path: shown.clone(), excerpt: Some(excerpt), labels: Vec::new() }).collect()
}

fn group<'a>(diagnostic: &'a Diagnostic, frames: &'a [Frame], options: &Options) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let before_title = format!("{}[{}]: ", diagnostic.severity.name(), diagnostic.kind.code).len();
    // The margin is as wide as the largest line number; then stands ` = help: `, or ` = note: `.
    let last_line = frames.iter().filter_map(|frame| frame.excerpt.as_ref()).map(Excerpt::last_line).max().unwrap_or_default();
    let before_remark = last_line.to_string().len() + "  = help: ".len();
    let title = wrapped(harmless_line(&diagnostic.message), before_title, options);
    let remark = |text: &str| wrapped(harmless(text), before_remark, options);
    let mut group = Group::with_title(level.primary_title(title).id(diagnostic.kind.code));
    for frame in frames {
        group = match &frame.excerpt {
            Some(excerpt) => group.element(snippet(excerpt).path(frame.path.as_str())),
            None => group.element(Origin::path(frame.path.as_str())),
        };
        group = group.elements(frame.labels.iter().map(|label| Level::NOTE.message(label.as_str())));
    }
    group = group.elements(diagnostic.helps.iter().map(|help| Level::HELP.message(remark(help))));
    group = group.elements(diagnostic.notes.iter().map(|note| Level::NOTE.message(remark(note))));
    match diagnostic.related.len().saturating_sub(RELATED_SHOWN) {
        0 => group,
        more => group.element(Level::NOTE.message(format!("and {}", count(more, "more place")))),
    }
}

/// A text broken between words, where `before` columns are taken by what stands before it. Indented lines are code: they stay.
fn wrapped(text: String, before: usize, options: &Options) -> String {
    let columns = options.width.max(NARROWEST).saturating_sub(before).max(NARROWEST / 2);
    if !options.wrap || text.chars().count() <= columns {
        return text;
    }
    let mut wrapped = String::with_capacity(text.len() + 8);
    for (index, line) in text.split('\n').enumerate() {
        wrapped.push_str(if index > 0 { "\n" } else { "" });
        if line.starts_with([' ', '\t']) {
            wrapped.push_str(line);
            continue;
        }
        let mut used = 0;
        for word in line.split(' ') {
            let length = word.chars().count();
            let breaks = used > 0 && used + 1 + length > columns;
            wrapped.push_str(if breaks {
                "\n"
            } else if used > 0 {
                " "
            } else {
                ""
            });
            wrapped.push_str(word);
            used = if breaks || used == 0 { length } else { used + 1 + length };
        }
    }
    wrapped
}

fn snippet(excerpt: &Excerpt) -> Snippet<'_, Annotation<'_>> {
    let annotations = excerpt.marks.iter().map(|mark| {
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(mark.span.start()..mark.span.end()).label(Some(mark.label.as_str()).filter(|label| !label.is_empty()))
    });
    Snippet::source(excerpt.text.as_str()).line_start(excerpt.first_line).annotations(annotations)
}

/// The renderer counts columns in what it was given: where a line was cut, puts the column of the whole line.
fn with_true_columns(mut rendered: String, frames: &[Frame]) -> String {
    for frame in frames {
        let Some(Excerpt { position, column_shown, .. }) = &frame.excerpt else { continue };
        if position.column != *column_shown {
            let title = rendered.find('\n').unwrap_or_default();
            let frames = rendered.split_off(title);
            let place = format!("{}:{}", frame.path, position.line);
            let (wrong, right) = (format!("{place}:{column_shown}\n"), format!("{place}:{}\n", position.column));
            rendered.push_str(&frames.replacen(&wrong, &right, 1));
        }
    }
    rendered
}

fn emphasised(line: &str, report: &Report<'_>, options: &Options) -> String {
    let color = if report.count(Severity::Error) > 0 {
        annotate_snippets::renderer::DEFAULT_ERROR_STYLE
    } else if report.count(Severity::Warning) > 0 {
        annotate_snippets::renderer::DEFAULT_WARNING_STYLE
    } else {
        annotate_snippets::renderer::DEFAULT_NOTE_STYLE
    };
    let style: Style = if options.color { color } else { Style::new() };
    let (counts, rest) = line.split_once(" · ").unwrap_or((line, ""));
    format!("{style}{counts}{style:#} · {rest}")
}
