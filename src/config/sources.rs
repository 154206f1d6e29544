//! `[[source]]`: documents of other folders and repositories.

use std::collections::BTreeSet;

use super::keys::SOURCE_KEYS;
use super::kinds::INVALID_CONFIG;
use super::{Config, Reader, TypeGlobs};
use crate::data::{Fields, Node, Value};
use crate::diagnostic::Diagnostic;
use crate::memo::{Digest, Hasher};
use crate::source::{SitePath, above, joined};
use crate::text::Span;

/// More sources than this are a mistake.
const SOURCES: usize = 1000;

/// Documents that lie elsewhere, as book.toml names them.
#[derive(Debug, Clone)]
pub struct SourceTable {
    /// Where they appear, from the content folder.
    pub at: SitePath,
    /// Where book.toml says so.
    pub at_span: Span,
    /// Where they come from.
    pub from: SourceFrom,
    /// Where book.toml names it.
    pub span: Span,
    /// The part of the repository that is meant, `""` for all of it. Of a folder: where it lies in its repository, if book.toml says.
    pub folder: Option<String>,
    /// What the front matter of a document says if it doesn't say it itself, each with its place in book.toml.
    pub defaults: Vec<(&'static str, String, Span)>,
    /// Globs that give the documents their type, relative to where they lie.
    pub types: Vec<TypeGlobs>,
    /// URL that opens a document for editing.
    pub edit_url: Option<String>,
    /// Where people look at the repository.
    pub repository: Option<String>,
}

/// Where documents come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceFrom {
    /// A folder, from book.toml.
    Path(String),
    /// A repository.
    Git {
        /// Its address, as git understands it.
        url: String,
        /// The branch, tag or commit; `HEAD` if book.toml names none.
        reference: String,
        /// Whether the whole history is fetched, for the days on which documents were changed.
        history: bool,
    },
}

/// The keys that [`SourceTable::defaults`] can have.
const DEFAULTS: [&str; 3] = ["owner", "status", "review_every"];

impl SourceTable {
    /// The hash of what documents get from it.
    #[must_use]
    pub fn defaults_digest(&self) -> Digest {
        self.defaults.iter().fold(Hasher::default(), |hasher, (key, value, _)| hasher.text(key).text(value)).finish()
    }
}

impl Reader<'_> {
    pub(super) fn sources(&mut self, root: &Node, config: &mut Config) {
        let Some(list) = root.get("source") else { return };
        let Value::List(tables) = &list.value else {
            let message = format!("'source' of book.toml must be a list, not {}", list.kind());
            self.diagnostics.push(Diagnostic::new(&INVALID_CONFIG, self.path, list.span, message).help("write `[[source]]`, in two brackets"));
            return;
        };
        let mut places: BTreeSet<SitePath> = BTreeSet::new();
        for (index, table) in tables.iter().enumerate() {
            let mut fields = Fields::new(table, "[[source]]", &INVALID_CONFIG, self.path, self.diagnostics);
            if index >= SOURCES {
                fields.report(table.span, format!("more than {SOURCES} sources"), "mount folders that hold several of them");
                break;
            }
            fields.only(SOURCE_KEYS);
            let Some(read) = source(&mut fields, table, config.content.as_deref()) else { continue };
            let span = table.get("at").map_or(table.span, |node| node.span);
            let above = above(read.at.as_str()).chain([read.at.as_str()]).find(|folder| places.contains(*folder)).map(str::to_owned);
            let below = || places.range(read.at.clone()..).next().filter(|place| place.strip(read.at.as_str()).is_some());
            if let Some(other) = above.or_else(|| below().map(ToString::to_string)) {
                let (message, help) = if other == read.at.as_str() {
                    (format!("two sources are mounted at '{other}'"), "give each a folder of its own")
                } else {
                    (format!("'{}' and '{other}' lie in each other, and a source is mounted at both", read.at), "mount them beside each other")
                };
                fields.report(span, message, help);
                continue;
            }
            places.insert(read.at.clone());
            config.sources.push(read);
        }
    }
}

fn source(fields: &mut Fields<'_>, table: &Node, content: Option<&str>) -> Option<SourceTable> {
    let at = at(fields, table, content);
    let (from, span) = from(fields, table)?;
    let folder = match fields.text("folder") {
        Some(written) => {
            let inside = joined("", written.trim_end_matches('/')).filter(|_| !written.starts_with('/') && !written.contains(['\\', '\0']));
            if inside.is_none() {
                let span = table.get("folder").map_or(table.span, |node| node.span);
                fields.report(span, format!("'{written}' lies outside the repository"), "name a folder from the top of the repository");
                return None;
            }
            inside
        }
        None => None,
    };
    let defaults = DEFAULTS.into_iter().filter_map(|key| {
        let value = fields.text(key).filter(|value| !value.trim().is_empty())?;
        Some((key, value, table.get(key)?.span))
    });
    let defaults = defaults.collect();
    Some(SourceTable {
        at: at?,
        at_span: table.get("at").map_or(table.span, |node| node.span),
        from,
        span,
        folder,
        defaults,
        types: types(fields, table),
        edit_url: fields.text("edit-url-template"),
        repository: fields.text("repository-url"),
    })
}

fn types(fields: &mut Fields<'_>, table: &Node) -> Vec<TypeGlobs> {
    let Some(types) = table.get("types") else { return Vec::new() };
    let path = fields.path();
    let mut fields = Fields::new(types, "[source.types]", &INVALID_CONFIG, path, fields.diagnostics());
    let read = |(key, _): &(crate::data::Key, Node)| {
        let globs = fields.texts(&key.name);
        TypeGlobs { document_type: key.name.clone(), span: key.span, globs }
    };
    types.entries().iter().map(read).collect()
}

/// Where the documents appear.
fn at(fields: &mut Fields<'_>, table: &Node, content: Option<&str>) -> Option<SitePath> {
    let Some(written) = fields.text("at") else {
        if table.get("at").is_none() {
            let help = "write the folder below the content folder where the documents appear: `at = \"services/payments\"`";
            fields.report(table.span, "a [[source]] without 'at'", help);
        }
        return None;
    };
    let span = table.get("at").map_or(table.span, |node| node.span);
    let place = SitePath::join("", written.trim_end_matches('/')).filter(|_| !written.starts_with('/'));
    let Some(place) = place else {
        let (message, help) = if matches!(written.trim_matches('/'), "" | ".") && !written.starts_with('/') {
            ("a source can't take the place of the whole content folder".to_owned(), "name a folder below it: `at = \"services/payments\"`")
        } else {
            (format!("'{written}' lies outside the content folder"), "name a folder below it, without '..': `at = \"services/payments\"`")
        };
        fields.report(span, message, help);
        return None;
    };
    let first = place.as_str().split('/').next().unwrap_or_default();
    if place.as_str().split('/').any(|name| name.starts_with('.')) {
        fields.report(span, format!("'{written}' is a hidden folder, which is never read"), "name a folder without a dot at its beginning");
        return None;
    }
    // Where the handbook's root is the content folder, these two aren't documents.
    if content == Some("") && matches!(first, "schemas" | "themes") {
        fields.report(span, format!("'{first}' is where opsbook looks for settings"), "name another folder");
        return None;
    }
    Some(place)
}

/// Where the documents come from, and where book.toml says so.
fn from(fields: &mut Fields<'_>, table: &Node) -> Option<(SourceFrom, Span)> {
    let (path, git) = (fields.text("path"), fields.text("git"));
    // A line that holds a password isn't shown in reports.
    let has_secret = git.as_ref().is_some_and(|url| url.contains("://") && url.contains('@'));
    let span = |key: &str| table.get(if key == "git" && has_secret { "at" } else { key }).map_or(table.span, |node| node.span);
    match (path, git) {
        (Some(_), Some(_)) => {
            fields.report(span("git"), "a [[source]] with both 'path' and 'git'", "take one of the two out");
            None
        }
        (None, None) => {
            let help = "write where the documents come from: `path = \"../payments/docs\"` or `git = \"https://…\"`";
            if table.get("path").is_none() && table.get("git").is_none() {
                fields.report(table.span, "a [[source]] with neither 'path' nor 'git'", help);
            }
            None
        }
        (Some(path), None) => {
            if path.trim().is_empty() || path.contains('\0') {
                fields.report(span("path"), "'path' names no folder", "name a folder, from the one that holds book.toml");
                return None;
            }
            for key in ["ref", "history"] {
                if table.get(key).is_some() {
                    fields.report(span(key), format!("'{key}' means nothing for a folder"), "take it out, or name a repository with 'git'");
                }
            }
            Some((SourceFrom::Path(path), span("path")))
        }
        (None, Some(url)) => {
            if url.trim().is_empty() || url.starts_with('-') || url.contains(|character: char| character.is_control()) {
                fields.report(span("git"), "'git' names no repository", "write its address, as `git clone` takes it");
                return None;
            }
            let reference = fields.text("ref").unwrap_or_else(|| "HEAD".to_owned());
            if !is_reference(&reference) {
                fields.report(span("ref"), format!("'{reference}' is no branch, tag or commit"), "write its name alone: `ref = \"main\"`");
                return None;
            }
            let history = fields.flag("history").unwrap_or(false);
            Some((SourceFrom::Git { url, reference, history }, span("git")))
        }
    }
}

/// Whether a text can be the name of a branch or tag, or of a commit: what `git check-ref-format` demands, and no more.
fn is_reference(name: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.to_ascii_lowercase().ends_with(".lock");
    let refused = |character: char| character.is_control() || " ~^:?*[\\".contains(character);
    !name.starts_with('-')
        && !name.ends_with('.')
        && name != "@"
        && !name.contains("..")
        && !name.contains("@{")
        && !name.contains(refused)
        && name.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn parse(text: &str) -> (Config, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let source = Source::new(SitePath::new("book.toml").unwrap(), text);
        (Config::parse(Some(&source), &mut diagnostics), diagnostics)
    }

    #[test]
    fn sources_are_read() {
        let (config, diagnostics) = parse(
            "[[source]]\nat = 'services/payments/'\npath = '../payments/docs'\nowner = 'payments'\nreview_every = '90d'\n\
             [source.types]\nalert-runbook = ['runbooks/*.md']\n\
             [[source]]\nat = 'tools'\ngit = 'https://git.example/tools.git'\nfolder = './docs/'\nhistory = true\nedit-url-template = 'https://x/{ref}/{path}'\n",
        );
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let [payments, tools] = config.sources.as_slice() else { panic!("{config:?}") };
        assert_eq!((payments.at.as_str(), &payments.from), ("services/payments", &SourceFrom::Path("../payments/docs".to_owned())));
        let defaults: Vec<_> = payments.defaults.iter().map(|(key, value, _)| (*key, value.as_str())).collect();
        assert_eq!(defaults, [("owner", "payments"), ("review_every", "90d")]);
        assert_eq!(payments.types[0].globs[0].0, "runbooks/*.md");
        let git = SourceFrom::Git { url: "https://git.example/tools.git".to_owned(), reference: "HEAD".to_owned(), history: true };
        assert_eq!((&tools.from, tools.folder.as_deref()), (&git, Some("docs")));
        assert_ne!(payments.defaults_digest(), tools.defaults_digest());
    }

    #[test]
    fn faults_are_found_where_they_are_written() {
        for (text, place, message) in [
            ("path = 'x'", "", "a [[source]] without 'at'"),
            ("at = ''\npath = 'x'", "''", "a source can't take the place of the whole content folder"),
            ("at = './'\npath = 'x'", "'./'", "a source can't take the place of the whole content folder"),
            ("at = '../up'\npath = 'x'", "'../up'", "'../up' lies outside the content folder"),
            ("at = '/up'\npath = 'x'", "'/up'", "'/up' lies outside the content folder"),
            ("at = 'a/.b'\npath = 'x'", "'a/.b'", "'a/.b' is a hidden folder, which is never read"),
            ("at = 'a'", "", "a [[source]] with neither 'path' nor 'git'"),
            ("at = 'a'\npath = 'x'\ngit = 'y'", "'y'", "a [[source]] with both 'path' and 'git'"),
            ("at = 'a'\npath = ''", "''", "'path' names no folder"),
            ("at = 'a'\npath = 'x'\nref = 'main'", "'main'", "'ref' means nothing for a folder"),
            ("at = 'a'\ngit = '--upload-pack=x'", "'--upload-pack=x'", "'git' names no repository"),
            ("at = 'a'\ngit = 'y'\nref = '-x'", "'-x'", "'-x' is no branch, tag or commit"),
            ("at = 'a'\ngit = 'y'\nref = 'a:b'", "'a:b'", "'a:b' is no branch, tag or commit"),
            ("at = 'a'\ngit = 'y'\nfolder = '../x'", "'../x'", "'../x' lies outside the repository"),
            ("at = 'a'\ngit = 'y'\nrev = 'x'", "rev", "unknown key 'rev' in [[source]]"),
            ("at = 'a'\npath = 'x'\nowner = ['x']", "['x']", "'owner' of [[source]] must be text, not a list"),
        ] {
            let text = format!("[[source]]\n{text}\n");
            let (_, diagnostics) = parse(&text);
            let found: Vec<_> = diagnostics.iter().map(|finding| finding.message.as_str()).collect();
            assert_eq!(found, [message], "{text}");
            if !place.is_empty() {
                assert_eq!(diagnostics[0].span.of(&text), place, "{text}");
            }
        }
        let (_, diagnostics) = parse("[source]\nat = 'a'\n");
        assert_eq!(diagnostics[0].message, "'source' of book.toml must be a list, not a mapping");
    }

    #[test]
    fn no_source_lies_in_another() {
        let two = |one: &str, other: &str| {
            let (config, diagnostics) = parse(&format!("[[source]]\nat = '{one}'\npath = 'x'\n[[source]]\nat = '{other}'\npath = 'y'\n"));
            (config.sources.len(), diagnostics.into_iter().map(|finding| finding.message).collect::<Vec<_>>())
        };
        assert_eq!(two("a", "a"), (1, vec!["two sources are mounted at 'a'".to_owned()]));
        for (one, other) in [("a", "a/b"), ("a/b", "a"), ("a/b/c", "a")] {
            let (left, found) = two(one, other);
            assert!(left == 1 && found[0].contains("lie in each other"), "{found:?}");
        }
        for (one, other) in [("a", "ab"), ("a/b", "a/c"), ("a-b", "a")] {
            assert_eq!(two(one, other), (2, vec![]), "{one} {other}");
        }
    }

    #[test]
    fn many_sources_end() {
        let tables: Vec<String> = (0..20_000).map(|number| format!("[[source]]\nat = 'a{number}'\npath = 'x'\n")).collect();
        let (config, diagnostics) = parse(&tables.concat());
        assert_eq!((config.sources.len(), diagnostics.len()), (SOURCES, 1));
    }
}
