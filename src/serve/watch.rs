//! Notices what changes in a handbook's folders.
//!
//! Knows paths and the system's ways to watch them. Must not know what the files are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, DataChange, ModifyKind};
use notify::{Config, ErrorKind, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::disk::{Layout, Watched};

/// After an event, how long nothing may come before what was heard is passed on: an editor's rename comes at once, if it comes.
const QUIET: Duration = Duration::from_millis(3);

/// How long to wait at most, however much comes: a checkout of another branch goes on for seconds.
const PATIENCE: Duration = Duration::from_millis(50);

/// How often to look where the system can't tell.
pub const POLL: Duration = Duration::from_secs(1);

/// What is told of a handbook's folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// These paths changed, absolute; of folders, anything in them.
    Changed(BTreeSet<PathBuf>),
    /// Something changed, and nobody knows what.
    Everything,
    /// Something that whoever started the watch should read.
    Said(String),
}

/// How to watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// The system tells.
    #[default]
    Events,
    /// Looking again and again: on network file systems and in some containers nobody tells.
    Poll(Duration),
}

enum Message {
    Event(notify::Result<Event>),
    Stop,
}

/// Watches until it is dropped.
pub struct Watch {
    messages: Sender<Message>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        // If the thread has ended already, there is nothing left to stop.
        let _ = self.messages.send(Message::Stop);
    }
}

impl Watch {
    /// Watches a handbook from now on: what changes after this returns is told to `tell`, on a thread of its own.
    #[must_use]
    pub fn start(root: &Path, layout: &Layout, way: Way, tell: impl Fn(Notice) + Send + 'static) -> Self {
        let (messages, receiver) = mpsc::channel();
        let mut watching = Watching::new(root, layout, way, &messages);
        for said in watching.said.drain(..) {
            tell(Notice::Said(said));
        }
        let started = thread::Builder::new().name("watch".to_owned()).spawn(move || watching.run(&receiver, &tell));
        // Without threads nothing here works; the message that stops it goes nowhere then.
        drop(started);
        Self { messages }
    }
}

struct Watching {
    root: PathBuf,
    layout: Layout,
    watched: Watched,
    watcher: Option<Box<dyn Watcher + Send>>,
    messages: Sender<Message>,
    way: Way,
    said: Vec<String>,
}

impl Watching {
    fn new(root: &Path, layout: &Layout, way: Way, messages: &Sender<Message>) -> Self {
        let watched = Watched::of(root, layout);
        let (root, layout) = (root.to_owned(), layout.clone());
        let mut watching = Self { root, layout, watched, watcher: None, messages: messages.clone(), way, said: Vec::new() };
        watching.open();
        watching
    }

    /// Begins to watch; where the system has no room for it, by looking again and again.
    fn open(&mut self) {
        let opened = self.watcher().and_then(|mut watcher| watch_all(&mut *watcher, &self.watched).map(|()| watcher));
        match opened {
            Ok(watcher) => self.watcher = Some(watcher),
            Err(error) if self.way == Way::Events => {
                self.fall_back(&error);
            }
            Err(error) => self.said.push(format!("the folders can't be watched: {error}; start again to see changes")),
        }
    }

    fn fall_back(&mut self, error: &notify::Error) {
        self.said.push(format!("{}; looking for changes every {} s instead", reason(error), POLL.as_secs()));
        self.way = Way::Poll(POLL);
        self.watcher = None;
        self.open();
    }

    fn watcher(&self) -> notify::Result<Box<dyn Watcher + Send>> {
        let messages = self.messages.clone();
        // A watcher that outlives its thread for a moment tells nobody.
        let tell = move |event| drop(messages.send(Message::Event(event)));
        Ok(match self.way {
            Way::Events => Box::new(RecommendedWatcher::new(tell, Config::default())?),
            Way::Poll(interval) => Box::new(PollWatcher::new(tell, Config::default().with_poll_interval(interval))?),
        })
    }

    fn run(mut self, receiver: &Receiver<Message>, tell: &impl Fn(Notice)) {
        while let Ok(message) = receiver.recv() {
            let Some(heard) = self.gather(message, receiver) else { return };
            if heard.everything {
                self.begin_again();
            } else {
                self.follow(&heard.paths);
            }
            for said in self.said.drain(..) {
                tell(Notice::Said(said));
            }
            if heard.everything {
                tell(Notice::Everything);
            } else if !heard.paths.is_empty() {
                tell(Notice::Changed(heard.paths.iter().flat_map(|path| self.watched.ways(path)).collect()));
            }
        }
    }

    /// What belongs together: all that comes until it is quiet. None when the watch ends.
    fn gather(&mut self, first: Message, receiver: &Receiver<Message>) -> Option<Heard> {
        let mut heard = Heard::default();
        let latest = now() + PATIENCE;
        let mut next = Some(first);
        loop {
            match next.take() {
                Some(Message::Stop) => return None,
                Some(Message::Event(Ok(event))) => heard.take(event, &self.watched),
                Some(Message::Event(Err(error))) => {
                    heard.everything = true;
                    if is_limit(&error) && self.way == Way::Events {
                        self.fall_back(&error);
                    }
                }
                None => {}
            }
            // Events that don't matter, such as those of reading, delay nothing.
            if heard.paths.is_empty() && !heard.everything {
                return Some(heard);
            }
            // A file that is still being written ends with an event of its own; until that comes, half of it may be there.
            let quiet = if heard.open.is_empty() { QUIET } else { PATIENCE };
            let left = latest.saturating_duration_since(now()).min(quiet);
            if left.is_zero() {
                return Some(heard);
            }
            match receiver.recv_timeout(left) {
                Ok(message) => next = Some(message),
                Err(RecvTimeoutError::Timeout) => return Some(heard),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// What the system couldn't tell of may have been new folders, which nobody watches yet.
    fn begin_again(&mut self) {
        self.watched = Watched::of(&self.root, &self.layout);
        // Whoever looks again and again sees them anyway.
        if self.way == Way::Events {
            self.watcher = None;
            self.open();
        }
    }

    /// Watches folders that came, and those that came back under the same name.
    fn follow(&mut self, changed: &BTreeSet<PathBuf>) {
        let is_link = |path: &PathBuf| path.is_symlink() || self.watched.links.iter().any(|(link, _)| link == path);
        let is_known = |path: &PathBuf| self.watched.deep.contains(path) || self.watched.flat.contains(path);
        let at_top = |path: &PathBuf| path.parent() == Some(&self.watched.root) && path.is_dir();
        if !changed.iter().any(|path| is_link(path) || is_known(path) || at_top(path)) {
            return;
        }
        let before = std::mem::replace(&mut self.watched, Watched::of(&self.root, &self.layout));
        let Some(watcher) = &mut self.watcher else { return };
        // What is there under an old name may be another folder.
        for folder in before.deep.iter().chain(&before.flat).filter(|folder| changed.contains(*folder) || !self.watched.deep.contains(folder)) {
            let _ = watcher.unwatch(folder);
        }
        if let Err(error) = watch_all(&mut **watcher, &self.watched)
            && self.way == Way::Events
        {
            self.fall_back(&error);
        }
    }
}

/// Watches every folder; one that is gone by now is no fault, since its parent tells when it comes back.
fn watch_all(watcher: &mut dyn Watcher, folders: &Watched) -> notify::Result<()> {
    let deep = folders.deep.iter().map(|folder| (folder, RecursiveMode::Recursive));
    let flat = folders.flat.iter().map(|folder| (folder, RecursiveMode::NonRecursive));
    for (folder, mode) in flat.chain(deep) {
        match watcher.watch(folder, mode) {
            Err(error) if is_limit(&error) => return Err(error),
            Err(error) if folder.is_dir() && *folder == folders.root => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Whether the system has no room for more watches.
fn is_limit(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        // Too many open files, of the process or of the system.
        ErrorKind::Io(error) => matches!(error.raw_os_error(), Some(23 | 24 | 28)),
        _ => false,
    }
}

/// Why the system doesn't tell of changes, and how to make it.
fn reason(error: &notify::Error) -> String {
    let raise = |setting: &str, value: u32| format!("raise {setting} with `sudo sysctl fs.inotify.{setting}={value}`");
    match &error.kind {
        ErrorKind::MaxFilesWatch => format!("the system watches no more folders: {}", raise("max_user_watches", 524_288)),
        ErrorKind::Io(error) if error.raw_os_error() == Some(24) => {
            format!("the system grants no more watches: {}, or `ulimit -n`", raise("max_user_instances", 1024))
        }
        _ => format!("the system doesn't tell of changes ({error})"),
    }
}

#[derive(Debug, Default)]
struct Heard {
    paths: BTreeSet<PathBuf>,
    /// Files that were changed and not closed since.
    open: BTreeSet<PathBuf>,
    everything: bool,
}

impl Heard {
    fn take(&mut self, event: Event, watched: &Watched) {
        if event.need_rescan() {
            self.everything = true;
        }
        let is_close = event.kind == EventKind::Access(AccessKind::Close(AccessMode::Write));
        // Whoever reads a file raises events too; to follow those would never end.
        if matches!(event.kind, EventKind::Access(_)) && !is_close {
            return;
        }
        let is_write = cfg!(target_os = "linux") && event.kind == EventKind::Modify(ModifyKind::Data(DataChange::Any));
        for path in event.paths.into_iter().filter(|path| watched.counts(path)) {
            if is_write {
                self.open.insert(path.clone());
            } else {
                self.open.remove(&path);
            }
            self.paths.insert(path);
        }
    }
}

/// What time it is.
#[expect(clippy::disallowed_methods, reason = "how long to wait for more events; nothing that is shown depends on it")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
