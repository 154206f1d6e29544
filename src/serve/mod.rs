//! The preview: a server that shows the site as it is while its sources are written.
//!
//! Knows addresses and bytes. Must not know documents, checks or how pages are made: whoever serves hands in a [`Preview`].

pub mod engine;
pub mod http;
pub mod live;
pub mod place;
pub mod watch;

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use crate::memo::Digest;
use crate::source::SitePath;

/// What a preview shows, from moment to moment. Its methods are called by many threads at once.
pub trait Preview: Send + Sync {
    /// The file at an address of the site as it is now, made when it is asked for; none if the site has none.
    ///
    /// If it can't be made (a template fails), what was shown last is shown again.
    fn file(&self, address: &SitePath) -> Option<Shown>;

    /// The page for addresses that don't exist, and where it lies.
    fn not_found(&self) -> Option<(SitePath, Shown)>;

    /// The Content-Security-Policy that readers of the site get, as far as pages need one.
    fn policy(&self) -> String;

    /// How the handbook stands, seen from a page; `address` need not exist.
    fn state(&self, address: &SitePath) -> State;

    /// Waits until there is another edition than `seen`, or until `limit` has passed. Gives the edition that there is.
    fn wait(&self, seen: u64, limit: std::time::Duration) -> u64;
}

/// A file as it is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What it holds.
    pub content: Content,
    /// Tells its versions apart.
    pub digest: Digest,
}

/// What a file of the site holds.
#[derive(Debug, Clone)]
pub enum Content {
    /// Bytes made by the build.
    Bytes(Arc<[u8]>),
    /// A file on the disk, published as it is.
    File {
        /// The handbook's folder.
        root: PathBuf,
        /// Where in it the file lies.
        path: SitePath,
    },
}

/// How the handbook stands, as the script in each page reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct State {
    /// Counts the times that the handbook was read since the server started.
    pub edition: u64,
    /// What tells the versions of this page apart, as 32 hexadecimal digits; none if the site has no such page.
    pub digest: Option<String>,
    /// Whether `build` would publish a site.
    pub publishable: bool,
    /// Why what is shown is older than what is written: `book.toml can't be read`.
    pub stale: Option<String>,
    /// Number of findings at error level in the whole handbook.
    pub errors: usize,
    /// Number of the other findings.
    pub warnings: usize,
    /// The findings, those about this page first; at most 200.
    pub findings: Vec<Finding>,
    /// How long the last edition took, from the change to its being ready, in milliseconds.
    pub took_ms: u64,
}

/// One finding, as the script in each page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The stable code: `broken-link`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What stands right under the marked text in reports; may be empty.
    pub label: String,
    /// What to do about it.
    pub helps: Vec<String>,
    /// The file, from the handbook's root.
    pub path: String,
    /// Where in the file, both from 1.
    pub line: usize,
    /// Column in characters.
    pub column: usize,
    /// Whether it is about the document that this page shows.
    pub here: bool,
    /// The address of the page that shows the document, from the site's root.
    pub page: Option<String>,
    /// What opens the place in the writer's editor.
    pub editor: Option<String>,
}
