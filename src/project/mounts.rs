//! Where the parts of a handbook lie that lie elsewhere: folders, and copies of repositories.
//!
//! Knows paths and the cache. Fetches nothing.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Project, shown};
use crate::config::{SourceFrom, SourceTable};
use crate::disk::{CACHE, Copies};
use crate::memo::Hasher;
use crate::source::{Copied, Mount, Mounts, SitePath};

/// The mounts of a handbook as they are there now.
pub(super) fn of(project: &Project, whys: &BTreeMap<usize, String>) -> Mounts {
    let mount = |(index, table): (usize, &SourceTable)| {
        let why = whys.get(&index).cloned();
        let at = table.at.below(&project.content)?;
        Some(match &table.from {
            SourceFrom::Path(path) => folder(project, at, table, path),
            SourceFrom::Git { url, reference, .. } => copy(project, at, table, url, reference, why)?,
        })
    };
    Mounts::new(project.tables.iter().enumerate().filter_map(mount).collect())
}

/// Where the copies of a source are kept; none if it is no repository.
#[must_use]
pub fn copies(root: &Path, table: &SourceTable) -> Option<Copies> {
    let SourceFrom::Git { url, reference, history } = &table.from else { return None };
    let key = Hasher::default().text(url).text(reference).text(table.folder.as_deref().unwrap_or_default()).bytes(&[u8::from(*history)]).finish();
    let last = Copied { repository: masked(url), reference: String::new(), commit: String::new(), fetched: None };
    Some(Copies::of(&root.join(CACHE), last.name(), key))
}

fn folder(project: &Project, at: SitePath, table: &SourceTable, path: &str) -> Mount {
    let written = project.root.join(path);
    let folder = written.canonicalize().unwrap_or_else(|_| normal(&std::path::absolute(&written).unwrap_or(written)));
    let holds = |place: &Path| place.canonicalize().is_ok_and(|place| place.starts_with(&folder));
    let why = if holds(&project.root) {
        Some("it holds the handbook itself")
    } else if holds(&project.output) || folder.starts_with(&project.output) {
        Some("it holds the published site, or lies in it")
    } else if folder.components().any(|part| part.as_os_str() == CACHE) {
        Some("it lies among what opsbook keeps from build to build")
    } else {
        None
    };
    let inside = table.folder.clone().or_else(|| in_repository(&folder)).unwrap_or_default();
    let is_refused = why.is_some();
    Mount { at, shown: named(project, path, &folder), folder, inside, copy: None, why: why.map(str::to_owned), is_refused }
}

fn copy(project: &Project, at: SitePath, table: &SourceTable, url: &str, reference: &str, why: Option<String>) -> Option<Mount> {
    let copies = copies(&project.root, table)?;
    let last = copies.last();
    // As long as nothing is there, what lies at this place is no copy.
    let folder = last.as_ref().map_or_else(|| copies.place().join("none"), |copy| copy.folder.clone());
    let fetched = last.as_ref().and_then(|copy| Timestamp::from_second(copy.seconds).ok()).map(|when| TimeZone::UTC.to_datetime(when).date());
    let commit = last.map(|copy| copy.commit).unwrap_or_default();
    let made_of = Copied { repository: masked(url), reference: reference.to_owned(), commit, fetched };
    let from_root = folder.strip_prefix(&project.root).map(shown).unwrap_or_default();
    let shown = format!("{}{from_root}", project.prefix);
    let folder = folder.canonicalize().unwrap_or_else(|_| std::path::absolute(&folder).unwrap_or(folder));
    Some(Mount { at, folder, shown, inside: table.folder.clone().unwrap_or_default(), copy: Some(made_of), why, is_refused: false })
}

/// How people name a folder from the working folder.
fn named(project: &Project, path: &str, folder: &Path) -> String {
    let written = Path::new(&project.prefix).join(path);
    let here = std::env::current_dir().ok();
    if written.is_absolute() {
        let inside = here.and_then(|here| folder.strip_prefix(here).ok().map(shown));
        return inside.filter(|inside| !inside.is_empty()).unwrap_or_else(|| shown(&written));
    }
    let plain = normal(&written);
    // `a/..` isn't here where `a` is a link to somewhere else.
    let is_same = plain.canonicalize().ok() == written.canonicalize().ok();
    shown(if is_same { &plain } else { &written })
}

/// The path without `.`, and without `..` as far as it undoes a name or stands at the top.
#[must_use]
pub fn normal(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match plain.components().next_back() {
                Some(Component::Normal(_)) => drop(plain.pop()),
                Some(Component::RootDir) => {}
                _ => plain.push(part),
            },
            part => plain.push(part),
        }
    }
    plain
}

/// Where a folder lies in the repository that it belongs to.
fn in_repository(folder: &Path) -> Option<String> {
    let top = folder.ancestors().find(|above| above.join(".git").exists())?;
    folder.strip_prefix(top).ok().map(shown)
}

/// The address of a repository without what is nobody's business: names and passwords, and what follows a question mark.
#[must_use]
pub fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    match host.rsplit_once('@') {
        // The user of SSH is no secret; what stands there for the web may be a token.
        Some((user, host)) if scheme == "ssh" => format!("{scheme}://{}@{host}{path}", user.split(':').next().unwrap_or(user)),
        Some((_, host)) => format!("{scheme}://***@{host}{path}"),
        None => format!("{scheme}://{host}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        for (url, shown) in [
            ("https://git.example/a.git", "https://git.example/a.git"),
            ("https://token@git.example/a.git", "https://***@git.example/a.git"),
            ("https://user:pass@word@git.example:8443/a.git?key=x", "https://***@git.example:8443/a.git"),
            ("ssh://git:secret@git.example/a.git", "ssh://git@git.example/a.git"),
            ("git@git.example:a.git", "git@git.example:a.git"),
            ("../a.git", "../a.git"),
            ("https://token@", "https://***@"),
            ("://", "://"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }

    #[test]
    fn paths_are_made_plain() {
        for (path, plain) in [("a/../b", "b"), ("../a/./b", "../a/b"), ("../../a", "../../a"), ("/a/../../b", "/b"), ("./a/b/..", "a")] {
            assert_eq!(normal(Path::new(path)), Path::new(plain));
        }
    }
}
