//! Sketches: drawings that are laid out already, as shapes and texts with tones of the theme.
//!
//! Knows shapes, tones and SVG. Must not know what is drawn or who laid it out.

use std::fmt::Write as _;

use super::svg::{escape, number};
use super::{Caption, Drawing};

/// The smallest text in CSS pixels; drawings whose text is smaller are shown larger.
const SMALLEST_TEXT: f64 = 11.0;

/// Something that is laid out already.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sketch {
    /// Its width, in the units of its shapes.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Its pieces, those that lie below first.
    pub pieces: Vec<Piece>,
}

/// A piece of a sketch.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// What follows leads there, up to [`Piece::EndLink`].
    Link(String),
    /// The end of what leads somewhere.
    EndLink,
    /// What follows is turned about a point by degrees, up to [`Piece::EndTurn`].
    Turn {
        /// Clockwise.
        degrees: f64,
        /// The point, from the left and from the top.
        about: (f64, f64),
    },
    /// The end of what is turned.
    EndTurn,
    /// An outline.
    Shape(Shape),
    /// A line of text.
    Text(Text),
}

/// An outline, filled or stroked or both.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    /// What it consists of.
    pub strokes: Vec<Stroke>,
    /// The inside.
    pub fill: Option<Ink>,
    /// The line around it.
    pub line: Option<Ink>,
    /// The width of the line.
    pub width: f64,
    /// The lengths of dashes and of gaps between them; none for a line without gaps.
    pub dashes: Vec<f64>,
}

/// A part of an outline. Points are from the left and from the top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stroke {
    /// Begins at a point.
    From((f64, f64)),
    /// A straight line to a point.
    To((f64, f64)),
    /// A curve by one control point to a point.
    Quadratic((f64, f64), (f64, f64)),
    /// A curve by two control points to a point.
    Cubic((f64, f64), (f64, f64), (f64, f64)),
    /// Back to where it began.
    Close,
}

/// A tone of the theme, and how much of what lies below it hides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ink {
    /// The tone.
    pub tone: Tone,
    /// From 0 to 1.
    pub opacity: f64,
}

/// A colour of the theme, by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum Tone {
    Background,
    Text,
    Muted,
    Line,
    Surface,
    Frame,
    Edge,
    Accent,
    Critical,
    /// One of a series, counted from 0.
    Series(usize),
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Where it is anchored, on its base line.
    pub at: (f64, f64),
    /// Which part of it lies there.
    pub anchor: Anchor,
    /// Its size.
    pub size: f64,
    /// Its colour.
    pub ink: Ink,
    /// A rim in another colour behind the letters.
    pub rim: Option<Ink>,
    /// What it says.
    pub runs: Vec<Run>,
}

/// Which part of a line of text lies at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// Words in one face.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// The words.
    pub words: String,
    /// Whether they are bold.
    pub bold: bool,
    /// Whether they are italic.
    pub italic: bool,
    /// Whether all letters are as wide as each other.
    pub mono: bool,
}

/// Series have this many colours; then they begin again.
const SERIES: usize = 6;

impl Tone {
    /// The end of the class names of this tone.
    fn name(self) -> String {
        match self {
            Self::Background => "background".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Muted => "muted".to_owned(),
            Self::Line => "line".to_owned(),
            Self::Surface => "surface".to_owned(),
            Self::Frame => "frame".to_owned(),
            Self::Edge => "edge".to_owned(),
            Self::Accent => "accent".to_owned(),
            Self::Critical => "critical".to_owned(),
            Self::Series(number) => format!("series-{}", number % SERIES + 1),
        }
    }
}

impl Sketch {
    /// Draws it.
    #[must_use]
    pub fn draw(&self, caption: Caption<'_>) -> Drawing {
        let sizes = self.pieces.iter().filter_map(|piece| if let Piece::Text(text) = piece { Some(text.size) } else { None });
        let smallest = sizes.filter(|size| *size > 0.0).fold(SMALLEST_TEXT, f64::min).max(1.0);
        let scale = SMALLEST_TEXT / smallest;
        let (width, height) = (pixels(self.width * scale), pixels(self.height * scale));
        let has_links = self.pieces.iter().any(|piece| matches!(piece, Piece::Link(_)));
        let mut svg = String::with_capacity(200 + 120 * self.pieces.len());
        let prefix = escape(caption.prefix);
        put(
            &mut svg,
            format_args!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"diagram sketch\" role=\"{}\" aria-labelledby=\"{prefix}-title {prefix}-description\" \
viewBox=\"0 0 {} {}\" width=\"{width}\" height=\"{height}\"><title id=\"{prefix}-title\">{}</title><desc id=\"{prefix}-description\">{}</desc>",
                if has_links { "group" } else { "img" },
                number(self.width),
                number(self.height),
                escape(caption.title),
                escape(caption.description),
            ),
        );
        for piece in &self.pieces {
            match piece {
                Piece::Link(href) => put(&mut svg, format_args!("<a href=\"{}\">", escape(href))),
                Piece::EndLink => svg.push_str("</a>"),
                Piece::Turn { degrees, about: (x, y) } => {
                    put(&mut svg, format_args!("<g transform=\"rotate({} {} {})\">", number(*degrees), number(*x), number(*y)));
                }
                Piece::EndTurn => svg.push_str("</g>"),
                Piece::Shape(shape) => shape.write(&mut svg),
                Piece::Text(text) => text.write(&mut svg),
            }
        }
        svg.push_str("</svg>");
        Drawing { svg, width, height }
    }
}

impl Shape {
    fn write(&self, svg: &mut String) {
        svg.push_str("<path d=\"");
        for stroke in &self.strokes {
            match stroke {
                Stroke::From(a) => points(svg, 'M', &[*a]),
                Stroke::To(a) => points(svg, 'L', &[*a]),
                Stroke::Quadratic(a, b) => points(svg, 'Q', &[*a, *b]),
                Stroke::Cubic(a, b, c) => points(svg, 'C', &[*a, *b, *c]),
                Stroke::Close => svg.push('Z'),
            }
        }
        let classes: Vec<String> =
            [("fill", self.fill), ("stroke", self.line)].into_iter().filter_map(|(what, ink)| Some(format!("{what}-{}", ink?.tone.name()))).collect();
        put(svg, format_args!("\" class=\"{}\"", classes.join(" ")));
        opacity(svg, "fill", self.fill);
        opacity(svg, "stroke", self.line);
        // Of lines the width is 1 by default.
        if self.line.is_some() && (self.width - 1.0).abs() > f64::EPSILON {
            put(svg, format_args!(" stroke-width=\"{}\"", number(self.width)));
        }
        if self.line.is_some() && !self.dashes.is_empty() {
            let dashes: Vec<String> = self.dashes.iter().map(|dash| number(*dash).to_string()).collect();
            put(svg, format_args!(" stroke-dasharray=\"{}\"", dashes.join(" ")));
        }
        svg.push_str("/>");
    }
}

impl Text {
    fn write(&self, svg: &mut String) {
        let anchor = match self.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let rim = self.rim.map_or(String::new(), |rim| format!(" rim stroke-{}", rim.tone.name()));
        let (x, y) = (number(self.at.0), number(self.at.1));
        put(
            svg,
            format_args!(
                "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{}\" class=\"fill-{}{rim}\"",
                number(self.size),
                self.ink.tone.name()
            ),
        );
        opacity(svg, "fill", Some(self.ink));
        svg.push('>');
        for run in &self.runs {
            let faces = [(run.bold, "bold"), (run.italic, "italic"), (run.mono, "mono")];
            let faces: Vec<&str> = faces.into_iter().filter(|(is_set, _)| *is_set).map(|(_, face)| face).collect();
            if faces.is_empty() {
                svg.push_str(&escape(&run.words));
            } else {
                put(svg, format_args!("<tspan class=\"{}\">{}</tspan>", faces.join(" "), escape(&run.words)));
            }
        }
        svg.push_str("</text>");
    }
}

fn put(svg: &mut String, piece: std::fmt::Arguments<'_>) {
    // Writing to a string can't fail.
    let _ = svg.write_fmt(piece);
}

fn points(svg: &mut String, operation: char, points: &[(f64, f64)]) {
    svg.push(operation);
    for (index, (x, y)) in points.iter().enumerate() {
        let gap = if index > 0 { " " } else { "" };
        put(svg, format_args!("{gap}{} {}", number(*x), number(*y)));
    }
}

fn opacity(svg: &mut String, what: &str, ink: Option<Ink>) {
    if let Some(ink) = ink.filter(|ink| ink.opacity < 0.995) {
        put(svg, format_args!(" {what}-opacity=\"{}\"", (ink.opacity.max(0.0) * 100.0).round() / 100.0));
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is brought into the range first")]
fn pixels(value: f64) -> u32 {
    value.ceil().clamp(1.0, 1e6) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sketch_has_classes_and_no_style() {
        let ink = |tone| Ink { tone, opacity: 1.0 };
        let shape = Shape {
            strokes: vec![Stroke::From((0.0, 0.0)), Stroke::To((10.26, -0.01)), Stroke::Close],
            fill: Some(Ink { opacity: 0.5, ..ink(Tone::Series(7)) }),
            line: Some(ink(Tone::Edge)),
            width: 2.0,
            dashes: vec![3.0, 4.0],
        };
        let run = Run { words: "a < \"b\" & c\u{0}".to_owned(), bold: true, ..Run::default() };
        let text = Text { at: (5.0, 5.0), anchor: Anchor::Middle, size: 5.5, ink: ink(Tone::Text), rim: None, runs: vec![run] };
        let pieces = vec![Piece::Link("b.html#c".to_owned()), Piece::Shape(shape), Piece::Text(text), Piece::EndLink];
        let drawing = Sketch { width: 100.0, height: 50.0, pieces }.draw(Caption { prefix: "p", title: "T", description: "D & E" });
        assert_eq!((drawing.width, drawing.height), (200, 100), "the smallest text has 11 pixels");
        assert_eq!(
            drawing.svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"diagram sketch\" role=\"group\" aria-labelledby=\"p-title p-description\" \
viewBox=\"0 0 100 50\" width=\"200\" height=\"100\"><title id=\"p-title\">T</title><desc id=\"p-description\">D &amp; E</desc>\
<a href=\"b.html#c\"><path d=\"M0 0L10.3 0Z\" class=\"fill-series-2 stroke-edge\" fill-opacity=\"0.5\" stroke-width=\"2\" stroke-dasharray=\"3 4\"/>\
<text x=\"5\" y=\"5\" text-anchor=\"middle\" font-size=\"5.5\" class=\"fill-text\"><tspan class=\"bold\">a &lt; &quot;b&quot; &amp; c</tspan></text></a></svg>"
        );
    }
}
