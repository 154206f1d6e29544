//! book.toml: what the handbook is, where it goes, which checks are errors.
//!
//! Takes mdBook's keys where they mean the same. Must not know the checks that it switches, nor the disk.

mod alerts;
mod color;
mod freshness;
mod html;
mod json;
mod keys;
mod kinds;
mod links;
mod sources;

use globset::GlobMatcher;

use crate::data::{Fields, KeyDocs, Node, Value, toml};
use crate::diagnostic::{Diagnostic, Severity};
use crate::memo::Digest;
use crate::source::{self, SitePath, Source};
use crate::text::Span;

pub use alerts::Alerts;
pub use color::{Accent, Color};
pub use json::json_schema;
pub use keys::{ALERT_KEYS, BOOK_KEYS, BUILD_KEYS, FRESHNESS_KEYS, HTML_KEYS, LEVELS, LINK_KEYS, LINKABLE, SEARCH_KEYS, TABLES};
pub use kinds::{IDLE_LEVELS, INVALID_CONFIG, KINDS, LOW_CONTRAST, UNUSED_SETTING};
pub use links::{Header, HeaderRule, LinkSettings};
pub use sources::{SourceFrom, SourceTable};

use keys::{FOREIGN_BOOK, FOREIGN_BUILD, FOREIGN_TABLES, NO_CODES};

/// What book.toml says, with a default for everything.
#[derive(Debug, Clone)]
pub struct Config {
    /// The hash of the file.
    pub digest: Digest,
    /// The handbook's title.
    pub title: Option<String>,
    /// One sentence about it.
    pub description: Option<String>,
    /// Who writes it.
    pub authors: Vec<String>,
    /// BCP 47 language tag of the text.
    pub language: String,
    /// The folder of the documents; none if book.toml doesn't say.
    pub content: Option<String>,
    /// The folder that the site is published in, relative to the handbook's root.
    pub output: String,
    /// Which assets are published.
    pub assets: Assets,
    /// Whether a build leaves something for the next one.
    pub cache: bool,
    /// Where the site will be found: an absolute URL or a path, ending in `/`.
    pub site_url: Option<String>,
    /// Where the sources are kept.
    pub repository: Option<String>,
    /// URL that opens a source for editing; `{path}` stands for its path.
    pub edit_url: Option<String>,
    /// The colour of links and marks; the theme's own without it.
    pub accent: Option<Accent>,
    /// The picture before the handbook's title, from the handbook's root, and where book.toml names it.
    pub logo: Option<(SitePath, Span)>,
    /// Style sheets of the book's own, from the handbook's root.
    pub css: Vec<String>,
    /// Scripts of the book's own, from the handbook's root.
    pub js: Vec<String>,
    /// Whether raw HTML is published as it is.
    pub trust_html: bool,
    /// The parts of registry.yaml whose names become links in text.
    pub link_names: Vec<&'static str>,
    /// What the site holds besides pages.
    pub published: Published,
    /// Globs that give documents their type, before those of the schemas.
    pub types: Vec<TypeGlobs>,
    /// Where the rules of alerts lie, and which alerts need a runbook.
    pub alerts: Alerts,
    /// How long a review may be overdue before that is an error, and where book.toml says so.
    pub grace: Option<(String, Span)>,
    /// Levels of findings by code.
    pub levels: Vec<LevelRule>,
    /// Levels of findings by code below certain paths, the most particular paths last.
    pub path_levels: Vec<PathLevels>,
    /// The list of findings that were there before, from the handbook's root, and where book.toml names it.
    pub baseline: Option<(SitePath, Span)>,
    /// How addresses elsewhere are asked.
    pub links: LinkSettings,
    /// Documents that lie elsewhere.
    pub sources: Vec<SourceTable>,
}

/// What the site holds besides its pages.
#[expect(clippy::struct_excessive_bools, reason = "each says whether one thing is there")]
#[derive(Debug, Clone, Copy)]
pub struct Published {
    /// Whether there are pages to print; none: it depends on the size of the handbook.
    pub print: Option<bool>,
    /// Whether each page is published as Markdown too, with a list of them for programs.
    pub markdown: bool,
    /// Whether a build asks git when each document was last changed.
    pub history: bool,
    /// Whether code in a known language has colours.
    pub highlight: bool,
    /// Whether the site can be searched.
    pub search: bool,
}

/// Which files that aren't documents are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assets {
    /// All below the content folder.
    All,
    /// Those that a document links to or shows.
    Linked,
}

/// The globs that give documents one type.
#[derive(Debug, Clone)]
pub struct TypeGlobs {
    /// The type.
    pub document_type: String,
    /// Where the type stands in book.toml.
    pub span: Span,
    /// The globs, relative to the content folder, each with its place.
    pub globs: Vec<(String, Span)>,
}

/// What a check's findings count as.
#[derive(Debug, Clone)]
pub struct LevelRule {
    /// The code of the finding.
    pub code: String,
    /// Where the code stands in book.toml.
    pub span: Span,
    /// None: findings of this code are dropped.
    pub level: Option<Severity>,
}

/// What findings count as in some files.
#[derive(Debug, Clone)]
pub struct PathLevels {
    /// The files, by their paths from the content folder.
    pub glob: GlobMatcher,
    /// Where the glob stands in book.toml.
    pub span: Span,
    /// The levels.
    pub rules: Vec<LevelRule>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            digest: Digest::default(),
            title: None,
            description: None,
            authors: Vec::new(),
            language: "en".to_owned(),
            content: None,
            output: "book".to_owned(),
            assets: Assets::Linked,
            cache: true,
            site_url: None,
            repository: None,
            edit_url: None,
            accent: None,
            logo: None,
            css: Vec::new(),
            js: Vec::new(),
            trust_html: false,
            link_names: LINKABLE.to_vec(),
            published: Published { print: None, markdown: true, history: true, highlight: true, search: true },
            types: Vec::new(),
            alerts: Alerts::default(),
            grace: None,
            levels: Vec::new(),
            path_levels: Vec::new(),
            baseline: None,
            links: LinkSettings::default(),
            sources: Vec::new(),
        }
    }
}

impl Config {
    /// Reads book.toml. What can't be read is a finding, and its default stands.
    ///
    /// Without a book.toml only linked assets are published: a plain folder may hold files that aren't meant for readers.
    pub fn parse(source: Option<&Source>, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let Some(source) = source else { return Self::default() };
        let root = match toml::parse(&source.text) {
            Ok(root) => root,
            Err(error) => {
                let finding = Diagnostic::new(&INVALID_CONFIG, &source.path, error.span, format!("book.toml is not valid TOML: {}", error.message))
                    .help(error.help);
                diagnostics.push(finding);
                return Self { digest: source.digest, assets: Assets::All, ..Self::default() };
            }
        };
        let mut reader = Reader { path: &source.path, diagnostics };
        let mut config = Self { digest: source.digest, assets: Assets::All, ..Self::default() };
        reader.known(&root, "book.toml", TABLES, FOREIGN_TABLES);
        reader.book(&root, &mut config);
        reader.build(&root, &mut config);
        reader.html(&root, &mut config);
        reader.types(&root, &mut config);
        reader.alerts(&root, &mut config);
        reader.freshness(&root, &mut config);
        reader.checks(&root, &mut config);
        reader.links(&root, &mut config);
        reader.sources(&root, &mut config);
        config
    }

    /// What a finding of this code in this file counts as; `default` where book.toml doesn't say. None: it is dropped.
    ///
    /// `path` is the file's path from the content folder, or from the handbook's root if it lies elsewhere.
    #[must_use]
    pub fn level(&self, code: &str, path: &SitePath, default: Severity) -> Option<Severity> {
        let rule = |rules: &[LevelRule]| rules.iter().rev().find(|rule| rule.code == code).map(|rule| rule.level);
        let below = self.path_levels.iter().rev().filter(|paths| paths.glob.is_match(path.as_str())).find_map(|paths| rule(&paths.rules));
        below.or_else(|| rule(&self.levels)).unwrap_or(Some(default))
    }

    /// Every rule about levels, for checking that its code exists.
    pub fn level_rules(&self) -> impl Iterator<Item = &LevelRule> {
        self.levels.iter().chain(self.path_levels.iter().flat_map(|paths| &paths.rules))
    }
}

struct Reader<'a> {
    path: &'a SitePath,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// Reports keys that nobody knows, and those that only mdBook knows.
    fn known(&mut self, node: &Node, what: &str, known: &[KeyDocs], foreign: &[&str]) {
        let mut ours = node.clone();
        if let Value::Map(entries) = &mut ours.value {
            entries.retain(|(key, _)| {
                let is_foreign = foreign.contains(&key.name.as_str());
                if is_foreign {
                    self.unused(key.span, &format!("'{}' of {what}", key.name));
                }
                !is_foreign
            });
        }
        Fields::new(&ours, what, &INVALID_CONFIG, self.path, self.diagnostics).only(known);
    }

    fn unused(&mut self, span: Span, what: &str) {
        let finding = Diagnostic::new(&UNUSED_SETTING, self.path, span, format!("opsbook doesn't use {what}"))
            .help("take it out, or switch this warning off with `unused-setting = \"off\"` in [checks]");
        self.diagnostics.push(finding);
    }

    fn book(&mut self, root: &Node, config: &mut Config) {
        let Some(table) = root.get("book") else { return };
        self.known(table, "[book]", BOOK_KEYS, FOREIGN_BOOK);
        let mut fields = Fields::new(table, "[book]", &INVALID_CONFIG, self.path, self.diagnostics);
        config.title = fields.text("title");
        config.description = fields.text("description");
        config.authors = fields.texts("authors").into_iter().map(|(author, _)| author).collect();
        if let Some(language) = language(&mut fields) {
            config.language = language;
        }
        config.content = folder(&mut fields, "src");
    }

    fn build(&mut self, root: &Node, config: &mut Config) {
        let Some(table) = root.get("build") else { return };
        self.known(table, "[build]", BUILD_KEYS, FOREIGN_BUILD);
        let mut fields = Fields::new(table, "[build]", &INVALID_CONFIG, self.path, self.diagnostics);
        if let Some(output) = fields.text("build-dir") {
            config.output = output;
        }
        if let Some(choice) = fields.choice("assets", &["all", "linked"]) {
            config.assets = if choice == 0 { Assets::All } else { Assets::Linked };
        }
        config.cache = fields.flag("cache").unwrap_or(true);
    }

    fn types(&mut self, root: &Node, config: &mut Config) {
        let Some(table) = root.get("types") else { return };
        let mut fields = Fields::new(table, "[types]", &INVALID_CONFIG, self.path, self.diagnostics);
        for (key, _) in table.entries() {
            let globs = fields.texts(&key.name);
            config.types.push(TypeGlobs { document_type: key.name.clone(), span: key.span, globs });
        }
    }

    fn checks(&mut self, root: &Node, config: &mut Config) {
        let Some(table) = root.get("checks") else { return };
        config.levels = self.levels(table, "[checks]");
        let mut fields = Fields::new(table, "[checks]", &INVALID_CONFIG, self.path, self.diagnostics);
        let baseline = files(&mut fields, "baseline").into_iter().next();
        config.baseline = baseline.and_then(|path| SitePath::new(&path)).zip(table.get("baseline").map(|node| node.span));
        let Some(paths) = table.get("paths") else { return };
        for (key, rules) in paths.entries() {
            match source::glob(&key.name) {
                Ok(glob) => {
                    let rules = self.levels(rules, "[checks.paths]");
                    config.path_levels.push(PathLevels { glob: glob.compile_matcher(), span: key.span, rules });
                }
                Err(error) => {
                    let finding = Diagnostic::new(&INVALID_CONFIG, self.path, key.span, format!("'{}' is not a glob: {}", key.name, error.kind()))
                        .help("`*` stands for a part of a name, `**` for any folders");
                    self.diagnostics.push(finding);
                }
            }
        }
        // Sorting is stable: of equally particular globs the later wins.
        config.path_levels.sort_by_key(|paths| particularity(paths.glob.glob().glob()));
    }

    fn levels(&mut self, table: &Node, what: &str) -> Vec<LevelRule> {
        let mut fields = Fields::new(table, what, &INVALID_CONFIG, self.path, self.diagnostics);
        let mut rules = Vec::new();
        for (key, _) in table.entries().iter().filter(|(key, _)| !NO_CODES.contains(&key.name.as_str())) {
            let Some(choice) = fields.choice(&key.name, &LEVELS) else { continue };
            let level = [None, Some(Severity::Warning), Some(Severity::Error)].get(choice).copied().flatten();
            rules.push(LevelRule { code: key.name.clone(), span: key.span, level });
        }
        rules
    }
}

/// The language of the text. What isn't a tag of BCP 47 by its shape, as `en_US`, is reported: screen readers would pass over it, scripts refuse it.
fn language(fields: &mut Fields<'_>) -> Option<String> {
    let written = fields.text("language")?;
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut parts = written.split('-');
    let is_primary = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    // `x-…` is private use; `i-…` was registered before there were rules.
    let opens = parts.next().is_some_and(|first| is_primary(first) || (matches!(first, "x" | "i" | "X" | "I") && written.len() > 2));
    if opens && parts.all(is_part) {
        return Some(written);
    }
    let span = fields.get("language").map_or(Span::at(0), |node| node.span);
    let likely = written.replace('_', "-").split('.').next().unwrap_or_default().to_owned();
    let help = if written.contains('_') && likely.split('-').all(is_part) { likely } else { "en-US".to_owned() };
    fields.report(span, format!("'{written}' is no language tag"), format!("write `{help}`"));
    None
}

/// How particular a glob is: a path before a pattern, then the number of folders and names that it spells out, then of characters.
fn particularity(glob: &str) -> (bool, usize, usize) {
    let is_wild = |part: &str| part.contains(['*', '?', '[', '{']);
    let spelt_out = glob.split('/').filter(|part| !is_wild(part)).count();
    (!is_wild(glob), spelt_out, glob.chars().filter(|character| !"*?[]{}/".contains(*character)).count())
}

/// A folder of the handbook; one that leads out of it is reported.
fn folder(fields: &mut Fields<'_>, key: &str) -> Option<String> {
    let written = fields.text(key)?;
    let trimmed = written.trim_end_matches('/');
    if matches!(trimmed, "" | ".") {
        return Some(String::new());
    }
    let path = SitePath::join("", trimmed).filter(|_| !written.starts_with('/'));
    if path.is_none() {
        let span = fields.get(key).map_or(Span::at(0), |node| node.span);
        fields.report(span, format!("'{written}' lies outside the handbook"), "name a folder below the one that holds book.toml");
    }
    path.map(|path| path.to_string())
}

/// Files of the handbook, as paths from its root; those that lead out of it are reported.
fn files(fields: &mut Fields<'_>, key: &str) -> Vec<String> {
    let mut files = Vec::new();
    for (written, span) in fields.texts(key) {
        match SitePath::join("", &written) {
            Some(path) => files.push(path.to_string()),
            None => fields.report(span, format!("'{written}' lies outside the handbook"), "name a file below the folder that holds book.toml"),
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Config, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let source = Source::new(SitePath::new("book.toml").unwrap(), text);
        (Config::parse(Some(&source), &mut diagnostics), diagnostics)
    }

    #[test]
    fn an_mdbook_is_understood() {
        let (config, diagnostics) = parse(
            "[book]\ntitle = \"T\"\nsrc = \"src/\"\nauthors = [\"A\"]\n[build]\nbuild-dir = \"out\"\n[output.html]\nsite-url = \"/x\"\n[output.html.fold]\nenable = true\n[preprocessor.a]\n",
        );
        assert_eq!(
            (config.title.as_deref(), config.content.as_deref(), config.output.as_str(), config.site_url.as_deref()),
            (Some("T"), Some("src"), "out", Some("/x/"))
        );
        let codes: Vec<_> = diagnostics.iter().map(|finding| (finding.kind.code, finding.message.as_str())).collect();
        assert_eq!(
            codes,
            [
                ("unused-setting", "opsbook doesn't use 'preprocessor' of book.toml"),
                ("unused-setting", "opsbook doesn't use 'fold' of [output.html]")
            ]
        );
    }

    #[test]
    fn what_is_published_beside_the_pages() {
        let (config, diagnostics) =
            parse("[output.html]\nmarkdown = false\nhistory = false\n[output.html.print]\nenable = true\npage-break = true\n");
        assert_eq!((config.published.print, config.published.markdown, config.published.history), (Some(true), false, false));
        let messages: Vec<_> = diagnostics.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages, ["opsbook doesn't use 'page-break' of [output.html.print]"]);
        let (config, _) = parse("[output.html]\n");
        assert_eq!((config.published.print, config.published.markdown, config.published.history), (None, true, true));
    }

    #[test]
    fn builds_leave_something_unless_they_are_told_not_to() {
        let cache = |text: &str| parse(text).0.cache;
        assert_eq!([cache(""), cache("[build]\n"), cache("[build]\ncache = true\n"), cache("[build]\ncache = false\n")], [true, true, true, false]);
    }

    #[test]
    fn faults_are_located_and_named() {
        for (text, place, message) in [
            ("[book]\ntitel = 'x'\n", "titel", "unknown key 'titel' in [book]"),
            ("[bok]\n", "bok", "unknown key 'bok' in book.toml"),
            ("[book]\ntitle = [1]\n", "[1]", "'title' of [book] must be text, not a list"),
            ("[book]\nsrc = '../up'\n", "'../up'", "'../up' lies outside the handbook"),
            ("[checks]\na = 'fatal'\n", "'fatal'", "'a' of [checks] can't be 'fatal'"),
            ("[checks.paths.'a[']\n", "'a['", "'a[' is not a glob: unclosed character class; missing ']'"),
            ("[output.html]\nlink-names = ['rolls']\n", "'rolls'", "'link-names' of [output.html] can't be 'rolls'"),
            ("[output.html.print]\nenable = 'on'\n", "'on'", "'enable' of [output.html.print] must be true or false, not text"),
            ("[book]\nlanguage = 'en_US'\n", "'en_US'", "'en_US' is no language tag"),
            ("[book]\nlanguage = 'English language'\n", "'English language'", "'English language' is no language tag"),
            ("[build]\ncache = 'off'\n", "'off'", "'cache' of [build] must be true or false, not text"),
            ("[build]\nassets = 'some'\n", "'some'", "'assets' of [build] can't be 'some'"),
        ] {
            let (_, diagnostics) = parse(text);
            assert_eq!(diagnostics.len(), 1, "{text}: {diagnostics:?}");
            assert_eq!((diagnostics[0].span.of(text), diagnostics[0].message.as_str()), (place, message));
        }
        let (_, diagnostics) = parse("[book\n");
        assert_eq!(diagnostics[0].kind.code, "invalid-config");
    }

    #[test]
    fn languages_are_tags() {
        for language in ["en", "de-CH", "zh-Hant-TW", "x-ours", "tlh", "sl-rozaj-biske-1994"] {
            let (config, diagnostics) = parse(&format!("[book]\nlanguage = '{language}'\n"));
            assert_eq!((config.language.as_str(), diagnostics.len()), (language, 0));
        }
        let (config, diagnostics) = parse("[book]\nlanguage = 'en_US'\n");
        assert_eq!((config.language.as_str(), diagnostics[0].helps.as_slice()), ("en", ["write `en-US`".to_owned()].as_slice()));
        let (_, diagnostics) = parse("[book]\nlanguage = 'de_CH.UTF-8'\n");
        assert_eq!(diagnostics[0].helps, ["write `de-CH`"]);
    }

    #[test]
    fn levels_go_from_the_general_to_the_particular() {
        let (config, _) = parse("[checks]\na = 'off'\n[checks.paths.'drafts/**']\na = 'warning'\nb = 'off'\n");
        let level = |code: &str, path: &str| config.level(code, &SitePath::new(path).unwrap(), Severity::Error);
        assert_eq!(level("a", "x.md"), None);
        assert_eq!(level("a", "drafts/x.md"), Some(Severity::Warning));
        assert_eq!(level("b", "drafts/x.md"), None);
        assert_eq!(level("b", "x.md"), Some(Severity::Error));
        for (general, particular) in
            [("**", "drafts/**"), ("drafts/**", "drafts/*.md"), ("drafts/**", "drafts/2026/**"), ("*/a.md", "x/a.md"), ("**/b*/**", "**/a.md")]
        {
            assert!(particularity(general) < particularity(particular), "{general} {particular}");
        }
        let (config, _) = parse("[checks.paths.'*.md']\na = 'off'\n");
        assert_eq!(config.level("a", &SitePath::new("x/y.md").unwrap(), Severity::Error), Some(Severity::Error));
    }
}
