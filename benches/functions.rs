//! What single functions cost, on generated documents: `cargo bench --bench functions -- FILTER`.
//!
//! One bench for each piece of a build's work, from the hash of a page to a whole site. What a function is given is made, and what it gives is put
//! away, outside of the time. Those that use all cores do so here too: `RAYON_NUM_THREADS=1` takes one. Knows public functions; must not know how they
//! do it.
#![expect(clippy::expect_used, reason = "a program for the terminal with inputs that are known")]

mod handbook;
mod random;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, Divan};
use handbook::{Page, Random, files, path, shell};
use opsbook::blocks::{Blocks, Reader};
use opsbook::compile::{Build, Cache, compile};
use opsbook::diagram::{Caption, Graph, Swimlane};
use opsbook::document::{Document, front_matter_end};
use opsbook::include::expand;
use opsbook::memo::Digest;
use opsbook::registry::{Mentions, Registry};
use opsbook::schema::{self, Conformance, Schema};
use opsbook::source::{SitePath, Source, Sources};
use opsbook::text::slug;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What looks at documents one by one looks at so many, a third of each type: no two cost the same.
const DOCUMENTS: usize = 30;
/// As many drawings of each kind.
const DRAWINGS: u64 = 30;
/// Where a page is rendered again and again, it is one of so many.
const NEIGHBOURS: usize = 100;
const CAPTION: Caption<'static> = Caption { prefix: "d", title: "A drawing", description: "" };

fn main() {
    // Some take nanoseconds and some a second: each gets as many samples as fit, whatever making their inputs takes.
    Divan::default().max_time(Duration::from_secs(3)).skip_ext_time(true).config_with_args().main();
}

#[divan::bench]
fn hash_a_page(bencher: Bencher<'_, '_>) {
    let page = Page::new(0).markdown(DOCUMENTS);
    bencher.counter(BytesCount::of_str(&page)).bench(|| Digest::of(page.as_bytes()));
}

#[divan::bench]
fn make_anchors(bencher: Bencher<'_, '_>) {
    let titles: Vec<String> = (0..DOCUMENTS).flat_map(|number| Page::new(number).headings).map(|(_, title)| title).collect();
    bencher.counter(ItemsCount::new(titles.len())).bench(|| titles.iter().map(|title| slug(title)).collect::<Vec<_>>());
}

#[divan::bench]
fn include_a_script(bencher: Bencher<'_, '_>) {
    let mut sources = handbook(1);
    sources.insert(site_path("content/look.sh"), scripts(&mut Random::new(0)));
    let page = Source::new(site_path("content/look.md"), format!("{}```bash\n{{{{#include look.sh}}}}\n```\n", Page::new(0).markdown(1)));
    let whole = || expand(&page, &sources, front_matter_end, &mut Vec::new());
    let length = whole().expect("the script is there").text.len();
    bencher.counter(BytesCount::new(length)).bench(whole);
}

#[divan::bench]
fn parse_documents(bencher: Bencher<'_, '_>) {
    let sources = documents();
    let bytes: usize = sources.iter().map(|source| source.text.len()).sum();
    let bencher = bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(sources.len()));
    bencher.bench(|| sources.iter().map(Document::parse).collect::<Vec<_>>());
}

#[divan::bench]
fn read_blocks(bencher: Bencher<'_, '_>) {
    let (registry, documents) = (registry(), parsed());
    let reader = Reader::new(&registry);
    bencher.counter(ItemsCount::new(documents.len())).bench(|| documents.iter().map(|document| reader.read(document)).collect::<Vec<_>>());
}

#[divan::bench]
fn find_names(bencher: Bencher<'_, '_>) {
    let (finder, documents) = (Mentions::of(&registry(), |_| true), documents());
    let bytes: usize = documents.iter().map(|source| source.text.len()).sum();
    let names = || documents.iter().map(|source| finder.find(&source.text).count()).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).bench(names);
}

#[divan::bench]
fn load_schemas(bencher: Bencher<'_, '_>) {
    let sources = handbook(0);
    bencher.bench(|| schema::load(&sources, &mut Vec::new()));
}

#[divan::bench]
fn bind_runbooks(bencher: Bencher<'_, '_>) {
    let Runbooks { schema, all, .. } = Runbooks::read();
    let bind = || all.iter().map(|runbook| schema::bind(&schema, &runbook.document)).collect::<Vec<_>>();
    bencher.counter(ItemsCount::new(all.len())).bench(bind);
}

#[divan::bench]
fn judge_runbooks(bencher: Bencher<'_, '_>) {
    let Runbooks { registry, schema, all } = Runbooks::read();
    let judge = |Runbook { document, blocks, conformance }: &Runbook| schema::judge(&schema, document, conformance, blocks, &registry);
    bencher.counter(ItemsCount::new(all.len())).bench(|| all.iter().map(judge).collect::<Vec<_>>());
}

#[divan::bench]
fn draw_swimlanes(bencher: Bencher<'_, '_>) {
    let processes: Vec<Swimlane> = (0..DRAWINGS).map(random::process).collect();
    bencher.counter(ItemsCount::new(processes.len())).bench(|| processes.iter().map(|process| process.draw(CAPTION)).collect::<Vec<_>>());
}

#[divan::bench]
fn draw_graphs(bencher: Bencher<'_, '_>) {
    let graphs: Vec<Graph> = (0..DRAWINGS).map(random::graph).collect();
    bencher.counter(ItemsCount::new(graphs.len())).bench(|| graphs.iter().map(|graph| graph.draw(CAPTION)).collect::<Vec<_>>());
}

#[divan::bench(args = [10, 100, 1000])]
fn compile_a_handbook(bencher: Bencher<'_, '_>, pages: usize) {
    let sources = handbook(pages);
    bencher.counter(count(&sources)).with_inputs(Cache::for_one_run).bench_refs(|cache| compile(&sources, cache));
}

/// Another sentence in one of so many pages, by the cache of the compilation before.
#[divan::bench(args = [1000])]
fn compile_after_an_edit(bencher: Bencher<'_, '_>, pages: usize) {
    let (mut sources, mut cache) = (handbook(pages), Cache::default());
    let (path, text) = (site_path(&path(pages / 2)), Page::new(pages / 2).markdown(pages));
    let mut round = 0;
    let mut edit = || {
        round += 1;
        text.replacen(". ", &format!(". Word {round}. "), 1)
    };
    let mut compile = |text: String| {
        sources.insert(path.clone(), text);
        compile(&sources, &mut cache)
    };
    // What is remembered is filled by the first compilation and by the first edit.
    for _ in 0..2 {
        compile(edit());
    }
    bencher.with_inputs(edit).bench_local_values(compile);
}

/// All pages, with the search and pages to print, of a handbook that was compiled.
#[divan::bench(args = [10, 100])]
fn render_a_site(bencher: Bencher<'_, '_>, pages: usize) {
    let sources = handbook(pages);
    let compiled = || {
        let mut cache = Cache::for_one_run();
        (compile(&sources, &mut cache), cache)
    };
    bencher.counter(count(&sources)).with_inputs(compiled).bench_refs(|(build, cache)| build.site(&sources, cache));
}

/// A page as it comes from its author: nothing on it was there before.
// Only the last build goes with the sources, so a sample is one page.
#[divan::bench(sample_size = 1)]
fn render_a_page(bencher: Bencher<'_, '_>) {
    render_anew(bencher, &path(0), |random| Page::new(0).drafted(random, NEIGHBOURS));
}

/// A page that is all shell code, another each time, so that no colours are known: nearly all of its time goes into them.
#[divan::bench(sample_size = 1)]
fn render_a_page_of_scripts(bencher: Bencher<'_, '_>) {
    render_anew(bencher, "content/look.md", |random| format!("# Scripts\n\n{}", scripts(random)));
}

/// Renders one page of a handbook as a preview does, each time with another text.
fn render_anew(bencher: Bencher<'_, '_>, path: &str, draft: impl Fn(&mut Random) -> String) {
    let path = site_path(path);
    let state = RefCell::new((handbook(NEIGHBOURS), Cache::default()));
    let mut random = Random::new(1);
    let mut compiled = || {
        let (sources, cache) = &mut *state.borrow_mut();
        let text = draft(&mut random);
        let length = text.len();
        sources.insert(path.clone(), text);
        (compile(sources, cache), length)
    };
    let rendered = |(build, _): &mut (Build, usize)| {
        let (sources, cache) = &mut *state.borrow_mut();
        let page = path.strip("content").and_then(|path| build.handbook.page_at(&path)).expect("the page was compiled");
        build.file(sources, cache, &page.address).expect("the theme renders")
    };
    // The theme and the grammars are there from the first page on.
    rendered(&mut compiled());
    bencher.with_inputs(compiled).input_counter(|(_, length)| BytesCount::new(*length)).bench_local_refs(rendered);
}

/// Runbooks that were read, and what binding and judging them takes besides.
struct Runbooks {
    registry: Registry,
    schema: Arc<Schema>,
    all: Vec<Runbook>,
}

struct Runbook {
    document: Document,
    blocks: Blocks,
    conformance: Conformance,
}

impl Runbooks {
    fn read() -> Self {
        let schemas = schema::load(&handbook(0), &mut Vec::new());
        let schema = Arc::clone(schemas.get("alert-runbook").expect("the schema is built in"));
        let registry = registry();
        let reader = Reader::new(&registry);
        let is_runbook = |document: &Document| document.meta.document_type.as_ref().is_some_and(|(name, _)| *name == schema.document_type);
        let runbook = |document: Document| {
            let ((blocks, _), conformance) = (reader.read(&document), schema::bind(&schema, &document));
            Runbook { document, blocks, conformance }
        };
        let all = parsed().into_iter().filter(is_runbook).map(runbook).collect();
        Self { registry, schema, all }
    }
}

fn handbook(pages: usize) -> Sources {
    let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
    for (path, text) in files(pages) {
        sources.insert(site_path(&path), text);
    }
    sources
}

fn documents() -> Vec<Source> {
    (0..DOCUMENTS).map(|number| Source::new(site_path(&path(number)), Page::new(number).markdown(DOCUMENTS))).collect()
}

fn parsed() -> Vec<Document> {
    documents().iter().map(|source| Document::parse(source).0).collect()
}

fn registry() -> Registry {
    let source = Source::new(site_path("content/registry.yaml"), handbook::registry());
    Registry::parse(Some(&source), &mut Vec::new())
}

/// As much code as a long page holds.
fn scripts(random: &mut Random) -> String {
    (0..40).map(|_| shell(random)).collect()
}

fn count(sources: &Sources) -> ItemsCount {
    ItemsCount::new(sources.texts.keys().filter(|path| path.is_markdown()).count())
}

fn site_path(path: &str) -> SitePath {
    SitePath::new(path).expect("generated paths are right")
}
