//! The answers of earlier runs.

use super::super::Failure;
use super::super::compiled::Compiled;
use super::super::today::moment;
use crate::catalogue;
use crate::diagnostic::{Diagnostic, Suppression};
use crate::disk::{self, Kept};
use crate::links::{self, Cache, Mode, Moment};
use crate::project::Project;

/// The findings about other servers' pages that earlier runs have found, for whoever lists findings without asking anybody.
pub(in super::super) fn known_findings(project: &Project, compiled: &Compiled) -> Result<Vec<Diagnostic>, Failure> {
    let settings = compiled.build.handbook.config.links.clone();
    let now = u64::try_from(moment()?.as_second()).unwrap_or(0);
    let gathered = links::gather(&compiled.build.handbook, &compiled.sources, &settings);
    let kept = Store::new(project, true, now).read();
    let plan = links::plan(&gathered, &kept, &settings, now, Mode::Offline);
    let config = &compiled.build.handbook.config;
    let mut found = links::judge(&gathered, &plan.answers, &settings);
    catalogue::weigh(config, &compiled.sources.content, &mut found);
    let documents = compiled.build.handbook.pages.iter().map(|page| &*page.document).collect();
    let suppressed = catalogue::suppress_remote(config, &compiled.sources, documents, &mut found);
    found.retain(|finding| links::is_remote(finding.kind.code));
    // What documents waive needn't be listed.
    let listed = suppressed.into_iter().filter(|suppressed| suppressed.reason == Suppression::Baseline);
    found.extend(listed.map(|suppressed| suppressed.diagnostic));
    Ok(found)
}

/// The answers of earlier runs, as they lie on the disk.
pub(super) struct Store<'a> {
    project: &'a Project,
    is_used: bool,
    #[cfg_attr(not(feature = "links"), expect(dead_code, reason = "only those who ask keep answers"))]
    now: Moment,
}

impl<'a> Store<'a> {
    pub(super) fn new(project: &'a Project, is_used: bool, now: Moment) -> Self {
        Self { project, is_used, now }
    }

    #[cfg(feature = "links")]
    pub(super) fn now(&self) -> Moment {
        self.now
    }

    pub(super) fn read(&self) -> Cache {
        let folder = self.project.cache.as_ref().filter(|_| self.is_used);
        folder.and_then(|folder| disk::read_kept(folder, Kept::Links)).map(|bytes| Cache::parse(&bytes)).unwrap_or_default()
    }

    /// Keeps answers beside those that other runs have kept meanwhile.
    #[cfg(feature = "links")]
    pub(super) fn keep(&self, kept: &mut Cache, fresh: &Cache) {
        let Some(folder) = self.project.cache.as_ref().filter(|_| self.is_used) else { return };
        *kept = std::mem::take(kept).with(self.read(), self.now).with(fresh.clone(), self.now);
        disk::keep(folder, Kept::Links, &kept.bytes());
    }
}
