//! The embedded theme, a book's own files over it, and the template engine. The only user of Tera.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::{Context, ErrorKind, Kwargs, State, Tera};

use super::escape::{breakable, href};
use super::incident::Inline;
use super::view::{PageView, VALUES};
use crate::config::Accent;
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::handbook::Handbook;
use crate::memo::{Digest, Hasher};
use crate::source::{SitePath, Sources};
use crate::text::{Span, nearest};

/// A template that the engine can't read or run.
pub const INVALID_TEMPLATE: Kind = Kind {
    code: "invalid-template",
    severity: Severity::Error,
    summary: "a template of the theme can't be read, or fails on a page",
    docs: "Files in themes/ take the place of the embedded theme's files of the same name. Templates are written in Tera; what they can \
use is listed in the handbook's chapter about themes.

    {{ page.titel }}

The finding shows what the engine says. Name a value that pages have:

    {{ title }}",
};

/// A style sheet or script that book.toml names and nobody has.
pub const MISSING_THEME_FILE: Kind = Kind {
    code: "missing-theme-file",
    severity: Severity::Error,
    summary: "book.toml names a style sheet, script or logo that isn't there",
    docs: "`additional-css`, `additional-js` and `logo` name files from the handbook's root. Every page would ask for a file that doesn't exist.

    [output.html]
    additional-css = [\"themes/oun.css\"]

Write the path of the file:

    [output.html]
    additional-css = [\"themes/own.css\"]",
};

const EMBEDDED_COMPONENTS: &str = include_str!("../../themes/components.html");

/// The embedded theme, which is the folder themes/ of opsbook's own repository.
const EMBEDDED: &[(&str, &str)] = &[
    ("alert.html", include_str!("../../themes/alert.html")),
    ("alerts.html", include_str!("../../themes/alerts.html")),
    ("base.html", include_str!("../../themes/base.html")),
    ("completeness-type.html", include_str!("../../themes/completeness-type.html")),
    ("completeness.html", include_str!("../../themes/completeness.html")),
    ("components.html", EMBEDDED_COMPONENTS),
    ("contents.html", include_str!("../../themes/contents.html")),
    ("incident.html", include_str!("../../themes/incident.html")),
    ("not-found.html", include_str!("../../themes/not-found.html")),
    ("registry.html", include_str!("../../themes/registry.html")),
    ("role.html", include_str!("../../themes/role.html")),
    ("sheet.html", include_str!("../../themes/sheet.html")),
    ("page.html", include_str!("../../themes/page.html")),
    ("print.html", include_str!("../../themes/print.html")),
    ("print-part.html", include_str!("../../themes/print-part.html")),
    ("rules.html", include_str!("../../themes/rules.html")),
    ("css/base/tokens.css", include_str!("../../themes/css/base/tokens.css")),
    ("css/base/frame.css", include_str!("../../themes/css/base/frame.css")),
    ("css/base/text.css", include_str!("../../themes/css/base/text.css")),
    ("css/base/code.css", include_str!("../../themes/css/base/code.css")),
    ("css/base/elements.css", include_str!("../../themes/css/base/elements.css")),
    ("css/base/page.css", include_str!("../../themes/css/base/page.css")),
    ("css/base/search.css", include_str!("../../themes/css/base/search.css")),
    ("css/base/narrow.css", include_str!("../../themes/css/base/narrow.css")),
    ("css/base/print.css", include_str!("../../themes/css/base/print.css")),
    ("css/base/runbook-link.css", include_str!("../../themes/css/base/runbook-link.css")),
    ("css/incident.css", include_str!("../../themes/css/incident.css")),
    ("css/lists/alerts.css", include_str!("../../themes/css/lists/alerts.css")),
    ("css/lists/completeness.css", include_str!("../../themes/css/lists/completeness.css")),
    ("css/blocks/diagram.css", include_str!("../../themes/css/blocks/diagram.css")),
    ("css/blocks/matrix.css", include_str!("../../themes/css/blocks/matrix.css")),
    ("css/blocks/policy.css", include_str!("../../themes/css/blocks/policy.css")),
    ("css/blocks/process.css", include_str!("../../themes/css/blocks/process.css")),
    ("css/lists/registry.css", include_str!("../../themes/css/lists/registry.css")),
    ("css/runbook/code.css", include_str!("../../themes/css/runbook/code.css")),
    ("css/runbook/placeholders.css", include_str!("../../themes/css/runbook/placeholders.css")),
    ("css/runbook/checklist.css", include_str!("../../themes/css/runbook/checklist.css")),
    ("js/copy.js", include_str!("../../themes/js/copy.js")),
    ("js/incident.js", include_str!("../../themes/js/incident.js")),
    ("css/print/print.css", include_str!("../../themes/css/print/print.css")),
    ("css/search.css", include_str!("../../themes/css/search.css")),
    ("js/search/words.js", include_str!("../../themes/js/search/words.js")),
    ("js/search/index.js", include_str!("../../themes/js/search/index.js")),
    ("js/search/meaning.js", include_str!("../../themes/js/search/meaning.js")),
    ("js/search/find.js", include_str!("../../themes/js/search/find.js")),
    ("js/search/dialog.js", include_str!("../../themes/js/search/dialog.js")),
    ("js/opsbook.js", include_str!("../../themes/js/opsbook.js")),
    ("js/runbook.js", include_str!("../../themes/js/runbook.js")),
    ("js/theme.js", include_str!("../../themes/js/theme.js")),
    ("icon.svg", include_str!("../../themes/icon.svg")),
];

/// The style sheet of every page.
const BASE_CSS: &str = "css/opsbook.css";
/// The style sheet of pages that show processes, matrices, diagrams or rules.
const BLOCKS_CSS: &str = "css/blocks.css";
/// The style sheet of pages that opsbook makes of the registry and of completeness.
const LISTS_CSS: &str = "css/lists.css";
/// The style sheet of pages with something to fill in, to tick or to think twice about.
const RUNBOOK_CSS: &str = "css/runbook.css";
/// The style sheet of pages to print.
const PRINT_CSS: &str = "css/print.css";
/// The script of the search and its style sheet, which are loaded when it is first used.
const SEARCH_JS: &str = "js/search.js";
const SEARCH_CSS: &str = "css/search.css";
/// Folders of style sheets and scripts, each published as one file: its files in the order in which [`EMBEDDED`] lists them.
const SHEETS: &[(&str, &str)] = &[
    ("css/base/", BASE_CSS),
    ("css/blocks/", BLOCKS_CSS),
    ("css/lists/", LISTS_CSS),
    ("css/runbook/", RUNBOOK_CSS),
    ("css/print/", PRINT_CSS),
    ("js/search/", SEARCH_JS),
];
/// The script of every page: these files in this order.
const SCRIPTS: (&str, &[&str]) = ("js/opsbook.js", &["js/copy.js", "js/opsbook.js"]);

/// What stands inside of incident views, in this order: style sheets and scripts by name or by folder, as far as the theme has them.
const INCIDENT_CSS: &[&str] =
    &["css/base/tokens.css", "css/base/text.css", "css/base/code.css", "css/base/elements.css", "css/blocks/", "css/runbook/", "css/incident.css"];
const INCIDENT_JS: &[&str] = &["js/copy.js", "js/runbook.js", "js/incident.js"];
/// Files that stand inside of incident views and nowhere else.
const INSIDE_ONLY: &[&str] = &["css/incident.css", "js/incident.js"];

/// Templates, style sheets and scripts, ready for use.
pub struct Theme {
    tera: Tera,
    digest: Digest,
    /// Names in the book's own templates that no page has a value for.
    unknown: Vec<Diagnostic>,
    /// What is published, by place in the site.
    files: BTreeMap<SitePath, Arc<[u8]>>,
    /// Where each published file of the embedded theme lies.
    places: BTreeMap<String, SitePath>,
    logo: Option<SitePath>,
    extra_css: Vec<SitePath>,
    extra_js: Vec<SitePath>,
    contents: SitePath,
    not_found: SitePath,
    inline: Inline,
}

/// Why a template failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TemplateFault {
    template: String,
    span: Span,
    message: String,
}

/// Hrefs of the theme's files for one page.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(super) struct AssetLinks {
    pub css: String,
    pub blocks_css: String,
    pub lists_css: String,
    pub runbook_css: String,
    pub runbook_js: String,
    pub print_css: String,
    pub theme_js: String,
    pub js: String,
    pub search_css: String,
    pub search_js: String,
    pub icon: String,
    pub logo: Option<String>,
}

impl Theme {
    /// Loads the theme; `last` is used again if nothing of it has changed. None if no page could be rendered.
    pub fn load(handbook: &Handbook, sources: &Sources, last: Option<Arc<Self>>, diagnostics: &mut Vec<Diagnostic>) -> Option<Arc<Self>> {
        let texts = texts(sources);
        let config = &handbook.config;
        let extra_css = own_files(&config.css, sources, diagnostics);
        let extra_js = own_files(&config.js, sources, diagnostics);
        let with_texts = texts.iter().fold(Hasher::default(), |hasher, (name, text)| hasher.text(name).text(text));
        let logo = logo(handbook, sources, diagnostics);
        let accent = accent_css(config.accent);
        let with_texts = with_texts.text(&accent).text(logo.as_ref().map_or("", SitePath::as_str));
        let with_counts = with_texts.bytes(&extra_css.len().to_le_bytes());
        let digest = extra_css.iter().chain(&extra_js).fold(with_counts, |hasher, (path, text)| hasher.text(path.as_str()).text(text)).finish();
        if let Some(last) = last.filter(|last| last.digest == digest) {
            diagnostics.extend(last.unknown.iter().cloned());
            return Some(last);
        }
        let mut tera = Tera::new();
        tera.register_filter("breakable", |text: &str, _: Kwargs, _: &State<'_>| breakable(text));
        let templates: Vec<(String, &str)> =
            texts.iter().filter(|(name, _)| is_template(name)).map(|(name, text)| ((*name).to_owned(), *text)).collect();
        if let Err(error) = tera.add_raw_templates(templates.into_iter().chain(replaced(sources))) {
            let fault = TemplateFault::in_report(&error, &texts).unwrap_or_else(|| TemplateFault::new("base.html", &error));
            diagnostics.extend(fault.diagnostic(sources));
            return None;
        }
        let unknown = unknown_values(&tera, sources);
        diagnostics.extend(unknown.iter().cloned());
        let mut files = BTreeMap::new();
        let mut places = BTreeMap::new();
        let (script, scripts) = SCRIPTS;
        let is_part =
            |name: &str| scripts.contains(&name) || INSIDE_ONLY.contains(&name) || SHEETS.iter().any(|(folder, _)| name.starts_with(folder));
        let single = texts.iter().filter(|(name, _)| !is_template(name) && !is_part(name)).map(|(name, text)| (*name, (*text).to_owned()));
        let script_text = scripts.iter().flat_map(|part| texts.iter().filter(move |(name, _)| name == part)).map(|(_, text)| *text).collect();
        let whole = SHEETS.iter().map(|(folder, name)| (*name, joined(&texts, folder))).chain([(script, script_text)]);
        for (name, text) in single.chain(whole) {
            let text = if name == BASE_CSS { text + &accent } else { text };
            let text = if name.starts_with("css/") { lean(&text) } else { text };
            let place = hashed(name, &text)?;
            files.insert(place.clone(), Arc::from(text.into_bytes()));
            places.insert(name.to_owned(), place);
        }
        let mut publish = |own: Vec<(SitePath, Arc<str>)>| -> Vec<SitePath> {
            let place = |(path, text): (SitePath, Arc<str>)| {
                let place = hashed(path.file_name(), &text)?;
                files.insert(place.clone(), Arc::from(text.as_bytes()));
                Some(place)
            };
            own.into_iter().filter_map(place).collect()
        };
        let (extra_css, extra_js) = (publish(extra_css), publish(extra_js));
        let (contents, not_found) = (SitePath::new("contents.html")?, SitePath::new("404.html")?);
        let all = |names: &[&str]| names.iter().map(|name| joined(&texts, name)).collect::<String>();
        let inline = Inline::new(&lean(&(all(INCIDENT_CSS) + &accent)), &all(INCIDENT_JS));
        Some(Arc::new(Self { tera, digest, unknown, files, places, logo, extra_css, extra_js, contents, not_found, inline }))
    }

    /// The hash of all that the theme consists of.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// What is published, by place in the site.
    pub fn files(&self) -> impl Iterator<Item = (&SitePath, &Arc<[u8]>)> {
        self.files.iter()
    }

    /// What stands inside of incident views.
    pub(super) fn inline(&self) -> &Inline {
        &self.inline
    }

    /// Whether a published file is of use to the search alone.
    #[must_use]
    pub fn is_for_search(&self, place: &SitePath) -> bool {
        [SEARCH_CSS, SEARCH_JS].iter().any(|name| self.places.get(*name) == Some(place))
    }

    /// Where the page of all pages lies.
    #[must_use]
    pub fn contents_address(&self) -> &SitePath {
        &self.contents
    }

    /// Where the page for addresses that don't exist lies.
    #[must_use]
    pub fn not_found_address(&self) -> &SitePath {
        &self.not_found
    }

    pub(super) fn links(&self, page: &SitePath) -> AssetLinks {
        let link = |name: &str| self.places.get(name).map_or_else(String::new, |place| href(page, place));
        AssetLinks {
            css: link(BASE_CSS),
            blocks_css: link(BLOCKS_CSS),
            lists_css: link(LISTS_CSS),
            runbook_css: link(RUNBOOK_CSS),
            runbook_js: link("js/runbook.js"),
            print_css: link(PRINT_CSS),
            theme_js: link("js/theme.js"),
            js: link("js/opsbook.js"),
            search_css: link(SEARCH_CSS),
            search_js: link(SEARCH_JS),
            icon: link("icon.svg"),
            logo: self.logo.as_ref().map(|place| href(page, place)),
        }
    }

    pub(super) fn extra_css(&self, page: &SitePath) -> Vec<String> {
        self.extra_css.iter().map(|place| href(page, place)).collect()
    }

    pub(super) fn extra_js(&self, page: &SitePath) -> Vec<String> {
        self.extra_js.iter().map(|place| href(page, place)).collect()
    }

    pub(super) fn render(&self, template: &str, view: &PageView<'_>) -> Result<Arc<[u8]>, TemplateFault> {
        let context = Context::from_serialize(view).map_err(|error| TemplateFault::new(template, &error))?;
        let html = self.tera.render(template, &context).map_err(|error| TemplateFault::new(template, &error))?;
        Ok(Arc::from(html.into_bytes()))
    }
}

/// Renders a page that lies alone by a template that is no part of the theme and may use the embedded theme's components and style sheet.
pub(super) fn render_alone(template: &str, view: &impl serde::Serialize) -> Result<Vec<u8>, String> {
    let mut tera = Tera::new();
    tera.register_filter("breakable", |text: &str, _: Kwargs, _: &State<'_>| breakable(text));
    tera.add_raw_templates([("components.html", EMBEDDED_COMPONENTS), ("alone.html", template)]).map_err(|error| error.to_string())?;
    let mut context = Context::from_serialize(view).map_err(|error| error.to_string())?;
    let css: String = SHEETS.iter().filter(|(_, name)| *name != SEARCH_JS).map(|(folder, _)| joined(EMBEDDED, folder)).collect();
    context.insert("css", &css);
    tera.render("alone.html", &context).map(String::into_bytes).map_err(|error| error.to_string())
}

/// Reports names in the book's own templates that pages have no value for: behind `| safe` they would show as nothing.
fn unknown_values(tera: &Tera, sources: &Sources) -> Vec<Diagnostic> {
    let own = sources.texts.values().filter_map(|source| Some((source.path.as_str().strip_prefix("themes/")?, source)));
    let mut found = Vec::new();
    for (name, source) in own.filter(|(name, _)| is_template(name)) {
        let Ok(names) = tera.get_template_variables(name) else { continue };
        let mut unknown: Vec<&str> = names.into_iter().filter(|name| !VALUES.contains(name)).collect();
        unknown.sort_unstable();
        for unknown in unknown {
            // A name that stands in another file of the chain is that file's fault.
            let Some(at) = source.text.find(unknown) else { continue };
            let span = Span::new(at, at + unknown.len());
            let finding = Diagnostic::new(&INVALID_TEMPLATE, &source.path, span, format!("pages have no value '{unknown}'"));
            found.push(match nearest(unknown, VALUES.iter().copied()) {
                Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}'")),
                None => finding.help(format!("pages have: {}", VALUES.join(", "))),
            });
        }
    }
    found
}

/// Whether the book has files of its own over the embedded theme.
pub(super) fn is_own(handbook: &Handbook, sources: &Sources) -> bool {
    let config = &handbook.config;
    config.logo.is_some() || !config.css.is_empty() || !config.js.is_empty() || sources.texts.keys().any(|path| path.as_str().starts_with("themes/"))
}

/// Every file of the theme with its text: the book's own where it has one, else the embedded one; and templates that only the book has.
fn texts(sources: &Sources) -> Vec<(&str, &str)> {
    let own = |name: &str| sources.text(&format!("themes/{name}")).map(|source| &*source.text);
    let mut texts: Vec<(&str, &str)> = EMBEDDED.iter().map(|(name, embedded)| (*name, own(name).unwrap_or(embedded))).collect();
    let further = sources.texts.iter().filter_map(|(path, source)| Some((path.as_str().strip_prefix("themes/")?, &*source.text)));
    texts.extend(further.filter(|(name, _)| is_template(name) && !EMBEDDED.iter().any(|(embedded, _)| embedded == name)));
    texts
}

/// The embedded templates whose place the book's own take, as `opsbook/NAME`: so a book's own can extend the one that it replaces.
fn replaced(sources: &Sources) -> Vec<(String, &'static str)> {
    let has_own = |name: &str| sources.texts.contains_key(format!("themes/{name}").as_str());
    // Components have one name each in the whole theme, so a file that defines some can't be there twice.
    let is_page = |name: &str, text: &str| is_template(name) && !text.contains("{% component ");
    let replaced = EMBEDDED.iter().filter(|(name, text)| is_page(name, text) && has_own(name));
    replaced.map(|(name, text)| (format!("opsbook/{name}"), *text)).collect()
}

/// A style sheet without its comments and indents, which are for its readers: an eighth of what browsers wait for.
fn lean(css: &str) -> String {
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
fn accent_css(accent: Option<Accent>) -> String {
    let Some(Accent { light, dark }) = accent else { return String::new() };
    format!("@supports (color: light-dark(red, red)) {{ :root {{ --accent: light-dark({light}, {dark}); }} }}\n")
}

/// Where the logo that book.toml names lies in the site; one that isn't there is reported.
fn logo(handbook: &Handbook, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<SitePath> {
    let (path, span) = handbook.config.logo.as_ref()?;
    let place = handbook.assets.iter().find(|(_, (from, _))| from == path).map(|(place, _)| place.clone());
    if place.is_none() {
        let book = sources.text("book.toml")?;
        let finding = Diagnostic::new(&MISSING_THEME_FILE, &book.path, *span, format!("there is no image '{path}' in the content folder"));
        diagnostics.push(finding.help("write the path from the folder that holds book.toml to an image below the content folder"));
    }
    place
}

/// The files of a folder of style sheets as one.
fn joined(texts: &[(&str, &str)], folder: &str) -> String {
    texts.iter().filter(|(name, _)| name.starts_with(folder)).map(|(_, text)| *text).collect()
}

fn is_template(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|extension| extension == "html")
}

/// The texts of the files that book.toml names; those that aren't there are reported.
fn own_files(paths: &[String], sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Vec<(SitePath, Arc<str>)> {
    let mut found = Vec::new();
    for path in paths {
        match sources.text(path) {
            Some(source) => found.push((source.path.clone(), Arc::clone(&source.text))),
            None => diagnostics.extend(missing(path, sources)),
        }
    }
    found
}

fn missing(path: &str, sources: &Sources) -> Option<Diagnostic> {
    let book = sources.text("book.toml")?;
    let at = book.text.find(path).unwrap_or(0);
    let finding = Diagnostic::new(&MISSING_THEME_FILE, &book.path, Span::new(at, at + path.len()), format!("there is no '{path}'"));
    Some(finding.help("write the path of the file from the folder that holds book.toml, or take it out"))
}

/// The place of a published file, with the hash of its text in the name, so that browsers may keep it for ever.
fn hashed(name: &str, text: &str) -> Option<SitePath> {
    let file = name.rsplit('/').next().unwrap_or(name);
    let hash = Digest::of(text.as_bytes()).hex(8);
    match file.rsplit_once('.') {
        Some((stem, extension)) => SitePath::new(&format!("assets/{stem}-{hash}.{extension}")),
        None => SitePath::new(&format!("assets/{file}-{hash}")),
    }
}

impl TemplateFault {
    fn new(template: &str, error: &tera::Error) -> Self {
        let report = match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => Some(report),
            _ => None,
        };
        let blamed = match error.kind() {
            // The end of the chain is in the circle; a template of the theme may only lead to it.
            ErrorKind::CircularExtend { tpl, inheritance_chain } => inheritance_chain.last().unwrap_or(tpl),
            ErrorKind::CircularInclude { tpl, .. } | ErrorKind::MissingParent { current: tpl, .. } => tpl,
            _ => template,
        };
        let lines = |text: String| text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("the template failed").to_owned();
        match report {
            Some(report) => {
                Self { template: report.filename().to_owned(), span: report.span().range.clone().into(), message: lines(report.message().to_owned()) }
            }
            None => Self { template: blamed.to_owned(), span: Span::at(0), message: lines(error.to_string()) },
        }
    }

    /// What the engine says of filters, functions and templates that don't exist is a report in words: `error: Unknown filter ⏎ --> page.html:3:8`.
    fn in_report(error: &tera::Error, texts: &[(&str, &str)]) -> Option<Self> {
        let ErrorKind::Msg(report) = error.kind() else { return None };
        let mut lines = report.lines().map(str::trim).filter(|line| !line.is_empty());
        let message = lines.next()?.trim_start_matches("error: ").to_owned();
        let mut place = lines.find_map(|line| line.strip_prefix("--> "))?.rsplitn(3, ':');
        let (column, line): (usize, usize) = (place.next()?.parse().ok()?, place.next()?.parse().ok()?);
        let template = place.next()?;
        let (_, text) = texts.iter().find(|(name, _)| *name == template)?;
        let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let place = Span::at(text.floor_char_boundary(before + column.saturating_sub(1)));
        Some(Self { template: template.to_owned(), span: place, message })
    }

    /// The finding about it: in the book's own file, else in the embedded one, which a template of the book's own misuses.
    pub(super) fn diagnostic(&self, sources: &Sources) -> Option<Diagnostic> {
        let own = SitePath::join("themes", &self.template).filter(|path| sources.texts.contains_key(path));
        let path = own.or_else(|| SitePath::embedded(&format!("themes/{}", self.template)))?;
        let finding = Diagnostic::new(&INVALID_TEMPLATE, &path, self.span, format!("template can't be used: {}", self.message));
        Some(finding.help("mend the template in themes/, or remove it so that the embedded one is used"))
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
