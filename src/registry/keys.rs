//! The keys of registry.yaml: the reader, its JSON Schema and the reference page follow these lists.

use super::time::Weekday;
use crate::data::{KeyDocs, Shape, json_schema as schema};

const TEXTS: Shape = Shape::OneOrMore(&Shape::Text);
const DAYS: Shape = Shape::OneOrMore(&Shape::Choice(&Weekday::WORDS));

const NAME: KeyDocs = KeyDocs::new("name", "What people call it; the id in words without it.", Shape::Text);
const ALIASES: KeyDocs = KeyDocs::new("aliases", "Other names that pages may use.", TEXTS);
const DESCRIPTION: KeyDocs = KeyDocs::new("description", "What else there is to know, in a sentence or two.", Shape::Text);
const SCOPE: KeyDocs = KeyDocs::new("scope", "The part of the organisation that it belongs to.", Shape::Text);
const CONTACT: KeyDocs = KeyDocs::new("contact", "How to reach them: a channel, an address, what to open.", Shape::Text);
const SOURCE: KeyDocs = KeyDocs::new("source", "The page that says so, from the content folder: `processes/rules.md`.", Shape::Text);
const ZONE: KeyDocs = KeyDocs::new("zone", "The time zone, as in `Europe/Brussels` or `UTC`.", Shape::Text);
const URL: KeyDocs = KeyDocs::new("url", "Where it is.", Shape::Text);
const FROM_TIME: KeyDocs = KeyDocs::new("from", "The time of day at which it begins: `09:00`.", Shape::Text);
const UNTIL_TIME: KeyDocs = KeyDocs::new("until", "The time of day at which it ends: `17:00`.", Shape::Text);
const BY: KeyDocs = KeyDocs::new("by", "The roles that do so.", TEXTS);

/// The keys at the top of the file.
pub const SECTIONS: &[KeyDocs] = &[
    KeyDocs::new(
        "roles",
        "Who acts and decides, by id; never people. A plain text is the name.",
        map(&Shape::Either(&[Shape::Text, Shape::Table(ROLE)])),
    ),
    KeyDocs::new(
        "platforms",
        "The tools in which work leaves its mark, by id. A plain text is the name.",
        map(&Shape::Either(&[Shape::Text, Shape::Table(PLATFORM)])),
    ),
    KeyDocs::new(
        "environments",
        "Where software runs, in their order. A plain text is the id.",
        Shape::List(&Shape::Either(&[Shape::Text, Shape::Table(ENVIRONMENT)])),
    ),
    KeyDocs::new(
        "labels",
        "Labels of issues and what they promise, by id. A plain text is the meaning.",
        map(&Shape::Either(&[Shape::Text, Shape::Table(LABEL)])),
    ),
    KeyDocs::new("freezes", "Times in which something is not done.", Shape::List(&Shape::Table(FREEZE))),
    KeyDocs::new("support", "Hours in which roles can be reached, or are on call.", Shape::List(&Shape::Table(SUPPORT))),
    KeyDocs::new("approvals", "Kinds of approval, who gives them and how soon.", Shape::List(&Shape::Table(APPROVAL))),
    KeyDocs::new("reviews", "What is looked at again and again, how often and by whom.", Shape::List(&Shape::Table(REVIEW))),
    KeyDocs::new("decisions", "Who decides, by domain.", Shape::List(&Shape::Table(DECISION))),
    KeyDocs::new("permissions", "What roles may do, and what they may not.", Shape::List(&Shape::Table(PERMISSION))),
    KeyDocs::new("channels", "Where to turn to, by urgency.", Shape::List(&Shape::Table(CHANNEL))),
    KeyDocs::new("naming", "How things are named, with examples that follow the pattern.", Shape::List(&Shape::Table(NAMING))),
    KeyDocs::new("calendars", "Business days, business hours and holidays, by id.", map(&Shape::Table(CALENDAR))),
    KeyDocs::new(
        "glossary",
        "Words of the handbook and what they mean. A plain text is the meaning.",
        map(&Shape::Either(&[Shape::Text, Shape::Table(TERM)])),
    ),
    KeyDocs::new(
        "contacts",
        "Others whom people must be able to reach, by id. A plain text is how.",
        map(&Shape::Either(&[Shape::Text, Shape::Table(CONTACTS)])),
    ),
];

const fn map(of: &'static Shape) -> Shape {
    Shape::Map(of)
}

/// The keys of a role.
pub(super) const ROLE: &[KeyDocs] = &[
    NAME,
    ALIASES,
    DESCRIPTION,
    KeyDocs::new("escalates_to", "The roles that take over what this one can't settle, in their order.", TEXTS),
    CONTACT,
    SCOPE,
];

/// The keys of a platform.
pub(super) const PLATFORM: &[KeyDocs] = &[NAME, ALIASES, KeyDocs::new("for", "What is kept or done there.", TEXTS), URL, DESCRIPTION, SCOPE];

/// The keys of an environment.
pub(super) const ENVIRONMENT: &[KeyDocs] = &[
    KeyDocs::new("id", "Its id, for freezes and permissions.", Shape::Text),
    NAME,
    ALIASES,
    KeyDocs::new("production", "`true` where users depend on it.", Shape::Flag),
    URL,
    DESCRIPTION,
    KeyDocs::new("scope", "The part of the organisation that runs it; those of different parts may share a name.", Shape::Text),
];

/// The keys of a label.
pub(super) const LABEL: &[KeyDocs] = &[
    NAME,
    ALIASES,
    KeyDocs::new("meaning", "What it says about an issue.", Shape::Text),
    KeyDocs::new("respond_within", "How soon somebody answers: `0h`, `2 business days`.", Shape::Duration),
    KeyDocs::new("resolve_within", "How soon it is resolved: `2 days`, `this sprint`.", Shape::Duration),
    KeyDocs::new("set_by", "The roles that set it.", TEXTS),
    KeyDocs::new("platform", "The platform that has it.", Shape::Text),
];

/// The keys of a freeze.
pub(super) const FREEZE: &[KeyDocs] = &[
    KeyDocs::new("id", "Its id; without it the words of `what`.", Shape::Text),
    KeyDocs::new("what", "What is not done.", Shape::Text),
    KeyDocs::new("from", "When it begins: `Thursday 00:00` every week, `2026-12-24 18:00` once.", Shape::Text),
    KeyDocs::new("until", "When it ends, written like `from`; this moment is open again.", Shape::Text),
    ZONE,
    KeyDocs::new("environments", "The environments that it is about; all without it.", TEXTS),
    KeyDocs::new("except", "What is done all the same.", Shape::Text),
    SCOPE,
    SOURCE,
];

/// The keys of support hours.
pub(super) const SUPPORT: &[KeyDocs] = &[
    KeyDocs::new("role", "Who can be reached.", Shape::Text),
    KeyDocs::new("days", "On which days; every day without it.", DAYS),
    FROM_TIME,
    UNTIL_TIME,
    ZONE,
    KeyDocs::new("on_call", "`true` where the role is on call rather than at work.", Shape::Flag),
    KeyDocs::new("for", "For which matters.", Shape::Text),
    CONTACT,
    SOURCE,
];

/// The keys of an approval.
pub(super) const APPROVAL: &[KeyDocs] = &[
    KeyDocs::new("kind", "What the approval is called.", Shape::Text),
    BY,
    KeyDocs::new("within", "How soon: `2 business days`, `4 business hours`.", Shape::Duration),
    KeyDocs::new("for", "What needs it.", TEXTS),
    SOURCE,
];

/// The keys of a review.
pub(super) const REVIEW: &[KeyDocs] = &[
    KeyDocs::new("what", "What is looked at.", Shape::Text),
    KeyDocs::new("every", "How often: `week`, `2 weeks`, `quarter`, `90d`.", Shape::Duration),
    KeyDocs::new("owner", "The role that sees to it.", Shape::Text),
    DESCRIPTION,
    SOURCE,
];

/// The keys of a decision.
pub(super) const DECISION: &[KeyDocs] = &[
    KeyDocs::new("domain", "The domain: product, technology, operations.", Shape::Text),
    BY,
    KeyDocs::new("what", "What is decided there.", Shape::Text),
    KeyDocs::new("condition", "Under which condition.", Shape::Text),
    SOURCE,
];

/// The keys of a permission.
pub(super) const PERMISSION: &[KeyDocs] = &[
    KeyDocs::new("role", "The role.", Shape::Text),
    KeyDocs::new("allowed", "What it may do.", TEXTS),
    KeyDocs::new("not_allowed", "What it may not do.", TEXTS),
    KeyDocs::new("environments", "Where this holds; everywhere without it.", TEXTS),
    SOURCE,
];

/// The keys of a channel.
pub(super) const CHANNEL: &[KeyDocs] = &[
    KeyDocs::new("urgency", "How urgent the matter is: `now`, `today`, `any time`.", Shape::Text),
    KeyDocs::new("what", "What happened, or what is wanted.", Shape::Text),
    CONTACT,
    KeyDocs::new("platform", "The platform that has it.", Shape::Text),
    KeyDocs::new("role", "The role that is there.", Shape::Text),
    SCOPE,
    SOURCE,
];

/// The keys of a naming pattern.
pub(super) const NAMING: &[KeyDocs] = &[
    KeyDocs::new("what", "What is named.", Shape::Text),
    KeyDocs::new("pattern", "The regular expression that the whole name must match.", Shape::Regex),
    KeyDocs::new("example", "A name that matches, or several.", TEXTS),
    DESCRIPTION,
    SOURCE,
];

/// The keys of a calendar.
pub(super) const CALENDAR: &[KeyDocs] = &[
    NAME,
    ALIASES,
    ZONE,
    KeyDocs::new("business_days", "The days of work; Monday to Friday without it.", DAYS),
    FROM_TIME,
    UNTIL_TIME,
    KeyDocs::new("holidays", "The days off. A plain text is the date.", Shape::List(&Shape::Either(&[Shape::Date, Shape::Table(HOLIDAY)]))),
];

/// The keys of a holiday.
pub(super) const HOLIDAY: &[KeyDocs] =
    &[KeyDocs::new("date", "The day: `2026-12-25`.", Shape::Date), KeyDocs::new("name", "What is celebrated.", Shape::Text)];

/// The keys of a glossary term.
pub(super) const TERM: &[KeyDocs] = &[ALIASES, KeyDocs::new("meaning", "What it means.", Shape::Text), SOURCE];

/// The keys of a contact.
pub(super) const CONTACTS: &[KeyDocs] = &[NAME, ALIASES, CONTACT, KeyDocs::new("role", "The role that answers.", Shape::Text), DESCRIPTION];

/// The JSON Schema of registry.yaml, for editors.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    schema("Registry of an opsbook handbook", SECTIONS, &[], &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documented(keys: &[KeyDocs]) {
        for (index, key) in keys.iter().enumerate() {
            assert!(key.docs.ends_with('.') && key.docs.len() > 8, "{}", key.key);
            assert!(keys.iter().skip(index + 1).all(|other| other.key != key.key), "{} stands there twice", key.key);
            nested(&key.shape);
        }
    }

    fn nested(shape: &Shape) {
        match shape {
            Shape::Table(keys) => documented(keys),
            Shape::Map(of) | Shape::List(of) | Shape::OneOrMore(of) => nested(of),
            Shape::Either(shapes) => shapes.iter().for_each(nested),
            _ => {}
        }
    }

    #[test]
    fn every_key_is_documented_and_stands_once() {
        documented(SECTIONS);
    }
}
