//! Runs git against repositories that others wrote: with no hooks, no filters, no questions, and for a limited time.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::cli::git::git_command;
use crate::project::masked;

/// A question to a repository may take this long.
const LIMIT: Duration = Duration::from_mins(10);

/// What may lead to a repository. Others, such as `ext::`, run programs that an address names.
const PROTOCOLS: &str = "file:git:http:https:ssh";

/// What is never taken from what is configured: programs that a repository could start, prompts, and upkeep.
const SETTINGS: [&str; 9] = [
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "gc.auto=0",
    "maintenance.auto=false",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
    "advice.detachedHead=false",
];

/// So much of git's complaints is shown, in characters.
const WORDS: usize = 300;

/// Room for what git says on the side.
const SAID_BYTES: u64 = 64 * 1024;

/// git with these arguments, in the handbook's folder so that addresses may be relative to it.
pub(super) fn git(root: &Path, repository: Option<&Path>, arguments: &[&str]) -> Command {
    let mut all: Vec<std::ffi::OsString> = SETTINGS.iter().flat_map(|setting| ["-c".into(), (*setting).into()]).collect();
    if let Some(repository) = repository {
        let mut place = std::ffi::OsString::from("--git-dir=");
        place.push(std::path::absolute(repository).unwrap_or_else(|_| repository.to_owned()));
        all.push(place);
    }
    all.extend(arguments.iter().map(Into::into));
    let mut command = git_command(root, &all);
    command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_ASKPASS", "true").env("SSH_ASKPASS", "true").env("GIT_ALLOW_PROTOCOL", PROTOCOLS);
    for variable in ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_COMMON_DIR"] {
        command.env_remove(variable);
    }
    // In a folder of some repository git goes to the top of that first, and a path from book.toml would lead elsewhere.
    if let Some(above) = root.canonicalize().ok().as_deref().and_then(Path::parent) {
        command.env("GIT_CEILING_DIRECTORIES", above);
    }
    if let Some(ssh) = ssh(root) {
        command.env("GIT_SSH_COMMAND", ssh);
    }
    // When time is up, whatever git started ends with it. Nothing in a group of its own can ask at the terminal.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// How SSH is run, so that it asks nothing; none if somebody has said how.
fn ssh(root: &Path) -> Option<&'static str> {
    static IS_OURS: OnceLock<bool> = OnceLock::new();
    let is_ours = IS_OURS.get_or_init(|| {
        let is_said = ["GIT_SSH_COMMAND", "GIT_SSH"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
        let is_set = || git_command(root, &["config", "--get", "core.sshCommand"]).output().is_ok_and(|answer| !answer.stdout.is_empty());
        !is_said && !is_set()
    });
    is_ours.then_some("ssh -o BatchMode=yes -o ConnectTimeout=30")
}

/// What git answers, as text.
pub(super) fn answer(command: Command, url: &str) -> Result<String, String> {
    let read = |out: &mut dyn BufRead| {
        let mut bytes = Vec::new();
        out.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    run(command, Vec::new(), url, read)
}

/// Runs git, hands it `input`, and lets `read` read its answer. Fails with git's own words, free of secrets.
pub(super) fn run<T>(mut command: Command, input: Vec<u8>, url: &str, read: impl FnOnce(&mut dyn BufRead) -> Result<T, String>) -> Result<T, String> {
    let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no git here".to_owned(),
        _ => format!("git can't be started: {error}"),
    })?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let id = child.id();
    let (done, is_done) = mpsc::channel::<()>();
    let watch = thread::spawn(move || {
        let is_late = is_done.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout);
        if is_late {
            end(id);
        }
        is_late
    });
    let feed = thread::spawn(move || {
        // Whoever doesn't read all of it has its reasons, and says so.
        let _ = stdin.map(|mut stdin| stdin.write_all(&input));
    });
    let hear = thread::spawn(move || {
        let mut said = Vec::new();
        if let Some(mut stderr) = stderr {
            let _ = (&mut stderr).take(SAID_BYTES).read_to_end(&mut said);
            let _ = std::io::copy(&mut stderr, &mut std::io::sink());
        }
        String::from_utf8_lossy(&said).into_owned()
    });
    let outcome = stdout.map_or_else(|| Err("git can't be heard".to_owned()), |stdout| read(&mut BufReader::new(stdout)));
    if outcome.is_err() {
        stop(&mut child);
    }
    let status = child.wait().map_err(|error| error.to_string());
    drop(done);
    let is_late = watch.join().unwrap_or_default();
    let _ = feed.join();
    let said = hear.join().unwrap_or_default();
    if is_late {
        return Err(format!("git took more than {} minutes", LIMIT.as_secs() / 60));
    }
    if status?.success() { outcome } else { Err(words(&said, url)) }
}

/// Ends git and all that it started.
fn end(id: u32) {
    // If this fails, git is gone already.
    let _ = Command::new("kill").args(["-s", "KILL", "--", &format!("-{id}")]).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

fn stop(child: &mut Child) {
    end(child.id());
    let _ = child.kill();
}

/// git's complaint on one line, without secrets and without what commands a terminal.
fn words(said: &str, url: &str) -> String {
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    let line = lines.map(|line| line.trim_start_matches("fatal: ").trim_start_matches("error: ")).collect::<Vec<_>>().join("; ");
    let mut line: String = line.replace(url, &masked(url));
    if let Some((secret, _)) = url.split_once("://").and_then(|(_, rest)| rest.split('/').next()?.rsplit_once('@')) {
        for part in std::iter::once(secret).chain(secret.split(':')).filter(|part| part.len() > 3 && *part != "git") {
            line = line.replace(part, "***");
        }
    }
    let line: String = line.chars().map(|character| if character.is_control() { ' ' } else { character }).take(WORDS).collect();
    if line.is_empty() { "git failed without a word".to_owned() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_short_and_hold_no_secret() {
        for (said, url, expected) in [
            ("fatal: repository 'https://u:s3cret@h/a.git/' not found\n", "https://u:s3cret@h/a.git", "repository 'https://***@h/a.git/' not found"),
            (
                "hint: x\nfatal: could not read Password for 'https://tokentoken@h'\n",
                "https://tokentoken@h/a",
                "could not read Password for 'https://***@h'",
            ),
            ("error: one\nfatal: two\x1b[31m\n", "/a", "one; two [31m"),
            ("", "/a", "git failed without a word"),
        ] {
            assert_eq!(words(said, url), expected);
        }
        assert_eq!(words(&"x".repeat(9000), "/a").len(), WORDS);
    }

    #[test]
    fn no_program_is_run_by_an_address() {
        let folder = tempfile::tempdir().unwrap();
        if Command::new("git").arg("--version").output().is_err() {
            // Without git there is nothing to run.
            return;
        }
        let url = format!("ext::touch {}", folder.path().join("made").display());
        let error = answer(git(folder.path(), None, &["ls-remote", "--", &url]), &url).unwrap_err();
        assert!(error.contains("not allowed"), "{error}");
        assert!(!folder.path().join("made").exists());
    }
}
