use std::path::{Path, PathBuf};

use clap::Args;

use super::compiled::Compiled;
use super::open::open_in_browser;
use super::output::{self, Color, Stream};
use super::progress::Progress;
use super::sources::{self, Network};
use super::{Failure, Verdict, urls};
use crate::compile::Cache;
use crate::disk::{self, Kept};
use crate::handbook::runbooks::PICTURE_LIMIT;
use crate::project::Project;
use crate::source::SitePath;
use crate::text::count;

/// Check the handbook, then build its site
///
/// Errors mean no new site: what was published before stays as it was.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook build                      the handbook here, into book/
  opsbook build --open               the same, then open it in the browser
  opsbook build docs -d /srv/www     a plain folder of Markdown, published elsewhere")]
pub(super) struct Build {
    /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
    folder: Option<PathBuf>,
    /// Publish in this folder instead of the one that book.toml names
    #[arg(short = 'd', long, value_name = "FOLDER")]
    dest_dir: Option<PathBuf>,
    /// Open the site in the browser afterwards
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    network: Network,
    /// Print findings only, no status
    #[arg(short, long)]
    quiet: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

impl Build {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let mut project = Project::open(self.folder.as_deref(), self.dest_dir.as_deref())?;
        sources::bring(&mut project, self.network, self.quiet)?;
        let progress = Progress::start(self.quiet);
        let mut cache = Cache::for_one_run();
        cache.laps = progress.laps();
        let mut compiled = Compiled::of_documents(&project, &mut cache)?;
        let config = &compiled.build.handbook.config;
        if config.published.history && !compiled.build.has_errors() {
            let documents: Vec<SitePath> = compiled.build.handbook.pages.iter().map(|page| page.document.path.clone()).collect();
            compiled.sources.changes = sources::changes(&project.root, &compiled.sources.mounts, &project.tables, &documents);
        }
        let made = if compiled.build.has_errors() {
            None
        } else {
            let mut spool = disk::Spool::open(&project.root, &project.content, &project.output)?;
            if let Some(folder) = project.cache.as_deref() {
                take_in(folder, &mut cache);
            }
            compiled.sources.pictures = disk::read_pictures(&project.root, &compiled.sources.mounts, &compiled.build.pictures(), PICTURE_LIMIT);
            let site = compiled.build.site_on(&spool, &compiled.sources, &mut cache);
            // Whoever publishes reads it again, and needs the room.
            spool.forget_published();
            site.map(|site| (spool, site))
        };
        let failed = compiled.build.has_errors();
        // What the next build gets is put together first: publishing needs the room of the cache.
        let left = if made.is_some() && !failed && project.cache.is_some() { to_leave(&cache) } else { Vec::new() };
        drop(cache);
        let published = match made {
            Some((spool, site)) if !failed => {
                let origin = disk::Origin { root: &project.root, content: &project.content, mounts: &compiled.sources.mounts };
                Some(disk::publish_from(&spool, &site, &origin, &project.output)?)
            }
            _ => None,
        };
        if let (Some(_), Some(folder)) = (&published, &project.cache) {
            for (what, bytes) in left {
                disk::keep(folder, what, &bytes);
            }
        }
        drop(progress);
        let options = compiled.options(output::options(Stream::Err, self.color, &project.prefix));
        if !self.quiet || !compiled.build.diagnostics.is_empty() {
            compiled.report(|report| output::report(Stream::Err, report, &options));
        }
        let Some(published) = published else {
            let before = if project.output.exists() { format!("; '{}' is as it was", project.output_shown) } else { String::new() };
            output::complain(&format!("no site built{before}"));
            return Ok(Verdict::Findings);
        };
        if !self.quiet {
            let (written, deleted) = (count(published.written, "file"), published.deleted);
            let gone = if deleted == 0 { String::new() } else { format!(", {deleted} deleted") };
            if let Some(note) = urls::note(&compiled.build.handbook, &project.prefix) {
                output::complain(&note);
            }
            output::complain(&format!("{}/index.html: {written} written, {} unchanged{gone}", project.output_shown, published.unchanged));
        }
        if self.open {
            open_in_browser(project.output.join("index.html").as_os_str());
        }
        Ok(Verdict::Clean)
    }
}

/// Takes in what the last build left.
fn take_in(folder: &Path, cache: &mut Cache) {
    if let Some(kept) = disk::read_kept(folder, Kept::Highlighting) {
        cache.take_in_highlighting(kept);
    }
    if let Some(program) = disk::program() {
        cache.take_in_pages(program, disk::read_kept(folder, Kept::Pages).unwrap_or_default());
    }
}

/// What to leave for the next build.
fn to_leave(cache: &Cache) -> Vec<(Kept, Vec<u8>)> {
    let all = [(Kept::Highlighting, cache.highlighting()), (Kept::Pages, cache.pages())];
    all.into_iter().filter_map(|(what, bytes)| Some((what, bytes?))).collect()
}
