use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use super::new::{normal, root_of};
use super::output::{Stream, complain, print};
use crate::disk;
use crate::document::Document;
use crate::project::Project;
use crate::registry::Registry;
use crate::schema::derive::{Ask, Derived, derive, is_type};
use crate::source::{REGISTRY, SitePath, Source};
use crate::text::slug;

/// Documents that one line names.
const NAMED: usize = 3;

/// Write a schema that documents pass which are there, and say what each demand rests on
///
/// What all of them have is required, what at least half have is optional, the rest is named in a comment. The schema is tried on the
/// documents before it is written.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook schema derive content/runbooks/*.md
  opsbook schema derive content/runbooks --output schemas/runbook.yaml
  opsbook schema derive content/adr --type decision --title 'Decision record'")]
pub(super) struct Derive {
    /// The documents; a folder means its Markdown files and those below it, without the folders' own pages
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The document type; without it the type that the documents name, or the name of their folder
    #[arg(long = "type", value_name = "NAME")]
    document_type: Option<String>,
    /// What such a document is called; without it the type in words
    #[arg(long)]
    title: Option<String>,
    /// The file to write; without it the schema is printed. A file that is there is never overwritten
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Derive {
    pub(super) fn run(self) -> Result<(), Failure> {
        if let Some(name) = self.document_type.as_deref().filter(|name| !is_type(name)) {
            let mended = Some(slug(name)).filter(|mended| is_type(mended)).unwrap_or_else(|| "runbook".to_owned());
            return Err(Failure::new(format!("'{name}' can't be a type"), format!("write it in letters, digits and '-': `--type {mended}`")));
        }
        let files = files(&self.files)?;
        let place = Place::of(&files)?;
        let mut documents = Vec::new();
        for (file, path) in files.iter().zip(&place.paths) {
            documents.push(Document::parse(&Source::new(path.clone(), disk::read_document(file)?)).0);
        }
        let ask = Ask {
            documents: &documents,
            document_type: self.document_type.as_deref(),
            title: self.title.as_deref(),
            neighbours: place.neighbours.as_deref(),
            is_role: &|name| place.registry.role(name).is_some(),
        };
        let Some(derived) = derive(&ask) else {
            let why =
                documents.first().map_or_else(String::new, |first| format!("; `opsbook check` says what is wrong, for instance in '{}'", first.path));
            return Err(Failure::new("none of the documents can be read as a whole", format!("close every fence, comment and front matter{why}")));
        };
        match &self.output {
            Some(output) => disk::write_new(output, &derived.text)?,
            None => print(Stream::Out, &derived.text),
        }
        self.explain(&derived);
        Ok(())
    }

    /// Says on standard error what was made, and what is left to do.
    fn explain(&self, derived: &Derived) {
        let output = self.output.as_ref().map_or_else(String::new, |output| format!("{}: ", output.display()));
        complain(&format!("{output}{}", derived.summary()));
        for (path, why) in &derived.aside {
            complain(&format!("left aside: {path}: {why}"));
        }
        for (what, paths) in &derived.unfinished {
            let named: Vec<&str> = paths.iter().take(NAMED).map(SitePath::as_str).collect();
            let more = if paths.len() > NAMED { format!(" and {} more", paths.len() - NAMED) } else { String::new() };
            complain(&format!("unfinished, so a warning for now: {what} in {}{more}", named.join(", ")));
        }
    }
}

/// The files that were named and those in folders that were named, each once.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    for path in named {
        if path.is_dir() {
            let inside = disk::documents_in(path)?;
            if inside.is_empty() {
                return Err(Failure::new(format!("there is no Markdown document in '{}'", path.display()), "name the documents, or their folder"));
            }
            files.extend(inside.into_iter().filter(|file| seen.insert(normal(file))));
        } else if !path.exists() {
            return Err(Failure::new(format!("there is no document '{}'", path.display()), "name the documents, or their folder"));
        } else if seen.insert(normal(path)) {
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// Where the documents lie.
struct Place {
    /// The path of each: in the content folder if they lie in one, else as it was named.
    paths: Vec<SitePath>,
    /// All documents of their folders, if they lie in a content folder.
    neighbours: Option<Vec<SitePath>>,
    registry: Registry,
}

impl Place {
    fn of(files: &[PathBuf]) -> Result<Self, Failure> {
        let root = files.first().and_then(|file| root_of(file));
        let content = normal(&Project::open(root.as_deref(), None)?.content_folder());
        let inside = |file: &Path| {
            let inside = normal(file).strip_prefix(&content).ok()?.to_string_lossy().replace('\\', "/");
            SitePath::new(&inside)
        };
        let Some(paths) = files.iter().map(|file| inside(file)).collect::<Option<Vec<SitePath>>>() else {
            let paths = files.iter().map(|file| outside(file)).collect::<Result<_, _>>()?;
            return Ok(Self { paths, neighbours: None, registry: Registry::default() });
        };
        let mut folders: Vec<PathBuf> = files.iter().filter_map(|file| normal(file).parent().map(Path::to_path_buf)).collect();
        folders.sort();
        folders.dedup();
        // What lies in one of them is found with it.
        let top = folders.iter().filter(|folder| !folders.iter().any(|other| other != *folder && folder.starts_with(other)));
        let mut neighbours = Vec::new();
        for folder in top {
            neighbours.extend(disk::documents_in(folder)?.iter().filter_map(|file| inside(file)));
        }
        let declared = content.join(REGISTRY);
        let source = if declared.is_file() { SitePath::new(REGISTRY).zip(disk::read_document(&declared).ok()) } else { None };
        let source = source.map(|(path, text)| Source::new(path, text));
        Ok(Self { paths, neighbours: Some(neighbours), registry: Registry::parse(source.as_ref(), &mut Vec::new()) })
    }
}

/// The path of a file that lies in no handbook, as it was named.
fn outside(file: &Path) -> Result<SitePath, Failure> {
    let named = file.to_string_lossy().replace('\\', "/");
    let plain: Vec<&str> = named.split('/').filter(|segment| !matches!(*segment, "" | "." | "..")).collect();
    SitePath::new(&plain.join("/")).ok_or_else(|| Failure::new(format!("'{}' is no document", file.display()), "name a Markdown file"))
}
