//! Where the anchors lead that a document had before.

use std::collections::{HashMap, HashSet};

use crate::document::FormerAnchor;
use crate::handbook::Page;

/// Where a former anchor leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landing<'a> {
    /// To this anchor of the page, over other former ones if need be.
    At(&'a str),
    /// Nowhere: the page has no such anchor, and had none.
    Nowhere(&'a str),
    /// Back to itself, or to others that lead in a circle.
    Loop,
    /// It is an anchor of the page still.
    Here,
}

/// Every former anchor of a page, in the order in which they are declared, and where it leads.
#[must_use]
pub fn landings(page: &Page) -> Vec<(&FormerAnchor, Landing<'_>)> {
    let former = &page.document.meta.former_anchors;
    if former.is_empty() { Vec::new() } else { among(former, &page.anchors().collect()) }
}

/// The same of a document with these anchors.
pub(in crate::handbook) fn among<'a>(former: &'a [FormerAnchor], anchors: &HashSet<&'a str>) -> Vec<(&'a FormerAnchor, Landing<'a>)> {
    let by_id: HashMap<&str, &FormerAnchor> = former.iter().map(|former| (former.id.as_str(), former)).collect();
    let mut known: HashMap<&str, Landing<'_>> = HashMap::new();
    let mut found = Vec::with_capacity(former.len());
    for start in former {
        // Each is looked at once, however long the chains are.
        let mut way = Vec::new();
        let mut on_the_way = HashSet::new();
        let mut at = start.id.as_str();
        let landing = loop {
            if let Some(landing) = known.get(at) {
                break *landing;
            }
            let Some(former) = by_id.get(at).filter(|_| way.is_empty() || !anchors.contains(at)) else {
                break if anchors.contains(at) { Landing::At(at) } else { Landing::Nowhere(at) };
            };
            if !on_the_way.insert(at) {
                break Landing::Loop;
            }
            way.push(at);
            at = &former.leads_to;
        };
        // One that is there still ends a chain where it stands; what its own entry says doesn't count.
        for passed in way {
            known.insert(passed, if anchors.contains(passed) { Landing::At(passed) } else { landing });
        }
        let landing = known.get(start.id.as_str()).copied().unwrap_or(landing);
        found.push((start, if anchors.contains(start.id.as_str()) { Landing::Here } else { landing }));
    }
    found
}
