//! Makes the edits that findings offer, as many as can be made at once.
//!
//! Knows texts and edits. Must not know which finding offers them, files or editors.

use std::collections::BTreeMap;

use crate::diagnostic::Edit;
use crate::text::Span;

/// Edits to make at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The edits, sorted, none of them overlapping. Blocks that go to one place are one edit.
    pub edits: Vec<Edit>,
    /// How many edits of fixes these are.
    pub count: usize,
}

/// The edits of those fixes that touch no other, each fix as a whole or not at all.
///
/// The others wait for the next round: they may mean something else once these are made. Where some fixes insert blocks and others don't,
/// blocks wait, because what becomes a heading or moves decides where missing parts belong.
#[must_use]
pub fn plan(text: &str, fixes: &[&[Edit]]) -> Plan {
    let mends: Vec<&[Edit]> = fixes.iter().copied().filter(|fix| !fix.iter().all(is_block)).collect();
    plan_all(text, if mends.is_empty() { fixes } else { &mends })
}

fn plan_all(text: &str, fixes: &[&[Edit]]) -> Plan {
    // By place. Those that were accepted share no byte, so only neighbours can touch.
    let mut accepted: BTreeMap<usize, Vec<&Edit>> = BTreeMap::new();
    for fix in fixes {
        let is_free = |edit: &Edit| {
            let before = accepted.range(..edit.span.start()).next_back();
            let mut near = before.into_iter().chain(accepted.range(edit.span.start()..=edit.span.end())).flat_map(|(_, edits)| edits);
            !near.any(|other| touch(edit, other))
        };
        let fits = |edit: &Edit| text.get(edit.span.start()..edit.span.end()).is_some() && is_free(edit);
        let overlaps = |(index, edit): (usize, &Edit)| fix.iter().skip(index + 1).any(|other| overlap(edit.span, other.span));
        if fix.iter().all(fits) && !fix.iter().enumerate().any(overlaps) {
            for edit in *fix {
                accepted.entry(edit.span.start()).or_default().push(edit);
            }
        }
    }
    let mut count = 0;
    let mut edits: Vec<Edit> = Vec::new();
    // Blocks that go to one place keep the order in which they were found.
    for edit in accepted.into_values().flatten() {
        count += 1;
        match edits.last_mut() {
            Some(last) if last.span.end() == edit.span.start() && last.span.end() > 0 && is_block(edit) => {
                push_block(&edit.replacement, text, &mut last.replacement);
            }
            _ => edits.push(edit.clone()),
        }
    }
    Plan { edits, count }
}

/// The text with edits made that are sorted and don't overlap, as [`plan`] gives them. Of two that do, the second takes away nothing more.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = 0;
    for edit in edits {
        mended.push_str(text.get(rest..edit.span.start()).unwrap_or_default());
        mended.push_str(&edit.replacement);
        rest = edit.span.end().max(rest);
    }
    mended.push_str(text.get(rest..).unwrap_or_default());
    mended
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
    let follows = |gone: &Edit, new: &Edit| gone.replacement.is_empty() && new.span.is_empty() && gone.span.end() == new.span.start();
    (one.span.start() == other.span.start() && !blocks) || overlap(one.span, other.span) || follows(one, other) || follows(other, one)
}

fn overlap(one: Span, other: Span) -> bool {
    one.start() < other.end() && other.start() < one.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str, fixes: &[&[Edit]]) -> (String, usize) {
        let plan = plan_all(text, fixes);
        (apply(text, &plan.edits), plan.count)
    }

    #[test]
    fn edits_apart_are_made_at_once_and_the_others_wait() {
        let edit = |start, end, replacement: &str| Edit { span: Span::new(start, end), replacement: replacement.to_owned() };
        let edits = [edit(4, 4, "X"), edit(0, 1, "Y"), edit(4, 4, "Z"), edit(0, 2, "W"), edit(90, 99, "out"), edit(6, 7, "")];
        let fixes: Vec<&[Edit]> = edits.chunks(1).collect();
        let (text, count) = made("abcd→fg", &fixes);
        assert_eq!((text.as_str(), count), ("YbcdX→fg", 2));
        let [first, second] = [[edit(0, 1, "1"), edit(2, 3, "2")], [edit(3, 4, "3"), edit(0, 0, "4")]];
        let blocks = [[edit(3, 3, "\n## A\n")], [edit(3, 3, "\n## B\n")], [edit(3, 3, "\n## C\n")]];
        let fixes: Vec<&[Edit]> = blocks.iter().map(<[Edit; 1]>::as_slice).collect();
        assert_eq!(made("ab\n", &fixes), ("ab\n\n## A\n\n## B\n\n## C\n".to_owned(), 3), "blocks for one place stand in their order");
        assert_eq!(made("abcd", &[&first, &second]), ("1b2d".to_owned(), 2), "a fix is made as a whole or not at all");
        let nowhere = [edit(1, 3, ""), edit(2, 2, "bc")];
        assert_eq!(made("abcd", &[&nowhere]), ("abcd".to_owned(), 0), "a move into itself is none");
        let [moved, follower] = [vec![edit(0, 2, ""), edit(4, 4, "ab")], vec![edit(2, 2, "!")]];
        assert_eq!(made("abcd", &[&moved, &follower]), ("cdab".to_owned(), 2), "what belongs to a text that moves waits");
    }
}
