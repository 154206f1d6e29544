//! The life of the engine's thread: it waits, lets the worker answer, and begins anew when that fails.
//!
//! Knows that a worker can fail, and when it is worth while to try again. Must not know what a worker does.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};

use super::worker::Worker;
use super::{DAY_CHECK, FAILED, POLICY, Ready, Request, Shared, Task, lock, say};
use crate::project::ProjectError;
use crate::serve::watch::Notice;

/// So often does a worker fail before it waits for a change.
const FAILURES: u32 = 3;

/// What a thread has of its own.
pub(super) struct Life {
    pub(super) shared: Arc<Shared>,
    pub(super) generation: u64,
    pub(super) requests: mpsc::Sender<Request>,
    pub(super) receiver: Receiver<Request>,
    pub(super) busy: Arc<Mutex<Option<Task>>>,
}

impl Life {
    /// Lives until it is stopped, or until the first worker has nothing to work on.
    pub(super) fn live(self, mut ready: Option<Ready>) {
        // Cores of its own: what never ends is left behind together with the threads that are at it.
        let Ok(pool) = rayon::ThreadPoolBuilder::new().build() else { return };
        let mut failures = 0;
        loop {
            self.is_at(Some(Task::new("reading the handbook")));
            let made = guarded(|| pool.install(|| Worker::new(&self.shared, self.generation, &self.requests, &self.busy)));
            let mut worker = match made {
                Some(Ok(worker)) => worker,
                failed => {
                    let fault = ProjectError { message: FAILED.to_owned(), help: "change the file that does it".to_owned() };
                    let error = failed.and_then(Result::err).unwrap_or(fault);
                    if let Some(ready) = ready.take() {
                        // Whoever started it may have gone.
                        let _ = ready.send(Err(error));
                        return;
                    }
                    if !self.await_change(&error.to_string()) {
                        return;
                    }
                    continue;
                }
            };
            if let Some(ready) = ready.take() {
                let _ = ready.send(Ok(()));
            }
            // Templates are tried when the server is there already: they may take long.
            let tried = guarded(|| pool.install(|| worker.try_templates()));
            self.is_at(None);
            if tried.is_some() && !self.answer(&pool, &mut worker) {
                return;
            }
            failures += 1;
            say(&self.shared, "opsbook failed inside and starts again; please report this as a fault of opsbook");
            if failures > FAILURES {
                // The same again and again.
                if !self.await_change(FAILED) {
                    return;
                }
                failures = 0;
            }
        }
    }

    /// Lets a worker answer until it fails. Returns whether to begin anew.
    fn answer(&self, pool: &rayon::ThreadPool, worker: &mut Worker<'_>) -> bool {
        loop {
            let request = match self.receiver.recv_timeout(DAY_CHECK) {
                Ok(Request::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
                Ok(request) => Some(request),
                Err(RecvTimeoutError::Timeout) => None,
            };
            // What has come meanwhile is taken in at once, so that no page is made of what is old already.
            let all: Vec<Request> = request.into_iter().chain(self.receiver.try_iter()).collect();
            if all.iter().any(|request| matches!(request, Request::Stop)) {
                return false;
            }
            self.is_at(Some(Task::new("reading what changed")));
            let done = guarded(|| pool.install(|| worker.handle(all)));
            self.is_at(None);
            if done.is_none() {
                return true;
            }
        }
    }

    /// Answers with what was shown last until something changes. Returns whether to go on then.
    fn await_change(&self, why: &str) -> bool {
        self.is_at(None);
        say(&self.shared, why);
        // Open pages say so too.
        self.shared.next_edition(self.generation);
        loop {
            // Whoever asked may have left.
            match self.receiver.recv() {
                Err(_) | Ok(Request::Stop) => return false,
                Ok(Request::Notice(Notice::Changed(_) | Notice::Everything)) => return true,
                Ok(Request::Notice(Notice::Said(text))) => say(&self.shared, &text),
                Ok(Request::File(address, reply)) => {
                    let message = || super::message_page("the handbook can't be read", why);
                    drop(reply.send(Some(self.shared.last(&address).unwrap_or_else(message))));
                }
                Ok(Request::Missing(reply)) => drop(reply.send(None)),
                Ok(Request::State(address, reply)) => drop(reply.send(self.shared.stood(&address, why.to_owned()))),
                Ok(Request::Policy(reply)) => drop(reply.send(POLICY.to_owned())),
                Ok(Request::Changes(_)) => {}
            }
        }
    }

    fn is_at(&self, task: Option<Task>) {
        *lock(&self.busy) = task;
    }
}

/// Runs something that may have a fault; none if it had.
fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    // All that it may have left half done is thrown away.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok()
}
