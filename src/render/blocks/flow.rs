//! Flows as figures: the drawing, and what it says as text.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::super::drawn::Drawn;
use super::super::escape::{attribute, text};
use super::super::href;
use crate::blocks::Flow;
use crate::blocks::flow::Form;
use crate::diagram::sketch::Piece;
use crate::diagram::{Caption, Drawing, Graph, Head, Line};
use crate::handbook::{Handbook, Page, Resolved};
use crate::text::{collapse, count, shorten};

/// Characters of the description for those who can't see the drawing; beyond, the text below it says the rest.
const DESCRIPTION_LIMIT: usize = 400;
/// Drawings wider than this in pixels don't fit the column of text.
const COLUMN: u32 = 600;
/// Schemes that a drawing's links may have.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];

/// The figure of a flow, in the pieces between which its drawing stands.
pub(in crate::render) struct Figure {
    pub before: String,
    pub svg: String,
    pub after: String,
}

/// The figures of a page's flows.
pub(in crate::render) struct Figures<'a> {
    handbook: &'a Handbook,
    page: &'a Page,
    drawn: &'a Drawn<'a>,
    /// What each target of a link leads to.
    targets: HashMap<&'a str, &'a Resolved>,
    /// The name of each flow; a number tells it from others of the same name before it.
    names: Vec<String>,
    /// What the ids of all drawings begin with: nothing that an anchor of the page begins with too.
    prefix: String,
}

impl<'a> Figures<'a> {
    pub(in crate::render) fn of(handbook: &'a Handbook, page: &'a Page, drawn: &'a Drawn<'a>) -> Self {
        let flows = &page.blocks.flows;
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut name = |flow: &Flow| {
            let title = collapse(&flow.title);
            let times = seen.entry(title.clone()).or_default();
            *times += 1;
            if *times == 1 { title } else { format!("{title} ({times})") }
        };
        let names: Vec<String> = flows.iter().map(&mut name).collect();
        let linked = if flows.is_empty() { None } else { Some(page.written_links().map(|(link, resolved)| (link.target.as_str(), resolved))) };
        let mut prefix = "flow".to_owned();
        while !flows.is_empty() && page.document.anchors.iter().any(|anchor| anchor.id.starts_with(&format!("{prefix}-"))) {
            prefix.push('s');
        }
        Self { handbook, page, drawn, targets: linked.into_iter().flatten().collect(), names, prefix }
    }

    /// The figure of the flow at this index of the page's flows. `source` is what its author wrote, as HTML, for forms that the figure stands
    /// in for. None if there is nothing to draw.
    pub(in crate::render) fn figure(&self, index: usize, source: Option<&str>) -> Option<Figure> {
        let flow = self.page.blocks.flows.get(index)?;
        let name = self.names.get(index)?;
        let prefix = format!("{}-{}", self.prefix, index + 1);
        let drawing = self.draw(flow, Caption { prefix: &prefix, title: name, description: &description(flow) })?;
        let (svg, width) = (drawing.svg.clone(), drawing.width);
        let label = attribute(name);
        // In a column of text a small drawing stands like a picture; a large one takes the room that there is.
        let room = if width > COLUMN { " broad" } else { "" };
        let before = format!(
            "<figure class=\"diagram-figure{room}\"><div class=\"diagram-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Diagram: {label}\">"
        );
        let ways = if flow.form == Form::Mermaid && !flow.graph.nodes.is_empty() { ways_list(&flow.graph) } else { String::new() };
        let details =
            source.map_or(String::new(), |source| format!("<details class=\"diagram-text\"><summary>As text</summary>{ways}{source}</details>"));
        Some(Figure { before, svg, after: format!("</div>{details}</figure>\n") })
    }

    /// The drawing, with its links resolved.
    fn draw(&self, flow: &Flow, caption: Caption<'_>) -> Option<Arc<Drawing>> {
        let drawing = match &flow.sketch {
            Some(sketch) => {
                let mut sketch = sketch.clone();
                let mut leads = true;
                sketch.pieces.retain_mut(|piece| match piece {
                    Piece::Link(target) => {
                        let address = self.address(target);
                        leads = address.is_some();
                        address.map(|address| *target = address).is_some()
                    }
                    Piece::EndLink => std::mem::replace(&mut leads, true),
                    _ => true,
                });
                // It is laid out already.
                Arc::new(sketch.draw(caption))
            }
            None if flow.graph.nodes.is_empty() => return None,
            None => {
                let mut graph = flow.graph.clone();
                for node in &mut graph.nodes {
                    node.href = node.href.take().and_then(|target| self.address(&target));
                }
                self.drawn.get("graph", &graph, caption, Graph::draw)
            }
        };
        (!drawing.svg.is_empty()).then_some(drawing)
    }

    /// Where a link of a drawing leads: a page or file of the site, the web, or a mailbox.
    fn address(&self, target: &str) -> Option<String> {
        match self.targets.get(target)? {
            Resolved::External => {
                let lower = target.trim().to_ascii_lowercase();
                SCHEMES.iter().any(|scheme| lower.starts_with(scheme)).then(|| target.trim().to_owned())
            }
            resolved => href(self.handbook, self.page, resolved),
        }
    }
}

/// A sentence or two about what a flow shows.
fn description(flow: &Flow) -> String {
    let graph = &flow.graph;
    if graph.nodes.is_empty() {
        return format!("A diagram of the kind {}. Its source says the same as text.", flow.kind);
    }
    let all = format!("{}. {}.", count(graph.nodes.len(), "step"), ways(graph).join("; "));
    shorten(&all, DESCRIPTION_LIMIT)
}

/// Every way from a step to another, and every step that stands alone, as text.
fn ways(graph: &Graph) -> Vec<String> {
    let label = |index: usize| graph.nodes.get(index).map_or(String::new(), |node| collapse(&node.label));
    let way = |edge: &crate::diagram::Edge| {
        let sign = match (edge.tail, edge.head) {
            (Head::None, Head::None) => "–",
            (Head::None, _) => "→",
            (_, Head::None) => "←",
            _ => "↔",
        };
        let by = if edge.label.is_empty() { String::new() } else { format!(" ({})", collapse(&edge.label)) };
        format!("{} {sign} {}{by}", label(edge.from), label(edge.to))
    };
    let mut joined = vec![false; graph.nodes.len()];
    for edge in &graph.edges {
        for end in [edge.from, edge.to] {
            if let Some(joined) = joined.get_mut(end) {
                *joined = true;
            }
        }
    }
    let alone = joined.iter().enumerate().filter(|(_, joined)| !**joined).map(|(index, _)| label(index));
    graph.edges.iter().filter(|edge| edge.line != Line::Invisible).map(way).chain(alone).collect()
}

fn ways_list(graph: &Graph) -> String {
    let mut list = String::from("<ul class=\"diagram-ways\">\n");
    for way in ways(graph) {
        // Writing to a string can't fail.
        let _ = writeln!(list, "<li>{}</li>", text(&way));
    }
    list.push_str("</ul>\n");
    list
}
