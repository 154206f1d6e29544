//! Applies the edits that findings offer.

use std::collections::BTreeMap;

use super::Failure;
use super::changed::Changes;
use super::project::{Compiled, Project};
use crate::compile::Cache;
use crate::diagnostic::{Diagnostic, Edit};
use crate::disk;
use crate::source::SitePath;

/// Rounds of mending and checking again. Each round inserts one text at one place, so this bounds the sections that one place can miss.
const ROUNDS: usize = 100;

/// What was mended.
pub(super) struct Fixed {
    /// The handbook as it is now.
    pub compiled: Compiled,
    /// Number of edits made.
    pub edits: usize,
    /// Files that were written.
    pub files: Vec<SitePath>,
}

/// Mends what can be mended without a second thought, checks again, and goes on until nothing is left to mend.
///
/// With `changes`, only documents that were touched.
pub(super) fn fix(project: &Project, cache: &mut Cache, changes: Option<&Changes>) -> Result<Fixed, Failure> {
    let mut compiled = project.compile(cache)?;
    let mut edits = 0;
    let mut files = Vec::new();
    for _ in 0..ROUNDS {
        let mut touched = changes.map(|changes| changes.touched(&compiled, &project.root));
        let mended = round(&compiled, |finding| touched.as_mut().is_none_or(|touched| touched.holds(finding)));
        if mended.is_empty() {
            break;
        }
        for (path, (text, count)) in mended {
            disk::replace(&project.root.join(path.as_str()), &text)?;
            edits += count;
            files.push(path);
        }
        compiled = project.compile(cache)?;
    }
    files.sort();
    files.dedup();
    Ok(Fixed { compiled, edits, files })
}

/// The texts of one round, each with the number of edits in it.
fn round(compiled: &Compiled, mut is_meant: impl FnMut(&Diagnostic) -> bool) -> BTreeMap<SitePath, (String, usize)> {
    let mut by_file: BTreeMap<&SitePath, Vec<&Edit>> = BTreeMap::new();
    for finding in compiled.build.diagnostics.iter().filter(|finding| is_meant(finding)) {
        by_file.entry(&finding.path).or_default().extend(&finding.fix);
    }
    let mut texts = BTreeMap::new();
    for (path, edits) in by_file {
        let Some(source) = compiled.sources.text(path.as_str()) else { continue };
        let (text, count) = apply(&source.text, edits);
        if count > 0 && *text != *source.text {
            texts.insert(path.clone(), (text, count));
        }
    }
    texts
}

/// Makes every edit that touches no other; those that do wait for the next round.
fn apply(text: &str, mut edits: Vec<&Edit>) -> (String, usize) {
    edits.sort_by_key(|edit| edit.span);
    let mut mended = String::with_capacity(text.len());
    let mut rest = 0;
    let mut count = 0;
    let mut last_start = None;
    for edit in edits {
        let overlaps = edit.span.start < rest || last_start == Some(edit.span.start);
        let (false, Some(before), Some(_)) = (overlaps, text.get(rest..edit.span.start), text.get(edit.span.start..edit.span.end)) else { continue };
        mended.push_str(before);
        mended.push_str(&edit.replacement);
        rest = edit.span.end;
        last_start = Some(edit.span.start);
        count += 1;
    }
    mended.push_str(text.get(rest..).unwrap_or_default());
    (mended, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    #[test]
    fn edits_apart_are_made_at_once_and_the_others_wait() {
        let edit = |start, end, replacement: &str| Edit { span: Span::new(start, end), replacement: replacement.to_owned() };
        let edits = [edit(4, 4, "X"), edit(0, 1, "Y"), edit(4, 4, "Z"), edit(0, 2, "W"), edit(90, 99, "out"), edit(6, 7, "")];
        let (text, count) = apply("abcd→fg", edits.iter().collect());
        assert_eq!((text.as_str(), count), ("YbcdX→fg", 2));
    }
}
