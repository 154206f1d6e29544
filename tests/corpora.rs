//! Real documents against the schemas, compared with what was found in them by other means.
//!
//! `cargo test --test corpora -- --nocapture` prints precision and recall for each family.
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

use opsbook::blocks::Blocks;
use opsbook::compile::{Cache, compile};
use opsbook::diagnostic::{Diagnostic, Severity};
use opsbook::disk::{Layout, scan};
use opsbook::document::Document;
use opsbook::registry::Registry;
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
        let findings = schema::judge(&schema, &document, &conformance, &Blocks::default(), &Registry::default());
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
    // The truth reads no label as a heading; the schema says that they count. 289 of the 312 are labels: 288 say something,
    // and below the other one, 'Review actions' of 2021-11-05, stands only a placeholder.
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
        let findings = schema::judge(&schema, document, &schema::bind(&schema, document), &Blocks::default(), &Registry::default());
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

/// A fact about a document: its path, what is meant, and how (a kind of look-alike, or nothing).
type Fact = (String, String, String);

/// What was expected and what `check` found in one family.
struct Measured {
    family: &'static str,
    what: &'static str,
    documents: usize,
    expected: BTreeSet<Fact>,
    found: BTreeSet<Fact>,
}

impl Measured {
    /// Right findings among those made, and among those expected; none where nothing was made or expected.
    fn rates(&self) -> (Option<f64>, Option<f64>) {
        let right = self.expected.intersection(&self.found).count();
        let rate = |of: usize| (of > 0).then(|| f64::from(u32::try_from(right).unwrap()) / f64::from(u32::try_from(of).unwrap()));
        (rate(self.found.len()), rate(self.expected.len()))
    }

    fn print(&self) {
        let (precision, recall) = self.rates();
        let word = |rate: Option<f64>| rate.map_or("–".to_owned(), |rate| format!("{rate:.3}"));
        let (expected, found) = (self.expected.len(), self.found.len());
        eprintln!(
            "{:<34} | {:<17} | {:>9} | {expected:>8} | {found:>5} | {:>9} | {:>6}",
            self.family,
            self.what,
            self.documents,
            word(precision),
            word(recall)
        );
    }
}

/// Missing sections and look-alikes of a family, as the whole program finds them in a handbook of its documents.
fn measure_sections(corpora: &Path, family: &'static str, folder: &str, schema_of: impl Fn(&Value) -> (String, Option<String>)) -> Vec<Measured> {
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(corpora.join("truth").join(format!("{family}.json"))).unwrap()).unwrap();
    let (document_type, schema) = schema_of(&truth);
    let mut sources = Sources { content: "content".into(), ..Sources::default() };
    sources.insert(SitePath::new("book.toml").unwrap(), format!("[types]\n{document_type} = [\"family/**\"]\n"));
    if let Some(schema) = schema {
        sources.insert(SitePath::new("schemas/family.yaml").unwrap(), schema);
    }
    let (mut missing, mut near) = (BTreeSet::new(), BTreeSet::new());
    let documents = truth["documents"].as_object().unwrap();
    for (path, value) in documents {
        let place = format!("content/family/{}", path.trim_end_matches(".erb").replace(".html.md", ".md"));
        sources.insert(SitePath::new(&place).unwrap(), std::fs::read_to_string(corpora.join(folder).join(path)).unwrap());
        let Expected { missing: titles, near: kinds, .. } = expected(value);
        missing.extend(titles.into_iter().map(|title| (place.clone(), title, String::new())));
        near.extend(kinds.into_iter().map(|(title, kind)| (place.clone(), title, kind)));
    }
    let build = compile(&sources, &mut Cache::default());
    assert_eq!(build.handbook.pages.iter().filter(|page| page.binding.is_some()).count(), documents.len(), "{family}: each document has the type");
    let found: Vec<Fact> = build.diagnostics.iter().flat_map(lacking).collect();
    let bare = |fact: &Fact| (fact.0.clone(), fact.1.clone(), String::new());
    let measured = |what, expected, found| Measured { family, what, documents: documents.len(), expected, found };
    vec![
        measured("missing sections", missing, found.iter().map(bare).collect()),
        measured("near misses", near, found.into_iter().filter(|fact| !fact.2.is_empty()).collect()),
    ]
}

/// The sections that a finding calls missing. What a fence swallows is missing for the truth, and named by the finding about the fence.
fn lacking(finding: &Diagnostic) -> Vec<Fact> {
    let fact = |title: &str, near: &str| (finding.path.to_string(), title.to_owned(), near.to_owned());
    match finding.kind.code {
        "missing-section" => {
            let title = finding.message.rsplit_once("section '").unwrap().1.trim_end_matches('\'');
            let near = finding.label.strip_prefix("looks like it: ").map(|words| {
                let kind = [NearKind::Plural, NearKind::Longer, NearKind::BoldLine, NearKind::ListBoldLine, NearKind::Label];
                kind.into_iter().find(|kind| kind.words() == words).map_or("other", kind_word)
            });
            vec![fact(title, near.unwrap_or_default())]
        }
        "unclosed-fence" => {
            let swallowed = finding.notes.iter().filter_map(|note| note.strip_prefix("it swallows '")?.strip_suffix("', which the schema demands"));
            swallowed.map(|title| fact(title, "fenced")).collect()
        }
        _ => Vec::new(),
    }
}

/// A schema file that demands the sections of a family.
fn family_file(family: &Value) -> (String, Option<String>) {
    let sections: Vec<String> = family["required"].as_array().unwrap().iter().map(|title| format!("- {}", title.as_str().unwrap())).collect();
    ("family".to_owned(), Some(format!("type: family\nsections:\n{}\n", sections.join("\n"))))
}

/// Links that lead nowhere, by target.
fn measure_links(corpora: &Path, family: &'static str, folder: &str, content: &str) -> Measured {
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(corpora.join("truth").join(format!("{family}.json"))).unwrap()).unwrap();
    let dead = truth["dead"].as_object().unwrap().iter().flat_map(|(path, links)| {
        links.as_array().unwrap().iter().map(move |link| (path.clone(), link[2].as_str().unwrap().to_owned(), link[3].as_str().unwrap().to_owned()))
    });
    let layout = Layout { content: content.to_owned(), ..Layout::default() };
    let sources = scan(&corpora.join(folder), &layout).unwrap();
    let build = compile(&sources, &mut Cache::default());
    let found = build.diagnostics.iter().filter_map(|finding| {
        let why = match finding.kind.code {
            "broken-link" => "no-file",
            "broken-anchor" => "no-anchor",
            _ => return None,
        };
        let target = finding.span.of(&sources.text(finding.path.as_str())?.text).to_owned();
        Some((finding.path.to_string(), target, why.to_owned()))
    });
    let documents = usize::try_from(truth["documents_read"].as_u64().unwrap()).unwrap();
    Measured { family, what: "dead links", documents, expected: dead.collect(), found: found.collect() }
}

/// Rules in the structure of kube-prometheus against the runbooks that the Prometheus operator publishes: every alert has its runbook, and what is
/// made wrong in one of them is said of that one alone.
#[test]
fn rules_of_alerts_find_their_runbooks() {
    let Some(corpora) = corpora() else { return };
    let layout = Layout { content: "content".to_owned(), ..Layout::default() };
    let mut sources = scan(&corpora.join("prometheus-operator-runbooks"), &layout).unwrap();
    let book = "[output.html]\nsite-url = 'https://runbooks.example/'\n[types]\nalert-runbook = ['runbooks/*/*.md']\n[alerts]\nrules = 'rules/*.yaml'\n\
                runbook-urls = ['{{ .Values.defaultRules.runbookUrl }}']\n";
    sources.insert(SitePath::new("book.toml").unwrap(), book);
    let rules = ["kubernetes-prometheusRule.yaml", "prometheus.yaml", "etcd-chart.yaml"];
    for name in rules {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(name)).unwrap();
        sources.insert(SitePath::new(&format!("rules/{name}")).unwrap(), text);
    }
    let about = |sources: &Sources| {
        let build = compile(sources, &mut Cache::default());
        let of = |finding: &&Diagnostic| finding.kind.subject == opsbook::diagnostic::Subject::Alerts;
        let mut codes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for finding in build.diagnostics.iter().filter(of) {
            codes.entry(finding.kind.code).or_default().push(finding.span.of(&sources.text(finding.path.as_str()).unwrap().text).to_owned());
        }
        (codes, build.handbook.rules.all.len(), build.handbook.runbooks.claims.len())
    };
    let (codes, alerts, runbooks) = about(&sources);
    eprintln!("alerts: {alerts} rules, {runbooks} runbooks; {:?}", codes.iter().map(|(code, found)| (*code, found.len())).collect::<Vec<_>>());
    assert_eq!((alerts, codes.keys().copied().collect::<Vec<_>>()), (28, vec!["templated-rules", "unknown-alert"]));
    // 26 names: two alerts have two rules each. All other runbooks have no alert in this set.
    assert_eq!(codes["unknown-alert"].len(), runbooks - 26);
    let text = sources.text("rules/prometheus.yaml").unwrap().text.replace("alert/PrometheusBadConfig.html", "alert/PrometheusBadConfg.html");
    let text = text
        .replace("    runbook_url: https://runbooks.example/alert/AlertmanagerClusterDown.html\n", "")
        .replace("AlertmanagerClusterDown", "AlertmanagersGone");
    sources.insert(SitePath::new("rules/prometheus.yaml").unwrap(), text);
    let (codes, _, _) = about(&sources);
    assert_eq!(codes["broken-runbook-url"], ["https://runbooks.example/alert/PrometheusBadConfg.html"]);
    assert_eq!(codes["missing-runbook"], ["AlertmanagersGone"]);
    assert_eq!(codes["unknown-alert"].len(), runbooks - 25);
}

/// Tables of responsibilities: a schema that asks for as many rows as were counted is met, and one that asks for one more isn't.
fn measure_raci(corpora: &Path) -> Measured {
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(corpora.join("truth/raci.json")).unwrap()).unwrap();
    let files = truth["files"].as_array().unwrap();
    let (mut expected, mut found) = (BTreeSet::new(), BTreeSet::new());
    for file in files {
        let path = file["path"].as_str().unwrap();
        let folder = if file["repo"].as_str().unwrap().ends_with("docs-team-api") { "raci/docs-team-api" } else { "raci/irp-raci-incident-response" };
        let text = std::fs::read_to_string(corpora.join(folder).join(path)).unwrap();
        let tables = file["tables"].as_array().unwrap();
        let rows = |form: &str| tables.iter().filter(|table| table["form"] == form).map(|table| table["rows"].as_u64().unwrap()).collect::<Vec<_>>();
        let columns = rows("columns");
        let longest = tables.iter().filter_map(|table| table["rows"].as_u64()).max().unwrap_or(0);
        let most = columns.iter().max().copied().unwrap_or(0);
        for (what, demand, number) in [
            ("rows of a matrix", "raci: { at_least: N }".to_owned(), longest),
            ("tables with names", "table: { columns: [R, A, C, I], at_least: N }".to_owned(), u64::try_from(columns.len()).unwrap()),
            ("rows of the longest", "table: { columns: [R, A, C, I], rows: N }".to_owned(), most),
        ] {
            expected.insert((path.to_owned(), what.to_owned(), number.to_string()));
            // The most that a schema can demand of the document.
            let met = |number: &u64| {
                let schema = format!("type: family\ncontains: {{ {} }}\nsections: []\n", demand.replace('N', &number.to_string()));
                let mut sources = Sources { content: "content".into(), ..Sources::default() };
                sources.insert(SitePath::new("book.toml").unwrap(), "[types]\nfamily = [\"*.md\"]\n");
                sources.insert(SitePath::new("schemas/family.yaml").unwrap(), schema);
                sources.insert(SitePath::new("content/a.md").unwrap(), text.clone());
                compile(&sources, &mut Cache::default()).diagnostics.iter().all(|finding| finding.kind.code != "section-content")
            };
            let number = (1..100).take_while(met).last().unwrap_or(0);
            found.insert((path.to_owned(), what.to_owned(), number.to_string()));
        }
    }
    Measured { family: "raci", what: "tables and rows", documents: files.len(), expected, found }
}

#[test]
fn every_matrix_is_read_as_it_is_written() {
    let Some(corpora) = corpora() else { return };
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(corpora.join("truth/raci.json")).unwrap()).unwrap();
    let mut rows = 0;
    for file in truth["files"].as_array().unwrap() {
        let path = file["path"].as_str().unwrap();
        let folder = if file["repo"].as_str().unwrap().ends_with("docs-team-api") { "raci/docs-team-api" } else { "raci/irp-raci-incident-response" };
        let text = std::fs::read_to_string(corpora.join(folder).join(path)).unwrap();
        let (document, _) = Document::parse(&Source::new(SitePath::new("a.md").unwrap(), text.clone()));
        let (blocks, found) = Blocks::read(&document, &Registry::default());
        let tables = file["tables"].as_array().unwrap();
        assert_eq!(blocks.matrices.len(), tables.len(), "{path}");
        let mut without_accountable = BTreeSet::new();
        for (table, matrix) in tables.iter().zip(&blocks.matrices) {
            let line = text.get(..matrix.span.start()).unwrap().matches('\n').count() + 1;
            assert_eq!(Some(line as u64), table["line"].as_u64(), "{path}");
            rows += matrix.rows.len();
            let sorted = |letters: &[char]| letters.iter().copied().collect::<BTreeSet<char>>();
            if let Some(grid) = table["grid"].as_array() {
                let cells = |row: &Value| row.as_str().unwrap().split(' ').map(|cell| sorted(&cell.chars().collect::<Vec<_>>())).collect::<Vec<_>>();
                let expected: Vec<_> = grid.iter().map(cells).collect();
                let read: Vec<Vec<_>> = matrix.rows.iter().map(|row| row.letters.iter().map(|letters| sorted(letters)).collect()).collect();
                assert_eq!(read, expected, "{path}:{line}");
                assert_eq!(matrix.layout.columns.first().map(|column| *column as u64 + 1), table["first_role_column"].as_u64(), "{path}:{line}");
                without_accountable.extend(table["rows_without_A"].as_array().unwrap().iter().map(|row| row.as_u64().unwrap()));
                continue;
            }
            let expected = table["names_per_row"].as_array().unwrap();
            assert_eq!(matrix.rows.len(), expected.len(), "{path}:{line}");
            for (row, expected) in matrix.rows.iter().zip(expected) {
                for letter in ['R', 'A', 'C', 'I'] {
                    let names = row.letters.iter().filter(|letters| letters.contains(&letter)).count();
                    assert_eq!(Some(names as u64), expected[letter.to_string()].as_u64(), "{path}:{line} {} {letter}", row.name);
                }
            }
        }
        let faults: Vec<&Diagnostic> = found.iter().filter(|found| found.severity == Severity::Error).collect();
        assert_eq!(faults.len(), without_accountable.len(), "{path}: {faults:?}");
        for warning in found.iter().filter(|found| found.severity == Severity::Warning) {
            eprintln!("{path}: {}: {}", warning.kind.code, warning.message);
        }
    }
    assert_eq!(Some(rows as u64), truth["summary"]["rows"].as_u64());
    eprintln!("matrices: every letter of {rows} rows is read");
}

#[test]
fn every_family_is_measured() {
    let Some(corpora) = corpora() else { return };
    let built_in = |name: &'static str| move |_: &Value| (name.to_owned(), None);
    let (moj, runbooks) = ("moj-cloud-platform", "prometheus-operator-runbooks");
    let mut all = measure_sections(&corpora, runbooks, runbooks, built_in("alert-runbook"));
    all.extend(measure_sections(&corpora, "adr-moj-cloud-platform", moj, built_in("decision-record")));
    all.extend(measure_sections(&corpora, "adr-lfx", "lfx-architecture-decisions", built_in("decision-record")));
    all.extend(measure_sections(&corpora, "incidents-moj-cloud-platform", moj, family_file));
    all.extend(measure_sections(&corpora, "playbooks-counteractive", "counteractive-incident-response-plan", family_file));
    all.push(measure_links(&corpora, "links-prometheus-operator-runbooks", runbooks, "content"));
    all.push(measure_links(&corpora, "links-rust-forge", "rust-forge", "src"));
    all.push(measure_raci(&corpora));
    eprintln!("family                             | what              | documents | expected | found | precision | recall");
    all.iter().for_each(Measured::print);
    for measured in &all {
        let only = |one: &BTreeSet<Fact>, other: &BTreeSet<Fact>| one.difference(other).cloned().collect::<Vec<_>>();
        let (overlooked, needless) = (only(&measured.expected, &measured.found), only(&measured.found, &measured.expected));
        if measured.family == "links-rust-forge" {
            assert_eq!(needless, [fact(LOOSE_ANCHOR)], "found without need");
            assert_eq!(overlooked, MADE_BY_THE_BUILD.map(fact), "overlooked");
            for (path, target, _) in overlooked {
                let (source, _) = target.split_once(".html").unwrap();
                let file = corpora.join("rust-forge").join(&path).parent().unwrap().join(format!("{source}.md"));
                assert!(file.is_file(), "{path}: {target} is made of {}", file.display());
            }
            continue;
        }
        assert_eq!((overlooked, needless), (Vec::new(), Vec::new()), "{}: {}: overlooked, and found without need", measured.family, measured.what);
    }
}

fn fact((path, target, why): (&str, &str, &str)) -> Fact {
    (path.to_owned(), target.to_owned(), why.to_owned())
}

/// The truth looks for the file that the link names. A build makes each of these from the `.md` file of that name, so none is dead in
/// the site: the truth's reader built nothing. `operations.html#triage-meetings` names a page that is there; its heading isn't: see below.
const MADE_BY_THE_BUILD: [(&str, &str, &str); 8] = [
    ("src/compiler/cross-team-collaboration.md", "./prioritization.html", "no-file"),
    ("src/compiler/prioritization.md", "../triagebot/requesting-prioritization.html", "no-file"),
    ("src/compiler/prioritization.md", "./operations.html#triage-meetings", "no-file"),
    ("src/compiler/repositories.md", "./working-areas.html#working-areas", "no-file"),
    ("src/how-to-start-contributing.md", "compiler/proposals-and-stabilization.html", "no-file"),
    ("src/infra/docs/docs-rs.md", "../../docs-rs/maintenance.html", "no-file"),
    ("src/policies/llm-usage.md", "../compiler/proposals-and-stabilization.html#proposals", "no-file"),
    ("src/release/issue-triaging.md", "../triagebot/labeling.html", "no-file"),
];

/// `src/compiler/prioritization.md` links to `operations.html#triage-meetings`. The page is made; the truth knows itself, from the link
/// in `operations.md`, that it has no such anchor. So the link is dead, and the anchor is why.
const LOOSE_ANCHOR: (&str, &str, &str) = ("src/compiler/prioritization.md", "#triage-meetings", "no-anchor");
