//! Anchors that a document had before, and where each leads now.
//!
//! Knows the front matter. Must not know which anchors the document has.

use super::front_matter::INVALID_FRONT_MATTER;
use crate::data::{Fields, Node};
use crate::diagnostic::Diagnostic;
use crate::source::SitePath;
use crate::text::Span;

/// An anchor that a document had before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerAnchor {
    /// What followed the `#`.
    pub id: String,
    /// Where it is declared.
    pub span: Span,
    /// The anchor that it leads to, maybe another former one.
    pub leads_to: String,
    /// Where that is written.
    pub target_span: Span,
}

/// Reads `former_anchors` of the front matter. A `#` before an anchor is what it would be in an address, so it can stand there.
pub(super) fn read(front: &Node, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Vec<FormerAnchor> {
    let Some(node) = front.get("former_anchors") else { return Vec::new() };
    let mut fields = Fields::new(node, "'former_anchors'", &INVALID_FRONT_MATTER, path, diagnostics);
    let bare = |anchor: &str| anchor.trim().trim_start_matches('#').to_owned();
    let mut found: Vec<FormerAnchor> = Vec::new();
    for (key, value) in node.entries() {
        let Some(target) = value.scalar().map(|target| bare(&target)).filter(|target| !target.is_empty()) else {
            let message = format!("'{}' of 'former_anchors' must be an anchor, not {}", key.name, value.kind());
            fields.report(value.span, message, "write the anchor that it leads to now, without its '#'");
            continue;
        };
        let id = bare(&key.name);
        if id.is_empty() || id.contains(char::is_whitespace) {
            fields.report(key.span, format!("'{}' can't be an anchor", key.name), "write what followed the '#', as `old-anchor: new-anchor`");
            continue;
        }
        found.push(FormerAnchor { id, span: key.span, leads_to: target, target_span: value.span });
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::document::Document;
    use crate::source::{SitePath, Source};

    fn read(front: &str) -> (Vec<(String, String)>, Vec<String>) {
        let text = format!("---\nformer_anchors: {front}\n---\n# T\n");
        let (document, found) = Document::parse(&Source::new(SitePath::new("a.md").unwrap(), text));
        let anchors = document.meta.former_anchors.iter().map(|former| (former.id.clone(), former.leads_to.clone()));
        (anchors.collect(), found.into_iter().map(|finding| finding.message).collect())
    }

    #[test]
    fn former_anchors_are_pairs() {
        let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        assert_eq!(read("{ old: new, \"#older\": \"#old\", 2026: step-2 }").0, [pair("old", "new"), pair("older", "old"), pair("2026", "step-2")]);
        assert_eq!(read("").1, [""; 0]);
        assert_eq!(read("[old]").1, ["'former_anchors' must be a mapping, not a list"]);
        assert_eq!(read("{ old: [new] }").1, ["'old' of 'former_anchors' must be an anchor, not a list"]);
        assert_eq!(read("{ old: }").1, ["'old' of 'former_anchors' must be an anchor, not nothing"]);
        assert_eq!(read("{ 'a b': c }").1, ["'a b' can't be an anchor"]);
    }
}
