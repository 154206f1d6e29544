use serde_json::{Value, json};

use super::keys::{FOREIGN_BOOK, FOREIGN_BUILD, FOREIGN_HTML, FOREIGN_SEARCH, FOREIGN_TABLES, TABLES};
use crate::data::{self, Definition};

/// Where mdBook's own keys may stand, as JSON pointers to tables, and the keys.
const FOREIGN: &[(&str, &[&str])] = &[
    ("/properties", FOREIGN_TABLES),
    ("/properties/book/properties", FOREIGN_BOOK),
    ("/properties/build/properties", FOREIGN_BUILD),
    ("/properties/output/properties/html/properties", FOREIGN_HTML),
    ("/properties/output/properties/html/properties/search/properties", FOREIGN_SEARCH),
];

/// The JSON Schema of book.toml, for editors. `definitions` says what `[checks]` may hold: only a higher floor knows the checks.
///
/// mdBook's keys are allowed, because opsbook reads an mdBook's book.toml as it is.
#[must_use]
pub fn json_schema(definitions: &[Definition]) -> Value {
    let mut schema = data::json_schema("book.toml of an opsbook handbook", TABLES, &[], definitions);
    for (pointer, keys) in FOREIGN {
        let Some(Value::Object(properties)) = schema.pointer_mut(pointer) else { continue };
        for key in *keys {
            properties.insert((*key).to_owned(), json!({ "description": "A setting of mdBook; opsbook doesn't use it." }));
        }
    }
    // Renderers other than ours may have any settings.
    if let Some(Value::Object(output)) = schema.pointer_mut("/properties/output") {
        output.insert("additionalProperties".to_owned(), json!(true));
    }
    schema
}
