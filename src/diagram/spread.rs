//! Spreads: for each row and column the least, the quartiles, the median and the most, on one logarithmic scale.
//!
//! Knows numbers with labels. Must not know what they count.

use super::metrics::{Font, LABEL, NOTE};
use super::sketch::{Anchor, Ink, Piece, Run, Shape, Stroke, Text, Tone};
use super::svg::as_length;
use super::{Caption, Drawing, Sketch};
use crate::text::shorten;

/// Rows of spreads, side by side in columns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Spreads {
    /// What each column is.
    pub columns: Vec<String>,
    /// The rows from the top.
    pub rows: Vec<SpreadRow>,
    /// Values that the scale names, with their labels, rising.
    pub marks: Vec<(u32, String)>,
}

/// A row: its name and a spread for each column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SpreadRow {
    /// Its name.
    pub name: String,
    /// Its spreads; none where nothing is known.
    pub spreads: Vec<Option<Spread>>,
}

/// How numbers are spread, from the least to the most.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Spread {
    /// Least, lower quartile, median, upper quartile, most.
    pub five: [u32; 5],
    /// The median, as it is shown.
    pub label: String,
}

const WIDTH: f64 = 800.0;
/// Width of the names.
const NAMES: f64 = 96.0;
const GAP: f64 = 28.0;
const HEAD: f64 = 24.0;
const ROW: f64 = 38.0;
const FOOT: f64 = 22.0;
/// Half the height of a box.
const HALF: f64 = 6.0;

/// The scale of a column.
#[derive(Clone, Copy)]
struct Scale {
    left: f64,
    width: f64,
    least: f64,
    most: f64,
}

impl Scale {
    /// Below one all is one: a logarithm has no zero.
    fn x(self, value: u32) -> f64 {
        let at = (f64::from(value.max(1)).ln() - self.least) / (self.most - self.least).max(f64::EPSILON);
        self.left + self.width * at.clamp(0.0, 1.0)
    }
}

impl Spreads {
    /// Draws them; an empty drawing without any number.
    #[must_use]
    pub fn draw(&self, caption: Caption<'_>) -> Drawing {
        let numbers = || self.rows.iter().flat_map(|row| &row.spreads).flatten().flat_map(|spread| spread.five);
        let (Some(least), Some(most)) = (numbers().min(), numbers().max()) else { return Drawing::default() };
        // From the mark before the least to the one after the most, so that the scale names both its ends.
        let low = self.marks.iter().map(|(value, _)| *value).rfind(|value| *value <= least).unwrap_or(least).max(1);
        let high = self.marks.iter().map(|(value, _)| *value).find(|value| *value >= most && *value > low).unwrap_or(most.max(low + 1));
        let count = as_length(self.columns.len().max(1));
        let width = (WIDTH - NAMES - GAP * count) / count;
        let height = HEAD + ROW * as_length(self.rows.len()) + FOOT;
        let mut pieces = Vec::new();
        for (index, name) in self.columns.iter().enumerate() {
            let left = NAMES + GAP / 2.0 + as_length(index) * (width + GAP);
            let scale = Scale { left, width, least: f64::from(low).ln(), most: f64::from(high).ln() };
            pieces.push(text(name, (left, 13.0), Anchor::Start, LABEL, Tone::Text, true));
            self.grid(scale, low, high, height, &mut pieces);
            for (place, row) in self.rows.iter().enumerate() {
                let y = HEAD + ROW * as_length(place) + ROW * 0.64;
                match row.spreads.get(index).and_then(Option::as_ref) {
                    Some(spread) => spread.draw(scale, y, &mut pieces),
                    None => pieces.push(text("–", (left + width / 2.0, y + 4.0), Anchor::Middle, NOTE, Tone::Muted, false)),
                }
            }
        }
        for (place, row) in self.rows.iter().enumerate() {
            let y = HEAD + ROW * as_length(place) + ROW * 0.64 + 4.0;
            pieces.push(text(&shorten(&row.name, 15), (0.0, y), Anchor::Start, LABEL, Tone::Text, false));
        }
        Sketch { width: WIDTH, height, pieces }.draw(caption)
    }

    /// The lines of a scale, and as many labels as fit.
    fn grid(&self, scale: Scale, low: u32, high: u32, height: f64, pieces: &mut Vec<Piece>) {
        let mut free = f64::NEG_INFINITY;
        let marks: Vec<&(u32, String)> = self.marks.iter().filter(|(value, _)| (low..=high).contains(value)).collect();
        let last = marks.last().map(|(value, label)| scale.x(*value) - NOTE.width(label));
        for (index, (value, label)) in marks.iter().enumerate() {
            let x = scale.x(*value);
            pieces.push(line((x, HEAD), (x, height - FOOT), Tone::Frame, 1.0));
            let room = NOTE.width(label);
            // The ends are named, inside of the column; what lies between as far as there is room.
            let (from, anchor) = match index {
                0 => (x, Anchor::Start),
                _ if index + 1 == marks.len() => (x - room, Anchor::End),
                _ => (x - room / 2.0, Anchor::Middle),
            };
            if from < free || (anchor == Anchor::Middle && last.is_some_and(|last| from + room + GAP / 3.0 > last)) {
                continue;
            }
            free = from + room + GAP / 3.0;
            pieces.push(text(label, (x, height - 7.0), anchor, NOTE, Tone::Muted, false));
        }
    }
}

impl Spread {
    fn draw(&self, scale: Scale, y: f64, pieces: &mut Vec<Piece>) {
        let [least, lower, median, upper, most] = self.five.map(|value| scale.x(value));
        let ink = |tone| Some(Ink { tone, opacity: 1.0 });
        pieces.push(line((least, y), (most, y), Tone::Edge, 1.5));
        for end in [least, most] {
            pieces.push(line((end, y - 3.0), (end, y + 3.0), Tone::Edge, 1.5));
        }
        if upper - lower > 0.5 {
            let corners = [(lower, y - HALF), (upper, y - HALF), (upper, y + HALF), (lower, y + HALF)];
            let mut strokes: Vec<Stroke> = corners.into_iter().map(Stroke::To).collect();
            if let Some(first) = strokes.first_mut() {
                *first = Stroke::From((lower, y - HALF));
            }
            strokes.push(Stroke::Close);
            pieces.push(Piece::Shape(Shape { strokes, fill: ink(Tone::Series(0)), line: ink(Tone::Series(0)), width: 1.0, dashes: Vec::new() }));
        }
        pieces.push(line((median, y - HALF - 1.0), (median, y + HALF + 1.0), Tone::Text, 3.0));
        let half = NOTE.width(&self.label) / 2.0;
        let x = median
            .clamp((scale.left + half).min(scale.left + scale.width / 2.0), (scale.left + scale.width - half).max(scale.left + scale.width / 2.0));
        pieces.push(text(&self.label, (x, y - HALF - 5.0), Anchor::Middle, NOTE, Tone::Text, false));
    }
}

fn line(from: (f64, f64), to: (f64, f64), tone: Tone, width: f64) -> Piece {
    let line = Some(Ink { tone, opacity: 1.0 });
    Piece::Shape(Shape { strokes: vec![Stroke::From(from), Stroke::To(to)], fill: None, line, width, dashes: Vec::new() })
}

fn text(words: &str, at: (f64, f64), anchor: Anchor, font: Font, tone: Tone, bold: bool) -> Piece {
    let runs = vec![Run { words: words.to_owned(), bold, ..Run::default() }];
    Piece::Text(Text { at, anchor, size: font.size, ink: Ink { tone, opacity: 1.0 }, rim: None, runs })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(rows: &[(&str, Option<[u32; 5]>)]) -> Drawing {
        let spread = |five: [u32; 5]| Spread { five, label: format!("{} min", five[2]) };
        let row = |(name, five): &(&str, Option<[u32; 5]>)| SpreadRow { name: (*name).to_owned(), spreads: vec![five.map(spread), None] };
        let marks = [1, 5, 15, 60, 240, 1440].map(|value| (value, value.to_string())).to_vec();
        let spreads = Spreads { columns: vec!["detect".to_owned(), "resolve".to_owned()], rows: rows.iter().map(row).collect(), marks };
        spreads.draw(Caption { prefix: "p", title: "T", description: "D" })
    }

    #[test]
    fn rows_are_drawn_on_one_scale() {
        insta::assert_snapshot!(draw(&[("critical", Some([5, 8, 20, 50, 200])), ("minor", Some([70, 70, 70, 70, 70]))]).svg.replace("><", ">\n<"));
    }

    #[test]
    fn odd_numbers_are_drawn_too() {
        assert_eq!(draw(&[]), Drawing::default());
        assert_eq!(draw(&[("a", None)]), Drawing::default());
        for five in [[0; 5], [1; 5], [u32::MAX; 5], [0, 0, 1, 2, u32::MAX]] {
            let drawing = draw(&[("a", Some(five))]);
            assert!(drawing.svg.contains("<path") && !drawing.svg.contains("NaN"), "{five:?}");
        }
    }
}
