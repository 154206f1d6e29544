//! feed.xml: the pages that changed last, for feed readers. <https://www.rfc-editor.org/rfc/rfc4287>

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::super::GENERATOR;
use super::super::escape::encode_path;
use super::{Changes, base, xml};
use crate::handbook::{Handbook, Page};
use crate::source::SitePath;

/// Pages that the feed tells of.
const ENTRIES: usize = 50;

/// Whether there is anything to tell, and an address to tell it from: ids and links of a feed are absolute.
pub(super) fn is_wanted(handbook: &Handbook, changes: &Changes) -> bool {
    base(handbook).is_some() && handbook.pages.iter().any(|page| updated(page, changes).is_some())
}

/// The feed; none if there is nothing to tell.
pub(super) fn write(handbook: &Handbook, changes: &Changes, place: &SitePath) -> Option<String> {
    let base = base(handbook)?;
    let mut pages: Vec<(Timestamp, &Page)> = handbook.pages.iter().filter_map(|page| Some((updated(page, changes)?, &**page))).collect();
    pages.sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.address.cmp(&b.address)));
    pages.truncate(ENTRIES);
    let (last, _) = pages.first()?;
    let config = &handbook.config;
    let title = xml(handbook.title());
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text.extend(["<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"", &xml(&config.language), "\">\n"]);
    text.extend(["  <title>", &title, "</title>\n"]);
    if let Some(description) = &config.description {
        text.extend(["  <subtitle>", &xml(description), "</subtitle>\n"]);
    }
    let home = xml(base);
    let own = xml(&format!("{base}{}", encode_path(place.as_str())));
    text.extend(["  <id>", &own, "</id>\n  <updated>", &moment(*last), "</updated>\n"]);
    text.extend(["  <link rel=\"self\" type=\"application/atom+xml\" href=\"", &own, "\"/>\n"]);
    text.extend(["  <link rel=\"alternate\" type=\"text/html\" href=\"", &home, "\"/>\n"]);
    // A feed has an author. Where book.toml names none, the handbook speaks for itself.
    let authors = config.authors.iter().map(|author| xml(author)).filter(|author| !author.is_empty());
    let authors: Vec<String> = authors.collect();
    for author in if authors.is_empty() { std::slice::from_ref(&title) } else { &authors } {
        text.extend(["  <author><name>", author, "</name></author>\n"]);
    }
    text.extend(["  <generator>", GENERATOR, "</generator>\n"]);
    for (updated, page) in &pages {
        text.push_str(&entry(base, *updated, page));
    }
    text.push_str("</feed>\n");
    Some(text)
}

fn entry(base: &str, updated: Timestamp, page: &Page) -> String {
    let address = xml(&format!("{base}{}", encode_path(page.address.as_str())));
    let summary = super::super::view::description(page).map(|summary| xml(&summary));
    let summary = summary.map_or(String::new(), |summary| format!("    <summary>{summary}</summary>\n"));
    format!(
        "  <entry>\n    <title>{}</title>\n    <id>{address}</id>\n    <link href=\"{address}\"/>\n    <updated>{}</updated>\n{summary}  </entry>\n",
        xml(&page.title),
        moment(updated)
    )
}

/// When a page changed: as git says, else the day of its last review.
fn updated(page: &Page, changes: &Changes) -> Option<Timestamp> {
    let reviewed = || page.document.meta.reviewed.as_ref().and_then(|(day, _)| start_of(day));
    changes.get(&page.document.path).copied().or_else(reviewed)
}

fn start_of(day: &str) -> Option<Timestamp> {
    let day: Date = day.trim().parse().ok()?;
    TimeZone::UTC.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).ok()
}

/// A moment as RFC 3339 writes it, in whole seconds.
fn moment(moment: Timestamp) -> String {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_rfc_3339() {
        assert_eq!(moment(start_of("2026-11-20").unwrap()), "2026-11-20T00:00:00Z");
        assert_eq!(start_of("soon"), None);
    }
}
