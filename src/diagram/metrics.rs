//! How wide text is, before any browser has seen it.
//!
//! Knows fonts' advance widths. Must not know lines or boxes.
//!
//! The theme uses the reader's own fonts: its Content-Security-Policy leaves no way to load one. So text is as wide as in the widest
//! of the fonts that the theme's stack can fall on. In another it is narrower, and stays centred.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use super::widths::{BOLD, BOOK};

/// A size and a weight. The style sheet of diagrams gives the same to the class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Font {
    /// The class of the text.
    pub class: &'static str,
    /// Its size in pixels.
    pub size: f64,
    /// Whether it is bold.
    pub bold: bool,
    /// From one line to the next.
    pub leading: f64,
}

/// What a box says.
pub(super) const TEXT: Font = Font { class: "d-text", size: 13.0, bold: false, leading: 17.0 };
/// What stands below it.
pub(super) const NOTE: Font = Font { class: "d-note", size: 11.0, bold: false, leading: 15.0 };
/// The name of a lane or a frame.
pub(super) const NAME: Font = Font { class: "d-name", size: 13.0, bold: true, leading: 17.0 };
/// What a line says.
pub(super) const LABEL: Font = Font { class: "d-label", size: 12.0, bold: false, leading: 15.0 };
/// A step's number.
pub(super) const NUMBER: Font = Font { class: "d-number", size: 11.0, bold: true, leading: 15.0 };
/// Every font, so that a test can hold the style sheet to them.
pub const FONTS: &[Font] = &[TEXT, NOTE, NAME, LABEL, NUMBER];

/// The width of letters of other scripts, as a part of the font size: wider than all but a few.
const OTHER: f64 = 0.95;
/// The width of an emoji: the fonts of systems differ between 1.17 and 1.37.
const EMOJI: f64 = 1.4;

impl Font {
    /// The width of `text` on one line.
    #[must_use]
    pub fn width(self, text: &str) -> f64 {
        let ems: f64 = if text.is_ascii() {
            text.chars().map(|letter| self.letter(letter)).sum()
        } else {
            text.graphemes(true).map(|grapheme| self.grapheme(grapheme)).sum()
        };
        ems * self.size
    }

    fn grapheme(self, grapheme: &str) -> f64 {
        if grapheme.chars().any(is_emoji) { EMOJI } else { grapheme.chars().map(|letter| self.letter(letter)).sum() }
    }

    fn letter(self, letter: char) -> f64 {
        let code = u32::from(letter);
        let table = if self.bold { BOLD } else { BOOK };
        for (first, widths) in table {
            let known = code.checked_sub(*first).and_then(|offset| widths.get(usize::try_from(offset).unwrap_or(usize::MAX)));
            if let Some(width) = known {
                return f64::from(*width) / 1000.0;
            }
        }
        match letter.width() {
            None | Some(0) => 0.0,
            // Whole phrases in one sign, and dashes of two and three ems.
            Some(1) if (0xFDF0..=0xFDFD).contains(&code) || (0x2E3A..=0x2E3B).contains(&code) => 4.0,
            Some(1) => OTHER,
            Some(columns) => f64::from(u32::try_from(columns).unwrap_or(2)) / 2.0,
        }
    }
}

fn is_emoji(letter: char) -> bool {
    matches!(u32::from(letter), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0x2300..=0x23FF | 0xFE0F | 0x20E3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_follow_the_table() {
        let font = |bold| Font { class: "", size: 1000.0, bold, leading: 0.0 };
        for (text, book, bold) in [
            ("", 0.0, 0.0),
            ("a", 613.0, 675.0),
            ("aa", 1226.0, 1350.0),
            ("部", 1000.0, 1000.0),
            ("🚀", 1400.0, 1400.0),
            ("👩‍🚒", 1400.0, 1400.0),
            ("a\u{301}", 613.0, 675.0),
            ("ש", 950.0, 950.0),
        ] {
            assert_eq!((font(false).width(text), font(true).width(text)), (book, bold), "{text}");
        }
    }

    #[test]
    fn bold_is_never_narrower_in_a_sentence() {
        let sentence = "Deploys to testnet, adds monitoring and documents both";
        assert!(Font { bold: true, ..TEXT }.width(sentence) > TEXT.width(sentence));
    }
}
