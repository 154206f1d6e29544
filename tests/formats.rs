//! Every report format, read by a parser or held to a schema that is not ours.
//!
//! SARIF: the official schema, out of the package `serde-sarif`, which `cargo fetch` brings. GitHub's annotations: GitHub's own package of
//! actions writes them again. GitLab's report: the TypeScript compiler holds it to the types of Code Climate's issues. Both need
//! `npm ci --prefix tests/foreign`. What is missing is passed over, unless `OPSBOOK_REQUIRED` names it (`sarif`, `npm`): `./test` does so
//! for all that it could install, and says what it couldn't.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking; it runs other programs, and says what it passes over"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use common::program::{Book, text};
use common::root;
use opsbook::catalogue;
use opsbook::diagnostic::{Diagnostic, Severity, Suppressed, Suppression};
use opsbook::report::{FORMATS, JSON_SCHEMA, Options, Report, Summary, format};
use opsbook::source::{Mount, Mounts, SitePath};
use opsbook::text::Span;
use serde_json::{Value, json};

const TEXT: &str = "# Ünder\r\n\r\n漢字 ]]> `x` \u{1b}[2J \u{202e}\r\nlast line";
const HOSTILE: &str = "100 %, a:b\r\n::error::[x](y) ]]> & <b a=\"'\"> \u{1}\u{ffff}\u{202e}\u{1b}[31m";

fn path(path: &str) -> SitePath {
    SitePath::new(path).expect("a path")
}

/// One finding of each kind there is, so that the documentation of each passes through the formats; then hostile ones.
fn findings() -> (Vec<Diagnostic>, Vec<Suppressed>) {
    let files = ["content/a.md", "content/über uns/50 % & \"<b>\",c:d.md", "content/no text.png", "schemas/x.yaml"].map(path);
    let embedded = SitePath::embedded("schemas/process.yaml").expect("a path");
    let finding = |index: usize, message: &str| {
        let kind = catalogue::kinds()[index % catalogue::kinds().len()];
        let file = &files[index % files.len()];
        let finding = Diagnostic::new(kind, file, Span::new(index % 9, index % 9 + 3), message).label("label").help("help").note("note");
        let finding = finding.related(&files[0], Span::at(2), "there [1](2)").related(&embedded, Span::at(1), HOSTILE).related(file, Span::at(0), "");
        finding.edit(Span::new(1, 4), HOSTILE).edit(Span::at(TEXT.len()), "\n")
    };
    let kinds = catalogue::kinds().len();
    let mut diagnostics: Vec<Diagnostic> = (0..kinds).map(|index| finding(index, "plain")).collect();
    diagnostics.extend((0..8).map(|index| finding(index, HOSTILE)));
    // Equal but for their place: told apart by their number.
    diagnostics.extend((0..3).map(|start| Diagnostic::new(catalogue::kinds()[0], &files[0], Span::at(start), "same")));
    diagnostics.push(Diagnostic::new(catalogue::kinds()[0], &embedded, Span::at(3), "in a file that comes with opsbook"));
    Diagnostic::sort(&mut diagnostics);
    let waiver = Suppression::Waiver { reason: HOSTILE.to_owned(), until: "2027-03-31".to_owned() };
    let suppressed = [(9, waiver), (10, Suppression::Baseline)].map(|(index, reason)| Suppressed { diagnostic: finding(index, HOSTILE), reason });
    (diagnostics, suppressed.into())
}

fn written(name: &str) -> String {
    let (diagnostics, suppressed) = findings();
    write(name, &diagnostics, &suppressed)
}

fn write(name: &str, diagnostics: &[Diagnostic], suppressed: &[Suppressed]) -> String {
    let text: Arc<str> = TEXT.into();
    let source = |path: &SitePath| (path.extension() != Some("png")).then(|| Arc::clone(&text));
    let summary = Summary { documents: 2, checked: vec![path("content/a.md"), path("content/clean.md")], ..Summary::default() };
    let report = Report { diagnostics, suppressed, source: &source, summary };
    let options = Options { prefix: "hand book/".to_owned(), ..Options::default() };
    (format(name).expect("a format").write)(&report, &options)
}

/// A report on a document that lies elsewhere.
fn of_a_source() -> String {
    let (mut diagnostics, _) = findings();
    diagnostics.truncate(1);
    diagnostics[0].path = path("content/pay/a.md");
    let (folder, shown) = ("/pay".into(), "../pay".to_owned());
    let mount = Mount { at: path("content/pay"), folder, shown, inside: String::new(), copy: None, why: None, is_refused: false };
    let report = Report { diagnostics: &diagnostics, suppressed: &[], source: &|_| None, summary: Summary::default() };
    let options = Options { mounts: Mounts::new(vec![mount]), ..Options::default() };
    (format("json").expect("a format").write)(&report, &options)
}

/// The reports that a format is tried on: one full of findings, one with none.
fn both(name: &str) -> [String; 2] {
    [written(name), write(name, &[], &[])]
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("the report is JSON")
}

/// Fails with every place where a value breaks a schema.
fn validate(schema: &Value, value: &Value) {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).expect("the schema is one");
    let faults: Vec<String> = validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whether a test that needs something foreign may be passed over.
fn skipped(what: &str, missing: &str) {
    let required = std::env::var("OPSBOOK_REQUIRED").unwrap_or_default();
    assert!(!required.split_whitespace().any(|word| word == what), "{missing}");
    println!("skipped: {missing}");
}

#[test]
fn json_meets_its_schema() {
    let schema = parsed(JSON_SCHEMA);
    jsonschema::meta::validate(&schema).expect("the schema meets the schema of schemas");
    for report in both("json").into_iter().chain([of_a_source()]) {
        validate(&schema, &parsed(&report));
    }
    let mut broken = parsed(&written("json"));
    broken["diagnostics"][0]["severity"] = json!("fatal");
    assert!(!jsonschema::is_valid(&schema, &broken), "the schema can fail");
}

#[test]
fn the_schema_of_json_names_every_key_and_no_other() {
    fn keys(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                found.extend(object.keys().cloned());
                object.values().for_each(|value| keys(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
            _ => {}
        }
    }
    fn declared(schema: &Value, found: &mut BTreeSet<String>) {
        match schema {
            Value::Object(object) => {
                if let Some(Value::Object(properties)) = object.get("properties") {
                    found.extend(properties.keys().cloned());
                }
                object.values().for_each(|value| declared(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| declared(value, found)),
            _ => {}
        }
    }
    let (mut used, mut named) = (BTreeSet::new(), BTreeSet::new());
    keys(&parsed(&written("json")), &mut used);
    keys(&parsed(&of_a_source()), &mut used);
    declared(&parsed(JSON_SCHEMA), &mut named);
    assert_eq!(used, named);
    let docs = format("json").expect("a format").docs;
    let unsaid: Vec<&String> = used.iter().filter(|key| !docs.contains(&format!("`{key}`"))).collect();
    assert!(unsaid.is_empty(), "the documentation of the format says nothing of {unsaid:?}");
}

/// The official schema of SARIF 2.1.0, out of a package that Cargo has fetched.
fn sarif_schema() -> Option<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--locked", "--offline"];
    let output = Command::new(cargo).args(arguments).current_dir(root()).stderr(Stdio::null()).output().ok()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).ok()?;
    let package = metadata["packages"].as_array()?.iter().find(|package| package["name"] == "serde-sarif")?;
    let schema = PathBuf::from(package["manifest_path"].as_str()?).with_file_name("src").join("schema.json");
    let mut schema = parsed(&std::fs::read_to_string(schema).ok()?);
    // Its pattern of languages has a bracket too many, which the validator refuses. opsbook names no language.
    for holder in ["run", "toolComponent"] {
        schema["definitions"][holder]["properties"]["language"].as_object_mut()?.remove("pattern")?;
    }
    Some(schema)
}

#[test]
fn sarif_meets_the_official_schema() {
    let Some(schema) = sarif_schema() else {
        return skipped("sarif", "the package serde-sarif is not there: run `cargo fetch --locked`");
    };
    assert!(schema["title"].as_str().is_some_and(|title| title.contains("SARIF") && title.contains("2.1.0")));
    for report in both("sarif") {
        validate(&schema, &parsed(&report));
    }
    let mut broken = parsed(&written("sarif"));
    broken["runs"][0]["results"][0]["nonsense"] = json!(1);
    assert!(!jsonschema::is_valid(&schema, &broken), "the schema can fail");
}

#[test]
fn sarif_holds_what_a_schema_does_not_ask() {
    let log = parsed(&written("sarif"));
    let (results, rules) = (log["runs"][0]["results"].as_array().expect("results"), &log["runs"][0]["tool"]["driver"]["rules"]);
    let (diagnostics, suppressed) = findings();
    assert_eq!(results.len(), diagnostics.len() + suppressed.len());
    let mut fingerprints = BTreeSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("a small number");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(fingerprints.insert(result["partialFingerprints"]["opsbook/v1"].to_string()), "fingerprints are unique");
        let message = result["message"]["text"].as_str().expect("a text");
        let related = result["relatedLocations"].as_array().map_or(&[][..], Vec::as_slice);
        let linked = related.iter().filter(|related| related.get("physicalLocation").is_some());
        assert!(linked.clone().all(|related| message.contains(&format!("]({})", related["id"]))), "{message}");
        assert_eq!(message.matches("](").count(), linked.count(), "no link but these: {message}");
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        if !place.is_null() {
            let uri = place["uri"].as_str().expect("a file has an address");
            assert!(uri.starts_with("hand%20book/") && uri.is_ascii() && place["uriBaseId"] == "%SRCROOT%", "{uri}");
        }
    }
    let kinds: Vec<&Value> = results.iter().filter_map(|result| result.get("suppressions")).map(|list| &list[0]["kind"]).collect();
    assert_eq!(kinds.len(), 2);
    assert!(kinds.contains(&&json!("inSource")) && kinds.contains(&&json!("external")));
}

#[test]
fn junit_is_read_by_a_parser_of_junit() {
    let (diagnostics, _) = findings();
    let mut errors: BTreeMap<String, usize> = BTreeMap::new();
    for finding in diagnostics.iter().filter(|finding| finding.severity == Severity::Error) {
        *errors.entry(if finding.path.is_embedded() { finding.path.to_string() } else { format!("hand book/{}", finding.path) }).or_default() += 1;
    }
    let report = written("junit");
    roxmltree::Document::parse(&report).expect("well-formed XML");
    let suites = junit_parser::from_reader(report.as_bytes()).expect("a JUnit report");
    let [suite] = suites.suites.as_slice() else { panic!("one suite") };
    let failed: Vec<&junit_parser::TestCase> = suite.cases.iter().filter(|case| case.status.is_failure()).collect();
    assert_eq!((suites.tests, suites.failures, suites.errors), (suite.tests, suite.failures, suite.errors));
    assert_eq!((suite.tests, suite.failures, suite.errors, suite.skipped), (suite.cases.len() as u64, failed.len() as u64, 0, 0));
    let names: BTreeSet<&str> = failed.iter().map(|case| case.original_name.as_str()).collect();
    assert_eq!(names, errors.keys().map(String::as_str).collect());
    for case in failed {
        let junit_parser::TestStatus::Failure(failure) = &case.status else { panic!("a failure") };
        assert_eq!(failure.text.matches(": error[").count(), errors[&case.original_name], "every error is said once");
    }
    assert!(suite.cases.iter().any(|case| case.original_name == "hand book/content/clean.md" && case.status.is_success()));
    let empty = junit_parser::from_reader(write("junit", &[], &[]).as_bytes()).expect("a JUnit report");
    assert_eq!((empty.tests, empty.failures), (2, 0));
}

/// A program of tests/foreign, with its input; none if Node.js or the packages are not there.
fn foreign(arguments: &[&str], input: &str) -> Option<(bool, String)> {
    if !root().join("tests/foreign/node_modules").is_dir() {
        return None;
    }
    let mut node = Command::new("node");
    node.args(arguments).current_dir(root().join("tests/foreign")).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = node.spawn().ok()?;
    child.stdin.take().expect("stdin is a pipe").write_all(input.as_bytes()).expect("the program reads");
    let output = child.wait_with_output().expect("the program ends");
    Some((output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()))
}

const NO_NODE: &str = "Node.js or its packages are not there: run `npm ci --prefix tests/foreign`";

/// Takes annotations apart as the runner does, and has GitHub's own package write them again: nothing may have been left unescaped.
#[test]
fn github_writes_the_same_annotations() {
    let unescaped = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",");
        text.replace("%25", "%")
    };
    let report = written("github");
    let (lines, closing) = report.trim_end().rsplit_once('\n').expect("annotations and a closing line");
    assert!(!closing.starts_with("::"));
    let (diagnostics, _) = findings();
    let mut commands = Vec::new();
    for (line, finding) in lines.lines().zip(&diagnostics) {
        let (head, message) = line.strip_prefix("::").and_then(|line| line.split_once("::")).expect("a command");
        let (command, properties) = head.split_once(' ').expect("properties");
        let mut values = serde_json::Map::new();
        for property in properties.split(',') {
            let (key, value) = property.split_once('=').expect("a property");
            values.insert(key.to_owned(), json!(unescaped(value)));
        }
        assert_eq!((command, &values["title"]), (finding.severity.name(), &json!(finding.kind.code)));
        let file = if finding.path.is_embedded() { finding.path.to_string() } else { format!("hand book/{}", finding.path) };
        assert_eq!(values["file"], file);
        assert!(finding.message.starts_with("100") == unescaped(message).starts_with("100 %, a:b\n::error::"), "{message}");
        // The same order of properties as ours, which JSON objects of this library don't keep.
        let ordered: Vec<String> = properties.split(',').filter_map(|property| property.split('=').next().map(str::to_owned)).collect();
        commands.push((command.to_owned(), ordered, values, unescaped(message)));
    }
    assert_eq!(commands.len(), diagnostics.len());
    let list: Vec<String> = commands
        .iter()
        .map(|(command, order, values, message)| {
            let properties: Vec<String> = order.iter().map(|key| format!("{}:{}", json!(key), values[key])).collect();
            format!("{{\"command\":{},\"properties\":{{{}}},\"message\":{}}}", json!(command), properties.join(","), json!(message))
        })
        .collect();
    match foreign(&["github.mjs"], &format!("[{}]", list.join(","))) {
        Some((true, output)) => assert_eq!(output.trim_end(), lines),
        Some((false, output)) => panic!("{output}"),
        None => skipped("npm", NO_NODE),
    }
}

#[test]
fn gitlab_gets_issues_of_code_climate() {
    let issues = parsed(&written("gitlab"));
    let mut fingerprints = BTreeSet::new();
    // What GitLab's documentation asks for: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
    for issue in issues.as_array().expect("a list") {
        assert!(fingerprints.insert(issue["fingerprint"].as_str().expect("a fingerprint")), "fingerprints are unique");
        let path = issue["location"]["path"].as_str().expect("a path");
        assert!(!path.starts_with("./") && !path.starts_with('/'), "{path}");
        assert!(issue["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0));
        assert!(["info", "minor", "major", "critical", "blocker"].iter().any(|level| issue["severity"] == *level));
        assert!(!issue["description"].as_str().expect("a description").contains('\n') && issue["check_name"].is_string());
    }
    assert_eq!(fingerprints.len(), findings().0.len());
    assert_eq!(write("gitlab", &[], &[]), "[]\n");

    let types = root().join("tests/foreign/node_modules/codeclimate-types");
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let compile = |report: &str| {
        let file = folder.path().join("report.ts");
        let program = format!("import type {{ Issue }} from {}\nexport const issues: Issue[] = {report}", json!(types));
        std::fs::write(&file, program).expect("the file can be written");
        foreign(&["node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck", &file.to_string_lossy()], "")
    };
    let Some((accepted, output)) = compile(&written("gitlab")) else { return skipped("npm", NO_NODE) };
    assert!(accepted, "{output}");
    let (accepted, output) = compile(&written("gitlab").replace("\"major\"", "\"worst\"")).expect("it ran before");
    assert!(!accepted && output.contains("Severity"), "the types can fail: {output}");
}

#[test]
fn an_absolute_path_inside_the_working_folder_is_shown_from_there() {
    let book = Book::new(&[("hand book/content/a.md", text("# A\n\n[b](b.md)\n")), ("hand book/book.toml", text(""))]);
    let folder = book.path("hand book").canonicalize().expect("the folder is there");
    let ran = book.run(&["check", &folder.to_string_lossy(), "--format", "gitlab"]);
    assert_eq!(parsed(&ran.out)[0]["location"]["path"], "hand book/content/a.md", "{}", ran.out);
}

/// The table of formats in the handbook is this list.
#[test]
fn the_handbook_lists_every_format() {
    let page = std::fs::read_to_string(root().join("content/opsbook/continuous-integration.md")).expect("the page is there");
    let mut table = "| `--format` | What it is |\n|---|---|\n".to_owned();
    table.extend(FORMATS.iter().map(|format| ["| `", format.name, "` | ", format.summary, " |\n"].concat()));
    assert!(page.contains(&format!("\n{table}\n")), "the table has to read:\n{table}");
}
