//! Where a handbook comes from and where its site goes: the file system.
//!
//! The only user of `std::fs` in the core. Knows files, folders and links; must not know Markdown, checks or pages.
//! What is wrong with one file of the handbook is a value in [`Sources`](crate::source::Sources); what keeps a run from
//! going on at all is a [`DiskError`].

mod areas;
mod copies;
mod files;
mod included;
mod kept;
mod manifest;
#[cfg(test)]
mod mount_tests;
mod places;
mod plan;
mod publish;
mod published;
mod refresh;
mod relocate;
mod report_file;
mod report_folder;
mod scan;
mod spool;
mod stamps;
mod walk;
mod watched;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub use copies::{Copies, Copy, NewCopy};
pub use files::{documents_in, need_same, read_document, read_pictures, replace, write_new};
pub use included::include_more;
pub use kept::{CACHE, Kept, keep, program, read_kept};
pub use publish::{Origin, Published, publish, publish_from};
pub use published::{OpenFile, is_readable_place, open_published};
pub use refresh::refresh;
pub use relocate::{left_behind, link_on_the_way, relocate};
pub use report_file::{ReportFile, need_free_place};
pub use report_folder::write_report;
pub use scan::{DOCUMENT_BYTES, Layout, holds_markdown, read_book, scan};
pub use spool::Spool;
pub use stamps::Stamps;
pub use watched::Watched;

/// Why the file system kept opsbook from going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskError {
    /// The file or folder that it is about.
    pub path: PathBuf,
    /// What is wrong; names the path.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl DiskError {
    fn new(path: &Path, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: path.to_owned(), message: message.into(), help: help.into() }
    }

    /// What the operating system said when opsbook tried to `doing` at `path`: `can't write 'book/a.html': disk full`.
    fn io(doing: &str, path: &Path, error: &io::Error) -> Self {
        let help = match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::PermissionDenied => "give yourself the permission, or choose another place",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space; the published site is as it was",
            io::ErrorKind::ReadOnlyFilesystem => "choose a place that can be written",
            _ => "mend the cause and run the command again",
        };
        Self::new(path, format!("can't {doing} '{}': {error}", path.display()), help)
    }
}

impl fmt::Display for DiskError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}; {}", self.message, self.help)
    }
}

impl std::error::Error for DiskError {}
