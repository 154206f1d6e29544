//! What stands at a place of a document: a link, a heading, a key, a name.
//!
//! Knows documents and offsets. Must not know what an editor wants to do with what is there.

use super::names::{self, Named};
use super::view::View;
use crate::data::Value;
use crate::document::Link;
use crate::handbook::{Page, Resolved};
use crate::moves;
use crate::registry::Entity;
use crate::source::SitePath;
use crate::text::Span;

/// What stands at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Thing<'a> {
    /// A link, and what it leads to.
    Link(&'a Link, &'a Resolved),
    /// A heading, by the index of its section.
    Heading(usize),
    /// The page's own title in its front matter.
    Title,
    /// A key of the front matter.
    Key(String),
    /// The document type in the front matter.
    Type(String),
    /// A document that the front matter names, by the index of its page.
    Document(usize),
    /// A finding that is waived.
    Code(String),
    /// An entry of the registry.
    Name(Entity),
}

/// Something and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<'a> {
    /// What it is.
    pub thing: Thing<'a>,
    /// Where it stands.
    pub span: Span,
}

/// What stands at an offset of a file. Ends count: the cursor may stand behind the last letter.
#[must_use]
pub fn at<'a>(view: View<'a>, path: &SitePath, offset: usize) -> Option<Found<'a>> {
    let Some((_, page)) = view.page(path) else { return in_settings(view, path, offset) };
    front_matter(view, page, offset).or_else(|| link(page, offset)).or_else(|| heading(page, offset)).or_else(|| {
        let named = names::of_page(view, page).into_iter().find(|named| touches(named.span, offset))?;
        Some(named.into())
    })
}

impl From<Named> for Found<'_> {
    fn from(named: Named) -> Self {
        Self { thing: Thing::Name(named.entity), span: named.span }
    }
}

/// Whether an offset lies in a span or right behind it.
#[must_use]
pub fn touches(span: Span, offset: usize) -> bool {
    span.start() <= offset && offset <= span.end()
}

fn front_matter<'a>(view: View<'a>, page: &'a Page, offset: usize) -> Option<Found<'a>> {
    if offset >= page.document.body.start() {
        return None;
    }
    let node = page.document.front_matter.as_ref()?;
    let role_names = || names::of_page(view, page).into_iter().find(|named| touches(named.span, offset)).map(Found::from);
    for (key, value) in node.entries() {
        if touches(key.span, offset) {
            return Some(Found { thing: Thing::Key(key.name.clone()), span: key.span });
        }
        if key.name == "waivers" {
            let Value::List(waivers) = &value.value else { continue };
            let code = waivers.iter().filter_map(|waiver| waiver.get("finding")).find(|code| touches(code.span, offset));
            if let Some((code, span)) = code.and_then(|code| Some((code.scalar()?, code.span))) {
                return Some(Found { thing: Thing::Code(code), span });
            }
            continue;
        }
        let Some((written, span)) = page.values(&key.name).into_iter().find(|(_, span)| touches(*span, offset)) else { continue };
        let thing = match key.name.as_str() {
            "title" => Thing::Title,
            "type" => Thing::Type(written.trim().to_owned()),
            _ => match view.build.handbook.reference(page, &written).and_then(|found| view.build.handbook.index_of(found)) {
                Some(index) => Thing::Document(index),
                None => return role_names(),
            },
        };
        return Some(Found { thing, span });
    }
    None
}

/// The innermost link at an offset: an image may stand in a link.
fn link(page: &Page, offset: usize) -> Option<Found<'_>> {
    let at = page.written_links().filter(|(link, _)| touches(link.span, offset) || touches(link.target_span, offset));
    let (link, resolved) = at.min_by_key(|(link, _)| link.span.end() - link.span.start())?;
    let span = if touches(link.span, offset) { link.span } else { link.target_span };
    Some(Found { thing: Thing::Link(link, resolved), span })
}

fn heading(page: &Page, offset: usize) -> Option<Found<'_>> {
    let sections = &page.document.sections;
    let index = sections.partition_point(|section| section.span.start() <= offset).checked_sub(1)?;
    let section = sections.get(index).filter(|section| touches(section.span.trimmed(&page.document.text), offset))?;
    let span = moves::title_span(&page.document.text, section).unwrap_or(section.title_span);
    Some(Found { thing: Thing::Heading(index), span })
}

/// In registry.yaml the names, in SUMMARY.md the pages, in book.toml the codes of findings.
fn in_settings<'a>(view: View<'a>, path: &SitePath, offset: usize) -> Option<Found<'a>> {
    if view.registry_path().as_ref() == Some(path) {
        let registry = &view.build.handbook.registry;
        let source = registry.sources().find(|source| touches(source.span, offset));
        if let Some((index, span)) = source.and_then(|source| Some((source_page(view, &source.name)?, source.span))) {
            return Some(Found { thing: Thing::Document(index), span });
        }
        return names::of_registry(view).into_iter().find(|named| touches(named.span, offset)).map(Found::from);
    }
    let summary = view.build.handbook.summary.as_ref().filter(|summary| summary.path.as_ref() == Some(path));
    if let Some(entry) = summary.and_then(|summary| summary.entries.iter().find(|entry| touches(entry.span, offset))) {
        let handbook = &view.build.handbook;
        let index = handbook.index_of(handbook.page_at(entry.target.as_ref()?.path.as_ref()?)?)?;
        return Some(Found { thing: Thing::Document(index), span: entry.span });
    }
    if path.as_str() == "book.toml" {
        let text = view.text(path)?;
        let span = word(text, offset);
        return (!span.is_empty()).then(|| Found { thing: Thing::Code(span.of(text).to_owned()), span });
    }
    None
}

/// The page that an entry of the registry names as its source.
fn source_page(view: View<'_>, written: &str) -> Option<usize> {
    let path = written.split_once('#').map_or(written, |(path, _)| path);
    let handbook = &view.build.handbook;
    handbook.index_of(handbook.page_at(&SitePath::join("", path)?)?)
}

/// The word at an offset, hyphens and all.
fn word(text: &str, offset: usize) -> Span {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let offset = text.floor_char_boundary(offset);
    let before = text.get(..offset).unwrap_or_default();
    let after = text.get(offset..).unwrap_or_default();
    let start = offset - before.chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    let end = offset + after.chars().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    Span::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::super::test::{Desk, cursor};
    use super::*;

    #[test]
    fn what_stands_at_a_place() {
        let front =
            "---\ntitle: A\ntype: guide\nowner: Ops lead\nsee: b.md\nwaivers:\n- { finding: broken-link, until: 2099-01-01, reason: x }\n---\n";
        let other = ("b.md", "# B\n\n## C\n\nx\n");
        for (marked, expected) in [
            ("---\nti¦tle: A\n---\n", "Key(\"title\")"),
            ("---\ntitle: ¦A\n---\n", "Title"),
            ("---\ntype: guide¦\n---\n", "Type(\"guide\")"),
            ("---\nowner: Ops l¦ead\n---\n", "Name(Role(0))"),
            ("---\nsee: b¦.md\n---\n", "Document(1)"),
            ("---\nwaivers:\n- { finding: brok¦en-link, until: 2099-01-01, reason: x }\n---\n", "Code(\"broken-link\")"),
            ("# ¦A\n", "Heading(0)"),
            ("A\n==¦=\n", "Heading(0)"),
            ("# A\n\nGitH¦ub\n", "Name(Platform(0))"),
            ("# A\n\nnothing ¦ here\n", ""),
            ("# A\n\n[b](b.md#c¦)\n", "Link"),
            ("# A\n\n[b][r]\n\n[r]: b.¦md\n", "Link"),
            ("# A [x](¦b.md)\n", "Link"),
            ("¦", ""),
        ] {
            let (text, offset) = cursor(marked);
            let desk = Desk::new(&[("a.md", &text), other]);
            let found = at(desk.view(), &SitePath::new("content/a.md").unwrap(), offset);
            let shown = found.map_or_else(String::new, |found| format!("{:?}", found.thing));
            assert!(if expected.is_empty() { shown.is_empty() } else { shown.starts_with(expected) }, "{marked} gives {shown}");
        }
        let desk = Desk::new(&[("a.md", front)]);
        for offset in 0..front.len() {
            let _ = at(desk.view(), &SitePath::new("content/a.md").unwrap(), offset);
        }
    }

    #[test]
    fn names_and_codes_in_settings() {
        let desk = Desk::new(&[]);
        let view = desk.view();
        let registry = view.registry_path().unwrap();
        let text = view.text(&registry).unwrap();
        let found = at(view, &registry, text.find("escalates_to: ops-l").unwrap() + 16).unwrap();
        assert_eq!((found.thing, found.span.of(text)), (Thing::Name(Entity::Role(0)), "ops-lead"));
        let desk = Desk::new(&[("a.md", "# A\n"), ("SUMMARY.md", "# Contents\n\n- [A](a.md)\n")]);
        let summary = SitePath::new("content/SUMMARY.md").unwrap();
        assert_eq!(at(desk.view(), &summary, 18).unwrap().thing, Thing::Document(0));
        assert_eq!(at(desk.view(), &summary, 3), None);
        assert_eq!(word("a = \"x-é\"", 6), Span::new(5, 9));
    }
}
