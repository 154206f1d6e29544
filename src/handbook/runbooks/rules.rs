//! Where the URLs in the rules of alerts lead.
//!
//! Knows rules and the places of the site. Must not know which of them are faults.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use percent_encoding::percent_decode_str;

use crate::alerts::{Rule, Rules};
use crate::config::Config;
use crate::handbook::{Aliases, Tree};
use crate::source::{Asset, SitePath};

/// Where the rule of an alert says that its runbook is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// It doesn't.
    Nowhere,
    /// A page of a document, by its index, and the anchor on it. Whether the page has the anchor isn't said.
    Page {
        /// Index of the page.
        page: usize,
        /// What follows the `#`.
        fragment: Option<String>,
    },
    /// A list, another page that opsbook makes, or a file that is published as it is.
    Other,
    /// A place of this handbook where nothing lies, as a path of the site.
    Missing(String),
    /// No URL at all: an alert that is read elsewhere leads nowhere with it.
    Relative,
    /// Another site.
    Foreign,
    /// A place that depends on what a template becomes.
    Template,
}

/// Everything that a URL can lead to.
#[derive(Clone, Copy)]
pub(in crate::handbook) struct Ground<'a> {
    pub config: &'a Config,
    pub by_address: &'a HashMap<SitePath, usize>,
    pub aliases: &'a Aliases,
    pub tree: &'a Tree,
    pub assets: &'a BTreeMap<SitePath, (SitePath, Asset)>,
    pub rules: &'a Rules,
    /// The pages of roles, platforms and other names.
    pub made: &'a [SitePath],
}

impl Ground<'_> {
    /// Where a rule leads. `ours` are the pages of alerts and incident views, with the pages of documents that they belong to.
    pub(super) fn lead(&self, rule: &Rule, ours: &HashMap<SitePath, usize>) -> Lead {
        let Some((url, _)) = &rule.runbook_url else { return Lead::Nowhere };
        let Some(inside) = bases(self.config).filter_map(|base| inside(url, base)).min_by_key(|rest| rest.len()) else {
            return elsewhere(url);
        };
        if inside.contains("{{") {
            return Lead::Template;
        }
        let (path, fragment) = inside.split_once('#').map_or((inside, None), |(path, fragment)| (path, Some(fragment)));
        let path = percent_decode_str(path.split('?').next().unwrap_or_default()).decode_utf8_lossy();
        let fragment = fragment.map(|fragment| percent_decode_str(fragment).decode_utf8_lossy().into_owned()).filter(|fragment| !fragment.is_empty());
        let missing = || Lead::Missing(path.trim_start_matches('/').to_owned());
        let trimmed = path.trim_start_matches('/');
        let Some(place) = place(trimmed) else { return missing() };
        // A server leads from a folder to its page.
        let folder = || SitePath::join(place.as_str(), "index.html").and_then(|index| self.at(&index, ours));
        match self.at(&place, ours).or_else(folder) {
            Some(Some(page)) => Lead::Page { page, fragment },
            Some(None) => Lead::Other,
            None => missing(),
        }
    }

    /// What lies at a place: the page of a document, or something else.
    #[expect(clippy::option_option, reason = "there may be nothing, and something that is no document")]
    fn at(&self, place: &SitePath, ours: &HashMap<SitePath, usize>) -> Option<Option<usize>> {
        let page = self.by_address.get(place).or_else(|| ours.get(place)).copied();
        let page = page.or_else(|| self.aliases.all.get(place).map(|alias| alias.page));
        let other = || (self.assets.contains_key(place) || self.tree.folder_at(place).is_some()).then_some(None);
        page.map(Some).or_else(other)
    }
}

/// The file that a path of the site names.
fn place(path: &str) -> Option<SitePath> {
    SitePath::join("", &if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() })
}

/// Finds the pages that are made once all alerts have theirs among the places where nothing seemed to lie.
pub(super) fn find_made(leads: &mut [Lead], made: &BTreeSet<&str>) {
    let is_made = |path: &str| {
        place(path).is_some_and(|place| made.contains(place.as_str()) || made.contains(format!("{}/index.html", place.as_str()).as_str()))
    };
    for lead in leads.iter_mut().filter(|lead| matches!(lead, Lead::Missing(path) if is_made(path))) {
        *lead = Lead::Other;
    }
}

/// What URLs of this handbook begin with.
pub fn bases(config: &Config) -> impl Iterator<Item = &str> {
    let site = config.site_url.as_deref().filter(|url| scheme(url) != *url);
    site.into_iter().chain(config.alerts.urls.iter().map(String::as_str))
}

/// A URL without `http://` or `https://`, which servers hold for the same.
fn scheme(url: &str) -> &str {
    ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| url.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme)).and(url.get(scheme.len()..)))
        .unwrap_or(url)
}

/// The rest of a URL that begins with a base.
fn inside<'a>(url: &'a str, base: &str) -> Option<&'a str> {
    let (url, base) = (scheme(url), scheme(base));
    // Hosts have no case; a path that differs in case only isn't found at the end.
    let rest = url.get(..base.len()).filter(|start| start.eq_ignore_ascii_case(base)).and(url.get(base.len()..))?;
    (base.ends_with('/') || rest.is_empty() || rest.starts_with(['/', '#', '?'])).then_some(rest)
}

fn elsewhere(url: &str) -> Lead {
    let before = url.split("{{").next().unwrap_or_default();
    let is_template = before.len() < url.len();
    match scheme(before) {
        // The host itself may come from a template.
        host if host.len() < before.len() => {
            if is_template && !host.contains('/') {
                Lead::Template
            } else {
                Lead::Foreign
            }
        }
        _ if is_template => Lead::Template,
        _ if before.contains("://") => Lead::Foreign,
        _ => Lead::Relative,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_inside_or_elsewhere() {
        for (url, base, rest) in [
            ("https://h.example/a/b.html", "https://h.example/", Some("a/b.html")),
            ("http://H.example/a", "https://h.example/", Some("a")),
            ("https://h.example/docs/a", "https://h.example/docs", Some("/a")),
            ("https://h.example/docs2/a", "https://h.example/docs", None),
            ("https://h.example", "https://h.example/", None),
            ("https://other.example/", "https://h.example/", None),
            ("{{ .Values.url }}/a", "{{ .Values.url }}", Some("/a")),
            ("ü", "https://h.example/", None),
        ] {
            assert_eq!(inside(url, base), rest, "{url} {base}");
        }
        for (url, lead) in [
            ("https://x.example/a", Lead::Foreign),
            ("https://x.example/{{ $labels.a }}", Lead::Foreign),
            ("https://{{ $externalURL }}/a", Lead::Template),
            ("{{ .Values.url }}/a", Lead::Template),
            ("ftp://x.example/a", Lead::Foreign),
            ("runbooks/a.html", Lead::Relative),
            ("/runbooks/a.html", Lead::Relative),
        ] {
            assert_eq!(elsewhere(url), lead, "{url}");
        }
    }
}
