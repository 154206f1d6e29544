//! Images.

use super::{Content, ContentKind, Found, Part, plural};
use crate::data::{KeyDocs, Shape};
use crate::document::LinkKind;

/// An image.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new("images", "Images, as Markdown or raw HTML shows them.", Shape::Named("amount")),
    keys: &[],
    read: |_| vec![Box::new(Images)],
    usual: (1, None),
};

#[derive(Debug)]
struct Images;

impl Content for Images {
    fn count(&self, part: &Part<'_>) -> Found {
        let is_image = |kind: LinkKind| matches!(kind, LinkKind::Image | LinkKind::HtmlSource);
        Found::at(part.document.links.iter().filter(|link| is_image(link.kind) && part.holds(link.span)).map(|link| link.span).collect())
    }

    fn nouns(&self) -> (String, String) {
        plural("image")
    }
}
