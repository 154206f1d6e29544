//! By which gaps, gutters and columns each passage runs.
//!
//! Knows rows and lanes as counts. Must not know pixels: those follow from how many lines share a place.
//!
//! Gap `g` is above row `g`; gutter `k` is before lane `k`, so that the first and the last are outside. A line leaves its box, runs along
//! one gap, down or up one gutter or an empty column, along another gap, and enters its box from above. So none runs through a box.

use super::plan::{Plan, Unit};
use super::{Swimlane, Way};

/// Where a line leaves its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    Bottom,
    Top,
    Left,
    Right,
}

/// Where a line changes its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    /// A gutter, and which of its tracks.
    Gutter(usize, usize),
    /// A lane without a box in these rows.
    Column(usize),
}

/// A passage on its way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wire {
    pub(super) passage: usize,
    /// The units at its ends.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) exit: Exit,
    /// Whether it runs straight along its row.
    pub(super) is_straight: bool,
    /// The gap that it runs along first, unless it leaves sideways.
    pub(super) out: usize,
    /// The gap from which it enters.
    pub(super) into: usize,
    pub(super) channel: Option<Channel>,
}

impl Wire {
    /// The part of the height that the channel takes: gap `g` is `2g`, row `r` is `2r + 1`.
    fn reach(&self, row: usize) -> (usize, usize) {
        let start = if matches!(self.exit, Exit::Left | Exit::Right) { 2 * row + 1 } else { 2 * self.out };
        (start.min(2 * self.into), start.max(2 * self.into))
    }
}

/// The way of each passage that leads from a step to a step.
pub(super) fn route(process: &Swimlane, plan: &Plan) -> Vec<Wire> {
    let mut wires: Vec<Wire> = Vec::new();
    // Which sides of which unit are taken by a line that leaves sideways.
    let mut sideways = std::collections::BTreeSet::new();
    let mut straight = std::collections::BTreeSet::new();
    let mut columns: Vec<(usize, (usize, usize))> = Vec::new();
    for (index, passage) in process.passages.iter().enumerate() {
        let (Some(from), Some(to)) = (plan.main(passage.from), plan.main(passage.to)) else { continue };
        let (source, target) = (plan.unit(from), plan.unit(to));
        let mut wire =
            Wire { passage: index, from, to, exit: Exit::Bottom, is_straight: false, out: source.row + 1, into: target.row, channel: None };
        if passage.to == passage.from + 1 && source.row == target.row && passage.label.trim().is_empty() && straight.insert(passage.from) {
            wire.is_straight = true;
            wire.from = plan.units_of(passage.from).last().unwrap_or(from);
            wire.to = plan.units_of(passage.to).next().unwrap_or(to);
            wires.push(wire);
            continue;
        }
        if target.row <= source.row {
            backwards(&mut wire, source, target, plan, passage.way == Way::Back, !passage.label.trim().is_empty(), &mut sideways);
        } else if wire.out != wire.into {
            forwards(&mut wire, source, target, plan, &mut columns, &wires);
        }
        wires.push(wire);
    }
    number_tracks(&mut wires, plan);
    wires
}

/// Up around the outside; within one row over the top.
fn backwards(
    wire: &mut Wire,
    source: Unit,
    target: Unit,
    plan: &Plan,
    is_back: bool,
    has_label: bool,
    sideways: &mut std::collections::BTreeSet<(usize, bool)>,
) {
    if source.row == target.row && source.step != target.step && !is_back {
        wire.exit = Exit::Top;
        wire.out = source.row;
        return;
    }
    let last = plan.lanes.saturating_sub(1);
    let is_free = |mut lanes: std::ops::Range<usize>| lanes.all(|lane| plan.at(source.row, lane).is_none());
    let to_the_right = last.saturating_sub(source.last) <= source.first;
    let side = |right: bool| {
        let is_outermost = if right { source.last == last } else { source.first == 0 };
        let free = if right { is_free(source.last + 1..plan.lanes) } else { is_free(0..source.first) };
        free && (is_outermost || !has_label)
    };
    wire.channel = Some(Channel::Gutter(if to_the_right { plan.lanes } else { 0 }, 0));
    for right in [to_the_right, !to_the_right] {
        if side(right) && sideways.insert((wire.from, right)) {
            wire.exit = if right { Exit::Right } else { Exit::Left };
            wire.channel = Some(Channel::Gutter(if right { plan.lanes } else { 0 }, 0));
            return;
        }
    }
}

/// Down by an empty column over or under one of its ends, or else by the gutter that is least out of the way.
fn forwards(wire: &mut Wire, source: Unit, target: Unit, plan: &Plan, columns: &mut Vec<(usize, (usize, usize))>, wires: &[Wire]) {
    let rows = wire.out..wire.into;
    let reach = (2 * wire.out, 2 * wire.into);
    for unit in [target, source] {
        let lane = unit.first;
        let is_empty = unit.first == unit.last && rows.clone().all(|row| plan.at(row, lane).is_none());
        let is_taken = columns.iter().any(|(taken, other)| *taken == lane && other.0 <= reach.1 && reach.0 <= other.1);
        if is_empty && !is_taken {
            columns.push((lane, reach));
            wire.channel = Some(Channel::Column(lane));
            return;
        }
    }
    // A gutter is closed where one step stands on both its sides.
    let is_open = |gutter: usize| {
        gutter == 0
            || gutter == plan.lanes
            || rows.clone().all(|row| plan.at(row, gutter - 1).is_none() || plan.at(row, gutter - 1) != plan.at(row, gutter))
    };
    let load = |gutter: usize| wires.iter().filter(|other| matches!(other.channel, Some(Channel::Gutter(taken, _)) if taken == gutter)).count();
    let middle = |unit: Unit| unit.first + unit.last + 1;
    let cost = |gutter: usize| 4 * (middle(source).abs_diff(2 * gutter) + middle(target).abs_diff(2 * gutter)) + load(gutter);
    let gutter = (0..=plan.lanes).filter(|gutter| is_open(*gutter)).min_by_key(|gutter| cost(*gutter)).unwrap_or(0);
    wire.channel = Some(Channel::Gutter(gutter, 0));
}

/// Gives lines that meet in a gutter tracks of their own; the shortest are the innermost.
fn number_tracks(wires: &mut [Wire], plan: &Plan) {
    let mut order: Vec<(usize, usize, usize)> = Vec::new();
    for (index, wire) in wires.iter().enumerate() {
        if let Some(Channel::Gutter(gutter, _)) = wire.channel {
            let (low, high) = wire.reach(plan.unit(wire.from).row);
            order.push((gutter, high - low, index));
        }
    }
    order.sort_unstable();
    let mut taken: std::collections::BTreeMap<usize, Vec<Vec<(usize, usize)>>> = std::collections::BTreeMap::new();
    for (gutter, _, index) in order {
        let Some(wire) = wires.get_mut(index) else { continue };
        let reach = wire.reach(plan.unit(wire.from).row);
        let tracks = taken.entry(gutter).or_default();
        let track = first_free(tracks, reach);
        wire.channel = Some(Channel::Gutter(gutter, track));
    }
}

/// The first track on which nothing meets `reach`, which is then there too.
pub(super) fn first_free<T: PartialOrd + Copy>(tracks: &mut Vec<Vec<(T, T)>>, reach: (T, T)) -> usize {
    let meets = |other: &(T, T)| other.0 <= reach.1 && reach.0 <= other.1;
    let free = tracks.iter().position(|track| !track.iter().any(meets)).unwrap_or(tracks.len());
    match tracks.get_mut(free) {
        Some(track) => track.push(reach),
        None => tracks.push(vec![reach]),
    }
    free
}
