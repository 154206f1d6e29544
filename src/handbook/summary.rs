use pulldown_cmark::{Event, Tag, TagEnd};

use crate::document::markdown;
use crate::memo::Digest;
use crate::source::{SitePath, Source};
use crate::text::{Span, collapse};

/// SUMMARY.md as facts: the whole navigation, as mdBook writes it.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Where it lies, from the handbook's root.
    pub path: Option<SitePath>,
    /// The entries in the order in which they stand.
    pub entries: Vec<Entry>,
    /// The hash of the file.
    pub digest: Digest,
}

/// One entry of SUMMARY.md.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The text of the link, or of the heading that names a part.
    pub title: String,
    /// Where the link leads, from the content folder. None: a part's heading, or a draft without a target.
    pub target: Option<Target>,
    /// 0 for an entry outside lists and for a part's heading, 1 for the outermost list, and so on.
    pub depth: usize,
    /// Whether it is the heading of a part.
    pub part: bool,
    /// Where it stands.
    pub span: Span,
}

/// Where an entry leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// As it is written.
    pub written: String,
    /// The document, from the content folder; none if the target leads out of it.
    pub path: Option<SitePath>,
}

impl Summary {
    /// Reads SUMMARY.md. `folder` is the folder that it lies in, from the content folder.
    #[must_use]
    pub fn parse(source: &Source, folder: &str) -> Self {
        let parsed = markdown::parse(&source.text);
        let mut entries: Vec<Entry> = Vec::new();
        let mut depth = 0_usize;
        let mut open: Option<Entry> = None;
        let mut seen_link = false;
        for (event, range) in parsed.events {
            match event {
                Event::Start(Tag::List(_)) => depth += 1,
                Event::End(TagEnd::List(_)) => depth = depth.saturating_sub(1),
                // The first heading is the title of the page; those after a link or a list name parts.
                Event::Start(Tag::Heading { .. }) => {
                    open = Some(Entry { title: String::new(), target: None, depth: 0, part: true, span: range.into() });
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    seen_link = true;
                    let target = target(&dest_url, folder);
                    open = Some(Entry { title: String::new(), target, depth, part: false, span: range.into() });
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(entry) = &mut open {
                        entry.title.push_str(&text);
                    }
                }
                Event::End(TagEnd::Heading(_) | TagEnd::Link) => {
                    let Some(mut entry) = open.take() else { continue };
                    entry.title = collapse(&entry.title);
                    let is_page_title = entry.part && !seen_link && entry.title.eq_ignore_ascii_case("summary");
                    if !is_page_title {
                        entries.push(entry);
                    }
                }
                _ => {}
            }
        }
        Self { path: Some(source.path.clone()), entries, digest: source.digest }
    }
}

fn target(written: &str, folder: &str) -> Option<Target> {
    if written.is_empty() {
        return None;
    }
    let decoded = percent_encoding::percent_decode_str(written).decode_utf8_lossy();
    let file = decoded.split(['#', '?']).next().unwrap_or_default();
    Some(Target { written: written.to_owned(), path: SitePath::join(folder, file) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_parts_and_drafts() {
        let text = "# Summary\n\n[Start](index.md)\n\n# Part one\n\n- [A `x`](a.md)\n  - [B](b/c%20d.md)\n- [Draft]()\n\n---\n\n[Out](../up.md)\n";
        let summary = Summary::parse(&Source::new(SitePath::new("content/SUMMARY.md").unwrap(), text), "");
        let entries: Vec<_> = summary
            .entries
            .iter()
            .map(|entry| {
                (
                    entry.depth,
                    entry.part,
                    entry.title.as_str(),
                    entry.target.as_ref().map(|target| target.path.as_ref().map_or("?", SitePath::as_str)),
                )
            })
            .collect();
        assert_eq!(
            entries,
            [
                (0, false, "Start", Some("index.md")),
                (0, true, "Part one", None),
                (1, false, "A x", Some("a.md")),
                (2, false, "B", Some("b/c d.md")),
                (1, false, "Draft", None),
                (0, false, "Out", Some("?")),
            ]
        );
    }
}
