//! The few lines of a text that a finding is about, safe to draw: spans clamped, endless lines cut, no control characters.
//!
//! Knows lines and spans. Must not know how they are drawn.

use super::{LineIndex, Position, replacement};
use crate::text::Span;

/// A marked place.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) span: Span,
    pub(super) label: String,
    pub(super) primary: bool,
}

/// A piece of a text in which the marks' spans are valid.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub(super) text: String,
    /// Number of its first line; the first of a file is 1.
    pub(super) first_line: usize,
    pub(super) marks: Vec<Mark>,
    /// Where the most important mark begins in the whole text.
    pub(super) position: Position,
    /// The column of that mark in `text`: another one if its line was cut before it.
    pub(super) column_shown: usize,
}

impl Excerpt {
    /// Number of its last line.
    pub(super) fn last_line(&self) -> usize {
        self.first_line + self.text.lines().count().saturating_sub(1)
    }
}

/// A span over more lines than this is marked at its first line only.
const LINES_MARKED: usize = 6;
/// Marks further apart than this stand in excerpts of their own.
const LINES_BETWEEN: usize = 100;
/// A longer line is cut around its first mark.
const LINE_BYTES: usize = 1200;
/// How much of a cut line stands before its first mark.
const BEFORE_BYTES: usize = 200;

/// A mark by lines and by bytes within them.
struct Place<'a> {
    mark: &'a Mark,
    first: usize,
    start: usize,
    last: usize,
    end: usize,
}

/// The excerpts that show all marks: the one with the primary mark first.
pub(super) fn excerpts(index: &LineIndex, marks: &[Mark]) -> Vec<Excerpt> {
    let mut places: Vec<Place<'_>> = marks.iter().map(|mark| place(index, mark)).collect();
    places.sort_by_key(|place| (place.first, place.start));
    let mut clusters: Vec<Vec<Place<'_>>> = Vec::new();
    let mut reach = 0;
    for place in places {
        let last = place.last;
        match clusters.last_mut() {
            Some(cluster) if place.first <= reach + LINES_BETWEEN => cluster.push(place),
            _ => clusters.push(vec![place]),
        }
        reach = reach.max(last);
    }
    clusters.sort_by_key(|cluster| !cluster.iter().any(|place| place.mark.primary));
    clusters.iter().map(|cluster| excerpt(index, cluster)).collect()
}

fn place<'a>(index: &LineIndex, mark: &'a Mark) -> Place<'a> {
    let text = index.text();
    let span = mark.span.clamped(text);
    // Line breaks at the end are not worth a mark, and would draw an arrow to the next line.
    let kept = span.start() + span.of(text).trim_end_matches(['\n', '\r']).len();
    let span = Span::new(span.start(), if kept > span.start() { kept } else { span.end().min(span.start() + 1) });
    let first = index.line_of(span.start());
    let line = index.line(first);
    let start = span.start().min(line.end()) - line.start();
    let last = index.line_of(span.end());
    if last - first >= LINES_MARKED {
        return Place { mark, first, start, last: first, end: line.end() - line.start() };
    }
    let line = index.line(last);
    Place { mark, first, start, last, end: span.end().min(line.end()) - line.start() }
}

fn excerpt(index: &LineIndex, places: &[Place<'_>]) -> Excerpt {
    let first = places.iter().map(|place| place.first).min().unwrap_or_default();
    let last = places.iter().map(|place| place.last).max().unwrap_or_default();
    let mut text = String::new();
    let mut marks: Vec<Mark> = places.iter().map(|place| Mark { span: Span::default(), ..place.mark.clone() }).collect();
    for number in first..=last {
        let near = |place: &Place<'_>| place.first <= number + 1 && number <= place.last + 1;
        let offset = text.len();
        if places.iter().any(near) {
            let line = CutLine::new(index.line(number).of(index.text()), first_mark(places, number));
            for (place, mark) in places.iter().zip(&mut marks) {
                if place.first == number {
                    mark.span = Span::at(offset + line.map(place.start));
                }
                if place.last == number {
                    mark.span = Span::new(mark.span.start(), offset + line.map(place.end));
                }
            }
            text.push_str(&line.shown);
        }
        text.push('\n');
    }
    let important = places.iter().zip(&marks).min_by_key(|(place, _)| !place.mark.primary);
    let position = index.position(important.map_or(0, |(place, _)| index.line(place.first).start() + place.start));
    let before = important.and_then(|(_, mark)| text.get(..mark.span.start())).unwrap_or_default();
    let column_shown = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
    Excerpt { text, first_line: first + 1, marks, position, column_shown }
}

/// The first byte of a line that a mark covers.
fn first_mark(places: &[Place<'_>], number: usize) -> usize {
    let starts = places.iter().filter(|place| place.first == number).map(|place| place.start);
    starts.min().unwrap_or_default()
}

/// A line as it is shown: cut if it is too long, dangerous characters replaced.
struct CutLine<'a> {
    shown: String,
    before: &'static str,
    from: usize,
    kept: &'a str,
}

impl<'a> CutLine<'a> {
    fn new(line: &'a str, first_mark: usize) -> Self {
        if line.len() <= LINE_BYTES {
            return Self { shown: shown(line), before: "", from: 0, kept: line };
        }
        let from = line.floor_char_boundary(first_mark.saturating_sub(BEFORE_BYTES));
        let to = line.floor_char_boundary(from + LINE_BYTES);
        let kept = line.get(from..to).unwrap_or_default();
        let before = if from > 0 { "…" } else { "" };
        let after = if to < line.len() { "…" } else { "" };
        Self { shown: format!("{before}{}{after}", shown(kept)), before, from, kept }
    }

    /// Where a byte of the line stands in what is shown.
    fn map(&self, byte: usize) -> usize {
        let inside = self.kept.floor_char_boundary(byte.saturating_sub(self.from));
        self.before.len() + shown(self.kept.get(..inside).unwrap_or_default()).len()
    }
}

/// One character for each character of the line, so that columns stay what they are.
fn shown(line: &str) -> String {
    line.chars().map(|character| replacement(character).unwrap_or(character)).collect()
}
