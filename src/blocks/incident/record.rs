//! An incident as plain values, without places: what lists of incidents show of it.

use jiff::Timestamp;

use super::{Severity, Stage, Task, tasks};
use crate::blocks::Blocks;
use crate::document::Document;
use crate::registry::Registry;

/// When each stage was reached, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Times {
    stages: [Option<(Timestamp, i32)>; 5],
}

impl Times {
    /// The moment of a stage.
    #[must_use]
    pub fn at(&self, stage: Stage) -> Option<Timestamp> {
        self.stages.get(stage as usize).copied().flatten().map(|(at, _)| at)
    }

    /// The moment of a stage, and the seconds that local clocks were ahead of UTC.
    #[must_use]
    pub fn local(&self, stage: Stage) -> Option<(Timestamp, i32)> {
        self.stages.get(stage as usize).copied().flatten()
    }

    /// Seconds from the beginning to a stage; none where one of the two isn't known, or they are in the wrong order.
    #[must_use]
    pub fn seconds_to(&self, stage: Stage) -> Option<i64> {
        let seconds = self.at(stage)?.as_second() - self.at(Stage::Started)?.as_second();
        (seconds >= 0 && stage != Stage::Started).then_some(seconds)
    }

    /// The first moment that is known.
    #[must_use]
    pub fn first(&self) -> Option<(Timestamp, i32)> {
        Stage::ALL.iter().find_map(|stage| self.local(*stage))
    }
}

/// What lists show of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Record {
    /// How bad it was.
    pub severity: Option<Severity>,
    /// When each stage was reached.
    pub times: Times,
    /// What was harmed.
    pub services: Vec<String>,
    /// The alerts that fired.
    pub alerts: Vec<String>,
    /// The documents that were used, by their paths.
    pub runbooks: Vec<String>,
    /// Why it happened.
    pub causes: Vec<String>,
    /// What is done about it.
    pub tasks: Vec<Task>,
}

impl Record {
    /// What a document says of its incident.
    #[must_use]
    pub fn of(document: &Document, blocks: &Blocks, registry: &Registry) -> Self {
        let (tasks, _) = tasks(blocks.incident.as_deref(), blocks);
        let mut record = Self { tasks: tasks.into_iter().map(|(task, _)| task).collect(), ..Self::default() };
        record.alerts = document.meta.alerts.iter().map(|(name, _)| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        let Some(incident) = &blocks.incident else { return record };
        let texts = |said: &[super::Said]| said.iter().map(|said| said.text.clone()).collect();
        record.severity = incident.severity.as_ref().map(|said| Severity::of(&said.text, registry));
        record.services = texts(&incident.services);
        record.runbooks = texts(&incident.runbooks);
        record.causes = texts(&incident.causes);
        for (stage, moment) in &incident.times {
            if let Some(slot) = record.times.stages.get_mut(*stage as usize) {
                *slot = Some((moment.at, moment.ahead));
            }
        }
        record
    }
}
