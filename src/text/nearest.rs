use strsim::osa_distance;

/// The candidate that a writer most likely meant by `word`, if one is near enough to say so.
///
/// Case is ignored. Near enough means at most a quarter of the longer word's characters differ, and at most three.
/// Of several equally near, the first wins, so give candidates in a stable order.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = candidate.to_lowercase();
        let longest = folded.chars().count().max(other.chars().count());
        let limit = (longest / 4).clamp(1, 3);
        let Some(distance) = within(&folded, &other, limit) else { continue };
        if best.is_none_or(|(nearest, _)| distance < nearest) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The number of single-character edits (insert, delete, replace, swap) between two words, if at most `limit`.
#[must_use]
pub fn within(left: &str, right: &str, limit: usize) -> Option<usize> {
    // The distance is never less than the difference in length: most candidates fall here, cheaply.
    if left.chars().count().abs_diff(right.chars().count()) > limit {
        return None;
    }
    let distance = osa_distance(left, right);
    (distance <= limit).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_or_none() {
        let words = ["title", "type", "owner", "review_every"];
        assert_eq!(nearest("tytle", words), Some("title"));
        assert_eq!(nearest("Owner", words), Some("owner"));
        assert_eq!(nearest("review-every", words), Some("review_every"));
        assert_eq!(nearest("banana", words), None);
    }
}
