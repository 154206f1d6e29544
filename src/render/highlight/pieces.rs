//! Pieces of code gathered into as few as will do. Must not know where classes come from.

/// A part of a code block that has one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) struct Piece {
    /// Where it ends in the code. It begins where the one before ends.
    pub end: usize,
    /// The class, empty for plain text.
    pub class: &'static str,
}

/// Pieces in the order of the code, neighbours of one class in one piece.
#[derive(Default)]
pub(super) struct Pieces {
    done: Vec<Piece>,
    class: &'static str,
    /// Where the code pushed so far ends, and where it ends without white space.
    end: usize,
    end_of_words: usize,
}

impl Pieces {
    pub(super) fn push(&mut self, piece: &str, class: &'static str) {
        // White space has no colour, so it stays in whatever piece is open.
        if class != self.class && !piece.trim().is_empty() {
            self.close();
            self.class = class;
        }
        let words = piece.trim_end();
        if !words.is_empty() {
            self.end_of_words = self.end + words.len();
        }
        self.end += piece.len();
    }

    /// Trailing white space has no class: a piece then never holds an empty line's end.
    fn close(&mut self) {
        for (end, class) in [(self.end_of_words, self.class), (self.end, "")] {
            let start = self.done.last().map_or(0, |last| last.end);
            match self.done.last_mut() {
                _ if end <= start => {}
                Some(last) if last.class == class => last.end = end,
                _ => self.done.push(Piece { end, class }),
            }
        }
    }

    pub(super) fn finish(mut self) -> Vec<Piece> {
        self.close();
        self.done
    }
}
