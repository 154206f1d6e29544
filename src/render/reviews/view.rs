//! What the template of the page of reviews sees.

use std::collections::BTreeMap;

use crate::handbook::{Entity, Handbook, Review, Undated};
use crate::render::escape::href;
use crate::source::SitePath;

/// What stands where the page says something that is no day or no length of time.
const UNREADABLE: &str = "can't be read";

/// Every review, by owner.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct ReviewList {
    /// The number of pages that are reviewed again and again.
    pub count: usize,
    /// The calendar of all of them.
    pub calendar: String,
    pub owners: Vec<Owner>,
    /// The reviews that the registry demands.
    pub rules: Vec<Rule>,
}

/// The reviews of one owner.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Owner {
    /// None: nobody owns the pages.
    pub name: Option<String>,
    pub href: Option<String>,
    pub id: String,
    pub count: usize,
    pub calendar: String,
    pub months: Vec<Month>,
}

/// The reviews of one month.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Month {
    /// `November 2026`; none of those that have no day.
    pub title: Option<String>,
    pub rows: Vec<Row>,
}

/// One page.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Row {
    pub title: String,
    pub href: String,
    pub due: Option<String>,
    pub reviewed: Option<String>,
    pub every: String,
}

/// A review that the registry demands.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Rule {
    pub what: String,
    pub every: String,
    pub owner: String,
    pub owner_href: Option<String>,
}

impl ReviewList {
    /// `owners` are their names, ids and calendars, in their order.
    pub(super) fn of(
        handbook: &Handbook,
        address: &SitePath,
        reviews: &[Review],
        owners: Vec<(Option<&str>, &str, String)>,
        calendar: String,
    ) -> Self {
        let mut of: BTreeMap<Option<&str>, Vec<&Review>> = BTreeMap::new();
        for review in reviews {
            of.entry(review.owner.as_deref()).or_default().push(review);
        }
        let owner = |(name, id, calendar): (Option<&str>, &str, String)| {
            let reviews = of.get(&name).map_or(&[][..], Vec::as_slice);
            let role = reviews.first().and_then(|review| handbook.entity(Entity::Role(review.role?)));
            Owner {
                name: name.map(str::to_owned),
                href: role.map(|place| super::super::registry::place_href(address, place.address, place.anchor)),
                id: id.to_owned(),
                count: reviews.len(),
                calendar,
                months: months(handbook, address, reviews),
            }
        };
        let owners = owners.into_iter().map(owner).collect();
        Self { count: reviews.len(), calendar, owners, rules: rules(handbook, address) }
    }
}

fn months(handbook: &Handbook, address: &SitePath, reviews: &[&Review]) -> Vec<Month> {
    let row = |review: &&Review| {
        let page = handbook.pages.get(review.page)?;
        Some(Row {
            title: page.title.clone(),
            href: href(address, &page.address),
            due: review.due.map(|day| day.to_string()),
            reviewed: match review.undated {
                Some(Undated::Day) => Some(UNREADABLE.to_owned()),
                _ => review.reviewed.map(|day| day.to_string()),
            },
            every: if review.undated == Some(Undated::Length) { format!("{}: {UNREADABLE}", review.every) } else { review.every.clone() },
        })
    };
    let month = |reviews: &[&Review]| Month {
        title: reviews.first().and_then(|review| review.due).map(|day| day.strftime("%B %Y").to_string()),
        rows: reviews.iter().filter_map(row).collect(),
    };
    let key = |review: &Review| review.due.map(|day| (day.year(), day.month()));
    reviews.chunk_by(|a, b| key(a) == key(b)).map(month).collect()
}

fn rules(handbook: &Handbook, address: &SitePath) -> Vec<Rule> {
    let rule = |review: &crate::registry::Review| {
        let role = handbook.registry.role_index(&review.owner.name);
        let named = role.and_then(|role| handbook.registry.roles().get(role));
        let place = role.and_then(|role| handbook.entity(Entity::Role(role)));
        Rule {
            what: review.what.clone(),
            every: review.every.every(),
            owner: named.map_or_else(|| review.owner.name.clone(), |role| role.names.name.clone()),
            owner_href: place.map(|place| super::super::registry::place_href(address, place.address, place.anchor)),
        }
    };
    handbook.registry.reviews.iter().map(rule).collect()
}
