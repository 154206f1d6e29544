//! TOML text to a tree of [`Node`]s. The only user of the TOML crate.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Key, Node, SyntaxError, Value};
use crate::text::Span;

/// Parses one TOML document. Spans are byte ranges of `text`.
///
/// # Errors
/// Says where the text stops being TOML.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    let table = DeTable::parse(text).map_err(|error| SyntaxError {
        span: error.span().map_or(Span::at(0), Span::from),
        message: error.message().lines().next().unwrap_or("not valid TOML").to_owned(),
        help: "mend the line; strings stand in double quotes, lists in square brackets",
    })?;
    let span = Span::from(table.span());
    Ok(Node { value: map(table.into_inner()), span })
}

fn map(table: DeTable<'_>) -> Value {
    let mut entries: Vec<(Key, Node)> =
        table.into_iter().map(|(key, value)| (Key { span: key.span().into(), name: key.into_inner().into_owned() }, node(value))).collect();
    // The crate sorts keys by name; findings read better in the order in which the keys stand.
    entries.sort_by_key(|(key, _)| key.span);
    Value::Map(entries)
}

fn node(spanned: Spanned<DeValue<'_>>) -> Node {
    let span = Span::from(spanned.span());
    let value = match spanned.into_inner() {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::Integer),
        DeValue::Float(number) => number.as_str().parse().map_or(Value::Null, Value::Float),
        DeValue::Boolean(truth) => Value::Bool(truth),
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(items) => Value::List(items.into_iter().map(node).collect()),
        DeValue::Table(table) => map(table),
    };
    Node { value, span }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_spans() {
        let source = "[book]\ntitle = \"A\"\nwhen = 2026-11-20\n[checks]\nb = 'off'\na = [1, 0x10]\n";
        let node = parse(source).unwrap();
        let book = node.get("book").unwrap();
        assert_eq!(book.get("title").unwrap().span.of(source), "\"A\"");
        assert_eq!(book.get("when").unwrap().as_str(), Some("2026-11-20"));
        let names: Vec<_> = node.get("checks").unwrap().entries().iter().map(|(key, _)| key.name.as_str()).collect();
        assert_eq!(names, ["b", "a"]);
        let Value::List(items) = &node.get("checks").unwrap().get("a").unwrap().value else { panic!("a list") };
        assert_eq!(items[1].value, Value::Integer(16));
    }

    #[test]
    fn faults_are_located() {
        let error = parse("[book]\ntitle = \n").unwrap_err();
        assert!(error.span.start() >= 7, "{error:?}");
    }
}
