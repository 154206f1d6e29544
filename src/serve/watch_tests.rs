#![expect(clippy::disallowed_methods, reason = "scripts that edit files as any program would")]

use std::fs;

use notify::event::{CreateKind, Flag, MetadataKind, RenameMode};

use super::*;

struct Book {
    folder: tempfile::TempDir,
    notices: Receiver<Notice>,
    _watch: Watch,
}

fn book(files: &[&str], layout: &Layout, way: Way) -> Book {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "# A").unwrap();
    }
    let (sender, notices) = mpsc::channel();
    let watch = Watch::start(folder.path(), layout, way, move |notice| drop(sender.send(notice)));
    Book { folder, notices, _watch: watch }
}

fn content() -> Layout {
    Layout { content: "content".to_owned(), output: Some("book".into()), ..Layout::default() }
}

impl Book {
    fn write(&self, file: &str) {
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "# B").unwrap();
    }

    /// Waits until a change of this path, or of a folder that it lies in, is told; gives all that was told.
    fn heard(&self, file: &str) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        loop {
            let Notice::Changed(paths) = self.notices.recv_timeout(Duration::from_secs(20)).unwrap_or_else(|_| panic!("{file} in {all:?}")) else {
                continue;
            };
            all.extend(paths.iter().map(|path| path.strip_prefix(self.folder.path()).unwrap().to_string_lossy().into_owned()));
            if all.iter().any(|path| Path::new(file).starts_with(path)) {
                return all;
            }
        }
    }
}

#[test]
fn changes_are_told_and_nothing_else_is() {
    let book = book(&["book.toml", "content/a/b.md", "styles/x.css"], &Layout { extra: vec!["styles/x.css".to_owned()], ..content() }, Way::Events);
    book.write("book/index.html");
    book.write("content/.git/index");
    book.write(".opsbook-cache/highlighting");
    book.write("content/a/4913");
    book.write("content/a/.b.md.swp");
    book.write("content/a/b.md~");
    fs::read(book.folder.path().join("content/a/b.md")).unwrap();
    book.write("content/a/b.md");
    assert_eq!(book.heard("content/a/b.md").into_iter().filter(|path| path != "book").collect::<Vec<_>>(), ["content/a/b.md"]);
    for file in ["book.toml", "styles/x.css", "schemas/new.yaml", "themes/css/new.css", "content/new/folder/page.md"] {
        book.write(file);
        book.heard(file);
        // What came first watched the folder; so this is heard too.
        book.write(file);
        book.heard(file);
    }
}

#[test]
fn a_folder_that_goes_and_comes_back_is_watched_again() {
    let book = book(&["content/a/b.md"], &content(), Way::Events);
    let at = |path: &str| book.folder.path().join(path);
    fs::rename(at("content"), at("elsewhere")).unwrap();
    book.heard("content");
    fs::rename(at("elsewhere"), at("content")).unwrap();
    book.heard("content");
    book.write("content/a/b.md");
    book.heard("content/a/b.md");
    fs::remove_dir_all(at("content")).unwrap();
    book.heard("content");
    book.write("content/a/b.md");
    book.heard("content/a/b.md");
    book.write("content/a/c.md");
    book.heard("content/a/c.md");
}

#[test]
fn what_links_lead_to_is_watched_by_both_names() {
    let folder = ["shared/page.md", "shared/deep/x.md", "content/a.md"];
    let plain = book(&folder, &content(), Way::Events);
    let at = |path: &str| plain.folder.path().join(path);
    std::os::unix::fs::symlink("../shared/page.md", at("content/page.md")).unwrap();
    plain.heard("content/page.md");
    plain.write("shared/page.md");
    plain.heard("content/page.md");
    std::os::unix::fs::symlink("../shared/deep", at("content/deep")).unwrap();
    plain.heard("content/deep");
    plain.write("shared/deep/x.md");
    plain.heard("content/deep/x.md");
}

#[test]
fn a_plain_folder_is_watched_without_what_is_not_its_own() {
    let book = book(&["a.md", "sub/b.md", "node_modules/c.md"], &Layout::default(), Way::Events);
    book.write("node_modules/c.md");
    book.write("sub/b.md");
    assert!(!book.heard("sub/b.md").contains("node_modules/c.md"));
    book.write("fresh/d.md");
    book.heard("fresh/d.md");
    book.write("fresh/d.md");
    book.heard("fresh/d.md");
}

#[test]
fn looking_again_and_again_finds_changes_too() {
    let book = book(&["content/a.md"], &content(), Way::Poll(Duration::from_millis(20)));
    book.write("content/b.md");
    book.heard("content/b.md");
}

#[test]
fn events_are_taken_for_what_they_are() {
    let mut watched = Watched::default();
    watched.root = "/book".into();
    let heard = |kind: EventKind, path: &str| {
        let mut heard = Heard::default();
        heard.take(Event::new(kind).add_path(path.into()), &watched);
        (heard.paths.len(), heard.everything)
    };
    assert_eq!(heard(EventKind::Access(AccessKind::Open(AccessMode::Any)), "/book/a.md"), (0, false));
    assert_eq!(heard(EventKind::Access(AccessKind::Close(AccessMode::Read)), "/book/a.md"), (0, false));
    assert_eq!(heard(EventKind::Access(AccessKind::Close(AccessMode::Write)), "/book/a.md"), (1, false));
    assert_eq!(heard(EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)), "/book/a.md"), (1, false));
    assert_eq!(heard(EventKind::Modify(ModifyKind::Name(RenameMode::From)), "/book/a.md"), (1, false));
    for leftover in
        ["/book/4913", "/book/a.md~", "/book/#a.md#", "/book/.#a.md", "/book/a.md___jb_tmp___", "/book/a.md___jb_old___", "/book/.a.md.swp"]
    {
        assert_eq!(heard(EventKind::Create(CreateKind::File), leftover), (0, false), "{leftover}");
    }
    let mut lost = Heard::default();
    lost.take(Event::new(EventKind::Other).set_flag(Flag::Rescan), &watched);
    assert!(lost.everything);
}

#[test]
fn limits_are_explained() {
    let full = notify::Error::new(ErrorKind::MaxFilesWatch);
    assert!(is_limit(&full) && reason(&full).contains("sudo sysctl fs.inotify.max_user_watches=524288"));
    let instances = notify::Error::io(std::io::Error::from_raw_os_error(24));
    assert!(is_limit(&instances) && reason(&instances).contains("fs.inotify.max_user_instances=1024"));
    assert!(!is_limit(&notify::Error::path_not_found()));
}
