use std::collections::BTreeMap;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

type Blocks = BTreeMap<Digest, (String, Vec<Piece>)>;

fn record(blocks: &Blocks) -> Vec<u8> {
    let all: Vec<(Digest, &[Piece])> = blocks.iter().map(|(key, (_, pieces))| (*key, pieces.as_slice())).collect();
    Record::bytes_of(&all).unwrap()
}

/// Gives bytes the checksum that they should have.
fn seal(bytes: &mut [u8]) {
    if let Some((whole, checksum)) = bytes.split_last_chunk_mut::<CHECKSUM>() {
        *checksum = *blake3::hash(whole).as_bytes();
    }
}

/// Code of any text, cut into pieces of any class, or in none.
fn block() -> impl Strategy<Value = (String, Vec<Piece>)> {
    ("\\PC{0,40}|[a-z\n]{200,300}", vec((any::<prop::sample::Index>(), 0..20_u8), 0..12)).prop_map(|(code, cuts)| {
        let mut ends: BTreeMap<usize, u8> = BTreeMap::new();
        for (cut, class) in cuts {
            let end = (0..=cut.index(code.len() + 1)).rev().find(|end| code.is_char_boundary(*end)).unwrap_or_default();
            ends.insert(end, class);
        }
        ends.remove(&0);
        if !ends.is_empty() && !code.is_empty() {
            ends.entry(code.len()).or_default();
        }
        let pieces = ends.into_iter().map(|(end, class)| Piece::new(end, Class::numbered(class).unwrap())).collect();
        (code, pieces)
    })
}

fn blocks() -> impl Strategy<Value = Blocks> {
    vec(block(), 0..20).prop_map(|all| all.into_iter().enumerate().map(|(index, block)| (Digest::of(&index.to_le_bytes()), block)).collect())
}

fn fits(pieces: &[Piece], code: &str) -> bool {
    let ascends = pieces.iter().zip(std::iter::once(0).chain(pieces.iter().map(|piece| piece.end()))).all(|(piece, start)| piece.end() > start);
    let cuts = pieces.iter().all(|piece| code.is_char_boundary(piece.end()) && NUMBERS.contains(&piece.class().number()));
    ascends && cuts && pieces.last().is_none_or(|last| last.end() == code.len())
}

const NUMBERS: std::ops::Range<u8> = 0..20;

#[test]
fn every_class_can_be_left() {
    assert!(NUMBERS.clone().all(|number| Class::numbered(number).is_some_and(|class| class.number() == number)));
    assert_eq!(Class::numbered(NUMBERS.end), None);
}

proptest! {
    #[test]
    fn what_was_left_is_found(blocks in blocks()) {
        let record = Record::of(record(&blocks)).expect("it is whole");
        prop_assert!(record.keys().eq(blocks.keys().copied()));
        for (key, (code, pieces)) in &blocks {
            let found = record.pieces(*key, code);
            prop_assert_eq!(found.as_ref(), Some(pieces));
            prop_assert_eq!(record.pieces(*key, &format!("{code}.")), pieces.is_empty().then(Vec::new), "another code");
        }
        prop_assert_eq!(record.pieces(Digest::of(b"another"), ""), None);
    }

    #[test]
    fn changed_bytes_are_none(blocks in blocks(), at in any::<prop::sample::Index>(), bit in 0..8_u8, cut in any::<prop::sample::Index>()) {
        let whole = record(&blocks);
        let mut flipped = whole.clone();
        *at.get_mut(&mut flipped) ^= 1 << bit;
        prop_assert!(Record::of(flipped).is_none());
        prop_assert!(Record::of(whole[..cut.index(whole.len())].to_vec()).is_none());
        prop_assert!(Record::of([whole.as_slice(), &[0]].concat()).is_none());
    }

    /// The checksum is right, the rest was written by somebody who means harm.
    #[test]
    fn hostile_bytes_give_pieces_that_fit_or_none(
        blocks in blocks(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in proptest::option::of(any::<prop::sample::Index>()),
        grown in vec(any::<u8>(), 0..50),
    ) {
        let mut bytes = record(&blocks);
        // Behind the edition, else all would be none.
        let open = HEAD - 4;
        for (at, byte) in changes {
            *at.get_mut(&mut bytes[open..]) = byte;
        }
        let length = cut.map_or(bytes.len(), |cut| open + cut.index(bytes.len() - open));
        bytes.truncate(length);
        bytes.extend(grown);
        seal(&mut bytes);
        let Some(record) = Record::of(bytes) else { return Ok(()) };
        let keys: Vec<Digest> = record.keys().collect();
        for (key, (code, _)) in &blocks {
            for key in keys.iter().chain([key]) {
                if let Some(pieces) = record.pieces(*key, code) {
                    prop_assert!(fits(&pieces, code), "{:?} {:?}", code, pieces);
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_none(bytes in vec(any::<u8>(), 0..300)) {
        prop_assert!(Record::of(bytes).is_none());
    }
}

#[test]
fn another_edition_is_none() {
    let mut bytes = record(&BTreeMap::new());
    bytes[MAGIC.len() + 4] ^= 1;
    seal(&mut bytes);
    assert!(Record::of(bytes).is_none());
}

/// A file that is added to this folder decides what pieces are, too.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test that reads the source")]
fn the_edition_is_made_of_every_file_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/render/highlight");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read(&path).unwrap();
        assert!(path.ends_with("record_tests.rs") || MADE_OF.contains(&text.as_slice()), "{}", path.display());
    }
}
