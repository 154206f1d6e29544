//! Reviews as a calendar that other programs subscribe to: RFC 5545.
//!
//! The same handbook gives the same bytes: an event is stamped with the day of the last review, which is when it came to be.

use crate::handbook::{Handbook, Review};
use crate::memo::Digest;
use crate::render::escape::encode_path;
use crate::render::machines::base;
use crate::render::policy::Calendar;

/// The calendar of some reviews: an event of a whole day for each that is due on a day.
pub fn calendar<'a>(handbook: &Handbook, reviews: impl Iterator<Item = &'a Review>, name: &str) -> String {
    let mut calendar = Calendar::new(name);
    for review in reviews {
        let (Some(due), Some(reviewed), Some(page)) = (review.due, review.reviewed, handbook.pages.get(review.page)) else { continue };
        calendar.line("BEGIN", "VEVENT");
        // The same page has the same event, whenever it is due.
        calendar.line("UID", &format!("page-review-{}@opsbook", Digest::of(page.document.path.as_str().as_bytes()).hex(16)));
        calendar.line("DTSTAMP", &reviewed.strftime("%Y%m%dT000000Z").to_string());
        calendar.line("DTSTART;VALUE=DATE", &due.strftime("%Y%m%d").to_string());
        calendar.text("SUMMARY", &format!("Review: {}", page.title));
        let owner = review.owner.as_ref().map_or_else(String::new, |owner| format!("Owner: {owner}\n"));
        calendar.text("DESCRIPTION", &format!("{owner}Last review: {reviewed}\nSource: {}", page.document.path));
        if let Some(base) = base(handbook) {
            calendar.line("URL", &format!("{base}{}", encode_path(page.address.as_str())));
        }
        calendar.line("TRANSP", "TRANSPARENT");
        calendar.line("END", "VEVENT");
    }
    calendar.finish()
}
