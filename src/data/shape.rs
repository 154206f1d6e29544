use serde_json::{Map, Value, json};

use super::KeyDocs;

/// What the value of a key looks like, for editors and reference pages. Readers check values themselves: they know the words for it.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Anything.
    Any,
    /// Text; a number or a date is read as text too.
    Text,
    /// A regular expression.
    Regex,
    /// A glob for paths.
    Glob,
    /// A date: `2026-11-20`.
    Date,
    /// A length of time: `90d`, `2 business days`.
    Duration,
    /// `true` or `false`.
    Flag,
    /// A whole number, zero or more.
    Number,
    /// A whole number, which may be negative.
    Integer,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A mapping with these keys and no others.
    Table(&'static [KeyDocs]),
    /// A mapping from names of the author's choice.
    Map(&'static Shape),
    /// A list.
    List(&'static Shape),
    /// One value, or a list of them.
    OneOrMore(&'static Shape),
    /// A value of any of these shapes.
    Either(&'static [Shape]),
    /// A shape with a name of its own, so that it can hold itself: `section`.
    Named(&'static str),
}

/// The keys of a mapping with a name of its own, for [`Shape::Named`].
pub struct Definition {
    /// The name.
    pub name: &'static str,
    /// The shape that it stands for.
    pub shape: DefinedShape,
}

/// What a [`Definition`] stands for.
pub enum DefinedShape {
    /// A mapping with these keys.
    Table(Vec<KeyDocs>),
    /// A mapping with these keys, or a plain text.
    TextOrTable(Vec<KeyDocs>),
    /// A mapping with these keys, `true`, a number, or texts.
    AmountOrTable(Vec<KeyDocs>),
    /// Another shape.
    Shape(Shape),
}

/// A JSON Schema (draft 2020-12) for files whose top level has these keys.
#[must_use]
pub fn json_schema(title: &str, keys: &[KeyDocs], required: &[&str], definitions: &[Definition]) -> Value {
    let mut schema = table(keys);
    if let Value::Object(entries) = &mut schema {
        entries.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        entries.insert("title".to_owned(), json!(title));
        if !required.is_empty() {
            entries.insert("required".to_owned(), json!(required));
        }
        let defined = definitions.iter().map(|definition| (definition.name.to_owned(), defined(&definition.shape)));
        let defined: Map<String, Value> = defined.collect();
        if !defined.is_empty() {
            entries.insert("$defs".to_owned(), Value::Object(defined));
        }
    }
    schema
}

fn defined(shape: &DefinedShape) -> Value {
    match shape {
        DefinedShape::Table(keys) => table(keys),
        DefinedShape::TextOrTable(keys) => json!({ "anyOf": [scalar(), table(keys)] }),
        DefinedShape::AmountOrTable(keys) => {
            let amounts = json!([{ "type": ["boolean", "integer", "string"] }, { "type": "array", "items": { "type": "string" } }]);
            let Value::Array(mut shapes) = amounts else { return table(keys) };
            shapes.push(table(keys));
            json!({ "anyOf": shapes })
        }
        DefinedShape::Shape(shape) => value(shape),
    }
}

fn table(keys: &[KeyDocs]) -> Value {
    let property = |key: &KeyDocs| {
        let mut shape = value(&key.shape);
        if let Value::Object(entries) = &mut shape {
            entries.insert("description".to_owned(), json!(key.docs));
        }
        (key.key.to_owned(), shape)
    };
    let properties: Map<String, Value> = keys.iter().map(property).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// What YAML reads as text, number, or truth value is text to opsbook where it wants text.
fn scalar() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn value(shape: &Shape) -> Value {
    match shape {
        Shape::Any => json!({}),
        Shape::Text => scalar(),
        Shape::Regex => json!({ "type": "string", "format": "regex" }),
        Shape::Glob | Shape::Duration => json!({ "type": "string" }),
        Shape::Date => json!({ "type": "string", "format": "date" }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Number => json!({ "type": "integer", "minimum": 0 }),
        Shape::Integer => json!({ "type": "integer" }),
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Table(keys) => table(keys),
        Shape::Map(of) => json!({ "type": "object", "additionalProperties": value(of) }),
        Shape::List(of) => json!({ "type": "array", "items": value(of) }),
        Shape::OneOrMore(of) => json!({ "anyOf": [value(of), { "type": "array", "items": value(of) }] }),
        Shape::Either(shapes) => json!({ "anyOf": shapes.iter().map(value).collect::<Vec<_>>() }),
        Shape::Named(name) => json!({ "$ref": format!("#/$defs/{name}") }),
    }
}

impl Shape {
    /// The shape in words, for reference pages: `text, or a list of texts`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Regex => "regular expression".to_owned(),
            Self::Glob => "glob".to_owned(),
            Self::Date => "date".to_owned(),
            Self::Duration => "length of time".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Number | Self::Integer => "whole number".to_owned(),
            Self::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
            Self::Table(keys) => format!("mapping: {}", keys.iter().map(|key| format!("`{}`", key.key)).collect::<Vec<_>>().join(", ")),
            Self::Map(of) => format!("mapping of names to: {}", of.words()),
            Self::List(of) => format!("list of: {}", of.words()),
            Self::OneOrMore(of) => format!("{}, or a list of such", of.words()),
            Self::Either(shapes) => shapes.iter().map(Self::words).collect::<Vec<_>>().join("; or "),
            Self::Named(name) => (*name).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_become_json_schema_and_words() {
        const SIZE: &[KeyDocs] = &[KeyDocs::new("at_least", "The least.", Shape::Number)];
        const KEYS: &[KeyDocs] = &[
            KeyDocs::new("kind", "Its kind.", Shape::Choice(&["a", "b"])),
            KeyDocs::new("size", "How many.", Shape::Either(&[Shape::Flag, Shape::Table(SIZE)])),
            KeyDocs::new("parts", "What it holds.", Shape::List(&Shape::Named("part"))),
        ];
        let definitions = [Definition { name: "part", shape: DefinedShape::TextOrTable(KEYS.to_vec()) }];
        let schema = json_schema("Things", KEYS, &["kind"], &definitions);
        assert_eq!(schema["properties"]["kind"], json!({ "enum": ["a", "b"], "description": "Its kind." }));
        assert_eq!(schema["properties"]["parts"]["items"], json!({ "$ref": "#/$defs/part" }));
        assert_eq!(schema["$defs"]["part"]["anyOf"][1]["additionalProperties"], json!(false));
        assert_eq!(schema["required"], json!(["kind"]));
        assert_eq!(KEYS[1].shape.words(), "true or false; or mapping: `at_least`");
    }
}
