//! Small readings of pieces of Markdown that the parser leaves as text.

use super::{Fence, Label, LabelStyle};
use crate::text::{Span, collapse};

/// Labels longer than this in characters are sentences with a colon in them.
const LABEL_LIMIT: usize = 80;

/// Where `needle` stands in `span`; the whole span where it can't be found (it was escaped, say).
pub(super) fn find_in(text: &str, span: Span, needle: &str) -> Span {
    let found = if needle.is_empty() { None } else { span.of(text).find(needle) };
    found.map_or_else(|| span.trimmed(text), |at| Span::new(span.start() + at, span.start() + at + needle.len()))
}

/// The label that a leaf begins with: its strong text (with its place), or what stands before a colon.
pub(super) fn label_of(text: &str, bold: Option<&(String, Span)>, leaf: Span, source: &str) -> Option<Label> {
    let text = text.trim();
    if let Some((bold, span)) = bold {
        let words = bold.trim().trim_end_matches(':').trim_end();
        let alone = text.trim_end_matches(':').trim_end() == words;
        let after = text.strip_prefix(bold.trim()).unwrap_or_default().trim_start();
        let introduces = alone || bold.trim_end().ends_with(':') || after.starts_with([':', '-', '–', '—']);
        let short = !words.is_empty() && words.chars().count() <= LABEL_LIMIT;
        return short.then(|| Label { text: collapse(words), span: *span, style: LabelStyle::Bold, alone: alone && introduces });
    }
    let first_line = text.lines().next()?;
    let (words, rest) = first_line.split_once(':')?;
    let short = !words.trim().is_empty() && words.chars().count() <= LABEL_LIMIT;
    let separated = rest.is_empty() || rest.starts_with(' ');
    if !short || !separated {
        return None;
    }
    let alone = rest.trim().is_empty() && text.lines().count() == 1;
    Some(Label { text: collapse(words), span: find_in(source, leaf, words.trim()), style: LabelStyle::Plain, alone })
}

/// The first word of a fence's info string, in lower case, without the marks that some tools put around it.
pub(super) fn fence_language(info: &str) -> String {
    let word = info.split([' ', '\t', ',', '{']).find(|word| !word.is_empty()).unwrap_or_default();
    let word = word.trim_matches(['{', '}', '.', '=']);
    // Attributes may stand without a language: `title="a.conf"`.
    if word.contains('=') { String::new() } else { word.to_lowercase() }
}

/// Whether the last line of a fenced block is a fence.
pub(super) fn is_closed(block: &str) -> bool {
    let mut lines = block.trim_end().lines();
    let bare = |line: &str| line.trim_start_matches(['>', ' ', '\t']).trim_end().to_owned();
    let Some(first) = lines.next().map(bare) else { return true };
    let Some(mark) = first.chars().next() else { return true };
    let length = first.chars().take_while(|c| *c == mark).count();
    let Some(last) = lines.last().map(bare) else { return false };
    last.chars().count() >= length && last.chars().all(|c| c == mark)
}

/// Where each line of a code block's content begins in the source. Content and source have the same lines, less what lists and quotes put before them.
pub(super) fn content_line_starts(text: &str, fence: &Fence) -> Vec<usize> {
    let block = fence.span.of(text);
    let is_fenced = block.trim_start_matches(['>', ' ', '\t']).starts_with(['`', '~']);
    let mut at = fence.span.start();
    let mut lines = block.split_inclusive('\n').map(|line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    });
    if is_fenced {
        lines.next();
    }
    let starts = fence.content.lines().map(|content| {
        let Some((start, line)) = lines.next() else { return fence.span.end() };
        // A tab that is half indent, half content reads as spaces: there the first sign is the best place known.
        let indent = if line.ends_with(content) { line.len() - content.len() } else { line.len() - line.trim_start_matches(['>', ' ', '\t']).len() };
        start + indent
    });
    starts.collect()
}

/// Openings of targets that are looked at in one link: its title may hold some, too.
const OPENINGS: usize = 100;

/// Where the target of an inline link or image stands: behind the last `](` that has nothing but a title between the target and the end.
pub(super) fn inline_destination(text: &str, span: Span, target: &str) -> Option<Span> {
    let whole = span.of(text);
    let openings = || whole.rmatch_indices("](").take(OPENINGS);
    let place = |(at, _): (usize, &str)| {
        let place = destination(text, Span::new(span.start() + at + 2, span.end()))?;
        let after = Span::new(place.end(), span.end()).of(text).trim_start_matches('>').trim();
        let is_title =
            |title: &str| title.is_empty() || (title.len() > 1 && title.starts_with(['"', '\'', '(']) && title.ends_with(['"', '\'', ')']));
        after.strip_suffix(')').is_some_and(|title| is_title(title.trim())).then_some(place)
    };
    // Where it is written with escapes it is none of those that say the same.
    openings().filter_map(place).find(|place| place.of(text) == target).or_else(|| openings().find_map(place))
}

/// Where the target of a link reference definition stands.
pub(super) fn definition_destination(text: &str, span: Span) -> Option<Span> {
    let whole = span.of(text);
    let colon = whole.match_indices("]:").find(|(at, _)| whole.get(..*at).is_some_and(|label| !label.ends_with('\\')))?.0;
    destination(text, Span::new(span.start() + colon + 2, span.end()))
}

/// The target that a link's destination begins with: between angle brackets, or up to white space or an unmatched bracket.
fn destination(text: &str, span: Span) -> Option<Span> {
    let inside = span.of(text);
    let rest = inside.trim_start();
    let start = span.start() + inside.len() - rest.len();
    let mut depth = 0_usize;
    let mut escaped = false;
    if let Some(bracketed) = rest.strip_prefix('<') {
        let length = bracketed.char_indices().find(|(_, character)| {
            let ends = *character == '>' && !escaped;
            escaped = *character == '\\' && !escaped;
            ends
        })?;
        return Some(Span::new(start + 1, start + 1 + length.0));
    }
    let end = rest.char_indices().find(|(_, character)| {
        if escaped {
            escaped = false;
            return character.is_whitespace();
        }
        match character {
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return true,
            ')' => depth -= 1,
            other => return other.is_whitespace(),
        }
        false
    });
    let length = end.map_or(rest.len(), |(at, _)| at);
    (length > 0).then(|| Span::new(start, start + length))
}

/// Where the value of the next attribute `name` stands among the raw HTML at `span` that says `wanted` once entities are decoded.
pub(super) fn attribute_value(source: &str, span: Span, name: &str, wanted: &str) -> Option<Span> {
    let html = span.of(source);
    let lowered = html.to_ascii_lowercase();
    for (at, _) in lowered.match_indices(name) {
        let own_word = html.get(..at).is_some_and(|before| before.ends_with([' ', '\t', '\n', '\r', '/', '"', '\'']));
        let Some(after) = html.get(at + name.len()..).filter(|_| own_word) else { continue };
        let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else { continue };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let raw = match quote {
            Some(quote) => value.get(1..).and_then(|inside| inside.split(quote).next()),
            None => value.split(|c: char| c.is_whitespace() || c == '>').next(),
        };
        let Some(raw) = raw.filter(|raw| decoded(raw) == wanted) else { continue };
        let start = span.start() + (html.len() - value.len()) + usize::from(quote.is_some());
        return Some(Span::new(start, start + raw.len()));
    }
    None
}

/// A value with the entities decoded that addresses are written with.
fn decoded(value: &str) -> String {
    let entities = [("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    entities.iter().fold(value.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

/// How far around a bracket to look for the rest of a link, in bytes.
const LINK_REACH: usize = 1_000;

/// What was meant to be a link and isn't, for a space in it, among the text at `span`: `[text] (target)` or `[text](a target.md)`.
pub(super) fn split_links(source: &str, span: Span) -> Vec<Span> {
    let mut found = Vec::new();
    for (at, _) in span.of(source).match_indices("](").chain(span.of(source).match_indices("] (")) {
        let close = span.start() + at;
        // The target may go on beyond the text: a bare URL is a link of its own.
        let rest = Span::new(close + 1, (close + 1 + LINK_REACH).min(source.len())).of(source);
        let inside = rest.trim_start_matches([' ', '(']);
        let target = inside.split([')', '\n']).next().unwrap_or_default();
        let ends = inside.get(target.len()..).is_some_and(|after| after.starts_with(')'));
        let path = std::path::Path::new(target.split('#').next().unwrap_or_default());
        let is_page = path.extension().is_some_and(|extension| extension == "md" || extension == "html");
        let leads = is_page || ["http://", "https://", "#"].iter().any(|start| target.starts_with(start));
        // Of a link with one fault only the other part must be right.
        let parts = rest.starts_with(' ') != target.contains(char::is_whitespace);
        let first = span.start().max(close.saturating_sub(LINK_REACH));
        let opening = Span::new(first, close).clamped(source);
        let opening = opening.of(source).rfind('[').map(|at| opening.start() + at);
        if let (true, true, true, Some(opening)) = (ends, leads, parts, opening) {
            let end = close + 1 + (rest.len() - inside.len()) + target.len() + 1;
            found.push(Span::new(opening, end));
        }
    }
    found.sort();
    found
}
