//! Text as the words that it can be found by. themes/js/search/words.js splits queries by the same rules: tests/search/words.json holds both to it.
//!
//! Knows characters. Must not know pages, nor where words are kept.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a word; what is longer is cut.
const WORD_LIMIT: usize = 64;
/// Characters of a name made of several words that can be found as a whole: longer ones are URLs, whose parts are enough.
const WHOLE_LIMIT: usize = 40;
/// Characters of a name in camel case whose pieces can be found: longer ones are keys and data.
const CAMEL_LIMIT: usize = 256;

/// Hands every word of a text to `take`; words that stand there several times come several times.
#[cfg(test)]
fn of(text: &str, mut take: impl FnMut(&str)) {
    for chunk in chunks(text) {
        of_chunk(chunk, &mut take);
    }
}

/// The runs of letters and digits in a text. One of `_ - . / :` between two of them holds a run together: `kube-system`, `var/log/x.log`.
pub(super) fn chunks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(is_letter)?;
        rest = rest.get(start..)?;
        let end = chunk_end(rest);
        let (chunk, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(chunk)
    })
}

/// Hands every word of one chunk to `take`.
pub(super) fn of_chunk(chunk: &str, take: &mut impl FnMut(&str)) {
    if chunk.contains(is_joiner) {
        if !is_longer(chunk, WHOLE_LIMIT) {
            take_word(&fold(chunk), take);
        }
        for part in chunk.split(is_joiner) {
            of_part(part, take);
        }
    } else {
        of_part(chunk, take);
    }
}

/// A word as it is compared: without case, accents and typographic forms, at most 64 characters. Of longer ones only the beginning is looked at,
/// so that a word costs the same however long it is.
pub(super) fn fold(word: &str) -> String {
    let end = word.char_indices().nth(WORD_LIMIT).map_or(word.len(), |(end, _)| end);
    let word = word.get(..end).unwrap_or(word);
    let mut folded = if word.is_ascii() {
        word.to_ascii_lowercase()
    } else {
        let lowered = word.nfkd().collect::<String>().to_lowercase();
        let plain = lowered.chars().filter(|character| !matches!(character, '\u{300}'..='\u{36F}'));
        let composed = plain.nfc().filter(|character| is_letter(*character) || is_joiner(*character));
        composed.collect::<String>().replace('ß', "ss").replace('ς', "σ")
    };
    if let Some((end, _)) = folded.char_indices().nth(WORD_LIMIT) {
        folded.truncate(end);
    }
    folded
}

/// Which of 256 drawers a word lies in: its first two characters decide, so that all words with one beginning lie together. Names made of
/// several words are more than words, many begin alike (`var/log/`), and what they begin with is found by their parts: all of one decides.
pub(super) fn drawer(word: &str) -> u8 {
    let mut hash: u32 = 0x811C_9DC5;
    for character in word.chars().take(if word.contains(is_joiner) { WORD_LIMIT } else { 2 }) {
        hash = (hash ^ u32::from(character)).wrapping_mul(0x0100_0193);
    }
    let [_, low, _, high] = hash.to_le_bytes();
    low ^ high
}

fn is_longer(text: &str, limit: usize) -> bool {
    text.chars().nth(limit).is_some()
}

/// Where the chunk ends that a text begins with.
fn chunk_end(text: &str) -> usize {
    // Most words are plain.
    let plain = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    if text.as_bytes().get(plain).is_none_or(|next| next.is_ascii() && !is_joiner(char::from(*next))) {
        return plain;
    }
    let mut end = 0;
    let mut joined = false;
    for (at, character) in text.char_indices() {
        if is_letter(character) {
            end = at + character.len_utf8();
            joined = false;
        } else if is_joiner(character) && !joined {
            joined = true;
        } else {
            break;
        }
    }
    end
}

fn of_part(part: &str, take: &mut impl FnMut(&str)) {
    let folded = fold(part);
    if folded.contains(is_unspaced) {
        return of_unspaced(&folded, take);
    }
    take_word(&folded, take);
    if is_longer(part, CAMEL_LIMIT) {
        return;
    }
    let pieces = camel_pieces(part);
    if pieces.len() < 2 {
        return;
    }
    // `KubePodCrashLooping`: the pieces, and each with all that follow, so that `crashloop` finds it too.
    for (index, (start, piece)) in pieces.iter().enumerate() {
        take_word(&fold(piece), take);
        if index > 0 && index + 1 < pieces.len() {
            take_word(&fold(part.get(*start..).unwrap_or_default()), take);
        }
    }
}

/// Scripts without spaces between words: every character and every pair of neighbours is a word.
fn of_unspaced(folded: &str, take: &mut impl FnMut(&str)) {
    let mut rest = folded;
    while let Some(first) = rest.chars().next() {
        let unspaced = is_unspaced(first);
        let end = rest.find(|character| is_unspaced(character) != unspaced).unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after;
        if !unspaced {
            take_word(run, take);
            continue;
        }
        let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
        for window in starts.windows(3) {
            if let [from, _, to] = window {
                take(run.get(*from..*to).unwrap_or_default());
            }
        }
        for window in starts.windows(2) {
            if let [from, to] = window {
                take(run.get(*from..*to).unwrap_or_default());
            }
        }
    }
}

/// One letter alone is no word: it stands on every page.
fn take_word(word: &str, take: &mut impl FnMut(&str)) {
    if word.chars().nth(1).is_some() {
        take(word);
    }
}

/// The pieces of a name in camel case, each with its place: `HTTPServer` is `HTTP` and `Server`.
fn camel_pieces(part: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    if !part.chars().skip(1).any(char::is_uppercase) {
        return pieces;
    }
    let mut start = 0;
    let mut characters = part.char_indices().peekable();
    let mut before = '\0';
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map_or('\0', |(_, next)| *next);
        let after_lower = before.is_lowercase() && character.is_uppercase();
        let before_lower = before.is_uppercase() && character.is_uppercase() && next.is_lowercase();
        if after_lower || before_lower {
            pieces.push((start, part.get(start..at).unwrap_or_default()));
            start = at;
        }
        before = character;
    }
    pieces.push((start, part.get(start..).unwrap_or_default()));
    pieces
}

fn is_letter(character: char) -> bool {
    character.is_alphanumeric() || (!character.is_ascii() && is_combining_mark(character))
}

fn is_joiner(character: char) -> bool {
    matches!(character, '_' | '-' | '.' | '/' | ':')
}

/// Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean.
fn is_unspaced(character: char) -> bool {
    matches!(
        character,
        '\u{E00}'..='\u{EFF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1780}'..='\u{17FF}'
            | '\u{3040}'..='\u{30FF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7AF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3FFFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table that the script is held to as well.
    const CASES: &str = include_str!("../../../tests/search/words.json");

    #[test]
    fn texts_become_these_words_and_no_others() {
        let cases: Vec<(String, Vec<String>)> = serde_json::from_str(CASES).unwrap();
        for (text, expected) in cases {
            let mut found = Vec::new();
            of(&text, |word| found.push(word.to_owned()));
            found.sort();
            found.dedup();
            let mut expected = expected;
            expected.sort();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_name_without_end_is_one_word() {
        let mut found = Vec::new();
        of(&"aB".repeat(200_000), |word| found.push(word.to_owned()));
        assert_eq!(found, ["ab".repeat(32)]);
        let mut found = 0;
        of(&"aB".repeat(128), |_| found += 1);
        assert_eq!(found, 1 + 127 + 127, "the whole, the pieces of two letters, each of them with what follows");
    }

    #[test]
    fn words_with_one_beginning_share_a_drawer() {
        assert_eq!(drawer("restore"), drawer("re"));
        assert_eq!(drawer("重启"), drawer("重启动"));
        assert_ne!(drawer("var/log/a.log"), drawer("var/log/b.log"));
        // What the script computes: see tests/search/search.test.mjs.
        assert_eq!([drawer("restore"), drawer("a"), drawer("重启"), drawer(""), drawer("kube-system")], DRAWERS);
    }

    const DRAWERS: [u8; 5] = [45, 205, 244, 28, 53];

    proptest::proptest! {
        #[test]
        fn any_text_has_words_of_bounded_length(text in "\\PC{0,200}") {
            of(&text, |word| {
                assert!(!word.is_empty() && word.chars().count() <= WORD_LIMIT);
                assert!(!word.contains([',', ' ', '\n']), "{word:?}");
            });
        }
    }
}
