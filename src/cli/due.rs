//! `opsbook due`: which reviews are due, by owner, on the terminal or for other programs.
//!
//! Must not know how the days are reckoned.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::compiled::Compiled;
use super::output::{Stream, print};
use super::{Failure, Verdict};
use crate::compile::Cache;
use crate::handbook::{Handbook, Review, Undated, length_of_time, reviews};
use crate::project::Project;
use crate::render::reviews::calendar;
use crate::source::Mounts;
use crate::text::{count, harmless_cell, nearest};

/// List the reviews that are due: overdue ones, and those of the next 30 days
///
/// A page is due again `review_every` after it was `reviewed`, as its front matter says.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook due                        what is overdue, and what comes within 30 days
  opsbook due --owner \"Ops team\" --within 90d
  opsbook due --within 1y --format ics > reviews.ics
  opsbook due --within 0d --fail     exit code 1 if a review is overdue, for a nightly job")]
pub(super) struct Due {
    /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
    folder: Option<PathBuf>,
    /// Only what this role owns, by id, name or alias
    #[arg(long, value_name = "ROLE")]
    owner: Option<String>,
    /// How far to look ahead, as `30d`, `6 weeks` or `1y`
    #[arg(long, value_name = "TIME", default_value = "30d")]
    within: String,
    /// End with exit code 1 if a review in the list is overdue
    #[arg(long)]
    fail: bool,
    /// How to write the list
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How the list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// One object for programs
    Json,
    /// For spreadsheets, one line for each page
    Csv,
    /// A calendar of events
    Ics,
}

#[derive(Serialize)]
struct List<'a> {
    version: u32,
    today: String,
    reviews: Vec<Listed<'a>>,
}

/// One review as programs read it.
#[derive(Serialize)]
struct Listed<'a> {
    path: String,
    title: &'a str,
    owner: Option<&'a str>,
    reviewed: Option<String>,
    every: &'a str,
    due: Option<String>,
    /// Days until the review is due; negative if that day has passed.
    days: Option<i64>,
    overdue: bool,
    /// Why there is no day, in words.
    #[serde(skip)]
    undated: &'static str,
}

impl Due {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let Some(within) = length_of_time(&self.within) else {
            return Err(Failure::new(format!("'{}' is no length of time", self.within), "write `30d`, `6 weeks` or `1 year`"));
        };
        let project = Project::open(self.folder.as_deref(), None)?;
        let compiled = Compiled::whole(&project, &mut Cache::default())?;
        let handbook = &compiled.build.handbook;
        let today = super::today::today()?;
        let until = today.checked_add(within).unwrap_or(Date::MAX);
        let all = reviews(handbook);
        let is_owner = self.owner.as_deref().map(|owner| find(handbook, &all, owner)).transpose()?;
        let is_wanted = |review: &&Review| {
            is_owner.as_ref().is_none_or(|owner| review.owner.as_ref() == Some(owner)) && review.due.is_none_or(|due| due <= until)
        };
        let wanted: Vec<&Review> = all.iter().filter(is_wanted).collect();
        let place = Place { handbook, mounts: &compiled.sources.mounts, prefix: &project.prefix };
        let text = match self.format {
            Format::Human => human(&place, &wanted, today, &self.within),
            Format::Json => json(&place, &wanted, today),
            Format::Csv => csv(&place, &wanted, today),
            Format::Ics => calendar(handbook, wanted.iter().copied(), "Reviews"),
        };
        print(Stream::Out, &text);
        let is_late = wanted.iter().any(|review| review.due.is_some_and(|due| due < today));
        Ok(if self.fail && is_late { Verdict::Findings } else { Verdict::Clean })
    }
}

/// The owner of a name, as the reviews have it; a name that there is not names the nearest.
fn find(handbook: &Handbook, reviews: &[Review], name: &str) -> Result<String, Failure> {
    if let Some(role) = handbook.registry.role_index(name).and_then(|role| handbook.registry.roles().get(role)) {
        return Ok(role.names.name.clone());
    }
    let owners = || reviews.iter().filter_map(|review| review.owner.as_deref());
    if let Some(owner) = owners().find(|owner| owner.eq_ignore_ascii_case(name.trim())) {
        return Ok(owner.to_owned());
    }
    let help = match nearest(name, handbook.registry.role_names().chain(owners())) {
        Some(near) => format!("did you mean '{near}'?"),
        None => "`opsbook due` lists every owner".to_owned(),
    };
    Err(Failure::new(format!("nobody is called '{name}'"), help))
}

/// Where the pages of reviews lie, as people name their files.
struct Place<'a> {
    handbook: &'a Handbook,
    mounts: &'a Mounts,
    prefix: &'a str,
}

impl<'a> Place<'a> {
    fn listed(&self, review: &'a Review, today: Date) -> Option<Listed<'a>> {
        let page = self.handbook.pages.get(review.page)?;
        let days = review.due.and_then(|due| today.until(due).ok()).map(|span| i64::from(span.get_days()));
        let path = &page.document.path;
        Some(Listed {
            path: self.mounts.shown(path).unwrap_or_else(|| format!("{}{path}", self.prefix)),
            title: &page.title,
            owner: review.owner.as_deref(),
            reviewed: review.reviewed.map(|day| day.to_string()),
            every: &review.every,
            due: review.due.map(|day| day.to_string()),
            days,
            overdue: days.is_some_and(|days| days < 0),
            undated: review.undated.map_or("", Undated::words),
        })
    }
}

fn json(place: &Place<'_>, reviews: &[&Review], today: Date) -> String {
    let reviews = reviews.iter().filter_map(|review| place.listed(review, today)).collect();
    // Plain texts and numbers: writing them can't fail.
    format!("{}\n", serde_json::to_string_pretty(&List { version: 1, today: today.to_string(), reviews }).unwrap_or_default())
}

/// A table as RFC 4180 has it. A field that a spreadsheet would take for a formula gets a mark that makes it text.
fn csv(place: &Place<'_>, reviews: &[&Review], today: Date) -> String {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    // Memory takes all that is written to it.
    let _ = writer.write_record(["due", "days", "owner", "path", "title", "reviewed", "every"]);
    for one in reviews.iter().filter_map(|review| place.listed(review, today)) {
        let (due, days) = (one.due.unwrap_or_default(), one.days.map_or_else(String::new, |days| days.to_string()));
        let reviewed = one.reviewed.unwrap_or_default();
        let words = [one.owner.unwrap_or_default(), &one.path, one.title, &reviewed, one.every].map(harmless_cell);
        // Days may well be fewer than none: a number is no formula.
        let _ = writer.write_record([due.as_str(), &days].into_iter().chain(words.iter().map(|word| &**word)));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn human(place: &Place<'_>, reviews: &[&Review], today: Date, within: &str) -> String {
    let mut of: BTreeMap<Option<&str>, Vec<Listed<'_>>> = BTreeMap::new();
    for one in reviews.iter().filter_map(|review| place.listed(review, today)) {
        of.entry(one.owner).or_default().push(one);
    }
    let mut text = String::new();
    let late = of.values().flatten().filter(|one| one.overdue).count();
    let never = of.values().flatten().filter(|one| one.due.is_none()).count();
    for (owner, reviews) in &of {
        let words: Vec<String> = reviews.iter().map(when).collect();
        let width = words.iter().map(|word| word.width()).max().unwrap_or(0);
        // Writing to a string can't fail.
        let _ = writeln!(text, "{}", plain(owner.unwrap_or("Without an owner")));
        for (one, word) in reviews.iter().zip(&words) {
            let due = one.due.as_deref().unwrap_or("          ");
            let _ = writeln!(text, "  {due}  {word}{}  {}  {}", " ".repeat(width - word.width()), plain(&one.path), plain(one.title));
        }
        text.push('\n');
    }
    let coming = reviews.len() - late - never;
    let _ = write!(text, "{} within {}, {late} overdue", count(coming, "review"), plain(within));
    if never > 0 {
        let _ = write!(text, ", {never} without a day");
    }
    text.push('\n');
    text
}

/// How far away a review is.
fn when(one: &Listed<'_>) -> String {
    match one.days {
        None => one.undated.to_owned(),
        Some(0) => "today".to_owned(),
        Some(days) if days < 0 => format!("{} overdue", count(usize::try_from(-days).unwrap_or_default(), "day")),
        Some(days) => format!("in {}", count(usize::try_from(days).unwrap_or_default(), "day")),
    }
}

/// A text without what a terminal would take for a command.
fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_said_in_words() {
        let one = |days| Listed {
            path: String::new(),
            title: "",
            owner: None,
            reviewed: None,
            every: "",
            due: None,
            days,
            overdue: false,
            undated: "never reviewed",
        };
        let words: Vec<String> = [None, Some(-2), Some(-1), Some(0), Some(1), Some(30)].into_iter().map(|days| when(&one(days))).collect();
        assert_eq!(words, ["never reviewed", "2 days overdue", "1 day overdue", "today", "in 1 day", "in 30 days"]);
    }
}
