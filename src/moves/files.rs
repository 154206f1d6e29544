use std::collections::{BTreeMap, HashMap, HashSet};

use super::names::{Names, Target};
use super::write::Written;
use super::{Changes, Refused, aliases, included, promises, scalar};
use crate::data::{Node, Value, toml};
use crate::document::{Document, Link, LinkKind, markdown};
use crate::handbook::{Fault, Handbook, Page, Resolved, alias_place, reference_places};
use crate::source::{REGISTRY, SitePath, Sources};
use crate::text::{Span, count};

/// Moves documents and other files of the content folder. Paths are from the handbook's root. Each document keeps leading from its former place
/// with `keep_places`.
///
/// # Errors
///
/// If a file isn't one that can be moved, or its new place isn't free.
pub fn move_files(handbook: &Handbook, sources: &Sources, moves: &BTreeMap<SitePath, SitePath>, keep_places: bool) -> Result<Changes, Refused> {
    let files = checked(handbook, sources, moves)?;
    let names = Names::new(handbook, sources, &files);
    free_places(handbook, &names)?;
    let mut planner = Planner { handbook, names: &names, lists: HashMap::new(), changes: Changes { renames: moves.clone(), ..Changes::default() } };
    for (index, page) in handbook.pages.iter().enumerate() {
        planner.links(index, page);
        planner.references(index, page);
    }
    planner.registry(sources);
    planner.summary(sources);
    planner.book(sources, moves);
    baseline(sources, moves, &mut planner.changes);
    promises::keep(handbook, sources, &names, keep_places, &mut planner.changes);
    let mut changes = planner.changes;
    aliases::keep(handbook, &names, keep_places, &mut changes)?;
    included::put_back(handbook, &mut changes);
    included::follow(handbook, sources, moves, &mut changes);
    // What isn't UTF-8 can't be edited without loss.
    let unreadable: Vec<SitePath> = changes.edits.keys().filter(|path| sources.text(path.as_str()).is_none()).cloned().collect();
    for path in unreadable {
        let edits = changes.edits.remove(&path).unwrap_or_default();
        changes.left(&path, Span::at(0), format!("this file isn't UTF-8: {} left to mend by hand", count(edits.len(), "place")));
    }
    Ok(changes.sorted())
}

/// The moves as paths in the content folder, if all are such that can be made.
fn checked(handbook: &Handbook, sources: &Sources, moves: &BTreeMap<SitePath, SitePath>) -> Result<HashMap<SitePath, SitePath>, Refused> {
    let documents: HashSet<&SitePath> = handbook.pages.iter().map(|page| &page.document.path).collect();
    let lower = |path: &SitePath| path.as_str().to_lowercase();
    let files = sources.texts.keys().chain(sources.assets.keys()).chain(sources.unreadable.keys());
    let present: HashMap<String, &SitePath> = files.map(|path| (lower(path), path)).collect();
    let mut targets = HashSet::new();
    let mut found = HashMap::new();
    for (from, to) in moves {
        let is_document = documents.contains(from);
        if included::is_part(handbook, sources, from) {
            included::stays_part(handbook, from, to)?;
            if present.contains_key(&lower(to)) || !targets.insert(lower(to)) {
                return Err(Refused::exists(to));
            }
            continue;
        }
        if !is_document && !sources.assets.contains_key(from) {
            return Err(Refused::new(
                format!("'{from}' is no document and no other file of the handbook"),
                "name a document that has a page, a file that is published, or one that a page includes",
            ));
        }
        let (Some(inside), Some(target)) = (from.strip(&handbook.content), to.strip(&handbook.content)) else {
            return Err(Refused::new(
                format!("'{to}' lies outside the content folder, so it would not be published"),
                format!("name a place in '{}'", handbook.content),
            ));
        };
        if is_document != to.is_markdown() {
            let (is, other) = if is_document { ("a document", "end in .md") } else { ("no document", "not end in .md") };
            return Err(Refused::new(format!("'{from}' is {is} and can't become '{to}'"), format!("let the new name {other}")));
        }
        if matches!(target.as_str(), "SUMMARY.md" | REGISTRY) || target.as_str().split('/').any(|name| name.starts_with('.')) {
            return Err(Refused::new(format!("no document can lie at '{to}'"), "choose another name"));
        }
        let there = present.get(&lower(to)).filter(|there| **there != from);
        if there.is_some() || !targets.insert(lower(to)) {
            return Err(Refused::exists(to));
        }
        found.insert(inside, target);
    }
    Ok(found)
}

/// Makes sure that no page lands where another page, a file or a redirect of another document lies.
fn free_places(handbook: &Handbook, names: &Names) -> Result<(), Refused> {
    // What clashes already is a finding, and no reason to move nothing.
    let mut seen: HashMap<String, (&SitePath, bool)> = HashMap::new();
    let pages = names.addresses.iter().zip(&names.paths).zip(handbook.pages.iter());
    let pages = pages.map(|((address, path), page)| (address, path, *path != page.path || *address != page.address));
    let assets = names.assets.iter().map(|(before, after)| (after, after, before != after));
    for (address, path, has_moved) in pages.chain(assets) {
        if let Some((other, other_has_moved)) = seen.insert(address.as_str().to_lowercase(), (path, has_moved))
            && (has_moved || other_has_moved)
        {
            return Err(Refused::new(format!("'{path}' and '{other}' would both be published at '{address}'"), "choose another name"));
        }
    }
    let all = handbook.pages.iter().enumerate();
    for (index, page, written) in all.flat_map(|(index, page)| page.document.meta.aliases.iter().map(move |(written, _)| (index, page, written))) {
        let Ok(place) = alias_place(written) else { continue };
        let key = place.as_str().to_lowercase();
        let is_new = |path: &&SitePath| match names.document(path) {
            Some(found) => found != index && handbook.pages.get(found).is_none_or(|page| page.address != place),
            None => !names.assets.contains_key(*path),
        };
        if let Some(path) = seen.get(&key).map(|(path, _)| *path).filter(is_new) {
            return Err(Refused::new(
                format!("'{path}' would lie where '{}' was before: its alias '{written}' leads there", page.document.path),
                "choose another name, or take the alias out first",
            ));
        }
    }
    Ok(())
}

/// What becomes of the list of a folder.
#[derive(Clone)]
enum List {
    Stays,
    Moves(SitePath),
    Goes,
}

struct Planner<'a> {
    handbook: &'a Handbook,
    names: &'a Names,
    lists: HashMap<SitePath, List>,
    changes: Changes,
}

impl Planner<'_> {
    fn links(&mut self, index: usize, page: &Page) {
        let Some(folder) = self.names.paths.get(index).map(SitePath::folder) else { return };
        let (folder, text) = (folder.to_owned(), &page.document.text);
        // Several links share one definition.
        let mut seen = HashSet::new();
        for (link, resolved) in page.written_links() {
            let target = link.target.trim();
            let (file, suffix) = target.split_at_checked(target.find(['#', '?']).unwrap_or(target.len())).unwrap_or((target, ""));
            if file.is_empty() {
                continue;
            }
            let Some(new) = self.target(page, file, &folder, resolved) else {
                if matches!(resolved, Resolved::Folder { address, .. } if matches!(self.list(address), List::Goes)) {
                    self.changes.left(&page.document.path, link.target_span, format!("no document is left in the folder of the link '{target}'"));
                }
                continue;
            };
            match place(text, link) {
                Some((span, is_plain)) => {
                    let suffix = if is_plain { suffix.to_owned() } else { escaped(suffix) };
                    if seen.insert(span) {
                        self.changes.edit(&page.document.path, span, format!("{new}{suffix}"));
                    }
                    self.changes.links += 1;
                }
                None => self.changes.left(&page.document.path, link.target_span, format!("write '{new}{suffix}' instead of '{target}'")),
            }
        }
    }

    /// The path to write for what a link leads to; none if what is written stays right.
    fn target(&mut self, page: &Page, file: &str, folder: &str, resolved: &Resolved) -> Option<String> {
        let written =
            |path: &SitePath, address: &SitePath| Written::of(file, page.path.folder(), &self.handbook.content, path.as_str(), address.as_str());
        match (resolved, resolved.fault()) {
            (Resolved::Page { page: target, .. }, _) | (_, Some(Fault::NoAnchor { page: target, .. })) => {
                let before = self.handbook.pages.get(*target)?;
                let (path, address) = (self.names.paths.get(*target)?, self.names.addresses.get(*target)?);
                written(&before.path, &before.address)?.rewritten(folder, path, address, self.names, Target::Page(*target))
            }
            (Resolved::Asset { address, .. }, _) => {
                let after = self.names.asset(address);
                written(address, address)?.rewritten(folder, after, after, self.names, Target::Asset(address))
            }
            (Resolved::Folder { address, .. }, _) => {
                let written = written(address, address)?;
                match self.list(address) {
                    List::Stays => written.rewritten_list(folder, address),
                    List::Moves(after) => written.rewritten_list(folder, &after),
                    List::Goes => None,
                }
            }
            (Resolved::External | Resolved::Broken(_), _) => None,
        }
    }

    fn list(&mut self, address: &SitePath) -> List {
        if let Some(list) = self.lists.get(address) {
            return list.clone();
        }
        let list = self.find_list(address);
        self.lists.insert(address.clone(), list.clone());
        list
    }

    /// A list follows its folder if all that lies in it moves together.
    fn find_list(&self, address: &SitePath) -> List {
        let inside = format!("{}/", address.folder());
        if address.folder().is_empty() {
            return List::Stays;
        }
        let first = self.handbook.pages.partition_point(|page| page.path.as_str() < inside.as_str());
        let below = self.handbook.pages.iter().zip(&self.names.paths).skip(first).take_while(|(page, _)| page.path.as_str().starts_with(&inside));
        let mut folder: Option<&str> = None;
        let mut together = true;
        for (page, after) in below {
            if after.as_str().starts_with(&inside) {
                return List::Stays;
            }
            let rest = page.path.as_str().get(inside.len()..).unwrap_or_default();
            let to = after.as_str().strip_suffix(rest).and_then(|folder| folder.strip_suffix('/'));
            together &= to.is_some() && folder.is_none_or(|folder| Some(folder) == to);
            folder = to;
        }
        let place = folder.filter(|_| together).and_then(|folder| SitePath::join(folder, "index.html"));
        place.map_or(List::Goes, List::Moves)
    }

    /// Values of the front matter that name documents.
    fn references(&mut self, index: usize, page: &Page) {
        let Some(after) = self.names.paths.get(index) else { return };
        for (_, value, span) in page.document_values() {
            let Some(target) = self.handbook.reference(page, &value) else { continue };
            let (Some(wanted), Some(position)) =
                (self.handbook.index_of(target), page.reference_places(&value).position(|place| place == target.path))
            else {
                continue;
            };
            let Some(path) = self.names.paths.get(wanted) else { continue };
            let leads = |value: &str| reference_places(after.folder(), value).find_map(|place| self.names.document(&place)) == Some(wanted);
            let (written, suffix) = value.split_at_checked(value.find('#').unwrap_or(value.len())).unwrap_or((&value, ""));
            if leads(written) {
                continue;
            }
            let (relative, bare) = (path.relative_to(after.folder()), |path: &str| path.strip_suffix(".md").unwrap_or(path).to_owned());
            // Relative or from the content folder, with its ending or without, as before.
            let alike = match position {
                0 => relative.clone(),
                1 => bare(&relative),
                2 => path.as_str().to_owned(),
                _ => bare(path.as_str()),
            };
            match [alike, path.as_str().to_owned(), relative].into_iter().find(|value| leads(value)) {
                Some(new) => self.value(&page.document.path, &page.document.text, span, &value, &format!("{new}{suffix}")),
                None => self.changes.left(&page.document.path, span, unnameable(&value, path)),
            }
        }
    }

    /// Replaces a value of YAML or TOML that names a file.
    fn value(&mut self, path: &SitePath, text: &str, span: Span, old: &str, new: &str) {
        match scalar::replace(text, span, old, new) {
            Some(edit) => {
                self.changes.edit(path, edit.span, edit.replacement);
                self.changes.links += 1;
            }
            None => self.changes.left(path, span, format!("write '{new}' instead of '{old}'")),
        }
    }

    /// Pages that registry.yaml names as sources.
    fn registry(&mut self, sources: &Sources) {
        let Some(source) = SitePath::new(REGISTRY).and_then(|path| path.below(&self.handbook.content)).and_then(|path| sources.text(path.as_str()))
        else {
            return;
        };
        for reference in self.handbook.registry.sources() {
            let name = &reference.name;
            let (path, suffix) = name.split_at_checked(name.find('#').unwrap_or(name.len())).unwrap_or((name, ""));
            let page = SitePath::new(path).and_then(|path| self.handbook.index_of(self.handbook.page_at(&path)?));
            let Some(after) = page.and_then(|index| self.names.paths.get(index)) else { continue };
            if after.as_str().contains('#') {
                self.changes.left(&source.path, reference.span, unnameable(name, after));
            } else if after.as_str() != path {
                self.value(&source.path, &source.text, reference.span, name, &format!("{after}{suffix}"));
            }
        }
    }

    /// Entries of SUMMARY.md.
    fn summary(&mut self, sources: &Sources) {
        let Some(path) = self.handbook.summary.as_ref().and_then(|summary| summary.path.as_ref()) else { return };
        let Some(source) = sources.text(path.as_str()) else { return };
        for link in &Document::parse(source).0.links {
            let target = link.target.trim();
            let (file, suffix) = target.split_at_checked(target.find(['#', '?']).unwrap_or(target.len())).unwrap_or((target, ""));
            let decoded = percent_encoding::percent_decode_str(file).decode_utf8_lossy();
            let page = SitePath::join("", &decoded).and_then(|path| self.handbook.page_at(&path));
            let Some(index) = page.and_then(|page| self.handbook.index_of(page)) else { continue };
            let (Some(page), Some(after), Some(address)) = (page, self.names.paths.get(index), self.names.addresses.get(index)) else { continue };
            let written = Written::of(file, "", "", page.path.as_str(), page.address.as_str());
            let Some(new) = written.and_then(|written| written.rewritten("", after, address, self.names, Target::Page(index))) else { continue };
            match place(&source.text, link) {
                Some((span, _)) => {
                    self.changes.edit(path, span, format!("{new}{suffix}"));
                    self.changes.links += 1;
                }
                None => self.changes.left(path, link.target_span, format!("write '{new}{suffix}' instead of '{target}'")),
            }
        }
    }

    /// What book.toml names by its path: the logo, style sheets, types of single documents.
    fn book(&mut self, sources: &Sources, moves: &BTreeMap<SitePath, SitePath>) {
        let Some(source) = sources.text("book.toml") else { return };
        let Ok(book) = toml::parse(&source.text) else { return };
        // Types and levels go by the paths in the content folder, all else by those from the root.
        let inside: BTreeMap<String, String> = moves
            .iter()
            .filter_map(|(from, to)| {
                Some((from.strip(&self.handbook.content)?.as_str().to_owned(), to.strip(&self.handbook.content)?.as_str().to_owned()))
            })
            .collect();
        let from_root: BTreeMap<String, String> = moves.iter().map(|(from, to)| (from.as_str().to_owned(), to.as_str().to_owned())).collect();
        let mut open: Vec<(&Node, &BTreeMap<String, String>)> = vec![(&book, &from_root)];
        while let Some((node, names)) = open.pop() {
            match &node.value {
                Value::Map(entries) => {
                    for (key, value) in entries {
                        if let Some(after) = inside.get(&key.name) {
                            self.value(&source.path, &source.text, key.span, &key.name, after);
                        }
                        open.push((value, if key.name == "types" { &inside } else { names }));
                    }
                }
                Value::List(items) => open.extend(items.iter().map(|item| (item, names))),
                Value::String(text) => {
                    if let Some(after) = names.get(text) {
                        self.value(&source.path, &source.text, node.span, text, after);
                    }
                }
                _ => {}
            }
        }
        for paths in &self.handbook.config.path_levels {
            let changes =
                |(from, to): (&String, &String)| paths.glob.is_match(from) != paths.glob.is_match(to) && paths.glob.glob().glob() != from.as_str();
            if inside.iter().any(changes) {
                let glob = paths.glob.glob().glob();
                self.changes.left(&source.path, paths.span, format!("see whether the levels for '{glob}' are still meant for what has moved"));
            }
        }
    }
}

/// What is left to do where a document's new name can't be written: what follows a '#' is an anchor.
fn unnameable(old: &str, path: &SitePath) -> String {
    format!("no value leads to '{path}' instead of '{old}': take the '#' out of its name")
}

/// The baseline lists findings by the path of their file.
fn baseline(sources: &Sources, moves: &BTreeMap<SitePath, SitePath>, changes: &mut Changes) {
    let Some(source) = sources.baseline.as_ref().and_then(|path| sources.text(path.as_str())) else { return };
    let mut start = 0;
    for line in source.text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let listed: Option<serde_json::Value> = serde_json::from_str(line).ok();
        let Some(path) = listed.as_ref().and_then(|listed| listed.get("path")?.as_str()) else { continue };
        let Some(after) = SitePath::new(path).and_then(|path| moves.get(&path)) else { continue };
        let (old, new) = (serde_json::Value::from(path).to_string(), serde_json::Value::from(after.as_str()).to_string());
        if let Some(found) = line.find(&old) {
            changes.edit(&source.path, Span::new(at + found, at + found + old.len()), new);
        }
    }
}

/// Where the target of a link stands, and whether it stands there without escapes or entities. None if it can't be told.
pub(super) fn place(text: &str, link: &Link) -> Option<(Span, bool)> {
    let span = link.target_span.trimmed(text);
    let raw = span.of(text);
    if raw == link.target.trim() {
        return Some((span, true));
    }
    let is_there = match link.kind {
        LinkKind::HtmlLink | LinkKind::HtmlSource => link.target_span != link.span,
        LinkKind::Link | LinkKind::Image => {
            let alone = format!("[x](<{raw}>)");
            let parsed = markdown::parse(&alone);
            parsed.events.iter().any(
                |(event, _)| matches!(event, pulldown_cmark::Event::Start(pulldown_cmark::Tag::Link { dest_url, .. }) if **dest_url == *link.target),
            )
        }
    };
    is_there.then_some((span, false))
}

/// Query and fragment as they can stand where entities are read.
pub(super) fn escaped(suffix: &str) -> String {
    let escapes = [('&', "&amp;"), ('"', "%22"), ('\'', "%27"), ('<', "%3C"), ('>', "%3E"), ('(', "%28"), (')', "%29"), (' ', "%20"), ('\\', "%5C")];
    escapes.iter().fold(suffix.to_owned(), |text, (character, escape)| text.replace(*character, escape))
}
