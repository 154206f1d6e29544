//! The page of rules and times, and the same as calendars for other programs.
//!
//! Knows the registry, and what pages say in prose that the registry doesn't. What contradicts is for the checks.

mod calendar;
mod holidays;
mod ics;
mod said;
mod tables;

use std::collections::BTreeSet;

pub(super) use ics::Calendar;
pub(super) use tables::Cell;

use super::escape::href;
use super::view::{Kind, Link, PageView};
use crate::handbook::{Handbook, Occupied};
use crate::source::SitePath;

/// What the template of the page sees.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(super) struct Rulebook {
    pub weeks: Vec<calendar::Week>,
    pub tables: Vec<tables::Table>,
    /// What only pages say.
    pub said: Vec<tables::Table>,
    /// Calendars to subscribe to: what they hold and where they lie.
    pub files: Vec<Link>,
}

/// The page of rules and its calendars: where they lie.
pub(super) struct Pages<'a> {
    /// Where the page lies.
    pub rules: SitePath,
    /// The calendars with what they hold.
    files: Vec<(&'static str, SitePath, String)>,
    prose: said::Prose<'a>,
}

impl<'a> Pages<'a> {
    /// The pages of a handbook; none if neither its registry nor its pages have rules.
    pub(super) fn of(handbook: &'a Handbook, occupied: &mut Occupied) -> Option<Self> {
        let prose = said::Prose::of(handbook);
        if !tables::any(&handbook.registry) && prose.is_empty() {
            return None;
        }
        // Beside the pages of roles and names, wherever those lie.
        let folder = handbook.entities.as_ref().map_or("registry", |entities| entities.index.folder());
        let mut place = |name: &str| Some(occupied.free(&SitePath::join(folder, name)?));
        let rules = place("rules.html")?;
        let written = [
            ("Freezes as a calendar", "freezes.ics", ics::freezes(&handbook.registry)),
            ("Reviews as a calendar", "reviews.ics", ics::reviews(handbook)),
        ];
        let files = written.into_iter().filter_map(|(title, name, text)| text.and_then(|text| Some((title, place(name)?, text)))).collect();
        Some(Self { rules, files, prose })
    }

    /// The calendars and where they lie.
    pub(super) fn files(&self) -> impl Iterator<Item = (&SitePath, &str)> {
        self.files.iter().map(|(_, place, text)| (place, text.as_str()))
    }

    /// Fills in the page at `address`. `built` are the pages that the site has.
    pub(super) fn fill(&self, view: &mut PageView<'_>, handbook: &Handbook, address: &SitePath, built: &BTreeSet<&SitePath>) {
        view.kind = Kind::Rules;
        view.title = "Rules and times";
        view.wide = true;
        view.breadcrumbs = vec![Link { title: handbook.title().to_owned(), href: Some(view.home.clone()) }];
        let files = self.files.iter().map(|(title, place, _)| Link { title: (*title).to_owned(), href: Some(href(address, place)) });
        let mut weeks = calendar::weeks(&handbook.registry);
        weeks.extend(self.prose.week());
        let tables = tables::tables(handbook, address, built);
        view.rulebook = Some(Rulebook { weeks, tables, said: self.prose.tables(address), files: files.collect() });
    }
}
