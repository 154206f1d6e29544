//! What is known about one name, as groups of items: the same for a page of the site, the terminal and programs.

use crate::document::Document;
use crate::handbook::{Entity, Handbook};
use crate::registry::Reference;
use crate::source::SitePath;

/// All that is known about one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it is about.
    pub entity: Entity,
    /// The name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// What it is, in a sentence or two.
    pub description: Option<String>,
    /// Single facts, each with its name.
    pub facts: Vec<(&'static str, Vec<Piece>)>,
    /// What it does, by kind.
    pub groups: Vec<Group>,
}

/// Items of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it is called by machines: `steps`.
    pub id: &'static str,
    /// The same for people.
    pub title: &'static str,
    /// The items, by where they come from.
    pub parts: Vec<Part>,
    /// How many items were left out.
    pub more: usize,
}

/// Items from one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What they have in common: a process, a matrix.
    pub title: Option<Piece>,
    /// The items.
    pub items: Vec<Item>,
}

/// One thing that is done or known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// A number, a letter or a word that stands before it.
    pub mark: Option<String>,
    /// What it says.
    pub text: Piece,
    /// What else there is to know: when, where, how soon.
    pub notes: Vec<Piece>,
}

/// Words, and what they lead to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// What they lead to.
    pub target: Option<Target>,
}

/// What words lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An entry of the registry.
    Entity(Entity),
    /// A page, by index.
    Page {
        /// Index of the page.
        page: usize,
        /// The place on the page.
        anchor: Option<String>,
        /// The place in the source, where it is known more closely than by the anchor.
        at: Option<usize>,
    },
    /// Another site, or a mail address.
    Url(String),
}

impl Sheet {
    /// The same with at most `limit` items in each group.
    pub(super) fn cut(mut self, limit: usize) -> Self {
        for group in &mut self.groups {
            let mut left = limit;
            for part in &mut group.parts {
                group.more += part.items.len().saturating_sub(left);
                part.items.truncate(left);
                left -= part.items.len();
            }
            group.parts.retain(|part| !part.items.is_empty());
        }
        self.groups.retain(|group| !group.parts.is_empty() || group.more > 0);
        self
    }
}

impl Group {
    pub(super) fn new(id: &'static str, title: &'static str) -> Self {
        Self { id, title, parts: Vec::new(), more: 0 }
    }

    /// A group whose items have nothing else in common.
    #[must_use]
    pub fn of(id: &'static str, title: &'static str, items: Vec<Item>) -> Self {
        Self { parts: vec![Part { title: None, items }], ..Self::new(id, title) }
    }

    /// Adds an item, to the last part if that has the same title.
    pub(super) fn add(&mut self, title: &Piece, item: Item) {
        match self.parts.last_mut().filter(|part| part.title.as_ref() == Some(title)) {
            Some(part) => part.items.push(item),
            None => self.parts.push(Part { title: Some(title.clone()), items: vec![item] }),
        }
    }

    /// How many items there are, shown or left out.
    #[must_use]
    pub fn total(&self) -> usize {
        self.parts.iter().map(|part| part.items.len()).sum::<usize>() + self.more
    }
}

impl Item {
    pub(super) fn new(text: impl Into<Piece>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(super) fn mark(self, mark: impl Into<String>) -> Self {
        Self { mark: Some(mark.into()), ..self }
    }

    pub(super) fn note(mut self, note: impl Into<Piece>) -> Self {
        let note = note.into();
        if !note.text.is_empty() {
            self.notes.push(note);
        }
        self
    }

    pub(super) fn notes(mut self, notes: impl IntoIterator<Item = Piece>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// Lets what it says lead to the page that a rule names as its source.
    pub(super) fn sourced(mut self, handbook: &Handbook, source: Option<&Reference>) -> Self {
        self.text.target = source.and_then(|source| source_of(handbook, source));
        self
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Self { text, target: None }
    }
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Piece {
    /// The name of an entry of the registry.
    #[must_use]
    pub fn entity(handbook: &Handbook, entity: Entity) -> Self {
        let text = handbook.registry.names(entity).map_or_else(String::new, |names| names.name.clone());
        Self { text, target: Some(Target::Entity(entity)) }
    }

    /// The title of a page.
    pub(super) fn page(handbook: &Handbook, page: usize) -> Self {
        let text = handbook.pages.get(page).map_or_else(String::new, |page| page.title.clone());
        Self { text, target: Some(Target::Page { page, anchor: None, at: None }) }
    }

    /// Words that stand in a document.
    pub(super) fn at(text: &str, page: usize, anchor: Option<&str>, at: usize) -> Self {
        let anchor = anchor.filter(|anchor| !anchor.is_empty()).map(str::to_owned);
        Self { text: text.to_owned(), target: Some(Target::Page { page, anchor, at: Some(at) }) }
    }

    /// A way to reach somebody: a link, where it is an address.
    #[must_use]
    pub fn contact(text: &str) -> Self {
        let trimmed = text.trim();
        let is_bare = !trimmed.contains(char::is_whitespace);
        let is_mail = is_bare && trimmed.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
        let url = if is_bare && (trimmed.starts_with("https://") || trimmed.starts_with("http://") || trimmed.starts_with("mailto:")) {
            Some(trimmed.to_owned())
        } else if is_mail && !trimmed.contains([':', '/', '?', '&']) {
            Some(format!("mailto:{trimmed}"))
        } else {
            None
        };
        Self { text: text.to_owned(), target: url.map(Target::Url) }
    }
}

/// The page or site that an entry names as its source.
pub(super) fn source_of(handbook: &Handbook, source: &Reference) -> Option<Target> {
    let name = source.name.trim();
    if name.starts_with("https://") || name.starts_with("http://") {
        return Some(Target::Url(name.to_owned()));
    }
    let (path, anchor) = name.split_once('#').map_or((name, None), |(path, anchor)| (path, Some(anchor)));
    let page = handbook.pages.get(handbook.page_at(&SitePath::new(path)?).and_then(|page| handbook.index_of(page))?)?;
    let anchor = anchor.filter(|anchor| page.document.anchors.iter().any(|found| *found.id == **anchor)).map(str::to_owned);
    Some(Target::Page { page: handbook.index_of(page)?, anchor, at: None })
}

/// The anchor of the section with this index.
pub(super) fn section_anchor(document: &Document, section: Option<usize>) -> Option<&str> {
    document.sections.get(section?).map(|section| &*section.id).filter(|id| !id.is_empty())
}

/// The anchor of the section that holds a place.
pub(in crate::handbook) fn anchor_at(document: &Document, at: usize) -> Option<&str> {
    section_anchor(document, document.sections.partition_point(|section| section.span.start() <= at).checked_sub(1))
}
