//! The rules as tables: one for each part of the registry.

use std::collections::{BTreeMap, BTreeSet};

use super::super::escape::href;
use crate::handbook::{Entity, Handbook};
use crate::registry::{Approval, Date, Moment, Permission, Reference, Registry, TimeOfDay, Weekday, Within};
use crate::source::SitePath;
use crate::text::fold_title;

/// A matrix with more cells than this is shown as a list.
pub(super) const CELLS: usize = 2000;

/// Rules of one kind.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Table {
    pub id: String,
    pub title: String,
    pub lead: Option<String>,
    pub columns: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

/// What a cell says: texts, each perhaps with a link, or whether something is allowed.
#[derive(Debug, Clone, Default, Hash, serde::Serialize)]
pub(in crate::render) struct Cell {
    pub parts: Vec<Part>,
    /// `yes`, `no` or nothing.
    pub mark: Option<&'static str>,
    /// Whether each part stands on a line of its own.
    pub list: bool,
}

/// A text of a cell.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Part {
    pub text: String,
    pub href: Option<String>,
    pub code: bool,
}

/// Whether there is anything to show.
pub(super) fn any(registry: &Registry) -> bool {
    let times = registry.freezes.len() + registry.support.len() + registry.reviews.len() + registry.approvals.len();
    let rights = registry.decisions.len() + registry.permissions.len() + registry.channels.len() + registry.naming.len() + registry.calendars.len();
    times + rights > 0 || registry.labels.iter().any(|label| label.respond_within.is_some() || label.resolve_within.is_some())
}

struct Tables<'a> {
    handbook: &'a Handbook,
    registry: &'a Registry,
    at: &'a SitePath,
    built: &'a BTreeSet<&'a SitePath>,
}

/// Every table that has rows. `built` are the pages that the site has.
pub(super) fn tables(handbook: &Handbook, at: &SitePath, built: &BTreeSet<&SitePath>) -> Vec<Table> {
    let all = Tables { handbook, registry: &handbook.registry, at, built };
    let mut tables = vec![all.freezes(), all.support(), all.labels(), all.approvals()];
    tables.extend(all.permissions());
    tables.extend([all.decisions(), all.reviews(), all.channels(), all.naming()]);
    tables.extend(super::holidays::tables(all.registry));
    tables.retain(|table| !table.rows.is_empty());
    tables
}

pub(super) fn table(id: &str, title: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> Table {
    let mut table =
        Table { id: id.to_owned(), title: title.to_owned(), lead: None, columns: columns.iter().map(|column| plain(*column)).collect(), rows };
    // A column in which no row says anything is not shown.
    let said: Vec<bool> =
        (0..columns.len()).map(|column| table.rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.parts.is_empty()))).collect();
    let mut keep = said.iter().cycle();
    table.columns.retain(|_| *keep.next().unwrap_or(&true));
    for row in &mut table.rows {
        let mut keep = said.iter();
        row.retain(|_| *keep.next().unwrap_or(&true));
    }
    table
}

pub(super) fn plain(text: impl Into<String>) -> Cell {
    let text = text.into();
    let parts = if text.is_empty() { Vec::new() } else { vec![Part { text, href: None, code: false }] };
    Cell { parts, ..Cell::default() }
}

pub(super) fn maybe(text: Option<&String>) -> Cell {
    text.map_or_else(Cell::default, plain)
}

pub(super) fn list<'a>(texts: impl IntoIterator<Item = &'a String>) -> Cell {
    Cell { parts: texts.into_iter().map(|text| Part { text: text.clone(), href: None, code: false }).collect(), mark: None, list: true }
}

fn within(within: Option<&Within>) -> Cell {
    maybe(within.map(|within| &within.text))
}

fn moment(moment: Moment) -> String {
    let clock = |time: TimeOfDay| format!("{:02}:{:02}", time.minutes / 60, time.minutes % 60);
    match moment {
        Moment::Weekly(day, time) => format!("{} {}", word(day), clock(time)),
        Moment::Once(date, time) => format!("{date} {}", clock(time)),
    }
}

pub(super) fn word(day: Weekday) -> &'static str {
    Weekday::WORDS.get(day as usize).copied().unwrap_or_default()
}

impl Tables<'_> {
    /// A role by its name, with a link to its page. Every link to a role is made here.
    fn role(&self, reference: &Reference) -> Part {
        let index = self.registry.role_index(&reference.name);
        let name = index.and_then(|index| self.registry.roles().get(index)).map_or(&reference.name, |role| &role.names.name);
        Part { text: name.clone(), href: index.and_then(|index| self.entity(Entity::Role(index))), code: false }
    }

    fn roles<'b>(&self, references: impl IntoIterator<Item = &'b Reference>) -> Cell {
        Cell { parts: references.into_iter().map(|reference| self.role(reference)).collect(), mark: None, list: false }
    }

    /// Where an entry of the registry is shown, if the site has that page.
    fn entity(&self, entity: Entity) -> Option<String> {
        let place = self.handbook.entity(entity).filter(|place| self.built.contains(place.address))?;
        let anchor = place.anchor.map_or_else(String::new, |anchor| format!("#{}", super::super::escape::encode_fragment(anchor)));
        Some(format!("{}{anchor}", href(self.at, place.address)))
    }

    fn environments(&self, references: &[Reference]) -> Cell {
        let part = |reference: &Reference| {
            let found = self.registry.environments_named(&reference.name, None);
            Part { text: reference.name.clone(), href: found.first().and_then(|index| self.entity(Entity::Environment(*index))), code: false }
        };
        Cell { parts: references.iter().map(part).collect(), mark: None, list: false }
    }

    /// The page that says so.
    fn source(&self, source: Option<&Reference>) -> Cell {
        let Some(source) = source else { return Cell::default() };
        let (path, anchor) = source.name.split_once('#').unwrap_or((&source.name, ""));
        let page = self.handbook.pages.binary_search_by(|page| page.path.as_str().cmp(path)).ok().and_then(|index| self.handbook.pages.get(index));
        let part = match page {
            Some(page) => {
                let anchor = if anchor.is_empty() { String::new() } else { format!("#{}", super::super::escape::encode_fragment(anchor)) };
                Part { text: page.title.clone(), href: Some(format!("{}{anchor}", href(self.at, &page.address))), code: false }
            }
            None if path.starts_with("https://") || path.starts_with("http://") => {
                Part { text: source.name.clone(), href: Some(source.name.clone()), code: false }
            }
            None => Part { text: source.name.clone(), href: None, code: false },
        };
        Cell { parts: vec![part], ..Cell::default() }
    }

    fn freezes(&self) -> Table {
        let rows = self.registry.freezes.iter().map(|freeze| {
            let when = format!("{} until {} ({})", moment(freeze.from), moment(freeze.until), self.registry.zone_of(freeze));
            let places = self.environments(&freeze.environments);
            vec![
                plain(&freeze.what),
                plain(when),
                if freeze.environments.is_empty() { plain("all") } else { places },
                maybe(freeze.except.as_ref()),
                maybe(freeze.scope.as_ref()),
                self.source(freeze.source.as_ref()),
            ]
        });
        let columns = ["What waits", "When", "Environments", "Except", "Scope", "Source"];
        let mut table = table("freezes", "Freezes", &columns, rows.collect());
        table.lead = Some("The moment at which a freeze ends is open again.".to_owned());
        table
    }

    fn support(&self) -> Table {
        let rows = self.registry.support.iter().map(|hours| {
            let days: Vec<&str> = if hours.days.is_empty() { vec!["every day"] } else { hours.days.iter().map(|day| word(*day)).collect() };
            let clock = |time: Option<TimeOfDay>, default: &str| {
                time.map_or_else(|| default.to_owned(), |time| format!("{:02}:{:02}", time.minutes / 60, time.minutes % 60))
            };
            let zone = hours.zone.as_deref().map_or_else(String::new, |zone| format!(" ({zone})"));
            let times = if hours.from.is_none() && hours.until.is_none() {
                "at any hour".to_owned()
            } else {
                format!("{} until {}{zone}", clock(hours.from, "00:00"), clock(hours.until, "24:00"))
            };
            let how = plain(if hours.on_call { "On call" } else { "Available" });
            vec![
                self.roles([&hours.role]),
                how,
                plain(days.join(", ")),
                plain(times),
                maybe(hours.purpose.as_ref()),
                maybe(hours.contact.as_ref()),
                self.source(hours.source.as_ref()),
            ]
        });
        table("support", "Support hours", &["Role", "How", "Days", "Hours", "For", "Contact", "Source"], rows.collect())
    }

    fn labels(&self) -> Table {
        let timed = self.registry.labels.iter().filter(|label| label.respond_within.is_some() || label.resolve_within.is_some());
        let rows = timed.map(|label| {
            let name = Cell { parts: vec![Part { text: label.names.name.clone(), href: None, code: true }], ..Cell::default() };
            vec![
                name,
                maybe(label.meaning.as_ref()),
                within(label.respond_within.as_ref()),
                within(label.resolve_within.as_ref()),
                self.roles(&label.set_by),
            ]
        });
        table("labels", "Labels with times", &["Label", "Meaning", "Answered within", "Resolved within", "Set by"], rows.collect())
    }

    fn approvals(&self) -> Table {
        let rows = self.registry.approvals.iter().map(|approval| {
            let due = self.due(approval).map_or_else(Cell::default, plain);
            vec![
                plain(&approval.kind),
                self.roles(&approval.by),
                within(approval.within.as_ref()),
                due,
                list(&approval.purposes),
                self.source(approval.source.as_ref()),
            ]
        });
        table("approvals", "Approvals", &["Approval", "Given by", "Within", "Asked on a Thursday at 15:00", "Needed for", "Source"], rows.collect())
    }

    /// When an approval is due that was asked for on a Thursday at 15:00, in a week without holidays.
    fn due(&self, approval: &Approval) -> Option<String> {
        let length = approval.within.as_ref()?.length?;
        let scope = approval.by.first().and_then(|by| self.registry.role(&by.name)).and_then(|role| role.scope.as_deref());
        let mut calendar = self.registry.calendar_of(scope)?.clone();
        calendar.holidays.clear();
        // A Thursday.
        let asked = Date { year: 2026, month: 1, day: 1 };
        let (date, time) = calendar.due(asked, TimeOfDay { minutes: 15 * 60 }, length)?;
        let days = usize::from(date.day).checked_sub(1).filter(|_| (date.year, date.month) == (2026, 1))?;
        let day = Weekday::WORDS.get((days + 3) % 7)?;
        let week = if days >= 7 { format!(", {days} days later") } else { String::new() };
        Some(format!("due {day} {:02}:{:02}{week}", time.minutes / 60, time.minutes % 60))
    }

    /// For each set of environments: actions × roles.
    fn permissions(&self) -> Vec<Table> {
        let mut groups: BTreeMap<Vec<String>, Vec<&Permission>> = BTreeMap::new();
        for permission in &self.registry.permissions {
            let places = permission.environments.iter().map(|reference| reference.name.clone()).collect();
            groups.entry(places).or_default().push(permission);
        }
        let groups: Vec<_> = groups.into_iter().collect();
        groups.iter().enumerate().map(|(index, (places, group))| self.rights(index, places, group)).collect()
    }

    fn rights(&self, index: usize, places: &[String], group: &[&Permission]) -> Table {
        let id = if index == 0 { "permissions".to_owned() } else { format!("permissions-{}", index + 1) };
        let place = if places.is_empty() { "all environments".to_owned() } else { places.join(", ") };
        let title = format!("Allowed and not allowed: {place}");
        let key = |permission: &Permission| {
            self.registry.role_index(&permission.role.name).map_or_else(|| fold_title(&permission.role.name), |index| format!("{index:08}"))
        };
        let mut roles: Vec<(String, &Reference)> = Vec::new();
        let mut actions: Vec<&String> = Vec::new();
        let (mut known_roles, mut known_actions, mut said) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        for permission in group {
            let role = key(permission);
            if known_roles.insert(role.clone()) {
                roles.push((role.clone(), &permission.role));
            }
            for (list, mark) in [(&permission.allowed, "yes"), (&permission.not_allowed, "no")] {
                for action in list {
                    if known_actions.insert(fold_title(action)) {
                        actions.push(action);
                    }
                    // What is forbidden anywhere counts: the contradiction is a finding.
                    said.insert((role.clone(), fold_title(action)), mark);
                }
            }
        }
        if roles.len().saturating_mul(actions.len()) > CELLS {
            let rows = group.iter().map(|permission| {
                vec![
                    self.roles([&permission.role]),
                    list(&permission.allowed),
                    list(&permission.not_allowed),
                    self.source(permission.source.as_ref()),
                ]
            });
            return table(&id, &title, &["Role", "Allowed", "Not allowed", "Source"], rows.collect());
        }
        let rows = actions.iter().map(|action| {
            let mark = |(role, _): &(String, &Reference)| Cell { mark: said.get(&(role.clone(), fold_title(action))).copied(), ..Cell::default() };
            std::iter::once(plain(*action)).chain(roles.iter().map(mark)).collect()
        });
        let columns = std::iter::once(plain("Action")).chain(roles.iter().map(|(_, role)| self.roles([*role]))).collect();
        let mut rows: Vec<Vec<Cell>> = rows.collect();
        let sources = roles.iter().map(|(role, _)| {
            let of_role = group.iter().filter(|permission| key(permission) == *role);
            let mut parts: Vec<Part> = of_role.flat_map(|permission| self.source(permission.source.as_ref()).parts).collect();
            parts.dedup_by(|a, b| a.href == b.href && a.text == b.text);
            Cell { parts, mark: None, list: true }
        });
        let sources: Vec<Cell> = std::iter::once(plain("Source")).chain(sources).collect();
        if sources.iter().skip(1).any(|cell| !cell.parts.is_empty()) {
            rows.push(sources);
        }
        Table { id, title, lead: None, columns, rows }
    }

    fn decisions(&self) -> Table {
        let rows = self.registry.decisions.iter().map(|decision| {
            vec![
                plain(&decision.domain),
                self.roles(&decision.by),
                maybe(decision.what.as_ref()),
                maybe(decision.condition.as_ref()),
                self.source(decision.source.as_ref()),
            ]
        });
        table("decisions", "Who decides", &["Domain", "Decided by", "What", "Condition", "Source"], rows.collect())
    }

    fn reviews(&self) -> Table {
        let rows = self.registry.reviews.iter().map(|review| {
            vec![
                plain(&review.what),
                plain(review.every.every()),
                self.roles([&review.owner]),
                maybe(review.description.as_ref()),
                self.source(review.source.as_ref()),
            ]
        });
        table("reviews", "Reviews", &["Review", "How often", "Owner", "What it covers", "Source"], rows.collect())
    }

    /// Channels, those of one urgency together, in the order in which each urgency first comes.
    fn channels(&self) -> Table {
        let mut order: BTreeMap<String, usize> = BTreeMap::new();
        for (index, channel) in self.registry.channels.iter().enumerate() {
            order.entry(fold_title(&channel.urgency)).or_insert(index);
        }
        let mut channels: Vec<_> = self.registry.channels.iter().collect();
        channels.sort_by_key(|channel| order.get(&fold_title(&channel.urgency)).copied());
        let rows = channels.into_iter().map(|channel| {
            vec![
                plain(&channel.urgency),
                maybe(channel.what.as_ref()),
                plain(&channel.contact),
                self.roles(&channel.role),
                maybe(channel.scope.as_ref()),
                self.source(channel.source.as_ref()),
            ]
        });
        table("channels", "Where to turn to", &["Urgency", "What", "Channel", "Who is there", "Scope", "Source"], rows.collect())
    }

    fn naming(&self) -> Table {
        let code = |references: &[&Reference]| Cell {
            parts: references.iter().map(|reference| Part { text: reference.name.clone(), href: None, code: true }).collect(),
            mark: None,
            list: true,
        };
        let rows = self.registry.naming.iter().map(|naming| {
            let examples: Vec<&Reference> = naming.examples.iter().collect();
            vec![
                plain(&naming.what),
                code(&examples),
                code(&[&naming.pattern]),
                maybe(naming.description.as_ref()),
                self.source(naming.source.as_ref()),
            ]
        });
        table("naming", "Names", &["What", "Example", "Pattern", "What it means", "Source"], rows.collect())
    }
}
