//! Anchors that were published and are called otherwise now, written into the front matter.

use std::collections::{HashMap, HashSet};

use super::{Changes, line_end, line_start, scalar};
use crate::data::Value;
use crate::diagnostic::Edit;
use crate::document::Document;
use crate::handbook::{Handbook, Page, alias_place};
use crate::mend::apply;
use crate::source::Source;
use crate::text::Span;

/// Says of each anchor that was published where it leads now, and takes out what it leads back to. What can't be written is left to do.
pub(super) fn keep(handbook: &Handbook, page: &Page, after: &Document, renamed: &[(String, String)], changes: &mut Changes) {
    let promised = promised(handbook, page);
    let there: HashSet<&str> = after.anchors.iter().map(|anchor| &*anchor.id).collect();
    let new: Vec<&(String, String)> = renamed
        .iter()
        .filter(|(old, _)| promised.contains(old.as_str()) && !there.contains(old.as_str()) && !old.contains(char::is_whitespace))
        .collect();
    // A heading that gets its old text back has its old anchor itself.
    let back = page.document.meta.former_anchors.iter().filter(|former| there.contains(former.id.as_str())).map(|former| former.span);
    let back: Vec<Span> = back.collect();
    // What leads to an anchor that was never published follows it, as links do.
    let is_new = |id: &str| new.iter().any(|(old, _)| old == id);
    let targets: HashMap<&str, &str> = renamed.iter().filter(|(old, _)| !is_new(old)).map(|(old, new)| (old.as_str(), new.as_str())).collect();
    let follows = page.document.meta.former_anchors.iter().any(|former| targets.contains_key(former.leads_to.as_str()));
    if new.is_empty() && back.is_empty() && !follows {
        return;
    }
    let plan = Plan { new: &new, back: &back, targets: &targets };
    let edits = edits(page, &plan).filter(|edits| holds(page, edits, &plan, &there));
    if let Some(edits) = edits {
        changes.edits.entry(page.document.path.clone()).or_default().extend(edits);
        return;
    }
    for (old, new) in new {
        changes.left(&page.document.path, Span::at(0), format!("write `former_anchors: {{ {old}: {new} }}` into the front matter"));
    }
    for span in back {
        changes.left(&page.document.path, span, "take this former anchor out: the document has it again");
    }
}

/// What becomes of the former anchors of a document.
struct Plan<'a> {
    /// Anchors that are former ones from now on, each with the one that it leads to.
    new: &'a [&'a (String, String)],
    /// Where those are declared that go.
    back: &'a [Span],
    /// Where others lead, by where they led.
    targets: &'a HashMap<&'a str, &'a str>,
}

/// The anchors that urls.lock records for a page, at its address and at those that it had before.
fn promised<'a>(handbook: &'a Handbook, page: &Page) -> HashSet<&'a str> {
    let Some(lock) = &handbook.lock else { return HashSet::new() };
    let aliases = page.document.meta.aliases.iter().filter_map(|(written, _)| alias_place(written).ok());
    let places = std::iter::once(page.address.clone()).chain(aliases);
    places.filter_map(|place| lock.pages.get(&place)).flat_map(|promise| &promise.anchors).map(|(anchor, _)| anchor.as_str()).collect()
}

fn edits(page: &Page, plan: &Plan<'_>) -> Option<Vec<Edit>> {
    let Plan { new, back, targets } = *plan;
    let document = &page.document;
    let text = &*document.text;
    let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let insert = |at: usize, replacement: String| Edit { span: Span::at(at), replacement };
    let pair = |(old, new): &(String, String)| format!("{}: {}", word(old), word(new));
    let block = |indent: &str| new.iter().map(|entry| format!("{indent}  {}{line}", pair(entry))).collect::<Vec<_>>().concat();
    let now = |target: String| targets.get(target.as_str()).map_or(target.clone(), |now| (*now).to_owned());
    let Some(front) = &document.front_matter else {
        if document.has_unreadable_front_matter() {
            return None;
        }
        return Some(vec![insert(start, format!("---{line}former_anchors:{line}{}---{line}{line}", block("")))]);
    };
    if text.get(start..)?.starts_with("+++") {
        return None;
    }
    let Some((key, value)) = front.entries().iter().find(|(key, _)| key.name == "former_anchors") else {
        let indent = " ".repeat(front.entries().first().map_or(0, |(key, _)| key.span.start() - line_start(text, key.span.start())));
        let close = line_start(text, document.body.start().saturating_sub(1));
        return Some(vec![insert(close, format!("{indent}former_anchors:{line}{}", block(&indent)))]);
    };
    let Value::Map(entries) = &value.value else { return None };
    let mut edits: Vec<Edit> = Vec::new();
    if let Some(braces) = braces(text, key.span.end(), entries.last().map_or(key.span.end(), |(_, value)| value.span.end())) {
        // Written anew: commas are hard to take out one by one.
        let kept = entries.iter().filter(|(key, _)| !back.contains(&key.span));
        let kept = kept.map(|(key, value)| Some((key.name.clone(), now(value.scalar()?)))).collect::<Option<Vec<_>>>()?;
        let all: Vec<String> = kept.iter().chain(new.iter().copied()).map(pair).collect();
        edits.push(Edit { span: braces, replacement: format!("{{ {} }}", all.join(", ")) });
        return Some(edits);
    }
    let (first, last) = (entries.first()?, entries.last()?);
    if back.len() == entries.len() && new.is_empty() {
        edits.push(Edit { span: Span::new(line_start(text, key.span.start()), line_end(text, last.1.span.end())), replacement: String::new() });
        return Some(edits);
    }
    for (key, value) in entries.iter().filter(|(key, _)| back.contains(&key.span)) {
        edits.push(Edit { span: Span::new(line_start(text, key.span.start()), line_end(text, value.span.end())), replacement: String::new() });
    }
    for (_, value) in entries.iter().filter(|(key, _)| !back.contains(&key.span)) {
        let target = value.scalar()?;
        if targets.contains_key(target.as_str()) {
            edits.push(Edit { span: value.span, replacement: word(&now(target)) });
        }
    }
    let indent = text.get(line_start(text, first.0.span.start())..first.0.span.start())?;
    let lines = new.iter().map(|entry| format!("{indent}{}{line}", pair(entry))).collect::<Vec<_>>().concat();
    if !lines.is_empty() {
        edits.push(insert(line_end(text, last.1.span.end()), lines));
    }
    Some(edits)
}

/// Where a mapping that is written in braces stands: it opens behind its key, and closes behind its last value.
fn braces(text: &str, key: usize, last: usize) -> Option<Span> {
    let behind = text.get(key..)?;
    let open = behind.find('{').filter(|open| behind.get(..*open).is_some_and(|between| between.trim() == ":"))?;
    let close = text.get(last..)?.find('}')?;
    Some(Span::new(key + open, last + close + 1))
}

/// An anchor in YAML: most are plain words.
fn word(anchor: &str) -> String {
    let is_plain = anchor.starts_with(|c: char| c.is_alphabetic()) && anchor.chars().all(|c| c.is_alphanumeric() || c == '-');
    let has_meaning = matches!(anchor.to_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if is_plain && !has_meaning { anchor.to_owned() } else { scalar::yaml(anchor) }
}

/// Whether the document says what it should once the edits are made, and has as many findings and links as before.
fn holds(page: &Page, edits: &[Edit], plan: &Plan<'_>, there: &HashSet<&str>) -> bool {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.span);
    let text = apply(&page.document.text, &edits);
    let (after, findings) = Document::parse(&Source::new(page.document.path.clone(), text));
    let (_, before) = Document::parse(&Source::new(page.document.path.clone(), std::sync::Arc::clone(&page.document.text)));
    let kept = page.document.meta.former_anchors.iter().filter(|former| !there.contains(former.id.as_str()));
    let now = |target| plan.targets.get(target).copied().unwrap_or(target);
    let mut wanted: Vec<(&str, &str)> = kept.map(|former| (former.id.as_str(), now(former.leads_to.as_str()))).collect();
    wanted.extend(plan.new.iter().map(|(old, new)| (old.as_str(), new.as_str())));
    let mut found: Vec<(&str, &str)> = after.meta.former_anchors.iter().map(|former| (former.id.as_str(), former.leads_to.as_str())).collect();
    wanted.sort_unstable();
    found.sort_unstable();
    wanted == found
        && findings.len() <= before.len()
        && after.links.len() == page.document.links.len()
        && after.sections.len() == page.document.sections.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rename_heading;
    use crate::compile::{Build, Cache, compile};
    use crate::source::{LOCK, SitePath, Sources};

    fn handbook(document: &str, lock: &str) -> (Sources, Build) {
        let mut sources = Sources { content: "content".into(), ..Sources::default() };
        sources.insert(SitePath::new("content/a.md").unwrap(), document);
        sources.insert(SitePath::new(LOCK).unwrap(), lock);
        let build = compile(&sources, &mut Cache::default());
        (sources, build)
    }

    /// The document after its heading of this index got another text.
    fn renamed(document: &str, lock: &str, section: usize, title: &str) -> String {
        let (_, build) = handbook(document, lock);
        let changes = rename_heading(&build.handbook, 0, section, title).unwrap();
        assert_eq!(changes.left, []);
        changes.applied(&SitePath::new("content/a.md").unwrap(), document)
    }

    #[test]
    fn what_was_published_leads_to_the_renamed_heading() {
        let lock = "a.html\n  #one\n  #two\n  #other\n";
        for (before, title, expected) in [
            ("# T\n\n## One\n", "Three", "---\nformer_anchors:\n  one: three\n---\n\n# T\n\n## Three\n"),
            ("# T\n\n## Draft\n", "Three", "# T\n\n## Three\n"),
            ("---\nowner: x\n---\n# T\n\n## One\n", "Three", "---\nowner: x\nformer_anchors:\n  one: three\n---\n# T\n\n## Three\n"),
            (
                "---\nformer_anchors:\n  two: one\nowner: x\n---\n# T\n\n## One\n",
                "Three",
                "---\nformer_anchors:\n  two: one\n  one: three\nowner: x\n---\n# T\n\n## Three\n",
            ),
            (
                "---\nformer_anchors: { two: one }\n---\n# T\n\n## One\n",
                "Three",
                "---\nformer_anchors: { two: one, one: three }\n---\n# T\n\n## Three\n",
            ),
            // It gets its old anchor back, and what leads to an anchor that nobody has seen follows.
            (
                "---\nformer_anchors:\n  one: draft\n  two: draft\n---\n# T\n\n## Draft\n",
                "One",
                "---\nformer_anchors:\n  two: one\n---\n# T\n\n## One\n",
            ),
            ("---\nformer_anchors:\n  one: draft\nowner: x\n---\n# T\n\n## Draft\n", "One", "---\nowner: x\n---\n# T\n\n## One\n"),
            ("---\nformer_anchors: { one: draft }\n---\n# T\n\n## Draft\n", "Three", "---\nformer_anchors: { one: three }\n---\n# T\n\n## Three\n"),
        ] {
            assert_eq!(renamed(before, lock, 1, title), expected, "{before}");
        }
    }

    #[test]
    fn what_cannot_be_written_is_left_to_do() {
        let document = "+++\ntitle = 'x'\n+++\n# T\n\n## One\n";
        let (_, build) = handbook(document, "a.html\n  #one\n");
        let changes = rename_heading(&build.handbook, 0, 1, "Two").unwrap();
        assert_eq!(changes.left[0].message, "write `former_anchors: { one: two }` into the front matter");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn no_promise_is_broken(renames in proptest::collection::vec((0_usize..4, "[abc] ?[abc]?"), 1..8)) {
            let lock = "a.html\n  #t\n  #a\n  #b\n  #b-1\n";
            let mut document = "# T\n\n## A\n\n## B\n\n## B\n\n[a](#a)\n".to_owned();
            for (section, title) in renames {
                let (_, build) = handbook(&document, lock);
                if let Ok(changes) = rename_heading(&build.handbook, 0, section, &title) {
                    prop_assert!(changes.left.is_empty(), "{:?}", changes.left);
                    document = changes.applied(&SitePath::new("content/a.md").unwrap(), &document);
                }
                let (_, build) = handbook(&document, lock);
                let codes = ["vanished-anchor", "invalid-former-anchor", "broken-anchor"];
                let broken: Vec<&str> = build.diagnostics.iter().filter(|found| codes.contains(&found.kind.code)).map(|found| found.message.as_str()).collect();
                prop_assert!(broken.is_empty(), "{document}\n{broken:?}");
            }
        }
    }
}
