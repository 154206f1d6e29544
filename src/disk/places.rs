use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::DiskError;
use super::kept::CACHE;

/// Where a site comes from and goes to, without symbolic links.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) root: PathBuf,
    pub(super) output: PathBuf,
}

/// Resolves both folders, and refuses an output folder in which the handbook itself lies.
pub(super) fn places(root: &Path, content: &str, output: &Path) -> Result<Places, DiskError> {
    let real_root = fs::canonicalize(root).map_err(|error| DiskError::io("read the handbook's folder", root, &error))?;
    let real_output = resolve(output, "the output folder")?;
    let areas = [content, "schemas", "themes", "book.toml"];
    let holds_source = areas.iter().filter_map(|area| fs::canonicalize(real_root.join(area)).ok()).find(|area| area.starts_with(&real_output));
    let inside_settings = ["schemas", "themes", CACHE].into_iter().find(|area| real_output.starts_with(real_root.join(area)));
    if real_root.starts_with(&real_output) || holds_source.is_some() {
        let held = holds_source.unwrap_or_else(|| real_root.clone());
        let message = format!("the output folder '{}' holds the handbook itself: '{}'", output.display(), held.display());
        return Err(DiskError::new(output, message, "name a folder of its own, such as 'book'"));
    }
    if let Some(area) = inside_settings {
        let message = format!("the output folder '{}' lies in '{area}'", output.display());
        return Err(DiskError::new(output, message, "name a folder of its own, such as 'book'"));
    }
    if let Ok(metadata) = fs::metadata(&real_output)
        && !metadata.is_dir()
    {
        let message = format!("'{}' is not a folder", output.display());
        return Err(DiskError::new(output, message, "move the file away, or name another output folder"));
    }
    Ok(Places { root: real_root, output: real_output })
}

/// The path without symbolic links, as far as it is there. `what` says in errors what it is the path of.
pub(super) fn resolve(path: &Path, what: &str) -> Result<PathBuf, DiskError> {
    let failed = |error: &io::Error| DiskError::io(&format!("find {what}"), path, error);
    let absolute = std::path::absolute(path).map_err(|error| failed(&error))?;
    let mut missing = Vec::new();
    let mut existing = absolute.as_path();
    loop {
        match fs::canonicalize(existing) {
            Ok(real) => return Ok(missing.iter().rev().fold(real, |path: PathBuf, name| path.join(name))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&error)),
        }
        let is_link = fs::symlink_metadata(existing).is_ok();
        match (existing.components().next_back(), existing.parent()) {
            (Some(Component::Normal(name)), Some(parent)) if !is_link => {
                missing.push(name.to_owned());
                existing = parent;
            }
            _ => {
                let message = format!("{what} '{}' leads through a folder that is not there", path.display());
                return Err(DiskError::new(path, message, "name it without '..' and without links that lead nowhere"));
            }
        }
    }
}
