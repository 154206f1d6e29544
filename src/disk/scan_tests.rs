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
    fs::create_dir(root.path().join("urls.lock")).unwrap();
    let sources = scan(root.path(), &layout("content")).unwrap();
    assert_eq!(*why(&sources, "urls.lock"), Unreadable::Folder);
    assert_eq!(names(&sources.texts), ["content/ok.md"]);
    assert_eq!(*why(&sources, "content/latin.md"), Unreadable::NotUtf8 { valid_up_to: 3, lossy: "caf\u{fffd} ok".into() });
    assert_eq!(*why(&sources, "content/large.md"), Unreadable::TooLarge { length: DOCUMENT_BYTES + 1, limit: DOCUMENT_BYTES });
    for path in ["content/back\u{fffd}slash.md", "content/caf\u{fffd}.md", "content/folder\u{fffd}"] {
        assert_eq!(*why(&sources, path), Unreadable::BadName, "{path}");
    }
    assert_eq!(*why(&sources, "content/socket.md"), Unreadable::Special);
    assert_eq!(sources.unreadable.len(), 7);
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

#[test]
fn included_files_are_read_from_inside_only() {
    let outside = handbook(&[("secret", "secret")]);
    let asked = |names: &[&str]| names.iter().map(|name| format!("{{{{#include {name}}}}}")).collect::<Vec<_>>().join("\n");
    let page = asked(&[
        "../scripts/x.sh:a",
        "p.png",
        "../link",
        "../folder/secret",
        "../book/index.html",
        "../old/site.txt",
        "../scripts",
        "../.git/config",
        "../../x",
        "../gone",
        "b.md",
    ]);
    let root = handbook(&[
        ("content/a.md", &page),
        ("content/b.md", "{{#include ../schemas/s.yaml}} {{#include ../latin}}"),
        ("content/p.png", "png"),
        ("schemas/s.yaml", "type: s"),
        ("scripts/x.sh", "{{#include ../scripts/y.sh}}"),
        ("scripts/y.sh", "{{#include x.sh}}"),
        ("book/index.html", "published"),
        ("old/.opsbook/manifest.json", "{}"),
        ("old/site.txt", "published"),
        (".git/config", "hidden"),
    ]);
    symlink(outside.path().join("secret"), root.path().join("link")).unwrap();
    symlink(outside.path(), root.path().join("folder")).unwrap();
    files::write_fresh(&root.path().join("latin"), b"caf\xe9").unwrap();
    let mut sources = scan(root.path(), &layout("content")).unwrap();
    let found: Vec<(&str, &str)> =
        sources.included.iter().map(|(path, found)| (path.as_str(), found.as_ref().map_or("refused", |source| &*source.text))).collect();
    assert_eq!(
        found,
        [
            ("book/index.html", "refused"),
            ("content/p.png", "png"),
            ("folder/secret", "refused"),
            ("latin", "refused"),
            ("link", "refused"),
            ("old/site.txt", "refused"),
            ("scripts", "refused"),
            ("scripts/x.sh", "{{#include ../scripts/y.sh}}"),
            ("scripts/y.sh", "{{#include x.sh}}"),
        ]
    );
    assert_eq!(names(&sources.assets), ["content/p.png"], "what is included is published as before");
    crate::disk::replace(&root.path().join("scripts/x.sh"), "now").unwrap();
    let changed = BTreeSet::from([root.path().join("scripts/x.sh")]);
    assert!(crate::disk::refresh(&mut sources, root.path(), &layout("content"), &changed).unwrap());
    assert_eq!(sources.text("scripts/x.sh").map(|source| &*source.text), Some("now"));
    assert!(sources.text("scripts/y.sh").is_none(), "nothing includes it any more");
    assert!(!crate::disk::refresh(&mut sources, root.path(), &layout("content"), &changed).unwrap());
}

#[test]
fn rules_of_alerts_are_read_wherever_they_lie() {
    let root = handbook(&[
        ("book.toml", "[book]"),
        ("content/a.md", "# A"),
        ("content/rules/a.yaml", "groups: []"),
        ("content/other.yaml", "x"),
        ("ops/rules/b.yaml", "groups: []"),
        ("ops/rules/deep/c.yml", "groups: []"),
        ("ops/values.yaml", "x"),
        ("node_modules/x/rules/d.yaml", "x"),
        ("book/rules/e.yaml", "x"),
    ]);
    let scan = |rules: &[&str]| {
        let layout = Layout { rules: rules.iter().map(|glob| (*glob).to_owned()).collect(), ..layout("content") };
        let watched = crate::disk::Watched::of(root.path(), &layout);
        let deep: Vec<String> = watched.deep.iter().map(|folder| folder.strip_prefix(root.path()).unwrap().to_string_lossy().into_owned()).collect();
        (scan(root.path(), &layout).unwrap(), deep)
    };
    let (sources, deep) = scan(&["content/rules/*.yaml", "ops/rules/**"]);
    assert_eq!(names(&sources.texts), ["book.toml", "content/a.md", "content/rules/a.yaml", "ops/rules/b.yaml", "ops/rules/deep/c.yml"]);
    assert_eq!(
        (names(&sources.assets), deep),
        (vec!["content/other.yaml", "content/rules/a.yaml"], vec!["content".to_owned(), "ops/rules".to_owned()])
    );
    let (sources, deep) = scan(&["**/rules/*.yaml"]);
    assert_eq!(names(&sources.texts), ["book.toml", "content/a.md", "content/rules/a.yaml", "ops/rules/b.yaml"]);
    assert_eq!(deep, ["content", "ops"]);
    let (sources, _) = scan(&["*/values.yaml", "../x.yaml", "nowhere/*.yaml"]);
    assert_eq!(names(&sources.texts), ["book.toml", "content/a.md", "ops/values.yaml"]);
    let (sources, deep) = scan(&["ops/values.yaml", "ops/rules", "content/rules/a.yaml", "*.yaml"]);
    assert_eq!(names(&sources.texts), ["book.toml", "content/a.md", "content/rules/a.yaml", "ops/values.yaml"]);
    assert_eq!((names(&sources.assets), deep), (vec!["content/other.yaml", "content/rules/a.yaml"], vec!["content".to_owned()]));
    assert!(sources.unreadable.is_empty(), "a folder is no rule file");
    let (sources, _) = scan(&["ops/values.yaml", "nowhere/*.yaml"]);
    assert_eq!(names(&sources.texts), ["book.toml", "content/a.md", "ops/values.yaml"]);
}

#[test]
fn what_lies_beside_rule_files_is_nobodys_fault() {
    let root = handbook(&[
        ("book.toml", "[book]"),
        ("content/a.md", "# A"),
        ("content/target/b.md", "# B"),
        ("ops/rules.yaml", "groups: []"),
        ("ops/deep/er/x.yaml", "groups: []"),
        ("venv/bin/pip", "x"),
        ("x.rules.yaml", "groups: []"),
    ]);
    symlink("/usr/bin/env", root.path().join("venv/bin/python3")).unwrap();
    symlink("/usr", root.path().join("venv/lib")).unwrap();
    symlink("..", root.path().join("venv/round")).unwrap();
    symlink("nowhere", root.path().join("venv/gone")).unwrap();
    for (rules, texts, flat) in [
        (&["ops/rules.yaml"][..], &["ops/rules.yaml"][..], &["", "ops"][..]),
        (&["*.rules.yaml"], &["x.rules.yaml"], &[""]),
        (&["*/rules.yaml"], &["ops/rules.yaml"], &["", "ops", "schemas", "themes", "venv"]),
        (&["**/rules.yaml"], &["ops/rules.yaml"], &[""]),
    ] {
        let layout = Layout { rules: rules.iter().map(|glob| (*glob).to_owned()).collect(), ..layout("content") };
        let sources = scan(root.path(), &layout).unwrap();
        let expected: Vec<&str> = ["book.toml", "content/a.md", "content/target/b.md"].iter().chain(texts).copied().collect();
        assert_eq!(names(&sources.texts), expected, "{rules:?}");
        assert!(sources.unreadable.is_empty(), "{rules:?}: {:?}", sources.unreadable);
        let watched = crate::disk::Watched::of(root.path(), &layout);
        let inside = |folder: &PathBuf| folder.strip_prefix(root.path()).ok().map(|folder| folder.to_string_lossy().into_owned());
        let found: Vec<String> = watched.flat.iter().filter_map(inside).collect();
        let is_deep = rules[0].contains("**");
        assert!(is_deep || found.iter().all(|folder| flat.contains(&folder.as_str())), "{rules:?}: {found:?}");
        assert!(is_deep || watched.deep.iter().filter_map(inside).all(|folder| folder == "content"), "{rules:?}: {:?}", watched.deep);
    }
    symlink("/usr/bin/env", root.path().join("ops/b.rules.yaml")).unwrap();
    let layout = Layout { rules: vec!["ops/*.rules.yaml".to_owned()], ..layout("content") };
    assert_eq!(scan(root.path(), &layout).unwrap().unreadable.into_keys().collect::<Vec<_>>(), [SitePath::new("ops/b.rules.yaml").unwrap()]);
}
