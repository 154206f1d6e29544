//! Pages that hold a chapter, or the handbook as a whole, to print.
//!
//! Knows what stands on them and in which order. Must not know how a document becomes HTML: it takes that of the document's own page,
//! and makes ids and links fit.

mod parts;
mod rewrite;
mod write;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use parts::{Part, PartView};
pub(super) use write::{Context, Written, write};

use super::machines::{base, chapter_folder};
use super::view::{Kind, PageView, description, is_runbook};
use crate::handbook::{Handbook, NodeId, Occupied, Tree};
use crate::memo::{Digest, Hasher};
use crate::source::SitePath;
use rewrite::Target;

/// Documents of the largest handbook that has such pages without being asked: each edit changes two of them, and they double the site.
const DOCUMENTS: usize = 300;

/// Where the pages to print lie, as one page refers to them.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(super) struct PrintLinks {
    /// The page of the chapter.
    pub chapter: Option<String>,
    /// The page of the handbook.
    pub handbook: Option<String>,
    /// Whether the page that refers to them is the first of the chapter, so that the page to print is another form of it.
    pub is_chapter: bool,
}

/// Every page to print.
#[derive(Default)]
pub(super) struct Pages {
    all: Vec<PrintPage>,
    by_chapter: BTreeMap<NodeId, usize>,
    /// The pages of roles and other names: what leads there is worth no address on paper.
    names: BTreeSet<SitePath>,
}

/// A page to print.
pub(super) struct PrintPage {
    pub address: SitePath,
    pub title: String,
    /// Whether it holds the handbook, not a chapter.
    is_whole: bool,
    /// What stands on it, in reading order.
    pub parts: Vec<Part>,
    /// The part that each page of the site became.
    targets: BTreeMap<SitePath, usize>,
    /// The hash of all parts: of their numbers and titles too.
    digest: Digest,
}

impl Pages {
    pub(super) fn of(handbook: &Handbook, occupied: &mut Occupied) -> Self {
        let is_wanted = handbook.config.published.print.unwrap_or(handbook.pages.len() <= DOCUMENTS);
        if !is_wanted || handbook.pages.is_empty() {
            return Self::default();
        }
        let tree = &handbook.tree;
        let names = handbook.entities.iter().flat_map(|entities| entities.addresses()).cloned().collect();
        let mut pages = Self { names, ..Self::default() };
        let mut place = |folder: &str| {
            let names = std::iter::once("print.html".to_owned()).chain((2..100).map(|number| format!("print-{number}.html")));
            names.filter_map(|name| SitePath::join(folder, &name)).find_map(|place| occupied.take(place))
        };
        let whole = place("").map(|address| PrintPage::new(handbook, &pages.names, Tree::ROOT, address));
        pages.all.extend(whole);
        // A chapter of one page is printed as that page is.
        let chapters = tree.children(Tree::ROOT).filter(|(id, _)| tree.children(*id).next().is_some());
        for (chapter, _) in chapters {
            if let Some(address) = place(&chapter_folder(tree, chapter)) {
                pages.by_chapter.insert(chapter, pages.all.len());
                let page = PrintPage::new(handbook, &pages.names, chapter, address);
                pages.all.push(page);
            }
        }
        pages
    }

    /// The page at this place among all.
    pub(super) fn get(&self, index: usize) -> Option<&PrintPage> {
        self.all.get(index)
    }

    /// Every page with its place among all.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &PrintPage)> {
        self.all.iter().enumerate()
    }

    /// Where a page of a chapter can be printed with its neighbours.
    pub(super) fn links(&self, chapter: Option<NodeId>, node: Option<NodeId>, address: &SitePath) -> Option<PrintLinks> {
        let href = |page: &PrintPage| super::escape::href(address, &page.address);
        let of_chapter = chapter.and_then(|chapter| self.get(*self.by_chapter.get(&chapter)?)).map(href);
        let of_handbook = self.all.first().map(href);
        let is_chapter = of_chapter.is_some() && chapter == node;
        of_handbook.map(|handbook| PrintLinks { chapter: of_chapter, handbook: Some(handbook), is_chapter })
    }
}

impl PrintPage {
    fn new(handbook: &Handbook, names: &BTreeSet<SitePath>, top: NodeId, address: SitePath) -> Self {
        let parts = parts::of(&handbook.tree, top);
        let title = handbook.tree.node(top).map_or_else(String::new, |node| node.title.clone());
        let place = |(index, part): (usize, &Part)| Some((handbook.tree.node(part.node)?.address.clone()?, index));
        let targets = parts.iter().enumerate().filter_map(place).collect();
        let digest = parts
            .iter()
            .fold(Hasher::default().text(address.as_str()), |hasher, part| hasher.text(&part.number).text(&part.title).bytes(&[part.level]));
        // What isn't printed here is referred to by its address.
        let digest = names.iter().fold(digest.text(base(handbook).unwrap_or_default()), |hasher, name| hasher.text(name.as_str()));
        let mut page = Self { address, title, is_whole: top == Tree::ROOT, parts, targets, digest: Digest::default() };
        page.digest = page.targets.iter().fold(digest, |hasher, (place, part)| hasher.text(place.as_str()).bytes(&part.to_le_bytes())).finish();
        page
    }

    /// What tells one version of a part from another, besides the page that it is made of.
    pub(super) fn key(&self, part: usize, page: Digest) -> Digest {
        Hasher::default().digest(self.digest).bytes(&part.to_le_bytes()).digest(page).finish()
    }

    /// The mark that holds the place of all parts until the page around them is there, so that they are never copied through a template.
    pub(super) fn mark(&self) -> String {
        format!("<div class=\"print-parts-{}\"></div>", self.digest.hex(32))
    }

    /// Fills in what stands around the parts.
    pub(super) fn fill<'a>(&'a self, view: &mut PageView<'a>, handbook: &Handbook, changed: Option<String>) {
        view.kind = Kind::Print;
        view.title = &self.title;
        view.body = self.mark();
        view.parts = parts::outline(&self.parts);
        view.changed = changed;
        let first = self.parts.first().and_then(|part| handbook.pages.get(part.page?));
        view.description = if self.is_whole { view.book.description.map(str::to_owned) } else { first.and_then(|page| description(page)) };
        view.canonical = None;
        view.blocks = true;
        view.runbook = self.parts.iter().filter_map(|part| handbook.pages.get(part.page?)).any(|page| is_runbook(page));
    }
}

impl Pages {
    /// A part's HTML, which is right for the page at `address`, as it is right on a page to print.
    pub(super) fn adapted(&self, handbook: &Handbook, page: &PrintPage, part: &Part, html: &str, address: &SitePath) -> String {
        let target = |place: &SitePath| match page.targets.get(place).and_then(|index| page.parts.get(*index)) {
            Some(part) => Target::Here { id: &part.id, number: &part.number },
            None => Target::Elsewhere { is_name: self.names.contains(place) },
        };
        rewrite::rewrite(html, &rewrite::Frame { part, from: address, to: &page.address, base: base(handbook), target: &target })
    }
}
