//! The schemas that come with opsbook: the files in `schemas/`, embedded.

/// File name and text of every built-in schema.
pub(super) const ALL: &[(&str, &str)] = &[
    ("alert-runbook.yaml", include_str!("../../schemas/alert-runbook.yaml")),
    ("decision-record.yaml", include_str!("../../schemas/decision-record.yaml")),
    ("developer-setup.yaml", include_str!("../../schemas/developer-setup.yaml")),
    ("disaster-recovery.yaml", include_str!("../../schemas/disaster-recovery.yaml")),
    ("feature-release.yaml", include_str!("../../schemas/feature-release.yaml")),
    ("incident-report.yaml", include_str!("../../schemas/incident-report.yaml")),
    ("operations-policy.yaml", include_str!("../../schemas/operations-policy.yaml")),
    ("process.yaml", include_str!("../../schemas/process.yaml")),
    ("troubleshooting.yaml", include_str!("../../schemas/troubleshooting.yaml")),
];
