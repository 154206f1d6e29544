//! Fetches one folder of one repository at one commit, by git, into the handbook's cache.
//!
//! A repository of our own is made for it and thrown away: so no settings of anybody are ever found in one. Files are written from the objects
//! themselves, which no filter and no hook touches; submodules are left out.

use std::io::{self, BufRead, Read, Take};
use std::path::Path;

use super::dates;
use super::run::{answer, git, run};
use crate::config::{SourceFrom, SourceTable};
use crate::disk::{Copies, NewCopy};
use crate::source::SitePath;

/// More files than this are a mistake.
const FILES: usize = 1_000_000;

/// More bytes than this in all are a mistake.
const BYTES: u64 = 4 << 30;

/// No system has links whose target is longer than this.
const LINK_BYTES: u64 = 4096;

/// Where the commit is kept while its files are read.
const OURS: &str = "refs/opsbook/source";

/// What came of fetching.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fetched {
    pub(super) commit: String,
    /// Whether it is another copy than before.
    pub(super) is_new: bool,
    /// Number of files that can't stand in a site under their names.
    pub(super) left_out: usize,
}

/// Makes sure that the newest copy is there. Fails in words for people; the copy that was there still counts then.
pub(super) fn fetch(root: &Path, table: &SourceTable, copies: &Copies, now: i64) -> Result<Fetched, String> {
    let SourceFrom::Git { url, reference, history } = &table.from else { return Err("it is no repository".to_owned()) };
    let last = copies.last();
    let is_pinned = is_commit(reference);
    let newest = if is_pinned { Some(reference.to_ascii_lowercase()) } else { newest(root, url, reference)? };
    let mut copy = copies.begin().map_err(|error| error.message)?;
    if let Some(last) = last.filter(|last| Some(&last.commit) == newest.as_ref()) {
        let commit = last.commit.clone();
        copy.keep(&last, now).map_err(|error| error.message)?;
        return Ok(Fetched { commit, is_new: false, left_out: 0 });
    }
    let repository = copy.workshop();
    let ask = |arguments: &[&str]| answer(git(root, Some(&repository), arguments), url);
    let place = repository.to_string_lossy().into_owned();
    answer(git(root, None, &["init", "--quiet", "--bare", "--template=", "--", &place]), url)?;
    let wanted = format!("+{reference}:{OURS}");
    let depth = if *history { &[][..] } else { &["--depth=1"] };
    let options = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
    ask(&[&options, depth, &["--", url, &wanted]].concat())?;
    let commit = ask(&["rev-parse", "--verify", "--end-of-options", &format!("{OURS}^{{commit}}")])?.trim().to_owned();
    let folder = table.folder.as_deref().unwrap_or_default();
    let entries = entries(root, &repository, url, &commit, folder)?;
    let files: Vec<SitePath> = entries.iter().filter(|_| *history).filter_map(|entry| entry.path.clone()).collect();
    let mut left_out = write(root, &repository, url, entries, &mut copy)?;
    let ask = |arguments: &[&str]| git(root, Some(&repository), arguments);
    let days = history.then(|| dates::of_repository(&ask, &commit, folder, &files));
    left_out += copy.finish(&commit, now, days.as_deref()).map_err(|error| error.message)?;
    Ok(Fetched { commit, is_new: true, left_out })
}

/// Whether a text is the whole name of a commit.
fn is_commit(reference: &str) -> bool {
    matches!(reference.len(), 40 | 64) && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The commit that a branch or tag stands for at this moment; none if the repository doesn't list it, which fetching it explains.
fn newest(root: &Path, url: &str, reference: &str) -> Result<Option<String>, String> {
    let peeled = format!("{reference}^{{}}");
    let listed = answer(git(root, None, &["ls-remote", "--", url, reference, &peeled]), url)?;
    let commit = |name: &str| listed.lines().find_map(|line| line.split_once('\t').filter(|(_, listed)| *listed == name).map(|(commit, _)| commit));
    // The order in which git itself looks.
    let names = [reference.to_owned(), format!("refs/{reference}"), format!("refs/tags/{reference}"), format!("refs/heads/{reference}")];
    let found = names.iter().find_map(|name| commit(&format!("{name}^{{}}")).or_else(|| commit(name)));
    Ok(found.map(str::to_owned))
}

/// A file of a commit.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    object: String,
    is_link: bool,
    /// None if a site can't have the name.
    path: Option<SitePath>,
}

/// The files of a folder. Hidden ones are never read, so they aren't written either.
fn entries(root: &Path, repository: &Path, url: &str, commit: &str, folder: &str) -> Result<Vec<Entry>, String> {
    let tree = format!("{commit}:{folder}");
    let listed = run(git(root, Some(repository), &["ls-tree", "-r", "-z", "-l", &tree]), Vec::new(), url, |out| {
        let (mut entries, mut bytes) = (Vec::new(), 0_u64);
        for line in out.split(0) {
            let line = line.map_err(|error| error.to_string())?;
            let Some((entry, length)) = entry(&line) else { continue };
            bytes = bytes.saturating_add(length);
            entries.push(entry);
            if entries.len() > FILES || bytes > BYTES {
                return Err("it holds too many files or bytes; name a smaller part of the repository with 'folder'".to_owned());
            }
        }
        Ok(entries)
    });
    listed.map_err(|why| if folder.is_empty() || why.starts_with("it holds") { why } else { format!("there is no folder '{folder}' in it ({why})") })
}

/// A line of `ls-tree`: `100644 blob 0123… 120<tab>a/b.md`, with its length. None for what isn't copied.
fn entry(line: &[u8]) -> Option<(Entry, u64)> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let (head, name) = (line.get(..tab)?, line.get(tab + 1..)?);
    let head = str::from_utf8(head).ok()?;
    let mut words = head.split_whitespace();
    let (mode, kind, object, length) = (words.next()?, words.next()?, words.next()?, words.next()?);
    // What isn't a blob is a submodule.
    if kind != "blob" || name.split(|byte| *byte == b'/').any(|part| part.starts_with(b".")) {
        return None;
    }
    let path = str::from_utf8(name).ok().and_then(SitePath::new);
    Some((Entry { object: object.to_owned(), is_link: mode == "120000", path }, length.parse().unwrap_or_default()))
}

/// Writes the files. Gives the number of those that were left out.
fn write(root: &Path, repository: &Path, url: &str, entries: Vec<Entry>, copy: &mut NewCopy<'_>) -> Result<usize, String> {
    let all = entries.len();
    let entries: Vec<(Entry, SitePath)> = entries.into_iter().filter_map(|mut entry| entry.path.take().map(|path| (entry, path))).collect();
    let mut left_out = all - entries.len();
    let wanted: String = entries.iter().flat_map(|(entry, _)| [entry.object.as_str(), "\n"]).collect();
    run(git(root, Some(repository), &["cat-file", "--batch"]), wanted.into_bytes(), url, |out| {
        for (entry, path) in &entries {
            let unread = |error: String| format!("git's answer about '{path}' can't be read: {error}");
            let mut bytes = blob(out).map_err(unread)?;
            if !entry.is_link {
                // Two names that are one on this disk, as `A.md` and `a.md` are on some, are one file.
                let is_written = copy.file(path, &mut bytes).map_err(|error| format!("'{path}' can't be written: {}", error.message))?;
                left_out += usize::from(!is_written);
            } else if bytes.limit() <= LINK_BYTES {
                let mut target = Vec::new();
                bytes.read_to_end(&mut target).map_err(|error| unread(error.to_string()))?;
                copy.link(path, &String::from_utf8_lossy(&target));
            } else {
                left_out += 1;
            }
            end(bytes).map_err(unread)?;
        }
        Ok(())
    })?;
    Ok(left_out)
}

/// One object of `cat-file --batch`: `0123… blob 3`, a line break, its bytes, a line break. Gives the bytes, to be read one after the other: files may
/// be larger than the memory.
fn blob(out: &mut dyn BufRead) -> Result<Take<&mut dyn BufRead>, String> {
    let mut head = Vec::new();
    (&mut *out).take(1024).read_until(b'\n', &mut head).map_err(|error| error.to_string())?;
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head.trim().rsplit_once(' ').filter(|(front, _)| front.ends_with(" blob")).and_then(|(_, length)| length.parse::<u64>().ok());
    let length = length.filter(|length| *length <= BYTES).ok_or_else(|| format!("'{}'", head.trim()))?;
    Ok(out.take(length))
}

/// Passes over what nobody read of an object, up to the next. Fails if the object isn't there as a whole.
fn end(mut bytes: Take<&mut dyn BufRead>) -> Result<(), String> {
    io::copy(&mut bytes, &mut io::sink()).map_err(|error| error.to_string())?;
    let mut line_break = [0];
    let is_whole = bytes.limit() == 0 && bytes.into_inner().read_exact(&mut line_break).is_ok() && line_break == *b"\n";
    if is_whole { Ok(()) } else { Err("it ends too early".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_tree_are_read() {
        let read = |line: &[u8]| entry(line).map(|(entry, length)| (entry.path.map(|path| path.to_string()), entry.is_link, length));
        assert_eq!(read(b"100644 blob 0123     12\ta b/c.md"), Some((Some("a b/c.md".to_owned()), false, 12)));
        assert_eq!(read(b"120000 blob 0123      3\tlink"), Some((Some("link".to_owned()), true, 3)));
        assert_eq!(read(b"100644 blob 0123      3\tback\\slash"), Some((None, false, 3)));
        assert_eq!(read(b"100644 blob 0123      3\t\xff"), Some((None, false, 3)));
        assert_eq!(read(b"160000 commit 0123      -\tsub"), None);
        assert_eq!(read(b"100644 blob 0123      3\ta/.git/hooks/x"), None);
        assert_eq!(read(b"100644 blob 0123      3\t../out.md"), None);
        assert_eq!(read(b"nonsense"), None);
    }

    #[test]
    fn objects_are_read_whole_or_not_at_all() {
        let read = |mut out: &mut dyn BufRead| -> Result<Vec<u8>, String> {
            let mut bytes = blob(&mut out)?;
            let mut all = Vec::new();
            bytes.read_to_end(&mut all).map_err(|error| error.to_string())?;
            end(bytes).map(|()| all)
        };
        let mut out = &b"01 blob 3\nabc\n02 blob 3\nabc\n03 blob 0\n\n"[..];
        assert_eq!(read(&mut out), Ok(b"abc".to_vec()));
        blob(&mut out).and_then(end).unwrap();
        assert_eq!(read(&mut out), Ok(Vec::new()), "the one before was passed over");
        for cut in [&b"01 blob 3\nab"[..], b"01 blob 3\nabc", b"01 missing\n", b"", b"01 tree 3\nabc\n", b"01 blob 99999999999999999\nx"] {
            assert!(read(&mut { cut }).is_err());
        }
    }
}
