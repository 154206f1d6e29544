//! The JSON Schemas that editors complete with: a validator that isn't ours holds our own files against them, and agrees with our
//! readers on what is unknown.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, and reads the files that it checks"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::program::{Book, text};
use common::root;
use jsonschema::Validator;
use serde_json::Value;

/// What `opsbook schema json KIND` prints.
fn printed(kind: &str) -> Value {
    let run = Book::new(&[]).run(&["schema", "json", kind]);
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{kind}: {error}"))
}

fn validator(kind: &str) -> Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(&printed(kind)).unwrap_or_else(|error| panic!("{kind}: {error}"))
}

fn yaml(source: &str) -> Value {
    serde_yaml::from_str(source).unwrap_or_else(|error| panic!("{error}:\n{source}"))
}

fn toml(source: &str) -> Value {
    toml::from_str(source).unwrap_or_else(|error| panic!("{error}:\n{source}"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn assert_valid(validator: &Validator, name: &str, value: &Value) {
    let faults: Vec<String> = validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{name}: {}", faults.join("\n"));
}

/// The files of one kind below a folder of the repository.
fn files(folder: &str, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(root().join(folder)).sort_by_file_name().into_iter().filter_map(Result::ok);
    all.filter(|entry| wanted(entry.path())).map(walkdir::DirEntry::into_path).collect()
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml")
}

#[test]
fn each_is_a_json_schema() {
    for kind in ["schema", "registry", "book", "role", "incidents"] {
        let schema = printed(kind);
        jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|fault| panic!("{kind}: {fault}"));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
}

#[test]
fn our_own_files_are_valid() {
    assert_valid(&validator("book"), "book.toml", &toml(&read("book.toml")));
    let registry = validator("registry");
    for file in ["content/registry.yaml", "tests/registries/full.yaml"] {
        assert_valid(&registry, file, &yaml(&read(file)));
    }
    let schema = validator("schema");
    let schemas = files("schemas", is_yaml);
    assert!(schemas.len() >= 9);
    for file in schemas {
        assert_valid(&schema, &file.to_string_lossy(), &yaml(&fs::read_to_string(&file).expect("a schema can be read")));
    }
}

#[test]
fn what_is_printed_of_roles_is_valid() {
    let validator = validator("role");
    let files = [
        ("content/index.md", text(read("tests/cli/role/content/index.md"))),
        ("content/registry.yaml", text(read("tests/cli/role/content/registry.yaml"))),
    ];
    let book = Book::new(&files);
    for arguments in [&["role", "--format", "json"][..], &["role", "ops-team", "--format", "json"], &["role", "board", "--format", "json"]] {
        let run = book.run(arguments);
        let value: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err));
        assert_valid(&validator, &arguments.join(" "), &value);
    }
    assert!(!validator.is_valid(&serde_json::json!({ "version": 1, "rolls": [] })));
}

/// The handbooks of the command line's cases: files that have no finding of their own are valid.
#[test]
fn files_of_the_cases_are_valid_where_they_have_no_fault() {
    let (schema, book) = (validator("schema"), validator("book"));
    let mut seen = 0;
    for file in
        files("tests/cli", |path| is_yaml(path) && path.parent().is_some_and(|folder| folder.ends_with("schemas")) || path.ends_with("book.toml"))
    {
        let source = fs::read_to_string(&file).expect("a file of a case can be read");
        let is_book = file.ends_with("book.toml");
        let place = if is_book { "book.toml".to_owned() } else { "schemas/a.yaml".to_owned() };
        let (validator, value) = if is_book { (&book, toml(&source)) } else { (&schema, yaml(&source)) };
        if codes(&place, &source).is_empty() {
            assert_valid(validator, &file.to_string_lossy(), &value);
            seen += 1;
        }
    }
    assert!(seen > 3, "only {seen} files were looked at");
}

/// The codes of the findings about one file.
fn codes(place: &str, source: &str) -> Vec<String> {
    let home = |place| (place, text("# Home\n"));
    let run = Book::new(&[home("content/index.md"), home("src/index.md"), (place, text(source))]).run(&["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err));
    let found = report["diagnostics"].as_array().expect("a list of findings").iter();
    found.map(|finding| finding["code"].as_str().expect("a code").to_owned()).filter(|code| code.starts_with("invalid-")).collect()
}

#[test]
fn what_our_readers_refuse_is_refused() {
    for (kind, place, source) in [
        ("schema", "schemas/a.yaml", "type: a\nsectons: []\n"),
        ("schema", "schemas/a.yaml", "type: a\nsections:\n  - { title: A, requird: true }\n"),
        ("schema", "schemas/a.yaml", "type: a\nsections:\n  - { title: A, topics: [{ title: B, aliass: [C] }] }\n"),
        ("schema", "schemas/a.yaml", "type: a\nsections:\n  - { title: A, sections: [{ title: B, x: 1 }] }\n"),
        ("schema", "schemas/a.yaml", "type: a\nfront_matter: { owner: { requird: true } }\n"),
        ("schema", "schemas/a.yaml", "type: a\nsections: { a: b }\n"),
        ("schema", "schemas/a.yaml", "title: A\n"),
        ("registry", "content/registry.yaml", "rols: {}\n"),
        ("registry", "content/registry.yaml", "roles: { a: { nam: A } }\n"),
        ("registry", "content/registry.yaml", "roles: [a]\n"),
        ("registry", "content/registry.yaml", "environments: [{ id: a, prod: true }]\n"),
        ("registry", "content/registry.yaml", "labels: { a: { resolve_in: 2d } }\n"),
        ("registry", "content/registry.yaml", "freezes: [{ what: x, from: Monday, until: Sunday, tz: UTC }]\n"),
        ("registry", "content/registry.yaml", "calendars: { a: { holidays: [{ date: 2026-12-25, nam: x }] } }\n"),
        ("registry", "content/registry.yaml", "calendars: { a: { business_days: [Mon] } }\n"),
        ("registry", "content/registry.yaml", "naming: [{ what: x, pattern: '[a', example: a }]\n"),
        ("book", "book.toml", "[bok]\n"),
        ("book", "book.toml", "[book]\ntitel = \"T\"\n"),
        ("book", "book.toml", "[build]\nassets = \"some\"\n"),
        ("book", "book.toml", "[output.html]\nsite = \"x\"\n"),
        ("book", "book.toml", "[checks]\nbroken-lnk = \"off\"\n"),
        ("book", "book.toml", "[checks]\nbroken-link = \"of\"\n"),
        ("book", "book.toml", "[checks.paths.\"a/**\"]\nbroken-lnk = \"off\"\n"),
    ] {
        assert!(!codes(place, source).is_empty(), "our reader takes: {source}");
        let value = if kind == "book" { toml(source) } else { yaml(source) };
        assert!(!validator(kind).is_valid(&value), "the JSON Schema takes: {source}");
    }
}

#[test]
fn what_our_readers_take_is_taken() {
    let mdbook = "[book]\ntitle = \"T\"\nmultilingual = false\n[build]\ncreate-missing = false\n[rust]\nedition = \"2024\"\n[preprocessor.x]\na = 1\n\
                  [output.html]\ndefault-theme = \"light\"\n[output.html.fold]\nenable = true\n[output.linkcheck]\nx = 1\n";
    for (kind, place, source) in [
        ("book", "book.toml", mdbook),
        ("book", "book.toml", ""),
        (
            "book",
            "book.toml",
            "[types]\na = \"x/*.md\"\nb = [\"y/*.md\"]\n[checks]\nbroken-link = \"off\"\n[checks.paths.\"x/**\"]\norphan-page = \"error\"\n",
        ),
        ("schema", "schemas/a.yaml", "type: a\nsections: [Plain, { title: 12, topics: [Point] }]\n"),
        ("registry", "content/registry.yaml", "roles: { a: A }\nglossary: { B: It means b. }\nenvironments: [c]\n"),
    ] {
        assert!(codes(place, source).is_empty(), "our reader refuses: {source}");
        assert_valid(&validator(kind), source, &if kind == "book" { toml(source) } else { yaml(source) });
    }
}
