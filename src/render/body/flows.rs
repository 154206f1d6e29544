//! Flows in the text: where their figures stand, and what they stand in for.
//!
//! Knows the order of the text. Must not know how a figure looks.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::super::blocks::flow::Figures;
use super::super::drawn::Drawn;
use super::Writer;
use crate::blocks::flow::Form;
use crate::handbook::{Handbook, Page};
use crate::text::Span;

/// The flows of a document that are written as paragraphs and lists.
pub(super) struct Flows<'a> {
    figures: Figures<'a>,
    /// Their indices, by the place where they begin.
    by_start: BTreeMap<usize, usize>,
    open: Option<Open>,
}

/// A line of steps that is being written.
struct Open {
    index: usize,
    span: Span,
    /// Where it begins in the output, if the figure stands in for it.
    from: Option<usize>,
}

impl<'a> Flows<'a> {
    pub(super) fn of(handbook: &'a Handbook, page: &'a Page, drawn: &'a Drawn<'a>) -> Self {
        let in_text = page.blocks.flows.iter().enumerate().filter(|(_, flow)| matches!(flow.form, Form::Line | Form::LabelledLine | Form::Tree));
        Self { figures: Figures::of(handbook, page, drawn), by_start: in_text.map(|(index, flow)| (flow.span.start(), index)).collect(), open: None }
    }
}

impl Writer<'_> {
    /// Opens and closes flows where an event crosses their borders.
    pub(super) fn flow_borders(&mut self, event: &Event<'_>, range: &Range<usize>) {
        let start = self.document.body.start() + range.start;
        if self.flows.open.as_ref().is_some_and(|open| is_block(event) && !open.span.contains(start)) {
            self.close_flow();
        }
        if self.flows.by_start.is_empty() || matches!(event, Event::End(_)) {
            return;
        }
        let Some(index) = self.flows.by_start.remove(&start) else { return };
        let Some(flow) = self.page.blocks.flows.get(index) else { return };
        if flow.form == Form::Tree {
            // The list stays: it is what fits a phone.
            self.put_figure(index, None);
            return;
        }
        let is_whole = matches!(event, Event::Start(Tag::Paragraph)) || self.out.rsplit('<').next().is_some_and(|tag| tag.starts_with("li"));
        let from = (flow.form == Form::Line && is_whole).then_some(self.out.len());
        self.flows.open = Some(Open { index, span: flow.span, from });
    }

    /// Writes the figure of the open flow: in the place of the text that it stands in for, else after it.
    pub(super) fn close_flow(&mut self) {
        let Some(open) = self.flows.open.take() else { return };
        let Some(from) = open.from.filter(|from| self.out.is_char_boundary(*from)) else {
            self.put_figure(open.index, None);
            return;
        };
        let written = self.out.split_off(from);
        let source = if written.starts_with("<p") { written.clone() } else { format!("<p>{written}</p>\n") };
        if !self.put_figure(open.index, Some(&source)) {
            self.out.push_str(&written);
        }
    }

    /// Writes the figure of a fence, with the code as its text. False if the fence is no flow, or nothing can be drawn.
    pub(super) fn fence_figure(&mut self, span: Span, code: &str) -> bool {
        let flows = &self.page.blocks.flows;
        let found = flows.binary_search_by_key(&span, |flow| flow.span).ok();
        found.is_some_and(|index| self.put_figure(index, Some(code)))
    }

    fn put_figure(&mut self, index: usize, source: Option<&str>) -> bool {
        let Some(figure) = self.flows.figures.figure(index, source) else { return false };
        let from = self.out.len();
        self.out.push_str(&figure.before);
        if let Some(flow) = self.page.blocks.flows.get(index) {
            self.mark(from, flow.span.start());
        }
        self.drawing(figure.svg);
        self.out.push_str(&figure.after);
        true
    }
}

/// Whether an event is none of the text of a paragraph.
fn is_block(event: &Event<'_>) -> bool {
    match event {
        Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript | Tag::Link { .. } | Tag::Image { .. })
        | Event::End(
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript | TagEnd::Link | TagEnd::Image,
        ) => false,
        Event::Start(_) | Event::End(_) | Event::Html(_) | Event::Rule => true,
        _ => false,
    }
}
