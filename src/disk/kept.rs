use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::files::{read_at_most, write_fresh};
use crate::memo::Digest;

/// The folder beside book.toml in which a run leaves what helps the next one.
pub const CACHE: &str = ".opsbook-cache";

/// What a run leaves there, a file each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The colours of code.
    Highlighting,
    /// What pages became.
    Pages,
    /// What other servers said of the addresses that the handbook links to.
    Links,
}

impl Kept {
    fn name(self) -> &'static str {
        match self {
            Self::Highlighting => "highlighting",
            Self::Pages => "pages",
            Self::Links => "links",
        }
    }
}

/// A larger file isn't ours.
const FILE_BYTES: u64 = 256 << 20;

/// Keeps the folder out of repositories.
const IGNORED: (&str, &str) = (".gitignore", "# Made by opsbook.\n*\n");
/// Keeps it out of backups, where programs know of it.
const TAG: (&str, &str) = (
    "CACHEDIR.TAG",
    "Signature: 8a477f597d28d172789f06886806bc55\n# What opsbook remembers from build to build. Delete this folder whenever you like.\n# See https://bford.info/cachedir/\n",
);

/// What an earlier run left in a folder; none if there is nothing, or it can't be read.
#[must_use]
pub fn read_kept(folder: &Path, what: Kept) -> Option<Vec<u8>> {
    let file = folder.join(what.name());
    // What a link leads to was written by others; a pipe would never end.
    let is_own = is_folder(folder) && fs::symlink_metadata(&file).is_ok_and(|found| found.is_file() && found.len() <= FILE_BYTES);
    let bytes = if is_own { read_at_most(&file, FILE_BYTES).ok()? } else { return None };
    (bytes.len() as u64 <= FILE_BYTES).then_some(bytes)
}

/// Leaves something in a folder for the next run. Whoever reads meanwhile finds what was there or what is there now. Where it can't be written, there is
/// nothing to be said: the next run is slower and no other.
pub fn keep(folder: &Path, what: Kept, bytes: &[u8]) {
    let _ = try_keep(folder, what, bytes);
}

fn try_keep(folder: &Path, what: Kept, bytes: &[u8]) -> io::Result<()> {
    if bytes.len() as u64 > FILE_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    make_cache(folder)?;
    // Of two runs at once one writes: what the other would write is as good.
    let lock = folder.join("lock");
    if fs::symlink_metadata(&lock).is_ok_and(|found| !found.is_file()) {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(lock)?;
    lock.try_lock()?;
    let new = folder.join("new");
    write_fresh(&new, bytes).and_then(|()| fs::rename(&new, folder.join(what.name()))).inspect_err(|_| {
        // If this fails too, the next run writes over it.
        let _ = fs::remove_file(&new);
    })
}

/// Makes the folder, if it isn't there, with what keeps it out of repositories and backups.
pub(super) fn make_cache(folder: &Path) -> io::Result<()> {
    if fs::symlink_metadata(folder).is_err() {
        match fs::create_dir(folder) {
            // Another run made it meanwhile.
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    if !is_folder(folder) {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    for (name, text) in [IGNORED, TAG] {
        let place = folder.join(name);
        if fs::symlink_metadata(&place).is_err() {
            match OpenOptions::new().write(true).create_new(true).open(&place) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                opened => opened?.write_all(text.as_bytes())?,
            }
        }
    }
    Ok(())
}

/// What tells this program from others, older and newer ones: the hash of its file. None if that can't be read.
#[must_use]
pub fn program() -> Option<Digest> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(fs::File::open(std::env::current_exe().ok()?).ok()?).ok()?;
    let mut first = [0; 16];
    first.copy_from_slice(hasher.finalize().as_bytes().first_chunk::<16>()?);
    Some(Digest::from_bytes(first))
}

/// Whether it is a folder itself, not a link to one somewhere else.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "scripts that edit files as any program would")]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::PathBuf;

    use super::*;

    fn place() -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(CACHE);
        (root, folder)
    }

    const FILE: &str = "highlighting";

    fn keep(folder: &Path, bytes: &[u8]) -> bool {
        try_keep(folder, Kept::Highlighting, bytes).is_ok()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_was_kept_is_found_again() {
        let (_root, folder) = place();
        assert_eq!(read_kept(&folder, Kept::Highlighting), None);
        for bytes in [&b"one"[..], b"", b"three"] {
            assert!(keep(&folder, bytes));
            assert_eq!(read_kept(&folder, Kept::Highlighting).as_deref(), Some(bytes));
        }
        assert_eq!(names(&folder), [".gitignore", "CACHEDIR.TAG", "highlighting", "lock"]);
        assert!(fs::read_to_string(folder.join(".gitignore")).unwrap().lines().any(|line| line == "*"));
        assert!(fs::read_to_string(folder.join("CACHEDIR.TAG")).unwrap().starts_with("Signature: 8a477f597d28d172789f06886806bc55\n"));
        fs::remove_dir_all(&folder).unwrap();
        assert!(keep(&folder, b"four"), "it may be deleted at any time");
    }

    #[test]
    fn links_and_pipes_are_left_alone() {
        let (root, folder) = place();
        let elsewhere = root.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        symlink(&elsewhere, &folder).unwrap();
        assert!(!keep(&folder, b"one") && names(&elsewhere).is_empty());
        fs::write(elsewhere.join(FILE), "theirs").unwrap();
        assert_eq!(read_kept(&folder, Kept::Highlighting), None);
        fs::remove_file(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
        symlink(elsewhere.join(FILE), folder.join(FILE)).unwrap();
        assert_eq!(read_kept(&folder, Kept::Highlighting), None);
        assert!(keep(&folder, b"ours"));
        assert_eq!(
            (read_kept(&folder, Kept::Highlighting).unwrap(), fs::read_to_string(elsewhere.join(FILE)).unwrap()),
            (b"ours".to_vec(), "theirs".to_owned())
        );
        fs::remove_file(folder.join("lock")).unwrap();
        symlink(elsewhere.join("new"), folder.join("lock")).unwrap();
        assert!(!keep(&folder, b"more") && names(&elsewhere) == [FILE]);
        fs::remove_file(folder.join(FILE)).unwrap();
        let made = std::process::Command::new("mkfifo").arg(folder.join(FILE)).status();
        assert!(made.is_ok_and(|status| status.success()));
        assert_eq!(read_kept(&folder, Kept::Highlighting), None);
    }

    #[test]
    fn where_nothing_can_be_written_nothing_is_kept() {
        let (root, folder) = place();
        fs::write(&folder, "a file").unwrap();
        assert!(!keep(&folder, b"one") && read_kept(&folder, Kept::Highlighting).is_none());
        fs::remove_file(&folder).unwrap();
        // Root may write everywhere.
        let permit = |mode: u32| fs::set_permissions(root.path(), fs::Permissions::from_mode(mode)).unwrap();
        permit(0o555);
        let is_allowed = keep(&folder, b"one");
        permit(0o755);
        assert_eq!(is_allowed, read_kept(&folder, Kept::Highlighting).is_some());
        let _ = fs::remove_file(folder.join(FILE));
        fs::create_dir_all(folder.join(FILE)).unwrap();
        assert!(!keep(&folder, b"two") && !folder.join("new").exists());
    }

    #[test]
    fn runs_at_once_leave_one_of_what_they_wrote() {
        let (_root, folder) = place();
        let all: Vec<Vec<u8>> = (0..8_u8).map(|number| vec![number; 100_000]).collect();
        std::thread::scope(|scope| {
            for bytes in &all {
                let folder = &folder;
                scope.spawn(move || {
                    for _ in 0..20 {
                        keep(folder, bytes);
                        let found = read_kept(folder, Kept::Highlighting);
                        assert!(found.is_none_or(|found| found.len() == 100_000 && found.iter().all(|byte| *byte == found[0])));
                    }
                });
            }
        });
        assert!(read_kept(&folder, Kept::Highlighting).is_some_and(|found| all.contains(&found)));
        assert_eq!(names(&folder), [".gitignore", "CACHEDIR.TAG", "highlighting", "lock"]);
    }
}
