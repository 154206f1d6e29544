//! Diagrams: widths of text, geometry, SVG.
//!
//! Knows labels, boxes and lines. Must not know documents, the registry, pages or where a diagram comes from.

mod course;
mod graph;
mod metrics;
pub mod sketch;
mod spread;
mod svg;
mod swimlane;
mod widths;
mod wrap;

pub use course::{Course, Moment};
pub use graph::{Edge, Graph, Group, Head, Line, Node, Shape, TowardsSide};
pub use metrics::{FONTS, Font};
pub use sketch::Sketch;
pub use spread::{Spread, SpreadRow, Spreads};
pub use swimlane::{Lane, Passage, Step, Swimlane, Way};

/// A finished drawing. Its colours are CSS classes and variables, so that it follows the theme.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Drawing {
    /// The `<svg>` element.
    pub svg: String,
    /// Its natural width in CSS pixels, at which its smallest text has 11.
    pub width: u32,
    /// Its natural height.
    pub height: u32,
}

/// What a drawing is called and how its ids begin, so that several fit on one page.
#[derive(Debug, Clone, Copy, Hash)]
pub struct Caption<'a> {
    /// The beginning of every id in the drawing; unique on its page.
    pub prefix: &'a str,
    /// The name for those who can't see it.
    pub title: &'a str,
    /// What it shows, in a sentence or two.
    pub description: &'a str,
}
