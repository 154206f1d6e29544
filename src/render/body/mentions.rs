//! Links from names in prose to their pages: once a section, never in code, headings or links.
//!
//! Text is looked at a paragraph at a time, so that a name may run over the end of a line.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::super::entity_href;
use super::super::escape::attribute;
use super::Writer;
use crate::document::Document;
use crate::handbook::{Entity, Handbook, Page};
use crate::registry::{GAP, Mentions};
use crate::text::{Span, collapse, shorten};

/// Characters of a link's title.
const TITLE_LIMIT: usize = 140;

/// Elements of raw HTML in which nothing is linked.
const CLOSED: [&str; 14] = ["a", "button", "code", "h1", "h2", "h3", "h4", "h5", "h6", "kbd", "pre", "samp", "summary", "th"];

/// The names that one page links to.
pub(super) struct Names<'a> {
    finder: &'a Mentions,
    /// What the open section links to already.
    seen: BTreeSet<Entity>,
    section: usize,
    /// Index of the first event that hasn't been looked at.
    planned: usize,
    /// What is to be written where: the event, the place in its text; the last first.
    marks: Vec<(usize, usize, String)>,
    /// How many elements of raw HTML are open in which nothing is linked.
    closed: usize,
}

impl<'a> Names<'a> {
    /// None if the page links to no names.
    pub(super) fn of(handbook: &Handbook, document: &Document, finder: &'a Mentions) -> Option<Self> {
        let is_wanted = !finder.is_empty() && handbook.entities.is_some() && document.meta.link_names != Some(false);
        is_wanted.then(|| Self { finder, seen: BTreeSet::new(), section: 0, planned: 0, marks: Vec::new(), closed: 0 })
    }

    /// Keeps count of the elements of raw HTML that are open.
    fn raw(&mut self, html: &str) {
        for (at, _) in html.match_indices('<') {
            let Some(tag) = html.get(at + 1..) else { continue };
            let (ends, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
            let name = tag.get(..tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len())).unwrap_or_default();
            if CLOSED.iter().any(|closed| closed.eq_ignore_ascii_case(name)) {
                self.closed = if ends { self.closed.saturating_sub(1) } else { self.closed + 1 };
            }
        }
    }
}

/// The text of a paragraph, a cell or an item, and where it comes from.
#[derive(Default)]
struct Prose {
    text: String,
    /// Where the text of an event begins, and the event's index.
    pieces: Vec<(usize, usize)>,
    /// Where emphasis begins or ends: no link may reach over it.
    borders: Vec<usize>,
}

impl Prose {
    /// The event that holds a place, and the place in its text.
    fn place(&self, at: usize) -> Option<(usize, usize)> {
        let (start, event) = *self.pieces.get(self.pieces.partition_point(|(start, _)| *start <= at).checked_sub(1)?)?;
        Some((event, at - start))
    }
}

impl Writer<'_> {
    /// Text of the document, with links from the names in it.
    pub(super) fn prose(&mut self, words: &str) {
        self.look_for_names();
        // The role of a duty is linked already, so a name that begins in it is none: its mark goes, and with it the mark of its end.
        let event = self.at - 1;
        let from = self.duty_role(words);
        while let Some(names) = &mut self.names
            && names.marks.pop_if(|(of, at, _)| *of == event && *at < from).is_some()
        {
            names.marks.pop();
        }
        self.marked(words, from, words.len());
    }

    /// Finds the names from the event being written to the end of its paragraph, unless that was done.
    pub(super) fn look_for_names(&mut self) {
        let event = self.at - 1;
        let is_plain =
            self.heading.is_none() && self.links.is_empty() && !self.table.as_ref().is_some_and(|table| table.in_head || table.in_role_link);
        if is_plain && self.names.as_ref().is_some_and(|names| event >= names.planned && names.closed == 0) {
            self.plan(event);
        }
    }

    /// Writes a part of the text of the event being written, with the links that begin or end in it.
    pub(super) fn marked(&mut self, words: &str, mut from: usize, until: usize) {
        let event = self.at - 1;
        while let Some((_, at, html)) = self.names.as_mut().and_then(|names| names.marks.pop_if(|(of, at, _)| *of == event && *at <= until)) {
            self.text(words.get(from..at).unwrap_or_default());
            self.out.push_str(&html);
            from = at;
        }
        self.text(words.get(from..until).unwrap_or_default());
    }

    /// Raw HTML may open a link, or a heading, that Markdown doesn't know of.
    pub(super) fn raw_names(&mut self, html: &str) {
        let event = self.at - 1;
        if let Some(names) = self.names.as_mut().filter(|names| event >= names.planned) {
            names.raw(html);
        }
    }

    /// Looks at the text from an event to the end of its paragraph.
    fn plan(&mut self, first: usize) {
        let Some(mut names) = self.names.take() else { return };
        names.marks.clear();
        let prose = self.gather(first, &mut names);
        let start = self.document.body.start() + self.events.get(first).map_or(0, |(_, range)| range.start);
        let section = self.document.sections.partition_point(|section| section.span.start() <= start);
        if section != names.section {
            names.section = section;
            names.seen.clear();
        }
        for mention in names.finder.find(&prose.text) {
            let border = prose.borders.partition_point(|border| *border <= mention.range.start);
            let is_crossed = prose.borders.get(border).is_some_and(|border| *border < mention.range.end);
            if is_crossed || is_defined_here(self.handbook, self.page, mention.entity) || names.seen.contains(&mention.entity) {
                continue;
            }
            let Some(link) = self.name_link(mention.entity) else { continue };
            let (Some(from), Some(until)) = (prose.place(mention.range.start), prose.place(mention.range.end - 1)) else { continue };
            if self.is_changed(from, until) {
                continue;
            }
            names.seen.insert(mention.entity);
            names.marks.push((from.0, from.1, link));
            names.marks.push((until.0, until.1 + 1, "</a>".to_owned()));
        }
        names.marks.reverse();
        self.names = Some(names);
    }

    /// Whether a step shows something else in the place of a name, or of a part of it. Both ends are an event and a place in its text.
    fn is_changed(&self, from: (usize, usize), until: (usize, usize)) -> bool {
        let place = |(event, at): (usize, usize), whole: fn(&std::ops::Range<usize>) -> usize| {
            let (found, range) = self.events.get(event)?;
            // Where the source is longer than its text, nobody knows where in it the name stands.
            let is_plain = matches!(found, Event::Text(words) if words.len() == range.len());
            Some(self.document.body.start() + if is_plain { range.start + at } else { whole(range) })
        };
        let (Some(start), Some(end)) = (place(from, |range| range.start), place((until.0, until.1 + 1), |range| range.end)) else { return true };
        self.is_dressed(Span::new(start, end))
    }

    fn gather(&self, first: usize, names: &mut Names<'_>) -> Prose {
        let mut prose = Prose::default();
        let mut inside = 0_usize;
        names.planned = first;
        for (event, _) in self.events.get(first..).unwrap_or_default() {
            match event {
                Event::Text(words) if inside == 0 && names.closed == 0 => {
                    prose.pieces.push((prose.text.len(), names.planned));
                    prose.text.push_str(words);
                }
                Event::SoftBreak => prose.text.push(' '),
                Event::HardBreak => prose.text.push('\n'),
                Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript)
                | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript) => {
                    prose.borders.push(prose.text.len());
                }
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                    inside += 1;
                    prose.text.push(GAP);
                }
                Event::End(TagEnd::Link | TagEnd::Image) => inside = inside.saturating_sub(1),
                Event::InlineHtml(raw) => {
                    names.raw(raw);
                    prose.text.push(GAP);
                }
                Event::Text(_) | Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => prose.text.push(GAP),
                Event::TaskListMarker(_) => {}
                Event::Start(_) | Event::End(_) | Event::Html(_) | Event::Rule => break,
            }
            names.planned += 1;
        }
        prose
    }

    fn name_link(&self, entity: Entity) -> Option<String> {
        let address = attribute(&entity_href(self.handbook, self.page, entity)?);
        let title = attribute(&title(self.handbook, entity));
        Some(format!("<a class=\"mention\" href=\"{address}\" title=\"{title}\">"))
    }
}

/// What an entry is, in a line.
fn title(handbook: &Handbook, entity: Entity) -> String {
    let registry = &handbook.registry;
    let says = match entity {
        Entity::Role(index) => registry.roles().get(index).and_then(|role| role.description.as_ref()),
        Entity::Platform(index) => registry.platforms.get(index).and_then(|platform| platform.description.as_ref()),
        Entity::Environment(index) => registry.environments.get(index).and_then(|environment| environment.description.as_ref()),
        Entity::Label(index) => registry.labels.get(index).and_then(|label| label.meaning.as_ref()),
        Entity::Term(index) => registry.glossary.get(index).map(|term| &term.meaning),
    };
    let purposes = || match entity {
        Entity::Platform(index) => registry.platforms.get(index).map(|platform| platform.purposes.join(", ")),
        _ => None,
    };
    let says = says.cloned().or_else(purposes).filter(|says| !says.is_empty());
    says.map_or_else(|| entity.kind().to_owned(), |says| format!("{}: {}", entity.kind(), shorten(&collapse(&says), TITLE_LIMIT)))
}

/// Whether this is the page that says what a term means.
fn is_defined_here(handbook: &Handbook, page: &Page, entity: Entity) -> bool {
    let Entity::Term(index) = entity else { return false };
    let source = handbook.registry.glossary.get(index).and_then(|term| term.source.as_ref());
    source.is_some_and(|source| source.name.split('#').next() == Some(page.path.as_str()))
}
