//! How complete the handbook is, as pages, as a badge and as tables for programs.
//!
//! The site and the report of `opsbook check --report` show the same figures by the same templates. The report lies alone:
//! it holds its own style sheet, no script and no link, and says lines where the site has links.

mod badge;
mod csv;
mod json;
mod pages;
mod view;

use badge::badge;
pub(super) use pages::{Pages, TITLE};
pub(super) use view::{Matrix, Overview};
use view::{Places, matrix, overview};

use super::theme::render_alone;
use crate::handbook::{Completeness, Handbook};

pub use json::JSON_SCHEMA;

/// What the first bytes of a report's page hold, so that opsbook knows its own reports again and overwrites nothing else.
pub const MARK: &str = "<meta name=\"generator\" content=\"opsbook completeness report\">";

/// The files of a report, the marked page first.
pub const FILES: [&str; 4] = ["index.html", "completeness.csv", "completeness.json", "badge.svg"];

/// What the template of a report sees.
#[derive(serde::Serialize)]
struct ReportPage<'a> {
    language: &'a str,
    book_title: &'a str,
    generator: &'static str,
    mark: &'static str,
    overview: Overview,
    matrices: Vec<Matrix>,
}

/// A report on completeness.
pub struct Report {
    /// Its files with their bytes, as [`FILES`] names them.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// How complete the handbook is, in a line.
    pub headline: String,
}

/// Writes how complete a handbook is.
///
/// `prefix` stands before each path on the page, so that it is right from where the reader looks.
///
/// # Errors
///
/// If a file can't be written as text, which the templates and values that come with opsbook rule out.
pub fn report(handbook: &Handbook, prefix: &str) -> Result<Report, String> {
    let facts = Completeness::of(handbook);
    let places = Places::Lines { prefix };
    let page = ReportPage {
        language: &handbook.config.language,
        book_title: handbook.title(),
        generator: super::GENERATOR,
        mark: MARK,
        overview: overview(handbook, &facts, &places),
        matrices: facts.types.iter().map(|group| matrix(handbook, &facts, group, &places)).collect(),
    };
    // By the embedded theme alone: the handbook's own would change the report with the site, and a broken one would take it away.
    let html = render_alone(include_str!("report.html"), &page)?;
    let lines = |page: usize| handbook.pages.get(page).map(|page| page.document.lines());
    let csv = csv::write(handbook, &facts, &lines)?;
    let json = json::write(handbook, &facts, &lines)?;
    let bytes = [html, csv, json, badge(facts.total).into_bytes()];
    Ok(Report { files: FILES.into_iter().zip(bytes).collect(), headline: page.overview.headline() })
}
