//! How wide lanes are and what their boxes say.
//!
//! Knows text and widths. Must not know where lines run.

use super::super::metrics::{LABEL, NAME, NOTE, NUMBER, TEXT};
use super::super::svg::as_length as count;
use super::super::wrap::{Block, narrowest, wrap};
use super::Swimlane;
use super::plan::{Plan, Unit};
use super::route::{Channel, Exit, Wire};

/// The width that a drawing should not exceed while its words allow it.
const COMFORTABLE: f64 = 900.0;
/// Between a box and the border of its lane.
pub(super) const PAD: f64 = 12.0;
/// Between two lines that run side by side.
pub(super) const TRACK: f64 = 8.0;
/// Between the border of a box and its text.
pub(super) const INSET: f64 = 9.0;
/// How far the sides of a decision lean.
pub(super) const LEAN: f64 = 10.0;
/// The narrowest and the widest text of a box, unless a word or a label needs more.
const NARROW: f64 = 54.0;
const WIDE: f64 = 170.0;
/// No word makes a box wider than this, unless there is room: it is broken.
const WORD: f64 = 130.0;
const ROOMY: f64 = 230.0;
/// Room that an edge takes on the side of a box.
const PORT: f64 = 12.0;

/// What a box says.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub(super) text: Block,
    pub(super) note: Block,
    pub(super) number: Block,
}

impl Content {
    pub(super) fn height(&self) -> f64 {
        let between = if self.text.is_empty() || self.note.is_empty() { 0.0 } else { 2.0 };
        self.text.height() + between + self.note.height()
    }

    /// The badge's width; none without a number.
    pub(super) fn badge(&self) -> f64 {
        if self.number.is_empty() { 0.0 } else { (self.number.width + 9.0).max(18.0) }
    }
}

/// The widths of everything.
#[derive(Debug, Default)]
pub(super) struct Widths {
    /// The left border of each lane, and of what is right of the last.
    pub(super) lanes: Vec<f64>,
    /// The width of the boxes of each lane.
    pub(super) boxes: Vec<f64>,
    /// Room outside for labels, on the left and on the right.
    pub(super) outside: [f64; 2],
    pub(super) whole: f64,
}

impl Widths {
    pub(super) fn new(process: &Swimlane, plan: &Plan, wires: &[Wire], labels: &[Block]) -> Widths {
        let mut boxes = box_widths(process, plan);
        for (index, unit) in plan.units.iter().enumerate() {
            let needed = room_of_ports(process, *unit, index, wires, labels);
            let has: f64 = boxes.iter().skip(unit.first).take(unit.last + 1 - unit.first).sum();
            if let Some(width) = boxes.get_mut(unit.first).filter(|_| has < needed) {
                *width += needed - has;
            }
        }
        let widest = boxes.iter().copied().fold(0.0, f64::max);
        // Lanes of one width are calmer, where there is room.
        if (widest + 2.0 * PAD) * count(boxes.len()) <= COMFORTABLE {
            boxes.fill(widest);
        }
        let tracks = tracks(plan, wires);
        let outer = |gutter: usize| tracks.get(gutter).copied().filter(|count| *count > 0).map_or(0.0, |tracks| 6.0 + TRACK * count(tracks));
        let label_room = |exit: Exit| {
            let widest = wires.iter().zip(labels).filter(|(wire, label)| wire.exit == exit && !label.is_empty()).map(|(_, label)| label.width);
            widest.fold(0.0, f64::max)
        };
        let room = |width: f64| if width > 0.0 { width + 16.0 } else { 0.0 };
        let outside = [room(label_room(Exit::Left)), room(label_room(Exit::Right))];
        let mut at = 1.0 + outer(0) + outside.first().copied().unwrap_or_default();
        let mut lanes = vec![at];
        for (lane, width) in boxes.iter().enumerate() {
            // Lines run on the right of a lane, so that arrows that come from there keep their tips.
            let inner = if lane + 1 < boxes.len() { tracks.get(lane + 1).copied().unwrap_or(0).saturating_sub(1) } else { 0 };
            at += PAD + width + PAD + TRACK * count(inner);
            lanes.push(at);
        }
        let whole = at + 1.0 + outer(plan.lanes) + outside.last().copied().unwrap_or_default();
        Widths { lanes, boxes, outside, whole }
    }

    pub(super) fn lane(&self, lane: usize) -> f64 {
        self.lanes.get(lane).copied().unwrap_or(0.0)
    }

    /// Where the box of a unit begins, and how wide it is.
    pub(super) fn span(&self, unit: Unit) -> (f64, f64) {
        let start = self.lane(unit.first) + PAD;
        let end = self.lane(unit.last) + PAD + self.boxes.get(unit.last).copied().unwrap_or(0.0);
        (start, end - start)
    }

    /// The middle of the boxes of a lane.
    pub(super) fn column(&self, lane: usize) -> f64 {
        self.lane(lane) + PAD + self.boxes.get(lane).copied().unwrap_or(0.0) / 2.0
    }

    /// Where a track of a gutter runs.
    pub(super) fn gutter(&self, gutter: usize, track: usize) -> f64 {
        let [left, right] = self.outside;
        let track = count(track);
        if gutter == 0 {
            self.lane(0) - left - 6.0 - TRACK * track
        } else if gutter + 1 == self.lanes.len() {
            self.lane(gutter) + right + 6.0 + TRACK * track
        } else {
            self.lane(gutter) - 5.0 - TRACK * track
        }
    }
}

/// How many tracks each gutter has.
fn tracks(plan: &Plan, wires: &[Wire]) -> Vec<usize> {
    let mut tracks = vec![0; plan.lanes + 1];
    for wire in wires {
        if let Some(Channel::Gutter(gutter, track)) = wire.channel
            && let Some(count) = tracks.get_mut(gutter)
        {
            *count = (*count).max(track + 1);
        }
    }
    tracks
}

fn box_widths(process: &Swimlane, plan: &Plan) -> Vec<f64> {
    let share = COMFORTABLE / count(plan.lanes.max(1)) - 2.0 * PAD - 2.0 * INSET;
    let most = share.clamp(NARROW, WIDE);
    let longest = share.clamp(WORD, ROOMY);
    // Fewer lanes leave room for longer lines.
    let lines = match plan.lanes {
        0..=3 => 2,
        4..=5 => 3,
        _ => 4,
    };
    let mut widths = vec![NARROW; plan.lanes];
    for (lane, width) in process.lanes.iter().zip(widths.iter_mut()) {
        // The head is as wide as the lane, which is wider than the text of its boxes.
        let room = 2.0 * PAD + 2.0 * INSET - 12.0;
        *width = width.max(narrowest(&lane.name, NAME, usize::MAX, longest) - room).max(narrowest(&lane.name, NAME, 2, most + room) - room);
    }
    for unit in plan.units.iter().filter(|unit| unit.first == unit.last) {
        let (Some(step), Some(width)) = (process.steps.get(unit.step), widths.get_mut(unit.first)) else { continue };
        let lean = if step.is_decision { 2.0 * (LEAN - 2.0) } else { 0.0 };
        let word = narrowest(&step.text, TEXT, usize::MAX, longest).max(narrowest(&step.note, NOTE, usize::MAX, longest));
        *width = width.max(word + lean).max((narrowest(&step.text, TEXT, lines, most) + lean).min(most + lean));
    }
    widths.iter().map(|width| width + 2.0 * INSET).collect()
}

/// The room that the lines of one side of a box need beside each other.
fn room_of_ports(process: &Swimlane, unit: Unit, index: usize, wires: &[Wire], labels: &[Block]) -> f64 {
    let mut below = 0.0;
    let mut above = 0.0;
    for (wire, label) in wires.iter().zip(labels).filter(|(wire, _)| !wire.is_straight) {
        let room = slot(label);
        match wire.exit {
            Exit::Bottom if wire.from == index => below += room,
            Exit::Top if wire.from == index => above += room,
            _ => {}
        }
        if wire.to == index {
            above += PORT;
        }
    }
    let number = process.steps.get(unit.step).map_or(0.0, |step| NUMBER.width(&step.number).min(70.0) + 12.0);
    (below + 2.0 * LEAN + 8.0).max(above + number + 2.0 * LEAN + 2.0 * PORT)
}

/// The room that a line takes on the side of its box, with its label.
pub(super) fn slot(label: &Block) -> f64 {
    if label.is_empty() { PORT } else { (label.width + 12.0).max(PORT) }
}

/// What each unit says; the boxes beside the main one say whose step it is.
pub(super) fn contents(process: &Swimlane, plan: &Plan, widths: &Widths) -> Vec<Content> {
    let content = |unit: &Unit| {
        let Some(step) = process.steps.get(unit.step) else {
            return Content { text: wrap("", TEXT, 1.0), note: wrap("", NOTE, 1.0), number: wrap("", NUMBER, 1.0) };
        };
        let lean = if step.is_decision { LEAN - 2.0 } else { 0.0 };
        let room = widths.span(*unit).1 - 2.0 * (INSET + lean);
        let number = wrap(&crate::text::shorten(&step.number, 6).replace(char::is_whitespace, ""), NUMBER, f64::INFINITY);
        if unit.is_main {
            return Content { text: wrap(&step.text, TEXT, room), note: wrap(&step.note, NOTE, room), number };
        }
        let owner = plan.main(unit.step).and_then(|main| process.lanes.get(plan.unit(main).first)).map_or("", |lane| lane.name.as_str());
        let note = if owner.trim().is_empty() { String::new() } else { format!("with {owner}") };
        Content { text: wrap("", TEXT, room), note: wrap(&note, NOTE, room), number }
    };
    plan.units.iter().map(content).collect()
}

/// The labels of the wires. Where many leave one box, they are narrow, so that the box needn't be wide.
pub(super) fn labels(process: &Swimlane, wires: &[Wire]) -> Vec<Block> {
    let text = |wire: &Wire| process.passages.get(wire.passage).map_or("", |passage| passage.label.as_str());
    let beside = |wire: &Wire| wires.iter().filter(|other| other.from == wire.from && !text(other).trim().is_empty()).count();
    let room = |wire: &Wire| match beside(wire) {
        0..=2 => 96.0,
        3 => 66.0,
        _ => 56.0,
    };
    wires.iter().map(|wire| wrap(text(wire), LABEL, room(wire))).collect()
}
