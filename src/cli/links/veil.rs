//! Secrets in the lines that reports show.

use std::collections::{BTreeMap, BTreeSet};

use super::super::compiled::Compiled;
use crate::links::{self, Gathered};
use crate::source::{Place, SitePath};
use crate::text::Span;

/// Hides what opens doors in the lines that reports show, byte for byte, so that every place stays where it is.
///
/// Of each file that a report may show a line of, all is hidden that looks like it, be it a link or not; of links, what their readers see too.
pub(super) fn veil(compiled: &mut Compiled, gathered: &Gathered) {
    compiled.veiled.clear();
    let mut secrets = of_links(compiled, gathered);
    let suppressed = compiled.build.suppressed.iter().map(|suppressed| &suppressed.diagnostic);
    let shown = compiled.build.diagnostics.iter().chain(suppressed);
    let paths: BTreeSet<&SitePath> = shown.flat_map(|finding| finding.related.iter().map(|other| &other.path).chain([&finding.path])).collect();
    let mut veiled = BTreeMap::new();
    for path in paths {
        let Some(text) = compiled.text(path) else { continue };
        let mut spans = secrets.remove(path).unwrap_or_default();
        spans.extend(in_text(&text));
        if !spans.is_empty() {
            veiled.insert(path.clone(), hidden(&text, spans).into());
        }
    }
    compiled.veiled = veiled;
}

/// The secrets of the addresses that were found, in the files that their authors wrote them in.
fn of_links(compiled: &Compiled, gathered: &Gathered) -> BTreeMap<SitePath, BTreeSet<Span>> {
    let documents: BTreeMap<_, _> = compiled.build.handbook.pages.iter().map(|page| (&page.document.path, &page.document)).collect();
    let mut secrets: BTreeMap<SitePath, BTreeSet<Span>> = BTreeMap::new();
    for place in &gathered.everywhere {
        let document = documents.get(&place.path);
        let Some(text) = document.map(|document| &document.text).or_else(|| Some(&compiled.sources.text(place.path.as_str())?.text)) else {
            continue;
        };
        for secret in links::secrets(place.span.of(text)) {
            let span = Span::new(place.span.start() + secret.start(), place.span.start() + secret.end());
            let (path, span) = match document.and_then(|document| document.pieces.as_ref()).map(|pieces| pieces.place(span)) {
                None => (place.path.clone(), span),
                Some(Place::Own(span)) => (place.path.clone(), span),
                Some(Place::Elsewhere { path, span, .. }) => (path, span),
            };
            secrets.entry(path).or_default().insert(span);
        }
    }
    secrets
}

/// The secrets of all that looks like an address in a text. Too much rather than too little.
fn in_text(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = Span::new(from, text.len()).of(text).find("//").map(|at| from + at) {
        let end = start + length(Span::new(start, text.len()).of(text));
        let mut add = |part: Span| {
            found.extend(
                links::secrets(part.of(text)).into_iter().map(|secret| Span::new(part.start() + secret.start(), part.start() + secret.end())),
            );
        };
        add(Span::new(start, end));
        // One address may follow another without a space, or hold it.
        let mut begin = start;
        while let Some(next) = Span::new(begin + 2, end).of(text).find("//").map(|at| begin + 2 + at) {
            add(Span::new(begin, next));
            begin = next;
        }
        if begin > start {
            add(Span::new(begin, end));
        }
        from = end;
    }
    found
}

/// How long an address at the beginning of a text may be; the two slashes at least.
fn length(text: &str) -> usize {
    let mut open = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => open += 1,
            ')' if open == 0 => return at,
            ')' => open -= 1,
            '<' | '>' | '"' | '`' => return at,
            _ if character.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

/// A text with asterisks instead of some of it. Its lines stay lines.
fn hidden(text: &str, spans: BTreeSet<Span>) -> String {
    let mut veiled = String::with_capacity(text.len());
    let mut end = 0;
    for span in spans.into_iter().map(|span| span.clamped(text)) {
        let start = span.start().max(end);
        if span.end() > start {
            veiled.push_str(Span::new(end, start).of(text));
            let secret = Span::new(start, span.end());
            veiled.extend(secret.of(text).bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { '*' }));
            end = span.end();
        }
    }
    veiled.push_str(Span::new(end, text.len()).of(text));
    veiled
}
