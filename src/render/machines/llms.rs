//! llms.txt: which pages there are, for programs that read them as Markdown. <https://llmstxt.org>

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::escape::{encode_path, href};
use super::{Places, base, chapter_folder};
use crate::handbook::{Handbook, NodeId, Occupied, Tree};
use crate::source::SitePath;
use crate::text::{collapse, count};

/// Pages that one list names all of. A larger handbook has a list for each chapter, and a list of those.
const PAGES: usize = 500;
/// Lines of one list; beyond, the page of all pages says the rest.
const LINES: usize = 5_000;

/// Where the lists of chapters lie; none if one list names all pages.
pub(super) fn chapters(handbook: &Handbook, occupied: &mut Occupied) -> BTreeMap<NodeId, SitePath> {
    let tree = &handbook.tree;
    if tree.iter().filter(|(_, node)| node.listed && node.page.is_some()).count() <= PAGES {
        return BTreeMap::new();
    }
    let with_pages = tree.children(Tree::ROOT).map(|(id, _)| id).take(LINES).filter(|id| tree.children(*id).next().is_some());
    let place = |id| Some((id, occupied.take(SitePath::join(&chapter_folder(tree, id), "llms.txt")?)?));
    with_pages.filter_map(place).collect()
}

/// Hands the lists to `keep`, with where they lie: those of the chapters, and the one of the whole handbook.
pub(super) fn write(handbook: &Handbook, places: &Places, place: &SitePath, keep: &mut dyn FnMut(&SitePath, String)) {
    let tree = &handbook.tree;
    let mut text = format!("# {}\n", words(handbook.title()));
    if let Some(description) = handbook.config.description.as_deref().map(words).filter(|text| !text.is_empty()) {
        let _ = write!(text, "\n> {description}\n");
    }
    let list = List { handbook, places };
    let chapters = tree.children(Tree::ROOT).map(|(id, _)| id);
    if tree.iter().filter(|(_, node)| node.listed && node.page.is_some()).count() <= PAGES {
        text.push('\n');
        list.line(&mut text, Tree::ROOT, place);
        for chapter in chapters {
            list.chapter(&mut text, chapter, place);
        }
        return keep(place, text);
    }
    text.push_str("\n## Chapters\n\n");
    for chapter in chapters.take(LINES) {
        let Some((own, node)) = places.chapters.get(&chapter).zip(tree.node(chapter)) else {
            list.line(&mut text, chapter, place);
            continue;
        };
        let mut of_chapter = format!("# {}: {}\n", words(handbook.title()), words(&node.title));
        let pages = list.chapter(&mut of_chapter, chapter, own);
        let _ = writeln!(text, "- [{}]({}): {}", label(&node.title), address(handbook, place, own), count(pages, "page"));
        keep(own, of_chapter);
    }
    keep(place, text);
}

struct List<'a> {
    handbook: &'a Handbook,
    places: &'a Places,
}

impl List<'_> {
    /// A chapter with all its pages. Says how many there are.
    fn chapter(&self, text: &mut String, chapter: NodeId, from: &SitePath) -> usize {
        let tree = &self.handbook.tree;
        let Some(node) = tree.node(chapter) else { return 0 };
        let _ = writeln!(text, "\n## {}\n", words(&node.title));
        let mut pages = 0;
        let mut stack = vec![chapter];
        while let Some(id) = stack.pop() {
            if tree.node(id).is_some_and(|node| node.page.is_some()) {
                pages += 1;
                if pages <= LINES {
                    self.line(text, id, from);
                }
            }
            let below: Vec<NodeId> = tree.children(id).map(|(child, _)| child).collect();
            stack.extend(below.into_iter().rev());
        }
        pages
    }

    /// One page, and in a sentence what it is about. Without Markdown of its own, the page itself.
    fn line(&self, text: &mut String, node: NodeId, from: &SitePath) {
        let tree = &self.handbook.tree;
        let Some(node) = tree.node(node) else { return };
        let page = node.page.and_then(|index| self.handbook.pages.get(index).map(|page| (index, page)));
        let place = page.and_then(|(index, _)| self.places.beside.markdown.get(index)?.as_ref()).or(node.address.as_ref());
        let Some(place) = place else { return };
        let about = page.and_then(|(_, page)| super::super::view::description(page)).map_or(String::new(), |about| format!(": {}", words(&about)));
        let _ = writeln!(text, "- [{}]({}){about}", label(&node.title), address(self.handbook, from, place));
    }
}

/// How a list refers to a file: absolute if the site's address is known, since such lists are read from elsewhere.
fn address(handbook: &Handbook, from: &SitePath, to: &SitePath) -> String {
    let address = base(handbook).map_or_else(|| href(from, to), |base| format!("{base}{}", encode_path(to.as_str())));
    address.replace('(', "%28").replace(')', "%29")
}

/// Text on one line.
fn words(text: &str) -> String {
    collapse(text)
}

/// Text of a link.
fn label(text: &str) -> String {
    words(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}
