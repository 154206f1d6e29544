//! The search: what a browser needs to find a word in the handbook, cut so that it loads little of it and that an edit changes little of it.
//!
//! Three kinds of scripts lie in one folder: `index.js` says what there is, `words-N.js` which word stands in which blocks, `text-NAME.js` holds
//! the text of one block. themes/js/search reads them. Must not know HTML.
//!
//! A browser may hold one of them that is older than another. Words name blocks by number, so each says by which numbering ([`edition`]); a block
//! is named after its first page, so its name leads to its text or to nothing. A sentence changes neither.

mod block;
mod lexicon;
mod made;
mod manifest;
mod numbers;
mod script;
mod shard;
mod text;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::block::{Block, Content, Head, Part};
use self::lexicon::Lexicon;
use super::escape::encode_path;
use super::view::Views;
use crate::data::{Node, Value};
use crate::handbook::{Entity, Handbook, Page, Tree};
use crate::memo::{Digest, Hasher, Memo};
use crate::registry::Mentions;
use crate::site::{Shelf, SiteFile};
use crate::source::SitePath;

/// Pages of a block at least, where there are as many.
const PAGES_LEAST: usize = 4;
/// Pages of a block at most.
const PAGES_MOST: usize = 10;
/// One page in this many ends its block, if the block has enough pages.
const ENDS: u128 = 4;
/// Bytes of text of a block at most.
const BYTES_MOST: usize = 44 * 1024;
/// Digits of the name of a block: few enough for a list of all, so many that blocks seldom have to give way to one another.
const NAME_LENGTH: usize = 6;
/// Bytes of one part of a page that is too long for a block.
const PART_BYTES: usize = 32 * 1024;

/// A lexicon that has more words than these, and twice as many as when it was new, holds mostly words that are gone.
const WORDS_MOST: usize = 100_000;

/// What is remembered from run to run.
#[derive(Default)]
pub(super) struct SearchCache {
    /// The finder of roles and platforms, with the hash of the registry that it is for.
    finder: Option<(Digest, Arc<Mentions>)>,
    /// The words of blocks and shards, which hold its numbers: the three are forgotten together. Who only checks needs none.
    lexicon: Option<Lexicon>,
    /// How many words it had when it was new.
    words_at_first: usize,
    blocks: Memo<Block>,
    shards: Memo<Arc<[u8]>>,
    is_for_one_run: bool,
}

impl SearchCache {
    /// For who makes the search once: what tells shards from those of the run before isn't worked out, and nothing is remembered.
    pub(super) fn for_one_run() -> Self {
        Self { is_for_one_run: true, ..Self::default() }
    }
}

/// The scripts of the search, put on the shelf, and where they lie; none if the handbook has no search.
pub(super) fn files(handbook: &Handbook, views: &Views<'_>, cache: &mut SearchCache, shelf: &dyn Shelf) -> Vec<(SitePath, SiteFile)> {
    let Some(index) = views.search() else { return Vec::new() };
    let finder = finder(handbook, cache);
    let mut parts: Vec<Part<'_>> =
        handbook.pages.iter().filter(|page| page.document.meta.search != Some(false)).flat_map(|page| of_page(handbook, page)).collect();
    parts.extend(made::parts(handbook, views).into_iter().flat_map(divided));
    let cuts = cut(&parts);
    let names = block_names(&cuts, handbook);
    let edition = edition(&names);
    let place = |name: &str| SitePath::join(index.folder(), name);
    let placed: Vec<(&[Part<'_>], SitePath)> =
        cuts.into_iter().zip(&names).filter_map(|(parts, name)| Some((parts, place(&format!("text-{name}.js"))?))).collect();
    let key = |(parts, _): &(&[Part<'_>], SitePath)| {
        parts.iter().fold(Hasher::default().digest(handbook.registry.digest), |hasher, part| part.add_to(hasher)).finish()
    };
    let lexicon = &*cache.lexicon.get_or_insert_default();
    let blocks = cache.blocks.all(&placed, key, |(parts, place)| Block::of(parts, &finder, lexicon).on(shelf, place));
    let known = if cache.is_for_one_run { None } else { Some(&mut cache.shards) };
    let keep = |number: usize, script: Arc<[u8]>| place(&format!("words-{number}.js")).map(|place| (place.clone(), shelf.keep(&place, script)));
    let shards = shard::scripts(&blocks, lexicon, &edition, known, keep);
    let sizes: Vec<usize> = shards.iter().map(|(size, _)| *size).collect();
    let manifest = manifest::script(&manifest::Files { blocks: &blocks, names: &names, edition, shards: &sizes }, &handbook.registry);
    let mut files = vec![(index.clone(), shelf.keep(index, manifest))];
    files.extend(shards.into_iter().filter_map(|(_, file)| file));
    files.extend(placed.into_iter().zip(&blocks).map(|((_, place), block)| (place, block.script.clone())));
    let words = lexicon.len();
    if cache.words_at_first == 0 {
        cache.words_at_first = words;
    }
    // After one run whoever comes next gets that memory. A preview that runs for weeks, or sees one branch after another, makes all anew some day.
    if cache.is_for_one_run || words > WORDS_MOST.max(2 * cache.words_at_first) {
        *cache = SearchCache::default();
    }
    files
}

/// A name for each block, of its first page, so that it stays when other blocks come and go. Pages name roles and platforms by their places in
/// the registry, so a name is also one of that order.
fn block_names(blocks: &[&[Part<'_>]], handbook: &Handbook) -> Vec<String> {
    let registry = &handbook.registry;
    let roles = registry.roles().iter().map(|role| &role.names.id);
    let order =
        roles.chain(registry.platforms.iter().map(|platform| &platform.names.id)).fold(Hasher::default(), |hasher, id| hasher.text(id)).finish();
    let mut taken = BTreeSet::new();
    // The pieces of a long page may begin several blocks: they are counted.
    let (mut last, mut number) = ("", 0_usize);
    let mut names = Vec::with_capacity(blocks.len());
    for block in blocks {
        let first = block.first().map_or("", |page| page.head.url.as_str());
        number = if first == last { number + 1 } else { 0 };
        last = first;
        loop {
            let name = Hasher::default().digest(order).text(first).bytes(&number.to_le_bytes()).finish().hex(NAME_LENGTH);
            if taken.insert(name.clone()) {
                names.push(name);
                break;
            }
            number += 1;
        }
    }
    names
}

/// What tells one numbering of the blocks from others.
fn edition(names: &[String]) -> String {
    names.iter().fold(Hasher::default(), |hasher, name| hasher.text(name)).finish().hex(8)
}

/// The finder of roles and platforms in texts.
fn finder(handbook: &Handbook, cache: &mut SearchCache) -> Arc<Mentions> {
    let digest = handbook.registry.digest;
    if let Some((last, finder)) = &cache.finder
        && *last == digest
    {
        return Arc::clone(finder);
    }
    let finder = Arc::new(Mentions::of(&handbook.registry, |entity| matches!(entity, Entity::Role(_) | Entity::Platform(_))));
    cache.finder = Some((digest, Arc::clone(&finder)));
    finder
}

/// A document's page, in several parts if it is too long for one.
fn of_page<'a>(handbook: &'a Handbook, page: &'a Page) -> Vec<Part<'a>> {
    let head = Arc::new(head(handbook, page));
    if page.document.body.of(&page.document.text).len() <= BYTES_MOST {
        return vec![Part { head, content: Content::Document(&page.document) }];
    }
    let sections = text::sections(&page.document, &page.title);
    divided(Part { head, content: Content::Sections(sections) })
}

/// A page in parts that a block can hold.
fn divided(part: Part<'_>) -> Vec<Part<'_>> {
    let size = part.size();
    let sections = match part.content {
        Content::Sections(sections) if size > BYTES_MOST => sections,
        content => return vec![Part { head: part.head, content }],
    };
    let mut parts: Vec<Vec<text::Section>> = vec![Vec::new()];
    let mut bytes = 0;
    for section in sections.into_iter().flat_map(|section| text::pieces(section, PART_BYTES)) {
        let more = section.heading.len() + section.text.len();
        if bytes + more > PART_BYTES && bytes > 0 {
            parts.push(Vec::new());
            bytes = 0;
        }
        bytes += more;
        if let Some(part) = parts.last_mut() {
            part.push(section);
        }
    }
    parts.into_iter().map(|sections| Part { head: Arc::clone(&part.head), content: Content::Sections(sections) }).collect()
}

fn head(handbook: &Handbook, page: &Page) -> Head {
    let tree = &handbook.tree;
    let mut way: Vec<&str> =
        tree.ancestry(page.node).skip(1).filter(|id| *id != Tree::ROOT).filter_map(|id| Some(tree.node(id)?.title.as_str())).collect();
    way.reverse();
    let title = text::name(&page.title);
    let owner = handbook.owner(page);
    let owner_name = owner.and_then(|role| Some(handbook.registry.names(Entity::Role(role))?.name.clone()));
    Head {
        url: encode_path(page.address.as_str()),
        title: title.to_owned(),
        way: way.join(" › "),
        kind: page.binding.as_ref().map(|(schema, _)| schema.title.clone()).unwrap_or_default(),
        owner: owner_name.or_else(|| page.owner().map(str::to_owned)).unwrap_or_default(),
        names: names(handbook, page),
        about: owner.map(Entity::Role).into_iter().collect(),
    }
}

/// The further names of a document: the alerts that it answers for, those that it is named after too, and words that readers use for it.
fn names(handbook: &Handbook, page: &Page) -> Vec<String> {
    let runbook = handbook.index_of(page).and_then(|index| handbook.runbooks.of_page(index));
    let mut names = runbook.map(|runbook| runbook.alerts.clone()).unwrap_or_default();
    // A claim that another runbook was granted is still a name that readers look for.
    names.extend(page.document.meta.alerts.iter().map(|(name, _)| name.trim().to_owned()).filter(|name| !name.is_empty()));
    if let Some(aliases) = page.document.front_matter.as_ref().and_then(|front| front.get("aliases")) {
        let items = if let Value::List(items) = &aliases.value { items.as_slice() } else { std::slice::from_ref(aliases) };
        names.extend(items.iter().filter_map(Node::scalar));
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// Parts in the order of their paths, as blocks. Where a block ends is decided by the name of its last page, so that a new page moves few others.
fn cut<'a, 'b>(parts: &'b [Part<'a>]) -> Vec<&'b [Part<'a>]> {
    let mut cuts = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (index, part) in parts.iter().enumerate() {
        let size = part.size();
        if bytes + size > BYTES_MOST && index > start {
            cuts.push(start..index);
            (start, bytes) = (index, 0);
        }
        bytes += size;
        let pages = index + 1 - start;
        let ends = Digest::of(part.head.url.as_bytes()).is_one_in(ENDS);
        if pages >= PAGES_MOST || (pages >= PAGES_LEAST && ends) {
            cuts.push(start..index + 1);
            (start, bytes) = (index + 1, 0);
        }
    }
    cuts.push(start..parts.len());
    cuts.into_iter().filter_map(|range| parts.get(range)).filter(|parts| !parts.is_empty()).collect()
}
