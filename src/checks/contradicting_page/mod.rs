//! Pages that say something else than the rules of the registry that come from them.
//!
//! Knows statements of pages and the registry. Must not know how either was read.

mod rights;

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Grounds, Run};
use crate::blocks::policy::{Policy, Statement, Week};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Page;
use crate::handbook::said::{singular, week};
use crate::registry::{Freeze, Length, Reference, Weekday};
use crate::source::{REGISTRY, SitePath};
use crate::text::{Span, fold_title};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "contradicting-page",
    severity: Severity::Warning,
    subject: Subject::Registry,
    summary: "a page says something else than registry.yaml, or than itself, about days, times, rights, decisions or names",
    docs: "registry.yaml names the page that a rule comes from. If the page says other days of a freeze, other days of support, another \
turn-around or another cadence than the registry, promises another time for a label, allows a role what the registry forbids it, gives a decision \
to another role or names other channels, readers and programs act by different rules. So do readers of a page without a registry that closes a day \
in one sentence and opens it in another, and of a page whose example of a name doesn't follow the pattern before it.

    freezes:
      - { what: Releases, from: Thursday, until: Sunday, source: rules.md }

    Nothing is released after Tuesday.

Let both say the same:

    Nothing is released after Wednesday.

Sentences agree unless one closes a day that the other leaves open: \"after Wednesday\" and \"from Thursday until Sunday\" agree.",
};

/// A rule of the registry that a statement contradicts: what it says and where it stands.
struct Clash {
    message: String,
    span: Span,
}

fn run(grounds: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    if page.blocks.policies.is_empty() {
        return;
    }
    let Some(registry) = SitePath::new(REGISTRY).and_then(|path| path.below(grounds.content)) else { return };
    let declared = Declared::of(grounds, page);
    for policy in &page.blocks.policies {
        if let Some(clash) = declared.clash(policy) {
            let finding = Diagnostic::new(&KIND, &page.document.path, policy.span, clash.message);
            found.push(finding.related(&registry, clash.span, "the rule").help("let the page and registry.yaml say the same"));
        }
    }
    let own = rights::Own::of(grounds, page);
    for policy in &page.blocks.policies {
        for Clash { message, span } in own.clashes(policy) {
            let finding = Diagnostic::new(&KIND, &page.document.path, policy.span, message);
            found.push(finding.related(&registry, span, "the rule").help("let the page and registry.yaml say the same"));
        }
        if let Statement::Naming { pattern, example: Some(example) } = &policy.statement
            && let Some(lack) = rights::lack(pattern, example)
        {
            let message = format!("the example '{example}' doesn't follow the pattern '{pattern}': {lack}");
            found.push(Diagnostic::new(&KIND, &page.document.path, policy.span, message).help("write an example that follows the pattern"));
        }
    }
    if declared.freezes.is_empty() {
        within(page, found);
    }
}

/// Whether a rule names a page as its source.
fn is_from(source: Option<&Reference>, page: &Page) -> bool {
    source.is_some_and(|source| source.name.split('#').next() == Some(page.path.as_str()))
}

/// Two sentences of one page that don't agree. Where the registry says what holds, each was compared with that.
fn within(page: &Page, found: &mut Vec<Diagnostic>) {
    let weeks = page.blocks.policies.iter().filter_map(|policy| match policy.statement {
        Statement::Freeze(week) => Some((week, policy.span)),
        _ => None,
    });
    let mut distinct: Vec<(Week, Span)> = Vec::new();
    for (week, span) in weeks {
        // There are few different weeks, however many sentences there are.
        if distinct.iter().any(|(known, _)| *known == week) {
            continue;
        }
        if let Some((_, other)) = distinct.iter().find(|(known, _)| !known.agrees(week)) {
            let finding = Diagnostic::new(&KIND, &page.document.path, span, "two sentences of this page close and open the same day");
            found.push(
                finding.related(&page.document.path, *other, "the other sentence").help("let both name the same days, or say for what each holds"),
            );
        }
        distinct.push((week, span));
    }
}

/// What the registry says and names a page for.
struct Declared {
    /// The weeks of the freezes that come from this page, by scope.
    freezes: BTreeMap<String, (Week, Span)>,
    /// The days of support that come from this page: once at work, once on call.
    support: BTreeMap<(bool, String), (BTreeSet<Weekday>, Span)>,
    /// The turn-arounds that come from this page.
    approvals: Vec<(Length, Span)>,
    /// The cadences, by what is looked at.
    reviews: BTreeMap<String, (Length, Span)>,
    /// How soon labels promise something, from whichever page; every length that one promises.
    labels: BTreeMap<String, (BTreeSet<String>, Span)>,
}

impl Declared {
    fn of(grounds: &Grounds<'_>, page: &Page) -> Self {
        let registry = grounds.registry;
        let is_here = |source: &Option<Reference>| is_from(source.as_ref(), page);
        let mut groups: BTreeMap<String, Vec<&Freeze>> = BTreeMap::new();
        for freeze in registry.freezes.iter().filter(|freeze| is_here(&freeze.source) && freeze.from.is_weekly()) {
            groups.entry(freeze.scope.clone().unwrap_or_default()).or_default().push(freeze);
        }
        let freezes = groups.into_iter().filter_map(|(scope, group)| Some((scope, (week(&group), group.first()?.span)))).collect();
        let mut support: BTreeMap<(bool, String), (BTreeSet<Weekday>, Span)> = BTreeMap::new();
        for hours in registry.support.iter().filter(|hours| is_here(&hours.source)) {
            let days = if hours.days.is_empty() { Weekday::ALL.to_vec() } else { hours.days.clone() };
            support.entry((hours.on_call, hours.role.name.clone())).or_insert_with(|| (BTreeSet::new(), hours.role.span)).0.extend(days);
        }
        let approvals = registry.approvals.iter().filter(|approval| is_here(&approval.source));
        let reviews = registry.reviews.iter().filter(|review| is_here(&review.source));
        let mut labels: BTreeMap<String, (BTreeSet<String>, Span)> = BTreeMap::new();
        for label in &registry.labels {
            let lengths = [&label.respond_within, &label.resolve_within].into_iter().flatten();
            let said: BTreeSet<String> = lengths.map(|within| within.length.map_or_else(|| words_of(&within.text), Length::words)).collect();
            for name in label.names.all().filter(|_| !said.is_empty()) {
                labels.entry(fold_title(name)).or_insert_with(|| (said.clone(), label.names.span));
            }
        }
        Self {
            freezes,
            support,
            approvals: approvals.filter_map(|approval| Some((approval.within.as_ref()?.length?, approval.span))).collect(),
            reviews: reviews.map(|review| (singular(&review.what), (review.every, review.span))).collect(),
            labels,
        }
    }

    /// What a statement contradicts. A page may speak of several rules, so one that it agrees with is enough.
    fn clash(&self, policy: &Policy) -> Option<Clash> {
        match &policy.statement {
            Statement::Freeze(week) => {
                let (own, span) = self.freezes.values().next()?;
                let agrees = self.freezes.values().any(|(own, _)| own.agrees(*week));
                let said = if week.closed_days().is_empty() { "the days".to_owned() } else { format!("'{}' closed", week.closed_days().join(", ")) };
                let message = format!("the page says {said} otherwise than registry.yaml, which closes '{}'", own.closed_days().join(", "));
                (!agrees).then(|| Clash { message: message.replace("says the days otherwise", "leaves open what is closed, otherwise"), span: *span })
            }
            Statement::Support { days, on_call } => {
                let mut own = self.support.iter().filter(|((other, _), _)| other == on_call).map(|(_, said)| said);
                let (first, span) = own.next()?;
                let said: BTreeSet<Weekday> = days.iter().copied().collect();
                let agrees = *first == said || own.any(|(days, _)| *days == said);
                let how = if *on_call { "on call" } else { "available" };
                let message = format!("the page says '{how}' on {}, registry.yaml on {}", names(&said), names(first));
                (!agrees).then_some(Clash { message, span: *span })
            }
            Statement::Label { name, within: Some(within) } => {
                let (said, span) = self.labels.get(&fold_title(name))?;
                let agrees = said.contains(&within.words());
                let message = format!(
                    "the page promises {} for the label '{name}', registry.yaml {}",
                    within.words(),
                    said.iter().cloned().collect::<Vec<_>>().join(" and ")
                );
                (!agrees).then_some(Clash { message, span: *span })
            }
            Statement::Approval { within } => {
                let (first, span) = self.approvals.first()?;
                let agrees = self.approvals.iter().any(|(own, _)| own == within);
                let message = format!("the page promises an answer within {}, registry.yaml within {}", within.words(), first.words());
                (!agrees).then_some(Clash { message, span: *span })
            }
            Statement::Review { what, every } => {
                let (own, span) = self.reviews.get(&singular(what))?;
                let message = format!("the page says that '{what}' comes {}, registry.yaml {}", every.every(), own.every());
                (own != every).then_some(Clash { message, span: *span })
            }
            _ => None,
        }
    }
}

fn names(days: &BTreeSet<Weekday>) -> String {
    days.iter().filter_map(|day| Weekday::WORDS.get(*day as usize)).copied().collect::<Vec<_>>().join(", ")
}

/// `this sprint` and the like promise one of the unit that they name.
fn words_of(text: &str) -> String {
    if text.to_lowercase().contains("sprint") { "1 sprint".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::test::findings;

    const REGISTRY: &str = "roles: { a: A }
labels: { major: { resolve_within: 2 days } }
freezes: [{ what: x, from: Thursday, until: Sunday, source: a.md }]
support: [{ role: a, days: [Friday, Saturday], on_call: true, source: a.md }]
approvals: [{ kind: k, by: a, within: 2 business days, source: a.md }]
reviews: [{ what: Deployment audit, every: week, owner: a, source: a.md }]
";

    #[test]
    fn a_page_that_says_something_else_than_its_rules_is_found() {
        for (line, expected) in [
            ("No pushing from Thursday until Sunday.", ""),
            ("Nothing is released after Wednesday. We release by Wednesday.", ""),
            ("Nothing is released after Tuesday.", "says 'Wednesday' closed otherwise"),
            ("We release by Friday.", "leaves open what is closed"),
            ("On call Friday - Saturday.", ""),
            ("On call Saturday - Sunday.", "'on call' on Saturday, Sunday, registry.yaml on Friday, Saturday"),
            ("Available from Monday until Friday.", ""),
            ("- Major label = max 2 days", ""),
            ("- Major label = max 3 days", "promises 3 days for the label 'Major', registry.yaml 2 days"),
            ("- Other label = max 3 days", ""),
            ("Approval comes within 1-2 business days after review.", ""),
            ("Approval comes within 3 days after review.", "within 3 days, registry.yaml within 2 business days"),
            ("- Weekly deployment audits", ""),
            ("- Monthly deployment audits", "comes every month, registry.yaml every week"),
        ] {
            let page = format!("# A\n\n{line}\n");
            let found = findings(&[("content/registry.yaml", REGISTRY), ("content/a.md", &page)], "contradicting-page");
            assert!(found.len() == usize::from(!expected.is_empty()) && found.iter().all(|found| found.contains(expected)), "{line}: {found:?}");
            let elsewhere =
                findings(&[("content/registry.yaml", REGISTRY), ("content/a.md", "# A\n"), ("content/b.md", &page)], "contradicting-page");
            assert!(elsewhere.is_empty() || line.contains("label"), "{line}: {elsewhere:?}");
        }
    }

    #[test]
    fn rights_decisions_channels_and_names_are_compared() {
        let registry = "roles: { a: Ops team, b: Developers }
permissions: [{ role: b, allowed: [Look around], not_allowed: [Touch the cluster], source: a.md }]
decisions: [{ domain: Scope, by: a, source: a.md }]
channels: [{ urgency: Urgent, contact: '#ops', source: a.md }]
";
        for (text, expected) in [
            ("## Developers actions\n\n**Allowed**:\n\n- Look around\n- Ask\n\n**Not allowed**:\n\n- Touch the cluster", ""),
            ("## Developers actions\n\n**Allowed**:\n\n- Touch the cluster", "allows 'Developers' to 'Touch the cluster'"),
            ("## Developers actions\n\n**Not allowed**:\n\n- Look around", "forbids 'Developers' to 'Look around'"),
            ("## Others actions\n\n**Not allowed**:\n\n- Look around", ""),
            ("## Decisions\n\n- **Scope**: Ops team has authority on it", ""),
            ("## Decisions\n\n- **Scope**: Developers have authority on it", "says that 'Developers' decides on 'Scope', registry.yaml 'Ops team'"),
            ("## Decisions\n\n- **Scope**: Somebody has authority on it", ""),
            ("## Channels\n\n1. **Urgent**\n   - Write to #ops", ""),
            ("## Channels\n\n1. **Urgent**\n   - Call somebody", ""),
            ("## Channels\n\n1. **Urgent**\n   - Write to #chat", "names '#chat' for 'Urgent', registry.yaml '#ops'"),
            ("Branches are named `<team>/<id>-words` (e.g., `web/12-menu`).", ""),
            ("Branches are named `<team>/<id>` (e.g., `web-12`).", "doesn't follow the pattern '<team>/<id>': it has fewer '/'"),
            ("Files are named `notes/<day>.md` (e.g., `notes/1.txt`).", "it doesn't end in '.md'"),
        ] {
            let page = format!("# A\n\n{text}\n");
            let found = findings(&[("content/registry.yaml", registry), ("content/a.md", &page)], "contradicting-page");
            assert!(found.len() == usize::from(!expected.is_empty()) && found.iter().all(|found| found.contains(expected)), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_page_without_a_registry_must_agree_with_itself() {
        let found = |text: &str| findings(&[("content/a.md", text)], "contradicting-page");
        assert_eq!(found("# A\n\nNo deploys from Thursday until Sunday.\n\nNothing is deployed after Wednesday.\n"), Vec::<String>::new());
        assert_eq!(
            found("# A\n\nNo deploys from Thursday until Sunday.\n\nNothing is deployed after Thursday.\n"),
            ["content/a.md | Nothing is deployed after Thursday.\n | two sentences of this page close and open the same day"]
        );
    }
}
