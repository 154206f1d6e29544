//! What templates see: small, plain, one page at a time.

mod card;
mod origin;
mod plan;
mod types;

use std::borrow::Cow;

pub(super) use card::Standing;
pub(super) use plan::{Job, KnownPlaces, Made, Views};
pub(super) use types::{
    Backlink, BookView, Card, ChapterLink, ContentsPage, ContentsSection, Kind, Link, Listed, PageView, PlaceholderView, TocItem, VALUES,
};

use super::escape::{encode_path, href, text};
use super::incident;
use super::incidents;
use super::machines::{base, day};
use super::navigation;
use crate::blocks::Blocks;
use crate::blocks::policy::Statement;
use crate::document::{Document, Placeholder};
use crate::handbook::{Handbook, NodeId, Page, Runbook, Tree};
use crate::source::SitePath;
use crate::text::{collapse, shorten};

/// Length of a description in characters, which is what search engines show.
const DESCRIPTION_LIMIT: usize = 160;

impl<'a> Views<'a> {
    /// Everything that the template of a page sees, but for the document's own HTML.
    pub(super) fn view<'b>(&'b self, job: &Job) -> PageView<'b> {
        let address = self.address(job).clone();
        let mut view = PageView {
            generator: super::GENERATOR,
            book: self.book(&address, None),
            root: "../".repeat(address.as_str().matches('/').count()),
            home: self.front(&address),
            contents: href(&address, &self.contents),
            completeness: self.completeness.as_ref().map(|pages| href(&address, &pages.overview)),
            registry: self.registry.as_ref().map(|pages| href(&address, pages.index())),
            rules: self.rules.as_ref().map(|pages| href(&address, &pages.rules)),
            reviews: self.reviews.as_ref().map(|pages| href(&address, &pages.page)),
            alerts: self.handbook.runbooks.index.as_ref().map(|index| href(&address, index)),
            incidents: self.incident_log.as_ref().map(|log| href(&address, log)),
            search: self.search.as_ref().map(|index| href(&address, index)),
            assets: self.theme.links(&address),
            extra_css: self.theme.extra_css(&address),
            extra_js: self.theme.extra_js(&address),
            base_url: None,
            canonical: base(self.handbook).map(|url| format!("{url}{}", encode_path(address.as_str()))),
            kind: Kind::Document,
            title: self.handbook.title(),
            description: None,
            breadcrumbs: Vec::new(),
            navigation: Vec::new(),
            navigation_title: None,
            navigation_href: None,
            navigation_cut: false,
            toc: Vec::new(),
            previous: None,
            next: None,
            heading: String::new(),
            body: String::new(),
            listing: Vec::new(),
            sections: Vec::new(),
            overview: None,
            matrix: None,
            entry: None,
            rulebook: None,
            review_list: None,
            alert_list: Vec::new(),
            alert_data: None,
            incident: None,
            incident_log: None,
            report: None,
            used: None,
            among_incidents: false,
            leads_to: None,
            backlinks: Vec::new(),
            document: None,
            source: None,
            edit_url: None,
            origin: None,
            placeholders: Vec::new(),
            runbook: false,
            wide: false,
            blocks: false,
            feed: self.machines.feed.as_ref().map(|place| href(&address, place)),
            markdown: None,
            changed: None,
            print: self.print.links(None, None, &address),
            parts: Vec::new(),
            part: None,
        };
        self.fill(&mut view, job, &address);
        view.blocks |= view.wide || view.entry.is_some();
        view
    }

    /// Fills in what each kind of page has of its own.
    fn fill<'b>(&'b self, view: &mut PageView<'b>, job: &Job, address: &SitePath) {
        match job {
            Job::Document(index) => {
                if let Some(page) = self.handbook.pages.get(*index) {
                    self.document(view, page);
                }
                view.markdown = self.markdown_place(*index).map(|place| href(address, place));
            }
            Job::Folder(node, _) => self.folder(view, *node, address),
            Job::Contents(_) => {
                view.kind = Kind::Contents;
                view.title = "All pages";
                view.sections = navigation::contents(self.handbook, address);
            }
            Job::Completeness(_) | Job::CompletenessType(..) => {
                let of_type = if let Job::CompletenessType(index, _) = job { Some(*index) } else { None };
                if let Some(pages) = &self.completeness {
                    pages.fill(view, self.handbook, address, of_type);
                }
            }
            Job::Registry(subject, _) => {
                if let Some(pages) = &self.registry {
                    pages.fill(view, self.handbook, address, *subject);
                }
            }
            Job::Rules(_) => {
                if let Some(pages) = &self.rules {
                    let built = self.jobs().iter().map(|job| self.address(job)).collect();
                    pages.fill(view, self.handbook, address, &built);
                }
            }
            Job::Reviews(_) => {
                if let Some(pages) = &self.reviews {
                    pages.fill(view, self.handbook, address);
                }
            }
            Job::Incident(subject, _) => incident::fill(view, self.handbook, self.theme, self.sources, subject, address),
            Job::Incidents(_) => incidents::fill(view, self.handbook, address),
            Job::Print(index, _) => {
                if let Some(page) = self.print.get(*index) {
                    page.fill(view, self.handbook, self.changes.values().max().map(|last| day(*last)));
                }
            }
            Job::Redirect(index, _) => {
                if let Some(page) = self.handbook.pages.get(*index) {
                    let view_of =
                        self.handbook.aliases.all.get(address).filter(|alias| alias.is_view).and_then(|_| self.handbook.runbooks.of_page(*index));
                    redirect(view, self.handbook, page, view_of, address);
                }
            }
            Job::NotFound(_) => {
                view.kind = Kind::NotFound;
                view.title = "Page not found";
                view.canonical = None;
                // The path alone: so the page works on every host that has the site at this path, a preview's too.
                view.base_url = self.handbook.config.site_url.as_deref().map(path_of);
            }
        }
    }

    fn book(&self, address: &SitePath, current: Option<NodeId>) -> BookView<'a> {
        let tree = &self.handbook.tree;
        let chapter = |id: &NodeId| {
            let entrance = navigation::entrance(tree, *id)?;
            Some(ChapterLink { title: &tree.node(*id)?.title, href: href(address, entrance), current: current == Some(*id) })
        };
        let (chapters, chapters_cut) = navigation::chapters_around(tree, &self.chapters, current);
        BookView {
            title: self.handbook.title(),
            url: base(self.handbook),
            description: self.handbook.config.description.as_deref(),
            language: &self.handbook.config.language,
            repository: self.handbook.config.repository.as_deref(),
            authors: &self.handbook.config.authors,
            chapters: chapters.iter().filter_map(chapter).collect(),
            chapters_cut,
        }
    }

    fn front(&self, address: &SitePath) -> String {
        self.handbook.tree.node(Tree::ROOT).and_then(|root| root.address.as_ref()).map_or_else(String::new, |front| href(address, front))
    }

    /// What pages of documents and of folders share: their place in the handbook.
    fn place(&self, view: &mut PageView<'a>, node: NodeId, address: &SitePath) {
        let tree = &self.handbook.tree;
        let chapter = tree.chapter(node);
        view.book = self.book(address, Some(chapter));
        view.print = self.print.links(Some(chapter), Some(node), address);
        let chapter_node = tree.node(chapter).filter(|_| chapter != Tree::ROOT);
        let listed = chapter_node.is_some_and(|node| node.listed && !node.children.is_empty());
        if listed {
            let (items, cut) = navigation::chapter(tree, chapter, node, address);
            view.navigation = items;
            view.navigation_cut = cut;
            view.navigation_title = chapter_node.map(|node| node.title.as_str());
            view.navigation_href = navigation::entrance(tree, chapter).map(|entrance| href(address, entrance));
        }
        view.breadcrumbs = navigation::breadcrumbs(tree, node, address);
        let beside = |id: NodeId| {
            let node = tree.node(id)?;
            Some(Link { title: node.title.clone(), href: Some(href(address, node.address.as_ref()?)) })
        };
        view.previous = tree.previous(node).and_then(beside);
        view.next = tree.next(node).and_then(beside);
    }

    fn document(&self, view: &mut PageView<'a>, page: &'a Page) {
        let document = &page.document;
        self.place(view, page.node, &page.address);
        if page.node == Tree::ROOT {
            view.kind = Kind::Front;
        }
        view.title = &page.title;
        view.description = description(page);
        view.changed = self.changes.get(&document.path).map(|changed| day(*changed));
        view.toc = toc(page);
        view.backlinks = page.backlinks.iter().filter_map(|from| self.backlink(page, *from)).collect();
        view.document = Some(card::of(self.handbook, &self.origins.0, page));
        view.wide = is_wide(&page.blocks);
        view.blocks = has_blocks(&page.blocks);
        view.report = incidents::report(self.handbook, page);
        view.used = self.handbook.index_of(page).and_then(|index| incidents::used(self.handbook, index, &page.address));
        view.among_incidents = page.is_incident_report() || incidents::is_among(self.handbook, &page.address, page.path.is_folder_page());
        let is_drawn = view.report.as_ref().is_some_and(|report| report.course.stages.len() + report.course.events.len() > 1);
        view.wide |= is_drawn;
        view.placeholders = placeholders(document);
        view.runbook = is_runbook(page);
        (view.source, view.edit_url, view.origin) = self.origins.of(&self.handbook.config, &document.path);
    }

    fn backlink(&self, page: &Page, from: usize) -> Option<Backlink> {
        let from = self.handbook.pages.get(from)?;
        let tree = &self.handbook.tree;
        let chapter = tree.chapter(from.node);
        let outside = chapter != tree.chapter(page.node) && chapter != from.node;
        let chapter = tree.node(chapter).filter(|node| outside && node.listed).map(|node| node.title.clone());
        Some(Backlink { title: from.title.clone(), href: href(&page.address, &from.address), chapter })
    }

    fn folder(&self, view: &mut PageView<'a>, node: NodeId, address: &SitePath) {
        self.place(view, node, address);
        view.kind = if node == Tree::ROOT { Kind::Front } else { Kind::Folder };
        view.among_incidents = incidents::is_among(self.handbook, address, true);
        let tree = &self.handbook.tree;
        if let Some(node) = tree.node(node) {
            view.title = &node.title;
            view.heading = format!("<h1>{}</h1>", text(&node.title));
        }
        view.listing = tree
            .children(node)
            .filter_map(|(id, child)| {
                let entrance = navigation::entrance(tree, id)?;
                let page = child.page.and_then(|index| self.handbook.pages.get(index));
                let description = page.and_then(|page| description(page));
                Some(Listed { title: child.title.clone(), href: href(address, entrance), description })
            })
            .collect();
    }
}

/// The page at a former place of a document. Search engines shall know the document, not the way to it.
fn redirect<'a>(view: &mut PageView<'a>, handbook: &Handbook, page: &'a Page, runbook: Option<&Runbook>, address: &SitePath) {
    view.kind = Kind::Redirect;
    view.title = &page.title;
    let leads_to = href(address, runbook.map_or(&page.address, |runbook| &runbook.address));
    view.canonical = Some(base(handbook).map_or_else(|| leads_to.clone(), |base| format!("{base}{}", encode_path(page.address.as_str()))));
    view.leads_to = Some(leads_to);
}

/// What a page is about, in a sentence.
pub(super) fn description(page: &Page) -> Option<String> {
    let written = page.document.meta.description.as_ref().map(|(text, _)| Cow::Borrowed(text.as_str()));
    written.or_else(|| page.document.summary()).map(|text| shorten(&collapse(&text), DESCRIPTION_LIMIT))
}

/// The path of a URL, or the path that it is already.
fn path_of(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else { return url };
    rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/")
}

/// Headings of level 2 and 3, the latter below the former.
fn toc(page: &Page) -> Vec<TocItem<'_>> {
    let mut items: Vec<TocItem<'_>> = Vec::new();
    for section in page.document.sections.iter().filter(|section| !section.title.is_empty()) {
        let item = TocItem { title: &section.title, id: &section.id, children: Vec::new() };
        match (section.level, items.last_mut()) {
            (2, _) | (3, None) => items.push(item),
            (3, Some(last)) => last.children.push(item),
            _ => {}
        }
    }
    items
}

/// What readers fill in before they copy a command of a document.
pub(super) fn placeholders(document: &Document) -> Vec<PlaceholderView<'_>> {
    fn view(declared: &Placeholder) -> PlaceholderView<'_> {
        PlaceholderView {
            name: &declared.name,
            description: declared.description.as_deref(),
            default: declared.default.as_deref(),
            example: declared.example.as_deref(),
            pattern: declared.pattern.as_deref(),
            values: &declared.values,
        }
    }
    document.meta.placeholders.iter().map(view).collect()
}

/// Whether a page has something to fill in, to tick or to think twice about.
pub(super) fn is_runbook(page: &Page) -> bool {
    let document = &page.document;
    !document.meta.placeholders.is_empty() || !page.blocks.harmful.is_empty() || document.has_tasks
}

/// Whether a page shows anything that has a style of its own.
fn has_blocks(blocks: &Blocks) -> bool {
    has_rights(blocks)
        || !(blocks.processes.is_empty() && blocks.matrices.is_empty() && blocks.responsibilities.is_empty() && blocks.flows.is_empty())
}

fn has_rights(blocks: &Blocks) -> bool {
    blocks.policies.iter().any(|policy| matches!(policy.statement, Statement::Permission { .. }))
}

/// Whether anything on a page wants more room than text does: so many lanes, columns or boxes don't fit its column.
fn is_wide(blocks: &Blocks) -> bool {
    const LANES: usize = 2;
    const COLUMNS: usize = 3;
    const BOXES: usize = 5;
    has_rights(blocks)
        || !blocks.responsibilities.is_empty()
        || blocks.processes.iter().any(|process| process.actors.len() > LANES)
        || blocks.matrices.iter().any(|matrix| matrix.roles.len() > COLUMNS)
        || blocks.flows.iter().any(|flow| flow.sketch.is_some() || flow.graph.nodes.len() > BOXES)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::handbook::{Checked, Known, Parts};
    use crate::render::Theme;
    use crate::source::{Source, Sources};

    #[test]
    fn templates_can_name_every_field() {
        let (document, _) = Document::parse(&Source::new(SitePath::new("index.md").unwrap(), "# Home\n"));
        let handbook = Handbook::resolve(
            Parts {
                config: Arc::default(),
                registry: Arc::default(),
                rules: Arc::default(),
                content: String::new(),
                documents: vec![Checked::new(Arc::new(document), Arc::default(), None)],
                summary: None,
                lock: None,
                assets: &std::collections::BTreeMap::new(),
                unreadable: &std::collections::BTreeMap::new(),
            },
            &mut Known::default(),
        );
        let theme = Theme::load(&handbook, &Sources::default(), None, &mut Vec::new()).unwrap();
        let sources = Sources::default();
        let views = Views::new(&handbook, &theme, &sources, &mut KnownPlaces::default());
        let view = serde_json::to_value(views.view(&Job::Document(0))).unwrap();
        let names: Vec<&str> = view.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, VALUES);
    }
}
