use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, symlink};

use tempfile::TempDir;

use super::*;
use crate::disk::files::read_at_most;
use crate::disk::write_new;
use crate::source::Asset;

/// A handbook with one document, and room for the site in `book`.
pub(super) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_new(&folder.path().join("content/index.md"), "# A").unwrap();
        write_new(&folder.path().join("content/p.png"), "picture").unwrap();
        Self { folder }
    }

    pub(super) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn output(&self) -> PathBuf {
        self.root().join("book")
    }

    pub(super) fn publish(&self, site: &Site) -> Result<Published, DiskError> {
        publish(site, self.root(), "content", &self.output())
    }

    /// Publishes and stops at a stage, as if the run were killed there.
    pub(super) fn stop_at(&self, site: &Site, stage: Stage) {
        let hook = |reached: Stage| if reached == stage { Err(DiskError::new(Path::new("stop"), "stopped", "")) } else { Ok(()) };
        let error = publish_with(site, &Origin { root: self.root(), content: "content", mounts: &Mounts::default() }, None, &self.output(), &hook)
            .unwrap_err();
        assert_eq!(error.message, "stopped", "{stage:?}");
    }

    pub(super) fn place(&self, path: &str, text: &str) {
        write_new(&self.output().join(path), text).unwrap();
    }

    /// What a reader sees: every file but opsbook's own.
    pub(super) fn seen(&self) -> BTreeMap<String, String> {
        files(&self.output())
    }

    pub(super) fn refused(&self, site: &Site, message: &str) {
        let before = files(self.root());
        let error = self.publish(site).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert_eq!(files(self.root()), before, "nothing was touched");
    }
}

pub(super) fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| !entry.file_type().is_dir());
    entries
        .map(|entry| {
            let text = read_at_most(entry.path(), 1 << 20).map_or("?".to_owned(), |bytes| String::from_utf8(bytes).unwrap());
            (entry.path().strip_prefix(folder).unwrap().display().to_string(), text)
        })
        .filter(|(path, _)| !path.contains(".opsbook/"))
        .collect()
}

pub(super) fn site(files: &[(&str, &str)]) -> Site {
    let file = |text: &str| SiteFile::Bytes(text.as_bytes().into());
    Site { files: files.iter().map(|(path, text)| (SitePath::new(path).unwrap(), file(text))).collect() }
}

pub(super) fn expected(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

pub(super) fn counts(written: usize, unchanged: usize, deleted: usize) -> Published {
    Published { written, unchanged, deleted }
}

pub(super) const OLD: &[(&str, &str)] = &[("a.html", "old a"), ("b/c.html", "same c"), ("gone/d.html", "old d"), ("style.css", "old css")];
pub(super) const NEW: &[(&str, &str)] = &[("a.html", "new a"), ("b/c.html", "same c"), ("e/f/g.html", "new g"), ("style.css", "new css")];

#[test]
fn only_what_changed_is_written_and_only_what_is_gone_is_deleted() {
    let desk = Desk::new();
    assert_eq!(desk.publish(&site(OLD)).unwrap(), counts(4, 0, 0));
    assert_eq!(desk.seen(), expected(OLD));
    let inode = || desk.output().join("b/c.html").metadata().unwrap().ino();
    let before = inode();
    assert_eq!(desk.publish(&site(NEW)).unwrap(), counts(3, 1, 1));
    assert_eq!(desk.seen(), expected(NEW));
    assert_eq!(inode(), before, "an unchanged file is not rewritten");
    assert!(!desk.output().join("gone").exists(), "an emptied folder is gone");
    let manifest = desk.output().join(".opsbook/manifest.json");
    let written = manifest.metadata().unwrap().ino();
    assert_eq!(desk.publish(&site(NEW)).unwrap(), counts(0, 4, 0));
    assert_eq!(manifest.metadata().unwrap().ino(), written, "nothing to do is nothing done");
    assert!(!desk.output().join(".opsbook/journal.json").exists() && !desk.output().join(".opsbook/staging").exists());
}

#[test]
fn a_file_that_was_deleted_or_changed_in_length_is_written_again() {
    let desk = Desk::new();
    desk.publish(&site(OLD)).unwrap();
    fs::remove_file(desk.output().join("a.html")).unwrap();
    write_fresh(&desk.output().join("style.css"), b"tampered").unwrap();
    assert_eq!(desk.publish(&site(OLD)).unwrap(), counts(2, 2, 0));
    assert_eq!(desk.seen(), expected(OLD));
}

#[test]
fn files_of_the_handbook_are_copied_byte_by_byte() {
    let desk = Desk::new();
    let asset = Asset { length: 7, modified_ns: 1 };
    let copy = |modified_ns| {
        let file = SiteFile::Copy { from: SitePath::new("content/p.png").unwrap(), asset: Asset { modified_ns, ..asset.clone() } };
        Site { files: BTreeMap::from([(SitePath::new("p.png").unwrap(), file)]) }
    };
    assert_eq!(desk.publish(&copy(1)).unwrap(), counts(1, 0, 0));
    assert_eq!(desk.seen(), expected(&[("p.png", "picture")]));
    assert_eq!(desk.publish(&copy(1)).unwrap(), counts(0, 1, 0));
    write_fresh(&desk.root().join("content/p.png"), b"another picture").unwrap();
    assert_eq!(desk.publish(&copy(2)).unwrap(), counts(1, 0, 0));
    assert_eq!(desk.seen(), expected(&[("p.png", "another picture")]));
    fs::remove_file(desk.root().join("content/p.png")).unwrap();
    symlink("/etc/hostname", desk.root().join("content/p.png")).unwrap();
    assert!(desk.publish(&copy(3)).unwrap_err().message.contains("is no longer a file of the handbook"));
    assert_eq!(desk.seen(), expected(&[("p.png", "another picture")]));
}

#[test]
fn a_run_stopped_before_it_moves_leaves_the_old_site() {
    for stage in [Stage::Planned, Stage::Staged, Stage::Journalled] {
        let desk = Desk::new();
        desk.publish(&site(OLD)).unwrap();
        desk.stop_at(&site(NEW), stage);
        assert_eq!(desk.seen(), expected(OLD), "{stage:?}");
        desk.publish(&site(NEW)).unwrap();
        assert_eq!(desk.seen(), expected(NEW), "{stage:?}");
    }
}

#[test]
fn a_run_stopped_while_it_moves_leaves_whole_files_and_the_next_repairs() {
    for stage in [Stage::Moved(1), Stage::Moved(2), Stage::Moved(3), Stage::Deleted, Stage::Recorded] {
        let desk = Desk::new();
        desk.publish(&site(OLD)).unwrap();
        desk.stop_at(&site(NEW), stage);
        for (path, text) in desk.seen() {
            let whole = |files: &[(&str, &str)]| files.contains(&(path.as_str(), text.as_str()));
            assert!(whole(OLD) || whole(NEW), "{path} is {text:?} after {stage:?}");
        }
        // The digests aren't trusted: everything is written, even if the next site is the old one again.
        assert_eq!(desk.publish(&site(OLD)).unwrap().written, 4, "{stage:?}");
        assert_eq!(desk.seen(), expected(OLD), "{stage:?}");
        assert_eq!(desk.publish(&site(NEW)).unwrap(), counts(3, 1, 1), "{stage:?}: and then they are");
        assert_eq!(desk.seen(), expected(NEW), "{stage:?}");
    }
}

#[test]
fn a_new_output_folder_appears_at_once() {
    for stage in [Stage::Planned, Stage::Staged, Stage::Moved(2)] {
        let desk = Desk::new();
        desk.stop_at(&site(OLD), stage);
        let names: Vec<_> = desk.root().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["content"], "{stage:?}");
    }
    // What a killed run left beside is taken over; anything else there is not.
    let desk = Desk::new();
    let beside = desk.root().join(".book.opsbook-new");
    write_new(&beside.join(".opsbook/lock"), "").unwrap();
    write_new(&beside.join("half.html"), "ha").unwrap();
    desk.publish(&site(OLD)).unwrap();
    assert_eq!(desk.seen(), expected(OLD));
    assert!(!beside.exists());
    let desk = Desk::new();
    write_new(&desk.root().join(".book.opsbook-new/mine.txt"), "").unwrap();
    desk.refused(&site(OLD), "is in the way: opsbook builds the site there; move or delete it");
}

#[test]
fn files_that_opsbook_did_not_write_stay() {
    let desk = Desk::new();
    desk.place("CNAME", "example.org");
    desk.place("gone/notes.txt", "mine");
    desk.publish(&site(OLD)).unwrap();
    desk.publish(&site(NEW)).unwrap();
    let seen = desk.seen();
    assert_eq!((seen["CNAME"].as_str(), seen["gone/notes.txt"].as_str()), ("example.org", "mine"));
    assert_eq!(seen.len(), NEW.len() + 2);
}

#[test]
fn a_file_in_the_way_is_named_before_anything_is_touched() {
    let desk = Desk::new();
    desk.place("e/f", "mine");
    desk.refused(&site(NEW), "book/e/f' is in the way of the site's files, and opsbook did not write it; move or delete it");
    assert!(!desk.output().join(".opsbook").exists());
    let desk = Desk::new();
    desk.place("a.html", "new a");
    desk.refused(&site(NEW), "book/a.html' is in the way, and opsbook did not write it");
    let desk = Desk::new();
    desk.publish(&site(OLD)).unwrap();
    desk.place("e/f/g.html/mine.txt", "mine");
    desk.refused(&site(NEW), "book/e/f/g.html/mine.txt' is in the way");
}

#[test]
fn files_and_folders_of_ours_change_places() {
    let desk = Desk::new();
    let folder: &[(&str, &str)] = &[("x/a/b.html", "b"), ("x/c.html", "c"), ("y", "y")];
    let file: &[(&str, &str)] = &[("x", "x"), ("y/a/b.html", "b")];
    desk.publish(&site(folder)).unwrap();
    assert_eq!(desk.publish(&site(file)).unwrap(), counts(2, 0, 3));
    assert_eq!(desk.seen(), expected(file));
    for stage in [Stage::Journalled, Stage::Moved(1), Stage::Moved(2), Stage::Deleted] {
        desk.stop_at(&site(folder), stage);
        desk.publish(&site(folder)).unwrap();
        assert_eq!(desk.seen(), expected(folder), "{stage:?}");
        desk.publish(&site(file)).unwrap();
        assert_eq!(desk.seen(), expected(file), "{stage:?}");
    }
    let both = site(&[("x", "x"), ("x/y", "y")]);
    desk.refused(&both, "the site has both a file 'x' and a file 'x/y' in a folder of that name");
}

#[test]
fn links_in_the_output_folder_are_not_followed() {
    let elsewhere = tempfile::tempdir().unwrap();
    write_new(&elsewhere.path().join("d.html"), "theirs").unwrap();
    let desk = Desk::new();
    desk.publish(&site(OLD)).unwrap();
    fs::remove_dir_all(desk.output().join("gone")).unwrap();
    symlink(elsewhere.path(), desk.output().join("gone")).unwrap();
    desk.refused(&site(OLD), "book/gone' is in the way");
    desk.publish(&site(NEW)).unwrap();
    assert_eq!(files(elsewhere.path()), expected(&[("d.html", "theirs")]), "nothing behind a link is deleted");
    // A file of ours that became a link is replaced, not written through.
    fs::remove_file(desk.output().join("a.html")).unwrap();
    symlink(elsewhere.path().join("d.html"), desk.output().join("a.html")).unwrap();
    desk.publish(&site(NEW)).unwrap();
    assert_eq!(files(elsewhere.path()), expected(&[("d.html", "theirs")]));
    assert!(!desk.output().join("a.html").is_symlink());
    // Nor is opsbook's own folder.
    let desk = Desk::new();
    fs::create_dir(desk.output()).unwrap();
    symlink(elsewhere.path(), desk.output().join(".opsbook")).unwrap();
    desk.refused(&site(OLD), "opsbook keeps its own files in a folder there");
}

#[test]
fn an_output_folder_that_holds_the_handbook_is_refused() {
    let desk = Desk::new();
    let root = desk.root();
    write_new(&root.join("deep/content/a.md"), "").unwrap();
    write_new(&root.join("schemas/a.yaml"), "").unwrap();
    symlink("content", root.join("alias")).unwrap();
    let refused = |content: &str, output: &str| {
        let error = publish(&site(OLD), root, content, &root.join(output)).unwrap_err();
        assert!(error.message.contains("the output folder '") && error.help.contains("a folder of its own"), "{output}: {error}");
    };
    refused("content", "");
    refused("content", "..");
    refused("content", "content");
    refused("content", "alias");
    refused("content", "schemas");
    refused("content", "schemas/out");
    refused("deep/content", "deep");
    refused("", "");
    assert!(publish(&site(OLD), root, "", &root.join("content/../missing/../x")).unwrap_err().help.contains("without '..'"));
    assert!(publish(&site(OLD), root, "", &root.join("content/index.md")).unwrap_err().message.contains("is not a folder"));
    publish(&site(OLD), root, "", &root.join("content/out/site")).unwrap();
    assert_eq!(files(&root.join("content/out/site")), expected(OLD));
}

#[test]
fn names_and_manifests_that_are_not_ours_are_refused() {
    let desk = Desk::new();
    desk.refused(&site(&[(".opsbook/manifest.json", "")]), "where opsbook keeps its own files");
    desk.place(".opsbook/manifest.json", "{\"version\": 9, \"files\": {}}");
    desk.refused(&site(OLD), "it has version 9; delete the output folder");
    write_fresh(&desk.output().join(".opsbook/manifest.json"), b"{").unwrap();
    desk.refused(&site(OLD), "is not a manifest of this opsbook");
    // A manifest can't name files outside.
    let entry = "{\"digest\": \"\", \"length\": 0}";
    let hostile = format!("{{\"version\": 1, \"files\": {{\"../content/index.md\": {entry}, \".opsbook/lock\": {entry}}}}}");
    write_fresh(&desk.output().join(".opsbook/manifest.json"), hostile.as_bytes()).unwrap();
    assert_eq!(desk.publish(&site(OLD)).unwrap(), counts(4, 0, 0));
    assert!(desk.root().join("content/index.md").exists());
    // A file of ours with a digest that is none is written again.
    let manifest = String::from_utf8(read_at_most(&desk.output().join(".opsbook/manifest.json"), 1 << 20).unwrap()).unwrap();
    let at = manifest.find("\"digest\": \"").unwrap() + 11;
    write_fresh(&desk.output().join(".opsbook/manifest.json"), format!("{}x{}", &manifest[..at], &manifest[at + 1..]).as_bytes()).unwrap();
    assert_eq!(desk.publish(&site(OLD)).unwrap(), counts(1, 3, 0));
}

#[test]
fn two_runs_at_once_keep_out_of_each_others_way() {
    let desk = Desk::new();
    desk.publish(&site(OLD)).unwrap();
    let held = lock(&Hidden::of(&desk.output())).unwrap();
    desk.refused(&site(NEW), "another opsbook publishes into");
    drop(held);
    desk.publish(&site(NEW)).unwrap();
}

#[test]
fn many_files_are_quick() {
    let names: Vec<String> = (0..5000).map(|number| format!("{}/{number}.html", number % 50)).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "page")).collect();
    let desk = Desk::new();
    assert_eq!(desk.publish(&site(&many)).unwrap(), counts(5000, 0, 0));
    assert_eq!(desk.publish(&site(&many)).unwrap(), counts(0, 5000, 0));
    assert_eq!(desk.publish(&site(&many[..10])).unwrap(), counts(0, 10, 4990));
    assert_eq!(desk.seen().len(), 10);
}

#[test]
fn what_a_stopped_run_was_about_to_write_is_ours_once() {
    let desk = Desk::new();
    desk.publish(&site(OLD)).unwrap();
    desk.stop_at(&site(NEW), Stage::Journalled);
    let hidden = Hidden::of(&desk.output());
    let all: BTreeSet<&str> = OLD.iter().chain(NEW).map(|(path, _)| *path).collect();
    let owned = |record: &Record| record.owned().map(|path| path.as_str().to_owned()).collect::<Vec<_>>();
    let record = hidden.record().unwrap();
    let (mut found, count) = (owned(&record), record.owned_count());
    found.sort();
    assert_eq!((found, count), (all.iter().map(|path| (*path).to_owned()).collect(), all.len()));
    assert!(record.interrupted && all.iter().all(|path| record.owned_path(path).is_some() && record.entry(&SitePath::new(path).unwrap()).is_none()));
    // A journal that was cut still says that files were moved.
    write_fresh(&hidden.journal(), b"[").unwrap();
    let record = hidden.record().unwrap();
    assert!(record.interrupted && record.into_entries().is_empty());
}
