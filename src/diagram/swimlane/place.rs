//! Where everything is, in pixels.
//!
//! Knows the widths and the ways of lines. Must not know SVG.

use super::super::svg::{Point, Rect, as_length as count};
use super::super::wrap::Block;
use super::measure::{Content, INSET, LEAN, TRACK, Widths, slot};
use super::plan::{Plan, Unit};
use super::route::{Channel, Exit, Wire, first_free};

/// Room for the tip of an arrow above a box.
const TIP: f64 = 14.0;
/// The smallest gap between two rows.
const GAP: f64 = 28.0;
/// Ends of lines on one side of a box keep at least this far apart; those that face each other across a gap, half of it.
const APART: f64 = 11.0;

/// The finished geometry.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The box of each unit.
    pub(super) boxes: Vec<Rect>,
    /// The points of each wire.
    pub(super) lines: Vec<Vec<Point>>,
    /// The middle of each wire's label.
    pub(super) labels: Vec<Option<Point>>,
    pub(super) height: f64,
}

/// The ends of a wire along its boxes, and the tracks on which it runs along its gaps.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    out: f64,
    into: f64,
    out_track: Option<usize>,
    into_track: Option<usize>,
}

pub(super) struct Placing<'a> {
    pub(super) plan: &'a Plan,
    pub(super) wires: &'a [Wire],
    pub(super) labels: &'a [Block],
    pub(super) contents: &'a [Content],
    pub(super) widths: &'a Widths,
}

/// The vertical measures of a gap.
#[derive(Debug, Clone, Default)]
struct Gap {
    tracks: Vec<Vec<(f64, f64)>>,
    /// Room for labels at its top and at its bottom.
    above: f64,
    below: f64,
    y: f64,
}

impl Gap {
    fn height(&self) -> f64 {
        let lines = if self.tracks.is_empty() { 0.0 } else { TRACK * (count(self.tracks.len()) - 1.0) + 10.0 };
        (self.above + lines + self.below + TIP).max(GAP)
    }

    fn track(&self, track: usize) -> f64 {
        self.y + self.above + 10.0 + TRACK * count(track)
    }
}

impl Placing<'_> {
    /// Places everything below a head of this height.
    pub(super) fn place(&self, head: f64) -> Places {
        let mut ends = self.ends();
        let mut gaps = self.gaps(&mut ends);
        let mut rows = vec![44.0_f64; self.plan.rows];
        for (unit, content) in self.plan.units.iter().zip(self.contents) {
            if let Some(height) = rows.get_mut(unit.row) {
                *height = height.max(content.height() + 2.0 * INSET + 4.0);
            }
        }
        for (wire, label) in self.wires.iter().zip(self.labels) {
            if matches!(wire.exit, Exit::Left | Exit::Right)
                && let Some(height) = rows.get_mut(self.plan.unit(wire.from).row)
            {
                *height = height.max(label.height() + 8.0);
            }
        }
        let mut at = head;
        let mut tops = Vec::new();
        for (index, gap) in gaps.iter_mut().enumerate() {
            gap.y = at;
            at += gap.height();
            tops.push(at);
            at += rows.get(index).copied().unwrap_or(0.0);
        }
        let place = |unit: &Unit| {
            let (x, width) = self.widths.span(*unit);
            Rect { x, y: tops.get(unit.row).copied().unwrap_or(0.0), width, height: rows.get(unit.row).copied().unwrap_or(0.0) }
        };
        let boxes: Vec<Rect> = self.plan.units.iter().map(place).collect();
        let mut places = Places { boxes, height: at, ..Places::default() };
        for ((wire, label), ends) in self.wires.iter().zip(self.labels).zip(&ends) {
            let line = self.line(wire, *ends, &places.boxes, &gaps);
            places.labels.push(if label.is_empty() { None } else { self.label(wire, label, &line) });
            places.lines.push(line);
        }
        places
    }

    fn line(&self, wire: &Wire, ends: Ends, boxes: &[Rect], gaps: &[Gap]) -> Vec<Point> {
        let rect = |unit: usize| boxes.get(unit).copied().unwrap_or_default();
        let (source, target) = (rect(wire.from), rect(wire.to));
        if wire.is_straight {
            return vec![(source.right(), source.centre().1), (target.x, target.centre().1)];
        }
        let along = |gap: usize, track: Option<usize>| gaps.get(gap).map_or(0.0, |gap| gap.track(track.unwrap_or(0)));
        let mut line = vec![match wire.exit {
            Exit::Bottom => (ends.out, source.bottom()),
            Exit::Top => (ends.out, source.y),
            Exit::Left => (source.x, source.centre().1),
            Exit::Right => (source.right(), source.centre().1),
        }];
        let channel = self.channel(wire);
        match (wire.exit, channel) {
            (Exit::Left | Exit::Right, Some(x)) => line.push((x, source.centre().1)),
            (Exit::Bottom | Exit::Top, Some(x)) if ends.out_track.is_some() => {
                line.extend([(ends.out, along(wire.out, ends.out_track)), (x, along(wire.out, ends.out_track))]);
            }
            _ => {}
        }
        if ends.into_track.is_some() {
            let y = along(wire.into, ends.into_track);
            line.extend([(channel.unwrap_or(ends.out), y), (ends.into, y)]);
        }
        line.push((ends.into, target.y));
        line
    }

    /// The middle of a label: beside the box that its line leaves.
    fn label(&self, wire: &Wire, label: &Block, line: &[Point]) -> Option<Point> {
        let (x, y) = *line.first()?;
        let [left, right] = self.widths.outside;
        Some(match wire.exit {
            Exit::Bottom => (x, y + 6.0 + label.height() / 2.0),
            Exit::Top => (x, y - 6.0 - label.height() / 2.0),
            Exit::Left => (self.widths.lane(0) - left / 2.0, y),
            Exit::Right => (self.widths.lane(self.plan.lanes) + right / 2.0, y),
        })
    }

    fn channel(&self, wire: &Wire) -> Option<f64> {
        wire.channel.map(|channel| match channel {
            Channel::Gutter(gutter, track) => self.widths.gutter(gutter, track),
            Channel::Column(lane) => self.widths.column(lane),
        })
    }

    /// The part of a box's upper or lower side where lines may end.
    fn side(&self, unit: usize, is_top: bool) -> (f64, f64) {
        let (x, width) = self.widths.span(self.plan.unit(unit));
        let badge = if is_top { self.contents.get(unit).map_or(0.0, Content::badge) } else { 0.0 };
        (x + LEAN.max(badge) + 3.0, x + width - LEAN - 3.0)
    }

    /// Ends for all wires, row by row, so that a line that can drop straight down does.
    fn ends(&self) -> Vec<Ends> {
        let mut ends = vec![Ends::default(); self.wires.len()];
        let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); self.plan.units.len()];
        let mut entering: Vec<Vec<usize>> = vec![Vec::new(); self.plan.units.len()];
        for (index, wire) in self.wires.iter().enumerate().filter(|(_, wire)| !wire.is_straight) {
            if wire.exit == Exit::Bottom {
                leaving.get_mut(wire.from).into_iter().for_each(|wires| wires.push(index));
            }
            entering.get_mut(wire.to).into_iter().for_each(|wires| wires.push(index));
        }
        // What ends at each gap from above, so that what comes from below keeps off it.
        let mut above: Vec<Vec<(f64, usize)>> = vec![Vec::new(); self.plan.rows + 1];
        for (unit, wires) in leaving.iter().enumerate() {
            for (index, x) in self.spread(unit, false, wires) {
                ends.get_mut(index).into_iter().for_each(|ends| ends.out = x);
                above.get_mut(self.plan.unit(unit).row + 1).into_iter().for_each(|gap| gap.push((x, index)));
            }
        }
        for (index, wire) in self.wires.iter().enumerate() {
            if let (Some(Channel::Column(_)), Some(x)) = (wire.channel, self.channel(wire)) {
                above.get_mut(wire.into).into_iter().for_each(|gap| gap.push((x, index)));
            }
        }
        for (unit, wires) in entering.iter().enumerate() {
            self.enter(unit, wires, &above, &mut ends);
        }
        ends
    }

    /// The ends at the top of one box: labels first, then what can come straight down, then the rest beside them.
    fn enter(&self, unit: usize, wires: &[usize], above: &[Vec<(f64, usize)>], ends: &mut [Ends]) {
        let (low, high) = self.side(unit, true);
        let leaving: Vec<usize> =
            (0..self.wires.len()).filter(|index| self.wires.get(*index).is_some_and(|wire| wire.from == unit && wire.exit == Exit::Top)).collect();
        let mut taken: Vec<(f64, f64)> = Vec::new();
        for (index, x) in self.spread(unit, true, &leaving) {
            let half = self.labels.get(index).map_or(0.0, slot) / 2.0;
            taken.push((x - half, x + half));
            ends.get_mut(index).into_iter().for_each(|ends| ends.out = x);
        }
        let nothing = Vec::new();
        let facing = above.get(self.plan.unit(unit).row).unwrap_or(&nothing);
        let is_free = |taken: &[(f64, f64)], x: f64, apart: f64| !taken.iter().any(|(from, to)| from - apart < x && x < to + apart);
        let mut rest = Vec::new();
        for index in wires {
            let (Some(wire), Some(out)) = (self.wires.get(*index), ends.get(*index).map(|ends| ends.out)) else { continue };
            let from_above = if wire.exit == Exit::Bottom && wire.out == wire.into {
                Some(out)
            } else {
                self.channel(wire).filter(|_| matches!(wire.channel, Some(Channel::Column(_))))
            };
            match from_above.filter(|x| low <= *x && *x <= high && is_free(&taken, *x, APART)) {
                Some(x) => {
                    taken.push((x, x));
                    ends.get_mut(*index).into_iter().for_each(|ends| ends.into = x);
                }
                None => rest.push((*index, from_above.or(self.channel(wire)).unwrap_or(out))),
            }
        }
        rest.sort_by(|left, right| left.1.total_cmp(&right.1).then(left.0.cmp(&right.0)));
        let middle = {
            let (x, width) = self.widths.span(self.plan.unit(unit));
            x + width / 2.0
        };
        for (index, comes_from) in rest {
            let towards = if comes_from < middle { -1.0 } else { 1.0 };
            let tries = (0..60).flat_map(|step| [middle + towards * count(step) * APART / 2.0, middle - towards * count(step) * APART / 2.0]);
            let tries = tries.filter(|x| low <= *x && *x <= high && is_free(&taken, *x, APART));
            let clear = |x: &f64| !facing.iter().any(|(other, owner)| *owner != index && (other - x).abs() < APART / 2.0);
            let mut tries = tries.collect::<Vec<f64>>();
            let best = tries.iter().copied().find(clear).or_else(|| tries.pop()).unwrap_or_else(|| middle.clamp(low.min(high), high.max(low)));
            taken.push((best, best));
            ends.get_mut(index).into_iter().for_each(|ends| ends.into = best);
        }
    }

    /// Spreads the lines that leave one side of a box, in the order of where they go.
    fn spread(&self, unit: usize, is_top: bool, wires: &[usize]) -> Vec<(usize, f64)> {
        let (low, high) = self.side(unit, is_top);
        let goes_to = |index: usize| {
            let wire = self.wires.get(index)?;
            let (x, width) = self.widths.span(self.plan.unit(wire.to));
            Some(self.channel(wire).unwrap_or(x + width / 2.0))
        };
        let mut order: Vec<(f64, usize)> = wires.iter().map(|index| (goes_to(*index).unwrap_or(0.0), *index)).collect();
        order.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        let room = |index: usize| self.labels.get(index).map_or(0.0, slot);
        let used: f64 = order.iter().map(|(_, index)| room(*index)).sum();
        let between = if order.len() < 2 { 0.0 } else { ((high - low - used) / count(order.len() - 1)).clamp(0.0, 16.0) };
        let (x, width) = self.widths.span(self.plan.unit(unit));
        let whole = used + between * count(order.len().saturating_sub(1));
        // In the middle of the box, unless its number is in the way; above it on the right, where they leave room to those that enter.
        let last = (high - whole).max(low);
        let mut at = if is_top { last } else { (x + width / 2.0 - whole / 2.0).max(low).min(last) };
        let mut places = Vec::new();
        for (_, index) in order {
            places.push((index, at + room(index) / 2.0));
            at += room(index) + between;
        }
        places
    }

    /// The gaps with their tracks and with room for labels.
    fn gaps(&self, ends: &mut [Ends]) -> Vec<Gap> {
        let mut gaps = vec![Gap::default(); self.plan.rows + 1];
        let mut runs: Vec<(usize, f64, f64, usize, bool)> = Vec::new();
        for (index, (wire, label)) in self.wires.iter().zip(self.labels).enumerate().filter(|(_, (wire, _))| !wire.is_straight) {
            let Some(ends) = ends.get(index) else { continue };
            let room = if label.is_empty() { 0.0 } else { label.height() + 8.0 };
            match (wire.exit, gaps.get_mut(wire.out)) {
                (Exit::Bottom, Some(gap)) => gap.above = gap.above.max(room),
                (Exit::Top, Some(gap)) => gap.below = gap.below.max(room),
                _ => {}
            }
            let channel = self.channel(wire);
            if let Some(x) = channel.filter(|x| matches!(wire.exit, Exit::Bottom | Exit::Top) && (x - ends.out).abs() > 0.05) {
                runs.push((wire.out, ends.out.min(x), ends.out.max(x), index, true));
            }
            let from = channel.unwrap_or(ends.out);
            if (from - ends.into).abs() > 0.05 || wire.exit == Exit::Top {
                runs.push((wire.into, from.min(ends.into), from.max(ends.into), index, false));
            }
        }
        runs.sort_by(|left, right| left.0.cmp(&right.0).then((left.2 - left.1).total_cmp(&(right.2 - right.1))).then(left.3.cmp(&right.3)));
        for (gap, low, high, index, is_out) in runs {
            let (Some(gap), Some(ends)) = (gaps.get_mut(gap), ends.get_mut(index)) else { continue };
            let track = Some(first_free(&mut gap.tracks, (low - 3.0, high + 3.0)));
            if is_out { ends.out_track = track } else { ends.into_track = track }
        }
        gaps
    }
}
