//! A line of steps as rows of boxes, read like text.
//!
//! Knows only graphs that are one line from the left. Must not know SVG.

use super::super::svg::{Point, Rect, as_length};
use super::scene::{Placed, Scene};
use super::{Graph, Line, TowardsSide};

/// The width that a row may have.
const ROW: f64 = 640.0;
/// Between two boxes of a row, and between two rows.
const GAP: f64 = 28.0;
const LEAD: f64 = 30.0;

/// Places the scene of a graph that is one line to the right; none for other graphs.
pub(super) fn place(graph: &Graph, scene: &Scene) -> Option<Placed> {
    let follows = |(index, edge): (usize, &super::Edge)| edge.from == index && edge.to == index + 1 && edge.line != Line::Invisible;
    let is_chain = graph.towards == TowardsSide::Right
        && graph.groups.is_empty()
        && graph.nodes.len() > 1
        && graph.edges.len() + 1 == graph.nodes.len()
        && graph.edges.iter().enumerate().all(follows);
    if !is_chain {
        return None;
    }
    // The room before each node: a gap, or its label between two gaps.
    let mut before = vec![0.0; scene.nodes];
    for link in &scene.links {
        let label = scene.items.get(link.to).filter(|_| link.to >= scene.nodes);
        let edge = graph.edges.get(link.edge)?;
        if let Some(room) = before.get_mut(edge.to) {
            *room = label.map_or(f64::max(*room, GAP), |label| label.size.0 + GAP + 12.0);
        }
    }
    let rows = rows(scene, &before);
    let mut placed = Placed { items: vec![Rect::default(); scene.items.len()], lines: vec![Vec::new(); scene.links.len()], ..Placed::default() };
    let mut y = 0.0;
    for row in &rows {
        let height = row.clone().filter_map(|index| scene.items.get(index)).map(|item| item.size.1).fold(0.0, f64::max);
        let mut x = 0.0;
        for index in row.clone() {
            let (Some(item), Some(rect)) = (scene.items.get(index), placed.items.get_mut(index)) else { continue };
            if index != row.start {
                x += before.get(index).copied().unwrap_or(GAP);
            }
            *rect = Rect { x, y: y + (height - item.size.1) / 2.0, width: item.size.0, height: item.size.1 };
            x += item.size.0;
        }
        y += height + LEAD + label_above(scene, graph, row.end);
    }
    link(graph, scene, &mut placed);
    Some(placed)
}

/// The height of the label on the line to the first node of a row.
fn label_above(scene: &Scene, graph: &Graph, node: usize) -> f64 {
    let is_to = |link: &&super::scene::Link| link.to >= scene.nodes && graph.edges.get(link.edge).is_some_and(|edge| edge.to == node);
    scene.links.iter().find(is_to).and_then(|link| scene.items.get(link.to)).map_or(0.0, |label| label.size.1)
}

/// As few rows as the width allows, about equally long.
fn rows(scene: &Scene, before: &[f64]) -> Vec<std::ops::Range<usize>> {
    let width = |index: usize| scene.items.get(index).map_or(0.0, |item| item.size.0);
    let fill = |most: f64| {
        let mut rows = Vec::new();
        let (mut start, mut used) = (0, 0.0);
        for index in 0..scene.nodes {
            let more = before.get(index).copied().unwrap_or(GAP) + width(index);
            if index > start && used + more > most {
                rows.push(start..index);
                (start, used) = (index, width(index));
            } else {
                used += if index == start { width(index) } else { more };
            }
        }
        rows.push(start..scene.nodes);
        rows
    };
    let fewest = fill(ROW);
    let (mut low, mut high) = (ROW / as_length(fewest.len().max(1)) / 2.0, ROW);
    for _ in 0..10 {
        let middle = f64::midpoint(low, high);
        if fill(middle).len() <= fewest.len() { high = middle } else { low = middle }
    }
    fill(high)
}

/// Straight lines within rows; down and back between them.
fn link(graph: &Graph, scene: &Scene, placed: &mut Placed) {
    let rects = placed.items.clone();
    let rect = |index: usize| rects.get(index).copied().unwrap_or_default();
    for (index, link) in scene.links.iter().enumerate() {
        let Some(edge) = graph.edges.get(link.edge) else { continue };
        let (from, to) = (rect(edge.from), rect(edge.to));
        let is_to_label = link.to >= scene.nodes;
        let label =
            scene.items.get(if is_to_label { link.to } else { link.from }).filter(|_| is_to_label || link.from >= scene.nodes).map(|item| item.size);
        let is_same_row = to.x > from.x && (from.centre().1 - to.centre().1).abs() < 0.1;
        let way: Vec<Point> = if is_same_row {
            vec![(from.right(), from.centre().1), (to.x, to.centre().1)]
        } else {
            let bottom = rects.iter().take(edge.to).filter(|other| other.y < to.y).map(|other| other.bottom()).fold(0.0, f64::max);
            let turn = bottom + 10.0 + label.map_or(0.0, |label| label.1 / 2.0);
            vec![(from.centre().0, from.bottom()), (from.centre().0, turn), (to.centre().0, turn), (to.centre().0, to.y)]
        };
        let line = match label {
            None => way,
            Some((width, height)) => {
                // On the middle of the stretch along the row.
                let (start, end) = if is_same_row { (0, 1) } else { (1, 2) };
                let (Some(before), Some(after)) = (way.get(start), way.get(end)) else { continue };
                let plate = Rect::around((f64::midpoint(before.0, after.0), before.1), width, height);
                if let Some(place) = placed.items.get_mut(link.to.max(link.from)) {
                    *place = plate;
                }
                let (near, far) = if before.0 < after.0 { (plate.x, plate.right()) } else { (plate.right(), plate.x) };
                if is_to_label {
                    way.iter().take(start + 1).copied().chain([(near, before.1)]).collect()
                } else {
                    std::iter::once((far, before.1)).chain(way.iter().skip(end).copied()).collect()
                }
            }
        };
        if let Some(place) = placed.lines.get_mut(index) {
            *place = line;
        }
    }
}
