//! How the path of a file stands in the target of a link.
//!
//! Knows what Markdown and what surrounds it can bear. Must not know what lies at a path.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What can't stand in the target of a link, whatever surrounds it: Markdown, its tables, HTML, a diagram.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b']')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
/// The same where a space ends the target.
const UNSAFE_AND_SPACE: &AsciiSet = &UNSAFE.add(b' ');

/// A path as it can stand in any link, whatever surrounds it. Letters beyond ASCII read better as they are.
#[must_use]
pub fn in_target(path: &str) -> String {
    encoded(path, UNSAFE_AND_SPACE, false)
}

/// A path in the author's way: letters beyond ASCII and spaces as they stand in `like`.
#[must_use]
pub fn in_target_like(path: &str, like: &str) -> String {
    // A space stands in a target only between angle brackets or quotes.
    encoded(path, if like.contains(' ') { UNSAFE } else { UNSAFE_AND_SPACE }, like.contains('%'))
}

fn encoded(path: &str, set: &'static AsciiSet, all_letters: bool) -> String {
    let mut encoded = String::with_capacity(path.len());
    for character in path.chars() {
        let mut buffer = [0; 4];
        if character.is_ascii() || all_letters {
            encoded.extend(utf8_percent_encode(character.encode_utf8(&mut buffer), set));
        } else {
            encoded.push(character);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_bears_what_surrounds_it() {
        for (path, like, plain, alike) in [
            ("a/b c.md", "x.md", "a/b%20c.md", "a/b%20c.md"),
            ("a/b c.md", "x y.md", "a/b%20c.md", "a/b c.md"),
            ("é #1|(2).md", "x.md", "é%20%231%7C%282%29.md", "é%20%231%7C%282%29.md"),
            ("é.md", "x%20y.md", "é.md", "%C3%A9.md"),
        ] {
            assert_eq!((in_target(path).as_str(), in_target_like(path, like).as_str()), (plain, alike), "{path} like {like}");
        }
    }
}
