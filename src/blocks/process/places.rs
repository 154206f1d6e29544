//! Where a step leaves its mark and where it happens: platforms and environments.
//!
//! Knows the names of the registry, of the document's own list of platforms, and a few that everybody knows. Must not know who acts.

use super::names::Names;
use super::plain::Plain;
use crate::blocks::Named;
use crate::document::{BlockKind, Document};
use crate::registry::Registry;
use crate::text::fold_title;

/// Tools that need no introduction, where neither the registry nor the document lists its own.
const WELL_KNOWN: [&str; 44] = [
    "GitHub",
    "GitLab",
    "Gitea",
    "Bitbucket",
    "Jira",
    "Confluence",
    "Slack",
    "Telegram",
    "Mattermost",
    "Microsoft Teams",
    "MS Teams",
    "Discord",
    "Zoom",
    "email",
    "e-mail",
    "PagerDuty",
    "Opsgenie",
    "ServiceNow",
    "Zendesk",
    "Trello",
    "Asana",
    "Notion",
    "Jenkins",
    "CircleCI",
    "GitHub Actions",
    "Grafana",
    "Prometheus",
    "Alertmanager",
    "Datadog",
    "Sentry",
    "Splunk",
    "Kibana",
    "Statuspage",
    "Argo CD",
    "ArgoCD",
    "Terraform",
    "Kubernetes",
    "SharePoint",
    "Google Docs",
    "Google Drive",
    "Salesforce",
    "HubSpot",
    "Freshdesk",
    "TestRail",
];
/// Environments that need no introduction.
const ENVIRONMENTS: [&str; 9] = ["devnet", "testnet", "mainnet", "staging", "production", "pre-production", "preprod", "UAT", "sandbox"];
/// What a platform holds: `GitHub issue`.
const HELD: &str = "issue issues story stories repo repository board ticket tickets label labels project projects channel page";

/// The names of places that one document may use.
#[derive(Debug, Default)]
pub(super) struct Places {
    platforms: Names,
    /// The names to show, and the entries of the registry, by index.
    known: Vec<(String, Option<usize>)>,
    environments: Names,
    environment_names: Vec<String>,
    declares_environments: bool,
}

/// A bracketed remark: where its brackets are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Remark {
    pub open: usize,
    /// After the closing bracket.
    pub end: usize,
}

impl Places {
    pub(super) fn of(document: &Document, registry: &Registry) -> Self {
        let mut places = Self::default();
        for (index, platform) in registry.platforms.iter().enumerate() {
            places.known.push((platform.names.name.clone(), Some(index)));
            for name in platform.names.all() {
                places.platforms.add(name, Some(index));
            }
        }
        if registry.platforms.is_empty() {
            for name in own_list(document).into_iter().chain(WELL_KNOWN.map(str::to_owned)) {
                places.platforms.add(&name, Some(places.known.len()));
                places.known.push((name, None));
            }
        }
        places.declares_environments = !registry.environments.is_empty();
        for (index, environment) in registry.environments.iter().enumerate() {
            places.environment_names.push(environment.names.name.clone());
            places.environments.add_ambiguous(&environment.names.name, index);
            environment.names.all().for_each(|name| places.environments.add(name, Some(index)));
        }
        if registry.environments.is_empty() {
            for (index, name) in ENVIRONMENTS.iter().enumerate() {
                places.environment_names.push((*name).to_owned());
                places.environments.add(name, Some(index));
            }
        }
        places
    }

    /// The platforms that a step names, and the remarks that hold nothing else.
    pub(super) fn platforms(&self, plain: &Plain, remarks: &[Remark]) -> (Vec<Named>, Vec<Remark>) {
        let mut found: Vec<Named> = Vec::new();
        let mut only = Vec::new();
        let mut remarks = remarks.iter().peekable();
        let mut at = 0;
        while at < plain.tokens.len() {
            if let Some(remark) = remarks.next_if(|remark| remark.open == at) {
                if self.in_remark(plain, *remark, &mut found) {
                    only.push(*remark);
                }
                at = remark.end;
                continue;
            }
            at = self.in_prose(plain, at, &mut found);
        }
        (found, only)
    }

    /// Whether a remark holds platforms and nothing else.
    fn in_remark(&self, plain: &Plain, remark: Remark, found: &mut Vec<Named>) -> bool {
        let mut at = remark.open + 1;
        let (mut any, mut other) = (false, false);
        while at + 1 < remark.end {
            if let Some(end) = self.platform(plain, at) {
                any = true;
                self.push(plain, at, end, found);
                at = end;
            } else {
                other |= !matches!(plain.word(at), "/" | "," | "and" | "or" | "&" | "+" | "·" | "|" | ";");
                at += 1;
            }
        }
        any && !other
    }

    fn in_prose(&self, plain: &Plain, at: usize, found: &mut Vec<Named>) -> usize {
        let Some(end) = self.platform(plain, at) else { return at + 1 };
        let before = at.checked_sub(1).map_or("", |before| plain.word(before));
        let before = if matches!(before, "the" | "our" | "/") && at > 1 { plain.word(at - 2) } else { before };
        let governed = matches!(before, "in" | "on" | "via" | "through" | "using" | "into" | "to" | "by" | "from" | "at" | "with");
        // `in github/circles`: the name before was governed already.
        let beside = at > 1 && plain.word(at - 1) == "/" && found.iter().any(|named| named.span.end() == plain.span(at - 2, at - 1).end());
        if governed || beside || HELD.split(' ').any(|held| held == plain.word(end)) {
            self.push(plain, at, end, found);
        }
        end
    }

    fn platform(&self, plain: &Plain, at: usize) -> Option<usize> {
        let token = plain.tokens.get(at).filter(|token| token.is_word && !token.is_code)?;
        let tool = || {
            let stem = token.lower.strip_suffix("tool")?;
            self.platforms.get(&[super::plain::singular(stem).to_owned()]).map(|_| at + 1)
        };
        self.platforms.longest(plain, at).map(|(end, _)| end).or_else(tool)
    }

    fn push(&self, plain: &Plain, at: usize, end: usize, found: &mut Vec<Named>) {
        let tool = || {
            let stem = plain.word(at).strip_suffix("tool")?;
            self.platforms.get(&[super::plain::singular(stem).to_owned()]).map(|name| name.entry)
        };
        let index = self.platforms.longest(plain, at).map(|(_, index)| index).or_else(tool).flatten();
        let Some((name, entry)) = index.and_then(|index| self.known.get(index)) else { return };
        if found.iter().all(|named| named.name != *name) {
            found.push(Named { name: name.clone(), entry: *entry, span: plain.span(at, end) });
        }
    }

    /// The environments that a step names.
    pub(super) fn environments(&self, plain: &Plain) -> Vec<Named> {
        let mut found: Vec<Named> = Vec::new();
        for at in 0..plain.tokens.len() {
            if plain.tokens.get(at).is_none_or(|token| token.is_code) {
                continue;
            }
            let Some((end, index)) = self.environments.longest(plain, at) else { continue };
            let before = at.checked_sub(1).map_or("", |before| plain.word(before));
            let is_place = matches!(before, "in" | "on" | "to" | "into" | "from" | "the" | "for");
            // `development` is what people do, unless it stands where places stand.
            let ambiguous = matches!(plain.word(at), "development" | "test" | "testing" | "dev" | "local");
            let names_other = matches!(plain.word(end), "branch" | "branches" | "team" | "lead" | "manager" | "engineer" | "engineers" | "happens");
            if names_other || (ambiguous && !is_place) {
                continue;
            }
            let name = index.and_then(|index| self.environment_names.get(index)).cloned();
            let name = name.unwrap_or_else(|| plain.words(at, end).to_owned());
            if found.iter().all(|named| named.name != name) {
                found.push(Named { name, entry: index.filter(|_| self.declares_environments), span: plain.span(at, end) });
            }
        }
        found
    }
}

/// The bracketed remarks of a step, those inside of others left out.
pub(super) fn remarks(plain: &Plain) -> Vec<Remark> {
    let mut found = Vec::new();
    let mut open = Vec::new();
    for (index, token) in plain.tokens.iter().enumerate().filter(|(_, token)| !token.is_code) {
        match token.lower.as_str() {
            "(" => open.push(index),
            ")" => {
                if let Some(from) = open.pop() {
                    while found.last().is_some_and(|remark: &Remark| remark.open > from) {
                        found.pop();
                    }
                    found.push(Remark { open: from, end: index + 1 });
                }
            }
            _ => {}
        }
    }
    found
}

/// What a section called 'Platforms' lists: its sub-sections, or the labels or words of its bullets.
fn own_list(document: &Document) -> Vec<String> {
    let is_list =
        |title: &str| matches!(fold_title(title).as_str(), "platforms" | "platforms and tools" | "tools" | "tools and platforms" | "systems");
    let mut names = Vec::new();
    for (index, section) in document.sections.iter().enumerate().filter(|(_, section)| is_list(&section.title)) {
        names.extend(document.sections.iter().filter(|child| child.parent == Some(index)).map(|child| child.title.to_string()));
        let bullets = document
            .blocks_in(section.body)
            .filter(|block| block.kind == BlockKind::Paragraph && block.item.is_some_and(|item| item.opens && item.depth == 1));
        names.extend(bullets.map(|block| block.label.as_ref().map_or_else(|| block.text(document).into_owned(), |label| label.text.clone())));
    }
    names.retain(|name| !name.trim().is_empty() && name.split_whitespace().count() <= 3);
    names
}
