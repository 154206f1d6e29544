//! What a build leaves of its pages for the next one: it makes anew what has changed and nothing else, and believes no record blindly.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and looks at the files that a build leaves"
)]

mod common;
#[path = "common/shelf.rs"]
mod shelf;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use common::program::{Book, text};
use opsbook::compile::{Cache, compile};
use opsbook::memo::Digest;
use opsbook::source::{SitePath, Source, Sources};
use shelf::Folder;

type Files = BTreeMap<SitePath, Arc<[u8]>>;

/// Where the entries of a record begin, and how long each is: its key, the hash of what came of it, and the length of that.
const HEAD: usize = 34;
const ENTRY: usize = 40;
const CHECKSUM: usize = 32;

fn path(path: &str) -> SitePath {
    SitePath::new(path).unwrap()
}

fn put(sources: &mut Sources, name: &str, text: &str) {
    sources.texts.insert(path(name), Source::new(path(name), text));
}

/// A book without pages to print: those hold all others, so an edit makes them anew.
fn sources() -> Sources {
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    put(&mut sources, "book.toml", "[output.html.print]\nenable = false\n");
    put(&mut sources, "content/index.md", "# Home\n\n[A](guides/a.md)\n");
    put(&mut sources, "content/guides/a.md", "# A\n\n```bash\necho a\n```\n\n1. **Ops team** opens it\n2. **Ops lead** closes it\n");
    put(&mut sources, "content/guides/b.md", "# B\n\n## Two\n\nSee [A](a.md).\n");
    put(
        &mut sources,
        "content/runbooks/down.md",
        "---\ntype: alert-runbook\n---\n# Down\n\n## Meaning\n\nx\n\n## Impact\n\ny\n\n## Diagnosis\n\nz\n\n## Mitigation\n\n1. **Ops team** restarts it\n2. **Ops lead** looks\n",
    );
    sources
}

struct Built {
    files: Files,
    /// How many files were made.
    made: usize,
    record: Option<Vec<u8>>,
}

fn build(sources: &Sources, program: &[u8], published: &Files, record: &[u8]) -> Built {
    let mut cache = Cache::default();
    cache.take_in_pages(Digest::of(program), record.to_vec());
    let mut build = compile(sources, &mut cache);
    let folder = Folder::of(published.clone());
    let site = build.site_on(&folder, sources, &mut cache).unwrap();
    Built { files: folder.bytes(&site), made: folder.made(), record: cache.pages() }
}

fn fresh(sources: &Sources) -> Built {
    build(sources, b"a", &Files::new(), b"")
}

#[test]
fn what_is_published_of_the_same_is_not_made_again() {
    let mut sources = sources();
    let first = fresh(&sources);
    let record = first.record.unwrap();
    let again = build(&sources, b"a", &first.files, &record);
    assert_eq!(again.record, None, "the record is there already");
    assert!(again.files == first.files && again.made < first.made, "{} of {}", again.made, first.made);

    put(&mut sources, "content/guides/b.md", "# B\n\n## Two\n\nSee [A](a.md).\n\nAnd more.\n");
    let edited = build(&sources, b"a", &first.files, &record);
    let cold = fresh(&sources);
    assert!(edited.files == cold.files);
    assert_eq!(edited.record, cold.record, "what no page asked for is forgotten");
    assert_eq!(edited.made, again.made + 2, "the page, and the same as Markdown");
}

#[test]
fn what_is_no_longer_published_is_made() {
    let sources = sources();
    let first = fresh(&sources);
    let record = first.record.unwrap();
    for gone in ["guides/a.html", "guides/a.md", "runbooks/down.incident.html"] {
        let mut published = first.files.clone();
        published.remove(&path(gone)).expect(gone);
        assert!(build(&sources, b"a", &published, &record).files == first.files, "{gone}");
        published.insert(path(gone), Arc::from(&b"tampered"[..]));
        assert!(build(&sources, b"a", &published, &record).files == first.files, "{gone}");
    }
}

#[test]
fn another_program_begins_anew() {
    let sources = sources();
    let first = fresh(&sources);
    let other = build(&sources, b"b", &first.files, &first.record.unwrap());
    assert_eq!(other.made, first.made);
    assert!(other.files == first.files && other.record.is_some());
}

/// As if a key had missed something that a page depends on: the record is whole, and all that it says lies in the folder, and is of yesterday.
#[test]
fn a_record_that_is_wrong_is_believed_by_nobody() {
    let mut sources = sources();
    // So many pages that some are tried.
    for number in 0..1000 {
        put(&mut sources, &format!("content/many/{number}.md"), &format!("# Number {number}\n\nText.\n"));
    }
    let first = fresh(&sources);
    let mut record = first.record.unwrap();
    let stale: Arc<[u8]> = Arc::from(&b"<p>Yesterday</p>"[..]);
    let entries = record.len() - CHECKSUM;
    for entry in record[HEAD..entries].chunks_exact_mut(ENTRY) {
        entry[16..32].copy_from_slice(&Digest::of(&stale).to_bytes());
        entry[32..40].copy_from_slice(&(stale.len() as u64).to_le_bytes());
    }
    let checksum = blake3::hash(&record[..entries]);
    record[entries..].copy_from_slice(checksum.as_bytes());
    let published: Files = first.files.keys().map(|place| (place.clone(), Arc::clone(&stale))).collect();
    let built = build(&sources, b"a", &published, &record);
    assert!(built.files == first.files);
    assert!(built.record.is_some_and(|left| left != record));
}

/// The program itself: what it leaves it finds, and it needs none of it.
#[test]
fn builds_into_one_folder_find_what_the_last_one_left() {
    let settings = "[book]\ntitle = \"Test\"\n[output.html]\nhistory = false\n[output.html.print]\nenable = false\n";
    let book = Book::new(&[("book.toml", text(settings)), ("content/index.md", text("# A\n\nText.\n")), ("content/b.md", text("# B\n"))]);
    let record = book.path(".opsbook-cache/pages");
    let version = || fs::metadata(&record).map(|found| (found.ino(), found.mtime_nsec())).ok();
    let build = || assert_eq!(book.run(&["build", "-q"]).code, 0);
    let page = || fs::read(book.path("book/b.html")).unwrap();
    build();
    let (first, bytes, cold) = (version(), fs::read(&record).unwrap(), page());
    build();
    assert!(first.is_some() && version() == first, "a record that was read and still holds isn't written again");
    fs::remove_file(book.path("book/b.html")).unwrap();
    build();
    assert!(page() == cold, "a page that is gone is made again");
    let mut flipped = bytes.clone();
    flipped[HEAD] ^= 1;
    for (what, damaged) in [("flipped", Some(flipped)), ("cut", Some(bytes[..bytes.len() / 2].to_vec())), ("empty", Some(Vec::new())), ("gone", None)]
    {
        match damaged {
            Some(damaged) => fs::write(&record, damaged).unwrap(),
            None => fs::remove_file(&record).unwrap(),
        }
        book.put("content/b.md", &text(format!("# B\n\n{what}\n")));
        build();
        assert!(String::from_utf8_lossy(&page()).contains(what), "{what}");
        book.put("content/b.md", &text("# B\n"));
        build();
        assert!(page() == cold && fs::read(&record).unwrap() == bytes, "{what}");
    }
}
