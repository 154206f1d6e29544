//! Rules of one registry that contradict each other, or that leave out what their likes say.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::week_minute;
use super::model::{Freeze, Reference, Support};
use super::time::{Date, Moment, TimeOfDay, Weekday};
use super::{Approval, Decision, Registry};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::source::SitePath;
use crate::text::{Span, fold_title};

/// Two rules of registry.yaml can't both be meant.
pub const CONTRADICTING_RULES: Kind = Kind {
    code: "contradicting-rules",
    severity: Severity::Warning,
    subject: Subject::Registry,
    summary: "two rules of registry.yaml contradict each other, or one leaves out what its likes say",
    docs: "People act by the rule that they happen to read. Two freezes of one thing whose windows overlap, hours of support of one role \
that overlap with another time zone or another kind of presence, something that a role may and may not do in one environment, and two \
deciders for one domain without a condition that tells when each decides, can't both be meant. A severity without a time and an approval \
without a turn-around, where others have one, leave open what people plan with.

    freezes:
      - { id: one, what: Releases, from: Thursday, until: Sunday }
      - { id: two, what: Releases, from: Friday, until: Monday }

Keep the one that holds:

    freezes:
      - { what: Releases, from: Thursday, until: Sunday }

A review without an owner and an example that breaks its naming pattern are errors of their own: see `invalid-registry`.",
};

/// Words for how bad something is: labels of these names promise a time.
const SEVERITIES: &[&str] = &[
    "blocker", "critical", "major", "minor", "urgent", "high", "medium", "low", "severe", "trivial", "p0", "p1", "p2", "p3", "p4", "sev0", "sev1",
    "sev2", "sev3", "sev4", "sev 1", "sev 2", "sev 3",
];

/// Adds what contradicts each other.
pub(super) fn judge(registry: &Registry, path: &SitePath, found: &mut Vec<Diagnostic>) {
    freezes(registry, path, found);
    support(registry, path, found);
    labels(registry, path, found);
    approvals(registry, path, found);
    permissions(registry, path, found);
    decisions(registry, path, found);
}

fn finding(path: &SitePath, here: Span, message: String, there: Span, label: &str, help: &str) -> Diagnostic {
    Diagnostic::new(&CONTRADICTING_RULES, path, here, message).related(path, there, label).help(help)
}

/// A stretch of a freeze on a line of minutes: of the week, or of days.
fn stretches(freeze: &Freeze) -> Vec<(i64, i64)> {
    let week = 7 * 24 * 60;
    match (freeze.from, freeze.until) {
        (Moment::Weekly(from, begin), Moment::Weekly(until, end)) => {
            let (from, until) = (week_minute(from, begin) % week, week_minute(until, end));
            let until = if until % week == 0 && until > 0 { week } else { until % week };
            if from < until { vec![(from, until)] } else { vec![(0, until), (from, week)] }
        }
        (Moment::Once(from, begin), Moment::Once(until, end)) => vec![(minute(from, begin), minute(until, end))],
        _ => Vec::new(),
    }
}

/// Minutes of a date, in order and not evenly spaced: enough to compare.
fn minute(date: Date, time: TimeOfDay) -> i64 {
    ((i64::from(date.year) * 12 + i64::from(date.month)) * 31 + i64::from(date.day)) * 24 * 60 + i64::from(time.minutes)
}

/// What freezes must share to be compared: what is frozen, its scope, its environment, and whether it comes every week.
type Matter = (String, String, String, bool);

/// Two freezes of the same thing at the same place whose windows overlap: neighbours on the line of time are compared, not all pairs.
fn freezes(registry: &Registry, path: &SitePath, found: &mut Vec<Diagnostic>) {
    let mut groups: BTreeMap<Matter, Vec<(i64, i64, usize)>> = BTreeMap::new();
    for (index, freeze) in registry.freezes.iter().enumerate() {
        let scope = freeze.scope.as_deref().map(fold_title).unwrap_or_default();
        let mut places: BTreeSet<String> = freeze.environments.iter().map(|reference| fold_title(&reference.name)).collect();
        if places.is_empty() {
            places.insert(String::new());
        }
        for place in places {
            let group = groups.entry((scope.clone(), fold_title(&freeze.what), place, freeze.from.is_weekly())).or_default();
            group.extend(stretches(freeze).into_iter().map(|(from, until)| (from, until, index)));
        }
    }
    let mut told = BTreeSet::new();
    for group in groups.values_mut() {
        group.sort_unstable();
        let mut last: Option<(i64, usize)> = None;
        for (from, until, index) in group.iter().copied() {
            if let Some((end, other)) = last
                && from < end
                && other != index
                && told.insert((other.min(index), other.max(index)))
                && let (Some(first), Some(second)) = (registry.freezes.get(other.min(index)), registry.freezes.get(other.max(index)))
            {
                found.push(overlap(path, first, second));
            }
            last = Some(last.filter(|(end, _)| *end >= until).unwrap_or((until, index)));
        }
    }
}

fn overlap(path: &SitePath, first: &Freeze, second: &Freeze) -> Diagnostic {
    let same = first.from == second.from && first.until == second.until;
    let message = if same {
        format!("two freezes of '{}' have the same window", second.what)
    } else {
        format!("two freezes of '{}' overlap and don't agree on when they begin and end", second.what)
    };
    finding(
        path,
        second.span,
        message,
        first.span,
        "the other freeze",
        "keep the one that holds, or say in `what`, `environments` or `scope` how they differ",
    )
}

/// Hours on a line of minutes of one day.
type Hours<'a> = (u16, u16, &'a Support);

/// Hours of one role for one purpose that overlap, in another time zone or once at work and once on call.
fn support(registry: &Registry, path: &SitePath, found: &mut Vec<Diagnostic>) {
    let mut groups: BTreeMap<(String, Option<&str>), Vec<&Support>> = BTreeMap::new();
    for support in &registry.support {
        let role = registry.role(&support.role.name).map_or_else(|| fold_title(&support.role.name), |role| role.names.id.clone());
        groups.entry((role, support.purpose.as_deref())).or_default().push(support);
    }
    let mut told = BTreeSet::new();
    for ((role, _), all) in groups {
        for day in Weekday::ALL {
            let mut hours: Vec<Hours<'_>> = all.iter().flat_map(|support| hours_of_day(support, day)).collect();
            hours.sort_by_key(|(from, until, support)| (*from, *until, support.role.span));
            for (first, second) in clashes(&hours) {
                let how =
                    if first.zone == second.zone { "at work and on call at the same time" } else { "reachable at the same hours of two time zones" };
                let message = format!("'{role}' is {how} on {}", Weekday::WORDS.get(day as usize).copied().unwrap_or_default());
                let (first, second) = if first.role.span <= second.role.span { (first, second) } else { (second, first) };
                if told.insert(second.role.span) {
                    let help = "let the hours of one end where the others begin, or say in `for` which matters each is for";
                    found.push(finding(path, second.role.span, message, first.role.span, "the other hours", help));
                }
            }
        }
    }
}

/// Sorted hours that begin before others end that aren't of their kind. Two ends are kept, the furthest and the furthest of another kind than
/// that: one of them is of another kind than whatever comes next.
fn clashes<'a>(hours: &[Hours<'a>]) -> Vec<(&'a Support, &'a Support)> {
    let alike = |left: &Support, right: &Support| left.zone == right.zone && left.on_call == right.on_call;
    let mut clashes = Vec::new();
    let mut furthest: Option<(u16, &Support)> = None;
    let mut other = None;
    for (from, until, support) in hours.iter().copied() {
        let unlike = [furthest, other].into_iter().flatten().find(|(_, kept)| !alike(kept, support));
        if let Some((end, kept)) = unlike
            && from < end
        {
            clashes.push((kept, support));
        }
        let is_further = |kept: Option<(u16, &Support)>| kept.is_none_or(|(end, _)| until > end);
        if is_further(furthest) {
            if furthest.is_some_and(|(_, kept)| !alike(kept, support)) {
                other = furthest;
            }
            furthest = Some((until, support));
        } else if furthest.is_some_and(|(_, kept)| !alike(kept, support)) && is_further(other) {
            other = Some((until, support));
        }
    }
    clashes
}

/// The hours that fall on a day: those that begin on it, and the morning of those that began the night before.
fn hours_of_day(support: &Support, day: Weekday) -> impl Iterator<Item = Hours<'_>> {
    let from = support.from.map_or(0, |time| time.minutes);
    let until = support.until.map_or(24 * 60, |time| time.minutes);
    let holds = |day: Weekday| support.days.is_empty() || support.days.contains(&day);
    let before = Weekday::ALL.into_iter().cycle().nth(day as usize + 6);
    let own = holds(day).then_some((from, if until > from { until } else { 24 * 60 }, support));
    let morning = (until <= from && until > 0 && before.is_some_and(holds)).then_some((0, until, support));
    own.into_iter().chain(morning)
}

fn labels(registry: &Registry, path: &SitePath, found: &mut Vec<Diagnostic>) {
    let has_time = |label: &&super::Label| label.respond_within.is_some() || label.resolve_within.is_some();
    let Some(example) = registry.labels.iter().find(has_time) else { return };
    let is_severity = |label: &&super::Label| label.names.all().any(|name| SEVERITIES.contains(&fold_title(name).as_str()));
    for label in registry.labels.iter().filter(is_severity).filter(|label| !has_time(label)) {
        let message = format!("the label '{}' promises no time, as '{}' does", label.names.name, example.names.name);
        let help = "say how soon: `respond_within: 4h` or `resolve_within: 2 business days`";
        found.push(finding(path, label.names.span, message, example.names.span, "this one says how soon", help));
    }
}

fn approvals(registry: &Registry, path: &SitePath, found: &mut Vec<Diagnostic>) {
    let key = |reference: &Reference| registry.role(&reference.name).map(|role| role.names.id.as_str());
    let mut timed: BTreeMap<&str, &Approval> = BTreeMap::new();
    for approval in registry.approvals.iter().filter(|approval| approval.within.is_some()) {
        for role in approval.by.iter().filter_map(key) {
            timed.entry(role).or_insert(approval);
        }
    }
    for approval in registry.approvals.iter().filter(|approval| approval.within.is_none()) {
        let Some(other) = approval.by.iter().filter_map(key).find_map(|role| timed.get(role)) else { continue };
        let message = format!("'{}' has no turn-around, as '{}' of the same role has", approval.kind, other.kind);
        let help = "say how soon: `within: 2 business days`";
        found.push(finding(path, approval.span, message, other.span, "this one says how soon", help));
    }
}

/// Where an action is allowed and where it is not, by environment.
type Sides<'a> = BTreeMap<Option<usize>, [Option<&'a Reference>; 2]>;

/// What a role may and may not do in one environment.
fn permissions(registry: &Registry, path: &SitePath, found: &mut Vec<Diagnostic>) {
    // By role, action and environment: the first place that allows and that forbids it. No environment stands for all of them.
    let mut said: BTreeMap<(String, String), Sides<'_>> = BTreeMap::new();
    for permission in &registry.permissions {
        let role = registry.role(&permission.role.name).map_or_else(|| fold_title(&permission.role.name), |role| role.names.id.clone());
        let mut places: BTreeSet<Option<usize>> =
            permission.environments.iter().flat_map(|reference| registry.environments_named(&reference.name, None)).map(Some).collect();
        if permission.environments.is_empty() {
            places.insert(None);
        }
        for (actions, side) in [(&permission.allowed, 0), (&permission.not_allowed, 1)] {
            for action in actions {
                let entry = said.entry((role.clone(), fold_title(action))).or_default();
                for place in &places {
                    if let Some(slot) = entry.entry(*place).or_default().get_mut(side) {
                        slot.get_or_insert(&permission.role);
                    }
                }
            }
        }
    }
    for ((role, action), places) in said {
        let everywhere = places.get(&None).copied().unwrap_or_default();
        let clash = places.values().find_map(|[allowed, forbidden]| {
            let [all_allowed, all_forbidden] = everywhere;
            Some((allowed.or(all_allowed)?, forbidden.or(all_forbidden)?))
        });
        let Some((allowed, forbidden)) = clash else { continue };
        let message = format!("'{role}' may and may not do the same in one environment: {}", crate::text::shorten(&action, 80));
        let help = "take it from one of the lists, or name the environments that each is for";
        let (here, there, label) =
            if allowed.span > forbidden.span { (allowed, forbidden, "forbidden here") } else { (forbidden, allowed, "allowed here") };
        found.push(finding(path, here.span, message, there.span, label, help).severity(Severity::Error));
    }
}

/// Two deciders for one matter, where nothing says when each decides.
fn decisions(registry: &Registry, path: &SitePath, found: &mut Vec<Diagnostic>) {
    let deciders = |decision: &Decision| -> BTreeSet<String> {
        let name = |reference: &Reference| registry.role(&reference.name).map_or_else(|| fold_title(&reference.name), |role| role.names.id.clone());
        decision.by.iter().map(name).collect()
    };
    let mut known: BTreeMap<(String, String), &Decision> = BTreeMap::new();
    for decision in &registry.decisions {
        let key = (fold_title(&decision.domain), decision.what.as_deref().map(fold_title).unwrap_or_default());
        let first = *known.entry(key).or_insert(decision);
        if first.span != decision.span && deciders(first) != deciders(decision) && (first.condition.is_none() || decision.condition.is_none()) {
            let message = format!("two decide in the domain '{}', and nothing says when each does", decision.domain);
            let help = "say it in `condition`, tell their matters apart in `what`, or keep one";
            found.push(finding(path, decision.span, message, first.span, "the other decider", help));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn faults(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let text = format!("roles: {{ a: A, b: B }}\nenvironments: [dev, prod]\n{text}");
        let _ = Registry::parse(Some(&Source::new(SitePath::new("registry.yaml").unwrap(), text.as_str())), &mut found);
        found.iter().map(|found| format!("{}{}", found.message, if found.related.len() == 1 { "" } else { " WITHOUT THE OTHER PLACE" })).collect()
    }

    #[test]
    fn what_contradicts_is_found_and_what_agrees_is_not() {
        for (text, expected) in [
            ("freezes: [{ what: x, from: Thursday, until: Sunday }, { what: X, from: Friday, until: Monday }]", "two freezes of 'X' overlap"),
            ("freezes: [{ what: x, from: Thursday, until: Sunday }, { what: x, from: Thursday, until: Sunday }]", "have the same window"),
            ("freezes: [{ what: x, from: Saturday, until: Tuesday }, { what: x, from: Monday, until: Monday 12:00 }]", "overlap"),
            ("freezes: [{ what: x, from: 2026-12-01, until: 2027-01-09 }, { what: x, from: 2027-01-01, until: 2027-01-20 }]", "overlap"),
            ("freezes: [{ what: x, from: Thursday, until: Sunday }, { what: x, from: Sunday, until: Monday }]", ""),
            ("freezes: [{ what: x, from: Thursday, until: Sunday, scope: s }, { what: x, from: Friday, until: Monday, scope: t }]", ""),
            (
                "freezes: [{ what: x, from: Thursday, until: Sunday, environments: dev }, { what: x, from: Friday, until: Monday, environments: prod }]",
                "",
            ),
            ("freezes: [{ what: x, from: Thursday, until: Sunday }, { what: x, from: 2026-12-01, until: 2027-01-09 }]", ""),
            ("support: [{ role: a, days: Monday, zone: UTC }, { role: A, days: Monday, zone: Europe/Paris }]", "two time zones on Monday"),
            ("support: [{ role: a, on_call: true }, { role: a, from: '09:00', until: '17:00' }]", "at work and on call at the same time"),
            ("support: [{ role: a, on_call: true, until: '09:00' }, { role: a, from: '09:00', until: '17:00' }]", ""),
            ("support: [{ role: a, on_call: true, for: x }, { role: a, for: y }]", ""),
            ("support: [{ role: a, on_call: true }, { role: b }]", ""),
            (
                "support: [{ role: a, for: x, from: '08:00', until: '18:00' }, { role: a, for: y, from: '08:30', until: '09:00' }, { role: a, for: x, on_call: true, from: '09:00', until: '10:00' }]",
                "at work and on call at the same time",
            ),
            (
                "support: [{ role: a, from: '08:00', until: '18:00' }, { role: a, from: '09:00', until: '10:00' }, { role: a, on_call: true, from: '11:00', until: '12:00' }]",
                "at work and on call at the same time",
            ),
            (
                "support: [{ role: a, on_call: true, days: Monday, from: '22:00', until: '06:00' }, { role: a, days: Tuesday, from: '05:00', until: '12:00' }]",
                "at work and on call at the same time on Tuesday",
            ),
            (
                "support: [{ role: a, on_call: true, days: Monday, from: '22:00', until: '06:00' }, { role: a, days: Monday, from: '05:00', until: '12:00' }]",
                "",
            ),
            ("support: [{ role: a, on_call: true, from: '17:00', until: '09:00' }, { role: a, from: '09:00', until: '17:00' }]", ""),
            ("labels: { major: { resolve_within: 1d }, minor: { meaning: m } }", "the label 'Minor' promises no time, as 'Major' does"),
            ("labels: { major: m, minor: m }", ""),
            ("labels: { major: { resolve_within: 1d }, verified: m }", ""),
            ("approvals: [{ kind: k, by: a, within: 1d }, { kind: l, by: A }]", "'l' has no turn-around, as 'k' of the same role has"),
            ("approvals: [{ kind: k, by: a, within: 1d }, { kind: l, by: b }]", ""),
            ("permissions: [{ role: a, allowed: push }, { role: A, not_allowed: Push, environments: prod }]", "'a' may and may not do the same"),
            ("permissions: [{ role: a, allowed: push, environments: dev }, { role: a, not_allowed: push, environments: prod }]", ""),
            ("permissions: [{ role: a, allowed: push }, { role: b, not_allowed: push }]", ""),
            ("decisions: [{ domain: d, by: a }, { domain: D, by: b, condition: c }]", "two decide in the domain 'D'"),
            ("decisions: [{ domain: d, by: a, condition: e }, { domain: d, by: b, condition: c }]", ""),
            ("decisions: [{ domain: d, by: a, what: x }, { domain: d, by: b, what: y }]", ""),
        ] {
            let found = faults(text);
            assert!(found.len() == usize::from(!expected.is_empty()) && found.iter().all(|found| found.contains(expected)), "{text}: {found:?}");
            assert!(!found.iter().any(|found| found.contains("WITHOUT")), "{found:?}");
        }
    }

    #[test]
    fn thousands_of_rules_are_no_burden() {
        let rules = "  - { what: x, from: Thursday, until: Sunday }\n".repeat(20_000);
        let support = "  - { role: a, on_call: true }\n  - { role: a }\n".repeat(5_000);
        assert!(faults(&format!("freezes:\n{rules}support:\n{support}")).len() > 10_000);
    }
}
