use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize};

use super::DiskError;
use super::files::{read_at_most, write_fresh};
use crate::memo::Digest;
use crate::source::SitePath;

/// The hidden folder in the output folder where opsbook keeps its own files.
pub(super) const HIDDEN: &str = ".opsbook";
const VERSION: u32 = 1;
/// A manifest of a million files is about 100 MB; a larger one isn't ours.
const MANIFEST_BYTES: u64 = 1 << 30;

/// What opsbook wrote into an output folder: the only files there that it may replace or delete.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// Each file with what tells its versions apart and its length.
    pub(super) files: BTreeMap<SitePath, Entry>,
}

/// One file of a [`Manifest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// [`SiteFile::digest`](crate::site::SiteFile::digest). Where something else stands, the digest of no file: it is written again.
    #[serde(deserialize_with = "digest")]
    pub(super) digest: Digest,
    /// Bytes.
    pub(super) length: u64,
}

#[derive(Serialize, Deserialize)]
struct ManifestFile<E> {
    version: u32,
    files: E,
}

/// The files of a manifest as they are read; a path that could lead out of the output folder, or to opsbook's own files, isn't ours.
#[derive(Default)]
struct Files(BTreeMap<SitePath, Entry>);

impl<'de> Deserialize<'de> for Files {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FilesVisitor;
        impl<'de> serde::de::Visitor<'de> for FilesVisitor {
            type Value = Files;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("files by their paths")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Files, A::Error> {
                // A tree that is made of all at once takes, when done, half the room of one that grew.
                let mut files = Vec::new();
                while let Some((Place(path), entry)) = map.next_entry()? {
                    files.extend(path.filter(|path| !is_hidden(path)).map(|path| (path, entry)));
                }
                Ok(Files(files.into_iter().collect()))
            }
        }
        deserializer.deserialize_map(FilesVisitor)
    }
}

fn digest<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
    let digits = String::deserialize(deserializer)?;
    Ok(Digest::from_hex(&digits).unwrap_or_default())
}

/// A path of the site, if it is one.
struct Place(Option<SitePath>);

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PathVisitor;
        impl serde::de::Visitor<'_> for PathVisitor {
            type Value = Place;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a path")
            }

            fn visit_str<E>(self, path: &str) -> Result<Place, E> {
                Ok(Place(SitePath::new(path)))
            }
        }
        deserializer.deserialize_str(PathVisitor)
    }
}

/// What an earlier run left behind in the hidden folder.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// What the manifest says.
    listed: BTreeMap<SitePath, Entry>,
    /// What the run before was about to write besides, if it was stopped while it moved files.
    moved: BTreeSet<SitePath>,
    /// Whether it was stopped so: then no digest holds.
    pub(super) interrupted: bool,
}

impl Record {
    /// What is known of a file.
    pub(super) fn entry(&self, path: &SitePath) -> Option<&Entry> {
        self.listed.get(path).filter(|_| !self.interrupted)
    }

    /// The file at a path, if opsbook wrote it or was about to.
    pub(super) fn owned_path(&self, path: &str) -> Option<&SitePath> {
        self.listed.get_key_value(path).map(|(path, _)| path).or_else(|| self.moved.get(path))
    }

    /// Every such file, each once.
    pub(super) fn owned(&self) -> impl Iterator<Item = &SitePath> {
        self.listed.keys().chain(&self.moved)
    }

    /// Their number.
    pub(super) fn owned_count(&self) -> usize {
        self.listed.len() + self.moved.len()
    }

    /// What is known of every file; nothing if no digest holds.
    pub(super) fn into_entries(self) -> BTreeMap<SitePath, Entry> {
        if self.interrupted { BTreeMap::new() } else { self.listed }
    }
}

/// The paths of opsbook's own files in an output folder.
pub(super) struct Hidden {
    pub(super) folder: PathBuf,
}

impl Hidden {
    pub(super) fn of(output: &Path) -> Self {
        Self { folder: output.join(HIDDEN) }
    }

    pub(super) fn manifest(&self) -> PathBuf {
        self.folder.join("manifest.json")
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.folder.join("journal.json")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    pub(super) fn staging(&self) -> PathBuf {
        self.folder.join("staging")
    }

    /// Reads what earlier runs left. Nothing there is an empty record.
    pub(super) fn record(&self) -> Result<Record, DiskError> {
        let Files(listed) = load(&self.manifest())?.unwrap_or_default();
        // A journal that can't be read was cut by a power failure: it still says that files were moved.
        let journal: Result<Option<Vec<String>>, DiskError> = load(&self.journal());
        let interrupted = !matches!(journal, Ok(None));
        let moved = journal.ok().flatten().unwrap_or_default();
        let moved = moved.iter().filter_map(|path| SitePath::new(path)).filter(|path| !is_hidden(path) && !listed.contains_key(path)).collect();
        Ok(Record { listed, moved, interrupted })
    }

    /// Replaces the manifest in one step.
    pub(super) fn write_manifest(&self, manifest: &Manifest) -> Result<(), DiskError> {
        let files: BTreeMap<&str, &Entry> = manifest.files.iter().map(|(path, entry)| (path.as_str(), entry)).collect();
        save(&self.manifest(), &files)
    }

    /// Says that from now on files are moved.
    pub(super) fn write_journal<'a>(&self, paths: impl Iterator<Item = &'a SitePath>) -> Result<(), DiskError> {
        save(&self.journal(), &paths.map(SitePath::as_str).collect::<Vec<_>>())
    }
}

/// Whether a path of the site would lie among opsbook's own files.
pub(super) fn is_hidden(path: &SitePath) -> bool {
    path.as_str().split('/').next() == Some(HIDDEN)
}

fn load<E: serde::de::DeserializeOwned>(path: &Path) -> Result<Option<E>, DiskError> {
    let bytes = match read_at_most(path, MANIFEST_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(DiskError::io("read", path, &error)),
    };
    let unknown = |what: String| {
        let help = "delete the output folder, or publish into another one; opsbook deletes only what its manifest lists";
        DiskError::new(path, format!("'{}' is not a manifest of this opsbook: {what}", path.display()), help)
    };
    let file: ManifestFile<E> = serde_json::from_slice(&bytes).map_err(|error| unknown(error.to_string()))?;
    if file.version == VERSION { Ok(Some(file.files)) } else { Err(unknown(format!("it has version {}", file.version))) }
}

fn save<E: Serialize>(path: &Path, files: &E) -> Result<(), DiskError> {
    let failed = |error: &io::Error| DiskError::io("write", path, error);
    let mut bytes = serde_json::to_vec_pretty(&ManifestFile { version: VERSION, files }).map_err(|error| failed(&error.into()))?;
    bytes.push(b'\n');
    let new = path.with_extension("new");
    write_fresh(&new, &bytes).and_then(|()| fs::rename(&new, path)).map_err(|error| failed(&error))
}
