use std::path::{Component, Path, PathBuf};

use clap::Args;

use super::output::complain;
use super::today::today;
use super::{Failure, Verdict, schema};
use crate::disk;
use crate::project::{self, Project};
use crate::source::SitePath;

/// Start a document from the schema of its type
///
/// The skeleton holds every section and topic with its guidance in a comment. `opsbook check` calls each unfinished until it is written.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook new alert-runbook content/runbooks/api-down.md
  opsbook new disaster-recovery content/recovery/api.md --title 'Recover the API'")]
pub(super) struct New {
    /// The document type; `opsbook schema list` shows them
    document_type: String,
    /// The document to write, below the folder of the documents
    path: PathBuf,
    /// The title; without it the file's name
    #[arg(long)]
    title: Option<String>,
}

impl New {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let path = if self.path.extension().is_none() { self.path.with_extension("md") } else { self.path.clone() };
        let project = Project::open(root_of(&path).as_deref(), None)?;
        let sources = project.sources(today()?)?;
        let schemas = crate::schema::load(&sources, &mut Vec::new());
        let schema = schema::find(&schemas, &self.document_type)?;
        check_place(&project, &path)?;
        let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().replace(['-', '_'], " "));
        let title = self.title.unwrap_or_else(|| capitalised(&stem));
        disk::write_new(&path, &crate::schema::skeleton(schema, &title))?;
        complain(&format!("{}: skeleton of type '{}'; `opsbook check` shows what is left to write", path.display(), schema.document_type));
        Ok(Verdict::Clean)
    }
}

/// The nearest folder above the document that holds a book.toml.
pub(super) fn root_of(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let here = std::env::current_dir().ok()?;
    let root = absolute.ancestors().skip(1).find(|folder| folder.join("book.toml").is_file())?;
    // A path from the working folder reads better in messages.
    Some(
        root.strip_prefix(&here)
            .map_or_else(|_| root.to_path_buf(), |inside| if inside.as_os_str().is_empty() { PathBuf::from(".") } else { inside.to_path_buf() }),
    )
}

/// A document outside of the folder of the documents would never be built.
fn check_place(project: &Project, path: &Path) -> Result<(), Failure> {
    let name = path.file_name().and_then(|name| SitePath::new(&name.to_string_lossy()));
    let is_markdown = name.is_some_and(|name| name.is_markdown());
    if !is_markdown {
        return Err(Failure::new(format!("'{}' isn't a Markdown file", path.display()), "give it a name that ends in .md"));
    }
    let content = normal(&project.content_folder());
    let target = normal(path);
    let inside = target.strip_prefix(&content).ok().and_then(|inside| SitePath::new(&inside.to_string_lossy().replace('\\', "/")));
    if inside.is_some() {
        return Ok(());
    }
    let help = if path.is_relative() {
        let climbs = path.components().any(|component| component == Component::ParentDir);
        let inside = path.file_name().filter(|_| climbs).map_or(path, Path::new);
        format!("write it to '{}'", project.content_folder().join(inside).display())
    } else {
        format!("write it below '{}'", content.display())
    };
    Err(Failure::new(format!("'{}' lies outside '{}', so it would never be built", path.display(), project.content_folder().display()), help))
}

/// The absolute path with `.` and `..` resolved by name; the file need not exist.
pub(super) fn normal(path: &Path) -> PathBuf {
    project::normal(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()))
}

fn capitalised(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
