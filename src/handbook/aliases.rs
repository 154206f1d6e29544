//! The places that documents had before: each becomes a page that leads to where the document lies now.
//!
//! Knows front matter and which places are taken. Must not know how such a page looks.

use std::collections::BTreeMap;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use super::runbooks::view_beside;
use super::{Holder, Occupied, Page, Runbooks};
use crate::document::Document;
use crate::source::SitePath;
use crate::text::Span;

/// Longest name of a file or folder in bytes: file systems stop at 255, and a file is written under a longer name first.
const NAME_LIMIT: usize = 200;

/// One former place of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// Index of the page that it leads to.
    pub page: usize,
    /// As it is written.
    pub written: String,
    /// Where it is written.
    pub span: Span,
    /// Its place in the site.
    pub place: SitePath,
    /// Whether the incident view lay there, and is what it leads to; else the page.
    pub is_view: bool,
}

/// A former place that can't be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedAlias {
    /// Index of the page that claims it.
    pub page: usize,
    /// As it is written.
    pub written: String,
    /// Where it is written.
    pub span: Span,
    /// Why not.
    pub why: AliasFault,
}

/// Why a former place can't be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AliasFault {
    /// It is no place in the site, for this reason.
    Invalid(&'static str),
    /// The page itself lies there.
    Own,
    /// Another document claims it: the index of its page, and where it says so.
    Claimed(usize, Span),
    /// Something else lies at this place.
    Taken(SitePath, Holder),
}

/// Every former place, granted and refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases {
    /// Those that lead somewhere, by place in the site.
    pub all: BTreeMap<SitePath, Alias>,
    /// The others, in the order in which they stand.
    pub refused: Vec<RefusedAlias>,
}

impl Aliases {
    /// Gives every alias its place. The first by path gets what several claim.
    pub(super) fn of(pages: &[Arc<Page>], occupied: &mut Occupied) -> Self {
        let mut aliases = Self::default();
        let mut first: BTreeMap<String, (usize, Span)> = BTreeMap::new();
        for (index, page) in pages.iter().enumerate() {
            for (written, span) in &page.document.meta.aliases {
                let refused = |why| RefusedAlias { page: index, written: written.clone(), span: *span, why };
                let place = match alias_place(written) {
                    Ok(place) => place,
                    Err(why) => {
                        aliases.refused.push(refused(AliasFault::Invalid(why)));
                        continue;
                    }
                };
                let key = place.as_str().to_lowercase();
                if key == page.address.as_str().to_lowercase() {
                    aliases.refused.push(refused(AliasFault::Own));
                    continue;
                }
                match first.get(&key) {
                    // The same place in other words.
                    Some((before, _)) if *before == index => {}
                    Some((before, at)) => aliases.refused.push(refused(AliasFault::Claimed(*before, *at))),
                    None => {
                        if let Some(holder) = occupied.claim(&place, &page.document.path) {
                            aliases.refused.push(refused(AliasFault::Taken(place, holder)));
                        } else {
                            first.insert(key, (index, *span));
                            aliases.all.insert(place.clone(), Alias { page: index, written: written.clone(), span: *span, place, is_view: false });
                        }
                    }
                }
            }
        }
        aliases
    }

    /// Adds the place beside each alias where the incident view lay, as far as it is free: people have it among their bookmarks.
    pub(super) fn add_views(&mut self, runbooks: &Runbooks, occupied: &mut Occupied) {
        let mut views = Vec::new();
        for alias in self.all.values().filter(|alias| runbooks.of_page(alias.page).is_some()) {
            if let Some(place) = view_beside(&alias.place).and_then(|place| occupied.take(place)) {
                views.push(Alias { place, is_view: true, ..alias.clone() });
            }
        }
        self.all.extend(views.into_iter().map(|alias| (alias.place.clone(), alias)));
    }
}

/// The page that each alias leads to, by place in the site, whether or not the place can be had: what a broken link may have meant.
pub(super) fn meant<'a>(documents: impl Iterator<Item = &'a Document>) -> BTreeMap<SitePath, usize> {
    let mut meant = BTreeMap::new();
    for (index, document) in documents.enumerate() {
        for place in document.meta.aliases.iter().filter_map(|(written, _)| alias_place(written).ok()) {
            meant.entry(place).or_insert(index);
        }
    }
    meant
}

/// The place in the site that an alias names, from the content folder: `/old/page/`, `old/page`, `old/page.html` or `old/page.md`.
///
/// # Errors
///
/// Why it names none.
pub fn alias_place(written: &str) -> Result<SitePath, &'static str> {
    let written = written.trim();
    if written.is_empty() {
        return Err("it is empty");
    }
    if written.starts_with("//") || written.contains("://") {
        return Err("it is an address of another site");
    }
    if written.contains(['#', '?']) {
        return Err("it holds '#' or '?', and a redirect leads from a whole page");
    }
    let decoded = percent_decode_str(written).decode_utf8_lossy();
    if decoded.contains(char::is_control) || decoded.contains('\\') {
        return Err("it holds a control character or a backslash");
    }
    let from_root = decoded.trim_start_matches('/');
    if decoded.split('/').any(|name| name == "..") {
        return Err("it leads out of the site or around in it: write it from the content folder, without '..'");
    }
    let named = SitePath::join("", from_root);
    let is_folder = from_root.is_empty() || from_root.ends_with('/');
    let place = match &named {
        None => SitePath::new("index.html"),
        Some(named) if is_folder => SitePath::join(named.as_str(), "index.html"),
        Some(named) if named.is_markdown() && named.is_folder_page() => SitePath::join(named.folder(), "index.html"),
        Some(named) if named.is_markdown() => SitePath::join(named.folder(), &format!("{}.html", named.stem())),
        Some(named) if named.extension().is_some_and(|extension| matches!(extension.to_lowercase().as_str(), "html" | "htm")) => Some(named.clone()),
        // Hosts serve the page of a folder for its name, so this works whatever the name ends with.
        Some(named) => SitePath::join(named.as_str(), "index.html"),
    };
    let place = place.ok_or("it is no path")?;
    if place.as_str().split('/').any(|name| name.len() > NAME_LIMIT) {
        return Err("a name in it is longer than 200 bytes");
    }
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_a_place_from_the_content_folder() {
        for (written, expected) in [
            ("/old/page/", Some("old/page/index.html")),
            ("old/page", Some("old/page/index.html")),
            ("old/page.html", Some("old/page.html")),
            ("./old/page.md", Some("old/page.html")),
            ("old/README.md", Some("old/index.html")),
            ("/", Some("index.html")),
            ("old/page.php", Some("old/page.php/index.html")),
            ("release-1.2", Some("release-1.2/index.html")),
            ("a%20b.html", Some("a b.html")),
            (" x.htm ", Some("x.htm")),
            ("", None),
            ("../x.html", None),
            ("a/%2e%2e/../x", None),
            ("https://a.example/x", None),
            ("//a.example", None),
            ("a.html#b", None),
            ("a\\b", None),
            ("a%00", None),
        ] {
            assert_eq!(alias_place(written).ok().as_ref().map(SitePath::as_str), expected, "{written}");
        }
        assert!(alias_place(&"x".repeat(300)).is_err());
    }
}
