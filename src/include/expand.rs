//! The text that comes of putting parts of other files where it asks for them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::directive::{Directive, Named, Part, directives};
use super::faults::{BROKEN_INCLUDE, INCLUDE_CYCLE, UNCLOSED_REGION, reason, shown};
use super::lines::Lines;
use super::may_have;
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{Joiner, SitePath, Source, Sources, Unreadable};
use crate::text::{Span, nearest};

/// A document with all that it includes may be as large as a document, in bytes.
const TEXT_BYTES: usize = 16 * 1024 * 1024;
/// So many parts can be in one document.
const PARTS: usize = 10_000;
/// So deep can files include files.
const DEPTH: usize = 10;
/// What isn't there gets a suggestion so many times: comparing names takes time, and a page with more faults than this has one cause.
const SUGGESTIONS: usize = 100;

/// A document with parts of other files where it asks for them; none if it asks for nothing. What it asks for and can't be had stays as it stands.
///
/// `front` says where the text of a Markdown file begins, behind its front matter. Findings are about the text that comes of it.
#[must_use]
pub fn expand(source: &Source, sources: &Sources, front: fn(&str) -> usize, diagnostics: &mut Vec<Diagnostic>) -> Option<Source> {
    if !source.may_include {
        return None;
    }
    let begin = front(&source.text);
    directives(&source.text, begin).next()?;
    let mut expander = Expander {
        sources,
        front,
        page: source,
        joiner: Joiner::new(&source.text),
        stack: vec![(source.path.clone(), Part::Whole)],
        read: BTreeMap::new(),
        parts: 0,
        suggestions: 0,
        diagnostics,
    };
    for directive in directives(&source.text, begin) {
        let span = directive.span;
        if directive.is_escaped {
            expander.joiner.begin(Span::new(span.start(), span.start() + 1));
            expander.joiner.end();
            continue;
        }
        let place = expander.joiner.place(span);
        if let Some(found) = expander.find(&directive, &source.path, place) {
            expander.joiner.begin(span);
            expander.put(&found, directive.lead.unwrap_or_default());
            expander.joiner.end();
        }
    }
    let (text, pieces) = expander.joiner.finish();
    Some(source.joined(text, pieces))
}

struct Expander<'a> {
    sources: &'a Sources,
    front: fn(&str) -> usize,
    page: &'a Source,
    joiner: Joiner,
    /// What is being put in, from the page on.
    stack: Vec<(SitePath, Part)>,
    /// Files by their lines.
    read: BTreeMap<SitePath, Rc<Lines>>,
    parts: usize,
    suggestions: usize,
    diagnostics: &'a mut Vec<Diagnostic>,
}

/// A part that is there.
struct Found<'a> {
    source: &'a Source,
    part: Part,
    lines: Rc<Lines>,
    /// The lines that are meant.
    range: Range<usize>,
    /// Whether something ends a region.
    is_closed: bool,
}

impl<'a> Expander<'a> {
    /// The part that a directive in the file `asking` asks for. If it can't be had, that is a finding at `place`.
    fn find(&mut self, directive: &Directive<'_>, asking: &SitePath, place: Span) -> Option<Found<'a>> {
        if self.parts >= PARTS {
            if self.parts == PARTS {
                self.parts += 1;
                self.report(
                    &BROKEN_INCLUDE,
                    place,
                    format!("more than {PARTS} parts are included here"),
                    "",
                    "split the page; the rest is left as it stands",
                );
            }
            return None;
        }
        self.parts += 1;
        let (path, source) = self.file(directive, asking, place)?;
        let part = directive.part();
        let step = (path, part);
        if let Some(at) = self.stack.iter().position(|known| *known == step) {
            let around = self.stack.iter().skip(at).chain([&step]).map(|(path, part)| shown(path.as_str(), part));
            let around: Vec<String> = around.collect();
            self.report(
                &INCLUDE_CYCLE,
                place,
                format!("this includes itself: {}", around.join(", which includes ")),
                "",
                "take one of the directives out",
            );
            return None;
        }
        if self.stack.len() > DEPTH {
            let message = format!("files include files more than {DEPTH} deep");
            self.report(&BROKEN_INCLUDE, place, message, "", "include the last file directly");
            return None;
        }
        let found = self.cut(source, step.1, place)?;
        let lead = directive.lead.map_or(0, str::len);
        let size = found.lines.all.get(found.range.clone()).and_then(|lines| Some(lines.last()?.end() - lines.first()?.start())).unwrap_or(0);
        if self.joiner.whole().saturating_add(size).saturating_add(found.range.len().saturating_mul(lead + 1)) > TEXT_BYTES {
            let message = format!("with '{}' the page would be larger than {} MiB", source.path, TEXT_BYTES / 1024 / 1024);
            self.report(&BROKEN_INCLUDE, place, message, "", "include a region of it, or link to it");
            return None;
        }
        Some(found)
    }

    /// The file that a directive in the file `asking` names.
    fn file(&mut self, directive: &Directive<'_>, asking: &SitePath, place: Span) -> Option<(SitePath, &'a Source)> {
        let written = directive.path();
        let path = match directive.named(asking.folder(), &self.sources.content) {
            Named::File(path) => path,
            Named::Nothing => {
                self.report(
                    &BROKEN_INCLUDE,
                    place,
                    "include without a path".to_owned(),
                    "no file is named",
                    "write the path of a file, or take the directive out",
                );
                return None;
            }
            Named::Outside => {
                let message = format!("'{written}' lies outside the handbook");
                self.report(&BROKEN_INCLUDE, place, message, "never read", "copy the file into the handbook's folder, and name it there");
                return None;
            }
            Named::Remote => {
                let message = "an address can't be included, only a file of the handbook".to_owned();
                self.report(&BROKEN_INCLUDE, place, message, "never fetched", "copy the file into the handbook's folder, or link to the address");
                return None;
            }
            Named::Hidden => {
                let message = format!("'{written}' is hidden, and nothing hidden is included");
                self.report(&BROKEN_INCLUDE, place, message, "never read", "include a file whose name and folders begin with no dot");
                return None;
            }
        };
        if !may_have(&self.sources.mounts, asking, &path) {
            let whose = self.sources.mounts.of(asking).map_or("", |(mount, _)| mount.at.as_str());
            let message = format!("'{path}' lies outside of the source '{whose}', whose file '{asking}' asks for it");
            let help = "include a file of the same source; only the handbook's own pages include from everywhere";
            self.report(&BROKEN_INCLUDE, place, message, "never read", help);
            return None;
        }
        let Some(source) = self.sources.text(path.as_str()) else {
            self.report_missing(&path, written, asking, place);
            return None;
        };
        Some((path, source))
    }

    /// The lines of a part.
    fn cut(&mut self, source: &'a Source, part: Part, place: Span) -> Option<Found<'a>> {
        let lines = Rc::clone(self.read.entry(source.path.clone()).or_insert_with(|| Rc::new(Lines::of(&source.text))));
        let count = lines.all.len();
        let path = &source.path;
        let mut is_closed = true;
        let range = match &part {
            Part::Whole => {
                let begin = if path.is_markdown() { (self.front)(&source.text) } else { 0 };
                let first = lines.all.partition_point(|line| line.start() < begin);
                let blank = lines.all.iter().skip(first).take_while(|line| begin > 0 && line.of(&source.text).trim().is_empty()).count();
                first + blank..count
            }
            Part::Lines { first: 0, .. } => {
                let help = "write the number of the line as editors show it, or name a region";
                self.report(&BROKEN_INCLUDE, place, "there is no line 0: the first line is 1".to_owned(), "", help);
                return None;
            }
            Part::Lines { first, last } if *first <= count && last.is_none_or(|last| *first <= last && last <= count) => {
                first - 1..last.unwrap_or(count)
            }
            Part::Lines { first, last } => {
                let has = crate::text::count(count, "line");
                let message = match last {
                    Some(last) if last < first => format!("no line comes from {first} to {last}"),
                    Some(last) if last == first => format!("'{path}' has {has}, and no line {first}"),
                    Some(last) => format!("'{path}' has {has}; {first} to {last} are asked for"),
                    None => format!("'{path}' has {has}; those from {first} on are asked for"),
                };
                self.report(&BROKEN_INCLUDE, place, message, "", "name lines that are there, or a region, which stays right when lines move");
                return None;
            }
            Part::Region(name) if lines.region(name).is_none() && is_like_lines(name) => {
                let help = format!("write lines as ':12', ':12:20', ':12:' or '::20' behind '{}'", path.file_name());
                self.report(&BROKEN_INCLUDE, place, format!("'{name}' names no lines and no region of '{path}'"), "", &help);
                return None;
            }
            Part::Region(name) => {
                let Some((range, closed)) = lines.region(name) else {
                    let names = lines.regions.keys().map(String::as_str);
                    let near = Some(name).filter(|_| self.may_suggest()).and_then(|name| nearest(name, names)).map(str::to_owned);
                    let label = near.as_ref().map_or_else(String::new, |near| format!("did you mean '{near}'?"));
                    let help = match near {
                        Some(near) => format!("write '{near}', or mark the region with `ANCHOR: {name}` and `ANCHOR_END: {name}`"),
                        None => format!("mark it with comments: `ANCHOR: {name}` before it and `ANCHOR_END: {name}` behind it"),
                    };
                    self.report(&BROKEN_INCLUDE, place, format!("'{path}' has no region '{name}'"), &label, &help);
                    return None;
                };
                is_closed = closed;
                range
            }
        };
        Some(Found { source, part, lines, range, is_closed })
    }

    /// Puts a part in. Every line but the first gets `lead` before it, so that it stays in the list or the quote that the directive stands in.
    fn put(&mut self, found: &Found<'a>, lead: &str) {
        let text = &*found.source.text;
        let file = self.joiner.file(&found.source.path);
        self.stack.push((found.source.path.clone(), found.part.clone()));
        let is_region = matches!(found.part, Part::Region(_));
        let start = self.joiner.end_of_text();
        let mut before: Option<Span> = None;
        for index in found.range.clone().filter(|index| !is_region || !found.lines.is_mark(*index)) {
            let Some(line) = found.lines.all.get(index).copied() else { break };
            if let Some(before) = before {
                let gap = text.get(before.end()..).map_or(0, |rest| if rest.starts_with('\r') { 2 } else { 1 });
                self.joiner.push("\n", file, before.end(), gap);
                let is_blank = line.of(text).trim().is_empty();
                let lead = if is_blank { lead.trim_end() } else { lead };
                if !lead.is_empty() {
                    self.joiner.push(lead, file, line.start(), 0);
                }
            }
            self.put_line(found, line, file, lead);
            before = Some(line);
        }
        self.stack.pop();
        if let (Part::Region(name), false) = (&found.part, found.is_closed) {
            let (path, place) = (&found.source.path, Span::new(start, self.joiner.end_of_text()));
            let finding = Diagnostic::new(&UNCLOSED_REGION, &self.page.path, place, format!("nothing ends the region '{name}' of '{path}'"))
                .label("all that follows it in the file is included")
                .help(format!("write `ANCHOR_END: {name}` in a comment behind its last line"));
            self.diagnostics.push(finding);
        }
    }

    fn put_line(&mut self, found: &Found<'a>, line: Span, file: usize, lead: &str) {
        let text = line.of(&found.source.text);
        let mut taken = 0;
        if found.source.may_include {
            for directive in directives(text, 0) {
                let span = directive.span;
                self.push(text, taken..span.start(), file, line.start());
                taken = span.start();
                if directive.is_escaped {
                    taken += 1;
                } else if let Some(inside) = self.find(&directive, &found.source.path, self.here(span.end() - span.start())) {
                    let own = directive.lead.unwrap_or_default();
                    self.put(&inside, &format!("{lead}{own}"));
                    taken = span.end();
                }
            }
        }
        self.push(text, taken..text.len(), file, line.start());
    }

    /// Where a text of this length comes to stand.
    fn here(&self, length: usize) -> Span {
        Span::new(self.joiner.end_of_text(), self.joiner.end_of_text() + length)
    }

    fn push(&mut self, text: &str, range: Range<usize>, file: usize, line: usize) {
        if let Some(part) = text.get(range.clone()).filter(|part| !part.is_empty()) {
            self.joiner.push(part, file, line + range.start, part.len());
        }
    }

    fn report(&mut self, kind: &'static Kind, place: Span, message: String, label: &str, help: &str) {
        self.diagnostics.push(Diagnostic::new(kind, &self.page.path, place, message).label(label).help(help));
    }

    /// A file that isn't there, or can't be read.
    fn report_missing(&mut self, path: &SitePath, written: &str, asking: &SitePath, place: Span) {
        // What a source that isn't there holds can't be known, and that it isn't there is said where book.toml names it.
        if self.sources.mounts.is_absent(path) {
            return;
        }
        let unread = match self.sources.included.get(path) {
            Some(Err(why)) => Some(why),
            _ => self.sources.unreadable.get(path),
        };
        if let Some(why) = unread {
            let help = if matches!(why, Unreadable::NotUtf8 { .. }) { "save it as UTF-8" } else { "include a file that can be read" };
            self.report(&BROKEN_INCLUDE, place, format!("'{path}' can't be included: {}", reason(why)), "", help);
            return;
        }
        let near = Some(path).filter(|_| self.may_suggest()).and_then(|path| self.nearest(path, asking)).map(|near| {
            match near.strip(&self.sources.content) {
                Some(inside) if written.starts_with('/') => format!("/{inside}"),
                _ => near.relative_to(asking.folder()),
            }
        });
        let label = near.as_ref().map_or_else(|| "no such file".to_owned(), |near| format!("did you mean '{near}'?"));
        let help = near.map_or_else(
            || "write the path of a file that exists, or create this one".to_owned(),
            |near| format!("write '{near}', or create the file"),
        );
        self.report(&BROKEN_INCLUDE, place, format!("there is no '{path}' to include"), &label, &help);
    }

    /// Whether there is time to look for what was meant once more.
    fn may_suggest(&mut self) -> bool {
        self.suggestions += 1;
        self.suggestions <= SUGGESTIONS
    }

    /// The file that was meant: one whose path is nearly this, or the only one of this name.
    fn nearest(&self, path: &SitePath, asking: &SitePath) -> Option<SitePath> {
        let readable = self.sources.included.iter().filter(|(_, found)| found.is_ok()).map(|(path, _)| path);
        let all = || self.sources.texts.keys().chain(self.sources.assets.keys()).chain(readable.clone());
        let files = || all().filter(|file| **file != self.page.path && may_have(&self.sources.mounts, asking, file));
        let near = nearest(path.as_str(), files().map(SitePath::as_str)).and_then(SitePath::new);
        near.or_else(|| {
            let mut named = files().filter(|file| file.file_name() == path.file_name());
            named.next().filter(|first| named.all(|other| other == *first)).cloned()
        })
    }
}

/// Whether somebody probably meant lines, as in `-1` or `3-7`.
fn is_like_lines(name: &str) -> bool {
    name.contains(|sign: char| sign.is_ascii_digit()) && name.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '-' | '+' | ',' | '.' | ' '))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
