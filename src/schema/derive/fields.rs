//! What the front matter of the documents shares: keys, and what their values are.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Field, listed, share};
use crate::data::{Node, Value};
use crate::document::Document;
use crate::schema::ValueType;
use crate::source::SitePath;

/// From so many documents on, few values that repeat are taken for a list of what is allowed.
const MANY: usize = 6;
/// A list of values is at most this long.
const VALUES: usize = 6;

/// The types by which a value is recognised, the narrowest first.
const TYPES: [ValueType; 7] =
    [ValueType::Bool, ValueType::Number, ValueType::Time, ValueType::Date, ValueType::Duration, ValueType::Url, ValueType::List];

/// The values of a key, each with the index of its document.
type Values<'a> = Vec<(usize, &'a Node)>;

/// The keys that documents share.
pub(super) fn fields(documents: &[&Document], is_role: &dyn Fn(&str) -> bool) -> Vec<Field> {
    let all = documents.len();
    let mut keys: BTreeMap<&str, (usize, Values<'_>)> = BTreeMap::new();
    for (index, document) in documents.iter().enumerate() {
        for (place, (key, value)) in document.front_matter.iter().flat_map(Node::entries).enumerate() {
            if !value.is_blank() {
                keys.entry(&key.name).or_insert_with(|| (place, Vec::new())).1.push((index, value));
            }
        }
    }
    // What says which schema the document must meet, or which findings don't count, is no matter of the schema.
    let mut found: Vec<_> = keys.into_iter().filter(|(key, (_, values))| !matches!(*key, "type" | "waivers") && values.len() * 2 >= all).collect();
    found.sort_by_key(|(key, (place, values))| (values.len() < all, *place, *key));
    found.into_iter().filter_map(|(key, (_, values))| field(key, &values, documents, is_role)).collect()
}

/// What is demanded of a key; nothing of one that some documents lack and others fill with anything.
fn field(key: &str, values: &[(usize, &Node)], documents: &[&Document], is_role: &dyn Fn(&str) -> bool) -> Option<Field> {
    let all = documents.len();
    let missing: BTreeSet<usize> = values.iter().map(|(index, _)| *index).collect();
    let missing: Vec<&SitePath> =
        documents.iter().enumerate().filter(|(index, _)| !missing.contains(index)).map(|(_, document)| &document.path).collect();
    let mut note = share(values.len(), all);
    if !missing.is_empty() {
        note.extend([", so optional: not in ", &listed(&missing)]);
    }
    let mut field = Field { key: key.to_owned(), required: missing.is_empty(), notes: vec![note], ..Field::default() };
    let nodes: Vec<&Node> = values.iter().map(|(_, value)| *value).collect();
    form(&mut field, &nodes, is_role);
    identity(&mut field, &nodes);
    let says = field.required || field.value_type.is_some() || field.pattern.is_some();
    says.then_some(field)
}

/// What the values have in common.
fn form(field: &mut Field, values: &[&Node], is_role: &dyn Fn(&str) -> bool) {
    let texts: Vec<String> = values.iter().filter_map(|value| value.scalar()).collect();
    let value_type = TYPES.into_iter().find(|value_type| values.iter().all(|value| value_type.accepts(value)));
    if value_type == Some(ValueType::List) {
        field.value_type = Some("list");
        let items: Vec<&Node> = values.iter().flat_map(|value| if let Value::List(items) = &value.value { items.as_slice() } else { &[] }).collect();
        let each = TYPES.into_iter().find(|value_type| !items.is_empty() && items.iter().all(|item| value_type.accepts(item)));
        field.each = each.filter(|each| *each != ValueType::List).map(word);
        field.notes.push("each is a list".to_owned());
    } else if let Some(value_type) = value_type {
        field.value_type = Some(word(value_type));
        field.notes.push(if values.len() == 1 { format!("it is {}", value_type.words()) } else { format!("each is {}", value_type.words()) });
    } else if texts.len() == values.len() && texts.iter().all(|text| is_role(text)) {
        field.value_type = Some("role");
        field.notes.push("each is a role of registry.yaml".to_owned());
    } else if texts.len() == values.len() {
        let distinct: BTreeSet<&String> = texts.iter().collect();
        if texts.len() >= MANY
            && distinct.len() <= VALUES
            && distinct.len() * 3 <= texts.len()
            && distinct.iter().all(|text| text.chars().count() <= 40)
        {
            field.value_type = Some("enum");
            field.values = distinct.into_iter().cloned().collect();
            field.notes.push(format!("{} values in {} documents: add those that may come", field.values.len(), texts.len()));
        }
    }
}

fn word(value_type: ValueType) -> &'static str {
    let place = ValueType::ALL.iter().position(|other| *other == value_type);
    place.and_then(|place| ValueType::WORDS.get(place)).copied().unwrap_or("string")
}

/// Whether the values are names of the documents: `OPS-123`, all different.
fn identity(field: &mut Field, values: &[&Node]) {
    let texts: Vec<String> = values.iter().filter_map(|value| value.scalar()).collect();
    if texts.len() != values.len() || texts.len() < 3 {
        return;
    }
    let distinct: BTreeSet<&String> = texts.iter().collect();
    let differ = distinct.len() == texts.len();
    let name = field.key.to_lowercase();
    let is_id =
        matches!(name.as_str(), "id" | "number" | "key" | "no" | "nr" | "ref" | "reference") || name.ends_with("_id") || name.ends_with("-id");
    let prefixes: BTreeSet<Option<&str>> = texts.iter().map(|text| numbered(text)).collect();
    if field.value_type.is_none()
        && let [Some(prefix)] = prefixes.into_iter().collect::<Vec<_>>().as_slice()
    {
        // Letters, digits and hyphens mean themselves.
        field.pattern = Some(format!("^{prefix}\\d+$"));
        field.notes.push("all of one form".to_owned());
        field.unique = differ;
    } else if is_id && differ {
        field.unique = true;
    }
    if field.unique {
        field.notes.push("all differ".to_owned());
    }
}

/// What stands before the number of a name such as `OPS-123`.
fn numbered(text: &str) -> Option<&str> {
    let prefix = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_prefix = prefix.ends_with('-')
        && prefix.starts_with(|c: char| c.is_ascii_alphabetic())
        && prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (is_prefix && prefix.len() < text.len()).then_some(prefix)
}
