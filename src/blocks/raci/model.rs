//! The models of responsibility: their letters, their words, and how a document says which one it uses.
//!
//! RACI and RASCI as the field has them: exactly one accountable role, at least one responsible. DACI as Atlassian's playbook describes it:
//! one driver, one approver, contributors, informed. Must not know tables.

use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::{Document, Table};
use crate::text::{Span, nearest};

/// Which letters a matrix uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Model {
    /// Responsible, accountable, consulted, informed.
    #[default]
    Raci,
    /// The same with support.
    Rasci,
    /// Driver, approver, contributor, informed.
    Daci,
}

/// A model that nobody knows, or one that is declared for nothing.
pub(super) const INVALID_RACI_MODEL: Kind = Kind {
    code: "invalid-raci-model",
    severity: Severity::Error,
    subject: Subject::Matrices,
    summary: "a document declares a responsibility model that opsbook doesn't know, or declares it for no table",
    docs: "The letters of a responsibility matrix mean what its model says: `raci` (responsible, accountable, consulted, informed), `rasci` with S \
for support, or `daci` (driver, approver, contributor, informed). `raci_model` in the front matter declares it for the document, a comment before a \
table for that table. A declaration that can't be understood would leave the letters without their meaning.

    <!-- opsbook: raci_model: dacy -->

    | Decision | Ops lead | Developers |
    |---|---|---|
    | Freeze the release | D, A | C |

Write one of the three:

    <!-- opsbook: raci_model: daci -->

    | Decision | Ops lead | Developers |
    |---|---|---|
    | Freeze the release | D, A | C |",
};

/// The names of the models.
const NAMES: [(&str, Model); 3] = [("raci", Model::Raci), ("rasci", Model::Rasci), ("daci", Model::Daci)];
/// What can be done about a name that isn't one.
const HELP: &str = "write raci, rasci or daci";

impl Model {
    /// What the model is called: `RACI`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Raci => "RACI",
            Self::Rasci => "RASCI",
            Self::Daci => "DACI",
        }
    }

    /// The letters with the words that they stand for, in the order of the name.
    #[must_use]
    pub fn letters(self) -> &'static [(char, &'static str)] {
        match self {
            Self::Raci => &[('R', "Responsible"), ('A', "Accountable"), ('C', "Consulted"), ('I', "Informed")],
            Self::Rasci => &[('R', "Responsible"), ('A', "Accountable"), ('S', "Support"), ('C', "Consulted"), ('I', "Informed")],
            Self::Daci => &[('D', "Driver"), ('A', "Approver"), ('C', "Contributor"), ('I', "Informed")],
        }
    }

    /// The word that a letter stands for.
    #[must_use]
    pub fn word(self, letter: char) -> Option<&'static str> {
        self.letters().iter().find(|(known, _)| *known == letter).map(|(_, word)| *word)
    }

    /// The letters that each activity has exactly once.
    pub(super) fn single(self) -> &'static [char] {
        match self {
            Self::Raci | Self::Rasci => &['A'],
            Self::Daci => &['D', 'A'],
        }
    }

    /// The letter of those who do the work.
    pub(super) fn doer(self) -> char {
        if self == Self::Daci { 'D' } else { 'R' }
    }

    /// The letter that a word stands for, as heads and cells write it out.
    pub(super) fn letter_of(self, word: &str) -> Option<char> {
        let letter = match word {
            "responsible" | "responsibility" => 'R',
            "accountable" | "accountability" | "approver" => 'A',
            "support" | "supportive" | "supporting" | "supports" => 'S',
            "consulted" | "consult" | "consults" | "contributor" | "contributors" => 'C',
            "informed" | "inform" | "informs" => 'I',
            "driver" => 'D',
            _ => return None,
        };
        self.word(letter).map(|_| letter)
    }
}

/// Which models a document declares, for all of its tables and for single ones.
pub(super) struct Declared {
    document: Option<Model>,
    /// The comment's place and what it declares.
    tables: Vec<(Span, Model)>,
}

impl Declared {
    pub(super) fn read(document: &Document, found: &mut Vec<Diagnostic>) -> Self {
        let unknown = |written: &str, span: Span| {
            let finding = Diagnostic::new(&INVALID_RACI_MODEL, &document.path, span, format!("'{written}' is no model of responsibility"));
            match nearest(written, NAMES.map(|(name, _)| name)) {
                Some(near) => finding.label(format!("did you mean '{near}'?")).help(HELP),
                None => finding.help(HELP),
            }
        };
        let node = document.front_matter.as_ref().and_then(|front| front.get("raci_model"));
        let node = node.filter(|node| node.value != crate::data::Value::Null);
        let whole = node.and_then(|node| {
            let written = node.scalar().unwrap_or_else(|| node.kind().to_owned());
            let model = by_name(&written);
            if model.is_none() {
                found.push(unknown(&written, node.span));
            }
            model
        });
        let mut tables = Vec::new();
        for comment in document.directives.iter().filter(|directive| directive.key == "raci_model") {
            match by_name(&comment.value) {
                Some(model) if table_after(document, comment.span).is_some() => tables.push((comment.span, model)),
                Some(_) => {
                    let message = format!("'{}' is declared for no table", comment.value);
                    found.push(
                        Diagnostic::new(&INVALID_RACI_MODEL, &document.path, comment.span, message)
                            .label("no table follows in this section")
                            .help("put the comment right before its table, or take it out"),
                    );
                }
                None => found.push(unknown(&comment.value, comment.span)),
            }
        }
        Self { document: whole, tables }
    }

    /// What is declared for a table, and whether it is declared for this very one.
    pub(super) fn of(&self, document: &Document, table: &Table) -> (Option<Model>, bool) {
        let before = self.tables.partition_point(|(comment, _)| comment.start() < table.span.start());
        let last = before.checked_sub(1).and_then(|index| self.tables.get(index));
        match last.filter(|(comment, _)| table_after(document, *comment) == Some(table.span)) {
            Some((_, model)) => (Some(*model), true),
            None => (self.document, false),
        }
    }
}

fn by_name(name: &str) -> Option<Model> {
    NAMES.iter().find(|(known, _)| name.trim().eq_ignore_ascii_case(known)).map(|(_, model)| *model)
}

/// The first table behind a comment, in the same section.
fn table_after(document: &Document, comment: Span) -> Option<Span> {
    let table = document.tables().get(document.tables().partition_point(|table| table.span.start() < comment.end()))?;
    let heading = document.sections.get(document.sections.partition_point(|section| section.span.start() < comment.end()));
    heading.is_none_or(|heading| table.span.start() < heading.span.start()).then_some(table.span)
}
