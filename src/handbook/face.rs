use crate::blocks::Blocks;
use crate::blocks::incident::Record;
use crate::document::{Document, LinkKind};
use crate::memo::{Digest, Hasher};
use crate::registry::Registry;
use crate::text::Span;

/// What the handbook as a whole reads of one document, as hashes: as long as they stay, its neighbours needn't be looked at again.
///
/// Whoever makes [`Handbook::resolve`](super::Handbook::resolve) read more of a document adds it here, or the oracle says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Face {
    /// The title.
    pub title: String,
    /// What the navigation reads: title and weight.
    pub(super) entry: Digest,
    /// Every link that the document writes: its kind and its target, not where it stands.
    pub(super) links: Digest,
    /// Every place that a link can lead to.
    pub(super) anchors: Digest,
    /// What runbooks and their alerts read: alerts, and the place of the title.
    pub(super) claims: Digest,
    /// Images that it shows, by their targets.
    pub(super) images: Digest,
    /// What lists of incidents read.
    pub(super) incident: Digest,
    /// Places that the document had before.
    pub(super) aliases: Digest,
    /// The same, and where it says so.
    pub(super) alias_places: Digest,
}

impl Face {
    /// The face of a document with its blocks.
    #[must_use]
    pub fn of(document: &Document, blocks: &Blocks) -> Self {
        let title = document.title();
        let weight = document.meta.weight;
        let entry = Hasher::default().text(&title).bytes(&[u8::from(weight.is_some())]).bytes(&weight.unwrap_or_default().to_le_bytes()).finish();
        let links = super::links::written(document, blocks).fold(Hasher::default(), |hasher, link| {
            let kind = match link.kind {
                LinkKind::Link => 0,
                LinkKind::Image => 1,
                LinkKind::HtmlLink => 2,
                LinkKind::HtmlSource => 3,
            };
            hasher.bytes(&[kind]).text(&link.target)
        });
        // Those of the text are hints for broken links, those of steps aren't: so which is which counts.
        let anchors = document.anchors.iter().fold(Hasher::default(), |hasher, anchor| hasher.text(&anchor.id));
        let steps = blocks.processes.iter().flat_map(|process| &process.steps);
        let anchors = steps.fold(anchors.text(""), |hasher, step| hasher.text(&step.anchor));
        let former = &document.meta.former_anchors;
        let anchors = former.iter().fold(anchors.text(""), |hasher, former| hasher.text(&former.id).text(&former.leads_to));
        let title_span = document.sections.first().map_or(Span::at(document.body.start()), |section| section.title_span);
        let claims = Hasher::default().bytes(&title_span.start().to_le_bytes()).bytes(&title_span.end().to_le_bytes());
        let named =
            |hasher: Hasher, (name, span): &(String, Span)| hasher.text(name).bytes(&span.start().to_le_bytes()).bytes(&span.end().to_le_bytes());
        let claims = document.meta.alerts.iter().fold(claims, named);
        let alias_places = document.meta.aliases.iter().fold(Hasher::default(), named);
        let aliases = document.meta.aliases.iter().fold(Hasher::default(), |hasher, (alias, _)| hasher.text(alias));
        let images = super::links::written(document, blocks).filter(|link| matches!(link.kind, LinkKind::Image | LinkKind::HtmlSource));
        let images = images.fold(Hasher::default(), |hasher, image| hasher.text(&image.target));
        Self {
            title,
            entry,
            links: links.finish(),
            anchors: anchors.finish(),
            claims: claims.finish(),
            images: images.finish(),
            incident: incident(document, blocks),
            aliases: aliases.finish(),
            alias_places: alias_places.finish(),
        }
    }
}

/// What lists of incidents read of a document: what it reports, and which of its links are part of what is still to be done.
fn incident(document: &Document, blocks: &Blocks) -> Digest {
    if blocks.incident.is_none() && blocks.actions.is_empty() {
        return Digest::default();
    }
    // What the registry says of severities is compared apart.
    let record = Record::of(document, blocks, &Registry::default());
    let links: Vec<bool> = super::links::written(document, blocks).map(|link| blocks.is_of_action(link.span)).collect();
    Digest::of_value(&(record, links))
}
