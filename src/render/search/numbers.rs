//! Lists of block numbers as short text, for scripts that a browser loads. themes/js/search/index.js reads them.
//!
//! Knows numbers. Must not know what a block is.

/// The digits: none of them means anything else in an index file.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// One digit of base 64.
pub(super) fn digit(value: usize) -> char {
    DIGITS.get(value & 63).map_or('A', |digit| char::from(*digit))
}

/// About how many bytes a file has, in one digit: the first of a row of sizes, each an eleventh above the one before, that is enough. An edit
/// seldom changes it.
pub(super) fn size(bytes: usize) -> char {
    let (mut limit, mut step) = (1024, 0);
    while limit < bytes && step < 63 {
        limit += limit / 11;
        step += 1;
    }
    digit(step)
}

/// Sorted numbers below `total` in the shortest of four forms: `*` for all, the steps between them, `~` and the steps between those that are
/// missing, `!` and one bit for each.
pub(super) fn encode(numbers: &[u32], total: u32) -> String {
    if numbers.len() == total as usize {
        return "*".to_owned();
    }
    let steps = steps(numbers.iter().copied());
    // Few numbers are never shorter in another form.
    if numbers.len() * 8 < total as usize {
        return steps;
    }
    let missing: Vec<u32> = (0..total).filter(|number| numbers.binary_search(number).is_err()).collect();
    let forms = [steps, format!("~{}", self::steps(missing.iter().copied())), format!("!{}", bits(numbers))];
    forms.into_iter().min_by_key(String::len).unwrap_or_default()
}

/// Each step in digits of five bits, the lowest first; the sixth bit says that more follow.
fn steps(numbers: impl Iterator<Item = u32>) -> String {
    let mut text = String::new();
    let mut next = 0;
    for number in numbers {
        let mut step = number.saturating_sub(next);
        next = number + 1;
        while step > 31 {
            text.push(digit((step & 31) as usize | 32));
            step >>= 5;
        }
        text.push(digit(step as usize));
    }
    text
}

fn bits(numbers: &[u32]) -> String {
    let mut digits = vec![0_usize; numbers.last().map_or(0, |last| *last as usize / 6 + 1)];
    for number in numbers {
        if let Some(value) = digits.get_mut(*number as usize / 6) {
            *value |= 1 << (number % 6);
        }
    }
    digits.into_iter().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a browser reads out of such a text.
    fn decode(text: &str, total: u32) -> Vec<u32> {
        let value = |digit: u8| u32::try_from(DIGITS.iter().position(|known| *known == digit).unwrap()).unwrap();
        if text == "*" {
            return (0..total).collect();
        }
        if let Some(missing) = text.strip_prefix('~') {
            let missing = decode(missing, total);
            return (0..total).filter(|number| !missing.contains(number)).collect();
        }
        if let Some(bits) = text.strip_prefix('!') {
            let has = |number: &u32| bits.as_bytes().get(*number as usize / 6).is_some_and(|digit| (value(*digit) >> (number % 6)) & 1 == 1);
            return (0..total).filter(has).collect();
        }
        let (mut found, mut next, mut step, mut shift) = (Vec::new(), 0, 0, 0);
        for digit in text.bytes() {
            step |= (value(digit) & 31) << shift;
            shift += 5;
            if value(digit) < 32 {
                found.push(next + step);
                next += step + 1;
                (step, shift) = (0, 0);
            }
        }
        found
    }

    #[test]
    fn sizes_are_steps() {
        // What the script reads: see tests/search/search.test.mjs.
        assert_eq!([0, 1024, 1025, 20_000, 45_000, usize::MAX].map(size), ['A', 'A', 'B', 'j', 's', '_']);
    }

    #[test]
    fn the_shortest_form_is_taken() {
        assert_eq!(encode(&[0, 1, 2], 3), "*");
        assert_eq!(encode(&[], 3), "");
        assert_eq!(encode(&[0, 5, 40], 400), "AEiB");
        assert_eq!(encode(&(1..100).collect::<Vec<u32>>(), 100), "~A");
        assert!(encode(&(0..60).map(|number| number * 2).collect::<Vec<u32>>(), 120).starts_with('!'));
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(numbers in proptest::collection::btree_set(0_u32..700, 0..700), more in 0_u32..2000) {
            let numbers: Vec<u32> = numbers.into_iter().collect();
            let total = numbers.last().map_or(0, |last| last + 1) + more;
            assert_eq!(decode(&encode(&numbers, total), total), numbers);
        }
    }
}
