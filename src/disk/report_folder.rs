//! Reports of several files in a folder that may hold other things.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::DiskError;
use super::files::{read_at_most, write_fresh};
use super::places::resolve;

/// The mark stands at the top of the page.
const MARK_BYTES: u64 = 4096;

/// Writes the files of a report, each in one step, and makes the folder if it isn't there. The first file holds `mark`: a folder
/// whose first file holds it too has an earlier report, which is replaced. Other files in the folder stay as they are.
///
/// # Errors
///
/// If one of the files is there and isn't of a report, if the folder lies in one of `own` (what the handbook is made from), or if
/// it can't be written.
pub fn write_report(folder: &Path, files: &[(&str, Vec<u8>)], mark: &str, own: &[PathBuf]) -> Result<(), DiskError> {
    let real = resolve(folder, "the folder")?;
    if let Some(own) = own.iter().find(|own| fs::canonicalize(own).is_ok_and(|own| real.starts_with(own))) {
        let message = format!("the report would lie in '{}', which the handbook is made from", own.display());
        return Err(DiskError::new(folder, message, "name a folder outside of it"));
    }
    if fs::metadata(&real).is_ok_and(|metadata| !metadata.is_dir()) {
        return Err(DiskError::new(folder, format!("'{}' is not a folder", folder.display()), "name a folder; the report has several files"));
    }
    let is_there = |name: &&str| fs::symlink_metadata(real.join(name)).is_ok();
    let first = files.first().map_or("", |(name, _)| *name);
    let earlier = read_at_most(&real.join(first), MARK_BYTES).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(mark));
    if !earlier && let Some(foreign) = files.iter().map(|(name, _)| *name).find(is_there) {
        let message = format!("'{}' is there, and no report of opsbook wrote it", folder.join(foreign).display());
        return Err(DiskError::new(&folder.join(foreign), message, "move it away, or name another folder; nothing was changed"));
    }
    fs::create_dir_all(&real).map_err(|error| DiskError::io("make the folder", folder, &error))?;
    files.iter().try_for_each(|(name, bytes)| {
        let (beside, target) = (real.join(format!(".{name}.opsbook-{}", std::process::id())), real.join(name));
        let written: io::Result<()> = write_fresh(&beside, bytes).and_then(|()| fs::rename(&beside, &target));
        written.map_err(|error| {
            // Nothing more can be done if even this fails; the file itself is untouched.
            let _ = fs::remove_file(&beside);
            DiskError::io("write", &folder.join(name), &error)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::files::write_new;
    use super::*;

    const MARK: &str = "<our mark>";

    fn write(folder: &Path, text: &str, own: &[PathBuf]) -> Result<(), DiskError> {
        write_report(folder, &[("index.html", format!("{MARK}{text}").into_bytes()), ("b.csv", text.into())], MARK, own)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_report_replaces_reports_and_nothing_else() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("a/report");
        write(&folder, "one", &[]).unwrap();
        write_new(&folder.join("other.xml"), "x").unwrap();
        write(&folder, "two", &[]).unwrap();
        assert_eq!(read_at_most(&folder.join("b.csv"), 100).unwrap(), b"two");
        assert_eq!(names(&folder), ["b.csv", "index.html", "other.xml"]);

        for (name, text) in [("index.html", "<!doctype html>"), ("b.csv", "mine")] {
            let foreign = tempfile::tempdir().unwrap();
            write_new(&foreign.path().join(name), text).unwrap();
            let error = write(foreign.path(), "one", &[]).unwrap_err();
            assert!(error.message.contains(name) && error.message.contains("no report of opsbook wrote it"), "{error}");
            assert_eq!(names(foreign.path()), [name]);
        }
    }

    #[test]
    fn a_report_never_lies_in_the_handbook() {
        let top = tempfile::tempdir().unwrap();
        let content = top.path().join("content");
        fs::create_dir(&content).unwrap();
        for folder in [content.clone(), content.join("new/deep"), top.path().join("content/../content/x")] {
            assert!(write(&folder, "one", std::slice::from_ref(&content)).is_err(), "{}", folder.display());
        }
        assert_eq!(names(&content), [""; 0]);
        write_new(&top.path().join("file"), "").unwrap();
        assert!(write(&top.path().join("file"), "one", &[]).unwrap_err().message.contains("is not a folder"));
        write(&top.path().join("contents"), "one", &[content]).unwrap();
    }
}
