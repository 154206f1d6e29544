//! Parts of a handbook that lie elsewhere: read at once, and read again as they change.
#![expect(clippy::disallowed_methods, reason = "a script that edits files as any program would")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Layout, Stamps, Watched, refresh, scan};
use crate::source::{Mount, Mounts, SitePath, Sources, Unreadable};

/// A handbook in `book`, and a folder `docs` beside it that appears in `content/pay`.
fn desk() -> (tempfile::TempDir, PathBuf, Layout) {
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path().canonicalize().unwrap();
    for file in ["book/book.toml", "book/content/index.md", "docs/a.md", "docs/deep/b.md", "docs/p.png", "docs/.hidden.md", "docs/node_modules/n.md"]
    {
        write(&top.join(file), file);
    }
    let at = SitePath::new("content/pay").unwrap();
    let mount = Mount { at, folder: top.join("docs"), shown: "../docs".to_owned(), inside: String::new(), copy: None, why: None, is_refused: false };
    let layout = Layout { content: "content".to_owned(), mounts: Mounts::new(vec![mount]), ..Layout::default() };
    (folder, top, layout)
}

fn write(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// What two readings have to agree on.
type Seen = (Vec<(String, String)>, Vec<String>, Vec<(String, Unreadable)>, Mounts);

fn seen(sources: &Sources) -> Seen {
    (
        sources.texts.iter().map(|(path, source)| (path.to_string(), source.text.to_string())).collect(),
        sources.assets.iter().map(|(path, asset)| format!("{path} {asset:?}")).collect(),
        sources.unreadable.iter().map(|(path, why)| (path.to_string(), why.clone())).collect(),
        sources.mounts.clone(),
    )
}

#[test]
fn a_folder_elsewhere_is_read_as_if_it_lay_there() {
    let (_folder, top, layout) = desk();
    let root = top.join("book");
    let sources = scan(&root, &layout).unwrap();
    let texts: Vec<&str> = sources.texts.keys().map(SitePath::as_str).collect();
    assert_eq!(texts, ["book.toml", "content/index.md", "content/pay/a.md", "content/pay/deep/b.md"]);
    assert_eq!(sources.assets.keys().map(SitePath::as_str).collect::<Vec<_>>(), ["content/pay/p.png"]);
    write(&root.join("content/pay/a.md"), "own");
    write(&root.join("content/pay/c.md"), "own");
    let sources = scan(&root, &layout).unwrap();
    assert_eq!(&*sources.text("content/pay/a.md").unwrap().text, "own");
    let names = |names: &BTreeSet<SitePath>| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&sources.mounts.own), ["content/pay/a.md", "content/pay/c.md"]);
    assert_eq!(names(&sources.mounts.clashes), ["content/pay/a.md"]);
}

#[test]
fn nothing_includes_what_is_refused() {
    let (_folder, top, mut layout) = desk();
    write(&top.join("docs/deep/x.sh"), "secret");
    write(&top.join("book/content/index.md"), "{{#include pay/deep/x.sh}}");
    let path = SitePath::new("content/pay/deep/x.sh").unwrap();
    let root = top.join("book");
    let mut sources = scan(&root, &layout).unwrap();
    assert!(sources.text(path.as_str()).is_some());
    let mut mounts = layout.mounts.list().to_vec();
    mounts[0].is_refused = true;
    layout.mounts = Mounts::new(mounts);
    assert!(!scan(&root, &layout).unwrap().included.contains_key(&path));
    refresh(&mut sources, &root, &layout, &BTreeSet::new()).unwrap();
    assert!(!sources.included.contains_key(&path));
}

#[test]
#[cfg(unix)]
fn no_link_leads_out_of_the_folder() {
    let (_folder, top, layout) = desk();
    for (target, name) in
        [("../book/content/index.md", "home.md"), ("/etc/passwd", "passwd"), (".hidden.md", "hidden.md"), ("deep/b.md", "fine.md"), ("..", "up")]
    {
        std::os::unix::fs::symlink(target, top.join("docs").join(name)).unwrap();
    }
    let sources = scan(&top.join("book"), &layout).unwrap();
    assert!(sources.text("content/pay/fine.md").is_some());
    for name in ["home.md", "passwd", "hidden.md", "up"] {
        let path = SitePath::new(&format!("content/pay/{name}")).unwrap();
        assert!(matches!(sources.unreadable.get(&path), Some(Unreadable::LinkOutside | Unreadable::LinkLoop)), "{name}");
    }
}

#[test]
fn what_changes_elsewhere_is_read_again() {
    let (_folder, top, layout) = desk();
    let root = top.join("book");
    let mut sources = scan(&root, &layout).unwrap();
    let docs = |name: &str| top.join("docs").join(name);
    let own = |name: &str| root.join("content").join(name);
    let steps: &[(&str, &dyn Fn() -> Vec<PathBuf>)] = &[
        ("a text", &|| {
            write(&docs("a.md"), "other");
            vec![docs("a.md")]
        }),
        ("a new file in a new folder", &|| {
            write(&docs("new/c.md"), "new");
            vec![docs("new")]
        }),
        ("a file that hides it", &|| {
            write(&own("pay/new/c.md"), "own");
            vec![own("pay")]
        }),
        ("the hidden one changes", &|| {
            write(&docs("new/c.md"), "newer");
            vec![docs("new/c.md")]
        }),
        ("it shows again", &|| {
            fs::remove_file(own("pay/new/c.md")).unwrap();
            vec![own("pay/new/c.md")]
        }),
        ("a file goes", &|| {
            fs::remove_file(docs("deep/b.md")).unwrap();
            vec![docs("deep/b.md")]
        }),
        ("a file beside it is nobody's", &|| {
            write(&top.join("other/x.md"), "x");
            vec![top.join("other/x.md")]
        }),
        ("the folder goes", &|| {
            fs::rename(docs(""), top.join("gone")).unwrap();
            vec![top.join("docs")]
        }),
        ("and comes back", &|| {
            fs::rename(top.join("gone"), docs("")).unwrap();
            vec![top.join("docs")]
        }),
        ("an own text", &|| {
            write(&own("index.md"), "home");
            vec![own("index.md")]
        }),
    ];
    for (what, step) in steps {
        let before = seen(&sources);
        let changed = step().into_iter().collect();
        let differs = refresh(&mut sources, &root, &layout, &changed).unwrap();
        let fresh = seen(&scan(&root, &layout).unwrap());
        assert_eq!(seen(&sources), fresh, "{what}");
        assert_eq!(differs, before != fresh, "{what}");
    }
}

#[test]
fn what_lies_elsewhere_is_watched() {
    let (_folder, top, layout) = desk();
    let watched = Watched::of(&top.join("book"), &layout);
    assert!(watched.deep.contains(&top.join("docs")) && watched.flat.contains(&top));
    assert!(watched.counts(&top.join("docs/a.md")) && !watched.counts(&top.join("docs/.git/index")) && !watched.counts(&top.join("docs/a.md~")));
    let stamps = || Stamps::of(&top.join("book"), &layout).unwrap();
    let before = stamps();
    write(&top.join("docs/a.md"), "a longer text");
    let differing: Vec<String> = before.differing(&stamps()).iter().map(ToString::to_string).collect();
    assert_eq!(differing, ["content/pay/a.md"]);
}
