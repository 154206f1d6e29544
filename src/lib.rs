//! opsbook: a static site generator for operations handbooks that checks every document against the schema of its type.
#![cfg_attr(test, allow(clippy::string_slice, reason = "a test that cuts a character should fail loudly"))]

pub mod text;

pub mod memo;
pub mod source;

pub mod diagnostic;
pub mod site;

pub mod data;

pub mod document;

pub mod schema;
