use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::diagnostic::{Kind, Subject};

static MISSING: Kind = Kind {
    code: "missing-section",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a demanded section is not there",
    docs: "The schema demands a section.\n\nFor example:\n\n    # API\n\nis mended by writing it.\n",
};
static STALE: Kind = Kind {
    code: "stale-review",
    severity: Severity::Warning,
    subject: Subject::Text,
    summary: "a review is overdue",
    docs: "Nobody looked.\n\n    reviewed: 2020-01-01\n",
};

const GUIDE: &str = "# API\r\n\r\n## Application deployment\r\n\r\nText.\r\n\r\n## Verification after set-up\r\n\tcafé → `x`\r\n";
const SCHEMA: &str = "type: disaster-recovery\nsections:\n  - id: verification\n    title: Post-setup verification\n";
const ODD: &str = "# \u{202e}Odd\r\n\r\n漢字 ]]> `x` \u{1b}[2J\r\n";

fn path(path: &str) -> SitePath {
    SitePath::new(path).unwrap()
}

fn find(text: &str, part: &str) -> Span {
    let start = text.find(part).unwrap();
    Span::new(start, start + part.len())
}

/// Findings, suppressed findings and the texts that they are about: with hostile text and paths that need care.
fn sample() -> (Vec<Diagnostic>, Vec<Suppressed>, BTreeMap<SitePath, Arc<str>>) {
    let guide = path("content/recovery/api.md");
    let schema = path("schemas/disaster-recovery.yaml");
    let embedded = SitePath::embedded("schemas/process.yaml").unwrap();
    let missing = Diagnostic::new(
        &MISSING,
        &guide,
        find(GUIDE, "## Verification after set-up"),
        "disaster-recovery guide has no section 'Post-setup verification'",
    )
    .label("looks like it: rename the heading, or add it as an alias")
    .related(&guide, find(GUIDE, "## Application deployment"), "it belongs after this section")
    .related(&schema, find(SCHEMA, "- id: verification"), "demanded here")
    .help("`opsbook check --fix` inserts the skeleton of this section")
    .note("2 topics go with it: 'Health checklist', 'Load test'")
    .edit(Span::at(GUIDE.len()), "\n## Post-setup verification\n");
    let stale = Diagnostic::new(&STALE, &guide, find(GUIDE, "café →"), "100 % stale: see \u{1b}[31mred\u{202e}, really").label("multi\nline");
    let again = Diagnostic::new(&STALE, &guide, find(GUIDE, "`x`"), "100 % stale: see \u{1b}[31mred\u{202e}, really");
    let image = Diagnostic::new(&STALE, &path("content/a,b:c.png"), Span::at(0), "picture is larger than 5 MB").label("shrink it").help("a\nb");
    let odd = path("content/über uns/50 % & \"<more>\".md");
    let hostile = Diagnostic::new(&MISSING, &odd, find(ODD, "]]>"), "says ]]> & <b attr=\"'\"> \u{ffff}\u{1}[link](http://x)")
        .related(&embedded, find(SCHEMA, "- id: verification"), "demanded [here]")
        .edit(find(ODD, "]]>"), "<![CDATA[");
    let mut diagnostics = vec![missing, stale.clone(), image, hostile.clone()];
    Diagnostic::sort(&mut diagnostics);
    let waiver = Suppression::Waiver { reason: "the vendor's \"text\" ]]>".to_owned(), until: "2027-03-31".to_owned() };
    let mut known = hostile;
    known.severity = Severity::Warning;
    known.message = "known for long".to_owned();
    let suppressed = vec![Suppressed { diagnostic: again, reason: waiver }, Suppressed { diagnostic: known, reason: Suppression::Baseline }];
    let texts = [(guide, GUIDE), (schema, SCHEMA), (embedded, SCHEMA), (odd, ODD)];
    (diagnostics, suppressed, texts.into_iter().map(|(path, text)| (path, text.into())).collect())
}

fn written(format_name: &str, options: &Options) -> String {
    let (diagnostics, suppressed, texts) = sample();
    let source = |path: &SitePath| texts.get(path).cloned();
    let checked = vec![path("content/index.md"), path("content/recovery/api.md")];
    let summary = Summary { documents: 45, typed: 41, complete: 40, topics: 212, topics_covered: 207, elapsed_ms: Some(38), checked };
    let report = Report { diagnostics: &diagnostics, suppressed: &suppressed, source: &source, summary };
    (format(format_name).unwrap().write)(&report, options)
}

fn human(diagnostics: &[Diagnostic], text: &str) -> String {
    let text: Arc<str> = text.into();
    let source = |_: &SitePath| Some(Arc::clone(&text));
    let report = Report { diagnostics, suppressed: &[], source: &source, summary: Summary::default() };
    (format("human").unwrap().write)(&report, &Options::default())
}

#[test]
fn every_format_has_a_name_docs_and_a_file() {
    let mut names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    for format in FORMATS {
        assert!(format.docs.ends_with(".\n") || format.docs.ends_with("`\n"), "{} is not documented", format.name);
        assert!(!format.summary.is_empty() && !format.summary.ends_with('.'), "{} needs a summary", format.name);
    }
    let files = [
        include_str!("human.rs"),
        include_str!("json.rs"),
        include_str!("github.rs"),
        include_str!("sarif.rs"),
        include_str!("gitlab.rs"),
        include_str!("junit.rs"),
    ];
    assert_eq!(files.len(), FORMATS.len());
    for (name, file) in names.iter().zip(files) {
        assert!(file.contains(&format!("name: \"{name}\"")), "{name} lives in a file of its name");
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FORMATS.len(), "names are unique");
}

#[test]
fn for_people() {
    insta::assert_snapshot!(written("human", &Options::default()));
}

#[test]
fn for_people_in_color_below_a_folder() {
    let options = Options { color: true, width: 60, wrap: false, prefix: "handbook/".to_owned(), ..Options::default() };
    insta::assert_snapshot!(written("human", &options).replace('\u{1b}', "␛"));
}

#[test]
fn for_programs() {
    insta::assert_snapshot!(written("json", &Options::default()));
}

#[test]
fn for_github() {
    insta::assert_snapshot!(written("github", &Options::default()));
}

#[test]
fn for_code_scanning_below_a_folder() {
    insta::assert_snapshot!(written("sarif", &Options { prefix: "hand book/".to_owned(), ..Options::default() }));
}

#[test]
fn for_gitlab() {
    insta::assert_snapshot!(written("gitlab", &Options::default()));
}

#[test]
fn for_test_reports() {
    insta::assert_snapshot!(written("junit", &Options::default()));
}

#[test]
fn a_service_sees_paths_without_dots_and_absolute_ones_as_they_are() {
    let file = path("content/a.md");
    for (prefix, shown, uri) in [
        ("", "content/a.md", "content/a.md"),
        ("../../", "content/a.md", "content/a.md"),
        ("../book/", "book/content/a.md", "book/content/a.md"),
        ("/srv/a b/", "/srv/a b/content/a.md", "file:///srv/a%20b/content/a.md"),
    ] {
        let options = Options { prefix: prefix.to_owned(), ..Options::default() };
        assert_eq!(options.in_repository(&file), shown);
        let finding = Diagnostic::new(&MISSING, &file, Span::at(0), "m");
        let report = Report { diagnostics: &[finding], suppressed: &[], source: &|_| None, summary: Summary::default() };
        let log: serde_json::Value = serde_json::from_str(&(format("sarif").unwrap().write)(&report, &options)).unwrap();
        assert_eq!(log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], uri);
    }
}

#[test]
fn a_waived_finding_leaves_the_fingerprints_of_others_alone() {
    let file = path("a.md");
    let finding = |start: usize| Diagnostic::new(&MISSING, &file, Span::at(start), "m");
    let fingerprints = |diagnostics: &[Diagnostic], suppressed: &[Suppressed]| -> Vec<String> {
        let report = Report { diagnostics, suppressed, source: &|_| None, summary: Summary::default() };
        report.entries().into_iter().map(|entry| entry.fingerprint).collect()
    };
    let all = fingerprints(&[finding(1), finding(2), finding(3)], &[]);
    let waived = Suppressed { diagnostic: finding(1), reason: Suppression::Baseline };
    assert_eq!(fingerprints(&[finding(2), finding(3)], &[waived]), all);
}

#[test]
fn what_does_not_count_is_counted_apart() {
    let suppressed = |reason: Suppression| Suppressed { diagnostic: Diagnostic::new(&MISSING, &path("a.md"), Span::at(0), "m"), reason };
    let waiver = || suppressed(Suppression::Waiver { reason: "r".to_owned(), until: "2027-01-01".to_owned() });
    let baseline = || suppressed(Suppression::Baseline);
    for (suppressed, line) in [
        (vec![waiver()], "0 errors, 0 warnings · 1 waived · 0 documents"),
        (vec![baseline(), baseline()], "0 errors, 0 warnings · 2 in the baseline · 0 documents"),
        (vec![waiver(), baseline()], "0 errors, 0 warnings · 1 waived, 1 in the baseline · 0 documents"),
    ] {
        let report = Report { diagnostics: &[], suppressed: &suppressed, source: &|_| None, summary: Summary::default() };
        assert_eq!(report.closing_line(), line);
    }
}

#[test]
fn narrow_and_wide_terminals() {
    let text = "# API\n\nThe service that answers all questions of all members about all that they ever wanted to know, and why.\n";
    let file = path("content/a.md");
    let finding = Diagnostic::new(
        &MISSING,
        &file,
        find(text, "questions"),
        "the section 'Meaning' of this alert runbook has nothing but a promise to write it some day",
    )
    .label("a promise")
    .help("write what belongs there: what the alert measures and why it fires, with the expression and its threshold, for those who read it at night")
    .note("https://example.org/a/very/long/address/that/has/no/place/to/break/it/at/all/and/stays/whole");
    for width in [40, 80, 140] {
        let shared: Arc<str> = text.into();
        let source = |_: &SitePath| Some(Arc::clone(&shared));
        let findings = [finding.clone()];
        let report = Report { diagnostics: &findings, suppressed: &[], source: &source, summary: Summary::default() };
        let written = (format("human").unwrap().write)(&report, &Options { width, wrap: true, ..Options::default() });
        insta::assert_snapshot!(format!("human_at_{width}"), written);
    }
}

#[test]
fn nothing_to_say() {
    assert_eq!(human(&[], ""), "0 errors, 0 warnings · 0 documents\n");
}

#[test]
fn all_topics_is_never_rounded_up_to() {
    let summary = Summary { documents: 1, typed: 1, complete: 0, topics: 3000, topics_covered: 2999, ..Summary::default() };
    let report = Report { diagnostics: &[], suppressed: &[], source: &|_| None, summary };
    assert_eq!(report.closing_line(), "0 errors, 0 warnings · 1 document, 0 of 1 typed complete, 99.9 % of 3000 topics");
}

#[test]
fn places_far_apart_stand_in_frames_of_their_own() {
    let text = format!("first\n{}last\n", "\n".repeat(5000));
    let file = path("a.md");
    let finding = Diagnostic::new(&MISSING, &file, find(&text, "last"), "m").label("here").related(&file, find(&text, "first"), "there");
    insta::assert_snapshot!(human(&[finding], &text), @r"
    error[missing-section]: m
        --> a.md:5002:1
         |
    5002 | last
         | ^^^^ here
         |
        ::: a.md:1:1
         |
       1 | first
         | ----- there

    1 error, 0 warnings · 0 documents
    ");
}

#[test]
fn a_cut_line_says_so() {
    let text = format!("short\n{}needle {}\nend\n", "é".repeat(2000), "z".repeat(1500));
    let file = path("a.md");
    let finding = Diagnostic::new(&MISSING, &file, find(&text, "needle"), "m").label("here").related(&file, find(&text, "end"), "there");
    insta::assert_snapshot!(human(&[finding], &text), @r"
    error[missing-section]: m
     --> a.md:2:2001
      |
    2 | …ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééneedle zzzzzzzzzzzzzzzzzzzzzzzzz...
      |                                                                                                      ^^^^^^ here
    3 | end
      | --- there

    1 error, 0 warnings · 0 documents
    ");
}

#[test]
fn a_span_over_a_few_lines_is_drawn_and_a_long_one_is_marked_at_its_start() {
    let text = "one\ntwo\nthree\n\n".repeat(5);
    let findings = [Span::new(4, 15), Span::new(4, 60), Span::at(text.len())];
    let findings = findings.map(|span| Diagnostic::new(&MISSING, &path("a.md"), span, "m").label("here"));
    insta::assert_snapshot!(human(&findings, &text), @r"
    error[missing-section]: m
     --> a.md:2:1
      |
    2 | / two
    3 | | three
      | |_____^ here

    error[missing-section]: m
     --> a.md:2:1
      |
    2 | two
      | ^^^ here

    error[missing-section]: m
      --> a.md:21:1
       |
    21 |
       | ^ here

    3 errors, 0 warnings · 0 documents
    ");
}

#[test]
fn an_endless_line_is_cut_and_keeps_its_column() {
    let text = format!("{}→needle{}", "é".repeat(600_000), "z".repeat(400_000));
    let finding = Diagnostic::new(&MISSING, &path("a.md"), find(&text, "needle"), "m").label("here");
    let findings = vec![finding; 1000];
    let report = human(&findings, &text);
    // A frame shows a line's neighbourhood: a thousand of them never hold the megabyte of the line once.
    assert!(report.len() < 1_000_000, "{}", report.len());
    assert!(report.contains("a.md:1:600002"), "{}", &report[..2000]);
    assert!(report.contains("→needlez"));
}

#[test]
fn ten_thousand_findings_are_written_whole() {
    let text = "Some words of text → here.\n".repeat(200);
    let files: Vec<SitePath> = (0..100).map(|number| path(&format!("content/{number}.md"))).collect();
    let findings: Vec<Diagnostic> = (0..10_000)
        .map(|number| Diagnostic::new(&STALE, &files[number % 100], Span::new(number / 2, number / 2 + 9), "stale").label("this").help("renew it"))
        .collect();
    for format in FORMATS {
        let shared: Arc<str> = text.as_str().into();
        let source = |_: &SitePath| Some(Arc::clone(&shared));
        let report = Report { diagnostics: &findings, suppressed: &[], source: &source, summary: Summary::default() };
        let written = (format.write)(&report, &Options::default());
        assert!(written.matches("renew it").count() >= 10_000 || format.name == "junit", "{}", format.name);
        assert!(written.len() > 100_000, "{}", format.name);
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\r\n"),
        Just("\n"),
        Just("\r"),
        Just("\t"),
        Just("é"),
        Just("→"),
        Just("👩\u{200d}🚒"),
        Just("\u{202e}"),
        Just("\u{1b}[2J"),
        Just("\u{9b}"),
        Just("]]>"),
        Just("&<\"\u{ffff}"),
        Just("\u{300}"),
        Just("漢"),
        Just("word "),
        Just("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn any_span() -> impl Strategy<Value = Span> {
    let near = 0_usize..200;
    prop_oneof![
        (near.clone(), 0_usize..40).prop_map(|(start, length)| Span::new(start, start + length)),
        (near, any::<usize>()).prop_map(|(start, end)| Span::new(start, end)),
        (any::<usize>(), any::<usize>()).prop_map(|(start, end)| Span::new(start, end)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, rng_seed: proptest::test_runner::RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_span_makes_it_panic(
        text in any_text(),
        repeat in 1_usize..30,
        span in any_span(),
        other in any_span(),
        third in any_span(),
        more in proptest::collection::vec(any_span(), 0..16),
        message in any_text(),
        width in 0_usize..200,
        color in any::<bool>(),
    ) {
        let text: Arc<str> = text.repeat(repeat).into();
        let file = path("content/a.md");
        let waived = (message.clone(), message.clone());
        let finding = Diagnostic::new(&MISSING, &file, span, message.clone());
        let finding = more.into_iter().fold(finding, |finding, span| finding.related(&file, span, "more"));
        let finding = finding
            .label(message.clone())
            .related(&file, other, message.clone())
            .related(&path("b\u{1b}[1m\n.md"), third, message.clone())
            .related(&file, third, "")
            .help(message.clone())
            .note(message)
            .edit(other, "");
        let source = |_: &SitePath| Some(Arc::clone(&text));
        let findings = [finding];
        let suppressed = [Suppressed { diagnostic: findings[0].clone(), reason: Suppression::Waiver { reason: waived.0, until: waived.1 } }];
        let report = Report { diagnostics: &findings, suppressed: &suppressed, source: &source, summary: Summary::default() };
        for format in FORMATS {
            let written = (format.write)(&report, &Options { color, width, wrap: width % 2 == 0, prefix: String::new(), ..Options::default() });
            let dangerous = |character: &char| !(color && *character == '\u{1b}') && replacement(*character).is_some();
            prop_assert_eq!(written.chars().find(dangerous), None, "{} let it through", format.name);
            match format.name {
                "json" | "sarif" | "gitlab" => prop_assert!(serde_json::from_str::<serde_json::Value>(&written).is_ok()),
                "junit" => prop_assert!(roxmltree::Document::parse(&written).is_ok()),
                _ => {}
            }
        }
    }
}
