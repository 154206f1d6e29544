use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::DiskError;
use super::files::{delete_in, write_fresh};
use super::manifest::{Entry, HIDDEN, Hidden, Manifest, Record, is_hidden};
use super::places::{Places, places};
use super::plan::{self, Plan, Way};
use super::spool::Spool;
use crate::site::{Site, SiteFile};
use crate::source::{Mount, Mounts, SitePath};

/// What publishing did, in numbers of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Published {
    /// New or changed.
    pub written: usize,
    /// As they were.
    pub unchanged: usize,
    /// No longer part of the site.
    pub deleted: usize,
}

/// Where a run stands, for tests that stop it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// All that can be refused was looked at; nothing was touched.
    Planned,
    /// Everything new lies in the hidden folder.
    Staged,
    /// The journal says that files are moved.
    Journalled,
    /// So many files were moved.
    Moved(usize),
    /// What was no longer part of the site is gone.
    Deleted,
    /// The manifest is the new one; the journal is still there.
    Recorded,
}

type Hook<'a> = &'a dyn Fn(Stage) -> Result<(), DiskError>;

/// Makes `output` (absolute, or from the current folder) hold the site.
///
/// Whatever is new or changed is written in full into a hidden folder first and then moved into place file by file, so that
/// a run that fails or is killed before leaves the old site untouched, and one that is killed later leaves no file half written: the next
/// run sees its journal and writes every file again. Only files that an earlier run wrote are replaced or deleted. An
/// output folder that isn't there yet is built beside its place and appears in one step.
///
/// `root` is the handbook's root, which the copied files come from; `content` is its content folder, `""` for the root.
///
/// # Errors
///
/// If the output folder is or holds the root, the content, the schemas or the themes; if somebody else's file is in the way (nothing is touched then); if
/// another opsbook publishes there at this moment; or if the disk can't be read or written.
pub fn publish(site: &Site, root: &Path, content: &str, output: &Path) -> Result<Published, DiskError> {
    publish_with(site, &Origin { root, content, mounts: &Mounts::default() }, None, output, &|_| Ok(()))
}

/// The same for a site whose files lie in a spool.
///
/// # Errors
///
/// Those of [`publish`], and if what was published before has changed since the spool was opened.
pub fn publish_from(spool: &Spool, site: &Site, origin: &Origin<'_>, output: &Path) -> Result<Published, DiskError> {
    publish_with(site, origin, Some(spool), output, &|_| Ok(()))
}

pub(super) fn publish_with(site: &Site, origin: &Origin<'_>, spool: Option<&Spool>, output: &Path, hook: Hook<'_>) -> Result<Published, DiskError> {
    let places = places(origin.root, origin.content, output)?;
    need_no_mount(origin.mounts, &places, output)?;
    plan::check_names(site, output)?;
    let ways = Ways { places: &places, mounts: origin.mounts, spool, moved_to: None };
    if fs::symlink_metadata(&places.output).is_ok() { update(site, &ways, hook) } else { build_beside(site, &ways, hook) }
}

/// Where a site's files come from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The handbook's root.
    pub root: &'a Path,
    /// Its content folder, `""` for the root.
    pub content: &'a str,
    /// The parts that lie elsewhere.
    pub mounts: &'a Mounts,
}

/// Refuses an output folder in which a mount lies, or that lies in one.
fn need_no_mount(mounts: &Mounts, places: &Places, output: &Path) -> Result<(), DiskError> {
    let real = |mount: &Mount| fs::canonicalize(&mount.folder).unwrap_or_else(|_| mount.folder.clone());
    let meets = |mount: &&Mount| {
        let folder = real(mount);
        places.output.starts_with(&folder) || folder.starts_with(&places.output)
    };
    let Some(mount) = mounts.list().iter().find(meets) else { return Ok(()) };
    let message = format!("the output folder '{}' and the source '{}' lie in each other", output.display(), mount.shown);
    Err(DiskError::new(output, message, "name an output folder of its own"))
}

/// Where files come from and go to.
struct Ways<'a> {
    places: &'a Places,
    mounts: &'a Mounts,
    spool: Option<&'a Spool>,
    /// Where the spool's files are, if all of them have been moved to their places already.
    moved_to: Option<&'a Path>,
}

/// A file that is written in full, in its place or not yet.
struct Staged {
    path: SitePath,
    entry: Entry,
    lies: PathBuf,
}

/// Changes a folder that is there already.
fn update(site: &Site, ways: &Ways<'_>, hook: Hook<'_>) -> Result<Published, DiskError> {
    let places = ways.places;
    let hidden = Hidden::of(&places.output);
    if !is_folder(&hidden.folder)? {
        // Whatever is in the way is refused before the hidden folder is made.
        plan::plan(site, &places.output, &Record::default())?;
        fs::create_dir(&hidden.folder).map_err(|error| DiskError::io("make the folder", &hidden.folder, &error))?;
    }
    let _lock = lock(&hidden)?;
    let record = hidden.record()?;
    let plan = plan::plan(site, &places.output, &record)?;
    hook(Stage::Planned)?;
    let published = Published { written: plan.write.len(), unchanged: plan.unchanged.len(), deleted: plan.stale.len() };
    if plan.write.is_empty() && plan.stale.is_empty() && !record.interrupted && record.owned_count() == site.files.len() {
        return Ok(published);
    }
    let staging = hidden.staging();
    let staged = clear(&staging).and_then(|()| stage(&plan, ways, &staging));
    let written = staged.inspect_err(|_| drop(clear(&staging)))?;
    hook(Stage::Staged)?;
    hidden.write_journal(plan.write.iter().map(|(path, _)| *path).chain(record.owned()))?;
    hook(Stage::Journalled)?;
    make_way(&plan, &places.output)?;
    move_into_place(&written, &places.output, hook)?;
    // What made way is gone already, and something new may stand there.
    for path in plan.stale.iter().filter(|path| !plan.ways.contains(&Way::File((*path).clone()))) {
        delete(&places.output, path)?;
    }
    hook(Stage::Deleted)?;
    let written = written.into_iter().map(|staged| (staged.path, staged.entry));
    hidden.write_manifest(&Manifest { files: plan.unchanged.iter().map(|(path, entry)| ((*path).clone(), *entry)).chain(written).collect() })?;
    hook(Stage::Recorded)?;
    let journal = hidden.journal();
    fs::remove_file(&journal).map_err(|error| DiskError::io("delete", &journal, &error))?;
    clear(&staging)?;
    Ok(published)
}

/// Builds a folder that isn't there yet beside its place, and renames it.
fn build_beside(site: &Site, ways: &Ways<'_>, hook: Hook<'_>) -> Result<Published, DiskError> {
    let places = ways.places;
    let (Some(parent), Some(name)) = (places.output.parent(), places.output.file_name()) else {
        return Err(DiskError::new(&places.output, format!("'{}' is not a folder", places.output.display()), "name another output folder"));
    };
    fs::create_dir_all(parent).map_err(|error| DiskError::io("make the folder", parent, &error))?;
    let beside = parent.join(format!(".{}.opsbook-new", name.to_string_lossy()));
    let failed = |doing: &str, error: &io::Error| DiskError::io(doing, &beside, error);
    let hidden = Hidden::of(&beside);
    match fs::create_dir(&beside) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => take_over(&beside, &hidden)?,
        outcome => outcome.map_err(|error| failed("make the folder", &error))?,
    }
    fs::create_dir(&hidden.folder).map_err(|error| failed("make a folder in", &error))?;
    let lock = lock(&hidden)?;
    let built = (|| {
        let plan = plan::plan(site, &beside, &Record::default())?;
        hook(Stage::Planned)?;
        let staging = hidden.staging();
        clear(&staging)?;
        let are_moved = ways.spool.map_or(Ok(false), |spool| spool.move_all(site, &beside))?;
        let ways = Ways { moved_to: are_moved.then_some(beside.as_path()), ..*ways };
        let files = stage(&plan, &ways, &staging)?;
        hook(Stage::Staged)?;
        move_into_place(&files, &beside, hook)?;
        hidden.write_manifest(&Manifest { files: files.into_iter().map(|staged| (staged.path, staged.entry)).collect() })?;
        clear(&staging)?;
        fs::rename(&beside, &places.output).map_err(|error| DiskError::io("make the folder", &places.output, &error))?;
        Ok(Published { written: plan.write.len(), ..Published::default() })
    })();
    if built.is_err() {
        // A failure to tidy up must not hide what went wrong; the next run takes the folder over.
        let _ = fs::remove_dir_all(&beside);
    }
    drop(lock);
    built
}

/// Empties what a run that was killed left beside the output folder. Nothing else bears opsbook's lock.
fn take_over(beside: &Path, hidden: &Hidden) -> Result<(), DiskError> {
    let failed = |error: &io::Error| DiskError::io("replace", beside, error);
    let has_lock = fs::symlink_metadata(hidden.lock()).is_ok();
    // A run that is killed at once leaves no more than the hidden folder.
    let mut entries = beside.read_dir().map_err(|error| failed(&error))?;
    if !has_lock && !entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == HIDDEN)) {
        let message = format!("'{}' is in the way: opsbook builds the site there", beside.display());
        return Err(DiskError::new(beside, message, "move or delete it"));
    }
    let _lock = if has_lock { Some(lock(hidden)?) } else { None };
    fs::remove_dir_all(beside).and_then(|()| fs::create_dir(beside)).map_err(|error| failed(&error))
}

/// Keeps other runs of opsbook out until it is dropped; a run that is killed lets go by itself.
fn lock(hidden: &Hidden) -> Result<File, DiskError> {
    let path = hidden.lock();
    let failed = |error: &io::Error| DiskError::io("lock", &path, error);
    if fs::symlink_metadata(&path).is_ok_and(|link| !link.is_file()) {
        return Err(DiskError::new(&path, format!("'{}' is not opsbook's lock file", path.display()), "delete it"));
    }
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let message = format!("another opsbook publishes into '{}' at this moment", hidden.folder.display());
            Err(DiskError::new(&path, message, "wait for it, or name another output folder"))
        }
        Err(TryLockError::Error(error)) => Err(failed(&error)),
    }
}

/// Whether opsbook's own folder is there; refuses one that is a link or a file.
fn is_folder(path: &Path) -> Result<bool, DiskError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(true),
        Ok(_) => Err(DiskError::new(
            path,
            format!("'{}' is in the way: opsbook keeps its own files in a folder there", path.display()),
            "move or delete it",
        )),
        Err(_) => Ok(false),
    }
}

/// Makes an empty folder of our own.
fn clear(staging: &Path) -> Result<(), DiskError> {
    match fs::remove_dir_all(staging) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(DiskError::io("empty", staging, &error)),
        _ => Ok(()),
    }
}

/// Writes everything new in full, by number, unless it comes from the spool.
fn stage(plan: &Plan<'_>, ways: &Ways<'_>, staging: &Path) -> Result<Vec<Staged>, DiskError> {
    fs::create_dir(staging).map_err(|error| DiskError::io("make the folder", staging, &error))?;
    plan.write
        .par_iter()
        .enumerate()
        .map(|(number, (path, file))| {
            let staged = |lies: PathBuf, length: u64| Staged { path: (*path).clone(), entry: entry(file, length), lies };
            let target = staging.join(number.to_string());
            match file {
                SiteFile::Bytes(bytes) => {
                    write_fresh(&target, bytes).map_err(|error| DiskError::io("write", &target, &error))?;
                    Ok(staged(target, bytes.len() as u64))
                }
                SiteFile::Copy { from, .. } => copy(from, ways, &target).map(|length| staged(target, length)),
                SiteFile::Shelved { length, number, .. } => {
                    let is_whole = |file: &PathBuf| fs::symlink_metadata(file).is_ok_and(|file| file.is_file() && file.len() == *length);
                    let lies = number.and_then(|number| match ways.moved_to {
                        // It came with its folder, so nothing has told yet whether it is there.
                        Some(folder) => Some(folder.join(path.as_str())).filter(is_whole),
                        None => ways.spool?.file(number, path),
                    });
                    let lies = lies.ok_or_else(|| changed_meanwhile(&ways.places.output.join(path.as_str())))?;
                    Ok(staged(lies, *length))
                }
            }
        })
        .collect()
}

/// A file was published, and isn't there any more.
fn changed_meanwhile(path: &Path) -> DiskError {
    DiskError::new(path, format!("'{}' was changed meanwhile by something else", path.display()), "run the command again")
}

fn entry(file: &SiteFile, length: u64) -> Entry {
    Entry { digest: file.digest(), length }
}

/// Copies the bytes of a file of the handbook, but not its permissions.
fn copy(from: &SitePath, ways: &Ways<'_>, target: &Path) -> Result<u64, DiskError> {
    let (folder, inside) = ways.mounts.ground(&ways.places.root, from);
    let source = folder.join(inside.as_str());
    let failed = |error: io::Error| DiskError::io("copy", &source, &error);
    let real = fs::canonicalize(&source).map_err(failed)?;
    let folder = fs::canonicalize(folder).map_err(failed)?;
    if !real.starts_with(folder) || !real.is_file() {
        let message = format!("'{}' is no longer a file of the handbook", source.display());
        return Err(DiskError::new(&source, message, "run the command again"));
    }
    let mut reader = File::open(&real).map_err(failed)?;
    let created = OpenOptions::new().write(true).create_new(true).open(target);
    let mut writer = created.map_err(|error| DiskError::io("write", target, &error))?;
    io::copy(&mut reader, &mut writer).map_err(failed)
}

/// Removes our own files that stand where the site now wants a folder, and our own folders where it wants a file.
fn make_way(plan: &Plan<'_>, output: &Path) -> Result<(), DiskError> {
    for way in &plan.ways {
        match way {
            Way::File(path) => delete(output, path)?,
            Way::Folder(folder) => remove_folders(&output.join(folder.as_str()))?,
        }
    }
    Ok(())
}

/// Moves what was staged into place: pages last, so that what they need is there before them.
fn move_into_place(staged: &[Staged], output: &Path, hook: Hook<'_>) -> Result<(), DiskError> {
    let mut order: Vec<&Staged> = staged.iter().collect();
    order.sort_by_key(|staged| staged.path.extension() == Some("html"));
    let mut made = BTreeSet::new();
    for (moved, Staged { path, lies, .. }) in order.into_iter().enumerate() {
        let target = output.join(path.as_str());
        if *lies == target {
            continue;
        }
        if made.insert(path.folder()) {
            let folder = output.join(path.folder());
            fs::create_dir_all(&folder).map_err(|error| DiskError::io("make the folder", &folder, &error))?;
        }
        let outcome = match fs::rename(lies, &target) {
            // An output folder that is a mount, and empty: what is new was written beside it.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                let here = Hidden::of(output).staging().join("copy");
                fs::copy(lies, &here).and_then(|_| fs::rename(&here, &target))
            }
            outcome => outcome,
        };
        outcome.map_err(|error| DiskError::io("write", &target, &error))?;
        hook(Stage::Moved(moved + 1))?;
    }
    Ok(())
}

/// Deletes a file of ours and the folders that it leaves empty.
fn delete(output: &Path, path: &SitePath) -> Result<(), DiskError> {
    if is_hidden(path) {
        return Ok(());
    }
    delete_in(output, path).map_err(|error| DiskError::io("delete", &output.join(path.as_str()), &error))
}

/// Removes a folder in which there is nothing left but empty folders.
fn remove_folders(folder: &Path) -> Result<(), DiskError> {
    let failed = |error: &io::Error| DiskError::io("delete the folder", folder, error);
    let mut folders: Vec<PathBuf> = Vec::new();
    for entry in walkdir::WalkDir::new(folder).contents_first(true) {
        match entry {
            Ok(entry) => folders.push(entry.into_path()),
            Err(error) if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) => return Ok(()),
            Err(error) => return Err(failed(&error.into())),
        }
    }
    folders.iter().try_for_each(fs::remove_dir).map_err(|error| failed(&error))
}

#[cfg(test)]
#[path = "publish_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "spool_tests.rs"]
mod spool_tests;
