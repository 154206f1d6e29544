//! The one way in which opsbook reads Markdown, for facts and for pages alike.

use std::collections::HashMap;
use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeWithOffset};

/// Common Markdown and what GitHub adds to it: tables, task lists, strike-through, footnotes, alerts; and heading attributes and definition lists.
pub const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_DEFINITION_LIST);

/// What a body of Markdown consists of.
pub struct Markdown<'a> {
    /// Events and the range of the body that each comes from. Bare URLs are links, as on GitHub.
    pub events: Vec<(Event<'a>, Range<usize>)>,
    /// Where each link reference definition stands, by its label in lower case.
    pub definitions: HashMap<String, Range<usize>>,
}

/// Parses a body.
#[must_use]
pub fn parse(body: &str) -> Markdown<'_> {
    let parser = Parser::new_ext(body, OPTIONS).into_offset_iter();
    let definitions = parser.reference_definitions().iter().map(|(label, definition)| (label.to_lowercase(), definition.span.clone())).collect();
    // Prose has an event for every 60 bytes or so, lists and tables one for every 20.
    let mut events = Vec::with_capacity(body.len() / 32);
    let mut inside_link = 0_usize;
    let mut inside_code = false;
    for (event, range) in TextMergeWithOffset::new(parser) {
        let event = with_mail_scheme(event);
        match &event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => inside_link += 1,
            Event::End(TagEnd::Link | TagEnd::Image) => inside_link = inside_link.saturating_sub(1),
            Event::InlineHtml(tag) if opens_link(tag) => inside_link += 1,
            Event::InlineHtml(tag) if tag.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("</a")) => {
                inside_link = inside_link.saturating_sub(1);
            }
            // A link that raw HTML leaves open ends with its paragraph here.
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::Heading(_)) => inside_link = 0,
            Event::Start(Tag::CodeBlock(_)) => inside_code = true,
            Event::End(TagEnd::CodeBlock) => inside_code = false,
            Event::Text(text) if inside_link == 0 && !inside_code && text.contains(':') && text.contains("://") => {
                push_with_links(text, &range, &mut events);
                continue;
            }
            _ => {}
        }
        events.push((event, range));
    }
    Markdown { events, definitions }
}

fn opens_link(tag: &str) -> bool {
    let mut characters = tag.chars();
    characters.next() == Some('<') && matches!(characters.next(), Some('a' | 'A')) && characters.next().is_some_and(char::is_whitespace)
}

/// The parser gives `<ops@example.org>` as a link without its scheme.
fn with_mail_scheme(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Start(Tag::Link { link_type: LinkType::Email, dest_url, title, id }) => {
            let dest_url = CowStr::from(format!("mailto:{dest_url}"));
            Event::Start(Tag::Link { link_type: LinkType::Email, dest_url, title, id })
        }
        other => other,
    }
}

/// Adds a text whose bare URLs become links.
fn push_with_links<'a>(text: &CowStr<'a>, range: &Range<usize>, events: &mut Vec<(Event<'a>, Range<usize>)>) {
    // Where escapes or entities made the text differ from its source, the whole range is the best place known.
    let exact = text.len() == range.len();
    let place = |start: usize, end: usize| if exact { range.start + start..range.start + end } else { range.clone() };
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    for piece in finder.spans(text) {
        let words = CowStr::from(piece.as_str().to_owned());
        let at = place(piece.start(), piece.end());
        let web = piece.kind().is_some() && (piece.as_str().starts_with("https://") || piece.as_str().starts_with("http://"));
        if web {
            let link = Tag::Link { link_type: LinkType::Autolink, dest_url: words.clone(), title: CowStr::Borrowed(""), id: CowStr::Borrowed("") };
            events.push((Event::Start(link), at.clone()));
            events.push((Event::Text(words), at.clone()));
            events.push((Event::End(TagEnd::Link), at));
        } else {
            events.push((Event::Text(words), at));
        }
    }
}
