//! Values of YAML and TOML replaced where they stand, in the quotes that they have.

use crate::diagnostic::Edit;
use crate::text::Span;

/// The edit that makes a value another; none if the text at `span` isn't the value that was read, for escapes in it.
pub(super) fn replace(text: &str, span: Span, old: &str, new: &str) -> Option<Edit> {
    let raw = span.of(text);
    if raw == old {
        let replacement = if is_plain(new) { new.to_owned() } else { quoted(new) };
        return Some(Edit { span, replacement });
    }
    let quote = raw.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inside = raw.strip_prefix(quote)?.strip_suffix(quote)?;
    if inside != old {
        return None;
    }
    let fits = !new.contains([quote, '\\']);
    Some(Edit { span, replacement: if fits { format!("{quote}{new}{quote}") } else { quoted(new) } })
}

/// A value as it stands in YAML where no quotes are needed, in quotes otherwise.
pub(super) fn yaml(value: &str) -> String {
    if is_plain(value) { value.to_owned() } else { quoted(value) }
}

/// A value in quotes that YAML and TOML read alike.
pub(super) fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether YAML reads a value as this very text without quotes, in whatever it stands.
fn is_plain(value: &str) -> bool {
    let begins = value.starts_with(|c: char| c.is_alphabetic() || matches!(c, '/' | '_' | '.'));
    let safe = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '_' | '.' | '-' | '(' | ')' | '+' | '~' | '%') || (c == '#'));
    // Words and numbers of YAML hold neither a slash nor a dot between letters.
    begins && safe && value.contains(['/', '.', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_quotes() {
        for (text, old, new, expected) in [
            ("a.md", "a.md", "b/c.md", Some("b/c.md")),
            ("a.md", "a.md", "b c.md", Some("\"b c.md\"")),
            ("a.md", "a.md", "b: c.md", Some("\"b: c.md\"")),
            ("'a.md'", "a.md", "b c.md", Some("'b c.md'")),
            ("'a.md'", "a.md", "b's.md", Some("\"b's.md\"")),
            ("\"a.md\"", "a.md", "b.md", Some("\"b.md\"")),
            ("\"\\x61.md\"", "a.md", "b.md", None),
        ] {
            let edit = replace(text, Span::new(0, text.len()), old, new);
            assert_eq!(edit.map(|edit| edit.replacement).as_deref(), expected, "{text} {new}");
        }
    }
}
