//! Flows read from short documents.

use super::*;
use crate::blocks::Blocks;
use crate::source::{SitePath, Source};

fn read_all(text: &str) -> (Vec<Flow>, Vec<Diagnostic>) {
    let document = Document::parse(&Source::new(SitePath::new("content/a.md").unwrap(), text)).0;
    let (blocks, found) = Blocks::read(&document, &Registry::default());
    (blocks.flows, found)
}

/// The flows in words: form, title, and each way with its label.
fn words(text: &str) -> Vec<String> {
    let (flows, found) = read_all(text);
    assert!(found.iter().all(|finding| !KINDS.contains(&finding.kind)), "{found:?}");
    let label = |graph: &Graph, node: usize| {
        let node = &graph.nodes[node];
        node.href.as_ref().map_or(node.label.clone(), |href| format!("{} ({href})", node.label))
    };
    let way = |graph: &Graph, edge: &Edge| {
        let by = if edge.label.is_empty() { String::new() } else { format!("[{}] ", edge.label) };
        format!("{} > {by}{}", label(graph, edge.from), label(graph, edge.to))
    };
    let flow = |flow: &Flow| {
        let ways: Vec<String> = flow.graph.edges.iter().map(|edge| way(&flow.graph, edge)).collect();
        format!("{:?} {}: {}", flow.form, flow.title, ways.join(", "))
    };
    flows.iter().map(flow).collect()
}

/// The findings as `marked text | message`.
fn findings(text: &str) -> Vec<String> {
    let found = read_all(text).1;
    found.iter().filter(|finding| KINDS.contains(&finding.kind)).map(|found| format!("{} | {}", found.span.of(text), found.message)).collect()
}

#[test]
fn every_form_is_a_flow() {
    for (text, expected) in [
        ("# T\n\n```mermaid\nflowchart TD\na --> b\n```\n", "Mermaid T: a > b"),
        ("# T\n\n```mermaid\n---\ntitle: Own\n---\nflowchart TD\na --> b\n```\n", "Mermaid Own: a > b"),
        ("# T\n\nLint → Test → [Build](b.md)\n", "Line T: Lint > Test, Test > Build (b.md)"),
        ("# T\n\n- Stages: Lint → Test → Build.\n- Other\n", "LabelledLine Stages: Lint > Test, Test > Build"),
        ("# T\n\n1. Minor\n   ```\n   one\n     ↓\n   two\n   ```\n", "Column T: one > two"),
        ("# T\n\n```text\nLint → Test → Build\n```\n", "Column T: Lint > Test, Test > Build"),
        (
            "# T\n\n- Is it up?\n  - yes → Done\n  - no → Is the disk full?\n    - yes: [clean it](clean.md)\n    - no → Restart it.\n",
            "Tree T: Is it up? > [yes] Done, Is it up? > [no] Is the disk full?, Is the disk full? > [yes] clean it (clean.md), Is the disk full? > [no] Restart it",
        ),
        (
            "- Is it up?\n  - yes\n    - Wait\n  - no\n    - Is it on?\n      - yes → Call\n      - no → Start it\n",
            "Tree a: Is it up? > [yes] Wait, Is it up? > [no] Is it on?, Is it on? > [yes] Call, Is it on? > [no] Start it",
        ),
    ] {
        assert_eq!(words(text), [expected], "{text}");
    }
}

#[test]
fn what_is_no_flow_for_certain_is_none() {
    for text in [
        "See `a` → `b` → `c`",
        "1. Lint → Test → Build\n",
        "Open the menu → Users → Add\n",
        "# Lint → Test → Build\n",
        "| a |\n|---|\n| Lint → Test → Build |\n",
        "```rust\na → b → c\n```\n",
        "```\nInt -> Int -> Int\n```\n",
        "- Is it up?\n- Is it down?\n",
        "- Is it up?\n  - yes → a\n",
        "- Is it up?\n  - yes → a\n  - look at the log\n",
        "- Is it up?\n  - yes → a\n  - no → b\n- Something else\n",
        "1. Is it up?\n   - yes → 2\n   - no → 3\n",
        "- Is it up?\n  - yes → a\n    - and more\n  - no → b\n",
        "- [ ] Is it up?\n  - yes → a\n  - no → b\n",
        "```mermaid\nflowchart TD\na --> b[\n",
    ] {
        assert_eq!(words(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn faults_stand_at_their_place_whatever_is_around_the_fence() {
    for (text, expected) in [
        ("```mermaid\nflowchart TD\n  a --> b[x (y)]\n```\n", "(y)] | this flowchart can't be read at '(y)]'"),
        ("- item\n\n  ```mermaid\n  flowchart TD\n    a --> b[ü (y)]\n  ```\n", "(y)] | this flowchart can't be read at '(y)]'"),
        ("> ```mermaid\n> flowchart TD\n>   a --> b[x (y)]\n> ```\n", "(y)] | this flowchart can't be read at '(y)]'"),
        ("> - ```mermaid\n>   flowchart TD\r\n>     a --> b[x (y)]\r\n>   ```\n", "(y)] | this flowchart can't be read at '(y)]'"),
        ("```mermaid\nflowchat TD\n  a --> b\n```\n", "flowchat | there is no kind of diagram called 'flowchat'"),
        ("```mermaid\n```\n", "```mermaid | a diagram with nothing in it"),
        ("```mermaid\nzenuml\n  a\n```\n", "```mermaid | this diagram isn't drawn: opsbook can't draw diagrams of the kind 'zenuml'"),
    ] {
        assert_eq!(findings(text), [expected], "{text:?}");
    }
}

#[test]
fn links_of_diagrams_have_places() {
    let text = "> ```mermaid\n> flowchart TD\n> a\n> click a \"x.md\"\n> ```\n";
    let (flows, _) = read_all(text);
    let links: Vec<(&str, &str)> = flows[0].links.iter().map(|link| (link.target.as_str(), link.target_span.of(text))).collect();
    assert_eq!(links, [("x.md", "x.md")]);
}

#[test]
fn a_hundred_thousand_of_anything_takes_no_time() {
    for text in [
        "- Is it up?\n  - yes → a\n  - no → b\n".repeat(30_000),
        format!("{}x", "> - ".repeat(3_000)),
        "a → ".repeat(100_000),
        "Lint → Test → Build\n\n".repeat(30_000),
        format!("```\n{}```\n", "a\n↓\n".repeat(100_000)),
        "```mermaid\nflowchart TD\na --> b\n```\n\n".repeat(500),
    ] {
        let _ = read_all(&text);
    }
}
