use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;
use crate::disk::{files, write_new};

/// A handbook on disk: `(path, text)`.
fn handbook(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write_new(&root.path().join(path), text).unwrap();
    }
    root
}

fn layout(content: &str) -> Layout {
    Layout { content: content.to_owned(), output: Some("book".into()), ..Layout::default() }
}

fn names<V>(map: &std::collections::BTreeMap<SitePath, V>) -> Vec<&str> {
    map.keys().map(SitePath::as_str).collect()
}

fn why<'a>(sources: &'a Sources, path: &str) -> &'a Unreadable {
    sources.unreadable.get(path).unwrap_or_else(|| panic!("{path} in {:?}", sources.unreadable))
}

const FILES: &[(&str, &str)] = &[
    ("book.toml", "[book]"),
    ("schemas/a/b.yaml", "type: b"),
    ("schemas/c.yml", "type: c"),
    ("schemas/readme.txt", ""),
    ("themes/base.html", "<html>"),
    ("themes/font.woff2", "binary"),
    ("content/index.md", "# A"),
    ("content/a/B.MARKDOWN", "# B"),
    ("content/a/registry.yaml", "not the registry"),
    ("content/registry.yaml", "roles: {}"),
    ("content/picture.png", "png"),
    ("content/.hidden.md", ""),
    ("content/.git/config.md", ""),
    ("content/target/kept.md", "# kept"),
    ("notes/elsewhere.md", ""),
    ("book/index.html", ""),
    ("node_modules/x/readme.md", ""),
    (".opsbook-cache/readme.md", ""),
];

#[test]
fn each_kind_of_file_is_what_it_is() {
    let root = handbook(FILES);
    let sources = scan(root.path(), &layout("content")).unwrap();
    let texts = [
        "book.toml",
        "content/a/B.MARKDOWN",
        "content/index.md",
        "content/registry.yaml",
        "content/target/kept.md",
        "schemas/a/b.yaml",
        "schemas/c.yml",
        "themes/base.html",
    ];
    assert_eq!(names(&sources.texts), texts);
    assert_eq!(names(&sources.assets), ["content/a/registry.yaml", "content/picture.png", "themes/font.woff2"]);
    assert!(sources.unreadable.is_empty());
    assert_eq!(sources.assets["content/picture.png"].length, 3);
    assert!(sources.assets["content/picture.png"].modified_ns > 0);
    assert_eq!(&*sources.text("content/index.md").unwrap().text, "# A");
}

#[test]
fn the_root_itself_can_hold_the_documents() {
    let root =
        handbook(&[("a.md", ""), ("sub/b.md", ""), ("node_modules/x/c.md", ""), ("x/target/d.md", ""), ("book/e.md", ""), ("schemas/s.yaml", "")]);
    let sources = scan(root.path(), &layout("")).unwrap();
    assert_eq!(names(&sources.texts), ["a.md", "sub/b.md"]);
    assert_eq!(names(&sources.assets), ["schemas/s.yaml"]);
    let absolute = Layout { content: String::new(), output: Some(root.path().join("sub")), ..Layout::default() };
    assert_eq!(names(&scan(root.path(), &absolute).unwrap().texts), ["a.md", "book/e.md"]);
}

#[test]
fn links_stay_inside_and_never_go_round() {
    let outside = handbook(&[("secret.md", "secret")]);
    let root = handbook(&[("content/a/b/c.md", "c"), ("pictures/p.png", "p")]);
    let content = root.path().join("content");
    symlink(outside.path(), content.join("folder")).unwrap();
    symlink(outside.path().join("secret.md"), content.join("secret.md")).unwrap();
    symlink(&content, content.join("a/b/loop")).unwrap();
    symlink("../pictures", content.join("pictures")).unwrap();
    symlink("itself.md", content.join("itself.md")).unwrap();
    symlink("nowhere", content.join("nowhere.md")).unwrap();
    symlink(outside.path().join("secret.md"), root.path().join("book.toml")).unwrap();
    let sources = scan(root.path(), &layout("content")).unwrap();
    assert_eq!(names(&sources.texts), ["content/a/b/c.md"]);
    assert_eq!(names(&sources.assets), ["content/pictures/p.png"]);
    for path in ["content/folder", "content/secret.md", "book.toml"] {
        assert_eq!(*why(&sources, path), Unreadable::LinkOutside, "{path}");
    }
    assert_eq!(*why(&sources, "content/a/b/loop"), Unreadable::LinkLoop);
    assert_eq!(*why(&sources, "content/itself.md"), Unreadable::LinkLoop);
    assert_eq!(*why(&sources, "content/nowhere.md"), Unreadable::Io("the symbolic link leads nowhere".to_owned()));
    assert_eq!(sources.unreadable.len(), 6);
}

#[test]
fn a_file_behind_a_link_that_leads_out_is_not_read() {
    let outside = handbook(&[("secret.css", "secret")]);
    let root = handbook(&[("styles/own.css", "own")]);
    symlink(outside.path(), root.path().join("linked")).unwrap();
    let extra = ["styles/own.css", "linked/secret.css", "missing.css"].map(str::to_owned).to_vec();
    let sources = scan(root.path(), &Layout { extra, ..layout("content") }).unwrap();
    assert_eq!(names(&sources.texts), ["styles/own.css"]);
    assert_eq!(*why(&sources, "linked/secret.css"), Unreadable::LinkOutside);
}

#[test]
fn a_content_folder_that_leads_out_is_not_read() {
    let outside = handbook(&[("secret.md", "secret")]);
    let root = handbook(&[("book.toml", "")]);
    symlink(outside.path(), root.path().join("content")).unwrap();
    let sources = scan(root.path(), &layout("content")).unwrap();
    assert_eq!(*why(&sources, "content"), Unreadable::LinkOutside);
    assert!(scan(root.path(), &layout("../x")).unwrap_err().message.contains("'../x' is not a folder inside"));
}

#[test]
fn what_cannot_be_used_says_why() {
    let root = handbook(&[("content/ok.md", "")]);
    let content = root.path().join("content");
    files::write_fresh(&content.join("latin.md"), b"caf\xe9 ok").unwrap();
    fs::File::create(content.join("large.md")).unwrap().set_len(DOCUMENT_BYTES + 1).unwrap();
    write_new(&content.join("back\\slash.md"), "").unwrap();
    write_new(&content.join(OsStr::from_bytes(b"caf\xe9.md")), "").unwrap();
    write_new(&content.join(OsStr::from_bytes(b"folder\xff")).join("a.md"), "").unwrap();
    std::os::unix::net::UnixListener::bind(content.join("socket.md")).unwrap();
    let sources = scan(root.path(), &layout("content")).unwrap();
    assert_eq!(names(&sources.texts), ["content/ok.md"]);
    assert_eq!(*why(&sources, "content/latin.md"), Unreadable::NotUtf8 { valid_up_to: 3, lossy: "caf\u{fffd} ok".into() });
    assert_eq!(*why(&sources, "content/large.md"), Unreadable::TooLarge { length: DOCUMENT_BYTES + 1, limit: DOCUMENT_BYTES });
    for path in ["content/back\u{fffd}slash.md", "content/caf\u{fffd}.md", "content/folder\u{fffd}"] {
        assert_eq!(*why(&sources, path), Unreadable::BadName, "{path}");
    }
    assert_eq!(*why(&sources, "content/socket.md"), Unreadable::Io("it is neither a file nor a folder".to_owned()));
    assert_eq!(sources.unreadable.len(), 6);
}

#[test]
fn a_root_that_is_none_is_an_error_with_its_mend() {
    let root = handbook(&[("file", "")]);
    let error = scan(&root.path().join("missing"), &Layout::default()).unwrap_err();
    assert!(error.message.starts_with("can't read the handbook's folder '") && error.message.contains("missing"), "{error}");
    assert_eq!(error.help, "check the path");
    assert!(scan(&root.path().join("file"), &Layout::default()).unwrap_err().to_string().contains("is not a folder; name the folder"));
}

#[test]
fn a_handbook_without_anything_is_empty() {
    let root = handbook(&[]);
    let sources = scan(root.path(), &layout("content")).unwrap();
    assert!(sources.texts.is_empty() && sources.assets.is_empty() && sources.unreadable.is_empty());
}
