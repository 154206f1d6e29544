//! The page of reviews, by owner and day, and the same as calendars for other programs.
//!
//! Knows the resolved handbook. Must not know which day it is: what is overdue is for the reader's browser.

mod ics;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

pub use ics::calendar;
pub(super) use view::ReviewList;

use super::escape::href;
use super::view::{Kind, Link, PageView};
use crate::handbook::{Handbook, Occupied, Review, is_reviewed, reviews};
use crate::source::SitePath;
use crate::text::{Slugger, slug};

/// The title of the page.
pub(super) const TITLE: &str = "Reviews";

/// The page of reviews and its calendars: where they lie.
pub(super) struct Pages<'a> {
    handbook: &'a Handbook,
    /// Gathered when somebody asks.
    reviews: OnceLock<Vec<Review>>,
    /// Where the page lies.
    pub page: SitePath,
    /// The calendar of all reviews.
    all: SitePath,
    /// Those of owners, by what pages call them: their names on the page, their ids there, and their calendars.
    owners: Vec<(Option<String>, String, SitePath)>,
}

impl<'a> Pages<'a> {
    /// The pages of a handbook; none if no document asks for reviews.
    pub(super) fn of(handbook: &'a Handbook, occupied: &mut Occupied) -> Option<Self> {
        let reviewed = handbook.pages.iter().filter(|page| is_reviewed(&page.document.meta));
        // Whoever has no owner comes first: somebody has to take it.
        let mut names: BTreeSet<Option<String>> = BTreeSet::new();
        for page in reviewed {
            let role = handbook.owner(page).and_then(|role| handbook.registry.roles().get(role));
            names.insert(role.map(|role| role.names.name.clone()).or_else(|| page.owner().map(str::to_owned)));
        }
        if names.is_empty() {
            return None;
        }
        let mut place = |name: &str| Some(occupied.free(&SitePath::new(name)?));
        let (page, all) = (place("reviews.html")?, place("reviews.ics")?);
        let mut slugs = Slugger::default();
        let mut owners = Vec::with_capacity(names.len());
        for owner in names {
            let wanted = owner.as_deref().map_or_else(|| "nobody".to_owned(), slug);
            let id = slugs.next(if wanted.is_empty() { "owner" } else { &wanted });
            // Names of files have an end.
            let file: String = id.chars().take(100).collect();
            owners.push((owner, id, place(&format!("reviews-{file}.ics"))?));
        }
        Some(Self { handbook, reviews: OnceLock::new(), page, all, owners })
    }

    fn reviews(&self) -> &[Review] {
        self.reviews.get_or_init(|| reviews(self.handbook))
    }

    /// The calendars and where they lie.
    pub(super) fn files(&self) -> Vec<(SitePath, String)> {
        let mut of: BTreeMap<Option<&str>, Vec<&Review>> = BTreeMap::new();
        for review in self.reviews() {
            of.entry(review.owner.as_deref()).or_default().push(review);
        }
        let all = (self.all.clone(), calendar(self.handbook, self.reviews().iter(), TITLE));
        let one = |(owner, _, place): &(Option<String>, String, SitePath)| {
            let reviews = of.get(&owner.as_deref()).into_iter().flatten().copied();
            let name = format!("{TITLE}: {}", owner.as_deref().unwrap_or("nobody's"));
            (place.clone(), calendar(self.handbook, reviews, &name))
        };
        std::iter::once(all).chain(self.owners.iter().map(one)).collect()
    }

    /// Fills in the page at `address`.
    pub(super) fn fill(&self, view: &mut PageView<'_>, handbook: &Handbook, address: &SitePath) {
        view.kind = Kind::Reviews;
        view.title = TITLE;
        view.breadcrumbs = vec![Link { title: handbook.title().to_owned(), href: Some(view.home.clone()) }];
        let owners = self.owners.iter().map(|(owner, id, place)| (owner.as_deref(), id.as_str(), href(address, place)));
        view.review_list = Some(ReviewList::of(handbook, address, self.reviews(), owners.collect(), href(address, &self.all)));
    }
}
