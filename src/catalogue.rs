//! Every kind of finding there is, and the level that a book gives each.
//!
//! Knows the lists that the floors below keep. Must not know how findings are found or printed.

use crate::config::{self, Config};
use crate::data::{DefinedShape, Definition, KeyDocs, Shape};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::SitePath;
use crate::text::nearest;
use crate::{checks, document, registry, render, schema};

/// Every kind of finding that opsbook knows, by code: what `explain`, book.toml and the reference pages draw on.
#[must_use]
pub fn kinds() -> Vec<&'static Kind> {
    let checks = checks::CHECKS.iter().map(|check| check.kind);
    let mut kinds: Vec<&'static Kind> =
        [config::KINDS, registry::KINDS, document::KINDS, render::KINDS].into_iter().flatten().copied().chain(schema::kinds()).chain(checks).collect();
    kinds.sort_by_key(|kind| kind.code);
    kinds
}

/// The JSON Schema of book.toml, for editors: `[checks]` knows every kind of finding.
#[must_use]
pub fn book_json_schema() -> serde_json::Value {
    let level = |kind: &&'static Kind| KeyDocs::new(kind.code, kind.summary, Shape::Choice(&config::LEVELS));
    let levels: Vec<KeyDocs> = kinds().iter().map(level).collect();
    let paths = KeyDocs::new("paths", "Levels for the documents that a glob catches, from the content folder.", Shape::Map(&Shape::Named("levels")));
    let checks = levels.iter().copied().chain([paths]).collect();
    config::json_schema(&[
        Definition { name: "checks", shape: DefinedShape::Table(checks) },
        Definition { name: "levels", shape: DefinedShape::Table(levels) },
    ])
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
