//! What templates see of incident views and alerts.

use serde::Serialize;

use super::arrange::Plan;
use crate::handbook::duties::{Piece, Target};
use crate::handbook::runbooks::Person;
use crate::memo::Digest;
use crate::render::incidents::Used;
use crate::source::SitePath;

/// The incident view of a runbook.
#[derive(Debug, Clone, Hash, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "templates ask yes or no")]
pub(in crate::render) struct Incident<'a> {
    /// Whether the title is the name of an alert.
    pub is_alert: bool,
    /// The alerts that the title doesn't name.
    pub alerts: Vec<String>,
    /// The address of the runbook's own page.
    pub page: String,
    /// The Content-Security-Policy that allows the style and the script of the view, and nothing else.
    pub policy: &'a str,
    pub style: &'a str,
    pub script: &'a str,
    pub status: Option<&'a str>,
    /// Whether the status says that nobody should follow the runbook any more.
    pub past: bool,
    /// Whether the status says that it isn't agreed yet.
    pub coming: bool,
    /// Whom to call: the owner first.
    pub people: Vec<PersonView>,
    pub reviewed: Option<&'a str>,
    /// The day by which the next review is due; none of a runbook of the past.
    pub due: Option<String>,
    /// The incidents in which it was used.
    pub used: Option<Used>,
    pub jumps: Vec<Jump>,
    /// What stands before the first section.
    pub intro: String,
    pub parts: Vec<PartView>,
    /// The part before which the form for placeholders stands; none: after all of them.
    pub values_before: Option<usize>,
    /// What is no part of the view, in the order of the document.
    pub rest: Vec<RestView>,
    /// Whether the rest is open from the beginning, since there is nothing to do in the parts.
    pub rest_open: bool,
    /// The footnotes.
    pub notes: String,
    /// What decides over the order; here since it is part of what the page depends on.
    #[serde(skip)]
    pub plan: Plan,
    #[serde(skip)]
    pub pictures: Vec<PictureKey>,
}

/// An image: where it is shown from, where it lies, and what it is.
#[derive(Debug, Clone, Hash)]
pub(in crate::render) struct PictureKey {
    pub place: SitePath,
    pub from: SitePath,
    pub length: u64,
    /// The hash of its bytes, if the view carries them.
    pub bytes: Option<Digest>,
}

/// A way to a part of the view.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Jump {
    pub id: &'static str,
    pub title: &'static str,
}

#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct PartView {
    pub id: &'static str,
    /// What the part is, where its heading doesn't say it.
    pub label: Option<&'static str>,
    pub html: String,
}

#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct RestView {
    pub heading: String,
    pub html: String,
}

/// A role to call.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct PersonView {
    pub name: String,
    /// 0 for the owner, then as it is turned to.
    pub step: usize,
    pub contacts: Vec<Contact>,
}

/// A way to reach a role.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Contact {
    pub text: String,
    pub href: Option<String>,
}

/// An alert on the page of all alerts.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct AlertRow {
    pub name: String,
    /// The address of the incident view, or of the place that the alert's rule names; none if nothing answers for it.
    pub href: Option<String>,
    pub runbook: Option<String>,
    pub runbook_href: Option<String>,
    /// The address of a runbook on another site.
    pub elsewhere: Option<String>,
    pub owner: Option<String>,
    pub owner_href: Option<String>,
    pub severity: Option<String>,
    /// Whether it pages somebody, by its rules.
    pub paging: bool,
    /// Whether there are rules, and none for it.
    pub unruled: bool,
}

/// The rule of an alert on the page that answers for it.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct RuleView<'a> {
    pub alert: &'a str,
    pub severity: Option<&'a str>,
    pub paging: bool,
    /// How long the expression must hold.
    pub hold: Option<&'a str>,
    pub summary: Option<&'a str>,
    pub expression: Option<&'a str>,
    /// The rule file, where it really lies.
    pub file: String,
}

impl PersonView {
    pub(super) fn of(person: Person) -> Self {
        Self { name: person.name, step: person.step, contacts: person.contacts.iter().map(|contact| Contact::of(contact)).collect() }
    }
}

impl Contact {
    fn of(text: &str) -> Self {
        let href = match Piece::contact(text).target {
            Some(Target::Url(url)) => Some(url),
            _ => telephone(text),
        };
        Self { text: text.trim().strip_prefix("tel:").unwrap_or(text).to_owned(), href }
    }
}

/// Digits that a number has at least: fewer may be a number of anything.
const DIGITS: usize = 5;

/// A `tel:` link for what is a telephone number and nothing else. <https://www.rfc-editor.org/rfc/rfc3966>
fn telephone(text: &str) -> Option<String> {
    let number = text.trim().trim_start_matches("tel:");
    let is_number =
        number.chars().enumerate().all(|(index, c)| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '/' | '(' | ')') || c == '+' && index == 0);
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    (is_number && digits.len() > DIGITS).then(|| format!("tel:{digits}"))
}

#[cfg(test)]
mod tests {
    use super::Contact;

    #[test]
    fn contacts_are_links_where_they_are_addresses() {
        for (text, href) in [
            ("+32 (2) 555-01.02", Some("tel:+3225550102")),
            ("tel:112233", Some("tel:112233")),
            ("112", None),
            ("room 12345", None),
            ("ops@halyard.example", Some("mailto:ops@halyard.example")),
            ("https://page.example/x", Some("https://page.example/x")),
            ("#emergency", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(Contact::of(text).href.as_deref(), href, "{text}");
        }
    }
}
