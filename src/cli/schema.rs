use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::compiled::Compiled;
use super::output::{self, Color, Stream, print};
use super::{Failure, Verdict, derive, incidents, role};
use crate::compile::Cache;
use crate::disk;
use crate::project::Project;
use crate::render::completeness;
use crate::text::{count, nearest};
use crate::{catalogue, registry, report, schema};

/// Show the document types and what each demands
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook schema list                every type, built in and of this handbook
  opsbook schema show alert-runbook  what a document of this type must hold
  opsbook schema copy process        your own copy of a built-in schema, to change
  opsbook schema json registry       JSON Schema of registry.yaml, for editors
  opsbook schema derive content/runbooks --output schemas/runbook.yaml
                                     a schema that the documents of a folder pass")]
pub(super) struct Schema {
    #[command(subcommand)]
    command: SchemaCommand,
}

#[derive(Debug, Subcommand)]
enum SchemaCommand {
    /// List every document type
    List {
        /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
        folder: Option<PathBuf>,
    },
    /// Copy a built-in schema into the handbook's schemas/, to change it
    Copy {
        /// The document type
        document_type: String,
        /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
        folder: Option<PathBuf>,
    },
    /// Show the outline that a document of one type must fill
    Show {
        /// The document type
        document_type: String,
        /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
        folder: Option<PathBuf>,
    },
    /// Write a schema that documents pass which are there, and say what each demand rests on
    Derive(derive::Derive),
    /// Print the JSON Schema of a kind of file, so that editors complete and check it
    Json {
        /// The kind of file
        file: JsonSchema,
    },
}

/// The kinds of files that have a JSON Schema.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum JsonSchema {
    /// The files in schemas/
    Schema,
    /// registry.yaml
    Registry,
    /// book.toml
    Book,
    /// What `check --format json` writes
    Report,
    /// What `check --report` writes as completeness.json
    Completeness,
    /// What `role --format json` prints
    Role,
    /// What `incidents --format json` prints
    Incidents,
}

impl JsonSchema {
    fn text(self) -> String {
        let made = match self {
            Self::Schema => schema::json_schema(),
            Self::Registry => registry::json_schema(),
            Self::Book => catalogue::book_json_schema(),
            Self::Report => return report::JSON_SCHEMA.to_owned(),
            Self::Completeness => return completeness::JSON_SCHEMA.to_owned(),
            Self::Role => return role::JSON_SCHEMA.to_owned(),
            Self::Incidents => return incidents::JSON_SCHEMA.to_owned(),
        };
        // Plain strings and numbers: writing them can't fail.
        format!("{}\n", serde_json::to_string_pretty(&made).unwrap_or_default())
    }
}

impl Schema {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        match self.command {
            SchemaCommand::List { folder } => {
                let compiled = load(folder.as_deref())?;
                let schemas = &compiled.build.schemas;
                let mut text = String::new();
                let width = schemas.iter().map(|schema| schema.document_type.len()).max().unwrap_or(0);
                for schema in schemas.iter() {
                    let (sections, topics) = schema.size();
                    let origin = if schema.built_in { "built in".to_owned() } else { schema.path.to_string() };
                    let counts = format!("{}, {}", count(sections, "section"), count(topics, "topic"));
                    // Writing to a string can't fail.
                    let _ = writeln!(text, "{:width$}  {}  ({counts}; {origin})", schema.document_type, schema.title);
                }
                print(Stream::Out, &text);
            }
            SchemaCommand::Show { document_type, folder } => {
                let compiled = load(folder.as_deref())?;
                print(Stream::Out, &schema::outline(find(&compiled.build.schemas, &document_type)?));
            }
            SchemaCommand::Derive(command) => command.run()?,
            SchemaCommand::Json { file } => print(Stream::Out, &file.text()),
            SchemaCommand::Copy { document_type, folder } => copy(&document_type, folder.as_deref())?,
        }
        Ok(Verdict::Clean)
    }
}

/// Writes a built-in schema into the handbook, where it takes the place of the built-in one.
fn copy(document_type: &str, folder: Option<&Path>) -> Result<(), Failure> {
    let project = Project::open(folder, None)?;
    let compiled = load(folder)?;
    let schema = find(&compiled.build.schemas, document_type)?;
    if !schema.built_in {
        return Err(Failure::new(format!("'{}{}' is your own already", project.prefix, schema.path), "change it there"));
    }
    let text = compiled.text(&schema.path).unwrap_or_default();
    let shown = format!("{}schemas/{document_type}.yaml", project.prefix);
    disk::write_new(&project.root.join("schemas").join(format!("{document_type}.yaml")), &text)?;
    output::complain(&format!("{shown}: your own copy of the schema; it takes the place of the built-in one"));
    Ok(())
}

/// The schemas of the handbook. Faults in schema files are shown, and the rest is still of use.
fn load(folder: Option<&Path>) -> Result<Compiled, Failure> {
    let project = Project::open(folder, None)?;
    let mut compiled = Compiled::of(&project, &mut Cache::default())?;
    compiled.build.diagnostics.retain(|finding| finding.path.as_str().starts_with("schemas/"));
    if !compiled.build.diagnostics.is_empty() {
        let options = output::options(Stream::Err, Color::Auto, &project.prefix);
        compiled.report(|report| output::report(Stream::Err, report, &options));
    }
    Ok(compiled)
}

/// The schema of a type; a type that there is not names the nearest.
pub(super) fn find<'a>(schemas: &'a schema::Schemas, document_type: &str) -> Result<&'a schema::Schema, Failure> {
    if let Some(schema) = schemas.get(document_type) {
        return Ok(schema);
    }
    let help = match nearest(document_type, schemas.iter().map(|schema| schema.document_type.as_str())) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("there are: {}", schemas.iter().map(|schema| schema.document_type.as_str()).collect::<Vec<_>>().join(", ")),
    };
    Err(Failure::new(format!("no document type is called '{document_type}'"), help))
}
