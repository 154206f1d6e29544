use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::path::Path;

use rayon::prelude::*;
use walkdir::WalkDir;

use super::DiskError;
use super::manifest::{Entry, Record, is_hidden};
use crate::site::{Site, SiteFile};
use crate::source::{SitePath, above};

/// What has to be done to an output folder. To make it touches nothing.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    /// New or changed files.
    pub(super) write: Vec<(&'a SitePath, &'a SiteFile)>,
    /// Files that stay as they are.
    pub(super) unchanged: Vec<(&'a SitePath, Entry)>,
    /// Our files that are no longer part of the site.
    pub(super) stale: Vec<SitePath>,
    /// Our files and folders that are in the way, files first.
    pub(super) ways: Vec<Way>,
}

/// Something of ours that has to go before the site fits.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// A file where the site has a folder, or in a folder where it has a file.
    File(SitePath),
    /// A folder, without files by then, where the site has a file.
    Folder(SitePath),
}

/// Refuses a site that can't be a folder: a file that is a folder too, or one among opsbook's own files.
pub(super) fn check_names(site: &Site, output: &Path) -> Result<(), DiskError> {
    for path in site.files.keys() {
        let mut folders = above(path.as_str());
        if let Some(folder) = folders.find(|folder| site.files.contains_key(*folder)) {
            let message = format!("the site has both a file '{folder}' and a file '{path}' in a folder of that name");
            return Err(DiskError::new(&output.join(path.as_str()), message, "rename one of the two"));
        }
        if is_hidden(path) {
            let message = format!("the site has a file '{path}' where opsbook keeps its own files");
            return Err(DiskError::new(&output.join(path.as_str()), message, "rename it"));
        }
    }
    Ok(())
}

/// Compares the site with what lies in the output folder.
pub(super) fn plan<'a>(site: &'a Site, output: &Path, record: &Record) -> Result<Plan<'a>, DiskError> {
    let mut plan = Plan { write: Vec::new(), unchanged: Vec::new(), stale: Vec::new(), ways: Vec::new() };
    let ground = Ground { site, output, record };
    let mut ways = BTreeSet::new();
    let mut known = BTreeSet::new();
    for path in site.files.keys() {
        for folder in above(path.as_str()) {
            if known.insert(folder) {
                ways.extend(ground.way_for_folder(folder)?);
            }
        }
    }
    let verdicts: Vec<(&SitePath, &SiteFile, Option<Entry>, Vec<Way>)> = site
        .files
        .par_iter()
        .map(|(path, file)| ground.judge(path, file).map(|(unchanged, ways)| (path, file, unchanged, ways)))
        .collect::<Result<_, DiskError>>()?;
    for (path, file, unchanged, more) in verdicts {
        ways.extend(more);
        match unchanged {
            Some(entry) => plan.unchanged.push((path, entry)),
            None => plan.write.push((path, file)),
        }
    }
    let gone = record.owned().filter(|path| !site.files.contains_key(*path));
    plan.stale = gone.filter(|path| ground.can_be_deleted(path)).cloned().collect();
    plan.ways = ways.into_iter().collect();
    Ok(plan)
}

struct Ground<'a> {
    site: &'a Site,
    output: &'a Path,
    record: &'a Record,
}

impl Ground<'_> {
    /// What has to go so that a folder can be there.
    fn way_for_folder(&self, folder: &str) -> Result<Option<Way>, DiskError> {
        match self.look(folder) {
            None => Ok(None),
            Some(metadata) if metadata.is_dir() => Ok(None),
            Some(_) => match self.record.owned_path(folder) {
                Some(ours) => Ok(Some(Way::File(ours.clone()))),
                None => Err(self.foreign(folder)),
            },
        }
    }

    /// The entry of a file that can stay as it is; else what has to go so that it can be written.
    fn judge(&self, path: &SitePath, file: &SiteFile) -> Result<(Option<Entry>, Vec<Way>), DiskError> {
        let Some(metadata) = self.look(path.as_str()) else { return Ok((None, Vec::new())) };
        if metadata.is_dir() {
            return self.ways_for_file(path).map(|ways| (None, ways));
        }
        if self.record.owned_path(path.as_str()).is_none() {
            // Below a file of ours that makes way nothing can stand; a path that goes through it isn't there.
            return Err(self.foreign(path.as_str()));
        }
        let known = self.record.entry(path).filter(|entry| metadata.is_file() && entry.length == metadata.len());
        Ok((known.filter(|entry| entry.digest == file.digest()).copied(), Vec::new()))
    }

    /// What has to go so that a file can be where a folder is: everything in it has to be ours, and no longer wanted.
    fn ways_for_file(&self, path: &SitePath) -> Result<Vec<Way>, DiskError> {
        let mut ways = vec![Way::Folder(path.clone())];
        for entry in WalkDir::new(self.output.join(path.as_str())) {
            let entry = entry.map_err(|error| {
                let folder = self.output.join(path.as_str());
                DiskError::io("read the folder", &folder, &error.into())
            })?;
            if entry.file_type().is_dir() {
                continue;
            }
            let relative = entry.path().strip_prefix(self.output).ok().and_then(Path::to_str).map(|path| path.replace('\\', "\u{fffd}"));
            match relative.as_deref().and_then(|relative| self.record.owned_path(relative)) {
                Some(ours) => ways.push(Way::File(ours.clone())),
                None => return Err(self.foreign(&relative.unwrap_or_else(|| entry.path().display().to_string()))),
            }
        }
        Ok(ways)
    }

    /// Whether a file of ours is still there, and not behind a link that leads elsewhere.
    fn can_be_deleted(&self, path: &SitePath) -> bool {
        let real = |folder: &str| self.look(folder).is_some_and(|metadata| metadata.is_dir());
        above(path.as_str()).all(real) && self.look(path.as_str()).is_some_and(|metadata| !metadata.is_dir())
    }

    fn look(&self, path: &str) -> Option<Metadata> {
        fs::symlink_metadata(self.output.join(path)).ok()
    }

    fn foreign(&self, path: &str) -> DiskError {
        let message = if self.site.files.contains_key(path) {
            format!("'{}' is in the way, and opsbook did not write it", self.output.join(path).display())
        } else {
            format!("'{}' is in the way of the site's files, and opsbook did not write it", self.output.join(path).display())
        };
        DiskError::new(&self.output.join(path), message, "move or delete it, or name another output folder; nothing was changed")
    }
}
