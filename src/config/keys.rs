//! The keys of book.toml, and those of mdBook that have no meaning here.

use crate::data::{KeyDocs, Shape};

/// The tables of book.toml.
pub const TABLES: &[KeyDocs] = &[
    KeyDocs::new("book", "What the handbook is.", Shape::Table(BOOK_KEYS)),
    KeyDocs::new("build", "Where the site goes and what goes into it.", Shape::Table(BUILD_KEYS)),
    KeyDocs::new("output", "`[output.html]`: the site's address, repository, style sheets and scripts.", Shape::Table(OUTPUT_KEYS)),
    KeyDocs::new(
        "types",
        "Globs that give documents their type: `alert-runbook = [\"runbooks/**/*.md\"]`.",
        Shape::Map(&Shape::OneOrMore(&Shape::Glob)),
    ),
    KeyDocs::new(
        "checks",
        "What each finding counts as: `\"error\"`, `\"warning\"` or `\"off\"`; `[checks.paths.\"GLOB\"]` for some documents only. `baseline` names the list of findings that were there before.",
        Shape::Named("checks"),
    ),
];

/// What a finding may count as.
pub const LEVELS: [&str; 3] = ["off", "warning", "error"];

/// The keys of `[book]`.
pub const BOOK_KEYS: &[KeyDocs] = &[
    KeyDocs::new("title", "The handbook's title.", Shape::Text),
    KeyDocs::new("description", "One sentence about it, for link previews.", Shape::Text),
    KeyDocs::new("authors", "Who writes it, as a list.", Shape::OneOrMore(&Shape::Text)),
    KeyDocs::new("language", "The language of the text, as in `en` or `de-CH`; `en` without it.", Shape::Text),
    KeyDocs::new("src", "The folder of the documents; `content` without it.", Shape::Text),
];

/// The keys of `[build]`.
pub const BUILD_KEYS: &[KeyDocs] = &[
    KeyDocs::new("build-dir", "The folder that the site is published in; `book` without it.", Shape::Text),
    KeyDocs::new(
        "assets",
        "`all` publishes every file below the content folder, `linked` those that a document uses.",
        Shape::Choice(&["all", "linked"]),
    ),
    KeyDocs::new(
        "cache",
        "Whether a build leaves in `.opsbook-cache` beside book.toml what helps the next one, the colours of code and what pages became: `true` (the default) or `false`.",
        Shape::Flag,
    ),
];

/// The tables of `[output]`.
pub(super) const OUTPUT_KEYS: &[KeyDocs] = &[KeyDocs::new("html", "The web site.", Shape::Table(HTML_KEYS))];

/// The keys of `[output.html]`.
pub const HTML_KEYS: &[KeyDocs] = &[
    KeyDocs::new("site-url", "Where the site will be found, for sitemap.xml (an absolute URL) and the 404 page (URL or path).", Shape::Text),
    KeyDocs::new("git-repository-url", "Where the sources are kept.", Shape::Text),
    KeyDocs::new("edit-url-template", "URL that opens a source for editing; `{path}` stands for its path.", Shape::Text),
    KeyDocs::new(
        "accent-color",
        "The colour of links and marks, as `#0b5394`; for dark pages a lighter shade is made of it. `{ light = \"#0b5394\", dark = \"#9fc5e8\" }` sets both.",
        Shape::Either(&[Shape::Text, Shape::Table(ACCENT_KEYS)]),
    ),
    KeyDocs::new("logo", "An image below the content folder, by its path from the handbook's root, that stands before the title.", Shape::Text),
    KeyDocs::new("additional-css", "Style sheets of the book's own, loaded after the theme's.", Shape::OneOrMore(&Shape::Text)),
    KeyDocs::new("additional-js", "Scripts of the book's own, loaded after the theme's.", Shape::OneOrMore(&Shape::Text)),
    KeyDocs::new(
        "raw-html",
        "`sanitize` (the default) takes scripts, styles and event handlers out of raw HTML; `trust` publishes it as it is.",
        Shape::Choice(&["sanitize", "trust"]),
    ),
    KeyDocs::new(
        "link-names",
        "Which names of registry.yaml become links where the text has them: `true` (the default) for all, `false` for none, or a list of parts.",
        Shape::Either(&[Shape::Flag, Shape::OneOrMore(&Shape::Choice(&LINKABLE))]),
    ),
    KeyDocs::new("print", "`[output.html.print]`: pages that hold a chapter or the handbook as a whole, to print.", Shape::Table(PRINT_KEYS)),
    KeyDocs::new(
        "markdown",
        "Whether each page is published as Markdown too, and all of them listed in llms.txt: `true` (the default) or `false`.",
        Shape::Flag,
    ),
    KeyDocs::new(
        "history",
        "Whether a build asks git when each document was last changed, for the page, the feed and sitemap.xml: `true` (the default) or `false`.",
        Shape::Flag,
    ),
    KeyDocs::new("highlight", "Whether code in a known language has colours: `true` (the default) or `false`.", Shape::Flag),
    KeyDocs::new("search", "`[output.html.search]`: the search.", Shape::Table(SEARCH_KEYS)),
];

/// The keys of `accent-color`.
pub(super) const ACCENT_KEYS: &[KeyDocs] =
    &[KeyDocs::new("light", "The colour on light pages.", Shape::Text), KeyDocs::new("dark", "The colour on dark pages.", Shape::Text)];
/// The keys of `[output.html.print]`.
pub(super) const PRINT_KEYS: &[KeyDocs] =
    &[KeyDocs::new("enable", "Whether there are such pages; without it, if the handbook has at most 300 documents.", Shape::Flag)];

/// The keys of `[output.html.search]`.
pub const SEARCH_KEYS: &[KeyDocs] = &[KeyDocs::new("enable", "`false` publishes the site without search.", Shape::Flag)];

/// The parts of registry.yaml whose names can become links.
pub const LINKABLE: [&str; 5] = ["roles", "platforms", "environments", "labels", "glossary"];

/// The keys of `[checks]` that are no codes of findings.
pub(super) const NO_CODES: &[&str] = &["baseline", "paths"];

/// mdBook's keys that have no meaning here, by table.
pub(super) const FOREIGN_TABLES: &[&str] = &["preprocessor", "rust"];
pub(super) const FOREIGN_BOOK: &[&str] = &["text-direction", "multilingual"];
pub(super) const FOREIGN_BUILD: &[&str] = &["create-missing", "use-default-preprocessors", "extra-watch-dirs"];
pub(super) const FOREIGN_PRINT: &[&str] = &["page-break"];
pub(super) const FOREIGN_HTML: &[&str] = &[
    "cname",
    "code",
    "copy-fonts",
    "curly-quotes",
    "default-theme",
    "fold",
    "git-repository-icon",
    "google-analytics",
    "hash-files",
    "input-404",
    "mathjax-support",
    "no-section-label",
    "playground",
    "preferred-dark-theme",
    "redirect",
    "sidebar-header-nav",
    "smart-punctuation",
    "theme",
];
pub(super) const FOREIGN_SEARCH: &[&str] = &[
    "boost-hierarchy",
    "boost-paragraph",
    "boost-title",
    "chapter",
    "copy-js",
    "expand",
    "heading-split-level",
    "limit-results",
    "teaser-word-count",
    "use-boolean-and",
];
