//! Memoisation by value: the hash of the inputs is the key, so a remembered value can't be stale.
//!
//! Knows hashing and threads. Must not know what is remembered.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

/// A 128-bit content hash (BLAKE3, cut), the key of everything that is remembered. Its default stands for what is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(u128);

impl Digest {
    /// The hash of one piece of bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Hasher::default().bytes(bytes).finish()
    }

    /// The hash of a value through its [`Hash`](std::hash::Hash): every field counts.
    #[must_use]
    pub fn of_value(value: &impl std::hash::Hash) -> Self {
        let mut adapter = ValueHasher(Vec::new());
        value.hash(&mut adapter);
        Self::of(&adapter.0)
    }

    /// Whether one in `divisor` digests, chosen by chance but always the same ones, is this one.
    #[must_use]
    pub fn is_one_in(self, divisor: u128) -> bool {
        divisor != 0 && self.0.is_multiple_of(divisor)
    }

    /// The first `length` hexadecimal digits, at most 32, for names of files.
    #[must_use]
    pub fn hex(self, length: usize) -> String {
        let mut digits = format!("{:032x}", self.0);
        digits.truncate(length);
        digits
    }
}

/// Gathers what a value feeds to its hash; BLAKE3 is faster on one long input than on many short ones.
struct ValueHasher(Vec<u8>);

impl std::hash::Hasher for ValueHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    // Never called: the gathered bytes are hashed instead.
    fn finish(&self) -> u64 {
        0
    }
}

/// Collects several inputs into one [`Digest`]. Each is framed by its length, so `"ab", "c"` differs from `"a", "bc"`.
#[derive(Default)]
pub struct Hasher(blake3::Hasher);

impl Hasher {
    /// Adds bytes.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds text.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// Adds the digest of another input.
    #[must_use]
    pub fn digest(self, digest: Digest) -> Self {
        self.bytes(&digest.0.to_le_bytes())
    }

    /// The hash of all that was added.
    #[must_use]
    pub fn finish(self) -> Digest {
        let mut first = [0; 16];
        first.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        Digest(u128::from_le_bytes(first))
    }
}

/// Remembers values of one kind from run to run; a value that one run didn't ask for is forgotten.
pub struct Memo<V> {
    values: HashMap<Digest, Arc<V>>,
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self { values: HashMap::new() }
    }
}

impl<V: Send + Sync> Memo<V> {
    /// The value of each input, in the order of the inputs. What isn't remembered is computed, on all cores.
    ///
    /// `key` must cover everything that `compute` reads.
    pub fn all<I: Sync>(&mut self, inputs: &[I], key: impl Fn(&I) -> Digest + Sync, compute: impl Fn(&I) -> V + Sync) -> Vec<Arc<V>> {
        self.all_prepared(inputs, |input| (key(input), ()), |input, ()| compute(input))
    }

    /// The same for values whose key costs something to make: what `prepare` gives beside the key is handed to `compute`.
    pub fn all_prepared<I: Sync, P>(
        &mut self,
        inputs: &[I],
        prepare: impl Fn(&I) -> (Digest, P) + Sync,
        compute: impl Fn(&I, P) -> V + Sync,
    ) -> Vec<Arc<V>> {
        let known = &self.values;
        let found: Vec<(Digest, Arc<V>)> = inputs
            .par_iter()
            .map(|input| {
                let (key, prepared) = prepare(input);
                let value = known.get(&key).map_or_else(|| Arc::new(compute(input, prepared)), Arc::clone);
                (key, value)
            })
            .collect();
        let results = found.iter().map(|(_, value)| Arc::clone(value)).collect();
        self.values = found.into_iter().collect();
        results
    }

    /// The number of values remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

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
    fn digests_frame_their_inputs() {
        assert_ne!(Hasher::default().text("ab").text("c").finish(), Hasher::default().text("a").text("bc").finish());
    }
}
