//! What stands on a page to print: documents and folders in reading order, with their numbers.

use std::iter::Peekable;
use std::slice;

use crate::handbook::{NodeId, Tree};

/// Headings are no deeper than this.
const DEEPEST: u8 = 6;

/// A document, or the heading of those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::render) struct Part {
    pub node: NodeId,
    /// The document's page, by index.
    pub page: Option<usize>,
    pub title: String,
    /// `4.2`; empty for the page that leads to all others.
    pub number: String,
    /// What its own id is, and those of all in it begin with.
    pub id: String,
    /// The level of its first heading: that of the page itself is 1.
    pub level: u8,
}

/// A part as the contents of the page name it.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct PartView {
    pub number: String,
    pub title: String,
    pub id: String,
    pub children: Vec<PartView>,
}

/// The parts of a chapter, or of the handbook. Numbers begin anew in each, so that a page more changes no other chapter.
pub(super) fn of(tree: &Tree, top: NodeId) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut stack = vec![(top, String::new(), 0_usize)];
    while let Some((id, number, depth)) = stack.pop() {
        let Some(node) = tree.node(id) else { continue };
        let level = u8::try_from(depth.max(1) + 1).unwrap_or(DEEPEST).min(DEEPEST);
        let is_shown = node.page.is_some() || depth > 0;
        if is_shown {
            let own = if number.is_empty() { "0" } else { &number };
            parts.push(Part { node: id, page: node.page, title: node.title.clone(), number: number.clone(), id: format!("s{own}"), level });
        }
        let below: Vec<NodeId> = tree.children(id).map(|(child, _)| child).collect();
        let inner = |place: usize| if number.is_empty() { place.to_string() } else { format!("{number}.{place}") };
        stack.extend(below.into_iter().enumerate().rev().map(|(place, child)| (child, inner(place + 1), depth + 1)));
    }
    parts
}

/// The parts as a list with lists in it.
pub(super) fn outline(parts: &[Part]) -> Vec<PartView> {
    nested(&mut parts.iter().peekable(), 0)
}

/// Tera stops at twenty components deep: so deep nobody numbers, and what is deeper stands there.
const NESTED: usize = 8;

fn nested(parts: &mut Peekable<slice::Iter<'_, Part>>, depth: usize) -> Vec<PartView> {
    let mut list: Vec<PartView> = Vec::new();
    while let Some(part) = parts.peek() {
        let own = part.number.matches('.').count().min(NESTED);
        match list.last_mut() {
            Some(above) if own > depth => above.children.extend(nested(parts, depth + 1)),
            _ if own < depth => break,
            _ => {
                list.push(PartView { number: part.number.clone(), title: part.title.clone(), id: part.id.clone(), children: Vec::new() });
                parts.next();
            }
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(parts: &[PartView]) -> String {
        let shapes: Vec<String> = parts.iter().map(|part| format!("{}[{}]", part.number, shape(&part.children))).collect();
        shapes.concat()
    }

    #[test]
    fn the_outline_follows_the_numbers() {
        let part =
            |number: &str| Part { node: NodeId::default(), page: None, title: String::new(), number: number.to_owned(), id: String::new(), level: 2 };
        let outline = outline(&["", "1", "1.1", "1.2", "1.2.1", "2"].map(part));
        assert_eq!(shape(&outline), "[]1[1.1[]1.2[1.2.1[]]]2[]");
    }
}
