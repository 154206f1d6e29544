//! `[alerts]`: where the rule files lie, which alerts page somebody, and which URLs lead to this handbook.

use super::keys::ALERT_KEYS;
use super::kinds::INVALID_CONFIG;
use super::{Config, Reader};
use crate::data::{Fields, Node};
use crate::source;
use crate::text::Span;

/// What book.toml says about alerts and their rules.
#[derive(Debug, Clone)]
pub struct Alerts {
    /// The globs of the rule files from the handbook's root, each with its place in book.toml; none: no rules are read.
    pub rules: Vec<(String, Span)>,
    /// The severities that page somebody, in small letters.
    pub paging: Vec<String>,
    /// The label that says how severe an alert is.
    pub severity: String,
    /// The annotation that says where an alert's runbook is.
    pub annotation: String,
    /// What URLs of this handbook begin with, besides its site-url.
    pub urls: Vec<String>,
}

impl Default for Alerts {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            paging: ["critical", "page"].map(str::to_owned).to_vec(),
            severity: "severity".to_owned(),
            annotation: "runbook_url".to_owned(),
            urls: Vec::new(),
        }
    }
}

impl Reader<'_> {
    pub(super) fn alerts(&mut self, root: &Node, config: &mut Config) {
        let Some(table) = root.get("alerts") else { return };
        let mut fields = Fields::new(table, "[alerts]", &INVALID_CONFIG, self.path, self.diagnostics);
        fields.only(ALERT_KEYS);
        let alerts = &mut config.alerts;
        for (glob, span) in fields.texts("rules") {
            let leads_out = glob.starts_with('/') || glob.split('/').any(|name| name == "..");
            if leads_out {
                fields.report(span, format!("'{glob}' lies outside the handbook"), "name files below the folder that holds book.toml");
            } else if let Err(error) = source::glob(&glob) {
                fields.report(span, format!("'{glob}' is not a glob: {}", error.kind()), "`*` stands for a part of a name, `**` for any folders");
            } else {
                alerts.rules.push((glob.trim_start_matches("./").to_owned(), span));
            }
        }
        if fields.get("paging").is_some() {
            alerts.paging = fields.texts("paging").into_iter().map(|(severity, _)| severity.to_lowercase()).collect();
        }
        if let Some(label) = fields.text("severity") {
            alerts.severity = label;
        }
        if let Some(annotation) = fields.text("annotation") {
            alerts.annotation = annotation;
        }
        alerts.urls = fields.texts("runbook-urls").into_iter().map(|(url, _)| url).collect();
    }
}
