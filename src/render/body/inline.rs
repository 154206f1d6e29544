//! Links, images and raw HTML.

use std::ops::Range;

use super::super::escape::{attribute, url};
use super::super::href;
use super::Writer;
use crate::document::LinkKind;
use crate::handbook::{Page, Resolved};
use crate::text::Span;

impl Writer<'_> {
    /// What the link at this place leads to.
    pub(super) fn resolved(&self, range: &Range<usize>) -> Option<&Resolved> {
        let start = self.document.body.start + range.start;
        let end = self.document.body.start + range.end;
        // Links stand in the order of their beginnings.
        let first = self.document.links.partition_point(|link| link.span.start < start);
        let mut here = self.document.links.iter().zip(&self.page.links).skip(first).take_while(|(link, _)| link.span.start == start);
        let found = here.find(|(link, _)| link.span.end == end && matches!(link.kind, LinkKind::Link | LinkKind::Image));
        found.map(|(_, resolved)| resolved)
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
            self.out.extend([&attribute(&alt), "\">"]);
        }
    }

    /// Raw HTML, with the targets of its links replaced by what they resolved to.
    pub(super) fn raw_html(&mut self, raw: &str, range: &Range<usize>) {
        let start = self.document.body.start + range.start;
        let place = Span::new(start, start + range.len());
        if place.of(&self.document.text) != raw {
            self.out.push_str(raw);
            return;
        }
        let mut from = place.start;
        let first = self.html_targets.partition_point(|(span, _)| span.start < place.start);
        for (span, resolved) in self.html_targets.iter().skip(first).copied().take_while(|(span, _)| span.start < place.end) {
            if span.start < from || !place.encloses(span) {
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
}

/// The targets of links in raw HTML that stand in the text as they are meant, not escaped.
pub(super) fn html_targets(page: &Page) -> Vec<(Span, &Resolved)> {
    let links = page.document.links.iter().zip(&page.links);
    let in_html = links.filter(|(link, _)| matches!(link.kind, LinkKind::HtmlLink | LinkKind::HtmlSource));
    let exact = in_html.filter(|(link, _)| link.target_span.of(&page.document.text) == link.target);
    let mut targets: Vec<_> = exact.map(|(link, resolved)| (link.target_span, resolved)).collect();
    targets.sort_by_key(|(span, _)| *span);
    targets
}
