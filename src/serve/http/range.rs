//! Parts of files that are asked for. Knows numbers only.

/// The part of a file that is asked for: first byte and number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it: nothing less was asked for, or in a way that isn't understood.
    Whole,
    /// From this byte on, so many.
    Some(u64, u64),
    /// The file has no such part.
    None,
}

/// Reads a `Range` header for a file of `length` bytes. Of several parts in one request the whole file comes, which is allowed.
pub(super) fn part(header: &str, length: u64) -> Part {
    let Some(range) = header.trim().strip_prefix("bytes=").map(str::trim) else { return Part::Whole };
    let Some((first, last)) = range.split_once('-').filter(|_| !range.contains(',')) else { return Part::Whole };
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().unwrap_or(u64::MAX));
    match (first, last) {
        ("", "") => Part::Whole,
        ("", last) => match number(last) {
            None => Part::Whole,
            Some(0) => Part::None,
            Some(_) if length == 0 => Part::None,
            Some(count) => Part::Some(length.saturating_sub(count), count.min(length)),
        },
        (first, last) => {
            let end = if last.is_empty() { Some(u64::MAX) } else { number(last) };
            match (number(first), end) {
                (Some(first), Some(end)) if end < first => Part::Whole,
                (Some(first), Some(_)) if first >= length => Part::None,
                (Some(first), Some(end)) => Part::Some(first, end.saturating_add(1).min(length).saturating_sub(first)),
                _ => Part::Whole,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (header, length, expected) in [
            ("bytes=0-3", 10, Part::Some(0, 4)),
            ("bytes=8-", 10, Part::Some(8, 2)),
            ("bytes=8-99", 10, Part::Some(8, 2)),
            ("bytes=-3", 10, Part::Some(7, 3)),
            ("bytes=-30", 10, Part::Some(0, 10)),
            ("bytes=0-18446744073709551615", 10, Part::Some(0, 10)),
            ("bytes=10-", 10, Part::None),
            ("bytes=99999999999999999999-", 10, Part::None),
            ("bytes=-0", 10, Part::None),
            ("bytes=0-", 0, Part::None),
            ("bytes=-1", 0, Part::None),
            ("bytes=3-1", 10, Part::Whole),
            ("bytes=0-1,3-4", 10, Part::Whole),
            ("bytes=-", 10, Part::Whole),
            ("bytes=a-b", 10, Part::Whole),
            ("bytes=+1-2", 10, Part::Whole),
            ("lines=0-1", 10, Part::Whole),
        ] {
            assert_eq!(part(header, length), expected, "{header} of {length}");
        }
    }
}
