//! Footnotes: numbered as the text refers to them, written at the end. Their ids begin with a colon, which no heading's anchor does.

use std::collections::HashMap;

use super::Writer;

/// The footnotes of one document.
#[derive(Default)]
pub(super) struct Footnotes {
    /// Names in the order of their numbers.
    names: Vec<String>,
    /// Number from 1, and how often something refers to the note, by name.
    numbers: HashMap<String, (usize, usize)>,
    /// Names in the order in which the notes are written.
    defined: Vec<String>,
    /// HTML by name. A note that is written twice says both.
    texts: HashMap<String, String>,
    /// Name of the note being read, and the text around it.
    open: Option<(String, String)>,
}

impl Footnotes {
    /// Whether a note is being read.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The number of a note, and how often something referred to it so far.
    fn entry(&mut self, name: &str) -> &mut (usize, usize) {
        if !self.numbers.contains_key(name) {
            self.names.push(name.to_owned());
        }
        let number = self.names.len();
        self.numbers.entry(name.to_owned()).or_insert((number, 0))
    }
}

impl Writer<'_> {
    pub(super) fn footnote_reference(&mut self, name: &str) {
        let entry = self.notes.entry(name);
        entry.1 += 1;
        let (number, times) = *entry;
        let again = if times == 1 { String::new() } else { format!("-{times}") };
        self.put(format_args!("<sup class=\"footnote-reference\"><a href=\"#:fn-{number}\" id=\":fnref-{number}{again}\">{number}</a></sup>"));
    }

    pub(super) fn open_footnote(&mut self, name: &str) {
        self.notes.open = Some((name.to_owned(), std::mem::take(&mut self.out)));
    }

    pub(super) fn close_footnote(&mut self) {
        let Some((name, outside)) = self.notes.open.take() else { return };
        let inside = std::mem::replace(&mut self.out, outside);
        self.notes.texts.entry(name.clone()).or_default().push_str(inside.trim_end());
        self.notes.defined.push(name);
    }

    /// Writes the notes in the order of their numbers, last those that nothing refers to: they were written to be read.
    pub(super) fn footnotes(&mut self) {
        let mut notes = std::mem::take(&mut self.notes);
        for name in std::mem::take(&mut notes.defined) {
            notes.entry(&name);
        }
        if notes.names.is_empty() {
            return;
        }
        self.out.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n");
        for name in &notes.names {
            let (number, times) = notes.numbers.get(name).copied().unwrap_or_default();
            let text = notes.texts.get(name).map_or("", String::as_str);
            let back = format!(" <a class=\"footnote-back\" href=\"#:fnref-{number}\" aria-label=\"Back to text\">↩</a>");
            let back = if times > 0 { back } else { String::new() };
            // The way back stands in the note's last paragraph, not below it.
            match text.strip_suffix("</p>") {
                Some(open) => self.put(format_args!("<li id=\":fn-{number}\">{open}{back}</p></li>\n")),
                None => self.put(format_args!("<li id=\":fn-{number}\">{text}{back}</li>\n")),
            }
        }
        self.out.push_str("</ol></section>\n");
    }
}
