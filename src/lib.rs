//! opsbook: a static site generator for operations handbooks that checks every document against the schema of its type.

pub mod text;

pub mod memo;
pub mod source;

pub mod diagnostic;
pub mod site;

pub mod data;
