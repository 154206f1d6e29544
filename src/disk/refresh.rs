use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::DiskError;
use super::areas::is_within;
use super::included::{include, is_same};
use super::manifest::HIDDEN;
use super::scan::{Layout, join, mount_walks, read_all, scan};
use super::walk::{Found, Seen, Top, Verdict, Walk, goes_round};
use crate::source::{SitePath, Sources, above};

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
    let (mounts, missing) = mount_walks(&walk, layout);
    if missing != sources.mounts.missing || !sources.mounts.has_list_of(&layout.mounts) {
        return read_everything(sources, root, layout);
    }
    let mut targets: BTreeSet<SitePath> = BTreeSet::new();
    for walk in std::iter::once(&walk).chain(&mounts) {
        let Some(named) = named_from_root(walk, layout, changed) else { return read_everything(sources, root, layout) };
        let mut known = BTreeMap::new();
        for path in &named {
            match target(walk, sources, path, &mut known) {
                Some(target) => drop(targets.insert(target)),
                None => return read_everything(sources, root, layout),
            }
        }
    }
    let mut fresh = Sources::default();
    let mut found = Vec::new();
    let (mut mounted, mut found_mounted) = (Sources::default(), Vec::new());
    // A folder comes before what lies in it, but `a-b` may come between: so all folders above are asked for, not the one before.
    let outermost = |path: &SitePath| !above(path.as_str()).any(|folder| targets.contains(folder));
    let targets: BTreeSet<&SitePath> = targets.iter().filter(|path| outermost(path)).collect();
    for target in &targets {
        for name in layout.named().filter(|name| is_within(name, target.as_str())) {
            walk.file(name, &mut found, &mut fresh);
        }
        look_at(&walk, target, &mut found, &mut fresh)?;
        for walk in &mounts {
            look_at(walk, target, &mut found_mounted, &mut mounted)?;
        }
    }
    read_all(found, &mut fresh);
    read_all(found_mounted, &mut mounted);
    let mut fresh = join(fresh, mounted, layout.mounts.with_missing(missing));
    let mut differs = false;
    for target in &targets {
        let old = (take(&mut sources.texts, target), take(&mut sources.assets, target), take(&mut sources.unreadable, target));
        let new = (take(&mut fresh.texts, target), take(&mut fresh.assets, target), take(&mut fresh.unreadable, target));
        let same_texts = old.0.len() == new.0.len() && old.0.iter().zip(&new.0).all(|((a, old), (b, new))| a == b && old.digest == new.digest);
        differs |= !same_texts || old.1 != new.1 || old.2 != new.2;
        sources.texts.extend(new.0);
        sources.assets.extend(new.1);
        sources.unreadable.extend(new.2);
        let same_names = |set: &mut BTreeSet<SitePath>, new: &mut BTreeSet<SitePath>| {
            let (old, new) = (take_names(set, target), take_names(new, target));
            let is_same = old == new;
            set.extend(new);
            is_same
        };
        differs |= !same_names(&mut sources.mounts.own, &mut fresh.mounts.own);
        differs |= !same_names(&mut sources.mounts.clashes, &mut fresh.mounts.clashes);
    }
    let has_changed = |path: &SitePath| targets.iter().any(|target| is_within(path.as_str(), target.as_str()));
    Ok(include(sources, &walk, &has_changed) || differs)
}

/// What changed, from the root; none if that can't be said of something, or if it decides how all the rest is read.
fn named_from_root(walk: &Walk<'_>, layout: &Layout, changed: &BTreeSet<PathBuf>) -> Option<BTreeSet<SitePath>> {
    let root = walk.root();
    let absolute = std::path::absolute(root).ok()?;
    let mut named = BTreeSet::new();
    let bases = [root, &absolute, &walk.real_root];
    let output = layout.output.as_ref().map(|output| root.join(output));
    let output = output.as_ref().and_then(|output| bases.into_iter().find_map(|base| output.strip_prefix(base).ok()));
    for path in changed {
        let inside = if path.is_absolute() {
            [&absolute, &walk.real_root].into_iter().find_map(|root| path.strip_prefix(root).ok())
        } else {
            // Such a path begins at the handbook's root.
            Some(path.as_path()).filter(|_| !walk.is_mount())
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

/// Folders that were looked at, by their area and their path from the root, and whether their files are read.
type Known<'a> = BTreeMap<(&'a str, String), bool>;

/// What has to be read again because of a change at `path`: mostly that itself, but a folder above it if that is no folder any more, or
/// wasn't one, or isn't read. None if it is the root.
fn target<'a>(walk: &Walk<'a>, sources: &Sources, path: &SitePath, known: &mut Known<'a>) -> Option<SitePath> {
    let mut target = path.clone();
    for area in walk.areas().into_iter().map(|area| area.folder).filter(|area| is_within(path.as_str(), area)) {
        let folders: Vec<&str> = above(path.as_str()).filter(|folder| is_within(folder, area)).collect();
        let mut real: Vec<PathBuf> = area.is_empty().then(|| walk.real_root.clone()).into_iter().collect();
        for folder in folders.iter().copied() {
            let was_none = sources.texts.contains_key(folder) || sources.assets.contains_key(folder) || sources.unreadable.contains_key(folder);
            let is_one = *known.entry((area, folder.to_owned())).or_insert_with(|| is_read(walk, folder, folder == area, &real));
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
        let folder = area.folder;
        if is_within(folder, target.as_str()) {
            walk.area(area, found, fresh)?;
        } else if let (true, Some(depth)) = (is_within(target.as_str(), folder), area.depth_below(target.as_str())) {
            let top = std::iter::once(folder).filter(|folder| folder.is_empty());
            let folders = top.chain(above(target.as_str()).filter(|above| is_within(above, folder)));
            let real: Vec<PathBuf> = folders.filter_map(|folder| fs::canonicalize(walk.place(folder)).ok()).collect();
            walk.tree(&Top { path: &walk.place(target.as_str()), is_area: false, depth, above: &real }, found, fresh)?;
        }
    }
    Ok(())
}

fn read_everything(sources: &mut Sources, root: &Path, layout: &Layout) -> Result<bool, DiskError> {
    let fresh = scan(root, layout)?;
    let same_texts = sources.texts.len() == fresh.texts.len()
        && sources.texts.iter().zip(&fresh.texts).all(|((a, old), (b, new))| a == b && old.digest == new.digest);
    let same_included = is_same(&sources.included, &fresh.included);
    let differs = !same_included
        || !same_texts
        || sources.mounts != fresh.mounts
        || sources.assets != fresh.assets
        || sources.unreadable != fresh.unreadable
        || sources.content != fresh.content;
    sources.content = fresh.content;
    sources.texts = fresh.texts;
    sources.included = fresh.included;
    sources.assets = fresh.assets;
    sources.unreadable = fresh.unreadable;
    sources.mounts = fresh.mounts;
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

/// The same of names alone.
fn take_names(set: &mut BTreeSet<SitePath>, target: &SitePath) -> BTreeSet<SitePath> {
    let taken: BTreeSet<SitePath> = set.iter().filter(|path| is_within(path.as_str(), target.as_str())).cloned().collect();
    set.retain(|path| !taken.contains(path));
    taken
}

#[cfg(test)]
#[path = "refresh_tests.rs"]
mod tests;
