//! New ways for the lines that run through something.
//!
//! Knows boxes as obstacles. Must not move any of them.
//!
//! The ways are the cheapest on a grid of lines beside all obstacles: short, with few bends, not on top of other lines.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::svg::{Point, Rect};
use super::scene::{Placed, Scene, passes};

/// Between an obstacle and a line beside it.
const BESIDE: f64 = 9.0;
/// What a bend costs, and a stretch on top of another line, as length.
const BEND: u64 = 50;
const COVERED: u64 = 150;
/// Larger drawings aren't mended, for the grid grows with the square.
const ITEMS: usize = 150;
const LINES: usize = 16;

/// Mends each line that runs through an item or a title, if they are few; whether it has changed anything.
pub(super) fn repair(scene: &Scene, placed: &mut Placed) -> bool {
    if scene.items.len() > ITEMS {
        return false;
    }
    let obstacles: Vec<Rect> = placed.items.iter().chain(&placed.titles).copied().filter(|rect| rect.width > 0.0).collect();
    let is_wrong = |line: &Vec<Point>| {
        line.windows(2).any(|pair| matches!(pair, [from, to] if obstacles.iter().any(|rect| passes(*from, *to, rect.grown(-1.0)))))
    };
    let wrong: Vec<usize> = placed.lines.iter().enumerate().filter(|(_, line)| is_wrong(line)).map(|(index, _)| index).collect();
    if wrong.len() > LINES {
        return false;
    }
    let mut has_changed = false;
    for index in wrong {
        let Some(link) = scene.links.get(index) else { continue };
        let (Some(from), Some(to)) = (placed.items.get(link.from).copied(), placed.items.get(link.to).copied()) else { continue };
        let others: Vec<(Point, Point)> =
            placed.lines.iter().enumerate().filter(|(other, _)| *other != index).flat_map(|(_, line)| stretches(line)).collect();
        let grid = Grid::new(&obstacles, from, to);
        if let Some(line) = grid.way(&obstacles, &others)
            && let Some(place) = placed.lines.get_mut(index)
        {
            *place = line;
            has_changed = true;
        }
    }
    has_changed
}

fn stretches(line: &[Point]) -> Vec<(Point, Point)> {
    line.iter().copied().zip(line.iter().skip(1).copied()).collect()
}

/// A place where a line may leave or enter: on the border, and the grid point before it.
#[derive(Clone, Copy)]
struct Port {
    border: Point,
    outside: Point,
    is_upright: bool,
}

struct Grid {
    xs: Vec<f64>,
    ys: Vec<f64>,
    from: Vec<Port>,
    to: Vec<Port>,
}

impl Grid {
    fn new(obstacles: &[Rect], from: Rect, to: Rect) -> Grid {
        let (from, to) = (ports(from), ports(to));
        let outside = || from.iter().chain(&to).map(|port| port.outside);
        let xs = obstacles.iter().flat_map(|rect| [rect.x - BESIDE, rect.right() + BESIDE]).chain(outside().map(|point| point.0));
        let ys = obstacles.iter().flat_map(|rect| [rect.y - BESIDE, rect.bottom() + BESIDE]).chain(outside().map(|point| point.1));
        let (xs, ys) = (sorted(xs.collect()), sorted(ys.collect()));
        Grid { xs, ys, from, to }
    }

    fn node(&self, point: Point, is_upright: bool) -> Option<usize> {
        let x = self.xs.iter().position(|x| (x - point.0).abs() < 0.01)?;
        let y = self.ys.iter().position(|y| (y - point.1).abs() < 0.01)?;
        Some((y * self.xs.len() + x) * 2 + usize::from(is_upright))
    }

    fn point(&self, node: usize) -> Point {
        let cell = node / 2;
        let columns = self.xs.len().max(1);
        (self.xs.get(cell % columns).copied().unwrap_or(0.0), self.ys.get(cell / columns).copied().unwrap_or(0.0))
    }

    /// The cheapest way: a search from all places to leave to any place to enter.
    fn way(&self, obstacles: &[Rect], others: &[(Point, Point)]) -> Option<Vec<Point>> {
        let count = self.xs.len() * self.ys.len() * 2;
        let mut cost = vec![u64::MAX; count];
        let mut before = vec![usize::MAX; count];
        let mut queue = BinaryHeap::new();
        let mut open = |node: usize, spent: u64, from: usize, queue: &mut BinaryHeap<Reverse<(u64, usize)>>, cost: &mut Vec<u64>| {
            if let (Some(known), Some(origin)) = (cost.get_mut(node), before.get_mut(node))
                && spent < *known
            {
                (*known, *origin) = (spent, from);
                queue.push(Reverse((spent, node)));
            }
        };
        let is_clear = |from: Point, to: Point| !obstacles.iter().any(|rect| passes(from, to, rect.grown(-1.0)));
        for port in self.from.iter().filter(|port| is_clear(port.border, port.outside)) {
            if let Some(node) = self.node(port.outside, port.is_upright) {
                open(node, covered(port.border, port.outside, others), usize::MAX, &mut queue, &mut cost);
            }
        }
        let ends: Vec<(usize, Port)> = self
            .to
            .iter()
            .filter(|port| is_clear(port.outside, port.border))
            .filter_map(|port| Some((self.node(port.outside, port.is_upright)?, *port)))
            .collect();
        let mut reached = None;
        while let Some(Reverse((spent, node))) = queue.pop() {
            if cost.get(node).is_none_or(|known| *known < spent) {
                continue;
            }
            if let Some((_, port)) = ends.iter().find(|(end, _)| *end == node) {
                reached = Some((node, *port));
                break;
            }
            open(node ^ 1, spent + BEND, node, &mut queue, &mut cost);
            let here = self.point(node);
            for next in self.neighbours(node) {
                let there = self.point(next);
                if is_clear(here, there) {
                    open(next, spent + whole(here, there) + covered(here, there, others), node, &mut queue, &mut cost);
                }
            }
        }
        let (mut node, port) = reached?;
        let mut line = vec![port.border];
        let mut first = port.outside;
        while node != usize::MAX {
            first = self.point(node);
            line.push(first);
            node = before.get(node).copied().unwrap_or(usize::MAX);
        }
        let start = self.from.iter().find(|port| port.outside == first || (port.outside.0 - first.0).hypot(port.outside.1 - first.1) < 0.02)?;
        line.push(start.border);
        line.reverse();
        Some(line)
    }

    /// The next places along the direction of a node.
    fn neighbours(&self, node: usize) -> Vec<usize> {
        let columns = self.xs.len();
        let (cell, is_upright) = (node / 2, node % 2 == 1);
        let (x, y) = (cell % columns, cell / columns);
        let cells = if is_upright {
            [y.checked_sub(1).map(|y| y * columns + x), (y + 1 < self.ys.len()).then(|| (y + 1) * columns + x)]
        } else {
            [x.checked_sub(1).map(|x| y * columns + x), (x + 1 < columns).then(|| y * columns + x + 1)]
        };
        cells.into_iter().flatten().map(|cell| cell * 2 + usize::from(is_upright)).collect()
    }
}

fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.dedup_by(|one, other| (*one - *other).abs() < 0.01);
    numbers
}

/// Three places on each side of a box.
fn ports(rect: Rect) -> Vec<Port> {
    let mut ports = Vec::new();
    for part in [0.5, 0.3, 0.7] {
        let (x, y) = (rect.x + rect.width * part, rect.y + rect.height * part);
        for (border, outside, is_upright) in [
            ((x, rect.y), (x, rect.y - BESIDE), true),
            ((x, rect.bottom()), (x, rect.bottom() + BESIDE), true),
            ((rect.x, y), (rect.x - BESIDE, y), false),
            ((rect.right(), y), (rect.right() + BESIDE, y), false),
        ] {
            ports.push(Port { border, outside, is_upright });
        }
    }
    ports
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a drawing is smaller than a number")]
fn whole(from: Point, to: Point) -> u64 {
    ((to.0 - from.0).abs() + (to.1 - from.1).abs()).round() as u64
}

/// What a stretch costs for running on top of other lines.
fn covered(from: Point, to: Point, others: &[(Point, Point)]) -> u64 {
    let stretch = Rect { x: from.0.min(to.0), y: from.1.min(to.1), width: (to.0 - from.0).abs(), height: (to.1 - from.1).abs() };
    let is_upright = stretch.height > stretch.width;
    let is_on = |other: &&(Point, Point)| {
        let area = Rect {
            x: other.0.0.min(other.1.0),
            y: other.0.1.min(other.1.1),
            width: (other.0.0 - other.1.0).abs(),
            height: (other.0.1 - other.1.1).abs(),
        };
        (area.height > area.width) == is_upright && area.grown(3.0).overlaps(stretch.grown(3.0))
    };
    if others.iter().any(|other| is_on(&other)) { COVERED } else { 0 }
}
