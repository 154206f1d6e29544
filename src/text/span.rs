use std::ops::Range;

/// A range of bytes in one source file, end excluded.
///
/// Line and column numbers are worked out from spans in `report` only. A handbook holds hundreds of spans for each page, so offsets take four bytes:
/// one past 4 GiB is that of the 4 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
pub struct Span {
    start: u32,
    end: u32,
}

/// An offset as a span keeps it.
fn kept(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

impl Span {
    /// A span from `start` to `end`; an `end` before `start` gives an empty span at `start`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: kept(start), end: kept(end.max(start)) }
    }

    /// The empty span at `offset`.
    #[must_use]
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// Offset of the first byte.
    #[must_use]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// Offset after the last byte.
    #[must_use]
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// Whether nothing lies in the span.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start() == self.end()
    }

    /// Whether `offset` lies in the span.
    #[must_use]
    pub fn contains(self, offset: usize) -> bool {
        self.start() <= offset && offset < self.end()
    }

    /// Whether the whole of `other` lies in the span.
    #[must_use]
    pub fn encloses(self, other: Self) -> bool {
        self.start() <= other.start() && other.end() <= self.end()
    }

    /// The text of the span, or as much of it as lies in `text` on character boundaries.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        let clamped = self.clamped(text);
        text.get(clamped.start()..clamped.end()).unwrap_or_default()
    }

    /// The span widened to character boundaries and cut to the length of `text`, safe for slicing.
    #[must_use]
    pub fn clamped(self, text: &str) -> Self {
        let start = text.floor_char_boundary(self.start());
        let end = text.ceil_char_boundary(self.end());
        Self::new(start, end.max(start))
    }

    /// The span less the white space at both its ends.
    #[must_use]
    pub fn trimmed(self, text: &str) -> Self {
        let inside = self.of(text);
        let start = self.start() + (inside.len() - inside.trim_start().len());
        Self::new(start, start + inside.trim().len())
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_never_cuts_a_character() {
        let text = "aé→b";
        assert_eq!(Span::new(2, 4).of(text), "é→");
        assert_eq!(Span::new(0, 99).of(text), text);
        assert_eq!(Span::new(50, 99).of(text), "");
    }

    #[test]
    fn trimming_moves_both_ends() {
        assert_eq!(Span::new(0, 6).trimmed("  ab  "), Span::new(2, 4));
    }
}
