//! The floor that builds are held against: reads every document, parses it and writes bare HTML, on all cores, and nothing else.
//!
//! `cargo run --release --example floor -- DIR OUTPUT`. OUTPUT must not be there yet. No links, no navigation, no checks, no highlighting.
#![expect(clippy::print_stderr, clippy::disallowed_methods, reason = "a program for the terminal that measures")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, output] = arguments.as_slice() else {
        eprintln!("usage: cargo run --release --example floor -- DIR OUTPUT");
        return ExitCode::from(2);
    };
    match run(&Path::new(folder).join("content"), Path::new(output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run(content: &Path, output: &Path) -> io::Result<()> {
    let files = walkdir::WalkDir::new(content).into_iter().collect::<Result<Vec<_>, _>>()?;
    fs::create_dir(output)?;
    for folder in files.iter().filter(|entry| entry.file_type().is_dir() && entry.depth() > 0) {
        fs::create_dir(place(folder.path(), content, output))?;
    }
    files.par_iter().filter(|entry| entry.path().extension().is_some_and(|extension| extension == "md")).try_for_each(|entry| {
        let text = fs::read_to_string(entry.path())?;
        let mut page = String::with_capacity(text.len() * 2);
        html::push_html(&mut page, Parser::new_ext(&text, Options::ENABLE_TABLES));
        fs::write(place(entry.path(), content, output).with_extension("html"), page)
    })
}

fn place(path: &Path, content: &Path, output: &Path) -> PathBuf {
    output.join(path.strip_prefix(content).unwrap_or(path))
}
