use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::DiskError;
use super::files::read_at_most;
use super::manifest::HIDDEN;
use crate::source::{Asset, REGISTRY, SitePath, Source, Sources, Unreadable};

/// A document may be as large as this, in bytes.
pub const DOCUMENT_BYTES: u64 = 16 * 1024 * 1024;

/// More files and folders than this are a mistake: links that multiply, or a whole disk.
const ENTRIES: usize = 1_000_000;

/// The texts of a theme. All else in a theme is published as it is.
const THEME_TEXTS: &[&str] = &["css", "html", "js", "json", "md", "mjs", "svg", "toml", "txt", "webmanifest", "xml", "yaml", "yml"];

/// Where in a handbook what lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The folder of the documents, from the root; `""` is the root itself.
    pub content: String,
    /// The folder that the site is published into, absolute or from the root: it isn't read.
    pub output: Option<PathBuf>,
    /// Files outside of these folders that book.toml names, from the root.
    pub extra: Vec<String>,
}

/// Reads book.toml alone, if there is one that can be read: it says where the rest lies.
#[must_use]
pub fn read_book(root: &Path) -> Option<Source> {
    let mut sources = Sources::default();
    let mut found = Vec::new();
    Walk::new(root, &Layout::default()).ok()?.file("book.toml", &mut found, &mut sources);
    match found.pop()?.read() {
        Entry::Text(source) => Some(source),
        Entry::Asset(_) | Entry::Bad(_) => None,
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
    for name in std::iter::once("book.toml").chain(layout.extra.iter().map(String::as_str)) {
        walk.file(name, &mut found, &mut sources);
    }
    for area in walk.areas() {
        walk.area(area, &mut found, &mut sources)?;
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|a, b| a.path == b.path);
    let read: Vec<(SitePath, Entry)> = found.into_par_iter().map(|file| (file.path.clone(), file.read())).collect();
    for (path, entry) in read {
        match entry {
            Entry::Text(source) => drop(sources.texts.insert(path, source)),
            Entry::Asset(asset) => drop(sources.assets.insert(path, asset)),
            Entry::Bad(why) => drop(sources.unreadable.insert(path, why)),
        }
    }
    Ok(sources)
}

/// A file that was seen but not read yet.
struct Found {
    path: SitePath,
    file: PathBuf,
    metadata: Metadata,
    text: bool,
}

enum Entry {
    Text(Source),
    Asset(Asset),
    Bad(Unreadable),
}

impl Found {
    fn read(self) -> Entry {
        if !self.metadata.is_file() {
            return Entry::Bad(Unreadable::Io("it is neither a file nor a folder".to_owned()));
        }
        if !self.text {
            return Entry::Asset(asset(&self.metadata));
        }
        let too_large = |length| Entry::Bad(Unreadable::TooLarge { length, limit: DOCUMENT_BYTES });
        if self.metadata.len() > DOCUMENT_BYTES {
            return too_large(self.metadata.len());
        }
        match read_at_most(&self.file, DOCUMENT_BYTES) {
            Err(error) => Entry::Bad(Unreadable::Io(error.to_string())),
            Ok(bytes) if bytes.len() as u64 > DOCUMENT_BYTES => too_large(bytes.len() as u64),
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Entry::Text(Source::new(self.path, text)),
                Err(error) => {
                    let valid_up_to = error.utf8_error().valid_up_to();
                    Entry::Bad(Unreadable::NotUtf8 { valid_up_to, lossy: String::from_utf8_lossy(error.as_bytes()).into() })
                }
            },
        }
    }
}

fn asset(metadata: &Metadata) -> Asset {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Asset { length: metadata.len(), modified_ns: modified.map_or(0, |time| time.as_nanos()) }
}

struct Walk<'a> {
    root: &'a Path,
    /// The root without links, which no link may leave.
    real_root: PathBuf,
    content: &'a str,
    /// Whether it is a folder of documents without book.toml.
    is_plain: bool,
    /// The output folder, as it is written and without links.
    outputs: Vec<PathBuf>,
}

impl<'a> Walk<'a> {
    fn new(root: &'a Path, layout: &'a Layout) -> Result<Self, DiskError> {
        let real_root = fs::canonicalize(root).map_err(|error| DiskError::io("read the handbook's folder", root, &error))?;
        if !real_root.is_dir() {
            let message = format!("'{}' is not a folder", root.display());
            return Err(DiskError::new(root, message, "name the folder that holds the handbook"));
        }
        real_root.read_dir().map_err(|error| DiskError::io("read the handbook's folder", root, &error))?;
        let content = layout.content.as_str();
        if !content.is_empty() && SitePath::new(content).is_none() {
            let message = format!("the content folder '{content}' is not a folder inside '{}'", root.display());
            return Err(DiskError::new(root, message, "name it from the handbook's root, without '..', as in `src = \"content\"`"));
        }
        let output = layout.output.as_ref().map(|output| root.join(output));
        let real_output = output.as_ref().and_then(|output| fs::canonicalize(output).ok());
        let is_plain = content.is_empty() && !root.join("book.toml").exists();
        Ok(Self { root, real_root, content, is_plain, outputs: output.into_iter().chain(real_output).collect() })
    }

    /// The folders to read, from the root.
    fn areas(&self) -> Vec<&'a str> {
        if self.content.is_empty() { vec![""] } else { vec!["schemas", "themes", self.content] }
    }

    /// Looks at one file that need not be there.
    fn file(&self, name: &str, found: &mut Vec<Found>, sources: &mut Sources) {
        let file = self.root.join(name);
        let (Some(path), Ok(_)) = (SitePath::new(name), fs::symlink_metadata(&file)) else { return };
        let outcome = if self.leads_out(&file) { Err(Unreadable::LinkOutside) } else { metadata(&file) };
        match outcome {
            Ok(metadata) => found.push(Found { path, file, metadata, text: true }),
            Err(why) => drop(sources.unreadable.insert(path, why)),
        }
    }

    fn area(&self, area: &str, found: &mut Vec<Found>, sources: &mut Sources) -> Result<(), DiskError> {
        let top = if area.is_empty() { self.root.to_owned() } else { self.root.join(area) };
        if fs::symlink_metadata(&top).is_err() {
            return Ok(());
        }
        let mut entries = 0;
        let mut walk = WalkDir::new(&top).follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = walk.next() {
            entries += 1;
            if entries > ENTRIES {
                let message = format!("'{}' holds more than {ENTRIES} files and folders", top.display());
                return Err(DiskError::new(&top, message, "look for symbolic links that multiply, or name a smaller content folder"));
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.refused(&error, sources);
                    continue;
                }
            };
            match self.judge(&entry) {
                Verdict::Leave => skip(&entry, &mut walk),
                Verdict::Bad(why) => {
                    skip(&entry, &mut walk);
                    sources.unreadable.extend(self.key(entry.path()).map(|(path, _)| (path, why)));
                }
                Verdict::Folder => {}
                Verdict::File { path, text } => match metadata(entry.path()) {
                    Ok(metadata) => found.push(Found { path, file: entry.into_path(), metadata, text }),
                    Err(why) => drop(sources.unreadable.insert(path, why)),
                },
            }
        }
        Ok(())
    }

    fn judge(&self, entry: &DirEntry) -> Verdict {
        let name = entry.file_name();
        let is_folder = entry.file_type().is_dir();
        if entry.depth() > 0 && self.is_left_out(entry, name, is_folder) {
            return Verdict::Leave;
        }
        if (entry.path_is_symlink() || entry.depth() == 0) && self.leads_out(entry.path()) {
            return Verdict::Bad(Unreadable::LinkOutside);
        }
        let Some((path, true)) = self.key(entry.path()) else {
            // The root itself has no key.
            return if entry.path() == self.root { Verdict::Folder } else { Verdict::Bad(Unreadable::BadName) };
        };
        if is_folder {
            return Verdict::Folder;
        }
        match self.class(&path) {
            Class::Text => Verdict::File { path, text: true },
            Class::Asset => Verdict::File { path, text: false },
            Class::Ignored => Verdict::Leave,
        }
    }

    fn is_left_out(&self, entry: &DirEntry, name: &OsStr, is_folder: bool) -> bool {
        if name.as_encoded_bytes().starts_with(b".") {
            return true;
        }
        if !is_folder {
            return false;
        }
        if self.content.is_empty() && (name == "node_modules" || name == "target") {
            return true;
        }
        // A site that was published here before, into a folder that isn't this run's, is no part of the handbook.
        if entry.path().join(HIDDEN).join("manifest.json").is_file() {
            return true;
        }
        let is = |path: &Path| self.outputs.iter().any(|output| output == path);
        is(entry.path()) || !self.outputs.is_empty() && fs::canonicalize(entry.path()).is_ok_and(|real| is(&real))
    }

    /// Whether a path leads out of the root. A link to nowhere doesn't: reading it says what is wrong.
    fn leads_out(&self, path: &Path) -> bool {
        let hidden = |inside: &Path| inside.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
        // What is hidden isn't read, by way of a link either.
        fs::canonicalize(path).is_ok_and(|real| real.strip_prefix(&self.real_root).map_or(true, hidden))
    }

    /// The path from the root, and whether it is the name as it stands; a name that can't be one is shown as near as can be.
    fn key(&self, path: &Path) -> Option<(SitePath, bool)> {
        let relative = path.strip_prefix(self.root).ok()?;
        let mut exact = true;
        let segments: Vec<String> = relative
            .components()
            .map(|component| {
                let name = component.as_os_str().to_string_lossy().replace('\\', "\u{fffd}");
                exact &= component.as_os_str() == OsStr::new(&name);
                name
            })
            .collect();
        SitePath::new(&segments.join("/")).map(|path| (path, exact))
    }

    fn class(&self, path: &SitePath) -> Class {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        // In a plain folder these are folders like any other.
        if self.is_plain {
            return if path.is_markdown() || path.as_str() == REGISTRY { Class::Text } else { Class::Asset };
        }
        if path.strip("schemas").is_some() && matches!(extension.as_str(), "yaml" | "yml") {
            return Class::Text;
        }
        if path.strip("themes").is_some() {
            return if THEME_TEXTS.contains(&extension.as_str()) { Class::Text } else { Class::Asset };
        }
        match path.strip(self.content) {
            Some(inside) if path.is_markdown() || path.as_str() == "book.toml" || inside.as_str() == REGISTRY => Class::Text,
            Some(_) => Class::Asset,
            None => Class::Ignored,
        }
    }

    /// Takes down what the walk itself couldn't enter.
    fn refused(&self, error: &walkdir::Error, sources: &mut Sources) {
        let is_link = error.path().is_some_and(|path| fs::symlink_metadata(path).is_ok_and(|link| link.is_symlink()));
        let why = match error.io_error().map(|error| (error.kind(), error)) {
            None => Unreadable::LinkLoop,
            Some((io::ErrorKind::NotFound, _)) if is_link => Unreadable::Io("the symbolic link leads nowhere".to_owned()),
            Some((io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied, error)) => Unreadable::Io(error.to_string()),
            // Links that lead to each other in a circle, without a folder in between.
            Some(_) if is_link => Unreadable::LinkLoop,
            Some((_, error)) => Unreadable::Io(error.to_string()),
        };
        let Some((path, _)) = error.path().and_then(|path| self.key(path)) else { return };
        // A hidden link that leads nowhere is nobody's fault.
        if !path.as_str().split('/').any(|name| name.starts_with('.')) {
            sources.unreadable.insert(path, why);
        }
    }
}

enum Verdict {
    Leave,
    Bad(Unreadable),
    Folder,
    File { path: SitePath, text: bool },
}

enum Class {
    Text,
    Asset,
    Ignored,
}

fn metadata(file: &Path) -> Result<Metadata, Unreadable> {
    fs::metadata(file).map_err(|error| Unreadable::Io(error.to_string()))
}

fn skip(entry: &DirEntry, walk: &mut walkdir::IntoIter) {
    if entry.file_type().is_dir() {
        walk.skip_current_dir();
    }
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
