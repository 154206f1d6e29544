use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::DiskError;
use super::files::delete_in;
use super::manifest::{Entry, Hidden};
use super::places::places;
use crate::memo::Digest;
use crate::site::{Shelf, Site, SiteFile};
use crate::source::SitePath;

/// So many numbered files lie in one folder: threads that write into the same one wait for each other.
const FILES_IN_FOLDER: usize = 256;
/// The folder of files that lie in the order of the site.
const SITE: &str = "site";

/// Files of a site on their way to the output folder: each is written as soon as it is made, beside its place.
///
/// Where opsbook hasn't published yet they lie as they will lie there, so that whole folders can be moved. Else each has a number, and its own move.
/// A file that is there already, the same, isn't written at all. Where nothing can be written, files stay in memory; [`publish`](super::publish) says
/// why. When it is dropped, what nobody published is gone.
#[derive(Debug)]
pub struct Spool {
    place: Option<Place>,
    next: AtomicUsize,
    /// The places of the files that lie in the order of the site.
    laid_out: Mutex<Vec<SitePath>>,
    output: PathBuf,
    /// What was published before, as far as is known.
    published: BTreeMap<SitePath, Entry>,
}

#[derive(Debug)]
struct Place {
    folder: PathBuf,
    /// Whether files lie in the order of the site.
    is_laid_out: bool,
    /// Keeps other runs out.
    _lock: File,
}

impl Spool {
    /// Room for the files of the site in `output` (absolute, or from the current folder).
    ///
    /// # Errors
    ///
    /// If the output folder is or holds the handbook, or is none; see [`publish`](super::publish).
    pub fn open(root: &Path, content: &str, output: &Path) -> Result<Self, DiskError> {
        let output = places(root, content, output)?.output;
        let hidden = Hidden::of(&output);
        // What is wrong with the record is said when the site is published.
        let published = hidden.record().unwrap_or_default().into_entries();
        Ok(Self { place: Place::for_output(&output, &hidden), next: AtomicUsize::new(0), laid_out: Mutex::default(), output, published })
    }

    /// Forgets what was published before: whatever is kept from here on is written.
    pub fn forget_published(&mut self) {
        self.published = BTreeMap::new();
    }

    /// Where the file of a number is that goes to a place of the site.
    pub(super) fn file(&self, number: usize, goes_to: &SitePath) -> Option<PathBuf> {
        self.place.as_ref().map(|place| match place.site() {
            Some(site) => site.join(goes_to.as_str()),
            None => place.folder.join((number / FILES_IN_FOLDER).to_string()).join(number.to_string()),
        })
    }

    /// Moves the files that a site has into a folder that holds nothing else of it, if they lie in the order of the site. Files that it doesn't have,
    /// or has from elsewhere, are deleted. Whether they lay so; whether all that the site has were there is for the caller to look at.
    ///
    /// # Errors
    ///
    /// If something can't be moved or deleted.
    pub(super) fn move_all(&self, site: &Site, into: &Path) -> Result<bool, DiskError> {
        let Some(from) = self.place.as_ref().and_then(Place::site) else { return Ok(false) };
        let failed = |error: io::Error| DiskError::io("move files into", into, &error);
        // Another thread's panic leaves whole places.
        let laid_out = self.laid_out.lock().unwrap_or_else(PoisonError::into_inner);
        let is_wanted = |place: &&SitePath| matches!(site.files.get(*place), Some(SiteFile::Shelved { number: Some(_), .. }));
        for place in laid_out.iter().filter(|place| !is_wanted(place)) {
            delete_in(&from, place).map_err(failed)?;
        }
        let entries = match from.read_dir() {
            // No file could be written, so all are in memory.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
            entries => entries.and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(failed)?,
        };
        for entry in entries {
            fs::rename(entry.path(), into.join(entry.file_name())).map_err(failed)?;
        }
        Ok(true)
    }

    /// Writes the file of a number, in a folder that the first one makes.
    fn write(&self, number: usize, goes_to: &SitePath, bytes: &[u8]) -> Option<()> {
        let file = self.file(number, goes_to)?;
        let create = || OpenOptions::new().write(true).create_new(true).open(&file);
        let created = match create() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(file.parent()?).ok()?;
                create()
            }
            created => created,
        };
        let mut created = created.ok()?;
        if self.place.as_ref().is_some_and(|place| place.is_laid_out) {
            // Before it is whole: half of one has to be found too.
            self.laid_out.lock().unwrap_or_else(PoisonError::into_inner).push(goes_to.clone());
        }
        created.write_all(bytes).ok()
    }

    fn is_published(&self, path: &SitePath, digest: Digest, length: u64) -> bool {
        let is_known = self.published.get(path) == Some(&Entry { digest, length });
        is_known && fs::symlink_metadata(self.output.join(path.as_str())).is_ok_and(|file| file.is_file() && file.len() == length)
    }
}

impl Place {
    /// A folder that can be moved from: inside opsbook's own in the output folder, else beside the output folder.
    fn for_output(output: &Path, hidden: &Hidden) -> Option<Self> {
        let inside = fs::symlink_metadata(&hidden.folder).is_ok_and(|folder| folder.is_dir());
        let folder = if inside {
            hidden.folder.join("spool")
        } else {
            output.parent()?.join(format!(".{}.opsbook-spool", output.file_name()?.to_string_lossy()))
        };
        Self::at(folder, !inside)
    }

    fn at(folder: PathBuf, is_laid_out: bool) -> Option<Self> {
        let lock = folder.join("lock");
        match fs::symlink_metadata(&folder) {
            // Nothing else bears opsbook's lock.
            Ok(found) if !found.is_dir() || !fs::symlink_metadata(&lock).is_ok_and(|lock| lock.is_file()) => return None,
            Ok(_) => {}
            Err(_) => {
                fs::create_dir_all(folder.parent()?).and_then(|()| fs::create_dir(&folder)).ok()?;
            }
        }
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&lock).ok()?;
        file.try_lock().ok()?;
        let place = Self { folder, is_laid_out, _lock: file };
        // What a run left that was killed.
        place.clear();
        Some(place)
    }

    /// The folder of the files that lie in the order of the site.
    fn site(&self) -> Option<PathBuf> {
        self.is_laid_out.then(|| self.folder.join(SITE))
    }

    fn clear(&self) {
        let Ok(entries) = self.folder.read_dir() else { return };
        for entry in entries.flatten().filter(|entry| entry.file_name() != "lock") {
            // What can't be deleted can't be written over either, and then stays in memory.
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let _ = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.clear();
        let _ = fs::remove_file(self.folder.join("lock"));
        let _ = fs::remove_dir(&self.folder);
    }
}

impl Shelf for Spool {
    fn keep(&self, place: &SitePath, bytes: Arc<[u8]>) -> SiteFile {
        let (digest, length) = (Digest::of(&bytes), bytes.len() as u64);
        if let Some(published) = self.published(place, digest, length) {
            return published;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        match self.write(number, place, &bytes) {
            Some(()) => SiteFile::Shelved { digest, length, number: Some(number) },
            None => SiteFile::Bytes(bytes),
        }
    }

    fn published(&self, place: &SitePath, digest: Digest, length: u64) -> Option<SiteFile> {
        self.is_published(place, digest, length).then_some(SiteFile::Shelved { digest, length, number: None })
    }
}
