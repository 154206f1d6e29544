//! `[[source]]`: documents of other folders and repositories, from the command line.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says so when it is skipped"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::program::{Book, Entry, Run, git, run, run_with, text};

const REGISTRY: &str = "roles: { payments: { name: Payments team }, ops: { name: Operations } }\n";

/// A handbook in `handbook`, and what `[[source]]` of its book.toml says.
fn handbook(source: &str, files: &[(&str, &str)]) -> Book {
    let book = Book::new(&[
        ("handbook/book.toml", text(format!("[output.html]\nhistory = true\nedit-url-template = \"https://own.example/{{path}}\"\n{source}"))),
        ("handbook/content/index.md", text("# Home\n\n[Rollback](services/payments/rollback.md#steps)\n")),
        ("handbook/content/registry.yaml", text(REGISTRY)),
    ]);
    for (path, content) in files {
        book.put(path, &text(*content));
    }
    book
}

const DOCS: &[(&str, &str)] = &[
    ("payments/docs/index.md", "# Payments\n\n[Rollback](rollback.md) ![p](images/p.png)\n"),
    ("payments/docs/rollback.md", "# Rollback\n\n## Steps\n\nSee [home](../../index.md) and [the start](index.md).\n"),
    ("payments/docs/images/p.png", "png"),
    ("payments/docs/secret.txt", "nobody links to this"),
    ("payments/src/main.rs", "no document"),
];

const FOLDER: &str = "[[source]]\nat = \"services/payments\"\npath = \"../payments/docs\"\nowner = \"payments\"\nfolder = \"docs\"\n\
                      edit-url-template = \"https://git.example/payments/edit/{ref}/{path}\"\n";

fn repository(extra: &str) -> String {
    format!(
        "[[source]]\nat = \"services/payments\"\ngit = \"../payments\"\nref = \"main\"\nfolder = \"docs\"\nowner = \"payments\"\n\
         edit-url-template = \"https://git.example/payments/edit/{{ref}}/{{path}}\"\n{extra}"
    )
}

/// Whether there is git here; says so if the test is skipped.
fn has_git() -> bool {
    let found = Command::new("git").arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: there is no git here");
    }
    found
}

/// A handbook whose source is a repository with the same documents.
fn with_repository(extra: &str) -> Book {
    let book = handbook(&repository(extra), DOCS);
    for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message=One", "--date=2026-01-02T03:04:05Z"]] {
        git(&book.path("payments"), arguments);
    }
    book
}

fn opsbook(book: &Book, arguments: &[&str]) -> Run {
    run(&book.path("handbook"), arguments)
}

/// Every file of a folder with its bytes.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there").flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                files.insert(entry.path().display().to_string(), fs::read(entry.path()).expect("the file is there"));
            }
        }
    }
    files
}

/// The folder of the only copy.
fn copy(book: &Book) -> std::path::PathBuf {
    let sources = book.path("handbook/.opsbook-cache/sources");
    let only = fs::read_dir(sources).expect("there is a cache").flatten().next().expect("there is a copy").path();
    let is_tree = |path: &std::path::PathBuf| path.is_dir() && path.file_name().is_some_and(|name| name.len() == 12);
    fs::read_dir(only).expect("there is a copy").flatten().map(|entry| entry.path()).find(is_tree).expect("there is a tree")
}

#[test]
fn a_folder_appears_as_a_chapter() {
    let book = handbook(FOLDER, DOCS);
    let built = opsbook(&book, &["build"]);
    assert_eq!(built.code, 0, "{}", built.err);
    let page = book.read("handbook/book/services/payments/rollback.html");
    assert!(page.contains("https://git.example/payments/edit/HEAD/docs/rollback.md"), "the edit link leads to the right repository");
    assert!(page.contains("<code>docs/rollback.md</code>") && page.contains("registry/roles/payments.html"), "{page}");
    assert!(!page.contains("own.example"));
    assert!(book.read("handbook/book/index.html").contains("https://own.example/content/index.md"));
    assert!(book.path("handbook/book/services/payments/images/p.png").is_file());
    assert!(!book.path("handbook/book/services/payments/secret.txt").exists(), "of sources only what documents use is published");
    assert!(!book.path("handbook/.opsbook-cache/sources").exists());
    let again = opsbook(&book, &["build"]);
    assert!(again.err.contains("0 files written"), "{}", again.err);
}

#[test]
fn findings_name_the_right_file_in_each_format() {
    let book = handbook(FOLDER, DOCS);
    book.put("payments/docs/broken.md", &text("# Broken\n\n[gone](gone.md)\n"));
    let of = |folder: &str, arguments: &[&str]| run(&book.path(folder), arguments).out;
    assert!(of("handbook", &["check"]).contains("--> ../payments/docs/broken.md:3:"), "{}", of("handbook", &["check"]));
    assert!(of("", &["check", "handbook"]).contains("--> payments/docs/broken.md:3:"), "from where the reader stands");
    for format in ["github", "gitlab", "sarif", "junit"] {
        let inside = of("", &["check", "handbook", "--format", format]);
        assert!(inside.contains("payments/docs/broken.md") && !inside.contains("services/payments/broken.md"), "{format}: {inside}");
        let outside = of("handbook", &["check", "--format", format]);
        assert!(outside.contains("content/services/payments/broken.md"), "{format}: {outside}");
        assert!(outside.contains("../payments/docs/broken.md"), "{format} says where the file is: {outside}");
    }
    let json: serde_json::Value = serde_json::from_str(&of("handbook", &["check", "--format", "json"])).expect("it is JSON");
    let finding = &json["diagnostics"][0];
    assert_eq!(
        (finding["path"].as_str(), finding["file"].as_str()),
        (Some("content/services/payments/broken.md"), Some("../payments/docs/broken.md"))
    );
}

#[test]
fn a_source_that_is_not_there_leaves_the_old_site() {
    let book = handbook(FOLDER, DOCS);
    assert_eq!(opsbook(&book, &["build"]).code, 0);
    let before = bytes(&book.path("handbook/book"));
    fs::rename(book.path("payments"), book.path("elsewhere")).expect("it can be moved");
    let failed = opsbook(&book, &["build"]);
    assert_eq!(failed.code, 1);
    assert!(failed.err.contains("error[unreachable-source]: there is no folder '../payments/docs' that can be read"), "{}", failed.err);
    assert!(failed.err.contains("book.toml:6:"), "{}", failed.err);
    assert_eq!(bytes(&book.path("handbook/book")), before);
}

#[test]
fn of_a_source_that_is_not_there_nothing_else_is_said() {
    let alerts = "[alerts]\nrules = [\"content/services/payments/rules/*.yml\"]\n[checks.paths.\"services/payments/**\"]\norphan-page = \"error\"\n";
    let own = "# Own\n\n<!-- opsbook: waive broken-link until 2027-01-31: written next week -->\n\n[Rollback](services/payments/gone.md)\n\n## Then\n\n[Gone](services/payments/gone.md)\n\n{{#include services/payments/part.txt}}\n\n[home](index.md)\n";
    let lock = "services/payments/rollback.html\n  #steps\n";
    let files = [
        ("handbook/content/own.md", own),
        ("handbook/urls.lock", lock),
        ("handbook/content/SUMMARY.md", "- [Home](index.md)\n- [Own](own.md)\n- [R](services/payments/rollback.md)\n"),
    ];
    let book = handbook(&format!("{alerts}{FOLDER}"), &files);
    let checked = opsbook(&book, &["check"]);
    assert!(checked.out.contains("error[unreachable-source]") && checked.out.contains("1 error, 0 warnings"), "{}", checked.out);
    // With the source all of it can be known.
    book.put("payments/docs/index.md", &text("# Payments\n"));
    let checked = opsbook(&book, &["check"]);
    for code in ["broken-link", "broken-include", "broken-summary", "vanished-page", "invalid-config"] {
        assert!(checked.out.contains(&format!("[{code}]")), "{code}: {}", checked.out);
    }
}

#[test]
fn what_can_not_be_a_source_is_refused() {
    for (path, why) in
        [("..", "it holds the handbook itself"), ("../out", "it holds the published site, or lies in it"), ("../nowhere", "there is no folder")]
    {
        let source = format!("[build]\nbuild-dir = \"../out/site\"\n[[source]]\nat = \"services\"\npath = \"{path}\"\n");
        let book = handbook("", &[("out/a.md", "# A\n"), ("handbook/book.toml", &source), ("handbook/content/index.md", "# Home\n")]);
        fs::create_dir_all(book.path("out/site")).expect("it can be made");
        let checked = opsbook(&book, &["check"]);
        assert_eq!(checked.code, 1, "{path}: {}", checked.out);
        assert!(checked.out.contains(why), "{path}: {}", checked.out);
    }
}

#[test]
fn the_handbooks_own_file_wins_and_says_so() {
    let book = handbook(FOLDER, DOCS);
    book.put("handbook/content/services/payments/rollback.md", &text("---\nowner: ops\n---\n# Own\n\n## Steps\n\n[i](index.md)\n"));
    let checked = opsbook(&book, &["check"]);
    assert!(checked.out.contains("error[source-clash]: the source '../payments/docs' has a file of this name too"), "{}", checked.out);
    assert!(checked.out.contains("--> content/services/payments/rollback.md:1:1"), "{}", checked.out);
    book.put("handbook/book.toml", &text(format!("[checks]\nsource-clash = \"off\"\n{FOLDER}")));
    assert_eq!(opsbook(&book, &["build"]).code, 0);
    assert!(book.read("handbook/book/services/payments/rollback.html").contains("Own"));
}

#[test]
fn fixes_and_moves_reach_the_folder() {
    let schema = "type: t\ntitle: T\nmatch: ['services/**/*.md']\nsections:\n  - id: steps\n    title: Steps\n";
    let book = handbook(FOLDER, &[DOCS, &[("handbook/schemas/t.yaml", schema)]].concat());
    book.put("payments/docs/new.md", &text("# New\n\nNo steps. [r](rollback.md)\n"));
    let fixed = opsbook(&book, &["check", "--fix"]);
    assert!(fixed.err.contains("mended ../payments/docs/new.md"), "{}{}", fixed.err, fixed.out);
    assert!(book.read("payments/docs/new.md").contains("## Steps"));
    let moved = opsbook(&book, &["mv", "../payments/docs/rollback.md", "../payments/docs/guides/rollback.md"]);
    assert_eq!(moved.code, 0, "{}", moved.err);
    assert!(moved.err.contains("moved ../payments/docs/rollback.md to ../payments/docs/guides/rollback.md"), "{}", moved.err);
    assert!(book.read("handbook/content/index.md").contains("services/payments/guides/rollback.md#steps"));
    assert!(book.read("payments/docs/new.md").contains("guides/rollback.md"));
    let refused = opsbook(&book, &["mv", "content/index.md", "../payments/docs/home.md"]);
    assert!(refused.code == 2 && refused.err.contains("lie in different folders"), "{}", refused.err);
    let lost = opsbook(&book, &["mv", "content/services/payments/new.md", "content/services/payments/newer.md"]);
    assert!(lost.code == 2 && lost.err.contains("it is '../payments/docs/new.md': name that"), "{}", lost.err);
}

#[test]
fn a_source_takes_the_place_of_no_file() {
    for at in ["services.md", "services.md/payments", "list.csv"] {
        let source = format!("[[source]]\npath = \"../payments/docs\"\nat = \"{at}\"\n");
        let files = [("handbook/content/services.md", "# Services\n"), ("handbook/content/list.csv", "x"), ("payments/docs/a.md", "# A\n")];
        let checked = opsbook(&handbook(&source, &files), &["check"]);
        assert!(checked.code == 1 && checked.out.contains("error[source-clash]: a source can't appear at"), "{at}: {}", checked.out);
        assert!(checked.out.contains("--> book.toml:6:6"), "{at}: {}", checked.out);
    }
}

#[test]
fn the_owner_of_a_source_is_a_role() {
    let book = handbook(&FOLDER.replace("owner = \"payments\"", "owner = \"paiments\""), DOCS);
    let checked = opsbook(&book, &["check"]);
    assert_eq!(checked.out.matches("unknown-role").count(), 1, "once, not for each document: {}", checked.out);
    assert!(checked.out.contains("the owner of a source is 'paiments'") && checked.out.contains("--> book.toml:7:"), "{}", checked.out);
}

#[test]
fn a_repository_is_fetched_once_and_then_read_without_it() {
    if !has_git() {
        return;
    }
    let book = with_repository("history = true\nrepository-url = \"https://git.example/payments\"\n");
    let built = opsbook(&book, &["build"]);
    assert_eq!(built.code, 0, "{}", built.err);
    assert!(built.err.contains("fetched services/payments from ../payments at main: "), "{}", built.err);
    let page = book.read("handbook/book/services/payments/rollback.html");
    assert!(page.contains("https://git.example/payments/edit/main/docs/rollback.md"), "{page}");
    assert!(page.contains("From <a class=\"external\" href=\"https://git.example/payments\">payments</a>, <code>main</code> at <code>"), "{page}");
    assert!(page.contains("Changed <time"), "the history of the repository says when: {page}");
    assert!(!copy(&book).join("repository").exists() && !book.path("handbook/.opsbook-cache/sources").join("new").exists());

    let before = bytes(&book.path("handbook/book"));
    fs::rename(book.path("payments"), book.path("elsewhere")).expect("it can be moved");
    for arguments in [&["build"][..], &["build", "--offline"], &["check"]] {
        let run = opsbook(&book, arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.err, run.out);
        assert!(!run.err.contains("fetched"), "{}", run.err);
    }
    assert_eq!(bytes(&book.path("handbook/book")), before);
    assert!(opsbook(&book, &["sources"]).out.contains("services/payments  ../payments at main: "));

    let later = run_with(&book.path("handbook"), &["check", "--refresh"], &[("SOURCE_DATE_EPOCH", "1795478400")]);
    assert_eq!(later.code, 0, "{}", later.out);
    assert!(later.out.contains("warning[unreachable-source]: '../payments' can't be fetched: "), "{}", later.out);
    assert!(later.out.contains("used as it was fetched on 2026-11-20, 4 days ago"), "{}", later.out);

    fs::remove_dir_all(book.path("handbook/.opsbook-cache")).expect("it can be deleted");
    for (arguments, why) in [(&["build"][..], "can't be fetched at 'main': "), (&["build", "--offline"], "--offline fetches none")] {
        let run = opsbook(&book, arguments);
        assert_eq!(run.code, 1, "{}", run.err);
        assert!(run.err.contains("error[unreachable-source]") && run.err.contains(why), "{}", run.err);
        assert_eq!(bytes(&book.path("handbook/book")), before, "the old site stays");
    }
}

#[test]
fn a_copy_is_brought_up_and_heals() {
    if !has_git() {
        return;
    }
    let book = with_repository("");
    assert_eq!(opsbook(&book, &["check"]).code, 0);
    book.put("payments/docs/new.md", &text("# New\n\n[r](rollback.md)\n"));
    for arguments in [&["add", "."][..], &["commit", "--quiet", "--message=Two"]] {
        git(&book.path("payments"), arguments);
    }
    assert_eq!(opsbook(&book, &["build"]).code, 0);
    assert!(!book.path("handbook/book/services/payments/new.html").exists(), "a run like the one before gives what it gave");
    let updated = opsbook(&book, &["sources", "update"]);
    assert!(updated.code == 0 && updated.err.contains("fetched services/payments"), "{}", updated.err);
    assert!(opsbook(&book, &["sources", "update", "services/payments"]).err.contains("unchanged services/payments"));
    assert_eq!(opsbook(&book, &["sources", "update", "nowhere"]).code, 2);
    assert_eq!(opsbook(&book, &["build"]).code, 0);
    assert!(book.path("handbook/book/services/payments/new.html").exists());
    let folder = fs::read_dir(book.path("handbook/.opsbook-cache/sources")).expect("it is there").flatten().next().expect("it is there").path();
    let spoils: [&dyn Fn(); 3] = [
        &|| fs::write(folder.join("current"), "cut").expect("it can be written"),
        &|| {
            fs::remove_file(
                fs::read_dir(&folder)
                    .expect("it is there")
                    .flatten()
                    .map(|entry| entry.path().join("new.md"))
                    .find(|file| file.is_file())
                    .expect("it is there"),
            )
            .expect("it goes");
        },
        &|| fs::remove_dir_all(&folder).expect("it can be deleted"),
    ];
    for spoil in spoils {
        spoil();
        let healed = opsbook(&book, &["build"]);
        assert!(healed.code == 0 && healed.err.contains("fetched services/payments"), "{}", healed.err);
        assert!(book.path("handbook/book/services/payments/new.html").exists());
    }
    let head = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(book.path("payments")).output().expect("git answers");
    let commit = String::from_utf8_lossy(&head.stdout).trim().to_owned();
    book.put("handbook/book.toml", &text(repository("").replace("ref = \"main\"", &format!("ref = \"{commit}\""))));
    assert_eq!(opsbook(&book, &["check"]).code, 0, "a commit can be named");
    fs::rename(book.path("payments"), book.path("elsewhere")).expect("it can be moved");
    let pinned = opsbook(&book, &["check", "--refresh"]);
    assert!(pinned.code == 0 && !pinned.out.contains("unreachable-source"), "a commit that is there needs no fetching: {}", pinned.out);
}

#[test]
fn a_copy_is_never_edited_and_its_findings_name_the_source() {
    if !has_git() {
        return;
    }
    let schema = "type: t\ntitle: T\nmatch: ['services/**/*.md']\nsections:\n  - id: steps\n    title: Steps\n";
    let book = with_repository("");
    book.put("handbook/schemas/t.yaml", &text(schema));
    book.put("payments/docs/new.md", &text("# New\n\nNo steps. [r](rollback.md)\n"));
    for arguments in [&["add", "."][..], &["commit", "--quiet", "--message=Two"]] {
        git(&book.path("payments"), arguments);
    }
    let before = opsbook(&book, &["check"]);
    assert_eq!(before.code, 1);
    let kept = bytes(&copy(&book));
    assert!(before.out.contains("note: this is 'docs/new.md' of ../payments at 'main' ("), "{}", before.out);
    assert!(before.out.contains("--> .opsbook-cache/sources/payments-"), "{}", before.out);
    let fixed = opsbook(&book, &["check", "--fix"]);
    assert!(!fixed.err.contains("mended"), "{}", fixed.err);
    assert_eq!(bytes(&copy(&book)), kept);
    for format in ["github", "gitlab", "sarif", "junit"] {
        let out = opsbook(&book, &["check", "--format", format]).out;
        assert!(out.contains("content/services/payments/new.md") && out.contains("docs/new.md' of ../payments"), "{format}: {out}");
    }
    let name = copy(&book).join("new.md").display().to_string();
    let refused = opsbook(&book, &["mv", &name, "content/x.md"]);
    assert!(refused.code == 2 && refused.err.contains("is only a copy here"), "{}", refused.err);
}

#[test]
fn a_hostile_repository_does_no_harm() {
    if !has_git() {
        return;
    }
    let book = with_repository("");
    book.put("outside.md", &text("# Outside\n"));
    book.put("payments/docs/out.md", &Entry::Link("../../outside.md".to_owned()));
    book.put("payments/docs/passwords", &Entry::Link("/etc/passwd".to_owned()));
    book.put("payments/docs/inside.md", &Entry::Link("rollback.md".to_owned()));
    book.put("payments/docs/.gitattributes", &text("*.md filter=evil\n*.png filter=lfs\n"));
    book.put("payments/docs/back\\slash.md", &text("# Name\n"));
    book.put("payments/.gitmodules", &text("[submodule \"x\"]\n\tpath = docs/x\n\turl = ../nowhere\n"));
    let index = format!("160000,{},docs/x", "1".repeat(40));
    for arguments in [&["add", "."][..], &["update-index", "--add", "--cacheinfo", &index], &["commit", "--quiet", "--message=Two"]] {
        git(&book.path("payments"), arguments);
    }
    let checked = opsbook(&book, &["check"]);
    assert!(checked.err.contains("left out 1 file of services/payments: names that a site or this disk can't have"), "{}", checked.err);
    for name in ["out.md", "passwords"] {
        assert!(checked.out.contains("unreadable-file") && checked.out.contains(name), "{name}: {}", checked.out);
    }
    assert!(copy(&book).join("inside.md").is_symlink());
    assert!(!copy(&book).join("x").exists() && !copy(&book).join(".gitattributes").exists());
}

#[test]
fn what_is_fetched_is_no_option_and_no_secret() {
    if !has_git() {
        return;
    }
    let source = |url: &str| format!("[[source]]\nat = \"services/payments\"\ngit = \"{url}\"\n");
    for (url, words) in [
        ("https://user:s3cretword@127.0.0.1:1/a.git", "https://***@127.0.0.1:1/a.git"),
        ("ext::touch made", "not allowed"),
        ("../nowhere", "'../nowhere' can't be fetched"),
    ] {
        let book = handbook(&source(url), &[]);
        for arguments in [&["check"][..], &["build"], &["sources"], &["sources", "update"], &["check", "--format", "json"]] {
            let run = opsbook(&book, arguments);
            let all = format!("{}{}", run.out, run.err);
            assert!(!all.contains("s3cretword"), "{all}");
            if arguments == ["sources", "update"] {
                assert_eq!(run.code, 1, "{all}");
            }
            if arguments == ["check"] {
                assert!(run.code == 1 && all.contains(words), "{all}");
            }
        }
        assert_eq!(opsbook(&book, &["sources", "update", "elsewhere"]).code, 2);
        assert!(!book.path("handbook/made").exists());
    }
    let book = with_repository("");
    book.put("handbook/book.toml", &text(repository("").replace("docs", "nowhere")));
    assert!(opsbook(&book, &["check"]).out.contains("there is no folder 'nowhere' in it"));
    book.put("handbook/book.toml", &text(repository("").replace("ref = \"main\"", "ref = \"nowhere\"")));
    assert!(opsbook(&book, &["check"]).out.contains("can't be fetched at 'nowhere'"));
}

#[test]
fn without_git_it_says_so() {
    let book = handbook(&repository(""), DOCS);
    let run = run_with(&book.path("handbook"), &["check"], &[("PATH", "/nowhere")]);
    assert!(run.code == 1 && run.out.contains("there is no git here"), "{}{}", run.out, run.err);
}

#[test]
fn how_often_a_source_is_reviewed_is_a_length_of_time() {
    let book = handbook(&FOLDER.replace("owner = \"payments\"", "review_every = \"often\""), DOCS);
    let checked = opsbook(&book, &["check"]);
    assert_eq!(checked.out.matches("'often' is no length of time").count(), 1, "once, not for each document: {}", checked.out);
    assert!(checked.out.contains("error[invalid-config]: 'often'") && checked.out.contains("--> book.toml:7:"), "{}", checked.out);
    let right = handbook(&FOLDER.replace("owner = \"payments\"", "review_every = \"90d\""), DOCS);
    assert!(!opsbook(&right, &["check"]).out.contains("no length of time"));
}

#[test]
fn rules_of_a_source_are_named_where_they_lie() {
    let rules = "[alerts]\nrules = \"content/services/**/*.yaml\"\n";
    let book = handbook(&format!("{FOLDER}{rules}"), DOCS);
    book.put("payments/docs/alerts.yaml", &text("groups:\n- rules:\n  - { alert: Late, expr: a }\n"));
    book.put("payments/docs/late.md", &text("---\nalerts: [Late]\n---\n# Late\n"));
    let built = opsbook(&book, &["build"]);
    assert_eq!(built.code, 0, "{}", built.err);
    let list: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(book.path("handbook/book/alerts.json")).expect("the list is there")).expect("it is JSON");
    let alert = &list["alerts"][0];
    let places = (alert["rules"][0]["file"].as_str(), alert["runbook"]["source"].as_str());
    assert_eq!(places, (Some("../payments/docs/alerts.yaml"), Some("../payments/docs/late.md")));
    let page = fs::read_to_string(book.path("handbook/book/services/payments/late.html")).expect("the page is there");
    assert!(page.contains("<code>../payments/docs/alerts.yaml</code>"), "{page}");
    let view = fs::read_to_string(book.path("handbook/book/services/payments/late.incident.html")).expect("the view is there");
    assert!(view.contains("../payments/docs/late.md"), "{view}");
    if has_git() {
        let book = with_repository(rules);
        book.put("payments/docs/alerts.yaml", &text("groups:\n- rules:\n  - { alert: Late, expr: a }\n"));
        git(&book.path("payments"), &["add", "."]);
        git(&book.path("payments"), &["commit", "--quiet", "--message=Two"]);
        let built = opsbook(&book, &["build", "--refresh"]);
        let list = fs::read_to_string(book.path("handbook/book/alerts.json")).unwrap_or_else(|_| panic!("{}", built.err));
        assert!(list.contains("\"file\": \"docs/alerts.yaml\",\n          \"repository\": \"../payments\""), "{list}");
    }
}
