use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use super::book::{self, Book};
use super::findings::{self, Known};
use super::{Edition, Event, POLICY, Request, Shared, lock, message_page, text};
use crate::compile::{Build, Cache, compile};
use crate::diagnostic::Diagnostic;
use crate::disk;
use crate::handbook::runbooks::PICTURE_LIMIT;
use crate::laps::Laps;
use crate::project::{Project, ProjectError};
use crate::serve::watch::{Notice, Watch};
use crate::serve::{Content, Shown, State};
use crate::site::SiteFile;
use crate::source::{Asset, SitePath, Sources};

/// Shown where a page can't be made and never was.
const TEMPLATE_FAILS: &str = "its template fails. What is wrong stands in the terminal; the page comes as soon as it is mended";

/// What a watch tells its notices to.
pub(super) type Tell = Arc<dyn Fn(Notice) + Send + Sync>;

/// So many changed files are named; of more their number says enough.
const NAMED: usize = 2000;

/// Owns the sources, what is remembered, and what was made last.
pub(super) struct Worker<'a> {
    shared: &'a Shared,
    requests: mpsc::Sender<Request>,
    tell: Tell,
    project: Project,
    /// Ends when another takes its place.
    watch: Watch,
    book: Book,
    sources: Sources,
    cache: Cache,
    build: Build,
    is_asked_for_history: bool,
    /// The pictures that were read, and which version of each.
    pictures: BTreeMap<SitePath, Option<Asset>>,
    known: Known,
    edition: u64,
    took: Duration,
    /// Why the handbook can't be read as it is.
    unread: Option<String>,
    /// Whether templates fail.
    is_template_broken: bool,
}

impl<'a> Worker<'a> {
    /// Reads and compiles the handbook.
    pub(super) fn new(shared: &'a Shared, requests: &mpsc::Sender<Request>, tell: Tell) -> Result<Self, ProjectError> {
        let began = (shared.settings.clock)();
        let project = book::open(shared.settings.folder.as_deref())?;
        // What changes while it is read is heard of afterwards.
        let watch = watch(shared, &project, &tell);
        let mut cache = Cache::default();
        cache.laps = Laps::by(shared.settings.clock);
        let mut sources = read(shared, &project)?;
        let mut book = Book::default();
        book.settle(&mut sources);
        let read = (shared.settings.clock)().saturating_sub(began);
        let build = compile(&sources, &mut cache);
        if build.handbook.pages.is_empty() && build.diagnostics.is_empty() {
            let folder = project.content_folder();
            let message = format!("there is no Markdown document in '{}'", folder.display());
            let help = "name the folder of the handbook, or start one with `opsbook init` or `opsbook new`".to_owned();
            return Err(ProjectError { message, help });
        }
        let mut worker = Self {
            shared,
            requests: requests.clone(),
            tell,
            project,
            watch,
            book,
            sources,
            cache,
            build,
            is_asked_for_history: false,
            pictures: BTreeMap::new(),
            known: Known::default(),
            edition: *lock(&shared.editions.number),
            took: Duration::ZERO,
            unread: None,
            is_template_broken: false,
        };
        worker.read_pictures();
        let faults = worker.build.template_faults(&worker.sources, &mut worker.cache);
        worker.is_template_broken = !faults.is_empty();
        worker.build.add(faults, &worker.sources);
        worker.publish(&[], began, &[("read", read)]);
        worker.ask_for_history();
        Ok(worker)
    }

    /// Answers requests; what changed is taken in first.
    pub(super) fn handle(&mut self, all: Vec<Request>) {
        let mut changed = BTreeSet::new();
        let mut everything = false;
        let mut asked = Vec::new();
        let mut dates = None;
        for request in all {
            match request {
                Request::Notice(Notice::Changed(paths)) => changed.extend(paths),
                Request::Notice(Notice::Everything) => everything = true,
                Request::Notice(Notice::Said(text)) => super::say(self.shared, &text),
                Request::Changes(when) => dates = Some(when),
                question => asked.push(question),
            }
        }
        let is_new_day = (self.shared.settings.today)().is_some_and(|today| self.sources.today.is_some_and(|known| known != today));
        let has_dates = dates.as_ref().is_some_and(|dates| *dates != self.sources.changes);
        if let Some(dates) = dates {
            self.sources.changes = dates;
        }
        if everything || is_new_day || !changed.is_empty() {
            self.take_in(&changed, everything, is_new_day || has_dates);
        } else if has_dates {
            self.build.turn(&mut self.cache);
            self.next_edition();
        }
        for question in asked {
            // Whoever asked may have left.
            match question {
                Request::File(address, reply) => drop(reply.send(self.file(&address))),
                Request::State(address, reply) => drop(reply.send(self.state(&address))),
                Request::Policy(reply) => drop(reply.send(self.policy())),
                Request::Notice(_) | Request::Changes(_) | Request::Stop => {}
            }
        }
    }

    /// Reads what changed, and compiles if anything differs.
    fn take_in(&mut self, changed: &BTreeSet<PathBuf>, everything: bool, is_due: bool) {
        let clock = self.shared.settings.clock;
        let began = clock();
        let mut differs = is_due;
        let was_unread = self.unread.is_some();
        if everything || self.decides(changed) {
            differs |= self.reopen();
        }
        self.book.unsettle(&mut self.sources);
        let root = self.project.root.clone();
        let before = self.handled(changed);
        let mut paths = changed.clone();
        if everything {
            paths.insert(std::path::absolute(&root).unwrap_or_else(|_| root.clone()));
        }
        match disk::refresh(&mut self.sources, &root, &self.project.layout(), &paths) {
            Ok(is_different) => differs |= is_different,
            Err(error) => self.unread = Some(error.to_string()),
        }
        self.book.settle(&mut self.sources);
        let read = clock().saturating_sub(began);
        if !differs && was_unread == self.unread.is_some() {
            return;
        }
        self.sources.today = (self.shared.settings.today)();
        self.build = compile(&self.sources, &mut self.cache);
        self.book.report(&mut self.build);
        self.read_pictures();
        let named = named(changed, before.into_iter().chain(self.handled(changed)).collect());
        let faults = self.build.template_faults(&self.sources, &mut self.cache);
        self.is_template_broken = !faults.is_empty();
        self.build.add(faults, &self.sources);
        self.publish(&named, began, &[("read", read)]);
        self.ask_for_history();
    }

    /// Whether a change may be one of where the handbook's files lie.
    fn decides(&self, changed: &BTreeSet<PathBuf>) -> bool {
        let root = std::path::absolute(&self.project.root).unwrap_or_else(|_| self.project.root.clone());
        let content = root.join(&self.project.content);
        changed.iter().any(|path| content.starts_with(path) || path.parent() == Some(&root))
    }

    /// Opens the handbook again. Returns whether its files lie elsewhere now, and are read anew.
    fn reopen(&mut self) -> bool {
        // Whether the settings can be used is judged before they decide where everything lies.
        let is_usable = disk::read_book(&self.project.root).is_none_or(|book| book.text.parse::<toml::Table>().is_ok());
        self.unread = None;
        if !is_usable {
            return false;
        }
        let project = match book::open(Some(&self.project.root)) {
            Ok(project) => project,
            Err(error) => {
                self.unread = Some(error.to_string());
                return false;
            }
        };
        if project.layout() == self.project.layout() {
            self.project = project;
            return false;
        }
        let watch = watch(self.shared, &project, &self.tell);
        match read(self.shared, &project) {
            Ok(sources) => {
                self.sources = Sources { changes: std::mem::take(&mut self.sources.changes), ..sources };
                self.pictures.clear();
                self.project = project;
                self.watch = watch;
                true
            }
            Err(error) => {
                self.unread = Some(error.to_string());
                false
            }
        }
    }

    /// Those of some files that belong to the handbook, as people name them; at most so many.
    fn handled(&self, changed: &BTreeSet<PathBuf>) -> BTreeSet<String> {
        let names = changed.iter().take(NAMED).map(|path| self.name(path));
        let is_known = |name: &String| {
            let sources = &self.sources;
            sources.texts.contains_key(name.as_str()) || sources.assets.contains_key(name.as_str()) || sources.unreadable.contains_key(name.as_str())
        };
        names.filter(is_known).collect()
    }

    fn name(&self, path: &Path) -> String {
        let root = std::path::absolute(&self.project.root).unwrap_or_else(|_| self.project.root.clone());
        path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }

    /// Makes what was compiled the edition that there is, and tells of it.
    fn publish(&mut self, changed: &[String], began: Duration, before: &[(&'static str, Duration)]) {
        let (fresh, mended) = self.known.take(&self.build.diagnostics);
        self.took = (self.shared.settings.clock)().saturating_sub(began);
        self.edition += 1;
        let stages: Vec<_> = before.iter().chain(self.cache.laps.stages()).copied().collect();
        let stale = self.stale();
        let edition = Edition {
            number: self.edition,
            build: &self.build,
            sources: &self.sources,
            broken_book: self.book.broken_text(),
            changed,
            fresh: &fresh,
            mended,
            took: self.took,
            stages: &stages,
            stale: stale.as_deref(),
        };
        // Browsers hear of it first: printing takes longer.
        *lock(&self.shared.editions.number) = self.edition;
        self.shared.editions.changed.notify_all();
        (lock(&self.shared.listener))(Event::Edition(&edition));
    }

    /// Tells browsers that something differs, without a word on the terminal.
    fn next_edition(&mut self) {
        self.edition += 1;
        *lock(&self.shared.editions.number) = self.edition;
        self.shared.editions.changed.notify_all();
    }

    /// The bytes of pictures that pages carry inside, read again only if they changed.
    fn read_pictures(&mut self) {
        let wanted = self.build.pictures();
        let versions: BTreeMap<SitePath, Option<Asset>> = wanted.iter().map(|path| (path.clone(), self.sources.assets.get(path).cloned())).collect();
        if versions != self.pictures {
            self.sources.pictures = disk::read_pictures(&self.project.root, &wanted, PICTURE_LIMIT);
            self.pictures = versions;
        }
    }

    /// Asks, once, when the documents were last changed; nobody waits for the answer.
    fn ask_for_history(&mut self) {
        if self.is_asked_for_history || !self.build.handbook.config.published.history {
            return;
        }
        self.is_asked_for_history = true;
        let (root, content) = (self.project.root.clone(), self.project.content.clone());
        let documents: Vec<SitePath> = self.build.handbook.pages.iter().map(|page| page.document.path.clone()).collect();
        let (history, requests) = (Arc::clone(&self.shared.settings.history), self.requests.clone());
        // Pages without dates are better than none.
        let _ = thread::Builder::new().name("history".to_owned()).spawn(move || {
            let _ = requests.send(Request::Changes(history(&root, &content, &documents)));
        });
    }

    /// The only place where files are made. One that can't be made is shown as it was.
    fn file(&mut self, address: &SitePath) -> Option<Shown> {
        self.cache.laps.start();
        let file = self.build.file(&self.sources, &mut self.cache, address);
        self.cache.laps.end("render");
        match file {
            Ok(file) => {
                (lock(&self.shared.listener))(Event::Rendered { stages: self.cache.laps.stages() });
                let file = file?;
                let digest = file.digest();
                let content = match file {
                    SiteFile::Bytes(bytes) => Content::Bytes(bytes),
                    SiteFile::Copy { from, .. } => Content::File(self.project.root.join(from.as_str())),
                };
                Some(Shown { content, digest })
            }
            Err(faults) => {
                self.report(faults);
                Some(lock(&self.shared.shown).get(address).cloned().unwrap_or_else(|| message_page("a template fails", TEMPLATE_FAILS)))
            }
        }
    }

    /// Adds faults that came up when a page was made, and tells of them once.
    fn report(&mut self, faults: Vec<Diagnostic>) {
        let fresh: Vec<Diagnostic> = faults.into_iter().filter(|fault| !self.build.diagnostics.contains(fault)).collect();
        if fresh.is_empty() && self.is_template_broken {
            return;
        }
        self.is_template_broken = true;
        self.build.add(fresh, &self.sources);
        let began = (self.shared.settings.clock)().saturating_sub(self.took);
        self.cache.laps.start();
        self.publish(&[], began, &[]);
    }

    fn policy(&mut self) -> String {
        let place = self.build.handbook.runbooks.policy.clone();
        let bytes = place.and_then(|place| match self.build.file(&self.sources, &mut self.cache, &place) {
            Ok(Some(SiteFile::Bytes(bytes))) => Some(bytes),
            _ => None,
        });
        bytes.map_or_else(|| POLICY.to_owned(), |bytes| String::from_utf8_lossy(&bytes).trim().to_owned())
    }

    fn stale(&self) -> Option<String> {
        if let Some(why) = &self.unread {
            return Some(why.clone());
        }
        if self.book.is_broken() {
            return Some("book.toml can't be read: its last good version is in force".to_owned());
        }
        self.is_template_broken.then(|| "a template fails: pages are shown as they were".to_owned())
    }

    fn state(&mut self, address: &SitePath) -> State {
        let digest = self.file(address).map(|shown| shown.digest.hex(32));
        let text = |path: &SitePath| text(&self.sources, &self.build, self.book.broken_text(), path);
        let place = findings::Places { build: &self.build, root: &self.project.root, editor: self.shared.settings.editor.as_ref(), text: &text };
        let errors = findings::errors(&self.build);
        State {
            edition: self.edition,
            digest,
            publishable: errors == 0 && self.unread.is_none() && !self.is_template_broken && !self.book.is_broken(),
            stale: self.stale(),
            errors,
            warnings: self.build.diagnostics.len() - errors,
            findings: place.findings(address),
            took_ms: u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// What changed, as people name it: the files that editors write on the way are nobody's business. Where it is none of the handbook's files, a
/// folder came or went.
fn named(changed: &BTreeSet<PathBuf>, handled: BTreeSet<String>) -> Vec<String> {
    if !handled.is_empty() {
        return handled.into_iter().collect();
    }
    let last = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    changed.iter().take(NAMED).filter_map(last).collect()
}

fn watch(shared: &Shared, project: &Project, tell: &Tell) -> Watch {
    let tell = Arc::clone(tell);
    Watch::start(&project.root, &project.layout(), shared.settings.way, move |notice| tell(notice))
}

fn read(shared: &Shared, project: &Project) -> Result<Sources, ProjectError> {
    let mut sources = disk::scan(&project.root, &project.layout())?;
    sources.today = (shared.settings.today)();
    sources.baseline.clone_from(&project.baseline);
    sources.lines = shared.settings.lines;
    Ok(sources)
}
