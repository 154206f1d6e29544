use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use percent_encoding::percent_decode_str;

use super::address::{Placed, Spot};
use super::promises::{Landing, among};
use super::{Face, Tree};
use crate::blocks::Blocks;
use crate::document::{Document, Link, LinkKind};
use crate::memo::{Digest, Hasher, Last, snug};
use crate::source::{SitePath, in_target, joined};
use crate::text::nearest;

/// Pages by what names them.
type ByPlace<'a> = HashMap<&'a str, usize>;

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
    /// Nothing. Few links are broken, so those that aren't leave no room for it.
    Broken(Box<Fault>),
}

impl Resolved {
    /// Why it leads nowhere, if it does.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        if let Self::Broken(fault) = self { Some(fault) } else { None }
    }

    fn broken(fault: Fault) -> Self {
        Self::Broken(Box::new(fault))
    }
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
        /// Whether the document says that it had the anchor before, and that it leads to `nearest` now.
        was_here: bool,
    },
    /// The target is empty.
    Empty,
    /// A tag of another generator's template language.
    Template,
    /// A scheme that may run code.
    Scheme(String),
}

/// What resolving links remembers from run to run.
#[derive(Default)]
pub(super) struct KnownLinks {
    surroundings: Last<Surroundings>,
    /// What the surroundings and the anchors of the last run were.
    around: Digest,
    anchors: Vec<Digest>,
    pages: Vec<OfPage>,
    backlinks: Option<Arc<Vec<Arc<Vec<usize>>>>>,
    /// Where the assets lie that some document uses.
    used: Last<BTreeSet<SitePath>>,
}

/// The links of one page, and what was looked at to resolve them besides the surroundings.
#[derive(Clone)]
struct OfPage {
    written: Digest,
    links: Arc<Vec<Resolved>>,
    /// The pages whose anchors were looked up.
    targets: Vec<usize>,
    /// Whether the anchors of all pages were, to find one that isn't where it should be.
    everywhere: bool,
}

/// A page as far as links need it.
#[derive(Clone, Copy)]
pub(super) struct Linked<'a> {
    pub spot: &'a Spot,
    pub document: &'a Document,
    pub blocks: &'a Blocks,
    pub face: &'a Face,
}

impl Linked<'_> {
    fn anchors(&self) -> impl Iterator<Item = &str> {
        super::anchors(self.document, self.blocks)
    }
}

/// Where links lead, and what they lead from.
pub(super) struct Found {
    pub links: Vec<Arc<Vec<Resolved>>>,
    pub backlinks: Arc<Vec<Arc<Vec<usize>>>>,
    /// Tells when any of them changed.
    pub digest: Digest,
}

/// Resolves every link of every page. `around` is the hash of all paths, addresses, assets and aliases;
/// `tree` is made from them.
pub(super) fn resolve(pages: &[Linked<'_>], tree: &Tree, placed: &Arc<Placed>, content: &str, around: Digest, known: &mut KnownLinks) -> Found {
    use rayon::prelude::*;
    let surroundings = known.surroundings.get(around, || Surroundings::new(pages, tree, placed));
    let resolver = Resolver::new(pages, &surroundings, placed, content);
    let anchors: Vec<Digest> = pages.iter().map(|page| page.face.anchors).collect();
    let same_anchors = anchors == known.anchors;
    let last = if around == known.around { std::mem::take(&mut known.pages) } else { Vec::new() };
    let is_valid = |page: &OfPage, written: Digest| {
        let same = |target: &usize| anchors.get(*target) == known.anchors.get(*target);
        page.written == written && (same_anchors || (!page.everywhere && page.targets.iter().all(same)))
    };
    let found: Vec<OfPage> = pages
        .par_iter()
        .enumerate()
        .map(|(index, page)| match last.get(index).filter(|last| is_valid(last, page.face.links)) {
            Some(last) => last.clone(),
            None => resolver.page(index, page),
        })
        .collect();
    let digest = found.iter().fold(Hasher::default().digest(around), |hasher, page| hasher.digest(page.written)).finish();
    let same_links = last.len() == found.len() && last.iter().zip(&found).all(|(last, page)| Arc::ptr_eq(&last.links, &page.links));
    let backlinks = match &known.backlinks {
        Some(backlinks) if same_links => Arc::clone(backlinks),
        before => Arc::new(backlinks(&found, before.as_deref())),
    };
    known.backlinks = Some(Arc::clone(&backlinks));
    let links = found.iter().map(|page| Arc::clone(&page.links)).collect();
    (known.around, known.anchors, known.pages) = (around, anchors, found);
    Found { links, backlinks, digest }
}

/// The places of the assets that documents use.
pub(super) fn used(found: &Found, known: &mut KnownLinks) -> Arc<BTreeSet<SitePath>> {
    known.used.get(found.digest, || {
        let assets = found.links.iter().flat_map(|links| links.iter()).filter_map(|link| match link {
            Resolved::Asset { address, .. } => Some(address.clone()),
            _ => None,
        });
        assets.collect()
    })
}

/// The pages that link to each page. A list that is what it was before is the same value.
fn backlinks(pages: &[OfPage], before: Option<&Vec<Arc<Vec<usize>>>>) -> Vec<Arc<Vec<usize>>> {
    let mut found: Vec<Vec<usize>> = vec![Vec::new(); pages.len()];
    for (from, page) in pages.iter().enumerate() {
        for link in page.links.iter() {
            if let Resolved::Page { page: to, .. } = link
                && *to != from
                && let Some(backlinks) = found.get_mut(*to)
                && backlinks.last() != Some(&from)
            {
                backlinks.push(from);
            }
        }
    }
    let kept = |(index, links): (usize, Vec<usize>)| {
        let same = before.and_then(|before| before.get(index)).filter(|before| ***before == links);
        same.map_or_else(|| Arc::new(links), Arc::clone)
    };
    found.into_iter().enumerate().map(kept).collect()
}

/// Every link that a document writes: those of its text, then those of its diagrams.
pub(super) fn written<'a>(document: &'a Document, blocks: &'a Blocks) -> impl Iterator<Item = &'a Link> {
    document.links.iter().chain(blocks.flows.iter().flat_map(|flow| &flow.links))
}

/// What surrounds a link: every path and every place of the handbook.
struct Surroundings {
    /// Lists of folders without a page of their own.
    folders: BTreeSet<SitePath>,
    placed: Arc<Placed>,
    /// What files are called, gathered when the first broken link comes.
    names: OnceLock<Names>,
    /// The page of each place that a document had before.
    aliases: BTreeMap<SitePath, usize>,
}

/// Pages and assets by their names in small letters, and by their folders, for suggestions.
#[derive(Default)]
struct Names {
    by_name: HashMap<String, Vec<SitePath>>,
    by_folder: HashMap<String, Vec<SitePath>>,
}

impl Names {
    fn of(placed: &Placed) -> Self {
        let mut names = Self::default();
        for path in placed.spots.iter().map(|spot| &spot.path).chain(placed.assets.keys()) {
            names.by_name.entry(path.file_name().to_lowercase()).or_default().push(path.clone());
            names.by_folder.entry(path.folder().to_owned()).or_default().push(path.clone());
        }
        names
    }
}

impl Surroundings {
    fn new(pages: &[Linked<'_>], tree: &Tree, placed: &Arc<Placed>) -> Self {
        let folders = tree.iter().filter(|(_, node)| node.page.is_none()).filter_map(|(_, node)| node.address.clone()).collect();
        let aliases = super::aliases::meant(pages.iter().map(|page| page.document));
        Self { folders, placed: Arc::clone(placed), names: OnceLock::new(), aliases }
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(&self.placed))
    }
}

struct Resolver<'a> {
    pages: &'a [Linked<'a>],
    surroundings: &'a Surroundings,
    placed: &'a Placed,
    content: &'a str,
    /// The first page that has each anchor, gathered when the first broken one comes.
    anchors: OnceLock<ByPlace<'a>>,
    /// The anchors of each page, gathered when the first link to one of them comes.
    ids: Vec<OnceLock<HashSet<&'a str>>>,
}

impl<'a> Resolver<'a> {
    fn new(pages: &'a [Linked<'a>], surroundings: &'a Surroundings, placed: &'a Placed, content: &'a str) -> Self {
        Self { pages, surroundings, placed, content, anchors: OnceLock::new(), ids: pages.iter().map(|_| OnceLock::new()).collect() }
    }

    fn page(&self, index: usize, page: &Linked<'_>) -> OfPage {
        let mut suggestions = SUGGESTIONS;
        let links: Vec<Resolved> = written(page.document, page.blocks).map(|link| self.link(index, page, link, &mut suggestions)).collect();
        let targets = links.iter().filter_map(|link| match (link, link.fault()) {
            (Resolved::Page { page, fragment: Some(_) }, _) | (_, Some(Fault::NoAnchor { page, .. })) => Some(*page),
            _ => None,
        });
        let mut targets: Vec<usize> = targets.collect();
        targets.sort_unstable();
        targets.dedup();
        let everywhere = links.iter().any(|link| matches!(link.fault(), Some(Fault::NoAnchor { .. })));
        OfPage { written: page.face.links, links: Arc::new(snug(links)), targets: snug(targets), everywhere }
    }

    fn link(&self, index: usize, page: &Linked<'_>, link: &Link, suggestions: &mut usize) -> Resolved {
        let target = link.target.trim();
        if target.is_empty() {
            return Resolved::broken(Fault::Empty);
        }
        if target.contains("{{") || target.contains("{%") || target.contains("<%") {
            return Resolved::broken(Fault::Template);
        }
        if let Some(scheme) = scheme(target) {
            let image_data = scheme == "data" && target.starts_with("data:image/") && matches!(link.kind, LinkKind::Image | LinkKind::HtmlSource);
            let harmless =
                matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel" | "sms" | "ftp" | "ssh" | "git" | "irc" | "xmpp" | "slack" | "matrix");
            return if harmless || image_data { Resolved::External } else { Resolved::broken(Fault::Scheme(scheme)) };
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
        let anchors = || self.pages.get(page).into_iter().flat_map(Linked::anchors);
        let ids = self.ids.get(page).map(|ids| ids.get_or_init(|| anchors().collect()));
        // `#top` is the browsers' own; `:~:` begins a text fragment.
        let known = fragment == "top" || fragment.starts_with(":~:") || ids.is_some_and(|ids| ids.contains(fragment.as_str()));
        if known {
            return Resolved::Page { page, fragment: Some(fragment) };
        }
        let has_former = self.pages.get(page).is_some_and(|page| !page.document.meta.former_anchors.is_empty());
        let renamed = || ids.and_then(|ids| self.renamed(page, &fragment, ids));
        if let Some(now) = if has_former { suggest(suggestions, renamed) } else { None } {
            return Resolved::broken(Fault::NoAnchor { page, fragment, nearest: Some(now), elsewhere: None, was_here: true });
        }
        let elsewhere = self.anchors.get_or_init(|| first_with_anchor(self.pages)).get(fragment.as_str()).copied();
        let nearest = suggest(suggestions, || nearest(&fragment, anchors()).map(str::to_owned));
        Resolved::broken(Fault::NoAnchor { page, fragment, nearest, elsewhere, was_here: false })
    }

    /// The anchor that a former one leads to.
    fn renamed(&self, page: usize, fragment: &str, ids: &HashSet<&'a str>) -> Option<String> {
        let former = &self.pages.get(page)?.document.meta.former_anchors;
        let found = among(former, ids).into_iter().find(|(former, _)| former.id == fragment)?;
        if let Landing::At(now) = found.1 { Some(now.to_owned()) } else { None }
    }

    /// What a path in a link names: as it is written, percent-decoded, with `.md` for `.html`, with the extension left out, or a folder.
    fn file(&self, page: &Linked<'_>, written: &str) -> Option<Place> {
        let decoded = decode(written);
        [written, decoded.as_str()].into_iter().find_map(|written| self.candidates(page, written).into_iter().find_map(|path| self.place(&path)))
    }

    fn candidates(&self, page: &Linked<'_>, written: &str) -> Vec<String> {
        let Some(from_root) = written.strip_prefix('/') else { return joined(page.spot.path.folder(), written).into_iter().collect() };
        // A leading slash means the site's root for generators, the repository's root on Git hosts.
        let in_repository = from_root.strip_prefix(self.content).and_then(|rest| rest.strip_prefix('/')).filter(|_| !self.content.is_empty());
        [Some(from_root), in_repository].into_iter().flatten().filter_map(|path| joined("", path)).collect()
    }

    fn place(&self, path: &str) -> Option<Place> {
        let page = |path: &str| self.placed.by_path.get(path).or_else(|| self.placed.by_address.get(path)).map(|index| Place::Page(*index));
        let asset = || self.placed.assets.get_key_value(path).map(|(place, _)| Place::Asset(place.clone()));
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        let folder = || {
            let address = SitePath::new(&below("index.html"))?;
            let listed = self.surroundings.folders.contains(&address);
            page(address.as_str()).or_else(|| listed.then_some(Place::Folder(address)))
        };
        page(path).or_else(asset).or_else(|| page(&format!("{path}.md"))).or_else(folder).or_else(|| {
            let address = SitePath::new(path)?;
            self.surroundings.folders.contains(&address).then_some(Place::Folder(address))
        })
    }

    /// What became of a document that lay where a link leads.
    fn moved(&self, page: &Linked<'_>, written: &str, suffix: &str) -> Option<Resolved> {
        if self.surroundings.aliases.is_empty() {
            return None;
        }
        let decoded = decode(written);
        let (path, index) = self.candidates(page, &decoded).into_iter().find_map(|path| {
            let place = super::alias_place(&path).ok()?;
            Some((path, *self.surroundings.aliases.get(&place)?))
        })?;
        let target = self.pages.get(index)?;
        // Where links are written with the site's addresses, they stay so.
        let is_address = SitePath::new(&path)?.extension() == Some("html");
        let place = if is_address { &target.spot.address } else { &target.spot.path };
        let instead = format!("{}{suffix}", in_target(&place.relative_to(page.spot.path.folder())));
        Some(Resolved::broken(Fault::Moved { wanted: SitePath::new(&path)?, page: index, instead }))
    }

    fn no_file(&self, page: &Linked<'_>, written: &str, suggestions: &mut usize) -> Resolved {
        let decoded = decode(written);
        let folder = if decoded.starts_with('/') { "" } else { page.spot.path.folder() };
        let wanted = SitePath::join(folder, &decoded);
        let name = decoded.rsplit('/').next().unwrap_or_default().to_lowercase();
        let source_name = name.strip_suffix(".html").map_or_else(|| name.clone(), |stem| format!("{stem}.md"));
        let names = self.surroundings.names();
        // A file of that name elsewhere was moved, if there is only one: every folder may have an index.md.
        let same_name = [&name, &source_name].into_iter().find_map(|name| match names.by_name.get(name.as_str())?.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        let siblings = wanted.as_ref().and_then(|wanted| names.by_folder.get(wanted.folder()));
        let near_name = || {
            let siblings = siblings?;
            if let Some(near) = nearest(&name, siblings.iter().map(SitePath::file_name)) {
                return siblings.iter().find(|path| path.file_name() == near);
            }
            // Files are renamed by adding words, too: `api-error-rate.md` to `api-error-rate-high.md`.
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
            let long_enough = stem.len() >= 4;
            siblings.iter().find(|path| long_enough && path.stem().to_lowercase().starts_with(stem))
        };
        let nearest = same_name.or_else(|| suggest(suggestions, near_name)).map(|path| path.relative_to(page.spot.path.folder()));
        Resolved::broken(Fault::NoFile { wanted, nearest })
    }
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

fn first_with_anchor<'a>(pages: &[Linked<'a>]) -> ByPlace<'a> {
    let mut first = HashMap::new();
    for (index, page) in pages.iter().enumerate() {
        // Every process has a step 1: that another page has one too is no hint.
        for anchor in &page.document.anchors {
            first.entry(&*anchor.id).or_insert(index);
        }
    }
    first
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
