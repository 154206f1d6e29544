//! The words of all texts, each held once: what a text says of its words are numbers.
//!
//! Knows words and their drawers. Must not know blocks, nor what is written of them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ahash::RandomState;
use hashbrown::HashTable;

use super::words;
use crate::memo::leb128;

/// Drawers of words: see [`words::drawer`].
pub(super) const DRAWERS: usize = 256;

/// Bits of a number that say where the word stands at best.
const LEVEL_BITS: u32 = 2;

/// Every word that was ever filed, by drawer. A word keeps its number, and none is thrown away.
///
/// Texts are read by all threads at once, so each drawer has a lock. Which numbers words get depends on who comes first; what is written of them doesn't.
pub(super) struct Lexicon {
    drawers: Vec<Mutex<Drawer>>,
    hashing: RandomState,
}

/// Some words. A hundred thousand pages have a million, so none has a piece of memory of its own.
#[derive(Default)]
struct Drawer {
    /// All of them, one behind the other.
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
    /// The number of each, by its hash.
    numbers: HashTable<u32>,
}

/// The words of one text: their numbers, by drawer, each with where it stands at best.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Filed {
    /// For each drawer the steps between its numbers, with where each word stands in the lowest bits, as LEB128.
    steps: Box<[u8]>,
    /// Where each drawer begins in `steps`, and where the last one ends.
    starts: Box<[u32]>,
}

impl Default for Lexicon {
    fn default() -> Self {
        Self { drawers: (0..DRAWERS).map(|_| Mutex::default()).collect(), hashing: RandomState::new() }
    }
}

impl Lexicon {
    /// Files the words of a text, each with where it stands at best, 0 to 3. Each word comes once.
    pub(super) fn file(&self, found: impl Iterator<Item = (String, u8)>) -> Filed {
        let mut sorted: Vec<(u8, String, u8)> = found.map(|(word, level)| (words::drawer(&word), word, level)).collect();
        sorted.sort_unstable_by_key(|(drawer, ..)| *drawer);
        let mut left = sorted.into_iter().peekable();
        let mut steps = Vec::new();
        let mut starts = Vec::with_capacity(DRAWERS + 1);
        // A text has a few pages: its words are far from 4 GB.
        let end = |steps: &Vec<u8>| u32::try_from(steps.len()).unwrap_or(u32::MAX);
        let mut numbers = Vec::new();
        for (drawer, known) in (0..=u8::MAX).zip(&self.drawers) {
            starts.push(end(&steps));
            if left.peek().is_none_or(|(next, ..)| *next != drawer) {
                continue;
            }
            let mut known = open(known);
            while let Some((_, word, level)) = left.next_if(|(next, ..)| *next == drawer) {
                numbers.push((known.number(&word, &self.hashing), level));
            }
            drop(known);
            numbers.sort_unstable();
            let mut last = 0;
            for (number, level) in numbers.drain(..) {
                leb128::put(u64::from(number - last) << LEVEL_BITS | u64::from(level), &mut steps);
                last = number;
            }
        }
        starts.push(end(&steps));
        Filed { steps: steps.into(), starts: starts.into() }
    }

    /// The number of words.
    pub(super) fn len(&self) -> usize {
        self.drawers.iter().map(|drawer| open(drawer).ends.len()).sum()
    }

    /// Hands every word of a drawer with its number to `take`, in the order of the numbers.
    pub(super) fn each(&self, drawer: usize, mut take: impl FnMut(&str, usize)) {
        if let Some(known) = self.drawers.get(drawer) {
            let known = open(known);
            (0..).zip(&known.ends).for_each(|(number, _)| take(known.word(number), number as usize));
        }
    }
}

impl Filed {
    /// The numbers of the words in a drawer, rising, each with where it stands at best.
    pub(super) fn drawer(&self, drawer: usize) -> impl Iterator<Item = (usize, u8)> {
        let mut left = self.bytes(drawer);
        let mut number = 0;
        std::iter::from_fn(move || {
            let step = leb128::take(&mut left)?;
            let [level, ..] = step.to_le_bytes();
            number += usize::try_from(step >> LEVEL_BITS).ok()?;
            Some((number, level & ((1 << LEVEL_BITS) - 1)))
        })
    }

    /// What tells the words of a drawer from those of another text, filed in the same lexicon.
    pub(super) fn bytes(&self, drawer: usize) -> &[u8] {
        let place = |drawer: usize| self.starts.get(drawer).copied().unwrap_or_default() as usize;
        self.steps.get(place(drawer)..place(drawer + 1)).unwrap_or_default()
    }
}

impl Drawer {
    /// The word of a number.
    fn word(&self, number: u32) -> &str {
        word(&self.text, &self.ends, number)
    }

    /// The number of a word, which gets one if it has none.
    fn number(&mut self, wanted: &str, hashing: &RandomState) -> u32 {
        let Self { text, ends, numbers } = self;
        let hash = hashing.hash_one(wanted);
        if let Some(number) = numbers.find(hash, |number| word(text, ends, *number) == wanted) {
            return *number;
        }
        // Words of 4 GB that begin alike need more memory than there is.
        let kept = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let number = kept(ends.len());
        text.push_str(wanted);
        ends.push(kept(text.len()));
        numbers.insert_unique(hash, number, |number| hashing.hash_one(word(text, ends, *number)));
        number
    }
}

fn word<'a>(text: &'a str, ends: &[u32], number: u32) -> &'a str {
    let end = |number: u32| ends.get(number as usize).map_or(0, |end| *end as usize);
    text.get(number.checked_sub(1).map_or(0, end)..end(number)).unwrap_or_default()
}

/// Nothing that is done to a drawer panics, short of memory.
fn open(drawer: &Mutex<Drawer>) -> MutexGuard<'_, Drawer> {
    drawer.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rayon::prelude::*;

    use super::*;

    /// What was filed, in words.
    fn read(lexicon: &Lexicon, filed: &Filed) -> BTreeMap<String, u8> {
        let mut found = BTreeMap::new();
        for drawer in 0..DRAWERS {
            let levels: BTreeMap<usize, u8> = filed.drawer(drawer).collect();
            lexicon.each(drawer, |word, number| {
                if let Some(level) = levels.get(&number) {
                    found.insert(word.to_owned(), *level);
                }
            });
        }
        found
    }

    proptest::proptest! {
        #[test]
        fn each_text_says_its_own_words(texts in proptest::collection::vec(proptest::collection::btree_map("[a-c]{2,3}|\\PC{2,9}", 0..3_u8, 0..60), 1..9)) {
            let lexicon = Lexicon::default();
            let file = |text: &BTreeMap<String, u8>| lexicon.file(text.clone().into_iter());
            let filed: Vec<Filed> = texts.iter().map(file).collect();
            for (text, filed) in texts.iter().zip(&filed) {
                assert_eq!(read(&lexicon, filed), *text);
                assert_eq!(file(text), *filed, "a text filed again says the same");
            }
        }
    }

    #[test]
    fn threads_file_side_by_side() {
        let lexicon = Lexicon::default();
        let texts: Vec<BTreeMap<String, u8>> =
            (0..500).map(|text| (text..text + 60).map(|word| (format!("w{}", word % 97 * 7), u8::try_from(text % 3).unwrap())).collect()).collect();
        let filed: Vec<Filed> = texts.par_iter().map(|text| lexicon.file(text.clone().into_iter())).collect();
        assert_eq!(lexicon.len(), 97, "each word once");
        for (text, filed) in texts.iter().zip(&filed) {
            assert_eq!(read(&lexicon, filed), *text);
        }
    }

    #[test]
    fn a_drawer_may_hold_many_words() {
        let lexicon = Lexicon::default();
        let words: BTreeMap<String, u8> = (0..30_000).map(|number| (format!("re{number}"), u8::try_from(number % 3).unwrap())).collect();
        let all = lexicon.file(words.clone().into_iter());
        assert_eq!(read(&lexicon, &all), words);
        let few: BTreeMap<String, u8> = words.into_iter().step_by(9_001).collect();
        assert_eq!(read(&lexicon, &lexicon.file(few.clone().into_iter())), few);
    }
}
