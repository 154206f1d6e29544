//! A graph on its way to a drawing: what needs room, and where it is once it has been placed.
//!
//! Knows sizes, boxes and lines. Must not know how places are found.
//!
//! A label on a line is an item of its own, with a line to it and a line from it: so it has room, and the line is interrupted there.

use super::super::metrics::{LABEL, NAME, TEXT};
use super::super::svg::{Point, Rect};
use super::super::wrap::{Block, wrap};
use super::shape;
use super::{Graph, Line, Shape};

/// The widest text of a node, of a label and of a title.
const NODE: f64 = 150.0;
const SHARP: f64 = 116.0;
const ON_LINE: f64 = 110.0;
const TITLE: f64 = 220.0;

/// Something with a size: a node, a label, or an empty frame.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) text: Block,
    pub(super) size: (f64, f64),
    pub(super) shape: Shape,
    /// The frame around it.
    pub(super) group: Option<usize>,
}

/// A frame that holds something.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) title: Block,
    pub(super) parent: Option<usize>,
    pub(super) depth: usize,
}

/// A line between two items: a whole edge, or the part before or after its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) edge: usize,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) is_back: bool,
    /// Whether it has the edge's tail and its head.
    pub(super) has_tail: bool,
    pub(super) has_head: bool,
}

/// All that needs room. The first items are the graph's nodes.
#[derive(Debug, Default)]
pub(super) struct Scene {
    pub(super) items: Vec<Item>,
    pub(super) frames: Vec<Frame>,
    pub(super) links: Vec<Link>,
    /// How many of the items are nodes.
    pub(super) nodes: usize,
    /// How many edges there are, whatever their labels.
    pub(super) edges: usize,
}

/// Where all of a scene is.
#[derive(Debug, Clone, Default)]
pub(super) struct Placed {
    pub(super) items: Vec<Rect>,
    pub(super) frames: Vec<Rect>,
    /// Where the titles of frames are.
    pub(super) titles: Vec<Rect>,
    pub(super) lines: Vec<Vec<Point>>,
}

impl Scene {
    pub(super) fn new(graph: &Graph) -> Scene {
        let mut scene = Scene { frames: frames(graph), nodes: graph.nodes.len(), edges: graph.edges.len(), ..Scene::default() };
        for node in &graph.nodes {
            let room = if matches!(node.shape, Shape::Diamond | Shape::Circle | Shape::DoubleCircle) { SHARP } else { NODE };
            let text = wrap(&node.label, TEXT, room);
            let size = shape::size(node.shape, &text);
            scene.items.push(Item { text, size, shape: node.shape, group: node.group.filter(|group| *group < graph.groups.len()) });
        }
        scene.add_links(graph);
        scene
    }

    fn add_links(&mut self, graph: &Graph) {
        let back = back_edges(graph);
        for (index, edge) in graph.edges.iter().enumerate() {
            if edge.from >= self.nodes || edge.to >= self.nodes {
                continue;
            }
            let is_back = back.get(index).copied().unwrap_or(false);
            let whole = Link { edge: index, from: edge.from, to: edge.to, is_back, has_tail: true, has_head: true };
            let label = if edge.line == Line::Invisible { wrap("", LABEL, ON_LINE) } else { wrap(&edge.label, LABEL, ON_LINE) };
            if label.is_empty() {
                self.links.push(whole);
                continue;
            }
            let item = self.items.len();
            let size = (label.width + 8.0, label.height() + 2.0);
            let group = self.shared_group(edge.from, edge.to);
            self.items.push(Item { text: label, size, shape: Shape::Text, group });
            // A loop goes down to its label and comes up again.
            let is_loop = edge.from == edge.to;
            self.links.push(Link { to: item, has_head: false, ..whole });
            self.links.push(Link { from: item, has_tail: false, is_back: is_back || is_loop, ..whole });
        }
    }

    /// The innermost frame around both.
    fn shared_group(&self, one: usize, other: usize) -> Option<usize> {
        let up = |group: Option<usize>| group.and_then(|group| self.frames.get(group));
        let depth = |group: Option<usize>| up(group).map_or(0, |frame| frame.depth + 1);
        let mut one = self.items.get(one).and_then(|item| item.group);
        let mut other = self.items.get(other).and_then(|item| item.group);
        while one != other {
            if depth(one) >= depth(other) {
                one = up(one).and_then(|frame| frame.parent);
            } else {
                other = up(other).and_then(|frame| frame.parent);
            }
        }
        one
    }

    /// The frames that hold something, with their index, the outermost first.
    pub(super) fn frames_in_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.frames.len()).collect();
        order.sort_by_key(|index| (self.frames.get(*index).map_or(0, |frame| frame.depth), *index));
        order
    }

    /// For each frame, which frames lie within it, itself included.
    fn within(&self) -> Vec<Vec<bool>> {
        let mut within = vec![vec![false; self.frames.len()]; self.frames.len()];
        for frame in 0..self.frames.len() {
            let mut at = Some(frame);
            while let Some(outer) = at {
                within.get_mut(outer).and_then(|inside| inside.get_mut(frame)).into_iter().for_each(|mark| *mark = true);
                at = self.frames.get(outer).and_then(|frame| frame.parent);
            }
        }
        within
    }

    /// Which frames hold an item, at whatever depth.
    pub(super) fn occupied(&self) -> Vec<bool> {
        let mut occupied = vec![false; self.frames.len()];
        for item in &self.items {
            let mut at = item.group;
            while let Some(group) = at {
                match occupied.get_mut(group) {
                    Some(mark) if !*mark => *mark = true,
                    _ => break,
                }
                at = self.frames.get(group).and_then(|frame| frame.parent);
            }
        }
        occupied
    }
}

/// The frames with their depths. A frame that would be in itself is in none.
fn frames(graph: &Graph) -> Vec<Frame> {
    let parent_of = |group: usize| graph.groups.get(group).and_then(|group| group.parent).filter(|parent| *parent < graph.groups.len());
    let mut parents: Vec<Option<usize>> = (0..graph.groups.len()).map(parent_of).collect();
    let mut depths: Vec<Option<usize>> = vec![None; parents.len()];
    for start in 0..parents.len() {
        let mut way: Vec<usize> = Vec::new();
        let mut at = Some(start);
        while let Some(group) = at.filter(|group| depths.get(*group).is_some_and(Option::is_none)) {
            if way.contains(&group) {
                // Round in a circle: this one comes outermost.
                if let Some(parent) = parents.get_mut(group) {
                    *parent = None;
                }
                way.drain(..way.iter().position(|other| *other == group).unwrap_or(0));
                way.rotate_left(1);
                break;
            }
            way.push(group);
            at = parents.get(group).copied().flatten();
        }
        for group in way.into_iter().rev() {
            let above = parents.get(group).copied().flatten().and_then(|parent| depths.get(parent).copied().flatten());
            if let Some(depth) = depths.get_mut(group) {
                *depth = Some(above.map_or(0, |above| above + 1));
            }
        }
    }
    let frame = |(index, group): (usize, &super::Group)| Frame {
        title: wrap(&group.title, NAME, TITLE),
        parent: parents.get(index).copied().flatten(),
        depth: depths.get(index).copied().flatten().unwrap_or(0),
    };
    graph.groups.iter().enumerate().map(frame).collect()
}

/// Which edges lead back to a node that is on the way to them, from where the graph begins.
fn back_edges(graph: &Graph) -> Vec<bool> {
    let count = graph.nodes.len();
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut is_entered = vec![false; count];
    for (index, edge) in graph.edges.iter().enumerate().filter(|(_, edge)| edge.from < count && edge.to < count && edge.from != edge.to) {
        leaving.get_mut(edge.from).into_iter().for_each(|edges| edges.push(index));
        is_entered.get_mut(edge.to).into_iter().for_each(|mark| *mark = true);
    }
    let mut back = vec![false; graph.edges.len()];
    // 0: not seen, 1: on the way, 2: done.
    let mut state = vec![0_u8; count];
    let starts = (0..count).filter(|node| !is_entered.get(*node).copied().unwrap_or(false)).chain(0..count);
    for start in starts.collect::<Vec<_>>() {
        if state.get(start).is_none_or(|state| *state != 0) {
            continue;
        }
        let mut way = vec![(start, 0)];
        while let Some((node, next)) = way.pop() {
            state.get_mut(node).into_iter().for_each(|state| *state = 1);
            let Some(edge) = leaving.get(node).and_then(|edges| edges.get(next)).copied() else {
                state.get_mut(node).into_iter().for_each(|state| *state = 2);
                continue;
            };
            way.push((node, next + 1));
            let to = graph.edges.get(edge).map_or(node, |edge| edge.to);
            match state.get(to) {
                Some(0) => way.push((to, 0)),
                Some(1) => back.get_mut(edge).into_iter().for_each(|mark| *mark = true),
                _ => {}
            }
        }
    }
    back
}

impl Placed {
    /// What is wrong with it: things that overlap, and lines through things.
    pub(super) fn faults(&self, scene: &Scene) -> usize {
        let mut faults = 0;
        let inner: Vec<Rect> = self.items.iter().map(|rect| rect.grown(-1.0)).collect();
        // From the left, so that only neighbours are compared.
        let mut order: Vec<usize> = (0..inner.len()).collect();
        let rect_of = |index: usize| inner.get(index).copied().unwrap_or_default();
        order.sort_by(|left, right| rect_of(*left).x.total_cmp(&rect_of(*right).x));
        for (position, index) in order.iter().enumerate() {
            let rect = rect_of(*index);
            faults += order
                .iter()
                .skip(position + 1)
                .take_while(|other| rect_of(**other).x < rect.right())
                .filter(|other| rect.overlaps(rect_of(**other)))
                .count();
        }
        // The same for lines: each stretch is compared with what lies between its ends from the left to the right.
        let mut solid: Vec<Rect> = inner.iter().chain(&self.titles).copied().filter(|rect| rect.width > 0.0 && rect.height > 0.0).collect();
        solid.sort_by(|left, right| left.x.total_cmp(&right.x));
        let widest = solid.iter().map(|rect| rect.width).fold(0.0, f64::max);
        for line in &self.lines {
            faults += usize::from(line.len() < 2);
            for (from, to) in line.iter().zip(line.iter().skip(1)) {
                let (left, right) = (from.0.min(to.0), from.0.max(to.0));
                let first = solid.partition_point(|rect| rect.x + widest < left);
                let near = solid.iter().skip(first).take_while(|rect| rect.x <= right);
                faults += near.filter(|rect| passes(*from, *to, **rect)).count();
            }
        }
        faults + self.misplaced(scene)
    }

    /// Items in frames that aren't theirs, frames over frames, items on titles.
    fn misplaced(&self, scene: &Scene) -> usize {
        let occupied = scene.occupied();
        let is_occupied = |frame: usize| occupied.get(frame).copied().unwrap_or(false);
        let within = scene.within();
        let is_within = |inner: usize, outer: usize| within.get(outer).and_then(|inside| inside.get(inner)).copied().unwrap_or(false);
        let mut faults = 0;
        for (index, frame) in self.frames.iter().enumerate().filter(|(index, _)| is_occupied(*index)) {
            let is_in = |group: Option<usize>| group.is_some_and(|group| is_within(group, index));
            for (item, rect) in scene.items.iter().zip(&self.items) {
                let inside = rect.x >= frame.x && rect.right() <= frame.right() && rect.y >= frame.y && rect.bottom() <= frame.bottom();
                let is_fault = if is_in(item.group) { !inside } else { rect.overlaps(*frame) };
                faults += usize::from(is_fault);
            }
            if let Some(title) = self.titles.get(index) {
                faults += self.items.iter().filter(|rect| rect.overlaps(*title)).count();
                faults += usize::from(title.width > 0.0 && (title.x < frame.x || title.right() > frame.right()));
            }
            // Each pair twice: a frame inside of this one may not lie on its title, and one that has nothing to do with it not on it at all.
            for (other, rect) in self.frames.iter().enumerate().filter(|(other, _)| *other != index && is_occupied(*other)) {
                if is_in(Some(other)) {
                    faults += usize::from(self.titles.get(index).is_some_and(|title| title.overlaps(*rect)));
                } else if other > index && !is_within(index, other) {
                    faults += usize::from(rect.overlaps(*frame));
                }
            }
        }
        faults
    }
}

/// Whether a stretch passes through the inside of a box.
pub(super) fn passes(from: Point, to: Point, rect: Rect) -> bool {
    if rect.width <= 0.0 || rect.height <= 0.0 {
        return false;
    }
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    for (start, end, low, high) in [(from.0, to.0, rect.x, rect.right()), (from.1, to.1, rect.y, rect.bottom())] {
        let way = end - start;
        if way.abs() < 1e-9 {
            if start <= low || start >= high {
                return false;
            }
            continue;
        }
        let (one, other) = ((low - start) / way, (high - start) / way);
        enters = enters.max(one.min(other));
        leaves = leaves.min(one.max(other));
    }
    leaves - enters > 1e-6
}
