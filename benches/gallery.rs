//! Writes a page with drawings of every kind, for looking at: `cargo run --example gallery -- FILE.html`.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    reason = "a program for those who work on drawings, with fixed inputs"
)]

use std::fmt::Write as _;

use opsbook::diagram::{Caption, Drawing, Edge, Graph, Group, Head, Lane, Line, Node, Passage, Shape, Step, Swimlane, TowardsSide, Way};

fn main() {
    let path = std::env::args().nth(1).unwrap_or_else(|| "gallery.html".to_owned());
    let mut page = String::from("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Drawings</title><style>");
    page.push_str(concat!(
        include_str!("../themes/css/base/tokens.css"),
        include_str!("../themes/css/base/frame.css"),
        include_str!("../themes/css/base/text.css")
    ));
    page.push_str(include_str!("../themes/css/blocks/process.css"));
    page.push_str(include_str!("../themes/css/blocks/diagram.css"));
    let hues = ["blue", "brown", "purple", "teal", "crimson", "olive"];
    for index in 0..12 {
        let hue = hues[index % 6];
        let _ = write!(page, ".hue-{index}{{--hue:var(--{hue});--hue-bg:color-mix(in srgb,var(--{hue}) 14%,var(--bg))}}");
    }
    page.push_str("body{padding:1rem}</style>");
    for (index, (title, drawing)) in drawings().into_iter().enumerate() {
        let _ = write!(
            page,
            "<h2 id=\"h{index}\">{title} ({} × {}, {} bytes)</h2><figure class=\"drawing\" tabindex=\"0\">{}</figure>",
            drawing.width,
            drawing.height,
            drawing.svg.len(),
            drawing.svg
        );
    }
    std::fs::write(path, page).expect("the page can be written");
}

fn drawings() -> Vec<(&'static str, Drawing)> {
    let mut drawings = Vec::new();
    let mut number = 0;
    let mut caption = |title: &'static str| {
        number += 1;
        (title, format!("d{number}"))
    };
    for (title, process) in processes() {
        let (title, prefix) = caption(title);
        drawings.push((title, process.draw(Caption { prefix: &prefix, title, description: "" })));
    }
    for (title, graph) in graphs() {
        let (title, prefix) = caption(title);
        drawings.push((title, graph.draw(Caption { prefix: &prefix, title, description: "" })));
    }
    drawings
}

/// A process of lines like `0+2 text | note`, with `?` at the end of a decision's text, and of jumps.
fn process(lanes: &[&str], steps: &[&str], jumps: &[(usize, usize, &str)]) -> Swimlane {
    let lane = |(index, name): (usize, &&str)| Lane { name: (*name).to_owned(), hue: index, href: Some("#h0".to_owned()) };
    let step = |(index, line): (usize, &&str)| {
        let (who, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (text, note) = rest.split_once(" | ").unwrap_or((rest, ""));
        Step {
            number: (index + 1).to_string(),
            lanes: who.split('+').filter_map(|lane| lane.parse().ok()).collect(),
            text: text.to_owned(),
            note: note.to_owned(),
            href: Some(format!("#step-{}", index + 1)),
            is_decision: text.ends_with(['?', '؟', '？']),
        }
    };
    let jump = |(from, to, label): &(usize, usize, &str)| {
        let way = if to <= from {
            Way::Back
        } else if *to == from + 1 {
            Way::Next
        } else {
            Way::Skip
        };
        Passage { from: from - 1, to: to - 1, label: (*label).to_owned(), way }
    };
    let leaves: Vec<usize> = jumps.iter().filter(|(_, _, label)| !label.is_empty()).map(|(from, _, _)| *from).collect();
    let mut passages: Vec<Passage> = (1..steps.len())
        .filter(|from| !leaves.contains(from))
        .map(|from| Passage { from: from - 1, to: from, label: String::new(), way: Way::Next })
        .collect();
    passages.extend(jumps.iter().map(jump));
    Swimlane { lanes: lanes.iter().enumerate().map(lane).collect(), steps: steps.iter().enumerate().map(step).collect(), passages }
}

fn processes() -> Vec<(&'static str, Swimlane)> {
    vec![
        (
            "A release",
            process(
                &["Stakeholders", "Ops lead", "Dev architect", "Developers", "OPS team", "QA team"],
                &[
                    "0 Agree which service comes next, and after which | Tracker",
                    "1 Opens an issue in the repository of operations | GitHub",
                    "2 Writes the specification of code and tests | GitHub",
                    "3 Split the work into stories of the right repository | GitHub",
                    "3 Build it on devnet and write the docs for users | GitHub",
                    "3 Hand over to OPS in their repository | GitHub",
                    "4 Deploys to testnet, adds monitoring and documents both | Gitea",
                    "4 Marks the issue as ready for tests | GitHub",
                    "5 Tests on testnet: does it pass? | GitHub",
                    "1 Opens a story for a review by stakeholders | Tracker",
                    "0+2 Review and close the story | Tracker",
                    "1 Opens the issue for mainnet | GitHub",
                    "4 Releases on mainnet, in the week's first half | GitHub",
                    "5 Verifies on mainnet and closes the issue | GitHub",
                    "1+2 Close the story | Tracker",
                ],
                &[(9, 5, "no"), (9, 10, "yes")],
            ),
        ),
        (
            "Twenty steps and branches",
            process(
                &["Support", "On-call", "Platform", "Security"],
                &[
                    "0 Takes the report",
                    "0 Is it an incident?",
                    "1 Opens the incident channel | Chat",
                    "1 How bad is it?",
                    "2 Freezes deployments",
                    "3 Collects evidence",
                    "2 Restores from backup",
                    "1 Does it serve again?",
                    "1 Writes an update for customers | Status page",
                    "0 Answers the ticket | Desk",
                    "2 Adds a check",
                    "3 Is data lost?",
                    "3 Informs those concerned",
                    "1 Plans the review",
                    "0+1+2+3 Review the incident",
                    "2 Files the actions | Tracker",
                    "2 Are all done?",
                    "1 Closes the incident",
                    "0 Closes the ticket | Desk",
                    "0+3 Archive the evidence",
                ],
                &[
                    (2, 10, "no"),
                    (2, 3, "yes"),
                    (4, 5, "all is down"),
                    (4, 7, "a part"),
                    (4, 9, "nobody notices"),
                    (8, 7, "no"),
                    (8, 9, "yes"),
                    (12, 13, "yes"),
                    (12, 14, "no"),
                    (17, 16, "not yet"),
                    (17, 18, "yes"),
                    (16, 16, ""),
                ],
            ),
        ),
        (
            "Nine lanes",
            process(
                &[
                    "Product",
                    "Design",
                    "Architecture",
                    "Backend engineers",
                    "Frontend engineers",
                    "Quality assurance",
                    "Platform engineering",
                    "Security",
                    "Support",
                ],
                &[
                    "0 Writes the brief",
                    "1 Draws the screens",
                    "2 Reviews the brief",
                    "3 Build the interface",
                    "4 Build the screens",
                    "5 Test both: do they work together?",
                    "6 Deploy to staging",
                    "7 Scans the images",
                    "8 Writes the help",
                    "0+8 Announce it",
                ],
                &[(6, 4, "no"), (6, 7, "yes"), (1, 6, "small change")],
            ),
        ),
        (
            "Long words",
            process(
                &["Donaudampfschifffahrtsgesellschaft", "Infrastrukturverantwortliche", "Ops"],
                &[
                    "0 Genehmigt die Rechtsschutzversicherungsgesellschaften",
                    "1 https://example.org/a/very/long/address/without/any/place/to/break/it",
                    "2 Ok? | Kraftfahrzeughaftpflichtversicherung",
                ],
                &[(3, 1, "Wiederholungsnotwendigkeit"), (3, 2, "nein")],
            ),
        ),
        (
            "Right to left",
            process(
                &["מפעילים", "מפתחים", "فريق الجودة"],
                &["0 פותחים כרטיס חדש במערכת | GitHub", "1 כותבים את הקוד ואת הבדיקות", "2 هل نجح الاختبار؟", "0 סוגרים את הכרטיס"],
                &[(3, 2, "لا"), (3, 4, "نعم")],
            ),
        ),
        (
            "CJK",
            process(
                &["运维团队", "開発者", "품질 관리"],
                &["0 在测试网络上部署新版本并添加监控", "1 テスト環境で動作を確認し、結果を記録する", "2 테스트를 통과했습니까？", "0 关闭工单 🚀"],
                &[(3, 2, "아니요"), (3, 4, "예")],
            ),
        ),
        ("One step", process(&["Ops"], &["0 Restart it"], &[])),
    ]
}

/// A graph of lines like `a -> b: label`, by the names of nodes.
fn graph(towards: TowardsSide, lines: &[&str]) -> Graph {
    let mut graph = Graph { towards, ..Graph::default() };
    let index = |graph: &mut Graph, name: &str| {
        let label = name.trim();
        graph.nodes.iter().position(|node| node.label == label).unwrap_or_else(|| {
            let shape = if label.ends_with('?') { Shape::Diamond } else { Shape::Rounded };
            graph.nodes.push(Node { label: label.to_owned(), shape, ..Node::default() });
            graph.nodes.len() - 1
        })
    };
    for line in lines {
        let (ends, label) = line.split_once(": ").unwrap_or((line, ""));
        let (from, to) = ends.split_once(" -> ").unwrap_or((ends, ends));
        let (from, to) = (index(&mut graph, from), index(&mut graph, to));
        if ends.contains(" -> ") {
            graph.edges.push(Edge { from, to, label: label.to_owned(), head: Head::Arrow, ..Edge::default() });
        }
    }
    graph
}

fn graphs() -> Vec<(&'static str, Graph)> {
    let shapes = [
        Shape::Rectangle,
        Shape::Rounded,
        Shape::Stadium,
        Shape::Subroutine,
        Shape::Cylinder,
        Shape::Circle,
        Shape::DoubleCircle,
        Shape::Diamond,
        Shape::Hexagon,
        Shape::Parallelogram,
        Shape::ParallelogramBack,
        Shape::Trapezoid,
        Shape::TrapezoidInverted,
        Shape::Flag,
        Shape::Document,
        Shape::Text,
    ];
    let mut all = Graph::default();
    for (index, shape) in shapes.into_iter().enumerate() {
        all.nodes.push(Node {
            label: format!("{shape:?} of some words"),
            shape,
            hue: Some(index),
            href: (index % 2 == 0).then(|| "#h0".to_owned()),
            ..Node::default()
        });
        if index >= 4 {
            let line = [Line::Solid, Line::Dotted, Line::Thick][index % 3];
            let head = [Head::Arrow, Head::Circle, Head::Cross, Head::None][index % 4];
            all.edges.push(Edge {
                from: index - 4,
                to: index,
                line,
                head,
                tail: if index % 5 == 0 { Head::Arrow } else { Head::None },
                label: if index % 3 == 0 { "then".to_owned() } else { String::new() },
            });
        }
    }
    let mut groups = graph(
        TowardsSide::Right,
        &[
            "Client -> Gateway: HTTPS",
            "Gateway -> Accounts",
            "Gateway -> Orders",
            "Orders -> Queue",
            "Queue -> Worker",
            "Worker -> Store: writes",
            "Accounts -> Store",
            "Worker -> Queue: retries",
            "Orders -> Orders: polls",
        ],
    );
    groups.groups = vec![
        Group { title: "Cluster".to_owned(), parent: None },
        Group { title: "Services of the shop".to_owned(), parent: Some(0) },
        Group { title: "Data".to_owned(), parent: None },
    ];
    for (node, group) in [(1, 0), (2, 1), (3, 1), (4, 0), (5, 0), (6, 2)] {
        groups.nodes[node].group = Some(group);
    }
    groups.nodes[6].shape = Shape::Cylinder;
    let mut down = groups.clone();
    down.towards = TowardsSide::Bottom;
    let big: Vec<String> = (1..100usize)
        .flat_map(|node| {
            [
                format!("node {} -> node {node}", (node - 1) / 2),
                if node % 9 == 0 { format!("node {node} -> node {}: again", node / 3) } else { format!("node {node}") },
            ]
        })
        .collect();
    let big: Vec<&str> = big.iter().map(String::as_str).collect();
    vec![
        ("A chain", graph(TowardsSide::Right, &["Lint -> Test", "Test -> Build", "Build -> Deploy"])),
        (
            "A long chain",
            graph(
                TowardsSide::Right,
                &[
                    "Design -> Write the code",
                    "Write the code -> Review by a second developer",
                    "Review by a second developer -> Merge: approved",
                    "Merge -> Build",
                    "Build -> Deploy to devnet",
                    "Deploy to devnet -> Test: nightly",
                    "Test -> Release",
                ],
            ),
        ),
        ("Down", graph(TowardsSide::Bottom, &["Take the call -> Find the runbook", "Find the runbook -> Follow it"])),
        (
            "A decision",
            graph(
                TowardsSide::Bottom,
                &[
                    "Alert -> Is it real?",
                    "Is it real? -> Is the service down?: yes",
                    "Is it real? -> Mute it: no",
                    "Is the service down? -> Page the on-call: yes",
                    "Is the service down? -> Open a ticket: no",
                    "Page the on-call -> Does it serve?",
                    "Does it serve? -> Page the on-call: no, after ten minutes of waiting",
                    "Does it serve? -> Write the report: yes",
                    "Open a ticket -> Write the report",
                    "Mute it -> Mute it: each week",
                ],
            ),
        ),
        ("All shapes", all),
        ("Groups to the right", groups),
        ("Groups down", down),
        ("Upwards", graph(TowardsSide::Top, &["roots -> trunk", "trunk -> left branch: grows", "trunk -> right branch", "alone"])),
        ("To the left", graph(TowardsSide::Left, &["source -> middle", "middle -> end: then", "end -> source"])),
        (
            "Scripts",
            graph(
                TowardsSide::Bottom,
                &[
                    "部署到測試網 -> 通过了吗?",
                    "通过了吗? -> שחרור לייצור: כן",
                    "通过了吗? -> 部署到測試網: 不",
                    "a\u{202e}b<script>alert(1)</script> -> 部署到測試網",
                ],
            ),
        ),
        ("A hundred nodes", graph(TowardsSide::Bottom, &big)),
    ]
}
