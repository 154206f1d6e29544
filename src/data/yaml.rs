//! YAML text to a tree of [`Node`]s. The only user of the YAML crate.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Options, Spanned};

use super::{Key, Node, SyntaxError, Value};
use crate::memo::snug;
use crate::text::Span;

/// What helps against most faults.
const QUOTE: &str = "quote a value that holds a colon, a '#' or begins with '@', '[', '{', '*' or '&'";

/// Parses one YAML document. Spans are byte ranges of `text`.
///
/// Duplicate keys, unknown tags and documents that expand without bound are refused.
///
/// # Errors
/// Says where the text stops being YAML that opsbook accepts.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    if text.trim().is_empty() {
        return Ok(Node { value: Value::Null, span: Span::at(0) });
    }
    let parsed: Result<Spanned<Tree>, _> = serde_yaml::from_str_with_options(text, options());
    match parsed {
        Ok(spanned) => Ok(node(spanned, text)),
        Err(error) => Err(syntax_error(&error, text)),
    }
}

fn options() -> Options {
    serde_yaml::options! {
        strict_booleans: true,
        with_snippet: false,
    }
}

/// A value whose spans aren't unpacked yet: the crate gives them only through its own wrapper.
struct Tree(TreeValue);

enum TreeValue {
    Scalar(Value),
    List(Vec<Spanned<Tree>>),
    Map(Vec<(Spanned<String>, Spanned<Tree>)>),
}

fn node(spanned: Spanned<Tree>, text: &str) -> Node {
    let span = byte_span(&spanned.referenced, text);
    let value = match spanned.value.0 {
        TreeValue::Scalar(value) => value,
        TreeValue::List(items) => Value::List(snug(items.into_iter().map(|item| node(item, text)).collect())),
        TreeValue::Map(entries) => {
            let entry =
                |(key, value): (Spanned<String>, Spanned<Tree>)| (Key { span: byte_span(&key.referenced, text), name: key.value }, node(value, text));
            // Collected in the room of the crate's own values, which are larger.
            Value::Map(snug(entries.into_iter().map(entry).collect()))
        }
    };
    Node { value, span }
}

fn byte_span(location: &serde_yaml::Location, text: &str) -> Span {
    let span = location.span();
    let start = span.byte_offset().and_then(|offset| usize::try_from(offset).ok());
    let length = span.byte_len().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    match start {
        Some(start) => Span::new(start, start + length).trimmed(text),
        None => Span::at(line_offset(location, text)),
    }
}

fn line_offset(location: &serde_yaml::Location, text: &str) -> usize {
    let line = usize::try_from(location.line()).unwrap_or(1).saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let column = usize::try_from(location.column()).unwrap_or(1).saturating_sub(1);
    let rest = text.get(start..).unwrap_or_default();
    start + rest.char_indices().nth(column).map_or(rest.len(), |(offset, _)| offset)
}

fn syntax_error(error: &serde_yaml::Error, text: &str) -> SyntaxError {
    let span = error.location().map_or(Span::at(0), |location| byte_span(&location, text));
    let error = error.without_snippet();
    if let Some((message, help)) = own_words(error) {
        return SyntaxError { span, message, help };
    }
    let rendered = error.to_string();
    let first = rendered.lines().next().unwrap_or("not valid YAML");
    let message = first.split(" at line ").next().unwrap_or(first).trim_end_matches('.').to_owned();
    SyntaxError { span, message, help: QUOTE }
}

/// What the crate says in words for programmers, in words for authors, and what to do.
fn own_words(error: &serde_yaml::Error) -> Option<(String, &'static str)> {
    use serde_yaml::Error;
    use serde_yaml::budget::BudgetBreach;

    const QUOTES: &str = "put the value in quotes if it is text, or take it out";
    const ALIAS: &str = "write the value itself instead of the alias, or in quotes if it is text";
    const LESS: &str = "take values out, or split them over several files";
    let (words, help) = match error {
        Error::DuplicateMappingKey { key: Some(key), .. } => return Some((format!("the key '{key}' is there twice"), "take one of the two out")),
        Error::DuplicateMappingKey { .. } => ("a key is there twice", "take one of the two out"),
        Error::NonFiniteFloat { value, .. } => return Some((format!("'{value}' is no number that can be used"), QUOTES)),
        Error::UnsupportedTag { tag, .. } => return Some((format!("the tag '{tag}' can't be used"), "take the tag out")),
        Error::InvalidScalar { .. } | Error::InvalidBinaryBase64 { .. } | Error::BinaryNotUtf8 { .. } => {
            ("the value isn't what its tag says", "take the tag out")
        }
        Error::NullIntoString { .. } => ("a key is nothing", "put the key in quotes if it is text"),
        Error::Unexpected { expected: "string scalar", .. } => ("a key must be text, not a list or a mapping", "put the key in quotes if it is text"),
        Error::UnknownAnchor { .. } => ("an alias ('*name') has no anchor ('&name') before it", ALIAS),
        Error::RecursiveReferencesRequireWeakTypes { .. } => ("an alias ('*name') stands inside of what it stands for", ALIAS),
        Error::MergeValueNotMapOrSeqOfMaps { .. } => ("'<<' takes the keys of a mapping, and this is none", "write the keys themselves"),
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => ("values are nested too deep", "nest them less"),
        Error::Budget { breach: BudgetBreach::Aliases { .. } | BudgetBreach::Anchors { .. } | BudgetBreach::AliasAnchorRatio { .. }, .. } => {
            ("too many aliases or anchors", ALIAS)
        }
        Error::Budget { .. } | Error::AliasReplayLimitExceeded { .. } | Error::AliasReplayCounterOverflow { .. } => {
            ("there are too many values, with those that aliases bring in", LESS)
        }
        Error::AliasError { error, .. } => return own_words(error),
        _ => return None,
    };
    Some((words.to_owned(), help))
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor).map(Tree)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = TreeValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<TreeValue, E> {
        Ok(TreeValue::Scalar(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<TreeValue, E> {
        Ok(TreeValue::Scalar(Value::Integer(value)))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<TreeValue, E> {
        i64::try_from(value).map(|value| TreeValue::Scalar(Value::Integer(value))).map_err(|_| E::custom("number too large"))
    }

    #[expect(clippy::cast_precision_loss, reason = "a number beyond 64 bits is an oddity that only its text form shows")]
    fn visit_i128<E>(self, value: i128) -> Result<TreeValue, E> {
        Ok(TreeValue::Scalar(i64::try_from(value).map_or(Value::Float(value as f64), Value::Integer)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<TreeValue, E> {
        Ok(TreeValue::Scalar(Value::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<TreeValue, E> {
        Ok(TreeValue::Scalar(Value::String(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<TreeValue, E> {
        Ok(TreeValue::Scalar(Value::String(value)))
    }

    fn visit_unit<E>(self) -> Result<TreeValue, E> {
        Ok(TreeValue::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<TreeValue, E> {
        Ok(TreeValue::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<TreeValue, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<TreeValue, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<TreeValue, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(TreeValue::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TreeValue, A::Error> {
        let mut entries: Vec<(Spanned<String>, Spanned<Tree>)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            if !names.insert(key.value.clone()) {
                return Err(A::Error::custom(format!("duplicate key '{}'", key.value)));
            }
            entries.push((key, map.next_value()?));
        }
        Ok(TreeValue::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'a>(node: &Node, source: &'a str, into: &mut Vec<&'a str>) {
        match &node.value {
            Value::Map(entries) => {
                for (key, value) in entries {
                    into.push(key.span.of(source));
                    texts(value, source, into);
                }
            }
            Value::List(items) => items.iter().for_each(|item| texts(item, source, into)),
            _ => into.push(node.span.of(source)),
        }
    }

    #[test]
    fn every_key_and_scalar_knows_where_it_stands() {
        let source = "title: Größe\nlist:\n  - one\n  - { a: 1, b: [x, 'y z'] }\nlast: 2026-11-20 # why\n";
        let mut found = Vec::new();
        texts(&parse(source).unwrap(), source, &mut found);
        assert_eq!(found, ["title", "Größe", "list", "one", "a", "1", "b", "x", "'y z'", "last", "2026-11-20"]);
    }

    #[test]
    fn values_have_their_types() {
        let node = parse("a: no\nb: true\nc: 12\nd: 1.5\ne:\nf: '12'\ng: 012\n").unwrap();
        let value = |name: &str| node.get(name).unwrap().value.clone();
        assert_eq!(value("a"), Value::String("no".into()));
        assert_eq!(value("b"), Value::Bool(true));
        assert_eq!(value("c"), Value::Integer(12));
        assert_eq!(value("d"), Value::Float(1.5));
        assert_eq!(value("e"), Value::Null);
        assert_eq!(value("f"), Value::String("12".into()));
    }

    #[test]
    fn faults_are_located() {
        for (source, line) in [("a: 1\nb: [1, 2\n", 2), ("a: 1\na: 2\n", 2), ("a: b: c\n", 1), ("key: @name\n", 1)] {
            let error = parse(source).unwrap_err();
            let found = source[..error.span.start().min(source.len())].matches('\n').count() + 1;
            assert!(found >= line && found <= line + 1, "{source:?}: {error:?} on line {found}");
            assert!(!error.message.is_empty());
        }
    }

    #[test]
    fn faults_are_told_in_words_for_authors() {
        for (source, said) in [
            ("a: 1\na: 2\n", "the key 'a' is there twice"),
            ("a: {x: 1, x: 2}\n", "the key 'x' is there twice"),
            ("a: *gone\n", "an alias ('*name') has no anchor ('&name') before it"),
            ("a: &x\n  b: *x\n", "an alias ('*name') stands inside of what it stands for"),
            ("a: !!binary x\n", "the value isn't what its tag says"),
            ("a: !!int x\n", "the value isn't what its tag says"),
            ("? [a, b]\n: 1\n", "a key must be text, not a list or a mapping"),
            ("null: 1\n", "a key is nothing"),
            ("a: 1\n<<: 3\n", "'<<' takes the keys of a mapping, and this is none"),
            ("a: .nan\n", "'.nan' is no number that can be used"),
            (&format!("a: {}\n", "{b: ".repeat(100)), "values are nested too deep"),
            (&format!("a: [{}]\n", "x, ".repeat(300_000)), "there are too many values, with those that aliases bring in"),
            (&format!("a: &a x\nb: [{}]\n", "*a, ".repeat(60_000)), "too many aliases or anchors"),
        ] {
            let error = parse(source).unwrap_err();
            assert_eq!(error.message, said, "{}", &source[..source.len().min(40)]);
            assert_ne!(error.help, QUOTE, "the help is about this very fault: {said}");
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (this, last) in ["b", "c", "d", "e", "f", "g", "h", "i"].iter().zip(["a", "b", "c", "d", "e", "f", "g", "h"]) {
            let again = vec![format!("*{last}"); 9].join(", ");
            bomb.extend([this, ": &", this, " [", &again, "]\n"]);
        }
        assert!(parse(&bomb).is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
