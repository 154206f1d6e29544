//! Which addresses elsewhere the handbook holds, and where.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use url::Url;

use super::address::is_reserved;
use crate::config::LinkSettings;
use crate::data::{Node, Value, yaml};
use crate::handbook::runbooks::Lead;
use crate::handbook::{Handbook, Resolved};
use crate::source::{REGISTRY, SitePath, Sources};
use crate::text::Span;

/// How deep front matter and the registry are searched; nothing of ours is nested so deep.
const DEPTH: usize = 32;

/// A place that uses an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, from the handbook's root.
    pub path: SitePath,
    /// The address in it, with the angle brackets that it may stand in. Of a document it is a place in the text with all that it includes.
    pub span: Span,
    /// Where the address stands letter by letter; none where escapes or quotes hide it, so that nobody but its author replaces it.
    pub plain: Option<Span>,
    /// The address as Markdown readers see it.
    pub written: String,
    /// What follows the `#`, with its percent signs.
    pub fragment: Option<String>,
}

/// A page elsewhere and the places that use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The page, without fragment.
    pub url: Url,
    /// Every place that uses it, by path and span.
    pub places: Vec<Place>,
}

/// Every address elsewhere, once.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// The pages to ask about, by address.
    pub wanted: BTreeMap<String, Wanted>,
    /// What begins like an address and is none.
    pub invalid: Vec<(Place, String)>,
    /// Pages that are left out: by book.toml, or because their names are reserved.
    pub left_out: usize,
    /// Where every address stands, those left out too.
    pub everywhere: Vec<Place>,
}

/// Finds every `http` and `https` address: links and images of documents and diagrams, values of front matter and of registry.yaml that are
/// addresses as a whole, runbook URLs of alert rules that lead elsewhere. Text in code is no link.
#[must_use]
pub fn gather(handbook: &Handbook, sources: &Sources, settings: &LinkSettings) -> Gathered {
    let mut places = Vec::new();
    for page in handbook.pages.iter() {
        let document = &page.document;
        for (link, resolved) in page.written_links() {
            if *resolved == Resolved::External {
                add(&mut places, &document.path, &document.text, link.target_span, &link.target);
            }
        }
        if let Some(front) = &document.front_matter {
            values(&mut places, &document.path, &document.text, front, DEPTH);
        }
    }
    let registry = SitePath::new(REGISTRY).and_then(|path| sources.text(path.below(&handbook.content)?.as_str()));
    if let Some(source) = registry
        && let Ok(root) = yaml::parse(&source.text)
    {
        values(&mut places, &source.path, &source.text, &root, DEPTH);
    }
    runbook_urls(&mut places, handbook, sources);
    places.sort();
    places.dedup();
    sorted(places, settings)
}

/// Adds the runbook URLs of alert rules that lead out of the handbook. A URL that a template completes is nobody's to ask.
fn runbook_urls(places: &mut Vec<Place>, handbook: &Handbook, sources: &Sources) {
    for (rule, lead) in handbook.rules.all.iter().zip(&handbook.runbooks.leads) {
        let (Lead::Foreign, Some((url, span))) = (lead, &rule.runbook_url) else { continue };
        let Some(source) = sources.text(rule.path.as_str()).filter(|_| !url.contains("{{")) else { continue };
        add(places, &rule.path, &source.text, *span, url);
    }
}

/// The addresses of one text, for whoever has no handbook.
fn sorted(places: Vec<Place>, settings: &LinkSettings) -> Gathered {
    let mut gathered = Gathered { everywhere: places.clone(), ..Gathered::default() };
    let mut left_out: BTreeSet<String> = BTreeSet::new();
    for mut place in places {
        let written = if place.written.starts_with("//") { format!("https:{}", place.written) } else { place.written.clone() };
        let mut url = match Url::parse(&written) {
            Ok(url) => url,
            Err(error) => {
                if is_named(&written, settings) != Some(false) {
                    gathered.invalid.push((place, error.to_string()));
                }
                continue;
            }
        };
        place.fragment = url.fragment().map(str::to_owned).filter(|fragment| !fragment.is_empty());
        let whole = url.to_string();
        url.set_fragment(None);
        if !is_wanted(&whole, &url, settings) {
            left_out.insert(url.to_string());
            continue;
        }
        gathered.wanted.entry(url.to_string()).or_insert_with(|| Wanted { url, places: Vec::new() }).places.push(place);
    }
    gathered.left_out = left_out.iter().filter(|url| !gathered.wanted.contains_key(*url)).count();
    gathered
}

/// Whether an address is to be asked. What `include` names is asked even if its name is reserved; `exclude` has the last word.
fn is_wanted(whole: &str, url: &Url, settings: &LinkSettings) -> bool {
    is_named(whole, settings).unwrap_or_else(|| !is_reserved(url))
}

/// What `include` and `exclude` say of an address; none if they leave it open.
fn is_named(written: &str, settings: &LinkSettings) -> Option<bool> {
    let is_in = |patterns: &[Regex]| patterns.iter().any(|pattern| pattern.is_match(written));
    let is_excluded = is_in(&settings.exclude);
    (is_excluded || !settings.include.is_empty()).then(|| !is_excluded && is_in(&settings.include))
}

/// Every value of a tree that is an address as a whole.
fn values(places: &mut Vec<Place>, path: &SitePath, text: &str, node: &Node, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match &node.value {
        Value::String(value) => add(places, path, text, node.span, value),
        Value::List(items) => items.iter().for_each(|item| values(places, path, text, item, depth)),
        Value::Map(entries) => entries.iter().for_each(|(_, value)| values(places, path, text, value, depth)),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {}
    }
}

fn add(places: &mut Vec<Place>, path: &SitePath, text: &str, span: Span, target: &str) {
    let written = target.trim();
    let begins = |prefix: &str| written.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if begins("http://") || begins("https://") || (begins("//") && written.len() > 2) {
        let plain = plain(span, text, written);
        places.push(Place { path: path.clone(), span, plain, written: written.to_owned(), fragment: None });
    }
}

fn plain(span: Span, text: &str, written: &str) -> Option<Span> {
    let there = span.of(text);
    if there == written {
        return Some(span);
    }
    let bracketed = there.strip_prefix('<')?.strip_suffix('>')?;
    (bracketed == written).then(|| Span::new(span.start() + 1, span.end() - 1))
}

#[cfg(test)]
mod tests {
    use super::super::test::handbook;
    use super::*;

    fn gathered(files: &[(&str, &str)], settings: &LinkSettings) -> Gathered {
        let (handbook, sources) = handbook(files);
        gather(&handbook, &sources, settings)
    }

    fn listed(found: &Gathered) -> Vec<String> {
        let line = |wanted: &Wanted| {
            let place = |place: &Place| {
                format!("{}@{}{}", place.path, place.span.start(), place.fragment.as_ref().map_or(String::new(), |f| format!("#{f}")))
            };
            format!("{} {}", wanted.url, wanted.places.iter().map(place).collect::<Vec<_>>().join(" "))
        };
        found.wanted.values().map(line).collect()
    }

    #[test]
    fn each_page_stands_once_with_all_its_places() {
        let found = gathered(
            &[
                (
                    "a.md",
                    "# A\n\n[x](https://B.org/p#one), <https://b.org/p>, https://b.org:443/p#two and `https://code.org`\n\n    https://block.org\n",
                ),
                (
                    "b.md",
                    "---\nrunbook: https://b.org/p\nnote: see https://no.org\n---\n# B\n\n![](//img.org/i.png) <a href=\"http://h.org\">h</a>\n\n[m](mailto:a@b.org) [t](tel:1) [d][d]\n\n[d]: https://d.org/\n",
                ),
                (
                    "registry.yaml",
                    "roles:\n  ops: { name: Ops, contact: \"https://chat.org/ops\" }\nfreezes:\n  - { what: releases, from: Thursday 00:00, until: Sunday 00:00, source: \"https://rules.org/\" }\n",
                ),
            ],
            &LinkSettings::default(),
        );
        assert_eq!(
            listed(&found),
            [
                "http://h.org/ b.md@93",
                "https://b.org/p a.md@9#one a.md@31 a.md@50#two b.md@13",
                "https://chat.org/ops registry.yaml@36",
                "https://d.org/ b.md@158",
                "https://img.org/i.png b.md@67",
                "https://rules.org/ registry.yaml@143",
            ]
        );
    }

    #[test]
    fn rules_that_lead_elsewhere_are_asked_where_they_say_so() {
        let rules = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n    annotations: { runbook_url: 'https://wiki.org/a#b' }\n  - alert: B\n    expr: up == 0\n    annotations: { runbook_url: 'https://wiki.org/{{ $labels.job }}' }\n  - alert: C\n    expr: up == 0\n    annotations: { runbook_url: 'https://ours.org/a.html' }\n";
        let book = "[output.html]\nsite-url = 'https://ours.org/'\n[alerts]\nrules = ['rules/*.yml']\n";
        let found = gathered(&[("book.toml", book), ("rules/r.yml", rules), ("a.md", "# A\n")], &LinkSettings::default());
        assert_eq!(listed(&found), ["https://wiki.org/a rules/r.yml@90#b"]);
        assert_eq!(found.wanted["https://wiki.org/a"].places[0].span.of(rules), "'https://wiki.org/a#b'");
    }

    #[test]
    fn what_is_left_out_is_counted_once() {
        let text =
            "# A\n\n<https://a.org/x> <https://a.org/y> <https://skip.org/> <https://skip.org/#a> <https://www.example.com> [b](https://exa[mple)\n";
        let one = |pattern: &str| vec![Regex::new(pattern).unwrap()];
        let found = gathered(&[("a.md", text)], &LinkSettings { exclude: one("^https://skip\\."), ..LinkSettings::default() });
        assert_eq!((found.wanted.len(), found.left_out, found.invalid.len(), found.everywhere.len()), (2, 2, 1, 6));
        let settings = LinkSettings { include: one("example\\.com|/x"), exclude: one("/x"), ..LinkSettings::default() };
        let found = gathered(&[("a.md", text)], &settings);
        assert_eq!(listed(&found), ["https://www.example.com/ a.md@83"]);
        assert!(found.invalid.is_empty(), "what `include` doesn't name isn't looked at");
        let found = gathered(&[("a.md", text)], &LinkSettings { include: one("exa"), exclude: one("www"), ..LinkSettings::default() });
        assert_eq!((found.wanted.len(), found.invalid.len()), (0, 1));
    }
}
