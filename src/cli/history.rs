//! When each document was last changed, as git says. Where nothing can be said, nothing is: a date is worth having, not worth failing for.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;

use super::git::git_command;
use crate::source::SitePath;

/// What git is asked for the commits that changed files, and for moves. Names of merges aren't shown: what they bring in was changed by the commits that
/// they join. A bound of commits, since one of time would give another site on a slower machine: what is older than all of them has no date.
pub(super) const QUESTION: [&str; 7] =
    ["log", "-z", "--format=%x01%ct %P", "--name-status", "--find-renames=100%", "--no-ext-diff", "--max-count=50000"];

/// What git is asked for whether a history is whole.
pub(super) const IS_SHALLOW: [&str; 2] = ["rev-parse", "--is-shallow-repository"];

/// The time of the last commit that changed what each of these files holds. They are named from the handbook's root.
///
/// Empty without git or a repository. git is asked once, and no longer than until every file has its date. A file that was moved as it is keeps the date
/// that it had: only moves of the same bytes are looked for, which git tells by names of objects alone, and without fetching anything.
pub(super) fn changes<'a>(root: &Path, files: impl Iterator<Item = &'a SitePath>) -> BTreeMap<SitePath, Timestamp> {
    let Some(is_shallow) = is_shallow(git_command(root, &IS_SHALLOW)) else { return BTreeMap::new() };
    // The whole root is looked at, since documents come from outside of their folder too.
    let mut command = git_command(root, &[&QUESTION[..], &["--relative", "--", "."]].concat());
    // A clone without all objects would fetch the others one by one: dates aren't worth that.
    command.env("GIT_NO_LAZY_FETCH", "1");
    follow(command, is_shallow, files)
}

/// The same by git's answer to [`QUESTION`], asked by whoever knows of which repository. The files are named as the answer names them.
pub(super) fn follow<'a>(mut command: Command, is_shallow: bool, files: impl Iterator<Item = &'a SitePath>) -> BTreeMap<SitePath, Timestamp> {
    let mut trail = Trail::of(files);
    let Ok(mut child) = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn() else { return trail.found };
    if let Some(stdout) = child.stdout.take() {
        let mut pieces = BufReader::new(stdout).split(0).map_while(Result::ok);
        let mut commit = Commit::default();
        while let Some(piece) = pieces.next() {
            match read(&piece) {
                Piece::Commit { seconds, has_parents } => {
                    trail.take(std::mem::take(&mut commit));
                    if trail.is_done() {
                        break;
                    }
                    // The oldest commit of a shallow clone seems to add every file that is older.
                    commit.when = seconds.filter(|_| has_parents || !is_shallow);
                }
                Piece::Status(b'R') => {
                    let (Some(from), Some(to)) = (pieces.next(), pieces.next()) else { break };
                    commit.moves.push((name(&from), name(&to)));
                }
                Piece::Status(status) => {
                    let Some(path) = pieces.next() else { break };
                    commit.changes.push((status, name(&path)));
                }
                Piece::Other => {}
            }
        }
        trail.take(commit);
    }
    // It may have more to say, and nobody listens any more.
    let _ = child.kill();
    let _ = child.wait();
    trail.found
}

/// A file's name as git writes it.
fn name(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What one commit did.
#[derive(Default)]
struct Commit {
    when: Option<Timestamp>,
    /// What happened to which file: a letter of git's.
    changes: Vec<(u8, String)>,
    /// Files that were moved as they are: from and to.
    moves: Vec<(String, String)>,
}

/// Follows files back through their names, from the newest commit to the oldest.
#[derive(Default)]
struct Trail {
    /// The files that are followed, by the names that they had.
    followed: HashMap<String, Vec<SitePath>>,
    /// What was said of names that nobody followed yet: a branch may go on with the name that another gave up.
    seen: HashMap<String, Option<Timestamp>>,
    found: BTreeMap<SitePath, Timestamp>,
}

impl Trail {
    fn of<'a>(files: impl Iterator<Item = &'a SitePath>) -> Self {
        Self { followed: files.map(|path| (path.as_str().to_owned(), vec![path.clone()])).collect(), ..Self::default() }
    }

    fn is_done(&self) -> bool {
        self.followed.is_empty()
    }

    /// Goes back by one commit. Its moves happened at once, and what it wrote under an old name is another file than the one that was moved away.
    fn take(&mut self, commit: Commit) {
        for (status, path) in &commit.changes {
            self.changed(*status, path, commit.when);
        }
        let taken: Vec<_> = commit.moves.iter().map(|(_, to)| (self.followed.remove(to), self.seen.remove(to))).collect();
        for ((from, _), (files, later)) in commit.moves.into_iter().zip(taken) {
            // A branch went on with the older name.
            if let (Some(files), Some(when)) = (&files, self.seen.get(&from)) {
                let when = *when;
                self.date(files, when);
                continue;
            }
            // What was said of the newer name goes for the older one.
            if let Some(later) = later {
                self.seen.entry(from.clone()).or_insert(later);
            }
            if let Some(files) = files {
                self.followed.entry(from).or_default().extend(files);
            }
        }
    }

    fn date(&mut self, files: &[SitePath], when: Option<Timestamp>) {
        let Some(when) = when else { return };
        self.found.extend(files.iter().map(|file| (file.clone(), when)));
    }

    fn changed(&mut self, status: u8, path: &str, when: Option<Timestamp>) {
        // What is gone isn't what the file holds; it may come from another branch.
        if status == b'D' {
            return;
        }
        if let Some(files) = self.followed.remove(path) {
            self.date(&files, when);
        }
        if status == b'A' {
            // Whatever had this name before is another file.
            self.seen.remove(path);
        } else {
            self.seen.entry(path.to_owned()).or_insert(when);
        }
    }
}

/// Whether the history is cut off somewhere, by git's answer to [`IS_SHALLOW`]; none where there is no git and no repository.
pub(super) fn is_shallow(mut command: Command) -> Option<bool> {
    let answer = command.stderr(Stdio::null()).output().ok()?;
    answer.status.success().then(|| answer.stdout.starts_with(b"true"))
}

/// What stands between two NUL characters of git's answer, names of files aside.
#[derive(Debug, PartialEq)]
enum Piece {
    Commit {
        seconds: Option<Timestamp>,
        has_parents: bool,
    },
    /// What happened to the file whose name follows; of a move two names follow.
    Status(u8),
    Other,
}

fn read(piece: &[u8]) -> Piece {
    // The first file of a commit stands on a line of its own.
    let piece = piece.strip_prefix(b"\n").unwrap_or(piece);
    let text = String::from_utf8_lossy(piece);
    let Some(head) = text.strip_prefix('\u{1}') else { return piece.first().map_or(Piece::Other, |status| Piece::Status(*status)) };
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
            (b"\nM", Piece::Status(b'M')),
            (b"R100", Piece::Status(b'R')),
            (b"", Piece::Other),
        ] {
            assert_eq!(read(piece), expected, "{piece:?}");
        }
    }

    /// Goes through commits such as `9 M a` and `8 R a b`, the newest first; lines of one time are one commit. Gives `file: time`.
    fn follow(files: &[&str], history: &[&str]) -> Vec<String> {
        let files: Vec<SitePath> = files.iter().filter_map(|path| SitePath::new(path)).collect();
        let mut trail = Trail::of(files.iter());
        let lines: Vec<Vec<&str>> = history.iter().map(|line| line.split(' ').collect()).collect();
        for lines in lines.chunk_by(|a, b| a[0] == b[0]) {
            let when = lines[0][0].parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
            let mut commit = Commit { when, ..Commit::default() };
            for line in lines {
                match line[1] {
                    "R" => commit.moves.push((line[2].to_owned(), line[3].to_owned())),
                    status => commit.changes.push((status.as_bytes()[0], line[2].to_owned())),
                }
            }
            trail.take(commit);
        }
        trail.found.iter().map(|(path, when)| format!("{path}: {}", when.as_second())).collect()
    }

    #[test]
    fn files_are_followed_through_their_names() {
        for (what, files, history, expected) in [
            ("an edit", &["a"][..], &["9 M a", "1 A a"][..], &["a: 9"][..]),
            ("a move is no change", &["b"], &["9 R a b", "5 M a", "1 A a"], &["b: 5"]),
            ("two moves", &["c"], &["9 R b c", "8 R a b", "1 A a"], &["c: 1"]),
            ("an edit after a move", &["b"], &["9 M b", "8 R a b", "1 A a"], &["b: 9"]),
            ("another file with the old name", &["a", "b"], &["9 M a", "8 A a", "7 R a b", "3 M a"], &["a: 9", "b: 3"]),
            ("the old name again, gone since", &["b"], &["9 D a", "8 A a", "7 R a b", "3 M a"], &["b: 3"]),
            ("two files change names", &["a", "b"], &["9 R a b", "9 R b a", "3 M a", "2 M b"], &["a: 2", "b: 3"]),
            ("another file at once", &["a", "b"], &["9 R a b", "9 A a", "3 M a"], &["a: 9", "b: 3"]),
            ("a chain at once", &["b", "c"], &["9 R a b", "9 R b c", "3 M a", "2 M b"], &["b: 3", "c: 2"]),
            ("a branch edits the old name", &["b"], &["9 M a", "8 R a b", "1 A a"], &["b: 9"]),
            ("a branch edits the oldest name", &["c"], &["9 M a", "8 R b c", "7 R a b", "1 A a"], &["c: 9"]),
            ("the history is cut off", &["b"], &["9 R a b"], &[]),
            ("the oldest commit of a shallow clone", &["b"], &["9 R a b", "- A a"], &[]),
        ] {
            assert_eq!(follow(files, history), expected, "{what}");
        }
    }
}
