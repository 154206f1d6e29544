//! Where the time of an edit goes: `cargo run --release --example edit -- DIR EDITS [site]`.
//!
//! Reads a handbook once, then edits one document after the other, in memory, in several ways. After each edit the page of that document is
//! rendered, as the preview does; with `site` the whole site. Prints the median of each stage for each kind of edit.
#![expect(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods, reason = "a program for the terminal that measures")]

use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use opsbook::compile::{Cache, compile};
use opsbook::disk::{Layout, scan};
use opsbook::laps::Laps;
use opsbook::source::{SitePath, Sources};

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What an edit makes of a text in the given round.
type Edit = fn(&str, usize) -> String;

/// Kinds of edits.
const KINDS: [(&str, Edit); 6] = [
    ("sentence", |text, round| text.replacen(". ", &format!(". Word {round}. "), 1)),
    ("heading", |text, round| format!("{text}\n## Part {round}\n\nText.\n")),
    ("link", |text, round| format!("{text}\n[Home {round}](../index.md)\n")),
    ("title", |text, round| text.replacen("\n# ", &format!("\n# {round} "), 1)),
    ("front matter", |text, round| text.replacen("---\n", &format!("---\nkey_{round}: x\n"), 1)),
    ("new document", |_, round| format!("# New {round}\n\nText.\n")),
];

fn now() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, edits, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: cargo run --release --example edit -- DIR EDITS [site]");
        return ExitCode::from(2);
    };
    let sources = match scan(Path::new(folder), &Layout { content: "content".to_owned(), ..Layout::default() }) {
        Ok(sources) => sources,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    measure(sources, edits.parse().unwrap_or(3), !rest.is_empty());
    ExitCode::SUCCESS
}

fn measure(mut sources: Sources, edits: usize, whole: bool) {
    let mut cache = Cache::default();
    cache.laps = Laps::by(now);
    let documents: Vec<SitePath> = sources.texts.keys().filter(|path| path.is_markdown()).cloned().collect();
    let began = now();
    drop(compile(&sources, &mut cache));
    println!("{} documents, compiled in {:.0?}", documents.len(), now().saturating_sub(began));
    for (kind, edit) in KINDS {
        let mut rounds: Vec<Vec<(&'static str, Duration)>> = Vec::new();
        // The first two rounds fill what is remembered.
        for round in 0..edits + 2 {
            let Some(path) = documents.get(round * 7919 % documents.len()) else { return };
            let path = if kind == "new document" { SitePath::new(&format!("{path}-{round}.md")) } else { Some(path.clone()) };
            let Some(path) = path else { return };
            let text = edit(sources.text(path.as_str()).map_or("", |source| &source.text), round);
            sources.insert(path.clone(), text);
            let began = now();
            let mut build = compile(&sources, &mut cache);
            if whole {
                drop(build.site(&sources, &mut cache));
            } else if let Some(page) = path.strip("content").and_then(|path| build.handbook.page_at(&path)) {
                drop(build.file(&sources, &mut cache, &page.address));
                cache.laps.end("one page");
            }
            let took = now().saturating_sub(began);
            if round >= 2 {
                rounds.push(cache.laps.stages().iter().copied().chain([("all", took)]).collect());
            }
        }
        print(kind, &rounds);
    }
}

fn print(kind: &str, rounds: &[Vec<(&'static str, Duration)>]) {
    let stages = rounds.first().into_iter().flatten().map(|(stage, _)| *stage);
    let of = |stage: &str| {
        let mut took: Vec<Duration> = rounds.iter().flatten().filter(|(name, _)| *name == stage).map(|(_, took)| *took).collect();
        took.sort();
        took
    };
    let medians = stages.map(|stage| format!("{stage} {:.1?}", of(stage).get(rounds.len() / 2).copied().unwrap_or_default()));
    println!("{kind}: {}; longest {:.1?}", medians.collect::<Vec<_>>().join(", "), of("all").last().copied().unwrap_or_default());
}
