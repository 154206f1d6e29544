//! opsbook: a static site generator for operations handbooks that checks every document against the schema of its type.
//!
//! The modules are floors: each may import only from those above it in this list. tests/architecture.rs holds them to it.
#![cfg_attr(test, allow(clippy::string_slice, reason = "a test that cuts a character should fail loudly"))]

pub mod text;

pub mod laps;
pub mod memo;
pub mod source;

pub mod diagnostic;
pub mod site;

pub mod data;
pub mod diagram;
pub mod include;
pub mod mend;

pub mod config;
pub mod disk;
pub mod registry;
pub mod report;

pub mod alerts;
pub mod document;
pub mod project;

pub mod blocks;

pub mod schema;

pub mod handbook;

pub mod checks;
pub mod links;
pub mod render;
pub mod suppress;

pub mod catalogue;
pub mod mounted;
pub mod moves;

pub mod compile;

pub mod editor;
pub mod serve;

pub mod cli;
