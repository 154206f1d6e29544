//! Findings as text for people and machines, one file per format.
//!
//! Knows diagnostics and the texts that they are about. Must not know which stage found a fault, the clock, the terminal
//! or the environment: width, colour and times are given.

mod excerpt;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod lines;
mod sarif;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::Arc;

pub use lines::{LineIndex, Position};

use crate::diagnostic::{Diagnostic, Severity, Suppressed, Suppression};
use crate::source::{Mounts, SitePath};
use crate::text::{Span, count};

/// One way to write findings.
#[derive(Debug)]
pub struct Format {
    /// What `--format` takes.
    pub name: &'static str,
    /// What it is for, in a few words for lists.
    pub summary: &'static str,
    /// What it is for and what it holds, as Markdown, for help and the reference pages.
    pub docs: &'static str,
    /// Writes the whole report, ending in a line break.
    pub write: fn(&Report<'_>, &Options) -> String,
}

impl Format {
    /// Whether it is read by people rather than by programs.
    #[must_use]
    pub fn is_for_people(&self) -> bool {
        self.name == human::FORMAT.name
    }
}

/// Every format there is, the default first.
pub const FORMATS: &[Format] = &[human::FORMAT, json::FORMAT, github::FORMAT, sarif::FORMAT, gitlab::FORMAT, junit::FORMAT];

/// The JSON Schema of what the format `json` writes.
pub const JSON_SCHEMA: &str = include_str!("json.schema.json");

/// The format of this name.
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// What a report is made from.
pub struct Report<'a> {
    /// The findings, sorted as [`Diagnostic::sort`] does it.
    pub diagnostics: &'a [Diagnostic],
    /// Findings that don't count, in the same order.
    pub suppressed: &'a [Suppressed],
    /// The text of a file, or none if it has none: an image, a folder, a file that is gone.
    pub source: &'a dyn Fn(&SitePath) -> Option<Arc<str>>,
    /// What was checked.
    pub summary: Summary,
}

/// How a report looks. Never read from the environment here: the caller knows the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Whether to write colours, as ANSI escape sequences.
    pub color: bool,
    /// The width of the terminal in columns; longer source lines are cut to it.
    pub width: usize,
    /// Whether long messages are broken at that width too: on a terminal, where nothing else would do it well. Not in files and
    /// logs, where a message is found by its line.
    pub wrap: bool,
    /// Stands before each path, so that it is right from where the reader looks: `handbook/`. Not used by `json`.
    pub prefix: String,
    /// The parts of the handbook that lie elsewhere: their files are named as people open them.
    pub mounts: Mounts,
}

impl Default for Options {
    fn default() -> Self {
        Self { color: false, width: 140, wrap: false, prefix: String::new(), mounts: Mounts::default() }
    }
}

impl Options {
    /// A path as the reader of the report finds it.
    fn shown(&self, path: &SitePath) -> String {
        if path.is_embedded() {
            return path.to_string();
        }
        self.mounts.shown(path).unwrap_or_else(|| format!("{}{path}", self.prefix))
    }

    /// What a file that lies elsewhere is called, where a service that knows only the repository has to be told another name.
    fn elsewhere(&self, path: &SitePath) -> Option<String> {
        self.mounts.shown(path).filter(|shown| *shown != self.in_repository(path))
    }

    /// A path as a service that knows only the repository finds it: never with `..`. Run from a folder inside the handbook, it
    /// begins at the handbook's root, for where the repository begins nobody said.
    fn in_repository(&self, path: &SitePath) -> String {
        let is_outside = |shown: &String| shown.starts_with("../") || shown.starts_with('/') || self.mounts.is_copy(path);
        // A file outside of the repository has no name there: it gets the one that it has in the handbook.
        let shown = Some(self.shown(path)).filter(|shown| self.mounts.of(path).is_none() || !is_outside(shown));
        let shown = shown.unwrap_or_else(|| format!("{}{path}", self.prefix));
        let mut inside = shown.as_str();
        while let Some(rest) = inside.strip_prefix("../").or_else(|| inside.strip_prefix("./")) {
            inside = rest;
        }
        inside.to_owned()
    }
}

/// What was checked, in numbers and by name. Errors and warnings are counted from the findings themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Number of documents.
    pub documents: usize,
    /// Number of documents that have a type.
    pub typed: usize,
    /// Number of those that miss nothing that the schema of their type demands.
    pub complete: usize,
    /// Number of topics that schemas demand of all documents together.
    pub topics: usize,
    /// Number of those topics that are covered.
    pub topics_covered: usize,
    /// How long the run took in milliseconds, if the caller measured it.
    pub elapsed_ms: Option<u64>,
    /// The documents by name, sorted; may be empty where nobody lists them. For formats that say of each how it did.
    pub checked: Vec<SitePath>,
}

/// A finding with all that a report says about it, whether it counts or not.
struct Entry<'a> {
    diagnostic: &'a Diagnostic,
    /// Why it doesn't count, if so.
    suppression: Option<&'a Suppression>,
    fingerprint: String,
}

impl<'a> Report<'a> {
    /// All findings, those that don't count among the others. Fingerprints number equal findings over both together, so that one
    /// keeps its fingerprint when its neighbour is waived.
    fn entries(&self) -> Vec<Entry<'a>> {
        let suppressed = self.suppressed.iter().map(|Suppressed { diagnostic, reason }| (diagnostic, Some(reason)));
        let mut findings: Vec<_> = self.diagnostics.iter().map(|diagnostic| (diagnostic, None)).chain(suppressed).collect();
        // Stable: findings of one kind at one place keep the order of the schema.
        findings.sort_by(|(a, _), (b, _)| (&a.path, a.span, a.kind.code).cmp(&(&b.path, b.span, b.kind.code)));
        let fingerprints = Diagnostic::fingerprints(findings.iter().map(|(diagnostic, _)| *diagnostic));
        let entries = findings.into_iter().zip(fingerprints);
        entries.map(|((diagnostic, suppression), fingerprint)| Entry { diagnostic, suppression, fingerprint }).collect()
    }

    /// The number of findings that documents waive.
    fn waived(&self) -> usize {
        self.suppressed.iter().filter(|suppressed| matches!(suppressed.reason, Suppression::Waiver { .. })).count()
    }

    /// The number of findings that stand in the baseline.
    fn baselined(&self) -> usize {
        self.suppressed.len() - self.waived()
    }

    /// The number of findings of one severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// How many findings there are of each kind, the most frequent first: `26 unfinished-section, 16 missing-section`.
    fn tally(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for diagnostic in self.diagnostics {
            *counts.entry(diagnostic.kind.code).or_default() += 1;
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        // Stable, so kinds that are equally frequent stay in the order of their codes.
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts.iter().map(|(code, count)| format!("{count} {code}")).collect::<Vec<_>>().join(", ")
    }

    /// The closing line: `2 errors, 1 warning · 45 documents, 40 of 41 typed complete, 97.6 % of 212 topics · 38 ms`.
    #[must_use]
    pub fn closing_line(&self) -> String {
        let Summary { documents, typed, complete, topics, topics_covered, elapsed_ms, .. } = self.summary;
        let mut line = format!("{}, {}", count(self.count(Severity::Error), "error"), count(self.count(Severity::Warning), "warning"));
        let _ = match (self.waived(), self.baselined()) {
            (0, 0) => Ok(()),
            (waived, 0) => write!(line, " · {waived} waived"),
            (0, baselined) => write!(line, " · {baselined} in the baseline"),
            (waived, baselined) => write!(line, " · {waived} waived, {baselined} in the baseline"),
        };
        let _ = write!(line, " · {}", count(documents, "document"));
        if typed > 0 {
            let _ = write!(line, ", {complete} of {typed} typed complete");
        }
        if let Some(per_mille) = (topics_covered * 1000).checked_div(topics) {
            // Cut, not rounded: 100.0 % is said only where nothing is missing.
            let _ = write!(line, ", {}.{} % of {}", per_mille / 10, per_mille % 10, count(topics, "topic"));
        }
        if let Some(elapsed_ms) = elapsed_ms {
            let _ = write!(line, " · {elapsed_ms} ms");
        }
        line
    }
}

/// The texts that a report is about, each fetched and cut into lines once.
struct Texts<'a> {
    source: &'a dyn Fn(&SitePath) -> Option<Arc<str>>,
    known: HashMap<SitePath, Option<Arc<LineIndex>>>,
}

impl<'a> Texts<'a> {
    fn new(report: &Report<'a>) -> Self {
        Self { source: report.source, known: HashMap::new() }
    }

    fn get(&mut self, path: &SitePath) -> Option<Arc<LineIndex>> {
        if let Some(known) = self.known.get(path) {
            return known.clone();
        }
        let index = (self.source)(path).map(|text| Arc::new(LineIndex::new(text)));
        self.known.insert(path.clone(), index.clone());
        index
    }

    /// Where a span begins and ends, if the file has a text.
    fn place(&mut self, path: &SitePath, span: Span) -> Option<(Position, Position)> {
        let index = self.get(path)?;
        let span = span.clamped(index.text());
        Some((index.position(span.start()), index.position(span.end())))
    }
}

/// What to write instead of a character that would command a terminal or turn the direction of the text, none if it is
/// harmless. Line breaks and tabs are left to the caller.
fn replacement(character: char) -> Option<char> {
    match character {
        '\n' | '\t' => None,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)),
        '\u{7f}' => Some('\u{2421}'),
        '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
            Some(char::REPLACEMENT_CHARACTER)
        }
        _ => None,
    }
}

/// The text with every dangerous character replaced; line breaks and tabs stay.
fn harmless(text: &str) -> String {
    text.replace("\r\n", "\n").chars().map(|character| replacement(character).unwrap_or(character)).collect()
}

/// What is said about a finding beyond its message: label, other places, helps and notes, a line each.
fn remarks(diagnostic: &Diagnostic, texts: &mut Texts<'_>, options: &Options) -> Vec<String> {
    let mut remarks: Vec<String> = Some(diagnostic.label.clone()).filter(|label| !label.is_empty()).into_iter().collect();
    for related in &diagnostic.related {
        let line = texts.place(&related.path, related.span).map_or(String::new(), |(start, _)| format!(":{}", start.line));
        remarks.push(format!("{}{line}: {}", options.in_repository(&related.path), related.label));
    }
    remarks.extend(diagnostic.helps.iter().map(|help| format!("help: {help}")));
    remarks.extend(diagnostic.notes.iter().map(|note| format!("note: {note}")));
    remarks.extend(options.elsewhere(&diagnostic.path).map(|file| format!("note: the file is '{file}'")));
    remarks
}

/// Writes characters that turn or command a terminal as `\u`: in JSON they stand only inside strings, where that means the same.
fn harmless_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if replacement(character).is_some() {
            let _ = write!(escaped, "\\u{:04x}", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// A harmless text on one line.
fn harmless_line(text: &str) -> String {
    harmless(text).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests;
