//! What a handbook is made of, as plain values: paths, texts and their hashes.
//!
//! Must not know where the texts come from (a disk, an editor's buffer, a test) or what they mean.

mod globs;
mod mounts;
mod pieces;
mod target;

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

pub use globs::{glob, globs};
pub use mounts::{Copied, Mount, Mounts};
pub use pieces::{Joiner, Pieces, Place};
pub use target::{in_target, in_target_like};

use crate::memo::Digest;

/// The folders that a path lies in, from the top.
pub fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

/// A relative path inside the handbook or the site: segments joined by `/`, none of them empty, `.` or `..`.
///
/// So a `SitePath` can't lead out of the folder that it is joined to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SitePath(Arc<str>);

/// Names that a folder's own page can have, without their extension; of several the first that is there wins.
pub const FOLDER_PAGES: [&str; 3] = ["index", "_index", "readme"];

/// What declares roles, platforms and other names, at the top of the content folder. It is read, never published.
pub const REGISTRY: &str = "registry.yaml";

/// What records the addresses that were published, beside book.toml. It is read, never published.
pub const LOCK: &str = "urls.lock";

/// What the paths of files that come with opsbook begin with.
const EMBEDDED: &str = "opsbook:";

impl SitePath {
    /// The path, or none if it is empty, absolute, or has an empty, `.` or `..` segment, a NUL or a backslash.
    #[must_use]
    pub fn new(path: &str) -> Option<Self> {
        let valid = path.split('/').all(|segment| !matches!(segment, "" | "." | "..")) && !path.contains(['\0', '\\']);
        valid.then(|| Self(path.into()))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of a file that comes with opsbook: `opsbook:schemas/process.yaml`. Texts are found by it; no disk has it.
    #[must_use]
    pub fn embedded(path: &str) -> Option<Self> {
        Self::new(&format!("{EMBEDDED}{path}"))
    }

    /// Whether the path is that of a file that comes with opsbook.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.0.starts_with(EMBEDDED)
    }

    /// The folder that holds the path, `""` at the top.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last segment.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The last segment without its last extension.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    /// The last extension, without its dot.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        self.file_name().rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension)
    }

    /// Whether the file is a Markdown document by its name.
    #[must_use]
    pub fn is_markdown(&self) -> bool {
        self.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown"))
    }

    /// Whether a document is the page of its folder by its name: index.md, _index.md or README.md.
    #[must_use]
    pub fn is_folder_page(&self) -> bool {
        FOLDER_PAGES.contains(&self.stem().to_lowercase().as_str())
    }

    /// This path below `folder` (`""` leaves it as it is).
    #[must_use]
    pub fn below(&self, folder: &str) -> Option<Self> {
        if folder.is_empty() { Some(self.clone()) } else { Self::new(&format!("{folder}/{}", self.0)) }
    }

    /// What is left of the path inside `folder` (`""` is the top), or none if it lies elsewhere.
    #[must_use]
    pub fn strip(&self, folder: &str) -> Option<Self> {
        if folder.is_empty() {
            return Some(self.clone());
        }
        self.0.strip_prefix(folder)?.strip_prefix('/').and_then(Self::new)
    }

    /// How a file in `folder` (`""` is the top) refers to this path: `../images/a.png`.
    #[must_use]
    pub fn relative_to(&self, folder: &str) -> String {
        let mut from = folder.split('/').filter(|segment| !segment.is_empty()).peekable();
        let mut to: &str = &self.0;
        // The last segment is a file, so it never counts as a folder that both share.
        while let Some((segment, rest)) = to.split_once('/')
            && from.next_if_eq(&segment).is_some()
        {
            to = rest;
        }
        let mut path = String::with_capacity(to.len() + 6);
        from.for_each(|_| path.push_str("../"));
        path.push_str(to);
        path
    }

    /// Joins a relative reference such as `../images/a.png` to `folder`.
    ///
    /// None if it leads out of the top folder or to the top folder itself.
    #[must_use]
    pub fn join(folder: &str, reference: &str) -> Option<Self> {
        Self::new(&joined(folder, reference)?)
    }
}

/// The path that a reference in `folder` leads to, `""` for the top folder itself; none if it leads out of that.
#[must_use]
pub fn joined(folder: &str, reference: &str) -> Option<String> {
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in reference.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()?),
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

impl fmt::Display for SitePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for SitePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", &*self.0)
    }
}

impl Borrow<str> for SitePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// One text of the handbook and its hash.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it lies, from the handbook's root: `content/recovery/api.md`.
    pub path: SitePath,
    /// Its text, as it stands in the file.
    pub text: Arc<str>,
    /// The hash of path and text.
    pub digest: Digest,
    /// Whether it may ask for a part of another file: `{{#include` can stand in it.
    pub may_include: bool,
    /// Where what it holds comes from; none if all of it stands in this file.
    pub pieces: Option<Arc<Pieces>>,
}

impl Source {
    /// A source from its parts; works out the hash.
    #[must_use]
    pub fn new(path: SitePath, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let digest = crate::memo::Hasher::default().text(path.as_str()).text(&text).finish();
        let may_include = text.contains("{{") && (text.contains("#include") || text.contains("#rustdoc_include"));
        Self { path, text, digest, may_include, pieces: None }
    }

    /// What becomes of a source that holds parts of other files: `text` instead of its own.
    #[must_use]
    pub fn joined(&self, text: String, pieces: Pieces) -> Self {
        let hasher = crate::memo::Hasher::default().digest(self.digest).text(&text);
        let digest = pieces.hashed(hasher).finish();
        Self { path: self.path.clone(), text: text.into(), digest, may_include: true, pieces: Some(Arc::new(pieces)) }
    }
}

/// A file that is published as it is. Its bytes stay where they are until the site is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Size in bytes.
    pub length: u64,
    /// What tells one version of the file from another without reading it: time of the last change, in nanoseconds since 1970.
    pub modified_ns: u64,
}

/// Why a file of the handbook can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// The bytes up to this offset are UTF-8, the next is not.
    NotUtf8 {
        /// Number of bytes that are fine.
        valid_up_to: usize,
        /// The text with each faulty byte replaced, to show in the report.
        lossy: Arc<str>,
    },
    /// Larger than a document may be.
    TooLarge {
        /// Size in bytes.
        length: u64,
        /// The largest size allowed, in bytes.
        limit: u64,
    },
    /// A symbolic link that leads to one of its own parent folders.
    LinkLoop,
    /// A symbolic link that leads out of the handbook.
    LinkOutside,
    /// The name isn't one that a site can have (not UTF-8, or with a backslash).
    BadName,
    /// A folder where a file should be.
    Folder,
    /// A pipe, a socket or a device, which nobody reads to its end.
    Special,
    /// What the operating system said.
    Io(String),
}

/// Everything that a build reads, as one plain value.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Where the documents lie: `content`, or `""` for a plain folder.
    pub content: String,
    /// Texts by path from the handbook's root.
    pub texts: BTreeMap<SitePath, Source>,
    /// Files to publish as they are, by path from the handbook's root.
    pub assets: BTreeMap<SitePath, Asset>,
    /// The bytes of those of them that pages carry inside, as far as they were read: see [`pictures`](crate::compile::Build::pictures).
    pub pictures: BTreeMap<SitePath, Arc<[u8]>>,
    /// Files that documents include a part of, as far as they are there and aren't among the texts: what they say, or why they can't be used.
    pub included: BTreeMap<SitePath, Result<Source, Unreadable>>,
    /// Files that can't be used, and why.
    pub unreadable: BTreeMap<SitePath, Unreadable>,
    /// The day on which the handbook is checked; none if nobody looked. It decides which waivers still hold, and stands on no page.
    pub today: Option<Date>,
    /// The list of findings that were there before, instead of the one that book.toml names.
    pub baseline: Option<SitePath>,
    /// Whether pages say from which line of its file each block comes (`data-line`), for previews.
    pub lines: bool,
    /// When documents were last changed, by path from the handbook's root; empty if nobody looked.
    pub changes: BTreeMap<SitePath, Timestamp>,
    /// The parts that lie elsewhere.
    pub mounts: Mounts,
}

impl Sources {
    /// Adds a text, replacing what was there.
    pub fn insert(&mut self, path: SitePath, text: impl Into<Arc<str>>) {
        self.texts.insert(path.clone(), Source::new(path, text));
    }

    /// The text at `path`.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&Source> {
        self.texts.get(path).or_else(|| self.included.get(path)?.as_ref().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out() {
        for bad in ["", "/etc", "a//b", "../a", "a/../b", ".", "a\\b", "a\0"] {
            assert!(SitePath::new(bad).is_none(), "{bad:?}");
        }
        assert_eq!(SitePath::join("a/b", "../c.png").unwrap().as_str(), "a/c.png");
        assert!(SitePath::join("a", "../../c").is_none());
        assert!(SitePath::join("a", "..").is_none());
    }

    #[test]
    fn references_between_folders() {
        for (folder, to, expected) in
            [("", "a.md", "a.md"), ("a/b", "a/c/d.md", "../c/d.md"), ("a", "a", "../a"), ("a/b", "x.md", "../../x.md"), ("a", "a/b.md", "b.md")]
        {
            assert_eq!(SitePath::new(to).unwrap().relative_to(folder), expected);
        }
    }

    #[test]
    fn parts_of_a_path() {
        let path = SitePath::new("content/a b/x.html.md").unwrap();
        assert_eq!((path.folder(), path.file_name(), path.stem(), path.extension()), ("content/a b", "x.html.md", "x.html", Some("md")));
        assert_eq!(path.strip("content").unwrap().as_str(), "a b/x.html.md");
        assert!(path.strip("cont").is_none());
        assert_eq!(SitePath::new(".gitignore").unwrap().extension(), None);
    }
}
