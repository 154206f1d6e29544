//! What urls.lock records of pages that move: their new addresses are promised what the old ones were.

use std::collections::{BTreeMap, BTreeSet};

use super::Changes;
use super::names::Names;
use crate::handbook::Handbook;
use crate::handbook::promises::Lock;
use crate::source::{LOCK, SitePath, Sources};
use crate::text::Span;

/// Records the new address of each page whose old one is recorded. The old one goes if no redirect is kept.
pub(super) fn keep(handbook: &Handbook, sources: &Sources, names: &Names, is_kept: bool, changes: &mut Changes) {
    let Some(source) = sources.text(LOCK) else { return };
    let mut faults = Vec::new();
    let lock = Lock::parse(source, &mut faults);
    let mut pages: BTreeMap<SitePath, BTreeSet<String>> =
        lock.pages.iter().map(|(place, promise)| (place.clone(), promise.anchors.iter().map(|(anchor, _)| anchor.clone()).collect())).collect();
    let mut moved = Vec::new();
    for (index, (page, after)) in handbook.pages.iter().zip(&names.addresses).enumerate().filter(|(_, (page, after))| page.address != **after) {
        moved.push((page.address.clone(), after.clone()));
        let view = SitePath::join(after.folder(), &format!("{}.incident.html", after.stem()));
        let before = handbook.runbooks.of_page(index).map(|runbook| runbook.address.clone());
        moved.extend(before.zip(view.filter(|view| !names.is_taken(view))));
    }
    // All at once: pages may change places with each other.
    let promised: Vec<_> = moved.iter().filter_map(|(before, after)| Some((before, after, pages.get(before)?.clone()))).collect();
    if promised.is_empty() {
        return;
    }
    if let Some(fault) = faults.first() {
        changes.left(&source.path, fault.span, "mend this line, then run `opsbook urls update`");
        return;
    }
    let gone: Vec<SitePath> = promised.iter().filter(|_| !is_kept).map(|(before, ..)| (*before).clone()).collect();
    let new: Vec<(SitePath, BTreeSet<String>)> = promised.into_iter().map(|(_, after, anchors)| (after.clone(), anchors)).collect();
    for place in gone {
        pages.remove(&place);
    }
    for (place, anchors) in new {
        pages.entry(place).or_default().extend(anchors);
    }
    let text = Lock::write(&pages);
    if text != *source.text {
        changes.edit(&source.path, Span::new(0, source.text.len()), text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::move_files;
    use crate::compile::{Cache, compile};
    use crate::source::{LOCK, SitePath, Sources};

    #[test]
    fn promises_move_with_pages() {
        let path = |path: &str| SitePath::new(path).unwrap();
        let lock = "# Head\na.html\n  #a\nb.html\nrunbooks/x.html\nrunbooks/x.incident.html\n";
        for (from, to, is_kept, expected) in [
            ("a.md", "new/c.md", true, "a.html\n  #a\nb.html\nnew/c.html\n  #a\nrunbooks/x.html\nrunbooks/x.incident.html\n"),
            ("a.md", "new/c.md", false, "b.html\nnew/c.html\n  #a\nrunbooks/x.html\nrunbooks/x.incident.html\n"),
            ("new.md", "n.md", true, ""),
            ("runbooks/x.md", "y.md", true, "a.html\n  #a\nb.html\nrunbooks/x.html\nrunbooks/x.incident.html\ny.html\ny.incident.html\n"),
        ] {
            let mut sources = Sources { content: "content".into(), ..Sources::default() };
            for (name, text) in [
                ("content/a.md", "# A\n"),
                ("content/b.md", "# B\n\n[a](a.md)\n"),
                ("content/new.md", "# New\n"),
                ("content/runbooks/x.md", "---\nalerts: [X]\n---\n# X\n"),
                (LOCK, lock),
            ] {
                sources.insert(path(name), text);
            }
            let build = compile(&sources, &mut Cache::default());
            let moves = [(path(&format!("content/{from}")), path(&format!("content/{to}")))].into();
            let changes = move_files(&build.handbook, &sources, &moves, is_kept).unwrap();
            let after = changes.applied(&path(LOCK), lock);
            assert_eq!(after.split_once('\n').unwrap().1, if expected.is_empty() { lock.split_once('\n').unwrap().1 } else { expected }, "{from}");
            let mut afterwards = Sources { content: "content".into(), ..Sources::default() };
            for (name, source) in &sources.texts {
                afterwards.insert(changes.renames.get(name).unwrap_or(name).clone(), changes.applied(name, &source.text));
            }
            let build = compile(&afterwards, &mut Cache::default());
            let vanished: Vec<&str> =
                build.diagnostics.iter().filter(|found| found.kind.code.starts_with("vanished")).map(|found| found.message.as_str()).collect();
            assert_eq!(vanished, [""; 0], "{from}");
        }
    }
}
