//! Headings, quotes, code, lists and tables.

use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CowStr, Event, Tag, TagEnd};

use super::super::blocks::raci;
use super::super::code;
use super::super::escape::{attribute, fragment};
use super::{Heading, TASK_LABEL_LIMIT, Table, Writer};
use crate::document::Section;
use crate::text::{collapse, shorten};

impl Writer<'_> {
    pub(super) fn section(&self, range: &Range<usize>) -> Option<&Section> {
        self.document.sections.get(self.section_index(range))
    }

    /// The index of the section whose heading begins here.
    pub(super) fn section_index(&self, range: &Range<usize>) -> usize {
        let start = self.document.body.start() + range.start;
        self.document.sections.partition_point(|section| section.span.start() < start)
    }

    pub(super) fn open_heading(&mut self, classes: &[CowStr<'_>], range: &Range<usize>) {
        let Some(section) = self.section(range) else { return };
        let (level, id, title) = (section.level, section.id.clone(), section.title.clone());
        let level = self.cut_before(range).unwrap_or(level);
        let from = (level == 1 && self.first_heading.is_none() && self.out.trim().is_empty()).then_some(self.out.len());
        let class = if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", attribute(&classes.join(" "))) };
        self.put(format_args!("<h{level} id=\"{}\"{class}>", attribute(&id)));
        self.former_anchors(&id);
        let anchor = if level == 1 || title.is_empty() || self.cutting.is_some() {
            String::new()
        } else {
            let name = attribute(&title);
            format!(" <a class=\"heading-anchor\" href=\"#{}\" aria-label=\"Link to this section: {name}\">#</a>", fragment(&id))
        };
        self.heading = Some(Heading { level, anchor, from });
    }

    pub(super) fn close_heading(&mut self) {
        let Some(heading) = self.heading.take() else { return };
        self.put(format_args!("{}</h{}>\n", heading.anchor, heading.level));
        if let Some(from) = heading.from {
            self.first_heading = Some(self.out.split_off(from));
        }
        self.cut_behind();
    }

    pub(super) fn open_quote(&mut self, kind: Option<BlockQuoteKind>) {
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
    pub(super) fn code_block(&mut self) {
        while self.events.get(self.at).is_some_and(|(event, _)| !matches!(event, Event::End(TagEnd::CodeBlock))) {
            self.at += 1;
        }
        let Some(pieces) = self.code.next() else { return };
        let index = self.document.fences.len() - self.code.len() - 1;
        let Some(fence) = self.document.fences.get(index) else { return };
        let harmful = &self.page.blocks.harmful;
        let harm = harmful.binary_search_by_key(&index, |block| block.fence).ok().and_then(|at| harmful.get(at));
        let block = code::block(fence, pieces, harm.map(|block| &block.words), &self.placeholders);
        if !self.fence_figure(fence.span, &block) {
            self.out.push_str(&block);
        }
    }

    pub(super) fn open_list(&mut self, first: Option<u64>) {
        let tasks = self.events.get(self.at).is_some_and(|(event, _)| matches!(event, Event::Start(Tag::Item))) && self.is_task_after(self.at + 1);
        let first_item = self.events.get(self.at).filter(|(event, _)| matches!(event, Event::Start(Tag::Item)));
        let duty = first_item.and_then(|(_, range)| self.duties.get(&(self.document.body.start() + range.start))).copied();
        match first {
            None if duty.is_some() => {
                let class = duty.map(|duty| duty.list_class()).unwrap_or_default();
                self.put(format_args!("<ul class=\"{class}\">\n"));
            }
            None if tasks => self.out.push_str("<ul class=\"task-list\">\n"),
            None => self.out.push_str("<ul>\n"),
            Some(1) => self.out.push_str("<ol>\n"),
            Some(number) => self.put(format_args!("<ol start=\"{number}\">\n")),
        }
    }

    /// The number that the author gave an item, where counting on would give another.
    pub(super) fn own_number(&self, range: &Range<usize>) -> Option<u64> {
        self.places.numbers.get(&(self.document.body.start() + range.start)).copied()
    }

    /// Whether the item that has just begun has a check box.
    pub(super) fn is_task(&self) -> bool {
        self.is_task_after(self.at)
    }

    pub(super) fn is_task_after(&self, at: usize) -> bool {
        let event = |at: usize| self.events.get(at).map(|(event, _)| event);
        let first = match event(at) {
            Some(Event::Start(Tag::Paragraph)) => event(at + 1),
            other => other,
        };
        matches!(first, Some(Event::TaskListMarker(_)))
    }

    pub(super) fn check_box(&mut self, done: bool) {
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

    pub(super) fn open_table(&mut self, alignments: &[Alignment], range: &Range<usize>) {
        let page = self.page;
        let matrix = raci::matrix_at(&page.blocks, self.document.body.start() + range.start);
        let table = Table {
            alignments: alignments.to_vec(),
            matrix,
            row: None,
            cell: 0,
            in_head: false,
            has_letters: false,
            in_role_link: false,
            is_heading: false,
        };
        self.table = Some(table);
        if let Some(matrix) = matrix {
            self.out.push_str(&raci::open(matrix));
            return;
        }
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
        self.put(format_args!("<div class=\"table-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table: {name}\"><table>"));
    }

    pub(super) fn begin_row(&mut self, in_head: bool) {
        let mut is_group = false;
        if let Some(table) = &mut self.table {
            table.cell = 0;
            table.in_head = in_head;
            table.row = if in_head { None } else { Some(table.row.map_or(0, |row| row + 1)) };
            is_group = table.matrix.zip(table.row).is_some_and(|(matrix, row)| matrix.layout.groups.binary_search(&row).is_ok());
        }
        self.out.push_str(if is_group { "<tr class=\"raci-group\">" } else { "<tr>" });
    }

    pub(super) fn open_cell(&mut self) {
        // A corner that says nothing heads nothing.
        let is_empty = matches!(self.events.get(self.at), Some((Event::End(TagEnd::TableCell), _)));
        let is_day = self.holds_day();
        let Some(table) = &mut self.table else { return };
        let cell = table.matrix.map_or(raci::Cell::Plain, |matrix| raci::cell(matrix, table.row, table.cell));
        table.is_heading = !is_empty && (table.in_head || cell == raci::Cell::RowHead);
        table.has_letters = cell == raci::Cell::Letters;
        let alignment = match table.alignments.get(table.cell) {
            Some(Alignment::Left) => "align-left",
            Some(Alignment::Center) => "align-center",
            Some(Alignment::Right) => "align-right",
            Some(Alignment::None) | None => "",
        };
        let class = match cell {
            raci::Cell::Letters | raci::Cell::RoleHead => "raci-cell",
            _ if is_day && alignment.is_empty() => "day",
            _ => alignment,
        };
        let column = table.cell;
        table.cell += 1;
        let tag = match (table.is_heading, table.in_head) {
            (true, true) => "<th scope=\"col\"",
            (true, false) => "<th scope=\"row\"",
            _ => "<td",
        };
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        self.out.extend([tag, &class, ">"]);
        self.open_head(cell, column);
    }

    /// Whether all that the cell holds is a day as `2026-12-01`, which no line breaks at its hyphens.
    fn holds_day(&self) -> bool {
        let mut events = self.cell_events();
        let (Some(Event::Text(words)), None) = (events.next(), events.next()) else { return false };
        words.len() == 10 && words.parse::<jiff::civil::Date>().is_ok()
    }

    /// Writes what a head of a matrix shows besides the author's words.
    fn open_head(&mut self, cell: raci::Cell, column: usize) {
        let Some(matrix) = self.table.as_ref().and_then(|table| table.matrix) else { return };
        let row = self.table.as_ref().and_then(|table| table.row);
        if let raci::Cell::LetterHead(letter) = cell {
            let words: String = self
                .cell_events()
                .filter_map(|event| if let Event::Text(words) | Event::Code(words) = event { Some(&**words) } else { None })
                .collect();
            // A footnote or a link of the author's is more than the words.
            let is_plain = self.cell_events().all(|event| {
                matches!(
                    event,
                    Event::Text(_) | Event::Code(_) | Event::Start(Tag::Strong | Tag::Emphasis) | Event::End(TagEnd::Strong | TagEnd::Emphasis)
                )
            });
            let (html, says_no_more) = raci::letter_head(letter, words.trim(), matrix.model);
            self.out.push_str(&html);
            while says_no_more && is_plain && self.events.get(self.at).is_some_and(|(event, _)| !matches!(event, Event::End(TagEnd::TableCell))) {
                self.at += 1;
            }
            return;
        }
        // A link that the author wrote is better than ours.
        let has_link =
            self.cell_events().any(|event| matches!(event, Event::Start(Tag::Link { .. }) | Event::FootnoteReference(_) | Event::InlineHtml(_)));
        if let Some(href) = matrix.role_at(row, column).filter(|_| !has_link).and_then(|role| raci::role_href(self.handbook, self.page, role)) {
            self.put(format_args!("<a href=\"{}\">", attribute(&href)));
            if let Some(table) = &mut self.table {
                table.in_role_link = true;
            }
        }
    }

    /// What is left of the open cell.
    fn cell_events(&self) -> impl Iterator<Item = &Event<'_>> {
        let rest = self.events.get(self.at..).unwrap_or_default().iter().map(|(event, _)| event);
        rest.take_while(|event| !matches!(event, Event::End(TagEnd::TableCell)))
    }

    pub(super) fn close_cell(&mut self) {
        let Some(table) = &mut self.table else { return };
        let in_link = std::mem::take(&mut table.in_role_link);
        table.has_letters = false;
        let end = if table.is_heading { "</th>" } else { "</td>" };
        self.out.extend([if in_link { "</a>" } else { "" }, end]);
    }
}
