//! What makes the files of a preview: one thread that owns the sources, what is remembered, and the build.
//!
//! Knows how a handbook is read, compiled and rendered, and when. Must not know who asks for files or how they get there. Nothing that goes
//! wrong inside ends it: what was shown last is shown on, and [`State::stale`](super::State::stale) says why.

mod findings;
mod life;
mod worker;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;

use super::place::Editor;
use super::watch::{Notice, Watch, Way};
use super::{Content, Preview, Shown, State};
use crate::compile::Build;
use crate::config::SourceTable;
use crate::diagnostic::Diagnostic;
use crate::laps::Clock;
use crate::memo::Digest;
use crate::project::ProjectError;
use crate::source::{Mounts, SitePath, Sources, Unreadable};

/// How long whoever asks for a file waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long they wait if there is something older to show.
const SOON: Duration = Duration::from_secs(2);

/// As many threads may be left behind, each of which may keep the processor busy until the program ends.
const LEFT_BEHIND: u64 = 4;

/// How often to look whether a new day began.
const DAY_CHECK: Duration = Duration::from_secs(30);

/// What is said when the program has a fault.
const FAILED: &str = "opsbook failed inside; please report this as a fault of opsbook";

/// Pages without incident views need no more than their own files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'self'; \
                      form-action 'none'; frame-ancestors 'none'";

/// Says when documents of a handbook were last changed.
pub type History = Arc<dyn Fn(&HistoryOf, &[SitePath]) -> BTreeMap<SitePath, Timestamp> + Send + Sync>;

/// Where the documents lie of which somebody wants to know when they were changed.
#[derive(Debug, Clone)]
pub struct HistoryOf {
    /// The handbook's root.
    pub root: PathBuf,
    /// The parts that lie elsewhere.
    pub mounts: Mounts,
    /// What book.toml says of them.
    pub tables: Vec<SourceTable>,
}

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

/// Whom to tell whether the handbook could be read.
type Ready = SyncSender<Result<(), ProjectError>>;

/// What the thread is asked.
enum Request {
    File(SitePath, SyncSender<Option<Shown>>),
    /// The page for addresses that don't exist.
    Missing(SyncSender<Option<(SitePath, Shown)>>),
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

/// What a thread is at, and since when.
#[derive(Clone)]
struct Task {
    what: String,
    since: Instant,
}

impl Task {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), since: now() }
    }

    /// Why there is no answer yet: `making guides/a.html takes more than 4 seconds`.
    fn late(&self) -> String {
        format!("{} takes more than {} seconds", self.what, now().duration_since(self.since).as_secs().max(1))
    }
}

/// A thread at work.
struct Running {
    /// Counts the threads: what one that was left behind says has no meaning.
    generation: u64,
    requests: mpsc::Sender<Request>,
    busy: Arc<Mutex<Option<Task>>>,
}

/// What all parts of an engine share.
struct Shared {
    settings: Settings,
    editions: Editions,
    listener: Mutex<Listener>,
    running: Mutex<Option<Running>>,
    /// Tells of changes for as long as the engine is there, whatever becomes of its threads.
    watch: Mutex<Option<Watch>>,
    /// What was shown last at each address that was asked for.
    shown: Mutex<BTreeMap<SitePath, Shown>>,
    /// How the handbook stood when somebody asked last.
    stood: Mutex<Option<State>>,
    /// Whether somebody was told of what is older, and has to hear when it isn't any more.
    was_late: AtomicBool,
}

impl Shared {
    /// Begins another edition, unless the thread that made it was left behind.
    fn next_edition(&self, generation: u64) -> Option<u64> {
        let running = lock(&self.running);
        running.as_ref().filter(|running| running.generation == generation)?;
        let mut number = lock(&self.editions.number);
        *number += 1;
        self.editions.changed.notify_all();
        Some(*number)
    }

    /// Puts another watch in the place of the one that there is, unless nobody wants to hear of changes any more.
    fn watches(&self, watch: Watch) {
        let before = lock(&self.running).is_some().then(|| lock(&self.watch).replace(watch));
        drop(before);
    }

    /// What was shown last.
    fn last(&self, address: &SitePath) -> Option<Shown> {
        lock(&self.shown).get(address).cloned()
    }

    /// How the handbook stood last, and why nothing newer is known.
    fn stood(&self, address: &SitePath, why: String) -> State {
        self.was_late.store(true, Ordering::SeqCst);
        let mut state = lock(&self.stood).clone().unwrap_or_default();
        state.edition = *lock(&self.editions.number);
        state.digest = self.last(address).map(|shown| shown.digest.hex(32));
        state.publishable = false;
        state.stale = Some(why);
        for finding in &mut state.findings {
            finding.here = finding.page.as_deref() == Some(address.as_str());
        }
        state.findings.sort_by_key(|finding| !finding.here);
        state
    }

    /// Why the thread doesn't answer.
    fn late(&self) -> String {
        let busy = lock(&self.running).as_ref().and_then(|running| lock(&running.busy).clone());
        busy.map_or_else(|| FAILED.to_owned(), |task| task.late())
    }
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
            watch: Mutex::default(),
            shown: Mutex::default(),
            stood: Mutex::default(),
            was_late: AtomicBool::new(false),
        });
        let (ready, is_ready) = mpsc::sync_channel(1);
        run(&shared, Some(ready));
        let failed = ProjectError { message: "opsbook failed inside".to_owned(), help: "report this as a fault of opsbook".to_owned() };
        is_ready.recv().unwrap_or(Err(failed))?;
        Ok(Self(shared))
    }

    /// Asks the thread; what was there `before` is given if it doesn't answer soon. None if there is no answer in time.
    fn ask<T>(&self, request: impl FnOnce(SyncSender<T>) -> Request, before: impl FnOnce() -> Option<T>) -> Option<T> {
        let (reply, answer) = mpsc::sync_channel(1);
        lock(&self.0.running).as_ref()?.requests.send(request(reply)).ok()?;
        match answer.recv_timeout(SOON) {
            Ok(answer) => return Some(answer),
            Err(mpsc::RecvTimeoutError::Disconnected) => return before(),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        if let Some(before) = before() {
            self.0.was_late.store(true, Ordering::SeqCst);
            return Some(before);
        }
        let answer = answer.recv_timeout(PATIENCE.saturating_sub(SOON)).ok();
        if answer.is_none() {
            self.0.was_late.store(true, Ordering::SeqCst);
        }
        answer
    }

    /// Remembers what is shown, for when it can't be made.
    fn remember(&self, address: &SitePath, shown: Option<Shown>) -> Option<Shown> {
        let mut all = lock(&self.0.shown);
        if let Some(shown) = &shown {
            all.insert(address.clone(), shown.clone());
        } else {
            all.remove(address);
        }
        shown
    }

    fn late_page(&self) -> Shown {
        message_page("it takes too long", &self.0.late())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(running) = lock(&self.0.running).take() {
            // If the thread is gone already, there is nothing to stop.
            let _ = running.requests.send(Request::Stop);
        }
        drop(lock(&self.0.watch).take());
    }
}

impl Preview for Engine {
    fn file(&self, address: &SitePath) -> Option<Shown> {
        match self.ask(|reply| Request::File(address.clone(), reply), || self.0.last(address).map(Some)) {
            Some(shown) => self.remember(address, shown),
            None => Some(self.0.last(address).unwrap_or_else(|| self.late_page())),
        }
    }

    fn not_found(&self) -> Option<(SitePath, Shown)> {
        let usual = || SitePath::new("404.html");
        let before = || usual().and_then(|address| Some(Some((address.clone(), self.0.last(&address)?))));
        match self.ask(Request::Missing, before) {
            Some(found) => {
                let (address, shown) = found?;
                Some((address.clone(), self.remember(&address, Some(shown))?))
            }
            None => Some((usual()?, self.late_page())),
        }
    }

    fn policy(&self) -> String {
        self.ask(Request::Policy, || Some(POLICY.to_owned())).unwrap_or_else(|| POLICY.to_owned())
    }

    fn state(&self, address: &SitePath) -> State {
        let late = || Some(self.0.stood(address, self.0.late()));
        match self.ask(|reply| Request::State(address.clone(), reply), late) {
            Some(state) => state,
            None => self.0.stood(address, self.0.late()),
        }
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
fn run(shared: &Arc<Shared>, ready: Option<Ready>) {
    let (requests, receiver) = mpsc::channel();
    let busy = Arc::new(Mutex::new(None));
    let mut running = lock(&shared.running);
    let generation = running.as_ref().map_or(0, |running| running.generation + 1);
    *running = Some(Running { generation, requests: requests.clone(), busy: Arc::clone(&busy) });
    drop(running);
    let life = life::Life { shared: Arc::clone(shared), generation, requests, receiver, busy };
    // Without threads nothing here works: whoever waits for an answer gets none then.
    let _ = thread::Builder::new().name("engine".to_owned()).spawn(move || life.live(ready));
}

/// Passes a notice on. A thread that has been at one thing for too long is left behind, and another begins from nothing: the change may be
/// the one that mends it.
fn heard(shared: &Arc<Shared>, notice: Notice) {
    let running = lock(&shared.running);
    let Some(current) = running.as_ref() else { return };
    let stuck = lock(&current.busy).clone().filter(|task| now().duration_since(task.since) > PATIENCE);
    let stuck = stuck.filter(|_| current.generation < LEFT_BEHIND && !matches!(notice, Notice::Said(_)));
    let Some(task) = stuck else {
        let _ = current.requests.send(Request::Notice(notice));
        return;
    };
    // It ends when it gets to reading this, if ever.
    let _ = current.requests.send(Request::Stop);
    drop(running);
    say(shared, &format!("{}; beginning from nothing", task.late()));
    run(shared, None);
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
