//! What `opsbook links` does: reads the handbook, looks answers up, asks for the rest, keeps them, reports.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::compiled::Compiled;
use super::super::fix::fix_once;
use super::super::progress::Progress;
use super::super::today::moment;
use super::super::{Failure, Verdict, destination, output};
use super::Links;
use super::store::Store;
use super::told::{Told, Watch};
use super::veil::veil;
use crate::catalogue;
use crate::compile;
use crate::config::{INVALID_CONFIG, LinkSettings};
use crate::links::ask::{Event, Manners, ask};
use crate::links::{self, Answer, Cache, Fault, Gathered, Mode, Outcome, Plan, Question};
use crate::mounted;
use crate::project::Project;
use crate::source::SitePath;
use crate::text::count;

/// How often answers are kept while others are waited for, so that a run that is stopped has not been for nothing.
const KEEP_EVERY: Duration = Duration::from_secs(20);

impl Links {
    pub(in super::super) fn run(self) -> Result<Verdict, Failure> {
        let mut project = Project::open(self.folder.as_deref(), None)?;
        if let Some(file) = &self.baseline {
            project.read_baseline(file)?;
        }
        let destinations = destination::plan(self.formats, self.output.as_deref(), &project)?;
        let progress = Progress::start(self.quiet);
        let mut cache = compile::Cache::default();
        cache.laps = progress.laps();
        let mut compiled = Compiled::whole(&project, &mut cache)?;
        let settings = compiled.build.handbook.config.links.clone();
        if has_faults(&compiled) {
            // Asked with half the settings, a server would be told what it shouldn't.
            drop(progress);
            keep_only_faults(&mut compiled);
            destination::write(&destinations, &compiled, self.color, self.quiet, &project.prefix)?;
            return Ok(Verdict::Findings);
        }
        let mut gathered = links::gather(&compiled.build.handbook, &compiled.sources, &settings);
        let now = u64::try_from(moment()?.as_second()).unwrap_or(0);
        let mode = if self.offline {
            Mode::Offline
        } else if self.refresh || self.no_cache {
            Mode::Refresh
        } else {
            Mode::Usual
        };
        let store = Store::new(&project, !self.no_cache, now);
        let mut kept = store.read();
        let mut plan = links::plan(&gathered, &kept, &settings, now, mode);
        let mut told = Told { known: plan.answers.len(), left_out: gathered.left_out, oldest_s: plan.oldest_s, ..Told::default() };
        if mode == Mode::Offline {
            told.not_asked = plan.questions.len();
        } else {
            told.asked = plan.questions.len();
            ask_all(&mut plan, &settings, &store, &mut kept, &progress)?;
        }
        told.given_up = plan.answers.values().filter(|answer| answer.outcome == Outcome::Fault(Fault::GivenUp)).count();
        take_findings(&mut compiled, &gathered, &plan, &settings, told.not_asked + told.given_up == 0);
        if self.fix {
            let written = fix_once(&project, &compiled)?;
            let shown = |path: &SitePath| compiled.sources.mounts.shown(path).unwrap_or_else(|| format!("{}{path}", project.prefix));
            told.mended = written.iter().map(|(path, edits)| format!("mended {}: {}", shown(path), count(*edits, "edit"))).collect();
            if !written.is_empty() {
                let moved = moved_answers(&plan);
                compiled = Compiled::whole(&project, &mut cache)?;
                gathered = links::gather(&compiled.build.handbook, &compiled.sources, &settings);
                plan.answers.extend(moved);
                take_findings(&mut compiled, &gathered, &plan, &settings, false);
            }
        }
        drop(progress);
        if !self.quiet {
            told.mended.iter().for_each(|line| output::complain(line));
        }
        destination::write(&destinations, &compiled, self.color, self.quiet, &project.prefix)?;
        if !self.quiet {
            output::complain(&told.line());
        }
        Ok(if compiled.build.has_errors() { Verdict::Findings } else { Verdict::Clean })
    }
}

/// Whether book.toml can't be understood.
fn has_faults(compiled: &Compiled) -> bool {
    compiled.build.diagnostics.iter().any(|finding| finding.kind == &INVALID_CONFIG)
}

fn keep_only_faults(compiled: &mut Compiled) {
    compiled.build.diagnostics.retain(|finding| finding.kind == &INVALID_CONFIG);
    compiled.build.suppressed.clear();
}

/// Asks every question of a plan. Answers are kept now and then, and at the end.
fn ask_all(plan: &mut Plan, settings: &LinkSettings, store: &Store<'_>, kept: &mut Cache, progress: &Progress) -> Result<(), Failure> {
    let questions = std::mem::take(&mut plan.questions);
    let asked: Vec<_> = questions.iter().map(|question| &question.url).collect();
    let headers = links::sent(settings, &asked, &variable).map_err(|missing| {
        let message =
            format!("book.toml names the variable '{}' in [links.headers], and the environment doesn't have it, or not as one line", missing.name);
        Failure::new(message, format!("set it: `{}=… opsbook links`; or leave these addresses out with `exclude`", missing.name))
    })?;
    let mut fresh = Cache::default();
    let mut watch = Watch::new(questions.len());
    let mut kept_at = clock();
    ask(questions, &Manners::new(settings, headers), &mut |event| {
        if let Event::Answered(_, Question { key, url, .. }, answer) = &event {
            fresh.put(*key, store.now(), answer);
            plan.answers.insert(url.to_string(), answer.clone());
        }
        watch.see(&event);
        progress.say(|| watch.words());
        if kept_at.elapsed() > KEEP_EVERY {
            store.keep(kept, &fresh);
            kept_at = clock();
        }
    })
    .map_err(|error| {
        Failure::new(format!("no server can be asked: {error}"), "the machine needs certificates to trust, as of the package `ca-certificates`")
    })?;
    store.keep(kept, &fresh);
    Ok(())
}

/// Puts the findings about other servers' pages in the place of all others, and hides secrets in the texts that reports show.
fn take_findings(compiled: &mut Compiled, gathered: &Gathered, plan: &Plan, settings: &LinkSettings, is_complete: bool) {
    let config = Arc::clone(&compiled.build.handbook.config);
    let content = compiled.sources.content.clone();
    let mut found = links::judge(gathered, &plan.answers, settings);
    catalogue::weigh(&config, &content, &mut found);
    let pages = Arc::clone(&compiled.build.handbook.pages);
    let documents = pages.iter().map(|page| &*page.document).collect();
    let mut suppressed = catalogue::suppress_remote(&config, &compiled.sources, documents, &mut found);
    compiled.build.put_back(&mut found, &mut suppressed);
    compiled.build.suppressed = suppressed;
    if !is_complete {
        // What wasn't asked may be as bad as ever.
        found.retain(|finding| !matches!(finding.kind.code, "unused-waiver" | "stale-baseline"));
    }
    catalogue::weigh(&config, &content, &mut found);
    compiled.build.diagnostics = links::merge(found);
    mounted::mark(&compiled.sources.mounts, &mut compiled.build.diagnostics);
    veil(compiled, gathered);
}

/// What is known of the addresses that pages have moved to, so that they needn't be asked about at once.
fn moved_answers(plan: &Plan) -> BTreeMap<String, Answer> {
    let moved = plan.answers.values().filter_map(|answer| Some((answer.moved.clone()?, Answer { moved: None, ..answer.clone() })));
    moved.filter(|(address, _)| !plan.answers.contains_key(address)).collect()
}

#[expect(clippy::disallowed_methods, reason = "the command line is where time is measured; it decides how often answers are kept, and nothing else")]
fn clock() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
