//! The language server: what editors ask about a handbook while it is written.
//!
//! Knows the build and the protocol. Must not know rules: every finding, fix and target comes from the floors below.
