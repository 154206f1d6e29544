//! All documents together: addresses, navigation, links and what links back.
//!
//! Knows documents, schemas' bindings and paths. Must not know HTML, templates or how findings are printed.

mod address;
mod aliases;
pub mod completeness;
mod due;
pub mod duties;
pub mod entities;
mod face;
pub mod incidents;
mod links;
mod navigation;
mod places;
pub mod promises;
mod references;
mod resolve;
mod reviews;
pub mod runbooks;
pub mod said;
mod standing;
mod summary;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub use address::{address, addresses};
pub use aliases::{Alias, AliasFault, Aliases, RefusedAlias, alias_place};
pub use completeness::Completeness;
pub use due::{length_of_time, review_due};
pub use duties::Duties;
pub use entities::{Entities, Entity};
pub use face::Face;
pub use incidents::Incidents;
pub use links::{Fault, Resolved};
pub use navigation::{Node, NodeId, Tree};
pub use places::{Holder, Occupied};
pub use references::reference_places;
pub use resolve::Known;
pub use reviews::{Review, Undated, is_reviewed, last_review, reviews};
pub use runbooks::{Runbook, Runbooks};
pub use standing::{is_coming, is_past};
pub use summary::{Entry as SummaryEntry, Summary};

use crate::alerts::Rules;
use crate::blocks::Blocks;
use crate::config::Config;
use crate::diagnostic::Kind;
use crate::document::{Document, Link};
use crate::registry::Registry;
use crate::schema::{Conformance, Schema};
use crate::source::{Asset, SitePath, Unreadable};

/// Every kind of fault that is found while the handbook is put together.
pub const KINDS: &[&Kind] = &[&promises::INVALID_URLS_LOCK];

/// One document with what the stages before have found out about it.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The document.
    pub document: Arc<Document>,
    /// Its processes, matrices, flows and rules.
    pub blocks: Arc<Blocks>,
    /// What its neighbours read of it.
    pub face: Arc<Face>,
    /// The schema of its type, and how the document meets it.
    pub binding: Option<(Arc<Schema>, Arc<Conformance>)>,
}

impl Checked {
    /// A document with its face.
    #[must_use]
    pub fn new(document: Arc<Document>, blocks: Arc<Blocks>, binding: Option<(Arc<Schema>, Arc<Conformance>)>) -> Arc<Self> {
        let face = Arc::new(Face::of(&document, &blocks));
        Arc::new(Self { document, blocks, face, binding })
    }
}

/// One page of the site.
#[derive(Debug, Clone)]
pub struct Page {
    /// The document.
    pub document: Arc<Document>,
    /// Its processes, matrices, flows and rules.
    pub blocks: Arc<Blocks>,
    /// The schema of its type, and how the document meets it.
    pub binding: Option<(Arc<Schema>, Arc<Conformance>)>,
    /// Where the document lies in the content folder.
    pub path: SitePath,
    /// Where the page lies in the site.
    pub address: SitePath,
    /// The title.
    pub title: String,
    /// What each of the document's links leads to, in their order, and then each link of its flows.
    pub links: Arc<Vec<Resolved>>,
    /// The pages that link here, by index, sorted, each once.
    pub backlinks: Arc<Vec<usize>>,
    /// Its place in the navigation.
    pub node: NodeId,
}

impl Page {
    /// Every place on the page that a link can lead to: those of the document, and the steps of its processes.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        anchors(&self.document, &self.blocks)
    }

    /// Every link that the document writes, in its text and in its diagrams, with what it leads to.
    pub fn written_links(&self) -> impl Iterator<Item = (&Link, &Resolved)> {
        links::written(&self.document, &self.blocks).zip(self.links.iter())
    }
}

/// Two documents or assets that want the same place in the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The place.
    pub address: SitePath,
    /// The one that gets it.
    pub winner: SitePath,
    /// The one that doesn't.
    pub loser: SitePath,
}

/// Everything cross-referenced; nothing in it changes once it is made.
#[derive(Debug, Clone)]
pub struct Handbook {
    /// What book.toml says.
    pub config: Arc<Config>,
    /// What registry.yaml says.
    pub registry: Arc<Registry>,
    /// The rules of alerts.
    pub rules: Arc<Rules>,
    /// The folder of the documents, from the handbook's root; `""` is the root itself.
    pub content: String,
    /// The pages, by path of their documents.
    pub pages: Arc<Vec<Arc<Page>>>,
    /// The pages by their addresses.
    pub by_address: Arc<HashMap<SitePath, usize>>,
    /// The navigation.
    pub tree: Arc<Tree>,
    /// SUMMARY.md, if there is one.
    pub summary: Option<Arc<Summary>>,
    /// Files to publish as they are: where they lie from the handbook's root, by place in the site.
    pub assets: Arc<BTreeMap<SitePath, (SitePath, Asset)>>,
    /// Documents and assets that have no page because another has it.
    pub clashes: Vec<Clash>,
    /// Files that can't be used, and why.
    pub unreadable: BTreeMap<SitePath, Unreadable>,
    /// Where the pages of roles, platforms and other names lie; none if the registry declares no names.
    pub entities: Option<Arc<Entities>>,
    /// The documents that have an incident view, and the alerts that they answer for.
    pub runbooks: Arc<Runbooks>,
    /// The incidents that documents report.
    pub incidents: Arc<Incidents>,
    /// The places that documents had before, which lead to them.
    pub aliases: Arc<Aliases>,
    /// What urls.lock records, if there is one.
    pub lock: Option<Arc<promises::Lock>>,
    /// The places in the site of all that is named here; whatever else is made takes its own beside them.
    pub occupied: Occupied,
}

/// What a handbook is made from.
pub struct Parts<'a> {
    /// What book.toml says.
    pub config: Arc<Config>,
    /// What registry.yaml says.
    pub registry: Arc<Registry>,
    /// The rules of alerts.
    pub rules: Arc<Rules>,
    /// The folder of the documents, from the handbook's root.
    pub content: String,
    /// The documents, by path.
    pub documents: Vec<Arc<Checked>>,
    /// SUMMARY.md, if there is one.
    pub summary: Option<Arc<Summary>>,
    /// What urls.lock records, if there is one.
    pub lock: Option<Arc<promises::Lock>>,
    /// Files that aren't documents, by path from the handbook's root.
    pub assets: &'a BTreeMap<SitePath, Asset>,
    /// Files that can't be used.
    pub unreadable: &'a BTreeMap<SitePath, Unreadable>,
}

/// Every place that a link to a document can lead to.
fn anchors<'a>(document: &'a Document, blocks: &'a Blocks) -> impl Iterator<Item = &'a str> {
    let steps = blocks.processes.iter().flat_map(|process| &process.steps);
    document.anchors.iter().map(|anchor| &*anchor.id).chain(steps.map(|step| &*step.anchor))
}

impl Handbook {
    /// The title of the handbook: of book.toml, else of its front page.
    #[must_use]
    pub fn title(&self) -> &str {
        self.tree.node(Tree::ROOT).map_or("Handbook", |root| root.title.as_str())
    }
}
