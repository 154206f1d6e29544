//! One document's Markdown as HTML, with its links resolved and its code highlighted.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use ammonia::Builder;
use pulldown_cmark::{Alignment, BlockQuoteKind, CowStr, Event, Tag, TagEnd};

use super::escape::{attribute, fragment, text, url};
use super::href;
use crate::document::{Document, HeadingStyle, LinkKind, Section, markdown};
use crate::handbook::{Handbook, Page, Resolved};
use crate::text::{Span, collapse, shorten};

/// A check box's name for screen readers is cut at this many characters.
const TASK_LABEL_LIMIT: usize = 120;

/// A document as HTML.
pub(super) struct Body {
    /// The first heading of level 1 if the document begins with it, else one made of the title.
    pub heading: String,
    /// The rest.
    pub body: String,
}

/// Renders the document of a page. `code` holds its code blocks, highlighted, in their order.
pub(super) fn render(handbook: &Handbook, page: &Page, code: &[Arc<String>], sanitizer: &Builder<'static>) -> Body {
    let document = &page.document;
    let parsed = markdown::parse(document.body.of(&document.text));
    let mut writer = Writer {
        handbook,
        page,
        document,
        code: code.iter(),
        places: Places::of(document),
        events: &parsed.events,
        at: 0,
        out: String::with_capacity(document.text.len() * 2),
        table: None,
        alt: None,
        notes: Footnotes::default(),
        item_tasks: Vec::new(),
        quotes: Vec::new(),
        heading: None,
        links: Vec::new(),
        first_heading: None,
        closers: String::new(),
    };
    while let Some((event, range)) = parsed.events.get(writer.at) {
        writer.at += 1;
        writer.event(event, range);
    }
    writer.footnotes();
    let (mut heading, mut body) = (writer.first_heading, writer.out);
    if document.has_html && !handbook.config.trust_html {
        body = sanitizer.clean(&body).to_string();
        heading = heading.map(|heading| sanitizer.clean(&heading).to_string());
    }
    let made =
        || if document.sections.iter().any(|section| section.level == 1) { String::new() } else { format!("<h1>{}</h1>\n", text(&page.title)) };
    Body { heading: heading.unwrap_or_else(made), body }
}

/// Elements that take all that follows for their own, or drop it, until they are closed. The sanitizer takes them out with what they hold.
const SWALLOWERS: [&str; 15] = [
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "xmp",
];

/// The swallowing element whose tag a piece of raw HTML begins with.
fn swallowed_by(raw: &str) -> Option<&'static str> {
    let inside = raw.trim_start_matches(['<', '/']);
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
    let name = inside.get(..end)?;
    SWALLOWERS.iter().find(|swallower| name.eq_ignore_ascii_case(swallower)).copied()
}

struct Writer<'a> {
    handbook: &'a Handbook,
    page: &'a Page,
    document: &'a Document,
    code: std::slice::Iter<'a, Arc<String>>,
    places: Places,
    events: &'a [(Event<'a>, Range<usize>)],
    /// Index of the event after the one being written.
    at: usize,
    out: String,
    table: Option<Table>,
    /// The description of the image being read, and how deep images are nested in it.
    alt: Option<(String, usize)>,
    notes: Footnotes,
    /// Whether each open list item has a check box.
    item_tasks: Vec<bool>,
    /// Whether each open quote is an alert.
    quotes: Vec<bool>,
    /// The anchor link to put at the end of the open heading.
    heading: Option<Heading>,
    /// Whether each open link is written as one.
    links: Vec<bool>,
    first_heading: Option<String>,
    /// What closes the elements that the open block of raw HTML may have left open.
    closers: String,
}

/// Where the document's facts stand, to find them at once however many there are.
struct Places {
    /// The index of each link and image of Markdown.
    links: HashMap<Span, usize>,
    /// The links and images of raw HTML by the place of their target, and their index.
    html_links: Vec<(Span, usize)>,
    /// The number of each item whose list has gaps, by the place where the item begins.
    numbers: HashMap<usize, u64>,
}

impl Places {
    fn of(document: &Document) -> Self {
        let mut links = HashMap::new();
        let mut html_links = Vec::new();
        for (index, link) in document.links.iter().enumerate() {
            match link.kind {
                LinkKind::Link | LinkKind::Image => drop(links.entry(link.span).or_insert(index)),
                LinkKind::HtmlLink | LinkKind::HtmlSource => html_links.push((link.target_span, index)),
            }
        }
        html_links.sort_unstable();
        let with_gaps = document.numbered_lists.iter().filter(|list| list.has_gaps());
        let numbers = with_gaps.flat_map(|list| list.items.iter().map(|(number, span)| (span.start, *number))).collect();
        Self { links, html_links, numbers }
    }
}

struct Table {
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
}

struct Heading {
    level: u8,
    anchor: String,
    /// Where the heading begins in the output, if it is the one that the page shows above its card.
    from: Option<usize>,
}

/// Footnotes in the order in which the text first refers to them.
#[derive(Default)]
struct Footnotes {
    names: Vec<String>,
    /// The number of each note, from 1.
    numbers: HashMap<String, usize>,
    references: Vec<usize>,
    definitions: Vec<(String, String)>,
    /// The text around the definition being read.
    outside: Option<String>,
}

impl Footnotes {
    /// The number of a note, from 1.
    fn number(&mut self, name: &str) -> usize {
        if let Some(known) = self.numbers.get(name) {
            return *known;
        }
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), self.names.len());
        self.references.push(0);
        self.names.len()
    }
}

impl Writer<'_> {
    fn event(&mut self, event: &Event<'_>, range: &Range<usize>) {
        if let Some((alt, depth)) = &mut self.alt {
            match event {
                Event::Start(Tag::Image { .. }) => *depth += 1,
                Event::End(TagEnd::Image) if *depth > 0 => *depth -= 1,
                Event::End(TagEnd::Image) => self.close_image(),
                Event::Text(words) | Event::Code(words) => alt.push_str(words),
                Event::SoftBreak | Event::HardBreak => alt.push(' '),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(*tag),
            Event::Text(words) => self.text(words),
            Event::Code(words) | Event::InlineMath(words) | Event::DisplayMath(words) => {
                self.out.push_str("<code>");
                self.text(words);
                self.out.push_str("</code>");
            }
            Event::InlineHtml(raw) if !self.handbook.config.trust_html && swallowed_by(raw).is_some() => {}
            Event::Html(raw) | Event::InlineHtml(raw) => self.raw_html(raw, range),
            Event::FootnoteReference(name) => self.footnote_reference(name),
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(done) => self.check_box(*done),
        }
    }

    fn text(&mut self, words: &str) {
        self.out.push_str(&text(words));
    }

    fn put(&mut self, html: fmt::Arguments<'_>) {
        // Writing to a string can't fail.
        let _ = self.out.write_fmt(html);
    }

    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph => self.out.push_str("<p>"),
            Tag::Heading { classes, .. } => self.open_heading(classes, range),
            Tag::BlockQuote(kind) => self.open_quote(*kind),
            Tag::CodeBlock(_) => self.code_block(),
            Tag::List(first) => self.open_list(*first),
            Tag::Item => {
                let task = self.is_task();
                self.item_tasks.push(task);
                let number = self.own_number(range).map_or(String::new(), |number| format!(" value=\"{number}\""));
                self.put(format_args!("<li{}{number}>", if task { " class=\"task\"" } else { "" }));
            }
            Tag::Table(alignments) => self.open_table(alignments),
            Tag::TableHead => {
                self.out.push_str("<thead><tr>");
                self.begin_row(true);
            }
            Tag::TableRow => {
                self.out.push_str("<tr>");
                self.begin_row(false);
            }
            Tag::TableCell => self.open_cell(),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Superscript => self.out.push_str("<sup>"),
            Tag::Subscript => self.out.push_str("<sub>"),
            Tag::Link { dest_url, title, .. } => self.open_link(dest_url, title, range),
            Tag::Image { dest_url, title, .. } => self.open_image(dest_url, title, range),
            Tag::FootnoteDefinition(name) => {
                self.notes.outside = Some(std::mem::take(&mut self.out));
                self.notes.definitions.push((name.to_string(), String::new()));
            }
            Tag::DefinitionList => self.out.push_str("<dl>\n"),
            Tag::DefinitionListTitle => self.out.push_str("<dt>"),
            Tag::DefinitionListDefinition => self.out.push_str("<dd>"),
            Tag::HtmlBlock => {
                self.raw_anchors(range);
                self.close_swallowers(range);
            }
            Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.out.push_str("</p>\n"),
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::BlockQuote(_) => {
                let alert = self.quotes.pop().unwrap_or(false);
                self.out.push_str(if alert { "</div>\n" } else { "</blockquote>\n" });
            }
            TagEnd::List(ordered) => self.out.push_str(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => {
                self.item_tasks.pop();
                self.out.push_str("</li>\n");
            }
            TagEnd::Table => {
                self.table = None;
                self.out.push_str("</tbody></table></div>\n");
            }
            TagEnd::TableHead => self.out.push_str("</tr></thead>\n<tbody>\n"),
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => self.close_cell(),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Superscript => self.out.push_str("</sup>"),
            TagEnd::Subscript => self.out.push_str("</sub>"),
            TagEnd::Link => {
                if self.links.pop() == Some(true) {
                    self.out.push_str("</a>");
                }
            }
            TagEnd::FootnoteDefinition => self.close_footnote(),
            TagEnd::DefinitionList => self.out.push_str("</dl>\n"),
            TagEnd::DefinitionListTitle => self.out.push_str("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.out.push_str("</dd>\n"),
            TagEnd::HtmlBlock => self.out.push_str(&std::mem::take(&mut self.closers)),
            TagEnd::Image | TagEnd::CodeBlock | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn section(&self, range: &Range<usize>) -> Option<&Section> {
        let start = self.document.body.start + range.start;
        let index = self.document.sections.partition_point(|section| section.span.start < start);
        self.document.sections.get(index)
    }

    fn open_heading(&mut self, classes: &[CowStr<'_>], range: &Range<usize>) {
        let Some(section) = self.section(range) else { return };
        let (level, id, title) = (section.level, section.id.clone(), section.title.clone());
        let from = (level == 1 && self.first_heading.is_none() && self.out.trim().is_empty()).then_some(self.out.len());
        let class = if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", attribute(&classes.join(" "))) };
        self.put(format_args!("<h{level} id=\"{}\"{class}>", attribute(&id)));
        let anchor = if level == 1 || title.is_empty() {
            String::new()
        } else {
            let name = attribute(&title);
            format!(" <a class=\"heading-anchor\" href=\"#{}\" aria-label=\"Link to this section: {name}\">#</a>", fragment(&id))
        };
        self.heading = Some(Heading { level, anchor, from });
    }

    fn close_heading(&mut self) {
        let Some(heading) = self.heading.take() else { return };
        self.put(format_args!("{}</h{}>\n", heading.anchor, heading.level));
        if let Some(from) = heading.from {
            self.first_heading = Some(self.out.split_off(from));
        }
    }

    fn open_quote(&mut self, kind: Option<BlockQuoteKind>) {
        self.quotes.push(kind.is_some());
        let Some(kind) = kind else {
            self.out.push_str("<blockquote>\n");
            return;
        };
        let (class, title) = match kind {
            BlockQuoteKind::Note => ("note", "Note"),
            BlockQuoteKind::Tip => ("tip", "Tip"),
            BlockQuoteKind::Important => ("important", "Important"),
            BlockQuoteKind::Warning => ("warning", "Warning"),
            BlockQuoteKind::Caution => ("caution", "Caution"),
        };
        self.put(format_args!("<div class=\"alert alert-{class}\" role=\"note\"><p class=\"alert-title\">{title}</p>\n"));
    }

    /// Writes a whole code block: its highlighted text is there already.
    fn code_block(&mut self) {
        while self.events.get(self.at).is_some_and(|(event, _)| !matches!(event, Event::End(TagEnd::CodeBlock))) {
            self.at += 1;
        }
        let Some(html) = self.code.next() else { return };
        let index = self.document.fences.len() - self.code.len() - 1;
        let language = self.document.fences.get(index).map_or("", |fence| fence.language.as_str());
        let name = attribute(language);
        let (data, class) = if name.is_empty() {
            (String::new(), String::new())
        } else {
            (format!(" data-language=\"{name}\""), format!(" class=\"language-{name}\""))
        };
        self.put(format_args!("<div class=\"code-block\"{data}><pre tabindex=\"0\"><code{class}>{html}</code></pre></div>\n"));
    }

    fn open_list(&mut self, first: Option<u64>) {
        let tasks = self.events.get(self.at).is_some_and(|(event, _)| matches!(event, Event::Start(Tag::Item))) && self.is_task_after(self.at + 1);
        match first {
            None if tasks => self.out.push_str("<ul class=\"task-list\">\n"),
            None => self.out.push_str("<ul>\n"),
            Some(1) => self.out.push_str("<ol>\n"),
            Some(number) => self.put(format_args!("<ol start=\"{number}\">\n")),
        }
    }

    /// The number that the author gave an item, where counting on would give another.
    fn own_number(&self, range: &Range<usize>) -> Option<u64> {
        self.places.numbers.get(&(self.document.body.start + range.start)).copied()
    }

    /// Whether the item that has just begun has a check box.
    fn is_task(&self) -> bool {
        self.is_task_after(self.at)
    }

    fn is_task_after(&self, at: usize) -> bool {
        let event = |at: usize| self.events.get(at).map(|(event, _)| event);
        let first = match event(at) {
            Some(Event::Start(Tag::Paragraph)) => event(at + 1),
            other => other,
        };
        matches!(first, Some(Event::TaskListMarker(_)))
    }

    fn check_box(&mut self, done: bool) {
        let mut label = String::new();
        for (event, _) in self.events.get(self.at..).unwrap_or_default() {
            match event {
                Event::Text(words) | Event::Code(words) => label.push_str(words),
                Event::SoftBreak | Event::HardBreak => label.push(' '),
                Event::End(TagEnd::Paragraph | TagEnd::Item) | Event::Start(Tag::List(_)) => break,
                _ => {}
            }
        }
        let name = attribute(&shorten(&collapse(&label), TASK_LABEL_LIMIT));
        let checked = if done { " checked" } else { "" };
        self.put(format_args!("<input type=\"checkbox\" disabled{checked} aria-label=\"{name}\"> "));
    }

    fn open_table(&mut self, alignments: &[Alignment]) {
        let mut columns = String::new();
        for (event, _) in self.events.get(self.at..).unwrap_or_default() {
            match event {
                Event::Text(words) | Event::Code(words) => columns.push_str(words),
                Event::End(TagEnd::TableCell) => columns.push_str(", "),
                Event::End(TagEnd::TableHead) => break,
                _ => {}
            }
        }
        let name = attribute(&shorten(collapse(&columns).trim_matches([',', ' ']), TASK_LABEL_LIMIT));
        self.put(format_args!("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table: {name}\"><table>"));
        self.table = Some(Table { alignments: alignments.to_vec(), cell: 0, in_head: false });
    }

    fn begin_row(&mut self, in_head: bool) {
        if let Some(table) = &mut self.table {
            table.cell = 0;
            table.in_head = in_head;
        }
    }

    fn open_cell(&mut self) {
        let Some(table) = &mut self.table else { return };
        let class = match table.alignments.get(table.cell) {
            Some(Alignment::Left) => " class=\"align-left\"",
            Some(Alignment::Center) => " class=\"align-center\"",
            Some(Alignment::Right) => " class=\"align-right\"",
            Some(Alignment::None) | None => "",
        };
        table.cell += 1;
        let tag = if table.in_head { "<th scope=\"col\"" } else { "<td" };
        self.out.extend([tag, class, ">"]);
    }

    fn close_cell(&mut self) {
        let in_head = self.table.as_ref().is_some_and(|table| table.in_head);
        self.out.push_str(if in_head { "</th>" } else { "</td>" });
    }

    /// What the link at this place leads to.
    fn resolved(&self, range: &Range<usize>) -> Option<&Resolved> {
        let offset = self.document.body.start;
        let index = self.places.links.get(&Span::new(offset + range.start, offset + range.end))?;
        self.page.links.get(*index)
    }

    fn open_link(&mut self, target: &str, title: &str, range: &Range<usize>) {
        let (address, external) = match self.resolved(range) {
            Some(Resolved::External) => (Some(url(target)), target.contains("://")),
            Some(resolved) => (href(self.handbook, self.page, resolved).map(|href| attribute(&href)), false),
            None => (None, false),
        };
        self.links.push(address.is_some());
        let Some(address) = address else { return };
        let outside = if external { " class=\"external\" rel=\"noopener\"" } else { "" };
        let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", attribute(title)) };
        self.put(format_args!("<a href=\"{address}\"{outside}{title}>"));
    }

    fn open_image(&mut self, target: &str, title: &str, range: &Range<usize>) {
        let address = match self.resolved(range) {
            Some(Resolved::External) => url(target),
            Some(resolved) => href(self.handbook, self.page, resolved).map_or_else(String::new, |href| attribute(&href)),
            None => String::new(),
        };
        let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", attribute(title)) };
        self.put(format_args!("<img src=\"{address}\" loading=\"lazy\"{title} alt=\""));
        self.alt = Some((String::new(), 0));
    }

    fn close_image(&mut self) {
        if let Some((alt, _)) = self.alt.take() {
            self.out.extend([&attribute(&alt), "\">"]);
        }
    }

    /// Headings in raw HTML that have no id of their own are links' targets all the same.
    fn raw_anchors(&mut self, range: &Range<usize>) {
        let block = Span::new(self.document.body.start + range.start, self.document.body.start + range.end);
        let sections = &self.document.sections;
        let first = sections.partition_point(|section| section.span.start < block.start);
        let here = sections.iter().skip(first).take_while(|section| section.span.start < block.end);
        for section in here.filter(|section| section.style == HeadingStyle::Html && !section.explicit_id) {
            self.out.extend(["<span id=\"", &attribute(&section.id), "\"></span>"]);
        }
    }

    /// What stands after a block of raw HTML must not be lost in an element that the block left open. End tags too many do no harm.
    fn close_swallowers(&mut self, range: &Range<usize>) {
        if self.handbook.config.trust_html {
            return;
        }
        let start = self.document.body.start + range.start;
        let raw = Span::new(start, start + range.len()).of(&self.document.text);
        let opened = raw.match_indices('<').filter_map(|(at, _)| swallowed_by(raw.get(at..)?));
        self.closers = opened.flat_map(|name| ["</", name, ">"]).collect();
    }

    /// Raw HTML, with the targets of its links replaced by what they resolved to.
    fn raw_html(&mut self, raw: &str, range: &Range<usize>) {
        let start = self.document.body.start + range.start;
        let place = Span::new(start, start + range.len());
        if place.of(&self.document.text) != raw {
            self.out.push_str(raw);
            return;
        }
        let mut from = place.start;
        let first = self.places.html_links.partition_point(|(span, _)| span.start < place.start);
        let here = self.places.html_links.iter().skip(first).take_while(|(span, _)| span.start < place.end);
        for (span, index) in here.copied() {
            let (Some(link), Some(resolved)) = (self.document.links.get(index), self.page.links.get(index)) else { continue };
            if span.of(&self.document.text) != link.target || span.start < from || !place.encloses(span) {
                continue;
            }
            if let Some(address) = href(self.handbook, self.page, resolved) {
                self.out.push_str(Span::new(from, span.start).of(&self.document.text));
                self.out.push_str(&attribute(&address));
                from = span.end;
            }
        }
        self.out.push_str(Span::new(from, place.end).of(&self.document.text));
    }

    fn footnote_reference(&mut self, name: &str) {
        let number = self.notes.number(name);
        let again = self.notes.references.get_mut(number - 1).map_or(1, |count| {
            *count += 1;
            *count
        });
        let id = if again == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{again}") };
        self.put(format_args!("<sup class=\"footnote-reference\"><a href=\"#fn-{number}\" id=\"{id}\">{number}</a></sup>"));
    }

    fn close_footnote(&mut self) {
        let Some(outside) = self.notes.outside.take() else { return };
        let inside = std::mem::replace(&mut self.out, outside);
        if let Some((_, definition)) = self.notes.definitions.last_mut() {
            *definition = inside;
        }
    }

    /// Writes the notes that the text refers to, in the order of their numbers.
    fn footnotes(&mut self) {
        let notes = std::mem::take(&mut self.notes);
        if notes.names.is_empty() {
            return;
        }
        self.out.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n");
        // A note that is defined twice says both.
        let mut texts: HashMap<&str, String> = HashMap::new();
        for (name, text) in &notes.definitions {
            texts.entry(name.as_str()).or_default().push_str(text.trim_end());
        }
        texts.retain(|name, _| notes.numbers.contains_key(*name));
        // A reference may stand in a note that nothing refers to, and so not on the page.
        let page = std::iter::once(&self.out).chain(texts.values());
        let references: HashSet<usize> = page
            .flat_map(|html| html.match_indices("id=\"fnref-").filter_map(|(at, mark)| html.get(at + mark.len()..)?.split('"').next()?.parse().ok()))
            .collect();
        for (index, name) in notes.names.iter().enumerate() {
            let number = index + 1;
            let text = texts.get(name.as_str()).map_or("", String::as_str);
            let back = format!(" <a class=\"footnote-back\" href=\"#fnref-{number}\" aria-label=\"Back to text\">↩</a>");
            let back = if references.contains(&number) { back } else { String::new() };
            // The way back stands in the note's last paragraph, not below it.
            match text.strip_suffix("</p>") {
                Some(open) => self.put(format_args!("<li id=\"fn-{number}\">{open}{back}</p></li>\n")),
                None => self.put(format_args!("<li id=\"fn-{number}\">{text}{back}</li>\n")),
            }
        }
        self.out.push_str("</ol></section>\n");
    }
}
