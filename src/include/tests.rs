use proptest::prelude::*;

use super::*;
use crate::source::{Mount, Mounts, Place};

fn path(name: &str) -> SitePath {
    SitePath::new(name).unwrap()
}

/// Files of a handbook; those that aren't Markdown below content/ count as read because they are included.
fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources { content: "content".into(), ..Sources::default() };
    for (name, text) in files {
        let source = Source::new(path(name), *text);
        if source.path.is_markdown() && source.path.strip("content").is_some() {
            sources.texts.insert(path(name), source);
        } else {
            sources.included.insert(path(name), Ok(source));
        }
    }
    sources
}

/// The front matter of these tests ends with its second line of dashes.
fn front(text: &str) -> usize {
    text.strip_prefix("---\n").and_then(|rest| rest.find("---\n")).map_or(0, |at| at + 8)
}

/// What becomes of content/a.md, and what is said of it: code, marked text, message.
fn expanded(files: &[(&str, &str)]) -> (String, Vec<String>) {
    let sources = sources(files);
    let page = sources.text("content/a.md").unwrap();
    let mut found = Vec::new();
    let whole = expand(page, &sources, front, &mut found);
    let text = whole.map_or_else(|| page.text.to_string(), |whole| whole.text.to_string());
    let said = |finding: &Diagnostic| format!("{} | {} | {} | {}", finding.kind.code, finding.span.of(&text), finding.message, finding.label);
    let said = found.iter().map(said).collect();
    (text, said)
}

fn check(page: &str, others: &[(&str, &str)], expected: &str, said: &[&str]) {
    let files: Vec<_> = std::iter::once(("content/a.md", page)).chain(others.iter().copied()).collect();
    let (text, found) = expanded(&files);
    assert_eq!(text, expected, "{page:?}");
    assert_eq!(found, said, "{page:?}");
}

const SCRIPT: (&str, &str) =
    ("scripts/x.sh", "#!/bin/sh\n# ANCHOR: stop\nstop\n  # ANCHOR: deep\n  now\n  # ANCHOR_END: deep\n# ANCHOR_END: stop\nend\n");

#[test]
fn parts_stand_where_they_are_asked_for() {
    for (page, expected) in [
        ("```sh\n{{#include ../scripts/x.sh:1}}\n```\n", "```sh\n#!/bin/sh\n```\n"),
        ("{{#include ../scripts/x.sh:7:}}", "# ANCHOR_END: stop\nend"),
        ("{{#include ../scripts/x.sh::2}}\n", "#!/bin/sh\n# ANCHOR: stop\n"),
        ("{{#include ../scripts/x.sh:stop}}\n", "stop\n  now\n"),
        ("1. x\n\n   {{#include ../scripts/x.sh:stop}}\n2. y", "1. x\n\n   stop\n     now\n2. y"),
        ("> {{#include ../scripts/x.sh:stop}}\r\n", "> stop\n>   now\r\n"),
        ("- {{#include ../scripts/x.sh:stop}}", "- stop\n  now"),
        ("a {{#include ../scripts/x.sh:3}} b {{#rustdoc_include ../scripts/x.sh:8}} c", "a stop b end c"),
        ("\\{{#include ../scripts/x.sh}} {{#title x}} {{#playground x.rs}}", "{{#include ../scripts/x.sh}} {{#title x}} {{#playground x.rs}}"),
        ("---\nt: {{#include ../scripts/x.sh:3}}\n---\n{{#include ../scripts/x.sh:3}}", "---\nt: {{#include ../scripts/x.sh:3}}\n---\nstop"),
    ] {
        check(page, &[SCRIPT], expected, &[]);
    }
}

#[test]
fn included_files_include_files_from_where_they_lie() {
    let parts = [
        ("parts/b.md", "---\nowner: x\n---\n\n# B\n\n  {{#include deep/c.sh}}\n"),
        ("parts/deep/c.sh", "one\r\n\r\n{{#include ../d.txt}}\r\nthree\r\n"),
        ("parts/d.txt", "two\n\n2"),
    ];
    check("> {{#include ../parts/b.md}}\n", &parts, "> # B\n>\n>   one\n>\n>   two\n>\n>   2\n>   three\n", &[]);
}

#[test]
fn what_can_not_be_had_stays_and_is_a_finding() {
    for (page, said) in [
        ("{{#include ../scripts/y.sh}}", "there is no 'scripts/y.sh' to include | did you mean '../scripts/x.sh'?"),
        ("{{#include x.sh}}", "there is no 'content/x.sh' to include | did you mean '../scripts/x.sh'?"),
        ("{{#include nothing.txt}}", "there is no 'content/nothing.txt' to include | no such file"),
        ("{{#include ../scripts/x.sh:stpo}}", "'scripts/x.sh' has no region 'stpo' | did you mean 'stop'?"),
        ("{{#include ../scripts/x.sh:9}}", "'scripts/x.sh' has 8 lines, and no line 9 | "),
        ("{{#include ../scripts/x.sh:2:9}}", "'scripts/x.sh' has 8 lines; 2 to 9 are asked for | "),
        ("{{#include ../scripts/x.sh:9:}}", "'scripts/x.sh' has 8 lines; those from 9 on are asked for | "),
        ("{{#include ../scripts/x.sh:3:2}}", "no line comes from 3 to 2 | "),
        ("{{#include ../../etc/passwd}}", "'../../etc/passwd' lies outside the handbook | never read"),
        ("{{#include ../.git/config}}", "'../.git/config' is hidden, and nothing hidden is included | never read"),
        ("{{#include }}", "include without a path | no file is named"),
    ] {
        check(page, &[SCRIPT], page, &[&format!("broken-include | {page} | {said}")]);
    }
    let unread = |why| {
        let mut sources = sources(&[("content/a.md", "{{#include ../x}}")]);
        sources.included.insert(path("x"), Err(why));
        let mut found = Vec::new();
        assert!(expand(sources.text("content/a.md").unwrap(), &sources, front, &mut found).is_some());
        found.remove(0).message
    };
    assert_eq!(unread(Unreadable::LinkOutside), "'x' can't be included: it is a symbolic link that leads out of the handbook");
    assert_eq!(unread(Unreadable::NotUtf8 { valid_up_to: 0, lossy: "".into() }), "'x' can't be included: it isn't UTF-8");
    assert_eq!(unread(Unreadable::TooLarge { length: 9, limit: 8 }), "'x' can't be included: it has 9 bytes, and 8 are the most");
}

/// What becomes of a page, and the messages about it, in a handbook with two sources; of the first the handbook hides x.sh.
fn of_sources(page: &str, files: &[(&str, &str)]) -> (String, Vec<String>) {
    let mount = |at: &str| Mount {
        at: path(at),
        folder: "/elsewhere".into(),
        shown: String::new(),
        inside: String::new(),
        copy: None,
        why: None,
        is_refused: false,
    };
    let mut sources = sources(files);
    sources.mounts = Mounts::new(vec![mount("content/pay"), mount("content/ship")]);
    sources.mounts.own.insert(path("content/pay/x.sh"));
    let mut found = Vec::new();
    let page = sources.text(page).unwrap();
    let whole = expand(page, &sources, front, &mut found).unwrap();
    for asked in crate::include::wanted(&sources) {
        assert!(!asked.as_str().starts_with("secret"), "{asked} is asked for");
    }
    (whole.text.to_string(), found.into_iter().map(|finding| format!("{} {}", finding.message, finding.label)).collect())
}

#[test]
fn sources_include_their_own_files_only() {
    let files = [
        ("content/ship/b.txt", "b"),
        ("content/pay/deep/c.txt", "c"),
        ("content/pay/x.sh", "x"),
        ("content/pay/to-secret.txt", "{{#include ../../secret.txt}}"),
        ("content/pay/to-c.txt", "{{#include deep/c.txt}}"),
        ("secret.txt", "s"),
    ];
    for (page, text, expected, refused) in [
        ("content/pay/a.md", "{{#include deep/c.txt}} {{#include /pay/to-c.txt}}", "c c", None),
        ("content/pay/a.md", "{{#include ../../secret.txt}}", "{{#include ../../secret.txt}}", Some(("secret.txt", "content/pay/a.md"))),
        ("content/pay/a.md", "{{#include /pay/x.sh}}", "{{#include /pay/x.sh}}", Some(("content/pay/x.sh", "content/pay/a.md"))),
        ("content/pay/a.md", "{{#include ../ship/b.txt}}", "{{#include ../ship/b.txt}}", Some(("content/ship/b.txt", "content/pay/a.md"))),
        ("content/pay/a.md", "{{#include ../../secret-gone}}", "{{#include ../../secret-gone}}", Some(("secret-gone", "content/pay/a.md"))),
        ("content/a.md", "{{#include pay/deep/c.txt}} {{#include ship/b.txt}} {{#include pay/x.sh}}", "c b x", None),
        ("content/a.md", "{{#include pay/to-secret.txt}}", "{{#include ../../secret.txt}}", Some(("secret.txt", "content/pay/to-secret.txt"))),
    ] {
        let files: Vec<_> = std::iter::once((page, text)).chain(files).collect();
        let said = refused.map(|(to, from)| format!("'{to}' lies outside of the source 'content/pay', whose file '{from}' asks for it never read"));
        assert_eq!(of_sources(page, &files), (expected.to_owned(), said.into_iter().collect()), "{text}");
    }
    // Nor is any of them suggested.
    let (_, said) =
        of_sources("content/pay/a.md", &[("content/pay/a.md", "{{#include x.sj}}"), ("content/pay/x.sh", "x"), ("content/ship/x.sj", "")]);
    assert_eq!(said, ["there is no 'content/pay/x.sj' to include no such file"]);
}

#[test]
fn suggestions_take_no_more_time_than_they_are_worth() {
    let page = "{{#include ../scripts/x.sh:stpo}}\n".repeat(SUGGESTIONS + 5);
    let (_, said) = expanded(&[("content/a.md", &page), SCRIPT]);
    assert_eq!(said.iter().filter(|said| said.contains("did you mean")).count(), SUGGESTIONS);
    assert_eq!(said.len(), SUGGESTIONS + 5);
}

#[test]
fn circles_and_open_regions_are_found() {
    check(
        "{{#include a.md}}",
        &[],
        "{{#include a.md}}",
        &["include-cycle | {{#include a.md}} | this includes itself: 'content/a.md', which includes 'content/a.md' | "],
    );
    check(
        "{{#include b.md}}",
        &[("content/b.md", "b {{#include ../c.txt:r}}"), ("c.txt", "ANCHOR: r\n{{#include content/b.md}}\nANCHOR_END: r")],
        "b {{#include content/b.md}}",
        &[
            "include-cycle | {{#include content/b.md}} | this includes itself: 'content/b.md', which includes 'c.txt:r', which includes 'content/b.md' | ",
        ],
    );
    // Another part of the same file is no circle.
    check("one\n\n{{#include a.md:1}}", &[], "one\n\none", &[]);
    check(
        "{{#include ../x:r}}",
        &[("x", "ANCHOR: r\nto the end\n")],
        "to the end",
        &["unclosed-region | to the end | nothing ends the region 'r' of 'x' | all that follows it in the file is included"],
    );
}

#[test]
fn bombs_end_soon() {
    // Each file includes the next twice.
    let names: Vec<String> = (0..40).map(|number| format!("b/{number}")).collect();
    let texts: Vec<String> = (1..=40).map(|next| format!("{{{{#include {next}}}}}{{{{#include {next}}}}}x")).collect();
    let mut files: Vec<(&str, &str)> = names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())).collect();
    files.push(("content/a.md", "{{#include ../b/0}}"));
    let (text, said) = expanded(&files);
    assert!(text.len() < 100_000 && said.iter().any(|said| said.contains("more than 10 deep")), "{}", text.len());
    let many = "{{#include ../b}}".repeat(300);
    let many_empty = format!("{}\n", "{{#include ../e}}".repeat(2000));
    for (name, text, message) in [("b", "x".repeat(100_000), "16 MiB"), ("b", many_empty, "more than 10000 parts")] {
        let (text, said) = expanded(&[("content/a.md", &many), (name, &text), ("e", "")]);
        assert!(text.len() <= 17 * 1024 * 1024 && said.iter().any(|said| said.contains(message)), "{message}: {} {said:?}", text.len());
    }
    for hostile in [
        "{{".repeat(500_000),
        "{{#include ".repeat(200_000),
        "{{#include a".repeat(200_000),
        "{{#include x}}".repeat(100_000),
        " ".repeat(3_000_000) + "{{#include x}}\n",
    ] {
        let (_, said) = expanded(&[("content/a.md", &hostile)]);
        assert!(said.len() <= PARTS + 1);
    }
}

#[test]
fn what_is_wanted_is_found_through_files() {
    let mut sources = sources(&[
        ("content/a.md", "{{#include ../b}} \\{{#include ../no}} {{#include ../../no}} {{#include .no}}"),
        ("content/c.txt", "{{#include d}}"),
    ]);
    let wanted = |sources: &Sources| crate::include::wanted(sources).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(wanted(&sources), ["b"]);
    sources.included.insert(path("b"), Ok(Source::new(path("b"), "{{#include content/c.txt}}{{#include b}}")));
    assert_eq!(wanted(&sources), ["b", "content/c.txt", "content/d"]);
}

#[test]
fn places_lead_back() {
    let page = "one\n{{#include ../x:2:3}}\nfour \\{{#include y}}\n";
    let sources = sources(&[("content/a.md", page), ("x", "zero\r\ntwö\r\nthree\r\n")]);
    let whole = expand(sources.text("content/a.md").unwrap(), &sources, front, &mut Vec::new()).unwrap();
    assert_eq!(&*whole.text, "one\ntwö\nthree\nfour {{#include y}}\n");
    let pieces = whole.pieces.unwrap();
    let at = |words: &str| Span::new(whole.text.find(words).unwrap(), whole.text.find(words).unwrap() + words.len());
    let own = |words: &str| match pieces.place(at(words)) {
        Place::Own(span) => format!("own {}", span.of(page)),
        Place::Elsewhere { asked, path, span } => format!("{path} {} for {}", span.of(&sources.text(path.as_str()).unwrap().text), asked.of(page)),
    };
    assert_eq!(own("one"), "own one");
    assert_eq!(own("four"), "own four");
    assert_eq!(own("two".replace('o', "ö").as_str()), "x twö for {{#include ../x:2:3}}");
    assert_eq!(own("ö\nthr"), "x ö\r\nthr for {{#include ../x:2:3}}");
    assert_eq!(own("ee\nfo"), "own {{#include ../x:2:3}}\nfo");
    assert_eq!(own("ne\ntw"), "own ne\n{{#include ../x:2:3}}");
    assert_eq!(own("{{#include y}}"), "own {{#include y}}");
    assert_eq!(own("four {{"), "own four \\{{");
    let edits = |words: &str| pieces.editable(at(words)).map(|span| span.of(page).to_owned());
    assert_eq!(edits("four"), Some("four".into()));
    assert_eq!((edits("thr"), edits("one\ntwö\nthree\nfour"), edits("four {{")), (None, None, None));
    assert_eq!(pieces.editable(Span::at(4)), Some(Span::at(4)), "before what is included");
    assert_eq!(pieces.editable(Span::at(14)).map(Span::start), page.find("\nfour"), "behind it");
    assert_eq!(pieces.offset(page.find("four").unwrap()), at("four").start());
    assert_eq!(pieces.offset(10), 4, "in the directive");
    assert_eq!(pieces.own().as_ref(), page);
}

proptest! {
    #[test]
    fn every_place_leads_back_to_characters(
        page in proptest::collection::vec(prop_oneof![
            "[aé\n> -]{0,6}",
            Just("{{#include ../b}}".to_owned()),
            Just("\n  {{#include ../b:r}}\n".to_owned()),
            Just("{{#include ../c:2}}".to_owned()),
            Just("\\{{#include ../b}}".to_owned()),
            Just("{{#include ../gone}}".to_owned()),
        ], 0..12),
        b in "(ANCHOR: r\n)?[aé\n\r]{0,9}(ANCHOR_END: r)?[é\n{}]{0,5}(\\{\\{#include c\\}\\})?",
        c in "[aé\r\n]{0,9}",
    ) {
        let page = page.concat();
        let sources = sources(&[("content/a.md", &page), ("b", &b), ("c", &c)]);
        let mut found = Vec::new();
        let Some(whole) = expand(sources.text("content/a.md").unwrap(), &sources, front, &mut found) else { return Ok(()) };
        let pieces = whole.pieces.clone().unwrap();
        let boundaries: Vec<usize> = (0..=whole.text.len()).filter(|at| whole.text.is_char_boundary(*at)).collect();
        for start in &boundaries {
            for end in boundaries.iter().filter(|end| *end >= start) {
                let span = Span::new(*start, *end);
                match pieces.place(span) {
                    Place::Own(own) => prop_assert!(page.get(own.start()..own.end()).is_some(), "{:?} {:?}", span, own),
                    Place::Elsewhere { asked, path, span: inside } => {
                        prop_assert!(page.get(asked.start()..asked.end()).is_some_and(|text| text.starts_with("{{#include")));
                        prop_assert!(sources.text(path.as_str()).unwrap().text.get(inside.start()..inside.end()).is_some(), "{:?} {:?}", span, inside);
                    }
                }
                if let Some(own) = pieces.editable(span) {
                    prop_assert_eq!(&page[own.start()..own.end()], &whole.text[*start..*end]);
                }
            }
        }
        for own in (0..=page.len()).filter(|at| page.is_char_boundary(*at)) {
            prop_assert!(whole.text.is_char_boundary(pieces.offset(own)));
        }
        for finding in &found {
            prop_assert!(whole.text.get(finding.span.start()..finding.span.end()).is_some());
        }
    }
}

#[test]
fn what_is_no_part_says_why() {
    for (target, said) in [
        ("../scripts/x.sh:0", "there is no line 0: the first line is 1"),
        ("../scripts/x.sh:0:3", "there is no line 0: the first line is 1"),
        ("../scripts/x.sh:-1", "'-1' names no lines and no region of 'scripts/x.sh'"),
        ("../scripts/x.sh:1-3", "'1-3' names no lines and no region of 'scripts/x.sh'"),
        ("https://h.example/x.sh:3", "an address can't be included, only a file of the handbook"),
        ("", "include without a path"),
    ] {
        for page in [format!("{{{{#include {target}}}}}"), format!("{{{{#include{}{target}}}}}", if target.is_empty() { "" } else { "\t" })] {
            let (text, found) = expanded(&[("content/a.md", &page), SCRIPT]);
            assert!(text == page && found.len() == 1 && found[0].contains(said), "{page}: {found:?}");
        }
    }
}

#[test]
fn all_pages_together_have_a_bound() {
    let names: Vec<String> = (0..40).map(|number| format!("content/{number:02}.md")).collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "{{#include ../x}}")).collect();
    let part = "x".repeat(117);
    files.extend([("content/own.md", "\\{{#include ../x}}"), ("x", &part)]);
    let sources = sources(&files);
    let done = |bound: usize| {
        let mut texts: Vec<_> = sources.texts.values().map(std::borrow::Cow::Borrowed).collect();
        let mut found = Vec::new();
        crate::include::expand_all(&mut texts, &sources, front, bound, &mut found);
        let said = found.iter().map(|finding| format!("{} {} {}", finding.path, finding.message, finding.helps[0])).collect::<Vec<_>>();
        (texts.iter().filter(|text| *text.text == *part).count(), said)
    };
    let more = "with this page, all pages together include more than 0 MiB include regions instead of whole files, or link to them";
    assert_eq!(done(40 * 100), (40, vec![]));
    assert_eq!(done(39 * 100 + 99), (39, vec![format!("content/39.md {more}")]));
    assert_eq!(done(1234), (12, vec![format!("content/12.md {more}; 27 pages behind it are left too")]));
}
