//! sitemap.xml, which search engines read. <https://www.sitemaps.org/protocol.html>

use std::collections::BTreeMap;

use super::super::escape::encode_path;
use super::{Changes, base, day, xml};
use crate::handbook::Handbook;

/// The sitemap; none without an absolute site-url, since the protocol knows absolute addresses only.
pub(super) fn write(handbook: &Handbook, changes: &Changes) -> Option<String> {
    let base = base(handbook)?;
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    let names = handbook.entities.iter().flat_map(|entities| entities.addresses());
    let addresses = handbook.tree.iter().filter_map(|(_, node)| node.address.as_ref()).chain(names);
    let location = |address: &crate::source::SitePath| format!("{base}{}", encode_path(address.as_str()));
    let mut locations: BTreeMap<String, Option<String>> = addresses.map(|address| (location(address), None)).collect();
    for page in handbook.pages.iter() {
        if let Some(changed) = changes.get(&page.document.path) {
            locations.insert(location(&page.address), Some(day(*changed)));
        }
    }
    for (location, changed) in locations {
        text.extend(["  <url><loc>", &xml(&location), "</loc>"]);
        if let Some(changed) = changed {
            text.extend(["<lastmod>", &changed, "</lastmod>"]);
        }
        text.push_str("</url>\n");
    }
    text.push_str("</urlset>\n");
    Some(text)
}
