//! Bad input: each gives one clear finding at its place, or simply works; none makes the program panic or hang.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, makes files, and says what it skips"
)]
#![cfg(unix)]

mod common;

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use common::program::{Book, Entry, Run, start, text};
use serde_json::Value;

/// Path, line and code of a finding; the line is 0 for a file without text.
type Finding<'a> = (&'a str, u64, &'a str);

const FRONT: (&str, &str) = ("content/index.md", "# Home\n");

/// Makes a handbook of these files beside a front page and checks it.
fn check(files: &[(&str, Entry)], expected: &[Finding<'_>]) -> Book {
    let book = Book::new(&[(FRONT.0, text(FRONT.1))]);
    for (path, entry) in files {
        book.put(path, entry);
    }
    check_book(&book, expected);
    book
}

/// Holds the findings of `check` against the expected ones, and the exit codes of `check` and `build` too.
fn check_book(book: &Book, expected: &[Finding<'_>]) {
    let run = book.run(&["check", "--format", "json"]);
    let (found, errors) = findings(&run);
    let found: Vec<Finding<'_>> = found.iter().map(|(path, line, code)| (path.as_str(), *line, code.as_str())).collect();
    assert_eq!(found, expected, "{}\n{}", start(&run.out), start(&run.err));
    assert_eq!(run.code, i32::from(errors > 0), "{}", start(&run.err));
    let build = book.run(&["build"]);
    assert_eq!(build.code, i32::from(errors > 0), "{}", start(&build.err));
    assert_eq!(book.path("book/index.html").exists(), errors == 0, "errors mean no site, and their absence one");
}

fn findings(run: &Run) -> (Vec<(String, u64, String)>, u64) {
    let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("no JSON: {error}\n{}\n{}", start(&run.out), start(&run.err)));
    let word = |value: &Value| value.as_str().expect("a text").to_owned();
    let list = report["diagnostics"].as_array().expect("a list of findings");
    let found = list.iter().map(|found| (word(&found["path"]), found["line"].as_u64().unwrap_or(0), word(&found["code"]))).collect();
    (found, report["summary"]["errors"].as_u64().expect("a number"))
}

#[test]
fn texts_that_are_no_texts() {
    let table: &[(&[u8], &[Finding<'_>])] = &[
        (b"# A\n\n\xff\xfe text\n", &[("content/a.md", 3, "unreadable-file")]),
        (b"\xef\xbb\xbf---\ntype: nonsense\n---\n# A\n", &[("content/a.md", 2, "unknown-type")]),
        (b"---\r\ntype: nonsense\r\n---\r\n# A\r\n\r\n[x](y.md)\r\n", &[("content/a.md", 2, "unknown-type"), ("content/a.md", 6, "broken-link")]),
        (b"", &[]),
        (b"\xef\xbb\xbf", &[]),
        (b"\n\n\n", &[]),
        (b"# A\0B\n\n[x\0](<y\0.md>)\n\n```\0\n\0\n```\n", &[("content/a.md", 3, "broken-link")]),
        (b"---\ntitle: \"a\\0b\"\n---\n", &[]),
    ];
    for (bytes, expected) in table {
        check(&[("content/a.md", Entry::File(bytes.to_vec()))], expected);
    }
}

#[test]
fn front_matter() {
    let table: &[(&str, &[Finding<'_>])] = &[
        ("---\ntitle: A\nowner: B\n\n# A\n", &[("content/a.md", 1, "unclosed-front-matter")]),
        ("---\ntitle: [1, 2]\n---\n# A\n", &[("content/a.md", 2, "invalid-front-matter")]),
        ("---\nowner: Ops\nweight: heavy\n---\n# A\n", &[("content/a.md", 3, "invalid-front-matter")]),
        ("---\n- a\n- b\n---\n# A\n", &[("content/a.md", 2, "invalid-front-matter")]),
        ("---\njust words\n---\n# A\n", &[("content/a.md", 2, "invalid-front-matter")]),
        ("---\ntitle: Restore: now\n---\n# A\n", &[("content/a.md", 2, "invalid-front-matter")]),
        ("---\ntitle: A\ntags: [a, b\n---\n# A\n", &[("content/a.md", 3, "invalid-front-matter")]),
        ("---\ntitle: A\ntitle: B\n---\n# A\n", &[("content/a.md", 3, "invalid-front-matter")]),
        ("---\na: &a [*a]\n---\n# A\n", &[("content/a.md", 2, "invalid-front-matter")]),
        ("---\n---\n# A\n", &[]),
        ("+++\ntitle = \n+++\n# A\n", &[("content/a.md", 2, "invalid-front-matter")]),
        ("---\ntype: no-such-type\n---\n# A\n", &[("content/a.md", 2, "unknown-type")]),
    ];
    for (document, expected) in table {
        check(&[("content/a.md", text(*document))], expected);
    }
}

/// Aliases that refer to aliases: a few lines that would fill any memory.
#[test]
fn front_matter_that_multiplies() {
    let mut bomb = String::from("---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let below = format!("*a{}", level - 1);
        writeln!(bomb, "a{level}: &a{level} [{}]", vec![below; 9].join(", ")).expect("writing to a string can't fail");
    }
    bomb.push_str("---\n# A\n");
    let book = Book::new(&[("content/a.md", text(bomb))]);
    let run = book.run(&["check", "--format", "json"]);
    assert_eq!((run.code, findings(&run).0[0].2.as_str()), (1, "invalid-front-matter"), "{}", start(&run.out));
    let deep = format!("---\na: {}\n---\n# A\n", "[".repeat(100_000));
    let book = Book::new(&[("content/a.md", text(deep))]);
    let run = book.run(&["check", "--format", "json"]);
    assert_eq!((run.code, findings(&run).0[0].2.as_str()), (1, "invalid-front-matter"), "{}", start(&run.out));
}

#[test]
fn schemas() {
    let table: &[(&str, &[Finding<'_>])] = &[
        ("type: own\ntitle: Own\nsektions:\n  - { id: a, title: A }\n", &[("schemas/own.yaml", 3, "invalid-schema")]),
        ("type: own\ntitle: Own\nsections:\n  - { id: a, titel: A }\n", &[("schemas/own.yaml", 4, "invalid-schema")]),
        ("type: own\ntitle: [Own\n", &[("schemas/own.yaml", 2, "invalid-schema")]),
        ("just words\n", &[("schemas/own.yaml", 1, "invalid-schema")]),
        ("", &[("schemas/own.yaml", 1, "invalid-schema")]),
        ("%PDF-1.4\n\u{1}\u{2}\n", &[("schemas/own.yaml", 2, "invalid-schema")]),
    ];
    for (schema, expected) in table {
        check(&[("schemas/own.yaml", text(*schema))], expected);
    }
    check(&[("schemas/own.yaml", Entry::File(b"type: \xff\n".to_vec()))], &[("schemas/own.yaml", 1, "unreadable-file")]);
    check(&[("schemas/own.yaml/x", text("x"))], &[]);
}

#[test]
fn registries() {
    let place = "content/registry.yaml";
    let table: &[(&str, &[Finding<'_>])] = &[
        ("rols:\n  a: A\n", &[(place, 1, "invalid-registry")]),
        ("roles:\n  a:\n    nam: A\n", &[(place, 3, "invalid-registry")]),
        ("roles:\n  a: [\n", &[(place, 2, "invalid-registry")]),
        ("roles:\n  a: A\n  a: B\n", &[(place, 3, "invalid-registry")]),
        ("just words\n", &[(place, 1, "invalid-registry")]),
        ("%PDF-1.4\n\u{1}\u{2}\n", &[(place, 2, "invalid-registry")]),
        ("naming:\n  - what: x\n    pattern: '(((x{1000}){1000}){1000})'\n    example: x\n", &[(place, 3, "invalid-registry")]),
        ("naming:\n  - { what: x, pattern: '(x+x+)+y', example: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy }\n", &[]),
        ("", &[]),
        ("\u{feff}roles:\r\n  a: A\r\n", &[]),
    ];
    for (registry, expected) in table {
        check(&[(place, text(*registry))], expected);
    }
    let freeze = |source: &str| text(format!("freezes:\n  - what: x\n    from: Monday\n    until: Sunday\n    source: {source}\n"));
    for source in ["index.md", "index.md#home", "https://example.org/rules"] {
        check(&[(place, freeze(source))], &[]);
    }
    for source in ["idnex.md", "/index.md", "../content/index.md", "javascript:x", "''"] {
        check(&[(place, freeze(source))], &[(place, 5, "broken-source")]);
    }
    check(&[(place, Entry::File(b"roles: { a: \xff }\n".to_vec()))], &[(place, 1, "unreadable-file")]);
    check(&[("content/registry.yaml/x.md", text("# X\n"))], &[]);
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let below = format!("*a{}", level - 1);
        writeln!(bomb, "a{level}: &a{level} [{}]", vec![below; 9].join(", ")).expect("writing to a string can't fail");
    }
    for hostile in [bomb, format!("roles: {}", "[".repeat(100_000)), format!("roles: {{ a: {} }}", "x".repeat(1_000_000))] {
        let book = Book::new(&[(FRONT.0, text(FRONT.1)), (place, text(&hostile))]);
        let run = book.run(&["check", "--format", "json"]);
        assert!(findings(&run).0.iter().all(|(path, _, code)| path == place && code == "invalid-registry"), "{}", start(&run.out));
    }
}

/// The registry is read and not published, wherever the content folder lies; another file of that name is a file like any other.
#[test]
fn a_registry_is_no_asset() {
    let files =
        [("index.md", text("# Home\n\n[r](deep/registry.yaml)\n")), ("registry.yaml", text("roles: { a: A }\n")), ("deep/registry.yaml", text("x"))];
    let plain = Book::new(&files);
    let whole = Book::new(&files);
    whole.put("book.toml", &text("[book]\nsrc = \".\"\n"));
    for book in [plain, whole] {
        let run = book.run(&["build"]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(!book.path("book/registry.yaml").exists() && book.path("book/deep/registry.yaml").exists());
    }
}

#[test]
fn links_of_the_file_system() {
    let link = |target: &str| Entry::Link(target.to_owned());
    check(&[("content/a/loop", link(".."))], &[("content/a/loop", 0, "unreadable-file")]);
    check(&[("content/a.md", link("a.md"))], &[("content/a.md", 0, "unreadable-file")]);
    check(&[("content/a.md", link("/etc/passwd"))], &[("content/a.md", 0, "unreadable-file")]);
    check(&[("content/etc", link("/etc"))], &[("content/etc", 0, "unreadable-file")]);
    check(&[("content/a.md", link("nowhere.md"))], &[("content/a.md", 0, "unreadable-file")]);
    check(&[("content/b.md", text("# B\n")), ("content/a.md", link("b.md"))], &[]);
    // A content folder that is a link out of the handbook.
    let outside = Book::new(&[("a.md", text("# A\n"))]);
    let book = Book::new(&[("book.toml", text("[book]\n")), ("content", link(&outside.path("").to_string_lossy()))]);
    let run = book.run(&["check", "--format", "json"]);
    assert_eq!((run.code, findings(&run).0), (1, vec![("content".to_owned(), 0, "unreadable-file".to_owned())]));
}

#[test]
fn files_that_are_no_files() {
    check(&[("content/x.md", Entry::Folder)], &[]);
    check(&[("content/x.md/y.md", text("# Y\n[up](../index.md)\n"))], &[]);
    check(&[("content/index.md.md/_index.md", text("# Y\n"))], &[]);
    let book = Book::new(&[(FRONT.0, text(FRONT.1))]);
    let made = Command::new("mkfifo").arg(book.path("content/pipe.md")).status().expect("mkfifo is there");
    assert!(made.success());
    check_book(&book, &[("content/pipe.md", 0, "unreadable-file")]);
}

#[test]
fn files_that_may_not_be_read() {
    let book = Book::new(&[(FRONT.0, text(FRONT.1)), ("content/a.md", text("# A\n"))]);
    fs::set_permissions(book.path("content/a.md"), fs::Permissions::from_mode(0o000)).expect("permissions can be set");
    if fs::read(book.path("content/a.md")).is_ok() {
        eprintln!("skipped: this user may read every file; files_that_are_no_files covers what else can't be read");
        check_book(&book, &[]);
        return;
    }
    check_book(&book, &[("content/a.md", 0, "unreadable-file")]);
}

#[test]
fn two_documents_for_one_place() {
    let pair = |a: &'static str, b: &'static str| [(a, text("# A\n")), (b, text("# B\n"))];
    check(&pair("content/x/_index.md", "content/x/index.md"), &[]);
    check(&pair("content/a.markdown", "content/a.md"), &[("content/a.md", 1, "output-clash")]);
    check(&pair("content/A.md", "content/a.md"), &[("content/a.md", 1, "output-clash")]);
    check(&pair("content/x/index.markdown", "content/x/index.md"), &[("content/x/index.md", 1, "output-clash")]);
    // In the places of pages and files that every site has, the handbook's own win.
    let settings = "[output.html]\nsite-url = \"https://x.org\"\n";
    for (own, place) in [
        ("content/404.md", "book/404.html"),
        ("content/contents.md", "book/contents.html"),
        ("content/assets.md", "book/assets.html"),
        ("content/404.html", "book/404.html"),
        ("content/contents.html", "book/contents.html"),
        ("content/sitemap.xml", "book/sitemap.xml"),
    ] {
        let book = Book::new(&[(FRONT.0, text(FRONT.1)), ("book.toml", text(settings)), (own, text("# Own words\n"))]);
        let run = book.run(&["build"]);
        assert_eq!(run.code, 0, "{own}: {}", run.err);
        assert!(book.read(place).contains("Own words"), "{own}");
    }
}

#[test]
fn names_with_spaces_and_letters_of_all_languages() {
    let links = "[a](<größe & ñandú/日本 語.md>) [b](gr%C3%B6%C3%9Fe%20&%20%C3%B1and%C3%BA/%E6%97%A5%E6%9C%AC%20%E8%AA%9E.md#%C3%BCber-uns) ![c](<größe & ñandú/a b#c?.png>)\n";
    let book = check(
        &[
            ("content/größe & ñandú/日本 語.md", text("# 日本\n\n## Über uns\n\n[home](../index.md)\n")),
            ("content/größe & ñandú/a b.png", text("x")),
            ("content/more.md", text(links.replace("#c?", ""))),
        ],
        &[],
    );
    let page = book.read("book/more.html");
    let encoded = "gr%C3%B6%C3%9Fe%20&amp;%20%C3%B1and%C3%BA/%E6%97%A5%E6%9C%AC%20%E8%AA%9E.html";
    let plain = "größe%20&amp;%20ñandú/日本%20語.html";
    assert!(page.matches(encoded).count() + page.matches(plain).count() >= 2, "{page}");
    assert!(book.path("book/größe & ñandú/日本 語.html").is_file());
    assert!(book.path("book/größe & ñandú/a b.png").is_file());
    // Names of which parts mean something in URLs.
    for name in ["100%.md", "a#b.md", "what?.md", "a:b.md", "'\"<>.md", "a%20b.md", "-.md", "javascript:x.md"] {
        let path = format!("content/{name}");
        let book = check(&[(&path, text("# A\n"))], &[]);
        assert!(book.path(&format!("book/{}.html", name.trim_end_matches(".md"))).is_file(), "{name}");
    }
}

#[test]
fn much_of_everything() {
    let many = |piece: &str, count: usize| piece.repeat(count);
    let mut deep_list = String::from("# A\n\n");
    for depth in 0..1000 {
        writeln!(deep_list, "{}- x", " ".repeat(depth * 2)).expect("writing to a string can't fail");
    }
    let mut headings = String::new();
    for number in 0..10_000 {
        write!(headings, "## Heading {number}\n\ntext\n\n").expect("writing to a string can't fail");
    }
    let table = format!("|{}\n|{}\n|{}\n", many("a|", 5000), many("-|", 5000), many("b|", 5000));
    let links = many("[l](index.md) ", 20_000);
    let documents: Vec<(&str, String)> = vec![
        ("a line of 1 MB", many("word ", 200_000)),
        ("a word of 1 MB", many("x", 1_000_000)),
        ("a line of 1 MB of bold", many("**b** ", 170_000)),
        ("a line of 1 MB of open brackets", many("[", 1_000_000)),
        ("a line of 1 MB of stars", many("*a_", 333_000)),
        ("a line of 1 MB of backticks", many("`a``", 250_000)),
        ("a line of 1 MB of open tags", many("<a ", 333_000)),
        ("a line of 1 MB of comments", many("<!--", 250_000)),
        ("lists nested 1,000 deep", deep_list),
        ("lists nested 1,000 deep on one line", many("- ", 1000) + "x"),
        ("quotes nested 1,000 deep", many("> ", 1000) + "x"),
        ("quotes nested 100,000 deep", many(">", 100_000) + "x"),
        ("images nested 1,000 deep", many("![", 1000) + "x" + &many("](index.md)", 1000)),
        ("10,000 headings", headings),
        ("10,000 times the same heading level 6", many("###### x\n\n", 1) + &many("###### y z\n\ntext\n\n", 1)),
        ("a table with 5,000 columns", table),
        ("20,000 links", links),
        ("20,000 footnotes", (0..20_000).fold(String::new(), |text, number| text + &format!("[^{number}] \n\n[^{number}]: n\n\n"))),
        ("20,000 pieces of raw HTML", many("<b>x</b> <a href=\"index.md\">l</a>\n", 20_000)),
        ("20,000 numbered items", (0..20_000).fold(String::new(), |text, number| text + &format!("{}. x\n", number + 1))),
        ("tags nested 20,000 deep", many("<div>\n", 20_000)),
        ("5,000 code blocks", many("```bash\necho x\n```\n\n", 5000)),
    ];
    for (what, document) in documents {
        let book = Book::new(&[("content/index.md", text(document))]);
        let run = book.run(&["build", "--quiet"]);
        assert_eq!(run.code, 0, "{what}: {}", start(&run.err));
    }
}

#[test]
fn a_hundred_thousand_broken_links() {
    let book = Book::new(&[("content/index.md", text("[l](nowhere.md)\n".repeat(100_000)))]);
    let run = book.run(&["check", "--format", "json"]);
    assert_eq!((run.code, findings(&run).0.len()), (1, 100_000));
    assert_eq!(book.run(&["build"]).code, 1);
    // Each to another place that is nearly there, all on one line.
    let mut near: String = (0..1000).fold(String::new(), |text, number| text + &format!("## Part {number}\n\n"));
    for number in 0..20_000 {
        write!(near, "[l](#prt-{number}) [l](indx{number}.md) ").expect("writing to a string can't fail");
    }
    book.put("content/index.md", &text(near));
    assert_eq!(book.run(&["check"]).code, 1);
}

#[test]
fn book_toml() {
    let table: &[(&str, &[Finding<'_>])] = &[
        ("[book\n", &[("book.toml", 1, "invalid-config")]),
        ("[book]\ntitle = Ops\n", &[("book.toml", 2, "invalid-config")]),
        ("[checks]\nbroken-lnk = \"off\"\n", &[("book.toml", 2, "invalid-config")]),
        ("[checks]\nbroken-link = \"no\"\n", &[("book.toml", 2, "invalid-config")]),
        ("[types]\nrunbok = [\"a/*.md\"]\n", &[("book.toml", 2, "unknown-type")]),
        ("[types]\nprocess = [\"a[\"]\n", &[("book.toml", 2, "invalid-config")]),
        ("[book]\nsrc = \"../..\"\n", &[("book.toml", 2, "invalid-config")]),
        ("[book]\nsrc = \"/etc\"\n", &[("book.toml", 2, "invalid-config")]),
        ("[output.html]\nadditional-css = [\"../x.css\"]\n", &[("book.toml", 2, "invalid-config")]),
        ("[output.html]\nadditional-css = [\"x.css\"]\n", &[("book.toml", 2, "missing-theme-file")]),
        ("book = 1\n", &[("book.toml", 1, "invalid-config")]),
        ("", &[]),
    ];
    for (book, expected) in table {
        check(&[("book.toml", text(*book))], expected);
    }
    check(&[("book.toml", Entry::File(b"[book]\ntitle = \"\xff\"\n".to_vec()))], &[("book.toml", 2, "unreadable-file")]);
    check(&[("book.toml", Entry::Folder)], &[("book.toml", 0, "unreadable-file")]);
    check(&[("book.toml", Entry::Link("nowhere".to_owned()))], &[("book.toml", 0, "unreadable-file")]);
}

#[test]
fn summary() {
    let mut deep = String::from("# Summary\n\n");
    for depth in 0..500 {
        writeln!(deep, "{}- [A {depth}](a{depth}.md)", " ".repeat(depth * 2)).expect("writing to a string can't fail");
    }
    let table: &[(&str, &[Finding<'_>])] = &[
        ("- [A](a.md)\n- [B](b.md)\n", &[("content/SUMMARY.md", 2, "broken-summary")]),
        ("- [A](a.md)\n- [Out](../../etc/passwd.md)\n", &[("content/SUMMARY.md", 2, "broken-summary")]),
        ("- [A](a.md)\n- [Abs](/etc/passwd)\n", &[("content/SUMMARY.md", 2, "broken-summary")]),
        ("- [A](a.md)\n- [A](a.md)\n", &[("content/SUMMARY.md", 2, "broken-summary")]),
        ("- [A](a.md)\n- [S](javascript:alert(1))\n", &[("content/SUMMARY.md", 2, "broken-summary")]),
        ("", &[("content/a.md", 1, "orphan-page")]),
    ];
    for (summary, expected) in table {
        check(&[("content/a.md", text("# A\n")), ("content/SUMMARY.md", text(*summary))], expected);
    }
    let book = Book::new(&[("content/SUMMARY.md", text(deep)), (FRONT.0, text(FRONT.1))]);
    for depth in 0..500 {
        book.put(&format!("content/a{depth}.md"), &text(format!("# A {depth}\n")));
    }
    check_book(&book, &[]);
}

#[test]
fn what_runs_in_a_browser() {
    let raw = "# A\n\n<script>alert(1)</script>\n\n<style>p { color: red }</style>\n\n<iframe src=\"https://x.org\"></iframe>\n\n\
               <p onclick=\"x()\" style=\"color: red\">t</p>\n\nInline <b onmouseover=x()>b</b> <img src=x.png onerror=alert(1)> <svg onload=x()>\n\n<a href=\"&#106;avascript:x()\">l</a>\n";
    let book = Book::new(&[("content/index.md", text(raw)), ("content/x.png", text("x"))]);
    assert_eq!(book.run(&["build"]).code, 1, "the link is unsafe");
    check_book(&book, &[("content/index.md", 13, "unsafe-link")]);
    book.put("content/index.md", &text(raw.replace("&#106;avascript", "https")));
    check_book(&book, &[]);
    let page = book.read("book/index.html");
    let (_, main) = page.split_once("<main").expect("a page has a main part");
    for bad in ["<script", "<style", "<iframe", "onclick", "onmouseover", "onerror", "onload", "style=", "color: red", "alert"] {
        assert!(!main.contains(bad), "{bad} in {main}");
    }
    // The first heading is shown apart from the text.
    let book =
        Book::new(&[("content/index.md", text("# A <img src=x.png onerror=alert(1)> <script>alert(1)</script>\n")), ("content/x.png", text("x"))]);
    check_book(&book, &[]);
    let page = book.read("book/index.html");
    assert!(!page.contains("onerror") && !page.contains("<script>"), "{page}");
    for link in [
        "[l](javascript:alert(1))",
        "[l](JaVaScRiPt:alert(1))",
        "[l](&#106;avascript:alert(1))",
        "[l](<java\tscript:alert(1)>)",
        "[l](data:text/html,x)",
        "[l](vbscript:x)",
        "[l](file:///etc/passwd)",
        "<javascript:alert(1)>",
        "![l](javascript:alert(1))",
        "![l](data:text/html,x)",
        "[l]\n\n[l]: javascript:x",
        "<a href=\"data:text/html,x\">l</a>",
    ] {
        let line = if link.starts_with("[l]\n") { 5 } else { 3 };
        check(&[("content/a.md", text(format!("# A\n\n{link}\n")))], &[("content/a.md", line, "unsafe-link")]);
    }
    for link in ["[l]({{ site.url }}/a)", "[l]({% link a.md %})", "[l](<{{ x }}>)", "![l](<% x %>)", "[l]({{x}})", "<a href=\"{{ x }}\">l</a>"] {
        let document = text(format!("# A\n\n{link}\n"));
        // With a space in its target it is no link, but text.
        let broken = !matches!(link, "[l]({{ site.url }}/a)" | "[l]({% link a.md %})");
        check(&[("content/a.md", document)], if broken { &[("content/a.md", 3, "broken-link")] } else { &[] });
    }
}

#[test]
fn templates() {
    let page = "{% extends \"base.html\" %}\n{% block content %}\n";
    let table: &[(&str, &[Finding<'_>])] = &[
        ("{% extends \"base.html\" %}\n{% block content %}\n{% if %}\n", &[("themes/page.html", 3, "invalid-template")]),
        ("{% extends \"page.html\" %}\n", &[("themes/page.html", 1, "invalid-template")]),
        ("{% extends \"nowhere.html\" %}\n", &[("themes/page.html", 1, "invalid-template")]),
        ("{% include \"page.html\" %}\n", &[("themes/page.html", 1, "invalid-template")]),
    ];
    for (template, expected) in table {
        check(&[("themes/page.html", text(*template))], expected);
    }
    // What only shows when a page is made: the site isn't published, and the build says why.
    for fault in ["{{ titel }}", "{{ 1 / 0 }}", "{{ title | nofilter }}", "{{ nofunction() }}"] {
        let book = Book::new(&[(FRONT.0, text(FRONT.1)), ("themes/page.html", text(format!("{page}{fault}\n{{% endblock content %}}\n")))]);
        let run = book.run(&["build"]);
        assert_eq!(run.code, 1, "{fault}: {}", run.err);
        assert!(run.err.contains("invalid-template") && run.err.contains("themes/page.html:3"), "{fault}: {}", run.err);
        assert!(!book.path("book").exists());
    }
    check(&[("themes/page.html", Entry::File(vec![0xff]))], &[("themes/page.html", 1, "unreadable-file")]);
}

#[test]
fn a_broken_template_never_empties_the_site_whatever_its_level() {
    for level in ["warning", "off"] {
        let setting = format!("[checks]\ninvalid-template = \"{level}\"\n");
        let book = Book::new(&[("book.toml", text(setting)), (FRONT.0, text(FRONT.1))]);
        assert_eq!(book.run(&["build"]).code, 0);
        let before = book.read("book/index.html");
        book.put("themes/page.html", &text("{% if %}"));
        let run = book.run(&["build"]);
        assert_eq!((run.code, book.read("book/index.html")), (1, before), "{level}: {}", run.err);
    }
}

#[test]
fn output_folders() {
    // Somebody else's page.
    let book = Book::new(&[(FRONT.0, text(FRONT.1)), ("book/index.html", text("theirs"))]);
    let run = book.run(&["build"]);
    assert_eq!((run.code, book.read("book/index.html").as_str()), (2, "theirs"), "{}", run.err);
    assert!(run.err.contains("index.html") && run.err.contains("help"), "{}", run.err);
    // Where the handbook itself lies.
    for output in ["content", ".", "..", "schemas", "themes", "content/.."] {
        let book = Book::new(&[(FRONT.0, text(FRONT.1)), ("book.toml", text("[book]\n")), ("schemas/.keep", text("")), ("themes/.keep", text(""))]);
        let run = book.run(&["build", "-d", output]);
        assert_eq!(run.code, 2, "{output}: {}", run.err);
        assert!(run.err.contains("help"), "{output}: {}", run.err);
        assert_eq!(fs::read_dir(book.path("content")).expect("a folder").count(), 1, "{output}");
    }
    // A file in its place, and an output folder named in book.toml.
    let book = Book::new(&[(FRONT.0, text(FRONT.1)), ("book", text("a file"))]);
    assert_eq!(book.run(&["build"]).code, 2);
    let book = Book::new(&[(FRONT.0, text(FRONT.1)), ("book.toml", text("[build]\nbuild-dir = \"content\"\n"))]);
    assert_eq!(book.run(&["build"]).code, 2);
}

#[test]
fn folders_with_nothing_to_build() {
    let book = Book::new(&[("book.toml", text("[book]\nsrc = \"docs\"\n"))]);
    for command in ["check", "build"] {
        let run = book.run(&[command]);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains("'docs'") && run.err.contains("help"), "{}", run.err);
    }
    let book = Book::new(&[("book.toml", text("[book]\n"))]);
    assert_eq!(book.run(&["build"]).code, 2);
    for files in [vec![], vec![("a.txt", text("x")), ("b/c.png", text("x"))]] {
        let book = Book::new(&files);
        for command in ["check", "build"] {
            let run = book.run(&[command]);
            assert_eq!(run.code, 2, "{command}: {}{}", run.out, run.err);
            assert!(run.err.contains("Markdown") && run.err.contains("help"), "{}", run.err);
        }
    }
    let book = Book::new(&[]);
    let run = book.run(&["check", "nowhere"]);
    assert_eq!(run.code, 2, "{}", run.err);
    let run = book.run(&["check", "/dev/null"]);
    assert_eq!(run.code, 2, "{}", run.err);
}
