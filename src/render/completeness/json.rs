//! The figures and every demand as one JSON object, for programs. [`JSON_SCHEMA`] says what each key means.

use serde::Serialize;

use crate::handbook::completeness::{Demand, Group, Mark, Row, Score};
use crate::handbook::{Completeness, Handbook};
use crate::report::LineIndex;

/// The JSON Schema of `completeness.json`.
pub const JSON_SCHEMA: &str = include_str!("completeness.schema.json");

/// Changes when a key changes its meaning or goes.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    version: u32,
    total: Figures,
    types: Vec<Named<'a>>,
    chapters: Vec<Named<'a>>,
    owners: Vec<Named<'a>>,
    documents: Vec<Entry<'a>>,
    untyped: Vec<&'a str>,
}

#[derive(Serialize)]
struct Figures {
    documents: usize,
    complete: usize,
    required: usize,
    met: usize,
    percent: Option<usize>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: Option<&'a str>,
    title: &'a str,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Serialize)]
struct Entry<'a> {
    path: &'a str,
    title: &'a str,
    r#type: &'a str,
    chapter: Option<&'a str>,
    owner: Option<&'a str>,
    complete: bool,
    required: usize,
    met: usize,
    percent: Option<usize>,
    demands: Vec<DemandEntry<'a>>,
}

#[derive(Serialize)]
struct DemandEntry<'a> {
    id: &'a str,
    section: String,
    topic: Option<&'a str>,
    required: bool,
    status: &'static str,
    line: Option<usize>,
}

/// Writes the object on one line. `lines` finds the lines of a page's document.
pub(super) fn write(handbook: &Handbook, facts: &Completeness, lines: &dyn Fn(usize) -> Option<LineIndex>) -> Result<Vec<u8>, String> {
    let file = File {
        version: VERSION,
        total: figures(facts.total),
        types: facts.types.iter().map(named).collect(),
        chapters: facts.chapters.iter().map(named).collect(),
        owners: facts.owners.iter().map(named).collect(),
        documents: facts.rows.iter().filter_map(|row| entry(handbook, row, lines)).collect(),
        untyped: facts.untyped.iter().filter_map(|page| Some(handbook.pages.get(*page)?.document.path.as_str())).collect(),
    };
    let mut bytes = serde_json::to_vec(&file).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn entry<'a>(handbook: &'a Handbook, row: &'a Row, lines: &dyn Fn(usize) -> Option<LineIndex>) -> Option<Entry<'a>> {
    let page = handbook.pages.get(row.page)?;
    let (schema, _) = page.binding.as_ref()?;
    let lines = lines(row.page);
    let demands = row.demands().map(|Demand { section, topic, state }| DemandEntry {
        id: &state.id,
        section,
        topic,
        required: state.required,
        status: Mark::of(state).name(),
        line: state.span.zip(lines.as_ref()).map(|(span, lines)| lines.position(span.start()).line),
    });
    Some(Entry {
        path: page.document.path.as_str(),
        title: &page.title,
        r#type: &schema.document_type,
        chapter: row.chapter.and_then(|chapter| handbook.tree.node(chapter)).map(|node| node.title.as_str()),
        owner: page.owner(),
        complete: row.score.complete == 1,
        required: row.score.required,
        met: row.score.met,
        percent: row.score.percent(),
        demands: demands.collect(),
    })
}

fn named(group: &Group) -> Named<'_> {
    Named { name: group.name.as_deref(), title: &group.title, figures: figures(group.score) }
}

fn figures(score: Score) -> Figures {
    Figures { documents: score.documents, complete: score.complete, required: score.required, met: score.met, percent: score.percent() }
}
