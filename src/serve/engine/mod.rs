//! What makes the files of a preview: one thread that owns the sources, what is remembered, and the build.
//!
//! Knows how a handbook is read, compiled and rendered, and when. Must not know who asks for files or how they get there. Nothing that goes
//! wrong inside ends it: what was shown last is shown on, and [`State::stale`](super::State::stale) says why.

mod book;
mod findings;
mod worker;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;

use self::worker::Worker;
use super::place::Editor;
use super::watch::{Notice, Way};
use super::{Content, Preview, Shown, State};
use crate::compile::Build;
use crate::diagnostic::Diagnostic;
use crate::laps::Clock;
use crate::memo::Digest;
use crate::project::ProjectError;
use crate::source::{SitePath, Sources, Unreadable};

/// How long whoever asks for a file waits for it. A template can loop for as long as it likes: the server must not.
const PATIENCE: Duration = Duration::from_secs(20);

/// As many threads may be left behind, each of which may keep the processor busy until the program ends.
const LEFT_BEHIND: u64 = 4;

/// How often to look whether a new day began.
const DAY_CHECK: Duration = Duration::from_secs(30);

/// What is shown while a page isn't there in time.
const SLOW: &str = "it takes more than 20 seconds to make the pages; a template may loop for ever";

/// Pages without incident views need no more than their own files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'self'; \
                      form-action 'none'; frame-ancestors 'none'";

/// Says when documents were last changed: the handbook's root, the folder of the documents, the documents.
pub type History = Arc<dyn Fn(&Path, &str, &[SitePath]) -> BTreeMap<SitePath, Timestamp> + Send + Sync>;

/// How a preview is made.
#[derive(Clone)]
pub struct Settings {
    /// The handbook's folder, if it was named.
    pub folder: Option<PathBuf>,
    /// How changes are noticed.
    pub way: Way,
    /// Measures how long things take.
    pub clock: Clock,
    /// Which day it is.
    pub today: fn() -> Option<Date>,
    /// Says when documents were last changed.
    pub history: History,
    /// What opens a place in the writer's editor.
    pub editor: Option<Editor>,
    /// Whether pages say from which line each block comes.
    pub lines: bool,
}

/// What is told while a preview runs.
pub enum Event<'a> {
    /// The handbook was read and compiled again.
    Edition(&'a Edition<'a>),
    /// Pages were made.
    Rendered {
        /// How long each stage took.
        stages: &'a [(&'static str, Duration)],
    },
    /// Something that the writer should know.
    Said(&'a str),
}

/// The handbook at one moment.
pub struct Edition<'a> {
    /// Counts from 1.
    pub number: u64,
    /// What came of compiling it.
    pub build: &'a Build,
    /// What it was compiled from.
    pub sources: &'a Sources,
    /// The text of book.toml, if it isn't the one that it was compiled from.
    broken_book: Option<&'a Arc<str>>,
    /// What changed, from the handbook's root; empty for the first edition.
    pub changed: &'a [String],
    /// Findings that weren't there before.
    pub fresh: &'a [Diagnostic],
    /// Number of findings that were there before and aren't any more.
    pub mended: usize,
    /// How long it took from the first word of a change.
    pub took: Duration,
    /// How long each stage took.
    pub stages: &'a [(&'static str, Duration)],
    /// Why what is shown is older than what is written.
    pub stale: Option<&'a str>,
}

impl Edition<'_> {
    /// The text of a file that findings are about.
    #[must_use]
    pub fn text(&self, path: &SitePath) -> Option<Arc<str>> {
        text(self.sources, self.build, self.broken_book, path)
    }
}

fn text(sources: &Sources, build: &Build, broken_book: Option<&Arc<str>>, path: &SitePath) -> Option<Arc<str>> {
    if let Some(text) = broken_book.filter(|_| path.as_str() == "book.toml") {
        return Some(Arc::clone(text));
    }
    let own = sources.text(path.as_str()).map(|source| Arc::clone(&source.text));
    let lossy = || match sources.unreadable.get(path) {
        Some(Unreadable::NotUtf8 { lossy, .. }) => Some(Arc::clone(lossy)),
        _ => None,
    };
    own.or_else(lossy).or_else(|| build.schemas.source(path).map(Arc::clone))
}

/// Hears what happens.
pub type Listener = Box<dyn FnMut(Event<'_>) + Send>;

/// What the thread is asked.
enum Request {
    File(SitePath, SyncSender<Option<Shown>>),
    Policy(SyncSender<String>),
    State(SitePath, SyncSender<State>),
    Notice(Notice),
    Changes(BTreeMap<SitePath, Timestamp>),
    Stop,
}

/// The edition that there is, for all who wait for the next.
#[derive(Default)]
struct Editions {
    number: Mutex<u64>,
    changed: Condvar,
}

/// A thread at work, and since when it does what it does.
struct Running {
    /// Counts the threads: what one that was left behind says has no meaning.
    generation: u64,
    requests: mpsc::Sender<Request>,
    busy: Arc<Mutex<Option<Instant>>>,
}

/// What all parts of an engine share.
struct Shared {
    settings: Settings,
    editions: Editions,
    listener: Mutex<Listener>,
    running: Mutex<Option<Running>>,
    /// What was shown last at each address that was asked for.
    shown: Mutex<BTreeMap<SitePath, Shown>>,
}

/// Makes the files of a preview.
pub struct Engine(Arc<Shared>);

impl Engine {
    /// Reads and compiles a handbook, and watches it from then on. `listener` hears of each edition, on the engine's thread.
    ///
    /// # Errors
    ///
    /// If the handbook can't be read, or there is none.
    pub fn start(settings: Settings, listener: Listener) -> Result<Self, ProjectError> {
        let shared = Arc::new(Shared {
            settings,
            editions: Editions::default(),
            listener: Mutex::new(listener),
            running: Mutex::default(),
            shown: Mutex::default(),
        });
        let (ready, is_ready) = mpsc::sync_channel(1);
        run(&shared, Some(ready));
        let failed = ProjectError { message: "opsbook failed inside".to_owned(), help: "report this as a fault of opsbook".to_owned() };
        is_ready.recv().unwrap_or(Err(failed))?;
        Ok(Self(shared))
    }

    /// Asks the thread; none if it doesn't answer in time.
    fn ask<T>(&self, request: impl FnOnce(SyncSender<T>) -> Request) -> Option<T> {
        let (reply, answer) = mpsc::sync_channel(1);
        lock(&self.0.running).as_ref()?.requests.send(request(reply)).ok()?;
        answer.recv_timeout(PATIENCE).ok()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(running) = lock(&self.0.running).take() {
            // If the thread is gone already, there is nothing to stop.
            let _ = running.requests.send(Request::Stop);
        }
    }
}

impl Preview for Engine {
    fn file(&self, address: &SitePath) -> Option<Shown> {
        match self.ask(|reply| Request::File(address.clone(), reply)) {
            Some(Some(shown)) => {
                lock(&self.0.shown).insert(address.clone(), shown.clone());
                Some(shown)
            }
            Some(None) => {
                lock(&self.0.shown).remove(address);
                None
            }
            None => Some(lock(&self.0.shown).get(address).cloned().unwrap_or_else(|| message_page("it takes too long", SLOW))),
        }
    }

    fn not_found(&self) -> Option<Shown> {
        self.file(&SitePath::new("404.html")?)
    }

    fn policy(&self) -> String {
        self.ask(Request::Policy).unwrap_or_else(|| POLICY.to_owned())
    }

    fn state(&self, address: &SitePath) -> State {
        self.ask(|reply| Request::State(address.clone(), reply)).unwrap_or_else(|| State {
            edition: *lock(&self.0.editions.number),
            digest: lock(&self.0.shown).get(address).map(|shown| shown.digest.hex(32)),
            publishable: false,
            stale: Some(SLOW.to_owned()),
            errors: 0,
            warnings: 0,
            findings: Vec::new(),
            took_ms: 0,
        })
    }

    fn wait(&self, seen: u64, limit: Duration) -> u64 {
        let editions = &self.0.editions;
        let number = lock(&editions.number);
        let waited = editions.changed.wait_timeout_while(number, limit, |number| *number == seen);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Shown instead of a page that isn't there.
fn message_page(title: &str, why: &str) -> Shown {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Not ready: {title}</title></head><body><p>This page isn't ready: {why}.</p></body></html>\n"
    );
    Shown { digest: Digest::of(page.as_bytes()), content: Content::Bytes(page.into_bytes().into()) }
}

/// Runs a worker from nothing on a thread of its own. `ready` hears whether the handbook could be read.
fn run(shared: &Arc<Shared>, ready: Option<SyncSender<Result<(), ProjectError>>>) {
    let (requests, receiver) = mpsc::channel();
    let busy = Arc::new(Mutex::new(None));
    let mut running = lock(&shared.running);
    let generation = running.as_ref().map_or(0, |running| running.generation + 1);
    *running = Some(Running { generation, requests: requests.clone(), busy: Arc::clone(&busy) });
    drop(running);
    let shared = Arc::clone(shared);
    // Without threads nothing here works: whoever waits for an answer gets none then.
    let _ = thread::Builder::new().name("engine".to_owned()).spawn(move || work(&shared, generation, &requests, &receiver, &busy, ready));
}

/// The life of one worker.
fn work(
    shared: &Arc<Shared>,
    generation: u64,
    requests: &mpsc::Sender<Request>,
    receiver: &Receiver<Request>,
    busy: &Mutex<Option<Instant>>,
    mut ready: Option<SyncSender<Result<(), ProjectError>>>,
) {
    // Cores of its own: pages that never end are left behind together with the threads that make them.
    let Ok(pool) = rayon::ThreadPoolBuilder::new().build() else { return };
    let notices = requests.clone();
    let shared_by_watch = Arc::clone(shared);
    let tell = Arc::new(move |notice| heard(&shared_by_watch, generation, &notices, notice));
    let mut failures = 0;
    'anew: loop {
        *lock(busy) = Some(now());
        let made = guarded(|| pool.install(|| Worker::new(shared, requests, Arc::clone(&tell) as worker::Tell)));
        let mut worker = match made {
            Some(Ok(worker)) => worker,
            Some(Err(error)) => {
                say(shared, &error.to_string());
                ready.take().map(|ready| ready.send(Err(error)));
                return;
            }
            None => return,
        };
        ready.take().map(|ready| ready.send(Ok(())));
        *lock(busy) = None;
        loop {
            let request = match receiver.recv_timeout(DAY_CHECK) {
                Ok(Request::Stop) | Err(mpsc::RecvTimeoutError::Disconnected) => return,
                Ok(request) => Some(request),
                Err(mpsc::RecvTimeoutError::Timeout) => None,
            };
            // What has come meanwhile is taken in at once, so that no page is made of what is old already.
            let all: Vec<Request> = request.into_iter().chain(receiver.try_iter()).collect();
            if all.iter().any(|request| matches!(request, Request::Stop)) {
                return;
            }
            *lock(busy) = Some(now());
            let done = guarded(|| pool.install(|| worker.handle(all)));
            *lock(busy) = None;
            if done.is_none() {
                failures += 1;
                say(shared, "opsbook failed inside and starts again; please report this as a fault of opsbook");
                if failures > 3 {
                    // The same again and again: wait until something changes.
                    while !matches!(receiver.recv(), Ok(Request::Notice(_)) | Err(_)) {}
                    failures = 0;
                }
                continue 'anew;
            }
        }
    }
}

/// Runs something that may have a fault; none if it had.
fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    // All that it may have left half done is thrown away.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok()
}

/// Passes a notice on. A thread that has been at one thing for too long is left behind, and another begins from nothing: the change may be
/// the one that mends it.
fn heard(shared: &Arc<Shared>, generation: u64, requests: &mpsc::Sender<Request>, notice: Notice) {
    let current = lock(&shared.running).as_ref().map(|running| (running.generation, *lock(&running.busy)));
    let Some((_, since)) = current.filter(|(current, _)| *current == generation) else { return };
    let is_stuck = since.is_some_and(|since| now().duration_since(since) > PATIENCE);
    if is_stuck && generation < LEFT_BEHIND && !matches!(notice, Notice::Said(_)) {
        say(shared, SLOW);
        // It ends when it gets to reading this, if ever.
        let _ = requests.send(Request::Stop);
        run(shared, None);
    } else {
        let _ = requests.send(Request::Notice(notice));
    }
}

fn say(shared: &Shared, text: &str) {
    (lock(&shared.listener))(Event::Said(text));
}

/// Whatever a thread left half done when it failed is whole enough: values here are replaced in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What time it is.
#[expect(clippy::disallowed_methods, reason = "how long a page has been in the making")]
fn now() -> Instant {
    Instant::now()
}
