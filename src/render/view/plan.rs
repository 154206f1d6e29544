//! Which pages a site has, what makes each, and where it lies.
//!
//! Knows the resolved handbook and which places are taken. Must not know what stands on a page.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::super::machines::{Beside, Changes, Places, cleaned};
use super::super::theme::Theme;
use super::super::{completeness, incident, incidents, navigation, policy, print, registry, reviews};
use super::PageView;
use super::origin::Origins;
use crate::handbook::{Handbook, NodeId, Tree};
use crate::memo::Last;
use crate::mounted::Tables;
use crate::source::{SitePath, Sources};

/// One page to render.
#[derive(Debug, Clone)]
pub(in crate::render) enum Job {
    /// The page of a document, by index.
    Document(usize),
    /// The list of a folder without a page of its own.
    Folder(NodeId, SitePath),
    /// The page that lists all pages.
    Contents(SitePath),
    /// The page about completeness.
    Completeness(SitePath),
    /// The completeness of one document type, by index.
    CompletenessType(usize, SitePath),
    /// A page of the registry.
    Registry(registry::Subject, SitePath),
    /// The page of rules and times.
    Rules(SitePath),
    /// The page of all incidents.
    Incidents(SitePath),
    /// The page of reviews.
    Reviews(SitePath),
    /// A page about alerts and runbooks.
    Incident(incident::Subject, SitePath),
    /// A page to print, by its place among them.
    Print(usize, SitePath),
    /// The page at a former place of a document, by the index of the document's page.
    Redirect(usize, SitePath),
    /// The page for addresses that don't exist.
    NotFound(SitePath),
}

impl Job {
    /// Whether the page has a line for each document, or for each runbook: nothing else on a site is as large.
    pub(in crate::render) fn lists_all(&self) -> bool {
        matches!(self, Self::Contents(_) | Self::Reviews(_) | Self::Incidents(_) | Self::Incident(incident::Subject::Index, _))
    }
}

/// Makes the views of all pages of one handbook.
pub(in crate::render) struct Views<'a> {
    pub(super) handbook: &'a Handbook,
    pub(super) theme: &'a Theme,
    pub(super) sources: &'a Sources,
    pub(super) chapters: Vec<NodeId>,
    pub(super) contents: SitePath,
    pub(super) completeness: Option<completeness::Pages<'a>>,
    pub(super) registry: Option<registry::Pages<'a>>,
    pub(super) rules: Option<policy::Pages<'a>>,
    pub(super) incident_log: Option<SitePath>,
    pub(super) reviews: Option<reviews::Pages<'a>>,
    pub(super) changes: &'a Changes,
    pub(super) origins: Origins<'a>,
    pub(super) print: print::Pages,
    pub(super) machines: Places,
    pub(super) search: Option<SitePath>,
    pub(super) not_found: Option<SitePath>,
    pub(super) incidents: Arc<HashMap<SitePath, incident::Subject>>,
    /// Every page, listed when somebody asks.
    pub(super) jobs: OnceLock<Vec<Job>>,
}

/// What is remembered from run to run of where things lie.
#[derive(Default)]
pub(in crate::render) struct KnownPlaces {
    beside: Last<Beside>,
    incidents: Last<HashMap<SitePath, incident::Subject>>,
}

/// What makes a file of the site.
pub(in crate::render) enum Made {
    /// A page.
    Page(Job),
    /// The Markdown of a document, by index.
    Markdown(usize),
    /// One of several that are made together.
    Together,
}

impl<'a> Views<'a> {
    pub(in crate::render) fn new(handbook: &'a Handbook, theme: &'a Theme, sources: &'a Sources, known: &mut KnownPlaces) -> Self {
        let chapters: Vec<NodeId> =
            handbook.tree.children(Tree::ROOT).filter(|(id, _)| navigation::entrance(&handbook.tree, *id).is_some()).map(|(id, _)| id).collect();
        let mut occupied = handbook.occupied.clone();
        let contents = occupied.free(theme.contents_address());
        let completeness = completeness::Pages::of(handbook, &mut occupied);
        let registry = registry::Pages::of(handbook);
        let rules = policy::Pages::of(handbook, &mut occupied);
        let incident_log = incidents::place(handbook, &mut occupied);
        let reviews = reviews::Pages::of(handbook, &mut occupied);
        let changes = &sources.changes;
        // A page of the handbook's own for addresses that don't exist is as good as ours.
        let not_found = occupied.take(theme.not_found_address().clone());
        let folder = SitePath::new("search").filter(|_| handbook.config.published.search).map(|folder| occupied.free_folder(&folder));
        let search = folder.and_then(|folder| SitePath::join(folder.as_str(), "index.js"));
        let print = print::Pages::of(handbook, &mut occupied);
        let machines = Places::of(handbook, changes, &mut occupied, &mut known.beside);
        // Runbooks are numbered, and their alerts named, as the places were taken.
        let incidents = known
            .incidents
            .get(handbook.occupied.digest(), || incident::subjects(handbook).into_iter().map(|(subject, address)| (address, subject)).collect());
        Self {
            handbook,
            theme,
            sources,
            chapters,
            contents,
            completeness,
            registry,
            rules,
            incident_log,
            reviews,
            changes,
            origins: Origins(Tables::of(&handbook.config, sources)),
            print,
            machines,
            search,
            not_found,
            incidents,
            jobs: OnceLock::new(),
        }
    }

    /// Every page, those of documents first.
    pub(in crate::render) fn jobs(&self) -> &[Job] {
        self.jobs.get_or_init(|| {
            let own = self.handbook.tree.iter().filter(|(_, node)| node.page.is_none());
            let mut jobs: Vec<Job> = (0..self.handbook.pages.len()).map(Job::Document).collect();
            jobs.extend(own.filter_map(|(id, node)| Some(Job::Folder(id, node.address.clone()?))));
            jobs.extend(self.few());
            jobs.extend(incident::subjects(self.handbook).into_iter().map(|(subject, address)| Job::Incident(subject, address)));
            jobs.extend(self.handbook.aliases.all.values().map(|alias| Job::Redirect(alias.page, alias.place.clone())));
            jobs
        })
    }

    /// The pages of which there are few however large the handbook is.
    fn few(&self) -> Vec<Job> {
        let mut jobs = vec![Job::Contents(self.contents.clone())];
        if let Some(pages) = &self.completeness {
            jobs.push(Job::Completeness(pages.overview.clone()));
            jobs.extend(pages.types.iter().cloned().enumerate().map(|(index, address)| Job::CompletenessType(index, address)));
        }
        if let Some(pages) = &self.registry {
            jobs.extend(pages.subjects(self.handbook).into_iter().map(|(subject, address)| Job::Registry(subject, address)));
        }
        jobs.extend(self.rules.as_ref().map(|pages| Job::Rules(pages.rules.clone())));
        jobs.extend(self.incident_log.clone().map(Job::Incidents));
        jobs.extend(self.reviews.as_ref().map(|pages| Job::Reviews(pages.page.clone())));
        jobs.extend(self.print.iter().map(|(index, page)| Job::Print(index, page.address.clone())));
        jobs.extend(self.not_found.clone().map(Job::NotFound));
        jobs
    }

    /// What makes the file at an address that is neither a file of the theme nor one of the handbook.
    pub(in crate::render) fn made_at(&self, address: &SitePath) -> Made {
        if let Some(index) = self.handbook.by_address.get(address) {
            return Made::Page(Job::Document(*index));
        }
        if let Some(index) = self.machines.beside.pages.get(address) {
            return Made::Markdown(*index);
        }
        if let Some(subject) = self.incidents.get(address) {
            return Made::Page(Job::Incident(subject.clone(), address.clone()));
        }
        if let Some(alias) = self.handbook.aliases.all.get(address) {
            return Made::Page(Job::Redirect(alias.page, address.clone()));
        }
        if let Some(node) = self.handbook.tree.folder_at(address) {
            return Made::Page(Job::Folder(node, address.clone()));
        }
        self.few().into_iter().find(|job| self.address(job) == address).map_or(Made::Together, Made::Page)
    }

    /// Where the page lies for addresses that don't exist.
    pub(in crate::render) fn not_found(&self) -> Option<&SitePath> {
        self.not_found.as_ref()
    }

    /// Where the page of a job lies.
    pub(in crate::render) fn address<'b>(&'b self, job: &'b Job) -> &'b SitePath {
        match job {
            Job::Document(index) => self.handbook.pages.get(*index).map_or(&self.contents, |page| &page.address),
            Job::Folder(_, address)
            | Job::Contents(address)
            | Job::Completeness(address)
            | Job::CompletenessType(_, address)
            | Job::Registry(_, address)
            | Job::Rules(address)
            | Job::Incidents(address)
            | Job::Reviews(address)
            | Job::Incident(_, address)
            | Job::Print(_, address)
            | Job::Redirect(_, address)
            | Job::NotFound(address) => address,
        }
    }

    /// Where the script lies that the search reads first; the others lie beside it.
    pub(in crate::render) fn search(&self) -> Option<&SitePath> {
        self.search.as_ref()
    }

    /// The badge about completeness and where it lies.
    pub(in crate::render) fn badge(&self) -> Option<(&SitePath, String)> {
        self.completeness.as_ref().map(completeness::Pages::badge)
    }

    /// The calendars of the rules and where they lie.
    pub(in crate::render) fn calendars(&self) -> impl Iterator<Item = (&SitePath, &str)> {
        self.rules.iter().flat_map(policy::Pages::files)
    }

    /// The calendars of reviews and where they lie.
    pub(in crate::render) fn review_calendars(&self) -> Vec<(SitePath, String)> {
        self.reviews.as_ref().map_or_else(Vec::new, reviews::Pages::files)
    }

    /// The pages to print.
    pub(in crate::render) fn print(&self) -> &print::Pages {
        &self.print
    }

    /// Hands every file for programs that is about the handbook as a whole to `keep`, with where it lies.
    pub(in crate::render) fn files_for_machines(&self, keep: &mut dyn FnMut(&SitePath, String)) {
        self.machines.files(self.handbook, self.changes, keep);
    }

    /// A document as Markdown for readers, and where it lies.
    pub(in crate::render) fn markdown(&self, index: usize, view: &PageView<'_>) -> Option<(&SitePath, String)> {
        let (place, page) = (self.machines.beside.markdown.get(index)?.as_ref()?, self.handbook.pages.get(index)?);
        Some((place, cleaned(self.handbook, &self.machines, page, view, place)))
    }

    /// Where the Markdown of a document lies.
    pub(in crate::render) fn markdown_place(&self, index: usize) -> Option<&SitePath> {
        self.machines.beside.markdown.get(index)?.as_ref()
    }
}
