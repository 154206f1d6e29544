//! Sessions: which lines of a code block are commands, which are what they print.
//!
//! The rules, for blocks in a language of sessions (`console`):
//! - A line with a prompt is a command. Without any prompt the block is plain code.
//! - What a command needs to be complete belongs to it: lines after a backslash, in quotes, in a here-document. A `> ` before them is a prompt.
//! - `# ` is the prompt of root only where no other prompt stands in the block and the line reads as a command, not as a sentence.
//! - Everything else is output.
//!
//! A block in the language of a shell is a session only if each of its commands begins with `$ `: what has no prompt there may be a command too.

use std::ops::Range;

/// A prompt longer than this in bytes is text.
const PROMPT_LIMIT: usize = 80;
/// Words of sentences, which tell a comment from a command of root.
const WORDS_OF_SENTENCES: &[&str] = &["a", "an", "and", "are", "if", "is", "that", "the", "then", "this", "to", "your"];
/// Words after which a shell asks for more.
const ASKS_FOR_MORE: &[&str] = &["|", "||", "&&", "do", "then", "else", "{", "("];

/// One line of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line with its end.
    pub range: Range<usize>,
    /// What it is.
    pub kind: LineKind,
}

/// What a [`Line`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// A command, or a part of one, after so many bytes of prompt.
    Command(usize),
    /// What a command prints.
    Output,
}

/// The lines of a block that is a session; none if it is plain code.
#[must_use]
pub fn read(language: &str, code: &str) -> Option<Vec<Line>> {
    let prompts = if super::is_session(language) {
        Prompts::of(code)?
    } else if super::is_shell(language) && code.trim_start().starts_with("$ ") {
        Prompts::DOLLAR
    } else {
        return None;
    };
    let mut lines = Vec::new();
    let mut open = Open::default();
    let mut at = 0;
    for text in code.split_inclusive('\n') {
        let range = at..at + text.len();
        at = range.end;
        let line = text.trim_end_matches(['\n', '\r']);
        let kind = if let Some(more) = open.goes_on(line) {
            LineKind::Command(more)
        } else if let Some(length) = prompts.of_line(line) {
            open.begin(line.get(length..).unwrap_or_default());
            LineKind::Command(length)
        } else {
            LineKind::Output
        };
        let is_command_without_prompt = prompts == Prompts::DOLLAR && kind == LineKind::Output && !line.trim().is_empty();
        if is_command_without_prompt && !line.starts_with('#') {
            return None;
        }
        lines.push(Line { range, kind });
    }
    Some(lines)
}

/// The prompts of one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Prompts {
    /// Whether only `$ ` is one.
    only_dollar: bool,
    /// Whether a bare `# ` is one.
    root: bool,
    /// Whether a bare `> ` is one.
    angle: bool,
}

impl Prompts {
    const DOLLAR: Self = Self { only_dollar: true, root: false, angle: false };

    /// None if no line of the block has a prompt.
    fn of(code: &str) -> Option<Self> {
        let plain = Self { only_dollar: false, root: false, angle: false };
        if code.lines().any(|line| plain.of_line(line).is_some()) {
            return Some(plain);
        }
        let first = code.lines().find(|line| !line.trim().is_empty())?;
        let root = first.strip_prefix("# ").is_some_and(reads_as_command);
        (root || first.starts_with("> ")).then_some(Self { root, angle: !root, ..plain })
    }

    /// The length of the prompt that a line begins with.
    fn of_line(self, line: &str) -> Option<usize> {
        let is_bare = |sign: &str| line.strip_prefix(sign).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        let bare = |sign: &str| is_bare(sign).then(|| line.len().min(sign.len() + 1));
        if self.only_dollar {
            return bare("$");
        }
        if self.root && line.strip_prefix("# ").is_some_and(reads_as_command) {
            return Some(2);
        }
        if self.angle && line.starts_with('>') {
            return bare(">");
        }
        bare("$").or_else(|| bare("%")).or_else(|| long_prompt(line))
    }
}

/// The length of a prompt that names a place: `user@host:~$ `, `(venv) $ `, `PS C:\> `, `members=> `.
fn long_prompt(line: &str) -> Option<usize> {
    // What a prompt of a virtual environment puts before the others.
    let inner = line.strip_prefix('(').and_then(|rest| rest.split_once(") ")).map_or(line, |(_, rest)| rest);
    let before = line.len() - inner.len();
    if before > 0 && inner.starts_with("$ ") {
        return Some(before + 2);
    }
    let start = inner.get(..inner.floor_char_boundary(PROMPT_LIMIT)).unwrap_or_default();
    let ends = |sign: &str| start.find(sign).map(|at| (start.get(..at).unwrap_or_default(), before + at + sign.len()));
    if start.starts_with("PS ") || start.starts_with("PS>") || start.get(1..3) == Some(":\\") {
        return ends("> ").map(|(_, length)| length);
    }
    let is_place = |place: &str| {
        let bracketed = place.starts_with('[') && place.ends_with(']') && place.contains('@');
        let plain = !place.contains(char::is_whitespace) && place.contains(['@', ':']) && !place.contains(['=', '"', '\'', '(', '<']);
        bracketed || plain
    };
    for sign in ["$ ", "# "] {
        if let Some((_, length)) = ends(sign).filter(|(place, _)| is_place(place)) {
            return Some(length);
        }
    }
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let database = ["=> ", "=# ", "-> ", "-# "].into_iter().find_map(|sign| ends(sign).filter(|(name, _)| is_name(name)));
    let client = || ends("> ").filter(|(name, _)| matches!(*name, "mysql" | "MariaDB" | "sqlite" | "redis" | "mongosh" | "nats"));
    database.or_else(client).map(|(_, length)| length)
}

/// Whether what stands behind a `#` is a command of root and no comment.
fn reads_as_command(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '/' | '.' | '~'));
    begins && !text.trim_end().ends_with(['.', ':']) && !text.split_whitespace().any(|word| WORDS_OF_SENTENCES.contains(&word))
}

/// What a command that has begun still needs.
#[derive(Default)]
struct Open {
    /// The quote that is open.
    quote: Option<char>,
    /// Whether the line ended in something that asks for more; with a backslash even a line without a prompt belongs to it.
    more: Option<bool>,
    /// The word that ends the here-document, once its line comes.
    document: Option<String>,
}

impl Open {
    fn begin(&mut self, command: &str) {
        *self = Self::default();
        self.read(command);
    }

    /// If the line belongs to the command before it: the length of its prompt.
    fn goes_on(&mut self, line: &str) -> Option<usize> {
        let prompt = if line == ">" { 1 } else { usize::from(line.starts_with("> ")) * 2 };
        if let Some(word) = &self.document {
            if line.trim_start_matches('\t') == word || line.get(prompt..) == Some(word) {
                self.document = None;
            }
            return Some(prompt);
        }
        let must = self.quote.is_some() || self.more == Some(true);
        if must || self.more == Some(false) && prompt > 0 {
            self.read(line.get(prompt..).unwrap_or_default());
            // Nobody counts when a loop is done: it goes on as long as the prompts do.
            if !must && self.more.is_none() {
                self.more = Some(false);
            }
            return Some(prompt);
        }
        self.more = None;
        None
    }

    /// Looks at quotes, here-documents and the end of a line of a command.
    fn read(&mut self, line: &str) {
        let mut characters = line.char_indices().peekable();
        let mut before = ' ';
        while let Some((at, character)) = characters.next() {
            match (self.quote, character) {
                (Some('\''), '\\') => {}
                (_, '\\') => drop(characters.next()),
                (Some(quote), _) if quote == character => self.quote = None,
                (None, '"' | '\'') => self.quote = Some(character),
                (None, '#') if before.is_whitespace() => break,
                (None, '<') if line.get(at..).is_some_and(|rest| rest.starts_with("<<") && !rest.starts_with("<<<")) && before != '<' => {
                    let word = line.get(at + 2..).unwrap_or_default().trim_start_matches(['-', ' ']);
                    let word: String =
                        word.chars().skip_while(|c| matches!(c, '"' | '\'')).take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    self.document = Some(word).filter(|word| !word.is_empty());
                }
                _ => {}
            }
            before = character;
        }
        let last = line.trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
        let backslashes = line.chars().rev().take_while(|c| *c == '\\').count();
        self.more = match backslashes % 2 {
            1 => Some(true),
            _ => ASKS_FOR_MORE.contains(&last).then_some(matches!(last, "|" | "||" | "&&")),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a session, commands behind `c` and the length of their prompt, output behind `o`.
    fn check(language: &str, code: &str, expected: &str) {
        let line = |line: &Line| match line.kind {
            LineKind::Command(prompt) => format!("c{prompt}"),
            LineKind::Output => "o".to_owned(),
        };
        let lines = read(language, code);
        if let Some(lines) = &lines {
            assert_eq!(lines.iter().map(|line| &code[line.range.clone()]).collect::<String>(), code);
        }
        let shown = lines.map_or_else(|| "plain".to_owned(), |lines| lines.iter().map(line).collect::<Vec<_>>().join(" "));
        assert_eq!(shown, expected, "{language}:\n{code}");
    }

    #[test]
    fn commands_and_output_are_told_apart() {
        for (code, expected) in [
            ("$ ls\na b\n$ pwd\n/\n", "c2 o c2 o"),
            ("$\n$ ls", "c1 c2"),
            ("ls\n", "plain"),
            ("ops@bastion:~$ kubectl get pods\nNAME\n", "c15 o"),
            ("[ops@bastion ~]$ ls\nx\n", "c17 o"),
            ("root@nats-0:/# df -h\nFilesystem\n", "c15 o"),
            ("(venv) $ pip list\nx\n", "c9 o"),
            ("PS C:\\Users> Get-Pod\nx\n", "c13 o"),
            ("members=> select 1;\n 1\nmembers-# x\n", "c10 o c10"),
            ("$ kubectl get \\\n    pods\nNAME\n", "c2 c0 o"),
            ("$ cat <<EOF\nrm\nEOF\nrm\n", "c2 c0 c0 o"),
            ("$ cat <<'EOF'\n> rm\n> EOF\nrm\n", "c2 c2 c2 o"),
            ("$ echo 'a\nb'\na\n", "c2 c0 o"),
            ("$ echo \"it's\" # don't\nit's\n", "c2 o"),
            ("$ for i in 1 2; do\n>   echo $i\n> done\n1\n", "c2 c2 c2 o"),
            ("$ curl -v x\n> GET / HTTP/1.1\n< 200\n", "c2 o o"),
            ("$ a &&\nb\nc\n", "c2 c0 o"),
            // A comment beside another prompt, the metrics that a command prints.
            ("# Look at the pods\n$ ls\n# HELP x\n", "o c2 o"),
            ("# systemctl restart nats\n# systemctl status nats\nactive\n", "c2 c2 o"),
            ("# Restart it\nsystemctl restart nats\n", "plain"),
            ("# restart the pods\nkubectl x\n", "plain"),
            ("> show databases\nmembers\n", "c2 o"),
            ("% ls\n", "c2"),
        ] {
            check("console", code, expected);
        }
    }

    #[test]
    fn shell_code_is_a_session_only_with_prompts_throughout() {
        for (code, expected) in
            [("$ a\n\n# comment\n$ b \\\n  c\n", "c2 o o c2 c0"), ("$ a\nb\n", "plain"), ("a\n$ b\n", "plain"), ("$HOME/bin/x\n", "plain")]
        {
            check("bash", code, expected);
        }
        check("text", "$ ls\n", "plain");
    }

    #[test]
    fn long_blocks_take_no_longer_than_their_length() {
        for line in ["$ cat <<EOF\n", "$ a \\\n", "$ '\n", "a@b\n", "> \n", "$ \n"] {
            let code = line.repeat(100_000);
            let _ = read("console", &code);
        }
    }
}
