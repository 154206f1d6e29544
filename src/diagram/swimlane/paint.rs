//! A placed process as SVG.
//!
//! Knows classes and marks. Must not decide where anything is.

use super::super::metrics::NAME;
use super::super::svg::{Canvas, Point, Rect, arrow, number, polyline};
use super::super::wrap::{Block, wrap};
use super::super::{Caption, Drawing};
use super::measure::{Content, LEAN};
use super::place::{Places, Placing};
use super::route::Exit;
use super::{Step, Swimlane, Way};

/// How far a number stands out of its box, above and beside.
const OUT: f64 = 9.0;

pub(super) fn paint(process: &Swimlane, placing: &Placing<'_>, caption: Caption<'_>) -> Drawing {
    let widths = placing.widths;
    let width_of = |lane: usize| widths.lane(lane + 1) - widths.lane(lane);
    let name = |lane: usize| process.lanes.get(lane).map_or("Nobody named", |lane| lane.name.as_str());
    let names: Vec<Block> = (0..placing.plan.lanes).map(|lane| wrap(name(lane), NAME, width_of(lane) - 12.0)).collect();
    let head = names.iter().map(Block::height).fold(17.0, f64::max) + 14.0;
    let places = placing.place(head + 1.0);
    let mut canvas = Canvas::default();
    for (index, name) in names.iter().enumerate() {
        let lane = process.lanes.get(index);
        let hue = lane.map_or_else(String::new, |lane| format!(" hue-{}", lane.hue % 12));
        canvas.push(&format!("<g class=\"d-lane{hue}\">"));
        let rect = Rect { x: widths.lane(index), y: 1.0, width: width_of(index), height: places.height - 1.0 };
        canvas.rect("d-ground", rect, 0.0);
        let open = canvas.open_link(lane.and_then(|lane| lane.href.as_deref()));
        canvas.rect("d-head", Rect { height: head, ..rect }, 0.0);
        canvas.block(name, rect.centre().0, 1.0 + (head - name.height()) / 2.0);
        canvas.close_link(open);
        canvas.push("</g>");
    }
    paint_wires(process, placing, &places, &mut canvas);
    paint_steps(process, placing, &places, &mut canvas);
    canvas.finish("swimlane", caption, widths.whole, places.height + 1.0)
}

fn paint_wires(process: &Swimlane, placing: &Placing<'_>, places: &Places, canvas: &mut Canvas) {
    for (index, wire) in placing.wires.iter().enumerate() {
        let Some(line) = places.lines.get(index) else { continue };
        let way = process.passages.get(wire.passage).map_or(Way::Next, |passage| passage.way);
        let class = if way == Way::Back { "d-edge d-back" } else { "d-edge" };
        let label = placing.labels.get(index).zip(places.labels.get(index).copied().flatten());
        match label {
            Some((label, centre)) => {
                let plate = Rect::around(centre, label.width + 6.0, label.height());
                let (before, after) = interrupted(line, plate, wire.exit);
                canvas.path(class, &format!("{}{}", polyline(&before), polyline(&after)));
                canvas.rect("d-plate", plate, 4.0);
                canvas.block(label, centre.0, centre.1 - label.height() / 2.0);
            }
            None => canvas.path(class, &polyline(line)),
        }
        if let [.., from, end] = line.as_slice() {
            canvas.path("d-tip", &arrow(*from, *end));
        }
    }
}

/// The line before and after the plate that stands on its first stretch.
fn interrupted(line: &[Point], plate: Rect, exit: Exit) -> (Vec<Point>, Vec<Point>) {
    let (near, far) = match exit {
        Exit::Bottom => ((plate.centre().0, plate.y), (plate.centre().0, plate.bottom())),
        Exit::Top => ((plate.centre().0, plate.bottom()), (plate.centre().0, plate.y)),
        Exit::Left => ((plate.right(), plate.centre().1), (plate.x, plate.centre().1)),
        Exit::Right => ((plate.x, plate.centre().1), (plate.right(), plate.centre().1)),
    };
    let before = line.first().copied().into_iter().chain([near]).collect();
    let after = std::iter::once(far).chain(line.iter().skip(1).copied()).collect();
    (before, after)
}

fn paint_steps(process: &Swimlane, placing: &Placing<'_>, places: &Places, canvas: &mut Canvas) {
    for (index, step) in process.steps.iter().enumerate() {
        let units = placing.plan.units_of(index);
        // Boxes of one step that stand apart are tied together.
        for pair in units.clone().collect::<Vec<_>>().windows(2) {
            let [left, right] = pair else { continue };
            if let (Some(left), Some(right)) = (places.boxes.get(*left), places.boxes.get(*right)) {
                canvas.path("d-tie", &polyline(&[(left.right(), left.centre().1), (right.x, right.centre().1)]));
            }
        }
        for unit in units {
            let (Some(rect), Some(content)) = (places.boxes.get(unit), placing.contents.get(unit)) else { continue };
            let place = placing.plan.unit(unit);
            let main_lane = if place.is_main { step.lanes.first() } else { Some(&place.first) };
            let hue = main_lane.and_then(|lane| process.lanes.get(*lane)).map_or_else(String::new, |lane| format!(" hue-{}", lane.hue % 12));
            paint_step(step, place.is_main, &hue, *rect, content, canvas);
        }
    }
}

fn paint_step(step: &Step, is_main: bool, hue: &str, rect: Rect, content: &Content, canvas: &mut Canvas) {
    let kind = if is_main { "d-step" } else { "d-step d-with" };
    canvas.push(&format!("<g class=\"{kind}{hue}\">"));
    let open = is_main && canvas.open_link(step.href.as_deref());
    if step.is_decision && is_main {
        let middle = rect.centre().1;
        let (left, right, top, bottom) = (number(rect.x), number(rect.right()), number(rect.y), number(rect.bottom()));
        let (from, to) = (number(rect.x + LEAN), number(rect.right() - LEAN));
        canvas.path("d-box d-decision", &format!("M{from} {top}H{to}L{right} {0}L{to} {bottom}H{from}L{left} {0}Z", number(middle)));
    } else {
        canvas.rect("d-box", rect, 6.0);
    }
    // In the order in which it is heard: the number, what is done, where.
    if !content.number.is_empty() {
        let badge = Rect { x: rect.x - OUT + 2.0, y: rect.y - OUT - 1.0, width: content.badge(), height: 18.0 };
        canvas.rect("d-badge", badge, 9.0);
        canvas.block(&content.number, badge.centre().0, badge.centre().1 - content.number.height() / 2.0);
    }
    let (x, middle) = rect.centre();
    let top = middle - content.height() / 2.0 + 2.0;
    canvas.push("\n");
    canvas.block(&content.text, x, top);
    canvas.push("\n");
    canvas.block(&content.note, x, top + content.height() - content.note.height());
    canvas.close_link(open);
    canvas.push("</g>");
}
