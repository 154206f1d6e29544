//! Places by layers, found by graphlay.
//!
//! Knows graphlay and nothing else does. Must not know SVG.

use graphlay::{Direction, Effort, LayoutOptions, NodeId, PortSides, Size};

use super::super::svg::{Point, Rect};
use super::repair::repair;
use super::scene::{Placed, Scene, passes};
use super::{TowardsSide, loops};

/// How the engine is asked, from the usual to what costs more room.
const TRIES: &[Try] = &[
    Try { wide: 1.0, sides: PortSides::FacingPreferred, seed: 0 },
    Try { wide: 1.15, sides: PortSides::FacingOnly, seed: 0 },
    Try { wide: 1.4, sides: PortSides::FacingOnly, seed: 1 },
    Try { wide: 1.8, sides: PortSides::Any, seed: 2 },
];
/// More lines than this, and more than two for each node, are a tangle that no layers make clear, and that takes half a second to order.
const TANGLE: usize = 150;
/// A node with more lines than this is as wide as ten screens; the room between its lines takes time that grows with the cube.
const HUB: usize = 100;
/// From here on the rounds that give each line of a node its room are fewer.
const BUSY: usize = 40;
/// Where the drawing is large, each attempt takes long: fewer attempts are made, and the engine is asked to search less.
const LARGE: usize = 200;
const MANY: usize = 150;
/// How often the engine may try to better its order; it gives up by itself before that where the graph is small.
const KICKS: u32 = 1_000;
const KICKS_LARGE: u32 = 300;
/// How much it may compare within one layer of a large graph.
const SIFTING_LARGE: u64 = 20_000;
/// Room inside a frame, and above it for its title.
const PADDING: f64 = 14.0;
const HEADER: f64 = 20.0;
/// Waypoints of long lines, which cost more than nodes do.
const WAYPOINTS: usize = 3_000;

struct Try {
    wide: f64,
    sides: PortSides,
    seed: u32,
}

/// The first attempt without a fault; none if there is none.
pub(super) fn place(scene: &Scene, towards: TowardsSide) -> Option<Placed> {
    if scene.links.len() > TANGLE && scene.edges > 2 * scene.nodes || busiest(scene) > HUB {
        return None;
    }
    let tries = match scene.items.len() + scene.links.len() {
        size if size > 3 * LARGE => 1,
        size if size > LARGE => 2,
        _ => TRIES.len(),
    };
    for attempt in TRIES.iter().take(tries) {
        let graph = graph(scene, towards, attempt);
        if let Ok(layout) = graphlay::layout(&graph, &options(scene, towards, attempt)) {
            let mut placed = placed(scene, towards, &layout);
            if placed.faults(scene) == 0 || repair(scene, &mut placed) && placed.faults(scene) == 0 {
                loops::round(scene, &mut placed);
                return Some(placed);
            }
        }
    }
    None
}

/// How many lines the node with the most has.
fn busiest(scene: &Scene) -> usize {
    let mut ends = vec![0_usize; scene.items.len()];
    for end in scene.links.iter().flat_map(|link| [link.from, link.to]) {
        ends.get_mut(end).into_iter().for_each(|count| *count += 1);
    }
    ends.into_iter().max().unwrap_or(0)
}

fn is_upright(towards: TowardsSide) -> bool {
    matches!(towards, TowardsSide::Bottom | TowardsSide::Top)
}

/// The engine only knows down and right: the other two are these with all lines turned.
fn is_turned(towards: TowardsSide) -> bool {
    matches!(towards, TowardsSide::Top | TowardsSide::Left)
}

fn options(scene: &Scene, towards: TowardsSide, attempt: &Try) -> LayoutOptions {
    let mut options = LayoutOptions::layered_default();
    options.direction = if is_upright(towards) { Direction::TopBottom } else { Direction::LeftRight };
    let has_labels = scene.items.len() > scene.nodes;
    let spacing = &mut options.spacing;
    spacing.layer_gap = attempt.wide * if has_labels { 24.0 } else { 34.0 };
    spacing.node_gap = 26.0 * attempt.wide;
    spacing.dummy_gap = 18.0 * attempt.wide;
    spacing.port_gap = 14.0;
    spacing.port_stroke_clear = 10.0;
    spacing.stub = 12.0;
    spacing.isolated_gap = 16.0;
    spacing.isolated_max_columns = 6;
    spacing.compound_padding = PADDING;
    let title = scene.frames.iter().map(|frame| frame.title.height()).fold(0.0, f64::max);
    spacing.compound_header = (title - 17.0).max(0.0) + HEADER - PADDING / 2.0;
    options.routing.port_sides = attempt.sides;
    options.routing.lane_gap = 9.0;
    let is_large = scene.items.len() > LARGE || scene.links.len() > MANY;
    options.effort = if is_large { Effort::Fast } else { Effort::Balanced };
    let order = &mut options.tuning.order;
    order.kick_rounds = if is_large { KICKS_LARGE } else { KICKS };
    if is_large {
        order.sifting_max_work = SIFTING_LARGE;
    }
    if busiest(scene) > BUSY {
        options.tuning.routing.port_relax_rounds = 8;
    }
    options.seed = attempt.seed;
    options.limits.max_dummies = Some(WAYPOINTS);
    options
}

fn graph(scene: &Scene, towards: TowardsSide, attempt: &Try) -> graphlay::Graph {
    let mut graph = graphlay::Graph::new();
    let occupied = scene.occupied();
    // Frames come after the items; those that hold nothing are left out.
    let mut ids = vec![None; scene.frames.len()];
    let mut next = scene.items.len();
    for (index, id) in ids.iter_mut().enumerate() {
        if occupied.get(index).copied().unwrap_or(false) {
            *id = Some(node_id(next));
            next += 1;
        }
    }
    let id_of = |group: Option<usize>| group.and_then(|group| ids.get(group).copied().flatten());
    for item in &scene.items {
        graph.nodes.push(graphlay::Node {
            size: Size::new(item.size.0.ceil(), item.size.1.ceil()),
            parent: id_of(item.group),
            ..graphlay::Node::default()
        });
    }
    for (frame, _) in scene.frames.iter().zip(&ids).filter(|(_, id)| id.is_some()) {
        // Room for the title beside lines that come in from above.
        let size = Size::new((frame.title.width * attempt.wide + 2.0 * PADDING).ceil(), 2.0 * PADDING);
        graph.nodes.push(graphlay::Node { size, parent: id_of(frame.parent), ..graphlay::Node::default() });
    }
    for link in &scene.links {
        let (from, to) = if is_turned(towards) { (link.to, link.from) } else { (link.from, link.to) };
        graph.edges.push(graphlay::Edge { reverse_for_ranking: link.is_back, ..graphlay::Edge::new(node_id(from), node_id(to)) });
    }
    graph
}

fn node_id(index: usize) -> NodeId {
    NodeId(u32::try_from(index).unwrap_or(u32::MAX))
}

fn placed(scene: &Scene, towards: TowardsSide, layout: &graphlay::Layout) -> Placed {
    let rect = |placement: &graphlay::Placement| Rect::around((placement.center.x, placement.center.y), placement.size.width, placement.size.height);
    let mut rects = layout.nodes.iter().map(rect);
    let items = rects.by_ref().take(scene.items.len()).collect();
    let occupied = scene.occupied();
    let frames = occupied.iter().map(|occupied| if *occupied { rects.next().unwrap_or_default() } else { Rect::default() }).collect();
    let points = |route: &graphlay::EdgeRoute| {
        let mut points: Vec<Point> = route.points.iter().map(|point| (point.x, point.y)).collect();
        if is_turned(towards) {
            points.reverse();
        }
        points
    };
    let mut placed = Placed { items, frames, titles: Vec::new(), lines: layout.edges.iter().map(points).collect() };
    placed.titles = (0..scene.frames.len()).map(|frame| title(scene, &placed, frame)).collect();
    placed
}

/// A place for a frame's title: the first from the left on which no line comes in.
fn title(scene: &Scene, placed: &Placed, index: usize) -> Rect {
    let (Some(frame), Some(rect)) = (scene.frames.get(index), placed.frames.get(index)) else { return Rect::default() };
    if frame.title.is_empty() || rect.width <= 0.0 {
        return Rect::default();
    }
    let band = Rect { x: rect.x + 6.0, y: rect.y + 3.0, width: frame.title.width + 4.0, height: frame.title.height() };
    let last = (rect.right() - 6.0 - band.width).max(band.x);
    // The stretches that come near at all: most lie elsewhere.
    let reach = Rect { width: last - band.x + band.width, ..band }.grown(2.0);
    let stretches = placed.lines.iter().flat_map(|line| line.iter().zip(line.iter().skip(1)));
    let near: Vec<(Point, Point)> = stretches.filter(|(from, to)| passes(**from, **to, reach)).map(|(from, to)| (*from, *to)).collect();
    let is_free = |place: &Rect| !near.iter().any(|(from, to)| passes(*from, *to, place.grown(2.0)));
    // Beside each line that comes in, and at both ends.
    let crossing = near.iter().flat_map(|(from, to)| [from.0 + 6.0, to.0 + 6.0]).filter(|x| band.x < *x && *x < last);
    let mut starts: Vec<f64> = crossing.chain([band.x, last]).collect();
    starts.sort_by(f64::total_cmp);
    starts.dedup();
    starts.into_iter().take(400).map(|x| Rect { x, ..band }).find(is_free).unwrap_or(band)
}
