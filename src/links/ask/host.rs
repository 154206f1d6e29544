//! One host: who is next, when, and whether it is still worth it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{Manners, Question};

/// So many pages in a row that tell of a host in trouble, and it isn't asked any more.
const STRIKES: usize = 5;
/// After so many, each page is asked about once.
const PATIENCE: usize = 2;

pub(super) struct Host {
    /// Its name, with its port if that is an unusual one.
    pub(super) name: Arc<str>,
    waiting: Mutex<VecDeque<Question>>,
    /// When the next request may begin.
    next: Mutex<Option<Instant>>,
    interval: Duration,
    strikes: AtomicUsize,
}

impl Host {
    pub(super) fn new(name: Arc<str>, questions: Vec<Question>, manners: &Manners) -> Self {
        let (next, strikes) = (Mutex::new(None), AtomicUsize::new(0));
        Self { name, waiting: Mutex::new(questions.into()), next, interval: manners.interval, strikes }
    }

    /// The next question; none if all are taken.
    pub(super) fn next(&self) -> Option<Question> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Waits until a request may begin.
    pub(super) async fn turn(&self) {
        loop {
            let now = Instant::now();
            let at = {
                let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
                match *next {
                    Some(at) if at > now => at,
                    _ => {
                        *next = now.checked_add(self.interval);
                        return;
                    }
                }
            };
            // Another request may begin meanwhile, or the host may ask for a longer pause.
            sleep_until(at).await;
        }
    }

    /// Leaves the host alone for a time.
    pub(super) fn pause(&self, time: Duration) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = (*next).max(Instant::now().checked_add(time));
    }

    /// Remembers whether the host was in trouble; one good answer clears it.
    pub(super) fn learn(&self, is_trouble: bool) {
        if is_trouble {
            self.strikes.fetch_add(1, Ordering::Relaxed);
        } else if !self.is_given_up() {
            self.strikes.store(0, Ordering::Relaxed);
        }
    }

    /// Asks no more.
    pub(super) fn give_up(&self) {
        self.strikes.store(STRIKES, Ordering::Relaxed);
    }

    /// Whether the last pages that were asked about told of trouble, so that asking again is no use.
    pub(super) fn has_failed(&self) -> bool {
        self.strikes.load(Ordering::Relaxed) >= PATIENCE
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.strikes.load(Ordering::Relaxed) >= STRIKES
    }
}
