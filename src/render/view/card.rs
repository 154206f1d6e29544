//! What a reader asks before trusting a page: what it is, whose it is, how fresh it is.
//!
//! Knows one page and the roles and types it names. Must not know the clock: whether a day has passed is for the reader's browser.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Card;
use crate::document::Meta;
use crate::handbook::{Entity, Handbook, Page};
use crate::render::escape::href;
use crate::schema::{date, duration_days};

/// Words of `status` for documents that nobody should follow any more.
const PAST: [&str; 7] = ["archived", "deprecated", "obsolete", "rejected", "retired", "superseded", "withdrawn"];
/// Words of `status` for documents that aren't agreed yet.
const COMING: [&str; 3] = ["draft", "proposed", "in review"];

/// The card of a page, with links to the role and the type.
pub(super) fn of<'a>(handbook: &'a Handbook, page: &'a Page) -> Card<'a> {
    let meta = &page.document.meta;
    let schema = page.binding.as_ref().map(|(schema, _)| schema);
    let of_type = schema.and_then(|schema| handbook.entities.as_ref()?.of_type(&schema.document_type));
    let owner = handbook.owner(page).and_then(|role| handbook.entity(Entity::Role(role)));
    let status = meta.status.as_ref().map(|(text, _)| text.as_str());
    let is_one_of = |words: &[&str]| status.is_some_and(|status| words.iter().any(|word| word.eq_ignore_ascii_case(status)));
    Card {
        r#type: schema.map(|schema| schema.document_type.as_str()),
        type_title: schema.map(|schema| schema.title.as_str()),
        type_href: of_type.map(|place| href(&page.address, &place.address)),
        owner: meta.owner.as_ref().map(|(text, _)| text.as_str()),
        owner_href: owner.map(|place| href(&page.address, place.address)),
        status,
        past: is_one_of(&PAST),
        coming: is_one_of(&COMING),
        reviewed: meta.reviewed.as_ref().map(|(text, _)| text.as_str()),
        review_every: meta.review_every.as_ref().map(|(text, _)| text.as_str()),
        review_due: review_due(meta).filter(|_| !is_one_of(&PAST)).map(|day| day.to_string()),
    }
}

/// The day by which a document must have been reviewed again.
fn review_due(meta: &Meta) -> Option<Date> {
    let (reviewed, _) = meta.reviewed.as_ref()?;
    let (every, _) = meta.review_every.as_ref()?;
    let days = duration_days(every).filter(|days| (1.0..=36_500.0).contains(days))?;
    #[expect(clippy::cast_possible_truncation, reason = "days are between 1 and 36,500")]
    date(reviewed)?.checked_add((days as i64).days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    #[test]
    fn a_review_is_due_so_long_after_the_last_one() {
        for (reviewed, every, due) in [
            ("2026-11-16", "90d", Some("2027-02-14")),
            ("2026-01-31", "6 months", Some("2026-07-30")),
            ("2026-11-16T10:00", "week", None),
            ("2026-11-16T10:00", "1 week", Some("2026-11-23")),
            ("soon", "90d", None),
            ("2026-11-16", "0d", None),
            ("9999-12-31", "1 day", None),
            ("2026-11-16", "99999999999999 years", None),
        ] {
            let text = |text: &str| Some((text.to_owned(), Span::at(0)));
            let meta = Meta { reviewed: text(reviewed), review_every: text(every), ..Meta::default() };
            assert_eq!(review_due(&meta).map(|day| day.to_string()).as_deref(), due, "{reviewed}, {every}");
        }
    }
}
