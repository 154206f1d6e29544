//! What kind of file a name stands for. Must not look into files.

use crate::source::SitePath;

/// What the usual list doesn't know, or knows by an older name.
const OWN: &[(&str, &str)] = &[
    ("js", "text/javascript"),
    ("mjs", "text/javascript"),
    ("md", "text/markdown"),
    ("markdown", "text/markdown"),
    ("webmanifest", "application/manifest+json"),
    ("ics", "text/calendar"),
    ("woff2", "font/woff2"),
    ("woff", "font/woff"),
    ("wasm", "application/wasm"),
    ("avif", "image/avif"),
    ("jsonl", "application/jsonl"),
];

/// Kinds that are text although their names don't say so.
const TEXTS: &[&str] =
    &["image/svg+xml", "application/json", "application/jsonl", "application/xml", "application/atom+xml", "application/manifest+json"];

/// The `Content-Type` of a file of the site.
pub(super) fn content_type(path: &SitePath) -> String {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    let own = OWN.iter().find(|(known, _)| *known == extension).map(|(_, kind)| (*kind).to_owned());
    let feed = (path.file_name() == "feed.xml").then(|| "application/atom+xml".to_owned());
    let kind = feed.or(own).unwrap_or_else(|| mime_guess::from_path(path.as_str()).first_or_octet_stream().to_string());
    if kind.starts_with("text/") || TEXTS.contains(&kind.as_str()) { format!("{kind}; charset=utf-8") } else { kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_called_what_they_are() {
        for (path, expected) in [
            ("a.html", "text/html; charset=utf-8"),
            ("a.CSS", "text/css; charset=utf-8"),
            ("a.js", "text/javascript; charset=utf-8"),
            ("a.mjs", "text/javascript; charset=utf-8"),
            ("a.md", "text/markdown; charset=utf-8"),
            ("a.svg", "image/svg+xml; charset=utf-8"),
            ("a.json", "application/json; charset=utf-8"),
            ("site.webmanifest", "application/manifest+json; charset=utf-8"),
            ("on-call.ics", "text/calendar; charset=utf-8"),
            ("feed.xml", "application/atom+xml; charset=utf-8"),
            ("sitemap.xml", "text/xml; charset=utf-8"),
            ("llms.txt", "text/plain; charset=utf-8"),
            ("a.csv", "text/csv; charset=utf-8"),
            ("a.png", "image/png"),
            ("a.webp", "image/webp"),
            ("a.mp4", "video/mp4"),
            ("a.woff2", "font/woff2"),
            ("a.wasm", "application/wasm"),
            ("a.pdf", "application/pdf"),
            ("Makefile", "application/octet-stream"),
        ] {
            assert_eq!(content_type(&SitePath::new(path).unwrap()), expected, "{path}");
        }
    }
}
