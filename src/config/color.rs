//! Colours as book.toml names them, and whether text of a colour can be read. Must not know the theme beyond its two backgrounds.

use std::fmt;

/// A colour of sRGB, 0 to 255 each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color {
    /// Red, green, blue.
    pub channels: [u8; 3],
}

/// The colour that links and marks have, on the light page and on the dark one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Accent {
    /// On the light page.
    pub light: Color,
    /// On the dark page.
    pub dark: Color,
}

/// What stands behind text in light colours: `--surface` of themes/css/base/tokens.css, the darker of its two backgrounds.
pub(super) const LIGHT_PAGE: Color = Color { channels: [0xf5, 0xf7, 0xf9] };
/// What stands behind text in dark colours: the lighter of the two.
pub(super) const DARK_PAGE: Color = Color { channels: [0x1b, 0x20, 0x27] };

/// The contrast that text needs: success criterion 1.4.3 of WCAG 2.2.
pub(super) const TEXT_CONTRAST: f64 = 4.5;

impl Color {
    /// Reads `#0b5394` or `#05a`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text
            .strip_prefix('#')?
            .chars()
            .map(|c| c.to_digit(16))
            .map(|digit| digit.and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()?;
        let channels = match digits.as_slice() {
            [red, green, blue] => [red * 17, green * 17, blue * 17],
            [red, _, green, _, blue, _] => {
                let low = |at: usize| digits.get(at).copied().unwrap_or_default();
                [red * 16 + low(1), green * 16 + low(3), blue * 16 + low(5)]
            }
            _ => return None,
        };
        Some(Self { channels })
    }

    /// The contrast of two colours, 1 to 21. <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = self.channels.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The nearest shade of this colour that can be read on a page: mixed with white on a dark one, with black on a light one.
    #[must_use]
    pub(super) fn readable_on(self, page: Self) -> Self {
        let towards = if page.luminance() < 0.5 { 255.0 } else { 0.0 };
        let mixed = |part: u32| {
            let share = f64::from(part) / 100.0;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of two numbers from 0 to 255")]
            let channels = self.channels.map(|channel| (f64::from(channel) * (1.0 - share) + towards * share).round() as u8);
            Self { channels }
        };
        (0..=100).map(mixed).find(|color| color.contrast(page) >= TEXT_CONTRAST).unwrap_or(self)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.channels;
        write!(formatter, "#{r:02x}{g:02x}{b:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        for (text, written) in
            [("#0b5394", Some("#0b5394")), ("#05A", Some("#0055aa")), ("#0b539", None), ("0b5394", None), ("#0b53é4", None), ("red", None)]
        {
            assert_eq!(Color::parse(text).map(|color| color.to_string()).as_deref(), written, "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let color = |text| Color::parse(text).unwrap();
        assert!((color("#000").contrast(color("#fff")) - 21.0).abs() < 1e-9);
        assert!((color("#777").contrast(color("#fff")) - 4.478).abs() < 1e-3);
        for text in ["#f0b45f", "#0a58a8", "#ffffff", "#000000", "#ffff00"] {
            for page in [LIGHT_PAGE, DARK_PAGE] {
                assert!(color(text).readable_on(page).contrast(page) >= TEXT_CONTRAST, "{text}");
            }
        }
        assert_eq!(color("#0a58a8").readable_on(LIGHT_PAGE), color("#0a58a8"));
    }
}
