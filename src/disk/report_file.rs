use std::fs;
use std::path::{Path, PathBuf};

use super::files::{replace, write_fresh};
use super::places::resolve;
use super::{DiskError, Layout};

/// Endings of reports: in a plain folder of documents, where reports lie among the sources, only such a file is replaced.
const ENDINGS: [&str; 6] = ["json", "log", "sarif", "txt", "xml", "yaml"];

/// A file that a report may be written to: no part of the handbook, and not of its site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// Without symbolic links, so that two names of one file are equal.
    path: PathBuf,
    /// A pipe or a terminal, which has no old text to keep.
    is_stream: bool,
}

impl ReportFile {
    /// Finds the place of a report before any work is done.
    ///
    /// # Errors
    ///
    /// If a folder stands there, or the place belongs to the handbook in `root` or to its site.
    pub fn new(path: &Path, root: &Path, layout: &Layout) -> Result<Self, DiskError> {
        // Through `/dev/stdout` and the like, and never by renaming: that would put a file in the place of the device.
        let found = fs::metadata(path).ok();
        let is_device = path.starts_with("/dev") || path.starts_with("/proc");
        if found.as_ref().is_some_and(|found| !found.is_dir() && (is_device || !found.is_file())) {
            return Ok(Self { path: path.to_owned(), is_stream: true });
        }
        if found.as_ref().is_some_and(fs::Metadata::is_dir) || path.as_os_str().to_string_lossy().ends_with(['/', '\\']) {
            let message = format!("'{}' is a folder, and a report is one file", path.display());
            return Err(DiskError::new(path, message, format!("name a file in it: '{}'", path.join("report").display())));
        }
        let real = resolve(path, "the file")?;
        match owner(&real, root, layout, found.is_some()) {
            None => Ok(Self { path: real, is_stream: false }),
            Some(owner) => {
                let message = format!("'{}' is no place for a report: {owner}", path.display());
                Err(DiskError::new(path, message, "name a file outside of the handbook's folders, such as 'reports/opsbook.txt'"))
            }
        }
    }

    /// Writes the report in one step, over the last one; makes the folders above it.
    ///
    /// # Errors
    ///
    /// If the place can't be written; what stood there stays then.
    pub fn write(&self, text: &str) -> Result<(), DiskError> {
        use std::io::Write;

        let failed = |error: &std::io::Error| DiskError::io("write", &self.path, error);
        if self.is_stream {
            let mut stream = fs::OpenOptions::new().write(true).open(&self.path).map_err(|error| failed(&error))?;
            return stream.write_all(text.as_bytes()).map_err(|error| failed(&error));
        }
        if self.path.exists() {
            return replace(&self.path, text);
        }
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(|error| DiskError::io("make the folder", folder, &error))?;
        }
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let beside = self.path.with_file_name(format!(".{name}.opsbook-{}", std::process::id()));
        write_fresh(&beside, text.as_bytes()).and_then(|()| fs::rename(&beside, &self.path)).map_err(|error| {
            // Nothing more can be done if even this fails.
            let _ = fs::remove_file(&beside);
            failed(&error)
        })
    }
}

/// Makes sure that a file which opsbook keeps, such as a baseline, is no part of the handbook in `root` and not of its site.
///
/// # Errors
///
/// If the place belongs to one of them.
pub fn need_free_place(path: &Path, what: &str, root: &Path, layout: &Layout) -> Result<(), DiskError> {
    // What stands there is for the caller to look at.
    let Some(owner) = owner(&resolve(path, what)?, root, layout, false) else { return Ok(()) };
    let message = format!("'{}' is no place for {what}: {owner}", path.display());
    Err(DiskError::new(path, message, "name a file outside of the handbook's folders, such as 'baseline.jsonl' beside book.toml"))
}

/// Whose a place is already, in words; none if it is free.
fn owner(real: &Path, root: &Path, layout: &Layout, is_there: bool) -> Option<String> {
    let real_root = fs::canonicalize(root).ok()?;
    let place = |name: &str| fs::canonicalize(real_root.join(name)).unwrap_or_else(|_| real_root.join(name));
    let folders = [layout.content.as_str(), "schemas", "themes"];
    if let Some(folder) = folders.into_iter().find(|folder| !folder.is_empty() && real.starts_with(place(folder))) {
        return Some(format!("what lies in '{folder}' is part of the handbook"));
    }
    if let Some(mount) = layout.mounts.list().iter().find(|mount| real.starts_with(&mount.folder)) {
        return Some(format!("what lies in '{}' is part of the handbook", mount.shown));
    }
    let site = layout.output.as_ref().and_then(|output| resolve(&real_root.join(output), "the output folder").ok());
    if site.is_some_and(|site| real.starts_with(site)) {
        return Some("it lies in the published site".to_owned());
    }
    let is_source = is_rule_file(real, &real_root, layout) || real == place("book.toml") || layout.extra.iter().any(|extra| real == place(extra));
    let ending = real.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_document = matches!(ending.as_str(), "md" | "markdown");
    let is_asset = layout.content.is_empty() && is_there && real.starts_with(&real_root) && !ENDINGS.contains(&ending.as_str());
    (is_source || is_document || is_asset)
        .then(|| if is_document { "that is the name of a document" } else { "it is a file of the handbook" }.to_owned())
}

/// Whether a place is one of a rule file, by its name.
fn is_rule_file(real: &Path, real_root: &Path, layout: &Layout) -> bool {
    let inside = real.strip_prefix(real_root).ok().map(|inside| inside.to_string_lossy().replace('\\', "/"));
    inside.is_some_and(|inside| crate::source::globs(layout.rules.iter().map(String::as_str)).is_match(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(content: &str) -> (tempfile::TempDir, Layout) {
        let folder = tempfile::tempdir().unwrap();
        for file in ["content/a.md", "schemas/b.yaml", "book/index.html", "book.toml", "own.css", "logo.png", "report.json", "LOG.md"] {
            super::super::write_new(&folder.path().join(file), "kept").unwrap();
        }
        let layout = Layout {
            content: content.to_owned(),
            output: Some(PathBuf::from("book")),
            extra: vec!["own.css".to_owned()],
            rules: vec!["alerts/*.yaml".to_owned()],
            ..Layout::default()
        };
        (folder, layout)
    }

    fn place(folder: &tempfile::TempDir, layout: &Layout, path: &str) -> Result<ReportFile, String> {
        ReportFile::new(&folder.path().join(path), folder.path(), layout).map_err(|error| error.message)
    }

    #[test]
    fn a_report_never_takes_the_place_of_a_source() {
        let (folder, layout) = book("content");
        for path in [
            "content/a.md",
            "content/new.sarif",
            "content/../content/x/y.json",
            "schemas/b.yaml",
            "themes/x.json",
            "book.toml",
            "own.css",
            "alerts/new.yaml",
        ] {
            assert!(place(&folder, &layout, path).is_err(), "{path}");
        }
        for path in ["book/index.html", "book/new.xml", "LOG.md", "content", "content/", "new/"] {
            assert!(place(&folder, &layout, path).is_err(), "{path}");
        }
        for path in ["report.json", "new.sarif", "new/folders/x.xml", "contents.json", "no-ending", "logo.png"] {
            assert!(place(&folder, &layout, path).is_ok(), "{path}");
        }
    }

    #[test]
    fn in_a_plain_folder_only_a_report_is_replaced() {
        let (folder, layout) = book("");
        for path in ["content/a.md", "LOG.md", "new.MD", "logo.png", "own.css", "book.toml", "schemas/new.json"] {
            assert!(place(&folder, &layout, path).is_err(), "{path}");
        }
        for path in ["report.json", "new.sarif", "new.png", "new/x"] {
            assert!(place(&folder, &layout, path).is_ok(), "{path}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn links_are_seen_through_and_streams_are_written_to() {
        let (folder, layout) = book("content");
        std::os::unix::fs::symlink("content/a.md", folder.path().join("innocent.json")).unwrap();
        assert!(place(&folder, &layout, "innocent.json").is_err());
        std::os::unix::fs::symlink("report.json", folder.path().join("again.json")).unwrap();
        assert_eq!(place(&folder, &layout, "again.json"), place(&folder, &layout, "report.json"));
        let null = ReportFile::new(Path::new("/dev/null"), folder.path(), &layout).unwrap();
        null.write("x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn a_report_is_written_whole_and_over_the_last_one() {
        let (folder, layout) = book("content");
        for (path, text) in [("new/folders/x.xml", "one"), ("new/folders/x.xml", "two")] {
            place(&folder, &layout, path).unwrap().write(text).unwrap();
            assert_eq!(super::super::files::read_at_most(&folder.path().join(path), 100).unwrap(), text.as_bytes());
        }
        assert_eq!(folder.path().join("new/folders").read_dir().unwrap().count(), 1);
        let error = place(&folder, &layout, "book.toml/x.json").and_then(|file| file.write("x").map_err(|error| error.message));
        assert!(error.is_err(), "a file is no folder");
    }
}
