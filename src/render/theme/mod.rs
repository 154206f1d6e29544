//! The embedded theme, a book's own files over it, and the template engine. The only user of Tera.

mod bounds;
mod fault;
mod files;

use std::collections::BTreeMap;
use std::sync::Arc;

use bounds::{Ended, PAGE_BYTES, Patience};
use tera::{Context, Kwargs, State, Tera};

pub(super) use fault::TemplateFault;

use super::escape::{breakable, href};
use super::incident::Inline;
use super::view::{PageView, VALUES};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Handbook;
use crate::memo::{Digest, Hasher};
use crate::source::{SitePath, Sources};
use crate::text::{Span, nearest};
use files::{
    BASE_CSS, BLOCKS_CSS, EMBEDDED, EMBEDDED_COMPONENTS, INCIDENT_CSS, INCIDENT_JS, INSIDE_ONLY, LISTS_CSS, PRINT_CSS, RUNBOOK_CSS, SCRIPTS,
    SEARCH_CSS, SEARCH_JS, SHEETS, accent_css, hashed, is_template, joined, lean,
};

/// A template that the engine can't read or run.
pub const INVALID_TEMPLATE: Kind = Kind {
    code: "invalid-template",
    severity: Severity::Error,
    subject: Subject::Settings,
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
    subject: Subject::Settings,
    summary: "book.toml names a style sheet, script or logo that isn't there",
    docs: "`additional-css`, `additional-js` and `logo` name files from the handbook's root. Every page would ask for a file that doesn't exist.

    [output.html]
    additional-css = [\"themes/oun.css\"]

Write the path of the file:

    [output.html]
    additional-css = [\"themes/own.css\"]",
};

/// Templates, style sheets and scripts, ready for use.
pub struct Theme {
    tera: Arc<Tera>,
    /// Whether the book has templates of its own; the embedded ones are known to have an end.
    has_own_templates: bool,
    patience: Patience,
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

/// Hrefs of the theme's files for one page.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(super) struct AssetLinks {
    pub css: String,
    pub blocks_css: String,
    pub lists_css: String,
    pub runbook_css: String,
    pub runbook_js: String,
    pub print_css: String,
    pub redirect_js: String,
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
            last.patience.renew();
            return Some(last);
        }
        let mut tera = Tera::new();
        tera.register_filter("breakable", |text: &str, _: Kwargs, _: &State<'_>| breakable(text));
        tera.register_function("range", bounds::range);
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
        let own = |path: &SitePath| path.as_str().strip_prefix("themes/").is_some_and(is_template);
        let has_own_templates = sources.texts.keys().any(own);
        let (tera, patience) = (Arc::new(tera), Patience::default());
        Some(Arc::new(Self {
            tera,
            has_own_templates,
            patience,
            digest,
            unknown,
            files,
            places,
            logo,
            extra_css,
            extra_js,
            contents,
            not_found,
            inline,
        }))
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
            redirect_js: link("js/redirect.js"),
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
        let rendered = if self.has_own_templates {
            self.patience.render(&self.tera, template, context)
        } else {
            bounds::render_here(&self.tera, template, &context, None)
        };
        rendered.map(Arc::from).map_err(|ended| match ended {
            Ended::Full => TemplateFault::endless(template),
            Ended::Late(limit) => TemplateFault::late(template, limit),
            Ended::Failed(error) => TemplateFault::new(template, &error),
        })
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
