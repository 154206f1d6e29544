//! Random processes and graphs; the same seed gives the same.
//!
//! Knows the inputs of diagrams. Must not know how they are drawn.
#![allow(dead_code, reason = "each program uses a part of it")]

use opsbook::diagram::{Edge, Graph, Group, Head, Lane, Line, Node, Passage, Shape, Step, Swimlane, TowardsSide, Way};

const WORDS: &[&str] = &[
    "deploys",
    "the",
    "service",
    "to",
    "testnet",
    "and",
    "watches",
    "it",
    "for",
    "an",
    "hour",
    "restore",
    "a",
    "backup",
    "on-call",
    "WWWWWW",
    "iiii",
    "certificates",
    "Größe",
    "naïve",
    "Развернуть",
    "сервис",
    "έλεγχος",
    "部署到測試網路",
    "テスト環境で確認する",
    "테스트",
    "🚀",
    "👩‍🚒",
    "انشر",
    "الخدمة",
    "בודקים",
    "את",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "https://example.org/a/long/address",
    "x",
];

/// Marsaglia's xorshift.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..8 {
            random.below(2);
        }
        random
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % u64::try_from(limit.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn text(&mut self, most: usize) -> String {
        let words: Vec<&str> = (0..self.below(most + 1)).filter_map(|_| WORDS.get(self.below(WORDS.len())).copied()).collect();
        words.join(if self.one_in(12) { "\n" } else { " " })
    }

    fn of<T: Copy + Default>(&mut self, all: &[T]) -> T {
        all.get(self.below(all.len())).copied().unwrap_or_default()
    }
}

/// A process with up to 12 lanes and 40 steps.
pub(crate) fn process(seed: u64) -> Swimlane {
    let mut random = Random::new(seed);
    let (lanes, steps) = (1 + random.below(12), 1 + random.below(40));
    let lane = |index: usize, random: &mut Random| Lane { name: random.text(3), hue: index, href: random.one_in(2).then(|| "#lane".to_owned()) };
    let mut process = Swimlane { lanes: (0..lanes).map(|index| lane(index, &mut random)).collect(), ..Swimlane::default() };
    for index in 0..steps {
        let count = if random.one_in(6) { random.below(4) } else { 1 };
        process.steps.push(Step {
            number: if random.one_in(15) { format!("{index}.2.1b") } else { (index + 1).to_string() },
            lanes: (0..count).map(|_| random.below(lanes)).collect(),
            text: random.text(10),
            note: if random.one_in(2) { random.text(2) } else { String::new() },
            href: random.one_in(2).then(|| format!("#step-{index}")),
            is_decision: random.one_in(5),
        });
        let next = Passage { from: index, to: index + 1, label: if random.one_in(8) { random.text(2) } else { String::new() }, way: Way::Next };
        if index + 1 < steps && !random.one_in(15) {
            process.passages.push(next);
        }
    }
    for _ in 0..random.below(steps + 3) {
        let (from, to) = (random.below(steps), random.below(steps));
        let way = if to <= from { Way::Back } else { Way::Skip };
        process.passages.push(Passage { from, to, label: random.text(3), way });
    }
    process
}

/// A graph with up to 60 nodes.
pub(crate) fn graph(seed: u64) -> Graph {
    let mut random = Random::new(seed ^ 0xABCD_EF01);
    let count = 1 + random.below(60);
    let groups = if random.one_in(2) { 0 } else { random.below(6) };
    let mut graph = Graph {
        towards: random.of(&[TowardsSide::Bottom, TowardsSide::Bottom, TowardsSide::Right, TowardsSide::Top, TowardsSide::Left]),
        ..Graph::default()
    };
    for index in 0..groups {
        let parent = (index > 0 && random.one_in(3)).then(|| random.below(index));
        graph.groups.push(Group { title: random.text(3), parent });
    }
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
    for index in 0..count {
        // Groups hold what belongs together, mostly.
        let own = if random.one_in(8) { random.below(groups.max(1)) } else { index * groups / count };
        let group = (groups > 0 && !random.one_in(4)).then_some(own);
        let shape = if random.one_in(2) { Shape::Rounded } else { random.of(&shapes) };
        graph.nodes.push(Node {
            label: random.text(6),
            shape,
            group,
            href: random.one_in(3).then(|| "a.html".to_owned()),
            hue: random.one_in(3).then(|| random.below(20)),
        });
    }
    for _ in 0..random.below(count + count / 2 + 2) {
        let from = random.below(count);
        // Mostly to what comes soon, as in flows that people write.
        let to = if random.one_in(6) { random.below(count) } else { (from + 1 + random.below(4)).min(count - 1) };
        graph.edges.push(Edge {
            from,
            to,
            label: if random.one_in(4) { random.text(3) } else { String::new() },
            line: random.of(&[Line::Solid, Line::Solid, Line::Dotted, Line::Thick, Line::Invisible]),
            tail: random.of(&[Head::None, Head::None, Head::Arrow, Head::Circle]),
            head: random.of(&[Head::Arrow, Head::Arrow, Head::None, Head::Circle, Head::Cross]),
        });
    }
    graph
}
