//! Texts as YAML that reads as exactly these texts, and comments that stay comments.

use std::fmt::Write;

/// Words that YAML, of one version or another, reads as something else than text.
const RESERVED: &[&str] = &["true", "false", "yes", "no", "on", "off", "null", "y", "n", "inf", "nan"];

/// A text as a YAML scalar on one line that reads as exactly this text, in block and in flow style.
#[must_use]
pub fn quote(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ if is_printable(character) => quoted.push(character),
            // Writing to a string can't fail.
            _ => drop(write!(quoted, "\\U{:08X}", u32::from(character))),
        }
    }
    quoted.push('"');
    quoted
}

/// A regular expression as a YAML scalar: in single quotes, which leave its backslashes alone.
pub(super) fn single(text: &str) -> String {
    if text.chars().all(is_printable) { format!("'{}'", text.replace('\'', "''")) } else { quote(text) }
}

/// A list of texts on one line.
pub(super) fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quote(text)).collect::<Vec<_>>().join(", "))
}

/// A text that may follow a `#`: on one line, without characters that YAML doesn't allow.
pub(super) fn comment(text: &str) -> String {
    text.chars().map(|character| if is_printable(character) { character } else { ' ' }).collect()
}

fn is_plain(text: &str) -> bool {
    let inside = |character: char| character.is_ascii_alphanumeric() || matches!(character, ' ' | '-' | '_' | '/' | '.' | '(' | ')' | '\'' | '*');
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(inside)
        && !text.ends_with(' ')
        && !text.contains("  ")
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

/// Whether a character may stand in YAML as it is, on one line.
fn is_printable(character: char) -> bool {
    let is_break = matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}');
    let is_none = matches!(u32::from(character) & 0xFFFF, 0xFFFE | 0xFFFF);
    !character.is_control() && !is_break && !is_none
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::data::yaml;

    #[test]
    fn what_needs_no_quotes_gets_none() {
        for (text, quoted) in [
            ("Meaning", "Meaning"),
            ("Who to call (24/7)", "Who to call (24/7)"),
            ("Yes", "\"Yes\""),
            ("", "\"\""),
            ("Why: because", "\"Why: because\""),
            ("C# services", "\"C# services\""),
            ("404", "\"404\""),
            ("a \"b\" \\", "\"a \\\"b\\\" \\\\\""),
            ("a, b", "\"a, b\""),
            ("Größe", "\"Größe\""),
            ("a\u{7}\nb", "\"a\\U00000007\\nb\""),
        ] {
            assert_eq!(quote(text), quoted);
        }
    }

    fn texts() -> impl Strategy<Value = String> {
        let hard = prop::sample::select(vec![
            "true", "~", "- a", "a: b", "#", " ", "'", "\"", "\\", "\u{2028}", "\u{FEFF}", "\r", "\u{0}", "null", "1e3", "---", "%", "@",
        ]);
        prop_oneof![any::<String>(), "\\PC{0,20}", "[a-zA-Z0-9 ._()'/*-]{0,12}", prop::collection::vec(hard, 0..5).prop_map(|parts| parts.concat())]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, rng_seed: proptest::test_runner::RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_quoted_text_reads_as_itself(text in texts()) {
            for written in [quote(&text), single(&text)] {
                let node = yaml::parse(&format!("# {}\na: {written}\nb: [{written}, {{ c: {written} }}]\n", comment(&text))).unwrap();
                prop_assert_eq!(node.get("a").and_then(|node| node.as_str()), Some(text.as_str()), "{}", written);
                let crate::data::Value::List(items) = &node.get("b").unwrap().value else { panic!("{written}") };
                prop_assert_eq!(items[0].as_str(), Some(text.as_str()));
                prop_assert_eq!(items[1].get("c").and_then(|node| node.as_str()), Some(text.as_str()));
            }
        }
    }
}
