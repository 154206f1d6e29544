//! What one state of the handbook is read from, compiled to and shown as.
//!
//! Knows sources, builds and how to take changes in. Must not know threads, nor what becomes of it when something fails.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use super::findings::{self, Known};
use super::{Edition, Event, HistoryOf, POLICY, Request, Shared, Task, lock, message_page, text};
use crate::compile::{Build, Cache, compile};
use crate::diagnostic::Diagnostic;
use crate::disk::{self, Layout};
use crate::handbook::runbooks::PICTURE_LIMIT;
use crate::include;
use crate::laps::Laps;
use crate::project::{LastBook, Project, ProjectError, has_whole_book};
use crate::render::INVALID_TEMPLATE;
use crate::serve::watch::{Notice, Watch};
use crate::serve::{Content, Shown, State};
use crate::site::SiteFile;
use crate::source::{Asset, SitePath, Sources};

/// Shown where a page can't be made and never was.
const TEMPLATE_FAILS: &str = "its template fails. What is wrong stands in the terminal; the page comes as soon as it is mended";

/// So many changed files are named; of more their number says enough.
const NAMED: usize = 2000;

/// Owns the sources, what is remembered, and what was made last.
pub(super) struct Worker<'a> {
    shared: &'a Arc<Shared>,
    /// Which thread it works on.
    generation: u64,
    requests: mpsc::Sender<Request>,
    busy: &'a Mutex<Option<Task>>,
    project: Project,
    book: LastBook,
    sources: Sources,
    cache: Cache,
    build: Build,
    is_asked_for_history: bool,
    /// The pictures that were read, and which version of each.
    pictures: BTreeMap<SitePath, Option<Asset>>,
    known: Known,
    edition: u64,
    took: Duration,
    /// Why the handbook can't be opened as it is.
    unopened: Option<String>,
    /// Why its files can't be read.
    unread: Option<String>,
    /// Whether templates fail.
    is_template_broken: bool,
    /// The folders of included files that are watched besides the handbook's own.
    included_folders: BTreeSet<String>,
}

impl<'a> Worker<'a> {
    /// Reads and compiles the handbook.
    pub(super) fn new(
        shared: &'a Arc<Shared>,
        generation: u64,
        requests: &mpsc::Sender<Request>,
        busy: &'a Mutex<Option<Task>>,
    ) -> Result<Self, ProjectError> {
        let began = (shared.settings.clock)();
        let project = Project::open(shared.settings.folder.as_deref(), None)?;
        // What changes while it is read is heard of afterwards.
        shared.watches(watch(shared, &project, &project.layout()));
        let mut cache = Cache::default();
        cache.laps = Laps::by(shared.settings.clock);
        // A preview shows a few pages, so it takes what a build left and leaves that as it is.
        if let Some(kept) = project.cache.as_deref().and_then(|folder| disk::read_kept(folder, disk::Kept::Highlighting)) {
            cache.take_in_highlighting(kept);
        }
        let mut sources = read(shared, &project)?;
        let mut book = LastBook::default();
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
            generation,
            requests: requests.clone(),
            busy,
            project,
            book,
            sources,
            cache,
            build,
            is_asked_for_history: false,
            pictures: BTreeMap::new(),
            known: Known::default(),
            edition: *lock(&shared.editions.number),
            took: Duration::ZERO,
            unopened: None,
            unread: None,
            is_template_broken: false,
            included_folders: BTreeSet::new(),
        };
        if worker.watch_included() {
            worker.build = compile(&worker.sources, &mut worker.cache);
        }
        worker.book.report(&mut worker.build.diagnostics);
        worker.read_pictures();
        worker.publish(&[], began, &[("read", read)]);
        worker.ask_for_history();
        Ok(worker)
    }

    /// Tries the book's own templates, and tells of it if one fails.
    pub(super) fn try_templates(&mut self) {
        let faults = self.template_faults();
        if !faults.is_empty() {
            self.report(faults);
        }
    }

    fn template_faults(&mut self) -> Vec<Diagnostic> {
        self.is_at("trying the templates of themes/");
        let faults = self.build.template_faults(&self.sources, &mut self.cache);
        self.is_template_broken = !faults.is_empty();
        faults
    }

    fn is_at(&self, what: impl Into<String>) {
        *lock(self.busy) = Some(Task::new(what));
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
                Request::State(address, reply) => {
                    let state = self.state(&address);
                    *lock(&self.shared.stood) = Some(state.clone());
                    drop(reply.send(state));
                }
                Request::Missing(reply) => drop(reply.send(self.missing())),
                Request::Policy(reply) => drop(reply.send(self.policy())),
                Request::Notice(_) | Request::Changes(_) | Request::Stop => {}
            }
        }
        // Those who were shown what is older ask again now.
        if self.shared.was_late.swap(false, Ordering::SeqCst) {
            self.next_edition();
        }
    }

    /// Reads what changed, and compiles if anything differs.
    fn take_in(&mut self, changed: &BTreeSet<PathBuf>, everything: bool, is_due: bool) {
        let clock = self.shared.settings.clock;
        let began = clock();
        let mut differs = is_due;
        let before_stale = self.stale();
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
            Ok(is_different) => {
                differs |= is_different;
                self.unread = None;
            }
            Err(error) => self.unread = Some(error.to_string()),
        }
        differs |= self.watch_included();
        self.book.settle(&mut self.sources);
        let read = clock().saturating_sub(began);
        if !differs && before_stale == self.stale() {
            return;
        }
        self.sources.today = (self.shared.settings.today)();
        self.build = compile(&self.sources, &mut self.cache);
        self.book.report(&mut self.build.diagnostics);
        self.read_pictures();
        let named = named(changed, before.into_iter().chain(self.handled(changed)).collect());
        let faults = self.template_faults();
        self.build.add(faults, &self.sources);
        self.publish(&named, began, &[("read", read)]);
        self.ask_for_history();
    }

    /// Watches the folders of files that are included from outside the handbook's own folders, if these aren't watched yet. Returns whether one of
    /// them was written meanwhile.
    fn watch_included(&mut self) -> bool {
        let own = |path: &SitePath| ["schemas", "themes", &self.project.content].into_iter().any(|area| path.strip(area).is_some());
        let wanted = include::wanted(&self.sources);
        let folders = wanted.iter().filter(|path| !own(path)).map(|path| path.folder().to_owned());
        let folders: BTreeSet<String> = folders.filter(|folder| !folder.is_empty()).collect();
        if folders == self.included_folders {
            return false;
        }
        self.included_folders = folders;
        let layout = self.project.layout().with_included(&self.sources);
        self.shared.watches(watch(self.shared, &self.project, &layout));
        // What was written since they were read was heard by nobody.
        let written = wanted.iter().map(|path| PathBuf::from(path.as_str())).collect();
        disk::refresh(&mut self.sources, &self.project.root, &self.project.layout(), &written).unwrap_or_else(|error| {
            self.unread = Some(error.to_string());
            false
        })
    }

    /// Whether a change may be one of where the handbook's files lie.
    fn decides(&self, changed: &BTreeSet<PathBuf>) -> bool {
        let root = std::path::absolute(&self.project.root).unwrap_or_else(|_| self.project.root.clone());
        let content = root.join(&self.project.content);
        changed.iter().any(|path| content.starts_with(path) || path.parent() == Some(&root))
    }

    /// Opens the handbook again. Returns whether its files lie elsewhere now, and are read anew.
    fn reopen(&mut self) -> bool {
        self.unopened = None;
        // Whether the settings can be used is judged before they decide where everything lies.
        if !has_whole_book(&self.project.root) {
            return false;
        }
        let project = match Project::open(Some(&self.project.root), None) {
            Ok(project) => project,
            Err(error) => {
                self.unopened = Some(error.to_string());
                return false;
            }
        };
        if project.layout() == self.project.layout() {
            self.project = project;
            return false;
        }
        let watch = watch(self.shared, &project, &project.layout());
        match read(self.shared, &project) {
            Ok(sources) => {
                self.sources = Sources { changes: std::mem::take(&mut self.sources.changes), ..sources };
                self.pictures.clear();
                self.project = project;
                self.shared.watches(watch);
                self.included_folders.clear();
                true
            }
            Err(error) => {
                self.unopened = Some(error.to_string());
                false
            }
        }
    }

    /// Those of some files that belong to the handbook, as people name them; at most so many.
    fn handled(&self, changed: &BTreeSet<PathBuf>) -> BTreeSet<String> {
        let root = std::path::absolute(&self.project.root).unwrap_or_else(|_| self.project.root.clone());
        let own = |path: &PathBuf| path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let name = |path: &PathBuf| self.sources.mounts.path_of(path).map_or_else(|| own(path), |path| path.to_string());
        let names = changed.iter().take(NAMED).map(name);
        let is_known = |name: &String| {
            let sources = &self.sources;
            sources.text(name).is_some() || sources.assets.contains_key(name.as_str()) || sources.unreadable.contains_key(name.as_str())
        };
        names.filter(is_known).collect()
    }

    /// Makes what was compiled the edition that there is, and tells of it.
    fn publish(&mut self, changed: &[String], began: Duration, before: &[(&'static str, Duration)]) {
        let (fresh, mended) = self.known.take(&self.build.diagnostics);
        self.took = (self.shared.settings.clock)().saturating_sub(began);
        // Browsers hear of it first: printing takes longer. Nobody hears of a thread that was left behind.
        let Some(edition) = self.shared.next_edition(self.generation) else { return };
        self.edition = edition;
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
        (lock(&self.shared.listener))(Event::Edition(&edition));
    }

    /// Tells browsers that something differs, without a word on the terminal.
    fn next_edition(&mut self) {
        self.edition = self.shared.next_edition(self.generation).unwrap_or(self.edition);
    }

    /// The bytes of pictures that pages carry inside, read again only if they changed.
    fn read_pictures(&mut self) {
        let wanted = self.build.pictures();
        let versions: BTreeMap<SitePath, Option<Asset>> = wanted.iter().map(|path| (path.clone(), self.sources.assets.get(path).cloned())).collect();
        if versions != self.pictures {
            self.sources.pictures = disk::read_pictures(&self.project.root, &self.sources.mounts, &wanted, PICTURE_LIMIT);
            self.pictures = versions;
        }
    }

    /// Asks, once, when the documents were last changed; nobody waits for the answer.
    fn ask_for_history(&mut self) {
        if self.is_asked_for_history || !self.build.handbook.config.published.history {
            return;
        }
        self.is_asked_for_history = true;
        let project = &self.project;
        let place = HistoryOf { root: project.root.clone(), mounts: self.sources.mounts.clone(), tables: project.tables.clone() };
        let documents: Vec<SitePath> = self.build.handbook.pages.iter().map(|page| page.document.path.clone()).collect();
        let (history, requests) = (Arc::clone(&self.shared.settings.history), self.requests.clone());
        // Pages without dates are better than none.
        let _ = thread::Builder::new().name("history".to_owned()).spawn(move || {
            let _ = requests.send(Request::Changes(history(&place, &documents)));
        });
    }

    /// The only place where files are made. One that can't be made is shown as it was.
    fn file(&mut self, address: &SitePath) -> Option<Shown> {
        self.is_at(format!("making {address}"));
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
                    SiteFile::Copy { from, .. } => {
                        let (root, path) = self.sources.mounts.ground(&self.project.root, &from);
                        Content::File { root: root.to_owned(), path }
                    }
                    // A file that is made alone is put on no shelf.
                    SiteFile::Shelved { .. } => return None,
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

    fn missing(&mut self) -> Option<(SitePath, Shown)> {
        let address = self.build.not_found(&self.sources, &mut self.cache)?;
        let shown = self.file(&address)?;
        Some((address, shown))
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
        if let Some(why) = self.unopened.as_ref().or(self.unread.as_ref()) {
            return Some(why.clone());
        }
        if self.book.is_instead() {
            return Some("book.toml can't be read: its last good version is in force".to_owned());
        }
        let broken = || self.build.diagnostics.iter().find(|finding| finding.kind.code == INVALID_TEMPLATE.code);
        let named = || broken().map_or_else(|| "a template".to_owned(), |finding| finding.path.to_string());
        self.is_template_broken.then(|| format!("{} fails: pages are shown as they were", named()))
    }

    fn state(&mut self, address: &SitePath) -> State {
        let digest = self.file(address).map(|shown| shown.digest.hex(32));
        let text = |path: &SitePath| text(&self.sources, &self.build, self.book.broken_text(), path);
        let place = findings::Places {
            build: &self.build,
            root: &self.project.root,
            mounts: &self.sources.mounts,
            editor: self.shared.settings.editor.as_ref(),
            text: &text,
        };
        let errors = findings::errors(&self.build);
        State {
            edition: self.edition,
            digest,
            publishable: errors == 0 && self.stale().is_none(),
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

fn watch(shared: &Arc<Shared>, project: &Project, layout: &Layout) -> Watch {
    // The watch belongs to what is shared, so it must not keep that alive.
    let shared_by_watch = Arc::downgrade(shared);
    let tell = move |notice| {
        if let Some(shared) = shared_by_watch.upgrade() {
            super::heard(&shared, notice);
        }
    };
    Watch::start(&project.root, layout, shared.settings.way, tell)
}

fn read(shared: &Shared, project: &Project) -> Result<Sources, ProjectError> {
    let mut sources = disk::scan(&project.root, &project.layout())?;
    sources.today = (shared.settings.today)();
    sources.baseline.clone_from(&project.baseline);
    sources.lines = shared.settings.lines;
    Ok(sources)
}
