//! The pieces of many blocks as bytes, in which a later run finds them. Must not know where the bytes lie, nor how far they are believed.
//!
//! A magic word, the version of the format, the edition, the number of blocks; their keys in order, each with where its pieces end; the pieces; BLAKE3
//! of all that. Numbers are little-endian. A piece is its length, as LEB128, and the number of its class.
//!
//! Whatever the bytes are, reading them ends: in pieces that fit the code, or in none.

use std::sync::atomic::{AtomicBool, Ordering};

use super::pieces::{Class, Piece};
use crate::memo::{Digest, Hasher, leb128};

const MAGIC: &[u8] = b"opsbook colours\n";
const VERSION: u32 = 1;
/// Magic word, version, edition and number of blocks.
const HEAD: usize = MAGIC.len() + 4 + KEY + 4;
const KEY: usize = 16;
/// A key, and where the pieces of its block end.
const ENTRY: usize = KEY + 4;
const CHECKSUM: usize = 32;
/// A record that would be longer isn't made: that is the code of millions of pages.
const LIMIT: usize = 256 << 20;

/// All that decides what a block's pieces are, besides the block. With any change of it every record is forgotten.
const MADE_OF: &[&[u8]] = &[
    include_bytes!("lines.rs"),
    include_bytes!("mod.rs"),
    include_bytes!("pieces.rs"),
    include_bytes!("record.rs"),
    include_bytes!("../../blocks/code/mod.rs"),
    include_bytes!("../../blocks/code/session.rs"),
    include_bytes!("../../memo/digest.rs"),
    include_bytes!("../../memo/leb128.rs"),
    // The grammars and what reads them.
    include_bytes!("../../../Cargo.lock"),
];

/// What a run left of the blocks that it read. Nothing of it is taken apart before somebody asks.
pub(in crate::render) struct Record {
    bytes: Vec<u8>,
    blocks: usize,
    /// Whether it was wrong about a block: then it knows none, whoever asks.
    is_wrong: AtomicBool,
}

impl Record {
    /// None if it isn't whole, or was made by another opsbook.
    pub(in crate::render) fn of(bytes: Vec<u8>) -> Option<Self> {
        let (whole, checksum) = bytes.split_last_chunk::<CHECKSUM>()?;
        let (magic, rest) = whole.split_at_checked(MAGIC.len())?;
        let (version, rest) = rest.split_first_chunk()?;
        let (made_by, rest) = rest.split_first_chunk()?;
        let (blocks, rest) = rest.split_first_chunk()?;
        let blocks = usize::try_from(u32::from_le_bytes(*blocks)).ok()?;
        let is_ours = magic == MAGIC && u32::from_le_bytes(*version) == VERSION && Digest::from_bytes(*made_by) == edition();
        let body = rest.len().checked_sub(blocks.checked_mul(ENTRY)?)?;
        if !is_ours || blake3::hash(whole) != *checksum {
            return None;
        }
        let record = Self { bytes, blocks, is_wrong: AtomicBool::new(false) };
        let end = record.blocks.checked_sub(1).map_or(Some(0), |last| record.entry(last).map(|(_, end)| end))?;
        (end == body).then_some(record)
    }

    /// The bytes of a record of these blocks, which are in the order of their keys, each there once. None if there are too many.
    pub(in crate::render) fn bytes_of(all: &[(Digest, &[Piece])]) -> Option<Vec<u8>> {
        let body: usize = all.iter().flat_map(|(_, pieces)| lengths(pieces)).map(|(length, _)| leb128::width(length) + 1).sum();
        let length = HEAD + all.len() * ENTRY + body + CHECKSUM;
        if length > LIMIT {
            return None;
        }
        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(edition().to_bytes());
        bytes.extend(u32::try_from(all.len()).ok()?.to_le_bytes());
        let mut end = 0;
        for (key, pieces) in all {
            end += lengths(pieces).map(|(length, _)| leb128::width(length) + 1).sum::<usize>();
            bytes.extend(key.to_bytes());
            bytes.extend(u32::try_from(end).ok()?.to_le_bytes());
        }
        for (length, class) in all.iter().flat_map(|(_, pieces)| lengths(pieces)) {
            leb128::put(length, &mut bytes);
            bytes.push(class.number());
        }
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(checksum.as_bytes());
        Some(bytes)
    }

    /// The keys of all blocks, as they stand there.
    pub(in crate::render) fn keys(&self) -> impl Iterator<Item = Digest> {
        (0..self.blocks).filter_map(|index| self.entry(index)).map(|(key, _)| key)
    }

    /// Says that it was wrong about a block.
    pub(in crate::render) fn distrust(&self) {
        self.is_wrong.store(true, Ordering::Relaxed);
    }

    /// Whether it knows a block.
    pub(in crate::render) fn has(&self, key: Digest) -> bool {
        self.find(key).is_some()
    }

    /// The pieces of a block that consists of this code; none if it isn't known, or what is there doesn't fit the code.
    pub(in crate::render) fn pieces(&self, key: Digest, code: &str) -> Option<Vec<Piece>> {
        let index = self.find(key)?;
        let start = index.checked_sub(1).map_or(Some(0), |before| self.entry(before).map(|(_, end)| end))?;
        let (_, end) = self.entry(index)?;
        let body = self.bytes.get(HEAD + self.blocks * ENTRY..self.bytes.len().checked_sub(CHECKSUM)?)?;
        let mut left = body.get(start..end)?;
        // No piece takes less than two bytes.
        let mut pieces = Vec::with_capacity(left.len() / 2);
        let mut at = 0_usize;
        while !left.is_empty() {
            let length = usize::try_from(leb128::take(&mut left)?).ok().filter(|length| *length > 0)?;
            let (class, rest) = left.split_first()?;
            left = rest;
            at = at.checked_add(length).filter(|at| code.is_char_boundary(*at))?;
            pieces.push(Piece::new(at, Class::numbered(*class)?));
        }
        pieces.shrink_to_fit();
        (pieces.is_empty() || at == code.len()).then_some(pieces)
    }

    /// Where a block stands among all.
    fn find(&self, key: Digest) -> Option<usize> {
        let (mut from, mut until) = (0, if self.is_wrong.load(Ordering::Relaxed) { 0 } else { self.blocks });
        while from < until {
            let middle = from + (until - from) / 2;
            let (found, _) = self.entry(middle)?;
            match found.cmp(&key) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => until = middle,
            }
        }
        None
    }

    /// The key of a block, and where its pieces end.
    fn entry(&self, index: usize) -> Option<(Digest, usize)> {
        let (key, rest) = self.bytes.get(HEAD + index * ENTRY..)?.split_first_chunk()?;
        let end = u32::from_le_bytes(*rest.first_chunk()?);
        Some((Digest::from_bytes(*key), usize::try_from(end).ok()?))
    }
}

/// What tells this opsbook's records from those of others.
fn edition() -> Digest {
    MADE_OF.iter().fold(Hasher::default(), |hasher, part| hasher.bytes(part)).finish()
}

/// How long each piece is, and its class.
fn lengths(pieces: &[Piece]) -> impl Iterator<Item = (u64, Class)> {
    let starts = std::iter::once(0).chain(pieces.iter().map(|piece| piece.end()));
    pieces.iter().zip(starts).map(|(piece, start)| (piece.end().saturating_sub(start) as u64, piece.class()))
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
