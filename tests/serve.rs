//! The preview over the library: after each edit on disk, every file that it shows is what a build from nothing makes.

#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a script that edits files as any program would, and fails by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use opsbook::compile::{Cache, compile};
use opsbook::disk;
use opsbook::handbook::runbooks::PICTURE_LIMIT;
use opsbook::project::Project;
use opsbook::serve::engine::{Engine, Settings};
use opsbook::serve::watch::Way;
use opsbook::serve::{Content, Preview};
use opsbook::site::{Site, SiteFile};

fn write(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What a build from nothing makes; none if it can't.
fn fresh(root: &Path) -> Option<Site> {
    let project = Project::open(Some(root), None).ok()?;
    let mut sources = disk::scan(&project.root, &project.layout()).ok()?;
    let mut cache = Cache::default();
    let mut build = compile(&sources, &mut cache);
    sources.pictures = disk::read_pictures(root, &build.pictures(), PICTURE_LIMIT);
    build.site(&sources, &mut cache)
}

/// The first file in which the preview differs from a build from nothing.
fn difference(engine: &Engine, root: &Path) -> Option<String> {
    let site = fresh(root)?;
    site.files.iter().find_map(|(path, file)| {
        let same = engine.file(path).is_some_and(|shown| match (&shown.content, file) {
            (Content::Bytes(shown), SiteFile::Bytes(made)) => shown == made,
            (Content::File(shown), SiteFile::Copy { from, .. }) => *shown == root.join(from.as_str()) && shown.is_file(),
            _ => false,
        });
        (!same).then(|| path.to_string())
    })
}

/// Waits, edition by edition, until the preview is what a build makes.
fn settles(engine: &Engine, root: &Path, step: &str) {
    let mut seen = engine.wait(0, Duration::from_secs(30));
    for _ in 0..100 {
        if difference(engine, root).is_none() {
            return;
        }
        seen = engine.wait(seen, Duration::from_millis(200));
    }
    panic!("after '{step}' {:?} differs", difference(engine, root));
}

#[test]
fn each_edit_ends_in_the_site_that_a_build_makes() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for (file, text) in [
        ("book.toml", "[book]\ntitle = \"Book\"\n"),
        ("content/index.md", "# Home\n\n[A](a.md)\n"),
        ("content/a.md", "# A\n\nText. ![p](p.png)\n"),
        ("content/p.png", "png"),
    ] {
        write(&root, file, text);
    }
    let settings = Settings {
        folder: Some(root.clone()),
        way: Way::Events,
        clock: || Duration::ZERO,
        today: || None,
        history: Arc::new(|_, _, _| BTreeMap::new()),
        editor: None,
        lines: false,
    };
    let engine = Engine::start(settings, Box::new(|_| {})).unwrap();
    settles(&engine, &root, "start");
    let edits: &[(&str, &dyn Fn())] = &[
        ("a sentence", &|| write(&root, "content/a.md", "# A\n\nOther text. ![p](p.png)\n")),
        ("a new folder", &|| write(&root, "content/new/deep/b.md", "# B\n")),
        ("SUMMARY.md", &|| write(&root, "content/SUMMARY.md", "# Summary\n\n- [A](a.md)\n- [B](new/deep/b.md)\n")),
        ("registry.yaml", &|| write(&root, "content/registry.yaml", "roles:\n  ops:\n    title: Operations\n")),
        ("a template", &|| write(&root, "themes/css/own.css", "p { margin: 0 }")),
        ("book.toml", &|| write(&root, "book.toml", "[book]\ntitle = \"Other\"\n")),
        ("an image", &|| write(&root, "content/p.png", "another png")),
        ("vim", &|| {
            write(&root, "content/4913", "");
            fs::remove_file(root.join("content/4913")).unwrap();
            fs::rename(root.join("content/a.md"), root.join("content/a.md~")).unwrap();
            write(&root, "content/a.md", "# A of vim\n");
            fs::remove_file(root.join("content/a.md~")).unwrap();
        }),
        ("JetBrains", &|| {
            write(&root, "content/a.md___jb_tmp___", "# A of JetBrains\n");
            fs::rename(root.join("content/a.md"), root.join("content/a.md___jb_old___")).unwrap();
            fs::rename(root.join("content/a.md___jb_tmp___"), root.join("content/a.md")).unwrap();
            fs::remove_file(root.join("content/a.md___jb_old___")).unwrap();
        }),
        ("rename", &|| fs::rename(root.join("content/new"), root.join("content/renamed")).unwrap()),
        ("delete", &|| fs::remove_dir_all(root.join("content/renamed")).unwrap()),
        ("hundreds of files", &|| (0..300).for_each(|number| write(&root, &format!("content/many/{number}/page.md"), "# Page\n"))),
        ("and back", &|| fs::remove_dir_all(root.join("content/many")).unwrap()),
        ("another folder of documents", &|| {
            write(&root, "docs/index.md", "# Docs\n");
            write(&root, "book.toml", "[book]\ntitle = \"Docs\"\nsrc = \"docs\"\n");
        }),
        ("a page there", &|| write(&root, "docs/c.md", "# C\n")),
    ];
    for (step, edit) in edits {
        edit();
        settles(&engine, &root, step);
    }
    // A broken book.toml changes nothing that is shown, and says so.
    let home = opsbook::source::SitePath::new("index.html").unwrap();
    let before = engine.file(&home).unwrap().digest;
    let mut seen = engine.wait(0, Duration::from_secs(30));
    write(&root, "book.toml", "[book");
    for _ in 0..100 {
        if engine.state(&home).stale.is_some() {
            break;
        }
        seen = engine.wait(seen, Duration::from_millis(200));
    }
    assert!(engine.state(&home).stale.is_some_and(|why| why.contains("book.toml")));
    assert_eq!(engine.file(&home).unwrap().digest, before);
}
