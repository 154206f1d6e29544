//! A handbook on disk: where it lies and how to read it.
//!
//! Knows folders and book.toml. Must not know what becomes of what was read.

mod last_book;
mod mounts;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
pub use last_book::{LastBook, has_whole_book};
pub use mounts::{copies, masked, normal};

use crate::config::{Config, SourceTable};
use crate::disk::{self, DiskError, Layout};
use crate::source::{Mounts, SitePath, Sources, globs};

/// Why a handbook can't be read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl ProjectError {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

impl fmt::Display for ProjectError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}; {}", self.message, self.help)
    }
}

impl std::error::Error for ProjectError {}

impl From<DiskError> for ProjectError {
    fn from(error: DiskError) -> Self {
        Self { message: error.message, help: error.help }
    }
}

/// A handbook on disk.
pub struct Project {
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
    /// The folder for what a build leaves for the next one; none if nothing is left: a folder without book.toml isn't littered.
    pub cache: Option<PathBuf>,
    /// The parts that lie elsewhere, as they are there now.
    pub mounts: Mounts,
    /// What book.toml says of them, in the same order.
    pub tables: Vec<SourceTable>,
    extra: Vec<String>,
    /// Globs of the rules of alerts, from the root.
    rules: Vec<String>,
}

impl Project {
    /// Finds the handbook: the folder that was named, else the nearest folder upwards with a book.toml, else the working folder.
    ///
    /// # Errors
    ///
    /// If there is no such folder, or book.toml names a folder of documents that isn't there.
    pub fn open(folder: Option<&Path>, output: Option<&Path>) -> Result<Self, ProjectError> {
        let root = match folder {
            Some(folder) => folder.to_path_buf(),
            None => nearest_book().unwrap_or_else(|| PathBuf::from(".")),
        };
        if !root.is_dir() {
            return Err(ProjectError::new(format!("there is no folder '{}'", root.display()), "name the folder that holds the handbook"));
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
        let rules = config.alerts.rules.iter().map(|(glob, _)| glob.clone()).collect();
        let baseline = config.baseline.as_ref().map(|(path, _)| path.clone());
        // Who has documents there gets nothing else.
        let leaves = has_book && config.cache && !Path::new(&content).starts_with(disk::CACHE);
        let cache = leaves.then(|| root.join(disk::CACHE));
        let tables = if has_book { config.sources } else { Vec::new() };
        let mut project = Self { root, content, output, output_shown, prefix, baseline, cache, mounts: Mounts::default(), tables, extra, rules };
        project.mount(&BTreeMap::new());
        Ok(project)
    }

    /// Looks again where the parts lie that lie elsewhere. `whys` says of some, by their index, why there is nothing newer.
    pub fn mount(&mut self, whys: &BTreeMap<usize, String>) {
        self.mounts = mounts::of(self, whys);
    }

    /// Takes another baseline than the one that book.toml names. `file` is a path from the working folder; the file need not be there.
    ///
    /// # Errors
    ///
    /// If its folder isn't there, or lies outside the handbook.
    pub fn use_baseline(&mut self, file: &Path) -> Result<(), ProjectError> {
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let (Ok(folder), Some(name)) = (parent.canonicalize(), file.file_name()) else {
            return Err(ProjectError::new(
                format!("there is no folder for the baseline '{}'", file.display()),
                "name a file in a folder that is there",
            ));
        };
        let place = self.root.canonicalize().ok().and_then(|root| folder.join(name).strip_prefix(root).ok().map(Path::to_path_buf));
        let path = place.and_then(|place| SitePath::new(&shown(&place)));
        if path.is_none() {
            let message = format!("the baseline '{}' lies outside the handbook", file.display());
            return Err(ProjectError::new(
                message,
                format!("name a file in the handbook's folder: '{}'", self.root.join("baseline.jsonl").display()),
            ));
        }
        self.baseline = path;
        Ok(())
    }

    /// Takes another baseline, which must be there.
    ///
    /// # Errors
    ///
    /// If it isn't there, or lies outside the handbook.
    pub fn read_baseline(&mut self, file: &Path) -> Result<(), ProjectError> {
        self.use_baseline(file)?;
        if file.is_file() {
            return Ok(());
        }
        let file = file.display();
        Err(ProjectError::new(format!("there is no baseline '{file}'"), format!("write it with `opsbook baseline update --baseline {file}`")))
    }

    /// The folder of the documents, as a path from the working folder.
    #[must_use]
    pub fn content_folder(&self) -> PathBuf {
        let folder = Path::new(&self.prefix).join(&self.content);
        if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder }
    }

    /// The folders that hold what the handbook is made from. In a plain folder of documents only its own folders count.
    #[must_use]
    pub fn own_folders(&self) -> Vec<PathBuf> {
        let content = Some(self.content.as_str()).filter(|content| !content.is_empty());
        ["schemas", "themes"].into_iter().chain(content).map(|folder| Path::new(&self.prefix).join(folder)).collect()
    }

    /// Reads everything that the handbook consists of. Waivers are judged as of `today`.
    ///
    /// # Errors
    ///
    /// If the handbook's folder can't be read.
    pub fn sources(&self, today: Date) -> Result<Sources, ProjectError> {
        let mut sources = disk::scan(&self.root, &self.layout())?;
        sources.today = Some(today);
        sources.baseline.clone_from(&self.baseline);
        Ok(sources)
    }

    /// Which folders and files belong to the handbook and to its site.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let extra = self.extra.iter().cloned().chain(self.baseline.iter().map(ToString::to_string)).collect();
        Layout { content: self.content.clone(), output: Some(self.output.clone()), extra, mounts: self.mounts.clone(), rules: self.rules.clone() }
    }

    /// Whether a file is one of the rules of alerts, by its path from the root.
    #[must_use]
    pub fn reads_rules(&self, path: &SitePath) -> bool {
        !self.rules.is_empty() && globs(self.rules.iter().map(String::as_str)).is_match(path.as_str()) && !path.is_markdown()
    }

    /// Makes sure that a baseline may be written at a path: it is no part of what the handbook is made from.
    ///
    /// # Errors
    ///
    /// If something of the handbook lies there, or would be published there.
    pub fn need_place_for_baseline(&self, path: &SitePath) -> Result<(), ProjectError> {
        let layout = Layout { extra: self.extra.clone(), ..self.layout() };
        Ok(disk::need_free_place(&self.root.join(path.as_str()), "the baseline", &self.root, &layout)?)
    }
}

/// The working folder or the nearest above it that holds a book.toml, as a path from the working folder.
fn nearest_book() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let depth = here.ancestors().position(|folder| folder.join("book.toml").is_file())?;
    Some(if depth == 0 { PathBuf::from(".") } else { std::iter::repeat_n("..", depth).collect() })
}

/// The folder of the documents: what book.toml says, else content/, else src/ of an mdBook, else the folder itself if it has no book.toml.
fn content_folder(root: &Path, config: &Config, has_book: bool) -> Result<String, ProjectError> {
    if let Some(content) = &config.content {
        if root.join(content).is_dir() {
            return Ok(content.clone());
        }
        let message = format!("book.toml names the folder '{content}' for the documents, and there is none");
        return Err(ProjectError::new(message, format!("create '{}', or mend 'src' in [book]", root.join(content).display())));
    }
    let found = ["content", "src"].into_iter().filter(|name| has_book || *name == "content").find(|name| root.join(name).is_dir());
    match found {
        Some(name) => Ok(name.to_owned()),
        None if !has_book => Ok(String::new()),
        None => Err(ProjectError::new(
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
