//! Processes: the swimlane, the head of each step with its piece of the rail, the table of hand-offs.

use std::fmt::Write;

use super::super::drawn::Drawn;
use super::super::entity_href;
use super::super::escape::{attribute, fragment, text};
use crate::blocks::process::{Actor, Process, Step, Target};
use crate::diagram::{Caption, Lane, Passage, Step as Box, Swimlane, Way};
use crate::handbook::{Entity, Handbook, Page};

/// Hues of the palette; later roles take them once more, with a ring for a dot.
const HUES: usize = 12;
/// The rail has room for so many roles; with more, every step has its mark at the edge.
const RAIL_LIMIT: usize = 24;
/// Larger processes are read as a list.
const DRAWN_STEPS: usize = 100;
const DRAWN_LANES: usize = 16;
/// Rows of a table of hand-offs.
const HAND_OFFS: usize = 200;

/// Where the page of an actor's role lies.
fn role_href(handbook: &Handbook, page: &Page, actor: &Actor) -> Option<String> {
    entity_href(handbook, page, Entity::Role(actor.role?))
}

/// The class of an actor's hue.
fn hue(actor: usize) -> String {
    let ring = if actor / HUES % 2 == 1 { " ring" } else { "" };
    format!("hue-{}{ring}", actor % HUES)
}

fn linked(href: Option<String>, words: &str) -> String {
    match href {
        Some(href) => format!("<a href=\"{}\">{}</a>", attribute(&href), text(words)),
        None => text(words),
    }
}

/// What stands before the list: its opening tags, and who acts. The drawing goes between.
pub(in super::super) fn opening(process: &Process, has_drawing: bool) -> (String, String) {
    let drawn = if has_drawing { " has-swimlane" } else { "" };
    let rail = if process.actors.len() > RAIL_LIMIT { "lanes-many".to_owned() } else { format!("lanes-{}", process.actors.len()) };
    let name = attribute(&process.title);
    let before = format!("<div class=\"process broad {rail}{drawn}\" role=\"group\" aria-label=\"Process: {name}\">\n");
    let mut after = String::from("<ul class=\"process-legend\" aria-label=\"Who acts\">");
    for (index, actor) in process.actors.iter().enumerate() {
        // Writing to a string can't fail.
        let _ = write!(after, "<li class=\"{}\">{}</li>", hue(index), text(&actor.name));
    }
    after.push_str("</ul>\n");
    let first = process.steps.first().map_or(1, |step| step.number);
    let start = if first == 1 { String::new() } else { format!(" start=\"{first}\"") };
    let _ = writeln!(after, "<ol class=\"steps\"{start}>");
    (before, after)
}

/// What opens the figure of the drawing, which scrolls.
pub(in super::super) fn swimlane(process: &Process) -> String {
    let name = attribute(&process.title);
    format!("<figure class=\"diagram-figure swimlane\"><div class=\"diagram-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Swimlane: {name}\">")
}

/// The opening of a step: its item, its piece of the rail, its head.
pub(in super::super) fn step(handbook: &Handbook, page: &Page, process: &Process, index: usize) -> String {
    let Some(step) = process.steps.get(index) else { return String::from("<li>") };
    let own = step.actors.first().copied();
    let next = process.steps.get(index + 1).and_then(|next| next.actors.first().copied());
    let before = index > 0;
    let lane = own.or(next).unwrap_or(0);
    let mut classes = format!("step at-{} {}", lane % RAIL_LIMIT, hue(lane));
    if own.is_none() {
        classes.push_str(" nobody");
    }
    if let Some(next) = next.or_else(|| (index + 1 < process.steps.len()).then_some(lane)) {
        let way = match next.cmp(&lane) {
            std::cmp::Ordering::Less => "back",
            std::cmp::Ordering::Equal => "on",
            std::cmp::Ordering::Greater => "forth",
        };
        let _ = write!(classes, " to-{} goes-{way}", next % RAIL_LIMIT);
    }
    if before {
        classes.push_str(" follows");
    }
    let anchor = attribute(&step.anchor);
    let others = step.actors.iter().skip(1).map(|other| format!("<i class=\"also at-{} {}\"></i>", other % RAIL_LIMIT, hue(*other)));
    let mut html = format!(
        "<li class=\"{classes}\" id=\"{anchor}\" value=\"{number}\"><span class=\"rail\" aria-hidden=\"true\"><i class=\"line\"></i>{others}<i class=\"dot\"></i></span>\
<div class=\"step-head\"><a class=\"step-number\" href=\"#{href}\" aria-label=\"Link to step {number}\">{number}</a>",
        number = step.number,
        href = fragment(&step.anchor),
        others = others.collect::<String>(),
    );
    let actor = |(place, index): (usize, &usize)| {
        let actor: Option<&Actor> = process.actors.get(*index);
        let name = actor.map_or(String::new(), |actor| linked(role_href(handbook, page, actor), &actor.name));
        let plus = if place > 0 { " + " } else { " " };
        format!("{plus}<b class=\"actor {}\">{name}</b>", hue(*index))
    };
    html.extend(step.actors.iter().enumerate().map(actor));
    for platform in &step.platforms {
        let name = linked(platform.entry.and_then(|entry| entity_href(handbook, page, Entity::Platform(entry))), &platform.name);
        let _ = write!(html, " <span class=\"chip\">{name}</span>");
    }
    for condition in short_conditions(page, step) {
        let _ = write!(html, " <span class=\"chip condition\">{}</span>", text(condition));
    }
    html.push_str("</div><div class=\"step-text\">");
    html
}

/// The conditions that were taken out of the text.
fn short_conditions<'a>(page: &Page, step: &'a Step) -> impl Iterator<Item = &'a str> {
    let shown: Vec<String> = step.shown.iter().map(|span| crate::text::collapse(span.of(&page.document.text))).collect();
    let is_shown = move |condition: &&String| shown.iter().any(|shown| shown.starts_with('(') && shown.contains(condition.as_str()));
    step.conditions.iter().filter(is_shown).map(String::as_str)
}

/// What closes the list, with the table of hand-offs where the author wrote none.
pub(in super::super) fn closing(process: &Process) -> String {
    let mut html = String::from("</ol>\n");
    // A column that says nothing is none.
    let has_places = process.steps.iter().any(|step| !step.platforms.is_empty());
    let rows = if process.has_hand_offs { Vec::new() } else { hand_offs(process, has_places) };
    let place = if has_places { "<th scope=\"col\">Where</th>" } else { "" };
    if !rows.is_empty() {
        let name = attribute(&process.title);
        let _ = write!(
            html,
            "<div class=\"table-scroll hand-offs\" tabindex=\"0\" role=\"group\" aria-label=\"Hand-offs: {name}\"><table><caption>Hand-offs</caption>\
<thead><tr><th scope=\"col\">After step</th><th scope=\"col\">From</th><th scope=\"col\">To</th>{place}</tr></thead>\n<tbody>\n"
        );
        html.extend(rows);
        html.push_str("</tbody></table></div>\n");
    }
    html.push_str("</div>\n");
    html
}

fn hand_offs(process: &Process, has_places: bool) -> Vec<String> {
    let names = |actors: &[usize]| {
        let name =
            |index: &usize| process.actors.get(*index).map(|actor| format!("<span class=\"actor {}\">{}</span>", hue(*index), text(&actor.name)));
        actors.iter().filter_map(name).collect::<Vec<_>>().join(", ")
    };
    let row = |(from, to, label): (usize, usize, &str)| {
        let (from, to) = (process.steps.get(from)?, process.steps.get(to)?);
        let changes = !to.actors.is_empty() && !from.actors.is_empty() && !to.actors.iter().all(|actor| from.actors.contains(actor));
        let label = if label.is_empty() { String::new() } else { format!(" ({})", text(label)) };
        let places = from.platforms.iter().map(|platform| text(&platform.name)).collect::<Vec<_>>().join(", ");
        let places = if has_places { format!("<td>{places}</td>") } else { String::new() };
        changes.then(|| {
            format!(
                "<tr><td><a href=\"#{}\">{}</a>{label}</td><td>{}</td><td>{}</td>{places}</tr>\n",
                fragment(&from.anchor),
                from.number,
                names(&from.actors),
                names(&to.actors)
            )
        })
    };
    process.passages().into_iter().filter_map(row).take(HAND_OFFS).collect()
}

/// What stands below a step in small: its platforms, and the cases in which the process ends there.
fn note(step: &Step) -> String {
    let platforms = step.platforms.iter().map(|platform| platform.name.clone()).collect::<Vec<_>>().join(", ");
    let ends = step.branches.iter().filter(|branch| branch.target == Target::End && !branch.label.is_empty());
    let ends = ends.map(|branch| format!("{} → end", branch.label));
    Some(platforms).filter(|platforms| !platforms.is_empty()).into_iter().chain(ends).collect::<Vec<_>>().join("; ")
}

/// The swimlane of a process as SVG, unless it is too large to be read as one.
pub(in super::super) fn drawing(handbook: &Handbook, page: &Page, process: &Process, number: usize, drawn: &Drawn<'_>) -> Option<String> {
    if process.steps.len() > DRAWN_STEPS || process.actors.len() > DRAWN_LANES || process.steps.iter().all(|step| step.actors.is_empty()) {
        return None;
    }
    let lanes =
        process.actors.iter().enumerate().map(|(index, actor)| Lane { name: actor.name.clone(), hue: index, href: role_href(handbook, page, actor) });
    let mut lane = process.steps.iter().find_map(|step| step.actors.first().copied()).unwrap_or(0);
    let steps = process.steps.iter().map(|step| {
        // A step that names nobody stays in the lane of the one before.
        lane = step.actors.first().copied().unwrap_or(lane);
        Box {
            number: step.number.to_string(),
            lanes: if step.actors.is_empty() { vec![lane] } else { step.actors.to_vec() },
            text: step.text.to_string(),
            note: note(step),
            href: Some(format!("#{}", fragment(&step.anchor))),
            is_decision: step.branches.len() > 1 || step.branches.iter().any(|branch| !branch.label.is_empty()),
        }
    });
    let steps = steps.collect();
    let passages = process.passages().into_iter().map(|(from, to, label)| {
        let way = if to <= from {
            Way::Back
        } else if to == from + 1 {
            Way::Next
        } else {
            Way::Skip
        };
        Passage { from, to, label: label.to_owned(), way }
    });
    let swimlane = Swimlane { lanes: lanes.collect(), steps, passages: passages.collect() };
    let prefix = format!(":process-{number}");
    let description = format!("{} steps by {}. The list below says the same.", process.steps.len(), crate::text::count(process.actors.len(), "role"));
    let caption = Caption { prefix: &prefix, title: &process.title, description: &description };
    let drawing = drawn.get("swimlane", &swimlane, caption, Swimlane::draw);
    (!drawing.svg.is_empty()).then(|| drawing.svg.clone())
}
