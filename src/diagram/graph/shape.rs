//! Outlines of nodes: how large they must be for their text, where a line meets them, how they are drawn.
//!
//! Knows one node. Must not know the others.

use super::super::svg::{Point, Rect, number};
use super::super::wrap::Block;
use super::Shape;

/// Between text and outline.
const PAD_X: f64 = 12.0;
const PAD_Y: f64 = 9.0;
/// How far sides lean, and how far a cylinder's lid bends.
const LEAN: f64 = 12.0;
const LID: f64 = 6.0;
/// The smallest outline.
const SMALL: f64 = 36.0;

/// The size of the outline around `text`.
pub(super) fn size(shape: Shape, text: &Block) -> (f64, f64) {
    let (width, height) = (text.width, text.height());
    let (plain_width, plain_height) = ((width + 2.0 * PAD_X).max(SMALL), (height + 2.0 * PAD_Y).max(SMALL));
    match shape {
        Shape::Rectangle | Shape::Rounded => (plain_width, plain_height),
        Shape::Text => ((width + 8.0).max(12.0), (height + 6.0).max(12.0)),
        Shape::Stadium => {
            // The ends are half circles: the corners of the text must be inside.
            let radius = plain_height / 2.0;
            let inset = radius - (radius.powi(2) - (radius - PAD_Y + 2.0).powi(2)).max(0.0).sqrt();
            ((width + 2.0 * inset.max(PAD_X) + 12.0).max(plain_height + LEAN), plain_height)
        }
        Shape::Subroutine => (plain_width + 12.0, plain_height),
        Shape::Cylinder => (plain_width, plain_height + 3.0 * LID),
        Shape::Circle | Shape::DoubleCircle => {
            let ring = if shape == Shape::DoubleCircle { 12.0 } else { 4.0 };
            let across = (width + 6.0).hypot(height + 4.0).max(24.0) + ring;
            (across, across)
        }
        Shape::Diamond => {
            let across = (height + 4.0) * 2.4 + 8.0;
            ((width + 8.0) / (1.0 - (height + 4.0) / across), across)
        }
        Shape::Hexagon | Shape::Parallelogram | Shape::ParallelogramBack | Shape::Trapezoid | Shape::TrapezoidInverted => {
            (plain_width + 2.0 * LEAN, plain_height)
        }
        Shape::Flag => (plain_width + LEAN + 6.0, plain_height),
        Shape::Document => (plain_width, plain_height + 12.0),
    }
}

/// Where the text's middle is, away from the outline's.
pub(super) fn text_shift(shape: Shape) -> Point {
    match shape {
        Shape::Cylinder => (0.0, LID * 0.5),
        Shape::Flag => (LEAN / 2.0, 0.0),
        Shape::Document => (0.0, -5.0),
        _ => (0.0, 0.0),
    }
}

/// The corners of outlines that have them.
fn corners(shape: Shape, rect: Rect) -> Option<Vec<Point>> {
    let Rect { x, y, .. } = rect;
    let (right, bottom, (middle_x, middle_y)) = (rect.right(), rect.bottom(), rect.centre());
    let lean = LEAN.min(rect.width / 3.0);
    Some(match shape {
        Shape::Diamond => vec![(middle_x, y), (right, middle_y), (middle_x, bottom), (x, middle_y)],
        Shape::Hexagon => vec![(x + lean, y), (right - lean, y), (right, middle_y), (right - lean, bottom), (x + lean, bottom), (x, middle_y)],
        Shape::Parallelogram => vec![(x + lean, y), (right, y), (right - lean, bottom), (x, bottom)],
        Shape::ParallelogramBack => vec![(x, y), (right - lean, y), (right, bottom), (x + lean, bottom)],
        Shape::Trapezoid => vec![(x + lean, y), (right - lean, y), (right, bottom), (x, bottom)],
        Shape::TrapezoidInverted => vec![(x, y), (right, y), (right - lean, bottom), (x + lean, bottom)],
        Shape::Flag => vec![(x, y), (right, y), (right, bottom), (x, bottom), (x + lean, middle_y)],
        _ => return None,
    })
}

/// How far the outline is inside its bounding box, for a line that comes straight to one of its sides at `end`.
pub(super) fn meets(shape: Shape, rect: Rect, end: Point, from: Point) -> Point {
    let is_upright = (end.0 - from.0).abs() <= (end.1 - from.1).abs();
    let ((middle_x, middle_y), half) = (rect.centre(), (rect.width / 2.0, rect.height / 2.0));
    let round = |offset: f64, across: f64, along: f64| along * (1.0 - (1.0 - (offset / across).powi(2)).max(0.0).sqrt());
    if let Some(corners) = corners(shape, rect) {
        return crossing(&corners, end, is_upright);
    }
    let depth = match shape {
        Shape::Circle | Shape::DoubleCircle if is_upright => round(end.0 - middle_x, half.0, half.1),
        Shape::Circle | Shape::DoubleCircle => round(end.1 - middle_y, half.1, half.0),
        Shape::Stadium => {
            let offset = if is_upright { (end.0 - middle_x).abs() - (half.0 - half.1) } else { end.1 - middle_y };
            if is_upright && offset <= 0.0 { 0.0 } else { round(offset, half.1, half.1) }
        }
        Shape::Cylinder if is_upright => LID * (1.0 - (1.0 - ((end.0 - middle_x) / half.0).powi(2)).max(0.0).sqrt()),
        // The lower side waves: 5.25 up on the left, down on the right.
        Shape::Document if is_upright && end.1 > middle_y => wave(rect, end.0),
        _ => 0.0,
    };
    if is_upright {
        (end.0, if end.1 > middle_y { end.1 - depth } else { end.1 + depth })
    } else {
        (if end.0 > middle_x { end.0 - depth } else { end.0 + depth }, end.1)
    }
}

/// How far above the bounding box a document's lower side is at `x`: two curves with their middles 12 up and on the box.
fn wave(rect: Rect, x: f64) -> f64 {
    let part = ((x - rect.x) / rect.width).clamp(0.0, 1.0);
    let (left, local) = if part < 0.5 { (true, part * 2.0) } else { (false, part * 2.0 - 1.0) };
    // A quadratic curve from 6 to 6 with its control point at 12 or 0.
    let control = if left { 12.0 } else { 0.0 };
    6.0 * (1.0 - local).powi(2) + 2.0 * control * local * (1.0 - local) + 6.0 * local.powi(2)
}

/// The first point of a polygon's border on the way from `end` straight inwards.
fn crossing(corners: &[Point], end: Point, is_upright: bool) -> Point {
    let mut nearest: Option<Point> = None;
    for (index, one) in corners.iter().enumerate() {
        let Some(other) = corners.get((index + 1) % corners.len()) else { continue };
        let (at, low, high) = if is_upright { (end.0, one.0, other.0) } else { (end.1, one.1, other.1) };
        if at < low.min(high) - 0.01 || at > low.max(high) + 0.01 || (high - low).abs() < 0.01 {
            continue;
        }
        let part = ((at - low) / (high - low)).clamp(0.0, 1.0);
        let point = if is_upright { (end.0, one.1 + (other.1 - one.1) * part) } else { (one.0 + (other.0 - one.0) * part, end.1) };
        let distance = |point: Point| (point.0 - end.0).abs() + (point.1 - end.1).abs();
        if nearest.is_none_or(|nearest| distance(point) < distance(nearest)) {
            nearest = Some(point);
        }
    }
    nearest.unwrap_or(end)
}

/// The outline as paths: the closed one, and lines inside it.
pub(super) fn outline(shape: Shape, rect: Rect) -> (String, String) {
    let n = number;
    let Rect { x, y, width, height } = rect;
    let (right, bottom, (middle_x, middle_y)) = (rect.right(), rect.bottom(), rect.centre());
    if let Some(corners) = corners(shape, rect) {
        let points: Vec<String> = corners.iter().map(|(x, y)| format!("{} {}", n(*x), n(*y))).collect();
        return (format!("M{}Z", points.join("L")), String::new());
    }
    let rounded = |radius: f64| {
        let (r, across, down) = (n(radius), n(width - 2.0 * radius), n(height - 2.0 * radius));
        format!(
            "M{} {}h{across}a{r} {r} 0 0 1 {r} {r}v{down}a{r} {r} 0 0 1-{r} {r}h-{across}a{r} {r} 0 0 1-{r}-{r}v-{down}a{r} {r} 0 0 1 {r}-{r}Z",
            n(x + radius),
            n(y)
        )
    };
    let circle = |radius: f64| {
        let (r, whole) = (n(radius), n(radius * 2.0));
        format!("M{} {}a{r} {r} 0 0 1 {whole} 0a{r} {r} 0 0 1-{whole} 0Z", n(middle_x - radius), n(middle_y))
    };
    match shape {
        Shape::Rounded => (rounded(6.0), String::new()),
        Shape::Stadium => (rounded(height / 2.0), String::new()),
        Shape::Subroutine => (
            format!("M{} {}H{}V{}H{}Z", n(x), n(y), n(right), n(bottom), n(x)),
            format!("M{0} {2}V{3}M{1} {2}V{3}", n(x + 6.0), n(right - 6.0), n(y), n(bottom)),
        ),
        Shape::Cylinder => {
            let (rx, ry) = (n(width / 2.0), n(LID));
            let lid = n(y + LID);
            (
                format!("M{} {lid}A{rx} {ry} 0 0 1 {} {lid}V{}A{rx} {ry} 0 0 1 {} {2}Z", n(x), n(right), n(bottom - LID), n(x)),
                format!("M{} {lid}A{rx} {ry} 0 0 0 {} {lid}", n(x), n(right)),
            )
        }
        Shape::Circle => (circle(width / 2.0), String::new()),
        Shape::DoubleCircle => (circle(width / 2.0), circle(width / 2.0 - 4.0)),
        Shape::Document => {
            let low = bottom - 6.0;
            let (quarter, three) = (x + width / 4.0, x + width * 0.75);
            (
                format!(
                    "M{} {}H{}V{}Q{} {} {} {}Q{} {} {} {}Z",
                    n(x),
                    n(y),
                    n(right),
                    n(low),
                    n(three),
                    n(low + 6.0),
                    n(middle_x),
                    n(low),
                    n(quarter),
                    n(low - 6.0),
                    n(x),
                    n(low)
                ),
                String::new(),
            )
        }
        _ => (rounded(2.0), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::metrics::TEXT;
    use super::super::super::wrap::wrap;
    use super::*;

    #[test]
    fn lines_end_on_the_outline() {
        let rect = Rect { x: 0.0, y: 0.0, width: 100.0, height: 40.0 };
        for (shape, end, from, expected) in [
            (Shape::Rectangle, (30.0, 0.0), (30.0, -20.0), (30.0, 0.0)),
            (Shape::Diamond, (50.0, 0.0), (50.0, -20.0), (50.0, 0.0)),
            (Shape::Diamond, (25.0, 0.0), (25.0, -20.0), (25.0, 10.0)),
            (Shape::Diamond, (25.0, 40.0), (25.0, 60.0), (25.0, 30.0)),
            (Shape::Diamond, (100.0, 10.0), (120.0, 10.0), (75.0, 10.0)),
            (Shape::Stadium, (50.0, 0.0), (50.0, -20.0), (50.0, 0.0)),
            (Shape::Stadium, (0.0, 0.0), (0.0, -20.0), (0.0, 20.0)),
            (Shape::Parallelogram, (0.0, 20.0), (-20.0, 20.0), (6.0, 20.0)),
        ] {
            assert_eq!(meets(shape, rect, end, from), expected, "{shape:?} {end:?}");
        }
    }

    #[test]
    fn outlines_hold_their_text() {
        let text = wrap("Is the queue longer than an hour of work?", TEXT, 140.0);
        for shape in [Shape::Diamond, Shape::Circle, Shape::Stadium, Shape::Hexagon] {
            let (width, height) = size(shape, &text);
            let rect = Rect { x: 0.0, y: 0.0, width, height };
            // The text's corner, seen from above, is under the outline.
            let corner = (width / 2.0 - text.width / 2.0, 0.0);
            let (_, top) = meets(shape, rect, corner, (corner.0, -10.0));
            assert!(top <= height / 2.0 - text.height() / 2.0, "{shape:?}: {top}");
        }
    }
}
