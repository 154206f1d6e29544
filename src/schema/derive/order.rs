//! The order in which documents have their sections, as far as they agree.

/// Sorts things so that as many documents as can be have them in this order; and says how many of the documents do.
///
/// `places` tells for each thing where it stands in each document that has it.
pub(super) fn sorted(places: &[Vec<Option<usize>>], documents: usize) -> (Vec<usize>, Vec<bool>) {
    let mut order: Vec<usize> = (0..places.len()).collect();
    // The mean place is a good order to begin with, and the only one that is cheap for very many.
    let mut ranks: Vec<(usize, usize)> = vec![(0, 0); places.len()];
    for document in 0..documents {
        let mut there: Vec<(usize, usize)> = (0..places.len()).filter_map(|thing| Some((at(places, thing, document)?, thing))).collect();
        there.sort_unstable();
        let last = there.len().max(2) - 1;
        for (rank, (_, thing)) in there.into_iter().enumerate() {
            if let Some(sum) = ranks.get_mut(thing) {
                // In thousandths of the way through the document, as documents have more sections or fewer.
                *sum = (sum.0 + rank * 1000 / last, sum.1 + 1);
            }
        }
    }
    let mean = |thing: &usize| ranks.get(*thing).map_or(0, |(sum, number)| sum / (*number).max(1));
    order.sort_by_key(|thing| (mean(thing), *thing));
    // Where most documents have two neighbours the other way round, so should the schema.
    if places.len() <= 200 {
        for round in 0..places.len() {
            let mut moved = false;
            for index in 1..order.len() {
                if let [one, two] = order.get_mut(index - 1..=index).unwrap_or_default()
                    && prefers(places, *two, *one)
                {
                    std::mem::swap(one, two);
                    moved = true;
                }
            }
            if !moved || round > 200 {
                break;
            }
        }
    }
    let agrees = |document: usize| order.iter().filter_map(|thing| at(places, *thing, document)).is_sorted();
    let agree = (0..documents).map(agrees).collect();
    (order, agree)
}

fn at(places: &[Vec<Option<usize>>], thing: usize, document: usize) -> Option<usize> {
    places.get(thing)?.get(document).copied().flatten()
}

/// Whether more documents have `first` before `second` than the other way round.
fn prefers(places: &[Vec<Option<usize>>], first: usize, second: usize) -> bool {
    let pairs = places.get(first).into_iter().flatten().zip(places.get(second).into_iter().flatten());
    let mut balance = 0_i64;
    for pair in pairs {
        if let (Some(one), Some(two)) = pair {
            balance += if one < two { 1 } else { -1 };
        }
    }
    balance > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_sorted_as_most_documents_have_them() {
        // Three things in four documents; the third document differs.
        let places = [vec![Some(30), Some(3), Some(1), Some(3)], vec![Some(10), Some(1), None, Some(1)], vec![Some(20), None, Some(9), Some(2)]];
        assert_eq!(sorted(&places, 4), (vec![1, 2, 0], vec![true, true, false, true]));
        assert_eq!(sorted(&[], 0), (vec![], vec![]));
    }
}
