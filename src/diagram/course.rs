//! A course of events: a bar of phases in proportion to their lengths, the moments between them above it, what happened below.
//!
//! Knows moments with labels. Must not know what they are of.
//!
//! Labels stand in rows, each to the right of the line that leads to it. Read from the right, a label goes into the first row below all that it would
//! run into: so no line crosses a label, and no label another.

use super::metrics::{Font, LABEL, NOTE};
use super::sketch::{Anchor, Ink, Piece, Run, Shape, Stroke, Text, Tone};
use super::svg::as_length;
use super::{Caption, Drawing, Sketch};
use crate::text::{collapse, shorten};

/// A course of events to draw.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Course {
    /// The moments at which one phase ends and the next begins, in order.
    pub stages: Vec<Moment>,
    /// What happened, in order.
    pub events: Vec<Moment>,
}

/// A moment with its label.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Moment {
    /// Seconds since any beginning that all share.
    pub at: i64,
    /// The time, as it is shown.
    pub time: String,
    /// What it is.
    pub text: String,
}

/// Width of the drawing, and of the bar in it; labels need the rest.
const WIDTH: f64 = 860.0;
const BAR: f64 = 520.0;
const LEFT: f64 = 8.0;
/// Width of what stands for the time before and after, where something happened long before or after.
const BESIDE: f64 = 34.0;
const BAR_HEIGHT: f64 = 14.0;
const ROW: f64 = 18.0;
/// Rows of labels at most; a moment that would need another keeps its mark only.
const ROWS: usize = 14;
/// Between a line and its label, and between a label and the next line.
const GAP: f64 = 5.0;
/// Moments that are drawn at most.
const LIMIT: usize = 2000;

/// A label with its place.
struct Placed<'a> {
    x: f64,
    row: usize,
    time: &'a str,
    text: String,
}

/// How moments become places on the bar.
struct Scale {
    first: i64,
    last: i64,
    before: f64,
    after: f64,
}

impl Course {
    /// Draws it; an empty drawing if there are fewer than two moments to put side by side.
    #[must_use]
    pub fn draw(&self, caption: Caption<'_>) -> Drawing {
        let Some(scale) = Scale::of(self) else { return Drawing::default() };
        let stages = placed(&self.stages, &scale, NOTE);
        let events = placed(self.events.get(..self.events.len().min(LIMIT)).unwrap_or_default(), &scale, LABEL);
        let rows = |placed: &[Placed<'_>]| placed.iter().map(|label| label.row + 1).max().unwrap_or(0);
        let top = as_length(rows(&stages)) * ROW + 4.0;
        let bottom = top + BAR_HEIGHT;
        let mut pieces = Vec::new();
        bar(self, &scale, top, &mut pieces);
        for moment in self.events.iter().take(LIMIT) {
            let x = scale.x(moment.at);
            pieces.push(line((x, top + 3.0), (x, bottom + 3.0), Tone::Text, 1.0));
        }
        for label in &events {
            let y = bottom + 8.0 + (as_length(label.row) + 1.0) * ROW;
            pieces.push(line((label.x, bottom + 3.0), (label.x, y), Tone::Edge, 1.0));
            pieces.push(words(label, y - 2.0, LABEL));
        }
        for label in &stages {
            let y = top - 4.0 - as_length(label.row) * ROW;
            pieces.push(line((label.x, y - 10.0), (label.x, bottom), Tone::Text, 1.5));
            pieces.push(words(label, y - 1.0, NOTE));
        }
        let height = bottom + if events.is_empty() { 6.0 } else { 14.0 + as_length(rows(&events)) * ROW };
        Sketch { width: WIDTH, height, pieces }.draw(caption)
    }
}

impl Scale {
    fn of(course: &Course) -> Option<Self> {
        let ends = |moments: &[Moment]| Some((moments.first()?.at, moments.last()?.at));
        let (mut first, mut last) = ends(&course.stages).filter(|(first, last)| first < last).or_else(|| ends(&course.events))?;
        if first >= last {
            return None;
        }
        // What lies a quarter beside still belongs to it. What is further away would press the rest together.
        let margin = (last - first) / 4;
        let near = |moment: &&Moment| moment.at >= first - margin && moment.at <= last + margin;
        let shown: Vec<i64> = course.events.iter().filter(near).map(|event| event.at).collect();
        first = shown.iter().copied().fold(first, i64::min);
        last = shown.iter().copied().fold(last, i64::max);
        let is_any = |is: &dyn Fn(i64) -> bool| if course.events.iter().chain(&course.stages).any(|moment| is(moment.at)) { BESIDE } else { 0.0 };
        Some(Self { first, last, before: is_any(&|at| at < first), after: is_any(&|at| at > last) })
    }

    #[expect(clippy::cast_precision_loss, reason = "years in seconds are far below 2^52")]
    fn x(&self, at: i64) -> f64 {
        let room = BAR - self.before - self.after;
        if at < self.first {
            LEFT + self.before / 3.0
        } else if at > self.last {
            LEFT + BAR - self.after / 3.0
        } else {
            LEFT + self.before + room * ((at - self.first) as f64 / (self.last - self.first) as f64)
        }
    }
}

/// The bar: what came before, the phases, what came after.
fn bar(course: &Course, scale: &Scale, top: f64, pieces: &mut Vec<Piece>) {
    const TONES: [Tone; 4] = [Tone::Critical, Tone::Series(1), Tone::Series(3), Tone::Series(2)];
    let (left, right) = (LEFT + scale.before, LEFT + BAR - scale.after);
    let segment = |from: f64, to: f64, fill: Option<Tone>, dashes: &[f64]| {
        let strokes = vec![
            Stroke::From((from, top)),
            Stroke::To((to, top)),
            Stroke::To((to, top + BAR_HEIGHT)),
            Stroke::To((from, top + BAR_HEIGHT)),
            Stroke::Close,
        ];
        let ink = |tone| Ink { tone, opacity: 1.0 };
        Piece::Shape(Shape { strokes, fill: fill.map(ink), line: Some(ink(Tone::Edge)), width: 1.0, dashes: dashes.to_vec() })
    };
    if scale.before > 0.0 {
        pieces.push(segment(LEFT, left, None, &[3.0, 3.0]));
    }
    pieces.push(segment(left, right, Some(Tone::Surface), &[]));
    if scale.after > 0.0 {
        pieces.push(segment(right, LEFT + BAR, None, &[3.0, 3.0]));
    }
    for ((from, to), tone) in course.stages.iter().zip(course.stages.iter().skip(1)).zip(TONES.iter().cycle()) {
        let (from, to) = (scale.x(from.at), scale.x(to.at));
        if to > from {
            pieces.push(segment(from, to, Some(*tone), &[]));
        }
    }
}

/// Gives each moment a row, as far as there are enough.
fn placed<'a>(moments: &'a [Moment], scale: &Scale, font: Font) -> Vec<Placed<'a>> {
    let mut found: Vec<(Placed<'a>, f64)> = Vec::new();
    for moment in moments.iter().rev() {
        let x = scale.x(moment.at);
        let time = Font { bold: true, ..font }.width(&moment.time) + if moment.time.is_empty() { 0.0 } else { 5.0 };
        let text = fitted(&moment.text, font, WIDTH - x - GAP - time - 4.0);
        let end = x + 2.0 * GAP + time + font.width(&text);
        // Those to the right were placed before, the last of them nearest: no label ends beyond the drawing, so the rows bound what is looked at.
        let over = found.iter().rev().take_while(|(other, _)| other.x < end).map(|(other, _)| other.row + 1).max();
        let row = over.unwrap_or(0);
        if row < ROWS {
            found.push((Placed { x, row, time: &moment.time, text }, end));
        }
    }
    found.into_iter().rev().map(|(placed, _)| placed).collect()
}

/// As much of a text as fits.
fn fitted(text: &str, font: Font, room: f64) -> String {
    let text = collapse(&shorten(text, 120));
    if font.width(&text) <= room {
        return text;
    }
    let (mut low, mut high) = (1, text.chars().count());
    while low + 1 < high {
        let middle = usize::midpoint(low, high);
        if font.width(&shorten(&text, middle)) <= room { low = middle } else { high = middle }
    }
    shorten(&text, low)
}

fn line(from: (f64, f64), to: (f64, f64), tone: Tone, width: f64) -> Piece {
    let line = Some(Ink { tone, opacity: 1.0 });
    Piece::Shape(Shape { strokes: vec![Stroke::From(from), Stroke::To(to)], fill: None, line, width, dashes: Vec::new() })
}

fn words(label: &Placed<'_>, y: f64, font: Font) -> Piece {
    let run = |words: &str, bold| Run { words: words.to_owned(), bold, ..Run::default() };
    let mut runs = vec![run(label.time, true)];
    runs.push(run(&if label.time.is_empty() { label.text.clone() } else { format!(" {}", label.text) }, false));
    let ink = Ink { tone: Tone::Text, opacity: 1.0 };
    Piece::Text(Text { at: (label.x + GAP, y), anchor: Anchor::Start, size: font.size, ink, rim: None, runs })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moment(at: i64, text: &str) -> Moment {
        Moment { at, time: format!("{:02}:{:02}", at / 3600 % 24, at / 60 % 60), text: text.to_owned() }
    }

    fn draw(course: &Course) -> Drawing {
        course.draw(Caption { prefix: "p", title: "T", description: "D" })
    }

    #[test]
    fn one_moment_is_no_course() {
        assert_eq!(draw(&Course::default()), Drawing::default());
        assert_eq!(draw(&Course { stages: Vec::new(), events: vec![moment(60, "a")] }), Drawing::default());
        assert_eq!(draw(&Course { stages: vec![moment(60, "a"), moment(60, "b")], events: Vec::new() }), Drawing::default());
        assert!(draw(&Course { stages: vec![moment(60, "a"), moment(120, "b")], events: Vec::new() }).svg.contains("00:02</tspan> b"));
    }

    #[test]
    fn an_outage_is_drawn_as_it_was() {
        let stages = vec![moment(15000, "started"), moment(23100, "detected (2 h 15 min)"), moment(26100, "resolved (3 h 5 min)")];
        let events = vec![
            moment(-39600, "Snapshots are switched on"),
            moment(15000, "Volumes are full"),
            moment(23100, "Product owner reports"),
            moment(40000, "Cleaned up"),
        ];
        insta::assert_snapshot!(draw(&Course { stages, events }).svg.replace("><", ">\n<"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, rng_seed: proptest::test_runner::RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_label_runs_into_another_or_into_a_line(mut times in prop::collection::vec(-100_000_i64..400_000, 0..200), last in 1_i64..300_000, words in "[a-z ]{0,80}") {
            times.sort_unstable();
            let course = Course { stages: vec![moment(0, "started"), moment(last, &words)], events: times.iter().map(|at| moment(*at, &words)).collect() };
            let scale = Scale::of(&course).unwrap();
            for (moments, font) in [(&course.events, LABEL), (&course.stages, NOTE)] {
                let labels = placed(moments, &scale, font);
                for (index, label) in labels.iter().enumerate() {
                    let end = label.x + GAP + Font { bold: true, ..font }.width(label.time) + 5.0 + font.width(&label.text);
                    prop_assert!(end <= WIDTH + 1.0, "{end}");
                    for other in labels.iter().skip(index + 1).filter(|other| other.x < end) {
                        prop_assert!(other.row < label.row, "the line of a later one ends above");
                    }
                }
            }
            prop_assert!(draw(&course).height <= 700);
        }
    }
}
