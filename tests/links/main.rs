//! `opsbook links` against a server on this machine that plays every fault. Nothing else is asked, and no time is measured.
#![cfg(feature = "links")]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../common/mod.rs"]
mod common;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use common::program::{Book, Run, git, run_with, text};
use opsbook::config::{Config, LinkSettings};
use opsbook::links::ask::{Event, Manners, ask};
use opsbook::links::{Anchor, Answer, Fault, Outcome, Question, sent};
use opsbook::memo::Digest;
use opsbook::source::{SitePath, Source};
use server::Server;
use url::Url;

/// Long enough for a busy machine, and never waited for where nothing is wrong.
const LONG: Duration = Duration::from_secs(40);

fn manners() -> Manners {
    let settings = LinkSettings { rate: 0, ..LinkSettings::default() };
    Manners { timeout: LONG, first_pause: Duration::from_millis(1), page_bytes: 1 << 16, ..Manners::new(&settings, Vec::new()) }
}

/// Asks about addresses, each with anchors behind `#`, and gives the answers.
fn asked(addresses: &[String], manners: &Manners) -> BTreeMap<String, Answer> {
    let question = |address: &String| {
        let mut url = Url::parse(address).unwrap();
        let anchors: BTreeSet<String> = url.fragment().into_iter().flat_map(|anchors| anchors.split(',')).map(str::to_owned).collect();
        url.set_fragment(None);
        Question { key: Digest::default(), url, anchors }
    };
    let mut answers = BTreeMap::new();
    ask(addresses.iter().map(question).collect(), manners, &mut |event| {
        if let Event::Answered(_, question, answer) = event {
            assert!(answers.insert(question.url.to_string(), answer).is_none(), "each is answered once");
        }
    })
    .unwrap();
    assert_eq!(answers.len(), addresses.len());
    answers
}

fn one(address: String, manners: &Manners) -> Answer {
    asked(&[address], manners).into_values().next().unwrap()
}

#[test]
fn every_answer_is_told_as_it_is() {
    // With an anchor, another part of the program asks.
    for anchor in ["", "#set-up"] {
        for (path, outcome, requests) in [
            ("/", Outcome::Status(200), 1),
            ("/status/204", Outcome::Status(204), 1),
            ("/status/404", Outcome::Status(404), 1),
            ("/status/410", Outcome::Status(410), 1),
            ("/status/403", Outcome::Status(403), 1),
            ("/status/500", Outcome::Status(500), 3),
            ("/status/999", Outcome::Status(999), 1),
            ("/flaky/500", Outcome::Status(200), 2),
            ("/flaky/503", Outcome::Status(200), 2),
            ("/later/1", Outcome::Status(200), 2),
            ("/cut", Outcome::Fault(Fault::CutOff), 3),
            ("/garbage", Outcome::Fault(Fault::NoHttp), 1),
            ("/redirect/302/redirect/302/redirect/302/", Outcome::Status(200), 1),
            ("/redirect/302/status/404", Outcome::Status(404), 1),
            ("/nowhere", Outcome::Status(302), 1),
        ] {
            let server = Server::start();
            let answer = one(server.url(&format!("{path}{anchor}")), &manners());
            assert_eq!((answer.outcome, server.count(path)), (outcome, requests), "{path}{anchor}");
            assert_eq!(answer.moved, None, "{path}{anchor}");
        }
    }
}

#[test]
fn redirects_that_go_round_end() {
    for anchor in ["", "#a"] {
        for path in ["/round/a", "/endless/0", "/redirect/301/redirect/301/round/a"] {
            let server = Server::start();
            let answer = one(server.url(&format!("{path}{anchor}")), &manners());
            assert_eq!(answer.outcome, Outcome::Fault(Fault::Redirects), "{path}{anchor}");
            assert!(server.seen().len() <= 12 && answer.moved.is_none());
        }
    }
}

#[test]
fn moves_for_good_are_told_with_their_end() {
    for anchor in ["", "#set-up"] {
        let server = Server::start();
        for (path, moved) in [
            ("/redirect/301/page", Some("/page")),
            ("/redirect/308/redirect/301/page", Some("/page")),
            ("/redirect/301/redirect/302/page", None),
            ("/redirect/307/page", None),
        ] {
            let answer = one(server.url(&format!("{path}{anchor}")), &manners());
            assert_eq!((answer.outcome, answer.moved), (Outcome::Status(200), moved.map(|path| server.url(path))), "{path}{anchor}");
        }
    }
}

#[test]
fn slow_servers_are_not_waited_for() {
    let server = Server::start();
    let hurried = Manners { timeout: Duration::from_millis(300), retries: 1, ..manners() };
    for path in ["/hang", "/drip", "/hang#a", "/drip#a", "/hang-body#a"] {
        let answer = one(server.url(path), &hurried);
        assert_eq!(answer.outcome, Outcome::Fault(Fault::Timeout), "{path}");
    }
    assert_eq!((server.count("/hang"), server.count("/hang-body")), (4, 2), "each is asked again once");
}

#[test]
fn connections_that_fail_are_told_apart() {
    let encrypted = Server::start_encrypted();
    let plain = Server::start();
    let nobody = Server::start();
    let closed = nobody.port;
    drop(nobody);
    for anchor in ["", "#a"] {
        for (address, fault) in [
            (format!("https://127.0.0.1:{}/", encrypted.port), Fault::Encryption),
            (format!("https://127.0.0.1:{}/", plain.port), Fault::Encryption),
            (format!("http://127.0.0.1:{closed}/"), Fault::NoConnection),
        ] {
            let answer = one(format!("{address}{anchor}"), &manners());
            assert_eq!(answer.outcome, Outcome::Fault(fault), "{address}{anchor}");
        }
    }
    assert!(encrypted.seen().is_empty(), "nothing is sent to whom nobody trusts");
}

#[test]
fn anchors_are_looked_for_in_html_alone() {
    let server = Server::start();
    for (path, expected) in [
        ("/page#set-up,old", vec![Anchor::There, Anchor::There]),
        ("/page#sett-up", vec![Anchor::Missing(Some("set-up".to_owned()))]),
        ("/redirect/302/page#set-up", vec![Anchor::There]),
        ("/text#set-up", vec![Anchor::Unknown]),
        ("/huge#a,nowhere", vec![Anchor::There, Anchor::Unknown]),
    ] {
        let answer = one(server.url(path), &manners());
        let anchors: BTreeSet<String> = answer.anchors.values().map(|anchor| format!("{anchor:?}")).collect();
        assert_eq!(answer.outcome, Outcome::Status(200), "{path}");
        assert_eq!(anchors, expected.iter().map(|anchor| format!("{anchor:?}")).collect(), "{path}");
    }
    let cut = one(server.url("/cut-body#a"), &manners());
    assert_eq!((cut.outcome, server.count("/cut-body")), (Outcome::Fault(Fault::CutOff), 3));
}

#[test]
fn head_is_a_try() {
    let server = Server::start();
    let head_first = Manners { head_first: true, ..manners() };
    for (path, methods) in [("/", "HEAD"), ("/no-head", "HEAD GET"), ("/status/404", "HEAD GET"), ("/page#set-up", "GET")] {
        let before = server.seen().len();
        one(server.url(path), &head_first);
        let path = path.split('#').next().unwrap();
        let seen: Vec<String> = server.seen().into_iter().filter(|seen| seen.path == path).map(|seen| seen.method).collect();
        assert_eq!(seen.join(" "), methods, "{path} {before}");
    }
}

#[test]
fn a_host_is_asked_by_few_at_once() {
    let server = Server::start();
    let addresses: Vec<String> = (0..24).map(|number| server.url(&format!("/slow/{number}{}", if number % 2 == 0 { "" } else { "#a" }))).collect();
    for connections in [1, 3] {
        let server_answers = asked(&addresses, &Manners { connections, ..manners() });
        assert!(server_answers.values().all(|answer| answer.outcome == Outcome::Status(200)));
        assert!(server.most_at_once() <= connections, "{} at once", server.most_at_once());
    }
    assert_eq!(server.seen().len(), 48);
}

#[test]
fn a_host_in_trouble_is_left_alone() {
    for kind in ["/status/500?", "/busy/0?", "/cut?"] {
        let server = Server::start();
        let addresses: Vec<String> = (0..40).map(|number| server.url(&format!("{kind}{number}"))).collect();
        let answers = asked(&addresses, &Manners { retries: 0, connections: 2, ..manners() });
        let given_up = answers.values().filter(|answer| answer.outcome == Outcome::Fault(Fault::GivenUp)).count();
        assert!((34..=35).contains(&given_up) && server.seen().len() == 40 - given_up, "{kind}: {given_up}");
    }
    // One page that is well, and the host is well.
    let server = Server::start();
    let addresses: Vec<String> = (0..40).map(|number| server.url(&format!("/status/{}?{number}", if number % 3 == 0 { 200 } else { 500 }))).collect();
    let answers = asked(&addresses, &Manners { retries: 0, connections: 1, ..manners() });
    assert!(answers.values().all(|answer| answer.outcome != Outcome::Fault(Fault::GivenUp)));
}

#[test]
fn nobody_waits_for_an_hour() {
    let server = Server::start();
    let addresses: Vec<String> = (0..10).map(|number| server.url(&format!("/busy/3600?{number}#a"))).collect();
    let answers = asked(&addresses, &Manners { connections: 1, ..manners() });
    assert_eq!(server.seen().len(), 1, "whoever wants to be left alone for an hour is");
    assert_eq!(answers.values().filter(|answer| answer.outcome == Outcome::Fault(Fault::GivenUp)).count(), 9);
    // Pages that nobody reads are asked about by a library that keeps to itself how long the server wants to be left alone.
    let server = Server::start();
    let addresses: Vec<String> = (0..10).map(|number| server.url(&format!("/busy/3600?{number}"))).collect();
    let begin = Instant::now();
    let answers = asked(&addresses, &Manners { connections: 1, ..manners() });
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    assert_eq!(server.seen().len(), 2, "once, and once for the time");
    assert_eq!(answers.values().filter(|answer| answer.wait_s == Some(3600)).count(), 1);
    assert_eq!(answers.values().filter(|answer| answer.outcome == Outcome::Fault(Fault::GivenUp)).count(), 9);
    // Asked once, it isn't asked for the time either; nor does the library wait for it before the next page.
    let server = Server::start();
    let addresses: Vec<String> = (0..3).map(|number| server.url(&format!("/busy/3600?{number}"))).collect();
    let begin = Instant::now();
    asked(&addresses, &Manners { connections: 1, retries: 0, ..manners() });
    assert!(begin.elapsed() < Duration::from_secs(20) && server.seen().len() == 3, "{:?}", begin.elapsed());
}

/// Headers as book.toml has them.
fn with_header(below: &str) -> Manners {
    let book = format!("[links.headers.'{below}']\nPRIVATE-TOKEN = '${{TOKEN}}'\n");
    let source = Source::new(SitePath::new("book.toml").unwrap(), book);
    let settings = Config::parse(Some(&source), &mut Vec::new()).links;
    Manners { headers: sent(&settings, &[], &|_| Some("s3cret".to_owned())).unwrap(), ..manners() }
}

#[test]
fn headers_stay_with_their_host() {
    let (ours, theirs) = (Server::start(), Server::start());
    let manners = with_header(&ours.url("/"));
    assert!(!format!("{manners:?}").contains("s3cret"));
    assert_eq!(one(ours.url("/locked"), &manners).outcome, Outcome::Status(200));
    assert_eq!(one(theirs.url("/locked"), &manners).outcome, Outcome::Status(401));
    let there = format!("/redirect/302/redirect/302/{}", theirs.url("/caught"));
    assert_eq!(one(ours.url(&there), &manners).outcome, Outcome::Status(200));
    assert!(ours.seen().iter().all(|seen| seen.headers.get("private-token").is_some_and(|token| token == "s3cret")));
    assert_eq!((theirs.count("/caught"), ours.seen().len()), (1, 3));
    assert!(theirs.seen().iter().all(|seen| !format!("{seen:?}").contains("s3cret")), "{:?}", theirs.seen());
}

#[test]
fn secrets_in_addresses_stay_with_their_host() {
    let (ours, theirs) = (Server::start(), Server::start());
    let there = format!("/redirect/302/{}?token=s3cret", theirs.url("/caught"));
    let address = ours.url(&there).replacen("http://", "http://me:s3cret@", 1);
    let answer = one(address, &manners());
    assert_eq!((answer.outcome, theirs.count("/caught")), (Outcome::Status(200), 1));
    assert!(ours.seen()[0].headers.contains_key("authorization"));
    assert!(!format!("{:?}", theirs.seen()).contains("s3cret"), "{:?}", theirs.seen());
    assert!(!theirs.seen()[0].headers.contains_key("authorization") && !theirs.seen()[0].headers.contains_key("referer"));
}

// From here on as people run it.

/// A handbook that may ask this machine.
fn book(server: &Server, settings: &str, files: &[(&str, String)]) -> Book {
    let book = Book::new(&[(
        "book.toml",
        text(format!("[links]\ninclude = '^https?://(.*@)?127\\.0\\.0\\.1|//exa\\[mple'\nrate = 0\nretries = 0\ntimeout = '40s'\n{settings}")),
    )]);
    for (path, content) in files {
        book.put(path, &text(content.replace("SERVER", &server.url(""))));
    }
    book
}

/// What was printed, with the port of the server, and times, replaced.
fn normal(printed: &str, server: &Server) -> String {
    let printed = printed.replace(&format!("127.0.0.1:{}", server.port), "SERVER");
    let without_time = |line: &str| match line.rsplit_once(" · ") {
        Some((before, time)) if time.ends_with(" ms") => format!("{before} · N ms"),
        _ => line.to_owned(),
    };
    printed.lines().map(without_time).collect::<Vec<_>>().join("\n")
}

const FAULTS: &str = "---\nrunbook: SERVER/status/410\n---\n# Faults\n\nSee [gone](SERVER/status/404), [locked](SERVER/status/401), [in trouble](SERVER/status/500),\n\
    [no anchor](SERVER/page#sett-up), [an anchor](SERVER/page#set-up), [moved](SERVER/redirect/301/page), <SERVER/redirect/301/page>.\n\n\
    [secret](http://me:s3cret@HOST/status/404?token=s3cret) and [no address](https://exa[mple)\n";

fn faults(server: &Server) -> Book {
    let text = FAULTS.replace("HOST", &format!("127.0.0.1:{}", server.port));
    book(server, "", &[("content/faults.md", text), ("content/other.md", "# Other\n\n[gone](SERVER/status/404)\n".to_owned())])
}

#[test]
fn every_format_says_the_same_and_no_secret() {
    let server = Server::start();
    let book = faults(&server);
    let human = book.run(&["links"]);
    insta::assert_snapshot!("human", normal(&format!("{}{}exit code {}\n", human.out, human.err, human.code), &server));
    let asked = server.seen().len();
    for format in ["json", "github", "sarif", "gitlab", "junit"] {
        let run = book.run(&["links", "--format", format]);
        assert_eq!(run.code, 1, "{format}");
        for code in ["dead-link", "refused-link", "unreachable-link", "missing-remote-anchor", "moved-link"] {
            assert!(run.out.contains(code), "{format}: {code}\n{}", run.out);
        }
        assert!(!run.out.contains("s3cret") && !run.err.contains("s3cret"), "{format}: {}", run.out);
    }
    assert!(!human.out.contains("s3cret") && !human.err.contains("s3cret"));
    assert_eq!(server.seen().len(), asked, "all is known");
    let quiet = book.run(&["links", "--quiet"]);
    assert!(quiet.err.is_empty() && quiet.out.contains("dead-link"), "{}", quiet.err);
    assert!(!book.read(".opsbook-cache/links").contains("s3cret"));
}

#[test]
fn an_address_in_a_hundred_places_is_asked_about_once() {
    let server = Server::start();
    let pages: Vec<(String, String)> =
        (0..100).map(|number| (format!("content/p{number}.md"), format!("# P{number}\n\n[a](SERVER/page#set-up) [b](SERVER/page)\n"))).collect();
    let pages: Vec<(&str, String)> = pages.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let book = book(&server, "", &pages);
    let run = book.run(&["links"]);
    assert_eq!((run.code, server.count("/page")), (0, 1), "{}{}", run.out, run.err);
    assert!(run.err.contains("1 page elsewhere: 1 asked"), "{}", run.err);
}

#[test]
fn answers_are_kept_and_grow_old() {
    let server = Server::start();
    let files = [("content/a.md", "# A\n\n[a](SERVER/page) [b](SERVER/status/404)\n".to_owned())];
    let book = book(&server, "cache-age = '7d'\nfailure-age = '1h'\n", &files);
    let at = |seconds: u64, arguments: &[&str]| {
        let before = (server.count("/page"), server.count("/status/404"));
        let now = (1_795_132_800 + seconds).to_string();
        let run = run_with(&book.path(""), &[&["links"], arguments].concat(), &[("SOURCE_DATE_EPOCH", &now)]);
        ((server.count("/page") - before.0, server.count("/status/404") - before.1), run)
    };
    let (asked, run) = at(0, &["--offline"]);
    assert_eq!((asked, run.code), ((0, 0), 0));
    assert!(run.err.contains("2 not asked"), "{}", run.err);
    assert_eq!(at(0, &[]).0, (1, 1));
    assert_eq!(at(3_599, &[]).0, (0, 0));
    assert_eq!(at(3_600, &[]).0, (0, 1), "a bad answer is believed for an hour");
    assert_eq!(at(8 * 86_400, &[]).0, (1, 1));
    assert_eq!(at(8 * 86_400, &["--refresh"]).0, (1, 1));
    let (asked, run) = at(20 * 86_400, &["--offline"]);
    assert_eq!((asked, run.code), ((0, 0), 1));
    assert!(run.err.contains("up to 12 days old") && run.out.contains("dead-link"), "{}{}", run.out, run.err);
    assert_eq!(at(0, &[]).0, (1, 1), "nothing of a time that hasn't been yet is believed");
    assert_eq!(at(1, &["--no-cache"]).0, (1, 1));
    for damage in ["", "opsbook links 9\nx", "\u{0}\u{1}\u{2}"] {
        book.put(".opsbook-cache/links", &text(damage));
        assert_eq!(at(2, &[]).0, (1, 1), "{damage:?}");
    }
    let whole = book.read(".opsbook-cache/links");
    book.put(".opsbook-cache/links", &text(&whole[..whole.len() - 10]));
    let (asked, _) = at(3, &[]);
    assert_eq!(asked.0 + asked.1, 1, "the line that was cut is asked about again");
}

#[test]
fn moves_are_written_into_the_documents() {
    let server = Server::start();
    let book = faults(&server);
    let run = book.run(&["links", "--fix"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("mended content/faults.md: 2 edits") && !run.out.contains("moved-link"), "{}{}", run.out, run.err);
    let text = book.read("content/faults.md");
    assert!(
        !text.contains("/redirect/")
            && text.contains(&format!("[moved]({})", server.url("/page")))
            && text.contains(&format!("<{}>", server.url("/page")))
    );
    assert_eq!(server.count("/page"), 2, "what is known of the new address needn't be asked");
}

/// A page that includes 30 lines, with links in them, above them and below.
fn including(server: &Server) -> Book {
    let inside = "[inside](SERVER/status/404?inside&token=s3cret) and [moved](SERVER/redirect/308/page), `curl -u SERVER/?password=s3cret`\n";
    let part = format!("{}{inside}{}", "Line\n".repeat(14), "Line\n".repeat(15));
    let page = "# A\n\n{{#include part.txt}}\n\n[gone](SERVER/status/404) [moved](SERVER/redirect/301/page) `curl SERVER/x?token=s3cret`\n\n\
                [secret](SERVER/status/410?token=s3cret)\n";
    let waived = "# W\n\n{{#include lines.txt}}\n\n<!-- opsbook: waive dead-link until 2027-01-31: the vendor is moving its manual -->\n\n\
                  [x](SERVER/status/404)\n";
    let files = [("content/a.md", page.to_owned()), ("content/part.txt", part), ("content/w.md", waived.to_owned())];
    let book = book(server, "", &files);
    book.put("content/lines.txt", &text("Line\n".repeat(30)));
    book
}

#[test]
fn findings_stand_where_authors_wrote_the_links_of_pages_with_includes() {
    let server = Server::start();
    let book = including(&server);
    let human = book.run(&["links"]);
    for place in ["content/a.md:5:8", "content/a.md:5:", "content/a.md:7:10", "content/a.md:3:1", "content/part.txt:15:10"] {
        assert!(human.out.contains(place), "{place}: {}", human.out);
    }
    assert!(!human.out.contains("content/w.md"), "{}", human.out);
    assert!(human.out.contains("it stands here, in the included file"), "{}", human.out);
    for format in ["human", "json", "github", "sarif", "gitlab", "junit"] {
        let run = book.run(&["links", "--format", format]);
        assert!(run.out.contains("dead-link") && !run.out.contains("s3cret") && !run.err.contains("s3cret"), "{format}: {}{}", run.out, run.err);
    }
    let (page, part) = (book.read("content/a.md"), book.read("content/part.txt"));
    let run = book.run(&["links", "--fix"]);
    assert!(run.err.contains("mended content/a.md: 1 edit") && !run.err.contains("part.txt"), "{}{}", run.out, run.err);
    assert_eq!(book.read("content/a.md"), page.replace("/redirect/301/page", "/page"));
    assert_eq!(book.read("content/part.txt"), part, "what is included is mended by its authors");
    assert!(run.out.contains("moved-link") && !run.out.contains("s3cret"), "{}", run.out);
}

/// A handbook with documents of the folder `payments` beside it, and what came of mending its links.
fn mended_source(server: &Server, source: &str, prepare: impl Fn(&Book)) -> (Book, Run) {
    let book = book(server, "", &[("payments/docs/a.md", "# A\n\n[moved](SERVER/redirect/301/page)\n".to_owned())]);
    let settings = book.read("book.toml") + &format!("[[source]]\nat = 'pay'\nowner = 'ops'\n{source}");
    std::fs::remove_file(book.path("book.toml")).unwrap();
    book.put("handbook/book.toml", &text(settings));
    book.put("handbook/content/index.md", &text("# Home\n"));
    book.put("handbook/content/registry.yaml", &text("roles: { ops: { name: Operations } }\n"));
    prepare(&book);
    let run = run_with(&book.path("handbook"), &["links"], &[]);
    assert!(run.out.contains("docs/a.md") && run.out.contains("moved-link"), "{}{}", run.out, run.err);
    let run = run_with(&book.path("handbook"), &["links", "--fix"], &[]);
    (book, run)
}

#[test]
fn links_of_sources_are_mended_in_their_own_files() {
    let server = Server::start();
    let (book, run) = mended_source(&server, "path = '../payments/docs'\n", |book| {
        let run = run_with(&book.path("handbook"), &["links"], &[]);
        assert!(run.out.contains("../payments/docs/a.md:3:9"), "{}{}", run.out, run.err);
    });
    assert!(run.code == 0 && run.err.contains("mended ../payments/docs/a.md: 1 edit"), "{}{}", run.out, run.err);
    assert_eq!(book.read("payments/docs/a.md"), format!("# A\n\n[moved]({})\n", server.url("/page")));
    assert!(!book.path("handbook/content/pay").exists());
}

#[test]
fn links_of_copies_are_mended_where_they_come_from() {
    if std::process::Command::new("git").arg("--version").output().is_err() {
        return;
    }
    let server = Server::start();
    let (book, run) = mended_source(&server, "git = '../payments'\nref = 'main'\nfolder = 'docs'\n", |book| {
        for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message=One"]] {
            git(&book.path("payments"), arguments);
        }
        let run = run_with(&book.path("handbook"), &["sources", "update"], &[]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    });
    assert!(run.out.contains("mend it there") && !run.err.contains("mended"), "{}{}", run.out, run.err);
    assert!(book.read("payments/docs/a.md").contains("/redirect/301/page"));
}

#[test]
fn waivers_baselines_and_levels_count() {
    let server = Server::start();
    let waiver = "<!-- opsbook: waive dead-link until 2027-01-31: the vendor is moving its manual -->\n\n[x](SERVER/status/404)\n";
    let files = [("content/a.md", format!("# A\n\n{waiver}")), ("content/b.md", "# B\n\n[x](SERVER/status/404)\n".to_owned())];
    let book = book(&server, "[checks]\nbaseline = 'baseline.jsonl'\n", &files);
    book.put("baseline.jsonl", &text("{\"opsbookBaseline\":1}\n"));
    let run = book.run(&["links"]);
    assert!(run.code == 1 && run.out.contains("content/b.md:3:5") && !run.out.contains("content/a.md"), "{}", run.out);
    let run = book.run(&["baseline", "update", "--add", "--links"]);
    assert!(run.code == 0 && run.err.contains("1 finding listed"), "{}", run.err);
    assert_eq!(book.run(&["links"]).code, 0);
    // Whoever asks nobody calls neither stale.
    for command in [&["check"][..], &["baseline", "update"], &["check"], &["links", "--offline"]] {
        let run = book.run(command);
        assert!(run.code == 0 && !run.out.contains("warning[") && !run.err.contains("gone"), "{command:?}: {}{}", run.out, run.err);
    }
    let lowered = book.read("book.toml") + "dead-link = 'warning'\n";
    book.put("book.toml", &text(lowered));
    book.put("baseline.jsonl", &text("{\"opsbookBaseline\":1}\n"));
    let run = book.run(&["links"]);
    assert!(run.code == 0 && run.out.contains("warning[dead-link]"), "{}", run.out);
    book.put("content/a.md", &text("# A\n\n<!-- opsbook: waive dead-link until 2027-01-31: it was gone once -->\n\nText\n"));
    assert!(book.run(&["links"]).out.contains("unused-waiver"));
    assert!(!book.run(&["check"]).out.contains("unused-waiver"));
}

#[test]
fn settings_that_cannot_be_understood_ask_nobody() {
    let server = Server::start();
    let book = book(&server, "exclude = '('\n", &[("content/a.md", "# A\n\n[a](SERVER/page)\n".to_owned())]);
    let run = book.run(&["links"]);
    assert!(run.code == 1 && run.out.contains("book.toml:6:11") && run.out.contains("is no regular expression"), "{}", run.out);
    assert!(server.seen().is_empty());
}

#[test]
fn headers_come_from_the_environment() {
    let server = Server::start();
    let settings = format!("[links.headers.'{}']\nPRIVATE-TOKEN = '${{OPSBOOK_TEST_TOKEN}}'\n", server.url("/"));
    let book = book(&server, &settings, &[("content/a.md", "# A\n\n[a](SERVER/locked)\n".to_owned())]);
    let run = book.run(&["links"]);
    assert!(run.code == 2 && run.err.contains("'OPSBOOK_TEST_TOKEN'") && server.seen().is_empty(), "{}", run.err);
    let run = run_with(&book.path(""), &["links"], &[("OPSBOOK_TEST_TOKEN", "s3cret")]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(!book.read(".opsbook-cache/links").contains("s3cret"));
}

#[test]
fn nothing_else_asks() {
    let server = Server::start();
    let book = faults(&server);
    for command in [&["check"][..], &["build"], &["baseline", "update"], &["links", "--offline"]] {
        book.run(command);
    }
    assert!(server.seen().is_empty(), "{:?}", server.seen());
}

#[test]
fn runbooks_that_rules_name_elsewhere_are_asked_about() {
    let server = Server::start();
    let rules = "groups:\n- name: g\n  rules:\n  - alert: Down\n    expr: up == 0\n    annotations:\n      runbook_url: SERVER/status/404\n";
    let files = [("content/index.md", "# Home\n".to_owned()), ("rules/r.yml", rules.to_owned())];
    let book = book(&server, "[alerts]\nrules = [\"rules/*.yml\"]\n", &files);
    let found = book.run(&["links"]);
    assert!(found.code == 1 && found.out.contains("error[dead-link]"), "{}{}", found.out, found.err);
    assert!(found.out.contains("--> rules/r.yml:7:20"), "{}", found.out);
}
