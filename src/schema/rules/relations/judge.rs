//! Whether the sections of a document stand together as their relations demand.

use super::super::missing_section::conditional;
use super::super::{Case, Demanded, Demanding, Level, quoted_list};
use super::{Named, Relation, RelationKind, Relations, SECTION_RELATION};
use crate::diagnostic::Diagnostic;
use crate::schema::bind::SectionBinding;
use crate::schema::model::{Presence, SectionDemand};
use crate::schema::{place, skeleton};
use crate::text::Span;

pub(super) fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for level in case.levels() {
        let Some(relations) = level.settings.get::<Relations>() else { continue };
        for relation in relations.0.iter().filter(|relation| relation.when.as_ref().is_none_or(|when| when.holds(case.document))) {
            diagnostics.extend(fault(case, &level, relation));
        }
    }
}

/// Title of a section, and where it stands if it does.
type Member<'a> = (&'a str, Option<Span>);

fn fault<'a>(case: &Case<'a>, level: &Level<'a>, relation: &Relation) -> Option<Diagnostic> {
    let find = |id: &str| level.demands.iter().zip(level.bindings).find(|(demand, _)| *demand.id == *id);
    let place_of = |(demand, binding): (&'a SectionDemand, &'a SectionBinding)| -> Member<'a> {
        // What a fence swallowed is there for its author: the fence is the finding.
        let swallowed = binding.swallowed.then_some(Span::at(case.document.body.start()));
        (&demand.title, binding.place.as_ref().map(|place| place.title_span).or(swallowed))
    };
    let members = |ids: &[Named]| -> Vec<Member<'a>> {
        ids.iter().filter_map(|(id, _)| find(id)).filter(|(_, binding)| !binding.is_forbidden()).map(place_of).collect()
    };
    let (message, span, help) = match &relation.kind {
        RelationKind::OneOf(ids) => one_of(&members(ids))?,
        RelationKind::AnyOf(ids) => any_of(&members(ids))?,
        RelationKind::AllOrNone(ids) => all_or_none(&members(ids))?,
        RelationKind::Requires(reason, effect) => requires(&members(reason), &members(effect))?,
        RelationKind::Conflicts(ids) => conflicts(&members(ids))?,
        RelationKind::Ordered(ids) => ordered(&members(ids))?,
    };
    let span = span
        .or(level.holder)
        .unwrap_or_else(|| case.document.sections.first().map_or(Span::at(case.document.body.start()), |first| first.title_span));
    let mut finding = case.finding(&SECTION_RELATION, relation.severity, span, message).label(relation.kind.label()).help(help);
    for (at, text) in insertions(case, level, &relation.kind) {
        finding = finding.edit(Span::at(at), text);
    }
    if !relation.guidance.is_empty() {
        finding = finding.note(format!("why: {}", relation.guidance));
    }
    Some(conditional(finding, relation.when.as_ref()).demanded(&relation.origin))
}

/// The skeletons of the sections that are missing beside others: which of several to write is left to the writer.
fn insertions(case: &Case<'_>, level: &Level<'_>, kind: &RelationKind) -> Vec<(usize, String)> {
    let (RelationKind::Requires(_, wanted) | RelationKind::AllOrNone(wanted)) = kind else { return Vec::new() };
    let sections = case.sections();
    let missing = sections.iter().filter(|demanded| {
        let is_wanted = wanted.iter().any(|(id, _)| *id == *demanded.demand.id) && std::ptr::eq(demanded.bindings, level.bindings);
        is_wanted && demanded.binding.place.is_none() && demanded.binding.asked == Presence::Optional && demanded.binding.near.is_none()
    });
    let insertion = |demanded: &Demanded<'_>| {
        let spot = place::spot(case, demanded);
        let text = &case.document.text;
        // Beside the others it isn't optional any more.
        let required = SectionDemand { presence: Presence::Required, ..demanded.demand.clone() };
        place::is_free(text, spot.insert).then(|| (spot.insert, skeleton::insertion(&required, spot.level, text, spot.insert)))
    };
    let found: Vec<(usize, String)> = missing.filter_map(insertion).collect();
    // Two blocks for one place would run into each other: the rest follows when the first is there.
    let first = found.first().map(|(at, _)| *at);
    found.into_iter().enumerate().filter(|(index, (at, _))| *index == 0 || Some(*at) != first).map(|(_, edit)| edit).collect()
}

/// What is wrong, where if it has a place of its own, and the mend.
type Fault = Option<(String, Option<Span>, String)>;

fn titles<'a>(members: impl Iterator<Item = &'a Member<'a>>) -> String {
    quoted_list(members.map(|(title, _)| *title))
}

fn there<'a>(members: &'a [Member<'a>]) -> impl Iterator<Item = &'a Member<'a>> {
    members.iter().filter(|(_, span)| span.is_some())
}

fn lacking<'a>(members: &'a [Member<'a>]) -> impl Iterator<Item = &'a Member<'a>> {
    members.iter().filter(|(_, span)| span.is_none())
}

fn last_of(members: &[Member<'_>]) -> Option<Span> {
    members.iter().filter_map(|(_, span)| *span).max()
}

fn one_of(members: &[Member<'_>]) -> Fault {
    match there(members).count() {
        1 => None,
        0 => Some((
            format!("exactly one of the sections {} is demanded, and none is there", titles(members.iter())),
            None,
            "write one of them".to_owned(),
        )),
        _ => Some((
            format!("exactly one of the sections {} is demanded, and {} are there", titles(members.iter()), titles(there(members))),
            last_of(members),
            "keep the one that applies".to_owned(),
        )),
    }
}

fn any_of(members: &[Member<'_>]) -> Fault {
    let none = there(members).next().is_none();
    none.then(|| {
        (format!("at least one of the sections {} is demanded, and none is there", titles(members.iter())), None, "write one of them".to_owned())
    })
}

fn all_or_none(members: &[Member<'_>]) -> Fault {
    let (first, missing) = (there(members).next()?, lacking(members).next());
    missing?;
    Some((
        format!("the sections {} go together, and {} is missing", titles(members.iter()), titles(lacking(members))),
        first.1,
        format!("write {}, or take the others out", titles(lacking(members))),
    ))
}

fn requires(cause: &[Member<'_>], effect: &[Member<'_>]) -> Fault {
    // All causes together ask for the effects.
    if cause.iter().any(|(_, span)| span.is_none()) || lacking(effect).next().is_none() {
        return None;
    }
    let message = format!("section {} asks for {}", titles(cause.iter()), titles(lacking(effect)));
    Some((message, last_of(cause), format!("write a section {}", titles(lacking(effect)))))
}

fn conflicts(members: &[Member<'_>]) -> Fault {
    let several = there(members).nth(1).is_some();
    several.then(|| (format!("the sections {} exclude each other", titles(there(members))), last_of(members), "keep the one that applies".to_owned()))
}

fn ordered(members: &[Member<'_>]) -> Fault {
    let there: Vec<(&str, Span)> = members.iter().filter_map(|(title, span)| Some((*title, (*span)?))).collect();
    let wrong = there.iter().zip(there.iter().skip(1)).find(|((_, before), (_, after))| before > after)?;
    let ((first, _), (second, span)) = wrong;
    Some((format!("section '{second}' must come after '{first}'"), Some(*span), format!("move the section behind '{first}'")))
}
