//! The language server: what editors ask about a handbook while it is written.
//!
//! Knows the build and the protocol. Must not know rules: every finding, fix and target comes from the floors below.
//!
//! Each feature is a file with a pure function over a [`View`](view::View); only the server and what stands around it know messages.

pub mod actions;
pub mod addresses;
pub mod book;
pub mod client;
pub mod completion;
pub mod convert;
pub mod definition;
pub mod diagnostics;
pub mod hover;
pub mod links;
pub mod names;
pub mod place;
pub mod positions;
pub mod references;
pub mod rename;
pub mod requests;
pub mod server;
pub mod symbols;
pub mod view;
pub mod wire;
pub mod workspace;

#[cfg(test)]
mod test;
