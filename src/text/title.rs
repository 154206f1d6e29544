use unicode_normalization::UnicodeNormalization;

/// White space at the ends dropped, each run inside made one space.
#[must_use]
pub fn collapse(text: &str) -> String {
    // Most texts are so already.
    let is_loose = |pair: &[u8]| matches!(pair, [b' ', b' ']);
    let bytes = text.as_bytes();
    let has_other_spaces = || bytes.iter().any(|byte| matches!(byte, b'\t'..=b'\r') || !byte.is_ascii());
    if !text.starts_with(' ') && !text.ends_with(' ') && !has_other_spaces() && !bytes.windows(2).any(is_loose) {
        return text.to_owned();
    }
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    collapsed
}

/// The form in which titles are compared: case, numbering, a trailing colon, emoji and typographic variants ignored.
///
/// `"2.1) ✅ Impact:"`, `"**IMPACT**"` (its markup already dropped) and `"impact"` fold to the same text. What is left differs only where the words differ.
#[must_use]
pub fn fold_title(title: &str) -> String {
    // Most titles are plain, and then there is nothing to normalise.
    let lowered: String = if title.is_ascii() {
        title.to_ascii_lowercase()
    } else {
        title.nfkc().flat_map(char::to_lowercase).map(plain_variant).filter(|c| !is_ornament(*c)).collect()
    };
    let unnumbered = without_numbering(lowered.trim());
    collapse(unnumbered.trim().trim_end_matches([':', '.']))
}

/// Typographic quotes, dashes and arrows as the characters that keyboards have.
fn plain_variant(character: char) -> char {
    match character {
        '\u{2018}' | '\u{2019}' | '\u{201B}' => '\'',
        '\u{201C}' | '\u{201D}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{00A0}' | '\u{2007}' | '\u{202F}' => ' ',
        other => other,
    }
}

/// Emoji, dingbats, variation selectors and zero-width characters: they decorate a title and never change it.
fn is_ornament(character: char) -> bool {
    matches!(
        character,
        '\u{200B}'..='\u{200D}'
            | '\u{2060}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{2300}'..='\u{23FF}'
            | '\u{2600}'..='\u{27BF}'
            | '\u{2B00}'..='\u{2BFF}'
            | '\u{1F000}'..='\u{1FAFF}'
            | '\u{E0020}'..='\u{E007F}'
    )
}

/// The title less a leading number: `1.`, `2.3`, `4)`, `(5)`, `a.`, `iv)`, `step 6:`, `section 7 -`.
///
/// Only where a space and more text follow, so that titles like `404`, `5xx` and `e.g.` stay.
fn without_numbering(title: &str) -> &str {
    const WORDS: [&str; 4] = ["step ", "section ", "part ", "phase "];
    let after_word = WORDS.iter().find_map(|word| title.strip_prefix(word)).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let rest = after_word.unwrap_or(title);
    let opened = rest.strip_prefix('(').unwrap_or(rest);
    let after_digits = opened.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let numbered = opened.starts_with(|c: char| c.is_ascii_digit());
    let after = if numbered { after_digits } else { after_letter_number(opened).unwrap_or(title) };
    let spaced = after.trim_start_matches(['.', ')', ':']);
    let body = spaced.trim_start().trim_start_matches("- ");
    if spaced.starts_with(' ') && !body.is_empty() { body } else { title }
}

/// What follows a number made of letters: one letter or a small Roman numeral, then `.` or `)`.
fn after_letter_number(title: &str) -> Option<&str> {
    let (number, rest) = title.split_once(['.', ')'])?;
    let letter = number.len() == 1 && number.starts_with(|c: char| c.is_ascii_lowercase());
    let roman = (1..=4).contains(&number.len()) && number.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
    (letter || roman).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_mean_the_same_fold_to_the_same() {
        for variant in
            ["Impact", "IMPACT:", "2. Impact", "2.1) Impact", "✅ Impact", "a) Impact", "iv. Impact", "Step 3: Impact", " impact ", "(1) Impact"]
        {
            assert_eq!(fold_title(variant), "impact", "{variant}");
        }
    }

    #[test]
    fn what_is_no_numbering_stays() {
        for (title, folded) in
            [("404", "404"), ("5xx errors", "5xx errors"), ("Vim", "vim"), ("a plan", "a plan"), ("I/O wait", "i/o wait"), ("e.g. this", "e.g. this")]
        {
            assert_eq!(fold_title(title), folded);
        }
    }
}
