//! Drawings that are laid out once: a page whose text changes finds those that stay.
//!
//! Knows drawings by the hash of what they show. Must not know where on a page they stand.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crate::diagram::{Caption, Drawing};
use crate::memo::Digest;

/// Drawings by the hash of what they show and of their caption.
pub(super) type Known = HashMap<Digest, Arc<Drawing>>;

/// The drawings of one page: what is known already, and what the page shows.
pub(super) struct Drawn<'a> {
    known: &'a Known,
    shown: RefCell<Vec<(Digest, Arc<Drawing>)>>,
}

impl<'a> Drawn<'a> {
    pub(super) fn new(known: &'a Known) -> Self {
        Self { known, shown: RefCell::default() }
    }

    /// The drawing of `what`, which `draw` makes if it isn't known. `kind` tells apart what may be equal in value.
    pub(super) fn get<T: Hash>(&self, kind: &str, what: &T, caption: Caption<'_>, draw: impl FnOnce(&T, Caption<'_>) -> Drawing) -> Arc<Drawing> {
        let key = Digest::of_value(&(kind, what, caption));
        let drawing = self.known.get(&key).map_or_else(|| Arc::new(draw(what, caption)), Arc::clone);
        self.shown.borrow_mut().push((key, Arc::clone(&drawing)));
        drawing
    }

    /// What the page shows, to be remembered with it.
    pub(super) fn shown(self) -> Vec<(Digest, Arc<Drawing>)> {
        self.shown.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_not_drawn_again() {
        let caption = |title| Caption { prefix: "p", title, description: "" };
        let none = Known::default();
        let first = Drawn::new(&none);
        let made = first.get("a", &1, caption("T"), |_, _| Drawing { width: 7, ..Drawing::default() });
        let known: Known = first.shown().into_iter().collect();
        let second = Drawn::new(&known);
        let drawn = |_: &i32, _: Caption<'_>| Drawing { width: 9, ..Drawing::default() };
        assert_eq!(second.get("a", &1, caption("T"), drawn), made);
        assert_eq!(second.get("a", &1, caption("U"), drawn).width, 9, "another caption is another drawing");
        assert_eq!(second.get("a", &2, caption("T"), drawn).width, 9);
        assert_eq!(second.get("b", &1, caption("T"), drawn).width, 9);
        assert_eq!(second.shown().len(), 4, "what was known is remembered on");
    }
}
