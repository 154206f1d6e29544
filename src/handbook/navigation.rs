use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use super::summary::Summary;
use crate::source::SitePath;

/// Index of a node in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NodeId(usize);

/// One entry of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What the entry says.
    pub title: String,
    /// The page that it leads to, by index.
    pub page: Option<usize>,
    /// Where it leads in the site: the page's place, or that of the list which a folder without a page of its own gets. None: it leads nowhere.
    pub address: Option<SitePath>,
    /// The entry that it stands below.
    pub parent: Option<NodeId>,
    /// The entries below it, in order.
    pub children: Vec<NodeId>,
    /// Its place among the entries below its parent, from 0.
    pub position: usize,
    /// Whether lists show it. Documents that SUMMARY.md leaves out are built and found by search and links, and stand in no list.
    pub listed: bool,
}

/// The navigation of the whole handbook. Its root is the front page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    nodes: Vec<Node>,
    /// The listed nodes that lead somewhere, in reading order.
    reading_order: Vec<NodeId>,
    /// The position of each node in the reading order.
    positions: HashMap<NodeId, usize>,
    /// The nodes that lead to lists of folders, by the addresses of those.
    folders: HashMap<SitePath, NodeId>,
}

/// What the navigation must know of a page.
pub(super) struct Entry<'a> {
    pub path: &'a SitePath,
    pub address: &'a SitePath,
    pub title: &'a str,
    pub weight: Option<i64>,
}

impl Tree {
    /// The front page.
    pub const ROOT: NodeId = NodeId(0);

    /// The node of an id of this tree.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// Every node with its id, parents before their children.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId(index), node))
    }

    /// The listed children of a node.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = (NodeId, &Node)> {
        let children = self.node(id).map_or(&[][..], |node| node.children.as_slice());
        children.iter().filter_map(|child| Some((*child, self.node(*child)?))).filter(|(_, node)| node.listed)
    }

    /// The children of a node around one of them, at most `limit`, and whether any were left out. In the time that those take.
    pub fn window(&self, id: NodeId, around: Option<NodeId>, limit: usize) -> (impl Iterator<Item = (NodeId, &Node)>, bool) {
        let children = self.node(id).map_or(&[][..], |node| node.children.as_slice());
        let here = around.and_then(|around| self.node(around)).map_or(0, |node| node.position);
        let first = here.saturating_sub(limit / 2).min(children.len().saturating_sub(limit));
        let shown = children.iter().skip(first).take(limit).filter_map(|child| Some((*child, self.node(*child)?)));
        (shown.filter(|(_, node)| node.listed), children.len() > limit)
    }

    /// The node that leads to the list of a folder without a page of its own.
    #[must_use]
    pub fn folder_at(&self, address: &SitePath) -> Option<NodeId> {
        self.folders.get(address).copied()
    }

    /// The node itself and all above it, from the node up to the root.
    pub fn ancestry(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(id), |id| self.node(*id)?.parent)
    }

    /// The entry right below the root that the node belongs to; the root belongs to itself.
    #[must_use]
    pub fn chapter(&self, id: NodeId) -> NodeId {
        self.ancestry(id).filter(|above| *above != Self::ROOT).last().unwrap_or(Self::ROOT)
    }

    /// The node to read after this one.
    #[must_use]
    pub fn next(&self, id: NodeId) -> Option<NodeId> {
        self.reading_order.get(self.positions.get(&id)? + 1).copied()
    }

    /// The node to read before this one. Before the first of a chapter that is the first of the chapter before,
    /// so that a page added at the end of one chapter changes no page of the next.
    #[must_use]
    pub fn previous(&self, id: NodeId) -> Option<NodeId> {
        let position = *self.positions.get(&id)?;
        let before = *self.reading_order.get(position.checked_sub(1)?)?;
        let (here, there) = (self.chapter(id), self.chapter(before));
        if here == there || there == Self::ROOT {
            return Some(before);
        }
        self.reading_order.iter().skip(self.first_position(there)).find(|node| self.chapter(**node) == there).copied()
    }

    fn first_position(&self, chapter: NodeId) -> usize {
        let mut node = chapter;
        loop {
            if let Some(position) = self.positions.get(&node) {
                return *position;
            }
            let Some((child, _)) = self.children(node).next() else { return 0 };
            node = child;
        }
    }

    fn add(&mut self, parent: NodeId, node: Node) -> NodeId {
        let id = NodeId(self.nodes.len());
        let position = self.node(parent).map_or(0, |above| above.children.len());
        self.nodes.push(Node { parent: Some(parent), position, ..node });
        if let Some(above) = self.nodes.get_mut(parent.0) {
            above.children.push(id);
        }
        id
    }

    fn with_reading_order(mut self) -> Self {
        let mut stack = vec![Self::ROOT];
        while let Some(id) = stack.pop() {
            let Some(node) = self.node(id).filter(|node| node.listed) else { continue };
            let (leads, children) = (node.address.is_some(), node.children.clone());
            if leads {
                self.positions.insert(id, self.reading_order.len());
                self.reading_order.push(id);
            }
            stack.extend(children.into_iter().rev());
        }
        let lists = self.iter().filter(|(_, node)| node.page.is_none()).filter_map(|(id, node)| Some((node.address.clone()?, id)));
        self.folders = lists.collect();
        self
    }
}

/// Builds the navigation and says where in it each entry stands.
pub(super) fn build(entries: &[Entry<'_>], summary: Option<&Summary>, book_title: Option<&str>) -> (Tree, Vec<NodeId>) {
    let mut places = vec![Tree::ROOT; entries.len()];
    let front = entries.iter().position(|entry| entry.address.as_str() == "index.html");
    let title = book_title.or_else(|| front.and_then(|index| entries.get(index)).map(|entry| entry.title)).unwrap_or("Handbook");
    let root = Node {
        title: title.to_owned(),
        page: front,
        address: SitePath::new("index.html"),
        parent: None,
        children: Vec::new(),
        position: 0,
        listed: true,
    };
    let mut tree = Tree { nodes: vec![root], reading_order: Vec::new(), positions: HashMap::new(), folders: HashMap::new() };
    match summary {
        Some(summary) => from_summary(&mut tree, &mut places, entries, summary, front),
        None => from_folders(&mut tree, &mut places, entries, front),
    }
    (tree.with_reading_order(), places)
}

fn from_summary(tree: &mut Tree, places: &mut [NodeId], entries: &[Entry<'_>], summary: &Summary, front: Option<usize>) {
    let by_path: HashMap<&str, usize> = entries.iter().enumerate().map(|(index, entry)| (entry.path.as_str(), index)).collect();
    let mut seen = vec![false; entries.len()];
    if let Some(front) = front.and_then(|index| seen.get_mut(index)) {
        *front = true;
    }
    let mut part = Tree::ROOT;
    // The last node at each depth of the list being read.
    let mut above: Vec<NodeId> = Vec::new();
    for entry in &summary.entries {
        let target = entry.target.as_ref().and_then(|target| by_path.get(target.path.as_ref()?.as_str()).copied());
        let parent = match entry.depth {
            0 => Tree::ROOT,
            depth => above.get(..depth - 1).and_then(|above| above.last()).copied().unwrap_or(part),
        };
        let is_placed = target.and_then(|index| seen.get(index)).copied().unwrap_or(false);
        if is_placed {
            if target != front {
                continue;
            }
            above.truncate(entry.depth.saturating_sub(1));
            continue;
        }
        let address = target.and_then(|index| entries.get(index)).map(|entry| entry.address.clone());
        let node = Node { title: entry.title.clone(), page: target, address, parent: None, children: Vec::new(), position: 0, listed: true };
        let id = tree.add(parent, node);
        if let Some(index) = target
            && let (Some(place), Some(seen)) = (places.get_mut(index), seen.get_mut(index))
        {
            *place = id;
            *seen = true;
        }
        if entry.part {
            part = id;
            above.clear();
        } else if entry.depth == 0 {
            part = Tree::ROOT;
            above.clear();
        } else {
            above.truncate(entry.depth - 1);
            above.push(id);
        }
    }
    for (index, entry) in entries.iter().enumerate().filter(|(index, _)| seen.get(*index) == Some(&false)) {
        let node = Node {
            title: entry.title.to_owned(),
            page: Some(index),
            address: Some(entry.address.clone()),
            parent: None,
            children: Vec::new(),
            position: 0,
            listed: false,
        };
        let id = tree.add(Tree::ROOT, node);
        if let Some(place) = places.get_mut(index) {
            *place = id;
        }
    }
}

/// A folder while the tree is built: its own page, its other pages and its folders.
#[derive(Default)]
struct Folder {
    own: Option<usize>,
    pages: Vec<usize>,
    folders: BTreeMap<String, Folder>,
}

fn from_folders(tree: &mut Tree, places: &mut [NodeId], entries: &[Entry<'_>], front: Option<usize>) {
    let mut top = Folder::default();
    for (index, entry) in entries.iter().enumerate() {
        let mut folder = &mut top;
        for name in entry.path.folder().split('/').filter(|name| !name.is_empty()) {
            folder = folder.folders.entry(name.to_owned()).or_default();
        }
        if entry.address.file_name() == "index.html" {
            folder.own = Some(index);
        } else {
            folder.pages.push(index);
        }
    }
    top.own = front;
    add_folder(tree, places, entries, &top, Tree::ROOT, "");
}

fn add_folder(tree: &mut Tree, places: &mut [NodeId], entries: &[Entry<'_>], folder: &Folder, at: NodeId, path: &str) {
    enum Child<'a> {
        Page(usize),
        Folder(&'a str, &'a Folder),
    }
    let mut children: Vec<(Option<i64>, Name, Child<'_>)> = Vec::new();
    for index in &folder.pages {
        if let Some(entry) = entries.get(*index) {
            children.push((entry.weight, Name::of(entry.path.stem()), Child::Page(*index)));
        }
    }
    for (name, inner) in &folder.folders {
        let weight = inner.own.and_then(|index| entries.get(index)).and_then(|entry| entry.weight);
        children.push((weight, Name::of(name), Child::Folder(name, inner)));
    }
    children.sort_by(|a, b| by_weight(a.0, b.0).then_with(|| a.1.cmp(&b.1)));
    for (_, _, child) in children {
        let (page, address, title) = match child {
            Child::Page(index) => {
                let Some(entry) = entries.get(index) else { continue };
                (Some(index), Some(entry.address.clone()), entry.title.to_owned())
            }
            Child::Folder(name, inner) => {
                let own = inner.own.and_then(|index| entries.get(index));
                let title = own.map_or_else(|| name.replace(['-', '_'], " "), |entry| entry.title.to_owned());
                (inner.own, SitePath::join(path, &format!("{name}/index.html")), title)
            }
        };
        let id = tree.add(at, Node { title, page, address, parent: None, children: Vec::new(), position: 0, listed: true });
        if let Some(place) = page.and_then(|index| places.get_mut(index)) {
            *place = id;
        }
        if let Child::Folder(name, inner) = child {
            let below = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            add_folder(tree, places, entries, inner, id, &below);
        }
    }
}

/// Weighted entries first, the lightest first.
fn by_weight(a: Option<i64>, b: Option<i64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// A name in the order that people expect of names: case ignored, numbers by their value.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    /// Words, each with the number behind it.
    parts: Vec<(String, u128)>,
    /// As it is written, for names that are the same otherwise.
    written: String,
}

impl Name {
    fn of(name: &str) -> Self {
        let mut parts: Vec<(String, u128)> = Vec::new();
        let mut words = String::new();
        let mut digits = String::new();
        for character in name.to_lowercase().chars() {
            if character.is_ascii_digit() {
                digits.push(character);
                continue;
            }
            if !digits.is_empty() {
                parts.push((std::mem::take(&mut words), digits.parse().unwrap_or(u128::MAX)));
                digits.clear();
            }
            words.push(character);
        }
        parts.push((words, digits.parse().unwrap_or(0)));
        Self { parts, written: name.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn tree(paths: &[&str], summary: Option<&str>) -> (Tree, Vec<String>) {
        let paths: Vec<SitePath> = paths.iter().map(|path| SitePath::new(path).unwrap()).collect();
        let addresses: Vec<SitePath> = paths
            .iter()
            .map(|path| if path.is_folder_page() { SitePath::join(path.folder(), "index.html").unwrap() } else { super::super::address(path) })
            .collect();
        let entries: Vec<Entry<'_>> =
            paths.iter().zip(&addresses).map(|(path, address)| Entry { path, address, title: path.stem(), weight: None }).collect();
        let summary = summary.map(|text| Summary::parse(&Source::new(SitePath::new("SUMMARY.md").unwrap(), text), ""));
        let (tree, _) = build(&entries, summary.as_ref(), Some("Book"));
        let mut lines = Vec::new();
        for (id, node) in tree.iter() {
            let depth = tree.ancestry(id).count() - 1;
            let address = node.address.as_ref().map_or("-", SitePath::as_str);
            lines.push(format!("{}{} {address}{}", "  ".repeat(depth), node.title, if node.listed { "" } else { " unlisted" }));
        }
        (tree, lines)
    }

    #[test]
    fn folders_are_chapters_in_natural_order() {
        let (tree, lines) = tree(&["b/10.md", "b/9.md", "a.md", "index.md", "b/_index.md", "c/deep/x.md"], None);
        assert_eq!(
            lines,
            [
                "Book index.html",
                "  a a.html",
                "  _index b/index.html",
                "    9 b/9.html",
                "    10 b/10.html",
                "  c c/index.html",
                "    deep c/deep/index.html",
                "      x c/deep/x.html"
            ]
        );
        let order: Vec<_> = std::iter::successors(Some(Tree::ROOT), |id| tree.next(*id)).map(|id| tree.node(id).unwrap().title.clone()).collect();
        assert_eq!(order, ["Book", "a", "_index", "9", "10", "c", "deep", "x"]);
        let back: Vec<_> = std::iter::successors(Some(NodeId(7)), |id| tree.previous(*id)).map(|id| tree.node(id).unwrap().title.clone()).collect();
        assert_eq!(back, ["x", "deep", "c", "_index", "a", "Book"]);
    }

    #[test]
    fn a_summary_is_the_navigation() {
        let summary = "[Start](index.md)\n# Part\n- [A](a.md)\n  - [B](b.md)\n- [Draft]()\n- [A again](a.md)\n\n---\n[End](end.md)\n";
        let (_, lines) = tree(&["a.md", "b.md", "end.md", "index.md", "lost.md"], Some(summary));
        assert_eq!(
            lines,
            ["Book index.html", "  Part -", "    A a.html", "      B b.html", "    Draft -", "  End end.html", "  lost lost.html unlisted"]
        );
    }
}
