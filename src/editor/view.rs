//! What there is to ask: a handbook as it stands in the editor, its buffers over its files.

use std::sync::Arc;

use super::names::Names;
use crate::compile::Build;
use crate::handbook::Page;
use crate::source::{Place, REGISTRY, SitePath, Sources};
use crate::text::Span;

/// A handbook, compiled from the newest texts.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// What came of compiling.
    pub build: &'a Build,
    /// The texts.
    pub sources: &'a Sources,
    /// The names of registry.yaml.
    pub names: &'a Names,
}

/// A place in a file of the handbook.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The file, from the handbook's root.
    pub path: SitePath,
    /// Where in it.
    pub span: Span,
}

impl Spot {
    /// Where something of a page was written: in its own file, or in one that it includes.
    #[must_use]
    pub fn on(page: &Page, span: Span) -> Self {
        match page.document.pieces.as_ref().map(|pieces| pieces.place(span)) {
            Some(Place::Elsewhere { path, span, .. }) => Self { path, span },
            Some(Place::Own(span)) => Self { path: page.document.path.clone(), span },
            None => Self { path: page.document.path.clone(), span },
        }
    }
}

impl<'a> View<'a> {
    /// The page of a document, by its path from the handbook's root, and its index.
    #[must_use]
    pub fn page(&self, path: &SitePath) -> Option<(usize, &'a Page)> {
        let inside = path.strip(&self.sources.content)?;
        let pages = &self.build.handbook.pages;
        let index = pages.binary_search_by(|page| page.path.cmp(&inside)).ok()?;
        // A document whose name another has too has no page.
        pages.get(index).filter(|page| page.document.path == *path).map(|page| (index, &**page))
    }

    /// The page of an index.
    #[must_use]
    pub fn page_of(&self, index: usize) -> Option<&'a Page> {
        self.build.handbook.pages.get(index).map(|page| &**page)
    }

    /// The text of a file of the handbook.
    #[must_use]
    pub fn text(&self, path: &SitePath) -> Option<&'a Arc<str>> {
        self.sources.text(path.as_str()).map(|source| &source.text)
    }

    /// Where registry.yaml lies.
    #[must_use]
    pub fn registry_path(&self) -> Option<SitePath> {
        SitePath::new(REGISTRY)?.below(&self.sources.content)
    }
}

/// The heading that is a page's title, else where its text begins.
#[must_use]
pub fn title_spot(page: &Page) -> Spot {
    let document = &page.document;
    let heading = document.sections.iter().find(|section| section.level == 1).or(document.sections.first());
    let start = heading.map_or(Span::at(document.body.start()), |section| section.title_span);
    Spot::on(page, start)
}
