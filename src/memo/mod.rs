//! Memoisation by value: the hash of the inputs is the key, so a remembered value can't be stale.
//!
//! Knows hashing and threads. Must not know what is remembered.

mod digest;
pub mod leb128;
mod snug;

use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

pub use digest::{ByDigest, Digest, DigestHasher, Hasher};
pub use snug::snug;

/// So many values are few, and one in so many.
const FEW: usize = 4;
const FEW_OF: usize = 20;

/// A thread takes so many inputs at once: few, so that none waits long for another's last ones.
const BATCH: usize = 16;

/// Finds what was remembered.
struct Finder<'a, V> {
    last: &'a [(Digest, Arc<V>)],
    /// Only made if a value isn't where it was.
    elsewhere: OnceLock<ByDigest<&'a Arc<V>>>,
}

impl<'a, V> Finder<'a, V> {
    /// The value for the key of the input at an index.
    fn find(&self, index: usize, key: Digest) -> Option<&'a Arc<V>> {
        let at = |index: usize| self.last.get(index).filter(|(known, _)| *known == key).map(|(_, value)| value);
        // What was added or taken out in front moves all that follows by one.
        let near = at(index).or_else(|| at(index + 1)).or_else(|| at(index.checked_sub(1)?));
        near.or_else(|| self.elsewhere.get_or_init(|| self.last.iter().map(|(key, value)| (*key, value)).collect()).get(&key).copied())
    }
}

/// Remembers values of one kind from run to run; a value that one run didn't ask for is forgotten.
pub struct Memo<V> {
    /// The values of the last run, in its order: mostly the next run asks for the same in the same order.
    last: Vec<(Digest, Arc<V>)>,
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self { last: Vec::new() }
    }
}

impl<V: Send + Sync> Memo<V> {
    /// The value of each input, in the order of the inputs. What isn't remembered is computed, on all cores.
    ///
    /// `key` must cover everything that `compute` reads.
    pub fn all<I: Sync>(&mut self, inputs: &[I], key: impl Fn(&I) -> Digest + Sync, compute: impl Fn(&I) -> V + Sync) -> Vec<Arc<V>> {
        self.keyed(inputs, key, compute).iter().map(|(_, value)| Arc::clone(value)).collect()
    }

    /// The same with the keys, as they are remembered: where little changed, nothing else is touched.
    pub fn keyed<I: Sync>(&mut self, inputs: &[I], key: impl Fn(&I) -> Digest + Sync, compute: impl Fn(&I) -> V + Sync) -> &[(Digest, Arc<V>)] {
        let keys: Vec<Digest> = inputs.par_iter().map(&key).collect();
        if !self.put_few(inputs, &keys, &compute) {
            let finder = self.finder();
            let value =
                |((index, key), input): ((usize, Digest), &I)| (key, finder.find(index, key).map_or_else(|| Arc::new(compute(input)), Arc::clone));
            self.last = keys.into_par_iter().enumerate().zip(inputs).map(value).collect();
        }
        &self.last
    }

    /// Puts few values in their places, where all others are what they were. Returns whether that was all there was to do.
    fn put_few<I: Sync>(&mut self, inputs: &[I], keys: &[Digest], compute: impl Fn(&I) -> V + Sync) -> bool {
        if keys.len() != self.last.len() {
            return false;
        }
        let differs = |(index, (key, (last, _))): (usize, (&Digest, &(Digest, Arc<V>)))| (key != last).then_some((index, *key));
        let missing: Vec<(usize, Digest)> = keys.iter().zip(&self.last).enumerate().filter_map(differs).take(FEW + 1).collect();
        if missing.len() > FEW {
            return false;
        }
        let find = |key: Digest| self.last.iter().find(|(last, _)| *last == key).map(|(_, value)| Arc::clone(value));
        let made = missing.into_par_iter().filter_map(|(index, key)| {
            let value = find(key).or_else(|| inputs.get(index).map(|input| Arc::new(compute(input))))?;
            Some((index, (key, value)))
        });
        for (index, entry) in made.collect::<Vec<_>>() {
            if let Some(place) = self.last.get_mut(index) {
                *place = entry;
            }
        }
        true
    }

    /// The same for values whose key costs something to make: what `prepare` gives beside the key is handed to `compute`.
    pub fn all_prepared<I: Sync, P>(
        &mut self,
        inputs: &[I],
        prepare: impl Fn(&I) -> (Digest, P) + Sync,
        compute: impl Fn(&I, P) -> V + Sync,
    ) -> Vec<Arc<V>> {
        let known = self.finder();
        let found: Vec<(Digest, Arc<V>)> = inputs
            .par_iter()
            .enumerate()
            .map(|(index, input)| {
                let (key, prepared) = prepare(input);
                let value = known.find(index, key).map_or_else(|| Arc::new(compute(input, prepared)), Arc::clone);
                (key, value)
            })
            .collect();
        let results = found.iter().map(|(_, value)| Arc::clone(value)).collect();
        self.last = found;
        results
    }

    /// The same where `few` makes one value. If more than a few aren't remembered, `many` makes all, by what it remembers itself.
    pub fn keyed_or<I: Sync>(
        &mut self,
        inputs: &[I],
        key: impl Fn(&I) -> Digest + Sync,
        few: impl Fn(&I) -> V + Sync,
        many: impl FnOnce(&[I]) -> Vec<V>,
    ) -> &[(Digest, Arc<V>)] {
        let keys: Vec<Digest> = inputs.par_iter().map(&key).collect();
        if self.put_few(inputs, &keys, &few) {
            return &self.last;
        }
        let finder = self.finder();
        let known: Vec<Option<Arc<V>>> = keys.par_iter().enumerate().map(|(index, key)| finder.find(index, *key).map(Arc::clone)).collect();
        let missing = known.iter().filter(|value| value.is_none()).count();
        self.last = if missing > FEW + inputs.len() / FEW_OF {
            keys.into_iter().zip(many(inputs).into_iter().map(Arc::new)).collect()
        } else {
            let made = known.into_par_iter().zip(inputs).map(|(value, input)| value.unwrap_or_else(|| Arc::new(few(input))));
            keys.into_par_iter().zip(made).collect()
        };
        &self.last
    }

    /// The value of each input, each made once however often it stands there. What isn't remembered is computed on all cores, each of which has a
    /// helper of its own for all that it computes.
    ///
    /// `key` must cover everything that `compute` reads; the helper must change no result.
    pub fn all_in_batches<I: Sync, B>(
        &mut self,
        inputs: &[I],
        key: impl Fn(&I) -> Digest + Sync,
        helper: impl Fn() -> B + Sync,
        compute: impl Fn(&mut B, &I) -> V + Sync,
    ) -> Vec<Arc<V>> {
        let known = self.finder();
        let found = |(index, input): (usize, &I)| {
            let key = key(input);
            (key, known.find(index, key).map(Arc::clone))
        };
        let found: Vec<(Digest, Option<Arc<V>>)> = inputs.par_iter().enumerate().map(found).collect();
        let mut wanted: Vec<(Digest, &I)> = Vec::new();
        let mut seen: HashSet<Digest, BuildHasherDefault<DigestHasher>> = HashSet::default();
        for ((key, value), input) in found.iter().zip(inputs) {
            if value.is_none() && seen.insert(*key) {
                wanted.push((*key, input));
            }
        }
        let made: ByDigest<Arc<V>> =
            in_batches(&wanted, helper, |helper, (key, input)| (*key, Arc::new(compute(helper, input)))).into_iter().flatten().collect();
        let all = found.into_iter().filter_map(|(key, value)| Some((key, value.or_else(|| made.get(&key).map(Arc::clone))?)));
        self.last = all.collect();
        self.last.iter().map(|(_, value)| Arc::clone(value)).collect()
    }

    /// The values of the last run with their keys, in its order.
    #[must_use]
    pub fn last(&self) -> &[(Digest, Arc<V>)] {
        &self.last
    }

    fn finder(&self) -> Finder<'_, V> {
        Finder { last: &self.last, elsewhere: OnceLock::new() }
    }

    /// The number of values remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.last.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.last.is_empty()
    }
}

/// The value of each input, in no order. Threads take batches from one heap until it is empty, each with one helper, which is only made for whoever finds
/// something to do.
fn in_batches<I: Sync, B, V: Send>(inputs: &[I], helper: impl Fn() -> B + Sync, compute: impl Fn(&mut B, &I) -> V + Sync) -> Vec<Vec<V>> {
    let taken = AtomicUsize::new(0);
    let of_thread = |_| {
        let mut made = Vec::new();
        let mut own = None;
        while let Some(left) = inputs.get(taken.fetch_add(BATCH, Ordering::Relaxed)..).filter(|left| !left.is_empty()) {
            let own = own.get_or_insert_with(&helper);
            made.extend(left.iter().take(BATCH).map(|input| compute(own, input)));
        }
        made
    };
    // One task for each thread, none of which waits for another: one that begins late finds nothing left.
    let threads = rayon::current_num_threads().min(inputs.len().div_ceil(BATCH));
    (0..threads).into_par_iter().with_max_len(1).map(of_thread).collect()
}

/// Remembers the value of the last run.
pub struct Last<V>(Option<(Digest, Arc<V>)>);

impl<V> Default for Last<V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<V> Last<V> {
    /// The value of the last run, whatever it was for.
    #[must_use]
    pub fn last(&self) -> Option<Arc<V>> {
        self.0.as_ref().map(|(_, value)| Arc::clone(value))
    }

    /// The value for a key; made if the last one was for another.
    ///
    /// `key` must cover everything that `make` reads.
    pub fn get(&mut self, key: Digest, make: impl FnOnce() -> V) -> Arc<V> {
        if let Some((known, value)) = &self.0
            && *known == key
        {
            return Arc::clone(value);
        }
        let value = Arc::new(make());
        self.0 = Some((key, Arc::clone(&value)));
        value
    }
}

/// Remembers the values that were asked for lately, one at a time and in no order.
pub struct Recent<V> {
    values: ByDigest<Arc<V>>,
    /// Those of the generation before, which are forgotten with the next unless somebody asks for them.
    before: ByDigest<Arc<V>>,
    limit: usize,
}

impl<V> Recent<V> {
    /// Remembers at least the last `limit` values and at most twice as many.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { values: ByDigest::default(), before: ByDigest::default(), limit }
    }

    /// The value for a key; made if it isn't remembered.
    ///
    /// `key` must cover everything that `make` reads.
    pub fn get(&mut self, key: Digest, make: impl FnOnce() -> V) -> Arc<V> {
        if let Some(value) = self.values.get(&key) {
            return Arc::clone(value);
        }
        let value = self.before.remove(&key).unwrap_or_else(|| Arc::new(make()));
        if self.values.len() >= self.limit {
            self.before = std::mem::take(&mut self.values);
        }
        self.values.insert(key, Arc::clone(&value));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_computed_again() {
        let mut memo = Memo::default();
        let computed = AtomicUsize::new(0);
        let mut run = |inputs: &[&str]| {
            computed.store(0, Ordering::Relaxed);
            let lengths = memo.all(
                inputs,
                |input| Digest::of(input.as_bytes()),
                |input| {
                    computed.fetch_add(1, Ordering::Relaxed);
                    input.len()
                },
            );
            (lengths.iter().map(|length| **length).collect::<Vec<_>>(), computed.load(Ordering::Relaxed))
        };
        assert_eq!(run(&["a", "bb", "ccc"]), (vec![1, 2, 3], 3));
        assert_eq!(run(&["a", "dddd", "ccc"]), (vec![1, 4, 3], 1));
        // `bb` was not asked for in the last run, so it is gone.
        assert_eq!(run(&["bb"]), (vec![2], 1));
    }

    #[test]
    fn in_batches_each_value_is_made_once_and_found_again() {
        let mut memo = Memo::default();
        let computed = AtomicUsize::new(0);
        let mut run = |inputs: &[u8]| {
            let before = computed.load(Ordering::Relaxed);
            let key = |input: &u8| Digest::of(&[*input]);
            let values = memo.all_in_batches(
                inputs,
                key,
                || (),
                |(), input| {
                    computed.fetch_add(1, Ordering::Relaxed);
                    *input
                },
            );
            assert_eq!(values.iter().map(|value| **value).collect::<Vec<_>>(), inputs);
            computed.load(Ordering::Relaxed) - before
        };
        let many: Vec<u8> = (0..=255).chain(0..=255).rev().collect();
        assert_eq!(run(&many), 256);
        assert_eq!(run(&many[..300]), 0);
        assert_eq!((run(&[1, 2]), run(&[3])), (0, 1), "what the last run didn't ask for is forgotten");
    }

    /// Calls from inside the pool, on one thread, and many at once from all threads.
    #[test]
    fn batches_end_wherever_they_are_asked_for() {
        let inputs: Vec<u16> = (0..2000).collect();
        let helpers = AtomicUsize::new(0);
        let run = || {
            let helper = || helpers.fetch_add(1, Ordering::Relaxed);
            let values = Memo::default().all_in_batches(&inputs, |input| Digest::of(&input.to_le_bytes()), helper, |_, input| *input);
            assert!(values.iter().map(|value| **value).eq(0..2000));
        };
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            helpers.store(0, Ordering::Relaxed);
            pool.install(run);
            assert!((1..=threads).contains(&helpers.load(Ordering::Relaxed)), "one helper for each thread");
            pool.install(|| (0..50).into_par_iter().for_each(|_| run()));
        }
    }

    #[test]
    fn values_are_found_wherever_they_stood() {
        let mut memo = Memo::default();
        let computed = AtomicUsize::new(0);
        let mut run = |inputs: &[u8]| {
            let before = computed.load(Ordering::Relaxed);
            let values = memo.all(
                inputs,
                |input| Digest::of(&[*input]),
                |input| {
                    computed.fetch_add(1, Ordering::Relaxed);
                    *input
                },
            );
            assert_eq!(values.iter().map(|value| **value).collect::<Vec<_>>(), inputs);
            computed.load(Ordering::Relaxed) - before
        };
        assert_eq!(run(&[1, 2, 3, 4]), 4);
        assert_eq!(run(&[9, 1, 2, 3, 4]), 1);
        assert_eq!(run(&[4, 3, 2, 1, 9]), 0);
        assert_eq!(run(&[3, 3]), 0);
        assert_eq!(run(&[]), 0);
    }

    #[test]
    fn few_are_made_one_by_one_and_many_together() {
        let mut memo = Memo::default();
        let many = AtomicUsize::new(0);
        let mut run = |inputs: std::ops::Range<u32>| {
            let inputs: Vec<u32> = inputs.collect();
            let all = |inputs: &[u32]| {
                many.fetch_add(1, Ordering::Relaxed);
                inputs.to_vec()
            };
            let values = memo.keyed_or(&inputs, |input| Digest::of(&input.to_le_bytes()), |input| *input, all);
            assert_eq!(values.iter().map(|(_, value)| **value).collect::<Vec<_>>(), inputs);
            many.load(Ordering::Relaxed)
        };
        assert_eq!([run(0..100), run(0..100), run(2..104), run(60..200), run(60..200)], [1, 1, 1, 2, 2]);
    }

    #[test]
    fn the_last_value_is_kept_as_long_as_its_key() {
        let mut last = Last::default();
        let first = last.get(Digest::of(b"a"), || 1);
        assert!(Arc::ptr_eq(&first, &last.get(Digest::of(b"a"), || 2)));
        assert_eq!((*last.get(Digest::of(b"b"), || 3), *last.get(Digest::of(b"a"), || 4)), (3, 4));
    }

    #[test]
    fn what_nobody_asks_for_is_forgotten() {
        let mut recent = Recent::new(2);
        let made = AtomicUsize::new(0);
        let mut get = |value: u8| {
            let made_before = made.load(Ordering::Relaxed);
            let got = recent.get(Digest::of(&[value]), || {
                made.fetch_add(1, Ordering::Relaxed);
                value
            });
            assert_eq!(*got, value);
            made.load(Ordering::Relaxed) > made_before
        };
        let asked: Vec<bool> = [1, 1, 2, 3, 1, 4, 5, 1, 2].into_iter().map(&mut get).collect();
        assert_eq!(asked, [true, false, true, true, false, true, true, false, true]);
    }
}
