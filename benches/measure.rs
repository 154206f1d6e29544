//! Draws the graphs of benches/diagrams.py and says what each costs: `cargo run --release --example measure -- FOLDER`.
//!
//! Writes for each graph NAME.svg, and NAME.dot and NAME.mmd for other programs; prints `NAME nodes edges milliseconds bytes width height`.
//! The graphs are made here, by a generator with a seed, so that each run draws the same.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a program for the terminal, which measures time")]

mod random;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use opsbook::diagram::{Caption, Edge, Graph, Head, Node, Shape};
use random::Random;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    for (name, graph) in graphs() {
        let caption = Caption { prefix: name, title: name, description: "" };
        let mut drawing = graph.draw(caption);
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..5 {
            let start = Instant::now();
            drawing = graph.draw(caption);
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        let median = times.get(2).copied().unwrap_or_default();
        println!("{name} {} {} {median:.2} {} {} {}", graph.nodes.len(), graph.edges.len(), drawing.svg.len(), drawing.width, drawing.height);
        std::fs::write(folder.join(format!("{name}.svg")), &drawing.svg)?;
        let (mut dot, mut mermaid) = (
            "digraph { node [shape=box fontsize=10 fontname=\"DejaVu Sans\"]; edge [fontsize=9]; splines=SPLINES;\n".to_owned(),
            "flowchart TD\n".to_owned(),
        );
        for (index, node) in graph.nodes.iter().enumerate() {
            let _ = writeln!(dot, "n{index} [label=\"{}\"];", node.label);
            let _ = writeln!(mermaid, "  n{index}[\"{}\"]", node.label);
        }
        for edge in &graph.edges {
            let label = if edge.label.is_empty() { String::new() } else { format!(" [label=\"{}\"]", edge.label) };
            let _ = writeln!(dot, "n{} -> n{}{label};", edge.from, edge.to);
            let label = if edge.label.is_empty() { String::new() } else { format!("|{}|", edge.label) };
            let _ = writeln!(mermaid, "  n{} -->{label} n{}", edge.from, edge.to);
        }
        std::fs::write(folder.join(format!("{name}.dot")), dot + "}\n")?;
        std::fs::write(folder.join(format!("{name}.mmd")), mermaid)?;
    }
    Ok(())
}

fn graphs() -> Vec<(&'static str, Graph)> {
    vec![
        ("decision12", flow(12, 3, 1, 1)),
        ("flow25", flow(25, 8, 2, 2)),
        ("flow50", flow(50, 15, 4, 3)),
        ("tree60", flow(60, 0, 0, 4)),
        ("dense30", flow(30, 40, 0, 5)),
        ("cycles40", flow(40, 5, 15, 6)),
        ("flow100", flow(100, 30, 6, 7)),
        ("flow500", flow(490, 10, 0, 8)),
    ]
}

/// A tree of `nodes`, with more edges to nodes that come soon, and `back` ones to nodes before; some with labels.
fn flow(nodes: usize, more: usize, back: usize, seed: u64) -> Graph {
    let mut random = Random::new(seed);
    let node = |index: usize| Node {
        label: format!("Step {index}"),
        shape: if index % 5 == 3 { Shape::Diamond } else { Shape::Rounded },
        ..Node::default()
    };
    let mut graph = Graph { nodes: (0..nodes).map(node).collect(), ..Graph::default() };
    let mut connect =
        |from: usize, to: usize, label: &str| graph.edges.push(Edge { from, to, label: label.to_owned(), head: Head::Arrow, ..Edge::default() });
    for index in 1..nodes {
        let near = index.min(6);
        let from = index - 1 - random.below(near);
        connect(from, index, if from % 5 == 3 { "yes" } else { "" });
    }
    for _ in 0..more {
        let from = random.below(nodes - 2);
        connect(from, (from + 2 + random.below(7)).min(nodes - 1), "");
    }
    for _ in 0..back {
        let from = nodes / 3 + random.below(nodes - nodes / 3);
        connect(from, from - 1 - random.below(nodes / 3 - 1), if random.below(2) == 0 { "again" } else { "" });
    }
    graph
}
