//! The incidents in which a runbook was used.

use super::log::{Dated, dated};
use crate::handbook::Handbook;
use crate::source::SitePath;

/// Incidents that the page of a runbook names.
const LIMIT: usize = 8;

/// What the page of a runbook says of its use.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Used {
    pub total: usize,
    /// The newest.
    pub incidents: Vec<Incident>,
    /// How many are left out.
    pub more: usize,
}

/// An incident with its severity.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Incident {
    #[serde(flatten)]
    pub incident: Dated,
    pub severity: Option<String>,
}

/// The incidents in which the runbook of a page was used, for the page at `from`; none if there are none.
pub(in crate::render) fn used(handbook: &Handbook, page: usize, from: &SitePath) -> Option<Used> {
    let reports = handbook.incidents.of_runbook(page);
    let total = reports.len();
    let incidents: Vec<Incident> = reports
        .take(LIMIT)
        .filter_map(|report| {
            let severity = report.record.severity.as_ref().map(|severity| severity.name.clone());
            Some(Incident { incident: dated(handbook, report, from)?, severity })
        })
        .collect();
    (total > 0).then(|| Used { total, more: total - incidents.len(), incidents })
}
