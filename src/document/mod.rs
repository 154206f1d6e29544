//! One Markdown document as facts: sections, labels, links, fences, front matter, each with its span.
//!
//! Knows Markdown and one file. Must not know its neighbours, its schema or its page.

mod fence;
mod fit;
mod former;
mod front_matter;
mod html;
mod lean;
pub mod markdown;
mod outline;
mod pieces;
mod placeholders;
mod sections;
mod waivers;
mod words;

use std::borrow::Cow;
use std::sync::Arc;

pub use fence::{FenceInfo, Harm, INVALID_FENCE, Lines};
pub use former::FormerAnchor;
pub use front_matter::{FRONT_MATTER_KEYS, INVALID_FRONT_MATTER, Meta, UNCLOSED_FRONT_MATTER, front_matter_end};
pub(crate) use html::unseen;
pub use placeholders::{PLACEHOLDER_KEYS, Placeholder, in_brackets};
pub use waivers::{INVALID_WAIVER, WAIVER_KEYS, Waiver};

use crate::data::Node;
use crate::diagnostic::{Diagnostic, Kind};
use crate::memo::Digest;
use crate::report::LineIndex;
use crate::source::{Pieces, SitePath, Source};
use crate::text::{Excerpt, Span};
use words::{Said, Words};

/// Every kind of fault that reading a document can find.
pub const KINDS: &[&Kind] = &[&INVALID_FENCE, &INVALID_FRONT_MATTER, &INVALID_WAIVER, &UNCLOSED_FRONT_MATTER];

/// The facts about one Markdown document. Every span is a byte range of `text`.
#[derive(Debug, Clone)]
pub struct Document {
    /// Where it lies, from the handbook's root.
    pub path: SitePath,
    /// The whole file, with the parts of other files that it includes.
    pub text: Arc<str>,
    /// Where they come from; none if it includes nothing.
    pub pieces: Option<Arc<Pieces>>,
    /// The hash of path and text.
    pub digest: Digest,
    /// The mapping at the top of the file, if there is one that could be read.
    pub front_matter: Option<Node>,
    /// The front matter's keys that every document may have.
    pub meta: Meta,
    /// The file less byte order mark and front matter.
    pub body: Span,
    /// Every heading and what it holds, in the order in which they stand.
    pub sections: Vec<Section>,
    /// Every paragraph, code block, table and so on, in the order in which they stand. Headings are in `sections`.
    blocks: Vec<Block>,
    /// What they say.
    words: Words,
    /// Every link and image.
    pub links: Vec<Link>,
    /// Every place that a link can lead to: headings, and ids and names in raw HTML.
    pub anchors: Vec<Anchor>,
    /// Every code block, in the order in which they stand.
    pub fences: Vec<Fence>,
    /// Every table with what its cells say, in the order in which they stand.
    tables: Vec<Table>,
    /// Every numbered list, outer ones before those in their items.
    pub numbered_lists: Vec<NumberedList>,
    /// What was meant to be a link and isn't, for a space in it: `[text] (target)`, `[text](a target.md)`.
    pub split_links: Vec<Span>,
    /// Comments in raw HTML that are never closed, so that all after them is lost.
    pub unclosed_comments: Vec<Span>,
    /// The findings that it waives for a time.
    pub waivers: Box<[Waiver]>,
    /// What its comments set.
    pub directives: Box<[Directive]>,
    /// Whether it holds raw HTML.
    pub has_html: bool,
    /// How deep lists and quotes are nested in each other.
    pub nesting: u32,
    /// Whether it holds a check box.
    pub has_tasks: bool,
    /// What is left of blocks and tables that were put away.
    lean: Option<Box<lean::Lean>>,
}

/// A heading and the text up to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// 1 to 6.
    pub level: u8,
    /// The text of the heading without inline markup.
    pub title: Excerpt,
    /// The anchor.
    pub id: Arc<str>,
    /// Whether the author wrote the anchor: `## Title {#anchor}`.
    pub explicit_id: bool,
    /// The heading, with its marks.
    pub span: Span,
    /// The text of the heading.
    pub title_span: Span,
    /// How the heading is written.
    pub style: HeadingStyle,
    /// From the heading to the next heading of any level.
    pub body: Span,
    /// From the heading to the next heading of this level or higher: the body and all sub-sections.
    pub extent: Span,
    /// Index of the section that this one is part of.
    pub parent: Option<usize>,
}

/// How a heading is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadingStyle {
    /// `## Title`
    Atx,
    /// `Title` over a line of `=` or `-`.
    Setext,
    /// `<h2>Title</h2>`
    Html,
}

/// A paragraph, a code block, a table or another leaf of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands.
    pub span: Span,
    /// Where its text is.
    said: Said,
    /// Whether it shows an image.
    pub has_image: bool,
    /// The words that introduce it: `**Owner**: …`, `Owner: …`, or the term of a definition.
    pub label: Option<Box<Label>>,
    /// The list item that it stands in, the innermost one.
    pub item: Option<Item>,
}

impl Block {
    /// Its text without inline markup. Of a table: the cells below the heading row.
    ///
    /// It is put together where markup stands in it, so ask once for it.
    #[must_use]
    pub fn text<'a>(&self, document: &'a Document) -> Cow<'a, str> {
        if !matches!(self.kind, BlockKind::Table { .. }) {
            return document.words.text(self.said, &document.text);
        }
        let index = document.tables.partition_point(|table| table.span.start() < self.span.start());
        let table = document.tables.get(index).filter(|table| table.span == self.span);
        Cow::Owned(table.map_or_else(String::new, |table| table.rows.iter().flatten().map(Excerpt::as_str).collect::<Vec<_>>().join(" ")))
    }
}

/// What a [`Block`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A paragraph, or the text of a list item.
    Paragraph,
    /// A code block.
    Code,
    /// A table with this many columns and rows below the heading row.
    Table {
        /// Number of columns.
        columns: u32,
        /// Number of rows below the heading row.
        rows: u32,
    },
    /// Raw HTML that shows something.
    Html,
    /// Raw HTML that holds nothing but comments.
    Comment,
    /// The term of a definition list.
    Term,
    /// The definition of a term.
    Definition,
}

/// The words that introduce a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The words, without markup and colon.
    pub text: String,
    /// Where they stand.
    pub span: Span,
    /// How they are set off.
    pub style: LabelStyle,
    /// Whether the label is all that the block says.
    pub alone: bool,
}

/// How a [`Label`] is set off from what it introduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelStyle {
    /// `**Owner**: …` or `**Owner:** …`
    Bold,
    /// `Owner: …`
    Plain,
    /// The term of a definition list.
    Term,
}

/// The list item that a block stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The whole item.
    pub span: Span,
    /// Whether the block is the first of the item.
    pub opens: bool,
    /// Whether the list is numbered.
    pub ordered: bool,
    /// Whether the item has a check box.
    pub task: bool,
    /// 1 in a list, 2 in a list in a list.
    pub depth: u32,
}

/// A link or an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// How it is written.
    pub kind: LinkKind,
    /// Where it leads, as Markdown readers see it: `../guides/a.md#set-up`.
    pub target: Excerpt,
    /// The link or image as a whole; the key by which the renderer finds what it resolved to.
    pub span: Span,
    /// The target as it is written, in the link or in the definition that it refers to.
    pub target_span: Span,
}

/// How a [`Link`] is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](target)`, `[text][name]` or `<https://…>`
    Link,
    /// `![text](target)`
    Image,
    /// `<a href="target">` in raw HTML.
    HtmlLink,
    /// `<img src="target">` and the like in raw HTML.
    HtmlSource,
}

/// A place that a link can lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// What follows the `#`.
    pub id: Arc<str>,
    /// Where it is set.
    pub span: Span,
    /// Whether the author wrote the id, in raw HTML or as `{#id}`.
    pub explicit: bool,
}

/// A code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The first word after the fence, in lower case: `bash`. Empty where there is none.
    pub language: String,
    /// What else stands behind the fence.
    pub info: FenceInfo,
    /// The block with its fences.
    pub span: Span,
    /// What it holds, free of the marks of lists and quotes around it.
    pub content: Excerpt,
    /// Whether it is closed by a fence of its own. Indented code is always closed.
    pub closed: bool,
}

impl Fence {
    /// Where each line of the content begins in the document's text: lists and quotes around a block strip marks and indents from its lines.
    #[must_use]
    pub fn line_starts(&self, text: &str) -> Vec<usize> {
        pieces::content_line_starts(text, self)
    }
}

/// A table and what its cells say, without inline markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The whole table.
    pub span: Span,
    /// The cells of the heading row.
    pub header: Vec<Excerpt>,
    /// The cells of each row below it.
    pub rows: Vec<Vec<Excerpt>>,
    /// Where the cells stand, row by row, the heading row first.
    pub places: Vec<Vec<Span>>,
}

impl Table {
    /// Where a cell stands: row 0 is the heading row.
    #[must_use]
    pub fn place(&self, row: usize, column: usize) -> Span {
        self.places.get(row).and_then(|row| row.get(column)).copied().unwrap_or(self.span)
    }

    /// Where a row stands, from its first cell to its last: row 0 is the heading row.
    #[must_use]
    pub fn row_place(&self, row: usize) -> Span {
        let cells = self.places.get(row);
        let ends = cells.and_then(|cells| Some((cells.first()?.start(), cells.last()?.end())));
        ends.map_or(self.span, |(start, end)| Span::new(start, end))
    }
}

/// A comment for opsbook that is no waiver: `<!-- opsbook: raci_model: daci -->`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// What it sets: `raci_model`.
    pub key: &'static str,
    /// To what.
    pub value: String,
    /// The comment.
    pub span: Span,
}

/// A numbered list with the numbers that its author wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberedList {
    /// The number and the place of each item.
    pub items: Vec<(u64, Span)>,
}

impl NumberedList {
    /// Whether the numbers are the author's own: they rise and leave some out. Numbers that repeat (`1. 1. 1.`) are left to the reader's program.
    #[must_use]
    pub fn has_gaps(&self) -> bool {
        let pairs = || self.items.iter().zip(self.items.iter().skip(1)).map(|((a, _), (b, _))| (*a, *b));
        pairs().all(|(a, b)| a < b) && pairs().any(|(a, b)| a + 1 < b)
    }
}

impl Document {
    /// Reads a document. Faults are findings; the document is always there.
    #[must_use]
    pub fn parse(source: &Source) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let front = front_matter::read(source, &mut diagnostics);
        let mut document = Self {
            path: source.path.clone(),
            text: Arc::clone(&source.text),
            pieces: source.pieces.clone(),
            digest: source.digest,
            front_matter: front.node,
            meta: front.meta,
            body: front.body,
            sections: Vec::new(),
            blocks: Vec::new(),
            words: Words::default(),
            links: Vec::new(),
            anchors: Vec::new(),
            fences: Vec::new(),
            tables: Vec::new(),
            numbered_lists: Vec::new(),
            split_links: Vec::new(),
            unclosed_comments: Vec::new(),
            waivers: Box::default(),
            directives: Box::default(),
            has_html: false,
            nesting: 0,
            has_tasks: false,
            lean: None,
        };
        let marks = outline::fill(&mut document);
        fence::judge(&document, &mut diagnostics);
        document.waivers = waivers::read(&document, &marks.comments, &marks.groups, &mut diagnostics).into_boxed_slice();
        document.directives = marks.comments.iter().filter_map(waivers::directive).collect();
        (document, diagnostics)
    }

    /// Takes over what is said of the document elsewhere, as far as its front matter doesn't say it: `owner`, `status` or `review_every`.
    ///
    /// Values from elsewhere have an empty span where the body begins.
    pub fn take_defaults<'a>(&mut self, defaults: impl Iterator<Item = (&'static str, &'a str)>) {
        if !self.has_unreadable_front_matter() {
            front_matter::take_defaults(self, defaults);
        }
    }

    /// The title: of the front matter, else of the first heading of level 1, else of the first heading, else the file's name.
    #[must_use]
    pub fn title(&self) -> String {
        let written = self.meta.title.as_ref().map(|title| title.0.clone()).filter(|title| !title.trim().is_empty());
        let heading = || {
            let named = |section: &&Section| !section.title.trim().is_empty();
            let first = self.sections.iter().filter(named).find(|section| section.level == 1);
            first.or_else(|| self.sections.iter().find(named)).map(|section| section.title.to_string())
        };
        written.or_else(heading).unwrap_or_else(|| self.path.stem().replace(['-', '_'], " "))
    }

    /// The first paragraph of the text, without markup.
    #[must_use]
    pub fn summary(&self) -> Option<Cow<'_, str>> {
        if let Some(lean) = &self.lean {
            return lean.summary().map(Cow::Borrowed);
        }
        // What stands deeper in the page is about a part of it.
        let end = self.sections.get(2).map_or(self.text.len(), |third| third.span.start());
        let before = self.blocks.iter().take_while(|block| block.span.start() < end);
        let paragraphs = before.filter(|block| block.kind == BlockKind::Paragraph && block.item.is_none());
        paragraphs.map(|block| block.text(self)).find(|text| !text.trim().is_empty())
    }

    /// The text as its author wrote it, before parts of other files came into it.
    #[must_use]
    pub fn own_text(&self) -> &Arc<str> {
        self.pieces.as_ref().map_or(&self.text, |pieces| pieces.own())
    }

    /// Where something stands in the text as its author wrote it: of what is included, the directive that includes it.
    #[must_use]
    pub fn spot(&self, span: Span) -> Span {
        self.pieces.as_ref().map_or(span, |pieces| pieces.spot(span))
    }

    /// Where an offset of the author's own text stands in the whole.
    #[must_use]
    pub fn offset(&self, own: usize) -> usize {
        self.pieces.as_ref().map_or(own, |pieces| pieces.offset(own))
    }

    /// The lines of the author's own text, asked by places in the whole.
    #[must_use]
    pub fn lines(&self) -> LineIndex {
        let lines = LineIndex::new(Arc::clone(self.own_text()));
        match &self.pieces {
            Some(pieces) => lines.behind(Arc::clone(pieces)),
            None => lines,
        }
    }

    /// Whether there is front matter that can't be read, so that nothing is known of what it says.
    #[must_use]
    pub fn has_unreadable_front_matter(&self) -> bool {
        let text = self.text.trim_start_matches('\u{FEFF}');
        let begins = text.starts_with("---") || text.starts_with("+++");
        let has_keys = || text.lines().nth(1).is_some_and(|line| line.contains([':', '=']));
        self.front_matter.is_none() && begins && (self.body.start() > 3 || has_keys())
    }

    /// The blocks that begin in `span`.
    pub fn blocks_in(&self, span: Span) -> impl Iterator<Item = &Block> {
        let first = self.blocks().partition_point(|block| block.span.start() < span.start());
        self.blocks().iter().skip(first).take_while(move |block| block.span.start() < span.end())
    }
}

#[cfg(test)]
mod tests;
