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
        let cut = format!("{}{}", &text[..place.span.start()], &text[place.extent.end()..]);
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
            prop_assert!(found.span.end() <= text.len() && text.is_char_boundary(found.span.start()) && text.is_char_boundary(found.span.end()));
            let _ = apply(&text, std::slice::from_ref(&found));
        }
    }
}

/// One section of a schema that uses the whole language.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn apart from the others")]
struct Part {
    title: String,
    presence: usize,
    when: bool,
    times: usize,
    level: usize,
    contains: usize,
    pattern: bool,
    guided: bool,
    topics: usize,
    nested: usize,
    strict: bool,
}

/// A schema that uses the whole language, as text. Each demand is one that a document can meet.
fn rich_schemas() -> impl Strategy<Value = RichSchema> {
    let part = (0_usize..5, any::<bool>(), 0_usize..4, 0_usize..3, 0_usize..CONTENTS.len() * 2, any::<bool>(), any::<bool>(), 0_usize..3, 0_usize..3);
    let part = (part, any::<bool>());
    let parts = prop::collection::vec(part, 1..5);
    (parts, 0_usize..MARKS.len(), 0_usize..RELATIONS.len() + 2, prop::sample::subsequence(FIELDS, 0..4), 0_usize..3, any::<bool>()).prop_map(
        |(parts, mark, relation, fields, others, strict)| {
            let parts = parts.into_iter().enumerate().map(|(index, (part, strict))| Part {
                title: format!("{} {}", WORDS[index], MARKS[mark]).trim().to_owned(),
                presence: part.0,
                when: part.1,
                times: part.2,
                level: part.3,
                contains: part.4,
                pattern: part.5,
                guided: part.6,
                topics: part.7,
                nested: part.8,
                strict,
            });
            let parts: Vec<Part> = parts.collect();
            let mut text = format!("type: t\nother_sections: {}\n", ["allow", "warn", "forbid"][others]);
            // An order and a relation that orders otherwise would exclude each other.
            let relation = RELATIONS.get(relation).filter(|_| parts.len() > 1);
            if strict && relation.is_none_or(|relation| !relation.contains("ordered")) {
                text.push_str("order: strict\n");
            }
            if !fields.is_empty() {
                writeln!(text, "front_matter: {{ {} }}", fields.join(", ")).unwrap();
            }
            if let Some(relation) = relation {
                writeln!(text, "relations: [{relation}]").unwrap();
            }
            text.push_str("sections:\n");
            let mut words = WORDS[10..].iter();
            for (index, part) in parts.iter().enumerate() {
                part.write(index, relation.is_some(), &mut words, &mut text);
            }
            RichSchema { parsed: schema(&text), has_pattern: parts.iter().any(|part| part.pattern), text }
        },
    )
}

#[derive(Debug, Clone)]
struct RichSchema {
    text: String,
    parsed: Schema,
    has_pattern: bool,
}

const CONTENTS: &[&str] = &[
    "words: 3",
    "ordered_list: { at_least: 2 }",
    "task_list: true",
    "table: { columns: [X, Y] }",
    "code: { language: bash }",
    "links: 1",
    "flow: true",
];

const RELATIONS: &[&str] = &[
    "{ one_of: [p0, p1] }",
    "{ any_of: [p0, p1] }",
    "{ all_or_none: [p0, p1] }",
    "{ conflicts: [p0, p1] }",
    "{ ordered: [p1, p0] }",
    "{ requires: { if: p0, then: p1 } }",
];

const FIELDS: &[&str] = &[
    "a: { required: true }",
    "b: { required: true, type: date }",
    "c: { type: url }",
    "d: { required: true, type: enum, values: [x, y] }",
    "e: { required: true, type: list, each: duration }",
    "f: { required: true, pattern: '^F-[0-9]+$' }",
    "g: { when: { status: active } }",
    "h: { forbidden: true }",
    "i: { required: true, type: string, at_least: 3 }",
];

impl Part {
    /// Writes the section as YAML. In a relation every section leaves its presence to that.
    fn write(&self, index: usize, related: bool, words: &mut std::slice::Iter<'_, &str>, text: &mut String) {
        writeln!(text, "- id: p{index}\n  title: {:?}", self.title).unwrap();
        match self.presence {
            _ if related && index < 2 => {}
            0 => text.push_str("  required: true\n"),
            1 => text.push_str("  required: false\n"),
            2 => text.push_str("  forbidden: true\n"),
            _ => {}
        }
        if self.when {
            text.push_str("  when: { status: active }\n");
        }
        // A section that must not stand has no number of times.
        let forbidden = self.presence == 2 && !(related && index < 2);
        match self.times {
            _ if forbidden => {}
            1 => text.push_str("  times: { at_least: 2, at_most: 4 }\n"),
            2 => text.push_str("  times: 3\n"),
            _ => {}
        }
        if self.level > 0 {
            writeln!(text, "  level: {}", self.level + 1).unwrap();
        }
        if let Some(demand) = CONTENTS.get(self.contains) {
            writeln!(text, "  contains: {{ {demand} }}").unwrap();
        }
        if self.pattern {
            writeln!(text, "  pattern: '^p{index}x? \\d+$'").unwrap();
        }
        if self.guided {
            text.push_str("  guidance: \"What to say --> and *why*.\"\n");
        }
        let mut list = |key: &str, number: usize| {
            if number > 0 {
                writeln!(text, "  {key}:").unwrap();
            }
            for word in words.by_ref().take(number) {
                writeln!(text, "  - {{ title: {word}, guidance: Tell it. }}").unwrap();
            }
        };
        list("topics", self.topics);
        list("sections", self.nested);
        if self.nested > 0 && self.strict {
            text.push_str("  order: strict\n  other_sections: allow\n");
        }
    }
}

/// The codes of findings, without the words.
fn codes(found: &[String]) -> Vec<&str> {
    found.iter().map(|line| line.split(" | ").next().unwrap()).collect()
}

/// Number of sections of a skeleton, each copy counted.
fn written_sections(schema: &Schema) -> usize {
    super::skeleton::chosen(&schema.sections, &schema.settings).len()
}

/// Something that meets every demand that [`CONTENTS`] makes of a body.
const BODY: &str =
    "Done as it should be: [a](https://a.example).\n\n1. a\n2. b\n\n- [ ] a\n\n| X | Y |\n|---|---|\n| a | b |\n\n```bash\nls\n```\n\nA → B → C\n";

/// A skeleton with front matter and all bodies written, in the order of the skeleton.
fn filled(schema: &RichSchema) -> String {
    let values = [("a", "x"), ("b", "2026-11-20"), ("d", "x"), ("e", "[3d]"), ("f", "F-1"), ("g", "x"), ("i", "xyz")];
    let mut text = String::new();
    for line in super::skeleton(&schema.parsed, "T").lines() {
        let key = line.split(':').next().unwrap_or_default();
        if let Some((_, value)) = values.iter().find(|(name, _)| *name == key) {
            writeln!(text, "{key}: {value}").unwrap();
            continue;
        }
        if line.starts_with("##") {
            writeln!(text, "{line}\n\n{BODY}").unwrap();
            continue;
        }
        writeln!(text, "{line}").unwrap();
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, rng_seed: proptest::test_runner::RngSeed::Fixed(2), failure_persistence: None, ..ProptestConfig::default() })]

    // What a skeleton leaves to the writer beside sections: values of the front matter. A form of the title or of the file's name it can't
    // know at all, so these schemas have no `page_title` and no `file_name`; nor do they ask the document as a whole to hold something.
    #[test]
    fn a_skeleton_of_the_whole_language_lacks_only_words(schema in rich_schemas(), active in any::<bool>()) {
        let mut skeleton = super::skeleton(&schema.parsed, "T");
        if active {
            skeleton = skeleton.replacen("---\n", "---\nstatus: active\n", 1);
        }
        let found = findings(&schema.parsed, &skeleton);
        let codes = codes(&found);
        let number = |code: &str| codes.iter().filter(|found| **found == code).count();
        // Where the condition of a forbidden section holds, it isn't there; elsewhere it is free.
        prop_assert_eq!(number("unfinished-section"), written_sections(&schema.parsed), "{:#?}\n{}\n{}", found, skeleton, schema.text);
        let document = check_document("content/a.md", &skeleton);
        let demanded = schema.parsed.front_matter.iter().filter(|field| {
            field.presence == super::Presence::Required && field.when.as_ref().is_none_or(|when| when.holds(&document))
        });
        let demanded = demanded.count();
        prop_assert_eq!(number("missing-front-matter"), demanded, "{:#?}\n{}\n{}", found, skeleton, schema.text);
        prop_assert_eq!(codes.len(), written_sections(&schema.parsed) + demanded, "{:#?}\n{}\n{}", found, skeleton, schema.text);
    }

    #[test]
    fn a_filled_skeleton_is_complete_in_any_dress(schema in rich_schemas(), dress in 0_usize..6) {
        let text = filled(&schema);
        prop_assert_eq!(findings(&schema.parsed, &text), Vec::<String>::new(), "{}\n{}", text, schema.text);
        // A pattern is held against the words as they are written.
        prop_assume!(!schema.has_pattern);
        let dressed: Vec<String> = text.lines().map(|line| match line.split_once(' ') {
            Some((marks, title)) if marks.starts_with("##") => match dress {
                0 => format!("{marks} {}", title.to_uppercase().replace("{#ID}", "{#id}")),
                1 => format!("{marks} 2.3. {title}"),
                2 => format!("{marks} ✅ {title}"),
                3 => format!("{marks} {title}: "),
                4 => format!("{marks} **{title}**"),
                _ => format!("{marks} (4) {title}"),
            },
            _ => line.to_owned(),
        }).collect();
        let dressed = dressed.join("\r\n");
        prop_assert_eq!(findings(&schema.parsed, &dressed), Vec::<String>::new(), "{}\n{}", dressed, schema.text);
    }
}

#[test]
fn the_outline_lists_what_to_write() {
    let schema = schema("type: t\ntitle: Plan\nsections:\n- title: A\n  guidance: Say a.\n  topics: [B]\n- { title: C, required: false }\n");
    assert_eq!(super::outline(&schema), "Plan (t): 1 section, 1 topic\n\nA\n    Say a.\n  - B\n\nC (optional)\n");
}
