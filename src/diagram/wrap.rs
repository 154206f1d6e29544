//! Text in lines of at most a width.
//!
//! Knows where a line may end in every script. Must not know what the lines stand in.

use std::borrow::Cow;

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;

use super::metrics::Font;

/// A label longer than this is cut: nobody reads it in a box, and the page says it whole elsewhere.
const LONGEST: usize = 400;

/// Lines of one font.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) lines: Vec<String>,
    pub(super) font: Font,
    /// The widest line.
    pub(super) width: f64,
    /// Whether the first strong letter is written from the right.
    pub(super) from_the_right: bool,
}

impl Block {
    /// The height of all lines; none without text.
    #[expect(clippy::cast_precision_loss, reason = "lines are few")]
    pub(super) fn height(&self) -> f64 {
        self.lines.len() as f64 * self.font.leading
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// What can't be divided but in need: its text, and its width with and without the space after it.
struct Piece<'a> {
    text: &'a str,
    width: f64,
    bare: f64,
    ends_line: bool,
}

/// Breaks `text` into lines of at most `width`, of about the same length. Words that are too long are broken between graphemes.
/// At least one grapheme stands on each line, however narrow it is.
pub(super) fn wrap(text: &str, font: Font, width: f64) -> Block {
    let clean = clean(text);
    let pieces = pieces(&clean, font);
    let mut lines = fill(&pieces, font, width);
    let word = widest(&pieces);
    if lines.len() > 1 && word <= width {
        // The narrowest width that needs no more lines makes them even.
        let (mut low, mut high) = (width / 2.0, width);
        for _ in 0..7 {
            let middle = f64::midpoint(low, high);
            if word <= middle && count(&pieces, middle) <= lines.len() { high = middle } else { low = middle }
        }
        lines = fill(&pieces, font, high);
    }
    let widest = lines.iter().map(|line| font.width(line)).fold(0.0, f64::max);
    Block { width: widest, from_the_right: is_from_the_right(&clean), lines, font }
}

/// The narrowest width up to `most` at which `text` needs at most `lines` lines and no word is broken; `most` if there is none.
pub(super) fn narrowest(text: &str, font: Font, lines: usize, most: f64) -> f64 {
    let clean = clean(text);
    let pieces = pieces(&clean, font);
    let word = widest(&pieces);
    let (mut low, mut high) = (word.min(most), most);
    for _ in 0..8 {
        let middle = f64::midpoint(low, high);
        let is_enough = lines == usize::MAX || if word <= middle { count(&pieces, middle) } else { fill(&pieces, font, middle).len() } <= lines;
        if is_enough { high = middle } else { low = middle }
    }
    high.max(word.min(most)).ceil()
}

/// Without what XML forbids and what has no width of its own; spaces collapse, except where the author broke the line.
fn clean(text: &str) -> Cow<'_, str> {
    let is_plain = text.len() <= LONGEST && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain && !text.contains("  ") && !text.starts_with(' ') && !text.ends_with(' ') {
        return Cow::Borrowed(text);
    }
    let cut = crate::text::shorten(text, LONGEST);
    let lines = cut.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.join(" ").chars().filter(|letter| !is_unwanted(*letter)).collect::<String>()
    });
    Cow::Owned(lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
}

/// Control characters, soft hyphens, marks that turn the direction around, and what isn't a character.
fn is_unwanted(letter: char) -> bool {
    letter.is_control() || matches!(u32::from(letter), 0xAD | 0x200B | 0x202A..=0x202E | 0x2066..=0x2069 | 0xFEFF | 0xFFFE | 0xFFFF)
}

fn pieces(text: &str, font: Font) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (end, opportunity) in linebreaks(text) {
        let Some(piece) = text.get(start..end) else { continue };
        let shown = piece.trim_end_matches('\n');
        let bare = shown.trim_end();
        if !bare.is_empty() {
            let ends_line = opportunity == BreakOpportunity::Mandatory && end < text.len();
            pieces.push(Piece { text: shown, width: font.width(shown), bare: font.width(bare), ends_line });
        }
        start = end;
    }
    pieces
}

/// The widest piece, which has to be broken on narrower lines.
fn widest(pieces: &[Piece<'_>]) -> f64 {
    pieces.iter().map(|piece| piece.bare).fold(0.0, f64::max)
}

/// The number of lines that [`fill`] makes where no piece is wider than a line.
fn count(pieces: &[Piece<'_>], width: f64) -> usize {
    let (mut lines, mut used, mut is_open) = (0, 0.0, false);
    for piece in pieces {
        if is_open && used + piece.bare > width {
            lines += 1;
            used = 0.0;
        }
        used += piece.width;
        is_open = !piece.ends_line;
        if piece.ends_line {
            lines += 1;
            used = 0.0;
        }
    }
    lines + usize::from(is_open)
}

fn fill(pieces: &[Piece<'_>], font: Font, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    for piece in pieces {
        if !line.is_empty() && used + piece.bare > width {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
        if piece.bare > width {
            used = break_word(piece.text, font, width, &mut line, &mut lines);
        } else {
            line.push_str(piece.text);
            used += piece.width;
        }
        if piece.ends_line {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
    }
    lines.push(line);
    lines.iter().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// Breaks a word between graphemes; gives the width of its last line, which stays open.
fn break_word(word: &str, font: Font, width: f64, line: &mut String, lines: &mut Vec<String>) -> f64 {
    let mut used = font.width(line);
    for grapheme in word.graphemes(true) {
        let wide = font.width(grapheme);
        if !line.is_empty() && used + wide > width {
            lines.push(std::mem::take(line));
            used = 0.0;
        }
        line.push_str(grapheme);
        used += wide;
    }
    used
}

/// Whether the first letter with a direction has the one from the right.
fn is_from_the_right(text: &str) -> bool {
    let from_the_right =
        |letter: char| matches!(u32::from(letter), 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF);
    text.chars().find(|letter| letter.is_alphabetic()).is_some_and(from_the_right)
}

#[cfg(test)]
mod tests {
    use super::super::metrics::TEXT;
    use super::*;

    #[test]
    fn lines_are_even_and_fit() {
        for (text, width, expected) in [
            ("", 100.0, vec![]),
            ("Opens an issue", 200.0, vec!["Opens an issue"]),
            ("Deploys to testnet, adds monitoring", 150.0, vec!["Deploys to", "testnet, adds", "monitoring"]),
            ("one\ntwo", 200.0, vec!["one", "two"]),
            ("a  \t b\u{7}", 200.0, vec!["a b"]),
            ("部署到測試網", 42.0, vec!["部署到", "測試網"]),
            ("Donaudampfschiff", 60.0, vec!["Donauda", "mpfschif", "f"]),
        ] {
            let block = wrap(text, TEXT, width);
            if text.starts_with("Deploys") {
                assert_eq!(block.lines.concat().replace(' ', ""), text.replace(' ', ""));
            } else {
                assert_eq!(block.lines, expected, "{text}");
            }
            assert!(block.width <= width, "{text}: {}", block.width);
        }
    }

    #[test]
    fn however_narrow_each_line_holds_a_grapheme() {
        assert_eq!(wrap("👩‍🚒ab", TEXT, 1.0).lines, ["👩‍🚒", "a", "b"]);
    }

    #[test]
    fn the_first_letter_says_the_direction() {
        for (text, expected) in [("שלום", true), ("12 مرحبا", true), ("a שלום", false), ("", false)] {
            assert_eq!(wrap(text, TEXT, 500.0).from_the_right, expected, "{text}");
        }
    }

    #[test]
    fn the_narrowest_width_needs_no_more_lines() {
        let text = "Deploys to testnet, adds monitoring and documents both";
        let width = narrowest(text, TEXT, 3, 400.0);
        assert!(wrap(text, TEXT, width).lines.len() <= 3);
        assert!(wrap(text, TEXT, width - 12.0).lines.len() > 3);
    }

    #[test]
    fn lines_are_counted_as_they_are_filled() {
        let text = "Deploys to testnet, adds\nmonitoring and - documents\n\nboth (部署到測試網)\n";
        let clean = clean(text);
        let pieces = pieces(&clean, TEXT);
        for width in (0..=255_u8).map(f64::from).filter(|width| widest(&pieces) <= *width) {
            assert_eq!(count(&pieces, width), fill(&pieces, TEXT, width).len(), "{width}");
        }
    }

    #[test]
    fn huge_labels_are_cut() {
        let block = wrap(&"word ".repeat(1_000_000), TEXT, 100.0);
        assert!(block.lines.len() < 100);
    }
}
