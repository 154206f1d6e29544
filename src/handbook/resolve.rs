use std::collections::BTreeMap;
use std::sync::Arc;

use super::address::{self, Placed};
use super::links::{self, Found, KnownLinks, Linked};
use super::runbooks::Ground;
use super::{Aliases, Checked, Entities, Handbook, Incidents, NodeId, Occupied, Page, Parts, Runbooks, Summary, Tree, navigation, runbooks};
use crate::config::{Assets, Config};
use crate::memo::{Digest, Hasher, Last};
use crate::schema::{Conformance, Schema};
use crate::source::{Asset, SitePath};

/// What resolving a handbook remembers from run to run. Every part is found by the hash of all that it was made from.
///
/// An edit that leaves paths, titles, links and anchors alone costs a comparison of hashes for each page; the pages that didn't change are the
/// same values as before.
#[derive(Default)]
pub struct Known {
    placed: Last<Placed>,
    navigation: Last<Navigation>,
    links: KnownLinks,
    assets: Last<Arc<Published>>,
    occupied: Last<Occupied>,
    named: Last<Named>,
    pages: Arc<Vec<Arc<Page>>>,
    last: Option<LastRun>,
}

/// What a handbook was made from, and the handbook.
struct LastRun {
    documents: Vec<Arc<Checked>>,
    assets: BTreeMap<SitePath, Asset>,
    summary: Digest,
    handbook: Handbook,
}

impl LastRun {
    /// The same handbook with other texts in it, if nothing that another page may read has changed.
    fn with_texts_of(&self, parts: &Parts<'_>) -> Option<Handbook> {
        let Handbook { config, registry, rules, content, unreadable, pages, .. } = &self.handbook;
        let same_settings = config.digest == parts.config.digest && registry.digest == parts.registry.digest && *content == parts.content;
        let same_settings = same_settings && rules.digest == parts.rules.digest;
        let same_files = self.assets == *parts.assets && unreadable == parts.unreadable && self.summary == summary_digest(parts.summary.as_deref());
        // Where two documents want one place, pages aren't numbered as documents are.
        let is_numbered = pages.len() == self.documents.len() && pages.len() == parts.documents.len();
        if !same_settings || !same_files || !is_numbered {
            return None;
        }
        let mut changed = Vec::new();
        for (index, (now, before)) in parts.documents.iter().zip(&self.documents).enumerate() {
            let same_binding = || is_same_binding(now.binding.as_ref(), before.binding.as_ref());
            let is_same = || Arc::ptr_eq(&now.document, &before.document) && Arc::ptr_eq(&now.blocks, &before.blocks) && same_binding();
            if Arc::ptr_eq(now, before) || is_same() {
                continue;
            }
            let schema = |checked: &Checked| checked.binding.as_ref().map(|(schema, _)| schema.digest);
            if now.document.path != before.document.path || now.face != before.face || schema(now) != schema(before) {
                return None;
            }
            changed.push((index, now));
        }
        let mut handbook = Handbook {
            config: Arc::clone(&parts.config),
            registry: Arc::clone(&parts.registry),
            rules: Arc::clone(&parts.rules),
            ..self.handbook.clone()
        };
        handbook.summary.clone_from(&parts.summary);
        handbook.lock.clone_from(&parts.lock);
        let pages = Arc::make_mut(&mut handbook.pages);
        for (index, now) in changed {
            let page = pages.get_mut(index)?;
            *page = Arc::new(Page {
                document: Arc::clone(&now.document),
                blocks: Arc::clone(&now.blocks),
                binding: now.binding.clone(),
                ..(**page).clone()
            });
        }
        Some(handbook)
    }
}

fn summary_digest(summary: Option<&Summary>) -> Digest {
    summary.map_or_else(Digest::default, |summary| summary.digest)
}

/// Whether two bindings are the same values.
fn is_same_binding(one: Option<&(Arc<Schema>, Arc<Conformance>)>, other: Option<&(Arc<Schema>, Arc<Conformance>)>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some((schema, conformance)), Some((other_schema, other))) => Arc::ptr_eq(schema, other_schema) && Arc::ptr_eq(conformance, other),
        _ => false,
    }
}

/// Files that are published as they are: where they lie from the handbook's root, by place in the site.
type Published = BTreeMap<SitePath, (SitePath, Asset)>;

struct Navigation {
    tree: Arc<Tree>,
    /// Where in the tree each page stands.
    nodes: Vec<NodeId>,
    /// The hash of all paths, addresses and assets, and of the lists of folders: all that decides which files links name.
    around: Digest,
}

/// What has a place because of what documents say.
struct Named {
    aliases: Arc<Aliases>,
    entities: Option<Arc<Entities>>,
    runbooks: Arc<Runbooks>,
    occupied: Occupied,
}

impl Handbook {
    /// Gives every document its page, builds the navigation, resolves every link.
    #[must_use]
    pub fn resolve(parts: Parts<'_>, known: &mut Known) -> Self {
        if let Some(last) = &mut known.last
            && let Some(handbook) = last.with_texts_of(&parts)
        {
            last.documents = parts.documents;
            last.handbook = handbook.clone();
            known.pages = Arc::clone(&handbook.pages);
            return handbook;
        }
        let (documents, assets, summary) = (parts.documents.clone(), parts.assets.clone(), summary_digest(parts.summary.as_deref()));
        let handbook = Self::resolve_anew(parts, known);
        known.last = Some(LastRun { documents, assets, summary, handbook: handbook.clone() });
        handbook
    }

    fn resolve_anew(parts: Parts<'_>, known: &mut Known) -> Self {
        let Parts { config, registry, rules, content, documents, summary, lock, assets, unreadable } = parts;
        let paths = paths_digest(&documents, assets, &content);
        let placed = known.placed.get(paths, || address::place(documents.iter().map(|checked| &checked.document.path), assets, &content));
        let checked: Vec<&Checked> = placed.spots.iter().filter_map(|spot| documents.get(spot.document).map(|checked| &**checked)).collect();
        let entries = entries_digest(paths, &checked, summary.as_deref(), &config);
        let navigation = known.navigation.get(entries, || navigate(paths, &placed, &checked, summary.as_deref(), &config));
        let tree = &navigation.tree;
        let linked: Vec<Linked<'_>> = placed
            .spots
            .iter()
            .zip(checked.iter().copied())
            .map(|(spot, checked)| Linked { spot, document: &checked.document, blocks: &checked.blocks, face: &checked.face })
            .collect();
        let around = checked.iter().fold(Hasher::default().digest(navigation.around), |hasher, checked| hasher.digest(checked.face.aliases)).finish();
        let found = links::resolve(&linked, tree, &placed, &content, around, &mut known.links);
        let pages = Arc::new(pages(&placed, &checked, &found, &navigation.nodes, &known.pages));
        known.pages = Arc::clone(&pages);

        let (published_digest, published) = published(&config, &placed, &found, known);
        let surroundings = Hasher::default().digest(navigation.around).digest(published_digest).finish();
        let occupied = known
            .occupied
            .get(surroundings, || Occupied::of(pages.iter().map(|page| (&page.address, &page.document.path)), &published, tree).sealed());
        let claims = claims_digest(&checked)
            .digest(surroundings)
            .digest(registry.digest)
            .digest(rules.digest)
            .text(config.site_url.as_deref().unwrap_or_default())
            .finish();
        let named = known.named.get(claims, || {
            let mut occupied = (*occupied).clone();
            let mut aliases = Aliases::of(&pages, &mut occupied);
            let schemas: Vec<Option<Arc<Schema>>> = pages.iter().map(|page| page.binding.as_ref().map(|(schema, _)| Arc::clone(schema))).collect();
            let entities = Entities::place(&registry, &schemas, &mut occupied).map(Arc::new);
            let made: Vec<SitePath> = entities.iter().flat_map(|entities| entities.addresses().cloned()).collect();
            let ground =
                Ground { config: &config, by_address: &placed.by_address, aliases: &aliases, tree, assets: &published, rules: &rules, made: &made };
            let runbooks = Arc::new(Runbooks::of(&pages, &ground, &mut occupied));
            aliases.add_views(&runbooks, &mut occupied);
            Named { aliases: Arc::new(aliases), entities, runbooks, occupied: occupied.sealed() }
        });
        let incidents = Arc::new(Incidents::of(&pages, &named.runbooks, &registry));
        Self {
            config,
            registry,
            rules,
            content,
            pages,
            by_address: Arc::clone(&placed.by_address),
            tree: Arc::clone(tree),
            summary,
            assets: published,
            clashes: placed.clashes.clone(),
            unreadable: unreadable.clone(),
            entities: named.entities.clone(),
            runbooks: Arc::clone(&named.runbooks),
            incidents,
            aliases: Arc::clone(&named.aliases),
            lock,
            occupied: named.occupied.clone(),
        }
    }
}

/// All that decides which place each file has.
fn paths_digest(documents: &[Arc<Checked>], assets: &BTreeMap<SitePath, Asset>, content: &str) -> Digest {
    let hasher = documents.iter().fold(Hasher::default().text(content), |hasher, checked| hasher.text(checked.document.path.as_str()));
    // An asset's path is never empty, so what follows can't be taken for documents.
    let hasher = assets.iter().fold(hasher.text(""), |hasher, (path, asset)| {
        hasher.text(path.as_str()).bytes(&asset.length.to_le_bytes()).bytes(&asset.modified_ns.to_le_bytes())
    });
    hasher.finish()
}

/// All that the navigation is made from.
fn entries_digest(paths: Digest, checked: &[&Checked], summary: Option<&Summary>, config: &Config) -> Digest {
    let hasher = checked.iter().fold(Hasher::default().digest(paths), |hasher, checked| hasher.digest(checked.face.entry));
    let hasher = hasher.digest(summary_digest(summary));
    hasher.bytes(&[u8::from(config.title.is_some())]).text(config.title.as_deref().unwrap_or_default()).finish()
}

fn navigate(paths: Digest, placed: &Placed, checked: &[&Checked], summary: Option<&Summary>, config: &Config) -> Navigation {
    let entries: Vec<navigation::Entry<'_>> = placed
        .spots
        .iter()
        .zip(checked.iter().copied())
        .map(|(spot, checked)| navigation::Entry {
            path: &spot.path,
            address: &spot.address,
            title: &checked.face.title,
            weight: checked.document.meta.weight,
        })
        .collect();
    let (tree, nodes) = navigation::build(&entries, summary, config.title.as_deref());
    let folders = tree.iter().filter(|(_, node)| node.page.is_none()).filter_map(|(_, node)| node.address.as_ref());
    let around = folders.fold(Hasher::default().digest(paths), |hasher, address| hasher.text(address.as_str())).finish();
    Navigation { tree: Arc::new(tree), nodes, around }
}

/// The pages; one that is what it was before is the same value.
fn pages(placed: &Placed, checked: &[&Checked], found: &Found, nodes: &[NodeId], before: &[Arc<Page>]) -> Vec<Arc<Page>> {
    let mut before = before.iter().peekable();
    let mut pages = Vec::with_capacity(checked.len());
    let with_links = found.links.iter().zip(found.backlinks.iter()).zip(nodes);
    for ((spot, checked), ((links, backlinks), node)) in placed.spots.iter().zip(checked).zip(with_links) {
        // Both are sorted by path.
        while before.next_if(|page| page.path < spot.path).is_some() {}
        let same = before.peek().filter(|page| {
            let same_binding = is_same_binding(page.binding.as_ref(), checked.binding.as_ref());
            let same_content = Arc::ptr_eq(&page.document, &checked.document) && Arc::ptr_eq(&page.blocks, &checked.blocks) && same_binding;
            let same_links = Arc::ptr_eq(&page.links, links) && Arc::ptr_eq(&page.backlinks, backlinks);
            same_content && same_links && page.node == *node && page.path == spot.path && page.address == spot.address
        });
        pages.push(same.map_or_else(
            || {
                Arc::new(Page {
                    document: Arc::clone(&checked.document),
                    blocks: Arc::clone(&checked.blocks),
                    binding: checked.binding.clone(),
                    path: spot.path.clone(),
                    address: spot.address.clone(),
                    title: checked.face.title.clone(),
                    links: Arc::clone(links),
                    backlinks: Arc::clone(backlinks),
                    node: *node,
                })
            },
            |page| Arc::clone(page),
        ));
    }
    pages
}

/// The files that are published as they are, and the hash of which they are.
fn published(config: &Config, placed: &Placed, found: &Found, known: &mut Known) -> (Digest, Arc<Published>) {
    let all = config.assets == Assets::All;
    if all && config.sources.is_empty() {
        return (Digest::default(), Arc::clone(&placed.assets));
    }
    // A repository holds much that isn't meant for readers: of sources only what documents use is published.
    let is_own = |place: &SitePath| !config.sources.iter().any(|source| place.strip(source.at.as_str()).is_some());
    let logo = config.logo.as_ref().map_or("", |(logo, _)| logo.as_str());
    let sources = if all { config.sources.as_slice() } else { &[] };
    let marks = sources.iter().fold(Hasher::default().bytes(&[u8::from(all)]), |hasher, source| hasher.text(source.at.as_str()));
    let digest = marks.digest(found.digest).text(logo).finish();
    let used = links::used(found, &mut known.links);
    let published = known.assets.get(digest, || {
        let wanted = placed.assets.iter().filter(|(place, (from, _))| used.contains(*place) || from.as_str() == logo || (all && is_own(place)));
        Arc::new(wanted.map(|(place, file)| (place.clone(), file.clone())).collect())
    });
    (digest, Arc::clone(&published))
}

/// What aliases, entities and runbooks read of each page.
fn claims_digest(checked: &[&Checked]) -> Hasher {
    checked.iter().fold(Hasher::default(), |hasher, checked| {
        let schema = checked.binding.as_ref().map_or_else(Digest::default, |(schema, _)| schema.digest);
        // Whether there is a page of all incidents decides where rules may lead.
        let hasher = hasher.digest(schema).digest(checked.face.alias_places).bytes(&[u8::from(checked.blocks.incident.is_some())]);
        if runbooks::is_one(&checked.document, checked.binding.as_ref().map(|(schema, _)| &**schema)) {
            hasher.digest(checked.face.entry).digest(checked.face.claims).digest(checked.face.images)
        } else {
            hasher
        }
    })
}
