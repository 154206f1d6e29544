//! Graphs: boxes with lines between them, laid out in layers.
//!
//! Knows nodes, edges and groups as plain values. Must not know mermaid or any other notation.
//!
//! `scene` says what needs room. `chain`, `layered` or, if these can't do it without a fault, `ladder` find places, `repair` mends single lines, `loops` those from a node to itself; `paint` makes the SVG.

mod chain;
mod ladder;
mod layered;
mod loops;
mod paint;
mod repair;
mod scene;
mod shape;

use super::{Caption, Drawing};
use scene::Scene;

/// A graph to draw.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Graph {
    /// Where it flows to.
    pub towards: TowardsSide,
    /// The boxes.
    pub nodes: Vec<Node>,
    /// The lines.
    pub edges: Vec<Edge>,
    /// Frames around nodes.
    pub groups: Vec<Group>,
}

/// The side that a graph flows to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum TowardsSide {
    #[default]
    Bottom,
    Top,
    Right,
    Left,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Node {
    /// What it says; lines of its own where the author broke them.
    pub label: String,
    /// Its outline.
    pub shape: Shape,
    /// Index of the innermost frame around it.
    pub group: Option<usize>,
    /// Where it leads to.
    pub href: Option<String>,
    /// Its place in the palette, where it belongs to a role.
    pub hue: Option<usize>,
}

/// The outline of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "they are the shapes' common names")]
pub enum Shape {
    #[default]
    Rectangle,
    Rounded,
    Stadium,
    Subroutine,
    Cylinder,
    Circle,
    DoubleCircle,
    Diamond,
    Hexagon,
    Parallelogram,
    ParallelogramBack,
    Trapezoid,
    TrapezoidInverted,
    Flag,
    Document,
    Text,
}

/// A line from one node to another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Edge {
    /// Index of the node that it comes from.
    pub from: usize,
    /// Index of the node that it goes to.
    pub to: usize,
    /// What it says.
    pub label: String,
    /// How it is drawn.
    pub line: Line,
    /// What it begins with.
    pub tail: Head,
    /// What it ends with.
    pub head: Head,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum Line {
    #[default]
    Solid,
    Dotted,
    Thick,
    Invisible,
}

/// What a line ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum Head {
    #[default]
    None,
    Arrow,
    Circle,
    Cross,
}

/// A frame around nodes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Group {
    /// What it says.
    pub title: String,
    /// Index of the frame around it.
    pub parent: Option<usize>,
}

impl Graph {
    /// A graph with more nodes, edges or groups than this is not drawn.
    pub const LIMIT: usize = 500;

    /// Draws it; an empty drawing if there is nothing to draw, or more than the limit.
    #[must_use]
    pub fn draw(&self, caption: Caption<'_>) -> Drawing {
        if self.nodes.is_empty() || self.nodes.len().max(self.edges.len()).max(self.groups.len()) > Graph::LIMIT {
            return Drawing::default();
        }
        let scene = Scene::new(self);
        match chain::place(self, &scene).or_else(|| layered::place(&scene, self.towards)) {
            Some(placed) => paint::paint(self, &scene, &placed, if self.towards == TowardsSide::Bottom { "flow tree" } else { "flow" }, caption),
            None => paint::paint(self, &scene, &ladder::place(&scene), "flow ladder", caption),
        }
    }
}
