//! How the documents are called: their type, the form of their files' names, the globs that catch them.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{FileName, Globs, share};
use crate::document::Document;
use crate::source::SitePath;
use crate::text::slug;

/// Of more folders than this, the folder above them is named instead.
const FOLDERS: usize = 4;

/// The type: what most documents say, else the name of their folder in the singular.
pub(super) fn document_type(documents: &[&Document]) -> String {
    let said: BTreeSet<&str> = documents.iter().filter_map(|document| document.meta.document_type.as_ref()).map(|(name, _)| name.trim()).collect();
    if let [only] = said.into_iter().collect::<Vec<_>>().as_slice()
        && is_type(only)
    {
        return (*only).to_owned();
    }
    let folder = common_folder(documents.iter().map(|document| &document.path));
    let name = folder.rsplit('/').next().unwrap_or_default();
    let name = slug(name);
    let one = match name.strip_suffix("ies") {
        Some(stem) if !stem.is_empty() => format!("{stem}y"),
        _ => name.strip_suffix('s').filter(|stem| stem.len() > 2 && !stem.ends_with(['s', 'u', 'i'])).unwrap_or(&name).to_owned(),
    };
    if is_type(&one) { one } else { "document".to_owned() }
}

/// Whether a word can be the name of a type.
#[must_use]
pub fn is_type(name: &str) -> bool {
    name.contains(char::is_alphanumeric) && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

/// What documents of a type are called: `alert-runbook` gives `Alert runbook`.
pub(super) fn title(document_type: &str) -> String {
    let words = document_type.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The folder that holds all of these, `""` at the top.
pub(super) fn common_folder<'a>(paths: impl Iterator<Item = &'a SitePath>) -> String {
    let mut shared: Option<Vec<&str>> = None;
    for path in paths {
        let folder: Vec<&str> = path.folder().split('/').filter(|segment| !segment.is_empty()).collect();
        shared = Some(match shared {
            None => folder,
            Some(before) => before.into_iter().zip(folder).take_while(|(one, two)| one == two).map(|(one, _)| one).collect(),
        });
    }
    shared.unwrap_or_default().join("/")
}

/// The form that the names of all files have, if they begin with a number or a day.
pub(super) fn file_name(documents: &[&Document]) -> Option<FileName> {
    let all = documents.len();
    if all < 2 {
        return None;
    }
    let stems: Vec<&str> = documents.iter().map(|document| document.path.stem()).collect();
    if stems.iter().all(|stem| day(stem)) {
        let note = format!("a day before the name {}", share(all, all));
        return Some(FileName { pattern: r"^\d{4}-\d{2}-\d{2}-".to_owned(), unique: false, note });
    }
    let digits: BTreeSet<usize> = stems.iter().map(|stem| stem.bytes().take_while(u8::is_ascii_digit).count()).collect();
    let width = match digits.into_iter().collect::<Vec<_>>().as_slice() {
        [width] if *width > 0 => format!("{{{width}}}"),
        [0, ..] | [] | [_] => return None,
        _ => "+".to_owned(),
    };
    if !stems.iter().all(|stem| stem.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['-', '_'])) {
        return None;
    }
    let mut numbers: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for document in documents {
        let stem = document.path.stem();
        let number = stem.split(['-', '_']).next().unwrap_or_default();
        *numbers.entry((document.path.folder(), number)).or_default() += 1;
    }
    let unique = numbers.values().all(|number| *number == 1);
    let differ = if unique { ", a different one for each of a folder" } else { "" };
    let note = format!("a number before the name {}{differ}", share(all, all));
    Some(FileName { pattern: format!(r"^(\d{width})[-_]"), unique, note })
}

/// Whether a name begins with a day: `2026-11-20-api-down`.
fn day(stem: &str) -> bool {
    let mut bytes = stem.bytes();
    "dddd-dd-dd-".bytes().all(|form| bytes.next().is_some_and(|byte| if form == b'd' { byte.is_ascii_digit() } else { byte == form }))
}

/// Globs that catch the documents, and what else they catch of `neighbours`.
pub(super) fn globs(documents: &[&Document], neighbours: &[SitePath]) -> Globs {
    let given: BTreeSet<&SitePath> = documents.iter().map(|document| &document.path).collect();
    let (pages, plain): (Vec<&SitePath>, Vec<&SitePath>) = given.iter().partition(|path| path.is_folder_page());
    let folders: BTreeSet<&str> = plain.iter().map(|path| path.folder()).collect();
    let extensions: BTreeSet<&str> = plain.iter().filter_map(|path| path.extension()).collect();
    let name = match extensions.into_iter().collect::<Vec<_>>().as_slice() {
        [only] => format!("*.{only}"),
        _ => "*".to_owned(),
    };
    let deep = folders.len() > FOLDERS;
    let top = common_folder(plain.iter().copied());
    let below = |folder: &str, rest: &str| if folder.is_empty() { rest.to_owned() } else { format!("{}/{rest}", escaped(folder)) };
    let mut globs: Vec<String> =
        if deep { vec![below(&top, &format!("**/{name}"))] } else { folders.iter().map(|folder| below(folder, &name)).collect() };
    // A glob with a wildcard leaves a folder's own page alone.
    globs.extend(pages.iter().map(|path| escaped(path.as_str())));
    let is_below =
        |path: &SitePath| top.is_empty() || path.folder() == top || path.folder().strip_prefix(&*top).is_some_and(|rest| rest.starts_with('/'));
    let caught =
        |path: &&SitePath| !given.contains(path) && !path.is_folder_page() && if deep { is_below(path) } else { folders.contains(path.folder()) };
    let others = if plain.is_empty() { Vec::new() } else { neighbours.iter().filter(caught).cloned().collect() };
    Globs { globs, others }
}

/// A path as a glob that means only itself.
fn escaped(path: &str) -> String {
    globset::escape(path)
}
