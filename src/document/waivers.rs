//! Waivers that a document gives for its own faults: in its front matter, and in comments beside what they cover.

use jiff::civil::Date;

use super::{BlockKind, Directive, Document, Section};
use crate::data::{Fields, KeyDocs, Node, Shape, Value};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::source::SitePath;
use crate::text::{Span, collapse, nearest};

/// A waiver that can't be understood, or names no finding that can be waived.
pub const INVALID_WAIVER: Kind = Kind {
    code: "invalid-waiver",
    severity: Severity::Error,
    subject: Subject::Waivers,
    summary: "a waiver lacks its date or reason, or names a finding that can't be waived",
    docs: "A waiver says which finding it covers, until when, and why. Without a date it would stand for ever, and without a reason \
nobody could judge it later. A waiver that can't be understood waives nothing.

    <!-- opsbook: waive broken-link -->

Give it the last day on which it holds, and the reason:

    <!-- opsbook: waive broken-link until 2027-01-31: the vendor is moving its manual -->

In the front matter the same is a list, `about` names the section or link if only one is meant:

    waivers:
      - { finding: missing-section, about: Failback, until: 2027-01-31, reason: there is one region only }

Findings that hide others can't be waived: front matter that can't be read, a fence that is never closed, a type that isn't known. Nor can \
findings about waivers.",
};

/// The keys of a waiver in the front matter.
pub const WAIVER_KEYS: &[KeyDocs] = &[
    KeyDocs::new("finding", "The code of the finding, as reports show it in square brackets: `missing-section`.", Shape::Text),
    KeyDocs::new(
        "about",
        "The section, topic or link that the finding's message names; without it all findings of the code: `Failback`.",
        Shape::Text,
    ),
    KeyDocs::new("until", "The last day on which the waiver holds: `2027-01-31`.", Shape::Date),
    KeyDocs::new("reason", "Why the finding can stand for now: `there is one region only`.", Shape::Text),
];

/// What a comment for opsbook begins with.
const MARK: &str = "opsbook:";
/// What a comment can set for the block after it. The readers of blocks say what the value means.
const DIRECTIVES: [&str; 1] = ["raci_model"];
/// How a waiver in a comment is written, for helps.
const COMMENT_FORM: &str = "write `<!-- opsbook: waive CODE until 2027-01-31: REASON -->`";

/// A document's word that findings of one kind can stand until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The code of the findings, and where it stands.
    pub code: (String, Span),
    /// What the findings must be about: a title, a link. None: whatever they are about.
    pub about: Option<String>,
    /// The last day on which it holds.
    pub until: Date,
    /// Where the date stands.
    pub until_span: Span,
    /// Why.
    pub reason: String,
    /// What it covers; none is the whole document.
    pub covers: Option<Span>,
}

/// A comment in raw HTML.
#[derive(Debug)]
pub(super) struct Comment {
    /// What stands between its marks.
    pub text: String,
    /// The comment with its marks.
    pub span: Span,
    /// Whether it stands inside of what it speaks about, as at the end of a line, and not before it.
    pub inside: bool,
}

/// Reads the waivers of a document from its front matter and its comments. `groups` are the lists, quotes and the like, which hold blocks.
pub(super) fn read(document: &Document, comments: &[Comment], groups: &[Span], diagnostics: &mut Vec<Diagnostic>) -> Vec<Waiver> {
    let mut waivers = Vec::new();
    if let Some(front) = &document.front_matter {
        waivers.extend(listed(front, &document.path, diagnostics));
    }
    for comment in comments {
        match commented(document, comment) {
            Ok(None) => {}
            Ok(Some(waiver)) => waivers.push(Waiver { covers: Some(covered(document, comment, groups)), ..waiver }),
            Err(finding) => diagnostics.push(*finding),
        }
    }
    waivers
}

/// The waivers of the front matter.
fn listed(front: &Node, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Vec<Waiver> {
    let Some(items) = front.get("waivers").filter(|items| items.value != Value::Null) else { return Vec::new() };
    let Value::List(items) = &items.value else {
        let message = format!("'waivers' of the front matter must be a list, not {}", items.kind());
        let finding = Diagnostic::new(&INVALID_WAIVER, path, items.span, message)
            .help("write each waiver as `- { finding: CODE, until: 2027-01-31, reason: WHY }`");
        diagnostics.push(finding);
        return Vec::new();
    };
    items.iter().filter_map(|item| listed_one(item, path, diagnostics)).collect()
}

fn listed_one(item: &Node, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Option<Waiver> {
    let before = diagnostics.len();
    let mut fields = Fields::new(item, "a waiver", &INVALID_WAIVER, path, diagnostics);
    fields.only(WAIVER_KEYS);
    let mut text = |key: &str| {
        let value = fields.text(key)?;
        Some((value.trim().to_owned(), fields.get(key)?.span)).filter(|(value, _)| !value.is_empty())
    };
    let (code, about, until, reason) = (text("finding"), text("about"), text("until"), text("reason"));
    if diagnostics.len() > before {
        return None;
    }
    let place = code.as_ref().map_or_else(|| first_place(item), |(_, span)| *span);
    let missing = |what: &str, help: &str| Diagnostic::new(&INVALID_WAIVER, path, place, format!("waiver without {what}")).help(help.to_owned());
    let Some(code) = code else {
        diagnostics.push(missing("a finding", "name the code of the finding: `finding: missing-section`"));
        return None;
    };
    let Some((until, until_span)) = until else {
        diagnostics.push(missing("a date", "write the last day on which it holds: `until: 2027-01-31`"));
        return None;
    };
    let Some((reason, _)) = reason else {
        diagnostics.push(missing("a reason", "write why the finding can stand for now: `reason: there is one region only`"));
        return None;
    };
    let Some(until) = date(&until) else {
        diagnostics.push(no_date(&until, until_span, path));
        return None;
    };
    Some(Waiver { code, about: about.map(|(about, _)| about), until, until_span, reason, covers: None })
}

/// Where a mapping begins to say something; one in block style has no extent of its own.
fn first_place(item: &Node) -> Span {
    item.entries().first().map_or(item.span, |(key, _)| key.span)
}

fn no_date(written: &str, span: Span, path: &SitePath) -> Diagnostic {
    Diagnostic::new(&INVALID_WAIVER, path, span, format!("'{written}' is not a date")).help("write a day as `2027-01-31`")
}

/// A day as `2027-01-31`, and in no other of the forms that a calendar has.
fn date(text: &str) -> Option<Date> {
    let plain = text.len() == "2027-01-31".len() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.parse().ok().filter(|_| plain)
}

/// The waiver that a comment gives, without what it covers; none if the comment isn't for opsbook.
fn commented(document: &Document, comment: &Comment) -> Result<Option<Waiver>, Box<Diagnostic>> {
    let text = collapse(&comment.text);
    let for_us = text.get(..MARK.len()).is_some_and(|start| start.eq_ignore_ascii_case(MARK));
    let Some(text) = text.get(MARK.len()..).filter(|_| for_us) else { return Ok(None) };
    let place = |word: &str| {
        let found = if word.is_empty() { None } else { comment.span.of(&document.text).find(word) };
        found.map_or(comment.span, |at| Span::new(comment.span.start() + at, comment.span.start() + at + word.len()))
    };
    let fault = |word: &str, message: String| Box::new(Diagnostic::new(&INVALID_WAIVER, &document.path, place(word), message).help(COMMENT_FORM));
    let (verb, rest) = first_word(text);
    if directive(comment).is_some() {
        return Ok(None);
    }
    if verb != "waive" {
        let finding = fault(verb, format!("opsbook doesn't understand '{verb}' in a comment"));
        return Err(match nearest(verb.trim_end_matches(':'), ["waive"].into_iter().chain(DIRECTIVES)) {
            Some(near) => Box::new(finding.label(format!("did you mean '{near}'?"))),
            None => finding,
        });
    }
    let (code, rest) = first_word(rest);
    if code.is_empty() || code == "until" {
        return Err(fault("", "waiver without a finding".to_owned()));
    }
    let Some((about, rest)) = split_at_date(rest) else {
        return Err(fault("", format!("waiver of '{code}' without a date")));
    };
    let about = match about.strip_prefix("about ").map(|title| title.trim_matches(['\'', '"', ' '])) {
        Some(title) if !title.is_empty() => Some(title.to_owned()),
        _ if about.is_empty() => None,
        _ => return Err(fault(about, format!("opsbook doesn't understand '{about}' in a waiver"))),
    };
    let (written, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let written = written.trim();
    let Some(until) = date(written) else { return Err(Box::new(no_date(written, place(written), &document.path))) };
    if reason.trim().is_empty() {
        return Err(fault("", format!("waiver of '{code}' without a reason")));
    }
    let code = (code.to_owned(), place(code));
    Ok(Some(Waiver { code, about, until, until_span: place(written), reason: reason.trim().to_owned(), covers: None }))
}

/// What the comment sets, if that is what it does: `opsbook: raci_model: daci`.
pub(super) fn directive(comment: &Comment) -> Option<Directive> {
    let text = comment.text.trim();
    let rest = text.get(MARK.len()..).filter(|_| text.get(..MARK.len()).is_some_and(|start| start.eq_ignore_ascii_case(MARK)))?.trim_start();
    let end = rest.find(|c: char| c == ':' || c.is_whitespace()).unwrap_or(rest.len());
    let (word, value) = rest.split_at_checked(end)?;
    let key = DIRECTIVES.into_iter().find(|key| *key == word)?;
    Some(Directive { key, value: collapse(value.trim_start().trim_start_matches(':')), span: comment.span })
}

fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(' ').unwrap_or((text, ""))
}

/// What stands before and behind the word `until`. Titles and reasons may hold the word too: the one before a date counts.
fn split_at_date(text: &str) -> Option<(&str, &str)> {
    let splits = || {
        let own_word = |at: usize| at == 0 || text.get(..at).is_some_and(|before| before.ends_with(' '));
        let places = text.match_indices("until ").filter(move |(at, _)| own_word(*at));
        places.filter_map(|(at, word)| Some((text.get(..at)?.trim(), text.get(at + word.len()..)?)))
    };
    let dated = |(_, rest): &(&str, &str)| date(rest.split(':').next().unwrap_or_default().trim()).is_some();
    splits().find(dated).or_else(|| splits().next())
}

/// What a comment covers: the block or heading that it stands in, else the next one. A heading stands for its whole section.
fn covered(document: &Document, comment: &Comment, groups: &[Span]) -> Span {
    let Document { sections, blocks, .. } = document;
    let whole = |section: &Section| Span::new(section.span.start(), section.extent.end());
    if comment.inside {
        let before = |start: usize| start <= comment.span.start();
        let heading = sections.partition_point(|section| before(section.span.start())).checked_sub(1).and_then(|index| sections.get(index));
        let block = blocks.partition_point(|block| before(block.span.start())).checked_sub(1).and_then(|index| blocks.get(index));
        let heading = heading.filter(|heading| heading.span.encloses(comment.span)).map(whole);
        return heading.or(block.map(|block| block.span)).unwrap_or(comment.span);
    }
    let after = |start: usize| start < comment.span.end();
    let next_blocks = blocks.iter().skip(blocks.partition_point(|block| after(block.span.start())));
    let block = next_blocks.map(|block| (block.kind, block.span)).find(|(kind, _)| *kind != BlockKind::Comment).map(|(_, span)| span);
    let heading = sections.get(sections.partition_point(|section| after(section.span.start())));
    let group = groups.get(groups.partition_point(|group| after(group.start()))).copied();
    let next = block.into_iter().chain(heading.map(whole)).chain(group);
    // Of several that begin at one place the outermost counts: a list, not its first item.
    let next = next.min_by_key(|span| (span.start(), std::cmp::Reverse(span.end()))).unwrap_or(comment.span);
    // From the comment on: it may stand where something is missing.
    Span::new(comment.span.start(), next.end())
}
