//! A scene of the engine's as a sketch of ours, with tones of the theme for its colours.
//!
//! Colours that an author set are left out: what they mean on another ground nobody knows, and in the dark they can't be read.

use std::collections::BTreeMap;

use limu::scene::style::{Ink as SceneInk, Look, Resolved, Source, Style, Token};
use limu::scene::text::{Face, Span};
use limu::scene::{Align, Item, Kind, Outline, Painting, Part, Path, Placed, Point, Scene, Step};

use super::clicks;
use crate::diagram::sketch::{Anchor, Ink, Piece, Run, Shape, Sketch, Stroke, Text, Tone};

/// The mark of today's day in a chart: it would change from day to day.
const TODAY: &str = "gantt.today";

/// The number of a message, in a dark circle.
const NUMBER: &str = "sequence.number";

/// Draws what is in a scene.
pub(super) fn sketch(scene: &Scene, source: &str) -> Sketch {
    let links: BTreeMap<String, String> = clicks(source).into_iter().map(|click| (click.id, click.target)).collect();
    let look = Look::default();
    let mut pieces = Vec::new();
    for item in scene.items.iter().filter(|item| item.role.as_str() != TODAY) {
        let looks = look.resolve(item.role.as_str(), &item.style, &Style::default());
        let link = item.id.as_ref().and_then(|id| links.get(id)).filter(|_| item.edge().is_none());
        pieces.extend(link.cloned().map(Piece::Link));
        pieces.extend(item.parts.iter().filter_map(|part| shape(part, &looks)));
        pieces.extend(heads(item, &looks));
        if let Some(placed) = &item.label {
            text(placed, &looks, item.role.as_str() == NUMBER, &mut pieces);
        }
        pieces.extend(link.map(|_| Piece::EndLink));
    }
    Sketch { width: scene.width, height: scene.height, pieces }
}

fn shape(part: &Part, looks: &Resolved) -> Option<Piece> {
    let (fill, line) = match part.paint {
        Painting::FillAndStroke => (Some(looks.fill), Some(looks.stroke)),
        Painting::StrokeOnly => (None, Some(looks.stroke)),
        Painting::FillOnly => (Some(looks.fill), None),
        Painting::Solid => (Some(looks.line), Some(looks.stroke)),
        Painting::Hollow => (Some(looks.hollow), Some(looks.stroke)),
        Painting::Shade => (Some(looks.shade), None),
        Painting::Dot => (Some(looks.marker), None),
    };
    let radius = if let Outline::Box { rounded: true, .. } = part.outline { looks.radius.max(0.0) } else { 0.0 };
    let shape = Shape {
        strokes: strokes(&outline(&part.outline, radius)),
        fill: fill.and_then(|fill| ink(&fill, looks.opacity)),
        line: line.and_then(|line| ink(&line, looks.opacity)).filter(|_| looks.stroke_width > 0.0),
        width: looks.stroke_width,
        dashes: looks.dash.clone(),
    };
    (!shape.strokes.is_empty() && (shape.fill.is_some() || shape.line.is_some())).then_some(Piece::Shape(shape))
}

/// What an edge begins and ends with.
fn heads(item: &Item, looks: &Resolved) -> Vec<Piece> {
    let Kind::Edge(edge) = &item.kind else { return Vec::new() };
    let parts = edge.ends.iter().flatten().flat_map(limu::scene::Marker::outline);
    let head = |part: Part| {
        let (fill, line) = match part.paint {
            Painting::StrokeOnly => (None, Some(looks.stroke)),
            Painting::Hollow => (Some(looks.hollow), Some(looks.stroke)),
            Painting::FillAndStroke => (Some(looks.marker), Some(looks.stroke)),
            _ => (Some(looks.marker), None),
        };
        Piece::Shape(Shape {
            strokes: strokes(&outline(&part.outline, 0.0)),
            fill: fill.and_then(|fill| ink(&fill, looks.opacity)),
            line: line.and_then(|line| ink(&line, looks.opacity)),
            width: looks.stroke_width,
            dashes: Vec::new(),
        })
    };
    parts.map(head).collect()
}

fn outline(outline: &Outline, radius: f64) -> Path {
    match outline {
        Outline::Path(path) => path.clone(),
        Outline::Box { rect, .. } => {
            let mut path = Path::new();
            if rect.w >= 0.0 && rect.h >= 0.0 {
                path.round_rect(*rect, radius.min(rect.w / 2.0).min(rect.h / 2.0));
            }
            path
        }
    }
}

fn strokes(path: &Path) -> Vec<Stroke> {
    let at = |point: Point| (point.x, point.y);
    let stroke = |step| match step {
        Step::MoveTo(a) => Stroke::From(at(a)),
        Step::LineTo(a) => Stroke::To(at(a)),
        Step::QuadTo(a, b) => Stroke::Quadratic(at(a), at(b)),
        Step::CubeTo(a, b, c) => Stroke::Cubic(at(a), at(b), at(c)),
        Step::Close => Stroke::Close,
    };
    path.steps().map(stroke).collect()
}

fn ink(ink: &SceneInk, opacity: f64) -> Option<Ink> {
    if !ink.visible() {
        return None;
    }
    let tone = match ink.paint.source() {
        Source::None => return None,
        Source::Theme(token) => tone(token),
        // Colours that the diagram's source names: `rect rgb(…)`.
        Source::Own(_) => Tone::Frame,
    };
    let share = if matches!(ink.paint.source(), Source::Own(_)) { 1.0 } else { f64::from(ink.paint.opacity()) };
    Some(Ink { tone, opacity: (share * ink.opacity * opacity).clamp(0.0, 1.0) })
}

fn tone(token: Token) -> Tone {
    match token {
        Token::Bg => Tone::Background,
        Token::Fg => Tone::Text,
        Token::Muted => Tone::Muted,
        Token::Line => Tone::Line,
        Token::Surface => Tone::Surface,
        Token::SurfaceAlt => Tone::Frame,
        Token::Border => Tone::Edge,
        Token::Accent => Tone::Accent,
        Token::Critical => Tone::Critical,
        Token::Series(number) => Tone::Series(usize::from(number)),
    }
}

/// The engine writes light on its series, which are strong colours; ours are light, and take dark letters.
fn readable(letters: Ink, looks: &Resolved, is_number: bool) -> Ink {
    let is_on_dark = is_number || ink(&looks.fill, 1.0).is_some_and(|fill| matches!(fill.tone, Tone::Line | Tone::Text | Tone::Muted | Tone::Edge));
    if letters.tone == Tone::Background && !is_on_dark { Ink { tone: Tone::Text, ..letters } } else { letters }
}

/// The lines of a label, each on its base line.
fn text(placed: &Placed, looks: &Resolved, is_number: bool, pieces: &mut Vec<Piece>) {
    let label = &placed.label;
    let Some(letters) = ink(&looks.text, looks.opacity).map(|letters| readable(letters, looks, is_number)) else { return };
    let rim = ink(&looks.halo, 1.0).filter(|_| looks.halo_width > 0.0).map(|rim| Ink { tone: Tone::Background, ..rim });
    let turned = placed.rotate.abs() > f64::EPSILON;
    if turned {
        pieces.push(Piece::Turn { degrees: placed.rotate, about: (placed.at.x, placed.at.y) });
    }
    let anchor = match placed.align {
        Align::Start => Anchor::Start,
        Align::Middle => Anchor::Middle,
        Align::End => Anchor::End,
    };
    let mut base = placed.at.y - label.height / 2.0 + label.line_height / 2.0 + label.size * 0.35;
    for line in &label.lines {
        let runs: Vec<Run> = line.iter().filter(|span| !span.text.is_empty()).map(run).collect();
        if !runs.is_empty() {
            pieces.push(Piece::Text(Text { at: (placed.at.x, base), anchor, size: label.size, ink: letters, rim, runs }));
        }
        base += label.line_height;
    }
    if turned {
        pieces.push(Piece::EndTurn);
    }
}

fn run(span: &Span) -> Run {
    let has = |face| span.face.contains(face);
    Run { words: span.text.clone(), bold: has(Face::BOLD), italic: has(Face::ITALIC), mono: has(Face::MONO) }
}
