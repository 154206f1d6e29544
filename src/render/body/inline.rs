//! Links, images and raw HTML.

use std::collections::HashMap;
use std::ops::Range;

use super::super::escape::{attribute, url};
use super::super::href;
use super::Writer;
use crate::document::{Document, HeadingStyle, LinkKind};
use crate::handbook::Resolved;
use crate::text::Span;

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
pub(super) fn swallowed_by(raw: &str) -> Option<&'static str> {
    let inside = raw.trim_start_matches(['<', '/']);
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
    let name = inside.get(..end)?;
    SWALLOWERS.iter().find(|swallower| name.eq_ignore_ascii_case(swallower)).copied()
}

/// Where the document's facts stand, to find them at once however many there are.
pub(super) struct Places {
    /// The index of each link and image of Markdown.
    links: HashMap<Span, usize>,
    /// The links and images of raw HTML by the place of their target, and their index.
    html_links: Vec<(Span, usize)>,
    /// The number of each item whose list has gaps, by the place where the item begins.
    pub(super) numbers: HashMap<usize, u64>,
}

impl Places {
    pub(super) fn of(document: &Document) -> Self {
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
        let numbers = with_gaps.flat_map(|list| list.items.iter().map(|(number, span)| (span.start(), *number))).collect();
        Self { links, html_links, numbers }
    }
}

impl Writer<'_> {
    /// What the link at this place leads to.
    pub(super) fn resolved(&self, range: &Range<usize>) -> Option<&Resolved> {
        let offset = self.document.body.start();
        let index = self.places.links.get(&Span::new(offset + range.start, offset + range.end))?;
        self.page.links.get(*index)
    }

    pub(super) fn open_link(&mut self, target: &str, title: &str, range: &Range<usize>) {
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

    pub(super) fn open_image(&mut self, target: &str, title: &str, range: &Range<usize>) {
        if self.open_picture(target, range) {
            return;
        }
        let address = match self.resolved(range) {
            Some(Resolved::External) => url(target),
            Some(resolved) => href(self.handbook, self.page, resolved).map_or_else(String::new, |href| attribute(&href)),
            None => String::new(),
        };
        let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", attribute(title)) };
        self.put(format_args!("<img src=\"{address}\" loading=\"lazy\"{title} alt=\""));
        self.alt = Some((String::new(), 0));
    }

    pub(super) fn close_image(&mut self) {
        if let Some((alt, _)) = self.alt.take() {
            if self.close_picture(&alt) {
                return;
            }
            self.out.extend([&attribute(&alt), "\">"]);
        }
    }

    /// Headings in raw HTML that have no id of their own are links' targets all the same.
    pub(super) fn raw_anchors(&mut self, range: &Range<usize>) {
        let block = Span::new(self.document.body.start() + range.start, self.document.body.start() + range.end);
        let sections = &self.document.sections;
        let first = sections.partition_point(|section| section.span.start() < block.start());
        let here = sections.iter().skip(first).take_while(|section| section.span.start() < block.end());
        for section in here.filter(|section| section.style == HeadingStyle::Html) {
            if !section.explicit_id {
                self.out.extend(["<span id=\"", &attribute(&section.id), "\"></span>"]);
            }
            self.former_anchors(&section.id);
        }
    }

    /// What stands after a block of raw HTML must not be lost in an element that the block left open. End tags too many do no harm.
    pub(super) fn close_swallowers(&mut self, range: &Range<usize>) {
        if self.trusted {
            return;
        }
        let start = self.document.body.start() + range.start;
        let raw = Span::new(start, start + range.len()).of(&self.document.text);
        let opened: Vec<&str> = raw.match_indices('<').filter_map(|(at, _)| swallowed_by(raw.get(at..)?)).collect();
        // The innermost first; and all once more, since what holds raw text takes the end tags of others for text.
        let inwards = opened.iter().rev();
        self.closers = inwards.clone().chain(inwards).flat_map(|name| ["</", name, ">"]).collect();
    }

    /// Raw HTML, with the targets of its links replaced by what they resolved to.
    pub(super) fn raw_html(&mut self, raw: &str, range: &Range<usize>) {
        let start = self.document.body.start() + range.start;
        let place = Span::new(start, start + range.len());
        if place.of(&self.document.text) != raw {
            self.out.push_str(raw);
            return;
        }
        let mut from = place.start();
        let first = self.places.html_links.partition_point(|(span, _)| span.start() < place.start());
        let here = self.places.html_links.iter().skip(first).take_while(|(span, _)| span.start() < place.end());
        for (span, index) in here.copied() {
            let (Some(link), Some(resolved)) = (self.document.links.get(index), self.page.links.get(index)) else { continue };
            // A target that wasn't found has the place of the whole link.
            if span == link.span || span.start() < from || !place.encloses(span) {
                continue;
            }
            if let Some(address) = self.carried(resolved).or_else(|| href(self.handbook, self.page, resolved)) {
                self.out.push_str(Span::new(from, span.start()).of(&self.document.text));
                self.out.push_str(&attribute(&address));
                from = span.end();
            }
        }
        self.out.push_str(Span::new(from, place.end()).of(&self.document.text));
    }
}
