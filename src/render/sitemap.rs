//! sitemap.xml, which search engines read. <https://www.sitemaps.org/protocol.html>

use super::escape::encode_path;
use crate::handbook::Handbook;

/// The sitemap; none without an absolute site-url, since the protocol knows absolute addresses only.
pub(super) fn write(handbook: &Handbook) -> Option<String> {
    let base = handbook.config.site_url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    let names = handbook.entities.iter().flat_map(crate::handbook::Entities::addresses);
    let addresses = handbook.tree.iter().filter_map(|(_, node)| node.address.as_ref()).chain(names);
    let mut locations: Vec<String> = addresses.map(|address| format!("{base}{}", encode_path(address.as_str()))).collect();
    locations.sort();
    locations.dedup();
    for location in locations {
        let escaped = location.replace('&', "&amp;").replace('\'', "&apos;");
        xml.extend(["  <url><loc>", &escaped, "</loc></url>\n"]);
    }
    xml.push_str("</urlset>\n");
    Some(xml)
}
