use std::sync::Arc;

use crate::source::Pieces;
use crate::text::Span;

/// A place as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// The line; the first is 1.
    pub line: usize,
    /// The character in the line (Unicode scalar values; a tab is one); the first is 1.
    pub column: usize,
}

/// Characters are counted up to every so many bytes, so that a column on an endless line costs no more than that.
const STRIDE_BYTES: usize = 4096;

/// A text that knows where its lines begin. A line ends at LF; a CR before it belongs to the line's end.
#[derive(Debug)]
pub struct LineIndex {
    text: Arc<str>,
    /// Offset of each line's first byte.
    starts: Vec<usize>,
    /// Number of characters that begin before each multiple of `STRIDE_BYTES`.
    counted: Vec<usize>,
    /// Of offsets in a text that holds parts of others: what leads from there to this text.
    pieces: Option<Arc<Pieces>>,
}

impl LineIndex {
    /// Reads the text once.
    #[must_use]
    pub fn new(text: Arc<str>) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(offset, _)| offset + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        let mut total = 0;
        let mut counted = Vec::with_capacity(text.len() / STRIDE_BYTES + 1);
        for block in text.as_bytes().chunks(STRIDE_BYTES) {
            counted.push(total);
            total += characters(block);
        }
        counted.push(total);
        Self { text, starts, counted, pieces: None }
    }

    /// The same for those who speak of offsets in a text that holds parts of others: `pieces` leads from there to this one.
    #[must_use]
    pub fn behind(mut self, pieces: Arc<Pieces>) -> Self {
        self.pieces = Some(pieces);
        self
    }

    fn own(&self, offset: usize) -> usize {
        self.pieces.as_ref().map_or(offset, |pieces| pieces.spot(Span::at(offset)).start())
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number of lines, at least 1.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Line and column of an offset; an offset inside a character or after the end is moved back.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(self.own(offset));
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        Position { line: line + 1, column: self.characters_before(offset).saturating_sub(self.characters_before(start)) + 1 }
    }

    /// Index of the line that holds an offset; the first is 0.
    #[must_use]
    pub fn line_of(&self, offset: usize) -> usize {
        let offset = self.own(offset);
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The line of this index without its line break; empty at the end of the text if there is no such line.
    #[must_use]
    pub fn line(&self, index: usize) -> Span {
        let Some(start) = self.starts.get(index).copied() else { return Span::at(self.text.len()) };
        let end = self.starts.get(index + 1).map_or(self.text.len(), |next| next - 1);
        let line = Span::new(start, end);
        if line.of(&self.text).ends_with('\r') && end < self.text.len() { Span::new(start, end - 1) } else { line }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let block = offset / STRIDE_BYTES;
        let rest = self.text.as_bytes().get(block * STRIDE_BYTES..offset).unwrap_or_default();
        self.counted.get(block).copied().unwrap_or_default() + characters(rest)
    }
}

/// The number of characters that begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, offset: usize, line: usize, column: usize) {
        assert_eq!(LineIndex::new(text.into()).position(offset), Position { line, column }, "{text:?} at {offset}");
    }

    #[test]
    fn columns_are_characters() {
        check("", 0, 1, 1);
        check("", 9, 1, 1);
        check("aé→b\nc", 6, 1, 4);
        check("aé→b\nc", 4, 1, 3);
        check("a\r\nb", 3, 2, 1);
        check("a\n", 2, 2, 1);
        check("\tb", 1, 1, 2);
    }

    #[test]
    fn an_endless_line_is_counted_in_strides() {
        let text = "é→".repeat(5000);
        let index = LineIndex::new(text.as_str().into());
        for (characters, (offset, _)) in text.char_indices().enumerate() {
            assert_eq!(index.position(offset).column, characters + 1);
        }
        assert_eq!(index.position(usize::MAX).column, 10_001);
    }

    #[test]
    fn a_line_is_without_its_break() {
        let index = LineIndex::new("a\r\nb\r\r\n\nc\r".into());
        let lines: Vec<&str> = (0..6).map(|line| index.line(line).of(index.text())).collect();
        assert_eq!(lines, ["a", "b\r", "", "c\r", "", ""]);
    }
}
