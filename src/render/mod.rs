//! The handbook as a site: pages, folder lists, theme files.
//!
//! Reads the resolved handbook. Reports faults of templates only, never of content. Must not know the disk or the clock.

mod blocks;
mod body;
pub mod completeness;
mod drawn;
mod escape;
mod highlight;
mod navigation;
mod policy;
mod registry;
mod sanitize;
mod search;
mod sitemap;
mod theme;
mod view;

use std::sync::Arc;

pub use theme::{INVALID_TEMPLATE, MISSING_THEME_FILE, Theme};

use crate::diagnostic::{Diagnostic, Kind};
use crate::diagram::Drawing;
use crate::handbook::{Entity, Handbook, Page, Resolved};
use crate::memo::{Digest, Hasher, Memo};
use crate::registry::Mentions;
use crate::site::{Site, SiteFile};
use crate::source::{SitePath, Sources};

/// Every kind of fault that rendering can find.
pub const KINDS: &[&Kind] = &[&INVALID_TEMPLATE, &MISSING_THEME_FILE];

/// What made the pages, as they say it themselves.
const GENERATOR: &str = concat!("opsbook ", env!("CARGO_PKG_VERSION"));

/// What rendering remembers from run to run.
#[derive(Default)]
pub struct RenderCache {
    theme: Option<Arc<Theme>>,
    /// The finder of names, with the hash of the registry and the kinds of names that it is for.
    mentions: Option<(Digest, Arc<Mentions>)>,
    highlights: Memo<String>,
    /// The drawings on the pages of the last run.
    drawings: drawn::Known,
    pages: Memo<Rendered>,
    search: search::SearchCache,
}

/// A page, and the drawings on it.
struct Rendered {
    page: Result<Arc<[u8]>, theme::TemplateFault>,
    drawings: Vec<(Digest, Arc<Drawing>)>,
}

/// The faults of a theme of the book's own. A book without one has nothing to check, and no theme is loaded.
pub fn check_theme(handbook: &Handbook, sources: &Sources, cache: &mut RenderCache) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if theme::is_own(handbook, sources) {
        cache.theme = Theme::load(handbook, sources, cache.theme.take(), &mut diagnostics);
    }
    diagnostics
}

/// Renders every page. Returns the site, unless a template fails, and the faults of templates.
pub fn site(handbook: &Handbook, sources: &Sources, cache: &mut RenderCache) -> (Option<Site>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let Some(theme) = Theme::load(handbook, sources, cache.theme.take(), &mut diagnostics) else {
        return (None, diagnostics);
    };
    let mut site = Site::default();
    let mut add = |path: &str, bytes: Arc<[u8]>| {
        if let Some(path) = SitePath::new(path) {
            site.files.insert(path, SiteFile::Bytes(bytes));
        }
    };
    for (path, bytes) in theme.files().filter(|(path, _)| handbook.config.search || !theme.is_for_search(path)) {
        add(path.as_str(), Arc::clone(bytes));
    }
    if let Some(text) = sitemap::write(handbook)
        && !handbook.assets.keys().any(|place| place.as_str() == "sitemap.xml")
    {
        add("sitemap.xml", Arc::from(text.into_bytes()));
    }
    let code = highlight_all(handbook, &mut cache.highlights);
    let views = view::Views::new(handbook, &theme);
    let mentions = mentions(handbook, cache);
    let sanitizer = sanitize::sanitizer();
    if let Some((address, badge)) = views.badge() {
        add(address.as_str(), Arc::from(badge.into_bytes()));
    }
    for (address, text) in views.calendars() {
        add(address.as_str(), Arc::from(text.as_bytes()));
    }
    for (address, script) in search::files(handbook, &views, &mut cache.search) {
        add(address.as_str(), script);
    }
    let jobs = views.jobs();
    let rendered = cache.pages.all_prepared(
        &jobs,
        |job| {
            let view = views.view(job);
            (key(&view, job, handbook, &theme), view)
        },
        |job, mut view| {
            let drawn = drawn::Drawn::new(&cache.drawings);
            if let view::Job::Document(index) = job
                && let Some(page) = handbook.pages.get(*index)
            {
                let parts = body::render(handbook, page, code.get(*index).map_or(&[], Vec::as_slice), &sanitizer, &mentions, &drawn);
                view.heading = parts.heading;
                view.body = parts.body;
            }
            Rendered { page: theme.render(view.kind.template(), &view), drawings: drawn.shown() }
        },
    );
    // Those of pages that haven't changed are remembered with these; those that no page shows any more are forgotten.
    cache.drawings = rendered.iter().flat_map(|rendered| &rendered.drawings).map(|(key, drawing)| (*key, Arc::clone(drawing))).collect();
    let mut complete = true;
    for (job, result) in jobs.iter().zip(&rendered) {
        match &result.page {
            // A front page or a folder's page that the handbook brings along as HTML is better than a list.
            Ok(_) if matches!(job, view::Job::Folder(..)) && handbook.assets.contains_key(views.address(job)) => {}
            Ok(bytes) => add(views.address(job).as_str(), Arc::clone(bytes)),
            // One broken template breaks every page in the same way: once is enough.
            Err(fault) => {
                complete = false;
                diagnostics.extend(fault.diagnostic(sources).filter(|found| !diagnostics.contains(found)));
            }
        }
    }
    for (place, (from, asset)) in &handbook.assets {
        site.files.entry(place.clone()).or_insert_with(|| SiteFile::Copy { from: from.clone(), asset: asset.clone() });
    }
    cache.theme = Some(theme);
    (complete.then_some(site), diagnostics)
}

/// Everything that the bytes of a page depend on: its view, its document, where its links lead, the theme and the program.
fn key(view: &view::PageView<'_>, job: &view::Job, handbook: &Handbook, theme: &Theme) -> Digest {
    let hasher = Hasher::default().text(env!("CARGO_PKG_VERSION")).digest(theme.digest()).digest(Digest::of_value(view));
    let view::Job::Document(index) = job else { return hasher.finish() };
    let Some(page) = handbook.pages.get(*index) else { return hasher.finish() };
    let with_document = hasher.digest(page.document.digest);
    // What the blocks say depends on the roles and platforms that are declared.
    let with_document = if page.blocks.is_empty() { with_document } else { with_document.digest(handbook.registry.digest) };
    let with_links = page.links.iter().fold(with_document, |hasher, link| hasher.text(&href(handbook, page, link).unwrap_or_default()));
    with_links.bytes(&[u8::from(handbook.config.trust_html)]).digest(names_digest(handbook)).finish()
}

/// Where the page of a role or another name lies, as this page refers to it.
fn entity_href(handbook: &Handbook, page: &Page, entity: Entity) -> Option<String> {
    let place = handbook.entity(entity)?;
    Some(registry::place_href(&page.address, place.address, place.anchor))
}

/// All that links from names depend on.
fn names_digest(handbook: &Handbook) -> Digest {
    let Some(places) = &handbook.entities else { return Digest::default() };
    let hasher = Hasher::default().digest(handbook.registry.digest).text(places.index.as_str());
    handbook.config.link_names.iter().fold(hasher, |hasher, kind| hasher.text(kind)).finish()
}

/// The finder of the names that pages link to.
fn mentions(handbook: &Handbook, cache: &mut RenderCache) -> Arc<Mentions> {
    let digest = names_digest(handbook);
    if let Some((last, mentions)) = &cache.mentions
        && *last == digest
    {
        return Arc::clone(mentions);
    }
    let mentions = Arc::new(Mentions::of(&handbook.registry, |entity| handbook.config.link_names.contains(&entity.section())));
    cache.mentions = Some((digest, Arc::clone(&mentions)));
    mentions
}

/// The highlighted code blocks of every page, in the order in which they stand.
fn highlight_all(handbook: &Handbook, memo: &mut Memo<String>) -> Vec<Vec<Arc<String>>> {
    let fences: Vec<_> = handbook.pages.iter().flat_map(|page| &page.document.fences).collect();
    let highlighter = highlight::Highlighter::default();
    let mut all = memo
        .all(
            &fences,
            |fence| Hasher::default().text(&fence.language).text(&fence.content).finish(),
            |fence| highlighter.html(&fence.language, &fence.content),
        )
        .into_iter();
    handbook.pages.iter().map(|page| all.by_ref().take(page.document.fences.len()).collect()).collect()
}

/// The `href` of a resolved link on a page; none where it leads nowhere or is left as the author wrote it.
fn href(handbook: &Handbook, page: &Page, link: &Resolved) -> Option<String> {
    match link {
        Resolved::Page { page: target, fragment } => {
            let target = handbook.pages.get(*target)?;
            let anchor = fragment.as_ref().map_or(String::new(), |fragment| format!("#{}", escape::encode_fragment(fragment)));
            if target.address == page.address && fragment.is_some() {
                return Some(anchor);
            }
            Some(format!("{}{anchor}", escape::href(&page.address, &target.address)))
        }
        Resolved::Folder { address, suffix } | Resolved::Asset { address, suffix } => {
            Some(format!("{}{suffix}", escape::href(&page.address, address)))
        }
        Resolved::External | Resolved::Broken(_) => None,
    }
}
