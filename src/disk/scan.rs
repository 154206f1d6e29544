use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rayon::prelude::*;

use super::DiskError;
use super::areas::rule_files;
use super::files::read_at_most;
use super::included;
use super::walk::{Found, Walk};
use crate::include;
use crate::source::{Asset, LOCK, Mounts, SitePath, Source, Sources, Unreadable};

/// A document may be as large as this, in bytes.
pub const DOCUMENT_BYTES: u64 = 16 * 1024 * 1024;

/// Where in a handbook what lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The folder of the documents, from the root; `""` is the root itself.
    pub content: String,
    /// The folder that the site is published into, absolute or from the root: it isn't read.
    pub output: Option<PathBuf>,
    /// Files outside of these folders that book.toml names, from the root.
    pub extra: Vec<String>,
    /// The parts that lie elsewhere.
    pub mounts: Mounts,
    /// Globs of files that are read as texts wherever they lie, from the root: rules of alerts.
    pub rules: Vec<String>,
}

impl Layout {
    /// The same with files that documents include, there or not: they are to be looked at wherever they lie.
    #[must_use]
    pub fn with_included(mut self, sources: &Sources) -> Self {
        self.extra.extend(include::wanted(sources).iter().map(ToString::to_string));
        self
    }

    /// The files that are read wherever they lie.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        ["book.toml", LOCK].into_iter().chain(self.extra.iter().map(String::as_str)).chain(rule_files(self))
    }
}

/// Reads book.toml alone, if there is one that can be read: it says where the rest lies.
#[must_use]
pub fn read_book(root: &Path) -> Option<Source> {
    let mut sources = Sources::default();
    let mut found = Vec::new();
    Walk::new(root, &Layout::default()).ok()?.file("book.toml", &mut found, &mut sources);
    match read(found.pop()?) {
        Entry::Text(source) => Some(source),
        Entry::Asset(_) | Entry::Bad(_) | Entry::Gone => None,
    }
}

/// Whether a folder holds a Markdown document, in whatever folder below it.
#[must_use]
pub fn holds_markdown(folder: &Path) -> bool {
    let layout = Layout::default();
    folder.is_dir() && scan(folder, &layout).is_ok_and(|sources| sources.texts.keys().any(SitePath::is_markdown))
}

/// Reads a handbook: `book.toml`, `schemas/`, `themes/` and the documents. What can't be used is listed with its reason.
///
/// # Errors
///
/// If the root isn't a folder that can be read, or the content folder's name leads out of it.
pub fn scan(root: &Path, layout: &Layout) -> Result<Sources, DiskError> {
    let walk = Walk::new(root, layout)?;
    let mut sources = Sources { content: layout.content.clone(), ..Sources::default() };
    let mut found = Vec::new();
    for name in layout.named() {
        walk.file(name, &mut found, &mut sources);
    }
    for area in walk.areas() {
        walk.area(area, &mut found, &mut sources)?;
    }
    read_all(found, &mut sources);
    let (walks, missing) = mount_walks(&walk, layout);
    let mut mounted = Sources::default();
    let mut found = Vec::new();
    for walk in &walks {
        for area in walk.areas() {
            walk.area(area, &mut found, &mut mounted)?;
        }
    }
    read_all(found, &mut mounted);
    let mounts = layout.mounts.with_missing(missing);
    let mut sources = join(sources, mounted, mounts);
    included::include(&mut sources, &walk, &|_| true);
    Ok(sources)
}

/// A walk for each mount whose folder is there, and the mounts whose folder isn't.
pub(super) fn mount_walks<'a>(handbook: &Walk<'_>, layout: &'a Layout) -> (Vec<Walk<'a>>, BTreeSet<usize>) {
    let (mut walks, mut missing) = (Vec::new(), BTreeSet::new());
    for (index, mount) in layout.mounts.list().iter().enumerate() {
        match Some(mount).filter(|mount| !mount.is_refused).and_then(|mount| Walk::of_mount(mount, handbook)) {
            Some(walk) => walks.push(walk),
            None => drop(missing.insert(index)),
        }
    }
    (walks, missing)
}

/// The handbook's own files with those of mounts. Where both have a file, the handbook's own counts, and the place is noted.
pub(super) fn join(mut own: Sources, mounted: Sources, mut mounts: Mounts) -> Sources {
    let names = |sources: &Sources| -> Vec<SitePath> {
        sources.texts.keys().chain(sources.assets.keys()).chain(sources.unreadable.keys()).cloned().collect()
    };
    if !mounts.list().is_empty() {
        mounts.own = names(&own).into_iter().filter(|path| mounts.region(path).is_some()).collect();
    }
    let clashes: Vec<SitePath> =
        if mounts.own.is_empty() { Vec::new() } else { names(&mounted).into_iter().filter(|path| mounts.own.contains(path)).collect() };
    let hidden: BTreeSet<SitePath> = clashes.into_iter().collect();
    own.texts.extend(mounted.texts.into_iter().filter(|(path, _)| !hidden.contains(path)));
    own.assets.extend(mounted.assets.into_iter().filter(|(path, _)| !hidden.contains(path)));
    own.unreadable.extend(mounted.unreadable.into_iter().filter(|(path, _)| !hidden.contains(path)));
    mounts.clashes = hidden;
    own.mounts = mounts;
    own
}

/// Reads what was found. Of a file that was found twice the first counts.
pub(super) fn read_all(mut found: Vec<Found>, sources: &mut Sources) {
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|a, b| a.path == b.path);
    // A file that is read and published both has its size and time beside its text.
    let published = found.iter().filter(|file| file.text && file.published && file.metadata.is_file());
    sources.assets.extend(published.map(|file| (file.path.clone(), asset(&file.metadata))));
    let entries: Vec<(SitePath, Entry)> = found.into_par_iter().map(|file| (file.path.clone(), read(file))).collect();
    for (path, entry) in entries {
        match entry {
            Entry::Text(source) => drop(sources.texts.insert(path, source)),
            Entry::Asset(asset) => drop(sources.assets.insert(path, asset)),
            Entry::Bad(why) => drop(sources.unreadable.insert(path, why)),
            Entry::Gone => {}
        }
    }
}

pub(super) enum Entry {
    Text(Source),
    Asset(Asset),
    Bad(Unreadable),
    /// It was deleted after it was found.
    Gone,
}

pub(super) fn read(found: Found) -> Entry {
    if !found.metadata.is_file() {
        return Entry::Bad(if found.metadata.is_dir() { Unreadable::Folder } else { Unreadable::Special });
    }
    if !found.text {
        return Entry::Asset(asset(&found.metadata));
    }
    let too_large = |length| Entry::Bad(Unreadable::TooLarge { length, limit: DOCUMENT_BYTES });
    if found.metadata.len() > DOCUMENT_BYTES {
        return too_large(found.metadata.len());
    }
    match read_at_most(&found.file, DOCUMENT_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(&found.file).is_err() => Entry::Gone,
        Err(error) => Entry::Bad(Unreadable::Io(error.to_string())),
        Ok(bytes) if bytes.len() as u64 > DOCUMENT_BYTES => too_large(bytes.len() as u64),
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Entry::Text(Source::new(found.path, text)),
            Err(error) => {
                let valid_up_to = error.utf8_error().valid_up_to();
                Entry::Bad(Unreadable::NotUtf8 { valid_up_to, lossy: String::from_utf8_lossy(error.as_bytes()).into() })
            }
        },
    }
}

pub(super) fn asset(metadata: &Metadata) -> Asset {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Asset { length: metadata.len(), modified_ns: modified.map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)) }
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
