//! Where something is made: the page or heading that a link leads to, the entry of a name, the schema of a type.
//!
//! Knows what stands at a place. Must not know messages.

use super::place::{self, Thing, touches};
use super::view::{Spot, View, title_spot};
use crate::document::{Link, LinkKind};
use crate::handbook::{Page, Resolved};
use crate::registry::Entity;
use crate::source::SitePath;
use crate::text::Span;

/// Where what stands at an offset of a file is made.
#[must_use]
pub fn definition(view: View<'_>, path: &SitePath, offset: usize) -> Option<Spot> {
    let found = place::at(view, path, offset)?;
    match found.thing {
        Thing::Link(link, resolved) => match by_name(view, path, link, offset) {
            Some(spot) => Some(spot),
            None => target(view, resolved),
        },
        Thing::Document(index) => view.page_of(index).map(title_spot),
        Thing::Name(entity) => entry(view, entity),
        Thing::Type(name) => view.build.schemas.get(&name).map(|schema| Spot { path: schema.path.clone(), span: schema.span }),
        Thing::Key(key) => {
            let (_, page) = view.page(path)?;
            let (schema, _) = page.binding.as_ref()?;
            let demand = schema.front_matter.iter().find(|demand| demand.key == key)?;
            Some(Spot { path: demand.origin.path.clone(), span: demand.origin.span })
        }
        Thing::Heading(_) | Thing::Title | Thing::Code(_) => None,
    }
    .filter(|spot| !spot.path.is_embedded())
}

/// Where the part of another file begins that is included at an offset of the author's own text.
#[must_use]
pub fn included(view: View<'_>, path: &SitePath, own: usize) -> Option<Spot> {
    let (_, page) = view.page(path)?;
    let mut asked = page.document.pieces.as_ref()?.asked();
    let (_, path, start) = asked.find(|(span, _, _)| touches(*span, own))?;
    Some(Spot { path: path.clone(), span: Span::at(start) })
}

/// Of `[text][name]` with the cursor on the name: the target in its definition.
fn by_name(view: View<'_>, path: &SitePath, link: &Link, offset: usize) -> Option<Spot> {
    let (_, page) = view.page(path)?;
    let is_elsewhere = !link.span.encloses(link.target_span) && matches!(link.kind, LinkKind::Link | LinkKind::Image);
    let written = link.span.of(&page.document.text);
    let name = written.rfind("][").filter(|_| is_elsewhere)?;
    touches(Span::new(link.span.start() + name + 1, link.span.end()), offset).then(|| Spot::on(page, link.target_span))
}

/// The place that a link leads to.
#[must_use]
pub fn target(view: View<'_>, resolved: &Resolved) -> Option<Spot> {
    match resolved {
        Resolved::Page { page, fragment } => {
            let page = view.page_of(*page)?;
            let anchor = fragment.as_deref().and_then(|id| anchor(page, id));
            Some(anchor.map_or_else(|| title_spot(page), |span| Spot::on(page, span)))
        }
        Resolved::Asset { address, .. } => {
            let (from, _) = view.build.handbook.assets.get(address)?;
            Some(Spot { path: from.clone(), span: Span::at(0) })
        }
        Resolved::External | Resolved::Folder { .. } | Resolved::Broken(_) => None,
    }
}

/// Where an anchor of a page is set.
fn anchor(page: &Page, id: &str) -> Option<Span> {
    let written = page.document.anchors.iter().find(|anchor| *anchor.id == *id).map(|anchor| anchor.span);
    let steps = || page.blocks.processes.iter().flat_map(|process| &process.steps);
    written.or_else(|| steps().find(|step| *step.anchor == *id).map(|step| step.span))
}

/// Where an entry of the registry begins.
#[must_use]
pub fn entry(view: View<'_>, entity: Entity) -> Option<Spot> {
    let names = view.build.handbook.registry.names(entity)?;
    Some(Spot { path: view.registry_path()?, span: names.span })
}

#[cfg(test)]
mod tests {
    use super::super::test::{Desk, cursor};
    use super::*;

    #[test]
    fn everything_leads_to_where_it_is_made() {
        let other = ("sub/b.md", "# B\n\n## Set up\n\n<a id=\"x\"></a>\n");
        for (marked, expected) in [
            ("# A\n\n[b](sub/¦b.md)\n", "content/sub/b.md 'B'"),
            ("# A\n\n[b](sub/¦b.md#set-up)\n", "content/sub/b.md 'Set up'"),
            ("# A\n\n[b¦](#here)\n\n## Here\n", "content/a.md 'Here'"),
            ("# A\n\n[b][¦r]\n\n[r]: sub/b.md\n", "content/a.md 'sub/b.md'"),
            ("# A\n\n[¦b][r]\n\n[r]: sub/b.md\n", "content/sub/b.md 'B'"),
            ("# A\n\n[b][r]\n\n[r]: sub/¦b.md\n", "content/sub/b.md 'B'"),
            ("# A\n\n[b](mi¦ssing.md)\n", ""),
            ("# A\n\n[b](https://¦example.com)\n", ""),
            ("# A\n\nThe Ops le¦ad acts.\n", "content/registry.yaml 'ops-lead'"),
            ("---\ntype: gu¦ide\n---\n", "schemas/guide.yaml 'guide'"),
            ("---\ntype: guide\nown¦er: QA\n---\n", "schemas/guide.yaml 'owner'"),
            ("---\ntype: pro¦cess\n---\n", ""),
            ("## A¦\n", ""),
        ] {
            let (text, offset) = cursor(marked);
            let desk = Desk::new(&[("a.md", &text), other]);
            let found = definition(desk.view(), &SitePath::new("content/a.md").unwrap(), offset);
            let words = |spot: &Spot| format!("{} '{}'", spot.path, spot.span.of(desk.view().text(&spot.path).unwrap()));
            let shown = found.as_ref().map_or_else(String::new, words);
            assert_eq!(shown, expected, "{marked}");
        }
    }
}
