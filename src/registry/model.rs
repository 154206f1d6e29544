//! What a registry holds, as plain values. Each knows where it stands, for findings.

use super::time::{Date, Length, Moment, TimeOfDay, Weekday};
use crate::text::Span;

/// A name that another entry has, and where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The id, name or alias as it is written.
    pub name: String,
    /// Where it is written.
    pub span: Span,
}

/// What several kinds of entries are called: an id for machines, a name and other names for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The id: the key of the entry.
    pub id: String,
    /// The name; the id in words where none is given.
    pub name: String,
    /// Other names.
    pub aliases: Vec<Reference>,
    /// Where the entry begins.
    pub span: Span,
}

/// Who acts, decides or answers for something. Never a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// What it is called.
    pub names: Names,
    /// What it answers for.
    pub description: Option<String>,
    /// The roles that take over what it can't settle, in their order.
    pub escalates_to: Vec<Reference>,
    /// How to reach it: a channel, an address.
    pub contact: Option<String>,
    /// The part of the organisation that it belongs to.
    pub scope: Option<String>,
}

/// A tool or place where work leaves its mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// What it is called.
    pub names: Names,
    /// What it is for.
    pub purposes: Vec<String>,
    /// Where it is.
    pub url: Option<String>,
    /// What else there is to know.
    pub description: Option<String>,
    /// The part of the organisation that uses it.
    pub scope: Option<String>,
}

/// Where software runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// What it is called.
    pub names: Names,
    /// Whether users depend on it.
    pub production: bool,
    /// Where it is.
    pub url: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The part of the organisation that runs it. Environments of different parts may share a name.
    pub scope: Option<String>,
}

/// How soon something is promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// As it is written: `2 business days`, `this sprint`.
    pub text: String,
    /// As a length, where it is one.
    pub length: Option<Length>,
    /// Where it is written.
    pub span: Span,
}

/// A label or status of issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What it is called.
    pub names: Names,
    /// What it says about an issue.
    pub meaning: Option<String>,
    /// How soon somebody answers.
    pub respond_within: Option<Within>,
    /// How soon it is resolved.
    pub resolve_within: Option<Within>,
    /// Who sets it.
    pub set_by: Vec<Reference>,
    /// The platform that has it.
    pub platform: Option<Reference>,
}

/// A time in which something is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// Its id.
    pub id: String,
    /// What is not done.
    pub what: String,
    /// When it begins.
    pub from: Moment,
    /// When it ends; this moment is open again.
    pub until: Moment,
    /// The time zone of both, as the IANA database names it.
    pub zone: Option<String>,
    /// The environments that it is about; all if none is named.
    pub environments: Vec<Reference>,
    /// What is done all the same.
    pub except: Option<String>,
    /// The part of the organisation that it holds for.
    pub scope: Option<String>,
    /// The page that says so, from the content folder.
    pub source: Option<Reference>,
    /// Where it begins.
    pub span: Span,
}

/// Hours in which a role can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Support {
    /// Who can be reached.
    pub role: Reference,
    /// On which days; every day if none is named.
    pub days: Vec<Weekday>,
    /// From when.
    pub from: Option<TimeOfDay>,
    /// Until when.
    pub until: Option<TimeOfDay>,
    /// The time zone of both.
    pub zone: Option<String>,
    /// Whether the role is on call rather than at work.
    pub on_call: bool,
    /// For which matters.
    pub purpose: Option<String>,
    /// How to reach it in these hours.
    pub contact: Option<String>,
    /// The page that says so.
    pub source: Option<Reference>,
}

/// A kind of approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// What it is called.
    pub kind: String,
    /// Who gives it.
    pub by: Vec<Reference>,
    /// How soon.
    pub within: Option<Within>,
    /// What needs it.
    pub purposes: Vec<String>,
    /// The page that says so.
    pub source: Option<Reference>,
    /// Where it begins.
    pub span: Span,
}

/// Something that is looked at again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// What is looked at.
    pub what: String,
    /// How often.
    pub every: Length,
    /// Who sees to it.
    pub owner: Reference,
    /// What it covers.
    pub description: Option<String>,
    /// The page that says so.
    pub source: Option<Reference>,
    /// Where it begins.
    pub span: Span,
}

/// Who decides in a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The domain.
    pub domain: String,
    /// Who decides.
    pub by: Vec<Reference>,
    /// What is decided.
    pub what: Option<String>,
    /// Under which condition.
    pub condition: Option<String>,
    /// The page that says so.
    pub source: Option<Reference>,
    /// Where it begins.
    pub span: Span,
}

/// What a role may do, and what it may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// The role.
    pub role: Reference,
    /// What it may do.
    pub allowed: Vec<String>,
    /// What it may not do.
    pub not_allowed: Vec<String>,
    /// Where this holds; everywhere if nothing is named.
    pub environments: Vec<Reference>,
    /// The page that says so.
    pub source: Option<Reference>,
}

/// Where to turn to, by urgency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// How urgent the matter is.
    pub urgency: String,
    /// What happened, or what is wanted.
    pub what: Option<String>,
    /// The channel itself: `#ops`, a telephone number, what to open.
    pub contact: String,
    /// The platform that has it.
    pub platform: Option<Reference>,
    /// Who is there.
    pub role: Option<Reference>,
    /// The part of the organisation that it is for.
    pub scope: Option<String>,
    /// The page that says so.
    pub source: Option<Reference>,
    /// Where it begins.
    pub span: Span,
}

/// How things of a kind are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// What is named.
    pub what: String,
    /// The regular expression that the whole name must match.
    pub pattern: Reference,
    /// Names that match it.
    pub examples: Vec<Reference>,
    /// What the parts mean.
    pub description: Option<String>,
    /// The page that says so.
    pub source: Option<Reference>,
    /// Where it begins.
    pub span: Span,
}

/// Which days count as business days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// What it is called.
    pub names: Names,
    /// The time zone of its hours.
    pub zone: Option<String>,
    /// The days of work.
    pub business_days: Vec<Weekday>,
    /// When a day of work begins.
    pub from: Option<TimeOfDay>,
    /// When it ends.
    pub until: Option<TimeOfDay>,
    /// The days off.
    pub holidays: Vec<Holiday>,
}

/// A day off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// What is celebrated.
    pub name: Option<String>,
    /// Where it is written.
    pub span: Span,
}

/// A word of the handbook and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The word, as id and name.
    pub names: Names,
    /// What it means.
    pub meaning: String,
    /// The page that says more.
    pub source: Option<Reference>,
}

/// How to reach somebody, inside or outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Who that is.
    pub names: Names,
    /// How to reach them: a channel, an address, a telephone number.
    pub contact: String,
    /// The role that answers.
    pub role: Option<Reference>,
    /// What they are for.
    pub description: Option<String>,
}
