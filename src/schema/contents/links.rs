//! Links, to anywhere or to targets of a form.

use regex::Regex;

use super::{Content, ContentKind, Found, Part, Reader, plural};
use crate::data::{KeyDocs, Shape};
use crate::document::LinkKind;
use crate::schema::field::regex;
use crate::text::Span;

const KEYS: &[KeyDocs] = &[KeyDocs::new("to", "A regular expression that the target must match: `^https://tickets\\.`.", Shape::Regex)];

/// A link.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new("links", "Links; with `to` only those whose target matches a regular expression.", Shape::Named("links")),
    keys: KEYS,
    read,
    usual: (1, None),
};

fn read(reader: &mut Reader<'_, '_>) -> Vec<Box<dyn Content>> {
    vec![Box::new(Links { to: reader.inside(|fields| regex(fields, "to")) })]
}

#[derive(Debug)]
struct Links {
    to: Option<Regex>,
}

impl Content for Links {
    fn count(&self, part: &Part<'_>) -> Found {
        let fits = |target: &str| self.to.as_ref().is_none_or(|to| to.is_match(target));
        let inside = links(part).filter(|(_, target)| fits(target));
        Found::at(inside.map(|(span, _)| span).collect())
    }

    fn nouns(&self) -> (String, String) {
        let (one, many) = plural("link");
        let to = self.to.as_ref().map_or(String::new(), |to| format!(" to a target that matches `{to}`"));
        (format!("{one}{to}"), format!("{many}{to}"))
    }

    fn near(&self, part: &Part<'_>) -> Option<(Span, String)> {
        let to = self.to.as_ref()?;
        let (span, target) = links(part).find(|(_, target)| !to.is_match(target))?;
        Some((span, format!("a link to '{target}'")))
    }
}

fn links<'a>(part: &Part<'a>) -> impl Iterator<Item = (Span, &'a str)> {
    let part = *part;
    let is_link = |kind: LinkKind| matches!(kind, LinkKind::Link | LinkKind::HtmlLink);
    let inside = part.document.links.iter().filter(move |link| is_link(link.kind) && part.holds(link.span) && !link.target.trim().is_empty());
    inside.map(|link| (link.span, link.target.as_str()))
}
