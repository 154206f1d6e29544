//! Where the time of an edit goes: `cargo run --release --example edit -- DIR EDITS [page]`.
//!
//! Reads a handbook once, then changes one sentence of one document after the other, in memory. With `page` only the page of that document is
//! rendered, as the preview does; else the whole site.
#![expect(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods, reason = "a program for the terminal that measures")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use opsbook::compile::{Cache, compile};
use opsbook::disk::{Layout, scan};
use opsbook::laps::Laps;
use opsbook::source::SitePath;

fn now() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, edits, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: cargo run --release --example edit -- DIR EDITS [page]");
        return ExitCode::from(2);
    };
    let mut sources = match scan(Path::new(folder), &Layout { content: "content".to_owned(), output: None, extra: Vec::new() }) {
        Ok(sources) => sources,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let mut cache = Cache::default();
    cache.laps = Laps::by(now);
    let documents: Vec<SitePath> = sources.texts.keys().filter(|path| path.is_markdown()).cloned().collect();
    println!("{} documents", documents.len());
    let mut sums: BTreeMap<&'static str, Vec<Duration>> = BTreeMap::new();
    let edits: usize = edits.parse().unwrap_or(3);
    for edit in 0..=edits {
        let edited = documents.get(edit * 7919 % documents.len());
        if let Some(path) = edited
            && let Some(text) = sources.text(path.as_str()).map(|source| source.text.replacen(". ", ". Another word. ", 1))
        {
            sources.insert(path.clone(), text);
        }
        let mut build = compile(&sources, &mut cache);
        if rest.is_empty() {
            let site = build.site(&sources, &mut cache);
            println!("edit {edit}: {} findings, {} files", build.diagnostics.len(), site.map_or(0, |site| site.files.len()));
        } else if let Some(page) = build.handbook.pages.iter().find(|page| Some(&page.document.path) == edited) {
            let page = build.file(&sources, &mut cache, &page.address);
            cache.laps.end("one page");
            println!("edit {edit}: {} findings, {}", build.diagnostics.len(), if page.is_ok() { "rendered" } else { "failed" });
        }
        for (stage, took) in cache.laps.stages() {
            println!("  {stage:<12} {took:?}");
            if edit > 0 {
                sums.entry(stage).or_default().push(*took);
            }
        }
    }
    for (stage, mut took) in sums {
        took.sort();
        println!("{stage:<12} median {:?}", took.get(took.len() / 2).copied().unwrap_or_default());
    }
    ExitCode::SUCCESS
}
