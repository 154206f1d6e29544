//! What holds for every set of documents: they pass the schema that is derived from them.

use proptest::prelude::*;

use super::*;
use crate::diagnostic::Severity;
use crate::schema::{bind, judge, parse};
use crate::source::Source;

const TITLES: &[&str] = &[
    "Impact",
    "Impacts",
    "1. Impact:",
    "Steps",
    "Step 1: go",
    "Step 2",
    "Option A",
    "Option B",
    "C#",
    "C",
    "\"Why\"",
    "a: b #c",
    "Yes",
    "404",
    "Größe",
    "Rules",
    "Roles",
    "Impact and steps",
    "{#x}",
    "`code`",
    "Diagnosis",
    "Diagnosys",
    "-",
    "🚀",
];

const TEXTS: &[&str] = &[
    "Words.\n",
    "TODO\n",
    "",
    "1. a\n2. b\n",
    "- [ ] a\n- [ ] b\n",
    "| A | B |\n|---|---|\n| 1 | 2 |\n",
    "| A | B |\n|---|---|\n",
    "```sh\nls\n```\n",
    "**Owner**: me\n",
    "**Owner**\n\n",
    "- Owner: TODO\n",
    "**Impact**: none\n",
    "Steps\n: a\n",
    "<!-- x -->\n",
    "```\n## Impact\n",
    "**Impact**\n\nx\n",
];

const KEYS: &[&str] = &[
    "id: OPS-1",
    "id: 2",
    "reviewed: 2026-01-01",
    "reviewed: soon",
    "\"a: b\": 1",
    "tags: [a, 1]",
    "owner:",
    "status: active",
    "title: x",
    "x: { y: 1 }",
];

const NAMES: &[&str] = &["0001-a", "0002-b", "2026-01-01-c", "d", "README", "a[b", "é: #"];

fn documents() -> impl Strategy<Value = Vec<Document>> {
    let section = (1_usize..5, 0..TITLES.len(), 0..TEXTS.len());
    let file = (prop::collection::vec(0..KEYS.len(), 0..3), prop::collection::vec(section, 0..8), 0..NAMES.len());
    prop::collection::vec(file, 1..7).prop_map(|files| files.into_iter().enumerate().map(|(index, file)| document(index, file)).collect())
}

fn document(index: usize, (keys, sections, name): (Vec<usize>, Vec<(usize, usize, usize)>, usize)) -> Document {
    let mut text = String::new();
    if !keys.is_empty() {
        text = format!("---\n{}\n---\n", keys.into_iter().map(|key| KEYS[key]).collect::<Vec<_>>().join("\n"));
    }
    for (level, title, body) in sections {
        text.extend([&*"#".repeat(level), " ", TITLES[title], "\n\n", TEXTS[body], "\n"]);
    }
    let path = SitePath::new(&format!("f{}/{}.md", index % 2, NAMES[name])).unwrap();
    Document::parse(&Source::new(path, text)).0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, rng_seed: proptest::test_runner::RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_pass_the_schema_that_is_derived_from_them(documents in documents()) {
        let ask = Ask { documents: &documents, document_type: None, title: None, neighbours: Some(&[]), is_role: &|_| false };
        let Some(derived) = derive(&ask) else { return Ok(()) };
        let mut faults = Vec::new();
        let parsed = parse(&Source::new(SitePath::new("schemas/t.yaml").unwrap(), derived.text.as_str()), false, &mut faults);
        prop_assert!(faults.is_empty(), "{:?}\n{}", faults, derived.text);
        let schema = parsed.unwrap();
        for document in documents.iter().filter(|document| derived.aside.iter().all(|(path, _)| *path != document.path)) {
            let found = judge(&schema, document, &bind(&schema, document), &crate::blocks::Blocks::default(), &crate::registry::Registry::default());
            let errors: Vec<_> = found.iter().filter(|found| found.severity == Severity::Error).collect();
            prop_assert!(errors.is_empty(), "{:?}\n{}\n{}", errors, document.text, derived.text);
        }
        // The last way out is for what nobody has thought of.
        prop_assert!(!derived.text.contains("\nseverity: warning"), "{}", derived.text);
        prop_assert_eq!(derive(&ask), Some(derived));
    }
}
