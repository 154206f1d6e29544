//! What the templates about completeness see. Bounded: a page shows what a lead acts on first and counts the rest.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::super::escape::{encode_fragment, href};
use crate::handbook::completeness::{Demand, Group, Mark, Row, Score, anchor};
use crate::handbook::{Completeness, Handbook, Page};
use crate::report::LineIndex;
use crate::schema::DemandState;
use crate::source::SitePath;

/// Groups that a table shows at most: those furthest from complete.
const GROUP_LIMIT: usize = 100;
/// Incomplete documents that the first page names.
const WORST_LIMIT: usize = 25;
/// Open demands that it names of each.
const OPEN_LIMIT: usize = 4;
/// Documents without a type, and complete documents of a type, that a list names.
const LIST_LIMIT: usize = 300;
/// Demands that the table of one type shows, over all of its documents, and the documents at most.
const CELL_LIMIT: usize = 4000;
const ROW_LIMIT: usize = 150;
/// Sections that the table has columns for, and demands that the list of a type names.
const COLUMN_LIMIT: usize = 24;
const DEMAND_LIMIT: usize = 200;

/// How places in documents are named.
pub(in crate::render) enum Places<'a> {
    /// By links from a page of the site; `types` are the pages of the types, in their order.
    Links { from: &'a SitePath, types: &'a [SitePath] },
    /// By path and line.
    Lines { prefix: &'a str },
}

/// Numbers as words.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Figures {
    pub percent: Option<usize>,
    pub met: usize,
    pub required: usize,
    /// Required and not met.
    pub open: usize,
    pub documents: usize,
    pub complete: usize,
}

/// The handbook at a glance.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Overview {
    pub score: Figures,
    pub types: Table,
    pub chapters: Table,
    pub owners: Table,
    pub worst: Vec<Incomplete>,
    pub worst_more: usize,
    pub untyped: Listing,
    pub badge: Option<String>,
}

/// Groups side by side.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Table {
    pub what: &'static str,
    pub rows: Vec<GroupRow>,
    pub more: usize,
}

#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct GroupRow {
    pub title: String,
    pub href: Option<String>,
    pub score: Figures,
}

/// A document and the first things that it lacks.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Incomplete {
    pub document: Named,
    pub type_title: String,
    pub owner: Option<String>,
    pub score: Figures,
    pub open: Vec<Part>,
    pub open_more: usize,
}

/// A document by its name.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Named {
    pub title: String,
    pub href: Option<String>,
    pub path: String,
}

/// Documents by their names, as many as a reader wants to see.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Listing {
    pub total: usize,
    pub documents: Vec<Named>,
    pub more: usize,
}

/// The documents of one type and what they hold of it.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Matrix {
    pub name: String,
    pub title: String,
    pub score: Figures,
    pub demands: Vec<DemandRow>,
    pub demands_more: usize,
    pub columns: Vec<Column>,
    pub columns_more: usize,
    pub rows: Vec<DocumentRow>,
    /// Documents that have no row and lack something.
    pub rows_more: usize,
    /// Documents that have no row and lack nothing.
    pub complete: Listing,
}

/// A demand and how many documents meet it.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct DemandRow {
    pub title: String,
    pub depth: usize,
    pub topic: bool,
    pub score: Figures,
}

#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Column {
    pub title: String,
}

#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct DocumentRow {
    pub document: Named,
    pub owner: Option<String>,
    pub score: Figures,
    pub cells: Vec<Cell>,
}

/// A section of a document with all that it must hold.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Cell {
    pub section: Part,
    /// What it must hold and how much of it is there.
    pub required: usize,
    pub met: usize,
    /// Everything in it, if the section is there and something in it is open.
    pub parts: Vec<Part>,
}

/// One demand on one document.
#[derive(Debug, Clone, Hash, Serialize)]
pub(in crate::render) struct Part {
    pub title: String,
    /// `met`, `partly`, `unfinished`, `missing` or `not-asked`.
    pub status: &'static str,
    pub href: Option<String>,
    pub line: Option<usize>,
}

impl From<Score> for Figures {
    fn from(score: Score) -> Self {
        let Score { documents, complete, required, met } = score;
        Self { percent: score.percent(), met, required, open: score.open(), documents, complete }
    }
}

impl Overview {
    /// `97 % complete: 206 of 212 demands met, 40 of 41 typed documents complete`.
    pub(super) fn headline(&self) -> String {
        let Figures { percent, met, required, documents, complete, .. } = self.score;
        match percent {
            Some(percent) => format!("{percent} % complete: {met} of {required} demands met, {complete} of {documents} typed documents complete"),
            None if documents == 0 => "no document has a type, so nothing is demanded".to_owned(),
            None => format!("the schemas demand nothing of {documents} typed documents"),
        }
    }
}

/// The first page.
pub(in crate::render) fn overview(handbook: &Handbook, facts: &Completeness, places: &Places<'_>) -> Overview {
    let type_href = |index: usize| match places {
        Places::Links { from, types } => types.get(index).map(|to| href(from, to)),
        Places::Lines { .. } => Some(format!("#type-{}", index + 1)),
    };
    let types: BTreeMap<&str, &str> = facts.types.iter().filter_map(|group| Some((group.name.as_deref()?, group.title.as_str()))).collect();
    let open: Vec<&Row> = least_complete(facts, (0..facts.rows.len()).collect()).into_iter().filter(|row| row.score.complete == 0).collect();
    let worst: Vec<Incomplete> = open.iter().take(WORST_LIMIT).filter_map(|row| incomplete(handbook, row, &types, places)).collect();
    Overview {
        score: facts.total.into(),
        types: table("Type", &facts.types, type_href),
        chapters: table("Chapter", &facts.chapters, |index| {
            let node = handbook.tree.node(facts.chapters.get(index)?.node?)?;
            node.address.as_ref().and_then(|address| places.page(address, None))
        }),
        owners: table("Owner", &facts.owners, |_| None),
        worst_more: open.len() - worst.len(),
        worst,
        untyped: listing(handbook, facts.untyped.iter().copied(), places),
        badge: None,
    }
}

/// The table of one type.
pub(in crate::render) fn matrix(handbook: &Handbook, facts: &Completeness, group: &Group, places: &Places<'_>) -> Matrix {
    let rows = least_complete(facts, group.rows.clone());
    let mut demands = demand_rows(&rows);
    let columns: Vec<(&str, &str)> = rows
        .first()
        .map_or_else(Vec::new, |row| row.coverage.demands.iter().filter(|state| state.depth == 0).map(|state| (&*state.id, &*state.title)).collect());
    let limit = (CELL_LIMIT / demands.len().max(1)).clamp(1, ROW_LIMIT);
    let shown = columns.get(..columns.len().min(COLUMN_LIMIT)).unwrap_or_default();
    let rest = rows.get(rows.len().min(limit)..).unwrap_or_default();
    let (complete, open): (Vec<&Row>, Vec<&Row>) = rest.iter().copied().partition(|row| row.score.complete == 1);
    let mut complete: Vec<usize> = complete.into_iter().map(|row| row.page).collect();
    complete.sort_unstable();
    let demands_more = demands.len().saturating_sub(DEMAND_LIMIT);
    demands.truncate(DEMAND_LIMIT);
    Matrix {
        name: group.name.clone().unwrap_or_default(),
        title: group.title.clone(),
        score: group.score.into(),
        demands,
        demands_more,
        columns: shown.iter().map(|(_, title)| Column { title: (*title).to_owned() }).collect(),
        columns_more: columns.len() - shown.len(),
        rows: rows.iter().take(limit).filter_map(|row| document_row(handbook, row, shown, places)).collect(),
        rows_more: open.len(),
        complete: listing(handbook, complete.into_iter(), places),
    }
}

/// The rows, those furthest from complete first; equal ones as they stand in the handbook.
fn least_complete(facts: &Completeness, mut rows: Vec<usize>) -> Vec<&Row> {
    let key = |index: &usize| facts.rows.get(*index).map(|row| (row.score.complete, row.score.percent().unwrap_or(100)));
    rows.sort_by_key(key);
    rows.into_iter().filter_map(|index| facts.rows.get(index)).collect()
}

fn table(what: &'static str, groups: &[Group], href: impl Fn(usize) -> Option<String>) -> Table {
    let mut shown: Vec<usize> = (0..groups.len()).collect();
    shown.sort_by_key(|index| groups.get(*index).map(|group| group.score.percent().unwrap_or(100)));
    shown.truncate(GROUP_LIMIT);
    shown.sort_unstable();
    let row = |index: &usize| groups.get(*index).map(|group| GroupRow { title: group.title.clone(), href: href(*index), score: group.score.into() });
    Table { what, rows: shown.iter().filter_map(row).collect(), more: groups.len() - shown.len() }
}

fn listing(handbook: &Handbook, pages: impl ExactSizeIterator<Item = usize>, places: &Places<'_>) -> Listing {
    let total = pages.len();
    let documents: Vec<Named> = pages.take(LIST_LIMIT).filter_map(|page| Some(places.document(handbook.pages.get(page)?))).collect();
    Listing { total, more: total - documents.len(), documents }
}

fn incomplete(handbook: &Handbook, row: &Row, types: &BTreeMap<&str, &str>, places: &Places<'_>) -> Option<Incomplete> {
    let page = handbook.pages.get(row.page)?;
    let (schema, _) = page.binding.as_ref()?;
    let lines = places.lines(page);
    let mut open = Vec::new();
    let mut missing = None;
    for Demand { section, topic, state } in row.demands() {
        // A section that isn't there lacks all that it must hold: once is enough.
        if missing.is_some_and(|depth| state.depth > depth) {
            continue;
        }
        missing = (Mark::of(state) == Mark::Missing).then_some(state.depth);
        if state.required && !state.status.is_met() {
            let title = topic.map_or_else(|| section.clone(), |topic| format!("{section} > {topic}"));
            open.push(Part { title, ..part(page, state, places, lines.as_ref()) });
        }
    }
    let open_more = open.len().saturating_sub(OPEN_LIMIT);
    open.truncate(OPEN_LIMIT);
    Some(Incomplete {
        document: places.document(page),
        type_title: types.get(schema.document_type.as_str()).map_or_else(String::new, |title| (*title).to_owned()),
        owner: page.owner().map(str::to_owned),
        score: row.score.into(),
        open,
        open_more,
    })
}

/// Every demand of a type with the number of documents that meet it.
fn demand_rows(rows: &[&Row]) -> Vec<DemandRow> {
    let mut scores: Vec<(&DemandState, Score)> = Vec::new();
    for row in rows {
        for (index, state) in row.coverage.demands.iter().enumerate() {
            if scores.len() <= index {
                scores.push((state, Score::default()));
            }
            if let Some((_, score)) = scores.get_mut(index) {
                let met = usize::from(state.required && state.status.is_met());
                score.documents += usize::from(state.required);
                score.complete += met;
                score.required += usize::from(state.required);
                score.met += met;
            }
        }
    }
    scores
        .into_iter()
        .map(|(state, score)| DemandRow { title: state.title.to_string(), depth: state.depth.min(3), topic: state.topic, score: score.into() })
        .collect()
}

fn document_row(handbook: &Handbook, row: &Row, columns: &[(&str, &str)], places: &Places<'_>) -> Option<DocumentRow> {
    let page = handbook.pages.get(row.page)?;
    let lines = places.lines(page);
    // Each section with all that it must hold, which stands behind it in the list.
    let mut sections: Vec<(&DemandState, Vec<&DemandState>)> = Vec::new();
    for state in &row.coverage.demands {
        match sections.last_mut() {
            Some((_, parts)) if state.depth > 0 => parts.push(state),
            _ => sections.push((state, Vec::new())),
        }
    }
    let cell = |(state, inside): &(&DemandState, Vec<&DemandState>)| {
        let asked: Vec<&&DemandState> = inside.iter().filter(|part| part.required).collect();
        let met = asked.iter().filter(|part| part.status.is_met()).count();
        let mut section = part(page, state, places, lines.as_ref());
        let is_there = Mark::of(state) != Mark::Missing && Mark::of(state) != Mark::NotAsked;
        let is_open = is_there && met < asked.len();
        if is_open && Mark::of(state) == Mark::Met {
            section.status = "partly";
        }
        let parts = if is_open { inside.iter().map(|state| part(page, state, places, lines.as_ref())).collect() } else { Vec::new() };
        Cell { section, required: asked.len(), met, parts }
    };
    let wanted: HashSet<&str> = columns.iter().map(|(id, _)| *id).collect();
    Some(DocumentRow {
        document: places.document(page),
        owner: page.owner().map(str::to_owned),
        score: row.score.into(),
        cells: sections.iter().filter(|(state, _)| wanted.contains(&*state.id)).take(columns.len()).map(cell).collect(),
    })
}

fn part(page: &Page, state: &DemandState, places: &Places<'_>, lines: Option<&LineIndex>) -> Part {
    let href = anchor(&page.document, state).and_then(|anchor| places.page(&page.address, Some(anchor)));
    let line = state.span.zip(lines).map(|(span, lines)| lines.position(span.start()).line);
    Part { title: state.title.to_string(), status: Mark::of(state).name(), href, line }
}

impl Places<'_> {
    fn page(&self, address: &SitePath, anchor: Option<&str>) -> Option<String> {
        let Self::Links { from, .. } = self else { return None };
        let fragment = anchor.map_or_else(String::new, |anchor| format!("#{}", encode_fragment(anchor)));
        Some(format!("{}{fragment}", href(from, address)))
    }

    fn document(&self, page: &Page) -> Named {
        let path = match self {
            Self::Links { .. } => page.document.path.to_string(),
            Self::Lines { prefix } => format!("{prefix}{}", page.document.path),
        };
        Named { title: page.title.clone(), href: self.page(&page.address, None), path }
    }

    /// The lines of a document where they are shown. Where links lead to places they are not: an edit that moves lines would
    /// change pages that say nothing else anew.
    fn lines(&self, page: &Page) -> Option<LineIndex> {
        matches!(self, Self::Lines { .. }).then(|| page.document.lines())
    }
}
