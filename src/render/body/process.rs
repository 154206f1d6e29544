//! Steps of processes within the text: where lists become processes, and what of the author's words the heads of steps show already.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::super::blocks::process;
use super::super::escape::{fragment, text};
use super::Writer;
use crate::blocks::process::{Process, Target};
use crate::handbook::Page;
use crate::text::Span;

/// Where the processes of a document stand, and what changes in their text.
#[derive(Default)]
pub(super) struct Steps {
    /// The process that begins with the list item at each place.
    lists: HashMap<usize, usize>,
    /// Process and step of the list item at each place.
    items: HashMap<usize, (usize, usize)>,
    /// What changes, by place.
    changes: Vec<(Span, Change)>,
    /// For each open list, whether it is a process.
    open_lists: Vec<Option<usize>>,
    /// For each open item, whether it is a step.
    open_items: Vec<bool>,
}

/// A change in the text of a step.
#[derive(Debug, Clone)]
enum Change {
    /// The head of the step shows it.
    Cut,
    /// It leads to a step: anchor and number.
    Link(String, String),
    /// It is the case of a branch.
    Case,
}

impl Steps {
    pub(super) fn of(page: &Page) -> Self {
        let mut steps = Self::default();
        for (index, process) in page.blocks.processes.iter().enumerate() {
            let anchors: HashMap<u64, &str> = process.steps.iter().map(|step| (step.number, &*step.anchor)).collect();
            steps.lists.insert(process.span.start(), index);
            for (place, step) in process.steps.iter().enumerate() {
                steps.items.insert(step.span.start(), (index, place));
                steps.changes.extend(step.shown.iter().map(|span| (*span, Change::Cut)));
                for branch in &step.branches {
                    if let Target::Step(number) = branch.target
                        && let Some(anchor) = anchors.get(&number)
                    {
                        steps.changes.push((branch.target_span, Change::Link((*anchor).to_owned(), number.to_string())));
                    }
                    steps.changes.extend(branch.label_span.map(|span| (span, Change::Case)));
                }
            }
        }
        steps.changes.sort_by_key(|(span, _)| *span);
        steps
    }
}

impl Writer<'_> {
    fn process(&self, index: usize) -> Option<&'_ Process> {
        self.page.blocks.processes.get(index)
    }

    /// Opens a list that is a process.
    pub(super) fn open_process(&mut self, range: &Range<usize>) -> bool {
        let found = self.steps.lists.get(&(self.document.body.start() + range.start)).copied();
        self.steps.open_lists.push(found);
        let page = self.page;
        let Some((index, process)) = found.and_then(|index| Some((index, page.blocks.processes.get(index)?))) else { return false };
        // One lane shows nothing that the list doesn't.
        let drawing = (process.actors.len() > 1).then(|| process::drawing(self.handbook, page, process, index + 1, self.drawn));
        let svg = drawing.flatten();
        let (before, after) = process::opening(process, svg.is_some());
        self.out.push_str(&before);
        if let Some(svg) = svg {
            self.out.push_str(&process::swimlane(process));
            self.drawing(svg);
            self.out.push_str("</div></figure>\n");
        }
        self.out.push_str(&after);
        true
    }

    /// Closes the innermost list, if it is a process.
    pub(super) fn close_process(&mut self) -> bool {
        let Some(index) = self.steps.open_lists.pop().flatten() else { return false };
        let closing = self.process(index).map(process::closing);
        self.out.push_str(&closing.unwrap_or_default());
        true
    }

    /// Opens an item that is a step.
    pub(super) fn open_step(&mut self, range: &Range<usize>) -> bool {
        let found = self.steps.items.get(&(self.document.body.start() + range.start)).copied();
        let in_process = self.steps.open_lists.last().is_some_and(Option::is_some);
        self.steps.open_items.push(found.is_some() && in_process);
        let page = self.page;
        let Some((process, step)) = found.filter(|_| in_process) else { return false };
        let Some(process) = page.blocks.processes.get(process) else { return false };
        self.out.push_str(&process::step(self.handbook, page, process, step));
        if let Some(step) = process.steps.get(step) {
            self.former_anchors(&step.anchor);
        }
        true
    }

    pub(super) fn close_step(&mut self) {
        if self.steps.open_items.pop() == Some(true) {
            self.out.push_str("</div>");
        }
    }

    /// Writes an event whose text changes; false where nothing does.
    pub(super) fn changed(&mut self, event: &Event<'_>, range: &Range<usize>) -> bool {
        if self.steps.changes.is_empty() {
            return false;
        }
        let offset = self.document.body.start();
        let place = Span::new(offset + range.start, offset + range.end);
        let first = self.steps.changes.partition_point(|(span, _)| span.end() <= place.start());
        let here: Vec<(Span, Change)> = self.steps.changes.iter().skip(first).take_while(|(span, _)| span.start() < place.end()).cloned().collect();
        if here.is_empty() {
            return false;
        }
        let is_cut = here.iter().any(|(span, change)| matches!(change, Change::Cut) && span.encloses(place));
        match event {
            Event::Text(_) if is_cut => {
                self.trim_end();
                true
            }
            Event::Code(_)
            | Event::SoftBreak
            | Event::InlineHtml(_)
            | Event::Start(Tag::Strong | Tag::Emphasis | Tag::Strikethrough)
            | Event::End(TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough) => is_cut,
            Event::Text(words) if words.len() == place.end() - place.start() => {
                self.changed_text(words, place, &here);
                true
            }
            _ => false,
        }
    }

    /// Whether something else is shown in a place of the source.
    pub(super) fn is_dressed(&self, place: Span) -> bool {
        let first = self.steps.changes.partition_point(|(span, _)| span.end() <= place.start());
        self.steps.changes.get(first).is_some_and(|(span, _)| span.start() < place.end())
    }

    fn changed_text(&mut self, words: &str, place: Span, here: &[(Span, Change)]) {
        self.look_for_names();
        let mut at = place.start();
        let piece = |from: usize, to: usize| words.get(from - place.start()..to - place.start()).unwrap_or_default();
        for (span, change) in here {
            let (from, to) = (span.start().max(at), span.end().min(place.end()));
            if from > to {
                continue;
            }
            self.marked(words, at - place.start(), from - place.start());
            let inside = text(piece(from, to));
            match change {
                Change::Cut => self.trim_end(),
                Change::Case => self.out.extend(["<b>", &inside, "</b>"]),
                Change::Link(..) if self.links.last() == Some(&true) => self.out.push_str(&inside),
                Change::Link(anchor, number) => {
                    let words = if inside == *number { format!("step {number}") } else { inside };
                    self.out.extend(["<a href=\"#", &fragment(anchor), "\">", &words, "</a>"]);
                }
            }
            at = to;
        }
        self.marked(words, at - place.start(), words.len());
    }

    /// Takes back the space before what is cut.
    fn trim_end(&mut self) {
        let length = self.out.trim_end_matches(' ').len();
        self.out.truncate(length);
    }
}
