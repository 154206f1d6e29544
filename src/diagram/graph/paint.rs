//! A placed graph as SVG.
//!
//! Knows classes and marks. Must not decide where anything is.

use super::super::svg::{Canvas, Point, Rect, arrow, number, polyline, towards};
use super::super::{Caption, Drawing};
use super::scene::{Link, Placed, Scene};
use super::{Edge, Graph, Head, Line, Shape, shape};

/// Around the whole drawing.
const MARGIN: f64 = 3.0;

pub(super) fn paint(graph: &Graph, scene: &Scene, placed: &Placed, kind: &str, caption: Caption<'_>) -> Drawing {
    let bounds = bounds(placed);
    let shift = (MARGIN - bounds.x, MARGIN - bounds.y);
    let mut canvas = Canvas::default();
    for index in scene.frames_in_order() {
        let (Some(rect), Some(frame)) = (placed.frames.get(index), scene.frames.get(index)) else { continue };
        if rect.width > 0.0 {
            canvas.rect("d-frame", rect.moved(shift), 6.0);
            if let Some(title) = placed.titles.get(index).map(|title| title.moved(shift)) {
                canvas.block(&frame.title, title.centre().0, title.y);
            }
        }
    }
    for (link, line) in scene.links.iter().zip(&placed.lines) {
        let Some(edge) = graph.edges.get(link.edge).filter(|edge| edge.line != Line::Invisible) else { continue };
        let points: Vec<Point> = line.iter().map(|point| (point.0 + shift.0, point.1 + shift.1)).collect();
        paint_link(edge, *link, scene, placed, shift, points, &mut canvas);
    }
    for (index, (item, rect)) in scene.items.iter().zip(&placed.items).enumerate() {
        let rect = rect.moved(shift);
        match graph.nodes.get(index) {
            Some(node) => {
                let hue = node.hue.map_or_else(String::new, |hue| format!(" hue-{}", hue % 12));
                canvas.push(&format!("<g class=\"d-node{hue}\">"));
                let open = canvas.open_link(node.href.as_deref());
                let (closed, inner) = shape::outline(node.shape, rect);
                let class = match node.shape {
                    Shape::Text => "d-bare",
                    Shape::Diamond => "d-box d-decision",
                    _ => "d-box",
                };
                canvas.path(class, &closed);
                canvas.path("d-line", &inner);
                let by = shape::text_shift(node.shape);
                canvas.block(&item.text, rect.centre().0 + by.0, rect.centre().1 + by.1 - item.text.height() / 2.0);
                canvas.close_link(open);
                canvas.push("</g>");
            }
            None => canvas.block(&item.text, rect.centre().0, rect.centre().1 - item.text.height() / 2.0),
        }
    }
    canvas.finish(kind, caption, bounds.width + 2.0 * MARGIN, bounds.height + 2.0 * MARGIN)
}

fn paint_link(edge: &Edge, link: Link, scene: &Scene, placed: &Placed, shift: Point, mut points: Vec<Point>, canvas: &mut Canvas) {
    if points.len() < 2 {
        return;
    }
    // Only nodes have outlines that lie inside their boxes.
    let outline = |item: usize| {
        if item < scene.nodes { scene.items.get(item).zip(placed.items.get(item)).map(|(item, rect)| (item.shape, rect.moved(shift))) } else { None }
    };
    if let (Some((shape, rect)), [first, second, ..]) = (outline(link.from), points.as_slice()) {
        let start = shape::meets(shape, rect, *first, *second);
        points.insert(0, start);
    }
    if let (Some((shape, rect)), [.., second, last]) = (outline(link.to), points.as_slice()) {
        let end = shape::meets(shape, rect, *last, *second);
        points.push(end);
    }
    let class = match edge.line {
        Line::Dotted => "d-edge d-dotted",
        Line::Thick => "d-edge d-thick",
        Line::Solid | Line::Invisible => "d-edge",
    };
    let (tail, head) = (if link.has_tail { edge.tail } else { Head::None }, if link.has_head { edge.head } else { Head::None });
    let mut shown = points.clone();
    // A thick line would show beside the tip of its arrow.
    if let (Head::Arrow, Line::Thick, [.., before, last]) = (head, edge.line, points.as_slice()) {
        let short = towards(*last, *before, 6.0);
        if let Some(last) = shown.last_mut() {
            *last = short;
        }
    }
    canvas.path(class, &polyline(&shown));
    paint_head(head, &points, canvas);
    points.reverse();
    paint_head(tail, &points, canvas);
}

/// The mark at the end of a line.
fn paint_head(head: Head, line: &[Point], canvas: &mut Canvas) {
    let Some((end, from)) =
        line.last().and_then(|end| line.iter().rev().find(|point| (point.0 - end.0).hypot(point.1 - end.1) > 0.5).map(|from| (*end, *from)))
    else {
        return;
    };
    match head {
        Head::None => {}
        Head::Arrow => canvas.path("d-tip", &arrow(from, end)),
        Head::Circle => {
            let centre = towards(end, from, 5.0);
            canvas.path("d-end", &format!("M{} {}a4 4 0 0 1 8 0a4 4 0 0 1-8 0Z", number(centre.0 - 4.0), number(centre.1)));
        }
        Head::Cross => {
            let (x, y) = towards(end, from, 6.0);
            let (left, right, top, bottom) = (number(x - 4.0), number(x + 4.0), number(y - 4.0), number(y + 4.0));
            canvas.path("d-end", &format!("M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}"));
        }
    }
}

fn bounds(placed: &Placed) -> Rect {
    let rects =
        placed.items.iter().chain(placed.frames.iter().filter(|rect| rect.width > 0.0)).chain(placed.titles.iter().filter(|rect| rect.width > 0.0));
    let points = placed.lines.iter().flatten().flat_map(|(x, y)| [Rect { x: x - 5.0, y: y - 5.0, width: 10.0, height: 10.0 }]);
    let mut low = (f64::INFINITY, f64::INFINITY);
    let mut high = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for rect in rects.copied().chain(points) {
        low = (low.0.min(rect.x), low.1.min(rect.y));
        high = (high.0.max(rect.right()), high.1.max(rect.bottom()));
    }
    if low.0.is_finite() { Rect { x: low.0, y: low.1, width: high.0 - low.0, height: high.1 - low.1 } } else { Rect::default() }
}
