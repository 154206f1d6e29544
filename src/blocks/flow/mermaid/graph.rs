//! A flowchart's scene as a graph of ours, which is laid out and drawn like every other.
//!
//! Where anything can't be told for certain there is no graph, and the engine's own layout is drawn.

use std::collections::BTreeMap;

use limu::scene::{Edge as SceneEdge, Item, Kind, MarkerType, Point, Rect, Scene};

use super::clicks;
use crate::diagram::{Edge, Graph, Group, Head, Line, Node, Shape, TowardsSide};

/// Charts with more frames than this keep the engine's layout.
const GROUP_LIMIT: usize = 100;
/// How far the end of a line may lie from its node.
const REACH: f64 = 14.0;

/// The graph that a scene shows.
pub(super) fn graph(scene: &Scene, source: &str) -> Option<Graph> {
    let groups: Vec<&Item> = scene.items.iter().filter(|item| matches!(item.kind, Kind::Group)).collect();
    if groups.len() > GROUP_LIMIT || cross(&groups) {
        return None;
    }
    let links: BTreeMap<String, String> = clicks(source).into_iter().map(|click| (click.id, click.target)).collect();
    let items: Vec<&Item> = scene.items.iter().filter(|item| matches!(item.kind, Kind::Node)).collect();
    let mut ids = BTreeMap::new();
    let mut nodes = Vec::with_capacity(items.len());
    for item in &items {
        let id = item.id.as_deref()?;
        // Icons and pictures are left out, and what they leave must say something.
        if item.picture.is_some() || ids.insert(id, nodes.len()).is_some() {
            return None;
        }
        let href = links.get(id).cloned();
        nodes.push(Node { label: label(item), shape: shape(item), group: innermost(&groups, item.bounds, None), href, hue: None });
    }
    let frame = |(index, item): (usize, &&Item)| Group { title: label(item), parent: innermost(&groups, item.bounds, Some(index)) };
    let frames: Vec<Group> = groups.iter().enumerate().map(frame).collect();
    let is_full = |index: usize| nodes.iter().any(|node| node.group == Some(index)) || frames.iter().any(|frame| frame.parent == Some(index));
    if !(0..frames.len()).all(is_full) {
        return None;
    }
    let labels: BTreeMap<&str, String> = scene
        .items
        .iter()
        .filter(|item| item.role.as_str() == "flowchart.edge-label")
        .filter_map(|item| Some((item.id.as_deref()?, label(item))))
        .collect();
    let mut edges = Vec::new();
    for item in &scene.items {
        let Kind::Edge(edge) = &item.kind else { continue };
        let id = item.id.as_deref()?;
        let (from, to) = ends(id, edge, &ids, &items)?;
        let [tail, head] = edge.ends.map(|marker| marker.map_or(Head::None, |marker| head_of(marker.kind)));
        let text = labels.get(id).cloned().unwrap_or_default();
        edges.push(Edge { from, to, label: text, line: line(item), tail, head });
    }
    Some(Graph { towards: towards(source), nodes, edges, groups: frames })
}

fn label(item: &Item) -> String {
    let text = item.label.as_ref().map(|placed| placed.label.text()).unwrap_or_default();
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The side that the first line of the source names.
fn towards(source: &str) -> TowardsSide {
    let start = super::first_word(source).map_or(0, |(at, _)| at);
    let header = source.get(start..).unwrap_or_default().split(['\n', ';']).next().unwrap_or_default();
    match header.split_whitespace().nth(1) {
        Some("LR" | ">") => TowardsSide::Right,
        Some("RL" | "<") => TowardsSide::Left,
        Some("BT" | "^") => TowardsSide::Top,
        _ => TowardsSide::Bottom,
    }
}

fn shape(item: &Item) -> Shape {
    match item.shape.as_ref().map_or("rect", |shape| shape.as_str()) {
        "rounded" | "delay" | "cloud" | "bang" => Shape::Rounded,
        "stadium" | "ellipse" => Shape::Stadium,
        "fr-rect" | "lin-rect" | "div-rect" | "st-rect" => Shape::Subroutine,
        "cyl" | "h-cyl" | "lin-cyl" | "bow-rect" | "datastore" | "bucket" => Shape::Cylinder,
        "circle" | "sm-circ" | "f-circ" | "cross-circ" => Shape::Circle,
        "dbl-circ" | "fr-circ" => Shape::DoubleCircle,
        "diam" | "choice" => Shape::Diamond,
        "hex" | "notch-pent" => Shape::Hexagon,
        "lean-r" | "sl-rect" => Shape::Parallelogram,
        "lean-l" => Shape::ParallelogramBack,
        "trap-b" | "curv-trap" => Shape::Trapezoid,
        "trap-t" => Shape::TrapezoidInverted,
        "odd" | "flag" => Shape::Flag,
        "doc" | "docs" | "lin-doc" | "tag-doc" => Shape::Document,
        "text" | "brace" | "brace-r" | "braces" => Shape::Text,
        _ => Shape::Rectangle,
    }
}

fn line(item: &Item) -> Line {
    if item.style.dash.as_ref().is_some_and(|dash| !dash.is_empty()) {
        Line::Dotted
    } else if item.style.stroke_width.is_some_and(|width| width > 2.0) {
        Line::Thick
    } else {
        Line::Solid
    }
}

fn head_of(marker: MarkerType) -> Head {
    match marker {
        MarkerType::ArrowCircle => Head::Circle,
        MarkerType::ArrowCross => Head::Cross,
        _ => Head::Arrow,
    }
}

/// The nodes that an edge runs between. Its id names them, but where ids hold an underscore it may do so in several ways: then the nearest
/// nodes decide.
fn ends(id: &str, edge: &SceneEdge, ids: &BTreeMap<&str, usize>, items: &[&Item]) -> Option<(usize, usize)> {
    let named = named_ends(id, ids);
    if let [only] = named.as_slice() {
        return Some(*only);
    }
    let (start, end) = (edge.route.first()?, edge.route.last()?);
    if named.is_empty() {
        // An id that the author gave: the ends are where the line begins and ends, if one node only is near.
        let from = near(*start, items);
        let to = near(*end, items);
        return match (from.as_slice(), to.as_slice()) {
            ([from], [to]) => Some((*from, *to)),
            _ => None,
        };
    }
    let is_near = |(from, to): &&(usize, usize)| touches(*start, *from, items) && touches(*end, *to, items);
    let mut fitting = named.iter().filter(is_near);
    fitting.next().copied().filter(|_| fitting.next().is_none())
}

/// The pairs of nodes that an id of the form `L_from_to_0` can mean.
fn named_ends(id: &str, ids: &BTreeMap<&str, usize>) -> Vec<(usize, usize)> {
    let Some((pair, _)) = id.strip_prefix("L_").and_then(|rest| rest.rsplit_once('_')) else { return Vec::new() };
    let split = |(at, _)| {
        let from = ids.get(pair.get(..at)?)?;
        let to = ids.get(pair.get(at + 1..)?)?;
        Some((*from, *to))
    };
    pair.match_indices('_').filter_map(split).collect()
}

fn touches(point: Point, index: usize, items: &[&Item]) -> bool {
    items.get(index).is_some_and(|item| distance(point, item.bounds) <= REACH)
}

fn near(point: Point, items: &[&Item]) -> Vec<usize> {
    (0..items.len()).filter(|index| touches(point, *index, items)).collect()
}

fn distance(point: Point, bounds: Rect) -> f64 {
    let beyond = |value: f64, start: f64, length: f64| (start - value).max(value - start - length).max(0.0);
    beyond(point.x, bounds.x, bounds.w).max(beyond(point.y, bounds.y, bounds.h))
}

/// The smallest frame around a box.
fn innermost(groups: &[&Item], bounds: Rect, itself: Option<usize>) -> Option<usize> {
    let around = groups.iter().enumerate().filter(|(index, group)| Some(*index) != itself && holds(group.bounds, bounds));
    around.min_by(|(_, a), (_, b)| area(a.bounds).total_cmp(&area(b.bounds))).map(|(index, _)| index)
}

fn area(bounds: Rect) -> f64 {
    bounds.w * bounds.h
}

fn holds(outer: Rect, inner: Rect) -> bool {
    let fits = |start: f64, length: f64, inside: f64, extent: f64| start <= inside && inside + extent <= start + length;
    fits(outer.x, outer.w, inner.x, inner.w) && fits(outer.y, outer.h, inner.y, inner.h) && area(inner) < area(outer)
}

/// Whether two frames overlap of which neither holds the other, so that nothing can be said of what lies in both.
fn cross(groups: &[&Item]) -> bool {
    let overlap = |a: Rect, b: Rect| a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
    groups.iter().enumerate().any(|(index, a)| {
        groups.iter().skip(index + 1).any(|b| overlap(a.bounds, b.bounds) && !holds(a.bounds, b.bounds) && !holds(b.bounds, a.bounds))
    })
}
