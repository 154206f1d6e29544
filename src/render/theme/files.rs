//! The embedded theme's files, and how they are published: which go together, where they lie, what is left out of them.
//!
//! Must not know templates' values, nor pages.

use crate::config::Accent;
use crate::memo::Digest;
use crate::source::SitePath;

pub(super) const EMBEDDED_COMPONENTS: &str = include_str!("../../../themes/components.html");

/// The embedded theme, which is the folder themes/ of opsbook's own repository.
pub(super) const EMBEDDED: &[(&str, &str)] = &[
    ("alert.html", include_str!("../../../themes/alert.html")),
    ("alerts.html", include_str!("../../../themes/alerts.html")),
    ("base.html", include_str!("../../../themes/base.html")),
    ("completeness-type.html", include_str!("../../../themes/completeness-type.html")),
    ("completeness.html", include_str!("../../../themes/completeness.html")),
    ("components.html", EMBEDDED_COMPONENTS),
    ("contents.html", include_str!("../../../themes/contents.html")),
    ("incident.html", include_str!("../../../themes/incident.html")),
    ("incidents.html", include_str!("../../../themes/incidents.html")),
    ("not-found.html", include_str!("../../../themes/not-found.html")),
    ("redirect.html", include_str!("../../../themes/redirect.html")),
    ("registry.html", include_str!("../../../themes/registry.html")),
    ("role.html", include_str!("../../../themes/role.html")),
    ("sheet.html", include_str!("../../../themes/sheet.html")),
    ("page.html", include_str!("../../../themes/page.html")),
    ("print.html", include_str!("../../../themes/print.html")),
    ("print-part.html", include_str!("../../../themes/print-part.html")),
    ("reviews.html", include_str!("../../../themes/reviews.html")),
    ("rules.html", include_str!("../../../themes/rules.html")),
    ("css/base/tokens.css", include_str!("../../../themes/css/base/tokens.css")),
    ("css/base/frame.css", include_str!("../../../themes/css/base/frame.css")),
    ("css/base/text.css", include_str!("../../../themes/css/base/text.css")),
    ("css/base/code.css", include_str!("../../../themes/css/base/code.css")),
    ("css/base/elements.css", include_str!("../../../themes/css/base/elements.css")),
    ("css/base/page.css", include_str!("../../../themes/css/base/page.css")),
    ("css/base/search.css", include_str!("../../../themes/css/base/search.css")),
    ("css/base/narrow.css", include_str!("../../../themes/css/base/narrow.css")),
    ("css/base/print.css", include_str!("../../../themes/css/base/print.css")),
    ("css/base/runbook-link.css", include_str!("../../../themes/css/base/runbook-link.css")),
    ("css/incident.css", include_str!("../../../themes/css/incident.css")),
    ("css/lists/incidents.css", include_str!("../../../themes/css/lists/incidents.css")),
    ("css/lists/alerts.css", include_str!("../../../themes/css/lists/alerts.css")),
    ("css/lists/completeness.css", include_str!("../../../themes/css/lists/completeness.css")),
    ("css/blocks/diagram.css", include_str!("../../../themes/css/blocks/diagram.css")),
    ("css/blocks/matrix.css", include_str!("../../../themes/css/blocks/matrix.css")),
    ("css/blocks/policy.css", include_str!("../../../themes/css/blocks/policy.css")),
    ("css/blocks/process.css", include_str!("../../../themes/css/blocks/process.css")),
    ("css/lists/registry.css", include_str!("../../../themes/css/lists/registry.css")),
    ("css/lists/reviews.css", include_str!("../../../themes/css/lists/reviews.css")),
    ("css/runbook/code.css", include_str!("../../../themes/css/runbook/code.css")),
    ("css/runbook/placeholders.css", include_str!("../../../themes/css/runbook/placeholders.css")),
    ("css/runbook/checklist.css", include_str!("../../../themes/css/runbook/checklist.css")),
    ("js/copy.js", include_str!("../../../themes/js/copy.js")),
    ("js/incident.js", include_str!("../../../themes/js/incident.js")),
    ("css/print/print.css", include_str!("../../../themes/css/print/print.css")),
    ("css/search.css", include_str!("../../../themes/css/search.css")),
    ("js/search/words.js", include_str!("../../../themes/js/search/words.js")),
    ("js/search/index.js", include_str!("../../../themes/js/search/index.js")),
    ("js/search/meaning.js", include_str!("../../../themes/js/search/meaning.js")),
    ("js/search/find.js", include_str!("../../../themes/js/search/find.js")),
    ("js/search/dialog.js", include_str!("../../../themes/js/search/dialog.js")),
    ("js/opsbook.js", include_str!("../../../themes/js/opsbook.js")),
    ("js/redirect.js", include_str!("../../../themes/js/redirect.js")),
    ("js/runbook.js", include_str!("../../../themes/js/runbook.js")),
    ("js/theme.js", include_str!("../../../themes/js/theme.js")),
    ("icon.svg", include_str!("../../../themes/icon.svg")),
];

/// The style sheet of every page.
pub(super) const BASE_CSS: &str = "css/opsbook.css";
/// The style sheet of pages that show processes, matrices, diagrams or rules.
pub(super) const BLOCKS_CSS: &str = "css/blocks.css";
/// The style sheet of pages that opsbook makes of the registry and of completeness.
pub(super) const LISTS_CSS: &str = "css/lists.css";
/// The style sheet of pages with something to fill in, to tick or to think twice about.
pub(super) const RUNBOOK_CSS: &str = "css/runbook.css";
/// The style sheet of pages to print.
pub(super) const PRINT_CSS: &str = "css/print.css";
/// The script of the search and its style sheet, which are loaded when it is first used.
pub(super) const SEARCH_JS: &str = "js/search.js";
pub(super) const SEARCH_CSS: &str = "css/search.css";
/// Folders of style sheets and scripts, each published as one file: its files in the order in which [`EMBEDDED`] lists them.
pub(super) const SHEETS: &[(&str, &str)] = &[
    ("css/base/", BASE_CSS),
    ("css/blocks/", BLOCKS_CSS),
    ("css/lists/", LISTS_CSS),
    ("css/runbook/", RUNBOOK_CSS),
    ("css/print/", PRINT_CSS),
    ("js/search/", SEARCH_JS),
];
/// The script of every page: these files in this order.
pub(super) const SCRIPTS: (&str, &[&str]) = ("js/opsbook.js", &["js/copy.js", "js/opsbook.js"]);

/// What stands inside of incident views, in this order: style sheets and scripts by name or by folder, as far as the theme has them.
pub(super) const INCIDENT_CSS: &[&str] =
    &["css/base/tokens.css", "css/base/text.css", "css/base/code.css", "css/base/elements.css", "css/blocks/", "css/runbook/", "css/incident.css"];
pub(super) const INCIDENT_JS: &[&str] = &["js/copy.js", "js/runbook.js", "js/incident.js"];
/// Files that stand inside of incident views and nowhere else.
pub(super) const INSIDE_ONLY: &[&str] = &["css/incident.css", "js/incident.js"];

/// A style sheet without its comments and indents, which are for its readers: an eighth of what browsers wait for.
pub(super) fn lean(css: &str) -> String {
    let mut lean = String::with_capacity(css.len());
    let (mut rest, mut quote) = (css, None);
    while let Some(next) = rest.chars().next() {
        if quote.is_none()
            && let Some(comment) = rest.strip_prefix("/*")
        {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            continue;
        }
        let (character, after) = rest.split_at(next.len_utf8());
        rest = after;
        if next == '\\' && quote.is_some() {
            let escaped = rest.chars().next().map_or(0, char::len_utf8);
            let (escaped, after) = rest.split_at(escaped);
            lean.extend([character, escaped]);
            rest = after;
            continue;
        }
        match quote {
            Some(open) if open == next => quote = None,
            None if matches!(next, '"' | '\'') => quote = Some(next),
            None if next.is_ascii_whitespace() && lean.ends_with(['\n', '{', '}', ';']) => continue,
            _ => {}
        }
        lean.push_str(character);
    }
    lean
}

/// The rule that sets the colour of the book's own.
pub(super) fn accent_css(accent: Option<Accent>) -> String {
    let Some(Accent { light, dark }) = accent else { return String::new() };
    format!("@supports (color: light-dark(red, red)) {{ :root {{ --accent: light-dark({light}, {dark}); }} }}\n")
}

/// The files of a folder of style sheets as one.
pub(super) fn joined(texts: &[(&str, &str)], folder: &str) -> String {
    texts.iter().filter(|(name, _)| name.starts_with(folder)).map(|(_, text)| *text).collect()
}

pub(super) fn is_template(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|extension| extension == "html")
}

/// The place of a published file, with the hash of its text in the name, so that browsers may keep it for ever.
pub(super) fn hashed(name: &str, text: &str) -> Option<SitePath> {
    let file = name.rsplit('/').next().unwrap_or(name);
    let hash = Digest::of(text.as_bytes()).hex(8);
    match file.rsplit_once('.') {
        Some((stem, extension)) => SitePath::new(&format!("assets/{stem}-{hash}.{extension}")),
        None => SitePath::new(&format!("assets/{file}-{hash}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indents_are_left_out_of_style_sheets() {
        for (css, expected) in [
            ("a { b: c; }\n\n/* x */\n  d { e: f }\n", "a {b: c;}d {e: f }"),
            ("a::after { content: \"/* \\\" */  x\"; /* y */ }", "a::after {content: \"/* \\\" */  x\";}"),
            ("a { b: 'x", "a {b: 'x"),
            ("a {} /* never closed", "a {}"),
            ("a b > c { d: calc(1px + 2px) }", "a b > c {d: calc(1px + 2px) }"),
        ] {
            assert_eq!(lean(css), expected);
        }
    }

    #[test]
    fn every_file_of_the_theme_is_embedded() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("themes");
        let mut found = Vec::new();
        for entry in walkdir::WalkDir::new(&root).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file()) {
            found.push(entry.path().strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"));
        }
        found.sort();
        let mut embedded: Vec<String> = EMBEDDED.iter().map(|(name, _)| (*name).to_owned()).collect();
        embedded.sort();
        assert_eq!(found, embedded);
    }
}
