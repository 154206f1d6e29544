//! One document's Markdown as HTML, with its links resolved and its code highlighted.

mod blocks;
mod drawings;
mod flows;
mod footnotes;
mod former;
mod inline;
mod lines;
mod mentions;
mod parts;
mod process;
mod rights;

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use ammonia::Builder;
use pulldown_cmark::{Alignment, Event, Tag, TagEnd};

use super::blocks::raci;
use super::code::Names as Placeholders;
use super::drawn::Drawn;
use super::escape::{breakable, text};
use super::highlight::Piece;
use crate::blocks::raci::Matrix;
use crate::document::{Document, markdown};
use crate::handbook::{Handbook, Page};
use crate::registry::Mentions;
use drawings::Drawings;
use flows::Flows;
use footnotes::Footnotes;
use former::Former;
use inline::{Places, swallowed_by};
use lines::Marks;
use mentions::Names;
use parts::Cutting;
use process::Steps;
use rights::Rights;

pub(super) use lines::is_line_mark;
pub(super) use parts::{Pictures, Pieces, render_pieces};

/// A check box's name for screen readers is cut at this many characters.
const TASK_LABEL_LIMIT: usize = 120;

/// In lists and quotes nested deeper than this raw HTML is shown as text: to clean it takes time that grows with the square of the depth.
const NESTING_LIMIT: u32 = 200;

/// A document as HTML.
pub(super) struct Body {
    /// The first heading of level 1 if the document begins with it, else one made of the title.
    pub heading: String,
    /// The rest.
    pub body: String,
}

/// What a document is rendered from.
pub(super) struct Input<'a> {
    pub handbook: &'a Handbook,
    pub page: &'a Page,
    /// The document's code blocks, highlighted, in their order.
    pub code: &'a [Arc<Vec<Piece>>],
    pub sanitizer: &'a Builder<'static>,
    pub mentions: &'a Mentions,
    pub drawn: &'a Drawn<'a>,
    /// Whether blocks say from which line of the file they come.
    pub lines: bool,
}

/// Renders the document of a page.
pub(super) fn render(input: &Input<'_>) -> Body {
    let (handbook, page) = (input.handbook, input.page);
    let document = &page.document;
    let parsed = markdown::parse(document.body.of(&document.text));
    let mut writer = Writer::new(input, &parsed.events);
    writer.write();
    writer.footnotes();
    let (mut heading, mut body) = (writer.first_heading, writer.out);
    if needs_cleaning(document) && !handbook.config.trust_html {
        body = input.sanitizer.clean(&body).to_string();
        heading = heading.map(|heading| input.sanitizer.clean(&heading).to_string());
    }
    if let Some(marks) = &writer.marks {
        body = marks.bare(&body);
        heading = heading.map(|heading| marks.bare(&heading));
    }
    body = writer.drawings.put_into(&body);
    Body { heading: heading.unwrap_or_else(|| made_heading(page)), body }
}

/// Whether a document holds raw HTML that was written as such.
fn needs_cleaning(document: &Document) -> bool {
    document.has_html && document.nesting <= NESTING_LIMIT
}

/// The heading of a page whose document doesn't begin with one.
fn made_heading(page: &Page) -> String {
    if page.document.sections.iter().any(|section| section.level == 1) { String::new() } else { format!("<h1>{}</h1>\n", breakable(&page.title)) }
}

struct Writer<'a> {
    handbook: &'a Handbook,
    page: &'a Page,
    document: &'a Document,
    code: std::slice::Iter<'a, Arc<Vec<Piece>>>,
    places: Places,
    events: &'a [(Event<'a>, Range<usize>)],
    /// Index of the event after the one being written.
    at: usize,
    out: String,
    table: Option<Table<'a>>,
    /// What the bullets of phases say, by the place where they begin.
    duties: HashMap<usize, raci::Duty<'a>>,
    /// The duty whose bullet has begun, until its first words are written.
    duty: Option<raci::Duty<'a>>,
    /// Whether the name of a role has just been written, and a colon after it is needless.
    after_role: bool,
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
    /// Drawings that are laid out already.
    drawn: &'a Drawn<'a>,
    drawings: Drawings,
    steps: Steps,
    former: Former,
    flows: Flows<'a>,
    /// The names in the text that become links; none if none do.
    names: Option<Names<'a>>,
    placeholders: Placeholders<'a>,
    rights: Rights,
    /// Whether raw HTML stays as the author wrote it.
    trusted: bool,
    /// How many definitions are open.
    definitions: usize,
    /// Where the pieces of an incident view begin, if that is what is written.
    cutting: Option<Cutting<'a>>,
    /// What says from which line each block comes; none outside of previews.
    marks: Option<Marks>,
}

#[expect(clippy::struct_excessive_bools, reason = "each says one thing about the open cell or row")]
struct Table<'a> {
    alignments: Vec<Alignment>,
    /// What it says, if it is a matrix.
    matrix: Option<&'a Matrix>,
    /// Number of the open row below the heading row.
    row: Option<usize>,
    cell: usize,
    in_head: bool,
    /// Whether the open cell holds letters of the matrix.
    has_letters: bool,
    /// Whether a link to a role's page is open.
    in_role_link: bool,
    /// Whether the open cell is one that heads a column.
    is_heading: bool,
}

struct Heading {
    level: u8,
    anchor: String,
    /// Where the heading begins in the output, if it is the one that the page shows above its card.
    from: Option<usize>,
}

impl<'a> Writer<'a> {
    fn new(input: &Input<'a>, events: &'a [(Event<'a>, Range<usize>)]) -> Self {
        let Input { handbook, page, code, mentions, drawn, .. } = *input;
        let document: &Document = &page.document;
        Self {
            handbook,
            page,
            document,
            code: code.iter(),
            places: Places::of(document),
            events,
            at: 0,
            out: String::with_capacity(document.text.len() * 2),
            table: None,
            duties: raci::duties(&page.blocks),
            duty: None,
            after_role: false,
            alt: None,
            notes: Footnotes::default(),
            item_tasks: Vec::new(),
            quotes: Vec::new(),
            heading: None,
            links: Vec::new(),
            first_heading: None,
            closers: String::new(),
            drawn,
            drawings: Drawings::of(document),
            steps: Steps::of(page),
            former: Former::of(page),
            flows: Flows::of(handbook, page, drawn),
            names: Names::of(handbook, document, mentions),
            placeholders: Placeholders::of(document),
            rights: Rights::of(page),
            trusted: handbook.config.trust_html,
            definitions: 0,
            cutting: None,
            marks: input.lines.then(|| Marks::of(document)),
        }
    }
}

impl Writer<'_> {
    /// Writes the whole document but its footnotes.
    fn write(&mut self) {
        self.former_anchors_of_top();
        while let Some((event, range)) = self.events.get(self.at) {
            self.at += 1;
            self.open_rights(event, range);
            self.event(event, range);
            self.close_rights(event);
        }
        self.close_flow();
    }

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
        if self.changed(event, range) {
            return;
        }
        self.flow_borders(event, range);
        match event {
            Event::Start(tag) => {
                let from = self.out.len();
                self.start(tag, range);
                if lines::is_marked(tag) {
                    self.mark(from, self.document.body.start() + range.start);
                }
            }
            Event::End(tag) => self.end(*tag),
            Event::Code(words) if self.table.as_ref().is_some_and(|table| table.has_letters) => self.text(words),
            Event::Text(words) => self.prose(words),
            Event::Code(words) | Event::InlineMath(words) | Event::DisplayMath(words) => {
                self.out.push_str("<code>");
                match self.placeholders.inline(words) {
                    Some(html) => self.out.push_str(&html),
                    None => self.text(words),
                }
                self.out.push_str("</code>");
            }
            Event::InlineHtml(raw) if !self.trusted && swallowed_by(raw).is_some() => {}
            Event::Html(raw) | Event::InlineHtml(raw) if self.document.nesting > NESTING_LIMIT => self.text(raw),
            Event::Html(raw) | Event::InlineHtml(raw) => {
                self.raw_names(raw);
                self.raw_html(raw, range);
            }
            Event::FootnoteReference(name) => self.footnote_reference(name),
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(done) => self.check_box(*done),
        }
    }

    fn text(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        let matrix = self.table.as_ref().filter(|table| table.has_letters).and_then(|table| table.matrix);
        if let Some(matrix) = matrix {
            self.out.push_str(&raci::letters(words, matrix.model));
            return;
        }
        self.duty = None;
        let words = if std::mem::take(&mut self.after_role) { raci::after_role(words) } else { words };
        self.out.push_str(&if self.heading.is_some() { breakable(words) } else { text(words) });
    }

    /// Writes the role that a duty begins with. Gives how much of the text that took.
    fn duty_role(&mut self, words: &str) -> usize {
        let Some((name, rest)) = self.duty.take().and_then(|duty| duty.lead(self.handbook, self.page, words)) else { return 0 };
        self.out.push_str(&name);
        self.after_role = rest.is_empty();
        words.len() - rest.len()
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
            Tag::List(_) if self.open_process(range) => {}
            Tag::List(first) => self.open_list(*first),
            Tag::Item => {
                let task = self.is_task();
                self.item_tasks.push(task);
                if self.open_step(range) {
                    return;
                }
                let number = self.own_number(range).map_or(String::new(), |number| format!(" value=\"{number}\""));
                self.duty = self.duties.get(&(self.document.body.start() + range.start)).copied();
                self.after_role = false;
                match self.duty {
                    Some(duty) => self.put(format_args!("<li class=\"{}\">", duty.class())),
                    None => self.put(format_args!("<li{}{number}>", if task { " class=\"task\"" } else { "" })),
                }
            }
            Tag::Table(alignments) => self.open_table(alignments, range),
            Tag::TableHead => {
                self.out.push_str("<thead>");
                self.begin_row(true);
            }
            Tag::TableRow => self.begin_row(false),
            Tag::TableCell => self.open_cell(),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Superscript => self.out.push_str("<sup>"),
            Tag::Subscript => self.out.push_str("<sub>"),
            Tag::Link { dest_url, title, .. } => self.open_link(dest_url, title, range),
            Tag::Image { dest_url, title, .. } => self.open_image(dest_url, title, range),
            Tag::FootnoteDefinition(name) => self.open_footnote(name),
            Tag::DefinitionList => self.out.push_str("<dl>\n"),
            Tag::DefinitionListTitle => self.out.push_str("<dt>"),
            Tag::DefinitionListDefinition => {
                self.definitions += 1;
                self.out.push_str("<dd>");
            }
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
            TagEnd::List(_) if self.close_process() => {}
            TagEnd::List(ordered) => self.out.push_str(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => {
                self.item_tasks.pop();
                self.close_step();
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
            TagEnd::DefinitionListDefinition => {
                self.definitions = self.definitions.saturating_sub(1);
                self.out.push_str("</dd>\n");
            }
            TagEnd::HtmlBlock => self.out.push_str(&std::mem::take(&mut self.closers)),
            TagEnd::Image | TagEnd::CodeBlock | TagEnd::MetadataBlock(_) => {}
        }
    }
}
