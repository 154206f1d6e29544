//! Runs the program as people do, in folders of its own.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// A run may take this long. It guards against hangs; nothing is measured with it, so it is long enough for a machine with ten times the work.
const PATIENCE_S: u64 = 300;
/// How often a run is asked whether it has ended.
const INTERVAL_MS: u64 = 5;

/// What lies at a path of a handbook.
pub(crate) enum Entry {
    /// A file with these bytes.
    File(Vec<u8>),
    /// An empty folder.
    Folder,
    /// A symbolic link with this target.
    Link(String),
}

/// A file with this text.
pub(crate) fn text(text: impl Into<String>) -> Entry {
    Entry::File(text.into().into_bytes())
}

/// The day on which everything is checked: 20 November 2026, at midnight in UTC.
const TODAY: &str = "1795132800";

/// A folder with a handbook in it; it goes when this value does.
pub(crate) struct Book {
    folder: TempDir,
}

/// How a run ended.
pub(crate) struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Book {
    /// Makes the files. Folders appear as they are needed.
    pub(crate) fn new(files: &[(&str, Entry)]) -> Self {
        let book = Self { folder: tempfile::tempdir().expect("the system has a folder for temporary files") };
        for (path, entry) in files {
            book.put(path, entry);
        }
        book
    }

    pub(crate) fn put(&self, path: &str, entry: &Entry) {
        let place = self.path(path);
        fs::create_dir_all(place.parent().expect("a file lies in a folder")).expect("the folder can be made");
        match entry {
            Entry::File(bytes) => fs::write(&place, bytes).expect("the file can be written"),
            Entry::Folder => fs::create_dir_all(&place).expect("the folder can be made"),
            Entry::Link(target) => std::os::unix::fs::symlink(target, &place).expect("the link can be made"),
        }
    }

    /// Where a path of the handbook lies on disk.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))).into_owned()
    }

    /// Runs opsbook in the handbook's folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run(self.folder.path(), arguments)
    }
}

/// Runs opsbook in a folder. Fails the test if it hangs, is killed or panics.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Run {
    run_with(folder, arguments, &[])
}

/// The same with variables of the environment.
pub(crate) fn run_with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opsbook"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM"] {
        command.env_remove(name);
    }
    command.env("SOURCE_DATE_EPOCH", TODAY).envs(variables.iter().copied());
    let mut child = command.spawn().expect("opsbook starts");
    let out = drain(child.stdout.take().expect("stdout is a pipe"));
    let err = drain(child.stderr.take().expect("stderr is a pipe"));
    let mut status = None;
    for _ in 0..PATIENCE_S * 1000 / INTERVAL_MS {
        status = child.try_wait().expect("a child can be waited for");
        if status.is_some() {
            break;
        }
        thread::sleep(Duration::from_millis(INTERVAL_MS));
    }
    if status.is_none() {
        child.kill().expect("our own child can be ended");
        child.wait().expect("a child can be waited for");
    }
    let (out, err) = (out.join().expect("the pipe is read"), err.join().expect("the pipe is read"));
    let Some(code) = status.and_then(|status| status.code()) else {
        panic!("opsbook {arguments:?} hangs or was killed ({status:?}):\n{}", start(&err));
    };
    assert!(!out.contains("panicked") && !err.contains("panicked"), "opsbook {arguments:?} panics:\n{}\n{}", start(&out), start(&err));
    Run { code, out, err }
}

/// Runs git in a folder, without the settings of whoever runs the tests. Fails the test if git does.
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Tests", "-c", "user.email=tests@example.org", "-c", "init.defaultBranch=main"]);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let answer = command.output().expect("the tests need git");
    assert!(answer.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&answer.stderr));
}

/// The beginning of a text that may be endless.
pub(crate) fn start(text: &str) -> &str {
    text.get(..text.floor_char_boundary(4000)).unwrap_or_default()
}

fn drain(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
