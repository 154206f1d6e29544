use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::super::escape::href;
use super::super::view::{Kind, Link, PageView};
use super::badge::badge;
use super::view::{Overview, Places, matrix, overview};
use crate::handbook::{Completeness, Handbook, Occupied};
use crate::source::SitePath;
use crate::text::Slugger;

/// The title of the page of all documents.
pub(in crate::render) const TITLE: &str = "Completeness";

/// The pages of the site about completeness: one of all documents, one of each type, and a badge.
pub(in crate::render) struct Pages<'a> {
    handbook: &'a Handbook,
    /// Added up when somebody asks.
    facts: OnceLock<Completeness>,
    /// Where the page of all documents lies.
    pub overview: SitePath,
    /// Where the page of each type lies.
    pub types: Vec<SitePath>,
    badge: SitePath,
}

impl<'a> Pages<'a> {
    /// The pages of a handbook; none if no document has a type.
    pub(in crate::render) fn of(handbook: &'a Handbook, occupied: &mut Occupied) -> Option<Self> {
        let names: BTreeSet<&str> =
            handbook.pages.iter().filter_map(|page| page.binding.as_ref()).map(|(schema, _)| schema.document_type.as_str()).collect();
        if names.is_empty() {
            return None;
        }
        let mut place = |name: &str| Some(occupied.free(&SitePath::new(name)?));
        let (overview, badge) = (place("completeness.html")?, place("completeness.svg")?);
        // Side by side at the top: a folder of their own could be in the way of a file of the handbook.
        let mut slugs = Slugger::default();
        let mut types = Vec::with_capacity(names.len());
        for name in names {
            types.push(place(&format!("completeness-{}.html", slugs.next(name)))?);
        }
        Some(Self { handbook, facts: OnceLock::new(), overview, types, badge })
    }

    fn facts(&self) -> &Completeness {
        self.facts.get_or_init(|| Completeness::of(self.handbook))
    }

    /// The badge and where it lies.
    pub(in crate::render) fn badge(&self) -> (&SitePath, String) {
        (&self.badge, badge(self.facts().total))
    }

    /// Fills in the page at `address`: of one type, or of all documents.
    pub(in crate::render) fn fill(&self, view: &mut PageView<'_>, handbook: &Handbook, address: &SitePath, of_type: Option<usize>) {
        let places = Places::Links { from: address, types: &self.types };
        view.title = TITLE;
        view.breadcrumbs = vec![Link { title: handbook.title().to_owned(), href: Some(view.home.clone()) }];
        let Some(index) = of_type else {
            view.kind = Kind::Completeness;
            view.overview = Some(Overview { badge: Some(href(address, &self.badge)), ..overview(handbook, self.facts(), &places) });
            return;
        };
        view.kind = Kind::CompletenessType;
        view.breadcrumbs.push(Link { title: view.title.to_owned(), href: Some(href(address, &self.overview)) });
        view.matrix = self.facts().types.get(index).map(|group| matrix(handbook, self.facts(), group, &places));
    }
}
