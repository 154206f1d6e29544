//! Places one below the other, with each line on a track of its own beside them.
//!
//! Knows no cleverness: it is for graphs for which the layers fail, and is right for all. Must not know SVG.

use super::super::svg::{Point, Rect, as_length};
use super::Shape;
use super::scene::{Placed, Scene};

const BETWEEN: f64 = 20.0;
const PADDING: f64 = 12.0;
const TRACK: f64 = 10.0;

/// Places every item of the scene.
pub(super) fn place(scene: &Scene) -> Placed {
    let mut placed = Placed {
        items: vec![Rect::default(); scene.items.len()],
        frames: vec![Rect::default(); scene.frames.len()],
        titles: vec![Rect::default(); scene.frames.len()],
        lines: vec![Vec::new(); scene.links.len()],
    };
    let ends = ports(scene);
    stack(scene, &ends, &mut placed);
    run(scene, &ends, &mut placed);
    placed
}

/// For each node the links that end there, with the height that each needs; links to and from labels count with the label.
fn ports(scene: &Scene) -> Vec<Vec<(usize, bool, f64)>> {
    let mut ports: Vec<Vec<(usize, bool, f64)>> = vec![Vec::new(); scene.nodes];
    for (index, link) in scene.links.iter().enumerate() {
        let label = scene.items.get(link.to).filter(|_| link.to >= scene.nodes).map_or(0.0, |item| item.size.1);
        if let Some(ports) = ports.get_mut(link.from) {
            ports.push((index, true, (label + 4.0).max(TRACK)));
        }
        if let Some(ports) = ports.get_mut(link.to) {
            ports.push((index, false, TRACK));
        }
    }
    ports
}

/// What stands next in the column.
enum Job {
    Node(usize),
    Open(usize),
    Close(usize),
}

/// The nodes in the order of their frames, from top to bottom.
fn stack(scene: &Scene, ends: &[Vec<(usize, bool, f64)>], placed: &mut Placed) {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); scene.frames.len()];
    let mut nodes: Vec<Vec<usize>> = vec![Vec::new(); scene.frames.len()];
    let (mut top_frames, mut top_nodes) = (Vec::new(), Vec::new());
    for (index, frame) in scene.frames.iter().enumerate() {
        frame.parent.and_then(|parent| children.get_mut(parent)).unwrap_or(&mut top_frames).push(index);
    }
    for (index, item) in scene.items.iter().enumerate().take(scene.nodes) {
        item.group.and_then(|group| nodes.get_mut(group)).unwrap_or(&mut top_nodes).push(index);
    }
    let occupied = scene.occupied();
    let mut jobs: Vec<Job> = top_nodes.into_iter().map(Job::Node).chain(top_frames.into_iter().map(Job::Open)).rev().collect();
    let widest = scene.items.iter().take(scene.nodes).map(|item| item.size.0.max(item.size.1)).fold(0.0, f64::max);
    let deepest = scene.frames.iter().map(|frame| frame.depth + 1).max().unwrap_or(0);
    let centre = as_length(deepest) * PADDING + widest.max(scene.frames.iter().map(|frame| frame.title.width + 8.0).fold(0.0, f64::max)) / 2.0;
    let mut y = 0.0;
    while let Some(job) = jobs.pop() {
        match job {
            Job::Node(index) => {
                let Some(item) = scene.items.get(index) else { continue };
                let needed: f64 = ends.get(index).map_or(0.0, |ports| ports.iter().map(|port| port.2).sum::<f64>() + 12.0);
                let height = item.size.1.max(needed);
                // Round ends need the width.
                let is_round = matches!(item.shape, Shape::Circle | Shape::DoubleCircle | Shape::Stadium);
                let width = if is_round { item.size.0.max(height) } else { item.size.0 };
                if let Some(rect) = placed.items.get_mut(index) {
                    *rect = Rect { x: centre - width / 2.0, y, width, height };
                }
                y += height + BETWEEN;
            }
            Job::Open(index) if occupied.get(index).copied().unwrap_or(false) => {
                let Some(frame) = scene.frames.get(index) else { continue };
                let title = Rect { x: 0.0, y: y + 4.0, width: frame.title.width + 4.0, height: frame.title.height() };
                placed.titles.get_mut(index).into_iter().for_each(|rect| *rect = title);
                placed.frames.get_mut(index).into_iter().for_each(|rect| rect.y = y);
                y += title.height + 8.0 + PADDING;
                jobs.push(Job::Close(index));
                let inside = |map: &[Vec<usize>]| map.get(index).cloned().unwrap_or_default();
                jobs.extend(inside(&children).into_iter().rev().map(Job::Open));
                jobs.extend(inside(&nodes).into_iter().rev().map(Job::Node));
            }
            Job::Open(_) => {}
            Job::Close(index) => {
                y += PADDING - BETWEEN;
                placed.frames.get_mut(index).into_iter().for_each(|rect| rect.height = y - rect.y);
                y += BETWEEN;
            }
        }
    }
    // Circles may have grown with their lines.
    let widest = placed.items.iter().take(scene.nodes).map(|rect| rect.width).fold(0.0, f64::max);
    let titles = scene.frames.iter().map(|frame| frame.title.width + 8.0).fold(0.0, f64::max);
    for (index, frame) in scene.frames.iter().enumerate() {
        let height = as_length(deepest - frame.depth);
        let width = widest.max(titles) + 2.0 * PADDING * height;
        if let (Some(rect), Some(title)) = (placed.frames.get_mut(index), placed.titles.get_mut(index)) {
            rect.x = centre - width / 2.0;
            rect.width = if rect.height > 0.0 { width } else { 0.0 };
            title.x = rect.x + 6.0;
        }
    }
}

/// The lines: out to the right past all boxes, past the labels, along a track, and back.
fn run(scene: &Scene, ends: &[Vec<(usize, bool, f64)>], placed: &mut Placed) {
    let mut heights: Vec<[f64; 2]> = vec![[0.0; 2]; scene.links.len()];
    for (node, ports) in ends.iter().enumerate() {
        let rect = placed.items.get(node).copied().unwrap_or_default();
        let used: f64 = ports.iter().map(|port| port.2).sum();
        let mut y = rect.centre().1 - used / 2.0;
        for (link, is_start, room) in ports {
            if let Some(end) = heights.get_mut(*link).and_then(|ends| ends.get_mut(usize::from(!is_start))) {
                *end = y + room / 2.0;
            }
            y += room;
        }
    }
    let boxes = placed.items.iter().take(scene.nodes).chain(&placed.frames).map(|rect| rect.right()).fold(0.0, f64::max) + 12.0;
    let labels = scene.items.iter().skip(scene.nodes).map(|item| item.size.0).fold(0.0, f64::max);
    let mut track = boxes + labels + 12.0;
    let mut after_label: Option<(Point, f64)> = None;
    for (index, link) in scene.links.iter().enumerate() {
        let [start, end] = heights.get(index).copied().unwrap_or_default();
        let right = |node: usize| placed.items.get(node).map_or(0.0, |rect| rect.right());
        let line: Vec<Point> = if link.to >= scene.nodes {
            let size = scene.items.get(link.to).map_or((0.0, 0.0), |item| item.size);
            let label = Rect { x: boxes, y: start - size.1 / 2.0, width: size.0, height: size.1 };
            after_label = Some(((label.right(), start), track));
            let line = vec![(right(link.from), start), (label.x, start)];
            placed.items.get_mut(link.to).into_iter().for_each(|rect| *rect = label);
            placed.lines.get_mut(index).into_iter().for_each(|place| place.clone_from(&line));
            continue;
        } else if let Some((from, track)) = after_label.take().filter(|_| link.from >= scene.nodes) {
            vec![from, (track, from.1), (track, end), (right(link.to), end)]
        } else {
            vec![(right(link.from), start), (track, start), (track, end), (right(link.to), end)]
        };
        if let Some(place) = placed.lines.get_mut(index) {
            *place = line;
        }
        track += TRACK;
    }
}
