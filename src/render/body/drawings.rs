//! Drawings of ours, set in once the page is clean: the sanitizer takes out every `<svg>`, since an author's may run scripts.
//!
//! Knows marks and what they stand for. Must not know what a drawing shows.

use super::Writer;
use crate::document::Document;

/// The drawings of one document, and the marks that keep their places until the page is clean.
///
/// A mark is an empty element whose class holds the hash of the document: no author can write a document that holds its own hash.
/// It is found again by its tag, which cleaned HTML has between texts only: in attributes and texts its quotes and brackets are escaped.
pub(super) struct Drawings {
    opening: String,
    svgs: Vec<String>,
}

/// What closes a mark after the number of the drawing.
const CLOSING: &str = "\"></div>";

impl Drawings {
    pub(super) fn of(document: &Document) -> Self {
        Self { opening: format!("<div class=\"drawing-{}-", document.digest.hex(32)), svgs: Vec::new() }
    }

    /// The mark to write where the drawing shall stand.
    fn mark(&mut self, svg: String) -> String {
        self.svgs.push(svg);
        format!("{}{}{CLOSING}", self.opening, self.svgs.len() - 1)
    }

    /// The page with its drawings in the places of their marks. Each drawing comes once.
    pub(super) fn put_into(&mut self, body: &str) -> String {
        if self.svgs.is_empty() {
            return body.to_owned();
        }
        let mut pieces = body.split(self.opening.as_str());
        let mut out = String::with_capacity(body.len() + self.svgs.iter().map(String::len).sum::<usize>());
        out.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let (number, rest) = piece.split_once(CLOSING).unwrap_or((piece, ""));
            let svg = number.parse().ok().and_then(|index: usize| self.svgs.get_mut(index)).map(std::mem::take);
            out.push_str(&svg.unwrap_or_default());
            out.push_str(rest);
        }
        out
    }
}

impl Writer<'_> {
    /// Writes a drawing of ours. Its texts must be escaped: nothing cleans it.
    pub(super) fn drawing(&mut self, svg: String) {
        let mark = self.drawings.mark(svg);
        self.out.push_str(&mark);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::super::sanitize::sanitizer;
    use super::*;
    use crate::source::{SitePath, Source};

    #[test]
    fn drawings_outlive_the_sanitizer_and_stand_in_no_attribute() {
        let source = Source::new(SitePath::new("a.md").unwrap(), Arc::from("# A\n"));
        let (document, _) = Document::parse(&source);
        let svg = "<svg><text>x</text></svg>";
        for (before, after, expected) in [
            ("<p>a</p>", "<p>b</p>", "<p>a</p><svg><text>x</text></svg><p>b</p>"),
            // What an author left open takes the mark along, and the drawing is lost rather than put where it could do harm.
            ("<p title='", "'>b</p>", ""),
            ("<!-- ", " -->b", ""),
        ] {
            let mut drawings = Drawings::of(&document);
            let mark = drawings.mark(svg.to_owned());
            let clean = sanitizer().clean(&format!("{before}{mark}{after}")).to_string();
            let page = drawings.put_into(&clean);
            if expected.is_empty() {
                assert!(!page.contains("<svg"), "{page}");
            } else {
                assert_eq!(page, expected);
            }
        }
    }

    #[test]
    fn a_mark_of_another_document_is_no_mark() {
        let document = |text: &str| Document::parse(&Source::new(SitePath::new("a.md").unwrap(), Arc::from(text))).0;
        let mut drawings = Drawings::of(&document("# A\n"));
        let mut others = Drawings::of(&document("# B\n"));
        let _ = drawings.mark("<svg></svg>".to_owned());
        let foreign = others.mark(String::new());
        assert_eq!(drawings.put_into(&foreign), foreign);
    }
}
