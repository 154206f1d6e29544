//! Rules that pages say in prose, and which of them registry.yaml says too.
//!
//! Knows the policy of every page and the rules of the registry. Must not know what contradicts, nor how rules look.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Handbook, Page};
use crate::blocks::policy::{Policy, Statement, Week};
use crate::registry::calendar::week_minute;
use crate::registry::{Freeze, Length, Moment, Registry, Weekday};
use crate::text::{Span, collapse, fold_title};

/// A rule in the prose of a page.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Index of the page.
    pub page: usize,
    /// The page.
    pub on: &'a Page,
    /// What it says.
    pub policy: &'a Policy,
}

impl Said<'_> {
    /// The words of the page, without markup.
    #[must_use]
    pub fn words(&self) -> String {
        let document = &*self.on.document.whole();
        let block = document.blocks_in(self.policy.span).next().filter(|block| block.span == self.policy.span);
        collapse(&block.map_or_else(|| Cow::Borrowed(self.policy.span.of(&document.text)), |block| block.text(document)))
    }

    /// The anchor of the section that it stands in.
    #[must_use]
    pub fn anchor(&self) -> Option<&str> {
        super::duties::anchor_at(&self.on.document, self.policy.span.start())
    }
}

impl Handbook {
    /// Every rule in prose, page by page.
    pub fn said(&self) -> impl Iterator<Item = Said<'_>> {
        self.pages.iter().enumerate().flat_map(|(page, on)| on.blocks.policies.iter().map(move |policy| Said { page, on, policy }))
    }
}

/// What the registry says, to be asked whether it says what a page does.
#[derive(Debug)]
pub struct Known {
    freezes: Vec<Week>,
    support: BTreeSet<(bool, Vec<Weekday>)>,
    labels: BTreeSet<String>,
    approvals: Vec<Length>,
    /// Roles with what they may and may not do.
    rights: BTreeSet<(usize, bool, String)>,
    decisions: BTreeSet<String>,
    reviews: BTreeSet<String>,
    channels: BTreeSet<String>,
    /// Pages that a pattern comes from, and examples of names.
    naming: BTreeSet<String>,
}

impl Known {
    /// What a registry says.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        let timed = registry.labels.iter().filter(|label| label.respond_within.is_some() || label.resolve_within.is_some());
        let rights = registry.permissions.iter().filter_map(|permission| Some((registry.role_index(&permission.role.name)?, permission)));
        let rights = rights.flat_map(|(role, permission)| {
            let marked = [(true, &permission.allowed), (false, &permission.not_allowed)];
            marked.into_iter().flat_map(move |(allowed, actions)| actions.iter().map(move |action| (role, allowed, fold_title(action))))
        });
        let naming = registry.naming.iter().flat_map(|naming| naming.source.iter().chain(&naming.examples));
        Self {
            freezes: registry.freezes.iter().filter(|freeze| freeze.from.is_weekly()).map(|freeze| week(&[freeze])).collect(),
            support: registry.support.iter().map(|hours| (hours.on_call, sorted(&hours.days))).collect(),
            labels: timed.flat_map(|label| label.names.all()).map(fold_title).collect(),
            approvals: registry.approvals.iter().filter_map(|approval| approval.within.as_ref()?.length).collect(),
            rights: rights.collect(),
            decisions: registry.decisions.iter().map(|decision| fold_title(&decision.domain)).collect(),
            reviews: registry.reviews.iter().map(|review| singular(&review.what)).collect(),
            channels: registry.channels.iter().map(|channel| fold_title(&channel.urgency)).collect(),
            naming: naming.map(|reference| reference.name.split('#').next().unwrap_or_default().to_owned()).collect(),
        }
    }

    /// Whether the registry speaks of what a page says. Whether it says the same is for the checks.
    #[must_use]
    pub fn has(&self, said: &Said<'_>) -> bool {
        match &said.policy.statement {
            Statement::Freeze(week) => self.freezes.iter().any(|own| own.agrees(*week) && (own.closed & week.closed != 0 || week.closed == 0)),
            Statement::Support { days, on_call } => self.support.contains(&(*on_call, sorted(days))),
            Statement::Label { name, .. } => self.labels.contains(&fold_title(name)),
            Statement::Approval { within } => self.approvals.contains(within),
            Statement::Permission { role, allowed, actions } => {
                let role = role.as_ref().and_then(|role| role.entry);
                role.is_some_and(|role| actions.iter().all(|action| self.has_right(role, *allowed, action)))
            }
            Statement::Decision { domain, .. } => self.decisions.contains(&fold_title(domain)),
            Statement::Review { what, .. } => self.reviews.contains(&singular(what)),
            Statement::Channel { urgency, .. } => self.channels.contains(&fold_title(urgency)),
            Statement::Naming { example, .. } => {
                self.naming.contains(said.on.path.as_str()) || example.as_ref().is_some_and(|example| self.naming.contains(example))
            }
        }
    }

    /// Whether the registry says of a role that it may do something, or that it may not.
    #[must_use]
    pub fn has_right(&self, role: usize, allowed: bool, action: &str) -> bool {
        self.rights.contains(&(role, allowed, fold_title(action)))
    }
}

fn sorted(days: &[Weekday]) -> Vec<Weekday> {
    let all = if days.is_empty() { &Weekday::ALL[..] } else { days };
    Weekday::ALL.into_iter().filter(|day| all.contains(day)).collect()
}

/// `Deployment audits` and `deployment audit` are one thing.
#[must_use]
pub fn singular(what: &str) -> String {
    fold_title(what).trim_end_matches('s').to_owned()
}

/// The days that freezes close wholly, and those that they leave open wholly.
#[must_use]
pub fn week(freezes: &[&Freeze]) -> Week {
    let day = 24 * 60;
    let (mut closed, mut open) = (0, 0);
    for (index, _) in Weekday::ALL.iter().enumerate() {
        let begin = i64::try_from(index).unwrap_or(0) * day;
        // The hours of the day, each asked in its middle: windows begin and end on the hour or near it.
        let hours = (0..24).filter(|hour| freezes.iter().any(|freeze| holds(freeze, begin + hour * 60 + 30))).count();
        closed |= u8::from(hours == 24) << index;
        open |= u8::from(hours == 0) << index;
    }
    Week { closed, open }
}

fn holds(freeze: &Freeze, minute: i64) -> bool {
    let (Moment::Weekly(from, begin), Moment::Weekly(until, end)) = (freeze.from, freeze.until) else { return false };
    let length = (week_minute(until, end) - week_minute(from, begin)).rem_euclid(7 * 24 * 60);
    (minute - week_minute(from, begin)).rem_euclid(7 * 24 * 60) < length
}

/// Freezes as prose says them: whole days.
#[derive(Debug, Default)]
pub struct Prose {
    /// The stretches of the week that are closed, each with its place in the list that they come from.
    pub freezes: Vec<(usize, Freeze)>,
    /// Days of which some sentence speaks without saying whether they are closed, as bits from Monday.
    pub unclear: u8,
}

impl Prose {
    /// The freezes of sentences.
    #[must_use]
    pub fn of(said: &[Said<'_>]) -> Self {
        let (mut freezes, mut known, mut unclear) = (Vec::new(), 0_u8, 0_u8);
        for (index, found) in said.iter().enumerate() {
            let Statement::Freeze(week) = found.policy.statement else { continue };
            known |= week.closed | week.open;
            // `On Fridays` says nothing against other days; the ends of `from Thursday until Sunday` may or may not be meant.
            if week.closed != 0 && week.open != 0 {
                unclear |= !(week.closed | week.open) & 0x7f;
            }
            freezes.extend(stretches(week.closed).into_iter().map(|(from, until)| (index, freeze(found, from, until))));
        }
        Self { freezes, unclear: unclear & !known }
    }
}

/// Days in a row: the first, and the first that is open again. All seven are none: a week always closed has no beginning.
fn stretches(closed: u8) -> Vec<(usize, usize)> {
    let is_closed = |day: usize| closed & (1 << (day % 7)) != 0;
    let begins = (0..7).filter(|day| is_closed(*day) && !is_closed(day + 6));
    begins.filter_map(|first| Some((first, (first + 1..first + 8).find(|day| !is_closed(*day))? % 7))).collect()
}

fn freeze(said: &Said<'_>, from: usize, until: usize) -> Freeze {
    let moment = |day: usize| Moment::Weekly(Weekday::ALL.get(day).copied().unwrap_or(Weekday::Monday), crate::registry::TimeOfDay::default());
    Freeze {
        id: String::new(),
        what: said.words(),
        from: moment(from),
        until: moment(until),
        zone: None,
        environments: Vec::new(),
        except: None,
        scope: None,
        source: None,
        span: Span::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_days_are_stretches_around_the_week() {
        assert_eq!(stretches(0b011_1000), [(3, 6)]);
        assert_eq!(stretches(0b100_0001), [(6, 1)]);
        assert_eq!(stretches(0b010_0100), [(2, 3), (5, 6)]);
        assert_eq!(stretches(0), []);
        assert_eq!(stretches(0x7f), []);
    }
}
