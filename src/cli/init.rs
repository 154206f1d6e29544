use std::path::{Path, PathBuf};

use clap::Args;

use super::output::complain;
use super::today::today;
use super::{Failure, Verdict};
use crate::disk;

/// Start a handbook
///
/// In an empty or new folder: book.toml and a small handbook that passes its checks. In a folder of Markdown: book.toml alone. An mdBook builds as it is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook init handbook              a new handbook in the folder 'handbook'
  opsbook init                       book.toml for the Markdown that lies here")]
pub(super) struct Init {
    /// The folder; without it the working folder
    #[arg(default_value = ".")]
    folder: PathBuf,
}

/// The handbook that a new folder starts with.
const STARTER: &[(&str, &str)] = &[
    ("book.toml", include_str!("starter/book.toml")),
    (".gitignore", "/book\n"),
    ("content/index.md", include_str!("starter/index.md")),
    ("content/runbooks/index.md", include_str!("starter/runbooks.md")),
    ("content/runbooks/api-error-rate-high.md", include_str!("starter/runbook.md")),
    ("content/processes/index.md", include_str!("starter/processes.md")),
    ("content/processes/release-a-service.md", include_str!("starter/process.md")),
];

/// The day on which the starter was written, as its documents have it.
const WRITTEN: &str = "2026-11-01";

/// The book.toml for a folder that holds Markdown already.
const FOR_EXISTING: &str = "# What the handbook is, where it goes, which checks are errors.

[book]
title = \"Operations handbook\"
src = \"SRC\"

# Publish only files that a document links to or shows; \"all\" publishes everything that lies here.
[build]
assets = \"linked\"

# Give documents their type by where they lie, and `opsbook check` says what each misses. `opsbook schema list` shows the types.
# [types]
# alert-runbook = [\"runbooks/**/*.md\"]
";

impl Init {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let folder = &self.folder;
        let shown = folder.display();
        if folder.join("book.toml").is_file() {
            let summaries = ["content/SUMMARY.md", "src/SUMMARY.md", "SUMMARY.md"];
            if summaries.iter().any(|summary| folder.join(summary).is_file()) {
                complain(&format!("'{shown}' is an mdBook: its book.toml and SUMMARY.md work as they are; run `opsbook build`"));
                return Ok(Verdict::Clean);
            }
            return Err(Failure::new(format!("'{shown}' has a book.toml already"), "run `opsbook check`, or choose another folder"));
        }
        if let Some(content) = existing_content(folder) {
            disk::write_new(&folder.join("book.toml"), &FOR_EXISTING.replace("SRC", content))?;
            complain(&format!("{}: written; run `opsbook check`, then `opsbook build --open`", folder.join("book.toml").display()));
            return Ok(Verdict::Clean);
        }
        if let Some((taken, _)) = STARTER.iter().find(|(path, _)| *path != ".gitignore" && folder.join(path).exists()) {
            return Err(Failure::new(format!("'{}' is there already", folder.join(taken).display()), "choose an empty folder"));
        }
        let today = today()?.to_string();
        for (path, text) in STARTER.iter().filter(|(path, _)| !folder.join(path).exists()) {
            // A handbook that begins with overdue reviews would be a poor start.
            disk::write_new(&folder.join(path), &text.replace(WRITTEN, &today))?;
        }
        let inside = if folder == Path::new(".") { String::new() } else { format!(" {shown}") };
        complain(&format!("{shown}: a handbook to start from; run `opsbook build{inside} --open`"));
        Ok(Verdict::Clean)
    }
}

/// The folder of the Markdown that lies here already, as book.toml names it.
fn existing_content(folder: &Path) -> Option<&'static str> {
    [("content", "content"), (".", ".")].into_iter().find(|(inside, _)| disk::holds_markdown(&folder.join(inside))).map(|(_, name)| name)
}
