//! Reads the entries of registry.yaml, one at a time. Knows nothing of the others.

use super::model::{
    Approval, Calendar, Channel, Contact, Decision, Environment, Freeze, Holiday, Label, Naming, Permission, Platform, Reference, Review, Role,
    Support, Term,
};
use super::section::{Item, located, located_all, section};
use super::time::{Date, Moment, Weekday};
use super::{Registry, keys};
use crate::data::{Fields, Node};
use crate::diagnostic::Diagnostic;
use crate::source::SitePath;

/// Reads every part of the registry. A part or entry that can't be read is a finding, and the rest counts.
pub(super) fn read(root: &Node, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Registry {
    let mut registry = Registry::default();
    Fields::new(root, "the registry", &super::INVALID_REGISTRY, path, diagnostics).only(keys::SECTIONS);
    let at = (root, path);
    registry.roles = section("roles", "role", keys::ROLE).short("name").named(at, diagnostics, role);
    registry.platforms = section("platforms", "platform", keys::PLATFORM).short("name").named(at, diagnostics, platform);
    registry.environments = section("environments", "an environment", keys::ENVIRONMENT).short("id").listed(at, diagnostics, environment);
    registry.labels = section("labels", "label", keys::LABEL).short("meaning").named(at, diagnostics, label);
    registry.freezes = section("freezes", "a freeze", keys::FREEZE).listed(at, diagnostics, freeze);
    registry.support = section("support", "support hours", keys::SUPPORT).listed(at, diagnostics, support);
    registry.approvals = section("approvals", "an approval", keys::APPROVAL).listed(at, diagnostics, approval);
    registry.reviews = section("reviews", "a review", keys::REVIEW).listed(at, diagnostics, review);
    registry.decisions = section("decisions", "a decision", keys::DECISION).listed(at, diagnostics, decision);
    registry.permissions = section("permissions", "a permission", keys::PERMISSION).listed(at, diagnostics, permission);
    registry.channels = section("channels", "a channel", keys::CHANNEL).listed(at, diagnostics, channel);
    registry.naming = section("naming", "a naming pattern", keys::NAMING).listed(at, diagnostics, naming);
    registry.calendars = section("calendars", "calendar", keys::CALENDAR).named(at, diagnostics, calendar);
    registry.glossary = section("glossary", "term", keys::TERM).short("meaning").named(at, diagnostics, term);
    registry.contacts = section("contacts", "contact", keys::CONTACTS).short("contact").named(at, diagnostics, contact);
    registry
}

/// The values of a list of texts, without their places.
fn words(fields: &mut Fields<'_>, key: &str) -> Vec<String> {
    fields.texts(key).into_iter().map(|(text, _)| text).collect()
}

fn weekdays(fields: &mut Fields<'_>, key: &str) -> Vec<Weekday> {
    let mut days = Vec::new();
    for (word, span) in fields.texts(key) {
        match Weekday::parse(&word) {
            Some(day) => days.push(day),
            None => fields.report(span, format!("'{word}' is no day of the week"), format!("write one of: {}", Weekday::WORDS.join(", "))),
        }
    }
    days
}

fn role(item: &Item, fields: &mut Fields<'_>) -> Option<Role> {
    Some(Role {
        names: item.names(fields)?,
        description: fields.text("description"),
        escalates_to: located_all(fields, "escalates_to"),
        contact: fields.text("contact"),
        scope: fields.text("scope"),
    })
}

fn platform(item: &Item, fields: &mut Fields<'_>) -> Option<Platform> {
    Some(Platform {
        names: item.names(fields)?,
        purposes: words(fields, "for"),
        url: fields.text("url"),
        description: fields.text("description"),
        scope: fields.text("scope"),
    })
}

fn environment(item: &Item, fields: &mut Fields<'_>) -> Option<Environment> {
    Some(Environment {
        names: item.names(fields)?,
        production: fields.flag("production").unwrap_or(false),
        url: fields.text("url"),
        description: fields.text("description"),
        scope: fields.text("scope"),
    })
}

fn label(item: &Item, fields: &mut Fields<'_>) -> Option<Label> {
    Some(Label {
        names: item.names(fields)?,
        meaning: fields.text("meaning"),
        respond_within: item.within(fields, "respond_within"),
        resolve_within: item.within(fields, "resolve_within"),
        set_by: located_all(fields, "set_by"),
        platform: located(fields, "platform"),
    })
}

fn freeze(item: &Item, fields: &mut Fields<'_>) -> Option<Freeze> {
    let what = item.text(fields, "what");
    let (from, until) = (item.moment(fields, "from"), item.moment(fields, "until"));
    let zone = item.zone(fields);
    let environments = located_all(fields, "environments");
    let (what, from, until) = (what?, from?, until?);
    if from.is_weekly() != until.is_weekly() {
        let span = fields.get("until").map_or(item.span, |node| node.span);
        fields.report(
            span,
            format!("{} begins every week and ends once, or the other way round", item.what),
            "write two days of the week, or two dates",
        );
        return None;
    }
    if !ends_after(from, until) {
        let span = fields.get("until").map_or(item.span, |node| node.span);
        fields.report(span, format!("{} ends before it begins, or as it begins", item.what), "write an `until` that comes after `from`");
        return None;
    }
    Some(Freeze {
        id: fields.text("id").unwrap_or_else(|| crate::text::slug(&what)),
        what,
        from,
        until,
        zone,
        environments,
        except: fields.text("except"),
        scope: fields.text("scope"),
        source: located(fields, "source"),
        span: item.span,
    })
}

/// Whether there is time between two moments. Weekly ones wrap around the week.
fn ends_after(from: Moment, until: Moment) -> bool {
    match (from, until) {
        (Moment::Once(from, begin), Moment::Once(until, end)) => (from, begin) < (until, end),
        (Moment::Weekly(from, begin), Moment::Weekly(until, end)) => {
            let week = 7 * 24 * 60;
            super::calendar::week_minute(from, begin) % week != super::calendar::week_minute(until, end) % week
        }
        _ => false,
    }
}

fn support(item: &Item, fields: &mut Fields<'_>) -> Option<Support> {
    Some(Support {
        role: item.reference(fields, "role")?,
        days: weekdays(fields, "days"),
        from: item.time(fields, "from"),
        until: item.time(fields, "until"),
        zone: item.zone(fields),
        on_call: fields.flag("on_call").unwrap_or(false),
        purpose: fields.text("for"),
        contact: fields.text("contact"),
        source: located(fields, "source"),
    })
}

fn approval(item: &Item, fields: &mut Fields<'_>) -> Option<Approval> {
    let (kind, by) = (item.text(fields, "kind"), item.references(fields, "by"));
    Some(Approval {
        kind: kind?,
        by: by?,
        within: item.within(fields, "within"),
        purposes: words(fields, "for"),
        source: located(fields, "source"),
        span: item.span,
    })
}

fn review(item: &Item, fields: &mut Fields<'_>) -> Option<Review> {
    let (what, every, owner) = (item.text(fields, "what"), item.every(fields, "every"), item.reference(fields, "owner"));
    Some(Review {
        what: what?,
        every: every?,
        owner: owner?,
        description: fields.text("description"),
        source: located(fields, "source"),
        span: item.span,
    })
}

fn decision(item: &Item, fields: &mut Fields<'_>) -> Option<Decision> {
    let (domain, by) = (item.text(fields, "domain"), item.references(fields, "by"));
    Some(Decision {
        domain: domain?,
        by: by?,
        what: fields.text("what"),
        condition: fields.text("condition"),
        source: located(fields, "source"),
        span: item.span,
    })
}

fn permission(item: &Item, fields: &mut Fields<'_>) -> Option<Permission> {
    Some(Permission {
        role: item.reference(fields, "role")?,
        allowed: words(fields, "allowed"),
        not_allowed: words(fields, "not_allowed"),
        environments: located_all(fields, "environments"),
        source: located(fields, "source"),
    })
}

fn channel(item: &Item, fields: &mut Fields<'_>) -> Option<Channel> {
    let (urgency, contact) = (item.text(fields, "urgency"), item.text(fields, "contact"));
    Some(Channel {
        urgency: urgency?,
        what: fields.text("what"),
        contact: contact?,
        platform: located(fields, "platform"),
        role: located(fields, "role"),
        scope: fields.text("scope"),
        source: located(fields, "source"),
        span: item.span,
    })
}

fn naming(item: &Item, fields: &mut Fields<'_>) -> Option<Naming> {
    let (what, pattern, examples) = (item.text(fields, "what"), item.reference(fields, "pattern"), item.references(fields, "example"));
    Some(Naming {
        what: what?,
        pattern: pattern?,
        examples: examples.unwrap_or_default(),
        description: fields.text("description"),
        source: located(fields, "source"),
        span: item.span,
    })
}

fn calendar(item: &Item, fields: &mut Fields<'_>) -> Option<Calendar> {
    let mut business_days = weekdays(fields, "business_days");
    if business_days.is_empty() {
        business_days = Weekday::ALL.into_iter().take(5).collect();
    }
    Some(Calendar {
        names: item.names(fields)?,
        zone: item.zone(fields),
        business_days,
        from: item.time(fields, "from"),
        until: item.time(fields, "until"),
        holidays: section("holidays", "a holiday", keys::HOLIDAY).short("date").nested(fields, holiday),
    })
}

fn holiday(item: &Item, fields: &mut Fields<'_>) -> Option<Holiday> {
    let Reference { name: written, span } = item.reference(fields, "date")?;
    let Some(date) = Date::parse(&written) else {
        fields.report(span, format!("'{written}' is no date"), "write it as `2026-12-25`");
        return None;
    };
    Some(Holiday { date, name: fields.text("name"), span })
}

fn term(item: &Item, fields: &mut Fields<'_>) -> Option<Term> {
    let mut names = item.names(fields)?;
    // The word itself is the key: there is nothing to make a name from.
    names.name.clone_from(&names.id);
    Some(Term { names, meaning: item.text(fields, "meaning")?, source: located(fields, "source") })
}

fn contact(item: &Item, fields: &mut Fields<'_>) -> Option<Contact> {
    Some(Contact {
        names: item.names(fields)?,
        contact: item.text(fields, "contact")?,
        role: located(fields, "role"),
        description: fields.text("description"),
    })
}
