//! Applies the edits that findings offer.

use std::collections::BTreeMap;

use super::Failure;
use super::changed::Changes;
use super::compiled::Compiled;
use crate::compile::Cache;
use crate::diagnostic::{Diagnostic, Edit};
use crate::disk;
use crate::project::Project;
use crate::source::SitePath;
use crate::text::Span;

/// Rounds of mending and checking again. Edits that touch each other wait for the next round, so this bounds how often that may happen.
const ROUNDS: usize = 100;

/// What was mended.
pub(super) struct Fixed {
    /// The handbook as it is now.
    pub compiled: Compiled,
    /// Number of edits made.
    pub edits: usize,
    /// Files that were written.
    pub files: Vec<SitePath>,
    /// Whether it ended with something left to mend.
    pub is_cut: bool,
}

/// Mends what can be mended without a second thought, checks again, and goes on until nothing is left to mend.
///
/// With `changes`, only documents that were touched.
pub(super) fn fix(project: &Project, cache: &mut Cache, changes: Option<&Changes>) -> Result<Fixed, Failure> {
    let mut compiled = Compiled::of(project, cache)?;
    let mut edits = 0;
    let mut files = Vec::new();
    let mut is_cut = true;
    for _ in 0..ROUNDS {
        let mut touched = changes.map(|changes| changes.touched(&compiled, &project.root));
        let mended = round(&compiled, |finding| touched.as_mut().is_none_or(|touched| touched.holds(finding)));
        if mended.is_empty() {
            is_cut = false;
            break;
        }
        for (path, (text, count)) in mended {
            disk::replace(&project.root.join(path.as_str()), &text)?;
            edits += count;
            files.push(path);
        }
        compiled = Compiled::of(project, cache)?;
    }
    files.sort();
    files.dedup();
    Ok(Fixed { compiled, edits, files, is_cut })
}

/// The texts of one round, each with the number of edits in it.
fn round(compiled: &Compiled, mut is_meant: impl FnMut(&Diagnostic) -> bool) -> BTreeMap<SitePath, (String, usize)> {
    let mut by_file: BTreeMap<&SitePath, Vec<&[Edit]>> = BTreeMap::new();
    for finding in compiled.build.diagnostics.iter().filter(|finding| !finding.fix.is_empty() && is_meant(finding)) {
        by_file.entry(&finding.path).or_default().push(&finding.fix);
    }
    let mut texts = BTreeMap::new();
    for (path, fixes) in by_file {
        let Some(source) = compiled.sources.text(path.as_str()) else { continue };
        // What becomes a heading or moves decides where missing parts belong: those wait for it.
        let mends: Vec<&[Edit]> = fixes.iter().copied().filter(|fix| !fix.iter().all(is_block)).collect();
        let (text, count) = apply(&source.text, if mends.is_empty() { &fixes } else { &mends });
        if count > 0 && *text != *source.text {
            texts.insert(path.clone(), (text, count));
        }
    }
    texts
}

/// Makes the fixes that touch no other, each as a whole; those that do wait for the next round.
fn apply(text: &str, fixes: &[&[Edit]]) -> (String, usize) {
    let mut accepted: Vec<&Edit> = Vec::new();
    for fix in fixes {
        let fits = |edit: &Edit| text.get(edit.span.start..edit.span.end).is_some() && !accepted.iter().any(|other| touch(edit, other));
        let overlaps = |(index, edit): (usize, &Edit)| fix.iter().skip(index + 1).any(|other| overlap(edit.span, other.span));
        if fix.iter().all(fits) && !fix.iter().enumerate().any(overlaps) {
            accepted.extend(*fix);
        }
    }
    // Stable, so blocks that go to one place keep the order in which they were found.
    accepted.sort_by_key(|edit| edit.span.start);
    let mut mended = String::with_capacity(text.len());
    let mut rest = 0;
    for edit in &accepted {
        let before = text.get(rest..edit.span.start).unwrap_or_default();
        mended.push_str(before);
        if before.is_empty() && edit.span.start == rest && rest > 0 && is_block(edit) {
            push_block(&edit.replacement, text, &mut mended);
        } else {
            mended.push_str(&edit.replacement);
        }
        rest = edit.span.end;
    }
    mended.push_str(text.get(rest..).unwrap_or_default());
    (mended, accepted.len())
}

/// Adds a block behind another that was inserted at the same place, with one empty line between them.
fn push_block(block: &str, text: &str, mended: &mut String) {
    let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let ends = mended.len() - mended.trim_end_matches(['\r', '\n']).len();
    for _ in ends / line.len()..2 {
        mended.push_str(line);
    }
    mended.push_str(block.trim_start_matches(['\r', '\n']));
}

/// Whether an edit inserts a section or topic: a block that can stand behind another.
fn is_block(edit: &Edit) -> bool {
    let words = edit.replacement.trim_start();
    edit.span.is_empty() && (words.starts_with('#') || words.starts_with("**")) && words.ends_with('\n')
}

/// Whether two edits share a byte or a place, unless both insert blocks. What is inserted at the end of a text that is taken out
/// belongs to that text: it waits until the text is where it goes.
fn touch(one: &Edit, other: &Edit) -> bool {
    let blocks = is_block(one) && is_block(other);
    let follows = |gone: &Edit, new: &Edit| gone.replacement.is_empty() && new.span.is_empty() && gone.span.end == new.span.start;
    (one.span.start == other.span.start && !blocks) || overlap(one.span, other.span) || follows(one, other) || follows(other, one)
}

fn overlap(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apart_are_made_at_once_and_the_others_wait() {
        let edit = |start, end, replacement: &str| Edit { span: Span::new(start, end), replacement: replacement.to_owned() };
        let edits = [edit(4, 4, "X"), edit(0, 1, "Y"), edit(4, 4, "Z"), edit(0, 2, "W"), edit(90, 99, "out"), edit(6, 7, "")];
        let fixes: Vec<&[Edit]> = edits.chunks(1).collect();
        let (text, count) = apply("abcd→fg", &fixes);
        assert_eq!((text.as_str(), count), ("YbcdX→fg", 2));
        let [first, second] = [[edit(0, 1, "1"), edit(2, 3, "2")], [edit(3, 4, "3"), edit(0, 0, "4")]];
        let blocks = [[edit(3, 3, "\n## A\n")], [edit(3, 3, "\n## B\n")], [edit(3, 3, "\n## C\n")]];
        let fixes: Vec<&[Edit]> = blocks.iter().map(<[Edit; 1]>::as_slice).collect();
        assert_eq!(apply("ab\n", &fixes), ("ab\n\n## A\n\n## B\n\n## C\n".to_owned(), 3), "blocks for one place stand in their order");
        assert_eq!(apply("abcd", &[&first, &second]), ("1b2d".to_owned(), 2), "a fix is made as a whole or not at all");
        let nowhere = [edit(1, 3, ""), edit(2, 2, "bc")];
        assert_eq!(apply("abcd", &[&nowhere]), ("abcd".to_owned(), 0), "a move into itself is none");
        let [moved, follower] = [vec![edit(0, 2, ""), edit(4, 4, "ab")], vec![edit(2, 2, "!")]];
        assert_eq!(apply("abcd", &[&moved, &follower]), ("cdab".to_owned(), 2), "what belongs to a text that moves waits");
    }
}
