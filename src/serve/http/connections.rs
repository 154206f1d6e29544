//! The connections that there are, and which of them goes when there are too many. Must not know what is asked on them.

use std::collections::BTreeMap;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::now;

/// What a connection does; those that come first are closed first when there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doing {
    /// It hasn't sent all of a request yet.
    Asking,
    /// Its request is being answered.
    Answered,
    /// It gets events.
    Following,
}

/// Event streams at one time.
const STREAMS: usize = 48;

/// The open connections.
pub(super) struct Connections {
    limit: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    next: u64,
    all: BTreeMap<u64, Connection>,
}

struct Connection {
    stream: Arc<TcpStream>,
    doing: Doing,
    since: Instant,
}

/// A connection's place among the open ones, given back when it is dropped.
pub(super) struct Held {
    pub(super) stream: Arc<TcpStream>,
    id: u64,
    all: Arc<Connections>,
}

impl Connections {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, open: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Nothing panics while it holds the lock; if it did, the table would still be whole.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for a connection and takes it in.
    pub(super) fn add(self: &Arc<Self>, stream: TcpStream) -> Held {
        let stream = Arc::new(stream);
        let mut open = self.lock();
        while open.all.len() >= self.limit {
            let Some(id) = open.quietest(|_| true) else { break };
            open.close(id);
        }
        open.next += 1;
        let id = open.next;
        open.all.insert(id, Connection { stream: Arc::clone(&stream), doing: Doing::Asking, since: now() });
        drop(open);
        Held { stream, id, all: Arc::clone(self) }
    }

    /// Closes the connection that has kept quiet for longest.
    pub(super) fn close_quietest(&self) {
        let mut open = self.lock();
        if let Some(id) = open.quietest(|_| true) {
            open.close(id);
        }
    }

    /// Closes all.
    pub(super) fn close_all(&self) {
        let mut open = self.lock();
        let all: Vec<u64> = open.all.keys().copied().collect();
        for id in all {
            open.close(id);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().all.len()
    }
}

impl Open {
    fn quietest(&self, of: impl Fn(Doing) -> bool) -> Option<u64> {
        let candidates = self.all.iter().filter(|(_, connection)| of(connection.doing));
        candidates.min_by_key(|(_, connection)| (connection.doing, connection.since)).map(|(id, _)| *id)
    }

    fn close(&mut self, id: u64) {
        if let Some(connection) = self.all.remove(&id) {
            // It may be closed already. Its thread wakes up and ends.
            let _ = connection.stream.shutdown(Shutdown::Both);
        }
    }
}

impl Held {
    /// Says what the connection does from now on. Of too many streams the oldest is closed.
    pub(super) fn is(&self, doing: Doing) {
        let mut open = self.all.lock();
        if let Some(connection) = open.all.get_mut(&self.id) {
            connection.doing = doing;
            connection.since = now();
        }
        if doing == Doing::Following && open.all.values().filter(|connection| connection.doing == doing).count() > STREAMS {
            let oldest = open.quietest(|doing| doing == Doing::Following);
            if let Some(oldest) = oldest {
                open.close(oldest);
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.all.lock().all.remove(&self.id);
    }
}
