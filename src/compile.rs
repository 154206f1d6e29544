//! Sources to build: the only place where the stages meet. Owns what is remembered from build to build.
//!
//! A pure function: no clock, no disk, no environment. Must not know who asks or what becomes of the result.

mod absent;
mod judge;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use self::judge::{Grounds, Judged, Judgements, Parsed, document_key, judge, parse_source};
use crate::config::{Config, INVALID_CONFIG, TypeGlobs};
use crate::diagnostic::{Diagnostic, Suppressed};
use crate::document::{Document, front_matter_end};
use crate::handbook::promises::Lock;
use crate::handbook::{Checked, Handbook, Known, Parts, Summary, length_of_time};
use crate::laps::Laps;
use crate::memo::{Digest, Hasher, Memo};
use crate::mounted::{self, Tables};
use crate::registry::Registry;
use crate::render::{self, RenderCache};
use crate::schema::{self, Schemas, TypePattern};
use crate::site::{Shelf, Site, SiteFile};
use crate::source::{LOCK, Pieces, REGISTRY, SitePath, Source, Sources, Unreadable};
use crate::text::Span;
use crate::{alerts, blocks, catalogue, checks, include};

/// A single run over so many documents keeps them [lean](Document::into_lean): below, they take half a gigabyte at most.
const MANY: usize = 20_000;

/// What is remembered from build to build. Every entry is found by the hash of all it depends on, so none can be stale.
#[derive(Default)]
pub struct Cache {
    /// Where the time of the last run went, if it was made with a clock.
    pub laps: Laps,
    registry: Memo<Declared>,
    lock: Memo<Locked>,
    rules: alerts::Known,
    schemas: Memo<Loaded>,
    documents: Memo<Parsed>,
    judgements: Judgements,
    is_for_one_run: bool,
    /// From so many documents on they are kept without what only judging them asks for.
    lean_from: Option<usize>,
    handbook: Known,
    checks: checks::Known,
    render: RenderCache,
}

impl Cache {
    /// A cache for who compiles once: what is only worth knowing after an edit isn't remembered.
    #[must_use]
    pub fn for_one_run() -> Self {
        Self { is_for_one_run: true, lean_from: Some(MANY), ..Self::default() }
    }

    /// The same for a handbook of any size as for one so large that its documents, as they are known between judging and rendering, have to be lean:
    /// it takes less memory, and a build reads each document twice. What comes of it is the same.
    #[must_use]
    pub fn for_one_lean_run() -> Self {
        Self { lean_from: Some(0), ..Self::for_one_run() }
    }

    /// Takes in what an earlier run left of the [colours of code](Self::highlighting). Bytes that aren't whole, or that another opsbook left, are as good
    /// as none; a few blocks are compared in each build, so that none can be wrong for long. Pages are what they would be without.
    pub fn take_in_highlighting(&mut self, bytes: Vec<u8>) {
        self.render.take_in_colours(bytes);
    }

    /// From now on what [pages](Self::pages) become is kept for the next run of the program of this digest. `record` is what its last run left: a page
    /// that it made of the same, and that is published still, isn't made again. Bytes that aren't whole, or that another program left, are as good as
    /// none; one page in 200, and at least one, is made and compared in each build.
    pub fn take_in_pages(&mut self, program: Digest, record: Vec<u8>) {
        self.render.take_in_pages(program, record);
    }

    /// What to leave of the pages for the next run. None if that is what was taken in.
    #[must_use]
    pub fn pages(&self) -> Option<Vec<u8>> {
        self.render.pages()
    }

    /// What to leave of the colours of code for the next run, of all that the last build showed and nothing else. None if that is what was taken in.
    #[must_use]
    pub fn highlighting(&self) -> Option<Vec<u8>> {
        self.render.colours()
    }
}

/// What came of compiling a handbook.
pub struct Build {
    /// Every finding, sorted, at the level that the book gives it.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings that don't count, sorted.
    pub suppressed: Vec<Suppressed>,
    /// The handbook with everything in it cross-referenced.
    pub handbook: Handbook,
    /// The schemas, built in and the book's own.
    pub schemas: Schemas,
}

struct Declared {
    registry: Arc<Registry>,
    diagnostics: Vec<Diagnostic>,
}

struct Locked {
    lock: Arc<Lock>,
    diagnostics: Vec<Diagnostic>,
}

struct Loaded {
    schemas: Schemas,
    diagnostics: Vec<Diagnostic>,
}

/// Reads, binds, resolves and checks a handbook. Pages are rendered by [`Build::site`], for those who want them.
#[must_use]
pub fn compile(sources: &Sources, cache: &mut Cache) -> Build {
    let mut diagnostics = Vec::new();
    cache.laps.start();
    cache.render.turn();
    let config = Arc::new(Config::parse(sources.text("book.toml"), &mut diagnostics));
    let registry = registry(sources, &mut cache.registry, &mut diagnostics);
    let tables = Tables::of(&config, sources);
    diagnostics.extend(tables.findings(sources.today));
    let rules = alerts::read(sources, &config.alerts, &mut cache.rules, &mut diagnostics);
    let (schemas, choices) = schemas(sources, &config, &tables, &mut cache.schemas, &mut diagnostics);
    let summary = summary(sources);
    let lock = lock(sources, &mut cache.lock, &mut diagnostics);
    cache.laps.end("settings");

    let mut files = document_sources(sources, summary.as_deref());
    include::expand_all(&mut files, sources, front_matter_end, include::ALL_BYTES, &mut diagnostics);
    let grounds = Grounds { schemas: &schemas, choices, registry: &registry, reader: blocks::Reader::new(&registry), content: &sources.content };
    let checked: Vec<Arc<Checked>> = if cache.lean_from.is_some_and(|many| files.len() >= many) {
        let judged: Vec<Judged> = files.par_iter().map(|source| grounds.judge_lean(parse_source(source, &tables))).collect();
        cache.laps.end("parse");
        let told = |judged: Judged| {
            diagnostics.extend(judged.diagnostics);
            judged.checked
        };
        judged.into_iter().map(told).collect()
    } else {
        let parsed = cache.documents.keyed(&files, |source| document_key(source, &tables), |source| parse_source(source, &tables));
        diagnostics.extend(parsed.iter().flat_map(|(_, parsed)| parsed.diagnostics.iter().cloned()));
        cache.laps.end("parse");
        let judged = judge(parsed, &grounds, &mut cache.judgements, cache.is_for_one_run);
        diagnostics.extend(judged.iter().flat_map(|(_, judged)| judged.diagnostics.iter().cloned()));
        judged.iter().map(|(_, judged)| Arc::clone(&judged.checked)).collect()
    };
    let documents: Vec<Arc<Document>> = checked.iter().map(|checked| Arc::clone(&checked.document)).collect();
    cache.laps.end("bind");
    let parts = Parts {
        config: Arc::clone(&config),
        registry,
        rules,
        content: sources.content.clone(),
        documents: checked,
        summary,
        lock,
        assets: &sources.assets,
        unreadable: &sources.unreadable,
    };
    let handbook = Handbook::resolve(parts, &mut cache.handbook);
    cache.laps.end("resolve");
    diagnostics.extend(schemas.unmatched(handbook.pages.iter().map(|page| &page.path)));
    diagnostics.extend(checks::run(&handbook, sources.today, &mut cache.checks));
    cache.laps.end("check");
    diagnostics.extend(render::check_theme(&handbook, sources, &mut cache.render));
    diagnostics.extend(unknown_lengths(&config));
    diagnostics.extend(checks::unknown_owners(&config, &handbook.registry));
    diagnostics.extend(catalogue::unknown_codes(&config));
    diagnostics.extend(catalogue::idle_levels(&config, sources));
    catalogue::weigh(&config, &sources.content, &mut diagnostics);
    absent::take_out(&handbook, &sources.mounts, &mut diagnostics);
    let mut suppressed = catalogue::suppress(&config, sources, documents.iter().map(|document| &**document).collect(), &mut diagnostics);
    // A waiver may be for what was just taken out.
    absent::take_out(&handbook, &sources.mounts, &mut diagnostics);
    // Up to here places are those of the texts with all that they include.
    let pieces = documents.iter().filter_map(|document| Some((&document.path, document.pieces.as_deref()?))).collect();
    put_back(&pieces, &mut diagnostics, &mut suppressed);
    // What is said of waivers and of the baseline has its level too.
    catalogue::weigh(&config, &sources.content, &mut diagnostics);
    mounted::mark(&sources.mounts, &mut diagnostics);
    cache.laps.end("weigh");
    Build { diagnostics, suppressed, handbook, schemas }
}

impl Build {
    /// The images that incident views carry inside, from the handbook's root. Whoever wants them there puts their bytes into
    /// [`Sources::pictures`] before asking for the site; without, the views lead to them.
    #[must_use]
    pub fn pictures(&self) -> BTreeSet<SitePath> {
        let shown = self.handbook.runbooks.all.iter().flat_map(|runbook| runbook.pictures.values());
        shown.filter(|picture| picture.inside).map(|picture| picture.from.clone()).collect()
    }

    /// Renders the site; none if a template fails, whatever level the book gives that. Faults of templates join the findings,
    /// so look at those again before publishing.
    pub fn site(&mut self, sources: &Sources, cache: &mut Cache) -> Option<Site> {
        let (site, faults) = render::site(&self.handbook, sources, &mut cache.render, &mut cache.laps);
        self.add(faults, sources);
        site
    }

    /// The same with every page put on a shelf when it is made. Nothing of it is remembered: it is for whoever builds once.
    pub fn site_on(&mut self, onto: &dyn Shelf, sources: &Sources, cache: &mut Cache) -> Option<Site> {
        let (site, faults) = render::site_on(onto, &self.handbook, sources, &mut cache.render, &mut cache.laps);
        self.add(faults, sources);
        site
    }

    /// The file at an address of the site, rendered now; none if the site has none. It is what [`site`](Self::site) would hold there.
    ///
    /// `sources` and `cache` are those that the build was made with.
    ///
    /// # Errors
    ///
    /// The faults of the templates that it would take.
    pub fn file(&self, sources: &Sources, cache: &mut Cache, address: &SitePath) -> Result<Option<SiteFile>, Vec<Diagnostic>> {
        render::file(&self.handbook, sources, &mut cache.render, address)
    }

    /// The faults of a theme of the book's own, on one page of each kind: for whoever doesn't render all of them.
    pub fn template_faults(&self, sources: &Sources, cache: &mut Cache) -> Vec<Diagnostic> {
        render::template_faults(&self.handbook, sources, &mut cache.render)
    }

    /// Adds findings that came up later, at the level that the book gives them.
    pub fn add(&mut self, findings: Vec<Diagnostic>, sources: &Sources) {
        if findings.is_empty() {
            return;
        }
        self.diagnostics.extend(findings);
        catalogue::weigh(&self.handbook.config, &sources.content, &mut self.diagnostics);
        mounted::mark(&sources.mounts, &mut self.diagnostics);
    }

    /// Puts findings that came up later where the authors wrote what they are about: they come with places of the texts with all that these include,
    /// since that is how waivers are found.
    pub fn put_back(&self, diagnostics: &mut [Diagnostic], suppressed: &mut [Suppressed]) {
        let documents = self.handbook.pages.iter().map(|page| &page.document);
        put_back(&documents.filter_map(|document| Some((&document.path, document.pieces.as_deref()?))).collect(), diagnostics, suppressed);
    }

    /// Says that the sources' dates or pictures are others than those that the build was made with.
    pub fn turn(&self, cache: &mut Cache) {
        cache.render.turn();
    }

    /// Where the page for addresses that don't exist lies.
    pub fn not_found(&self, sources: &Sources, cache: &mut Cache) -> Option<SitePath> {
        render::not_found(&self.handbook, sources, &mut cache.render)
    }

    /// Whether any finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.severity == crate::diagnostic::Severity::Error)
    }
}

/// Reports a grace of reviews and reviews of mounted documents that are no length of time.
fn unknown_lengths(config: &Config) -> Vec<Diagnostic> {
    let Some(book) = SitePath::new("book.toml") else { return Vec::new() };
    let reviews = config.sources.iter().flat_map(|table| &table.defaults).filter(|(key, ..)| *key == "review_every");
    let written = config.grace.iter().map(|(written, span)| (written, *span)).chain(reviews.map(|(_, written, span)| (written, *span)));
    let unknown = written.filter(|(written, _)| length_of_time(written).is_none());
    let finding = |(written, span)| Diagnostic::new(&INVALID_CONFIG, &book, span, format!("'{written}' is no length of time"));
    unknown.map(|found| finding(found).help("write `30d`, `6 weeks` or `3 months`")).collect()
}

/// What registry.yaml at the top of the content folder says; an empty registry without one.
fn registry(sources: &Sources, memo: &mut Memo<Declared>, diagnostics: &mut Vec<Diagnostic>) -> Arc<Registry> {
    let source = SitePath::new(REGISTRY).and_then(|path| sources.text(path.below(&sources.content)?.as_str()));
    let declared = memo.all(
        source.as_slice(),
        |source| source.digest,
        |source| {
            let mut diagnostics = Vec::new();
            Declared { registry: Arc::new(Registry::parse(Some(source), &mut diagnostics)), diagnostics }
        },
    );
    let Some(declared) = declared.first() else { return Arc::default() };
    diagnostics.extend(declared.diagnostics.iter().cloned());
    Arc::clone(&declared.registry)
}

/// What urls.lock records, if there is one.
fn lock(sources: &Sources, memo: &mut Memo<Locked>, diagnostics: &mut Vec<Diagnostic>) -> Option<Arc<Lock>> {
    let read = |source: &&Source| {
        let mut diagnostics = Vec::new();
        Locked { lock: Arc::new(Lock::parse(source, &mut diagnostics)), diagnostics }
    };
    let locked = memo.all(sources.text(LOCK).as_slice(), |source| source.digest, read).into_iter().next()?;
    diagnostics.extend(locked.diagnostics.iter().cloned());
    Some(Arc::clone(&locked.lock))
}

/// The schemas, and which documents each is for: what book.toml says comes before what schemas say.
fn schemas(sources: &Sources, config: &Config, tables: &Tables<'_>, memo: &mut Memo<Loaded>, diagnostics: &mut Vec<Diagnostic>) -> (Schemas, Digest) {
    let files = sources.texts.values().filter(|source| source.path.as_str().starts_with("schemas/"));
    let key = files.fold(Hasher::default(), |hasher, source| hasher.digest(source.digest)).finish();
    let loaded = memo.all(
        &[sources],
        |_| key,
        |sources| {
            let mut diagnostics = Vec::new();
            Loaded { schemas: schema::load(sources, &mut diagnostics), diagnostics }
        },
    );
    let Some(loaded) = loaded.first() else { return (Schemas::default(), key) };
    diagnostics.extend(loaded.diagnostics.iter().cloned());
    let schemas = loaded.schemas.clone();
    let Some(book) = sources.text("book.toml") else { return (schemas, key) };
    // Those of a source know their documents better than those of the whole handbook, so they are asked first.
    let of_sources = tables.types();
    let patterns = |types: &[TypeGlobs]| -> Vec<TypePattern> {
        let pattern = |types: &TypeGlobs, (glob, span): &(String, Span)| TypePattern {
            document_type: types.document_type.clone(),
            type_span: types.span,
            glob: glob.clone(),
            span: *span,
        };
        types.iter().flat_map(|types| types.globs.iter().map(move |glob| pattern(types, glob))).collect()
    };
    let (patterns, first) = (patterns(&config.types), patterns(&of_sources));
    let place = |hasher: Hasher, span: Span| hasher.bytes(&span.start().to_le_bytes()).bytes(&span.end().to_le_bytes());
    let choices = patterns.iter().chain(&first).fold(Hasher::default().digest(key), |hasher, pattern| {
        place(place(hasher.text(&pattern.document_type).text(&pattern.glob), pattern.type_span), pattern.span)
    });
    let choices = choices.bytes(&first.len().to_le_bytes()).finish();
    let schemas = schemas.with_patterns(patterns, &book.path, &INVALID_CONFIG, diagnostics);
    (if first.is_empty() { schemas } else { schemas.with_patterns(first, &book.path, &INVALID_CONFIG, diagnostics) }, choices)
}

/// SUMMARY.md at the top of the content folder, if there is one.
fn summary(sources: &Sources) -> Option<Arc<Summary>> {
    let path = SitePath::new("SUMMARY.md")?.below(&sources.content)?;
    Some(Arc::new(Summary::parse(sources.text(path.as_str())?, "")))
}

/// The texts that are documents. One that isn't UTF-8 is read as far as it goes, so that links to it aren't reported too.
fn document_sources<'a>(sources: &'a Sources, summary: Option<&Summary>) -> Vec<Cow<'a, Source>> {
    let is_document = |path: &SitePath| {
        path.is_markdown() && path.strip(&sources.content).is_some() && summary.and_then(|summary| summary.path.as_ref()) != Some(path)
    };
    let mut files: Vec<Cow<'a, Source>> = sources.texts.values().filter(|source| is_document(&source.path)).map(Cow::Borrowed).collect();
    let readable = files.len();
    for (path, reason) in sources.unreadable.iter().filter(|(path, _)| is_document(path)) {
        if let Unreadable::NotUtf8 { lossy, .. } = reason {
            files.push(Cow::Owned(Source::new(path.clone(), Arc::clone(lossy))));
        }
    }
    if files.len() > readable {
        files.sort_by(|a, b| a.path.cmp(&b.path));
    }
    files
}

/// Puts findings where the authors wrote what they are about.
fn put_back(pieces: &BTreeMap<&SitePath, &Pieces>, diagnostics: &mut [Diagnostic], suppressed: &mut [Suppressed]) {
    if pieces.is_empty() {
        return;
    }
    let suppressed_findings = suppressed.iter_mut().map(|suppressed| &mut suppressed.diagnostic);
    for finding in diagnostics.iter_mut().chain(suppressed_findings) {
        include::put_back(pieces, finding);
    }
    suppressed.sort_by(|a, b| a.diagnostic.place().cmp(&b.diagnostic.place()));
}
