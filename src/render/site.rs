//! All files of the site at once: what a build publishes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::highlight::Piece;
use super::press::Press;
use super::theme::TemplateFault;
use super::view::Job;
use super::{RenderCache, Rendered, Theme, document_of};
use crate::diagnostic::Diagnostic;
use crate::diagram::Drawing;
use crate::handbook::Handbook;
use crate::laps::Laps;
use crate::memo::Digest;
use crate::site::{InMemory, Shelf, Site, SiteFile};
use crate::source::{SitePath, Sources};

/// A page that is made, and where its bytes are.
pub(super) struct Made {
    /// Few templates fail, so those that don't leave no room for it.
    pub page: Result<SiteFile, Box<TemplateFault>>,
    pub markdown: Option<SiteFile>,
    /// The bytes of a page to print: its parts aren't in it yet.
    pub shell: Option<Arc<[u8]>>,
    pub drawings: Vec<(Digest, Arc<Drawing>)>,
}

/// The code blocks of every document, taken apart for their colours.
pub(super) type Code = Vec<Vec<Arc<Vec<Piece>>>>;

/// Makes the pages of a site, in the order of the jobs; also gives the code that it took.
type Pages<'a> = dyn Fn(&Press<'_>, &mut RenderCache, &mut Laps) -> (Vec<Made>, Code) + 'a;

/// Renders every page, and remembers them. Returns the site, unless a template fails, and the faults of templates.
pub fn site(handbook: &Handbook, sources: &Sources, cache: &mut RenderCache, laps: &mut Laps) -> (Option<Site>, Vec<Diagnostic>) {
    let pages = |press: &Press<'_>, cache: &mut RenderCache, laps: &mut Laps| {
        let code = cache.colours.all(handbook);
        // Now every block has been asked for.
        cache.single.look_up(None);
        laps.end("highlight");
        let RenderCache { pages, drawings, .. } = cache;
        let jobs = press.views.jobs();
        let rendered = pages.all_prepared(
            jobs,
            |job| {
                let view = press.views.view(job);
                (press.key(&view, job), view)
            },
            |job, view| press.render(job, view, code_of(job, handbook, &code), drawings),
        );
        (jobs.iter().zip(rendered).map(|(job, rendered)| made(job, &rendered, press, &InMemory)).collect(), code)
    };
    all(&pages, &InMemory, handbook, sources, cache, laps)
}

/// The code of the document that a page shows.
pub(super) fn code_of<'a>(job: &Job, handbook: &Handbook, code: &'a [Vec<Arc<Vec<Piece>>>]) -> &'a [Arc<Vec<Piece>>] {
    document_of(job, handbook).and_then(|index| code.get(index)).map_or(&[], Vec::as_slice)
}

/// Puts what a page became on the shelf; not so a page to print, which isn't whole.
pub(super) fn made(job: &Job, rendered: &Rendered, press: &Press<'_>, shelf: &dyn Shelf) -> Made {
    let place = press.views.address(job);
    let frame = shell(job, rendered).map(|(_, bytes)| Arc::clone(bytes));
    let page = match &rendered.page {
        Ok(bytes) if frame.is_some() => Ok(SiteFile::Bytes(Arc::clone(bytes))),
        Ok(bytes) => Ok(shelf.keep(place, Arc::clone(bytes))),
        Err(fault) => Err(Box::new(fault.clone())),
    };
    let markdown = markdown_place(job, press).zip(rendered.markdown.as_ref()).map(|(place, bytes)| shelf.keep(place, Arc::clone(bytes)));
    let drawings = rendered.drawings.clone();
    Made { page, markdown, shell: frame, drawings }
}

/// Where the Markdown of a document's page lies.
pub(super) fn markdown_place<'a>(job: &Job, press: &'a Press<'_>) -> Option<&'a SitePath> {
    if let Job::Document(index) = job { press.views.markdown_place(*index) } else { None }
}

/// A page to print before its parts are there, and its place among all.
pub(super) fn shell<'a>(job: &Job, rendered: &'a Rendered) -> Option<(usize, &'a Arc<[u8]>)> {
    let Job::Print(index, _) = job else { return None };
    Some((*index, rendered.page.as_ref().ok()?))
}

/// All files of the site; `pages` makes the pages.
pub(super) fn all(
    pages: &Pages<'_>,
    shelf: &dyn Shelf,
    handbook: &Handbook,
    sources: &Sources,
    cache: &mut RenderCache,
    laps: &mut Laps,
) -> (Option<Site>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let Some(theme) = Theme::load(handbook, sources, cache.theme.take(), &mut diagnostics) else {
        return (None, diagnostics);
    };
    laps.end("theme");
    let press = Press::new(handbook, sources, &theme, cache);
    let views = &press.views;
    laps.end("plan");
    let mut site = Site::default();
    for (place, file) in press.together(&mut cache.search, shelf) {
        put(&mut site, place, file);
    }
    laps.end("search");
    let jobs = views.jobs();
    let (made, code) = pages(&press, cache, laps);
    laps.end("pages");
    // Those of pages that haven't changed are remembered with these; those that no page shows any more are forgotten.
    cache.drawings = made.iter().flat_map(|made| &made.drawings).map(|(key, drawing)| (*key, Arc::clone(drawing))).collect();
    let shells: BTreeMap<usize, &Arc<[u8]>> = jobs.iter().zip(&made).filter_map(|(job, made)| Some((printed(job)?, made.shell.as_ref()?))).collect();
    let whole = press.print(&code, &cache.drawings, &mut cache.parts, &shells);
    let mut faults: Vec<TemplateFault> = whole.as_ref().err().cloned().into_iter().collect();
    for (job, made) in jobs.iter().zip(made) {
        match made.page {
            // A front page or a folder's page that the handbook brings along as HTML is better than a list.
            Ok(_) if matches!(job, Job::Folder(..)) && handbook.assets.contains_key(views.address(job)) => {}
            Ok(file) => {
                let place = views.address(job).clone();
                let whole = printed(job).and_then(|index| whole.as_ref().ok()?.get(&index));
                let file = whole.map_or(file, |bytes| shelf.keep(&place, Arc::clone(bytes)));
                put(&mut site, place, file);
            }
            Err(fault) => faults.push(*fault),
        }
        if let Job::Document(index) = job
            && let Some((place, file)) = views.markdown_place(*index).zip(made.markdown)
        {
            put(&mut site, place.clone(), file);
        }
    }
    let complete = faults.is_empty();
    // One broken template breaks every page in the same way: once is enough.
    for fault in &faults {
        diagnostics.extend(fault.diagnostic(sources).filter(|found| !diagnostics.contains(found)));
    }
    for (place, (from, asset)) in handbook.assets.iter() {
        put(&mut site, place.clone(), SiteFile::Copy { from: from.clone(), asset: asset.clone() });
    }
    laps.end("print");
    cache.theme = Some(theme);
    (complete.then_some(site), diagnostics)
}

/// The place of a page to print among all of them.
fn printed(job: &Job) -> Option<usize> {
    if let Job::Print(index, _) = job { Some(*index) } else { None }
}

/// Puts a file into the site. Each has a place of its own.
fn put(site: &mut Site, place: SitePath, file: SiteFile) {
    debug_assert!(!site.files.contains_key(&place), "'{place}' is written twice");
    site.files.insert(place, file);
}
