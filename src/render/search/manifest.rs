//! What the search reads first: how many scripts there are, and what pages can be filtered by.
//!
//! Knows the traits of pages. Must not know texts nor words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::block::Block;
use super::{numbers, script};
use crate::registry::Registry;

/// Values of a filter that are offered at most: those that most pages have. More are no choice but a list to search.
const VALUE_LIMIT: usize = 200;

/// A value of a filter: its name, the number of pages that have it, and the blocks that hold those.
#[derive(Serialize)]
struct Value<'a>(&'a str, usize, String);

/// A role or a platform: its index in the registry, by which pages name it, and the value.
#[derive(Serialize)]
struct Entry<'a>(usize, &'a str, usize, String);

/// What the search is kept in.
pub(super) struct Files<'a> {
    pub blocks: &'a [Arc<Block>],
    /// The name of each block.
    pub names: &'a [String],
    /// What tells the numbering of the blocks from others.
    pub edition: String,
    /// How many bytes each script of words has.
    pub shards: &'a [usize],
}

#[derive(Serialize)]
struct Manifest<'a> {
    edition: &'a str,
    blocks: usize,
    shards: usize,
    /// The names of the blocks, all of one length.
    texts: String,
    /// About how large each block is, and each script of words, in a digit each.
    text_sizes: String,
    word_sizes: String,
    pages: usize,
    types: Vec<Value<'a>>,
    owners: Vec<Value<'a>>,
    roles: Vec<Entry<'a>>,
    platforms: Vec<Entry<'a>>,
}

/// The pages that have a value: how many, and the blocks that hold them.
#[derive(Default)]
struct Holders {
    pages: usize,
    blocks: Vec<u32>,
}

impl Holders {
    /// Pieces of one page count once.
    fn add(&mut self, block: u32, is_new: bool) {
        self.pages += usize::from(is_new);
        if self.blocks.last() != Some(&block) {
            self.blocks.push(block);
        }
    }
}

/// The script.
pub(super) fn script(files: &Files<'_>, registry: &Registry) -> Arc<[u8]> {
    let blocks = files.blocks;
    let (mut types, mut owners) = (BTreeMap::<&str, Holders>::new(), BTreeMap::<&str, Holders>::new());
    let (mut roles, mut platforms) = (BTreeMap::<usize, Holders>::new(), BTreeMap::<usize, Holders>::new());
    let mut pages = 0;
    let mut last = "";
    let mut seen = BTreeSet::new();
    for (number, traits) in (0..).zip(blocks).flat_map(|(number, block)| block.pages.iter().map(move |traits| (number, traits))) {
        // Pieces of one page lie side by side.
        let is_new = traits.head.url != last;
        if is_new {
            pages += 1;
            last = &traits.head.url;
            seen.clear();
        }
        for (values, value) in [(&mut types, &traits.head.kind), (&mut owners, &traits.head.owner)] {
            if !value.is_empty() {
                values.entry(value).or_default().add(number, is_new);
            }
        }
        for (is_role, values, named) in [(true, &mut roles, &traits.roles), (false, &mut platforms, &traits.platforms)] {
            for index in named {
                values.entry(*index).or_default().add(number, seen.insert((is_role, *index)));
            }
        }
    }
    let total = u32::try_from(blocks.len()).unwrap_or(u32::MAX);
    let role_names = registry.roles();
    let manifest = Manifest {
        edition: &files.edition,
        blocks: blocks.len(),
        shards: files.shards.len(),
        texts: files.names.concat(),
        text_sizes: blocks.iter().map(|block| numbers::size(block.length)).collect(),
        word_sizes: files.shards.iter().map(|size| numbers::size(*size)).collect(),
        pages,
        types: values(types, total),
        owners: values(owners, total),
        roles: entries(roles, total, |index| role_names.get(index).map(|role| role.names.name.as_str())),
        platforms: entries(platforms, total, |index| registry.platforms.get(index).map(|platform| platform.names.name.as_str())),
    };
    script::call(&manifest)
}

/// Those that most pages have, by name.
fn most<K: Ord>(values: BTreeMap<K, Holders>) -> Vec<(K, Holders)> {
    let mut values: Vec<(K, Holders)> = values.into_iter().collect();
    values.sort_by_key(|(_, holders)| std::cmp::Reverse(holders.pages));
    values.truncate(VALUE_LIMIT);
    values.sort_by(|one, other| one.0.cmp(&other.0));
    values
}

fn values(values: BTreeMap<&str, Holders>, total: u32) -> Vec<Value<'_>> {
    most(values).into_iter().map(|(name, holders)| Value(name, holders.pages, numbers::encode(&holders.blocks, total))).collect()
}

fn entries<'a>(values: BTreeMap<usize, Holders>, total: u32, name: impl Fn(usize) -> Option<&'a str>) -> Vec<Entry<'a>> {
    let entry = |(index, holders): (usize, Holders)| Some(Entry(index, name(index)?, holders.pages, numbers::encode(&holders.blocks, total)));
    most(values).into_iter().filter_map(entry).collect()
}
