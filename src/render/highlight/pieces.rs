//! Pieces of code gathered into as few as will do. Must not know where classes come from.

/// The names of all classes; the first is that of plain text.
const NAMES: &[&str] = &[
    "",
    "attribute",
    "comment",
    "constant",
    "deleted",
    "escape",
    "function",
    "heading",
    "inserted",
    "invalid",
    "keyword",
    "number",
    "operator",
    "parameter",
    "punctuation",
    "string",
    "support",
    "tag",
    "type",
    "variable",
];

/// What a part of code is; plain text unless something else is said. Small: a large handbook holds millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::render) struct Class(u8);

impl Class {
    /// The class of a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        NAMES.iter().position(|known| *known == name).and_then(|index| Self::numbered(u8::try_from(index).ok()?))
    }

    /// The class of a [`number`](Self::number).
    pub(super) fn numbered(number: u8) -> Option<Self> {
        NAMES.get(usize::from(number)).map(|_| Self(number))
    }

    pub(super) fn number(self) -> u8 {
        self.0
    }

    /// The name, empty for plain text.
    pub(in crate::render) fn name(self) -> &'static str {
        NAMES.get(usize::from(self.0)).copied().unwrap_or_default()
    }
}

/// A part of a code block that has one class: in one number, where it ends above the class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) struct Piece(u32);

impl Piece {
    /// Code that is read is far shorter than what a piece can end at.
    const LAST: u32 = u32::MAX >> 8;

    pub(super) fn new(end: usize, class: Class) -> Self {
        let end = u32::try_from(end).map_or(Self::LAST, |end| end.min(Self::LAST));
        Self(end << 8 | u32::from(class.0))
    }

    /// Where it ends in the code. It begins where the one before ends.
    pub(in crate::render) fn end(self) -> usize {
        usize::try_from(self.0 >> 8).unwrap_or(usize::MAX)
    }

    /// The class.
    pub(in crate::render) fn class(self) -> Class {
        let [class, ..] = self.0.to_le_bytes();
        Class(class)
    }
}

/// Pieces in the order of the code, neighbours of one class in one piece.
#[derive(Default)]
pub(super) struct Pieces {
    done: Vec<Piece>,
    class: Class,
    /// Where the code pushed so far ends, and where it ends without white space.
    end: usize,
    end_of_words: usize,
}

impl Pieces {
    pub(super) fn push(&mut self, piece: &str, class: Class) {
        let words = piece.trim_end();
        // White space has no colour, so it stays in whatever piece is open.
        if class != self.class && !words.is_empty() {
            self.close();
            self.class = class;
        }
        if !words.is_empty() {
            self.end_of_words = self.end + words.len();
        }
        self.end += piece.len();
    }

    /// Trailing white space has no class: a piece then never holds an empty line's end.
    fn close(&mut self) {
        for (end, class) in [(self.end_of_words, self.class), (self.end, Class::default())] {
            let start = self.done.last().map_or(0, |last| last.end());
            match self.done.last_mut() {
                _ if end <= start => {}
                Some(last) if last.class() == class => *last = Piece::new(end, class),
                _ => self.done.push(Piece::new(end, class)),
            }
        }
    }

    pub(super) fn finish(mut self) -> Vec<Piece> {
        self.close();
        self.done.shrink_to_fit();
        self.done
    }
}
