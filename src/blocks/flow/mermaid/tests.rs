//! Diagrams read from short sources.

use std::fmt::Write;

use super::*;
use crate::diagram::Shape;

/// A graph in words: its direction, nodes with shape, frame and link, lines with their ends.
fn words(source: &str) -> String {
    let reading = read(source).unwrap_or_else(|fault| panic!("{fault:?}\n{source}"));
    let Picture::Graph(graph) = reading.picture else { return format!("sketch of a {}", reading.kind) };
    let mut out = format!("{:?}", graph.towards);
    for group in &graph.groups {
        let parent = group.parent.map_or(String::new(), |parent| format!(" in {}", graph.groups[parent].title));
        write!(out, "; frame {}{parent}", group.title).unwrap();
    }
    for node in &graph.nodes {
        let group = node.group.map_or(String::new(), |group| format!(" in {}", graph.groups[group].title));
        let href = node.href.as_ref().map_or(String::new(), |href| format!(" to {href}"));
        write!(out, "; {:?} {:?}{group}{href}", node.shape, node.label).unwrap();
    }
    for edge in &graph.edges {
        let label = if edge.label.is_empty() { String::new() } else { format!(" {:?}", edge.label) };
        let (from, to) = (&graph.nodes[edge.from].label, &graph.nodes[edge.to].label);
        write!(out, "; {from} {:?}-{:?}-{:?} {to}{label}", edge.tail, edge.line, edge.head).unwrap();
    }
    out
}

#[test]
fn each_construct_of_a_flowchart_is_kept() {
    for (source, expected) in [
        ("flowchart TD\n  a --> b", "Bottom; Rectangle \"a\"; Rectangle \"b\"; a None-Solid-Arrow b"),
        ("graph LR;a-->b;", "Right; Rectangle \"a\"; Rectangle \"b\"; a None-Solid-Arrow b"),
        ("flowchart BT\na", "Top; Rectangle \"a\""),
        ("%% note\n%%{init: {'theme': 'dark'}}%%\nflowchart RL\na", "Left; Rectangle \"a\""),
        ("---\ntitle: T\n---\nflowchart LR\na", "Right; Rectangle \"a\""),
        ("flowchart TD\na -->|yes| b", "Bottom; Rectangle \"a\"; Rectangle \"b\"; a None-Solid-Arrow b \"yes\""),
        ("flowchart TD\na -. maybe not .-> b", "Bottom; Rectangle \"a\"; Rectangle \"b\"; a None-Dotted-Arrow b \"maybe not\""),
        ("flowchart TD\na ==> b", "Bottom; Rectangle \"a\"; Rectangle \"b\"; a None-Thick-Arrow b"),
        ("flowchart TD\na --- b", "Bottom; Rectangle \"a\"; Rectangle \"b\"; a None-Solid-None b"),
        ("flowchart TD\na <--> b", "Bottom; Rectangle \"a\"; Rectangle \"b\"; a Arrow-Solid-Arrow b"),
        ("flowchart TD\na o--o b\nb --x a", "Bottom; Rectangle \"a\"; Rectangle \"b\"; a Circle-Solid-Circle b; b None-Solid-Cross a"),
        ("flowchart TD\na & b --> c", "Bottom; Rectangle \"a\"; Rectangle \"b\"; Rectangle \"c\"; a None-Solid-Arrow c; b None-Solid-Arrow c"),
        ("flowchart TD\na --> a", "Bottom; Rectangle \"a\"; a None-Solid-Arrow a"),
        ("flowchart TD\na --> b\na --> b", "Bottom; Rectangle \"a\"; Rectangle \"b\"; a None-Solid-Arrow b; a None-Solid-Arrow b"),
        ("flowchart TD\na e1@==>|x| b", "Bottom; Rectangle \"a\"; Rectangle \"b\"; a None-Thick-Arrow b \"x\""),
        ("flowchart TD\na e1@--> b", "Bottom; Rectangle \"a\"; Rectangle \"b\"; a None-Solid-Arrow b"),
        (
            "flowchart TD\na_b[A] --> c[C]\na --> b_c",
            "Bottom; Rectangle \"A\"; Rectangle \"C\"; Rectangle \"a\"; Rectangle \"b_c\"; A None-Solid-Arrow C; a None-Solid-Arrow b_c",
        ),
        ("flowchart TD\na[One<br>two]", "Bottom; Rectangle \"One\\ntwo\""),
        ("flowchart TD\na[\"Load (high) #quot;x#quot; <b>now</b>\"]", "Bottom; Rectangle \"Load (high) \\\"x\\\" now\""),
        (
            "flowchart TD\na[A very long label that mermaid would break after a few words and that we break ourselves]",
            "Bottom; Rectangle \"A very long label that mermaid would break after a few words and that we break ourselves\"",
        ),
        (
            "flowchart TD\nsubgraph s [Outer]\nsubgraph t\na\nend\nb\nend\na --> b",
            "Bottom; frame Outer; frame t in Outer; Rectangle \"a\" in t; Rectangle \"b\" in Outer; a None-Solid-Arrow b",
        ),
        ("flowchart TD\na\nclick a href \"../x.md#y\" \"tip\"", "Bottom; Rectangle \"a\" to ../x.md#y"),
        ("flowchart TD\na\nclick a call f()", "Bottom; Rectangle \"a\""),
        ("flowchart TD\na:::hot\nclassDef hot fill:#f00,background:red\nstyle a color:red", "Bottom; Rectangle \"a\""),
        ("flowchart TD\nsubgraph s\na\nend\nb --> s", "sketch of a flowchart"),
        ("sequenceDiagram\nA->>B: hello", "sketch of a sequence"),
    ] {
        let found = words(source);
        // Nodes stand in the order that the engine gives them, which is the source's.
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn common_shapes_have_their_outlines() {
    let shapes = [
        ("a(x)", Shape::Rounded),
        ("a([x])", Shape::Stadium),
        ("a[[x]]", Shape::Subroutine),
        ("a[(x)]", Shape::Cylinder),
        ("a((x))", Shape::Circle),
        ("a(((x)))", Shape::DoubleCircle),
        ("a{x}", Shape::Diamond),
        ("a{{x}}", Shape::Hexagon),
        ("a[/x/]", Shape::Parallelogram),
        ("a[\\x\\]", Shape::ParallelogramBack),
        ("a[/x\\]", Shape::Trapezoid),
        ("a[\\x/]", Shape::TrapezoidInverted),
        ("a>x]", Shape::Flag),
        ("a@{ shape: doc, label: \"x\" }", Shape::Document),
        ("a@{ shape: decision, label: \"x\" }", Shape::Diamond),
        ("a@{ shape: db, label: \"x\" }", Shape::Cylinder),
        ("a@{ shape: text, label: \"x\" }", Shape::Text),
        ("a@{ shape: hourglass, label: \"x\" }", Shape::Rectangle),
    ];
    for (node, shape) in shapes {
        let Picture::Graph(graph) = read(&format!("flowchart TD\n{node}")).unwrap().picture else { panic!("{node}") };
        assert_eq!(graph.nodes[0].shape, shape, "{node}");
    }
}

#[test]
fn faults_are_said_in_our_words() {
    for (source, place, expected) in [
        ("", None, "a diagram with nothing in it"),
        ("%% only a comment", None, "a diagram with nothing in it"),
        ("flowchart TD\n", None, "a diagram with nothing in it"),
        ("flowchat TD\n a --> b", Some("flowchat TD"), "there is no kind of diagram called 'flowchat' | write 'flowchart'"),
        ("\n  sequencediagram\n", Some("sequencediagram"), "there is no kind of diagram called 'sequencediagram' | write 'sequenceDiagram'"),
        ("sequence\nA->>B: x", Some("sequence"), "there is no kind of diagram called 'sequence' | write 'sequenceDiagram'"),
        ("a --> b", Some("a --> b"), "there is no kind of diagram called 'a' | begin with"),
        ("flowchart TD\n  a[Load (high)] --> b", Some("(high)"), "this flowchart can't be read at '(high)]' | close the label"),
        ("flowchart TD\n  a --> end", Some("end"), "this flowchart can't be read at 'end' | `end` closes"),
        ("flowchart TD\nsubgraph x\n  a", Some(""), "this flowchart ends too soon | close what is open with `end`"),
        ("sequenceDiagram\n  A->>B", None, "this sequence diagram"),
        ("zenuml\n a", None, "opsbook can't draw diagrams of the kind 'zenuml'"),
        ("flowchart TD\na@{ shape: nosuch }", None, "this flowchart is wrong: no such shape: nosuch"),
    ] {
        let (at, message) = match read(source) {
            Err(Fault::Invalid { at, problem, help }) => (at, format!("{problem} | {help}")),
            Err(Fault::Undrawn(reason)) => (None, reason),
            Ok(reading) => panic!("{source}: {reading:?}"),
        };
        assert!(message.starts_with(expected), "{source}: {message}");
        if let Some(place) = place {
            assert_eq!(at.map(|at| source[at..].starts_with(place)), Some(true), "{source}: {at:?}");
        }
    }
}

#[test]
fn large_diagrams_stay_text_and_take_no_time() {
    let chart = |lines: &mut dyn Iterator<Item = String>| format!("flowchart TD\n{}", lines.collect::<Vec<_>>().join("\n"));
    for source in [
        chart(&mut (0..100_000).map(|node| format!("n{node}"))),
        chart(&mut (0..3_000).map(|node| format!("n{node}"))),
        chart(&mut (0..501).map(|node| format!("a{node} --> b"))),
        chart(&mut std::iter::once(format!("{} --> {}", vec!["a"; 40].join(" & "), vec!["b"; 40].join(" & ")))),
        format!("flowchart TD\na[{}]", "x".repeat(10_000_000)),
        format!("sequenceDiagram\n{}", "A->>B: x\n".repeat(5_000)),
        "packet-beta\n0-99999999: \"x\"".to_owned(),
    ] {
        assert!(matches!(read(&source), Err(Fault::Undrawn(_))), "{}", &source[..40]);
    }
}

/// Sources nested as deep as they can be within the limit don't exhaust the stack of a worker thread.
#[test]
fn deep_diagrams_do_no_harm() {
    let nested = |head: &str, open: &str, inside: &str, close: &str| {
        let depth = (SOURCE_LIMIT - 100) / (open.len() + close.len());
        format!("{head}\n{}{inside}{}", open.repeat(depth), close.repeat(depth))
    };
    let sources = [
        nested("flowchart TD", "subgraph x\n", "a\n", "end\n"),
        nested("sequenceDiagram", "loop x\n", "A->>B: x\n", "end\n"),
        nested("stateDiagram-v2", "state x {\n", "a\n", "}\n"),
        nested("railroad-ebnf-beta\na = ", "(", "b", ")"),
        nested("block-beta", "block\n", "a\n", "end\n"),
        nested("flowchart TD\na", "(", "x", ")"),
        nested("classDiagram", "namespace x {\n", "class A\n", "}\n"),
        nested("%%{init: ", "{a:", "1", "}"),
        nested("flowchart TD\na@", "{a: ", "1", "}"),
        nested("C4Context", "Boundary(a, b) {\n", "Person(p, x)\n", "}\n"),
        format!("mindmap\n{}", (0..300).map(|depth| format!("{}x\n", " ".repeat(depth))).collect::<Vec<_>>().concat()),
        format!("treeView-beta\n{}", (0..300).map(|depth| format!("{}\"x\"\n", " ".repeat(depth))).collect::<Vec<_>>().concat()),
        format!("flowchart TD\n{}", (0..499).map(|node| format!("a{node} --> a{}\n", node + 1)).collect::<Vec<_>>().concat()),
    ];
    let worker = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let run = move || sources.iter().for_each(|source| drop(read(source)));
    worker.spawn(run).unwrap().join().unwrap();
}
