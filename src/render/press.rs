//! What one state of the handbook is rendered with: one page at a time, on any thread.

use std::collections::BTreeMap;
use std::sync::Arc;

use ammonia::Builder;

use super::highlight::{Highlighter, Piece};
use super::theme::{TemplateFault, Theme};
use super::view::{Job, PageView, Views};
use super::{RenderCache, Rendered, body, document_of, drawn, href, incident, incidents, mentions, names_digest, print, sanitize, search};
use crate::handbook::{Handbook, Resolved};
use crate::memo::{Digest, Hasher, Memo};
use crate::mounted::Tables;
use crate::registry::Mentions;
use crate::site::{Shelf, SiteFile};
use crate::source::{SitePath, Sources};

/// Everything that pages of one state of the handbook are rendered with.
pub(super) struct Press<'a> {
    handbook: &'a Handbook,
    sources: &'a Sources,
    theme: &'a Theme,
    pub(super) views: Views<'a>,
    mentions: Arc<Mentions>,
    pub(super) highlighter: Arc<Highlighter>,
    sanitizer: Builder<'static>,
    without_requests: Builder<'static>,
}

impl<'a> Press<'a> {
    pub(super) fn new(handbook: &'a Handbook, sources: &'a Sources, theme: &'a Theme, cache: &mut RenderCache) -> Self {
        Self {
            handbook,
            sources,
            theme,
            views: Views::new(handbook, theme, sources, &mut cache.places),
            mentions: mentions(handbook, cache),
            highlighter: Arc::clone(&cache.colours.highlighter),
            sanitizer: sanitize::sanitizer(),
            without_requests: sanitize::sanitizer_without_requests(),
        }
    }

    /// The files that are no pages and are made together, put on the shelf: the search, the theme's, those for programs and calendars.
    pub(super) fn together(&self, known: &mut search::SearchCache, onto: &dyn Shelf) -> Vec<(SitePath, SiteFile)> {
        let mut files = search::files(self.handbook, &self.views, known, onto);
        let has_search = self.handbook.config.published.search;
        let of_theme = self.theme.files().filter(|(path, _)| has_search || !self.theme.is_for_search(path));
        files.extend(of_theme.map(|(path, bytes)| (path.clone(), onto.keep(path, Arc::clone(bytes)))));
        // Each is put away before the next one is made: lists of a large handbook are large.
        let mut keep = |place: &SitePath, text: String| files.push((place.clone(), onto.keep(place, Arc::from(text.into_bytes()))));
        if let Some((place, badge)) = self.views.badge() {
            keep(place, badge);
        }
        self.views.calendars().for_each(|(place, text)| keep(place, text.to_owned()));
        if let Some((place, text)) = incident::policy(self.handbook, self.theme) {
            keep(&place, text);
        }
        if let Some((place, text)) = incident::list(self.handbook, &Tables::of(&self.handbook.config, self.sources)) {
            keep(&place, text);
        }
        self.views.review_calendars().into_iter().for_each(|(place, text)| keep(&place, text));
        self.views.files_for_machines(&mut keep);
        files
    }

    /// Everything that the bytes of a page depend on.
    pub(super) fn key(&self, view: &PageView<'_>, job: &Job) -> Digest {
        let key = key(view, job, self.handbook, self.theme, &self.views);
        if self.sources.lines { Hasher::default().digest(key).text("lines").finish() } else { key }
    }

    /// Renders a page. `code` are the document's code blocks, highlighted.
    pub(super) fn render(&self, job: &Job, mut view: PageView<'_>, code: &[Arc<Vec<Piece>>], drawings: &drawn::Known) -> Rendered {
        let drawn = drawn::Drawn::new(drawings);
        let mut markdown = None;
        if let Some((index, page)) = document_of(job, self.handbook).and_then(|index| Some((index, self.handbook.pages.get(index)?))) {
            let is_incident = matches!(job, Job::Incident(..));
            let input = body::Input {
                handbook: self.handbook,
                page,
                code,
                sanitizer: if is_incident { &self.without_requests } else { &self.sanitizer },
                mentions: &self.mentions,
                drawn: &drawn,
                lines: self.sources.lines,
            };
            if is_incident {
                incident::put_document(&mut view, &input, self.sources);
            } else {
                let parts = body::render(&input);
                if let Some(report) = &mut view.report {
                    incidents::draw(report, &drawn);
                }
                view.heading = parts.heading;
                view.body = parts.body;
                markdown = self.views.markdown(index, &view).map(|(_, text)| Arc::from(text.into_bytes()));
            }
        }
        Rendered { markdown, page: self.theme.render(view.kind.template(), &view), drawings: drawn.shown() }
    }

    /// The pages to print, whole. `shells` are the same before their parts are in them.
    pub(super) fn print(
        &self,
        code: &[Vec<Arc<Vec<Piece>>>],
        drawings: &drawn::Known,
        parts: &mut Memo<print::Written>,
        shells: &BTreeMap<usize, &Arc<[u8]>>,
    ) -> Result<BTreeMap<usize, Arc<[u8]>>, TemplateFault> {
        let context = print::Context {
            handbook: self.handbook,
            theme: self.theme,
            views: &self.views,
            code,
            sanitizer: &self.sanitizer,
            mentions: &self.mentions,
            drawings,
        };
        print::write(&context, parts, |index| shells.get(&index).copied())
    }
}

/// Everything that the bytes of a page depend on: its view, its document, where its links lead, the theme and the program.
pub(super) fn key(view: &PageView<'_>, job: &Job, handbook: &Handbook, theme: &Theme, views: &Views<'_>) -> Digest {
    let hasher = Hasher::default().text(env!("CARGO_PKG_VERSION")).digest(theme.digest()).digest(Digest::of_value(view));
    let Some(page) = document_of(job, handbook).and_then(|index| handbook.pages.get(index)) else { return hasher.finish() };
    let with_document = hasher.digest(page.document.digest);
    // What the blocks say depends on the roles and platforms that are declared.
    let with_document = if page.blocks.is_empty() { with_document } else { with_document.digest(handbook.registry.digest) };
    let with_links = page.links.iter().fold(with_document, |hasher, link| hasher.text(&href(handbook, page, link).unwrap_or_default()));
    // In the Markdown of a page links lead to the Markdown of others, where they have one.
    let with_links = page.links.iter().fold(with_links, |hasher, link| match link {
        Resolved::Page { page, .. } => hasher.bytes(&[u8::from(views.markdown_place(*page).is_some())]),
        _ => hasher,
    });
    with_links.bytes(&[u8::from(handbook.config.trust_html), u8::from(handbook.config.published.highlight)]).digest(names_digest(handbook)).finish()
}
