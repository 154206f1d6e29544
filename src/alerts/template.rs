//! Takes templates of Helm and Jinja out of a text, so that the rest can be read. Every byte stays where it was.

use crate::text::Span;

/// What a template begins with, and what ends it.
const BRACES: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];

/// Whether a template decides what a text says.
pub(super) fn begins_in(text: &str) -> bool {
    BRACES.iter().any(|(begin, _)| text.contains(begin))
}

/// The templates of a text, in their order. One that never ends reaches to the end of its line.
pub(super) fn templates(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    // How far a mark that closes was sought in vain: up to there none has to be sought again.
    let mut unclosed = BRACES.map(|_| 0);
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('{')).map(|offset| at + offset) {
        let rest = text.get(open..).unwrap_or_default();
        let Some(((_, close), unclosed)) = BRACES.into_iter().zip(&mut unclosed).find(|((begin, _), _)| rest.starts_with(begin)) else {
            at = open + 1;
            continue;
        };
        let end = end_in(text, open, close, unclosed).unwrap_or_else(|| rest.find('\n').unwrap_or(rest.len()));
        found.push(Span::new(open, open + end));
        at = open + end.max(1);
    }
    found
}

/// Longest template in bytes: what goes on for longer was never closed.
const LONGEST: usize = 4096;

/// Where the template ends that begins at `open`, from there. `unclosed` is how far no closing mark stands, as far as is known.
fn end_in(text: &str, open: usize, close: &str, unclosed: &mut usize) -> Option<usize> {
    // A mark that lies half beyond the limit counts, so it is sought a little further.
    let limit = text.ceil_char_boundary(text.len().min(open + LONGEST + close.len()));
    let from = text.floor_char_boundary(open.max(*unclosed));
    let has_close = from < limit && text.get(from..limit).is_some_and(|part| part.contains(close));
    if has_close {
        return end_of(text.get(open..)?, close);
    }
    // The last byte may be the first half of a mark.
    *unclosed = limit.saturating_sub(1).max(*unclosed);
    None
}

/// Where a template ends; quoted text inside doesn't end it.
fn end_of(rest: &str, close: &str) -> Option<usize> {
    let (mut quote, mut unquoted) = (None, None);
    for (at, character) in rest.char_indices().skip(2).take_while(|(at, _)| *at < LONGEST) {
        let closes = || rest.get(at..).is_some_and(|rest| rest.starts_with(close));
        match quote {
            Some(open) if open == character => quote = None,
            // A quotation mark that is never closed is no quotation mark.
            Some(_) => unquoted = unquoted.or_else(|| closes().then_some(at + close.len())),
            None if matches!(character, '"' | '`') && close != "#}" => quote = Some(character),
            None if closes() => return Some(at + close.len()),
            None => {}
        }
    }
    unquoted
}

/// The text with letters in place of its templates, and nothing in place of those that have their lines to themselves.
pub(super) fn without(text: &str, templates: &[Span]) -> String {
    const TAKEN: u8 = 0;
    let mut bytes = text.as_bytes().to_vec();
    for span in templates {
        let taken = bytes.get_mut(span.start()..span.end()).unwrap_or_default();
        taken.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = TAKEN);
    }
    for line in bytes.split_mut(|byte| *byte == b'\n') {
        let is_alone = line.iter().all(|byte| *byte == TAKEN || byte.is_ascii_whitespace());
        let filler = if is_alone { b' ' } else { b'x' };
        line.iter_mut().filter(|byte| **byte == TAKEN).for_each(|byte| *byte = filler);
    }
    // Whole characters were replaced, so it is text as before.
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_taken_out_and_nothing_moves() {
        for (text, expected) in [
            ("a: {{ .x }}\n", "a: xxxxxxxx\n"),
            ("{{- if .x }}\na: 1\n{{- end }}\n", "            \na: 1\n          \n"),
            ("{{ a }}{{ b }}\n", "              \n"),
            ("{%- for a in b %}\n", "                 \n"),
            ("{{/* a\n  b */}}\nc: 1\n", "      \n        \nc: 1\n"),
            ("a: {{`{{`}} $labels.x {{`}}`}}\n", "a: xxxxxxxx $labels.x xxxxxxxx\n"),
            ("a: {{ größe }} ü\n", "a: xxxxxxxxxxxxx ü\n"),
            ("a: {{ x\nb: 1\n", "a: xxxx\nb: 1\n"),
            ("a: { b: 1 }\n", "a: { b: 1 }\n"),
            ("{# a \" b #}\n", "           \n"),
        ] {
            let found = without(text, &templates(text));
            assert_eq!(found, expected, "{text:?}");
            assert_eq!(found.len(), text.len());
        }
    }

    #[test]
    fn a_text_of_braces_ends_in_time() {
        let text = "{{ ".repeat(50_000);
        assert_eq!(without(&text, &templates(&text)).len(), text.len());
        // One closing mark is sought once, not once for each of these.
        for open in ["{{\n", "{%\n", "{#\n", "{{ü\n", "{%}\n"] {
            let text = open.repeat(500_000);
            assert_eq!(without(&text, &templates(&text)).len(), text.len(), "{open:?}");
        }
    }

    #[test]
    fn what_was_never_closed_hides_nothing_that_follows() {
        for filler in ["x", "ü", "€"] {
            for length in [10, LONGEST / filler.len() - 2, LONGEST / filler.len(), LONGEST + 1] {
                let filler = filler.repeat(length);
                let text = format!("{{{{ {{% {filler}\na: {{{{ b }}}}\nc: 1\n");
                let found = without(&text, &templates(&text));
                let is_long = text.find("}}").is_some_and(|at| at >= LONGEST);
                assert_eq!(found.contains("a: "), is_long, "{length}");
                assert!(found.ends_with("c: 1\n") && found.len() == text.len() && !found.contains("b }}"));
            }
        }
    }
}
