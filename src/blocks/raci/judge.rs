//! What is wrong with a matrix: one finding for one fault.
//!
//! Knows a matrix as it was read, and the registry. Must not know how tables are laid out.

use std::collections::BTreeMap;

use super::{Activity, Form, Model, Reading};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::Document;
use crate::registry::Registry;
use crate::text::{Span, count, fold_title, nearest, shorten};

/// More consulted roles than this in one row are a meeting.
const MOST_CONSULTED: usize = 3;
/// A matrix with fewer rows says nothing about how the work is spread.
const ENOUGH_ROWS: usize = 4;
/// A fault that a matrix has in more places than this names the first of them.
const MOST_PLACES: usize = 5;
/// Names in messages are cut at this many characters.
const NAME_LIMIT: usize = 60;

/// A row without the one role that answers for it, or with several.
pub(super) const NOT_ONE_ACCOUNTABLE: Kind = Kind {
    code: "not-one-accountable",
    severity: Severity::Error,
    subject: Subject::Matrices,
    summary: "a row of a responsibility matrix doesn't have exactly one accountable role",
    docs: "Of each activity exactly one role is accountable: it has the final word and answers for the outcome. Where nobody is, nobody decides; where two \
are, each waits for the other. With DACI the same holds for the driver and the approver.

    | Activity | Ops lead | Developers |
    |---|---|---|
    | Release | A | A/R |

Leave the letter to one role:

    | Activity | Ops lead | Developers |
    |---|---|---|
    | Release | A | R |

A row whose name is bold and whose cells are all empty heads the rows below it, and needs no letters.",
};

/// A cell with something that is no letter of the model.
pub(super) const UNKNOWN_LETTER: Kind = Kind {
    code: "unknown-letter",
    severity: Severity::Error,
    subject: Subject::Matrices,
    summary: "a cell of a responsibility matrix holds something else than the letters of its model",
    docs: "The cells of a responsibility matrix hold R, A, C and I, several of them as `A/R`, or nothing. Another letter means something to its author only.

    | Activity | Ops lead | Developers | QA team |
    |---|---|---|---|
    | Release | A | R | X |

Write a letter of the model, or leave the cell empty:

    | Activity | Ops lead | Developers | QA team |
    |---|---|---|---|
    | Release | A | R | C |

S for support and the letters of DACI count where `raci_model: rasci` or `raci_model: daci` is in the front matter or in a comment before the table.",
};

/// A role that the registry doesn't know.
pub(super) const UNKNOWN_MATRIX_ROLE: Kind = Kind {
    code: "unknown-matrix-role",
    severity: Severity::Error,
    subject: Subject::Matrices,
    summary: "a responsibility matrix names a role that registry.yaml doesn't know",
    docs: "Where registry.yaml declares roles, a matrix may use no others: what it says about a role that nobody has reaches nobody, and stands on no role's \
page.

    # registry.yaml: roles: { ops-lead: { name: Ops lead }, developers: { name: Developers } }
    | Activity | Ops led | Developers |
    |---|---|---|
    | Release | A | R |

Write the name, the id or an alias of a role, or add the role to registry.yaml:

    | Activity | Ops lead | Developers |
    |---|---|---|
    | Release | A | R |",
};

/// A role that is there twice.
pub(super) const DUPLICATE_MATRIX_ROLE: Kind = Kind {
    code: "duplicate-matrix-role",
    severity: Severity::Error,
    subject: Subject::Matrices,
    summary: "a responsibility matrix has one role twice, perhaps under two of its names",
    docs:
        "Two columns for one role can contradict each other, and a reader sees the one that comes first. An alias of registry.yaml is the same role.

    # registry.yaml: roles: { developers: { name: Developers, aliases: [Engineers] } }
    | Activity | Developers | Ops lead | Engineers |
    |---|---|---|---|
    | Release | R | A | I |

Make one column of the two:

    | Activity | Developers | Ops lead |
    |---|---|---|
    | Release | R | A |",
};

/// A row that nobody works on.
pub(super) const NO_RESPONSIBLE: Kind = Kind {
    code: "no-responsible",
    severity: Severity::Warning,
    subject: Subject::Matrices,
    summary: "a row of a responsibility matrix has nobody who does the work",
    docs: "An activity without R is done by nobody. Where the accountable role does the work itself, the cell says so: `A/R`.

    | Activity | Ops lead | Developers |
    |---|---|---|
    | Release | A | C |

Write R for the role that does it:

    | Activity | Ops lead | Developers |
    |---|---|---|
    | Release | A/R | C |",
};

/// A row with many to ask.
pub(super) const MANY_CONSULTED: Kind = Kind {
    code: "many-consulted",
    severity: Severity::Warning,
    subject: Subject::Matrices,
    summary: "more than three roles are consulted about one activity",
    docs: "Each role that is consulted must be asked before the work goes on. With more than three the activity waits for its slowest adviser.

    | Activity | Ops lead | Developers | QA team | Architect | Support | Web team |
    |---|---|---|---|---|---|---|
    | Release | A | R | C | C | C | C |

Ask those whose answer can change the work, and inform the others:

    | Activity | Ops lead | Developers | QA team | Architect | Support | Web team |
    |---|---|---|---|---|---|---|
    | Release | A | R | C | C | I | I |",
};

/// A role with nothing to do.
pub(super) const IDLE_ROLE: Kind = Kind {
    code: "idle-role",
    severity: Severity::Warning,
    subject: Subject::Matrices,
    summary: "a role of a responsibility matrix has no letter at all",
    docs: "A column without letters says that a role was thought of and then forgotten, or that it has no part in the work.

    | Activity | Ops lead | Developers | QA team |
    |---|---|---|---|
    | Build | A | R | |
    | Release | A | R | |

Give the role its letters, or take the column out:

    | Activity | Ops lead | Developers | QA team |
    |---|---|---|---|
    | Build | A | R | I |
    | Release | A | R | C |",
};

/// A role that answers for most of it.
pub(super) const OVERLOADED_ROLE: Kind = Kind {
    code: "overloaded-role",
    severity: Severity::Warning,
    subject: Subject::Matrices,
    summary: "one role is accountable for more than half of a responsibility matrix",
    docs: "A role that answers for most rows is where the work will queue, and often a sign that A was written for rank and not for the decision. Looked \
for where a matrix has at least four rows and at least three roles.

    | Activity | Ops lead | Developers | QA team |
    |---|---|---|---|
    | Plan | A/R | C | I |
    | Build | A | R | I |
    | Test | A | C | R |
    | Release | A/R | I | I |

Let those who do the work answer for it where they can:

    | Activity | Ops lead | Developers | QA team |
    |---|---|---|---|
    | Plan | A/R | C | I |
    | Build | I | A/R | I |
    | Test | I | C | A/R |
    | Release | A/R | I | I |",
};

/// Judges a matrix.
pub(super) fn judge(reading: &Reading, document: &Document, registry: &Registry, found: &mut Vec<Diagnostic>) {
    let judge = Judge { reading, document };
    judge.letters(found);
    judge.roles(registry, found);
    judge.duplicates(found);
    // A row with something that can't be read may well have the letter that is missed.
    let mut unread = vec![false; reading.matrix.rows.len()];
    for (_, _, row) in &reading.unknown {
        unread.get_mut(*row).into_iter().for_each(|unread| *unread = true);
    }
    for (row, is_unread) in reading.matrix.rows.iter().zip(unread) {
        judge.row(row, is_unread, found);
    }
    judge.idle(found);
    judge.overloaded(found);
}

struct Judge<'a> {
    reading: &'a Reading,
    document: &'a Document,
}

impl Judge<'_> {
    fn finding(&self, kind: &'static Kind, span: Span, message: String) -> Diagnostic {
        Diagnostic::new(kind, &self.document.path, span, message)
    }

    fn model(&self) -> Model {
        self.reading.matrix.model
    }

    fn role(&self, index: usize) -> &str {
        self.reading.matrix.roles.get(index).map_or("", |role| role.name.as_str())
    }

    /// Names further places of a fault.
    fn also(&self, mut finding: Diagnostic, places: impl ExactSizeIterator<Item = Span>, label: &str) -> Diagnostic {
        let more = places.len().saturating_sub(MOST_PLACES);
        for place in places.take(MOST_PLACES) {
            finding = finding.related(&self.document.path, place, label);
        }
        if more > 0 { finding.note(format!("and in {more} more")) } else { finding }
    }

    /// Whatever is no letter, each with all of its places.
    fn letters(&self, found: &mut Vec<Diagnostic>) {
        let model = self.model();
        let mut places: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
        for (token, span, _) in &self.reading.unknown {
            places.entry(token).or_default().push(*span);
        }
        for (token, places) in places {
            let Some((first, others)) = places.split_first() else { continue };
            let message = format!("'{}' is no letter of {}", shorten(token, NAME_LIMIT), model.name());
            let words: Vec<String> = model.letters().iter().map(|(letter, word)| format!("{letter} ({})", word.to_lowercase())).collect();
            let finding = self.finding(&UNKNOWN_LETTER, *first, message).label("not a letter of the matrix");
            let finding = finding.help(format!("write {}, or leave the cell empty", words.join(", ")));
            let upper = token.to_uppercase();
            let finding = match upper.as_str() {
                "S" if model == Model::Raci => finding.help("for S as support, put `<!-- opsbook: raci_model: rasci -->` before the table"),
                "D" if model == Model::Raci => finding.help("for D as driver, put `<!-- opsbook: raci_model: daci -->` before the table"),
                _ => finding,
            };
            found.push(self.also(finding, others.iter().copied(), "and here"));
        }
    }

    fn roles(&self, registry: &Registry, found: &mut Vec<Diagnostic>) {
        if !registry.has_roles() {
            return;
        }
        let mut places: BTreeMap<String, (&str, Vec<Span>)> = BTreeMap::new();
        for named in self.reading.uses.iter().filter(|named| named.entry.is_none() && !named.name.is_empty()) {
            places.entry(fold_title(&named.name)).or_insert_with(|| (&named.name, Vec::new())).1.push(named.span);
        }
        for (name, places) in places.into_values() {
            let Some((first, others)) = places.split_first() else { continue };
            let message = format!("matrix names '{}', and registry.yaml knows no such role", shorten(name, NAME_LIMIT));
            let finding = self.finding(&UNKNOWN_MATRIX_ROLE, *first, message);
            let parts = || name.split(['/', ',', '&', '+']).flat_map(|part| part.split(" and ")).map(str::trim);
            let finding = match nearest(name, registry.role_names()) {
                Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or add the role to registry.yaml")),
                None if parts().count() > 1 && parts().all(|part| registry.role(part).is_some()) => {
                    finding.label("several roles").help("give each role a column of its own")
                }
                None => finding.label("no role").help("write the id, the name or an alias of a role, or add the role to registry.yaml"),
            };
            found.push(self.also(finding, others.iter().copied(), "and here"));
        }
    }

    fn duplicates(&self, found: &mut Vec<Diagnostic>) {
        let matrix = &self.reading.matrix;
        let mut twice = |first: Span, second: Span, name: &str| {
            let written = second.of(&self.document.text);
            let also = if fold_title(written) == fold_title(name) { String::new() } else { format!(" as '{}'", shorten(written, NAME_LIMIT)) };
            let message = format!("role '{}' is there twice{also}", shorten(name, NAME_LIMIT));
            let what = match matrix.layout.form {
                Form::Roles => "make one column of the two",
                Form::Activities => "make one row of the two",
                Form::Letters => "name the role once in the cell",
            };
            let finding = self.finding(&DUPLICATE_MATRIX_ROLE, second, message).label("the same role").help(what);
            found.push(finding.related(&self.document.path, first, "it is here already"));
        };
        for (first, second) in &self.reading.twice {
            twice(first.span, second.span, &second.name);
        }
        if matrix.layout.form == Form::Letters {
            return;
        }
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for role in matrix.roles.iter().filter(|role| !role.name.is_empty()) {
            match seen.get(&fold_title(&role.name)) {
                Some(first) => twice(*first, role.span, &role.name),
                None => drop(seen.insert(fold_title(&role.name), role.span)),
            }
        }
    }

    /// What must be there exactly once, and who does the work.
    fn row(&self, row: &Activity, is_unread: bool, found: &mut Vec<Diagnostic>) {
        let model = self.model();
        let with = |letter: char| -> Vec<usize> {
            (0..row.letters.len()).filter(|role| row.letters.get(*role).is_some_and(|letters| letters.contains(&letter))).collect()
        };
        let name = shorten(&row.name, NAME_LIMIT);
        let place = |role: usize| row.places.get(role).copied().unwrap_or(row.span);
        let is_empty = row.letters.iter().all(Vec::is_empty);
        for letter in model.single() {
            let word = model.word(*letter).unwrap_or_default().to_lowercase();
            let roles = with(*letter);
            match roles.as_slice() {
                [_] => {}
                // An empty row lacks all letters, and says so once.
                [] if is_unread || (is_empty && *letter != 'A') => {}
                [] => found.push(
                    self.finding(&NOT_ONE_ACCOUNTABLE, self.name_of(row), format!("'{name}' has no {}", role_word(model, &word)))
                        .label(format!("no {letter} in this {}", self.noun()))
                        .help(format!("write {letter} for the one role {}", purpose(model, *letter))),
                ),
                [first, rest @ ..] => {
                    let names: Vec<String> =
                        roles.iter().take(MOST_PLACES).map(|role| format!("'{}'", shorten(self.role(*role), NAME_LIMIT))).collect();
                    let message = format!("'{name}' has {}: {}", several(roles.len(), model, &word), names.join(", "));
                    let second = rest.first().map_or(row.span, |role| place(*role));
                    let finding = self.finding(&NOT_ONE_ACCOUNTABLE, second, message).label(format!("a second {letter}"));
                    let finding = finding.help(format!("leave {letter} to the one role {}", purpose(model, *letter)));
                    let others: Vec<Span> = std::iter::once(place(*first)).chain(rest.iter().skip(1).map(|role| place(*role))).collect();
                    found.push(self.also(finding, others.into_iter(), &format!("{letter} is here too")));
                }
            }
        }
        let doer = model.doer();
        if !model.single().contains(&doer) && !is_unread && !is_empty && with(doer).is_empty() {
            found.push(
                self.finding(&NO_RESPONSIBLE, self.name_of(row), format!("nobody is responsible for '{name}'"))
                    .label(format!("no {doer} in this {}", self.noun()))
                    .help("write R for the role that does the work; A/R where the accountable role does it"),
            );
        }
        let consulted = with('C');
        if consulted.len() > MOST_CONSULTED {
            let word = if model == Model::Daci { "contribute" } else { "are consulted" };
            let fourth = consulted.get(MOST_CONSULTED).map_or(row.span, |role| place(*role));
            found.push(
                self.finding(&MANY_CONSULTED, fourth, format!("{} {word} for '{name}'", count(consulted.len(), "role")))
                    .label("the fourth C")
                    .help("keep C for those whose answer can change the work, and write I for the others"),
            );
        }
    }

    /// Where the name of an activity stands: it may be all that its row says.
    fn name_of(&self, row: &Activity) -> Span {
        let inside = row.span.of(&self.document.text);
        let at = inside.find(row.name.as_str()).filter(|_| !row.name.is_empty());
        at.map_or(row.span, |at| Span::new(row.span.start() + at, row.span.start() + at + row.name.len()))
    }

    fn noun(&self) -> &'static str {
        if self.reading.matrix.layout.form == Form::Activities { "column" } else { "row" }
    }

    fn idle(&self, found: &mut Vec<Diagnostic>) {
        let matrix = &self.reading.matrix;
        if matrix.layout.form == Form::Letters {
            return;
        }
        let mut busy = vec![false; matrix.roles.len()];
        for letters in matrix.rows.iter().map(|row| &row.letters) {
            busy.iter_mut().zip(letters).for_each(|(busy, letters)| *busy |= !letters.is_empty());
        }
        let unread: std::collections::BTreeSet<Span> = self.reading.unknown.iter().map(|(_, span, _)| *span).collect();
        for (index, (role, _)) in matrix.roles.iter().zip(busy).enumerate().filter(|(_, (_, busy))| !busy) {
            let is_unread = || matrix.rows.iter().any(|row| row.places.get(index).is_some_and(|place| unread.contains(place)));
            if unread.is_empty() || !is_unread() {
                let (what, where_to) = if matrix.layout.form == Form::Activities { ("row", "in its row") } else { ("column", "in its column") };
                let finding = self.finding(&IDLE_ROLE, role.span, format!("role '{}' has no letters", shorten(&role.name, NAME_LIMIT)));
                found.push(finding.label(format!("nothing {where_to}")).help(format!("give the role its letters, or take the {what} out")));
            }
        }
    }

    fn overloaded(&self, found: &mut Vec<Diagnostic>) {
        let matrix = &self.reading.matrix;
        let rows = matrix.rows.len();
        if rows < ENOUGH_ROWS || matrix.roles.len() < 3 {
            return;
        }
        let mut numbers = vec![0_usize; matrix.roles.len()];
        for letters in matrix.rows.iter().map(|row| &row.letters) {
            numbers.iter_mut().zip(letters).for_each(|(number, letters)| *number += usize::from(letters.contains(&'A')));
        }
        for (role, number) in matrix.roles.iter().zip(numbers).filter(|(_, number)| *number * 2 > rows) {
            let word = if self.model() == Model::Daci { "approves" } else { "is accountable for" };
            let message = format!("role '{}' {word} {number} of {rows} activities", shorten(&role.name, NAME_LIMIT));
            let finding = self.finding(&OVERLOADED_ROLE, role.span, message).label("more than half of the matrix");
            found.push(finding.help("let those who do the work answer for it where they can"));
        }
    }
}

/// `accountable role`, `driver`.
fn role_word(model: Model, word: &str) -> String {
    if model == Model::Daci { word.to_owned() } else { format!("{word} role") }
}

fn several(number: usize, model: Model, word: &str) -> String {
    count(number, &role_word(model, word))
}

/// What the one role with this letter does.
fn purpose(model: Model, letter: char) -> &'static str {
    match (model, letter) {
        (Model::Daci, 'D') => "that drives the decision",
        (Model::Daci, _) => "that approves",
        _ => "that answers for it",
    }
}
