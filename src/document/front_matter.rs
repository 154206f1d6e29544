use super::Diagnostic;
use super::former::{self, FormerAnchor};
use super::placeholders::{self, PLACEHOLDER_KEYS, Placeholder};
use super::waivers::WAIVER_KEYS;
use crate::data::{Fields, Key, KeyDocs, Node, Shape, SyntaxError, Value, toml, yaml};
use crate::diagnostic::{Kind, Severity, Subject};
use crate::source::Source;
use crate::text::Span;

/// Front matter that isn't valid YAML or TOML, or holds a value of the wrong type.
pub const INVALID_FRONT_MATTER: Kind = Kind {
    code: "invalid-front-matter",
    severity: Severity::Error,
    subject: Subject::Text,
    summary: "the front matter can't be read, or a key has a value of the wrong type",
    docs: "The block between the two `---` lines at the top of a document must be a YAML mapping (between `+++` lines: TOML). \
A document whose front matter can't be read has no type and no owner, so nothing else about it can be trusted.

    ---
    title: Restore: the database
    ---

A colon followed by a space begins a value, so this title isn't YAML. Quote it:

    ---
    title: \"Restore: the database\"
    ---",
};

/// Front matter that begins and never ends.
pub const UNCLOSED_FRONT_MATTER: Kind = Kind {
    code: "unclosed-front-matter",
    severity: Severity::Error,
    subject: Subject::Text,
    summary: "the front matter is never closed",
    docs: "A document that begins with `---` and a `key: value` line has front matter, and front matter ends with a second `---` line. \
Without it the keys would show up as text and the document would lose its type.

    ---
    title: Restore the database

    # Restore the database

Close the block after the last key:

    ---
    title: Restore the database
    ---

    # Restore the database",
};

/// The keys that every document may have, whatever its type.
pub const FRONT_MATTER_KEYS: &[KeyDocs] = &[
    KeyDocs::new("title", "The title; without it the first heading is the title.", Shape::Text),
    KeyDocs::new("description", "One sentence for lists and link previews; without it the first paragraph.", Shape::Text),
    KeyDocs::new("type", "The document type, which names the schema that the document must meet.", Shape::Text),
    KeyDocs::new("owner", "The role that answers for the document.", Shape::Text),
    KeyDocs::new("status", "`active`, `draft`, `superseded` or another word that the handbook uses.", Shape::Text),
    KeyDocs::new("reviewed", "The date of the last review, as `2026-11-20`.", Shape::Date),
    KeyDocs::new("review_every", "How often it must be reviewed, as `90d` or `6 months`.", Shape::Duration),
    KeyDocs::new(
        "alerts",
        "The alerts that the document answers for; it then is a runbook with an incident view, to which `alert/NAME.html` leads.",
        Shape::OneOrMore(&Shape::Text),
    ),
    KeyDocs::new(
        "aliases",
        "Places that the document had before, from the content folder, as `/old/page/`, `old/page.html` or `old/page.md`; each leads to it.",
        Shape::OneOrMore(&Shape::Text),
    ),
    KeyDocs::new(
        "former_anchors",
        "Anchors that the document had before, each with the one that it leads to now: `old-anchor: new-anchor`.",
        Shape::Map(&Shape::Text),
    ),
    KeyDocs::new("weight", "Its place among the documents of its folder, the smallest first; without it by file name.", Shape::Integer),
    KeyDocs::new(
        "raci_model",
        "The letters that the responsibility matrices of the document use: `raci`, `rasci` with S for support, or `daci`.",
        Shape::Choice(&["raci", "rasci", "daci"]),
    ),
    KeyDocs::new("link_names", "`false` if names of registry.yaml don't become links in this document.", Shape::Flag),
    KeyDocs::new("duties", "`false` if what the document says of roles is an example, which the pages of the roles leave out.", Shape::Flag),
    KeyDocs::new(
        "placeholders",
        "Words in its commands, written `<name>`, that each reader fills in: a mapping from names to what to fill in.",
        Shape::Map(&Shape::Either(&[Shape::Text, Shape::Table(PLACEHOLDER_KEYS)])),
    ),
    KeyDocs::new("search", "`false` if the search leaves the document out.", Shape::Flag),
    KeyDocs::new("waivers", "Findings that can stand until a day, each with its reason.", Shape::List(&Shape::Table(WAIVER_KEYS))),
];

/// The front matter's common keys, each with the place of its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// `title`
    pub title: Option<(String, Span)>,
    /// `description`
    pub description: Option<(String, Span)>,
    /// `type`
    pub document_type: Option<(String, Span)>,
    /// `owner`
    pub owner: Option<(String, Span)>,
    /// `status`
    pub status: Option<(String, Span)>,
    /// `reviewed`
    pub reviewed: Option<(String, Span)>,
    /// `review_every`
    pub review_every: Option<(String, Span)>,
    /// `alerts`
    pub alerts: Vec<(String, Span)>,
    /// `aliases`
    pub aliases: Vec<(String, Span)>,
    /// `former_anchors`
    pub former_anchors: Box<[FormerAnchor]>,
    /// `weight`
    pub weight: Option<i64>,
    /// `link_names`
    pub link_names: Option<bool>,
    /// `duties`
    pub duties: Option<bool>,
    /// `placeholders`
    pub placeholders: Box<[Placeholder]>,
    /// `search`
    pub search: Option<bool>,
}

pub(super) struct FrontMatter {
    pub node: Option<Node>,
    pub meta: Meta,
    pub body: Span,
}

/// Splits off and reads the front matter.
pub(super) fn read(source: &Source, diagnostics: &mut Vec<Diagnostic>) -> FrontMatter {
    let text = &*source.text;
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let whole = Span::new(start, text.len());
    let none = |body| FrontMatter { node: None, meta: Meta::default(), body };
    let Some(block) = find(text, start) else { return none(whole) };
    let Some(inside) = block.inside else {
        let opening = Span::new(start, start + 3);
        let finding = Diagnostic::new(&UNCLOSED_FRONT_MATTER, &source.path, opening, "front matter is never closed")
            .label("it begins here")
            .help(format!("write a line `{}` after the last key", block.fence));
        diagnostics.push(finding);
        return none(whole);
    };
    let parsed = if block.fence == "+++" { toml::parse(inside.of(text)) } else { yaml::parse(inside.of(text)) };
    match parsed {
        // Between two thematic breaks at the top a heading reads as a comment of YAML: nothing is said, so nothing may be lost.
        Ok(nothing) if nothing.value == Value::Null && !inside.of(text).trim().is_empty() => none(whole),
        Ok(mapping) => {
            let mapping = mapping.shifted(inside.start());
            let meta = meta(&mapping, source, diagnostics);
            FrontMatter { node: Some(mapping), meta, body: Span::new(block.end, text.len()) }
        }
        Err(SyntaxError { span, message, help }) => {
            let place = Span::new(inside.start() + span.start(), inside.start() + span.end());
            let language = if block.fence == "+++" { "TOML" } else { "YAML" };
            diagnostics.push(
                Diagnostic::new(&INVALID_FRONT_MATTER, &source.path, place, format!("front matter is not valid {language}: {message}")).help(help),
            );
            none(Span::new(block.end, text.len()))
        }
    }
}

/// Where the text of a document begins, behind its front matter.
#[must_use]
pub fn front_matter_end(text: &str) -> usize {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    find(text, start).map_or(start, |block| block.end)
}

/// Adds keys that aren't there, or have no value.
pub(super) fn take_defaults<'a>(document: &mut super::Document, defaults: impl Iterator<Item = (&'static str, &'a str)>) {
    let place = Span::at(document.body.start());
    for (key, value) in defaults {
        let meta = &mut document.meta;
        let slot = match key {
            "owner" => &mut meta.owner,
            "status" => &mut meta.status,
            "review_every" => &mut meta.review_every,
            _ => continue,
        };
        let node = document.front_matter.get_or_insert_with(|| Node { value: Value::Map(Vec::new()), span: place });
        if node.value == Value::Null {
            node.value = Value::Map(Vec::new());
        }
        let Value::Map(entries) = &mut node.value else { continue };
        if entries.iter().any(|(known, value)| known.name == key && !value.is_blank()) {
            continue;
        }
        entries.retain(|(known, _)| known.name != key);
        entries.push((Key { name: key.to_owned(), span: place }, Node { value: Value::String(value.to_owned()), span: place }));
        *slot = Some((value.to_owned(), place));
    }
}

struct Fenced {
    fence: &'static str,
    /// The text between the fences; none if the second is missing.
    inside: Option<Span>,
    /// Where the body begins.
    end: usize,
}

fn find(text: &str, start: usize) -> Option<Fenced> {
    let first = text.get(start..)?.split_inclusive('\n').next()?;
    let fence = ["---", "+++"].into_iter().find(|fence| first.trim_end() == *fence)?;
    let inside = start + first.len();
    let mut offset = inside;
    let rest = text.get(inside..)?;
    for line in rest.split_inclusive('\n') {
        let closes = line.trim_end() == fence || (fence == "---" && line.trim_end() == "...");
        if closes {
            return Some(Fenced { fence, inside: Some(Span::new(inside, offset)), end: offset + line.len() });
        }
        offset += line.len();
    }
    // A lone `---` at the top is a thematic break unless a key follows at once.
    let begins_with_key = rest.lines().next().is_some_and(|line| {
        let key = line.split([':', '=']).next().unwrap_or_default().trim();
        key.len() < line.trim_end().len() && !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    });
    begins_with_key.then_some(Fenced { fence, inside: None, end: start })
}

fn meta(node: &Node, source: &Source, diagnostics: &mut Vec<Diagnostic>) -> Meta {
    let mut fields = Fields::new(node, "the front matter", &INVALID_FRONT_MATTER, &source.path, diagnostics);
    let mut text = |key: &str| {
        let value = fields.text(key)?;
        Some((value, node.get(key).map_or(node.span, |found| found.span)))
    };
    let mut meta = Meta {
        title: text("title"),
        description: text("description"),
        document_type: text("type"),
        owner: text("owner"),
        status: text("status"),
        reviewed: text("reviewed"),
        review_every: text("review_every"),
        alerts: Vec::new(),
        aliases: Vec::new(),
        former_anchors: former::read(node, &source.path, fields.diagnostics()).into(),
        weight: None,
        link_names: fields.flag("link_names"),
        duties: fields.flag("duties"),
        placeholders: placeholders::read(node, &source.path, fields.diagnostics()).into(),
        search: fields.flag("search"),
    };
    meta.alerts = fields.texts("alerts");
    meta.aliases = fields.texts("aliases");
    meta.weight = node.get("weight").and_then(|value| match value.value {
        Value::Integer(number) => Some(number),
        Value::Null => None,
        _ => {
            fields.report(
                value.span,
                format!("'weight' of the front matter must be a whole number, not {}", value.kind_beside_whole()),
                "write a whole number, or take the key out",
            );
            None
        }
    });
    meta
}
