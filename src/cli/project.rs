//! The handbook that a command works on: where it lies and how to read it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::Failure;
use super::today::today;
use crate::compile::{Build, Cache, compile};
use crate::config::Config;
use crate::disk::{self, Layout};
use crate::report::{Report, Summary};
use crate::source::{SitePath, Sources};

/// A handbook on disk.
pub(super) struct Project {
    /// The folder that holds book.toml, or the plain folder of documents.
    pub root: PathBuf,
    /// The folder of the documents, from the root.
    pub content: String,
    /// The folder that the site is published in, absolute.
    pub output: PathBuf,
    /// The same as people name it.
    pub output_shown: String,
    /// What to put before paths in reports, so that they are right from the working folder.
    pub prefix: String,
    /// The list of findings that were there before, from the root.
    pub baseline: Option<SitePath>,
    extra: Vec<String>,
}

impl Project {
    /// Finds the handbook: the folder that was named, else the nearest folder upwards with a book.toml, else the working folder.
    pub(super) fn open(folder: Option<&Path>, output: Option<&Path>) -> Result<Self, Failure> {
        let root = match folder {
            Some(folder) => folder.to_path_buf(),
            None => nearest_book().unwrap_or_else(|| PathBuf::from(".")),
        };
        if !root.is_dir() {
            return Err(Failure::new(format!("there is no folder '{}'", root.display()), "name the folder that holds the handbook"));
        }
        let book = disk::read_book(&root);
        let has_book = root.join("book.toml").exists();
        let config = Config::parse(book.as_ref(), &mut Vec::new());
        let content = content_folder(&root, &config, has_book)?;
        let output = output.map_or_else(|| root.join(&config.output), Path::to_path_buf);
        let output_shown = shown(&output);
        // `disk` reads a relative folder from the root, the command line from the working folder.
        let output = std::path::absolute(&output).unwrap_or(output);
        let prefix = prefix(&root);
        let extra = config.css.iter().chain(&config.js).cloned().collect();
        let baseline = config.baseline.map(|(path, _)| path);
        Ok(Self { root, content, output, output_shown, prefix, baseline, extra })
    }

    /// Takes another baseline than the one that book.toml names. `file` is a path from the working folder; the file need not be there.
    pub(super) fn use_baseline(&mut self, file: &Path) -> Result<(), Failure> {
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let (Ok(folder), Some(name)) = (parent.canonicalize(), file.file_name()) else {
            return Err(Failure::new(format!("there is no folder for the baseline '{}'", file.display()), "name a file in a folder that is there"));
        };
        let place = self.root.canonicalize().ok().and_then(|root| folder.join(name).strip_prefix(root).ok().map(Path::to_path_buf));
        let path = place.and_then(|place| SitePath::new(&shown(&place)));
        if path.is_none() {
            let message = format!("the baseline '{}' lies outside the handbook", file.display());
            return Err(Failure::new(message, format!("name a file in the handbook's folder: '{}'", self.root.join("baseline.jsonl").display())));
        }
        self.baseline = path;
        Ok(())
    }

    /// Takes another baseline, which must be there.
    pub(super) fn read_baseline(&mut self, file: &Path) -> Result<(), Failure> {
        self.use_baseline(file)?;
        if file.is_file() {
            return Ok(());
        }
        let file = file.display();
        Err(Failure::new(format!("there is no baseline '{file}'"), format!("write it with `opsbook baseline update --baseline {file}`")))
    }

    /// The folder of the documents, as a path from the working folder.
    pub(super) fn content_folder(&self) -> PathBuf {
        let folder = Path::new(&self.prefix).join(&self.content);
        if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder }
    }

    /// The folders that hold what the handbook is made from. In a plain folder of documents only its own folders count.
    pub(super) fn own_folders(&self) -> Vec<PathBuf> {
        let content = Some(self.content.as_str()).filter(|content| !content.is_empty());
        ["schemas", "themes"].into_iter().chain(content).map(|folder| Path::new(&self.prefix).join(folder)).collect()
    }

    /// Reads everything that the handbook consists of.
    pub(super) fn sources(&self) -> Result<Sources, Failure> {
        let mut sources = disk::scan(&self.root, &self.layout())?;
        sources.today = Some(today()?);
        sources.baseline.clone_from(&self.baseline);
        Ok(sources)
    }

    /// Which folders and files belong to the handbook and to its site.
    pub(super) fn layout(&self) -> Layout {
        let extra = self.extra.iter().cloned().chain(self.baseline.iter().map(ToString::to_string)).collect();
        Layout { content: self.content.clone(), output: Some(self.output.clone()), extra }
    }

    /// Makes sure that a baseline may be written at a path: it is no part of what the handbook is made from.
    pub(super) fn need_place_for_baseline(&self, path: &SitePath) -> Result<(), Failure> {
        let layout = Layout { extra: self.extra.clone(), ..self.layout() };
        Ok(disk::need_free_place(&self.root.join(path.as_str()), "the baseline", &self.root, &layout)?)
    }

    /// Reads and compiles the handbook. One without any document is a mistake in the folder's name, not a clean handbook.
    pub(super) fn compile_documents(&self, cache: &mut Cache) -> Result<Compiled, Failure> {
        let compiled = self.compile(cache)?;
        if !compiled.build.handbook.pages.is_empty() || !compiled.build.diagnostics.is_empty() {
            return Ok(compiled);
        }
        let folder = shown(&self.content_folder());
        let place = if folder == "." { "here".to_owned() } else { format!("in '{folder}'") };
        Err(Failure::new(
            format!("there is no Markdown document {place}"),
            "name the folder of the handbook, or start one with `opsbook init` or `opsbook new`",
        ))
    }

    /// Reads and compiles the handbook.
    pub(super) fn compile(&self, cache: &mut Cache) -> Result<Compiled, Failure> {
        let clock = Clock::start();
        let sources = self.sources()?;
        let build = compile(&sources, cache);
        Ok(Compiled { sources, build, clock })
    }
}

/// A compiled handbook and when the work on it began.
pub(super) struct Compiled {
    pub sources: Sources,
    pub build: Build,
    clock: Clock,
}

impl Compiled {
    /// Hands a report on the findings to `write`.
    pub(super) fn report(&self, write: impl FnOnce(&Report<'_>)) {
        let source = |path: &SitePath| self.text(path);
        let report = Report { diagnostics: &self.build.diagnostics, suppressed: &self.build.suppressed, source: &source, summary: self.summary() };
        write(&report);
    }

    fn summary(&self) -> Summary {
        let mut summary = Summary { documents: self.build.handbook.pages.len(), elapsed_ms: Some(self.clock.elapsed_ms()), ..Summary::default() };
        summary.checked = self.build.handbook.pages.iter().map(|page| page.document.path.clone()).collect();
        for page in &self.build.handbook.pages {
            let Some((schema, conformance)) = &page.binding else {
                continue;
            };
            let coverage = conformance.coverage(schema);
            summary.typed += 1;
            summary.complete += usize::from(coverage.is_complete());
            summary.topics += coverage.topics.total;
            summary.topics_covered += coverage.topics.met;
        }
        summary
    }

    /// The text of a file of the handbook, or of one that comes with opsbook.
    pub(super) fn text(&self, path: &SitePath) -> Option<Arc<str>> {
        let own = self.sources.text(path.as_str()).map(|source| Arc::clone(&source.text));
        let lossy = || match self.sources.unreadable.get(path) {
            Some(crate::source::Unreadable::NotUtf8 { lossy, .. }) => Some(Arc::clone(lossy)),
            _ => None,
        };
        own.or_else(lossy).or_else(|| self.build.schemas.source(path).map(Arc::clone))
    }
}

/// Measures how long a run took.
struct Clock(Instant);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the command line is where time is measured; it is shown and decides nothing")]
    fn start() -> Self {
        Self(Instant::now())
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The working folder or the nearest above it that holds a book.toml, as a path from the working folder.
fn nearest_book() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let depth = here.ancestors().position(|folder| folder.join("book.toml").is_file())?;
    Some(if depth == 0 { PathBuf::from(".") } else { std::iter::repeat_n("..", depth).collect() })
}

/// The folder of the documents: what book.toml says, else content/, else src/ of an mdBook, else the folder itself if it has no book.toml.
fn content_folder(root: &Path, config: &Config, has_book: bool) -> Result<String, Failure> {
    if let Some(content) = &config.content {
        if root.join(content).is_dir() {
            return Ok(content.clone());
        }
        let message = format!("book.toml names the folder '{content}' for the documents, and there is none");
        return Err(Failure::new(message, format!("create '{}', or mend 'src' in [book]", root.join(content).display())));
    }
    let found = ["content", "src"].into_iter().filter(|name| has_book || *name == "content").find(|name| root.join(name).is_dir());
    match found {
        Some(name) => Ok(name.to_owned()),
        None if !has_book => Ok(String::new()),
        None => Err(Failure::new(
            format!("'{}' has a book.toml and no folder 'content'", root.display()),
            "create it, or name the folder of the documents: `src = \"FOLDER\"` in [book]",
        )),
    }
}

/// A folder inside the working folder is named from there even if it was given as an absolute path: `$CI_PROJECT_DIR/handbook` is
/// what a service knows as `handbook`.
fn prefix(root: &Path) -> String {
    let here = std::env::current_dir().ok();
    let inside = here.and_then(|here| root.strip_prefix(here).ok().map(Path::to_path_buf));
    let root = shown(inside.as_deref().unwrap_or(root));
    if root.is_empty() || root == "." { String::new() } else { format!("{root}/") }
}

/// A path as people write it: with slashes, without `./` at its beginning.
fn shown(path: &Path) -> String {
    let written = path.to_string_lossy().replace('\\', "/");
    let trimmed = written.strip_prefix("./").unwrap_or(&written).trim_end_matches('/');
    // The root of the file system is all slash.
    if trimmed.is_empty() && written.starts_with('/') { "/".to_owned() } else { trimmed.to_owned() }
}
