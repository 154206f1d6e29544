//! How complete the handbook is: every demand on every typed document, added up by type, chapter and owner.
//!
//! Knows what was bound. Must not know how the figures are shown.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Handbook, NodeId, Page, Tree};
use crate::document::Document;
use crate::schema::{Coverage, DemandState, Status};
use crate::text::Span;

/// How complete a handbook is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// All typed documents together.
    pub total: Score,
    /// One for each document type that a document has, by name.
    pub types: Vec<Group>,
    /// One for each chapter with typed documents, in the order of the navigation.
    pub chapters: Vec<Group>,
    /// One for each owner of typed documents, by name; last those without one.
    pub owners: Vec<Group>,
    /// The typed documents, by path.
    pub rows: Vec<Row>,
    /// Indices of the pages that have no type, so that nothing is demanded of them.
    pub untyped: Vec<usize>,
}

/// How complete one document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Index of its page.
    pub page: usize,
    /// The chapter that it belongs to; none if the navigation leaves it out.
    pub chapter: Option<NodeId>,
    /// Its demands.
    pub coverage: Coverage,
    /// The same in numbers.
    pub score: Score,
}

/// Documents that have something in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What they have in common: the type, the title of the chapter, the owner. None: they lack it.
    pub name: Option<String>,
    /// The same for people.
    pub title: String,
    /// The chapter, for groups that are one.
    pub node: Option<NodeId>,
    /// The documents together.
    pub score: Score,
    /// Indices of their rows.
    pub rows: Vec<usize>,
}

/// Demands and how many are met, of one document or of many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Documents.
    pub documents: usize,
    /// Documents that miss nothing.
    pub complete: usize,
    /// Required sections and topics.
    pub required: usize,
    /// Those that are met.
    pub met: usize,
}

/// One demand on one document, with the section that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand<'a> {
    /// The title of the section; of one inside others, all titles from the outermost: `Recovery > Failback`.
    pub section: String,
    /// The title of the topic, for demands that are one.
    pub topic: Option<&'a str>,
    /// The demand and what meets it.
    pub state: &'a DemandState,
}

/// How far a demand is met, as tables show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is there and says something.
    Met,
    /// It is there and says nothing yet.
    Unfinished,
    /// It is required and isn't there.
    Missing,
    /// It isn't there and needn't be.
    NotAsked,
}

impl Completeness {
    /// Adds up what is bound.
    #[must_use]
    pub fn of(handbook: &Handbook) -> Self {
        let rows: Vec<Row> = handbook.pages.par_iter().enumerate().filter_map(|(index, page)| row(handbook, index, page)).collect();
        let untyped = handbook.pages.iter().enumerate().filter(|(_, page)| page.binding.is_none()).map(|(index, _)| index).collect();
        let mut total = Score::default();
        let mut types = BTreeMap::new();
        let mut chapters = BTreeMap::new();
        let mut owners = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            let Some((page, (schema, _))) = handbook.pages.get(row.page).and_then(|page| Some((page, page.binding.as_ref()?))) else { continue };
            total.add(row.score);
            enter(&mut types, schema.document_type.clone(), index, row, || Group::new(Some(&schema.document_type), &schema.title));
            // Chapters are numbered in the order of the navigation; what it leaves out comes last.
            enter(&mut chapters, row.chapter.map_or((1, NodeId::default()), |chapter| (0, chapter)), index, row, || {
                match row.chapter.and_then(|chapter| handbook.tree.node(chapter)) {
                    Some(node) => Group { node: row.chapter, ..Group::new(Some(&node.title), &node.title) },
                    None => Group::new(None, "Not in the navigation"),
                }
            });
            let owner = page.owner();
            enter(&mut owners, (owner.is_none(), owner), index, row, || Group::new(owner, owner.unwrap_or("No owner")));
        }
        let (types, chapters, owners) = (types.into_values().collect(), chapters.into_values().collect(), owners.into_values().collect());
        Self { total, types, chapters, owners, rows, untyped }
    }
}

impl Page {
    /// The role that answers for the document, if it names one.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.document.meta.owner.as_ref().map(|(owner, _)| owner.trim()).filter(|owner| !owner.is_empty())
    }
}

fn row(handbook: &Handbook, index: usize, page: &Page) -> Option<Row> {
    let (schema, conformance) = page.binding.as_ref()?;
    let coverage = conformance.coverage(schema);
    let score = Score {
        documents: 1,
        complete: usize::from(coverage.is_complete()),
        required: coverage.sections.total + coverage.topics.total,
        met: coverage.sections.met + coverage.topics.met,
    };
    Some(Row { page: index, chapter: chapter(&handbook.tree, page.node), coverage, score })
}

/// The chapter of a page. One that stands beside the chapters and heads none belongs to the front page.
fn chapter(tree: &Tree, node: NodeId) -> Option<NodeId> {
    let chapter = tree.chapter(node);
    let found = tree.node(chapter).filter(|found| found.listed)?;
    let is_alone = found.children.is_empty() && found.address.as_ref().is_some_and(|address| address.folder().is_empty());
    Some(if is_alone { Tree::ROOT } else { chapter })
}

fn enter<K: Ord>(groups: &mut BTreeMap<K, Group>, key: K, index: usize, row: &Row, new: impl FnOnce() -> Group) {
    let group = groups.entry(key).or_insert_with(new);
    group.score.add(row.score);
    group.rows.push(index);
}

impl Group {
    fn new(name: Option<&str>, title: &str) -> Self {
        Self { name: name.map(str::to_owned), title: title.to_owned(), node: None, score: Score::default(), rows: Vec::new() }
    }
}

impl Score {
    fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.complete += other.complete;
        self.required += other.required;
        self.met += other.met;
    }

    /// Met demands of a hundred. Cut, not rounded: 100 only where nothing is missing. None if nothing is demanded.
    #[must_use]
    pub fn percent(self) -> Option<usize> {
        (self.met * 100).checked_div(self.required)
    }

    /// Required demands that aren't met.
    #[must_use]
    pub fn open(self) -> usize {
        self.required.saturating_sub(self.met)
    }
}

impl Row {
    /// Every demand with the section that it belongs to, in the order of the schema.
    pub fn demands(&self) -> impl Iterator<Item = Demand<'_>> {
        let mut above: Vec<&str> = Vec::new();
        self.coverage.demands.iter().map(move |state| {
            above.truncate(state.depth);
            if !state.topic {
                above.push(&state.title);
            }
            Demand { section: above.join(" > "), topic: state.topic.then_some(&*state.title), state }
        })
    }
}

impl Mark {
    /// How far a demand is met.
    #[must_use]
    pub fn of(state: &DemandState) -> Self {
        match state.status {
            Status::Met => Self::Met,
            Status::Unfinished(_) => Self::Unfinished,
            Status::Missing if state.required => Self::Missing,
            Status::Missing => Self::NotAsked,
        }
    }

    /// Its name for machines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unfinished => "unfinished",
            Self::Missing => "missing",
            Self::NotAsked => "not-asked",
        }
    }
}

/// The anchor of what meets a demand: of its heading, or of the last heading before its words.
#[must_use]
pub fn anchor<'a>(document: &'a Document, state: &DemandState) -> Option<&'a str> {
    let before = |span: Span| document.sections.partition_point(|section| section.span.start() <= span.start()).checked_sub(1);
    let section = state.section.or_else(|| before(state.span?))?;
    document.sections.get(section).map(|section| &*section.id).filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::handbook::{Checked, Known, Parts, Summary};
    use crate::schema;
    use crate::source::{SitePath, Source, Sources};

    const SCHEMA: &str = "type: guide
sections:
  - title: Recovery
    topics: [Backup, Restore]
    sections:
      - title: Failback
  - title: Notes
    required: false
    topics: [Author]
";

    fn completeness(files: &[(&str, &str)], summary: Option<&str>) -> (Handbook, Completeness) {
        let file = |path: &str, text: &str| Source::new(SitePath::new(path).unwrap(), text);
        let mut sources = Sources::default();
        sources.insert(SitePath::new("schemas/guide.yaml").unwrap(), SCHEMA);
        let schemas = schema::load(&sources, &mut Vec::new());
        let schema = schemas.get("guide").unwrap();
        let documents = files.iter().map(|(path, text)| {
            let document = Arc::new(Document::parse(&file(path, text)).0);
            let typed = document.meta.document_type.is_some();
            let binding = typed.then(|| (Arc::clone(schema), Arc::new(schema::bind(schema, &document))));
            Checked::new(document, Arc::default(), binding)
        });
        let handbook = Handbook::resolve(
            Parts {
                config: Arc::default(),
                rules: Arc::default(),
                content: String::new(),
                documents: documents.collect(),
                summary: summary.map(|text| Arc::new(Summary::parse(&file("SUMMARY.md", text), ""))),
                lock: None,
                assets: &BTreeMap::new(),
                registry: Arc::default(),
                unreadable: &BTreeMap::new(),
            },
            &mut Known::default(),
        );
        let completeness = Completeness::of(&handbook);
        (handbook, completeness)
    }

    fn lines(groups: &[Group]) -> Vec<String> {
        let line = |group: &Group| {
            let Score { documents, complete, required, met } = group.score;
            format!("{}: {met}/{required} {:?} % {complete}/{documents}", group.title, group.score.percent())
        };
        groups.iter().map(line).collect()
    }

    const WHOLE: &str = "---\ntype: guide\nowner: Ops lead\n---\n# W\n\n## Recovery\n\n**Backup**: a\n\n**Restore**: b\n\n### Failback\n\nc\n";
    // It meets Recovery and Backup; Restore is missing, Failback unfinished. It has the optional section, whose topic then counts: 2 of 5.
    const PART: &str = "---\ntype: guide\n---\n# P\n\n## Recovery\n\n**Backup**: a\n\n### Failback\n\nTODO\n\n## Notes\n\nx\n";
    const NONE: &str = "---\ntype: guide\nowner: Ops lead\n---\n# N\n";

    #[test]
    fn percentages_are_those_counted_by_hand() {
        let files = [("a/none.md", NONE), ("a/part.md", PART), ("b/whole.md", WHOLE), ("c.md", WHOLE), ("d.md", "# D\n"), ("index.md", "# Home\n")];
        let (handbook, found) = completeness(&files, None);
        // none 0/4, part 2/5, whole 4/4 twice.
        assert_eq!(found.total, Score { documents: 4, complete: 2, required: 17, met: 10 });
        assert_eq!(found.total.percent(), Some(58));
        assert_eq!(lines(&found.types), ["Guide: 10/17 Some(58) % 2/4"]);
        assert_eq!(lines(&found.chapters), ["Home: 4/4 Some(100) % 1/1", "a: 2/9 Some(22) % 0/2", "b: 4/4 Some(100) % 1/1"]);
        assert_eq!(lines(&found.owners), ["Ops lead: 8/12 Some(66) % 2/3", "No owner: 2/5 Some(40) % 0/1"]);
        let untyped: Vec<&str> = found.untyped.iter().map(|page| handbook.pages[*page].path.as_str()).collect();
        assert_eq!(untyped, ["d.md", "index.md"]);
    }

    #[test]
    fn every_demand_says_where_it_belongs_and_where_it_is_met() {
        let (handbook, found) = completeness(&[("part.md", PART)], None);
        let document = &handbook.pages[0].document;
        let line = |demand: Demand<'_>| {
            let mark = Mark::of(demand.state).name();
            format!(
                "{}|{}|{}|{mark}|{}",
                demand.section,
                demand.topic.unwrap_or("-"),
                demand.state.required,
                anchor(document, demand.state).unwrap_or("-")
            )
        };
        assert_eq!(
            found.rows[0].demands().map(line).collect::<Vec<_>>(),
            [
                "Recovery|-|true|met|recovery",
                "Recovery > Failback|-|true|unfinished|failback",
                "Recovery|Backup|true|met|recovery",
                "Recovery|Restore|true|missing|-",
                "Notes|-|false|met|notes",
                "Notes|Author|true|missing|-",
            ]
        );
    }

    #[test]
    fn what_the_navigation_leaves_out_is_its_own_group() {
        let files = [("index.md", "# Home\n"), ("a.md", WHOLE), ("lost.md", NONE)];
        let (_, found) = completeness(&files, Some("# Part\n\n- [A](a.md)\n"));
        assert_eq!(lines(&found.chapters), ["Part: 4/4 Some(100) % 1/1", "Not in the navigation: 0/4 Some(0) % 0/1"]);
    }

    #[test]
    fn a_hundred_is_said_only_where_nothing_is_missing() {
        let score = |required, met| Score { documents: 1, complete: 0, required, met }.percent();
        assert_eq!([score(1000, 999), score(1000, 1000), score(3, 2), score(0, 0)], [Some(99), Some(100), Some(66), None]);
    }
}
