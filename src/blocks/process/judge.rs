//! What is wrong with a process: steps that lead nowhere, that nobody reaches, or that nobody does.
//!
//! Knows one process. Must not know how steps are read.

use super::{Process, Step, Target};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::Document;
use crate::registry::Registry;
use crate::text::{Span, fold_title, nearest};

pub(super) const MISSING_STEP: Kind = Kind {
    code: "missing-step",
    severity: Severity::Error,
    subject: Subject::Processes,
    summary: "a step of a process sends its reader to a step that isn't there",
    docs: "A branch names the step at which the work goes on. Where steps were added or taken out, the numbers that point at them have to \
follow, or somebody ends up nowhere in the middle of the work.

    1. **Developers** build the image
    2. **QA team** tests: does it pass?
       - no → 1
       - yes → 4
    3. **Ops team** releases

Name a step of the same list:

    1. **Developers** build the image
    2. **QA team** tests: does it pass?
       - no → 1
       - yes → 3
    3. **Ops team** releases",
};

pub(super) const UNREACHABLE_STEP: Kind = Kind {
    code: "unreachable-step",
    severity: Severity::Warning,
    subject: Subject::Processes,
    summary: "no way through a process leads to one of its steps",
    docs: "Where a step sends its reader on in every case, the step after it is done only if another one leads there. A step that no way \
reaches was forgotten when a branch was written, or is left over.

    1. **QA team** tests: does it pass?
       - no → end
       - yes → 3
    2. **Developers** mend the fault
    3. **Ops team** releases

Lead to it, or take it out:

    1. **QA team** tests: does it pass?
       - no → 2
       - yes → 3
    2. **Developers** mend the fault
    3. **Ops team** releases",
};

pub(super) const STEP_WITHOUT_ACTOR: Kind = Kind {
    code: "step-without-actor",
    severity: Severity::Warning,
    subject: Subject::Processes,
    summary: "a step of a process doesn't say who acts",
    docs: "In a list whose other steps begin with a role, a step without one is read as anybody's or nobody's. The swimlane has no lane for \
it, and no role's page shows it.

    1. **Ops lead** opens the release issue
    2. Tests happen on staging
    3. **Ops team** releases

Begin the step with who acts:

    1. **Ops lead** opens the release issue
    2. **QA team** tests on staging
    3. **Ops team** releases",
};

pub(super) const UNKNOWN_ACTOR: Kind = Kind {
    code: "unknown-actor",
    severity: Severity::Warning,
    subject: Subject::Processes,
    summary: "a step of a process begins with somebody whom registry.yaml doesn't know",
    docs: "Where `registry.yaml` declares roles, the steps of processes name them. A name that isn't declared, nor an alias, is a slip of the pen \
or a role that was forgotten: its steps are missing on every role's page.

    1. **Ops lead** opens the release issue
    2. **QA taem** tests on staging

Write the declared name, or declare the role or an alias:

    1. **Ops lead** opens the release issue
    2. **QA team** tests on staging",
};

/// Further steps of one process without an actor, or actors without a role, add no finding of their own beyond this many.
const LIMIT: usize = 20;

pub(super) fn judge(process: &Process, document: &Document, registry: &Registry, found: &mut Vec<Diagnostic>) {
    missing_steps(process, document, found);
    unreachable_steps(process, document, found);
    steps_without_actor(process, document, found);
    if registry.has_roles() {
        unknown_actors(process, document, registry, found);
    }
}

/// The first line of a step: its number and what it says.
fn first_line(step: &Step, document: &Document) -> Span {
    let line = step.span.of(&document.text).lines().next().unwrap_or_default().trim_end();
    Span::new(step.span.start(), step.span.start() + line.len())
}

fn missing_steps(process: &Process, document: &Document, found: &mut Vec<Diagnostic>) {
    let numbers: std::collections::BTreeSet<u64> = process.steps.iter().map(|step| step.number).collect();
    for step in &process.steps {
        for branch in &step.branches {
            let Target::Step(number) = branch.target else { continue };
            if numbers.contains(&number) {
                continue;
            }
            let below = numbers.range(..number).next_back();
            let above = numbers.range(number..).next();
            let near = [below, above].into_iter().flatten().min_by_key(|other| other.abs_diff(number));
            let message = format!("step {} leads to step {number}, which isn't there", step.number);
            let finding = Diagnostic::new(&MISSING_STEP, &document.path, branch.target_span, message);
            let finding = match near {
                Some(near) => finding.label(format!("the nearest is step {near}")),
                None => finding,
            };
            found.push(finding.help("write the number of a step of this list, or `end` where the process ends"));
        }
    }
}

fn unreachable_steps(process: &Process, document: &Document, found: &mut Vec<Diagnostic>) {
    if process.steps.iter().all(|step| step.branches.is_empty()) {
        return;
    }
    let mut ways: Vec<Vec<usize>> = vec![Vec::new(); process.steps.len()];
    for (from, to, _) in process.passages() {
        if let Some(ways) = ways.get_mut(from) {
            ways.push(to);
        }
    }
    let mut reached = vec![false; process.steps.len()];
    let mut open = vec![0];
    while let Some(at) = open.pop() {
        match reached.get_mut(at) {
            Some(reached) if !*reached => *reached = true,
            _ => continue,
        }
        open.extend(ways.get(at).into_iter().flatten());
    }
    let mut before: Option<&Step> = None;
    let mut last_reached = true;
    for (step, reached) in process.steps.iter().zip(reached) {
        // Of steps that follow each other the first says it all.
        if !reached && last_reached {
            let message = format!("no way leads to step {}", step.number);
            let finding = Diagnostic::new(&UNREACHABLE_STEP, &document.path, first_line(step, document), message);
            let finding = match before {
                Some(before) => finding.related(&document.path, first_line(before, document), "this step goes on elsewhere in every case"),
                None => finding,
            };
            found.push(finding.help(format!("lead to it with a branch (`- yes → {}`), or take the step out", step.number)));
        }
        last_reached = reached;
        before = Some(step);
    }
}

fn steps_without_actor(process: &Process, document: &Document, found: &mut Vec<Diagnostic>) {
    let mut last: Option<&str> = None;
    let mut left = LIMIT;
    for step in &process.steps {
        if let Some(actor) = step.actors.first().and_then(|actor| process.actors.get(*actor)) {
            last = Some(&actor.name);
        } else if left > 0 {
            left -= 1;
            let message = format!("step {} doesn't say who acts", step.number);
            let finding = Diagnostic::new(&STEP_WITHOUT_ACTOR, &document.path, first_line(step, document), message);
            found.push(match last {
                Some(last) => finding.help(format!("begin the step with who acts; step before: '{last}'")),
                None => finding.help("begin the step with who acts: `**Ops lead** …`"),
            });
        }
    }
}

fn unknown_actors(process: &Process, document: &Document, registry: &Registry, found: &mut Vec<Diagnostic>) {
    let mut seen = std::collections::BTreeSet::new();
    for step in &process.steps {
        for (index, span) in step.actors.iter().zip(&step.actor_spans) {
            let Some(actor) = process.actors.get(*index).filter(|actor| actor.role.is_none()) else { continue };
            // A platform that acts, such as one that builds and tests, is declared as what it is.
            let is_platform =
                || registry.platforms.iter().any(|platform| platform.names.all().any(|name| fold_title(name) == fold_title(&actor.name)));
            if seen.len() >= LIMIT || !seen.insert(*index) || is_platform() {
                continue;
            }
            let finding = Diagnostic::new(&UNKNOWN_ACTOR, &document.path, *span, format!("no role is called '{}'", actor.name));
            found.push(match meant(&actor.name, registry) {
                Some(near) => {
                    finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or add '{}' to its aliases", actor.name))
                }
                None => finding.help("declare the role in registry.yaml, or add the name to the aliases of one"),
            });
        }
    }
}

/// The declared name that a writer most likely meant: nearly the same letters, or the same beginning.
fn meant<'a>(name: &str, registry: &'a Registry) -> Option<&'a str> {
    let folded = name.to_lowercase();
    let begins = |other: &&str| {
        let other = other.to_lowercase();
        other.strip_prefix(&folded).is_some_and(|rest| rest.starts_with(' ')) || folded.strip_prefix(&other).is_some_and(|rest| rest.starts_with(' '))
    };
    nearest(name, registry.role_names()).or_else(|| registry.role_names().find(begins))
}
