use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use percent_encoding::percent_decode_str;

use super::{ByPlace, Page, Tree};
use crate::blocks::Blocks;
use crate::document::{Document, Link, LinkKind};
use crate::source::{Asset, SitePath};
use crate::text::nearest;

/// Broken links of one page that get a suggestion: comparing names takes time, and a page with more faults than this has one cause.
const SUGGESTIONS: usize = 100;

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// Another site, a mail address, a telephone number.
    External,
    /// A page, by index, and a place in it.
    Page {
        /// Index of the page.
        page: usize,
        /// What follows the `#`.
        fragment: Option<String>,
    },
    /// The list that a folder without a page of its own gets.
    Folder {
        /// Its place in the site.
        address: SitePath,
        /// Query and fragment as they are written, with their marks.
        suffix: String,
    },
    /// A file that is published as it is.
    Asset {
        /// Its place in the site.
        address: SitePath,
        /// Query and fragment as they are written, with their marks: `#page=5`.
        suffix: String,
    },
    /// Nothing.
    Broken(Fault),
}

/// Why a link leads nowhere. Each names the nearest target there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No such document, folder or file.
    NoFile {
        /// The target from the content folder, if it doesn't lead out of it.
        wanted: Option<SitePath>,
        /// What to write instead, relative to the document.
        nearest: Option<String>,
    },
    /// No such file any more: a document lay there before.
    Moved {
        /// The target from the content folder.
        wanted: SitePath,
        /// Index of the page of the document.
        page: usize,
        /// What to write instead, query and fragment included, relative to the document that links.
        instead: String,
    },
    /// The document has no such anchor.
    NoAnchor {
        /// Index of the page.
        page: usize,
        /// What follows the `#`.
        fragment: String,
        /// The anchor that was meant.
        nearest: Option<String>,
        /// A page that has this very anchor, by index.
        elsewhere: Option<usize>,
    },
    /// The target is empty.
    Empty,
    /// A tag of another generator's template language.
    Template,
    /// A scheme that may run code.
    Scheme(String),
}

pub(super) struct Found {
    pub links: Vec<Vec<Resolved>>,
    pub backlinks: Vec<Vec<usize>>,
    /// Places of the assets that some document uses.
    pub used: BTreeSet<SitePath>,
}

/// Resolves every link of every page.
pub(super) fn resolve(
    pages: &[Page],
    tree: &Tree,
    assets: &BTreeMap<SitePath, (SitePath, Asset)>,
    aliases: &BTreeMap<SitePath, usize>,
    content: &str,
) -> Found {
    use rayon::prelude::*;
    let resolver = Resolver::new(pages, tree, assets, aliases, content);
    let links: Vec<Vec<Resolved>> = pages.par_iter().enumerate().map(|(index, page)| resolver.page(index, page)).collect();
    let mut backlinks = vec![BTreeSet::new(); pages.len()];
    let mut used = BTreeSet::new();
    for (from, resolved) in links.iter().enumerate() {
        for link in resolved {
            match link {
                Resolved::Page { page, .. } if *page != from => {
                    if let Some(to) = backlinks.get_mut(*page) {
                        to.insert(from);
                    }
                }
                Resolved::Asset { address, .. } => {
                    used.insert(address.clone());
                }
                _ => {}
            }
        }
    }
    Found { links, backlinks: backlinks.into_iter().map(|from| from.into_iter().collect()).collect(), used }
}

/// Every link that a document writes: those of its text, then those of its diagrams.
pub(super) fn written<'a>(document: &'a Document, blocks: &'a Blocks) -> impl Iterator<Item = &'a Link> {
    document.links.iter().chain(blocks.flows.iter().flat_map(|flow| &flow.links))
}

struct Resolver<'a> {
    pages: &'a [Page],
    assets: &'a BTreeMap<SitePath, (SitePath, Asset)>,
    /// The page of each place that a document had before.
    aliases: &'a BTreeMap<SitePath, usize>,
    content: &'a str,
    by_path: ByPlace<'a>,
    by_address: ByPlace<'a>,
    /// Lists of folders without a page of their own.
    folders: BTreeSet<&'a SitePath>,
    /// The files of each name, for suggestions.
    by_name: HashMap<String, Vec<&'a SitePath>>,
    by_folder: HashMap<&'a str, Vec<&'a SitePath>>,
    /// The first page that has each anchor, gathered when the first broken one comes.
    anchors: OnceLock<ByPlace<'a>>,
    /// The anchors of each page, gathered when the first link to one of them comes.
    ids: Vec<OnceLock<HashSet<&'a str>>>,
}

impl<'a> Resolver<'a> {
    fn new(
        pages: &'a [Page],
        tree: &'a Tree,
        assets: &'a BTreeMap<SitePath, (SitePath, Asset)>,
        aliases: &'a BTreeMap<SitePath, usize>,
        content: &'a str,
    ) -> Self {
        let mut by_name: HashMap<String, Vec<&SitePath>> = HashMap::new();
        let mut by_folder: HashMap<&str, Vec<&SitePath>> = HashMap::new();
        for path in pages.iter().map(|page| &page.path).chain(assets.keys()) {
            by_name.entry(path.file_name().to_lowercase()).or_default().push(path);
            by_folder.entry(path.folder()).or_default().push(path);
        }
        Self {
            pages,
            assets,
            aliases,
            content,
            by_path: pages.iter().enumerate().map(|(index, page)| (page.path.as_str(), index)).collect(),
            by_address: pages.iter().enumerate().map(|(index, page)| (page.address.as_str(), index)).collect(),
            folders: tree.iter().filter(|(_, node)| node.page.is_none()).filter_map(|(_, node)| node.address.as_ref()).collect(),
            by_name,
            by_folder,
            anchors: OnceLock::new(),
            ids: pages.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    fn page(&self, index: usize, page: &Page) -> Vec<Resolved> {
        let mut suggestions = SUGGESTIONS;
        written(&page.document, &page.blocks).map(|link| self.link(index, page, link, &mut suggestions)).collect()
    }

    fn link(&self, index: usize, page: &Page, link: &Link, suggestions: &mut usize) -> Resolved {
        let target = link.target.trim();
        if target.is_empty() {
            return Resolved::Broken(Fault::Empty);
        }
        if target.contains("{{") || target.contains("{%") || target.contains("<%") {
            return Resolved::Broken(Fault::Template);
        }
        if let Some(scheme) = scheme(target) {
            let image_data = scheme == "data" && target.starts_with("data:image/") && matches!(link.kind, LinkKind::Image | LinkKind::HtmlSource);
            let harmless =
                matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel" | "sms" | "ftp" | "ssh" | "git" | "irc" | "xmpp" | "slack" | "matrix");
            return if harmless || image_data { Resolved::External } else { Resolved::Broken(Fault::Scheme(scheme)) };
        }
        if target.starts_with("//") {
            return Resolved::External;
        }
        let (file, fragment) = target.split_once('#').map_or((target, None), |(file, fragment)| (file, Some(fragment)));
        let file = file.split('?').next().unwrap_or_default();
        let fragment = fragment.map(decode).filter(|fragment| !fragment.is_empty());
        if file.is_empty() {
            return self.anchor(index, fragment, suggestions);
        }
        let suffix = || target.get(file.len()..).unwrap_or_default().to_owned();
        match self.file(page, file) {
            Some(Place::Page(found)) => self.anchor(found, fragment, suggestions),
            Some(Place::Folder(address)) => Resolved::Folder { address, suffix: suffix() },
            Some(Place::Asset(address)) => Resolved::Asset { address, suffix: suffix() },
            None => self.moved(page, file, &suffix()).unwrap_or_else(|| self.no_file(page, file, suggestions)),
        }
    }

    fn anchor(&self, page: usize, fragment: Option<String>, suggestions: &mut usize) -> Resolved {
        let Some(fragment) = fragment else { return Resolved::Page { page, fragment: None } };
        let anchors = || self.pages.get(page).into_iter().flat_map(Page::anchors);
        let ids = self.ids.get(page).map(|ids| ids.get_or_init(|| anchors().collect()));
        // `#top` is the browsers' own; `:~:` begins a text fragment.
        let known = fragment == "top" || fragment.starts_with(":~:") || ids.is_some_and(|ids| ids.contains(fragment.as_str()));
        if known {
            return Resolved::Page { page, fragment: Some(fragment) };
        }
        let elsewhere = self.anchors.get_or_init(|| first_with_anchor(self.pages)).get(fragment.as_str()).copied();
        let nearest = suggest(suggestions, || nearest(&fragment, anchors()).map(str::to_owned));
        Resolved::Broken(Fault::NoAnchor { page, fragment, nearest, elsewhere })
    }

    /// What a path in a link names: as it is written, percent-decoded, with `.md` for `.html`, with the extension left out, or a folder.
    fn file(&self, page: &Page, written: &str) -> Option<Place> {
        let decoded = decode(written);
        [written, decoded.as_str()].into_iter().find_map(|written| self.candidates(page, written).into_iter().find_map(|path| self.place(&path)))
    }

    fn candidates(&self, page: &Page, written: &str) -> Vec<String> {
        let Some(from_root) = written.strip_prefix('/') else { return joined(page.path.folder(), written).into_iter().collect() };
        // A leading slash means the site's root for generators, the repository's root on Git hosts.
        let in_repository = from_root.strip_prefix(self.content).and_then(|rest| rest.strip_prefix('/')).filter(|_| !self.content.is_empty());
        [Some(from_root), in_repository].into_iter().flatten().filter_map(|path| joined("", path)).collect()
    }

    fn place(&self, path: &str) -> Option<Place> {
        let page = |path: &str| self.by_path.get(path).or_else(|| self.by_address.get(path)).map(|index| Place::Page(*index));
        let asset = || self.assets.get_key_value(path).map(|(place, _)| Place::Asset(place.clone()));
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        let folder = || {
            let address = SitePath::new(&below("index.html"))?;
            let listed = self.folders.contains(&address);
            page(address.as_str()).or_else(|| listed.then_some(Place::Folder(address)))
        };
        page(path).or_else(asset).or_else(|| page(&format!("{path}.md"))).or_else(folder).or_else(|| {
            let address = SitePath::new(path)?;
            self.folders.contains(&address).then_some(Place::Folder(address))
        })
    }

    /// What became of a document that lay where a link leads.
    fn moved(&self, page: &Page, written: &str, suffix: &str) -> Option<Resolved> {
        if self.aliases.is_empty() {
            return None;
        }
        let decoded = decode(written);
        let (path, index) = self.candidates(page, &decoded).into_iter().find_map(|path| {
            let place = super::alias_place(&path).ok()?;
            Some((path, *self.aliases.get(&place)?))
        })?;
        let target = self.pages.get(index)?;
        // Where links are written with the site's addresses, they stay so.
        let is_address = path.ends_with(".html");
        let place = if is_address { &target.address } else { &target.path };
        let instead = format!("{}{suffix}", encoded(&place.relative_to(page.path.folder())));
        Some(Resolved::Broken(Fault::Moved { wanted: SitePath::new(&path)?, page: index, instead }))
    }

    fn no_file(&self, page: &Page, written: &str, suggestions: &mut usize) -> Resolved {
        let decoded = decode(written);
        let folder = if decoded.starts_with('/') { "" } else { page.path.folder() };
        let wanted = SitePath::join(folder, &decoded);
        let name = decoded.rsplit('/').next().unwrap_or_default().to_lowercase();
        let source_name = name.strip_suffix(".html").map_or_else(|| name.clone(), |stem| format!("{stem}.md"));
        // A file of that name elsewhere was moved, if there is only one: every folder may have an index.md.
        let same_name = [&name, &source_name].into_iter().find_map(|name| match self.by_name.get(name.as_str())?.as_slice() {
            [only] => Some(*only),
            _ => None,
        });
        let siblings = wanted.as_ref().and_then(|wanted| self.by_folder.get(wanted.folder()));
        let near_name = || {
            let siblings = siblings?;
            if let Some(near) = nearest(&name, siblings.iter().map(|path| path.file_name())) {
                return siblings.iter().find(|path| path.file_name() == near).copied();
            }
            // Files are renamed by adding words, too: `api-error-rate.md` to `api-error-rate-high.md`.
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
            let long_enough = stem.len() >= 4;
            siblings.iter().find(|path| long_enough && path.stem().to_lowercase().starts_with(stem)).copied()
        };
        let nearest = same_name.or_else(|| suggest(suggestions, near_name)).map(|path| path.relative_to(page.path.folder()));
        Resolved::Broken(Fault::NoFile { wanted, nearest })
    }
}

/// The path that a reference in `folder` leads to, `""` for the content folder itself; none if it leads out of that.
fn joined(folder: &str, reference: &str) -> Option<String> {
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in reference.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()?),
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

enum Place {
    Page(usize),
    Folder(SitePath),
    Asset(SitePath),
}

/// What `find` finds, as long as the page has suggestions left.
fn suggest<T>(left: &mut usize, find: impl FnOnce() -> Option<T>) -> Option<T> {
    *left = left.checked_sub(1)?;
    find()
}

fn first_with_anchor(pages: &[Page]) -> ByPlace<'_> {
    let mut first = HashMap::new();
    for (index, page) in pages.iter().enumerate() {
        // Every process has a step 1: that another page has one too is no hint.
        for anchor in &page.document.anchors {
            first.entry(anchor.id.as_str()).or_insert(index);
        }
    }
    first
}

/// A path as it can stand in any link, whatever surrounds it.
fn encoded(path: &str) -> String {
    const UNSAFE: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'&')
        .add(b'\'')
        .add(b'(')
        .add(b')')
        .add(b':')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'[')
        .add(b']')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}');
    // Letters beyond ASCII read better as they are.
    let mut encoded = String::with_capacity(path.len());
    for character in path.chars() {
        let mut buffer = [0; 4];
        let text = character.encode_utf8(&mut buffer);
        if character.is_ascii() { encoded.extend(percent_encoding::utf8_percent_encode(text, UNSAFE)) } else { encoded.push(character) }
    }
    encoded
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The scheme of a URL, in lower case. A single letter is a drive of Windows, not a scheme.
fn scheme(target: &str) -> Option<String> {
    // Browsers drop control characters and white space before they look for a scheme.
    let cleaned: String = target.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let (scheme, _) = cleaned.split_once(':')?;
    let valid = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    valid.then(|| scheme.to_ascii_lowercase())
}
