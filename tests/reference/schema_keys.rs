//! The page of schema keys, made from the lists of keys; every example on it is read as a schema.

use std::fmt::Write;

use opsbook::data::{KeyDocs, Shape};
use opsbook::document::WAIVER_KEYS;
use opsbook::schema::rules::{Place, keys_of, section_content};
use opsbook::schema::{self, CONDITION_KEYS, FIELD_KEYS, ValueType, contents};
use opsbook::source::{SitePath, Source, Sources};

const HEAD: &str = "---
title: Schema keys
description: Every key of the schema language, what its value looks like and an example.
owner: Ops lead
reviewed: 2026-11-21
review_every: 180d
status: active
---

# Schema keys

Every key of the files in `schemas/`. [Schemas](schemas.md) explains them with one example throughout, and [Editors](editors.md) says how an editor completes
them while you type.
";

/// A table of keys.
struct Chapter {
    title: &'static str,
    intro: String,
    keys: Vec<KeyDocs>,
    /// A schema file around an example; `@` is its place.
    file: &'static str,
    /// What the keys hold that have keys of their own.
    has_parts: bool,
}

fn chapters() -> Vec<Chapter> {
    let chapter = |title, intro: &str, keys, file| Chapter { title, intro: intro.to_owned(), keys, file, has_parts: false };
    vec![
        Chapter {
            has_parts: true,
            ..chapter(
                "Top level",
                "`type` is required, all else may be left out.",
                keys_of(Place::Schema),
                "type: t\nsections: [Failover, Failback, Restart]\n@\n",
            )
        },
        Chapter {
            has_parts: true,
            ..chapter(
                "Section",
                "An item of `sections`: a mapping with these keys, or its title alone. `title` is required, except for a section that an extended schema has and `id` names.",
                keys_of(Place::Section),
                "type: t\nsections:\n  - title: S\n    sections: [Failover, Failback, Restart]\n    @\n",
            )
        },
        chapter(
            "Topic",
            "An item of `topics`: a mapping with these keys, or its title alone.",
            keys_of(Place::Topic),
            "type: t\nsections:\n  - title: S\n    topics:\n    - title: T\n      @\n",
        ),
        chapter(
            "Front matter key",
            "What `front_matter` says of one key. A key without `required` or `when` may be left out.",
            FIELD_KEYS.to_vec(),
            "type: t\nfront_matter:\n  k:\n    @\n",
        ),
        chapter(
            "Contents",
            "What `contains` may ask for. The value is `true` for at least one, a number for at least so many, or a mapping.",
            contents::ALL.iter().map(|kind| kind.docs).collect(),
            "type: t\ncontains:\n  @\n",
        ),
        chapter("Keys of contents", &content_intro(), section_content::LIMIT_KEYS.to_vec(), "type: t\ncontains:\n  ordered_list:\n    @\n"),
        chapter(
            "Condition",
            "`when` holds keys of the front matter, each with a value, a list of values of which one is enough, or a mapping with one of these keys. \
All keys must hold: `when: { status: active, severity: [major, critical] }`. A list of such mappings holds if one of them does.",
            CONDITION_KEYS.to_vec(),
            "type: t\nsections:\n  - title: S\n    when:\n      status:\n        @\n",
        ),
    ]
}

/// The keys that only some kinds of contents have.
fn content_intro() -> String {
    let mut text = "Every kind takes the keys of this table. Some take more:\n\n".to_owned();
    for kind in contents::ALL {
        for key in kind.keys {
            let (docs, _) = split(key);
            writeln!(text, "- `{}` takes `{}`: {}", kind.docs.key, key.key, uncapitalised(&docs)).expect("writing to a string can't fail");
        }
    }
    text.trim_end().to_owned()
}

fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters.as_str().chars()).collect())
}

/// What a key means, and its example if the text holds one: behind the first colon, as code.
fn split(key: &KeyDocs) -> (String, Option<String>) {
    let whole = || (key.docs.to_owned(), None);
    let Some((before, rest)) = key.docs.split_once(": `") else { return whole() };
    let Some((example, after)) = rest.split_once('`') else { return whole() };
    if matches!(key.shape, Shape::Choice(_) | Shape::Flag | Shape::Number | Shape::OneOrMore(Shape::Choice(_))) {
        return whole();
    }
    (format!("{before}{after}"), Some(example.to_owned()))
}

/// `key: value`, to be pasted into a schema.
fn example(key: &KeyDocs) -> String {
    let value = match (split(key).1, key.shape) {
        (Some(example), _) if example.starts_with(&format!("{}: ", key.key)) => return example,
        (Some(example), Shape::Regex) => format!("'{example}'"),
        (Some(example), _) => example,
        (None, Shape::Flag) => if key.docs.starts_with("`false`") { "false" } else { "true" }.to_owned(),
        (None, Shape::Number) => "2".to_owned(),
        (None, Shape::Choice(words)) if words.len() == ValueType::WORDS.len() => "date".to_owned(),
        (None, Shape::Choice(words)) => (*words.last().expect("a choice has words")).to_owned(),
        (None, Shape::OneOrMore(Shape::Choice(words))) => (*words.last().expect("a choice has words")).to_owned(),
        (None, Shape::Named("condition")) => "{ status: active }".to_owned(),
        (None, Shape::Named("amount" | "table" | "code" | "links")) => "true".to_owned(),
        (None, Shape::OneOrMore(Shape::Text)) => "[draft, retired]".to_owned(),
        (None, shape) => panic!("the docs of '{}' must hold an example, as in \"…: `value`.\": {}", key.key, shape.words()),
    };
    format!("{}: {value}", key.key)
}

/// What the value looks like, with links to the tables of this page.
fn value(shape: &Shape) -> String {
    match shape {
        Shape::Named("section") => "[section](#section)".to_owned(),
        Shape::Named("topic") => "[topic](#topic)".to_owned(),
        Shape::Named("field") => "[front matter key](#front-matter-key)".to_owned(),
        Shape::Named("condition") => "[condition](#condition)".to_owned(),
        Shape::Named("contains") => "[contents](#contents)".to_owned(),
        Shape::Named("patterns") => "one or more regular expressions".to_owned(),
        Shape::Named(_) => "`true`, a number, or [keys](#keys-of-contents)".to_owned(),
        Shape::Choice(words) if words.len() == ValueType::WORDS.len() => "[type of value](#types-of-values)".to_owned(),
        Shape::Table(_) => "mapping".to_owned(),
        Shape::List(of) => format!("list of: {}", value(of)),
        Shape::Map(of) => format!("mapping of names to: {}", value(of)),
        Shape::OneOrMore(of) => format!("{}, or a list of such", value(of)),
        Shape::Either(shapes) => shapes.iter().map(value).collect::<Vec<_>>().join(", or "),
        shape => shape.words(),
    }
}

fn table(keys: &[KeyDocs], with_examples: bool) -> String {
    let mut text = if with_examples {
        "| Key | Value | What it says | Example |\n|---|---|---|---|\n"
    } else {
        "| Key | Value | What it says |\n|---|---|---|\n"
    }
    .to_owned();
    for key in keys {
        let docs = if with_examples { split(key).0 } else { key.docs.to_owned() };
        let cells = [format!("`{}`", key.key), value(&key.shape), docs.trim_end_matches('.').to_owned()];
        let example = with_examples.then(|| format!("`{}`", example(key)));
        let cells: Vec<String> = cells.into_iter().chain(example).map(|cell| cell.replace('|', "\\|")).collect();
        writeln!(text, "| {} |", cells.join(" | ")).expect("writing to a string can't fail");
    }
    text
}

/// The keys of a mapping that a key holds, in a list or not.
fn part_keys(shape: &Shape) -> &'static [KeyDocs] {
    match shape {
        Shape::Table(keys) => keys,
        Shape::List(of) => part_keys(of),
        Shape::Either(shapes) => shapes.iter().map(part_keys).find(|keys| !keys.is_empty()).unwrap_or_default(),
        _ => &[],
    }
}

/// The tables of the keys that a key holds, those inside them included.
fn parts(keys: &[KeyDocs], done: &mut Vec<&'static str>, text: &mut String) {
    for key in keys {
        let inner = part_keys(&key.shape);
        if inner.is_empty() || done.contains(&key.key) {
            continue;
        }
        done.push(key.key);
        write!(text, "\n### Keys of `{0}` {{#keys-of-{1}}}\n\n{2}", key.key, key.key.replace('_', "-"), table(inner, false))
            .expect("writing to a string can't fail");
        parts(inner, done, text);
    }
}

pub(super) fn page() -> String {
    let mut text = HEAD.to_owned();
    let mut done = Vec::new();
    for chapter in chapters() {
        write!(text, "\n## {}\n\n{}\n\n{}", chapter.title, chapter.intro, table(&chapter.keys, true)).expect("writing to a string can't fail");
        if chapter.has_parts {
            parts(&chapter.keys, &mut done, &mut text);
        }
        if chapter.title == "Front matter key" {
            text.push_str("\n### Types of values\n\n| Type | The value is |\n|---|---|\n");
            for (word, value_type) in ValueType::WORDS.into_iter().zip(ValueType::ALL) {
                writeln!(text, "| `{word}` | {} |", value_type.words()).expect("writing to a string can't fail");
            }
        }
    }
    write!(
        text,
        "\n## Waivers\n\nNo keys of schemas: a document gives them in its front matter, as a list at `waivers`. [Adopting opsbook](adopting.md#waivers) says more.\n\n{}",
        table(WAIVER_KEYS, true)
    )
    .expect("writing to a string can't fail");
    text
}

/// The faults of a text as a schema.
pub(super) fn faults(text: &str) -> Vec<String> {
    let mut diagnostics = Vec::new();
    let source = Source::new(SitePath::new("schemas/example.yaml").expect("a plain path"), text);
    let _ = schema::parse(&source, false, &mut diagnostics);
    diagnostics.iter().map(|found| found.message.clone()).collect()
}

/// The faults of schema files, each of which names itself in its first line.
pub(super) fn faults_of_files(files: &[&str]) -> Vec<String> {
    let mut sources = Sources::default();
    for file in files {
        let path = file.lines().next().and_then(|line| SitePath::new(line.strip_prefix("# ")?)).expect("the first line is the path");
        sources.texts.insert(path.clone(), Source::new(path, *file));
    }
    let mut diagnostics = Vec::new();
    let _ = schema::load(&sources, &mut diagnostics);
    diagnostics.iter().map(|found| format!("{}: {}", found.path, found.message)).collect()
}

/// What an example needs beside it to make sense.
fn companion(key: &str) -> &'static str {
    match key {
        "at_least" | "at_most" => "type: duration",
        "each" => "type: list",
        "to" | "back" => "type: document",
        _ => "",
    }
}

#[test]
fn every_example_is_a_schema() {
    for chapter in chapters() {
        let indent = chapter.file.lines().find_map(|line| line.strip_suffix('@')).expect("a place for the example");
        for key in &chapter.keys {
            let example = example(key);
            if key.key == "title" && chapter.file.contains("- title: ") {
                continue;
            }
            // The example takes the place of a key that the file has already.
            let own = format!("{indent}{}:", key.key);
            let file: String = chapter.file.split_inclusive('\n').filter(|line| !line.starts_with(&own)).collect();
            let companion = if chapter.title == "Front matter key" { companion(key.key) } else { "" };
            let text = file.replace('@', &if companion.is_empty() { example.clone() } else { format!("{companion}\n{indent}{example}") });
            let found = faults(&text);
            assert_eq!(found, [""; 0], "{}:\n{text}", chapter.title);
        }
    }
}
