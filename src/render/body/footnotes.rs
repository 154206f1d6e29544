//! Footnotes: numbered as the text refers to them, written at the end.

use std::collections::HashMap;

use super::Writer;

/// The footnotes of one document.
#[derive(Default)]
pub(super) struct Footnotes {
    /// Names in the order of their numbers.
    names: Vec<String>,
    /// Number from 1, and how often the text refers to it, by name.
    numbers: HashMap<String, (usize, usize)>,
    /// HTML by name; of several definitions of one name the first counts.
    definitions: HashMap<String, String>,
    /// Name of the definition being read and the text around it.
    open: Option<(String, String)>,
}

impl Writer<'_> {
    pub(super) fn footnote_reference(&mut self, name: &str) {
        let next = self.notes.numbers.len() + 1;
        let entry = self.notes.numbers.entry(name.to_owned()).or_insert((next, 0));
        entry.1 += 1;
        let (number, times) = *entry;
        if times == 1 {
            self.notes.names.push(name.to_owned());
        }
        let again = if times == 1 { String::new() } else { format!("-{times}") };
        self.put(format_args!("<sup class=\"footnote-reference\"><a href=\"#fn-{number}\" id=\"fnref-{number}{again}\">{number}</a></sup>"));
    }

    pub(super) fn open_footnote(&mut self, name: &str) {
        self.notes.open = Some((name.to_owned(), std::mem::take(&mut self.out)));
    }

    pub(super) fn close_footnote(&mut self) {
        let Some((name, outside)) = self.notes.open.take() else { return };
        let inside = std::mem::replace(&mut self.out, outside);
        self.notes.definitions.entry(name).or_insert(inside);
    }

    /// Writes the notes that the text refers to, in the order of their numbers.
    pub(super) fn footnotes(&mut self) {
        let notes = std::mem::take(&mut self.notes);
        if notes.names.is_empty() {
            return;
        }
        self.out.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n");
        for (index, name) in notes.names.iter().enumerate() {
            let number = index + 1;
            let text = notes.definitions.get(name).map_or("", |text| text.trim_end());
            let back = format!(" <a class=\"footnote-back\" href=\"#fnref-{number}\" aria-label=\"Back to text\">↩</a>");
            // The way back stands in the note's last paragraph, not below it.
            match text.strip_suffix("</p>") {
                Some(open) => self.put(format_args!("<li id=\"fn-{number}\">{open}{back}</p></li>\n")),
                None => self.put(format_args!("<li id=\"fn-{number}\">{text}{back}</li>\n")),
            }
        }
        self.out.push_str("</ol></section>\n");
    }
}
