//! What a long run is at, on a terminal: one line that is gone before anything else is printed.

use std::borrow::Cow;
use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::laps::Laps;

/// Runs that are shorter show nothing: a line that comes and goes at once is only noise.
const PATIENCE: Duration = Duration::from_millis(300);
/// How often the line moves.
const TICK: Duration = Duration::from_millis(100);

/// What goes on when a stage has ended, as [`Laps`] names them.
const NEXT: &[(&str, &str)] = &[
    ("settings", "reading Markdown"),
    ("parse", "holding documents against their schemas"),
    ("bind", "following links"),
    ("resolve", "checking"),
    ("check", "checking"),
    ("weigh", "making the site"),
    ("theme", "making the site"),
    ("plan", "gathering words for the search"),
    ("search", "looking for pages that are there already"),
    ("look up", "colouring code"),
    ("highlight", "making pages"),
    ("pages", "making pages to print"),
    ("print", "writing files"),
];

/// A line about a run that takes long, if somebody may be looking at it.
pub(super) struct Progress {
    shown: Option<(Sender<()>, JoinHandle<()>)>,
    stage: Arc<Mutex<Cow<'static, str>>>,
}

impl Progress {
    /// Begins. Without a terminal, or if nothing but findings is wanted, nothing is ever shown.
    pub(super) fn start(is_quiet: bool) -> Self {
        let stage = Arc::new(Mutex::new(Cow::Borrowed("reading files")));
        let wanted = !is_quiet && io::stderr().is_terminal();
        let shown = wanted.then(|| {
            let (stop, stopped) = mpsc::channel();
            let stage = Arc::clone(&stage);
            (stop, thread::spawn(move || show(&stopped, &stage)))
        });
        Self { shown, stage }
    }

    /// Tells of each stage.
    pub(super) fn laps(&self) -> Laps {
        let stage = Arc::clone(&self.stage);
        Laps::default().telling(Arc::new(move |ended| {
            if let Some((_, next)) = NEXT.iter().find(|(name, _)| *name == ended) {
                *stage.lock().unwrap_or_else(PoisonError::into_inner) = Cow::Borrowed(next);
            }
        }))
    }

    /// Says what is going on in words of the command's own.
    #[cfg(feature = "links")]
    pub(super) fn say(&self, words: impl FnOnce() -> String) {
        // Nobody puts words together that nobody sees.
        if self.shown.is_some() {
            *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = Cow::Owned(words());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.shown.take() {
            // Whatever becomes of the line, the run goes on.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}

fn show(stopped: &mpsc::Receiver<()>, stage: &Mutex<Cow<'static, str>>) {
    if stopped.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let line = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        line.set_style(style);
    }
    loop {
        line.set_message(stage.lock().unwrap_or_else(PoisonError::into_inner).clone());
        line.tick();
        if stopped.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
    line.finish_and_clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{Cache, compile};
    use crate::site::InMemory;
    use crate::source::{SitePath, Sources};

    #[test]
    fn every_stage_is_followed_by_words() {
        let named = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&named);
        let mut cache = Cache::default();
        cache.laps = Laps::default().telling(Arc::new(move |stage| told.lock().unwrap().push(stage)));
        let mut sources = Sources::default();
        sources.insert(SitePath::new("a.md").unwrap(), "# A\n");
        compile(&sources, &mut cache).site_on(&InMemory, &sources, &mut cache).unwrap();
        let known: Vec<&str> = NEXT.iter().map(|(name, _)| *name).collect();
        assert_eq!(*named.lock().unwrap(), known);
    }
}
