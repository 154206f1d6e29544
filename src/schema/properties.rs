//! Properties that hold for every schema and document.

use std::fmt::Write;

use proptest::prelude::*;

use super::test::{apply, check_document, findings, judged, schema};
use super::{Schema, Status};

/// A schema with sections, nested sections and topics, none of whose names is another's, with odd marks in some titles.
fn schemas() -> impl Strategy<Value = (String, Schema)> {
    let shape = prop::collection::vec((0_usize..4, 0_usize..3, any::<bool>()), 1..5);
    (shape, 0_usize..MARKS.len(), any::<bool>()).prop_map(|(shape, mark, labels)| {
        let mut words = WORDS.iter();
        let mut title = || format!("{} {}", words.next().unwrap(), MARKS[mark]).trim().to_owned();
        let mut text = format!("type: t\n{}sections:\n", if labels { "headings: [bold, label]\n" } else { "" });
        for (topics, nested, guided) in shape {
            let guidance = |of: &str| if guided { format!("guidance: What to say about {of} --> and *why*.") } else { "required: true".to_owned() };
            let name = title();
            write!(text, "- title: {name:?}\n  {}\n", guidance("it")).unwrap();
            if topics > 0 {
                text.push_str("  topics:\n");
            }
            for _ in 0..topics {
                write!(text, "  - title: {:?}\n    {}\n", title(), guidance("this")).unwrap();
            }
            if nested > 0 {
                text.push_str("  sections:\n");
            }
            for _ in 0..nested {
                writeln!(text, "  - title: {:?}", title()).unwrap();
            }
        }
        let parsed = schema(&text);
        (text, parsed)
    })
}

const MARKS: &[&str] = &["", "C#", "*now*", "<b>", "a_b_c", "[x]", "`run`", "& co", "{#id}", "(PR)", "→ B", "\\ x", "~~z~~", "1 | 2"];

const WORDS: &[&str] = &[
    "Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett", "Kilo", "Lima", "Mike", "November", "Oscar",
    "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Uniform", "Victor", "Whiskey", "Xray", "Yankee", "Zulu", "Amber", "Birch", "Cedar", "Dune",
];

/// Number of parts in a skeleton that a writer has to fill: topics, and sections without anything inside.
fn leaves(schema: &Schema) -> usize {
    schema.sections.iter().map(|section| (section.topics.len() + section.sections.len()).max(1)).sum()
}

/// The text with something written below the headings (of any level but the first) whose index among the leaves is wanted.
fn written(skeleton: &str, schema: &Schema, wanted: impl Fn(usize) -> bool) -> String {
    let inner: Vec<bool> = schema
        .sections
        .iter()
        .flat_map(|section| {
            let parts = section.topics.len() + section.sections.len();
            std::iter::once(parts == 0).chain(std::iter::repeat_n(true, parts))
        })
        .collect();
    let mut headings = inner.into_iter();
    let mut leaf = 0;
    let mut text = String::new();
    for line in skeleton.lines() {
        text.push_str(line);
        text.push('\n');
        if line.starts_with("##") && headings.next() == Some(true) {
            if wanted(leaf) {
                text.push_str("\nDone as it should be.\n");
            }
            leaf += 1;
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: proptest::test_runner::RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_skeleton_binds_and_each_section_is_unfinished_once((text, schema) in schemas(), title in "[ -~äö→]{0,20}") {
        let skeleton = super::skeleton(&schema, &title);
        let document = check_document("content/a.md", &skeleton);
        prop_assert_eq!(document.meta.document_type.as_ref().map(|found| found.0.as_str()), Some("t"));
        let conformance = super::bind(&schema, &document);
        let coverage = conformance.coverage(&schema);
        for demand in &coverage.demands {
            prop_assert!(matches!(demand.status, Status::Unfinished(_)), "{} is {:?} in\n{}\n{}", demand.title, demand.status, skeleton, text);
        }
        let found = findings(&schema, &skeleton);
        prop_assert_eq!(found.len(), schema.sections.len(), "{:?}\n{}", found, skeleton);
        prop_assert!(found.iter().all(|line| line.starts_with("unfinished-section")), "{:?}", found);
    }

    #[test]
    fn a_skeleton_with_one_part_left_has_one_finding((_, schema) in schemas(), left in 0_usize..40) {
        let skeleton = super::skeleton(&schema, "T");
        let left = left % leaves(&schema);
        let text = written(&skeleton, &schema, |leaf| leaf != left);
        let found = findings(&schema, &text);
        prop_assert_eq!(found.len(), 1, "{:?}\n{}", found, text);
        prop_assert!(found[0].starts_with("unfinished-"), "{:?}", found);
        let whole = written(&skeleton, &schema, |_| true);
        prop_assert_eq!(findings(&schema, &whole), Vec::<String>::new(), "{}", whole);
    }

    #[test]
    fn a_document_stays_complete_in_other_dress((_, schema) in schemas(), dress in 0_usize..6) {
        let text = written(&super::skeleton(&schema, "T"), &schema, |_| true);
        let changed: Vec<String> = text.lines().map(|line| match line.split_once(' ') {
            Some((marks, title)) if marks.starts_with("##") => match dress {
                0 => format!("{marks} {}", title.to_uppercase().replace("{#ID}", "{#id}")),
                1 => format!("{marks} 2.3. {title}"),
                2 => format!("{marks} ✅ {title}"),
                3 => format!("{marks} {title}: "),
                4 => format!("{marks}   {title}  {marks}"),
                _ => format!("{marks} (4) {title}"),
            },
            _ => line.to_owned(),
        }).collect();
        let changed = changed.join("\r\n");
        prop_assert_eq!(findings(&schema, &changed), Vec::<String>::new(), "{}", changed);
    }

    #[test]
    fn each_missing_section_is_one_finding_and_fixes_leave_only_unfinished_ones((_, schema) in schemas(), drop in 0_usize..5) {
        let text = written(&super::skeleton(&schema, "T"), &schema, |_| true);
        let document = check_document("content/a.md", &text);
        let conformance = super::bind(&schema, &document);
        let drop = drop % schema.sections.len();
        let place = conformance.sections[drop].place.clone().unwrap();
        let cut = format!("{}{}", &text[..place.span.start], &text[place.extent.end..]);
        let found = judged(&schema, &cut);
        prop_assert_eq!(found.len(), 1, "{:?}\n{}", found, cut);
        prop_assert_eq!(found[0].kind.code, "missing-section");
        let mended = findings(&schema, &apply(&cut, &found));
        prop_assert!(mended.len() == 1 && mended[0].starts_with("unfinished-section"), "{:?}\n{}", mended, apply(&cut, &found));
    }

    #[test]
    fn nothing_panics(text in "(## |\\*\\*|- |A|B|:|\n|```|<!--|-->|TODO|<|>|\\||---|\\[|é| ){0,60}", wide in any::<bool>()) {
        let forms = if wide { "headings: [bold, label]\nother_sections: forbid\norder: strict\n" } else { "" };
        let schema = schema(&format!("type: t\n{forms}sections: [{{ title: A, topics: [B, AB] }}, {{ title: BA, sections: [A] }}]\n"));
        for found in judged(&schema, &text) {
            prop_assert!(found.span.end <= text.len() && text.is_char_boundary(found.span.start) && text.is_char_boundary(found.span.end));
            let _ = apply(&text, std::slice::from_ref(&found));
        }
    }
}

#[test]
fn the_outline_lists_what_to_write() {
    let schema = schema("type: t\ntitle: Plan\nsections:\n- title: A\n  guidance: Say a.\n  topics: [B]\n- { title: C, required: false }\n");
    assert_eq!(super::outline(&schema), "Plan (t): 1 section, 1 topic\n\nA\n    Say a.\n  - B\n\nC (optional)\n");
}
