//! Files that get another place.
//!
//! Knows files, folders and links. Must not know which files belong to a handbook, or what leads to them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::DiskError;

/// Moves a file, makes the folders above its new place, and takes away those above the old one that are empty then, up to `top`.
///
/// # Errors
///
/// If something stands at the new place already, even if it came a moment ago (both stay as they are), or the file can't be moved.
pub fn relocate(from: &Path, to: &Path, top: &Path) -> Result<(), DiskError> {
    let failed = |error: &io::Error| DiskError::io("move", from, error);
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|error| DiskError::io("make the folder", folder, &error))?;
    }
    // A second name, and then the first one goes: unlike renaming, this never takes the place of another file.
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from).map_err(|error| {
            // The file is still where it was, so only the name that was just made goes.
            let _ = fs::remove_file(to);
            failed(&error)
        })?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(failed(&error)),
        // Something stands there, or this file system has no second names.
        Err(_) => {
            if fs::symlink_metadata(to).is_ok() && !is_other_case(from, to) {
                let message = format!("'{}' exists already and is never overwritten", to.display());
                return Err(DiskError::new(to, message, "choose another name, or move it away first"));
            }
            fs::rename(from, to).map_err(|error| failed(&error))?;
        }
    }
    for folder in from.ancestors().skip(1).take_while(|folder| folder.starts_with(top) && *folder != top) {
        // One that holds something stays.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// Whether two names differ in case only and, since case makes no difference here, name one file. A link at `to` is another file.
fn is_other_case(from: &Path, to: &Path) -> bool {
    let folded = |path: &Path| path.to_string_lossy().to_lowercase();
    folded(from) == folded(to) && is_one_file(from, to)
}

#[cfg(unix)]
fn is_one_file(from: &Path, to: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let (Ok(from), Ok(to)) = (fs::symlink_metadata(from), fs::symlink_metadata(to)) else { return false };
    // With a second name of its own it would be there twice, and renaming would leave both.
    (from.dev(), from.ino()) == (to.dev(), to.ino()) && from.nlink() == 1
}

#[cfg(not(unix))]
fn is_one_file(from: &Path, to: &Path) -> bool {
    let is_link = fs::symlink_metadata(to).is_ok_and(|metadata| metadata.is_symlink());
    !is_link && matches!((fs::canonicalize(from), fs::canonicalize(to)), (Ok(from), Ok(to)) if from == to)
}

/// The first symbolic link on the way from `top` to what lies in it, that itself counted.
#[must_use]
pub fn link_on_the_way(top: &Path, path: &Path) -> Option<PathBuf> {
    let mut way: Vec<&Path> = path.ancestors().take_while(|place| place.starts_with(top) && *place != top).collect();
    way.reverse();
    way.into_iter().find(|place| fs::symlink_metadata(place).is_ok_and(|metadata| metadata.is_symlink())).map(Path::to_path_buf)
}

/// What would stay in a folder if some of its files moved away: single files, and folders of which nothing moves, sorted. What can't be read
/// is taken to be empty.
#[must_use]
pub fn left_behind(folder: &Path, moved: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let above: BTreeSet<&Path> = moved.iter().flat_map(|file| file.ancestors().skip(1)).collect();
    let mut left = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        #[expect(clippy::disallowed_methods, reason = "disk reads folders")]
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if above.contains(path.as_path()) {
                open.push(path);
            } else if !moved.contains(&path) {
                left.push(path);
            }
        }
    }
    left.sort();
    left
}

#[cfg(test)]
mod tests {
    use super::super::files::{read_at_most, write_new};
    use super::*;

    #[test]
    fn a_file_that_moves_overwrites_nothing_and_leaves_no_empty_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        write_new(&path("c/a/b/one.md"), "one").unwrap();
        write_new(&path("c/two.md"), "two").unwrap();
        let refused = |from: &str, to: &str| relocate(&path(from), &path(to), &path("c")).unwrap_err().message;
        assert!(refused("c/a/b/one.md", "c/two.md").contains("exists already"));
        assert!(refused("c/gone.md", "c/x.md").contains("can't move"));
        relocate(&path("c/a/b/one.md"), &path("c/x/y/one.md"), &path("c")).unwrap();
        assert_eq!(read_at_most(&path("c/x/y/one.md"), 9).unwrap(), b"one");
        assert!(!path("c/a").exists() && path("c/two.md").exists());
    }

    #[cfg(unix)]
    #[test]
    fn neither_a_link_nor_a_second_name_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        write_new(&path("one.md"), "one").unwrap();
        std::os::unix::fs::symlink(path("one.md"), path("link.md")).unwrap();
        std::os::unix::fs::symlink("nowhere", path("dead.md")).unwrap();
        fs::hard_link(path("one.md"), path("ONE.md")).unwrap();
        for to in ["link.md", "dead.md", "ONE.md", "one.md/x.md"] {
            assert!(relocate(&path("one.md"), &path(to), folder.path()).is_err(), "{to}");
            assert_eq!(read_at_most(&path("one.md"), 9).unwrap(), b"one");
        }
        assert!(fs::symlink_metadata(path("link.md")).unwrap().is_symlink());
        assert_eq!(folder.path().read_dir().unwrap().count(), 4);
    }

    #[cfg(unix)]
    #[test]
    fn links_on_the_way_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        write_new(&path("real/a.md"), "a").unwrap();
        fs::create_dir(path("content")).unwrap();
        std::os::unix::fs::symlink("../real", path("content/dir")).unwrap();
        std::os::unix::fs::symlink("../real/a.md", path("content/a.md")).unwrap();
        for (top, place, expected) in [
            ("content", "content/dir/a.md", Some("content/dir")),
            ("content", "content/a.md", Some("content/a.md")),
            ("content/dir", "content/dir/a.md", None),
            ("real", "real/a.md", None),
        ] {
            assert_eq!(link_on_the_way(&path(top), &path(place)), expected.map(path), "{place}");
        }
    }

    #[test]
    fn what_stays_is_named_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["g/a.md", "g/.note", "g/sub/b.md", "g/sub/b.md~", "g/.cache/x/y", "g/.cache/z"] {
            write_new(&path(name), "").unwrap();
        }
        let moved = [path("g/a.md"), path("g/sub/b.md")].into();
        assert_eq!(left_behind(&path("g"), &moved), [path("g/.cache"), path("g/.note"), path("g/sub/b.md~")]);
        assert_eq!(left_behind(&path("g"), &[path("g/a.md"), path("g/sub/b.md"), path("g/.note")].into()).len(), 2);
        assert!(left_behind(&path("nowhere"), &BTreeSet::new()).is_empty());
    }
}
