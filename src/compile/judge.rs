//! One document without its neighbours: parsed, its blocks read, its schema found and bound to it. What each stage found is remembered.
//!
//! Must not know other documents.

use std::sync::Arc;

use crate::blocks::{self, Blocks};
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::handbook::{Checked, Face};
use crate::memo::{Digest, Hasher, Memo};
use crate::mounted::Tables;
use crate::registry::Registry;
use crate::schema::{self, Conformance, Schema, Schemas};
use crate::source::Source;

/// What is known of documents without their neighbours: as a whole, and stage by stage.
#[derive(Default)]
pub(super) struct Judgements {
    whole: Memo<Judged>,
    blocks: Memo<ReadBlocks>,
    types: Memo<Typed>,
    bindings: Memo<Bound>,
}

/// A document with the hash of its path and text.
pub(super) type Keyed = (Digest, Arc<Parsed>);

pub(super) struct Parsed {
    pub document: Arc<Document>,
    pub diagnostics: Vec<Diagnostic>,
}

struct ReadBlocks {
    blocks: Arc<Blocks>,
    face: Arc<Face>,
    diagnostics: Vec<Diagnostic>,
}

/// The schema of one document, and what is said of the choice.
struct Typed {
    schema: Option<Arc<Schema>>,
    diagnostics: Vec<Diagnostic>,
}

/// All that is known of one document without its neighbours.
pub(super) struct Judged {
    pub checked: Arc<Checked>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Judged {
    fn of(parsed: &Parsed, read: &ReadBlocks, typed: &Typed, bound: Option<&Bound>) -> Self {
        let binding = typed.schema.as_ref().zip(bound).map(|(schema, bound)| (Arc::clone(schema), Arc::clone(&bound.conformance)));
        let checked = Checked { document: Arc::clone(&parsed.document), blocks: Arc::clone(&read.blocks), face: Arc::clone(&read.face), binding };
        let found = bound.into_iter().flat_map(|bound| &bound.diagnostics);
        let diagnostics = read.diagnostics.iter().chain(found).chain(&typed.diagnostics).cloned().collect();
        Self { checked: Arc::new(checked), diagnostics }
    }
}

struct Bound {
    conformance: Arc<Conformance>,
    diagnostics: Vec<Diagnostic>,
}

/// What a document is read and judged by besides its own text.
pub(super) struct Grounds<'a> {
    pub schemas: &'a Schemas,
    /// The hash of all that decides which schema a document has.
    pub choices: Digest,
    pub registry: &'a Registry,
    pub reader: blocks::Reader<'a>,
    /// The folder of the documents, from the handbook's root.
    pub content: &'a str,
}

impl Grounds<'_> {
    fn blocks(&self, parsed: &Parsed) -> ReadBlocks {
        let (blocks, diagnostics) = self.reader.read(&parsed.document);
        let face = Arc::new(Face::of(&parsed.document, &blocks));
        ReadBlocks { blocks: Arc::new(blocks), face, diagnostics }
    }

    fn schema(&self, parsed: &Parsed) -> Typed {
        let mut diagnostics = Vec::new();
        let path = parsed.document.path.strip(self.content).unwrap_or_else(|| parsed.document.path.clone());
        let schema = self.schemas.type_of(&parsed.document, &path, &mut diagnostics);
        if schema.is_none() {
            diagnostics.extend(schema::swallowed(&parsed.document));
        }
        Typed { schema, diagnostics }
    }

    /// All that is known of a document without its neighbours.
    fn judge(&self, parsed: &Parsed) -> Judged {
        let (read, typed) = (self.blocks(parsed), self.schema(parsed));
        let bound = typed.schema.as_ref().map(|schema| self.bind(parsed, schema, &read.blocks));
        Judged::of(parsed, &read, &typed, bound.as_ref())
    }

    /// The same, with what was said when it was parsed, and without what nobody asks for from here on.
    pub(super) fn judge_lean(&self, parsed: Parsed) -> Judged {
        let Judged { checked, mut diagnostics } = self.judge(&parsed);
        diagnostics.splice(0..0, parsed.diagnostics);
        let mut checked = Arc::unwrap_or_clone(checked);
        // The last who knows it is who leaves it, so nothing is copied.
        drop(parsed.document);
        checked.document = Arc::new(Arc::unwrap_or_clone(checked.document).into_lean());
        Judged { checked: Arc::new(checked), diagnostics }
    }

    fn bind(&self, parsed: &Parsed, schema: &Schema, blocks: &Blocks) -> Bound {
        let conformance = schema::bind(schema, &parsed.document);
        let diagnostics = schema::judge(schema, &parsed.document, &conformance, blocks, self.registry);
        Bound { conformance: Arc::new(conformance), diagnostics }
    }
}

/// Reads the blocks of every document, finds its schema and binds the one to the other. Where little changed, each document is found as a whole;
/// else what each stage remembers is asked, unless nobody will ask again.
pub(super) fn judge<'a>(parsed: &[Keyed], grounds: &Grounds<'_>, known: &'a mut Judgements, is_for_one_run: bool) -> &'a [(Digest, Arc<Judged>)] {
    let digest = Hasher::default().digest(grounds.choices).text(grounds.content).digest(grounds.registry.digest).finish();
    let Judgements { whole, blocks, types, bindings } = known;
    let alone = |(_, parsed): &Keyed| grounds.judge(parsed);
    let key = |(document, _): &Keyed| Hasher::default().digest(*document).digest(digest).finish();
    if is_for_one_run {
        return whole.keyed(parsed, key, alone);
    }
    whole.keyed_or(parsed, key, alone, |parsed| judge_all(parsed, grounds, blocks, types, bindings))
}

/// The same stage by stage, each by what it remembers: an edit of one schema costs its own documents.
fn judge_all(
    parsed: &[Keyed],
    grounds: &Grounds<'_>,
    blocks: &mut Memo<ReadBlocks>,
    choices: &mut Memo<Typed>,
    bindings: &mut Memo<Bound>,
) -> Vec<Judged> {
    let registry = grounds.registry.digest;
    let key = |(document, _): &Keyed| Hasher::default().digest(*document).digest(registry).finish();
    let read = blocks.all(parsed, key, |(_, parsed)| grounds.blocks(parsed));
    let choice = Hasher::default().digest(grounds.choices).text(grounds.content).finish();
    let key = |(document, _): &Keyed| Hasher::default().digest(*document).digest(choice).finish();
    let chosen = choices.all(parsed, key, |(_, parsed)| grounds.schema(parsed));
    let with_schema: Vec<(&Keyed, &Arc<Schema>, &Arc<Blocks>)> =
        parsed.iter().zip(&read).zip(&chosen).filter_map(|((parsed, read), chosen)| Some((parsed, chosen.schema.as_ref()?, &read.blocks))).collect();
    let key = |((document, _), schema, _): &(&Keyed, &Arc<Schema>, &Arc<Blocks>)| {
        Hasher::default().digest(*document).digest(schema.digest).digest(registry).finish()
    };
    let mut bound = bindings.all(&with_schema, key, |((_, parsed), schema, blocks)| grounds.bind(parsed, schema, blocks)).into_iter();
    let judged = parsed.iter().zip(&read).zip(&chosen);
    judged
        .map(|(((_, parsed), read), chosen)| Judged::of(parsed, read, chosen, chosen.schema.as_ref().and_then(|_| bound.next()).as_deref()))
        .collect()
}

/// What a document depends on: its text, and what book.toml says of those that come from elsewhere.
pub(super) fn document_key(source: &Source, tables: &Tables<'_>) -> Digest {
    let Some((_, table, _)) = tables.of_file(&source.path).filter(|(_, table, _)| !table.defaults.is_empty()) else { return source.digest };
    Hasher::default().digest(source.digest).digest(table.defaults_digest()).finish()
}

pub(super) fn parse_source(source: &Source, tables: &Tables<'_>) -> Parsed {
    let (mut document, diagnostics) = Document::parse(source);
    if let Some((_, table, _)) = tables.of_file(&source.path) {
        document.take_defaults(table.defaults.iter().map(|(key, value, _)| (*key, value.as_str())));
        document.digest = document_key(source, tables);
    }
    Parsed { document: Arc::new(document), diagnostics }
}
