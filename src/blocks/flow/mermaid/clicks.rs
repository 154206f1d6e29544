//! What a click on a node leads to: `click a href "page.md" "tip"`.
//!
//! Knows lines of a diagram's source. Must not know nodes or pages.

use crate::text::Span;

/// A statement that gives a node a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::blocks::flow) struct Click {
    /// The node.
    pub id: String,
    /// Where it leads.
    pub target: String,
    /// Where that is written in the source, without quotes.
    pub span: Span,
}

/// The links of a diagram's source. Calls of scripts are none: pages run no code of their authors.
pub(in crate::blocks::flow) fn clicks(source: &str) -> Vec<Click> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in source.split_inclusive(['\n', ';']) {
        let start = at;
        at += line.len();
        found.extend(click(line, start));
    }
    found
}

fn click(line: &str, start: usize) -> Option<Click> {
    let statement = line.trim_start();
    let rest = statement.strip_prefix("click").or_else(|| statement.strip_prefix("link"))?;
    let rest = rest.strip_prefix([' ', '\t'])?.trim_start();
    let id = rest.split_whitespace().next()?;
    let after = rest.get(id.len()..)?.trim_start();
    let after = after.strip_prefix("href").map_or(after, str::trim_start);
    let target = after.strip_prefix('"')?.split('"').next()?;
    let from = start + line.len() - after.len() + 1;
    Some(Click { id: id.trim_matches('"').to_owned(), target: target.to_owned(), span: Span::new(from, from + target.len()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_with_their_places() {
        for (source, expected) in [
            ("flowchart TD\n  click a \"x.md\" \"tip\"\n", vec![("a", "x.md")]),
            ("click a href \"x.md#y\" _blank; click b href \"https://x.org\"", vec![("a", "x.md#y"), ("b", "https://x.org")]),
            ("link Class1 \"x.md\"\n", vec![("Class1", "x.md")]),
            ("click a call back()\nclick a back\nclicked --> b\nclick\n", vec![]),
            ("click a href \"javascript:x()\"", vec![("a", "javascript:x()")]),
        ] {
            let found = clicks(source);
            assert_eq!(found.iter().map(|click| (click.id.as_str(), click.target.as_str())).collect::<Vec<_>>(), expected, "{source}");
            assert!(found.iter().all(|click| click.span.of(source) == click.target));
        }
    }
}
