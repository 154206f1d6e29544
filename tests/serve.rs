//! The preview against a build from nothing: after each edit on disk, every file that it shows is what the build makes, over the library and over
//! HTTP, what the build doesn't have is shown no more, and the findings are the same.

#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a script that edits files as any program would, and fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use opsbook::compile::{Cache, compile};
use opsbook::diagnostic::Severity;
use opsbook::disk;
use opsbook::handbook::runbooks::PICTURE_LIMIT;
use opsbook::project::Project;
use opsbook::serve::engine::{Engine, Settings};
use opsbook::serve::http::{Listen, Server};
use opsbook::serve::watch::Way;
use opsbook::serve::{Content, Preview};
use opsbook::site::{Site, SiteFile};
use opsbook::source::SitePath;

fn write(root: &Path, file: &str, text: impl AsRef<[u8]>) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn path(path: &str) -> SitePath {
    SitePath::new(path).unwrap()
}

/// What a build from nothing makes, and its findings: severity, code, file.
struct Fresh {
    site: Site,
    findings: BTreeSet<(&'static str, &'static str, String)>,
    errors: usize,
    warnings: usize,
}

fn fresh(root: &Path) -> Fresh {
    let project = Project::open(Some(root), None).unwrap();
    let mut sources = disk::scan(&project.root, &project.layout()).unwrap();
    let mut cache = Cache::default();
    let mut build = compile(&sources, &mut cache);
    sources.pictures = disk::read_pictures(root, &sources.mounts, &build.pictures(), PICTURE_LIMIT);
    let site = build.site(&sources, &mut cache).unwrap();
    let errors = build.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).count();
    let findings = build.diagnostics.iter().map(|finding| (finding.severity.name(), finding.kind.code, finding.path.to_string())).collect();
    Fresh { site, findings, errors, warnings: build.diagnostics.len() - errors }
}

/// A preview of a folder, and all addresses that its site ever had.
struct Tested {
    engine: Arc<Engine>,
    server: Server,
    known: BTreeSet<SitePath>,
}

impl Tested {
    fn of(root: &Path) -> Self {
        let settings = Settings {
            folder: Some(root.to_owned()),
            way: Way::Events,
            clock: || Duration::ZERO,
            today: || None,
            history: Arc::new(|_, _| BTreeMap::new()),
            editor: None,
            lines: false,
        };
        let engine = Arc::new(Engine::start(settings, Box::new(|_| {})).unwrap());
        let server = Server::start(&Listen { host: None, port: Some(0) }, Arc::clone(&engine) as Arc<dyn Preview>).unwrap();
        Self { engine, server, known: BTreeSet::new() }
    }

    /// What an address gives over HTTP: the status, the head, the body.
    fn get(&self, address: &str) -> (u16, String, Vec<u8>) {
        let port = self.server.port();
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let name = percent_encoded(address);
        write!(stream, "GET /{name} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(answer.get(..end).unwrap()).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, answer.split_off(end + 4))
    }

    /// In what the preview differs from a build from nothing.
    fn difference(&mut self, root: &Path) -> Option<String> {
        let fresh = fresh(root);
        self.known.extend(fresh.site.files.keys().cloned());
        for address in &self.known {
            let shown = self.engine.file(address);
            let is_same = match (shown.as_ref().map(|shown| &shown.content), fresh.site.files.get(address)) {
                (Some(Content::Bytes(shown)), Some(SiteFile::Bytes(made))) => shown == made,
                (Some(Content::File { root: at, path }), Some(SiteFile::Copy { from, .. })) => at == root && path == from,
                (None, None) => true,
                _ => false,
            };
            if !is_same {
                return Some(format!("{address}: {} where a build has {}", shown.is_some(), fresh.site.files.contains_key(address)));
            }
        }
        let state = self.engine.state(&path("index.html"));
        let findings = state.findings.iter().map(|finding| (finding.severity, finding.code, finding.path.clone())).collect();
        if (state.errors, state.warnings) != (fresh.errors, fresh.warnings) || fresh.findings != findings {
            return Some(format!("findings: {findings:?}, of a build: {:?}", fresh.findings));
        }
        let is_stale = state.stale.is_some() || state.publishable != (fresh.errors == 0);
        is_stale.then(|| format!("the state: {state:?}"))
    }

    /// In what the answers of the server differ from a build from nothing. A page has the preview's tags in it and nothing else.
    fn difference_over_http(&self, root: &Path) -> Option<String> {
        let site = fresh(root).site;
        let differs = |address: &SitePath| {
            let (status, _, body) = self.get(address.as_str());
            match site.files.get(address) {
                None => status != 404,
                Some(SiteFile::Copy { from, .. }) => status != 200 || body != fs::read(root.join(from.as_str())).unwrap(),
                Some(SiteFile::Bytes(made)) if address.extension() == Some("html") => status != 200 || without_live(&body) != without_live(made),
                Some(SiteFile::Bytes(made)) => status != 200 || body != **made,
                Some(SiteFile::Shelved { .. }) => panic!("nothing was put aside"),
            }
        };
        self.known.iter().find(|address| differs(address)).map(ToString::to_string)
    }

    /// Waits, edition by edition, until the preview is what a build makes.
    fn settles(&mut self, root: &Path, step: &str) {
        let mut seen = self.engine.wait(0, Duration::from_secs(30));
        for _ in 0..150 {
            if self.difference(root).is_none() {
                return;
            }
            seen = self.engine.wait(seen, Duration::from_millis(200));
        }
        panic!("after '{step}' differs {}", self.difference(root).unwrap_or_default());
    }

    /// Waits until something is said of what is shown.
    fn says(&self, words: &str) {
        let mut seen = self.engine.wait(0, Duration::from_secs(30));
        for _ in 0..150 {
            if self.engine.state(&path("index.html")).stale.is_some_and(|why| why.contains(words)) {
                return;
            }
            seen = self.engine.wait(seen, Duration::from_millis(200));
        }
        panic!("nobody says '{words}': {:?}", self.engine.state(&path("index.html")));
    }
}

fn percent_encoded(address: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    address.bytes().map(encode).collect()
}

/// A page without what the preview puts into its head.
fn without_live(page: &[u8]) -> String {
    let text = String::from_utf8_lossy(page);
    text.lines().filter(|line| !line.contains("/-/opsbook/")).collect::<String>().replace(" defer></script>", "")
}

/// The settings of [`handbook`], and a folder that isn't there.
const OTHER_FOLDER: &[u8] = b"[book]\ntitle = \"Book\"\nsrc = \"none\"\n\n[output.html]\nsite-url = \"https://example.org/docs/\"\n";

fn handbook() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for (file, text) in [
        ("book.toml", "[book]\ntitle = \"Book\"\n\n[output.html]\nsite-url = \"https://example.org/docs/\"\n"),
        ("content/index.md", "# Home\n\n[A](a.md)\n"),
        ("content/a.md", "# A\n\nText. ![p](p.png)\n"),
        ("content/p.png", "png"),
    ] {
        write(&root, file, text);
    }
    (folder, root)
}

#[test]
fn each_edit_ends_in_the_site_that_a_build_makes() {
    let (_folder, root) = handbook();
    let mut tested = Tested::of(&root);
    tested.settles(&root, "start");
    let put = |file: &str, text: &str| write(&root, file, text);
    let rename = |from: &str, to: &str| fs::rename(root.join(from), root.join(to)).unwrap();
    let delete = |file: &str| fs::remove_file(root.join(file)).unwrap();
    let schema = "type: note\ntitle: Note\nmatch: [\"notes/**\"]\nsections:\n  - id: why\n    title: Why\n    required: true\n";
    let edits: &[(&str, &dyn Fn())] = &[
        ("a sentence", &|| put("content/a.md", "# A\n\nOther text. ![p](p.png)\n")),
        ("a heading", &|| put("content/a.md", "# A\n\n## Part\n\nOther text. ![p](p.png)\n")),
        ("a broken link", &|| put("content/index.md", "# Home\n\n[A](a.md) [none](none.md)\n")),
        ("its mend", &|| put("content/index.md", "# Home\n\n[A](a.md#part)\n")),
        ("a new folder", &|| put("content/new/deep/b.md", "# B\n")),
        ("SUMMARY.md", &|| put("content/SUMMARY.md", "# Summary\n\n- [A](a.md)\n- [B](new/deep/b.md)\n")),
        ("SUMMARY.md goes", &|| delete("content/SUMMARY.md")),
        ("registry.yaml", &|| put("content/registry.yaml", "roles:\n  ops:\n    title: Operations\n")),
        ("another role", &|| put("content/registry.yaml", "roles:\n  ops:\n    title: Operations\n  dev:\n    title: Development\n")),
        ("a document of a type", &|| put("content/notes/n.md", "# N\n\n## Whence\n\nText.\n")),
        ("its schema", &|| put("schemas/note.yaml", schema)),
        ("another schema", &|| put("schemas/note.yaml", &schema.replace("why", "whence").replace("Why", "Whence"))),
        ("a schema goes", &|| delete("schemas/note.yaml")),
        ("a style sheet", &|| put("themes/css/own.css", "p { margin: 0 }")),
        ("a style sheet of the theme", &|| put("themes/css/base/tokens.css", ":root { --own: 1px }")),
        ("a template", &|| put("themes/page.html", "{% extends \"opsbook/page.html\" %}{% block title %}Own{% endblock %}")),
        ("a template goes", &|| delete("themes/page.html")),
        ("book.toml", &|| put("book.toml", "[book]\ntitle = \"Other\"\n")),
        ("an image", &|| put("content/p.png", "another png")),
        ("an image by renaming", &|| {
            put("content/q.png", "a third");
            rename("content/q.png", "content/p.png");
        }),
        ("vim", &|| {
            put("content/4913", "");
            delete("content/4913");
            rename("content/a.md", "content/a.md~");
            put("content/a.md", "# A of vim\n\n## Part\n");
            delete("content/a.md~");
        }),
        ("VS Code", &|| {
            // It cuts the file and writes it in place.
            let mut file = fs::File::create(root.join("content/a.md")).unwrap();
            file.write_all(b"# A of VS Code\n").unwrap();
            std::thread::sleep(Duration::from_millis(10));
            file.write_all(b"\n## Part\n").unwrap();
        }),
        ("JetBrains", &|| {
            put("content/a.md___jb_tmp___", "# A of JetBrains\n\n## Part\n");
            rename("content/a.md", "content/a.md___jb_old___");
            rename("content/a.md___jb_tmp___", "content/a.md");
            delete("content/a.md___jb_old___");
        }),
        ("a file gets another name", &|| rename("content/new/deep/b.md", "content/new/deep/c d.md")),
        ("a folder gets another name", &|| rename("content/new", "content/renamed")),
        ("a folder goes", &|| fs::remove_dir_all(root.join("content/renamed")).unwrap()),
        ("hundreds of files", &|| (0..300).for_each(|number| put(&format!("content/many/{number}/page.md"), "# Page\n"))),
        ("and back", &|| fs::remove_dir_all(root.join("content/many")).unwrap()),
        ("an included file, there already", &|| {
            put("scripts/x.sh", "# ANCHOR: r\necho 1\n# ANCHOR_END: r\n");
            put("content/a.md", "# A\n\n```sh\n{{#include ../scripts/x.sh:r}}\n```\n\n{{#include ../parts/p.md}}\n");
        }),
        ("its text", &|| put("scripts/x.sh", "# ANCHOR: r\necho 2\n# ANCHOR_END: r\n")),
        ("one that wasn't there", &|| put("parts/p.md", "A part.\n")),
        ("a file that it includes", &|| {
            put("parts/p.md", "A {{#include q.txt}} part.\n");
            put("parts/q.txt", "small");
        }),
        ("another text of that", &|| put("parts/q.txt", "large")),
        ("it goes", &|| delete("parts/q.txt")),
        ("its folder goes", &|| fs::remove_dir_all(root.join("parts")).unwrap()),
        ("and comes back", &|| put("parts/p.md", "Another part.\n")),
        ("another folder of documents", &|| {
            put("docs/index.md", "# Docs\n");
            put("book.toml", "[book]\ntitle = \"Docs\"\nsrc = \"docs\"\n");
        }),
        ("a page there", &|| put("docs/c.md", "# C\n")),
    ];
    for (step, edit) in edits {
        edit();
        tested.settles(&root, step);
    }
    assert_eq!(tested.difference_over_http(&root), None);
}

#[test]
fn a_checkout_of_another_branch_ends_in_its_site() {
    let (_folder, root) = handbook();
    let git = |arguments: &[&str]| {
        let settings = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
        let ran = std::process::Command::new("git").current_dir(&root).args(settings).args(arguments).output();
        assert!(ran.as_ref().is_ok_and(|ran| ran.status.success()), "git {arguments:?}: {ran:?}");
    };
    if std::process::Command::new("git").arg("--version").output().is_err() {
        println!("passed over: there is no git");
        return;
    }
    git(&["init", "-q", "-b", "one"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "one"]);
    git(&["checkout", "-q", "-b", "two"]);
    for number in 0..300 {
        write(&root, &format!("content/part{}/page{number}.md", number % 20), format!("# Page {number}\n\n[Home](../index.md)\n"));
    }
    write(&root, "content/index.md", "# Home of two\n");
    fs::remove_file(root.join("content/a.md")).unwrap();
    write(&root, "book.toml", "[book]\ntitle = \"Two\"\n");
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "two"]);
    git(&["checkout", "-q", "one"]);
    let mut tested = Tested::of(&root);
    tested.settles(&root, "start");
    for (step, branch) in [("to two", "two"), ("back", "one"), ("and again", "two")] {
        git(&["checkout", "-q", branch]);
        tested.settles(&root, step);
    }
    assert_eq!(tested.difference_over_http(&root), None);
}

#[test]
fn what_is_wrong_leaves_the_last_good_site_and_is_mended_by_the_next_save() {
    let (_folder, root) = handbook();
    let mut tested = Tested::of(&root);
    tested.settles(&root, "start");
    let good = fs::read(root.join("book.toml")).unwrap();
    let home = path("index.html");
    let before = tested.engine.file(&home).unwrap().digest;
    let bad: &[(&str, &str, &[u8], &str)] = &[
        ("no TOML", "book.toml", b"[book", "book.toml"),
        ("no UTF-8", "book.toml", b"[book]\ntitle = \"Caf\xe9\"\n", "book.toml"),
        ("no TOML after no UTF-8", "book.toml", b"[book", "book.toml"),
        ("a folder that isn't there", "book.toml", OTHER_FOLDER, "none"),
        ("a template that fails", "themes/page.html", b"{{ title | none }}", "themes/page.html"),
    ];
    for (step, file, text, words) in bad {
        if *file != "book.toml" {
            write(&root, "book.toml", &good);
        }
        write(&root, file, text);
        tested.says(words);
        let shown = tested.engine.file(&home).unwrap();
        assert_eq!(shown.digest, before, "{step}");
        let state = tested.engine.state(&home);
        assert!(!state.publishable, "{step}: {state:?}");
    }
    write(&root, "book.toml", &good);
    fs::remove_file(root.join("themes/page.html")).unwrap();
    tested.settles(&root, "all mended");
}

#[test]
fn the_page_for_addresses_that_do_not_exist_has_its_styles_at_any_depth() {
    let (_folder, root) = handbook();
    let tested = Tested::of(&root);
    let (status, head, body) = tested.get("no/such/page.html");
    let body = String::from_utf8(body).unwrap();
    assert_eq!(status, 404);
    // The site lies at /docs/ where it is published, and at the root here.
    let base = body.split("<base href=\"").nth(1).and_then(|rest| rest.split('"').next());
    assert_eq!(base, Some("/"), "{body}");
    assert!(head.contains("base-uri 'self'") || !head.contains("base-uri"), "{head}");
    let style = body.split("rel=\"stylesheet\" href=\"").nth(2).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(tested.get(style).0, 200, "{style}");
}

#[test]
fn a_folder_elsewhere_is_watched_too() {
    let (_folder, top) = handbook();
    let root = top.join("handbook");
    let put = |file: &str, text: &str| write(&top, file, text);
    put("handbook/book.toml", "[[source]]\nat = \"pay\"\npath = \"../docs\"\n");
    put("handbook/content/index.md", "# Home\n\n[A](pay/a.md)\n");
    put("docs/a.md", "# A\n\n[home](../index.md)\n");
    let mut tested = Tested::of(&root);
    tested.settles(&root, "start");
    let edits: &[(&str, &dyn Fn())] = &[
        ("a sentence elsewhere", &|| put("docs/a.md", "# A\n\nOther words. [home](../index.md)\n")),
        ("a new document elsewhere", &|| put("docs/deep/b.md", "# B\n\n[a](../a.md)\n")),
        ("what git does there is nobody's business", &|| put("docs/.git/index.md", "# None\n")),
        ("a document goes", &|| fs::remove_file(top.join("docs/deep/b.md")).unwrap()),
        ("another folder", &|| {
            put("more/a.md", "# More\n");
            put("handbook/book.toml", "[[source]]\nat = \"pay\"\npath = \"../more\"\n");
        }),
        ("an edit there", &|| put("more/a.md", "# Even more\n")),
        ("no source at all", &|| {
            put("handbook/content/index.md", "# Home\n");
            put("handbook/book.toml", "");
        }),
    ];
    for (what, edit) in edits {
        edit();
        tested.settles(&root, what);
    }
}
