//! Schemas and front matter that mean harm, and documents made to hurt: a finding or an answer, never a hang or a panic.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]
#![cfg(unix)]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write;

use common::program::{Book, start, text};
use serde_json::Value;

/// How often each kind of finding was made, and the line of the first.
type Counts = BTreeMap<String, (usize, u64)>;

/// Checks a handbook with a front page and these files. A run that hangs, panics or can't judge fails the test.
fn check(what: &str, files: &[(&str, String)]) -> Counts {
    let book = Book::new(&[("content/index.md", text("# Home\n"))]);
    for (path, content) in files {
        book.put(path, &text(content.as_str()));
    }
    let run = book.run(&["check", "--format", "json"]);
    assert!(matches!(run.code, 0 | 1), "{what}: {} {}", run.code, start(&run.err));
    let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{what}: no JSON: {error}\n{}", start(&run.err)));
    let mut counts = Counts::new();
    for found in report["diagnostics"].as_array().expect("a list of findings") {
        let code = found["code"].as_str().expect("a text").to_owned();
        counts.entry(code).or_insert((0, found["line"].as_u64().unwrap_or(0))).0 += 1;
    }
    // The words for people are made of the same findings by other code, which must not hang either.
    assert_eq!(book.run(&["check"]).code, run.code, "{what}");
    counts
}

/// The same, with the counts as words: `invalid-schema 1 at 3`.
fn words(what: &str, files: &[(&str, String)]) -> String {
    check(what, files).iter().map(|(code, (number, line))| format!("{code} {number} at {line}")).collect::<Vec<_>>().join(", ")
}

/// A schema for every document of a handbook but its front page.
fn schema(rest: &str) -> String {
    format!("type: own\nmatch: ['a*.md']\n{rest}")
}

fn own(rest: &str, document: &str) -> Vec<(&'static str, String)> {
    vec![("schemas/own.yaml", schema(rest)), ("content/a.md", document.to_owned())]
}

/// The same text for each number.
fn each(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

#[test]
fn yaml_that_multiplies_nests_and_swells() {
    let mut bomb = String::from("description: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        writeln!(bomb, "a{level}: &a{level} [{}]", vec![format!("*a{}", level - 1); 9].join(", ")).expect("writing to a string can't fail");
    }
    let nested = format!("sections: {}{}\n", "[{ title: A, sections: ".repeat(10_000), "}]".repeat(10_000));
    for (what, rest, expected) in [
        ("aliases that explode", bomb.as_str(), "invalid-schema 1 at 8"),
        ("an alias of itself", "sections: &a [*a]\n", "invalid-schema 1 at 3"),
        ("merge keys that explode", "a: &a { x: 1 }\nb: &b { <<: [*a, *a], y: 2 }\nc: { <<: [*b, *b, *b] }\n", "invalid-schema 3 at 3"),
        ("lists 10,000 deep", &format!("sections: {}\n", "[".repeat(10_000)), "invalid-schema 1 at 3"),
        ("closed lists 10,000 deep", &format!("sections: {}{}\n", "[".repeat(10_000), "]".repeat(10_000)), "invalid-schema 1 at 3"),
        ("lists 10,000 deep by marks", &format!("sections:\n  {}x\n", "- ".repeat(10_000)), "invalid-schema 1 at 4"),
        ("sections 10,000 deep", &nested, "invalid-schema 1 at 3"),
        (
            "100 sections in each other",
            &format!("sections: {}[A]{}\n", "[{ title: A, sections: ".repeat(30), "}]".repeat(30)),
            "missing-section 1 at 1",
        ),
        ("a description of 10 MB", &format!("description: {}\n", "word ".repeat(2_000_000)), ""),
        ("a title of 10 MB", &format!("sections: [\"{}\"]\n", "word ".repeat(2_000_000)), "missing-section 1 at 1"),
        ("a key of 10 MB", &format!("? {}\n: x\n", "k".repeat(10_000_000)), "invalid-schema 1 at 3"),
        ("guidance of 10 MB", &format!("sections: [{{ title: A, guidance: \"{}\" }}]\n", "word ".repeat(2_000_000)), "missing-section 1 at 1"),
        ("a key twice", "title: A\nsections: [A]\ntitle: B\n", "invalid-schema 1 at 5"),
        ("a key of a section twice", "sections:\n- title: A\n  required: true\n  title: B\n", "invalid-schema 1 at 6"),
        ("a key of contains twice", "sections:\n- title: A\n  contains:\n    code: 1\n    code: 2\n", "invalid-schema 1 at 7"),
        ("a tag that other programs run", "title: !!python/object/apply:os.system [\"x\"]\n", "invalid-schema 1 at 3"),
        ("two documents", "---\ntype: other\n", "invalid-schema 1 at 4"),
    ] {
        assert_eq!(words(what, &own(rest, "# T\n")), expected, "{what}");
    }
}

#[test]
fn expressions_that_hurt() {
    let catastrophic = ["(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?:a?){50}a{50}"];
    let oversized = ["(?:\\w{1000}){1000}", "((a{100}){100}){100}", "\\pL{5000}"];
    let long = "a".repeat(50_000);
    let document = format!("---\nk: {long}!\n---\n# {long}!\n\n## {long}!\n\n{long}! [{long}](https://{long}.example)\n");
    for place in [
        "sections: [{ title: A, pattern: 'RE' }]",
        "sections: [{ title: A, required: false, aliases: ['RE'], pattern: 'RE' }]",
        "contains: { patterns: ['RE'] }",
        "contains: { forbidden_patterns: ['RE'] }",
        "contains: { links: { to: 'RE' } }",
        "front_matter: { k: { pattern: 'RE' } }",
        "file_name: { pattern: 'RE' }",
        "page_title: 'RE'",
    ] {
        for expression in catastrophic {
            let found = check(expression, &own(&format!("{}\n", place.replace("RE", expression)), &document));
            assert!(!found.contains_key("invalid-schema"), "{place} {expression}: {found:?}");
        }
        for expression in oversized {
            let found = words(expression, &own(&format!("{}\n", place.replace("RE", expression)), &document));
            // Without its pattern the section is looked for by its title.
            assert!(
                matches!(found.as_str(), "invalid-schema 1 at 3" | "invalid-schema 1 at 3, missing-section 1 at 4"),
                "{place} {expression}: {found}"
            );
        }
    }
}

const MANY: usize = 5000;

#[test]
fn schemas_of_five_thousand_sections() {
    let plain = each(MANY, |number| format!("- Part number {number}\n"));
    let sections = format!("sections:\n{plain}");
    let ids = each(MANY, |number| format!("part-number-{number}, "));
    let repeated = each(MANY, |number| format!("- {{ title: Part number {number}, times: {{ at_least: 2, at_most: 3 }} }}\n"));
    let relations = ["one_of", "any_of", "all_or_none", "conflicts", "ordered"].map(|relation| format!("- {relation}: [{ids}]\n")).concat();
    let requires = each(MANY - 1, |number| format!("- requires: {{ if: part-number-{number}, then: part-number-{} }}\n", number + 1));
    let written = each(MANY, |number| format!("## Part number {number}\n\nx\n\n"));
    let reversed = each(MANY, |number| format!("## Part number {}\n\nx\n\n", MANY - 1 - number));
    let others = each(10_000, |number| format!("## Heading of number {number}\n\ntext\n\n"));
    let near = each(10_000, |number| format!("## Parts numbr {number}\n\ntext\n\n"));
    let same = "## Part number 1\n\nx\n\n".repeat(10_000);
    let bold = each(10_000, |number| format!("- **Part number {number}**: x\n"));
    let deep = each(MANY, |number| format!("{} Part number {number}\n\nx\n\n", "#".repeat(number % 6 + 1)));
    let fence = format!("```\n{written}");
    let topics = format!("sections:\n- title: Part\n  topics:\n{}", each(MANY, |number| format!("  - Topic number {number}\n")));
    let nested = format!("sections:\n- title: Part\n  sections:\n{}", each(MANY, |number| format!("  - Part number {number}\n")));
    for (what, rest, document, expected) in [
        ("nothing written", sections.clone(), "# T\n", "missing-section 5000 at 1"),
        ("all written", sections.clone(), &written, ""),
        ("other headings", sections.clone(), &others, "missing-section 5000 at 1"),
        ("near headings", sections.clone(), &near, "missing-section 5000 at 1"),
        ("one heading 10,000 times", sections.clone(), &same, "duplicate-anchor 9999 at 5, duplicate-section 9999 at 5, missing-section 4999 at 1"),
        ("labels", sections.clone(), &bold, "missing-section 5000 at 1"),
        ("labels accepted", format!("headings: [bold, label]\n{sections}"), &bold, ""),
        ("every level", sections.clone(), &deep, ""),
        ("all in a fence", sections.clone(), &fence, "unclosed-fence 1 at 1"),
        ("strict, reversed", format!("order: strict\n{sections}"), &reversed, "section-order 4999 at 5"),
        (
            "strict, others forbidden",
            format!("order: strict\nother_sections: forbid\n{sections}"),
            &others,
            "missing-section 5000 at 1, unknown-section 9980 at 81",
        ),
        ("times, nothing", format!("sections:\n{repeated}"), "# T\n", "missing-section 5000 at 1"),
        ("times, once each", format!("sections:\n{repeated}"), &written, "section-count 5000 at 1"),
        (
            "times, one 10,000 times",
            format!("sections:\n{repeated}"),
            &same,
            "duplicate-anchor 9997 at 13, missing-section 4999 at 1, section-count 1 at 13",
        ),
        ("relations, nothing", format!("{sections}relations:\n{relations}"), "# T\n", "section-relation 2 at 1"),
        ("relations, all", format!("{sections}relations:\n{relations}"), &written, "section-relation 2 at 19997"),
        ("relations, reversed", format!("{sections}relations:\n{relations}"), &reversed, "section-relation 3 at 19993"),
        ("requires, a chain", format!("{sections}relations:\n{requires}"), &reversed, ""),
        ("topics, nothing", topics.clone(), "## Part\n\nx\n", "missing-topic 5000 at 1"),
        ("topics, others", topics, &format!("## Part\n\nx\n\n{}", others.replace("## ", "### ")), "missing-topic 5000 at 1"),
        ("nested, nothing", nested.clone(), "## Part\n\nx\n", "missing-section 5000 at 1"),
        ("nested, others", nested.clone(), &format!("## Part\n\nx\n\n{}", others.replace("## ", "### ")), "missing-section 5000 at 1"),
        ("nested, elsewhere", nested, &format!("{written}## Part\n\nx\n"), "section-nesting 5000 at 1"),
    ] {
        assert_eq!(words(what, &own(&rest, document)), expected, "{what}");
    }
}

#[test]
fn schemas_that_extend_without_end() {
    let chain = |last: &str| -> Vec<(String, String)> {
        (0..200)
            .map(|number| {
                let base = if number == 0 { last.to_owned() } else { format!("extends: t{}\n", number - 1) };
                (format!("schemas/t{number}.yaml"), format!("type: t{number}\n{base}sections: [Part {number}]\n"))
            })
            .collect()
    };
    for (what, last, document_type, expected) in [
        ("a chain of 200", "", "t199", "invalid-schema 1 at 2, missing-section 119 at 4"),
        ("a cycle of 200", "extends: t199\n", "t199", "invalid-schema 2 at 2, missing-section 19 at 4"),
        ("itself", "extends: t0\n", "t0", "invalid-schema 2 at 2"),
    ] {
        let mut files = chain(last);
        files.push(("content/a.md".to_owned(), format!("---\ntype: {document_type}\n---\n# T\n\n## Part 0\n\nx\n")));
        let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
        assert_eq!(words(what, &files), expected, "{what}");
    }
}

#[test]
fn a_thousand_schemas() {
    let mut files: Vec<(String, String)> = (0..1000)
        .map(|number| (format!("schemas/t{number}.yaml"), format!("type: t{number}\nmatch: ['**/a*.md', 'x{number}/*.md']\nsections: [A, B]\n")))
        .collect();
    files.extend((0..20).map(|number| (format!("content/x{number}/a{number}.md"), "# T\n".to_owned())));
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let found = words("a thousand schemas", &files);
    assert_eq!(found, "ambiguous-type 20 at 1, missing-section 40 at 1, unmatched-glob 980 at 2");
}

#[test]
fn relations_and_conditions_that_bite_their_tail() {
    for (rest, expected) in [
        ("relations: [{ one_of: [a, a] }]", "invalid-schema 1 at 4"),
        ("relations: [{ any_of: [a, a] }]", "invalid-schema 1 at 4"),
        ("relations: [{ all_or_none: [a, a] }]", "invalid-schema 1 at 4"),
        ("relations: [{ conflicts: [a, a] }]", "invalid-schema 1 at 4"),
        ("relations: [{ ordered: [a, b, a] }]", "invalid-schema 1 at 4"),
        ("relations: [{ requires: { if: a, then: a } }]", "invalid-schema 1 at 4"),
        ("relations: [{ requires: { if: a, then: [b, a] } }]", "invalid-schema 1 at 4"),
        // Each alone makes sense; together no document can have both sections, and the finding says so.
        ("relations: [{ ordered: [a, b] }, { ordered: [b, a] }]", "section-relation 1 at 3"),
        ("relations: [{ conflicts: [a, b] }, { requires: { if: a, then: b } }]", "section-relation 1 at 7"),
    ] {
        assert_eq!(words(rest, &own(&format!("sections: [A, B]\n{rest}\n"), "# T\n\n## A\n\nx\n\n## B\n\nx\n")), expected, "{rest}");
    }
    let deep = format!("---\nk: {}x{}\nl: [{}]\n---\n# T\n", "{ k: ".repeat(60), " }".repeat(60), "x, ".repeat(10_000));
    for (condition, expected) in [
        ("{ k: x }", ""),
        ("{ k: { present: true } }", "missing-section 1 at 5"),
        ("{ k: { not: x } }", "missing-section 1 at 5"),
        ("{ 'k.k.k': x }", ""),
        ("{ l: x }", "missing-section 1 at 5"),
        ("[{ k: [x, y] }, { l: { not: y } }]", "missing-section 1 at 5"),
    ] {
        assert_eq!(words(condition, &own(&format!("sections: [{{ title: A, when: {condition} }}]\n"), &deep)), expected, "{condition}");
    }
}

#[test]
fn front_matter_without_end() {
    let keys = each(10_000, |number| format!("k{number}: v{number}\n"));
    let twice = format!("{keys}k5000: again\n");
    let demands = format!("front_matter:\n{}", each(10_000, |number| format!("  k{number}: {{ required: true, type: date }}\n")));
    let conditional = format!("front_matter:\n{}", each(MANY, |number| format!("  k{number}: {{ when: {{ k{}: v{} }} }}\n", number + 1, number + 1)));
    let waivers =
        |finding: &str| each(10_000, |number| format!("- {{ finding: {finding}, about: 'Part {number}', until: 2027-01-01, reason: later }}\n"));
    for (what, rest, front_matter, expected) in [
        ("10,000 keys", "", keys.as_str(), ""),
        ("10,000 keys, one twice", "", &twice, "invalid-front-matter 1 at 10002"),
        ("10,000 keys, all wrong", &demands, &keys, "front-matter-value 10000 at 2"),
        ("10,000 keys, none there", &demands, "k: v\n", "missing-front-matter 10000 at 1"),
        ("5,000 conditions", &conditional, &keys, ""),
        ("10,000 waivers of nothing", "", &format!("waivers:\n{}", waivers("missing-section")), "unused-waiver 10000 at 3"),
        ("10,000 unknown waivers", "", &format!("waivers:\n{}", waivers("missing-sektion")), "invalid-waiver 10000 at 3"),
        ("a value of 10 MB", "front_matter: { k: { type: date } }\n", &format!("k: {}\n", "v".repeat(10_000_000)), "front-matter-value 1 at 2"),
        (
            "a list of 10,000",
            "front_matter: { k: { type: list, each: date, values: [a, b] } }\n",
            &format!("k: [{}]\n", "v, ".repeat(10_000)),
            "front-matter-value 10000 at 2, invalid-schema 1 at 3",
        ),
    ] {
        assert_eq!(words(what, &own(rest, &format!("---\n{front_matter}---\n# T\n"))), expected, "{what}");
    }
    let sections = format!("sections:\n{}", each(MANY, |number| format!("- Part {number}\n")));
    let found = words("10,000 waivers of 5,000", &own(&sections, &format!("---\nwaivers:\n{}---\n# T\n", waivers("missing-section"))));
    assert_eq!(found, "unused-waiver 5000 at 5003");
    let comments = each(10_000, |number| format!("<!-- opsbook: waive missing-section about 'Part {number}' until 2027-01-01: later -->\n\n"));
    let found = words("10,000 waivers in comments", &own(&sections, &format!("# T\n\n{comments}")));
    assert_eq!(found, "missing-section 5000 at 1, unused-waiver 10000 at 3");
}
