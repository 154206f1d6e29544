//! From numbered lists to processes: which lists are some, their steps, their anchors.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::actors::{Found, Roles, Subject};
use super::names::{Names, folded};
use super::places::{Places, Remark, remarks};
use super::plain::Plain;
use super::{Actor, Branch, Declared, Process, Step, branches, conditions};
use crate::document::{Block, BlockKind, Document, NumberedList};
use crate::memo::snug;
use crate::registry::Registry;
use crate::text::{Span, collapse, fold_title};

/// Paragraphs of one phase that are looked at for who acts.
const PHASE_LIMIT: usize = 50;
/// A list of which so many items begin with nobody is no process, however it goes on.
const PATIENCE: usize = 12;

/// What the lists of one document are read with.
struct Reader<'a> {
    document: &'a Document,
    registry: &'a Registry,
    places: Arc<Places>,
    roles: &'a Names,
}

/// An item while it is read.
struct Draft {
    span: Span,
    number: u64,
    plain: Plain,
    subject: Option<Subject>,
    /// Of a title in bold: each text below it that says who acts.
    phase: Vec<(Plain, Vec<Found>)>,
}

pub(super) fn read(document: &Document, registry: &Registry, declared: &Declared) -> Vec<Process> {
    let reader = LazyCell::new(|| Reader { document, registry, places: declared.places(document, registry), roles: declared.roles(registry) });
    let mut anchors = Anchors::default();
    let mut processes: Vec<Process> = Vec::new();
    let mut end = 0;
    for list in document.numbered_lists.iter().filter(|list| list.items.len() > 1) {
        // What stands in a step is part of it.
        if list.items.first().is_some_and(|(_, first)| first.start() >= end)
            && let Some(process) = reader.process(list, &mut anchors)
        {
            end = process.span.end();
            processes.push(process);
        }
    }
    snug(processes)
}

/// The names of the registry's roles.
pub(super) fn declared(registry: &Registry) -> Names {
    let mut names = Names::default();
    for (index, role) in registry.roles().iter().enumerate() {
        role.names.all().for_each(|name| names.add(name, Some(index)));
    }
    names
}

impl Reader<'_> {
    fn process(&self, list: &NumberedList, anchors: &mut Anchors) -> Option<Process> {
        let mut roles = Roles { declared: self.roles, learnt: Names::default() };
        let drafts = self.drafts(list, &mut roles)?;
        let first = drafts.first()?.span;
        let span = Span::new(first.start(), drafts.last()?.span.end());
        let section = self.document.sections.partition_point(|section| section.span.start() <= first.start()).checked_sub(1);
        let heading = section.and_then(|index| self.document.sections.get(index));
        let prefix = anchors.prefix(self.document, heading.map_or("process", |section| &*section.id), &drafts);
        let mut cast = Cast { roles: &roles, registry: self.registry, actors: Vec::new(), indices: HashMap::new() };
        let steps = drafts.iter().map(|draft| self.step(draft, &prefix, &mut cast)).collect();
        Some(Process {
            title: heading.map_or_else(|| self.document.title(), |section| section.title.to_string()),
            section,
            has_hand_offs: heading.is_some_and(|heading| self.has_hand_offs(heading.extent)),
            span,
            actors: snug(cast.actors),
            steps,
        })
    }

    /// Whether a table there says after which step the work changes hands.
    fn has_hand_offs(&self, extent: Span) -> bool {
        let first = self.document.tables().partition_point(|table| table.span.start() < extent.start());
        let tables = self.document.tables().iter().skip(first).take_while(|table| table.span.start() < extent.end());
        tables.into_iter().any(|table| {
            let columns: Vec<String> = table.header.iter().map(|cell| fold_title(cell)).collect();
            columns.iter().any(|cell| cell == "from") && columns.iter().any(|cell| cell == "to")
        })
    }

    /// The items of a list, if enough of them say who acts.
    fn drafts(&self, list: &NumberedList, roles: &mut Roles<'_>) -> Option<Vec<Draft>> {
        let rises = list.items.iter().zip(list.items.iter().skip(1)).all(|((a, _), (b, _))| a < b);
        let first = list.items.first()?.0;
        let mut drafts: Vec<Draft> = Vec::new();
        let mut with_actor = 0;
        for (index, (number, span)) in list.items.iter().enumerate() {
            let counted = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(first);
            let draft = self.draft(*span, if rises { *number } else { counted }, roles);
            with_actor += usize::from(draft.has_actor());
            if index >= PATIENCE && with_actor == 0 {
                return None;
            }
            drafts.push(draft);
        }
        if with_actor == 0 {
            return None;
        }
        if !roles.learnt.is_empty() {
            for draft in drafts.iter_mut().filter(|draft| !draft.has_actor()) {
                draft.subject = roles.subject(&draft.plain);
            }
        }
        is_process(&drafts).then_some(drafts)
    }

    fn draft(&self, span: Span, number: u64, roles: &mut Roles<'_>) -> Draft {
        let opening = self.document.blocks_in(span).next();
        let opening = opening
            .filter(|block| block.kind == BlockKind::Paragraph && block.item.is_some_and(|item| item.opens && item.span.start() == span.start()));
        let plain = opening.map_or_else(Plain::default, |block| Plain::read(&self.document.text, block.span));
        let subject = roles.subject(&plain);
        for found in subject.iter().flat_map(|subject| &subject.actors).filter(|found| !found.certain) {
            roles.learnt.add(plain.words(found.from, found.to), None);
        }
        let is_title =
            plain.bold.first().is_some_and(|bold| *bold == (0, plain.text.trim_end_matches([':', ' ']).len()) || *bold == (0, plain.text.len()));
        let phase = if subject.is_none() && is_title { self.phase(opening, span, roles) } else { Vec::new() };
        Draft { span, number, plain, subject, phase }
    }

    /// Who acts in the bullets and paragraphs below a title in bold.
    fn phase(&self, title: Option<&Block>, span: Span, roles: &Roles<'_>) -> Vec<(Plain, Vec<Found>)> {
        let Some(depth) = title.and_then(|block| block.item).map(|item| item.depth) else { return Vec::new() };
        let is_part = |block: &&Block| {
            block.kind == BlockKind::Paragraph && block.item.is_some_and(|item| item.depth == depth || (item.depth == depth + 1 && item.opens))
        };
        let parts = self.document.blocks_in(span).skip(1).take(PHASE_LIMIT).filter(is_part).map(|block| {
            let plain = Plain::read(&self.document.text, block.span);
            let actors = roles.subject(&plain).map_or_else(Vec::new, |subject| subject.actors);
            (plain, actors)
        });
        let title = title.map(|block| Plain::read(&self.document.text, block.span)).map(|plain| {
            let mut actors = Vec::new();
            let by = plain.tokens.iter().rposition(|token| token.lower == "by");
            if let Some(by) = by {
                let end = roles.listed(&plain, by + 1, &mut actors);
                actors.retain(|_| end == plain.tokens.len());
            }
            (plain, actors)
        });
        title.into_iter().chain(parts).filter(|(_, actors)| !actors.is_empty()).collect()
    }

    fn step(&self, draft: &Draft, prefix: &str, cast: &mut Cast<'_, '_>) -> Step {
        let plain = &draft.plain;
        let mut actors = Vec::new();
        let mut actor_spans = Vec::new();
        let own = draft.subject.iter().map(|subject| (plain, subject.actors.as_slice()));
        for (plain, found) in own.chain(draft.phase.iter().map(|(plain, found)| (plain, found.as_slice()))) {
            for found in found {
                let index = cast.index(plain, *found);
                if !actors.contains(&index) {
                    actors.push(index);
                    actor_spans.push(plain.span(found.from, found.to));
                }
            }
        }
        let remarks = remarks(plain);
        let (platforms, only_platforms) = self.places.platforms(plain, &remarks);
        let (conditions, short) = conditions::conditions(plain, &remarks, draft.subject.as_ref().and_then(|subject| subject.lead_in));
        let inline = branches::branches(plain, false);
        let cut = draft.subject.as_ref().and_then(|subject| subject.cut);
        let mut cuts: Vec<(usize, usize)> = cut.into_iter().collect();
        cuts.extend(only_platforms.iter().chain(&short).map(|remark: &Remark| (remark.open, remark.end)));
        cuts.sort_unstable();
        let shown = cuts.iter().map(|(from, to)| plain.span(*from, *to)).collect();
        let branches: Vec<Branch> = inline.into_iter().chain(self.branches_below(draft.span)).collect();
        Step {
            number: draft.number,
            anchor: format!("{prefix}{}", draft.number).into(),
            span: draft.span,
            actors: snug(actors).into(),
            actor_spans: snug(actor_spans).into(),
            text: left(plain, &cuts).into(),
            shown,
            platforms: snug(platforms).into(),
            environments: snug(self.places.environments(plain)).into(),
            conditions: snug(conditions).into(),
            branches: snug(branches).into(),
        }
    }

    /// The branches that the bullets and paragraphs below a step's own text name.
    fn branches_below(&self, span: Span) -> Vec<Branch> {
        let hints = |block: &&Block| {
            let text = block.text(self.document);
            ["→", "⇒", "➔", "->", "=>", "step"].iter().any(|hint| text.contains(hint))
        };
        let below = self.document.blocks_in(span).skip(1).filter(|block| block.kind == BlockKind::Paragraph).filter(hints);
        below.flat_map(|block| branches::branches(&Plain::read(&self.document.text, block.span), block.item.is_some_and(|item| item.opens))).collect()
    }
}

impl Draft {
    fn has_actor(&self) -> bool {
        self.subject.is_some() || !self.phase.is_empty()
    }

    fn actors(&self) -> impl Iterator<Item = &Found> {
        self.subject.iter().flat_map(|subject| &subject.actors).chain(self.phase.iter().flat_map(|(_, found)| found))
    }
}

/// Whether so many items say who acts that the list is a process, and that those which don't were forgotten.
fn is_process(drafts: &[Draft]) -> bool {
    let with_actor = drafts.iter().filter(|draft| draft.has_actor()).count();
    let certain = drafts.iter().filter(|draft| draft.actors().any(|found| found.certain)).count();
    let is_declared = drafts.iter().flat_map(Draft::actors).any(|found| found.role.is_some());
    let has_phases = drafts.iter().any(|draft| !draft.phase.is_empty());
    let enough = if has_phases {
        with_actor == drafts.len()
    } else if is_declared {
        with_actor * 2 > drafts.len()
    } else {
        with_actor * 3 >= drafts.len() * 2
    };
    // What people did, may do or have is a story, not a process.
    let acting = drafts.iter().filter(|draft| !draft.phase.is_empty() || draft.subject.as_ref().is_some_and(|subject| subject.acts)).count();
    with_actor > 1 && certain * 2 >= with_actor && acting * 2 > with_actor && enough
}

/// What a step says less what stands beside it already.
fn left(plain: &Plain, cuts: &[(usize, usize)]) -> String {
    let mut text = String::new();
    let mut at = 0;
    for (from, to) in cuts {
        let (Some(first), Some(last)) = (plain.tokens.get(*from), to.checked_sub(1).and_then(|last| plain.tokens.get(last))) else { continue };
        text.push_str(plain.text.get(at..first.start).unwrap_or_default().trim_end());
        at = last.end.max(at);
    }
    text.push_str(plain.text.get(at..).unwrap_or_default());
    let text = collapse(&text);
    let begins_with_actor = cuts.first().is_some_and(|(from, _)| *from == 0);
    let trimmed = if begins_with_actor { text.trim_start_matches([':', '–', '—', '-', ' ']) } else { &text };
    let mut characters = trimmed.chars();
    match characters.next() {
        Some(first) if begins_with_actor => first.to_uppercase().chain(characters).collect(),
        _ => trimmed.to_owned(),
    }
}

/// The actors of one process as they come.
struct Cast<'a, 'b> {
    roles: &'a Roles<'b>,
    registry: &'a Registry,
    actors: Vec<Actor>,
    indices: HashMap<String, usize>,
}

impl Cast<'_, '_> {
    /// The place of an actor among those of the process.
    fn index(&mut self, plain: &Plain, found: Found) -> usize {
        let role = found.role.or_else(|| self.roles.role_of(plain, found));
        let written = collapse(plain.words(found.from, found.to));
        let key = role.map_or_else(
            || {
                let mut words = folded(plain.tokens.get(found.from..found.to).unwrap_or_default());
                words.pop_if(|last| last == "team");
                words.join(" ")
            },
            |role| format!("{role}:"),
        );
        if let Some(index) = self.indices.get(&key) {
            // `QA team` says more than `QA`.
            if let Some(actor) =
                self.actors.get_mut(*index).filter(|actor| role.is_none() && actor.name.split(' ').count() < written.split(' ').count())
            {
                actor.name = with_capital(&written);
            }
            return *index;
        }
        let declared = role.and_then(|role| self.registry.roles().get(role));
        let name = declared.map_or_else(|| with_capital(&written), |role| role.names.name.clone());
        self.indices.insert(key, self.actors.len());
        self.actors.push(Actor { name, role });
        self.actors.len() - 1
    }
}

fn with_capital(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The anchors of steps: `step-9` in the first process, with the anchor of its section before in others, and where a heading has that one.
#[derive(Default)]
struct Anchors {
    /// Every anchor that is taken, gathered when the first process comes.
    taken: Option<BTreeSet<String>>,
    has_plain: bool,
    /// How many processes each section has.
    sections: HashMap<String, usize>,
}

impl Anchors {
    fn prefix(&mut self, document: &Document, section: &str, drafts: &[Draft]) -> String {
        let taken = self.taken.get_or_insert_with(|| document.anchors.iter().map(|anchor| anchor.id.to_string()).collect());
        let mut first = !self.has_plain;
        self.has_plain = true;
        loop {
            let prefix = if std::mem::take(&mut first) {
                "step-".to_owned()
            } else {
                let number = self.sections.entry(section.to_owned()).or_default();
                *number += 1;
                if *number == 1 { format!("{section}-step-") } else { format!("{section}-{number}-step-") }
            };
            let anchors: Vec<String> = drafts.iter().map(|draft| format!("{prefix}{}", draft.number)).collect();
            if !anchors.iter().any(|anchor| taken.contains(anchor)) {
                taken.extend(anchors);
                return prefix;
            }
        }
    }
}
