//! Text and paths as parts of HTML and URLs.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use pulldown_cmark_escape::{escape_href, escape_html, escape_html_body_text};

use crate::source::SitePath;

/// What must be encoded in a path besides control characters. <https://url.spec.whatwg.org/#path-percent-encode-set>
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
/// What must be encoded in a fragment besides control characters. <https://url.spec.whatwg.org/#fragment-percent-encode-set>
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%').add(b'<').add(b'>').add(b'`');

/// How the page at `from` refers to `to`, as a URL.
pub(super) fn href(from: &SitePath, to: &SitePath) -> String {
    let path = to.relative_to(from.folder());
    // Nearly every path, so that is looked at first: a page has hundreds.
    if path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_')) {
        return path;
    }
    let encoded = match Cow::from(utf8_percent_encode(&path, PATH)) {
        Cow::Borrowed(_) => path,
        Cow::Owned(encoded) => encoded,
    };
    // A first segment with a colon would read as a scheme.
    if encoded.split('/').next().is_some_and(|first| first.contains(':')) { format!("./{encoded}") } else { encoded }
}

/// A path as part of a URL.
pub(super) fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// An anchor as part of a URL. Text fragments are encoded by those who write them.
pub(super) fn encode_fragment(fragment: &str) -> String {
    if fragment.starts_with(":~:") { fragment.to_owned() } else { utf8_percent_encode(fragment, FRAGMENT).to_string() }
}

/// Text between tags.
pub(super) fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len() + value.len() / 8);
    // Writing to a string can't fail.
    let _ = escape_html_body_text(&mut escaped, value);
    escaped
}

/// Words longer than this can't stand on one line of a phone, or of the navigation.
const LONG_WORD: usize = 16;

/// Text for the body of a page, whose long names may break between their parts: `Member|Api|Error`, `max_|connections`.
pub(super) fn breakable(value: &str) -> String {
    if !value.split_whitespace().any(|word| word.len() > LONG_WORD) {
        return text(value);
    }
    let mut html = String::with_capacity(value.len() * 2);
    for word in value.split_inclusive(char::is_whitespace) {
        let mut from = 0;
        let pairs = word.char_indices().zip(word.chars().skip(1)).filter(|_| word.len() > LONG_WORD);
        for ((at, before), after) in pairs {
            let until = at + before.len_utf8();
            let is_hump = before.is_lowercase() && after.is_uppercase() || matches!(before, '_' | '.' | '/' | ':') && after.is_alphanumeric();
            if is_hump {
                html.extend([&text(word.get(from..until).unwrap_or_default()), "<wbr>"]);
                from = until;
            }
        }
        html.push_str(&text(word.get(from..).unwrap_or_default()));
    }
    html
}

/// Text for an attribute in double quotes.
pub(super) fn attribute(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    // Writing to a string can't fail.
    let _ = escape_html(&mut escaped, value);
    escaped
}

/// A URL that the author wrote, for an attribute.
pub(super) fn url(target: &str) -> String {
    let mut escaped = String::with_capacity(target.len());
    // Writing to a string can't fail.
    let _ = escape_href(&mut escaped, target);
    escaped
}

/// An anchor for an attribute.
pub(super) fn fragment(id: &str) -> String {
    attribute(&encode_fragment(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_break_between_their_parts() {
        for (value, html) in [
            ("MemberApiErrorRateHigh fires", "Member<wbr>Api<wbr>Error<wbr>Rate<wbr>High fires"),
            ("ShortName", "ShortName"),
            ("http_requests_total<5", "http_<wbr>requests_<wbr>total&lt;5"),
            ("ÄlterWerdenÄndertNichts", "Älter<wbr>Werden<wbr>Ändert<wbr>Nichts"),
        ] {
            assert_eq!(breakable(value), html);
        }
    }

    #[test]
    fn references_are_urls() {
        let path = |path: &str| SitePath::new(path).unwrap();
        for (from, to, expected) in [
            ("a/b.html", "a/c d.html", "c%20d.html"),
            ("a/b.html", "größe/100%.html", "../gr%C3%B6%C3%9Fe/100%25.html"),
            ("index.html", "a:b.html", "./a:b.html"),
            ("a/index.html", "index.html", "../index.html"),
        ] {
            assert_eq!(href(&path(from), &path(to)), expected);
        }
    }
}
