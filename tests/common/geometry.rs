//! Faults of a drawing, measured on its SVG: what overlaps, what is cut off, what runs through something.
//!
//! Knows SVG as text and the metrics of fonts. Must not know how drawings are made, or it would repeat their mistakes.

use opsbook::diagram::{FONTS, Font};
use roxmltree::{Document, Node};

type Point = (f64, f64);

/// A box; `x1` and `y1` are its far corner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Area {
    x0: f64,
    y0: f64,
    x1: f64,
    y1: f64,
}

impl Area {
    fn grown(self, by: f64) -> Area {
        Area { x0: self.x0 - by, y0: self.y0 - by, x1: self.x1 + by, y1: self.y1 + by }
    }

    fn meets(self, other: Area) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    fn holds(self, other: Area) -> bool {
        self.x0 <= other.x0 && self.y0 <= other.y0 && self.x1 >= other.x1 && self.y1 >= other.y1
    }

    fn of(points: &[Point]) -> Area {
        let start = Area { x0: f64::MAX, y0: f64::MAX, x1: f64::MIN, y1: f64::MIN };
        points.iter().fold(start, |area, (x, y)| Area { x0: area.x0.min(*x), y0: area.y0.min(*y), x1: area.x1.max(*x), y1: area.y1.max(*y) })
    }

    fn corners(self) -> Vec<Point> {
        vec![(self.x0, self.y0), (self.x1, self.y0), (self.x1, self.y1), (self.x0, self.y1), (self.x0, self.y0)]
    }

    /// Whether a stretch passes through the inside.
    fn is_passed(self, from: Point, to: Point) -> bool {
        let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
        for (start, end, low, high) in [(from.0, to.0, self.x0, self.x1), (from.1, to.1, self.y0, self.y1)] {
            if (end - start).abs() < 1e-9 {
                if start <= low || start >= high {
                    return false;
                }
            } else {
                let (one, other) = ((low - start) / (end - start), (high - start) / (end - start));
                enters = enters.max(one.min(other));
                leaves = leaves.min(one.max(other));
            }
        }
        leaves - enters > 1e-6
    }
}

struct Words {
    text: String,
    class: String,
    area: Area,
    order: usize,
}

struct Shape {
    class: String,
    lines: Vec<Vec<Point>>,
    area: Area,
    order: usize,
}

impl Shape {
    fn is(&self, class: &str) -> bool {
        self.class.split(' ').any(|own| own == class)
    }

    fn stretches(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.lines.iter().flat_map(|line| line.windows(2).map(|pair| (pair[0], pair[1])))
    }

    fn contains(&self, point: Point) -> bool {
        let mut inside = false;
        for ((x0, y0), (x1, y1)) in self.lines.first().into_iter().flat_map(|line| line.windows(2).map(|pair| (pair[0], pair[1]))) {
            if (y0 > point.1) != (y1 > point.1) && point.0 < (x1 - x0) * (point.1 - y0) / (y1 - y0) + x0 {
                inside = !inside;
            }
        }
        inside
    }

    fn distance(&self, point: Point) -> f64 {
        self.stretches().map(|(from, to)| distance(point, from, to)).fold(f64::MAX, f64::min)
    }
}

fn distance(point: Point, from: Point, to: Point) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let square = dx * dx + dy * dy;
    let part = if square < 1e-12 { 0.0 } else { (((point.0 - from.0) * dx + (point.1 - from.1) * dy) / square).clamp(0.0, 1.0) };
    (point.0 - from.0 - part * dx).hypot(point.1 - from.1 - part * dy)
}

/// What is measured on a drawing.
#[derive(Default)]
pub(crate) struct Measured {
    /// Each fault in words, its kind first.
    pub(crate) faults: Vec<String>,
    /// How often two lines cross.
    pub(crate) crossings: usize,
    /// How many lines, texts and boxes there are.
    pub(crate) edges: usize,
    pub(crate) texts: usize,
    pub(crate) boxes: usize,
}

/// Measures an `<svg>` element.
pub(crate) fn measure(svg: &str) -> Measured {
    let mut measured = Measured::default();
    let document = match Document::parse(svg) {
        Ok(document) => document,
        Err(error) => {
            measured.faults.push(format!("not XML: {error}"));
            return measured;
        }
    };
    let root = document.root_element();
    let view: Vec<f64> = root.attribute("viewBox").unwrap_or("0 0 0 0").split(' ').map(|number| number.parse().unwrap_or(0.0)).collect();
    let view = Area { x0: view[0], y0: view[1], x1: view[0] + view[2], y1: view[1] + view[3] };
    let (mut words, mut shapes) = (Vec::new(), Vec::new());
    for (order, node) in root.descendants().enumerate() {
        match node.tag_name().name() {
            "text" => read_text(node, order, &mut words),
            "rect" | "path" => shapes.push(read_shape(node, order)),
            "style" | "script" | "foreignObject" | "image" | "use" => measured.faults.push(format!("forbidden: <{}>", node.tag_name().name())),
            _ => {}
        }
        for attribute in node.attributes() {
            if attribute.name() == "style" || attribute.name().starts_with("on") {
                measured.faults.push(format!("forbidden: {}", attribute.name()));
            }
        }
    }
    measured.texts = words.len();
    measured.boxes = shapes.iter().filter(|shape| is_box(shape)).count();
    measured.edges = shapes.iter().filter(|shape| shape.is("d-edge")).count();
    outside(view, &words, &shapes, &mut measured);
    text_over_text(&words, &mut measured);
    text_over_lines(&words, &shapes, &mut measured);
    through_boxes(&words, &shapes, &mut measured);
    measured.crossings = crossings(&shapes);
    measured
}

fn is_box(shape: &Shape) -> bool {
    shape.is("d-box") || shape.is("d-bare")
}

fn read_text(node: Node<'_, '_>, order: usize, words: &mut Vec<Words>) {
    let class = node.attribute("class").unwrap_or_default();
    let unknown = Font { class: "", size: 16.0, bold: true, leading: 20.0 };
    let font = FONTS.iter().copied().find(|font| font.class == class).unwrap_or(unknown);
    // Lines of one text are elements of their own, a line's end apart: they have the order of the first.
    let gap = node.prev_sibling().filter(|gap| gap.is_text() && gap.text() == Some("\n"));
    let is_next_line = gap.and_then(|gap| gap.prev_sibling()).is_some_and(|before| before.attribute("class") == Some(class));
    let order = words.last().filter(|_| is_next_line).map_or(order, |before| before.order);
    let mut read = |node: Node<'_, '_>| {
        let text = node.text().unwrap_or_default();
        let at = |name: &str| node.attribute(name).and_then(|value| value.parse::<f64>().ok()).unwrap_or(f64::NAN);
        let half = font.width(text) / 2.0;
        let area = Area { x0: at("x") - half, y0: at("y") - 0.77 * font.size, x1: at("x") + half, y1: at("y") + 0.22 * font.size };
        words.push(Words { text: text.to_owned(), class: class.to_owned(), area, order });
    };
    if node.has_attribute("x") {
        read(node);
    }
    node.children().filter(|child| child.has_tag_name("tspan") || child.tag_name().name() == "tspan").for_each(read);
}

fn read_shape(node: Node<'_, '_>, order: usize) -> Shape {
    let at = |name: &str| node.attribute(name).and_then(|value| value.parse::<f64>().ok()).unwrap_or(0.0);
    let lines = if node.tag_name().name() == "rect" {
        vec![Area { x0: at("x"), y0: at("y"), x1: at("x") + at("width"), y1: at("y") + at("height") }.corners()]
    } else {
        flatten(node.attribute("d").unwrap_or_default())
    };
    let points: Vec<Point> = lines.iter().flatten().copied().collect();
    Shape { class: node.attribute("class").unwrap_or_default().to_owned(), area: Area::of(&points), lines, order }
}

/// A path as straight stretches.
fn flatten(data: &str) -> Vec<Vec<Point>> {
    let mut lines: Vec<Vec<Point>> = Vec::new();
    let mut at = (0.0, 0.0);
    for (command, numbers) in commands(data) {
        let relative = command.is_ascii_lowercase();
        let base = if relative { at } else { (0.0, 0.0) };
        let mut add = |lines: &mut Vec<Vec<Point>>, point: Point| {
            lines.last_mut().expect("a path begins with M").push(point);
            at = point;
        };
        match command.to_ascii_uppercase() {
            'M' => {
                at = (base.0 + numbers[0], base.1 + numbers[1]);
                lines.push(vec![at]);
            }
            'L' => add(&mut lines, (base.0 + numbers[0], base.1 + numbers[1])),
            'H' => {
                let y = at.1;
                let point = (base.0 + numbers[0], y);
                lines.last_mut().expect("a path begins with M").push(point);
                at = point;
            }
            'V' => {
                let x = at.0;
                let point = (x, base.1 + numbers[0]);
                lines.last_mut().expect("a path begins with M").push(point);
                at = point;
            }
            'Q' => {
                let (start, control, end) = (at, (numbers[0], numbers[1]), (numbers[2], numbers[3]));
                for step in 1..=8 {
                    let part = f64::from(step) / 8.0;
                    let blend =
                        |start: f64, control: f64, end: f64| start * (1.0 - part).powi(2) + 2.0 * control * part * (1.0 - part) + end * part * part;
                    let point = (blend(start.0, control.0, end.0), blend(start.1, control.1, end.1));
                    lines.last_mut().expect("a path begins with M").push(point);
                }
                at = end;
            }
            'A' => {
                let end = (base.0 + numbers[5], base.1 + numbers[6]);
                let points = arc(at, end, numbers[0], numbers[1], numbers[4] > 0.5);
                lines.last_mut().expect("a path begins with M").extend(points);
                at = end;
            }
            'Z' => {
                let first = lines.last().expect("a path begins with M")[0];
                lines.last_mut().expect("a path begins with M").push(first);
                at = first;
            }
            other => panic!("the path has {other}: {data}"),
        }
    }
    lines
}

/// An elliptic arc of at most half a turn, as points.
fn arc(from: Point, to: Point, rx: f64, ry: f64, sweep: bool) -> Vec<Point> {
    // On the unit circle: halve the chord, find the centre.
    let (dx, dy) = ((from.0 - to.0) / 2.0 / rx, (from.1 - to.1) / 2.0 / ry);
    let half = (dx * dx + dy * dy).min(1.0);
    let away = ((1.0 - half).max(0.0) / half.max(1e-12)).sqrt() * if sweep { 1.0 } else { -1.0 };
    let (middle_x, middle_y) = (f64::midpoint(from.0, to.0) / rx, f64::midpoint(from.1, to.1) / ry);
    let (centre_x, centre_y) = (middle_x + away * dy, middle_y - away * dx);
    let start = (from.1 / ry - centre_y).atan2(from.0 / rx - centre_x);
    let mut turn = (to.1 / ry - centre_y).atan2(to.0 / rx - centre_x) - start;
    if sweep && turn < 0.0 {
        turn += std::f64::consts::TAU;
    }
    if !sweep && turn > 0.0 {
        turn -= std::f64::consts::TAU;
    }
    (1..=12).map(|step| start + turn * f64::from(step) / 12.0).map(|angle| ((centre_x + angle.cos()) * rx, (centre_y + angle.sin()) * ry)).collect()
}

fn commands(data: &str) -> Vec<(char, Vec<f64>)> {
    let mut commands: Vec<(char, Vec<f64>)> = Vec::new();
    let mut number = String::new();
    let flush = |number: &mut String, commands: &mut Vec<(char, Vec<f64>)>| {
        if !number.is_empty() {
            commands.last_mut().expect("a path begins with M").1.push(number.parse().expect("a number"));
            number.clear();
        }
    };
    for letter in data.chars() {
        match letter {
            '0'..='9' | '.' => number.push(letter),
            '-' => {
                flush(&mut number, &mut commands);
                number.push('-');
            }
            ' ' | ',' => flush(&mut number, &mut commands),
            command => {
                flush(&mut number, &mut commands);
                commands.push((command, Vec::new()));
            }
        }
    }
    flush(&mut number, &mut commands);
    commands
}

fn outside(view: Area, words: &[Words], shapes: &[Shape], measured: &mut Measured) {
    for word in words.iter().filter(|word| !view.holds(word.area)) {
        measured.faults.push(format!("text outside: '{}' {:?} of {view:?}", word.text, word.area));
    }
    for shape in shapes.iter().filter(|shape| !shape.lines.is_empty() && !view.holds(shape.area.grown(-0.1))) {
        measured.faults.push(format!("shape outside: {} {:?} of {view:?}", shape.class, shape.area));
    }
}

fn text_over_text(words: &[Words], measured: &mut Measured) {
    for (index, word) in words.iter().enumerate() {
        for other in words.iter().skip(index + 1).filter(|other| word.area.grown(-0.2).meets(other.area.grown(-0.2))) {
            measured.faults.push(format!("text over text: '{}' and '{}'", word.text, other.text));
        }
    }
}

/// Text on a border or a line. A box that is painted over a border hides it; nothing excuses a line.
fn text_over_lines(words: &[Words], shapes: &[Shape], measured: &mut Measured) {
    for word in words {
        let area = word.area.grown(-0.4);
        for shape in shapes.iter().filter(|shape| !shape.is("d-ground") && !shape.is("d-bare") && shape.area.grown(1.0).meets(area)) {
            if !shape.stretches().any(|(from, to)| area.is_passed(from, to)) {
                continue;
            }
            let is_line = shape.is("d-edge") || shape.is("d-tip") || shape.is("d-end") || shape.is("d-tie");
            let covers = |cover: &Shape| {
                (cover.is("d-badge") || cover.is("d-plate")) && cover.order > shape.order && cover.order < word.order && cover.area.holds(word.area)
            };
            if is_line || !shapes.iter().any(covers) {
                measured.faults.push(format!("text over line: '{}' ({}) {:?} on {} {:?}", word.text, word.class, word.area, shape.class, shape.area));
            }
        }
    }
}

fn through_boxes(words: &[Words], shapes: &[Shape], measured: &mut Measured) {
    let boxes: Vec<&Shape> = shapes.iter().filter(|shape| is_box(shape) && !shape.lines.is_empty()).collect();
    for (index, one) in boxes.iter().enumerate() {
        for other in boxes.iter().skip(index + 1).filter(|other| one.area.grown(-0.5).meets(other.area.grown(-0.5))) {
            measured.faults.push(format!("box over box: {:?} and {:?}", one.area, other.area));
        }
    }
    let firm: Vec<&Shape> = shapes.iter().filter(|shape| shape.is("d-head") || shape.is("d-badge") || shape.is("d-plate")).collect();
    for edge in shapes.iter().filter(|shape| shape.is("d-edge") || shape.is("d-tie")) {
        for (from, to) in edge.stretches() {
            let stretch = Area::of(&[from, to]).grown(0.1);
            for shape in boxes.iter().filter(|shape| shape.area.meets(stretch)) {
                let steps = ((to.0 - from.0).hypot(to.1 - from.1) / 2.0).ceil().max(1.0);
                let inside = (0..=steps as u32)
                    .map(|step| f64::from(step) / steps)
                    .map(|part| (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part));
                if inside.filter(|point| shape.contains(*point)).any(|point| shape.distance(point) > 1.5) {
                    measured.faults.push(format!("line through box: {:?}-{:?} through {:?}", from, to, shape.area));
                }
            }
            for shape in firm.iter().filter(|shape| shape.area.grown(-0.6).is_passed(from, to)) {
                measured.faults.push(format!("line through {}: {:?}-{:?} through {:?}", shape.class, from, to, shape.area));
            }
        }
        // A line that ends in the open.
        for line in &edge.lines {
            for end in [line.first(), line.last()].into_iter().flatten() {
                let at_box = boxes.iter().any(|shape| shape.contains(*end) || shape.distance(*end) < 7.0);
                let at_label = words.iter().any(|word| word.class == "d-label" && holds(whole(words, word.order).grown(9.0), *end));
                if !at_box && !at_label {
                    measured.faults.push(format!("line ends nowhere: {end:?}"));
                }
            }
        }
    }
}

/// All lines of one text.
fn whole(words: &[Words], order: usize) -> Area {
    let corners = words.iter().filter(|word| word.order == order).flat_map(|word| word.area.corners()).collect::<Vec<_>>();
    Area::of(&corners)
}

fn holds(area: Area, point: Point) -> bool {
    area.x0 <= point.0 && point.0 <= area.x1 && area.y0 <= point.1 && point.1 <= area.y1
}

/// How often lines of two edges cross.
fn crossings(shapes: &[Shape]) -> usize {
    let stretches: Vec<(usize, Point, Point)> = shapes
        .iter()
        .enumerate()
        .filter(|(_, shape)| shape.is("d-edge"))
        .flat_map(|(index, shape)| shape.stretches().map(move |(from, to)| (index, from, to)))
        .collect();
    let side = |from: Point, to: Point, point: Point| (to.0 - from.0) * (point.1 - from.1) - (to.1 - from.1) * (point.0 - from.0);
    let crosses = |one: &(usize, Point, Point), other: &(usize, Point, Point)| {
        one.0 != other.0
            && side(one.1, one.2, other.1) * side(one.1, one.2, other.2) < -1e-6
            && side(other.1, other.2, one.1) * side(other.1, other.2, one.2) < -1e-6
    };
    stretches.iter().enumerate().map(|(index, one)| stretches.iter().skip(index + 1).filter(|other| crosses(one, other)).count()).sum()
}
