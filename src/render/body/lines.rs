//! From which line of its file each block comes, written on the block for previews: `data-line="12"`.
//!
//! Knows lines and opening tags. Must not know what becomes of the numbers.

use pulldown_cmark::Tag;

use super::Writer;
use crate::document::Document;
use crate::report::LineIndex;

/// Until the page is clean a mark holds the hash of its document: no author can write a document that holds its own hash, so
/// what they write as a mark in raw HTML is none.
pub(super) struct Marks {
    lines: LineIndex,
    /// What stands before the number.
    secret: String,
}

/// Hexadecimal digits of the hash in a mark.
const DIGITS: usize = 32;

impl Marks {
    pub(super) fn of(document: &Document) -> Self {
        Self { lines: document.lines(), secret: format!("{}:", document.digest.hex(DIGITS)) }
    }

    fn attribute(&self, offset: usize) -> String {
        format!("{OPENING}{}{}\"", self.secret, self.lines.line_of(offset) + 1)
    }

    /// The page with bare numbers.
    pub(super) fn bare(&self, html: &str) -> String {
        html.replace(&format!("{OPENING}{}", self.secret), OPENING)
    }
}

const OPENING: &str = " data-line=\"";

/// Whether the value of an attribute may be a mark. Those of authors are dropped, but for what looks like one and means nothing.
pub(in crate::render) fn is_line_mark(value: &str) -> bool {
    let is_hash = |hash: &str| hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    value.split_once(':').is_some_and(|(hash, line)| is_hash(hash) && line.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether what begins here is a block that is written as an element of its own.
pub(super) fn is_marked(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::List(_)
            | Tag::Item
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
    )
}

impl Writer<'_> {
    /// Marks the element that was written from `from` on with the line of an offset in the file.
    pub(super) fn mark(&mut self, from: usize, offset: usize) {
        let Some(marks) = &self.marks else { return };
        let Some(tag) = self.out.get(from..).and_then(|written| written.strip_prefix('<')) else { return };
        let name = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        if tag.get(name..).is_some_and(|rest| rest.starts_with(OPENING)) {
            return;
        }
        let attribute = marks.attribute(offset);
        self.out.insert_str(from + 1 + name, &attribute);
    }
}
