//! What a page says, as sections of plain text: prose, table cells and code.
//!
//! Knows documents. Must not know words, nor how the text is kept.

use crate::document::{BlockKind, Document, Fence, Table};
use crate::text::{Excerpt, collapse};

/// Characters of a heading that are searched and shown.
const HEADING_LIMIT: usize = 300;

/// A section as it is searched and shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Section {
    /// The anchor, without `#`; empty for what stands before the first heading.
    pub anchor: String,
    /// The heading.
    pub heading: String,
    /// One line for each paragraph, each row of a table, each line of code.
    pub text: String,
    /// Where code stands in the text, which names roles and platforms by accident only.
    pub code: Vec<(usize, usize)>,
}

impl Section {
    /// A section with a text of one piece.
    pub(super) fn new(anchor: &str, heading: &str, text: String) -> Self {
        Self { anchor: anchor.to_owned(), heading: name(heading).to_owned(), text, code: Vec::new() }
    }

    fn line(&mut self, line: &str) {
        let line = collapse(line);
        if !line.is_empty() {
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            self.text.push_str(&line);
        }
    }

    fn table(&mut self, table: &Table) {
        for row in std::iter::once(&table.header).chain(&table.rows) {
            let cells: Vec<&str> = row.iter().map(Excerpt::as_str).filter(|cell| !cell.is_empty()).collect();
            self.line(&cells.join(" | "));
        }
    }

    fn code(&mut self, fence: &Fence) {
        let from = self.text.len();
        for line in fence.content.lines() {
            self.line(line);
        }
        self.code.push((from, self.text.len()));
    }
}

/// A heading or a title, or what a reader would still read of one that is too long.
pub(super) fn name(text: &str) -> &str {
    text.char_indices().nth(HEADING_LIMIT).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// The sections of a document. The heading that is the page's title opens the page and is no section of its own.
pub(super) fn sections(document: &Document, title: &str) -> Vec<Section> {
    let document = &*document.whole();
    let mut found = vec![Section::default()];
    let mut headings = document.sections.iter().peekable();
    let mut fences = document.fences.iter();
    let mut tables = document.tables().iter();
    let opens = |start: usize, found: &mut Vec<Section>, headings: &mut std::iter::Peekable<std::slice::Iter<'_, crate::document::Section>>| {
        while let Some(heading) = headings.next_if(|heading| heading.span.start() <= start) {
            let is_title = heading.title == title && found.iter().all(|section| section.heading.is_empty() && section.text.is_empty());
            if !is_title {
                found.push(Section::new(&heading.id, &heading.title, String::new()));
            }
        }
    };
    for block in document.blocks() {
        opens(block.span.start(), &mut found, &mut headings);
        let Some(section) = found.last_mut() else { break };
        match block.kind {
            BlockKind::Code => fences.next().into_iter().for_each(|fence| section.code(fence)),
            BlockKind::Table { .. } => tables.next().into_iter().for_each(|table| section.table(table)),
            BlockKind::Comment => {}
            BlockKind::Paragraph | BlockKind::Html | BlockKind::Term | BlockKind::Definition => section.line(&block.text(document)),
        }
    }
    opens(usize::MAX, &mut found, &mut headings);
    found
}

/// Cuts a text that is too long for one piece at the ends of lines or words.
pub(super) fn pieces(section: Section, limit: usize) -> Vec<Section> {
    if section.text.len() <= limit {
        return vec![section];
    }
    let mut found = Vec::new();
    let mut rest = section.text.as_str();
    let mut start = 0;
    while !rest.is_empty() {
        let most = rest.floor_char_boundary(limit.max(4));
        let head = rest.get(..most).unwrap_or(rest);
        let cut = if most == rest.len() { most } else { head.rfind(['\n', ' ']).map_or(most, |at| at + 1) };
        let (piece, after) = rest.split_at_checked(cut).unwrap_or((rest, ""));
        let text = piece.trim_end();
        let code = section.code.iter().map(|(from, to)| (from.saturating_sub(start).min(text.len()), to.saturating_sub(start).min(text.len())));
        let code = code.filter(|(from, to)| from < to).collect();
        found.push(Section { code, ..Section::new(&section.anchor, &section.heading, text.to_owned()) });
        start += piece.len();
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Source};

    fn read(text: &str) -> Vec<(String, String, String)> {
        let (document, _) = Document::parse(&Source::new(SitePath::new("a.md").unwrap(), text));
        let title = document.title();
        sections(&document, &title).into_iter().map(|section| (section.anchor, section.heading, section.text)).collect()
    }

    fn section(anchor: &str, heading: &str, text: &str) -> (String, String, String) {
        (anchor.to_owned(), heading.to_owned(), text.to_owned())
    }

    #[test]
    fn prose_tables_and_code_are_lines() {
        let text = "# Title\n\nFirst *line*\nruns on.\n\n## Two\n\n- one\n- two\n\n| A | B |\n|---|---|\n| `x` | |\n| 1 | 2 |\n\n```sh\nls  -l\n\ncat x\n```\n\n<!-- hidden -->\n\n### Three\n";
        assert_eq!(
            read(text),
            [section("", "", "First line runs on."), section("two", "Two", "one\ntwo\nA | B\nx\n1 | 2\nls -l\ncat x"), section("three", "Three", "")]
        );
    }

    #[test]
    fn a_title_of_the_front_matter_leaves_the_heading_a_section() {
        assert_eq!(read("---\ntitle: Other\n---\n# Title\n\nx\n"), [section("", "", ""), section("title", "Title", "x")]);
    }

    #[test]
    fn scripts_and_styles_are_not_searched() {
        let text = "a <script>secret</script> b\n\n<style>\n.secret {}\n</style>\n\n<div>c<script>secret</script></div>\n";
        assert_eq!(read(text), [section("", "", "a b\nc")]);
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        let long = Section::new("a", "A", "äöü äöü\näöü äöü".to_owned());
        let texts: Vec<String> = pieces(long, 16).into_iter().map(|piece| piece.text).collect();
        assert_eq!(texts, ["äöü äöü", "äöü äöü"]);
        let texts: Vec<String> = pieces(Section::new("", "", "ä".repeat(9)), 5).into_iter().map(|piece| piece.text).collect();
        assert_eq!(texts.concat(), "ä".repeat(9));
    }

    #[test]
    fn code_is_code_in_each_piece() {
        let long = Section { code: vec![(4, 15)], ..Section::new("", "", "one\ntwo\nthree x\nfour".to_owned()) };
        let found: Vec<(String, Vec<(usize, usize)>)> = pieces(long, 10).into_iter().map(|piece| (piece.text, piece.code)).collect();
        assert_eq!(found, [("one\ntwo".to_owned(), vec![(4, 7)]), ("three x".to_owned(), vec![(0, 7)]), ("four".to_owned(), vec![])]);
    }

    #[test]
    fn a_heading_without_end_is_cut() {
        assert_eq!(Section::new("a", &"ä".repeat(400_000), String::new()).heading, "ä".repeat(300));
    }
}
