//! Which word stands in which blocks, in as many scripts as keep each of them small.
//!
//! Knows the words of blocks. Must not know pages.

use std::sync::Arc;

use rayon::prelude::*;

use super::block::Block;
use super::lexicon::{DRAWERS, Lexicon};
use super::{numbers, script};
use crate::memo::{Hasher, Memo};

/// Blocks for which one more script of words pays.
const BLOCKS_A_SHARD: usize = 6;

/// The number of scripts for this number of blocks: a power of two, so that it seldom changes.
fn count(blocks: usize) -> usize {
    (blocks / BLOCKS_A_SHARD).next_power_of_two().clamp(1, DRAWERS)
}

/// The scripts, in the order of their numbers, each with the edition whose blocks it speaks of: how many bytes each has, and what `keep` made of it. What no
/// edit has touched is taken from the last run; where none is remembered, each is kept before the next one is made.
pub(super) fn scripts<F: Send>(
    blocks: &[Arc<Block>],
    lexicon: &Lexicon,
    edition: &str,
    known: Option<&mut Memo<Arc<[u8]>>>,
    keep: impl Fn(usize, Arc<[u8]>) -> F + Sync,
) -> Vec<(usize, F)> {
    let shards = count(blocks.len());
    let inputs: Vec<usize> = (0..shards).collect();
    let drawers = |shard: usize| (shard..DRAWERS).step_by(shards);
    let make = |shard: &usize| script::call(&(edition, encode(drawers(*shard), blocks, lexicon)));
    let put = |shard: usize, script: Arc<[u8]>| (script.len(), keep(shard, script));
    let Some(known) = known else { return inputs.into_par_iter().map(|shard| put(shard, make(&shard))).collect() };
    let key = |shard: &usize| {
        let total = Hasher::default().text(edition).bytes(&blocks.len().to_le_bytes()).bytes(&shard.to_le_bytes());
        let all = drawers(*shard).flat_map(|drawer| blocks.iter().map(move |block| block.words.bytes(drawer)));
        all.fold(total, Hasher::bytes).finish()
    };
    known.all(&inputs, key, make).iter().enumerate().map(|(shard, script)| put(shard, Arc::clone(&**script))).collect()
}

/// The words of some drawers, sorted and separated by spaces: how many characters a word shares with the one before, the rest of it, `,`, and
/// where it stands.
fn encode(drawers: impl Iterator<Item = usize>, blocks: &[Arc<Block>], lexicon: &Lexicon) -> String {
    let total = u32::try_from(blocks.len()).unwrap_or(u32::MAX);
    let mut words: Vec<(String, String)> = Vec::new();
    for drawer in drawers {
        let mut places: Vec<Vec<(u32, u8)>> = Vec::new();
        for (number, block) in (0..).zip(blocks) {
            for (word, level) in block.words.drawer(drawer) {
                if places.len() <= word {
                    places.resize_with(word + 1, Vec::new);
                }
                if let Some(places) = places.get_mut(word) {
                    places.push((number, level));
                }
            }
        }
        lexicon.each(drawer, |word, number| {
            // A word may be gone from all texts.
            if let Some(places) = places.get(number).filter(|places| !places.is_empty()) {
                words.push((word.to_owned(), lists(places, total)));
            }
        });
    }
    words.sort_unstable();
    let mut text = String::new();
    let mut last = "";
    for (word, lists) in &words {
        if !text.is_empty() {
            text.push(' ');
        }
        let (shared, rest) = shared(last, word);
        text.push(numbers::digit(shared));
        text.push_str(rest);
        text.push(',');
        text.push_str(lists);
        last = word;
    }
    text
}

/// The blocks that hold a word; behind a dot those that have it in a heading, behind another those that have it in a title.
fn lists(places: &[(u32, u8)], total: u32) -> String {
    let of = |level: u8| places.iter().filter(|(_, found)| *found == level).map(|(block, _)| *block).collect::<Vec<u32>>();
    let mut text = numbers::encode(&places.iter().map(|(block, _)| *block).collect::<Vec<u32>>(), total);
    let (headings, titles) = (of(1), of(2));
    if !headings.is_empty() || !titles.is_empty() {
        text.push('.');
        text.push_str(&numbers::encode(&headings, total));
    }
    if !titles.is_empty() {
        text.push('.');
        text.push_str(&numbers::encode(&titles, total));
    }
    text
}

/// How much of a word is that of the one before, counted as scripts count characters, at most 63; and the rest.
fn shared<'a>(last: &str, word: &'a str) -> (usize, &'a str) {
    let (mut units, mut bytes) = (0, 0);
    for (one, other) in last.chars().zip(word.chars()) {
        if one != other || units + one.len_utf16() > 63 {
            break;
        }
        units += one.len_utf16();
        bytes += one.len_utf8();
    }
    (units, word.get(bytes..).unwrap_or_default())
}
