//! The code blocks of a handbook, taken apart for their colours: each once, however many pages show it.
//!
//! Knows which of them an earlier run took apart, and how far it is to be believed. Must not know how a block is read, nor where records lie.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::highlight::{Highlighter, KnownLines, Piece, Record};
use super::site::Code;
use crate::document::Fence;
use crate::handbook::{Handbook, Page};
use crate::memo::{Digest, Hasher, Memo};

/// One in so many blocks that a record knows is read all the same, and compared.
const TRIED: u128 = 256;

/// What is remembered of code blocks.
#[derive(Default)]
pub(super) struct Colours {
    blocks: Memo<Vec<Piece>>,
    pub(super) highlighter: Arc<Highlighter>,
    /// What an earlier run left, until every block has been asked for.
    record: Option<Arc<Record>>,
    /// What tells the blocks of that record from those of another one; none if it isn't what should be left for the next run.
    left: Option<Digest>,
}

/// Tells one block from all others.
pub(super) fn key_of(fence: &Fence) -> Digest {
    Hasher::default().text(&fence.language).text(&fence.content).finish()
}

impl Colours {
    /// What an earlier run left; nothing if that isn't whole or was left by another opsbook.
    pub(super) fn take_in(&mut self, bytes: Vec<u8>) -> Option<Arc<Record>> {
        self.record = Record::of(bytes).map(Arc::new);
        self.left = self.record.as_ref().map(|record| all_of(record.keys()));
        self.record.clone()
    }

    /// Whether an earlier run left something that wasn't asked for yet.
    pub(super) fn has_record(&self) -> bool {
        self.record.is_some()
    }

    /// Forgets every block: what an earlier run left was wrong.
    pub(super) fn forget(&mut self) {
        *self = Self { highlighter: Arc::clone(&self.highlighter), ..Self::default() };
    }

    /// What the next run should find; none if that is what this one found.
    pub(super) fn to_leave(&self) -> Option<Vec<u8>> {
        let mut blocks: Vec<(Digest, &[Piece])> = self.blocks.last().iter().map(|(key, pieces)| (*key, pieces.as_slice())).collect();
        blocks.sort_unstable_by_key(|(key, _)| *key);
        blocks.dedup_by_key(|(key, _)| *key);
        let is_left = match self.left {
            Some(left) => left == all_of(blocks.iter().map(|(key, _)| *key)),
            // A handbook without code leaves nothing behind.
            None => blocks.is_empty(),
        };
        if is_left { None } else { Record::bytes_of(&blocks) }
    }

    /// The pieces of the code blocks of every page, in the order in which they stand.
    pub(super) fn all(&mut self, handbook: &Handbook) -> Code {
        self.of(handbook, |_| true)
    }

    /// The same of some pages; nothing of the others, whose blocks stay remembered if they are already.
    pub(super) fn of(&mut self, handbook: &Handbook, is_wanted: impl Fn(usize) -> bool + Sync) -> Code {
        let fences: Vec<(bool, &Fence)> = handbook
            .pages
            .iter()
            .enumerate()
            .flat_map(|(index, page)| page.document.fences.iter().map(move |fence| (index, fence)))
            .map(|(index, fence)| (is_wanted(index), fence))
            .collect();
        let is_plain = |fence: &Fence| !handbook.config.published.highlight || Highlighter::is_plain(&fence.language);
        // From here on the blocks themselves are remembered.
        let record = self.record.take();
        let is_known = |key: Digest| record.as_ref().is_some_and(|record| record.has(key));
        let blocks: Vec<(Digest, &Fence, bool)> = fences
            .into_par_iter()
            .filter(|(_, fence)| !is_plain(fence))
            .map(|(is_wanted, fence)| (key_of(fence), fence, is_wanted))
            .filter(|(key, _, is_wanted)| *is_wanted || is_known(*key))
            .collect();
        if let Some(record) = &record
            && !agrees(record, &blocks, &self.highlighter)
        {
            record.distrust();
            self.left = None;
        }
        let is_any_new = AtomicBool::new(false);
        let Self { blocks: known, highlighter, .. } = self;
        let read = |lines: &mut KnownLines, (key, fence, _): &(Digest, &Fence, bool)| {
            if let Some(pieces) = record.as_ref().and_then(|record| record.pieces(*key, &fence.content)) {
                return pieces;
            }
            is_any_new.store(true, Ordering::Relaxed);
            highlighter.pieces(lines, &fence.language, &fence.content)
        };
        let pieces = known.all_in_batches(&blocks, |(key, ..)| *key, || KnownLines::of_one_in(rayon::current_num_threads()), read);
        let mut wanted = blocks.iter().zip(pieces).filter(|((.., is_wanted), _)| *is_wanted).map(|(_, pieces)| pieces);
        if is_any_new.into_inner() {
            self.left = None;
        }
        let plain = Arc::default();
        let mut of_fence = |fence: &Fence| if is_plain(fence) { Some(Arc::clone(&plain)) } else { wanted.next() };
        let mut of_page = |(index, page): (usize, &Arc<Page>)| {
            let fences = page.document.fences.iter().filter(|_| is_wanted(index));
            fences.filter_map(&mut of_fence).collect()
        };
        handbook.pages.iter().enumerate().map(&mut of_page).collect()
    }
}

/// What tells some blocks from others.
fn all_of(keys: impl Iterator<Item = Digest>) -> Digest {
    let bytes: Vec<u8> = keys.flat_map(Digest::to_bytes).collect();
    Digest::of(&bytes)
}

/// Reads a few of the blocks that a record knows. If it is wrong about one of them, nothing of it is to be believed. Other blocks mean that others are
/// read, so in time it is the turn of each.
fn agrees(record: &Record, blocks: &[(Digest, &Fence, bool)], highlighter: &Highlighter) -> bool {
    let turn = all_of(blocks.iter().map(|(key, ..)| *key));
    let known: Vec<(Digest, &Fence)> = blocks.par_iter().filter(|(key, ..)| record.has(*key)).map(|(key, fence, _)| (*key, *fence)).collect();
    let mut tried: Vec<(Digest, &Fence)> = known.iter().copied().filter(|(key, _)| key.mixed_with(turn).is_one_in(TRIED)).collect();
    tried.extend(known.into_iter().min_by_key(|(key, _)| key.mixed_with(turn)));
    tried.sort_unstable_by_key(|(key, _)| *key);
    tried.dedup_by_key(|(key, _)| *key);
    tried
        .into_par_iter()
        .map_init(KnownLines::default, |lines, (key, fence)| is_right(record, key, fence, highlighter, lines))
        .all(|is_right| is_right)
}

fn is_right(record: &Record, key: Digest, fence: &Fence, highlighter: &Highlighter, lines: &mut KnownLines) -> bool {
    record.pieces(key, &fence.content) == Some(highlighter.pieces(lines, &fence.language, &fence.content))
}

/// The record as single pages ask it, one block at a time.
#[derive(Default)]
pub(super) struct Lookup {
    record: Option<Arc<Record>>,
    /// Whether a block was compared already.
    is_tried: bool,
    /// Whether the record was wrong, and nobody was told yet.
    pub(super) was_wrong: bool,
}

impl Lookup {
    pub(super) fn of(record: Option<Arc<Record>>) -> Self {
        Self { record, ..Self::default() }
    }

    /// The pieces of a block: what the record says, or what is read. The first block is read all the same and compared, and so are a few later on. If
    /// the record is wrong about one, it is forgotten.
    pub(super) fn pieces(&mut self, (key, fence): (Digest, &Fence), highlighter: &Highlighter, lines: &mut KnownLines) -> Vec<Piece> {
        let found = self.record.as_ref().and_then(|record| record.pieces(key, &fence.content));
        if let Some(found) = &found
            && self.is_tried
            && !key.is_one_in(TRIED)
        {
            return found.clone();
        }
        let pieces = highlighter.pieces(lines, &fence.language, &fence.content);
        if let Some(found) = found {
            self.is_tried = true;
            if let Some(record) = self.record.take_if(|_| pieces != found) {
                record.distrust();
                self.was_wrong = true;
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::source::{SitePath, Source};

    /// Blocks of a preview: the first is right, all others are wrong, and one of those is compared in time.
    #[test]
    fn a_record_that_is_wrong_is_forgotten_when_that_shows() {
        let text = (0..1500).fold(String::new(), |text, number| text + &format!("```bash\nls {number}\n```\n\n"));
        let (document, _) = Document::parse(&Source::new(SitePath::new("a.md").unwrap(), text));
        let (highlighter, mut lines) = (Highlighter::default(), KnownLines::default());
        let right: Vec<Vec<Piece>> = document.fences.iter().map(|fence| highlighter.pieces(&mut lines, &fence.language, &fence.content)).collect();
        let nothing = Vec::new();
        let said = right.iter().enumerate().map(|(index, pieces)| if index == 0 { pieces } else { &nothing }.as_slice());
        let mut blocks: Vec<(Digest, &[Piece])> = document.fences.iter().map(key_of).zip(said).collect();
        blocks.sort_unstable_by_key(|(key, _)| *key);
        let record = Arc::new(Record::of(Record::bytes_of(&blocks).unwrap()).unwrap());
        let mut lookup = Lookup::of(Some(Arc::clone(&record)));
        let mut found = document.fences.iter().map(|fence| (lookup.pieces((key_of(fence), fence), &highlighter, &mut lines), lookup.was_wrong));
        let believed = found.by_ref().take_while(|(_, was_wrong)| !was_wrong).count();
        assert!((1..1500).contains(&believed), "{believed}");
        assert!(found.zip(&right[believed + 1..]).all(|((pieces, _), right)| pieces == *right));
        assert!(!document.fences.iter().any(|fence| record.has(key_of(fence))), "nobody else believes it either");
    }
}
