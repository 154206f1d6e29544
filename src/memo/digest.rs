//! Content hashes: what everything that is remembered is found by.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// A 128-bit content hash (BLAKE3, cut), the key of everything that is remembered. Its default stands for what is not there.
///
/// Bytes and no number: with one, all that holds a digest would be laid out in steps of sixteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest([u8; 16]);

impl Ord for Digest {
    /// The order of their hexadecimal digits.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.number().cmp(&other.number())
    }
}

impl PartialOrd for Digest {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::hash::Hash for Digest {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u128(self.number());
    }
}

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

    fn number(self) -> u128 {
        u128::from_le_bytes(self.0)
    }

    /// Whether one in `divisor` digests, chosen by chance but always the same ones, is this one.
    #[must_use]
    pub fn is_one_in(self, divisor: u128) -> bool {
        divisor != 0 && self.number().is_multiple_of(divisor)
    }

    /// A digest that is another one for each `other`.
    #[must_use]
    pub fn mixed_with(self, other: Self) -> Self {
        Self((self.number() ^ other.number()).to_le_bytes())
    }

    /// As bytes, the same on every machine.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The digest of such bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The first `length` hexadecimal digits, at most 32, for names of files.
    #[must_use]
    pub fn hex(self, length: usize) -> String {
        let mut digits = format!("{:032x}", self.number());
        digits.truncate(length);
        digits
    }

    /// The digest of all its hexadecimal digits, 32 of them.
    #[must_use]
    pub fn from_hex(digits: &str) -> Option<Self> {
        let is_whole = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u128::from_str_radix(digits, 16).ok().filter(|_| is_whole)?;
        Some(Self(number.to_le_bytes()))
    }
}

impl serde::Serialize for Digest {
    /// As all its hexadecimal digits.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex(32))
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DigitsVisitor;
        impl serde::de::Visitor<'_> for DigitsVisitor {
            type Value = Digest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("32 hexadecimal digits")
            }

            fn visit_str<E: serde::de::Error>(self, digits: &str) -> Result<Digest, E> {
                Digest::from_hex(digits).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(digits), &self))
            }
        }
        deserializer.deserialize_str(DigitsVisitor)
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
///
/// The inputs are gathered first: BLAKE3 takes one long input in a fraction of the time that it takes for many short ones.
#[derive(Default)]
pub struct Hasher(Vec<u8>);

impl Hasher {
    /// Adds bytes.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.0.extend_from_slice(bytes);
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
        self.bytes(&digest.0)
    }

    /// The hash of all that was added.
    #[must_use]
    pub fn finish(self) -> Digest {
        let mut first = [0; 16];
        first.copy_from_slice(&blake3::hash(&self.0).as_bytes()[..16]);
        Digest(first)
    }
}

/// Digests are spread evenly already: a part of one is as good as a hash of it.
#[derive(Default)]
pub struct DigestHasher(u64);

impl std::hash::Hasher for DigestHasher {
    // A digest feeds itself as one number; bytes never come.
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |sum, byte| sum.rotate_left(8) ^ u64::from(*byte));
    }

    #[expect(clippy::cast_possible_truncation, reason = "half of a digest tells digests apart well enough to find them in a table")]
    fn write_u128(&mut self, digest: u128) {
        self.0 = digest as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Values by the digest of what they were made from.
pub type ByDigest<V> = HashMap<Digest, V, BuildHasherDefault<DigestHasher>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_frame_their_inputs() {
        assert_ne!(Hasher::default().text("ab").text("c").finish(), Hasher::default().text("a").text("bc").finish());
    }

    #[test]
    fn digits_are_read_as_they_are_written() {
        let digest = Digest::of(b"a");
        let written = serde_json::to_string(&digest).unwrap();
        assert_eq!((&*written, serde_json::from_str(&written).ok()), (&*format!("\"{}\"", digest.hex(32)), Some(digest)));
        let half = digest.hex(31);
        for other in ["", &half, &format!("+{half}"), &format!("g{half}"), &format!("{half}0a")] {
            assert_eq!(Digest::from_hex(other), None, "{other}");
            assert!(serde_json::from_str::<Digest>(&format!("\"{other}\"")).is_err(), "{other}");
        }
    }

    #[test]
    fn digests_are_in_the_order_of_their_digits() {
        let mut digests: Vec<Digest> = (0..100_u8).map(|number| Digest::of(&[number])).collect();
        digests.sort_unstable();
        assert!(digests.iter().map(|digest| digest.hex(32)).is_sorted());
    }
}
