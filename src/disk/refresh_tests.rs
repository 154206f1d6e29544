#![expect(clippy::disallowed_methods, reason = "a script that edits files as any program would")]

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};

use proptest::prelude::*;

use super::*;
use crate::source::Unreadable;

/// What two readings of a handbook have to agree on.
type Seen = (String, Vec<(String, String)>, Vec<String>, Vec<(String, Unreadable)>, Vec<(String, Result<String, Unreadable>)>);

fn seen(sources: &Sources) -> Seen {
    (
        sources.content.clone(),
        sources.texts.iter().map(|(path, source)| (path.to_string(), source.text.to_string())).collect(),
        sources.assets.iter().map(|(path, asset)| format!("{path} {asset:?}")).collect(),
        sources.unreadable.iter().map(|(path, why)| (path.to_string(), why.clone())).collect(),
        sources.included.iter().map(|(path, found)| (path.to_string(), found.clone().map(|source| source.text.to_string()))).collect(),
    )
}

/// What a script does to the disk; each gives the paths that it touched.
#[derive(Debug, Clone)]
enum Edit {
    Write(&'static str, u8),
    WriteNotText(&'static str),
    Huge(&'static str),
    Remove(&'static str),
    Folder(&'static str),
    Rename(&'static str, &'static str),
    Link(&'static str, &'static str),
    Forbid(&'static str),
    BadName(&'static str),
}

/// Files, folders, and names that are now the one and now the other.
const NAMES: &[&str] = &[
    "book.toml",
    "content",
    "content/a.md",
    "content/a",
    "content/a/b.md",
    "content/a/b",
    "content/a/b/c.md",
    "content/a/b/d.png",
    "content/a-b.md",
    "content/x.png",
    "content/registry.yaml",
    "content/.hidden.md",
    "content/.git/config.md",
    "content/old/.opsbook/manifest.json",
    "content/old/page.md",
    "content/old",
    "content/book/index.html",
    "content/book",
    "content/link",
    "content/link.md",
    "content/a/link",
    "schemas/s.yaml",
    "schemas",
    "themes/css/x.css",
    "themes",
    "styles/extra.css",
    "styles",
    "notes.md",
    "node_modules/a.md",
    "target/a.md",
];

/// What links lead to; those with two `..` may lead out of the root, but never out of the folder that holds it: see [`agree`].
const GOALS: &[&str] =
    &["content", "a", "..", "../content", "../styles", "nowhere", "link", "a.md", "../../elsewhere", "../../content/a/b", "book", "."];

/// Whether an edit at a path changes the script's own files only: links on the way may lead elsewhere.
fn stays_inside(path: &Path, root: &Path) -> bool {
    let root = root.canonicalize().unwrap();
    let there = path.ancestors().skip(1).find(|folder| folder.symlink_metadata().is_ok());
    let inside = there.is_some_and(|folder| folder.canonicalize().is_ok_and(|real| real.starts_with(&root)));
    inside && (!path.is_symlink() || path.canonicalize().is_ok_and(|real| real.starts_with(&root)))
}

/// Does it, as far as it can be done, and tells what a watcher would have named.
fn apply(edit: &Edit, root: &Path) -> Vec<PathBuf> {
    let touched: &[&str] = match edit {
        Edit::Rename(from, to) => &[from, to],
        // What is removed or made is the entry itself, in a folder that may lie elsewhere.
        Edit::Write(path, _)
        | Edit::WriteNotText(path)
        | Edit::Huge(path)
        | Edit::Folder(path)
        | Edit::Forbid(path)
        | Edit::Remove(path)
        | Edit::Link(_, path)
        | Edit::BadName(path) => &[path],
    };
    let is_own_link =
        |path: &Path| matches!(edit, Edit::Remove(_) | Edit::Rename(..)) && path.is_symlink() && stays_inside(path.parent().unwrap(), root);
    if !touched.iter().map(|path| root.join(path)).all(|path| stays_inside(&path, root) || is_own_link(&path)) {
        return Vec::new();
    }
    let make = |path: &str, bytes: &[u8]| {
        let file = root.join(path);
        let made = fs::create_dir_all(file.parent().unwrap()).and_then(|()| fs::write(&file, bytes));
        // Folders that were made on the way are named too.
        above(path).map(|folder| root.join(folder)).chain([file]).filter(|_| made.is_ok()).collect()
    };
    match edit {
        Edit::Write(path, version) => {
            let name = NAMES.get(usize::from(*version) % NAMES.len()).unwrap();
            make(path, format!("# Version {version} {{{{#include {name}}}}} {{{{#include ../{name}}}}}").as_bytes())
        }
        Edit::WriteNotText(path) => make(path, b"caf\xe9"),
        Edit::Huge(path) => {
            let paths = make(path, b"");
            let _ = fs::OpenOptions::new().write(true).open(root.join(path)).and_then(|file| file.set_len(200 << 20));
            paths
        }
        Edit::Remove(path) => {
            let file = root.join(path);
            let _ = fs::remove_file(&file).or_else(|_| fs::remove_dir_all(&file));
            vec![file]
        }
        Edit::Folder(path) => {
            let _ = fs::create_dir_all(root.join(path));
            above(path).chain([*path]).map(|folder| root.join(folder)).collect()
        }
        Edit::Rename(from, to) => {
            let _ = fs::rename(root.join(from), root.join(to));
            vec![root.join(from), root.join(to)]
        }
        Edit::Link(goal, path) => {
            let file = root.join(path);
            let _ = symlink(goal, &file);
            vec![file]
        }
        Edit::Forbid(path) => {
            let file = root.join(path);
            // Through a link another file would be meant.
            if stays_inside(&file, root) && !file.is_symlink() && file.exists() {
                let _ = fs::set_permissions(&file, fs::Permissions::from_mode(0o000));
            }
            vec![file]
        }
        Edit::BadName(folder) => {
            let file = root.join(folder).join(std::ffi::OsStr::from_bytes(b"caf\xe9.md"));
            let _ = fs::write(&file, "bad").or_else(|_| fs::create_dir_all(&file));
            vec![file]
        }
    }
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let name = || proptest::sample::select(NAMES);
    let edit = prop_oneof![
        6 => (name(), any::<u8>()).prop_map(|(path, version)| Edit::Write(path, version)),
        1 => name().prop_map(Edit::WriteNotText),
        1 => name().prop_map(Edit::Huge),
        4 => name().prop_map(Edit::Remove),
        2 => name().prop_map(Edit::Folder),
        3 => (name(), name()).prop_map(|(from, to)| Edit::Rename(from, to)),
        1 => (proptest::sample::select(GOALS), name()).prop_map(|(goal, path)| Edit::Link(goal, path)),
        1 => name().prop_map(Edit::Forbid),
        1 => name().prop_map(Edit::BadName),
    ];
    proptest::collection::vec(edit, 1..40)
}

/// Whether a link anywhere lets files be reached in two ways: a watcher names both then, this script doesn't.
fn has_links(root: &Path) -> bool {
    walkdir::WalkDir::new(root).into_iter().flatten().any(|entry| entry.path_is_symlink())
}

/// Runs a script and compares after each step, or after a few.
fn agree(edits: &[Edit], layout: &Layout, batch: usize) {
    let folder = tempfile::tempdir().unwrap();
    // Deep enough that no link of the script leads out of the temporary folder.
    let root = &folder.path().join("a/b/c/d");
    for path in ["book.toml", "content/a/b.md", "content/index.md", "schemas/s.yaml", "styles/extra.css"] {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), "# A").unwrap();
    }
    let mut sources = scan(root, layout).unwrap();
    for edits in edits.chunks(batch) {
        let mut changed: BTreeSet<PathBuf> = edits.iter().flat_map(|edit| apply(edit, root)).collect();
        if has_links(root) {
            changed.extend(NAMES.iter().map(|name| root.join(name)));
            changed.extend(
                walkdir::WalkDir::new(root).follow_links(true).into_iter().flatten().map(walkdir::DirEntry::into_path).filter(|path| path != root),
            );
        }
        let before = seen(&sources);
        let differs = refresh(&mut sources, root, layout, &changed).unwrap();
        let expected = scan(root, layout).unwrap();
        assert_eq!(seen(&sources), seen(&expected), "after {edits:?}");
        assert_eq!(differs, before != seen(&sources), "after {edits:?}");
        assert!(!refresh(&mut sources, root, layout, &changed).unwrap(), "nothing changed after {edits:?}");
    }
}

fn layouts() -> [Layout; 6] {
    let extra = vec!["styles/extra.css".to_owned(), "content/x.png".to_owned()];
    let rules = [
        &[][..],
        &[],
        &["styles/*.css", "content/**/*.png"],
        &["**/*.css"],
        &["*.css", "notes.md", "styles", "content/x.png", "content/a/b/d.png"],
        &["*/*.css", "*/*/d.png", "content/a"],
    ];
    let contents = ["content", "", "content", "content", "content", "content"];
    let strings = |rules: &[&str]| rules.iter().map(|rule| (*rule).to_owned()).collect();
    let layout = |content: &str, rules| Layout {
        content: content.to_owned(),
        output: Some("content/book".into()),
        extra: extra.clone(),
        rules: strings(rules),
        ..Layout::default()
    };
    let mut rules = rules.into_iter();
    contents.map(|content| layout(content, rules.next().unwrap()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn reading_again_gives_what_reading_gives(edits in edits(), batch in 1..6_usize) {
        for layout in layouts() {
            agree(&edits, &layout, batch);
        }
    }
}

#[test]
fn what_an_output_folder_led_to_comes_back_with_its_end() {
    for layout in layouts() {
        agree(&[Edit::Link("a", "content/book"), Edit::Remove("content/book"), Edit::Link("a", "content/book")], &layout, 1);
    }
}

#[test]
fn files_that_are_gone_before_they_are_read_are_no_fault() {
    let layout = Layout { content: "content".to_owned(), ..Layout::default() };
    agree(&[Edit::Write("content/a.md", 1), Edit::Remove("content/a.md")], &layout, 2);
    agree(&[Edit::Write("content/n/a.md", 1), Edit::Remove("content/n")], &layout, 2);
}

#[test]
fn a_file_becomes_a_folder_and_a_folder_a_file() {
    let layout = Layout { content: "content".to_owned(), ..Layout::default() };
    let script = [
        Edit::Remove("content/a"),
        Edit::Write("content/a", 1),
        Edit::Remove("content/a"),
        Edit::Write("content/a/b.md", 2),
        Edit::Huge("content/a/b.md"),
    ];
    agree(&script, &layout, 1);
    agree(&script, &layout, 2);
}

#[test]
fn what_lies_elsewhere_is_no_change_and_paths_may_be_relative() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout { content: "content".to_owned(), ..Layout::default() };
    fs::create_dir(folder.path().join("content")).unwrap();
    let mut sources = scan(folder.path(), &layout).unwrap();
    fs::write(folder.path().join("content/a.md"), "# A").unwrap();
    assert!(!refresh(&mut sources, folder.path(), &layout, &["/etc/passwd".into()].into()).unwrap());
    assert!(refresh(&mut sources, folder.path(), &layout, &["./content/a.md".into()].into()).unwrap());
    assert_eq!(sources.texts.len(), 1);
    // A path that goes up and down again is read in the expensive way, not in the wrong one.
    fs::write(folder.path().join("content/a.md"), "# B").unwrap();
    assert!(refresh(&mut sources, folder.path(), &layout, &["content/../content/a.md".into()].into()).unwrap());
}
