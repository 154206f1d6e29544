use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{DOCUMENT_BYTES, DiskError};
use crate::source::{Mounts, SitePath};

/// Writes a text to a new file and makes the folders above it.
///
/// # Errors
///
/// If something stands there already (it stays as it is), or the place can't be written.
pub fn write_new(path: &Path, text: &str) -> Result<(), DiskError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| DiskError::io("make the folder", folder, &error))?;
    }
    let opened = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = opened.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            let message = format!("'{}' exists already and is never overwritten", path.display());
            DiskError::new(path, message, "choose another name, or move it away first")
        }
        _ => DiskError::io("write", path, &error),
    })?;
    file.write_all(text.as_bytes()).map_err(|error| DiskError::io("write", path, &error))
}

/// Replaces a file's text in one step: whoever reads meanwhile sees the old text or the new one, never a part. The file
/// keeps its permissions; a symbolic link keeps leading to it.
///
/// # Errors
///
/// If the file isn't there or can't be written; it is as it was then.
pub fn replace(path: &Path, text: &str) -> Result<(), DiskError> {
    let failed = |error: &io::Error| DiskError::io("replace", path, error);
    let target = fs::canonicalize(path).map_err(|error| failed(&error))?;
    let permissions = fs::metadata(&target).map_err(|error| failed(&error))?.permissions();
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let beside = target.with_file_name(format!(".{name}.opsbook-{}", std::process::id()));
    let written = write_fresh(&beside, text.as_bytes()).and_then(|()| fs::set_permissions(&beside, permissions));
    written.and_then(|()| fs::rename(&beside, &target)).map_err(|error| {
        // Nothing more can be done if even this fails; the text itself is untouched.
        let _ = fs::remove_file(&beside);
        failed(&error)
    })
}

/// Reads images that pages carry inside, each by its path from the handbook's root. What can't be read, or has meanwhile
/// grown beyond `limit` bytes, is left out: pages then lead to it.
#[must_use]
pub fn read_pictures(root: &Path, mounts: &Mounts, wanted: &BTreeSet<SitePath>, limit: u64) -> BTreeMap<SitePath, Arc<[u8]>> {
    let read = |path: &SitePath| {
        let bytes = read_at_most(&mounts.place(root, path), limit).ok()?;
        (bytes.len() as u64 <= limit).then(|| (path.clone(), Arc::from(bytes)))
    };
    wanted.iter().filter_map(read).collect()
}

/// Reads one document that somebody named.
///
/// # Errors
///
/// If it can't be read, is too large or isn't UTF-8.
pub fn read_document(path: &Path) -> Result<String, DiskError> {
    let bytes = read_at_most(path, DOCUMENT_BYTES).map_err(|error| DiskError::io("read", path, &error))?;
    if bytes.len() as u64 > DOCUMENT_BYTES {
        let message = format!("'{}' is larger than {DOCUMENT_BYTES} bytes", path.display());
        return Err(DiskError::new(path, message, "split it, or leave it out"));
    }
    let not_text = |_| DiskError::new(path, format!("'{}' isn't UTF-8", path.display()), "save it as UTF-8, or leave it out");
    String::from_utf8(bytes).map_err(not_text)
}

/// Makes sure that a file still holds the text that was read before.
///
/// # Errors
///
/// If it holds another one, or can't be read.
pub fn need_same(path: &Path, text: &str) -> Result<(), DiskError> {
    let limit = text.len() as u64;
    let bytes = read_at_most(path, limit).map_err(|error| DiskError::io("read", path, &error))?;
    if bytes == text.as_bytes() {
        return Ok(());
    }
    let message = format!("'{}' was changed meanwhile by something else", path.display());
    Err(DiskError::new(path, message, "run the command again"))
}

/// The Markdown files in a folder and in those below it, sorted. Hidden files and folders' own pages are left out, links to folders aren't
/// followed.
///
/// # Errors
///
/// If a folder can't be read.
pub fn documents_in(folder: &Path) -> Result<Vec<PathBuf>, DiskError> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let failed = |error: &io::Error| DiskError::io("read the folder", &folder, error);
        #[expect(clippy::disallowed_methods, reason = "disk reads folders")]
        for entry in fs::read_dir(&folder).map_err(|error| failed(&error))? {
            let entry = entry.map_err(|error| failed(&error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let is_document = SitePath::new(&name).is_some_and(|name| name.is_markdown() && !name.is_folder_page());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(entry.path());
            } else if is_document && entry.path().is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Writes a file that isn't there; what stood there under its name is removed, not followed or overwritten.
pub(super) fn write_fresh(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes),
    }
}

/// Reads a file, at most `limit` bytes and one more, so that a file that grows meanwhile can't fill the memory.
pub(super) fn read_at_most(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    use std::io::Read;

    let file = fs::File::open(path)?;
    // Room for all of it at once: a file of 5 KB is else read in ten steps.
    let length = file.metadata()?.len().min(limit);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    file.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Deletes a file in a folder, if it is there, and the folders around it that it leaves empty.
pub(super) fn delete_in(folder: &Path, path: &SitePath) -> io::Result<()> {
    let file = folder.join(path.as_str());
    match fs::remove_file(&file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // A folder that isn't empty stays, and then so do those around it.
    let around = file.ancestors().skip(1).take_while(|around| *around != folder && around.starts_with(folder));
    let _ = around.map(fs::remove_dir).find(Result::is_err);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_never_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/c.md");
        write_new(&path, "one").unwrap();
        let error = write_new(&path, "two").unwrap_err();
        assert!(error.to_string().contains("exists already and is never overwritten; choose another name"), "{error}");
        assert_eq!(read_at_most(&path, 100).unwrap(), b"one");
    }

    #[test]
    fn a_replaced_file_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        assert!(replace(&path, "x").unwrap_err().message.contains("can't replace"));
        write_new(&path, "one").unwrap();
        replace(&path, "two").unwrap();
        assert_eq!(read_at_most(&path, 100).unwrap(), b"two");
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_changed_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        write_new(&path, "one").unwrap();
        assert!(need_same(&path, "one").is_ok());
        for text in ["on", "one ", "two", ""] {
            assert!(need_same(&path, text).unwrap_err().message.contains("was changed meanwhile"), "{text}");
        }
        assert!(need_same(&folder.path().join("b.md"), "").is_err());
    }

    #[test]
    fn pictures_are_read_up_to_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        write_new(&folder.path().join("small.png"), "123").unwrap();
        write_new(&folder.path().join("large.png"), "1234").unwrap();
        let wanted = ["gone.png", "large.png", "small.png"].map(|name| SitePath::new(name).unwrap());
        let read = read_pictures(folder.path(), &Mounts::default(), &wanted.into(), 3);
        assert_eq!(read.keys().map(SitePath::as_str).collect::<Vec<_>>(), ["small.png"]);
    }

    #[test]
    fn no_more_is_read_than_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        write_new(&path, "123456").unwrap();
        assert_eq!(read_at_most(&path, 3).unwrap().len(), 4);
    }
}
