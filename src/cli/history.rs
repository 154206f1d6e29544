//! When each document was last changed, as git says. Where nothing can be said, nothing is: a date is worth having, not worth failing for.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use jiff::Timestamp;

use super::git::git_command;
use crate::source::SitePath;

/// Commits that are looked at, at most: what is older than all of them has no date.
const COMMITS: &str = "--max-count=50000";

/// The time of the last commit that changed each of these files, which are named from the handbook's root.
///
/// Empty without git or a repository. git is asked once, and no longer than until every file has its date.
pub(super) fn changes<'a>(root: &Path, content: &str, files: impl Iterator<Item = &'a SitePath>) -> BTreeMap<SitePath, Timestamp> {
    let mut wanted: BTreeSet<&SitePath> = files.collect();
    let mut found = BTreeMap::new();
    let Some(is_shallow) = is_shallow(root) else { return found };
    let folder = if content.is_empty() { "." } else { content };
    // Names of merges aren't shown: what they bring in was changed by the commits that they join.
    let question = ["log", "-z", "--format=%x01%ct %P", "--name-only", "--no-renames", "--no-ext-diff", "--relative", COMMITS, "--", folder];
    let started = git_command(root, &question).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = started else { return found };
    if let Some(stdout) = child.stdout.take() {
        let mut when = None;
        for piece in BufReader::new(stdout).split(0) {
            let Ok(piece) = piece else { break };
            match read(&piece) {
                // The oldest commit of a shallow clone seems to add every file that is older.
                Piece::Commit { seconds, has_parents } => when = seconds.filter(|_| has_parents || !is_shallow),
                Piece::File(path) => {
                    if let Some(path) = path.filter(|path| wanted.remove(path))
                        && let Some(when) = when
                    {
                        found.insert(path, when);
                    }
                }
            }
            if wanted.is_empty() {
                break;
            }
        }
    }
    // It may have more to say, and nobody listens any more.
    let _ = child.kill();
    let _ = child.wait();
    found
}

/// Whether the history is cut off somewhere; none where there is no git and no repository.
fn is_shallow(root: &Path) -> Option<bool> {
    let answer = git_command(root, &["rev-parse", "--is-shallow-repository"]).stderr(Stdio::null()).output().ok()?;
    answer.status.success().then(|| answer.stdout.starts_with(b"true"))
}

/// What stands between two NUL characters of git's answer.
#[derive(Debug, PartialEq)]
enum Piece {
    Commit { seconds: Option<Timestamp>, has_parents: bool },
    File(Option<SitePath>),
}

fn read(piece: &[u8]) -> Piece {
    // The first file of a commit stands on a line of its own.
    let piece = piece.strip_prefix(b"\n").unwrap_or(piece);
    let text = String::from_utf8_lossy(piece);
    let Some(head) = text.strip_prefix('\u{1}') else { return Piece::File(SitePath::new(&text)) };
    let (seconds, parents) = head.split_once(' ').unwrap_or((head, ""));
    let seconds = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    Piece::Commit { seconds, has_parents: !parents.trim().is_empty() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_git_is_read() {
        let commit = |seconds, has_parents| Piece::Commit { seconds: Timestamp::from_second(seconds).ok(), has_parents };
        for (piece, expected) in [
            (&b"\x011795132799 abc"[..], commit(1_795_132_799, true)),
            (b"\x011795132799 ", commit(1_795_132_799, false)),
            (b"\x01never abc", Piece::Commit { seconds: None, has_parents: true }),
            (b"\ncontent/a b.md", Piece::File(SitePath::new("content/a b.md"))),
            (b"", Piece::File(None)),
            (b"\xff", Piece::File(SitePath::new("\u{fffd}"))),
        ] {
            assert_eq!(read(piece), expected, "{piece:?}");
        }
    }
}
