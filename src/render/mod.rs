//! The handbook as a site: pages, folder lists, theme files.
//!
//! Reads the resolved handbook. Reports faults of templates only, never of content. Must not know the disk or the clock.

mod blocks;
mod body;
mod code;
mod colours;
pub mod completeness;
mod drawn;
mod escape;
mod highlight;
mod incident;
mod incidents;
mod machines;
mod navigation;
mod outcomes;
mod policy;
mod press;
mod print;
mod registry;
pub mod reviews;
mod sanitize;
mod search;
mod shelved;
mod single;
mod site;
mod theme;
mod view;

use std::sync::Arc;

pub use shelved::site_on;
pub use single::{file, not_found, template_faults};
pub use site::site;
pub use theme::{INVALID_TEMPLATE, MISSING_THEME_FILE, Theme};

use crate::diagnostic::{Diagnostic, Kind};
use crate::diagram::Drawing;
use crate::handbook::{Entity, Handbook, Page, Resolved};
use crate::memo::{Digest, Hasher, Memo};
use crate::registry::Mentions;
use crate::source::Sources;

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
    colours: colours::Colours,
    /// The drawings on the pages of the last run.
    drawings: drawn::Known,
    pages: Memo<Rendered>,
    /// What stands on pages to print.
    parts: Memo<print::Written>,
    search: search::SearchCache,
    /// What pages became in an earlier run of the program.
    outcomes: outcomes::Outcomes,
    places: view::KnownPlaces,
    /// What single pages that were asked for are made of.
    single: single::Asked,
}

impl RenderCache {
    /// Forgets what belongs to one state of the handbook alone: there is another.
    pub fn turn(&mut self) {
        self.single.turn();
    }

    /// From now on what pages become is kept for the next run, and what an earlier run of this program left is looked up.
    pub fn take_in_pages(&mut self, program: Digest, record: Vec<u8>) {
        self.outcomes.take_in(program, record);
    }

    /// What to leave of the pages for the next run; none if that is what this one took in.
    #[must_use]
    pub fn pages(&self) -> Option<Vec<u8>> {
        self.outcomes.to_leave()
    }

    /// Takes in what an earlier run left of the colours of code. Whatever it is, pages are what they would be without it.
    pub fn take_in_colours(&mut self, bytes: Vec<u8>) {
        self.single.look_up(self.colours.take_in(bytes));
    }

    /// What to leave of the colours of code for the next run; none if that is what this one took in.
    #[must_use]
    pub fn colours(&self) -> Option<Vec<u8>> {
        self.colours.to_leave()
    }
}

/// A page, and the drawings on it.
struct Rendered {
    page: Result<Arc<[u8]>, theme::TemplateFault>,
    /// The same as Markdown, if it is published.
    markdown: Option<Arc<[u8]>>,
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

/// The document that a page shows, by index.
fn document_of(job: &view::Job, handbook: &Handbook) -> Option<usize> {
    match job {
        view::Job::Document(index) => Some(*index),
        view::Job::Incident(incident::Subject::Incident(index), _) => handbook.runbooks.all.get(*index).map(|runbook| runbook.page),
        _ => None,
    }
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
