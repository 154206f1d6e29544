//! Code read line by line, each line once: code of operations repeats itself, across documents too.
//!
//! What a line is depends on the line and on the state in which the grammar comes to it, and on nothing else. So both together are a complete key.

use std::collections::HashMap;
use std::rc::Rc;

use ahash::AHashMap;
use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, SyntaxReference};

use super::Grammars;
use super::pieces::{Class, Piece, Pieces};

/// So many states are known at most. Most code goes through a few; each here-document with a word of its own adds one.
const STATES: usize = 512;
/// The lines that are remembered take so many bytes at most, with what is known of them: those of all threads together.
const LINE_BYTES: usize = 32 << 20;

/// The lines that were read, by the state in which each was come to. What it remembers changes no result.
///
/// The grammars' states can't be shared by threads, so each thread has its own.
pub(in crate::render) struct KnownLines {
    states: Vec<Known>,
    /// The states in which blocks begin, by the grammar's name.
    starts: HashMap<String, usize>,
    /// Bytes of all lines that are remembered, with what is known of them.
    bytes: usize,
    /// How many they may be.
    room: usize,
    classes: AHashMap<Scope, Option<Class>>,
}

impl Default for KnownLines {
    /// For who reads alone.
    fn default() -> Self {
        Self::of_one_in(1)
    }
}

/// A state, and the lines that were read from there.
struct Known {
    state: State,
    lines: AHashMap<Box<str>, Line>,
}

/// Where a grammar stands between two lines.
#[derive(Clone)]
struct State {
    parser: ParseState,
    scopes: ScopeStack,
    /// The class of each scope on the stack: its own, else that of the scope around it.
    classes: Vec<Class>,
}

/// What a line is, and the state after it.
#[derive(Clone)]
struct Line {
    /// Where each part ends, and its class.
    parts: Rc<[Piece]>,
    next: usize,
}

/// Where a reader stands: in a state that is known, by its index, or in one of its own.
enum Stand {
    At(usize),
    Off(Box<State>),
}

/// Reads the blocks of one language.
pub(super) struct Reader<'a> {
    pub(super) grammars: &'a Grammars,
    pub(super) syntax: &'a SyntaxReference,
    pub(super) known: &'a mut KnownLines,
}

impl Reader<'_> {
    /// The pieces of lines, each with the bytes at its start that are no code. None if the grammar can't cope.
    pub(super) fn pieces<'a>(mut self, lines: impl Iterator<Item = (&'a str, usize)>) -> Option<Vec<Piece>> {
        let mut stand = self.start();
        let mut out = Pieces::default();
        for (whole, before) in lines {
            let (plain, line) = whole.split_at_checked(before)?;
            out.push(plain, Class::default());
            if line.is_empty() {
                continue;
            }
            let (parts, next) = self.line(&stand, line)?;
            let mut from = 0;
            for part in parts.iter() {
                out.push(line.get(from..part.end())?, part.class());
                from = part.end();
            }
            stand = next;
        }
        Some(out.finish())
    }

    fn start(&mut self) -> Stand {
        if let Some(index) = self.known.starts.get(&self.syntax.name) {
            return Stand::At(*index);
        }
        let start = State { parser: ParseState::new(self.syntax), scopes: ScopeStack::new(), classes: Vec::new() };
        let stand = self.known.stand(start);
        if let Stand::At(index) = stand {
            self.known.starts.insert(self.syntax.name.clone(), index);
        }
        stand
    }

    /// The parts of a line, and where the reader stands after it.
    fn line(&mut self, stand: &Stand, line: &str) -> Option<(Rc<[Piece]>, Stand)> {
        let mut after = match stand {
            Stand::Off(state) => State::clone(state),
            Stand::At(index) => {
                let known = self.known.states.get(*index)?;
                if let Some(Line { parts, next }) = known.lines.get(line) {
                    return Some((Rc::clone(parts), Stand::At(*next)));
                }
                known.state.clone()
            }
        };
        let parts = self.read(&mut after, line)?;
        let reached = self.known.stand(after);
        let bytes = line.len() + size_of::<(Box<str>, Line)>() + size_of_val(&*parts);
        if let (Stand::At(from), Stand::At(next)) = (stand, &reached)
            && self.known.bytes + bytes <= self.known.room
            && let Some(known) = self.known.states.get_mut(*from)
        {
            self.known.bytes += bytes;
            known.lines.insert(line.into(), Line { parts: Rc::clone(&parts), next: *next });
        }
        Some((parts, reached))
    }

    /// Reads a line with the grammar.
    fn read(&mut self, state: &mut State, line: &str) -> Option<Rc<[Piece]>> {
        let mut parts: Vec<Piece> = Vec::new();
        let State { parser, scopes, classes } = state;
        let known = &mut self.known.classes;
        // Of parts that end at one place the first is the one that has text.
        let mut add = |end: usize, classes: &[Class]| {
            if parts.last().map_or(0, |part| part.end()) < end {
                parts.push(Piece::new(end, classes.last().copied().unwrap_or_default()));
            }
        };
        for (at, operation) in parser.parse_line(line, &self.grammars.syntaxes).ok()? {
            add(at, classes);
            let hook = |operation, stack: &[Scope]| match operation {
                BasicScopeStackOp::Push(scope) => {
                    let around = classes.last().copied().unwrap_or_default();
                    let own = *known.entry(scope).or_insert_with(|| self.grammars.class(scope));
                    classes.push(own.unwrap_or(around));
                }
                BasicScopeStackOp::Pop => classes.truncate(stack.len()),
            };
            scopes.apply_with_hook(&operation, hook).ok()?;
        }
        add(line.len(), classes);
        Some(Rc::from(parts))
    }
}

impl KnownLines {
    /// For one of several threads.
    pub(in crate::render) fn of_one_in(threads: usize) -> Self {
        let room = LINE_BYTES / threads.max(1);
        Self { states: Vec::new(), starts: HashMap::new(), bytes: 0, room, classes: AHashMap::new() }
    }

    /// The place of a state among those that are known, unless it would be one too many.
    fn stand(&mut self, state: State) -> Stand {
        let is_same = |known: &Known| known.state.parser == state.parser && known.state.scopes == state.scopes;
        if let Some(index) = self.states.iter().position(is_same) {
            return Stand::At(index);
        }
        if self.states.len() >= STATES {
            return Stand::Off(Box::new(state));
        }
        self.states.push(Known { state, lines: AHashMap::new() });
        Stand::At(self.states.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Highlighter;
    use super::KnownLines;

    /// Lines that open and close what spans several.
    const LINES: &[&str] = &[
        "echo \"a $B\" # c",
        "cat <<EOF",
        "cat <<'WORD'",
        "EOF",
        "WORD",
        "if [ -f x ]; then",
        "fi",
        "echo \"open",
        "close\"",
        "for i in 1 2; do ls $i \\",
        "  --all",
        "done",
        "key: |",
        "  text: 1",
        "- a: 'x",
        "  y'",
        "}",
        "fn main() { /* a",
        "*/ let s = r#\"b",
        "\"#; }",
        "",
    ];

    proptest! {
        #[test]
        fn what_is_remembered_changes_nothing(blocks in proptest::collection::vec((0..3_usize, proptest::collection::vec(0..LINES.len(), 0..12)), 1..12)) {
            let (highlighter, mut known) = (Highlighter::default(), KnownLines::default());
            for (language, lines) in blocks {
                let language = ["bash", "yaml", "rust"][language];
                let code: String = lines.iter().flat_map(|line| [LINES[*line], "\n"]).collect();
                let alone = highlighter.pieces(&mut KnownLines::default(), language, &code);
                prop_assert_eq!(highlighter.pieces(&mut known, language, &code), alone, "{}", code);
            }
        }
    }

    #[test]
    fn more_states_than_are_remembered_are_read_all_the_same() {
        let (highlighter, mut known) = (Highlighter::default(), KnownLines::default());
        for number in 0..super::STATES + 20 {
            let code = format!("cat <<WORD{number}\n$(date)\nWORD{number}\nls # x\n");
            let found = highlighter.pieces(&mut known, "bash", &code);
            assert_eq!(found, highlighter.pieces(&mut KnownLines::default(), "bash", &code), "{number}");
        }
        assert_eq!(known.states.len(), super::STATES);
    }
}
