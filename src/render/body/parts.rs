//! A document in pieces, one for each heading, for the view that puts them into another order and carries its images inside.
//!
//! Knows where pieces begin. Must not know in which order they are shown.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::escape::{attribute, text, url};
use super::super::href;
use super::{Input, Writer, needs_cleaning};
use crate::document::markdown;
use crate::handbook::Resolved;
use crate::source::SitePath;

/// A document in pieces.
pub(in crate::render) struct Pieces {
    /// The heading of the page.
    pub heading: String,
    /// What stands before the first heading, then each section of the document without those below it, in their order.
    pub sections: Vec<Piece>,
    /// The footnotes.
    pub notes: String,
}

/// A section without those below it.
pub(in crate::render) struct Piece {
    /// Index of the document's section; none for what stands before the first.
    pub section: Option<usize>,
    /// Its heading; empty where the page has it.
    pub heading: String,
    /// What stands below the heading.
    pub html: String,
}

/// The images that a view carries inside, as `data:` URLs by their places in the site; and the sizes of those that it only leads to.
#[derive(Default)]
pub(in crate::render) struct Pictures {
    pub inside: BTreeMap<SitePath, String>,
    pub outside: BTreeMap<SitePath, u64>,
}

/// What is known while a document is written in pieces.
pub(super) struct Cutting<'a> {
    pictures: &'a Pictures,
    /// The level that the heading of each section shall have.
    levels: &'a [u8],
    cuts: Vec<Cut>,
    /// What closes the image that can't be shown, after its description.
    picture: Option<String>,
}

/// Where a piece begins in the output, and where its heading ends.
struct Cut {
    section: usize,
    from: usize,
    below: Option<usize>,
}

/// Renders the document of a page in pieces. Whether the handbook trusts raw HTML or not, it is cleaned: a piece must be whole, and load nothing.
pub(in crate::render) fn render_pieces(input: &Input<'_>, levels: &[u8], pictures: &Pictures) -> Pieces {
    let (page, sanitizer) = (input.page, input.sanitizer);
    let document = &page.document;
    let parsed = markdown::parse(document.body.of(&document.text));
    let mut writer = Writer::new(input, &parsed.events);
    writer.trusted = false;
    writer.cutting = Some(Cutting { pictures, levels, cuts: Vec::new(), picture: None });
    writer.write();
    let end = writer.out.len();
    writer.footnotes();
    let cuts = writer.cutting.map(|cutting| cutting.cuts).unwrap_or_default();
    let (out, mut drawings, marks) = (writer.out, writer.drawings, writer.marks);
    let bare = |html: String| if let Some(marks) = &marks { marks.bare(&html) } else { html };
    let mut clean = |from: usize, until: usize| {
        let html = out.get(from..until).unwrap_or_default();
        bare(if needs_cleaning(document) { drawings.put_into(&sanitizer.clean(html).to_string()) } else { drawings.put_into(html) })
    };
    let mut pieces = vec![Piece { section: None, heading: String::new(), html: clean(0, cuts.first().map_or(end, |cut| cut.from)) }];
    for (index, cut) in cuts.iter().enumerate() {
        let until = cuts.get(index + 1).map_or(end, |next| next.from);
        let below = cut.below.unwrap_or(cut.from);
        pieces.push(Piece { section: Some(cut.section), heading: clean(cut.from, below), html: clean(below, until) });
    }
    let notes = clean(end, out.len());
    let heading = match writer.first_heading {
        Some(heading) if needs_cleaning(document) => bare(sanitizer.clean(&heading).to_string()),
        Some(heading) => bare(heading),
        None => format!("<h1>{}</h1>\n", text(&page.title)),
    };
    Pieces { heading, sections: pieces, notes }
}

impl Writer<'_> {
    /// Begins a piece before a heading that stands in nothing else. Gives the level that it shall have.
    pub(super) fn cut_before(&mut self, range: &Range<usize>) -> Option<u8> {
        let is_free = self.item_tasks.is_empty() && self.quotes.is_empty() && self.definitions == 0 && !self.notes.is_open();
        let (section, from) = (self.section_index(range), self.out.len());
        let cutting = self.cutting.as_mut()?;
        if is_free {
            cutting.cuts.push(Cut { section, from, below: None });
        }
        cutting.levels.get(section).copied()
    }

    /// Takes down where the heading ends.
    pub(super) fn cut_behind(&mut self) {
        let end = self.out.len();
        if let Some(cut) = self.cutting.as_mut().and_then(|cutting| cutting.cuts.last_mut()) {
            cut.below.get_or_insert(end);
        }
    }

    /// The image that the view carries inside, as the source of an element.
    pub(super) fn carried(&self, resolved: &Resolved) -> Option<String> {
        let Resolved::Asset { address, .. } = resolved else { return None };
        self.cutting.as_ref()?.pictures.inside.get(address).cloned()
    }

    /// Begins an image of a view that loads nothing: the image itself if it is carried inside, else a link to it. False in other pages.
    pub(super) fn open_picture(&mut self, target: &str, range: &Range<usize>) -> bool {
        let resolved = self.resolved(range);
        let inside = resolved.and_then(|resolved| self.carried(resolved));
        let place = match resolved {
            Some(Resolved::External) => Some(url(target)),
            Some(resolved) => href(self.handbook, self.page, resolved).map(|href| attribute(&href)),
            None => None,
        };
        let size = match resolved {
            Some(Resolved::Asset { address, .. }) => self.cutting.as_ref().and_then(|cutting| cutting.pictures.outside.get(address)).copied(),
            _ => None,
        };
        let in_link = self.links.contains(&true);
        let Some(cutting) = &mut self.cutting else { return false };
        self.alt = Some((String::new(), 0));
        if let Some(source) = inside {
            self.out.extend(["<img src=\"", &source, "\" alt=\""]);
            return true;
        }
        let size = size.map_or_else(String::new, |size| format!(", {}", readable(size)));
        let close = match place.filter(|_| !in_link) {
            Some(place) => {
                self.out.extend(["<a class=\"picture\" href=\"", &place, "\">"]);
                "</a>"
            }
            None => "",
        };
        cutting.picture = Some(format!(" (image{size}){close}"));
        true
    }

    /// Ends an image that is a link. False if it is an image.
    pub(super) fn close_picture(&mut self, alt: &str) -> bool {
        let Some(end) = self.cutting.as_mut().and_then(|cutting| cutting.picture.take()) else { return false };
        let alt = if alt.trim().is_empty() { "Without description" } else { alt };
        self.out.extend([text(alt), end]);
        true
    }
}

/// A number of bytes for people: `2.3 MB`.
fn readable(bytes: u64) -> String {
    const MEGABYTE: u64 = 1_000_000;
    if bytes < MEGABYTE {
        return format!("{} kB", bytes.div_ceil(1000));
    }
    let tenths = bytes / (MEGABYTE / 10);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn sizes_are_for_people() {
        assert_eq!([0, 1, 999_999, 1_000_000, 2_345_678].map(readable), ["0 kB", "1 kB", "1000 kB", "1.0 MB", "2.3 MB"]);
    }
}
