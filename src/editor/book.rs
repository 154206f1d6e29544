//! One handbook that is open in an editor: its files, the buffers over them, and what came of compiling the two.
//!
//! Knows the disk and the build. Must not know messages or features.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use super::names::Names;
use super::view::View;
use crate::compile::{Build, Cache, compile};
use crate::disk::{self, DOCUMENT_BYTES, Stamps};
use crate::memo::Digest;
use crate::project::{LastBook, Project, ProjectError, has_whole_book};
use crate::source::{SitePath, Source, Sources, Unreadable};

/// The settings of a handbook, from its root.
const BOOK: &str = "book.toml";

/// A handbook.
pub struct Book {
    project: Project,
    /// The root as the editor names it.
    shown: PathBuf,
    /// The root without symbolic links.
    real: PathBuf,
    sources: Sources,
    /// What lies over the files.
    buffers: BTreeMap<SitePath, Arc<str>>,
    settings: LastBook,
    /// The files as they were when they were looked at last.
    stamps: Stamps,
    cache: Cache,
    build: Build,
    names: (Digest, Names),
    is_stale: bool,
}

impl Book {
    /// Reads a handbook, by its root as the editor names it.
    ///
    /// # Errors
    ///
    /// If its folder can't be read, or book.toml names a folder of documents that isn't there.
    pub fn open(root: &Path, today: Date) -> Result<Self, ProjectError> {
        let project = Project::open(Some(root), None)?;
        let stamps = stamps(&project, &Sources::default());
        let sources = project.sources(today)?;
        let mut cache = Cache::default();
        let build = compile(&Sources::default(), &mut cache);
        let real = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        let names = (Digest::default(), Names::default());
        let buffers = BTreeMap::new();
        Ok(Self {
            project,
            shown: root.to_path_buf(),
            real,
            sources,
            buffers,
            settings: LastBook::default(),
            stamps,
            cache,
            build,
            names,
            is_stale: true,
        })
    }

    /// The path from the root of a file in it.
    #[must_use]
    pub fn path_of(&self, file: &Path) -> Option<SitePath> {
        let inside = |file: &Path, root: &Path| {
            let inside = file.strip_prefix(root).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
            SitePath::new(&inside)
        };
        let mounted = || self.sources.mounts.path_of(file).or_else(|| self.sources.mounts.path_of(&real(file)?));
        mounted().or_else(|| inside(file, &self.shown)).or_else(|| inside(&real(file)?, &self.real))
    }

    /// Whether some of its files lie in folders elsewhere.
    #[must_use]
    pub fn reads_elsewhere(&self) -> bool {
        self.sources.mounts.list().iter().any(|mount| mount.copy.is_none())
    }

    /// Whether a file is part of the handbook although it lies elsewhere.
    #[must_use]
    pub fn mounts(&self, file: &Path) -> bool {
        !self.sources.mounts.list().is_empty()
            && (self.sources.mounts.path_of(file).is_some() || real(file).is_some_and(|file| self.sources.mounts.path_of(&file).is_some()))
    }

    /// Where a file of the handbook lies, as the editor names it.
    #[must_use]
    pub fn file_of(&self, path: &SitePath) -> PathBuf {
        self.sources.mounts.place(&self.shown, path)
    }

    /// Whether a file is a copy that nobody may edit.
    #[must_use]
    pub fn is_copy(&self, path: &SitePath) -> bool {
        self.sources.mounts.is_copy(path)
    }

    /// Lays a buffer over a file. Texts that are no part of the handbook stay away from it.
    pub fn put(&mut self, path: &SitePath, text: Arc<str>) {
        // What is no part now may be included later.
        self.buffers.insert(path.clone(), text);
        if self.is_part(path) {
            self.lay(path);
            self.include();
            self.is_stale = true;
        }
    }

    /// Takes a buffer away: the file counts again.
    pub fn take_away(&mut self, path: &SitePath) {
        if self.buffers.remove(path).is_some() {
            self.reread(&BTreeSet::from([self.file_of(path)]));
        }
    }

    /// The files that aren't on the disk as they were when it was looked at last. Nothing is read.
    pub fn changed(&mut self) -> BTreeSet<PathBuf> {
        let now = stamps(&self.project, &self.sources);
        let before = std::mem::replace(&mut self.stamps, now);
        before.differing(&self.stamps).into_iter().map(|path| self.file_of(&path)).collect()
    }

    /// Reads again what changed on the disk; buffers stay over it.
    pub fn reread(&mut self, changed: &BTreeSet<PathBuf>) {
        // A folder that can't be read now is as it was before; the next event tries again.
        self.is_stale |= disk::refresh(&mut self.sources, &self.project.root, &self.project.layout(), changed).unwrap_or(false);
        self.lay_all();
    }

    /// Reads the whole handbook again, because book.toml was written: it says where the rest lies. One that can't be read says nothing.
    ///
    /// # Errors
    ///
    /// If that can't be read; the handbook stays as it was.
    pub fn reopen(&mut self, today: Date) -> Result<(), ProjectError> {
        if !has_whole_book(&self.shown) {
            return Ok(());
        }
        let project = Project::open(Some(&self.shown), None)?;
        let before = stamps(&project, &self.sources);
        self.sources = project.sources(today)?;
        self.stamps = before;
        self.project = project;
        self.lay_all();
        self.is_stale = true;
        Ok(())
    }

    /// Compiles the newest texts, if anything changed.
    pub fn bring_up(&mut self, today: Date) {
        if !self.is_stale && self.sources.today == Some(today) {
            return;
        }
        self.sources.today = Some(today);
        self.compile();
        self.is_stale = false;
        let registry = &self.build.handbook.registry;
        if self.names.0 != registry.digest {
            self.names = (registry.digest, Names::of(registry));
        }
    }

    /// The handbook as it was when it was brought up last.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View { build: &self.build, sources: &self.sources, names: &self.names.1 }
    }

    /// While book.toml is no TOML, half typed, the rest is judged by what it said before.
    fn compile(&mut self) {
        self.settings.settle(&mut self.sources);
        self.build = compile(&self.sources, &mut self.cache);
        self.settings.report(&mut self.build.diagnostics);
        self.settings.unsettle(&mut self.sources);
    }

    fn lay_all(&mut self) {
        for path in self.buffers.keys().cloned().collect::<Vec<_>>() {
            self.lay(&path);
        }
        self.include();
    }

    /// Reads what the buffers include and the files didn't.
    fn include(&mut self) {
        // Where the folder can't be read now, the next event tries again.
        let _ = disk::include_more(&mut self.sources, &self.project.root, &self.project.layout());
        let is_over_one = |path: &&SitePath| self.sources.included.contains_key(*path);
        let over: Vec<SitePath> = self.buffers.keys().filter(is_over_one).cloned().collect();
        for path in &over {
            self.lay(path);
        }
        if !over.is_empty() {
            // What a buffer includes need not be what its file includes.
            let _ = disk::include_more(&mut self.sources, &self.project.root, &self.project.layout());
        }
    }

    /// The text of a buffer instead of the file's. Too large a buffer is refused as the file would be.
    fn lay(&mut self, path: &SitePath) {
        let Some(text) = self.buffers.get(path) else { return };
        let length = text.len() as u64;
        let is_too_large = length > DOCUMENT_BYTES;
        let too_large = Unreadable::TooLarge { length, limit: DOCUMENT_BYTES };
        if let Some(included) = self.sources.included.get_mut(path) {
            *included = if is_too_large { Err(too_large) } else { Ok(Source::new(path.clone(), Arc::clone(text))) };
            return;
        }
        if !self.is_part(path) {
            return;
        }
        // A rule file among the documents is read, and published as it is saved.
        if !self.project.reads_rules(path) {
            self.sources.assets.remove(path);
        }
        if is_too_large {
            self.sources.texts.remove(path);
            self.sources.unreadable.insert(path.clone(), too_large);
        } else {
            self.sources.unreadable.remove(path);
            self.sources.insert(path.clone(), Arc::clone(text));
        }
    }

    /// Whether a file that is read as text would be part of the handbook, if it was saved.
    fn is_part(&self, path: &SitePath) -> bool {
        if self.sources.text(path.as_str()).is_some() || self.sources.unreadable.contains_key(path) {
            return true;
        }
        let is_hidden = path.as_str().split('/').any(|segment| segment.starts_with('.'));
        let is_output = self.file_of(path).starts_with(&self.project.output);
        let is_yaml = path.extension().is_some_and(|extension| matches!(extension.to_ascii_lowercase().as_str(), "yaml" | "yml"));
        let is_rules = self.project.reads_rules(path);
        let is_schema = is_yaml && path.strip("schemas").is_some() && self.sources.texts.contains_key(BOOK);
        let is_registry = path.strip(&self.sources.content).is_some_and(|inside| inside.as_str() == crate::source::REGISTRY);
        let is_document = path.is_markdown() && path.strip(&self.sources.content).is_some();
        !is_hidden && !is_output && (is_document || is_registry || is_schema || is_rules || path.as_str() == BOOK)
    }
}

/// The files as they are now. A folder that can't be read seems empty: reading it tells why.
fn stamps(project: &Project, sources: &Sources) -> Stamps {
    Stamps::of(&project.root, &project.layout().with_included(sources)).unwrap_or_default()
}

/// The path without symbolic links, as far as it is there.
#[must_use]
pub fn real(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(|above| Some(above.canonicalize().ok()?.join(path.strip_prefix(above).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::write_new;

    #[test]
    fn a_rule_file_among_the_documents_stays_a_file_of_the_site() {
        let root = tempfile::tempdir().unwrap();
        let rules = "groups:\n- rules:\n  - alert: DiskFull\n";
        let book = "[alerts]\nrules = \"content/rules.yaml\"\n";
        for (path, text) in [("book.toml", book), ("content/a.md", "# A\n\n[rules](rules.yaml)\n"), ("content/rules.yaml", rules)] {
            write_new(&root.path().join(path), text).unwrap();
        }
        let today = Date::constant(2026, 1, 1);
        let mut book = Book::open(root.path(), today).unwrap();
        let path = SitePath::new("content/rules.yaml").unwrap();
        let broken_links = |book: &mut Book| {
            book.bring_up(today);
            let findings = &book.build.diagnostics;
            (book.sources.assets.contains_key(&path), findings.iter().filter(|finding| finding.kind.code == "broken-link").count())
        };
        assert_eq!(broken_links(&mut book), (true, 0));
        book.put(&path, "groups:\n- rules:\n  - alert: DiskFuller\n".into());
        assert_eq!(broken_links(&mut book), (true, 0));
        assert!(book.sources.text(path.as_str()).is_some_and(|source| source.text.contains("DiskFuller")));
        book.take_away(&path);
        assert_eq!(broken_links(&mut book), (true, 0));
    }
}
