//! Numbers as LEB128: seven bits a byte, the lowest first; the eighth says that more follow.

/// Writes a number.
pub fn put(mut number: u64, bytes: &mut Vec<u8>) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            bytes.push(low & 0x7F);
            return;
        }
        bytes.push(low | 0x80);
    }
}

/// Reads the number that some bytes begin with, and leaves those behind it. None if it is cut, or larger than any that was written.
pub fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7F);
        number |= part.checked_shl(shift).filter(|shifted| shifted >> shift == part)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// How many bytes a number takes.
#[must_use]
pub fn width(number: u64) -> usize {
    let bits = u64::BITS - number.leading_zeros();
    usize::try_from(bits.div_ceil(7)).unwrap_or_default().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn numbers_are_read_as_they_are_written(numbers in proptest::collection::vec(proptest::prelude::any::<u64>(), 0..20), shift in 0..64_u32) {
            let mut bytes = Vec::new();
            let numbers: Vec<u64> = numbers.into_iter().map(|number| number >> shift).collect();
            for number in &numbers {
                put(*number, &mut bytes);
            }
            assert_eq!(bytes.len(), numbers.iter().map(|number| width(*number)).sum::<usize>());
            let mut left = bytes.as_slice();
            assert_eq!(numbers.iter().map(|_| take(&mut left)).collect::<Vec<_>>(), numbers.iter().copied().map(Some).collect::<Vec<_>>());
            assert_eq!(take(&mut left), None);
        }

        #[test]
        fn whatever_the_bytes_are_reading_ends(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40)) {
            let mut left = bytes.as_slice();
            while take(&mut left).is_some() {}
        }
    }

    #[test]
    fn too_large_numbers_are_none() {
        assert_eq!(take(&mut [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01].as_slice()), Some(u64::MAX));
        assert_eq!(take(&mut [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02].as_slice()), None);
        assert_eq!(take(&mut [0x80; 12].as_slice()), None);
    }
}
