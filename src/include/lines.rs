//! The lines and regions of a file that parts are taken from.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::text::Span;

/// What begins a region, and what ends it.
const BEGINS: &str = "ANCHOR:";
const ENDS: &str = "ANCHOR_END:";

/// A file by its lines.
pub(super) struct Lines {
    /// Each line without its break.
    pub all: Vec<Span>,
    /// Index of the first line of each region and of the line that ends it.
    pub regions: BTreeMap<String, (usize, Option<usize>)>,
    /// Indexes of the lines that begin and end regions.
    marks: Vec<usize>,
}

impl Lines {
    /// Reads a text once.
    pub(super) fn of(text: &str) -> Self {
        let mut lines = Self { all: Vec::new(), regions: BTreeMap::new(), marks: Vec::new() };
        let mut start = 0;
        for (index, whole) in text.split_inclusive('\n').enumerate() {
            let line = whole.strip_suffix('\n').map_or(whole, |line| line.strip_suffix('\r').unwrap_or(line));
            let first = if index == 0 && line.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
            lines.all.push(Span::new(start + first, start + line.len()));
            start += whole.len();
            if let Some(name) = name(line, ENDS) {
                lines.marks.push(index);
                if let Some((_, end @ None)) = lines.regions.get_mut(name) {
                    *end = Some(index);
                }
            } else if let Some(name) = name(line, BEGINS) {
                lines.marks.push(index);
                if !lines.regions.contains_key(name) {
                    lines.regions.insert(name.to_owned(), (index + 1, None));
                }
            }
        }
        lines
    }

    /// Whether the line of an index begins or ends a region.
    pub(super) fn is_mark(&self, index: usize) -> bool {
        self.marks.binary_search(&index).is_ok()
    }

    /// The lines of a region, and whether something ends it.
    pub(super) fn region(&self, name: &str) -> Option<(Range<usize>, bool)> {
        let (first, end) = self.regions.get(name)?;
        Some((*first..end.unwrap_or(self.all.len()), end.is_some()))
    }
}

/// The name that follows a mark in a line.
fn name<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(mark)?;
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
    rest.get(..end).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_between_their_marks() {
        let text = "a\r\n# ANCHOR: x\nb\n// ANCHOR: y\nc\n# ANCHOR_END: x\nd\n<!-- ANCHOR_END: y -->\n# ANCHOR: x\n# ANCHOR: z";
        let lines = Lines::of(text);
        assert_eq!(lines.all.first().map(|line| line.of(text)), Some("a"));
        assert_eq!(lines.region("x"), Some((2..5, true)), "the first of its name counts");
        assert_eq!(lines.region("y"), Some((4..7, true)));
        assert_eq!(lines.region("z"), Some((10..10, false)));
        assert_eq!(lines.region("w"), None);
        assert_eq!((0..10).filter(|index| lines.is_mark(*index)).collect::<Vec<_>>(), [1, 3, 5, 7, 8, 9]);
    }
}
