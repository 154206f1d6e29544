//! Code blocks as what they say: commands with their output, commands that destroy, placeholders.
//!
//! Knows the words of shells and databases. Must not know other blocks, or how a code block looks.

pub mod commands;
mod destroyers;
pub mod harm;
mod placeholders;
pub mod session;

pub use harm::Harmful;

use crate::diagnostic::{Diagnostic, Kind};
use crate::document::Document;

/// Every kind of fault that reading code blocks can find.
pub(super) const KINDS: &[&Kind] = &[&placeholders::UNDECLARED_PLACEHOLDER, &placeholders::UNUSED_PLACEHOLDER];

/// Languages of command lines.
const SHELLS: &[&str] = &["bash", "cmd", "fish", "ksh", "powershell", "ps1", "pwsh", "sh", "shell", "zsh"];
/// Languages of sessions: command lines behind a prompt, with their output.
const SESSIONS: &[&str] = &["bash-session", "console", "sh-session", "shell-session", "shellconsole", "shellsession", "terminal"];
/// Languages of databases.
const DATABASES: &[&str] = &["mariadb", "mysql", "pgsql", "plsql", "postgres", "postgresql", "psql", "sql", "tsql"];

fn is_shell(language: &str) -> bool {
    SHELLS.contains(&language)
}

fn is_session(language: &str) -> bool {
    SESSIONS.contains(&language)
}

fn is_database(language: &str) -> bool {
    DATABASES.contains(&language)
}

/// Reads the code blocks of a document: those that do harm. Faults are findings.
pub(super) fn read(document: &Document, found: &mut Vec<Diagnostic>) -> Vec<Harmful> {
    placeholders::judge(document, found);
    let harm = |(fence, block): (usize, _)| Some(Harmful { fence, words: harm::of(block)? });
    document.fences.iter().enumerate().filter_map(harm).collect()
}
