use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::DiskError;
use super::manifest::HIDDEN;
use super::scan::{Layout, read_all, scan};
use super::walk::{Found, Seen, Verdict, Walk, goes_round};
use crate::source::{SitePath, Sources};

/// Reads again what changed: files that were written, appeared or vanished, and folders with all that they hold. Afterwards the sources are
/// what [`scan`] would give. Returns whether anything differs from before.
///
/// `changed` are absolute paths or paths from the root. What can be reached in several ways, through symbolic links, has to be named in
/// each. The costs are those of the paths that are named, however large the handbook is.
///
/// # Errors
///
/// If the root isn't a folder that can be read; the sources are as they were then.
pub fn refresh(sources: &mut Sources, root: &Path, layout: &Layout, changed: &BTreeSet<PathBuf>) -> Result<bool, DiskError> {
    let walk = Walk::new(root, layout)?;
    let Some(named) = named_from_root(&walk, root, layout, changed) else { return read_everything(sources, root, layout) };
    let mut known = BTreeMap::new();
    let mut targets: BTreeSet<SitePath> = BTreeSet::new();
    for path in &named {
        match target(&walk, sources, path, &mut known) {
            Some(target) => drop(targets.insert(target)),
            None => return read_everything(sources, root, layout),
        }
    }
    let mut fresh = Sources::default();
    let mut found = Vec::new();
    // A folder comes before what lies in it, but `a-b` may come between: so all folders above are asked for, not the one before.
    let outermost = |path: &SitePath| !above(path.as_str()).any(|folder| targets.contains(folder));
    let targets: BTreeSet<&SitePath> = targets.iter().filter(|path| outermost(path)).collect();
    for target in &targets {
        for name in layout.named().filter(|name| is_within(name, target.as_str())) {
            walk.file(name, &mut found, &mut fresh);
        }
        look_at(&walk, target, &mut found, &mut fresh)?;
    }
    read_all(found, &mut fresh);
    let mut differs = false;
    for target in targets {
        let old = (take(&mut sources.texts, target), take(&mut sources.assets, target), take(&mut sources.unreadable, target));
        let new = (take(&mut fresh.texts, target), take(&mut fresh.assets, target), take(&mut fresh.unreadable, target));
        let same_texts = old.0.len() == new.0.len() && old.0.iter().zip(&new.0).all(|((a, old), (b, new))| a == b && old.digest == new.digest);
        differs |= !same_texts || old.1 != new.1 || old.2 != new.2;
        sources.texts.extend(new.0);
        sources.assets.extend(new.1);
        sources.unreadable.extend(new.2);
    }
    Ok(differs)
}

/// What changed, from the root; none if that can't be said of something, or if it decides how all the rest is read.
fn named_from_root(walk: &Walk<'_>, root: &Path, layout: &Layout, changed: &BTreeSet<PathBuf>) -> Option<BTreeSet<SitePath>> {
    let absolute = std::path::absolute(root).ok()?;
    let mut named = BTreeSet::new();
    let bases = [root, &absolute, &walk.real_root];
    let output = layout.output.as_ref().map(|output| root.join(output));
    let output = output.as_ref().and_then(|output| bases.into_iter().find_map(|base| output.strip_prefix(base).ok()));
    for path in changed {
        let inside = if path.is_absolute() {
            [&absolute, &walk.real_root].into_iter().find_map(|root| path.strip_prefix(root).ok())
        } else {
            Some(path.as_path())
        };
        // What lies elsewhere is no part of the handbook.
        let Some(inside) = inside else { continue };
        let inside: PathBuf = inside.components().filter(|part| *part != Component::CurDir).collect();
        // Where the output folder is a link, what it leads to is no part of the handbook: with the link all that may come back.
        if output.is_some_and(|output| output.starts_with(&inside)) {
            return None;
        }
        let (key, exact) = walk.key(&root.join(&inside))?;
        // Without a folder of documents, book.toml decides what all files are.
        if layout.content.is_empty() && is_within(key.as_str(), "book.toml") {
            return None;
        }
        // Two names that can't be those of a site may look the same: their folder is read instead.
        let ambiguous = !exact || key.as_str().contains('\u{fffd}');
        named.insert(if ambiguous { readable_folder(&key)? } else { key });
    }
    Some(named)
}

/// The nearest folder above whose name is what it seems; none if that is the root.
fn readable_folder(key: &SitePath) -> Option<SitePath> {
    above(key.as_str()).filter(|folder| !folder.contains('\u{fffd}')).last().and_then(SitePath::new)
}

/// The folders that a path lies in, from the top.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Folders that were looked at, by path from the root, and whether their files are read.
type Known = BTreeMap<String, bool>;

/// What has to be read again because of a change at `path`: mostly that itself, but a folder above it if that is no folder any more, or
/// wasn't one, or isn't read. None if it is the root.
fn target(walk: &Walk<'_>, sources: &Sources, path: &SitePath, known: &mut Known) -> Option<SitePath> {
    let mut target = path.clone();
    for area in walk.areas().into_iter().filter(|area| is_within(path.as_str(), area)) {
        let folders: Vec<&str> = above(path.as_str()).filter(|folder| is_within(folder, area)).collect();
        let mut real = Vec::new();
        for folder in folders.iter().copied() {
            let was_none = sources.texts.contains_key(folder) || sources.assets.contains_key(folder) || sources.unreadable.contains_key(folder);
            let is_one = *known.entry(folder.to_owned()).or_insert_with(|| is_read(walk, folder, folder == area, &real));
            if was_none || !is_one {
                target = SitePath::new(folder).filter(|folder| folder.as_str().len() < target.as_str().len()).unwrap_or(target);
                break;
            }
            real.extend(fs::canonicalize(walk.place(folder)));
        }
    }
    // Whether a folder holds a published site is told by a file in its hidden folder.
    match target.as_str().split('/').position(|name| name == HIDDEN) {
        Some(0) => None,
        Some(depth) => SitePath::new(&target.as_str().split('/').take(depth).collect::<Vec<_>>().join("/")),
        None => Some(target),
    }
}

/// Whether a folder is one whose files are read.
fn is_read(walk: &Walk<'_>, folder: &str, is_top: bool, real: &[PathBuf]) -> bool {
    let path = walk.place(folder);
    let is_link = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink());
    let seen = Seen { path: &path, is_folder: path.is_dir(), is_link, is_top };
    seen.is_folder && !(is_link && goes_round(&path, real)) && matches!(walk.judge(&seen), Verdict::Folder)
}

/// Looks at one file or folder as a walk through the whole handbook would.
fn look_at(walk: &Walk<'_>, target: &SitePath, found: &mut Vec<Found>, fresh: &mut Sources) -> Result<(), DiskError> {
    for area in walk.areas() {
        if is_within(area, target.as_str()) {
            walk.tree(&walk.place(area), true, &[], found, fresh)?;
        } else if is_within(target.as_str(), area) {
            let top = std::iter::once(area).filter(|area| area.is_empty());
            let folders = top.chain(above(target.as_str()).filter(|folder| is_within(folder, area)));
            let real: Vec<PathBuf> = folders.filter_map(|folder| fs::canonicalize(walk.place(folder)).ok()).collect();
            walk.tree(&walk.place(target.as_str()), false, &real, found, fresh)?;
        }
    }
    Ok(())
}

fn read_everything(sources: &mut Sources, root: &Path, layout: &Layout) -> Result<bool, DiskError> {
    let fresh = scan(root, layout)?;
    let same_texts = sources.texts.len() == fresh.texts.len()
        && sources.texts.iter().zip(&fresh.texts).all(|((a, old), (b, new))| a == b && old.digest == new.digest);
    let differs = !same_texts || sources.assets != fresh.assets || sources.unreadable != fresh.unreadable || sources.content != fresh.content;
    sources.content = fresh.content;
    sources.texts = fresh.texts;
    sources.assets = fresh.assets;
    sources.unreadable = fresh.unreadable;
    Ok(differs)
}

/// Takes out what lies at a path and below it.
fn take<V>(map: &mut BTreeMap<SitePath, V>, target: &SitePath) -> BTreeMap<SitePath, V> {
    let mut taken: Vec<SitePath> = map.get_key_value(target.as_str()).map(|(key, _)| key.clone()).into_iter().collect();
    // '0' is the character after '/'.
    let below = format!("{target}/")..format!("{target}0");
    let bounds = (std::ops::Bound::Included(below.start.as_str()), std::ops::Bound::Excluded(below.end.as_str()));
    taken.extend(map.range::<str, _>(bounds).map(|(key, _)| key.clone()));
    taken.into_iter().filter_map(|key| map.remove_entry(&key)).collect()
}

#[cfg(test)]
#[path = "refresh_tests.rs"]
mod tests;
