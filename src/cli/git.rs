//! How git is run: in the handbook's folder, whatever the environment says. The only place that starts it.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// What git is told about the repository by whoever runs it, a hook for instance, and about how names are meant. Here the folder of the
/// handbook says the one, and names are names.
const VARIABLES: [&str; 6] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"];

/// git with these arguments in a folder, ready to run. Nothing that is configured in the repository is started by what we ask.
pub(super) fn git_command<S: AsRef<OsStr>>(root: &Path, arguments: &[S]) -> Command {
    let mut command = Command::new("git");
    command
        .args(["-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "--literal-pathspecs"])
        .args(arguments)
        .current_dir(root)
        .stdin(Stdio::null());
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
    command
}
