//! Swimlanes: a column for each role, the steps from top to bottom.

use super::{Caption, Drawing};

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
    /// Draws it.
    #[must_use]
    pub fn draw(&self, _caption: Caption<'_>) -> Drawing {
        Drawing::default()
    }
}
