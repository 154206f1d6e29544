//! alerts.json: every alert with its rules and its runbook, for programs.

use serde::{Serialize, Serializer};

use crate::alerts::Rule;
use crate::handbook::runbooks::{Alert, Lead};
use crate::handbook::{Handbook, Page};
use crate::mounted::Tables;
use crate::render::machines::base;
use crate::source::SitePath;

/// What alerts.json holds. Addresses are paths from the site's root.
#[derive(Serialize)]
struct List<'a> {
    /// Counts the shapes that this file has had.
    version: u8,
    /// The absolute address of the site, if book.toml says it.
    site: Option<&'a str>,
    alerts: Entries<'a>,
}

/// The alerts, each made when it is written: a large handbook has many.
struct Entries<'a> {
    handbook: &'a Handbook,
    tables: &'a Tables<'a>,
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(super::all(self.handbook).map(|known| entry(self.handbook, self.tables, &known)))
    }
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    /// The page that leads from the alert to its runbook.
    page: Option<&'a str>,
    runbook: Option<RunbookEntry<'a>>,
    rules: Vec<RuleEntry<'a>>,
}

#[derive(Serialize)]
struct RunbookEntry<'a> {
    title: &'a str,
    page: &'a str,
    anchor: Option<&'a str>,
    incident_view: Option<&'a str>,
    owner: Option<&'a str>,
    source: String,
    /// The repository that the source is a copy of.
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<&'a str>,
}

#[derive(Serialize)]
struct RuleEntry<'a> {
    file: String,
    /// The repository that the file is a copy of.
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<&'a str>,
    line: usize,
    group: Option<&'a str>,
    severity: Option<&'a str>,
    paging: bool,
    r#for: Option<&'a str>,
    summary: Option<&'a str>,
    expr: Option<&'a str>,
    runbook_url: Option<&'a str>,
    /// What becomes of the URL: `page`, `other`, `missing`, `foreign`, `template` or `none`.
    leads: &'static str,
}

/// The list and where it lies; none if there are no alerts.
pub(in crate::render) fn list(handbook: &Handbook, tables: &Tables<'_>) -> Option<(SitePath, String)> {
    let place = handbook.runbooks.list.clone()?;
    let mut text = serde_json::to_string_pretty(&List { version: 1, site: base(handbook), alerts: Entries { handbook, tables } }).ok()?;
    text.push('\n');
    Some((place, text))
}

fn entry<'a>(handbook: &'a Handbook, tables: &Tables<'a>, known: &super::Known<'a>) -> Entry<'a> {
    Entry {
        name: known.name,
        page: known.alert.and_then(|alert| alert.address.as_ref()).map(SitePath::as_str),
        runbook: known.alert.and_then(|alert| runbook(handbook, tables, alert)),
        rules: known.rules.iter().filter_map(|index| rule(handbook, tables, *index)).collect(),
    }
}

fn runbook<'a>(handbook: &'a Handbook, tables: &Tables<'a>, alert: &'a Alert) -> Option<RunbookEntry<'a>> {
    let page: &Page = handbook.pages.get(alert.page)?;
    let (source, repository) = tables.origin_of(&page.document.path);
    let runbook = alert.runbook.and_then(|index| handbook.runbooks.all.get(index));
    Some(RunbookEntry {
        title: &page.title,
        page: page.address.as_str(),
        anchor: alert.fragment.as_deref(),
        incident_view: runbook.map(|runbook| runbook.address.as_str()),
        owner: page.owner(),
        source,
        repository,
    })
}

fn rule<'a>(handbook: &'a Handbook, tables: &Tables<'a>, index: usize) -> Option<RuleEntry<'a>> {
    let (rule, lead): (&Rule, &Lead) = (handbook.rules.all.get(index)?, handbook.runbooks.leads.get(index)?);
    let leads = match lead {
        Lead::Page { .. } => "page",
        Lead::Other => "other",
        Lead::Missing(_) | Lead::Relative => "missing",
        Lead::Foreign => "foreign",
        Lead::Template => "template",
        Lead::Nowhere => "none",
    };
    let (file, repository) = tables.origin_of(&rule.path);
    Some(RuleEntry {
        file,
        repository,
        line: rule.line,
        group: rule.group.as_deref(),
        severity: rule.severity.as_deref(),
        paging: rule.is_paging(&handbook.config.alerts),
        r#for: rule.hold.as_deref(),
        summary: rule.summary.as_deref(),
        expr: rule.expression.as_deref(),
        runbook_url: rule.runbook_url.as_ref().map(|(url, _)| url.as_str()),
        leads,
    })
}
