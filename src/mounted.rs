//! What there is to say of the parts of a handbook that lie elsewhere, and what book.toml says of their files.
//!
//! Knows mounts and their tables in book.toml. Must not know how their files got there, nor what they hold.

use std::collections::BTreeMap;

use globset::escape;
use jiff::civil::Date;

use crate::config::{Config, SourceFrom, SourceTable, TypeGlobs};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::source::{Copied, Mount, Mounts, SitePath, Sources};
use crate::text::{Span, count};

/// Every kind of fault of a mount.
pub const KINDS: &[&Kind] = &[&SOURCE_CLASH, &UNREACHABLE_SOURCE];

/// A source whose files can't be read, or not the newest.
pub const UNREACHABLE_SOURCE: Kind = Kind {
    code: "unreachable-source",
    severity: Severity::Error,
    subject: Subject::Settings,
    summary: "a folder or repository that book.toml names as a source can't be read or fetched",
    docs: "Without its documents a whole chapter would be missing from the site without a word, so a source that isn't there is an error, and the \
published site stays as it was. Where an earlier copy of a repository is there, that is used, and the finding is a warning that says how old it is.

    [[source]]
    at = \"services/payments\"
    path = \"../payment/docs\"

Mend the path or the address, or fetch the repository with `opsbook sources update`:

    [[source]]
    at = \"services/payments\"
    path = \"../payments/docs\"",
};

/// A file of the handbook where a source has one too.
pub const SOURCE_CLASH: Kind = Kind {
    code: "source-clash",
    severity: Severity::Error,
    subject: Subject::Settings,
    summary: "the handbook has a file where a source has one too, which is hidden by it",
    docs:
        "The files of a source appear in a folder of the handbook, which may have files of its own there. Where both have a file of the same name, \
the handbook's own is used and the other is lost. And a source can't appear where a single file lies.

    # book.toml: at = \"services/payments\", path = \"../payments/docs\"
    content/services/payments/rollback.md
    ../payments/docs/rollback.md

Rename or delete one of the two, or mount the source in another folder:

    content/services/payments/rollback-policy.md
    ../payments/docs/rollback.md",
};

/// The tables of book.toml beside the mounts that were made of them.
pub struct Tables<'a> {
    sources: &'a Sources,
    mounts: &'a Mounts,
    by_place: BTreeMap<SitePath, &'a SourceTable>,
}

impl<'a> Tables<'a> {
    /// The tables of a handbook. A table that nothing was mounted for yet, and a mount whose table is gone, count for nothing.
    #[must_use]
    pub fn of(config: &'a Config, sources: &'a Sources) -> Self {
        let place = |table: &'a SourceTable| Some((table.at.below(&sources.content)?, table));
        Self { sources, mounts: &sources.mounts, by_place: config.sources.iter().filter_map(place).collect() }
    }

    /// The mount that a file comes from, what book.toml says of it, and the file's path there.
    #[must_use]
    pub fn of_file(&self, path: &SitePath) -> Option<(&'a Mount, &'a SourceTable, SitePath)> {
        if self.by_place.is_empty() {
            return None;
        }
        let (mount, inside) = self.mounts.of(path)?;
        Some((mount, self.by_place.get(&mount.at).copied()?, inside))
    }

    /// Where a file really lies, for who has the repositories and not this machine: its path from the folder of book.toml, or from the top of the
    /// repository that it is a copy of, which comes second.
    #[must_use]
    pub fn origin_of(&self, path: &SitePath) -> (String, Option<&'a str>) {
        let Some((mount, table, inside)) = self.of_file(path) else { return (path.to_string(), None) };
        let below = |folder: &str| if folder.is_empty() { inside.to_string() } else { format!("{}/{inside}", folder.trim_end_matches('/')) };
        match (&mount.copy, &table.from) {
            (Some(copy), _) => (below(&mount.inside), Some(&copy.repository)),
            (None, SourceFrom::Path(folder)) => (below(folder), None),
            (None, SourceFrom::Git { .. }) => (path.to_string(), None),
        }
    }

    /// Globs that give documents of mounts their type, from the content folder.
    #[must_use]
    pub fn types(&self) -> Vec<TypeGlobs> {
        let mounts = self.mounts.list().iter().enumerate().filter(|(index, _)| !self.mounts.missing.contains(index));
        let tables = mounts.filter_map(|(_, mount)| self.by_place.get(&mount.at));
        let globs = |table: &&&SourceTable| -> Vec<TypeGlobs> {
            let below = |glob: &str| format!("{}/{}", escape(table.at.as_str()), glob.trim_start_matches('/'));
            let globs = |types: &TypeGlobs| types.globs.iter().map(|(glob, span)| (below(glob), *span)).collect();
            table.types.iter().map(|types| TypeGlobs { document_type: types.document_type.clone(), span: types.span, globs: globs(types) }).collect()
        };
        tables.collect::<Vec<_>>().iter().flat_map(globs).collect()
    }

    /// The file of the handbook that lies where a mount, or a folder that it lies in, should be.
    fn file_in_the_way(&self, mount: &Mount) -> Option<&'a SitePath> {
        let is_above = |path: &&SitePath| **path == mount.at || mount.at.strip(path.as_str()).is_some();
        let files = self.sources.texts.keys().chain(self.sources.assets.keys()).chain(self.sources.unreadable.keys());
        files.into_iter().find(is_above)
    }

    /// What is wrong with the mounts themselves.
    #[must_use]
    pub fn findings(&self, today: Option<Date>) -> Vec<Diagnostic> {
        let Some(book) = SitePath::new("book.toml") else { return Vec::new() };
        let mut findings = Vec::new();
        for (index, mount) in self.mounts.list().iter().enumerate() {
            let Some(table) = self.by_place.get(&mount.at) else { continue };
            if self.mounts.missing.contains(&index) {
                findings.push(missing(mount, table, &book));
            } else if let (Some(copy), Some(why)) = (&mount.copy, &mount.why) {
                let finding = Diagnostic::new(&UNREACHABLE_SOURCE, &book, table.span, format!("'{}' can't be fetched: {why}", copy.repository));
                let finding = finding.severity(Severity::Warning).label(format!("used as it was fetched {}", age(copy, today)));
                findings.push(finding.help("see that the address and the network are right, then run `opsbook sources update`"));
            }
        }
        for mount in self.mounts.list() {
            let Some((table, file)) = self.by_place.get(&mount.at).zip(self.file_in_the_way(mount)) else { continue };
            let message = format!("a source can't appear at '{}': '{file}' is a file", table.at);
            let finding = Diagnostic::new(&SOURCE_CLASH, &book, table.at_span, message).label("must be a folder, or not there yet");
            findings.push(finding.help("name another folder, or move the file away first"));
        }
        for path in &self.mounts.clashes {
            let Some(mount) = self.mounts.region(path) else { continue };
            let Some(table) = self.by_place.get(&mount.at) else { continue };
            let message = format!("the source '{}' has a file of this name too", origin(mount));
            let finding = Diagnostic::new(&SOURCE_CLASH, path, Span::at(0), message).label("this one is used, the other is hidden");
            findings.push(finding.related(&book, table.span, "the source").help("rename or delete one of the two"));
        }
        findings
    }
}

fn missing(mount: &Mount, table: &SourceTable, book: &SitePath) -> Diagnostic {
    let finding = |message: String| Diagnostic::new(&UNREACHABLE_SOURCE, book, table.span, message).label(format!("'{}' is missing", table.at));
    match (&mount.copy, &mount.why) {
        (None, Some(why)) => {
            finding(format!("'{}' can't be a source: {why}", mount.shown)).help("name the folder that holds the documents and nothing else")
        }
        (None, None) => finding(format!("there is no folder '{}' that can be read", mount.shown))
            .help("mend the path, which begins at the folder of book.toml, or take the source out"),
        (Some(copy), Some(why)) => finding(format!("'{}' can't be fetched at '{}': {why}", copy.repository, copy.reference))
            .help("mend what git complains of, or take the source out; what was published before stays"),
        (Some(copy), None) => {
            finding(format!("'{}' was not fetched yet at '{}'", copy.repository, copy.reference)).help("fetch it with `opsbook sources update`")
        }
    }
}

/// When a copy was fetched, in words.
fn age(copy: &Copied, today: Option<Date>) -> String {
    let Some(fetched) = copy.fetched else { return "at a time that nobody knows".to_owned() };
    let days = today.and_then(|today| fetched.until(today).ok()).map(|span| usize::try_from(span.get_days()).unwrap_or_default());
    match days {
        Some(0) | None => format!("on {fetched}"),
        Some(days) => format!("on {fetched}, {} ago", count(days, "day")),
    }
}

/// What a mount is called in findings.
fn origin(mount: &Mount) -> &str {
    mount.copy.as_ref().map_or(&mount.shown, |copy| &copy.repository)
}

/// Says of findings in copies where the file itself lies, and takes out their edits: nobody edits a copy.
pub fn mark(mounts: &Mounts, diagnostics: &mut [Diagnostic]) {
    if mounts.list().iter().all(|mount| mount.copy.is_none()) {
        return;
    }
    for finding in diagnostics {
        let Some((Mount { copy: Some(copy), inside: folder, .. }, inside)) = mounts.of(&finding.path) else { continue };
        let path = if folder.is_empty() { inside.to_string() } else { format!("{folder}/{inside}") };
        let note = format!("this is '{path}' of {} at '{}' ({}): mend it there", copy.repository, copy.reference, copy.short_commit());
        if !finding.notes.contains(&note) {
            finding.notes.push(note);
        }
        finding.fix.clear();
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::diagnostic::Edit;
    use crate::source::Source;

    fn handbook(copy: Option<Copied>, why: Option<&str>, is_there: bool) -> (Config, Sources) {
        let book = "[[source]]\nat = 'pay'\npath = '../docs'\nowner = 'payments'\n[source.types]\nrunbook = ['run/*.md']\n";
        let book = Source::new(SitePath::new("book.toml").unwrap(), book);
        let config = Config::parse(Some(&book), &mut Vec::new());
        let at = SitePath::new("content/pay").unwrap();
        let mount = Mount {
            at,
            folder: "/docs".into(),
            shown: "../docs".to_owned(),
            inside: "docs".to_owned(),
            copy,
            why: why.map(str::to_owned),
            is_refused: false,
        };
        let mut mounts = Mounts::new(vec![mount]);
        if !is_there {
            mounts.missing.insert(0);
        }
        (config, Sources { content: "content".to_owned(), mounts, ..Sources::default() })
    }

    fn copied(commit: &str) -> Copied {
        let (repository, reference) = ("https://git.example/pay.git".to_owned(), "main".to_owned());
        Copied { repository, reference, commit: commit.to_owned(), fetched: Some(date(2026, 11, 2)) }
    }

    #[test]
    fn what_is_not_there_is_said_where_it_is_named() {
        for (copy, why, is_there, expected) in [
            (None, None, true, None),
            (None, None, false, Some("error: there is no folder '../docs' that can be read | 'pay' is missing")),
            (None, Some("it holds x"), false, Some("error: '../docs' can't be a source: it holds x | 'pay' is missing")),
            (Some(copied("")), None, false, Some("error: 'https://git.example/pay.git' was not fetched yet at 'main' | 'pay' is missing")),
            (
                Some(copied("")),
                Some("no host"),
                false,
                Some("error: 'https://git.example/pay.git' can't be fetched at 'main': no host | 'pay' is missing"),
            ),
            (
                Some(copied("abc")),
                Some("no host"),
                true,
                Some("warning: 'https://git.example/pay.git' can't be fetched: no host | used as it was fetched on 2026-11-02, 18 days ago"),
            ),
        ] {
            let (config, sources) = handbook(copy, why, is_there);
            let findings = Tables::of(&config, &sources).findings(Some(date(2026, 11, 20)));
            let shown: Vec<String> = findings.iter().map(|found| format!("{}: {} | {}", found.severity.name(), found.message, found.label)).collect();
            assert_eq!(shown, expected.map(str::to_owned).into_iter().collect::<Vec<_>>());
            assert!(findings.iter().all(|found| found.path.as_str() == "book.toml" && !found.helps.is_empty()));
        }
    }

    #[test]
    fn files_that_hide_others_are_named() {
        let (config, mut sources) = handbook(None, None, true);
        let path = SitePath::new("content/pay/a.md").unwrap();
        sources.mounts.own.insert(path.clone());
        assert_eq!(Tables::of(&config, &sources).findings(None), []);
        sources.mounts.clashes.insert(path.clone());
        let findings = Tables::of(&config, &sources).findings(None);
        assert_eq!(
            (findings[0].path.as_str(), findings[0].message.as_str()),
            ("content/pay/a.md", "the source '../docs' has a file of this name too")
        );
        assert!(Tables::of(&config, &sources).of_file(&path).is_none(), "what book.toml says of the source isn't said of it");
    }

    #[test]
    fn copies_are_named_and_never_edited() {
        let path = SitePath::new("content/pay/run/a.md").unwrap();
        let finding = |path: &SitePath| Diagnostic {
            fix: vec![Edit { span: Span::at(0), replacement: "x".to_owned() }],
            ..Diagnostic::new(&SOURCE_CLASH, path, Span::at(0), "x")
        };
        let (config, sources) = handbook(Some(copied("0123456789")), None, true);
        let mut findings = vec![finding(&path), finding(&SitePath::new("content/a.md").unwrap())];
        mark(&sources.mounts, &mut findings);
        mark(&sources.mounts, &mut findings);
        assert_eq!(findings[0].notes, ["this is 'docs/run/a.md' of https://git.example/pay.git at 'main' (01234567): mend it there"]);
        assert!(findings[0].fix.is_empty() && findings[1].notes.is_empty() && findings[1].fix.len() == 1);
        let tables = Tables::of(&config, &sources);
        let (_, table, inside) = tables.of_file(&path).unwrap();
        assert_eq!((table.defaults[0].1.as_str(), inside.as_str()), ("payments", "run/a.md"));
        assert_eq!(tables.types()[0].globs[0].0, "pay/run/*.md");
        let own = SitePath::new("content/a.md").unwrap();
        assert_eq!(tables.origin_of(&path), ("docs/run/a.md".to_owned(), Some("https://git.example/pay.git")));
        assert_eq!(tables.origin_of(&own), ("content/a.md".to_owned(), None));
        let (config, sources) = handbook(None, None, true);
        assert_eq!(Tables::of(&config, &sources).origin_of(&path), ("../docs/run/a.md".to_owned(), None));
        let mut findings = vec![finding(&path)];
        mark(&sources.mounts, &mut findings);
        assert_eq!(findings, [finding(&path)], "a folder's files are mended where they lie");
    }
}
