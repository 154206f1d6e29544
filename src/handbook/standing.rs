//! What the status of a document says about following it.

use crate::document::Meta;

/// Words of `status` for documents that nobody should follow any more.
const PAST: [&str; 7] = ["archived", "deprecated", "obsolete", "rejected", "retired", "superseded", "withdrawn"];
/// Words of `status` for documents that aren't agreed yet.
const COMING: [&str; 3] = ["draft", "proposed", "in review"];

/// Whether nobody should follow a document any more.
#[must_use]
pub fn is_past(meta: &Meta) -> bool {
    is_one_of(meta, &PAST)
}

/// Whether a document isn't agreed yet.
#[must_use]
pub fn is_coming(meta: &Meta) -> bool {
    is_one_of(meta, &COMING)
}

fn is_one_of(meta: &Meta, words: &[&str]) -> bool {
    meta.status.as_ref().is_some_and(|(status, _)| words.iter().any(|word| word.eq_ignore_ascii_case(status)))
}
