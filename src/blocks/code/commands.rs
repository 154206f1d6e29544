//! The words of command lines, as a shell would split them. Must not know what any command does.

use std::borrow::Cow;

use super::session::{self, LineKind};

/// Words before a command that leave it what it is.
const BEFORE: &[&str] = &["!", "command", "do", "doas", "else", "env", "exec", "if", "nohup", "sudo", "then", "time", "until", "while", "xargs", "{"];
/// Commands that run the commands in their arguments.
const RUNS_OTHERS: &[&str] = &["bash", "eval", "sh", "ssh", "su", "watch", "zsh"];
/// How deep commands stand in the arguments of others.
const DEPTH_LIMIT: usize = 3;

/// One command: its words without their quotes.
pub type Command = Vec<String>;

/// What of a block is commands: all of it, or the commands of a session.
#[must_use]
pub fn text<'a>(language: &str, code: &'a str) -> Cow<'a, str> {
    let Some(lines) = session::read(language, code) else { return Cow::Borrowed(code) };
    let commands = lines.iter().filter_map(|line| {
        let LineKind::Command(prompt) = line.kind else { return None };
        code.get(line.range.start + prompt..line.range.end)
    });
    Cow::Owned(commands.collect())
}

/// Every command of a shell's text; those in pipes, in lists and in the arguments of others apart.
#[must_use]
pub fn split(text: &str) -> Vec<Command> {
    let mut found = Vec::new();
    nested(text, 0, &mut found);
    found
}

fn nested(text: &str, depth: usize, found: &mut Vec<Command>) {
    for mut words in simple(text) {
        unwrap(&mut words);
        // What stands behind `--` runs elsewhere: in a container, say.
        let inner = words.iter().position(|word| word == "--").map(|at| words.split_off(at).split_off(1));
        let runs_others = words.first().is_some_and(|first| RUNS_OTHERS.contains(&name(first)));
        if depth < DEPTH_LIMIT {
            if let Some(inner) = inner {
                nested(&inner.join(" "), depth + 1, found);
            }
            for argument in words.iter().filter(|word| runs_others && word.contains(' ')) {
                nested(argument, depth + 1, found);
            }
        }
        if !words.is_empty() {
            found.push(words);
        }
    }
}

/// The name of a program without its folder, `/usr/bin/rm`.
pub(super) fn name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// Takes away what stands before the command itself.
fn unwrap(words: &mut Command) {
    let mut wrapped = false;
    let mut count = 0;
    for word in words.iter() {
        let sets = word.split_once('=').is_some_and(|(key, _)| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
        let wraps = BEFORE.contains(&name(word));
        // Options of what stands before, and their numbers: `xargs -n 1`.
        let option = wrapped && (word.starts_with('-') && word != "--" || word.parse::<u32>().is_ok());
        if !(sets || wraps || option) {
            break;
        }
        wrapped |= wraps;
        count += 1;
    }
    words.drain(..count);
}

fn simple(text: &str) -> Vec<Command> {
    let mut splitter = Splitter::default();
    let mut characters = text.chars().peekable();
    let mut quote = None;
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None | Some('"'), '\\') => match characters.next() {
                // The line goes on.
                Some('\n') if quote.is_none() => splitter.end_word(),
                Some(next) => splitter.add(next),
                None => {}
            },
            (None, '"' | '\'') => {
                quote = Some(character);
                splitter.has_word = true;
            }
            (None, '#') if !splitter.has_word => while characters.next_if(|next| *next != '\n').is_some() {},
            (None, ';' | '&' | '|' | '(' | ')' | '`' | '\n') => splitter.end_command(),
            (None, _) if character.is_whitespace() => splitter.end_word(),
            _ => splitter.add(character),
        }
    }
    splitter.end_command();
    splitter.commands
}

#[derive(Default)]
struct Splitter {
    commands: Vec<Command>,
    words: Command,
    word: String,
    has_word: bool,
}

impl Splitter {
    fn add(&mut self, character: char) {
        self.word.push(character);
        self.has_word = true;
    }

    fn end_word(&mut self) {
        if std::mem::take(&mut self.has_word) {
            self.words.push(std::mem::take(&mut self.word));
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        if !self.words.is_empty() {
            self.commands.push(std::mem::take(&mut self.words));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_as_a_shell_does() {
        for (text, expected) in [
            ("a b; c && d | e", "a b/c/d/e"),
            ("sudo -u x", "x"),
            ("sudo rm -rf 'a b' # rm x", "rm -rf a b"),
            ("A=1 B=2 env c", "c"),
            ("a \\\n  b\nc", "a b/c"),
            ("x | xargs -n 1 rm -r", "x/rm -r"),
            ("kubectl exec p -- rm -r /x", "rm -r /x/kubectl exec p"),
            ("ssh host 'rm -r x; ls'", "rm -r x/ls/ssh host rm -r x; ls"),
            ("echo \"a # b\"", "echo a # b"),
            ("(cd a; b)", "cd a/b"),
            ("if ! a; then b; fi", "a/b/fi"),
            ("'' \"", " "),
        ] {
            let found: Vec<String> = split(text).iter().map(|words| words.join(" ")).collect();
            assert_eq!(found.join("/"), expected, "{text}");
        }
    }

    #[test]
    fn hostile_text_ends() {
        for piece in ["-- ", "ssh ' ", "\\", "\"", "`", "sudo "] {
            let _ = split(&piece.repeat(50_000));
        }
    }
}
