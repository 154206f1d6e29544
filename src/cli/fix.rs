//! Applies the edits that findings offer.

use std::collections::BTreeMap;

use super::Failure;
use super::changed::Changes;
use super::compiled::Compiled;
use crate::compile::Cache;
use crate::diagnostic::{Diagnostic, Edit};
use crate::disk;
use crate::mend;
use crate::project::Project;
use crate::source::SitePath;

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
            disk::replace(&compiled.sources.mounts.place(&project.root, &path), &text)?;
            edits += count;
            files.push(path);
        }
        compiled = Compiled::of(project, cache)?;
    }
    files.sort();
    files.dedup();
    Ok(Fixed { compiled, edits, files, is_cut })
}

/// Makes the edits that the findings offer, once. Gives the files that were written, and the number of edits in each.
#[cfg(feature = "links")]
pub(super) fn fix_once(project: &Project, compiled: &Compiled) -> Result<Vec<(SitePath, usize)>, Failure> {
    let mut written = Vec::new();
    for (path, (text, count)) in round(compiled, |_| true) {
        disk::replace(&compiled.sources.mounts.place(&project.root, &path), &text)?;
        written.push((path, count));
    }
    Ok(written)
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
        let plan = mend::plan(&source.text, &fixes);
        let text = mend::apply(&source.text, &plan.edits);
        if plan.count > 0 && *text != *source.text {
            texts.insert(path.clone(), (text, plan.count));
        }
    }
    texts
}
