//! The parts of a handbook that lie elsewhere: where in the handbook they appear, and where their files really are.
//!
//! Knows paths. Must not know how the files got there, nor what they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use super::{SitePath, above};

/// One part of a handbook that lies elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Where it appears, from the handbook's root: `content/services/payments`.
    pub at: SitePath,
    /// The folder that holds its files, absolute. It need not be there.
    pub folder: PathBuf,
    /// The same as people open it from the working folder: `../payments/docs`.
    pub shown: String,
    /// Where the folder lies in its own repository, `""` for the top of it.
    pub inside: String,
    /// Which commit of which repository the files are a copy of; none if they are the files themselves.
    pub copy: Option<Copied>,
    /// Why its files aren't there, or not the newest, in words.
    pub why: Option<String>,
    /// Whether it isn't read, wherever it is: `why` says for what reason.
    pub is_refused: bool,
}

/// What a copy of a repository's files was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The repository without secrets: `https://git.example/payments.git`.
    pub repository: String,
    /// The branch, tag or commit that was asked for.
    pub reference: String,
    /// The commit; empty as long as there is no copy.
    pub commit: String,
    /// The day on which it was fetched.
    pub fetched: Option<Date>,
}

impl Copied {
    /// The last part of the repository's address, without its ending: `payments`.
    #[must_use]
    pub fn name(&self) -> &str {
        let address = self.repository.trim_end_matches('/');
        let name = address.rsplit(['/', ':']).next().unwrap_or(address);
        name.strip_suffix(".git").unwrap_or(name)
    }

    /// So much of the commit as people read.
    #[must_use]
    pub fn short_commit(&self) -> &str {
        self.commit.get(..8).unwrap_or(&self.commit)
    }
}

/// The parts of a handbook that lie elsewhere, and how they fit in with the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mounts {
    list: Arc<[Mount]>,
    places: Arc<BTreeMap<SitePath, usize>>,
    /// Files of the handbook itself that lie where one of them appears.
    pub own: BTreeSet<SitePath>,
    /// Those of them that hide a file of a mount.
    pub clashes: BTreeSet<SitePath>,
    /// The mounts whose folder isn't there, by index.
    pub missing: BTreeSet<usize>,
}

impl Mounts {
    /// Mounts that nobody has looked at yet. None may appear inside another.
    #[must_use]
    pub fn new(list: Vec<Mount>) -> Self {
        let places = list.iter().enumerate().map(|(index, mount)| (mount.at.clone(), index)).collect();
        Self { list: list.into(), places: Arc::new(places), ..Self::default() }
    }

    /// Every mount, in the order of book.toml.
    #[must_use]
    pub fn list(&self) -> &[Mount] {
        &self.list
    }

    /// Whether these are the same mounts, whatever is known of their files.
    #[must_use]
    pub fn has_list_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.list, &other.list) || self.list == other.list
    }

    /// The same mounts, of which the folders of some aren't there.
    #[must_use]
    pub fn with_missing(&self, missing: BTreeSet<usize>) -> Self {
        Self { list: Arc::clone(&self.list), places: Arc::clone(&self.places), missing, ..Self::default() }
    }

    /// The mount in whose place a path lies, whosever file it is.
    #[must_use]
    pub fn region(&self, path: &SitePath) -> Option<&Mount> {
        self.region_index(path).and_then(|index| self.list.get(index))
    }

    fn region_index(&self, path: &SitePath) -> Option<usize> {
        if self.places.is_empty() {
            return None;
        }
        let text = path.as_str();
        above(text).chain([text]).find_map(|folder| self.places.get(folder).copied())
    }

    /// Whether a path lies in the place of a mount whose folder isn't there, so that nobody knows what lies at it.
    #[must_use]
    pub fn is_absent(&self, path: &SitePath) -> bool {
        !self.missing.is_empty() && self.region_index(path).is_some_and(|index| self.missing.contains(&index))
    }

    /// The mount that a file comes from, by its index; none if it is the handbook's own.
    #[must_use]
    pub fn index_of(&self, path: &SitePath) -> Option<usize> {
        if self.own.contains(path) { None } else { self.region_index(path) }
    }

    /// The mount that a file comes from, and its path there.
    #[must_use]
    pub fn of(&self, path: &SitePath) -> Option<(&Mount, SitePath)> {
        let mount = self.list.get(self.index_of(path)?)?;
        Some((mount, path.strip(mount.at.as_str())?))
    }

    /// Whether a file is a copy, which nobody may edit.
    #[must_use]
    pub fn is_copy(&self, path: &SitePath) -> bool {
        self.of(path).is_some_and(|(mount, _)| mount.copy.is_some())
    }

    /// The folder that a file is found in, and its path from there: the handbook's root or that of its mount.
    #[must_use]
    pub fn ground<'a>(&'a self, root: &'a Path, path: &SitePath) -> (&'a Path, SitePath) {
        self.of(path).map_or_else(|| (root, path.clone()), |(mount, inside)| (&*mount.folder, inside))
    }

    /// Where a file really lies.
    #[must_use]
    pub fn place(&self, root: &Path, path: &SitePath) -> PathBuf {
        let (folder, inside) = self.ground(root, path);
        folder.join(inside.as_str())
    }

    /// How people name a file of a mount from the working folder: `../payments/docs/a.md`. None for the handbook's own.
    #[must_use]
    pub fn shown(&self, path: &SitePath) -> Option<String> {
        let (mount, inside) = self.of(path)?;
        Some(if mount.shown.is_empty() { inside.to_string() } else { format!("{}/{inside}", mount.shown.trim_end_matches('/')) })
    }

    /// The path in the handbook of a file in one of the folders.
    #[must_use]
    pub fn path_of(&self, file: &Path) -> Option<SitePath> {
        self.list.iter().find_map(|mount| {
            let inside = file.strip_prefix(&mount.folder).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
            let path = SitePath::new(&inside)?.below(mount.at.as_str())?;
            (!self.own.contains(&path)).then_some(path)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mount(at: &str, folder: &str, shown: &str, copy: Option<Copied>) -> Mount {
        let at = SitePath::new(at).unwrap();
        Mount { at, folder: folder.into(), shown: shown.to_owned(), inside: String::new(), copy, why: None, is_refused: false }
    }

    fn copied(repository: &str) -> Copied {
        Copied { repository: repository.to_owned(), reference: "main".to_owned(), commit: "0123456789abcdef".to_owned(), fetched: None }
    }

    #[test]
    fn files_are_found_where_they_really_lie() {
        let copy = Some(copied("https://git.example/tools.git"));
        let mut mounts = Mounts::new(vec![
            mount("content/services/payments", "/work/payments/docs", "../payments/docs", None),
            mount("content/tools", "/c", "c", copy),
        ]);
        let own = SitePath::new("content/services/payments/index.md").unwrap();
        mounts.own.insert(own.clone());
        for (path, place, shown, is_copy) in [
            ("content/a.md", "/book/content/a.md", None, false),
            ("content/services/a.md", "/book/content/services/a.md", None, false),
            ("content/services/payments-old/a.md", "/book/content/services/payments-old/a.md", None, false),
            ("content/services/payments/a/b.md", "/work/payments/docs/a/b.md", Some("../payments/docs/a/b.md"), false),
            ("content/services/payments/index.md", "/book/content/services/payments/index.md", None, false),
            ("content/tools/x.md", "/c/x.md", Some("c/x.md"), true),
        ] {
            let path = SitePath::new(path).unwrap();
            assert_eq!(mounts.place(Path::new("/book"), &path), Path::new(place));
            assert_eq!((mounts.shown(&path).as_deref(), mounts.is_copy(&path)), (shown, is_copy), "{path}");
        }
        assert_eq!(mounts.path_of(Path::new("/work/payments/docs/a.md")).unwrap().as_str(), "content/services/payments/a.md");
        assert_eq!(mounts.path_of(Path::new("/work/payments/docs/index.md")), None, "the handbook's own hides it");
        assert_eq!(mounts.path_of(Path::new("/work/payments/other.md")), None);
        assert_eq!(mounts.region(&own).map(|mount| mount.shown.as_str()), Some("../payments/docs"));
    }

    #[test]
    fn a_repository_is_called_by_its_last_name() {
        for (address, name) in [
            ("https://git.example/team/payments.git", "payments"),
            ("git@git.example:payments", "payments"),
            ("/srv/git/payments.git/", "payments"),
            ("payments", "payments"),
        ] {
            assert_eq!(copied(address).name(), name);
        }
        assert_eq!(copied("x").short_commit(), "01234567");
    }
}
