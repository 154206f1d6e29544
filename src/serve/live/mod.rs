//! What the preview adds to the pages that it shows: a script and a style sheet of its own.
//!
//! Knows their bytes. Must not know how they are served.

/// Where the preview's own files lie; no page of a site can lie there, since its name would begin with a hyphen alone.
pub const FOLDER: &str = "/-/opsbook/";

/// The script that follows the handbook's editions.
pub const SCRIPT: &str = include_str!("live.js");

/// How its messages look.
pub const STYLE: &str = include_str!("live.css");
