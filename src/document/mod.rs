//! One Markdown document as facts: sections, labels, links, fences, front matter, each with its span.
//!
//! Knows Markdown and one file. Must not know its neighbours, its schema or its page.

mod front_matter;
mod html;
pub mod markdown;
mod outline;
mod pieces;
mod sections;

use std::sync::Arc;

pub use front_matter::{FRONT_MATTER_KEYS, INVALID_FRONT_MATTER, Meta, UNCLOSED_FRONT_MATTER};

use crate::data::Node;
use crate::diagnostic::{Diagnostic, Kind};
use crate::memo::Digest;
use crate::source::{SitePath, Source};
use crate::text::Span;

/// Every kind of fault that reading a document can find.
pub const KINDS: &[&Kind] = &[&INVALID_FRONT_MATTER, &UNCLOSED_FRONT_MATTER];

/// The facts about one Markdown document. Every span is a byte range of `text`.
#[derive(Debug, Clone)]
pub struct Document {
    /// Where it lies, from the handbook's root.
    pub path: SitePath,
    /// The whole file.
    pub text: Arc<str>,
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
    pub blocks: Vec<Block>,
    /// Every link and image.
    pub links: Vec<Link>,
    /// Every place that a link can lead to: headings, and ids and names in raw HTML.
    pub anchors: Vec<Anchor>,
    /// Every code block, in the order in which they stand.
    pub fences: Vec<Fence>,
    /// Every numbered list, outer ones before those in their items.
    pub numbered_lists: Vec<NumberedList>,
    /// What was meant to be a link and has a space between its text and its target: `[text] (target)`.
    pub split_links: Vec<Span>,
    /// Comments in raw HTML that are never closed, so that all after them is lost.
    pub unclosed_comments: Vec<Span>,
    /// Whether it holds raw HTML.
    pub has_html: bool,
}

/// A heading and the text up to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// 1 to 6.
    pub level: u8,
    /// The text of the heading without inline markup.
    pub title: String,
    /// The anchor.
    pub id: String,
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
    /// Its text without inline markup. Of a table: the cells below the heading row.
    pub text: String,
    /// Whether it shows an image.
    pub has_image: bool,
    /// The words that introduce it: `**Owner**: …`, `Owner: …`, or the term of a definition.
    pub label: Option<Label>,
    /// The list item that it stands in, the innermost one.
    pub item: Option<Item>,
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
        columns: usize,
        /// Number of rows below the heading row.
        rows: usize,
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
    pub depth: usize,
}

/// A link or an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// How it is written.
    pub kind: LinkKind,
    /// Where it leads, as Markdown readers see it: `../guides/a.md#set-up`.
    pub target: String,
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
    pub id: String,
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
    /// The block with its fences.
    pub span: Span,
    /// What it holds, free of the marks of lists and quotes around it.
    pub content: String,
    /// Whether it is closed by a fence of its own. Indented code is always closed.
    pub closed: bool,
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
            digest: source.digest,
            front_matter: front.node,
            meta: front.meta,
            body: front.body,
            sections: Vec::new(),
            blocks: Vec::new(),
            links: Vec::new(),
            anchors: Vec::new(),
            fences: Vec::new(),
            numbered_lists: Vec::new(),
            split_links: Vec::new(),
            unclosed_comments: Vec::new(),
            has_html: false,
        };
        outline::fill(&mut document);
        (document, diagnostics)
    }

    /// The title: of the front matter, else of the first heading of level 1, else of the first heading, else the file's name.
    #[must_use]
    pub fn title(&self) -> String {
        let written = self.meta.title.as_ref().map(|title| title.0.clone()).filter(|title| !title.trim().is_empty());
        let heading = || {
            let named = |section: &&Section| !section.title.trim().is_empty();
            let first = self.sections.iter().filter(named).find(|section| section.level == 1);
            first.or_else(|| self.sections.iter().find(named)).map(|section| section.title.clone())
        };
        written.or_else(heading).unwrap_or_else(|| self.path.stem().replace(['-', '_'], " "))
    }

    /// The first paragraph of the text, without markup.
    #[must_use]
    pub fn summary(&self) -> Option<&str> {
        let paragraph = |block: &&Block| block.kind == BlockKind::Paragraph && block.item.is_none() && !block.text.trim().is_empty();
        self.blocks.iter().find(paragraph).map(|block| block.text.as_str())
    }

    /// The blocks that begin in `span`.
    pub fn blocks_in(&self, span: Span) -> impl Iterator<Item = &Block> {
        let first = self.blocks.partition_point(|block| block.span.start < span.start);
        self.blocks.iter().skip(first).take_while(move |block| block.span.start < span.end)
    }

    /// The words of the text.
    #[must_use]
    pub fn text_of(&self, span: Span) -> &str {
        span.of(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Document {
        let (document, diagnostics) = read(text);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        document
    }

    fn read(text: &str) -> (Document, Vec<Diagnostic>) {
        Document::parse(&Source::new(SitePath::new("content/a.md").unwrap(), text))
    }

    fn outline(document: &Document) -> Vec<String> {
        let line = |section: &Section| {
            let parent = section.parent.map_or(String::new(), |parent| format!(" < {}", document.sections[parent].title));
            format!("{} {} #{}{parent}", section.level, section.title, section.id)
        };
        document.sections.iter().map(line).collect()
    }

    #[test]
    fn headings_of_every_style_are_sections() {
        let document = parse("# One\n\nSet *ext*\n---\n\n### Deep `code` {#own}\n\n<h2 id=\"raw\">HTML</h2>\n\n> ## Quoted\n\n## One\n");
        assert_eq!(
            outline(&document),
            [
                "1 One #one",
                "2 Set ext #set-ext < One",
                "3 Deep code #own < Set ext",
                "2 HTML #raw < One",
                "2 Quoted #quoted < One",
                "2 One #one-1 < One"
            ]
        );
        assert_eq!(
            document.sections.iter().map(|section| section.style).collect::<Vec<_>>()[1..4],
            [HeadingStyle::Setext, HeadingStyle::Atx, HeadingStyle::Html]
        );
    }

    #[test]
    fn a_section_reaches_to_the_next_of_its_level() {
        let text = "# A\none\n## B\ntwo\n### C\nthree\n## D\nfour\n";
        let document = parse(text);
        let bodies: Vec<_> = document.sections.iter().map(|section| section.body.of(text).trim()).collect();
        assert_eq!(bodies, ["one", "two", "three", "four"]);
        assert_eq!(document.sections[1].extent.of(text).trim(), "two\n### C\nthree");
        assert_eq!(document.sections[0].extent.end, text.len());
    }

    #[test]
    fn labels_open_items_and_paragraphs() {
        let text = "**Owner**: the team\n\n- **Scope:** all\n- Tools: one, two\n- **Alone**\n\n  more\n- no label here\n- https://x.org/a: b\n\nTerm\n: Meaning\n\nAs follows:\n\n**Bold start** of a sentence.\n";
        let document = parse(text);
        let labels: Vec<_> =
            document.blocks.iter().filter_map(|block| block.label.as_ref().map(|label| (label.text.as_str(), label.style, label.alone))).collect();
        assert_eq!(
            labels,
            [
                ("Owner", LabelStyle::Bold, false),
                ("Scope", LabelStyle::Bold, false),
                ("Tools", LabelStyle::Plain, false),
                ("Alone", LabelStyle::Bold, true),
                ("Term", LabelStyle::Term, true),
                ("As follows", LabelStyle::Plain, true),
                ("Bold start", LabelStyle::Bold, false),
            ]
        );
        let alone = document.blocks.iter().find(|block| block.text == "Alone").unwrap();
        let item = alone.item.unwrap();
        assert!(item.opens && !item.ordered && item.depth == 1);
        assert_eq!(item.span.of(text).trim(), "- **Alone**\n\n  more");
    }

    #[test]
    fn links_know_where_their_target_stands() {
        let text = "[a](b.md#c \"t\") ![i](<my pic.png>) [r][ref] <https://x.org> https://y.org/a_b_c. <a href=\"d.md\">d</a>\n\n[ref]: e.md\n";
        let document = parse(text);
        let links: Vec<_> = document.links.iter().map(|link| (link.kind, link.target.as_str(), link.target_span.of(text))).collect();
        assert_eq!(
            links,
            [
                (LinkKind::Link, "b.md#c", "b.md#c"),
                (LinkKind::Image, "my pic.png", "my pic.png"),
                (LinkKind::Link, "e.md", "e.md"),
                (LinkKind::Link, "https://x.org", "<https://x.org>"),
                (LinkKind::Link, "https://y.org/a_b_c", "https://y.org/a_b_c"),
                (LinkKind::HtmlLink, "d.md", "d.md"),
            ]
        );
    }

    #[test]
    fn fences_know_whether_they_are_closed() {
        let document =
            parse("```Bash title=x\necho\n```\n\n    indented\n\n- a\n  ~~~yaml\n  b: 1\n  ~~~\n\n> ```{.rust}\n> fn\n> ```\n\n```\n# lost\n");
        let fences: Vec<_> = document.fences.iter().map(|fence| (fence.language.as_str(), fence.content.as_str(), fence.closed)).collect();
        assert_eq!(
            fences,
            [("bash", "echo\n", true), ("", "indented\n", true), ("yaml", "b: 1\n", true), ("rust", "fn\n", true), ("", "# lost\n", false)]
        );
        assert!(document.sections.is_empty());
    }

    #[test]
    fn comments_and_html_are_told_apart() {
        let document = parse("<!-- note -->\n\n<div id=x><p>text</p></div>\n\n<!-- lost\n\n## Gone\n");
        let kinds: Vec<_> = document.blocks.iter().map(|block| block.kind).collect();
        assert_eq!(kinds, [BlockKind::Comment, BlockKind::Html, BlockKind::Comment]);
        assert_eq!(document.unclosed_comments.len(), 1);
        assert_eq!(document.anchors[0].id, "x");
    }

    #[test]
    fn front_matter_is_read_with_places() {
        let text = "\u{FEFF}---\r\ntitle: A b\r\nweight: 3\r\n---\r\n# H\r\n";
        let document = parse(text);
        let (title, span) = document.meta.title.clone().unwrap();
        assert_eq!((title.as_str(), span.of(text), document.meta.weight), ("A b", "A b", Some(3)));
        assert_eq!(document.sections[0].title_span.of(text), "H");
        assert_eq!(parse("+++\ntitle = \"T\"\n+++\nx").title(), "T");
    }

    #[test]
    fn front_matter_that_is_none_stays_text() {
        assert_eq!(parse("---\n\n# Title\n").title(), "Title");
        assert!(parse("--- x\n").front_matter.is_none());
        assert_eq!(parse("---\n---\ntext").body.start, 8);
    }

    #[test]
    fn faults_of_front_matter_are_findings() {
        for (text, code, place) in [
            ("---\ntitle: a\n# H\n", "unclosed-front-matter", "---"),
            ("---\ntitle: a: b\n---\n", "invalid-front-matter", ""),
            ("---\n- a\n---\n", "invalid-front-matter", ""),
            ("---\ntitle: [a]\n---\n", "invalid-front-matter", ""),
            ("---\nweight: many\n---\n", "invalid-front-matter", "many"),
            ("---\nowner: @team\n---\n# H\n", "invalid-front-matter", ""),
        ] {
            let (_, diagnostics) = read(text);
            assert_eq!(diagnostics.len(), 1, "{text:?}: {diagnostics:?}");
            assert_eq!(diagnostics[0].kind.code, code, "{text:?}");
            assert!(place.is_empty() || diagnostics[0].span.of(text) == place, "{text:?}: {:?}", diagnostics[0].span);
        }
    }

    #[test]
    fn numbers_of_lists_are_the_authors_own() {
        let document = parse("1. a\n2. b\n9. c\n   1. x\n   1. y\n\ntext\n\n- no\n");
        let numbers: Vec<Vec<u64>> = document.numbered_lists.iter().map(|list| list.items.iter().map(|(number, _)| *number).collect()).collect();
        assert_eq!(numbers, [vec![1, 2, 9], vec![1, 1]]);
        assert_eq!(document.numbered_lists.iter().map(NumberedList::has_gaps).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn links_with_a_space_inside_are_noticed() {
        let text = "see [a] (https://x.org/a_b), [b] (c.md#d) and `[x] (y.md)`, [note] (of course) ok\n\n```\n[f] (g.md)\n```\n\n    [h] (i.md)\n";
        let document = parse(text);
        assert_eq!(document.split_links.iter().map(|span| span.of(text)).collect::<Vec<_>>(), ["[a] (https://x.org/a_b)", "[b] (c.md#d)"]);
    }

    #[test]
    fn hostile_text_is_only_text() {
        let deep: String = (0..1000).flat_map(|depth| ["  ".repeat(depth), "- x\n".to_owned()]).collect();
        for text in [
            deep,
            ">".repeat(5000),
            "[".repeat(20_000),
            "<a ".repeat(5000),
            "`".repeat(9000),
            "# ".repeat(2000),
            "\u{0}\u{FFFD}\r\r\n".to_owned(),
            "a".repeat(1_000_000),
        ] {
            let _ = read(&text);
        }
    }
}
