//! Writes a large handbook to measure with: `cargo run --release --example generate -- DIR PAGES`.
//!
//! The same arguments give the same bytes. Must not know what stands in them.
#![expect(clippy::print_stderr, reason = "a program for the terminal")]

mod handbook;

use std::path::Path;
use std::process::ExitCode;

use opsbook::disk::{DiskError, write_new};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, pages] = arguments.as_slice() else {
        eprintln!("usage: cargo run --release --example generate -- DIR PAGES");
        return ExitCode::from(2);
    };
    let Ok(pages) = pages.parse() else {
        eprintln!("'{pages}' is not a number of pages");
        return ExitCode::from(2);
    };
    match generate(Path::new(folder), pages) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn generate(folder: &Path, pages: usize) -> Result<(), DiskError> {
    handbook::files(pages).try_for_each(|(path, text)| write_new(&folder.join(path), &text))
}
