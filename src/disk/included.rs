use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::DiskError;
use super::scan::{Entry, Layout, read};
use super::walk::{Found, Seen, Walk};
use crate::include;
use crate::source::{Mounts, SitePath, Source, Sources, Unreadable, above};

type Included = BTreeMap<SitePath, Result<Source, Unreadable>>;

/// Reads the files that documents include now and didn't before: for whoever changes texts without a disk.
///
/// # Errors
///
/// If the root isn't a folder that can be read.
pub fn include_more(sources: &mut Sources, root: &Path, layout: &Layout) -> Result<(), DiskError> {
    let walk = Walk::new(root, layout)?;
    include(sources, &walk, &|_| false);
    Ok(())
}

/// Reads the files that documents include and that are no texts of the handbook anyway. Of those that were read before only what changed is read
/// again. Returns whether anything differs from before.
pub(super) fn include(sources: &mut Sources, walk: &Walk<'_>, has_changed: &dyn Fn(&SitePath) -> bool) -> bool {
    let before = std::mem::take(&mut sources.included);
    let mut seen = BTreeSet::new();
    // What is included may include more.
    loop {
        let mut missing = include::wanted(sources);
        missing.retain(|path| !seen.contains(path) && !sources.texts.contains_key(path) && !sources.unreadable.contains_key(path));
        if missing.is_empty() {
            return !is_same(&before, &sources.included);
        }
        for path in missing {
            let known = before.get(&path).filter(|_| !has_changed(&path)).cloned();
            if let Some(found) = known.or_else(|| look(walk, &sources.mounts, &path)) {
                sources.included.insert(path.clone(), found);
            }
            seen.insert(path);
        }
    }
}

pub(super) fn is_same(before: &Included, now: &Included) -> bool {
    let same = |pair: (&Result<Source, Unreadable>, &Result<Source, Unreadable>)| match pair {
        (Ok(old), Ok(new)) => old.digest == new.digest,
        (Err(old), Err(new)) => old == new,
        _ => false,
    };
    before.len() == now.len() && before.iter().zip(now).all(|((a, old), (b, new))| a == b && same((old, new)))
}

/// Reads one file, wherever it really lies; none if it isn't there.
fn look(handbook: &Walk<'_>, mounts: &Mounts, path: &SitePath) -> Option<Result<Source, Unreadable>> {
    match mounts.of(path) {
        // Nothing of a refused folder is read, whoever asks for it.
        Some((mount, _)) if mount.is_refused => None,
        Some((mount, _)) => look_in(&Walk::of_mount(mount, handbook)?, path),
        None => look_in(handbook, path),
    }
}

/// Reads one file of a folder; none if it isn't there. Nothing is read that lies outside the handbook, is hidden or was published.
fn look_in(walk: &Walk<'_>, path: &SitePath) -> Option<Result<Source, Unreadable>> {
    let file = walk.place(path.as_str());
    fs::symlink_metadata(&file).ok()?;
    if walk.leads_out(&file) {
        return Some(Err(Unreadable::LinkOutside));
    }
    let is_published = |folder: &str| {
        let place = walk.place(folder);
        !walk.is_in_content(folder) && walk.is_published(&Seen { path: &place, is_folder: true, is_link: false, is_top: false })
    };
    if above(path.as_str()).any(is_published) {
        return Some(Err(Unreadable::Io("it lies in the folder of a published site".to_owned())));
    }
    let metadata = match fs::metadata(&file) {
        Ok(metadata) if metadata.is_dir() => return Some(Err(Unreadable::Folder)),
        Ok(metadata) => metadata,
        Err(error) => return Some(Err(Unreadable::Io(error.to_string()))),
    };
    match read(Found { path: path.clone(), file, metadata, text: true, published: false }) {
        Entry::Text(source) => Some(Ok(source)),
        Entry::Bad(why) => Some(Err(why)),
        Entry::Asset(_) | Entry::Gone => None,
    }
}
