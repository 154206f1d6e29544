//! The colours of code that a build leaves for the next one: whatever became of them meanwhile, the site is the same.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and looks at the files that a build leaves"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use common::program::{Book, text};
use opsbook::compile::{Cache, compile};
use opsbook::site::SiteFile;
use opsbook::source::{SitePath, Sources};

const KEPT: &str = ".opsbook-cache/highlighting";
const BOOK: &str = "[book]\ntitle = \"Test\"\n[output.html]\nhistory = false\n";

const BASH: &str = "# Bash\n\n```bash\nfor i in 1 2; do echo \"é $i\" # note\ndone\ncat <<EOF\n$(date)\nEOF\n```\n";
const MORE: &str = "# More\n\n```console\n$ ls -l /srv\ntotal 12\n$ echo 'x'\n```\n\n```yaml\nkey: 12 # twelve\nlist:\n  - 'a'\n```\n\n```klingon\nnuqneH\n```\n\n```\nplain\n```\n\n```text\nplain too\n```\n\n```bash\nls # once more\n```\n";

fn book(settings: &str) -> Book {
    Book::new(&[("book.toml", text(settings)), ("content/index.md", text(BASH)), ("content/more.md", text(MORE))])
}

/// The files of a site, opsbook's own left out.
fn site(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let inside = files.map(|entry| (entry.path().strip_prefix(folder).unwrap().to_owned(), fs::read(entry.path()).unwrap()));
    inside.filter(|(path, _)| !path.starts_with(".opsbook")).collect()
}

/// Builds into a new folder.
fn built(book: &Book, out: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let ran = book.run(&["build", "-q", "-d", out]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let site = site(&book.path(out));
    fs::remove_dir_all(book.path(out)).unwrap();
    site
}

fn seal(mut bytes: Vec<u8>) -> Vec<u8> {
    let whole = bytes.len() - 32;
    let checksum = *blake3::hash(&bytes[..whole]).as_bytes();
    bytes[whole..].copy_from_slice(&checksum);
    bytes
}

/// The same with another class on every piece of every block, and a checksum that is right.
fn with_wrong_pieces(kept: &[u8]) -> Vec<u8> {
    let blocks = u32::from_le_bytes(kept[36..40].try_into().unwrap()) as usize;
    let mut bytes = kept.to_vec();
    let mut at = 40 + blocks * 20;
    while at < kept.len() - 32 {
        while bytes[at] & 0x80 != 0 {
            at += 1;
        }
        bytes[at + 1] = (bytes[at + 1] + 1) % 20;
        at += 2;
    }
    seal(bytes)
}

/// What may have become of what a build left.
fn fates(kept: &[u8]) -> Vec<(&'static str, Option<Vec<u8>>)> {
    let flipped = |at: usize| {
        let mut bytes = kept.to_vec();
        bytes[at] ^= 4;
        bytes
    };
    let many = {
        let mut bytes = kept.to_vec();
        bytes[36..40].copy_from_slice(&u32::MAX.to_le_bytes());
        bytes
    };
    vec![
        ("as it was", Some(kept.to_vec())),
        ("deleted", None),
        ("empty", Some(Vec::new())),
        ("something else", Some(b"# not ours\n".repeat(100))),
        ("cut", Some(kept[..kept.len() / 2].to_vec())),
        ("cut and sealed", Some(seal(kept[..kept.len() - 40].to_vec()))),
        ("grown", Some([kept, b"more"].concat())),
        ("grown and sealed", Some(seal([kept, &[7; 90]].concat()))),
        ("flipped at its beginning", Some(flipped(3))),
        ("flipped in its keys", Some(flipped(45))),
        ("flipped in its keys and sealed", Some(seal(flipped(45)))),
        ("flipped in its pieces", Some(flipped(kept.len() - 34))),
        ("too many blocks", Some(seal(many))),
        ("wrong pieces", Some(with_wrong_pieces(kept))),
    ]
}

#[test]
fn whatever_became_of_it_the_site_is_the_same() {
    let without = built(&book(&format!("{BOOK}[build]\ncache = false\n")), "out");
    let book = book(BOOK);
    let cold = built(&book, "out");
    assert!(cold.keys().any(|path| path.ends_with("more.html")) && cold == without);
    let kept = fs::read(book.path(KEPT)).unwrap();
    for (fate, bytes) in fates(&kept) {
        match bytes {
            Some(bytes) => fs::write(book.path(KEPT), bytes).unwrap(),
            None => fs::remove_dir_all(book.path(".opsbook-cache")).unwrap(),
        }
        assert!(built(&book, "out") == cold, "{fate}: another site");
        assert!(fs::read(book.path(KEPT)).unwrap() == kept, "{fate}: what is left isn't right again");
    }
}

#[test]
fn it_is_written_when_code_changes_and_holds_no_more_than_the_site_shows() {
    let book = book(BOOK);
    let version = || fs::metadata(book.path(KEPT)).map(|found| (found.ino(), found.mtime_nsec())).unwrap();
    built(&book, "out");
    let (first, bytes) = (version(), fs::read(book.path(KEPT)).unwrap());
    built(&book, "out");
    book.put("content/index.md", &text(format!("{BASH}\nA sentence.\n")));
    built(&book, "out");
    assert!(first == version(), "the same code is not written again");
    book.put("content/third.md", &text("# Third\n\n```rust\nfn main() {}\n```\n"));
    built(&book, "out");
    assert!(first != version() && fs::metadata(book.path(KEPT)).unwrap().len() > bytes.len() as u64);
    fs::remove_file(book.path("content/third.md")).unwrap();
    built(&book, "out");
    assert!(fs::read(book.path(KEPT)).unwrap() == bytes, "what no page shows any more is gone");
}

#[test]
fn only_builds_of_a_handbook_leave_it() {
    let is_there = |book: &Book| book.path(".opsbook-cache").exists();
    let plain = Book::new(&[("index.md", text(BASH))]);
    assert_eq!((plain.run(&["build", "-q", "-d", "out"]).code, is_there(&plain)), (0, false), "a folder without book.toml isn't littered");
    let off = book(&format!("{BOOK}[build]\ncache = false\n"));
    assert_eq!((off.run(&["build", "-q"]).code, is_there(&off)), (0, false));
    let prose = Book::new(&[("book.toml", text(BOOK)), ("content/index.md", text("# A\n\n```\nplain\n```\n"))]);
    assert_eq!((prose.run(&["build", "-q"]).code, prose.path(KEPT).exists()), (0, false), "where there is no code, it has no colours");
    let faulty = book(BOOK);
    faulty.put("content/index.md", &text(format!("{BASH}\n[x](gone.md)\n")));
    assert_eq!((faulty.run(&["build", "-q"]).code, is_there(&faulty)), (1, false), "no site, nothing left");
    let checked = book(BOOK);
    assert_eq!((checked.run(&["check"]).code, is_there(&checked)), (0, false), "a check touches nothing");
    let inside = book(&format!("{BOOK}[build]\nbuild-dir = \".opsbook-cache\"\n"));
    let refused = inside.run(&["build", "-q"]);
    assert_eq!((refused.code, is_there(&inside)), (2, false), "a site there would go with what is kept");
    assert!(refused.err.contains("lies in '.opsbook-cache'"), "{}", refused.err);
}

/// The root is the folder of the documents, and every file in it is published.
#[test]
fn it_is_no_part_of_the_handbook() {
    let book = Book::new(&[
        ("book.toml", text(format!("{BOOK}[build]\nassets = \"all\"\n").replace("[output", "src = \".\"\n[output"))),
        ("index.md", text(BASH)),
    ]);
    let cold = built(&book, "out");
    assert!(book.path(KEPT).exists());
    book.put(".opsbook-cache/stray.md", &text("# Stray\n\n[x](gone.md)\n"));
    assert!(built(&book, "out") == cold);
    assert!(!cold.keys().any(|path| path.to_string_lossy().contains("cache") || path.ends_with("CACHEDIR.TAG")), "{:?}", cold.keys());
    let checked = book.run(&["check"]);
    assert_eq!(checked.code, 0, "{}", checked.out);
}

#[test]
fn a_folder_that_cant_be_written_is_no_fault() {
    let book = book(BOOK);
    book.put(".opsbook-cache", &text("a file"));
    let site = built(&book, "out");
    assert_eq!(book.read(".opsbook-cache"), "a file");
    fs::remove_file(book.path(".opsbook-cache")).unwrap();
    assert!(built(&book, "out") == site);
}

#[test]
fn git_does_not_see_it() {
    let book = book(BOOK);
    common::program::git(&book.path(""), &["init", "-q"]);
    built(&book, "out");
    common::program::git(&book.path(""), &["add", "."]);
    let listed = std::process::Command::new("git").args(["ls-files"]).current_dir(book.path("")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "book.toml\ncontent/index.md\ncontent/more.md\n");
}

fn sources() -> Sources {
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    for (path, text) in [("book.toml", BOOK), ("content/index.md", BASH), ("content/more.md", MORE)] {
        sources.insert(SitePath::new(path).unwrap(), text);
    }
    sources
}

/// Every file of the site, and what is left for the next run.
fn whole(cache: &mut Cache) -> (BTreeMap<SitePath, SiteFile>, Option<Vec<u8>>) {
    let sources = sources();
    let site = compile(&sources, cache).site(&sources, cache).unwrap();
    (site.files, cache.highlighting())
}

fn bytes(file: &SiteFile) -> &[u8] {
    if let SiteFile::Bytes(bytes) = file { bytes } else { &[] }
}

#[test]
fn previews_show_what_builds_make_whatever_was_left() {
    let (files, kept) = whole(&mut Cache::default());
    for (fate, left) in fates(&kept.unwrap()) {
        let mut cache = Cache::default();
        if let Some(left) = left {
            cache.take_in_highlighting(left);
        }
        let sources = sources();
        let build = compile(&sources, &mut cache);
        for (path, file) in &files {
            let shown = build.file(&sources, &mut cache, path).unwrap().unwrap();
            assert!(bytes(&shown) == bytes(file), "{fate}: {path}");
        }
    }
}

/// Within one program too: what a run took in holds for those after it.
#[test]
fn what_is_left_is_right_after_each_run() {
    let (files, kept) = whole(&mut Cache::default());
    let kept = kept.unwrap();
    let mut cache = Cache::default();
    cache.take_in_highlighting(kept.clone());
    for run in 0..3 {
        let (again, left) = whole(&mut cache);
        assert!(left.is_none(), "{run}: it is what was taken in");
        assert!(again.iter().all(|(path, file)| bytes(file) == bytes(&files[path])), "{run}");
    }
    let mut cache = Cache::default();
    cache.take_in_highlighting(with_wrong_pieces(&kept));
    for run in 0..3 {
        let (again, left) = whole(&mut cache);
        assert_eq!(left.as_ref(), Some(&kept), "{run}");
        assert!(again.iter().all(|(path, file)| bytes(file) == bytes(&files[path])), "{run}");
    }
}

#[test]
fn a_book_can_do_without() {
    let coloured = book(BOOK);
    let has_colours = |site: &BTreeMap<PathBuf, Vec<u8>>| String::from_utf8_lossy(&site[Path::new("more.html")]).contains("class=\"hl-");
    assert!(has_colours(&built(&coloured, "out")));
    coloured.put("book.toml", &text(format!("{BOOK}highlight = false\n")));
    let plain = built(&coloured, "out");
    assert!(!has_colours(&plain));
    assert!(built(&book(&format!("{BOOK}highlight = false\n")), "out") == plain, "whatever was left");
}
