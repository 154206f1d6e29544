//! The badge: 'completeness', and how much of it.

use crate::handbook::completeness::Score;

/// Height, and the space beside each word, in pixels.
const HEIGHT: usize = 20;
const SPACE: usize = 6;
const LABEL: &str = "completeness";

/// Widths of Verdana, which badges are set in, in thousandths of its size.
const WIDTHS: &[(char, usize)] = &[
    (' ', 352),
    ('%', 1076),
    ('/', 454),
    ('a', 601),
    ('c', 521),
    ('e', 596),
    ('l', 274),
    ('m', 973),
    ('n', 633),
    ('o', 607),
    ('p', 623),
    ('s', 521),
    ('t', 394),
];
/// Digits are all as wide.
const DIGIT: usize = 636;
const SIZE: usize = 11;

/// A colour for each threshold: white text on it has a contrast of 4.5 or more.
const COLOURS: &[(usize, &str)] = &[(100, "#2c7a34"), (90, "#5c6b00"), (70, "#8f5a00"), (0, "#b3261e")];
const GREY: &str = "#555";
const UNKNOWN: &str = "#6a6a6a";

/// The badge as SVG. It says what the colour means in words: the percentage.
pub(in crate::render) fn badge(score: Score) -> String {
    let value = score.percent().map_or_else(|| "n/a".to_owned(), |percent| format!("{percent} %"));
    let colour = score.percent().map_or(UNKNOWN, |percent| COLOURS.iter().find(|(least, _)| percent >= *least).map_or(UNKNOWN, |(_, colour)| colour));
    let (left, right) = (width(LABEL), width(&value));
    let (split, total) = (left + 2 * SPACE, left + right + 4 * SPACE);
    let (label_at, value_at) = (SPACE, split + SPACE);
    // The length of each text is fixed, so that it fits whatever font the reader has.
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{total}\" height=\"{HEIGHT}\" viewBox=\"0 0 {total} {HEIGHT}\" role=\"img\" aria-label=\"{LABEL}: {value}\">\
<title>{LABEL}: {value}</title>\
<rect width=\"{total}\" height=\"{HEIGHT}\" rx=\"3\" fill=\"{GREY}\"/>\
<path d=\"M{split} 0h{before}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{before}z\" fill=\"{colour}\"/>\
<g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"{SIZE}\">\
<text x=\"{label_at}\" y=\"14\" textLength=\"{left}\">{LABEL}</text>\
<text x=\"{value_at}\" y=\"14\" textLength=\"{right}\">{value}</text></g></svg>\n",
        before = total - split - 3,
    )
}

/// The width of a text in whole pixels.
fn width(text: &str) -> usize {
    let of = |character: char| WIDTHS.iter().find(|(known, _)| *known == character).map_or(DIGIT, |(_, width)| *width);
    (text.chars().map(of).sum::<usize>() * SIZE).div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(required: usize, met: usize) -> Score {
        Score { documents: 1, complete: 0, required, met }
    }

    #[test]
    fn the_badge_says_how_much() {
        for (required, met, says, colour) in
            [(1000, 999, "99 %", "#5c6b00"), (1, 1, "100 %", "#2c7a34"), (10, 7, "70 %", "#8f5a00"), (9, 0, "0 %", "#b3261e"), (0, 0, "n/a", UNKNOWN)]
        {
            let badge = badge(score(required, met));
            assert!(badge.contains(&format!("<title>completeness: {says}</title>")) && badge.contains(colour), "{badge}");
        }
    }

    /// <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>
    #[test]
    fn white_text_can_be_read_on_every_colour() {
        for colour in COLOURS.iter().map(|(_, colour)| *colour).chain([UNKNOWN, "#555555"]) {
            let channel = |at: usize| {
                let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
                if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            let luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
            let contrast = 1.05 / (luminance + 0.05);
            assert!(contrast >= 4.5, "{colour}: {contrast:.2}");
        }
    }
}
