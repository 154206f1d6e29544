//! Swimlanes: a column for each role, the steps from top to bottom.
//!
//! Knows steps, lanes and passages as plain values. Must not know where they come from.
//!
//! `plan` gives steps their rows and lanes, `route` gives passages their ways around boxes, `measure` the widths, `place` the pixels,
//! `paint` the SVG. Nothing overlaps because each thing is given room of its own before any pixel is known.

mod measure;
mod paint;
mod place;
mod plan;
mod route;

use super::{Caption, Drawing};
use measure::Widths;
use place::Placing;
use plan::Plan;

/// A process to draw.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Swimlane {
    /// The lanes, from the left.
    pub lanes: Vec<Lane>,
    /// The steps, from the top.
    pub steps: Vec<Step>,
    /// Which step follows which.
    pub passages: Vec<Passage>,
}

/// A lane.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Lane {
    /// The role's name.
    pub name: String,
    /// Its place in the palette, which the rail and the step list share: class `hue-N`.
    pub hue: usize,
    /// Where the name leads to.
    pub href: Option<String>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Step {
    /// Its number, as the author wrote it.
    pub number: String,
    /// The lanes of those who act; the first is where it is drawn.
    pub lanes: Vec<usize>,
    /// What is done.
    pub text: String,
    /// What stands below in small: the platforms.
    pub note: String,
    /// Where it leads to.
    pub href: Option<String>,
    /// Whether ways part here.
    pub is_decision: bool,
}

/// A way from one step to another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Passage {
    /// Index of the step that it comes from.
    pub from: usize,
    /// Index of the step that it goes to.
    pub to: usize,
    /// In which case it is taken.
    pub label: String,
    /// What kind of way it is.
    pub way: Way,
}

/// What kind of way a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// To the next step.
    Next,
    /// Forward over others.
    Skip,
    /// Back to an earlier step.
    Back,
}

impl Swimlane {
    /// A process with more steps, passages or lanes than this is not drawn.
    pub const LIMIT: usize = 400;

    /// Draws it; an empty drawing if there is nothing to draw, or more than the limit.
    #[must_use]
    pub fn draw(&self, caption: Caption<'_>) -> Drawing {
        let most = self.steps.len().max(self.passages.len() / 3).max(self.lanes.len() * 4);
        if self.steps.is_empty() || most > Swimlane::LIMIT {
            return Drawing::default();
        }
        let plan = Plan::new(self);
        let wires = route::route(self, &plan);
        let labels = measure::labels(self, &wires);
        let widths = Widths::new(self, &plan, &wires, &labels);
        let contents = measure::contents(self, &plan, &widths);
        let placing = Placing { plan: &plan, wires: &wires, labels: &labels, contents: &contents, widths: &widths };
        paint::paint(self, &placing, caption)
    }
}
