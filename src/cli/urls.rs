use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::compiled::Compiled;
use super::output::complain;
use super::{Failure, Verdict};
use crate::compile::Cache;
use crate::disk;
use crate::handbook::Handbook;
use crate::handbook::promises::{INVALID_URLS_LOCK, Lock, offered, recorded};
use crate::project::Project;
use crate::source::{LOCK, SitePath};
use crate::text::{count, nearest};

/// Keep the list of published addresses, so that none of them vanishes unnoticed
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook urls update                record pages and anchors that are new
  opsbook urls update --check        in CI: is everything recorded?
  opsbook urls forget guides/old.html 'guides/setup.html#draft'
                                     what nobody links to")]
pub(super) struct Urls {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Record the pages and anchors that are new. What is recorded and gone stays until an alias or `forget` settles it
    #[command(after_help = "Examples:
  opsbook urls update
  opsbook urls update docs
  opsbook urls update --check        writes nothing; exit code 1 if something isn't recorded")]
    Update {
        /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
        folder: Option<PathBuf>,
        /// Write nothing; say what isn't recorded, with exit code 1
        #[arg(long)]
        check: bool,
    },
    /// Take out addresses that were recorded and are gone for good
    #[command(after_help = "Examples:
  opsbook urls forget guides/old.html
  opsbook urls forget 'guides/setup.html#draft'
  opsbook urls forget --folder docs guides/old.html")]
    Forget {
        /// Pages as urls.lock has them, or anchors as `page.html#anchor`
        #[arg(required = true, value_name = "ADDRESS")]
        addresses: Vec<String>,
        /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
        #[arg(long)]
        folder: Option<PathBuf>,
    },
}

/// Addresses that are named, at most.
const SHOWN: usize = 10;

impl Urls {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        match self.command {
            Command::Update { folder, check } => Published::open(folder.as_deref())?.update(check),
            Command::Forget { addresses, folder } => Published::open(folder.as_deref())?.forget(&addresses),
        }
    }
}

/// What a build says of addresses that it publishes and that urls.lock doesn't record yet.
pub(super) fn note(handbook: &Handbook, prefix: &str) -> Option<String> {
    let lock = handbook.lock.as_deref()?;
    let is_known = |place: &SitePath, anchor: &str| lock.pages.get(place).is_some_and(|page| page.anchors.iter().any(|(known, _)| known == anchor));
    let new: usize = offered(handbook)
        .iter()
        .map(|(place, anchors)| usize::from(!lock.pages.contains_key(place)) + anchors.iter().filter(|anchor| !is_known(place, anchor)).count())
        .sum();
    (new > 0).then(|| format!("{prefix}{LOCK}: {} not recorded yet, `opsbook urls update` does that", addresses_in(new)))
}

struct Published {
    project: Project,
    compiled: Compiled,
    shown: String,
}

impl Published {
    fn open(folder: Option<&Path>) -> Result<Self, Failure> {
        let project = Project::open(folder, None)?;
        let compiled = Compiled::whole(&project, &mut Cache::default())?;
        let shown = format!("{}{LOCK}", project.prefix);
        if compiled.sources.unreadable.keys().any(|path| path.as_str() == LOCK) {
            return Err(Failure::new(format!("'{shown}' can't be read"), "see what `opsbook check` says of it"));
        }
        Ok(Self { project, compiled, shown })
    }

    fn lock(&self) -> Option<&Lock> {
        self.compiled.build.handbook.lock.as_deref()
    }

    fn update(&self, is_check: bool) -> Result<Verdict, Failure> {
        let before = self.lock().map(addresses).unwrap_or_default();
        let pages = recorded(&self.compiled.build.handbook, self.lock(), &BTreeSet::new());
        let after = flat(pages.iter().map(|(place, anchors)| (place, anchors.iter())));
        let new: Vec<&str> = after.difference(&before).map(String::as_str).collect();
        if is_check {
            if self.lock().is_none() {
                complain(&format!("there is no {}: `opsbook urls update` writes it", self.shown));
            } else if new.is_empty() {
                complain(&format!("{}: {} recorded", self.shown, addresses_in(after.len())));
            } else {
                complain(&format!("{}: {} not recorded, run `opsbook urls update`: {}", self.shown, addresses_in(new.len()), listed(&new)));
            }
            return Ok(if self.lock().is_some() && new.is_empty() { Verdict::Clean } else { Verdict::Findings });
        }
        self.write(&Lock::write(&pages))?;
        let added = if new.is_empty() || before.is_empty() { String::new() } else { format!(", new: {}", listed(&new)) };
        complain(&format!("{}: {} recorded{added}", self.shown, addresses_in(after.len())));
        let dropped = self.compiled.build.diagnostics.iter().filter(|finding| finding.kind.code == INVALID_URLS_LOCK.code).count();
        if dropped > 0 {
            complain(&format!("{}: {} taken out that could not be read", self.shown, count(dropped, "line")));
        }
        Ok(Verdict::Clean)
    }

    fn forget(&self, forgotten: &[String]) -> Result<Verdict, Failure> {
        let handbook = &self.compiled.build.handbook;
        let known = self.lock().map(addresses).unwrap_or_default();
        let forgotten: BTreeSet<String> = forgotten.iter().map(|address| address.trim_start_matches('/').to_owned()).collect();
        if let Some(address) = forgotten.iter().find(|address| !known.contains(*address)) {
            let help = match nearest(address, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean '{near}'?"),
                None => "write a page as urls.lock has it, or an anchor as `page.html#anchor`".to_owned(),
            };
            return Err(Failure::new(format!("{} doesn't record '{address}'", self.shown), help));
        }
        let pages = recorded(handbook, self.lock(), &forgotten);
        let after = flat(pages.iter().map(|(place, anchors)| (place, anchors.iter())));
        if let Some(there) = forgotten.iter().find(|address| after.contains(*address)) {
            return Err(Failure::new(format!("'{there}' is still there"), "take out the page or the heading first, or make the document a draft"));
        }
        // What is new isn't this command's to record.
        let kept = pages.into_iter().filter_map(|(place, anchors)| {
            let anchors = anchors.into_iter().filter(|anchor| known.contains(&format!("{place}#{anchor}"))).collect();
            known.contains(place.as_str()).then_some((place, anchors))
        });
        self.write(&Lock::write(&kept.collect()))?;
        complain(&format!("{}: {} forgotten", self.shown, addresses_in(forgotten.len())));
        Ok(Verdict::Clean)
    }

    fn write(&self, text: &str) -> Result<(), Failure> {
        let file = self.project.root.join(LOCK);
        match self.compiled.sources.text(LOCK) {
            Some(source) if *source.text == *text => Ok(()),
            Some(_) => Ok(disk::replace(&file, text)?),
            None => Ok(disk::write_new(&file, text)?),
        }
    }
}

fn addresses(lock: &Lock) -> BTreeSet<String> {
    flat(lock.pages.iter().map(|(place, promise)| (place, promise.anchors.iter().map(|(anchor, _)| anchor))))
}

/// Every page and every anchor, each as one address.
fn flat<'a, A: Iterator<Item = &'a String>>(pages: impl Iterator<Item = (&'a SitePath, A)>) -> BTreeSet<String> {
    pages.flat_map(|(place, anchors)| std::iter::once(place.to_string()).chain(anchors.map(move |anchor| format!("{place}#{anchor}")))).collect()
}

fn addresses_in(number: usize) -> String {
    if number == 1 { "1 address".to_owned() } else { format!("{number} addresses") }
}

/// Addresses in one line, the first few of them.
fn listed(addresses: &[&str]) -> String {
    let more = addresses.len().checked_sub(SHOWN).filter(|more| *more > 0).map_or_else(String::new, |more| format!(" and {more} more"));
    let first: Vec<&str> = addresses.iter().take(SHOWN).copied().collect();
    format!("{}{more}", first.join(", "))
}
