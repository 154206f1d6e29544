//! Outlines: the sections of a document as a tree, and titles and headings of the whole handbook by what they contain.
//!
//! Knows documents. Must not know messages.

use super::view::{Spot, View, title_spot};
use crate::registry::Entity;
use crate::source::SitePath;
use crate::text::Span;

/// Finds of one search at most.
const FINDS: usize = 200;

/// A section and those inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The heading.
    pub name: String,
    /// The section, heading and all.
    pub whole: Span,
    /// The text of the heading.
    pub title: Span,
    /// The sections inside it.
    pub inside: Vec<Symbol>,
}

/// The sections of a document.
#[must_use]
pub fn outline(view: View<'_>, path: &SitePath) -> Vec<Symbol> {
    let Some((_, page)) = view.page(path) else { return Vec::new() };
    let sections = &page.document.sections;
    // From the last to the first, so that each finds those inside it ready.
    let mut inside: Vec<Vec<Symbol>> = vec![Vec::new(); sections.len()];
    let mut top = Vec::new();
    for (index, section) in sections.iter().enumerate().rev() {
        let mut own = inside.get_mut(index).map(std::mem::take).unwrap_or_default();
        own.reverse();
        // Editors refuse an outline with a name that is empty.
        let name = if section.title.trim().is_empty() { "(no title)".to_owned() } else { section.title.to_string() };
        let symbol = {
            let document = &page.document;
            let whole = document.spot(Span::new(section.span.start(), section.extent.end()));
            Symbol { name, whole, title: document.spot(section.title_span), inside: own }
        };
        match section.parent.and_then(|parent| inside.get_mut(parent)) {
            Some(siblings) => siblings.push(symbol),
            None => top.push(symbol),
        }
    }
    top.reverse();
    top
}

/// What a search of the whole handbook can find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A page, by its title.
    Page,
    /// A role, a platform or another name.
    Name,
    /// A heading.
    Heading,
}

/// Something that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// What it is.
    pub kind: Kind,
    /// Its title or name.
    pub name: String,
    /// What it is part of.
    pub container: Option<String>,
    /// Where it stands.
    pub spot: Spot,
}

/// Pages, names and headings whose words contain all words of the query; the likeliest first.
#[must_use]
pub fn search(view: View<'_>, query: &str) -> Vec<Find> {
    let words: Vec<String> = query.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let fits = |name: &str| {
        let name = name.to_lowercase();
        words.iter().all(|word| name.contains(word.as_str()))
    };
    let first = words.first().cloned().unwrap_or_default();
    let begins = |name: &str| name.to_lowercase().starts_with(&first);
    let handbook = &view.build.handbook;
    let pages = handbook.pages.iter().filter(|page| fits(&page.title) || fits(page.path.as_str()));
    let pages = pages.map(|page| Find { kind: Kind::Page, name: page.title.clone(), container: Some(page.path.to_string()), spot: title_spot(page) });
    let entry = |entity: Entity| {
        let names = handbook.registry.names(entity)?;
        names.all().any(&fits).then_some(())?;
        let spot = super::definition::entry(view, entity)?;
        Some(Find { kind: Kind::Name, name: names.name.clone(), container: Some(entity.kind().to_owned()), spot })
    };
    let headings = handbook.pages.iter().flat_map(|page| {
        let titled = page.document.sections.iter().filter(|section| *section.title != *page.title && fits(&section.title));
        titled.map(|section| Find {
            kind: Kind::Heading,
            name: section.title.to_string(),
            container: Some(page.title.clone()),
            spot: Spot::on(page, section.title_span),
        })
    });
    let all = pages.chain(handbook.registry.entities().filter_map(entry)).chain(headings);
    // Headings are many: looking stops when there are more than anybody reads.
    let mut finds: Vec<Find> = all.take(FINDS * 10).collect();
    finds.sort_by_key(|find| (!begins(&find.name), find.kind));
    finds.truncate(FINDS);
    finds
}

#[cfg(test)]
mod tests {
    use super::super::test::Desk;
    use super::*;

    fn shown(symbols: &[Symbol]) -> String {
        let words =
            |symbol: &Symbol| if symbol.inside.is_empty() { symbol.name.clone() } else { format!("{}({})", symbol.name, shown(&symbol.inside)) };
        symbols.iter().map(words).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn sections_lie_in_each_other() {
        let desk = Desk::new(&[("a.md", "# A\n\n## B\n\n#### C\n\n### D\n\n## E\n\n#\n")]);
        let path = SitePath::new("content/a.md").unwrap();
        assert_eq!(shown(&outline(desk.view(), &path)), "A(B(C D) E) (no title)");
        assert_eq!(outline(desk.view(), &SitePath::new("content/registry.yaml").unwrap()), []);
    }

    #[test]
    fn a_search_finds_titles_names_and_headings() {
        let desk = Desk::new(&[("a.md", "# Restore the database\n\n## Before: the Ops lead\n"), ("ops.md", "# Other\n")]);
        let found: Vec<(Kind, String)> = search(desk.view(), "OPS").into_iter().map(|find| (find.kind, find.name)).collect();
        let expected = [(Kind::Name, "Ops lead"), (Kind::Name, "Ops team"), (Kind::Page, "Other"), (Kind::Heading, "Before: the Ops lead")];
        assert_eq!(found, expected.map(|(kind, name)| (kind, name.to_owned())));
        assert_eq!(search(desk.view(), "data rest").len(), 1);
        assert_eq!(search(desk.view(), "nowhere"), []);
    }
}
