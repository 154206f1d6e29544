//! Walks the Markdown of one document once and notes down its facts.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::pieces::{attribute_value, definition_destination, fence_language, find_in, inline_destination, is_closed, label_of, split_links};
use super::waivers::Comment;
use super::words::{Parts, Said};
use super::{
    Anchor, Block, BlockKind, Document, Fence, FenceInfo, HeadingStyle, Item, Label, LabelStyle, Link, LinkKind, NumberedList, Section, Table, fence,
    fit, html, markdown, sections,
};
use crate::text::{Excerpt, Span, collapse};

/// What is needed to read waivers, and no fact of the document itself.
#[derive(Default)]
pub(super) struct Marks {
    /// Every comment in raw HTML.
    pub comments: Vec<Comment>,
    /// Lists, quotes and definition lists, which hold blocks.
    pub groups: Vec<Span>,
}

pub(super) fn fill(document: &mut Document) -> Marks {
    let text = Arc::clone(&document.text);
    let body = document.body;
    let parsed = markdown::parse(body.of(&text));
    let mut walk = Walk {
        text: &text,
        offset: body.start(),
        definitions: &parsed.definitions,
        document,
        leaf: None,
        lists: Vec::new(),
        items: Vec::new(),
        quotes: 0,
        table: None,
        html: None,
        in_code: false,
        code: String::new(),
        heading: None,
        term: None,
        definition: None,
        ids: Vec::new(),
        marks: Marks::default(),
    };
    for (event, range) in &parsed.events {
        walk.event(event, range);
    }
    let ids = std::mem::take(&mut walk.ids);
    let marks = std::mem::take(&mut walk.marks);
    sections::name(document, &ids);
    sections::measure(document);
    document.blocks.sort_by_key(|block| block.span);
    document.has_tasks = document.blocks.iter().any(|block| block.item.is_some_and(|item| item.task));
    fit::fit(document);
    marks
}

struct Walk<'a> {
    text: &'a Arc<str>,
    /// Where the body begins in the file.
    offset: usize,
    definitions: &'a HashMap<String, Range<usize>>,
    document: &'a mut Document,
    leaf: Option<Leaf>,
    /// The open lists, each with its index among the document's numbered lists if it is one.
    lists: Vec<Option<usize>>,
    items: Vec<OpenItem>,
    quotes: usize,
    table: Option<OpenTable>,
    /// The raw HTML block being read.
    html: Option<Span>,
    /// Whether a script or style that stands within text is open.
    in_code: bool,
    /// What the code block being read holds.
    code: String,
    heading: Option<Heading>,
    term: Option<Leaf>,
    definition: Option<usize>,
    /// The id that the author gave each section.
    ids: Vec<Option<String>>,
    marks: Marks,
}

/// The text of a paragraph, a heading or a term while it is read.
#[derive(Default)]
struct Leaf {
    span: Span,
    text: String,
    /// The parts of the file that make it up.
    parts: Parts,
    has_image: bool,
    /// Text and place of the strong text that the leaf begins with.
    bold: Option<(String, Span)>,
    in_bold: bool,
    image_depth: usize,
}

struct OpenItem {
    span: Span,
    ordered: bool,
    task: bool,
    has_block: bool,
}

/// A table while it is read.
struct OpenTable {
    table: Table,
    columns: usize,
    in_head: bool,
    /// The text of the cell being read.
    cell: String,
}

struct Heading {
    level: u8,
    span: Span,
    id: Option<String>,
    leaf: Leaf,
}

impl OpenTable {
    fn close_cell(&mut self, text: &Arc<str>) {
        let place = self.table.places.last().and_then(|row| row.last()).copied().unwrap_or_default();
        let cell = Excerpt::of(text, place.start(), &collapse(&self.cell));
        self.cell.clear();
        if self.in_head {
            self.table.header.push(cell);
        } else if let Some(row) = self.table.rows.last_mut() {
            row.push(cell);
        }
    }
}

impl Walk<'_> {
    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.offset + range.start, self.offset + range.end)
    }

    fn event(&mut self, event: &Event<'_>, range: &Range<usize>) {
        let span = self.span(range);
        self.document.nesting = self.document.nesting.max(u32::try_from(self.items.len() + self.quotes).unwrap_or(u32::MAX));
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(*tag),
            Event::Text(text) => {
                let in_code = self.document.fences.last().is_some_and(|fence| fence.span.encloses(span));
                if !in_code && text.contains(']') && (text.contains("](") || text.contains("] (")) {
                    self.document.split_links.extend(split_links(self.text, span));
                }
                self.inline_text(text, span);
            }
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.inline_text(text, span),
            Event::SoftBreak | Event::HardBreak => self.inline_text("\n", span),
            Event::InlineHtml(raw) => self.raw_html(raw, span, true),
            Event::TaskListMarker(_) => {
                if let Some(item) = self.items.last_mut() {
                    item.task = true;
                }
            }
            // Raw HTML blocks are read whole when they end.
            Event::Html(_) | Event::FootnoteReference(_) | Event::Rule => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, span: Span) {
        if matches!(tag, Tag::BlockQuote(_) | Tag::List(_) | Tag::DefinitionList) {
            self.marks.groups.push(span);
        }
        match tag {
            Tag::Paragraph => self.open_leaf(span),
            Tag::Heading { level, id, .. } => {
                self.close_leaf();
                self.heading = Some(Heading { level: level_number(*level), span, id: id.as_ref().map(ToString::to_string), leaf: Leaf::default() });
            }
            Tag::BlockQuote(_) => {
                self.close_leaf();
                self.quotes += 1;
            }
            Tag::List(first) => {
                self.close_leaf();
                self.lists.push(first.map(|_| self.document.numbered_lists.len()));
                self.document.numbered_lists.extend(first.map(|_| NumberedList::default()));
            }
            Tag::Item => {
                self.close_leaf();
                self.open_item(span);
            }
            Tag::CodeBlock(kind) => {
                self.close_leaf();
                self.open_fence(kind, span);
            }
            Tag::HtmlBlock => {
                self.close_leaf();
                self.html = Some(span);
            }
            Tag::Table(columns) => {
                self.close_leaf();
                let table = Table { span, ..Table::default() };
                self.table = Some(OpenTable { table, columns: columns.len(), in_head: false, cell: String::new() });
            }
            Tag::TableHead => {
                self.in_table_head(true);
                self.open_table_row();
            }
            Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.table.rows.push(Vec::new());
                }
                self.open_table_row();
            }
            Tag::TableCell => {
                let place = span.trimmed(self.text);
                if let Some(row) = self.table.as_mut().and_then(|table| table.table.places.last_mut()) {
                    row.push(place);
                }
            }
            Tag::DefinitionListTitle => self.term = Some(Leaf { span, ..Leaf::default() }),
            Tag::DefinitionListDefinition => {
                self.close_leaf();
                self.definition = Some(self.document.blocks.len());
            }
            Tag::Strong => self.start_bold(span),
            Tag::Link { link_type, dest_url, id, .. } => self.link(LinkKind::Link, *link_type, dest_url, id, span),
            Tag::Image { link_type, dest_url, id, .. } => {
                self.link(LinkKind::Image, *link_type, dest_url, id, span);
                if let Some(leaf) = self.current_leaf(span) {
                    leaf.has_image = true;
                    leaf.image_depth += 1;
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.close_leaf(),
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::BlockQuote(_) => {
                self.close_leaf();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::Item => {
                self.close_leaf();
                self.items.pop();
            }
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::CodeBlock => self.close_fence(),
            TagEnd::HtmlBlock => self.close_html(),
            TagEnd::Table => self.close_table(),
            TagEnd::TableHead => self.in_table_head(false),
            TagEnd::TableCell => {
                if let Some(table) = &mut self.table {
                    table.close_cell(self.text);
                }
            }
            TagEnd::DefinitionListTitle => self.close_term(),
            TagEnd::DefinitionListDefinition => {
                self.close_leaf();
                self.definition = None;
            }
            TagEnd::Strong => {
                if let Some(leaf) = self.open_inline() {
                    leaf.in_bold = false;
                }
            }
            TagEnd::Image => {
                if let Some(leaf) = self.open_inline() {
                    leaf.image_depth = leaf.image_depth.saturating_sub(1);
                }
            }
            _ => {}
        }
    }

    fn open_item(&mut self, span: Span) {
        let numbered = self.lists.last().copied().flatten();
        if let Some(list) = numbered.and_then(|index| self.document.numbered_lists.get_mut(index)) {
            let digits: String = span.of(self.text).trim_start().chars().take_while(char::is_ascii_digit).collect();
            list.items.push((digits.parse().unwrap_or(0), span));
        }
        self.items.push(OpenItem { span, ordered: numbered.is_some(), task: false, has_block: false });
    }

    /// The leaf that inline content belongs to, if one is open.
    fn open_inline(&mut self) -> Option<&mut Leaf> {
        if let Some(heading) = &mut self.heading {
            return Some(&mut heading.leaf);
        }
        if self.term.is_some() {
            return self.term.as_mut();
        }
        self.leaf.as_mut()
    }

    /// The leaf that inline content at `span` belongs to; opens one for the text of a tight list item.
    fn current_leaf(&mut self, span: Span) -> Option<&mut Leaf> {
        if self.table.is_some() {
            return None;
        }
        if self.heading.is_none() && self.term.is_none() && self.leaf.is_none() {
            self.leaf = Some(Leaf { span, ..Leaf::default() });
        }
        let leaf = self.open_inline()?;
        if leaf.span == Span::default() {
            leaf.span = span;
        }
        leaf.span = Span::new(leaf.span.start(), leaf.span.end().max(span.end()));
        Some(leaf)
    }

    fn inline_text(&mut self, text: &str, span: Span) {
        if self.html.is_some() || self.in_code {
            return;
        }
        if let Some(fence) = self.document.fences.last()
            && fence.span.encloses(span)
        {
            self.code.push_str(text);
            return;
        }
        if let Some(table) = &mut self.table {
            table.cell.push_str(text);
            return;
        }
        let file = self.text;
        let Some(leaf) = self.current_leaf(span) else { return };
        if leaf.image_depth > 0 {
            return;
        }
        if leaf.in_bold
            && let Some((bold, _)) = &mut leaf.bold
        {
            bold.push_str(text);
        }
        leaf.text.push_str(text);
        leaf.parts.push(file, span, text);
    }

    fn start_bold(&mut self, span: Span) {
        let Some(leaf) = self.current_leaf(span) else { return };
        if leaf.bold.is_none() && leaf.text.trim().is_empty() {
            leaf.bold = Some((String::new(), span));
            leaf.in_bold = true;
        }
    }

    fn open_leaf(&mut self, span: Span) {
        self.close_leaf();
        self.leaf = Some(Leaf { span, ..Leaf::default() });
    }

    fn close_leaf(&mut self) {
        self.in_code = false;
        let Some(leaf) = self.leaf.take() else { return };
        let kind = if self.definition.is_some() { BlockKind::Definition } else { BlockKind::Paragraph };
        let label = label_of(&leaf.text, leaf.bold.as_ref(), leaf.span, self.text);
        let said = self.document.words.keep(&leaf.text, &leaf.parts);
        self.push_block(kind, leaf.span, said, leaf.has_image, label);
    }

    fn push_block(&mut self, kind: BlockKind, span: Span, said: Said, has_image: bool, label: Option<Label>) {
        let depth = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        let item = self.items.last_mut().map(|item| {
            let opens = !item.has_block;
            item.has_block = true;
            Item { span: item.span, opens, ordered: item.ordered, task: item.task, depth }
        });
        self.document.blocks.push(Block { kind, span, said, has_image, label: label.map(Box::new), item });
    }

    fn close_term(&mut self) {
        let Some(leaf) = self.term.take() else { return };
        let label = Label { text: collapse(&leaf.text), span: leaf.span, style: LabelStyle::Term, alone: true };
        let said = self.document.words.keep(&leaf.text, &leaf.parts);
        self.push_block(BlockKind::Term, leaf.span, said, leaf.has_image, Some(label));
    }

    fn close_heading(&mut self) {
        self.in_code = false;
        let Some(heading) = self.heading.take() else { return };
        let title_span = if heading.leaf.span.is_empty() { heading.span.trimmed(self.text) } else { heading.leaf.span };
        let setext = !heading.span.of(self.text).trim_start_matches(['>', ' ', '\t']).starts_with('#');
        let style = if setext { HeadingStyle::Setext } else { HeadingStyle::Atx };
        self.push_section(heading.level, &heading.leaf.text, heading.id, heading.span.trimmed(self.text), title_span, style);
    }

    fn push_section(&mut self, level: u8, title: &str, id: Option<String>, span: Span, title_span: Span, style: HeadingStyle) {
        self.document.sections.push(Section {
            level,
            title: Excerpt::within(self.text, title_span, &collapse(title)),
            id: Arc::default(),
            explicit_id: id.is_some(),
            span,
            title_span,
            style,
            body: Span::at(span.end()),
            extent: Span::at(span.end()),
            parent: None,
        });
        self.ids.push(id);
    }

    fn open_fence(&mut self, kind: &CodeBlockKind<'_>, span: Span) {
        let (language, info, closed) = match kind {
            CodeBlockKind::Indented => (String::new(), FenceInfo::default(), true),
            CodeBlockKind::Fenced(info) => (fence_language(info), fence::read(self.text, span), is_closed(span.of(self.text))),
        };
        self.document.fences.push(Fence { language, info, span, content: Excerpt::default(), closed });
        self.push_block(BlockKind::Code, span, Said::default(), false, None);
    }

    fn close_fence(&mut self) {
        if let Some(fence) = self.document.fences.last_mut() {
            fence.content = Excerpt::within(self.text, fence.span, &self.code);
        }
        self.code.clear();
    }

    fn in_table_head(&mut self, inside: bool) {
        if let Some(table) = &mut self.table {
            table.in_head = inside;
        }
    }

    fn open_table_row(&mut self) {
        if let Some(table) = &mut self.table {
            table.table.places.push(Vec::new());
        }
    }

    fn close_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let kind = BlockKind::Table { columns: number(table.columns), rows: number(table.table.rows.len()) };
        self.push_block(kind, table.table.span, Said::default(), false, None);
        self.document.tables.push(table.table);
    }

    fn close_html(&mut self) {
        let Some(span) = self.html.take() else { return };
        let raw = span.of(self.text);
        if raw.trim_start().starts_with("<!--") && !raw.contains("-->") {
            self.document.unclosed_comments.push(span);
        }
        self.raw_html(raw, span, false);
    }

    fn raw_html(&mut self, raw: &str, span: Span, inline: bool) {
        self.document.has_html = true;
        let facts = html::read(raw);
        let shows = !facts.text.trim().is_empty() || facts.has_media;
        let is_html = shows || facts.comments.is_empty();
        let mut after = span.start();
        for text in facts.comments {
            let whole = find_in(self.text, Span::new(after, span.end()), &format!("<!--{text}-->"));
            after = whole.end();
            // One that is never closed is a fault of its own, and says nothing to anybody.
            if whole.of(self.text).ends_with("-->") {
                self.marks.comments.push(Comment { text, span: whole, inside: inline || is_html });
            }
        }
        let mut from = span.start();
        for (kind, target) in facts.links {
            let name = if kind == LinkKind::HtmlLink { "href" } else { "src" };
            let found = attribute_value(self.text, Span::new(from, span.end()), name, &target);
            from = found.map_or(from, Span::end);
            let target_span = found.unwrap_or(span);
            self.document.links.push(Link { kind, target: Excerpt::of(self.text, target_span.start(), &target), target_span, span });
        }
        for id in facts.anchors {
            self.document.anchors.push(Anchor { id: id.into(), span, explicit: true });
        }
        for (level, title, id) in facts.headings {
            let place = find_in(self.text, span, title.trim());
            self.push_section(level, &title, id, place, place, HeadingStyle::Html);
        }
        if inline {
            self.in_code = facts.code.unwrap_or(self.in_code);
            if facts.has_media
                && let Some(leaf) = self.current_leaf(span)
            {
                leaf.has_image = true;
            }
            return;
        }
        let kind = if is_html { BlockKind::Html } else { BlockKind::Comment };
        let said = self.document.words.keep(&facts.text, &Parts::in_no_file());
        self.push_block(kind, span, said, facts.has_media, None);
    }

    fn link(&mut self, kind: LinkKind, link_type: LinkType, target: &str, id: &str, span: Span) {
        let target_span = match link_type {
            LinkType::Inline => inline_destination(self.text, span, target).unwrap_or_else(|| find_in(self.text, span, target)),
            LinkType::Autolink | LinkType::Email => span,
            _ => {
                let label = id.to_lowercase();
                let definition = self.definitions.get(&label);
                definition.map_or(span, |range| {
                    let place = self.span(range);
                    definition_destination(self.text, place).unwrap_or_else(|| find_in(self.text, place, target))
                })
            }
        };
        let target = Excerpt::of(self.text, target_span.start(), target);
        self.document.links.push(Link { kind, target, span, target_span });
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
