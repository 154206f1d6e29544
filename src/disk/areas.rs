//! Which folders of a handbook are gone through, and how deep.
//!
//! Knows a handbook's layout. Must not look at the disk.

use std::collections::BTreeMap;

use super::scan::Layout;

/// A folder that is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area<'a> {
    /// From the root; `""` is the root itself.
    pub(super) folder: &'a str,
    /// How many folders below it are entered, and one more for the files in the last.
    pub(super) depth: usize,
}

impl<'a> Area<'a> {
    /// A folder with all that lies in it.
    pub(super) fn whole(folder: &'a str) -> Self {
        Self { folder, depth: usize::MAX }
    }

    /// How deep it goes below a path in it; none if it doesn't go as far as that.
    pub(super) fn depth_below(&self, path: &str) -> Option<usize> {
        let inside = if self.folder.is_empty() { path } else { path.strip_prefix(self.folder)?.trim_start_matches('/') };
        self.depth.checked_sub(inside.split('/').filter(|name| !name.is_empty()).count())
    }

    fn holds(&self, other: &Self) -> bool {
        is_within(other.folder, self.folder) && self.depth_below(other.folder).is_some_and(|depth| depth >= other.depth)
    }
}

/// Whether a path is a folder or lies in it.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path lies in one of the folders that are a handbook's own.
pub(super) fn is_own(path: &str, content: &str) -> bool {
    [content, "schemas", "themes"].into_iter().any(|own| is_within(path, own))
}

/// The folders that globs of rule files lead to, as far as they aren't the handbook's own, each as deep as its globs reach.
pub(super) fn rule_areas(layout: &Layout) -> Vec<Area<'_>> {
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for glob in &layout.rules {
        let Some(wild) = wild_at(glob) else { continue };
        let end = glob.get(..wild).and_then(|plain| plain.rfind('/'));
        let (folder, rest) =
            end.and_then(|end| glob.split_at_checked(end)).map_or(("", glob.as_str()), |(folder, rest)| (folder, rest.trim_start_matches('/')));
        if is_own(folder, &layout.content) {
            continue;
        }
        // A slash between braces or in a set may make this too much, never too little.
        let depth = if rest.contains("**") { usize::MAX } else { rest.matches('/').count() + 1 };
        let known = depths.entry(folder).or_default();
        *known = depth.max(*known);
    }
    let all: Vec<Area<'_>> = depths.into_iter().map(|(folder, depth)| Area { folder, depth }).collect();
    all.iter().filter(|area| !all.iter().any(|other| other != *area && other.holds(area))).copied().collect()
}

/// The rule files that are named without wildcards and lie in none of the handbook's own folders.
pub(super) fn rule_files(layout: &Layout) -> impl Iterator<Item = &str> {
    layout.rules.iter().map(String::as_str).filter(|glob| wild_at(glob).is_none() && !is_own(glob, &layout.content))
}

/// Where a glob's first wildcard stands.
fn wild_at(glob: &str) -> Option<usize> {
    glob.find(['*', '?', '[', '{', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_followed_as_deep_as_they_reach() {
        const ALL: usize = usize::MAX;
        for (rules, areas, files) in [
            (&["rules.yaml", "ops/a.yaml", "content/b.yaml"][..], &[][..], &["rules.yaml", "ops/a.yaml"][..]),
            (&["*.rules.yaml"], &[("", 1)], &[]),
            (&["*/rules/*.yaml", "content/*.yaml", "schemas/x/*"], &[("", 3)], &[]),
            (&["ops/*.yaml", "ops/rules/**", "ops/a/b/*"], &[("ops", 1), ("ops/a/b", 1), ("ops/rules", ALL)], &[]),
            (&["ops/**/a.yaml", "ops/rules/*", "opsbook/*"], &[("ops", ALL), ("opsbook", 1)], &[]),
            (&["**/*.yaml", "ops/*"], &[("", ALL)], &[]),
            (&["ops/{a,b/c}.yaml", "ops/x/*"], &[("ops", 2)], &[]),
        ] {
            let layout = Layout { content: "content".to_owned(), rules: rules.iter().map(|glob| (*glob).to_owned()).collect(), ..Layout::default() };
            let areas: Vec<Area<'_>> = areas.iter().map(|(folder, depth)| Area { folder, depth: *depth }).collect();
            assert_eq!(rule_areas(&layout), areas, "{rules:?}");
            assert_eq!(rule_files(&layout).collect::<Vec<_>>(), files, "{rules:?}");
            let plain = Layout { content: String::new(), ..layout };
            assert!(rule_areas(&plain).is_empty() && rule_files(&plain).next().is_none(), "the root is gone through as it is");
        }
    }

    #[test]
    fn depths_count_from_the_area() {
        let area = Area { folder: "a/b", depth: 2 };
        let depths = ["a/b", "a/b/c", "a/b/c/d", "a/b/c/d/e"].map(|path| area.depth_below(path));
        assert_eq!(depths, [Some(2), Some(1), Some(0), None]);
        assert_eq!(Area { folder: "", depth: 1 }.depth_below("a/b"), None);
    }
}
