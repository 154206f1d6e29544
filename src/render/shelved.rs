//! The site of a single build: every page is put on a shelf when it is made, and one that lies there from an earlier build isn't made again.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rayon::prelude::*;

use super::outcomes::{Outcome, Outcomes, has_outcome, of_markdown};
use super::press::Press;
use super::search::SearchCache;
use super::site::{self, Code, Made};
use super::view::Job;
use super::{RenderCache, document_of, drawn};
use crate::diagnostic::Diagnostic;
use crate::handbook::Handbook;
use crate::laps::Laps;
use crate::memo::Digest;
use crate::site::{Shelf, Site, SiteFile};
use crate::source::Sources;

/// Renders every page and puts it on a shelf at once. No page is remembered, only what became of it.
pub fn site_on(
    shelf: &dyn Shelf,
    handbook: &Handbook,
    sources: &Sources,
    cache: &mut RenderCache,
    laps: &mut Laps,
) -> (Option<Site>, Vec<Diagnostic>) {
    let pages = |press: &Press<'_>, cache: &mut RenderCache, laps: &mut Laps| {
        // Nobody will ask for single pages: these get that memory.
        cache.single.look_up(None);
        let mut outcomes = std::mem::take(&mut cache.outcomes);
        let is_printed = press.views.jobs().iter().any(|job| matches!(job, Job::Print(..)));
        let (pages, code) = Run { press, shelf, handbook, is_printed }.all(&mut outcomes, cache, laps);
        let said = press.views.jobs().iter().zip(&pages).filter(|(job, _)| has_outcome(job));
        outcomes.put(said.filter_map(|(_, page)| page.get()).flat_map(Page::outcomes).collect());
        cache.outcomes = outcomes;
        (pages.into_iter().filter_map(OnceLock::into_inner).map(|page| page.made).collect(), code)
    };
    cache.search = SearchCache::for_one_run();
    site::all(&pages, shelf, handbook, sources, cache, laps)
}

/// What became of a page.
struct Page {
    /// The hash of all that it depends on, where somebody wants to know it.
    key: Option<Digest>,
    made: Made,
}

/// The place of a page among those of all jobs, which is filled when its page is made or found, by whichever thread does it: a large site has no room for another list of them.
type Place = OnceLock<Page>;

struct Run<'a> {
    press: &'a Press<'a>,
    shelf: &'a dyn Shelf,
    handbook: &'a Handbook,
    /// Whether there are pages to print: they show all that stands on others once more.
    is_printed: bool,
}

impl Run<'_> {
    /// Every page in the order of the jobs, and the code of those that were made.
    fn all(&self, outcomes: &mut Outcomes, cache: &mut RenderCache, laps: &mut Laps) -> (Vec<Place>, Code) {
        let jobs = self.press.views.jobs();
        let nothing = || jobs.iter().map(|_| OnceLock::new()).collect();
        let mut pages: Vec<Place> = if outcomes.is_empty() {
            nothing()
        } else {
            jobs.par_iter().map(|job| self.published(job, outcomes).map_or_else(OnceLock::new, OnceLock::from)).collect()
        };
        outcomes.choose(pages.iter().filter_map(|page| page.get()?.key));
        laps.end("look up");
        let mut code = self.code(&pages, outcomes, cache);
        if self.is_wrong(&pages, outcomes, &code) {
            outcomes.distrust();
            pages = nothing();
            code = self.code(&pages, outcomes, cache);
        }
        laps.end("highlight");
        let make = |group: &Vec<usize>| self.make(group, &code, outcomes.are_kept(), &pages);
        let is_long = |group: &Vec<usize>| group.iter().any(|index| self.press.views.jobs().get(*index).is_some_and(Job::lists_all));
        // Before what is known of the others takes room, and never two of them at once: at 100,000 pages each takes 100 MB while it is made.
        let (long, others): (Vec<Vec<usize>>, Vec<Vec<usize>>) = self.groups(&pages).into_iter().partition(is_long);
        long.iter().for_each(make);
        others.par_iter().for_each(make);
        (pages, code)
    }

    /// The page of a job, if an earlier run made it of the same and it is published.
    fn published(&self, job: &Job, outcomes: &Outcomes) -> Option<Page> {
        if !has_outcome(job) {
            return None;
        }
        let key = self.press.key(&self.press.views.view(job), job);
        let published = |place, key| {
            let Outcome { digest, length, .. } = outcomes.find(key)?;
            self.shelf.published(place, digest, length)
        };
        let page = published(self.press.views.address(job), key)?;
        let markdown = match site::markdown_place(job, self.press) {
            Some(place) => Some(published(place, of_markdown(key))?),
            None => None,
        };
        Some(Page { key: Some(key), made: Made { page: Ok(page), markdown, shell: None, drawings: Vec::new() } })
    }

    /// The code of the pages that are to be made, or compared.
    fn code(&self, pages: &[Place], outcomes: &Outcomes, cache: &mut RenderCache) -> Code {
        // Where an earlier run's colours got lost, all are read: else those of pages that stay would be missing until all have to be made.
        let mut wanted = vec![self.is_printed || !cache.colours.has_record(); self.handbook.pages.len()];
        for (job, page) in self.press.views.jobs().iter().zip(pages) {
            let is_wanted = page.get().is_none_or(|page| page.is_tried(outcomes));
            if let Some(place) = document_of(job, self.handbook).filter(|_| is_wanted).and_then(|index| wanted.get_mut(index)) {
                *place = true;
            }
        }
        cache.colours.of(self.handbook, |index| wanted.get(index).is_some_and(|is_wanted| *is_wanted))
    }

    /// Whether one of a few pages that needn't be made would be another one.
    fn is_wrong(&self, pages: &[Place], outcomes: &Outcomes, code: &Code) -> bool {
        let found = self.press.views.jobs().par_iter().zip(pages).filter_map(|(job, page)| Some((job, page.get()?)));
        found.filter(|(_, page)| page.is_tried(outcomes)).any(|(job, page)| {
            let rendered = self.press.render(job, self.press.views.view(job), site::code_of(job, self.handbook, code), &drawn::Known::default());
            let is_same =
                |file: Option<&SiteFile>, bytes: Option<&std::sync::Arc<[u8]>>| file.map(SiteFile::digest) == bytes.map(|bytes| Digest::of(bytes));
            let Made { page: Ok(page), markdown, .. } = &page.made else { return true };
            !(is_same(Some(page), rendered.page.as_ref().ok()) && is_same(markdown.as_ref(), rendered.markdown.as_ref()))
        })
    }

    /// The jobs that are left to do, those of one document together: they show the same drawings.
    fn groups(&self, pages: &[Place]) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut of_document: BTreeMap<usize, usize> = BTreeMap::new();
        let left = self.press.views.jobs().iter().zip(pages).enumerate().filter(|(_, (_, page))| page.get().is_none());
        for (index, (job, _)) in left {
            let document = document_of(job, self.handbook);
            if let Some(group) = document.and_then(|document| groups.get_mut(*of_document.get(&document)?)) {
                group.push(index);
            } else {
                of_document.extend(document.map(|document| (document, groups.len())));
                groups.push(vec![index]);
            }
        }
        groups
    }

    /// Makes the pages of a group and puts each in its place.
    fn make(&self, group: &[usize], code: &Code, are_outcomes_kept: bool, pages: &[Place]) {
        let mut drawings = drawn::Known::default();
        for index in group {
            let (Some(job), Some(place)) = (self.press.views.jobs().get(*index), pages.get(*index)) else { continue };
            let view = self.press.views.view(job);
            let key = are_outcomes_kept.then(|| self.press.key(&view, job));
            let rendered = self.press.render(job, view, site::code_of(job, self.handbook, code), &drawings);
            let mut made = site::made(job, &rendered, self.press, self.shelf);
            drawings.extend(rendered.drawings);
            if !self.is_printed {
                made.drawings = Vec::new();
            }
            // A job is in one group, and in that once.
            let _ = place.set(Page { key, made });
        }
    }
}

impl Page {
    fn is_tried(&self, outcomes: &Outcomes) -> bool {
        self.key.is_some_and(|key| outcomes.is_tried(key))
    }

    /// What became of it, for the next run.
    fn outcomes(&self) -> Vec<Outcome> {
        let (Some(key), Made { page: Ok(page), markdown, .. }) = (self.key, &self.made) else { return Vec::new() };
        let markdown = markdown.iter().map(|file| Outcome::of(of_markdown(key), file));
        std::iter::once(Outcome::of(key, page)).chain(markdown).collect()
    }
}
