//! Which document answers for which alert.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Runbook;
use crate::handbook::Page;
use crate::text::Span;

/// Longest name of an alert in bytes: it becomes the name of a file, and file systems stop at 255.
const NAME_LIMIT: usize = 120;

/// What no file of a site that is copied to any disk may be called. <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// A document's claim that it answers for an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The name of the alert.
    pub name: String,
    /// Index of the runbook that claims it.
    pub runbook: usize,
    /// Index of its page.
    pub page: usize,
    /// Where it says so; the beginning of the text where the title or the file's name says it.
    pub span: Span,
    /// Whether the front matter says so.
    pub written: bool,
}

/// Why a claim isn't granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No file can have the name, for this reason.
    Name(&'static str),
    /// Another claim was there before.
    Taken(Box<Claim>),
}

/// Claims, granted and refused.
pub(super) struct Claims {
    pub granted: Vec<Claim>,
    pub refused: Vec<(Claim, Fault)>,
}

/// Every claim of every runbook: the first by path gets what several claim, but what front matter says comes before what a file is called.
pub(super) fn claims(pages: &[Arc<Page>], runbooks: &[Runbook]) -> Claims {
    let mut all: Vec<Claim> = Vec::new();
    for (index, runbook) in runbooks.iter().enumerate() {
        let Some(page) = pages.get(runbook.page) else { continue };
        let claim = |name: &str, span, written| Claim { name: name.trim().to_owned(), runbook: index, page: runbook.page, span, written };
        let written: Vec<Claim> =
            page.document.meta.alerts.iter().filter(|(name, _)| !name.trim().is_empty()).map(|(name, span)| claim(name, *span, true)).collect();
        if written.is_empty() {
            all.extend(own_name(page).map(|name| claim(name, title_span(page), false)));
        }
        all.extend(written);
    }
    all.sort_by_key(|claim| !claim.written);
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut claims = Claims { granted: Vec::new(), refused: Vec::new() };
    for claim in all {
        if let Some(why) = unfit(&claim.name) {
            claims.refused.push((claim, Fault::Name(why)));
            continue;
        }
        let key = claim.name.to_lowercase();
        if let Some(before) = first.get(&key).and_then(|index| claims.granted.get(*index)).cloned() {
            claims.refused.push((claim, Fault::Taken(Box::new(before))));
            continue;
        }
        first.insert(key, claims.granted.len());
        claims.granted.push(claim);
    }
    claims
}

/// The alert that a document of such a type answers for without naming it: its title if that is one word, else the name of its file.
fn own_name(page: &Page) -> Option<&str> {
    let (schema, _) = page.binding.as_ref()?;
    if !schema.answers_alerts() || page.path.is_folder_page() {
        return None;
    }
    let title = page.title.trim();
    let is_name = !title.is_empty() && !title.contains(char::is_whitespace) && unfit(title).is_none();
    Some(if is_name { title } else { page.path.stem() })
}

fn title_span(page: &Page) -> Span {
    page.document.sections.first().map_or(Span::at(page.document.body.start()), |section| section.title_span)
}

/// Why no file can have a name.
pub(super) fn unfit(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let device = lower.split('.').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
    if name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) {
        Some("it holds one of / \\ : * ? \" < > |")
    } else if name.contains(char::is_control) {
        Some("it holds a control character")
    } else if name.starts_with('.') || name.ends_with('.') {
        Some("it begins or ends with a dot")
    } else if name.len() > NAME_LIMIT {
        Some("it is longer than 120 bytes")
    } else if lower == "index" {
        Some("'index' is the page of all alerts")
    } else if RESERVED.contains(&device) {
        Some("Windows keeps it for a device")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_file_can_have() {
        for name in ["a/b", "a\\b", "a:b", "..", ".hidden", "a.", "INDEX", "Con", "lpt1", "com1.x", "a\tb", &"x".repeat(121)] {
            assert!(unfit(name).is_some(), "{name:?}");
        }
        for name in ["KubePodCrashLooping", "High CPU", "größe", "a.b", "{x}", "Connection", "com port"] {
            assert_eq!(unfit(name), None, "{name:?}");
        }
    }
}
