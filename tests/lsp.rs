//! Sessions with the language server, as data where that reads well. tests/editors has one with a real editor.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;
#[path = "common/session.rs"]
mod session;

use std::path::Path;

use common::program::{Book, Entry, text};
use opsbook::editor::wire::Incoming;
use proptest::prelude::*;
use serde_json::{Value, json};
use session::{Session, able, uri};

const REGISTRY: &str = "roles:\n  ops-lead: { name: Ops lead, contact: '#ops' }\nplatforms:\n  github: { name: GitHub }\n";
const SCHEMA: &str = "type: guide\ntitle: Guide\nsections:\n- title: Steps\n  guidance: One after the other.\n- Afterwards\n";

/// A handbook with a page, a guide and names.
fn handbook() -> Book {
    Book::new(&[
        ("book.toml", text("[book]\ntitle = \"Book\"\n")),
        ("content/registry.yaml", text(REGISTRY)),
        ("schemas/guide.yaml", text(SCHEMA)),
        ("content/index.md", text("# Home\n\n[Set up](guides/set-up.md)\n")),
        ("content/guides/set-up.md", text("# Set up 😀\n\n## First step\n\nThe Ops lead begins.\n")),
        ("content/guides/é x.md", text("# É\n")),
    ])
}

#[test]
fn a_session_has_its_order() {
    let mut session = Session::silent();
    assert_eq!(session.ask("textDocument/hover", &json!({})), Err(-32002));
    session.notify("textDocument/didOpen", &json!({ "early": true }));
    assert_eq!(session.ask("initialize", &json!(7)), Err(-32602));
    assert!(session.ask("initialize", &json!({ "capabilities": {} })).is_ok());
    assert_eq!(session.ask("initialize", &json!({ "capabilities": {} })), Err(-32600));
    assert_eq!(session.ask("textDocument/hover", &json!([])), Err(-32602));
    assert_eq!(session.ask("textDocument/nonsense", &json!({})), Err(-32601));
    session.put(Incoming::Rubbish("no JSON".to_owned()));
    session.until("a complaint", |session| session.complaints == ["no JSON"]);
    assert_eq!(session.ask("shutdown", &Value::Null), Ok(Value::Null));
    assert_eq!(session.ask("textDocument/hover", &json!({})), Err(-32600));
    assert!(session.exit(), "a session that was shut down ends well");
    assert!(!Session::silent().exit(), "a session that wasn't ends badly");
}

#[test]
fn a_request_that_nobody_wants_any_more_is_answered() {
    let book = handbook();
    let mut session = Session::new(&[&book.path("")], &able());
    // Whether the second is cancelled is a matter of time; that it gets an answer isn't. The queue has its own test.
    let first = session.send("workspace/symbol", &json!({ "query": "" }));
    let second = session.send("workspace/symbol", &json!({ "query": "" }));
    session.notify("$/cancelRequest", &json!({ "id": 3 }));
    assert!(session.answer(&first).is_ok());
    assert!(matches!(session.answer(&second), Ok(_) | Err(-32800)));
    session.notify("$/cancelRequest", &json!({ "id": "never sent" }));
    assert!(session.ask("workspace/symbol", &json!({ "query": "" })).is_ok());
    assert!(session.leave());
}

#[test]
fn findings_come_while_typing_and_go_with_their_fix() {
    let book = handbook();
    let file = book.path("content/index.md");
    let mut session = Session::new(&[&book.path("")], &able());
    session.open(&file, "# Home\n\n[Set up](guides/set-up.md)\n");
    let version = session.edit(&file, [2, 16, 2, 23], "sit-up.md");
    // The rest of the old name is still there: an edit is taken as it is.
    session.expect(&file, &["broken-link"]);
    session.until("the version", |session| session.findings[&uri(&file)].0 == Some(i64::from(version)));
    session.replace(&file, "# Home\n\n[Set up](guides/set-ap.md)\n");
    session.until("a suggestion", |session| {
        session.findings[&uri(&file)].1.first().is_some_and(|finding| finding["message"].as_str().unwrap().contains("set-up.md"))
    });
    let finding = session.findings[&uri(&file)].1[0].clone();
    assert_eq!((finding["severity"].clone(), finding["source"].clone()), (json!(1), json!("opsbook")));
    assert_eq!(finding["range"]["start"], json!({ "line": 2, "character": 9 }));
    let range = finding["range"].clone();
    let actions =
        session.ask("textDocument/codeAction", &json!({ "textDocument": { "uri": uri(&file) }, "range": range, "context": { "diagnostics": [] } }));
    let actions = actions.unwrap();
    let edit = &actions[0]["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!((actions[0]["title"].clone(), edit["newText"].clone()), (json!("Write 'guides/set-up.md'"), json!("guides/set-up.md")), "{actions}");
    assert_eq!((actions[0]["isPreferred"].clone(), actions[0]["diagnostics"][0]["code"].clone()), (json!(false), json!("broken-link")));
    session.replace(&file, "# Home\n\n[Set up](guides/set-up.md)\n");
    session.expect(&file, &[]);
    assert!(session.leave());
}

#[test]
fn every_file_of_a_handbook_is_looked_at() {
    let book = handbook();
    let mut session = Session::new(&[&book.path("")], &able());
    session.until("a request to watch files", |session| !session.asked.is_empty());
    let [registry, schema, settings] = ["content/registry.yaml", "schemas/guide.yaml", "book.toml"].map(|path| book.path(path));
    session.open(&registry, &REGISTRY.replace("contact", "contakt"));
    session.expect(&registry, &["invalid-registry"]);
    session.replace(&registry, REGISTRY);
    session.expect(&registry, &[]);
    session.open(&schema, "type: guide\nsektions: []\n");
    session.until("a finding", |session| session.codes(&schema).is_some_and(|codes| codes.contains(&"invalid-schema".to_owned())));
    // While book.toml is half typed, nothing else changes.
    session.open(&settings, "[book]\ntitle = \"Book\"\n[checks]\n");
    session.replace(&settings, "[book]\ntitle = \"Book\"\n[checks]\ninvalid-schema = ");
    session.expect(&settings, &["invalid-config"]);
    assert!(session.codes(&schema).unwrap().contains(&"invalid-schema".to_owned()));
    session.replace(&settings, "[book]\ntitle = \"Book\"\n[checks]\ninvalid-schema = \"off\"\n");
    session.until("no finding", |session| session.codes(&schema).is_some_and(|codes| !codes.contains(&"invalid-schema".to_owned())));
    session.expect(&settings, &[]);
    assert!(session.leave());
}

#[test]
fn buffers_lie_over_files() {
    let book = handbook();
    let mut session = Session::new(&[&book.path("")], &able());
    let (new, home) = (book.path("content/new.md"), book.path("content/index.md"));
    session.open(&home, "# Home\n\n[Set up](guides/set-up.md) [New](new.md)\n");
    session.expect(&home, &["broken-link"]);
    session.open(&new, "# New\n");
    session.expect(&home, &[]);
    session.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri(&new) } }));
    session.expect(&home, &["broken-link"]);
    // The same from the disk.
    book.put("content/new.md", &text("# New\n"));
    session.notify("workspace/didChangeWatchedFiles", &json!({ "changes": [{ "uri": uri(&new), "type": 1 }] }));
    session.expect(&home, &[]);
    session.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri(&home) } }));
    let found = session.ask("workspace/symbol", &json!({ "query": "new" })).unwrap();
    assert_eq!(found[0]["location"]["uri"], uri(&new));
    assert!(session.leave());
}

#[test]
fn an_editor_that_watches_nothing_hears_of_the_disk_when_it_opens_and_saves() {
    let book = handbook();
    let (new, home, guide) = (book.path("content/new.md"), book.path("content/index.md"), book.path("content/guides/set-up.md"));
    let mut session = Session::new(&[&book.path("")], &json!({}));
    let broken = "# Home\n\n[Set up](guides/set-up.md) [New](new.md)\n";
    session.open(&home, broken);
    session.expect(&home, &["broken-link"]);
    assert!(session.asked.is_empty(), "an editor that can't watch isn't asked to");
    book.put("content/new.md", &text("# New\n"));
    session.open(&guide, &book.read("content/guides/set-up.md"));
    session.expect(&home, &[]);
    std::fs::remove_file(&new).unwrap();
    book.put("book.toml", &text("[book]\ntitle = \"Book\"\n[checks]\nbroken-link = \"warning\"\n"));
    session.notify("textDocument/didSave", &json!({ "textDocument": { "uri": uri(&guide) } }));
    session.expect(&home, &["broken-link"]);
    assert_eq!(session.findings[&uri(&home)].1[0]["severity"], 2, "book.toml was read again, too");
    assert!(session.leave());
}

#[test]
fn a_folder_that_is_closed_takes_its_findings_along() {
    let (one, two) = (handbook(), handbook());
    one.put("content/index.md", &text("# Home\n\n[x](nowhere.md) [y](guides/set-up.md)\n"));
    two.put("content/index.md", &text("# Home\n\n[x](nowhere.md) [y](guides/set-up.md)\n"));
    let (first, second) = (one.path("content/index.md"), two.path("content/index.md"));
    let mut session = Session::new(&[&one.path(""), &two.path("")], &able());
    session.expect(&first, &["broken-link"]);
    session.expect(&second, &["broken-link"]);
    let change = |removed: &[&Path]| {
        let removed: Vec<Value> = removed.iter().map(|folder| json!({ "uri": uri(folder), "name": "folder" })).collect();
        json!({ "event": { "added": [], "removed": removed } })
    };
    session.notify("workspace/didChangeWorkspaceFolders", &change(&[&two.path("")]));
    session.expect(&second, &[]);
    let found = session.ask("workspace/symbol", &json!({ "query": "home" })).unwrap();
    assert_eq!(found.as_array().unwrap().iter().map(|found| &found["location"]["uri"]).collect::<Vec<_>>(), [&json!(uri(&first))]);
    // While one of its files is open, a handbook stays.
    session.open(&first, &one.read("content/index.md"));
    session.notify("workspace/didChangeWorkspaceFolders", &change(&[&one.path("")]));
    assert_ne!(session.ask("workspace/symbol", &json!({ "query": "home" })).unwrap(), json!([]));
    session.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri(&first) } }));
    session.expect(&first, &[]);
    assert_eq!(session.ask("workspace/symbol", &json!({ "query": "home" })).unwrap(), json!([]));
    assert!(session.leave());
}

#[test]
fn several_handbooks_and_what_is_none() {
    let (one, two) = (handbook(), handbook());
    let plain = Book::new(&[("docs/a.md", text("# A\n\n[b](b.md)\n"))]);
    let mut session = Session::new(&[&one.path(""), &plain.path("docs")], &able());
    let file = two.path("content/guides/é x.md");
    session.open(&file, "# É\n\n[x](../nowhere.md)\n");
    session.expect(&file, &["broken-link"]);
    let file = plain.path("docs/a.md");
    session.open(&file, "# A\n\n[b](b.md)\n");
    session.until("a finding", |session| session.codes(&file).is_some_and(|codes| codes.contains(&"broken-link".to_owned())));
    for odd in ["untitled:Untitled-1", "git:/a.md", "file:///nowhere/at/all.md", "file:///C%3A/x/y.md", "http://example.com/a.md"] {
        session
            .notify("textDocument/didOpen", &json!({ "textDocument": { "uri": odd, "languageId": "markdown", "version": 1, "text": "[x](y.md)" } }));
        let asked = json!({ "textDocument": { "uri": odd }, "position": { "line": 0, "character": 5 } });
        assert_eq!(session.ask("textDocument/hover", &asked), Ok(Value::Null), "{odd}");
        session.notify("textDocument/didClose", &json!({ "textDocument": { "uri": odd } }));
    }
    assert!(session.leave());
}

#[test]
fn a_folder_that_is_a_link_keeps_its_name() {
    let book = handbook();
    let links = Book::new(&[("linked", Entry::Link(book.path("").to_string_lossy().into_owned()))]);
    let root = links.path("linked");
    let mut session = Session::new(&[&root], &able());
    let file = root.join("content/index.md");
    session.open(&file, "# Home\n\n[x](nowhere.md) [Set up](guides/set-up.md)\n");
    session.expect(&file, &["broken-link"]);
    let found = session.at("textDocument/definition", &file, 2, 34);
    assert_eq!(found["uri"], uri(&root.join("content/guides/set-up.md")));
    let other = book.path("content/guides/set-up.md");
    session.open(&other, "# Set up\n\n[x](nowhere.md)\n");
    session.expect(&other, &["broken-link"]);
    assert!(session.leave());
}

/// Asks everything about one place and looks at the answers through JSON pointers.
#[test]
fn places_are_counted_as_the_editor_counts() {
    let book = handbook();
    let file = book.path("content/guides/set-up.md");
    let plain = json!({});
    for (capabilities, column) in [(able(), 12), (plain, 9)] {
        let mut session = Session::new(&[&book.path("")], &capabilities);
        session.open(&file, "# Set up 😀\n\né😀 [x](#fir) GitHub\n\n## First step\n\n\n");
        session.until("a finding", |session| session.codes(&file).is_some_and(|codes| codes.contains(&"broken-anchor".to_owned())));
        let finding = session.findings[&uri(&file)].1.iter().find(|finding| finding["code"] == "broken-anchor").unwrap().clone();
        assert_eq!(finding["range"]["start"], json!({ "line": 2, "character": column - 1 }), "{capabilities}");
        let list = session.at("textDocument/completion", &file, 2, column + 3);
        assert_eq!(list["items"][1]["textEdit"]["newText"], "first-step", "{list}");
        let hover = session.at("textDocument/hover", &file, 2, column + 7);
        assert!(hover["contents"]["value"].as_str().unwrap().contains("GitHub"), "{hover}");
        let symbols = session.at("textDocument/documentSymbol", &file, 0, 0);
        assert_eq!(symbols[0]["name"], "Set up 😀", "{symbols}");
        assert!(session.leave());
    }
}

#[test]
fn places_behind_an_include_are_those_of_the_file() {
    let book = handbook();
    book.put("scripts/x.sh", &text("#!/bin/sh\n# ANCHOR: r\necho 1\necho 2\n# ANCHOR_END: r\n"));
    book.put("parts/p.md", &text("## Theirs\n\n[x](nowhere.md)\n"));
    let (file, script) = (book.path("content/guides/set-up.md"), book.path("scripts/x.sh"));
    let mut session = Session::new(&[&book.path("")], &able());
    let page = "# Set up\n\n```sh\n{{#include ../../scripts/x.sh:r}}\n```\n\n{{#include ../../parts/p.md}}\n\n## Own\n\nGitHub [y](#onw) [z](#own)\n\n```bash {7}\nx\n```\n";
    session.open(&file, page);
    session.expect(&file, &["broken-link", "broken-anchor", "invalid-fence"]);
    let findings = session.findings[&uri(&file)].1.clone();
    assert_eq!(findings[0]["range"], json!({ "start": { "line": 6, "character": 0 }, "end": { "line": 6, "character": 29 } }));
    let related = &findings[0]["relatedInformation"][0]["location"];
    assert_eq!((&related["uri"], &related["range"]["start"]), (&json!(uri(&book.path("parts/p.md"))), &json!({ "line": 2, "character": 4 })));
    assert_eq!(findings[1]["range"]["start"], json!({ "line": 10, "character": 11 }));
    assert_eq!(findings[2]["range"]["start"]["line"], 12);
    let hover = session.at("textDocument/hover", &file, 10, 2);
    assert_eq!(hover["range"]["start"], json!({ "line": 10, "character": 0 }), "{hover}");
    let symbols = session.at("textDocument/documentSymbol", &file, 0, 0);
    assert_eq!(symbols[0]["children"][1]["selectionRange"]["start"], json!({ "line": 8, "character": 3 }), "{symbols}");
    assert_eq!(symbols[0]["children"][0]["selectionRange"]["start"]["line"], 6, "{symbols}");
    let to_heading = session.at("textDocument/definition", &file, 10, 22);
    assert_eq!(to_heading["range"]["start"]["line"], 8, "{to_heading}");
    let to_script = session.at("textDocument/definition", &file, 3, 5);
    assert_eq!((&to_script["uri"], &to_script["range"]["start"]["line"]), (&json!(uri(&script)), &json!(2)));
    let place = json!({ "textDocument": { "uri": uri(&file) }, "position": { "line": 8, "character": 4 }, "newName": "Mine" });
    let edits = session.ask("textDocument/rename", &place).unwrap();
    let edits = edits["documentChanges"][0]["edits"].as_array().unwrap().clone();
    assert_eq!(edits.iter().map(|edit| edit["range"]["start"]["line"].as_u64().unwrap()).collect::<Vec<_>>(), [8, 10], "{edits:?}");
    assert!(session.at("textDocument/prepareRename", &file, 6, 4).is_null(), "a heading of another file isn't renamed here");
    // The script's buffer counts before it is saved.
    session.open(&script, "#!/bin/sh\n");
    session.expect(&file, &["broken-include", "broken-link", "broken-anchor", "invalid-fence"]);
    session.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri(&script) } }));
    session.expect(&file, &["broken-link", "broken-anchor", "invalid-fence"]);
    session.replace(&file, "# Set up\n\n{{#include ../../scripts/y.sh}}\n");
    session.expect(&file, &["broken-include"]);
    book.put("scripts/y.sh", &text("echo 3\n"));
    session.notify("workspace/didChangeWatchedFiles", &json!({ "changes": [{ "uri": uri(&book.path("scripts/y.sh")), "type": 1 }] }));
    session.expect(&file, &[]);
    assert!(session.leave());
}

#[test]
fn names_lead_to_the_registry_and_back() {
    let book = handbook();
    let file = book.path("content/guides/set-up.md");
    let mut session = Session::new(&[&book.path("")], &able());
    session.open(&file, "# Set up\n\nThe Ops lead begins.\n");
    let made = session.at("textDocument/definition", &file, 2, 6);
    assert_eq!((made["uri"].clone(), made["range"]["start"]["line"].clone()), (json!(uri(&book.path("content/registry.yaml"))), json!(1)));
    let found = session.at("textDocument/references", &file, 2, 6);
    let files: Vec<&str> = found.as_array().unwrap().iter().map(|found| found["uri"].as_str().unwrap().rsplit('/').next().unwrap()).collect();
    assert_eq!(files, ["set-up.md", "registry.yaml", "registry.yaml"]);
    let links = session.at("textDocument/documentLink", &book.path("content/index.md"), 0, 0);
    assert_eq!(links[0]["target"], uri(&file));
    assert!(session.leave());
}

#[test]
fn missing_sections_are_completed_with_their_guidance() {
    let book = handbook();
    let file = book.path("content/guides/set-up.md");
    let mut session = Session::new(&[&book.path("")], &able());
    session.open(&file, "---\ntype: guide\n---\n# Set up\n\n## \n");
    let list = session.at("textDocument/completion", &file, 5, 3);
    let first = &list["items"][0];
    assert_eq!(first["textEdit"]["newText"], "## Steps\n\n${1:<!-- One after the other. -->}", "{list}");
    assert_eq!((first["insertTextFormat"].clone(), first["label"].clone()), (json!(2), json!("Steps")));
    assert!(session.leave());
}

#[test]
fn a_large_text_is_taken() {
    let book = handbook();
    let file = book.path("content/index.md");
    let mut session = Session::new(&[&book.path("")], &able());
    let line = "[a](guides/set-up.md) and words that go on 😀\n";
    session.open(&file, &line.repeat(60_000));
    for _ in 0..20 {
        session.edit(&file, [30_000, 0, 30_000, 0], "x");
    }
    let links = session.at("textDocument/documentLink", &file, 0, 0);
    assert_eq!(links.as_array().unwrap().len(), 60_000);
    session.replace(&file, &"x".repeat(17 * 1024 * 1024));
    session.until("a finding", |session| session.codes(&file).is_some_and(|codes| codes.contains(&"unreadable-file".to_owned())));
    assert!(session.leave());
}

/// Every request that is about a place.
const AT_A_PLACE: [&str; 8] = [
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/prepareRename",
    "textDocument/documentSymbol",
    "textDocument/documentLink",
    "textDocument/rename",
];

fn anywhere(session: &mut Session, file: &Path, line: u32, character: u32) {
    for method in AT_A_PLACE {
        let context = if method == "textDocument/completion" { json!({ "triggerKind": 1 }) } else { json!({ "includeDeclaration": true }) };
        let place = json!({ "line": line, "character": character });
        let params = json!({ "textDocument": { "uri": uri(file) }, "position": place, "context": context, "newName": "New name" });
        let answer = session.ask(method, &params);
        assert!(!matches!(answer, Err(-32603..=-32601)), "{method} {answer:?}");
    }
    let place = json!({ "line": line, "character": character });
    let params = json!({ "textDocument": { "uri": uri(file) }, "range": { "start": place, "end": { "line": 0, "character": 3 } }, "context": { "diagnostics": [] } });
    assert!(session.ask("textDocument/codeAction", &params).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn no_edit_and_no_place_ends_the_session(
        edits in proptest::collection::vec(
            (0_usize..4, any::<[u8; 4]>(), "(---\n|type: guide\n|owner: |\\[a\\]\\(b.md#|#|## Steps\n|```\n|é😀|\\| a \\|\n|\r\n|\r|Ops lead|: \\[|- 1. ){0,6}"),
            1..20,
        ),
    ) {
        let book = handbook();
        let files = ["content/index.md", "content/guides/set-up.md", "content/registry.yaml", "book.toml"].map(|path| book.path(path));
        let mut session = Session::new(&[&book.path("")], &able());
        for (file, path) in files.iter().zip(["content/index.md", "content/guides/set-up.md", "content/registry.yaml", "book.toml"]) {
            session.open(file, &book.read(path));
        }
        for (index, [line, from, to_line, to], text) in edits {
            let file = &files[index];
            let [line, from, to_line, to] = [line % 12, from % 30, to_line % 12, to % 30].map(u32::from);
            session.edit(file, [line, from, to_line, to], &text);
            anywhere(&mut session, file, to_line, to);
        }
        anywhere(&mut session, &files[0], u32::MAX, u32::MAX);
        prop_assert!(session.leave());
    }
}
