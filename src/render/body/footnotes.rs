//! Footnotes: numbered as the text refers to them, written at the end.

use std::collections::{BTreeMap, HashMap};

use super::Writer;

/// The footnotes of one document.
#[derive(Default)]
pub(super) struct Footnotes {
    /// Those that something refers to, by name.
    references: HashMap<String, Reference>,
    /// HTML by name. A note that is defined twice says both.
    definitions: HashMap<String, String>,
    /// Name of the definition being read, and the text around it.
    open: Option<(String, String)>,
}

/// How the text refers to a note.
struct Reference {
    /// The note's number, from 1.
    number: usize,
    /// How many references there are.
    times: usize,
    /// The note that holds the first reference; none: the text itself does.
    first_in: Option<String>,
}

impl Writer<'_> {
    pub(super) fn footnote_reference(&mut self, name: &str) {
        let number = self.notes.references.len() + 1;
        let first_in = self.notes.open.as_ref().map(|(name, _)| name.clone());
        let reference = self.notes.references.entry(name.to_owned()).or_insert(Reference { number, times: 0, first_in });
        reference.times += 1;
        let (number, times) = (reference.number, reference.times);
        let again = if times == 1 { String::new() } else { format!("-{times}") };
        self.put(format_args!("<sup class=\"footnote-reference\"><a href=\"#fn-{number}\" id=\"fnref-{number}{again}\">{number}</a></sup>"));
    }

    pub(super) fn open_footnote(&mut self, name: &str) {
        self.notes.open = Some((name.to_owned(), std::mem::take(&mut self.out)));
    }

    pub(super) fn close_footnote(&mut self) {
        let Some((name, outside)) = self.notes.open.take() else { return };
        let inside = std::mem::replace(&mut self.out, outside);
        self.notes.definitions.entry(name).or_default().push_str(inside.trim_end());
    }

    /// Writes the notes that something refers to, in the order of their numbers.
    pub(super) fn footnotes(&mut self) {
        let notes = std::mem::take(&mut self.notes);
        if notes.references.is_empty() {
            return;
        }
        let by_number: BTreeMap<usize, (&String, &Reference)> =
            notes.references.iter().map(|(name, reference)| (reference.number, (name, reference))).collect();
        self.out.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n");
        for (number, (name, reference)) in by_number {
            let text = notes.definitions.get(name).map_or("", String::as_str);
            // The first reference may stand in a note that nothing refers to, and so not on the page.
            let shown = reference.first_in.as_ref().is_none_or(|holder| notes.references.contains_key(holder));
            let back = if shown {
                format!(" <a class=\"footnote-back\" href=\"#fnref-{number}\" aria-label=\"Back to text\">↩</a>")
            } else {
                String::new()
            };
            // The way back stands in the note's last paragraph, not below it.
            match text.strip_suffix("</p>") {
                Some(open) => self.put(format_args!("<li id=\"fn-{number}\">{open}{back}</p></li>\n")),
                None => self.put(format_args!("<li id=\"fn-{number}\">{text}{back}</li>\n")),
            }
        }
        self.out.push_str("</ol></section>\n");
    }
}
