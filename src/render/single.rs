//! One file of the site at a time, made when it is asked for: a preview shows few of many pages.
//!
//! Every file is what [`site`](super::site) would make of it, byte for byte.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use super::colours::{Lookup, key_of};
use super::drawn;
use super::highlight::{KnownLines, Piece, Record};
use super::incident::{self, Subject};
use super::press::Press;
use super::site::shell;
use super::view::{Job, Made};
use super::{RenderCache, Rendered, document_of, theme};
use crate::diagnostic::Diagnostic;
use crate::handbook::Handbook;
use crate::memo::{Memo, Recent};
use crate::render::Theme;
use crate::site::{InMemory, SiteFile};
use crate::source::{SitePath, Sources};

/// Pages and code blocks that are remembered at least.
const PAGES: usize = 200;
const BLOCKS: usize = 2000;
/// Files of one state of the handbook that are remembered at most.
const FILES: usize = 500;
/// Drawings that are remembered at most.
const DRAWINGS: usize = 1000;

/// What single pages that were asked for are made of.
pub(super) struct Asked {
    pages: Recent<Rendered>,
    code: Recent<Vec<Piece>>,
    colours: Lookup,
    /// Whether a record of colours was wrong, and what pages to print were made of isn't forgotten yet.
    has_distrusted: bool,
    drawings: drawn::Known,
    /// Of this state of the handbook: the files that are made together, and the pages to print.
    together: Option<HashMap<SitePath, SiteFile>>,
    printed: Option<BTreeMap<usize, Arc<[u8]>>>,
    /// Of this state too: the theme, and the files that were asked for.
    theme: Option<Arc<Theme>>,
    files: HashMap<SitePath, Option<SiteFile>>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            pages: Recent::new(PAGES),
            code: Recent::new(BLOCKS),
            colours: Lookup::default(),
            has_distrusted: false,
            drawings: drawn::Known::default(),
            together: None,
            printed: None,
            theme: None,
            files: HashMap::new(),
        }
    }
}

impl Asked {
    /// Forgets what belongs to one state of the handbook alone.
    pub(super) fn turn(&mut self) {
        self.together = None;
        self.printed = None;
        self.theme = None;
        self.files.clear();
    }

    /// Asks a record of an earlier run from now on.
    pub(super) fn look_up(&mut self, record: Option<Arc<Record>>) {
        self.colours = Lookup::of(record);
    }
}

/// The file at an address of the site; none if the site has none.
///
/// # Errors
///
/// The faults of the templates that it would take.
pub fn file(handbook: &Handbook, sources: &Sources, cache: &mut RenderCache, address: &SitePath) -> Result<Option<SiteFile>, Vec<Diagnostic>> {
    if let Some(file) = cache.single.files.get(address) {
        return Ok(file.clone());
    }
    let file = made(handbook, sources, cache, address)?;
    if cache.single.files.len() >= FILES {
        cache.single.files.clear();
    }
    cache.single.files.insert(address.clone(), file.clone());
    Ok(file)
}

/// The theme of this state of the handbook.
fn theme_of(handbook: &Handbook, sources: &Sources, cache: &mut RenderCache) -> Result<Arc<Theme>, Vec<Diagnostic>> {
    if let Some(theme) = &cache.single.theme {
        return Ok(Arc::clone(theme));
    }
    let mut diagnostics = Vec::new();
    let Some(theme) = Theme::load(handbook, sources, cache.theme.take(), &mut diagnostics) else { return Err(diagnostics) };
    cache.theme = Some(Arc::clone(&theme));
    cache.single.theme = Some(Arc::clone(&theme));
    Ok(theme)
}

fn made(handbook: &Handbook, sources: &Sources, cache: &mut RenderCache, address: &SitePath) -> Result<Option<SiteFile>, Vec<Diagnostic>> {
    let theme = theme_of(handbook, sources, cache)?;
    if !handbook.by_address.contains_key(address)
        && let Some((from, asset)) = handbook.assets.get(address)
    {
        return Ok(Some(SiteFile::Copy { from: from.clone(), asset: asset.clone() }));
    }
    if let Some((_, bytes)) = theme.files().find(|(place, _)| *place == address) {
        let is_published = handbook.config.published.search || !theme.is_for_search(address);
        return Ok(is_published.then(|| SiteFile::Bytes(Arc::clone(bytes))));
    }
    // Each page that a preview shows comes with the headers in this file: it mustn't wait for the search.
    if handbook.runbooks.policy.as_ref() == Some(address) {
        return Ok(incident::policy(handbook, &theme).map(|(_, text)| SiteFile::Bytes(Arc::from(text.into_bytes()))));
    }
    let press = Press::new(handbook, sources, &theme, cache);
    let fail = |fault: &theme::TemplateFault| fault.diagnostic(sources).into_iter().collect::<Vec<_>>();
    let bytes = match press.views.made_at(address) {
        Made::Page(Job::Print(index, _)) => printed(&press, handbook, cache).map_err(|fault| fail(&fault))?.get(&index).cloned(),
        Made::Page(job) => {
            let rendered = rendered(&press, handbook, &mut cache.single, &job);
            Some(Arc::clone(rendered.page.as_ref().map_err(fail)?))
        }
        Made::Markdown(index) => rendered(&press, handbook, &mut cache.single, &Job::Document(index)).markdown.clone(),
        Made::Together => {
            let all = cache.single.together.get_or_insert_with(|| press.together(&mut cache.search, &InMemory).into_iter().collect());
            return Ok(all.get(address).cloned());
        }
    };
    Ok(bytes.map(SiteFile::Bytes))
}

/// Where the page lies for addresses that don't exist, if the site has one of its own making.
pub fn not_found(handbook: &Handbook, sources: &Sources, cache: &mut RenderCache) -> Option<SitePath> {
    let theme = theme_of(handbook, sources, cache).ok()?;
    let address = theme.not_found_address().clone();
    let is_there = handbook.by_address.contains_key(&address) || handbook.assets.contains_key(&address);
    if is_there { Some(address) } else { Press::new(handbook, sources, &theme, cache).views.not_found().cloned() }
}

/// The faults of a theme of the book's own on one page of each kind. Of pages to print it is the shell, without what is printed.
pub fn template_faults(handbook: &Handbook, sources: &Sources, cache: &mut RenderCache) -> Vec<Diagnostic> {
    if !theme::is_own(handbook, sources) {
        return Vec::new();
    }
    let theme = match theme_of(handbook, sources, cache) {
        Ok(theme) => theme,
        Err(diagnostics) => return diagnostics,
    };
    let mut diagnostics = Vec::new();
    let press = Press::new(handbook, sources, &theme, cache);
    let mut kinds = HashSet::new();
    let tried = press.views.jobs().iter().filter(|job| kinds.insert(kind(job)));
    for job in tried {
        if let Err(fault) = &rendered(&press, handbook, &mut cache.single, job).page {
            diagnostics.extend(fault.diagnostic(sources).filter(|found| !diagnostics.contains(found)));
        }
    }
    diagnostics
}

/// Pages of one kind are made in the same way.
fn kind(job: &Job) -> (Discriminant<Job>, Option<Discriminant<Subject>>) {
    let of_subject = if let Job::Incident(subject, _) = job { Some(discriminant(subject)) } else { None };
    (discriminant(job), of_subject)
}

fn rendered(press: &Press<'_>, handbook: &Handbook, asked: &mut Asked, job: &Job) -> Arc<Rendered> {
    let view = press.views.view(job);
    let key = press.key(&view, job);
    let Asked { pages, code, colours, drawings, .. } = asked;
    let rendered = pages.get(key, || {
        let fences = document_of(job, handbook).and_then(|index| handbook.pages.get(index)).map_or(&[][..], |page| &page.document.fences);
        let mut known = KnownLines::default();
        let pieces: Vec<Arc<Vec<Piece>>> = fences
            .iter()
            .map(|fence| {
                if !handbook.config.published.highlight {
                    return Arc::default();
                }
                let key = key_of(fence);
                code.get(key, || colours.pieces((key, fence), &press.highlighter, &mut known))
            })
            .collect();
        press.render(job, view, &pieces, drawings)
    });
    if std::mem::take(&mut colours.was_wrong) {
        // So may be what was made of it.
        *asked = Asked { has_distrusted: true, ..Asked::default() };
        return self::rendered(press, handbook, asked, job);
    }
    if drawings.len() > DRAWINGS {
        drawings.clear();
    }
    drawings.extend(rendered.drawings.iter().map(|(key, drawing)| (*key, Arc::clone(drawing))));
    rendered
}

/// Every page to print. They hold most of the handbook, so they are made together.
fn printed<'a>(press: &Press<'_>, handbook: &Handbook, cache: &'a mut RenderCache) -> Result<&'a BTreeMap<usize, Arc<[u8]>>, theme::TemplateFault> {
    if cache.single.printed.is_none() {
        if std::mem::take(&mut cache.single.has_distrusted) {
            cache.colours.forget();
            cache.parts = Memo::default();
        }
        let code = cache.colours.all(handbook);
        let jobs: Vec<&Job> = press.views.jobs().iter().filter(|job| matches!(job, Job::Print(..))).collect();
        let pages: Vec<Arc<Rendered>> = jobs.iter().map(|job| rendered(press, handbook, &mut cache.single, job)).collect();
        if let Some(fault) = pages.iter().find_map(|page| page.page.as_ref().err()) {
            return Err(fault.clone());
        }
        let shells = jobs.iter().zip(&pages).filter_map(|(job, page)| shell(job, page)).collect();
        let printed = press.print(&code, &cache.single.drawings, &mut cache.parts, &shells)?;
        cache.single.printed = Some(printed);
    }
    Ok(cache.single.printed.get_or_insert_default())
}
