//! Which files changed since somebody looked last, told by their sizes and times: nothing is read.
//!
//! Knows files and folders. Must not know what is done about it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::DiskError;
use super::scan::{Layout, asset, mount_walks};
use super::walk::Walk;
use crate::source::{Asset, SitePath, Sources};

/// The size and the time of the last change of every file of a handbook; none for what can't be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamps(BTreeMap<SitePath, Option<Asset>>);

impl Stamps {
    /// Looks at every file, as [`scan`](super::scan) does, and reads none.
    ///
    /// # Errors
    ///
    /// If the root isn't a folder that can be read.
    pub fn of(root: &Path, layout: &Layout) -> Result<Self, DiskError> {
        let walk = Walk::new(root, layout)?;
        let (mut found, mut sources) = (Vec::new(), Sources::default());
        for name in layout.named() {
            walk.file(name, &mut found, &mut sources);
        }
        for area in walk.areas() {
            walk.area(area, &mut found, &mut sources)?;
        }
        let mut stamps: BTreeMap<SitePath, Option<Asset>> = sources.unreadable.into_keys().map(|path| (path, None)).collect();
        stamps.extend(found.into_iter().map(|file| (file.path, Some(asset(&file.metadata)))));
        let (mut found, mut sources) = (Vec::new(), Sources::default());
        for walk in mount_walks(&walk, layout).0 {
            for area in walk.areas() {
                walk.area(area, &mut found, &mut sources)?;
            }
        }
        for (path, stamp) in
            found.into_iter().map(|file| (file.path, Some(asset(&file.metadata)))).chain(sources.unreadable.into_keys().map(|path| (path, None)))
        {
            stamps.entry(path).or_insert(stamp);
        }
        Ok(Self(stamps))
    }

    /// What isn't now as it was: files that appeared, went or were written, by their paths in the handbook.
    #[must_use]
    pub fn differing(&self, now: &Self) -> BTreeSet<SitePath> {
        let gone = self.0.keys().filter(|path| !now.0.contains_key(*path));
        let written = now.0.iter().filter(|(path, stamp)| self.0.get(*path) != Some(*stamp)).map(|(path, _)| path);
        gone.chain(written).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{replace, write_new};
    use super::*;

    #[test]
    fn only_what_changed_differs() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["book.toml", "content/a.md", "content/b.md", "content/i.png"] {
            write_new(&path(name), "x").unwrap();
        }
        let layout = Layout { content: "content".to_owned(), ..Layout::default() };
        let stamps = || Stamps::of(folder.path(), &layout).unwrap();
        let before = stamps();
        assert!(before.differing(&stamps()).is_empty());
        std::fs::remove_file(path("content/b.md")).unwrap();
        write_new(&path("content/new/c.md"), "x").unwrap();
        write_new(&path("content/.hidden"), "x").unwrap();
        replace(&path("content/i.png"), "longer").unwrap();
        let now = stamps();
        let differing: Vec<String> = before.differing(&now).iter().map(ToString::to_string).collect();
        assert_eq!(differing, ["content/b.md", "content/i.png", "content/new/c.md"]);
        assert_eq!(Stamps::default().differing(&now).len(), 4);
        assert!(Stamps::of(&path("nowhere"), &layout).is_err());
    }
}
