//! Links that an editor can open: what each leads to.
//!
//! Knows resolved links. Must not know messages.

use super::definition::target;
use super::view::{Spot, View};
use crate::document::LinkKind;
use crate::handbook::Resolved;
use crate::source::SitePath;
use crate::text::Span;

/// A link and what it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opens {
    /// Where the target is written.
    pub span: Span,
    /// What opens.
    pub what: What,
}

/// What a link opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A file of the handbook.
    File(Spot),
    /// Something on the web.
    Web(String),
}

/// The links of a document that lead somewhere.
#[must_use]
pub fn links(view: View<'_>, path: &SitePath) -> Vec<Opens> {
    let Some((_, page)) = view.page(path) else { return Vec::new() };
    let opens = page.written_links().filter_map(|(link, resolved)| {
        let what = match resolved {
            Resolved::External if link.target.starts_with("http") => What::Web(link.target.to_string()),
            Resolved::External | Resolved::Broken(_) | Resolved::Folder { .. } => return None,
            resolved => What::File(target(view, resolved)?),
        };
        // Of an address in angle brackets or a picture the whole is the target.
        let is_whole = link.target_span.is_empty() || !matches!(link.kind, LinkKind::Link | LinkKind::Image);
        let span = if is_whole { link.span } else { link.target_span };
        // What an included file links to opens from there.
        let own = page.document.pieces.as_ref().map_or(Some(span), |pieces| pieces.editable(span))?;
        Some(Opens { span: own, what })
    });
    let included = page.document.pieces.iter().flat_map(|pieces| pieces.asked());
    let included = included.map(|(span, path, at)| Opens { span, what: What::File(Spot { path: path.clone(), span: Span::at(at) }) });
    let mut opens: Vec<Opens> = opens.chain(included).collect();
    opens.sort_by_key(|link| link.span);
    opens.dedup_by_key(|link| link.span);
    opens
}

#[cfg(test)]
mod tests {
    use super::super::test::Desk;
    use super::*;

    #[test]
    fn links_open_what_they_lead_to() {
        let text = "# A\n\n[b](b.md#c) [w](https://example.com/x) [m](missing.md) [r] [r]\n\n[r]: b.md\n";
        let desk = Desk::new(&[("a.md", text), ("b.md", "# B\n\n## C\n")]);
        let found = links(desk.view(), &SitePath::new("content/a.md").unwrap());
        let shown: Vec<String> = found
            .iter()
            .map(|link| match &link.what {
                What::Web(address) => format!("{} → {address}", link.span.of(text)),
                What::File(spot) => format!("{} → {} {}", link.span.of(text), spot.path, spot.span.start()),
            })
            .collect();
        assert_eq!(shown, ["b.md#c → content/b.md 8", "https://example.com/x → https://example.com/x", "b.md → content/b.md 2"]);
    }
}
