//! Tries a draft on the documents that it was made from, and relaxes what one of them doesn't meet.

use std::collections::BTreeMap;

use super::draft::{Draft, Part};
use super::write;
use crate::blocks::Blocks;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Document;
use crate::registry::Registry;
use crate::schema::{Conformance, bind, judge, parse};
use crate::source::{SitePath, Source};

/// A draft is relaxed this often before every fault is made a warning. Each round takes a step with all that were found faulty, and no
/// demand has more steps than a few.
const ROUNDS: usize = 24;

/// Relaxes a draft until every document passes; gives what meets each section of it in each document.
pub(super) fn settle(draft: &mut Draft, documents: &[&Document]) -> Vec<Conformance> {
    for round in 0.. {
        let (faults, bound) = faults(draft, documents);
        if faults.is_empty() || draft.lenient && round > ROUNDS {
            return bound;
        }
        if round >= ROUNDS {
            draft.lenient = true;
            continue;
        }
        for ((part, code), paths) in &faults {
            draft.relax(part, code, paths);
        }
        draft.prune();
    }
    Vec::new()
}

type Faults<'a> = BTreeMap<(Part, &'static str), Vec<&'a SitePath>>;

/// What is wrong, by the part of the draft that demands it, and in which documents.
fn faults<'a>(draft: &Draft, documents: &[&'a Document]) -> (Faults<'a>, Vec<Conformance>) {
    let written = write::write(draft);
    let mut faults = Faults::new();
    let Some(path) = SitePath::new("schemas/derived.yaml") else { return (faults, Vec::new()) };
    let mut diagnostics = Vec::new();
    let schema = parse(&Source::new(path.clone(), written.text.as_str()), false, &mut diagnostics);
    for found in &diagnostics {
        faults.entry((written.part_at(found.span.start()), found.kind.code)).or_default();
    }
    let Some(schema) = schema else { return (faults, Vec::new()) };
    let part_of = |found: &Diagnostic| {
        let demand = found.related.iter().find(|related| related.path == path);
        demand.map_or(Part::Top, |related| written.part_at(related.span.start()))
    };
    let mut bound = Vec::new();
    for document in documents {
        let conformance = bind(&schema, document);
        for found in judge(&schema, document, &conformance, &Blocks::read(document, &Registry::default()).0, &Registry::default())
            .iter()
            .filter(|found| found.severity == Severity::Error)
        {
            let documents = faults.entry((part_of(found), found.kind.code)).or_default();
            if documents.last() != Some(&&document.path) {
                documents.push(&document.path);
            }
        }
        bound.push(conformance);
    }
    (faults, bound)
}
