//! `opsbook mv`: makes the moves that were planned.
//!
//! Knows the command line and the disk. What has to change is known to [`moves`](crate::moves).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use super::compiled::Compiled;
use super::new::{normal, root_of};
use super::output::complain;
use super::{Failure, Verdict};
use crate::compile::Cache;
use crate::disk;
use crate::moves::{Changes, Left, Refused, move_files};
use crate::project::Project;
use crate::source::{SitePath, Sources};
use crate::text::count;

/// Of what stays behind in a folder, this much is named.
const STAYS_SHOWN: usize = 20;

/// Move a document, a folder or another file, and mend every link to it
///
/// The old address of a document stays: it leads to the new one, as `aliases` in its front matter says.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook mv content/guides/setup.md content/guides/developer-setup.md
  opsbook mv content/guides/setup.md content/onboarding/    into a folder, under the same name
  opsbook mv content/guides content/manuals                 a folder with all that it holds
  opsbook mv --dry-run content/a.md content/b.md            what would change")]
pub(super) struct Mv {
    /// What to move: a document, a folder, an image
    old: PathBuf,
    /// Its new place, or the folder that it goes to; folders are made
    new: PathBuf,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Keep no redirect from the old address: for documents that nobody has seen yet
    #[arg(long)]
    no_alias: bool,
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self { message: refused.message, help: Some(refused.help) }
    }
}

impl Mv {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let old = &self.old;
        if std::path::absolute(old).map_or(true, |path| path.symlink_metadata().is_err()) {
            let help = elsewhere(old).unwrap_or_else(|| "name a document, a folder or another file of the handbook".to_owned());
            return Err(Failure::new(format!("there is no '{}'", old.display()), help));
        }
        let project = of_handbook(old)?;
        let compiled = Compiled::of(&project, &mut Cache::default())?;
        let moves = self.moves(&project, &compiled)?;
        need_no_links(&project, &compiled.sources, &moves)?;
        need_one_place(&compiled, &moves)?;
        let mut changes = move_files(&compiled.build.handbook, &compiled.sources, &moves, !self.no_alias)?;
        spare_copies(&compiled.sources, &mut changes);
        let stays = if old.is_dir() { stays(&project, &compiled.sources, old, &moves) } else { Vec::new() };
        if !self.dry_run {
            carry_out(&project, &compiled, &changes)?;
        }
        self.tell(&project, &compiled, &changes, &stays);
        if !self.dry_run {
            tell_new_findings(&project, &compiled)?;
        }
        Ok(Verdict::Clean)
    }

    /// Every file that moves, with its new place, from the handbook's root.
    fn moves(&self, project: &Project, compiled: &Compiled) -> Result<BTreeMap<SitePath, SitePath>, Failure> {
        let from = inside(project, &self.old)?;
        let is_folder = self.old.is_dir();
        let names_folder = self.new.is_dir() || self.new.to_string_lossy().ends_with(['/', '\\']);
        let mut new = self.new.clone();
        if names_folder {
            new = new.join(from.file_name());
        } else if !is_folder && from.is_markdown() && new.extension().is_none() {
            new.set_extension("md");
        }
        let to = inside(project, &new)?;
        if from == to {
            return Err(Failure::new(format!("'{from}' lies there already"), "name another place"));
        }
        if !is_folder {
            return Ok(BTreeMap::from([(from, to)]));
        }
        if from.as_str() == compiled.sources.content {
            return Err(Failure::new(
                "the content folder itself can't be moved",
                "name another folder of documents with `src` in [book] of book.toml",
            ));
        }
        if to.strip(from.as_str()).is_some() {
            return Err(Failure::new(format!("'{from}' can't move into itself"), "name a place outside of it"));
        }
        let sources = &compiled.sources;
        let files = sources.texts.keys().chain(sources.assets.keys()).chain(sources.unreadable.keys()).chain(sources.included.keys());
        let moves: BTreeMap<SitePath, SitePath> =
            files.filter_map(|file| Some((file.clone(), file.strip(from.as_str())?.below(to.as_str())?))).collect();
        if moves.is_empty() {
            return Err(Failure::new(format!("'{from}' holds nothing of the handbook"), "name a folder of documents"));
        }
        Ok(moves)
    }

    fn tell(&self, project: &Project, compiled: &Compiled, changes: &Changes, stays: &[PathBuf]) {
        let (moved, mended) = if self.dry_run { ("would move", "would mend") } else { ("moved", "mended") };
        let named = |path: &SitePath| compiled.sources.mounts.shown(path).unwrap_or_else(|| format!("{}{path}", project.prefix));
        let prefix = &project.prefix;
        for (from, to) in &changes.renames {
            complain(&format!("{moved} {} to {}", named(from), named(to)));
        }
        for (path, edits) in &changes.edits {
            let now = changes.renames.get(path).filter(|_| !self.dry_run).unwrap_or(path);
            complain(&format!("{mended} {}: {}", named(now), count(edits.len(), "edit")));
        }
        for (path, alert) in &changes.alerts {
            let path = changes.renames.get(path).filter(|_| !self.dry_run).unwrap_or(path);
            complain(&format!("note {}: 'alerts' says that it answers for '{alert}', as its name did", named(path)));
        }
        for left in &changes.left {
            let line = compiled.text(&left.path).map_or(1, |text| text.get(..left.span.start()).unwrap_or_default().matches('\n').count() + 1);
            complain(&format!("left {}:{line}: {}", named(&left.path), left.message));
        }
        let stay = if self.dry_run { "would stay" } else { "stayed" };
        for path in stays.iter().take(STAYS_SHOWN) {
            complain(&format!("{stay} {prefix}{}: it is no part of the handbook", path.to_string_lossy().replace('\\', "/")));
        }
        if let Some(more) = stays.len().checked_sub(STAYS_SHOWN).filter(|more| *more > 0) {
            complain(&format!("{stay} {more} more"));
        }
        for (from, before, after) in retyped(compiled, changes) {
            complain(&format!("note {prefix}{from}: its type was {before} and is now {after}"));
        }
        let files = changes.edits.len();
        let redirects = match changes.redirects {
            0 => "no redirect kept".to_owned(),
            1 => "redirect kept".to_owned(),
            number => format!("{} kept", count(number, "redirect")),
        };
        let links = if changes.links == 0 {
            "no link to mend".to_owned()
        } else {
            format!("{} {} in {}", count(changes.links, "link"), if self.dry_run { "to mend" } else { "mended" }, count(files, "file"))
        };
        complain(&format!("{moved} {}, {links}, {redirects}", count(changes.renames.len(), "file")));
    }
}

/// Says which kinds of findings there are more of than before: a glob that catches nothing any more, for instance.
fn tell_new_findings(project: &Project, before: &Compiled) -> Result<(), Failure> {
    let counted = |compiled: &Compiled| {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        for finding in &compiled.build.diagnostics {
            *counts.entry(finding.kind.code).or_default() += 1;
        }
        counts
    };
    let (before, after) = (counted(before), counted(&Compiled::of(project, &mut Cache::default())?));
    for (code, number) in after {
        let more = number.saturating_sub(before.get(code).copied().unwrap_or_default());
        if more > 0 {
            complain(&format!("note {} more of '{code}' than before: `opsbook check` shows where", count(more, "finding")));
        }
    }
    Ok(())
}

/// Writes what was planned, unless somebody has written meanwhile. What moves is moved first and says at once where it was: should the rest
/// fail, `check --fix` mends the links.
fn carry_out(project: &Project, compiled: &Compiled, changes: &Changes) -> Result<(), Failure> {
    let mounts = &compiled.sources.mounts;
    let place = |path: &SitePath| mounts.place(&project.root, path);
    let text = |path: &SitePath| Some(&compiled.sources.text(path.as_str()).filter(|_| changes.edits.contains_key(path))?.text);
    // Before anything moves; what changes between this and its turn is seen below.
    for (path, text) in changes.edits.keys().filter_map(|path| Some((path, text(path)?))) {
        disk::need_same(&place(path), text)?;
    }
    for (from, to) in &changes.renames {
        disk::relocate(&place(from), &place(to), &top(project, &compiled.sources, from))?;
        if let Some(text) = text(from) {
            write(&place(to), text, &changes.applied(from, text))?;
        }
    }
    for path in changes.edits.keys().filter(|path| !changes.renames.contains_key(*path)) {
        if let Some(text) = text(path) {
            write(&place(path), text, &changes.applied(path, text))?;
        }
    }
    Ok(())
}

/// The handbook that a file belongs to: the one of the working folder if that mounts it, else the one that it lies in.
fn of_handbook(old: &Path) -> Result<Project, Failure> {
    let here = Project::open(None, None).ok().filter(|project| mounted(project, old).is_some());
    Ok(here.map_or_else(|| Project::open(root_of(old).as_deref(), None), Ok)?)
}

/// Where a file appears that lies in a folder which the handbook mounts.
fn mounted(project: &Project, path: &Path) -> Option<SitePath> {
    let path = normal(path);
    let real = path.ancestors().find_map(|above| Some(above.canonicalize().ok()?.join(path.strip_prefix(above).ok()?)));
    project.mounts.path_of(&path).or_else(|| project.mounts.path_of(&real?))
}

/// The folder that a file can't leave by moving.
fn top(project: &Project, sources: &Sources, path: &SitePath) -> PathBuf {
    // Parts that pages include lie outside of the content folder too.
    let own = || if path.strip(&project.content).is_some() { project.root.join(&project.content) } else { project.root.clone() };
    sources.mounts.of(path).map_or_else(own, |(mount, _)| mount.folder.clone())
}

/// A file stays in its repository: moving it into another would lose its history, and a copy is nobody's to change.
fn need_one_place(compiled: &Compiled, moves: &BTreeMap<SitePath, SitePath>) -> Result<(), Failure> {
    let mounts = &compiled.sources.mounts;
    for (from, to) in moves {
        if let Some((mount, inside)) = mounts.of(from)
            && let Some(copy) = &mount.copy
        {
            let message = format!("'{inside}' comes from {} and is only a copy here", copy.repository);
            return Err(Failure::new(message, "move it in that repository, then run `opsbook sources update`"));
        }
        let place = |path: &SitePath| mounts.region(path).map(|mount| mount.at.clone());
        let from_place = mounts.of(from).map(|(mount, _)| mount.at.clone());
        if from_place != place(to) {
            let help = "move it within its own folder, or copy it by hand and delete it there";
            return Err(Failure::new(format!("'{from}' and '{to}' lie in different folders of [[source]]"), help));
        }
    }
    Ok(())
}

/// Nobody edits a copy: what would change there is told instead.
fn spare_copies(sources: &Sources, changes: &mut Changes) {
    let copies: Vec<SitePath> = changes.edits.keys().filter(|path| sources.mounts.is_copy(path)).cloned().collect();
    for path in copies {
        for edit in changes.edits.remove(&path).unwrap_or_default() {
            changes.links = changes.links.saturating_sub(1);
            let message = format!("write '{}' in the repository that it comes from", edit.replacement);
            changes.left.push(Left { path: path.clone(), span: edit.span, message });
        }
    }
}

/// Replaces one text by another, if it is still the one that was read.
fn write(file: &Path, before: &str, after: &str) -> Result<(), Failure> {
    disk::need_same(file, before).map_err(|error| {
        let help = "files have moved already: `opsbook check --fix` mends the links that are left";
        Failure::new(error.message, help)
    })?;
    Ok(disk::replace(file, after)?)
}

/// Moving what a link leads to, or the link without that, would surprise whoever set it.
fn need_no_links(project: &Project, sources: &Sources, moves: &BTreeMap<SitePath, SitePath>) -> Result<(), Failure> {
    let link = |from: &SitePath| disk::link_on_the_way(&top(project, sources, from), &sources.mounts.place(&project.root, from));
    match moves.keys().find_map(link) {
        Some(link) => {
            Err(Failure::new(format!("'{}' is a symbolic link and stays where it is", link.display()), "move the file or folder that it leads to"))
        }
        None => Ok(()),
    }
}

/// What stays where it is although its folder moves.
fn stays(project: &Project, sources: &Sources, folder: &Path, moves: &BTreeMap<SitePath, SitePath>) -> Vec<PathBuf> {
    let going = moves.keys().map(|path| normal(&sources.mounts.place(&project.root, path))).collect();
    let root = normal(&project.root);
    let left = disk::left_behind(&normal(folder), &going);
    left.into_iter().map(|path| path.strip_prefix(&root).map_or_else(|_| path.clone(), Path::to_path_buf)).collect()
}

/// A path of the command line as one from the handbook's root.
fn inside(project: &Project, path: &Path) -> Result<SitePath, Failure> {
    if let Some(mounted) = mounted(project, path) {
        return Ok(mounted);
    }
    let target = normal(path);
    let found = target.strip_prefix(normal(&project.root)).ok().and_then(|path| SitePath::new(&path.to_string_lossy().replace('\\', "/")));
    let content = project.content_folder();
    let outside = || Failure::new(format!("'{}' lies outside the handbook", path.display()), format!("name a place below '{}'", content.display()));
    found.ok_or_else(outside)
}

/// Where a file really lies that is named by its place in the handbook, where a source appears.
fn elsewhere(path: &Path) -> Option<String> {
    let project = of_handbook(path).ok()?;
    let inside = inside(&project, path).ok()?;
    let (mount, in_mount) = project.mounts.of(&inside)?;
    Some(match &mount.copy {
        Some(copy) => {
            let file = in_mount.below(&mount.inside).unwrap_or(in_mount);
            format!("it is '{file}' of {}: move it there, then run `opsbook sources update`", copy.repository)
        }
        None => format!("it is '{}': name that", project.mounts.shown(&inside)?),
    })
}

/// Documents whose type changes with their place, and how.
fn retyped(compiled: &Compiled, changes: &Changes) -> Vec<(SitePath, String, String)> {
    let handbook = &compiled.build.handbook;
    let named = |name: Option<&str>| name.map_or_else(|| "none".to_owned(), |name| format!("'{name}'"));
    let moved = |(from, to): (&SitePath, &SitePath)| {
        let page = handbook.page_at(&from.strip(&handbook.content)?)?;
        let before = page.binding.as_ref().map(|(schema, _)| schema.document_type.clone());
        let after = compiled.build.schemas.type_of(&page.document, &to.strip(&handbook.content)?, &mut Vec::new());
        let after = after.map(|schema| schema.document_type.clone());
        (before != after).then(|| (to.clone(), named(before.as_deref()), named(after.as_deref())))
    };
    changes.renames.iter().filter_map(moved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let before = [("book.toml", "[book]\n"), ("content/a.md", "# A\n\n[b](b.md)\n"), ("content/b.md", "# B\n")];
        for (name, text) in before {
            disk::write_new(&place(name), text).unwrap();
        }
        let project = Project::open(Some(folder.path()), None).unwrap();
        let compiled = Compiled::of(&project, &mut Cache::default()).unwrap_or_else(|failure| panic!("{}", failure.message));
        let path = |name: &str| SitePath::new(name).unwrap();
        let moves = BTreeMap::from([(path("content/b.md"), path("content/c.md"))]);
        let changes = move_files(&compiled.build.handbook, &compiled.sources, &moves, true).unwrap();
        disk::replace(&place("content/a.md"), "# A, saved\n").unwrap();
        let failure = carry_out(&project, &compiled, &changes).unwrap_err();
        assert!(failure.message.contains("was changed meanwhile"), "{}", failure.message);
        assert_eq!(disk::read_document(&place("content/a.md")).unwrap(), "# A, saved\n");
        assert!(place("content/b.md").exists() && !place("content/c.md").exists(), "nothing has moved");
        disk::replace(&place("content/a.md"), before[1].1).unwrap();
        assert!(carry_out(&project, &compiled, &changes).is_ok());
        assert_eq!(disk::read_document(&place("content/a.md")).unwrap(), "# A\n\n[b](c.md)\n");
    }
}
