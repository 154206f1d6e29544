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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Source};

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test looks for files that the list forgot")]
    fn every_file_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");
        let mut names: Vec<String> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn built_in_schemas_have_no_fault_and_say_what_to_write() {
        for (name, text) in ALL {
            let mut diagnostics = Vec::new();
            let schema =
                super::super::parse(&Source::new(SitePath::new(&format!("schemas/{name}")).unwrap(), *text), true, &mut diagnostics).unwrap();
            assert!(diagnostics.is_empty(), "{name}: {diagnostics:?}");
            assert_eq!(format!("{}.yaml", schema.document_type), *name);
            assert!(!schema.description.is_empty() && schema.patterns.is_empty());
            for section in &schema.sections {
                assert!(section.guidance.text.len() > 20, "{name}: {}", section.title);
                assert!(section.topics.iter().all(|topic| topic.guidance.text.len() > 20), "{name}: {}", section.title);
            }
        }
    }

    #[test]
    fn built_in_schemas_are_exactly_complete() {
        let schemas = super::super::load(&crate::source::Sources::default(), &mut Vec::new());
        let sizes: Vec<_> = schemas.iter().map(|schema| (schema.document_type.as_str(), schema.size())).collect();
        assert_eq!(
            sizes,
            [
                ("alert-runbook", (4, 0)),
                ("decision-record", (4, 0)),
                ("developer-setup", (3, 9)),
                ("disaster-recovery", (4, 9)),
                ("feature-release", (7, 17)),
                ("incident-report", (7, 0)),
                ("operations-policy", (6, 0)),
                ("process", (6, 0)),
                ("troubleshooting", (5, 10)),
            ]
        );
    }
}
