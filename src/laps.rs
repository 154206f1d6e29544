//! Where the time of a run went, by the caller's clock.
//!
//! The stages have no clock of their own: without one that is handed in, nothing is measured. Must not know what the stages are.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Tells the time since any fixed moment.
pub type Clock = fn() -> Duration;

/// Hears the name of each stage that has ended.
pub type Observer = Arc<dyn Fn(&'static str) + Send + Sync>;

/// The stages of one run and how long each took.
#[derive(Default)]
pub struct Laps {
    observer: Option<Observer>,
    clock: Option<Clock>,
    last: Duration,
    stages: Vec<(&'static str, Duration)>,
}

impl Laps {
    /// Measures with this clock, from now on.
    #[must_use]
    pub fn by(clock: Clock) -> Self {
        Self { clock: Some(clock), last: clock(), ..Self::default() }
    }

    /// Tells of each stage that ends.
    #[must_use]
    pub fn telling(self, observer: Observer) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Forgets what was measured; the next stage begins now.
    pub fn start(&mut self) {
        self.stages.clear();
        self.last = self.clock.map_or(Duration::ZERO, |clock| clock());
    }

    /// A stage ends here, and the next one begins. Stages of one name are added up.
    pub fn end(&mut self, stage: &'static str) {
        if let Some(observer) = &self.observer {
            observer(stage);
        }
        let Some(clock) = self.clock else { return };
        let now = clock();
        let took = now.saturating_sub(self.last);
        self.last = now;
        match self.stages.iter_mut().find(|(name, _)| *name == stage) {
            Some((_, sum)) => *sum += took,
            None => self.stages.push((stage, took)),
        }
    }

    /// The stages since the start, in their order.
    #[must_use]
    pub fn stages(&self) -> &[(&'static str, Duration)] {
        &self.stages
    }
}

impl fmt::Debug for Laps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(&self.stages).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn stages_of_one_name_are_added_up() {
        static NOW: AtomicU64 = AtomicU64::new(0);
        let mut laps = Laps::by(|| Duration::from_millis(NOW.load(Ordering::Relaxed)));
        for (stage, until) in [("read", 2), ("check", 5), ("read", 9)] {
            NOW.store(until, Ordering::Relaxed);
            laps.end(stage);
        }
        assert_eq!(laps.stages(), [("read", Duration::from_millis(6)), ("check", Duration::from_millis(3))]);
        laps.start();
        assert!(laps.stages().is_empty());
        let mut without = Laps::default();
        without.end("read");
        assert!(without.stages().is_empty());
    }
}
