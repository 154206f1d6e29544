//! What programs read instead of pages: Markdown, lists of pages, what changed.
//!
//! Knows the resolved handbook and when its documents changed. Must not know templates.

mod chapter;
mod feed;
mod llms;
mod markdown;
mod redirects;
mod sitemap;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(super) use chapter::chapter_folder;
pub(super) use markdown::cleaned;

use crate::handbook::{Handbook, NodeId, Occupied, Page};
use crate::memo::{Hasher, Last};
use crate::source::SitePath;

/// When documents were last changed, by path from the handbook's root.
pub(super) type Changes = BTreeMap<SitePath, Timestamp>;

/// The Markdown of pages.
pub(super) struct Beside {
    /// Where that of each page of a document lies, in their order; none if something else lies there, or none is wanted.
    pub markdown: Vec<Option<SitePath>>,
    /// The pages by those places.
    pub pages: HashMap<SitePath, usize>,
    /// All that is taken then.
    occupied: Occupied,
}

/// Where the files for programs lie.
pub(super) struct Places {
    pub beside: Arc<Beside>,
    /// The feed of changed pages.
    pub feed: Option<SitePath>,
    /// The list of pages.
    llms: Option<SitePath>,
    /// The lists of chapters that have one.
    chapters: BTreeMap<NodeId, SitePath>,
    sitemap: Option<SitePath>,
    /// Where former places lead.
    redirects: Option<SitePath>,
}

impl Places {
    pub(super) fn of(handbook: &Handbook, changes: &Changes, occupied: &mut Occupied, known: &mut Last<Beside>) -> Self {
        let wants_markdown = handbook.config.published.markdown;
        let mut place = |name: &str, wanted: bool| SitePath::new(name).filter(|_| wanted).and_then(|place| occupied.take(place));
        let (feed, llms, sitemap) =
            (place("feed.xml", feed::is_wanted(handbook, changes)), place("llms.txt", wants_markdown), place("sitemap.xml", true));
        // A book's own file of that name stands; it may have rules that nobody here knows.
        let redirects = place("_redirects", redirects::is_wanted(handbook));
        // What is taken by now tells where every page lies.
        let key = Hasher::default().digest(occupied.digest()).bytes(&[u8::from(wants_markdown)]).finish();
        let beside = known.get(key, || {
            let mut occupied = occupied.clone();
            let markdown: Vec<Option<SitePath>> =
                handbook.pages.iter().map(|page| if wants_markdown { markdown_place(page, &mut occupied) } else { None }).collect();
            let pages = markdown.iter().enumerate().filter_map(|(index, place)| Some((place.clone()?, index))).collect();
            Beside { markdown, pages, occupied: occupied.sealed() }
        });
        *occupied = beside.occupied.clone();
        Self { beside, feed, chapters: if llms.is_some() { llms::chapters(handbook, occupied) } else { BTreeMap::new() }, llms, sitemap, redirects }
    }

    /// Hands every file about the handbook as a whole to `keep`, with where it lies.
    pub(super) fn files(&self, handbook: &Handbook, changes: &Changes, keep: &mut dyn FnMut(&SitePath, String)) {
        if let Some((place, text)) = self.sitemap.as_ref().zip(sitemap::write(handbook, changes)) {
            keep(place, text);
        }
        if let Some((place, text)) = self.redirects.as_ref().zip(redirects::write(handbook)) {
            keep(place, text);
        }
        if let Some((place, text)) = self.feed.as_ref().and_then(|place| Some((place, feed::write(handbook, changes, place)?))) {
            keep(place, text);
        }
        if let Some(place) = &self.llms {
            llms::write(handbook, self, place, keep);
        }
    }
}

/// Where the Markdown of a page lies: beside the page.
fn markdown_place(page: &Page, occupied: &mut Occupied) -> Option<SitePath> {
    occupied.take(SitePath::join(page.address.folder(), &format!("{}.md", page.address.stem()))?)
}

/// The absolute address that the site will have; none if book.toml doesn't say.
pub(super) fn base(handbook: &Handbook) -> Option<&str> {
    handbook.config.site_url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"))
}

/// The day of a moment, as `2026-11-20`, the same for everyone.
pub(super) fn day(moment: Timestamp) -> String {
    TimeZone::UTC.to_datetime(moment).date().to_string()
}

/// Text in XML. Characters that XML can't hold are left out.
fn xml(text: &str) -> String {
    let is_allowed = |character: &char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars().filter(is_allowed) {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text_in_xml() {
        for (text, expected) in [("a<b>&\"'", "a&lt;b&gt;&amp;&quot;&apos;"), ("a\u{0}\u{1b}b\u{ffff}", "ab"), ("é\u{1f600}\n", "é\u{1f600}\n")] {
            assert_eq!(xml(text), expected);
        }
    }
}
