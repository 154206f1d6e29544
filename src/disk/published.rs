//! Files that are published as they are, opened while they are asked for. Must not know who asks.

use std::fs::{self, File};
use std::path::Path;

use super::DiskError;
use super::scan::asset;
use crate::source::{Asset, Mounts, SitePath};

/// A file that is open, for those who know nothing else of the file system.
pub type OpenFile = File;

/// Whether a file lies where the handbook's files may be read from: below its root or in one of its mounts, once all links are followed.
///
/// What is hidden counts as elsewhere, except above the folder itself: a copy of a repository lies in a hidden folder.
#[must_use]
pub fn is_readable_place(root: &Path, mounts: &Mounts, file: &Path) -> bool {
    let Ok(real) = fs::canonicalize(file) else { return false };
    let folders = std::iter::once(root).chain(mounts.list().iter().filter(|mount| !mount.is_refused).map(|mount| &*mount.folder));
    let is_hidden = |inside: &Path| inside.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
    let mut inside = folders.filter_map(|folder| Some(real.strip_prefix(fs::canonicalize(folder).ok()?).ok()?.to_owned()));
    inside.any(|inside| !is_hidden(&inside))
}

/// Opens a file of the handbook that is published as it is, and says which version of it was opened.
///
/// # Errors
///
/// If it isn't there any more, is no file, or lies outside of the handbook: a link may have taken its place since it was found.
pub fn open_published(root: &Path, path: &SitePath) -> Result<(OpenFile, Asset), DiskError> {
    let place = root.join(path.as_str());
    let fault = |error: &std::io::Error| DiskError::io("open", &place, error);
    let real_root = fs::canonicalize(root).map_err(|error| fault(&error))?;
    let real = fs::canonicalize(&place).map_err(|error| fault(&error))?;
    if !real.starts_with(&real_root) {
        let message = format!("'{}' is a link that leads out of the handbook", place.display());
        return Err(DiskError::new(&place, message, "put the file itself there"));
    }
    let no_file = || DiskError::new(&place, format!("'{}' is no file", place.display()), "put a file there");
    // A pipe would keep whoever opens it waiting.
    if !fs::metadata(&real).map_err(|error| fault(&error))?.is_file() {
        return Err(no_file());
    }
    let file = File::open(&real).map_err(|error| fault(&error))?;
    let metadata = file.metadata().map_err(|error| fault(&error))?;
    if metadata.is_file() { Ok((file, asset(&metadata))) } else { Err(no_file()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn only_the_handbook_and_its_mounts_are_read() {
        let (root, docs, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        // Temporary folders may begin with a dot, which counts above a folder and not in it.
        for file in [root.path().join("a.md"), root.path().join(".git/config"), docs.path().join("b.md"), outside.path().join("c.md")] {
            crate::disk::write_new(&file, "x").unwrap();
        }
        std::os::unix::fs::symlink(outside.path().join("c.md"), docs.path().join("link.md")).unwrap();
        let mount = |is_refused| crate::source::Mount {
            at: SitePath::new("pay").unwrap(),
            folder: docs.path().to_owned(),
            shown: String::new(),
            inside: String::new(),
            copy: None,
            why: None,
            is_refused,
        };
        let mounts = Mounts::new(vec![mount(false)]);
        let is = |mounts: &Mounts, file: &Path| is_readable_place(root.path(), mounts, file);
        assert!(is(&mounts, &root.path().join("a.md")) && is(&mounts, &docs.path().join("b.md")));
        for file in [root.path().join(".git/config"), docs.path().join("link.md"), outside.path().join("c.md"), root.path().join("none.md")] {
            assert!(!is(&mounts, &file), "{}", file.display());
        }
        assert!(!is(&Mounts::new(vec![mount(true)]), &docs.path().join("b.md")) && !is(&Mounts::default(), &docs.path().join("b.md")));
    }

    #[test]
    #[cfg(unix)]
    fn files_of_the_handbook_are_opened_and_nothing_else() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |folder: &Path, name: &str| crate::disk::write_new(&folder.join(name), "text").unwrap();
        write(root.path(), "a.png");
        write(outside.path(), "secret");
        let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, root.path().join(name)).unwrap();
        link(&outside.path().join("secret"), "out.png");
        link(outside.path(), "folder");
        link(Path::new("a.png"), "inside.png");
        let _socket = std::os::unix::net::UnixListener::bind(root.path().join("socket.png")).unwrap();
        let open = |name: &str| open_published(root.path(), &SitePath::new(name).unwrap());
        for (name, is_open) in
            [("a.png", true), ("inside.png", true), ("out.png", false), ("folder/secret", false), ("socket.png", false), ("none.png", false)]
        {
            assert_eq!(open(name).is_ok(), is_open, "{name}");
        }
        assert_eq!(open("a.png").unwrap().1.length, 4);
    }
}
