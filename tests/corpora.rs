//! Real documents against the schemas, compared with what was found in them by other means.
//!
//! The corpora aren't part of the repository. They are looked for at `OPSBOOK_CORPORA`, else beside the repository; where they are
//! absent, each test says so and passes.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test reads the corpora, says what it found, and fails loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use opsbook::diagnostic::Severity;
use opsbook::document::Document;
use opsbook::schema::derive::{Ask, derive};
use opsbook::schema::{self, Conformance, Hollow, NearKind, Schema, Status};
use opsbook::source::{SitePath, Source, Sources};
use serde_json::Value;

fn corpora() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = [root.join("../shared/corpora"), root.join("../../shared/corpora")];
    let folder = std::env::var_os("OPSBOOK_CORPORA").map(PathBuf::from).or_else(|| beside.into_iter().find(|folder| folder.is_dir()));
    let found = folder.filter(|folder| folder.join("truth").is_dir());
    if found.is_none() {
        eprintln!("skipped: no corpora; set OPSBOOK_CORPORA to their folder");
    }
    found
}

/// What other means found in one document.
struct Expected {
    missing: BTreeSet<String>,
    empty: BTreeSet<String>,
    placeholder: BTreeSet<String>,
    near: BTreeMap<String, String>,
}

fn expected(value: &Value) -> Expected {
    let names = |key: &str| -> BTreeSet<String> {
        match &value[key] {
            Value::Array(items) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
            Value::Object(map) => map.keys().cloned().collect(),
            _ => BTreeSet::new(),
        }
    };
    let near =
        value["near_kind"].as_object().map(|map| map.iter().map(|(key, kind)| (key.clone(), kind.as_str().unwrap_or_default().to_owned())).collect());
    Expected { missing: names("missing"), empty: names("empty"), placeholder: names("placeholder"), near: near.unwrap_or_default() }
}

/// Sections without aliases, as the truth's matching has none.
fn family_schema(family: &Value, more: &str) -> Schema {
    let sections: Vec<String> = family["required"].as_array().unwrap().iter().map(|title| format!("- {}", title.as_str().unwrap())).collect();
    let text = format!("type: family\n{more}sections:\n{}\n", sections.join("\n"));
    let mut diagnostics = Vec::new();
    let parsed = schema::parse(&Source::new(SitePath::new("schemas/family.yaml").unwrap(), text), false, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    parsed.unwrap()
}

fn built_in(document_type: &str) -> Schema {
    let schemas = schema::load(&Sources::default(), &mut Vec::new());
    (**schemas.get(document_type).unwrap()).clone()
}

type Differences = Vec<String>;

fn compare(folder: &str, truth: &str, schema_of: impl Fn(&Value) -> Schema) -> Option<Differences> {
    let corpora = corpora()?;
    let family: Value = serde_json::from_str(&std::fs::read_to_string(corpora.join("truth").join(truth)).unwrap()).unwrap();
    let schema = schema_of(&family);
    let mut differences = Vec::new();
    for (path, value) in family["documents"].as_object().unwrap() {
        let text = std::fs::read_to_string(corpora.join(folder).join(path)).unwrap();
        let (document, _) = Document::parse(&Source::new(SitePath::new(path).unwrap(), text));
        let conformance = schema::bind(&schema, &document);
        differences.extend(differ(&schema, &conformance, &expected(value)).into_iter().map(|line| format!("{path}: {line}")));
        let findings = schema::judge(&schema, &document, &conformance, &opsbook::registry::Registry::default());
        let missing = conformance.sections.iter().filter(|binding| binding.place.is_none() && !binding.swallowed).count();
        assert_eq!(findings.iter().filter(|found| found.kind.code == "missing-section").count(), missing, "{path}");
    }
    Some(differences)
}

fn differ(schema: &Schema, conformance: &Conformance, expected: &Expected) -> Differences {
    let mut differences = Vec::new();
    for (demand, binding) in schema.sections.iter().zip(&conformance.sections) {
        let title = demand.title.to_string();
        let found = match &binding.status {
            Status::Met => "met",
            Status::Missing => "missing",
            Status::Unfinished(Hollow::Empty) => "empty",
            Status::Unfinished(_) => "placeholder",
        };
        let wanted = match () {
            () if expected.missing.contains(&title) => "missing",
            () if expected.empty.contains(&title) => "empty",
            () if expected.placeholder.contains(&title) => "placeholder",
            () => "met",
        };
        if found != wanted {
            differences.push(format!("{title} is {wanted}, found {found}"));
        }
        let kind = binding.near.as_ref().map(|near| near.kind);
        let near = if binding.swallowed { "fenced" } else { kind.map_or("", kind_word) };
        let wanted = expected.near.get(&title).map_or("", String::as_str);
        if near != wanted && found == "missing" {
            let title_found = binding.near.as_ref().map(|near| near.title.clone());
            differences.push(format!("near {title} is {wanted:?}, found {near:?} {title_found:?}"));
        }
    }
    differences
}

fn kind_word(kind: NearKind) -> &'static str {
    match kind {
        NearKind::Plural => "plural",
        NearKind::Longer => "longer",
        NearKind::BoldLine => "bold-line",
        NearKind::ListBoldLine => "list-bold-line",
        NearKind::Label => "list-bold-label",
        _ => "other",
    }
}

fn check(folder: &str, truth: &str, schema_of: impl Fn(&Value) -> Schema, explained: &[&str]) {
    let Some(differences) = compare(folder, truth, schema_of) else { return };
    assert_eq!(differences, explained, "{truth}");
}

#[test]
fn alert_runbooks() {
    check("prometheus-operator-runbooks", "prometheus-operator-runbooks.json", |_| built_in("alert-runbook"), &[]);
}

#[test]
fn decision_records() {
    check("moj-cloud-platform", "adr-moj-cloud-platform.json", |_| built_in("decision-record"), &[]);
    check("moj-cloud-platform", "adr-moj-cloud-platform.json", |family| family_schema(family, ""), &[]);
    check("lfx-architecture-decisions", "adr-lfx.json", |_| built_in("decision-record"), &[]);
}

#[test]
fn playbooks() {
    // These two say nothing but `TODO: …` in each of these sections, some under a line that announces steps which are TODO too;
    // the truth counts only a bare word as a placeholder.
    check(
        "counteractive-incident-response-plan",
        "playbooks-counteractive.json",
        |family| family_schema(family, ""),
        &[
            "playbooks/playbook-identity-and-access.md: Investigate is met, found placeholder",
            "playbooks/playbook-identity-and-access.md: Communicate is met, found placeholder",
            "playbooks/playbook-identity-and-access.md: Recover is met, found placeholder",
            "playbooks/playbook-supply-chain.md: Investigate is met, found placeholder",
            "playbooks/playbook-supply-chain.md: Communicate is met, found placeholder",
            "playbooks/playbook-supply-chain.md: Recover is met, found placeholder",
        ],
    );
}

#[test]
fn incidents() {
    check("moj-cloud-platform", "incidents-moj-cloud-platform.json", |family| family_schema(family, ""), &[]);
}

#[test]
fn incidents_by_label() {
    let schema_of = |family: &Value| family_schema(family, "headings: [bold, label]\n");
    let Some(differences) = compare("moj-cloud-platform", "incidents-moj-cloud-platform.json", schema_of) else { return };
    // The truth reads no label as a heading; the schema says that they count. 289 of the 312 are labels.
    let met = differences.iter().filter(|line| line.ends_with("is missing, found met")).count();
    let rest: Vec<_> = differences.iter().filter(|line| !line.ends_with("is missing, found met")).collect();
    assert_eq!(rest, ["source/incidents/2021-11-05-modsec-ingress-controller-erroring.html.md.erb: Review actions is missing, found placeholder"]);
    assert_eq!(met, 288);
}

/// The schema of a folder of documents, as it is derived from them, and how many of them it was made from. All of those pass it.
fn derived(folder: &str) -> Option<(Schema, usize)> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("_index.md") && !path.ends_with("README.md") {
                found.push(path);
            }
        }
    }
    let corpora = corpora()?;
    let mut files = Vec::new();
    collect(&corpora.join(folder), &mut files);
    files.sort();
    let read = |file: &PathBuf| {
        let path = SitePath::new(&file.strip_prefix(&corpora).unwrap().to_string_lossy()).unwrap();
        Document::parse(&Source::new(path, std::fs::read_to_string(file).unwrap())).0
    };
    let documents: Vec<Document> = files.iter().map(read).collect();
    let ask = Ask { documents: &documents, document_type: None, title: None, neighbours: None, is_role: &|_| false };
    let derived = derive(&ask).unwrap();
    let mut faults = Vec::new();
    let schema = schema::parse(&Source::new(SitePath::new("schemas/d.yaml").unwrap(), derived.text.as_str()), false, &mut faults).unwrap();
    assert!(faults.is_empty(), "{faults:?}");
    for document in documents.iter().filter(|document| derived.aside.iter().all(|(path, _)| *path != document.path)) {
        let findings = schema::judge(&schema, document, &schema::bind(&schema, document), &opsbook::registry::Registry::default());
        assert!(findings.iter().all(|found| found.severity != Severity::Error), "{}: {findings:?}", document.path);
    }
    Some((schema, derived.documents))
}

#[test]
fn documents_pass_the_schema_that_is_derived_from_them() {
    let all = ["jj-docs", "rust-forge", "rust-blog", "18f-handbook", "raci"];
    for folder in all {
        let _ = derived(folder);
    }
    for (folder, documents, expected) in [
        ("prometheus-operator-runbooks/content/runbooks", 107, vec!["Meaning", "Impact", "Diagnosis", "Mitigation"]),
        ("moj-cloud-platform/architecture-decision-record", 49, vec!["Status", "Context", "Decision", "Consequences"]),
        ("lfx-architecture-decisions/decisions", 4, vec!["Status", "Context", "Decision", "Consequences"]),
    ] {
        let Some((schema, number)) = derived(folder) else { return };
        assert_eq!(schema.sections.iter().map(|section| &*section.title).collect::<Vec<_>>(), expected, "{folder}");
        assert_eq!(number, documents, "{folder}");
    }
}
