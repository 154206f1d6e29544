//! `opsbook role`: all that a role does, on the terminal.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::compiled::Compiled;
use super::output::{self, Color, Stream, print};
use super::{Failure, Verdict};
use crate::compile::Cache;
use crate::handbook::duties::{Item, Piece, Sheet, Target};
use crate::handbook::{Duties, Entity, Handbook};
use crate::project::Project;
use crate::report::LineIndex;
use crate::source::REGISTRY;
use crate::text::nearest;

/// Columns of the text for people.
const WIDTH: usize = 80;

/// The JSON Schema of what `--format json` prints.
pub(super) const JSON_SCHEMA: &str = include_str!("role.schema.json");

/// Show what a role does: how to reach it, who is next, its steps, letters, rules and documents
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook role                       every role of the handbook
  opsbook role \"Ops team\"            all that it does, by its name, an alias or its id
  opsbook role ops-team --format json | jq '.duties[] | select(.kind == \"steps\")'
  opsbook role ops-team handbook     in the handbook of another folder")]
pub(super) struct Role {
    /// The role by id, name or alias; without it all roles are listed
    name: Option<String>,
    /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
    folder: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    color: Color,
}

/// How a role is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// One object for programs
    Json,
}

#[derive(Serialize)]
struct List<'a> {
    version: u32,
    roles: Vec<Listed<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    name: &'a str,
    aliases: Vec<&'a str>,
    description: Option<&'a str>,
}

#[derive(Serialize)]
struct Found<'a> {
    version: u32,
    #[serde(flatten)]
    role: Listed<'a>,
    contact: Option<&'a str>,
    scope: Option<&'a str>,
    duties: Vec<Duty<'a>>,
}

/// One thing that a role does, or that is known about it.
#[derive(Serialize)]
struct Duty<'a> {
    kind: &'static str,
    /// The process, matrix or phase that it belongs to.
    of: Option<&'a str>,
    mark: Option<&'a str>,
    text: &'a str,
    notes: Vec<&'a str>,
    path: Option<String>,
    line: Option<usize>,
    url: Option<&'a str>,
}

impl Role {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let project = Project::open(self.folder.as_deref(), None)?;
        let compiled = Compiled::whole(&project, &mut Cache::default())?;
        let handbook = &compiled.build.handbook;
        if !handbook.registry.has_roles() {
            let file = project.content_folder().join(REGISTRY);
            let file = file.to_string_lossy().replace('\\', "/");
            let file = file.strip_prefix("./").unwrap_or(&file);
            return Err(Failure::new("the handbook declares no roles", format!("list them under `roles` in '{file}'")));
        }
        let color = output::options(Stream::Out, self.color, "").color;
        let text = match &self.name {
            None => list(handbook, self.format, color),
            Some(name) => {
                let index = find(handbook, name)?;
                let places = Places { compiled: &compiled, prefix: &project.prefix, lines: HashMap::new() };
                one(handbook, index, self.format, color, places)
            }
        };
        print(Stream::Out, &text);
        Ok(Verdict::Clean)
    }
}

/// The role of a name; a name that there is not names the nearest.
fn find(handbook: &Handbook, name: &str) -> Result<usize, Failure> {
    if let Some(index) = handbook.registry.role_index(name) {
        return Ok(index);
    }
    let help = match nearest(name, handbook.registry.role_names()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => "`opsbook role` lists every role".to_owned(),
    };
    Err(Failure::new(format!("no role is called '{name}'"), help))
}

fn listed(role: &crate::registry::Role) -> Listed<'_> {
    Listed {
        id: &role.names.id,
        name: &role.names.name,
        aliases: role.names.aliases.iter().map(|alias| alias.name.as_str()).collect(),
        description: role.description.as_deref(),
    }
}

fn list(handbook: &Handbook, format: Format, color: bool) -> String {
    let roles = handbook.registry.roles();
    if format == Format::Json {
        return json(&List { version: 1, roles: roles.iter().map(listed).collect() });
    }
    let mut page = Page { text: String::new(), color };
    let width = roles.iter().map(|role| role.names.name.width()).max().unwrap_or(0).min(30);
    for role in roles {
        page.item(0, Some(&role.names.name), width, role.description.as_deref().unwrap_or_default());
    }
    page.text
}

fn json(value: &impl Serialize) -> String {
    // Plain texts and numbers: writing them can't fail.
    format!("{}\n", serde_json::to_string_pretty(value).unwrap_or_default())
}

fn one(handbook: &Handbook, index: usize, format: Format, color: bool, mut places: Places<'_>) -> String {
    let limit = usize::MAX;
    let (Some(role), Some(sheet)) = (handbook.registry.roles().get(index), Duties::of(handbook).sheet(handbook, Entity::Role(index), limit)) else {
        return String::new();
    };
    if format == Format::Human {
        return human(&role.names.id, &sheet, color, &mut places);
    }
    let mut duties = Vec::new();
    for group in &sheet.groups {
        for (part, item) in group.parts.iter().flat_map(|part| part.items.iter().map(move |item| (part, item))) {
            // What has no place of its own stands where its part does.
            let place = places.of(&item.text).or_else(|| places.of(part.title.as_ref()?));
            duties.push(Duty {
                kind: group.id,
                of: part.title.as_ref().map(|title| title.text.as_str()),
                mark: item.mark.as_deref(),
                text: &item.text.text,
                notes: item.notes.iter().map(|note| note.text.as_str()).collect(),
                line: place.as_ref().and_then(|(_, line)| *line),
                path: place.map(|(path, _)| path),
                url: if let Some(Target::Url(url)) = &item.text.target { Some(url) } else { None },
            });
        }
    }
    json(&Found { version: 1, role: listed(role), contact: role.contact.as_deref(), scope: role.scope.as_deref(), duties })
}

fn human(id: &str, sheet: &Sheet, color: bool, places: &mut Places<'_>) -> String {
    let mut page = Page { text: String::new(), color };
    page.title(&sheet.name);
    page.wrapped(0, 0, sheet.description.as_deref().unwrap_or_default());
    page.text.push('\n');
    let joined = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(", ");
    let mut facts = vec![("Id", id.to_owned())];
    facts.extend((!sheet.aliases.is_empty()).then(|| ("Also called", sheet.aliases.join(", "))));
    facts.extend(sheet.facts.iter().map(|(name, pieces)| (*name, joined(pieces))));
    let width = facts.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    for (name, fact) in &facts {
        page.item(2, Some(name), width, fact);
    }
    for group in &sheet.groups {
        page.text.push('\n');
        page.title(group.title);
        let items = || group.parts.iter().flat_map(|part| &part.items);
        let width = items().filter_map(|item| item.mark.as_deref()).map(UnicodeWidthStr::width).max().unwrap_or(0).min(20);
        for part in &group.parts {
            if let Some(title) = &part.title {
                page.wrapped(2, 2, &with_place(&title.text, places.of(title)));
            }
            let indent = if part.title.is_some() { 4 } else { 2 };
            for item in &part.items {
                page.item(indent, item.mark.as_deref(), width, &item.text.text);
                let notes = notes(item, part.title.is_none(), places);
                let indent = indent + if width > 0 { width + 2 } else { 2 };
                page.wrapped(indent, indent, &notes);
            }
        }
    }
    page.text
}

/// What else there is to know about an item; with its place, where no title above has said it.
fn notes(item: &Item, with_place: bool, places: &mut Places<'_>) -> String {
    let mut notes: Vec<String> = item.notes.iter().map(|note| note.text.clone()).collect();
    if with_place && let Some(place) = places.of(&item.text) {
        notes.push(shown(place));
    }
    notes.join(" · ")
}

fn with_place(text: &str, place: Option<(String, Option<usize>)>) -> String {
    place.map_or_else(|| text.to_owned(), |place| format!("{text} ({})", shown(place)))
}

fn shown((path, line): (String, Option<usize>)) -> String {
    line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"))
}

/// Finds the lines of places in documents.
struct Places<'a> {
    compiled: &'a Compiled,
    prefix: &'a str,
    lines: HashMap<usize, LineIndex>,
}

impl Places<'_> {
    /// The path of a document, from the working folder, and the line.
    fn of(&mut self, piece: &Piece) -> Option<(String, Option<usize>)> {
        let Some(Target::Page { page, at, .. }) = &piece.target else { return None };
        let document = &self.compiled.build.handbook.pages.get(*page)?.document;
        let line = at.map(|at| {
            let lines = self.lines.entry(*page).or_insert_with(|| document.lines());
            lines.position(at).line
        });
        let path = self.compiled.sources.mounts.shown(&document.path);
        Some((path.unwrap_or_else(|| format!("{}{}", self.prefix, document.path)), line))
    }
}

/// Text in columns.
struct Page {
    text: String,
    color: bool,
}

impl Page {
    fn title(&mut self, title: &str) {
        // Writing to a string can't fail.
        let _ = if self.color { writeln!(self.text, "\u{1b}[1m{title}\u{1b}[0m") } else { writeln!(self.text, "{title}") };
    }

    /// A mark in a column of its own, and words beside it.
    fn item(&mut self, indent: usize, mark: Option<&str>, width: usize, words: &str) {
        let mark = mark.unwrap_or_default();
        let spaces = " ".repeat(indent);
        if mark.width() > width {
            let _ = writeln!(self.text, "{spaces}{mark}");
            self.wrapped(indent + width + 2, indent + width + 2, words);
            return;
        }
        if width == 0 {
            self.wrapped(indent, indent + 2, words);
            return;
        }
        let padding = " ".repeat(width - mark.width() + 2);
        let from = self.text.len();
        let _ = write!(self.text, "{spaces}{mark}{padding}");
        if words.trim().is_empty() {
            self.text.truncate(from + self.text.get(from..).map_or(0, |line| line.trim_end().len()));
            self.text.push('\n');
            return;
        }
        self.filled(indent + width + 2, indent + width + 2, words);
    }

    fn wrapped(&mut self, first: usize, further: usize, words: &str) {
        if words.trim().is_empty() {
            return;
        }
        self.text.push_str(&" ".repeat(first));
        self.filled(first, further, words);
    }

    /// Words on lines that begin in this column.
    fn filled(&mut self, first: usize, further: usize, words: &str) {
        let mut column = first;
        for (index, word) in words.split_whitespace().enumerate() {
            let width = word.width();
            if index > 0 && column + 1 + width > WIDTH {
                self.text.push('\n');
                self.text.push_str(&" ".repeat(further));
                column = further;
            } else if index > 0 {
                self.text.push(' ');
                column += 1;
            }
            self.text.extend(word.chars().filter(|character| !character.is_control()));
            column += width;
        }
        self.text.push('\n');
    }
}
