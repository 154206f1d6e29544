//! Lists without room to spare, for what is remembered long: a list that grew item by item has up to twice the room that it needs.

/// The same items in a list that has room for no more.
///
/// [`Vec::shrink_to_fit`] leaves it to the allocator, and one that finds the rest too small to be of use keeps it.
#[must_use]
pub fn snug<T>(items: Vec<T>) -> Vec<T> {
    if items.len() == items.capacity() {
        return items;
    }
    let mut fitting = Vec::with_capacity(items.len());
    fitting.extend(items);
    fitting
}
