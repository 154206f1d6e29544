use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use globset::GlobSet;
use walkdir::{DirEntry, WalkDir};

use super::DiskError;
use super::areas::{Area, is_own, rule_areas};
use super::manifest::HIDDEN;
use super::scan::Layout;
use crate::source::{Mount, REGISTRY, SitePath, Sources, Unreadable, globs};

/// More files and folders than this are a mistake: links that multiply, or a whole disk.
const ENTRIES: usize = 1_000_000;

/// The texts of a theme. All else in a theme is published as it is.
const THEME_TEXTS: &[&str] = &["css", "html", "js", "json", "md", "mjs", "svg", "toml", "txt", "webmanifest", "xml", "yaml", "yml"];

/// A file that was seen but not read yet.
pub(super) struct Found {
    pub(super) path: SitePath,
    pub(super) file: PathBuf,
    pub(super) metadata: Metadata,
    pub(super) text: bool,
    /// Of a text: whether it is a file of the site too.
    pub(super) published: bool,
}

/// Goes through a handbook's folders and says what each thing in them is.
pub(super) struct Walk<'a> {
    root: &'a Path,
    /// The root without links, which no link may leave.
    pub(super) real_root: PathBuf,
    /// The folder of the documents; of a mount, where it appears.
    content: &'a str,
    /// Whether it is a folder of documents without book.toml.
    is_plain: bool,
    is_mount: bool,
    /// The output folder, as it is written and without links.
    outputs: Vec<PathBuf>,
    /// The rule files, and the folders that they lie in besides the handbook's own.
    rules: GlobSet,
    rule_areas: Vec<Area<'a>>,
}

/// What is known of a file or folder before it is judged.
pub(super) struct Seen<'a> {
    pub(super) path: &'a Path,
    /// Whether it is a folder, or a link to one.
    pub(super) is_folder: bool,
    pub(super) is_link: bool,
    /// Whether it is the top of an area, which may have any name.
    pub(super) is_top: bool,
}

/// What is gone through.
pub(super) struct Top<'a> {
    pub(super) path: &'a Path,
    /// Whether it is an area.
    pub(super) is_area: bool,
    /// How deep.
    pub(super) depth: usize,
    /// The folders that it lies in, up to its area, without links: none of those may come again below it.
    pub(super) above: &'a [PathBuf],
}

impl<'a> Walk<'a> {
    pub(super) fn new(root: &'a Path, layout: &'a Layout) -> Result<Self, DiskError> {
        let real_root = fs::canonicalize(root).map_err(|error| DiskError::io("read the handbook's folder", root, &error))?;
        if !real_root.is_dir() {
            let message = format!("'{}' is not a folder", root.display());
            return Err(DiskError::new(root, message, "name the folder that holds the handbook"));
        }
        real_root.read_dir().map_err(|error| DiskError::io("read the handbook's folder", root, &error))?;
        let content = layout.content.as_str();
        if !content.is_empty() && SitePath::new(content).is_none() {
            let message = format!("the content folder '{content}' is not a folder inside '{}'", root.display());
            return Err(DiskError::new(root, message, "name it from the handbook's root, without '..', as in `src = \"content\"`"));
        }
        let output = layout.output.as_ref().map(|output| root.join(output));
        let real_output = output.as_ref().and_then(|output| fs::canonicalize(output).ok());
        let is_plain = content.is_empty() && !root.join("book.toml").exists();
        let outputs = output.into_iter().chain(real_output).collect();
        Ok(Self {
            root,
            real_root,
            content,
            is_plain,
            is_mount: false,
            outputs,
            rules: globs(layout.rules.iter().map(String::as_str)),
            rule_areas: rule_areas(layout),
        })
    }

    /// The same for a part of the handbook that lies elsewhere; none if its folder isn't there. Paths are those that its files have in the handbook.
    pub(super) fn of_mount(mount: &'a Mount, handbook: &Walk<'_>) -> Option<Self> {
        let real_root = fs::canonicalize(&mount.folder).ok().filter(|folder| folder.read_dir().is_ok())?;
        Some(Self {
            root: &mount.folder,
            real_root,
            content: mount.at.as_str(),
            is_plain: true,
            is_mount: true,
            outputs: handbook.outputs.clone(),
            rules: handbook.rules.clone(),
            rule_areas: Vec::new(),
        })
    }

    /// The folders to read, from the root.
    pub(super) fn areas(&self) -> Vec<Area<'a>> {
        let own = match self.content {
            at if self.is_mount => vec![at],
            "" => vec![""],
            content => vec!["schemas", "themes", content],
        };
        own.into_iter().map(Area::whole).chain(self.rule_areas.iter().copied()).collect()
    }

    /// The file system's name of a path from the root; `""` is the root itself.
    pub(super) fn place(&self, path: &str) -> PathBuf {
        let path = if self.is_mount { path.strip_prefix(self.content).unwrap_or_default().trim_start_matches('/') } else { path };
        if path.is_empty() { self.root.to_owned() } else { self.root.join(path) }
    }

    /// The folder that it goes through.
    pub(super) fn root(&self) -> &'a Path {
        self.root
    }

    pub(super) fn is_mount(&self) -> bool {
        self.is_mount
    }

    /// Looks at one file that need not be there.
    pub(super) fn file(&self, name: &str, found: &mut Vec<Found>, sources: &mut Sources) {
        let file = self.root.join(name);
        let (Some(path), Ok(_)) = (SitePath::new(name), fs::symlink_metadata(&file)) else { return };
        let outcome = if self.leads_out(&file) { Err(Unreadable::LinkOutside) } else { metadata(&file) };
        match outcome {
            // The glob's own finding says that it matches no file.
            Ok(metadata) if metadata.is_dir() && self.is_rule_file(&path) => {}
            Ok(metadata) => found.push(Found { path, file, metadata, text: true, published: false }),
            Err(why) => drop(sources.unreadable.insert(path, why)),
        }
    }

    /// Looks at everything in an area.
    pub(super) fn area(&self, area: Area<'_>, found: &mut Vec<Found>, sources: &mut Sources) -> Result<(), DiskError> {
        let path = self.place(area.folder);
        self.tree(&Top { path: &path, is_area: true, depth: area.depth, above: &[] }, found, sources)
    }

    /// Looks at everything in a folder, or at one file.
    pub(super) fn tree(&self, top: &Top<'_>, found: &mut Vec<Found>, sources: &mut Sources) -> Result<(), DiskError> {
        let Top { path: top, is_area, depth, above } = *top;
        if fs::symlink_metadata(top).is_err() {
            return Ok(());
        }
        let mut entries = 0;
        let mut walk = WalkDir::new(top).max_depth(depth).follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = walk.next() {
            entries += 1;
            if entries > ENTRIES {
                let message = format!("'{}' holds more than {ENTRIES} files and folders", top.display());
                return Err(DiskError::new(top, message, "look for symbolic links that multiply, or name a smaller content folder"));
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.refused(&error, sources);
                    continue;
                }
            };
            let is_folder = entry.file_type().is_dir();
            let seen = Seen { path: entry.path(), is_folder, is_link: entry.path_is_symlink(), is_top: is_area && entry.depth() == 0 };
            if seen.is_link && is_folder && goes_round(entry.path(), above) {
                walk.skip_current_dir();
                self.bad(entry.path(), Unreadable::LinkLoop, sources);
                continue;
            }
            match self.judge(&seen) {
                Verdict::Leave => skip(&entry, &mut walk),
                Verdict::Bad(why) => {
                    skip(&entry, &mut walk);
                    sources.unreadable.extend(self.key(entry.path()).map(|(path, _)| (path, why)));
                }
                Verdict::Folder => {}
                Verdict::File { path, text, published } => match metadata(entry.path()) {
                    Ok(metadata) => found.push(Found { path, file: entry.into_path(), metadata, text, published }),
                    // It was there a moment ago.
                    Err(_) if fs::symlink_metadata(entry.path()).is_err() => {}
                    Err(why) => drop(sources.unreadable.insert(path, why)),
                },
            }
        }
        Ok(())
    }

    /// What is to be done with a file or folder.
    pub(super) fn judge(&self, seen: &Seen<'_>) -> Verdict {
        if !seen.is_top && self.is_left_out(seen) {
            return Verdict::Leave;
        }
        let key = self.key(seen.path);
        let is_wanted = key.as_ref().is_none_or(|(path, _)| self.is_wanted(path));
        let bad = |why| if is_wanted { Verdict::Bad(why) } else { Verdict::Leave };
        if (seen.is_link || seen.is_top) && self.leads_out(seen.path) {
            return bad(Unreadable::LinkOutside);
        }
        let Some((path, true)) = key else {
            // The root itself has no key.
            return if seen.path == self.root { Verdict::Folder } else { bad(Unreadable::BadName) };
        };
        if seen.is_folder {
            return Verdict::Folder;
        }
        match self.class(&path) {
            // Rules are read wherever they lie, and published where every file is.
            class if self.is_rule_file(&path) => Verdict::File { path, text: true, published: matches!(class, Class::Asset) },
            Class::Text => Verdict::File { path, text: true, published: false },
            Class::Asset => Verdict::File { path, text: false, published: true },
            Class::Ignored => Verdict::Leave,
        }
    }

    fn is_left_out(&self, seen: &Seen<'_>) -> bool {
        let name = seen.path.file_name().unwrap_or_default();
        if name.as_encoded_bytes().starts_with(b".") {
            return true;
        }
        if !seen.is_folder {
            return is_leftover(&name.to_string_lossy());
        }
        if (name == "node_modules" || name == "target") && self.is_of_whole_root(seen.path) {
            return true;
        }
        self.is_published(seen)
    }

    /// Whether a path is come by only because all of the root is gone through.
    fn is_of_whole_root(&self, path: &Path) -> bool {
        let is_of_rules = || self.key(path).is_some_and(|(path, _)| !is_own(path.as_str(), self.content));
        self.content.is_empty() || self.is_mount || self.rule_areas.iter().any(|area| area.folder.is_empty()) && is_of_rules()
    }

    /// Whether it is to be told that a path can't be used. What lies beside rule files, outside of the handbook's own folders, is none of
    /// its business.
    fn is_wanted(&self, path: &SitePath) -> bool {
        let is_area = || self.rule_areas.iter().any(|area| area.folder == path.as_str());
        self.is_mount || is_own(path.as_str(), self.content) || self.is_rule_file(path) || is_area()
    }

    /// Whether the folder of the documents is this or lies in it.
    pub(super) fn is_in_content(&self, folder: &str) -> bool {
        self.content.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether a folder holds a published site.
    pub(super) fn is_published(&self, seen: &Seen<'_>) -> bool {
        // A site that was published here before, into a folder that isn't this run's, is no part of the handbook.
        if seen.path.join(HIDDEN).join("manifest.json").is_file() {
            return true;
        }
        let is = |path: &Path| self.outputs.iter().any(|output| output == path);
        is(seen.path) || !self.outputs.is_empty() && fs::canonicalize(seen.path).is_ok_and(|real| is(&real))
    }

    /// Whether a path leads out of the root. A link to nowhere doesn't: reading it says what is wrong.
    pub(super) fn leads_out(&self, path: &Path) -> bool {
        let hidden = |inside: &Path| inside.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
        // What is hidden isn't read, by way of a link either.
        fs::canonicalize(path).is_ok_and(|real| real.strip_prefix(&self.real_root).map_or(true, hidden))
    }

    /// The path from the root, and whether it is the name as it stands; a name that can't be one is shown as near as can be.
    pub(super) fn key(&self, path: &Path) -> Option<(SitePath, bool)> {
        let relative = path.strip_prefix(self.root).ok()?;
        let mut exact = true;
        let segments: Vec<String> = relative
            .components()
            .map(|component| {
                let name = component.as_os_str().to_string_lossy().replace('\\', "\u{fffd}");
                exact &= component.as_os_str() == OsStr::new(&name);
                name
            })
            .collect();
        let above = if self.is_mount { Some(self.content.to_owned()) } else { None };
        let segments: Vec<String> = above.into_iter().chain(segments).collect();
        SitePath::new(&segments.join("/")).map(|path| (path, exact))
    }

    fn class(&self, path: &SitePath) -> Class {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        // In a plain folder these are folders like any other.
        if self.is_plain {
            return if path.is_markdown() || path.as_str() == REGISTRY { Class::Text } else { Class::Asset };
        }
        if path.strip("schemas").is_some() && matches!(extension.as_str(), "yaml" | "yml") {
            return Class::Text;
        }
        if path.strip("themes").is_some() {
            return if THEME_TEXTS.contains(&extension.as_str()) { Class::Text } else { Class::Asset };
        }
        match path.strip(self.content) {
            Some(inside) if path.is_markdown() || path.as_str() == "book.toml" || inside.as_str() == REGISTRY => Class::Text,
            Some(_) => Class::Asset,
            None => Class::Ignored,
        }
    }

    fn is_rule_file(&self, path: &SitePath) -> bool {
        !self.rules.is_empty() && self.rules.is_match(path.as_str())
    }

    /// Takes down what the walk itself couldn't enter.
    fn refused(&self, error: &walkdir::Error, sources: &mut Sources) {
        let Some(path) = error.path() else { return };
        let link = fs::symlink_metadata(path);
        let is_link = link.as_ref().is_ok_and(Metadata::is_symlink);
        let why = match error.io_error().map(|error| (error.kind(), error)) {
            None => Unreadable::LinkLoop,
            Some((io::ErrorKind::NotFound, _)) if is_link => Unreadable::Io("the symbolic link leads nowhere".to_owned()),
            // It was there a moment ago.
            Some((io::ErrorKind::NotFound, _)) if link.is_err() => return,
            Some((io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied, error)) => Unreadable::Io(error.to_string()),
            // Links that lead to each other in a circle, without a folder in between.
            Some(_) if is_link => Unreadable::LinkLoop,
            Some((_, error)) => Unreadable::Io(error.to_string()),
        };
        self.bad(path, why, sources);
    }

    /// Takes down what can't be entered. A hidden link that leads nowhere is nobody's fault.
    fn bad(&self, path: &Path, why: Unreadable, sources: &mut Sources) {
        let Some((path, _)) = self.key(path).filter(|(path, _)| self.is_wanted(path)) else { return };
        if !path.as_str().split('/').any(|name| name.starts_with('.')) {
            sources.unreadable.insert(path, why);
        }
    }
}

pub(super) enum Verdict {
    Leave,
    Bad(Unreadable),
    Folder,
    File { path: SitePath, text: bool, published: bool },
}

enum Class {
    Text,
    Asset,
    Ignored,
}

/// Whether a file is what editors put beside the one that they write: a copy, a draft, a try whether the folder can be written.
pub(super) fn is_leftover(name: &str) -> bool {
    // Vim tries with 4913; JetBrains' editors write the first and keep the second until it is in place.
    name == "4913"
        || name.ends_with("___jb_tmp___")
        || name.ends_with("___jb_old___")
        || name.ends_with('~')
        || name.starts_with('#') && name.ends_with('#')
}

/// The links among a handbook's files, and what each leads to; each area with how deep it goes.
pub(super) fn links(root: &Path, areas: &[(PathBuf, usize)]) -> Vec<(PathBuf, PathBuf)> {
    let hidden = |entry: &DirEntry| entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
    let entries = areas.iter().flat_map(|(area, depth)| {
        WalkDir::new(area).max_depth(*depth).follow_links(true).into_iter().filter_entry(|entry| !hidden(entry)).take(ENTRIES).flatten()
    });
    let links = entries.filter(|entry| entry.path_is_symlink() && entry.path() != root);
    links.filter_map(|entry| Some((entry.path().to_owned(), fs::canonicalize(entry.path()).ok()?))).collect()
}

/// Whether a link leads to one of the folders that it lies in.
pub(super) fn goes_round(link: &Path, above: &[PathBuf]) -> bool {
    !above.is_empty() && fs::canonicalize(link).is_ok_and(|real| above.contains(&real))
}

fn metadata(file: &Path) -> Result<Metadata, Unreadable> {
    fs::metadata(file).map_err(|error| Unreadable::Io(error.to_string()))
}

fn skip(entry: &DirEntry, walk: &mut walkdir::IntoIter) {
    if entry.file_type().is_dir() {
        walk.skip_current_dir();
    }
}
