//! Whether a part of a document says anything: what is empty, a placeholder, an instruction or pasted guidance says nothing.
//!
//! Knows what people write where nothing is written yet. Must not know which part a schema demands.

use std::borrow::Cow;

use super::bind::Status;
use super::model::fold_prose;
use crate::document::{Block, BlockKind, Document, LabelStyle, LinkKind};
use crate::text::{Span, fold_title};

/// A part of a document.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    /// Where it lies.
    pub extent: Span,
    /// Index of the block before it whose text after its label belongs to it.
    pub lead: Option<usize>,
    /// What lies inside and doesn't belong to it.
    pub excluded: &'a [Span],
}

/// Why a part says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hollow {
    /// There is nothing but white space, comments and empty sub-sections.
    Empty,
    /// There is only a word such as TODO, an instruction or guidance.
    Placeholder {
        /// What stands there.
        text: String,
        /// Where.
        span: Span,
        /// Whether it is the guidance of the schema.
        guidance: bool,
    },
    /// There is only a table without rows.
    EmptyTable(Span),
}

/// Whether a part says anything, and if not, what stands there instead.
///
/// `is_guidance` knows pasted guidance by its folded words, `is_topic` labels that announce a topic and so say nothing themselves.
pub(super) fn status(document: &Document, part: Part<'_>, is_guidance: &dyn Fn(&str) -> bool, is_topic: &dyn Fn(&str) -> bool) -> Status {
    let mut hollow = Hollow::Empty;
    let lead = part.lead.and_then(|index| document.blocks().get(index));
    for block in lead.into_iter().chain(document.blocks_in(part.extent)) {
        if part.excluded.iter().any(|span| span.contains(block.span.start())) {
            continue;
        }
        let is_lead = lead.is_some_and(|lead| std::ptr::eq(lead, block));
        match weigh(document, block, is_lead, is_guidance, is_topic) {
            None => return Status::Met,
            Some(Hollow::Empty) => {}
            Some(found) if hollow == Hollow::Empty => hollow = found,
            Some(_) => {}
        }
    }
    Status::Unfinished(hollow)
}

/// Why a block says nothing; none if it says something.
fn weigh(document: &Document, block: &Block, is_lead: bool, is_guidance: &dyn Fn(&str) -> bool, is_topic: &dyn Fn(&str) -> bool) -> Option<Hollow> {
    if block.has_image || (matches!(block.kind, BlockKind::Table { .. }) && has_image(document, block)) {
        return None;
    }
    let text = match block.kind {
        // A term is the name of what follows it.
        BlockKind::Comment | BlockKind::Term => return Some(Hollow::Empty),
        BlockKind::Code => Cow::Borrowed(code(document, block)),
        BlockKind::Table { rows: 0, .. } => return Some(Hollow::EmptyTable(block.span)),
        BlockKind::Table { .. } => block.text(document),
        BlockKind::Paragraph | BlockKind::Definition | BlockKind::Html => said(document, block, is_lead, is_topic),
    };
    let text = text.trim();
    if text.is_empty() {
        return Some(Hollow::Empty);
    }
    let placeholder = |guidance| Hollow::Placeholder {
        text: crate::text::shorten(&crate::text::collapse(text), 40),
        span: block.span.trimmed(&document.text),
        guidance,
    };
    if is_placeholder(text) || (matches!(block.kind, BlockKind::Table { .. }) && text.split_whitespace().all(is_placeholder)) {
        return Some(placeholder(false));
    }
    if is_guidance(&fold_prose(text)) {
        return Some(placeholder(true));
    }
    None
}

/// Whether an image stands in a block: the facts about tables don't tell.
fn has_image(document: &Document, block: &Block) -> bool {
    document.links.iter().any(|link| link.kind == LinkKind::Image && block.span.encloses(link.span))
}

fn code<'a>(document: &'a Document, block: &Block) -> &'a str {
    let index = document.fences.partition_point(|fence| fence.span.start() < block.span.start());
    document.fences.get(index).map_or("", |fence| &fence.content)
}

/// The text of a block less the label that introduces it, where the label says nothing by itself.
fn said<'a>(document: &'a Document, block: &Block, is_lead: bool, is_topic: &dyn Fn(&str) -> bool) -> Cow<'a, str> {
    let text = block.text(document);
    let Some(label) = &block.label else { return text };
    let value = after_label(&text, &label.text);
    let announces = is_lead || is_topic(&fold_title(&label.text));
    // `Steps:` with nothing behind the colon introduces what follows; a bold line without a colon may be all that there is to say.
    let introduces = text.trim_end().ends_with(':') && label.alone;
    let empty_or_hollow = value.trim().is_empty() || is_placeholder(value.trim());
    let labelled = label.style != LabelStyle::Plain || value.len() < text.len();
    if announces || introduces || (labelled && empty_or_hollow && !(label.alone && label.style == LabelStyle::Bold)) {
        Cow::Owned(value.to_owned())
    } else {
        text
    }
}

/// What follows a label in the text that it opens.
fn after_label<'a>(text: &'a str, label: &str) -> &'a str {
    let mut rest = text.trim_start();
    // White space inside the label may be a line break in the text: compare word by word.
    for word in label.split_whitespace() {
        match rest.trim_start().strip_prefix(word) {
            Some(after) => rest = after,
            None => return text,
        }
    }
    rest.trim_start().trim_start_matches([':', '-', '–', '—', '.']).trim_start()
}

/// Words and phrases that stand where nothing is written yet, without case and the marks around them.
const PLACEHOLDERS: &[&str] = &[
    "todo",
    "to do",
    "tbd",
    "tba",
    "tbc",
    "fixme",
    "n/a",
    "n.a",
    "wip",
    "xxx",
    "placeholder",
    "coming soon",
    "coming",
    "to be written",
    "to be added",
    "to be done",
    "to be defined",
    "to be determined",
    "to be decided",
    "to be completed",
    "to be confirmed",
    "to be announced",
    "to be documented",
    "to be filled in",
    "to be provided",
    "to follow",
    "work in progress",
    "under construction",
    "not applicable",
    "not written",
    "not documented",
    "fill in",
    "fill me in",
    "fill this in",
    "write me",
    "describe",
    "your text",
    "insert text",
    "add text",
    "add content",
    "lorem ipsum",
];

/// Words that change nothing about a placeholder: 'this section is coming soon'.
const FILLERS: &[&str] = &[
    "this",
    "section",
    "page",
    "part",
    "is",
    "are",
    "still",
    "currently",
    "a",
    "the",
    "yet",
    "here",
    "more",
    "details",
    "content",
    "information",
    "please",
    "has",
    "been",
];

/// Whether a text is nothing but placeholders. Prose that mentions one is no placeholder.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    if !text.chars().any(char::is_alphanumeric) {
        // Dots, dashes and question marks; an emoji says something.
        return text.chars().all(|c| c.is_ascii_punctuation() || c.is_whitespace() || matches!(c, '…' | '–' | '—' | '•' | '·'));
    }
    if is_bracketed(text, '<', '>') || is_bracketed(text, '[', ']') || begins_with_mark(text) {
        return true;
    }
    // No placeholder is long; most text ends here.
    if text.len() > 200 {
        return text.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("lorem ipsum"));
    }
    let lowered = text.to_lowercase();
    // 'T.B.D.' is spelt with points.
    if lowered.starts_with("lorem ipsum") || is_phrase(&lowered) || is_phrase(&lowered.replace('.', "")) {
        return true;
    }
    lowered.split([',', ';', '.', '\n', '(', ')', '!', '-', '–', '—', ':']).all(|piece| piece.trim().is_empty() || is_phrase(piece))
}

/// An instruction such as `<describe the impact>` or `[describe the impact]`, and nothing else.
fn is_bracketed(text: &str, open: char, close: char) -> bool {
    let inside = text.trim_end_matches('.').strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    inside.is_some_and(|inside| !inside.contains([open, close]))
}

/// A note to the writer: `TODO: say who is affected`, `FIXME(ops) …`.
fn begins_with_mark(text: &str) -> bool {
    let rest = ["TODO", "TBD", "FIXME", "WIP"].iter().find_map(|mark| text.strip_prefix(mark));
    rest.is_some_and(|rest| rest.starts_with(':') || (rest.starts_with('(') && !rest.contains('\n')))
}

fn is_phrase(lowered: &str) -> bool {
    let bare = lowered.trim_matches(|c: char| !c.is_alphanumeric());
    if PLACEHOLDERS.contains(&bare) {
        return true;
    }
    let words: Vec<&str> = bare.split_whitespace().filter(|word| !FILLERS.contains(word)).collect();
    // A single filler word more or less is no reason to read a sentence as a placeholder: the rest must be one exactly.
    !words.is_empty() && words.len() <= 4 && PLACEHOLDERS.contains(&words.join(" ").as_str())
}

#[cfg(test)]
mod tests {
    use super::super::test::{findings, schema};
    use super::*;

    #[test]
    fn placeholders_are_told_from_prose() {
        for text in [
            "TODO",
            "todo",
            "T.B.D",
            "T.B.D.",
            "n.a.",
            "TBD.",
            "To be added.",
            "N/A",
            "n/a",
            "WIP",
            "FIXME",
            "...",
            "…",
            "---",
            "???",
            "Coming soon!",
            "coming soon…",
            "This section is coming soon.",
            "More details to be added here",
            "To be written",
            "TODO: say who is affected",
            "TODO(ops): ask",
            "TODO, TBD",
            "(TODO)",
            "Lorem ipsum dolor sit amet",
            "[describe here]",
            "<describe the impact, e.g. users>",
            "Work in progress",
            "This section is under construction.",
            "To be determined",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "Remove every TODO before you merge.",
            "TODO lists are kept in Jira",
            "None",
            "None: nobody notices.",
            "Draft",
            "Accepted",
            "See the wiki.",
            "Coming soon to the status page: a banner.",
            "A",
            "0",
            "✅",
            "👍",
            "日本語",
            "[a] and [b]",
            "<b> or <c>",
            "Todo app is down",
            "Restart it",
            "This section",
            "In progress",
            "WIP limits are per team",
            "To be restarted",
            "T.B. disease",
            "1.2.3",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn what_says_nothing_is_unfinished() {
        let schema = schema("type: t\nsections:\n- title: Impact\n  guidance: Who couldn't do *what*, and since when.\n- Other\n");
        let message = |body: &str| {
            let found = findings(&schema, &format!("# T\n\n## Impact\n\n{body}\n\n## Other\n\nx\n"));
            found.into_iter().map(|line| line.rsplit(": ").next().unwrap_or_default().to_owned()).collect::<Vec<_>>().join("; ")
        };
        for (body, expected) in [
            ("", "nothing is written yet"),
            ("<!-- todo: all of it -->", "nothing is written yet"),
            ("<!-- a --> <!-- b -->", "nothing is written yet"),
            ("TODO", "it says only 'TODO'"),
            ("*TBD*", "it says only 'TBD'"),
            ("- TODO", "it says only 'TODO'"),
            ("-\n-", "nothing is written yet"),
            ("- [ ]\n", "nothing is written yet"),
            ("| a | b |\n|---|---|", "its table has no rows"),
            ("| a | b |\n|---|---|\n| | |", "nothing is written yet"),
            ("| a | b |\n|---|---|\n| TODO | TBD |", "it says only 'TODO TBD'"),
            ("<describe the impact>", "nothing is written yet"),
            ("<describe the impact, please>", "it says only '<describe the impact, please>'"),
            ("[who is affected]", "it says only '[who is affected]'"),
            ("**Users**: <number of users>", "nothing is written yet"),
            ("- **Users**: TODO\n- **Since**: TBD", "it says only 'TODO'"),
            ("As follows:", "nothing is written yet"),
            ("Who couldn't do *what*,\nand since when.", "it holds only the guidance of the schema"),
            ("```\n```", "nothing is written yet"),
            ("```\nTODO\n```", "it says only 'TODO'"),
            ("### Users\n\n### Partners\n\nTODO", "it says only 'TODO'"),
            ("<br>\n", "nothing is written yet"),
            ("***", "nothing is written yet"),
            ("> TODO", "it says only 'TODO'"),
            ("Nobody.", ""),
            ("None", ""),
            ("Remove the TODO in the code.", ""),
            ("```\ncurl\n```", ""),
            ("    indented", ""),
            ("![the graph](a.png)", ""),
            ("<img src=a.png>", ""),
            ("<details>\nyes\n</details>", ""),
            ("### Users\n\nAll.", ""),
            ("- one", ""),
            ("- [x] done", ""),
            ("| a | b |\n|---|---|\n| 1 | TODO |", ""),
            ("**Restart the pod**", ""),
            ("Steps:\n\n1. go", ""),
            ("TODO\n\nBut this is known: all users.", ""),
            ("Term\n: Meaning", ""),
            ("[text][ref]\n\n[ref]: https://x.org", ""),
            ("<https://x.org>", ""),
            ("> quoted", ""),
            ("| a |\n|---|\n| ![](a.png) |", ""),
        ] {
            assert_eq!(message(body), expected, "{body:?}");
        }
    }

    #[test]
    fn sub_sections_finish_a_section_even_where_they_are_demanded_too() {
        let schema = schema("type: t\nsections: [Remediate, Contain]\n");
        assert_eq!(findings(&schema, "## Remediate\n\n### Contain\n\nx\n"), [""; 0]);
        assert_eq!(findings(&schema, "## Remediate\n\n### Contain\n\n## Other\n\nx\n").len(), 2);
    }

    #[test]
    fn labels_lose_their_words() {
        for (text, label, value) in [
            ("Owner: me", "Owner", "me"),
            ("Alone", "Alone", ""),
            ("A\nb – c", "A b", "c"),
            ("Other", "Owner", "Other"),
            ("Bold start of it", "Bold start", "of it"),
        ] {
            assert_eq!(after_label(text, label), value);
        }
    }
}
