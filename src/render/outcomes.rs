//! What pages became in an earlier run, by the hash of all that they depend on: a page that is published already needn't be rendered to know that.
//!
//! Knows hashes and bytes. Must not know what a page is, nor where the bytes of a record lie.

use std::cmp::Ordering;

use super::view::Job;
use crate::memo::{Digest, Hasher};
use crate::site::SiteFile;

const MAGIC: &[u8] = b"opsbook pages\n";
const VERSION: u32 = 1;
/// Magic word, version, and the digest of the program.
const HEAD: usize = MAGIC.len() + 4 + DIGEST;
const DIGEST: usize = 16;
/// A key, the hash of what came of it, and its length.
const ENTRY: usize = DIGEST + DIGEST + 8;
const CHECKSUM: usize = 32;
/// One in so many pages that a record knows is rendered all the same, and compared.
const TRIED: u128 = 200;

/// What an earlier run left of the pages that it made, and what to leave for the next one. Without a program, nothing.
#[derive(Default)]
pub(super) struct Outcomes {
    /// The digest of the program: another one may make other pages of the same.
    program: Option<Digest>,
    /// Sorted by key, so each is found where it lies.
    record: Vec<u8>,
    /// What tells this record from others.
    turn: Digest,
    /// A page that is rendered all the same, however few there are.
    chosen: Option<Digest>,
    made: Vec<Outcome>,
}

/// What a key led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Outcome {
    pub key: Digest,
    pub digest: Digest,
    pub length: u64,
}

impl Outcomes {
    /// From now on outcomes are kept: those in `record`, which an earlier run of this program left, if it is whole.
    pub(super) fn take_in(&mut self, program: Digest, mut record: Vec<u8>) {
        self.program = Some(program);
        let is_sound = sound(&record, program).is_some();
        self.turn = Digest::of(&record);
        let entries = if is_sound { record.len() - CHECKSUM } else { 0 };
        record.truncate(entries);
        record.drain(..HEAD.min(entries));
        self.record = record;
    }

    /// Whether outcomes are kept at all.
    pub(super) fn are_kept(&self) -> bool {
        self.program.is_some()
    }

    /// Whether an earlier run left none.
    pub(super) fn is_empty(&self) -> bool {
        self.record.is_empty()
    }

    /// What came of a key in an earlier run.
    pub(super) fn find(&self, key: Digest) -> Option<Outcome> {
        let (mut from, mut until) = (0, self.record.len() / ENTRY);
        while from < until {
            let middle = from + (until - from) / 2;
            let found = entry(self.record.get(middle * ENTRY..)?)?;
            match found.key.cmp(&key) {
                Ordering::Equal => return Some(found),
                Ordering::Less => from = middle + 1,
                Ordering::Greater => until = middle,
            }
        }
        None
    }

    /// Chooses one of the pages that needn't be made, by their keys: it is rendered all the same, however few there are.
    pub(super) fn choose(&mut self, keys: impl Iterator<Item = Digest>) {
        self.chosen = keys.min_by_key(|key| key.mixed_with(self.turn));
    }

    /// Whether the page of a key is one of the few that are rendered all the same. A record that changes makes it the turn of others.
    pub(super) fn is_tried(&self, key: Digest) -> bool {
        self.chosen == Some(key) || key.mixed_with(self.turn).is_one_in(TRIED)
    }

    /// Forgets what an earlier run left: it was wrong about a page.
    pub(super) fn distrust(&mut self) {
        self.record.clear();
    }

    /// What the pages of this run became.
    pub(super) fn put(&mut self, made: Vec<Outcome>) {
        self.record = Vec::new();
        self.made = made;
    }

    /// The record for the next run; none if nothing is kept, or it would be the one that was taken in.
    pub(super) fn to_leave(&self) -> Option<Vec<u8>> {
        let program = self.program?;
        let mut made = self.made.clone();
        made.sort_unstable();
        made.dedup_by_key(|outcome| outcome.key);
        let mut bytes = Vec::with_capacity(HEAD + made.len() * ENTRY + CHECKSUM);
        bytes.extend_from_slice(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(program.to_bytes());
        for Outcome { key, digest, length } in made {
            bytes.extend(key.to_bytes());
            bytes.extend(digest.to_bytes());
            bytes.extend(length.to_le_bytes());
        }
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(checksum.as_bytes());
        (Digest::of(&bytes) != self.turn).then_some(bytes)
    }
}

impl Outcome {
    /// What came of a key, by the file that was put on the shelf.
    pub(super) fn of(key: Digest, file: &SiteFile) -> Self {
        let length = match file {
            SiteFile::Shelved { length, .. } => *length,
            SiteFile::Bytes(bytes) => bytes.len() as u64,
            SiteFile::Copy { asset, .. } => asset.length,
        };
        Self { key, digest: file.digest(), length }
    }
}

/// The key of a page as Markdown, by that of the page.
pub(super) fn of_markdown(key: Digest) -> Digest {
    Hasher::default().digest(key).text("markdown").finish()
}

/// Whether a page says all that it depends on in its key. The parts of pages to print come later.
pub(super) fn has_outcome(job: &Job) -> bool {
    !matches!(job, Job::Print(..))
}

/// Whether a record is whole, ordered, and of this program.
fn sound(record: &[u8], program: Digest) -> Option<()> {
    let (whole, checksum) = record.split_last_chunk::<CHECKSUM>()?;
    let (magic, rest) = whole.split_at_checked(MAGIC.len())?;
    let (version, rest) = rest.split_first_chunk()?;
    let (made_by, entries) = rest.split_first_chunk()?;
    let is_ours = magic == MAGIC && u32::from_le_bytes(*version) == VERSION && Digest::from_bytes(*made_by) == program;
    (is_ours && entries.len().is_multiple_of(ENTRY) && blake3::hash(whole) == *checksum).then_some(())
}

fn entry(bytes: &[u8]) -> Option<Outcome> {
    let (key, rest) = bytes.split_first_chunk()?;
    let (digest, rest) = rest.split_first_chunk()?;
    let length = u64::from_le_bytes(*rest.first_chunk()?);
    Some(Outcome { key: Digest::from_bytes(*key), digest: Digest::from_bytes(*digest), length })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn outcome(number: u32) -> Outcome {
        let digest = |what: &str| Hasher::default().text(what).bytes(&number.to_le_bytes()).finish();
        Outcome { key: digest("key"), digest: digest("page"), length: u64::from(number) }
    }

    /// The record of so many pages.
    fn record(pages: u32, program: &[u8]) -> Vec<u8> {
        let mut outcomes = Outcomes::default();
        outcomes.take_in(Digest::of(program), Vec::new());
        outcomes.put((0..pages).map(outcome).collect());
        outcomes.to_leave().unwrap()
    }

    #[test]
    fn what_was_left_is_found_again() {
        let bytes = record(100, b"a");
        let mut outcomes = Outcomes::default();
        outcomes.take_in(Digest::of(b"a"), bytes.clone());
        assert!((0..100).all(|number| outcomes.find(outcome(number).key) == Some(outcome(number))));
        assert_eq!(outcomes.find(outcome(100).key), None);
        outcomes.put((0..100).rev().map(outcome).collect());
        assert_eq!(outcomes.to_leave(), None, "it is there already");
        outcomes.put((0..99).map(outcome).collect());
        assert_eq!(outcomes.to_leave(), Some(record(99, b"a")), "what no page asked for is forgotten");
        outcomes.take_in(Digest::of(b"b"), bytes);
        assert!(outcomes.is_empty() && outcomes.find(outcome(1).key).is_none(), "another program may make other pages");
        assert_eq!(Outcomes::default().to_leave(), None);
    }

    proptest! {
        #[test]
        fn a_record_that_is_not_whole_is_none(pages in 0..4_u32, at in 0..300_usize, change in 1..=255_u8, cut in 0..300_usize) {
            let mut bytes = record(pages, b"a");
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= change;
            } else {
                bytes.truncate(bytes.len().saturating_sub(cut + 1));
            }
            let mut outcomes = Outcomes::default();
            outcomes.take_in(Digest::of(b"a"), bytes);
            prop_assert!(outcomes.is_empty());
        }
    }
}
