//! Copies of repositories' folders, kept beside book.toml so that a handbook can be read without a network.
//!
//! Knows files and folders. Must not know git: whoever makes a copy hands in its files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::DiskError;
use super::files::{read_at_most, write_fresh};
use super::kept::make_cache;
use crate::memo::Digest;
use crate::source::SitePath;

/// Room for the record of a copy.
const RECORD_BYTES: u64 = 1024;

/// Where the copies of one repository's folder are kept.
#[derive(Debug, Clone)]
pub struct Copies {
    cache: PathBuf,
    folder: PathBuf,
}

/// A copy that is there as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// The commit that it was made from.
    pub commit: String,
    /// When somebody last saw that this is the newest, in seconds since 1970.
    pub seconds: i64,
    /// The folder that holds its files.
    pub folder: PathBuf,
}

impl Copies {
    /// The place for what `name` stands for in a handbook's cache; `key` tells it from all others of that name.
    #[must_use]
    pub fn of(cache: &Path, name: &str, key: Digest) -> Self {
        let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).take(40).collect();
        let plain = plain.trim_start_matches('.');
        Self { cache: cache.to_owned(), folder: cache.join("sources").join(format!("{plain}-{}", key.hex(12))) }
    }

    /// Where a copy would lie, for those who name a place that nothing lies at yet.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.folder
    }

    /// The copy that was finished last; none if there is none, or something of it is gone.
    #[must_use]
    pub fn last(&self) -> Option<Copy> {
        let (record, counted) = self.record()?;
        (Counted::of(&record.folder) == counted).then_some(record)
    }

    /// What the record says, whether it is true or not.
    fn record(&self) -> Option<(Copy, Counted)> {
        let text = String::from_utf8(read_at_most(&self.folder.join("current"), RECORD_BYTES).ok()?).ok()?;
        let mut words = text.split_whitespace();
        let (commit, seconds) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
        let counted = Counted { files: words.next()?.parse().ok()?, bytes: words.next()?.parse().ok()? };
        let is_commit = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        let folder = self.tree(&commit).filter(|_| is_commit)?;
        Some((Copy { commit, seconds, folder }, counted))
    }

    fn tree(&self, commit: &str) -> Option<PathBuf> {
        Some(self.folder.join(commit.get(..12)?))
    }

    /// When documents were last changed, as whoever made the copy left it.
    #[must_use]
    pub fn dates(&self, commit: &str) -> Option<Vec<u8>> {
        read_at_most(&self.folder.join(format!("{}.dates", commit.get(..12)?)), u64::MAX - 1).ok()
    }

    /// Begins another copy. Other runs wait until it is done.
    ///
    /// # Errors
    ///
    /// If the place can't be written.
    pub fn begin(&self) -> Result<NewCopy<'_>, DiskError> {
        let failed = |error: &io::Error| DiskError::io("keep a copy in", &self.folder, error);
        make_cache(&self.cache).map_err(|error| failed(&error))?;
        fs::create_dir_all(&self.folder).map_err(|error| failed(&error))?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(self.folder.join("lock")).map_err(|error| failed(&error))?;
        lock.lock().map_err(|error| failed(&error))?;
        let new = self.folder.join("new");
        // What a run left that was killed.
        match fs::remove_dir_all(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&error)),
            _ => {}
        }
        fs::create_dir(&new).and_then(|()| fs::create_dir(new.join("tree"))).map_err(|error| failed(&error))?;
        Ok(NewCopy { copies: self, new, links: Vec::new(), _lock: lock })
    }
}

/// What tells a whole copy from a part of it, without reading it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    files: u64,
    bytes: u64,
}

impl Counted {
    fn of(folder: &Path) -> Self {
        let mut counted = Self::default();
        if !fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir()) {
            return counted;
        }
        for entry in WalkDir::new(folder).into_iter().flatten().filter(|entry| !entry.file_type().is_dir()) {
            counted.files += 1;
            if entry.file_type().is_file() {
                counted.bytes += entry.metadata().map_or(0, |metadata| metadata.len());
            }
        }
        counted
    }
}

/// A copy that is being made. Nobody sees it before it is finished; if it is dropped, nothing of it is left.
#[derive(Debug)]
pub struct NewCopy<'a> {
    copies: &'a Copies,
    new: PathBuf,
    links: Vec<(PathBuf, String)>,
    _lock: File,
}

impl NewCopy<'_> {
    /// A folder that is gone afterwards, for what it takes to make the copy. It isn't there yet.
    #[must_use]
    pub fn workshop(&self) -> PathBuf {
        self.new.join("repository")
    }

    /// Adds a file; false if there is one of that name already. Not more of it is held in memory than it takes to hand it on.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn file(&self, path: &SitePath, mut bytes: &mut dyn Read) -> Result<bool, DiskError> {
        let tree = self.new.join("tree");
        let place = tree.join(path.as_str());
        let failed = |error: io::Error| DiskError::io("keep a copy in", &place, &error);
        if is_below_link(&tree, &place) {
            return Err(failed(io::ErrorKind::NotADirectory.into()));
        }
        place.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
        match OpenOptions::new().write(true).create_new(true).open(&place) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            opened => opened.and_then(|mut file| io::copy(&mut bytes, &mut file)).map(|_| true).map_err(failed),
        }
    }

    /// Adds a symbolic link, once all files are there: so none is written through it.
    pub fn link(&mut self, path: &SitePath, target: &str) {
        self.links.push((self.new.join("tree").join(path.as_str()), target.to_owned()));
    }

    /// Makes it the copy that counts; the one before it stays for those who read it at this moment. `dates` are for [`Copies::dates`]. Gives the
    /// number of links that were left out because another link would have led them elsewhere.
    ///
    /// # Errors
    ///
    /// If something can't be written; the last copy still counts then.
    pub fn finish(self, commit: &str, seconds: i64, dates: Option<&[u8]>) -> Result<usize, DiskError> {
        let copies = self.copies;
        let failed = |error: io::Error| DiskError::io("keep a copy in", &copies.folder, &error);
        let mut left_out = 0;
        for (place, target) in &self.links {
            // git's own trees hold nothing below a link; one that was made by hand, or two names that are one on this disk, would.
            if is_below_link(&self.new.join("tree"), place) {
                left_out += 1;
                continue;
            }
            place.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
            // On systems without links the file is missing, and whoever refers to it is told.
            #[cfg(unix)]
            std::os::unix::fs::symlink(target, place)
                .or_else(|error| if error.kind() == io::ErrorKind::AlreadyExists { Ok(()) } else { Err(failed(error)) })?;
            #[cfg(not(unix))]
            let _ = (place, target);
        }
        let before = copies.record().map(|(copy, _)| copy.folder);
        let tree = copies.tree(commit).ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?;
        let counted = Counted::of(&self.new.join("tree"));
        match fs::remove_dir_all(&tree) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        fs::rename(self.new.join("tree"), &tree).map_err(failed)?;
        if let Some(dates) = dates {
            write_fresh(&tree.with_extension("dates"), dates).map_err(failed)?;
        }
        copies.write_record(commit, seconds, &counted)?;
        copies.forget_all_but(&[Some(tree), before]);
        Ok(left_out)
    }

    /// Says that the copy that there is was still the newest at this moment.
    ///
    /// # Errors
    ///
    /// If that can't be written.
    pub fn keep(self, copy: &Copy, seconds: i64) -> Result<(), DiskError> {
        self.copies.write_record(&copy.commit, seconds, &Counted::of(&copy.folder))
    }
}

/// Whether a folder that a place lies in, below `tree`, is a symbolic link: whatever is written there comes to lie elsewhere.
fn is_below_link(tree: &Path, place: &Path) -> bool {
    let is_link = |folder: &Path| fs::symlink_metadata(folder).is_ok_and(|found| found.is_symlink());
    place.ancestors().skip(1).take_while(|folder| *folder != tree).any(is_link)
}

impl Drop for NewCopy<'_> {
    fn drop(&mut self) {
        // The next run tries again.
        let _ = fs::remove_dir_all(&self.new);
    }
}

impl Copies {
    fn write_record(&self, commit: &str, seconds: i64, counted: &Counted) -> Result<(), DiskError> {
        let text = format!("{commit} {seconds} {} {}\n", counted.files, counted.bytes);
        let (new, place) = (self.folder.join("current.new"), self.folder.join("current"));
        write_fresh(&new, text.as_bytes()).and_then(|()| fs::rename(&new, &place)).map_err(|error| DiskError::io("write", &place, &error))
    }

    fn forget_all_but(&self, kept: &[Option<PathBuf>]) {
        let Ok(entries) = self.folder.read_dir() else { return };
        let is_kept = |place: &Path| kept.iter().flatten().any(|kept| place == kept || place == kept.with_extension("dates"));
        let is_ours =
            |place: &Path| place.file_stem().is_some_and(|name| name.len() == 12 && name.to_string_lossy().bytes().all(|b| b.is_ascii_hexdigit()));
        for place in entries.flatten().map(|entry| entry.path()).filter(|place| is_ours(place) && !is_kept(place)) {
            // What can't be deleted takes room and does no harm.
            let _ = if place.is_dir() { fs::remove_dir_all(&place) } else { fs::remove_file(&place) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> (tempfile::TempDir, Copies) {
        let root = tempfile::tempdir().unwrap();
        let copies = Copies::of(&root.path().join(".opsbook-cache"), "pay/ments", Digest::of(b"x"));
        (root, copies)
    }

    fn commit(digit: char) -> String {
        digit.to_string().repeat(40)
    }

    fn make(copies: &Copies, commit: &str, files: &[(&str, &str)]) {
        let new = copies.begin().unwrap();
        for (path, text) in files {
            assert!(new.file(&SitePath::new(path).unwrap(), &mut text.as_bytes()).unwrap());
        }
        new.finish(commit, 7, Some(b"dates")).unwrap();
    }

    #[test]
    fn a_copy_is_there_as_a_whole_or_not_at_all() {
        let (_root, copies) = place();
        assert_eq!(copies.last(), None);
        make(&copies, &commit('a'), &[("a/b.md", "# B"), ("c.md", "# C")]);
        let copy = copies.last().unwrap();
        assert_eq!((copy.commit.as_str(), copy.seconds), (commit('a').as_str(), 7));
        assert_eq!(read_at_most(&copy.folder.join("a/b.md"), 9).unwrap(), b"# B");
        assert_eq!(copies.dates(&copy.commit).as_deref(), Some(&b"dates"[..]));
        assert!(!copies.folder.join("new").exists());

        let unfinished = copies.begin().unwrap();
        assert!(unfinished.file(&SitePath::new("a.md").unwrap(), &mut io::empty()).unwrap());
        assert!(!unfinished.file(&SitePath::new("a.md").unwrap(), &mut io::empty()).unwrap(), "no file is written twice");
        assert!(unfinished.file(&SitePath::new("a.md/b").unwrap(), &mut io::empty()).is_err(), "a file is no folder");
        drop(unfinished);
        assert_eq!(copies.last().as_ref(), Some(&copy));

        copies.begin().unwrap().keep(&copy, 9).unwrap();
        assert_eq!(copies.last().unwrap().seconds, 9);
        for digit in ['b', 'c'] {
            make(&copies, &commit(digit), &[("c.md", "# New")]);
        }
        assert!(!copy.folder.exists(), "only the one before stays");
        assert!(copies.tree(&commit('b')).unwrap().exists());
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "what others do to the cache")]
    fn a_copy_that_lost_something_counts_as_none() {
        let (_root, copies) = place();
        let spoil: &[fn(&Copies, &Copy)] = &[
            |_, copy| fs::remove_file(copy.folder.join("c.md")).unwrap(),
            |_, copy| fs::write(copy.folder.join("c.md"), "#").unwrap(),
            |_, copy| fs::remove_dir_all(&copy.folder).unwrap(),
            |copies, _| fs::write(copies.folder.join("current"), "aaaa").unwrap(),
            |copies, _| fs::write(copies.folder.join("current"), "../../../../../../../../../../../../../../etc 7 1 1").unwrap(),
            |copies, _| fs::write(copies.folder.join("current"), [0xFF; 50]).unwrap(),
            |copies, _| fs::remove_dir_all(&copies.cache).unwrap(),
        ];
        for (number, spoil) in spoil.iter().enumerate() {
            make(&copies, &commit('a'), &[("a/b.md", "# B"), ("c.md", "# C")]);
            let copy = copies.last().unwrap();
            spoil(&copies, &copy);
            assert_eq!(copies.last(), None, "{number}");
        }
        make(&copies, &commit('a'), &[("c.md", "# C")]);
        assert!(copies.last().is_some());
        assert!(copies.cache.join(".gitignore").is_file());
    }

    #[test]
    #[cfg(unix)]
    fn links_are_made_last() {
        let (_root, copies) = place();
        let mut new = copies.begin().unwrap();
        new.link(&SitePath::new("out").unwrap(), "/tmp");
        assert!(new.file(&SitePath::new("a.md").unwrap(), &mut io::empty()).unwrap());
        assert_eq!(new.finish(&commit('a'), 1, None).unwrap(), 0);
        let copy = copies.last().unwrap();
        assert!(copy.folder.join("out").is_symlink());
        assert_eq!(copies.dates(&copy.commit), None);
    }

    #[test]
    #[cfg(unix)]
    fn nothing_is_written_through_links() {
        let (root, copies) = place();
        let path = |name: &str| SitePath::new(name).unwrap();
        let outside = root.path().join("outside");
        fs::create_dir(&outside).unwrap();
        let mut new = copies.begin().unwrap();
        for (name, target) in [("a", outside.to_str().unwrap()), ("a/link", "/tmp"), ("a/deep/link", "/tmp"), ("b/link", "../c.md")] {
            new.link(&path(name), target);
        }
        assert!(new.file(&path("c.md"), &mut io::empty()).unwrap());
        assert_eq!(new.finish(&commit('a'), 1, None).unwrap(), 2);
        assert_eq!(outside.read_dir().unwrap().count(), 0);
        assert!(copies.last().unwrap().folder.join("b/link").is_symlink());

        let new = copies.begin().unwrap();
        std::os::unix::fs::symlink(&outside, new.new.join("tree/a")).unwrap();
        assert!(new.file(&path("a/b.md"), &mut io::empty()).is_err());
        assert_eq!(outside.read_dir().unwrap().count(), 0);
    }
}
