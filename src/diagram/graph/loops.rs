//! Lines from a node back to itself, by way of their label.
//!
//! Knows where both are. Must not move them.
//!
//! The layers lead such a line to its label and back on the same side, as if it hung there. Here it goes round through the label.

use super::super::svg::{Point, Rect};
use super::scene::{Placed, Scene};

/// Between the label and the line beside it, and between the line and a corner of the node.
const BESIDE: f64 = 5.0;
const CORNER: f64 = 3.0;
/// Drawings with more lines stay as the layers left them: each try looks at all of them.
const LINES: usize = 200;

/// Gives each loop with a label a way round, where that leads through nothing.
pub(super) fn round(scene: &Scene, placed: &mut Placed) {
    if placed.lines.len() > LINES {
        return;
    }
    for (index, pair) in scene.links.windows(2).enumerate() {
        let [there, back] = pair else { continue };
        if there.edge != back.edge || there.from != back.to || there.has_head {
            continue;
        }
        let (Some(node), Some(label)) = (placed.items.get(there.from).copied(), placed.items.get(there.to).copied()) else { continue };
        let Some(ways) = ways(node, label) else { continue };
        let before = placed.faults(scene);
        let old = placed.lines.clone();
        for (line, way) in placed.lines.iter_mut().skip(index).zip(ways) {
            *line = way;
        }
        if placed.faults(scene) > before {
            placed.lines = old;
        }
    }
}

/// The way to the label and the way back.
fn ways(node: Rect, label: Rect) -> Option<[Vec<Point>; 2]> {
    let (centre, own) = (label.centre(), node.centre());
    if label.x > node.right() + BESIDE || label.right() < node.x - BESIDE {
        let side = if centre.0 > own.0 { node.right() } else { node.x };
        let (high, low) = (label.y - BESIDE, label.bottom() + BESIDE);
        let fits = high > node.y + CORNER && low < node.bottom() - CORNER;
        return fits
            .then(|| [vec![(side, high), (centre.0, high), (centre.0, label.y)], vec![(centre.0, label.bottom()), (centre.0, low), (side, low)]]);
    }
    if label.y > node.bottom() + BESIDE || label.bottom() < node.y - BESIDE {
        let side = if centre.1 > own.1 { node.bottom() } else { node.y };
        let end = |x: f64, border: f64| {
            if x > node.x + CORNER && x < node.right() - CORNER {
                Some(vec![(x, side), (x, centre.1), (border, centre.1)])
            } else if x < node.x - BESIDE {
                Some(vec![(node.x, own.1), (x, own.1), (x, centre.1), (border, centre.1)])
            } else if x > node.right() + BESIDE {
                Some(vec![(node.right(), own.1), (x, own.1), (x, centre.1), (border, centre.1)])
            } else {
                None
            }
        };
        // Where a line would just scrape a corner of the node it keeps more distance.
        let either = |near: f64, border: f64, away: f64| [0.0, 8.0, 16.0].into_iter().find_map(|more| end(near + more * away, border));
        let there = either(label.x - 2.0 * BESIDE, label.x, -1.0)?;
        let mut back = either(label.right() + 2.0 * BESIDE, label.right(), 1.0)?;
        back.reverse();
        return Some([there, back]);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_goes_round_through_its_label() {
        let node = Rect { x: 0.0, y: 0.0, width: 60.0, height: 36.0 };
        let beside = Rect { x: 90.0, y: 9.0, width: 30.0, height: 18.0 };
        let [there, back] = ways(node, beside).unwrap();
        assert_eq!(there, [(60.0, 4.0), (105.0, 4.0), (105.0, 9.0)]);
        assert_eq!(back, [(105.0, 27.0), (105.0, 32.0), (60.0, 32.0)]);
        let below = Rect { x: -20.0, y: 60.0, width: 40.0, height: 18.0 };
        let [there, back] = ways(node, below).unwrap();
        assert_eq!(there, [(0.0, 18.0), (-30.0, 18.0), (-30.0, 69.0), (-20.0, 69.0)]);
        assert_eq!(back, [(20.0, 69.0), (30.0, 69.0), (30.0, 36.0)]);
        assert!(ways(node, node).is_none());
    }
}
