//! When documents of all sources were last changed: each by the history of its own repository, otherwise nobody knows.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;

use crate::cli::history;
use crate::config::SourceTable;
use crate::project::copies;
use crate::source::{Mounts, SitePath};

/// The time of the last commit that changed each of these documents, which are named from the handbook's root.
pub(in crate::cli) fn changes(root: &Path, mounts: &Mounts, tables: &[SourceTable], documents: &[SitePath]) -> BTreeMap<SitePath, Timestamp> {
    if mounts.list().is_empty() {
        return history::changes(root, documents.iter());
    }
    // The handbook's own history may know files that once lay where another repository's files appear.
    let own = documents.iter().filter(|path| mounts.index_of(path).is_none());
    let mut found = history::changes(root, own);
    let mut by_mount: BTreeMap<usize, Vec<SitePath>> = BTreeMap::new();
    for path in documents {
        if let (Some(index), Some((_, inside))) = (mounts.index_of(path), mounts.of(path)) {
            by_mount.entry(index).or_default().push(inside);
        }
    }
    for (index, inside) in by_mount {
        let (Some(mount), Some(table)) = (mounts.list().get(index), tables.get(index)) else { continue };
        let of_mount = match &mount.copy {
            None => history::changes(&mount.folder, inside.iter()),
            Some(copy) => {
                let kept = copies(root, table).and_then(|copies| copies.dates(&copy.commit)).unwrap_or_default();
                let mut kept = read(&kept);
                inside.iter().filter_map(|path| kept.remove_entry(path)).collect()
            }
        };
        found.extend(of_mount.into_iter().filter_map(|(path, when)| Some((path.below(mount.at.as_str())?, when))));
    }
    found
}

/// The dates of a folder's files, each on a line: seconds since 1970, a space, the path in the folder. Empty if git can't say.
///
/// `ask` is git in the repository; the files are named from the folder. A file that came from another part of the repository is followed there.
pub(super) fn of_repository(ask: &dyn Fn(&[&str]) -> Command, commit: &str, folder: &str, files: &[SitePath]) -> Vec<u8> {
    let Some(is_shallow) = history::is_shallow(ask(&history::IS_SHALLOW)) else { return Vec::new() };
    let whole: Vec<SitePath> = files.iter().filter_map(|path| path.below(folder)).collect();
    let found = history::follow(ask(&[&history::QUESTION[..], &[commit, "--"]].concat()), is_shallow, whole.iter());
    let inside = found.iter().filter_map(|(path, when)| Some((path.strip(folder)?, when.as_second())));
    let lines = inside.filter(|(path, _)| !path.as_str().contains('\n')).map(|(path, when)| format!("{when} {path}\n"));
    lines.collect::<String>().into_bytes()
}

/// The same, read again. What can't be read is left out.
fn read(kept: &[u8]) -> BTreeMap<SitePath, Timestamp> {
    let text = String::from_utf8_lossy(kept);
    let line = |line: &str| {
        let (seconds, path) = line.split_once(' ')?;
        Some((SitePath::new(path)?, Timestamp::from_second(seconds.parse().ok()?).ok()?))
    };
    // A line that was cut has no break at its end.
    text.split_inclusive('\n').filter_map(|whole| line(whole.strip_suffix('\n')?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_were_kept_are_read_as_far_as_they_go() {
        let read = |text: &str| read(text.as_bytes()).into_iter().map(|(path, when)| format!("{path} {}", when.as_second())).collect::<Vec<_>>();
        assert_eq!(read("7 a b.md\n8 c/d.md\n9 cu"), ["a b.md 7", "c/d.md 8"]);
        assert_eq!(read("x a.md\n7 ../b.md\n7\n\n"), [""; 0]);
    }
}
