//! The values that templates see, as plain types. Must not know where the values come from.

use super::super::completeness::{Matrix, Overview};
use super::super::incident::{AlertRow, Incident, RuleView};
use super::super::incidents::{Log, ReportView, Used};
use super::super::navigation::NavigationItem;
use super::super::policy::Rulebook;
use super::super::print::{PartView, PrintLinks};
use super::super::registry::Entry;
use super::super::reviews::ReviewList;
use super::super::theme::AssetLinks;

/// What templates can name: the fields of [`PageView`].
pub(in crate::render) const VALUES: &[&str] = &[
    "alert_data",
    "alert_list",
    "alerts",
    "among_incidents",
    "assets",
    "backlinks",
    "base_url",
    "blocks",
    "body",
    "book",
    "breadcrumbs",
    "canonical",
    "changed",
    "completeness",
    "contents",
    "description",
    "document",
    "edit_url",
    "entry",
    "extra_css",
    "extra_js",
    "feed",
    "generator",
    "heading",
    "home",
    "incident",
    "incident_log",
    "incidents",
    "kind",
    "leads_to",
    "listing",
    "markdown",
    "matrix",
    "navigation",
    "navigation_cut",
    "navigation_href",
    "navigation_title",
    "next",
    "origin",
    "overview",
    "part",
    "parts",
    "placeholders",
    "previous",
    "print",
    "registry",
    "report",
    "review_list",
    "reviews",
    "root",
    "rulebook",
    "rules",
    "runbook",
    "search",
    "sections",
    "source",
    "title",
    "toc",
    "used",
    "wide",
];

/// One page for a template.
#[expect(clippy::struct_excessive_bools, reason = "each says one thing about the page")]
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct PageView<'a> {
    pub generator: &'static str,
    pub book: BookView<'a>,
    pub root: String,
    pub home: String,
    pub contents: String,
    pub completeness: Option<String>,
    /// The page that lists roles and other names.
    pub registry: Option<String>,
    pub rules: Option<String>,
    /// The page of reviews.
    pub reviews: Option<String>,
    /// The page of all alerts.
    pub alerts: Option<String>,
    /// The page of all incidents.
    pub incidents: Option<String>,
    /// The script that the search reads first; none if the handbook has no search.
    pub search: Option<String>,
    pub assets: AssetLinks,
    pub extra_css: Vec<String>,
    pub extra_js: Vec<String>,
    pub base_url: Option<&'a str>,
    pub canonical: Option<String>,
    pub kind: Kind,
    pub title: &'a str,
    pub description: Option<String>,
    pub breadcrumbs: Vec<Link>,
    pub navigation: Vec<NavigationItem<'a>>,
    pub navigation_title: Option<&'a str>,
    pub navigation_href: Option<String>,
    pub navigation_cut: bool,
    pub toc: Vec<TocItem<'a>>,
    pub previous: Option<Link>,
    pub next: Option<Link>,
    pub heading: String,
    pub body: String,
    pub listing: Vec<Listed>,
    pub sections: Vec<ContentsSection>,
    pub overview: Option<Overview>,
    pub matrix: Option<Matrix>,
    pub entry: Option<Entry>,
    pub rulebook: Option<Rulebook>,
    pub review_list: Option<ReviewList>,
    pub alert_list: Vec<AlertRow>,
    /// The list of alerts for programs.
    pub alert_data: Option<String>,
    pub incident: Option<Incident<'a>>,
    /// What the page of all incidents shows.
    pub incident_log: Option<Log>,
    /// What an incident report shows above its text.
    pub report: Option<ReportView>,
    /// The incidents in which a runbook was used.
    pub used: Option<Used>,
    /// Whether incidents are reported beside the page, or on it.
    pub among_incidents: bool,
    /// Where the page of an alert or of a former place leads.
    pub leads_to: Option<String>,
    pub backlinks: Vec<Backlink>,
    pub document: Option<Card<'a>>,
    pub source: Option<String>,
    pub edit_url: Option<String>,
    /// The other folder or repository that the document comes from.
    pub origin: Option<super::origin::Origin>,
    pub placeholders: Vec<PlaceholderView<'a>>,
    /// Whether the page has something to fill in, to tick or to think twice about.
    pub runbook: bool,
    /// Whether the page shows something that needs more room than a column of text: a diagram, a matrix.
    pub wide: bool,
    /// Whether the page needs the style sheet of blocks.
    pub blocks: bool,
    /// The feed of changed pages.
    pub feed: Option<String>,
    /// The page as Markdown.
    pub markdown: Option<String>,
    /// The day of the last change.
    pub changed: Option<String>,
    /// The pages to print that this one stands on.
    pub print: Option<PrintLinks>,
    /// On a page to print: what stands on it.
    pub parts: Vec<PartView>,
    /// Of a document on a page to print: its place there.
    pub part: Option<PartView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::render) enum Kind {
    /// The first page of the handbook: a document, or the list of its chapters.
    Front,
    Document,
    Folder,
    Contents,
    Completeness,
    CompletenessType,
    Registry,
    Glossary,
    Role,
    Name,
    Type,
    Rules,
    Reviews,
    Alerts,
    Alert,
    Incident,
    Incidents,
    Print,
    Redirect,
    NotFound,
}

impl Kind {
    pub(in crate::render) fn template(self) -> &'static str {
        match self {
            Self::Front | Self::Document | Self::Folder => "page.html",
            Self::Contents => "contents.html",
            Self::Completeness => "completeness.html",
            Self::CompletenessType => "completeness-type.html",
            Self::Registry | Self::Glossary | Self::Name | Self::Type => "registry.html",
            Self::Role => "role.html",
            Self::Rules => "rules.html",
            Self::Reviews => "reviews.html",
            Self::Alerts => "alerts.html",
            Self::Alert => "alert.html",
            Self::Incident => "incident.html",
            Self::Incidents => "incidents.html",
            Self::Print => "print.html",
            Self::Redirect => "redirect.html",
            Self::NotFound => "not-found.html",
        }
    }
}

#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct BookView<'a> {
    pub title: &'a str,
    /// The absolute address of the site.
    pub url: Option<&'a str>,
    pub description: Option<&'a str>,
    pub language: &'a str,
    pub repository: Option<&'a str>,
    pub authors: &'a [String],
    pub chapters: Vec<ChapterLink<'a>>,
    pub chapters_cut: bool,
}

#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct ChapterLink<'a> {
    pub title: &'a str,
    pub href: String,
    pub current: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub(in crate::render) struct Link {
    pub title: String,
    pub href: Option<String>,
}

#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct TocItem<'a> {
    pub title: &'a str,
    pub id: &'a str,
    pub children: Vec<TocItem<'a>>,
}

#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Listed {
    pub title: String,
    pub href: String,
    pub description: Option<String>,
}

#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct ContentsSection {
    pub title: String,
    pub href: Option<String>,
    pub pages: Vec<ContentsPage>,
}

#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct ContentsPage {
    pub title: String,
    pub href: String,
    pub depth: usize,
}

#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Backlink {
    pub title: String,
    pub href: String,
    pub chapter: Option<String>,
}

/// What a reader asks before trusting a page.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Card<'a> {
    pub r#type: Option<&'a str>,
    pub type_title: Option<&'a str>,
    pub type_href: Option<String>,
    pub owner: Option<&'a str>,
    pub owner_href: Option<String>,
    pub status: Option<&'a str>,
    /// Whether the status says that nobody should follow the document any more.
    pub past: bool,
    /// Whether the status says that the document isn't agreed yet.
    pub coming: bool,
    pub reviewed: Option<&'a str>,
    pub review_every: Option<&'a str>,
    /// The day of the next review.
    pub review_due: Option<String>,
    /// The address of the incident view, if the document is a runbook.
    pub incident: Option<String>,
    /// The alerts that it answers for.
    pub alerts: &'a [String],
    /// The rules of the alerts that it answers for.
    pub rules: Vec<RuleView<'a>>,
}

/// A word in the commands of a page that each reader fills in.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct PlaceholderView<'a> {
    pub name: &'a str,
    pub description: Option<&'a str>,
    pub default: Option<&'a str>,
    pub example: Option<&'a str>,
    pub pattern: Option<&'a str>,
    pub values: &'a [String],
}
