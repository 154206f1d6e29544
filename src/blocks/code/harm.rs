//! Whether a code block does harm: what its author says of it, else what its commands destroy.
//!
//! Knows how to find the commands of [`destroyers`](super::destroyers) in code. Must not know how harm is shown.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::destroyers::{CLIENTS, COMMANDS, HARMLESS, STATEMENTS, WITH_VALUE};
use super::{commands, is_database, is_session, is_shell};
use crate::document::{Fence, Harm};

/// Blocks longer than this in bytes are data: nobody runs them by hand.
const LENGTH_LIMIT: usize = 200_000;
/// Commands that one block names at most.
const COMMAND_LIMIT: usize = 3;

/// A code block that does harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harmful {
    /// Index of the fence.
    pub fence: usize,
    /// What to say about it.
    pub words: Words,
}

/// What there is to say about a block that does harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// The author marked it, perhaps with words.
    Author(Option<String>),
    /// Commands in it destroy.
    Destroys(Vec<Destroyer>),
}

/// A command that destroys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyer {
    /// The words of the command that tell: `kubectl delete`.
    pub command: String,
    /// What it does: `removes objects of the cluster`.
    pub effect: &'static str,
}

/// What to say about the harm that a block does, if it does any.
#[must_use]
pub fn of(fence: &Fence) -> Option<Words> {
    match &fence.info.harm {
        Harm::Safe => None,
        Harm::Danger(Some(words)) => Some(Words::Author(Some(words.clone()))),
        Harm::Danger(None) => Some(destroyers(fence).map_or(Words::Author(None), Words::Destroys)),
        Harm::Unsaid => destroyers(fence).map(Words::Destroys),
    }
}

fn destroyers(fence: &Fence) -> Option<Vec<Destroyer>> {
    if fence.content.len() > LENGTH_LIMIT {
        return None;
    }
    let mut found: Vec<Destroyer> = Vec::new();
    if is_shell(&fence.language) || is_session(&fence.language) {
        let text = commands::text(&fence.language, &fence.content);
        for words in commands::split(&text) {
            add(command(&words), &mut found);
            let is_client = words.first().is_some_and(|program| CLIENTS.contains(&commands::name(program)));
            for statements in words.iter().filter(|word| is_client && word.contains(' ')) {
                sql(statements, &mut found);
            }
            // The prompt of a client, or what is handed to one by a here-document.
            if words.iter().flat_map(|word| word.split_whitespace()).next().is_some_and(begins_statement) {
                add(statement(&words.join(" ")), &mut found);
            }
        }
    } else if is_database(&fence.language) {
        sql(&fence.content, &mut found);
    }
    (!found.is_empty()).then_some(found)
}

fn add(destroyer: Option<Destroyer>, found: &mut Vec<Destroyer>) {
    found.extend(destroyer.filter(|destroyer| found.len() < COMMAND_LIMIT && !found.iter().any(|known| known.effect == destroyer.effect)));
}

/// What a command destroys.
fn command(words: &[String]) -> Option<Destroyer> {
    let (program, arguments) = words.split_first()?;
    let program = commands::name(program);
    let lowered = program.to_ascii_lowercase();
    if !is_destroyer(&lowered) {
        return None;
    }
    if arguments.iter().any(|word| HARMLESS.contains(&word.as_str())) {
        return None;
    }
    let mut plain = Vec::new();
    let mut options = Vec::new();
    let mut after_option = false;
    for word in arguments {
        if word.starts_with('-') && word.len() > 1 {
            after_option = WITH_VALUE.contains(&word.as_str());
            options.push(word.as_str());
        } else if !std::mem::take(&mut after_option) {
            plain.push(word.as_str());
        }
    }
    COMMANDS.iter().find_map(|(row, effect)| {
        let mut parts = row.split(' ');
        if !parts.next()?.split('|').any(|name| fits(name, &lowered)) {
            return None;
        }
        let mut shown = vec![program];
        let mut next = plain.iter();
        for part in parts {
            let mut alternatives = part.split('|');
            if part.starts_with('-') {
                shown.push(options.iter().find(|option| alternatives.clone().any(|wanted| is_option(wanted, option)))?);
            } else if part.contains('=') {
                plain.iter().find(|word| fits(part, word))?;
                shown.push(part.trim_end_matches('*'));
            } else {
                shown.push(next.next().filter(|word| alternatives.any(|wanted| fits(wanted, word)))?);
            }
        }
        Some(Destroyer { command: shown.join(" "), effect })
    })
}

/// Whether a program can destroy something: most can't, and needn't be compared with every line of the table.
fn is_destroyer(program: &str) -> bool {
    static NAMES: LazyLock<(HashSet<&str>, Vec<&str>)> = LazyLock::new(|| {
        let names = COMMANDS.iter().flat_map(|(row, _)| row.split(' ').next().unwrap_or_default().split('|'));
        let (beginnings, whole): (Vec<&str>, Vec<&str>) = names.partition(|name| name.ends_with('*'));
        (whole.into_iter().collect(), beginnings)
    });
    let (whole, beginnings) = &*NAMES;
    whole.contains(program) || beginnings.iter().any(|name| fits(name, program))
}

/// Whether a word is one that a statement which destroys begins with.
fn begins_statement(word: &str) -> bool {
    let is = |begin: &str| word.eq_ignore_ascii_case(begin);
    is("DELETE") || is("ALTER") || STATEMENTS.iter().any(|(row, _)| row.split(' ').next().is_some_and(is))
}

/// Whether a word is what a pattern says: the word, or all that begins so before a `*`.
fn fits(pattern: &str, word: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == word, |start| word.starts_with(start))
}

/// Whether an option is the wanted one, alone, with its value, or among the letters of others: `-r` in `-rf`.
fn is_option(wanted: &str, option: &str) -> bool {
    let letter = wanted.strip_prefix('-').filter(|letter| letter.len() == 1);
    let letters = option.strip_prefix('-').filter(|letters| !letters.is_empty() && letters.chars().all(|c| c.is_ascii_alphabetic()));
    let among = letter.zip(letters).is_some_and(|(letter, letters)| letters.len() <= 4 && letters.contains(letter));
    among || fits(wanted, option) || option.split_once('=').is_some_and(|(name, _)| name == wanted)
}

/// Finds the statements that destroy.
fn sql(text: &str, found: &mut Vec<Destroyer>) {
    for text in without_comments(text).split(';') {
        add(statement(text), found);
    }
}

fn statement(text: &str) -> Option<Destroyer> {
    let words: Vec<String> = text.split_whitespace().take(2).map(str::to_ascii_uppercase).collect();
    let first = words.first()?;
    for (row, effect) in STATEMENTS {
        if row.split(' ').zip(words.iter()).all(|(wanted, word)| wanted == word) && row.split(' ').count() <= words.len() {
            // The program of shells and the statement have one name.
            let is_program = *row == "TRUNCATE" && text.trim_start().starts_with("truncate -");
            return (!is_program).then(|| Destroyer { command: (*row).to_owned(), effect });
        }
    }
    let has = |wanted: &str| text.split_whitespace().any(|word| word.eq_ignore_ascii_case(wanted));
    if first == "DELETE" && words.get(1).is_some_and(|word| word == "FROM") && !has("WHERE") {
        return Some(Destroyer { command: "DELETE FROM".to_owned(), effect: "removes every row, for it has no WHERE" });
    }
    let drops_column = first == "ALTER" && has("TABLE") && has("DROP") && has("COLUMN");
    drops_column.then(|| Destroyer { command: "DROP COLUMN".to_owned(), effect: "removes a column and what it holds" })
}

/// Statements without their comments, and with nothing in their strings.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\'', '-', '/']) {
        let (before, after) = rest.split_at(at);
        kept.push_str(before);
        let end = match after.as_bytes() {
            [b'-', b'-', ..] => after.find('\n').unwrap_or(after.len()),
            [b'/', b'*', ..] => after.find("*/").map_or(after.len(), |end| end + 2),
            [b'\'', ..] => after.get(1..).and_then(|inside| inside.find('\'')).map_or(after.len(), |end| end + 2),
            _ => {
                kept.extend(after.chars().next());
                1
            }
        };
        rest = after.get(end..).unwrap_or_default();
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::source::{SitePath, Source};

    fn found(info: &str, code: &str) -> String {
        let text = format!("```{info}\n{code}\n```\n");
        let (document, _) = Document::parse(&Source::new(SitePath::new("content/a.md").unwrap(), text.as_str()));
        match of(&document.fences[0]) {
            None => String::new(),
            Some(Words::Author(words)) => format!("author: {}", words.unwrap_or_default()),
            Some(Words::Destroys(found)) => found.into_iter().map(|found| found.command).collect::<Vec<_>>().join(", "),
        }
    }

    #[test]
    fn commands_that_destroy_are_found() {
        for (code, expected) in [
            ("rm -rf /srv/x", "rm -rf"),
            ("rm -f a", ""),
            ("sudo /bin/rm --recursive x", "rm --recursive"),
            ("echo rm -rf x", ""),
            ("ls # rm -rf x", ""),
            ("cd x && rm -r y", "rm -r"),
            ("kubectl --context mc-production -n web delete pod x", "kubectl delete"),
            ("kubectl auth can-i delete pods", ""),
            ("kubectl delete pod x --dry-run=client", ""),
            ("kubectl exec web-0 -- rm -rf /cache", "rm -rf"),
            ("kubectl get pods -l app=delete", ""),
            ("terraform -chdir=prod destroy", "terraform destroy"),
            ("terraform plan -destroy", ""),
            ("git push origin main --force", "git push --force"),
            ("git push --force-with-lease", ""),
            ("git push -f", "git push -f"),
            ("mkfs.ext4 /dev/sdb", "mkfs.ext4"),
            ("dd if=/dev/zero of=/dev/sdb bs=1M", "dd of="),
            ("helm -n web uninstall web", "helm uninstall"),
            ("aws --profile x s3 rm s3://b/p --recursive", "aws s3 rm --recursive"),
            ("aws s3 rm s3://b/key", ""),
            ("aws rds delete-db-instance --db-instance-identifier x", "aws rds delete-db-instance"),
            ("doctl compute droplet delete x", "doctl compute droplet delete"),
            ("psql \"$URL\" -c 'DROP TABLE members'", "DROP TABLE"),
            ("psql <<SQL\ntruncate members;\nSQL", "TRUNCATE"),
            ("truncate -s 0 log", "truncate -s"),
            ("ssh host 'rm -rf /x'", "rm -rf"),
            ("rm -rf a\nrm -rf b\nkubectl delete pod x", "rm -rf, kubectl delete"),
            ("find . -name x -delete", "find -delete"),
            ("docker compose down", ""),
            ("docker compose -f a.yml down -v", "docker compose down -v"),
        ] {
            assert_eq!(found("bash", code), expected, "{code}");
        }
    }

    #[test]
    fn statements_that_destroy_are_found() {
        for (code, expected) in [
            ("DROP TABLE a;", "DROP TABLE"),
            ("select 1; drop database x", "DROP DATABASE"),
            ("-- drop table a\nselect 'drop table b; drop table c'", ""),
            ("/* truncate a; */ select 1", ""),
            ("TRUNCATE a", "TRUNCATE"),
            ("delete from a", "DELETE FROM"),
            ("delete from a\nwhere b = 1", ""),
            ("alter table a drop column b", "DROP COLUMN"),
            ("create table drop_table (x int)", ""),
        ] {
            assert_eq!(found("sql", code), expected, "{code}");
        }
    }

    #[test]
    fn only_commands_count_and_the_author_has_the_last_word() {
        for (info, code, expected) in [
            ("text", "rm -rf /", ""),
            ("yaml", "run: rm -rf /", ""),
            ("console", "$ ls\nrm -rf /", ""),
            ("console", "$ rm -rf /tmp/x\nremoved", "rm -rf"),
            ("console", "members=> drop table a;", "DROP TABLE"),
            ("bash safe", "rm -rf build", ""),
            ("bash danger", "reboot", "author: "),
            ("bash danger", "rm -rf x", "rm -rf"),
            ("bash danger=\"Ends every session\"", "rm -rf x", "author: Ends every session"),
            ("yaml danger", "a: 1", "author: "),
        ] {
            assert_eq!(found(info, code), expected, "{info}: {code}");
        }
    }

    #[test]
    fn hostile_statements_end() {
        for piece in ["'", "/*", "--", "'a", "; "] {
            let _ = found("sql", &piece.repeat(50_000));
        }
    }
}
