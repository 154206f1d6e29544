//! Which documents were touched since a revision.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Output;

use super::Failure;
use super::compiled::Compiled;
use super::git::git_command;
use crate::diagnostic::{Diagnostic, Severity};
use crate::handbook::{Fault, Page};
use crate::include::asked;
use crate::project::Project;
use crate::source::SitePath;
use crate::text::count;

/// What was touched since a revision.
pub(super) struct Changes {
    revision: String,
    /// Files, from the handbook's root. Those that are gone are among them.
    files: BTreeSet<SitePath>,
    /// A file that governs all documents and was touched.
    setting: Option<SitePath>,
}

impl Changes {
    /// Asks git what differs between the files as they are now, committed or not, and the commit where the work on them left `revision`.
    pub(super) fn since(revision: &str, project: &Project) -> Result<Self, Failure> {
        let root = &project.root;
        need_repository(root)?;
        let base = base(root, revision)?;
        let changed = ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--relative", &base, "--"];
        let untracked = ["ls-files", "-z", "--others", "--exclude-standard"];
        let mut files = BTreeSet::new();
        for question in [&changed[..], &untracked[..]] {
            let answer = git(root, question)?;
            if !answer.status.success() {
                return Err(refused("git can't say what changed", &answer));
            }
            files.extend(answer.stdout.split(|byte| *byte == 0).filter_map(site_path));
        }
        let setting = files.iter().find(|path| is_setting(path, project)).cloned();
        Ok(Self { revision: revision.to_owned(), files, setting })
    }

    /// Takes out the findings in documents that weren't touched. Gives what to say about it.
    pub(super) fn narrow(&self, compiled: &mut Compiled, root: &Path) -> Vec<String> {
        if let Some(setting) = &self.setting {
            return vec![format!("'{setting}' changed since '{}': every document is reported on", self.revision)];
        }
        let mut touched = self.touched(compiled, root);
        let (mut errors, mut warnings) = (0, 0);
        compiled.build.diagnostics.retain(|finding| {
            let shown = touched.holds(finding);
            match finding.severity {
                Severity::Error => errors += usize::from(!shown),
                Severity::Warning => warnings += usize::from(!shown),
            }
            shown
        });
        compiled.build.suppressed.retain(|suppressed| touched.holds(&suppressed.diagnostic));
        if errors + warnings == 0 {
            return Vec::new();
        }
        let (errors, warnings) = (count(errors, "error"), count(warnings, "warning"));
        vec![format!("not shown: {errors}, {warnings} in documents that are as they were at '{}'", self.revision)]
    }

    /// What findings can be asked about.
    pub(super) fn touched<'a>(&'a self, compiled: &Compiled, root: &'a Path) -> Touched<'a> {
        let documents = compiled.sources.texts.keys().filter(|path| path.is_markdown());
        let documents: HashSet<SitePath> =
            documents.chain(compiled.sources.assets.keys()).chain(compiled.sources.unreadable.keys()).cloned().collect();
        let content = &compiled.build.handbook.content;
        let is_gone = |path: &SitePath| path.is_markdown() && path.strip(content).is_some() && !root.join(path.as_str()).exists();
        Touched {
            files: &self.files,
            everything: self.setting.is_some(),
            a_document_is_gone: self.files.iter().any(is_gone),
            root,
            documents,
            broken: self.broken(compiled),
            known: self.including(compiled).into_iter().map(|path| (path, true)).collect(),
        }
    }

    /// Documents that include a file that was touched, or is gone: what they say has changed with it.
    fn including(&self, compiled: &Compiled) -> HashSet<SitePath> {
        let content = &compiled.sources.content;
        let names_one = |page: &Page| {
            let own = compiled.sources.text(page.document.path.as_str()).filter(|source| source.may_include);
            let parts = page.document.pieces.iter().flat_map(|pieces| pieces.files());
            let asked = own.into_iter().flat_map(|source| asked(source, 0, content)).map(|asked| asked.path);
            parts.cloned().chain(asked).any(|path| self.files.contains(&path))
        };
        compiled.build.handbook.pages.iter().filter(|page| names_one(page)).map(|page| page.document.path.clone()).collect()
    }

    /// Links that lead to a file that was touched, or was there, and are broken now, and values of front matter that name such a file: their
    /// documents needn't have changed for that.
    ///
    /// Each is a document and where in it the link's target or the value ends.
    fn broken(&self, compiled: &Compiled) -> HashSet<(SitePath, usize)> {
        let handbook = &compiled.build.handbook;
        let mut broken = HashSet::new();
        for page in handbook.pages.iter() {
            for (link, resolved) in page.written_links() {
                let target = match resolved.fault() {
                    Some(Fault::NoFile { wanted: Some(wanted), .. } | Fault::Moved { wanted, .. }) => wanted.below(&handbook.content),
                    Some(Fault::NoAnchor { page, .. }) => handbook.pages.get(*page).map(|page| page.document.path.clone()),
                    _ => None,
                };
                if target.is_some_and(|target| self.files.contains(&target)) {
                    broken.insert((page.document.path.clone(), page.document.spot(link.target_span).end()));
                }
            }
            for (key, _) in page.document.front_matter.iter().flat_map(crate::data::Node::entries) {
                for (value, span) in page.values(&key.name) {
                    let mut places = page.reference_places(&value).filter_map(|place| place.below(&handbook.content));
                    if places.any(|place| self.files.contains(&place)) {
                        broken.insert((page.document.path.clone(), span.end()));
                    }
                }
            }
        }
        broken
    }
}

/// Says of each finding whether it is about what was touched.
pub(super) struct Touched<'a> {
    files: &'a BTreeSet<SitePath>,
    everything: bool,
    /// Whether a document was taken away or renamed. What it referred to can't be asked any more.
    a_document_is_gone: bool,
    root: &'a Path,
    /// Files that can be left out; findings in all others are about the handbook as a whole.
    documents: HashSet<SitePath>,
    broken: HashSet<(SitePath, usize)>,
    known: HashMap<SitePath, bool>,
}

impl Touched<'_> {
    pub(super) fn holds(&mut self, finding: &Diagnostic) -> bool {
        let is_broken_link = || finding.kind.code.starts_with("broken-") && self.broken.contains(&(finding.path.clone(), finding.span.end()));
        if self.everything || !self.documents.contains(&finding.path) || is_broken_link() {
            return true;
        }
        if self.a_document_is_gone && finding.kind.code == "missing-reference" {
            return true;
        }
        // A new document that has the number of another is at fault, wherever the finding stands.
        let others = finding.related.iter().map(|other| &other.path);
        std::iter::once(&finding.path).chain(others).any(|path| self.documents.contains(path) && self.is_touched(path))
    }

    fn is_touched(&mut self, path: &SitePath) -> bool {
        let (files, root) = (self.files, self.root);
        *self.known.entry(path.clone()).or_insert_with_key(|path| files.contains(path) || is_link_to_any(root, path, files))
    }
}

/// Whether a path leads by way of a symbolic link to one of these files, which git knows by their own names.
fn is_link_to_any(root: &Path, path: &SitePath, files: &BTreeSet<SitePath>) -> bool {
    let (Ok(root), Ok(real)) = (root.canonicalize(), root.join(path.as_str()).canonicalize()) else { return false };
    let inside = real.strip_prefix(root).ok().and_then(|inside| SitePath::new(&inside.to_string_lossy()));
    inside.is_some_and(|inside| files.contains(&inside))
}

/// Whether a file decides what is found in documents that don't name it.
fn is_setting(path: &SitePath, project: &Project) -> bool {
    let registry = path.strip(&project.content).is_some_and(|path| path.as_str() == "registry.yaml");
    let schema = path.strip("schemas").is_some() && !path.is_markdown();
    path.as_str() == "book.toml" || registry || schema || project.baseline.as_ref() == Some(path)
}

/// A path as git prints it, from the working folder; what isn't UTF-8 is shown as near as can be, as the scan of the handbook does.
fn site_path(bytes: &[u8]) -> Option<SitePath> {
    SitePath::new(&String::from_utf8_lossy(bytes).replace('\\', "\u{fffd}"))
}

fn need_repository(root: &Path) -> Result<(), Failure> {
    let answer = git(root, &["rev-parse", "--is-inside-work-tree"])?;
    if !answer.status.success() {
        return Err(refused(&format!("git finds no repository for '{}'", root.display()), &answer));
    }
    if answer.stdout.starts_with(b"true") {
        return Ok(());
    }
    let message = format!("'{}' is not in the working tree of a repository", root.display());
    Err(Failure::new(message, "check out the files, or leave out --changed-since"))
}

/// The commit where the current one and the revision part: what a pull request is compared with.
fn base(root: &Path, revision: &str) -> Result<String, Failure> {
    let commit = format!("{revision}^{{commit}}");
    let answer = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
    let shallow = || git(root, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer.stdout.starts_with(b"true"));
    let deepen = "fetch the whole history first: `git fetch --unshallow`, or `fetch-depth: 0` for the checkout of GitHub Actions";
    let Some(commit) = first_line(&answer.stdout).filter(|_| answer.status.success()) else {
        let help = if shallow() { deepen } else { "name a branch, tag or commit that is in this clone; a branch of the server is 'origin/main'" };
        return Err(Failure::new(format!("git knows no revision '{revision}' here"), help));
    };
    let answer = git(root, &["merge-base", &commit, "HEAD"])?;
    first_line(&answer.stdout).filter(|_| answer.status.success()).ok_or_else(|| {
        let help = if shallow() { deepen } else { "name a revision that the current branch grew from" };
        Failure::new(format!("'{revision}' and the current commit have no ancestor in common here"), help)
    })
}

fn first_line(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    text.lines().next().map(str::to_owned).filter(|line| !line.is_empty())
}

/// Git ran and said no.
fn refused(message: &str, answer: &Output) -> Failure {
    let said = first_line(&answer.stderr).unwrap_or_else(|| "no reason given".to_owned());
    let said = said.trim_start_matches("fatal: ").to_owned();
    Failure::new(format!("{message}: {said}"), "mend that, or leave out --changed-since")
}

/// Runs git in the handbook's folder.
fn git<S: AsRef<OsStr>>(root: &Path, arguments: &[S]) -> Result<Output, Failure> {
    git_command(root, arguments).output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::new("there is no git here to ask what changed", "install git, or leave out --changed-since"),
        _ => Failure::new(format!("git can't be run: {error}"), "mend the cause, or leave out --changed-since"),
    })
}
