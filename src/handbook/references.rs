//! Documents that front matter names: by path from the document, by path in the content folder, or by the name of a file beside it.

use super::{Handbook, Page};
use crate::data::{Node, Value};
use crate::schema::{FieldDemand, ValueType};
use crate::source::SitePath;
use crate::text::Span;

impl Handbook {
    /// The page of the document that a value in the front matter of `from` names: `../guides/restore.md`, `guides/restore`, `0012-queues`.
    #[must_use]
    pub fn reference(&self, from: &Page, value: &str) -> Option<&Page> {
        from.reference_places(value).find_map(|place| self.page_at(&place))
    }

    /// The page of the document at a path in the content folder.
    #[must_use]
    pub fn page_at(&self, path: &SitePath) -> Option<&Page> {
        self.pages.get(self.pages.binary_search_by(|page| page.path.cmp(path)).ok()?).map(|page| &**page)
    }

    /// The index of a page.
    #[must_use]
    pub fn index_of(&self, page: &Page) -> Option<usize> {
        self.pages.binary_search_by(|other| other.path.cmp(&page.path)).ok()
    }
}

/// Where in the content folder the document may lie that a value names in the front matter of a document in `folder`, the likeliest first.
pub fn reference_places(folder: &str, value: &str) -> impl Iterator<Item = SitePath> {
    let value = value.trim();
    let value = value.split_once('#').map_or(value, |(path, _)| path).trim_start_matches('/');
    let places = [folder, ""].into_iter().filter_map(move |folder| SitePath::join(folder, value));
    places.flat_map(|place| {
        let with_ending = SitePath::new(&format!("{place}.md"));
        std::iter::once(place).chain(with_ending)
    })
}

impl Page {
    /// Where in the content folder the document may lie that a value of the front matter names, the likeliest first.
    pub fn reference_places(&self, value: &str) -> impl Iterator<Item = SitePath> {
        reference_places(self.path.folder(), value)
    }

    /// The values of the front matter that lead to documents, each with the demand on its key and its place.
    #[must_use]
    pub fn document_values(&self) -> Vec<(&FieldDemand, String, Span)> {
        let Some((schema, _)) = &self.binding else { return Vec::new() };
        let mut found = Vec::new();
        for field in &schema.front_matter {
            if field.value_type == Some(ValueType::Document) || field.each == Some(ValueType::Document) {
                found.extend(self.values(&field.key).into_iter().map(|(value, span)| (field, value, span)));
            }
        }
        found
    }

    /// The values of a key of the front matter, each with its place: one, or those of a list.
    #[must_use]
    pub fn values(&self, key: &str) -> Vec<(String, Span)> {
        let Some(node) = self.document.front_matter.as_ref().and_then(|node| node.get(key)).filter(|node| !node.is_blank()) else {
            return Vec::new();
        };
        let items = if let Value::List(items) = &node.value { items.as_slice() } else { std::slice::from_ref(node) };
        items.iter().filter_map(|item: &Node| Some((item.scalar()?, item.span))).collect()
    }
}
