//! Incident reports: when it began and was over, how bad it was, what caused it, what happened minute by minute, and what is done about it.
//!
//! Knows the front matter, the timeline and the action items of one document. Must not know other documents, nor what day it is; whether what
//! it says agrees is for the checks.

mod front;
mod moment;
mod phrases;
mod record;
mod severity;
mod tasks;
mod timeline;
mod zones;

pub use moment::{Moment, TimeFault, day, local};
pub use phrases::claimed;
pub use record::{Record, Times};
pub use severity::Severity;
pub use tasks::{Difference, Task, Written, tasks};
pub use timeline::{Event, Timeline};

use crate::document::Document;
use crate::registry::Registry;
use crate::text::Span;

/// A turn of an incident, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The damage began.
    Started,
    /// Somebody or something noticed.
    Detected,
    /// Somebody took it up.
    Acknowledged,
    /// The damage ended, or was bearable.
    Mitigated,
    /// It was over.
    Resolved,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 5] = [Self::Started, Self::Detected, Self::Acknowledged, Self::Mitigated, Self::Resolved];

    /// The key of the front matter, and the word for it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Detected => "detected",
            Self::Acknowledged => "acknowledged",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
        }
    }
}

/// Words and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The words.
    pub text: String,
    /// Where they stand.
    pub span: Span,
}

/// What an incident report says that can be reckoned with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Incident {
    /// How bad it was.
    pub severity: Option<Said>,
    /// When each stage was reached, as far as the front matter says so.
    pub times: Vec<(Stage, Moment)>,
    /// What was harmed.
    pub services: Vec<Said>,
    /// The documents that were used, by their paths.
    pub runbooks: Vec<Said>,
    /// Why it happened.
    pub causes: Vec<Said>,
    /// What is done about it, as the front matter lists it.
    pub actions: Vec<Written>,
    /// What happened when.
    pub timeline: Timeline,
    /// What can't be read of it.
    pub faults: Vec<Fault>,
}

/// Something in the front matter that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A time.
    Time {
        /// Which.
        stage: Stage,
        /// What is wrong with it.
        why: TimeFault,
        /// The time as it is written.
        text: String,
        /// Where it stands.
        span: Span,
    },
    /// A list or a mapping where a text belongs.
    Kind {
        /// The key.
        key: &'static str,
        /// What stands there: `a list`.
        kind: &'static str,
        /// Where it stands.
        span: Span,
    },
    /// A time zone that there is not.
    Zone(Said),
    /// An action that says nothing, or whose day is none.
    Action {
        /// What is wrong with it.
        why: &'static str,
        /// Where it stands.
        span: Span,
    },
}

impl Incident {
    /// When a stage was reached.
    #[must_use]
    pub fn time(&self, stage: Stage) -> Option<&Moment> {
        self.times.iter().find(|(found, _)| *found == stage).map(|(_, moment)| moment)
    }
}

/// Reads what an incident report says; none of a document that says nothing of the kind.
pub(super) fn read(document: &Document, registry: &Registry) -> Option<Box<Incident>> {
    let mut incident = front::read(document, registry);
    let zone = front::zone(document);
    let started = incident.time(Stage::Started).copied();
    incident.timeline = timeline::read(document, started, zone.as_ref());
    (incident != Incident::default()).then(|| Box::new(incident))
}
