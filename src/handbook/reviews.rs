//! The reviews of a handbook's pages: whose they are and when they are due.
//!
//! Knows pages and roles. Must not know which day it is.

use jiff::civil::Date;

use super::{Handbook, Page, is_past, review_due};
use crate::document::Meta;

/// The review of one page that comes again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Index of the page.
    pub page: usize,
    /// Who sees to it, by the name of the role, else as the page says.
    pub owner: Option<String>,
    /// Index of the role.
    pub role: Option<usize>,
    /// The day of the last one.
    pub reviewed: Option<Date>,
    /// The day by which the next is due; none if there never was one, or nobody can say.
    pub due: Option<Date>,
    /// How often there is one, as the page says.
    pub every: String,
    /// Why there is no day.
    pub undated: Option<Undated>,
}

/// Why nobody can say by which day a page is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undated {
    /// The page doesn't say that anybody reviewed it.
    Never,
    /// The day of the last review is none.
    Day,
    /// What says how often is no length of time, or one that ends in no year.
    Length,
}

impl Undated {
    /// The same in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Never => "never reviewed",
            Self::Day => "its 'reviewed' can't be read",
            Self::Length => "its 'review_every' can't be read",
        }
    }
}

fn undated(meta: &Meta) -> Undated {
    let is_said = meta.reviewed.as_ref().is_some_and(|(text, _)| !text.trim().is_empty());
    match last_review(meta) {
        Some(_) => Undated::Length,
        None if is_said => Undated::Day,
        None => Undated::Never,
    }
}

/// Whether a document asks for reviews, and anybody should still follow it.
#[must_use]
pub fn is_reviewed(meta: &Meta) -> bool {
    meta.review_every.as_ref().is_some_and(|(every, _)| !every.trim().is_empty()) && !is_past(meta)
}

/// The day of a document's last review.
#[must_use]
pub fn last_review(meta: &Meta) -> Option<Date> {
    meta.reviewed.as_ref()?.0.trim().parse().ok()
}

/// Every review: first those without a day, then by day, then by path.
#[must_use]
pub fn reviews(handbook: &Handbook) -> Vec<Review> {
    let review = |(index, page): (usize, &std::sync::Arc<Page>)| {
        let meta = &page.document.meta;
        let every = meta.review_every.as_ref().filter(|_| is_reviewed(meta))?.0.trim().to_owned();
        let role = handbook.owner(page);
        let named = role.and_then(|role| handbook.registry.roles().get(role)).map(|role| role.names.name.clone());
        let owner = named.or_else(|| page.owner().map(str::to_owned));
        let due = review_due(meta);
        let undated = due.is_none().then(|| undated(meta));
        Some(Review { page: index, owner, role, reviewed: last_review(meta), due, every, undated })
    };
    let mut reviews: Vec<Review> = handbook.pages.iter().enumerate().filter_map(review).collect();
    // Pages are sorted by path, and sorting is stable.
    reviews.sort_by_key(|review| review.due);
    reviews
}
