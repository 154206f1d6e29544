//! Findings that don't count: those that a document waives for a time, and those that the baseline lists.
//!
//! Knows findings, waivers and the baseline's lines. Must not know which stage found a fault, the clock (the day is given) or the disk.

mod baseline;
mod waivers;

pub use baseline::{Baseline, INVALID_BASELINE, STALE_BASELINE};
pub use waivers::{EXPIRED_WAIVER, UNUSED_WAIVER, Waivers};

use crate::diagnostic::{Diagnostic, Kind};
use crate::text::{Span, nearest};

/// Every kind of fault that waivers and the baseline can have themselves.
pub const KINDS: &[&Kind] = &[&EXPIRED_WAIVER, &INVALID_BASELINE, &STALE_BASELINE, &UNUSED_WAIVER];

/// Findings that no document can waive: they hide others, or are about waivers themselves.
pub const NEVER_WAIVED: &[&str] = &[
    "ambiguous-type",
    "expired-waiver",
    "invalid-front-matter",
    "invalid-waiver",
    "unclosed-comment",
    "unclosed-fence",
    "unclosed-front-matter",
    "unknown-type",
    "unreadable-file",
    "unused-waiver",
];

/// Findings that no baseline can list: they are about settings, or about waivers and the baseline themselves.
pub const NEVER_LISTED: &[&str] = &[
    "expired-waiver",
    "idle-levels",
    "invalid-baseline",
    "invalid-config",
    "invalid-schema",
    "invalid-template",
    "invalid-waiver",
    "low-contrast",
    "missing-theme-file",
    "stale-baseline",
    "unreachable-source",
    "unused-setting",
    "unused-waiver",
];

/// A finding about a code that there is not, with the nearest that there is.
fn unknown_code(kind: &'static Kind, path: &crate::source::SitePath, span: Span, code: &str, known: &[&str]) -> Diagnostic {
    let finding = Diagnostic::new(kind, path, span, format!("no check is called '{code}'"));
    match nearest(code, known.iter().copied()) {
        Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}'")),
        None => finding.help("`opsbook explain` lists every check"),
    }
}
