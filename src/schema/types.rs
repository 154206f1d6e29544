//! Which schema a document has to meet: by its front matter, by globs in book.toml, by the schemas' own globs.

use std::collections::BTreeMap;
use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::load::INVALID_SCHEMA;
use super::model::Schema;
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::Document;
use crate::source::{self, SitePath};
use crate::text::{Span, nearest};

/// A type that no schema describes.
pub const UNKNOWN_TYPE: Kind = Kind {
    code: "unknown-type",
    severity: Severity::Error,
    subject: Subject::Types,
    summary: "a document has a type that no schema describes",
    docs: "The type of a document names the schema that it must meet. A type without a schema means that nothing is checked, which is why a \
spelling mistake here is an error.

    ---
    type: dissaster-recovery
    ---

Write the name of a schema, as `opsbook schema list` shows them, add a schema for the type to `schemas/`, or take the key out:

    ---
    type: disaster-recovery
    ---

A word that is like none of the known types (another generator's `type: docs`) is a warning: it was hardly meant for opsbook.",
};

/// A document that the globs of two types catch.
pub const AMBIGUOUS_TYPE: Kind = Kind {
    code: "ambiguous-type",
    severity: Severity::Error,
    subject: Subject::Types,
    summary: "the globs of two types catch one document",
    docs: "A document without a `type` in its front matter has the type whose glob catches it. Where the globs of two types do, the first by \
name is used, which may be the wrong one.

    # schemas/process.yaml            # schemas/runbook.yaml
    match: [\"operations/**/*.md\"]     match: [\"operations/runbooks/*.md\"]

Narrow one of the globs, or name the type in the document:

    ---
    type: runbook
    ---",
};

/// A glob that catches no document.
pub const UNMATCHED_GLOB: Kind = Kind {
    code: "unmatched-glob",
    severity: Severity::Warning,
    subject: Subject::Types,
    summary: "a glob that gives documents their type catches no document",
    docs: "Globs in a schema's `match` and in `[types]` of book.toml say which documents have a type. One that catches nothing is a folder that \
was renamed or a slip of the pen: the documents that were meant are not checked at all, and nobody notices.

    # schemas/runbook.yaml, and the runbooks lie in content/runbooks/
    match: [\"runbook/**/*.md\"]

Mend the glob, which begins at the content folder, or take it out:

    match: [\"runbooks/**/*.md\"]",
};

/// A glob that gives documents a type, from a file that isn't a schema.
#[derive(Debug, Clone)]
pub struct TypePattern {
    /// The type.
    pub document_type: String,
    /// Where the type is named.
    pub type_span: Span,
    /// The glob, relative to the content folder.
    pub glob: String,
    /// Where the glob is written.
    pub span: Span,
}

/// Every schema, by type, and which documents each of them is for.
#[derive(Debug, Clone, Default)]
pub struct Schemas {
    by_type: BTreeMap<String, Arc<Schema>>,
    /// Texts of the built-in schemas in use.
    texts: BTreeMap<SitePath, Arc<str>>,
    /// Globs in the order in which they are asked: those of book.toml, then those of the schemas.
    matchers: Vec<Matcher>,
}

#[derive(Debug, Clone)]
struct Matcher {
    set: GlobSet,
    /// Of each glob in the set: what it means.
    targets: Vec<Target>,
}

#[derive(Debug, Clone)]
struct Target {
    document_type: String,
    /// Whether the glob has a wildcard in its file name, so that it isn't meant for a folder's own page.
    wild: bool,
    glob: String,
    path: SitePath,
    span: Span,
}

impl Schemas {
    pub(super) fn new(by_type: BTreeMap<String, Arc<Schema>>, texts: BTreeMap<SitePath, Arc<str>>, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let targets = by_type.values().flat_map(|schema| {
            schema.patterns.iter().map(|pattern| Target {
                document_type: schema.document_type.clone(),
                wild: has_wild_name(&pattern.glob),
                glob: pattern.glob.clone(),
                path: schema.path.clone(),
                span: pattern.span,
            })
        });
        let matchers = vec![Matcher::new(targets, &INVALID_SCHEMA, diagnostics)];
        Self { by_type, texts, matchers }
    }

    /// The schema of a type.
    #[must_use]
    pub fn get(&self, document_type: &str) -> Option<&Arc<Schema>> {
        self.by_type.get(document_type)
    }

    /// Every schema, sorted by type.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Schema>> {
        self.by_type.values()
    }

    /// The text of a built-in schema in use, by its path.
    #[must_use]
    pub fn source(&self, path: &SitePath) -> Option<&Arc<str>> {
        self.texts.get(path)
    }

    /// Adds globs that are asked before those of the schemas; `path` is the file that holds them (book.toml).
    ///
    /// An unknown type is a finding [`UNKNOWN_TYPE`]; a text that is no glob one of kind `invalid`.
    #[must_use]
    pub fn with_patterns(
        mut self,
        patterns: impl IntoIterator<Item = TypePattern>,
        path: &SitePath,
        invalid: &'static Kind,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut targets = Vec::new();
        for pattern in patterns {
            if !self.by_type.contains_key(&pattern.document_type) {
                diagnostics.push(self.unknown(&pattern.document_type, path, pattern.type_span));
                continue;
            }
            let wild = has_wild_name(&pattern.glob);
            targets.push(Target { document_type: pattern.document_type, wild, glob: pattern.glob, path: path.clone(), span: pattern.span });
        }
        self.matchers.insert(0, Matcher::new(targets.into_iter(), invalid, diagnostics));
        self
    }

    /// The schema that a document has to meet: its front matter says so, or a glob does. `path_in_content` is its path from the content folder.
    pub fn type_of(&self, document: &Document, path_in_content: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Option<Arc<Schema>> {
        if let Some((name, span)) = &document.meta.document_type
            && !name.trim().is_empty()
        {
            let schema = self.by_type.get(name.trim());
            if schema.is_none() {
                diagnostics.push(self.unknown(name.trim(), &document.path, *span));
            }
            return schema.cloned();
        }
        let found = self.matchers.iter().map(|matcher| matcher.targets_of(path_in_content)).find(|found| !found.is_empty())?;
        let first = found.iter().min_by_key(|target| &target.document_type)?;
        if let Some(other) = found.iter().find(|target| target.document_type != first.document_type) {
            let message = format!("the globs of the types '{}' and '{}' both catch this document", first.document_type, other.document_type);
            diagnostics.push(
                Diagnostic::new(&AMBIGUOUS_TYPE, &document.path, Span::at(document.body.start()), message)
                    .label(format!("checked as '{}'", first.document_type))
                    .help("name the type in the front matter, or narrow one of the globs")
                    .related(&first.path, first.span, format!("'{}' by this glob", first.document_type))
                    .related(&other.path, other.span, format!("'{}' by this glob", other.document_type)),
            );
        }
        self.by_type.get(&first.document_type).cloned()
    }

    /// The globs that catch none of these documents. Those of built-in schemas aren't the author's.
    pub fn unmatched<'a>(&self, paths_in_content: impl IntoIterator<Item = &'a SitePath>) -> Vec<Diagnostic> {
        let mut caught: Vec<Vec<bool>> = self.matchers.iter().map(|matcher| vec![false; matcher.targets.len()]).collect();
        for path in paths_in_content {
            for (matcher, caught) in self.matchers.iter().zip(&mut caught) {
                for index in matcher.indices_of(path) {
                    if let Some(caught) = caught.get_mut(index) {
                        *caught = true;
                    }
                }
            }
        }
        let targets = self.matchers.iter().flat_map(|matcher| &matcher.targets).zip(caught.into_iter().flatten());
        let own = targets.filter(|(target, caught)| !caught && !target.path.is_embedded());
        own.map(|(target, _)| {
            Diagnostic::new(&UNMATCHED_GLOB, &target.path, target.span, format!("no document matches the glob '{}'", target.glob))
                .label(format!("no document gets the type '{}' by it", target.document_type))
                .help("mend the glob, which begins at the content folder, or take it out")
        })
        .collect()
    }

    fn unknown(&self, name: &str, path: &SitePath, span: Span) -> Diagnostic {
        let finding = Diagnostic::new(&UNKNOWN_TYPE, path, span, format!("no schema describes the type '{name}'"));
        let types = || self.by_type.keys().map(String::as_str);
        match nearest(name, types()) {
            Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or add schemas/{name}.yaml")),
            // Other generators have types too (`type: docs`): a word that is like none of ours is no slip of ours.
            None => {
                finding.severity(Severity::Warning).label("unknown type").help(format!("known types: {}", types().collect::<Vec<_>>().join(", ")))
            }
        }
    }
}

impl Matcher {
    fn new(targets: impl Iterator<Item = Target>, invalid: &'static Kind, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut builder = GlobSetBuilder::new();
        let mut kept = Vec::new();
        for target in targets {
            match compile(&target.glob) {
                Ok(glob) => {
                    builder.add(glob);
                    kept.push(target);
                }
                Err(error) => {
                    let message = format!("'{}' is no glob: {}", target.glob, error.kind());
                    diagnostics.push(Diagnostic::new(invalid, &target.path, target.span, message).help("write a glob such as `runbooks/**/*.md`"));
                }
            }
        }
        match builder.build() {
            Ok(set) => Self { set, targets: kept },
            Err(error) => {
                // Each glob was fine; together they are too large for the matcher.
                if let Some(target) = kept.first() {
                    diagnostics.push(Diagnostic::new(
                        invalid,
                        &target.path,
                        target.span,
                        format!("the globs can't be used together: {}", error.kind()),
                    ));
                }
                Self { set: GlobSet::empty(), targets: Vec::new() }
            }
        }
    }

    fn targets_of(&self, path: &SitePath) -> Vec<&Target> {
        self.indices_of(path).into_iter().filter_map(|index| self.targets.get(index)).collect()
    }

    /// Indices of the globs that catch a document.
    fn indices_of(&self, path: &SitePath) -> Vec<usize> {
        let own_page = path.is_folder_page();
        let mut matches = self.set.matches(path.as_str());
        matches.retain(|index| self.targets.get(*index).is_some_and(|target| !(own_page && target.wild)));
        matches
    }
}

fn compile(glob: &str) -> Result<Glob, globset::Error> {
    source::glob(glob.trim_start_matches("./"))
}

fn has_wild_name(glob: &str) -> bool {
    glob.rsplit('/').next().is_some_and(|name| name.contains(['*', '?', '[', '{']))
}

#[cfg(test)]
mod tests {
    use super::super::test::{check_document, sources};
    use super::*;

    fn type_of(schemas: &[(&str, &str)], path: &str, text: &str) -> (Option<String>, Vec<String>) {
        let mut diagnostics = Vec::new();
        let schemas = super::super::load(&sources(schemas), &mut diagnostics);
        let document = check_document(&format!("content/{path}"), text);
        let found = schemas.type_of(&document, &SitePath::new(path).unwrap(), &mut diagnostics);
        (found.map(|schema| schema.document_type.clone()), diagnostics.iter().map(|d| format!("{}: {}", d.kind.code, d.label)).collect())
    }

    #[test]
    fn front_matter_comes_before_globs() {
        let schemas = [("a.yaml", "type: a\nmatch: ['x/**/*.md']\n"), ("b.yaml", "type: b\nmatch: 'x/y/*.md'\n")];
        for (path, text, expected, finding) in [
            ("x/1.md", "", Some("a"), ""),
            ("x/z/1.md", "", Some("a"), ""),
            ("z/1.md", "", None, ""),
            ("x/index.md", "", None, ""),
            ("x/README.md", "", None, ""),
            ("x/_index.md", "---\ntype: a\n---\n", Some("a"), ""),
            ("x/1.md", "---\ntype: b\n---\n", Some("b"), ""),
            ("x/y/1.md", "", Some("a"), "ambiguous-type: checked as 'a'"),
            ("x/y/1.md", "---\ntype: b\n---\n", Some("b"), ""),
            ("z/1.md", "---\ntype: proces\n---\n", None, "unknown-type: did you mean 'process'?"),
            ("z/1.md", "---\ntype:\n---\n", None, ""),
        ] {
            let (found, findings) = type_of(&schemas, path, text);
            assert_eq!(found.as_deref(), expected, "{path} {text}");
            assert_eq!(findings.join(" "), finding, "{path} {text}");
        }
    }

    #[test]
    fn a_glob_that_catches_nothing_is_found() {
        let mut diagnostics = Vec::new();
        let schemas = super::super::load(&sources(&[("a.yaml", "type: a\nmatch: ['x/*.md', 'y/*.md', 'x/index.md']\n")]), &mut diagnostics);
        let paths = ["x/1.md", "y/index.md"].map(|path| SitePath::new(path).unwrap());
        let found = schemas.unmatched(&paths);
        let messages: Vec<_> = found.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(messages, ["no document matches the glob 'y/*.md'", "no document matches the glob 'x/index.md'"]);
        let paths = ["x/1.md", "y/2.md", "x/index.md"].map(|path| SitePath::new(path).unwrap());
        assert_eq!(schemas.unmatched(&paths), []);
    }

    #[test]
    fn a_glob_without_wildcard_catches_a_folders_page() {
        assert_eq!(type_of(&[("a.yaml", "type: a\nmatch: x/index.md\n")], "x/index.md", "").0.as_deref(), Some("a"));
    }

    #[test]
    fn globs_of_the_book_come_first() {
        let mut diagnostics = Vec::new();
        let schemas = super::super::load(&sources(&[("a.yaml", "type: a\nmatch: ['**/*.md']\n")]), &mut diagnostics);
        let pattern = |document_type: &str, glob: &str| TypePattern {
            document_type: document_type.into(),
            type_span: Span::at(0),
            glob: glob.into(),
            span: Span::at(0),
        };
        let book = SitePath::new("book.toml").unwrap();
        let schemas = schemas.with_patterns(
            [pattern("process", "p/*.md"), pattern("proces", "*"), pattern("a", "[")],
            &book,
            &INVALID_SCHEMA,
            &mut diagnostics,
        );
        assert_eq!(diagnostics.iter().map(|d| d.kind.code).collect::<Vec<_>>(), ["unknown-type", "invalid-schema"]);
        for (path, expected) in [("p/1.md", "process"), ("q/1.md", "a")] {
            let document = check_document(&format!("content/{path}"), "");
            let found = schemas.type_of(&document, &SitePath::new(path).unwrap(), &mut Vec::new());
            assert_eq!(found.unwrap().document_type, expected);
        }
    }
}
