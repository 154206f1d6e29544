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
    KeyDocs::new("alerts", "Where the rule files of Prometheus lie, and which alerts need a runbook.", Shape::Table(ALERT_KEYS)),
    KeyDocs::new("freshness", "How long a review may be overdue.", Shape::Table(FRESHNESS_KEYS)),
    KeyDocs::new(
        "checks",
        "What each finding counts as: `\"error\"`, `\"warning\"` or `\"off\"`; `[checks.paths.\"GLOB\"]` for some documents only. `baseline` names the list of findings that were there before.",
        Shape::Named("checks"),
    ),
    KeyDocs::new("links", "Which addresses elsewhere `opsbook links` asks, and how.", Shape::Table(LINK_KEYS)),
    KeyDocs::new("source", "`[[source]]`: documents of another folder or repository, a table for each.", Shape::List(&Shape::Table(SOURCE_KEYS))),
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

/// The keys of `[[source]]`.
pub(super) const SOURCE_KEYS: &[KeyDocs] = &[
    KeyDocs::new("at", "The folder below the content folder where the documents appear: `services/payments`.", Shape::Text),
    KeyDocs::new("path", "The folder that holds them, from book.toml: `../payments/docs`.", Shape::Text),
    KeyDocs::new("git", "The repository that holds them, as `git clone` takes it; instead of `path`.", Shape::Text),
    KeyDocs::new("ref", "The branch, tag or commit of the repository; without it what the repository's `HEAD` names.", Shape::Text),
    KeyDocs::new(
        "folder",
        "The part of the repository that is meant; without it all of it. With `path`: where that folder lies in its repository, if opsbook can't see it.",
        Shape::Text,
    ),
    KeyDocs::new(
        "history",
        "Whether the repository's whole history is fetched, for the days on which documents were changed: `true` or `false` (the default).",
        Shape::Flag,
    ),
    KeyDocs::new("owner", "The owner of documents whose front matter names none.", Shape::Text),
    KeyDocs::new("status", "The status of documents whose front matter says none.", Shape::Text),
    KeyDocs::new("review_every", "How often documents must be reviewed whose front matter doesn't say.", Shape::Duration),
    KeyDocs::new(
        "types",
        "`[source.types]`: globs that give the documents their type, from the folder that is mounted.",
        Shape::Map(&Shape::OneOrMore(&Shape::Glob)),
    ),
    KeyDocs::new(
        "edit-url-template",
        "URL that opens a document for editing: `{path}` stands for its path in its repository, `{ref}` for `ref`, `{commit}` for the commit that was built.",
        Shape::Text,
    ),
    KeyDocs::new("repository-url", "Where people look at the repository.", Shape::Text),
];

/// The parts of registry.yaml whose names can become links.
pub const LINKABLE: [&str; 5] = ["roles", "platforms", "environments", "labels", "glossary"];

/// The keys of `[links]`.
pub const LINK_KEYS: &[KeyDocs] = &[
    KeyDocs::new(
        "include",
        "Regular expressions: only addresses in which one of them finds something are asked. Without it all are, less reserved names such as `example.com` and this machine.",
        Shape::OneOrMore(&Shape::Regex),
    ),
    KeyDocs::new("exclude", "Regular expressions: addresses in which one of them finds something are not asked.", Shape::OneOrMore(&Shape::Regex)),
    KeyDocs::new(
        "accept",
        "Statuses that count as good besides 200 to 299: `[403, \"500-599\"]`.",
        Shape::OneOrMore(&Shape::Either(&[Shape::Number, Shape::Text])),
    ),
    KeyDocs::new(
        "headers",
        "`[links.headers.\"https://git.example.com/\"]`: headers for all addresses below this one, and for no others. `${NAME}` in a value stands for a variable of the environment, `$$` for a dollar.",
        Shape::Map(&Shape::Map(&Shape::Text)),
    ),
    KeyDocs::new("timeout", "How long a server has for its answer; `20s` without it.", Shape::Duration),
    KeyDocs::new("retries", "How often a server is asked again that couldn't answer; 2 without it.", Shape::Number),
    KeyDocs::new("connections", "Connections to one host at the same time; 2 without it.", Shape::Number),
    KeyDocs::new("rate", "Requests a second to one host; 4 without it, 0 for as many as it takes.", Shape::Number),
    KeyDocs::new("cache-age", "How long a good answer is believed; `7d` without it.", Shape::Duration),
    KeyDocs::new("failure-age", "How long any other answer is believed; `1h` without it.", Shape::Duration),
    KeyDocs::new("anchors", "Whether anchors are looked for where the server gives HTML: `true` (the default) or `false`.", Shape::Flag),
    KeyDocs::new(
        "method",
        "`get` (the default), or `head` to ask so first; a server that doesn't like that is asked again with `get`.",
        Shape::Choice(&METHODS),
    ),
    KeyDocs::new("user-agent", "What opsbook calls itself; `opsbook/VERSION` without it.", Shape::Text),
];

/// How a server can be asked.
pub(super) const METHODS: [&str; 2] = ["get", "head"];

/// The keys of `[alerts]`.
pub const ALERT_KEYS: &[KeyDocs] = &[
    KeyDocs::new("rules", "Globs of rule files, from the handbook's root: `alerts/**/*.yaml`.", Shape::OneOrMore(&Shape::Glob)),
    KeyDocs::new(
        "paging",
        "The severities that page somebody: such an alert needs a runbook. `critical` and `page` without it.",
        Shape::OneOrMore(&Shape::Text),
    ),
    KeyDocs::new("severity", "The label that says how severe an alert is; `severity` without it.", Shape::Text),
    KeyDocs::new("annotation", "The annotation that says where an alert's runbook is; `runbook_url` without it.", Shape::Text),
    KeyDocs::new("runbook-urls", "What URLs of runbooks in this handbook begin with, besides `site-url`.", Shape::OneOrMore(&Shape::Text)),
];

/// The keys of `[freshness]`.
pub const FRESHNESS_KEYS: &[KeyDocs] =
    &[KeyDocs::new("grace", "How long a review may be overdue before that is an error, as `2 weeks`; 30 days without it.", Shape::Duration)];

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
