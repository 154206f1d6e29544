//! SVG as text: numbers, escapes, paths, blocks of lines.
//!
//! Knows XML. Must not know what is drawn. Colours are classes only, so that the theme decides.

use std::fmt::{self, Write as _};

use super::wrap::Block;
use super::{Caption, Drawing};

/// How far a line's corners are rounded.
const CORNER: f64 = 5.0;

/// A place in a drawing.
pub(super) type Point = (f64, f64);

/// An upright box.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Rect {
    pub(super) fn right(self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(self) -> f64 {
        self.y + self.height
    }

    pub(super) fn centre(self) -> Point {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    pub(super) fn around(centre: Point, width: f64, height: f64) -> Rect {
        Rect { x: centre.0 - width / 2.0, y: centre.1 - height / 2.0, width, height }
    }

    pub(super) fn moved(self, by: Point) -> Rect {
        Rect { x: self.x + by.0, y: self.y + by.1, ..self }
    }

    /// The box that is `by` larger on each side.
    pub(super) fn grown(self, by: f64) -> Rect {
        Rect { x: self.x - by, y: self.y - by, width: self.width + 2.0 * by, height: self.height + 2.0 * by }
    }

    pub(super) fn overlaps(self, other: Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

/// A count as a length.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub(super) fn as_length(count: usize) -> f64 {
    count as f64
}

/// A number with at most one decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    tenths: i64,
}

/// A number as drawings write it: rounded to one decimal; zero for what isn't a number.
#[expect(clippy::cast_possible_truncation, reason = "no drawing is that large; one that were would end at its limits")]
pub(super) fn number(value: f64) -> Number {
    Number { tenths: if value.is_finite() { (value * 10.0).round() as i64 } else { 0 } }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Part by part: a drawing has hundreds of numbers, and a format of several parts costs more than they do.
        let (whole, tenth) = (self.tenths.unsigned_abs() / 10, self.tenths.unsigned_abs() % 10);
        if self.tenths < 0 {
            f.write_char('-')?;
        }
        fmt::Display::fmt(&whole, f)?;
        if tenth > 0 {
            f.write_char('.')?;
            fmt::Display::fmt(&tenth, f)?;
        }
        Ok(())
    }
}

/// Text between tags and in attributes, without signs that XML can't hold.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(' '),
            control if control.is_control() || matches!(u32::from(control), 0xFFFE | 0xFFFF) => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// The path of a line through `points`, with round corners where it is upright before and after.
pub(super) fn polyline(points: &[Point]) -> String {
    let points = without_bends_that_are_none(points);
    let mut path = String::new();
    let Some(first) = points.first() else { return path };
    let _ = write!(path, "M{} {}", number(first.0), number(first.1));
    let mut at = *first;
    for (index, point) in points.iter().enumerate().skip(1) {
        match points.get(index + 1) {
            Some(next) => {
                let radius = CORNER.min(length(*point, at) / 2.0).min(length(*point, *next) / 2.0);
                let before = towards(*point, at, radius);
                let after = towards(*point, *next, radius);
                line_to(&mut path, at, before);
                let _ = write!(path, "Q{} {} {} {}", number(point.0), number(point.1), number(after.0), number(after.1));
                at = after;
            }
            None => line_to(&mut path, at, *point),
        }
    }
    path
}

fn line_to(path: &mut String, from: Point, to: Point) {
    let (x, y) = (number(to.0), number(to.1));
    let same = (x == number(from.0), y == number(from.1));
    let _ = match same {
        (true, true) => Ok(()),
        (true, false) => write!(path, "V{y}"),
        (false, true) => write!(path, "H{x}"),
        (false, false) => write!(path, "L{x} {y}"),
    };
}

/// Leaves out points that are on the line between their neighbours.
fn without_bends_that_are_none(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        if kept.last().is_some_and(|last| length(*last, *point) < 0.05) {
            continue;
        }
        if let [.., before, last] = kept.as_slice() {
            let cross = (last.0 - before.0) * (point.1 - last.1) - (last.1 - before.1) * (point.0 - last.0);
            let along = (last.0 - before.0) * (point.0 - last.0) + (last.1 - before.1) * (point.1 - last.1);
            if cross.abs() < 0.05 && along > 0.0 {
                kept.pop();
            }
        }
        kept.push(*point);
    }
    kept
}

pub(super) fn length(from: Point, to: Point) -> f64 {
    (to.0 - from.0).hypot(to.1 - from.1)
}

/// The point that is `distance` from `from` on the way to `to`.
pub(super) fn towards(from: Point, to: Point, distance: f64) -> Point {
    let whole = length(from, to);
    if whole < 0.001 { from } else { (from.0 + (to.0 - from.0) * distance / whole, from.1 + (to.1 - from.1) * distance / whole) }
}

/// A drawing that grows.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    out: String,
}

impl Canvas {
    /// Raw markup, made by the caller.
    pub(super) fn push(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    pub(super) fn rect(&mut self, class: &str, rect: Rect, radius: f64) {
        let rounded = if radius > 0.0 { format!(" rx=\"{}\"", number(radius)) } else { String::new() };
        let (x, y, width, height) = (number(rect.x), number(rect.y), number(rect.width), number(rect.height));
        let _ = write!(self.out, "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{rounded}/>");
    }

    pub(super) fn path(&mut self, class: &str, data: &str) {
        if !data.is_empty() {
            let _ = write!(self.out, "<path class=\"{class}\" d=\"{data}\"/>");
        }
    }

    /// Lines of text, centred on `centre` from `top` down.
    #[expect(clippy::cast_precision_loss, reason = "lines are few")]
    pub(super) fn block(&mut self, block: &Block, centre: f64, top: f64) {
        let font = block.font;
        // Where the baseline is, so that the letters' middle is the line's.
        let baseline = |index: usize| number(top + (index as f64 + 0.5) * font.leading + font.size * 0.36);
        let x = number(centre);
        let direction = if block.from_the_right { " direction=\"rtl\"" } else { "" };
        for (index, line) in block.lines.iter().enumerate() {
            // Space between two elements isn't shown, and keeps the words apart for those who hear them.
            let gap = if index > 0 { "\n" } else { "" };
            let _ = write!(self.out, "{gap}<text class=\"{}\" x=\"{x}\" y=\"{}\"{direction}>{}</text>", font.class, baseline(index), escape(line));
        }
    }

    /// Opens a link; whether there is one, so that the caller closes it. The text inside is its name.
    pub(super) fn open_link(&mut self, href: Option<&str>) -> bool {
        if let Some(href) = href.filter(|href| is_safe(href)) {
            let _ = write!(self.out, "<a href=\"{}\">", escape(href));
            return true;
        }
        false
    }

    pub(super) fn close_link(&mut self, is_open: bool) {
        if is_open {
            self.out.push_str("</a>");
        }
    }

    /// The whole element. With links it is a group, whose links can be reached; without it is a picture.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    pub(super) fn finish(self, kind: &str, caption: Caption<'_>, width: f64, height: f64) -> Drawing {
        let whole = |value: f64| value.ceil().clamp(1.0, 1_000_000.0) as u32;
        let (width, height) = (whole(width), whole(height));
        let role = if self.out.contains("<a ") { "group" } else { "img" };
        let prefix = escape(caption.prefix);
        let (described, description) = if caption.description.is_empty() {
            (String::new(), String::new())
        } else {
            (format!(" aria-describedby=\"{prefix}-desc\""), format!("<desc id=\"{prefix}-desc\">{}</desc>", escape(caption.description)))
        };
        let svg = format!(
            "<svg class=\"diagram {kind}\" xmlns=\"http://www.w3.org/2000/svg\" role=\"{role}\" aria-labelledby=\"{prefix}-title\"{described} width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\"><title id=\"{prefix}-title\">{}</title>{description}{}</svg>",
            escape(caption.title),
            self.out
        );
        Drawing { svg, width, height }
    }
}

/// Whether a link leads where links may: relative, or http(s) and mailto.
fn is_safe(href: &str) -> bool {
    let scheme = href.split(['/', '?', '#']).next().unwrap_or_default().split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    !href.is_empty() && !href.chars().any(char::is_control) && scheme.is_none_or(|scheme| matches!(scheme.trim(), "http" | "https" | "mailto"))
}

/// The tip of an arrow that ends at `end` and comes from `from`.
pub(super) fn arrow(from: Point, end: Point) -> String {
    let (length, half) = (8.0, 4.0);
    let back = towards(end, from, length);
    let (dx, dy) = ((end.0 - back.0) / length, (end.1 - back.1) / length);
    let (left, right) = ((back.0 - dy * half, back.1 + dx * half), (back.0 + dy * half, back.1 - dx * half));
    format!("M{} {}L{} {}L{} {}Z", number(end.0), number(end.1), number(left.0), number(left.1), number(right.0), number(right.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.01, "0"),
            (1.0, "1"),
            (1.25, "1.3"),
            (-3.04, "-3"),
            (-0.3, "-0.3"),
            (-0.05, "-0.1"),
            (1e6, "1000000"),
            (f64::NAN, "0"),
            (f64::INFINITY, "0"),
        ] {
            assert_eq!(number(value).to_string(), expected);
        }
    }

    #[test]
    fn corners_are_round() {
        assert_eq!(polyline(&[(0.0, 0.0), (0.0, 10.0), (0.0, 20.0), (30.0, 20.0)]), "M0 0V15Q0 20 5 20H30");
        assert_eq!(polyline(&[]), "");
    }

    #[test]
    fn links_lead_where_they_may() {
        for (href, expected) in [
            ("#step-1", true),
            ("a/b.html", true),
            ("./a:b.html", true),
            ("https://example.org/?a:b", true),
            ("mailto:a@example.org", true),
            ("javascript:alert(1)", false),
            ("JaVaScript:alert(1)", false),
            ("java\nscript:alert(1)", false),
            (" javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("", false),
        ] {
            assert_eq!(is_safe(href), expected, "{href}");
        }
    }
}
