//! The JSON Schema of schema files, for editors. Made from the same lists of keys that the loader reads.

use serde_json::Value;

use super::field::KEYS as FIELD_KEYS;
use super::rules::{Place, keys_of};
use super::{condition, rules};
use crate::data::{self, DefinedShape, Definition};

/// The JSON Schema (draft 2020-12) of the files in `schemas/`.
#[must_use]
pub fn json_schema() -> Value {
    data::json_schema("Schema of an opsbook document type", &keys_of(Place::Schema), &["type"], &definitions())
}

/// What each `Shape::Named` of the keys stands for.
fn definitions() -> Vec<Definition> {
    let demand = |name, place| Definition { name, shape: DefinedShape::TextOrTable(keys_of(place)) };
    let own = [
        demand("section", Place::Section),
        demand("topic", Place::Topic),
        Definition { name: "field", shape: DefinedShape::Table(FIELD_KEYS.to_vec()) },
        Definition { name: "condition", shape: DefinedShape::Shape(condition::SHAPE) },
    ];
    own.into_iter().chain(rules::section_content::definitions()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Object(entries) => {
                found.extend(entries.get("$ref").and_then(Value::as_str));
                entries.values().for_each(|value| references(value, found));
            }
            _ => {}
        }
    }

    #[test]
    fn every_named_shape_is_defined_and_every_definition_used() {
        let schema = json_schema();
        let mut used = BTreeSet::new();
        references(&schema, &mut used);
        let defined: BTreeSet<String> = schema["$defs"].as_object().unwrap().keys().map(|name| format!("#/$defs/{name}")).collect();
        assert_eq!(used, defined.iter().map(String::as_str).collect());
    }

    #[test]
    fn every_key_of_the_language_is_there() {
        let schema = json_schema();
        for key in rules::keys() {
            let place = match key.place() {
                Place::Schema => "/properties",
                Place::Section => "/$defs/section/anyOf/1/properties",
                Place::Topic => "/$defs/topic/anyOf/1/properties",
            };
            assert!(schema.pointer(&format!("{place}/{}", key.docs.key)).is_some(), "{place}/{}", key.docs.key);
        }
    }
}
