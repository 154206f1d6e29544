//! A document as Markdown for readers: what its page shows, and no more.
//!
//! Front matter is reduced to what stands on the page. Comments and what else of raw HTML nobody sees, and definitions that nothing uses, which
//! some write as comments, are taken out. Links lead to the Markdown of other pages.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::super::escape::{encode_fragment, href};
use super::super::view::PageView;
use super::Places;
use crate::document::markdown::{Markdown, parse};
use crate::document::unseen;
use crate::handbook::{Handbook, Page, Resolved};
use crate::source::SitePath;
use crate::text::collapse;

/// What stands in the place of a part of the text.
type Edit = (Range<usize>, String);

/// The document of a page as readers may have it. `place` is where it is published.
pub(in crate::render) fn cleaned(handbook: &Handbook, places: &Places, page: &Page, view: &PageView<'_>, place: &SitePath) -> String {
    let document = &page.document;
    let body = document.body.of(&document.text);
    let mut edits = hidden(body, handbook.config.trust_html);
    // The page loses all that follows a comment that is never closed: nobody knows what was meant to be seen.
    let lost = document.unclosed_comments.iter().map(|span| span.start()).min();
    if let Some(lost) = lost {
        edits.push((lost.saturating_sub(document.body.start())..body.len(), String::new()));
    }
    edits.extend(links(handbook, places, page, place));
    let mut text = front_matter(view);
    if !body.starts_with(['\n', '\r']) {
        text.push('\n');
    }
    text.push_str(&edited(body, edits));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The text with its edits. Of two that overlap the first holds, of two that begin together the longer.
fn edited(body: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut text = String::with_capacity(body.len() + 64);
    let mut at = 0;
    for (range, new) in edits {
        if range.start < at || range.end > body.len() {
            continue;
        }
        text.push_str(body.get(at..range.start).unwrap_or_default());
        text.push_str(&new);
        at = range.end;
    }
    text.push_str(body.get(at..).unwrap_or_default());
    text
}

/// What the page says of itself, as YAML. A string of JSON is one of YAML too.
fn front_matter(view: &PageView<'_>) -> String {
    let card = view.document.as_ref();
    let facts = [
        ("title", Some(view.title)),
        ("description", view.description.as_deref()),
        ("type", card.and_then(|card| card.r#type)),
        ("owner", card.and_then(|card| card.owner)),
        ("status", card.and_then(|card| card.status)),
        ("reviewed", card.and_then(|card| card.reviewed)),
        ("review_every", card.and_then(|card| card.review_every)),
        ("changed", view.changed.as_deref()),
        ("url", view.canonical.as_deref()),
    ];
    let mut text = String::from("---\n");
    for (key, value) in facts {
        if let Some(value) = value.and_then(|value| serde_json::to_string(&collapse(value)).ok()) {
            text.extend([key, ": ", &value, "\n"]);
        }
    }
    text.push_str("---\n");
    text
}

/// What no reader of the page sees.
fn hidden(body: &str, is_trusted: bool) -> Vec<Edit> {
    if !body.contains('<') && !body.contains("]:") {
        return Vec::new();
    }
    let parsed = parse(body);
    let mut hidden = in_html(body, &parsed, is_trusted);
    hidden.extend(definitions(body, &parsed));
    hidden.into_iter().map(|range| (range, String::new())).collect()
}

/// What raw HTML hides: in it, and between its pieces.
fn in_html(body: &str, parsed: &Markdown<'_>, is_trusted: bool) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    let mut html = Html::default();
    // The script or style that is open.
    let mut open: Option<(usize, &'static str)> = None;
    for (event, range) in &parsed.events {
        match event {
            Event::InlineHtml(raw) if open.is_none() && (raw.starts_with("<!") || raw.starts_with("<?")) => hidden.push(range.clone()),
            Event::Html(_) | Event::InlineHtml(_) => html.push(body, range),
            _ => {}
        }
        if !matches!(event, Event::InlineHtml(_) | Event::End(TagEnd::HtmlBlock)) {
            continue;
        }
        let found = unseen(&html.text, open.map(|(_, name)| name), is_trusted);
        for part in found.ranges {
            // What an earlier piece left open ends in the first.
            let start = open.take().map_or_else(|| html.start(part.start), |(start, _)| start);
            hidden.push(start..html.end(part.end));
        }
        // A comment that its block doesn't close hides the rest of the page.
        if let Some(start) = found.comment {
            hidden.push(html.start(start)..body.len());
            return hidden;
        }
        open = open.or(found.open.map(|(start, name)| (html.start(start), name)));
        html = Html::default();
    }
    // So does a script or style.
    hidden.extend(open.map(|(start, _)| start..body.len()));
    hidden
}

/// A piece of raw HTML without what the quotes and lists around it put before its lines.
#[derive(Default)]
struct Html {
    text: String,
    /// Where each line begins, here and in the body.
    lines: Vec<(usize, usize)>,
}

impl Html {
    fn push(&mut self, body: &str, range: &Range<usize>) {
        self.lines.push((self.text.len(), range.start));
        self.text.push_str(body.get(range.clone()).unwrap_or_default());
    }

    /// Where something that begins here begins in the body.
    fn start(&self, at: usize) -> usize {
        self.place(at, self.lines.partition_point(|(start, _)| *start <= at))
    }

    /// Where something that ends here ends in the body: at the end of its line, not where the next begins.
    fn end(&self, at: usize) -> usize {
        self.place(at, self.lines.partition_point(|(start, _)| *start < at))
    }

    fn place(&self, at: usize, lines: usize) -> usize {
        self.lines.get(lines.saturating_sub(1)).map_or(at, |(start, place)| place + at - start)
    }
}

/// Definitions of links that no link uses, wherever they stand at the left margin; and in lists and quotes the first of each name.
fn definitions(body: &str, parsed: &Markdown<'_>) -> Vec<Range<usize>> {
    let name = |label: &str| collapse(label).to_lowercase();
    let used: HashSet<String> = parsed
        .events
        .iter()
        .filter_map(|(event, _)| match event {
            Event::Start(
                Tag::Link { link_type: LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut, id, .. }
                | Tag::Image { link_type: LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut, id, .. },
            ) => Some(name(id)),
            _ => None,
        })
        .collect();
    let (mut kept, mut found) = (Vec::new(), Vec::new());
    for (label, range) in &parsed.definitions {
        if used.contains(&name(label)) { kept.push(range.clone()) } else { found.push(range.clone()) }
    }
    // What no event comes from is a definition, a second one of the same name too.
    let mut covered = kept;
    covered.extend(parsed.events.iter().map(|(_, range)| range.clone()));
    covered.sort_by_key(|range| (range.start, range.end));
    let mut at = 0;
    for range in covered.into_iter().chain(std::iter::once(body.len()..body.len())) {
        let between = body.get(at..range.start).unwrap_or_default();
        let (written, start) = (between.trim(), at + between.len() - between.trim_start().len());
        if !written.is_empty() {
            found.push(start..start + written.len());
        }
        at = at.max(range.end);
    }
    found
}

/// Links whose target lies elsewhere in the site than it does among the sources.
fn links(handbook: &Handbook, places: &Places, page: &Page, place: &SitePath) -> Vec<Edit> {
    let document = &page.document;
    let mut edits: Vec<Edit> = Vec::new();
    for (link, resolved) in document.links.iter().zip(page.links.iter()) {
        // A target that wasn't found has the place of the whole link.
        if link.target_span == link.span || !document.body.encloses(link.target_span) {
            continue;
        }
        let Some((target, suffix)) = target(handbook, places, resolved) else { continue };
        let written = link.target_span.of(&document.text);
        let path = written.find(['#', '?']).map_or(written, |end| written.get(..end).unwrap_or_default());
        let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        let is_right = !decoded.starts_with('/') && SitePath::join(place.folder(), &decoded).as_ref() == Some(target);
        if is_right || (path.is_empty() && *target == *place) {
            continue;
        }
        let new = format!("{}{suffix}", href(place, target)).replace('(', "%28").replace(')', "%29");
        let (start, end) = (link.target_span.start(), link.target_span.end());
        edits.push((start - document.body.start()..end - document.body.start(), new));
    }
    edits
}

/// Where a link leads in the site, to Markdown if there is any, and what stands behind that.
fn target<'a>(handbook: &'a Handbook, places: &'a Places, resolved: &'a Resolved) -> Option<(&'a SitePath, String)> {
    match resolved {
        Resolved::Page { page, fragment } => {
            let place = places.beside.markdown.get(*page)?.as_ref().or_else(|| handbook.pages.get(*page).map(|page| &page.address))?;
            Some((place, fragment.as_ref().map_or(String::new(), |fragment| format!("#{}", encode_fragment(fragment)))))
        }
        Resolved::Folder { address, suffix } | Resolved::Asset { address, suffix } => Some((address, suffix.clone())),
        Resolved::External | Resolved::Broken(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_hides_stays_hidden() {
        for (body, expected) in [
            ("a <!-- secret --> b\n", "a  b\n"),
            ("<!-- one\n\ntwo -->\n\nText\n", "\n\nText\n"),
            ("<div>\n<!-- x --> y <!---->\n</div>\n", "<div>\n y \n</div>\n"),
            ("> <!-- x -->\n> y\n", "> \n> y\n"),
            ("`<!-- code -->` and\n\n```html\n<!-- fence -->\n```\n", "`<!-- code -->` and\n\n```html\n<!-- fence -->\n```\n"),
            ("[//]: # (secret)\n\nText\n\n[//]: # (another)\n", "\n\nText\n\n\n"),
            ("[comment]: <> (secret)\n[a]: b.md\n\nSee [a] and [x][A].\n", "\n[a]: b.md\n\nSee [a] and [x][A].\n"),
            ("- item\n\n  [note]: # (secret)\n\n- [k]: v\n", "- item\n\n  \n\n- \n"),
            ("a <!note x> b <?x y ?> c <![CDATA[ x > y ]]> d\n", "a  b  c  d\n"),
            ("<!note x>\n\n<?x y ?>\n\n<!DOCTYPE html>\n\nText\n", "\n\n\n\n\n\nText\n"),
            ("<script>\n\nx\n\n</script>\n\nText <style>p {}</style> and *more*\n", "\n\nText  and *more*\n"),
            ("a <script>*b* <!-- x --> c</script> d\n", "a  d\n"),
            ("a <script>b\n\nc\n", "a "),
            ("<div title=\"<!--\">\n\nText\n\n</div>\n", "<div title=\"<!--\">\n\nText\n\n</div>\n"),
            ("> <div\n> title=\"a>b\"> <!-- x\n> y --> z\n> </div>\n", "> <div\n> title=\"a>b\">  z\n> </div>\n"),
            ("> <div>\n> <!-- x -->\n> </div>\n", "> <div>\n> \n> </div>\n"),
            ("> <!note\n> x> y\n", ">  y\n"),
            ("<div>\n<!-- a\n\nb\n", "<div>\n"),
            ("Nothing here: [a](b.md).\n", "Nothing here: [a](b.md).\n"),
        ] {
            assert_eq!(edited(body, hidden(body, false)), expected, "{body}");
        }
    }

    #[test]
    fn trusted_scripts_and_styles_stay() {
        let body = "<style>\np {}\n</style>\n\na <script>b</script> <!-- c -->\n";
        assert_eq!(edited(body, hidden(body, true)), "<style>\np {}\n</style>\n\na <script>b</script> \n");
    }
}
