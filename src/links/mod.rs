//! Addresses elsewhere: which the handbook holds, what their servers answer, and what is wrong with that.
//!
//! Knows the handbook's links, `[links]` of book.toml, and findings; `ask` alone knows the network, and nothing else in the program does. Must not know
//! Markdown, the disk, the terminal or the clock: times are given.
//!
//! In the order in which it goes: [`gather`] finds the addresses, [`Cache`] knows earlier answers, [`plan`] says what is left to ask, [`ask`] asks it,
//! [`judge`] makes findings of the answers.

mod address;
mod gather;

mod answer;
mod cache;
mod headers;
mod plan;

#[cfg(feature = "links")]
pub mod ask;

mod judge;
mod kinds;

#[cfg(test)]
mod test;

pub use address::{Secret, secrets, shown};
pub use answer::{Anchor, Answer, Fault, Outcome};
pub use cache::Cache;
pub use gather::{Gathered, Place, Wanted, gather};
pub use headers::{MissingVariable, Sent, sent};
pub use judge::{judge, merge};
pub use kinds::{KINDS, is_remote};
pub use plan::{Mode, Plan, Question, plan};

/// Seconds since 1970.
pub type Moment = u64;
