//! Bytes of a text to positions of an editor and back.
//!
//! Knows texts, lines and encodings. Must not know what stands there.

use lsp_types::{ClientCapabilities, Position, PositionEncodingKind, Range};

use crate::text::Span;

/// What an editor counts in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: what every editor understands.
    Utf16,
}

impl Encoding {
    /// What to agree on with an editor: bytes if it offers them, else UTF-16.
    #[must_use]
    pub fn agreed(capabilities: &ClientCapabilities) -> Self {
        let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref()).unwrap_or_default();
        if offered.contains(&PositionEncodingKind::UTF8) { Self::Utf8 } else { Self::Utf16 }
    }

    /// Its name in the protocol.
    #[must_use]
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }
}

/// Within a line, units are counted up to every so many bytes once and for all: a line can be as long as a file.
const STEP: usize = 1024;

/// Where the lines of a text begin. Lines end with LF, CR LF or CR alone, as the protocol says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<usize>,
    /// Places inside long lines, and the units of UTF-16 from the beginning of the line to there.
    marks: Vec<(usize, usize)>,
}

impl Lines {
    /// The lines of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut lines = Self { starts: vec![0], marks: Vec::new() };
        let (mut units, mut last) = (0, 0);
        for (at, character) in text.char_indices() {
            if at >= last + STEP {
                lines.marks.push((at, units));
                last = at;
            }
            units += character.len_utf16();
            if character == '\n' || character == '\r' && bytes.get(at + 1) != Some(&b'\n') {
                lines.starts.push(at + 1);
                (units, last) = (0, at + 1);
            }
        }
        lines
    }

    /// The byte at a position: of one beyond the end of its line the end of the line, of one beyond the text the end of the text. Never
    /// inside a character.
    #[must_use]
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some(span) = self.line(text, line) else { return text.len() };
        let wanted = usize::try_from(position.character).unwrap_or(usize::MAX);
        if encoding == Encoding::Utf8 {
            return text.floor_char_boundary(span.start().saturating_add(wanted).min(span.end()));
        }
        let first = self.marks.partition_point(|(at, _)| *at < span.start());
        let marks = self.marks.get(first..).unwrap_or_default();
        let near = marks.partition_point(|(at, units)| *at <= span.end() && *units <= wanted).checked_sub(1).and_then(|index| marks.get(index));
        let (start, mut seen) = near.copied().unwrap_or((span.start(), 0));
        for (at, character) in Span::new(start, span.end()).of(text).char_indices() {
            seen += character.len_utf16();
            if seen > wanted {
                return start + at;
            }
        }
        span.end()
    }

    /// The position of a byte. One inside a character counts as its first, one inside a line's end as the end of the line.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let offset = text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let span = self.line(text, line).unwrap_or_default();
        let offset = offset.min(span.end());
        let character = match encoding {
            Encoding::Utf8 => offset - span.start(),
            Encoding::Utf16 => {
                let near = self.marks.partition_point(|(at, _)| *at <= offset).checked_sub(1).and_then(|index| self.marks.get(index));
                let (start, units) = near.copied().filter(|(at, _)| *at >= span.start()).unwrap_or((span.start(), 0));
                units + Span::new(start, offset).of(text).chars().map(char::len_utf16).sum::<usize>()
            }
        };
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Position::new(number(line), number(character))
    }

    /// The range of a span.
    #[must_use]
    pub fn range(&self, text: &str, span: Span, encoding: Encoding) -> Range {
        let span = span.clamped(text);
        Range::new(self.position(text, span.start(), encoding), self.position(text, span.end(), encoding))
    }

    /// The span of a range; one that ends before it begins is empty.
    #[must_use]
    pub fn span(&self, text: &str, range: Range, encoding: Encoding) -> Span {
        Span::new(self.offset(text, range.start, encoding), self.offset(text, range.end, encoding))
    }

    /// Where a line begins; none beyond the last.
    #[must_use]
    pub fn start(&self, line: u32) -> Option<usize> {
        self.starts.get(usize::try_from(line).ok()?).copied()
    }

    /// A line without its end; none beyond the last.
    fn line(&self, text: &str, line: usize) -> Option<Span> {
        let start = *self.starts.get(line)?;
        let end = self.starts.get(line.saturating_add(1)).copied().unwrap_or(text.len());
        let whole = Span::new(start, end).of(text);
        let ended = whole.strip_suffix('\n').unwrap_or(whole);
        let is_last = end == text.len() && !whole.ends_with('\n') && !whole.ends_with('\r');
        let content = if is_last { whole } else { ended.strip_suffix('\r').unwrap_or(ended) };
        Some(Span::new(start, start + content.len()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOTH: [Encoding; 2] = [Encoding::Utf8, Encoding::Utf16];

    #[test]
    fn positions_count_what_was_agreed() {
        // (text, byte, line, bytes in the line, units of UTF-16 in the line)
        for (text, offset, line, bytes, units) in [
            ("a😀b", 5, 0, 5, 3),
            ("a😀b", 3, 0, 1, 1),
            ("é\nñb", 5, 1, 2, 1),
            ("a\r\nb", 1, 0, 1, 1),
            ("a\r\nb", 2, 0, 1, 1),
            ("a\r\nb", 3, 1, 0, 0),
            ("a\rb", 2, 1, 0, 0),
            ("a\n", 2, 1, 0, 0),
            ("a", 99, 0, 1, 1),
            ("", 0, 0, 0, 0),
        ] {
            let lines = Lines::of(text);
            assert_eq!(lines.position(text, offset, Encoding::Utf8), Position::new(line, bytes), "{text:?} {offset}");
            assert_eq!(lines.position(text, offset, Encoding::Utf16), Position::new(line, units), "{text:?} {offset}");
        }
    }

    #[test]
    fn positions_that_are_nowhere_are_somewhere_near() {
        for (text, line, character, offset) in
            [("a😀b", 0, 2, 1), ("ab\ncd", 0, 9, 2), ("ab\r\ncd", 0, 9, 2), ("ab\ncd", 9, 0, 5), ("ab\r", 0, 7, 2), ("ab\r", 1, 7, 3), ("", 0, 3, 0)]
        {
            assert_eq!(Lines::of(text).offset(text, Position::new(line, character), Encoding::Utf16), offset, "{text:?} {line}:{character}");
        }
        let huge = Position::new(u32::MAX, u32::MAX);
        assert_eq!(Lines::of("a\nb").offset("a\nb", huge, Encoding::Utf8), 3);
    }

    #[test]
    fn a_line_as_long_as_a_file_costs_no_more_than_a_short_one() {
        let text = "a😀é".repeat(200_000);
        let lines = Lines::of(&text);
        for at in (0..text.len()).step_by(7) {
            let at = text.floor_char_boundary(at);
            for encoding in BOTH {
                assert_eq!(lines.offset(&text, lines.position(&text, at, encoding), encoding), at);
            }
        }
    }

    proptest! {
        #[test]
        fn a_byte_comes_back(text in "([a-zé😀→]|\r|\n|\r\n){0,60}", at in 0_usize..200) {
            let lines = Lines::of(&text);
            let at = text.floor_char_boundary(at);
            let splits_line_end = at > 0 && text.as_bytes().get(at - 1) == Some(&b'\r') && text.as_bytes().get(at) == Some(&b'\n');
            for encoding in BOTH {
                let found = lines.offset(&text, lines.position(&text, at, encoding), encoding);
                prop_assert_eq!(found, if splits_line_end { at - 1 } else { at });
            }
        }

        #[test]
        fn any_position_is_a_byte_between_two_characters(text in "\\PC{0,40}|[\r\nx😀]{0,40}", line in 0_u32..50, character in 0_u32..50) {
            for encoding in BOTH {
                let offset = Lines::of(&text).offset(&text, Position::new(line, character), encoding);
                prop_assert!(text.is_char_boundary(offset));
            }
        }
    }
}
