//! All files of the site at once: what a build publishes.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

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
struct Made {
    page: Result<SiteFile, TemplateFault>,
    markdown: Option<SiteFile>,
    /// The bytes of a page to print: its parts aren't in it yet.
    shell: Option<Arc<[u8]>>,
    drawings: Vec<(Digest, Arc<Drawing>)>,
}

/// The pages of a site, in the order of the jobs, from the code blocks of every document.
type Pages<'a> = dyn Fn(&Press<'_>, &[Vec<Arc<Vec<Piece>>>], &mut RenderCache) -> Vec<Made> + 'a;

/// Renders every page, and remembers them. Returns the site, unless a template fails, and the faults of templates.
pub fn site(handbook: &Handbook, sources: &Sources, cache: &mut RenderCache, laps: &mut Laps) -> (Option<Site>, Vec<Diagnostic>) {
    let pages = |press: &Press<'_>, code: &[Vec<Arc<Vec<Piece>>>], cache: &mut RenderCache| {
        let RenderCache { pages, drawings, .. } = cache;
        let jobs = press.views.jobs();
        let rendered = pages.all_prepared(
            jobs,
            |job| {
                let view = press.views.view(job);
                (press.key(&view, job), view)
            },
            |job, view| press.render(job, view, code_of(job, handbook, code), drawings),
        );
        jobs.iter().zip(rendered).map(|(job, rendered)| made(job, &rendered, press, &InMemory)).collect()
    };
    all(&pages, &InMemory, handbook, sources, cache, laps)
}

/// Renders every page and puts it on a shelf at once. What is remembered isn't asked, and nothing is remembered.
pub fn site_on(
    shelf: &dyn Shelf,
    handbook: &Handbook,
    sources: &Sources,
    cache: &mut RenderCache,
    laps: &mut Laps,
) -> (Option<Site>, Vec<Diagnostic>) {
    let pages = |press: &Press<'_>, code: &[Vec<Arc<Vec<Piece>>>], cache: &mut RenderCache| {
        let jobs = press.views.jobs();
        // Only pages to print show a drawing again.
        let is_printed = jobs.iter().any(|job| matches!(job, Job::Print(..)));
        let make = |job: &Job| {
            let rendered = press.render(job, press.views.view(job), code_of(job, handbook, code), &cache.drawings);
            let made = made(job, &rendered, press, shelf);
            if is_printed { made } else { Made { drawings: Vec::new(), ..made } }
        };
        jobs.par_iter().map(make).collect()
    };
    all(&pages, shelf, handbook, sources, cache, laps)
}

fn code_of<'a>(job: &Job, handbook: &Handbook, code: &'a [Vec<Arc<Vec<Piece>>>]) -> &'a [Arc<Vec<Piece>>] {
    document_of(job, handbook).and_then(|index| code.get(index)).map_or(&[], Vec::as_slice)
}

/// Puts what a page became on the shelf; not so a page to print, which isn't whole.
fn made(job: &Job, rendered: &Rendered, press: &Press<'_>, shelf: &dyn Shelf) -> Made {
    let place = press.views.address(job);
    let frame = shell(job, rendered).map(|(_, bytes)| Arc::clone(bytes));
    let page = match &rendered.page {
        Ok(bytes) if frame.is_some() => Ok(SiteFile::Bytes(Arc::clone(bytes))),
        Ok(bytes) => Ok(shelf.keep(place, Arc::clone(bytes))),
        Err(fault) => Err(fault.clone()),
    };
    let markdown_place = if let Job::Document(index) = job { press.views.markdown_place(*index) } else { None };
    let markdown = markdown_place.zip(rendered.markdown.as_ref()).map(|(place, bytes)| shelf.keep(place, Arc::clone(bytes)));
    let drawings = rendered.drawings.clone();
    Made { page, markdown, shell: frame, drawings }
}

/// A page to print before its parts are there, and its place among all.
pub(super) fn shell<'a>(job: &Job, rendered: &'a Rendered) -> Option<(usize, &'a Arc<[u8]>)> {
    let Job::Print(index, _) = job else { return None };
    Some((*index, rendered.page.as_ref().ok()?))
}

fn all(
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
    let code = cache.colours.all(handbook);
    // Now every block has been asked for.
    cache.single.look_up(None);
    laps.end("highlight");
    let press = Press::new(handbook, sources, &theme, cache);
    let views = &press.views;
    laps.end("plan");
    let mut site = Site::default();
    for (place, bytes) in press.together(&mut cache.search) {
        let file = shelf.keep(&place, bytes);
        put(&mut site, place, file);
    }
    laps.end("search");
    let jobs = views.jobs();
    let made = pages(&press, &code, cache);
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
            Err(fault) => faults.push(fault),
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
