//! Every kind of finding there is, and the level that a book gives each.
//!
//! Knows the lists that the floors below keep. Must not know how findings are found or printed.

use crate::config::{self, Config, PathLevels};
use crate::data::{DefinedShape, Definition, KeyDocs, Shape};
use crate::diagnostic::{Diagnostic, Kind, Severity, Suppressed};
use crate::document::Document;
use crate::source::{SitePath, Sources};
use crate::suppress::{Baseline, Waivers};
use crate::text::nearest;
use crate::{alerts, blocks, checks, document, handbook, include, links, mounted, registry, render, schema, suppress};

/// Every kind of finding that opsbook knows, by code: what `explain`, book.toml and the reference pages draw on.
#[must_use]
pub fn kinds() -> Vec<&'static Kind> {
    let checks = checks::CHECKS.iter().map(|check| check.kind);
    let mut kinds: Vec<&'static Kind> = [
        config::KINDS,
        alerts::KINDS,
        include::KINDS,
        registry::KINDS,
        document::KINDS,
        handbook::KINDS,
        links::KINDS,
        render::KINDS,
        suppress::KINDS,
    ]
    .into_iter()
    .flatten()
    .copied()
    .chain(blocks::kinds())
    .chain(schema::kinds())
    .chain(mounted::KINDS.iter().copied())
    .chain(checks)
    .collect();
    kinds.sort_by_key(|kind| kind.code);
    kinds
}

/// The JSON Schema of book.toml, for editors: `[checks]` knows every kind of finding.
#[must_use]
pub fn book_json_schema() -> serde_json::Value {
    let level = |kind: &&'static Kind| KeyDocs::new(kind.code, kind.summary, Shape::Choice(&config::LEVELS));
    let levels: Vec<KeyDocs> = kinds().iter().map(level).collect();
    let paths = KeyDocs::new("paths", "Levels for the documents that a glob catches, from the content folder.", Shape::Map(&Shape::Named("levels")));
    let baseline = KeyDocs::new("baseline", "A file of findings that are left out, as `opsbook baseline update` writes it.", Shape::Text);
    let checks = levels.iter().copied().chain([paths, baseline]).collect();
    config::json_schema(&[
        Definition { name: "checks", shape: DefinedShape::Table(checks) },
        Definition { name: "levels", shape: DefinedShape::Table(levels) },
    ])
}

/// The code of every kind, sorted.
#[must_use]
pub fn codes() -> Vec<&'static str> {
    kinds().iter().map(|kind| kind.code).collect()
}

/// Reports the codes in book.toml that no finding has.
#[must_use]
pub fn unknown_codes(config: &Config) -> Vec<Diagnostic> {
    let kinds = kinds();
    let Some(book) = SitePath::new("book.toml") else { return Vec::new() };
    let unknown = config.level_rules().filter(|rule| !kinds.iter().any(|kind| kind.code == rule.code));
    let finding = |rule: &config::LevelRule| {
        let finding = Diagnostic::new(&config::INVALID_CONFIG, &book, rule.span, format!("no check is called '{}'", rule.code));
        match nearest(&rule.code, kinds.iter().map(|kind| kind.code)) {
            Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or take the line out")),
            None => finding.help("`opsbook explain` lists every check"),
        }
    };
    unknown.map(finding).collect()
}

/// Reports the globs of `[checks.paths]` that match no file of the handbook.
#[must_use]
pub fn idle_levels(config: &Config, sources: &Sources) -> Vec<Diagnostic> {
    let Some(book) = SitePath::new("book.toml").filter(|_| !config.path_levels.is_empty()) else { return Vec::new() };
    let files = sources.texts.keys().chain(sources.assets.keys()).chain(sources.unreadable.keys());
    let places: Vec<SitePath> = files.map(|path| path.strip(&sources.content).unwrap_or_else(|| path.clone())).collect();
    let idle = |paths: &&PathLevels| !places.iter().any(|place| paths.glob.is_match(place.as_str()));
    let finding = |paths: &PathLevels| {
        let glob = paths.glob.glob().glob();
        let finding = Diagnostic::new(&config::IDLE_LEVELS, &book, paths.span, format!("'{glob}' matches no file"));
        match glob.strip_prefix(&sources.content).and_then(|rest| rest.strip_prefix('/')) {
            Some(below) => finding.label(format!("did you mean '{below}'?")).help(format!("paths begin in '{}': write '{below}'", sources.content)),
            None => finding.help("write the path from the content folder, or take the table out; `**` stands for any folders"),
        }
    };
    config.path_levels.iter().filter(idle).map(finding).collect()
}

/// Takes out the findings that documents waive and that the baseline lists, and adds those about waivers and the baseline. Gives what was taken out.
///
/// Takes the findings as [`weigh`] leaves them. What is said of other servers' pages is nothing that a build knows: those waivers and lines are passed over.
pub fn suppress(config: &Config, sources: &Sources, documents: Vec<&Document>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Suppressed> {
    suppress_among(&|code| !links::is_remote(code), config, sources, documents, diagnostics)
}

/// The same for findings about other servers' pages, and for no others.
pub fn suppress_remote(config: &Config, sources: &Sources, documents: Vec<&Document>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Suppressed> {
    suppress_among(&links::is_remote, config, sources, documents, diagnostics)
}

fn suppress_among(
    is_judged: &dyn Fn(&str) -> bool,
    config: &Config,
    sources: &Sources,
    documents: Vec<&Document>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Suppressed> {
    let codes = codes();
    let is_reported =
        |code: &str, path: &SitePath| config.level(code, path.strip(&sources.content).as_ref().unwrap_or(path), Severity::Error).is_some();
    let waivers = Waivers { documents, today: sources.today, codes: &codes, is_reported: &is_reported, is_judged };
    let mut suppressed = waivers.apply(diagnostics);
    let named = config.baseline.as_ref();
    if let Some(path) = sources.baseline.as_ref().or(named.map(|(path, _)| path)) {
        if let Some(source) = sources.text(path.as_str()) {
            let baseline = Baseline::parse(source, &codes, diagnostics).only(is_judged);
            suppressed.extend(baseline.apply(path, diagnostics));
        } else if let (Some((_, span)), Some(book), false) = (named, SitePath::new("book.toml"), sources.unreadable.contains_key(path)) {
            let finding = Diagnostic::new(&suppress::INVALID_BASELINE, &book, *span, format!("there is no baseline '{path}'"))
                .help("write it with `opsbook baseline update`, or take the key out");
            diagnostics.push(finding);
        }
    }
    suppressed.sort_by(|a, b| a.diagnostic.place().cmp(&b.diagnostic.place()));
    suppressed
}

/// Gives every finding the level that book.toml wants, drops those that are off, and sorts the rest.
///
/// `content` is the folder of the documents, from the handbook's root.
pub fn weigh(config: &Config, content: &str, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.retain_mut(|finding| {
        match config.level(finding.kind.code, finding.path.strip(content).as_ref().unwrap_or(&finding.path), finding.severity) {
            Some(level) => {
                finding.severity = level;
                true
            }
            None => false,
        }
    });
    Diagnostic::sort(diagnostics);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Subject;

    #[test]
    fn what_can_not_be_waived_or_listed_is_known() {
        let kinds = kinds();
        for code in suppress::NEVER_WAIVED.iter().chain(suppress::NEVER_LISTED) {
            assert!(kinds.iter().any(|kind| kind.code == *code), "{code}");
        }
        for kind in suppress::KINDS.iter().chain(render::KINDS).chain(config::KINDS) {
            assert!(suppress::NEVER_LISTED.contains(&kind.code), "{}", kind.code);
        }
    }

    #[test]
    fn every_subject_is_listed_and_has_kinds() {
        let used: std::collections::BTreeSet<Subject> = kinds().iter().map(|kind| kind.subject).collect();
        assert!(used.into_iter().eq(Subject::ALL));
    }

    #[test]
    fn every_kind_is_documented_and_stands_once() {
        let kinds = kinds();
        for pair in kinds.windows(2) {
            assert_ne!(pair[0].code, pair[1].code);
        }
        for kind in kinds {
            assert!(kind.code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", kind.code);
            assert!(!kind.summary.ends_with('.') && kind.summary.len() > 10, "{}", kind.code);
            assert!(kind.docs.len() > 120 && kind.docs.contains("\n\n    "), "{} needs an example and its mend", kind.code);
        }
    }
}
