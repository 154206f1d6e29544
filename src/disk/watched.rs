use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::areas::{rule_areas, rule_files};
use super::manifest::HIDDEN;
use super::scan::Layout;
use super::walk::{is_leftover, links};

/// What has to be watched so that no change of a handbook goes unseen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watched {
    /// The root, absolute.
    pub root: PathBuf,
    /// Folders that are watched with all that is in them.
    pub deep: Vec<PathBuf>,
    /// Folders of which only their own entries are watched.
    pub flat: Vec<PathBuf>,
    /// Symbolic links and what each leads to: a change there is a change here.
    pub links: Vec<(PathBuf, PathBuf)>,
    outputs: Vec<PathBuf>,
    /// The folders of mounts that can change.
    mounts: Vec<PathBuf>,
}

impl Watched {
    /// What to watch for a handbook as it lies there now. All paths are absolute.
    #[must_use]
    pub fn of(root: &Path, layout: &Layout) -> Self {
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        let output = layout.output.as_ref().map(|output| root.join(output));
        let real_output = output.as_ref().and_then(|output| output.canonicalize().ok());
        let mut watched = Self { outputs: output.into_iter().chain(real_output).collect(), root: root.clone(), ..Self::default() };
        watched.flat.push(root.clone());
        if layout.content.is_empty() {
            watched.deep = watched.folders_in(&root);
        } else {
            watched.deep = ["schemas", "themes", &layout.content].map(|area| root.join(area)).into_iter().filter(|area| area.is_dir()).collect();
            watched.watch_rules(layout);
            watched.deep.retain(|folder| folder.is_dir());
            watched.deep.sort();
            watched.deep.dedup_by(|folder, before| folder.starts_with(before));
            // So that it is noticed when the folder of the documents comes back.
            watched.flat.extend(Path::new(&layout.content).ancestors().skip(1).map(|folder| root.join(folder)));
        }
        let live = layout.mounts.list().iter().filter(|mount| mount.copy.is_none());
        watched.mounts = live.map(|mount| mount.folder.clone()).collect();
        watched.deep.extend(watched.mounts.iter().filter(|folder| folder.is_dir()).cloned());
        // So that it is noticed when one of them comes back.
        watched.flat.extend(watched.mounts.iter().filter_map(|folder| Some(folder.parent()?.to_owned())));
        watched.flat.extend(layout.extra.iter().filter_map(|file| Some(root.join(file).parent()?.to_owned())));
        let areas = watched.areas(layout);
        watched.links = links(&root, &areas).into_iter().filter(|(link, _)| watched.counts(link)).collect();
        // What a link to a file leads to may lie where nothing else is watched.
        watched.flat.extend(watched.links.iter().filter_map(|(_, target)| Some(target.parent()?.to_owned())));
        watched.flat.extend(watched.links.iter().map(|(_, target)| target.clone()).filter(|target| target.is_dir()));
        watched.flat.retain(|folder| folder.is_dir());
        watched.flat.sort();
        watched.flat.dedup();
        let deep = watched.deep.clone();
        watched.flat.retain(|folder| !deep.iter().any(|deep| folder.starts_with(deep)));
        watched
    }

    /// What rule files need besides: folders of which all may be rules, and others as far as there may be some.
    fn watch_rules(&mut self, layout: &Layout) {
        let root = self.root.clone();
        for area in rule_areas(layout) {
            let folder = root.join(area.folder);
            self.flat.extend(Path::new(area.folder).ancestors().skip(1).map(|folder| root.join(folder)));
            if area.depth < usize::MAX {
                let leads_out = |path: &Path| path.canonicalize().is_ok_and(|real| !root.canonicalize().is_ok_and(|root| real.starts_with(root)));
                let is_part = |path: &Path| {
                    let is_foreign = path.ends_with("node_modules") || path.ends_with("target") || (path.is_symlink() && leads_out(path));
                    !is_foreign && self.counts(path)
                };
                let entries = WalkDir::new(&folder).max_depth(area.depth - 1).follow_links(true).into_iter();
                let entries = entries.filter_entry(|entry| entry.depth() == 0 || entry.file_type().is_dir() && is_part(entry.path())).flatten();
                let folders: Vec<PathBuf> = entries.map(walkdir::DirEntry::into_path).collect();
                self.flat.extend(folders);
            } else if area.folder.is_empty() {
                self.deep.extend(self.folders_in(&root));
            } else {
                self.deep.push(folder);
            }
        }
        self.flat.extend(rule_files(layout).filter_map(|file| Some(root.join(file).parent()?.to_owned())));
    }

    /// Where links are looked for, and how deep.
    fn areas(&self, layout: &Layout) -> Vec<(PathBuf, usize)> {
        if layout.content.is_empty() {
            return vec![(self.root.clone(), usize::MAX)];
        }
        let rules = rule_areas(layout).into_iter().filter(|area| area.depth < usize::MAX);
        let rules = rules.map(|area| (self.root.join(area.folder), area.depth)).chain(rule_files(layout).map(|file| (self.root.join(file), 0)));
        self.deep.iter().map(|folder| (folder.clone(), usize::MAX)).chain(rules).collect()
    }

    /// The folders in a folder of documents that belong to it.
    fn folders_in(&self, root: &Path) -> Vec<PathBuf> {
        let entries = root.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
        let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir() && self.counts(path)).collect();
        folders.retain(|folder| !folder.ends_with("node_modules") && !folder.ends_with("target"));
        folders.sort();
        folders
    }

    /// Whether a change at a path can matter: hidden files, published sites and what editors leave behind don't.
    #[must_use]
    pub fn counts(&self, path: &Path) -> bool {
        if self.outputs.iter().any(|output| path.starts_with(output)) {
            return false;
        }
        let folders = self.mounts.iter().chain(std::iter::once(&self.root));
        let Some(inside) = folders.filter_map(|folder| path.strip_prefix(folder).ok()).min_by_key(|inside| inside.components().count()) else {
            return true;
        };
        let hidden = |name: &str| name.starts_with('.') && name != HIDDEN;
        let mut names = inside.components().map(|part| part.as_os_str().to_string_lossy());
        !names.any(|name| hidden(&name) || is_leftover(&name))
    }

    /// A changed path, and the same by way of each link.
    #[must_use]
    pub fn ways(&self, path: &Path) -> Vec<PathBuf> {
        let mut ways = vec![path.to_owned()];
        if self.links.is_empty() {
            return ways;
        }
        let Some((folder, name)) = path.parent().zip(path.file_name()) else { return ways };
        let real = folder.canonicalize().map_or_else(|_| path.to_owned(), |folder| folder.join(name));
        if let (Ok(root), true) = (self.root.canonicalize(), real != path)
            && let Ok(inside) = real.strip_prefix(root)
        {
            ways.push(self.root.join(inside));
        }
        for (link, target) in &self.links {
            if let Ok(inside) = real.strip_prefix(target) {
                ways.push(if inside.as_os_str().is_empty() { link.clone() } else { link.join(inside) });
            }
        }
        ways
    }
}
